//! Sign-in providers of organisations: set up, tried, put to use, removed; the identities people
//! have there.

mod client;
mod visit;

use mainstay_domain::access::{ActingFor, Action, Denial, Facts, Principal, decide};
use mainstay_domain::ids::PersonId;
use mainstay_store::links;
use mainstay_store::log::{self, Act, Subject};
use mainstay_store::people::{Membership, Organisation};
use mainstay_store::providers::{Holder, Identity, Provider};
use mainstay_store::sessions::How;
use mainstay_store::{Tx, factors, providers, reach};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

pub use client::Known;
pub use visit::{Arrival, Departure, Returning, way_back};

use crate::auth::{self, Secret, Session, hash};
use crate::factors::ask_proof;
use crate::{App, Error};

/// Most providers the vendor has.
const PROVIDERS: usize = 10;

/// A provider as it is to be.
#[derive(Debug, Clone, Default)]
pub struct NewProvider {
    /// Which is changed; a new one without.
    pub id: Option<Uuid>,
    /// What people know it by.
    pub name: String,
    /// The address it calls itself.
    pub issuer: String,
    /// What it knows this instance by.
    pub client_id: String,
    /// By what it knows that this instance asks; empty leaves the one that is kept.
    pub client_secret: String,
    /// Whether it is believed when it says that somebody has shown two factors.
    pub trusts_factors: bool,
    /// Whether people of the account sign in with it alone.
    pub is_only: bool,
}

/// What is to become of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// People can sign in with it.
    Enabled,
    /// People cannot.
    Disabled,
    /// It is gone, and with it what was linked to it.
    Removed,
}

impl NewProvider {
    fn check(&self) -> Result<Self, Error> {
        let name = self.name.trim();
        if name.is_empty() || name.chars().count() > 60 {
            return Err(wrong("name", "Name it in up to 60 characters"));
        }
        let issuer = self.issuer.trim();
        let is_issuer = Url::parse(issuer).is_ok_and(|url| {
            matches!(url.scheme(), "https" | "http")
                && url.host().is_some()
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none()
        });
        if !is_issuer || issuer.len() > 500 {
            return Err(wrong(
                "issuer",
                "Write its issuer as it gives it, like https://login.example.com",
            ));
        }
        let client_id = self.client_id.trim();
        if client_id.is_empty() || client_id.len() > 300 {
            return Err(wrong(
                "client_id",
                "Write the client id that the provider gave you",
            ));
        }
        if self.client_secret.len() > 1000 {
            return Err(wrong("client_secret", "This is too long for a secret"));
        }
        Ok(Self {
            name: name.to_owned(),
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: self.client_secret.trim().to_owned(),
            ..self.clone()
        })
    }

    /// The provider it makes of the one there is.
    fn over(self, kept: Option<Provider>, holder: Holder, id: Uuid) -> Result<Provider, Error> {
        let secret = match &kept {
            Some(kept) if self.client_secret.is_empty() => kept.client_secret.clone(),
            _ if self.client_secret.is_empty() => {
                return Err(wrong(
                    "client_secret",
                    "Write the client secret that the provider gave you",
                ));
            }
            _ => self.client_secret,
        };
        let mut made = Provider {
            holder,
            id,
            name: self.name,
            issuer: self.issuer,
            client_id: self.client_id,
            client_secret: secret,
            trusts_factors: self.trusts_factors,
            is_only: self.is_only && holder != Holder::Vendor,
            is_enabled: false,
            tested_at: None,
        };
        if let Some(kept) = kept.filter(|kept| is_same_client(kept, &made)) {
            made.is_enabled = kept.is_enabled;
            made.tested_at = kept.tested_at;
        }
        Ok(made)
    }
}

/// Whether two are the same to the provider: what was seen of one holds for the other.
pub(super) fn is_same_client(one: &Provider, other: &Provider) -> bool {
    one.issuer == other.issuer
        && one.client_id == other.client_id
        && one.client_secret == other.client_secret
}

fn wrong(field: &'static str, message: &str) -> Error {
    Error::Field {
        field,
        message: message.to_owned(),
    }
}

/// What stands in the log of a provider: never its secret.
fn in_log(provider: &Provider) -> Value {
    json!({
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "trusts_factors": provider.trusts_factors,
        "is_only": provider.is_only,
        "is_enabled": provider.is_enabled,
    })
}

fn about(provider: &Provider) -> Subject {
    Subject::Thing("provider", provider.name.clone())
}

/// Whose sign-in somebody may set up.
///
/// # Errors
/// [`Error::Denied`] when nobody's.
pub fn holder_of(session: &Session) -> Result<Holder, Error> {
    if session.organisation == Organisation::Vendor {
        session.grant(Action::RunMachine)?;
        return Ok(Holder::Vendor);
    }
    let action = Action::ConnectOrganisation;
    let grant = session.grant(action)?;
    // A partner's administrator has this right for their own tokens only.
    let is_full = grant.rights().iter().any(|it| it.obligations().is_empty());
    let account = session.principal.account().filter(|_| is_full);
    account
        .map(Holder::Account)
        .ok_or_else(|| Error::Denied(Denial::of_role(action)))
}

/// Refuses to let somebody in whose account has its people sign in with its provider alone.
/// Whoever may set sign-in up can always come in otherwise, so that nobody is locked out by a
/// provider that has failed.
pub(crate) async fn admit(
    tx: &mut Tx<'_>,
    person: PersonId,
    organisation: Organisation,
    memberships: &[Membership],
    how: How,
) -> Result<(), Error> {
    let Organisation::Account(account) = organisation else {
        return Ok(());
    };
    if matches!(how, How::Provider | How::Demo) {
        return Ok(());
    }
    reach::signing_in(tx, Some(account));
    let provider = providers::find(tx, Holder::Account(account), account.0).await?;
    if !provider.is_some_and(|it| it.is_enabled && it.is_only) {
        return Ok(());
    }
    let here = memberships
        .iter()
        .filter(|one| one.organisation == organisation);
    let principal = Principal {
        person,
        is_active: true,
        acting_for: ActingFor::Account { account },
        roles: here.map(|one| one.role).collect(),
    };
    decide(&principal, Action::ConnectOrganisation, &Facts::default())
        .map(|_| ())
        .map_err(|_| Error::ProviderOnly)
}

impl App {
    /// Sets a provider up, or changes one. It is asked what it is first; until somebody has tried
    /// it, nobody can sign in with it.
    ///
    /// # Errors
    /// Names the field that is wrong, with what the provider said; nothing has happened then.
    pub async fn save_provider(&self, asked: &Session, new: &NewProvider) -> Result<Uuid, Error> {
        holder_of(asked)?;
        let (now, credential) = (self.now(), asked.credential);
        let new = new.check()?;
        let found = self.discover_again(&new.issuer, now).await;
        found.map_err(|trouble| {
            let message = format!("This provider cannot be used: {trouble}");
            wrong("issuer", &message)
        })?;
        let fresh = self.ids().id();
        let (id, ended) = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let holder = holder_of(&session)?;
                let id = match (holder, new.id) {
                    (Holder::Account(account), _) => account.0,
                    (Holder::Vendor, Some(id)) => id,
                    (Holder::Vendor, None) => fresh,
                };
                let kept = providers::find_to_change(tx, holder, id).await?;
                let all = providers::list(tx, holder).await?;
                if kept.is_none() && all.len() >= PROVIDERS {
                    return Err(wrong("name", "Remove one first; ten are enough"));
                }
                if kept.is_none() && holder == Holder::Vendor && new.id.is_some() {
                    return Err(Error::NotFound);
                }
                let was = kept.as_ref().map(in_log);
                let made = new.clone().over(kept, holder, id)?;
                providers::save(tx, &made, now).await?;
                let ended = if made.is_enabled {
                    Vec::new()
                } else {
                    end_sessions(tx, &session, holder, None).await?
                };
                let mut line = session.line(Act::ProviderSet).about(about(&made));
                line.was = was;
                log::write(tx, now, line.became(in_log(&made))).await?;
                Ok::<_, Error>((id, ended))
            })
            .await?;
        self.all_ended(ended);
        Ok(id)
    }

    /// Lets people sign in with a provider, or no longer, or removes it.
    ///
    /// # Errors
    /// [`Error::Field`] while nobody has tried it, or when it is gone.
    pub async fn settle_provider(
        &self,
        asked: &Session,
        id: Uuid,
        fate: Fate,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let ended = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let holder = holder_of(&session)?;
                let found = providers::find_to_change(tx, holder, id).await?;
                let was = found.ok_or_else(|| wrong("provider", "Set a provider up first"))?;
                let is_enabled = fate == Fate::Enabled;
                if is_enabled && was.tested_at.is_none() {
                    return Err(wrong(
                        "provider",
                        "Try it first: sign in with it yourself, so that you know it works",
                    ));
                }
                let ended = if is_enabled {
                    Vec::new()
                } else {
                    end_sessions(tx, &session, holder, None).await?
                };
                let act = if fate == Fate::Removed {
                    providers::delete(tx, &was).await?;
                    Act::ProviderRemoved
                } else {
                    let made = Provider {
                        is_enabled,
                        ..was.clone()
                    };
                    providers::save(tx, &made, now).await?;
                    Act::ProviderSet
                };
                let mut line = session.line(act).about(about(&was)).was(in_log(&was));
                if fate != Fate::Removed {
                    line = line.became(json!({ "is_enabled": is_enabled }));
                }
                log::write(tx, now, line).await?;
                Ok::<_, Error>(ended)
            })
            .await?;
        self.all_ended(ended);
        Ok(())
    }

    /// Tells live pages of people whose sessions have ended.
    fn all_ended(&self, mut people: Vec<PersonId>) {
        people.sort();
        people.dedup();
        for person in people {
            self.sessions_ended(person);
        }
    }

    /// The vendor's providers that its people can sign in with.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn team_providers(&self) -> Result<Vec<Provider>, Error> {
        self.db()
            .read(async |tx| {
                reach::signing_in(tx, None);
                enabled(tx, Holder::Vendor).await
            })
            .await
    }

    /// The providers by which somebody invited can accept.
    ///
    /// # Errors
    /// [`Error::LinkUsed`].
    pub async fn invitation_providers(&self, word: &str) -> Result<Vec<Provider>, Error> {
        let (now, token) = (self.now(), hash(word));
        self.db()
            .read(async |tx| {
                let link = links::find(tx, &token, links::Purpose::Invitation, now).await?;
                visit::providers_of_invited(tx, &link.ok_or(Error::LinkUsed)?).await
            })
            .await
    }

    /// Takes one of somebody's own identities away, and ends the sessions it made.
    ///
    /// # Errors
    /// [`Error::Field`] when there is no other way for them to sign in; [`Error::ProofNeeded`].
    pub async fn remove_identity(&self, asked: &Session, id: Uuid) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let ended = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                ask_proof(&session, now)?;
                let holder = Holder::of(session.organisation).ok_or(Error::NotFound)?;
                let person = session.person.id;
                let all = providers::identities(tx, holder, person).await?;
                let one = all.iter().find(|one| one.id == id);
                let one = one.ok_or_else(|| wrong("identity", "It was removed already"))?;
                let has_other = session.person.password_hash.is_some()
                    || factors::held(tx, person).await?.passkeys > 0;
                if all.len() == 1 && !has_other {
                    return Err(wrong(
                        "identity",
                        "This is your only way to sign in; choose a password first",
                    ));
                }
                providers::unlink(tx, holder, one).await?;
                let ended = end_sessions(tx, &session, holder, Some(person)).await?;
                let line = session.own_line(Act::IdentityRemoved);
                log::write(tx, now, line.was(of(one))).await?;
                Ok::<_, Error>(ended)
            })
            .await?;
        self.all_ended(ended);
        Ok(())
    }
}

/// What stands in the log of an identity.
pub(super) fn of(identity: &Identity) -> Value {
    json!({ "issuer": identity.issuer, "subject": identity.subject })
}

/// The providers of an organisation that people can sign in with.
pub(super) async fn enabled(tx: &mut Tx<'_>, holder: Holder) -> Result<Vec<Provider>, Error> {
    let mut all = providers::list(tx, holder).await?;
    all.retain(|one| one.is_enabled);
    Ok(all)
}

/// Ends the sessions that providers vouched for, but for the one of whoever asks.
async fn end_sessions(
    tx: &mut Tx<'_>,
    session: &Session,
    holder: Holder,
    person: Option<PersonId>,
) -> Result<Vec<PersonId>, Error> {
    let own: &[u8] = match &session.credential.secret {
        Secret::Session(token) => token,
        Secret::Token(_) => &[],
    };
    Ok(providers::end_sessions(tx, holder, person, own).await?)
}
