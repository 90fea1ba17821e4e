use rubank_core::model;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use crate::ids::{BankAccountId, BranchOfficeId};
use crate::paging::{Page, Window, content};
use crate::provider::{PayoutsPlatform, ROUTE_UNVERIFIED, request};

/// Lists which account pays for which branch, pair by pair.
///
/// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
/// `allow_unverified_paths`, it is refused before anything is sent.
///
/// # Source
///
/// The 1C page, branches: request and answer are documented; the path is unverified.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListBranchBankAccounts {
    window: Window,
}

impl ListBranchBankAccounts {
    /// All pairs, a hundred to a page.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The page, from 1.
    #[must_use]
    pub fn page(mut self, page: u64) -> Self {
        self.window.page = page;
        self
    }

    /// Rows to a page: one of [`PER_PAGE`](crate::PER_PAGE).
    #[must_use]
    pub fn per_page(mut self, rows: u32) -> Self {
        self.window.per_page = rows;
        self
    }
}

model! {
    /// An account and a branch that it pays for.
    #[derive(Eq)]
    pub struct BranchBankAccount {
        /// The account.
        pub bank_account_id: Option<BankAccountId> = shown "bank_account_id",
        /// The branch.
        pub branch_office_id: Option<BranchOfficeId> = shown "branch_office_id",
    }
}

impl Operation for ListBranchBankAccounts {
    type Provider = PayoutsPlatform;
    type Output = Page<BranchBankAccount>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.list-branch-bank-accounts",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/unverified/payouts-platform.list-branch-bank-accounts",
    )
    .provenance(ROUTE_UNVERIFIED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.window.check(&mut checks);
        checks.finish()?;
        Ok(self.window.put(request()))
    }

    fn parse(answer: &Answer) -> Result<Page<BranchBankAccount>, ReadError> {
        answer.json()
    }
}

// The pair is its own identity; the platform gives it no other.
crate::paging::paged!(ListBranchBankAccounts of BranchBankAccount, its window is window, |row| content(row));
