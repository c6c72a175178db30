//! Six digits that are told on the telephone, and how long to wait after wrong ones.

/// Wrong tries that cost nothing but the try.
const FREE: u32 = 3;
/// The longest wait, in minutes: whoever owns a PIN is never shut out for good.
const LONGEST: u32 = 60;

/// Six digits from random bytes; each of the million as likely as another.
#[must_use]
pub fn six_digits(random: [u8; 32]) -> String {
    let number = random
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// Whether a text is six digits.
#[must_use]
pub fn is_six_digits(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|letter| letter.is_ascii_digit())
}

/// The minutes to wait before the next try, after so many wrong ones in a row: none for the first
/// two, then one, and twice as long after each, up to an hour.
#[must_use]
pub const fn minutes_to_wait(wrong: u32) -> u32 {
    if wrong < FREE {
        return 0;
    }
    let doublings = wrong - FREE;
    if doublings >= 6 {
        return LONGEST;
    }
    1 << doublings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_six_digits_whatever_the_bytes() {
        for random in [[0; 32], [0xff; 32], [7; 32]] {
            assert!(is_six_digits(&six_digits(random)));
        }
        assert_ne!(six_digits([1; 32]), six_digits([2; 32]));
        assert!(
            !is_six_digits("12345") && !is_six_digits("12345a") && !is_six_digits("１２３４５６")
        );
    }

    #[test]
    fn each_wrong_try_waits_longer_and_none_longer_than_an_hour() {
        let waits: Vec<u32> = (0..11).map(minutes_to_wait).collect();
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(minutes_to_wait(u32::MAX), 60);
    }
}
