//! What the bank's ledger says of what the store believes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rubank_runs::report::{End, Report};
use rubank_runs::{Plan, Wish};
use rubank_sandbox::{Call, Ledger, LedgerEntry, Sandbox};
use rubank_store::engine::{IntentRow, Journal};
use rubank_store::{Reason, State};
use tempfile::TempDir;

use super::court::Case;

/// What a trial came to. Those of many can be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Trials.
    pub seeds: u64,
    /// Payouts that were planned.
    pub payouts: u64,
    /// Workers that were killed.
    pub kills: u64,
    /// Workers that were put to sleep for longer than their leases.
    pub stops: u64,
    /// Power cuts.
    pub cuts: u64,
    /// Power cuts after which something was gone that had not been synced.
    pub losses: u64,
    /// Faults that struck, by name.
    pub faults: BTreeMap<String, u64>,
    /// Payouts by how they ended.
    pub ends: BTreeMap<&'static str, u64>,
    /// Payouts left to a person, by reason.
    pub people: BTreeMap<String, u64>,
    /// Keys for which money moved more than once, or would have at a bank that does not know its keys.
    pub duplicates: u64,
    /// Payouts that were planned and are not there, or whose money moved or did not move against what is believed.
    pub lost: u64,
    /// Payouts that have no end.
    pub unresolved: u64,
    /// From the first payment in the ledger to the last one, on the machine's clock.
    pub took: Duration,
    /// What is wrong, in words; empty if all is well.
    pub wrongs: Vec<String>,
    /// The trials in which something was wrong, each told in whole, with the command that repeats it.
    pub failures: Vec<String>,
    /// Trials that were held once more, as somebody had set the machine's clock meanwhile: processes saw two times, and
    /// what was found wrong says nothing. Told all the same.
    pub disputed: Vec<String>,
}

impl Verdict {
    /// Of no trial.
    #[must_use]
    pub const fn empty() -> Self {
        Verdict {
            seeds: 0,
            payouts: 0,
            kills: 0,
            stops: 0,
            cuts: 0,
            losses: 0,
            faults: BTreeMap::new(),
            ends: BTreeMap::new(),
            people: BTreeMap::new(),
            duplicates: 0,
            lost: 0,
            unresolved: 0,
            took: Duration::ZERO,
            wrongs: Vec::new(),
            failures: Vec::new(),
            disputed: Vec::new(),
        }
    }

    /// Of one trial, of which nothing is known yet.
    pub(crate) fn new() -> Self {
        Verdict {
            seeds: 1,
            ..Self::empty()
        }
    }

    /// Of a trial that could not be held.
    pub(crate) fn broken(why: &str) -> Self {
        let mut verdict = Verdict::new();
        verdict.wrongs.push(format!("the trial broke: {why}"));
        verdict
    }

    /// Which trial it is of: one that failed names its seed and the command that repeats it.
    pub(crate) fn sign(&mut self, case: &Case) {
        if !self.is_good() {
            let wrongs = self.wrongs.join("\n  ");
            self.failures.push(format!(
                "seed {} ({}):\n  {wrongs}\nRepair: {}",
                case.seed,
                case.what,
                case.command()
            ));
        }
    }

    /// Holds every line of the plan and every intent of the store against the ledger.
    pub(crate) fn of(plan: &Plan, rows: &[IntentRow], ledger: &Ledger) -> Self {
        let mut verdict = Verdict::new();
        verdict.payouts = plan.lines().len() as u64;
        let mut moments = ledger.entries().iter().map(|entry| entry.at);
        let first = moments.next();
        let span = first
            .zip(moments.next_back())
            .map(|(first, last)| last - first);
        verdict.took = span
            .and_then(|span| span.try_into().ok())
            .unwrap_or_default();
        let mut moved: BTreeMap<&str, Vec<&LedgerEntry>> = BTreeMap::new();
        for entry in ledger.entries().iter().filter(|entry| entry.moved) {
            moved.entry(&entry.key).or_default().push(entry);
        }
        let rows: BTreeMap<&str, &IntentRow> =
            rows.iter().map(|row| (row.id.key.as_str(), row)).collect();
        for line in plan.lines() {
            let moved = moved.remove(line.key()).unwrap_or_default();
            if moved.len() > 1 {
                verdict.duplicates += 1;
                verdict.wrong(line.key(), &format!("money moved {} times", moved.len()));
            }
            match rows.get(line.key()) {
                None => verdict.lose(line.key(), "was planned and is not there"),
                Some(row) => verdict.weigh(row, line.amount().get(), &moved),
            }
        }
        for key in moved.into_keys() {
            verdict.lose(key, "moved money and was never planned");
        }
        verdict
    }

    fn weigh(&mut self, row: &IntentRow, kopecks: i64, moved: &[&LedgerEntry]) {
        let key = row.id.key.as_str();
        *self.ends.entry(row.state.as_str()).or_default() += 1;
        let amount = moved
            .first()
            .map(|entry| i64::try_from(entry.amount_kopecks));
        if row.kopecks != Some(kopecks) || amount.is_some_and(|amount| amount != Ok(kopecks)) {
            self.lose(key, "has another sum than was planned");
        }
        let reason = row.reason.as_deref().unwrap_or("unsaid");
        match row.state {
            State::Confirmed if moved.is_empty() => {
                self.lose(key, "is called paid, and no money moved");
            }
            State::Rejected | State::Refused if !moved.is_empty() => {
                self.lose(key, "is called refused, and money moved");
            }
            State::NeedsPerson => *self.people.entry(reason.to_owned()).or_default() += 1,
            State::Confirmed | State::Rejected | State::Refused => {}
            open => self.leave_open(key, &format!("is still {open} ({reason})")),
        }
    }

    /// No step of an intent's life is one that may not follow the one before.
    pub(crate) fn read_history(&mut self, row: &IntentRow, history: &[Journal]) {
        for pair in history.windows(2) {
            let [before, after] = pair else { continue };
            let (from, to) = (before.state, after.state);
            if from != to && !from.may_become(to) {
                self.lose(&row.id.key, &format!("went from {from} to {to}"));
            }
        }
        if history.last().is_none_or(|last| last.state != row.state) {
            self.lose(&row.id.key, "has another state than its history");
        }
    }

    /// Nobody asked the bank again for what it had made: only its own rule about keys would stand between that and a
    /// second payment. It holds where the bank shows what it has within the settle time, so that the store can know.
    pub(crate) fn hear_knocks(&mut self, ledger: &Ledger, pays: &str) {
        let mut made = BTreeSet::new();
        let asked = ledger.entries().iter();
        for entry in asked.filter(|entry| entry.operation == pays) {
            if made.contains(entry.key.as_str()) {
                self.duplicates += 1;
                self.wrong(&entry.key, "was sent again though the bank had it");
            }
            if (200..300).contains(&entry.status) {
                made.insert(entry.key.as_str());
            }
        }
    }

    /// Whoever is sent to the bank's cabinet is told the truth: where the store says that the bank has nothing under a key,
    /// no money moved for it; and it says that a key was used elsewhere no more often than the bank refused one in words
    /// that may mean it. No script uses a key elsewhere, but some of the bank's refusals name nothing.
    pub(crate) fn check_reasons(
        &mut self,
        rows: &[IntentRow],
        ledger: &Ledger,
        calls: &[Call],
        pays: &str,
    ) {
        const NOT_THERE: [&str; 3] = [Reason::KEY_USED, Reason::NOT_FOUND, Reason::SENT_TOO_OFTEN];
        let mut claimed = 0;
        for row in rows.iter().filter(|row| row.state == State::NeedsPerson) {
            let reason = row.reason.as_deref().unwrap_or_default();
            claimed += usize::from(reason == Reason::KEY_USED);
            if NOT_THERE.contains(&reason) && ledger.paid(&row.id.key) > 0 {
                self.lose(&row.id.key, &format!("is called {reason}, and money moved"));
            }
        }
        let is_vague = |call: &&Call| {
            call.operation == Some(pays) && matches!(call.status, Some(400 | 409 | 422))
        };
        let refused = calls.iter().filter(is_vague).count();
        if claimed > refused {
            self.wrongs.push(format!(
                "{claimed} keys are called used elsewhere, and the bank refused {refused} payments"
            ));
        }
    }

    /// No registry was paid under two keys.
    pub(crate) fn count_registries(&mut self, plan: &Plan, ledger: &Ledger) {
        let mut paid: BTreeMap<_, usize> = BTreeMap::new();
        for line in plan.lines() {
            if let Wish::Registry(registry) = line.wish() {
                *paid.entry(registry.registry).or_default() += ledger.paid(line.key());
            }
        }
        for (registry, times) in paid.into_iter().filter(|(_, times)| *times > 1) {
            self.duplicates += 1;
            self.wrong(
                &format!("registry {registry}"),
                &format!("was paid {times} times"),
            );
        }
    }

    /// The report says of every line what the store says of its intent, and of none that it has no end.
    pub(crate) fn compare(&mut self, report: &Report, rows: &[IntentRow]) {
        let rows: BTreeMap<_, _> = rows.iter().map(|row| (row.id.key.as_str(), row)).collect();
        for line in report.lines() {
            let Some(row) = rows.get(line.key.as_str()) else {
                continue;
            };
            let expected = match row.state {
                State::Confirmed => End::Paid,
                State::Rejected | State::Refused => End::Refused,
                State::NeedsPerson => End::NeedsPerson,
                // Said of its intent already.
                _ => continue,
            };
            match line.end.kind() {
                end if end == expected => {}
                End::NotYet => self.leave_open(&line.key, "is held back in a run that goes on"),
                end => self.lose(&line.key, &format!("is {end} in the report")),
            }
        }
    }

    /// Something has no end.
    pub(crate) fn leave_open(&mut self, key: &str, what: &str) {
        self.unresolved += 1;
        self.wrong(key, what);
    }

    /// Leaves database and logs to whoever wants to know why.
    pub(crate) fn keep(&mut self, folder: TempDir) {
        let kept = folder.keep();
        self.wrongs.push(format!("its files: {}", kept.display()));
    }

    fn lose(&mut self, key: &str, what: &str) {
        self.lost += 1;
        self.wrong(key, what);
    }

    fn wrong(&mut self, key: &str, what: &str) {
        self.wrongs.push(format!("{key} {what}"));
    }

    /// Whether the store told the truth and forgot nothing.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.wrongs.is_empty()
    }

    /// Adds another trial's.
    pub fn add(&mut self, other: Verdict) {
        let sums = [
            (&mut self.seeds, other.seeds),
            (&mut self.payouts, other.payouts),
            (&mut self.kills, other.kills),
            (&mut self.stops, other.stops),
            (&mut self.cuts, other.cuts),
            (&mut self.losses, other.losses),
            (&mut self.duplicates, other.duplicates),
            (&mut self.lost, other.lost),
            (&mut self.unresolved, other.unresolved),
        ];
        for (sum, more) in sums {
            *sum += more;
        }
        self.took += other.took;
        add_all(&mut self.faults, other.faults);
        add_all(&mut self.ends, other.ends);
        add_all(&mut self.people, other.people);
        self.wrongs.extend(other.wrongs);
        self.failures.extend(other.failures);
        self.disputed.extend(other.disputed);
    }
}

fn add_all<K: Ord>(sums: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, count) in more {
        *sums.entry(key).or_default() += count;
    }
}

/// Whether the bank shows another state of a payout than that for which a person was asked.
pub(crate) fn is_unnoticed(row: &IntentRow, bank: &Sandbox) -> bool {
    let reason = row.reason.as_deref().unwrap_or_default();
    let Some(seen) = reason.strip_prefix("status-") else {
        return false;
    };
    let id = bank.payouts().payment_id(&row.id.key);
    let now = id.and_then(|id| bank.payouts().payment_status(id));
    row.state == State::NeedsPerson && now.is_some_and(|now| now.to_string() != seen)
}

/// The table that a person reads.
impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counts = [
            ("seeds", self.seeds),
            ("payouts", self.payouts),
            ("workers killed", self.kills),
            ("workers put to sleep", self.stops),
            ("power cuts", self.cuts),
            ("with unsynced writes", self.losses),
            ("faults", self.faults.values().sum()),
        ];
        for (what, count) in counts {
            writeln!(f, "{what:<24} {count:>8}")?;
        }
        listed(
            f,
            self.faults
                .iter()
                .map(|(what, count)| (what.as_str(), *count)),
        )?;
        writeln!(f, "ended")?;
        listed(f, self.ends.iter().map(|(what, count)| (*what, *count)))?;
        let people: u64 = self.people.values().sum();
        writeln!(f, "{:<24} {people:>8}", "left to a person")?;
        listed(
            f,
            self.people
                .iter()
                .map(|(what, count)| (what.as_str(), *count)),
        )?;
        let judged = [
            ("duplicates", self.duplicates),
            ("lost", self.lost),
            ("unresolved", self.unresolved),
            ("failed trials", self.failures.len() as u64),
            ("held again, clock set", self.disputed.len() as u64),
        ];
        for (what, count) in judged {
            writeln!(f, "{what:<24} {count:>8}")?;
        }
        Ok(())
    }
}

fn listed<'a>(
    f: &mut std::fmt::Formatter<'_>,
    mut counts: impl Iterator<Item = (&'a str, u64)>,
) -> std::fmt::Result {
    counts.try_for_each(|(what, count)| writeln!(f, "  {what:<22} {count:>8}"))
}
