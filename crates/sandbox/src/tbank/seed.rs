//! What the books begin with: four registries with a name, and any number of old ones.

use std::time::Duration;

use time::OffsetDateTime;

use super::books::{Books, Line, Person, Registry, RegistryKind, Stage};
use super::{
    ACCEPTED_REGISTRY, COMPANY_ACCOUNT, DRAFT_REGISTRY, SELF_EMPLOYED_DRAFT_REGISTRY,
    SELF_EMPLOYED_REGISTRY,
};
use crate::random::Random;

/// Ten million roubles.
const FUNDS: u64 = 1_000_000_000;
/// Old registries have numbers above this one.
const FIRST_OLD: u64 = 1000;

const PEOPLE: &[(&str, &str, &str)] = &[
    ("Иван", "Примеров", "Петрович"),
    ("Анна-Мария", "Образцова", ""),
    ("Ольга", "Вымышленная", "Ивановна"),
    ("Щ", "О’Ёлкин", ""),
    ("John", "Placeholder", ""),
];
const FINAL: &[&str] = &[
    "EXECUTED",
    "EXECUTED",
    "PART_EXEC",
    "REJECTED",
    "CANCELLED",
    "DELETED",
    "ERROR",
];

impl Books {
    pub(super) fn seeded(seed: u64, registries: usize, now: OffsetDateTime) -> Self {
        let mut books = Self {
            registries: Vec::new(),
            payments: Vec::new(),
            jobs: Vec::new(),
            funds: FUNDS,
            failing_debits: 0,
            random: Random::new(seed, "tbank.books"),
        };
        let named = [
            (
                ACCEPTED_REGISTRY,
                RegistryKind::Employees,
                Stage::Signed(Duration::ZERO),
            ),
            (DRAFT_REGISTRY, RegistryKind::Employees, Stage::Draft),
            (
                SELF_EMPLOYED_REGISTRY,
                RegistryKind::SelfEmployed,
                Stage::Signed(Duration::ZERO),
            ),
            (
                SELF_EMPLOYED_DRAFT_REGISTRY,
                RegistryKind::SelfEmployed,
                Stage::Draft,
            ),
        ];
        for (id, kind, stage) in named {
            books.add(
                id,
                kind,
                &[4_000_010, 5_000_000],
                stage,
                (now, Duration::ZERO),
            );
        }
        let mut at = now;
        for _ in 0..registries {
            at -= time::Duration::seconds(3600 + i64::from(books.random.next() as u16));
            for kind in [RegistryKind::Employees, RegistryKind::SelfEmployed] {
                books.add_old(kind, at);
            }
        }
        books
    }

    /// A registry with a line for each of these sums, at this moment of both clocks.
    pub(super) fn add(
        &mut self,
        id: u64,
        kind: RegistryKind,
        sums: &[u64],
        stage: Stage,
        (at, visible): (OffsetDateTime, Duration),
    ) {
        let mut lines = Vec::with_capacity(sums.len());
        for (sum, number) in sums.iter().zip(1..) {
            lines.push(self.invented(number, *sum, kind));
        }
        self.registries.push(Registry {
            id,
            kind,
            account: COMPANY_ACCOUNT.to_owned(),
            load_date: None,
            at,
            visible,
            lines,
            stage,
        });
    }

    fn add_old(&mut self, kind: RegistryKind, at: OffsetDateTime) {
        let id = self.next_id().max(FIRST_OLD);
        let status = self.random.pick(FINAL);
        let count = 1 + self.random.below(4);
        let sums: Vec<u64> = (0..count)
            .map(|_| 1 + self.random.below(9_000_000))
            .collect();
        self.add(
            id,
            kind,
            &sums,
            Stage::Settled(status),
            (at, Duration::ZERO),
        );
        let lines = self
            .registries
            .last_mut()
            .map(|registry| &mut registry.lines);
        if status == "PART_EXEC"
            && let Some(line) = lines.and_then(|lines| lines.first_mut())
        {
            line.rejected = true;
        }
    }

    fn invented(&mut self, number: u64, sum: u64, kind: RegistryKind) -> Line {
        let (first_name, last_name, middle_name) = self.random.pick(PEOPLE);
        let employees = kind == RegistryKind::Employees;
        let purpose = if employees {
            "Заработная плата"
        } else {
            "Оплата услуг"
        };
        Line {
            number,
            account: format!("408178100000{}", self.random.digits(8)),
            purpose: purpose.to_owned(),
            person: Person {
                first_name: first_name.to_owned(),
                last_name: last_name.to_owned(),
                middle_name: (!middle_name.is_empty()).then(|| middle_name.to_owned()),
                employee: employees.then(|| 1 + self.random.below(1000)),
            },
            sum,
            period_start: employees.then(|| "2025-12-01".to_owned()),
            period_end: employees.then(|| "2025-12-31".to_owned()),
            revenue_type: Some("1".to_owned()),
            collection: None,
            rejected: false,
        }
    }
}
