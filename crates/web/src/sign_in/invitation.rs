//! Accepting an invitation: somebody new chooses a password, somebody who signs in already joins.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::invitations::Invitation;
use maud::{Markup, html};

use super::{Door, enter};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::provider;
use crate::shell::role_word;
use crate::signed::MaybeSigned;
use crate::state::Web;
use crate::ui::{Button, Field, Form, Frame, Mistakes, Side, Viewer, blocks, page_head};

/// `GET /invitation/{word}`
///
/// # Errors
/// [`mainstay_app::Error::LinkUsed`].
pub async fn show(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(word): Path<String>,
) -> Result<Markup, Error> {
    let invitation = web.app().invitation(&word).await?;
    draw(&web, &anybody, &word, &invitation, &Mistakes::none()).await
}

/// `POST /invitation/{word}`
///
/// # Errors
/// [`mainstay_app::Error::LinkUsed`]; [`mainstay_app::Error::NotFound`] for somebody else's.
pub async fn accept(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(word): Path<String>,
    Door(visitor): Door,
    fields: Incoming,
) -> Result<Response, Error> {
    let invitation = web.app().invitation(&word).await?;
    if invitation.is_settled {
        let Some(signed) = &anybody.signed else {
            return Ok(Redirect::to(&to_sign_in(&word)).into_response());
        };
        let session = web.app().join(&signed.session, &word).await?;
        return Ok(enter(&web, &session, "/"));
    }
    let password = fields.text("password");
    let app = web.app();
    match app.accept_invitation(&word, password, visitor).await {
        Ok(session) => Ok(enter(&web, &session, "/")),
        Err(error) if is_about_form(&error) => {
            let mistakes = mistakes_of(&error);
            let page = draw(&web, &anybody, &word, &invitation, &mistakes).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn to_sign_in(word: &str) -> String {
    format!("/sign-in?back=/invitation/{word}")
}

async fn draw(
    web: &Web,
    anybody: &MaybeSigned,
    word: &str,
    invitation: &Invitation,
    mistakes: &Mistakes,
) -> Result<Markup, Error> {
    let v = &anybody.viewer;
    let providers = web.app().invitation_providers(word).await?;
    let vendor = web.vendor();
    let title = if invitation.is_settled {
        let name = invitation.organisation_name.as_deref();
        let name = name.unwrap_or(v.t("access-join-vendor"));
        v.t_args("access-join-title", &[("organisation", name.into())])
    } else {
        let name = invitation.person.name.as_str();
        v.t_args("invitation-title", &[("name", name.into())])
    };
    let body = blocks::narrow(if invitation.is_settled {
        html! {
            (page_head(&title, html! {}, html! {}))
            (join_form(anybody, word, invitation))
        }
    } else {
        html! {
            (page_head(&title, html! { (v.t("invitation-explained")) }, html! {}))
            (password_form(v, word, mistakes))
            @if !providers.is_empty() {
                p.muted { (v.t("provider-accept")) }
                @let action = format!("/invitation/{word}/provider");
                div.row { (provider::choices(v, &action, "", &providers)) }
            }
        }
    });
    let frame = Frame {
        has_mistakes: !mistakes.is_empty(),
        ..Frame::new(&vendor, Side::Public, &title)
    };
    Ok(frame.render(v, body))
}

fn password_form(v: &Viewer, word: &str, mistakes: &Mistakes) -> Markup {
    let action = format!("/invitation/{word}");
    let form = Form::post(v, &action).mistakes(mistakes);
    form.render(html! {
        (form.text(Field::new("password", v.t("sign-in-password")).kind("password")
            .hint(v.t("password-hint")).autocomplete("new-password").required()))
        (form.actions(Button::primary(v.t("invitation-accept")), html! {}))
    })
}

/// What somebody who signs in already is asked; whoever holds the link learns no name of them.
fn join_form(anybody: &MaybeSigned, word: &str, invitation: &Invitation) -> Markup {
    let v = &anybody.viewer;
    let action = format!("/invitation/{word}");
    let email = [("email", invitation.person.email.as_str().into())];
    let is_theirs =
        |signed: &&crate::signed::Signed| signed.session.person.id == invitation.person.id;
    let roles: Vec<&str> = invitation
        .roles
        .iter()
        .map(|role| role_word(v, *role))
        .collect();
    match &anybody.signed {
        None => html! {
            p { (v.t_args("access-join-sign-in", &email)) }
            (Button::primary(v.t("access-join-sign-in-do")).link(&to_sign_in(word)))
        },
        signed if signed.as_ref().filter(is_theirs).is_some() => {
            let form = Form::post(v, &action);
            let roles = roles.join(", ");
            form.render(html! {
                p { (v.t_args("access-join-explained", &[("roles", roles.into())])) }
                (form.actions(Button::primary(v.t("access-join-accept")), html! {}))
            })
        }
        Some(_) => html! {
            p { (v.t_args("access-join-other", &email)) }
            (Button::new(v.t("sign-out")).post(v, "/sign-out"))
        },
    }
}
