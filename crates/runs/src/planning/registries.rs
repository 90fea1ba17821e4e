//! Tables of T-Bank's signed registries.

use rubank_core::money::Kopecks;
use rubank_core::operation::Operation;
use rubank_core::personal::Personal;
use rubank_core::types::Account;
use tbank_registry::Warning as BankWarning;

use super::amount::amount;
use super::columns::Line;
use super::fields::{Known, key, number, plain};
use super::{Draft, Kind};
use crate::plan::{Family, PlanLine, Registry, Warning, Wish};

/// The columns; the guide has the same list.
static COLUMNS: [Known; 9] = [
    Known::new("key", &["ключ", "идентификатор"], &["id"]),
    Known::new(
        "registry",
        &["реестр", "номерреестра", "paymentregistryid"],
        &["paymentRegistryId"],
    )
    .required(),
    Known::new(
        "account",
        &["счет", "счетсписания", "accountnumber"],
        &["accountNumber"],
    )
    .required(),
    Known::new("amount", &["сумма", "суммаруб", "суммареестра"], &[]).required(),
    Known::new(
        "purpose",
        &["назначение", "назначениеплатежа"],
        &["purpose"],
    )
    .required(),
    Known::new("family", &["видреестра", "получатели"], &[]),
    Known::new("lines", &["строк", "количество", "числострок"], &[]),
    Known::new("document number", &["номердокумента"], &["documentNumber"]),
    Known::new(
        "execution order",
        &["очередность", "очередностьплатежа"],
        &["executionOrder"],
    ),
];

pub(super) struct Registries;

impl Kind for Registries {
    fn columns(&self) -> &'static [Known] {
        &COLUMNS
    }

    fn read(&self, line: &mut Line<'_>) -> Draft {
        let registry = line.demand("registry", small);
        let account = line.demand("account", |text| {
            let bare: String = text.split_whitespace().collect();
            Account::checked(&bare).map_err(|_| "must be 20 or 22 digits")
        });
        let amount = line.demand("amount", amount);
        let purpose = line.demand("purpose", |text| Ok(Personal::from(text)));
        let registry = Registry {
            registry: registry.unwrap_or(1),
            account: account.unwrap_or_else(|| Account::received("")),
            purpose: purpose.unwrap_or_default(),
            expected: expected(line),
            document_number: line.read("document number", small),
            execution_order: line.read("execution order", small),
        };
        Draft {
            key: line.read("key", key),
            amount: amount.unwrap_or(Kopecks::new(1)),
            wish: Wish::Registry(registry),
        }
    }

    fn check(&self, planned: &PlanLine, line: &mut Line<'_>) {
        let Wish::Registry(registry) = planned.wish() else {
            return;
        };
        if let Err(invalid) = registry.operation(planned.key()).parts() {
            for violation in invalid.violations() {
                line.refuse_field(violation.field(), violation.rule());
            }
        }
    }

    fn warnings(&self, lines: &[PlanLine]) -> Vec<Warning> {
        let without_end = lines.iter().filter(|line| match line.wish() {
            Wish::Registry(registry) => {
                let warnings = registry.operation(line.key()).warnings();
                warnings.contains(&BankWarning::PurposeWithoutRegistry)
            }
            Wish::Payout(_) => false,
        });
        let without_end = without_end.map(|line| Warning::PurposeWithoutRegistry(line.number()));
        let blind = lines.iter().filter(
            |line| matches!(line.wish(), Wish::Registry(registry) if registry.expected.is_none()),
        );
        let blind = blind.map(|line| Warning::NotCompared(line.number()));
        without_end.chain(blind).collect()
    }
}

/// Whose registry it is and how many lines it has: both, or the card could not be compared.
fn expected(line: &mut Line<'_>) -> Option<(Family, u32)> {
    let family = line.read("family", |word| match plain(word).as_str() {
        "employees" | "сотрудники" | "зарплата" => Ok(Family::Employees),
        "selfemployed" | "самозанятые" => Ok(Family::SelfEmployed),
        _ => Err("must be employees or self-employed"),
    });
    let count = line.read("lines", small);
    let columns = ["family", "lines"];
    match (family, count) {
        (Some(family), Some(count)) => return Some((family, count)),
        _ if line.is_refused(&columns) => {}
        (Some(_), None) => line.refuse("lines", "must not be empty where a family is given"),
        (None, Some(_)) => line.refuse("family", "must not be empty where lines are counted"),
        (None, None) => {}
    }
    None
}

fn small<T: TryFrom<i64>>(text: &str) -> Result<T, &'static str> {
    number(text)?.try_into().map_err(|_| "is too big")
}
