//! What the state of a payout means.

use rubank_core::client::Verdict;
use rubank_core::polling::PollState;
use rubank_core::{lenient, model, open_enum};

open_enum! {
    /// The state of a payout (`status.id`). No page explains all of them; see [`StatusMeaning`] for what to do.
    pub enum PaymentStatus: integer {
        /// Paid.
        Paid = 1,
        /// Rejected.
        Rejected = 2,
        /// In processing.
        Processing = 3,
        /// Waits for confirmation in the cabinet by the vendor's text, for the payment itself by public clients.
        NeedsConfirmation = 4,
        /// Failed; a person may repeat it, cancel it or return the sum to the balance. **Not a refusal.**
        Failed = 5,
        /// Deleted, by public clients; the vendor's text is silent.
        Deleted = 6,
        /// Waits for confirmation, by public clients; absent from the older filter.
        AwaitsConfirmation = 7,
        /// Waits until its act is signed, by public clients.
        AwaitsSignature = 8,
    }
}

model! {
    /// The state of a payout as it came.
    #[derive(Eq)]
    pub struct PaymentStatusField {
        /// Which.
        pub id: Option<PaymentStatus> = shown "id",
        /// Its name for people. Never decide by it.
        pub title: Option<String> = "title" as lenient::text::option,
        /// Its colour in the cabinet. Never decide by it.
        pub theme: Option<String> = "theme" as lenient::text::option,
    }
}

/// What the state of a payout means for the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusMeaning {
    /// The contractor has been paid.
    Paid,
    /// It was refused or deleted, and the platform calls that final: paying again, with a new identifier, pays once.
    Refused,
    /// It moves by itself; look again, at most once a minute.
    Running,
    /// Only a person in the cabinet moves it on: confirms it, gets the act signed, repeats it, cancels it. Also what was
    /// refused or deleted without being called final. It can be paid after our last look, so whoever pays again with a
    /// new identifier can pay twice.
    NeedsPerson,
}

impl StatusMeaning {
    /// The meaning of a state and of `is_final`.
    ///
    /// ```
    /// use payouts_platform::{PaymentStatus, StatusMeaning};
    ///
    /// let meaning = |status: i64, last| StatusMeaning::of(Some(&PaymentStatus::from(status)), Some(last));
    /// assert_eq!(meaning(1, true), StatusMeaning::Paid);
    /// assert_eq!(meaning(2, true), StatusMeaning::Refused);
    /// assert_eq!(meaning(2, false), StatusMeaning::NeedsPerson, "rejected, but not for good");
    /// assert_eq!(meaning(6, false), StatusMeaning::NeedsPerson);
    /// assert_eq!(meaning(5, true), StatusMeaning::NeedsPerson, "an error can still be repeated in the cabinet");
    /// ```
    #[must_use]
    pub fn of(status: Option<&PaymentStatus>, is_final: Option<bool>) -> Self {
        let last = is_final == Some(true);
        match status {
            Some(PaymentStatus::Paid) => Self::Paid,
            // The vendor says of a rejected payout that nothing more is to be done, and of `is_final` that it tells the
            // end. Where the two differ, or `is_final` is not there, the dearer mistake is to believe the refusal.
            Some(PaymentStatus::Rejected | PaymentStatus::Deleted) if last => Self::Refused,
            Some(PaymentStatus::Processing) if !last => Self::Running,
            Some(PaymentStatus::Unknown(_)) | None if !last => Self::Running,
            _ => Self::NeedsPerson,
        }
    }

    /// What a lookup concludes of the write that made the payout. What a person can still move is pending: never
    /// refused, and not done either.
    #[must_use]
    pub(crate) const fn verdict(self) -> Verdict {
        match self {
            Self::Paid => Verdict::Happened,
            Self::Refused => Verdict::Refused,
            Self::Running | Self::NeedsPerson => Verdict::Pending,
        }
    }

    pub(crate) const fn poll_state(self) -> PollState {
        match self {
            Self::Paid | Self::Refused => PollState::Final,
            Self::Running => PollState::Running,
            Self::NeedsPerson => PollState::NeedsPerson,
        }
    }
}
