//! What a contractor is before the law.

use rubank_core::open_enum;

open_enum! {
    /// What a contractor is before the law (правовая форма, `legal_form_id`).
    ///
    /// Source: the 1C page, cooperations.
    pub enum LegalForm: integer {
        /// A person (физическое лицо).
        Individual = 1,
        /// A self-employed person (самозанятый): whether the customer pays their tax has to be said.
        SelfEmployed = 2,
        /// An individual entrepreneur (индивидуальный предприниматель).
        Entrepreneur = 3,
    }
}
