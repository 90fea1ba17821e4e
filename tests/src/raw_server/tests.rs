//! The server does what its script says, seen by a client that knows nothing of HTTP.

use std::io::ErrorKind::{ConnectionRefused, ConnectionReset};
use std::pin::pin;
use std::task::Poll;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::*;

const REQUEST: &[u8] = b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";

fn authority(base: &str) -> &str {
    base.strip_prefix("http://").unwrap()
}

async fn is_pending(future: impl Future) -> bool {
    let mut future = pin!(future);
    turns().await;
    std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

/// What comes back for one request, up to the end of the connection.
async fn exchange(server: &RawServer) -> io::Result<String> {
    let mut stream = TcpStream::connect(authority(server.base())).await?;
    stream.write_all(REQUEST).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8(answer).unwrap())
}

#[tokio::test]
async fn acts_look_as_their_names_say() {
    let said = || Said::json(422, "abcdef").header("x-a", "b");
    let whole = "HTTP/1.1 422 Said\r\ncontent-type: application/json\r\nx-a: b\r\ncontent-length: 6\r\n\r\nabcdef";
    let rows = [
        (Act::ResetBeforeReading, None, (1, 0)),
        (Act::ResetAfterReading, None, (1, 1)),
        (Act::CloseAfterReading, Some(""), (1, 1)),
        (Act::AnswerAndClose(said()), Some(whole), (1, 1)),
        (
            Act::CutHead(said()),
            Some(&whole[..(whole.len() - 6) / 2]),
            (1, 1),
        ),
        (
            Act::CutBody(said()),
            Some(&whole[..whole.len() - 3]),
            (1, 1),
        ),
    ];
    for (act, expected, counts) in rows {
        let server = RawServer::start(Layer::Tcp, [act.clone()]).await.unwrap();
        let came = exchange(&server).await;
        match expected {
            Some(text) => assert_eq!(came.unwrap(), text, "{act:?}"),
            None => assert_eq!(came.unwrap_err().kind(), ConnectionReset, "{act:?}"),
        }
        assert_eq!(
            (server.arrived(), server.requests().len()),
            counts,
            "{act:?}"
        );
    }
}

#[tokio::test]
async fn silence_is_reported_and_lasts() {
    for act in [
        Act::IgnoreHello,
        Act::NeverAnswer,
        Act::StallBody(Said::json(200, "{}")),
    ] {
        let mut server = RawServer::start(Layer::Tcp, [act.clone()]).await.unwrap();
        let mut stream = TcpStream::connect(authority(server.base())).await.unwrap();
        stream.write_all(REQUEST).await.unwrap();
        server.when(Event::Silent).await;
        let mut answer = Vec::new();
        assert!(is_pending(stream.read_to_end(&mut answer)).await, "{act:?}");
        assert!(is_pending(server.when(Event::Closed)).await, "{act:?}");
    }
}

#[tokio::test]
async fn requests_are_kept_and_the_last_act_repeats() {
    let script = [Act::Answer(Said::empty(500)), Act::Answer(Said::empty(200))];
    let mut server = RawServer::start(Layer::Tcp, script).await.unwrap();
    let mut stream = TcpStream::connect(authority(server.base())).await.unwrap();
    for expected in ["500", "200", "200"] {
        stream.write_all(REQUEST).await.unwrap();
        let mut answer = vec![0; "HTTP/1.1 200 Said\r\ncontent-length: 0\r\n\r\n".len()];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer[9..12], expected.as_bytes());
    }
    let requests = server.requests();
    assert_eq!((server.arrived(), requests.len()), (3, 3));
    assert_eq!(
        (requests[2].method.as_str(), requests[2].uri.to_string()),
        ("POST", "/a?b=c".into())
    );
    assert_eq!(
        (&requests[2].headers["host"], &requests[2].body[..]),
        (&"x".parse().unwrap(), &b"body"[..])
    );
    server.forget();
    assert_eq!((server.arrived(), server.requests().len()), (0, 0));
    assert!(is_pending(server.when(Event::Read)).await);
}

#[tokio::test]
async fn ports_refuse_or_stay_silent() {
    let refusing = RefusingPort::take().unwrap();
    let refused = TcpStream::connect(authority(&refusing.base()))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), ConnectionRefused);

    let silent = SilentPort::fill().await.unwrap();
    assert!(is_pending(TcpStream::connect(authority(&silent.base()))).await);
}
