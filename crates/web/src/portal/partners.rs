//! The partners a customer lets act for it (S20): who they are, what they may do, until when; what
//! others ask for; and taking it all away at once.

pub mod acts;
pub mod covered;
pub mod list;
pub mod one;

use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_domain::Moment;
use mainstay_domain::access::delegation::{LONGEST_YEARS, Terms, latest_end};
use mainstay_domain::access::{Action, Grant};
use mainstay_domain::ids::PartnerId;
use maud::{Markup, html};

use crate::error::Error;
use crate::incoming::Incoming;
use crate::partner::asks::kinds_of;
use crate::partner::{kind_choices, kind_words};
use crate::portal::customer::Held;
use crate::signed::{Signed, is_partner};
use crate::state::Web;
use crate::ui::{Field, Form, Viewer};

/// Where everybody is led for whom these pages are not.
fn elsewhere(signed: &Signed) -> Option<Response> {
    if signed.is_vendor() {
        return Some(Redirect::to("/accounts").into_response());
    }
    is_partner(&signed.session).then(|| Redirect::to("/partner/customers").into_response())
}

fn grant(signed: &Signed) -> Result<Grant, Error> {
    Ok(signed.session.grant(Action::DelegateToPartner)?)
}

/// The partner an address names.
fn partner_of(text: &str) -> Result<PartnerId, Error> {
    text.parse().map_err(|_| app::Error::NotFound.into())
}

/// A day as a form's field holds it.
fn day_of(v: &Viewer, at: Moment) -> String {
    at.timestamp().to_zoned(v.zone.clone()).date().to_string()
}

/// The first moment after a day in the reader's zone.
fn after(v: &Viewer, day: &str) -> Option<Moment> {
    let day: jiff::civil::Date = day.trim().parse().ok()?;
    let next = day.tomorrow().ok()?.to_zoned(v.zone.clone()).ok()?;
    Some(Moment::from(next.timestamp()))
}

/// The fields that terms are typed into.
fn typed(v: &Viewer, terms: &Terms) -> Incoming {
    let mut typed = Incoming::default();
    let kinds: Vec<String> = terms
        .kinds
        .iter()
        .map(|kind| kind.code().to_owned())
        .collect();
    typed.set_all("kinds", kinds);
    covered::type_into(&mut typed, &terms.covered);
    typed.set("people", if terms.names_people { "on" } else { "" });
    let persons = terms.persons.map_or_else(String::new, |n| n.to_string());
    typed.set("persons", persons);
    typed.set("until", day_of(v, terms.ends_at.plus_seconds(-1)));
    typed
}

/// The day a year from now: what is proposed.
fn in_a_year(v: &Viewer) -> Moment {
    let half = latest_end(v.now).seconds_since(v.now) / LONGEST_YEARS;
    v.now.plus_seconds(half)
}

/// The terms a form holds.
fn terms_of(v: &Viewer, fields: &Incoming) -> Result<Terms, app::Error> {
    let wrong = |field, message: &str| app::Error::Field {
        field,
        message: message.to_owned(),
    };
    let ends_at = after(v, fields.text("until"));
    let persons = fields.text("persons").trim().parse::<u32>();
    Ok(Terms {
        kinds: kinds_of(fields),
        covered: covered::of_form(v, fields)?,
        names_people: fields.text("people") == "on",
        persons: Some(persons.map_err(|_| wrong("persons", v.t("partner-persons-wrong")))?),
        ends_at: ends_at.ok_or_else(|| wrong("until", v.t("partner-until-wrong")))?,
    })
}

/// What a partner may do, asked of a customer.
fn terms_fields(
    web: &Web,
    v: &Viewer,
    form: &Form<'_>,
    held: &[Held],
    fields: &Incoming,
) -> Markup {
    let names = kind_words(web, v);
    let checked: Vec<&str> = fields.all("kinds").iter().map(String::as_str).collect();
    html! {
        (form.checks(Field::new("kinds", v.t("partner-kinds")).hint(v.t("partner-kinds-hint")),
            &kind_choices(&names), &checked))
        (covered::boxes(v, form, held, fields))
        (form.checkbox(Field::new("people", v.t("partner-people")).hint(v.t("partner-people-hint"))
            .value(fields.text("people"))))
        (form.text(Field::new("persons", v.t("partner-persons")).hint(v.t("partner-persons-hint"))
            .kind("number").width("w-5").value(fields.text("persons")).required()))
        (form.text(Field::new("until", v.t("partner-until-label")).hint(v.t("partner-until-hint"))
            .kind("date").width("w-20").value(fields.text("until")).required()))
    }
}
