//! What every bank's crate must do, told once and run against all of them.
//!
//! [`contract`] reads the truth about a bank (`docs/contracts/*.openapi.yaml`) and judges requests by it,
//! [`fixtures`] makes and loads the answers that follow from it, [`json`] compares texts without losing a digit,
//! [`grades`] makes the guide's table of them, [`suite`] holds a provider against all that, [`listen`] collects what a log would show,
//! [`safety`] sends each kind of operation into every fault, and [`raw_server`] is the server that misbehaves for it.
//! [`chaos`] is the judge that tries to break the store and the runs.

pub mod chaos;
pub mod contract;
pub mod fixtures;
pub mod grades;
pub mod json;
pub mod listen;
pub mod raw_server;
pub mod safety;
pub mod suite;

/// The pages that show code to readers, compiled.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../README.md")]
    mod readme {}
    #[doc = include_str!("../../docs/guide/blocking.md")]
    mod blocking {}
    #[doc = include_str!("../../docs/guide/certificates.md")]
    mod certificates {}
    #[doc = include_str!("../../docs/guide/errors.md")]
    mod errors {}
    #[doc = include_str!("../../docs/guide/intents.md")]
    mod intents {}
    #[doc = include_str!("../../docs/guide/personal-data.md")]
    mod personal_data {}
    #[doc = include_str!("../../docs/guide/runs.md")]
    mod runs {}
    #[doc = include_str!("../../docs/guide/sandbox.md")]
    mod sandbox {}
}
