//! Invitations: a link that can be used once lets somebody join an organisation.
//!
//! Somebody new chooses a password by it. Somebody who signs in already is asked to: the link alone
//! is not them, so they accept it from a session of theirs and join with it.

use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::ids::PersonId;
use mainstay_store::links::{self, Link, NewLink, Purpose};
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::people::{Membership, Organisation, Person};
use mainstay_store::sessions::{How, TokenHash};
use mainstay_store::{Tx, accounts, partners, people};
use serde_json::json;

use crate::auth::{self, NewSession, Session, Visitor, account_of, hash, secret_word};
use crate::people::{Invited, may_invite};
use crate::{App, Error};

/// How long an invitation can be used: a week.
pub(crate) const INVITATION_MINUTES: i64 = 7 * 24 * 60;

/// An invitation as whoever holds its link sees it.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Who is invited.
    pub person: Person,
    /// Where to.
    pub organisation: Option<Organisation>,
    /// What that is called; the vendor's name stands elsewhere.
    pub organisation_name: Option<String>,
    /// As what.
    pub roles: Vec<Role>,
    /// Whether they sign in already, and accept it signed in.
    pub is_settled: bool,
}

/// Invites somebody in the transaction of whoever may, and writes it down; who it is, since the
/// address may be somebody's already.
///
/// # Errors
/// [`Error::Field`] when they belong to the organisation, or were invited to it.
pub(crate) async fn invite(
    tx: &mut Tx<'_>,
    asked: &Session,
    new: &Person,
    joins: (Organisation, &[Role]),
    word: &str,
    now: Moment,
) -> Result<PersonId, Error> {
    let person = expect(tx, asked.person.id, new, joins, word, now).await?;
    let (organisation, roles) = joins;
    let roles: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    let line = asked.line(Act::PersonInvited).of(account_of(organisation));
    let line = line
        .about(Subject::Person(person))
        .became(json!({ "email": new.email, "roles": roles }));
    log::write(tx, now, line).await?;
    Ok(person)
}

/// Expects somebody, by a link that `made_by` hands on. Whoever is new is a member in name at once;
/// whoever signs in already becomes one by accepting.
pub(crate) async fn expect(
    tx: &mut Tx<'_>,
    made_by: PersonId,
    new: &Person,
    (organisation, roles): (Organisation, &[Role]),
    word: &str,
    now: Moment,
) -> Result<PersonId, Error> {
    let person = match people::find_by_email(tx, &new.email).await? {
        Some(known) => {
            refuse_members(tx, known.id, organisation).await?;
            known.id
        }
        None => {
            insert(tx, new, now).await?;
            // They may be named and given work before they come.
            for role in roles {
                let membership = Membership {
                    organisation,
                    role: *role,
                };
                people::insert_membership(tx, new.id, membership).await?;
            }
            new.id
        }
    };
    let link = NewLink {
        token: &hash(word),
        purpose: Purpose::Invitation,
        person,
        organisation,
        roles,
        made_by,
        expires_at: now.plus_minutes(INVITATION_MINUTES),
    };
    links::insert(tx, &link, now).await?;
    Ok(person)
}

/// Says so when somebody need not be invited again.
pub(crate) async fn refuse_members(
    tx: &mut Tx<'_>,
    person: PersonId,
    organisation: Organisation,
) -> Result<(), Error> {
    let wrong = |message: &str| {
        Err(Error::Field {
            field: "email",
            message: message.to_owned(),
        })
    };
    if links::invitation_of(tx, organisation, person)
        .await?
        .is_some()
    {
        return wrong("Somebody has this address already and was invited; send them a new link");
    }
    let memberships = people::memberships(tx, person).await?;
    if memberships
        .iter()
        .any(|membership| membership.organisation == organisation)
    {
        return wrong("Somebody has this address already; take another");
    }
    Ok(())
}

async fn insert(tx: &mut Tx<'_>, person: &Person, now: Moment) -> Result<(), Error> {
    people::insert(tx, person, now).await.map_err(|error| {
        if error.is_duplicate_of("people.email") {
            let message = "Somebody has this address already; take another".to_owned();
            return Error::Field {
                field: "email",
                message,
            };
        }
        Error::Store(error)
    })
}

/// Lets whoever holds a link join the organisation that made it.
async fn join(
    tx: &mut Tx<'_>,
    link: &Link,
    organisation: Organisation,
    network: Option<String>,
    now: Moment,
) -> Result<(), Error> {
    for role in &link.roles {
        let membership = Membership {
            organisation,
            role: *role,
        };
        people::insert_membership(tx, link.person, membership).await?;
    }
    let by = By {
        person: Some(link.person),
        network,
        ..By::default()
    };
    let line = Line::new(account_of(organisation), by, Act::InvitationAccepted)
        .about(Subject::Person(link.person));
    Ok(log::write(tx, now, line).await?)
}

/// Takes the invitation of somebody new, who is meant by the link, in the transaction that lets
/// them in; what they signed in with is kept by whoever calls this.
///
/// Whoever else has invited them and was not answered is not joined by this: each link is its
/// own proof.
///
/// # Errors
/// [`Error::LinkUsed`], also when they sign in already.
async fn take(tx: &mut Tx<'_>, token: &TokenHash, now: Moment) -> Result<Link, Error> {
    let link = links::take(tx, token, Purpose::Invitation, now).await?;
    let link = link.ok_or(Error::LinkUsed)?;
    let standing = people::standing(tx, link.person).await?;
    if standing.is_none_or(|standing| standing.is_settled || !standing.may_enter) {
        return Err(Error::LinkUsed);
    }
    for other in links::inviting(tx, link.person).await? {
        people::delete_memberships(tx, link.person, other).await?;
    }
    Ok(link)
}

/// Lets somebody new join who has left with an invitation and come back with a proof of their own.
///
/// # Errors
/// [`Error::LinkUsed`], also when it is not theirs, not of this organisation, or they sign in
/// already.
pub(crate) async fn accept(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    (person, organisation): (PersonId, Organisation),
    network: Option<String>,
    now: Moment,
) -> Result<(), Error> {
    let link = take(tx, token, now).await?;
    if link.person != person || link.organisation != Some(organisation) {
        return Err(Error::LinkUsed);
    }
    join(tx, &link, organisation, network, now).await
}

impl App {
    /// Whose invitation a link is, if it can still be used.
    ///
    /// # Errors
    /// [`Error::LinkUsed`].
    pub async fn invitation(&self, word: &str) -> Result<Invitation, Error> {
        let (now, token) = (self.now(), hash(word));
        self.db()
            .read(async |tx| {
                let link = links::find(tx, &token, Purpose::Invitation, now).await?;
                let link = link.ok_or(Error::LinkUsed)?;
                let person = people::find(tx, link.person).await?;
                let person = person
                    .filter(|person| person.is_active)
                    .ok_or(Error::LinkUsed)?;
                let name = match link.organisation {
                    Some(Organisation::Account(account)) => accounts::find(tx, account)
                        .await?
                        .map(|account| account.name),
                    Some(Organisation::Partner(partner)) => {
                        partners::find(tx, partner).await?.map(|one| one.name)
                    }
                    _ => None,
                };
                Ok(Invitation {
                    is_settled: people::is_settled(tx, link.person).await?,
                    person,
                    organisation: link.organisation,
                    organisation_name: name,
                    roles: link.roles,
                })
            })
            .await
    }

    /// Accepts an invitation as somebody new: chooses a password and signs in.
    ///
    /// # Errors
    /// [`Error::LinkUsed`], also when they sign in already; or the password's mistake, and the link
    /// stays good then.
    pub async fn accept_invitation(
        &self,
        word: &str,
        password: &str,
        visitor: impl Into<Visitor>,
    ) -> Result<NewSession, Error> {
        let visitor = visitor.into();
        if self.invitation(word).await?.is_settled {
            return Err(Error::LinkUsed);
        }
        let hashed = self.hash_password(password).await?;
        let (now, token) = (self.now(), hash(word));
        let key = self.session_key();
        let entrance = visitor.entrance(How::Link);
        self.db()
            .write(async move |tx| {
                let link = take(tx, &token, now).await?;
                if let Some(organisation) = link.organisation {
                    join(tx, &link, organisation, visitor.network.clone(), now).await?;
                }
                people::save_password(tx, link.person, &hashed).await?;
                auth::enter(tx, link.person, key, &entrance, now).await
            })
            .await
    }

    /// Accepts an invitation to another organisation, signed in as whoever is invited. Their
    /// session is replaced by one there.
    ///
    /// # Errors
    /// [`Error::LinkUsed`]; [`Error::NotFound`] when it is somebody else's.
    pub async fn join(&self, asked: &Session, word: &str) -> Result<NewSession, Error> {
        let (now, token, credential) = (self.now(), hash(word), asked.credential);
        let key = self.session_key();
        let entered = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let link = links::take(tx, &token, Purpose::Invitation, now).await?;
                let link = link.ok_or(Error::LinkUsed)?;
                let organisation = link.organisation.ok_or(Error::LinkUsed)?;
                if link.person != session.person.id {
                    return Err(Error::NotFound);
                }
                let network = session.by().network;
                join(tx, &link, organisation, network, now).await?;
                auth::replace(tx, &session, organisation, key, now).await
            })
            .await?;
        self.sessions_ended(asked.person.id);
        Ok(entered)
    }

    /// Sends an invitation again: a new link, and those before it are void.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such invitation, or it is not theirs to send.
    pub async fn invite_again(
        &self,
        asked: &Session,
        organisation: Organisation,
        person: PersonId,
    ) -> Result<Invited, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let word = secret_word(self.ids().secret());
        let kept = word.clone();
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let open = open_invitation(tx, &session, organisation, person).await?;
                let link = NewLink {
                    token: &hash(&kept),
                    purpose: Purpose::Invitation,
                    person,
                    organisation,
                    roles: &open.roles,
                    made_by: session.person.id,
                    expires_at: now.plus_minutes(INVITATION_MINUTES),
                };
                links::insert(tx, &link, now).await?;
                let line = session
                    .line(Act::PersonInvited)
                    .of(account_of(organisation));
                let again = json!({ "email": open.email, "again": true });
                let line = line.about(Subject::Person(person)).became(again);
                Ok::<_, Error>(log::write(tx, now, line).await?)
            })
            .await?;
        Ok(Invited { person, word })
    }

    /// Withdraws an invitation: its link is void, and whoever has not come yet is not expected any
    /// more.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such invitation, or it is not theirs to withdraw.
    pub async fn withdraw_invitation(
        &self,
        asked: &Session,
        organisation: Organisation,
        person: PersonId,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let open = open_invitation(tx, &session, organisation, person).await?;
                if links::void(tx, Purpose::Invitation, organisation, person).await? == 0 {
                    return Err(Error::NotFound);
                }
                // Whoever accepted one elsewhere is not yet a member here; whoever is new is, in
                // name, and has never signed in.
                if !people::is_settled(tx, person).await? {
                    let (_, id) = organisation.columns();
                    people::delete_memberships(tx, person, id).await?;
                }
                let line = session.line(Act::InvitationWithdrawn);
                let line = line
                    .of(account_of(organisation))
                    .about(Subject::Person(person));
                let was = json!({ "email": open.email });
                Ok(log::write(tx, now, line.was(was)).await?)
            })
            .await
    }
}

/// An open invitation that whoever asks may make themselves, with all its roles.
async fn open_invitation(
    tx: &mut Tx<'_>,
    session: &Session,
    organisation: Organisation,
    person: PersonId,
) -> Result<links::Open, Error> {
    let open = links::invitation_of(tx, organisation, person).await?;
    let open = open.ok_or(Error::NotFound)?;
    // Two persons have agreed to an invitation to the team; a new link adds nothing to it.
    if organisation == Organisation::Vendor && session.grant(Action::RunMachine).is_ok() {
        return Ok(open);
    }
    let may = |role: &Role| {
        let membership = Membership {
            organisation,
            role: *role,
        };
        may_invite(session, membership, person)
    };
    if open.roles.is_empty() || !open.roles.iter().all(may) {
        return Err(Error::NotFound);
    }
    Ok(open)
}
