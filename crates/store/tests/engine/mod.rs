//! The contract of [`Engine`], a function per rule, for every engine.
//!
//! A test target says where its databases come from ([`Place`]) and calls `contract!(ThatPlace)`. Time is the place's:
//! it moves when a test says so, and may move a little by itself.

// Each engine's target uses what it needs.
#![allow(dead_code, reason = "shared by several test targets")]

use std::sync::Arc;
use std::time::Duration;

use rubank_store::State;
use rubank_store::engine::{
    Change, Claimed, Engine, EngineError, IntentId, IntentRow, Micros, Planned,
};

pub(crate) mod changes;
pub(crate) mod claims;
pub(crate) mod crowds;
pub(crate) mod documents;
pub(crate) mod due;
pub(crate) mod erasing;
pub(crate) mod filters;
pub(crate) mod leases;
pub(crate) mod moving;
pub(crate) mod planning;
pub(crate) mod tokens;
pub(crate) mod versions;

/// A database of a test's own.
pub(crate) trait Place: Sized + Send + Sync + 'static {
    /// A new one; `None`, and a loud word, if this machine cannot have it.
    fn new() -> impl Future<Output = Option<Self>> + Send;

    /// One more engine on it, as another process would open it.
    fn open(&self) -> impl Future<Output = Result<Arc<dyn Engine>, EngineError>> + Send;

    /// Moves its time on.
    fn advance(&self, by: Duration) -> impl Future<Output = ()> + Send;

    /// Makes its tables look like those of another version.
    fn set_version(&self, version: u32) -> impl Future<Output = ()> + Send;

    /// As [`open`](Self::open), where nothing speaks against it.
    fn engine(&self) -> impl Future<Output = Arc<dyn Engine>> + Send {
        async { self.open().await.expect("the engine opens") }
    }
}

/// One test per rule, on that place.
macro_rules! contract {
    ($place:ident) => {
        contract! { @areas $place;
            planning {
                a_new_row_is_planned_now,
                what_was_given_is_read_back,
                a_row_that_is_there_is_known_and_stays,
                a_row_named_twice_is_there_already_the_second_time,
                nothing_is_loaded_where_nothing_was_planned,
                a_dropped_plan_is_there_whole_or_not_at_all,
            }
            claims {
                a_claim_is_the_owners_until_its_lease,
                a_held_row_is_held_for_everybody,
                there_is_no_claim_on_nothing,
                a_lease_ends_and_the_fence_grows,
                a_released_row_is_free_at_once,
                only_one_of_many_gets_a_row,
            }
            due {
                those_due_longest_come_first_then_by_line,
                the_limit_holds,
                what_is_not_due_or_held_is_left,
                a_taken_row_is_claimed,
                next_due_is_the_moment_of_the_next_claim,
                what_is_never_due_is_left,
                only_the_filters_rows_are_taken,
            }
            changes {
                a_change_writes_what_it_says_and_leaves_the_rest,
                a_send_counts_and_begins_the_looks_anew,
                settling_begins_anew_without_an_attempt,
                the_claim_ends_only_if_it_says_so,
                a_stale_fence_changes_nothing,
                a_lease_that_is_over_but_taken_by_nobody_is_no_obstacle,
                a_lease_is_renewed_unless_it_is_over,
                a_copy_without_effect_no_longer_counts,
                every_state_may_follow_every_state,
                the_journal_tells_everything_in_order,
                what_changes_nothing_leaves_no_line_and_no_time,
                the_moment_of_a_copy_without_effect_is_taken_back,
            }
            filters {
                every_part_must_fit,
                environments_are_apart,
                pages_lose_and_repeat_nothing,
                a_run_is_listed_by_lines,
                rows_of_one_line_are_all_listed,
                tallies_count_and_add_up,
                sums_go_beyond_64_bits,
                many_tags_are_not_too_many,
            }
            erasing {
                final_rows_lose_what_is_sealed_and_keep_the_rest,
                unfinished_rows_are_kept_and_counted,
                erasing_again_finds_nothing,
            }
            moving {
                rows_are_restored_as_they_were,
                a_row_that_is_there_is_not_overwritten,
                a_restored_row_is_held_by_nobody,
            }
            documents {
                a_document_is_written_only_over_the_expected_version,
                a_version_never_comes_back,
                spaces_are_apart,
                documents_are_listed_by_name,
                of_many_writers_of_a_version_one_wins,
            }
            leases {
                one_holds_it_and_the_others_learn_for_how_long,
                a_fence_grows_over_releases_and_ends,
                a_document_is_written_only_under_the_lease,
                only_the_holder_gives_it_back,
                of_many_one_holds_it,
            }
            tokens {
                a_period_gives_its_limit,
                all_are_taken_or_none,
                keys_and_classes_are_apart,
                a_pause_is_never_shortened,
                a_want_named_twice_counts_once,
                no_limit_means_never,
                nothing_wanted_is_granted,
                many_callers_get_the_limit_between_them,
                wants_in_any_order_do_not_block_each_other,
            }
            versions {
                a_newer_schema_is_refused,
                an_older_schema_is_refused,
                what_was_written_is_there_when_opened_again,
                many_open_a_new_database_at_once,
            }
            crowds {
                due_rows_go_to_one_worker_each,
                a_late_holder_never_writes_over_the_next,
                everything_at_once_adds_up,
            }
        }
    };
    (@areas $place:ident; $($area:ident { $($rule:ident,)* })*) => {
        $(mod $area {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $rule() {
                if let Some(place) = <super::$place as super::suite::Place>::new().await {
                    super::suite::$area::$rule(&place).await;
                }
            })*
        })*
    };
}

pub(crate) const OPERATION: &str = "bank.pay";
pub(crate) const LEASE: Duration = Duration::from_secs(60);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// A plain row of [`OPERATION`].
pub(crate) fn row(key: &str) -> IntentRow {
    IntentRow {
        environment: "test".into(),
        prints: b"prints".to_vec(),
        request: Some(b"request".to_vec()),
        label: Some(b"label".to_vec()),
        ..IntentRow::planned(IntentId::new(OPERATION, key))
    }
}

/// A row on a line of a run.
pub(crate) fn line(run: &str, number: i64, key: &str) -> IntentRow {
    IntentRow {
        run: Some(run.into()),
        line: Some(number),
        ..row(key)
    }
}

/// Plans rows that must be new.
pub(crate) async fn plan(engine: &dyn Engine, rows: &[IntentRow]) {
    let planned = engine.plan(rows).await.expect("rows are planned");
    assert_eq!(planned.len(), rows.len());
    let new = |planned: &Planned| matches!(planned, Planned::New);
    assert!(planned.iter().all(new), "{planned:?}");
}

pub(crate) async fn load(engine: &dyn Engine, id: &IntentId) -> IntentRow {
    let row = engine.load(id).await.expect("rows are loaded");
    row.expect("the row is there")
}

/// Claims a row that must be free.
pub(crate) async fn take(engine: &dyn Engine, id: &IntentId) -> IntentRow {
    let claimed = engine.claim(id, "worker", LEASE).await;
    match claimed.expect("rows are claimed") {
        Claimed::Taken(row) => *row,
        other => panic!("the row is free: {other:?}"),
    }
}

/// Changes a row under a fence that must be good.
pub(crate) async fn change(engine: &dyn Engine, claimed: &IntentRow, change: Change) -> IntentRow {
    let changed = engine.change(&claimed.id, claimed.fence, &change).await;
    changed
        .expect("rows are changed")
        .expect("the fence is good")
}

/// Brings a free row into a state, and frees it.
pub(crate) async fn bring(engine: &dyn Engine, id: &IntentId, state: State) -> IntentRow {
    let claimed = take(engine, id).await;
    change(engine, &claimed, Change::to(state, "worker")).await
}

/// What `work` answers, and the engine's time before and after it.
pub(crate) async fn timed<T>(engine: &dyn Engine, work: impl Future<Output = T>) -> (T, Span) {
    let from = engine.now().await.expect("the engine tells the time");
    let answer = work.await;
    let to = engine.now().await.expect("the engine tells the time");
    (answer, Span { from, to })
}

/// Some time of the engine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    from: Micros,
    to: Micros,
}

impl Span {
    /// Whether a moment lies `after` this.
    pub(crate) fn has(&self, moment: Micros, after: Duration) -> bool {
        let moment = moment - i64::try_from(after.as_micros()).expect("a short time");
        (self.from..=self.to).contains(&moment)
    }
}

pub(crate) fn keys(rows: &[IntentRow]) -> Vec<&str> {
    rows.iter().map(|row| row.id.key.as_str()).collect()
}

/// Answers of tasks that ran at once.
pub(crate) async fn all<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let running: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for task in running {
        answers.push(task.await.expect("the task ends well"));
    }
    answers
}
