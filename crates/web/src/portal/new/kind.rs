//! The first page: what kind of help, about what, under which subscription.

use mainstay_domain::edition::Kind;
use maud::{Markup, html};

use super::fields::{self, OF_KIND};
use super::{DETAILS, DRAFT, KIND, Setting};
use crate::incoming::Incoming;
use crate::portal::words as say;
use crate::ui::{Button, Choice, Field, Form, Look, Mistakes, Tone, Viewer, blocks, words};

/// The form of the first page.
pub fn form(v: &Viewer, setting: &Setting, typed: &Incoming, mistakes: &Mistakes) -> Markup {
    let form = Form::post(v, KIND).mistakes(mistakes).draft(DRAFT);
    let next = Button::primary(v.t("portal-continue")).key("mod+enter");
    html! {
        (kept(v, setting))
        (form.render(html! {
            (fields::carried(&form, setting, typed, &OF_KIND))
            @if !typed.text("follows").is_empty() {
                (blocks::notice(Tone::Info, "", html! {
                    (v.t_args("portal-follows", &[("number", typed.text("follows").into())]))
                }))
            }
            (kinds(&form, v, setting, typed))
            (categories(&form, v, setting, typed))
            (subscriptions(&form, v, setting, typed))
            (form.actions(next, html! {
                (Button::new(v.t("action-cancel")).look(Look::Quiet).link("/home"))
            }))
        }))
    }
}

/// What is kept of an earlier attempt, with the ways to go on or start over.
fn kept(v: &Viewer, setting: &Setting) -> Markup {
    let kept = &setting.draft;
    let subject = kept.fields.text("subject");
    let worth = !(subject.is_empty() && kept.fields.text("body").is_empty());
    html! {
        @if let Some(at) = kept.saved_at.filter(|_| worth) {
            (blocks::notice(Tone::Info, v.t("portal-draft-kept"), html! {
                @if !subject.is_empty() { "“" bdi { (subject) } "” " }
                span.muted { (words::ago(v, at)) } " "
                a href=(DETAILS) { (v.t("portal-draft-continue")) } " "
                (Button::new(v.t("portal-draft-discard")).small().post(v, "/cases/new/discard"))
            }))
        }
    }
}

/// What the first page asks, for another page that asks all at once.
pub fn questions(form: &Form<'_>, v: &Viewer, setting: &Setting, typed: &Incoming) -> Markup {
    html! {
        (kinds(form, v, setting, typed))
        (categories(form, v, setting, typed))
        (subscriptions(form, v, setting, typed))
    }
}

fn kinds(form: &Form<'_>, v: &Viewer, setting: &Setting, typed: &Incoming) -> Markup {
    let hint = |kind: Kind| {
        let terms = setting.edition.find_kind(kind);
        terms.map_or("", |terms| terms.words.as_str())
    };
    let choices: Vec<Choice<'_>> = setting
        .kinds
        .iter()
        .map(|&kind| {
            Choice::new(kind.code(), say::kind_name(&setting.edition, kind)).hint(hint(kind))
        })
        .collect();
    let first = setting.kinds.first().map_or("", |kind| kind.code());
    let value = match typed.text("kind") {
        "" => first,
        kind => kind,
    };
    form.radios(
        Field::new("kind", v.t("portal-kind")).value(value),
        &choices,
    )
}

fn categories(form: &Form<'_>, v: &Viewer, setting: &Setting, typed: &Incoming) -> Markup {
    let mine: Vec<(String, &str)> = setting
        .edition
        .categories
        .iter()
        .filter(|category| setting.kinds.contains(&category.kind))
        .map(|category| {
            let name = say::category_name(&setting.edition, &category.id);
            let name = match category.kind {
                Kind::Technical => name,
                kind => format!("{}: {name}", say::kind_name(&setting.edition, kind)),
            };
            (name, category.id.as_str())
        })
        .collect();
    let none = Choice::new("", v.t("portal-category-none"));
    let choices: Vec<Choice<'_>> = std::iter::once(none)
        .chain(mine.iter().map(|(name, id)| Choice::new(id, name)))
        .collect();
    let field = Field::new("category", v.t("portal-category"))
        .hint(v.t("portal-category-hint"))
        .value(typed.text("category"))
        .optional();
    html! { @if !mine.is_empty() { (form.select(field, &choices)) } }
}

/// Asked only of those who hold several.
fn subscriptions(form: &Form<'_>, v: &Viewer, setting: &Setting, typed: &Incoming) -> Markup {
    let held = &setting.customer.held;
    let rows: Vec<(String, String, String)> = held
        .iter()
        .map(|own| {
            let seats = own.subscription.seats.into();
            let seats = v.t_args("portal-seats", &[("n", seats)]);
            (own.subscription.id.to_string(), own.name(), seats)
        })
        .collect();
    let choices: Vec<Choice<'_>> = rows
        .iter()
        .map(|(id, name, seats)| Choice::new(id, name).hint(seats))
        .collect();
    let chosen = setting
        .held(typed)
        .map(|own| own.subscription.id.to_string())
        .unwrap_or_default();
    let field = Field::new("subscription", v.t("portal-subscription")).value(&chosen);
    html! { @if held.len() > 1 { (form.radios(field, &choices)) } }
}
