//! A payout in the newer model.

use rubank_core::lenient::{self, Rows};
use rubank_core::model;
use rubank_core::money::{self, Money};
use rubank_core::personal::Personal;
use rubank_core::raw::Raw;
use rubank_core::types::{Account, Inn, Phone};

use super::model::{
    CabinetUser, HistoryEntry, Icon, NominalInfo, PaymentAbilities, PaymentAct, PaymentAgent,
    Receipt, status_of,
};
use super::status::{PaymentStatusField, StatusMeaning};
use crate::forms::{Day, Limit, Moment, PaymentError};
use crate::ids::{
    BankAccountId, BranchOfficeId, CertificateId, ContractorId, CustomerPaymentId, PaymentId,
    RequisiteId, SbpBankId,
};
use crate::requisites::RequisiteKind;

model! {
    /// A payout (выплата) in the newer model. No page promises any of the fields; see
    /// [`Payment`](crate::Payment) for the meaning of the sums.
    #[derive(Eq)]
    pub struct PaymentV2 {
        /// The platform's number of it.
        pub id: Option<PaymentId> = shown "id",
        /// State.
        pub status: Option<PaymentStatusField> = shown "status",
        /// Whether it moves no more by itself.
        pub is_final: Option<bool> = shown "is_final" as lenient::flag::option,
        /// What went wrong.
        pub error: Option<PaymentError> = "error",
        /// The caller's own identifier.
        pub customer_payment_id: Option<CustomerPaymentId> = shown "customer_payment_id",
        /// Another system's number.
        pub external_id: Option<String> = "external_id" as lenient::text::option,
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
        /// The receipt of a self-employed contractor.
        pub receipt: Option<Receipt> = shown "receipt",
        /// A receipt of another kind; its fields were not published.
        pub fiscal_receipt: Option<Raw> = "fiscal_receipt",
        /// What it is for.
        pub payment_purpose: Option<Personal<String>> = "payment_purpose",
        /// Where it comes from; nobody says what that means.
        pub payment_from: Option<String> = "payment_from" as lenient::text::option,
        /// Whom SBP shall find.
        pub sbp_info: Option<PaymentSbp> = "sbp_info",
        /// The driver, in the taxi business.
        pub driver: Option<CabinetUser> = "driver",
        /// Who is paid.
        pub contractor: Option<PaymentContractorV2> = shown "contractor",
        /// The branch that pays; on demand.
        pub branch_office: Option<PaymentBranch> = "branch_office",
        /// The account that pays; on demand.
        pub bank_account: Option<PaymentBankAccount> = "bank_account",
        /// Where the money goes; on demand.
        pub requisite: Option<PaymentRequisiteV2> = "requisite",
        /// Who made it; on demand.
        pub creator: Option<CabinetUser> = "creator",
        /// Who approved it; on demand.
        pub approver: Option<CabinetUser> = "approver",
        /// The legal entity that pays; on demand.
        pub agent: Option<PaymentAgent> = "agent",
        /// What happened to it; on demand.
        pub history: Rows<HistoryEntry> = "history",
        /// What may be done with it now; on demand.
        pub abilities: Option<PaymentAbilities> = "abilities",
        /// What the customer hung on it; on demand. Its fields were not published.
        pub payload: Option<Raw> = "payload",
        /// Its files; on demand.
        pub files: Rows<PaymentFile> = "files",
        /// The act that was made with it; on demand.
        pub act: Option<PaymentAct> = "act",
        /// The acceptance certificate that it pays.
        pub acceptance_certificate: Option<PaymentCertificateLink> = "acceptance_certificate",
        /// The nominal account's part in it; on demand.
        pub nominal_info: Option<NominalInfo> = "nominal_info",
        /// A vehicle; on demand.
        pub vehicle: Option<VehicleLink> = "vehicle",
        /// A report on the vehicle's pledges; on demand.
        pub vehicle_pledges_report: Option<VehicleLink> = "vehicle_pledges_report",
        /// A remark; on demand.
        pub comment: Option<Personal<String>> = "comment",
        /// Whether it redeems a pledge.
        pub is_for_pledge_redemption: Option<bool> = "is_for_pledge_redemption" as lenient::flag::option,
        /// Whether there are files.
        pub has_files: Option<bool> = "has_files" as lenient::flag::option,
        /// Whether it goes to a contractor.
        pub with_contractor: Option<bool> = "with_contractor" as lenient::flag::option,
        /// When it was approved.
        pub approved_at: Option<Moment> = shown "approved_at",
        /// When it was paid.
        pub paid_at: Option<Moment> = shown "paid_at",
        /// When it was refunded.
        pub refund_at: Option<Moment> = shown "refund_at",
        /// When it was cancelled.
        pub canceled_at: Option<Moment> = shown "canceled_at",
        /// When it was made.
        pub created_at: Option<Moment> = shown "created_at",
        /// When it last changed.
        pub updated_at: Option<Moment> = shown "updated_at",
    }
}

impl PaymentV2 {
    /// What its state means for the money.
    #[must_use]
    pub fn meaning(&self) -> StatusMeaning {
        StatusMeaning::of(status_of(self.status.as_ref()), self.is_final)
    }
}

model! {
    /// Whom SBP shall find behind the phone.
    #[derive(Eq)]
    pub struct PaymentSbp {
        /// First name.
        pub first_name: Option<Personal<String>> = "first_name",
        /// Patronymic.
        pub middle_name: Option<Personal<String>> = "middle_name",
        /// Surname.
        pub last_name: Option<Personal<String>> = "last_name",
        /// Whether the name is compared.
        pub is_need_validate_sbp_fio: Option<bool> = "is_need_validate_sbp_fio" as lenient::flag::option,
        /// Whether the name is that of the requisite.
        pub from_requisites_fio: Option<bool> = "from_requisites_fio" as lenient::flag::option,
    }
}

model! {
    /// Who is paid.
    #[derive(Eq)]
    pub struct PaymentContractorV2 {
        /// The contractor.
        pub id: Option<ContractorId> = shown "id",
        /// Phone.
        pub phone: Option<Phone> = "phone",
        /// INN.
        pub inn: Option<Inn> = "inn",
        /// Full name.
        pub full_name: Option<Personal<String>> = "full_name",
        /// Surname and initials.
        pub short_name: Option<Personal<String>> = "short_name",
        /// Whether self-employed.
        pub is_selfemployer: Option<bool> = shown "is_selfemployer" as lenient::flag::option,
        /// Whether deleted.
        pub is_deleted: Option<bool> = shown "is_deleted" as lenient::flag::option,
        /// Whether in the stop list.
        pub in_stop_list: Option<bool> = shown "in_stop_list" as lenient::flag::option,
    }
}

model! {
    /// The branch that pays.
    #[derive(Eq)]
    pub struct PaymentBranch {
        /// The branch.
        pub id: Option<BranchOfficeId> = shown "id",
        /// Its legal entity.
        pub agent: Option<crate::branches::Agent> = "agent",
        /// Name.
        pub name: Option<String> = "name" as lenient::text::option,
        /// Address.
        pub address: Option<Personal<String>> = "address",
        /// The most in a month; null is no limit.
        pub limit_monthly: Option<Limit> = "limit_monthly",
        /// The most in a day; null is no limit.
        pub limit_daily: Option<Limit> = "limit_daily",
        /// Whether it works.
        pub is_active: Option<bool> = shown "is_active" as lenient::flag::option,
        /// Limits of single days.
        pub temporary_limits: Rows<TemporaryLimit> = "temporary_limits",
    }
}

model! {
    /// A branch's limit of one day.
    #[derive(Eq)]
    pub struct TemporaryLimit {
        /// The day.
        pub date: Option<Day> = shown "date",
        /// The most on it; null is no limit.
        pub limit: Option<Limit> = "limit",
    }
}

model! {
    /// The account that pays.
    #[derive(Eq)]
    pub struct PaymentBankAccount {
        /// The account.
        pub id: Option<BankAccountId> = shown "id",
        /// What the customer calls it.
        pub name: Option<String> = "name" as lenient::text::option,
    }
}

model! {
    /// Where the money goes.
    #[derive(Eq)]
    pub struct PaymentRequisiteV2 {
        /// The requisite.
        pub id: Option<RequisiteId> = shown "id",
        /// Card or phone.
        pub type_id: Option<RequisiteKind> = shown "type_id",
        /// Its picture.
        pub icon: Option<Icon> = "icon",
        /// What it is: `Карта`.
        pub title: Option<String> = "title" as lenient::text::option,
        /// A card number without its middle.
        pub mask: Option<Personal<String>> = "mask",
        /// A phone, or the end of a card number.
        pub description: Option<Personal<String>> = "description",
        /// The requisite itself.
        pub requisite: Option<PaymentRequisiteFields> = "requisite",
    }
}

model! {
    /// A requisite itself.
    #[derive(Eq)]
    pub struct PaymentRequisiteFields {
        /// A card number, a phone with or without plus, or an account.
        pub account_number: Option<Account> = "account_number",
        /// The bank in SBP.
        pub sbp_bank_id: Option<SbpBankId> = "sbp_bank_id",
        /// The card.
        pub card: Option<RequisiteCard> = "card",
        /// The bank.
        pub bank_name: Option<String> = "bank_name" as lenient::text::option,
        /// Surname.
        pub last_name: Option<Personal<String>> = "last_name",
        /// First name.
        pub first_name: Option<Personal<String>> = "first_name",
        /// Patronymic.
        pub middle_name: Option<Personal<String>> = "middle_name",
        /// The bank's BIC.
        pub bik: Option<String> = "bik" as lenient::text::option,
        /// INN.
        pub inn: Option<Inn> = "inn",
        /// What is written into the payment.
        pub payment_text: Option<Personal<String>> = "payment_text",
    }
}

model! {
    /// A card.
    #[derive(Eq)]
    pub struct RequisiteCard {
        /// The platform's number of it.
        pub id: Option<i64> = "id" as lenient::integer::option,
        /// Another name of it.
        pub uuid: Option<Personal<String>> = "uuid",
        /// Its number without the middle.
        pub mask: Option<Personal<String>> = "mask",
    }
}

model! {
    /// A file of a payout.
    #[derive(Eq)]
    pub struct PaymentFile {
        /// The platform's number of it.
        pub id: Option<i64> = shown "id" as lenient::integer::option,
        /// Its name; people put names of people into it.
        pub name: Option<Personal<String>> = "name",
        /// What follows the point in the name.
        pub extension: Option<String> = "extension" as lenient::text::option,
        /// Bytes.
        pub size: Option<i64> = shown "size" as lenient::integer::option,
        /// Whether it can be deleted.
        pub can_delete: Option<bool> = "can_delete" as lenient::flag::option,
        /// Whether it can be viewed.
        pub can_view: Option<bool> = "can_view" as lenient::flag::option,
    }
}

model! {
    /// The acceptance certificate that is paid.
    #[derive(Eq)]
    pub struct PaymentCertificateLink {
        /// The certificate.
        pub id: Option<CertificateId> = shown "id",
    }
}

model! {
    /// A vehicle, or a report on it.
    #[derive(Eq)]
    pub struct VehicleLink {
        /// The platform's name of it.
        pub id: Option<String> = "id" as lenient::text::option,
    }
}
