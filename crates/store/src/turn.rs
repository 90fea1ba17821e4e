//! Something that the processes which share a store do in turns.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::Taken;
use crate::error::StoreError;
use crate::store::{Shared, Store};

/// Whose turn it is.
#[derive(Debug)]
pub enum Turn {
    /// The caller's.
    Held(HeldTurn),
    /// Somebody else's, or nobody's: the next one may be taken after this time.
    In(Duration),
}

/// A turn that the caller holds. Dropping it gives it back; who crashes over it keeps others waiting until its lease is
/// over.
pub struct HeldTurn {
    shared: Arc<Shared>,
    lease: String,
    fence: i64,
    length: Duration,
    is_held: bool,
}

impl Store {
    /// Takes the turn of that name, for `length` unless it is [renewed](HeldTurn::renew), if nobody holds it and the last
    /// one began `every` ago. All of it goes by the engine's clock, so that machines whose clocks differ agree.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn take_turn(
        &self,
        name: &str,
        every: Duration,
        length: Duration,
    ) -> Result<Turn, StoreError> {
        let lease = format!("turns/{name}");
        let fence = match self.engine().take_lease(&lease, length).await? {
            Taken::Held { fence } => fence,
            Taken::Busy { left } => return Ok(Turn::In(left.min(every))),
        };
        let turn = HeldTurn {
            shared: Arc::clone(&self.shared),
            lease,
            fence,
            length,
            is_held: true,
        };
        // This one is never given back: it ends by itself when the next turn may begin.
        let pace = format!("{}/next", turn.lease);
        match self.engine().take_lease(&pace, every).await? {
            Taken::Held { .. } => Ok(Turn::Held(turn)),
            Taken::Busy { left } => {
                turn.give_back().await?;
                Ok(Turn::In(left))
            }
        }
    }
}

impl HeldTurn {
    /// Holds it for its length again. `false` if it is lost: somebody else has it, and the caller has to stop.
    ///
    /// # Errors
    /// The database cannot be asked.
    pub async fn renew(&mut self) -> Result<bool, StoreError> {
        let engine = &self.shared.engine;
        engine.release_lease(&self.lease, self.fence).await?;
        self.is_held = false;
        // In between anybody may take it; then it is theirs.
        if let Taken::Held { fence } = engine.take_lease(&self.lease, self.length).await? {
            self.fence = fence;
            self.is_held = true;
        }
        Ok(self.is_held)
    }

    /// Gives it back.
    ///
    /// # Errors
    /// The database cannot be asked: then it ends by its lease.
    pub async fn give_back(mut self) -> Result<(), StoreError> {
        let engine = &self.shared.engine;
        if self.is_held {
            engine.release_lease(&self.lease, self.fence).await?;
        }
        self.is_held = false;
        Ok(())
    }
}

impl Drop for HeldTurn {
    fn drop(&mut self) {
        if !self.is_held {
            return;
        }
        // Outside of a runtime nobody could do it: then the lease ends by itself.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let engine = Arc::clone(&self.shared.engine);
            let (lease, fence) = (self.lease.clone(), self.fence);
            runtime.spawn(async move {
                let _ended_by_lease = engine.release_lease(&lease, fence).await;
            });
        }
    }
}

impl fmt::Debug for HeldTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeldTurn({}, fence {})", self.lease, self.fence)
    }
}
