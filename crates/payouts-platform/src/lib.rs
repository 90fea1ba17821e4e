#![doc = include_str!("../README.md")]

mod branches;
mod cabinet;
#[doc(hidden)]
pub mod catalogue;
mod certificates;
mod contractors;
mod cooperations;
mod error;
pub mod flows;
mod forms;
mod identification;
mod ids;
mod legal_form;
mod nomenclatures;
mod nominal;
mod paging;
mod passport_check;
mod payments;
mod period;
mod provider;
mod recognition;
mod requisites;
mod self_employed;
#[cfg(test)]
mod tests;

pub use branches::{
    Agent, Branch, BranchBankAccount, BranchLimit, BranchLimitKind, BranchOrder, CreateBranch,
    ListBranchBankAccounts, ListBranches, UpdateBranch,
};
pub use cabinet::{
    CabinetFeatures, CabinetSettings, ExtensionRelease, GetCabinetSettings, ListExtensionReleases,
};
pub use certificates::{
    Certificate, CertificateAbilities, CertificateAgent, CertificateAuthor, CertificateBankAccount,
    CertificateBranch, CertificateContractor, CertificateDetails, CertificateItem, CertificateLine,
    CertificateOrder, CertificatePayment, CertificateRecipient, CertificateRequisite,
    CertificateRequisiteFields, CertificateSbp, CertificateScrapMetal, CertificateStatus,
    CertificateTransport, CertificateWarning, CreateCertificate, DownloadCertificateDocx,
    DownloadCertificatePdf, GetCertificate, ListCertificates, MeasureUnit, PayCertificate,
    ScrapMetal, Transport, UpdateCertificate,
};
pub use contractors::{
    Balance, BalanceIntegration, BalanceKind, BalanceType, Contractor, ContractorAgent,
    ContractorBalance, ContractorDetails, ContractorLegalForm, ContractorPassport,
    ContractorRequisite, CurrencyField, DeleteContractor, GetBalance, GetContractor, ListBalances,
    ListContractors, ListRequisites, PassportDocument, RequisiteFields, RussianPassport,
    UpdateContractor, UpsertContractor,
};
pub use cooperations::{
    Cooperation, CooperationLegalForm, CreateCooperation, DeleteCooperation, GetCooperation,
    ListCooperations, UpdateCooperation,
};
pub use error::{ErrorBody, ErrorField, ErrorReason};
pub use forms::{Day, Limit, Moment, PaymentError, PaymentErrorReason};
pub use identification::{
    AddressDetails, AddressPart, Gender, GetLastApprovedIdentification, Identification,
    IdentificationCountry, IdentificationStatus, IdentificationView, IdentityPassport,
    PersonIdentity, RequestIdentification,
};
pub use ids::{
    AgentId, BalanceId, BankAccountId, BranchOfficeId, CertificateId, ContractorId, CooperationId,
    CustomerPaymentId, GroupId, IdempotencyKey, IdentificationRequestId, MeasureUnitId,
    NomenclatureId, PassportCheckId, PaymentId, RecognitionId, RequisiteId, SbpBankId,
};
pub use legal_form::LegalForm;
pub use nomenclatures::{
    CreateNomenclature, DeleteNomenclature, GetNomenclature, ListNomenclatures, Nomenclature,
    NomenclatureCategory, NomenclatureType, UpdateNomenclature, WantedType,
};
pub use nominal::{ListNominalIncomings, ListNominalPayouts, NominalIncoming, NominalPayout};
pub use paging::{Done, Item, PER_PAGE, Page, PageLinks, PageMeta};
pub use passport_check::{CheckedPassport, GetPassportCheck, PassportCheck, StartPassportCheck};
pub use payments::{
    Act, ActStatus, Buyer, CabinetUser, CreatePayment, GetPayment, GetPaymentByCustomerId,
    GetPaymentV2, HistoryEntry, Icon, Include, IncludeV2, Job, JobMeasure, ListPayments,
    ListPaymentsV2, NominalInfo, Payer, Payment, PaymentAbilities, PaymentAct, PaymentAgent,
    PaymentBankAccount, PaymentBranch, PaymentCertificateLink, PaymentContractor,
    PaymentContractorV2, PaymentFile, PaymentRequisite, PaymentRequisiteFields, PaymentRequisiteV2,
    PaymentSbp, PaymentStatus, PaymentStatusField, PaymentV2, Receipt, ReceiptLinks, ReceiptStatus,
    RepeatPayment, RequisiteCard, StatusMeaning, TemporaryLimit, VehicleLink,
};
pub use period::When;
pub use provider::{OPENAPI_V1_BASE, PayoutsPlatform, credentials, environment};
pub use recognition::{
    Confidences, GetPassportRecognition, ImageFormat, PassportRecognition, ProcessingState,
    ProcessingStatus, ProcessingTheme, RecognisePassport, RecognisedFields, RecognisedFile,
    RecognitionStarted, Scan, ScanKind,
};
pub use requisites::{Destination, Requisite, RequisiteKind, RequisiteType, SbpRecipient};
pub use self_employed::{
    GetSelfEmployedState, MessageKind, SelfEmployedMessage, SelfEmployedMessages,
    SelfEmployedState, Synchronisation, SynchroniseSelfEmployedState,
};

/// The rest of what this crate stands on: transports, clocks, your own operations.
pub use rubank_core;
pub use rubank_core::client::{RequestOptions, Response, Settled};
pub use rubank_core::error::{Error, ErrorKind, Outcome};
pub use rubank_core::money::{Money, Quantity};
pub use rubank_core::personal::Personal;
pub use rubank_core::secret::Secret;
pub use rubank_core::tls::{Identity, Root};
pub use rubank_core::tri::Patch;
pub use rubank_core::types::{Inn, LocalDate, Phone, Timestamp};
/// The `time` that dates and zones are given in.
pub use time;

/// A client of the payouts platform; sends only the operations of this crate (and your own for [`PayoutsPlatform`]).
pub type Client = rubank_core::client::Client<PayoutsPlatform>;

/// The same verbs without async.
#[cfg(feature = "blocking")]
pub type BlockingClient = rubank_core::blocking::Client<PayoutsPlatform>;
