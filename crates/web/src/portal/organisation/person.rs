//! One person of a customer: who they are, what they may do, and what can be done about it.

mod may;
mod parts;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::contacts::{Particulars, about};
use mainstay_domain::access::Action;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::contacts::{self, Contact};
use mainstay_store::views::{self, CaseRow};

use super::{FOR_VENDOR, account_of, chosen_roles};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::Mistakes;

pub use may::Question;

/// Open requests shown of one person.
const CASES: u32 = 50;

/// What the page is drawn from.
struct Known {
    account: AccountId,
    contact: Contact,
    administrators: Vec<Contact>,
    /// Those of their open requests that the reader reads.
    cases: Vec<CaseRow>,
    is_elsewhere: bool,
}

/// What was tried on the page.
#[derive(Default)]
struct Tried {
    fields: Incoming,
    mistakes: Mistakes,
    /// The link of an invitation, shown once.
    link: Option<String>,
}

/// `GET /organisation/people/{id}?action=…&kind=…`
///
/// # Errors
/// [`app::Error::NotFound`] for somebody of another organisation, [`app::Error::Denied`] for whom
/// the reader does not manage.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    Query(question): Query<Question>,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let known = read(&web, &signed, id_of(&id)?).await?;
    let page = parts::page(&web, &signed, &known, &Tried::default(), &question);
    Ok(page.into_response())
}

fn id_of(text: &str) -> Result<PersonId, Error> {
    text.parse().map_err(|_| app::Error::NotFound.into())
}

async fn read(web: &Web, signed: &Signed, id: PersonId) -> Result<Known, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    let account = account_of(signed)?;
    web.app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::ManagePeople)?;
            let contact = contacts::find(tx, grant.scope(), account, id).await?;
            let contact = contact.ok_or(app::Error::NotFound)?;
            session.grant_for(Action::ManagePeople, &about(account, &contact.roles))?;
            let cases = match session.grant(Action::Read) {
                Ok(read) => views::open_cases_of(tx, &read, id, CASES).await?,
                Err(_) => Vec::new(),
            };
            Ok::<_, Error>(Known {
                account,
                administrators: contacts::administrators(tx, account).await?,
                is_elsewhere: contacts::is_elsewhere(tx, account, id).await?,
                contact,
                cases,
            })
        })
        .await
}

/// Leads back to the page after a change, or shows it again with what was wrong.
async fn after(
    web: &Web,
    signed: &Signed,
    id: PersonId,
    fields: Incoming,
    done: Result<(), app::Error>,
) -> Result<Response, Error> {
    match done {
        Ok(()) => {
            Ok(Redirect::to(&format!("/organisation/people/{id}?done=saved")).into_response())
        }
        Err(error) if is_about_form(&error) => {
            let known = read(web, signed, id).await?;
            let tried = Tried {
                mistakes: mistakes_of(&error),
                fields,
                link: None,
            };
            let page = parts::page(web, signed, &known, &tried, &Question::default());
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /organisation/people/{id}`: name, language, time zone.
///
/// # Errors
/// As [`show`].
pub async fn save(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let id = id_of(&id)?;
    let wanted = Particulars {
        name: fields.text("name").to_owned(),
        language: fields.text("language").to_owned(),
        time_zone: fields.text("time_zone").trim().to_owned(),
    };
    let done = web.app().change_contact(&signed.session, id, &wanted).await;
    after(&web, &signed, id, fields, done).await
}

/// `POST /organisation/people/{id}/roles`
///
/// # Errors
/// As [`show`].
pub async fn save_roles(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let id = id_of(&id)?;
    let roles = chosen_roles(&fields);
    let done = web.app().change_roles(&signed.session, id, &roles).await;
    if done.is_ok() && id == signed.session.person.id {
        // Their own session ended with the change.
        return Ok(Redirect::to("/sign-in").into_response());
    }
    after(&web, &signed, id, fields, done).await
}

/// `POST /organisation/people/{id}/deactivation`
///
/// # Errors
/// As [`show`].
pub async fn deactivate(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let id = id_of(&id)?;
    let done = web.app().deactivate(&signed.session, id).await;
    if done.is_ok() && id == signed.session.person.id {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    after(&web, &signed, id, Incoming::default(), done).await
}

/// `POST /organisation/people/{id}/activation`
///
/// # Errors
/// As [`show`].
pub async fn activate(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let id = id_of(&id)?;
    let done = web.app().activate(&signed.session, id).await;
    after(&web, &signed, id, Incoming::default(), done).await
}

/// `POST /organisation/people/{id}/telephone`: vouches for the number.
///
/// # Errors
/// As [`show`].
pub async fn vouch(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let id = id_of(&id)?;
    let done = web.app().vouch_for_telephone(&signed.session, id).await;
    after(&web, &signed, id, Incoming::default(), done).await
}

/// `POST /organisation/people/{id}/invitation`: another link, shown once.
///
/// # Errors
/// As [`show`].
pub async fn invite_again(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let id = id_of(&id)?;
    let invited = match web.app().invite_contact_again(&signed.session, id).await {
        Ok(invited) => invited,
        Err(error) => return after(&web, &signed, id, Incoming::default(), Err(error)).await,
    };
    let known = read(&web, &signed, id).await?;
    let tried = Tried {
        link: Some(super::people::link(&web, &invited.word)),
        ..Tried::default()
    };
    let page = parts::page(&web, &signed, &known, &tried, &Question::default());
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, no_store, page).into_response())
}
