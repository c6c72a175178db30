//! A whole log to take away: as CSV for people, as JSON Lines with the hashes for whoever wants to
//! follow the chain.

use std::collections::VecDeque;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::ids::AccountId;
use mainstay_store::views::{self, LogRow, WantedLines};
use serde::Deserialize;

use super::line::hex;
use crate::error::Error;
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

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
enum Form {
    #[default]
    Csv,
    Jsonl,
}

impl Form {
    const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Jsonl => "application/jsonl; charset=utf-8",
        }
    }
}

/// Which form somebody asks for.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    form: Form,
}

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
    let rest = Rest {
        web: web.clone(),
        signed: signed.clone(),
        account,
        form,
        before: None,
        is_over: false,
    };
    let heading = match form {
        Form::Csv => csv_line(COLUMNS)?,
        Form::Jsonl => Bytes::new(),
    };
    let chunks = stream::unfold(
        (VecDeque::from([heading]), rest),
        async |(mut ready, rest)| {
            if let Some(chunk) = ready.pop_front() {
                return Some((Ok(chunk), (ready, rest)));
            }
            next(rest).await.map(|(chunk, rest)| (chunk, (ready, rest)))
        },
    );
    let mut response = Body::from_stream(chunks).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(form.media_type()),
    );
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    let name = format!("attachment; filename=\"log.{}\"", form.code());
    if let Ok(value) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// What is still to be written.
struct Rest {
    web: Web,
    signed: Signed,
    account: Option<AccountId>,
    form: Form,
    before: Option<i64>,
    is_over: bool,
}

/// The next lines; rights are read again with each, so that an export ends when a right does.
async fn next(mut rest: Rest) -> Option<(Result<Bytes, Error>, Rest)> {
    if rest.is_over {
        return None;
    }
    let wanted = WantedLines {
        before: rest.before,
        limit: CHUNK,
        ..WantedLines::default()
    };
    let (credential, account, now) = (
        rest.signed.session.credential,
        rest.account,
        rest.web.app().now(),
    );
    let read = rest
        .web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::ReadLog)?;
            Ok::<_, Error>(views::log_lines(tx, &grant, account, &wanted).await?)
        })
        .await;
    let written = read.and_then(|rows| {
        rest.before = rows.last().map(|row| row.line.seq);
        rest.is_over = rows.len() < CHUNK as usize;
        write(rest.form, &rows)
    });
    rest.is_over |= written.is_err();
    Some((written, rest))
}

fn write(form: Form, rows: &[LogRow]) -> Result<Bytes, Error> {
    let mut all = Vec::new();
    for row in rows {
        match form {
            Form::Csv => all.extend(csv_line(cells(row))?),
            Form::Jsonl => {
                all.extend(json(row).to_string().bytes());
                all.push(b'\n');
            }
        }
    }
    Ok(all.into())
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

/// A line of CSV; a spreadsheet must not take what somebody wrote for a formula.
fn csv_line(cells: impl IntoIterator<Item = impl Into<String>>) -> Result<Bytes, Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let harmless = cells.into_iter().map(|cell| {
        let cell: String = cell.into();
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            format!("'{cell}")
        } else {
            cell
        }
    });
    let written = writer.write_record(harmless);
    let failed = |error: &dyn std::fmt::Display| {
        Error::from(app::Error::File(format!("the log as CSV: {error}")))
    };
    written.map_err(|error| failed(&error))?;
    let bytes = writer.into_inner().map_err(|error| failed(&error))?;
    Ok(bytes.into())
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
