//! Many payouts at once.

use rubank_core::error::{Error, ErrorKind};

use crate::Client;
use crate::ids::PaymentId;
use crate::payments::{ListPayments, Payment};

/// How many payouts one call tells: the largest page of the list. So many numbers also fit into an address.
const AT_ONCE: u32 = 200;

/// These payouts as they are now, in the platform's order, 200 with one call: how to follow a large number of them, once a
/// minute until [`Payment::meaning`] says that they are final. The once-a-minute pace of a single payout is stated for
/// the operations that get one, not for lists; keep to it all the same.
///
/// A payout that the platform does not list, or that cannot be read, is not among them: look for it by itself with
/// [`GetPayment`](crate::GetPayment). What is absent has not failed.
///
/// Payouts whose number is not known are found by a period:
/// [`ListPayments::created_from`] and the `customer_payment_id` of each, judged with
/// [`CreatePayment::may_be`](crate::CreatePayment::may_be).
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client, ids: Vec<payouts_platform::PaymentId>) -> Result<(), payouts_platform::Error> {
/// use payouts_platform::StatusMeaning;
/// use payouts_platform::flows::payments_with_ids;
///
/// let payments = payments_with_ids(&client, ids).await?;
/// let running = payments.iter().filter(|payment| payment.meaning() == StatusMeaning::Running);
/// println!("{} of them are under way", running.count());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// As [`Client::send`](rubank_core::client::Client::send).
pub async fn payments_with_ids(
    client: &Client,
    ids: impl IntoIterator<Item = PaymentId>,
) -> Result<Vec<Payment>, Error> {
    let mut ids: Vec<PaymentId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE as usize) {
        let list = ListPayments::new()
            .ids(some.iter().copied())
            .per_page(AT_ONCE);
        let mut payments = client.items(list);
        while let Some(payment) = payments.next().await {
            match payment {
                Ok(payment) => found.push(payment),
                Err(error) if error.kind() == ErrorKind::UnreadableItem => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use rubank_core::http::Reply;

    use super::*;
    use crate::payments::StatusMeaning;
    use crate::tests::{block_on, timed};

    /// A page of these payouts, each paid.
    fn page(ids: impl Iterator<Item = i64>) -> Reply {
        let rows: Vec<_> = ids
            .map(|id| format!(r#"{{"id":{id},"is_final":true,"status":{{"id":1}}}}"#))
            .collect();
        let meta = r#"{"current_page":1,"last_page":1}"#;
        Reply::json(
            200,
            format!(r#"{{"items":[{}],"meta":{meta}}}"#, rows.join(",")),
        )
    }

    #[test]
    fn five_hundred_payouts_are_three_calls() {
        let (client, platform, clock) = timed([page(1..=200), page(201..=400), page(401..=500)]);
        let ids = (1..=500).chain(1..=10).map(PaymentId::new);
        let found = block_on(clock.drive(payments_with_ids(&client, ids))).unwrap();
        assert_eq!(found.len(), 500);
        assert!(found.iter().all(|one| one.meaning() == StatusMeaning::Paid));
        let asked: Vec<_> = platform
            .seen()
            .iter()
            .map(|seen| seen.uri.query().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(asked.len(), 3);
        assert!(asked[2].starts_with("ids=401,402,"), "{}", asked[2]);
        assert!(asked[2].ends_with(",500&page=1&per_page=200"));
        assert!(asked.iter().all(|query| query.len() < 4000));
    }

    #[test]
    fn none_are_no_call_and_one_that_cannot_be_read_hides_no_other() {
        let (client, platform, clock) = timed([]);
        let found = block_on(clock.drive(payments_with_ids(&client, []))).unwrap();
        assert!(found.is_empty() && platform.sends() == 0);
        let rows = r#"{"items":[{"id":1},{"id":{}},{"id":3}],"meta":{"last_page":1}}"#;
        let (client, _, clock) = timed([Reply::json(200, rows)]);
        let ids = [1, 2, 3].map(PaymentId::new);
        let found = block_on(clock.drive(payments_with_ids(&client, ids))).unwrap();
        assert_eq!(found.len(), 2);
    }
}
