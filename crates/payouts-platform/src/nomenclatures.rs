//! Kinds of scrap that acceptance certificates list.

mod change;
mod read;

use rubank_core::model;

pub use change::{CreateNomenclature, DeleteNomenclature, UpdateNomenclature, WantedType};
pub use read::{GetNomenclature, ListNomenclatures};

use crate::forms::Moment;
use crate::ids::NomenclatureId;

pub(crate) const NOMENCLATURES: &str = "/nomenclatures";
pub(crate) const NOMENCLATURE: &str = "/nomenclatures/{nomenclature_id}";

const SAMPLE: &str = "550e8400-e29b-41d4-a716-446655440000";

crate::catalogue::area! {
    CreateNomenclature => || CreateNomenclature::new(
        "Номенклатура № 1",
        WantedType::known(SAMPLE, "Черные металлы"),
    ),
    ListNomenclatures => || ListNomenclatures::new()
        .search("Номенклатура")
        .with_trashed()
        .include_category()
        .per_page(20),
    GetNomenclature => || GetNomenclature::new(SAMPLE).with_trashed(),
    UpdateNomenclature => || UpdateNomenclature::new(
        SAMPLE,
        "Номенклатура № 1",
        WantedType::named("Черный металл"),
    ),
    DeleteNomenclature => || DeleteNomenclature::new(SAMPLE),
}

model! {
    /// A kind of scrap (номенклатура).
    #[derive(Eq)]
    pub struct Nomenclature {
        /// The platform's identifier.
        pub id: Option<NomenclatureId> = shown "id",
        /// Its name.
        pub name: Option<String> = "name",
        /// Its type.
        pub kind: Option<NomenclatureType> = "type",
        /// When it was created.
        pub created_at: Option<Moment> = shown "created_at",
        /// When it was changed last.
        pub updated_at: Option<Moment> = shown "updated_at",
        /// When it was deleted. The page's samples of live ones have a time here too: it alone proves nothing.
        pub deleted_at: Option<Moment> = shown "deleted_at",
        /// Its category; a list has it only if asked for.
        pub category: Option<NomenclatureCategory> = shown "category",
    }
}

model! {
    /// A type of scrap.
    #[derive(Eq)]
    pub struct NomenclatureType {
        /// The platform's identifier.
        pub id: Option<NomenclatureId> = shown "id",
        /// Its name, "Черные металлы" for example.
        pub name: Option<String> = "name",
    }
}

model! {
    /// A category of scrap.
    #[derive(Eq)]
    pub struct NomenclatureCategory {
        /// Its word, `ferrous` for example.
        pub slug: Option<String> = shown "slug",
    }
}

#[cfg(test)]
mod tests;
