//! The safety table: what each kind of operation does when the world goes wrong, told as
//! *effect x fault -> how many copies the bank may have, what we say about it, and why*.
//!
//! The table ([`table`]) is data that reads as sentences. Each cell is run ([`run`]) against the scripted transport,
//! which is exact, and against a real server over TCP and TLS ([`raw_server`](crate::raw_server)), which is true; and
//! whatever the cells say, the [law](broken_laws) must hold over all of them.
//!
//! Any operation of any bank can be put through the same faults: give its [`Voice`] and call [`run`].

mod bank;
mod expect;
mod fault;
mod law;
mod print;
mod rows;
mod scripted;
mod seen;
mod surroundings;
mod table;
mod waybill;
mod wire;

use rubank_core::operation::Operation;

pub use bank::{PayKeyed, PayOnce, PressButton, ReadState, ReplaceSettings, TestBank, voice};
pub use expect::{Cell, Expected, done, dropped, fails};
pub use fault::{Caller, Deed, Fault, Time, Token, Voice};
pub use law::broken_laws;
pub use print::markdown;
pub use rows::{Row, rows};
pub use seen::{Ended, Seen};
pub use table::{Column, Line, Run, table};

use crate::raw_server::{Layer, Trouble};

/// Against what a fault is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The transport that follows a script: no network, exact steps.
    Script,
    /// A real server over plain TCP.
    Tcp,
    /// A real server over TLS.
    Tls,
}

impl Target {
    /// Each of them.
    pub const ALL: [Target; 3] = [Target::Script, Target::Tcp, Target::Tls];

    /// A stable word: `script`, `tcp`, `tls`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Target::Script => "script",
            Target::Tcp => "tcp",
            Target::Tls => "tls",
        }
    }
}

/// Sends the operation once into the fault and tells what became of it. No real time passes.
///
/// # Errors
/// The surroundings could not be set up, or the fault cannot be shown on this target
/// ([`Fault::is_shown_on`]): nothing is known of the operation then.
pub fn run<O: Operation>(
    operation: &O,
    voice: &Voice,
    fault: &Fault,
    target: Target,
) -> Result<Seen, Trouble> {
    if !fault.is_shown_on(target) {
        return Err(format!("'{}' cannot be shown on {}", fault.says, target.as_str()).into());
    }
    // One thread for both ends: what comes first is decided by the script, never by a scheduler.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match target {
            Target::Script => scripted::run(operation, voice, fault).await,
            Target::Tcp => wire::run(operation, voice, fault, Layer::Tcp).await,
            Target::Tls => wire::run(operation, voice, fault, Layer::Tls).await,
        }
    })
}
