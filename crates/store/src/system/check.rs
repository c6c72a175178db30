//! What `doctor` looks at: cases as they are kept beside what should be kept of them.

use mainstay_domain::Moment;
use mainstay_domain::case::{Case, Terms};
use mainstay_domain::ids::{AccountId, CaseId, PersonId};

use super::inspect::{self, MilestoneRow};
use crate::cases::Columns;
use crate::codec::Json;
use crate::db::{FromRow, Reach, Row};
use crate::{Error, Tx, sql};

/// A case's key and the case, if it can be read.
pub struct Kept {
    /// Whose it is.
    pub account: AccountId,
    /// Which.
    pub id: CaseId,
    /// The case, or why it cannot be read.
    pub case: Result<Box<Case>, String>,
}

impl FromRow for Kept {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let case = row.get::<Json<Case>>("data");
        Ok(Self {
            account: row.get("account_id")?,
            id: row.get("id")?,
            case: case
                .map(|Json(case)| Box::new(case))
                .map_err(|error| error.to_string()),
        })
    }
}

/// The open cases that are due first.
///
/// # Errors
/// Whatever the database says.
pub async fn first_due(tx: &mut Tx<'_>, limit: u32) -> Result<Vec<Kept>, Error> {
    tx.reach(Reach::System);
    let list = sql!(
        "SELECT account_id, id, data FROM cases WHERE queue_at IS NOT NULL
         ORDER BY queue_at, number LIMIT $1"
    );
    tx.all(list, &[limit.into()]).await
}

/// All cases in the order of their keys, after one; the nil ids stand before all.
///
/// # Errors
/// Whatever the database says.
pub async fn cases_after(
    tx: &mut Tx<'_>,
    (account, case): (AccountId, CaseId),
    limit: u32,
) -> Result<Vec<Kept>, Error> {
    tx.reach(Reach::System);
    let list = sql!(
        "SELECT account_id, id, data FROM cases WHERE (account_id, id) > ($1, $2)
         ORDER BY account_id, id LIMIT $3"
    );
    tx.all(list, &[account.into(), case.into(), limit.into()])
        .await
}

/// What the database's clock says.
///
/// # Errors
/// Whatever the database says.
pub async fn database_now(tx: &mut Tx<'_>) -> Result<Moment, Error> {
    tx.one(sql!("SELECT seconds FROM lease_clock"), &[]).await
}

/// Regions accounts are in, each once.
///
/// # Errors
/// Whatever the database says.
pub async fn account_regions(tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
    let list = sql!("SELECT region FROM accounts GROUP BY region ORDER BY region");
    tx.all(list, &[]).await
}

/// In what the columns, milestones and entries kept of a case differ from what should be kept, a
/// sentence for each.
///
/// # Errors
/// Whatever the database says.
pub async fn differences(
    tx: &mut Tx<'_>,
    kept: &Kept,
    case: &Case,
    terms: Option<&Terms>,
) -> Result<Vec<String>, Error> {
    tx.reach(Reach::System);
    let key = [kept.account.into(), kept.id.into()];
    let found: Told = tx
        .one(
            sql!(
                "SELECT number, subject, kind, severity, status, requester_id, assignee_id,
                     opened_at, closed_at, reopen_until, next_due_at, next_metric,
                     next_is_internal, queue_at, next_timer_at, revision, subscription_id
                 FROM cases WHERE account_id = $1 AND id = $2"
            ),
            &key,
        )
        .await?;
    let mut differences = columns(case, terms, &found);
    if (case.account, case.id) != (kept.account, kept.id) {
        differences.push("it is kept under the key of another case".to_owned());
    }
    let (count, last): (i64, Option<i64>) = tx
        .one(
            sql!("SELECT count(*), max(seq) FROM entries WHERE account_id = $1 AND case_id = $2"),
            &key,
        )
        .await?;
    let revision = i64::from(case.revision);
    if (count, last) != (revision, Some(revision)) {
        differences.push(format!("it has {count} entries and should have {revision}"));
    }
    let found = inspect::milestones(tx, kept.account, kept.id).await?;
    differences.extend(milestones(case, found));
    let found = inspect::participants(tx, kept.account, kept.id).await?;
    differences.extend(participants(case, found));
    Ok(differences)
}

/// Who takes part is kept in the case and in rows of its own, which decide who sees it.
fn participants(case: &Case, mut found: Vec<(PersonId, u32)>) -> Option<String> {
    let kept = case.participants.iter().map(|one| (one.person, one.from));
    let mut expected: Vec<(PersonId, u32)> = kept.collect();
    expected.sort_unstable();
    found.sort_unstable();
    (found != expected).then(|| {
        let (found, expected) = (found.len(), expected.len());
        format!("its {found} rows of participants do not say what its {expected} participants do")
    })
}

/// Columns of a case as text, to be compared and shown.
struct Told(Vec<(&'static str, String)>);

const ABSENT: &str = "nothing";

fn told<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| ABSENT.to_owned(), |value| value.to_string())
}

impl FromRow for Told {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let text = |name| row.get::<Option<String>>(name).map(told);
        let moment = |name| row.get::<Option<Moment>>(name).map(told);
        let number = |name| row.get::<Option<i64>>(name).map(told);
        let id = |name| row.get::<Option<uuid::Uuid>>(name).map(told);
        Ok(Self(vec![
            ("number", number("number")?),
            ("subject", text("subject")?),
            ("kind", text("kind")?),
            ("severity", text("severity")?),
            ("status", text("status")?),
            ("requester_id", id("requester_id")?),
            ("assignee_id", id("assignee_id")?),
            ("opened_at", moment("opened_at")?),
            ("closed_at", moment("closed_at")?),
            ("reopen_until", moment("reopen_until")?),
            ("next_due_at", moment("next_due_at")?),
            ("next_metric", text("next_metric")?),
            (
                "next_is_internal",
                row.get::<bool>("next_is_internal")?.to_string(),
            ),
            ("queue_at", number("queue_at")?),
            ("next_timer_at", moment("next_timer_at")?),
            ("revision", number("revision")?),
            ("subscription_id", id("subscription_id")?),
        ]))
    }
}

fn columns(case: &Case, terms: Option<&Terms>, found: &Told) -> Vec<String> {
    let columns = Columns::of(case, terms);
    let expected = [
        ("number", case.number.as_u64().to_string()),
        ("subject", case.subject.clone()),
        ("kind", case.kind.code().to_owned()),
        ("severity", told(case.severity.as_ref())),
        ("status", case.status.code().to_owned()),
        ("requester_id", case.requester.0.to_string()),
        ("assignee_id", told(case.assignee.map(|person| person.0))),
        ("opened_at", case.opened_at.to_string()),
        ("closed_at", told(columns.closed_at)),
        ("reopen_until", told(columns.reopen_until)),
        ("next_due_at", told(columns.next_due_at)),
        ("next_metric", told(columns.next_metric)),
        ("next_is_internal", columns.next_is_internal.to_string()),
        ("queue_at", told(columns.queue_at)),
        ("next_timer_at", told(columns.next_timer_at)),
        ("revision", case.revision.to_string()),
        (
            "subscription_id",
            told(case.subscription.map(|subscription| subscription.0)),
        ),
    ];
    let pairs = expected.iter().zip(&found.0);
    let wrong = pairs.filter(|((name, expected), (_, found))| {
        // Without its terms nobody can say when a case is to be looked at.
        expected != found && (*name != "next_timer_at" || terms.is_some())
    });
    wrong
        .map(|((name, expected), (_, found))| {
            // What a customer wrote is nobody's business here.
            if *name == "subject" {
                "its subject is kept in two ways".to_owned()
            } else {
                format!("{name} is kept as {found} and should be {expected}")
            }
        })
        .collect()
}

impl MilestoneRow {
    fn key(&self) -> (&str, bool, u32) {
        (&self.metric, self.is_internal, self.cycle)
    }

    fn name(&self) -> String {
        let internal = if self.is_internal { "internal " } else { "" };
        format!("its {internal}milestone {} {}", self.metric, self.cycle)
    }
}

fn milestones(case: &Case, mut found: Vec<MilestoneRow>) -> Vec<String> {
    let mut differences = Vec::new();
    for milestone in case.clocks.milestones() {
        let expected = MilestoneRow::from(milestone);
        let place = found.iter().position(|one| one.key() == expected.key());
        let name = expected.name();
        match place.map(|place| found.swap_remove(place)) {
            None => differences.push(format!("{name} is not kept")),
            Some(kept) if kept != expected => differences.push(format!(
                "{name} is kept as {}, due {}, settled {}, and should be {}, due {}, settled {}",
                kept.state,
                told(kept.due_at),
                told(kept.settled_at),
                expected.state,
                told(expected.due_at),
                told(expected.settled_at),
            )),
            Some(_) => {}
        }
    }
    let strays = found
        .iter()
        .map(|stray| format!("{} is kept and should not be", stray.name()));
    differences.extend(strays);
    differences
}
