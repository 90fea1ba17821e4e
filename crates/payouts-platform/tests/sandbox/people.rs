//! Repetitions, scans, checks, and people who are taken on.

use payouts_platform::flows::{
    Payout, Repetition, SelfEmployedPlan, Standing, check_passport, onboard_self_employed,
    recognise_passport, repeat_payment, to_identification,
};
use payouts_platform::time::macros::date;
use payouts_platform::{
    AgentId, CheckedPassport, ContractorDetails, LegalForm, PaymentId, Phone, Quantity,
    RecognisePassport, Scan, StartPassportCheck, StatusMeaning,
};
use rubank_sandbox::payouts::{self, TaxStatus};
use rubank_sandbox::{Fault, FaultRule, Moment, Sandbox};

use crate::{HOUR, answered, asked, connect};

#[tokio::test]
async fn a_failed_payout_is_repeated_once_even_if_the_answer_is_lost() {
    for is_lost in [false, true] {
        let (sandbox, client) = connect().await;
        if is_lost {
            let lost = Fault::Close(Moment::AfterWork);
            let rule = FaultRule::on(payouts::REPEAT_PAYMENT, lost).next(1);
            sandbox.faults().push(rule);
        }
        let id = PaymentId::new(payouts::FAILED_PAYMENT.try_into().unwrap());
        let ended = repeat_payment(&client, id, HOUR).await.unwrap();
        let Repetition::Sent {
            payout: Payout::Paid(payment),
            events_before,
            answer_lost,
        } = ended
        else {
            panic!("{ended:?}");
        };
        assert_eq!(answer_lost, is_lost);
        assert!(payment.history.len() > events_before, "{payment:?}");
        assert_eq!(asked(&sandbox, payouts::REPEAT_PAYMENT), 1);
        assert_eq!(answered(&sandbox, 429), 0, "{:?}", sandbox.calls());
        // What is paid cannot be repeated.
        let again = repeat_payment(&client, id, HOUR).await.unwrap();
        let Repetition::NotAllowed(payment) = again else {
            panic!("{again:?}");
        };
        assert_eq!(payment.meaning(), StatusMeaning::Paid);
    }
}

#[tokio::test]
async fn recognised_scans_become_an_identification() {
    let (_sandbox, client) = connect().await;
    let scans = RecognisePassport::new()
        .passport(Scan::png(&b"\x89PNG\r\n\x1a\n"[..]))
        .registration(Scan::jpeg(&b"\xff\xd8\xff\xe0"[..]));
    let least = Quantity::parse("0.6").unwrap();
    let recognised = recognise_passport(&client, &scans, least, HOUR)
        .await
        .unwrap();
    assert!(recognised.is_final);
    let doubts: Vec<_> = recognised
        .doubtful
        .iter()
        .map(|doubt| doubt.field)
        .collect();
    assert_eq!(doubts, ["issued_by"]);
    let person = to_identification(&recognised.recognition.unwrap()).unwrap();
    let (onboarded, sandbox) = onboard(payouts::SELF_EMPLOYED, |plan| plan.identify(person)).await;
    assert!(onboarded.identification.is_some(), "{onboarded:?}");
    assert!(
        matches!(onboarded.standing, Standing::Allowed),
        "{onboarded:?}"
    );
    assert_eq!(asked(&sandbox, payouts::REQUEST_IDENTIFICATION), 1);
}

#[tokio::test]
async fn a_passport_is_checked_until_the_end_that_is_known() {
    for passes in [true, false] {
        let (sandbox, client) = connect().await;
        sandbox.payouts().pass_passports(passes);
        let passport = CheckedPassport::new(
            "0001",
            "000042",
            date!(2010 - 03 - 31),
            "020-001",
            "Отделом песочницы",
            "Гор. Примерск",
        );
        let phone = Phone::checked("+79990000001").unwrap();
        let born = date!(1990 - 02 - 28);
        let check = StartPassportCheck::new("Примеров", "Иван", phone, false, born, passport);
        let checked = check_passport(&client, &check, HOUR).await.unwrap();
        // How a check fails was never published, so that it is not believed to be an end.
        assert_eq!(checked.is_final, passes, "{checked:?}");
        assert!(checked.check.status.is_some());
    }
}

#[tokio::test]
async fn whom_the_tax_service_knows_can_be_paid() {
    let rows = [
        (TaxStatus::Allowed, "Allowed"),
        (TaxStatus::AwaitsConsent, "WaitsForConsent"),
        (TaxStatus::NotRegistered, "NotSelfEmployed"),
    ];
    for (truth, expected) in rows {
        let (sandbox, client) = connect().await;
        let number = payouts::SELF_EMPLOYED;
        assert!(sandbox.payouts().set_tax_status(number, truth));
        let plan = SelfEmployedPlan::new(card(number)).also_with(other_agent(), true);
        let onboarded = onboard_self_employed(&client, plan, HOUR).await.unwrap();
        let standing = format!("{:?}", onboarded.standing);
        assert!(standing.starts_with(expected), "{standing}");
        assert_eq!(
            onboarded.contractor.map(|id| id.get()),
            number.try_into().ok()
        );
        assert_eq!(answered(&sandbox, 429), 0, "{:?}", sandbox.calls());
        assert_eq!(asked(&sandbox, payouts::CREATE_COOPERATION), 1);
    }
}

async fn onboard(
    number: u64,
    with: impl FnOnce(SelfEmployedPlan) -> SelfEmployedPlan,
) -> (payouts_platform::flows::Onboarded, Sandbox) {
    let (sandbox, client) = connect().await;
    let plan = with(SelfEmployedPlan::new(card(number)));
    let onboarded = onboard_self_employed(&client, plan, HOUR).await.unwrap();
    (onboarded, sandbox)
}

/// The card of a seeded contractor: their phone is made of their number.
fn card(number: u64) -> ContractorDetails {
    let agent = AgentId::new(payouts::AGENT.try_into().unwrap());
    let phone = format!("+7900000{number:04}");
    ContractorDetails::new(phone, "Примеров", "Иван", LegalForm::SelfEmployed, agent)
        .company_agrees_pay_taxes(true)
}

fn other_agent() -> AgentId {
    AgentId::new(payouts::OTHER_AGENT.try_into().unwrap())
}
