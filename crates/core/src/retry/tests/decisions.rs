//! The doctrine, row by row.

use super::*;

const EFFECTS: [Effect; 4] = [
    Effect::Read,
    Effect::Idempotent,
    Effect::Keyed,
    Effect::Once,
];

#[test]
fn the_table_of_decisions() {
    use Decision::{Again, AgainWithFreshToken, AskLater, GiveUp};
    let token = Failed::Unauthorized { renewable: true };
    let key = Failed::Unauthorized { renewable: false };
    // Read, Idempotent, Keyed, Once.
    let mut rows = vec![
        (Failed::NotSent, [Again; 4]),
        (Failed::Lost, [Again, Again, GiveUp, GiveUp]),
        (Failed::NotReady, [AskLater, AskLater, GiveUp, GiveUp]),
        (Failed::ForGood, [GiveUp; 4]),
        (
            token,
            [
                AgainWithFreshToken,
                AgainWithFreshToken,
                AgainWithFreshToken,
                GiveUp,
            ],
        ),
        (key, [GiveUp; 4]),
    ];
    for status in [408, 429, 500, 502, 503, 504] {
        rows.push((Failed::Answered(status), [Again, Again, GiveUp, GiveUp]));
    }
    for status in [301, 400, 403, 404, 409, 418, 422, 501, 505, 201] {
        rows.push((Failed::Answered(status), [GiveUp; 4]));
    }
    for (failed, expected) in rows {
        for (effect, expected) in EFFECTS.into_iter().zip(expected) {
            let rules = rules(effect);
            assert_eq!(
                decide(&rules, failed, false),
                expected,
                "{effect:?} {failed:?}"
            );
            let streamed = Rules {
                streamed: true,
                ..rules
            };
            assert_eq!(
                decide(&streamed, failed, false),
                GiveUp,
                "streamed {effect:?} {failed:?}"
            );
            let never = Rules {
                policy: RetryPolicy::never(),
                ..rules
            };
            assert_eq!(
                decide(&never, failed, false),
                GiveUp,
                "never {effect:?} {failed:?}"
            );
        }
    }
    for effect in EFFECTS {
        assert_eq!(
            decide(&rules(effect), token, true),
            GiveUp,
            "second 401, {effect:?}"
        );
    }
}

#[test]
fn a_documented_refusal_before_work_may_be_repeated_for_keyed_only() {
    for (effect, expected) in EFFECTS.into_iter().zip([
        Decision::Again,
        Decision::Again,
        Decision::Again,
        Decision::GiveUp,
    ]) {
        let rules = Rules {
            refused_before_work: &[429],
            ..rules(effect)
        };
        assert_eq!(
            decide(&rules, Failed::Answered(429), false),
            expected,
            "{effect:?}"
        );
    }
    let rules = Rules {
        refused_before_work: &[429],
        ..rules(Effect::Keyed)
    };
    assert_eq!(
        decide(&rules, Failed::Answered(503), false),
        Decision::GiveUp
    );
}
