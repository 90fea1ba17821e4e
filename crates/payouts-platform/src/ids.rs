//! The platform's identifiers.

use rubank_core::operation::Checks;
use rubank_core::text_id;

use crate::requisites::no_card;

/// Declares an identifier that is a whole number. It is read from a number or a string (one operation's page types
/// another's number as a string) and written as a number; larger than 32 bits, because bank ids of SBP are.
macro_rules! number_id {
    ($($(#[$meta:meta])* $Name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $Name(i64);

        impl $Name {
            /// The identifier with this number.
            #[must_use]
            pub const fn new(number: i64) -> Self {
                Self(number)
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl From<i64> for $Name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($Name), "({})"), self.0)
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_i64(self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                rubank_core::lenient::integer::deserialize(from).map(Self)
            }
        }
    )*};
}

number_id! {
    /// A payout (выплата, `payment_id`).
    PaymentId;
    /// A contractor (исполнитель, `contractor_id`).
    ContractorId;
    /// A legal entity of the customer (юрлицо, `agent_id`).
    AgentId;
    /// A branch of the customer (филиал, `branch_office_id`).
    BranchOfficeId;
    /// An account of the customer (счёт, `bank_account_id`).
    BankAccountId;
    /// A contractor's balance (баланс, `balance_id`).
    BalanceId;
    /// A contractor's requisite that the platform knows (платёжный реквизит, `requisite_id`).
    RequisiteId;
    /// An acceptance certificate (ПСА, `cert_id`).
    CertificateId;
    /// A cooperation of a contractor with a legal entity (сотрудничество, `cooperation_id`).
    CooperationId;
    /// A group of contractors (`group_id`).
    GroupId;
    /// A request for identification (`id` of an identification request).
    IdentificationRequestId;
    /// A bank in SBP (`sbp_bank_id`), `100000000004` for example: more than 32 bits.
    SbpBankId;
    /// A unit of measure (`measure_unit_id`); 4 is the tonne.
    MeasureUnitId;
}

text_id! {
    /// The caller's own identifier of a payout (`customer_payment_id`): at most 36 characters, Latin letters, digits,
    /// spaces and ``-_.!:*()[]@$~`^,;=<>|{}‘`` (the last one is a curly quote). It names the intent: the platform
    /// refuses a second payout with the same one. A lower-case UUIDv4 fits.
    pub struct CustomerPaymentId;
}

text_id! {
    /// The caller's own key of a payment of a certificate (`idempotency_key`): a UUIDv4 that is made and stored before
    /// anything is sent.
    pub struct IdempotencyKey;
}

text_id! {
    /// A nomenclature or its type (номенклатура, `nomenclature_id`): a UUID.
    pub struct NomenclatureId;
}

text_id! {
    /// A request to recognise passport scans: a UUID.
    pub struct RecognitionId;
}

text_id! {
    /// A request to check passport details (`requestId`).
    pub struct PassportCheckId;
}

impl CustomerPaymentId {
    /// How many characters it may have.
    pub const LONGEST: usize = 36;

    /// The signs it may have beside Latin letters, digits and spaces.
    const SIGNS: &str = "-_.!:*()[]@$~`^,;=<>|{}\u{2018}";

    pub(crate) fn check(&self, checks: &mut Checks) {
        let (field, text) = ("customer_payment_id", self.as_str());
        let allowed =
            |sign: char| sign.is_ascii_alphanumeric() || sign == ' ' || Self::SIGNS.contains(sign);
        checks.length(field, text, 1..=Self::LONGEST);
        checks.that(
            text.chars().all(allowed),
            field,
            "may hold Latin letters, digits, spaces and -_.!:*()[]@$~`^,;=<>|{}\u{2018} only",
            || format!("{} characters", text.chars().count()),
        );
        // It stands in the path of its lookup, where these would lead elsewhere or be trimmed.
        checks.that(
            !matches!(text, "." | "..") && (text.is_empty() || !text.trim().is_empty()),
            field,
            "must not be a dot, two dots, or spaces alone",
            || format!("{} characters", text.chars().count()),
        );
        no_card(checks, field, text);
    }
}

impl IdempotencyKey {
    /// A UUIDv4 is 8-4-4-4-12 hexadecimal digits, with a 4 and one of 8, 9, a, b in their places.
    pub(crate) fn check(&self, checks: &mut Checks) {
        let text = self.as_str();
        let in_shape = text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
            && text
                .bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
        let bytes = text.as_bytes();
        let is_v4 = in_shape
            && bytes.get(14) == Some(&b'4')
            && bytes.get(19).is_some_and(|byte| b"89abAB".contains(byte));
        checks.that(is_v4, "idempotency_key", "must be a UUIDv4", || {
            format!("{} characters", text.chars().count())
        });
    }
}
