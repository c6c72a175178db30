//! The people who speak for a customer: their numbers, and the first of them invited again.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_domain::region::Region;
use mainstay_store::accounts::AccountPerson;
use mainstay_store::contacts::Contact;
use maud::{Markup, html};

use super::{Known, id_of, page};
use crate::desk::desk_grant;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::role_word;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::{notice, section};
use crate::ui::chips::person;
use crate::ui::{Button, Field, Form, Mistakes, Tone, Viewer, tag};

/// What was tried with the people of a customer, or made.
#[derive(Default)]
pub(super) struct Tried {
    pub(super) mistakes: Mistakes,
    /// The link of an invitation, shown once.
    pub(super) link: Option<String>,
    /// Whose number was to be confirmed.
    pub(super) person: Option<PersonId>,
    pub(super) is_confirmed: bool,
    /// What was typed to see what the customer sees, and what was wrong with it.
    pub(super) view: Incoming,
    pub(super) view_mistakes: Mistakes,
    /// What was typed to export its requests, and what was wrong with it.
    pub(super) export: Incoming,
    pub(super) export_mistakes: Mistakes,
}

impl Tried {
    pub(super) fn has_mistakes(&self) -> bool {
        let all = [&self.mistakes, &self.view_mistakes, &self.export_mistakes];
        !all.into_iter().all(Mistakes::is_empty)
    }
}

/// `POST /accounts/{id}/invitation`: another link for the first administrator, as long as nobody
/// of the customer has signed in.
///
/// # Errors
/// When the store fails.
pub async fn invite_first(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::ReadAccounts)?;
    let id = id_of(&id)?;
    let (status, tried) = match web.app().invite_first_again(&signed.session, id).await {
        Ok(invited) => (
            StatusCode::CREATED,
            Tried {
                link: Some(link(&web, &invited.word)),
                ..Tried::default()
            },
        ),
        Err(error) => tried(error)?,
    };
    answer(&web, &signed, id, status, &tried).await
}

/// `POST /accounts/{id}/telephones`: the code that somebody read out who was called.
///
/// # Errors
/// [`app::Error::Denied`] for those who take no calls.
pub async fn confirm_telephone(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::LogCall)?;
    let id = id_of(&id)?;
    let person = fields.text("person").parse().ok();
    let confirmed = match person {
        Some(person) => {
            let code = fields.text("code");
            let app = web.app();
            app.confirm_telephone(&signed.session, id, person, code)
                .await
        }
        None => Err(app::Error::Field {
            field: "code",
            message: signed.viewer.t("caller-requester-missing").to_owned(),
        }),
    };
    let (status, tried) = match confirmed {
        Ok(()) => (
            StatusCode::OK,
            Tried {
                is_confirmed: true,
                ..Tried::default()
            },
        ),
        Err(error) => tried(error)?,
    };
    let tried = Tried { person, ..tried };
    answer(&web, &signed, id, status, &tried).await
}

/// What is shown again with what was wrong.
fn tried(error: app::Error) -> Result<(StatusCode, Tried), Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let tried = Tried {
        mistakes: mistakes_of(&error),
        ..Tried::default()
    };
    Ok((status_of(&error), tried))
}

async fn answer(
    web: &Web,
    signed: &Signed,
    id: AccountId,
    status: StatusCode,
    tried: &Tried,
) -> Result<Response, Error> {
    let page = page(web, signed, id, tried).await?;
    Ok((status, [(header::CACHE_CONTROL, "no-store")], page).into_response())
}

/// The address of an invitation.
pub(crate) fn link(web: &Web, word: &str) -> String {
    format!("{}/invitation/{word}", web.config().origin)
}

/// The link of an invitation, to be handed on; it is shown once.
pub(crate) fn link_notice(v: &Viewer, link: &str) -> Markup {
    notice(
        Tone::Ok,
        v.t("desk-invited"),
        html! { p { (v.t("desk-invited-once")) } p { code.mono { (link) } } },
    )
}

/// The time zone of a region.
pub(in crate::desk) fn zone_of(web: &Web, region: &str) -> String {
    let catalogue = web.app().catalogue();
    catalogue
        .region(region)
        .map_or("UTC", Region::time_zone)
        .to_owned()
}

/// The section of the customer's page.
pub(super) fn section_of(signed: &Signed, known: &Known, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let again = format!("/accounts/{}/invitation", known.account.id);
    let whole = Form::post(v, "");
    let summary = whole.mistakes(&tried.mistakes).summary();
    section(
        v.t("desk-people"),
        html! {},
        html! {
            @if !has_form(known, tried.person) { (summary) }
            @if tried.is_confirmed { (notice(Tone::Ok, "", html! { (v.t("caller-code-done")) })) }
            @if known.people.is_empty() { p.muted { (v.t("desk-people-none")) } }
            @else { (people_list(signed, known, tried)) }
            @if known.has_anybody_joined { p.small.muted { (v.t("desk-people-theirs")) } }
            @else {
                p.hint { (v.t("desk-invite-first-what")) }
                (Button::new(v.t("desk-invite-first")).post(v, &again))
            }
        },
    )
}

/// Whether the mistakes of what was tried with somebody's number stand at its field.
fn has_form(known: &Known, person: Option<PersonId>) -> bool {
    let is_it = |contact: &&Contact| Some(contact.id) == person;
    let contact = known.administrators.iter().find(is_it);
    contact.is_some_and(|contact| contact.telephone.is_some() && contact.verified.is_none())
}

fn people_list(signed: &Signed, known: &Known, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    html! {
        table.plain {
            caption.sr { (v.t("desk-people")) }
            thead { tr {
                th scope="col" { (v.t("person-name")) }
                th scope="col" { (v.t("desk-role")) }
                th scope="col" { (v.t("sign-in-email")) }
                th scope="col" { (v.t("person-telephone")) }
            } }
            tbody { @for one in &known.people {
                tr {
                    th scope="row" { (person(&one.name)) }
                    td { @match Role::from_code(&one.role) {
                        Some(role) => { (role_word(v, role)) }
                        None => { (one.role) }
                    } }
                    td { a href={ "mailto:" (one.email) } { bdi { (one.email) } } }
                    td { (telephone(signed, known, one, tried)) }
                }
            } }
        }
    }
}

/// Somebody's number; whoever takes calls confirms it by the code in their profile.
fn telephone(signed: &Signed, known: &Known, one: &AccountPerson, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let contact = known
        .administrators
        .iter()
        .find(|contact| contact.id == one.id);
    let Some((number, verified)) =
        contact.and_then(|contact| Some((contact.telephone.as_deref()?, contact.verified)))
    else {
        return html! {};
    };
    let address = format!("/accounts/{}/telephones", known.account.id);
    let none = Mistakes::none();
    let is_tried = tried.person == Some(one.id);
    let mistakes = if is_tried { &tried.mistakes } else { &none };
    let prefix = format!("code-{}-", one.id);
    let form = Form::post(v, &address)
        .prefix(&prefix)
        .mistakes(mistakes)
        .class("form-row");
    let id = one.id.to_string();
    html! {
        a.nowrap href={ "tel:" (number) } { bdi { (number) } } " "
        @if verified.is_some() { (tag(Tone::Ok, v.t("people-verified"))) }
        @else {
            (tag(Tone::Plain, v.t("people-not-verified")))
            @if signed.session.grant(Action::LogCall).is_ok() {
                (form.render(html! {
                    (form.hidden("person", &id))
                    (form.text(Field::new("code", v.t("caller-code")).hint(v.t("caller-code-explained"))
                        .width("w-10").autocomplete("off")))
                    (form.actions(Button::new(v.t("caller-code-do")).small(), html! {}))
                }))
            }
        }
    }
}

/// Name, address and time zone of somebody to be invited.
pub(crate) fn person_fields(
    v: &Viewer,
    form: &Form<'_>,
    fields: &Incoming,
    zone_hint: &str,
) -> Markup {
    html! {
        (form.text(Field::new("name", v.t("person-name")).value(fields.text("name")).required()))
        (form.text(Field::new("email", v.t("sign-in-email")).kind("email")
            .value(fields.text("email")).required()))
        (form.text(Field::new("time_zone", v.t("person-time-zone")).optional()
            .hint(zone_hint).value(fields.text("time_zone"))))
    }
}
