//! The threads that own the connections: SQLite blocks, callers must not.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use rubank_core::clock::Clock;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::file;
use super::{failure, moment};
use crate::engine::{EngineError, Micros};

/// Enough that callers seldom wait to ask; each of them waits for its answer anyway.
const QUEUE: usize = 256;

/// How many jobs share one transaction, and so one wait for the disk.
const BATCH: usize = 64;

/// Runs `work` on a thread of its own.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Result<T, EngineError> {
    let (reply, answer) = oneshot::channel();
    spawn(move || {
        // Whoever asked may have gone.
        let _ = reply.send(work());
    })?;
    answer.await.unwrap_or_else(|_| Err(ended()))
}

/// Where jobs are handed in; the threads behind it end with the last clone.
#[derive(Clone)]
pub(super) struct Queue(mpsc::Sender<Box<dyn Job>>);

impl Queue {
    /// One thread that commits.
    pub(super) fn of_writer(
        connection: Connection,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, EngineError> {
        let (queue, mut jobs) = mpsc::channel(QUEUE);
        spawn(move || {
            while let Some(first) = jobs.blocking_recv() {
                let mut batch: Vec<Box<dyn Job>> = vec![first];
                while batch.len() < BATCH
                    && let Ok(next) = jobs.try_recv()
                {
                    batch.push(next);
                }
                write(&connection, clock.as_ref(), batch);
            }
        })?;
        Ok(Queue(queue))
    }

    /// A thread for each connection; who is free takes the next job.
    pub(super) fn of_readers(
        connections: Vec<Connection>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, EngineError> {
        let (queue, jobs) = mpsc::channel::<Box<dyn Job>>(QUEUE);
        let jobs = Arc::new(Mutex::new(jobs));
        for connection in connections {
            let (jobs, clock) = (Arc::clone(&jobs), Arc::clone(clock));
            spawn(move || {
                let next = || {
                    let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
                    jobs.blocking_recv()
                };
                while let Some(job) = next() {
                    read(&connection, clock.as_ref(), job);
                }
            })?;
        }
        Ok(Queue(queue))
    }

    /// Runs `work` on one of the threads. Dropped before its turn has come, nothing is run; dropped later, it is done.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, EngineError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, Micros) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Task {
            work: Some(work),
            result: None,
            reply,
        };
        self.0.send(Box::new(task)).await.map_err(|_| ended())?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }
}

/// Runs the jobs in one transaction and answers them once it is on the disk: either all know that theirs is done, or
/// none is.
fn write(connection: &Connection, clock: &dyn Clock, mut batch: Vec<Box<dyn Job>>) {
    batch.retain(|job| job.is_wanted());
    if batch.is_empty() {
        return;
    }
    let outcome = write_all(connection, clock, &mut batch);
    if outcome.is_err() && !connection.is_autocommit() {
        // If this fails too, the next BEGIN tells.
        let _ = connection.execute_batch("ROLLBACK");
    }
    for job in batch {
        job.answer(outcome.clone());
    }
}

fn write_all(
    connection: &Connection,
    clock: &dyn Clock,
    batch: &mut [Box<dyn Job>],
) -> Result<(), EngineError> {
    let order = |text| connection.execute_batch(text).map_err(failure::of);
    order("BEGIN IMMEDIATE")?;
    file::check_version(connection)?;
    for job in batch {
        order("SAVEPOINT job")?;
        if let Err(error) = job.run(connection, moment(clock)) {
            // Some failures, such as a full disk, end the whole transaction: what the others did is gone with it.
            if connection.is_autocommit() {
                return Err(error);
            }
            order("ROLLBACK TO job")?;
        }
        order("RELEASE job")?;
    }
    order("COMMIT")
}

fn read(connection: &Connection, clock: &dyn Clock, mut job: Box<dyn Job>) {
    if !job.is_wanted() {
        return;
    }
    let outcome = file::check_version(connection).and_then(|()| job.run(connection, moment(clock)));
    job.answer(outcome);
}

/// A piece of work whose result is told later.
trait Job: Send {
    /// Whether somebody still waits for it.
    fn is_wanted(&self) -> bool;

    /// Does it, and keeps the result.
    fn run(&mut self, connection: &Connection, now: Micros) -> Result<(), EngineError>;

    /// Tells its own result, or why none of it counts.
    fn answer(self: Box<Self>, outcome: Result<(), EngineError>);
}

struct Task<F, T> {
    work: Option<F>,
    result: Option<Result<T, EngineError>>,
    reply: oneshot::Sender<Result<T, EngineError>>,
}

impl<F, T> Job for Task<F, T>
where
    T: Send,
    F: FnOnce(&Connection, Micros) -> rusqlite::Result<T> + Send,
{
    fn is_wanted(&self) -> bool {
        !self.reply.is_closed()
    }

    fn run(&mut self, connection: &Connection, now: Micros) -> Result<(), EngineError> {
        let result = match self.work.take() {
            Some(work) => work(connection, now).map_err(failure::of),
            None => Err(ended()),
        };
        let outcome = result.as_ref().map(drop).map_err(Clone::clone);
        self.result = Some(result);
        outcome
    }

    fn answer(self: Box<Self>, outcome: Result<(), EngineError>) {
        let own = self.result.unwrap_or_else(|| Err(ended()));
        // Whoever asked may have gone.
        let _ = self.reply.send(outcome.and(own));
    }
}

fn spawn(work: impl FnOnce() + Send + 'static) -> Result<(), EngineError> {
    thread::Builder::new()
        .name("rubank-store".into())
        .spawn(work)
        .map(drop)
        .map_err(|error| failure::of_file("no thread can be started", &error))
}

fn ended() -> EngineError {
    EngineError::Unavailable("the thread of the database has ended".into())
}
