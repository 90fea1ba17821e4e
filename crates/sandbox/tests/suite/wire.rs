//! A client made of text: what is sent and what comes back is seen byte by byte.

use std::io::ErrorKind;

use rubank_sandbox::{Builder, Host, Sandbox};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// What came back on one connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Reply(Reply),
    /// An orderly end without a byte.
    Nothing,
    Reset,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    /// Whether the body has the promised length.
    pub(crate) complete: bool,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn error(&self) -> (u16, String, String) {
        let body = self.json();
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        (self.status, text("error"), text("error_description"))
    }
}

impl Seen {
    pub(crate) fn reply(self) -> Reply {
        match self {
            Self::Reply(reply) => reply,
            other => panic!("{other:?}"),
        }
    }
}

/// A request as text. The default headers are those that the bank demands.
#[derive(Clone)]
pub(crate) struct Ask {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Ask {
    pub(crate) fn get(path: &str) -> Self {
        Self {
            line: format!("GET {path}"),
            headers: Vec::new(),
            body: String::new(),
        }
        .header("Accept", "application/json")
    }

    pub(crate) fn send(method: &str, path: &str, body: &str) -> Self {
        Self {
            line: format!("{method} {path}"),
            ..Self::get(path)
        }
        .header("Content-Type", "application/json")
        .body(body)
    }

    pub(crate) fn form(body: &str) -> Self {
        Self {
            line: "POST /oidc/token".to_owned(),
            headers: Vec::new(),
            body: String::new(),
        }
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same below the path of a base URL.
    pub(crate) fn below(mut self, prefix: &str) -> Self {
        self.line = self.line.replacen(' ', &format!(" {prefix}"), 1);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(key, _)| key != name);
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        self.body = body.to_owned();
        self
    }

    pub(crate) fn bytes(&self, keep: bool) -> Vec<u8> {
        let mut text = format!("{} HTTP/1.1\r\nHost: localhost\r\n", self.line);
        if !keep {
            text += "Connection: close\r\n";
        }
        if !self.body.is_empty() {
            text += &format!("Content-Length: {}\r\n", self.body.len());
        }
        for (name, value) in &self.headers {
            text += &format!("{name}: {value}\r\n");
        }
        format!("{text}\r\n{}", self.body).into_bytes()
    }
}

pub(crate) async fn plain() -> Sandbox {
    start(Sandbox::builder()).await
}

pub(crate) async fn start(builder: Builder) -> Sandbox {
    builder.seed(7).plain().start().await.unwrap()
}

pub(crate) async fn connect(sandbox: &Sandbox) -> TcpStream {
    let url = sandbox.url(Host::AlfaSbpApi);
    let (_, address) = url.split_once("://").unwrap();
    TcpStream::connect(address).await.unwrap()
}

/// One request on a connection of its own, over plain http.
pub(crate) async fn ask(sandbox: &Sandbox, ask: &Ask) -> Seen {
    exchange(connect(sandbox).await, ask).await
}

pub(crate) async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, ask: &Ask) -> Seen {
    let _ = stream.write_all(&ask.bytes(false)).await;
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes).await {
        Err(error) if error.kind() == ErrorKind::ConnectionReset && bytes.is_empty() => {
            return Seen::Reset;
        }
        // TLS calls an end without a farewell an error; what counts is what came before
        _ => {}
    }
    if bytes.is_empty() {
        return Seen::Nothing;
    }
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let reply = Reply {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
        complete: true,
    };
    // a 204 promises nothing
    let promised = reply.header("content-length").unwrap_or("0");
    let promised: usize = promised.parse().unwrap();
    Seen::Reply(Reply {
        complete: promised == reply.body.len(),
        ..reply
    })
}

pub(crate) const GRANT: &str = "grant_type=client_credentials&client_id=sandbox-client-id\
    &client_secret=not-a-secret%2B50%25+%26+more&scope=b2b-sbp";

/// A fresh token of the right scope.
pub(crate) async fn token(sandbox: &Sandbox) -> String {
    let reply = ask(sandbox, &Ask::form(GRANT)).await.reply();
    reply.json()["access_token"].as_str().unwrap().to_owned()
}

/// A call with a fresh token.
pub(crate) async fn call(sandbox: &Sandbox, request: Ask) -> Reply {
    let token = token(sandbox).await;
    ask(sandbox, &request.token(&token)).await.reply()
}

pub(crate) const LIST: &str =
    "/api/sbp/jp/v1/outgoing-payments?b2bClientId=021be5ed-6312-4982-a4e9-2a2cc44bc88c";

/// A one-step payment of the seeded one-time link.
pub(crate) fn pay_once() -> Ask {
    pay(rubank_sandbox::alfa::ONETIME_LINK, 123_456)
}

pub(crate) fn pay(link: &str, amount: u64) -> Ask {
    let body = serde_json::json!({
        "client": {"b2bClientId": rubank_sandbox::alfa::B2B_CLIENT_ID, "partnerId": 100},
        "qrcId": link,
        "payerAccount": rubank_sandbox::alfa::PAYER_ACCOUNT,
        "amount": amount,
        "paymentPurpose": "Оплата по счёту 1",
        "takeTax": false,
        "digestSignatures": [{"base64Encoded": "c2FuZGJveA==", "signatureType": "RSA"}],
    });
    Ask::send(
        "POST",
        "/api/sbp/jp/v1/outgoing-payments/one-pay",
        &body.to_string(),
    )
}
