use rubank_core::lenient;
use rubank_core::model;
use rubank_core::open_enum;
use rubank_core::personal::Personal;

use crate::ids::{AgentId, ContractorId, IdentificationRequestId};

model! {
    /// A request for identification and how far it is. The fields from `number` on come with the view `passport`; what
    /// else that view may have (the number and the address in parts, of unpublished form) is kept in `extra`.
    #[derive(Eq)]
    pub struct Identification {
        /// The platform's identifier.
        pub id: Option<IdentificationRequestId> = shown "id",
        /// Who is identified.
        pub contractor_id: Option<ContractorId> = shown "contractor_id",
        /// The customer.
        pub company_id: Option<i64> = shown "company_id" as lenient::integer::option,
        /// The legal entity.
        pub agent_id: Option<AgentId> = shown "agent_id",
        /// How far it is.
        pub status: Option<IdentificationStatus> = shown "status",
        /// Whether the person counts as verified.
        pub is_verified: Option<bool> = shown "is_verified" as lenient::flag::option,
        /// Series and number of the passport.
        pub number: Option<Personal<String>> = "number" as rubank_core::lenient::personal,
        /// When it was issued.
        pub issued_at: Option<Personal<String>> = "issued_at_formatted",
        /// Date of birth.
        pub birthdate: Option<Personal<String>> = "birthdate_formatted",
        /// Place of birth.
        pub birth_place: Option<Personal<String>> = "birth_place",
        /// The passport's country.
        pub country: Option<IdentificationCountry> = shown "country",
    }
}

model! {
    /// A country.
    #[derive(Eq)]
    pub struct IdentificationCountry {
        /// Its code.
        pub code: Option<String> = shown "code" as lenient::text::option,
        /// Its name.
        pub title: Option<String> = "title",
    }
}

open_enum! {
    /// How far an identification is. From the vendor's OpenAPI document; the page's sample has `approved` only.
    pub enum IdentificationStatus {
        /// Waits for its turn.
        Pending = "pending",
        /// Is checked by a program.
        AutoCheck = "auto_check",
        /// Is checked by a person of the platform.
        ManualCheck = "manual_check",
        /// Waits for the contractor to agree.
        ContractorApprove = "contractor_approve",
        /// Refused. Final.
        Rejected = "rejected",
        /// Approved. Final.
        Approved = "approved",
    }
}

impl IdentificationStatus {
    /// Whether it will not change any more. A state that nobody knows is not final.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Rejected | Self::Approved)
    }
}
