//! Who takes part in a case by name: colleagues of the customer, a partner's people, and the
//! vendor's own, a translator for instance (S14).

use mainstay_domain::Moment;
use mainstay_domain::access::{ActingFor, Action, Breadth, Facts, Principal, Role, Target, decide};
use mainstay_domain::case::{Case, Command, Ctx, EffectKind, Side, act};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, PersonId, SubscriptionId};
use mainstay_store::colleagues::{self, Agent};
use mainstay_store::log::Act;
use mainstay_store::outbox::Taken;
use mainstay_store::people::{Membership, Organisation};
use mainstay_store::{Tx, accounts, cases, participants, people};

use crate::auth::{self, Session};
use crate::live::Changed;
use crate::{App, Error};

/// Somebody who can be added to a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their partner's name; the account's and the vendor's people have none.
    pub partner: Option<String>,
    /// On whose side they would take part.
    pub side: Side,
}

impl App {
    /// Lets somebody take part in a case: they see its public thread from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the case is not theirs; [`Error::Field`] when the person cannot
    /// take part, in the same words for somebody who does not exist.
    pub async fn add_participant(
        &self,
        asked: &Session,
        number: CaseNumber,
        person: PersonId,
    ) -> Result<Case, Error> {
        self.change_participants(asked, number, Change::Add(person))
            .await
    }

    /// Lets whoever asks take part no more: anybody may leave.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the case is not theirs; [`Error::Field`] when they do not take part.
    pub async fn leave_case(&self, asked: &Session, number: CaseNumber) -> Result<Case, Error> {
        self.change_participants(asked, number, Change::Leave).await
    }

    /// Lets somebody take part no more.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the case is not theirs; otherwise says why not.
    pub async fn remove_participant(
        &self,
        asked: &Session,
        number: CaseNumber,
        person: PersonId,
    ) -> Result<Case, Error> {
        self.change_participants(asked, number, Change::Remove(person))
            .await
    }

    async fn change_participants(
        &self,
        asked: &Session,
        number: CaseNumber,
        change: Change,
    ) -> Result<Case, Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let case = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(change.action())?;
                let case = cases::find_to_change(tx, &grant, number)
                    .await?
                    .ok_or(Error::NotFound)?;
                let command = change.command(tx, &session, &case, now).await?;
                let terms = catalogue.terms_of(&case.terms)?;
                let ctx = Ctx {
                    actor: grant.actor().clone(),
                    now,
                };
                let outcome = act(&case, command, &terms, &ctx)?;
                let by = session.by();
                let logged = Some((&by, change.act()));
                cases::save(tx, &case, &outcome, &terms, logged, now).await?;
                Ok::<_, Error>(outcome.case)
            })
            .await?;
        self.announce(Changed::Case {
            account: case.account,
            number: case.number,
        });
        Ok(case)
    }
}

/// What is to become of somebody.
#[derive(Debug, Clone, Copy)]
enum Change {
    Add(PersonId),
    Remove(PersonId),
    Leave,
}

impl Change {
    /// Whoever reads a case may leave it.
    const fn action(self) -> Action {
        match self {
            Self::Leave => Action::Read,
            Self::Add(_) | Self::Remove(_) => Action::AddParticipant,
        }
    }

    const fn act(self) -> Act {
        match self {
            Self::Add(_) => Act::CaseParticipantAdded,
            Self::Remove(_) | Self::Leave => Act::CaseParticipantRemoved,
        }
    }

    async fn command(
        self,
        tx: &mut Tx<'_>,
        session: &Session,
        case: &Case,
        now: Moment,
    ) -> Result<Command, Error> {
        let gone = match self {
            Self::Add(person) => {
                let (name, side) = find_candidate(tx, session, case, person, now).await?;
                return Ok(Command::AddParticipant { person, name, side });
            }
            Self::Remove(person) => person,
            Self::Leave => session.person.id,
        };
        let found = case.find_participant(gone).ok_or_else(no_candidate)?;
        let (person, known) = (found.person, people::find(tx, found.person).await?);
        let name = known.map_or_else(String::new, |person| person.name);
        Ok(Command::RemoveParticipant { person, name })
    }
}

fn no_candidate() -> Error {
    Error::Field {
        field: "person",
        message: "Choose somebody from the list".to_owned(),
    }
}

/// The name and side of somebody who can be added to a case by whoever asks.
async fn find_candidate(
    tx: &mut Tx<'_>,
    session: &Session,
    case: &Case,
    person: PersonId,
    now: Moment,
) -> Result<(String, Side), Error> {
    let found = people::find(tx, person).await?.ok_or_else(no_candidate)?;
    let every = principals(tx, person, found.is_active, case.account, now).await?;
    let mut here = every
        .iter()
        .filter(|principal| may_name(session, principal))
        .peekable();
    if here.peek().is_none() {
        return Err(no_candidate());
    }
    let of_case = (case.account, case.kind, case.subscription);
    let reader = here.find(|one| reads_own(one, Action::Read, of_case));
    let side = reader.map(side_of).ok_or_else(|| Error::Field {
        field: "person",
        message: cannot_take_part(&found.name, case, &every),
    })?;
    Ok((found.name, side))
}

/// Why somebody who was found cannot take part in a case.
fn cannot_take_part(name: &str, case: &Case, every: &[Principal]) -> String {
    let is_left_out = |one: &Principal| !one.covered().includes(case.subscription);
    if every.iter().any(is_left_out) {
        return format!("{name} acts for other subscriptions than the one this is about");
    }
    let kind = case.kind.code();
    format!("{name} cannot take part in {kind} requests with the role they have")
}

/// Everybody whoever asks can add to a case, by name: those of the account, of partners that act
/// for it, and for the vendor its own.
///
/// # Errors
/// Whatever the database says.
pub async fn candidates(
    tx: &mut Tx<'_>,
    session: &Session,
    case: &Case,
    now: Moment,
) -> Result<Vec<Candidate>, Error> {
    let grant = session.grant(Action::AddParticipant)?;
    let account = case.account;
    let mut found: Vec<(Candidate, Principal)> = Vec::new();
    for one in accounts::people(tx, account).await? {
        let acting_for = ActingFor::Account { account };
        let role = Role::from_code(&one.role);
        add(&mut found, (one.id, one.name, None), acting_for, role);
    }
    for one in participants::of_partners(tx, &grant, account, now).await? {
        let delegated = accounts::delegated(tx, account, one.partner, one.person, now).await?;
        let acting_for = ActingFor::Delegated {
            account,
            partner: one.partner,
            delegated: delegated.unwrap_or_default(),
        };
        let role = Role::from_code(&one.role);
        let partner = Some(one.partner_name);
        add(
            &mut found,
            (one.person, one.name, partner),
            acting_for,
            role,
        );
    }
    if session.principal.is_vendor() {
        for Agent { person, name, .. } in colleagues::agents(tx).await? {
            // Each of them stands at some desk; which one makes no difference to taking part.
            let role = Some(Role::Agent);
            add(&mut found, (person, name, None), ActingFor::Vendor, role);
        }
    }
    let can = |(one, principal): &(Candidate, Principal)| {
        may_name(session, principal)
            && case.requester != one.person
            && case.find_participant(one.person).is_none()
            && reads_own(
                principal,
                Action::Read,
                (account, case.kind, case.subscription),
            )
    };
    found.retain(can);
    Ok(found.into_iter().map(|(candidate, _)| candidate).collect())
}

/// Adds a row of somebody's roles to those found, whose rows follow one another.
fn add(
    found: &mut Vec<(Candidate, Principal)>,
    (person, name, partner): (PersonId, String, Option<String>),
    acting_for: ActingFor,
    role: Option<Role>,
) {
    if let Some((_, last)) = found.last_mut()
        && last.person == person
        && last.acting_for == acting_for
    {
        last.roles.extend(role);
        return;
    }
    let principal = Principal {
        person,
        is_active: true,
        acting_for,
        roles: role.into_iter().collect(),
    };
    let candidate = Candidate {
        person,
        name,
        partner,
        side: side_of(&principal),
    };
    found.push((candidate, principal));
}

/// As what a person could stand to an account's cases.
pub(crate) async fn principals(
    tx: &mut Tx<'_>,
    person: PersonId,
    is_active: bool,
    account: AccountId,
    now: Moment,
) -> Result<Vec<Principal>, Error> {
    let memberships = people::memberships(tx, person).await?;
    let mut found: Vec<Principal> = Vec::new();
    for Membership { organisation, role } in memberships {
        let acting_for = match organisation {
            Organisation::Vendor => ActingFor::Vendor,
            Organisation::Account(own) if own == account => ActingFor::Account { account },
            Organisation::Account(_) => continue,
            Organisation::Partner(partner) => ActingFor::Delegated {
                account,
                partner,
                delegated: accounts::delegated(tx, account, partner, person, now)
                    .await?
                    .unwrap_or_default(),
            },
        };
        match found.iter_mut().find(|one| one.acting_for == acting_for) {
            Some(known) => known.roles.push(role),
            None => found.push(Principal {
                person,
                is_active,
                acting_for,
                roles: vec![role],
            }),
        }
    }
    // Whoever is several things takes part as what is nearest to the customer.
    found.sort_by_key(|one| match one.acting_for {
        ActingFor::Account { .. } => 0,
        ActingFor::Delegated { .. } => 1,
        ActingFor::Vendor | ActingFor::Nobody => 2,
    });
    Ok(found)
}

/// Whether whoever asks may choose somebody: customers their own people and those who act for them,
/// a partner its own people and, where it may see them, the customer's.
fn may_name(session: &Session, other: &Principal) -> bool {
    match (&session.principal.acting_for, &other.acting_for) {
        (ActingFor::Vendor, _) => true,
        (_, ActingFor::Vendor | ActingFor::Nobody) => false,
        (ActingFor::Delegated { partner, .. }, ActingFor::Delegated { partner: other, .. }) => {
            partner == other
        }
        (ActingFor::Delegated { .. }, _) => session.grant(Action::ReadPeople).is_ok(),
        _ => match &other.acting_for {
            // A partner that does not act for the account is nobody here.
            ActingFor::Delegated { delegated, .. } => delegated.is_running(),
            _ => true,
        },
    }
}

const fn side_of(principal: &Principal) -> Side {
    match principal.acting_for {
        ActingFor::Vendor => Side::Vendor,
        _ => Side::Customer,
    }
}

/// Whether somebody may do something to a case of an account, a kind and a subscription in which
/// they take part.
fn reads_own(
    principal: &Principal,
    action: Action,
    of_case: (AccountId, Kind, Option<SubscriptionId>),
) -> bool {
    reads(principal, action, of_case, true)
}

/// Whether somebody may do something to what is written in a case of an account, a kind and a
/// subscription, in which they take part by name or not.
pub(crate) fn reads(
    principal: &Principal,
    action: Action,
    (account, kind, subscription): (AccountId, Kind, Option<SubscriptionId>),
    is_own: bool,
) -> bool {
    let facts = Facts {
        target: Some(Target {
            account: Some(account),
            kind: Some(kind),
            under: subscription.into(),
            is_own,
            about: None,
        }),
        ..Facts::default()
    };
    decide(principal, action, &facts).is_ok_and(|grant| {
        let mut rights = grant.rights().iter();
        rights.any(|right| right.breadth() != Breadth::Metadata)
    })
}

/// Whether a notice to somebody who takes part in a case may still be delivered: decided again
/// when it is, since they may have been removed, or lost the role, after it was written.
pub(crate) async fn may_be_told(
    tx: &mut Tx<'_>,
    effect: &Taken,
    kind: &EffectKind,
    person: PersonId,
    now: Moment,
) -> Result<bool, Error> {
    let action = match kind {
        EffectKind::TellAdded | EffectKind::TellParticipant => Action::Read,
        EffectKind::TellColleague => Action::CustomerNote,
        _ => return Ok(true),
    };
    let (account, case) = (effect.account, effect.case);
    let of_case = participants::still_takes_part(tx, account, case, person).await?;
    let known = people::find(tx, person).await?;
    let (Some((of_kind, under)), Some(known)) = (of_case, known) else {
        return Ok(false);
    };
    let every = principals(tx, person, known.is_active, account, now).await?;
    let mut every = every.iter();
    Ok(every.any(|one| reads_own(one, action, (account, of_kind, under))))
}
