//! What somebody of a partner sees who was cut off while typing: what they typed, to be copied. It
//! was sent nowhere.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::access::{ActingFor, Delegated};
use mainstay_domain::ids::{AccountId, CaseNumber};
use mainstay_store::accounts;
use maud::{Markup, html};

use super::last_day;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::{Signed, is_partner};
use crate::state::Web;
use crate::ui::{Button, Field, Form, Tone, Viewer, blocks, page_head};

/// The fields whose texts are given back.
const TEXTS: [&str; 4] = ["subject", "body", "reason", "note"];

/// Who somebody acted for, and whose the case is that they wrote on.
struct Now {
    signed: Signed,
    account: String,
    delegated: Delegated,
    other: Option<(AccountId, String)>,
}

/// The page with what was typed, if whoever wrote it acts for a partner and the reason lies there;
/// nothing for everybody else.
///
/// # Errors
/// When the store fails.
pub async fn page(
    web: &Web,
    signed: &Signed,
    number: Option<CaseNumber>,
    typed: &Incoming,
) -> Result<Option<Response>, Error> {
    if !is_partner(&signed.session) {
        return Ok(None);
    }
    let Some(now) = look(web, signed, number).await? else {
        return Ok(None);
    };
    let has_text = TEXTS.iter().any(|name| !typed.text(name).is_empty());
    let is_there = number.is_none() || now.other.is_some() || !now.delegated.is_running();
    // What they may not see, or not any more, reads as what does not exist.
    if !is_there && !has_text {
        return Ok(None);
    }
    let v = &signed.viewer;
    let title = match &now.other {
        Some(_) => v.t("partner-other-title"),
        None => v.t("partner-cut-off-title"),
    };
    let body = html! {
        (page_head(title, html! {}, html! {}))
        (blocks::notice(Tone::Warn, "", html! { (why(v, &now)) " " (v.t("partner-cut-off-copy")) }))
        (texts(v, typed))
        @if let Some(number) = number.filter(|_| now.other.is_some()) {
            (open_form(v, number))
        } @else {
            p { a href="/partner" { (v.t("partner-to-inbox")) } }
        }
    };
    let page = Page::new(title, Place::PartnerInbox).render(web, &now.signed, body);
    let status = if is_there {
        StatusCode::FORBIDDEN
    } else {
        StatusCode::NOT_FOUND
    };
    Ok(Some((status, page).into_response()))
}

/// The page for somebody of a partner who asks for a case of another customer than they act for.
///
/// # Errors
/// When the store fails.
pub async fn other_customer(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
) -> Result<Option<Response>, Error> {
    if !is_partner(&signed.session) {
        return Ok(None);
    }
    let Some(now) = look(web, signed, Some(number)).await? else {
        return Ok(None);
    };
    if now.other.is_none() {
        return Ok(None);
    }
    let v = &signed.viewer;
    let title = v.t("partner-other-title");
    let body = html! {
        (page_head(title, html! {}, html! {}))
        (blocks::notice(Tone::Info, "", html! { (why(v, &now)) }))
        (open_form(v, number))
    };
    let page = Page::new(title, Place::PartnerInbox).render(web, &now.signed, body);
    Ok(Some((StatusCode::CONFLICT, page).into_response()))
}

/// A button that acts for the customer of a case and opens it.
fn open_form(v: &Viewer, number: CaseNumber) -> Markup {
    let form = Form::post(v, "/partner/open");
    form.render(html! {
        (form.hidden("number", &number.to_string()))
        (form.actions(Button::primary(v.t("partner-switch-and-open")), html! {}))
    })
}

/// How they stand now to the customer they acted for; nothing when that explains nothing.
async fn look(
    web: &Web,
    signed: &Signed,
    number: Option<CaseNumber>,
) -> Result<Option<Now>, Error> {
    let fresh = web.app().session(signed.session.credential).await?;
    let ActingFor::Delegated {
        account, delegated, ..
    } = fresh.principal.acting_for.clone()
    else {
        return Ok(None);
    };
    let other = match number {
        Some(number) => web.app().customer_of_case(&fresh, number).await?,
        None => None,
    };
    // They act for whose it is, and it is there: something else was in the way.
    if other == Some(account) && delegated.is_running() {
        return Ok(None);
    }
    // Without a row there never was anything to cut off.
    if other.is_none() && delegated.ends_at.is_none() {
        return Ok(None);
    }
    let is_running = delegated.is_running();
    let name = async |id: AccountId| {
        let read = web.app().db().read(async |tx| accounts::find(tx, id).await);
        let found = read.await?;
        Ok::<_, app::Error>(found.map_or_else(String::new, |account| account.name))
    };
    let other = match other {
        Some(id) => Some((id, name(id).await?)),
        None => None,
    };
    let account = name(account).await?;
    let shown = if is_running {
        account.clone()
    } else {
        String::new()
    };
    Ok(Some(Now {
        signed: Signed {
            session: fresh,
            account: shown,
            ..signed.clone()
        },
        account,
        delegated,
        other,
    }))
}

/// Why it was not done, in a sentence.
fn why(v: &Viewer, now: &Now) -> String {
    let account = now.account.as_str();
    if let Some((_, other)) = &now.other {
        let args = [
            ("account", account.into()),
            ("other", other.as_str().into()),
        ];
        return v.t_args("partner-other-why", &args);
    }
    let one = [("account", account.into())];
    match now.delegated.ended_at {
        Some(_) if now.delegated.was_removed() => v.t_args("partner-cut-off-removed", &one),
        Some(at) => {
            let day = last_day(v, at);
            let args = [("account", account.into()), ("day", day.as_str().into())];
            v.t_args("partner-cut-off-ended", &args)
        }
        None if now.delegated.leaves_out => v.t_args("partner-cut-off-not-named", &one),
        None => v.t_args("partner-cut-off-narrowed", &one),
    }
}

/// What was typed, whole, in fields one can copy from.
fn texts(v: &Viewer, typed: &Incoming) -> Markup {
    let form = Form::get(v, "");
    let label = |name: &str| match name {
        "subject" => v.t("portal-subject"),
        _ => v.t("partner-your-text"),
    };
    html! {
        div.form {
            @for name in TEXTS.iter().filter(|name| !typed.text(name).is_empty()) {
                @if *name == "subject" {
                    (form.text(Field::new(name, label(name)).value(typed.text(name))))
                } @else {
                    (form.textarea(Field::new(name, label(name)).value(typed.text(name)).rows(10)))
                }
            }
        }
    }
}
