//! What is refused before it is sent is told by field and rule, and never by its value.

use rubank_core::money::Money;
use rubank_core::operation::Operation;
use rubank_core::types::{Inn, Phone, Snils};
use time::macros::date;

use super::{block_on, open};
use crate::{
    AgentId, Buyer, CertificateDetails, CertificateLine, CertificateRecipient, CheckedPassport,
    ContractorDetails, ContractorId, CreateCertificate, CreatePayment, GetPaymentByCustomerId,
    IdentityPassport, LegalForm, PayCertificate, PersonIdentity, RecognisePassport,
    RequestIdentification, Requisite, RussianPassport, SbpBankId, SbpRecipient, Scan, ScrapMetal,
    StartPassportCheck, UpsertContractor,
};

/// A card among other things: it breaks the rules of every field but one.
const CANARY: &str = "canary 5469550053219652";

#[test]
fn a_refusal_tells_field_and_rule_and_never_the_value() {
    let day = date!(2000 - 01 - 01);
    let person = || SbpRecipient::new(CANARY, CANARY).middle_name(CANARY);
    let to = || Requisite::sbp(CANARY, SbpBankId::new(1));
    refuses(
        &CreatePayment::new(CANARY, 1, Money::ZERO)
            .to(to())
            .recipient(person())
            .service_name(CANARY)
            .payment_purpose(CANARY)
            .buyer(Buyer::new(CANARY, Inn::received(CANARY))),
    );
    refuses(&GetPaymentByCustomerId::new(CANARY));
    refuses(&PayCertificate::new(1, CANARY, to()).recipient(person()));
    let scrap = ScrapMetal::new(CANARY, CANARY);
    let number = CANARY.repeat(5);
    refuses(&CreateCertificate::new(
        CertificateDetails::new(1, number, day, 2, scrap, Money::ZERO)
            .line(CertificateLine::new(CANARY))
            .recipient(CertificateRecipient::new(to()).sbp(person())),
    ));
    let form = LegalForm::Individual;
    let passport = RussianPassport::new(CANARY, day).registration_address(CANARY);
    refuses(&UpsertContractor::new(
        ContractorDetails::new(CANARY, CANARY, CANARY, form, AgentId::new(1))
            .email(CANARY.to_owned())
            .inn(Inn::received(CANARY))
            .passport(passport),
    ));
    let passport = CheckedPassport::new(CANARY, CANARY, day, CANARY, CANARY, CANARY);
    let phone = Phone::received(CANARY);
    refuses(
        &StartPassportCheck::new(CANARY, CANARY, phone, true, day, passport)
            .inn(Inn::received(CANARY)),
    );
    let passport = IdentityPassport::new()
        .first_name(CANARY)
        .number(CANARY)
        .department_code(CANARY);
    let person = PersonIdentity::new("rus")
        .snils(Snils::received(CANARY))
        .inn(Inn::received(CANARY))
        .passport(passport);
    refuses(&RequestIdentification::new(ContractorId::new(1), person));
    refuses(&RecognisePassport::new().passport(Scan::png(CANARY)));
}

fn refuses<O: Operation<Provider = crate::PayoutsPlatform> + std::fmt::Debug>(operation: &O) {
    let id = O::META.id;
    let refused = operation.parts().unwrap_err();
    let (client, platform) = open([]);
    let error = block_on(client.send(operation)).err().unwrap();
    assert_eq!(platform.sends(), 0, "{id}");
    let told = format!("{operation:?} {refused} {refused:?} {error} {error:#} {error:?}");
    for secret in ["canary", "5469550053219652"] {
        assert!(!told.contains(secret), "{id}: {told}");
    }
}
