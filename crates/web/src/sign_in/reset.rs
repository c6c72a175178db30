//! Choosing a new password by a link that somebody handed on.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::Door;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::signed::MaybeSigned;
use crate::state::Web;
use crate::ui::{Button, Field, Form, Frame, Mistakes, Side, Viewer, blocks, page_head};

/// `GET /reset/{word}`
///
/// # Errors
/// [`mainstay_app::Error::LinkUsed`].
pub async fn show(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(word): Path<String>,
) -> Result<Markup, Error> {
    let email = web.app().reset(&word).await?.email;
    Ok(form(
        &web,
        &anybody.viewer,
        &word,
        &email,
        &Mistakes::none(),
    ))
}

/// `POST /reset/{word}`: nobody is signed in by it, since second factors stay.
///
/// # Errors
/// [`mainstay_app::Error::LinkUsed`].
pub async fn finish(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(word): Path<String>,
    Door(visitor): Door,
    fields: Incoming,
) -> Result<Response, Error> {
    let v = &anybody.viewer;
    let password = fields.text("password");
    match web.app().finish_reset(&word, password, visitor).await {
        Ok(()) => Ok(done(&web, v).into_response()),
        Err(error) if is_about_form(&error) => {
            let email = web.app().reset(&word).await?.email;
            let page = form(&web, v, &word, &email, &mistakes_of(&error));
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn form(web: &Web, v: &Viewer, word: &str, email: &str, mistakes: &Mistakes) -> Markup {
    let vendor = web.vendor();
    let title = v.t("access-reset-title");
    let action = format!("/reset/{word}");
    let form = Form::post(v, &action).mistakes(mistakes);
    let whose = v.t_args("access-reset-explained", &[("email", email.into())]);
    let body = blocks::narrow(html! {
        (page_head(title, html! { (whose) }, html! {}))
        (form.render(html! {
            (form.text(Field::new("password", v.t("access-password-new")).kind("password")
                .hint(v.t("password-hint")).autocomplete("new-password").required()))
            (form.actions(Button::primary(v.t("access-reset-save")), html! {}))
        }))
    });
    Frame {
        has_mistakes: !mistakes.is_empty(),
        ..Frame::new(&vendor, Side::Public, title)
    }
    .render(v, body)
}

fn done(web: &Web, v: &Viewer) -> Markup {
    let vendor = web.vendor();
    let title = v.t("access-reset-done-title");
    let body = blocks::narrow(html! {
        (page_head(title, html! { (v.t("access-reset-done")) }, html! {}))
        p { (Button::primary(v.t("sign-in")).link("/sign-in")) }
    });
    Frame::new(&vendor, Side::Public, title).render(v, body)
}
