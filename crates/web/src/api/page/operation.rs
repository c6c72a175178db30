//! One call: what it does, what it takes and answers, and how to try it.

use maud::{Markup, html};
use serde_json::Value;

use super::schema;
use super::text;
use crate::api::problem::ProblemKind;
use crate::ui::{Viewer, markdown};

/// A call as a section of the page.
pub(super) fn render(
    v: &Viewer,
    api: &Value,
    origin: &str,
    path: &str,
    method: &str,
    call: &Value,
) -> Markup {
    let body = &call["requestBody"]["content"]["application/json"];
    html! {
        section.section id=(text(&call["operationId"])) {
            div.section-head { h2 { (text(&call["summary"])) } }
            p { code { b { (method.to_uppercase()) } " " (path) } }
            (markdown(&schema::paragraphs(&call["description"])))
            @if let Some(parameters) = call["parameters"].as_array() {
                h3 { (v.t("api-parameters")) }
                dl.facts { @for each in parameters { (parameter(v, each)) } }
            }
            @if body.is_object() {
                h3 { (v.t("api-body")) }
                (schema::properties(v, schema::resolve(api, &body["schema"])))
            }
            h3 { (v.t("api-example")) }
            div.prose { pre { code { (curl(origin, path, method, call)) } } }
            h3 { (v.t("api-answers")) }
            dl.facts { @for (status, each) in entries(&call["responses"]) { (answer(v, api, status, each)) } }
        }
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let fields = value.as_object().into_iter().flatten();
    fields.map(|(name, value)| (name.as_str(), value))
}

fn parameter(v: &Viewer, parameter: &Value) -> Markup {
    let place = match text(&parameter["in"]) {
        "path" => v.t("api-in-path"),
        "query" => v.t("api-in-query"),
        _ => v.t("api-in-header"),
    };
    html! {
        div {
            dt { code { (text(&parameter["name"])) } }
            dd {
                span.muted { (place) " · " (schema::type_of(v, &parameter["schema"])) }
                (markdown(&schema::paragraphs(&parameter["description"])))
            }
        }
    }
}

/// An answer: in full when it is a good one, else the problems it can be.
fn answer(v: &Viewer, api: &Value, status: &str, answer: &Value) -> Markup {
    let schema = &answer["content"]["application/json"]["schema"];
    let of_status = |kind: &ProblemKind| kind.status().as_str() == status;
    html! {
        div {
            dt { code { (status) } }
            dd {
                @for kind in ProblemKind::ALL.into_iter().filter(of_status) {
                    p { a href=(kind.address()) { (kind.title(v.texts)) } }
                }
                (markdown(&flowing(schema::resolve(api, answer), status)))
                @if let Some(name) = schema::name_of(schema) {
                    p { a href={ "#schema-" (name) } { (name) } }
                }
                @for (name, header) in entries(&answer["headers"]) {
                    p { code { (name) } ": " (text(&header["description"])) }
                }
            }
        }
    }
}

/// What a good answer means; problems have pages of their own.
fn flowing(answer: &Value, status: &str) -> String {
    if status.starts_with('2') {
        schema::paragraphs(&answer["description"])
    } else {
        String::new()
    }
}

/// A call to try, as one would type it.
fn curl(origin: &str, path: &str, method: &str, call: &Value) -> String {
    let path = path.replace("{number}", "1000017");
    let mut lines = vec![format!("curl {origin}{path}")];
    if !call["security"].is_array() {
        lines.push("-H \"Authorization: Bearer $MAINSTAY_TOKEN\"".to_owned());
    }
    if method == "post" {
        let takes_key = call["parameters"]
            .as_array()
            .is_some_and(|all| all.iter().any(|each| each["name"] == "Idempotency-Key"));
        if takes_key {
            lines.push("-H \"Idempotency-Key: $(uuidgen)\"".to_owned());
        }
        lines.push("-H 'Content-Type: application/json'".to_owned());
        let example = &call["requestBody"]["content"]["application/json"]["example"];
        let example = serde_json::to_string_pretty(example).unwrap_or_default();
        lines.push(format!("-d '{}'", example.replace('\'', "'\\''")));
    }
    lines.join(" \\\n  ")
}
