//! Acting on a case.

use super::effect::{Effect, EffectKind, Recipient};
use super::entry::{Actor, Audience, Entry, Fact, Side};
use super::open::{BODY_LIMIT, REASON_LIMIT, check_text, known_severity};
use super::refusal::{Field, Refusal};
use super::terms::Terms;
use super::{
    AskedItem, Case, Ctx, EscalationTarget, Outcome, Participant, Referral, SeverityBasis,
    Standing, Status,
};
use crate::Moment;
use crate::calendar::{Calendar, CalendarError};
use crate::edition::{Cutoff, Kind};
use crate::ids::PersonId;

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

impl Draft<'_> {
    fn carry_out(&mut self, command: Command, ctx: &Ctx) -> Result<(), Refusal> {
        match command {
            Command::Reply { body, next } => self.reply(body, next, ctx),
            Command::Note { body } => {
                check_text(Field::Body, &body, BODY_LIMIT)?;
                let seq = self.note(&ctx.actor, ctx.now, Audience::Vendor, Fact::Note { body })?;
                self.tell_assignee(seq, &ctx.actor);
                Ok(())
            }
            Command::CustomerNote { body } => self.note_for_colleagues(body, ctx),
            Command::AddParticipant { person, name, side } => {
                self.add_participant(person, name, side, ctx)
            }
            Command::RemoveParticipant { person, name } => {
                self.remove_participant(person, name, ctx)
            }
            Command::AskInformation { body, items } => self.ask(body, items, ctx),
            Command::TickInformation { items } => self.tick_off(items, ctx),
            Command::Assign { to } => self.assign(to, ctx),
            Command::ChangeSeverity { to, reason } => self.change_severity(&to, reason, ctx),
            Command::Refer { boundary, reason } => self.refer(&boundary, reason, ctx),
            Command::Escalate { to, reason } => self.escalate(to, reason, ctx),
            Command::Resolve { body } => self.resolve(body, ctx),
            Command::Close { reason } => {
                if ctx.actor.side == Side::Vendor {
                    check_text(Field::Reason, &reason, REASON_LIMIT)?;
                }
                let seq = self.close(ctx, reason)?;
                self.tell_other_side(seq, &ctx.actor);
                Ok(())
            }
            Command::Reopen { reason } => self.reopen(reason, ctx),
            Command::Rebase { to, reason } => self.rebase(&to, reason, ctx),
            Command::AddFiles { names } => {
                let fact = Fact::FilesAdded { names };
                self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
                Ok(())
            }
        }
    }

    fn reply(&mut self, body: String, next: NextTurn, ctx: &Ctx) -> Result<(), Refusal> {
        check_text(Field::Body, &body, BODY_LIMIT)?;
        let awaits_customer = ctx.actor.side == Side::Vendor && next == NextTurn::Customer;
        let fact = Fact::Reply {
            body,
            awaits_customer,
        };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        self.case.status = if awaits_customer {
            Status::WithCustomer { since: ctx.now }
        } else {
            Status::WithVendor
        };
        self.tell_other_side(seq, &ctx.actor);
        if ctx.actor.side == Side::Customer {
            self.tell_requester(seq, &ctx.actor);
        }
        Ok(())
    }

    /// Moves nothing: no clock, no turn. Only colleagues on the customer's side hear of it.
    fn note_for_colleagues(&mut self, body: String, ctx: &Ctx) -> Result<(), Refusal> {
        check_text(Field::Body, &body, BODY_LIMIT)?;
        let fact = Fact::CustomerNote { body };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Customer, fact)?;
        let of_customer = |one: &&Participant| one.side == Side::Customer;
        let people = self.case.participants.iter().filter(of_customer);
        let mut colleagues: Vec<PersonId> = people.map(|one| one.person).collect();
        colleagues.push(self.case.requester);
        colleagues.retain(|&person| ctx.actor.person != Some(person));
        for person in colleagues {
            self.tell(seq, Recipient::Person(person), EffectKind::TellColleague);
        }
        Ok(())
    }

    fn add_participant(
        &mut self,
        person: PersonId,
        name: String,
        side: Side,
        ctx: &Ctx,
    ) -> Result<(), Refusal> {
        if side != Side::Customer && ctx.actor.side == Side::Customer {
            return Err(Refusal::OtherSidesPeople);
        }
        if self.case.standing(person) != Standing::Neither {
            return Err(Refusal::TakesPart(name));
        }
        if self.case.participants.len() >= PARTICIPANTS_LIMIT {
            return Err(Refusal::TooManyParticipants(PARTICIPANTS_LIMIT));
        }
        let fact = Fact::ParticipantAdded { person, name };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        self.case.participants.push(Participant {
            person,
            side,
            from: seq,
            added_at: ctx.now,
            added_by: ctx.actor.person,
        });
        if ctx.actor.person != Some(person) {
            self.tell(seq, Recipient::Person(person), EffectKind::TellAdded);
        }
        Ok(())
    }

    fn remove_participant(
        &mut self,
        person: PersonId,
        name: String,
        ctx: &Ctx,
    ) -> Result<(), Refusal> {
        let Some(found) = self.case.find_participant(person) else {
            return Err(Refusal::TakesNoPart(name));
        };
        let leaves = ctx.actor.person == Some(person);
        if found.side != Side::Customer && ctx.actor.side == Side::Customer && !leaves {
            return Err(Refusal::OtherSidesPeople);
        }
        self.case.participants.retain(|one| one.person != person);
        let fact = Fact::ParticipantRemoved { person, name };
        self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        Ok(())
    }

    fn ask(&mut self, body: String, items: Vec<String>, ctx: &Ctx) -> Result<(), Refusal> {
        let items: Vec<String> = items
            .iter()
            .map(|item| item.trim())
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect();
        if items.is_empty() {
            return Err(Refusal::Missing(Field::Items));
        }
        if items.len() > ITEMS_LIMIT {
            let found = items.len();
            return Err(Refusal::TooLong {
                field: Field::Items,
                found,
                limit: ITEMS_LIMIT,
            });
        }
        for item in &items {
            check_text(Field::Items, item, REASON_LIMIT)?;
        }
        let texts = items.clone();
        let fact = Fact::InformationAsked { body, items };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        let asked = texts.into_iter().map(|text| AskedItem {
            text,
            seq,
            answered_at: None,
        });
        self.case.asked.extend(asked);
        self.case.status = Status::WithCustomer { since: ctx.now };
        self.tell_other_side(seq, &ctx.actor);
        Ok(())
    }

    fn tick_off(&mut self, mut items: Vec<usize>, ctx: &Ctx) -> Result<(), Refusal> {
        items.sort_unstable();
        items.dedup();
        items.retain(|&index| {
            self.case
                .asked
                .get(index)
                .is_none_or(|item| item.answered_at.is_none())
        });
        if items.is_empty() || items.iter().any(|&index| index >= self.case.asked.len()) {
            return Err(Refusal::NothingAsked);
        }
        for &index in &items {
            self.case.asked[index].answered_at = Some(ctx.now);
        }
        let fact = Fact::InformationGiven { items };
        self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        Ok(())
    }

    fn assign(&mut self, to: Option<PersonId>, ctx: &Ctx) -> Result<(), Refusal> {
        if self.case.assignee == to {
            return Err(Refusal::AssignmentUnchanged);
        }
        self.case.assignee = to;
        let fact = Fact::Assigned { to };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Vendor, fact)?;
        self.tell_assignee(seq, &ctx.actor);
        Ok(())
    }

    fn change_severity(&mut self, to: &str, reason: String, ctx: &Ctx) -> Result<(), Refusal> {
        let Some(from) = self
            .case
            .severity
            .clone()
            .filter(|_| self.case.kind == Kind::Technical)
        else {
            return Err(Refusal::NoSeverity(self.case.kind));
        };
        let basis = match ctx.actor.side {
            Side::Vendor => SeverityBasis::AssessedByVendor,
            _ if self.terms.grants_severity() => SeverityBasis::SetByCustomer,
            _ => return Err(Refusal::SeverityNotYours),
        };
        let to = known_severity(self.terms, to)?;
        if to == from {
            return Err(Refusal::SeverityUnchanged(to));
        }
        check_text(Field::Reason, &reason, REASON_LIMIT)?;
        self.case.severity = Some(to.clone());
        self.case.severity_basis = basis;
        let fact = Fact::SeverityChanged { from, to, reason };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        self.tell_other_side(seq, &ctx.actor);
        Ok(())
    }

    fn refer(&mut self, boundary: &str, reason: String, ctx: &Ctx) -> Result<(), Refusal> {
        let found = self
            .terms
            .edition
            .boundaries
            .iter()
            .find(|known| known.id == boundary);
        let unknown = || Refusal::Unknown {
            field: Field::Boundary,
            value: boundary.to_owned(),
        };
        let found = found.ok_or_else(unknown)?;
        check_text(Field::Reason, &reason, REASON_LIMIT)?;
        let referral = Referral {
            boundary: found.id.clone(),
            name: found.name.clone(),
            referral: found.referral.clone(),
            reason: reason.clone(),
        };
        let fact = Fact::Referred {
            boundary: found.id.clone(),
            name: found.name.clone(),
            referral: found.referral.clone(),
            reason: reason.clone(),
        };
        self.case.referral = Some(referral);
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        self.close(ctx, reason)?;
        self.tell_other_side(seq, &ctx.actor);
        Ok(())
    }

    fn escalate(&mut self, to: EscalationTarget, reason: String, ctx: &Ctx) -> Result<(), Refusal> {
        check_text(Field::Reason, &reason, REASON_LIMIT)?;
        self.case.escalated_to = Some(to);
        let fact = Fact::Escalated { to, reason };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Vendor, fact)?;
        self.tell(seq, Recipient::Leads, EffectKind::TellAssignee);
        Ok(())
    }

    fn resolve(&mut self, body: String, ctx: &Ctx) -> Result<(), Refusal> {
        check_text(Field::Body, &body, BODY_LIMIT)?;
        let fact = Fact::Resolved { body };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        let days = self.terms.house.close_resolved_after_days;
        let always: &Calendar = &self.terms.hours.anytime.calendar;
        let closes_at = always.day_close(ctx.now, days, Cutoff::None)?.close;
        self.case.status = Status::Resolved {
            since: ctx.now,
            closes_at,
        };
        self.tell_other_side(seq, &ctx.actor);
        Ok(())
    }

    fn reopen(&mut self, reason: String, ctx: &Ctx) -> Result<(), Refusal> {
        let Status::Closed { reopen_until, .. } = self.case.status else {
            return Err(Refusal::NotClosed);
        };
        if ctx.now >= reopen_until {
            return Err(Refusal::ReopeningOver {
                until: reopen_until,
            });
        }
        check_text(Field::Reason, &reason, REASON_LIMIT)?;
        let fact = Fact::Reopened { reason };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        self.case.status = Status::WithVendor;
        self.case.referral = None;
        self.tell_other_side(seq, &ctx.actor);
        Ok(())
    }

    fn rebase(&mut self, to: &Terms, reason: String, ctx: &Ctx) -> Result<(), Refusal> {
        if self.case.terms == to.pinned {
            return Err(Refusal::TermsUnchanged);
        }
        check_text(Field::Reason, &reason, REASON_LIMIT)?;
        let milestones = self
            .case
            .clocks
            .under_other_terms(self.terms, to, ctx.now)?;
        self.case.terms = to.pinned.clone();
        let fact = Fact::Rebased {
            to: to.pinned.clone(),
            reason,
            milestones,
        };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        self.tell_other_side(seq, &ctx.actor);
        Ok(())
    }
}
