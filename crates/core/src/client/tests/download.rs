//! Files.

use bytes::Bytes;

use super::support::*;
use crate::client::{Client, FileStream, RequestOptions};
use crate::clock::{Clock, ManualClock};
use crate::error::{Error, ErrorKind};
use crate::future::BoxFuture;
use crate::http::{Body, HttpService, Incoming, Reply, Sent, TransportError, TransportFault};
use crate::operation::{
    Answer, Download, Effect, File, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use crate::read::ReadError;

struct Statement;

impl Operation for Statement {
    type Provider = TestBank;
    type Output = File;

    const META: OperationMeta = OperationMeta::new(
        "test-bank.statement",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v1/file",
    )
    .not_ready(&[202]);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(Parts::new().accept("application/pdf"))
    }

    fn parse(answer: &Answer) -> Result<File, ReadError> {
        Ok(File::of(answer))
    }
}

impl Download for Statement {}

fn pdf(body: &'static [u8]) -> Reply {
    Reply::Answer {
        status: 200,
        headers: vec![("content-type", "application/pdf".to_owned())],
        body: Bytes::from_static(body),
    }
}

async fn download(bank: &Bank) -> Result<FileStream, Error> {
    bank.clock.drive(bank.client.download(&Statement)).await
}

/// A file that comes in pieces: its announced length, and what arrives.
#[derive(Clone, Debug)]
struct Pieces(Option<u64>, Vec<Option<&'static str>>);

impl HttpService for Pieces {
    fn call<'a>(
        &'a self,
        _: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        sent.raise();
        let lost = || TransportError::new(TransportFault::Lost, "connection closed");
        let pieces = self.1.clone().into_iter();
        let chunks = pieces.map(move |piece| match piece {
            Some(text) => Ok(Bytes::from_static(text.as_bytes())),
            None => Err(lost()),
        });
        let body = Incoming::new(self.0, futures_util::stream::iter(chunks));
        Box::pin(std::future::ready(Ok(http::Response::new(body))))
    }
}

async fn pieces(total: Option<u64>, pieces: &[Option<&'static str>]) -> (FileStream, ManualClock) {
    let transport = Pieces(total, pieces.to_vec());
    let bank = bank_with([], |builder| builder.transport(transport));
    (download(&bank).await.unwrap(), bank.clock)
}

#[tokio::test]
async fn a_file_comes_chunk_by_chunk() {
    let (mut file, _) = pieces(Some(5), &[Some("ab"), Some("cde")]).await;
    assert_eq!((file.total(), file.received()), (Some(5), 0));
    assert_eq!(file.next().await.unwrap().unwrap(), "ab");
    assert_eq!(file.received(), 2);
    assert_eq!(file.next().await.unwrap().unwrap(), "cde");
    assert!(file.next().await.is_none() && file.next().await.is_none());

    let bank = bank([Reply::empty(503), Reply::empty(202), pdf(b"%PDF")]);
    let file = download(&bank).await.unwrap();
    assert_eq!(file.content_type(), Some("application/pdf"));
    assert_eq!(file.collect(4).await.unwrap(), "%PDF");
    assert_eq!(bank.service.seen()[0].headers["accept"], "application/pdf");
}

#[tokio::test]
async fn what_is_no_file_is_an_error() {
    let rows = [
        (
            refusal(404, "NO_FILE"),
            ErrorKind::NotFound,
            Some("NO_FILE"),
        ),
        (refusal(400, "BAD"), ErrorKind::BadRequest, Some("BAD")),
        (Reply::html(200), ErrorKind::NotTheBank, None),
        (
            refusal(200, "NO_FILE"),
            ErrorKind::UnreadableAnswer,
            Some("NO_FILE"),
        ),
        (Reply::empty(302), ErrorKind::Redirect, None),
    ];
    for (reply, kind, code) in rows {
        let error = download(&bank([reply])).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, code));
        assert!(!error.may_have_acted());
    }
}

#[tokio::test]
async fn a_file_ends_with_one_error() {
    type Row = (
        &'static str,
        Option<u64>,
        Vec<Option<&'static str>>,
        ErrorKind,
    );
    let rows: Vec<Row> = vec![
        (
            "cut",
            None,
            vec![Some("ab"), None],
            ErrorKind::ConnectionLost,
        ),
        (
            "shorter than announced",
            Some(5),
            vec![Some("ab")],
            ErrorKind::ConnectionLost,
        ),
        (
            "longer than the limit",
            None,
            vec![Some("ab"), Some("cdef")],
            ErrorKind::AnswerTooLarge,
        ),
    ];
    for (name, total, script, kind) in rows {
        let (file, _) = pieces(total, &script).await;
        let mut file = file.limit(5);
        assert_eq!(file.next().await.unwrap().unwrap(), "ab", "{name}");
        let error = file.next().await.unwrap().unwrap_err();
        assert_eq!(
            (error.kind(), error.operation()),
            (kind, "test-bank.statement"),
            "{name}"
        );
        assert!(file.next().await.is_none(), "{name}");
        let (file, _) = pieces(total, &script).await;
        assert_eq!(file.collect(5).await.unwrap_err().kind(), kind, "{name}");
    }
    // Announced: nothing of it has to come first.
    let (file, _) = pieces(Some(6), &[Some("ab"), Some("cdef")]).await;
    let mut file = file.limit(5);
    assert_eq!(
        file.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::AnswerTooLarge
    );
    assert_eq!((file.received(), file.next().await.is_none()), (0, true));
}

#[tokio::test]
async fn a_file_that_stalls_is_given_up() {
    let stalled = Stalled {
        status: 200,
        first: b"ab",
    };
    let bank = bank_with([], |builder| builder.transport(stalled));
    let client: Client<TestBank> = bank
        .client
        .with(RequestOptions::new().attempt_timeout(seconds(9)));
    let mut file = bank.clock.drive(client.download(&Statement)).await.unwrap();
    assert_eq!(bank.clock.drive(file.next()).await.unwrap().unwrap(), "ab");
    // Whoever stops waiting and comes back loses nothing.
    {
        let mut next = Box::pin(file.next());
        assert!(waits(&mut next).await);
    }
    let error = bank.clock.drive(file.next()).await.unwrap().unwrap_err();
    assert_eq!(
        (error.kind(), bank.clock.monotonic()),
        (ErrorKind::AttemptTimeout, seconds(9))
    );
    assert!(file.next().await.is_none());
}

#[tokio::test]
async fn send_collects_a_file_up_to_the_limit_of_answers() {
    let bank = bank_with([pdf(b"%PDF"), pdf(b"%PDF-")], |builder| {
        builder.max_answer(4)
    });
    let file = bank
        .clock
        .drive(bank.client.send(&Statement))
        .await
        .unwrap();
    assert_eq!(file.bytes().as_ref(), b"%PDF");
    let error = bank
        .clock
        .drive(bank.client.send(&Statement))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AnswerTooLarge);
}

#[tokio::test]
async fn a_collected_file_is_no_error_in_disguise_and_prints_nothing() {
    let error = r#"{"error":{"code":"gone"}}"#;
    let bank = bank([pdf(b"%PDF canary"), Reply::json(200, error)]);
    let file = bank.clock.drive(bank.client.send(&Statement)).await;
    let file = file.expect("a file");
    assert_eq!(
        format!("{:?}", file.value()),
        "File(application/pdf, 11 bytes)"
    );
    assert_eq!(file.bytes().as_ref(), b"%PDF canary");
    let refused = bank.clock.drive(bank.client.send(&Statement)).await;
    let refused = refused.expect_err("JSON is no file");
    assert_eq!(refused.kind(), ErrorKind::UnreadableAnswer);
    assert!(refused.bank_error().is_some());
}
