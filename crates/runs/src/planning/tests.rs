//! Files that become plans, and files that do not.

#[cfg(feature = "payouts")]
mod payouts;
#[cfg(feature = "tbank")]
mod registries;

use time::macros::datetime;

use super::*;

fn planning() -> Planning {
    Planning::new("Planner", datetime!(2026-05-15 09:00 +3))
}

/// The problems of a file, without what is the same in all of them.
fn problems(plan: Result<Plan, PlanError>) -> Vec<String> {
    match plan {
        Err(PlanError::Lines(problems)) => {
            problems.kept().iter().map(ToString::to_string).collect()
        }
        other => vec![format!("{other:?}")],
    }
}
