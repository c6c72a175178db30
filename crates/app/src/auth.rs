//! Signing in: passwords, sessions, tokens, and what their bearer may do now.

use std::net::IpAddr;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use mainstay_domain::Moment;
use mainstay_domain::access::{
    ActingFor, Action, Administrators, Delegated, Facts, Grant, Principal, decide,
};
use mainstay_domain::case::Side;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::log::{Act, By, Line};
use mainstay_store::people::{Organisation, Person};
use mainstay_store::sessions::{Bearer, Entrance, How, TokenHash};
use mainstay_store::{Tx, accounts, people, reach, sessions};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{App, Catalogue, Error};

/// How long a session lasts: a week.
const SESSION_SECONDS: i64 = 7 * 86_400;
/// Failed sign-ins of one address before it has to wait.
const FAILURES_PER_ADDRESS: i64 = 10;
/// Failed sign-ins from one network before it has to wait.
const FAILURES_PER_NETWORK: i64 = 50;
/// For how long failures count.
const FAILURE_MINUTES: u32 = 15;
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// Somebody signed in, with what they are right now.
#[derive(Debug, Clone)]
pub struct Session {
    /// What the request carried.
    pub credential: Credential,
    /// The person.
    pub person: Person,
    /// Where they belong.
    pub organisation: Organisation,
    /// What they act as; rights are decided from it.
    pub principal: Principal,
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
        Ok(decide(&self.principal, action, facts)?)
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

/// Which kinds the administrator types may open under the edition in force.
pub(crate) fn administrators(catalogue: &Catalogue, now: Moment) -> Administrators {
    let edition = catalogue.edition_at(now);
    edition.map_or_else(Administrators::default, |edition| {
        Administrators::of(edition)
    })
}

/// Who a credential stands for, read in the transaction of the act (rights as they are now).
///
/// # Errors
/// [`Error::SignedOut`] when it stands for nobody any more.
pub async fn session(
    tx: &mut Tx<'_>,
    credential: Credential,
    now: Moment,
) -> Result<Session, Error> {
    let found = match credential.secret {
        Secret::Session(token) => sessions::find(tx, &token, now).await?,
        Secret::Token(token) => sessions::find_token(tx, &token).await?,
    };
    let sessions::Found {
        bearer,
        person,
        roles,
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
    Ok(Session {
        credential,
        person,
        organisation: bearer.organisation,
        principal,
    })
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
}

impl App {
    /// Who a credential stands for.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when it stands for nobody any more.
    pub async fn session(&self, credential: Credential) -> Result<Session, Error> {
        let now = self.now();
        self.db()
            .read(async |tx| session(tx, credential, now).await)
            .await
    }

    /// Signs somebody in. Known and unknown addresses cost and read the same.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::TooManyAttempts`].
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        network: &str,
    ) -> Result<NewSession, Error> {
        let now = self.now();
        let since = now.plus_minutes(-i64::from(FAILURE_MINUTES));
        let subjects = [
            format!("email {}", email.trim().to_lowercase()),
            format!("net {network}"),
        ];
        let (found, failures) = self
            .db()
            .read(async |tx| {
                let found = people::find_by_email(tx, email).await?;
                let by_address = sessions::failures(tx, &subjects[0], since).await?;
                let by_network = sessions::failures(tx, &subjects[1], since).await?;
                Ok::<_, Error>((found, (by_address, by_network)))
            })
            .await?;
        if failures.0 >= FAILURES_PER_ADDRESS || failures.1 >= FAILURES_PER_NETWORK {
            return Err(Error::TooManyAttempts {
                minutes: FAILURE_MINUTES,
            });
        }
        let hash = found
            .as_ref()
            .and_then(|person| person.password_hash.clone());
        let is_right = self.verify(hash, password).await;
        match found.filter(|person| is_right && person.is_active) {
            Some(person) => {
                self.start_session(person.id, Entrance::by(How::Password))
                    .await
            }
            None => {
                self.db()
                    .write(async move |tx| {
                        for subject in &subjects {
                            sessions::note_failure(tx, subject, now, since).await?;
                        }
                        Ok::<_, Error>(())
                    })
                    .await?;
                Err(Error::WrongPassword)
            }
        }
    }

    /// Starts a session for a person who has shown who they are.
    ///
    /// # Errors
    /// [`Error::WrongPassword`] when they belong to no organisation.
    pub async fn start_session(
        &self,
        person: PersonId,
        entrance: Entrance,
    ) -> Result<NewSession, Error> {
        let (now, key) = (self.now(), self.session_key());
        self.db()
            .write(async move |tx| enter(tx, person, key, &entrance, now).await)
            .await
    }

    /// What a new session is known by.
    pub(crate) fn session_key(&self) -> SessionKey {
        SessionKey {
            id: self.ids().id(),
            token: secret_word(self.ids().secret()),
        }
    }

    /// Ends a session at once.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn sign_out(&self, credential: Credential) -> Result<(), Error> {
        if let Secret::Session(token) = credential.secret {
            self.db()
                .write(async move |tx| sessions::delete(tx, &token).await)
                .await?;
        }
        Ok(())
    }

    /// Ends all sessions of a person at once.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn sign_out_everywhere(&self, asked: &Session) -> Result<(), Error> {
        let person = asked.person.id;
        Ok(self
            .db()
            .write(async move |tx| sessions::delete_all(tx, person).await)
            .await?)
    }

    /// Chooses the customer a partner's person acts for.
    ///
    /// # Errors
    /// [`Error::NotFound`] when that customer does not let them.
    pub async fn act_for(&self, asked: &Session, account: AccountId) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let Secret::Session(token) = credential.secret else {
            return Err(Error::NotFound);
        };
        self.db()
            .write(async move |tx| {
                let asked = session(tx, credential, now).await?;
                let Organisation::Partner(partner) = asked.organisation else {
                    return Err(Error::NotFound);
                };
                accounts::delegated(tx, account, partner, asked.person.id, now)
                    .await?
                    .filter(Delegated::is_running)
                    .ok_or(Error::NotFound)?;
                sessions::act_for(tx, &token, account).await?;
                Ok(())
            })
            .await
    }

    /// Makes an API token for whoever asks; it is shown once.
    ///
    /// # Errors
    /// [`Error::Field`] when the name is empty or too long.
    pub async fn create_token(&self, asked: &Session, name: &str) -> Result<String, Error> {
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 60 {
            let message = "Name the token in up to 60 characters".to_owned();
            return Err(Error::Field {
                field: "name",
                message,
            });
        }
        let now = self.now();
        let token = format!("mst_{}", secret_word(self.ids().secret()));
        let token_hash = hash(&token);
        let credential = asked.credential;
        self.db()
            .write(async move |tx| {
                let session = session(tx, credential, now).await?;
                let bearer = Bearer {
                    person: session.person.id,
                    organisation: session.organisation,
                    acting_for: session.acts_as_partner_for(),
                };
                sessions::insert_token(tx, &token_hash, &bearer, &name, now).await?;
                Ok::<_, Error>(())
            })
            .await?;
        Ok(token)
    }

    /// Revokes the tokens of a name at once.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn revoke_token(&self, asked: &Session, name: &str) -> Result<(), Error> {
        let (person, now, name) = (asked.person.id, self.now(), name.to_owned());
        let revoke =
            async move |tx: &mut Tx<'_>| sessions::revoke_token(tx, person, &name, now).await;
        Ok(self.db().write(revoke).await?)
    }

    /// Hashes a password, on a thread of its own.
    pub(crate) async fn hash_password(&self, password: &str) -> Result<String, Error> {
        let length = password.chars().count();
        if !(PASSWORD_MIN..=PASSWORD_MAX).contains(&length) {
            let message = format!("Take a password of {PASSWORD_MIN} to {PASSWORD_MAX} characters");
            return Err(Error::Field {
                field: "password",
                message,
            });
        }
        let _permit = self.0.hashing.acquire().await;
        let password = password.to_owned();
        let hashed = tokio::task::spawn_blocking(move || {
            let hash: Result<PasswordHash, _> =
                Argon2::default().hash_password(password.as_bytes());
            hash.map(|hash| hash.to_string())
        })
        .await;
        match hashed {
            Ok(Ok(hash)) => Ok(hash),
            _ => Err(Error::Field {
                field: "password",
                message: "The password could not be kept; try another".to_owned(),
            }),
        }
    }

    /// Whether a password fits a hash; an address without one costs the same time.
    async fn verify(&self, hash: Option<String>, password: &str) -> bool {
        let _permit = self.0.hashing.acquire().await;
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
        let password: String = password.chars().take(PASSWORD_MAX + 1).collect();
        let verified = tokio::task::spawn_blocking(move || {
            let hash = PasswordHash::new(&hash);
            hash.is_ok_and(|hash| {
                Argon2::default()
                    .verify_password(password.as_bytes(), &hash)
                    .is_ok()
            })
        })
        .await;
        verified.unwrap_or(false) && is_known
    }
}

/// What a new session is known by: its id to its owner, its token to the browser alone.
pub(crate) struct SessionKey {
    id: Uuid,
    token: String,
}

/// Starts a session of a person in the transaction that lets them in.
pub(crate) async fn enter(
    tx: &mut Tx<'_>,
    person: PersonId,
    key: SessionKey,
    entrance: &Entrance,
    now: Moment,
) -> Result<NewSession, Error> {
    let memberships = people::memberships(tx, person).await?;
    let organisation = memberships
        .first()
        .ok_or(Error::WrongPassword)?
        .organisation;
    let acting_for = match organisation {
        Organisation::Partner(partner) => {
            let customers = accounts::accounts_of_partner(tx, partner, person, now).await?;
            customers.first().map(|account| account.id)
        }
        _ => None,
    };
    let bearer = Bearer {
        person,
        organisation,
        acting_for,
    };
    let expires_at = now.plus_seconds(SESSION_SECONDS);
    let session = sessions::NewSession {
        token: &hash(&key.token),
        id: key.id,
        bearer: &bearer,
        entrance,
        expires_at,
    };
    sessions::insert(tx, &session, now).await?;
    Ok(NewSession {
        token: key.token,
        max_age: SESSION_SECONDS,
        organisation,
    })
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
