//! One run, tried: a bank, a database, workers that die, people who act, and the verdict.

use std::fs;
use std::time::Duration;

use rubank_core::clock::{Clock, SystemClock};
use rubank_runs::{Plan, Report, Totals};
use rubank_sandbox::{Host, Sandbox};

use super::Broken;
use super::base::{Base, Kind};
use super::clock::{Scale, Steady};
use super::delay::Distance;
use super::desk::Desk;
use super::dice::Dice;
use super::judge::{Verdict, is_unnoticed};
use super::orders::Orders;
use super::payer;
use super::person::Person;
use super::process::{Crew, Program};
use super::script::Script;
use super::storm::{Storm, What};

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

/// Where trials are held.
#[derive(Clone, Debug)]
pub struct Court {
    /// The program that the workers are.
    pub program: Program,
    /// The engine.
    pub kind: Kind,
}

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

/// Tries the [script of a seed](Script::of).
///
/// # Errors
/// The trial itself could not be held; what is found wrong stands in the verdict.
pub async fn payouts(court: &Court, seed: u64, most_lines: u64) -> Result<Verdict, Broken> {
    let script = Script::of(seed, most_lines);
    let clock = Steady::watch();
    let verdict = play(court, &script, &mut |_| {}).await?;
    match verdict.is_good() || !clock.was_set() {
        true => Ok(verdict),
        false => play(court, &script, &mut |_| {}).await,
    }
}

/// Plays a script, and tells what happens.
///
/// # Errors
/// As [`payouts`].
pub async fn play(
    court: &Court,
    script: &Script,
    tell: &mut (dyn FnMut(News<'_>) + Send),
) -> Result<Verdict, Broken> {
    let folder = tempfile::tempdir()?;
    let bank = Sandbox::builder().plain().seed(script.seed).payouts(0);
    let bank = bank.start().await?;
    script.arrange(&bank);
    fs::write(folder.path().join("roots.pem"), bank.ca_pem())?;
    let scale = Scale::from_now(bank.clock().now(), script.factor);
    let ticking = scale.drive(bank.clock());
    let base = Base::new(court.kind, folder.path(), scale).await?;
    let plan = payer::plan(&script.file, scale)?;
    let id = plan.summary().run();
    let distance = Distance::from(bank.url(Host::PayoutsPlatformApi), script.latency);
    let distance = distance.await?;
    let address = match script.latency.is_zero() {
        true => bank.url(Host::PayoutsPlatformApi),
        false => distance.url.as_str(),
    };
    let keys = plan.lines().iter().map(|line| line.key().to_owned());
    let mut trial = Trial {
        desk: Desk::open(&base, scale, address, id).await?,
        crew: Crew::new(&court.program, folder.path(), script.workers),
        person: Person::new(script.seed, script.left_alone, keys),
        dice: Dice::new(script.seed, "trial"),
        storm: Storm::new(script.blows.clone()),
        cuts: 0,
        is_calm: false,
        next_news: Duration::ZERO,
        tell,
        plan: &plan,
        script,
        bank: &bank,
        address,
        base,
        scale,
    };
    let held = trial.hold().await;
    let verdict = trial.verdict(held).await;
    ticking.abort();
    let Trial { base, crew, .. } = trial;
    drop(crew);
    let mut verdict = verdict?;
    if verdict.is_good() {
        base.remove().await?;
    } else {
        verdict.keep(folder);
    }
    Ok(verdict)
}

struct Trial<'a> {
    script: &'a Script,
    plan: &'a Plan,
    bank: &'a Sandbox,
    address: &'a str,
    base: Base,
    scale: Scale,
    desk: Desk,
    crew: Crew,
    person: Person,
    dice: Dice,
    storm: Storm,
    cuts: u64,
    is_calm: bool,
    next_news: Duration,
    tell: &'a mut (dyn FnMut(News<'_>) + Send),
}

impl Trial<'_> {
    /// Until the workers say that the run is finished, and what people moved since is noticed.
    async fn hold(&mut self) -> Result<(), Broken> {
        (self.tell)(News::Planned(&self.plan.summary().to_string()));
        if !self.script.workers_confirm {
            self.desk.confirm(&self.script.file).await?;
            (self.tell)(News::Confirmed);
        }
        let began = SystemClock.monotonic();
        while !self.crew.is_done() {
            let now = SystemClock.monotonic();
            if now.saturating_sub(began) > PATIENCE {
                return Err("the workers do not come to an end".into());
            }
            let calls = self.calls();
            self.strike(calls, now).await?;
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

    fn calls(&self) -> u64 {
        self.bank.calls().last().map_or(0, |call| call.sequence)
    }

    async fn strike(&mut self, calls: u64, now: Duration) -> Result<(), Broken> {
        for what in self.storm.strikes(calls, now) {
            match what {
                What::Kill { victim, back_in } => self.crew.kill(victim, now + back_in),
                What::Stop { victim, wakes_in } => self.crew.stop(victim, now + wakes_in),
                What::KillAll { back_in } => self.crew.kill_all(now + back_in),
                What::PowerCut => {
                    self.crew.kill_all(now);
                    self.base = self.base.after_power_cut(&self.dice)?;
                    self.desk.move_to(&self.base).await?;
                    self.cuts += 1;
                }
                What::Skew(seconds) if !self.is_calm => self.bank.clock().skew(seconds),
                What::Skew(_) => {}
            }
        }
        Ok(())
    }

    /// From now on the bank does what it is asked.
    fn calm(&mut self) {
        if !self.is_calm {
            self.is_calm = true;
            self.bank.faults().clear();
            self.bank.clock().skew(0);
            self.bank.payouts().set_funds(ENOUGH);
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
                base: base.clone(),
                scale: self.scale,
                bank: self.address.to_owned(),
                run: plan.summary().run().to_string(),
                file: script.workers_confirm.then(|| script.file.clone()),
                at_once: script.at_once,
                unknowns: script.unknowns,
                skew: dice.around(script.skew),
                seed: dice.between(0, u64::MAX - 1),
            };
            Orders::Payouts(orders).text()
        };
        self.crew.tend(now, orders)
    }

    async fn progress(&mut self, calls: u64, now: Duration) -> Result<(), Broken> {
        if now >= self.next_news {
            self.next_news = now + NEWS;
            // Nobody has planned it yet, at first.
            if let Ok(totals) = self.desk.totals().await {
                let kills = self.crew.kills;
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
            verdict.hear_knocks(&ledger);
        }
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
        verdict.count(&self.crew, self.bank);
        verdict.cuts = self.cuts;
        verdict.took /= self.script.factor;
        if let Err(error) = held {
            verdict.wrongs.push(error.to_string());
        }
        Ok(verdict)
    }
}
