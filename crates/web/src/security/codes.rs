//! Setting up and removing the app for codes; recovery codes.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::factors::Added;
use mainstay_app::factors::codes::Enrolment;
use maud::{Markup, html};

use super::{HERE, again, bare, go_on, onward, qr};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::signed::{Half, Signed};
use crate::state::Web;
use crate::ui::{Button, Field, Form, Mistakes, page_head};

/// `POST /profile/security/codes`: a new secret, as a picture and as text.
///
/// # Errors
/// Leads to the proof when the last one is too old.
pub async fn begin(State(web): State<Web>, half: Half, fields: Incoming) -> Result<Markup, Error> {
    let begun = web
        .app()
        .begin_codes(&half.0.session, &web.vendor())
        .await?;
    Ok(page(&web, &half, &begun, &fields, &Mistakes::none()))
}

fn page(
    web: &Web,
    half: &Half,
    begun: &Enrolment,
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Markup {
    let v = &half.0.viewer;
    let form = Form::post(v, "/profile/security/codes/confirmation").mistakes(mistakes);
    let body = html! {
        (page_head(v.t("security-codes-setup"), html! { (v.t("security-codes-setup-explained")) }, html! {}))
        (qr::draw(&begun.address, v.t("security-codes-picture")))
        p { (v.t("security-codes-secret")) }
        code.secret { (begun.secret) }
        (form.render(html! {
            (form.hidden("back", onward(half, fields)))
            (form.hidden("ceremony", &begun.ceremony))
            (form.text(Field::new("code", v.t("security-code")).hint(v.t("security-code-app-hint"))
                .width("w-10").autocomplete("one-time-code").required()))
            (form.actions(Button::primary(v.t("security-codes-confirm")), html! {}))
        }))
    };
    bare(
        web,
        half,
        v.t("security-codes-setup"),
        body,
        !mistakes.is_empty(),
    )
}

/// `POST /profile/security/codes/confirmation`
///
/// # Errors
/// [`mainstay_app::Error::LinkUsed`] when it took too long.
pub async fn confirm(
    State(web): State<Web>,
    half: Half,
    fields: Incoming,
) -> Result<Response, Error> {
    let (session, ceremony) = (&half.0.session, fields.text("ceremony"));
    let confirmed = web
        .app()
        .confirm_codes(session, ceremony, fields.text("code"));
    match confirmed.await {
        Ok(added) => Ok(go_on(&web, &half, &added, onward(&half, &fields))),
        Err(error) if is_about_form(&error) => {
            let (mistakes, vendor) = (mistakes_of(&error), web.vendor());
            let begun = web.app().begun_codes(session, ceremony, &vendor).await?;
            let page = page(&web, &half, &begun, &fields, &mistakes);
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /profile/security/codes/removal`
///
/// # Errors
/// [`mainstay_app::Error::NotFound`] when there is none.
pub async fn remove(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    match web.app().remove_codes(&signed.session).await {
        Ok(()) => Ok(Redirect::to(HERE).into_response()),
        Err(error) => again(&web, &Half(signed), &Incoming::default(), error).await,
    }
}

/// `POST /profile/security/recovery-codes`
///
/// # Errors
/// [`mainstay_app::Error::NotFound`] without a factor that they could stand in for.
pub async fn new_recovery_codes(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    let recovery_codes = web.app().new_recovery_codes(&signed.session).await?;
    let added = Added {
        recovery_codes,
        renewed: None,
    };
    Ok(go_on(&web, &Half(signed), &added, HERE))
}
