//! Sber: a day's statement, and a day that is followed from the morning on while its rows arrive, change and go.

use std::sync::Arc;

use rubank_core::auth::Credentials;
use rubank_sandbox::Sandbox;
use rubank_sandbox::sber::{self, Edit, Entry, Removal};
use statements::{
    Account, Amount, Client, CurrencyAmount, DayProof, Event, FollowOptions, Follower, Identity,
    ListTransactions, Root, Transaction,
};
use time::{Date, Duration, OffsetDateTime, Time, UtcOffset};

use crate::fast::{Fast, patient};
use crate::{Outcome, headline, table};

pub(crate) async fn run(banks: &Sandbox, credentials: Arc<dyn Credentials>) -> Outcome {
    let client = Client::builder(crate::sber::environment(banks))
        .identity(Identity::from_pem(banks.client_identity_pem().as_bytes())?)
        .extra_roots(Root::from_pem(banks.ca_pem().as_bytes())?)
        .credentials(credentials)
        .clock(Fast(banks.clock().clone()))
        .default_options(patient())
        .build()?;
    print(&client, banks.clock().now().date()).await?;
    follow(banks, &client).await
}

async fn print(client: &Client, day: Date) -> Outcome {
    headline("Sber: the statement of a day so far");
    let account = Account::checked(sber::LIVING_ACCOUNT)?;
    let mut rows = client.items(ListTransactions::new(account, day));
    let (mut shown, mut count) = (Vec::new(), 0);
    while let Some(row) = rows.next().await {
        let row = row?;
        count += 1;
        if shown.len() < 8 {
            shown.push(cells(&row));
        }
    }
    table::print(["booked", "direction", "amount"], &shown);
    println!("\n  {count} rows in all");
    Ok(())
}

async fn follow(banks: &Sandbox, client: &Client) -> Outcome {
    let day = banks
        .clock()
        .now()
        .date()
        .next_day()
        .ok_or("the last day of all")?;
    let at = |hour, minute| -> Result<OffsetDateTime, time::error::ComponentRange> {
        Ok(OffsetDateTime::new_utc(
            day,
            Time::from_hms(hour, minute, 0)?,
        ))
    };
    headline(
        "Sber: the next day, followed from 10:00, then each hour to 19:00, closed after midnight, and read again a day later",
    );
    let life = banks.sber().account(sber::QUIET_ACCOUNT);
    let entry = |kopecks, hour, minute| -> Result<Entry, time::error::ComponentRange> {
        let moment = at(hour, minute)?;
        Ok(Entry::credit(kopecks)
            .booked(moment)
            .arrives(moment)
            .modified(moment))
    };
    life.post(entry(1_500_000, 9, 30)?);
    let changed = life.post(entry(27_040, 11, 15)?);
    let marked = life.post(entry(990_000, 12, 40)?);
    let silent = life.post(entry(5_000, 14, 5)?);
    life.post(entry(333_333, 17, 55)?);
    let fee = at(16, 20)?;
    life.post(Entry::debit(4_200).booked(fee).arrives(fee).modified(fee));
    let next_morning = at(8, 0)? + Duration::DAY;
    let late = Entry::credit(77_700).booked(at(23, 10)?);
    life.post(late.arrives(next_morning).modified(next_morning));
    life.change(
        changed,
        Edit::new()
            .at(at(13, 10)?)
            .modified(at(13, 10)?)
            .amount(27_050),
    );
    life.remove(marked, Removal::marked().at(at(15, 30)?));
    life.remove(silent, Removal::silent().at(at(18, 10)?));

    let wait = at(10, 0)? - banks.clock().now();
    banks.clock().advance(wait.try_into()?);
    let account = Account::checked(sber::QUIET_ACCOUNT)?;
    let options = || FollowOptions::new();
    let evening = options().until(at(19, 0)?);
    let mut follower = Follower::start(client, account, UtcOffset::UTC, evening);
    let mut told = Told::default();
    while let Some(event) = follower.next().await {
        let event = event?;
        told.count(&event);
        say(banks, &event);
    }
    let cursor = follower.cursor().clone();
    println!(
        "  {}  the last window; a program would stop here, and go on with its saved cursor",
        hour(banks)
    );

    let after_midnight = at(23, 59)? + Duration::DAY + Duration::minutes(30);
    let mut follower = Follower::resume(client, cursor, options().until(after_midnight));
    let (mut proved, mut proved_again) = (false, false);
    while let Some(event) = follower.next().await {
        let event = event?;
        told.count(&event);
        if let Event::DayClosed(proof) = &event
            && proof.day() == day
        {
            proved |= !proof.is_later_look();
            proved_again |= proof.is_later_look();
        }
        say(banks, &event);
    }
    match (proved, proved_again) {
        (true, true) => told.all(),
        (false, _) => Err("the day's balance was not proved".into()),
        (_, false) => Err("the late row was not found".into()),
    }
}

/// How often what was to be shown was told.
#[derive(Default)]
struct Told {
    changed: usize,
    marked: usize,
    absent: usize,
}

impl Told {
    fn count(&mut self, event: &Event) {
        match event {
            Event::Changed(_) => self.changed += 1,
            Event::Removed(removed) if removed.why == statements::Removal::Marked => {
                self.marked += 1;
            }
            Event::Removed(_) => self.absent += 1,
            _ => {}
        }
    }

    fn all(&self) -> Outcome {
        match (self.changed, self.marked, self.absent) {
            (0, ..) => Err("the changed row was not told".into()),
            (_, 0, _) => Err("the row that was marked was not told".into()),
            (.., 0) => Err("the row that went in silence was not told".into()),
            _ => Ok(()),
        }
    }
}

fn say(banks: &Sandbox, event: &Event) {
    let hour = hour(banks);
    match event {
        Event::Added(row) if row.day != banks.clock().now().date() => {
            println!(
                "  {hour}  added    {} (to {})",
                line(&row.transaction),
                row.day
            )
        }
        Event::Added(row) => println!("  {hour}  added    {}", line(&row.transaction)),
        Event::Changed(row) => println!("  {hour}  changed  {}", line(&row.transaction)),
        Event::Removed(removed) => {
            println!("  {hour}  removed  {} ({:?})", removed.key, removed.why)
        }
        Event::DayClosed(proof) => println!("  {hour}  {proof}: {}", balance(proof)),
        Event::ProofFailed(proof) => println!("  {hour}  A PERSON SHOULD LOOK: {proof}"),
        Event::Unreadable { day, error } => {
            println!("  {hour}  A ROW OF {day} CANNOT BE READ: {error}")
        }
        // The cursor is for a program's own storage.
        Event::Save(_) => {}
        other => println!("  {hour}  {other:?}"),
    }
}

/// What the day is proved by: the balance that the bank began with, what came and went by the rows, and the bank's end.
fn balance(proof: &DayProof) -> String {
    let amount =
        |amount: Option<&Amount>| amount.map_or("-".to_owned(), |amount| amount.to_string());
    let (credit, debit) = (proof.credit(), proof.debit());
    format!(
        "{} + {} - {} = {}",
        amount(proof.opening()),
        credit.sum,
        debit.sum,
        amount(proof.closing())
    )
}

fn hour(banks: &Sandbox) -> String {
    let now = banks.clock().now();
    format!("{:02}:{:02}", now.hour(), now.minute())
}

fn line(row: &Transaction) -> String {
    let [booked, direction, amount] = cells(row);
    format!("{booked}  {direction:<6}  {amount}  {}", row.key())
}

fn cells(row: &Transaction) -> [String; 3] {
    let amount = row.amount.as_ref().and_then(CurrencyAmount::value);
    [
        row.operation_date
            .as_ref()
            .map_or("-", |at| at.as_str())
            .to_owned(),
        row.direction
            .as_ref()
            .map_or("-", |way| way.as_str())
            .to_owned(),
        format!(
            "{:>16}",
            amount.map_or_else(|| "-".to_owned(), |amount| amount.to_string())
        ),
    ]
}
