//! What the books begin with: the documented payment and any number of invented ones.

use std::collections::BTreeSet;

use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use super::books::{Books, Incoming, Link, LinkKind, Outgoing, Progress, Recipient};
use super::{DRAFT, ONETIME_LINK, PAYER_ACCOUNT, REUSABLE_LINK, SAMPLE_LINK, SAMPLE_PAYMENT};
use crate::random::Random;

/// Companies that cannot exist: no tax office has the number 00, no bank the identifier 04999….
const NAMES: &[&str] = &[
    "ООО «Пример»",
    "АО \"Вымысел и Ко\"",
    "ИП Несуществующий Н. Н.",
    "ООО «Ёлка & Щука»",
    "OOO Sandbox",
];
const PURPOSES: &[&str] = &[
    "Оплата по договору № 1 от 01.09.2025, НДС не облагается",
    "Оплата по счёту 17/А; в т.ч. НДС 20%",
    "За материалы\tи услуги \"под ключ\" \\ аванс",
    "Возврат по акту сверки",
    "Payment for goods",
];

impl Books {
    pub(super) fn seeded(seed: u64, payments: usize, now: OffsetDateTime) -> Self {
        let mut books = Self {
            outgoing: vec![sample()],
            incoming: Vec::new(),
            links: Vec::new(),
            omit_pagination: false,
            declined: BTreeSet::new(),
            random: Random::new(seed, "alfa.books"),
        };
        let mut at = now;
        for _ in 1..payments {
            at -= Duration::seconds(60 + i64::from(books.random.next() as u16));
            let payment = books.invented(at);
            books.outgoing.push(payment);
        }
        at = now;
        for _ in 0..payments {
            at -= Duration::seconds(60 + i64::from(books.random.next() as u16));
            let payment = books.invented(at);
            books.incoming.push(Incoming {
                qrc_id: payment.qrc_id,
                amount: payment.amount,
                tax_amount: payment.tax_amount,
                payee_account: payment.payer_account,
                purpose: payment.purpose,
                at,
            });
        }
        books.open_link(ONETIME_LINK.to_owned(), LinkKind::OneTime, 123_456);
        books.open_link(REUSABLE_LINK.to_owned(), LinkKind::Reusable, 100_000);
        books.open_draft(DRAFT.to_owned(), 50_000, now);
        books
    }

    pub(super) fn add_payments(&mut self, count: usize, now: OffsetDateTime) -> Vec<String> {
        let added: Vec<Outgoing> = (0..count).map(|_| self.invented(now)).collect();
        let ids = added.iter().map(|payment| payment.id.clone()).collect();
        self.outgoing.extend(added);
        ids
    }

    pub(super) fn add_link(&mut self, kind: LinkKind, amount: u64) -> String {
        let qrc_id = self.random.upper_alphanumeric(32);
        self.open_link(qrc_id.clone(), kind, amount);
        qrc_id
    }

    pub(super) fn add_draft(&mut self, amount: u64, now: OffsetDateTime) -> String {
        let id = self.random.uuid();
        self.open_draft(id.clone(), amount, now);
        id
    }

    fn open_link(&mut self, qrc_id: String, kind: LinkKind, amount: u64) {
        let recipient = self.recipient();
        let purpose = self.random.pick(PURPOSES).to_owned();
        self.links.push(Link {
            qrc_id,
            kind,
            amount,
            recipient,
            purpose,
            paid: false,
        });
    }

    /// A draft pays a reusable link of its own, so that drafts do not stand in each other's way.
    fn open_draft(&mut self, id: String, amount: u64, now: OffsetDateTime) {
        let qrc_id = self.add_link(LinkKind::Reusable, amount);
        let payment = self.invented(now);
        self.outgoing.push(Outgoing {
            id,
            qrc_id,
            amount,
            stage: Progress::Waiting,
            ..payment
        });
    }

    fn invented(&mut self, at: OffsetDateTime) -> Outgoing {
        let random = &mut self.random;
        let amount = match random.below(20) {
            0 => 1,
            1 => 99_999_999_999,
            _ => 1 + random.below(50_000_000),
        };
        let tax_amount = if random.below(3) == 0 { amount / 6 } else { 0 };
        let purpose = match random.below(25) {
            0 => "Я".repeat(210),
            _ => random.pick(PURPOSES).to_owned(),
        };
        let stage = if random.below(10) == 0 {
            Progress::Error
        } else {
            Progress::Complete
        };
        Outgoing {
            id: random.uuid(),
            qrc_id: format!("AD{}", random.upper_alphanumeric(30)),
            amount,
            tax_amount,
            payer_account: PAYER_ACCOUNT.to_owned(),
            purpose,
            at,
            stage,
            recipient: self.recipient(),
        }
    }

    fn recipient(&mut self) -> Recipient {
        Recipient {
            name: self.random.pick(NAMES).to_owned(),
            inn: inn(&format!("00{}", self.random.digits(7))),
            bik: format!("04999{}", self.random.digits(4)),
        }
    }
}

/// The payment of the bank's page, value for value.
fn sample() -> Outgoing {
    Outgoing {
        id: SAMPLE_PAYMENT.to_owned(),
        qrc_id: SAMPLE_LINK.to_owned(),
        amount: 1_000_000,
        tax_amount: 200_000,
        payer_account: PAYER_ACCOUNT.to_owned(),
        purpose: "Оплата по договору №123456789 от 01.09.2001".to_owned(),
        at: datetime!(2022-05-26 09:09:32 UTC),
        recipient: Recipient {
            name: "OOO Ромашка".to_owned(),
            inn: "3664069397".to_owned(),
            bik: "044525593".to_owned(),
        },
        stage: Progress::Complete,
    }
}

/// A company's INN: nine digits and their check digit.
fn inn(nine: &str) -> String {
    let weights = [2, 4, 10, 3, 5, 9, 4, 6, 8];
    let digits = nine
        .bytes()
        .map(|digit| u32::from(digit.saturating_sub(b'0')));
    let sum: u32 = digits
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    format!("{nine}{}", sum % 11 % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_right() {
        assert_eq!(inn("366406939"), sample().recipient.inn);
    }

    #[test]
    fn one_seed_gives_one_book() {
        let now = datetime!(2026-01-15 09:00:00 UTC);
        let ids = |seed| -> Vec<String> {
            Books::seeded(seed, 50, now)
                .outgoing
                .into_iter()
                .map(|payment| payment.id)
                .collect()
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
    }
}
