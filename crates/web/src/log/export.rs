//! A whole log to take away: as CSV for people, as JSON Lines with the hashes for whoever wants to
//! follow the chain.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use bytes::Bytes;
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::ids::AccountId;
use mainstay_store::views::{self, LogRow, WantedLines};

use super::line::hex;
use crate::error::Error;
use crate::export::{Asked, Form, Rest, answer, csv_lines, json_lines};
use crate::signed::Signed;
use crate::state::Web;

/// Lines read at once.
const CHUNK: u32 = 1_000;

/// The heading of the CSV.
const COLUMNS: [&str; 15] = [
    "line",
    "at",
    "person",
    "person_id",
    "partner",
    "partner_id",
    "network",
    "act",
    "subject",
    "subject_id",
    "subject_name",
    "before",
    "after",
    "reason",
    "hash",
];

/// `GET /log/export`
///
/// # Errors
/// [`app::Error::Denied`] for those who read no log.
pub async fn of_own(
    State(web): State<Web>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let account = signed.session.principal.account();
    export(&web, &signed, account, asked.form).await
}

/// `GET /accounts/{id}/log/export`
///
/// # Errors
/// [`app::Error::NotFound`] when there is no such customer, [`app::Error::Denied`] for those who
/// read no log.
pub async fn of_account(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    crate::desk::desk_grant(&signed, Action::ReadLog)?;
    let account: AccountId = id.parse().map_err(|_| app::Error::NotFound)?;
    export(&web, &signed, Some(account), asked.form).await
}

async fn export(
    web: &Web,
    signed: &Signed,
    account: Option<AccountId>,
    form: Form,
) -> Result<Response, Error> {
    let app = web.app();
    app.begin_log_export(&signed.session, account, form.code())
        .await?;
    let heading = match form {
        Form::Csv => csv_lines([COLUMNS.map(str::to_owned)])?,
        Form::Jsonl => Bytes::new(),
    };
    let rest = Lines {
        web: web.clone(),
        signed: signed.clone(),
        account,
        form,
        before: None,
        is_over: false,
    };
    Ok(answer("log", form, heading, rest))
}

/// The lines still to be written.
struct Lines {
    web: Web,
    signed: Signed,
    account: Option<AccountId>,
    form: Form,
    before: Option<i64>,
    is_over: bool,
}

impl Rest for Lines {
    /// Rights are read again with each part, so that an export ends when a right does.
    async fn next(mut self) -> Option<(Result<Bytes, Error>, Self)> {
        if self.is_over {
            return None;
        }
        let wanted = WantedLines {
            before: self.before,
            limit: CHUNK,
            ..WantedLines::default()
        };
        let (account, app) = (self.account, self.web.app());
        let (credential, now) = (self.signed.session.credential, app.now());
        let read = app
            .db()
            .read(async |tx| {
                let session = app::auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::ReadLog)?;
                Ok::<_, Error>(views::log_lines(tx, &grant, account, &wanted).await?)
            })
            .await;
        let written = read.and_then(|rows| {
            self.before = rows.last().map(|row| row.line.seq);
            self.is_over = rows.len() < CHUNK as usize;
            match self.form {
                Form::Csv => csv_lines(rows.iter().map(cells)),
                Form::Jsonl => json_lines(rows.iter().map(json)),
            }
        });
        self.is_over |= written.is_err();
        Some((written, self))
    }
}

/// What a row says, in the order of [`COLUMNS`].
fn cells(row: &LogRow) -> [String; 15] {
    let line = &row.line;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (word, id, name) = line.subject.columns();
    [
        line.seq.to_string(),
        line.at.to_string(),
        text(&row.person),
        line.by.person.map(|id| id.to_string()).unwrap_or_default(),
        text(&row.partner),
        line.by.partner.map(|id| id.to_string()).unwrap_or_default(),
        text(&line.by.network),
        line.act.clone(),
        word.to_owned(),
        id.map(|id| id.to_string()).unwrap_or_default(),
        name.map(str::to_owned)
            .or_else(|| row.about.clone())
            .unwrap_or_default(),
        text(&line.was),
        text(&line.became),
        text(&line.reason),
        line.hash.map(|hash| hex(&hash)).unwrap_or_default(),
    ]
}

/// All that the hash is made over, and the names beside it.
fn json(row: &LogRow) -> serde_json::Value {
    let line = &row.line;
    let (word, id, name) = line.subject.columns();
    serde_json::json!({
        "line": line.seq,
        "at": line.at.to_string(),
        "person": row.person,
        "person_id": line.by.person,
        "partner": row.partner,
        "partner_id": line.by.partner,
        "network": line.by.network,
        "act": line.act,
        "subject": word,
        "subject_id": id,
        "subject_name": name,
        "about": row.about,
        "case": row.number.map(|number| number.to_string()),
        "before": line.was,
        "after": line.became,
        "reason": line.reason,
        "hash": line.hash.map(|hash| hex(&hash)),
    })
}
