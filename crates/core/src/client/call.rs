//! One call, from the checked request to the value or the error.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Uri, header};
use tracing::Instrument;

use super::exchange::{Exchange, Prepared, Reader};
use super::{Client, Progress, Response, reading};
use crate::clock::within;
use crate::error::{Error, ErrorKind, Outcome};
use crate::operation::{
    InvalidRequest, Method, Operation, OperationMeta, Parts, ProvenanceGrade, Provider, join,
};
use crate::retry::{self, Rules, Tools};

/// How long a pace may take to note a pause.
const LONGEST_PAUSING: Duration = Duration::from_secs(5);

/// Sends an operation and reads its whole answer.
pub(super) async fn send<P: Provider, O: Operation<Provider = P>>(
    client: &Client<P>,
    operation: &O,
) -> Result<Response<O::Output>, Error> {
    let answer = call::<P, O, _>(client, operation, reading::whole::<O>).await?;
    let others = O::other_rate_keys(&answer);
    count_other_names(client, operation, others).await;
    Ok(answer)
}

/// The bank counts a thing once, by whatever name it was asked for; its other names are known only now.
async fn count_other_names<P: Provider, O: Operation<Provider = P>>(
    client: &Client<P>,
    operation: &O,
    others: Vec<String>,
) {
    let asked = operation.rate_key();
    for key in others {
        if asked.as_deref() == Some(key.as_str()) {
            continue;
        }
        for class in O::META.rates.iter().filter(|class| class.is_keyed()) {
            // Longer by the hundredth that a pace itself stretches its periods by: calls arrive with jitter.
            let period = class.period().saturating_add(class.period() / 100);
            let until = client.clock().monotonic().saturating_add(period);
            let pace = &client.shared.pace;
            // The answer is in hand: a pace that takes its time must not keep it back.
            let paused = pace.pause(*class, Some(&key), until);
            let _in_time = within(client.clock().as_ref(), LONGEST_PAUSING, paused).await;
        }
    }
}

/// The path of a call; `reader` is what differs between a value and a file.
pub(super) async fn call<P: Provider, O: Operation<Provider = P>, T: Send>(
    client: &Client<P>,
    operation: &O,
    reader: Reader<T>,
) -> Result<T, Error> {
    let meta = O::META;
    let clock = client.clock().as_ref();
    let started = clock.monotonic();
    let deadline = client.options.deadline;
    let progress = client.options.progress.clone().unwrap_or_default();
    progress.start(client.options.earlier);
    let span = tracing::info_span!(
        "bank.call",
        provider = P::NAME,
        operation = meta.id,
        effect = meta.effect.as_str(),
        environment = client.shared.environment.name(),
    );
    let give_up_at = started.saturating_add(deadline);
    let path = path::<P, O, T>(client, operation, reader, &progress, give_up_at);
    let in_time = within(clock, deadline, path.instrument(span.clone())).await;
    let result = in_time.unwrap_or_else(|| {
        let text = format!("the call took longer than {} s", deadline.as_secs());
        Err(Error::new(ErrorKind::DeadlineExceeded, progress.outcome()).with_text(text))
    });
    result.map_err(|error| {
        let elapsed = clock.monotonic().saturating_sub(started);
        let error = error
            .of_operation(P::NAME, meta.id, meta.effect)
            .after(progress.attempts(), elapsed);
        span.in_scope(|| log(&error));
        error
    })
}

/// How a call ended for good, attempts or no attempts.
fn log(error: &Error) {
    tracing::warn!(
        attempts = error.attempts(),
        millis = error.elapsed().as_millis(),
        kind = error.as_str(),
        outcome = error.outcome().as_str(),
        status = error.status().map(|status| status.as_u16()),
        request_id = error
            .bank_error()
            .and_then(|bank| bank.printable_request_id()),
        "gave up"
    );
}

async fn path<P: Provider, O: Operation<Provider = P>, T: Send>(
    client: &Client<P>,
    operation: &O,
    reader: Reader<T>,
    progress: &Progress,
    give_up_at: Duration,
) -> Result<T, Error> {
    let worst = |error: Error| error.with_outcome(progress.outcome());
    let prepared = prepare(client, operation).map_err(worst)?;
    let shared = &client.shared;
    let _permit = shared
        .permits
        .acquire()
        .await
        .map_err(|_| worst(Error::configuration("the client was closed")))?;
    let rules = Rules {
        effect: O::META.effect,
        refused_before_work: O::META.refused_before_work,
        streamed: prepared.body.is_stream(),
        policy: shared.policy,
        give_up_at,
    };
    let tools = Tools {
        clock: shared.clock.as_ref(),
        random: shared.random.as_ref(),
        budget: &shared.budget,
    };
    let exchange = Exchange::<P> {
        client,
        prepared: &prepared,
        progress,
        give_up_at,
    };
    retry::run(&rules, tools, progress, || {
        Box::pin(exchange.attempt(reader))
    })
    .await
}

/// Where the request ends and which connection it takes is decided by the transport alone: a wrong word about it would
/// make two requests of one.
const FRAMING: [HeaderName; 8] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::EXPECT,
];

/// Checks the request, finds its address, and makes the bytes that every attempt will send.
fn prepare<P: Provider, O: Operation<Provider = P>>(
    client: &Client<P>,
    operation: &O,
) -> Result<Prepared, Error> {
    let meta = O::META;
    let parts = operation.parts()?;
    let (method, uri) = address(client, &meta, &parts)?;
    let options = &client.options.headers;
    if let Some(name) = parts
        .headers
        .keys()
        .chain(options.keys())
        .find(|name| FRAMING.contains(name))
    {
        let rule = "belongs to the connection and cannot be set";
        return Err(InvalidRequest::new(name.as_str().to_owned(), rule).into());
    }
    let mut headers = parts.headers.clone();
    for (name, value) in options
        .iter()
        .filter(|(name, _)| !parts.headers.contains_key(*name))
    {
        headers.append(name, value.clone());
    }
    if parts.body.is_empty() && method.announces_empty_body() {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    Ok(Prepared {
        meta,
        method: method.to_http(),
        uri,
        headers,
        body: parts.body,
        rate_key: operation.rate_key().map(std::borrow::Cow::into_owned),
    })
}

pub(super) fn address<P: Provider>(
    client: &Client<P>,
    meta: &OperationMeta,
    parts: &Parts,
) -> Result<(Method, Uri), Error> {
    let shared = &client.shared;
    let found = shared
        .overrides
        .iter()
        .rev()
        .find(|route| route.operation == meta.id);
    let (method, route) = match found {
        Some(route) => (route.method, route.path.as_str()),
        None => (meta.method, meta.route),
    };
    if found.is_none()
        && meta.provenance.route == ProvenanceGrade::Unverified
        && !shared.allow_unverified
    {
        return Err(
            Error::new(ErrorKind::UnverifiedRoute, Outcome::NotSent).with_text(format!(
                "nobody published the address of {}: give it with `override_route`, or opt in with \
             `allow_unverified_paths`",
                meta.id,
            )),
        );
    }
    let host = shared.environment.get(meta.host).ok_or_else(|| {
        // An operation that is not in `Provider::OPERATIONS` can name a host that `build` never asked for.
        Error::configuration(format!(
            "the environment does not say where host '{}' is",
            meta.host
        ))
    })?;
    let uri =
        join(host.base(), route, parts).map_err(|invalid: InvalidRequest| Error::from(invalid))?;
    Ok((method, uri))
}
