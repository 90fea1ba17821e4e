//! What a person calls one thing and the platform calls several.
//!
//! | flow | steps |
//! |---|---|
//! | [`pay_contractor`] | card by phone, self-employed state, requisite, payout, until final, receipt |
//! | [`pay_certificate`] | certificate, payout, until final; then [`download_documents`] |
//! | [`payments_with_ids`] | many payouts at once, 200 with one call |
//! | [`repeat_payment`] | abilities, repetition, until final |
//! | [`onboard_self_employed`] | card by phone, identification, cooperations, question to the tax service |
//! | [`recognise_passport`], [`to_identification`], [`check_passport`] | scans, fields, what they are good for |

mod certificate;
mod contractor;
mod follow;
mod many;
mod onboard;
mod passports;
mod repeat;

pub use certificate::{
    CertificateEnd, CertificatePayout, Documents, MadeBefore, certificates_with_number,
    download_documents, pay_certificate,
};
pub use contractor::{ContractorPayout, pay_contractor};
pub use follow::Payout;
pub use many::payments_with_ids;
pub use onboard::{Onboarded, SelfEmployedPlan, Standing, Warning, onboard_self_employed};
pub use passports::{
    Doubt, PassportChecked, Recognised, check_passport, recognise_passport, to_identification,
};
pub use repeat::{Repetition, repeat_payment};
