//! Several processes, one user, a refresh token that is good for one use: nobody is ever locked out.

use std::collections::HashMap;
use std::sync::Mutex;

use futures_util::future::Either;

use rubank_core::auth::{OAuthClient, RotatingRefresh};
use rubank_core::client::Client;
use rubank_core::environment::{Environment, Host};
use rubank_core::error::BankError;
use rubank_core::http::{Body, HttpService, Incoming, Sent, TransportError, TransportFault};
use rubank_core::operation::{
    Answer, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts, Provider,
};
use rubank_core::random::Random;
use rubank_core::read::ReadError;
use tokio::sync::Notify;

use super::*;

const PROCESSES: usize = 8;

struct Bank;

impl Provider for Bank {
    const NAME: &'static str = "bank";
    const OPERATIONS: &'static [OperationMeta] = &[Read::META];
    const REQUEST_ID_HEADERS: &'static [&'static str] = &[];

    fn read_error(_: &Answer) -> BankError {
        BankError::new()
    }
}

struct Read;

impl Operation for Read {
    type Provider = Bank;
    type Output = ();

    const META: OperationMeta =
        OperationMeta::new("bank.read", Effect::Read, Method::Get, HostId::API, "/read");

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        Ok(Parts::new())
    }

    fn parse(_: &Answer) -> Result<(), ReadError> {
        Ok(())
    }
}

/// Gives each refresh token for one use. Asked again with the one before, it says the same again for an hour, as Sber
/// does; with any older one it takes the sign-in away for good.
#[derive(Clone)]
struct Server {
    clock: ManualClock,
    state: Arc<Mutex<State>>,
    /// Ends a process, by its number.
    end: Arc<[Notify; PROCESSES]>,
}

struct State {
    random: SeededRandom,
    /// The number of the refresh token that is good now.
    number: u32,
    /// How often an access token still lets somebody in.
    uses_left: u32,
    rotations: u32,
    lost: u32,
    locked_out: bool,
}

impl Server {
    fn refresh(&self, form: &str) -> Result<String, Fault> {
        let mut state = self.state.lock().unwrap();
        let fields: HashMap<_, _> = form
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .collect();
        let shown: Option<u32> = fields
            .get("refresh_token")
            .and_then(|token| token.strip_prefix("refresh-")?.parse().ok());
        if shown == Some(state.number) {
            state.number += 1;
            state.rotations += 1;
            state.uses_left = 4;
        } else if shown.map(|shown| shown + 1) != Some(state.number) {
            state.locked_out = true;
        }
        if state.locked_out {
            return Err(Fault::Refused);
        }
        if state.random.below(4) == 0 {
            state.lost += 1;
            return Err(Fault::Lost);
        }
        let number = state.number;
        Ok(format!(
            r#"{{"access_token":"access-{number}","refresh_token":"refresh-{number}","expires_in":3600,"token_type":"Bearer"}}"#
        ))
    }

    fn end_somebody(&self) {
        let state = self.state.lock().unwrap();
        if state.random.below(6) == 0 {
            self.end[state.random.below(PROCESSES as u64) as usize].notify_one();
        }
    }

    fn lets_in(&self, shown: &str) -> bool {
        let mut state = self.state.lock().unwrap();
        let good = shown == format!("Bearer access-{}", state.number) && state.uses_left > 0;
        state.uses_left = state.uses_left.saturating_sub(good.into());
        good
    }
}

enum Fault {
    Refused,
    Lost,
}

impl HttpService for Server {
    fn call<'a>(
        &'a self,
        request: http::Request<Body>,
        sent: &'a Sent,
    ) -> BoxFuture<'a, Result<http::Response<Incoming>, TransportError>> {
        Box::pin(async move {
            sent.raise();
            self.end_somebody();
            self.clock.sleep(Duration::from_millis(40)).await;
            let (status, body) = match request.uri().path() {
                "/token" => {
                    let form = request.body().as_bytes().unwrap_or_default();
                    match self.refresh(std::str::from_utf8(form).unwrap()) {
                        Ok(answer) => (200, answer),
                        Err(Fault::Refused) => (400, r#"{"error":"invalid_grant"}"#.to_owned()),
                        Err(Fault::Lost) => {
                            return Err(TransportError::new(TransportFault::Lost, "closed"));
                        }
                    }
                }
                _ => {
                    let shown = &request.headers()[http::header::AUTHORIZATION];
                    match self.lets_in(shown.to_str().unwrap()) {
                        true => (200, "{}".to_owned()),
                        false => (401, "{}".to_owned()),
                    }
                }
            };
            self.clock.sleep(Duration::from_millis(40)).await;
            let answer = http::Response::builder()
                .status(status)
                .header("content-type", "application/json")
                .body(Incoming::whole(body));
            Ok(answer.unwrap())
        })
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server")
    }
}

/// A program that has just started.
async fn client(bench: &Bench, server: &Server) -> Client<Bank> {
    let tokens = bench.tokens().await;
    let shop = OAuthClient::new("shop", "not-a-real-secret".into());
    let credentials = RotatingRefresh::new(HostId::TOKEN, "/token", shop, "anna", Arc::new(tokens))
        .repeat_window(Duration::from_secs(3600));
    let environment = Environment::new("test")
        .host(HostId::API, Host::new("https://bank.test"))
        .host(HostId::TOKEN, Host::new("https://token.bank.test"));
    Client::builder(environment)
        .transport(server.clone())
        .credentials(credentials)
        .clock(server.clock.clone())
        .build()
        .unwrap()
}

#[tokio::test]
async fn eight_processes_that_come_and_go_never_lock_the_user_out() {
    let (mut rotations, mut lost, mut gone) = (0, 0, 0);
    for seed in 0..6 {
        let bench = Bench::new();
        let server = Server {
            clock: bench.clock.clone(),
            state: Arc::new(Mutex::new(State {
                random: SeededRandom::new(seed),
                number: 0,
                uses_left: 0,
                rotations: 0,
                lost: 0,
                locked_out: false,
            })),
            end: Arc::default(),
        };
        let (tokens, user) = (bench.tokens().await, TokenKey::new("test", "shop", "anna"));
        let first = StoredTokens::new("refresh-0".into());
        tokens.save(&user, &first).await.unwrap();

        gone += work(&bench, &server).await;

        {
            let state = server.state.lock().unwrap();
            assert!(!state.locked_out, "seed {seed}");
            rotations += state.rotations;
            lost += state.lost;
        }
        let tokens = tokens.load(&user).await.unwrap().unwrap();
        assert!(!tokens.sign_in_again, "seed {seed}");
    }
    // The bench does what it promises.
    assert!(rotations > 100 && lost > 20 && gone > 100);
}

/// Eight processes that have twelve answers each, and are started again as often as they end. How often that was.
async fn work(bench: &Bench, server: &Server) -> u32 {
    let processes = join_all(server.end.iter().map(|end| {
        async move {
            let (mut done, mut gone) = (0, 0);
            'starts: loop {
                let process = client(bench, server).await;
                while done < 12 {
                    let call = async { process.send(&Read).await.is_ok() };
                    match select(pin!(call), pin!(end.notified())).await {
                        // Not so if the answer to a refresh was lost, or the bank let nobody in twice in a row.
                        Either::Left((answered, _)) => done += u32::from(answered),
                        Either::Right(_) => {
                            gone += 1;
                            continue 'starts;
                        }
                    }
                }
                return gone;
            }
        }
    }));
    let gone = bench.clock.drive(processes).await;
    gone.into_iter().sum()
}
