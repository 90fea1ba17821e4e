//! Requests and answers as they are written down, and recorded requests as operations again.

mod again;
mod answer;
mod request;

pub(crate) use again::{Again, LookAgain};
pub(crate) use answer::{Heard, Source};
pub(crate) use request::{Recorded, Request};
