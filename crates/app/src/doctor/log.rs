//! The chains of the log: each line must follow from the one before it, up to the end that is kept.

use mainstay_store::Db;
use mainstay_store::log::Kept;
use mainstay_store::system::chains::{self, Head};
use uuid::Uuid;

use super::{Examined, Extent};
use crate::Error;

/// Chains read in one transaction.
const CHAINS: u32 = 100;
/// Lines read in one transaction.
const LINES: u32 = 1_000;

/// Follows the chains: all of them, or the last lines of some.
pub(super) async fn look(db: &Db, extent: Extent, examined: &mut Examined) -> Result<(), Error> {
    for chain in db.read(async |tx| chains::endless(tx).await).await? {
        examined.wrong("log", lost(chain, "its end was taken away"));
    }
    let (mut after, mut left) = (
        None,
        match extent {
            Extent::Sample(most) => u64::from(most),
            Extent::All => u64::MAX,
        },
    );
    let mut unchained = 0;
    loop {
        let heads = db
            .read(async |tx| chains::heads(tx, after, CHAINS).await)
            .await?;
        let Some(last) = heads.last() else { break };
        after = Some(last.chain);
        for head in heads {
            let seen = follow(db, &head, left, examined).await?;
            unchained += seen.unchained;
            examined.log_lines += seen.lines;
            left = left.saturating_sub(seen.lines);
        }
        if left == 0 {
            break;
        }
    }
    if unchained > 0 {
        let message = format!(
            "Lines of the log from before it was chained: {unchained}. Nobody can say whether they \
             were changed."
        );
        examined.note("log", message);
    }
    Ok(())
}

/// What was seen of a chain.
#[derive(Default)]
struct Seen {
    lines: u64,
    unchained: u64,
}

/// Follows one chain; of a long one its last `most` lines, taking the first of them as it is.
async fn follow(db: &Db, head: &Head, most: u64, examined: &mut Examined) -> Result<Seen, Error> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let start = head.seq.saturating_sub(most).max(0);
    let (mut seen, mut previous) = (Seen::default(), Previous::before(start));
    loop {
        let lines = db
            .read(async |tx| chains::lines(tx, head.chain, previous.seq, LINES).await)
            .await?;
        // Others may be writing more just now.
        let mut lines = lines
            .into_iter()
            .filter(|line| line.seq <= head.seq)
            .peekable();
        if lines.peek().is_none() {
            break;
        }
        for line in lines {
            seen.lines += 1;
            seen.unchained += u64::from(line.hash.is_none());
            if let Err(what) = previous.then(head.chain, &line) {
                examined.wrong("log", lost(head.chain, &what));
                return Ok(seen);
            }
        }
    }
    if previous.seq != head.seq {
        let what = format!(
            "it ends with line {}, and should with line {}",
            previous.seq, head.seq
        );
        examined.wrong("log", lost(head.chain, &what));
    } else if previous.hash != head.hash && !previous.is_taken_as_it_is {
        let what = format!("line {} is not the one it ended with", head.seq);
        examined.wrong("log", lost(head.chain, &what));
    }
    Ok(seen)
}

/// The line before the next.
struct Previous {
    seq: i64,
    hash: Vec<u8>,
    /// Whether the next line's own hash cannot be judged: the look began in the middle.
    is_taken_as_it_is: bool,
}

impl Previous {
    const fn before(seq: i64) -> Self {
        Self {
            seq,
            hash: Vec::new(),
            is_taken_as_it_is: seq > 0,
        }
    }

    /// Whether a line may come next; says what is wrong if not.
    fn then(&mut self, chain: Uuid, line: &Kept) -> Result<(), String> {
        if line.seq != self.seq + 1 {
            return Err(format!("line {} is missing", self.seq + 1));
        }
        if line.hash.is_none() && !self.hash.is_empty() {
            return Err(format!("line {} has lost its hash", line.seq));
        }
        let follows = |hash: &[u8; 32]| *hash == line.hash_after(chain, &self.hash);
        if !self.is_taken_as_it_is && !line.hash.as_ref().is_none_or(follows) {
            return Err(format!(
                "line {}, or the one before it, was changed: its hash does not follow",
                line.seq
            ));
        }
        self.seq = line.seq;
        self.hash = line.hash.map(Vec::from).unwrap_or_default();
        self.is_taken_as_it_is = false;
        Ok(())
    }
}

fn lost(chain: Uuid, what: &str) -> String {
    let whose = if chain.is_nil() {
        "the vendor".to_owned()
    } else {
        format!("account {chain}")
    };
    format!(
        "The log of {whose} was tampered with: {what}. Compare it with the one in a backup, and \
         find out who can write to the database besides Mainstay."
    )
}
