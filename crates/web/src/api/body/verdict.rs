//! The entitlement verdict as JSON.

use mainstay_description::promise_words;
use mainstay_domain::edition::{Cutoff, Kind, Medium, Target, WindowKind};
use mainstay_domain::entitlement::{FirstResponse, Promise, PromiseSource, Reason, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Instant, words};

/// What the account is owed: covered or not, by which medium, first response by when, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verdict)]
pub struct VerdictBody<'a> {
    /// The edition of the service description asked.
    edition: &'a str,
    /// The plan's id in it.
    plan: &'a str,
    /// Whether the subscription is a trial.
    is_trial: bool,
    /// The elevated offer's id, when one is in force.
    offer: Option<&'a str>,
    /// The kind of help.
    #[schema(value_type = words::Kind)]
    kind: Kind,
    /// The severity's code; kinds other than technical have none.
    #[schema(example = "B")]
    severity: Option<&'a str>,
    /// Whether the medium may be used.
    channel: ChannelBody<'a>,
    /// The promise for the first response.
    promise: PromiseBody<'a>,
    /// When the first response comes.
    first_response: FirstResponseBody,
    /// Whether the customer sets the severity.
    may_set_severity: bool,
    /// Why, in the order it was reached.
    #[schema(value_type = Vec<ReasonSchema>)]
    reasons: &'a [Reason],
}

/// Whether a medium may be used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelVerdict)]
pub struct ChannelBody<'a> {
    /// The medium.
    #[schema(value_type = words::Medium)]
    medium: Medium,
    /// Whether it is included.
    is_included: bool,
    /// When it may be used.
    #[schema(value_type = Option<words::Window>)]
    window: Option<WindowKind>,
    /// What to use instead, when it is not included.
    instead: &'a str,
}

/// A promise: window and target, and the words it was read from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Promise)]
pub struct PromiseBody<'a> {
    /// When it is handled.
    #[schema(value_type = words::Window)]
    window: WindowKind,
    /// By when.
    target: TargetBody,
    /// The promise in plain words.
    words: String,
    /// The cell of the service description, verbatim.
    cell: &'a str,
    /// How unclear words are read, and why; empty when they are clear.
    reading: &'a str,
    /// Footnotes that bear on it.
    footnotes: &'a [String],
    /// Where it was taken from.
    #[schema(value_type = words::Source)]
    source: &'static str,
    /// The heading of the matrix's column.
    column: Option<&'a str>,
}

/// A target: by when.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Target)]
pub struct TargetBody {
    /// How it counts.
    #[schema(value_type = words::TargetKind)]
    kind: &'static str,
    /// Minutes, of a target in time.
    minutes: Option<u32>,
    /// Open days after the day of receipt, of a target in days.
    days: Option<u16>,
    /// From when on a request counts as received on the next open day: `none`, `close`, or a time
    /// of day like `17:00`.
    cutoff: Option<String>,
}

/// When the first response comes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FirstResponse)]
pub struct FirstResponseBody {
    /// Whether it is promised.
    #[schema(value_type = words::ResponseState)]
    state: &'static str,
    /// By this instant, itself included.
    at: Option<Instant>,
    /// Without commitment: when the request comes into opening hours.
    handled_from: Option<Instant>,
}

/// A reason; which members there are depends on `because`.
#[derive(ToSchema)]
#[schema(as = Reason)]
#[expect(
    dead_code,
    reason = "only describes how the domain's reasons are written"
)]
struct ReasonSchema {
    /// The reason.
    because: words::Because,
    /// The plan's name.
    plan: Option<String>,
    /// The column's heading.
    column: Option<String>,
    /// The additional service's name.
    service: Option<String>,
    /// The offer's name.
    offer: Option<String>,
    /// The kind.
    kind: Option<words::Kind>,
    /// The sentence that says so.
    reason: Option<String>,
    /// The medium.
    medium: Option<words::Medium>,
    /// What to use instead.
    instead: Option<String>,
}

impl<'a> From<&'a Verdict> for VerdictBody<'a> {
    fn from(verdict: &'a Verdict) -> Self {
        let channel = &verdict.channel;
        Self {
            edition: &verdict.edition,
            plan: &verdict.holding.plan,
            is_trial: verdict.holding.is_trial,
            offer: verdict.holding.offer.as_deref(),
            kind: verdict.question.kind,
            severity: verdict.question.severity.as_deref(),
            channel: ChannelBody {
                medium: channel.medium,
                is_included: channel.is_included(),
                window: channel.window,
                instead: &channel.instead,
            },
            promise: (&verdict.promise).into(),
            first_response: verdict.first_response.into(),
            may_set_severity: verdict.may_set_severity,
            reasons: &verdict.reasons,
        }
    }
}

impl<'a> From<&'a Promise> for PromiseBody<'a> {
    fn from(promise: &'a Promise) -> Self {
        let (source, column) = match &promise.source {
            PromiseSource::Cell { column } => ("cell", Some(column.as_str())),
            PromiseSource::Kind => ("kind", None),
            PromiseSource::TrialOfPaidOnly => ("trial-of-paid-only", None),
        };
        Self {
            window: promise.window,
            target: promise.target.into(),
            words: promise_words(promise.window, promise.target),
            cell: &promise.cell,
            reading: &promise.reading,
            footnotes: &promise.footnotes,
            source,
            column,
        }
    }
}

impl PromiseBody<'_> {
    /// The word of where it was taken from.
    #[must_use]
    pub const fn source_word(&self) -> &'static str {
        self.source
    }
}

impl From<Target> for TargetBody {
    fn from(target: Target) -> Self {
        let (kind, minutes, days, cutoff) = match target {
            Target::Elapsed { minutes } => ("elapsed", Some(minutes), None, None),
            Target::Open { minutes } => ("open", Some(minutes), None, None),
            Target::DayClose { days, cutoff } => {
                ("day-close", None, Some(days), Some(cutoff_word(cutoff)))
            }
            Target::None => ("none", None, None, None),
        };
        Self {
            kind,
            minutes,
            days,
            cutoff,
        }
    }
}

fn cutoff_word(cutoff: Cutoff) -> String {
    match cutoff {
        Cutoff::None => "none".to_owned(),
        Cutoff::Close => "close".to_owned(),
        Cutoff::At(minute) => format!("{:02}:{:02}", minute / 60, minute % 60),
    }
}

impl From<FirstResponse> for FirstResponseBody {
    fn from(response: FirstResponse) -> Self {
        let (state, at, handled_from) = match response {
            FirstResponse::Due { at } => ("due", Some(at.into()), None),
            FirstResponse::NoCommitment { handled_from } => {
                ("no-commitment", None, Some(handled_from.into()))
            }
        };
        Self {
            state,
            at,
            handled_from,
        }
    }
}
