//! Telephone numbers as the world dials them.

use std::fmt;
use std::str::FromStr;

/// A telephone number in the form of E.164: a plus sign and 8 to 15 digits, the country's first.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct E164(String);

/// Why a text is no number the world can dial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Write the number with its country, like +49 30 901820")]
pub struct NotE164;

impl E164 {
    /// The number: `+4930901820`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for E164 {
    type Err = NotE164;

    /// Takes what people write between digits, and `00` for the plus sign.
    fn from_str(text: &str) -> Result<Self, NotE164> {
        let is_between =
            |letter: &char| matches!(letter, ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}');
        let bare: String = text.chars().filter(|letter| !is_between(letter)).collect();
        let digits = bare.strip_prefix('+').or_else(|| bare.strip_prefix("00"));
        let digits = digits.ok_or(NotE164)?;
        let is_number = digits.chars().all(|letter| letter.is_ascii_digit());
        if !is_number || !(8..=15).contains(&digits.len()) || digits.starts_with('0') {
            return Err(NotE164);
        }
        Ok(Self(format!("+{digits}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it_and_kept_as_the_world_dials_it() {
        for text in [
            "+49 (30) 901-820",
            "0049 30 901820",
            "+49.30/901820",
            "+4930901820",
        ] {
            assert_eq!(
                text.parse::<E164>().unwrap().as_str(),
                "+4930901820",
                "{text}"
            );
        }
    }

    #[test]
    fn a_number_without_its_country_is_refused() {
        for text in [
            "",
            "030 901820",
            "+49",
            "+049 30 901820",
            "+49 30 call me",
            "+1234567890123456",
        ] {
            assert_eq!(text.parse::<E164>(), Err(NotE164), "{text}");
        }
    }
}
