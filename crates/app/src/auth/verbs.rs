//! Signing in and out, passwords and sessions, as verbs.

use mainstay_domain::access::Delegated;

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;

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

    /// Signs somebody in, as far as a password does. Known and unknown addresses cost and read the
    /// same.
    ///
    /// # Errors
    /// [`Error::WrongPassword`], [`Error::TooManyAttempts`].
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        visitor: impl Into<Visitor>,
    ) -> Result<Admission, Error> {
        let visitor = visitor.into();
        let proven = self.prove_password(email, password, &visitor).await?;
        self.let_in_proven(proven, &visitor).await
    }

    /// Holds a password against an address, as often as the visitor may try.
    async fn prove_password(
        &self,
        email: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<Proven, Error> {
        let tries = self.try_once(email, visitor).await?;
        let find = async |tx: &mut Tx<'_>| people::find_by_email(tx, email).await;
        let found = match self.db().read(find).await {
            Ok(found) => found,
            Err(error) => {
                self.take_back(tries).await;
                return Err(error.into());
            }
        };
        let hash = found
            .as_ref()
            .and_then(|person| person.password_hash.clone());
        let is_right = self.verify(hash, password).await;
        let person = found.map(|person| (person.id, is_right && person.is_active));
        match person {
            Some((person, true)) => Ok(Proven { person, tries }),
            Some((person, false)) => {
                self.note_wait(Some(person), visitor, &tries).await?;
                Err(Error::WrongPassword)
            }
            None => {
                self.note_wait(None, visitor, &tries).await?;
                Err(Error::WrongPassword)
            }
        }
    }

    /// Lets somebody in whose password was right, at once or after the second step.
    async fn let_in_proven(&self, proven: Proven, visitor: &Visitor) -> Result<Admission, Error> {
        let (now, made) = (self.now(), self.made());
        let Proven { person, tries } = proven;
        let coming = Coming {
            person,
            entrance: visitor.entrance(How::Password),
            device: visitor.device.clone(),
            at: None,
        };
        let counted = tries.clone();
        let admitted = self
            .db()
            .write(async move |tx| {
                tries::forgive(tx, &counted).await?;
                step::admit(tx, &coming, made, now).await
            })
            .await;
        if admitted.is_err() {
            self.take_back(tries).await;
        }
        admitted
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

    /// Chooses a new password, with the one they have. Their other sessions end, this one gets
    /// another token, and their browsers are strangers again.
    ///
    /// # Errors
    /// [`Error::Field`] for the one that is wrong; [`Error::TooManyAttempts`].
    pub async fn change_password(
        &self,
        asked: &Session,
        old: &str,
        new: &str,
    ) -> Result<NewSession, Error> {
        let hashed = self.hash_password(new).await?;
        // Whoever sits at a browser that was left open is judged apart from those outside.
        let apart = format!("password of {}", asked.person.id);
        let tried = self.try_apart(Track::KnownDevice, &apart).await?;
        if !self.verify(asked.person.password_hash.clone(), old).await {
            return Err(Error::Field {
                field: "old",
                message: "This is not the password you have now".to_owned(),
            });
        }
        let (now, credential, key) = (self.now(), asked.credential, self.session_key());
        let entered = self
            .db()
            .write(async move |tx| {
                tries::forgive(tx, &[tried]).await?;
                let session = session(tx, credential, now).await?;
                people::save_password(tx, session.person.id, &hashed).await?;
                forget_devices(tx, session.person.id).await?;
                let organisation = session.organisation;
                let entered = replace(tx, &session, organisation, key, now).await?;
                sessions::delete_others(tx, session.person.id, &hash(&entered.token)).await?;
                log::write(tx, now, session.own_line(Act::PasswordChanged)).await?;
                Ok::<_, Error>(entered)
            })
            .await?;
        self.sessions_ended(asked.person.id);
        Ok(entered)
    }

    /// Ends a session at once; one that has ended already stays so.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn sign_out(&self, credential: Credential) -> Result<(), Error> {
        let Secret::Session(token) = credential.secret else {
            return Ok(());
        };
        let now = self.now();
        let ended = self
            .db()
            .write(async move |tx| {
                let session = match session_itself(tx, credential, now).await {
                    Err(Error::SignedOut) => return Ok(None),
                    found => found?.0,
                };
                let viewed = crate::viewing::ended_by(tx, credential, now).await?;
                sessions::delete(tx, &token).await?;
                if let Some(line) = viewed {
                    log::write(tx, now, line).await?;
                }
                log::write(tx, now, session.own_line(Act::SignedOut)).await?;
                Ok::<_, Error>(Some(session.person.id))
            })
            .await?;
        if let Some(person) = ended {
            self.sessions_ended(person);
        }
        Ok(())
    }

    /// Ends all sessions of a person at once.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn sign_out_everywhere(&self, asked: &Session) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = session(tx, credential, now).await?;
                sessions::delete_all(tx, session.person.id).await?;
                log::write(tx, now, session.own_line(Act::SessionsEnded)).await?;
                Ok::<_, Error>(())
            })
            .await?;
        self.sessions_ended(asked.person.id);
        Ok(())
    }

    /// Ends all sessions of a person but the one that asks.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn end_other_sessions(&self, asked: &Session) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let Secret::Session(token) = credential.secret else {
            return Err(Error::NotFound);
        };
        self.db()
            .write(async move |tx| {
                let session = session(tx, credential, now).await?;
                let ended = sessions::delete_others(tx, session.person.id, &token).await?;
                let line = session.own_line(Act::SessionsEnded);
                log::write(tx, now, line.became(json!({ "ended": ended }))).await?;
                Ok::<_, Error>(())
            })
            .await?;
        self.sessions_ended(asked.person.id);
        Ok(())
    }

    /// Ends one session of whoever asks.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they have no such session.
    pub async fn end_session(&self, asked: &Session, id: Uuid) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = session(tx, credential, now).await?;
                if !sessions::delete_one(tx, session.person.id, id).await? {
                    return Err(Error::NotFound);
                }
                Ok(log::write(tx, now, session.own_line(Act::SessionEnded)).await?)
            })
            .await?;
        self.sessions_ended(asked.person.id);
        Ok(())
    }

    /// Tells live pages that sessions of somebody have ended, here and on other nodes, so that
    /// none hears what it may not any more.
    pub fn sessions_ended(&self, person: PersonId) {
        self.live().announce(Changed::Sessions { person });
    }

    /// Notes that a session is in use, at most every ten minutes. That it could not be noted is no
    /// reason to keep a page from anybody.
    pub async fn note_seen(&self, session: &Session) {
        let (now, Secret::Session(token)) = (self.now(), session.credential.secret) else {
            return;
        };
        let since = now.plus_seconds(-SEEN_SECONDS);
        if session.seen_at.is_none_or(|seen_at| seen_at > since) {
            return;
        }
        let note = async move |tx: &mut Tx<'_>| sessions::note_use(tx, &token, now, since).await;
        if let Err(error) = self.db().write(note).await {
            tracing::warn!(%error, "a session's last use could not be noted");
        }
    }

    /// The organisation somebody acts in from now on, of those they belong to. Their session is
    /// replaced, and the choice is remembered.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they do not belong there.
    pub async fn act_in(
        &self,
        asked: &Session,
        organisation: Organisation,
    ) -> Result<NewSession, Error> {
        let (now, credential, key) = (self.now(), asked.credential, self.session_key());
        let entered = self
            .db()
            .write(async move |tx| {
                let session = session(tx, credential, now).await?;
                replace(tx, &session, organisation, key, now).await
            })
            .await?;
        self.sessions_ended(asked.person.id);
        Ok(entered)
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
        self.refuse_breached(password).await?;
        self.hash_secret(password).await
    }

    /// Hashes whatever must not be read from the database, on a thread of its own.
    pub(crate) async fn hash_secret(&self, password: &str) -> Result<String, Error> {
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
    pub(crate) async fn verify(&self, hash: Option<String>, password: &str) -> bool {
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
