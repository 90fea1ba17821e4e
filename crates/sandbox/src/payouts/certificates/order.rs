//! What a request says of a certificate.

use crate::payouts::payments::{Destination, SbpName, requisite, sbp_name};
use crate::payouts::read::{
    date, is_uuid, nullable_id, nullable_object, nullable_text, number, without_card,
};
use crate::strict::{Complaint, Fields};

const FIELDS: &[&str] = &[
    "agent_id",
    "branch_office_id",
    "bank_account_id",
    "number",
    "date",
    "contractor_id",
    "transport",
    "scrap_metal_data",
    "amount",
    "certificate_items",
    "contractor_requisite",
];
const LINE_FIELDS: &[&str] = &[
    "name",
    "type",
    "nomenclature_id",
    "measure_unit_id",
    "impurity_percent",
    "value",
    "tare_weight",
    "price",
    "amount",
];
const MOST_LINES: usize = 128;
/// A text of any kind is not longer.
const LONGEST: usize = 1000;

#[derive(Clone)]
pub(in crate::payouts) struct Order {
    pub(super) agent: u64,
    pub(super) branch: Option<u64>,
    pub(super) account: Option<u64>,
    pub(super) number: String,
    pub(super) date: String,
    pub(super) contractor: u64,
    pub(super) transport: Option<Transport>,
    /// Basis of ownership and description of the items.
    pub(super) scrap: (String, String),
    /// In kopecks.
    pub(super) amount: u64,
    pub(super) lines: Vec<Line>,
    pub(super) requisite: Option<(Destination, SbpName)>,
}

#[derive(Clone)]
pub(super) struct Transport {
    pub(super) mark: Option<String>,
    pub(super) number: Option<String>,
}

/// Weights in thousandths, the percentage in thousandths, sums in kopecks.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) nomenclature: String,
    pub(super) unit: u64,
    pub(super) impurity: u64,
    pub(super) value: u64,
    pub(super) tare: u64,
    pub(super) price: u64,
    pub(super) amount: u64,
}

impl Line {
    /// Gross less tare less impurity, rounded half up to a thousandth: trade practice, not a rule of the page.
    pub(super) fn clear_value(&self) -> u64 {
        let net = u128::from(self.value.saturating_sub(self.tare));
        let pure = u128::from(100_000_u64.saturating_sub(self.impurity));
        u64::try_from((net * pure + 50_000) / 100_000).unwrap_or(u64::MAX)
    }
}

impl Order {
    pub(super) fn read(body: &[u8]) -> Result<Self, Complaint> {
        let fields = Fields::read(body)?;
        fields.only(FIELDS)?;
        let items = fields.objects("certificate_items")?;
        if items.len() > MOST_LINES {
            let rule = format!("must have 1 to {MOST_LINES} items");
            return Err(Complaint::new("certificate_items", rule));
        }
        let scrap = fields.object("scrap_metal_data")?;
        scrap.only(&["basis_of_ownership", "items_description"])?;
        Ok(Self {
            agent: fields.integer("agent_id", 1)?,
            branch: nullable_id(&fields, "branch_office_id")?,
            account: nullable_id(&fields, "bank_account_id")?,
            number: fields.text("number", 1, 100)?,
            date: date(&fields, "date")?,
            contractor: fields.integer("contractor_id", 1)?,
            transport: transport(&fields)?,
            scrap: (
                scrap.text("basis_of_ownership", 1, LONGEST)?,
                scrap.text("items_description", 1, LONGEST)?,
            ),
            amount: number(&fields, "amount", 2)?,
            lines: items.iter().map(line).collect::<Result<_, _>>()?,
            requisite: contractor_requisite(&fields)?,
        })
    }
}

fn transport(fields: &Fields<'_>) -> Result<Option<Transport>, Complaint> {
    let Some(transport) = nullable_object(fields, "transport")? else {
        return Ok(None);
    };
    transport.only(&["mark", "number"])?;
    Ok(Some(Transport {
        mark: nullable_text(&transport, "mark", 255)?,
        number: nullable_text(&transport, "number", 255)?,
    }))
}

fn line(item: &Fields<'_>) -> Result<Line, Complaint> {
    item.only(LINE_FIELDS)?;
    let nomenclature = item.text("nomenclature_id", 1, 36)?;
    if !is_uuid(&nomenclature) {
        return Err(Complaint::new(
            item.path("nomenclature_id"),
            "must be a UUID",
        ));
    }
    let impurity = number(item, "impurity_percent", 3)?;
    if impurity > 100_000 {
        return Err(Complaint::new(
            item.path("impurity_percent"),
            "must be at most 100",
        ));
    }
    let name = item.text("name", 1, LONGEST)?;
    without_card(item, "name", &name)?;
    Ok(Line {
        name,
        kind: item.text("type", 1, LONGEST)?,
        nomenclature: nomenclature.to_ascii_lowercase(),
        unit: item.integer("measure_unit_id", 1)?,
        impurity,
        value: number(item, "value", 3)?,
        tare: number(item, "tare_weight", 3)?,
        price: number(item, "price", 2)?,
        amount: number(item, "amount", 2)?,
    })
}

fn contractor_requisite(fields: &Fields<'_>) -> Result<Option<(Destination, SbpName)>, Complaint> {
    let Some(inner) = nullable_object(fields, "contractor_requisite")? else {
        return Ok(None);
    };
    inner.only(&["sbp_validation_data", "requisite", "requisite_id"])?;
    let destination = requisite(&inner)?;
    if destination == Destination::Default {
        return Err(Complaint::new(inner.path("requisite"), "is required"));
    }
    Ok(Some((destination, sbp_name(&inner)?)))
}
