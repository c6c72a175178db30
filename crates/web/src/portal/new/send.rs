//! Sending: once for a token, however often it is clicked.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::intake::{Answer, Once, Submission};
use mainstay_domain::case::Case;
use mainstay_domain::ids::CaseNumber;
use mainstay_store::idempotency::Kept;
use sha2::{Digest, Sha256};

use super::{Instead, Setting, details, draft, fields, review};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::Mistakes;

/// `POST /cases/new/send`
///
/// # Errors
/// When the store fails.
pub async fn send(
    State(web): State<Web>,
    signed: Signed,
    typed: Incoming,
) -> Result<Response, Error> {
    let setting = match Setting::load(&web, &signed).await {
        Ok(setting) => setting,
        Err(instead) => return instead.answer_to(&web, &signed, Some(&typed)).await,
    };
    let v = &signed.viewer;
    let typed = fields::with_token(&web, typed);
    let mut mistakes = fields::kind_mistakes(v, &setting, &typed);
    mistakes.0.extend(fields::detail_mistakes(v, &typed).0);
    if let Ok(number) = typed.text("follows").parse()
        && super::earlier(&web, &signed, number).await.is_err()
    {
        mistakes.add("", v.t("portal-follows-unknown"));
    }
    if !mistakes.is_empty() {
        return Ok(incomplete(&web, &signed, &setting, &typed, &mistakes));
    }
    match submit(&web, &signed, &setting, &typed).await {
        Ok(number) => Ok(Redirect::to(&format!("/cases/{number}?done=sent")).into_response()),
        Err(Error::App(app::Error::KeyReused)) => {
            // Sent before with other words: it may be another matter, so a fresh token asks again.
            let mut again = typed.clone();
            again.set("token", "");
            let again = fields::with_token(&web, again);
            let warning = v.t("portal-sent-before");
            review::answer(&web, &signed, &setting, &again, Some(warning)).await
        }
        Err(Error::App(error)) if !matches!(error, app::Error::Denied(_)) => {
            review::refused(&web, &signed, &setting, &typed, error)
        }
        Err(error) => {
            Instead::from(error)
                .answer_to(&web, &signed, Some(&typed))
                .await
        }
    }
}

fn incomplete(
    web: &Web,
    signed: &Signed,
    setting: &Setting,
    typed: &Incoming,
    mistakes: &Mistakes,
) -> Response {
    let page = details::page(web, signed, setting, typed, mistakes);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// Submits it, and forgets the files kept for it.
async fn submit(
    web: &Web,
    signed: &Signed,
    setting: &Setting,
    typed: &Incoming,
) -> Result<CaseNumber, Error> {
    let token = typed.text("token");
    let once = Once {
        key: format!("portal {token}"),
        request_hash: fingerprint(&fields::submission(setting, typed, Vec::new())),
        respond,
    };
    let uploads = setting.draft.uploads(token).to_vec();
    let submission = fields::submission(setting, typed, uploads);
    let answer = web
        .app()
        .submit_once(&signed.session, submission, Some(once))
        .await?;
    let number = match answer {
        Answer::Fresh(case) => case.number,
        Answer::Kept(kept) => return number_of(&kept),
    };
    // The request is in: what is left of its draft must not make it look refused.
    if let Err(error) = draft::change_files(web, signed, token, draft::Change::Clear).await {
        tracing::warn!(%error, "the files of a draft could not be forgotten");
    }
    Ok(number)
}

/// What makes two requests the same; files are left out, they are forgotten once it was sent.
fn fingerprint(submission: &Submission) -> Vec<u8> {
    Sha256::digest(format!("{submission:?}").as_bytes()).to_vec()
}

/// What is kept of an answer: the number.
fn respond(case: &Case) -> (u16, String) {
    (
        303,
        serde_json::json!({ "number": case.number }).to_string(),
    )
}

fn number_of(kept: &Kept) -> Result<CaseNumber, Error> {
    let json: serde_json::Value = serde_json::from_str(&kept.response).unwrap_or_default();
    let number = json["number"].as_str().and_then(|text| text.parse().ok());
    number.ok_or(Error::App(app::Error::KeyReused))
}
