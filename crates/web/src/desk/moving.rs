//! Moving a request that was opened under the wrong customer to the one it belongs to: the customer
//! is looked for, what is promised then stands beside what is promised now, and somebody else agrees.

mod page;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::approvals::Came;
use mainstay_app::approvals::moving::Move;
use mainstay_domain::access::Action;
use mainstay_domain::case::Case;
use mainstay_domain::ids::{AccountId, CaseNumber};
use mainstay_store::accounts::{self, Account};
use mainstay_store::cases as kept;
use maud::{Markup, html};
use serde::Deserialize;

use super::desk_grant;
use crate::cases::number_of;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Mistakes, Viewer};

/// As many customers are shown of those that are looked for.
const FOUND: u32 = 30;

/// Which customer is looked for, or was chosen.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    account: String,
}

/// What the page is about: the case, whose it is, and whether somebody else could agree.
struct Subject {
    case: Case,
    account: Account,
    is_alone: bool,
}

/// `GET /cases/{number}/move?q=…&account=…`
///
/// # Errors
/// [`app::Error::NotFound`] when the case is not theirs.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut fields = Incoming::default();
    fields.set("account", asked.account);
    fields.set("q", asked.q);
    drawn(&web, &signed, number_of(&number)?, &fields, None).await
}

/// `POST /cases/{number}/move`: asks for it.
///
/// # Errors
/// [`app::Error::NotFound`] when the case is not theirs.
pub async fn ask(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::MoveCase)?;
    let number = number_of(&number)?;
    let to: AccountId = fields
        .text("account")
        .parse()
        .map_err(|_| app::Error::NotFound)?;
    let asked = match fields.text("requester").parse() {
        Ok(requester) => {
            let subscription = fields.text("subscription").parse().ok();
            let reason = fields.text("reason");
            web.app()
                .ask_to_move(
                    &signed.session,
                    number,
                    (to, subscription, requester),
                    reason,
                )
                .await
        }
        Err(_) => Err(app::Error::Field {
            field: "requester",
            message: signed.viewer.t("move-requester-missing").to_owned(),
        }),
    };
    match asked {
        Ok(Came::Waits(_)) => Ok(Redirect::to("/approvals?asked=yes").into_response()),
        Ok(Came::Done(_)) => {
            Ok(Redirect::to(&format!("/cases/{number}?done=moved")).into_response())
        }
        Err(error) if is_about_form(&error) || matches!(error, app::Error::Settled(_)) => {
            drawn(&web, &signed, number, &fields, Some(error)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page as it is asked for, with what was refused.
async fn drawn(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
    fields: &Incoming,
    refused: Option<app::Error>,
) -> Result<Response, Error> {
    let subject = read(web, signed, number).await?;
    let mut status = refused.as_ref().map_or(StatusCode::OK, status_of);
    let mut mistakes = refused.as_ref().map_or_else(Mistakes::none, mistakes_of);
    let choices = match fields.text("account").parse() {
        Ok(to) => match web.app().move_choices(&signed.session, number, to).await {
            Ok(choices) => Some(choices),
            Err(error) if is_about_form(&error) => {
                status = status_of(&error);
                mistakes = at_the_top(&error);
                None
            }
            Err(error) => return Err(error.into()),
        },
        Err(_) => None,
    };
    let body = match &choices {
        Some(choices) => page::chosen(web, signed, (&subject, choices), fields, &mistakes),
        None => {
            let wanted: String = fields.text("q").trim().chars().take(100).collect();
            let found = search(web, &subject, &wanted).await?;
            page::search(signed, &subject, (&wanted, &found), &mistakes)
        }
    };
    let page = page::framed(web, signed, &subject, body, !mistakes.is_empty());
    Ok((status, page).into_response())
}

/// There is no form whose field could be pointed at.
fn at_the_top(error: &app::Error) -> Mistakes {
    let mut mistakes = Mistakes::none();
    for (_, message) in mistakes_of(error).0 {
        mistakes.add("", message);
    }
    mistakes
}

async fn read(web: &Web, signed: &Signed, number: CaseNumber) -> Result<Subject, Error> {
    let grant = desk_grant(signed, Action::MoveCase)?;
    let is_alone = web.app().moves_alone(&signed.session).await?;
    web.app()
        .db()
        .read(async |tx| {
            let case = kept::find(tx, &grant, number).await?;
            let case = case.ok_or(app::Error::NotFound)?;
            let account = accounts::find(tx, case.account).await?;
            Ok::<_, Error>(Subject {
                account: account.ok_or(app::Error::NotFound)?,
                case,
                is_alone,
            })
        })
        .await
}

/// Customers that were looked for, but for the one the request is with.
async fn search(web: &Web, subject: &Subject, wanted: &str) -> Result<Vec<Account>, Error> {
    let mut found = web
        .app()
        .db()
        .read(async |tx| accounts::search(tx, wanted, None, FOUND).await)
        .await?;
    found.retain(|account| account.id != subject.account.id);
    Ok(found)
}

/// What is asked for, in a sentence for whoever is to agree.
pub(super) fn what(v: &Viewer, moving: &Move) -> String {
    let number = moving.number.to_string();
    let args = [
        ("number", number.into()),
        ("from", moving.from_name.as_str().into()),
        ("to", moving.to_name.as_str().into()),
        ("name", moving.requester_name.as_str().into()),
    ];
    v.t_args("approvals-move", &args)
}

/// Where whoever is to agree sees what it is about.
pub(super) fn links(v: &Viewer, moving: &Move) -> Markup {
    let case = format!("/cases/{}", moving.number);
    html! {
        ul.plain.small {
            li { a href=(case) { (v.t("approvals-to-case")) " " bdi { (moving.number) } } }
            li { a href={ (case) "/move?account=" (moving.to) } { (v.t("move-look")) } }
        }
    }
}
