//! Workers under blows.

use std::path::Path;
use std::time::Duration;

use rubank_sandbox::Sandbox;

use super::Broken;
use super::base::Base;
use super::dice::Dice;
use super::judge::Verdict;
use super::process::{Crew, Program};
use super::storm::{Blow, Storm, What};

/// The workers of one trial, and what is still to strike them.
pub(crate) struct Siege {
    pub(crate) crew: Crew,
    storm: Storm,
    dice: Dice,
    cuts: u64,
    losses: u64,
}

impl Siege {
    pub(crate) fn new(
        program: &Program,
        folder: &Path,
        workers: usize,
        blows: Vec<Blow>,
        seed: u64,
    ) -> Self {
        Siege {
            crew: Crew::new(program, folder, workers),
            storm: Storm::new(blows),
            dice: Dice::new(seed, "siege"),
            cuts: 0,
            losses: 0,
        }
    }

    /// Strikes what is due. Whether the database is another one now.
    pub(crate) fn strike(
        &mut self,
        now: Duration,
        bank: &Sandbox,
        base: &mut Base,
    ) -> Result<bool, Broken> {
        let mut is_moved = false;
        for what in self.storm.strikes(bank.call_count(), now) {
            match what {
                What::Kill { victim, back_in } => self.crew.kill(victim, now + back_in),
                What::Stop { victim, wakes_in } => self.crew.stop(victim, now + wakes_in),
                What::KillAll { back_in } => self.crew.kill_all(now + back_in),
                What::PowerCut => {
                    self.crew.kill_all(now);
                    let (after, lost) = base.after_power_cut(&self.dice)?;
                    *base = after;
                    is_moved = true;
                    self.cuts += 1;
                    self.losses += u64::from(lost > 0);
                }
                What::Skew(seconds) => bank.clock().skew(seconds),
            }
        }
        Ok(is_moved)
    }

    /// From now on the bank's clock is right.
    pub(crate) fn stop_skews(&mut self, bank: &Sandbox) {
        self.storm.forget_skews();
        bank.clock().skew(0);
    }

    /// What happened to the workers, and on the wire.
    pub(crate) fn count(&self, verdict: &mut Verdict, bank: &Sandbox) {
        verdict.kills = self.crew.kills;
        verdict.stops = self.crew.stops;
        verdict.cuts = self.cuts;
        verdict.losses = self.losses;
        for fault in bank.calls().into_iter().filter_map(|call| call.fault) {
            *verdict.faults.entry(fault.to_owned()).or_default() += 1;
        }
    }
}
