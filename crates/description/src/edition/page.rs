//! What the published page adds: telephone directory, options, footnotes, sections.

use mainstay_domain::edition::{
    Feature, FeatureValue, Footnote, Section, Table as PageTable, TelephoneNumber,
};

use crate::mistake::Span;
use crate::names::{Named, Noun};
use crate::reader::Table;

const TABLES: [(&str, PageTable); 7] = [
    ("categories", PageTable::Categories),
    ("severities", PageTable::Severities),
    ("objectives", PageTable::Objectives),
    ("features", PageTable::Features),
    ("offers", PageTable::Offers),
    ("boundaries", PageTable::Boundaries),
    ("billing-examples", PageTable::BillingExamples),
];

pub(super) fn read_telephone(table: &mut Table<'_, '_, '_>) -> TelephoneNumber {
    let number = table.named("number");
    let known = table.parsed(&number, parse_number).unwrap_or_default();
    TelephoneNumber {
        country: table.country("country"),
        country_name: table.text("country_name"),
        number: known,
        is_toll_free: table.flag("toll_free", false),
        languages: table.languages("languages"),
    }
}

fn parse_number(text: &str) -> Result<String, (String, String)> {
    let is_number = text.strip_prefix('+').is_some_and(|rest| {
        let digits = rest.chars().filter(char::is_ascii_digit).count();
        rest.starts_with(|sign: char| sign.is_ascii_digit())
            && rest
                .chars()
                .all(|sign| sign.is_ascii_digit() || sign == ' ')
            && (7..=15).contains(&digits)
    });
    if is_number {
        return Ok(text.to_owned());
    }
    let hint = "write it in international form, digits and spaces only: +44 20 7946 0123";
    Err((format!("`{text}` is no telephone number"), hint.to_owned()))
}

/// A `[[feature]]`: an option, and what the columns have of it.
pub(super) struct FeatureBlock {
    pub(super) id: String,
    pub(super) span: Span,
    pub(super) columns: Vec<Named>,
    name: String,
    values: Vec<FeatureValue>,
}

impl FeatureBlock {
    /// The feature with a value for each column named.
    pub(super) fn feature(&self) -> Feature {
        Feature {
            id: self.id.clone(),
            name: self.name.clone(),
            values: self.values.clone(),
        }
    }
}

pub(super) fn read_feature(table: &mut Table<'_, '_, '_>) -> FeatureBlock {
    let named = table.define("id", Noun::Feature);
    let name = table.text("name");
    let (columns, values): (Vec<_>, Vec<_>) = table
        .each_of_some(
            "cells",
            "cells = [{ columns = [\"…\"], value = \"…\" }]",
            read_values,
        )
        .into_iter()
        .flatten()
        .unzip();
    FeatureBlock {
        id: named.name,
        span: named.span,
        columns,
        name,
        values,
    }
}

fn read_values(table: &mut Table<'_, '_, '_>) -> Vec<(Named, FeatureValue)> {
    let columns = table.refer_to_some("columns", Noun::Column);
    let value = table.text("value");
    let footnotes = table.footnotes();
    let value_of = |column: &Named| FeatureValue {
        column: column.name.clone(),
        value: value.clone(),
        footnotes: footnotes.clone(),
    };
    columns
        .iter()
        .map(|column| (column.clone(), value_of(column)))
        .collect()
}

pub(super) fn read_footnote(table: &mut Table<'_, '_, '_>) -> Footnote {
    Footnote {
        id: table.define("id", Noun::Footnote).name,
        mark: table.text("mark"),
        text: table.text("text"),
    }
}

pub(super) fn read_section(table: &mut Table<'_, '_, '_>) -> Section {
    Section {
        id: table.define("id", Noun::Section).name,
        heading: table.text("heading"),
        paragraphs: table.texts("paragraphs"),
        table: table.optional_choice("table", &TABLES),
    }
}
