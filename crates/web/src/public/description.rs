//! The published service description: what each plan promises, drawn from the edition's data.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::edition::{Edition, Section, Table};
use maud::{Markup, html};
use serde::Deserialize;

use super::mine::{self, Mine};
use super::{frame, tables};
use crate::error::Error;
use crate::shell::Place;
use crate::signed::MaybeSigned;
use crate::state::Web;
use crate::ui::{Button, Crumb, Icon, Tone, Viewer, empty, markdown, page_head, tag};

/// The plan to put first.
#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    plan: String,
}

/// `GET /description`: the edition in force.
///
/// # Errors
/// When the store fails.
pub async fn in_force(
    State(web): State<Web>,
    reader: MaybeSigned,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let catalogue = web.app().catalogue();
    if let Some(edition) = catalogue.edition_at(reader.viewer.now) {
        return draw(&web, &reader, edition, &wanted).await;
    }
    let v = &reader.viewer;
    let title = v.t("public-description");
    let body = html! {
        (page_head(title, html! {}, html! {}))
        (empty(Icon::Book, v.t("public-description-none"), html! {}))
    };
    Ok(frame::render(&web, &reader, title, Place::Description, &[], body).into_response())
}

/// `GET /description/{edition}`
///
/// # Errors
/// [`app::Error::NotFound`] when there is no such edition.
pub async fn show(
    State(web): State<Web>,
    reader: MaybeSigned,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    let catalogue = web.app().catalogue();
    let edition = catalogue.edition(&id).ok_or(app::Error::NotFound)?;
    draw(&web, &reader, edition, &wanted).await
}

async fn draw(
    web: &Web,
    reader: &MaybeSigned,
    edition: &Arc<Edition>,
    wanted: &Wanted,
) -> Result<Response, Error> {
    let v = &reader.viewer;
    let mine = mine::find(web, reader, edition, &wanted.plan).await?;
    let title = v.t("public-description");
    let crumbs = [
        Crumb {
            href: "/description",
            label: title,
        },
        Crumb {
            href: "",
            label: &edition.id,
        },
    ];
    let body = html! {
        (page_head(title, under(web, v, edition), html! {
            (Button::new(v.t("public-ask")).link("/cases/new"))
        }))
        div.section.stack-16 {
            (editions(web, v, edition))
            (whose(v, edition, mine.as_ref(), wanted))
            (contents(v, edition))
        }
        div lang=(edition.language) {
            @for section in &edition.sections { (part(v, edition, section, mine.as_ref())) }
        }
        p.muted { (v.t("public-source")) " " (edition.source) }
    };
    Ok(frame::render(web, reader, title, Place::Description, &crumbs, body).into_response())
}

/// From when to when it is in force.
fn under(web: &Web, v: &Viewer, edition: &Edition) -> Markup {
    let catalogue = web.app().catalogue();
    let is_now = catalogue
        .edition_at(v.now)
        .is_some_and(|now| now.id == edition.id);
    let next = catalogue
        .editions()
        .iter()
        .find(|other| other.in_force_from > edition.in_force_from);
    html! {
        @if is_now { (tag(Tone::Ok, v.t("public-in-force"))) } @else { (tag(Tone::Plain, v.t("public-not-in-force"))) }
        span { (v.t_args("public-from", &[("day", frame::date(v, edition.in_force_from).into())])) }
        @if let Some(next) = next {
            span {
                (v.t("public-until")) " "
                a href={ "/description/" (next.id) } { (frame::date(v, next.in_force_from)) }
            }
        }
    }
}

/// The other editions, and what changed between each and this one.
fn editions(web: &Web, v: &Viewer, edition: &Edition) -> Markup {
    let catalogue = web.app().catalogue();
    let others = catalogue
        .editions()
        .iter()
        .filter(|one| one.id != edition.id);
    let others: Vec<_> = others.collect();
    html! {
        @if !others.is_empty() {
            ul.row {
                @for other in others {
                    @let (old, new) = if other.in_force_from < edition.in_force_from { (&other.id, &edition.id) } else { (&edition.id, &other.id) };
                    li {
                        a href={ "/description/" (other.id) } { (v.t_args("public-edition-of", &[("day", frame::date(v, other.in_force_from).into())])) }
                        " · "
                        a href={ "/description/" (new) "/changes?from=" (old) } { (v.t("public-what-changed")) }
                    }
                }
            }
        }
    }
}

/// Whose column comes first, and how to put another plan there.
fn whose(v: &Viewer, edition: &Edition, mine: Option<&Mine>, wanted: &Wanted) -> Markup {
    use crate::ui::{Choice, Field, Form};
    let choices: Vec<Choice<'_>> = edition
        .plans
        .iter()
        .map(|plan| Choice::new(&plan.id, &plan.name))
        .collect();
    let form = Form::get(v, "").class("form-row");
    let held = mine.and_then(|mine| edition.find_plan(&mine.plan));
    let value = held.map_or(wanted.plan.as_str(), |plan| plan.id.as_str());
    form.render(html! {
        (form.select(Field::new("plan", v.t("public-my-plan")).value(value), &choices))
        (Button::new(v.t("public-put-first")).submit())
    })
}

fn contents(v: &Viewer, edition: &Edition) -> Markup {
    html! {
        nav aria-label=(v.t("public-contents")) {
            ul.row.small {
                @for section in &edition.sections {
                    li { a href={ "#" (anchor(section)) } { (section.heading) } }
                }
            }
        }
    }
}

/// A section's anchor; the tables' own are kept apart by the letter.
fn anchor(section: &Section) -> String {
    match section.table {
        Some(Table::Objectives) => "objectives".to_owned(),
        _ => format!("s-{}", section.id),
    }
}

fn part(v: &Viewer, edition: &Edition, section: &Section, mine: Option<&Mine>) -> Markup {
    html! {
        section.section.stack-16 id=(anchor(section)) {
            h2 { a.anchor href={ "#" (anchor(section)) } { (section.heading) } }
            @for paragraph in &section.paragraphs { (markdown(paragraph)) }
            @if let Some(table) = section.table { (tables::draw(v, edition, table, mine)) }
        }
    }
}
