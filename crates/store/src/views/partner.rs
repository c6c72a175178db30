//! A partner's inbox: the open requests of all its customers on one list.

use std::collections::HashMap;

use mainstay_domain::access::Grant;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, PartnerId};
use mainstay_domain::{Moment, access::Breadth};

use super::CaseRow;
use crate::db::{FromRow, Row, V};
use crate::scope::kinds;
use crate::{Error, Tx, reach, sql};

/// An open request and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerCase {
    /// The customer.
    pub account: AccountId,
    /// The request.
    pub case: CaseRow,
}

impl FromRow for PartnerCase {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            account: row.get("account_id")?,
            case: CaseRow::from_row(row)?,
        })
    }
}

/// The kinds any of the grants reaches in a breadth.
fn kinds_in(grants: &[Grant], breadth: Breadth) -> Vec<Kind> {
    let rights = grants.iter().flat_map(Grant::rights);
    let mut found: Vec<Kind> = rights
        .filter(|right| right.breadth() == breadth)
        .map(mainstay_domain::access::Right::kind)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a grant reaches a row.
fn is_reached(grant: &Grant, case: &CaseRow) -> bool {
    let scope = grant.scope();
    scope.kinds().contains(&case.kind) || scope.own_kinds().contains(&case.kind)
}

/// That `delegations d` is for every subscription of its customer, or names that of `cases c`.
macro_rules! is_delegated {
    () => {
        "(d.covers_all OR EXISTS (
             SELECT 1 FROM delegation_subscriptions s
             WHERE s.account_id = d.account_id AND s.partner_id = d.partner_id
               AND s.subscription_id = c.subscription_id))"
    };
}

/// The open requests of the customers of these grants, each within the kinds and subscriptions its
/// customer delegated: those that wait for an answer of the customer's side first, then by what is due.
///
/// # Errors
/// Whatever the database says.
pub async fn partner_cases(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    grants: &[Grant],
    now: Moment,
    limit: u32,
) -> Result<Vec<PartnerCase>, Error> {
    let Some(first) = grants.first() else {
        return Ok(Vec::new());
    };
    reach::partner(tx, partner);
    reach::shared(tx, grants.iter().map(Grant::scope));
    let mut values: Vec<V<'_>> = vec![partner.into(), now.into(), first.scope().person().into()];
    values.extend(kinds(&kinds_in(grants, Breadth::Whole)));
    values.extend(kinds(&kinds_in(grants, Breadth::Own)));
    values.push(limit.into());
    // A customer's kinds are a list of their words in JSON, and no word is part of another.
    let mut rows: Vec<PartnerCase> = tx
        .all(
            sql!(
                "SELECT c.account_id, c.number, c.subject, c.kind, c.severity, c.status, c.channel,
                        c.opened_at, c.last_public_at, c.closed_at, c.reopen_until, c.next_due_at,
                        c.next_metric, c.next_is_internal, c.queue_at, a.name AS account,
                        p.name AS assignee, r.name AS requester, c.revision,
                        CAST(NULL AS text) AS missed
                 FROM delegations d
                 JOIN cases c ON c.account_id = d.account_id AND c.queue_at IS NOT NULL
                 JOIN accounts a ON a.id = c.account_id
                 JOIN people r ON r.id = c.requester_id
                 LEFT JOIN people p ON p.id = c.assignee_id
                 WHERE d.partner_id = $1 AND d.removed_at IS NULL AND d.ends_at > $2
                   AND (d.persons IS NULL
                        OR EXISTS (SELECT 1 FROM delegation_people n
                                   WHERE n.account_id = d.account_id
                                     AND n.partner_id = d.partner_id AND n.person_id = $3))
                   AND d.kinds LIKE '%' || c.kind || '%'
                   AND ",
                is_delegated!(),
                "
                   AND (c.kind IN ($4, $5, $6, $7)
                        OR (c.kind IN ($8, $9, $10, $11)
                            AND (c.requester_id = $3 OR EXISTS (
                                SELECT 1 FROM participants n
                                WHERE n.account_id = c.account_id AND n.case_id = c.id
                                  AND n.person_id = $3 AND n.removed_at IS NULL))))
                 ORDER BY CASE c.status WHEN 'with-customer' THEN 0 WHEN 'resolved' THEN 1 ELSE 2 END,
                          c.queue_at, c.number
                 LIMIT $12"
            ),
            &values,
        )
        .await?;
    let by_account: HashMap<Option<AccountId>, &Grant> = grants
        .iter()
        .map(|grant| (grant.scope().account(), grant))
        .collect();
    rows.retain(|row| {
        let grant = by_account.get(&Some(row.account));
        grant.is_some_and(|grant| is_reached(grant, &row.case))
    });
    Ok(rows)
}

/// Whose a case of a number is, among the customers of these grants.
///
/// # Errors
/// Whatever the database says.
pub async fn account_of_case(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    grants: &[Grant],
    number: CaseNumber,
) -> Result<Option<AccountId>, Error> {
    let Some(first) = grants.first() else {
        return Ok(None);
    };
    let person = first.scope().person();
    reach::partner(tx, partner);
    reach::shared(tx, grants.iter().map(Grant::scope));
    let found: Option<(AccountId, String, i64)> = tx
        .opt(
            sql!(
                "SELECT c.account_id, c.kind,
                        CASE WHEN c.requester_id = $1 OR EXISTS (
                            SELECT 1 FROM participants n
                            WHERE n.account_id = c.account_id AND n.case_id = c.id
                              AND n.person_id = $1 AND n.removed_at IS NULL)
                        THEN 1 ELSE 0 END AS is_own
                 FROM delegations d
                 JOIN cases c ON c.account_id = d.account_id
                 WHERE d.partner_id = $2 AND c.number = $3 AND ",
                is_delegated!()
            ),
            &[person.into(), partner.into(), number.into()],
        )
        .await?;
    let Some((account, kind, is_own)) = found else {
        return Ok(None);
    };
    let reaches = |grant: &Grant| {
        let (scope, kind) = (grant.scope(), Kind::from_code(&kind));
        scope.account() == Some(account)
            && kind.is_some_and(|kind| {
                scope.kinds().contains(&kind) || (is_own == 1 && scope.own_kinds().contains(&kind))
            })
    };
    Ok(grants.iter().any(reaches).then_some(account))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list finds a kind by its word among a customer's kinds.
    #[test]
    fn no_word_of_a_kind_is_part_of_another() {
        for kind in Kind::ALL {
            let others = Kind::ALL.into_iter().filter(|other| *other != kind);
            for other in others {
                assert!(!other.code().contains(kind.code()), "{other:?} {kind:?}");
            }
        }
    }
}
