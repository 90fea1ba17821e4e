#![doc = include_str!("../README.md")]

pub mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
#[doc(hidden)]
pub mod catalogue;
pub mod client;
pub mod clock;
pub mod environment;
pub mod error;
pub mod extra;
mod future;
pub mod http;
pub mod lenient;
pub mod model;
pub mod money;
pub mod open_enum;
pub mod operation;
pub mod paging;
pub mod personal;
pub mod polling;
pub mod random;
pub mod rate;
pub mod raw;
pub mod read;
pub mod retry;
pub mod secret;
pub mod text_id;
pub mod tls;
pub mod tri;
pub mod types;

pub use future::BoxFuture;
