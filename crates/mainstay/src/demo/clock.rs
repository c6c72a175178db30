//! A clock that is moved through the demo's past by hand and follows the machine's from then on.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use mainstay_app::{Clock, Ids};
use mainstay_domain::Moment;
use uuid::Uuid;

use super::chance::Chance;
use crate::ports::{SystemClock, SystemIds};

/// Not a moment of the past: the machine's clock holds.
const RELEASED: i64 = i64::MIN;

/// The demo's clock.
pub struct DemoClock(AtomicI64);

impl DemoClock {
    /// A clock that shows the present until it is set.
    pub const fn new() -> Self {
        Self(AtomicI64::new(RELEASED))
    }

    /// Shows a moment until it is set again.
    pub fn set(&self, at: Moment) {
        self.0.store(at.as_unix(), Ordering::SeqCst);
    }

    /// Follows the machine's clock from now on.
    pub fn release(&self) {
        self.0.store(RELEASED, Ordering::SeqCst);
    }

    fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst) != RELEASED
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Moment {
        match self.0.load(Ordering::SeqCst) {
            RELEASED => SystemClock.now(),
            seconds => Moment::from_unix(seconds),
        }
    }
}

/// Ids of the demo's past follow its clock and its chance; secrets are the machine's own.
pub struct DemoIds {
    clock: Arc<DemoClock>,
    chance: Mutex<(Chance, u64)>,
}

impl DemoIds {
    /// Ids that follow a clock.
    pub const fn new(clock: Arc<DemoClock>, seed: u64) -> Self {
        Self {
            clock,
            chance: Mutex::new((Chance::new(seed), 0)),
        }
    }
}

impl Ids for DemoIds {
    fn id(&self) -> Uuid {
        if !self.clock.is_set() {
            return SystemIds.id();
        }
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        chance.1 += 1;
        let seconds = u64::try_from(self.clock.now().as_unix()).unwrap_or(0);
        let millis = seconds * 1000 + chance.1 % 1000;
        uuid::Builder::from_unix_timestamp_millis(millis, &chance.0.bytes()).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        SystemIds.secret()
    }
}
