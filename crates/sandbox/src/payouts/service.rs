//! Releases of the 1C extension and settings of the cabinet.

use http::StatusCode;

use super::State;
use super::gate::Call;
use super::node::{Node, object};
use super::refusal::Refusal;
use crate::answer::Answer;

/// A bare array with keys in capitals.
pub(super) fn releases(_: &mut State, _: &Call<'_>) -> Result<Answer, Refusal> {
    let release = |version: &str, configuration: &str, platforms: &str, news: &[&str]| {
        object! {
            "ReleaseJF": version,
            "TypeConfiguration": configuration,
            "Release1C": platforms,
            "Description": news.iter().map(|line| Node::from(*line)).collect::<Vec<_>>(),
        }
    };
    let releases = Node::List(vec![
        release(
            "2.5.2",
            "BP",
            "3.0.154.17; 3.0.155.21; 3.0.156.17",
            &["1. Акты лома", "2. Проверка паспортов"],
        ),
        release("2.5.1", "ZUP", "3.1.30.57", &["1. Исправления"]),
    ]);
    Ok(Answer::json(StatusCode::OK, &releases))
}

/// Under `data`, unlike everything else.
pub(super) fn settings(state: &mut State, _: &Call<'_>) -> Result<Answer, Refusal> {
    let settings = object! {
        "is_allow_withdraw": !state.switches.confirmed_by_hand,
        "features": object! { "branch_office": true, "branch_office_in_bank_account": true },
    };
    Ok(Answer::json(StatusCode::OK, &object! { "data": settings }))
}
