//! Objects of the document: their members, each with its type and what it means.

use maud::{Markup, html};
use serde_json::Value;

use super::text;
use crate::ui::{Viewer, markdown};

/// What a `$ref` refers to; anything else is itself.
pub(super) fn resolve<'a>(api: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
    target.and_then(|at| api.pointer(at)).unwrap_or(value)
}

/// The name of the object a schema refers to.
pub(super) fn name_of(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// All objects and closed sets of words.
pub(super) fn all(v: &Viewer, api: &Value) -> Markup {
    let schemas = api["components"]["schemas"].as_object();
    html! {
        @for (name, schema) in schemas.into_iter().flatten() {
            section id={ "schema-" (name) } {
                h3 { (name) }
                (markdown(&paragraphs(&schema["description"])))
                (properties(v, schema))
            }
        }
    }
}

/// The members of an object, those of its parts included; or the words of a set.
pub(super) fn properties(v: &Viewer, schema: &Value) -> Markup {
    let parts = schema["allOf"].as_array();
    html! {
        @if let Some(words) = schema["enum"].as_array() {
            p { @for word in words { code { (text(word)) } " " } }
        }
        @for part in parts.into_iter().flatten() {
            @if let Some(name) = name_of(part) {
                p { (v.t("api-members-of")) " " a href={ "#schema-" (name) } { (name) } }
            } @else {
                (properties(v, part))
            }
        }
        @if let Some(members) = schema["properties"].as_object() {
            dl.facts { @for (name, member) in members { (property(v, schema, name, member)) } }
        }
    }
}

fn property(v: &Viewer, schema: &Value, name: &str, member: &Value) -> Markup {
    let required = schema["required"].as_array();
    let is_required = required.is_some_and(|all| all.iter().any(|each| each == name));
    html! {
        div {
            dt { code { (name) } }
            dd {
                span.muted {
                    (type_of(v, member))
                    @if is_required { " · " (v.t("api-required")) }
                }
                (markdown(&paragraphs(about(member))))
            }
        }
    }
}

/// What a member means: said of it, or of the one it may be.
fn about(member: &Value) -> &Value {
    let own = &member["description"];
    if own.is_string() {
        own
    } else {
        &member["oneOf"][0]["description"]
    }
}

/// A text whose lines were broken for the source's width, in paragraphs.
pub(super) fn paragraphs(words: &Value) -> String {
    let paragraphs = text(words).split("\n\n");
    let flowing: Vec<String> = paragraphs.map(|one| one.replace('\n', " ")).collect();
    flowing.join("\n\n")
}

/// The type of a member, with a link where it is an object of its own.
pub(super) fn type_of(v: &Viewer, schema: &Value) -> Markup {
    if let Some(name) = name_of(schema) {
        return html! { a href={ "#schema-" (name) } { (name) } };
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        return html! {
            @for (n, choice) in choices.iter().enumerate() {
                @if n > 0 { " " (v.t("api-or")) " " }
                (type_of(v, choice))
            }
        };
    }
    let words = match &schema["type"] {
        Value::String(word) => word.clone(),
        Value::Array(words) => {
            let words: Vec<&str> = words.iter().map(text).collect();
            words.join(&format!(" {} ", v.t("api-or")))
        }
        _ => v.t("api-anything").to_owned(),
    };
    html! {
        (words)
        @if let Some(format) = schema["format"].as_str() { " (" (format) ")" }
        @if schema["items"].is_object() { " " (v.t("api-of")) " " (type_of(v, &schema["items"])) }
    }
}
