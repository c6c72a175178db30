//! What time alone brings about: breaches, warnings, the closing of resolved cases.

use super::act::Draft;
use super::effect::{Effect, EffectKind, Recipient};
use super::terms::Terms;
use super::{Case, Outcome, Status};
use crate::Moment;
use crate::calendar::CalendarError;

/// Looks at a case whose time has come.
///
/// # Errors
/// When a calendar runs out of hours (R19).
pub fn tick(case: &Case, terms: &Terms, now: Moment) -> Result<Outcome, CalendarError> {
    let mut draft = Draft::new(case.clone(), terms);
    draft.catch_up(now)?;
    draft.warn(now, terms)?;
    Ok(draft.finish())
}

impl Draft<'_> {
    /// Sends the warnings that are due, each once (R17).
    fn warn(&mut self, now: Moment, terms: &Terms) -> Result<(), CalendarError> {
        for warning in self.case.clocks.warnings(terms)? {
            if warning.at > now || self.case.warned.contains(&warning.key) {
                continue;
            }
            let recipient = self
                .case
                .assignee
                .map_or(Recipient::Leads, Recipient::Person);
            let kind = EffectKind::Warn {
                metric: warning.metric,
                due_at: warning.due_at,
            };
            self.plan(Effect {
                key: warning.key.clone(),
                recipient,
                kind,
            });
            self.case.warned.push(warning.key);
        }
        Ok(())
    }
}

/// When the case must be looked at again.
pub(super) fn next_timer_at(case: &Case, terms: &Terms) -> Option<Moment> {
    if !case.status.is_open() {
        return None;
    }
    let closing = match case.status {
        Status::Resolved { closes_at, .. } => Some(closes_at),
        _ => None,
    };
    // Due is inclusive: a milestone is missed from the second after it (R7).
    let breach = case
        .clocks
        .next_due_at()
        .map(|due_at| due_at.plus_seconds(1));
    let warnings = case.clocks.warnings(terms).unwrap_or_default();
    let unsent = warnings
        .iter()
        .filter(|warning| !case.warned.contains(&warning.key));
    let warning = unsent.map(|warning| warning.at).min();
    [closing, breach, warning].into_iter().flatten().min()
}
