//! Every body that the payouts platform's page publishes as a sample can be said with the crate, and is the same JSON.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use contract_tests::contract::{self, Contract};
use contract_tests::fixtures;
use contract_tests::json::{Decimal, Node, read};
use payouts_platform::rubank_core::operation::Operation;
use payouts_platform::rubank_core::types::{Inn, Phone, Snils};
use payouts_platform::{
    AddressDetails, AddressPart, AgentId, BankAccountId, BranchOfficeId, CertificateDetails,
    CertificateId, CertificateLine, CertificateRecipient, CheckedPassport, ContractorDetails,
    ContractorId, CooperationId, CreateBranch, CreateCertificate, CreateCooperation,
    CreateNomenclature, CreatePayment, Gender, GroupId, IdentificationView, IdentityPassport,
    LegalForm, MeasureUnitId, Money, PayCertificate, PersonIdentity, Quantity,
    RequestIdentification, Requisite, RussianPassport, SbpBankId, SbpRecipient, ScrapMetal,
    StartPassportCheck, Transport, UpdateBranch, UpdateCertificate, UpdateContractor,
    UpdateCooperation, UpdateNomenclature, UpsertContractor, WantedType,
};
use time::macros::date;

#[test]
fn what_the_page_publishes_is_what_the_crate_sends() {
    let contract = contract::load("payouts-platform").unwrap();
    let kind = "550e8400-e29b-41d4-a716-446655440000";
    let known = WantedType::known(kind, "Черные металлы");
    let named = WantedType::named("Черный металл");
    let unknown = || LegalForm::from(0);
    let (person, agent) = (ContractorId::new(68), AgentId::new(0));
    let key = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
    // Our own rules are stricter than the page's sample in these places: numbers with wrong check digits.
    let (none, inn) = (&[][..], &["inn"][..]);
    let rows = [
        row(&contract, &create_payment(), none),
        row(&contract, &create_branch(), none),
        row(&contract, &update_branch(), none),
        row(&contract, &CreateCertificate::new(certificate()), none),
        row(&contract, &UpdateCertificate::new(7, certificate()), none),
        row(&contract, &pay_certificate(key), none),
        row(
            &contract,
            &CreateNomenclature::new("Номенклатура № 1", known),
            none,
        ),
        row(
            &contract,
            &UpdateNomenclature::new(kind, "Номенклатура № 1", named),
            none,
        ),
        row(&contract, &passport_check(), inn),
        row(&contract, &UpsertContractor::new(contractor()), inn),
        row(&contract, &UpdateContractor::new(68, contractor()), inn),
        row(&contract, &identification(), none),
        row(
            &contract,
            &CreateCooperation::new(person, agent, unknown()).is_agree_pay_taxes(false),
            none,
        ),
        row(
            &contract,
            &UpdateCooperation::new(person, CooperationId::new(3), agent, unknown())
                .is_agree_pay_taxes(false),
            none,
        ),
    ];
    let mut ids: Vec<&str> = rows.to_vec();
    ids.sort_unstable();
    let all = fixtures::load("payouts-platform").unwrap();
    let published = all.iter().filter(|fixture| {
        let has_body = matches!(fixture.body, fixtures::Content::Json(_));
        fixture.case == "request-sample" && !fixture.made && has_body
    });
    let mut published: Vec<&str> = published.map(|one| one.operation.as_str()).collect();
    published.sort_unstable();
    assert_eq!(ids, published, "each sample has its row");
}

/// Compares a request with the published one; gives the operation's id.
fn row<O: Operation>(contract: &Contract, request: &O, stricter: &[&str]) -> &'static str {
    let id = O::META.id;
    let fixture = fixtures::load_case(id, "request-sample").unwrap();
    let body = contract.operation(id).unwrap().request.as_ref().unwrap();
    let example = body.examples.first().unwrap();
    let mut allowed: Vec<&str> = example.breaks.iter().map(String::as_str).collect();
    allowed.extend(stricter);
    allowed.sort_unstable();
    let parts = request.parts().unwrap();
    let sent = String::from_utf8(parts.body_ref().as_bytes().unwrap().to_vec()).unwrap();
    let mut found = Vec::new();
    differences(
        &read(fixture.text()).unwrap(),
        &read(&sent).unwrap(),
        "",
        &mut found,
    );
    found.sort_unstable();
    assert_eq!(found, allowed, "{id}");
    id
}

/// The places in which two values differ; the order of members is nothing, nor is the spelling of a number.
fn differences(left: &Node, right: &Node, place: &str, found: &mut Vec<String>) {
    let inside = |name: &str| match place {
        "" => name.to_owned(),
        _ => format!("{place}.{name}"),
    };
    match (left, right) {
        (Node::Map(these), Node::Map(those)) => {
            for (name, value) in these {
                let other = right.get(name).unwrap_or(&Node::Null);
                differences(value, other, &inside(name), found);
            }
            let only_there = those.iter().filter(|(name, _)| left.get(name).is_none());
            found.extend(only_there.map(|(name, _)| inside(name)));
        }
        (Node::List(these), Node::List(those)) if these.len() == those.len() => {
            for (index, (this, that)) in these.iter().zip(those).enumerate() {
                differences(this, that, &format!("{place}[{index}]"), found);
            }
        }
        (Node::Number(this), Node::Number(that)) if Decimal::new(this) == Decimal::new(that) => {}
        _ if left == right => {}
        _ => found.push(place.to_owned()),
    }
}

fn create_payment() -> CreatePayment {
    let key = "9f0bb7b7-e5cd-4725-8080-4c230ec702ad";
    CreatePayment::new(key, ContractorId::new(123), Money::from_roubles(100))
        .to(Requisite::card("5469550053219652"))
        .payer(AgentId::new(61))
        .service_name(
            "наименование услуг (только для самозанятых исполнителей). Не должно содержать номер \
             банковской карты.",
        )
        .payment_purpose("назначение платежа. Не должно содержать номер банковской карты.")
}

fn create_branch() -> CreateBranch {
    CreateBranch::new("Филиал", AgentId::new(45), "Московская 4, д. 3")
        .limit_monthly(Money::from_roubles(250))
        .limit_daily(Money::from_roubles(250))
}

fn update_branch() -> UpdateBranch {
    UpdateBranch::new(
        BranchOfficeId::new(12),
        "Филиал",
        AgentId::new(45),
        "Московская 4, д. 3",
        Some(Money::from_roubles(250)),
        Some(Money::from_roubles(250)),
        false,
    )
}

fn certificate() -> CertificateDetails {
    let nothing = Quantity::ZERO;
    let line = CertificateLine::new("string")
        .kind("string")
        .nomenclature("30277afd-c473-45cf-89a2-a9c76281f4d7")
        .measure_unit(MeasureUnitId::new(4))
        .weights(nothing, nothing, Quantity::parse("100").unwrap())
        .price(nothing, Money::ZERO);
    let scrap = ScrapMetal::new("string", "string");
    let sum = Money::parse("0.1").unwrap();
    CertificateDetails::new(0, "string", date!(2023 - 01 - 01), 0, scrap, sum)
        .line(line)
        .branch_office(BranchOfficeId::new(0))
        .bank_account(BankAccountId::new(0))
        .transport(Transport::new("string", "string"))
        .recipient(CertificateRecipient::new(by_phone()).sbp(recipient()))
}

fn by_phone() -> Requisite {
    Requisite::sbp("79990000001", SbpBankId::new(100_000_000_004))
}

fn recipient() -> SbpRecipient {
    SbpRecipient::new("string", "string").middle_name("string")
}

fn pay_certificate(key: &str) -> PayCertificate {
    PayCertificate::new(CertificateId::new(7), key, by_phone())
        .recipient(recipient())
        .bank_account(BankAccountId::new(0))
}

fn passport_check() -> StartPassportCheck {
    let passport = CheckedPassport::new(
        "1234",
        "123456",
        date!(2000 - 01 - 01),
        "000-000",
        "Отделом внутренних дел",
        "г. Москва, Ленинский проспект, д. 1",
    );
    let phone = Phone::received("+79990000000");
    let born = date!(2000 - 01 - 01);
    StartPassportCheck::new("Иванов", "Ивано", phone, false, born, passport)
        .middle_name("Иванович")
        .inn(Inn::received("123456789047"))
}

fn contractor() -> ContractorDetails {
    let passport = RussianPassport::new("8000 310000", date!(2024 - 02 - 06))
        .issued_by("string", "string")
        .birth_date(date!(2024 - 02 - 06))
        .registration_address("string");
    ContractorDetails::new(
        "+79031112233",
        "Константинопольский",
        "Константин",
        LegalForm::SelfEmployed,
        AgentId::new(1),
    )
    .middle_name("Константинович")
    .inn(Inn::received("500100732259"))
    .group(GroupId::new(1))
    .company_agrees_pay_taxes(true)
    .passport(passport)
}

fn identification() -> RequestIdentification {
    let details = AddressDetails::new()
        .zip_code("140000")
        .country("РОССИЯ", "643")
        .area(AddressPart::new("Московская", "обл"))
        .city(AddressPart::new("Химки", "г"))
        .street(AddressPart::new("Советская", "ул"))
        .house(AddressPart::new("22", "Дом"))
        .building(AddressPart::new("2", "Корпус"))
        .apartment(AddressPart::new("30", "Квартира"));
    let passport = IdentityPassport::new()
        .first_name("Иван")
        .last_name("Иванов")
        .middle_name("Иванович")
        .gender(Gender::Male)
        .number("1234 123456")
        .department_name("МВД по г. Москва")
        .department_code("170001")
        .issued_at(date!(1990 - 01 - 01))
        .birthdate(date!(1990 - 01 - 01))
        .birthdate_place("г. Москва")
        .address("РОССИЯ, 140000, Московская обл, г Химки, ул Советская, д. 22, к. 2, кв. 30")
        .address_details(details);
    let person = PersonIdentity::new("rus")
        .is_verified(true)
        .snils(Snils::received("11223344595"))
        .inn(Inn::received("123456789047"))
        .passport(passport);
    RequestIdentification::new(ContractorId::new(68), person).view(IdentificationView::Simple)
}
