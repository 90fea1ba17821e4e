use rubank_core::personal::Personal;
use serde::Serialize;

/// An address in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AddressDetails {
    #[serde(skip_serializing_if = "Option::is_none")]
    zip_code: Option<Personal<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<Country>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    city: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    street: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    house: Option<Numbered>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    buildings: Vec<Numbered>,
    #[serde(skip_serializing_if = "Option::is_none")]
    apartment: Option<Numbered>,
}

/// A part of an address: its name or number, and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressPart {
    text: Personal<String>,
    kind: Personal<String>,
}

impl AddressPart {
    /// Name or number, and kind: `Химки` and `г`, `22` and `Дом`.
    pub fn new(text: impl Into<Personal<String>>, kind: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            kind: Personal::new(kind.into()),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Country {
    name: Personal<String>,
    code: Personal<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Named {
    name: Personal<String>,
    #[serde(rename = "type")]
    kind: Personal<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Numbered {
    number: Personal<String>,
    #[serde(rename = "type")]
    kind: Personal<String>,
}

impl From<AddressPart> for Named {
    fn from(part: AddressPart) -> Self {
        Self {
            name: part.text,
            kind: part.kind,
        }
    }
}

impl From<AddressPart> for Numbered {
    fn from(part: AddressPart) -> Self {
        Self {
            number: part.text,
            kind: part.kind,
        }
    }
}

impl AddressDetails {
    /// An address of which nothing is said yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The postal code, leading zeros included.
    #[must_use]
    pub fn zip_code(mut self, code: impl Into<Personal<String>>) -> Self {
        self.zip_code = Some(code.into());
        self
    }

    /// The country's name, and its ISO 3166-1 numeric code: `РОССИЯ`, `643`.
    #[must_use]
    pub fn country(mut self, name: impl Into<String>, code: impl Into<String>) -> Self {
        self.country = Some(Country {
            name: Personal::new(name.into()),
            code: Personal::new(code.into()),
        });
        self
    }

    /// The region.
    #[must_use]
    pub fn area(mut self, part: AddressPart) -> Self {
        self.area = Some(part.into());
        self
    }

    /// The city.
    #[must_use]
    pub fn city(mut self, part: AddressPart) -> Self {
        self.city = Some(part.into());
        self
    }

    /// The street.
    #[must_use]
    pub fn street(mut self, part: AddressPart) -> Self {
        self.street = Some(part.into());
        self
    }

    /// The house's number.
    #[must_use]
    pub fn house(mut self, part: AddressPart) -> Self {
        self.house = Some(part.into());
        self
    }

    /// One more building of the house (корпус, строение).
    #[must_use]
    pub fn building(mut self, part: AddressPart) -> Self {
        self.buildings.push(part.into());
        self
    }

    /// The apartment's number.
    #[must_use]
    pub fn apartment(mut self, part: AddressPart) -> Self {
        self.apartment = Some(part.into());
        self
    }
}
