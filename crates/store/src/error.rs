//! Why the store did not do as it was asked.

use rubank_core::error::Error;
use rubank_core::operation::InvalidRequest;

use crate::engine::{EngineError, IntentId, Micros};
use crate::state::State;

/// Why the store did not do as it was asked. No text of it holds anything personal or secret.
///
/// None of these means that the intent is lost: what was written down stays, and the same call may be made again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database did not do as it was asked.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The key opens nothing here: it is another store's, or its id is missing in the keyring.
    #[error("the store was sealed with another key: {0}")]
    WrongKey(&'static str),
    /// What is sealed was changed, moved, or written by another program.
    #[error("what the store keeps for {0} cannot be opened")]
    Sealed(&'static str),
    /// The caller's value has no form in JSON: a map whose keys are no texts, say. Nothing was written.
    #[error("{0} cannot be written as JSON")]
    Unwritable(&'static str),
    /// The operation's body may hold a card number or an identity document, and the store does not encrypt.
    #[error("{operation} may hold {what}: a store without a key does not keep it")]
    KeyNeeded {
        /// The operation.
        operation: &'static str,
        /// Of what kind.
        what: &'static str,
    },
    /// A body that is a stream cannot be kept, nor sent twice with the same bytes.
    #[error("{0} has a streamed body, which cannot be written down")]
    Streamed(&'static str),
    /// The key is too long or empty.
    #[error("the key of an intent must have 1 to 200 characters")]
    BadKey,
    /// The same key was planned for something else, or for another place than this client goes to. Find out which of
    /// the two is meant; a new key is a second payment, unless the state says that nothing was paid.
    #[error("the intent {id:?} is {state} and another wish: {} differ", what.join(", "))]
    Differs {
        /// Which intent.
        id: IntentId,
        /// The state of the one that was written down.
        state: State,
        /// What differs: `environment`, `address`, `headers`, `body`, `permission to send again`, `amount`, `subject`,
        /// `run`.
        what: Vec<&'static str>,
    },
    /// The intent's key does not stand in the request: then it is not the key that the bank knows, and protects nothing.
    #[error("{0} does not carry the intent's key: give the intent the key of the request")]
    KeyNotSent(&'static str),
    /// The intent is of another operation than the caller's type.
    #[error("the intent {id:?} is not one of {operation}")]
    AnotherOperation {
        /// Which intent.
        id: IntentId,
        /// The operation that it was taken for.
        operation: &'static str,
    },
    /// There is no such intent.
    #[error("no intent {0:?} was planned")]
    Absent(IntentId),
    /// Somebody else works on it now.
    #[error("the intent {id:?} is held by another worker")]
    Held {
        /// Which intent.
        id: IntentId,
        /// The end of the lease at the latest.
        until: Micros,
    },
    /// The lease was over, and somebody else has the intent now: nothing was changed.
    #[error("the claim of the intent {0:?} was lost to another worker")]
    ClaimLost(IntentId),
    /// Its sealed parts were dropped by `forget` or `purge`.
    #[error("the request of the intent {0:?} was erased")]
    Erased(IntentId),
    /// The intent cannot go there from where it is.
    #[error("the intent {id:?} is {from}: it cannot become {to}")]
    Transition {
        /// Which intent.
        id: IntentId,
        /// Its state.
        from: State,
        /// The one that was asked for.
        to: State,
    },
    /// The request breaks a rule of the bank's page; nothing was written down.
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    /// The call failed. What that means for the intent stands in its state.
    #[error(transparent)]
    Call(#[from] Error),
}

impl StoreError {
    /// Whether the same call may work a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            StoreError::Engine(error) => error.is_transient(),
            StoreError::Call(error) => error.is_transient(),
            StoreError::Held { .. } | StoreError::ClaimLost(_) => true,
            _ => false,
        }
    }
}
