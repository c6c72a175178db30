//! What a word is.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Letters of a word that count; of longer ones the beginning is found.
const LETTERS: usize = 64;

/// The words of a text in their order: letters and digits that stand together, in lower case and
/// without accents.
pub(super) fn of(text: &str) -> Vec<String> {
    let plain: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ς' { 'σ' } else { letter })
        .nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .nfc()
        .collect();
    plain
        .split(|letter| !is_of_a_word(letter))
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LETTERS).collect())
        .collect()
}

/// Letters and digits; letters in circles are signs, as FTS5 has it.
fn is_of_a_word(letter: char) -> bool {
    letter.is_alphanumeric()
        && !matches!(letter, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_cut() {
        assert_eq!(
            of("Ça ne MARCHE-pas; Straße 7b, «Ωραίος»"),
            ["ca", "ne", "marche", "pas", "straße", "7b", "ωραιοσ"]
        );
        assert_eq!(of("Ａ ﬁ ⓐ İ e\u{301}"), ["ａ", "ﬁ", "i", "e"]);
        assert_eq!(of("'; DROP \"*=&|!:"), ["drop"]);
        assert_eq!(of(&"x".repeat(3000)), ["x".repeat(64)]);
    }
}
