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
    let (seq, previous) = match held(tx, chain).await? {
        Some((last, hash)) => (last + 1, hash),
        None => begun(tx, chain).await?,
    };
    let kept = Kept::new(line, seq, now, &previous);
    let hash = kept.hash.unwrap_or_default();
    let set = sql!("UPDATE log_heads SET seq = $1, hash = $2 WHERE chain = $3");
    tx.send(set, &[seq.into(), hash.as_slice().into(), chain.into()])
        .await?;
    insert(tx, chain, &kept).await
}

/// The end of a chain, held until the commit.
async fn held(tx: &mut Tx<'_>, chain: Uuid) -> Result<Option<(i64, Vec<u8>)>, Error> {
    let head = sql!("SELECT seq, hash FROM log_heads WHERE chain = $1 FOR UPDATE");
    tx.opt(head, &[chain.into()]).await
}

/// The place of a line that may be the first of its chain; somebody else may begin it, too.
async fn begun(tx: &mut Tx<'_>, chain: Uuid) -> Result<(i64, Vec<u8>), Error> {
    let begin = sql!(
        "INSERT INTO log_heads (chain, seq, hash) VALUES ($1, 1, $2)
         ON CONFLICT (chain) DO UPDATE SET seq = log_heads.seq + 1 RETURNING seq, hash"
    );
    tx.one(begin, &[chain.into(), [].as_slice().into()]).await
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
