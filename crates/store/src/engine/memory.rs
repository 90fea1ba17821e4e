//! An engine for tests of what stands above it: documents, leases and rate windows, on a clock that a test moves, with
//! failures that a test asks for. It keeps no intents; what is about them is tested on the real engines.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rubank_core::clock::{Clock, ManualClock};

use super::pace::{Window, decide, distinct, micros};
use super::*;

/// Clones are handles of several processes on one database.
#[derive(Clone)]
pub(crate) struct Memory {
    clock: ManualClock,
    tables: Arc<Mutex<Tables>>,
    faults: Arc<Mutex<VecDeque<Fault>>>,
}

#[derive(Default)]
struct Tables {
    documents: BTreeMap<(String, String), (i64, Vec<u8>)>,
    leases: BTreeMap<String, (i64, Micros)>,
    windows: BTreeMap<(String, Vec<u8>), Window>,
}

/// What the next calls come to.
#[derive(Clone, Copy)]
pub(crate) enum Fault {
    /// It works.
    None,
    /// The database could not be reached.
    NotDone,
    /// The answer was lost.
    Done,
    /// It will never work.
    Broken,
}

impl Memory {
    pub(crate) fn new(clock: &ManualClock) -> Self {
        Memory {
            clock: clock.clone(),
            tables: Arc::default(),
            faults: Arc::default(),
        }
    }

    pub(crate) fn next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.lock().unwrap().extend(faults);
    }

    /// All that the database holds, as who reads it would see it.
    pub(crate) fn everything(&self) -> Vec<u8> {
        let tables = self.tables.lock().unwrap();
        let mut all = Vec::new();
        for ((space, name), (_, value)) in &tables.documents {
            all.extend([space.as_bytes(), name.as_bytes(), value].concat());
        }
        for name in tables.leases.keys() {
            all.extend(name.as_bytes());
        }
        for (class, key) in tables.windows.keys() {
            all.extend([class.as_bytes(), key].concat());
        }
        all
    }

    /// Changes every value of a space behind the store's back.
    pub(crate) fn spoil(&self, space: &str, change: impl Fn(&mut Vec<u8>)) {
        let mut tables = self.tables.lock().unwrap();
        for ((_, _), (_, value)) in tables
            .documents
            .iter_mut()
            .filter(|((in_, _), _)| in_ == space)
        {
            change(value);
        }
    }

    fn step<'a, T: Send + 'a>(
        &'a self,
        work: impl FnOnce(&mut Tables, Micros) -> T + Send + 'a,
    ) -> Answer<'a, T> {
        Box::pin(async move {
            // So that two callers meet between any two steps.
            tokio::task::yield_now().await;
            let fault = self.faults.lock().unwrap().pop_front();
            let unavailable = || Err(EngineError::Unavailable("a test says so".into()));
            match fault.unwrap_or(Fault::None) {
                Fault::NotDone => return unavailable(),
                Fault::Broken => return Err(EngineError::Broken("a test says so".into())),
                Fault::None | Fault::Done => {}
            }
            let now = self.clock.now().unix_timestamp_nanos() / 1_000;
            let done = work(&mut self.tables.lock().unwrap(), now as Micros);
            // The answer is under way.
            tokio::task::yield_now().await;
            match fault {
                Some(Fault::Done) => unavailable(),
                _ => Ok(done),
            }
        })
    }
}

impl Tables {
    fn put(&mut self, space: &str, name: &str, expected: Option<i64>, value: &[u8]) -> Option<i64> {
        let slot = (space.to_owned(), name.to_owned());
        let version = self.documents.get(&slot).map_or(0, |kept| kept.0);
        if expected.is_some_and(|expected| expected != version) {
            return None;
        }
        self.documents.insert(slot, (version + 1, value.to_vec()));
        Some(version + 1)
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}

fn no_intents<'a, T: Send + 'a>() -> Answer<'a, T> {
    Box::pin(std::future::ready(Err(EngineError::Broken(
        "no intents here".into(),
    ))))
}

impl Engine for Memory {
    fn now(&self) -> Answer<'_, Micros> {
        self.step(|_, now| now)
    }

    fn plan<'a>(&'a self, _: &'a [IntentRow]) -> Answer<'a, Vec<Planned>> {
        no_intents()
    }

    fn load<'a>(&'a self, _: &'a IntentId) -> Answer<'a, Option<IntentRow>> {
        no_intents()
    }

    fn claim<'a>(&'a self, _: &'a IntentId, _: &'a str, _: Duration) -> Answer<'a, Claimed> {
        no_intents()
    }

    fn claim_due<'a>(
        &'a self,
        _: &'a Filter,
        _: &'a str,
        _: Duration,
        _: u32,
    ) -> Answer<'a, Vec<IntentRow>> {
        no_intents()
    }

    fn next_due<'a>(&'a self, _: &'a Filter) -> Answer<'a, Option<Micros>> {
        no_intents()
    }

    fn change<'a>(
        &'a self,
        _: &'a IntentId,
        _: i64,
        _: &'a Change,
    ) -> Answer<'a, Option<IntentRow>> {
        no_intents()
    }

    fn list<'a>(
        &'a self,
        _: &'a Filter,
        _: Option<&'a IntentRow>,
        _: u32,
    ) -> Answer<'a, Vec<IntentRow>> {
        no_intents()
    }

    fn tally<'a>(&'a self, _: &'a Filter) -> Answer<'a, Vec<Tally>> {
        no_intents()
    }

    fn journal<'a>(&'a self, _: &'a IntentId) -> Answer<'a, Vec<Journal>> {
        no_intents()
    }

    fn erase<'a>(&'a self, _: &'a Filter) -> Answer<'a, Erased> {
        no_intents()
    }

    fn restore<'a>(&'a self, _: &'a [(IntentRow, Vec<Journal>)]) -> Answer<'a, u64> {
        no_intents()
    }

    fn get<'a>(&'a self, space: &'a str, name: &'a str) -> Answer<'a, Option<Document>> {
        self.step(|tables, _| {
            let kept = tables
                .documents
                .get(&(space.to_owned(), name.to_owned()))?
                .clone();
            Some(Document {
                name: name.to_owned(),
                version: kept.0,
                value: kept.1,
            })
        })
    }

    fn put<'a>(
        &'a self,
        space: &'a str,
        name: &'a str,
        expected: Option<i64>,
        value: &'a [u8],
    ) -> Answer<'a, Option<i64>> {
        self.step(move |tables, _| tables.put(space, name, expected, value))
    }

    fn documents<'a>(
        &'a self,
        space: &'a str,
        after: &'a str,
        limit: u32,
    ) -> Answer<'a, Vec<Document>> {
        self.step(move |tables, _| {
            let of_space = tables.documents.iter();
            of_space
                .filter(|((in_, name), _)| in_ == space && name.as_str() > after)
                .take(limit as usize)
                .map(|((_, name), (version, value))| Document {
                    name: name.clone(),
                    version: *version,
                    value: value.clone(),
                })
                .collect()
        })
    }

    fn remove<'a>(&'a self, space: &'a str, name: &'a str) -> Answer<'a, bool> {
        self.step(|tables, _| {
            let slot = (space.to_owned(), name.to_owned());
            tables.documents.remove(&slot).is_some()
        })
    }

    fn take_lease<'a>(&'a self, name: &'a str, length: Duration) -> Answer<'a, Taken> {
        self.step(move |tables, now| {
            let lease = tables.leases.entry(name.to_owned()).or_default();
            if lease.1 > now {
                let left = Duration::from_micros(lease.1.abs_diff(now));
                return Taken::Busy { left };
            }
            *lease = (lease.0 + 1, now + micros(length));
            Taken::Held { fence: lease.0 }
        })
    }

    fn put_leased<'a>(
        &'a self,
        lease: &'a str,
        fence: i64,
        space: &'a str,
        name: &'a str,
        value: &'a [u8],
    ) -> Answer<'a, bool> {
        self.step(move |tables, now| {
            let held = tables.leases.get(lease);
            let held = held.is_some_and(|lease| lease.0 == fence && lease.1 > now);
            held && tables.put(space, name, None, value).is_some()
        })
    }

    fn release_lease<'a>(&'a self, name: &'a str, fence: i64) -> Answer<'a, ()> {
        self.step(move |tables, now| {
            if let Some(lease) = tables.leases.get_mut(name).filter(|lease| lease.0 == fence) {
                lease.1 = lease.1.min(now);
            }
        })
    }

    fn take_tokens<'a>(&'a self, wants: &'a [TokenWant]) -> Answer<'a, Option<Duration>> {
        self.step(|tables, now| {
            let wants = distinct(wants);
            let slot = |want: &TokenWant| (want.class.clone(), want.key.clone());
            let mut windows: Vec<_> = wants
                .iter()
                .map(|want| tables.windows.remove(&slot(want)).unwrap_or_default())
                .collect();
            let wait = decide(now, &wants, &mut windows);
            tables.windows.extend(wants.iter().map(slot).zip(windows));
            wait
        })
    }

    fn pause_tokens<'a>(
        &'a self,
        class: &'a str,
        key: &'a [u8],
        length: Duration,
    ) -> Answer<'a, ()> {
        self.step(move |tables, now| {
            let slot = (class.to_owned(), key.to_vec());
            let window = tables.windows.entry(slot).or_default();
            window.paused_until = window
                .paused_until
                .max(now + micros(length.min(super::pace::LONGEST_PAUSE)));
        })
    }
}
