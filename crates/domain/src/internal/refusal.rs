//! Why an act on an internal request was refused: each a sentence its reader understands.

use crate::case::Field;
use crate::ids::CaseNumber;

/// Why an act was refused. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A field that must be filled in is empty.
    #[error("Write something there")]
    Missing(Field),
    /// A text is too long.
    #[error("This has {found} characters; at most {limit} fit")]
    TooLong {
        /// Which.
        field: Field,
        /// Characters found.
        found: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// There is no such first-line category.
    #[error("Choose what it is about")]
    UnknownCategory,
    /// The list of a category has no such step.
    #[error("Choose a step of the list")]
    UnknownStep,
    /// It is closed.
    #[error("This request is closed; reopen it first")]
    Closed,
    /// It is not closed.
    #[error("This request is open; there is nothing to reopen")]
    NotClosed,
    /// It was escalated before.
    #[error("This was brought to support already, as request {0}")]
    EscalatedBefore(CaseNumber),
    /// It was never escalated.
    #[error("This was not brought to support")]
    NotEscalated,
    /// Its case is open, and it goes with the case.
    #[error("Support is working on this as request {0}; it closes with that one")]
    WithVendor(CaseNumber),
    /// The administrator has it already.
    #[error("You have taken this on already")]
    TakenAlready,
    /// Only the administrators do this.
    #[error("Only the administrators can do this")]
    AdministratorsOnly,
    /// Only whoever asked does this.
    #[error("Only whoever asked can do this")]
    RequesterOnly,
}

impl Refusal {
    /// The name of the field to point at, if the refusal is about one.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::Missing(field) | Self::TooLong { field, .. } => Some(field.name()),
            Self::UnknownCategory => Some(Field::Category.name()),
            Self::UnknownStep => Some("helped"),
            _ => None,
        }
    }
}

/// Refuses a text that is empty or too long.
pub(super) fn check_text(field: Field, text: &str, limit: usize) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::Missing(field));
    }
    check_length(field, text, limit)
}

/// Refuses a text that is too long.
pub(super) fn check_length(field: Field, text: &str, limit: usize) -> Result<(), Refusal> {
    let found = text.chars().count();
    if found > limit {
        return Err(Refusal::TooLong {
            field,
            found,
            limit,
        });
    }
    Ok(())
}
