//! Changing one's password, with the one one has.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::sign_in::enter;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Crumb, Field, Flash, Form, Mistakes, Tone, blocks, page_head};

/// What was just done.
#[derive(Deserialize, Default)]
pub struct Done {
    done: Option<String>,
}

/// `GET /profile/password`
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(Done { done }): Query<Done>,
) -> Markup {
    draw(&web, &signed, &Mistakes::none(), done.is_some())
}

/// `POST /profile/password`
///
/// # Errors
/// When the store fails.
pub async fn change(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let (old, new) = (fields.text("old"), fields.text("password"));
    match web.app().change_password(&signed.session, old, new).await {
        Ok(session) => Ok(enter(&web, &session, "/profile/password?done=1")),
        Err(error) if is_about_form(&error) => {
            let page = draw(&web, &signed, &mistakes_of(&error), false);
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn draw(web: &Web, signed: &Signed, mistakes: &Mistakes, is_done: bool) -> Markup {
    let v = &signed.viewer;
    let title = v.t("access-password-title");
    let form = Form::post(v, "/profile/password").mistakes(mistakes);
    let has_one = signed.session.person.password_hash.is_some();
    let body = blocks::narrow(html! {
        (page_head(title, html! {}, html! {}))
        @if has_one {
            p { (v.t("access-password-explained")) }
            (form.render(html! {
                (form.text(Field::new("old", v.t("access-password-old")).kind("password")
                    .autocomplete("current-password").required()))
                (form.text(Field::new("password", v.t("access-password-new")).kind("password")
                    .hint(v.t("password-hint")).autocomplete("new-password").required()))
                (form.actions(Button::primary(v.t("access-password-save")), html! {}))
            }))
        } @else { p { (v.t("access-password-none")) } }
    });
    let flash = Flash {
        tone: Tone::Ok,
        words: v.t("access-password-done"),
        link: None,
    };
    let page = Page {
        crumbs: &crumbs(v, title),
        flash: is_done.then_some(flash),
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::Elsewhere)
    };
    page.render(web, signed, body)
}

/// The way from the profile to one of its pages.
pub(super) fn crumbs<'a>(v: &crate::ui::Viewer, title: &'a str) -> [Crumb<'a>; 2] {
    let profile = Crumb {
        href: "/profile",
        label: v.t("profile-title"),
    };
    let here = Crumb {
        href: "",
        label: title,
    };
    [profile, here]
}
