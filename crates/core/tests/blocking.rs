//! The verbs without async.
#![cfg(all(feature = "blocking", feature = "testing"))]

mod support;

use rubank_core::blocking::Client;
use rubank_core::error::{ErrorKind, Outcome};
use support::*;

/// A runtime for the server, beside that of the client.
#[allow(clippy::unwrap_used, reason = "a test is all that this is")]
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

async fn server_that_answers() -> Server {
    Server::start(|mut connection| {
        Box::pin(async move {
            while connection.request().await.is_some() {
                connection.answer("\"ok\"").await;
            }
        })
    })
    .await
}

#[test]
fn a_connection_that_the_server_closed_between_two_writes_costs_nothing() {
    let runtime = runtime();
    let server = runtime.block_on(Server::start(|mut connection| {
        Box::pin(async move {
            connection.request().await;
            connection.answer("\"ok\"").await;
            connection.close().await;
        })
    }));
    let client = Client::new(server.client()).unwrap();
    for round in 1..=5 {
        assert_eq!(*client.send(&pay()).unwrap(), "ok");
        // Until our side has seen the end, and answered it with its own.
        runtime.block_on(server.when(|server| server.closed() == round));
    }
    assert_eq!((server.requests().len(), server.connections()), (5, 5));
}

#[test]
fn a_connection_that_is_good_is_kept_between_calls_of_several_threads() {
    let runtime = runtime();
    let server = runtime.block_on(server_that_answers());
    let client = Client::new(server.client()).unwrap();
    for _ in 0..3 {
        let client = client.clone();
        std::thread::spawn(move || client.send(&pay()).unwrap())
            .join()
            .unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (3, 1));
}

#[test]
fn whatever_is_async_can_be_run() {
    let runtime = runtime();
    let server = runtime.block_on(server_that_answers());
    let client = Client::new(server.client()).unwrap();
    let twice = client.run(async |client| {
        client.send(&pay()).await?;
        client.send(&pay()).await
    });
    assert_eq!(*twice.unwrap().unwrap(), "ok");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn inside_a_runtime_it_is_a_clear_error() {
    let server = Server::start(|connection| Box::pin(connection.hold())).await;
    let client = Client::new(server.client()).unwrap();
    let error = client.send(&pay()).unwrap_err();
    assert_eq!(
        (error.kind(), error.outcome()),
        (ErrorKind::Configuration, Outcome::NotSent)
    );
    assert!(error.to_string().contains("async runtime"), "{error}");
    assert_eq!(server.connections(), 0);
    // To drop it there is harmless.
    drop(client);
}
