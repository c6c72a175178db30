//! Proposing a severity from what the customer says (S9).

use serde::{Deserialize, Serialize};

use super::{Edition, Severity};

/// Who is affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Affected {
    /// One person.
    One,
    /// Several people, or part of the organisation.
    Several,
    /// Everyone, or a whole service.
    Everyone,
}

/// What the trouble does to their work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkState {
    /// Work is stopped.
    Stopped,
    /// Work goes on, impaired.
    Impaired,
    /// Work goes on as usual; a question or a wish.
    Unhindered,
}

/// The customer's three answers (S9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Impact {
    /// Who is affected.
    pub affected: Affected,
    /// Whether work is stopped.
    pub work: WorkState,
    /// Whether there is an acceptable workaround.
    pub has_workaround: bool,
}

impl Affected {
    /// All answers, in the order forms list them.
    pub const ALL: [Self; 3] = [Self::One, Self::Several, Self::Everyone];
}

impl WorkState {
    /// All answers, in the order forms list them.
    pub const ALL: [Self; 3] = [Self::Stopped, Self::Impaired, Self::Unhindered];
}

impl Impact {
    /// Every combination of answers: what a table must cover.
    pub fn all() -> impl Iterator<Item = Self> {
        Affected::ALL.into_iter().flat_map(|affected| {
            WorkState::ALL.into_iter().flat_map(move |work| {
                [false, true].map(|has_workaround| Self {
                    affected,
                    work,
                    has_workaround,
                })
            })
        })
    }
}

/// A rule of the table; an empty list or `None` matches every answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentRule {
    /// Matches any of these.
    pub affected: Vec<Affected>,
    /// Matches any of these.
    pub work: Vec<WorkState>,
    /// Matches this answer.
    pub has_workaround: Option<bool>,
    /// The severity proposed.
    pub severity: String,
    /// Why, as a sentence the customer reads.
    pub reason: String,
}

impl AssessmentRule {
    /// Whether the rule speaks of these answers.
    #[must_use]
    pub fn matches(&self, impact: Impact) -> bool {
        (self.affected.is_empty() || self.affected.contains(&impact.affected))
            && (self.work.is_empty() || self.work.contains(&impact.work))
            && self
                .has_workaround
                .is_none_or(|answer| answer == impact.has_workaround)
    }
}

impl Edition {
    /// The severity the edition's table proposes, with the rule that says why (S9).
    ///
    /// `None` only when the table leaves these answers out, which `description check` refuses.
    #[must_use]
    pub fn propose_severity(&self, impact: Impact) -> Option<(&Severity, &AssessmentRule)> {
        let rule = self.assessment.iter().find(|rule| rule.matches(impact))?;
        Some((self.find_severity(&rule.severity)?, rule))
    }
}
