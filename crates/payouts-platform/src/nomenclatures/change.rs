use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::read::ReadError;
use serde::{Serialize, Serializer};

use super::{NOMENCLATURE, NOMENCLATURES, Nomenclature};
use crate::ids::NomenclatureId;
use crate::paging::{Done, Item};
use crate::provider::{PayoutsPlatform, ROUTE_INFERRED, request};

/// Creates a kind of scrap (номенклатура).
///
/// # Outcome
///
/// Unprotected (`Once`): sent again only if nothing left this machine. After `Outcome::Unknown` look for it by name with
/// [`ListNomenclatures`](crate::ListNomenclatures) before you create another.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may have been created.
///
/// # Source
///
/// The 1C page, nomenclature: request and answer are documented; the path is inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateNomenclature {
    body: Body,
}

impl CreateNomenclature {
    /// A kind with this name, of this type.
    pub fn new(name: impl Into<String>, kind: WantedType) -> Self {
        Self {
            body: Body {
                name: name.into(),
                kind,
            },
        }
    }
}

/// Changes a kind of scrap (номенклатура): name and type, both.
///
/// # Outcome
///
/// `Idempotent`, as we conclude: the same values once more change nothing.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may have been changed. Send it again.
///
/// # Source
///
/// The 1C page, nomenclature: request and answer are documented; method and path are inferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateNomenclature {
    id: NomenclatureId,
    body: Body,
}

impl UpdateNomenclature {
    /// The kind, and what it shall be. The page's table wants the type as an object, its sample sends a text: see
    /// [`WantedType`].
    pub fn new(id: impl Into<NomenclatureId>, name: impl Into<String>, kind: WantedType) -> Self {
        Self {
            id: id.into(),
            body: Body {
                name: name.into(),
                kind,
            },
        }
    }
}

/// Deletes a kind of scrap (номенклатура). It can still be read with `with_trashed`.
///
/// # Outcome
///
/// `Idempotent`: once deleted it stays deleted. A 404 for a repeated deletion means "already gone".
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: it may be deleted. Send it again.
///
/// # Source
///
/// The 1C page, nomenclature: the request is documented, the path is inferred. What a success looks like stands nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteNomenclature {
    id: NomenclatureId,
}

impl DeleteNomenclature {
    /// This kind.
    pub fn new(id: impl Into<NomenclatureId>) -> Self {
        Self { id: id.into() }
    }
}

/// The type of a kind of scrap, in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WantedType {
    /// One that the platform knows, with its identifier: the form of the page's table and of its sample of a creation.
    Known {
        /// The platform's identifier.
        id: NomenclatureId,
        /// Its name.
        name: String,
    },
    /// Only the name: the form of the page's sample of an update.
    Named(String),
}

impl WantedType {
    /// A type with its identifier, from [`Nomenclature::kind`](crate::Nomenclature::kind).
    pub fn known(id: impl Into<NomenclatureId>, name: impl Into<String>) -> Self {
        Self::Known {
            id: id.into(),
            name: name.into(),
        }
    }

    /// A type by its name alone.
    pub fn named(name: impl Into<String>) -> Self {
        Self::Named(name.into())
    }

    fn check(&self, checks: &mut Checks) {
        match self {
            Self::Known { id, name } => {
                checks.not_blank("type.id", id.as_str());
                checks.not_blank("type.name", name);
            }
            Self::Named(name) => {
                checks.not_blank("type", name);
            }
        }
    }
}

impl Serialize for WantedType {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Known<'a> {
            id: &'a NomenclatureId,
            name: &'a str,
        }

        match self {
            Self::Known { id, name } => Known { id, name }.serialize(to),
            Self::Named(name) => to.serialize_str(name),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Body {
    name: String,
    #[serde(rename = "type")]
    kind: WantedType,
}

impl Body {
    fn check(&self, checks: &mut Checks) {
        checks.not_blank("name", &self.name);
        self.kind.check(checks);
    }
}

impl Operation for CreateNomenclature {
    type Provider = PayoutsPlatform;
    type Output = Item<Nomenclature>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.create-nomenclature",
        Effect::Once,
        Method::Post,
        HostId::API,
        NOMENCLATURES,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        self.body.check(&mut checks);
        checks.finish()?;
        request().json(&self.body)
    }

    fn parse(answer: &Answer) -> Result<Item<Nomenclature>, ReadError> {
        answer.json()
    }
}

impl Operation for UpdateNomenclature {
    type Provider = PayoutsPlatform;
    type Output = Item<Nomenclature>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.update-nomenclature",
        Effect::Idempotent,
        Method::Put,
        HostId::API,
        NOMENCLATURE,
    )
    .provenance(ROUTE_INFERRED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("nomenclature_id", self.id.as_str());
        self.body.check(&mut checks);
        checks.finish()?;
        request()
            .path("nomenclature_id", self.id.as_str())
            .json(&self.body)
    }

    fn parse(answer: &Answer) -> Result<Item<Nomenclature>, ReadError> {
        answer.json()
    }
}

impl Operation for DeleteNomenclature {
    type Provider = PayoutsPlatform;
    type Output = Done;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.delete-nomenclature",
        Effect::Idempotent,
        Method::Delete,
        HostId::API,
        NOMENCLATURE,
    )
    .provenance(Provenance::new(
        ProvenanceGrade::Inferred,
        ProvenanceGrade::Documented,
        ProvenanceGrade::Unverified,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("nomenclature_id", self.id.as_str());
        checks.finish()?;
        Ok(request().path("nomenclature_id", self.id.as_str()))
    }

    fn parse(answer: &Answer) -> Result<Done, ReadError> {
        Done::read(answer)
    }
}
