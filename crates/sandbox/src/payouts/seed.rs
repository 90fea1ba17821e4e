//! What the books begin with: things that have a name, and any number of old payouts.

use std::time::Duration;

use super::books::{Agent, BankAccount, Books, Branch, Card, Contractor, Name, Reading, Target};
use super::certificates::Certificate;
use super::nomenclature::{Kind, Nomenclature};
use super::nominal::{Incoming, Payout};
use super::passports::{Check, Recognition};
use super::payments::{Actor, Payment, Receipt, Sums, Try};
use super::people::{Cooperation, SELF_EMPLOYED_FORM, SelfEmployed};
use super::switches::{PaymentEnd, TaxStatus};
use super::{
    AGENT, AWAITING_CONSENT, BANK_ACCOUNT, BRANCH, CLOSED_BRANCH, CONTRACTOR, FAILED_PAYMENT,
    LIMITED_BRANCH, NOMENCLATURE, NOT_REGISTERED, OTHER_AGENT, SELF_EMPLOYED,
};
use crate::random::Random;

/// Ten million roubles.
const FUNDS: u64 = 1_000_000_000;
/// What each seeded contractor has on the balance: a hundred thousand roubles.
const CREDITED: u64 = 10_000_000;
/// Contractors with a name and without.
const CONTRACTORS: u64 = 30;
const NOMINAL_ROWS: u64 = 45;
const CERTIFICATES: u64 = 12;
const FIRST_OLD_PAYMENT: u64 = 15_731_000;
/// Old payments are so far apart.
const APART: Duration = Duration::from_secs(6 * 3600);
const METALS: &str = "550e8400-e29b-41d4-a716-446655440000";
/// The SBP number of a bank; it does not fit in 32 bits.
const SBP_BANK: u64 = 100_000_000_004;
const CARD: &str = "2202201080431519";

const PEOPLE: &[(&str, &str, &str)] = &[
    ("Примеров", "Иван", "Петрович"),
    ("Вымышленная", "Ольга", "Ивановна"),
    ("О’Ёлкин", "Щ", ""),
    ("Образцова", "Анна-Мария", ""),
    ("Placeholder", "John", ""),
];

impl Books {
    pub(super) fn seeded(seed: u64, payments: usize, now: Reading) -> Self {
        let mut books = Self {
            agents: vec![
                Agent {
                    id: AGENT,
                    name: "ООО Пример",
                },
                Agent {
                    id: OTHER_AGENT,
                    name: "ООО Образец",
                },
                Agent {
                    id: 45,
                    name: "ООО Макет",
                },
                Agent {
                    id: 61,
                    name: "ООО Эскиз",
                },
            ],
            accounts: vec![
                BankAccount {
                    id: BANK_ACCOUNT,
                    name: "Основной счёт",
                    number: "40702810000000000034",
                    branch: BRANCH,
                },
                BankAccount {
                    id: BANK_ACCOUNT + 1,
                    name: "Счёт филиала",
                    number: "40702810000000000035",
                    branch: LIMITED_BRANCH,
                },
            ],
            branches: branches(now),
            contractors: Vec::new(),
            requisites: Vec::new(),
            balances: Vec::new(),
            cooperations: vec![Cooperation {
                id: 3,
                contractor: SELF_EMPLOYED,
                agent: AGENT,
                legal_form: SELF_EMPLOYED_FORM,
            }],
            identifications: Vec::new(),
            payments: Vec::new(),
            certificates: Vec::new(),
            nomenclature: vec![
                nomenclature(NOMENCLATURE, "Лом стальной", now),
                nomenclature(METALS, "Номенклатура № 1", now),
            ],
            recognitions: vec![Recognition::seeded("497f6eca-6276-4993-bfeb-53cbbbba6f08")],
            checks: vec![Check::seeded("6219b041-1dac-4e18-b136-66c000dc0055")],
            payouts: Vec::new(),
            incomings: Vec::new(),
            funds: FUNDS,
            attempts: 0,
            random: Random::new(seed, "payouts.books"),
        };
        books.add_contractor(SELF_EMPLOYED, now);
        for number in 0..CONTRACTORS {
            books.add_contractor(CONTRACTOR + number, now);
        }
        for number in (0..payments as u64).rev() {
            books.add_payment(FIRST_OLD_PAYMENT + payments as u64 - number, number, now);
        }
        books.add_payment(FAILED_PAYMENT, 0, now);
        books.fail_last();
        for number in 1..=CERTIFICATES {
            books.certificates.push(Certificate::seeded(number, now.at));
        }
        books.add_nominal(now);
        books
    }

    fn add_contractor(&mut self, id: u64, now: Reading) {
        let (last, first, middle) = self.random.pick(PEOPLE);
        let self_employed = match id {
            SELF_EMPLOYED => Some(TaxStatus::Allowed),
            AWAITING_CONSENT => Some(TaxStatus::AwaitsConsent),
            NOT_REGISTERED => Some(TaxStatus::NotRegistered),
            _ => None,
        };
        let phone = format!("+7900000{id:04}");
        let target = Target::Sbp {
            phone: phone.clone(),
            bank: SBP_BANK,
        };
        self.contractors.push(Contractor {
            id,
            card: Card {
                phone,
                name: Name {
                    last: last.to_owned(),
                    first: first.to_owned(),
                    middle: (!middle.is_empty()).then(|| middle.to_owned()),
                },
                legal_form: if self_employed.is_some() {
                    SELF_EMPLOYED_FORM
                } else {
                    1
                },
                agent: AGENT,
                inn: Some(format!("77{:010}", self.random.below(10_000_000_000))),
                agrees_pay_taxes: self_employed.is_some(),
                passport: None,
            },
            created: now.at,
            updated: now.at,
            is_deleted: false,
            self_employed: self_employed.map_or_else(SelfEmployed::default, SelfEmployed::known),
        });
        self.requisite_for(id, &target, now.at);
        if id == CONTRACTOR {
            let card = Target::Card {
                number: CARD.to_owned(),
            };
            self.requisite_for(id, &card, now.at);
        }
        self.balance_with(id, AGENT, now.at).credited = CREDITED;
    }

    /// A payment that ended long ago; `age` counts back from now.
    fn add_payment(&mut self, id: u64, age: u64, now: Reading) {
        let ago = APART.saturating_mul(u32::try_from(age + 1).unwrap_or(u32::MAX));
        let created = now.earlier(ago);
        let contractor = match id % 5 {
            2 => SELF_EMPLOYED,
            other => CONTRACTOR + other,
        };
        let amount = 10_000 + self.random.below(5_000_000);
        let tax = if contractor == SELF_EMPLOYED {
            (amount * 6 + 50) / 100
        } else {
            0
        };
        let sums = Sums {
            amount,
            commission: 0,
            bank: (amount * 4 + 500) / 1000,
            tax,
            paid: amount - tax,
        };
        let receipt = match (tax, id % 4) {
            (0, _) | (_, 2) => Receipt::Absent,
            (_, 1) => Receipt::Cancelled,
            _ => Receipt::Active,
        };
        let end = if age % 7 == 6 {
            PaymentEnd::Rejected
        } else {
            PaymentEnd::Paid
        };
        let customer_id = self.random.uuid();
        self.payments.push(Payment {
            id,
            key: customer_id.clone(),
            customer_id: Some(customer_id),
            certificate: None,
            contractor,
            agent: AGENT,
            branch: Some(BRANCH),
            account: BANK_ACCOUNT,
            balance: None,
            requisite: self.default_requisite(contractor).map_or(0, |one| one.id),
            sums,
            purpose: Some("Оплата по договору".to_owned()),
            sbp_name: None,
            has_act: false,
            fingerprint: String::new(),
            created,
            tries: vec![Try {
                started: created,
                end,
                by: Actor::Client,
            }],
            closed: None,
            receipt,
        });
    }

    /// Lets the last payment end in an error, and no branch bear it.
    fn fail_last(&mut self) {
        if let Some(payment) = self.payments.last_mut() {
            payment.branch = None;
            for one in &mut payment.tries {
                one.end = PaymentEnd::Failed;
            }
        }
    }

    fn add_nominal(&mut self, now: Reading) {
        for number in 0..NOMINAL_ROWS {
            let at = now
                .earlier(APART.saturating_mul(u32::try_from(number + 1).unwrap_or(1)))
                .at;
            let inn = format!("77{:010}", self.random.below(10_000_000_000));
            self.payouts.push(Payout {
                paid: at,
                recipient_inn: inn.clone(),
                contractor_inn: inn.clone(),
                amount: 10_000 + self.random.below(1_000_000),
            });
            self.incomings.push(Incoming {
                charged: at,
                payer_inn: inn,
                amount: 1_000_000 + self.random.below(100_000_000),
                is_settled: number > 2,
            });
        }
    }
}

fn branches(now: Reading) -> Vec<Branch> {
    let branch = |id, name: &str, monthly, daily, is_active| Branch {
        id,
        created: now.at,
        name: name.to_owned(),
        agent: AGENT,
        address: "Примерск, Образцовая 4".to_owned(),
        monthly,
        daily,
        is_active,
    };
    vec![
        branch(BRANCH, "Без лимитов", None, None, true),
        branch(
            LIMITED_BRANCH,
            "С лимитами",
            Some(50_000),
            Some(25_000),
            true,
        ),
        branch(CLOSED_BRANCH, "Закрытый", None, None, false),
    ]
}

fn nomenclature(id: &str, name: &str, now: Reading) -> Nomenclature {
    Nomenclature {
        id: id.to_owned(),
        name: name.to_owned(),
        kind: Kind {
            id: METALS.to_owned(),
            name: "Чёрные металлы".to_owned(),
        },
        created: now.at,
        updated: now.at,
        deleted: None,
    }
}
