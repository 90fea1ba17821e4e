//! Processes that share the tokens of one user, killed at any step of a refresh: nobody is ever locked out.

use std::fs;
use std::time::Duration;

use rubank_core::auth::{StoredTokens, TokenStore};
use rubank_core::clock::{Clock, SystemClock};
use rubank_sandbox::sber::{self, RepeatedRefresh};
use rubank_sandbox::{Fault, FaultRule, Host, Moment, Sandbox};
use sber_api::GetUserInfo;

use super::Broken;
use super::base::Base;
use super::clock::{Scale, Steady};
use super::dice::Dice;
use super::guest::{self, LOCKED_OUT, USER};
use super::judge::Verdict;
use super::orders::Orders;
use super::process::Crew;
use super::storm::{Blow, Storm, What};
use super::trial::Court;

/// The bank's hour, within which a lost answer can be asked for again, must not pass while the machine is busy.
const FACTOR: u32 = 50;
/// How long the guests come, in simulated time.
const OPEN: Duration = Duration::from_secs(250);
/// How often tokens are void before their time, on the machine's clock.
const VOID: Duration = Duration::from_millis(150);
const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the last guest knocks.
const LAST_TRIES: u32 = 20;

/// Tries the tokens of a seed.
///
/// # Errors
/// The trial itself could not be held; what is found wrong stands in the verdict.
pub async fn tokens(court: &Court, seed: u64) -> Result<Verdict, Broken> {
    let clock = Steady::watch();
    let verdict = hold(court, seed).await?;
    match verdict.is_good() || !clock.was_set() {
        true => Ok(verdict),
        false => hold(court, seed).await,
    }
}

async fn hold(court: &Court, seed: u64) -> Result<Verdict, Broken> {
    let dice = Dice::new(seed, "tokens");
    let folder = tempfile::tempdir()?;
    let bank = Sandbox::builder().plain().seed(seed).start().await?;
    fs::write(folder.path().join("roots.pem"), bank.ca_pem())?;
    let scale = Scale::from_now(bank.clock().now(), FACTOR);
    let ticking = scale.drive(bank.clock());
    let base = Base::new(court.kind, folder.path(), scale).await?;
    arrange(&bank, &dice);

    let orders = |number: usize| guest::Orders {
        name: format!("guest-{number}"),
        base: base.clone(),
        scale,
        folder: folder.path().to_owned(),
        bank: [Host::SberToken, Host::SberApi].map(|host| bank.url(host).to_owned()),
        client: [bank.client_id(), bank.client_secret()].map(str::to_owned),
        until: OPEN,
        seed: dice.between(0, u64::MAX - 1),
    };
    let store = base.open(scale, "desk").await?;
    let environment = guest::environment(&orders(0).bank);
    let key = sber_api::token_key(&environment, bank.client_id(), USER);
    let pair = bank.sber().grant_all();
    let first = StoredTokens::new(pair.refresh_token.into());
    store.tokens().save(&key, &first).await?;

    let blows = (0..dice.between(3, 12)).map(|_| Blow::kill(&dice, 200));
    let mut storm = Storm::new(blows.collect());
    let mut crew = Crew::new(&court.program, folder.path(), dice.size(2, 4));
    let (began, mut next_void) = (SystemClock.monotonic(), Duration::ZERO);
    let mut verdict = Verdict::new();
    while !crew.is_done() {
        let now = SystemClock.monotonic();
        if now.saturating_sub(began) > PATIENCE {
            verdict
                .wrongs
                .push("the guests do not come to an end".to_owned());
            break;
        }
        let calls = bank.calls().last().map_or(0, |call| call.sequence);
        for what in storm.strikes(calls, now) {
            if let What::Kill { victim, back_in } = what {
                crew.kill(victim, now + back_in);
            }
        }
        if now >= next_void {
            next_void = now + VOID;
            bank.sber().expire_access_tokens();
        }
        crew.tend(now, |number| Orders::Visit(orders(number)).text())?;
        SystemClock.sleep(LOOK).await;
    }
    verdict.count(&crew, &bank);
    drop(crew);
    bank.faults().clear();
    bank.sber().expire_access_tokens();
    let last = orders(99).client(store.tokens())?;
    let mut said = String::new();
    for _ in 0..LAST_TRIES {
        said = match last.send(&GetUserInfo::new()).await {
            Ok(_) => String::new(),
            Err(error) => format!("{error:#}"),
        };
        if said.is_empty() {
            break;
        }
        scale.clock(0).sleep(Duration::from_secs(10)).await;
    }
    if let Ok(note) = fs::read_to_string(folder.path().join(LOCKED_OUT)) {
        said = note;
    }
    if !said.is_empty() {
        let wrong = format!("locked out, a person would have to sign in again: {said}");
        verdict.wrongs.push(wrong);
    }
    ticking.abort();
    drop(store);
    if verdict.is_good() {
        base.remove().await?;
    } else {
        verdict.keep(folder);
    }
    Ok(verdict)
}

/// Answers of the token host that are lost; what was asked for twice is given twice, as the bank's page has it.
fn arrange(bank: &Sandbox, dice: &Dice) {
    let repeated = match dice.percent(50) {
        true => RepeatedRefresh::SamePair,
        false => RepeatedRefresh::NewPair,
    };
    bank.sber()
        .adjust(|settings| settings.repeated_refresh = repeated);
    let faults = [
        Fault::Close(Moment::BeforeWork),
        Fault::Close(Moment::AfterWork),
        Fault::Reset(Moment::AfterWork),
        Fault::Hang(Moment::AfterWork),
        Fault::CutBody,
        Fault::TruncatedJson,
        Fault::service_unavailable(None),
        Fault::too_many_requests(Some(2)),
    ];
    for fault in faults {
        let chance = u16::try_from(dice.between(0, 90)).unwrap_or(0);
        bank.faults()
            .push(FaultRule::on(sber::TOKEN, fault).chance(chance));
    }
}
