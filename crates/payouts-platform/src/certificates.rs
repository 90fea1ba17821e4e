//! Acceptance certificates of scrap (ПСА): created, listed, updated, paid, downloaded.

mod check;
mod details;
mod file;
mod model;
mod pay;
mod read;
mod write;

use rubank_core::money::{Money, Quantity};
use time::macros::{date, datetime};

pub use check::CertificateWarning;
pub use details::{
    CertificateDetails, CertificateLine, CertificateRecipient, ScrapMetal, Transport,
};
pub use file::{DownloadCertificateDocx, DownloadCertificatePdf};
pub use model::{
    Certificate, CertificateAbilities, CertificateAgent, CertificateAuthor, CertificateBankAccount,
    CertificateBranch, CertificateContractor, CertificateItem, CertificatePayment,
    CertificateRequisite, CertificateRequisiteFields, CertificateSbp, CertificateScrapMetal,
    CertificateStatus, CertificateTransport, MeasureUnit,
};
pub use pay::PayCertificate;
pub use read::{CertificateOrder, GetCertificate, ListCertificates};
pub use write::{CreateCertificate, UpdateCertificate};

use crate::ids::{
    AgentId, BankAccountId, BranchOfficeId, CertificateId, ContractorId, MeasureUnitId, SbpBankId,
};
use crate::requisites::{Requisite, SbpRecipient};

const CERTIFICATES: &str = "/acceptance-certificates";
const CERTIFICATE: &str = "/acceptance-certificates/{cert_id}";
const KEY: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

crate::catalogue::area! {
    CreateCertificate => || CreateCertificate::new(sample()),
    ListCertificates => || ListCertificates::new()
        .order(CertificateOrder::Name)
        .contractors([1, 2, 3].map(ContractorId::new))
        .agents([1, 2, 3].map(AgentId::new))
        .branch_offices([1, 2, 3].map(BranchOfficeId::new))
        .ids([1, 2, 3].map(CertificateId::new))
        .created_from(datetime!(2024-03-13 15:32:01 +3))
        .created_to(datetime!(2024-03-13 15:32:01 +3))
        .updated_from(datetime!(2024-03-13 15:32:01 +3))
        .updated_to(datetime!(2024-03-13 15:32:01 +3))
        .per_page(10),
    GetCertificate => || GetCertificate::new(CertificateId::new(7)),
    UpdateCertificate => || UpdateCertificate::new(CertificateId::new(7), sample()),
    PayCertificate => || PayCertificate::new(CertificateId::new(1), KEY, by_phone())
        .recipient(person())
        .bank_account(BankAccountId::new(34)),
    DownloadCertificateDocx => || DownloadCertificateDocx::new(CertificateId::new(7)),
    DownloadCertificatePdf => || DownloadCertificatePdf::new(CertificateId::new(7)),
}

fn by_phone() -> Requisite {
    Requisite::sbp("+79990000001", SbpBankId::new(100_000_000_004))
}

fn person() -> SbpRecipient {
    SbpRecipient::new("Иванов", "Иван").middle_name("Иванович")
}

/// A certificate whose sums are right, with every personal field filled.
pub(crate) fn sample() -> CertificateDetails {
    let line = CertificateLine::new("Лом стальной")
        .kind("Черные металлы")
        .nomenclature("30277afd-c473-45cf-89a2-a9c76281f4d7")
        .measure_unit(MeasureUnitId::new(4))
        // (10.5 - 0.5) x (1 - 5 %) = 9.5 tonnes
        .weights(tonnes(10_500), tonnes(500), Quantity::new(5.into()))
        .price(Quantity::new(20_000.into()), Money::from_roubles(190_000));
    CertificateDetails::new(
        AgentId::new(61),
        "ПСА-7",
        date!(2023 - 01 - 01),
        ContractorId::new(68),
        ScrapMetal::new("Собственность Иванова И. И.", "Лом стальной, 3А"),
        Money::from_roubles(190_000),
    )
    .line(line)
    .branch_office(BranchOfficeId::new(12))
    .bank_account(BankAccountId::new(34))
    .transport(Transport::new("КамАЗ", "А001АА77"))
    .recipient(CertificateRecipient::new(by_phone()).sbp(person()))
}

fn tonnes(kilograms: i64) -> Quantity {
    // Three decimals at most, which a quantity holds: there is no other way for it to be absent.
    Quantity::parse(&format!("{}.{:03}", kilograms / 1000, kilograms % 1000)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
