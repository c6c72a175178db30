//! Acting on an internal request.

use super::refusal::{check_length, check_text};
use super::{
    Escalation, Fact, Informed, InternalRequest, News, Outcome, Party, Refusal, Status, Told,
};
use crate::Moment;
use crate::case::{BODY_LIMIT, Field, REASON_LIMIT};
use crate::edition::Kind;
use crate::ids::{CaseId, CaseNumber, PersonId};

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Write to the other side.
    Reply {
        /// Markdown.
        body: String,
    },
    /// Take it on.
    TakeOn,
    /// Solve it with what the organisation has itself.
    Solve {
        /// Markdown; may be empty when a step says it all.
        body: String,
        /// The step of the list that helped.
        helped: Option<String>,
    },
    /// It became a case in this transaction.
    Escalate {
        /// Which.
        case: CaseId,
        /// Its number.
        number: CaseNumber,
        /// Its kind of help.
        kind: Kind,
        /// How far whoever asked is told of it.
        informed: Informed,
    },
    /// Tell whoever asked more of the case from now on, or less.
    Inform {
        /// How far.
        informed: Informed,
    },
    /// Close it.
    Close {
        /// Why; may be empty.
        reason: String,
    },
    /// Need it no more.
    Withdraw {
        /// Why; may be empty.
        reason: String,
    },
    /// Take it up again.
    Reopen {
        /// Why.
        reason: String,
    },
}

/// Who acts, and when.
#[derive(Debug, Clone, Copy)]
pub struct Ctx {
    /// The person.
    pub person: PersonId,
    /// Who they are to the request.
    pub party: Party,
    /// The moment of the request.
    pub now: Moment,
}

impl Command {
    /// Who may do it: both, unless one is named.
    const fn only(&self) -> Option<Party> {
        match self {
            Self::Reply { .. } | Self::Reopen { .. } => None,
            Self::Withdraw { .. } => Some(Party::Requester),
            Self::TakeOn
            | Self::Solve { .. }
            | Self::Escalate { .. }
            | Self::Inform { .. }
            | Self::Close { .. } => Some(Party::Administrator),
        }
    }

    /// Whether it ends the matter, which an open case keeps going.
    const fn is_end(&self) -> bool {
        matches!(
            self,
            Self::Solve { .. } | Self::Close { .. } | Self::Withdraw { .. }
        )
    }
}

/// Does something to an internal request.
///
/// # Errors
/// Says why not; nothing has changed then.
pub fn act(request: &InternalRequest, command: Command, ctx: &Ctx) -> Result<Outcome, Refusal> {
    check(request, &command, ctx)?;
    let mut outcome = Outcome::of(request);
    let takes_on = !matches!(command, Command::TakeOn | Command::Reopen { .. });
    if takes_on && ctx.party == Party::Administrator && request.taken_by.is_none() {
        // Whoever deals with it has it; nobody needs to be told so in an entry of its own.
        outcome.request.taken_by = Some(ctx.person);
    }
    let done = carry_out(&mut outcome, command, ctx)?;
    let other = match ctx.party {
        Party::Requester => Told::Administrators,
        Party::Administrator | Party::Vendor => Told::Requester,
    };
    outcome.add(ctx.now, Some(ctx.person), ctx.party, done.fact);
    if let Some(news) = done.news {
        outcome.tell(other, news);
    }
    Ok(outcome)
}

fn check(request: &InternalRequest, command: &Command, ctx: &Ctx) -> Result<(), Refusal> {
    match command.only() {
        Some(Party::Requester) if ctx.party != Party::Requester => {
            return Err(Refusal::RequesterOnly);
        }
        Some(Party::Administrator) if ctx.party != Party::Administrator => {
            return Err(Refusal::AdministratorsOnly);
        }
        _ => {}
    }
    let is_closed = !request.status.is_open();
    match command {
        Command::Reopen { .. } if !is_closed => return Err(Refusal::NotClosed),
        Command::Reopen { .. } => {}
        Command::Escalate { .. } if let Some(before) = &request.escalation => {
            return Err(Refusal::EscalatedBefore(before.number));
        }
        _ if is_closed => return Err(Refusal::Closed),
        _ => {}
    }
    match (&request.escalation, request.status) {
        (Some(escalation), Status::WithVendor { .. }) if command.is_end() => {
            Err(Refusal::WithVendor(escalation.number))
        }
        _ => Ok(()),
    }
}

/// What comes on the timeline, and what the other side is told.
struct Done {
    fact: Fact,
    news: Option<News>,
}

fn carry_out(outcome: &mut Outcome, command: Command, ctx: &Ctx) -> Result<Done, Refusal> {
    let request = &mut outcome.request;
    let done = |fact, news| Ok(Done { fact, news });
    match command {
        Command::Reply { body } => {
            check_text(Field::Body, &body, BODY_LIMIT)?;
            request.status = after_reply(request.status, ctx);
            done(Fact::Reply { body }, Some(News::Replied))
        }
        Command::TakeOn if request.taken_by == Some(ctx.person) => Err(Refusal::TakenAlready),
        Command::TakeOn => {
            request.taken_by = Some(ctx.person);
            done(Fact::TakenOn, None)
        }
        Command::Solve { body, helped } => {
            if helped.is_none() {
                check_text(Field::Body, &body, BODY_LIMIT)?;
            }
            check_length(Field::Body, &body, BODY_LIMIT)?;
            request.status = Status::Closed { at: ctx.now };
            done(Fact::Solved { body, helped }, Some(News::Solved))
        }
        Command::Escalate {
            case,
            number,
            kind,
            informed,
        } => {
            request.escalation = Some(Escalation {
                case,
                number,
                kind,
                by: ctx.person,
                at: ctx.now,
                informed,
            });
            request.status = Status::WithVendor { since: ctx.now };
            done(Fact::Escalated { number, informed }, Some(News::Escalated))
        }
        Command::Inform { informed } => {
            let escalation = request.escalation.as_mut().ok_or(Refusal::NotEscalated)?;
            escalation.informed = informed;
            done(Fact::InformedAnew { informed }, None)
        }
        Command::Close { reason } => {
            check_length(Field::Reason, &reason, REASON_LIMIT)?;
            request.status = Status::Closed { at: ctx.now };
            done(Fact::Closed { reason }, Some(News::Closed))
        }
        Command::Withdraw { reason } => {
            check_length(Field::Reason, &reason, REASON_LIMIT)?;
            request.status = Status::Closed { at: ctx.now };
            done(Fact::Withdrawn { reason }, Some(News::Withdrawn))
        }
        Command::Reopen { reason } => {
            check_text(Field::Reason, &reason, REASON_LIMIT)?;
            request.status = Status::WithAdministrators;
            done(Fact::Reopened { reason }, Some(News::Reopened))
        }
    }
}

/// A reply hands the turn over, but for what lies with the vendor.
const fn after_reply(status: Status, ctx: &Ctx) -> Status {
    match (status, ctx.party) {
        (Status::WithVendor { .. }, _) => status,
        (_, Party::Administrator) => Status::WithRequester { since: ctx.now },
        _ => Status::WithAdministrators,
    }
}
