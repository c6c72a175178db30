//! A table being read, key by key.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Place, Reading};
use crate::mistake::Span;
use crate::names::{Named, Noun};
use crate::nearest::{nearest, suggest};

/// A key that was needed and is not there.
struct Absence {
    key: &'static str,
    hint: String,
}

/// A table being read.
pub(crate) struct Table<'r, 'd, 't> {
    pub(crate) reading: &'r mut Reading<'t>,
    pub(crate) place: Place,
    table: &'d DeTable<'d>,
    asked: Vec<&'static str>,
    absences: Vec<Absence>,
}

impl<'r, 'd, 't> Table<'r, 'd, 't> {
    pub(super) fn new(reading: &'r mut Reading<'t>, table: &'d DeTable<'d>, place: Place) -> Self {
        Self {
            reading,
            place,
            table,
            asked: Vec::new(),
            absences: Vec::new(),
        }
    }

    /// Notes a mistake.
    pub(crate) fn complain(
        &mut self,
        span: &Span,
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        self.reading.findings.add(span, message, hint);
    }

    /// Whether the table has a key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// The bytes of a key's value, or of the table's header when it has no such key.
    pub(crate) fn span_of(&self, key: &str) -> Span {
        self.table
            .get(key)
            .map_or_else(|| self.place.span.clone(), Spanned::span)
    }

    /// Remembers where a key stands by which files are told apart.
    pub(crate) fn mark(&mut self, key: &'static str) {
        let span = self.span_of(key);
        self.reading.marks.insert(key, span);
    }

    /// A text that must be there.
    pub(crate) fn text(&mut self, key: &'static str) -> String {
        self.named(key).name
    }

    /// A text that may be missing.
    pub(crate) fn optional_text(&mut self, key: &'static str) -> String {
        if self.has(key) {
            self.text(key)
        } else {
            self.skip(key)
        }
    }

    /// A text that must be there, with its place.
    pub(crate) fn named(&mut self, key: &'static str) -> Named {
        let nothing = Named {
            name: String::new(),
            span: self.place.span.clone(),
        };
        let Some(value) = self.need(key, "\"…\"") else {
            return nothing;
        };
        self.text_of(key, value).unwrap_or(nothing)
    }

    /// The id this table gives itself: lower-case letters, digits and hyphens.
    pub(crate) fn define(&mut self, key: &'static str, noun: Noun) -> Named {
        let named = self.named(key);
        if named.name.is_empty() {
            return named;
        }
        if noun.is_id() {
            self.check_id(&named);
        }
        self.reading.names.define(noun, named.clone());
        named
    }

    /// A reference to something the file defines.
    pub(crate) fn refer(&mut self, key: &'static str, noun: Noun) -> Named {
        let named = self.named(key);
        if !named.name.is_empty() {
            self.reading.names.refer(noun, named.clone());
        }
        named
    }

    /// References that may be missing.
    pub(crate) fn refer_to_any(&mut self, key: &'static str, noun: Noun) -> Vec<Named> {
        let all = self.listed(key);
        self.refer_to(noun, &all);
        all
    }

    /// References, one at least.
    pub(crate) fn refer_to_some(&mut self, key: &'static str, noun: Noun) -> Vec<Named> {
        let all = self.listed_some(key);
        self.refer_to(noun, &all);
        all
    }

    /// Texts that may be missing.
    pub(crate) fn texts(&mut self, key: &'static str) -> Vec<String> {
        self.listed(key)
            .into_iter()
            .map(|named| named.name)
            .collect()
    }

    /// Texts that may be missing, with their places.
    pub(crate) fn listed(&mut self, key: &'static str) -> Vec<Named> {
        self.asked.push(key);
        let Some(value) = self.table.get(key) else {
            return Vec::new();
        };
        let items = self.items_of(key, value, "a list of texts");
        items
            .iter()
            .filter_map(|item| self.text_of(key, item))
            .collect()
    }

    /// Texts, one at least, with their places.
    pub(crate) fn listed_some(&mut self, key: &'static str) -> Vec<Named> {
        if self.need(key, "[\"…\"]").is_none() {
            return Vec::new();
        }
        self.forbid_empty(key, "put one in at least");
        self.listed(key)
    }

    /// A list that is there must not be empty.
    pub(crate) fn forbid_empty(&mut self, key: &'static str, hint: &str) {
        let Some(value) = self.table.get(key) else {
            return;
        };
        if value
            .get_ref()
            .as_array()
            .is_some_and(|items| items.is_empty())
        {
            self.complain(
                &value.span(),
                format!("the list `{key}` is empty"),
                hint.to_owned(),
            );
        }
    }

    /// Yes or no, `default` when it is missing.
    pub(crate) fn flag(&mut self, key: &'static str, default: bool) -> bool {
        self.optional_flag(key).unwrap_or(default)
    }

    /// Yes or no, or nothing.
    pub(crate) fn optional_flag(&mut self, key: &'static str) -> Option<bool> {
        self.asked.push(key);
        let value = self.table.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.complain_of_type(key, value, "true or false");
        }
        flag
    }

    /// A whole number within bounds.
    pub(crate) fn number(&mut self, key: &'static str, least: u32, most: u32) -> u32 {
        let Some(value) = self.need(key, "…") else {
            return least;
        };
        let DeValue::Integer(digits) = value.get_ref() else {
            self.complain_of_type(key, value, "a whole number");
            return least;
        };
        let number = u32::from_str_radix(digits.as_str(), digits.radix()).ok();
        if let Some(number) = number.filter(|number| (least..=most).contains(number)) {
            return number;
        }
        let hint = format!("write a whole number from {least} to {most}");
        self.complain(&value.span(), format!("`{key}` is out of range"), hint);
        least
    }

    /// A date.
    pub(crate) fn date(&mut self, key: &'static str) -> Date {
        let Some(value) = self.need(key, "2026-12-24") else {
            return Date::ZERO;
        };
        if let Some(date) = date_of(value.get_ref()) {
            return date;
        }
        let meant = value
            .get_ref()
            .as_str()
            .and_then(|text| text.parse::<Date>().ok());
        let hint = match meant {
            Some(date) => format!("write it without quotes: {date}"),
            None => "write it like 2026-12-24, without quotes or a time".to_owned(),
        };
        self.complain(&value.span(), format!("`{key}` is not a date"), hint);
        Date::ZERO
    }

    /// One word of a closed choice, which must be there.
    pub(crate) fn choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let named = self.named(key);
        if named.name.is_empty() {
            None
        } else {
            self.choose(key, &named, choices)
        }
    }

    /// One word of a closed choice, which may be missing.
    pub(crate) fn optional_choice<T: Copy>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        if self.has(key) {
            self.choice(key, choices)
        } else {
            self.skip(key)
        }
    }

    /// Words of a closed choice, without repetition; they may be missing.
    pub(crate) fn choices<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Vec<T> {
        let mut chosen = Vec::new();
        for named in self.listed(key) {
            match self.choose(key, &named, choices) {
                Some(choice) if chosen.contains(&choice) => {
                    let message = format!("`{}` stands in `{key}` twice", named.name);
                    self.complain(&named.span, message, "take one of them out".to_owned());
                }
                found => chosen.extend(found),
            }
        }
        chosen
    }

    /// Words of a closed choice, one at least.
    pub(crate) fn some_choices<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        choices: &[(&'static str, T)],
    ) -> Vec<T> {
        if self.need(key, "[\"…\"]").is_none() {
            return Vec::new();
        }
        self.forbid_empty(key, "put one in at least");
        self.choices(key, choices)
    }

    /// A text that `parse` understands; what it says of one that it does not is the message.
    pub(crate) fn parsed<T>(
        &mut self,
        named: &Named,
        parse: impl FnOnce(&str) -> Result<T, (String, String)>,
    ) -> Option<T> {
        if named.name.is_empty() {
            return None;
        }
        match parse(&named.name) {
            Ok(value) => Some(value),
            Err((message, hint)) => {
                self.complain(&named.span, message, hint);
                None
            }
        }
    }

    /// The table of a key, which must be there once.
    pub(crate) fn one<T>(
        &mut self,
        key: &'static str,
        name: &'static str,
        read: impl FnOnce(&mut Table<'_, 'd, 't>) -> T,
    ) -> Option<T> {
        let value = self.need_table(key, name)?;
        let Some(table) = value.get_ref().as_table() else {
            self.complain_of_type(key, value, &format!("a table, written {name}"));
            return None;
        };
        Some(self.descend(
            table,
            Place {
                name,
                span: value.span(),
            },
            read,
        ))
    }

    /// The tables of a key, none or more.
    pub(crate) fn each<T>(
        &mut self,
        key: &'static str,
        name: &'static str,
        mut read: impl FnMut(&mut Table<'_, 'd, 't>) -> T,
    ) -> Vec<T> {
        self.asked.push(key);
        let Some(value) = self.table.get(key) else {
            return Vec::new();
        };
        let wanted = format!("a list of tables, each written {name}");
        if let Some(table) = value.get_ref().as_table() {
            self.complain_of_type(key, value, &wanted);
            let span = value.span();
            return vec![self.descend(table, Place { name, span }, read)];
        }
        let items = self.items_of(key, value, &wanted);
        let mut read_items = Vec::new();
        for item in items {
            let Some(table) = item.get_ref().as_table() else {
                self.complain_of_type(key, item, "a table");
                continue;
            };
            let place = Place {
                name,
                span: item.span(),
            };
            read_items.push(self.descend(table, place, &mut read));
        }
        read_items
    }

    /// The tables of a key, one at least.
    pub(crate) fn each_of_some<T>(
        &mut self,
        key: &'static str,
        name: &'static str,
        read: impl FnMut(&mut Table<'_, 'd, 't>) -> T,
    ) -> Vec<T> {
        if self.need_table(key, name).is_none() {
            return Vec::new();
        }
        self.forbid_empty(key, "put one in at least");
        self.each(key, name, read)
    }

    /// Pairs of texts: `[["09:00", "12:00"]]`.
    pub(crate) fn pairs(&mut self, key: &'static str) -> Vec<(Named, Named)> {
        let Some(value) = self.need(key, "[[\"09:00\", \"12:00\"]]") else {
            return Vec::new();
        };
        let mut pairs = Vec::new();
        for item in self.items_of(key, value, "a list of pairs") {
            let texts: Vec<_> = self
                .items_of(key, item, "a list of pairs")
                .iter()
                .filter_map(|text| self.text_of(key, text))
                .collect();
            match <[Named; 2]>::try_from(texts) {
                Ok([first, second]) => pairs.push((first, second)),
                Err(_) => {
                    let hint = "write two texts: [\"09:00\", \"12:00\"]".to_owned();
                    self.complain(&item.span(), format!("`{key}` needs pairs"), hint);
                }
            }
        }
        pairs
    }

    /// Notes a key that is needed here and not there.
    pub(crate) fn absent(&mut self, key: &'static str, example: &str) {
        self.absences.push(Absence {
            key,
            hint: format!("add {example}"),
        });
    }

    /// Notes a key as known and answers with nothing.
    pub(crate) fn skip<T: Default>(&mut self, key: &'static str) -> T {
        self.asked.push(key);
        T::default()
    }

    /// Names the keys nobody asked for and those nobody found.
    pub(super) fn finish(self) {
        let mut meant = Vec::new();
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if self.asked.contains(&name) {
                continue;
            }
            meant.extend(nearest(name, self.asked.iter().copied()));
            let message = format!("{} has no key `{name}`", self.place.name);
            let hint = suggest(name, self.asked.iter().copied());
            self.reading.findings.add(&key.span(), message, hint);
        }
        if !self.reading.findings.is_whole() {
            return;
        }
        for absence in self
            .absences
            .iter()
            .filter(|absence| !meant.contains(&absence.key))
        {
            let message = format!("{} has no `{}`", self.place.name, absence.key);
            self.reading
                .findings
                .add(&self.place.span, message, absence.hint.clone());
        }
    }

    fn descend<T>(
        &mut self,
        table: &'d DeTable<'d>,
        place: Place,
        read: impl FnOnce(&mut Table<'_, 'd, 't>) -> T,
    ) -> T {
        let mut child = Table::new(self.reading, table, place);
        let value = read(&mut child);
        child.finish();
        value
    }

    fn need(&mut self, key: &'static str, example: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.need_or(key, || format!("add {key} = {example}"))
    }

    fn need_table(&mut self, key: &'static str, name: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.need_or(key, || format!("add {name}"))
    }

    fn need_or(
        &mut self,
        key: &'static str,
        hint: impl FnOnce() -> String,
    ) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.push(key);
        let value = self.table.get(key);
        if value.is_none() && self.absences.iter().all(|absence| absence.key != key) {
            self.absences.push(Absence { key, hint: hint() });
        }
        value
    }

    pub(super) fn check_id(&mut self, named: &Named) {
        let is_id = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
        if !named.name.chars().all(is_id) {
            let hint = "an id has lower-case letters a to z, digits and hyphens only".to_owned();
            self.complain(&named.span, format!("`{}` is no id", named.name), hint);
        }
    }

    fn refer_to(&mut self, noun: Noun, all: &[Named]) {
        for named in all {
            self.reading.names.refer(noun, named.clone());
        }
    }

    fn choose<T: Copy>(
        &mut self,
        key: &str,
        named: &Named,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let found = choices.iter().find(|(word, _)| *word == named.name);
        if found.is_none() {
            let hint = suggest(&named.name, choices.iter().map(|(word, _)| *word));
            self.complain(
                &named.span,
                format!("`{key}` cannot be `{}`", named.name),
                hint,
            );
        }
        found.map(|(_, choice)| *choice)
    }

    fn text_of(&mut self, key: &str, value: &'d Spanned<DeValue<'d>>) -> Option<Named> {
        let Some(text) = value.get_ref().as_str() else {
            self.complain_of_type(key, value, "a text in quotes");
            return None;
        };
        if text.trim().is_empty() {
            self.complain(&value.span(), format!("`{key}` is empty"), None);
            return None;
        }
        Some(Named {
            name: text.to_owned(),
            span: value.span(),
        })
    }

    fn items_of(
        &mut self,
        key: &str,
        value: &'d Spanned<DeValue<'d>>,
        wanted: &str,
    ) -> &'d [Spanned<DeValue<'d>>] {
        match value.get_ref() {
            DeValue::Array(items) => items,
            _ => {
                self.complain_of_type(key, value, wanted);
                &[]
            }
        }
    }

    fn complain_of_type(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let found = type_words(value.get_ref());
        let message = format!("`{key}` is {found}");
        self.complain(&value.span(), message, format!("it must be {wanted}"));
    }
}

fn date_of(value: &DeValue<'_>) -> Option<Date> {
    let stamp = value.as_datetime()?;
    if stamp.time.is_some() || stamp.offset.is_some() {
        return None;
    }
    let date = stamp.date?;
    let (year, month, day) = (
        date.year.try_into(),
        date.month.try_into(),
        date.day.try_into(),
    );
    Date::new(year.ok()?, month.ok()?, day.ok()?).ok()
}

const fn type_words(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
