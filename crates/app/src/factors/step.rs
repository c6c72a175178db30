//! Signing in with a second step, or by a passkey alone.

use std::net::IpAddr;

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;
use mainstay_store::factors::Held;
use mainstay_store::log::{self, Act, Subject};
use mainstay_store::sessions::{Entrance, How};
use mainstay_store::{Tx, factors, people, sessions};
use serde_json::{Value, json};

use super::passkeys::{RelyingParty, read_answer, refused};
use super::{
    Begun, CEREMONY_MINUTES, Challenge, Taken, begin, keep_pace, note_wrong, subjects, take_code,
    wrong_code,
};
use crate::auth::{
    self, Credential, FAILURE_MINUTES, FAILURES_PER_NETWORK, NewSession, enter, hash, secret_word,
};
use crate::{App, Error};

/// What a sign-in waits with for its second step.
const STEP: &str = "second-step";
/// What a passkey's challenge of such a step is for.
const STEP_PASSKEY: &str = "second-step-passkey";
/// What a passkey's challenge at sign-in is for.
const SIGN_IN: &str = "sign-in-passkey";
/// Challenges one network is given within the minutes that failures count.
const CHALLENGES_PER_NETWORK: i64 = 300;

/// What came of a first proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// It was enough.
    Session(NewSession),
    /// They have a second factor and are asked for it.
    SecondStep(NewStep),
}

impl Admission {
    /// The session, if it was enough.
    #[must_use]
    pub fn session(self) -> Option<NewSession> {
        match self {
            Self::Session(session) => Some(session),
            Self::SecondStep(_) => None,
        }
    }
}

/// A sign-in that waits for its second step: its word is the browser's alone, and good once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    /// The cookie's value.
    pub token: String,
    /// Seconds until it is over.
    pub max_age: i64,
}

/// Somebody who waits at the second step.
struct Waiting {
    person: PersonId,
    entrance: Entrance,
}

impl Waiting {
    fn read((person, state): (Option<PersonId>, String)) -> Option<Self> {
        let state: Value = serde_json::from_str(&state).ok()?;
        let text = |name: &str| state[name].as_str().map(str::to_owned);
        let how = How::from_code(state["how"].as_str()?)?;
        Some(Self {
            person: person?,
            entrance: Entrance {
                network: text("network"),
                agent: text("agent"),
                is_strong: true,
                ..Entrance::by(how)
            },
        })
    }
}

async fn waiting(tx: &mut Tx<'_>, step: &str, now: Moment) -> Result<Waiting, Error> {
    let found = factors::find(tx, &hash(step), STEP, now).await?;
    let waiting = found.and_then(Waiting::read).ok_or(Error::LinkUsed)?;
    let person = people::find(tx, waiting.person).await?;
    let is_active = person.is_some_and(|person| person.is_active);
    is_active.then_some(waiting).ok_or(Error::LinkUsed)
}

/// Ends a step for good, so that it lets nobody in twice.
async fn pass(tx: &mut Tx<'_>, step: &str, now: Moment) -> Result<(), Error> {
    let ended = factors::end(tx, &hash(step), STEP, now).await?;
    ended.map(drop).ok_or(Error::LinkUsed)
}

impl App {
    /// Lets somebody in who has shown who they are: at once, or after the second step if they have
    /// a second factor and have not shown it.
    ///
    /// # Errors
    /// [`Error::WrongPassword`] when they belong to no organisation.
    pub async fn admit(&self, person: PersonId, entrance: Entrance) -> Result<Admission, Error> {
        let (now, key) = (self.now(), self.session_key());
        let word = secret_word(self.ids().secret());
        self.db()
            .write(async move |tx| {
                if entrance.is_strong || !factors::held(tx, person).await?.any() {
                    let session = enter(tx, person, key, &entrance, now).await?;
                    return Ok(Admission::Session(session));
                }
                let state = json!({
                    "how": entrance.how.code(),
                    "network": entrance.network,
                    "agent": entrance.agent,
                });
                let begun = Begun {
                    word: &word,
                    purpose: STEP,
                    person: Some(person),
                    state: &state.to_string(),
                };
                begin(tx, &begun, now).await?;
                Ok(Admission::SecondStep(NewStep {
                    token: word,
                    max_age: CEREMONY_MINUTES * 60,
                }))
            })
            .await
    }

    /// Which factors whoever waits at the second step has.
    ///
    /// # Errors
    /// [`Error::LinkUsed`] when nobody waits there any more.
    pub async fn second_step(&self, step: &str) -> Result<Held, Error> {
        let now = self.now();
        self.db()
            .read(async |tx| {
                let waiting = waiting(tx, step, now).await?;
                Ok(factors::held(tx, waiting.person).await?)
            })
            .await
    }

    /// Ends the second step with a code of the app or a recovery code.
    ///
    /// # Errors
    /// [`Error::Field`] for a wrong code, the step stays good then; [`Error::TooManyAttempts`];
    /// [`Error::LinkUsed`] when nobody waits there any more.
    pub async fn pass_with_code(
        &self,
        step: &str,
        code: &str,
        network: Option<IpAddr>,
    ) -> Result<NewSession, Error> {
        let (now, key) = (self.now(), self.session_key());
        let (step, code) = (step.to_owned(), code.to_owned());
        let entered = self
            .db()
            .write(async move |tx| {
                let Waiting { person, entrance } = waiting(tx, &step, now).await?;
                keep_pace(tx, person, network, now).await?;
                let Some(taken) = take_code(tx, person, &code, now).await? else {
                    note_wrong(tx, person, network, now).await?;
                    return Ok::<_, Error>(None);
                };
                pass(tx, &step, now).await?;
                factors::forget_failures(tx, &subjects(person, network).0).await?;
                let session = enter(tx, person, key, &entrance, now).await?;
                if taken == Taken::Recovery {
                    let credential = Credential::session(&session.token).from_network(network);
                    let session = auth::session(tx, credential, now).await?;
                    let line = session.line(Act::RecoveryCodeUsed);
                    log::write(tx, now, line.about(Subject::Person(person))).await?;
                }
                Ok(Some(session))
            })
            .await?;
        entered.ok_or_else(wrong_code)
    }

    /// Asks for a passkey of whoever waits at the second step.
    ///
    /// # Errors
    /// [`Error::LinkUsed`] when nobody waits there any more.
    pub async fn begin_step_passkey(
        &self,
        step: &str,
        party: &RelyingParty,
    ) -> Result<Challenge, Error> {
        let now = self.now();
        let word = secret_word(self.ids().secret());
        let (step, party) = (step.to_owned(), party.clone());
        self.db()
            .write(async move |tx| {
                let person = waiting(tx, &step, now).await?.person;
                let known = factors::passkeys(tx, person).await?;
                let (options, state) = party.challenge(&known)?;
                let begun = Begun {
                    word: &word,
                    purpose: STEP_PASSKEY,
                    person: Some(person),
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

    /// Ends the second step with a passkey.
    ///
    /// # Errors
    /// [`Error::Field`] when the answer is not taken; [`Error::LinkUsed`] when nobody waits there any
    /// more.
    pub async fn pass_with_passkey(
        &self,
        step: &str,
        party: &RelyingParty,
        (ceremony, answer): (&str, &str),
    ) -> Result<NewSession, Error> {
        let (now, key) = (self.now(), self.session_key());
        let (step, party, token) = (step.to_owned(), party.clone(), hash(ceremony));
        let answer = read_answer(answer)?;
        self.db()
            .write(async move |tx| {
                let Waiting { person, entrance } = waiting(tx, &step, now).await?;
                let begun = factors::end(tx, &token, STEP_PASSKEY, now).await?;
                let Some((Some(whose), state)) = begun.filter(|(whose, _)| *whose == Some(person))
                else {
                    return Ok(Err(refused()));
                };
                match party.take(tx, &state, (&answer, Some(whose)), now).await {
                    // A wrong answer ends its challenge too: nothing is undone.
                    Err(error @ Error::Field { .. }) => return Ok(Err(error)),
                    other => other?,
                };
                pass(tx, &step, now).await?;
                enter(tx, person, key, &entrance, now).await.map(Ok)
            })
            .await?
    }

    /// Asks for a passkey of whoever wants to sign in.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`].
    pub async fn begin_passkey_sign_in(
        &self,
        party: &RelyingParty,
        network: Option<IpAddr>,
    ) -> Result<Challenge, Error> {
        let now = self.now();
        let word = secret_word(self.ids().secret());
        let (options, state) = party.challenge(&[])?;
        let asked = format!("challenge {}", subjects_network(network));
        self.db()
            .write(async move |tx| {
                let since = now.plus_minutes(-i64::from(FAILURE_MINUTES));
                let given = sessions::failures(tx, &asked, since).await?;
                refuse_over(given, CHALLENGES_PER_NETWORK)?;
                sessions::note_failure(tx, &asked, now, since).await?;
                let begun = Begun {
                    word: &word,
                    purpose: SIGN_IN,
                    person: None,
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

    /// Signs somebody in by a passkey, which is two factors by itself.
    ///
    /// # Errors
    /// [`Error::Field`] when the answer is not taken; [`Error::TooManyAttempts`].
    pub async fn sign_in_with_passkey(
        &self,
        party: &RelyingParty,
        (ceremony, answer): (&str, &str),
        network: Option<IpAddr>,
    ) -> Result<NewSession, Error> {
        let (now, key) = (self.now(), self.session_key());
        let (party, token) = (party.clone(), hash(ceremony));
        let answer = read_answer(answer)?;
        let subject = subjects_network(network);
        self.db()
            .write(async move |tx| {
                let since = now.plus_minutes(-i64::from(FAILURE_MINUTES));
                let failures = sessions::failures(tx, &subject, since).await?;
                refuse_over(failures, FAILURES_PER_NETWORK)?;
                let begun = factors::end(tx, &token, SIGN_IN, now).await?;
                let taken = match begun {
                    Some((_, state)) => party.take(tx, &state, (&answer, None), now).await,
                    None => Err(refused()),
                };
                let person = match taken {
                    Err(error @ Error::Field { .. }) => {
                        sessions::note_failure(tx, &subject, now, since).await?;
                        return Ok(Err(error));
                    }
                    other => other?,
                };
                let found = people::find(tx, person).await?;
                if !found.is_some_and(|found| found.is_active) {
                    return Err(refused());
                }
                let entrance = Entrance {
                    is_strong: true,
                    network: network.map(|network| network.to_string()),
                    ..Entrance::by(How::Passkey)
                };
                enter(tx, person, key, &entrance, now).await.map(Ok)
            })
            .await?
    }
}

fn subjects_network(network: Option<IpAddr>) -> String {
    let network = network.map_or_else(String::new, |network| network.to_string());
    format!("net {network}")
}

fn refuse_over(number: i64, most: i64) -> Result<(), Error> {
    if number >= most {
        return Err(Error::TooManyAttempts {
            minutes: FAILURE_MINUTES,
        });
    }
    Ok(())
}
