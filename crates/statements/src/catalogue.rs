//! Every operation with a sample, for the contract suite. Not part of the public API.

use rubank_core::types::Account;
use time::macros::date;

use crate::{GetSummary, GetTransaction, ListIncrement, ListTransactions, Since, Statements};

const DAY: time::Date = date!(2018 - 12 - 31);

rubank_core::catalogue! {
    Statements;
    GetSummary => || GetSummary::new(account(), DAY),
    ListTransactions => || ListTransactions::new(account(), DAY),
    ListIncrement => || ListIncrement::new(account(), Since::StartOfDay(DAY)),
    GetTransaction => || GetTransaction::by_operation_id(account(), DAY, "7678987654678"),
}

/// The account of the bank's own example.
fn account() -> Account {
    Account::received("40702810500006103990")
}
