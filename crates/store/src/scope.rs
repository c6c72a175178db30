//! A scope as parameters of a statement.
//!
//! A scoped statement on `cases c` says, in this order of parameters:
//!
//! ```sql
//! (c.account_id = $1 OR $1 IS NULL)
//! AND (c.kind IN ($2, $3, $4, $5) OR (c.kind IN ($6, $7, $8, $9) AND c.requester_id = $10))
//! ```
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

/// The ten values of a scoped statement, followed by its own.
pub(crate) fn scoped<'a>(scope: &Scope, own: &[V<'a>]) -> Vec<V<'a>> {
    let mut values: Vec<V<'a>> = Vec::with_capacity(10 + own.len());
    values.push(scope.account().map(|account| account.0).into());
    values.extend(kinds(scope.kinds()));
    values.extend(kinds(scope.own_kinds()));
    values.push(scope.person().0.into());
    values.extend_from_slice(own);
    values
}

/// The account, the four kinds that are known of, and the person, followed by a statement's own
/// values.
pub(crate) fn known<'a>(scope: &Scope, own: &[V<'a>]) -> Vec<V<'a>> {
    let mut values: Vec<V<'a>> = vec![scope.account().map(|account| account.0).into()];
    values.extend(kinds(scope.metadata_kinds()));
    values.push(scope.person().0.into());
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
