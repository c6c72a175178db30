//! Moving a case to the organisation it should have been opened under.

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;
use crate::case::{Clocks, MilestoneState};
use crate::entitlement::{Question, assess};
use crate::ids::{AccountId, SubscriptionId};

/// Where a case is moved to.
#[derive(Debug, Clone)]
pub struct Relocation {
    /// Whose it is then.
    pub account: AccountId,
    /// The subscription of theirs it is about.
    pub subscription: Option<SubscriptionId>,
    /// Whom it is for then.
    pub requester: PersonId,
    /// What they would have been promised when it was opened (S1).
    pub terms: Terms,
    /// The timeline until now, from which the clocks are computed anew.
    pub timeline: Vec<Entry>,
}

impl Entry {
    /// The entry as it stands on the timeline of a case that is moved: what is the other
    /// organisation's alone is left out. A note for colleagues leaves its place, a case it followed
    /// up is not theirs, the partner it acted with not either; and what was promised there the
    /// vendor alone goes on to read.
    #[must_use]
    pub fn moved(&self) -> Self {
        let mut entry = self.clone();
        entry.actor.partner = None;
        match &mut entry.fact {
            Fact::CustomerNote { .. } => {
                entry.actor = Actor::SYSTEM;
                entry.fact = Fact::NoteKept;
            }
            Fact::Opened { follows, .. } => *follows = None,
            Fact::Rebased { .. } | Fact::Moved { .. } => entry.audience = Audience::Vendor,
            _ => {}
        }
        entry
    }
}

impl Draft<'_> {
    /// The promise is what it would have been, had the case been opened where it is moved to: all
    /// clocks are computed anew from the timeline.
    pub(super) fn relocate(
        &mut self,
        to: Relocation,
        reason: String,
        ctx: &Ctx,
    ) -> Result<(), Refusal> {
        if self.case.account == to.account {
            return Err(Refusal::SameOrganisation);
        }
        if !reason.trim().is_empty() {
            check_text(Field::Reason, &reason, REASON_LIMIT)?;
        }
        if let Some(severity) = &self.case.severity {
            known_severity(&to.terms, severity)?;
        }
        self.change_hands(&to)?;
        self.set_instants_anew(&to.terms, ctx.now)?;
        let fact = Fact::Moved {
            to: to.terms.pinned.clone(),
            requester: to.requester,
        };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        self.compute_anew(&to)?;
        if !reason.trim().is_empty() {
            let note = Fact::Note { body: reason };
            self.note(&ctx.actor, ctx.now, Audience::Vendor, note)?;
        }
        self.record_missed()?;
        self.tell_other_side(seq, &ctx.actor);
        self.tell_assignee(seq, &ctx.actor);
        Ok(())
    }

    /// Nobody of the other organisation, nor of its partners, has a part in it any more. A severity
    /// it set by right of its offer is not one the other has set: the vendor answers for it then.
    fn change_hands(&mut self, to: &Relocation) -> Result<(), Refusal> {
        let case = &mut self.case;
        let question = Question {
            kind: case.kind,
            medium: case.channel.medium(),
            severity: severity_of_opening(&to.timeline),
            opened: case.opened_at,
        };
        let (terms, holding) = (&to.terms, &to.terms.pinned.holding);
        case.verdict = assess(&terms.edition, &terms.hours, holding, &question)?;
        case.account = to.account;
        case.subscription = to.subscription;
        case.requester = to.requester;
        case.follows = None;
        if case.severity_basis == SeverityBasis::SetByCustomer {
            case.severity_basis = SeverityBasis::AssessedByVendor;
        }
        case.participants.retain(|one| one.side == Side::Vendor);
        let (assignee, participants) = (case.assignee, case.participants.clone());
        let is_vendors = |person| {
            assignee == Some(person) || participants.iter().any(|one| one.person == person)
        };
        self.effects.retain(|effect| match effect.recipient {
            Recipient::Leads => true,
            Recipient::Person(person) => is_vendors(person),
        });
        Ok(())
    }

    /// Days are those of the new customer's zone. A solution is read by them for the first time, so
    /// the days in which they can object begin now.
    fn set_instants_anew(&mut self, terms: &Terms, now: Moment) -> Result<(), CalendarError> {
        match &mut self.case.status {
            Status::Resolved { closes_at, .. } => *closes_at = super::closes_at(terms, now)?,
            Status::Closed { at, reopen_until } => {
                *reopen_until = super::reopen_until(terms, *at)?;
            }
            Status::WithVendor | Status::WithCustomer { .. } => {}
        }
        Ok(())
    }

    /// As [`Clocks::replay`] does it from the whole timeline.
    fn compute_anew(&mut self, to: &Relocation) -> Result<(), CalendarError> {
        let timeline: Vec<Entry> = to.timeline.iter().chain(&self.entries).cloned().collect();
        self.case.clocks = Clocks::anew(self.case.kind, &timeline, &to.terms)?;
        self.case.terms = to.terms.pinned.clone();
        Ok(())
    }

    /// What was missed under the new terms stands on the timeline after the move, each once, with
    /// its due instant as the time (R7).
    fn record_missed(&mut self) -> Result<(), CalendarError> {
        let missed = |state| match state {
            MilestoneState::Breached { due_at, .. } => Some(due_at),
            _ => None,
        };
        let milestones = self.case.clocks.milestones().iter();
        let mut all: Vec<(Moment, Metric)> = milestones
            .filter_map(|one| Some((missed(one.state)?, one.metric)))
            .collect();
        all.sort_unstable();
        all.dedup();
        for (due_at, metric) in all {
            self.record_breach(metric, due_at)?;
        }
        Ok(())
    }
}

fn severity_of_opening(timeline: &[Entry]) -> Option<String> {
    timeline.iter().find_map(|entry| match &entry.fact {
        Fact::Opened { severity, .. } => severity.clone(),
        _ => None,
    })
}
