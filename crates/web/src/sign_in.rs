//! Signing in and out, the first set-up, and invitations.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::Credential;
use mainstay_app::auth::NewSession;
use mainstay_app::people::NewPerson;
use mainstay_domain::ids::PersonId;
use mainstay_store::sessions::{Entrance, How};
use maud::{Markup, html};
use serde::Deserialize;

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::signed::{COOKIE, MaybeSigned, cookie};
use crate::state::{DemoPerson, Web};
use crate::ui::{Button, Field, Form, Frame, Mistakes, Side, Viewer, blocks, page_head};

/// Where to go after signing in.
#[derive(Deserialize, Default)]
pub struct Back {
    #[serde(default)]
    back: String,
}

/// A place on this instance, or the start: nobody is sent elsewhere.
pub(crate) fn safe(back: &str) -> &str {
    let is_own = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    if is_own && !back.contains(char::is_control) {
        back
    } else {
        "/"
    }
}

/// `GET /sign-in`
pub async fn show(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Query(Back { back }): Query<Back>,
) -> Response {
    if anybody.signed.is_some() {
        return Redirect::to(safe(&back)).into_response();
    }
    form(&web, &anybody.viewer, &back, "", &Mistakes::none()).into_response()
}

fn form(web: &Web, v: &Viewer, back: &str, email: &str, mistakes: &Mistakes) -> Markup {
    let vendor = web.vendor();
    let title = v.t("sign-in-title");
    let sign_in = Form::post(v, "/sign-in").mistakes(mistakes);
    let body = blocks::narrow(html! {
        (page_head(title, html! {}, html! {}))
        (sign_in.render(html! {
            (sign_in.hidden("back", back))
            (sign_in.text(Field::new("email", v.t("sign-in-email")).kind("email").value(email)
                .autocomplete("username").required()))
            (sign_in.text(Field::new("password", v.t("sign-in-password")).kind("password")
                .autocomplete("current-password").required()))
            (sign_in.actions(Button::primary(v.t("sign-in")), html! {}))
        }))
        @if web.is_demo() { (demo_people(web, v)) }
    });
    let has_mistakes = !mistakes.is_empty();
    Frame {
        has_mistakes,
        ..Frame::new(&vendor, Side::Public, title)
    }
    .render(v, body)
}

/// The people a demo lets anybody be, one click each.
fn demo_people(web: &Web, v: &Viewer) -> Markup {
    let people = &web.config().demo_people;
    let part = |is_vendor: bool| {
        people
            .iter()
            .filter(move |person| person.is_vendor == is_vendor)
    };
    let one = |person: &DemoPerson| {
        html! {
            li {
                form method="post" action="/demo/sign-in" {
                    button.demo-person type="submit" name="person" value=(person.id) {
                        b { (person.name) } " " span.muted { (person.organisation) }
                        span.demo-about { (person.about) }
                    }
                }
            }
        }
    };
    html! {
        section.demo-people {
            h2 { (v.t("demo-title")) }
            p.muted { (v.t("demo-explained")) }
            h3 { (v.t("demo-vendor")) }
            ul { @for person in part(true) { (one(person)) } }
            h3 { (v.t("demo-customers")) }
            ul { @for person in part(false) { (one(person)) } }
        }
    }
}

/// The network a request came from, as far as the server knows it.
pub struct Network(String);

impl<S: Sync> FromRequestParts<S> for Network {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = crate::signed::address(parts);
        Ok(Self(
            address.map_or_else(String::new, |address| address.to_string()),
        ))
    }
}

/// `POST /sign-in`
///
/// # Errors
/// When the store fails.
pub async fn sign_in(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Network(network): Network,
    fields: Incoming,
) -> Result<Response, Error> {
    let (email, password) = (fields.text("email"), fields.text("password"));
    let back = fields.text("back");
    match web.app().sign_in(email, password, &network).await {
        Ok(session) => Ok(enter(&web, &session, safe(back))),
        Err(error) if is_about_form(&error) => {
            let page = form(&web, &anybody.viewer, back, email, &mistakes_of(&error));
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /demo/sign-in`: in a demo, anybody may be anybody.
///
/// # Errors
/// [`app::Error::NotFound`] outside a demo.
pub async fn demo_sign_in(State(web): State<Web>, fields: Incoming) -> Result<Response, Error> {
    let wanted: PersonId = fields
        .text("person")
        .parse()
        .map_err(|_| app::Error::NotFound)?;
    let is_offered = web
        .config()
        .demo_people
        .iter()
        .any(|person| person.id == wanted);
    if !is_offered {
        return Err(app::Error::NotFound.into());
    }
    let session = web
        .app()
        .start_session(wanted, Entrance::by(How::Demo))
        .await?;
    Ok(enter(&web, &session, "/"))
}

/// Sets the session's cookie and goes on.
fn enter(web: &Web, session: &NewSession, to: &str) -> Response {
    let secure = if web.config().origin.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let value = format!(
        "{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}{secure}",
        session.token, session.max_age
    );
    let mut response = Redirect::to(to).into_response();
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// `POST /sign-out`
///
/// # Errors
/// When the store fails.
pub async fn sign_out(State(web): State<Web>, headers: HeaderMap) -> Result<Response, Error> {
    if let Some(token) = cookie(&headers, COOKIE) {
        web.app().sign_out(Credential::session(token)).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    let gone = HeaderValue::from_static("mainstay=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    response.headers_mut().insert(header::SET_COOKIE, gone);
    Ok(response)
}

/// `GET /setup/{word}`
///
/// # Errors
/// [`app::Error::LinkUsed`].
pub async fn show_setup(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(word): Path<String>,
) -> Result<Markup, Error> {
    web.app().check_setup_link(&word).await?;
    let fields = Incoming::default();
    Ok(setup_form(
        &anybody.viewer,
        &word,
        &fields,
        &Mistakes::none(),
    ))
}

fn setup_form(v: &Viewer, word: &str, fields: &Incoming, mistakes: &Mistakes) -> Markup {
    let action = format!("/setup/{word}");
    let form = Form::post(v, &action).mistakes(mistakes);
    let zone = fields
        .some("time_zone")
        .unwrap_or_else(|| "Europe/Berlin".to_owned());
    let text = |name: &'static str, label, kind, autocomplete| {
        form.text(
            Field::new(name, label)
                .kind(kind)
                .value(if name == "password" {
                    ""
                } else {
                    fields.text(name)
                })
                .autocomplete(autocomplete)
                .required(),
        )
    };
    let body = blocks::narrow(html! {
        (page_head(v.t("setup-title"), html! { (v.t("setup-explained")) }, html! {}))
        (form.render(html! {
            (text("vendor", v.t("setup-vendor"), "text", "organization"))
            (text("name", v.t("person-name"), "text", "name"))
            (text("email", v.t("sign-in-email"), "email", "username"))
            (form.text(Field::new("time_zone", v.t("person-time-zone")).value(&zone).required()))
            (form.text(Field::new("password", v.t("sign-in-password")).kind("password")
                .hint(v.t("password-hint")).autocomplete("new-password").required()))
            (form.actions(Button::primary(v.t("setup-done")), html! {}))
        }))
    });
    let has_mistakes = !mistakes.is_empty();
    Frame {
        has_mistakes,
        ..Frame::new("Mainstay", Side::Public, v.t("setup-title"))
    }
    .render(v, body)
}

/// `POST /setup/{word}`
///
/// # Errors
/// [`app::Error::LinkUsed`].
pub async fn set_up(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(word): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let new = new_person(&fields);
    let vendor = fields.text("vendor").trim();
    match web
        .app()
        .set_up(&word, vendor, &new, fields.text("password"))
        .await
    {
        Ok(session) => {
            web.rename_vendor(vendor);
            Ok(enter(&web, &session, "/"))
        }
        Err(error) if is_about_form(&error) => {
            let page = setup_form(&anybody.viewer, &word, &fields, &mistakes_of(&error));
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// A person from a form's fields.
pub(crate) fn new_person(fields: &Incoming) -> NewPerson {
    NewPerson {
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
        time_zone: fields.text("time_zone").trim().to_owned(),
    }
}

/// `GET /invitation/{word}`
///
/// # Errors
/// [`app::Error::LinkUsed`].
pub async fn show_invitation(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(word): Path<String>,
) -> Result<Markup, Error> {
    let person = web.app().invitation(&word).await?;
    Ok(invitation_form(
        &web,
        &anybody.viewer,
        &word,
        &person.name,
        &Mistakes::none(),
    ))
}

fn invitation_form(web: &Web, v: &Viewer, word: &str, name: &str, mistakes: &Mistakes) -> Markup {
    let action = format!("/invitation/{word}");
    let form = Form::post(v, &action).mistakes(mistakes);
    let vendor = web.vendor();
    let title = v.t_args("invitation-title", &[("name", name.into())]);
    let body = blocks::narrow(html! {
        (page_head(&title, html! { (v.t("invitation-explained")) }, html! {}))
        (form.render(html! {
            (form.text(Field::new("password", v.t("sign-in-password")).kind("password")
                .hint(v.t("password-hint")).autocomplete("new-password").required()))
            (form.actions(Button::primary(v.t("invitation-accept")), html! {}))
        }))
    });
    let has_mistakes = !mistakes.is_empty();
    Frame {
        has_mistakes,
        ..Frame::new(&vendor, Side::Public, &title)
    }
    .render(v, body)
}

/// `POST /invitation/{word}`
///
/// # Errors
/// [`app::Error::LinkUsed`].
pub async fn accept_invitation(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Path(word): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    match web
        .app()
        .accept_invitation(&word, fields.text("password"))
        .await
    {
        Ok(session) => Ok(enter(&web, &session, "/")),
        Err(error) if is_about_form(&error) => {
            let name = web.app().invitation(&word).await?.name;
            let page = invitation_form(&web, &anybody.viewer, &word, &name, &mistakes_of(&error));
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
