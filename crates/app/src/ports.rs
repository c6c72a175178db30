//! The few things rules cannot make themselves: the time, chance, and what other machines say.

use std::pin::Pin;
use std::time::Duration;

use mainstay_domain::Moment;
use uuid::Uuid;

/// Tells the time. The binary has the real clock, tests a settable one.
pub trait Clock: Send + Sync {
    /// The moment now.
    fn now(&self) -> Moment;
}

/// Makes random ids and secrets.
pub trait Ids: Send + Sync {
    /// A new id, in the order of time.
    fn id(&self) -> Uuid;
    /// A secret nobody can guess.
    fn secret(&self) -> [u8; 32];
}

/// What comes of a [`Call`].
pub type Answered<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Vec<u8>>, HttpError>> + Send + 'a>>;

/// Speaks HTTP to other machines. The binary has the real one, which is no way into the inside:
/// private, loopback and link-local addresses are refused after the name was looked up, and no
/// redirect is followed. Tests have a scripted one.
pub trait HttpClient: Send + Sync {
    /// Sends a request and waits for the whole answer.
    fn call(&self, call: Call) -> Answered<'_>;
}

/// A request to another machine, and what is waited for.
#[derive(Debug, Clone)]
pub struct Call {
    /// The request, with a small body.
    pub request: http::Request<Vec<u8>>,
    /// Most bytes of the answer's body.
    pub limit: usize,
    /// How long it may take in all.
    pub patience: Duration,
}

impl Call {
    /// A request whose answer is a document of half a megabyte at most, within five seconds.
    #[must_use]
    pub const fn new(request: http::Request<Vec<u8>>) -> Self {
        Self {
            request,
            limit: 512 * 1024,
            patience: Duration::from_secs(5),
        }
    }
}

/// Why another machine gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The address may not be asked.
    #[error("{0}")]
    NotAllowed(String),
    /// It could not be reached, or broke off.
    #[error("it cannot be reached: {0}")]
    Failed(String),
    /// It took too long.
    #[error("it did not answer in time")]
    TooSlow,
    /// It answered with more than is taken.
    #[error("it answered with more than {0} bytes")]
    TooLarge(usize),
}
