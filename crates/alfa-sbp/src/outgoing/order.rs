//! What is to be paid: shared by the draft and the one-step payment, and what is signed.

use rubank_core::money::Kopecks;
use rubank_core::operation::{Checks, InvalidRequest, Parts};
use rubank_core::personal::Personal;
use rubank_core::types::Account;
use serde::Serialize;

use crate::ids::{B2bClientId, QrcId};
use crate::signing::{Signature, signing_text};

/// The longest purpose, in characters.
const LONGEST_PURPOSE: usize = 210;

/// The client on whose behalf a partner pays (`client`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct B2bClient {
    b2b_client_id: B2bClientId,
    partner_id: i64,
}

impl B2bClient {
    /// The client, and the partner's number at the bank.
    pub fn new(id: impl Into<B2bClientId>, partner_id: i64) -> Self {
        Self {
            b2b_client_id: id.into(),
            partner_id,
        }
    }

    /// The client.
    #[must_use]
    pub fn id(&self) -> &B2bClientId {
        &self.b2b_client_id
    }

    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.not_blank("client.b2bClientId", self.b2b_client_id.as_str());
    }
}

/// What is to be paid, by which link, from which account.
///
/// ```
/// use alfa_sbp::{Account, B2bClient, Kopecks, PaymentOrder};
///
/// let order = PaymentOrder::new(
///     B2bClient::new("021be5ed-6312-4982-a4e9-2a2cc44bc88c", 1),
///     "AD1000038AQ1FG409KGACUQU5QRSH3FM",
///     Account::checked("40702810901400001130")?,
///     Kopecks::new(1_000_000),
///     "Оплата по договору №123456789 от 01.09.2001",
///     true,
/// )
/// .tax_amount(Kopecks::new(200_000));
/// # let _ = order;
/// # Ok::<(), alfa_sbp::InvalidIdentifier>(())
/// ```
///
/// # Rules
///
/// An account of 20 or 22 digits; at least one kopeck; a purpose of at most 210 characters; no empty link or client;
/// no negative tax.
///
/// # Source
///
/// Public client code that talks to the bank (inferred).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentOrder {
    client: B2bClient,
    qrc_id: QrcId,
    payer_account: Account,
    amount: Kopecks,
    payment_purpose: Personal<String>,
    take_tax: bool,
    tax_amount: Option<Kopecks>,
}

impl PaymentOrder {
    /// Who pays by which link, from which account, how many kopecks, what for, and whether the sum includes VAT
    /// (`takeTax`). [`GetPaymentLink`](crate::GetPaymentLink) tells what the recipient asks for.
    pub fn new(
        client: B2bClient,
        link: impl Into<QrcId>,
        payer_account: Account,
        amount: Kopecks,
        purpose: impl Into<Personal<String>>,
        take_tax: bool,
    ) -> Self {
        Self {
            client,
            qrc_id: link.into(),
            payer_account,
            amount,
            payment_purpose: purpose.into(),
            take_tax,
            tax_amount: None,
        }
    }

    /// The VAT in the sum, kopecks.
    #[must_use]
    pub fn tax_amount(mut self, tax: Kopecks) -> Self {
        self.tax_amount = Some(tax);
        self
    }

    /// The text that the client signs to let this order be paid: give its UTF-8 bytes to your signing tool, and the
    /// [`Signature`] to the request. It holds an account and a purpose, so it does not print.
    ///
    /// Each field that is sent as `name=value`, those of the client among them, sorted by name, with CR LF between
    /// the lines and none at the end:
    ///
    /// ```
    /// # use alfa_sbp::{Account, B2bClient, Kopecks, PaymentOrder};
    /// # let account = Account::checked("40702810901400001130")?;
    /// let order = PaymentOrder::new(B2bClient::new("client-1", 7), "LINK", account, Kopecks::new(100), "Счёт 1", false);
    /// assert_eq!(
    ///     order.signing_text()?.expose(),
    ///     "amount=100\r\nb2bClientId=client-1\r\npartnerId=7\r\npayerAccount=40702810901400001130\r\n\
    ///      paymentPurpose=Счёт 1\r\nqrcId=LINK\r\ntakeTax=false",
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// *Inferred* from public client code; ask the bank for its page on signatures before you rely on it.
    ///
    /// # Errors
    ///
    /// The order breaks a rule, or a text in it has a line break: it could then be read as other fields than the ones
    /// that were meant.
    pub fn signing_text(&self) -> Result<Personal<String>, InvalidRequest> {
        let mut checks = Checks::new();
        self.check(&mut checks);
        checks.finish()?;
        let tax = self
            .tax_amount
            .map(|tax| ("taxAmount", tax.get().to_string()));
        signing_text(
            [
                ("amount", self.amount.get().to_string()),
                ("b2bClientId", self.client.b2b_client_id.to_string()),
                ("partnerId", self.client.partner_id.to_string()),
                ("payerAccount", self.payer_account.expose().to_owned()),
                ("paymentPurpose", self.payment_purpose.expose().clone()),
                ("qrcId", self.qrc_id.to_string()),
                ("takeTax", self.take_tax.to_string()),
            ]
            .into_iter()
            .chain(tax),
        )
    }

    pub(super) fn client(&self) -> &B2bClient {
        &self.client
    }

    pub(super) fn link(&self) -> &QrcId {
        &self.qrc_id
    }

    pub(super) fn check(&self, checks: &mut Checks) {
        self.client.check(checks);
        checks.not_blank("qrcId", self.qrc_id.as_str());
        let account = &self.payer_account;
        checks.that(
            account.is_valid(),
            "payerAccount",
            "must be 20 or 22 digits",
            || format!("{} characters", account.expose().chars().count()),
        );
        checks.range("amount", self.amount.get(), 1..=i64::MAX);
        checks.length(
            "paymentPurpose",
            self.payment_purpose.expose(),
            0..=LONGEST_PURPOSE,
        );
        if let Some(tax) = self.tax_amount {
            checks.range("taxAmount", tax.get(), 0..=i64::MAX);
        }
    }

    /// The body of a request; an empty list of signatures is left out.
    pub(super) fn put(
        &self,
        parts: Parts,
        signatures: &[Signature],
    ) -> Result<Parts, InvalidRequest> {
        parts.json(&Body {
            client: &self.client,
            qrc_id: &self.qrc_id,
            payer_account: &self.payer_account,
            amount: self.amount,
            payment_purpose: &self.payment_purpose,
            take_tax: self.take_tax,
            tax_amount: self.tax_amount,
            digest_signatures: signatures,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    client: &'a B2bClient,
    qrc_id: &'a QrcId,
    payer_account: &'a Account,
    amount: Kopecks,
    payment_purpose: &'a Personal<String>,
    take_tax: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tax_amount: Option<Kopecks>,
    #[serde(skip_serializing_if = "<[Signature]>::is_empty")]
    digest_signatures: &'a [Signature],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::sample_order;

    fn broken(order: &PaymentOrder) -> Vec<String> {
        let mut checks = Checks::new();
        order.check(&mut checks);
        match checks.finish() {
            Ok(()) => Vec::new(),
            Err(invalid) => invalid
                .violations()
                .iter()
                .map(|broken| broken.field().to_owned())
                .collect(),
        }
    }

    #[test]
    fn each_limit_holds_on_both_sides_of_its_edge() {
        let order = sample_order;
        let account = |text: &str| PaymentOrder {
            payer_account: Account::received(text),
            ..order()
        };
        let amount = |kopecks| PaymentOrder {
            amount: Kopecks::new(kopecks),
            ..order()
        };
        let purpose = |signs| PaymentOrder {
            payment_purpose: "Я".repeat(signs).into(),
            ..order()
        };
        let client = |id: &str| PaymentOrder {
            client: B2bClient::new(id, 1),
            ..order()
        };
        let link = |id: &str| PaymentOrder {
            qrc_id: id.into(),
            ..order()
        };
        let tax = |kopecks| order().tax_amount(Kopecks::new(kopecks));
        let rows: [(PaymentOrder, &[&str]); 15] = [
            (order(), &[]),
            (amount(1), &[]),
            (amount(0), &["amount"]),
            (amount(-1), &["amount"]),
            (amount(i64::MAX), &[]),
            (purpose(0), &[]),
            (purpose(210), &[]),
            (purpose(211), &["paymentPurpose"]),
            (account(&"4".repeat(22)), &[]),
            (account(&"4".repeat(21)), &["payerAccount"]),
            (tax(0), &[]),
            (tax(-1), &["taxAmount"]),
            (client(" "), &["client.b2bClientId"]),
            (link(""), &["qrcId"]),
            (
                PaymentOrder {
                    client: B2bClient::new("", 0),
                    amount: Kopecks::ZERO,
                    ..purpose(300)
                },
                &["client.b2bClientId", "amount", "paymentPurpose"],
            ),
        ];
        for (order, expected) in rows {
            assert_eq!(broken(&order), expected, "{order:?}");
        }
    }

    #[test]
    fn the_text_to_sign_is_sorted_and_has_no_line_too_many() {
        let lines = "amount=1000000\r\n\
                     b2bClientId=021be5ed-6312-4982-a4e9-2a2cc44bc88c\r\n\
                     partnerId=1\r\n\
                     payerAccount=40702810901400001130\r\n\
                     paymentPurpose=Оплата по договору №123456789 от 01.09.2001\r\n\
                     qrcId=AD1000038AQ1FG409KGACUQU5QRSH3FM\r\n\
                     takeTax=true";
        let taxed = format!("{lines}\r\ntaxAmount=200000");
        let untaxed = PaymentOrder {
            tax_amount: None,
            ..sample_order()
        };
        assert_eq!(untaxed.signing_text().unwrap().expose(), lines);
        assert_eq!(*sample_order().signing_text().unwrap().expose(), taxed);
    }

    #[test]
    fn what_cannot_be_sent_or_read_back_is_not_signed() {
        let order = PaymentOrder {
            amount: Kopecks::ZERO,
            ..sample_order()
        };
        assert_eq!(
            order.signing_text().unwrap_err().violations()[0].field(),
            "amount"
        );
        let order = PaymentOrder {
            payment_purpose: "a\r\nqrcId=other".into(),
            ..sample_order()
        };
        let refused = order.signing_text().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "paymentPurpose: must have no line break to be signed (got 14 characters)"
        );
    }

    #[test]
    fn debug_tells_no_account_and_no_purpose() {
        let printed = format!("{:?}", sample_order());
        assert!(!printed.contains("40702810901400001130"), "{printed}");
        assert!(!printed.contains("договор"), "{printed}");
        assert!(
            printed.contains("AD1000038AQ1FG409KGACUQU5QRSH3FM"),
            "{printed}"
        );
    }
}
