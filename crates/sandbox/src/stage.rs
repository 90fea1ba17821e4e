//! The path of a call through the sandbox: written down, struck by a fault or not, worked on, answered.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::RequestExt;
use axum::body::Body;
use axum::extract::{RawPathParams, Request};
use axum::response::Response;
use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_LENGTH, DATE, HeaderValue};
use http_body::Frame;
use http_body_util::{BodyExt, Limited};

use crate::answer::Answer;
use crate::asked::Asked;
use crate::calls::{Call, CallLog};
use crate::clock::{SimulatedClock, http_date};
use crate::fault::{Cut, Ending, Fault, Faults, bend_answer, bend_body, bend_query};
use crate::host::{Host, OperationSpec};
use crate::ledger::Book;

/// The longest request body that is read; a longer one is answered with an empty 413.
const LONGEST_BODY: usize = 16 << 20;

/// What all banks of one sandbox share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    /// How much time passes with each call.
    pub(crate) tick: Duration,
    pub(crate) clock: SimulatedClock,
    pub(crate) calls: CallLog,
    pub(crate) faults: Faults,
    pub(crate) ledger: Book,
}

/// Who is on the other side of a connection; every request carries it as an extension.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) connection: u64,
    /// The short fingerprint of the client's certificate.
    pub(crate) certificate: Option<String>,
}

/// The work of a bank. It is not async: a client that leaves cannot interrupt it half way.
pub(crate) type Work = Arc<dyn Fn(&Asked) -> Answer + Send + Sync>;

/// One operation on its stage. Clones are cheap.
#[derive(Clone)]
pub(crate) struct Stage {
    world: Arc<World>,
    host: Host,
    /// `None` for requests that no operation matches.
    spec: Option<OperationSpec>,
    work: Work,
}

impl Stage {
    pub(crate) fn new(
        world: &Arc<World>,
        host: Host,
        spec: Option<OperationSpec>,
        work: Work,
    ) -> Self {
        Self {
            world: Arc::clone(world),
            host,
            spec,
            work,
        }
    }

    /// Runs the call to its end. A cut connection is told to the listener by a [`Cut`] in the extensions.
    pub(crate) async fn perform(&self, mut request: Request) -> Response {
        self.world.clock.advance(self.world.tick);
        let (sequence, number) = self.world.calls.begin(self.first_note(&request));
        let id = self.spec.map(|spec| spec.id);
        let fault = self.world.faults.decide(self.world.seed, id, number);
        self.world.calls.update(sequence, |call| {
            call.fault = fault.as_ref().map(Fault::as_str)
        });

        let ending = if fault == Some(Fault::CloseUnread) {
            Ending::Cut(Cut::Close)
        } else {
            let path_values = path_values(&mut request).await;
            let (head, body) = request.into_parts();
            match Limited::new(body, LONGEST_BODY).collect().await {
                Ok(body) => {
                    let asked = Asked::new(sequence, head, path_values, body.to_bytes());
                    self.work_through(asked, fault.as_ref())
                }
                Err(_) => Ending::Whole(Answer::empty(StatusCode::PAYLOAD_TOO_LARGE)),
            }
        };
        self.conclude(sequence, fault.as_ref(), ending).await
    }

    fn first_note(&self, request: &Request) -> Call {
        let peer = request.extensions().get::<Peer>();
        Call {
            sequence: 0,
            host: self.host,
            operation: self.spec.map(|spec| spec.id),
            number: 0,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            connection: peer.map_or(0, |peer| peer.connection),
            certificate: peer.and_then(|peer| peer.certificate.clone()),
            fingerprint: None,
            status: None,
            handled: false,
            fault: None,
        }
    }

    fn work_through(&self, mut asked: Asked, fault: Option<&Fault>) -> Ending {
        use crate::fault::Moment::{AfterWork, BeforeWork};

        let sequence = asked.sequence;
        let fingerprint = asked.fingerprint.clone();
        self.world
            .calls
            .update(sequence, |call| call.fingerprint = Some(fingerprint));
        let instead = fault.and_then(Fault::instead);
        if let Some((BeforeWork, ending)) = instead {
            return ending;
        }
        let bending = fault.zip(self.spec.as_ref());
        let mut is_bent = false;
        if let Some((fault, spec)) = bending {
            let before = (asked.query.clone(), asked.body.clone());
            bend_query(fault, spec, &mut asked.query);
            bend_body(fault, spec, &mut asked.body);
            is_bent = before != (asked.query.clone(), asked.body.clone());
        }
        let answer = (self.work)(&asked);
        self.world
            .calls
            .update(sequence, |call| call.handled = true);
        match (instead, bending) {
            (Some((AfterWork, ending)), _) => ending,
            (_, Some((fault, spec))) => {
                let before = answer.body.clone();
                let ending = bend_answer(fault, spec, answer);
                is_bent |= !matches!(&ending, Ending::Whole(answer) if answer.body == before);
                // A rule that found nothing to bend has not struck.
                match fault.only_bends() {
                    true if is_bent => self.world.faults.has_bent(fault, Some(spec.id)),
                    true => self.world.calls.update(sequence, |call| call.fault = None),
                    false => {}
                }
                ending
            }
            _ => Ending::Whole(answer),
        }
    }

    async fn conclude(&self, sequence: u64, fault: Option<&Fault>, ending: Ending) -> Response {
        let (mut answer, whole) = match ending {
            Ending::Whole(answer) => (answer, true),
            Ending::Half(answer) => (answer, false),
            Ending::Cut(cut) => {
                let mut response = Response::new(Body::empty());
                response.extensions_mut().insert(cut);
                return response;
            }
            // dropped with its connection, when the client leaves or the sandbox stops
            Ending::Hang => std::future::pending().await,
        };
        self.world
            .calls
            .update(sequence, |call| call.status = Some(answer.status.as_u16()));
        let mut date = self.world.clock.now();
        if let Some(Fault::DateSkew { seconds }) = fault {
            date = date.saturating_add(time::Duration::seconds(*seconds));
        }
        answer = answer.header(DATE, &http_date(date));
        let length = HeaderValue::from(answer.body.len());
        answer.headers.insert(CONTENT_LENGTH, length);
        let body = if whole {
            Body::from(answer.body)
        } else {
            Body::new(HalfBody::of(answer.body))
        };
        let mut response = Response::new(body);
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        response
    }
}

/// Values that are not UTF-8 leave the list empty, and the bank then finds nothing under the empty name.
async fn path_values(request: &mut Request) -> Vec<(String, String)> {
    match request.extract_parts::<RawPathParams>().await {
        Ok(values) => values
            .iter()
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
        Err(_) => Vec::new(),
    }
}

/// A body that breaks off after its first half.
struct HalfBody {
    half: Option<Bytes>,
    flushed: bool,
}

impl HalfBody {
    fn of(mut body: Bytes) -> Self {
        body.truncate(body.len() / 2);
        Self {
            half: Some(body),
            flushed: false,
        }
    }
}

impl http_body::Body for HalfBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.flushed {
            // hyper writes what it has only when the body has nothing more to give
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(BrokenOff)))
    }
}

/// The error that makes hyper end a connection without a further byte.
#[derive(Debug)]
pub(crate) struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("broken off on purpose")
    }
}

impl std::error::Error for BrokenOff {}
