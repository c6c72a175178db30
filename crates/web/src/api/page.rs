//! The API explained to people: one page made from its document, and one for each problem.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::Value;

use super::document::document;
use super::problem::ProblemKind;
use crate::error;
use crate::signed::MaybeSigned;
use crate::state::Web;
use crate::ui::{Button, Crumb, Fact, Frame, Side, Viewer, facts, markdown, page_head, section};

mod operation;
mod schema;

/// The document as values to draw from.
fn values() -> &'static Value {
    static VALUES: std::sync::OnceLock<Value> = std::sync::OnceLock::new();
    VALUES.get_or_init(|| serde_json::to_value(document()).unwrap_or_default())
}

/// `GET /api`
pub(crate) async fn show(State(web): State<Web>, anybody: MaybeSigned) -> Markup {
    let v = &anybody.viewer;
    let api = values();
    let head = page_head(
        v.t("api-title"),
        html! { (v.t("api-under")) },
        Button::new(v.t("api-document")).link("/api/v1/openapi.json"),
    );
    let body = html! {
        (head)
        (markdown(text(&api["info"]["description"])))
        (section(v.t("api-tokens"), html! {}, markdown(v.t("api-about-tokens"))))
        (section(v.t("api-contents"), html! {}, contents(api)))
        @for (path, method, call) in calls(api) {
            (operation::render(v, api, &web.config().origin, path, method, call))
        }
        (section(v.t("api-objects"), html! {}, schema::all(v, api)))
        (section(v.t("api-problems"), html! {}, problems(v)))
    };
    let vendor = web.vendor();
    Frame::new(&vendor, Side::Public, v.t("api-title")).render(v, body)
}

/// `GET /api/problems/{slug}`
pub(crate) async fn show_problem(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(slug): Path<String>,
) -> Response {
    let v = &anybody.viewer;
    let Some(kind) = ProblemKind::from_slug(&slug) else {
        return error::page(StatusCode::NOT_FOUND, v.t("api-problem-unknown"));
    };
    let title = kind.title(v.texts);
    let address = kind.address();
    let status = kind.status().to_string();
    let body = html! {
        (page_head(title, html! {}, html! {}))
        (facts(&[
            Fact::new(v.t("api-problem-type"), html! { code { (address) } }),
            Fact::words(v.t("api-problem-status"), &status),
        ]))
        (markdown(kind.advice(v.texts)))
    };
    let vendor = web.vendor();
    let crumbs = [
        Crumb {
            href: "/api",
            label: v.t("api-title"),
        },
        Crumb {
            href: "",
            label: title,
        },
    ];
    let frame = Frame {
        crumbs: &crumbs,
        ..Frame::new(&vendor, Side::Public, title)
    };
    frame.render(v, body).into_response()
}

/// Path, method and operation of every call, in the document's order.
fn calls(api: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    let paths = api["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods
            .filter(|(_, call)| call["operationId"].is_string())
            .map(move |(method, call)| (path.as_str(), method.as_str(), call))
    })
}

fn contents(api: &Value) -> Markup {
    html! {
        ul {
            @for (path, method, call) in calls(api) {
                li {
                    a href={ "#" (text(&call["operationId"])) } { (text(&call["summary"])) }
                    " " code { (method.to_uppercase()) " " (path) }
                }
            }
        }
    }
}

fn problems(v: &Viewer) -> Markup {
    html! {
        dl.facts {
            @for kind in ProblemKind::ALL {
                div id={ "problem-" (kind.slug()) } {
                    dt {
                        a href=(kind.address()) { (kind.title(v.texts)) }
                        " " code { (kind.status().as_u16()) }
                    }
                    dd { (markdown(kind.advice(v.texts))) }
                }
            }
        }
    }
}

/// A text of the document; empty when there is none.
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}
