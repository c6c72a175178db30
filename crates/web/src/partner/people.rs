//! A partner's own people: who they are, inviting more, letting somebody go.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::people::NewPerson;
use mainstay_domain::access::Role;
use mainstay_domain::ids::PersonId;
use mainstay_store::partners::{self, PartnerPerson};
use maud::{Markup, html};

use super::{own_partner, runs_partner};
use crate::desk::invitations::{link, link_notice, person_fields};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place, role_word};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::person;
use crate::ui::{
    Button, Choice, Field, Form, Look, Mistakes, Tone, Viewer, page_head, panel, section, tag,
};

/// What was just tried or done.
#[derive(Default)]
struct Done {
    fields: Incoming,
    mistakes: Mistakes,
    link: Option<String>,
}

/// `GET /partner/people`
///
/// # Errors
/// [`app::Error::Denied`] for everybody else.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    page(&web, &signed, &Done::default()).await
}

async fn page(web: &Web, signed: &Signed, done: &Done) -> Result<Markup, Error> {
    let partner = own_partner(signed)?;
    let read = web.app().db().read(async |tx| {
        let people = partners::people(tx, partner).await?;
        Ok::<_, mainstay_store::Error>((partners::find(tx, partner).await?, people))
    });
    let (own, people) = read.await?;
    let v = &signed.viewer;
    let name = own.map_or_else(String::new, |own| own.name);
    let title = v.t("nav-partner-people");
    let runs = runs_partner(signed);
    let body = html! {
        (page_head(title, html! { bdi { (name) } }, html! {
            @if runs { (Button::new(v.t("partner-entry")).link("/partner/entry")) }
        }))
        @if let Some(link) = &done.link { (link_notice(v, link)) }
        @if done.mistakes.of("person").is_some() {
            (Form::post(v, "").mistakes(&done.mistakes).summary())
        }
        (section("", html! {}, table(signed, &people, runs)))
        @if runs { (panel(v.t("partner-invite"), form(v, done))) }
    };
    let page = Page {
        has_mistakes: !done.mistakes.is_empty(),
        ..Page::new(title, Place::PartnerPeople)
    };
    Ok(page.render(web, signed, body))
}

fn table(signed: &Signed, people: &[PartnerPerson], runs: bool) -> Markup {
    let (v, me) = (&signed.viewer, signed.session.person.id);
    html! {
        table.plain.stacks {
            caption.sr { (v.t("nav-partner-people")) }
            thead { tr {
                th scope="col" { (v.t("person-name")) }
                th scope="col" { (v.t("desk-role")) }
                th scope="col" { (v.t("sign-in-email")) }
                @if runs { th scope="col" { span.sr { (v.t("partner-what-to-do")) } } }
            } }
            tbody { @for one in people {
                tr {
                    th scope="row" { (person(&one.name)) }
                    td { (role_word(v, one.role))
                        @if !one.is_active { " " (tag(Tone::Plain, v.t("partner-inactive"))) } }
                    td { bdi { (one.email) } }
                    @if runs { td { @if one.id != me { (switch(v, one)) } } }
                }
            } }
        }
    }
}

fn switch(v: &Viewer, one: &PartnerPerson) -> Markup {
    let action = format!("/partner/people/{}", one.id);
    let button = if one.is_active {
        Button::new(v.t("partner-deactivate"))
            .look(Look::Danger)
            .sends("is", "inactive")
    } else {
        Button::new(v.t("partner-activate")).sends("is", "active")
    };
    button.small().post(v, &action)
}

fn form(v: &Viewer, done: &Done) -> Markup {
    let none = Mistakes::none();
    let is_about_other = done.mistakes.of("person").is_some();
    let mistakes = if is_about_other {
        &none
    } else {
        &done.mistakes
    };
    let form = Form::post(v, "/partner/people").mistakes(mistakes);
    let choices = [Role::PartnerAgent, Role::PartnerAdmin]
        .map(|role| Choice::new(role.code(), role_word(v, role)));
    form.render(html! {
        (person_fields(v, &form, &done.fields, v.t("desk-time-zone-hint-own")))
        (form.select(Field::new("role", v.t("desk-role")).value(done.fields.text("role"))
            .required(), &choices))
        (form.actions(Button::primary(v.t("desk-invite-do")), html! {}))
    })
}

/// `POST /partner/people`: invites somebody; their link is shown once.
///
/// # Errors
/// When the store fails.
pub async fn invite(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let zone = signed.session.person.time_zone.clone();
    let new = NewPerson {
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
        time_zone: fields.some("time_zone").unwrap_or(zone),
    };
    let role = Role::from_code(fields.text("role")).unwrap_or(Role::Public);
    match web
        .app()
        .invite_to_partner(&signed.session, &new, role)
        .await
    {
        Ok(invited) => {
            let done = Done {
                link: Some(link(&web, &invited.word)),
                ..Done::default()
            };
            let page = page(&web, &signed, &done).await?;
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((StatusCode::CREATED, no_store, page).into_response())
        }
        Err(error) => again(&web, &signed, fields, error).await,
    }
}

async fn again(
    web: &Web,
    signed: &Signed,
    fields: Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let done = Done {
        fields,
        mistakes: mistakes_of(&error),
        link: None,
    };
    let page = page(web, signed, &done).await?;
    Ok((status_of(&error), page).into_response())
}

/// `POST /partner/people/{person}`: lets somebody sign in, or no longer.
///
/// # Errors
/// When the store fails.
pub async fn set_active(
    State(web): State<Web>,
    signed: Signed,
    Path(person): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let id: PersonId = person.parse().map_err(|_| app::Error::NotFound)?;
    let is_active = match fields.text("is") {
        "active" => true,
        "inactive" => false,
        _ => return Ok(Redirect::to("/partner/people").into_response()),
    };
    let set = web.app().set_partner_person(&signed.session, id, is_active);
    match set.await {
        Ok(()) => Ok(Redirect::to("/partner/people").into_response()),
        Err(error) => again(&web, &signed, fields, error).await,
    }
}
