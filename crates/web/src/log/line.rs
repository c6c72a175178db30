//! Lines of the log as a list: who, what, on what, and what it changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mainstay_domain::ids::PersonId;
use mainstay_store::log::Subject;
use mainstay_store::views::LogRow;
use maud::{Markup, html};
use serde_json::Value;

use super::words;
use crate::ui::list::Column;
use crate::ui::{List, Row, Viewer, words as say};

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The fields of a JSON object; anything else is one field without a name.
fn fields(json: Option<&String>) -> BTreeMap<String, Value> {
    match json.and_then(|text| serde_json::from_str(text).ok()) {
        None => BTreeMap::new(),
        Some(Value::Object(fields)) => fields.into_iter().collect(),
        Some(other) => BTreeMap::from([(String::new(), other)]),
    }
}

/// The people whose ids stand in what was and what became.
pub(super) fn people_in(rows: &[LogRow]) -> Vec<PersonId> {
    let sides = rows
        .iter()
        .flat_map(|row| [&row.line.was, &row.line.became]);
    let values = sides.flat_map(|json| fields(json.as_ref()).into_values());
    let each = values.flat_map(|value| match value {
        Value::Array(all) => all,
        one => vec![one],
    });
    let mut ids: Vec<PersonId> = each
        .filter_map(|value| value.as_str()?.parse().ok())
        .collect();
    ids.sort_unstable_by_key(|id| id.0);
    ids.dedup();
    ids
}

/// The lines.
pub(super) fn list(
    v: &Viewer,
    path: &str,
    rows: &[LogRow],
    names: &HashMap<PersonId, String>,
) -> Markup {
    let columns = [
        Column::new(v.t("log-when")),
        Column::with(v.t("log-act"), "main"),
        Column::new(v.t("log-about")),
        Column::new(v.t("log-who")),
    ];
    let rows = rows.iter().map(|row| Row {
        cells: vec![
            say::moment(v, row.line.at),
            what(v, row, names),
            about(v, row),
            who(v, path, row),
        ],
        ..Row::default()
    });
    List::plain("log", v.t("log-title"), &columns, rows.collect()).render(v)
}

fn who(v: &Viewer, path: &str, row: &LogRow) -> Markup {
    let by = &row.line.by;
    html! {
        @match (&row.person, by.person) {
            (Some(name), Some(id)) => {
                a href={ (path) "?person=" (id) } title=(v.t_args("log-only-person", &[("name", name.as_str().into())])) {
                    bdi { (name) }
                }
            }
            (_, Some(_)) => (v.t("log-somebody")),
            (_, None) => span.muted { (v.t("log-nobody")) },
        }
        @if let Some(partner) = &row.partner {
            " " (v.t_args("log-as-partner", &[("partner", partner.as_str().into())]))
        }
        @if let Some(network) = &by.network {
            " " span.small.muted { (v.t_args("log-from", &[("network", network.as_str().into())])) }
        }
    }
}

fn about(v: &Viewer, row: &LogRow) -> Markup {
    html! {
        @match (&row.line.subject, row.number, &row.about) {
            (_, Some(number), _) => a href={ "/cases/" (number) } { (number) },
            (_, _, Some(name)) => bdi { (name) },
            (Subject::Account, ..) => span.muted { (v.t("log-subject-account")) },
            (Subject::Other(word, _, name), ..) => {
                (word) @if let Some(name) = name { " " bdi { (name) } }
            }
            (Subject::Thing(word, name), ..) => { (word) " " bdi { (name) } }
            (Subject::Case(id), ..) => code.small { (id) },
            (Subject::Internal(id), ..) => a href={ "/inbox/" (id) } { (v.t("log-subject-internal")) },
            (Subject::Person(id), ..) => code.small { (id) },
            (Subject::Partner(id), ..) => code.small { (id) },
        }
    }
}

fn what(v: &Viewer, row: &LogRow, names: &HashMap<PersonId, String>) -> Markup {
    let (was, became) = (
        fields(row.line.was.as_ref()),
        fields(row.line.became.as_ref()),
    );
    let is_said = |key: &&String| {
        let is_any = |side: Option<&Value>| side.is_some_and(|value| says_something(value, names));
        is_any(was.get(*key)) || is_any(became.get(*key))
    };
    let keys: BTreeSet<&String> = was.keys().chain(became.keys()).filter(is_said).collect();
    html! {
        (words::act(v, &row.line.act))
        @if !keys.is_empty() {
            ul.plain.small.muted {
                @for key in &keys {
                    li {
                        @if !key.is_empty() { (key.replace(['_', '-'], " ")) ": " }
                        @if let Some(was) = was.get(*key) {
                            span.sr { (v.t("log-before")) " " } (value(was, names)) " → "
                            span.sr { (v.t("log-after")) " " }
                        }
                        @match became.get(*key) {
                            Some(became) => (value(became, names)),
                            None => "–",
                        }
                    }
                }
            }
        }
        @if let Some(reason) = &row.line.reason {
            p.small { span.muted { (v.t("log-reason")) ": " } span dir="auto" { (reason) } }
        }
    }
}

/// Whether a value tells a reader something: ids of other things than people stand in the export.
fn says_something(value: &Value, names: &HashMap<PersonId, String>) -> bool {
    let is_known = |id| names.contains_key(&id);
    match value {
        Value::Null => false,
        Value::String(text) => text.parse().map_or(true, is_known),
        _ => true,
    }
}

/// A value in words: an id of somebody by name, a list with commas, nothing as a dash.
fn value(value: &Value, names: &HashMap<PersonId, String>) -> Markup {
    html! {
        @match value {
            Value::Null => "–",
            Value::String(text) => {
                bdi { (text.parse().ok().and_then(|id| names.get(&id)).unwrap_or(text)) }
            }
            Value::Array(all) => {
                span {
                    @for (at, one) in all.iter().enumerate() {
                        @if at > 0 { ", " }
                        (self::value(one, names))
                    }
                    @if all.is_empty() { "–" }
                }
            }
            other => (other),
        }
    }
}
