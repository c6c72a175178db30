//! Resets of forgotten passwords: somebody asks, somebody who may starts one and hands a link on,
//! and whoever holds it chooses the new password. Nobody chooses another's (S15).
//!
//! Only the organisation that answers for how a person signs in, the first they joined, starts
//! their reset: another one they belong to would get into the first by it.

use mainstay_domain::Moment;
use mainstay_domain::access::tries::Track;
use mainstay_domain::access::{Action, Facts, Second, Target};
use mainstay_domain::ids::PersonId;
use mainstay_store::links::{self, NewLink, Purpose};
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::people::{Organisation, Person};
use mainstay_store::resets::{self, Candidate};
use mainstay_store::{Tx, people, tries};

use crate::auth::{self, Session, Visitor, account_of, hash, secret_word};
use crate::{App, Error};

/// How long a link can be used: an hour.
const RESET_MINUTES: i64 = 60;

/// A reset that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Whose.
    pub candidate: Candidate,
    /// The word in the link `/reset/{word}`.
    pub word: String,
}

/// Decides whether somebody may start the reset of a colleague, whose roles there are.
///
/// # Errors
/// [`Error::Denied`] when not.
pub fn decide(session: &Session, of: &Candidate, second: Second<'_>) -> Result<(), Error> {
    let target = Target {
        account: account_of(session.organisation),
        is_own: of.person == session.person.id,
        about: of.roles.iter().min().copied(),
        ..Target::default()
    };
    let facts = Facts {
        target: Some(target),
        second,
        ..Facts::default()
    };
    session.grant_for(Action::StartReset, &facts).map(drop)
}

/// Starts a reset in the transaction of whoever may, with whoever else agreed to it.
///
/// # Errors
/// [`Error::NotFound`] when there is nobody whose reset it could be, [`Error::Denied`] when it is
/// not theirs to start.
pub async fn start(
    tx: &mut Tx<'_>,
    session: &Session,
    person: PersonId,
    second: Second<'_>,
    word: &str,
    now: Moment,
) -> Result<Candidate, Error> {
    let candidate = begin(tx, session, person, second, word, now).await?;
    let line = session
        .line(Act::ResetStarted)
        .of(account_of(session.organisation));
    log::write(tx, now, line.about(Subject::Person(person))).await?;
    Ok(candidate)
}

/// As [`start`], but for the line of the log, which is written last.
pub(crate) async fn begin(
    tx: &mut Tx<'_>,
    session: &Session,
    person: PersonId,
    second: Second<'_>,
    word: &str,
    now: Moment,
) -> Result<Candidate, Error> {
    let organisation = session.organisation;
    let found = resets::candidate(tx, organisation, person).await?;
    let candidate = found.ok_or(Error::NotFound)?;
    decide(session, &candidate, second)?;
    let refused = |message: &str| {
        Err(Error::Field {
            field: "person",
            message: message.to_owned(),
        })
    };
    if person == session.person.id {
        return refused("Change your own password in your profile; it asks for the one you have");
    }
    let home = people::standing(tx, person).await?.and_then(|one| one.home);
    let (_, here) = organisation.columns();
    let is_only = people::memberships(tx, person)
        .await?
        .iter()
        .all(|membership| membership.organisation == organisation);
    if home.map_or(!is_only, |home| home != here) {
        return refused("Another organisation answers for how they sign in; they ask there");
    }
    let link = NewLink {
        token: &hash(word),
        purpose: Purpose::Reset,
        person,
        organisation,
        roles: &[],
        made_by: session.person.id,
        expires_at: now.plus_minutes(RESET_MINUTES),
    };
    links::insert(tx, &link, now).await?;
    resets::forget(tx, person).await?;
    Ok(candidate)
}

impl App {
    /// Notes that somebody has forgotten their password, for those who may start a reset. What is
    /// done and said is the same whether there is somebody of that address or not.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`] when too many are asked for from one network.
    pub async fn ask_for_reset(
        &self,
        email: &str,
        visitor: impl Into<Visitor>,
    ) -> Result<(), Error> {
        let visitor = visitor.into();
        let network = visitor.network.as_deref().unwrap_or_default();
        let apart = format!("asks for resets from {network}");
        self.try_apart(Track::Network, &apart).await?;
        let (now, email) = (self.now(), email.to_owned());
        let network = visitor.network;
        let ask =
            async move |tx: &mut Tx<'_>| resets::ask(tx, &email, network.as_deref(), now).await;
        Ok(self.db().write(ask).await?)
    }

    /// Whose resets somebody may start in their organisation, those who asked first. Whoever
    /// needs a second person sees them too.
    ///
    /// # Errors
    /// [`Error::Denied`] when their role starts none.
    pub async fn resets(&self, asked: &Session) -> Result<Vec<Candidate>, Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::StartReset)?;
                let mut all = resets::candidates(tx, session.organisation).await?;
                all.retain(|one| {
                    let is_other = one.person != session.person.id;
                    is_other && decide(&session, one, Second::NotAsked).is_ok()
                });
                Ok(all)
            })
            .await
    }

    /// Starts a reset: a link to be handed on, which voids those before it.
    ///
    /// # Errors
    /// As [`start`]; at the vendor a second person has to agree, and nobody has here.
    pub async fn start_reset(&self, asked: &Session, person: PersonId) -> Result<Started, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let word = secret_word(self.ids().secret());
        let kept = word.clone();
        let candidate = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                start(tx, &session, person, Second::Nobody, &kept, now).await
            })
            .await?;
        Ok(Started { candidate, word })
    }

    /// Whose reset a link is, if it can still be used.
    ///
    /// # Errors
    /// [`Error::LinkUsed`].
    pub async fn reset(&self, word: &str) -> Result<Person, Error> {
        let (now, token) = (self.now(), hash(word));
        self.db()
            .read(async |tx| {
                let link = links::find(tx, &token, Purpose::Reset, now).await?;
                let link = link.ok_or(Error::LinkUsed)?;
                let person = people::find(tx, link.person).await?;
                person
                    .filter(|person| person.is_active)
                    .ok_or(Error::LinkUsed)
            })
            .await
    }

    /// Chooses a new password by a link. All sessions end and all browsers are strangers again;
    /// second factors stay, and so nobody is signed in by it.
    ///
    /// # Errors
    /// [`Error::LinkUsed`]; or the password's mistake, and the link stays good then.
    pub async fn finish_reset(
        &self,
        word: &str,
        password: &str,
        visitor: impl Into<Visitor>,
    ) -> Result<(), Error> {
        let visitor = visitor.into();
        self.reset(word).await?;
        let hashed = self.hash_password(password).await?;
        let (now, token) = (self.now(), hash(word));
        let person = self
            .db()
            .write(async move |tx| {
                let link = links::take(tx, &token, Purpose::Reset, now).await?;
                let link = link.ok_or(Error::LinkUsed)?;
                let person = link.person;
                people::save_password(tx, person, &hashed).await?;
                auth::rights_changed(tx, person).await?;
                tries::forget_devices(tx, person).await?;
                resets::forget(tx, person).await?;
                links::void_all(tx, Purpose::Reset, person).await?;
                let by = By {
                    person: Some(person),
                    network: visitor.network,
                    ..By::default()
                };
                let account = link.organisation.and_then(account_of);
                let line = Line::new(account, by, Act::ResetDone);
                log::write(tx, now, line.about(Subject::Person(person))).await?;
                Ok::<_, Error>(person)
            })
            .await?;
        self.sessions_ended(person);
        Ok(())
    }
}

/// Whether somebody's reset needs a second person where they are.
#[must_use]
pub fn needs_second(session: &Session) -> bool {
    session.organisation == Organisation::Vendor
}
