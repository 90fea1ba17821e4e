use std::time::Duration;

use rubank_core::lenient::Rows;
use rubank_core::model;
use rubank_core::money::{self, Quantity};
use rubank_core::open_enum;
use rubank_core::operation::{
    Answer, Checks, Effect, HostId, InvalidRequest, Method, Operation, OperationMeta, Parts,
};
use rubank_core::personal::Personal;
use rubank_core::polling::{Poll, PollState};
use rubank_core::read::ReadError;

use crate::ids::RecognitionId;
use crate::paging::Item;
use crate::provider::{PayoutsPlatform, ROUTE_UNVERIFIED, request};

/// Gets how far a recognition is, and what was read. It can also be waited for with `client.poll`.
///
/// Only the state `completed` is known to be final; everything else is waited for.
///
/// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
/// `allow_unverified_paths`, it is refused before anything is sent.
///
/// # Source
///
/// The 1C page, recognition: request and answer are documented; the path is unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetPassportRecognition {
    id: RecognitionId,
}

impl GetPassportRecognition {
    /// The recognition under this identifier.
    pub fn new(id: impl Into<RecognitionId>) -> Self {
        Self { id: id.into() }
    }
}

model! {
    /// A recognition of passport scans.
    #[derive(Eq)]
    pub struct PassportRecognition {
        /// The platform's identifier.
        pub id: Option<RecognitionId> = shown "id",
        /// How far all of it is.
        pub status: Option<ProcessingStatus> = shown "status",
        /// Each scan.
        pub files: Rows<RecognisedFile> = shown "files",
    }
}

model! {
    /// How far a piece of work of the platform is: a recognition, one of its scans, a check of a passport.
    #[derive(Eq)]
    pub struct ProcessingStatus {
        /// The state.
        pub state: Option<ProcessingState> = shown "state",
        /// Its name, for people.
        pub title: Option<String> = "title",
        /// The colour in which the cabinet shows it.
        pub theme: Option<ProcessingTheme> = shown "theme",
        /// More of it, for people; it may quote what was sent.
        pub description: Option<Personal<String>> = "description",
    }
}

impl ProcessingStatus {
    /// Whether it will not change any more. A state that nobody knows is not final.
    #[must_use]
    pub fn is_final(&self) -> bool {
        matches!(self.state, Some(ProcessingState::Completed))
    }
}

open_enum! {
    /// State of a piece of work. No list of them was published: `completed` stands in the sample of a recognition,
    /// `processing` in that of a check.
    pub enum ProcessingState {
        /// Under way.
        Processing = "processing",
        /// Done. Final.
        Completed = "completed",
    }
}

open_enum! {
    /// The colour in which the cabinet shows a state.
    pub enum ProcessingTheme {
        /// Good.
        Success = "success",
        /// Neither good nor bad.
        Info = "info",
        /// Bad.
        Error = "error",
    }
}

open_enum! {
    /// What a scan shows.
    pub enum ScanKind {
        /// The passport's main page.
        Passport = "passport_rus",
        /// The page with the registered address.
        Registration = "passport_rus_registration",
    }
}

model! {
    /// One scan and what was read from it.
    #[derive(Eq)]
    pub struct RecognisedFile {
        /// What the platform takes it for: `passport-national`, `registration-address`.
        pub document_type: Option<String> = shown "document_type",
        /// The country of the document, `rus`.
        pub country: Option<String> = shown "country",
        /// As what it was sent.
        pub kind: Option<ScanKind> = shown "type",
        /// How far it is.
        pub status: Option<ProcessingStatus> = shown "status",
        /// What was read; absent before it is done.
        pub result: Option<RecognisedFields> = "result",
    }
}

model! {
    /// What was read from a scan: the main page gives the person and the passport, the other one the address.
    #[derive(Eq)]
    pub struct RecognisedFields {
        /// First name (имя).
        pub first_name: Option<Personal<String>> = "first_name",
        /// Patronymic (отчество).
        pub middle_name: Option<Personal<String>> = "middle_name",
        /// Surname (фамилия); everywhere else the platform calls it `last_name`.
        pub last_name: Option<Personal<String>> = "second_name",
        /// Sex as printed, `МУЖ.` or `ЖЕН.`
        pub gender: Option<Personal<String>> = "gender",
        /// Date of birth, `2023-11-07`.
        pub birth_date: Option<Personal<String>> = "birth_date",
        /// Series, four digits.
        pub serial: Option<Personal<String>> = "serial" as rubank_core::lenient::personal,
        /// Number, six digits.
        pub number: Option<Personal<String>> = "number" as rubank_core::lenient::personal,
        /// When it was issued, `1993-04-28`.
        pub issued_at: Option<Personal<String>> = "date",
        /// The code of the department that issued it, `020-001`.
        pub division: Option<Personal<String>> = "division" as rubank_core::lenient::personal,
        /// Who issued it.
        pub issued_by: Option<Personal<String>> = "issued_by",
        /// Place of birth.
        pub birthplace: Option<Personal<String>> = "birthplace",
        /// The registered address.
        pub registration_address: Option<Personal<String>> = "registration_address",
        /// Since when.
        pub registration_date: Option<Personal<String>> = "registration_date",
        /// How sure the platform is of each field.
        pub confidences: Option<Confidences> = shown "confidences",
    }
}

macro_rules! confidences {
    ($( $(#[$meta:meta])* $field:ident = $wire:literal ),* $(,)?) => {
        model! {
            /// How sure the platform is of each field, from 0 to 1, exactly as it wrote it.
            #[derive(Eq)]
            pub struct Confidences {
                $( $(#[$meta])* pub $field: Option<Quantity> = shown $wire as money::as_number::option, )*
            }
        }

        impl Confidences {
            /// Each field that has one, by its wire name.
            pub fn iter(&self) -> impl Iterator<Item = (&'static str, Quantity)> + '_ {
                [$(($wire, self.$field)),*]
                    .into_iter()
                    .filter_map(|(field, sure)| Some((field, sure?)))
            }
        }

        impl RecognisedFields {
            /// Each field, by its wire name, and whether something was read.
            fn read(&self) -> impl Iterator<Item = (&'static str, bool)> + '_ {
                [$(($wire, self.$field.is_some())),*].into_iter()
            }
        }
    };
}

confidences! {
    /// First name.
    first_name = "first_name",
    /// Patronymic.
    middle_name = "middle_name",
    /// Surname.
    last_name = "second_name",
    /// Sex.
    gender = "gender",
    /// Date of birth.
    birth_date = "birth_date",
    /// Series.
    serial = "serial",
    /// Number.
    number = "number",
    /// When it was issued.
    issued_at = "date",
    /// The department's code.
    division = "division",
    /// Who issued it.
    issued_by = "issued_by",
    /// Place of birth.
    birthplace = "birthplace",
    /// The registered address.
    registration_address = "registration_address",
    /// Since when.
    registration_date = "registration_date",
}

impl RecognisedFields {
    /// The fields that a person should look at, by wire name: those whose confidence is below `least`, and those that
    /// were read without any.
    pub fn doubtful(&self, least: Quantity) -> impl Iterator<Item = &'static str> + '_ {
        self.read()
            .filter(move |(field, read)| match self.confidence(field) {
                Some(sure) => sure < least,
                None => *read,
            })
            .map(|(field, _)| field)
    }

    fn confidence(&self, field: &str) -> Option<Quantity> {
        let mut all = self.confidences.as_ref()?.iter();
        all.find_map(|(name, sure)| (name == field).then_some(sure))
    }
}

impl Operation for GetPassportRecognition {
    type Provider = PayoutsPlatform;
    type Output = Item<PassportRecognition>;

    const META: OperationMeta = OperationMeta::new(
        "payouts-platform.get-passport-recognition",
        Effect::Read,
        Method::Get,
        HostId::API,
        "/unverified/payouts-platform.get-passport-recognition/{id}",
    )
    .provenance(ROUTE_UNVERIFIED);

    fn parts(&self) -> Result<Parts, InvalidRequest> {
        let mut checks = Checks::new();
        checks.not_blank("id", self.id.as_str());
        checks.finish()?;
        Ok(request().path("id", self.id.as_str()))
    }

    fn parse(answer: &Answer) -> Result<Item<PassportRecognition>, ReadError> {
        answer.json()
    }
}

impl Poll for GetPassportRecognition {
    // The page names no pace; a recognition takes seconds.
    const INTERVAL: Duration = Duration::from_secs(2);

    fn state(recognition: &Item<PassportRecognition>) -> PollState {
        match &recognition.status {
            Some(status) if status.is_final() => PollState::Final,
            _ => PollState::Running,
        }
    }
}
