//! How long whoever fails to sign in must wait: longer each time, and never so that a stranger's
//! failures keep the holder of an address out of the browser they use.
//!
//! A browser that somebody has signed in with before is judged by its own failures alone. Everybody
//! else is judged by what failed for the address from their network, which a stranger elsewhere
//! cannot fill, and by wide bounds on an address from everywhere and on a network.

use crate::Moment;

/// What failures are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Track {
    /// A browser the person has signed in with before.
    KnownDevice,
    /// An address from one network.
    AddressFromNetwork,
    /// An address, from wherever strangers try it.
    Address,
    /// A network, whatever the address.
    Network,
    /// A person's second factor, after the first was right.
    Factor,
    /// Challenges for passkeys that a network was given and has not answered.
    Challenges,
}

impl Track {
    /// The word it is kept under.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::KnownDevice => "device",
            Self::AddressFromNetwork => "address-network",
            Self::Address => "address",
            Self::Network => "network",
            Self::Factor => "factor",
            Self::Challenges => "challenges",
        }
    }

    /// Failures that cost no wait.
    const fn free(self) -> u32 {
        match self {
            Self::KnownDevice | Self::AddressFromNetwork => 10,
            Self::Address => 100,
            Self::Network => 200,
            Self::Factor => 5,
            Self::Challenges => 300,
        }
    }

    /// Seconds of the first wait; each further one is twice as long.
    const fn first_wait(self) -> i64 {
        match self {
            Self::Factor => 30,
            _ => 60,
        }
    }

    /// Whether this failure is the one from which on there is a wait.
    #[must_use]
    pub const fn begins_to_wait(self, failed: u32) -> bool {
        failed == self.free()
    }

    /// The earliest instant of the next try, after so many failures of which the last was `at`.
    #[must_use]
    pub fn open_at(self, failed: u32, at: Moment) -> Moment {
        let Some(beyond) = failed.checked_sub(self.free()) else {
            return at;
        };
        let seconds = self.first_wait() << beyond.min(5);
        at.plus_seconds(seconds.min(LONGEST_WAIT_MINUTES * 60))
    }
}

/// The longest wait.
const LONGEST_WAIT_MINUTES: i64 = 15;

/// After as many minutes without a failure none is remembered.
pub const FORGET_MINUTES: i64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_with_each_failure_up_to_a_quarter_of_an_hour() {
        let at = Moment::from_unix(1_000);
        let minutes = |failed| Track::KnownDevice.open_at(failed, at).seconds_since(at) / 60;
        let waits: Vec<i64> = [1, 9, 10, 11, 12, 13, 14, 15, u32::MAX]
            .map(minutes)
            .to_vec();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 15, 15, 15]);
        const {
            assert!(
                FORGET_MINUTES > LONGEST_WAIT_MINUTES,
                "a wait is not forgotten"
            )
        };
    }

    #[test]
    fn after_wrong_codes_a_wait_grows_and_is_never_long() {
        let at = Moment::from_unix(1_000);
        let seconds = |failed| Track::Factor.open_at(failed, at).seconds_since(at);
        let waits: Vec<i64> = (0..12).map(seconds).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]);
    }

    #[test]
    fn a_network_or_an_address_from_everywhere_is_given_more_than_a_pair() {
        for wide in [Track::Address, Track::Network] {
            let at = Moment::from_unix(0);
            assert_eq!(wide.open_at(50, at), at);
            assert!(Track::AddressFromNetwork.open_at(50, at) > at);
        }
    }

    #[test]
    fn a_wait_begins_once() {
        let begins = (0..100).filter(|failed| Track::AddressFromNetwork.begins_to_wait(*failed));
        assert_eq!(begins.count(), 1);
    }
}
