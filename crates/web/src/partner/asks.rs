//! Asking a customer to be let act for it.

use axum::extract::{Path, State};
use axum::response::Response;
use mainstay_app as app;
use mainstay_app::partners::NewAsk;
use mainstay_domain::edition::Kind;
use mainstay_store::delegations::Ask;
use maud::{Markup, html};

use super::customers::{Tried, account_of, again, back};
use super::{kind_choices, kind_words, scope_words};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Field, Form, Mistakes, Tone, Viewer, blocks, section, tag, words};

/// What was asked for, and the form to ask.
pub(super) fn section_of(web: &Web, signed: &Signed, asks: &[Ask], tried: &Tried) -> Markup {
    let v = &signed.viewer;
    html! {
        (section(v.t("partner-asks"), html! {}, html! {
            @if asks.is_empty() { p.muted { (v.t("partner-asks-none")) } }
            @else { ul.plain { @for ask in asks { li { (line(web, v, ask)) } } } }
            (form(web, v, tried))
        }))
    }
}

fn line(web: &Web, v: &Viewer, ask: &Ask) -> Markup {
    let (tone, words_of) = match ask.outcome.as_deref() {
        Some("approved") => (Tone::Ok, v.t("partner-ask-approved")),
        Some("declined") => (Tone::Plain, v.t("partner-ask-declined")),
        Some("withdrawn") => (Tone::Plain, v.t("partner-ask-withdrawn")),
        _ if !ask.is_open(v.now) => (Tone::Plain, v.t("partner-ask-lapsed")),
        _ => (Tone::Info, v.t("partner-ask-open")),
    };
    html! {
        b { bdi { (ask.account_name) } } " "
        span { (scope_words(web, v, &ask.kinds, ask.names_people)) } " "
        span.muted { (words::ago(v, ask.asked_at)) " · " bdi { (ask.asked_by_name) } } " "
        (tag(tone, words_of))
        @if ask.is_open(v.now) {
            " " (Button::new(v.t("partner-ask-withdraw")).small()
                .post(v, &format!("/partner/asks/{}/withdrawal", ask.account)))
        }
    }
}

fn form(web: &Web, v: &Viewer, tried: &Tried) -> Markup {
    let none = Mistakes::none();
    let is_tried = tried.form == "ask";
    let mistakes = if is_tried { &tried.mistakes } else { &none };
    let form = Form::post(v, "/partner/asks")
        .prefix("ask-")
        .mistakes(mistakes);
    let value = |name: &str| {
        if is_tried {
            tried.fields.text(name)
        } else {
            ""
        }
    };
    let names = kind_words(web, v);
    let checked: Vec<&str> = if is_tried {
        tried
            .fields
            .all("kinds")
            .iter()
            .map(String::as_str)
            .collect()
    } else {
        vec![Kind::Technical.code()]
    };
    let persons = if is_tried { value("persons") } else { "1" };
    blocks::fold(
        v.t("partner-ask"),
        is_tried,
        form.render(html! {
            p.hint { (v.t("partner-ask-explained")) }
            (form.text(Field::new("number", v.t("portal-customer-number")).value(value("number"))
                .width("w-10").required()))
            (form.text(Field::new("customer", v.t("partner-customer-name")).value(value("customer"))
                .required()))
            (form.checks(Field::new("kinds", v.t("partner-kinds")), &kind_choices(&names), &checked))
            (form.checkbox(Field::new("people", v.t("partner-people")).value(value("people"))))
            (form.text(Field::new("persons", v.t("partner-persons")).kind("number").width("w-5")
                .value(persons).required()))
            (form.textarea(Field::new("reason", v.t("partner-ask-reason")).value(value("reason"))
                .rows(3).required()))
            (form.actions(Button::new(v.t("partner-ask-send")), html! {}))
        }),
    )
}

/// The kinds ticked in a form.
pub(crate) fn kinds_of(fields: &Incoming) -> Vec<Kind> {
    let is_ticked = |kind: &Kind| fields.all("kinds").iter().any(|code| code == kind.code());
    Kind::ALL.into_iter().filter(is_ticked).collect()
}

/// `POST /partner/asks`
///
/// # Errors
/// When the store fails.
pub async fn ask(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let new = NewAsk {
        customer_number: fields.text("number").to_owned(),
        customer: fields.text("customer").to_owned(),
        kinds: kinds_of(&fields),
        names_people: fields.text("people") == "on",
        persons: fields.text("persons").trim().parse().unwrap_or(0),
        reason: fields.text("reason").to_owned(),
    };
    match web.app().ask_to_act(&signed.session, &new).await {
        Ok(_) => Ok(back()),
        Err(error) => again(&web, &signed, "ask", fields, error).await,
    }
}

/// `POST /partner/asks/{account}/withdrawal`
///
/// # Errors
/// When the store fails.
pub async fn withdraw(
    State(web): State<Web>,
    signed: Signed,
    Path(account): Path<String>,
) -> Result<Response, Error> {
    let account = account_of(&account)?;
    match web.app().withdraw_ask(&signed.session, account).await {
        Ok(()) | Err(app::Error::NotFound) => Ok(back()),
        Err(error) => Err(error.into()),
    }
}
