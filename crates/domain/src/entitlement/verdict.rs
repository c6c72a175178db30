//! The verdict on a request: covered or not, channel included or not, first response by when, why.

use serde::{Deserialize, Serialize};

use super::RegionHours;
use super::promise::{Promise, PromiseSource, promise_for_column, promise_for_kind};
use crate::Moment;
use crate::calendar::CalendarError;
use crate::clock::Due;
use crate::edition::{Edition, Kind, Medium, Offer, Plan, Severity, Target, WindowKind};

/// What the customer holds: a subscription and perhaps an elevated offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holding {
    /// The plan's id.
    pub plan: String,
    /// Whether it is a trial.
    pub is_trial: bool,
    /// The elevated offer's id, when one is in force.
    pub offer: Option<String>,
    /// The additional service concerned, served like the plan it is used with (S13).
    pub additional_service: Option<String>,
}

/// What is asked of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The kind of help.
    pub kind: Kind,
    /// The medium the request comes by.
    pub medium: Medium,
    /// The severity's code; kinds other than technical have none.
    pub severity: Option<String>,
    /// When the request is submitted.
    pub opened: Moment,
}

/// Why the verdict is what it is, in the order it was reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "because")]
pub enum Reason {
    /// The plan's column applies.
    PlanColumn {
        /// The plan's name.
        plan: String,
        /// The column's heading.
        column: String,
    },
    /// A standalone plan is served with another family's objectives (S13).
    StandalonePlan {
        /// The plan's name.
        plan: String,
        /// The column's heading.
        column: String,
    },
    /// An additional service is served like the plan it is used with (S13).
    AdditionalService {
        /// The service's name.
        service: String,
        /// The plan's name.
        plan: String,
    },
    /// The elevated offer's column overrides the plan's (S19).
    ElevatedOffer {
        /// The offer's name.
        offer: String,
    },
    /// The kind has no severities; it is handled in its window (S6, S7).
    KindWindow {
        /// The kind.
        kind: Kind,
    },
    /// A trial of a plan whose objectives are for paid subscriptions (S13).
    TrialOfPaidOnly {
        /// The plan's name.
        plan: String,
    },
    /// In this region *anytime* falls back to business hours (S11).
    AnytimeException {
        /// The footnote or sentence that says so.
        reason: String,
    },
    /// The medium is not included (S12).
    ChannelNotIncluded {
        /// The medium.
        medium: Medium,
        /// What to use instead.
        instead: String,
    },
}

/// Whether the medium may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelVerdict {
    /// The medium asked about.
    pub medium: Medium,
    /// When it may be used; `None` when it is not included.
    pub window: Option<WindowKind>,
    /// What to use instead, when it is not included.
    pub instead: String,
}

impl ChannelVerdict {
    /// Whether the medium is included.
    #[must_use]
    pub const fn is_included(&self) -> bool {
        self.window.is_some()
    }
}

/// When the first response comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum FirstResponse {
    /// By this instant, itself included (R7).
    Due {
        /// The instant.
        at: Moment,
    },
    /// There is no commitment; the request comes into opening hours then.
    NoCommitment {
        /// The next instant at which the window is open.
        handled_from: Moment,
    },
}

/// The entitlement verdict, stored on the case as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The edition asked.
    pub edition: String,
    /// What the customer holds.
    pub holding: Holding,
    /// What was asked.
    pub question: Question,
    /// Whether the medium may be used.
    pub channel: ChannelVerdict,
    /// The promise.
    pub promise: Promise,
    /// When the first response comes.
    pub first_response: FirstResponse,
    /// Whether the customer sets the severity (S9, S19).
    pub may_set_severity: bool,
    /// Why.
    pub reasons: Vec<Reason>,
}

/// A question the edition has no answer to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerdictError {
    /// The edition has no such plan.
    #[error("edition {edition} has no plan `{plan}`")]
    UnknownPlan {
        /// The edition.
        edition: String,
        /// The plan asked for.
        plan: String,
    },
    /// The edition has no such offer.
    #[error("edition {edition} has no elevated offer `{offer}`")]
    UnknownOffer {
        /// The edition.
        edition: String,
        /// The offer asked for.
        offer: String,
    },
    /// A technical request needs a severity the edition knows.
    #[error("edition {edition} has no severity `{severity}`")]
    UnknownSeverity {
        /// The edition.
        edition: String,
        /// The severity asked for; empty when none was given.
        severity: String,
    },
    /// The edition says nothing of this kind of help.
    #[error("edition {edition} offers no {kind} help", kind = .kind.code())]
    UnknownKind {
        /// The edition.
        edition: String,
        /// The kind asked for.
        kind: Kind,
    },
    /// The calendar has no answer.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
}

/// Judges a request: what the edition promises this holding, by this medium, at this instant.
///
/// # Errors
/// Names what the edition does not know, and calendars that run out (R19).
pub fn assess(
    edition: &Edition,
    hours: &RegionHours,
    holding: &Holding,
    question: &Question,
) -> Result<Verdict, VerdictError> {
    let promise = promise_of(
        edition,
        holding,
        question.kind,
        question.severity.as_deref(),
    )?;
    let (channel, mut reasons, may_set_severity) = match question.kind {
        Kind::Technical => technical(edition, holding, question)?,
        kind => {
            let channel = channel_of_kind(edition, question, &promise);
            (channel, vec![Reason::KindWindow { kind }], false)
        }
    };
    if promise.source == PromiseSource::TrialOfPaidOnly {
        let plan = find_plan(edition, holding)?.name.clone();
        reasons.push(Reason::TrialOfPaidOnly { plan });
    }
    if let Some(reason) = hours
        .exception
        .as_ref()
        .filter(|_| promise.window == WindowKind::Anytime)
    {
        reasons.push(Reason::AnytimeException {
            reason: reason.clone(),
        });
    }
    if !channel.is_included() {
        let instead = channel.instead.clone();
        reasons.push(Reason::ChannelNotIncluded {
            medium: channel.medium,
            instead,
        });
    }
    // Before anything is bought there is no plan, and only technical help needs one.
    let plan = edition
        .find_plan(&holding.plan)
        .map_or(&holding.plan, |plan| &plan.id);
    Ok(Verdict {
        edition: edition.id.clone(),
        first_response: first_response(&promise, hours, question.opened)?,
        holding: Holding {
            plan: plan.clone(),
            ..holding.clone()
        },
        question: question.clone(),
        channel,
        promise,
        may_set_severity,
        reasons,
    })
}

/// The medium's right, the reasons for the column, and whether the customer sets the severity.
fn technical(
    edition: &Edition,
    holding: &Holding,
    question: &Question,
) -> Result<(ChannelVerdict, Vec<Reason>, bool), VerdictError> {
    let (plan, offer) = (find_plan(edition, holding)?, find_offer(edition, holding)?);
    let severity = find_severity(edition, question.severity.as_deref())?;
    let column = offer.map_or(&plan.column, |offer| &offer.column);
    let channel = channel_of_column(edition, question.medium, column, &severity.code);
    let may_set_severity = offer.is_some_and(|offer| offer.may_set_severity);
    Ok((
        channel,
        column_reasons(edition, holding, plan, offer),
        may_set_severity,
    ))
}

/// Why this column applies.
fn column_reasons(
    edition: &Edition,
    holding: &Holding,
    plan: &Plan,
    offer: Option<&Offer>,
) -> Vec<Reason> {
    let column = edition.find_column(&plan.column);
    let column = column
        .map(|column| column.heading.clone())
        .unwrap_or_default();
    let mut reasons = vec![if plan.is_standalone {
        Reason::StandalonePlan {
            plan: plan.name.clone(),
            column,
        }
    } else {
        Reason::PlanColumn {
            plan: plan.name.clone(),
            column,
        }
    }];
    if let Some(id) = &holding.additional_service {
        let named = edition
            .additional_services
            .iter()
            .find(|service| service.id == *id);
        let service = named.map_or_else(|| id.clone(), |service| service.name.clone());
        reasons.push(Reason::AdditionalService {
            service,
            plan: plan.name.clone(),
        });
    }
    if let Some(offer) = offer {
        reasons.push(Reason::ElevatedOffer {
            offer: offer.name.clone(),
        });
    }
    reasons
}

/// What a holding is promised for a kind of request, at a severity when the kind is technical.
///
/// # Errors
/// Names what the edition does not know.
pub fn promise_of(
    edition: &Edition,
    holding: &Holding,
    kind: Kind,
    severity: Option<&str>,
) -> Result<Promise, VerdictError> {
    if kind != Kind::Technical {
        let edition_id = || edition.id.clone();
        return promise_for_kind(edition, kind).ok_or_else(|| VerdictError::UnknownKind {
            edition: edition_id(),
            kind,
        });
    }
    let (plan, offer) = (find_plan(edition, holding)?, find_offer(edition, holding)?);
    let severity = find_severity(edition, severity)?;
    let column = offer.map_or(&plan.column, |offer| &offer.column);
    let promise = promise_for_column(edition, column, &severity.code)
        .ok_or_else(|| unknown_severity(edition, Some(&severity.code)))?;
    if is_trial_of_paid_only(plan, holding) {
        let source = PromiseSource::TrialOfPaidOnly;
        return Ok(Promise {
            target: Target::None,
            source,
            ..promise
        });
    }
    Ok(promise)
}

/// Whether the plan's objectives are for paid subscriptions and this is a trial (S13).
fn is_trial_of_paid_only(plan: &Plan, holding: &Holding) -> bool {
    plan.is_paid_only && holding.is_trial && holding.offer.is_none()
}

fn find_plan<'a>(edition: &'a Edition, holding: &Holding) -> Result<&'a Plan, VerdictError> {
    edition
        .find_plan(&holding.plan)
        .ok_or_else(|| VerdictError::UnknownPlan {
            edition: edition.id.clone(),
            plan: holding.plan.clone(),
        })
}

fn find_offer<'a>(
    edition: &'a Edition,
    holding: &Holding,
) -> Result<Option<&'a Offer>, VerdictError> {
    let Some(id) = &holding.offer else {
        return Ok(None);
    };
    let unknown = || VerdictError::UnknownOffer {
        edition: edition.id.clone(),
        offer: id.clone(),
    };
    edition.find_offer(id).map(Some).ok_or_else(unknown)
}

fn find_severity<'a>(
    edition: &'a Edition,
    code: Option<&str>,
) -> Result<&'a Severity, VerdictError> {
    let found = code.and_then(|code| edition.find_severity(code));
    found.ok_or_else(|| unknown_severity(edition, code))
}

fn unknown_severity(edition: &Edition, code: Option<&str>) -> VerdictError {
    VerdictError::UnknownSeverity {
        edition: edition.id.clone(),
        severity: code.unwrap_or_default().to_owned(),
    }
}

/// What the edition says of the medium for a column and severity (S12).
fn channel_of_column(
    edition: &Edition,
    medium: Medium,
    column: &str,
    severity: &str,
) -> ChannelVerdict {
    let right = edition.find_channel_right(medium, column, severity);
    ChannelVerdict {
        medium,
        window: right.and_then(|right| right.window),
        instead: right.map(|right| right.instead.clone()).unwrap_or_default(),
    }
}

/// What the edition says of the medium for a kind without severities (S6, S7).
fn channel_of_kind(edition: &Edition, question: &Question, promise: &Promise) -> ChannelVerdict {
    let terms = edition.find_kind(question.kind);
    let is_included = terms.is_some_and(|terms| terms.media.contains(&question.medium));
    let window = is_included.then_some(promise.window);
    ChannelVerdict {
        medium: question.medium,
        window,
        instead: String::new(),
    }
}

fn first_response(
    promise: &Promise,
    hours: &RegionHours,
    opened: Moment,
) -> Result<FirstResponse, CalendarError> {
    match promise.due(hours, opened)? {
        Due::At(at) => Ok(FirstResponse::Due { at }),
        Due::Paused { .. } | Due::Never => {
            let handled_from = promise.handled_from(hours, opened)?;
            Ok(FirstResponse::NoCommitment { handled_from })
        }
    }
}
