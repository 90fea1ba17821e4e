//! What bank clients share. A placeholder page; see the README.

pub mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
pub mod client;
pub mod clock;
pub mod environment;
pub mod error;
mod future;
pub mod http;
pub mod operation;
pub mod paging;
pub mod polling;
pub mod random;
pub(crate) mod raw;
pub(crate) mod extra;
pub mod rate;
pub mod read;
pub mod retry;
pub mod secret;
pub mod tls;

pub use future::BoxFuture;
