//! Milestones: an objective's clock on one case.

use serde::{Deserialize, Serialize};

use crate::Moment;
use crate::clock::is_met;

/// What is measured (R18). Editions promise the initial response; the others are the vendor's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// From submission to the first outward contact by a person.
    InitialResponse,
    /// From the oldest unanswered customer message to the answer.
    NextResponse,
    /// From one outward contact to the next while the case is open.
    PeriodicUpdate,
    /// From submission to the solution.
    Resolution,
}

impl Metric {
    /// All metrics.
    pub const ALL: [Self; 4] = [
        Self::InitialResponse,
        Self::NextResponse,
        Self::PeriodicUpdate,
        Self::Resolution,
    ];

    /// The word used in files, URLs and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InitialResponse => "initial-response",
            Self::NextResponse => "next-response",
            Self::PeriodicUpdate => "periodic-update",
            Self::Resolution => "resolution",
        }
    }

    /// The metric of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.code() == code)
    }
}

/// How a milestone stands; each variant carries only what is true in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum MilestoneState {
    /// The clock runs.
    Running {
        /// When it is due, that instant included (R7).
        due_at: Moment,
    },
    /// The clock stands still (R10).
    Paused {
        /// Seconds left of the goal.
        remaining: u64,
    },
    /// Done in time.
    Met {
        /// When.
        at: Moment,
        /// When it was due.
        due_at: Moment,
    },
    /// Missed; a recorded breach stays (R11).
    Breached {
        /// When it was due.
        due_at: Moment,
        /// When it was done after all.
        met_at: Option<Moment>,
    },
    /// It fell away: the case was closed before.
    Cancelled {
        /// When.
        at: Moment,
    },
}

/// An objective's clock on one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Milestone {
    /// What is measured.
    pub metric: Metric,
    /// Counts the cycles of a metric, from 1.
    pub cycle: u32,
    /// Whether it is the vendor's own target and promised to nobody.
    pub is_internal: bool,
    /// The severity whose objective decides the due instant.
    pub severity: Option<String>,
    /// When its clock started.
    pub started_at: Moment,
    /// How it stands.
    pub state: MilestoneState,
}

impl Milestone {
    /// The due instant while the clock runs.
    #[must_use]
    pub const fn running_due_at(&self) -> Option<Moment> {
        match self.state {
            MilestoneState::Running { due_at } => Some(due_at),
            _ => None,
        }
    }

    /// Whether it still waits for its event.
    #[must_use]
    pub const fn is_pending(&self) -> bool {
        matches!(
            self.state,
            MilestoneState::Running { .. }
                | MilestoneState::Paused { .. }
                | MilestoneState::Breached { met_at: None, .. }
        )
    }

    /// Its event happened at `at`.
    pub(super) fn meet(&mut self, at: Moment) {
        self.state = match self.state {
            MilestoneState::Running { due_at } if is_met(at, due_at) => {
                MilestoneState::Met { at, due_at }
            }
            MilestoneState::Running { due_at }
            | MilestoneState::Breached {
                due_at,
                met_at: None,
            } => MilestoneState::Breached {
                due_at,
                met_at: Some(at),
            },
            // A paused clock has no due instant to miss: what comes during the pause is in time.
            MilestoneState::Paused { .. } => MilestoneState::Met { at, due_at: at },
            settled => settled,
        };
    }

    /// Its due instant passed without the event.
    pub(super) fn breach(&mut self) {
        if let MilestoneState::Running { due_at } = self.state {
            self.state = MilestoneState::Breached {
                due_at,
                met_at: None,
            };
        }
    }

    /// The case ended before its event.
    pub(super) fn cancel(&mut self, at: Moment) {
        if matches!(
            self.state,
            MilestoneState::Running { .. } | MilestoneState::Paused { .. }
        ) {
            self.state = MilestoneState::Cancelled { at };
        }
    }
}
