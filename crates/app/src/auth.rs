//! Signing in: passwords, sessions, and what their bearer may do now.

mod entering;
mod verbs;

pub(crate) use entering::{Way, come_in, enter, know, replace, way_at, way_in};

use std::net::IpAddr;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use mainstay_domain::Moment;
use mainstay_domain::access::tries::Track;
use mainstay_domain::access::{
    ActingFor, Action, Administrators, Facts, Grant, Principal, decide, decide_in_view,
};
use mainstay_domain::case::Side;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::people::{Organisation, Person};
use mainstay_store::sessions::{Bearer, Entrance, How, Standing, TokenHash, Viewing};
use mainstay_store::tries::{forget_devices, knows, remember};
use mainstay_store::{Tx, accounts, people, reach, sessions};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::factors::step::{self, Admission, Coming};
use crate::tries::{self, Try};
use crate::{App, Catalogue, Changed, Error, providers};

/// How long a session lasts: a week.
pub(crate) const SESSION_SECONDS: i64 = 7 * 86_400;
/// How long a browser somebody signed in with is known: a year.
const DEVICE_SECONDS: i64 = 365 * 86_400;
/// A session's last use is noted when the one noted is so long ago: ten minutes.
const SEEN_SECONDS: i64 = 600;
/// Shortest password.
const PASSWORD_MIN: usize = 10;
/// Longest password, so that hashing one cannot be made expensive.
const PASSWORD_MAX: usize = 200;

/// What a request carries to say who asks, and where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credential {
    /// The secret, as it is kept.
    pub secret: Secret,
    /// The network address of the request, as far as it is known.
    pub network: Option<IpAddr>,
}

/// A secret that stands for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Secret {
    /// A browser's session.
    Session(TokenHash),
    /// An API token.
    Token(TokenHash),
}

impl Credential {
    /// The credential of a session cookie's value.
    #[must_use]
    pub fn session(token: &str) -> Self {
        Self {
            secret: Secret::Session(hash(token)),
            network: None,
        }
    }

    /// The credential of a bearer token.
    #[must_use]
    pub fn token(token: &str) -> Self {
        Self {
            secret: Secret::Token(hash(token)),
            network: None,
        }
    }

    /// As seen from a network address.
    #[must_use]
    pub const fn from_network(self, network: Option<IpAddr>) -> Self {
        Self { network, ..self }
    }

    /// Whether a program carries it.
    #[must_use]
    pub const fn is_token(self) -> bool {
        matches!(self.secret, Secret::Token(_))
    }
}

impl From<&Session> for Credential {
    fn from(session: &Session) -> Self {
        session.credential
    }
}

/// Who is at the door: what a browser says before anybody is signed in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visitor {
    /// The network address, as far as it is known.
    pub network: Option<String>,
    /// What the browser calls itself.
    pub agent: Option<String>,
    /// The word by which it is known to have been signed in with before, if it brings one.
    pub device: Option<String>,
}

impl From<&str> for Visitor {
    /// From a network, by nobody knows what.
    fn from(network: &str) -> Self {
        Self {
            network: Some(network.to_owned()),
            ..Self::default()
        }
    }
}

impl Visitor {
    /// How a session begins for them, by one factor.
    #[must_use]
    pub fn entrance(&self, how: How) -> Entrance {
        let agent = self.agent.as_deref();
        Entrance {
            network: self.network.clone(),
            agent: agent.map(|agent| agent.chars().take(AGENT_MAX).collect()),
            ..Entrance::by(how)
        }
    }
}

/// Letters kept of what a browser calls itself.
const AGENT_MAX: usize = 300;

/// Somebody signed in, with what they are right now.
#[derive(Debug, Clone)]
pub struct Session {
    /// What the request carried.
    pub credential: Credential,
    /// The person.
    pub person: Person,
    /// Where they belong.
    pub organisation: Organisation,
    /// What they act as; rights are decided from it. In a view it is the person viewed, and
    /// [`Session::grant`] says what of theirs is shown.
    pub principal: Principal,
    /// When the session was last noted to be used; of a token it is not said.
    pub seen_at: Option<Moment>,
    /// How well they have shown who they are.
    pub standing: Standing,
    /// As whom they see the portal just now, to read only.
    pub view: Option<Box<View>>,
}

/// As whom somebody at the vendor sees the portal.
#[derive(Debug, Clone)]
pub struct View {
    /// What they are at the vendor.
    pub viewer: Principal,
    /// Whom they see the portal as.
    pub person: Person,
    /// The account.
    pub account: AccountId,
    /// The first instant at which it is over.
    pub until: Moment,
    /// Why, in their words.
    pub reason: String,
}

impl Session {
    /// Decides whether they may do something, and to what.
    ///
    /// # Errors
    /// [`Error::Denied`] when not.
    pub fn grant(&self, action: Action) -> Result<Grant, Error> {
        self.grant_for(action, &Facts::default())
    }

    /// Decides whether they may do something, as far as the facts are known.
    ///
    /// # Errors
    /// [`Error::Denied`] when not.
    pub fn grant_for(&self, action: Action, facts: &Facts<'_>) -> Result<Grant, Error> {
        Ok(match &self.view {
            None => decide(&self.principal, action, facts)?,
            Some(view) => decide_in_view(&view.viewer, &self.principal, action, facts)?,
        })
    }

    /// Decides which kinds of requests they may open under the edition in force (S15).
    ///
    /// # Errors
    /// [`Error::Denied`] when none.
    pub fn grant_to_open(&self, catalogue: &Catalogue, now: Moment) -> Result<Grant, Error> {
        let facts = Facts {
            administrators: administrators(catalogue, now),
            ..Facts::default()
        };
        self.grant_for(Action::Open, &facts)
    }

    /// Who they are to the log.
    #[must_use]
    pub fn by(&self) -> By {
        By {
            person: Some(self.person.id),
            partner: match self.organisation {
                Organisation::Partner(partner) => Some(partner),
                Organisation::Vendor | Organisation::Account(_) => None,
            },
            network: self.credential.network.map(|network| network.to_string()),
        }
    }

    /// A line for the log of the account they act for, or for the vendor's.
    #[must_use]
    pub fn line(&self, act: Act) -> Line {
        Line::new(self.principal.account(), self.by(), act)
    }

    /// A line about themselves: how they sign in, with what. It stands in the log of their own
    /// organisation, whomever they act for.
    #[must_use]
    pub fn own_line(&self, act: Act) -> Line {
        self.line(act)
            .about(Subject::Person(self.person.id))
            .of(account_of(self.organisation))
    }

    /// The customer a partner's person acts for, while it lets them.
    #[must_use]
    pub fn acts_as_partner_for(&self) -> Option<AccountId> {
        match self.organisation {
            Organisation::Partner(_) => {
                let account = self.principal.account();
                account.filter(|account| !account.0.is_nil())
            }
            Organisation::Vendor | Organisation::Account(_) => None,
        }
    }

    /// The side they stand on.
    #[must_use]
    pub fn side(&self) -> Side {
        if self.principal.is_vendor() {
            Side::Vendor
        } else {
            Side::Customer
        }
    }
}

/// The account whose log tells of an organisation's people; the vendor's own has none.
pub(crate) const fn account_of(organisation: Organisation) -> Option<AccountId> {
    match organisation {
        Organisation::Account(account) => Some(account),
        Organisation::Vendor | Organisation::Partner(_) => None,
    }
}

/// Which kinds the administrator types may open under the edition in force.
pub(crate) fn administrators(catalogue: &Catalogue, now: Moment) -> Administrators {
    let edition = catalogue.edition_at(now);
    edition.map_or_else(Administrators::default, |edition| {
        Administrators::of(edition)
    })
}

/// Who a credential stands for, read in the transaction of the act (rights as they are now).
///
/// Somebody who views the portal as a customer does is that customer to whatever reads, and nobody
/// to whatever changes.
///
/// # Errors
/// [`Error::SignedOut`] when it stands for nobody any more; [`Error::FactorRequired`] when a second
/// factor is asked of them that they have not shown: until then they can do nothing;
/// [`Error::InView`] where something may be changed, [`Error::ViewOver`] after the view's time.
pub async fn session(
    tx: &mut Tx<'_>,
    credential: Credential,
    now: Moment,
) -> Result<Session, Error> {
    let session = half_session(tx, credential, now).await?;
    if session.standing.lacks_factor {
        return Err(Error::FactorRequired);
    }
    Ok(session)
}

/// As [`session`], but whoever still has to show or add a second factor passes too: only for what
/// leads them to it.
///
/// # Errors
/// As [`session`], without the factor.
pub async fn half_session(
    tx: &mut Tx<'_>,
    credential: Credential,
    now: Moment,
) -> Result<Session, Error> {
    let (session, viewing) = session_itself(tx, credential, now).await?;
    match viewing {
        None => Ok(session),
        Some(viewing) if viewing.until <= now => Err(Error::ViewOver),
        Some(_) if tx.may_write() => Err(Error::InView),
        Some(viewing) => in_view(tx, session, viewing).await,
    }
}

/// Who a credential stands for whatever they view and however well they have shown who they are,
/// and what they view.
pub(crate) async fn session_itself(
    tx: &mut Tx<'_>,
    credential: Credential,
    now: Moment,
) -> Result<(Session, Option<Viewing>), Error> {
    let found = match credential.secret {
        Secret::Session(token) => sessions::find(tx, &token, now).await?,
        Secret::Token(token) => sessions::find_token(tx, &token, now).await?,
    };
    let sessions::Found {
        bearer,
        person,
        roles,
        seen_at,
        standing,
        viewing,
    } = found.ok_or(Error::SignedOut)?;
    let acting_for = match bearer.organisation {
        Organisation::Vendor => ActingFor::Vendor,
        Organisation::Account(account) => ActingFor::Account { account },
        Organisation::Partner(partner) => {
            // Without a customer chosen, or after its removal, there is nothing to act on.
            let account = bearer.acting_for.unwrap_or(AccountId(Uuid::nil()));
            let delegated = accounts::delegated(tx, account, partner, person.id, now).await?;
            ActingFor::Delegated {
                account,
                partner,
                delegated: delegated.unwrap_or_default(),
            }
        }
    };
    let principal = Principal {
        person: person.id,
        is_active: person.is_active,
        acting_for,
        roles,
    };
    reach::of(tx, &principal);
    let session = Session {
        credential,
        person,
        organisation: bearer.organisation,
        principal,
        seen_at,
        standing,
        view: None,
    };
    Ok((session, viewing))
}

/// The session of somebody at the vendor as it is in a view: as the person viewed is now.
async fn in_view(tx: &mut Tx<'_>, session: Session, viewing: Viewing) -> Result<Session, Error> {
    let organisation = Organisation::Account(viewing.account);
    let viewed = people::member(tx, organisation, viewing.person).await?;
    let (person, roles) = viewed.ok_or(Error::ViewOver)?;
    let principal = Principal {
        person: person.id,
        is_active: person.is_active,
        acting_for: ActingFor::Account {
            account: viewing.account,
        },
        roles,
    };
    reach::of(tx, &principal);
    let view = View {
        viewer: session.principal,
        person,
        account: viewing.account,
        until: viewing.until,
        reason: viewing.reason,
    };
    Ok(Session {
        organisation,
        principal,
        view: Some(Box::new(view)),
        ..session
    })
}

/// Ends all sessions of somebody whose rights have changed, so that none goes on with what they
/// were before. What lists them in other words calls this in the transaction of the change, and
/// [`App::sessions_ended`] after it.
///
/// # Errors
/// Whatever the database says.
pub async fn rights_changed(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Error> {
    Ok(sessions::delete_all(tx, person).await?)
}

/// A new session: its token is shown to the browser once and kept as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The cookie's value.
    pub token: String,
    /// Seconds until it ends.
    pub max_age: i64,
    /// Where the person belongs.
    pub organisation: Organisation,
    /// The word by which the browser is known from now on, if it is new to them.
    pub device: Option<Device>,
}

/// What a browser is known by: shown to it once and kept as a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The cookie's value.
    pub word: String,
    /// Seconds until it ends.
    pub max_age: i64,
}

/// Somebody whose password was right, before they are let in.
struct Proven {
    person: PersonId,
    tries: Vec<Try>,
}

/// What a new session is known by: its id on the screen, its token to the browser alone.
pub(crate) struct SessionKey {
    id: Uuid,
    /// The token, for the browser.
    pub(crate) token: String,
}

/// The hash of a password nobody has.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$xzbXyQx3N2aV9KpHqf1CE5yHKtEoAnQ5nVHHpBjQ7bM";

/// The SHA-256 of a token.
pub(crate) fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// A secret as a word that fits cookies, headers and URLs.
pub(crate) fn secret_word(secret: [u8; 32]) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    // Five bits of each byte: 160 bits in all.
    secret
        .iter()
        .map(|byte| char::from(LETTERS[usize::from(byte % 32)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_address_costs_a_whole_hash() {
        let hash = PasswordHash::new(NOBODYS).unwrap();
        assert!(hash.salt.is_some() && hash.hash.is_some());
        let wrong = Argon2::default().verify_password(b"anything", &hash);
        assert_eq!(wrong, Err(argon2::password_hash::Error::PasswordInvalid));
    }

    #[test]
    fn secrets_fit_cookies_and_headers() {
        let word = secret_word(std::array::from_fn(|index| {
            u8::try_from(index * 8).unwrap()
        }));
        assert_eq!(word.len(), 32);
        assert!(word.bytes().all(|letter| letter.is_ascii_alphanumeric()));
    }
}
