//! Certificates: who we are, whom we trust beside the system's roots, and what a failed handshake means.
//!
//! One TLS library (rustls) over one crypto provider (aws-lc). [`Identity`] is the client certificate with its
//! key, [`Root`] an authority *added* to the system's; nothing here turns verification off. What can be known from
//! the files is an error when they are read ([`TlsError`]); what only the bank's server knows is told from the first
//! failed call by [`diagnose`].
//!
//! The cargo features only add readers of key files: `encrypted-pem` adds `Identity::from_encrypted_pem`, `pkcs12`
//! adds `Identity::from_pkcs12`.

mod certificate;
mod der;
#[cfg(feature = "encrypted-pem")]
mod encrypted;
mod error;
mod fault;
mod identity;
mod key;
mod pem;
#[cfg(feature = "pkcs12")]
mod pkcs12;
mod root;

#[cfg(test)]
mod handshake_tests;
#[cfg(test)]
mod test_pki;

pub use error::TlsError;
pub use fault::{TlsFault, diagnose};
pub use identity::{Identity, Validity};
pub use root::Root;
