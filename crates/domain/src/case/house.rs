//! The vendor's own rules beside the contract: internal targets, warnings, closing.

use serde::{Deserialize, Serialize};

use super::Metric;
use crate::clock::{SeverityPolicy, WarningRule};
use crate::edition::{Target, WindowKind};

/// An internal target: promised to nobody, and labelled so wherever it is shown (R18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseObjective {
    /// What is measured.
    pub metric: Metric,
    /// The severities it holds for; empty means all, and kinds without one.
    pub severities: Vec<String>,
    /// When the clock runs.
    pub window: WindowKind,
    /// By when.
    pub target: Target,
    /// Whether the clock stands still while the customer's answer is awaited (R10).
    pub pauses_for_customer: bool,
}

/// The vendor's own rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct House {
    /// Internal targets.
    pub objectives: Vec<HouseObjective>,
    /// When to warn before a due instant (R17).
    pub warnings: Vec<WarningRule>,
    /// How a change of severity bears on the clocks (R11).
    pub severity_policy: SeverityPolicy,
    /// Days after which a resolved case closes by itself.
    pub close_resolved_after_days: u16,
}

impl Default for House {
    /// A warning when three quarters of a goal are used up, an answer to every further message
    /// within four opening hours, and a week to object to a solution.
    fn default() -> Self {
        Self {
            objectives: vec![HouseObjective {
                metric: Metric::NextResponse,
                severities: Vec::new(),
                window: WindowKind::BusinessHours,
                target: Target::Open { minutes: 240 },
                pauses_for_customer: false,
            }],
            warnings: vec![WarningRule::Percent(75)],
            severity_policy: SeverityPolicy::PerSeverity,
            close_resolved_after_days: 7,
        }
    }
}

impl House {
    /// The internal target of a metric at a severity.
    #[must_use]
    pub fn objective(&self, metric: Metric, severity: Option<&str>) -> Option<&HouseObjective> {
        self.objectives.iter().find(|objective| {
            objective.metric == metric
                && (objective.severities.is_empty()
                    || severity.is_some_and(|code| objective.severities.iter().any(|s| s == code)))
        })
    }
}
