//! Signing in with an organisation's own provider: on the way there, and back.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::providers::{Arrival, Departure, Returning};
use mainstay_store::providers::Provider;
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::sign_in::{Door, enter, form, safe, second};
use crate::signed::{MaybeSigned, cookie};
use crate::state::Web;
use crate::text_catalogue::text_key;
use crate::ui::{Button, Frame, Mistakes, Side, Tone, Viewer, blocks, page_head};

/// Knows the browser again that left for a provider.
const COOKIE: &str = "mainstay-provider";

/// The providers somebody can go on with, a button each, sent to `action`.
pub fn choices(v: &Viewer, action: &str, back: &str, providers: &[Provider]) -> Markup {
    html! {
        @for provider in providers {
            form.one-button method="post" action=(action) {
                (crate::ui::form::csrf(v))
                input type="hidden" name="provider" value=(provider.id);
                input type="hidden" name="back" value=(back);
                @let name = [("name", provider.name.as_str().into())];
                (Button::new(&v.t_args("provider-continue", &name)).submit())
            }
        }
    }
}

/// The part of the sign-in page for the vendor's people.
pub fn team(web: &Web, v: &Viewer, back: &str, providers: &[Provider]) -> Markup {
    let vendor = web.vendor();
    let title = v.t_args("provider-team", &[("vendor", vendor.as_str().into())]);
    html! {
        @if !providers.is_empty() {
            section.section {
                h2 { (title) }
                div.row { (choices(v, "/sign-in/provider", back, providers)) }
            }
        }
    }
}

/// The provider a form names; none that exists when it names none.
pub fn named(fields: &Incoming) -> Uuid {
    fields.text("provider").parse().unwrap_or(Uuid::nil())
}

/// The page on the way to a provider. It sends people on by itself, and by a link where that is
/// switched off: a form may not lead to another place, see the policy of `router`.
pub fn on_the_way(web: &Web, v: &Viewer, departure: &Departure) -> Response {
    let name = [("name", departure.name.as_str().into())];
    let title = v.t_args("provider-continue", &name);
    let vendor = web.vendor();
    let body = blocks::narrow(html! {
        (page_head(&title, html! {}, html! {}))
        p { (v.t_args("provider-on-the-way", &name)) }
        p { (Button::primary(&title).link(&departure.url)) }
    });
    let page = Frame::new(&vendor, Side::Public, &title).render(v, body);
    let mut response = page.into_response();
    let kept = binding(web, &departure.browser, departure.max_age);
    let refresh = HeaderValue::from_str(&format!("0;url={}", departure.url)).ok();
    let headers = response.headers_mut();
    for (name, value) in [(header::SET_COOKIE, kept), (header::REFRESH, refresh)] {
        if let Some(value) = value {
            headers.insert(name, value);
        }
    }
    response
}

/// The cookie that binds a sign-in to the browser it left from.
fn binding(web: &Web, value: &str, max_age: i64) -> Option<HeaderValue> {
    let secure = if web.config().origin.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{COOKIE}={value}; Path=/sign-in/providers; HttpOnly; SameSite=Lax; \
         Max-Age={max_age}{secure}"
    );
    HeaderValue::from_str(&cookie).ok()
}

/// `POST /sign-in/provider`: with a provider of the vendor's, or one that is known.
///
/// # Errors
/// When the store fails.
pub async fn leave(
    State(web): State<Web>,
    anybody: MaybeSigned,
    fields: Incoming,
) -> Result<Response, Error> {
    let back = safe(fields.text("back"));
    let origin = &web.config().origin;
    let app = web.app();
    let left = app.leave_to_sign_in(named(&fields), origin, back).await;
    gone(&web, &anybody.viewer, left)
}

/// The page on the way, or the one for what did not work.
pub fn gone(web: &Web, v: &Viewer, left: Result<Departure, app::Error>) -> Result<Response, Error> {
    match left {
        Ok(departure) => Ok(on_the_way(web, v, &departure)),
        Err(error) => refused(web, v, error),
    }
}

/// `POST /sign-in/organisation`: with the provider the address leads to. Whether anybody has the
/// address makes no difference.
///
/// # Errors
/// When the store fails.
pub async fn leave_by_address(
    State(web): State<Web>,
    anybody: MaybeSigned,
    fields: Incoming,
) -> Result<Response, Error> {
    let (v, email, back) = (&anybody.viewer, fields.text("email"), fields.text("back"));
    let again = async |key: &'static str| {
        let mut mistakes = Mistakes::none();
        mistakes.add("email", v.t(key));
        let page = form(&web, v, back, email, &mistakes).await?;
        let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        Ok((status, page).into_response())
    };
    if !email.contains('@') {
        return again(text_key("provider-no-address")).await;
    }
    let Some(provider) = web.app().provider_of_address(email).await? else {
        return again(text_key("provider-none")).await;
    };
    let origin = &web.config().origin;
    let left = web
        .app()
        .leave_to_sign_in(provider.id, origin, safe(back))
        .await;
    gone(&web, v, left)
}

/// `POST /invitation/{word}/provider`: accepts by who somebody is at a provider.
///
/// # Errors
/// [`app::Error::LinkUsed`].
pub async fn leave_to_accept(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(word): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let origin = &web.config().origin;
    let app = web.app();
    let left = app.leave_to_accept(&word, named(&fields), origin).await;
    gone(&web, &anybody.viewer, left)
}

/// What a provider sends people back with.
#[derive(Deserialize, Default)]
pub struct Callback {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /sign-in/providers/{id}/callback`
///
/// # Errors
/// When the store fails.
pub async fn arrive(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Door(visitor): Door,
    Path(id): Path<String>,
    query: Result<Query<Callback>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let Query(said) = query.unwrap_or_default();
    let signed = anybody.signed.as_ref();
    let returning = Returning {
        provider: id.parse().unwrap_or(Uuid::nil()),
        state: said.state,
        code: said.code,
        issuer: said.iss,
        error: said.error,
        browser: cookie(&headers, COOKIE).unwrap_or_default().to_owned(),
        credential: signed.map(|signed| signed.session.credential),
        visitor,
    };
    let arrived = web.app().arrive(returning, &web.config().origin).await;
    let is_vendor = signed.is_some_and(crate::signed::Signed::is_vendor);
    let mut response = match arrived {
        Ok(Arrival::SignedIn(session, back)) => enter(&web, &session, safe(&back)),
        Ok(Arrival::SecondStep(step, back)) => second::lead(&web, &step, &back),
        Ok(Arrival::Linked) => Redirect::to("/profile/identities").into_response(),
        Ok(Arrival::Tested) if is_vendor => Redirect::to("/team/sign-in").into_response(),
        Ok(Arrival::Tested) => Redirect::to("/organisation/sign-in").into_response(),
        Err(error) => refused(&web, &anybody.viewer, error)?,
    };
    if let Some(value) = binding(&web, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

/// The one page for whatever did not work on the way.
fn refused(web: &Web, v: &Viewer, error: app::Error) -> Result<Response, Error> {
    let app::Error::ProviderRefused { why } = &error else {
        return Err(error.into());
    };
    let (vendor, title) = (web.vendor(), v.t("provider-refused"));
    let why = why.as_deref().map(|why| [("why", why.into())]);
    let body = blocks::narrow(html! {
        (page_head(title, html! {}, html! {}))
        @if let Some(why) = &why {
            (blocks::notice(Tone::Warn, "", html! { (v.t_args("provider-refused-why", why)) }))
        }
        p { (v.t("provider-refused-explained")) }
        ul {
            li { (v.t("provider-refused-again")) }
            li { (v.t("provider-refused-link")) }
            li { (v.t("provider-refused-ask")) }
        }
        p { (Button::primary(v.t("provider-refused-home")).link("/sign-in")) }
    });
    let page = Frame::new(&vendor, Side::Public, title).render(v, body);
    Ok((status_of(&error), page).into_response())
}

/// The page of a form again, with what a verb says of it; other failures go on.
pub fn mistakes(error: app::Error) -> Result<(axum::http::StatusCode, Mistakes), Error> {
    if is_about_form(&error) {
        Ok((status_of(&error), mistakes_of(&error)))
    } else {
        Err(error.into())
    }
}
