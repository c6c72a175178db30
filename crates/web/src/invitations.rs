//! Invitations that nobody has accepted yet: a list for the pages of people, a new link, and
//! withdrawing one.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::ids::PersonId;
use mainstay_store::links::Open;
use mainstay_store::people::Organisation;
use maud::{Markup, html};

use crate::error::Error;
use crate::incoming::Incoming;
use crate::shell::{Page, Place, role_word};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Look, Tone, Viewer, blocks, page_head, words};

/// The open invitations of an organisation, with what can be done about them.
#[must_use]
pub fn section(v: &Viewer, organisation: Organisation, open: &[Open]) -> Markup {
    blocks::section(
        v.t("access-invitations"),
        html! {},
        html! {
            @if open.is_empty() { p.muted { (v.t("access-invitations-none")) } }
            ul.plain { @for one in open { li { (line(v, organisation, one)) } } }
        },
    )
}

fn line(v: &Viewer, organisation: Organisation, one: &Open) -> Markup {
    let roles: Vec<&str> = one.roles.iter().map(|role| role_word(v, *role)).collect();
    let (side, id) = organisation.columns();
    let name = [("name", one.name.as_str().into())];
    let act = |action: &str, label: &'static str, named: String, look: Look| {
        html! {
            form.inline method="post" action=(action) {
                input type="hidden" name="side" value=(side);
                input type="hidden" name="organisation" value=(id);
                input type="hidden" name="person" value=(one.person);
                span.sr { (named) }
                (Button::new(label).look(look).small().submit())
            }
        }
    };
    html! {
        b { bdi { (one.name) } }
        @if one.name != one.email { span { bdi { (one.email) } } }
        span.muted { (roles.join(", ")) }
        span.muted {
            @if one.expires_at <= v.now { (v.t("access-invitation-expired")) }
            @else { (v.t("access-invitation-until")) " " (words::moment(v, one.expires_at)) }
        }
        (act("/invitations/again", v.t("access-invitation-again"),
            v.t_args("access-invitation-again-label", &name), Look::Plain))
        (act("/invitations/withdrawal", v.t("access-invitation-withdraw"),
            v.t_args("access-invitation-withdraw-label", &name), Look::Danger))
    }
}

/// Whose invitation to what a form names.
fn named(fields: &Incoming) -> Result<(Organisation, PersonId), app::Error> {
    let wrong = || app::Error::Field {
        field: "person",
        message: "Choose an invitation from the list".to_owned(),
    };
    let id = fields.text("organisation").parse().map_err(|_| wrong())?;
    let organisation = Organisation::from_columns(fields.text("side"), id).ok_or_else(wrong)?;
    let person = fields.text("person").parse().map_err(|_| wrong())?;
    Ok((organisation, person))
}

/// `POST /invitations/again`: a new link, shown once; the old one is void.
///
/// # Errors
/// [`app::Error::NotFound`] when there is no such invitation, or it is not theirs.
pub async fn again(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let (organisation, person) = named(&fields)?;
    let invited = web
        .app()
        .invite_again(&signed.session, organisation, person)
        .await?;
    let v = &signed.viewer;
    let link = format!("{}/invitation/{}", web.config().origin, invited.word);
    let said = blocks::notice(
        Tone::Ok,
        v.t("access-invitation-sent"),
        html! { p { (v.t("desk-invited-once")) } p { code.mono { (link) } } },
    );
    Ok(page(&web, &signed, said, StatusCode::CREATED))
}

/// `POST /invitations/withdrawal`
///
/// # Errors
/// [`app::Error::NotFound`] when there is no such invitation, or it is not theirs.
pub async fn withdraw(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let (organisation, person) = named(&fields)?;
    web.app()
        .withdraw_invitation(&signed.session, organisation, person)
        .await?;
    let said = blocks::notice(
        Tone::Ok,
        signed.viewer.t("access-invitation-withdrawn"),
        html! {},
    );
    Ok(page(&web, &signed, said, StatusCode::OK))
}

fn page(web: &Web, signed: &Signed, said: Markup, status: StatusCode) -> Response {
    let v = &signed.viewer;
    let body = html! {
        (page_head(v.t("access-invitation-title"), html! {}, html! {}))
        (said)
        p { a href=(v.here) { (v.t("access-invitation-back")) } }
    };
    let page = Page::new(v.t("access-invitation-title"), Place::Elsewhere);
    let page = page.render(web, signed, body);
    (status, [(header::CACHE_CONTROL, "no-store")], page).into_response()
}
