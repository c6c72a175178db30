//! Texts of a form that several tables share: footnotes, ids, languages, countries.

use super::Table;
use crate::names::{Named, Noun};

impl Table<'_, '_, '_> {
    /// The footnotes a cell refers to.
    pub(crate) fn footnotes(&mut self) -> Vec<String> {
        let footnotes = self.refer_to_any("footnotes", Noun::Footnote);
        footnotes.into_iter().map(|named| named.name).collect()
    }

    /// An id that nothing else in the file refers to.
    pub(crate) fn id(&mut self, key: &'static str) -> Named {
        let named = self.named(key);
        self.check_id(&named);
        named
    }

    /// A whole number that fits sixteen bits.
    pub(crate) fn small_number(&mut self, key: &'static str, least: u16, most: u16) -> u16 {
        u16::try_from(self.number(key, least.into(), most.into())).unwrap_or(least)
    }

    /// A BCP 47 tag.
    pub(crate) fn language(&mut self, key: &'static str) -> String {
        let named = self.named(key);
        self.parsed(&named, parse_language).unwrap_or_default()
    }

    /// BCP 47 tags, one at least.
    pub(crate) fn languages(&mut self, key: &'static str) -> Vec<String> {
        let all = self.listed_some(key);
        all.iter()
            .filter_map(|named| self.parsed(named, parse_language))
            .collect()
    }

    /// An ISO 3166-1 code.
    pub(crate) fn country(&mut self, key: &'static str) -> String {
        let named = self.named(key);
        self.parsed(&named, parse_country).unwrap_or_default()
    }

    /// ISO 3166-1 codes; none may be there.
    pub(crate) fn countries(&mut self, key: &'static str) -> Vec<String> {
        let all = self.listed(key);
        all.iter()
            .filter_map(|named| self.parsed(named, parse_country))
            .collect()
    }
}

fn parse_language(text: &str) -> Result<String, (String, String)> {
    let mut parts = text.split('-');
    let is_main = parts.next().is_some_and(|main| {
        (2..=3).contains(&main.len()) && main.chars().all(|sign| sign.is_ascii_lowercase())
    });
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.chars().all(|sign| sign.is_ascii_alphanumeric())
    };
    if is_main && parts.all(is_part) {
        return Ok(text.to_owned());
    }
    let hint = "write a language tag like \"en\", \"de\" or \"pt-BR\"";
    Err((format!("`{text}` is no language tag"), hint.to_owned()))
}

fn parse_country(text: &str) -> Result<String, (String, String)> {
    if text.len() == 2 && text.chars().all(|sign| sign.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    let hint = "write two capital letters like \"DE\" or \"US\"";
    Err((format!("`{text}` is no country code"), hint.to_owned()))
}
