//! What a person calls one thing and the bank calls several: an account that is followed, and a range of days of many.
//!
//! How a follower works, how it is saved and what it remembers is told in [`follow`](crate::follow).

pub use crate::backfill::{Backfill, BackfillCursor, BackfillError};
pub use crate::follow::{FollowOptions, Follower};
