//! Signing in and out, and the first set-up.

pub mod forgotten;
pub mod invitation;
pub mod reset;
pub mod second;

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::Credential;
use mainstay_app::auth::{NewSession, Visitor};
use mainstay_app::factors::step::Admission;
use mainstay_app::people::NewPerson;
use mainstay_domain::ids::PersonId;
use mainstay_store::sessions::{Entrance, How};
use maud::{Markup, html};
use serde::Deserialize;

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::provider;
use crate::security::parts;
use crate::signed::{COOKIE, DEVICE, MaybeSigned, cookie};
use crate::state::{DemoPerson, DemoStand, Web};
use crate::ui::{Button, Field, Form, Frame, Mistakes, Side, Viewer, blocks, page_head};

/// Where to go after signing in.
#[derive(Deserialize, Default)]
pub struct Back {
    #[serde(default)]
    pub(crate) back: String,
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
///
/// # Errors
/// When the store fails.
pub async fn show(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Query(Back { back }): Query<Back>,
) -> Result<Response, Error> {
    if anybody.signed.is_some() {
        return Ok(Redirect::to(safe(&back)).into_response());
    }
    if anybody.lacks_factor {
        return Err(Error::SecondFactor { back });
    }
    let page = form(&web, &anybody.viewer, &back, "", &Mistakes::none()).await?;
    Ok(page.into_response())
}

/// The sign-in page, with the providers of the vendor's people.
pub(crate) async fn form(
    web: &Web,
    v: &Viewer,
    back: &str,
    email: &str,
    mistakes: &Mistakes,
) -> Result<Markup, Error> {
    let team = web.app().team_providers().await?;
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
            @let own = Button::new(v.t("provider-use")).to("/sign-in/organisation").unchecked();
            (sign_in.actions(Button::primary(v.t("sign-in")), own.submit()))
        }))
        p { a href="/sign-in/forgotten" { (v.t("access-forgotten")) } }
        @if web.party().is_some() {
            (parts::ask_passkey(v, "/sign-in/passkey", v.t("security-passkey-sign-in"), back))
        }
        (provider::team(web, v, back, &team))
        @if web.is_demo() { (demo_people(web, v)) }
    });
    let has_mistakes = !mistakes.is_empty();
    let frame = Frame {
        has_mistakes,
        ..Frame::new(&vendor, Side::Public, title)
    };
    Ok(frame.render(v, body))
}

/// The people a demo lets anybody be, one click each.
fn demo_people(web: &Web, v: &Viewer) -> Markup {
    let people = &web.config().demo_people;
    let part = |stand: DemoStand| people.iter().filter(move |person| person.stand == stand);
    let parts = [
        (DemoStand::Vendor, v.t("demo-vendor")),
        (DemoStand::Customer, v.t("demo-customers")),
        (DemoStand::Partner, v.t("demo-partners")),
    ];
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
            @for (stand, title) in parts {
                h3 { (title) }
                ul { @for person in part(stand) { (one(person)) } }
            }
        }
    }
}

/// Who is at the door: network, browser, and the word it is known by.
pub struct Door(pub Visitor);

impl<S: Sync> FromRequestParts<S> for Door {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let agent = parts.headers.get("user-agent");
        let agent = agent.and_then(|value| value.to_str().ok());
        Ok(Self(Visitor {
            network: crate::signed::address(parts).map(|address| address.to_string()),
            agent: agent.map(str::to_owned),
            device: cookie(&parts.headers, DEVICE).map(str::to_owned),
        }))
    }
}

/// `POST /sign-in`
///
/// # Errors
/// When the store fails.
pub async fn sign_in(
    State(web): State<Web>,
    anybody: MaybeSigned,
    Door(visitor): Door,
    fields: Incoming,
) -> Result<Response, Error> {
    let (email, password) = (fields.text("email"), fields.text("password"));
    let back = fields.text("back");
    match web.app().sign_in(email, password, visitor).await {
        Ok(Admission::Session(session)) => Ok(enter(&web, &session, safe(back))),
        Ok(Admission::SecondStep(step)) => Ok(second::lead(&web, &step, back)),
        Err(error) if is_about_form(&error) => {
            let mistakes = mistakes_of(&error);
            let page = form(&web, &anybody.viewer, back, email, &mistakes).await?;
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

/// Sets the session's cookie, and that the browser is known by if it is new, and goes on.
pub(crate) fn enter(web: &Web, session: &NewSession, to: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let NewSession { token, max_age, .. } = session;
    set_cookie(web, &mut response, (COOKIE, "/"), token, *max_age);
    if let Some(device) = &session.device {
        set_cookie(
            web,
            &mut response,
            (DEVICE, "/"),
            &device.word,
            device.max_age,
        );
    }
    response
}

/// Sets a cookie of a name under a path, which no script reads and no other site sends.
pub(crate) fn set_cookie(
    web: &Web,
    response: &mut Response,
    (name, path): (&str, &str),
    value: &str,
    max_age: i64,
) {
    let secure = if web.config().origin.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let value =
        format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
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
