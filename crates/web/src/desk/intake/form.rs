//! The form of a case taken down for a caller, and what is known of them beside it.

use std::sync::Arc;

use mainstay_domain::access::{Action, Role};
use mainstay_domain::edition::{Edition, Kind};
use mainstay_domain::region::Region;
use mainstay_store::contacts::Contact;
use maud::{Markup, html};

use super::Caller;
use crate::desk::{may, words};
use crate::incoming::Incoming;
use crate::shell::role_word;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::words::{ago, short};
use crate::ui::{Button, Choice, Fact, Field, Form, Mistakes, Viewer, facts, panel};

/// The form; `shown` is the verdict on what is in it.
pub(super) fn form(
    web: &Web,
    signed: &Signed,
    caller: &Caller,
    fields: &Incoming,
    mistakes: &Mistakes,
    shown: Markup,
) -> Markup {
    let v = &signed.viewer;
    let form = Form::post(v, "/desk/new-case")
        .mistakes(mistakes)
        .draft("/cases/new/draft")
        .preview("/desk/new-case/verdict");
    let edition = web.app().catalogue().edition_at(v.now).map(Arc::clone);
    let edition = edition.as_deref();
    let value = |name: &str| fields.text(name);
    form.render(html! {
        (form.hidden("account", &caller.account.id.to_string()))
        (requester(v, &form, caller, fields))
        (super::caller::fieldset(v, &form, caller))
        (form.text(Field::new("subject", v.t("desk-subject")).value(value("subject")).count(200)
            .required().dir_auto()))
        (form.textarea(Field::new("body", v.t("desk-body")).value(value("body")).rows(6).required()))
        (what(signed, &form, edition, fields))
        (subscription(web, v, &form, caller, fields))
        div.choices-row {
            (form.radios(Field::new("channel", v.t("desk-channel"))
                .value(or(value("channel"), "telephone")), &[
                Choice::new("telephone", v.t("channel-phone")),
                Choice::new("email", v.t("channel-mail")),
            ]))
        }
        (form.preview_area(shown))
        (form.actions(Button::primary(v.t("desk-intake-open")).key("mod+enter"), html! {}))
    })
}

/// What is typed, or else.
fn or<'a>(typed: &'a str, otherwise: &'a str) -> &'a str {
    if typed.is_empty() { otherwise } else { typed }
}

fn requester(v: &Viewer, form: &Form<'_>, caller: &Caller, fields: &Incoming) -> Markup {
    let mut people: Vec<(String, String)> = Vec::new();
    for person in &caller.people {
        let role = Role::from_code(&person.role);
        let role = role.map_or(person.role.as_str(), |role| role_word(v, role));
        let id = person.id.to_string();
        match people.iter_mut().find(|(known, _)| *known == id) {
            Some((_, label)) => *label = format!("{label}, {role}"),
            None => people.push((id, format!("{} · {role}", person.name))),
        }
    }
    let choices: Vec<Choice<'_>> = people
        .iter()
        .map(|(id, label)| Choice::new(id, label))
        .collect();
    let only = match people.as_slice() {
        [(id, _)] => id.as_str(),
        _ => "",
    };
    let field = Field::new("requester", v.t("desk-requester"))
        .value(or(fields.text("requester"), only))
        .required();
    form.select(field, &choices)
}

fn subscription(
    web: &Web,
    v: &Viewer,
    form: &Form<'_>,
    caller: &Caller,
    fields: &Incoming,
) -> Markup {
    let catalogue = web.app().catalogue();
    let held: Vec<(String, String)> = caller
        .subscriptions
        .iter()
        .map(|own| {
            let seats = v.t_args("desk-seats", &[("n", own.seats.into())]);
            let plan = words::plan_name(&catalogue, &own.holding.plan);
            (own.id.to_string(), format!("{plan} · {seats}"))
        })
        .collect();
    let choices: Vec<Choice<'_>> = held
        .iter()
        .map(|(id, label)| Choice::new(id, label))
        .collect();
    let only = match held.as_slice() {
        [(id, _)] => id.as_str(),
        _ => "",
    };
    let typed = or(fields.text("subscription"), only);
    html! {
        @if !held.is_empty() {
            (form.select(Field::new("subscription", v.t("desk-subscription")).value(typed), &choices))
        }
    }
}

fn what(signed: &Signed, form: &Form<'_>, edition: Option<&Edition>, fields: &Incoming) -> Markup {
    let v = &signed.viewer;
    let kinds: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| may(signed, Action::Open, *kind))
        .collect();
    let choices: Vec<Choice<'_>> = kinds
        .iter()
        .map(|kind| Choice::new(kind.code(), words::kind(v, *kind)))
        .collect();
    let first = kinds.first().map_or("", |kind| kind.code());
    let is_technical = kinds.contains(&Kind::Technical);
    html! {
        @if kinds.len() > 1 {
            (form.radios(Field::new("kind", v.t("desk-kind")).value(or(fields.text("kind"), first)), &choices))
        } @else { (form.hidden("kind", first)) }
        @if let Some(edition) = edition {
            (category(v, form, edition, &kinds, fields))
            @if is_technical { (severity(v, form, edition, fields)) }
        }
    }
}

fn category(
    v: &Viewer,
    form: &Form<'_>,
    edition: &Edition,
    kinds: &[Kind],
    fields: &Incoming,
) -> Markup {
    let known: Vec<(String, &str)> = edition
        .categories
        .iter()
        .filter(|category| kinds.contains(&category.kind))
        .map(|category| {
            (
                format!("{} · {}", category.product, category.name),
                category.id.as_str(),
            )
        })
        .collect();
    let mut choices = vec![Choice::new("", v.t("desk-category-none"))];
    choices.extend(known.iter().map(|(label, id)| Choice::new(id, label)));
    form.select(
        Field::new("category", v.t("desk-category"))
            .optional()
            .value(fields.text("category")),
        &choices,
    )
}

fn severity(v: &Viewer, form: &Form<'_>, edition: &Edition, fields: &Incoming) -> Markup {
    let labels: Vec<String> = edition
        .severities
        .iter()
        .map(|severity| format!("{} · {}", severity.code, severity.name))
        .collect();
    let mut choices = vec![Choice::new("", v.t("desk-severity-from-answers"))];
    let known = edition.severities.iter().zip(&labels);
    choices.extend(
        known.map(|(severity, label)| Choice::new(&severity.code, label).hint(&severity.meaning)),
    );
    let value = |name: &str| fields.text(name);
    html! {
        (form.select(Field::new("severity", v.t("desk-severity")).hint(v.t("desk-severity-hint"))
            .value(value("severity")), &choices))
        div.choices-row {
        (form.radios(Field::new("affected", v.t("desk-question-affected")).value(value("affected")), &[
            Choice::new("one", v.t("desk-affected-one")),
            Choice::new("several", v.t("desk-affected-several")),
            Choice::new("everyone", v.t("desk-affected-everyone")),
        ]))
        (form.radios(Field::new("work", v.t("desk-question-work")).value(value("work")), &[
            Choice::new("stopped", v.t("desk-work-stopped")),
            Choice::new("impaired", v.t("desk-work-impaired")),
            Choice::new("unhindered", v.t("desk-work-unhindered")),
        ]))
        (form.radios(Field::new("workaround", v.t("desk-question-workaround")).value(value("workaround")), &[
            Choice::new("no", v.t("desk-workaround-no")),
            Choice::new("yes", v.t("desk-workaround-yes")),
        ]))
        }
    }
}

/// What is known of whoever calls.
pub(super) fn rail(web: &Web, v: &Viewer, caller: &Caller) -> Markup {
    let catalogue = web.app().catalogue();
    let region = catalogue.region(&caller.account.region);
    let zone = region.map_or("UTC", Region::time_zone);
    let local = words::viewer_in(v, zone);
    let name = region.map_or(caller.account.region.as_str(), |region| {
        region.name.as_str()
    });
    let is_active = |one: &&Contact| one.is_active && one.has_joined();
    let administrators = caller.administrators.iter().filter(is_active);
    let administrators: Vec<&str> = administrators.map(|one| one.name.as_str()).collect();
    html! {
        (panel(v.t("desk-caller"), facts(&[
            Fact::words(v.t("desk-account"), &caller.account.name),
            Fact::words(v.t("desk-customer-number-long"), &caller.account.customer_number),
            Fact::words(v.t("desk-region"), name),
            Fact::words(v.t("caller-administrators"), &administrators.join(", ")),
            Fact::new(v.t("desk-time-there"), html! { (short(&local, v.now)) " " span.muted { (zone) } }),
        ])))
        (panel(v.t("desk-caller-cases"), html! {
            @if caller.cases.is_empty() { p.small.muted { (v.t("desk-others-none")) } }
            ul.stack-8.small { @for row in &caller.cases { li {
                a href={ "/cases/" (row.number) } { bdi { (row.subject) } }
                div.under { bdi { (row.number) } " · " (ago(v, row.last_public_at)) }
            } } }
        }))
    }
}
