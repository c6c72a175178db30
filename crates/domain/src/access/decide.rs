//! The one decision: principal, action and facts in, a grant or a denial out.

use super::action::Action;
use super::cell::{Cell, Extent, Note};
use super::denial::{Because, Denial};
use super::facts::{Facts, Second, Under};
use super::grant::{Breadth, Grant, Obligation, Right, Scope};
use super::matrix;
use super::principal::{ActingFor, Delegated, Principal};
use super::role::{Role, Stand};
use crate::case::{Actor, Side};
use crate::edition::Kind;

/// Decides whether somebody may do something, and to which cases.
///
/// Rights are a union of roles. A partner's right is what the customer granted, of what their own
/// role has. What belongs to a case is done by whoever reads the case.
///
/// # Errors
/// When no role of theirs reaches it, with the reason nearest to a grant.
pub fn decide(principal: &Principal, action: Action, facts: &Facts<'_>) -> Result<Grant, Denial> {
    let rights = rights(principal, action, facts);
    let rights = rights.map_err(|because| Denial { action, because })?;
    Ok(Grant {
        action,
        scope: scope(principal, action, &rights),
        rights,
        actor: actor(principal),
    })
}

fn rights(principal: &Principal, action: Action, facts: &Facts<'_>) -> Result<Vec<Right>, Because> {
    if !principal.is_active {
        return Err(Because::Deactivated);
    }
    let target = facts.target.unwrap_or_default();
    if let (Some(theirs), Some(account)) = (principal.named_account(), target.account)
        && theirs != account
    {
        return Err(Because::NotTheirs);
    }
    let roles = principal.counting_roles();
    let kinds = match target.kind {
        Some(kind) => vec![kind],
        None => Kind::ALL.to_vec(),
    };
    let asked = Asked {
        principal,
        action,
        facts,
    };
    let judged = kinds
        .iter()
        .flat_map(|kind| roles.iter().map(move |role| (*role, *kind)))
        .flat_map(|(role, kind)| asked.judge(role, kind));
    let (mut found, mut nearest) = (Vec::new(), without_role(principal, &asked, &kinds));
    for one in judged {
        match one {
            Ok(right) => found.push(right),
            Err(because) => nearest = nearest.max(because),
        }
    }
    if found.is_empty() {
        return Err(nearest);
    }
    Ok(without_repetition(found))
}

/// Why somebody is denied whose counting roles say nothing about it.
fn without_role(principal: &Principal, asked: &Asked<'_>, kinds: &[Kind]) -> Because {
    let is_kept_apart = |role: &&Role| {
        role.stand() == principal.stand() && !principal.counting_roles().contains(role)
    };
    let would_have = |role: &Role| {
        kinds
            .iter()
            .any(|kind| asked.judge(*role, *kind).iter().any(Result::is_ok))
    };
    let mut kept_apart = principal.roles.iter().filter(is_kept_apart);
    if kept_apart.any(would_have) {
        return Because::SeparationPair;
    }
    if principal.counting_roles().is_empty() {
        Because::RoleElsewhere
    } else {
        Because::RoleLacksIt
    }
}

/// Rights that no other includes, the broadest first.
fn without_repetition(mut rights: Vec<Right>) -> Vec<Right> {
    rights.sort_by_key(|right| {
        let breadth = std::cmp::Reverse(right.breadth);
        (right.kind, breadth, right.obligations.len())
    });
    let mut kept: Vec<Right> = Vec::new();
    for right in rights {
        if !kept.iter().any(|one| one.includes(&right)) {
            kept.push(right);
        }
    }
    kept
}

/// What is asked.
struct Asked<'a> {
    principal: &'a Principal,
    action: Action,
    facts: &'a Facts<'a>,
}

impl Asked<'_> {
    /// What a role comes to for a kind.
    fn judge(&self, role: Role, kind: Kind) -> Vec<Result<Right, Because>> {
        let own = self.of_line(role, self.action, kind);
        let all = if self.action.is_on_case() {
            let read = self.of_line(role, Action::Read, kind);
            own.into_iter()
                .flat_map(|one| {
                    read.iter()
                        .map(move |read| on_case(role, one.clone(), read))
                })
                .collect()
        } else {
            own
        };
        all.into_iter()
            .map(|one| one.and_then(|right| self.settle(right)))
            .collect()
    }

    /// What a line of the matrix gives a role for a kind, whatever the thing.
    fn of_line(&self, role: Role, action: Action, kind: Kind) -> Vec<Result<Right, Because>> {
        let keeps_team = self.facts.lacks_system_administrator
            && role == Role::Manager
            && action == Action::RunMachine;
        let as_role = if keeps_team {
            Role::SystemAdministrator
        } else {
            role
        };
        let Some(cell) = matrix::cell(as_role, action, kind) else {
            return vec![Err(without(role))];
        };
        let right = |breadth| Right {
            kind,
            breadth,
            obligations: cell.obligations.clone(),
        };
        let mut all = vec![self.of_cell(cell, role, action, kind).map(right)];
        // Whoever was let to open a case follows it, also of a kind they no longer open; and a
        // colleague of another desk, a translator above all, sees the case they were added to (S14).
        if action == Action::Read && (role.is_administrator() || !role.desk().is_empty()) {
            all.push(Ok(right(Breadth::Own)));
        }
        all
    }

    fn of_cell(
        &self,
        cell: &Cell,
        role: Role,
        action: Action,
        kind: Kind,
    ) -> Result<Breadth, Because> {
        if let Some(opened) = must_open(action, kind).filter(|_| role.is_administrator()) {
            let may = self.facts.administrators.may_open(role, opened);
            return may
                .then_some(Breadth::Whole)
                .ok_or(Because::OtherAdministratorType(opened));
        }
        let breadth = match cell.extent {
            Extent::Nothing if cell.notes.contains(&Note::AskAdministrator) => {
                return Err(Because::AskAdministrator);
            }
            Extent::Nothing => return Err(without(role)),
            Extent::Desk if !role.desk().contains(&kind) => return Err(Because::OtherDesk),
            Extent::Metadata if !action.is_reading() => return Err(Because::MetadataOnly),
            Extent::Metadata => Breadth::Metadata,
            Extent::Own => Breadth::Own,
            _ if cell.obligations.contains(&Obligation::ReadOnly) && !action.is_reading() => {
                return Err(Because::ReadOnly);
            }
            _ => Breadth::Whole,
        };
        if let ActingFor::Delegated { delegated, .. } = &self.principal.acting_for
            && action.needs_delegation()
        {
            check_delegated(delegated, cell, action, kind)?;
            check_covered(delegated, self.facts)?;
        }
        Ok(breadth)
    }

    /// Holds a right against what is known.
    fn settle(&self, right: Right) -> Result<Right, Because> {
        let target = self.facts.target;
        if right.breadth == Breadth::Own && target.is_some_and(|target| !target.is_own) {
            return Err(Because::NotParticipant);
        }
        for obligation in &right.obligations {
            self.check(*obligation, right.kind)?;
        }
        Ok(right)
    }

    /// Whether an obligation is not known to be unmet.
    fn check(&self, obligation: Obligation, kind: Kind) -> Result<(), Because> {
        let facts = self.facts;
        let known = match obligation {
            Obligation::Reason => facts.has_reason,
            Obligation::ElevatedOffer => facts.has_elevated_offer,
            Obligation::VerifiedCaller => facts.is_caller_verified,
            Obligation::DeskLead => facts.leads_desk,
            Obligation::SecondPersonForSome if !facts.concerns_team => None,
            Obligation::SecondPerson | Obligation::SecondPersonForSome => {
                return self.check_second(kind);
            }
            Obligation::SparesAdministrators | Obligation::SparesHigherAdministrators => {
                return self.check_about(obligation);
            }
            Obligation::DraftsOnly if facts.takes_effect => Some(false),
            Obligation::TeamOnly => {
                let is_customers = facts.target.is_some_and(|target| target.account.is_some());
                return if is_customers {
                    Err(Because::TeamOnly)
                } else {
                    Ok(())
                };
            }
            _ => None,
        };
        match known {
            Some(false) => Err(Because::Needs(obligation)),
            _ => Ok(()),
        }
    }

    /// The second person is another one, of the same organisation, who holds the right in full.
    fn check_second(&self, kind: Kind) -> Result<(), Because> {
        let second = match self.facts.second {
            Second::NotAsked => return Ok(()),
            Second::NoneToAsk if self.is_about_team() => return Ok(()),
            Second::Nobody | Second::NoneToAsk => {
                return Err(Because::Needs(Obligation::SecondPerson));
            }
            Second::Agreed(second) => second,
        };
        if second.person == self.principal.person {
            return Err(Because::SecondIsFirst);
        }
        let facts = Facts {
            second: Second::NotAsked,
            target: self.facts.target.map(|target| super::Target {
                kind: Some(kind),
                ..target
            }),
            ..*self.facts
        };
        let is_full = |right: &Right| {
            let is_limited = right.obligations.contains(&Obligation::DraftsOnly);
            right.kind == kind && right.breadth == Breadth::Whole && !is_limited
        };
        let is_colleague = second.acting_for == self.principal.acting_for;
        let rights = rights(second, self.action, &facts).unwrap_or_default();
        if is_colleague && rights.iter().any(is_full) {
            Ok(())
        } else {
            Err(Because::SecondLacksIt)
        }
    }

    /// Whether it is about the team's own accounts and keys.
    const fn is_about_team(&self) -> bool {
        matches!(self.action, Action::StartReset | Action::RunMachine)
    }

    fn check_about(&self, obligation: Obligation) -> Result<(), Because> {
        let about = self.facts.target.and_then(|target| target.about);
        let is_spared = about.is_some_and(|role| {
            let is_higher = role.is_administrator() && role != Role::UserManagementAdmin;
            is_higher || (obligation == Obligation::SparesAdministrators && role.is_administrator())
        });
        if is_spared {
            return Err(Because::AboutAdministrator);
        }
        Ok(())
    }
}

/// The kind an administrator must be let open: that of a case about to be opened; and whoever is
/// the first line for their own people opens technical requests, since those are escalated (S16).
const fn must_open(action: Action, kind: Kind) -> Option<Kind> {
    match action {
        Action::Open => Some(kind),
        Action::ServeInternal => Some(Kind::Technical),
        _ => None,
    }
}

/// Why a role is denied whose cell is empty.
fn without(role: Role) -> Because {
    if role == Role::Public {
        Because::SignedOut
    } else {
        Because::RoleLacksIt
    }
}

/// What is done on a case reaches no further than reading it does. Whoever of the vendor sees a
/// case of another desk by name does nothing to it (S14).
fn on_case(
    role: Role,
    own: Result<Right, Because>,
    read: &Result<Right, Because>,
) -> Result<Right, Because> {
    let (own, read) = (own?, read.as_ref().map_err(|because| *because)?);
    if role.is_vendor() && read.breadth == Breadth::Own {
        return Err(Because::OtherDesk);
    }
    if read.breadth == Breadth::Metadata {
        return Err(Because::MetadataOnly);
    }
    Ok(Right {
        breadth: own.breadth.min(read.breadth),
        ..own
    })
}

/// Whether a customer's grant runs and names what is asked.
fn check_delegated(
    delegated: &Delegated,
    cell: &Cell,
    action: Action,
    kind: Kind,
) -> Result<(), Because> {
    if let Some(at) = delegated.ended_at {
        return Err(Because::DelegationEnded(at));
    }
    // Whoever runs the partner may give any of it up.
    if action == Action::DelegateToPartner && delegated.names_anything() {
        return Ok(());
    }
    if delegated.leaves_out {
        return Err(Because::NotNamed);
    }
    if !delegated.is_running() {
        return Err(Because::DelegationMissing);
    }
    if cell.notes.contains(&Note::DelegatesPeople) {
        return delegated
            .names_people
            .then_some(())
            .ok_or(Because::PeopleNotDelegated);
    }
    let is_of_kind = action.is_on_case() || matches!(action, Action::Open | Action::Read);
    let needed = match cell.notes.contains(&Note::DelegatesBilling) && !is_of_kind {
        true => Kind::Billing,
        false => kind,
    };
    delegated
        .kinds
        .contains(&needed)
        .then_some(())
        .ok_or(Because::KindNotDelegated(needed))
}

/// Whether a customer's grant holds for the subscription a thing is under, once that is known.
fn check_covered(delegated: &Delegated, facts: &Facts<'_>) -> Result<(), Because> {
    let subscription = match facts.target.unwrap_or_default().under {
        Under::NotKnown => return Ok(()),
        Under::Nothing => None,
        Under::Subscription(id) => Some(id),
    };
    let is_covered = delegated.covered.includes(subscription);
    is_covered
        .then_some(())
        .ok_or(Because::SubscriptionNotDelegated)
}

fn scope(principal: &Principal, action: Action, rights: &[Right]) -> Scope {
    let rights = if action.is_about_cases() { rights } else { &[] };
    let with = |breadth: Breadth| {
        let is_it = move |right: &&Right| right.breadth == breadth;
        let mut kinds: Vec<Kind> = rights
            .iter()
            .filter(is_it)
            .map(|right| right.kind)
            .collect();
        kinds.dedup();
        kinds
    };
    let kinds = with(Breadth::Whole);
    let narrower = |breadth| {
        let mut found = with(breadth);
        found.retain(|kind| !kinds.contains(kind));
        found
    };
    let has_notes = |role: &Role| {
        let cell = matrix::cell(*role, Action::ReadNotes, Kind::Technical);
        cell.is_some_and(|cell| cell.extent != Extent::Nothing)
    };
    let (colleague_kinds, own_colleague_kinds) = colleague_kinds(principal, action);
    Scope {
        account: principal.account(),
        covered: principal.covered().clone(),
        limited_partner: principal.limited_partner(),
        colleague_kinds,
        own_colleague_kinds,
        own_kinds: narrower(Breadth::Own),
        metadata_kinds: narrower(Breadth::Metadata),
        kinds,
        person: principal.person,
        sees_internal: principal.counting_roles().iter().any(has_notes),
    }
}

/// The kinds of which somebody sees all notes of the customer's side, and those of which they see
/// the notes on their own cases.
fn colleague_kinds(principal: &Principal, action: Action) -> (Vec<Kind>, Vec<Kind>) {
    if !action.is_about_cases() || principal.stand() != Stand::Account {
        return (Vec::new(), Vec::new());
    }
    let rights = rights(principal, Action::CustomerNote, &Facts::default()).unwrap_or_default();
    let with = |breadth: Breadth| {
        let found = rights.iter().filter(|right| right.breadth == breadth);
        found.map(|right| right.kind).collect::<Vec<Kind>>()
    };
    let whole = with(Breadth::Whole);
    let mut own = with(Breadth::Own);
    own.retain(|kind| !whole.contains(kind));
    (whole, own)
}

fn actor(principal: &Principal) -> Actor {
    let (side, partner) = match principal.acting_for {
        ActingFor::Vendor => (Side::Vendor, None),
        ActingFor::Delegated { partner, .. } => (Side::Customer, Some(partner)),
        ActingFor::Account { .. } | ActingFor::Nobody => (Side::Customer, None),
    };
    let is_somebody = principal.acting_for != ActingFor::Nobody;
    Actor {
        person: is_somebody.then_some(principal.person),
        side,
        partner,
    }
}
