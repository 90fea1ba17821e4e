//! Every operation with a sample, for the contract suite. Not part of the public API.
//!
//! Each area lists its own operations with `area!`; the areas stand here in the order of the contract.

use rubank_core::catalogue::Entry;
use rubank_core::operation::OperationMeta;

use crate::{
    PayoutsPlatform, branches, cabinet, certificates, contractors, cooperations, identification,
    nomenclatures, nominal, passport_check, payments, recognition, self_employed,
};

/// Lists the operations of an area: its `OPERATIONS` and its `entries()`.
///
/// ```text
/// crate::catalogue::area! {
///     CreateBranch => || CreateBranch::new(…),
///     ListBranches => ListBranches::new,
/// }
/// ```
macro_rules! area {
    ($($Operation:ty => $sample:expr),* $(,)?) => {
        /// What is known of each operation of the area, in the order of the contract.
        pub(crate) const OPERATIONS: &[rubank_core::operation::OperationMeta] =
            &[$(<$Operation as rubank_core::operation::Operation>::META),*];

        /// Each operation of the area with its sample, in the order of the contract.
        pub(crate) fn entries() -> Vec<rubank_core::catalogue::Entry<crate::PayoutsPlatform>> {
            vec![$(rubank_core::catalogue::Entry::new::<$Operation>($sample)),*]
        }
    };
}

/// The areas, in the order of the contract.
macro_rules! areas {
    ($($area:ident),* $(,)?) => {
        const AREAS: &[&[OperationMeta]] = &[$($area::OPERATIONS),*];

        /// Each operation with its sample, in the order of the contract.
        #[must_use]
        pub fn entries() -> Vec<Entry<PayoutsPlatform>> {
            [$($area::entries()),*].into_iter().flatten().collect()
        }
    };
}

pub(crate) use area;

areas!(
    payments,
    branches,
    certificates,
    recognition,
    nomenclatures,
    passport_check,
    cabinet,
    contractors,
    self_employed,
    identification,
    cooperations,
    nominal,
);

/// What is known of each operation, in the order of the contract.
pub const OPERATIONS: [OperationMeta; count()] = joined();

const fn count() -> usize {
    let (mut total, mut area) = (0, 0);
    while area < AREAS.len() {
        total += AREAS[area].len();
        area += 1;
    }
    total
}

const fn joined() -> [OperationMeta; count()] {
    let mut all = [AREAS[0][0]; count()];
    let (mut at, mut area) = (0, 0);
    while area < AREAS.len() {
        let mut row = 0;
        while row < AREAS[area].len() {
            all[at] = AREAS[area][row];
            (at, row) = (at + 1, row + 1);
        }
        area += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_with_a_card_or_a_document_is_kept_encrypted_or_not_at_all() {
        let guarded = OPERATIONS.iter().filter(|meta| meta.guarded);
        let guarded: Vec<_> = guarded
            .map(|meta| meta.id.trim_start_matches("payouts-platform."))
            .collect();
        assert_eq!(
            guarded,
            [
                "create-payment",
                "create-certificate",
                "update-certificate",
                "pay-certificate",
                "recognise-passport",
                "start-passport-check",
                "upsert-contractor",
                "update-contractor",
                "request-identification",
            ]
        );
        // The samples have every personal field filled, so that an operation that is added cannot be forgotten.
        let telling = ["account_number", "passport", "full_number", "snils"];
        for entry in entries() {
            let parts = entry.parts().unwrap();
            let body = parts.body_ref().as_bytes().unwrap_or_default();
            let body = String::from_utf8_lossy(body);
            let holds = telling.iter().any(|word| body.contains(word));
            assert!(!holds || entry.meta().guarded, "{:?}", entry);
        }
    }
}
