//! Sber API: sign-in with rotating tokens, cash collection, and statements of accounts that live.
//!
//! | operation | call | how sure |
//! |---|---|---|
//! | [`AUTHORIZE`] | `GET /ic/sso/api/v2/oauth/authorize`, a browser's | the bank's page |
//! | [`TOKEN`] | `POST /ic/sso/api/v2/oauth/token` | the bank's page |
//! | [`REVOKE_TOKEN`] | `POST /ic/sso/api/v2/oauth/revoke` | the bank's page |
//! | [`CHANGE_SECRET`] | `POST /ic/sso/api/v1/change-client-secret` | the bank's SDK |
//! | [`USER_INFO`] | `GET /ic/sso/api/v2/oauth/user-info` | the bank's SDK |
//! | [`REFRESH_SECRET`] | `POST /applications/secrets/v1/refresh-client-secret` | seen in others' code |
//! | [`GET_OBJECT`] | `GET /v1/encashments/object` | the bank's page; the answer is invented |
//! | [`CREATE_WAYBILL`] | `POST /v1/encashments/waybill` | the bank's page; types and the answer are invented |
//! | [`GET_WAYBILL_STATE`] | `GET /v1/encashments/waybill/{externalId}/state` | the bank's page; the answer as for payments |
//! | [`GET_WAYBILL`] | `GET /v1/encashments/waybill/{externalId}` | the bank's page; the answer is what was sent, and the state |
//! | [`CANCEL_WAYBILL`] | `POST /v1/encashments/waybill/cancel` | the bank's page; the answer is invented |
//! | [`LIST_OBJECTS`] | `GET /unverified/sber-encashment.list-objects-by-contract` | path and parameters are invented |
//! | [`GET_SUMMARY`] | `GET /v2/statement/summary` | the bank's page |
//! | [`LIST_TRANSACTIONS`] | `GET /v2/statement/transactions` | the bank's page |
//! | [`LIST_INCREMENT`] | `GET /v2/statement/increment` | the bank's page |
//! | [`GET_TRANSACTION`] | `GET /v2/statement/transactionId` | the bank's page; both forms of the query |
//!
//! **Signing in.** The browser's page is on [`Host::SberAuthorize`], the next four on [`Host::SberToken`], all
//! others below [`Host::SberApi`]'s `/fintech/api`. The user at the browser agrees at once; the redirect carries
//! the code. Codes live two minutes and are spent by their first use. A refresh token that was used may be repeated
//! for an hour, or until its successor is used; then it is `invalid_grant`. All of it is on the
//! [simulated clock](crate::SimulatedClock). A user whose scope lacks `accounts` shows no accounts.
//!
//! **Waybills** move one state further with each [`Settings::waybill_step`], and end as [`Sber::end_waybill`] says.
//! A new one counts in the [ledger](crate::Ledger) as money that moves, with its `externalId` as the key; a
//! cancellation is an entry too, but moves nothing. Numbers may be strings, since their types were never published,
//! and only what the bank cannot do without is required, unless [`Settings::whole_waybills`] is set.
//!
//! **Statements.** The day of an operation is that of its booking, in [`Settings::offset`]. The list of a day holds
//! what is valid now; an increment holds what is valid now and what is outdated, by `lastModifiedTime` if asked
//! since a moment, both ends included. A `lastModifyDate` of another day than today is refused as long as
//! [`Settings::increment_of_today_only`] is set. The clock's skew shows in `Date` headers only: the bank's books
//! keep the right time, so a client that trusts a wrong `Date` loses operations.
//!
//! Where the bank is silent or contradicts itself, [`Settings`] chooses.
//!
//! [`Host::SberAuthorize`]: crate::Host::SberAuthorize
//! [`Host::SberToken`]: crate::Host::SberToken
//! [`Host::SberApi`]: crate::Host::SberApi

mod answers;
mod encashment;
mod routes;
mod settings;
mod sign_in;
mod statements;
mod text;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use time::{Date, OffsetDateTime};

pub use answers::Outcome;
pub use encashment::WaybillEnd;
pub(crate) use routes::host;
pub use settings::{
    ApiErrors, Authorization, Duplicate, EmptyStatement, NotReadyBody, Place, RepeatedRefresh,
    RowOrder, Settings, SignInErrors,
};
pub use sign_in::TokenPair;
pub use statements::{
    Account, Budget, Currency, DayTotals, Edit, Entry, EntryId, HistoryRow, Identity, Life, Removal,
};

use crate::answer::Answer;
use crate::asked::Asked;
use crate::oauth::TokenRules;
use crate::stage::World;
use crate::sync::locked;
use encashment::Waybills;
use sign_in::{Session, Tokens};
use statements::Accounts;

/// The operation id of the page that a browser opens.
pub const AUTHORIZE: &str = "sber-api.authorize";
/// The operation id of the token endpoint.
pub const TOKEN: &str = "sber-api.token";
/// The operation id of taking a token back.
pub const REVOKE_TOKEN: &str = "sber-api.revoke-token";
/// The operation id of changing the client secret.
pub const CHANGE_SECRET: &str = "sber-api.change-client-secret";
/// The operation id of swapping the client secret for a perpetual one.
pub const REFRESH_SECRET: &str = "sber-api.refresh-client-secret";
/// The operation id of who the user is.
pub const USER_INFO: &str = "sber-api.get-user-info";
/// The operation id of an encashment object.
pub const GET_OBJECT: &str = "sber-encashment.get-object";
/// The operation id of creating a waybill.
pub const CREATE_WAYBILL: &str = "sber-encashment.create-waybill";
/// The operation id of a waybill's state.
pub const GET_WAYBILL_STATE: &str = "sber-encashment.get-waybill-state";
/// The operation id of a waybill's details.
pub const GET_WAYBILL: &str = "sber-encashment.get-waybill";
/// The operation id of cancelling a waybill.
pub const CANCEL_WAYBILL: &str = "sber-encashment.cancel-waybill";
/// The operation id of the objects of a contract.
pub const LIST_OBJECTS: &str = "sber-encashment.list-objects-by-contract";
/// The operation id of a day's summary.
pub const GET_SUMMARY: &str = "statements.get-summary";
/// The operation id of a day's operations.
pub const LIST_TRANSACTIONS: &str = "statements.list-transactions";
/// The operation id of what changed on the current day.
pub const LIST_INCREMENT: &str = "statements.list-increment";
/// The operation id of one operation.
pub const GET_TRANSACTION: &str = "statements.get-transaction";

/// The address that the client registered for its users to come back to.
pub const REDIRECT_URI: &str = "https://client.example/callback?from=sber";
/// The first user, of the client's own organisation.
pub const USER: &str = "5be40000-0000-4000-8000-000000000001";
/// A rouble account of the first user that lives by the seed: 120 operations a day, from three days before the
/// sandbox's first to three days after it. It is the account of the bank's sample.
pub const LIVING_ACCOUNT: &str = "40702810500006103990";
/// A dollar account of the first user that lives too, with 20 operations a day.
pub const DOLLAR_ACCOUNT: &str = "40702840500006103991";
/// A rouble account of the first user with 1 000.00 and no operations.
pub const QUIET_ACCOUNT: &str = "40702810500006103992";
/// A rouble account that the first user does not let the client see.
pub const HIDDEN_ACCOUNT: &str = "40702810500006103993";
/// The codes of the encashment objects, one to a page of the list.
pub const OBJECT_CODES: [&str; 3] = ["000123", "000124", "000125"];
/// The contract of all objects.
pub const CONTRACT_NUMBER: &str = "000456";

/// The scope of cash collection.
const ENCASHMENTS: &str = "ENCASHMENTS_REQUEST";
/// The scope of statements.
const STATEMENTS: &str = "GET_STATEMENT_ACCOUNT";
/// All that a user can be asked for.
const SCOPES: &[&str] = &[
    "openid",
    ENCASHMENTS,
    STATEMENTS,
    "accounts",
    "inn",
    "email",
    "name",
    "phone_number",
    "OrgName",
];
/// The bank of all accounts; no bank has such an identifier.
const BIC: &str = "049990000";
/// Who states claims about users.
const BROWSER_HOST: &str = "https://sbi.sberbank.ru:9443";

/// Sber's state, to be read and changed while clients are at work.
#[derive(Clone)]
pub struct Sber {
    bank: Arc<Bank>,
}

/// The bank behind its endpoints. Of several locks, `tokens` is taken before the others.
struct Bank {
    world: Arc<World>,
    client_id: String,
    start: OffsetDateTime,
    settings: Mutex<Settings>,
    tokens: Mutex<Tokens>,
    waybills: Mutex<Waybills>,
    accounts: Mutex<Accounts>,
}

impl Bank {
    fn settings(&self) -> Settings {
        locked(&self.settings).clone()
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn elapsed(&self) -> Duration {
        self.world.clock.elapsed()
    }

    /// The right time in the bank's zone, whatever the clock's skew.
    fn now(&self) -> OffsetDateTime {
        let passed = time::Duration::try_from(self.elapsed()).unwrap_or(time::Duration::MAX);
        let offset = locked(&self.settings).offset;
        self.start.saturating_add(passed).to_offset(offset)
    }

    fn today(&self) -> Date {
        self.now().date()
    }

    fn has_object(&self, code: &str) -> bool {
        OBJECT_CODES.contains(&code)
    }

    fn account_numbers(&self, user: &str) -> Vec<String> {
        locked(&self.accounts).numbers(user)
    }
}

impl Sber {
    pub(crate) fn new(world: &Arc<World>, rules: TokenRules) -> Self {
        let start = world.clock.now();
        let mut accounts = Accounts::default();
        for (number, currency, opening) in [
            (LIVING_ACCOUNT, Currency::Rouble, 1_000_000_000_000),
            (DOLLAR_ACCOUNT, Currency::Dollar, 1_000_000_000),
            (QUIET_ACCOUNT, Currency::Rouble, 100_000),
            (HIDDEN_ACCOUNT, Currency::Rouble, 100_000),
        ] {
            accounts.open_as(number, USER, currency, opening);
        }
        let sber = Self {
            bank: Arc::new(Bank {
                world: Arc::clone(world),
                client_id: rules.client_id.clone(),
                start,
                settings: Mutex::new(Settings::default()),
                tokens: Mutex::new(Tokens::new(rules, world.seed)),
                waybills: Mutex::default(),
                accounts: Mutex::new(accounts),
            }),
        };
        sber.account(HIDDEN_ACCOUNT).grant(false);
        let life = Life::on(start.date().saturating_sub(time::Duration::days(3))).days(7);
        sber.account(LIVING_ACCOUNT).live(&life);
        sber.account(DOLLAR_ACCOUNT)
            .live(&life.rows_per_day(20).budget(0));
        sber
    }

    /// Changes how the bank behaves where its pages leave it open.
    pub fn adjust(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut locked(&self.bank.settings));
    }

    /// Adds a user of another organisation and tells the `sub` claim.
    pub fn add_user(&self) -> String {
        locked(&self.bank.tokens).add_user()
    }

    /// Seats a user at the browser: the next sign-ins are theirs. A user that nobody added is let in too, and has
    /// no claims but the `sub`.
    pub fn seat_user(&self, sub: &str) {
        locked(&self.bank.tokens).seat(sub);
    }

    /// A pair of tokens without a browser, as after a sign-in with these scopes.
    #[must_use]
    pub fn grant(&self, sub: &str, scopes: &[&str]) -> TokenPair {
        locked(&self.bank.tokens).grant(sub, scopes, self.bank.elapsed())
    }

    /// A pair of tokens of the first user with every scope.
    #[must_use]
    pub fn grant_all(&self) -> TokenPair {
        self.grant(USER, SCOPES)
    }

    /// How many refresh requests were answered with a pair, repeats included.
    #[must_use]
    pub fn refreshes(&self) -> u64 {
        locked(&self.bank.tokens).refreshes()
    }

    /// How many of them came with a refresh token that was used before.
    #[must_use]
    pub fn repeated_refreshes(&self) -> u64 {
        locked(&self.bank.tokens).repeats()
    }

    /// Makes every code, access and refresh token given out so far invalid: users must sign in again.
    pub fn revoke_tokens(&self) {
        locked(&self.bank.tokens).revoke_all(false);
    }

    /// Makes every access token given out so far invalid, as if it had grown old.
    pub fn expire_access_tokens(&self) {
        locked(&self.bank.tokens).revoke_all(true);
    }

    /// The client secret that the bank takes now.
    #[must_use]
    pub fn client_secret(&self) -> String {
        locked(&self.bank.tokens).secret().to_owned()
    }

    /// Decides how a waybill ends, before or after it is created.
    pub fn end_waybill(&self, external_id: impl Into<String>, end: WaybillEnd) {
        locked(&self.bank.waybills).end(external_id.into(), end);
    }

    /// Puts a waybill into a state at once and for ever, one that no page knows included.
    pub fn force_waybill_state(&self, external_id: impl Into<String>, state: impl Into<String>) {
        locked(&self.bank.waybills).force(external_id.into(), state.into());
    }

    /// How many waybills there are with this `externalId`. It must never be more than 1.
    #[must_use]
    pub fn waybills(&self, external_id: &str) -> usize {
        locked(&self.bank.waybills).count(external_id)
    }

    /// An account, by its twenty digits. One that does not exist is opened for the first user by the first use of
    /// the handle, in roubles and empty.
    #[must_use]
    pub fn account(&self, number: &str) -> Account {
        Account {
            bank: Arc::clone(&self.bank),
            number: number.to_owned(),
        }
    }

    /// Opens an account for a user, with a balance in hundredths of its currency.
    pub fn open_account(&self, sub: &str, currency: Currency, opening_minor: i64) -> Account {
        let seed = self.bank.world.seed;
        let number = locked(&self.bank.accounts).open(seed, sub, currency, opening_minor);
        self.account(&number)
    }

    /// The bank's day now, in the zone of the settings.
    #[must_use]
    pub fn today(&self) -> Date {
        self.bank.today()
    }
}

impl fmt::Debug for Sber {
    /// Counts only: what the books hold looks like people's data, and is handled so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sber")
            .field("refreshes", &self.refreshes())
            .finish_non_exhaustive()
    }
}

/// A handler of one operation of the API, behind the token check.
type Handler = fn(&Bank, &Session, &Asked) -> Result<Answer, answers::Refusal>;

/// A handler that answers by itself.
type Endpoint = fn(&Bank, &Asked) -> Answer;
