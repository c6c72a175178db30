//! The customers a partner acts for: what each lets it do, until when, and who of it does it.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::delegations::{self, Ask, Delegation, Named};
use mainstay_store::partners::{self, PartnerPerson};
use maud::{Markup, html};

use super::{asks, last_day, own_partner, runs_partner, scope_words};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::portal::customer::Held;
use crate::portal::partners::covered;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{
    Button, Choice, Fact, Field, Form, Icon, Look, Mistakes, Tone, blocks, empty, facts, page_head,
    panel, section, tag, words,
};

/// A form of the page that was sent and refused.
#[derive(Default)]
pub(super) struct Tried {
    /// Which: a customer's id, or `ask`.
    pub form: String,
    pub fields: Incoming,
    pub mistakes: Mistakes,
}

/// What the page is drawn from.
struct Known {
    delegations: Vec<Delegation>,
    held: Vec<Held>,
    named: Vec<Named>,
    asks: Vec<Ask>,
    people: Vec<PartnerPerson>,
}

/// `GET /partner/customers`
///
/// # Errors
/// [`app::Error::Denied`] for everybody else.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    page(&web, &signed, &Tried::default()).await
}

pub(super) async fn again(
    web: &Web,
    signed: &Signed,
    form: &str,
    fields: Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let tried = Tried {
        form: form.to_owned(),
        fields,
        mistakes: mistakes_of(&error),
    };
    let page = page(web, signed, &tried).await?;
    Ok((status_of(&error), page).into_response())
}

async fn page(web: &Web, signed: &Signed, tried: &Tried) -> Result<Markup, Error> {
    let partner = own_partner(signed)?;
    let (catalogue, now) = (web.app().catalogue(), signed.now());
    let known = web
        .app()
        .db()
        .read(async |tx| {
            let named = delegations::named_subscriptions(tx, partner, now).await?;
            let each = named.into_iter();
            let held = each.map(|one| Held::of(&catalogue, &one.region, one.subscription, now));
            Ok::<_, mainstay_store::Error>(Known {
                delegations: delegations::list_of_partner(tx, partner).await?,
                held: held.collect(),
                named: delegations::named_of_partner(tx, partner).await?,
                asks: delegations::asks_of_partner(tx, partner).await?,
                people: partners::people(tx, partner).await?,
            })
        })
        .await?;
    let v = &signed.viewer;
    let title = v.t("nav-partner-customers");
    let is_over = |one: &&Delegation| one.ended_at(v.now).is_some();
    let (over, running): (Vec<_>, Vec<_>) = known.delegations.iter().partition(is_over);
    let runs = runs_partner(signed);
    let body = html! {
        (page_head(title, html! { (v.t("partner-customers-explained")) }, html! {}))
        @if running.is_empty() {
            (empty(Icon::Building, v.t("portal-no-customer"), html! {}))
        }
        @for one in running { (customer(web, signed, &known, one, tried)) }
        @if runs { (asks::section_of(web, signed, &known.asks, tried)) }
        @if !over.is_empty() {
            (section(v.t("partner-over"), html! {}, html! {
                ul.plain { @for one in over { li {
                    b { bdi { (one.account_name) } } " "
                    @if let Some(at) = one.ended_at(v.now) {
                        span.muted { (v.t_args("partner-ended-on", &[("day", words::date(v, at).into())])) }
                    }
                } } }
            }))
        }
    };
    let page = Page {
        has_mistakes: !tried.mistakes.is_empty(),
        topics: "partner",
        ..Page::new(title, Place::PartnerCustomers)
    };
    Ok(page.render(web, signed, body))
}

fn customer(web: &Web, signed: &Signed, known: &Known, one: &Delegation, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let terms = &one.terms;
    let names: Vec<&Named> = known
        .named
        .iter()
        .filter(|named| named.account == one.account)
        .collect();
    let acts = names
        .iter()
        .any(|named| named.person == signed.session.person.id);
    let is_current = signed.session.acts_as_partner_for() == Some(one.account);
    let who = names.iter().map(|named| named.name.as_str());
    let who = who.collect::<Vec<_>>().join(", ");
    let day = last_day(v, terms.ends_at);
    let is_near = terms.ends_at < v.now.plus_minutes(90 * 24 * 60);
    let lines = [
        Fact::words(
            v.t("partner-may"),
            &scope_words(web, v, &terms.kinds, terms.names_people),
        ),
        Fact::words(
            v.t("partner-subscriptions"),
            &covered::said(v, &terms.covered, &known.held),
        ),
        Fact::new(
            v.t("partner-until-label"),
            html! {
                (day) @if is_near { " " (tag(Tone::Warn, v.t("partner-ends-soon"))) }
            },
        ),
        Fact::new(
            v.t("partner-who-acts"),
            html! {
                @if who.is_empty() { (v.t("partner-nobody-named")) } @else { bdi { (who) } }
            },
        ),
    ];
    panel(
        &one.account_name,
        html! {
            (facts(&lines))
            @if is_current { p { (tag(Tone::Ok, v.t("partner-current"))) } }
            @else if acts {
                @let form = Form::post(v, "/profile/customer");
                (form.render(html! {
                    (form.hidden("account", &one.account.to_string()))
                    (form.actions(Button::new(v.t("partner-act")).small(), html! {}))
                }))
            } @else { p.muted { (v.t("partner-not-named")) } }
            @if runs_partner(signed) { (running(signed, known, one, tried)) }
        },
    )
}

/// What whoever runs the partner does about a customer: name people, give it up.
fn running(signed: &Signed, known: &Known, one: &Delegation, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let account = one.account.to_string();
    let is_tried = tried.form == account;
    let none = Mistakes::none();
    let mistakes = if is_tried { &tried.mistakes } else { &none };
    let action = format!("/partner/customers/{account}/people");
    let prefix = format!("people-{account}-");
    let form = Form::post(v, &action).prefix(&prefix).mistakes(mistakes);
    let active = known.people.iter().filter(|person| person.is_active);
    let rows: Vec<(String, &str)> = active
        .map(|person| (person.id.to_string(), person.name.as_str()))
        .collect();
    let choices: Vec<Choice<'_>> = rows
        .iter()
        .map(|(id, name)| Choice::new(id, name))
        .collect();
    let named = known
        .named
        .iter()
        .filter(|named| named.account == one.account);
    let checked: Vec<String> = if is_tried {
        tried.fields.all("people").to_vec()
    } else {
        named.map(|named| named.person.to_string()).collect()
    };
    let checked: Vec<&str> = checked.iter().map(String::as_str).collect();
    let leave = format!("/partner/customers/{account}/renunciation");
    let leave_prefix = format!("leave-{account}-");
    let leaving = Form::post(v, &leave).prefix(&leave_prefix);
    html! {
        @if let Some(most) = one.terms.persons {
            @let label = v.t_args("partner-name-people", &[("n", most.into())]);
            (blocks::fold(v.t("partner-name-fold"), is_tried || checked.is_empty(), form.render(html! {
                (form.checks(Field::new("people", &label).hint(v.t("partner-name-hint")), &choices, &checked))
                (form.actions(Button::new(v.t("partner-name-save")), html! {}))
            })))
        }
        (blocks::fold(v.t("partner-leave"), false, leaving.render(html! {
            p { (v.t("partner-leave-explained")) }
            (leaving.textarea(Field::new("reason", v.t("partner-reason")).rows(2).optional()))
            (leaving.actions(Button::new(v.t("partner-leave-do")).look(Look::Danger), html! {}))
        })))
    }
}

/// The customer an address names.
pub(super) fn account_of(text: &str) -> Result<AccountId, Error> {
    text.parse().map_err(|_| app::Error::NotFound.into())
}

/// `POST /partner/customers/{account}/people`: names who acts for the customer.
///
/// # Errors
/// When the store fails.
pub async fn name(
    State(web): State<Web>,
    signed: Signed,
    Path(account): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let id = account_of(&account)?;
    let people: Vec<PersonId> = fields
        .all("people")
        .iter()
        .filter_map(|id| id.parse().ok())
        .collect();
    match web.app().name_people(&signed.session, id, &people).await {
        Ok(()) | Err(app::Error::NotFound) => Ok(back()),
        Err(error) => again(&web, &signed, &account, fields, error).await,
    }
}

/// `POST /partner/customers/{account}/renunciation`
///
/// # Errors
/// When the store fails.
pub async fn renounce(
    State(web): State<Web>,
    signed: Signed,
    Path(account): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let id = account_of(&account)?;
    let reason = fields.text("reason");
    match web.app().renounce(&signed.session, id, reason).await {
        Ok(()) | Err(app::Error::NotFound) => Ok(back()),
        Err(error) => again(&web, &signed, &account, fields, error).await,
    }
}

/// What is gone meanwhile is seen on the list.
pub(super) fn back() -> Response {
    (StatusCode::SEE_OTHER, Redirect::to("/partner/customers")).into_response()
}
