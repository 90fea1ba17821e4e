//! Paying an acceptance certificate, and its files.

use std::time::Duration;

use bytes::Bytes;
use rubank_core::client::{Lookup, Verdict};
use rubank_core::error::Error;

use super::follow::{Look, Payout, by_id, is_open, not_there, until_final};
use crate::Client;
use crate::certificates::{
    Certificate, CreateCertificate, DownloadCertificateDocx, DownloadCertificatePdf,
    GetCertificate, ListCertificates, PayCertificate,
};
use crate::ids::{CertificateId, ContractorId, PaymentId};
use crate::period::When;

/// Creates an acceptance certificate, pays it, and waits until the payout is final, at most for `patience`.
///
/// `payment` is called with the number of the certificate as soon as it is known, before anything is paid: **store it
/// there**, beside the key of the payment, which must have been stored before. It makes the payment, or says `None`,
/// and then nothing is paid.
///
/// After a crash run it again with that number as `made_before`: no second certificate is made then, and what the first
/// run may have paid is looked for, about a minute long, before anything is sent. `create` is not looked at. Without the number a second
/// certificate is made: nothing protects creations. [`certificates_with_number`] finds one whose number was not stored.
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client, details: payouts_platform::CertificateDetails) -> Result<(), payouts_platform::Error> {
/// # async fn store(id: payouts_platform::CertificateId) -> bool { true }
/// # fn stored() -> Option<payouts_platform::CertificateId> { None }
/// use std::time::Duration;
///
/// use payouts_platform::flows::{CertificateEnd, Payout, download_documents, pay_certificate};
/// use payouts_platform::{CreateCertificate, PayCertificate, RequisiteId};
///
/// let key = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
/// let create = CreateCertificate::new(details);
/// let patience = Duration::from_secs(600);
/// let paid = pay_certificate(&client, &create, stored(), patience, async |certificate| {
///     let is_stored = store(certificate).await;
///     is_stored.then(|| PayCertificate::new(certificate, key, RequisiteId::new(2_024_244)))
/// })
/// .await?;
/// match (paid.id, paid.end) {
///     (Some(id), CertificateEnd::Followed(Payout::Paid(_))) => {
///         let documents = download_documents(&client, id, 20_000_000).await?;
///         println!("{} and {} bytes", documents.docx.len(), documents.pdf.len());
///     }
///     (_, other) => println!("look at it: {other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// The certificate could not be created, or nobody knows whether it was (`Outcome::Unknown`): then
/// [`certificates_with_number`] looks for it. Or the one that was made before could not be read. Once it is there,
/// whatever becomes of its payment is part of the answer, so that the certificate is not lost with it.
pub async fn pay_certificate(
    client: &Client,
    create: &CreateCertificate,
    made_before: Option<CertificateId>,
    patience: Duration,
    payment: impl AsyncFnOnce(CertificateId) -> Option<PayCertificate>,
) -> Result<CertificatePayout, Error> {
    let certificate = match made_before {
        Some(id) => client.send(&GetCertificate::new(id)).await?.into_value(),
        None => client.send(create).await?.into_value(),
    };
    let certificate = Box::new(certificate.item);
    let id = made_before.or(certificate.id);
    let end = match id {
        None => CertificateEnd::NoNumber,
        Some(id) => match payment(id).await {
            None => CertificateEnd::Stopped,
            Some(pay) if made_before.is_none() => send(client, &pay, patience).await,
            Some(pay) => go_on(client, &pay, &certificate, patience).await,
        },
    };
    Ok(CertificatePayout {
        id,
        certificate,
        end,
    })
}

/// What [`pay_certificate`] did.
#[derive(Debug)]
#[non_exhaustive]
pub struct CertificatePayout {
    /// The number of the certificate, if the platform told one.
    pub id: Option<CertificateId>,
    /// The certificate as it was made, or read, before it was paid.
    pub certificate: Box<Certificate>,
    /// What became of its payment.
    pub end: CertificateEnd,
}

/// How the payment of a certificate ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum CertificateEnd {
    /// There is a payout, or may be one.
    Followed(Payout),
    /// The certificate shows this payout, and no look at it succeeded in time: look with
    /// [`GetPayment`](crate::GetPayment).
    NotSeen(PaymentId),
    /// The payment was refused, by the platform or by us, and the certificate shows none: nothing was paid.
    NotPaid(Error),
    /// The certificate was made before and shows no payout, or one without a number; and it does not say that it may be
    /// paid now (`abilities.can_create_payment`). This run sent nothing; a person must look.
    LeftAlone,
    /// The caller made no payment.
    Stopped,
    /// The platform told no number of the certificate, so that it could not be paid.
    NoNumber,
}

/// Pays a certificate that was just made: no earlier payment of it can be under way.
async fn send(client: &Client, pay: &PayCertificate, patience: Duration) -> CertificateEnd {
    let error = match client.send(pay).await {
        Ok(answer) => {
            let payment = answer.into_value().item;
            return CertificateEnd::Followed(match payment.id {
                Some(id) => until_final(client, Look::ById(id), payment, patience).await,
                None => Payout::of(payment),
            });
        }
        Err(error) if is_open(&error) => error,
        Err(error) => return CertificateEnd::NotPaid(error),
    };
    // A refusal of something else than the key needs no time to show: nothing was sent before it.
    let settle = match error.may_have_acted() {
        true => PayCertificate::SETTLE,
        false => Duration::ZERO,
    };
    match look(client, pay, settle).await {
        Ok(Seen::Payout(id)) => follow(client, id, patience).await,
        Ok(Seen::Nothing(_)) => match not_there(error) {
            Ok(payout) => CertificateEnd::Followed(payout),
            Err(error) => CertificateEnd::NotPaid(error),
        },
        Err(_) if !error.may_have_acted() => CertificateEnd::NotPaid(error),
        Ok(Seen::Unclear) | Err(_) => CertificateEnd::Followed(Payout::Unknown(error)),
    }
}

/// Pays a certificate that was made before: an earlier run may have paid it, and what a second request with the same key
/// does, nobody promises. So nothing is sent before the settle time has passed without a payout to be seen, and the
/// platform says that one may be made.
async fn go_on(
    client: &Client,
    pay: &PayCertificate,
    certificate: &Certificate,
    patience: Duration,
) -> CertificateEnd {
    if let Some(id) = shown(certificate) {
        return follow(client, id, patience).await;
    }
    match look(client, pay, PayCertificate::SETTLE).await {
        Ok(Seen::Payout(id)) => follow(client, id, patience).await,
        Ok(Seen::Nothing(latest)) if can_be_paid(&latest) => send(client, pay, patience).await,
        Ok(Seen::Nothing(_) | Seen::Unclear) => CertificateEnd::LeftAlone,
        Err(error) => CertificateEnd::Followed(Payout::Unknown(error)),
    }
}

/// What a certificate says of its payout.
enum Seen {
    Payout(PaymentId),
    /// There was none, all the time.
    Nothing(Box<Certificate>),
    /// There is one, and it has no number.
    Unclear,
}

/// Looks at the certificate until it shows a payout or the settle time has passed. Other than `settle` it does not wait
/// for the payout's end: that is asked of the payout itself, because a certificate does not tell what is final.
async fn look(client: &Client, pay: &PayCertificate, settle: Duration) -> Result<Seen, Error> {
    let clock = client.clock();
    let started = clock.monotonic();
    let mut pause = Duration::from_secs(1);
    loop {
        let age = clock.monotonic().saturating_sub(started);
        match client.send(&pay.lookup()).await {
            Ok(certificate) => match (shown(&certificate), PayCertificate::verdict(&certificate)) {
                (Some(id), _) => return Ok(Seen::Payout(id)),
                (None, Verdict::Missing) if age >= settle => {
                    return Ok(Seen::Nothing(Box::new(certificate.into_value().item)));
                }
                (None, Verdict::Missing) => {}
                (None, _) => return Ok(Seen::Unclear),
            },
            Err(error) if error.is_transient() && age < settle => {
                pause = pause.max(error.retry_after().unwrap_or_default());
            }
            Err(error) => return Err(error),
        }
        // The look right after the settle time is the one that counts.
        let left = settle.saturating_sub(clock.monotonic().saturating_sub(started));
        clock.sleep(pause.min(left)).await;
        pause = pause.saturating_mul(2);
    }
}

fn can_be_paid(certificate: &Certificate) -> bool {
    let can = certificate.abilities.as_ref();
    can.and_then(|can| can.can_create_payment) == Some(true)
}

fn shown(certificate: &Certificate) -> Option<PaymentId> {
    certificate.payment.as_ref().and_then(|payment| payment.id)
}

async fn follow(client: &Client, id: PaymentId, patience: Duration) -> CertificateEnd {
    match by_id(client, id, patience).await {
        Some(payout) => CertificateEnd::Followed(payout),
        None => CertificateEnd::NotSeen(id),
    }
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
