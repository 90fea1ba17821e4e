//! A file of payouts: planned, confirmed, paid with a lost answer and a refused line on the way, and reported.
//!
//! It runs against a simulated platform that it starts itself, on a simulated clock: what takes minutes takes a moment.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use payouts_platform::rubank_core::BoxFuture;
use payouts_platform::rubank_core::clock::Clock;
use payouts_platform::{Client, RequestOptions, Secret};
use rubank_runs::report::CsvDialect;
use rubank_runs::{Confirmation, Event, FileHash, Planning, Runs};
use rubank_sandbox::payouts::{CLIENT_KEY, CREATE_PAYMENT};
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox, SimulatedClock};
use rubank_store::{Keyring, Sqlite, SqliteOptions, Store};
use time::OffsetDateTime;

const FILE: &str = "\
исполнитель;сумма;назначение
101;1 500,50;Оплата по акту 7
102;820,05;Оплата по акту 8
999999;300,00;Оплата по акту 9
103;2 000,00;Оплата по акту 10
";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let bank = Sandbox::builder().plain().start().await?;
    // The second payout is made, and its answer gets lost.
    bank.faults()
        .push(FaultRule::on(CREATE_PAYMENT, Fault::Close(Moment::AfterWork)).call(2));
    let clock: Arc<dyn Clock> = Arc::new(Fast(bank.clock().clone()));

    let folder = std::env::temp_dir().join(format!("rubank-runs-example-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let options = SqliteOptions::new(folder.join("store.db")).clock(Arc::clone(&clock));
    // 32 bytes in Base64, kept apart from the database.
    let seal = Secret::from("MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA=");
    let keyring = Keyring::new("example", &seal)?;
    let store = Store::builder(Sqlite::open_with(options).await?, keyring)
        .clock(Arc::clone(&clock))
        .open()
        .await?;

    let client = connect(&bank, &store)?;
    let plan = Planning::new("A. Planner", clock.now()).payouts("may.csv", FILE.as_bytes())?;
    let runs = Runs::new(&store).clock(Arc::clone(&clock));
    let run = runs.plan(plan).await?;
    println!("{run}\n");

    // A person types what they saw; this one reads it from the file again.
    let (sha256, total) = (FileHash::of(FILE.as_bytes()), run.summary().total().into());
    let yes = Confirmation::new(sha256, total, "B. Checker", clock.now());
    runs.confirm(&client, run.id(), &yes).await?;

    let mut events = runs.execute(&client, run.id()).workers(2).start().await?;
    while let Some(event) = events.next().await {
        if !matches!(event, Event::Waiting(_)) {
            println!("{event}");
        }
    }

    let report = runs.report(run.id()).await?;
    println!("\n{report}\n");
    print!("{}", String::from_utf8(report.to_csv(CsvDialect::PLAIN))?);
    print!(
        "\n{}",
        String::from_utf8(report.totals_csv(CsvDialect::PLAIN))?
    );
    drop((runs, store));
    std::fs::remove_dir_all(&folder)?;
    bank.stop().await;
    Ok(())
}

fn connect(bank: &Sandbox, store: &Store) -> Result<Client, Box<dyn Error>> {
    let url = bank.url(Host::PayoutsPlatformApi);
    // Timeouts that no socket meets on a clock that is a thousand times faster.
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    let patient = RequestOptions::new()
        .attempt_timeout(hours(10))
        .deadline(hours(48));
    let client = Client::builder(payouts_platform::environment("simulated", url))
        .credentials(payouts_platform::credentials(CLIENT_KEY))
        .clock(Fast(bank.clock().clone()))
        // All programs that share the store stay within the bank's limits together.
        .pace(Arc::new(store.pace()))
        .default_options(patient)
        .build()?;
    Ok(client)
}

/// The platform's clock, moved on by every pause of the program.
#[derive(Clone, Debug)]
struct Fast(SimulatedClock);

impl Clock for Fast {
    fn now(&self) -> OffsetDateTime {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let platform = self.0.clone();
        Box::pin(async move {
            real_pause(duration / 1000).await;
            platform.advance(duration);
        })
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "an example is looked at by people"
)]
async fn real_pause(duration: Duration) {
    tokio::time::sleep(duration).await;
}
