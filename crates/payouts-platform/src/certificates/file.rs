//! An acceptance certificate as a file.

use rubank_core::operation::{
    Answer, Download, Effect, File, HostId, InvalidRequest, Method, Operation, OperationMeta,
    Parts, Provenance, ProvenanceGrade,
};
use rubank_core::read::ReadError;

use crate::ids::CertificateId;
use crate::provider::{PayoutsPlatform, request};

/// Declares the download of a certificate.
macro_rules! file {
    ($(#[$meta:meta])* $Name:ident, $id:literal at $route:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $Name {
            id: CertificateId,
        }

        impl $Name {
            /// Of this certificate.
            pub fn new(id: impl Into<CertificateId>) -> Self {
                Self { id: id.into() }
            }
        }

        impl Operation for $Name {
            type Provider = PayoutsPlatform;
            type Output = File;

            const META: OperationMeta =
                OperationMeta::new($id, Effect::Read, Method::Get, HostId::API, $route)
                    .provenance(Provenance::new(
                        ProvenanceGrade::Unverified,
                        ProvenanceGrade::Documented,
                        ProvenanceGrade::Inferred,
                    ));

            fn parts(&self) -> Result<Parts, InvalidRequest> {
                // The content type of the file was not published.
                Ok(request().accept("*/*").path("cert_id", self.id.to_string()))
            }

            fn parse(answer: &Answer) -> Result<File, ReadError> {
                Ok(File::of(answer))
            }
        }

        impl Download for $Name {}
    };
}

file! {
    /// Downloads an acceptance certificate as docx; see [`DownloadCertificatePdf`].
    DownloadCertificateDocx,
    "payouts-platform.download-certificate-docx"
    at "/unverified/payouts-platform.download-certificate-docx/{cert_id}"
}

file! {
    /// Downloads an acceptance certificate as pdf, as a stream with its progress and a limit.
    ///
    /// ```no_run
    /// # async fn f(client: payouts_platform::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use std::io::Write;
    ///
    /// use payouts_platform::{CertificateId, DownloadCertificatePdf};
    ///
    /// let pdf = DownloadCertificatePdf::new(CertificateId::new(7));
    /// let mut stream = client.download(&pdf).await?.limit(20_000_000);
    /// let mut file = std::fs::File::create("certificate.pdf")?;
    /// while let Some(chunk) = stream.next().await {
    ///     file.write_all(&chunk?)?;
    ///     println!("{} of {:?} bytes", stream.received(), stream.total());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// **Nobody published its path**: until you set it with `ClientBuilder::override_route`, or opt in with
    /// `allow_unverified_paths`, it is refused before anything is sent. An error answer is an error, never a file.
    ///
    /// # Source
    ///
    /// The 1C page, acceptance certificates: the request is documented, the path is lost, the file is inferred.
    DownloadCertificatePdf,
    "payouts-platform.download-certificate-pdf"
    at "/unverified/payouts-platform.download-certificate-pdf/{cert_id}"
}
