//! What several attempts mean together.

use super::*;

#[tokio::test]
async fn the_outcome_is_the_worst_of_all_attempts() {
    use Outcome::{Accepted, NotSent, Rejected, Unknown};
    let cut = || failed(Failed::Lost, ErrorKind::ConnectionLost, Accepted);
    let duplicate = || failed(Failed::ForGood, ErrorKind::DuplicateKey, Unknown);
    type Row = (
        Effect,
        Outcome,
        Vec<Result<u32, Failure>>,
        ErrorKind,
        Outcome,
    );
    let rows: Vec<Row> = vec![
        (
            Effect::Idempotent,
            NotSent,
            vec![lost(), answered(400)],
            ErrorKind::BadRequest,
            Unknown,
        ),
        (
            Effect::Idempotent,
            NotSent,
            vec![answered(429), answered(400)],
            ErrorKind::BadRequest,
            Rejected,
        ),
        (
            Effect::Idempotent,
            NotSent,
            vec![cut(), answered(400)],
            ErrorKind::BadRequest,
            Accepted,
        ),
        (
            Effect::Idempotent,
            NotSent,
            vec![lost(), refused(), refused()],
            ErrorKind::Connect,
            Unknown,
        ),
        (
            Effect::Keyed,
            NotSent,
            vec![refused(), refused(), refused()],
            ErrorKind::Connect,
            NotSent,
        ),
        (
            Effect::Keyed,
            NotSent,
            vec![refused(), answered(422)],
            ErrorKind::Unprocessable,
            Rejected,
        ),
        (
            Effect::Keyed,
            NotSent,
            vec![duplicate()],
            ErrorKind::DuplicateKey,
            Unknown,
        ),
        (
            Effect::Keyed,
            Unknown,
            vec![duplicate()],
            ErrorKind::DuplicateKey,
            Unknown,
        ),
        (
            Effect::Keyed,
            Unknown,
            vec![answered(422)],
            ErrorKind::Unprocessable,
            Unknown,
        ),
        (
            Effect::Once,
            Unknown,
            vec![refused(), refused(), refused()],
            ErrorKind::Connect,
            Unknown,
        ),
        (
            Effect::Once,
            Accepted,
            vec![lost()],
            ErrorKind::ConnectionLost,
            Accepted,
        ),
        (
            Effect::Once,
            NotSent,
            vec![answered(503)],
            ErrorKind::Server,
            Unknown,
        ),
    ];
    for (row, (effect, earlier, script, kind, outcome)) in rows.into_iter().enumerate() {
        let sends = script.len();
        let run = play_from(rules(effect), &RetryBudget::default(), earlier, script).await;
        let error = run.result.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), run.sends),
            (kind, outcome, sends),
            "row {row}"
        );
    }
}
