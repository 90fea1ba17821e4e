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
use crate::payments::{Payment, fits};
use crate::period::When;

/// Creates an acceptance certificate, pays it, and waits until the payout is final, at most for `patience`.
///
/// `payment` is called with the number of the certificate as soon as it is known, before anything is paid: **store it
/// there**, beside the key of the payment, which must have been stored before. It makes the payment, or says `None`,
/// and then nothing is paid.
///
/// After a crash run it again with that number as `made_before`: no second certificate is made then, and `create` is not
/// looked at. What the first run may have paid is looked for, about a minute long, and **nothing is sent**: what a second
/// payment with the same key does, nobody promises. Only the caller knows of a certificate that no payment of it was ever
/// sent ([`MadeBefore::unpaid`]); such a one is paid after that minute, if the platform says that it may be. Without the
/// number a second certificate is made: nothing protects creations. [`certificates_with_number`] finds one whose number
/// was not stored.
///
/// The payout must be of the certificate's own sum and to its own contractor, as far as both are told
/// ([`Payout::AnotherPayout`]).
///
/// ```no_run
/// # async fn f(client: payouts_platform::Client, details: payouts_platform::CertificateDetails) -> Result<(), payouts_platform::Error> {
/// # async fn store(id: payouts_platform::CertificateId) -> bool { true }
/// # fn stored() -> Option<payouts_platform::flows::MadeBefore> { None }
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
    made_before: Option<MadeBefore>,
    patience: Duration,
    payment: impl AsyncFnOnce(CertificateId) -> Option<PayCertificate>,
) -> Result<CertificatePayout, Error> {
    let certificate = match made_before {
        Some(made) => client
            .send(&GetCertificate::new(made.id))
            .await?
            .into_value(),
        None => client.send(create).await?.into_value(),
    };
    let certificate = Box::new(certificate.item);
    let id = made_before.map(|made| made.id).or(certificate.id);
    let end = match id {
        None => CertificateEnd::NoNumber,
        Some(id) => match payment(id).await {
            None => CertificateEnd::Stopped,
            Some(pay) => {
                let run = Run {
                    client,
                    pay: &pay,
                    certificate: &certificate,
                    patience,
                };
                match made_before {
                    // No earlier payment of it can be under way.
                    None => run.send(None).await,
                    Some(made) => run.go_on(made).await,
                }
            }
        },
    };
    Ok(CertificatePayout {
        id,
        certificate,
        end,
    })
}

/// A certificate that was made before, and whether a payment of it may have left this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MadeBefore {
    id: CertificateId,
    may_have_left: bool,
}

impl MadeBefore {
    /// A payment of it may have been sent: an earlier run stored the number, and did not come back. It is looked for, and
    /// nothing is sent.
    #[must_use]
    pub const fn perhaps_paid(id: CertificateId) -> Self {
        Self {
            id,
            may_have_left: true,
        }
    }

    /// **No payment of it with the key that is used now was ever sent**: the caller knows it, because the run that made
    /// it was stopped before, or a person has looked. A payment with an older key that was refused does no harm.
    #[must_use]
    pub const fn unpaid(id: CertificateId) -> Self {
        Self {
            id,
            may_have_left: false,
        }
    }
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
    /// The payment was refused, by the platform or by us, and the certificate shows none of it: this run paid nothing.
    NotPaid(Error),
    /// The certificate was made before, and the last payout that it shows is this one, refused for good: that of the same
    /// key or of an older one, nobody tells. This run sent nothing: a payment may have left before, or the certificate
    /// does not say that it may be paid now (`abilities.can_create_payment`).
    EarlierRefused(Box<Payment>),
    /// The certificate was made before and shows no payout, or one without a number. This run sent nothing: a payment may
    /// have left before, or the certificate does not say that it may be paid now (`abilities.can_create_payment`). A
    /// person must look.
    LeftAlone,
    /// The caller made no payment.
    Stopped,
    /// The platform told no number of the certificate, so that it could not be paid.
    NoNumber,
}

/// A payment, and what it is judged by.
struct Run<'a> {
    client: &'a Client,
    pay: &'a PayCertificate,
    certificate: &'a Certificate,
    patience: Duration,
}

impl Run<'_> {
    /// Sends the payment. `refused` is a payout that the certificate showed before: it is none of this one.
    async fn send(&self, refused: Option<PaymentId>) -> CertificateEnd {
        let error = match self.client.send(self.pay).await {
            Ok(answer) => return self.made(answer.into_value().item).await,
            Err(error) if is_open(&error) => error,
            Err(error) => return CertificateEnd::NotPaid(error),
        };
        // A refusal of something else than the key needs no time to show: nothing was sent before it.
        let settle = match error.may_have_acted() {
            true => PayCertificate::SETTLE,
            false => Duration::ZERO,
        };
        match look(self.client, self.pay, refused, settle).await {
            Ok(Seen::Payout(id)) => self.follow(id).await,
            Ok(Seen::Nothing(_)) => match not_there(error) {
                Ok(payout) => CertificateEnd::Followed(payout),
                Err(error) => CertificateEnd::NotPaid(error),
            },
            Err(_) if !error.may_have_acted() => CertificateEnd::NotPaid(error),
            Ok(Seen::Unclear) | Err(_) => CertificateEnd::Followed(Payout::Unknown(error)),
        }
    }

    /// Goes on with a certificate that was made before. Nothing is sent before the settle time has passed without a new
    /// payout to be seen, and the platform says that one may be made; and nothing at all if a payment may have left: what
    /// a second request with the same key does, nobody promises.
    async fn go_on(&self, made: MadeBefore) -> CertificateEnd {
        let refused = match shown(self.certificate) {
            None => None,
            Some(id) => match self.follow(id).await {
                // It may be that of an older key, and a newer one not shown yet.
                CertificateEnd::Followed(Payout::Refused(payment)) => Some((id, payment)),
                end => return end,
            },
        };
        let its_id = refused.as_ref().map(|(id, _)| *id);
        let seen = look(self.client, self.pay, its_id, PayCertificate::SETTLE).await;
        match (seen, refused) {
            (Ok(Seen::Payout(id)), _) => self.follow(id).await,
            (Ok(Seen::Nothing(latest)), _) if !made.may_have_left && can_be_paid(&latest) => {
                self.send(its_id).await
            }
            (Ok(Seen::Nothing(_)), Some((_, payment))) => CertificateEnd::EarlierRefused(payment),
            (Ok(Seen::Nothing(_) | Seen::Unclear), _) => CertificateEnd::LeftAlone,
            (Err(error), _) => CertificateEnd::Followed(Payout::Unknown(error)),
        }
    }

    /// Waits for a payout that the platform answered with.
    async fn made(&self, payment: Payment) -> CertificateEnd {
        // A platform that answers a used key with the payout that has it was not promised, nor excluded.
        if !may_pay(self.certificate, &payment) {
            return CertificateEnd::Followed(Payout::AnotherPayout(Box::new(payment)));
        }
        CertificateEnd::Followed(match payment.id {
            Some(id) => until_final(self.client, Look::ById(id), payment, self.patience).await,
            None => Payout::of(payment),
        })
    }

    /// Waits for a payout that the certificate shows.
    async fn follow(&self, id: PaymentId) -> CertificateEnd {
        match by_id(self.client, id, self.patience).await {
            Some(payout) => CertificateEnd::Followed(match payout.payment() {
                Some(payment) if !may_pay(self.certificate, payment) => {
                    Payout::AnotherPayout(Box::new(payment.clone()))
                }
                _ => payout,
            }),
            None => CertificateEnd::NotSeen(id),
        }
    }
}

/// Whether a payout can be the certificate's: of its sum and to its contractor, as far as both are told.
fn may_pay(certificate: &Certificate, payment: &Payment) -> bool {
    let wanted = certificate.contractor.as_ref().and_then(|one| one.id);
    let paid = payment.contractor.as_ref().and_then(|one| one.id);
    fits(wanted, paid) && fits(certificate.amount, payment.amount)
}

/// What a certificate says of its payout.
enum Seen {
    Payout(PaymentId),
    /// There was no new one, all the time.
    Nothing(Box<Certificate>),
    /// There is one, and it has no number.
    Unclear,
}

/// Looks at the certificate until it shows a payout or the settle time has passed. Other than `settle` it does not wait
/// for the payout's end: that is asked of the payout itself, because a certificate does not tell what is final. `refused`
/// is no new payout.
async fn look(
    client: &Client,
    pay: &PayCertificate,
    refused: Option<PaymentId>,
    settle: Duration,
) -> Result<Seen, Error> {
    let clock = client.clock();
    let started = clock.monotonic();
    let mut pause = Duration::from_secs(1);
    loop {
        let age = clock.monotonic().saturating_sub(started);
        match client.send(&pay.lookup()).await {
            Ok(certificate) => {
                let shown = shown(&certificate);
                let is_new = shown != refused;
                match (shown, PayCertificate::verdict(&certificate)) {
                    (Some(id), _) if is_new => return Ok(Seen::Payout(id)),
                    (None, verdict) if verdict != Verdict::Missing => return Ok(Seen::Unclear),
                    _ if age >= settle => {
                        return Ok(Seen::Nothing(Box::new(certificate.into_value().item)));
                    }
                    _ => {}
                }
            }
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
