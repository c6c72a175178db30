//! Milestones and their explanations as JSON.

use mainstay_domain::Moment;
use mainstay_domain::case::{Case, Metric, Milestone, MilestoneState, Side, Terms};
use mainstay_domain::clock::{Explanation, Step, StepKind};
use mainstay_domain::edition::WindowKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::verdict::{FirstResponseBody, PromiseBody};
use super::{Instant, TargetBody, words};

/// An objective's clock on one case.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Milestone)]
pub struct MilestoneBody<'a> {
    /// What is measured.
    #[schema(value_type = words::Metric)]
    metric: Metric,
    /// Counts the cycles of a metric, from 1.
    cycle: u32,
    /// Whether it is the vendor's own target, promised to nobody; customers never see such.
    is_internal: bool,
    /// The severity whose objective decides.
    severity: Option<&'a str>,
    /// When its clock started.
    started_at: Instant,
    /// How it stands.
    #[schema(value_type = words::MilestoneState)]
    state: &'static str,
    /// When it is or was due, that instant included.
    due_at: Option<Instant>,
    /// When it was done; after `due_at` when it was done late.
    met_at: Option<Instant>,
    /// Seconds left of a clock that stands still.
    remaining_seconds: Option<u64>,
    /// When it fell away.
    cancelled_at: Option<Instant>,
}

impl<'a> MilestoneBody<'a> {
    /// How it stands, in the word the API has for it.
    #[must_use]
    pub const fn state(&self) -> &'static str {
        self.state
    }

    /// When it is or was due, that instant included.
    #[must_use]
    pub fn due_at(&self) -> Option<Moment> {
        self.due_at.map(|at| at.0)
    }

    /// When it was done.
    #[must_use]
    pub fn met_at(&self) -> Option<Moment> {
        self.met_at.map(|at| at.0)
    }

    /// A milestone as it stands at `now`: missed from the second after it was due, whether or not
    /// a sweep has noted it.
    #[must_use]
    pub fn of(milestone: &'a Milestone, now: Moment) -> Self {
        let state = match milestone.state {
            MilestoneState::Running { due_at } if due_at < now => MilestoneState::Breached {
                due_at,
                met_at: None,
            },
            state => state,
        };
        let plain = Self {
            metric: milestone.metric,
            cycle: milestone.cycle,
            is_internal: milestone.is_internal,
            severity: milestone.severity.as_deref(),
            started_at: milestone.started_at.into(),
            state: "running",
            due_at: None,
            met_at: None,
            remaining_seconds: None,
            cancelled_at: None,
        };
        match state {
            MilestoneState::Running { due_at } => Self {
                due_at: Some(due_at.into()),
                ..plain
            },
            MilestoneState::Paused { remaining } => Self {
                state: "paused",
                remaining_seconds: Some(remaining),
                ..plain
            },
            MilestoneState::Met { at, due_at } => Self {
                state: "met",
                due_at: Some(due_at.into()),
                met_at: Some(at.into()),
                ..plain
            },
            MilestoneState::Breached { due_at, met_at } => Self {
                state: "breached",
                due_at: Some(due_at.into()),
                met_at: met_at.map(Into::into),
                ..plain
            },
            MilestoneState::Cancelled { at } => Self {
                state: "cancelled",
                cancelled_at: Some(at.into()),
                ..plain
            },
        }
    }

    /// The milestones of a case a side may see.
    #[must_use]
    pub fn all(case: &'a Case, side: Side, now: Moment) -> Vec<Self> {
        visible(case, side)
            .map(|milestone| Self::of(milestone, now))
            .collect()
    }
}

/// The milestones a side may see: internal targets are the vendor's own.
fn visible(case: &Case, side: Side) -> impl Iterator<Item = &Milestone> {
    let is_visible = move |m: &&Milestone| side == Side::Vendor || !m.is_internal;
    case.clocks.milestones().iter().filter(is_visible)
}

/// Why each deadline of a case is when it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deadlines)]
pub struct DeadlinesBody<'a> {
    /// The case.
    #[schema(value_type = String, example = "1000017")]
    number: String,
    /// When it was submitted.
    opened_at: Instant,
    /// The edition of the service description it is held under.
    edition: &'a str,
    /// The region whose hours count.
    region: &'a str,
    /// The revision of the region's calendar.
    calendar_revision: u32,
    /// The IANA time zone of that calendar.
    #[schema(example = "Europe/Berlin")]
    time_zone: &'a str,
    /// The version of the time-zone database it was reckoned with.
    time_zone_version: &'a str,
    /// Why *around the clock* falls back to business hours in this region, when it does.
    anytime_exception: Option<&'a str>,
    /// The first response as it was promised on submission; it says when the request is handled
    /// where there is no commitment, and so no deadline.
    first_response: FirstResponseBody,
    /// One for each milestone.
    deadlines: Vec<DeadlineBody<'a>>,
}

/// Why a milestone is due when it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deadline)]
pub struct DeadlineBody<'a> {
    #[serde(flatten)]
    milestone: MilestoneBody<'a>,
    /// The window the clock runs in, as promised.
    #[schema(value_type = Option<words::Window>)]
    window: Option<WindowKind>,
    /// The window that holds in the region.
    #[schema(value_type = Option<words::Window>)]
    effective_window: Option<WindowKind>,
    /// The target.
    target: Option<TargetBody>,
    /// The cell of the service description, verbatim; internal targets have none.
    cell: Option<String>,
    /// How unclear words are read, and why.
    reading: Option<String>,
    /// Footnotes that bear on it.
    footnotes: Vec<String>,
    /// Where the rule was taken from.
    #[schema(value_type = words::Source)]
    source: &'static str,
    /// Seconds counted in all: the target, when it is one in time.
    counted_seconds: i64,
    /// Days counted in all: the target, when it is one in days.
    counted_days: u16,
    /// The steps from start to due: each begins where the one before ends. Empty while a clock
    /// that stands still has no due instant.
    steps: Vec<StepBody>,
}

/// A step: from one instant to the next.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Step)]
pub struct StepBody {
    /// Its beginning.
    from: Instant,
    /// Its end; the next step begins there.
    to: Instant,
    /// What it did to the clock.
    #[schema(value_type = words::StepKind)]
    kind: &'static str,
    /// The holiday's name.
    name: Option<String>,
    /// Minutes counted; over all steps they add up to the target.
    minutes: i64,
    /// Seconds counted, exactly.
    seconds: i64,
    /// Days counted.
    days: u16,
    /// Minutes by which the wall clock jumped: forward in a gap, back in a fold.
    jump_minutes: Option<i64>,
}

impl<'a> DeadlinesBody<'a> {
    /// The deadlines of a case a side may see.
    ///
    /// # Errors
    /// When a calendar has no answer.
    pub fn of(
        case: &'a Case,
        terms: &'a Terms,
        side: Side,
        now: Moment,
    ) -> Result<Self, mainstay_app::Error> {
        let deadlines = visible(case, side)
            .map(|milestone| DeadlineBody::of(case, milestone, terms, now))
            .collect::<Result<_, _>>()?;
        let pinned = &case.terms;
        Ok(Self {
            number: case.number.to_string(),
            opened_at: case.opened_at.into(),
            edition: &pinned.edition,
            region: &pinned.region,
            calendar_revision: pinned.calendar_revision,
            time_zone: &terms.hours.business.calendar.spec().time_zone,
            time_zone_version: &pinned.time_zone_version,
            anytime_exception: terms.hours.exception.as_deref(),
            first_response: case.verdict.first_response.into(),
            deadlines,
        })
    }
}

impl<'a> DeadlineBody<'a> {
    fn of(
        case: &'a Case,
        milestone: &'a Milestone,
        terms: &'a Terms,
        now: Moment,
    ) -> Result<Self, mainstay_app::Error> {
        let decider = case.clocks.decider(milestone, terms)?;
        let explained = case.clocks.explain(milestone, terms)?;
        let promise = if milestone.is_internal {
            None
        } else {
            let severity = decider.as_ref().and_then(|it| it.severity.as_deref());
            let rank = severity.and_then(|code| terms.edition.severity_rank(code));
            terms.promise(case.kind, rank.unwrap_or(0))
        };
        let source = promise
            .as_ref()
            .map_or("house", |promise| PromiseBody::from(promise).source_word());
        let window = decider.as_ref().map(|it| it.window);
        let (cell, reading, footnotes) = match promise {
            Some(promise) => (Some(promise.cell), Some(promise.reading), promise.footnotes),
            None => (None, None, Vec::new()),
        };
        let explanation = explained.map(|(_, explanation)| explanation);
        Ok(Self {
            milestone: MilestoneBody::of(milestone, now),
            window,
            effective_window: window.map(|window| terms.hours.effective(window)),
            target: decider.map(|it| it.target.into()),
            cell,
            reading: reading.filter(|words| !words.is_empty()),
            footnotes,
            source,
            counted_seconds: explanation.as_ref().map_or(0, Explanation::counted_seconds),
            counted_days: explanation.as_ref().map_or(0, Explanation::counted_days),
            steps: explanation.map_or_else(Vec::new, |explanation| steps(explanation.steps)),
        })
    }
}

/// The steps, their minutes rounded so that they add up.
fn steps(steps: Vec<Step>) -> Vec<StepBody> {
    let mut counted = 0;
    let one = |step: Step| {
        let before = counted / 60;
        counted += step.counted_seconds;
        let (kind, name, jump_minutes) = match step.kind {
            StepKind::Counted => ("counted", None, None),
            StepKind::Closed => ("closed", None, None),
            StepKind::Holiday { name } => ("holiday", Some(name), None),
            StepKind::Paused => ("paused", None, None),
            StepKind::DayOfReceipt => ("day-of-receipt", None, None),
            StepKind::Gap { skipped_minutes } => ("gap", None, Some(skipped_minutes)),
            StepKind::Fold { repeated_minutes } => ("fold", None, Some(repeated_minutes)),
        };
        StepBody {
            from: step.from.into(),
            to: step.to.into(),
            kind,
            name,
            minutes: counted / 60 - before,
            seconds: step.counted_seconds,
            days: step.counted_days,
            jump_minutes,
        }
    };
    steps.into_iter().map(one).collect()
}
