//! The two scenarios of the bank's page, against a simulated bank that keeps books.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::time::Duration;

use rubank_core::BoxFuture;
use rubank_core::auth::Bearer;
use rubank_core::clock::Clock;
use rubank_core::secret::Secret;
use rubank_core::tls::{Identity, Root};
use rubank_sandbox::sber::{self, ApiErrors, Duplicate, WaybillEnd};
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox, SimulatedClock};
use sber_encashment::flows::{self, Cancellation, Creation, Followed, Patience};
use sber_encashment::{
    Account, AccountSum, BankStatus, Bic, CancelWaybill, Client, CreateWaybill, Denomination,
    Money, Outcome, RequestOptions, Signature, Waybill, WaybillForm,
};
use time::OffsetDateTime;

const ID: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

/// More than a bag is under way, less than a token lives.
const LONG: Duration = Duration::from_secs(600);
const DAYS: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// The bank's clock, on which every pause is over at once. What is longer than an hour is a timeout, which no test waits
/// for.
#[derive(Clone, Debug)]
struct Leaping(SimulatedClock);

impl Clock for Leaping {
    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let bank = self.0.clone();
        Box::pin(async move {
            if duration > Duration::from_secs(60 * 60) {
                std::future::pending::<()>().await;
            }
            bank.advance(duration);
        })
    }
}

fn client(bank: &Sandbox) -> Client {
    let [authorize, token, api] =
        [Host::SberAuthorize, Host::SberToken, Host::SberApi].map(|host| bank.url(host));
    let access = bank.sber().grant_all().access_token;
    Client::builder(sber_encashment::environment(
        "sandbox", authorize, token, api,
    ))
    .credentials(Bearer::new(Secret::from(access)))
    .identity(Identity::from_pem(bank.client_identity_pem().as_bytes()).unwrap())
    .extra_roots(Root::from_pem(bank.ca_pem().as_bytes()).unwrap())
    .clock(Leaping(bank.clock().clone()))
    .default_options(RequestOptions::new().attempt_timeout(DAYS).deadline(DAYS))
    .build()
    .unwrap()
}

fn waybill() -> Waybill {
    let account = Account::checked("40702810200000000001").unwrap();
    Waybill::new(ID, "0000042", sber::OBJECT_CODES[0])
        .cash(Denomination::roubles("NOTE", Money::from_roubles(5000), 2))
        .account(
            AccountSum::new(account, Bic::checked("044525225").unwrap())
                .symbol("02", Money::from_roubles(10_000)),
        )
}

fn create() -> CreateWaybill {
    CreateWaybill::new(waybill()).signature(Signature::new("AA==", "certificate-1"))
}

fn cancel() -> CancelWaybill {
    CancelWaybill::new(ID, "Иванов Иван Иванович").comment("Ошибка в сумме")
}

/// How many calls of one operation the bank got.
fn calls(bank: &Sandbox, operation: &str) -> usize {
    let calls = bank.calls();
    let of_it = |call: &&rubank_sandbox::Call| call.operation == Some(operation);
    calls.iter().filter(of_it).count()
}

/// The bank does not show the waybill at the next looks.
fn hide(bank: &Sandbox, looks: u64) {
    let unseen = Fault::Answer {
        status: 404,
        content_type: "application/json".to_owned(),
        body: r#"{"cause":"DATA_NOT_FOUND_EXCEPTION"}"#.to_owned(),
        moment: Moment::BeforeWork,
    };
    bank.faults()
        .push(FaultRule::on(sber::GET_WAYBILL_STATE, unseen).next(looks));
}

fn created(creation: Creation) -> Box<flows::Created> {
    match creation {
        Creation::Created(created) => created,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_bag_is_announced_followed_and_counted() {
    let bank = Sandbox::builder().start().await.unwrap();
    let client = client(&bank);
    let made = created(flows::create(&client, &create()).await.unwrap());
    assert_eq!(
        (made.status, made.found_by_key),
        (Some(BankStatus::Accepted), false)
    );
    assert_eq!(
        made.object.unwrap().object_code.unwrap().as_str(),
        sber::OBJECT_CODES[0]
    );

    bank.clock().advance(LONG);
    let followed = flows::follow(&client, ID, DAYS).await.unwrap();
    let Followed::Ended(ended) = followed else {
        panic!("{followed:?}");
    };
    assert!(ended.status.has_cash_arrived());
    let details = ended.details.unwrap();
    let row = details.currency_nominal_values.good().next().unwrap();
    assert_eq!(row.quantity, Some(2));
    assert_eq!(bank.ledger().total_kopecks(), 1_000_000);
    bank.stop().await;
}

#[tokio::test]
async fn a_bag_that_never_came_is_an_end_without_cash() {
    let bank = Sandbox::builder().start().await.unwrap();
    bank.sber().end_waybill(ID, WaybillEnd::Uncompleted);
    let client = client(&bank);
    let _made = flows::create(&client, &create()).await.unwrap();
    bank.clock().advance(LONG);
    let followed = flows::follow(&client, ID, DAYS).await.unwrap();
    let Followed::Ended(ended) = followed else {
        panic!("{followed:?}");
    };
    assert_eq!(ended.status, BankStatus::Uncompleted);
    assert!(!ended.status.has_cash_arrived());
    let late = flows::cancel(&client, &cancel()).await.unwrap();
    assert!(matches!(late, Cancellation::TooLate(_)), "{late:?}");
    bank.stop().await;
}

#[tokio::test]
async fn a_waybill_is_cancelled_until_the_collector_has_the_bag() {
    for (steps, expected) in [(0, "cancelled"), (3, "refused RECEIVED_BY_COLLECTOR")] {
        let bank = Sandbox::builder().start().await.unwrap();
        let client = client(&bank);
        let _made = flows::create(&client, &create()).await.unwrap();
        bank.clock().advance(Duration::from_secs(60 * steps));
        let ended = match flows::cancel(&client, &cancel()).await.unwrap() {
            Cancellation::Cancelled(_) => "cancelled".to_owned(),
            Cancellation::Refused { state, .. } => {
                format!("refused {}", state.bank_status.unwrap())
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(ended, expected);
        bank.stop().await;
    }
}

/// Whatever the bank does with a key that was used before, there is one waybill.
#[tokio::test]
async fn a_lost_answer_never_makes_a_second_waybill() {
    for duplicate in [
        Duplicate::Refused,
        Duplicate::Replayed,
        Duplicate::CreatesAgain,
    ] {
        for fault in [
            Fault::Close(Moment::AfterWork),
            Fault::Reset(Moment::AfterWork),
            Fault::CutBody,
        ] {
            let bank = Sandbox::builder().start().await.unwrap();
            bank.sber()
                .adjust(|settings| settings.duplicate_waybill = duplicate);
            bank.faults()
                .push(FaultRule::on(sber::CREATE_WAYBILL, fault.clone()).next(1));
            let made = created(flows::create(&client(&bank), &create()).await.unwrap());
            assert!(made.found_by_key, "{fault:?}");
            assert_eq!(
                (bank.sber().waybills(ID), calls(&bank, sber::CREATE_WAYBILL)),
                (1, 1),
                "{fault:?}"
            );
            bank.stop().await;
        }
    }
}

/// Whatever the bank does with a key that was used before.
#[tokio::test]
async fn a_rerun_sends_nothing() {
    for duplicate in [
        Duplicate::Refused,
        Duplicate::Replayed,
        Duplicate::CreatesAgain,
    ] {
        let bank = Sandbox::builder().start().await.unwrap();
        bank.sber()
            .adjust(|settings| settings.duplicate_waybill = duplicate);
        let _made = flows::create(&client(&bank), &create()).await.unwrap();
        for _ in 0..3 {
            let again = created(flows::create(&client(&bank), &create()).await.unwrap());
            assert!(again.found_by_key);
        }
        assert_eq!(calls(&bank, sber::CREATE_WAYBILL), 1);
        assert_eq!(bank.sber().waybills(ID), 1);
        bank.stop().await;
    }
}

/// The process dies when the request has left: no answer, nothing written down. The bank takes its time to show the
/// waybill, too.
#[tokio::test]
async fn a_rerun_after_a_crash_sends_nothing() {
    // At so many looks the bank does not show it.
    for unseen in 0..5 {
        let bank = Sandbox::builder().start().await.unwrap();
        bank.sber()
            .adjust(|settings| settings.duplicate_waybill = Duplicate::CreatesAgain);
        let hang = Fault::Hang(Moment::AfterWork);
        bank.faults()
            .push(FaultRule::on(sber::CREATE_WAYBILL, hang).next(1));
        let (crashing, order) = (client(&bank), create());
        tokio::select! {
            ended = flows::create(&crashing, &order) => panic!("it hangs: {ended:?}"),
            () = async {
                while bank.sber().waybills(ID) == 0 {
                    tokio::task::yield_now().await;
                }
            } => {}
        }
        hide(&bank, unseen);
        let made = created(flows::create(&client(&bank), &order).await.unwrap());
        assert!(made.found_by_key && made.object.is_none());
        assert_eq!(
            (bank.sber().waybills(ID), calls(&bank, sber::CREATE_WAYBILL)),
            (1, 1),
            "{unseen}"
        );
        bank.stop().await;
    }
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_until_the_bank_shows_it() {
    for unseen in 0..5 {
        let bank = Sandbox::builder().start().await.unwrap();
        let close = Fault::Close(Moment::AfterWork);
        bank.faults()
            .push(FaultRule::on(sber::CREATE_WAYBILL, close).next(1));
        hide(&bank, unseen);
        let order = create();
        let made = flows::create_with(&client(&bank), &order, Patience::first_time()).await;
        let made = created(made.unwrap());
        assert!(made.found_by_key && made.object.is_some(), "{unseen}");
        assert_eq!(
            (bank.sber().waybills(ID), calls(&bank, sber::CREATE_WAYBILL)),
            (1, 1),
            "{unseen}"
        );
        bank.stop().await;
    }
}

#[tokio::test]
async fn what_never_arrived_is_not_there_and_may_be_sent_again() {
    let bank = Sandbox::builder().start().await.unwrap();
    let close = Fault::Close(Moment::BeforeWork);
    bank.faults()
        .push(FaultRule::on(sber::CREATE_WAYBILL, close).next(1));
    let client = client(&bank);
    let began = bank.clock().elapsed();
    let Creation::NotThere(error) = flows::create(&client, &create()).await.unwrap() else {
        panic!("it never arrived");
    };
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert!(bank.clock().elapsed() - began >= Duration::from_secs(120));
    assert_eq!(calls(&bank, sber::GET_WAYBILL_STATE), 5 + 5);
    let made = created(flows::create(&client, &create()).await.unwrap());
    assert!(!made.found_by_key);
    assert_eq!(bank.sber().waybills(ID), 1);
    bank.stop().await;
}

#[tokio::test]
async fn a_lost_answer_to_a_cancellation_is_found_in_the_state() {
    let bank = Sandbox::builder().start().await.unwrap();
    let client = client(&bank);
    let _made = flows::create(&client, &create()).await.unwrap();
    let fault = Fault::Close(Moment::AfterWork);
    bank.faults()
        .push(FaultRule::on(sber::CANCEL_WAYBILL, fault).next(1));
    let ended = flows::cancel(&client, &cancel()).await.unwrap();
    assert!(matches!(ended, Cancellation::Cancelled(_)), "{ended:?}");
    // The second one finds nothing left to do, and sends nothing.
    let again = flows::cancel(&client, &cancel()).await.unwrap();
    assert!(matches!(again, Cancellation::Cancelled(_)), "{again:?}");
    let cancellations = bank.ledger().entries().len() - 1;
    assert_eq!(cancellations, 1);
    bank.stop().await;
}

#[tokio::test]
async fn a_second_creation_of_the_same_key_is_found_and_not_taken_for_nothing() {
    // In each shape of the error body, the documented one without a cause among them.
    for shape in [
        ApiErrors::WithCause,
        ApiErrors::Documented,
        ApiErrors::Short,
    ] {
        let bank = Sandbox::builder().start().await.unwrap();
        bank.sber().adjust(|settings| settings.api_errors = shape);
        let client = client(&bank);
        let _made = flows::create(&client, &create()).await.unwrap();
        let error = client.send(&create()).await.unwrap_err();
        assert!(error.may_have_acted(), "{shape:?}: {error}");
        let again = created(flows::create(&client, &create()).await.unwrap());
        assert!(again.found_by_key);
        assert_eq!(bank.sber().waybills(ID), 1);
        bank.stop().await;
    }
}

#[tokio::test]
async fn other_names_for_what_nobody_published_reach_the_bank() {
    let bank = Sandbox::builder().start().await.unwrap();
    bank.sber().adjust(|settings| {
        settings.symbol_field = "cashSymbol".to_owned();
        settings.symbol_sum_field = "amount".to_owned();
    });
    let client = client(&bank);
    let error = client.send(&create()).await.unwrap_err();
    assert_eq!(error.code(), Some("VALIDATION_FAULT"));
    let form = WaybillForm::new()
        .symbol_field("cashSymbol")
        .sum_field("amount")
        .amounts_as_numbers()
        .quantities_as_text();
    let renamed = CreateWaybill::new(waybill().form(form));
    client.send(&renamed).await.unwrap();
    bank.stop().await;
}
