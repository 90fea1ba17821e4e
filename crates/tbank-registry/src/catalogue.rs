//! Every operation with a sample, for the contract suite. Not part of the public API.

use rubank_core::money::Money;
use rubank_core::types::Account;
use time::macros::{date, datetime};

use crate::{
    BadLines, CancelSalaryRegistry, CreateAndSubmitSalaryRegistry, CreateSalaryRegistry,
    CreateSelfEmployedRegistry, Employee, GetPaymentStatus, GetSalaryRegistry,
    GetSalaryRegistryCancellation, GetSalaryRegistryCreation,
    GetSalaryRegistryCreationAndSubmission, GetSalaryRegistrySubmission, GetSelfEmployedRegistry,
    GetSelfEmployedRegistryCreation, GetSelfEmployedRegistryPayment,
    GetSelfEmployedRegistrySubmission, IncomeType, ListSalaryRegistries,
    ListSelfEmployedRegistries, Meta, PayRegistry, PaySelfEmployedRegistry, PaymentRegistryId,
    RegistryStatus, RequestSelfEmployedReceipts, RevenueType, SalaryLine, SelfEmployedLine,
    SelfEmployedPerson, SubmitSalaryRegistry, SubmitSelfEmployedRegistry, TBankRegistry,
};

const KEY: &str = "cf99df08-0829-4614-8da3-0e440fd23fe0";
const PAYMENT: &str = "salary-2024-05-part-1";
const REGISTRY: PaymentRegistryId = PaymentRegistryId::new(5);

rubank_core::catalogue! {
    TBankRegistry;
    PayRegistry => sample_payment,
    GetPaymentStatus => || GetPaymentStatus::new(PAYMENT),
    CreateSalaryRegistry => sample_salary,
    GetSalaryRegistryCreation => || GetSalaryRegistryCreation::new(KEY),
    SubmitSalaryRegistry => || SubmitSalaryRegistry::new(KEY, REGISTRY),
    GetSalaryRegistrySubmission => || GetSalaryRegistrySubmission::new(KEY),
    CreateAndSubmitSalaryRegistry => || CreateAndSubmitSalaryRegistry::new(KEY, salary_lines())
        .company_account(company())
        .load_date(datetime!(2024-06-01 10:00 +3))
        .bad_lines(BadLines::LeaveOut),
    GetSalaryRegistryCreationAndSubmission =>
        || GetSalaryRegistryCreationAndSubmission::new(KEY),
    ListSalaryRegistries => || ListSalaryRegistries::new()
        .status(RegistryStatus::Accepted)
        .status(RegistryStatus::PartlyExecuted)
        .period(date!(2024-05-01), date!(2024-05-31)),
    CancelSalaryRegistry => || CancelSalaryRegistry::new(KEY, REGISTRY),
    GetSalaryRegistryCancellation => || GetSalaryRegistryCancellation::new(KEY),
    GetSalaryRegistry => || GetSalaryRegistry::new(REGISTRY),
    CreateSelfEmployedRegistry => sample_self_employed,
    GetSelfEmployedRegistryCreation => || GetSelfEmployedRegistryCreation::new(KEY),
    SubmitSelfEmployedRegistry => || SubmitSelfEmployedRegistry::new(KEY, REGISTRY),
    GetSelfEmployedRegistrySubmission => || GetSelfEmployedRegistrySubmission::new(KEY),
    PaySelfEmployedRegistry => || PaySelfEmployedRegistry::new(KEY, REGISTRY),
    GetSelfEmployedRegistryPayment => || GetSelfEmployedRegistryPayment::new(KEY),
    RequestSelfEmployedReceipts => || RequestSelfEmployedReceipts::new(KEY, REGISTRY),
    ListSelfEmployedRegistries => || ListSelfEmployedRegistries::new()
        .status(RegistryStatus::Accepted)
        .status(RegistryStatus::PartlyExecuted)
        .period(date!(2024-05-01), date!(2024-05-31)),
    GetSelfEmployedRegistry => || GetSelfEmployedRegistry::new(REGISTRY),
}

fn company() -> Account {
    Account::received("40702810000000000001")
}

fn sample_payment() -> PayRegistry {
    let due = datetime!(2024-06-05 18:00 +3);
    let purpose = "Выплата заработной платы за май 2024 года. Согласно реестру 5";
    let pay = PayRegistry::new(PAYMENT, REGISTRY, company(), purpose)
        .document_number(17)
        .execution_order(PayRegistry::ORDER_OF_WAGES)
        .due_date(due, datetime!(2024-06-01 12:00 +3));
    match Meta::from_pairs([("clientCustomField", "value")]) {
        Ok(meta) => pay.meta(meta),
        // Two equal names are what it refuses, and there is one.
        Err(_) => pay,
    }
}

pub(crate) fn sample_salary() -> CreateSalaryRegistry {
    CreateSalaryRegistry::new(KEY, salary_lines())
        .company_account(company())
        .load_date("2024-06-01")
        .bad_lines(BadLines::FailAll)
}

fn salary_lines() -> [SalaryLine; 2] {
    let purpose = "Заработная плата за май 2024 года";
    [
        SalaryLine::new(
            1,
            Account::received("40817810000000000001"),
            purpose,
            Employee::new("Иван", "Примеров")
                .middle_name("Петрович")
                .employee_id(101),
            roubles(5_000_010),
        )
        .period(date!(2024 - 05 - 01), date!(2024 - 05 - 31))
        .revenue_type(RevenueType::Wages)
        .collection_amount(roubles(100_000)),
        SalaryLine::new(
            2,
            Account::received("40817810000000000002"),
            purpose,
            Employee::new("Анна", "Образцова"),
            Money::from_roubles(70_000),
        ),
    ]
}

pub(crate) fn sample_self_employed() -> CreateSelfEmployedRegistry {
    let lines = [
        SelfEmployedLine::new(
            1,
            Account::received("40817810000000000003"),
            "Оплата услуг по договору 12",
            SelfEmployedPerson::new("Ольга", "Примерова").middle_name("Ивановна"),
            roubles(150_050),
        )
        .revenue_type(RevenueType::Wages)
        .collection_amount(roubles(10_000)),
        SelfEmployedLine::new(
            2,
            Account::received("40817810000000000004"),
            "Оплата услуг по договору 13",
            SelfEmployedPerson::new("Пётр", "Образцов"),
            Money::from_roubles(2500),
        ),
    ];
    CreateSelfEmployedRegistry::new(KEY, lines)
        .company_account(company())
        .bad_lines(BadLines::FailAll)
        .tax_holding(false)
        .income_type(IncomeType::FromLegalEntity)
}

fn roubles(kopecks: i64) -> Money {
    rubank_core::money::Kopecks::new(kopecks).into()
}
