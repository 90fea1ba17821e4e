//! A payout in the older model, and what both models share.

use rubank_core::lenient::{self, Rows};
use rubank_core::money::{self, Money};
use rubank_core::personal::Personal;
use rubank_core::raw::Raw;
use rubank_core::types::Phone;
use rubank_core::{model, open_enum};

use super::status::{PaymentStatusField, StatusMeaning};
use crate::branches::Branch;
use crate::forms::{Moment, PaymentError};
use crate::ids::{
    AgentId, BranchOfficeId, ContractorId, CustomerPaymentId, PaymentId, RequisiteId,
};

model! {
    /// A payout (выплата) in the older model: what creating, repeating and paying a certificate answer with. No page
    /// promises any of the fields.
    ///
    /// `amount` is what was asked for, `amount_paid` what arrives. How the one becomes the other is the platform's
    /// business; nothing here computes it.
    #[derive(Eq)]
    pub struct Payment {
        /// The platform's number of it.
        pub id: Option<PaymentId> = shown "id",
        /// What was asked for, roubles: before commission and tax.
        pub amount: Option<Money> = "amount" as money::as_number::option,
        /// What arrives, roubles: after commission and tax.
        pub amount_paid: Option<Money> = "amount_paid" as money::as_number::option,
        /// Kept from the contractor, roubles.
        pub commission: Option<Money> = "commission" as money::as_number::option,
        /// Kept by the bank, roubles.
        pub commission_bank: Option<Money> = "commission_bank" as money::as_number::option,
        /// The tax of a self-employed contractor, kept, roubles.
        pub tax_amount: Option<Money> = "tax_amount" as money::as_number::option,
        /// Whether it moves no more by itself.
        pub is_final: Option<bool> = shown "is_final" as lenient::flag::option,
        /// The branch that pays.
        pub branch_office_id: Option<BranchOfficeId> = shown "branch_office_id",
        /// The receipt of a self-employed contractor.
        pub receipt: Option<Receipt> = shown "receipt",
        /// State.
        pub status: Option<PaymentStatusField> = shown "status",
        /// What went wrong.
        pub error: Option<PaymentError> = "error",
        /// What it is for.
        pub payment_purpose: Option<Personal<String>> = "payment_purpose",
        /// The caller's own identifier.
        pub customer_payment_id: Option<CustomerPaymentId> = shown "customer_payment_id",
        /// Who is paid.
        pub contractor: Option<PaymentContractor> = shown "contractor",
        /// Where the money goes; on demand.
        pub requisite: Option<PaymentRequisite> = "requisite",
        /// Who made it; on demand.
        pub creator: Option<CabinetUser> = "creator",
        /// The legal entity that pays; on demand.
        pub agent: Option<PaymentAgent> = "agent",
        /// What may be done with it now; on demand.
        pub abilities: Option<PaymentAbilities> = "abilities",
        /// What happened to it; on demand.
        pub history: Rows<HistoryEntry> = "history",
        /// The act that was made with it.
        pub act: Option<PaymentAct> = "act",
        /// The nominal account's part in it.
        pub nominal_info: Option<NominalInfo> = "nominal_info",
        /// What the customer hung on it; on demand. Its fields were not published.
        pub payload: Option<Raw> = "payload",
        /// The branch that pays, in full; on demand. With a hyphen on the wire.
        pub branch_office: Option<Branch> = "branch-office",
        /// When it was made.
        pub created_at: Option<Moment> = shown "created_at",
        /// When it was paid.
        pub paid_at: Option<Moment> = shown "paid_at",
        /// When it was refunded.
        pub refund_at: Option<Moment> = shown "refund_at",
        /// When it last changed.
        pub updated_at: Option<Moment> = shown "updated_at",
    }
}

impl Payment {
    /// What its state means for the money.
    #[must_use]
    pub fn meaning(&self) -> StatusMeaning {
        StatusMeaning::of(status_of(self.status.as_ref()), self.is_final)
    }
}

pub(super) fn status_of(
    field: Option<&PaymentStatusField>,
) -> Option<&super::status::PaymentStatus> {
    field.and_then(|status| status.id.as_ref())
}

model! {
    /// The receipt (чек НПД) that the tax service gives to a self-employed person.
    #[derive(Eq)]
    pub struct Receipt {
        /// Whether it can be cancelled.
        pub can_cancel: Option<bool> = "can_cancel" as lenient::flag::option,
        /// Why it was cancelled.
        pub cancel_reason: Option<Personal<String>> = "cancel_reason",
        /// The tax service's name of it.
        pub key: Option<String> = "key" as lenient::text::option,
        /// State.
        pub status: Option<ReceiptStatus> = shown "status",
        /// When it was made.
        pub operation_at: Option<Moment> = shown "operation_at",
        /// Where it can be seen.
        pub links: Option<ReceiptLinks> = "links",
    }
}

impl Receipt {
    /// Whether it is in force. A state that nobody published is not.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.status == Some(ReceiptStatus::Active)
    }
}

open_enum! {
    /// The state of a receipt. Only one was published.
    pub enum ReceiptStatus {
        /// In force.
        Active = "active",
    }
}

model! {
    /// Where a receipt can be seen.
    #[derive(Eq)]
    pub struct ReceiptLinks {
        /// At the tax service. **Not always an address**: the platform's samples hold control characters there, kept
        /// as they came. It names the contractor's INN.
        pub fns_url: Option<Personal<String>> = "fns_url",
        /// At the platform.
        pub saved_url: Option<Personal<String>> = "saved_url",
    }
}

model! {
    /// Who is paid.
    #[derive(Eq)]
    pub struct PaymentContractor {
        /// The contractor.
        pub id: Option<ContractorId> = shown "id",
        /// Phone.
        pub phone: Option<Phone> = "phone",
        /// Full name.
        pub full_name: Option<Personal<String>> = "full_name",
        /// Surname and initials.
        pub short_name: Option<Personal<String>> = "short_name",
    }
}

model! {
    /// Where the money goes, as people see it.
    #[derive(Eq)]
    pub struct PaymentRequisite {
        /// The requisite.
        pub id: Option<RequisiteId> = shown "id",
        /// Its picture.
        pub icon: Option<Icon> = "icon",
        /// What it is: `Карта`.
        pub title: Option<String> = "title" as lenient::text::option,
        /// A phone, or the end of a card number.
        pub description: Option<Personal<String>> = "description",
    }
}

model! {
    /// A picture.
    #[derive(Eq)]
    pub struct Icon {
        /// An address.
        pub normal: Option<String> = "normal",
        /// An address.
        pub url: Option<String> = "url",
        /// A flag in the older models, a text in the newer one; the text of either.
        pub overlay: Option<String> = "overlay" as lenient::text::option,
    }
}

model! {
    /// Who works in the cabinet.
    #[derive(Eq)]
    pub struct CabinetUser {
        /// The platform's number.
        pub id: Option<i64> = shown "id" as lenient::integer::option,
        /// Name.
        pub full_name: Option<Personal<String>> = "full_name",
    }
}

model! {
    /// The legal entity that pays; that of an entrepreneur is named after a person.
    #[derive(Eq)]
    pub struct PaymentAgent {
        /// The legal entity.
        pub id: Option<AgentId> = shown "id",
        /// Name.
        pub full_name: Option<Personal<String>> = "full_name",
    }
}

model! {
    /// What may be done with a payout now. Only repeating has an operation; the rest is done by people in the cabinet.
    #[derive(Eq)]
    pub struct PaymentAbilities {
        /// Approve.
        pub can_approve: Option<bool> = shown "can_approve" as lenient::flag::option,
        /// Confirm.
        pub can_confirm: Option<bool> = shown "can_confirm" as lenient::flag::option,
        /// Repeat: [`RepeatPayment`](crate::RepeatPayment).
        pub can_repeat: Option<bool> = shown "can_repeat" as lenient::flag::option,
        /// Credit to the balance.
        pub can_refund: Option<bool> = shown "can_refund" as lenient::flag::option,
        /// Cancel.
        pub can_cancel: Option<bool> = shown "can_cancel" as lenient::flag::option,
        /// Add files.
        pub can_add_files: Option<bool> = "can_add_files" as lenient::flag::option,
        /// Edit.
        pub can_edit: Option<bool> = "can_edit" as lenient::flag::option,
        /// Edit the requisite.
        pub can_edit_requisite: Option<bool> = "can_edit_requisite" as lenient::flag::option,
    }
}

model! {
    /// One thing that happened.
    #[derive(Eq)]
    pub struct HistoryEntry {
        /// What, for people.
        pub message: Option<Personal<String>> = "message",
        /// More of it.
        pub detail: Option<Personal<String>> = "detail",
        /// When.
        pub updated_at: Option<Moment> = shown "updated_at",
    }
}

model! {
    /// An act (акт оказанных услуг).
    #[derive(Eq)]
    pub struct PaymentAct {
        /// The platform's number.
        pub id: Option<i64> = shown "id" as lenient::integer::option,
        /// State.
        pub status: Option<ActStatus> = "status",
    }
}

model! {
    /// The state of an act.
    #[derive(Eq)]
    pub struct ActStatus {
        /// A word (`signed`) in the older model, a number in the newer one; the text of either.
        pub id: Option<String> = "id" as lenient::text::option,
        /// Its name for people.
        pub title: Option<String> = "title" as lenient::text::option,
    }
}

model! {
    /// The nominal account's part in a payout.
    #[derive(Eq)]
    pub struct NominalInfo {
        /// Whether it holds the money.
        pub is_holded: Option<bool> = shown "is_holded" as lenient::flag::option,
    }
}
