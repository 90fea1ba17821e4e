//! The two shapes that repeat in this API: an action on a registry by the caller's key, and the question about it.

use rubank_core::operation::{Checks, InvalidRequest, Parts};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::ids::{CorrelationId, PaymentRegistryId};

/// Declares a write of the shape `{correlationId, paymentRegistryId}`.
macro_rules! action {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident {
            id: $id:literal,
            route: $route:literal,
            scopes: $scopes:expr,
            number: $number:literal,
            provenance: [$($grade:ident),*] $(,)?
        }
        $(found by $By:ty => $Result:ty)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $Name {
            correlation_id: $crate::ids::CorrelationId,
            registry: $crate::ids::PaymentRegistryId,
        }

        impl $Name {
            /// The caller's key of this request, and the registry.
            pub fn new(
                correlation_id: impl Into<$crate::ids::CorrelationId>,
                registry: impl Into<$crate::ids::PaymentRegistryId>,
            ) -> Self {
                Self {
                    correlation_id: correlation_id.into(),
                    registry: registry.into(),
                }
            }
        }

        impl rubank_core::operation::Operation for $Name {
            type Provider = $crate::provider::TBankRegistry;
            type Output = $crate::results::RequestTaken;

            const META: rubank_core::operation::OperationMeta = {
                let meta = rubank_core::operation::OperationMeta::new(
                    $id,
                    rubank_core::operation::Effect::Keyed,
                    rubank_core::operation::Method::Post,
                    $crate::provider::SECURED,
                    $route,
                )
                .rates(&[rubank_core::rate::RateClass::per_second($id, 1)])
                .scopes($scopes)
                .provenance($crate::asynchronous::grades!($($grade),*));
                $(let meta = meta.lookup(<$By as rubank_core::operation::Operation>::META.id);)?
                meta
            };

            fn parts(
                &self,
            ) -> Result<rubank_core::operation::Parts, rubank_core::operation::InvalidRequest> {
                $crate::asynchronous::action_parts(&self.correlation_id, $number, self.registry)
            }

            fn parse(
                answer: &rubank_core::operation::Answer,
            ) -> Result<Self::Output, rubank_core::read::ReadError> {
                answer.json()
            }
        }

        $($crate::asynchronous::found! { $Name by $By => $Result })?
    };
}
pub(crate) use action;

/// Lets a write with a `correlation_id` be settled by its result.
macro_rules! found {
    ($Name:ident by $By:ty => $Result:ty) => {
        impl rubank_core::client::Lookup for $Name {
            type By = $By;

            // Nobody published how soon a request can be asked about; a minute is ours.
            const SETTLE: std::time::Duration = std::time::Duration::from_secs(60);

            fn lookup(&self) -> $By {
                <$By>::new(self.correlation_id.clone())
            }

            fn verdict(result: &$Result) -> rubank_core::client::Verdict {
                $crate::results::Progress::verdict(result)
            }

            fn is_missing(error: &rubank_core::error::Error) -> bool {
                $crate::results::has_no_result(error)
            }
        }
    };
}
pub(crate) use found;

/// Declares the question about a request, by its key in the query.
macro_rules! result {
    (
        $(#[$meta:meta])*
        pub struct $Name:ident -> $Result:ty {
            id: $id:literal,
            host: $host:expr,
            route: $route:literal,
            scopes: $scopes:expr,
            provenance: [$($grade:ident),*] $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $Name {
            correlation_id: $crate::ids::CorrelationId,
        }

        impl $Name {
            /// What became of the request with this key.
            pub fn new(correlation_id: impl Into<$crate::ids::CorrelationId>) -> Self {
                Self { correlation_id: correlation_id.into() }
            }
        }

        impl rubank_core::operation::Operation for $Name {
            type Provider = $crate::provider::TBankRegistry;
            type Output = $Result;

            const META: rubank_core::operation::OperationMeta =
                rubank_core::operation::OperationMeta::new(
                    $id,
                    rubank_core::operation::Effect::Read,
                    rubank_core::operation::Method::Get,
                    $host,
                    $route,
                )
                .rates(&[rubank_core::rate::RateClass::per_second($id, 1)])
                .scopes($scopes)
                .provenance($crate::asynchronous::grades!($($grade),*));

            fn parts(
                &self,
            ) -> Result<rubank_core::operation::Parts, rubank_core::operation::InvalidRequest> {
                $crate::asynchronous::key_only(&self.correlation_id)?;
                Ok(rubank_core::operation::Parts::new().query("correlationId", &self.correlation_id))
            }

            fn parse(
                answer: &rubank_core::operation::Answer,
            ) -> Result<Self::Output, rubank_core::read::ReadError> {
                answer.json()
            }
        }

        $crate::asynchronous::polled! { $Name -> $Result }
    };
}
pub(crate) use result;

/// Lets a result be waited for.
macro_rules! polled {
    ($Name:ident -> $Result:ty) => {
        impl rubank_core::polling::Poll for $Name {
            const INTERVAL: std::time::Duration = $crate::asynchronous::RESULT_INTERVAL;

            fn state(result: &$Result) -> rubank_core::polling::PollState {
                $crate::results::Progress::poll_state(result)
            }
        }
    };
}
pub(crate) use polled;

/// How well route, request and answer are known.
macro_rules! grades {
    ($route:ident, $request:ident, $answer:ident) => {
        rubank_core::operation::Provenance::new(
            rubank_core::operation::ProvenanceGrade::$route,
            rubank_core::operation::ProvenanceGrade::$request,
            rubank_core::operation::ProvenanceGrade::$answer,
        )
    };
}
pub(crate) use grades;

/// One question a second is allowed; two leave the neighbours room.
pub(crate) const RESULT_INTERVAL: std::time::Duration = std::time::Duration::from_secs(2);

pub(crate) fn key_only(key: &CorrelationId) -> Result<(), InvalidRequest> {
    let mut checks = Checks::new();
    key.check(&mut checks);
    checks.finish()
}

pub(crate) fn action_parts(
    key: &CorrelationId,
    number: &'static str,
    registry: PaymentRegistryId,
) -> Result<Parts, InvalidRequest> {
    key_only(key)?;
    Parts::new().json(&ActionBody {
        key,
        number,
        registry,
    })
}

/// Cancelling calls the registry's number by another name than the other actions do.
struct ActionBody<'a> {
    key: &'a CorrelationId,
    number: &'static str,
    registry: PaymentRegistryId,
}

impl Serialize for ActionBody<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(2))?;
        map.serialize_entry("correlationId", self.key)?;
        map.serialize_entry(self.number, &self.registry)?;
        map.end()
    }
}
