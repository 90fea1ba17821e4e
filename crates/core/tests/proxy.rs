//! Proxies: those of the environment are not used, the one that was given is.

mod support;

use std::net::TcpListener;

use support::*;

/// Environment variables belong to the whole process, so that this test looks from a process of its own.
#[test]
fn proxies_of_the_environment_are_not_used() {
    const MARK: &str = "RUBANK_TEST_BEHIND_PROXY";
    if std::env::var_os(MARK).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let server = Server::start(|mut connection| {
                Box::pin(async move {
                    while connection.request().await.is_some() {
                        connection.answer("\"ok\"").await;
                    }
                })
            })
            .await;
            server.client().send(&pay()).await.unwrap();
            assert!(server.requests()[0].starts_with("POST /v1/thing "));
        });
        return;
    }
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let proxy = format!("http://{nobody}");
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "proxies_of_the_environment_are_not_used"])
        .envs(
            [
                "http_proxy",
                "HTTP_PROXY",
                "https_proxy",
                "ALL_PROXY",
                "all_proxy",
            ]
            .map(|name| (name, &proxy)),
        )
        .env(MARK, "1")
        .stdout(std::process::Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

#[tokio::test]
async fn a_proxy_that_was_given_is_used() {
    let proxy = Server::start(|mut connection| {
        Box::pin(async move {
            while connection.request().await.is_some() {
                connection.answer("\"through the proxy\"").await;
            }
        })
    })
    .await;
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let setting = rubank_core::client::Proxy::new(format!("http://{}", proxy.address))
        .with_login("user", rubank_core::secret::Secret::from("not-a-real-word"));
    let client = builder(nobody).proxy(setting).build().unwrap();
    assert_eq!(*client.send(&pay()).await.unwrap(), "through the proxy");
    let request = proxy.requests().pop().unwrap();
    assert!(
        request.starts_with(&format!("POST http://{nobody}/v1/thing ")),
        "{request}"
    );
    assert!(request.contains("proxy-authorization: Basic "), "{request}");
}
