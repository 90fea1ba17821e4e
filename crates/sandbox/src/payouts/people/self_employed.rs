//! What the platform knows of a self-employed person, and asking the tax service.

use std::time::Duration;

use super::identification::newest_approved;
use crate::answer::Answer;
use crate::payouts::State;
use crate::payouts::books::Contractor;
use crate::payouts::gate::{Call, item};
use crate::payouts::node::{Node, object};
use crate::payouts::refusal::Refusal;
use crate::payouts::switches::TaxStatus;

/// How long the tax service thinks.
const SYNCHRONISING: Duration = Duration::from_secs(4);
/// The page: the question once in this time.
const QUESTION: Duration = Duration::from_secs(30);
/// The page's own example of a pace for the state while it is in process.
const STATE: Duration = Duration::from_secs(2);

pub(in crate::payouts) struct SelfEmployed {
    /// What the tax service would say.
    pub(in crate::payouts) truth: TaxStatus,
    /// What it said last.
    told: Option<TaxStatus>,
    /// Until when it thinks.
    pending: Option<Duration>,
    pub(in crate::payouts) is_verified: bool,
    /// Whether the tax can be paid for the person, as far as the platform knows.
    pub(in crate::payouts) is_allowed: bool,
}

impl Default for SelfEmployed {
    fn default() -> Self {
        Self {
            truth: TaxStatus::Allowed,
            told: None,
            pending: None,
            is_verified: false,
            is_allowed: false,
        }
    }
}

impl SelfEmployed {
    /// One of whom the tax service has told.
    pub(in crate::payouts) fn known(truth: TaxStatus) -> Self {
        let mut known = Self {
            truth,
            is_verified: true,
            ..Self::default()
        };
        known.learn();
        known
    }

    pub(super) fn forget(&mut self) {
        self.told = None;
        self.pending = None;
        self.is_allowed = false;
    }

    /// Takes in the answer that has come by now.
    pub(in crate::payouts) fn settle(&mut self, elapsed: Duration) {
        if self.pending.is_some_and(|until| until <= elapsed) {
            self.learn();
        }
    }

    fn learn(&mut self) {
        self.pending = None;
        self.told = Some(self.truth);
        self.is_allowed = self.truth == TaxStatus::Allowed;
        // Nobody published what the flag means; here: the tax service knows the person as self-employed.
        self.is_verified &= self.truth != TaxStatus::NotRegistered;
    }
}

pub(in crate::payouts) fn self_employed_state(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let id = call.id("contractor_id")?;
    let identified = newest_approved(&state.books, id, call.elapsed()).is_some();
    let person = known(state, id)?;
    let refused = person.self_employed.told == Some(TaxStatus::NotRegistered);
    person.self_employed.is_verified |= identified && !refused;
    person.self_employed.settle(call.elapsed());
    let in_process = person.self_employed.pending.is_some();
    let shown = show(person);
    let key = id.to_string();
    let paced = state.switches.paced && in_process;
    if paced
        && !state
            .pace
            .admits(call.operation, &key, STATE, call.elapsed())
    {
        return Err(Refusal::TooMany);
    }
    Ok(item(shown))
}

pub(in crate::payouts) fn synchronise(
    state: &mut State,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let id = call.id("contractor_id")?;
    known(state, id)?;
    let key = id.to_string();
    let paced = state.switches.paced;
    if paced
        && !state
            .pace
            .admits(call.operation, &key, QUESTION, call.elapsed())
    {
        return Err(Refusal::TooMany);
    }
    let person = known(state, id)?;
    person.self_employed.settle(call.elapsed());
    let until = call.elapsed().saturating_add(SYNCHRONISING);
    person.self_employed.pending = Some(until);
    Ok(item(show(person)))
}

fn known(state: &mut State, id: u64) -> Result<&mut Contractor, Refusal> {
    let person = state.books.contractor_mut(id)?;
    if person.is_self_employed() {
        Ok(person)
    } else {
        Err(Refusal::field("contractor_id", "is not self-employed"))
    }
}

fn show(person: &Contractor) -> Node {
    let known = &person.self_employed;
    let (kind, title, detail) = match known.told {
        None => (
            "info",
            "Не проверен",
            "Запросите состояние исполнителя в налоговой службе.",
        ),
        Some(TaxStatus::Allowed) => ("success", "Разрешено", "Налог можно уплачивать."),
        Some(TaxStatus::AwaitsConsent) => (
            "error",
            "Требуется разрешение",
            "Исполнитель ещё не разрешил уплату налога в приложении «Мой налог».",
        ),
        Some(TaxStatus::NotRegistered) => (
            "error",
            "Не самозанятый",
            "Исполнитель не зарегистрирован как самозанятый.",
        ),
    };
    object! {
        "inn": person.card.inn.clone(),
        "is_can_pay_taxes": known.is_allowed,
        "is_verified": known.is_verified,
        "has_company_agrees_pay_taxes": person.card.agrees_pay_taxes,
        "has_warning": kind == "error",
        "sync": object! { "in_process": known.pending.is_some() },
        "messages": object! {
            "status": object! { "type": kind, "short_title": title, "detail": detail },
        },
    }
}
