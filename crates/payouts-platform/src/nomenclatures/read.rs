use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::read::ReadError;

use super::{NOMENCLATURE, NOMENCLATURES, Nomenclature};
use crate::ids::NomenclatureId;
use crate::paging::{Item, Page, Window, row_key};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Lists the kinds of scrap (номенклатура), a hundred to a page unless told otherwise.
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client) -> Result<(), payouts_platform::Error> {
/// use payouts_platform::ListNomenclatures;
///
/// let mut kinds = client.items(ListNomenclatures::new().include_category());
/// while let Some(kind) = kinds.next().await {
///     println!("{:?}", kind?.name);
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Source
///
/// The 1C page, nomenclature: request and answer are documented; the path is inferred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListNomenclatures {
    search: Option<String>,
    with_trashed: bool,
    include_category: bool,
    window: Window,
}

impl ListNomenclatures {
    /// All kinds that are not deleted.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those with this in their name.
    #[must_use]
    pub fn search(mut self, text: impl Into<String>) -> Self {
        self.search = Some(text.into());
        self
    }

    /// The deleted ones too.
    #[must_use]
    pub fn with_trashed(mut self) -> Self {
        self.with_trashed = true;
        self
    }

    /// With the category of each.
    #[must_use]
    pub fn include_category(mut self) -> Self {
        self.include_category = true;
        self
    }

    /// The page, from 1.
    #[must_use]
    pub fn page(mut self, page: u64) -> Self {
        self.window.page = page;
        self
    }

    /// Rows to a page, 1 to 200.
    #[must_use]
    pub fn per_page(mut self, rows: u32) -> Self {
        self.window.per_page = rows;
        self
    }
}

impl Operation for ListNomenclatures {
    type Provider = PayoutsPlatform;
    type Output = Page<Nomenclature>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.list-nomenclatures",
        Effect::Read,
        Method::Get,
        HostId::API,
        NOMENCLATURES,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.window.check_any(&mut checks);
        checks.finish()?;
        let parts = request()
            .query_opt("search", self.search.as_ref())
            .query_opt("with_trashed", self.with_trashed.then_some(1))
            .query_opt("include", self.include_category.then_some("category"));
        Ok(self.window.put(parts))
    }

    fn parse(answer: &Answer) -> Result<Page<Nomenclature>, ReadError> {
        answer.json()
    }
}

crate::paging::paged!(ListNomenclatures of Nomenclature, its window is window, |row| row_key(row.id.as_ref(), row));

/// Gets one kind of scrap (номенклатура).
///
/// # Source
///
/// The 1C page, nomenclature: request and answer are documented; the path is inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetNomenclature {
    id: NomenclatureId,
    with_trashed: bool,
}

impl GetNomenclature {
    /// This kind, unless it is deleted.
    pub fn new(id: impl Into<NomenclatureId>) -> Self {
        Self {
            id: id.into(),
            with_trashed: false,
        }
    }

    /// Even if it is deleted; otherwise a deleted one is not found.
    #[must_use]
    pub fn with_trashed(mut self) -> Self {
        self.with_trashed = true;
        self
    }
}

impl Operation for GetNomenclature {
    type Provider = PayoutsPlatform;
    type Output = Item<Nomenclature>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-nomenclature",
        Effect::Read,
        Method::Get,
        HostId::API,
        NOMENCLATURE,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("nomenclature_id", self.id.as_str());
        checks.finish()?;
        Ok(request()
            .path("nomenclature_id", self.id.as_str())
            .query_opt("with_trashed", self.with_trashed.then_some(1)))
    }

    fn parse(answer: &Answer) -> Result<Item<Nomenclature>, ReadError> {
        answer.json()
    }
}
