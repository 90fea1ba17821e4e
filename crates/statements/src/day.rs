//! A whole day of an account: its summary, its rows, one of them.

mod list;
mod single;
mod summary;

pub use list::{ListTransactions, Transactions};
pub use single::GetTransaction;
pub use summary::{GetSummary, Summary};
