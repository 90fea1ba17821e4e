//! What a worker process is told to do, and does until nothing is left.

use std::io::Read;
use std::process::ExitCode;

use serde::{Deserialize, Serialize};

use super::Broken;
use super::{follower, guest, payer};

/// What a worker process is told to do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Orders {
    Pay(payer::Orders),
    Follow(follower::Orders),
    Visit(guest::Orders),
}

impl Orders {
    pub(crate) fn text(&self) -> Result<String, Broken> {
        Ok(serde_json::to_string(self)?)
    }
}

/// The whole life of a worker process: the program that a trial was given calls this when its first argument is `worker`.
/// `orders` is its second.
#[must_use]
pub fn worker(orders: &str) -> ExitCode {
    end_with_parent();
    let told: Result<Orders, _> = serde_json::from_str(orders);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let done: Result<(), Broken> = match (told, runtime) {
        (Ok(orders), Ok(runtime)) => runtime.block_on(async {
            match orders {
                Orders::Pay(orders) => payer::work(orders).await,
                Orders::Follow(orders) => follower::work(orders).await,
                Orders::Visit(orders) => guest::work(orders).await,
            }
        }),
        (Err(error), _) => Err(error.into()),
        (_, Err(error)) => Err(error.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Who started us holds the other end; when it is gone, however it ended, there is nobody left to work for.
fn end_with_parent() {
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(1);
    });
}
