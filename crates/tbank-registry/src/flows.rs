//! What a person calls one thing and the bank calls several.
//!
//! | flow | calls | ends with |
//! |---|---|---|
//! | [`prepare_and_sign`] | create, its result, submit, its result, the card | a [`SignedRegistry`], compared with what was asked |
//! | [`verify_signed`] | the card | the same, for a registry that was signed before |
//! | [`pay_and_confirm`] | pay, the payment's status, the card | a [`Confirmation`], line by line |
//! | [`confirm`] | the payment's status, the card | the same, for a payment that was sent before |
//!
//! **Nothing is ever sent twice.** Where the answer to a write is lost, the flow says so ([`Event::AnswerLost`]) and
//! goes on to ask what became of it.
//!
//! **Time.** Every flow takes the time that it may last, and waits on the client's clock. The bank shows a registry's
//! card once in ten minutes, so [`pay_and_confirm`] right after [`prepare_and_sign`] takes ten minutes: give it
//! fifteen. Every wait is counted down second by second ([`Event::Waiting`]).
//!
//! **Restarts.** The keys are yours, and no flow holds anything that is not at the bank: after a crash ask the result
//! methods by your keys (the bank keeps results for two days, [`RESULT_KEPT`](crate::RESULT_KEPT)), then go on with
//! [`verify_signed`] or [`confirm`].

mod again;
mod card;
mod confirm;
mod event;
mod prepare;
mod signed;
#[cfg(test)]
mod tests;
mod watch;

pub use again::NotRepeatable;
pub use card::{CardLine, Family, RegistryCard};
pub use confirm::{Confirmation, PaymentEnd, confirm, pay_and_confirm};
pub use event::{Event, Step};
pub use prepare::{Preparation, PrepareError, prepare_and_sign, verify_signed};
pub use signed::{Difference, Expected, SignedRegistry};
