//! Once for ever: written down, sent, and found out.

mod act;
mod follow;
mod people;
mod plan;
mod read;
mod way;
mod work;
mod write;

use rubank_core::client::{Client, Lookup};
use rubank_core::operation::{Operation, Provider};

pub use act::Acted;
pub use follow::Conclusion;
pub use people::Decision;
use way::{Blind, ByLookup, Way};
pub use work::Claim;
use write::HELD_PAUSE;

use crate::engine::{Claimed, IntentId, IntentRow};
use crate::error::StoreError;
use crate::intent::Intent;
use crate::outcome::{Reason, Settled};
use crate::recorded::Source;
use crate::state::State;
use crate::store::Store;

/// What `send_once` of the operation answers.
pub type SettledOf<O> = Settled<<O as Operation>::Output, <<O as Lookup>::By as Operation>::Output>;

impl Store {
    /// Sends a write once for ever, whatever crashes.
    ///
    /// The intent is written down before the first byte leaves. Called again with the same key and the same bytes, by
    /// this process or another, it answers what is recorded, or goes on where the last one stopped. When the answer is
    /// lost it asks the bank, at the bank's pace and beyond the settle time, and sends again only where the bank
    /// promises that this is safe ([`KeyPromise`](rubank_core::operation::KeyPromise)).
    ///
    /// It takes the deadline of the client's options for the sending, and the time of the lookup beside that.
    ///
    /// # Cancellation
    /// Dropping the future is the same as a crash: what is written down stays true, and the next call finds out.
    ///
    /// # Errors
    /// The call failed ([`StoreError::Call`]). With [`Outcome::NotSent`](rubank_core::error::Outcome) or `Rejected` it
    /// had no effect, and the intent stays planned: whoever runs it again sends it, so
    /// [withdraw](crate::Decision::Withdraw) it before you pay another way. With `Unknown` it is not found out yet. The key is known with other bytes: [`StoreError::Differs`]. The database failed: nothing was sent
    /// unless the state says so.
    pub async fn send_once<P, O>(
        &self,
        client: &Client<P>,
        intent: &Intent,
        operation: &O,
    ) -> Result<SettledOf<O>, StoreError>
    where
        P: Provider,
        O: Lookup<Provider = P> + 'static,
    {
        let id = self.plan(client, intent, operation).await?;
        self.drive::<P, ByLookup<O>>(client, &id).await
    }

    /// As [`send_once`](Self::send_once), for a write that the bank cannot be asked about: when its answer is lost, a
    /// person must look.
    ///
    /// # Errors
    /// As [`send_once`](Self::send_once).
    pub async fn send_once_without_lookup<P, O>(
        &self,
        client: &Client<P>,
        intent: &Intent,
        operation: &O,
    ) -> Result<Settled<O::Output, std::convert::Infallible>, StoreError>
    where
        P: Provider,
        O: Operation<Provider = P> + 'static,
    {
        let id = self.plan_without_lookup(client, intent, operation).await?;
        self.drive::<P, Blind<O>>(client, &id).await
    }

    /// Goes on with an intent that was written down before, from the recorded bytes alone. Of one that the bank has taken it
    /// asks once whether it has decided; if that cannot be asked now, it answers what is recorded.
    ///
    /// # Errors
    /// As [`send_once`](Self::send_once); there is no such intent; it was planned for another environment.
    pub async fn resume<P, O>(
        &self,
        client: &Client<P>,
        key: &str,
    ) -> Result<SettledOf<O>, StoreError>
    where
        P: Provider,
        O: Lookup<Provider = P> + 'static,
    {
        let id = IntentId::new(O::META.id, key);
        if let Some(row) = self.engine().load(&id).await?
            && row.state == State::Accepted
        {
            return self.ask_once::<P, ByLookup<O>>(client, row).await;
        }
        self.drive::<P, ByLookup<O>>(client, &id).await
    }

    /// As [`resume`](Self::resume), for a write that the bank cannot be asked about.
    ///
    /// # Errors
    /// As [`resume`](Self::resume).
    pub async fn resume_without_lookup<P, O>(
        &self,
        client: &Client<P>,
        key: &str,
    ) -> Result<Settled<O::Output, std::convert::Infallible>, StoreError>
    where
        P: Provider,
        O: Operation<Provider = P> + 'static,
    {
        let id = IntentId::new(O::META.id, key);
        self.drive::<P, Blind<O>>(client, &id).await
    }

    /// Asks about one that the bank has taken.
    async fn ask_once<P: Provider, W: Way<P>>(
        &self,
        client: &Client<P>,
        row: IntentRow,
    ) -> Result<Settled<<W::Write as Operation>::Output, W::Found>, StoreError> {
        let lease = act::lease(client);
        let claimed = self.engine().claim(&row.id, self.worker(), lease).await?;
        let Claimed::Taken(taken) = claimed else {
            // Whoever holds it is asking.
            return Ok(tell::<P, W>(self, &row));
        };
        match act::act::<P, W>(self, client, *taken).await {
            Ok(Acted::Done(row) | Acted::Later { row, .. }) => Ok(tell::<P, W>(self, &row)),
            // The question failed, and says nothing of the payment.
            Err(StoreError::Call(_)) => Ok(tell::<P, W>(self, &row)),
            Err(error) => Err(error),
        }
    }

    /// One act after the other until there is an end, or no time left.
    async fn drive<P: Provider, W: Way<P>>(
        &self,
        client: &Client<P>,
        id: &IntentId,
    ) -> Result<Settled<<W::Write as Operation>::Output, W::Found>, StoreError> {
        let clock = client.clock();
        let send_by = clock
            .monotonic()
            .saturating_add(client.options().call_deadline());
        let give_up_at = send_by.saturating_add(W::patience());
        loop {
            match self.engine().load(id).await? {
                None => return Err(StoreError::Absent(id.clone())),
                Some(row) if !row.state.is_open() => return Ok(tell::<P, W>(self, &row)),
                Some(_) => {}
            }
            let pause = match self
                .engine()
                .claim(id, self.worker(), act::lease(client))
                .await?
            {
                Claimed::Absent => return Err(StoreError::Absent(id.clone())),
                Claimed::Held { until } => {
                    if clock.monotonic() + HELD_PAUSE > give_up_at {
                        return Err(StoreError::Held {
                            id: id.clone(),
                            until,
                        });
                    }
                    HELD_PAUSE
                }
                Claimed::Taken(row) => match act::act::<P, W>(self, client, *row).await? {
                    Acted::Done(row) => return Ok(tell::<P, W>(self, &row)),
                    Acted::Later { row, after, error } => {
                        let until = match row.state {
                            State::Planned => send_by,
                            _ => give_up_at,
                        };
                        if clock.monotonic().saturating_add(after) > until {
                            return match error {
                                Some(error) => Err(StoreError::Call(error)),
                                None => Ok(tell::<P, W>(self, &row)),
                            };
                        }
                        after
                    }
                },
            };
            clock.sleep(pause).await;
        }
    }
}

/// What a row says, in the words of its operation.
fn tell<P: Provider, W: Way<P>>(
    store: &Store,
    row: &IntentRow,
) -> Settled<<W::Write as Operation>::Output, W::Found> {
    match row.state {
        State::Planned | State::Sending | State::Unknown => Settled::Unknown,
        State::Rejected | State::Refused => Settled::Refused(store.refusal(row)),
        State::NeedsPerson => Settled::NeedsPerson(Reason::of_row(row.reason.as_deref())),
        State::Accepted | State::Confirmed => {
            let known = Settled::Known(row.state);
            let Some(heard) = store.heard(row) else {
                return known;
            };
            let Some(answer) = heard.answer() else {
                return known;
            };
            match heard.source {
                Source::Write => W::Write::parse(&answer).map_or(known, Settled::Answered),
                Source::Lookup => W::found(&answer).map_or(known, Settled::Found),
            }
        }
    }
}
