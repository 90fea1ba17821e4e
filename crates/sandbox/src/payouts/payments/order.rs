//! What a request says of a payment: every field and its rule.

use crate::payouts::books::{Name, Target};
use crate::payouts::read::{
    date, given, is_card, is_digits, nullable_id, nullable_number, nullable_object, nullable_text,
    number as decimals, without_card,
};
use crate::strict::{Complaint, Fields};

/// Characters of `customer_payment_id` besides Latin letters and digits. The last is U+2018.
const KEY_SIGNS: &str = " -_.!:*()[]@$~`^,;=<>|{}\u{2018}";
const KEY_LENGTH: usize = 36;
/// No length is published for texts; this one keeps the sandbox from holding books.
const LONGEST: usize = 1000;

const FIELDS: &[&str] = &[
    "requisite",
    "requisite_id",
    "sbp_validation_data",
    "customer_payment_id",
    "contractor_id",
    "amount",
    "agent_id",
    "branch_office_id",
    "bank_account_id",
    "service_name",
    "payment_purpose",
    "balance_id",
    "act",
    "buyer",
    "fix_commission",
    "percent_commission",
];

/// A name for the check of a payment by SBP.
pub(in crate::payouts) type SbpName = Option<Name>;

/// Where the money is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::payouts) enum Destination {
    New(Target),
    Known(u64),
    Default,
}

/// A payment as asked for; sums in kopecks, the percentage in hundredths.
pub(super) struct Order {
    pub(super) destination: Destination,
    pub(super) sbp_name: SbpName,
    pub(super) customer_id: Option<String>,
    pub(super) contractor: u64,
    pub(super) amount: u64,
    pub(super) agent: Option<u64>,
    pub(super) branch: Option<u64>,
    pub(super) account: Option<u64>,
    pub(super) balance: Option<u64>,
    pub(super) purpose: Option<String>,
    pub(super) has_act: bool,
    pub(super) fixed_commission: u64,
    pub(super) percent_commission: u64,
}

impl Order {
    pub(super) fn read(body: &[u8]) -> Result<Self, Complaint> {
        let fields = Fields::read(body)?;
        fields.only(FIELDS)?;
        let order = Self {
            destination: requisite(&fields)?,
            sbp_name: sbp_name(&fields)?,
            customer_id: customer_id(&fields)?,
            contractor: fields.integer("contractor_id", 1)?,
            amount: decimals(&fields, "amount", 2)?,
            agent: fields.optional_integer("agent_id", 1)?,
            branch: fields.optional_integer("branch_office_id", 1)?,
            account: fields.optional_integer("bank_account_id", 1)?,
            balance: nullable_id(&fields, "balance_id")?,
            purpose: clean_text(&fields, "payment_purpose")?,
            has_act: act(&fields)?,
            fixed_commission: nullable_number(&fields, "fix_commission", 2)?.unwrap_or_default(),
            percent_commission: nullable_number(&fields, "percent_commission", 2)?
                .unwrap_or_default(),
        };
        clean_text(&fields, "service_name")?;
        buyer(&fields)?;
        if order.amount == 0 {
            return Err(Complaint::new("amount", "must be more than zero"));
        }
        if order.fixed_commission > order.amount {
            return Err(Complaint::new(
                "fix_commission",
                "must not be more than the amount",
            ));
        }
        if order.agent.is_some() && order.balance.is_some() {
            return Err(Complaint::new("agent_id", "is given by balance_id"));
        }
        Ok(order)
    }
}

/// `requisite` or `requisite_id`, not both; neither means the contractor's own default.
pub(in crate::payouts) fn requisite(fields: &Fields<'_>) -> Result<Destination, Complaint> {
    let known = nullable_id(fields, "requisite_id")?;
    if !fields.has("requisite") {
        return Ok(known.map_or(Destination::Default, Destination::Known));
    }
    if known.is_some() {
        let rule = "must not come together with requisite_id";
        return Err(Complaint::new(fields.path("requisite"), rule));
    }
    target(&fields.object("requisite")?).map(Destination::New)
}

fn target(fields: &Fields<'_>) -> Result<Target, Complaint> {
    let account = fields.text("account_number", 1, 40)?;
    let wrong = |rule: &str| Err(Complaint::new(fields.path("account_number"), rule));
    match fields.integer("type_id", 0)? {
        10 => {
            fields.only(&["type_id", "account_number", "sbp_bank_id"])?;
            let bank = fields.integer("sbp_bank_id", 1)?;
            let digits = account.strip_prefix('+').unwrap_or(&account);
            if digits.len() != 11 || !digits.starts_with('7') || !is_digits(digits) {
                return wrong("must be a phone of the form +79000000000");
            }
            let phone = format!("+{digits}");
            Ok(Target::Sbp { phone, bank })
        }
        8 => {
            fields.only(&["type_id", "account_number"])?;
            if !is_card(&account) {
                return wrong("must be the number of a card");
            }
            Ok(Target::Card { number: account })
        }
        _ => Err(Complaint::new(fields.path("type_id"), "must be 8 or 10")),
    }
}

/// `sbp_validation_data`: the recipient's name.
pub(in crate::payouts) fn sbp_name(fields: &Fields<'_>) -> Result<SbpName, Complaint> {
    let Some(name) = nullable_object(fields, "sbp_validation_data")? else {
        return Ok(None);
    };
    name.only(&["first_name", "middle_name", "last_name"])?;
    Ok(Some(Name {
        last: name.text("last_name", 1, 100)?,
        first: name.text("first_name", 1, 100)?,
        middle: nullable_text(&name, "middle_name", 100)?,
    }))
}

fn customer_id(fields: &Fields<'_>) -> Result<Option<String>, Complaint> {
    const KEY: &str = "customer_payment_id";

    let Some(text) = fields.optional_text(KEY, 1, KEY_LENGTH)? else {
        return Ok(None);
    };
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || KEY_SIGNS.contains(letter);
    if !text.chars().all(allowed) {
        return Err(Complaint::new(KEY, "has a character that is not allowed"));
    }
    without_card(fields, KEY, &text)?;
    Ok(Some(text))
}

fn clean_text(fields: &Fields<'_>, key: &str) -> Result<Option<String>, Complaint> {
    let text = fields.optional_text(key, 0, LONGEST)?;
    if let Some(text) = &text {
        without_card(fields, key, text)?;
    }
    Ok(text)
}

fn act(fields: &Fields<'_>) -> Result<bool, Complaint> {
    let Some(act) = nullable_object(fields, "act")? else {
        return Ok(false);
    };
    act.only(&[
        "document_number",
        "document_date",
        "period_from",
        "period_to",
        "template_id",
        "job_types",
    ])?;
    let number = act.text("document_number", 1, 100)?;
    without_card(&act, "document_number", &number)?;
    for key in ["document_date", "period_from", "period_to"] {
        date(&act, key)?;
    }
    nullable_id(&act, "template_id")?;
    for job in act.objects("job_types")? {
        job.only(&["name", "price", "count", "measure_id"])?;
        let name = job.text("name", 1, LONGEST)?;
        without_card(&job, "name", &name)?;
        decimals(&job, "price", 2)?;
        decimals(&job, "count", 3)?;
        job.integer_within("measure_id", 1, 3)?;
    }
    Ok(true)
}

fn buyer(fields: &Fields<'_>) -> Result<(), Complaint> {
    let Some(buyer) = nullable_object(fields, "buyer")? else {
        return Ok(());
    };
    buyer.only(&["name", "inn"])?;
    // each is required if the other is there; an empty object is neither
    if given(&buyer, "name") || given(&buyer, "inn") {
        let name = buyer.text("name", 1, LONGEST)?;
        without_card(&buyer, "name", &name)?;
        let inn = buyer.text("inn", 10, 12)?;
        if inn.len() == 11 || !is_digits(&inn) {
            let rule = "must be 10 or 12 digits";
            return Err(Complaint::new(buyer.path("inn"), rule));
        }
    }
    Ok(())
}
