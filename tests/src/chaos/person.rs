//! The person in the bank's cabinet.

use rubank_sandbox::Sandbox;

use super::dice::Dice;

/// After so many repeats a payment is cancelled.
const MOST_REPEATS: u32 = 4;

/// What they do with a payment follows from the seed and its key alone, however late they see it.
#[derive(Debug)]
pub(crate) struct Person {
    seed: u64,
    payments: Vec<Payment>,
}

#[derive(Debug)]
struct Payment {
    key: String,
    is_left_alone: bool,
    /// How often it was touched.
    touched: u32,
}

impl Person {
    /// `left_alone`: so many in a hundred are never touched.
    pub(crate) fn new(seed: u64, left_alone: u64, keys: impl Iterator<Item = String>) -> Self {
        let payments = keys.map(|key| Payment {
            is_left_alone: Dice::new(seed, &format!("alone {key}")).percent(left_alone),
            key,
            touched: 0,
        });
        Person {
            seed,
            payments: payments.collect(),
        }
    }

    /// Looks through the payments and moves those on that wait for a person, or, unless `all`, some of them. Whether
    /// any was moved.
    pub(crate) fn act(&mut self, bank: &Sandbox, all: bool) -> bool {
        let (bank, mut moved) = (bank.payouts(), false);
        for payment in &mut self.payments {
            let Some(id) = bank.payment_id(&payment.key) else {
                continue;
            };
            let status = bank.payment_status(id);
            if payment.is_left_alone || !matches!(status, Some(4 | 5 | 7 | 8)) {
                continue;
            }
            let occasion = format!("person {} {}", payment.key, payment.touched);
            let choice = Dice::new(self.seed, &occasion).between(0, 9);
            let done = match (status, choice) {
                (_, 0..=2) if !all => false,
                (Some(5), _) if payment.touched >= MOST_REPEATS => bank.cancel_in_cabinet(id),
                (Some(5), 0..=6) => bank.repeat_in_cabinet(id),
                (Some(5), 7) => bank.refund_in_cabinet(id),
                (_, 0..=6) => bank.confirm_in_cabinet(id),
                _ => bank.cancel_in_cabinet(id),
            };
            payment.touched += u32::from(done);
            moved |= done;
        }
        moved
    }
}
