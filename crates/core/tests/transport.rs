//! The real transport over real sockets: when a request counts as sent, and what the library may not do on its own.
#![cfg(feature = "testing")]

mod support;

use std::net::TcpListener;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use rubank_core::client::{Progress, RequestOptions};
use rubank_core::error::{Error, ErrorKind, Outcome};
use rubank_core::http::Body;
use support::*;
use time::macros::datetime;

fn told(error: &Error) -> (ErrorKind, Outcome, u32) {
    (error.kind(), error.outcome(), error.attempts())
}

#[tokio::test]
async fn a_refused_connection_has_not_sent_anything() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let client = builder(address)
        .retry_policy(rubank_core::retry::RetryPolicy::never())
        .build()
        .unwrap();
    let not_sent = (ErrorKind::Connect, Outcome::NotSent, 1);
    assert_eq!(told(&client.send(&pay()).await.unwrap_err()), not_sent);
    // Without a body, too: the one case in which that is known.
    let error = client.send(&Start {}).await.unwrap_err();
    assert_eq!(told(&error), not_sent);
    for shown in [format!("{error:?}"), format!("{error:#}")] {
        assert!(
            !shown.contains("127.0.0.1") && !shown.contains("not-a-real-key"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn a_request_that_was_read_and_not_answered_is_sent_once() {
    let server = Server::start(|mut connection| {
        Box::pin(async move {
            connection.request().await;
        })
    })
    .await;
    for round in 1..=3 {
        let error = server.client().send(&pay()).await.unwrap_err();
        assert_eq!(
            told(&error),
            (ErrorKind::ConnectionLost, Outcome::Unknown, 1)
        );
        assert_eq!(
            (server.requests().len(), server.connections()),
            (round, round)
        );
    }
    let error = server.client().send(&Start {}).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn a_server_that_closes_at_once_may_have_read_something() {
    let server = Server::start(|connection| Box::pin(async move { drop(connection) })).await;
    let never = rubank_core::retry::RetryPolicy::never();
    let client = server.builder().retry_policy(never).build().unwrap();
    // Whether the first byte had left is a race; what may never be said is that the bank refused.
    for _ in 0..20 {
        let error = client.send(&pay()).await.unwrap_err();
        assert!(
            matches!(error.outcome(), Outcome::NotSent | Outcome::Unknown),
            "{error}"
        );
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn whoever_has_read_one_byte_was_sent_to() {
    let server = Server::start(|mut connection| {
        Box::pin(async move {
            connection.one_byte().await;
        })
    })
    .await;
    let client = server.client();
    for _ in 0..20 {
        let error = client.send(&pay()).await.unwrap_err();
        assert_eq!(
            told(&error),
            (ErrorKind::ConnectionLost, Outcome::Unknown, 1)
        );
    }
    assert_eq!(server.connections(), 20);
}

#[tokio::test]
async fn a_body_that_the_server_never_reads_counts_as_sent() {
    let server = Server::start(|connection| Box::pin(connection.hold())).await;
    let progress = Progress::new();
    let client = server
        .client()
        .with(RequestOptions::new().progress(&progress));
    let operation = pay();
    let mut call = Box::pin(client.send(&operation));
    // Nothing is connected yet: nothing can have left.
    assert!(
        call.as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    assert_eq!(
        (progress.attempts(), progress.outcome()),
        (1, Outcome::NotSent)
    );
    tokio::select! {
        _ = &mut call => panic!("nobody answers"),
        () = server.when(|server| server.requests().len() == 1) => {}
    }
    drop(call);
    assert_eq!(progress.outcome(), Outcome::Unknown);
}

/// A server whose queue of connections is full accepts nobody: the handshake of TCP itself hangs.
#[tokio::test]
async fn waiting_for_a_connection_is_not_sending() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut fillers = Vec::new();
    // Until one of them hangs, the queue is not full.
    loop {
        let mut filler = Box::pin(tokio::net::TcpStream::connect(address));
        let mut turns = 0;
        let connected = std::future::poll_fn(|context| match filler.as_mut().poll(context) {
            Poll::Ready(stream) => Poll::Ready(Some(stream.unwrap())),
            Poll::Pending if turns > 1_000 => Poll::Ready(None),
            Poll::Pending => {
                turns += 1;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        });
        match connected.await {
            Some(stream) => fillers.push(stream),
            None => break,
        }
        assert!(fillers.len() < 64, "this machine never fills the queue");
    }
    let clock = rubank_core::clock::ManualClock::new(datetime!(2026-01-01 00:00 UTC));
    let client = builder(address).clock(clock.clone()).build().unwrap();
    for (body, outcome) in [(true, Outcome::NotSent), (false, Outcome::Unknown)] {
        let (pay, start) = (pay(), Start {});
        let client = client.with(RequestOptions::new().deadline(std::time::Duration::from_secs(5)));
        let call = async {
            match body {
                true => client.send(&pay).await,
                false => client.send(&start).await,
            }
        };
        let error = clock.drive(call).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::DeadlineExceeded, outcome)
        );
    }
}

#[tokio::test]
async fn a_body_of_no_announced_bytes_counts_as_sent() {
    let server = Server::start(|mut connection| {
        Box::pin(async move {
            connection.request().await;
        })
    })
    .await;
    let body = Body::stream(Some(0), || Box::pin(futures_util::stream::empty()));
    let error = server.client().send(&Pay { body }).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Unknown);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn streams_leave_with_and_without_a_length() {
    let server = Server::start(|mut connection| {
        Box::pin(async move {
            while connection.request().await.is_some() {
                connection.answer("\"ok\"").await;
            }
        })
    })
    .await;
    let client = server.client();
    let stream = |length| {
        Body::stream(length, || {
            let chunks = ["one,", "two"].map(|text| Ok(Bytes::from_static(text.as_bytes())));
            Box::pin(futures_util::stream::iter(chunks))
        })
    };
    for (length, framing, body) in [
        (Some(7), "content-length: 7\r\n", "\r\n\r\none,two"),
        (
            None,
            "transfer-encoding: chunked\r\n",
            "\r\n\r\n4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n",
        ),
    ] {
        let answer = client
            .send(&Pay {
                body: stream(length),
            })
            .await
            .unwrap();
        assert_eq!(*answer, "ok");
        let request = server.requests().pop().unwrap();
        assert!(
            request.contains(framing) && request.ends_with(body),
            "{request}"
        );
    }
    client.send(&Start {}).await.unwrap();
    let request = server.requests().pop().unwrap();
    assert_eq!(
        request.matches("content-length: 0\r\n").count(),
        1,
        "{request}"
    );
    assert!(
        request.starts_with("POST /v1/thing HTTP/1.1\r\n"),
        "{request}"
    );
    assert_eq!(request.matches("content-length").count(), 1, "{request}");
    assert!(request.contains("x-key: not-a-real-key\r\n") && !request.contains("referer"));
}

/// Gives one chunk and then breaks.
struct Breaking(u8);

impl futures_core::Stream for Breaking {
    type Item = std::io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0 += 1;
        Poll::Ready(Some(match self.0 {
            1 => Ok(Bytes::from_static(b"half of it")),
            _ => Err(std::io::Error::other("the file is gone")),
        }))
    }
}

#[tokio::test]
async fn a_stream_that_breaks_on_its_way_may_have_arrived() {
    let server = Server::start(|connection| Box::pin(connection.hold())).await;
    let body = Body::stream(None, || Box::pin(Breaking(0)));
    let error = server.client().send(&Pay { body }).await.unwrap_err();
    assert_eq!((error.outcome(), error.attempts()), (Outcome::Unknown, 1));
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let server = Server::start(|mut connection| {
        Box::pin(async move {
            while connection.request().await.is_some() {
                connection
                    .write("HTTP/1.1 307 Moved\r\nlocation: /v1/elsewhere\r\ncontent-length: 0\r\n\r\n")
                    .await;
            }
        })
    })
    .await;
    let error = server.client().send(&pay()).await.unwrap_err();
    assert_eq!(told(&error), (ErrorKind::Redirect, Outcome::Unknown, 1));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn connections_are_kept_unless_a_fresh_one_is_wanted() {
    let server = Server::start(|mut connection| {
        Box::pin(async move {
            while connection.request().await.is_some() {
                connection.answer("\"ok\"").await;
            }
        })
    })
    .await;
    let client = server.client();
    for _ in 0..3 {
        client.send(&pay()).await.unwrap();
    }
    assert_eq!(server.connections(), 1);
    let fresh = client.with(RequestOptions::new().fresh_connection());
    for connections in 2..5 {
        fresh.send(&pay()).await.unwrap();
        assert_eq!(server.connections(), connections);
    }
}

#[tokio::test]
async fn answers_that_are_not_http_or_break_off() {
    let rows: [(Script, ErrorKind, Outcome); 3] = [
        (
            |mut connection| {
                Box::pin(async move {
                    connection.request().await;
                    connection.write("220 mail.test ESMTP\r\n").await;
                })
            },
            ErrorKind::ConnectionLost,
            Outcome::Unknown,
        ),
        (
            |mut connection| {
                Box::pin(async move {
                    connection.request().await;
                    connection
                        .write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n\"ok\"")
                        .await;
                })
            },
            ErrorKind::ConnectionLost,
            Outcome::Accepted,
        ),
        (
            |mut connection| {
                Box::pin(async move {
                    connection.request().await;
                    connection.write("HTTP/1.1 200 OK\r\ncontent-le").await;
                })
            },
            ErrorKind::ConnectionLost,
            Outcome::Unknown,
        ),
    ];
    for (row, (script, kind, outcome)) in rows.into_iter().enumerate() {
        let server = Server::start(script).await;
        let error = server.client().send(&pay()).await.unwrap_err();
        assert_eq!(told(&error), (kind, outcome, 1), "row {row}: {error:#}");
    }
    // A read is simply made again.
    let server = Server::start(|mut connection| {
        Box::pin(async move {
            connection.request().await;
            if connection.number > 1 {
                connection.answer("\"ok\"").await;
            }
        })
    })
    .await;
    let quick = rubank_core::retry::RetryPolicy::default()
        .with_pauses(std::time::Duration::ZERO, std::time::Duration::ZERO);
    let client = server.builder().retry_policy(quick).build().unwrap();
    assert_eq!(*client.send(&Get {}).await.unwrap(), "ok");
    assert_eq!(server.requests().len(), 2);
}
