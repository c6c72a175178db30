//! One handler an act: parse, call the verb, go back to the request.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::internal::Key;
use mainstay_domain::internal::{Command, Informed, Party};
use sha2::{Digest, Sha256};

use super::{again, base, id_of, keep, led_away};
use crate::error::{Error, is_about_form};
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;

/// The field that sends the kept files along.
pub(super) const KEPT: &str = "kept_files";

/// Guards a form by the key it carries; one without is carried out each time it is sent.
pub(super) fn key_of(what: &str, fields: &Incoming, says: &str) -> Option<Key> {
    let token = fields.some("idempotency_key")?;
    Some(Key {
        key: format!("internal-{what} {token}"),
        request_hash: Sha256::digest(says.as_bytes()).to_vec(),
    })
}

/// Carries a command out and goes back to the request, or shows it again with the mistakes.
async fn carry_out(
    web: Web,
    signed: Signed,
    (id, party): (String, Party),
    form: &'static str,
    mut fields: Incoming,
    command: Command,
) -> Result<Response, Error> {
    if let Some(led) = led_away(&signed) {
        return Ok(led);
    }
    // Who they are decides before what there is.
    signed
        .session
        .grant_as(party, &web.app().catalogue(), signed.now())?;
    let of = (id_of(&id)?, party);
    if let Some(unkept) = fields.unkept.take() {
        return again(&web, &signed, of, form, fields, unkept.into()).await;
    }
    let mut uploads = std::mem::take(&mut fields.uploads);
    if form == "reply" && fields.text(KEPT) == "on" {
        let person = signed.session.person.id;
        let kept = web.app().db();
        let kept = kept.read(async |tx| keep::files(tx, person, Some(of.0)).await);
        uploads.extend(kept.await?);
    }
    let key = key_of(form, &fields, &format!("{id} {command:?}"));
    let verb = web
        .app()
        .act_internally(&signed.session, of, command, uploads.clone(), key);
    match verb.await {
        Ok(()) => {
            let to = format!("{}/{}?done={form}", base(party), of.0);
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) => {
            let may_keep = form == "reply" && fields.text(KEPT) != "on" && !uploads.is_empty();
            if may_keep && is_about_form(&error) && !error.is_passing() {
                let more = keep::Change::Add(uploads);
                // A request that is not theirs was refused in other words before.
                keep::change_files(&web, &signed, Some(of.0), more).await?;
            }
            again(&web, &signed, of, form, fields, error).await
        }
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident($party:ident, $fields:ident) $form:literal => $command:expr;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        /// When the request is not theirs, or the store fails.
        pub async fn $name(
            State(web): State<Web>,
            signed: Signed,
            Path(id): Path<String>,
            $fields: Incoming,
        ) -> Result<Response, Error> {
            let command = $command;
            carry_out(web, signed, (id, Party::$party), $form, $fields, command).await
        }
    )*};
}

acts! {
    /// `POST /asked/{ask}/replies`
    reply_asked(Requester, fields) "reply" => reply(&fields);
    /// `POST /inbox/{ask}/replies`
    reply_served(Administrator, fields) "reply" => reply(&fields);
    /// `POST /asked/{ask}/withdrawal`
    withdraw(Requester, fields) "withdrawal" => Command::Withdraw { reason: reason(&fields) };
    /// `POST /asked/{ask}/reopening`
    reopen_asked(Requester, fields) "reopening" => Command::Reopen { reason: reason(&fields) };
    /// `POST /inbox/{ask}/reopening`
    reopen_served(Administrator, fields) "reopening" => Command::Reopen { reason: reason(&fields) };
    /// `POST /inbox/{ask}/taking`
    take_on(Administrator, fields) "taking" => taking(&fields);
    /// `POST /inbox/{ask}/solution`
    solve(Administrator, fields) "solution" => Command::Solve {
        body: fields.text("body").to_owned(),
        helped: fields.some("helped"),
    };
    /// `POST /inbox/{ask}/informed`
    inform(Administrator, fields) "informed" => Command::Inform { informed: informed(&fields) };
    /// `POST /inbox/{ask}/closure`
    close(Administrator, fields) "closure" => Command::Close { reason: reason(&fields) };
}

fn reply(fields: &Incoming) -> Command {
    let body = fields.text("body").to_owned();
    Command::Reply { body }
}

fn reason(fields: &Incoming) -> String {
    fields.text("reason").to_owned()
}

const fn taking(_: &Incoming) -> Command {
    Command::TakeOn
}

/// How far whoever asked is told; everything, unless something else is chosen.
pub(super) fn informed(fields: &Incoming) -> Informed {
    Informed::from_code(fields.text("informed")).unwrap_or(Informed::EveryReply)
}
