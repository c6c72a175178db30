//! Who did what to what, when, acting for whom.

use mainstay_domain::Moment;
use mainstay_domain::case::{Actor, Case};

use crate::{Error, Tx, sql};

/// Notes an act, in the transaction of the act itself.
///
/// # Errors
/// Whatever the database says.
pub async fn note(
    tx: &mut Tx<'_>,
    now: Moment,
    actor: &Actor,
    case: Option<&Case>,
    act: &'static str,
    detail: &str,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "INSERT INTO audit (at, person_id, partner_id, account_id, case_id, act, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7)"
        ),
        &[
            now.into(),
            actor.person.into(),
            actor.partner.into(),
            case.map(|case| case.account).into(),
            case.map(|case| case.id).into(),
            act.into(),
            detail.into(),
        ],
    )
    .await
}
