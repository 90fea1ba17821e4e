//! What an acceptance certificate is created and updated with.

use rubank_core::money::{self, Money, Quantity};
use rubank_core::operation::{Checks, InvalidRequest};
use rubank_core::personal::Personal;
use rubank_core::tri::Patch;
use rubank_core::types::LocalDate;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use time::Date;

use super::check::{self, CertificateWarning};
use crate::ids::{
    AgentId, BankAccountId, BranchOfficeId, ContractorId, MeasureUnitId, NomenclatureId,
};
use crate::payments::check_sum;
use crate::requisites::{Destination, SbpRecipient};

/// All of an acceptance certificate (приёмо-сдаточный акт лома): the same for creating and for updating it.
///
/// Its texts are written by people about people, so none of them prints.
///
/// For what the platform lets be `null`, absent, `null` and a value can each be said: where it is not set, it is not
/// sent.
///
/// # Limits
///
/// The number has at most 100 characters, the certificate 1 to 128 lines. That the lines add up is a
/// [warning](Self::warnings), because no page demands it; [`strict`](Self::strict) makes it a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateDetails {
    agent_id: AgentId,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    branch_office_id: Patch<BranchOfficeId>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    bank_account_id: Patch<BankAccountId>,
    number: Personal<String>,
    date: LocalDate,
    contractor_id: ContractorId,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    transport: Patch<Transport>,
    scrap_metal_data: ScrapMetal,
    #[serde(with = "money::as_number")]
    amount: Money,
    certificate_items: Vec<CertificateLine>,
    #[serde(skip_serializing_if = "Patch::is_absent")]
    contractor_requisite: Patch<CertificateRecipient>,
    #[serde(skip)]
    strict: bool,
}

impl CertificateDetails {
    /// The legal entity that accepts, number and date, the contractor who hands over, what is handed over, and the sum
    /// in roubles. The lines follow with [`line`](Self::line).
    pub fn new(
        agent: impl Into<AgentId>,
        number: impl Into<String>,
        date: Date,
        contractor: impl Into<ContractorId>,
        scrap: ScrapMetal,
        amount: Money,
    ) -> Self {
        Self {
            agent_id: agent.into(),
            branch_office_id: Patch::Absent,
            bank_account_id: Patch::Absent,
            number: Personal::new(number.into()),
            date: LocalDate::new(date),
            contractor_id: contractor.into(),
            transport: Patch::Absent,
            scrap_metal_data: scrap,
            amount,
            certificate_items: Vec::new(),
            contractor_requisite: Patch::Absent,
            strict: false,
        }
    }

    /// One more line, up to 128.
    #[must_use]
    pub fn line(mut self, line: CertificateLine) -> Self {
        self.certificate_items.push(line);
        self
    }

    /// The branch that accepts.
    #[must_use]
    pub fn branch_office(mut self, id: impl Into<Patch<BranchOfficeId>>) -> Self {
        self.branch_office_id = id.into();
        self
    }

    /// The account that shall pay: a preselection, people may choose another one.
    #[must_use]
    pub fn bank_account(mut self, id: impl Into<Patch<BankAccountId>>) -> Self {
        self.bank_account_id = id.into();
        self
    }

    /// What brought it.
    #[must_use]
    pub fn transport(mut self, transport: impl Into<Patch<Transport>>) -> Self {
        self.transport = transport.into();
        self
    }

    /// Where the money shall go.
    #[must_use]
    pub fn recipient(mut self, recipient: impl Into<Patch<CertificateRecipient>>) -> Self {
        self.contractor_requisite = recipient.into();
        self
    }

    /// Makes every [warning](Self::warnings) a broken rule: nothing is sent then.
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.strict = true;
        self
    }

    /// What breaks no rule of the platform and is probably not meant: a line whose sum is not net weight by price
    /// rounded to the kopeck, lines that do not add up to the certificate.
    #[must_use]
    pub fn warnings(&self) -> Vec<CertificateWarning> {
        check::about(&self.certificate_items, self.amount)
    }

    pub(super) fn check(&self) -> Result<(), InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("number", self.number.expose());
        checks.length("number", self.number.expose(), 0..=100);
        check_sum(&mut checks, "amount", self.amount);
        let lines = self.certificate_items.len();
        checks.that(
            (1..=128).contains(&lines),
            "certificate_items",
            "must be 1 to 128 lines",
            || format!("a list of {lines}"),
        );
        for (index, line) in self.certificate_items.iter().enumerate() {
            line.check(&mut checks, index);
        }
        if let Patch::Value(recipient) = &self.contractor_requisite {
            recipient.check(&mut checks);
        }
        if self.strict {
            for warning in self.warnings() {
                checks.that(false, warning.field(), warning.rule(), || {
                    "another sum".to_owned()
                });
            }
        }
        checks.finish()
    }
}

/// What brought the scrap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transport {
    mark: Personal<String>,
    number: Personal<String>,
}

impl Transport {
    /// Make and plate.
    pub fn new(mark: impl Into<String>, number: impl Into<String>) -> Self {
        Self {
            mark: Personal::new(mark.into()),
            number: Personal::new(number.into()),
        }
    }
}

/// What is handed over, and by what right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScrapMetal {
    basis_of_ownership: Personal<String>,
    items_description: Personal<String>,
}

impl ScrapMetal {
    /// The basis of ownership, and a description of the items.
    pub fn new(basis_of_ownership: impl Into<String>, items: impl Into<String>) -> Self {
        Self {
            basis_of_ownership: Personal::new(basis_of_ownership.into()),
            items_description: Personal::new(items.into()),
        }
    }
}

/// One line. Which of its fields must be there was not published: what is not set is not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CertificateLine {
    name: Personal<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nomenclature_id: Option<NomenclatureId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    measure_unit_id: Option<MeasureUnitId>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "money::as_number::option"
    )]
    pub(super) impurity_percent: Option<Quantity>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "money::as_number::option"
    )]
    pub(super) value: Option<Quantity>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "money::as_number::option"
    )]
    pub(super) tare_weight: Option<Quantity>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "money::as_number::option"
    )]
    pub(super) price: Option<Quantity>,
    #[serde(
        skip_serializing_if = "Option::is_none",
        with = "money::as_number::option"
    )]
    pub(super) amount: Option<Money>,
}

impl CertificateLine {
    /// By its name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: Personal::new(name.into()),
            kind: None,
            nomenclature_id: None,
            measure_unit_id: None,
            impurity_percent: None,
            value: None,
            tare_weight: None,
            price: None,
            amount: None,
        }
    }

    /// The kind of scrap, in words.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(Personal::new(kind.into()));
        self
    }

    /// The kind of scrap, by the platform's nomenclature.
    #[must_use]
    pub fn nomenclature(mut self, id: impl Into<NomenclatureId>) -> Self {
        self.nomenclature_id = Some(id.into());
        self
    }

    /// What it is weighed in; 4 is the tonne.
    #[must_use]
    pub fn measure_unit(mut self, id: impl Into<MeasureUnitId>) -> Self {
        self.measure_unit_id = Some(id.into());
        self
    }

    /// Gross weight, tare, and how much of it is something else, percent.
    #[must_use]
    pub const fn weights(mut self, gross: Quantity, tare: Quantity, impurity: Quantity) -> Self {
        self.value = Some(gross);
        self.tare_weight = Some(tare);
        self.impurity_percent = Some(impurity);
        self
    }

    /// Roubles for one unit, of any number of decimals, and for the line.
    #[must_use]
    pub const fn price(mut self, one: Quantity, line: Money) -> Self {
        self.price = Some(one);
        self.amount = Some(line);
        self
    }

    fn check(&self, checks: &mut Checks, index: usize) {
        let place = |field: &str| format!("certificate_items[{index}].{field}");
        checks.not_blank(place("name"), self.name.expose());
        if let Some(amount) = self.amount {
            check_sum(checks, place("amount"), amount);
        }
        let positive = [
            ("value", self.value),
            ("tare_weight", self.tare_weight),
            ("price", self.price),
        ];
        for (field, number) in positive {
            checks.that(
                number.is_none_or(|number| number >= Quantity::ZERO),
                place(field),
                "must not be negative",
                || number.unwrap_or_default().to_string(),
            );
        }
        if let Some(percent) = self.impurity_percent {
            checks.range(
                place("impurity_percent"),
                percent,
                Quantity::ZERO..=Quantity::new(100.into()),
            );
        }
    }
}

/// Where the money of a certificate shall go: one requisite, never two.
///
/// The field of a known one was not published; it is inferred from the payment of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRecipient {
    destination: Destination,
    sbp: Option<SbpRecipient>,
}

impl CertificateRecipient {
    /// To this requisite.
    pub fn new(destination: impl Into<Destination>) -> Self {
        Self {
            destination: destination.into(),
            sbp: None,
        }
    }

    /// Who SBP must find behind the phone.
    #[must_use]
    pub fn sbp(mut self, recipient: SbpRecipient) -> Self {
        self.sbp = Some(recipient);
        self
    }

    fn check(&self, checks: &mut Checks) {
        self.destination
            .check(checks, "contractor_requisite.requisite");
        if let Some(sbp) = &self.sbp {
            sbp.check(checks, "contractor_requisite.sbp_validation_data");
        }
    }
}

impl Serialize for CertificateRecipient {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut fields = to.serialize_struct("CertificateRecipient", 2)?;
        if let Some(sbp) = &self.sbp {
            fields.serialize_field("sbp_validation_data", sbp)?;
        }
        match &self.destination {
            Destination::New(requisite) => fields.serialize_field("requisite", requisite)?,
            Destination::Known(id) => fields.serialize_field("requisite_id", id)?,
        }
        fields.end()
    }
}
