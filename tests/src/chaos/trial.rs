//! One run, tried: a bank, a database, workers that die, people who act, and the verdict.

use std::fs;
use std::time::Duration;

use payouts_platform::PayoutsPlatform;
use rubank_core::clock::{Clock, SystemClock};
use rubank_runs::{Plan, Report, Totals};
use rubank_sandbox::Sandbox;
use tbank_registry::TBankRegistry;

use super::Broken;
use super::base::Base;
use super::clock::Scale;
use super::court::Court;
use super::desk::Desk;
use super::dice::Dice;
use super::judge::{Verdict, is_unnoticed};
use super::orders::Orders;
use super::payer::{self, Kind, Trade};
use super::person::Person;
use super::script::{Paid, Script};
use super::siege::Siege;

/// How often the parent looks after everybody.
const LOOK: Duration = Duration::from_millis(5);
/// Nothing takes so long, however busy the machine is: then something hangs.
const PATIENCE: Duration = Duration::from_secs(120);
/// How often the desk looks for what was moved in the cabinet after the run was finished.
const LAST_LOOKS: u32 = 30;
/// A little more than the platform's minute, on the machine's clock.
const NEXT_LOOK: Duration = Duration::from_millis(65);
/// How often the progress is told.
const NEWS: Duration = Duration::from_millis(400);
/// More than any file comes to, in kopecks.
const ENOUGH: u64 = 1_000_000_000_000;

/// What is told while a trial is under way.
#[derive(Debug)]
pub enum News<'a> {
    /// What a person confirms: count, sum, hash.
    Planned(&'a str),
    /// Somebody else said yes to that hash and that total.
    Confirmed,
    /// Now and then.
    Progress {
        /// How many lines ended how.
        totals: Totals,
        /// Workers that were killed so far.
        kills: u64,
        /// Requests that the bank has got.
        calls: u64,
    },
    /// What became of every line.
    Reported(&'a Report),
}

/// Plays a script, and tells what happens.
///
/// # Errors
/// The trial itself could not be held; what is found wrong stands in the verdict.
pub async fn play(
    court: &Court,
    script: &Script,
    tell: &mut (dyn FnMut(News<'_>) + Send),
) -> Result<Verdict, Broken> {
    match script.paid {
        Paid::Payouts(_) => play_at::<PayoutsPlatform>(court, script, tell).await,
        Paid::Registries(_) => play_at::<TBankRegistry>(court, script, tell).await,
    }
}

async fn play_at<P: Trade>(
    court: &Court,
    script: &Script,
    tell: &mut (dyn FnMut(News<'_>) + Send),
) -> Result<Verdict, Broken> {
    let folder = tempfile::tempdir()?;
    let bank = Sandbox::builder().plain().seed(script.seed).payouts(0);
    let bank = bank.start().await?;
    let file = script.arrange(&bank);
    fs::write(folder.path().join("roots.pem"), bank.ca_pem())?;
    let scale = Scale::from_now(bank.clock().now(), script.factor);
    let ticking = scale.drive(bank.clock());
    let base = Base::new(court.kind, folder.path(), scale).await?;
    let plan = P::plan(&file, scale)?;
    let addresses = P::addresses(&bank);
    let (program, blows) = (&court.program, script.blows.clone());
    let mut trial = Trial::<P> {
        desk: Desk::open(&base, scale, &addresses, plan.summary().run()).await?,
        siege: Siege::new(program, folder.path(), script.workers, blows, script.seed),
        person: Person::new(script.seed, script.left_alone, in_cabinet::<P>(&plan)),
        dice: Dice::new(script.seed, "trial"),
        is_calm: false,
        next_news: Duration::ZERO,
        tell,
        file: &file,
        plan: &plan,
        script,
        bank: &bank,
        addresses: &addresses,
        base,
        scale,
    };
    let held = trial.hold().await;
    let verdict = trial.verdict(held).await;
    ticking.abort();
    let Trial { base, siege, .. } = trial;
    drop(siege);
    let mut verdict = verdict?;
    if verdict.is_good() {
        base.remove().await?;
    } else {
        verdict.keep(folder);
    }
    Ok(verdict)
}

/// The payments that people may move in the bank's cabinet: T-Bank's has nothing to be moved, since no registry of a run
/// waits for its money.
fn in_cabinet<P: Trade>(plan: &Plan) -> impl Iterator<Item = String> {
    let lines = plan.lines().iter().filter(|_| P::KIND == Kind::Payouts);
    lines.map(|line| line.key().to_owned())
}

struct Trial<'a, P: Trade> {
    script: &'a Script,
    file: &'a str,
    plan: &'a Plan,
    bank: &'a Sandbox,
    addresses: &'a [String],
    base: Base,
    scale: Scale,
    desk: Desk<P>,
    siege: Siege,
    person: Person,
    dice: Dice,
    is_calm: bool,
    next_news: Duration,
    tell: &'a mut (dyn FnMut(News<'_>) + Send),
}

impl<P: Trade> Trial<'_, P> {
    /// Until the workers say that the run is finished, and what people moved since is noticed.
    async fn hold(&mut self) -> Result<(), Broken> {
        (self.tell)(News::Planned(&self.plan.summary().to_string()));
        if !self.script.workers_confirm {
            self.desk.confirm(self.file).await?;
            (self.tell)(News::Confirmed);
        }
        let began = SystemClock.monotonic();
        while !self.siege.crew.is_done() {
            let now = SystemClock.monotonic();
            if now.saturating_sub(began) > PATIENCE {
                return Err("the workers do not come to an end".into());
            }
            if self.siege.strike(now, self.bank, &mut self.base)? {
                self.desk.move_to(&self.base).await?;
            }
            let calls = self.bank.call_count();
            if calls >= self.script.calm_at {
                self.calm();
            }
            self.person.act(self.bank, self.is_calm);
            self.desk.operate(now).await?;
            self.tend(now)?;
            self.progress(calls, now).await?;
            SystemClock.sleep(LOOK).await;
        }
        self.calm();
        for _ in 0..LAST_LOOKS {
            let moved = self.person.act(self.bank, true);
            SystemClock.sleep(NEXT_LOOK).await;
            self.desk.follow().await?;
            let rows = self.desk.rows().await?;
            if !moved && !rows.iter().any(|row| is_unnoticed(row, self.bank)) {
                break;
            }
        }
        Ok(())
    }

    /// From now on the bank does what it is asked.
    fn calm(&mut self) {
        if !self.is_calm {
            self.is_calm = true;
            self.bank.faults().clear();
            self.siege.stop_skews(self.bank);
            self.bank.payouts().set_funds(ENOUGH);
            self.bank.tbank().set_funds(ENOUGH);
            self.bank.tbank().fail_debits(0);
        }
    }

    fn tend(&mut self, now: Duration) -> Result<(), Broken> {
        let Trial {
            script,
            plan,
            base,
            dice,
            ..
        } = self;
        let orders = |number| {
            let orders = payer::Orders {
                name: format!("worker-{number}"),
                trade: P::KIND,
                base: base.clone(),
                scale: self.scale,
                bank: self.addresses.to_vec(),
                run: plan.summary().run().to_string(),
                file: script.workers_confirm.then(|| self.file.to_owned()),
                at_once: script.at_once,
                unknowns: script.unknowns,
                skew: dice.around(script.skew),
                seed: dice.between(0, u64::MAX - 1),
            };
            Orders::Pay(orders).text()
        };
        self.siege.crew.tend(now, orders)
    }

    async fn progress(&mut self, calls: u64, now: Duration) -> Result<(), Broken> {
        if now >= self.next_news {
            self.next_news = now + NEWS;
            // Nobody has planned it yet, at first.
            if let Ok(totals) = self.desk.totals().await {
                let kills = self.siege.crew.kills;
                (self.tell)(News::Progress {
                    totals,
                    kills,
                    calls,
                });
            }
        }
        Ok(())
    }

    async fn verdict(&mut self, held: Result<(), Broken>) -> Result<Verdict, Broken> {
        let rows = self.desk.rows().await?;
        let ledger = self.bank.ledger();
        let mut verdict = Verdict::of(self.plan, &rows, &ledger);
        for row in &rows {
            verdict.read_history(row, &self.desk.history(row).await?);
        }
        if !self.script.is_late() {
            verdict.hear_knocks(&ledger, P::PAYS);
            verdict.check_reasons(&rows, &ledger, &self.bank.calls(), P::PAYS);
        }
        verdict.count_registries(self.plan, &ledger);
        for row in rows.iter().filter(|row| is_unnoticed(row, self.bank)) {
            verdict.leave_open(
                &row.id.key,
                "was moved in the cabinet, which nobody noticed",
            );
        }
        match self.desk.report().await {
            Ok(report) => {
                verdict.compare(&report, &rows);
                (self.tell)(News::Reported(&report));
            }
            Err(error) => verdict.wrongs.push(format!("there is no report: {error}")),
        }
        self.siege.count(&mut verdict, self.bank);
        verdict.took /= self.script.factor;
        if let Err(error) = held {
            verdict.wrongs.push(error.to_string());
        }
        Ok(verdict)
    }
}
