//! What can come of a verb besides success.

use mainstay_domain::access::Denial;
use mainstay_domain::calendar::CalendarError;
use mainstay_domain::case::Refusal;
use mainstay_domain::entitlement::VerdictError;
use mainstay_store::views::TimelineRow;

/// Why a verb did not do what was asked. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no, in a sentence.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The rules of internal requests say no, in a sentence.
    #[error(transparent)]
    Internal(#[from] mainstay_domain::internal::Refusal),
    /// The role does not allow it.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// There is no such thing, or it is not theirs: the two read the same.
    #[error("There is nothing here that you may see")]
    NotFound,
    /// Nobody is signed in, or not any more.
    #[error("Please sign in")]
    SignedOut,
    /// The address or the password is wrong; which of them is not said.
    #[error("This address and password do not belong together")]
    WrongPassword,
    /// Too many failed attempts.
    #[error("Too many attempts; try again in {} min", .minutes)]
    TooManyAttempts {
        /// Minutes to wait.
        minutes: u32,
    },
    /// A second factor is asked of them that they have not shown.
    #[error("A second factor is asked of you: sign in on the web to show it, or to add one")]
    FactorRequired,
    /// What they want to change asks for a proof of the last minutes.
    #[error("Show once more that it is you, then try again")]
    ProofNeeded,
    /// Something was added since the page was drawn.
    #[error("Something was added since you opened this page")]
    Stale {
        /// What was added, as far as they may see it.
        added: Vec<TimelineRow>,
        /// The revision now.
        revision: u32,
    },
    /// Another request used the same key for something else.
    #[error("This Idempotency-Key was used for another request; take a new one")]
    KeyReused,
    /// A field of a form or call is wrong.
    #[error("{message}")]
    Field {
        /// Its name.
        field: &'static str,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A link was used before or has expired.
    #[error("This link was used before or has expired; ask for a new one")]
    LinkUsed,
    /// Their organisation has its people sign in with its own provider alone.
    #[error(
        "Your organisation has its own sign-in, and its people use nothing else here: go on with \
         “Use my organisation's sign-in”"
    )]
    ProviderOnly,
    /// A provider has vouched for them in its own organisation, and they want to act in another.
    #[error(
        "You came in by the sign-in of one organisation, which vouches for you there alone: sign \
         out and in again with what is your own, or with the other organisation's sign-in"
    )]
    VouchedElsewhere,
    /// A sign-in by a provider did not work. What was not as it should be is told only to whoever
    /// tries a provider they set up.
    #[error("This sign-in did not work")]
    ProviderRefused {
        /// Why, for whoever tries it.
        why: Option<String>,
    },
    /// A file could not be kept.
    #[error("The file could not be kept: {0}")]
    File(String),
    /// The disk could not keep a file's bytes, or give them back; what it said is for whoever runs
    /// this, not for whoever asks.
    #[error("The disk that holds files cannot be used: {reason}")]
    Disk {
        /// Whether it is full.
        is_full: bool,
        /// What the system said.
        reason: String,
    },
    /// Description files have mistakes; each is named with its place.
    #[error("{0}")]
    Description(String),
    /// Somebody has decided it, or its time is over.
    #[error("{0}")]
    Settled(String),
    /// They see the portal as a customer does, and whoever does changes nothing.
    #[error(
        "You see the portal as a customer does, so nothing can be changed; stop the view first"
    )]
    InView,
    /// The time of their view is over.
    #[error("The view is over")]
    ViewOver,
    /// The store.
    #[error(transparent)]
    Store(#[from] mainstay_store::Error),
}

impl Error {
    /// Whether the same request may well succeed another time: the fault lies with a disk, the
    /// engine or the moment, not with what was asked.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        match self {
            Self::Store(error) => error.is_passing(),
            Self::Disk { .. } => true,
            _ => false,
        }
    }
}

impl From<VerdictError> for Error {
    fn from(error: VerdictError) -> Self {
        Self::Refused(error.into())
    }
}

impl From<CalendarError> for Error {
    fn from(error: CalendarError) -> Self {
        Self::Refused(error.into())
    }
}
