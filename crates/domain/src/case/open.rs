//! Opening a case.

use super::act::Draft;
use super::clocks::Clocks;
use super::effect::{EffectKind, Recipient};
use super::entry::{Audience, Fact, Side};
use super::refusal::{Field, Refusal};
use super::terms::Terms;
use super::{Case, Channel, Ctx, Outcome, SeverityBasis, Status};
use crate::edition::{Impact, Kind};
use crate::entitlement::{Question, Verdict, assess};
use crate::ids::{AccountId, CaseId, CaseNumber, PersonId, SubscriptionId};

/// Longest subject, in characters.
pub const SUBJECT_LIMIT: usize = 200;
/// Longest text, in characters.
pub const BODY_LIMIT: usize = 50_000;
/// Longest reason, in characters.
pub const REASON_LIMIT: usize = 2_000;

/// What is submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// Its identity, made by the caller.
    pub id: CaseId,
    /// Its number, taken from the counter.
    pub number: CaseNumber,
    /// Whose case it is.
    pub account: AccountId,
    /// The subscription it is about.
    pub subscription: Option<SubscriptionId>,
    /// The customer's person it is for.
    pub requester: PersonId,
    /// What it is about, in a line.
    pub subject: String,
    /// The customer's words.
    pub body: String,
    /// The kind of help.
    pub kind: Kind,
    /// The support category's id.
    pub category: Option<String>,
    /// How it came in.
    pub channel: Channel,
    /// The three answers.
    pub impact: Option<Impact>,
    /// The severity asked for, where somebody may ask for one.
    pub severity: Option<String>,
    /// The case it follows up.
    pub follows: Option<CaseNumber>,
}

/// What decided the severity and the promise of a request before it is submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedBy {
    /// The severity.
    pub severity: Option<String>,
    /// Who settled it.
    pub basis: SeverityBasis,
    /// The verdict.
    pub verdict: Verdict,
}

impl NewCase {
    /// The verdict as it is shown before submitting (a dry run).
    ///
    /// # Errors
    /// Names the field that is wrong and what would be right.
    pub fn judge(&self, terms: &Terms, ctx: &Ctx) -> Result<OpenedBy, Refusal> {
        let (severity, basis) = self.settle_severity(terms, ctx)?;
        let question = Question {
            kind: self.kind,
            medium: self.channel.medium(),
            severity: severity.clone(),
            opened: ctx.now,
        };
        let verdict = assess(
            &terms.edition,
            &terms.hours,
            &terms.pinned.holding,
            &question,
        )?;
        Ok(OpenedBy {
            severity,
            basis,
            verdict,
        })
    }

    /// The severity: the vendor's assessment, the customer's where the offer grants it, else what
    /// the edition proposes from the answers (S9).
    fn settle_severity(
        &self,
        terms: &Terms,
        ctx: &Ctx,
    ) -> Result<(Option<String>, SeverityBasis), Refusal> {
        if self.kind != Kind::Technical {
            return match &self.severity {
                Some(_) => Err(Refusal::NoSeverity(self.kind)),
                None => Ok((None, SeverityBasis::Proposed)),
            };
        }
        if let Some(asked) = &self.severity {
            let basis = if ctx.actor.side == Side::Vendor {
                SeverityBasis::AssessedByVendor
            } else if terms.grants_severity() {
                SeverityBasis::SetByCustomer
            } else {
                return Err(Refusal::SeverityNotYours);
            };
            return Ok((Some(known_severity(terms, asked)?), basis));
        }
        let impact = self.impact.ok_or(Refusal::ImpactMissing)?;
        let proposed = terms
            .edition
            .propose_severity(impact)
            .ok_or(Refusal::ImpactMissing)?;
        Ok((Some(proposed.0.code.clone()), SeverityBasis::Proposed))
    }

    fn check(&self, terms: &Terms) -> Result<(), Refusal> {
        check_text(Field::Subject, &self.subject, SUBJECT_LIMIT)?;
        check_text(Field::Body, &self.body, BODY_LIMIT)?;
        if let Some(id) = &self.category {
            let is_known = terms
                .edition
                .categories
                .iter()
                .any(|category| category.id == *id && category.kind == self.kind);
            if !is_known {
                return Err(Refusal::Unknown {
                    field: Field::Category,
                    value: id.clone(),
                });
            }
        }
        Ok(())
    }
}

/// The code of a severity as the edition writes it.
pub(super) fn known_severity(terms: &Terms, code: &str) -> Result<String, Refusal> {
    let unknown = || Refusal::Unknown {
        field: Field::Severity,
        value: code.to_owned(),
    };
    terms
        .edition
        .find_severity(code)
        .map(|severity| severity.code.clone())
        .ok_or_else(unknown)
}

/// A text that must be there and must fit.
pub(super) fn check_text(field: Field, text: &str, limit: usize) -> Result<(), Refusal> {
    let found = text.chars().count();
    if text.trim().is_empty() {
        Err(Refusal::Missing(field))
    } else if found > limit {
        Err(Refusal::TooLong {
            field,
            found,
            limit,
        })
    } else {
        Ok(())
    }
}

impl Terms {
    /// Whether the customer sets the severity themselves (S9, S19).
    #[must_use]
    pub fn grants_severity(&self) -> bool {
        let offer = self
            .pinned
            .holding
            .offer
            .as_deref()
            .and_then(|id| self.edition.find_offer(id));
        offer.is_some_and(|offer| offer.may_set_severity)
    }
}

/// Opens a case (S3, S9, S10).
///
/// # Errors
/// Names the field that is wrong and what would be right; nothing has happened then.
pub fn open(new: NewCase, terms: &Terms, ctx: &Ctx) -> Result<Outcome, Refusal> {
    new.check(terms)?;
    let OpenedBy {
        severity,
        basis,
        verdict,
    } = new.judge(terms, ctx)?;
    let case = Case {
        id: new.id,
        number: new.number,
        account: new.account,
        subscription: new.subscription,
        subject: new.subject.trim().to_owned(),
        kind: new.kind,
        category: new.category,
        channel: new.channel,
        requester: new.requester,
        opened_at: ctx.now,
        terms: terms.pinned.clone(),
        verdict,
        severity: severity.clone(),
        severity_basis: basis,
        impact: new.impact,
        status: Status::WithVendor,
        assignee: None,
        escalated_to: None,
        asked: Vec::new(),
        participants: Vec::new(),
        referral: None,
        follows: new.follows,
        clocks: Clocks::new(new.kind),
        warned: Vec::new(),
        revision: 0,
    };
    let mut draft = Draft::new(case, terms);
    let opened = Fact::Opened {
        body: new.body,
        channel: new.channel,
        severity,
        impact: new.impact,
        follows: new.follows,
    };
    let seq = draft.note(&ctx.actor, ctx.now, Audience::Public, opened)?;
    draft.tell(
        seq,
        Recipient::Person(new.requester),
        EffectKind::Acknowledge,
    );
    Ok(draft.finish())
}
