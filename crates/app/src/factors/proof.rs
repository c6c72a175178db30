//! Proving once more who one is: before factors are changed, and where a session was begun without
//! the factor that is asked for.

use mainstay_store::log::{self, Act};
use mainstay_store::{factors, sessions};

use super::passkeys::{RelyingParty, read_answer, refused};
use super::{Begun, Challenge, Taken, begin, strengthen, take_code, token_of, wrong_code};
use crate::auth::{self, NewSession, Session, Visitor, hash, secret_word};
use crate::tries::{count_factor, forgive};
use crate::{App, Error};

/// What a passkey's challenge of a proof is for.
const PROOF: &str = "proof-passkey";

/// Where somebody signed in is, for the log.
fn visitor_of(session: &Session) -> Visitor {
    Visitor {
        network: session.by().network,
        ..Visitor::default()
    }
}

impl App {
    /// Proves who one is by the password. It is one factor, so it makes no session strong.
    ///
    /// # Errors
    /// [`Error::Field`] for a wrong one; [`Error::TooManyAttempts`].
    pub async fn prove_by_password(&self, asked: &Session, password: &str) -> Result<(), Error> {
        let (credential, now, person) = (asked.credential, self.now(), asked.person.id);
        let tried = self
            .db()
            .write(async move |tx| count_factor(tx, person, None, now).await)
            .await?;
        let (known, counted) = (asked.person.password_hash.clone(), tried.clone());
        let is_right = self.verify(known.clone(), password).await;
        let proved = self
            .db()
            .write(async move |tx| {
                let session = auth::half_session(tx, credential, now).await?;
                // What was verified must still be the password.
                if !is_right || session.person.password_hash != known {
                    return Ok::<_, Error>(false);
                }
                forgive(tx, &counted).await?;
                let (token, is_strong) = (token_of(&session)?, session.standing.is_strong);
                sessions::prove(tx, &token, &token, is_strong, now).await?;
                Ok(true)
            })
            .await?;
        if proved {
            return Ok(());
        }
        self.note_wait(Some(person), &visitor_of(asked), &tried)
            .await?;
        Err(Error::Field {
            field: "password",
            message: "This is not your password".to_owned(),
        })
    }

    /// Proves who one is by a code of one's app or a recovery code; the session goes on under the
    /// token that is given, if one is.
    ///
    /// # Errors
    /// [`Error::Field`] for a wrong one; [`Error::TooManyAttempts`].
    pub async fn prove_by_code(
        &self,
        asked: &Session,
        code: &str,
    ) -> Result<Option<NewSession>, Error> {
        let (credential, now) = (asked.credential, self.now());
        let (renewed, code) = (self.session_key().token, code.to_owned());
        let proved = self
            .db()
            .write(async move |tx| {
                let session = auth::half_session(tx, credential, now).await?;
                let person = session.person.id;
                let tried = count_factor(tx, person, None, now).await?;
                let Some(taken) = take_code(tx, person, &code, now).await? else {
                    return Ok::<_, Error>(Err(tried));
                };
                forgive(tx, &tried).await?;
                let renewed = strengthen(tx, &session, renewed, now).await?;
                if taken == Taken::Recovery {
                    log::write(tx, now, session.own_line(Act::RecoveryCodeUsed)).await?;
                }
                Ok(Ok(renewed))
            })
            .await?;
        match proved {
            Ok(renewed) => {
                self.sessions_ended(asked.person.id);
                Ok(renewed)
            }
            Err(tried) => {
                self.note_wait(Some(asked.person.id), &visitor_of(asked), &tried)
                    .await?;
                Err(wrong_code())
            }
        }
    }

    /// Asks for one of one's own passkeys.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when they are not signed in any more.
    pub async fn begin_passkey_proof(
        &self,
        asked: &Session,
        party: &RelyingParty,
    ) -> Result<Challenge, Error> {
        let (credential, now) = (asked.credential, self.now());
        let (word, party) = (secret_word(self.ids().secret()), party.clone());
        self.db()
            .write(async move |tx| {
                let session = auth::half_session(tx, credential, now).await?;
                let known = factors::passkeys(tx, session.person.id).await?;
                let (options, state) = party.challenge(&known)?;
                let begun = Begun {
                    word: &word,
                    purpose: PROOF,
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

    /// Proves who one is by a passkey; the session goes on under the token that is given, if one is.
    ///
    /// # Errors
    /// [`Error::Field`] when the answer is not taken.
    pub async fn prove_by_passkey(
        &self,
        asked: &Session,
        party: &RelyingParty,
        (ceremony, answer): (&str, &str),
    ) -> Result<Option<NewSession>, Error> {
        let (credential, now) = (asked.credential, self.now());
        let (token, party) = (hash(ceremony), party.clone());
        let (answer, renewed) = (read_answer(answer)?, self.session_key().token);
        let renewed = self
            .db()
            .write(async move |tx| {
                let session = auth::half_session(tx, credential, now).await?;
                let person = session.person.id;
                let begun = factors::end(tx, &token, PROOF, now).await?;
                let Some((_, state)) = begun.filter(|(whose, _)| *whose == Some(person)) else {
                    return Ok(Err(refused()));
                };
                match party.take(tx, &state, (&answer, Some(person)), now).await {
                    Err(error @ Error::Field { .. }) => return Ok(Err(error)),
                    other => other?,
                };
                strengthen(tx, &session, renewed, now).await.map(Ok)
            })
            .await??;
        self.sessions_ended(asked.person.id);
        Ok(renewed)
    }
}
