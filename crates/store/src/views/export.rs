//! Whole cases of one account, many at once, for whoever takes them away.

use std::collections::HashMap;

use mainstay_domain::access::Grant;
use mainstay_domain::ids::{AccountId, CaseId, PersonId};
use uuid::Uuid;

use super::thread::Head;
use super::{CasePage, TimelineRow};
use crate::codec::Json;
use crate::db::{FromRow, Row, V};
use crate::files::StoredFile;
use crate::participants;
use crate::scope::{of_scope, scoped};
use crate::{Error, Tx, reach, sql};

/// A row, and the case it belongs to.
struct Of<T> {
    case: CaseId,
    row: T,
}

impl<T: FromRow> FromRow for Of<T> {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            case: row.get("case_id")?,
            row: T::from_row(row)?,
        })
    }
}

/// The cases of account $12 in reach whose ids lie from $13 to $14.
macro_rules! of_range {
    () => {
        concat!(
            "(c.account_id = $1 OR $1 IS NULL) AND ",
            of_scope!(),
            " AND c.account_id = $12 AND c.id >= $13 AND c.id <= $14 "
        )
    };
}

/// The cases of an account with their timelines as far as a grant reaches them, those opened last
/// first, from the one before `before` on: four statements, however many there are.
///
/// # Errors
/// Whatever the database says.
pub async fn case_pages(
    tx: &mut Tx<'_>,
    grant: &Grant,
    account: AccountId,
    before: Option<CaseId>,
    limit: u32,
) -> Result<Vec<CasePage>, Error> {
    reach::scope(tx, grant.scope());
    let before = before.map_or(Uuid::max(), |id| id.0);
    let values = [account.into(), before.into(), limit.into()];
    let heads: Vec<Head> = tx
        .all(
            sql!(
                "SELECT c.data, a.name, a.customer_number, r.name, p.name FROM cases c
                 JOIN accounts a ON a.id = c.account_id
                 JOIN people r ON r.id = c.requester_id
                 LEFT JOIN people p ON p.id = c.assignee_id
                 WHERE (c.account_id = $1 OR $1 IS NULL) AND ",
                of_scope!(),
                " AND c.account_id = $12 AND c.id < $13 ORDER BY c.id DESC LIMIT $14"
            ),
            &scoped(grant.scope(), &values),
        )
        .await?;
    let id_of = |head: &Head| head.0.0.id;
    let (Some(last), Some(first)) = (heads.last().map(id_of), heads.first().map(id_of)) else {
        return Ok(Vec::new());
    };
    let range = [account.into(), last.into(), first.into()];
    let mut timelines = entries(tx, grant, &range).await?;
    let mut files = files(tx, grant, &range).await?;
    let mut names = names(tx, grant, &range).await?;
    let page = |(Json(case), account, customer_number, requester, assignee): Head| {
        let thread = grant.scope().thread(&case)?;
        let mut timeline: Vec<TimelineRow> = timelines.remove(&case.id).unwrap_or_default();
        timeline.retain(|row| thread.shows(&row.entry) && !row.is_left_out());
        let mut files: Vec<StoredFile> = files.remove(&case.id).unwrap_or_default();
        files.retain(|file| thread.shows_of(file.audience, file.seq));
        let names = names.remove(&case.id).unwrap_or_default();
        Some(CasePage {
            participants: participants::named(&case, names),
            case,
            account,
            customer_number,
            requester,
            assignee,
            thread,
            timeline,
            files,
        })
    };
    Ok(heads.into_iter().filter_map(page).collect())
}

/// The notes among a side's entries and files that are written for that side alone. What else the
/// reader may not see of their own side's is left out case by case.
fn own_notes(grant: &Grant) -> V<'static> {
    let is_vendor = grant.scope().account().is_none();
    if is_vendor { "vendor" } else { "customer" }.into()
}

async fn entries(
    tx: &mut Tx<'_>,
    grant: &Grant,
    range: &[V<'_>; 3],
) -> Result<HashMap<CaseId, Vec<TimelineRow>>, Error> {
    let [account, last, first] = *range;
    let rows: Vec<Of<_>> = tx
        .all(
            sql!(
                "SELECT e.case_id, e.seq, e.at, e.actor_id, e.side, e.partner_id, e.audience,
                        e.fact, p.name AS actor, o.name AS partner,
                        coalesce(p.is_service, FALSE) AS is_service
                 FROM cases c
                 JOIN entries e ON e.account_id = c.account_id AND e.case_id = c.id
                 LEFT JOIN people p ON p.id = e.actor_id
                 LEFT JOIN partners o ON o.id = e.partner_id
                 WHERE ",
                of_range!(),
                " AND (e.audience = 'public' OR e.audience = $15)
                 ORDER BY c.id, e.seq"
            ),
            &scoped(grant.scope(), &[account, last, first, own_notes(grant)]),
        )
        .await?;
    Ok(by_case(rows.into_iter()))
}

async fn files(
    tx: &mut Tx<'_>,
    grant: &Grant,
    range: &[V<'_>; 3],
) -> Result<HashMap<CaseId, Vec<StoredFile>>, Error> {
    let [account, last, first] = *range;
    let rows: Vec<Of<_>> = tx
        .all(
            sql!(
                "SELECT f.case_id, f.id, f.seq, f.audience, f.name, f.media_type, f.size, f.sha256,
                        f.uploaded_by, f.is_confidential
                 FROM cases c
                 JOIN files f ON f.account_id = c.account_id AND f.case_id = c.id
                 WHERE ",
                of_range!(),
                " AND (f.audience = 'public' OR f.audience = $15)
                 ORDER BY c.id, f.uploaded_at, f.id"
            ),
            &scoped(grant.scope(), &[account, last, first, own_notes(grant)]),
        )
        .await?;
    Ok(by_case(rows.into_iter()))
}

/// The names of those who take part.
async fn names(
    tx: &mut Tx<'_>,
    grant: &Grant,
    range: &[V<'_>; 3],
) -> Result<HashMap<CaseId, Vec<(PersonId, String)>>, Error> {
    let rows: Vec<(CaseId, PersonId, String)> = tx
        .all(
            sql!(
                "SELECT n.case_id, n.person_id, p.name
                 FROM cases c
                 JOIN participants n ON n.account_id = c.account_id AND n.case_id = c.id
                 JOIN people p ON p.id = n.person_id
                 WHERE ",
                of_range!(),
                " AND n.removed_at IS NULL
                 ORDER BY c.id, n.from_seq, n.person_id"
            ),
            &scoped(grant.scope(), range),
        )
        .await?;
    let named = |(case, person, name)| Of {
        case,
        row: (person, name),
    };
    Ok(by_case(rows.into_iter().map(named)))
}

/// Rows by the case they belong to, in their order.
fn by_case<T>(rows: impl Iterator<Item = Of<T>>) -> HashMap<CaseId, Vec<T>> {
    let mut all: HashMap<CaseId, Vec<T>> = HashMap::new();
    for Of { case, row } in rows {
        all.entry(case).or_default().push(row);
    }
    all
}
