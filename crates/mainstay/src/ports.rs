//! The real clock and real chance: the one place in the program that asks the machine for either.

use std::time::Instant;

use mainstay_app::{Clock, Ids};
use mainstay_domain::Moment;
use uuid::Uuid;

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the binary's one reading of the wall clock, behind the port"
    )]
    fn now(&self) -> Moment {
        Moment::from(jiff::Timestamp::now())
    }
}

/// The machine's chance.
pub struct SystemIds;

impl Ids for SystemIds {
    #[expect(
        clippy::disallowed_methods,
        reason = "the binary's one maker of random ids, behind the port"
    )]
    fn id(&self) -> Uuid {
        Uuid::now_v7()
    }

    /// # Panics
    /// When the system has no secure chance to give: no secret is better than a guessable one.
    fn secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        if let Err(error) = getrandom::fill(&mut secret) {
            panic!("the system gives no secure random bytes: {error}");
        }
        secret
    }
}

/// Starts measuring how long something takes; no rule depends on it.
#[expect(
    clippy::disallowed_methods,
    reason = "durations for logs and progress lines, never for a rule"
)]
pub fn stopwatch() -> Instant {
    Instant::now()
}
