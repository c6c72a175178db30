//! What the whole database holds, to look for damage: for tests and for whoever examines a file.
//!
//! Nothing of it is ever shown on a page.

use mainstay_domain::Moment;
use mainstay_domain::case::{Case, EffectKind, Milestone};
use mainstay_domain::ids::{AccountId, CaseId, PersonId};

use crate::cases::state_columns;
use crate::codec::Json;
use crate::db::{Cell, Column, FromRow, Row, Sql};
use crate::{Error, Tx, sql, system};

/// The keys of all cases.
///
/// # Errors
/// Whatever the database says.
pub async fn cases(tx: &mut Tx<'_>) -> Result<Vec<(AccountId, CaseId)>, Error> {
    system::reach(tx);
    tx.all(
        sql!("SELECT account_id, id FROM cases ORDER BY number"),
        &[],
    )
    .await
}

/// A milestone as its row holds it, next to what it should hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MilestoneRow {
    pub(super) metric: String,
    pub(super) is_internal: bool,
    pub(super) cycle: u32,
    pub(super) severity: Option<String>,
    pub(super) state: String,
    pub(super) started_at: Moment,
    pub(super) due_at: Option<Moment>,
    pub(super) settled_at: Option<Moment>,
}

impl FromRow for MilestoneRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            metric: row.get("metric")?,
            is_internal: row.get("is_internal")?,
            cycle: row.get("cycle")?,
            severity: row.get("severity")?,
            state: row.get("state")?,
            started_at: row.get("started_at")?,
            due_at: row.get("due_at")?,
            settled_at: row.get("settled_at")?,
        })
    }
}

impl From<&Milestone> for MilestoneRow {
    fn from(milestone: &Milestone) -> Self {
        let (state, due_at, settled_at) = state_columns(&milestone.state);
        Self {
            metric: milestone.metric.code().to_owned(),
            is_internal: milestone.is_internal,
            cycle: milestone.cycle,
            severity: milestone.severity.clone(),
            state: state.to_owned(),
            started_at: milestone.started_at,
            due_at,
            settled_at,
        }
    }
}

/// The rows of a case's milestones.
///
/// # Errors
/// Whatever the database says.
pub async fn milestones(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
) -> Result<Vec<MilestoneRow>, Error> {
    system::reach(tx);
    tx.all(
        sql!(
            "SELECT metric, is_internal, cycle, severity, state, started_at, due_at, settled_at
             FROM milestones WHERE account_id = $1 AND case_id = $2"
        ),
        &[account.into(), case.into()],
    )
    .await
}

/// When a case is looked at next.
///
/// # Errors
/// Whatever the database says.
pub async fn next_timer_at(tx: &mut Tx<'_>, case: &Case) -> Result<Option<Moment>, Error> {
    system::reach(tx);
    let timer = sql!("SELECT next_timer_at FROM cases WHERE account_id = $1 AND id = $2");
    tx.one(timer, &[case.account.into(), case.id.into()]).await
}

/// The effects written for a case: what is told, and whether it was.
///
/// # Errors
/// Whatever the database says.
pub async fn effects(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<(EffectKind, bool)>, Error> {
    system::reach(tx);
    let rows: Vec<(Json<EffectKind>, Option<Moment>)> = tx
        .all(
            sql!("SELECT kind, done_at FROM outbox WHERE account_id = $1 AND case_id = $2"),
            &[case.account.into(), case.id.into()],
        )
        .await?;
    let told = |(kind, done): (Json<EffectKind>, Option<Moment>)| (kind.0, done.is_some());
    Ok(rows.into_iter().map(told).collect())
}

/// What people were told about a case.
///
/// # Errors
/// Whatever the database says.
pub async fn notices(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<(PersonId, EffectKind)>, Error> {
    system::reach(tx);
    let rows: Vec<(PersonId, Json<EffectKind>)> = tx
        .all(
            sql!("SELECT person_id, kind FROM inbox WHERE account_id = $1 AND case_id = $2"),
            &[case.account.into(), case.id.into()],
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(person, kind)| (person, kind.0))
        .collect())
}

/// Who takes part in a case now, and from which entry on, as their rows say.
///
/// # Errors
/// Whatever the database says.
pub async fn participants(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
) -> Result<Vec<(PersonId, u32)>, Error> {
    system::reach(tx);
    tx.all(
        sql!(
            "SELECT person_id, from_seq FROM participants
             WHERE account_id = $1 AND case_id = $2 AND removed_at IS NULL"
        ),
        &[account.into(), case.into()],
    )
    .await
}

/// A case's files: size and SHA-256 of the bytes that must be there.
///
/// # Errors
/// Whatever the database says.
pub async fn files(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<(u64, Vec<u8>)>, Error> {
    system::reach(tx);
    tx.all(
        sql!("SELECT size, sha256 FROM files WHERE account_id = $1 AND case_id = $2"),
        &[case.account.into(), case.id.into()],
    )
    .await
}

macro_rules! of_case {
    ($($table:literal),+) => {
        [$((
            $table,
            sql!(concat!(
                "SELECT count(*) FROM ", $table, " WHERE account_id = $1 AND case_id = $2"
            )),
        )),+]
    };
}

/// The tables whose rows belong to an account and are about a case, but for the cases themselves.
pub(crate) const OF_CASE: [(&str, Sql); 8] = of_case!(
    "entries",
    "milestones",
    "participants",
    "files",
    "internal_requests",
    "outbox",
    "inbox",
    "search_documents"
);

/// How many rows of each table are about a case of an account, and how many drafts anybody's.
///
/// # Errors
/// Whatever the database says.
pub async fn rows_of_case(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
) -> Result<Vec<(&'static str, i64)>, Error> {
    system::reach(tx);
    let key = [account.into(), case.into()];
    let own = sql!("SELECT count(*) FROM cases WHERE account_id = $1 AND id = $2");
    let drafts = sql!("SELECT count(*) FROM drafts WHERE case_id = $1");
    let mut found = vec![
        ("cases", tx.one(own, &key).await?),
        ("drafts", tx.one(drafts, &key[1..]).await?),
    ];
    for (table, count) in OF_CASE {
        found.push((table, tx.one(count, &key).await?));
    }
    Ok(found)
}

/// What is wrong with internal requests, a sentence for each: a timeline with a gap, or a request
/// that does not go with the case it became.
///
/// # Errors
/// Whatever the database says.
pub async fn internal_damage(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    system::reach(tx);
    let gaps: Vec<(uuid::Uuid, i64, i64)> = tx
        .all(
            sql!(
                "SELECT r.id, r.revision, count(e.seq) FROM internal_requests r
                 LEFT JOIN internal_entries e ON e.account_id = r.account_id
                   AND e.request_id = r.id AND e.seq BETWEEN 1 AND r.revision
                 GROUP BY r.account_id, r.id, r.revision HAVING count(e.seq) <> r.revision"
            ),
            &[],
        )
        .await?;
    let strays: Vec<uuid::Uuid> = tx
        .all(
            sql!(
                "SELECT r.id FROM internal_requests r
                 JOIN cases c ON c.account_id = r.account_id AND c.id = r.case_id
                 WHERE (r.status = 'with-vendor') <> (c.closed_at IS NULL)"
            ),
            &[],
        )
        .await?;
    let gap = |(id, revision, found): (uuid::Uuid, i64, i64)| {
        format!("internal request {id} has {found} entries and should have {revision}")
    };
    let stray = |id| format!("internal request {id} does not go with the case it became");
    let gaps = gaps.into_iter().map(gap);
    Ok(gaps.chain(strays.into_iter().map(stray)).collect())
}

/// A row as text, whatever its columns.
struct Line(String);

impl FromRow for Line {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let mut line = String::new();
        let mut at = 0;
        while let Ok(cell) = row.cell(Column::At(at)) {
            match cell {
                Cell::Text(text) => line.push_str(text),
                other => line.push_str(&format!("{other:?}")),
            }
            line.push('|');
            at += 1;
        }
        Ok(Self(line))
    }
}

macro_rules! rows_of {
    ($table:literal) => {
        sql!(concat!("SELECT * FROM ", $table))
    };
}

/// Every row of every table, as text in a settled order: equal when nothing has changed.
///
/// # Errors
/// Whatever the database says.
pub async fn contents(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    system::reach(tx);
    let tables = [
        rows_of!("settings"),
        rows_of!("counters"),
        rows_of!("accounts"),
        rows_of!("partners"),
        rows_of!("delegations"),
        rows_of!("people"),
        rows_of!("memberships"),
        rows_of!("sessions"),
        rows_of!("api_tokens"),
        rows_of!("colleagues"),
        rows_of!("approvals"),
        rows_of!("one_time_links"),
        rows_of!("reset_requests"),
        rows_of!("known_devices"),
        rows_of!("sign_in_tries"),
        rows_of!("passkeys"),
        rows_of!("code_apps"),
        rows_of!("recovery_codes"),
        rows_of!("ceremonies"),
        rows_of!("required_factors"),
        rows_of!("providers"),
        rows_of!("identities"),
        rows_of!("domains"),
        rows_of!("verified_domains"),
        rows_of!("provider_attempts"),
        rows_of!("subscriptions"),
        rows_of!("cases"),
        rows_of!("entries"),
        rows_of!("milestones"),
        rows_of!("participants"),
        rows_of!("files"),
        rows_of!("internal_requests"),
        rows_of!("internal_entries"),
        rows_of!("internal_files"),
        rows_of!("outbox"),
        rows_of!("inbox"),
        rows_of!("drafts"),
        rows_of!("idempotency_keys"),
        rows_of!("log"),
        rows_of!("search_documents"),
    ];
    let mut all = Vec::new();
    for table in tables {
        let rows: Vec<Line> = tx.all(table, &[]).await?;
        all.extend(
            rows.into_iter()
                .map(|line| format!("{}|{}", table.text(), line.0)),
        );
    }
    all.sort();
    Ok(all)
}
