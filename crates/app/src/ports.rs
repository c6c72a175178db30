//! The few things rules cannot make themselves: the time, and chance.

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
