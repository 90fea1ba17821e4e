//! Processes that share the tokens of one user, killed at any step of a refresh: nobody is ever locked out.

use std::fs;
use std::time::Duration;

use rubank_core::auth::{StoredTokens, TokenStore};
use rubank_core::clock::{Clock, SystemClock};
use rubank_sandbox::sber::{self, RepeatedRefresh};
use rubank_sandbox::{FaultRule, Host, Sandbox};
use sber_api::GetUserInfo;

use super::Broken;
use super::base::Base;
use super::clock::Scale;
use super::court::Court;
use super::dice::Dice;
use super::faults;
use super::guest::{self, LOCKED_OUT, USER};
use super::judge::Verdict;
use super::orders::Orders;
use super::siege::Siege;
use super::storm::Blow;

/// How often tokens are void before their time, on the machine's clock.
const VOID: Duration = Duration::from_millis(150);
const LOOK: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the last guest knocks.
const LAST_TRIES: u32 = 20;

/// How a bank treats a refresh token that it has seen before, and what may happen there.
#[derive(Clone, Copy, Debug)]
struct Manner {
    repeated: RepeatedRefresh,
    /// Simulated seconds in one of the machine's.
    factor: u32,
    /// How long the guests come, in simulated time.
    open: Duration,
}

impl Manner {
    fn draw(dice: &Dice) -> Self {
        // The bank's hour, within which a lost answer can be asked for again, must not pass while the machine is busy.
        let forgiving = |repeated| Manner {
            repeated,
            factor: 50,
            open: Duration::from_secs(250),
        };
        match dice.between(0, 4) {
            0 | 1 => forgiving(RepeatedRefresh::SamePair),
            2 | 3 => forgiving(RepeatedRefresh::NewPair),
            // Not even a machine that is busy may lose an answer here, so that a timeout must be a long time.
            _ => Manner {
                repeated: RepeatedRefresh::Refused,
                factor: 5,
                open: Duration::from_secs(20),
            },
        }
    }

    /// Whether an answer may be lost after the bank's work. Where a repeated token is refused, whoever loses one is locked
    /// out for certain, and nothing that dies or sleeps can help it.
    fn forgives(self) -> bool {
        self.repeated != RepeatedRefresh::Refused
    }

    /// A token's lock is held for a minute at most; sleepers wake up after that, or before it.
    fn blows(self, dice: &Dice) -> Vec<Blow> {
        let lease = 60_000 / u64::from(self.factor);
        (0..dice.between(3, 12))
            .map(|_| Blow::draw(dice, 200, lease / 2..=lease * 2))
            .filter(|blow| self.forgives() || blow.is_skew())
            .collect()
    }

    /// What goes wrong on the token host, and on the way to what the token is for.
    fn arrange(self, bank: &Sandbox, dice: &Dice) {
        bank.sber()
            .adjust(|settings| settings.repeated_refresh = self.repeated);
        for fault in faults::general(false) {
            let chance = u16::try_from(dice.between(0, 35)).unwrap_or(0);
            if self.forgives() || faults::keeps_answer(&fault) {
                let rule = FaultRule::on(sber::TOKEN, fault.clone()).chance(chance);
                bank.faults().push(rule);
            }
            bank.faults()
                .push(FaultRule::on(sber::USER_INFO, fault).chance(chance / 2));
        }
    }
}

/// Tries the tokens of a seed.
///
/// # Errors
/// The trial itself could not be held; what is found wrong stands in the verdict.
pub(crate) async fn tokens(court: &Court, seed: u64) -> Result<Verdict, Broken> {
    let dice = Dice::new(seed, "tokens");
    let manner = Manner::draw(&dice);
    let folder = tempfile::tempdir()?;
    let bank = Sandbox::builder().plain().seed(seed).start().await?;
    fs::write(folder.path().join("roots.pem"), bank.ca_pem())?;
    let scale = Scale::from_now(bank.clock().now(), manner.factor);
    let ticking = scale.drive(bank.clock());
    let mut base = Base::new(court.kind, folder.path(), scale).await?;
    manner.arrange(&bank, &dice);

    let orders = |number: usize, base: &Base| guest::Orders {
        name: format!("guest-{number}"),
        base: base.clone(),
        scale,
        folder: folder.path().to_owned(),
        bank: [Host::SberToken, Host::SberApi].map(|host| bank.url(host).to_owned()),
        client: [bank.client_id(), bank.client_secret()].map(str::to_owned),
        until: manner.open,
        seed: dice.between(0, u64::MAX - 1),
    };
    let store = base.open(scale, "desk").await?;
    let environment = guest::environment(&orders(0, &base).bank);
    let key = sber_api::token_key(&environment, bank.client_id(), USER);
    let pair = bank.sber().grant_all();
    let first = StoredTokens::new(pair.refresh_token.into());
    store.tokens().save(&key, &first).await?;

    drop(store);

    let (workers, blows) = (dice.size(2, 4), manner.blows(&dice));
    let mut siege = Siege::new(&court.program, folder.path(), workers, blows, seed);
    let (began, mut next_void) = (SystemClock.monotonic(), Duration::ZERO);
    let mut verdict = Verdict::new();
    while !siege.crew.is_done() {
        let now = SystemClock.monotonic();
        if now.saturating_sub(began) > PATIENCE {
            let wrong = "the guests do not come to an end".to_owned();
            verdict.wrongs.push(wrong);
            break;
        }
        siege.strike(now, &bank, &mut base)?;
        if now >= next_void {
            next_void = now + VOID;
            bank.sber().expire_access_tokens();
        }
        let orders = |number| Orders::Visit(orders(number, &base)).text();
        siege.crew.tend(now, orders)?;
        SystemClock.sleep(LOOK).await;
    }
    siege.count(&mut verdict, &bank);
    siege.stop_skews(&bank);
    drop(siege);
    bank.faults().clear();
    bank.sber().expire_access_tokens();
    let store = base.open(scale, "desk").await?;
    let last = orders(99, &base).client(store.tokens())?;
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
