//! What a line wants: plain data, which any build of this crate can read.

use rubank_core::personal::Personal;
use rubank_core::types::Account;
use serde::{Deserialize, Serialize};

/// What a line of a plan wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Wish {
    /// A payout to a contractor of the payouts platform.
    Payout(Payout),
    /// A payment of a signed registry of T-Bank.
    Registry(Registry),
}

impl Wish {
    /// The bank's number of who or what is paid, for reports: the contractor's, or the registry's. It is no personal
    /// data by itself.
    #[must_use]
    pub fn recipient(&self) -> String {
        match self {
            Self::Payout(payout) => payout.contractor.to_string(),
            Self::Registry(registry) => registry.registry.to_string(),
        }
    }
}

/// A payout to a contractor (исполнитель).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Payout {
    /// The platform's number of the contractor (`contractor_id`).
    pub contractor: i64,
    /// What it is for (`payment_purpose`).
    pub purpose: Option<Personal<String>>,
    /// What the receipt of a self-employed contractor says was done (`service_name`).
    pub service: Option<Personal<String>>,
    /// Where the money goes.
    pub to: PaidTo,
    /// Who SBP must find behind the phone (`sbp_validation_data`).
    pub recipient: Option<Recipient>,
    /// Who pays.
    pub by: PaidBy,
    /// The branch whose limits count (`branch_office_id`).
    pub branch: Option<i64>,
    /// The account that pays (`bank_account_id`).
    pub account: Option<i64>,
}

/// Where the money of a payout goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PaidTo {
    /// The contractor's own default requisite.
    Default,
    /// A requisite that the platform knows, by its number (`requisite_id`).
    Known(i64),
    /// A phone in SBP (СБП), `+79990000001`, at the bank of this number (`sbp_bank_id`).
    Sbp {
        /// The phone.
        phone: Personal<String>,
        /// The bank.
        bank: i64,
    },
    /// A card by its number, 13 to 19 digits.
    Card(Personal<String>),
}

/// Who SBP must find behind a phone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The surname (фамилия).
    pub last_name: Personal<String>,
    /// The first name (имя).
    pub first_name: Personal<String>,
    /// The patronymic (отчество).
    pub middle_name: Option<Personal<String>>,
}

/// Who pays a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum PaidBy {
    /// The contractor's own legal entity.
    Default,
    /// This legal entity (`agent_id`).
    Agent(i64),
    /// This balance of the contractor, and its legal entity (`balance_id`).
    Balance(i64),
}

/// A payment of a signed registry (реестр).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Registry {
    /// The bank's number of the registry (`paymentRegistryId`).
    pub registry: i32,
    /// The account to debit.
    pub account: Account,
    /// What it is for, at most 210 characters; should end with «Согласно реестру» and a number.
    pub purpose: Personal<String>,
    /// Whose registry it is, and how many lines it must have. With them its card can be compared before it is paid.
    pub expected: Option<(Family, u32)>,
    /// The payer's own number of the order, 1 to 999999.
    pub document_number: Option<u32>,
    /// The order of payments (очерёдность), 1 to 5.
    pub execution_order: Option<u8>,
}

/// Whose registry it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Employees (зарплатный проект).
    Employees,
    /// The self-employed (самозанятые).
    SelfEmployed,
}

#[cfg(feature = "payouts")]
mod payout {
    use payouts_platform::{
        AgentId, BalanceId, ContractorId, CreatePayment, Money, Requisite, RequisiteId, SbpBankId,
        SbpRecipient,
    };

    use super::{PaidBy, PaidTo, Payout};

    impl Payout {
        /// The request that pays it, under this key.
        #[must_use]
        pub fn operation(&self, key: &str, amount: Money) -> CreatePayment {
            let mut pay = CreatePayment::new(key, ContractorId::new(self.contractor), amount);
            pay = match &self.to {
                PaidTo::Default => pay,
                PaidTo::Known(id) => pay.to(RequisiteId::new(*id)),
                PaidTo::Sbp { phone, bank } => {
                    pay.to(Requisite::sbp(phone.expose(), SbpBankId::new(*bank)))
                }
                PaidTo::Card(number) => pay.to(Requisite::card(number.expose())),
            };
            pay = match self.by {
                PaidBy::Default => pay,
                PaidBy::Agent(id) => pay.payer(AgentId::new(id)),
                PaidBy::Balance(id) => pay.payer(BalanceId::new(id)),
            };
            if let Some(person) = &self.recipient {
                let names = [&person.last_name, &person.first_name].map(|name| name.expose());
                let [last, first] = names;
                let mut recipient = SbpRecipient::new(last, first);
                if let Some(middle) = &person.middle_name {
                    recipient = recipient.middle_name(middle.expose());
                }
                pay = pay.recipient(recipient);
            }
            if let Some(purpose) = &self.purpose {
                pay = pay.payment_purpose(purpose.expose());
            }
            if let Some(service) = &self.service {
                pay = pay.service_name(service.expose());
            }
            if let Some(id) = self.branch {
                pay = pay.branch_office(id);
            }
            if let Some(id) = self.account {
                pay = pay.bank_account(id);
            }
            pay
        }
    }
}

#[cfg(feature = "tbank")]
mod registry {
    use tbank_registry::flows::{Expected, Family as BankFamily};
    use tbank_registry::{Money, PayRegistry, PaymentRegistryId};

    use super::{Family, Registry};

    impl Registry {
        /// The request that pays it, under this key. It has no due date: with one the bank itself repeats a failed
        /// debit, and a run could not tell when it has ended.
        #[must_use]
        pub fn operation(&self, key: &str) -> PayRegistry {
            let registry = PaymentRegistryId::new(self.registry);
            let purpose = self.purpose.clone();
            let mut pay = PayRegistry::new(key, registry, self.account.clone(), purpose);
            if let Some(number) = self.document_number {
                pay = pay.document_number(number);
            }
            if let Some(order) = self.execution_order {
                pay = pay.execution_order(order);
            }
            pay
        }

        /// What the registry's card must show before it is paid, if the file says enough for that.
        #[must_use]
        pub fn expected(&self, amount: Money) -> Option<Expected> {
            let (family, count) = self.expected?;
            let family = match family {
                Family::Employees => BankFamily::Employees,
                Family::SelfEmployed => BankFamily::SelfEmployed,
            };
            Some(Expected::new(family, usize::try_from(count).ok()?, amount))
        }
    }
}
