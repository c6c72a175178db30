//! What each command does to a case.

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;

impl Draft<'_> {
    pub(super) fn carry_out(&mut self, command: Command, ctx: &Ctx) -> Result<(), Refusal> {
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
            Command::Move { to, reason } => self.relocate(*to, reason, ctx),
            Command::AddFiles { names } => {
                let fact = Fact::FilesAdded { names };
                self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
                Ok(())
            }
        }
    }

    pub(super) fn reply(&mut self, body: String, next: NextTurn, ctx: &Ctx) -> Result<(), Refusal> {
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
    pub(super) fn note_for_colleagues(&mut self, body: String, ctx: &Ctx) -> Result<(), Refusal> {
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

    pub(super) fn add_participant(
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

    pub(super) fn remove_participant(
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

    pub(super) fn ask(
        &mut self,
        body: String,
        items: Vec<String>,
        ctx: &Ctx,
    ) -> Result<(), Refusal> {
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

    pub(super) fn tick_off(&mut self, mut items: Vec<usize>, ctx: &Ctx) -> Result<(), Refusal> {
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

    pub(super) fn assign(&mut self, to: Option<PersonId>, ctx: &Ctx) -> Result<(), Refusal> {
        if self.case.assignee == to {
            return Err(Refusal::AssignmentUnchanged);
        }
        self.case.assignee = to;
        let fact = Fact::Assigned { to };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Vendor, fact)?;
        self.tell_assignee(seq, &ctx.actor);
        Ok(())
    }

    pub(super) fn change_severity(
        &mut self,
        to: &str,
        reason: String,
        ctx: &Ctx,
    ) -> Result<(), Refusal> {
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

    pub(super) fn refer(
        &mut self,
        boundary: &str,
        reason: String,
        ctx: &Ctx,
    ) -> Result<(), Refusal> {
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

    pub(super) fn escalate(
        &mut self,
        to: EscalationTarget,
        reason: String,
        ctx: &Ctx,
    ) -> Result<(), Refusal> {
        check_text(Field::Reason, &reason, REASON_LIMIT)?;
        self.case.escalated_to = Some(to);
        let fact = Fact::Escalated { to, reason };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Vendor, fact)?;
        self.tell(seq, Recipient::Leads, EffectKind::TellAssignee);
        Ok(())
    }

    pub(super) fn resolve(&mut self, body: String, ctx: &Ctx) -> Result<(), Refusal> {
        check_text(Field::Body, &body, BODY_LIMIT)?;
        let fact = Fact::Resolved { body };
        let seq = self.note(&ctx.actor, ctx.now, Audience::Public, fact)?;
        let closes_at = closes_at(self.terms, ctx.now)?;
        self.case.status = Status::Resolved {
            since: ctx.now,
            closes_at,
        };
        self.tell_other_side(seq, &ctx.actor);
        Ok(())
    }

    pub(super) fn reopen(&mut self, reason: String, ctx: &Ctx) -> Result<(), Refusal> {
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

    pub(super) fn rebase(&mut self, to: &Terms, reason: String, ctx: &Ctx) -> Result<(), Refusal> {
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
