//! *Forgot your password?*: the request is kept for those who may start a reset. The answer is the
//! same whoever asks for whichever address.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::Door;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::signed::MaybeSigned;
use crate::state::Web;
use crate::ui::{Button, Field, Form, Frame, Mistakes, Side, Viewer, blocks, page_head};

/// `GET /sign-in/forgotten`
pub async fn show(State(web): State<Web>, anybody: MaybeSigned) -> Markup {
    form(&web, &anybody.viewer, "", &Mistakes::none())
}

/// `POST /sign-in/forgotten`
///
/// # Errors
/// When the store fails.
pub async fn ask(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Door(visitor): Door,
    fields: Incoming,
) -> Result<Response, Error> {
    let (v, email) = (&anybody.viewer, fields.text("email"));
    match web.app().ask_for_reset(email, visitor).await {
        Ok(()) => Ok(done(&web, v).into_response()),
        Err(error) if is_about_form(&error) => {
            let page = form(&web, v, email, &mistakes_of(&error));
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn form(web: &Web, v: &Viewer, email: &str, mistakes: &Mistakes) -> Markup {
    let vendor = web.vendor();
    let title = v.t("access-forgotten-title");
    let form = Form::post(v, "/sign-in/forgotten").mistakes(mistakes);
    let explained = html! { (v.t("access-forgotten-explained")) };
    let body = blocks::narrow(html! {
        (page_head(title, explained, html! {}))
        (form.render(html! {
            (form.text(Field::new("email", v.t("sign-in-email")).kind("email").value(email)
                .autocomplete("username").required()))
            (form.actions(Button::primary(v.t("access-forgotten-send")), html! {}))
        }))
        p { a href="/sign-in" { (v.t("access-forgotten-back")) } }
    });
    Frame {
        has_mistakes: !mistakes.is_empty(),
        ..Frame::new(&vendor, Side::Public, title)
    }
    .render(v, body)
}

fn done(web: &Web, v: &Viewer) -> Markup {
    let vendor = web.vendor();
    let title = v.t("access-forgotten-done-title");
    let body = blocks::narrow(html! {
        (page_head(title, html! {}, html! {}))
        p { (v.t("access-forgotten-done")) }
        p { a href="/sign-in" { (v.t("access-forgotten-back")) } }
    });
    Frame::new(&vendor, Side::Public, title).render(v, body)
}
