//! Reasons people give: where the matrix says `*`, and where a second person is asked.

use crate::Error;

/// The longest reason.
const LONGEST: usize = 500;

/// A reason as it is kept.
///
/// # Errors
/// [`Error::Field`] when there is none, or too much of it.
pub(crate) fn checked(reason: &str) -> Result<String, Error> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Err(Error::Field {
            field: "reason",
            message: format!("Write why, in up to {LONGEST} characters; it is kept in the log"),
        });
    }
    Ok(reason.to_owned())
}
