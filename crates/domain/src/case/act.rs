//! Acting on a case.

mod draft;
mod relocate;

use super::effect::{Effect, EffectKind, Recipient};
use super::entry::{Actor, Audience, Entry, Fact, Side};
use super::open::{BODY_LIMIT, REASON_LIMIT, check_text, known_severity};
use super::refusal::{Field, Refusal};
use super::terms::Terms;
use super::{
    AskedItem, Case, Ctx, EscalationTarget, Metric, Outcome, Participant, Referral, SeverityBasis,
    Standing, Status,
};
use crate::Moment;
use crate::calendar::{Calendar, CalendarError};
use crate::edition::{Cutoff, Kind};
use crate::ids::PersonId;
pub use relocate::Relocation;

/// Most items one question may have.
const ITEMS_LIMIT: usize = 20;
/// Most participants one case may have.
const PARTICIPANTS_LIMIT: usize = 50;

/// Whose turn it is after the vendor's reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextTurn {
    /// The vendor goes on working.
    Vendor,
    /// The customer's answer is awaited.
    Customer,
}

/// What somebody wants to do to a case.
#[derive(Debug, Clone)]
pub enum Command {
    /// Write to the other side.
    Reply {
        /// Markdown.
        body: String,
        /// Whose turn it is then; a customer's reply always hands it to the vendor.
        next: NextTurn,
    },
    /// Write an internal note.
    Note {
        /// Markdown.
        body: String,
    },
    /// Write a note for colleagues at the customer, which the vendor never sees.
    CustomerNote {
        /// Markdown.
        body: String,
    },
    /// Let somebody take part by name.
    AddParticipant {
        /// Who.
        person: PersonId,
        /// Their name, for the timeline.
        name: String,
        /// On whose side they take part.
        side: Side,
    },
    /// Let somebody take part no more; anybody may leave.
    RemoveParticipant {
        /// Who.
        person: PersonId,
        /// Their name, for the timeline.
        name: String,
    },
    /// Ask for information, item by item.
    AskInformation {
        /// Markdown.
        body: String,
        /// What is asked.
        items: Vec<String>,
    },
    /// Tick asked items off.
    TickInformation {
        /// Their positions in the case's list.
        items: Vec<usize>,
    },
    /// Give the case to an agent, or lay it down.
    Assign {
        /// The agent.
        to: Option<PersonId>,
    },
    /// Change the severity (R11).
    ChangeSeverity {
        /// The code.
        to: String,
        /// Why.
        reason: String,
    },
    /// Close it as outside the support boundary, with where to go instead (S4).
    Refer {
        /// The boundary's id in the edition.
        boundary: String,
        /// Why this case is outside.
        reason: String,
    },
    /// Escalate it.
    Escalate {
        /// To whom.
        to: EscalationTarget,
        /// Why.
        reason: String,
    },
    /// Give a solution.
    Resolve {
        /// Markdown.
        body: String,
    },
    /// Close it.
    Close {
        /// Why; a customer need not say.
        reason: String,
    },
    /// Reopen it within the window (S3, R12).
    Reopen {
        /// Why.
        reason: String,
    },
    /// Put the case under other terms: a plan bought mid-case, a calendar revised (R13, R14).
    Rebase {
        /// What it is decided under from now on.
        to: Box<Terms>,
        /// Why.
        reason: String,
    },
    /// Move the case to another organisation, since it was opened under the wrong one; closed ones,
    /// too.
    Move {
        /// Whose it is then, and what is promised there.
        to: Box<Relocation>,
        /// Why, kept as an internal note, since it may name either organisation; empty in a dry run.
        reason: String,
    },
    /// Note that files were added.
    AddFiles {
        /// Their names.
        names: Vec<String>,
    },
}

impl Command {
    /// Whether only the vendor does this.
    const fn is_vendor_only(&self) -> bool {
        matches!(
            self,
            Self::Note { .. }
                | Self::AskInformation { .. }
                | Self::Assign { .. }
                | Self::Refer { .. }
                | Self::Escalate { .. }
                | Self::Resolve { .. }
                | Self::Rebase { .. }
                | Self::Move { .. }
        )
    }

    /// Whether it can be done to a closed case.
    const fn suits_closed(&self) -> bool {
        matches!(
            self,
            Self::Note { .. }
                | Self::CustomerNote { .. }
                | Self::RemoveParticipant { .. }
                | Self::Reopen { .. }
                | Self::Move { .. }
        )
    }
}

/// A case being changed: what has been added so far.
pub(super) struct Draft<'a> {
    pub case: Case,
    terms: &'a Terms,
    entries: Vec<Entry>,
    effects: Vec<Effect>,
}

impl<'a> Draft<'a> {
    pub fn new(case: Case, terms: &'a Terms) -> Self {
        Self {
            case,
            terms,
            entries: Vec::new(),
            effects: Vec::new(),
        }
    }

    /// Adds an entry, lets the clocks take it in, and returns its sequence number.
    pub fn note(
        &mut self,
        actor: &Actor,
        at: Moment,
        audience: Audience,
        fact: Fact,
    ) -> Result<u32, CalendarError> {
        self.case.revision += 1;
        let entry = Entry {
            seq: self.case.revision,
            at,
            actor: actor.clone(),
            audience,
            fact,
        };
        self.case.clocks.apply(&entry, self.terms)?;
        self.entries.push(entry);
        Ok(self.case.revision)
    }

    /// Tells somebody of an entry.
    pub fn tell(&mut self, seq: u32, recipient: Recipient, kind: EffectKind) {
        self.effects.push(Effect::of_entry(seq, recipient, kind));
    }

    /// Plans an effect.
    pub fn plan(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Tells the requester, unless they did it themselves.
    fn tell_requester(&mut self, seq: u32, actor: &Actor) {
        let requester = self.case.requester;
        if actor.person != Some(requester) {
            self.tell(seq, Recipient::Person(requester), EffectKind::TellRequester);
        }
    }

    /// Tells the agent who works the case, unless they did it themselves.
    fn tell_assignee(&mut self, seq: u32, actor: &Actor) {
        if let Some(agent) = self
            .case
            .assignee
            .filter(|&agent| actor.person != Some(agent))
        {
            self.tell(seq, Recipient::Person(agent), EffectKind::TellAssignee);
        }
    }

    /// Tells the other side.
    fn tell_other_side(&mut self, seq: u32, actor: &Actor) {
        if actor.side == Side::Customer {
            self.tell_assignee(seq, actor);
        } else {
            self.tell_requester(seq, actor);
        }
        self.tell_participants(seq, actor);
    }

    /// Tells everybody who takes part of a public entry, besides who did it.
    fn tell_participants(&mut self, seq: u32, actor: &Actor) {
        for person in self.others_taking_part(actor) {
            self.tell(seq, Recipient::Person(person), EffectKind::TellParticipant);
        }
    }

    fn others_taking_part(&self, actor: &Actor) -> Vec<PersonId> {
        let people = self.case.participants.iter().map(|one| one.person);
        people
            .filter(|&person| actor.person != Some(person))
            .collect()
    }

    /// Records every milestone missed before `now`, with its due instant as the time (R7).
    fn settle(&mut self, now: Moment) -> Result<(), CalendarError> {
        for (metric, due_at) in self.case.clocks.overdue(now) {
            self.record_breach(metric, due_at)?;
        }
        Ok(())
    }

    /// Records one missed milestone and tells those who answer for it.
    fn record_breach(&mut self, metric: Metric, due_at: Moment) -> Result<(), CalendarError> {
        let fact = Fact::Breached { metric };
        self.note(&Actor::SYSTEM, due_at, Audience::Vendor, fact)?;
        let kind = EffectKind::Breach { metric, due_at };
        let key = format!("breach-{}-{}", metric.code(), due_at.as_unix());
        self.plan(Effect {
            key: key.clone(),
            recipient: Recipient::Leads,
            kind,
        });
        if let Some(agent) = self.case.assignee {
            self.plan(Effect {
                key,
                recipient: Recipient::Person(agent),
                kind,
            });
        }
        Ok(())
    }

    /// Brings the case up to `now`: records what was missed, and closes a resolved case at the
    /// instant that was announced, whenever somebody came by to see it.
    pub fn catch_up(&mut self, now: Moment) -> Result<(), CalendarError> {
        let closing = match self.case.status {
            Status::Resolved { closes_at, .. } if closes_at <= now => closes_at,
            _ => return self.settle(now),
        };
        self.settle(closing)?;
        let ctx = Ctx {
            actor: Actor::SYSTEM,
            now: closing,
        };
        let seq = self.close(&ctx, String::new())?;
        self.tell_other_side(seq, &Actor::SYSTEM);
        Ok(())
    }

    /// Closes the case; the reopening window is days of the customer's zone (R12).
    pub fn close(&mut self, ctx: &Ctx, reason: String) -> Result<u32, CalendarError> {
        let seq = self.note(
            &ctx.actor,
            ctx.now,
            Audience::Public,
            Fact::Closed { reason },
        )?;
        let reopen_until = reopen_until(self.terms, ctx.now)?;
        self.case.status = Status::Closed {
            at: ctx.now,
            reopen_until,
        };
        Ok(seq)
    }

    pub fn finish(self) -> Outcome {
        Outcome {
            case: self.case,
            entries: self.entries,
            effects: self.effects,
        }
    }
}

/// When a case that was resolved closes by itself, unless the customer objects.
fn closes_at(terms: &Terms, resolved: Moment) -> Result<Moment, CalendarError> {
    let days = terms.house.close_resolved_after_days;
    let always: &Calendar = &terms.hours.anytime.calendar;
    Ok(always.day_close(resolved, days, Cutoff::None)?.close)
}

/// Until when a case closed at `closed` can be reopened: the end of the last day (R12).
fn reopen_until(terms: &Terms, closed: Moment) -> Result<Moment, CalendarError> {
    let days = terms.edition.reopen_within_days;
    let always: &Calendar = &terms.hours.anytime.calendar;
    Ok(always.day_close(closed, days, Cutoff::None)?.close)
}

/// Acts on a case.
///
/// What time alone has brought about by now is recorded first, so that neither a verdict nor a
/// refusal depends on when a sweep ran.
///
/// # Errors
/// Says why not; nothing has happened then.
pub fn act(case: &Case, command: Command, terms: &Terms, ctx: &Ctx) -> Result<Outcome, Refusal> {
    if ctx.actor.side != Side::Vendor && command.is_vendor_only() {
        return Err(Refusal::VendorOnly);
    }
    // A partner acts on the customer's side and is none of its colleagues.
    let is_colleague = ctx.actor.side == Side::Customer && ctx.actor.partner.is_none();
    if !is_colleague && matches!(command, Command::CustomerNote { .. }) {
        return Err(Refusal::CustomerOnly);
    }
    let mut draft = Draft::new(case.clone(), terms);
    draft.catch_up(ctx.now)?;
    if !draft.case.status.is_open() && !command.suits_closed() {
        return Err(Refusal::Closed);
    }
    draft.carry_out(command, ctx)?;
    Ok(draft.finish())
}
