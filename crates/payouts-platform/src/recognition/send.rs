use std::fmt;

use rubank_core::model;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
    Provenance, ProvenanceGrade,
};
use rubank_core::read::ReadError;

use super::form::{Form, Hearer, Scan, streamed, whole};
use crate::ids::RecognitionId;
use crate::provider::PayoutsPlatform;

const PASSPORT: &str = "passport_rus";
const REGISTRATION: &str = "passport_rus_registration";
const LIMIT: usize = 32 * 1024 * 1024;

/// Sends scans of a Russian passport to be recognised; [`GetPassportRecognition`](crate::GetPassportRecognition) gives
/// the result. [`recognise_passport`](crate::flows::recognise_passport) does both.
///
/// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
/// `allow_unverified_paths`, it is refused before anything is sent.
///
/// ```
/// use payouts_platform::{RecognisePassport, Scan};
///
/// # let (main_page, registration_page) = (Vec::new(), Vec::new());
/// let send = RecognisePassport::new()
///     .passport(Scan::jpeg(main_page))
///     .registration(Scan::jpeg(registration_page))
///     .on_progress(|sent, total| println!("{sent} of {total} bytes"));
/// # let _ = send;
/// ```
///
/// The page requires neither scan; without any there is nothing to recognise, so one at least is demanded here. It names
/// no limit on size; the [one here](Self::limit) keeps a wrong file from leaving.
///
/// # Outcome
///
/// Unprotected (`Once`): sent again only if nothing left this machine. After `Outcome::Unknown` the scans may be there,
/// and without the identifier nobody can ask for them; sending them again costs a second recognition and nothing else.
///
/// # Cancellation
///
/// Dropping the future, or reaching the deadline, means: the scans, or a part of them, may be with the platform.
///
/// # Source
///
/// The 1C page, recognition: the parts' names, their formats and the answer are documented; that they travel as
/// `multipart/form-data` is inferred, the path is unverified.
#[derive(Clone, Default)]
pub struct RecognisePassport {
    passport: Option<Scan>,
    registration: Option<Scan>,
    limit: Option<usize>,
    hearer: Option<Hearer>,
}

impl RecognisePassport {
    /// No scan yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The passport's main page (`passport_rus`).
    #[must_use]
    pub fn passport(mut self, scan: Scan) -> Self {
        self.passport = Some(scan);
        self
    }

    /// The page with the registered address (`passport_rus_registration`).
    #[must_use]
    pub fn registration(mut self, scan: Scan) -> Self {
        self.registration = Some(scan);
        self
    }

    /// Refuses scans of more than `bytes` together, before anything is sent; 32 MiB unless told otherwise. No page names
    /// a limit.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = Some(bytes);
        self
    }

    /// Tells how far the upload is: bytes handed to the connection so far, and all of them. The bytes on the wire are
    /// the same as without it, but they leave as a stream of shared pieces, which is never sent twice by itself nor
    /// stored. Without it the whole form is put together in memory once more, beside the scans.
    #[must_use]
    pub fn on_progress(mut self, hearer: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.hearer = Some(std::sync::Arc::new(hearer));
        self
    }

    fn scans(&self) -> impl Iterator<Item = (&'static str, &Scan)> {
        let passport = self.passport.as_ref().map(|scan| (PASSPORT, scan));
        let registration = self.registration.as_ref().map(|scan| (REGISTRATION, scan));
        passport.into_iter().chain(registration)
    }
}

impl fmt::Debug for RecognisePassport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecognisePassport")
            .field("passport", &self.passport)
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}

model! {
    /// That the platform took the scans.
    #[derive(Eq)]
    pub struct RecognitionStarted {
        /// Under which identifier it gives the result; without it the answer would be of no use.
        pub id: RecognitionId = shown "id",
    }
}

impl Operation for RecognisePassport {
    type Provider = PayoutsPlatform;
    type Output = RecognitionStarted;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.recognise-passport",
        Effect::Once,
        Method::Post,
        HostId::API,
        "/unverified/payouts-platform.recognise-passport",
    )
    .guarded()
    .provenance(Provenance::new(
        ProvenanceGrade::Unverified,
        ProvenanceGrade::Inferred,
        ProvenanceGrade::Documented,
    ));

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.that(
            self.scans().next().is_some(),
            PASSPORT,
            "one scan at least must be there",
            || "none".to_owned(),
        );
        for (field, scan) in self.scans() {
            scan.check(&mut checks, field);
        }
        let size: usize = self.scans().map(|(_, scan)| scan.size()).sum();
        let limit = self.limit.unwrap_or(LIMIT);
        checks.that(
            size <= limit,
            "body",
            format!("must have at most {limit} bytes of scans"),
            || format!("{size} bytes"),
        );
        checks.finish()?;
        let (content_type, pieces) = Form::new(self.scans()).encode();
        let body = match &self.hearer {
            None => whole(&pieces),
            Some(hearer) => streamed(pieces, hearer.clone()),
        };
        Ok(Parts::new().body(content_type, body))
    }

    fn parse(answer: &Answer) -> Result<RecognitionStarted, ReadError> {
        answer.json()
    }
}
