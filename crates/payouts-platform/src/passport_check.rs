//! The check of a person's passport.

mod start;
mod state;

pub use start::{CheckedPassport, StartPassportCheck};
pub use state::{GetPassportCheck, PassportCheck};

use rubank_core::types::{Inn, Phone};
use time::macros::date;

const SAMPLE: &str = "6219b041-1dac-4e18-b136-66c000dc0055";

crate::catalogue::area! {
    StartPassportCheck => sample,
    GetPassportCheck => || GetPassportCheck::new(SAMPLE),
}

pub(crate) fn sample() -> StartPassportCheck {
    let passport = CheckedPassport::new(
        "1234",
        "123456",
        date!(2000 - 01 - 01),
        "000-000",
        "Отделом внутренних дел",
        "г. Москва, Ленинский проспект, д. 1",
    );
    StartPassportCheck::new(
        "Иванов",
        "Ивано",
        Phone::received("+79990000000"),
        false,
        date!(2000 - 01 - 01),
        passport,
    )
    .middle_name("Иванович")
    .inn(Inn::received("123456789047"))
}

#[cfg(test)]
mod tests;
