//! The flows against the simulated bank, over TLS with a client certificate. Its ledger is the judge: each wish is
//! paid at most once.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::time::Duration;

use rubank_core::clock::ManualClock;
use rubank_core::environment::{Environment, Host as Base};
use rubank_sandbox::tbank::{self, Limits, PayAnswer, Repeat};
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox};
use tbank_registry::flows::{
    Event, Family, PaymentEnd, Preparation, PrepareError, SignedRegistry, confirm, pay_and_confirm,
    prepare_and_sign,
};
use tbank_registry::{
    Account, BadLines, Client, CreateSalaryRegistry, CreateSelfEmployedRegistry, Employee,
    ErrorKind, GetPaymentStatus, Identity, Money, OPEN, Outcome, PayRegistry,
    PaySelfEmployedRegistry, Problem, Root, SECURED, SalaryLine, SelfEmployedLine,
    SelfEmployedPerson, Settled,
};

const CREATE_KEY: &str = "cf99df08-0829-4614-8da3-0e440fd23fe0";
const SIGNING_KEY: &str = "0b8a4f7e-52b5-4c8e-9a55-3b8f0d9a7c11";
const MINUTE: Duration = Duration::from_secs(60);

/// A bank, a client of it, and one time for both.
struct World {
    bank: Sandbox,
    client: Client,
    clock: ManualClock,
}

impl World {
    async fn new() -> Self {
        let bank = Sandbox::builder().start().await.unwrap();
        let clock = ManualClock::new(bank.clock().now());
        let environment = tbank_registry::environment(
            "simulated",
            bank.url(Host::TBankRegistrySecured),
            bank.url(Host::TBankRegistryOpen),
        );
        let client = Client::builder(environment)
            .credentials(tbank_registry::credentials(tbank::TOKEN))
            .identity(Identity::from_pem(bank.client_identity_pem().as_bytes()).unwrap())
            .extra_roots(Root::from_pem(bank.ca_pem().as_bytes()).unwrap())
            .clock(clock.clone())
            .build()
            .unwrap();
        Self {
            bank,
            client,
            clock,
        }
    }

    fn pass(&self, time: Duration) {
        self.bank.clock().advance(time);
        self.clock.advance(time);
    }

    /// Lets a countdown pass.
    fn hear(&self, event: &Event) {
        if let Event::Waiting { left, .. } = event {
            self.pass((*left).min(Duration::from_secs(1)));
        }
    }

    async fn prepare(&self, what: &Preparation) -> Result<SignedRegistry, PrepareError> {
        prepare_and_sign(&self.client, what, 5 * MINUTE, |event| self.hear(&event)).await
    }

    async fn pay(&self, signed: &SignedRegistry, pay: &PayRegistry) -> PaymentEnd {
        let flow = pay_and_confirm(&self.client, signed, pay, 30 * MINUTE, |event| {
            self.hear(&event)
        });
        flow.await.unwrap().end()
    }

    fn fail_once(&self, operation: &'static str, fault: Fault) {
        self.bank
            .faults()
            .push(FaultRule::on(operation, fault).next(1));
    }
}

fn account(text: &str) -> Account {
    Account::received(text)
}

fn salary(accounts: [&str; 2]) -> CreateSalaryRegistry {
    let line = |number, to: &str, sum: &str| {
        let sum = Money::parse(sum).unwrap();
        let employee = Employee::new("Иван", "Примеров");
        SalaryLine::new(number, account(to), "Заработная плата", employee, sum)
    };
    let lines = [
        line(1, accounts[0], "50000.10"),
        line(2, accounts[1], "70000"),
    ];
    CreateSalaryRegistry::new(CREATE_KEY, lines)
}

fn employees(accounts: [&str; 2]) -> Preparation {
    Preparation::employees(salary(accounts), SIGNING_KEY)
}

const GOOD: [&str; 2] = ["40817810000000000001", "40817810000000000002"];

fn payment_of(signed: &SignedRegistry) -> PayRegistry {
    let from = account(tbank::COMPANY_ACCOUNT);
    signed.pay("salary-1", from, "Зарплата. Согласно реестру 5")
}

#[tokio::test]
async fn employees_are_paid_to_the_last_line() {
    let world = World::new().await;
    let signed = world.prepare(&employees(GOOD)).await.unwrap();
    let before = world.bank.tbank().funds();
    assert_eq!(
        world.pay(&signed, &payment_of(&signed)).await,
        PaymentEnd::Executed
    );
    assert_eq!(before - world.bank.tbank().funds(), 12_000_010);
    assert_eq!(world.bank.ledger().paid("salary-1"), 1);
}

#[tokio::test]
async fn the_self_employed_are_paid_by_either_method() {
    let world = World::new().await;
    let person = SelfEmployedPerson::new("Ольга", "Примерова");
    let sum = Money::parse("1500.50").unwrap();
    let line = SelfEmployedLine::new(1, account(GOOD[0]), "Оплата услуг", person, sum);
    let create = CreateSelfEmployedRegistry::new(CREATE_KEY, [line]);
    let what = Preparation::self_employed(create, SIGNING_KEY);
    let signed = world.prepare(&what).await.unwrap();
    assert_eq!(
        world.pay(&signed, &payment_of(&signed)).await,
        PaymentEnd::Executed
    );
    assert_eq!(world.bank.ledger().paid("salary-1"), 1);

    let own = PaySelfEmployedRegistry::new(
        "11111111-2222-4333-8444-555555555555",
        i32::try_from(tbank::SELF_EMPLOYED_REGISTRY).unwrap(),
    );
    world.client.send(&own).await.unwrap();
    world.pass(MINUTE);
    let settled = world.client.settle(&own).await.unwrap();
    assert!(matches!(settled, Settled::Happened(_)), "{settled:?}");
}

#[tokio::test]
async fn lost_answers_never_pay_twice() {
    let faults = [
        Fault::Close(Moment::AfterWork),
        Fault::Reset(Moment::AfterWork),
        Fault::Html {
            status: 502,
            moment: Moment::AfterWork,
        },
        Fault::Html {
            status: 200,
            moment: Moment::AfterWork,
        },
        tbank::internal_error(Moment::AfterWork),
    ];
    for fault in faults {
        let world = World::new().await;
        for operation in [
            tbank::CREATE_SALARY,
            tbank::SUBMIT_SALARY,
            tbank::PAY_REGISTRY,
        ] {
            world.fail_once(operation, fault.clone());
        }
        let signed = world.prepare(&employees(GOOD)).await.unwrap();
        let end = world.pay(&signed, &payment_of(&signed)).await;
        assert_eq!(end, PaymentEnd::Executed, "{fault:?}");
        assert_eq!(world.bank.ledger().paid("salary-1"), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn what_never_arrived_is_not_paid_and_not_called_refused() {
    let world = World::new().await;
    world.bank.tbank().status_knows_registries(false);
    world.fail_once(tbank::PAY_REGISTRY, Fault::Close(Moment::BeforeWork));
    let signed = world.prepare(&employees(GOOD)).await.unwrap();
    let end = world.pay(&signed, &payment_of(&signed)).await;
    assert_eq!(end, PaymentEnd::NeedsPerson);
    assert_eq!(world.bank.ledger().paid("salary-1"), 0);
}

#[tokio::test]
async fn the_card_is_the_second_witness() {
    let world = World::new().await;
    world.bank.tbank().status_knows_registries(false);
    world.fail_once(tbank::PAY_REGISTRY, Fault::Close(Moment::AfterWork));
    let signed = world.prepare(&employees(GOOD)).await.unwrap();
    let pay = payment_of(&signed);
    assert_eq!(world.pay(&signed, &pay).await, PaymentEnd::Executed);
    let error = world
        .client
        .send(&GetPaymentStatus::new("salary-1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);

    // And after a restart, with questions only.
    let later = confirm(
        &world.client,
        Family::Employees,
        &pay,
        30 * MINUTE,
        |event| world.hear(&event),
    );
    assert_eq!(later.await.end(), PaymentEnd::Executed);
    assert_eq!(world.bank.ledger().paid("salary-1"), 1);
}

#[tokio::test]
async fn a_smaller_registry_is_not_paid_unless_somebody_means_it() {
    let world = World::new().await;
    let create = salary([GOOD[0], tbank::CLOSED_ACCOUNT]).bad_lines(BadLines::LeaveOut);
    let what = Preparation::employees(create, SIGNING_KEY);
    let Err(PrepareError::Different(difference)) = world.prepare(&what).await else {
        panic!("it is smaller than asked");
    };
    assert_eq!(difference.count(), Some(1));
    assert_eq!(difference.left_out()[0].number, Some(2));
    let signed = difference.accept();
    assert_eq!(
        world.pay(&signed, &payment_of(&signed)).await,
        PaymentEnd::Executed
    );

    // With the bank's default nothing is built at all.
    let world = World::new().await;
    let refused = world
        .prepare(&employees([GOOD[0], tbank::CLOSED_ACCOUNT]))
        .await;
    assert!(matches!(refused, Err(PrepareError::NotBuilt(_))));
}

#[tokio::test]
async fn a_signature_that_is_refused_is_told() {
    let world = World::new().await;
    world.bank.tbank().refuse_signatures(true);
    let refused = world.prepare(&employees(GOOD)).await;
    assert!(matches!(refused, Err(PrepareError::NotSigned(_))));
}

#[tokio::test]
async fn failed_lines_are_repeated_alone() {
    let world = World::new().await;
    let what = employees([GOOD[0], tbank::REJECTED_ACCOUNT]);
    let signed = world.prepare(&what).await.unwrap();
    let pay = payment_of(&signed);
    let flow = pay_and_confirm(&world.client, &signed, &pay, 30 * MINUTE, |event| {
        world.hear(&event)
    });
    let paid = flow.await.unwrap();
    assert_eq!(
        (paid.end(), paid.failed_lines()),
        (PaymentEnd::PartlyExecuted, vec![2])
    );
    let keys = [
        "21111111-2222-4333-8444-555555555555",
        "31111111-2222-4333-8444-555555555555",
    ];
    let again = what.for_failed_lines(&paid, keys[0], keys[1]).unwrap();
    let repeated = world.prepare(&again).await.unwrap();
    assert_eq!(repeated.count(), Some(1));
    assert_eq!(repeated.replaces(), Some(signed.registry()));
}

#[tokio::test]
async fn the_bank_repeats_a_failed_debit_until_the_due_date() {
    let world = World::new().await;
    let signed = world.prepare(&employees(GOOD)).await.unwrap();
    world.bank.tbank().fail_debits(2);
    let now = world.bank.clock().now();
    let pay = payment_of(&signed).due_date(now + time::Duration::HOUR, now);
    let flow = pay_and_confirm(&world.client, &signed, &pay, 120 * MINUTE, |event| {
        world.hear(&event)
    });
    assert_eq!(flow.await.unwrap().end(), PaymentEnd::Executed);
    assert_eq!(world.bank.ledger().paid("salary-1"), 1);
}

#[tokio::test]
async fn refusals_have_their_classes() {
    let world = World::new().await;
    let pay = |id: &str, registry: u64| {
        let from = account(tbank::COMPANY_ACCOUNT);
        PayRegistry::new(id, i32::try_from(registry).unwrap(), from, "Зарплата")
    };
    let problem = async |pay: PayRegistry| {
        let error = world.client.send(&pay).await.unwrap_err();
        (Problem::of(&error), error.outcome())
    };
    let refused = |problem| (Some(problem), Outcome::Rejected);
    // The registry is a draft.
    assert_eq!(
        problem(pay("a", tbank::DRAFT_REGISTRY)).await,
        refused(Problem::Business)
    );
    world.bank.tbank().limits(Limits {
        payment: 100,
        ..Limits::NONE
    });
    assert_eq!(
        problem(pay("a", tbank::ACCEPTED_REGISTRY)).await,
        refused(Problem::Limit)
    );
    world.bank.tbank().limits(Limits::NONE);
    world.bank.tbank().refuse_address(true);
    assert_eq!(
        problem(pay("a", tbank::ACCEPTED_REGISTRY)).await,
        refused(Problem::Access)
    );
    world.bank.tbank().refuse_address(false);
    world.bank.tbank().set_funds(0);
    assert_eq!(
        problem(pay("a", tbank::ACCEPTED_REGISTRY)).await,
        refused(Problem::Business)
    );
    world.bank.tbank().set_funds(1_000_000_000);

    world.bank.tbank().answer_payments(PayAnswer::Created);
    let taken = world
        .client
        .send(&pay("a", tbank::ACCEPTED_REGISTRY))
        .await
        .unwrap();
    assert_eq!(taken.status().as_u16(), 201);
    // The same id again: never "nothing happened".
    world.bank.tbank().on_repeated_payment(Repeat::Refuse);
    let used = problem(pay("a", tbank::ACCEPTED_REGISTRY)).await;
    assert_eq!(used, (Some(Problem::UsedKey), Outcome::Unknown));

    world.bank.tbank().revoke_token(tbank::TOKEN);
    assert_eq!(
        problem(pay("b", tbank::ACCEPTED_REGISTRY)).await,
        refused(Problem::Token)
    );
}

#[tokio::test]
async fn a_new_token_needs_a_new_certificate() {
    let world = World::new().await;
    let status = GetPaymentStatus::new("unknown");
    let kind = async || world.client.send(&status).await.unwrap_err().kind();
    // A good call ties the pair.
    let list = tbank_registry::ListSalaryRegistries::new();
    world.client.send(&list).await.unwrap();
    let other = || Identity::from_pem(world.bank.other_identity_pem().as_bytes()).unwrap();
    let old = || tbank_registry::credentials(tbank::TOKEN);
    world.client.replace_identity(other(), old()).unwrap();
    assert_eq!(kind().await, ErrorKind::Forbidden);
    let new = tbank_registry::credentials(world.bank.tbank().issue_token());
    world.client.replace_identity(other(), new).unwrap();
    assert_eq!(kind().await, ErrorKind::NotFound);
}

#[tokio::test]
async fn the_test_stand_takes_its_published_token_and_no_other() {
    let bank = Sandbox::builder().start().await.unwrap();
    let base = |host| Base::new(bank.url(host)).with_public_credentials_only();
    let stand = || {
        Environment::new("stand")
            .host(SECURED, base(Host::TBankRegistryTestSecured))
            .host(OPEN, base(Host::TBankRegistryTestOpen))
    };
    let roots = || Root::from_pem(bank.ca_pem().as_bytes()).unwrap();
    let client = Client::builder(stand())
        .credentials(tbank_registry::test_stand_credentials())
        .extra_roots(roots())
        .build()
        .unwrap();
    let pay = PayRegistry::new("salary-1", 5, account(tbank::COMPANY_ACCOUNT), "Зарплата");
    client.send(&pay).await.unwrap();
    client
        .send(&tbank_registry::GetSalaryRegistry::new(5))
        .await
        .unwrap();
    let own = Client::builder(stand())
        .credentials(tbank_registry::credentials(tbank::TOKEN))
        .extra_roots(roots())
        .build();
    assert_eq!(own.unwrap_err().kind(), ErrorKind::Configuration);
}
