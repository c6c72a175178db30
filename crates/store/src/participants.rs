//! Who takes part in cases by name. The case itself holds its participants; their rows are what
//! scoped statements look at.

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;
use mainstay_domain::case::{Case, Participant, Side};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseId, PartnerId, PersonId, SubscriptionId};

use crate::cases::side_word;
use crate::db::{FromRow, Row};
use crate::{Error, Tx, reach, sql};

/// Keeps who was added to a case and who was removed from it since `before`.
pub(crate) async fn save(
    tx: &mut Tx<'_>,
    before: &[Participant],
    case: &Case,
    now: Moment,
) -> Result<(), Error> {
    for added in case.participants.iter().filter(|one| !before.contains(one)) {
        insert(tx, case, added).await?;
    }
    let is_gone = |one: &&Participant| case.find_participant(one.person).is_none();
    for gone in before.iter().filter(is_gone) {
        let remove = sql!(
            "UPDATE participants SET removed_at = $1
             WHERE account_id = $2 AND case_id = $3 AND person_id = $4"
        );
        let key = [
            now.into(),
            case.account.into(),
            case.id.into(),
            gone.person.into(),
        ];
        tx.send(remove, &key).await?;
    }
    Ok(())
}

/// Somebody who comes back sees the case from then on, as if they were new.
async fn insert(tx: &mut Tx<'_>, case: &Case, added: &Participant) -> Result<(), Error> {
    tx.send(
        sql!(
            "INSERT INTO participants (account_id, case_id, person_id, side, from_seq, added_at,
                 added_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (account_id, case_id, person_id) DO UPDATE
             SET side = excluded.side, from_seq = excluded.from_seq,
                 added_at = excluded.added_at, added_by = excluded.added_by, removed_at = NULL"
        ),
        &[
            case.account.into(),
            case.id.into(),
            added.person.into(),
            side_word(added.side).into(),
            added.from.into(),
            added.added_at.into(),
            added.added_by.into(),
        ],
    )
    .await
}

/// Whether a person takes part by name in any case of an account, or without one in any at all.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn takes_part_anywhere(
    tx: &mut Tx<'_>,
    person: PersonId,
    account: Option<AccountId>,
) -> Result<bool, Error> {
    let found: Option<i64> = tx
        .opt(
            sql!(
                "SELECT 1 FROM participants WHERE person_id = $1 AND removed_at IS NULL
                   AND (account_id = $2 OR $2 IS NULL) LIMIT 1"
            ),
            &[person.into(), account.into()],
        )
        .await?;
    Ok(found.is_some())
}

/// Somebody who takes part in a case, with the name they have now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// On whose side.
    pub side: Side,
}

/// The participants of a case somebody was let to, in the order they were added.
///
/// # Errors
/// Whatever the database says.
pub async fn list(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Named>, Error> {
    if case.participants.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<(PersonId, String)> = tx
        .all(
            sql!(
                "SELECT n.person_id, p.name FROM participants n
                 JOIN people p ON p.id = n.person_id
                 WHERE n.account_id = $1 AND n.case_id = $2 AND n.removed_at IS NULL
                 ORDER BY n.from_seq, n.person_id"
            ),
            &[case.account.into(), case.id.into()],
        )
        .await?;
    Ok(named(case, names))
}

/// The participants of a case with their names.
pub(crate) fn named(case: &Case, names: Vec<(PersonId, String)>) -> Vec<Named> {
    let named = |(person, name)| Named {
        side: case
            .find_participant(person)
            .map_or(Side::Customer, |one| one.side),
        person,
        name,
    };
    names.into_iter().map(named).collect()
}

/// The kind of a case and the subscription it is about, if somebody still takes part in it or it is
/// theirs: what a notice is decided by when it is delivered.
///
/// # Errors
/// Whatever the database says.
pub async fn still_takes_part(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
    person: PersonId,
) -> Result<Option<(Kind, Option<SubscriptionId>)>, Error> {
    let found: Option<(String, Option<SubscriptionId>)> = tx
        .opt(
            sql!(
                "SELECT c.kind, c.subscription_id FROM cases c WHERE c.account_id = $1 AND c.id = $2
                   AND (c.requester_id = $3 OR EXISTS (
                       SELECT 1 FROM participants n
                       WHERE n.account_id = c.account_id AND n.case_id = c.id
                         AND n.person_id = $3 AND n.removed_at IS NULL))"
            ),
            &[account.into(), case.into(), person.into()],
        )
        .await?;
    Ok(found.and_then(|(kind, subscription)| Some((Kind::from_code(&kind)?, subscription))))
}

/// Somebody of a partner, and what they are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerPerson {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their partner.
    pub partner: PartnerId,
    /// Its name.
    pub partner_name: String,
    /// The code of their role.
    pub role: String,
}

impl FromRow for PartnerPerson {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            person: row.get("id")?,
            name: row.get("name")?,
            partner: row.get("partner_id")?,
            partner_name: row.get("partner")?,
            role: row.get("role")?,
        })
    }
}

/// The people of partners that act for an account now, by name; a row for each role.
///
/// # Errors
/// Whatever the database says.
pub async fn of_partners(
    tx: &mut Tx<'_>,
    grant: &Grant,
    account: AccountId,
    now: Moment,
) -> Result<Vec<PartnerPerson>, Error> {
    reach::scope(tx, grant.scope());
    tx.all(
        sql!(
            "SELECT p.id, p.name, d.partner_id, o.name AS partner, m.role FROM delegations d
             JOIN partners o ON o.id = d.partner_id
             JOIN memberships m ON m.organisation_id = d.partner_id AND m.side = 'partner'
             JOIN people p ON p.id = m.person_id
             WHERE d.account_id = $1 AND d.ends_at > $2 AND d.removed_at IS NULL AND p.is_active
             ORDER BY p.name, p.id, m.role"
        ),
        &[account.into(), now.into()],
    )
    .await
}
