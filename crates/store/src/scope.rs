//! A scope as parameters of a statement.
//!
//! A scoped statement on `cases c` says, in this order of parameters:
//!
//! ```sql
//! (c.account_id = $1 OR $1 IS NULL)
//! AND (c.kind IN ($2, $3, $4, $5) OR (c.kind IN ($6, $7, $8, $9) AND (… $10 takes part …)))
//! AND (… $11 is nobody, or was let act for the subscription …)
//! ```
//!
//! The second and third line are [`of_scope`]. $11 is the partner of somebody whom a customer lets
//! act for some of its subscriptions, and of nobody else: [`is_covered`] looks for a row only then. Whoever reads whole kinds is done at its first half; for the
//! others the participant is one row under its primary key.
//!
//! Lists of one account say `c.account_id = $1` alone, so that the index on the account serves
//! them; lists of the desks leave the account out.

use mainstay_domain::access::Scope;
use mainstay_domain::edition::Kind;
use uuid::Uuid;

use crate::db::V;

/// A kind that no case has: fills the places a scope leaves empty.
const NO_KIND: &str = "-";

/// The nil id: the vendor's organisation, the leads, a case not yet opened.
pub(crate) const NOBODY: Uuid = Uuid::nil();

/// That `cases c` is about a subscription that a partner was let act for, or nobody is limited so. A
/// case about none is about no named one.
macro_rules! is_covered {
    ($partner:literal) => {
        concat!(
            "(CAST(",
            $partner,
            " AS uuid) IS NULL OR EXISTS (
                 SELECT 1 FROM delegation_subscriptions s
                 WHERE s.account_id = c.account_id AND s.partner_id = ",
            $partner,
            " AND s.subscription_id = c.subscription_id))"
        )
    };
}
pub(crate) use is_covered;

/// That the kind of `cases c` is in reach as a whole, or it is one's own; and its subscription.
macro_rules! of_scope {
    () => {
        concat!(
            "(c.kind IN ($2, $3, $4, $5)
              OR (c.kind IN ($6, $7, $8, $9)
                  AND (c.requester_id = $10 OR EXISTS (
                      SELECT 1 FROM participants n
                      WHERE n.account_id = c.account_id AND n.case_id = c.id
                        AND n.person_id = $10 AND n.removed_at IS NULL))))
             AND ",
            $crate::scope::is_covered!("$11")
        )
    };
}
pub(crate) use of_scope;

/// The eleven values of a scoped statement, followed by its own.
pub(crate) fn scoped<'a>(scope: &Scope, own: &[V<'a>]) -> Vec<V<'a>> {
    let mut values: Vec<V<'a>> = Vec::with_capacity(11 + own.len());
    values.push(scope.account().map(|account| account.0).into());
    values.extend(kinds(scope.kinds()));
    values.extend(kinds(scope.own_kinds()));
    values.push(scope.person().0.into());
    values.push(scope.limited_partner().into());
    values.extend_from_slice(own);
    values
}

/// The account, the four kinds that are known of, the person and the partner with a limit, followed
/// by a statement's own values.
pub(crate) fn known<'a>(scope: &Scope, own: &[V<'a>]) -> Vec<V<'a>> {
    let mut values: Vec<V<'a>> = vec![scope.account().map(|account| account.0).into()];
    values.extend(kinds(scope.metadata_kinds()));
    values.push(scope.person().0.into());
    values.push(scope.limited_partner().into());
    values.extend_from_slice(own);
    values
}

/// The four kinds a desk reaches, followed by a statement's own values. A desk's list spans all
/// accounts, so a scope of one account reaches nothing through it.
pub(crate) fn desk<'a>(scope: &Scope, own: &[V<'a>]) -> Vec<V<'a>> {
    let reached = if scope.account().is_none() {
        scope.kinds()
    } else {
        &[]
    };
    kinds(reached)
        .into_iter()
        .chain(own.iter().copied())
        .collect()
}

/// Kinds as four values.
pub(crate) fn kinds<'a>(kinds: &[Kind]) -> [V<'a>; 4] {
    [0, 1, 2, 3].map(|index| kinds.get(index).map_or(NO_KIND, |kind| kind.code()).into())
}
