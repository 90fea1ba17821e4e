//! Followers of a statement, struck anywhere: no row is lost, and none is told under two keys.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use rubank_core::auth::{StoredTokens, TokenStore};
use rubank_core::clock::{Clock, SystemClock};
use rubank_core::read::read;
use rubank_sandbox::sber::{self, Life, QUIET_ACCOUNT};
use rubank_sandbox::{Fault, FaultRule, Host, Sandbox};
use statements::Transaction;
use time::Date;

use super::Broken;
use super::base::Base;
use super::book::{Book, text};
use super::clock::Scale;
use super::court::Court;
use super::dice::Dice;
use super::faults;
use super::follower;
use super::guest::USER;
use super::judge::Verdict;
use super::orders::Orders;
use super::siege::Siege;
use super::storm::Blow;

/// A day takes two seconds.
const FACTOR: u32 = 40_000;
const TOKEN_LIFETIME: Duration = Duration::from_secs(30 * 86_400);
const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(120);
/// The days that are judged: all whose end was seen twice.
const DAYS: u16 = 2;
/// From the sandbox's first moment, nine in the morning, over three midnights. At this pace a busy machine lets the
/// bank's clock fall minutes behind, so that a day may be closed before the bank has told everything: the next midnight
/// finds it. So the last of the closed days is quiet.
const FOLLOWED: Duration = Duration::from_secs(68 * 3600);
/// For how long followers sleep, in milliseconds: up to a quarter of a day.
const SLEEPS: std::ops::RangeInclusive<u64> = 50..=600;

/// Tries the followers of a seed.
///
/// # Errors
/// The trial itself could not be held; what is found wrong stands in the verdict.
pub(crate) async fn statements(court: &Court, seed: u64) -> Result<Verdict, Broken> {
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
    // The desk's leases would be over before it has saved anything at the followers' pace.
    let slow = Scale::from_now(bank.clock().now(), 1);
    let mut base = Base::new(court.kind, folder.path(), slow).await?;
    let store = base.open(slow, "desk").await?;
    Book::open(&base).await?.make_tables().await?;
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
    drop(store);
    let scale = Scale::from_now(bank.clock().now(), FACTOR);
    base.follow(scale).await?;

    let together = dice.percent(60);
    let until = bank.clock().now() + FOLLOWED;
    let orders = |number: usize, base: &Base| follower::Orders {
        name: format!("follower-{number}"),
        base: base.clone(),
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
    let blows = (0..dice.between(4, 14)).map(|_| Blow::draw(&dice, 60, SLEEPS));
    let (program, blows) = (&court.program, blows.collect());
    let mut siege = Siege::new(program, folder.path(), workers, blows, seed);
    let ticking = scale.drive(bank.clock());
    let mut verdict = Verdict::new();
    let began = SystemClock.monotonic();
    while !siege.crew.is_done() {
        let now = SystemClock.monotonic();
        if now.saturating_sub(began) > PATIENCE {
            let wrong = "the followers do not come to an end".to_owned();
            verdict.wrongs.push(wrong);
            break;
        }
        siege.strike(now, &bank, &mut base)?;
        let orders = |number| Orders::Follow(orders(number, &base)).text();
        siege.crew.tend(now, orders)?;
        SystemClock.sleep(LOOK).await;
    }
    siege.count(&mut verdict, &bank);
    drop(siege);
    ticking.abort();
    let mut days = Some(today);
    for _ in 0..DAYS {
        if let Some(day) = days {
            judge(&mut verdict, &bank, &base, day).await?;
        }
        days = days.and_then(Date::next_day);
    }
    judge_all(&mut verdict, &base, together).await?;
    if verdict.is_good() {
        base.remove().await?;
    } else {
        verdict.keep(folder);
    }
    Ok(verdict)
}

fn arrange(bank: &Sandbox, dice: &Dice, today: Date) {
    let rows = dice.size(5, 30);
    bank.sber().adjust(|settings| settings.page_rows = rows);
    let life = Life::on(today).days(DAYS).rows_per_day(dice.size(30, 80));
    let life = life.changed(150).removed(50, 50).late(100).nameless(300);
    bank.sber().account(QUIET_ACCOUNT).live(&life);
    for operation in [
        sber::LIST_INCREMENT,
        sber::LIST_TRANSACTIONS,
        sber::GET_SUMMARY,
    ] {
        for fault in faults::general(true) {
            // A row that the bank tells with other content is another row: no follower can know better.
            if !matches!(fault, Fault::UnknownEnumValue | Fault::UnknownField) {
                bank.faults()
                    .push(FaultRule::on(operation, fault).chance(4));
            }
        }
    }
}

/// A day that is over: its rows are those that the bank has of it.
async fn judge(
    verdict: &mut Verdict,
    bank: &Sandbox,
    base: &Base,
    day: Date,
) -> Result<(), Broken> {
    let mut book = Book::open(base).await?;
    let kept = "SELECT hash FROM my_rows WHERE day = $1";
    let mut kept = book.texts(kept, &[text(day)]).await?;
    kept.sort_unstable();
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
            "{day}: {} rows are kept and {} listed: {lost} are lost, {strange} should not be there",
            kept.len(),
            listed.len()
        ));
    }
    let proved = "SELECT day FROM my_proofs WHERE proved = 1 AND day = $1";
    if book.texts(proved, &[text(day)]).await?.is_empty() {
        verdict.unresolved += 1;
        verdict.wrongs.push(format!("{day} was never proved"));
    }
    Ok(())
}

/// What holds on every day, the one that is not over included.
async fn judge_all(verdict: &mut Verdict, base: &Base, together: bool) -> Result<(), Broken> {
    let mut book = Book::open(base).await?;
    let faults = book.texts("SELECT what FROM my_faults", &[]).await?;
    verdict.wrongs.extend(faults);
    let twice = "SELECT key FROM my_rows WHERE came > 1";
    if together && !book.texts(twice, &[]).await?.is_empty() {
        verdict
            .wrongs
            .push("a row came twice though rows and cursor are saved together".to_owned());
    }
    Ok(())
}

fn wants_but(these: &BTreeSet<&String>, those: &BTreeSet<&String>) -> usize {
    these.difference(those).count()
}
