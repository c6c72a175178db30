//! Signing in with a second step, or by a passkey alone.

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;
use mainstay_store::factors::Held;
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::people::Organisation;
use mainstay_store::sessions::{Entrance, How};
use mainstay_store::{Tx, factors, people};
use serde_json::{Value, json};
use uuid::Uuid;

use super::passkeys::{RelyingParty, read_answer, refused};
use super::{Begun, CEREMONY_MINUTES, Challenge, Taken, begin, take_code, wrong_code};
use crate::auth::{
    self, Credential, NewSession, SessionKey, Visitor, Way, account_of, come_in, hash, know,
    secret_word, way_at, way_in,
};
use crate::tries::{
    Try, count_challenge, count_factor, count_wrong_passkey, forgive, forgive_challenges,
};
use crate::{App, Error};

/// What a sign-in waits with for its second step.
const STEP: &str = "second-step";
/// What a passkey's challenge of such a step is for.
const STEP_PASSKEY: &str = "second-step-passkey";
/// What a passkey's challenge at sign-in is for.
const SIGN_IN: &str = "sign-in-passkey";
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

/// Somebody who has shown who they are, on their way in.
pub(crate) struct Coming {
    /// Who.
    pub(crate) person: PersonId,
    /// How they have shown it.
    pub(crate) entrance: Entrance,
    /// The word their browser brings, by which it may be known.
    pub(crate) device: Option<String>,
    /// The organisation whose provider has vouched for them: they come in there and nowhere else.
    pub(crate) at: Option<Organisation>,
}

impl Coming {
    /// A line about them, in the log of the organisation that has vouched for them.
    pub(crate) fn line(&self, act: Act) -> Line {
        let by = By {
            person: Some(self.person),
            network: self.entrance.network.clone(),
            ..By::default()
        };
        let account = self.at.and_then(account_of);
        Line::new(account, by, act).about(Subject::Person(self.person))
    }

    async fn way(&self, tx: &mut Tx<'_>) -> Result<Way, Error> {
        match self.at {
            Some(organisation) => way_at(tx, self.person, organisation).await,
            None => way_in(tx, self.person, self.entrance.how).await,
        }
    }
}

/// What only the ports can make for letting somebody in.
pub(crate) struct Made {
    key: SessionKey,
    step: String,
    device: String,
}

/// Lets somebody in who has shown who they are: at once, or after the second step if they have a
/// second factor and have not shown it.
///
/// # Errors
/// [`Error::WrongPassword`] when they may come in nowhere.
pub(crate) async fn admit(
    tx: &mut Tx<'_>,
    coming: &Coming,
    made: Made,
    now: Moment,
) -> Result<Admission, Error> {
    let Coming {
        person, entrance, ..
    } = coming;
    if entrance.is_strong || !factors::held(tx, *person).await?.any() {
        let session = let_in(tx, coming, made, now).await?;
        return Ok(Admission::Session(session));
    }
    // Whoever may not come in is asked for nothing more.
    coming.way(tx).await?;
    let state = json!({
        "how": entrance.how.code(),
        "network": entrance.network,
        "agent": entrance.agent,
        "at": coming.at.map(Organisation::columns),
    });
    let begun = Begun {
        word: &made.step,
        purpose: STEP,
        person: Some(*person),
        state: &state.to_string(),
    };
    begin(tx, &begun, now).await?;
    Ok(Admission::SecondStep(NewStep {
        token: made.step,
        max_age: CEREMONY_MINUTES * 60,
    }))
}

/// Lets somebody in who has shown all that is asked, and knows their browser again.
async fn let_in(
    tx: &mut Tx<'_>,
    coming: &Coming,
    made: Made,
    now: Moment,
) -> Result<NewSession, Error> {
    let (person, brought) = (coming.person, coming.device.as_deref());
    let way = coming.way(tx).await?;
    let session = come_in(tx, person, way, made.key, &coming.entrance, now).await?;
    let device = know(tx, person, brought, made.device, now).await?;
    Ok(NewSession { device, ..session })
}

/// Who waits at the second step: how they will come in, once they have shown it.
fn read((person, state): (Option<PersonId>, String), visitor: &Visitor) -> Option<Coming> {
    let state: Value = serde_json::from_str(&state).ok()?;
    let text = |name: &str| state[name].as_str().map(str::to_owned);
    let how = How::from_code(state["how"].as_str()?)?;
    let at: Option<(String, Uuid)> = serde_json::from_value(state["at"].clone()).ok()?;
    let at = match at {
        Some((side, id)) => Some(Organisation::from_columns(&side, id)?),
        None => None,
    };
    Some(Coming {
        person: person?,
        entrance: Entrance {
            network: text("network"),
            agent: text("agent"),
            is_strong: true,
            ..Entrance::by(how)
        },
        device: visitor.device.clone(),
        at,
    })
}

async fn waiting(
    tx: &mut Tx<'_>,
    step: &str,
    visitor: &Visitor,
    now: Moment,
) -> Result<Coming, Error> {
    let found = factors::find(tx, &hash(step), STEP, now).await?;
    let coming = found.and_then(|found| read(found, visitor));
    let coming = coming.ok_or(Error::LinkUsed)?;
    let person = people::find(tx, coming.person).await?;
    let is_active = person.is_some_and(|person| person.is_active);
    is_active.then_some(coming).ok_or(Error::LinkUsed)
}

/// Ends a step for good, so that it lets nobody in twice.
async fn pass(tx: &mut Tx<'_>, step: &str, now: Moment) -> Result<(), Error> {
    let ended = factors::end(tx, &hash(step), STEP, now).await?;
    ended.map(drop).ok_or(Error::LinkUsed)
}

impl App {
    /// What only the ports can make for letting somebody in.
    pub(crate) fn made(&self) -> Made {
        Made {
            key: self.session_key(),
            step: secret_word(self.ids().secret()),
            device: secret_word(self.ids().secret()),
        }
    }

    /// Which factors whoever waits at the second step has.
    ///
    /// # Errors
    /// [`Error::LinkUsed`] when nobody waits there any more.
    pub async fn second_step(&self, step: &str) -> Result<Held, Error> {
        let now = self.now();
        self.db()
            .read(async |tx| {
                let coming = waiting(tx, step, &Visitor::default(), now).await?;
                Ok(factors::held(tx, coming.person).await?)
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
        visitor: impl Into<Visitor>,
    ) -> Result<NewSession, Error> {
        let (now, made, visitor) = (self.now(), self.made(), visitor.into());
        let (step, code, at) = (step.to_owned(), code.to_owned(), visitor.clone());
        let entered = self
            .db()
            .write(async move |tx| {
                let coming = waiting(tx, &step, &at, now).await?;
                let person = coming.person;
                let tried = count_factor(tx, person, Some(&at), now).await?;
                let Some(taken) = take_code(tx, person, &code, now).await? else {
                    return Ok::<_, Error>(Err((person, tried)));
                };
                pass(tx, &step, now).await?;
                forgive(tx, &tried).await?;
                let session = let_in(tx, &coming, made, now).await?;
                if taken == Taken::Recovery {
                    let network = at.network.as_deref().and_then(|text| text.parse().ok());
                    let credential = Credential::session(&session.token).from_network(network);
                    let session = auth::session(tx, credential, now).await?;
                    log::write(tx, now, session.own_line(Act::RecoveryCodeUsed)).await?;
                }
                Ok(Ok(session))
            })
            .await?;
        match entered {
            Ok(session) => Ok(session),
            Err((person, tried)) => {
                self.note_wait(Some(person), &visitor, &tried).await?;
                Err(wrong_code())
            }
        }
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
                let nobody = Visitor::default();
                let person = waiting(tx, &step, &nobody, now).await?.person;
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
        visitor: impl Into<Visitor>,
    ) -> Result<NewSession, Error> {
        let (now, made, visitor) = (self.now(), self.made(), visitor.into());
        let (step, party, token) = (step.to_owned(), party.clone(), hash(ceremony));
        let answer = read_answer(answer)?;
        self.db()
            .write(async move |tx| {
                let coming = waiting(tx, &step, &visitor, now).await?;
                let person = coming.person;
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
                let_in(tx, &coming, made, now).await.map(Ok)
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
        visitor: impl Into<Visitor>,
    ) -> Result<Challenge, Error> {
        let (now, visitor) = (self.now(), visitor.into());
        let word = secret_word(self.ids().secret());
        let (options, state) = party.challenge(&[])?;
        self.db()
            .write(async move |tx| {
                count_challenge(tx, &visitor, now).await?;
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

    /// Signs somebody in by a passkey, which is two factors by itself. Whoever gives a right answer
    /// waits for nothing, whatever others have failed from their network.
    ///
    /// # Errors
    /// [`Error::Field`] when the answer is not taken; [`Error::TooManyAttempts`].
    pub async fn sign_in_with_passkey(
        &self,
        party: &RelyingParty,
        (ceremony, answer): (&str, &str),
        visitor: impl Into<Visitor>,
    ) -> Result<NewSession, Error> {
        let (now, made, visitor) = (self.now(), self.made(), visitor.into());
        let (party, token) = (party.clone(), hash(ceremony));
        let (answer, at) = (read_answer(answer)?, visitor.clone());
        let entered = self
            .db()
            .write(async move |tx| {
                let begun = factors::end(tx, &token, SIGN_IN, now).await?;
                let taken = match begun {
                    Some((_, state)) => party.take(tx, &state, (&answer, None), now).await,
                    None => Err(refused()),
                };
                let person = match taken {
                    Err(error @ Error::Field { .. }) => {
                        return Ok(Err(wrong(tx, error, &at, now).await?));
                    }
                    other => other?,
                };
                let found = people::find(tx, person).await?;
                if !found.is_some_and(|found| found.is_active) {
                    return Err(refused());
                }
                forgive_challenges(tx, &at).await?;
                let coming = Coming {
                    person,
                    entrance: Entrance {
                        is_strong: true,
                        ..at.entrance(How::Passkey)
                    },
                    device: at.device,
                    at: None,
                };
                let_in(tx, &coming, made, now).await.map(Ok)
            })
            .await?;
        match entered {
            Ok(session) => Ok(session),
            Err((error, tried)) => {
                self.note_wait(None, &visitor, &tried).await?;
                Err(error)
            }
        }
    }
}

/// Counts an answer that was not taken. Its challenge is over even when it came too early, so
/// nothing is undone.
async fn wrong(
    tx: &mut Tx<'_>,
    error: Error,
    visitor: &Visitor,
    now: Moment,
) -> Result<(Error, Vec<Try>), Error> {
    match count_wrong_passkey(tx, visitor, now).await {
        Ok(tried) => Ok((error, vec![tried])),
        Err(early @ Error::TooManyAttempts { .. }) => Ok((early, Vec::new())),
        Err(other) => Err(other),
    }
}
