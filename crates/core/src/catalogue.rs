//! Every operation of a provider with a sample, type-erased: what the contract suite walks over.
//!
//! Not part of the public API.

use std::cell::RefCell;
use std::fmt;

use serde::Serialize;

use crate::client::Client;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::operation::{Answer, InvalidRequest, Operation, OperationMeta, Parts, Provider};
use crate::read::ReadError;

/// What an operation's successful call printed and wrote back.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The value's `Debug`: it may not hold anything secret or personal.
    pub debug: String,
    /// The value written back as JSON: it may not have lost anything.
    pub json: String,
    /// The `Debug` of each model inside, rows included: the whole prints a few of them only, and anybody can print one by
    /// itself. Filled by [`Entry::read`].
    pub inner: Vec<String>,
}

/// A provider's catalogue: its `OPERATIONS` and its `entries()`, in the order of the contract.
///
/// ```text
/// rubank_core::catalogue! {
///     Bank;
///     GetPayment => || GetPayment::new("1"),
///     ListPayments => ListPayments::new,
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! catalogue {
    ($Provider:ty; $($Operation:ty => $sample:expr),* $(,)?) => {
        /// What is known of each operation, in the order of the contract.
        pub const OPERATIONS: &[$crate::operation::OperationMeta] =
            &[$(<$Operation as $crate::operation::Operation>::META),*];

        /// Each operation with its sample, in the order of the contract.
        #[must_use]
        pub fn entries() -> Vec<$crate::catalogue::Entry<$Provider>> {
            vec![$($crate::catalogue::Entry::new::<$Operation>($sample)),*]
        }
    };
}

type Make<T> = Box<dyn Fn() -> T + Send + Sync>;
type SendSample<P> =
    Box<dyn for<'a> Fn(&'a Client<P>) -> BoxFuture<'a, Result<Answered, Error>> + Send + Sync>;

/// One operation with a sample request.
pub struct Entry<P: Provider> {
    meta: OperationMeta,
    parts: Make<Result<Parts, InvalidRequest>>,
    debug: Make<String>,
    read: fn(&Answer) -> Result<Answered, ReadError>,
    send: SendSample<P>,
}

impl<P: Provider> Entry<P> {
    /// The operation that `sample` makes. The sample is the bank's documented one where there is one; every personal
    /// field of it must be filled.
    pub fn new<O>(sample: impl Fn() -> O + Clone + Send + Sync + 'static) -> Self
    where
        O: Operation<Provider = P> + fmt::Debug + 'static,
        O::Output: Serialize + fmt::Debug + Sync,
    {
        let (for_parts, for_debug) = (sample.clone(), sample.clone());
        Entry {
            meta: O::META,
            parts: Box::new(move || for_parts().parts()),
            debug: Box::new(move || format!("{:?}", for_debug())),
            read: |answer| {
                let (read, inner) = watching(|| O::parse(answer));
                read.map(|value| Answered {
                    inner,
                    ..answered(&value)
                })
            },
            send: Box::new(move |client| {
                let operation = sample();
                Box::pin(async move {
                    let response = client.send(&operation).await?;
                    Ok(answered(response.value()))
                })
            }),
        }
    }

    /// What is known of the operation.
    pub fn meta(&self) -> &OperationMeta {
        &self.meta
    }

    /// The sample, checked and taken apart.
    ///
    /// # Errors
    /// The sample breaks a rule.
    pub fn parts(&self) -> Result<Parts, InvalidRequest> {
        (self.parts)()
    }

    /// The sample's `Debug`.
    pub fn debug(&self) -> String {
        (self.debug)()
    }

    /// Reads an answer and writes it back.
    ///
    /// # Errors
    /// As [`Operation::parse`].
    pub fn read(&self, answer: &Answer) -> Result<Answered, ReadError> {
        (self.read)(answer)
    }

    /// Sends the sample.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn send(&self, client: &Client<P>) -> Result<Answered, Error> {
        (self.send)(client).await
    }
}

impl<P: Provider> fmt::Debug for Entry<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.meta.id).finish()
    }
}

fn answered<T: Serialize + fmt::Debug>(value: &T) -> Answered {
    Answered {
        debug: format!("{value:?}"),
        // Models write what they read; a value that cannot be written back shows as a loss in the suite.
        json: serde_json::to_string(value).unwrap_or_default(),
        inner: Vec::new(),
    }
}

thread_local! {
    static WATCHED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Does some reading, and tells the `Debug` of every model that was read meanwhile in this thread.
pub fn watching<T>(reading: impl FnOnce() -> T) -> (T, Vec<String>) {
    WATCHED.set(Some(Vec::new()));
    let read = reading();
    (read, WATCHED.take().unwrap_or_default())
}

/// A model was read. In a program nobody watches.
pub(crate) fn watch(model: &dyn fmt::Debug) {
    WATCHED.with_borrow_mut(|watched| {
        if let Some(seen) = watched {
            seen.push(format!("{model:?}"));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lenient::Rows;
    use crate::personal::Personal;
    use crate::read::read;

    crate::model! {
        struct Inner {
            pub id: Option<i64> = shown "id",
            pub name: Option<Personal<String>> = "name",
        }
    }

    crate::model! {
        struct Outer {
            pub rows: Rows<Inner> = "rows",
        }
    }

    #[test]
    fn each_model_inside_is_told_and_only_while_somebody_watches() {
        let body = br#"{"rows":[{"id":1,"name":"canary"},{"id":2}]}"#;
        let (outer, inner) = watching(|| read::<Outer>(body));
        assert_eq!(format!("{:?}", outer.unwrap()), "Outer { .. }");
        let rows = ["Inner { id: Some(1), .. }", "Inner { id: Some(2), .. }"];
        assert_eq!(inner, [rows[0], rows[1], "Outer { .. }"]);
        assert!(read::<Outer>(body).is_ok());
        assert_eq!(watching(|| ()).1, Vec::<String>::new());
    }
}
