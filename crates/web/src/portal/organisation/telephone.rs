//! The customer number, and the PIN that goes with it on the telephone.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::contacts::about;
use mainstay_domain::access::{Action, Role};
use mainstay_store::accounts::{self, Account};
use mainstay_store::contacts::{self, Contact};
use mainstay_store::telephones::{self, Pin};
use maud::{Markup, html};

use super::{FOR_VENDOR, account_of, facts as decided_under, names, who_may};
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Fact, Tone, blocks, facts, page_head, panel, words};

/// What the page is drawn from.
struct Known {
    account: Account,
    pin: Option<Pin>,
    administrators: Vec<Contact>,
}

/// `GET /organisation/telephone`
///
/// # Errors
/// [`app::Error::Denied`] for those who manage nobody.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    Ok(page(&web, &signed, None).await?.into_response())
}

/// `POST /organisation/telephone`: another PIN, shown once.
///
/// # Errors
/// [`app::Error::Denied`] for those who may not give every role.
pub async fn make(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let pin = web.app().make_pin(&signed.session).await?;
    let page = page(&web, &signed, Some(&pin)).await?;
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, no_store, page).into_response())
}

async fn page(web: &Web, signed: &Signed, fresh: Option<&str>) -> Result<Markup, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    let id = account_of(signed)?;
    let known = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            session.grant(Action::ManagePeople)?;
            Ok::<_, Error>(Known {
                account: accounts::find(tx, id).await?.ok_or(app::Error::NotFound)?,
                pin: telephones::find_pin(tx, id).await?,
                administrators: contacts::administrators(tx, id).await?,
            })
        })
        .await?;
    let v = &signed.viewer;
    let title = v.t("organisation-telephone");
    let body = html! {
        (page_head(title, html! { (v.t("pin-explained")) }, html! {}))
        (super::parts(signed, "/organisation/telephone"))
        @if let Some(pin) = fresh {
            (blocks::notice(Tone::Ok, v.t("pin-shown"), html! { code.secret { (pin) } }))
        }
        (panel("", facts(&[
            Fact::new(v.t("pin-number"), html! { b { bdi { (known.account.customer_number) } } }),
            Fact::new(v.t("pin-state"), state(signed, known.pin.as_ref())),
        ])))
        (change(web, signed, &known))
    };
    Ok(Page::new(title, Place::Organisation).render(web, signed, body))
}

fn state(signed: &Signed, pin: Option<&Pin>) -> Markup {
    let v = &signed.viewer;
    let Some(pin) = pin else {
        return html! { (v.t("pin-none")) };
    };
    let made = words::short(v, pin.made_at);
    let waits = pin.wait_until.filter(|until| v.now < *until);
    html! {
        (v.t_args("pin-made", &[("at", made.into())]))
        @if let Some(until) = waits {
            @let at = words::short(v, until);
            div { (v.t_args("pin-waiting", &[("at", at.into())])) }
        }
    }
}

/// The button for whoever may; who may, for everybody else.
fn change(web: &Web, signed: &Signed, known: &Known) -> Markup {
    let v = &signed.viewer;
    let facts = about(known.account.id, &[Role::GlobalAdmin]);
    let may = signed.session.grant_for(Action::GiveRoles, &facts).is_ok();
    let label = match known.pin {
        Some(_) => v.t("pin-change"),
        None => v.t("pin-make"),
    };
    let facts = decided_under(web, signed);
    let who = who_may(
        &known.administrators,
        known.account.id,
        Action::GiveRoles,
        &facts,
    );
    html! {
        @if may {
            p.section.hint { (v.t("pin-change-what")) }
            (Button::new(label).post(v, "/organisation/telephone"))
        } @else {
            p.section.muted { (v.t_args("pin-who", &[("who", names(&who).into())])) }
        }
    }
}
