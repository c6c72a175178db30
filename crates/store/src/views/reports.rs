//! Figures: how often promises were kept, and how much came in.

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;

use crate::scope::desk;
use crate::{Error, Tx, reach, sql};

/// How often the promised initial response was kept at one severity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPromises {
    /// The severity's code; `None` for kinds without severities.
    pub severity: Option<String>,
    /// Responses in time.
    pub met: i64,
    /// Responses late or still owed.
    pub breached: i64,
}

/// Promised initial responses settled in `[from, to)`, by severity. Requests without commitment
/// have no milestone and count nowhere.
///
/// # Errors
/// Whatever the database says.
pub async fn kept_promises(
    tx: &mut Tx<'_>,
    grant: &Grant,
    from: Moment,
    to: Moment,
) -> Result<Vec<KeptPromises>, Error> {
    reach::scope(tx, grant.scope());
    let rows: Vec<(Option<String>, i64, i64)> = tx
        .all(
            sql!(
                "SELECT m.severity, count(*) FILTER (WHERE m.state = 'met'),
                        count(*) FILTER (WHERE m.state = 'breached')
                 FROM milestones m
                 JOIN cases c ON c.account_id = m.account_id AND c.id = m.case_id
                 WHERE c.kind IN ($1, $2, $3, $4) AND m.metric = 'initial-response'
                   AND NOT m.is_internal AND m.settled_at >= $5 AND m.settled_at < $6
                 GROUP BY m.severity ORDER BY m.severity NULLS FIRST"
            ),
            &desk(grant.scope(), &[from.into(), to.into()]),
        )
        .await?;
    let kept = |(severity, met, breached)| KeptPromises {
        severity,
        met,
        breached,
    };
    Ok(rows.into_iter().map(kept).collect())
}

/// How many cases were opened and closed on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// Days since 1970-01-01, UTC.
    pub day: i64,
    /// Opened.
    pub opened: i64,
    /// Closed.
    pub closed: i64,
}

/// Cases opened and closed by day (UTC) in `[from, to)`, days without either left out.
///
/// # Errors
/// Whatever the database says.
pub async fn opened_and_closed(
    tx: &mut Tx<'_>,
    grant: &Grant,
    from: Moment,
    to: Moment,
) -> Result<Vec<DayCount>, Error> {
    reach::scope(tx, grant.scope());
    let rows: Vec<(i64, i64, i64)> = tx
        .all(
            sql!(
                "SELECT d.day, sum(d.opened), sum(d.closed) FROM (
                     SELECT c.opened_at / 86400 AS day, 1 AS opened, 0 AS closed FROM cases c
                     WHERE c.kind IN ($1, $2, $3, $4) AND c.opened_at >= $5 AND c.opened_at < $6
                     UNION ALL
                     SELECT c.closed_at / 86400, 0, 1 FROM cases c
                     WHERE c.kind IN ($1, $2, $3, $4) AND c.closed_at >= $5 AND c.closed_at < $6
                 ) AS d GROUP BY d.day ORDER BY d.day"
            ),
            &desk(grant.scope(), &[from.into(), to.into()]),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(|(day, opened, closed)| DayCount {
            day,
            opened,
            closed,
        })
        .collect())
}

/// How many cases were opened in `[from, to)` without any promised initial response.
///
/// # Errors
/// Whatever the database says.
pub async fn without_commitment(
    tx: &mut Tx<'_>,
    grant: &Grant,
    from: Moment,
    to: Moment,
) -> Result<i64, Error> {
    reach::scope(tx, grant.scope());
    tx.one(
        sql!(
            "SELECT count(*) FROM cases c
             WHERE c.kind IN ($1, $2, $3, $4) AND c.opened_at >= $5 AND c.opened_at < $6
               AND NOT EXISTS (SELECT 1 FROM milestones m
                               WHERE m.account_id = c.account_id AND m.case_id = c.id
                                 AND m.metric = 'initial-response' AND NOT m.is_internal)"
        ),
        &desk(grant.scope(), &[from.into(), to.into()]),
    )
    .await
}
