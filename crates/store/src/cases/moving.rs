//! Moving a case with all that is its own to another account.
//!
//! The account stands first in every key and foreign key, so that no row of one account can refer
//! to another's. Hence the case is put down a second time under the other account, what belongs to
//! it follows, and the first goes, all in one transaction of the vendor's reach. Two cases never
//! bear one number, so the second bears it with a minus until the first is gone.
//!
//! What is the old organisation's own is forgotten here: who of it took part, what they were
//! typing, what they were told or still to be told. Its log stays as it was written.

use mainstay_domain::Moment;
use mainstay_domain::access::Grant;
use mainstay_domain::case::{Case, Entry, Outcome, Terms};

use super::{audience_word, keep_effects, keep_entries, save_milestone, side_word, update};
use crate::codec::json;
use crate::db::V;
use crate::scope::NOBODY;
use crate::{Error, Tx, reach, search, sql};

/// Keeps a case that was moved to another account: `timeline` is what stood on it before, `outcome`
/// what came of moving it. Whoever calls this holds the case, and writes the log.
///
/// # Errors
/// Whatever the database says.
pub async fn relocate(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (before, timeline): (&Case, &[Entry]),
    (outcome, terms): (&Outcome, &Terms),
    now: Moment,
) -> Result<(), Error> {
    reach::scope(tx, grant.scope());
    let case = &outcome.case;
    let moved: Vec<Entry> = timeline.iter().map(Entry::moved).collect();
    put_down_again(tx, before, case).await?;
    carry_entries(tx, before, case, (timeline, &moved)).await?;
    carry_rows(tx, before, case).await?;
    carry_told(tx, before, case).await?;
    forget_drafts(tx, case).await?;
    search::carry(tx, before, case, &moved).await?;
    let forget = sql!("DELETE FROM cases WHERE account_id = $1 AND id = $2");
    tx.send(forget, &key(before)).await?;
    take_place(tx, case).await?;
    update(tx, before, outcome, terms, now).await?;
    keep_entries(tx, outcome).await?;
    for milestone in case.clocks.milestones() {
        save_milestone(tx, case.account, case.id, milestone).await?;
    }
    keep_effects(tx, outcome, now).await
}

fn key<'a>(case: &Case) -> [V<'a>; 2] {
    [case.account.into(), case.id.into()]
}

/// The account it goes to, and the key it had.
fn from_to<'a>(before: &Case, case: &Case) -> [V<'a>; 3] {
    [case.account.into(), before.account.into(), before.id.into()]
}

/// What of it changes with the move is written after it.
async fn put_down_again(tx: &mut Tx<'_>, before: &Case, case: &Case) -> Result<(), Error> {
    tx.send(
        sql!(
            "INSERT INTO cases (account_id, id, number, subject, kind, severity, status, channel,
                 requester_id, assignee_id, opened_at, updated_at, last_public_at, closed_at,
                 reopen_until, next_due_at, next_metric, next_is_internal, queue_at, next_timer_at,
                 revision, data, subscription_id)
             SELECT a.id, c.id, -c.number, c.subject, c.kind, c.severity, c.status, c.channel,
                 c.requester_id, c.assignee_id, c.opened_at, c.updated_at, c.last_public_at,
                 c.closed_at, c.reopen_until, c.next_due_at, c.next_metric, c.next_is_internal,
                 c.queue_at, c.next_timer_at, c.revision, c.data, c.subscription_id
             FROM cases c JOIN accounts a ON a.id = $1
             WHERE c.account_id = $2 AND c.id = $3"
        ),
        &from_to(before, case),
    )
    .await
}

/// The number, whom it is for and under what.
async fn take_place(tx: &mut Tx<'_>, case: &Case) -> Result<(), Error> {
    tx.send(
        sql!(
            "UPDATE cases SET number = -number, requester_id = $1, subscription_id = $2
             WHERE account_id = $3 AND id = $4"
        ),
        &[
            case.requester.into(),
            case.subscription.into(),
            case.account.into(),
            case.id.into(),
        ],
    )
    .await
}

/// The timeline, but for what the other organisation keeps to itself.
async fn carry_entries(
    tx: &mut Tx<'_>,
    before: &Case,
    case: &Case,
    (timeline, moved): (&[Entry], &[Entry]),
) -> Result<(), Error> {
    let carry = sql!("UPDATE entries SET account_id = $1 WHERE account_id = $2 AND case_id = $3");
    tx.send(carry, &from_to(before, case)).await?;
    let pairs = timeline.iter().zip(moved);
    for (_, entry) in pairs.filter(|(was, is)| was != is) {
        let fact = json(&entry.fact);
        tx.send(
            sql!(
                "UPDATE entries SET actor_id = $1, side = $2, partner_id = $3, audience = $4,
                     fact = $5
                 WHERE account_id = $6 AND case_id = $7 AND seq = $8"
            ),
            &[
                entry.actor.person.into(),
                side_word(entry.actor.side).into(),
                entry.actor.partner.into(),
                audience_word(entry.audience).into(),
                fact.as_str().into(),
                case.account.into(),
                case.id.into(),
                entry.seq.into(),
            ],
        )
        .await?;
    }
    Ok(())
}

/// Files and the vendor's people who take part; the milestones are computed anew.
async fn carry_rows(tx: &mut Tx<'_>, before: &Case, case: &Case) -> Result<(), Error> {
    let files = sql!("UPDATE files SET account_id = $1 WHERE account_id = $2 AND case_id = $3");
    tx.send(files, &from_to(before, case)).await?;
    let leave = sql!(
        "DELETE FROM participants WHERE account_id = $1 AND case_id = $2 AND side <> 'vendor'"
    );
    tx.send(leave, &key(before)).await?;
    let stay =
        sql!("UPDATE participants SET account_id = $1 WHERE account_id = $2 AND case_id = $3");
    tx.send(stay, &from_to(before, case)).await?;
    let forget = sql!("DELETE FROM milestones WHERE account_id = $1 AND case_id = $2");
    tx.send(forget, &key(before)).await
}

/// What the vendor's people were told goes along, and what they are to be told. What waits for the
/// others is never told, and what they were told leads nowhere any more.
///
/// The outbox comes first: a worker that delivers just now is waited for, and what it put into an
/// inbox is there then.
async fn carry_told(tx: &mut Tx<'_>, before: &Case, case: &Case) -> Result<(), Error> {
    let drop = sql!(
        "DELETE FROM outbox WHERE account_id = $1 AND case_id = $2 AND recipient_id <> $3
           AND recipient_id NOT IN (SELECT person_id FROM memberships
                                    WHERE organisation_id = $3)"
    );
    let values = [before.account.into(), before.id.into(), NOBODY.into()];
    tx.send(drop, &values).await?;
    let carry = sql!("UPDATE outbox SET account_id = $1 WHERE account_id = $2 AND case_id = $3");
    tx.send(carry, &from_to(before, case)).await?;
    let forget = sql!(
        "DELETE FROM inbox WHERE account_id = $1 AND case_id = $2
           AND person_id NOT IN (SELECT person_id FROM memberships WHERE organisation_id = $3)"
    );
    let values = [before.account.into(), before.id.into(), NOBODY.into()];
    tx.send(forget, &values).await?;
    let carry = sql!("UPDATE inbox SET account_id = $1 WHERE account_id = $2 AND case_id = $3");
    tx.send(carry, &from_to(before, case)).await
}

/// What somebody of the vendor is writing they go on writing.
async fn forget_drafts(tx: &mut Tx<'_>, case: &Case) -> Result<(), Error> {
    let forget = sql!(
        "DELETE FROM drafts WHERE case_id = $1 AND (audience = 'colleagues'
             OR person_id NOT IN (SELECT person_id FROM memberships WHERE organisation_id = $2))"
    );
    tx.send(forget, &[case.id.into(), NOBODY.into()]).await
}

#[cfg(test)]
mod tests {
    use crate::system::inspect::OF_CASE;
    use crate::system::tables::TABLES;

    #[test]
    fn it_is_decided_of_every_table_what_becomes_of_a_case_that_is_moved() {
        let source = include_str!("moving.rs");
        for table in TABLES {
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            let is_of_case = columns.contains(&"account_id") && columns.contains(&"case_id");
            let is_known = OF_CASE.iter().any(|(name, _)| *name == table.name);
            assert_eq!(
                is_of_case, is_known,
                "{}: say in this file what becomes of it, and name it there",
                table.name
            );
            // Cases that came from internal requests are not moved; the search carries its own.
            let is_elsewhere = ["internal_requests", "search_documents"].contains(&table.name);
            let says = format!("UPDATE {} SET account_id", table.name);
            let forgets = format!("DELETE FROM {} WHERE account_id", table.name);
            assert!(
                !is_of_case || is_elsewhere || source.contains(&says) || source.contains(&forgets),
                "{}: its rows would stay with the old account",
                table.name
            );
        }
    }

    #[test]
    fn what_is_put_down_again_is_the_whole_row() {
        let cases = TABLES.iter().find(|table| table.name == "cases");
        let cases = cases.expect("the table of cases");
        let source = include_str!("moving.rs");
        let (_, copy) = source.split_once("INSERT INTO cases (").expect("a copy");
        let (listed, _) = copy.split_once(')').expect("its columns");
        let mut listed: Vec<&str> = listed.split(',').map(str::trim).collect();
        let mut columns: Vec<&str> = cases.columns.iter().map(|column| column.name).collect();
        listed.sort_unstable();
        columns.sort_unstable();
        assert_eq!(listed, columns);
    }
}
