//! Collection objects: the places from which cash is collected.

mod by_contract;

use rubank_core::lenient::{personal, text};
use rubank_core::model;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::personal::Personal;
use rubank_core::read::ReadError;
use rubank_core::types::{Bic, Inn};

pub use by_contract::{CollectionObjects, ListObjectsByContract};

use crate::ids::ObjectCode;
use crate::provider::{SCOPES, SberEncashment};

/// Tells what the bank knows of a collection object (объект инкассации), by its code.
///
/// ```no_run
/// # async fn f(client: sber_encashment::Client) -> Result<(), sber_encashment::Error> {
/// use sber_encashment::GetObject;
///
/// let object = client.send(&GetObject::new("000123")).await?;
/// println!("{:?}, and {} fields that we do not know", object.object_code, object.extra.len());
/// # Ok(())
/// # }
/// ```
///
/// # Source
///
/// The bank's pages of cash collection and of this method: route and request are documented. Nothing of the answer was
/// published, so it is unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetObject {
    ino: ObjectCode,
}

impl GetObject {
    /// The object of this code (ИНК), which must not be empty.
    pub fn new(ino: impl Into<ObjectCode>) -> Self {
        Self { ino: ino.into() }
    }
}

model! {
    /// A collection object. **Not one of its fields was published**: these are the fields of a waybill that speak of
    /// the place and its owner, and each may be absent. What else comes is in `extra`.
    #[derive(Eq)]
    pub struct CollectionObject {
        /// Its code (ИНК). Unverified; its type is not documented.
        pub object_code: Option<ObjectCode> = shown "objectCode",
        /// Whom to call. Unverified; its type is not documented.
        pub contact_phone: Option<Personal<String>> = "contactPhone" as personal,
        /// Whose place it is. Unverified; its type is not documented.
        pub from_name: Option<Personal<String>> = "fromName" as personal,
        /// The recipient's taxpayer number (ИНН). Unverified; its type is not documented.
        pub payee_inn: Option<Inn> = "payeeInn",
        /// The recipient. Unverified; its type is not documented.
        pub payee_name: Option<Personal<String>> = "payeeName" as personal,
        /// The depositor's bank (БИК). Unverified; its type is not documented.
        pub payer_bank_bic: Option<Bic> = shown "payerBankBic",
        /// The name of that bank. Unverified; its type is not documented.
        pub payer_bank_name: Option<String> = "payerBankName" as text::option,
    }
}

impl Operation for GetObject {
    type Provider = SberEncashment;
    type Output = CollectionObject;

    const META: OperationMeta = OperationMeta::new(
        "sber-encashment.get-object",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/v1/encashments/object",
    )
    .scopes(SCOPES)
    .provenance(Provenance::new(
        ProvenanceGrade::Documented,
        ProvenanceGrade::Documented,
        ProvenanceGrade::Unverified,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("ino", self.ino.as_str());
        checks.finish()?;
        Ok(Parts::new().query("ino", &self.ino))
    }

    fn parse(answer: &Answer) -> Result<CollectionObject, ReadError> {
        answer.json()
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::read::read;

    use super::*;

    #[test]
    fn an_object_without_a_code_is_not_asked_for() {
        for (ino, field) in [("000123", None), ("", Some("ino")), (" ", Some("ino"))] {
            let refused = GetObject::new(ino).parts().err();
            let told = refused
                .as_ref()
                .map(|refused| refused.violations()[0].field());
            assert_eq!(told, field, "{ino:?}");
        }
    }

    #[test]
    fn numbers_and_unknown_fields_are_kept_and_people_are_not_printed() {
        let body = r#"{"objectCode":123,"contactPhone":79000000000,"fromName":"canary","payeeInn":7707083893,"schedule":{"mon":"canary"}}"#;
        let object: CollectionObject = read(body.as_bytes()).unwrap();
        assert_eq!(object.object_code.as_ref().unwrap().as_str(), "123");
        assert_eq!(
            object.contact_phone.as_ref().unwrap().expose(),
            "79000000000"
        );
        assert_eq!(
            object.extra.get("schedule").unwrap().text(),
            r#"{"mon":"canary"}"#
        );
        assert_eq!(serde_json::to_string(&object).unwrap(), body);
        let printed = format!("{object:?}");
        for personal in ["canary", "79000000000", "7707083893"] {
            assert!(!printed.contains(personal), "{printed}");
        }
    }
}
