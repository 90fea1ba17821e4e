//! Branches and their limits.

use super::State;
use super::books::{Books, Branch, Reading, next_id};
use super::gate::{Call, item};
use super::node::{Node, Roubles, object};
use super::page::{self, Paging};
use super::read::{MOSCOW, includes, nullable_number, word};
use super::refusal::Refusal;
use crate::answer::Answer;
use crate::strict::{Complaint, Fields};

const FIELDS: &[&str] = &[
    "name",
    "agent_id",
    "address",
    "limit_monthly",
    "limit_daily",
];

/// What a request says of a branch; limits in kopecks.
struct Order {
    name: String,
    agent: u64,
    address: String,
    monthly: Option<u64>,
    daily: Option<u64>,
}

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let fields = Fields::read(&call.asked.body)?;
    fields.only(FIELDS)?;
    let order = order(&fields)?;
    let books = &mut state.books;
    books.known_agent("agent_id", order.agent)?;
    let branch = Branch {
        id: next_id(books.branches.last().map(|one| one.id)),
        created: call.at(),
        name: order.name,
        agent: order.agent,
        address: order.address,
        monthly: order.monthly,
        daily: order.daily,
        is_active: true,
    };
    let shown = show(books, &branch, true, call.now);
    books.branches.push(branch);
    Ok(item(shown))
}

pub(super) fn update(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.id("branch_office_id")?;
    let fields = Fields::read(&call.asked.body)?;
    let known: Vec<&str> = FIELDS.iter().copied().chain(["is_active"]).collect();
    fields.only(&known)?;
    let order = order(&fields)?;
    let is_active = fields.integer_within("is_active", 0, 1)? == 1;
    let books = &mut state.books;
    books.known_agent("agent_id", order.agent)?;
    let mut all = books.branches.iter_mut();
    let branch = all.find(|one| one.id == id).ok_or(Refusal::NotFound)?;
    branch.name = order.name;
    branch.agent = order.agent;
    branch.address = order.address;
    branch.monthly = order.monthly;
    branch.daily = order.daily;
    branch.is_active = is_active;
    let branch = books.branch(id).ok_or(Refusal::NotFound)?;
    Ok(item(show(books, branch, true, call.now)))
}

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let query = &call.query;
    let with_limits = !includes(query, &["limits"])?.is_empty();
    let agent = query.integer("agent_id", 1, u64::MAX)?;
    // one client owns all of it
    query.integer("customer_id", 1, u64::MAX)?;
    let is_active = query.integer("is_active", 0, 1)?;
    let search = query.optional("search")?.map(str::to_lowercase);
    let orders = ["id", "-id", "monthly_limit", "created_at", "name", "-name"];
    let order = word(query, "order", &orders)?.unwrap_or("id");

    let books = &state.books;
    let wanted = |one: &&Branch| {
        agent.is_none_or(|agent| one.agent == agent)
            && is_active.is_none_or(|flag| one.is_active == (flag == 1))
            && search.as_ref().is_none_or(|text| {
                one.name.to_lowercase().contains(text) || one.address.to_lowercase().contains(text)
            })
    };
    let mut rows: Vec<&Branch> = books.branches.iter().filter(wanted).collect();
    match order {
        "-id" => rows.reverse(),
        "monthly_limit" => rows.sort_by_key(|one| (one.monthly.is_none(), one.monthly)),
        "created_at" => rows.sort_by_key(|one| one.created),
        "name" => rows.sort_by(|a, b| a.name.cmp(&b.name)),
        "-name" => rows.sort_by(|a, b| b.name.cmp(&a.name)),
        _ => {}
    }
    page::answer(call, Paging::Linked, "/branch-office", &rows, |one| {
        show(books, one, with_limits, call.now)
    })
}

/// Which branch pays from which account.
pub(super) fn accounts(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    page::answer(call, Paging::Listed, "", &state.books.accounts, |one| {
        object! { "bank_account_id": one.id, "branch_office_id": one.branch }
    })
}

/// Whether a branch may pay that much more today and this month, by Moscow's calendar.
///
/// # Errors
/// A 422: it does not exist, is not active, or a limit would be exceeded.
pub(super) fn admit(
    books: &Books,
    branch: Option<u64>,
    amount: u64,
    now: Reading,
) -> Result<(), Refusal> {
    let Some(id) = branch else {
        return Ok(());
    };
    let refused = |rule: &str| Refusal::field("branch_office_id", rule);
    let branch = books.branch(id).ok_or_else(|| refused("is not a branch"))?;
    if !branch.is_active {
        return Err(refused("is not active"));
    }
    let (day, month) = spent(books, id, now);
    let exceeds = |limit: Option<u64>, spent: u64| {
        limit.is_some_and(|limit| spent.saturating_add(amount) > limit)
    };
    if exceeds(branch.daily, day) {
        return Err(refused("has no such sum left for the day"));
    }
    if exceeds(branch.monthly, month) {
        return Err(refused("has no such sum left for the month"));
    }
    Ok(())
}

/// What payments of this day and of this month took; rejected and deleted ones do not count.
fn spent(books: &Books, branch: u64, now: Reading) -> (u64, u64) {
    let today = now.at.to_offset(MOSCOW).date();
    let own = books.payments.iter();
    let own = own.filter(|one| one.branch == Some(branch) && one.counts(now.elapsed));
    own.fold((0, 0), |(day, month), one| {
        let date = one.created.at.to_offset(MOSCOW).date();
        let same_month = (date.year(), date.month()) == (today.year(), today.month());
        let amount = one.sums.amount;
        (
            day + if date == today { amount } else { 0 },
            month + if same_month { amount } else { 0 },
        )
    })
}

fn order(fields: &Fields<'_>) -> Result<Order, Complaint> {
    let limit = |key: &str| {
        // required, though it may be null
        fields.raw(key)?;
        nullable_number(fields, key, 2)
    };
    Ok(Order {
        name: fields.text("name", 1, 255)?,
        agent: fields.integer("agent_id", 1)?,
        address: fields.text("address", 1, 1000)?,
        monthly: limit("limit_monthly")?,
        daily: limit("limit_daily")?,
    })
}

pub(super) fn show(books: &Books, branch: &Branch, limits: bool, now: Reading) -> Node {
    let agent = object! { "id": branch.agent, "name": books.agent_name(branch.agent) };
    let node = object! {
        "id": branch.id,
        "name": branch.name.as_str(),
        "agent": agent,
        "address": branch.address.as_str(),
        "limit_monthly": branch.monthly.map(Roubles),
        "limit_daily": branch.daily.map(Roubles),
        "is_active": u64::from(branch.is_active),
    };
    node.with_if(limits, "limits", || {
        let (day, month) = spent(books, branch.id, now);
        let limit = |kind: &str, limit: Option<u64>, spending: u64| {
            object! {
                "type": kind,
                "limit": limit.map(Roubles),
                "spending": Roubles(spending),
                "isInfinity": limit.is_none(),
            }
        };
        Node::List(vec![
            limit("limit_daily", branch.daily, day),
            limit("limit_monthly", branch.monthly, month),
        ])
    })
}
