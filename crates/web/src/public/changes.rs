//! What a customer gains and loses from one edition to the next, in sentences.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_description::{Difference, Effect, diff};
use mainstay_domain::edition::Edition;
use maud::{Markup, html};
use serde::Deserialize;

use super::{frame, mine};
use crate::error::Error;
use crate::shell::Place;
use crate::signed::MaybeSigned;
use crate::state::Web;
use crate::ui::{Crumb, Icon, Tone, Viewer, empty, icon, page_head, section, tag};

/// The edition to compare with.
#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    from: String,
}

/// `GET /description/{edition}/changes?from=…`; without `from` the edition before.
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
    let new = catalogue.edition(&id).ok_or(app::Error::NotFound)?;
    let old = if wanted.from.is_empty() {
        let earlier = catalogue.editions().iter().rev();
        let mut earlier = earlier.filter(|one| one.in_force_from < new.in_force_from);
        match earlier.next() {
            Some(old) => old,
            None => return Ok(Redirect::to(&format!("/description/{id}")).into_response()),
        }
    } else {
        catalogue
            .edition(&wanted.from)
            .ok_or(app::Error::NotFound)?
    };
    let mine = mine::find(&web, &reader, new, "").await?;
    let v = &reader.viewer;
    let title = v.t("public-changes");
    let crumbs = [
        Crumb {
            href: "/description",
            label: v.t("public-description"),
        },
        Crumb {
            href: "",
            label: title,
        },
    ];
    let body = html! {
        (page_head(title, under(v, old, new), html! {}))
        (differences(v, &diff(old, new), mine.as_ref().map(|mine| mine.plan.as_str())))
    };
    Ok(frame::render(&web, &reader, title, Place::Description, &crumbs, body).into_response())
}

fn under(v: &Viewer, old: &Edition, new: &Edition) -> Markup {
    html! {
        span {
            (v.t("public-changes-from")) " "
            a href={ "/description/" (old.id) } { (frame::date(v, old.in_force_from)) }
        }
        span {
            (v.t("public-changes-to")) " "
            a href={ "/description/" (new.id) } { (frame::date(v, new.in_force_from)) }
        }
    }
}

/// The differences of the reader's own plan first, then all, by whom they are good for.
pub(crate) fn differences(v: &Viewer, all: &[Difference], plan: Option<&str>) -> Markup {
    let own: Vec<&Difference> = match plan {
        Some(plan) => all
            .iter()
            .filter(|one| one.sentence.starts_with(plan))
            .collect(),
        None => Vec::new(),
    };
    let of = |effect: Effect| {
        let found = all.iter().filter(move |one| one.effect == effect);
        found.collect::<Vec<_>>()
    };
    let (losses, gains, changes) = (of(Effect::Loss), of(Effect::Gain), of(Effect::Change));
    html! {
        @if all.is_empty() { (empty(Icon::Book, v.t("public-changes-none"), html! {})) }
        @if !own.is_empty() { (section(v.t("public-changes-mine"), html! {}, list(v, &own, true))) }
        (group(v, v.t("public-gains"), "gains", &gains))
        (group(v, v.t("public-losses"), "losses", &losses))
        (group(v, v.t("public-otherwise"), "changes", &changes))
    }
}

/// All differences of one effect.
fn group(v: &Viewer, title: &str, anchor: &str, each: &[&Difference]) -> Markup {
    let end = html! { span.count { (each.len()) } };
    html! {
        @if !each.is_empty() { div id=(anchor) { (section(title, end, list(v, each, false))) } }
    }
}

/// Differences as a list; where effects are mixed, each says its own.
fn list(v: &Viewer, each: &[&Difference], is_mixed: bool) -> Markup {
    html! {
        ul.stack-8 {
            @for one in each {
                @let (tone, sign, word) = look(v, one.effect);
                li.hung {
                    @if is_mixed { (tag(tone, word)) } @else { (icon(sign)) }
                    span { (one.sentence) }
                }
            }
        }
    }
}

fn look(v: &Viewer, effect: Effect) -> (Tone, Icon, &'static str) {
    match effect {
        Effect::Gain => (Tone::Ok, Icon::Plus, v.t("public-gain")),
        Effect::Loss => (Tone::Bad, Icon::Dash, v.t("public-loss")),
        Effect::Change => (Tone::Plain, Icon::Info, v.t("public-change")),
    }
}
