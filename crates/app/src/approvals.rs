//! What takes two persons: one asks, with a reason; another agrees or declines. The rights of both
//! are decided as they are when it is done, in the transaction that does it.

mod carrying;
pub mod moving;
mod proposal;
mod publishing;
mod resetting;

use mainstay_domain::Moment;
use mainstay_domain::access::{
    Action, Because, Denial, Facts, Obligation, Principal, Role, Second, decide, may_set_team_roles,
};
use mainstay_domain::ids::{InternalId, PersonId};
use mainstay_store::approvals::{self, Approval, State};
use mainstay_store::colleagues::{self, Abilities, Colleague};
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::people::{self, Organisation, Person};
use mainstay_store::{Tx, accounts, settings};
use serde_json::json;
use uuid::Uuid;

use self::carrying::{Carried, carry_out};
use self::moving::{Moved, Setting};
pub use self::proposal::Proposal;
pub use self::publishing::{AskedFor, asked_for};
use self::resetting::Reset;
pub(crate) use self::resetting::is_agreed;
use crate::auth::{self, Session, secret_word};
use crate::glass::GLASS_MINUTES;
use crate::invitations::{expect, refuse_members};
use crate::people::NewPerson;
use crate::reasons::checked;
use crate::team::{lacks_system_administrator, principal_of};
use crate::{App, Error};

/// For how long somebody can agree: a week.
const OPEN_MINUTES: i64 = 7 * 24 * 60;
/// As many are listed.
const LISTED: u32 = 200;
/// What changes of the team wait for each other on, so that two never take the last of a role.
const TEAM: &str = "team";

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// It was done at once, since nobody else could agree.
    Done(Done),
    /// It waits for somebody else.
    Waits(Uuid),
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// About whom.
    pub person: PersonId,
    /// The word of the link `/invitation/{word}`, to be handed on, if somebody was invited; of
    /// `/reset/{word}`, if it was made for somebody who is to choose a new password.
    pub word: Option<String>,
    /// Whether an edition or a region's calendars were published.
    pub is_published: bool,
    /// The case that was moved, if one was.
    pub moved: Option<Moved>,
}

impl Done {
    /// About somebody, without a word for them.
    const fn about(person: PersonId) -> Self {
        Self {
            person,
            word: None,
            is_published: false,
            moved: None,
        }
    }
}

/// An approval as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// As it is kept.
    pub approval: Approval,
    /// What is to be done; `None` when a later version asked for it.
    pub proposal: Option<Proposal>,
    /// Whether whoever looks could agree.
    pub may_agree: bool,
    /// Whether whoever looks asked for it.
    pub is_own: bool,
    /// Whether whoever looks can carry it out, now that somebody agreed.
    pub is_theirs_to_do: bool,
    /// Who could agree, by name.
    pub others: Vec<String>,
}

/// What is made for an act beforehand: only the binary makes ids and secrets.
struct Fresh {
    person: PersonId,
    word: String,
    notes: InternalId,
}

impl App {
    fn fresh(&self) -> Fresh {
        Fresh {
            person: PersonId(self.ids().id()),
            word: secret_word(self.ids().secret()),
            notes: InternalId(self.ids().id()),
        }
    }

    /// Asks for something that takes two. Where nobody else could agree, the team's accounts are
    /// kept by one person, and it is done at once.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who may not, [`Error::Field`] for what cannot be; nothing is
    /// kept then.
    pub async fn propose(
        &self,
        asked: &Session,
        proposal: Proposal,
        reason: &str,
    ) -> Result<Came, Error> {
        let (now, credential, fresh) = (self.now(), asked.credential, self.fresh());
        // What is being taken in for the search belongs to nobody else meanwhile.
        let _still = self.0.taking_in.lock().await;
        let (reason, id, catalogue) = (checked(reason), self.ids().id(), self.catalogue());
        let came = self
            .db()
            .write(async move |tx| {
                settings::hold(tx, TEAM).await?;
                let session = auth::session(tx, credential, now).await?;
                let team = colleagues::team(tx).await?;
                let action = proposal.action();
                session.grant_for(action, &proposal.facts(&team, Second::NotAsked))?;
                refuse_customers(&session)?;
                check(tx, &session.principal, &proposal, &team).await?;
                let setting = Setting {
                    catalogue: &catalogue,
                    notes: fresh.notes,
                    now,
                };
                moving::check(tx, &session, &proposal, &setting).await?;
                let reason = reason?;
                if who_could_agree(&session.principal, &proposal, &team).is_empty() {
                    let alone = proposal.facts(&team, Second::NoneToAsk);
                    session.grant_for(action, &alone).map_err(nobody_to_ask)?;
                    if let Proposal::ResetSignIn { person, factors } = proposal {
                        let reset = Reset {
                            person,
                            factors,
                            second: Second::NoneToAsk,
                            reason,
                        };
                        let done = resetting::carry_out(tx, &session, reset, fresh.word, now);
                        return Ok(Came::Done(done.await?));
                    }
                    let act = Carried {
                        by: session.by(),
                        second: None,
                        reason,
                        now,
                    };
                    let done = if let Proposal::MoveCase(moving) = &proposal {
                        moving::carry_out(tx, &session, moving, &setting, act).await?
                    } else {
                        carry_out(tx, proposal, &team, fresh, act).await?
                    };
                    return Ok(Came::Done(done));
                }
                let approval = Approval {
                    id,
                    what: proposal.text(),
                    asked_by: session.person.id,
                    asker: String::new(),
                    reason,
                    asked_at: now,
                    expires_at: now.plus_minutes(OPEN_MINUTES),
                    state: State::Open,
                    decided_by: None,
                    decider: None,
                    decided_at: None,
                };
                approvals::insert(tx, &approval).await?;
                let line = approval_line(session.by(), Act::ApprovalAsked, &approval);
                log::write(tx, now, line).await?;
                Ok::<_, Error>(Came::Waits(id))
            })
            .await?;
        if let Came::Done(done) = &came {
            self.was_done(done).await;
        }
        Ok(came)
    }

    /// Agrees to what somebody else asked for, and does it; a reset and an export are theirs to do
    /// then ([`App::take_agreed`], [`App::begin_export`]).
    ///
    /// # Errors
    /// [`Error::NotFound`] for those it does not concern, [`Error::Denied`] for whoever asked and
    /// those who may not, [`Error::Settled`] when it was decided or has lapsed; nothing is done
    /// then.
    pub async fn agree(&self, asked: &Session, id: Uuid) -> Result<Done, Error> {
        let (now, credential, fresh) = (self.now(), asked.credential, self.fresh());
        let catalogue = self.catalogue();
        let _still = self.0.taking_in.lock().await;
        let done = self
            .db()
            .write(async move |tx| {
                settings::hold(tx, TEAM).await?;
                let session = auth::session(tx, credential, now).await?;
                let team = colleagues::team(tx).await?;
                let (approval, proposal) = open(tx, &session, &team, id, now).await?;
                let asker = asker_of(&team, &approval)?;
                agreed(&asker, &session.principal, &proposal, &team)?;
                check(tx, &asker, &proposal, &team).await?;
                let is_askers = proposal.is_askers_to_do();
                let state = if is_askers {
                    State::Agreed
                } else {
                    State::Done
                };
                if !approvals::decide(tx, id, state, session.person.id, now).await? {
                    return Err(settled());
                }
                if is_askers {
                    let line = approval_line(session.by(), Act::ApprovalGiven, &approval);
                    log::write(tx, now, line).await?;
                    return Ok(Done::about(approval.asked_by));
                }
                let act = Carried {
                    by: By {
                        person: Some(approval.asked_by),
                        ..By::default()
                    },
                    second: Some(session.person.id),
                    reason: approval.reason.clone(),
                    now,
                };
                let done = if let Proposal::MoveCase(moving) = &proposal {
                    let setting = Setting {
                        catalogue: &catalogue,
                        notes: fresh.notes,
                        now,
                    };
                    moving::carry_out(tx, &session, moving, &setting, act).await?
                } else {
                    carry_out(tx, proposal, &team, fresh, act).await?
                };
                let line = approval_line(session.by(), Act::ApprovalGiven, &approval);
                log::write(tx, now, line).await?;
                Ok::<_, Error>(done)
            })
            .await?;
        self.was_done(&done).await;
        Ok(done)
    }

    /// Tells whoever must know that it was done.
    async fn was_done(&self, done: &Done) {
        match &done.moved {
            Some(moved) => self.announce_move(moved),
            None => self.sessions_ended(done.person),
        }
        if done.is_published {
            self.catalogue_changed().await;
        }
    }

    /// Declines what somebody else asked for; whoever asked takes it back.
    ///
    /// # Errors
    /// As [`App::agree`].
    pub async fn decline(&self, asked: &Session, id: Uuid) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let team = colleagues::team(tx).await?;
                let (approval, proposal) = open(tx, &session, &team, id, now).await?;
                let state = if approval.asked_by == session.person.id {
                    State::Withdrawn
                } else {
                    let facts = proposal.facts(&team, Second::NotAsked);
                    session.grant_for(proposal.action(), &facts)?;
                    State::Declined
                };
                if !approvals::decide(tx, id, state, session.person.id, now).await? {
                    return Err(settled());
                }
                let line = approval_line(session.by(), Act::ApprovalDeclined, &approval);
                log::write(tx, now, line.became(json!({ "state": state.code() }))).await?;
                Ok::<_, Error>(())
            })
            .await
    }

    /// What takes two persons and concerns whoever looks: what they asked for, and what they could
    /// agree to. The open ones first, then the latest.
    ///
    /// # Errors
    /// [`Error::Denied`] outside the vendor.
    pub async fn approvals(&self, asked: &Session) -> Result<Vec<Listed>, Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                if !session.principal.is_vendor() {
                    return Err(Error::Denied(Denial::of_role(Action::RunMachine)));
                }
                let team = colleagues::team(tx).await?;
                let all = approvals::list(tx, LISTED).await?;
                let listed = all.into_iter().map(|one| listed(&session, &team, one, now));
                Ok(listed.filter(|one| one.is_own || one.may_agree).collect())
            })
            .await
    }
}

/// Those who could agree to what somebody asks.
fn who_could_agree<'a>(
    asker: &Principal,
    proposal: &Proposal,
    team: &'a [Colleague],
) -> Vec<&'a Colleague> {
    let could = |one: &&Colleague| agreed(asker, &principal_of(one), proposal, team).is_ok();
    team.iter().filter(could).collect()
}

/// Whether a second person makes it allowed, both as they are now.
pub(crate) fn agreed(
    asker: &Principal,
    second: &Principal,
    proposal: &Proposal,
    team: &[Colleague],
) -> Result<(), Error> {
    let facts = proposal.facts(team, Second::Agreed(second));
    match decide(asker, proposal.action(), &facts) {
        Ok(_) => Ok(()),
        Err(denial)
            if matches!(
                denial.because,
                Because::SecondIsFirst | Because::SecondLacksIt
            ) =>
        {
            Err(denial.into())
        }
        Err(_) => Err(Error::Settled(
            "Whoever asked for this may no longer do it; decline it".to_owned(),
        )),
    }
}

fn listed(session: &Session, team: &[Colleague], approval: Approval, now: Moment) -> Listed {
    let proposal: Option<Proposal> = serde_json::from_str(&approval.what).ok();
    let asker = asker_of(team, &approval).ok();
    let others = match (&asker, &proposal) {
        (Some(asker), Some(proposal)) => who_could_agree(asker, proposal, team),
        _ => Vec::new(),
    };
    let me = session.person.id;
    let holds = proposal.as_ref().is_some_and(|proposal| {
        let facts = proposal.facts(team, Second::NotAsked);
        session.grant_for(proposal.action(), &facts).is_ok()
    });
    Listed {
        is_own: approval.asked_by == me,
        is_theirs_to_do: approval.asked_by == me && is_agreed(&approval, now),
        may_agree: holds && approval.asked_by != me,
        others: others.iter().map(|one| one.name.clone()).collect(),
        approval,
        proposal,
    }
}

/// Whoever asked, as they are now.
pub(crate) fn asker_of(team: &[Colleague], approval: &Approval) -> Result<Principal, Error> {
    let asker = team.iter().find(|one| one.person == approval.asked_by);
    asker.map(principal_of).ok_or_else(|| {
        Error::Settled("Whoever asked for this is not on the team any more; decline it".to_owned())
    })
}

/// One that somebody can still decide; what does not concern them does not exist.
async fn open(
    tx: &mut Tx<'_>,
    session: &Session,
    team: &[Colleague],
    id: Uuid,
    now: Moment,
) -> Result<(Approval, Proposal), Error> {
    refuse_customers(session)?;
    let approval = approvals::find_to_change(tx, id).await?;
    let approval = approval.ok_or(Error::NotFound)?;
    let proposal: Proposal = serde_json::from_str(&approval.what).map_err(|_| Error::NotFound)?;
    let facts = proposal.facts(team, Second::NotAsked);
    let holds = session.grant_for(proposal.action(), &facts).is_ok();
    if !holds && approval.asked_by != session.person.id {
        return Err(Error::NotFound);
    }
    if approval.is_open(now) {
        Ok((approval, proposal))
    } else if approval.state == State::Open {
        Err(Error::Settled(
            "The time in which somebody could agree is over; ask again".to_owned(),
        ))
    } else {
        Err(settled())
    }
}

/// Approvals are the vendor's own papers. Customers start resets as well, of their own people.
fn refuse_customers(session: &Session) -> Result<(), Error> {
    if session.principal.is_vendor() {
        return Ok(());
    }
    Err(Error::NotFound)
}

/// Says what to do where two are needed and there is one.
fn nobody_to_ask(error: Error) -> Error {
    match error {
        Error::Denied(denial)
            if denial.because == Because::Needs(Obligation::SecondPerson)
                && denial.action != Action::BreakGlass =>
        {
            let message = "This takes two persons, and nobody else here may agree to it: give \
                           somebody else the role first, under Team";
            wrong("reason", message)
        }
        error => error,
    }
}

fn settled() -> Error {
    Error::Settled("Somebody has decided this already".to_owned())
}

fn wrong(field: &'static str, message: impl Into<String>) -> Error {
    let message = message.into();
    Error::Field { field, message }
}

/// Whether what is proposed can be, as things are now.
async fn check(
    tx: &mut Tx<'_>,
    asker: &Principal,
    proposal: &Proposal,
    team: &[Colleague],
) -> Result<(), Error> {
    match proposal {
        Proposal::Invite { roles, email, .. } => {
            check_roles(asker, PersonId(Uuid::nil()), roles, team)?;
            new_person(proposal, PersonId(Uuid::nil()))?;
            if let Some(known) = people::find_by_email(tx, email).await? {
                refuse_members(tx, known.id, Organisation::Vendor).await?;
            }
        }
        Proposal::SetRoles {
            person,
            roles,
            leads,
        } => {
            let about = find(team, *person)?;
            check_roles(asker, *person, roles, team)?;
            let is_same = about.roles.len() == roles.len()
                && about.roles.iter().all(|role| roles.contains(role));
            if is_same && about.abilities.leads == *leads {
                return Err(wrong("roles", "These are their roles already"));
            }
            keeps_last(team, *person, roles)?;
        }
        Proposal::Deactivate { person } => {
            let about = find(team, *person)?;
            if asker.person == *person {
                return Err(wrong("reason", "Nobody deactivates themselves"));
            }
            if !about.is_active {
                return Err(wrong("reason", "They are deactivated already"));
            }
            keeps_last(team, *person, &[])?;
        }
        Proposal::ResetSignIn { person, .. } => {
            resetting::check(tx, asker, *person, team).await?;
        }
        Proposal::BreakGlass { account, .. } | Proposal::Export { account, .. } => {
            accounts::find(tx, *account).await?.ok_or(Error::NotFound)?;
        }
        Proposal::Publish {
            draft, revision, ..
        } => {
            publishing::check(tx, *draft, *revision).await?;
        }
        // Judged by what is published: `moving::check`.
        Proposal::MoveCase(_) => {}
        Proposal::Activate { person } => {
            let about = find(team, *person)?;
            if about.is_active {
                return Err(wrong("reason", "They are active already"));
            }
            if let Some(pair) = Role::apart_in(&about.roles) {
                return Err(wrong("reason", pair_words(pair)));
            }
        }
    }
    Ok(())
}

fn find(team: &[Colleague], person: PersonId) -> Result<&Colleague, Error> {
    let found = team.iter().find(|one| one.person == person);
    found.ok_or(Error::NotFound)
}

fn check_roles(
    asker: &Principal,
    to: PersonId,
    roles: &[Role],
    team: &[Colleague],
) -> Result<(), Error> {
    if roles.is_empty() {
        return Err(wrong("roles", "Choose one role at least"));
    }
    if let Some(pair) = Role::apart_in(roles) {
        return Err(wrong("roles", pair_words(pair)));
    }
    let facts = Facts {
        lacks_system_administrator: lacks_system_administrator(team),
        ..Facts::default()
    };
    may_set_team_roles(asker, to, roles, &facts).map_err(|denial| match denial.because {
        Because::ToOneself => wrong("roles", "Nobody changes their own roles"),
        _ => denial.into(),
    })
}

/// Why two roles never meet in one person.
#[must_use]
pub fn pair_words((one, other): (Role, Role)) -> String {
    format!(
        "Nobody is {} and {} at once: whoever runs the machine reads no customer's content",
        one.words(),
        other.words()
    )
}

/// The roles of which the team keeps one person at least, once it has one.
const KEPT: [Role; 2] = [Role::SystemAdministrator, Role::Manager];

/// Refuses to take the last person of a role away that somebody must have.
fn keeps_last(team: &[Colleague], person: PersonId, roles: &[Role]) -> Result<(), Error> {
    for role in KEPT {
        let holds = |one: &&Colleague| one.is_here() && one.roles.contains(&role);
        let mut holders = team.iter().filter(holds);
        let is_last = holders.clone().count() == 1
            && holders.any(|one| one.person == person)
            && !roles.contains(&role);
        if is_last {
            let field = if roles.is_empty() { "reason" } else { "roles" };
            let message = format!(
                "Nobody else here is {}; make somebody else one first",
                role.words()
            );
            return Err(wrong(field, message));
        }
    }
    Ok(())
}

fn codes(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| role.code()).collect()
}

/// The person an invitation is for, checked.
fn new_person(proposal: &Proposal, id: PersonId) -> Result<Person, Error> {
    let Proposal::Invite {
        name,
        email,
        time_zone,
        ..
    } = proposal
    else {
        return Err(Error::NotFound);
    };
    let new = NewPerson {
        name: name.clone(),
        email: email.clone(),
        time_zone: time_zone.clone(),
    };
    new.check(id)
}

/// A line of the vendor's log about an approval.
fn approval_line(by: By, act: Act, approval: &Approval) -> Line {
    let what: serde_json::Value = serde_json::from_str(&approval.what).unwrap_or_default();
    Line::new(None, by, act)
        .about(Subject::Thing("approval", approval.id.to_string()))
        .was(what)
        .because(approval.reason.as_str())
}
