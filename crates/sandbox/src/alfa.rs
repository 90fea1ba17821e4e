//! Alfa-Bank, SBP B2B: payments between companies through the Faster Payments System.
//!
//! | operation | call | how sure |
//! |---|---|---|
//! | [`TOKEN`] | `POST /oidc/token` | seen in others' code |
//! | [`LIST_OUTGOING`] | `GET /api/sbp/jp/v1/outgoing-payments` | the bank's page |
//! | [`LIST_INCOMING`] | `GET /api/sbp/jp/v1/incoming-payments` | the bank's page; only fields that it can sort by, and the currency, are answered |
//! | [`STATUS`] | `GET /api/sbp/jp/v1/outgoing-payments/{outgoingPaymentId}/status` | seen in others' code |
//! | [`LINK`] | `GET /api/sbp/jp/v1/payment-urls/{qrcId}/data` | seen in others' code |
//! | [`ONE_STEP_PAY`] | `POST /api/sbp/jp/v1/outgoing-payments/one-pay` | seen in others' code |
//! | [`EXECUTE`] | `PUT /api/sbp/jp/v1/outgoing-payments/{outgoingPaymentId}` | the bank's page; the answer is invented: that of [`STATUS`] |
//! | [`CREATE`] | `POST /unverified/alfa-sbp.create-outgoing-payment` | path and body are invented |
//!
//! **States.** A payment that was asked for is `DRAFT`, after a second `SENDING_MESSAGE`, after five `COMPLETE` (or
//! `ERROR`, see [`Alfa::decline`]), all on the [simulated clock](crate::SimulatedClock). A draft that waits for its
//! execution is `DRAFT` for as long as it waits, and is in no list.
//!
//! **Choices where the bank is silent.** A list without `limit` has 10 rows. An unknown `b2bClientId` has no
//! payments; in a write it is a 400. An unknown payment or link is a 400, since 404 means an unknown endpoint. A
//! second payment of a `ONETIME` link and a second execution are a 409 `conflict`, a code of the bank's other
//! products. Signatures must be there and be base64; what they sign is not checked.

mod answers;
mod books;
mod list;
mod read;
mod seed;
mod write;

use std::fmt;
use std::sync::{Arc, Mutex};

use crate::answer::Answer;
use crate::asked::Asked;
use crate::fault::{Fault, Moment};
use crate::host::{Host, HostSpec, OperationSpec};
use crate::oauth::{ClientCredentials, TokenRules};
use crate::random::Random;
use crate::stage::{Stage, World};
use crate::sync::locked;

use books::Books;
pub use books::LinkKind;

/// The operation id of the token endpoint.
pub const TOKEN: &str = "alfa-sbp.token";
/// The operation id of the list of outgoing payments.
pub const LIST_OUTGOING: &str = "alfa-sbp.list-outgoing-payments";
/// The operation id of the list of incoming payments.
pub const LIST_INCOMING: &str = "alfa-sbp.list-incoming-payments";
/// The operation id of one payment's state.
pub const STATUS: &str = "alfa-sbp.get-outgoing-payment-status";
/// The operation id of a payment link's data.
pub const LINK: &str = "alfa-sbp.get-payment-link";
/// The operation id of paying a link in one step.
pub const ONE_STEP_PAY: &str = "alfa-sbp.one-step-pay";
/// The operation id of executing a draft.
pub const EXECUTE: &str = "alfa-sbp.execute-outgoing-payment";
/// The operation id of creating a draft.
pub const CREATE: &str = "alfa-sbp.create-outgoing-payment";

/// The documented client, on whose behalf everything is seeded.
pub const B2B_CLIENT_ID: &str = "021be5ed-6312-4982-a4e9-2a2cc44bc88c";
/// The documented payment; it is always in the list of outgoing payments.
pub const SAMPLE_PAYMENT: &str = "22a6dd81-103a-4d3a-8e9b-0ba4b527f5f6";
/// The documented payment's link, which is not open for payment.
pub const SAMPLE_LINK: &str = "AD1000038AQ1FG409KGACUQU5QRSH3FM";
/// The documented account, the only one that may pay.
pub const PAYER_ACCOUNT: &str = "40702810901400001130";
/// A link that can be paid once, for 1 234.56 roubles exactly.
pub const ONETIME_LINK: &str = "SANDBOXONETIME000000000000000001";
/// A link that can be paid any number of times, with any sum.
pub const REUSABLE_LINK: &str = "SANDBOXREUSABLE00000000000000001";
/// A draft over 500.00 roubles that waits for its execution.
pub const DRAFT: &str = "5a4db0c5-0000-4000-8000-000000000001";

/// The scope of every operation.
const SCOPE: &str = "b2b-sbp";
/// A token can also be had for the bank's signature product, and is then of no use here.
const SCOPES: &[&str] = &[SCOPE, "signature"];

/// Alfa-Bank's state, to be read and changed while clients are at work.
#[derive(Clone)]
pub struct Alfa {
    bank: Arc<Bank>,
}

/// The bank behind its endpoints.
struct Bank {
    world: Arc<World>,
    tokens: ClientCredentials,
    books: Mutex<Books>,
}

impl Alfa {
    pub(crate) fn new(world: &Arc<World>, rules: TokenRules, payments: usize) -> Self {
        let random = Random::new(world.seed, "alfa.tokens");
        let tokens = ClientCredentials::new(rules, SCOPES, world.clock.clone(), random);
        let books = Mutex::new(Books::seeded(world.seed, payments, world.clock.now()));
        Self {
            bank: Arc::new(Bank {
                world: Arc::clone(world),
                tokens,
                books,
            }),
        }
    }

    /// Adds so many outgoing payments, done just now, and tells their ids. Their ids are random, so in the default
    /// order they appear anywhere in the list; by time they are the newest.
    pub fn add_payments(&self, count: usize) -> Vec<String> {
        let now = self.bank.world.clock.now();
        locked(&self.bank.books).add_payments(count, now)
    }

    /// Removes up to so many outgoing payments, those with the greatest ids first (the first rows of the default
    /// order) but never the documented one, and tells their ids.
    pub fn remove_payments(&self, count: usize) -> Vec<String> {
        locked(&self.bank.books).remove_payments(count)
    }

    /// Opens a new link and tells its id. The sum of a `ONETIME` link must be paid exactly.
    pub fn add_link(&self, kind: LinkKind, amount_kopecks: u64) -> String {
        locked(&self.bank.books).add_link(kind, amount_kopecks)
    }

    /// Creates a draft that waits for its execution and tells its id.
    pub fn add_draft(&self, amount_kopecks: u64) -> String {
        let now = self.bank.world.clock.now();
        locked(&self.bank.books).add_draft(amount_kopecks, now)
    }

    /// Lets every later payment of this link, or execution of this draft, end as `ERROR`: no money moves.
    pub fn decline(&self, key: impl Into<String>) {
        locked(&self.bank.books).decline(key.into());
    }

    /// Leaves `pagination` out of the lists, which the page allows, or puts it back in.
    pub fn omit_pagination(&self, omit: bool) {
        locked(&self.bank.books).omit_pagination = omit;
    }

    /// Makes every token given out so far invalid.
    pub fn revoke_tokens(&self) {
        self.bank.tokens.revoke_all();
    }
}

impl fmt::Debug for Alfa {
    /// Counts only: what the books hold looks like people's data, and is handled so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let books = locked(&self.bank.books);
        f.debug_struct("Alfa")
            .field("outgoing", &books.outgoing.len())
            .field("incoming", &books.incoming.len())
            .finish_non_exhaustive()
    }
}

/// The documented 500 of the bank, as a fault.
#[must_use]
pub fn internal_error(moment: Moment) -> Fault {
    Fault::Answer {
        status: 500,
        content_type: "application/json".to_owned(),
        body: r#"{"error":"internal_error","error_description":"Internal server error"}"#
            .to_owned(),
        moment,
    }
}

/// A handler of one operation behind the token check.
type Handler = fn(&Bank, &Asked) -> Result<Answer, answers::Refusal>;

pub(crate) fn host(world: &Arc<World>, alfa: &Alfa) -> HostSpec {
    const PAYMENTS: &str = "/api/sbp/jp/v1/outgoing-payments";
    const PAYMENT: &str = "/api/sbp/jp/v1/outgoing-payments/{outgoingPaymentId}";

    let host = Host::AlfaSbpApi;
    let stage = |spec, work| Stage::new(world, host, spec, work);
    let operation = |spec: OperationSpec, handler: Handler| {
        let bank = Arc::clone(&alfa.bank);
        (
            spec,
            stage(
                Some(spec),
                Arc::new(move |asked| answers::through_gate(&bank, asked, handler)),
            ),
        )
    };
    let statuses = |spec: OperationSpec| spec.enum_fields(&["status", "qrcType"]);

    let token = OperationSpec::new(TOKEN, "POST", "/oidc/token");
    let issuer = Arc::clone(&alfa.bank);
    let operations = vec![
        (
            token,
            stage(
                Some(token),
                Arc::new(move |asked| issuer.tokens.token(asked)),
            ),
        ),
        operation(
            statuses(OperationSpec::new(LIST_OUTGOING, "GET", PAYMENTS)).page_key("offset"),
            list::outgoing,
        ),
        operation(
            OperationSpec::new(LIST_INCOMING, "GET", "/api/sbp/jp/v1/incoming-payments")
                .page_key("offset"),
            list::incoming,
        ),
        operation(
            statuses(OperationSpec::new(
                STATUS,
                "GET",
                "/api/sbp/jp/v1/outgoing-payments/{outgoingPaymentId}/status",
            )),
            read::status,
        ),
        operation(
            statuses(OperationSpec::new(
                LINK,
                "GET",
                "/api/sbp/jp/v1/payment-urls/{qrcId}/data",
            )),
            read::link,
        ),
        operation(
            statuses(OperationSpec::new(
                ONE_STEP_PAY,
                "POST",
                "/api/sbp/jp/v1/outgoing-payments/one-pay",
            )),
            write::one_step_pay,
        ),
        operation(
            statuses(OperationSpec::new(EXECUTE, "PUT", PAYMENT)),
            write::execute,
        ),
        operation(
            statuses(
                OperationSpec::new(
                    CREATE,
                    "POST",
                    "/unverified/alfa-sbp.create-outgoing-payment",
                )
                .unpublished(),
            ),
            write::create,
        ),
    ];
    let unknown = stage(
        None,
        Arc::new(|asked| answers::Refusal::UnknownEndpoint.answer(asked)),
    );
    HostSpec::new(host, true, unknown, operations)
}
