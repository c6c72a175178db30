//! Confidential files: who gets one that they see on a case, and what they owe for it.

use super::denial::{Because, Denial};
use super::grant::{Grant, Obligation};
use crate::case::{Audience, Case, Side};
use crate::edition::Kind;
use crate::ids::PersonId;

/// How somebody gets a confidential file. Each time is a line of the account's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// At once.
    Freely,
    /// Once they have said why.
    WithReason,
}

/// A confidential file, as far as it is asked who gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confidential {
    /// The entry it came with.
    pub seq: u32,
    /// Who may read that entry.
    pub audience: Audience,
    /// Who uploaded it.
    pub uploaded_by: Option<PersonId>,
}

/// How somebody who reads a case gets a confidential file of it. Whoever uploaded it gets it back:
/// what is in it is theirs already. All others need the right, `granted` as it was decided, and it
/// must reach the entry the file came with. In a view nobody is themselves: `me` is nobody then.
///
/// # Errors
/// Why not.
pub fn opening(
    granted: &Result<Grant, Denial>,
    case: &Case,
    file: Confidential,
    me: Option<PersonId>,
) -> Result<Opening, Denial> {
    if is_own(file.uploaded_by, me) {
        return Ok(Opening::Freely);
    }
    let grant = granted.as_ref().map_err(|denial| *denial)?;
    let thread = grant.scope().thread(case);
    let from = thread.and_then(|thread| thread.from(file.audience));
    if from.is_none_or(|from| file.seq < from) {
        return Err(Denial {
            action: grant.action(),
            because: match grant.actor().side {
                Side::Vendor => Because::OtherDesk,
                Side::Customer | Side::System => Because::NotParticipant,
            },
        });
    }
    Ok(owed(grant, case.kind))
}

/// As [`opening`], of a file on an internal request: nobody takes part in those but whoever asked
/// and those who serve them, so the right must reach all of the kind that it became, or would.
///
/// # Errors
/// Why not.
pub fn opening_within(
    granted: &Result<Grant, Denial>,
    kind: Kind,
    uploaded_by: Option<PersonId>,
    me: Option<PersonId>,
) -> Result<Opening, Denial> {
    if is_own(uploaded_by, me) {
        return Ok(Opening::Freely);
    }
    let grant = granted.as_ref().map_err(|denial| *denial)?;
    if !grant.scope().kinds().contains(&kind) {
        return Err(Denial {
            action: grant.action(),
            because: Because::NotParticipant,
        });
    }
    Ok(owed(grant, kind))
}

fn is_own(uploaded_by: Option<PersonId>, me: Option<PersonId>) -> bool {
    me.is_some() && uploaded_by == me
}

/// What is owed for a kind: a reason, unless one of the rights asks for none.
fn owed(grant: &Grant, kind: Kind) -> Opening {
    let asks = |right: &super::Right| right.obligations().contains(&Obligation::Reason);
    if grant.rights_for(kind).all(asks) {
        Opening::WithReason
    } else {
        Opening::Freely
    }
}
