//! A recorded request is an operation again: the same metadata, the recorded parts.

use std::borrow::Cow;
use std::marker::PhantomData;

use rubank_core::operation::{Answer, InvalidRequest, Operation, OperationMeta, Parts};
use rubank_core::read::ReadError;

use super::Request;

/// A value and the answer that it was read from.
pub(crate) struct Received<T> {
    pub(crate) answer: Answer,
    pub(crate) value: T,
}

/// A recorded write. An answer that cannot be read is still kept.
pub(crate) struct Again<'a, O> {
    request: &'a Request,
    operation: PhantomData<fn() -> O>,
}

/// A recorded lookup. An answer that cannot be read is an error of the call: it tells nothing.
pub(crate) struct LookAgain<'a, O>(Again<'a, O>);

impl<'a, O> Again<'a, O> {
    pub(crate) fn new(request: &'a Request) -> Self {
        Again {
            request,
            operation: PhantomData,
        }
    }

    fn recorded(&self) -> Result<Parts, InvalidRequest> {
        self.request
            .parts()
            .ok_or_else(|| InvalidRequest::new("record", "cannot be read back"))
    }
}

impl<'a, O> LookAgain<'a, O> {
    pub(crate) fn new(request: &'a Request) -> Self {
        LookAgain(Again::new(request))
    }
}

impl<O: Operation> Operation for Again<'_, O> {
    type Provider = O::Provider;
    type Output = Received<Result<O::Output, ReadError>>;

    const META: OperationMeta = O::META;

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.recorded()
    }

    fn parse(answer: &Answer) -> Result<Self::Output, ReadError> {
        Ok(Received {
            answer: answer.clone(),
            value: O::parse(answer),
        })
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        self.request.rate_key().map(Cow::Borrowed)
    }

    fn other_rate_keys(received: &Self::Output) -> Vec<String> {
        let value = received.value.as_ref();
        value.map(O::other_rate_keys).unwrap_or_default()
    }
}

impl<O: Operation> Operation for LookAgain<'_, O> {
    type Provider = O::Provider;
    type Output = Received<O::Output>;

    const META: OperationMeta = O::META;

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        self.0.recorded()
    }

    fn parse(answer: &Answer) -> Result<Self::Output, ReadError> {
        Ok(Received {
            answer: answer.clone(),
            value: O::parse(answer)?,
        })
    }

    fn rate_key(&self) -> Option<Cow<'_, str>> {
        self.0.request.rate_key().map(Cow::Borrowed)
    }

    fn other_rate_keys(received: &Self::Output) -> Vec<String> {
        O::other_rate_keys(&received.value)
    }
}
