//! Recognition of passport scans.

mod form;
mod result;
mod send;

pub use form::{ImageFormat, Scan};
pub use result::{
    Confidences, GetPassportRecognition, PassportRecognition, ProcessingState, ProcessingStatus,
    ProcessingTheme, RecognisedFields, RecognisedFile, ScanKind,
};
pub use send::{RecognisePassport, RecognitionStarted};

const SAMPLE: &str = "497f6eca-6276-4993-bfeb-53cbbbba6f08";

crate::catalogue::area! {
    RecognisePassport => || RecognisePassport::new()
        .passport(Scan::png(&b"\x89PNG\r\n\x1a\nno picture of a main page"[..]))
        .registration(Scan::jpeg(&b"\xff\xd8\xff\xe0no picture of an address"[..])),
    GetPassportRecognition => || GetPassportRecognition::new(SAMPLE),
}

#[cfg(test)]
mod tests;
