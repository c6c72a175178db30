//! A visit at a provider: somebody leaves for it, and comes back with who they are there.
//!
//! What has to come back is kept here, once and for ten minutes, and bound to the browser it left
//! from. Whatever is not as it should be reads the same to whoever came back: it did not work.

use mainstay_domain::Moment;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::links::{self, Link};
use mainstay_store::log::{self, Act};
use mainstay_store::providers::{Attempt, Holder, Identity, Provider, Purpose, Return};
use mainstay_store::sessions::{Entrance, How, TokenHash};
use mainstay_store::{Tx, people, providers, reach};
use uuid::Uuid;

use super::client::{Errand, Proof};
use super::{enabled, holder_of, is_same_client, of};
use crate::auth::{self, Credential, NewSession, Session, Visitor, hash, secret_word};
use crate::factors::ask_proof;
use crate::factors::step::{self, Admission, Coming, NewStep};
use crate::files::hex;
use crate::invitations;
use crate::{App, Error};

/// How long a visit may take.
const VISIT_MINUTES: i64 = 10;

/// Somebody on their way to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Where to go.
    pub url: String,
    /// The value of the cookie by which the browser is known again.
    pub browser: String,
    /// Seconds after which it is too late to come back.
    pub max_age: i64,
    /// The provider's name.
    pub name: String,
}

/// Somebody who has come back.
#[derive(Debug, Clone, Default)]
pub struct Returning {
    /// The provider of the address they came back to.
    pub provider: Uuid,
    /// What went along with them.
    pub state: String,
    /// What the provider gave them, unless it refused.
    pub code: Option<String>,
    /// Who the provider says that it is, if it says so.
    pub issuer: Option<String>,
    /// What the provider says went wrong.
    pub error: Option<String>,
    /// The cookie of their browser.
    pub browser: String,
    /// Their session, if they have one.
    pub credential: Option<Credential>,
    /// Who is at the door.
    pub visitor: Visitor,
}

/// What came of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// They are signed in, and go on here.
    SignedIn(NewSession, String),
    /// They have a second factor and are asked for it, and go on here after it.
    SecondStep(NewStep, String),
    /// Who they are there is linked to who they are here.
    Linked,
    /// The provider works.
    Tested,
}

impl Arrival {
    fn of(admitted: Admission, back: String) -> Self {
        match admitted {
            Admission::Session(session) => Self::SignedIn(session, back),
            Admission::SecondStep(step) => Self::SecondStep(step, back),
        }
    }
}

/// What somebody leaves for.
struct Leaving {
    provider: Provider,
    purpose: Purpose,
    person: Option<PersonId>,
    link: Option<TokenHash>,
    back: String,
}

/// The one answer to whatever is not as it should be.
const REFUSED: Error = Error::ProviderRefused { why: None };

/// Where a provider sends people back to: an address of its own, so that none can pass off its
/// answers as another's.
#[must_use]
pub fn way_back(origin: &str, provider: Uuid) -> String {
    format!("{origin}/sign-in/providers/{provider}/callback")
}

impl App {
    /// Leaves to sign in, and to go on at `back` then.
    ///
    /// # Errors
    /// [`Error::ProviderRefused`] when there is no such provider, or it cannot be reached.
    pub async fn leave_to_sign_in(
        &self,
        provider: Uuid,
        origin: &str,
        back: &str,
    ) -> Result<Departure, Error> {
        let find = async |tx: &mut Tx<'_>| {
            for account in [None, Some(AccountId(provider))] {
                let holder = account.map_or(Holder::Vendor, Holder::Account);
                reach::signing_in(tx, account);
                let found = providers::find(tx, holder, provider).await?;
                if let Some(found) = found.filter(|found| found.is_enabled) {
                    return Ok(found);
                }
            }
            Err(REFUSED)
        };
        let leaving = Leaving {
            provider: self.db().read(find).await?,
            purpose: Purpose::SignIn,
            person: None,
            link: None,
            back: back.to_owned(),
        };
        self.leave(leaving, origin).await
    }

    /// Leaves to link who somebody is there to who they are here.
    ///
    /// # Errors
    /// [`Error::ProviderRefused`] when it is not one of their organisation's, or cannot be reached;
    /// [`Error::ProofNeeded`].
    pub async fn leave_to_link(
        &self,
        asked: &Session,
        provider: Uuid,
        origin: &str,
    ) -> Result<Departure, Error> {
        ask_proof(asked, self.now())?;
        let holder = Holder::of(asked.organisation).ok_or(REFUSED)?;
        let found = self.provider_of(asked, holder, provider).await?;
        let leaving = Leaving {
            provider: found.filter(|found| found.is_enabled).ok_or(REFUSED)?,
            purpose: Purpose::Link,
            person: Some(asked.person.id),
            link: None,
            back: String::new(),
        };
        self.leave(leaving, origin).await
    }

    /// Leaves to see whether a provider works, which links as well.
    ///
    /// # Errors
    /// [`Error::Field`] when it is not there or cannot be reached, with what it said;
    /// [`Error::ProofNeeded`].
    pub async fn leave_to_test(
        &self,
        asked: &Session,
        provider: Uuid,
        origin: &str,
    ) -> Result<Departure, Error> {
        let holder = holder_of(asked)?;
        ask_proof(asked, self.now())?;
        let found = self.provider_of(asked, holder, provider).await?;
        let field = |message: String| Error::Field {
            field: "provider",
            message,
        };
        let leaving = Leaving {
            provider: found.ok_or_else(|| field("Set a provider up first".to_owned()))?,
            purpose: Purpose::Test,
            person: Some(asked.person.id),
            link: None,
            back: String::new(),
        };
        self.leave(leaving, origin).await.map_err(|error| {
            let why = match error {
                Error::ProviderRefused { why } => why.unwrap_or_default(),
                other => return other,
            };
            field(format!("This provider cannot be used: {why}"))
        })
    }

    /// Leaves to accept an invitation by who somebody is there: the invitation is the proof that
    /// they are meant. Somebody who signs in already joins from a session of theirs instead.
    ///
    /// # Errors
    /// [`Error::LinkUsed`], also when they sign in already; [`Error::ProviderRefused`] when it is not one of the organisation that
    /// invites, or cannot be reached.
    pub async fn leave_to_accept(
        &self,
        word: &str,
        provider: Uuid,
        origin: &str,
    ) -> Result<Departure, Error> {
        let (now, token) = (self.now(), hash(word));
        let find = async |tx: &mut Tx<'_>| {
            let link = links::find(tx, &token, links::Purpose::Invitation, now).await?;
            let link = link.ok_or(Error::LinkUsed)?;
            if people::is_settled(tx, link.person).await? {
                return Err(Error::LinkUsed);
            }
            let all = providers_of_invited(tx, &link).await?;
            let found = all.into_iter().find(|one| one.id == provider);
            Ok::<_, Error>((link.person, found.ok_or(REFUSED)?))
        };
        let (person, provider) = self.db().read(find).await?;
        let leaving = Leaving {
            provider,
            purpose: Purpose::Accept,
            person: Some(person),
            link: Some(token),
            back: String::new(),
        };
        self.leave(leaving, origin).await
    }

    async fn provider_of(
        &self,
        asked: &Session,
        holder: Holder,
        provider: Uuid,
    ) -> Result<Option<Provider>, Error> {
        self.db()
            .read(async |tx| {
                reach::of(tx, &asked.principal);
                Ok(providers::find(tx, holder, provider).await?)
            })
            .await
    }

    async fn leave(&self, leaving: Leaving, origin: &str) -> Result<Departure, Error> {
        let now = self.now();
        let provider = leaving.provider;
        let word = || secret_word(self.ids().secret());
        let errand = Errand {
            state: word(),
            nonce: word(),
            verifier: hex(&self.ids().secret()),
            redirect: way_back(origin, provider.id),
        };
        let url = self.address_of(&provider, &errand, now).await;
        let url = url.map_err(|trouble| refuse(&provider, leaving.purpose, trouble))?;
        let browser = word();
        let (state_hash, browser_hash) = (hash(&errand.state), hash(&browser));
        let attempt = Attempt {
            holder: provider.holder,
            provider: provider.id,
            purpose: leaving.purpose,
            person: leaving.person,
            link: leaving.link,
            nonce: errand.nonce,
            verifier: errand.verifier,
            back: leaving.back,
        };
        let expires_at = now.plus_minutes(VISIT_MINUTES);
        self.db()
            .write(async move |tx| {
                let known_by = Return {
                    state: &state_hash,
                    browser: &browser_hash,
                };
                providers::insert_attempt(tx, known_by, &attempt, now, expires_at).await
            })
            .await?;
        Ok(Departure {
            url,
            browser,
            max_age: VISIT_MINUTES * 60,
            name: provider.name,
        })
    }

    /// Takes in somebody who comes back from a provider.
    ///
    /// # Errors
    /// [`Error::ProviderRefused`] whatever was not as it should be; only whoever was trying the
    /// provider is told what.
    pub async fn arrive(&self, back: Returning, origin: &str) -> Result<Arrival, Error> {
        let now = self.now();
        let (attempt, provider) = self.take(&back, now).await?;
        let is_mixed_up = |issuer: &String| *issuer != provider.issuer;
        if back.issuer.as_ref().is_some_and(is_mixed_up) {
            let words = "another provider has answered";
            return Err(refuse(&provider, attempt.purpose, words));
        }
        let Some(code) = back.code.as_deref().filter(|_| back.error.is_none()) else {
            let said = back.error.as_deref().unwrap_or("it sent no code");
            return Err(refuse(&provider, attempt.purpose, shown(said)));
        };
        let errand = Errand {
            state: String::new(),
            nonce: attempt.nonce.clone(),
            verifier: attempt.verifier.clone(),
            redirect: way_back(origin, provider.id),
        };
        let proof = self.proof_of(&provider, &errand, code, now).await;
        let proof = proof.map_err(|trouble| refuse(&provider, attempt.purpose, trouble))?;
        match attempt.purpose {
            Purpose::SignIn => self.let_in(attempt, provider, proof, back, now).await,
            Purpose::Accept => self.accept(attempt, provider, proof, back, now).await,
            Purpose::Link | Purpose::Test => self.link(attempt, provider, proof, back, now).await,
        }
    }

    /// The attempt somebody comes back from, which is gone then, and its provider as it is now.
    async fn take(&self, back: &Returning, now: Moment) -> Result<(Attempt, Provider), Error> {
        let (state, browser) = (hash(&back.state), hash(&back.browser));
        let id = back.provider;
        let attempt = self
            .db()
            .write(async move |tx| {
                let known_by = Return {
                    state: &state,
                    browser: &browser,
                };
                providers::take_attempt(tx, known_by, id, now).await
            })
            .await?
            .ok_or(REFUSED)?;
        let holder = attempt.holder;
        let find = async |tx: &mut Tx<'_>| {
            reach::signing_in(tx, holder.account());
            providers::find(tx, holder, id).await
        };
        let provider = self.db().read(find).await?.ok_or(REFUSED)?;
        Ok((attempt, provider))
    }

    async fn let_in(
        &self,
        attempt: Attempt,
        provider: Provider,
        proof: Proof,
        back: Returning,
        now: Moment,
    ) -> Result<Arrival, Error> {
        let made = self.made();
        let entrance = entrance(&provider, &proof, &back.visitor);
        let enter = async move |tx: &mut Tx<'_>| {
            let holder = provider.holder;
            reach::signing_in(tx, holder.account());
            unchanged(tx, &provider, true).await?;
            let found = providers::identity(tx, holder, &provider.issuer, &proof.subject).await?;
            let identity = found.ok_or(REFUSED)?;
            providers::mark_used(tx, holder, &identity, now).await?;
            let coming = Coming {
                person: identity.person,
                entrance,
                device: back.visitor.device,
                at: Some(holder.organisation()),
            };
            step::admit(tx, &coming, made, now).await
        };
        let admitted = self.db().write(enter).await.map_err(calm)?;
        Ok(Arrival::of(admitted, attempt.back))
    }

    async fn accept(
        &self,
        attempt: Attempt,
        provider: Provider,
        proof: Proof,
        back: Returning,
        now: Moment,
    ) -> Result<Arrival, Error> {
        let (made, id) = (self.made(), self.ids().id());
        let entrance = entrance(&provider, &proof, &back.visitor);
        let enter = async move |tx: &mut Tx<'_>| {
            let holder = provider.holder;
            let (Some(person), Some(token)) = (attempt.person, attempt.link) else {
                return Err(REFUSED);
            };
            reach::signing_in(tx, holder.account());
            unchanged(tx, &provider, true).await?;
            let organisation = holder.organisation();
            let network = back.visitor.network;
            invitations::accept(tx, &token, (person, organisation), network, now).await?;
            let identity = identity(id, &provider, &proof, person, now);
            if !providers::link(tx, holder, &identity).await? {
                return Err(REFUSED);
            }
            let coming = Coming {
                person,
                entrance,
                device: back.visitor.device,
                at: Some(organisation),
            };
            let admitted = step::admit(tx, &coming, made, now).await?;
            let line = coming.line(Act::IdentityLinked).became(of(&identity));
            log::write(tx, now, line).await?;
            Ok(admitted)
        };
        let admitted = self.db().write(enter).await.map_err(calm)?;
        Ok(Arrival::of(admitted, "/".to_owned()))
    }

    /// Links, to whoever is signed in: the session that left is the one that comes back.
    async fn link(
        &self,
        attempt: Attempt,
        provider: Provider,
        proof: Proof,
        back: Returning,
        now: Moment,
    ) -> Result<Arrival, Error> {
        let credential = back.credential.ok_or(REFUSED)?;
        let id = self.ids().id();
        let is_test = attempt.purpose == Purpose::Test;
        let link = async move |tx: &mut Tx<'_>| {
            let session = auth::session(tx, credential, now).await?;
            let person = session.person.id;
            let holder = Holder::of(session.organisation).ok_or(REFUSED)?;
            if attempt.person != Some(person) || attempt.holder != holder {
                return Err(REFUSED);
            }
            if is_test {
                holder_of(&session)?;
            }
            let mut provider = unchanged(tx, &provider, !is_test).await?;
            let identity = identity(id, &provider, &proof, person, now);
            let is_new = providers::link(tx, holder, &identity).await?;
            let kept = providers::identity(tx, holder, &identity.issuer, &identity.subject).await?;
            if kept.is_none_or(|kept| kept.person != person) {
                let why =
                    is_test.then(|| "who you are there is linked to somebody else".to_owned());
                return Err(Error::ProviderRefused { why });
            }
            if is_test {
                provider.tested_at = Some(now);
                providers::save(tx, &provider, now).await?;
            }
            if is_new {
                let line = session.own_line(Act::IdentityLinked).became(of(&identity));
                log::write(tx, now, line).await?;
            }
            Ok(())
        };
        self.db().write(link).await.map_err(calm)?;
        Ok(if is_test {
            Arrival::Tested
        } else {
            Arrival::Linked
        })
    }
}

/// The providers of the organisation that has invited somebody.
pub(super) async fn providers_of_invited(
    tx: &mut Tx<'_>,
    link: &Link,
) -> Result<Vec<Provider>, Error> {
    let Some(holder) = link.organisation.and_then(Holder::of) else {
        return Ok(Vec::new());
    };
    reach::signing_in(tx, holder.account());
    enabled(tx, holder).await
}

/// The provider as it is now, if nothing that was relied on has changed during the visit.
async fn unchanged(
    tx: &mut Tx<'_>,
    visited: &Provider,
    is_enabled: bool,
) -> Result<Provider, Error> {
    let now = providers::find_to_change(tx, visited.holder, visited.id).await?;
    let is_fit = |now: &Provider| is_same_client(now, visited) && (now.is_enabled || !is_enabled);
    now.filter(is_fit).ok_or(REFUSED)
}

fn identity(
    id: Uuid,
    provider: &Provider,
    proof: &Proof,
    person: PersonId,
    now: Moment,
) -> Identity {
    Identity {
        id,
        issuer: provider.issuer.clone(),
        subject: proof.subject.clone(),
        person,
        name: proof.name.clone(),
        linked_at: now,
        used_at: None,
    }
}

fn entrance(provider: &Provider, proof: &Proof, visitor: &Visitor) -> Entrance {
    Entrance {
        is_strong: provider.trusts_factors && proof.is_strong,
        ..visitor.entrance(How::Provider)
    }
}

/// What a provider says in an address, as it can be shown.
fn shown(said: &str) -> String {
    let letters = said.chars().filter(|c| !c.is_control()).take(100);
    format!("it says `{}`", letters.collect::<String>())
}

/// The refusal, and the reason for whoever runs this; to be told only to whoever tries it.
fn refuse(provider: &Provider, purpose: Purpose, why: impl std::fmt::Display) -> Error {
    let why = why.to_string();
    tracing::warn!(provider = %provider.id, %why, "a sign-in by a provider did not work");
    Error::ProviderRefused {
        why: (purpose == Purpose::Test).then_some(why),
    }
}

/// Who has no right any more reads the same as whoever never had one.
fn calm(error: Error) -> Error {
    match error {
        Error::Store(_) | Error::ProviderRefused { .. } => error,
        _ => REFUSED,
    }
}
