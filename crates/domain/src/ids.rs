//! Identities. Random ids are made by the binary and handed in; numbers people read have a check
//! digit, so that a misread or misdialled one names no other case.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A customer organisation.
    AccountId
    /// Someone who signs in.
    PersonId
    /// A case.
    CaseId
    /// An account's plan, its state, seats and term.
    SubscriptionId
    /// An organisation that acts for accounts.
    PartnerId
    /// A file on a case.
    FileId
    /// A request of somebody to their own administrators.
    InternalId
}

/// The number people read: a counter and a check digit (Luhn).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseNumber(u64);

/// A text that is not a case number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a case number; check the digits, the last one guards the others")]
pub struct NotACaseNumber(pub String);

impl CaseNumber {
    /// The number of the n-th case; counters above 10^17 do not occur.
    #[must_use]
    pub const fn from_counter(counter: u64) -> Self {
        Self(counter * 10 + check_digit(counter))
    }

    /// The number with its check digit.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// The number with its check digit, if the digit is right.
    #[must_use]
    pub const fn from_u64(number: u64) -> Option<Self> {
        if number >= 10 && check_digit(number / 10) == number % 10 {
            Some(Self(number))
        } else {
            None
        }
    }
}

/// Luhn's check digit: catches a wrong digit and almost every swap of neighbours.
const fn check_digit(counter: u64) -> u64 {
    let (mut rest, mut sum, mut is_doubled) = (counter, 0, true);
    while rest > 0 {
        let digit = rest % 10;
        let weighed = if is_doubled { digit * 2 } else { digit };
        sum += weighed / 10 + weighed % 10;
        is_doubled = !is_doubled;
        rest /= 10;
    }
    (10 - sum % 10) % 10
}

impl FromStr for CaseNumber {
    type Err = NotACaseNumber;

    fn from_str(text: &str) -> Result<Self, NotACaseNumber> {
        let is_plain = text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_plain { text.parse().ok() } else { None };
        number
            .and_then(Self::from_u64)
            .ok_or_else(|| NotACaseNumber(text.to_owned()))
    }
}

impl TryFrom<String> for CaseNumber {
    type Error = NotACaseNumber;

    fn try_from(text: String) -> Result<Self, NotACaseNumber> {
        text.parse()
    }
}

impl From<CaseNumber> for String {
    fn from(number: CaseNumber) -> Self {
        number.to_string()
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_digit_names_no_case() {
        let number = CaseNumber::from_counter(7_992_739_871);
        assert_eq!(number.to_string(), "79927398713");
        assert_eq!("79927398713".parse(), Ok(number));
        for wrong in [
            "79927398710",
            "79927398773",
            "",
            "12a",
            "-4",
            "9",
            "99999999999999999999",
        ] {
            assert!(wrong.parse::<CaseNumber>().is_err(), "{wrong}");
        }
    }
}
