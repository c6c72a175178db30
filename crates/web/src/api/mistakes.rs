//! Naming every mistake of a body that could not be read: the slow path, taken after a refusal.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::problem::{FieldMistake, Problem, ProblemKind};

/// Most mistakes named at once.
const MOST: usize = 20;

/// What is wrong with a body that reads as no `T`.
#[must_use]
pub fn explain<T: DeserializeOwned>(
    bytes: &[u8],
    error: &serde_json::Error,
    required: &[&str],
) -> Problem {
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return malformed(&error),
    };
    if !value.is_object() {
        return Problem::invalid(vec![FieldMistake {
            field: String::new(),
            message: "Send one JSON object".to_owned(),
        }]);
    }
    let mut mistakes = mistakes_of::<T>(value, required);
    if mistakes.is_empty() {
        // A field given twice is seen in the text alone.
        mistakes.push(FieldMistake {
            field: String::new(),
            message: sentence(&error.to_string()),
        });
    }
    Problem::invalid(mistakes)
}

/// A body that is not JSON.
fn malformed(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    let detail = format!("The body is not JSON: {words} (line {line}, column {column})");
    Problem::new(ProblemKind::MalformedJson, detail)
}

/// Takes each mistake out and reads again, until there is none left.
fn mistakes_of<T: DeserializeOwned>(mut value: Value, required: &[&str]) -> Vec<FieldMistake> {
    let mut found: Vec<FieldMistake> = Vec::new();
    while found.len() < MOST {
        let Err(error) = serde_path_to_error::deserialize::<_, T>(value.clone()) else {
            break;
        };
        let (words, mut pointer) = (error.inner().to_string(), pointer(error.path()));
        if let Some(name) = after(&words, "missing field `") {
            found.extend(missing(&value, &pointer, name, required, &found));
            // Without its member the object cannot be read; what stands beside it still can.
            if remove(&mut value, &pointer) {
                continue;
            }
            break;
        }
        let message = match after(&words, "unknown field `") {
            Some(name) => {
                let end = format!("/{}", escaped(name));
                if !pointer.ends_with(&end) {
                    pointer.push_str(&end);
                }
                unknown(name, &words)
            }
            None => sentence(&words),
        };
        let is_gone = remove(&mut value, &pointer);
        found.push(FieldMistake {
            field: pointer,
            message,
        });
        if !is_gone {
            break;
        }
    }
    found
}

/// The fields that must be there and are not, those named already left out.
fn missing(
    value: &Value,
    within: &str,
    name: &str,
    required: &[&str],
    found: &[FieldMistake],
) -> Vec<FieldMistake> {
    let names: Vec<&str> = if within.is_empty() {
        let absent = |name: &&&str| value.get(**name).is_none();
        required.iter().filter(absent).copied().collect()
    } else {
        vec![name]
    };
    let named = |field: &str| found.iter().any(|mistake| mistake.field == field);
    names
        .into_iter()
        .map(|name| (format!("{within}/{}", escaped(name)), name))
        .filter(|(field, _)| !named(field))
        .map(|(field, name)| FieldMistake {
            field,
            message: format!("`{name}` is missing; it must be there"),
        })
        .collect()
}

/// What to write instead of a field nobody knows.
fn unknown(name: &str, words: &str) -> String {
    let known: Vec<&str> = words
        .split_once("expected")
        .map(|(_, list)| list.split('`').skip(1).step_by(2).collect())
        .unwrap_or_default();
    match nearest(name, &known) {
        Some(near) => format!("There is no field `{name}`; did you mean `{near}`?"),
        None => {
            let known: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
            format!("There is no field `{name}`; known are {}", known.join(", "))
        }
    }
}

/// The nearest of the known names, if one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let allowed = match name.chars().count() {
        0 | 1 => 0,
        2..=4 => 1,
        5..=7 => 2,
        length => length / 3,
    };
    let folded = name.to_lowercase();
    known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(&folded, known), *known))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// The word after `start`, up to the next backtick.
fn after<'a>(words: &'a str, start: &str) -> Option<&'a str> {
    words.strip_prefix(start)?.split('`').next()
}

/// A path as a JSON pointer (RFC 6901).
fn pointer(path: &Path) -> String {
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", escaped(key)),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Takes what a pointer points at out of a value; whether it was there.
fn remove(value: &mut Value, pointer: &str) -> bool {
    let Some((parent, key)) = pointer.rsplit_once('/') else {
        return false;
    };
    let key = key.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent) {
        Some(Value::Object(fields)) => fields.remove(&key).is_some(),
        _ => false,
    }
}

/// The reader's words as a sentence, without the place, which is said apart.
fn sentence(words: &str) -> String {
    let words = words.split(" at line ").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
