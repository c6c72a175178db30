//! What somebody at the vendor is shown who views the portal as a customer does.

use super::action::Action;
use super::decide::decide;
use super::denial::{Because, Denial};
use super::facts::Facts;
use super::grant::{Grant, Obligation};
use super::principal::Principal;
use crate::edition::Kind;

/// What is shown in a view: requests and how they are made, the subscription, who else is there.
/// Everything else is not: secrets, keys, invoices, the customer's log, its own notes, its
/// sign-in.
const SHOWN: [Action; 14] = [
    Action::Open,
    Action::Read,
    Action::Reply,
    Action::SetSeverity,
    Action::ChangeSeverity,
    Action::Close,
    Action::Reopen,
    Action::AddParticipant,
    Action::Attach,
    Action::ReadSubscription,
    Action::ReadPeople,
    Action::ReadKnowledge,
    Action::Contribute,
    Action::Report,
];

/// Decides what a page may show to somebody at the vendor who views the portal as `viewed` sees
/// it: what that person may do, of the kinds at the viewer's own desk, to read only.
///
/// Forms are drawn as the customer sees them; whoever keeps anything refuses all views.
///
/// # Errors
/// When the viewer may not view as a customer any more, the person viewed may not do it, or it is
/// no part of a view.
pub fn decide_in_view(
    viewer: &Principal,
    viewed: &Principal,
    action: Action,
    facts: &Facts<'_>,
) -> Result<Grant, Denial> {
    let given = Facts {
        has_reason: Some(true),
        ..Facts::default()
    };
    let view = decide(viewer, Action::ViewAsCustomer, &given)?;
    let denied = |because| Denial { action, because };
    if !SHOWN.contains(&action) {
        return Err(denied(Because::NotInView));
    }
    let mut grant = decide(viewed, action, facts)?;
    let own = view.scope().kinds();
    grant.rights.retain(|right| own.contains(&right.kind));
    if grant.rights.is_empty() {
        return Err(denied(Because::OtherDesk));
    }
    for right in &mut grant.rights {
        if !right.obligations.contains(&Obligation::ReadOnly) {
            right.obligations.push(Obligation::ReadOnly);
        }
    }
    let narrow = |kinds: &mut Vec<Kind>| kinds.retain(|kind| own.contains(kind));
    narrow(&mut grant.scope.kinds);
    narrow(&mut grant.scope.own_kinds);
    narrow(&mut grant.scope.metadata_kinds);
    Ok(grant)
}
