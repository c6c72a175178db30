//! Moving a case that was opened under the wrong organisation to the one it belongs to.
//!
//! It is judged when it is asked for and again when somebody agrees, as the case is then: what was
//! written meanwhile moves with it, a case that was closed meanwhile moves closed, and only one
//! that is with another organisation by then is to be asked for anew.

mod judging;

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;
use mainstay_domain::access::{ActingFor, Administrators, Stand, roles_that_may};
use mainstay_domain::case::{Actor, Case, EffectKind, Side};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, InternalId, SubscriptionId};
use mainstay_domain::internal::{KeptNotes, keep};
use mainstay_store::{cases, internal as kept, reach};
use serde::{Deserialize, Serialize};

pub use self::judging::{Choices, Outlook, Way};
use self::judging::{Judged, judge};
use super::carrying::Carried;
use crate::participants::{principals, reads};
use crate::{Catalogue, Changed};

/// A case, where it is and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Its number.
    pub number: CaseNumber,
    /// The kind of help.
    pub kind: Kind,
    /// Whose it is.
    pub from: AccountId,
    /// Their name, for whoever is to agree.
    pub from_name: String,
    /// Whose it is to be.
    pub to: AccountId,
    /// Their name.
    pub to_name: String,
    /// The subscription of theirs it is about.
    pub subscription: Option<SubscriptionId>,
    /// Whom it is for then.
    pub requester: PersonId,
    /// Their name.
    pub requester_name: String,
}

/// A case that was moved, for those who are to hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Its number.
    pub number: CaseNumber,
    /// Whose it was.
    pub from: AccountId,
    /// Whose it is.
    pub to: AccountId,
    /// The internal request that keeps the notes of those it was with.
    notes: Option<InternalId>,
}

/// What a move is decided under.
pub(super) struct Setting<'a> {
    pub(super) catalogue: &'a Catalogue,
    /// The identity of what keeps the notes for colleagues, if there are any.
    pub(super) notes: InternalId,
    pub(super) now: Moment,
}

impl App {
    /// Tells live pages of both organisations, and of the desk.
    pub(super) fn announce_move(&self, moved: &Moved) {
        let number = moved.number;
        for account in [moved.from, moved.to] {
            self.announce(Changed::Case { account, number });
        }
        if let Some(id) = moved.notes {
            let account = moved.from;
            self.announce(Changed::Internal { account, id });
        }
    }
}

/// Whether a case can be moved as it is proposed; nothing is asked of another proposal.
pub(super) async fn check(
    tx: &mut Tx<'_>,
    session: &Session,
    proposal: &Proposal,
    setting: &Setting<'_>,
) -> Result<(), Error> {
    let Proposal::MoveCase(moving) = proposal else {
        return Ok(());
    };
    let actor = Actor::person(session.person.id, Side::Vendor);
    judge(tx, session, moving, (actor, ""), setting).await?;
    Ok(())
}

/// Moves the case, tells those it was with, and writes it into the logs of both organisations and
/// the vendor's own.
pub(super) async fn carry_out(
    tx: &mut Tx<'_>,
    session: &Session,
    moving: &Move,
    setting: &Setting<'_>,
    act: Carried,
) -> Result<Done, Error> {
    let asker = act.by.person.unwrap_or(session.person.id);
    let actor = Actor::person(asker, Side::Vendor);
    let judged = judge(tx, session, moving, (actor, &act.reason), setting).await?;
    let case = &judged.case;
    let saw = who_saw(tx, case, setting.now).await?;
    let notes = keep_notes(tx, &judged, setting).await?;
    reach::of(tx, &session.principal);
    let grant = session.grant(Action::MoveCase)?;
    cases::relocate(
        tx,
        &grant,
        (case, &judged.timeline),
        (&judged.outcome, &judged.terms),
        setting.now,
    )
    .await?;
    tell(tx, case, (&saw, notes.as_ref()), setting).await?;
    write_lines(tx, moving, &judged, act).await?;
    let moved = Moved {
        number: case.number,
        from: moving.from,
        to: moving.to,
        notes: notes.map(|(id, _)| id),
    };
    Ok(Done {
        moved: Some(moved),
        ..Done::about(asker)
    })
}

/// Those of the organisation the case is with who read it, and those of its partners who have a
/// part in it by name.
async fn who_saw(tx: &mut Tx<'_>, case: &Case, now: Moment) -> Result<Vec<PersonId>, Error> {
    let of_case = (case.account, case.kind, case.subscription);
    let named = case.participants.iter();
    let named = named.filter(|one| one.side == Side::Customer);
    let named: Vec<PersonId> = named
        .map(|one| one.person)
        .chain([case.requester])
        .collect();
    let members = members(accounts::people(tx, case.account).await?, case.account);
    let mut saw: Vec<PersonId> = Vec::new();
    for (principal, _) in &members {
        let is_own = named.contains(&principal.person);
        if reads(principal, Action::Read, of_case, is_own) {
            saw.push(principal.person);
        }
    }
    for person in named {
        let Some(known) = people::find(tx, person).await? else {
            continue;
        };
        let every = principals(tx, person, known.is_active, case.account, now).await?;
        let is_reader = every
            .iter()
            .any(|one| reads(one, Action::Read, of_case, true));
        if is_reader && !saw.contains(&person) {
            saw.push(person);
        }
    }
    Ok(saw)
}

/// The people of an account as decisions are made about them, with their names, in the order of
/// the rows of their roles.
fn members(rows: Vec<accounts::AccountPerson>, account: AccountId) -> Vec<(Principal, String)> {
    let mut found: Vec<(Principal, String)> = Vec::new();
    for row in rows {
        let role = Role::from_code(&row.role);
        match found.last_mut().filter(|(last, _)| last.person == row.id) {
            Some((last, _)) => last.roles.extend(role),
            None => {
                let principal = Principal {
                    person: row.id,
                    is_active: true,
                    acting_for: ActingFor::Account { account },
                    roles: role.into_iter().collect(),
                };
                found.push((principal, row.name));
            }
        }
    }
    found
}

/// Keeps what the customer's people noted among themselves where only they read it: the id of that,
/// and who of them does.
async fn keep_notes(
    tx: &mut Tx<'_>,
    judged: &Judged,
    setting: &Setting<'_>,
) -> Result<Option<(InternalId, Vec<PersonId>)>, Error> {
    let case = &judged.case;
    let own = accounts::people(tx, case.account).await?;
    let is_own = own.iter().any(|one| one.id == case.requester);
    let notes = KeptNotes {
        id: setting.notes,
        account: case.account,
        number: case.number,
        requester: is_own.then_some(case.requester),
        timeline: &judged.timeline,
    };
    let Some(outcome) = keep(&notes, setting.now) else {
        return Ok(None);
    };
    kept::insert_kept(tx, &outcome, setting.now).await?;
    let administrators: Administrators = auth::administrators(setting.catalogue, setting.now);
    let serve = Action::ServeInternal;
    let roles = roles_that_may(Stand::Account, serve, Kind::Technical, administrators);
    let mut readers = kept::people_in(tx, case.account, &roles).await?;
    readers.push(outcome.request.requester);
    Ok(Some((setting.notes, readers)))
}

/// Tells those who saw it, once, that it is gone; those who read the notes that were kept are led
/// to them.
async fn tell(
    tx: &mut Tx<'_>,
    case: &Case,
    (saw, notes): (&[PersonId], Option<&(InternalId, Vec<PersonId>)>),
    setting: &Setting<'_>,
) -> Result<(), Error> {
    let kind = EffectKind::MovedAway {
        number: case.number,
    };
    for person in saw {
        let notes = notes.filter(|(_, readers)| readers.contains(person));
        let about = (case.account, notes.map(|(id, _)| *id));
        let key = format!("moved-{}-{}", case.number, case.revision);
        kept::tell_moved(tx, about, &key, (*person, kind), setting.now).await?;
    }
    Ok(())
}

/// A line for each: of the other organisation neither customer reads anything, and the reason is
/// the vendor's. The customers' chains are held in one order, whichever way a case goes.
async fn write_lines(
    tx: &mut Tx<'_>,
    moving: &Move,
    judged: &Judged,
    act: Carried,
) -> Result<(), Error> {
    let (before, after) = (&judged.case, &judged.outcome.case);
    let second = act.second;
    let number = Subject::Thing("case", before.number.to_string());
    let line = |account| Line::new(account, act.by.clone(), Act::CaseMoved);
    let gone = before.participants.iter();
    let gone = gone.filter(|one| one.side == Side::Customer);
    let gone: Vec<PersonId> = gone.map(|one| one.person).collect();
    let was = match gone.is_empty() {
        true => json!({ "requester": before.requester }),
        false => json!({ "requester": before.requester, "participants": gone }),
    };
    let out = line(Some(before.account))
        .about(number.clone())
        .was(was)
        .became(json!({ "agreed_by": second }));
    let into = line(Some(after.account))
        .about(Subject::Case(after.id))
        .became(json!({ "requester": after.requester, "agreed_by": second }));
    let own = line(None)
        .about(number)
        .was(json!({ "account": moving.from_name, "requester": before.requester }))
        .became(json!({
            "account": moving.to_name, "requester": after.requester, "agreed_by": second,
        }))
        .because(act.reason.as_str());
    let mut lines = [out, into];
    lines.sort_by_key(|line| line.account.map(|account| account.0));
    for line in lines.into_iter().chain([own]) {
        log::write(tx, act.now, line).await?;
    }
    Ok(())
}
