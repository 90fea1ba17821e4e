//! Identification of a contractor by their passport.

mod address;
mod answer;
mod person;
mod request;

pub use address::{AddressDetails, AddressPart};
pub use answer::{Identification, IdentificationCountry, IdentificationStatus};
pub use person::{Gender, IdentityPassport, PersonIdentity};
pub use request::{GetLastApprovedIdentification, IdentificationView, RequestIdentification};

use rubank_core::types::{Inn, Snils};
use time::macros::date;

use crate::ids::ContractorId;

crate::catalogue::area! {
    RequestIdentification => || RequestIdentification::new(ContractorId::new(103), sample())
        .view(IdentificationView::Simple),
    GetLastApprovedIdentification => || GetLastApprovedIdentification::new(ContractorId::new(103))
        .view(IdentificationView::Simple),
}

/// Every value is long enough to be looked for where nobody may find it.
fn sample() -> PersonIdentity {
    let part = |name: &str, kind: &str| AddressPart::new(name, kind);
    let details = AddressDetails::new()
        .zip_code("140000")
        .country("РОССИЯ", "643")
        .area(part("Московская", "обл"))
        .city(part("Химки", "г"))
        .street(part("Советская", "ул"))
        .house(part("221", "Дом"))
        .building(part("212", "Корпус"))
        .apartment(part("301", "Квартира"));
    let passport = IdentityPassport::new()
        .first_name("Иван")
        .last_name("Иванов")
        .middle_name("Иванович")
        .gender(Gender::Male)
        .number("1234 123456")
        .department_name("МВД по г. Москва")
        .department_code("170001")
        .issued_at(date!(1990 - 01 - 01))
        .birthdate(date!(1990 - 01 - 01))
        .birthdate_place("г. Москва")
        .address("РОССИЯ, 140000, Московская обл, г Химки, ул Советская, д. 221, к. 212, кв. 301")
        .address_details(details);
    PersonIdentity::new("rus")
        .is_verified(true)
        .snils(Snils::received("11223344595"))
        .inn(Inn::received("123456789047"))
        .passport(passport)
}

#[cfg(test)]
mod tests;
