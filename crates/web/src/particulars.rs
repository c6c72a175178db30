//! What somebody says of themselves: name, language, time zone, telephone.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::contacts::Particulars;
use mainstay_store::people::Organisation;
use mainstay_store::telephones::{self, Telephone};
use maud::{Markup, html};

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::portal::organisation::language_field;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Field, Form, Mistakes, Tone, Viewer, blocks, page_head, tag};

/// What was tried on the page.
#[derive(Default)]
struct Tried {
    fields: Incoming,
    mistakes: Mistakes,
    /// A code for the telephone, shown once.
    code: Option<String>,
}

/// `GET /profile/particulars`
///
/// # Errors
/// When the store fails.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    page(&web, &signed, &Tried::default()).await
}

/// `POST /profile/particulars`
///
/// # Errors
/// When the store fails.
pub async fn save(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let wanted = Particulars {
        name: fields.text("name").to_owned(),
        language: fields.text("language").to_owned(),
        time_zone: fields.text("time_zone").trim().to_owned(),
    };
    let saved = web
        .app()
        .change_own_particulars(&signed.session, &wanted)
        .await;
    after(&web, &signed, fields, saved).await
}

/// `POST /profile/telephone`
///
/// # Errors
/// [`app::Error::NotFound`] for those who belong to no account.
pub async fn save_telephone(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let number = fields.text("telephone");
    let saved = web.app().save_telephone(&signed.session, number).await;
    after(&web, &signed, fields, saved).await
}

/// `POST /profile/telephone/code`: a code to be read out, shown once.
///
/// # Errors
/// [`app::Error::NotFound`] for those who belong to no account.
pub async fn show_code(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    let code = match web.app().telephone_code(&signed.session).await {
        Ok(code) => code,
        Err(error) => return after(&web, &signed, Incoming::default(), Err(error)).await,
    };
    let shown = Tried {
        code: Some(code),
        ..Tried::default()
    };
    let page = page(&web, &signed, &shown).await?;
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, no_store, page).into_response())
}

async fn after(
    web: &Web,
    signed: &Signed,
    fields: Incoming,
    saved: Result<(), app::Error>,
) -> Result<Response, Error> {
    match saved {
        Ok(()) => Ok(Redirect::to("/profile/particulars").into_response()),
        Err(error) if is_about_form(&error) => {
            let tried = Tried {
                mistakes: mistakes_of(&error),
                fields,
                code: None,
            };
            let page = page(web, signed, &tried).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(web: &Web, signed: &Signed, tried: &Tried) -> Result<Markup, Error> {
    let v = &signed.viewer;
    let session = &signed.session;
    let account = match session.organisation {
        Organisation::Account(account) => Some(account),
        Organisation::Vendor | Organisation::Partner(_) => None,
    };
    let telephone = match account {
        Some(account) => {
            let read = web.app().db().read(async |tx| {
                mainstay_store::reach::of(tx, &session.principal);
                telephones::find(tx, account, session.person.id).await
            });
            read.await?
        }
        None => None,
    };
    let body = html! {
        (page_head(v.t("particulars-title"), html! { (session.person.email) }, html! {}))
        (particulars(web, signed, tried))
        @if account.is_some() { (telephone_section(v, telephone.as_ref(), tried)) }
    };
    let page = Page {
        has_mistakes: !tried.mistakes.is_empty(),
        ..Page::new(v.t("particulars-title"), Place::Elsewhere)
    };
    Ok(page.render(web, signed, body))
}

/// The mistakes of one of the two forms.
fn of_form(mistakes: &Mistakes, is_telephone: bool) -> Mistakes {
    let own = mistakes.0.iter();
    let own = own.filter(|(field, _)| (field == "telephone") == is_telephone);
    Mistakes(own.cloned().collect())
}

fn particulars(web: &Web, signed: &Signed, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let own = &signed.session.person;
    let mistakes = of_form(&tried.mistakes, false);
    let form = Form::post(v, "/profile/particulars").mistakes(&mistakes);
    let or = |name: &str, kept: &str| tried.fields.some(name).unwrap_or_else(|| kept.to_owned());
    form.render(html! {
        (form.text(Field::new("name", v.t("person-name")).value(&or("name", &own.name))
            .autocomplete("name").required()))
        (language_field(web, v, &form, &or("language", &own.language)))
        (form.text(Field::new("time_zone", v.t("person-time-zone")).hint(v.t("people-time-zone-hint"))
            .value(&or("time_zone", &own.time_zone)).required()))
        (form.actions(Button::new(v.t("person-save")), html! {}))
    })
}

fn telephone_section(v: &Viewer, kept: Option<&Telephone>, tried: &Tried) -> Markup {
    let mistakes = of_form(&tried.mistakes, true);
    let form = Form::post(v, "/profile/telephone")
        .prefix("tel-")
        .mistakes(&mistakes);
    let number = kept.map_or("", |kept| kept.number.as_str());
    let typed = match tried.mistakes.of("telephone") {
        Some(_) => tried.fields.text("telephone"),
        None => number,
    };
    blocks::section(
        v.t("particulars-telephone"),
        html! {},
        html! {
            @if let Some(code) = &tried.code {
                @let lead = v.t_args("particulars-telephone-code-shown", &[("number", number.into())]);
                (blocks::notice(Tone::Ok, &lead, html! { code.secret { (code) } }))
            }
            p.muted { (v.t("particulars-telephone-what")) }
            (form.render(html! {
                (form.text(Field::new("telephone", v.t("particulars-telephone")).kind("tel")
                    .hint(v.t("particulars-telephone-hint")).autocomplete("tel").value(typed)))
                (form.actions(Button::new(v.t("person-save")), html! {}))
            }))
            @match kept.map(|kept| kept.verified.is_some()) {
                Some(true) => { p { (tag(Tone::Ok, v.t("people-verified"))) " " (v.t("particulars-telephone-verified")) } }
                Some(false) => {
                    p { (v.t("particulars-telephone-not")) }
                    (Button::new(v.t("particulars-telephone-code")).post(v, "/profile/telephone/code"))
                }
                None => {}
            }
        },
    )
}
