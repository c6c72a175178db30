//! Password resets of one's own people: who asks for one, and a link to hand on.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::Session;
use mainstay_app::resets::{Started, needs_second};
use mainstay_domain::access::{Action, Breadth};
use mainstay_domain::ids::PersonId;
use mainstay_store::resets::Candidate;
use maud::{Markup, html};

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place, role_word};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Form, Icon, Mistakes, Tone, Viewer, blocks, empty, page_head, words};

/// Whether somebody starts resets of others; one's own is a change of one's password.
#[must_use]
pub fn starts_others(session: &Session) -> bool {
    let grant = session.grant(Action::StartReset);
    grant.is_ok_and(|grant| {
        let mut rights = grant.rights().iter();
        rights.any(|right| right.breadth() == Breadth::Whole)
    })
}

/// `GET /resets`
///
/// # Errors
/// [`app::Error::Denied`] when their role starts none.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    signed.session.grant(Action::StartReset)?;
    if !starts_others(&signed.session) {
        return Ok(Redirect::to("/profile/password").into_response());
    }
    let page = draw(&web, &signed, None, &Mistakes::none()).await?;
    Ok(page.into_response())
}

/// `POST /resets`: starts one; its link is shown once.
///
/// # Errors
/// [`app::Error::Denied`] when it is not theirs to start.
pub async fn start(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    signed.session.grant(Action::StartReset)?;
    let person = fields.text("person").parse::<PersonId>();
    let started = match person {
        Ok(person) => web.app().start_reset(&signed.session, person).await,
        Err(_) => Err(app::Error::Field {
            field: "person",
            message: "Choose somebody from the list".to_owned(),
        }),
    };
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match started {
        Ok(started) => {
            let page = draw(&web, &signed, Some(&started), &Mistakes::none()).await?;
            Ok((StatusCode::CREATED, no_store, page).into_response())
        }
        Err(error) if is_about_form(&error) => {
            let page = draw(&web, &signed, None, &mistakes_of(&error)).await?;
            Ok((status_of(&error), no_store, page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn draw(
    web: &Web,
    signed: &Signed,
    started: Option<&Started>,
    mistakes: &Mistakes,
) -> Result<Markup, Error> {
    let v = &signed.viewer;
    let all = web.app().resets(&signed.session).await?;
    let title = v.t("access-resets-title");
    let has_second = needs_second(&signed.session);
    let explained = html! { (v.t("access-resets-explained")) };
    let body = html! {
        (page_head(title, explained, html! {}))
        (Form::post(v, "/resets").mistakes(mistakes).summary())
        @if let Some(started) = started { (link(web, v, &started.candidate.name, &started.word)) }
        @if has_second { p { (v.t("access-resets-second")) } }
        @if all.is_empty() { (empty(Icon::Person, v.t("access-resets-none"), html! {})) }
        ul.plain { @for one in &all { li id={ "f-" (one.person) } { (line(v, one, has_second)) } } }
    };
    let page = Page {
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::Elsewhere)
    };
    Ok(page.render(web, signed, body))
}

/// The link by which somebody chooses a new password, to be handed on; it is shown once.
pub(crate) fn link(web: &Web, v: &Viewer, name: &str, word: &str) -> Markup {
    let link = format!("{}/reset/{word}", web.config().origin);
    let made = v.t_args("access-resets-made", &[("name", name.into())]);
    blocks::notice(
        Tone::Ok,
        &made,
        html! { p { (v.t("access-resets-once")) } p { code.mono { (link) } } },
    )
}

fn line(v: &Viewer, one: &Candidate, has_second: bool) -> Markup {
    let roles: Vec<&str> = one.roles.iter().map(|role| role_word(v, *role)).collect();
    let label = v.t_args(
        "access-resets-start-label",
        &[("name", one.name.as_str().into())],
    );
    html! {
        b { bdi { (one.name) } } span { bdi { (one.email) } } span.muted { (roles.join(", ")) }
        @if let Some(at) = one.asked_at {
            span { b { (v.t("access-resets-asked")) " " (words::ago(v, at)) }
                @if let Some(network) = &one.network {
                    " " (v.t_args("access-resets-from", &[("network", network.as_str().into())]))
                }
            }
        }
        @if has_second {
            a href={ "/team/" (one.person) "#reset" } {
                (v.t("team-reset")) span.sr { " " (one.name) }
            }
        } @else {
            form.inline method="post" action="/resets" {
                input type="hidden" name="person" value=(one.person);
                span.sr { (label) }
                (Button::new(v.t("access-resets-start")).small().submit())
            }
        }
    }
}
