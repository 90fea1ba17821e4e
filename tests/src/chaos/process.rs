//! Worker processes: started, killed without a word, started again.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::Broken;

/// How often a worker may end by itself with an error; more is no accident.
const MOST_FALLS: u32 = 40;

/// The program that has [`worker`](super::worker) inside.
#[derive(Clone, Debug)]
pub struct Program(PathBuf);

impl Program {
    /// This file, which must call [`worker`](super::worker) when its first argument is `worker`.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Program(path.into())
    }

    /// The program that is running.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn this() -> io::Result<Self> {
        std::env::current_exe().map(Program)
    }
}

/// A process; it does not outlive this value, nor the process that started it.
struct Process(Child);

impl Process {
    fn start(program: &Program, orders: &str, folder: &Path, number: usize) -> io::Result<Self> {
        let log = folder.join(format!("worker-{number}.log"));
        let log = File::options().create(true).append(true).open(log)?;
        let errors = log.try_clone()?;
        let mut command = Command::new(&program.0);
        command
            .args(["worker", orders])
            // It ends when this pipe is closed, by us or by our end.
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(errors);
        let roots = folder.join("roots.pem");
        if roots.exists() {
            // Reading all the roots of the system takes longer than all the rest of a start.
            command
                .env("SSL_CERT_FILE", roots)
                .env_remove("SSL_CERT_DIR");
        }
        command.spawn().map(Process)
    }

    /// Sends a signal by name: the standard library knows only the one that kills.
    fn signal(&self, name: &str) {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("kill -s {name} {}", self.0.id())]);
        // It may be gone already.
        let _ = command.stderr(Stdio::null()).status();
    }

    /// How it ended, if it has.
    fn ended(&mut self) -> io::Result<Option<bool>> {
        Ok(self.0.try_wait()?.map(|status| status.success()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // SIGKILL: no destructor runs in there, nothing is given back.
        let _gone_already = self.0.kill();
        let _reaped = self.0.wait();
    }
}

enum Seat {
    Working(Process),
    /// Fast asleep until then, on the machine's clock.
    Stopped(Process, Duration),
    /// Nobody sits here until then, on the machine's clock.
    Empty {
        until: Duration,
    },
    /// Its worker said that nothing is left to do.
    Done,
}

/// The workers of one trial.
pub(crate) struct Crew {
    program: Program,
    folder: PathBuf,
    seats: Vec<Seat>,
    falls: u32,
    pub(crate) kills: u64,
    pub(crate) stops: u64,
}

impl Crew {
    pub(crate) fn new(program: &Program, folder: &Path, workers: usize) -> Self {
        let empty = || Seat::Empty {
            until: Duration::ZERO,
        };
        Crew {
            program: program.clone(),
            folder: folder.to_owned(),
            seats: (0..workers).map(|_| empty()).collect(),
            falls: 0,
            kills: 0,
            stops: 0,
        }
    }

    /// Looks after them: who has ended, who is to be started with what `orders` says to that number.
    pub(crate) fn tend(
        &mut self,
        now: Duration,
        orders: impl Fn(usize) -> Result<String, Broken>,
    ) -> Result<(), Broken> {
        for (number, seat) in self.seats.iter_mut().enumerate() {
            *seat = match std::mem::replace(seat, Seat::Done) {
                Seat::Stopped(process, until) if until <= now => {
                    process.signal("CONT");
                    Seat::Working(process)
                }
                seat => seat,
            };
            match seat {
                Seat::Working(process) => match process.ended()? {
                    None => {}
                    Some(true) => *seat = Seat::Done,
                    Some(false) => {
                        self.falls += 1;
                        *seat = Seat::Empty { until: now };
                        if self.falls > MOST_FALLS {
                            return Err(last_words(&self.folder, number).into());
                        }
                    }
                },
                Seat::Empty { until } if *until <= now => {
                    let orders = orders(number)?;
                    let started = Process::start(&self.program, &orders, &self.folder, number)?;
                    *seat = Seat::Working(started);
                }
                Seat::Stopped(..) | Seat::Empty { .. } | Seat::Done => {}
            }
        }
        Ok(())
    }

    /// Whether all have said that nothing is left to do.
    pub(crate) fn is_done(&self) -> bool {
        self.seats.iter().all(|seat| matches!(seat, Seat::Done))
    }

    /// One of those at work, if any is, until then.
    pub(crate) fn kill(&mut self, victim: usize, until: Duration) {
        if let Some(seat) = self.working(victim) {
            *seat = Seat::Empty { until };
            self.kills += 1;
        }
    }

    /// All of those at work or asleep, until then.
    pub(crate) fn kill_all(&mut self, until: Duration) {
        for seat in &mut self.seats {
            if matches!(seat, Seat::Working(_) | Seat::Stopped(..)) {
                *seat = Seat::Empty { until };
                self.kills += 1;
            }
        }
    }

    /// One of those at work falls asleep, until then. It does not know.
    pub(crate) fn stop(&mut self, victim: usize, until: Duration) {
        if let Some(seat) = self.working(victim) {
            *seat = match std::mem::replace(seat, Seat::Done) {
                Seat::Working(process) => {
                    process.signal("STOP");
                    Seat::Stopped(process, until)
                }
                seat => seat,
            };
            self.stops += 1;
        }
    }

    fn working(&mut self, victim: usize) -> Option<&mut Seat> {
        let seats = self.seats.iter_mut();
        let mut working: Vec<_> = seats
            .filter(|seat| matches!(seat, Seat::Working(_)))
            .collect();
        let place = victim.checked_rem(working.len())?;
        Some(working.swap_remove(place))
    }
}

fn last_words(folder: &Path, number: usize) -> String {
    let log = fs::read_to_string(folder.join(format!("worker-{number}.log"))).unwrap_or_default();
    let last = log.lines().next_back().unwrap_or_default();
    format!("the workers end again and again; the last one said: {last}")
}
