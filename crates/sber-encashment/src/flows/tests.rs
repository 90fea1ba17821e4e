use rubank_core::http::Reply;

use super::*;
use crate::CreateWaybill;
use crate::catalogue::sample_cancel;
use crate::tests::{block_on, calls, nothing, state, timed};

const ID: &str = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

fn fault(fields: &str) -> Reply {
    Reply::json(
        400,
        format!(r#"{{"cause":"WORKFLOW_FAULT","fieldNames":[{fields}]}}"#),
    )
}

#[test]
fn what_breaks_a_rule_makes_no_call() {
    let broken = CreateWaybill::new(crate::Waybill::new("x", "", ""));
    let (client, bank, _) = timed([]);
    let error = block_on(create(&client, &broken)).unwrap_err();
    assert_eq!((error.kind(), bank.sends()), (ErrorKind::InvalidRequest, 0));
    let error = block_on(cancel(&client, &CancelWaybill::new("x", ""))).unwrap_err();
    assert_eq!((error.kind(), bank.sends()), (ErrorKind::InvalidRequest, 0));
}

#[test]
fn following_ends_with_the_details_or_says_how_far_it_got() {
    let details = || Reply::json(200, r#"{"bankStatus":"COMPLETED","number":"7"}"#);
    let rows = [
        (
            vec![
                state("ACCEPTED"),
                state("RECEIVED_BY_CC"),
                state("COMPLETED"),
                details(),
            ],
            "COMPLETED true details",
        ),
        (
            vec![state("UNCOMPLETED"), details()],
            "UNCOMPLETED false details",
        ),
        (
            vec![state("REJECTED_BY_CLIENT"), Reply::html(404)],
            "REJECTED_BY_CLIENT false none",
        ),
        (
            vec![state("COMPLETED"), Reply::json(200, "[]")],
            "COMPLETED true none",
        ),
        (vec![state("NEW"); 200], "running NEW"),
        (vec![Reply::json(200, "{}"); 200], "running -"),
    ];
    for (script, expected) in rows {
        let (client, _, clock) = timed(script);
        let hour = Duration::from_secs(3600);
        let text =
            |state: &Option<BankStatus>| state.as_ref().map_or("-", BankStatus::as_str).to_owned();
        let ended = match block_on(clock.drive(follow(&client, ID, hour))).unwrap() {
            Followed::Ended(end) => {
                let details = if end.details.is_ok() {
                    "details"
                } else {
                    "none"
                };
                format!("{} {} {details}", end.status, end.status.has_cash_arrived())
            }
            Followed::StillRunning(last) => format!("running {}", text(&last.unwrap().bank_status)),
        };
        assert_eq!(ended, expected);
    }
}

#[test]
fn the_pace_of_following_is_the_callers() {
    let (client, bank, clock) = timed(vec![state("ACCEPTED"); 100]);
    let (interval, hour) = (Duration::from_secs(600), Duration::from_secs(3600));
    let ended = block_on(clock.drive(follow_every(&client, ID, interval, hour))).unwrap();
    assert!(
        matches!(ended, Followed::StillRunning(Some(_))),
        "{ended:?}"
    );
    assert_eq!(bank.sends(), 6);
}

/// How a cancellation ended, and what left for it.
fn cancellation(script: Vec<Reply>) -> (String, String) {
    let (client, bank, clock) = timed(script);
    let text = |state: &WaybillState| {
        state
            .bank_status
            .as_ref()
            .map_or("-", BankStatus::as_str)
            .to_owned()
    };
    let ended = match block_on(clock.drive(cancel(&client, &sample_cancel()))) {
        Ok(Cancellation::Cancelled(state)) => format!("cancelled {}", text(&state)),
        Ok(Cancellation::Taken(state)) => {
            format!("taken {}", state.as_ref().map_or("unread".to_owned(), text))
        }
        Ok(Cancellation::TooLate(state)) => format!("too late {}", text(&state)),
        Ok(Cancellation::Refused { state, .. }) => format!("refused {}", text(&state)),
        Err(error) => format!("error {} {}", error.operation(), error.outcome().as_str()),
    };
    let mut calls = calls(&bank);
    calls.dedup();
    (ended, calls.join(", "))
}

#[test]
fn a_cancellation_is_believed_when_the_state_shows_it() {
    let (one, two, all) = (
        "GET state",
        "GET state, POST cancel",
        "GET state, POST cancel, GET state",
    );
    let (before, gone) = (|| state("ACCEPTED"), || state("REJECTED_BY_CLIENT"));
    let taken = || Reply::empty(204);
    let rows = [
        (
            vec![before(), taken(), gone()],
            "cancelled REJECTED_BY_CLIENT",
            all,
        ),
        (vec![before(), taken(), before()], "taken ACCEPTED", all),
        (vec![before(), taken(), nothing()], "taken unread", all),
        (vec![gone()], "cancelled REJECTED_BY_CLIENT", one),
        (vec![state("COMPLETED")], "too late COMPLETED", one),
        (vec![state("UNCOMPLETED")], "too late UNCOMPLETED", one),
        (
            vec![nothing()],
            "error sber-encashment.get-waybill-state rejected",
            one,
        ),
        (
            vec![before(), taken(), state("UNCOMPLETED")],
            "too late UNCOMPLETED",
            all,
        ),
        (
            vec![
                before(),
                fault(r#""externalId""#),
                state("RECEIVED_BY_COLLECTOR"),
            ],
            "refused RECEIVED_BY_COLLECTOR",
            all,
        ),
        (
            vec![before(), fault(""), gone()],
            "cancelled REJECTED_BY_CLIENT",
            all,
        ),
        (vec![before(), fault(""), before()], "refused ACCEPTED", all),
        (
            vec![before(), fault(""), nothing()],
            "error sber-encashment.cancel-waybill unknown",
            all,
        ),
        (
            vec![before(), fault(r#""comment""#), nothing()],
            "error sber-encashment.cancel-waybill rejected",
            all,
        ),
        (
            vec![before(), Reply::json(403, "{}")],
            "error sber-encashment.cancel-waybill rejected",
            two,
        ),
        (
            vec![before(), Reply::LostAfterSending, before(), gone()],
            "cancelled REJECTED_BY_CLIENT",
            all,
        ),
        (
            vec![before(), Reply::empty(503), state("COMPLETED")],
            "too late COMPLETED",
            all,
        ),
        (
            [vec![before(), Reply::LostAfterSending], vec![before(); 30]].concat(),
            "error sber-encashment.cancel-waybill unknown",
            all,
        ),
    ];
    for (script, expected, left) in rows {
        assert_eq!(
            cancellation(script.clone()),
            (expected.to_owned(), left.to_owned()),
            "{script:?}"
        );
    }
}
