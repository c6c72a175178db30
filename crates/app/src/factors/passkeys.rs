//! Passkeys (WebAuthn): adding them, and what is needed to take their answers.
//!
//! Whoever holds it is always verified, so a passkey alone is two factors: what one has, and what one knows
//! or is. Challenges are made by the library; they are kept in the database, so that any node may
//! end what another began, and end with the first answer, right or wrong.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;
use mainstay_store::factors::Passkey;
use mainstay_store::log::{self, Act, Subject};
use mainstay_store::{Tx, factors};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey as Credential, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::{Added, Begun, Challenge, added, begin, changer, may_remove, removed};
use crate::auth::{Session, hash, secret_word};
use crate::{App, Error};

/// What the adding of a passkey is begun for.
const PURPOSE: &str = "passkey";
/// Longest name of a passkey.
const NAME_MAX: usize = 60;
/// Most passkeys of one person.
const PASSKEYS: usize = 20;

/// Whom passkeys are made for: this instance, by the one address it is reached at.
#[derive(Debug, Clone)]
pub struct RelyingParty(Webauthn);

impl RelyingParty {
    /// The relying party of the configured origin, `https://support.example.com`; none where it is
    /// no name, since passkeys are not made for bare addresses.
    #[must_use]
    pub fn new(origin: &str) -> Option<Self> {
        let origin = Url::parse(origin).ok()?;
        let id = origin.domain()?.to_owned();
        let built = WebauthnBuilder::new(&id, &origin).and_then(WebauthnBuilder::build);
        built.ok().map(Self)
    }

    /// A challenge anybody's passkey may answer, or only some; and what its answer is held against.
    pub(super) fn challenge(&self, only: &[Passkey]) -> Result<(Value, String), Error> {
        let (asked, state) = self.0.start_discoverable_authentication().map_err(broken)?;
        let mut options = serde_json::to_value(asked).map_err(|_| refused())?;
        // The browser asks at once, instead of offering passkeys where an address is typed.
        if let Some(options) = options.as_object_mut() {
            options.remove("mediation");
        }
        let ids = only.iter().map(|passkey| {
            let id = URL_SAFE_NO_PAD.encode(&passkey.credential_id);
            json!({ "type": "public-key", "id": id })
        });
        options["publicKey"]["allowCredentials"] = ids.collect();
        let state = serde_json::to_string(&state).map_err(|_| refused())?;
        Ok((options, state))
    }

    /// Takes the answer to a challenge: whose passkey it was, of which one it must have been if that
    /// is known. Keeps its counter; a counter that did not grow speaks of a copy and is refused.
    pub(super) async fn take(
        &self,
        tx: &mut Tx<'_>,
        state: &str,
        (answer, whose): (&PublicKeyCredential, Option<PersonId>),
        now: Moment,
    ) -> Result<PersonId, Error> {
        let state: DiscoverableAuthentication =
            serde_json::from_str(state).map_err(|_| refused())?;
        let found = factors::find_passkey_to_change(tx, answer.get_credential_id()).await?;
        let found = found.ok_or_else(refused)?;
        let is_theirs = whose.is_none_or(|whose| whose == found.person);
        if !is_theirs || !names(answer, found.person, whose.is_none()) {
            return Err(refused());
        }
        let mut credential: Credential =
            serde_json::from_str(&found.credential).map_err(|_| refused())?;
        let result = self
            .0
            .finish_discoverable_authentication_v2(answer, state, &credential)
            .map_err(untrue)?;
        credential.update_credential(&result);
        let kept = serde_json::to_string(&credential).map_err(|_| refused())?;
        factors::save_use(tx, &found.credential_id, &kept, now).await?;
        Ok(found.person)
    }
}

/// Whether an answer names a person as its own; where they are known already it need not name
/// anybody.
fn names(answer: &PublicKeyCredential, person: PersonId, must: bool) -> bool {
    match answer.get_user_unique_id() {
        Some(id) => id == person.0.as_bytes(),
        None => !must,
    }
}

/// Reads what a browser sent.
pub(super) fn read_answer(text: &str) -> Result<PublicKeyCredential, Error> {
    serde_json::from_str(text).map_err(|_| refused())
}

/// What is said of an answer that is not taken: the reason is for the log.
pub(super) fn refused() -> Error {
    Error::Field {
        field: "",
        message: "This passkey was not accepted; try it again, or choose another way".to_owned(),
    }
}

fn untrue(error: WebauthnError) -> Error {
    tracing::warn!(%error, "the answer of a passkey was refused");
    refused()
}

fn broken(error: WebauthnError) -> Error {
    tracing::error!(%error, "no challenge for a passkey could be made");
    refused()
}

/// A passkey's name, checked.
fn checked_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        return Err(Error::Field {
            field: "name",
            message: format!("Name the passkey in up to {NAME_MAX} characters"),
        });
    }
    Ok(name.to_owned())
}

impl App {
    /// Begins to add a passkey; `vendor` is what the browser shows as whom it is for.
    ///
    /// # Errors
    /// [`Error::ProofNeeded`], [`Error::FactorRequired`]; [`Error::Field`] when there are too many.
    pub async fn begin_passkey(
        &self,
        asked: &Session,
        party: &RelyingParty,
        vendor: &str,
    ) -> Result<Challenge, Error> {
        let (credential, now) = (asked.credential, self.now());
        let word = secret_word(self.ids().secret());
        let (party, vendor) = (party.clone(), vendor.to_owned());
        self.db()
            .write(async move |tx| {
                let (session, _) = changer(tx, credential, now).await?;
                let known = factors::passkeys(tx, session.person.id).await?;
                if known.len() >= PASSKEYS {
                    let message = "You have as many passkeys as can be kept; remove one first";
                    return Err(Error::Field {
                        field: "",
                        message: message.to_owned(),
                    });
                }
                let (options, state) = registration(&party, &session, &known, &vendor)?;
                let begun = Begun {
                    word: &word,
                    purpose: PURPOSE,
                    person: Some(session.person.id),
                    state: &state,
                };
                begin(tx, &begun, now).await?;
                Ok(Challenge {
                    ceremony: word,
                    options,
                })
            })
            .await
    }

    /// Adds a passkey, from what the browser answered.
    ///
    /// # Errors
    /// [`Error::Field`] when the answer is not taken, the ceremony is over then;
    /// [`Error::ProofNeeded`], [`Error::FactorRequired`].
    pub async fn add_passkey(
        &self,
        asked: &Session,
        party: &RelyingParty,
        (ceremony, answer): (&str, &str),
        name: &str,
    ) -> Result<Added, Error> {
        let name = checked_name(name)?;
        let (credential, now, fresh) = (asked.credential, self.now(), self.fresh_factor());
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| refused())?;
        let (token, id, party) = (hash(ceremony), self.ids().id(), party.clone());
        let added = self
            .db()
            .write(async move |tx| {
                let (session, held) = changer(tx, credential, now).await?;
                let person = session.person.id;
                let begun = factors::end(tx, &token, PURPOSE, now).await?;
                let begun = begun.filter(|(whose, _)| *whose == Some(person));
                let made = begun.ok_or_else(refused).and_then(|(_, state)| {
                    let (credential_id, credential) = made(&party, &answer, &state)?;
                    Ok(Passkey {
                        credential_id,
                        id,
                        person,
                        name,
                        credential,
                        made_at: now,
                        used_at: None,
                    })
                });
                // What was answered wrongly is over too: nothing is undone.
                let passkey = match made {
                    Ok(passkey) => passkey,
                    Err(error) => return Ok(Err(error)),
                };
                insert(tx, &passkey).await?;
                let subject = Subject::Thing("passkey", passkey.name);
                let what = (Act::PasskeyAdded, subject);
                added(tx, (&session, held), fresh, what, now).await.map(Ok)
            })
            .await??;
        self.sessions_ended(asked.person.id);
        Ok(added)
    }

    /// Renames a passkey.
    ///
    /// # Errors
    /// [`Error::Field`] for a name that is none; [`Error::NotFound`] when it is not theirs.
    pub async fn rename_passkey(&self, asked: &Session, id: Uuid, name: &str) -> Result<(), Error> {
        let name = checked_name(name)?;
        let (credential, now) = (asked.credential, self.now());
        self.db()
            .write(async move |tx| {
                let session = crate::auth::session(tx, credential, now).await?;
                let was = factors::rename_passkey(tx, session.person.id, id, &name).await?;
                let was = was.ok_or(Error::NotFound)?;
                let line = session
                    .own_line(Act::PasskeyRenamed)
                    .about(Subject::Thing("passkey", name.clone()))
                    .was(json!({ "name": was }))
                    .became(json!({ "name": name }));
                Ok(log::write(tx, now, line).await?)
            })
            .await
    }

    /// Removes a passkey.
    ///
    /// # Errors
    /// [`Error::Field`] when it is the last factor and one is required; [`Error::NotFound`] when it
    /// is not theirs; [`Error::ProofNeeded`], [`Error::FactorRequired`].
    pub async fn remove_passkey(&self, asked: &Session, id: Uuid) -> Result<(), Error> {
        let (credential, now) = (asked.credential, self.now());
        self.db()
            .write(async move |tx| {
                let (session, held) = changer(tx, credential, now).await?;
                let name = factors::delete_passkey(tx, session.person.id, id).await?;
                let name = name.ok_or(Error::NotFound)?;
                may_remove(tx, &session, held).await?;
                let what = (Act::PasskeyRemoved, Subject::Thing("passkey", name));
                removed(tx, (&session, held), what, now).await
            })
            .await?;
        self.sessions_ended(asked.person.id);
        Ok(())
    }
}

/// The options for making a passkey, and what the answer is held against.
fn registration(
    party: &RelyingParty,
    session: &Session,
    known: &[Passkey],
    vendor: &str,
) -> Result<(Value, String), Error> {
    let person = &session.person;
    let known = known
        .iter()
        .map(|passkey| passkey.credential_id.clone())
        .collect();
    let (asked, state) = party
        .0
        .start_passkey_registration(person.id.0, &person.email, &person.name, Some(known))
        .map_err(broken)?;
    let mut options = serde_json::to_value(asked).map_err(|_| refused())?;
    options["publicKey"]["rp"]["name"] = vendor.into();
    // A key that knows whose it is needs no address at sign-in; one that can't is taken all the same.
    options["publicKey"]["authenticatorSelection"]["residentKey"] = "preferred".into();
    let state = serde_json::to_string(&state).map_err(|_| refused())?;
    Ok((options, state))
}

/// The credential of an answer: what its authenticator calls it, and what is kept of it.
fn made(
    party: &RelyingParty,
    answer: &RegisterPublicKeyCredential,
    state: &str,
) -> Result<(Vec<u8>, String), Error> {
    let state: PasskeyRegistration = serde_json::from_str(state).map_err(|_| refused())?;
    let credential = party
        .0
        .finish_passkey_registration(answer, &state)
        .map_err(untrue)?;
    let kept = serde_json::to_string(&credential).map_err(|_| refused())?;
    Ok((credential.cred_id().clone(), kept))
}

async fn insert(tx: &mut Tx<'_>, passkey: &Passkey) -> Result<(), Error> {
    let insert = factors::insert_passkey(tx, passkey).await;
    insert.map_err(|error| {
        if error.is_duplicate_of("passkeys.credential_id") {
            return refused();
        }
        Error::Store(error)
    })
}
