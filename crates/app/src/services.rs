//! Service accounts: programs that act under their own name, with tokens and roles, for the
//! organisation that owns them. They have no password, do not sign in and are told nothing.

use mainstay_domain::access::{Action, Obligation, Receiver, Role, may_give};
use mainstay_domain::ids::PersonId;
use mainstay_store::log::{self, Act, Subject};
use mainstay_store::people::{Membership, Organisation};
use mainstay_store::sessions::Bearer;
use mainstay_store::tokens::Token;
use mainstay_store::{Tx, people, services, tokens};
use serde_json::json;
use uuid::Uuid;

use crate::auth::{self, Session, account_of};
use crate::tokens::{Lasts, Wanted, make, name_of, revoke};
use crate::{App, Error};

/// A service account as those who look after it see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Who.
    pub id: PersonId,
    /// Its name.
    pub name: String,
    /// Whether it may act.
    pub is_active: bool,
    /// What it is.
    pub roles: Vec<Role>,
    /// Its tokens, the latest first.
    pub tokens: Vec<Token>,
}

/// Decides whether somebody looks after their organisation's service accounts.
///
/// # Errors
/// [`Error::Denied`] when not.
pub fn decide(session: &Session) -> Result<(), Error> {
    let action = match session.organisation {
        Organisation::Vendor => Action::RunMachine,
        Organisation::Account(_) | Organisation::Partner(_) => Action::ConnectOrganisation,
    };
    let grant = session.grant(action)?;
    let is_for_all = |right: &mainstay_domain::access::Right| {
        !right.obligations().contains(&Obligation::OwnTokensOnly)
    };
    if grant.rights().iter().any(is_for_all) {
        Ok(())
    } else {
        Err(mainstay_domain::access::Denial::of_role(action).into())
    }
}

/// The roles somebody may give a service account: none wider than their own.
#[must_use]
pub fn roles_to_give(session: &Session) -> Vec<Role> {
    let nobody = Receiver {
        person: PersonId(Uuid::nil()),
        holds: &[],
    };
    let may = |role: &Role| may_give(&session.principal, *role, nobody).is_ok();
    Role::ALL.into_iter().filter(may).collect()
}

impl App {
    /// The service accounts of one's organisation, with their tokens.
    ///
    /// # Errors
    /// [`Error::Denied`] when one does not look after them.
    pub async fn services(&self, asked: &Session) -> Result<Vec<Service>, Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                decide(&session)?;
                let rows = services::list(tx, session.organisation).await?;
                let tokens = tokens::of_services(tx, session.organisation).await?;
                Ok(together(rows, &tokens))
            })
            .await
    }

    /// Makes a service account with a role.
    ///
    /// # Errors
    /// [`Error::Denied`] when one does not look after them, or the role is not one's to give;
    /// [`Error::Field`] for its name.
    pub async fn create_service(
        &self,
        asked: &Session,
        name: &str,
        role: Role,
    ) -> Result<PersonId, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let name = name_of(name)?;
        let id = PersonId(self.ids().id());
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                decide(&session)?;
                let receiver = Receiver {
                    person: id,
                    holds: &[],
                };
                may_give(&session.principal, role, receiver)?;
                let (organisation, zone) = (session.organisation, &session.person.time_zone);
                services::insert(tx, id, &name, zone, organisation, now).await?;
                let membership = Membership { organisation, role };
                people::insert_membership(tx, id, membership).await?;
                let line = session.line(Act::ServiceAccountMade);
                let line = line.of(account_of(organisation)).about(Subject::Person(id));
                let made = json!({ "name": name, "roles": [role.code()] });
                Ok::<_, Error>(log::write(tx, now, line.became(made)).await?)
            })
            .await?;
        Ok(id)
    }

    /// Makes a token of a service account; it is shown once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when one's organisation has no such service account at work;
    /// [`Error::Denied`] when it holds a role that is not one's to give.
    pub async fn create_service_token(
        &self,
        asked: &Session,
        service: PersonId,
        wanted: impl Into<Wanted>,
    ) -> Result<String, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let wanted: Wanted = wanted.into();
        let name = name_of(&wanted.name)?;
        let lasts: Lasts = wanted.lasts;
        let (id, token) = self.token_key();
        let kept = token.clone();
        self.db()
            .write(async move |tx| {
                let session = holder(tx, credential, service, now).await?.0;
                // A token acts with the service's roles: whoever holds less must not get one.
                for membership in people::memberships(tx, service).await? {
                    let receiver = Receiver {
                        person: service,
                        holds: &[],
                    };
                    may_give(&session.principal, membership.role, receiver)?;
                }
                let bearer = Bearer {
                    person: service,
                    organisation: session.organisation,
                    acting_for: None,
                };
                make(tx, &session, &bearer, (id, &kept), (&name, lasts), now).await
            })
            .await?;
        Ok(token)
    }

    /// Revokes a token of a service account at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none that stands.
    pub async fn revoke_service_token(
        &self,
        asked: &Session,
        service: PersonId,
        id: Uuid,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = holder(tx, credential, service, now).await?.0;
                revoke(tx, &session, service, id, now).await
            })
            .await
    }

    /// Deactivates a service account for good; its tokens are dead at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when one's organisation has no such service account at work.
    pub async fn deactivate_service(
        &self,
        asked: &Session,
        service: PersonId,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let (session, name) = holder(tx, credential, service, now).await?;
                services::deactivate(tx, service).await?;
                tokens::revoke_all(tx, service, now).await?;
                let line = session.line(Act::PersonDeactivated);
                let line = line.of(account_of(session.organisation));
                let line = line.about(Subject::Person(service));
                Ok(log::write(tx, now, line.was(json!({ "name": name }))).await?)
            })
            .await
    }
}

/// Whoever looks after a service account that is at work, and its name, held for a change.
async fn holder(
    tx: &mut Tx<'_>,
    credential: crate::Credential,
    service: PersonId,
    now: mainstay_domain::Moment,
) -> Result<(Session, String), Error> {
    let session = auth::session(tx, credential, now).await?;
    decide(&session)?;
    let found = services::find_to_change(tx, session.organisation, service).await?;
    Ok((session, found.ok_or(Error::NotFound)?))
}

fn together(rows: Vec<services::ServiceRow>, tokens: &[Token]) -> Vec<Service> {
    let mut found: Vec<Service> = Vec::new();
    for (id, name, is_active, role) in rows {
        let role = Role::from_code(&role);
        match found.last_mut().filter(|last| last.id == id) {
            Some(last) => last.roles.extend(role),
            None => found.push(Service {
                id,
                name,
                is_active,
                roles: role.into_iter().collect(),
                tokens: tokens
                    .iter()
                    .filter(|token| token.person == id)
                    .cloned()
                    .collect(),
            }),
        }
    }
    found
}
