//! Followers of a statement, killed anywhere: no row is lost, and none is told under two keys.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use rubank_core::auth::{StoredTokens, TokenStore};
use rubank_core::clock::{Clock, SystemClock};
use rubank_core::read::read;
use rubank_sandbox::sber::{self, Life, QUIET_ACCOUNT};
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox};
use rusqlite::Connection;
use statements::Transaction;
use time::Date;

use super::Broken;
use super::base::{Base, Kind};
use super::clock::{Scale, Steady};
use super::dice::Dice;
use super::follower;
use super::guest::USER;
use super::judge::Verdict;
use super::orders::Orders;
use super::process::Crew;
use super::storm::{Blow, Storm, What};
use super::trial::Court;

/// A day takes two seconds.
const FACTOR: u32 = 40_000;
const TOKEN_LIFETIME: Duration = Duration::from_secs(30 * 86_400);
const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(120);
/// From the sandbox's first moment, nine in the morning, over two midnights. At this pace a busy machine lets the bank's
/// clock fall minutes behind, so that a day may be closed before the bank has told everything: the next one finds it.
const FOLLOWED: Duration = Duration::from_secs(44 * 3600);

/// Tries the followers of a seed; they keep their rows in a file of SQLite, whatever the court's engine is.
///
/// # Errors
/// The trial itself could not be held; what is found wrong stands in the verdict.
pub async fn statements(court: &Court, seed: u64) -> Result<Verdict, Broken> {
    let clock = Steady::watch();
    let verdict = hold(court, seed).await?;
    match verdict.is_good() || !clock.was_set() {
        true => Ok(verdict),
        false => hold(court, seed).await,
    }
}

async fn hold(court: &Court, seed: u64) -> Result<Verdict, Broken> {
    let dice = Dice::new(seed, "statements");
    let folder = tempfile::tempdir()?;
    let bank = Sandbox::builder()
        .plain()
        .seed(seed)
        // Its refreshes have a trial of their own: at this pace the bank's hour is over before a process has started.
        .token_lifetime(TOKEN_LIFETIME)
        .start()
        .await?;
    fs::write(folder.path().join("roots.pem"), bank.ca_pem())?;
    let today = bank.sber().today();
    arrange(&bank, &dice, today);
    let file = folder.path().join("store.db");
    let scale = Scale::from_now(bank.clock().now(), FACTOR);
    let base = Base::new(Kind::Sqlite, folder.path(), scale).await?;
    // The desk's leases would be over before it has saved anything at the followers' pace.
    let store = base
        .open(Scale::from_now(bank.clock().now(), 1), "desk")
        .await?;
    Connection::open(&file)?.execute_batch(follower::TABLES)?;
    let bank_urls = [Host::SberAuthorize, Host::SberToken, Host::SberApi];
    let bank_urls = bank_urls.map(|host| bank.url(host).to_owned());
    let [authorize, token, api] = bank_urls.each_ref().map(String::as_str);
    let environment = statements::environment("trial", authorize, token, api);
    let key = sber_api::token_key(&environment, bank.client_id(), USER);
    let pair = bank.sber().grant_all();
    let mut tokens = StoredTokens::new(pair.refresh_token.into());
    tokens.access_token = Some(pair.access_token.into());
    tokens.access_expires_at = Some(bank.clock().now() + TOKEN_LIFETIME);
    store.tokens().save(&key, &tokens).await?;

    let together = dice.percent(60);
    let until = bank.clock().now() + FOLLOWED;
    let orders = |number: usize| follower::Orders {
        name: format!("follower-{number}"),
        base: base.clone(),
        file: file.clone(),
        scale,
        bank: bank_urls.clone(),
        client: [bank.client_id(), bank.client_secret()].map(str::to_owned),
        account: QUIET_ACCOUNT.to_owned(),
        from: today.to_julian_day(),
        until: until.unix_timestamp(),
        together,
        seed: dice.between(0, u64::MAX - 1),
    };
    // Where rows and cursor are saved apart, two followers would undo each other's rows.
    let workers = match together {
        true => dice.size(1, 3),
        false => 1,
    };
    let blows = (0..dice.between(4, 14)).map(|_| Blow::kill(&dice, 60));
    let mut storm = Storm::new(blows.collect());
    let mut crew = Crew::new(&court.program, folder.path(), workers);
    let ticking = scale.drive(bank.clock());
    let mut verdict = Verdict::new();
    let began = SystemClock.monotonic();
    while !crew.is_done() {
        let now = SystemClock.monotonic();
        if now.saturating_sub(began) > PATIENCE {
            verdict
                .wrongs
                .push("the followers do not come to an end".to_owned());
            break;
        }
        let calls = bank.calls().last().map_or(0, |call| call.sequence);
        for what in storm.strikes(calls, now) {
            if let What::Kill { victim, back_in } = what {
                crew.kill(victim, now + back_in);
            }
        }
        crew.tend(now, |number| Orders::Follow(orders(number)).text())?;
        SystemClock.sleep(LOOK).await;
    }
    verdict.count(&crew, &bank);
    drop(crew);
    ticking.abort();
    judge(&mut verdict, &bank, &file, today, together)?;
    if !verdict.is_good() {
        verdict.keep(folder);
    }
    Ok(verdict)
}

fn arrange(bank: &Sandbox, dice: &Dice, today: Date) {
    let rows = dice.size(5, 30);
    bank.sber().adjust(|settings| settings.page_rows = rows);
    let life = Life::on(today).rows_per_day(dice.size(30, 80));
    let life = life.changed(150).removed(50, 50).late(100).nameless(300);
    bank.sber().account(QUIET_ACCOUNT).live(&life);
    for operation in [
        sber::LIST_INCREMENT,
        sber::LIST_TRANSACTIONS,
        sber::GET_SUMMARY,
    ] {
        for fault in [
            Fault::Close(Moment::AfterWork),
            Fault::Reset(Moment::BeforeWork),
            Fault::service_unavailable(None),
            Fault::too_many_requests(Some(5)),
            Fault::CutBody,
        ] {
            bank.faults()
                .push(FaultRule::on(operation, fault).chance(15));
        }
    }
}

fn judge(
    verdict: &mut Verdict,
    bank: &Sandbox,
    file: &Path,
    day: Date,
    together: bool,
) -> Result<(), Broken> {
    let book = Connection::open(file)?;
    let texts = |sql: &str| -> Result<Vec<String>, Broken> {
        let mut found = book.prepare(sql)?;
        let texts = found.query_map([], |row| row.get(0))?;
        Ok(texts.collect::<Result<_, _>>()?)
    };
    verdict.wrongs.extend(texts("SELECT what FROM my_faults")?);
    let kept = format!("SELECT hash FROM my_rows WHERE day = '{day}' ORDER BY hash");
    let kept = texts(&kept)?;
    let mut listed = Vec::new();
    for row in bank.sber().account(QUIET_ACCOUNT).history(day) {
        let row: Transaction = read(row.json.as_bytes())?;
        listed.push(row.content_hash().to_string());
    }
    listed.sort_unstable();
    if kept != listed {
        let (has, wants) = (
            kept.iter().collect::<BTreeSet<_>>(),
            listed.iter().collect(),
        );
        let (lost, strange) = (wants_but(&wants, &has), wants_but(&has, &wants));
        verdict.lost += lost as u64;
        verdict.duplicates += strange as u64;
        verdict.wrongs.push(format!(
            "{} rows are kept and {} listed: {lost} are lost, {strange} should not be there",
            kept.len(),
            listed.len()
        ));
    }
    let proved = texts(&format!(
        "SELECT day FROM my_proofs WHERE proved AND day = '{day}'"
    ))?;
    if proved.is_empty() {
        verdict.unresolved += 1;
        verdict.wrongs.push("the day was never proved".to_owned());
    }
    if together && !texts("SELECT key FROM my_rows WHERE came > 1")?.is_empty() {
        verdict
            .wrongs
            .push("a row came twice though rows and cursor are saved together".to_owned());
    }
    Ok(())
}

fn wants_but(these: &BTreeSet<&String>, those: &BTreeSet<&String>) -> usize {
    these.difference(those).count()
}
