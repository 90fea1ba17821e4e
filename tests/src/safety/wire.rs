//! A fault on a real connection. Time moves only when the server says that it will do nothing more.

use rubank_core::client::{Client, Progress};
use rubank_core::clock::ManualClock;
use rubank_core::http::SeenRequest;
use rubank_core::operation::{Operation, Provider};
use rubank_core::tls::Root;

use super::fault::{Caller, Deed, Fault, Voice};
use super::seen::Seen;
use super::surroundings::{START, ShortWaitsPass, builder, options};
use crate::raw_server::{Event, Layer, RawServer, RefusingPort, SilentPort, Trouble, turns};

pub(super) async fn run<O: Operation>(
    operation: &O,
    voice: &Voice,
    fault: &Fault,
    layer: Layer,
) -> Result<Seen, Trouble> {
    let mut place = Place::open(voice, fault, layer).await?;
    let clock = ManualClock::new(START);
    let mut builder = builder(
        operation,
        fault,
        &place.base(),
        ShortWaitsPass(clock.clone()),
    )
    .await;
    if let Some(root) = place.root() {
        builder = builder.extra_roots([Root::from_der(root)?]);
    }
    let client = builder.build()?;
    if fault.second_call {
        place.warm(&client, operation, fault).await?;
    }
    let progress = Progress::new();
    let client = client.with(options(fault, &progress));
    let mut call = Box::pin(client.send(operation));
    loop {
        let quiet = async {
            place.when_silent().await;
            // The client gets to know all that the server has sent.
            turns().await;
        };
        tokio::select! {
            biased;
            result = &mut call => {
                let (sends, requests) = place.received();
                return Ok(Seen::finished(result, sends, requests));
            }
            () = quiet => {}
        }
        match (fault.caller, clock.next_wake()) {
            (Caller::Drops, _) => {
                drop(call);
                let (sends, requests) = place.received();
                return Ok(Seen::dropped(progress.outcome(), sends, requests));
            }
            (Caller::Waits, Some(wait)) => clock.advance(wait),
            (Caller::Waits, None) => return Err("nothing happens, and no time is set".into()),
        }
    }
}

/// Where the client's connections go.
enum Place {
    Refusing(RefusingPort),
    Silent(SilentPort),
    Server(RawServer),
}

impl Place {
    async fn open(voice: &Voice, fault: &Fault, layer: Layer) -> Result<Self, Trouble> {
        match fault.deeds.as_slice() {
            [Deed::Refuse] => return Ok(Place::Refusing(RefusingPort::take()?)),
            [Deed::DropSyn] => return Ok(Place::Silent(SilentPort::fill().await?)),
            _ => {}
        }
        let acts = fault.deeds.iter().map(|deed| deed.act(voice));
        let acts = acts
            .collect::<Option<Vec<_>>>()
            .ok_or("no server can do that")?;
        Ok(Place::Server(RawServer::start(layer, acts).await?))
    }

    fn base(&self) -> String {
        match self {
            Place::Refusing(port) => port.base(),
            Place::Silent(port) => port.base(),
            Place::Server(server) => server.base().to_owned(),
        }
    }

    fn root(&self) -> Option<&[u8]> {
        match self {
            Place::Server(server) => server.root(),
            _ => None,
        }
    }

    /// A good call, after which the connection is kept; a server that closes it has done so.
    async fn warm<P: Provider>(
        &mut self,
        client: &Client<P>,
        operation: &impl Operation<Provider = P>,
        fault: &Fault,
    ) -> Result<(), Trouble> {
        client.send(operation).await?;
        if let Place::Server(server) = self {
            if fault.deed(0) == Some(&Deed::YesAndClose) {
                server.when(Event::Closed).await;
            }
            // The client gets to know that the connection is free, or gone.
            turns().await;
            server.forget();
        }
        Ok(())
    }

    /// Waits until nothing more will happen by itself.
    async fn when_silent(&mut self) {
        match self {
            Place::Refusing(_) => std::future::pending().await,
            Place::Silent(_) => {}
            Place::Server(server) => server.when(Event::Silent).await,
        }
    }

    fn received(&self) -> (usize, Vec<SeenRequest>) {
        match self {
            Place::Server(server) => (server.arrived(), server.requests()),
            _ => (0, Vec::new()),
        }
    }
}
