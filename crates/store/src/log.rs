//! The log: who did what to what, when, from where, acting for whom; before and after.
//!
//! It is only ever added to. Each line carries a hash over itself and the line before it in its
//! chain; an account has one, and the vendor has one for what concerns no account. A line that was
//! changed, put in or taken out leaves a chain that does not fit, and the doctor says where.

mod act;
mod line;

use mainstay_domain::Moment;
use mainstay_domain::access::Scope;
use mainstay_domain::ids::AccountId;
use uuid::Uuid;

pub use act::Act;
pub use line::{By, Kept, Line, Subject};

use crate::scope::NOBODY;
use crate::{Error, Tx, reach, sql};

/// Which lines of a log are wanted.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Those before this one; the latest without it.
    pub before: Option<i64>,
    /// Those of one act.
    pub act: Option<Act>,
    /// Those that hold these letters: in a name, a reason, what was or what became.
    pub text: String,
    /// At most as many.
    pub limit: u32,
}

/// Writes a line, in the transaction of the act itself.
///
/// Whoever writes one holds its chain until the commit, so it is written last.
///
/// # Errors
/// Whatever the database says.
pub async fn write(tx: &mut Tx<'_>, now: Moment, line: Line) -> Result<(), Error> {
    let chain = line.account.map_or(NOBODY, |account| account.0);
    let (seq, previous): (i64, Vec<u8>) = tx
        .one(
            sql!(
                "INSERT INTO log_heads (chain, seq, hash) VALUES ($1, 1, $2)
                 ON CONFLICT (chain) DO UPDATE SET seq = log_heads.seq + 1 RETURNING seq, hash"
            ),
            &[chain.into(), [].as_slice().into()],
        )
        .await?;
    let kept = Kept::new(line, seq, now, &previous);
    let hash = kept.hash.unwrap_or_default();
    let set = sql!("UPDATE log_heads SET hash = $1 WHERE chain = $2");
    tx.send(set, &[hash.as_slice().into(), chain.into()])
        .await?;
    insert(tx, chain, &kept).await
}

async fn insert(tx: &mut Tx<'_>, chain: Uuid, kept: &Kept) -> Result<(), Error> {
    let (subject, id, name) = kept.subject.columns();
    tx.send(
        sql!(
            "INSERT INTO log (account_id, seq, at, person_id, partner_id, network, act, subject,
                 subject_id, subject_name, was, became, reason, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
        ),
        &[
            chain.into(),
            kept.seq.into(),
            kept.at.into(),
            kept.by.person.into(),
            kept.by.partner.into(),
            (&kept.by.network).into(),
            kept.act.as_str().into(),
            subject.into(),
            id.into(),
            name.into(),
            (&kept.was).into(),
            (&kept.became).into(),
            (&kept.reason).into(),
            kept.hash.as_ref().map(|hash| hash.as_slice()).into(),
        ],
    )
    .await
}

/// Lines of an account's log, the latest first; the vendor's own without an account.
///
/// The scope is that of a grant to read the log: it reaches the account, or all of them.
///
/// # Errors
/// Whatever the database says.
pub async fn lines(
    tx: &mut Tx<'_>,
    scope: &Scope,
    account: Option<AccountId>,
    wanted: &Wanted,
) -> Result<Vec<Kept>, Error> {
    if scope.account().is_some() && scope.account() != account {
        return Ok(Vec::new());
    }
    reach::scope(tx, scope);
    let letters = containing(&wanted.text);
    tx.all(
        sql!(
            "SELECT seq, at, person_id, partner_id, network, act, subject, subject_id,
                 subject_name, was, became, reason, hash
             FROM log WHERE account_id = $1 AND seq < $2 AND (CAST($3 AS text) IS NULL OR act = $3)
               AND lower(coalesce(subject_name, '') || ' ' || coalesce(was, '') || ' '
                   || coalesce(became, '') || ' ' || coalesce(reason, '')) LIKE $4 ESCAPE '!'
             ORDER BY seq DESC LIMIT $5"
        ),
        &[
            account.map_or(NOBODY, |account| account.0).into(),
            wanted.before.unwrap_or(i64::MAX).into(),
            wanted.act.map(Act::code).into(),
            letters.as_str().into(),
            wanted.limit.into(),
        ],
    )
    .await
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
