//! A contractor's card.

use rubank_core::lenient;
use rubank_core::money::{self, Money};
use rubank_core::personal::Personal;
use rubank_core::types::{Inn, Phone};
use rubank_core::{model, open_enum};

use crate::forms::Moment;
use crate::ids::{AgentId, ContractorId};
use crate::legal_form::LegalForm;

model! {
    /// A contractor (исполнитель). No page promises any of the fields.
    #[derive(Eq)]
    pub struct Contractor {
        /// The platform's number of it.
        pub id: Option<ContractorId> = shown "id",
        /// Phone: what tells one contractor from another.
        pub phone: Option<Phone> = "phone",
        /// E-mail address.
        pub email: Option<Personal<String>> = "email",
        /// Surname.
        pub last_name: Option<Personal<String>> = "last_name",
        /// First name.
        pub first_name: Option<Personal<String>> = "first_name",
        /// Patronymic.
        pub middle_name: Option<Personal<String>> = "middle_name",
        /// What the contractor is before the law.
        pub legal_form_id: Option<LegalForm> = shown "legal_form_id",
        /// INN.
        pub inn: Option<Inn> = "inn",
        /// The legal entity that the contractor belongs to.
        pub agent_id: Option<AgentId> = shown "agent_id",
        /// What the platform owes the contractor.
        pub balance: Option<ContractorBalance> = "balance",
        /// The legal entity, with its name.
        pub agent: Option<ContractorAgent> = "agent",
        /// The legal form, with its name.
        pub legal_form: Option<ContractorLegalForm> = "legal_form",
        /// Whether the card can be edited.
        pub is_editable: Option<bool> = shown "is_editable" as lenient::flag::option,
        /// When it was made.
        pub created_at: Option<Moment> = shown "created_at",
        /// When it last changed.
        pub updated_at: Option<Moment> = shown "updated_at",
        /// Passport.
        pub passport_details: Option<ContractorPassport> = "passport_details",
    }
}

model! {
    /// A sum in a currency.
    #[derive(Eq)]
    pub struct ContractorBalance {
        /// The sum.
        pub value: Option<Money> = "value" as money::as_number::option,
        /// The currency.
        pub currency: Option<CurrencyField> = shown "currency",
    }
}

model! {
    /// A currency and its names.
    #[derive(Eq)]
    pub struct CurrencyField {
        /// `RUB`
        pub code: Option<rubank_core::money::Currency> = shown "code",
        /// `₽`
        pub symbol: Option<String> = "symbol",
        /// Its name for people.
        pub title: Option<String> = "title",
        /// The symbol as an escape.
        pub unicode: Option<String> = "unicode",
    }
}

model! {
    /// A legal entity of the customer.
    #[derive(Eq)]
    pub struct ContractorAgent {
        /// The legal entity.
        pub id: Option<AgentId> = shown "id",
        /// Its name; that of an entrepreneur is a person's.
        pub name: Option<Personal<String>> = "name",
    }
}

model! {
    /// A legal form with its name.
    #[derive(Eq)]
    pub struct ContractorLegalForm {
        /// Which.
        pub id: Option<LegalForm> = shown "id",
        /// Its name for people.
        pub title: Option<String> = "title" as lenient::text::option,
        /// Whether self-employed.
        pub is_self_employed: Option<bool> = shown "is_self_employed" as lenient::flag::option,
    }
}

open_enum! {
    /// What document it is. That of a foreign passport was not published.
    pub enum PassportDocument {
        /// A Russian passport.
        Russian = "passport_rf",
    }
}

model! {
    /// A contractor's passport. The fields are those of a Russian one; what a foreign one has stands in `extra`.
    #[derive(Eq)]
    pub struct ContractorPassport {
        /// What document.
        pub document_type: Option<PassportDocument> = shown "document_type",
        /// Series and number.
        pub full_number: Option<Personal<String>> = "full_number",
        /// The day of issue.
        pub issue_date: Option<Personal<String>> = "issue_date",
        /// Who issued it.
        pub issued_by: Option<Personal<String>> = "issued_by",
        /// The code of that office.
        pub division: Option<Personal<String>> = "division",
        /// Day of birth.
        pub birth_date: Option<Personal<String>> = "birth_date",
        /// Where the person is registered.
        pub registration_address: Option<Personal<String>> = "registration_address",
    }
}
