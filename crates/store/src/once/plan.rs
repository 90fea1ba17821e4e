//! Writing an intent down, and recognising one that was.

use std::collections::HashMap;

use rubank_core::client::{Client, Lookup};
use rubank_core::operation::{Effect, Operation, Provider};
use rubank_core::types::find_card_number;

use crate::engine::{IntentId, IntentRow, Planned};
use crate::error::StoreError;
use crate::intent::Intent;
use crate::recorded::{Recorded, Request};
use crate::store::Store;
use crate::vault::Place;

const LONGEST_KEY: usize = 200;
/// The length of one keyed tag.
const TAG: usize = 32;

impl Store {
    /// Writes an intent down without sending it. An intent that is there already stays as it is.
    ///
    /// # Errors
    /// As [`send_once`](Self::send_once) has before anything is sent.
    pub async fn plan<P, O>(
        &self,
        client: &Client<P>,
        intent: &Intent,
        operation: &O,
    ) -> Result<IntentId, StoreError>
    where
        P: Provider,
        O: Lookup<Provider = P>,
    {
        let row = self.with_lookup(client, intent, operation)?;
        self.write_down(vec![row]).await?;
        Ok(IntentId::new(O::META.id, intent.key.as_str()))
    }

    /// Writes many intents down, all or none.
    ///
    /// # Errors
    /// As [`plan`](Self::plan), for the first one that cannot be planned; nothing was written then, unless another
    /// process planned one of the keys for something else at the same moment.
    pub async fn plan_all<P, O>(
        &self,
        client: &Client<P>,
        wishes: &[(Intent, O)],
    ) -> Result<(), StoreError>
    where
        P: Provider,
        O: Lookup<Provider = P>,
    {
        let rows: Result<Vec<_>, _> = wishes
            .iter()
            .map(|(intent, operation)| self.with_lookup(client, intent, operation))
            .collect();
        let rows = rows?;
        let mut seen = HashMap::new();
        for row in &rows {
            if let Some(other) = seen.insert(&row.id, row) {
                same(row, other)?;
            }
            if let Some(known) = self.engine().load(&row.id).await? {
                same(row, &known)?;
            }
        }
        self.write_down(rows).await
    }

    /// Whether intents could be written down: makes everything of them that would be kept, keeps nothing, and asks no
    /// database. For who has to be sure before another step that cannot be taken back.
    ///
    /// # Errors
    /// As [`plan_all`](Self::plan_all), but for what other intents say.
    pub fn check_all<P, O>(
        &self,
        client: &Client<P>,
        wishes: &[(Intent, O)],
    ) -> Result<(), StoreError>
    where
        P: Provider,
        O: Lookup<Provider = P>,
    {
        wishes.iter().try_for_each(|(intent, operation)| {
            self.with_lookup(client, intent, operation).map(drop)
        })
    }

    /// As [`plan`](Self::plan), for a write that the bank cannot be asked about:
    /// [`act_without_lookup`](Self::act_without_lookup) sends it.
    ///
    /// # Errors
    /// As [`plan`](Self::plan).
    pub async fn plan_without_lookup<P, O>(
        &self,
        client: &Client<P>,
        intent: &Intent,
        operation: &O,
    ) -> Result<IntentId, StoreError>
    where
        P: Provider,
        O: Operation<Provider = P>,
    {
        let row = self.row::<P, O>(client, intent, Request::of(client, operation)?, None)?;
        self.write_down(vec![row]).await?;
        Ok(IntentId::new(O::META.id, intent.key.as_str()))
    }

    fn with_lookup<P, O>(
        &self,
        client: &Client<P>,
        intent: &Intent,
        operation: &O,
    ) -> Result<IntentRow, StoreError>
    where
        P: Provider,
        O: Lookup<Provider = P>,
    {
        let write = Request::of(client, operation)?;
        let lookup = Request::of(client, &operation.lookup())?;
        self.row::<P, O>(client, intent, write, Some(lookup))
    }

    async fn write_down(&self, rows: Vec<IntentRow>) -> Result<(), StoreError> {
        for (row, planned) in rows.iter().zip(self.engine().plan(&rows).await?) {
            if let Planned::Known(known) = planned {
                same(row, &known)?;
            }
        }
        Ok(())
    }

    fn row<P: Provider, O: Operation<Provider = P>>(
        &self,
        client: &Client<P>,
        intent: &Intent,
        write: Request,
        lookup: Option<Request>,
    ) -> Result<IntentRow, StoreError> {
        if !(1..=LONGEST_KEY).contains(&intent.key.chars().count()) {
            return Err(StoreError::BadKey);
        }
        let recorded = Recorded {
            write,
            lookup,
            send_again: intent.send_again,
        };
        if O::META.effect == Effect::Keyed && !recorded.write.carries(&intent.key) {
            return Err(StoreError::KeyNotSent(O::META.id));
        }
        let vault = self.vault();
        if !vault.encrypts() {
            let what = match (O::META.guarded, holds_card(&recorded, intent)) {
                (_, true) => Some("a card number"),
                (true, _) => Some("a card number or an identity document"),
                _ => None,
            };
            if let Some(what) = what {
                return Err(StoreError::KeyNeeded {
                    operation: O::META.id,
                    what,
                });
            }
        }
        let id = IntentId::new(O::META.id, intent.key.as_str());
        let prints = [
            vault.tag("address", &recorded.write.target()),
            vault.tag("headers", &recorded.write.head()),
            vault.tag("body", &[recorded.write.body()]),
            vault.tag("permission", &[&[u8::from(intent.send_again)]]),
        ]
        .concat();
        // Plain strings and numbers: there is nothing in it that JSON could refuse.
        let clear = serde_json::to_vec(&recorded).map_err(|_| StoreError::Sealed("the request"))?;
        let (run, line) = intent.place.clone().unzip();
        Ok(IntentRow {
            environment: client.environment().name().to_owned(),
            run,
            line,
            subject: intent.subject.as_deref().map(|text| self.subject_tag(text)),
            likeness: intent
                .likeness
                .as_deref()
                .map(|text| self.likeness_tag(text)),
            kopecks: intent.amount.map(|amount| amount.get()),
            prints,
            request: Some(vault.seal(&place("the request", &id), &clear)),
            label: intent
                .label
                .as_deref()
                .map(|label| vault.seal(&place("the label", &id), label)),
            ..IntentRow::planned(id)
        })
    }

    pub(crate) fn subject_tag(&self, subject: &str) -> Vec<u8> {
        self.vault().tag("subject", &[subject.as_bytes()])
    }

    pub(crate) fn likeness_tag(&self, likeness: &str) -> Vec<u8> {
        self.vault().tag("likeness", &[likeness.as_bytes()])
    }
}

fn holds_card(recorded: &Recorded, intent: &Intent) -> bool {
    let label = intent.label.as_deref().unwrap_or_default();
    recorded.write.holds_card()
        || recorded.lookup.as_ref().is_some_and(Request::holds_card)
        || find_card_number(&String::from_utf8_lossy(label)).is_some()
}

/// What a sealed blob is and whose.
pub(crate) fn place<'a>(what: &'static str, id: &'a IntentId) -> Place<'a> {
    Place {
        what,
        owner: &id.operation,
        name: &id.key,
    }
}

/// Refuses another wish under the same key, naming what differs.
fn same(new: &IntentRow, known: &IntentRow) -> Result<(), StoreError> {
    let print =
        |row: &IntentRow, at: usize| row.prints.get(at * TAG..(at + 1) * TAG).map(<[u8]>::to_vec);
    let rows = [
        ("environment", new.environment != known.environment),
        ("address", print(new, 0) != print(known, 0)),
        ("headers", print(new, 1) != print(known, 1)),
        ("body", print(new, 2) != print(known, 2)),
        ("permission to send again", print(new, 3) != print(known, 3)),
        ("amount", new.kopecks != known.kopecks),
        ("subject", new.subject != known.subject),
        ("run", new.run != known.run || new.line != known.line),
    ];
    let what: Vec<_> = rows
        .iter()
        .filter(|(_, differs)| *differs)
        .map(|(name, _)| *name)
        .collect();
    if what.is_empty() {
        return Ok(());
    }
    Err(StoreError::Differs {
        id: new.id.clone(),
        state: known.state,
        what,
    })
}
