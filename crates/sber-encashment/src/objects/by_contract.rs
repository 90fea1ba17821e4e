//! The objects of a contract, page by page.

use rubank_core::lenient::{Rows, one_or_many, promised};
use rubank_core::model;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::paging::{ForeignLink, Paged, RowKey};
use rubank_core::read::ReadError;
use sber_api::{Link, Rel};

use super::CollectionObject;
use crate::provider::{SCOPES, SberEncashment};

/// Lists the collection objects of a contract of one's own organisation.
///
/// **Nobody published this operation's address**, nor the name of its first parameter, nor a field of its answer: a
/// page of the bank says that it exists and what its sandbox answers for some pages. Until you know better and say so
/// with `ClientBuilder::override_route` (or opt in with `allow_unverified_paths`) it is refused before anything is
/// sent.
///
/// ```no_run
/// # use sber_encashment::{Client, ListObjectsByContract, sber_api};
/// # use sber_encashment::rubank_core::{auth::Credentials, operation::Method};
/// # async fn f(credentials: impl Credentials, identity: sber_encashment::Identity) -> Result<(), sber_encashment::Error> {
/// let client = Client::builder(sber_encashment::production())
///     .credentials(credentials)
///     .identity(identity)
///     .override_route("sber-encashment.list-objects-by-contract", Method::Get, "/v1/the/path/that/you/know")
///     .build()?;
/// let mut objects = client.items(ListObjectsByContract::new("000456"));
/// while let Some(object) = objects.next().await {
///     println!("{:?}", object?.object_code);
/// }
/// # Ok(())
/// # }
/// ```
///
/// The list ends with the first page that has no link named `next`, as the bank's statements do (inferred). Of the link
/// nothing but its presence is used. A page whose rows are not where we expect them gives an error, not "no objects".
///
/// # Source
///
/// The title of the bank's page "list of objects of a contract": route, request and answer are unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListObjectsByContract {
    contract: String,
    page: u32,
}

impl ListObjectsByContract {
    /// The objects of this contract, from the first page. The number must not be empty.
    pub fn new(contract: impl Into<String>) -> Self {
        Self {
            contract: contract.into(),
            page: 1,
        }
    }

    /// The page to begin with; the first is 1.
    #[must_use]
    pub fn page(mut self, page: u32) -> Self {
        self.page = page;
        self
    }
}

model! {
    /// One page of collection objects.
    #[derive(Eq)]
    pub struct CollectionObjects {
        /// The pages beside this one. Inferred; their type is not documented.
        pub links: Vec<Link> = shown "_links" as one_or_many,
        /// The objects; `None` if the page has no such list. **The name is ours**: look into `extra` for the bank's. Its type is not
        /// documented.
        pub objects: Option<Rows<CollectionObject>> = shown "objects",
    }
}

impl Operation for ListObjectsByContract {
    type Provider = SberEncashment;
    type Output = CollectionObjects;

    const META: OperationMeta = OperationMeta::new(
        "sber-encashment.list-objects-by-contract",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/unverified/sber-encashment.list-objects-by-contract",
    )
    .scopes(SCOPES)
    .provenance(Provenance::all(ProvenanceGrade::Unverified));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("contractNumber", &self.contract);
        checks.range("page", self.page, 1..=u32::MAX);
        checks.finish()?;
        Ok(Parts::new()
            .query("contractNumber", &self.contract)
            .query("page", self.page))
    }

    fn parse(answer: &Answer) -> Result<CollectionObjects, ReadError> {
        answer.json()
    }
}

impl Paged for ListObjectsByContract {
    type Item = CollectionObject;

    fn next(&self, page: &CollectionObjects) -> Result<Option<Self>, ForeignLink> {
        let more = page.links.iter().any(|link| link.rel == Some(Rel::Next));
        let page = self.page.checked_add(1).filter(|_| more);
        Ok(page.map(|page| Self {
            page,
            ..self.clone()
        }))
    }

    fn rows(page: CollectionObjects) -> Vec<Result<CollectionObject, ReadError>> {
        promised::rows_or_error(page.objects, "objects")
    }

    fn key(object: &CollectionObject) -> RowKey {
        match &object.object_code {
            Some(code) => RowKey::Id(code.to_string()),
            // A model is always writable.
            None => RowKey::Content(serde_json::to_string(object).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use rubank_core::error::{ErrorKind, Outcome};
    use rubank_core::read::read;

    use super::*;
    use crate::tests::{block_on, scripted};

    const NEXT: &str = r#""_links":[{"href":"?page=7","rel":"next"}]"#;

    #[test]
    fn every_broken_rule_is_told() {
        let refused = ListObjectsByContract::new(" ").page(0).parts().unwrap_err();
        let fields: Vec<_> = refused
            .violations()
            .iter()
            .map(|broken| broken.field())
            .collect();
        assert_eq!(fields, ["contractNumber", "page"]);
        assert!(ListObjectsByContract::new("1").page(1).parts().is_ok());
    }

    #[test]
    fn an_address_that_nobody_published_is_not_called() {
        let (client, bank) = scripted([]);
        let error = block_on(client.send(&ListObjectsByContract::new("000456"))).unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome()),
            (ErrorKind::UnverifiedRoute, Outcome::NotSent)
        );
        assert_eq!(bank.sends(), 0);
    }

    #[test]
    fn the_list_ends_where_no_next_page_is_named() {
        let rows = [
            (format!("{{{NEXT}}}"), Some(4)),
            (format!(r#"{{{NEXT},"objects":[]}}"#), Some(4)),
            (
                r#"{"_links":{"rel":"next"},"objects":[]}"#.to_owned(),
                Some(4),
            ),
            (
                r#"{"_links":[{"rel":"prev"}],"objects":[{}]}"#.to_owned(),
                None,
            ),
            (r#"{"_links":[],"objects":[{}]}"#.to_owned(), None),
            (r#"{"objects":[{}]}"#.to_owned(), None),
        ];
        for (body, expected) in rows {
            let page: CollectionObjects = read(body.as_bytes()).unwrap();
            let next = ListObjectsByContract::new("1").page(3).next(&page).unwrap();
            assert_eq!(next.map(|next| next.page), expected, "{body}");
            assert_eq!(serde_json::to_string(&page).unwrap(), body);
        }
        let last = ListObjectsByContract::new("1").page(u32::MAX);
        let page: CollectionObjects = read(format!("{{{NEXT}}}").as_bytes()).unwrap();
        assert_eq!(last.next(&page), Ok(None));
    }

    #[test]
    fn a_page_without_its_list_is_an_error_and_not_an_empty_list() {
        let page = |body: &str| read::<CollectionObjects>(body.as_bytes()).unwrap();
        let rows = ListObjectsByContract::rows(page(r#"{"encashmentObjects":[{}]}"#));
        let error = rows.into_iter().next().unwrap().unwrap_err();
        assert_eq!(error.path(), "objects");
        assert!(ListObjectsByContract::rows(page(r#"{"objects":[]}"#)).is_empty());
        let rows = ListObjectsByContract::rows(page(r#"{"objects":[{"objectCode":"1"},7]}"#));
        assert!(rows[0].is_ok() && rows[1].is_err());
    }

    #[test]
    fn objects_are_told_by_their_code_or_by_what_they_say() {
        let key = |body: &str| ListObjectsByContract::key(&read(body.as_bytes()).unwrap());
        assert_eq!(key(r#"{"objectCode":7}"#), RowKey::Id("7".to_owned()));
        assert_eq!(
            key(r#"{"name":"a"}"#),
            RowKey::Content(r#"{"name":"a"}"#.to_owned())
        );
    }
}
