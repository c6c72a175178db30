//! The log: who did what to what, when, from where, acting for whom; before and after.
//!
//! It is only ever added to. Each line carries a hash over itself and the line before it in its
//! chain; an account has one, and the vendor has one for what concerns no account. A line that was
//! changed, put in or taken out leaves a chain that does not fit, and the doctor says where.

mod act;
mod line;

use mainstay_domain::Moment;
use uuid::Uuid;

pub use act::Act;
pub use line::{By, Kept, Line, Subject};

use crate::scope::NOBODY;
use crate::{Error, Tx, sql};

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
