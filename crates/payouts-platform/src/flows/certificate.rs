//! Paying an acceptance certificate, and its files.

use std::time::Duration;

use bytes::Bytes;
use rubank_core::error::Error;

use super::follow::{Payout, pay};
use crate::Client;
use crate::certificates::{
    Certificate, CreateCertificate, DownloadCertificateDocx, DownloadCertificatePdf,
    ListCertificates, PayCertificate,
};
use crate::ids::{CertificateId, ContractorId};
use crate::period::When;

/// Creates an acceptance certificate, pays it, and waits until the payout is final, at most for `patience`.
///
/// `payment` makes the payment of the certificate that was made; its key must have been stored before.
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client, details: payouts_platform::CertificateDetails) -> Result<(), payouts_platform::Error> {
/// use std::time::Duration;
///
/// use payouts_platform::flows::{download_documents, pay_certificate};
/// use payouts_platform::{CreateCertificate, PayCertificate, RequisiteId};
///
/// let key = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
/// let create = CreateCertificate::new(details);
/// let paid = pay_certificate(&client, &create, Duration::from_secs(600), |certificate| {
///     PayCertificate::new(certificate, key, RequisiteId::new(2_024_244))
/// })
/// .await?;
/// println!("{:?}: {:?}", paid.certificate.id, paid.payout);
/// if let Some(id) = paid.certificate.id {
///     let documents = download_documents(&client, id, 20_000_000).await?;
///     println!("{} and {} bytes", documents.docx.len(), documents.pdf.len());
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The certificate could not be created, or nobody knows whether it was (`Outcome::Unknown`): then
/// [`certificates_with_number`] looks for it. Once it is there, a failed payment is part of the answer, so that the
/// certificate is not lost with it.
pub async fn pay_certificate(
    client: &Client,
    create: &CreateCertificate,
    patience: Duration,
    payment: impl FnOnce(CertificateId) -> PayCertificate,
) -> Result<CertificatePayout, Error> {
    let certificate = Box::new(client.send(create).await?.into_value().item);
    let payout = match certificate.id {
        Some(id) => Some(pay(client, &payment(id), None, patience).await),
        None => None,
    };
    Ok(CertificatePayout {
        certificate,
        payout,
    })
}

/// What [`pay_certificate`] did.
#[derive(Debug)]
#[non_exhaustive]
pub struct CertificatePayout {
    /// The certificate that was made.
    pub certificate: Box<Certificate>,
    /// Its payout, or why there is none: the platform, or we, refused it. `None` if the platform told no identifier of
    /// the certificate, so that it could not be paid.
    pub payout: Option<Result<Payout, Error>>,
}

/// The certificates of a contractor with this number, made at this moment or later: what a person, or a program that
/// gives each number once, does after the answer to a creation was lost. None right after that may be too early.
///
/// # Errors
/// As [`Client::send`](rubank_core::client::Client::send), or a certificate cannot be read.
pub async fn certificates_with_number(
    client: &Client,
    contractor: ContractorId,
    number: &str,
    since: impl Into<When>,
) -> Result<Vec<Certificate>, Error> {
    let list = ListCertificates::new()
        .contractors([contractor])
        .created_from(since);
    let mut certificates = client.items(list);
    let mut found = Vec::new();
    while let Some(certificate) = certificates.next().await {
        let certificate = certificate?;
        if certificate.number.as_deref() == Some(number) {
            found.push(certificate);
        }
    }
    Ok(found)
}

/// Both files of a certificate, in memory; each up to `limit` bytes. To stream one, send its operation to
/// `client.download`.
///
/// **Nobody published their paths**: set them with `ClientBuilder::override_route` first.
///
/// # Errors
/// As [`Client::download`](rubank_core::client::Client::download), or a file is larger.
pub async fn download_documents(
    client: &Client,
    id: CertificateId,
    limit: u64,
) -> Result<Documents, Error> {
    let docx = client.download(&DownloadCertificateDocx::new(id)).await?;
    let docx = docx.collect(limit).await?;
    let pdf = client.download(&DownloadCertificatePdf::new(id)).await?;
    let pdf = pdf.collect(limit).await?;
    Ok(Documents { docx, pdf })
}

/// The files of a certificate.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Documents {
    /// To be edited.
    pub docx: Bytes,
    /// To be printed.
    pub pdf: Bytes,
}

/// Their sizes: the files are full of personal data.
impl std::fmt::Debug for Documents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Documents(docx {} bytes, pdf {} bytes)",
            self.docx.len(),
            self.pdf.len()
        )
    }
}

#[cfg(test)]
mod tests;
