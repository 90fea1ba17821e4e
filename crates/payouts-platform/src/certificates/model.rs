//! An acceptance certificate, as the platform answers with it.

use rubank_core::lenient::{self, Rows};
use rubank_core::money::{self, Money, Quantity};
use rubank_core::personal::Personal;
use rubank_core::types::{Inn, Phone};
use rubank_core::{model, open_enum};

use crate::forms::Day;
use crate::ids::{
    AgentId, BankAccountId, BranchOfficeId, CertificateId, ContractorId, MeasureUnitId, PaymentId,
    RequisiteId,
};
use crate::nomenclatures::Nomenclature;
use crate::payments::{Icon, PaymentStatusField, StatusMeaning};
use crate::requisites::RequisiteType;

model! {
    /// An acceptance certificate (ПСА). Creating and updating answer with the fewest fields, a list with more, the card
    /// with the most; no page promises any.
    #[derive(Eq)]
    pub struct Certificate {
        /// The platform's number of it.
        pub id: Option<CertificateId> = shown "id",
        /// The customer's number of it.
        pub number: Option<String> = "number" as lenient::text::option,
        /// State.
        pub status: Option<CertificateStatus> = shown "status",
        /// Its sum, roubles.
        pub amount: Option<Money> = "amount" as money::as_number::option,
        /// The legal entity that accepts.
        pub agent: Option<CertificateAgent> = "agent",
        /// The branch that accepts.
        pub branch_office: Option<CertificateBranch> = "branch_office",
        /// The account that shall pay.
        pub bank_account: Option<CertificateBankAccount> = "bank_account",
        /// Its payout.
        pub payment: Option<CertificatePayment> = shown "payment",
        /// Its date.
        pub date: Option<Day> = shown "date",
        /// Who hands over.
        pub contractor: Option<CertificateContractor> = shown "contractor",
        /// Who made it.
        pub author: Option<CertificateAuthor> = "author",
        /// What may be done with it now.
        pub abilities: Option<CertificateAbilities> = shown "abilities",
        /// What brought it.
        pub transport: Option<CertificateTransport> = "transport",
        /// What is handed over.
        pub scrap_metal_data: Option<CertificateScrapMetal> = "scrap_metal_data",
        /// Its lines.
        pub certificate_items: Rows<CertificateItem> = "certificate_items",
        /// Where the money shall go.
        pub contractor_requisite: Option<CertificateRequisite> = "contractor_requisite",
    }
}

open_enum! {
    /// The state of a certificate. Only one was published.
    pub enum CertificateStatus {
        /// In processing.
        InProcessing = "in_processing",
    }
}

model! {
    /// The legal entity that accepts.
    #[derive(Eq)]
    pub struct CertificateAgent {
        /// The legal entity.
        pub id: Option<AgentId> = shown "id",
        /// Its name; that of an entrepreneur is a person's.
        pub name: Option<Personal<String>> = "name",
    }
}

model! {
    /// The branch that accepts.
    #[derive(Eq)]
    pub struct CertificateBranch {
        /// The branch.
        pub id: Option<BranchOfficeId> = shown "id",
        /// What the customer calls it.
        pub name: Option<String> = "name" as lenient::text::option,
        /// Where it is.
        pub address: Option<Personal<String>> = "address",
        /// Whether it works.
        pub is_active: Option<bool> = shown "is_active" as lenient::flag::option,
    }
}

model! {
    /// The account that shall pay.
    #[derive(Eq)]
    pub struct CertificateBankAccount {
        /// The account.
        pub id: Option<BankAccountId> = shown "id",
        /// What the customer calls it.
        pub name: Option<String> = "name" as lenient::text::option,
    }
}

model! {
    /// The payout of a certificate.
    #[derive(Eq)]
    pub struct CertificatePayment {
        /// The payout.
        pub id: Option<PaymentId> = shown "id",
        /// Its state.
        pub status: Option<PaymentStatusField> = shown "status",
        /// Its sum, roubles.
        pub amount: Option<Money> = "amount" as money::as_number::option,
    }
}

impl CertificatePayment {
    /// What its state means for the money. Whether it is final is not told here: ask for the payout itself.
    #[must_use]
    pub fn meaning(&self) -> StatusMeaning {
        let status = self.status.as_ref().and_then(|status| status.id.as_ref());
        StatusMeaning::of(status, None)
    }
}

model! {
    /// Who hands over.
    #[derive(Eq)]
    pub struct CertificateContractor {
        /// The contractor.
        pub id: Option<ContractorId> = shown "id",
        /// Name.
        pub name: Option<Personal<String>> = "name",
        /// Surname and initials.
        pub short_name: Option<Personal<String>> = "short_name",
        /// Full name.
        pub full_name: Option<Personal<String>> = "full_name",
        /// INN.
        pub inn: Option<Inn> = "inn",
        /// Phone.
        pub phone: Option<Phone> = "phone",
    }
}

model! {
    /// Who made a certificate.
    #[derive(Eq)]
    pub struct CertificateAuthor {
        /// The platform's number.
        pub id: Option<i64> = shown "id" as lenient::integer::option,
        /// Surname and initials.
        pub short_name: Option<Personal<String>> = "short_name",
    }
}

model! {
    /// What may be done with a certificate now.
    #[derive(Eq)]
    pub struct CertificateAbilities {
        /// Update it.
        pub can_edit: Option<bool> = shown "can_edit" as lenient::flag::option,
        /// Delete it: in the cabinet only, no operation does.
        pub can_delete: Option<bool> = shown "can_delete" as lenient::flag::option,
        /// Pay it.
        pub can_create_payment: Option<bool> = shown "can_create_payment" as lenient::flag::option,
    }
}

model! {
    /// What brought the scrap.
    #[derive(Eq)]
    pub struct CertificateTransport {
        /// Make.
        pub mark: Option<Personal<String>> = "mark" as rubank_core::lenient::personal,
        /// Plate.
        pub number: Option<Personal<String>> = "number",
    }
}

model! {
    /// What is handed over, and by what right.
    #[derive(Eq)]
    pub struct CertificateScrapMetal {
        /// The basis of ownership.
        pub basis_of_ownership: Option<Personal<String>> = "basis_of_ownership",
        /// A description of the items.
        pub items_description: Option<Personal<String>> = "items_description" as rubank_core::lenient::personal,
    }
}

model! {
    /// One line.
    #[derive(Eq)]
    pub struct CertificateItem {
        /// Name.
        pub name: Option<Personal<String>> = "name" as rubank_core::lenient::personal,
        /// The kind of scrap, in words.
        pub kind: Option<Personal<String>> = "type" as rubank_core::lenient::personal,
        /// The kind of scrap, by the nomenclature.
        pub nomenclature: Option<Nomenclature> = "nomenclature",
        /// What it is weighed in.
        pub measure_unit: Option<MeasureUnit> = "measure_unit",
        /// How much of it is something else, percent.
        pub impurity_percent: Option<Quantity> = "impurity_percent" as money::as_number::option,
        /// Gross weight.
        pub value: Option<Quantity> = "value" as money::as_number::option,
        /// Tare.
        pub tare_weight: Option<Quantity> = "tare_weight" as money::as_number::option,
        /// Net weight, as the platform counts it.
        pub clear_value: Option<Quantity> = "clear_value" as money::as_number::option,
        /// Roubles for one unit, of any number of decimals.
        pub price: Option<Quantity> = "price" as money::as_number::option,
        /// Roubles for the line.
        pub amount: Option<Money> = "amount" as money::as_number::option,
    }
}

model! {
    /// A unit of measure.
    #[derive(Eq)]
    pub struct MeasureUnit {
        /// Which; 4 is the tonne.
        pub id: Option<MeasureUnitId> = shown "id",
        /// Name.
        pub name: Option<String> = "name" as lenient::text::option,
        /// Short name.
        pub short_name: Option<String> = "short_name" as lenient::text::option,
    }
}

model! {
    /// Where the money of a certificate shall go.
    #[derive(Eq)]
    pub struct CertificateRequisite {
        /// Who SBP must find; the request calls it `sbp_validation_data`.
        pub sbp_info: Option<CertificateSbp> = "sbp_info",
        /// The requisite.
        pub requisite: Option<CertificateRequisiteFields> = "requisite",
    }
}

model! {
    /// Who SBP must find.
    #[derive(Eq)]
    pub struct CertificateSbp {
        /// First name.
        pub first_name: Option<Personal<String>> = "first_name",
        /// Surname.
        pub last_name: Option<Personal<String>> = "last_name",
        /// Patronymic.
        pub middle_name: Option<Personal<String>> = "middle_name",
    }
}

model! {
    /// A requisite, as people see it.
    #[derive(Eq)]
    pub struct CertificateRequisiteFields {
        /// The requisite.
        pub id: Option<RequisiteId> = shown "id",
        /// What it is called.
        pub display_name: Option<Personal<String>> = "display_name",
        /// A phone, or the end of a card number.
        pub description: Option<Personal<String>> = "description",
        /// What it is.
        pub kind: Option<RequisiteType> = shown "type",
        /// Its picture.
        pub icon: Option<Icon> = "icon",
    }
}
