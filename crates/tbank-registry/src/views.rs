//! The two reads that both families have in the same shape: the card, and the list.

use std::time::Duration;

/// The bank's pace of looking at one card.
pub(crate) const CARD_PACE: Duration = Duration::from_secs(600);

/// Declares the read of a card.
macro_rules! card {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident -> $Card:ty {
            id: $id:literal,
            route: $route:literal,
            scopes: $scopes:expr,
            pace: $pace:literal $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $Name {
            registry: $crate::ids::PaymentRegistryId,
        }

        impl $Name {
            /// The card of this registry.
            pub fn new(registry: impl Into<$crate::ids::PaymentRegistryId>) -> Self {
                Self { registry: registry.into() }
            }
        }

        impl rubank_core::operation::Operation for $Name {
            type Provider = $crate::provider::TBankRegistry;
            type Output = $Card;

            const META: rubank_core::operation::OperationMeta =
                rubank_core::operation::OperationMeta::new(
                    $id,
                    rubank_core::operation::Effect::Read,
                    rubank_core::operation::Method::Get,
                    $crate::provider::OPEN,
                    $route,
                )
                .rates(&[
                    RateClass::per_second($id, 1),
                    RateClass::every($pace, $crate::views::CARD_PACE).keyed(),
                ])
                .scopes($scopes)
                .provenance($crate::asynchronous::grades!(Documented, Documented, Inferred));

            fn parts(
                &self,
            ) -> Result<rubank_core::operation::Parts, rubank_core::operation::InvalidRequest> {
                let number = self.registry.to_string();
                Ok(rubank_core::operation::Parts::new().path("paymentRegistryId", number))
            }

            fn parse(
                answer: &rubank_core::operation::Answer,
            ) -> Result<Self::Output, rubank_core::read::ReadError> {
                answer.json()
            }

            fn rate_key(&self) -> Option<std::borrow::Cow<'_, str>> {
                Some(self.registry.to_string().into())
            }
        }

        impl rubank_core::polling::Poll for $Name {
            const INTERVAL: std::time::Duration = $crate::views::CARD_PACE;

            fn state(card: &$Card) -> rubank_core::polling::PollState {
                card.status.poll_state()
            }
        }
    };
}
pub(crate) use card;

/// Declares a list of registries.
macro_rules! list {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident {
            id: $id:literal,
            route: $route:literal,
            scopes: $scopes:expr,
            provenance: [$($grade:ident),*] $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $Name {
            filter: $crate::registry::Filter,
        }

        impl $Name {
            /// All of them, from the first.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }

            /// How many registries to leave out at the beginning.
            #[must_use]
            pub fn offset(mut self, registries: u64) -> Self {
                self.filter.offset = registries;
                self
            }

            /// One more state that is wanted; up to ten.
            #[must_use]
            pub fn status(mut self, status: $crate::registry::RegistryStatus) -> Self {
                self.filter.statuses.push(status);
                self
            }

            /// The first and the last day on which a registry was made.
            #[must_use]
            pub fn period(
                mut self,
                start: impl Into<rubank_core::types::LocalDate>,
                end: impl Into<rubank_core::types::LocalDate>,
            ) -> Self {
                self.filter.period_start = Some(start.into());
                self.filter.period_end = Some(end.into());
                self
            }
        }

        impl rubank_core::operation::Operation for $Name {
            type Provider = $crate::provider::TBankRegistry;
            type Output = $crate::registry::RegistryPage;

            const META: rubank_core::operation::OperationMeta =
                rubank_core::operation::OperationMeta::new(
                    $id,
                    rubank_core::operation::Effect::Read,
                    rubank_core::operation::Method::Post,
                    SECURED,
                    $route,
                )
                .rates(&[RateClass::per_second($id, 1)])
                .scopes($scopes)
                .provenance($crate::asynchronous::grades!($($grade),*));

            fn parts(
                &self,
            ) -> Result<rubank_core::operation::Parts, rubank_core::operation::InvalidRequest> {
                self.filter.parts()
            }

            fn parse(
                answer: &rubank_core::operation::Answer,
            ) -> Result<Self::Output, rubank_core::read::ReadError> {
                answer.json()
            }
        }

        impl rubank_core::paging::Paged for $Name {
            type Item = $crate::registry::RegistryRow;

            fn next(
                &self,
                page: &$crate::registry::RegistryPage,
            ) -> Result<Option<Self>, rubank_core::paging::ForeignLink> {
                let filter = self.filter.after(page.registries.len());
                Ok(filter.map(|filter| Self { filter }))
            }

            fn rows(
                page: $crate::registry::RegistryPage,
            ) -> Vec<Result<Self::Item, rubank_core::read::ReadError>> {
                page.registries.into_results()
            }

            fn key(row: &$crate::registry::RegistryRow) -> rubank_core::paging::RowKey {
                row.key()
            }
        }
    };
}
pub(crate) use list;
