//! Lines of the log with the names a page shows.

use mainstay_domain::access::{Grant, Obligation};
use mainstay_domain::ids::{AccountId, CaseNumber, PersonId};

use crate::db::{FromRow, Row, V};
use crate::log::{Act, Kept};
use crate::scope::NOBODY;
use crate::{Error, Tx, reach, sql};

/// Which lines of a log are wanted.
#[derive(Debug, Clone, Default)]
pub struct WantedLines {
    /// Those before this one; the latest without it.
    pub before: Option<i64>,
    /// Those of one act.
    pub act: Option<Act>,
    /// Those of one person.
    pub person: Option<PersonId>,
    /// Those that hold these letters: in a name, a reason, what was or what became.
    pub text: String,
    /// At most as many.
    pub limit: u32,
}

/// A line, and who and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// The line.
    pub line: Kept,
    /// The name of whoever did it.
    pub person: Option<String>,
    /// The name of the partner they acted as.
    pub partner: Option<String>,
    /// The name of the person or partner it was done to.
    pub about: Option<String>,
    /// The number of the case it was done to.
    pub number: Option<CaseNumber>,
}

impl FromRow for LogRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            line: Kept::from_row(row)?,
            person: row.get("person")?,
            partner: row.get("partner")?,
            about: row.get("about")?,
            number: row.get("number")?,
        })
    }
}

/// Lines of an account's log, the latest first; the vendor's own without an account.
///
/// Whoever is to spare the higher administrators sees nothing those did, nor what was done to them
/// (S15). The vendor does not see what a customer's people have among themselves (S16). What a
/// grant does not reach is empty.
///
/// # Errors
/// Whatever the database says.
pub async fn log_lines(
    tx: &mut Tx<'_>,
    grant: &Grant,
    account: Option<AccountId>,
    wanted: &WantedLines,
) -> Result<Vec<LogRow>, Error> {
    let scope = grant.scope();
    if scope.account().is_some() && scope.account() != account {
        return Ok(Vec::new());
    }
    reach::scope(tx, scope);
    let pattern = containing(&wanted.text);
    tx.all(
        sql!(
            "SELECT l.seq, l.at, l.person_id, l.partner_id, l.network, l.act, l.subject,
                 l.subject_id, l.subject_name, l.was, l.became, l.reason, l.hash,
                 p.name AS person, o.name AS partner, coalesce(s.name, t.name) AS about, c.number
             FROM log l
             LEFT JOIN people p ON p.id = l.person_id
             LEFT JOIN partners o ON o.id = l.partner_id
             LEFT JOIN people s ON s.id = l.subject_id AND l.subject = 'person'
             LEFT JOIN partners t ON t.id = l.subject_id AND l.subject = 'partner'
             LEFT JOIN cases c ON c.account_id = l.account_id AND c.id = l.subject_id
             WHERE l.account_id = $1 AND l.seq < $2 AND (l.act = $3 OR $3 IS NULL)
               AND (l.person_id = $4 OR $4 IS NULL)
               AND lower(coalesce(l.subject_name, '') || ' ' || coalesce(l.was, '') || ' '
                   || coalesce(l.became, '') || ' ' || coalesce(l.reason, '') || ' '
                   || coalesce(p.name, '') || ' ' || coalesce(s.name, '') || ' '
                   || coalesce(CAST(c.number AS text), '')) LIKE $5 ESCAPE '!'
               AND (NOT $6 OR NOT EXISTS (
                   SELECT 1 FROM memberships m
                   WHERE m.organisation_id = l.account_id
                     AND (m.person_id = l.person_id OR m.person_id = l.subject_id)
                     AND m.role IN ('global-admin', 'billing-admin', 'service-support-admin')))
               AND ($7 OR (l.act <> 'case.customer-noted' AND l.act NOT LIKE 'internal.%'))
             ORDER BY l.seq DESC LIMIT $8"
        ),
        &values(account, wanted, grant, &pattern),
    )
    .await
}

fn values<'a>(
    account: Option<AccountId>,
    wanted: &WantedLines,
    grant: &Grant,
    pattern: &'a str,
) -> [V<'a>; 8] {
    let spares = |right: &mainstay_domain::access::Right| {
        let obligations = right.obligations();
        obligations.contains(&Obligation::SparesHigherAdministrators)
    };
    [
        account.map_or(NOBODY, |account| account.0).into(),
        wanted.before.unwrap_or(i64::MAX).into(),
        wanted.act.map(Act::code).into(),
        wanted.person.into(),
        pattern.into(),
        grant.rights().iter().all(spares).into(),
        grant.scope().account().is_some().into(),
        wanted.limit.into(),
    ]
}

/// A pattern for texts that hold these letters.
fn containing(letters: &str) -> String {
    let letters = letters.trim().to_lowercase();
    let escaped = letters
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_");
    format!("%{escaped}%")
}
