//! One handler an act: parse, call the verb, go back to the case.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::cases::Request;
use mainstay_domain::case::{Command, EscalationTarget, NextTurn};
use mainstay_domain::ids::PersonId;

use super::{again, kept_files, number_of};
use crate::error::{Error, is_about_form};
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;

/// Carries a command out and goes back to the case, or shows it again with the mistakes.
async fn carry_out(
    web: Web,
    signed: Signed,
    number: String,
    form: &'static str,
    mut fields: Incoming,
    command: Command,
) -> Result<Response, Error> {
    let number = number_of(&number)?;
    let seen = fields.text("last_seen").parse().ok();
    if let Some(unkept) = fields.unkept.take() {
        return again(&web, &signed, number, form, fields, unkept.into()).await;
    }
    let mut uploads = std::mem::take(&mut fields.uploads);
    if form == "reply" && fields.text(kept_files::FIELD) == "on" {
        uploads.extend(kept_files::take(&web, &signed, number).await?);
    }
    let request = Request {
        command,
        uploads: uploads.clone(),
        seen,
        once: None,
    };
    match web.app().act(&signed.session, number, request).await {
        Ok(case) => {
            let to = format!("/cases/{}?done={form}#entry-{}", case.number, case.revision);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let may_keep = form == "reply" && !uploads.is_empty() && !error.is_passing();
            if may_keep && is_about_form(&error) {
                kept_files::keep(&web, &signed, number, &uploads).await?;
            }
            again(&web, &signed, number, form, fields, error).await
        }
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident($signed:ident, $fields:ident) $form:literal => $command:expr;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When the case is not theirs, or the store fails.
        pub async fn $name(
            State(web): State<Web>,
            $signed: Signed,
            Path(number): Path<String>,
            $fields: Incoming,
        ) -> Result<Response, Error> {
            let command = $command;
            carry_out(web, $signed, number, $form, $fields, command).await
        }
    )*};
}

acts! {
    /// `POST /cases/{number}/replies`
    reply(signed, fields) "reply" => {
        let next = match fields.text("next") {
            "customer" => NextTurn::Customer,
            _ => NextTurn::Vendor,
        };
        let items: Vec<String> = fields.text("items").lines().map(str::to_owned).collect();
        let body = fields.text("body").to_owned();
        match fields.text("next") {
            "resolve" => Command::Resolve { body },
            "ask" => Command::AskInformation { body, items },
            _ => Command::Reply { body, next },
        }
    };
    /// `POST /cases/{number}/notes`
    note(signed, fields) "note" => Command::Note { body: fields.text("note").to_owned() };
    /// `POST /cases/{number}/colleague-notes`: a note that the vendor never sees.
    note_for_colleagues(signed, fields) "colleagues" => Command::CustomerNote {
        body: fields.text("note").to_owned(),
    };
    /// `POST /cases/{number}/answers`: ticks asked items off.
    tick(signed, fields) "answers" => Command::TickInformation {
        items: fields.all("items").iter().filter_map(|index| index.parse().ok()).collect(),
    };
    /// `POST /cases/{number}/assignment`
    assign(signed, fields) "assignment" => Command::Assign {
        to: match fields.text("agent") {
            "me" => Some(signed.session.person.id),
            agent => agent.parse::<PersonId>().ok(),
        },
    };
    /// `POST /cases/{number}/severity`
    change_severity(signed, fields) "severity" => Command::ChangeSeverity {
        to: fields.text("severity").to_owned(),
        reason: fields.text("reason").to_owned(),
    };
    /// `POST /cases/{number}/referral`
    refer(signed, fields) "referral" => Command::Refer {
        boundary: fields.text("boundary").to_owned(),
        reason: fields.text("reason").to_owned(),
    };
    /// `POST /cases/{number}/escalation`
    escalate(signed, fields) "escalation" => Command::Escalate {
        to: match fields.text("to") {
            "management" => EscalationTarget::Management,
            _ => EscalationTarget::Expertise,
        },
        reason: fields.text("reason").to_owned(),
    };
    /// `POST /cases/{number}/closure`
    close(signed, fields) "closure" => Command::Close { reason: fields.text("reason").to_owned() };
    /// `POST /cases/{number}/reopening`
    reopen(signed, fields) "reopening" => Command::Reopen { reason: fields.text("reason").to_owned() };
}

/// `POST /cases/{number}/terms`: puts the case under the terms that hold now.
///
/// # Errors
/// When the case is not theirs, or the store fails.
pub async fn rebase(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let number = number_of(&number)?;
    let reason = fields.text("reason");
    match web.app().rebase(&signed.session, number, reason).await {
        Ok(case) => Ok(Redirect::to(&format!("/cases/{}?done=terms", case.number)).into_response()),
        Err(error) => again(&web, &signed, number, "terms", fields, error).await,
    }
}
