//! A contract in plain types.

use super::ContractError;
use super::cursor::Cursor;
use super::schema::Schema;
use crate::json::Node;

/// An enum of the contract's own words, with `as_str` for comparing it with the words of the core.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// The word of the contract.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            pub(super) fn read(at: &Cursor<'_>) -> Result<Self, ContractError> {
                match at.text()? {
                    $($word => Ok(Self::$variant),)+
                    other => Err(at.wrong(format!("{other} is none of: {}", [$($word),+].join(", ")))),
                }
            }
        }
    };
}

words! {
    /// What a repetition of an operation means (`x-effect`).
    Effect {
        /// Changes nothing.
        Read = "read",
        /// A second time changes nothing more.
        Idempotent = "idempotent",
        /// The caller's own key names the intent.
        Keyed = "keyed",
        /// No protection.
        Once = "once",
    }
}
words! {
    /// What the bank promises of a second request with the same key (`x-key-promise`).
    KeyPromise {
        /// It is refused.
        Refused = "refused",
        /// It is answered as the first was.
        Replayed = "replayed",
        /// Nobody says.
        Unpromised = "unpromised",
    }
}
words! {
    /// How well something is known (`x-provenance`).
    Grade {
        /// The bank's page says so.
        Documented = "documented",
        /// Concluded from something else.
        Inferred = "inferred",
        /// Published nowhere that we know.
        Unverified = "unverified",
    }
}
words! {
    /// Where a parameter stands.
    Place {
        /// In the path.
        Path = "path",
        /// In the query.
        Query = "query",
    }
}
words! {
    /// The form of a header whose value cannot be known.
    Form {
        /// The word `Bearer`, a blank and a token.
        Bearer = "bearer",
        /// A UUID.
        Uuid = "uuid",
        /// A credential of any form.
        Key = "key",
    }
}

/// All that is known of a provider's interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// The crate's name: `alfa-sbp`.
    pub provider: String,
    /// Its hosts.
    pub servers: Vec<Server>,
    /// Its operations, in the order of the document.
    pub operations: Vec<Operation>,
    /// What it tells us by itself, in the order of the document.
    pub webhooks: Vec<Webhook>,
}

impl Contract {
    /// The operation with this id.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The webhook with this id.
    pub fn webhook(&self, id: &str) -> Option<&Webhook> {
        self.webhooks.iter().find(|webhook| webhook.id == id)
    }
}

/// A base address and what it serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The base address.
    pub url: String,
    /// `production` or `sandbox`.
    pub environment: String,
    /// The host ids that live there: `api`, `token`.
    pub hosts: Vec<String>,
}

/// All that is known of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// `provider.operation-in-kebab-case`.
    pub id: String,
    /// `GET`, `POST` …
    pub method: String,
    /// The path below the host's base, with `{names}`.
    pub route: String,
    /// The id of the host that serves it.
    pub host: String,
    /// What a repetition means.
    pub effect: Effect,
    /// The field that carries the caller's key.
    pub key: Option<String>,
    /// What the bank promises about the key; there for keyed operations only.
    pub key_promise: Option<KeyPromise>,
    /// The limits that the bank publishes.
    pub rates: Vec<Rate>,
    /// Statuses by which the bank documents a refusal before any work.
    pub refused: Vec<u16>,
    /// Statuses that mean "ask again later".
    pub not_ready: Vec<u16>,
    /// Statuses that mean yes.
    pub success: Success,
    /// OAuth scopes that the token needs.
    pub scopes: Vec<String>,
    /// The operation that tells what became of a write.
    pub lookup: Option<String>,
    /// How well its three sides are known.
    pub provenance: Provenance,
    /// Where the knowledge is from.
    pub source: Source,
    /// The headers that a request carries.
    pub headers: Vec<Header>,
    /// The values in path and query.
    pub parameters: Vec<Parameter>,
    /// The ways to combine some of the query's names; a request goes one of them. Empty where all names are free.
    pub query_forms: Vec<QueryForm>,
    /// The request's body.
    pub request: Option<Body>,
    /// What it may answer, by ascending status.
    pub answers: Vec<Answer>,
}

impl Operation {
    /// The id without the provider: `list-outgoing-payments`.
    pub fn name(&self) -> &str {
        self.id
            .split_once('.')
            .map_or(self.id.as_str(), |(_, name)| name)
    }

    /// Whether requests carry credentials.
    pub fn is_authorized(&self) -> bool {
        let is_credential =
            |header: &Header| header.name == "authorization" || header.form == Some(Form::Key);
        self.headers.iter().any(is_credential)
    }

    /// Whether `status` means yes.
    pub fn is_success(&self, status: u16) -> bool {
        match &self.success {
            Success::Any2xx => (200..300).contains(&status) && !self.not_ready.contains(&status),
            Success::Only(statuses) => statuses.contains(&status),
        }
    }
}

/// Which statuses mean yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Success {
    /// Every status from 200 to 299 that does not mean "not ready".
    Any2xx,
    /// Just these.
    Only(Vec<u16>),
}

/// A published limit: at most `limit` requests in `seconds`, counted for each value of `key` if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// The name of the class; operations with the same class share its limit.
    pub class: String,
    /// How many requests.
    pub limit: u32,
    /// In how many seconds.
    pub seconds: u32,
    /// The field that is counted apart.
    pub key: Option<String>,
}

/// How well the three sides of an operation are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Method and path.
    pub route: Grade,
    /// Parameters and body.
    pub request: Grade,
    /// The successful answer.
    pub answer: Grade,
}

/// Where the knowledge of an operation is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The page's title, in English.
    pub title: String,
    /// The section.
    pub section: String,
    /// The operation's number or name there.
    pub operation: String,
}

/// A header of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name in lower case.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// Its value, where there is only one.
    pub value: Option<String>,
    /// Its form, where the value cannot be known.
    pub form: Option<Form>,
}

/// A value in path or query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it must be there.
    pub required: bool,
    /// What it looks like. An array is sent as one pair for each item, unless it is joined.
    pub schema: Schema,
    /// Whether an array is sent as one pair, with commas between the items.
    pub joined: bool,
    /// A value that works.
    pub example: Option<Node>,
}

/// A way to combine names of the query (`x-query-forms`): these, and none that only other forms name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryForm {
    /// Its name: `since`.
    pub name: String,
    /// The parameters that it needs.
    pub parameters: Vec<String>,
}

/// A body of a request or an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The media type.
    pub media: String,
    /// What it looks like.
    pub schema: Schema,
    /// The files of a multipart form: the name of the part, and the media types that it may have.
    pub files: Vec<(String, Vec<String>)>,
    /// At least one.
    pub examples: Vec<Example>,
}

/// An example of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its name: `sample`, or the code of an error.
    pub name: String,
    /// Whether we made it up because the bank published none.
    pub made: bool,
    /// Whether the bank published it for this very operation, however well the rest of it is known.
    pub published: bool,
    /// The places where a published value breaks the rules for what we send: `requisite.account_number`.
    pub breaks: Vec<String>,
    /// The value.
    pub value: Node,
}

/// What the provider tells us by itself, at an address that we gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// `provider.webhook-in-kebab-case`, unlike every operation's.
    pub id: String,
    /// The provider's name for it.
    pub name: String,
    /// How well the body is known.
    pub provenance: Grade,
    /// Where the knowledge is from.
    pub source: Source,
    /// What it tells.
    pub body: Body,
}

/// An answer. A status with several media types has one for each, in the order of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body, if it has one.
    pub body: Option<Body>,
    /// Of an answer without a body: whether no page tells of it.
    pub made: bool,
}

/// The name in a segment `{name}`.
pub(super) fn template_name(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}
