//! Second factors: what somebody has beside their password, adding and removing it, and who must
//! have one (S15).
//!
//! A factor is a passkey or an app that makes codes. Recovery codes stand in for a factor that is
//! lost and are none themselves. Who changes their factors has proved within the last minutes who
//! they are, and their other sessions end.

pub mod codes;
pub mod passkeys;
pub mod proof;
pub mod rules;
pub mod step;

use mainstay_domain::Moment;
use mainstay_domain::ids::PersonId;
use mainstay_store::factors::{Ceremony, Held, Passkey};
use mainstay_store::log::{self, Act, Subject};
use mainstay_store::sessions::TokenHash;
use mainstay_store::{Tx, factors, sessions};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::auth::{self, Credential, NewSession, SESSION_SECONDS, Secret, Session, hash};
use crate::{App, Error};

/// For how long a proof is good for changing how one signs in: ten minutes.
const PROOF_MINUTES: i64 = 10;
/// How long a ceremony that was begun can be ended: ten minutes, as long as a proof is good.
const CEREMONY_MINUTES: i64 = 10;
/// Recovery codes made at a time.
const RECOVERY_CODES: usize = 10;
/// Letters of a recovery code, five bits each: eighty bits are not found by trying, hashed once.
const RECOVERY_LETTERS: usize = 16;
/// What somebody has to sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factors {
    /// Their passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
    /// Since when they have an app that makes codes.
    pub codes_since: Option<Moment>,
    /// Recovery codes that are left.
    pub recovery_codes: u32,
    /// Whether they have a password.
    pub has_password: bool,
    /// Whether they proved who they are within the last minutes, so that they can change this.
    pub is_fresh: bool,
}

impl Factors {
    /// Whether there is a factor at all.
    #[must_use]
    pub fn any(&self) -> bool {
        !self.passkeys.is_empty() || self.codes_since.is_some()
    }
}

/// What came of adding a factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added {
    /// New recovery codes, shown once; none when there were some left.
    pub recovery_codes: Vec<String>,
    /// The session under its new token, when it can do more than before.
    pub renewed: Option<NewSession>,
}

/// What a browser is given to begin a ceremony with a passkey.
#[derive(Debug, Clone, PartialEq)]
pub struct Challenge {
    /// The word it is ended with, once.
    pub ceremony: String,
    /// The options for `navigator.credentials`, as JSON with Base64url where there are bytes.
    pub options: serde_json::Value,
}

/// Whether a proof is still good.
fn is_fresh(session: &Session, now: Moment) -> bool {
    let since = now.plus_minutes(-PROOF_MINUTES);
    session.standing.proved_at.is_some_and(|at| at >= since)
}

/// Asks for a proof of the last minutes from whoever changes how they sign in.
///
/// # Errors
/// [`Error::ProofNeeded`].
pub(crate) fn ask_proof(session: &Session, now: Moment) -> Result<(), Error> {
    if is_fresh(session, now) {
        return Ok(());
    }
    Err(Error::ProofNeeded)
}

/// The token of a browser's session; programs change nobody's factors.
fn token_of(session: &Session) -> Result<TokenHash, Error> {
    match session.credential.secret {
        Secret::Session(token) => Ok(token),
        Secret::Token(_) => Err(Error::NotFound),
    }
}

/// Whoever wants to change their own factors: they have proved who they are, by a factor if they
/// have one and it was asked of them. Nobody else changes them before this transaction ends.
async fn changer(
    tx: &mut Tx<'_>,
    credential: Credential,
    now: Moment,
) -> Result<(Session, Held), Error> {
    let session = auth::half_session(tx, credential, now).await?;
    token_of(&session)?;
    factors::hold(tx, session.person.id).await?;
    let held = factors::held(tx, session.person.id).await?;
    if session.standing.lacks_factor && held.any() {
        return Err(Error::FactorRequired);
    }
    ask_proof(&session, now)?;
    Ok((session, held))
}

/// What only the ports can make for adding a factor.
struct Fresh {
    /// The token of the session that goes on.
    token: String,
    /// Recovery codes, in case there are none left.
    recovery_codes: Vec<String>,
}

/// What follows when a factor was added: recovery codes if there are none left, the end of other
/// sessions, and the lines of the log, which come last.
async fn added(
    tx: &mut Tx<'_>,
    (session, held): (&Session, Held),
    fresh: Fresh,
    (act, subject): (Act, Subject),
    now: Moment,
) -> Result<Added, Error> {
    let person = session.person.id;
    let recovery_codes = if held.recovery_codes == 0 {
        keep_recovery_codes(tx, person, &fresh.recovery_codes, now).await?;
        fresh.recovery_codes
    } else {
        Vec::new()
    };
    let token = token_of(session)?;
    sessions::delete_others(tx, person, &token).await?;
    let renewed = strengthen(tx, session, fresh.token, now).await?;
    log::write(tx, now, session.own_line(act).about(subject)).await?;
    if !recovery_codes.is_empty() {
        log::write(tx, now, recovery_line(session, recovery_codes.len())).await?;
    }
    Ok(Added {
        recovery_codes,
        renewed,
    })
}

/// A line that says that recovery codes were made.
fn recovery_line(session: &Session, number: usize) -> log::Line {
    session
        .own_line(Act::RecoveryCodesMade)
        .became(json!({ "codes": number }))
}

/// What was proved by a factor makes a session strong; it goes on under another token then, so that
/// one that was known before stands for nothing.
async fn strengthen(
    tx: &mut Tx<'_>,
    session: &Session,
    token: String,
    now: Moment,
) -> Result<Option<NewSession>, Error> {
    let known = token_of(session)?;
    if session.standing.is_strong {
        sessions::prove(tx, &known, &known, true, now).await?;
        return Ok(None);
    }
    sessions::prove(tx, &known, &hash(&token), true, now).await?;
    Ok(Some(NewSession {
        token,
        max_age: SESSION_SECONDS,
        organisation: session.organisation,
        device: None,
    }))
}

async fn keep_recovery_codes(
    tx: &mut Tx<'_>,
    person: PersonId,
    codes: &[String],
    now: Moment,
) -> Result<(), Error> {
    let hashes: Vec<_> = codes
        .iter()
        .map(|code| recovery_hash(person, code))
        .collect();
    Ok(factors::replace_recovery_codes(tx, person, &hashes, now).await?)
}

/// A recovery code as it is kept: with whose it is, and however it was written.
fn recovery_hash(person: PersonId, code: &str) -> TokenHash {
    let letters = letters(code);
    Sha256::digest(format!("recovery code {person} {letters}").as_bytes()).into()
}

/// The letters and digits of what somebody typed, in lower case.
fn letters(typed: &str) -> String {
    let letters = typed.chars().filter(char::is_ascii_alphanumeric).take(64);
    letters.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Which code somebody gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    /// One of their app.
    Code,
    /// A recovery code, which is used up now.
    Recovery,
}

/// Takes a code of somebody's app or a recovery code; nothing when it is none, or was taken before.
async fn take_code(
    tx: &mut Tx<'_>,
    person: PersonId,
    typed: &str,
    now: Moment,
) -> Result<Option<Taken>, Error> {
    let letters = letters(typed);
    if letters.len() == codes::DIGITS {
        let Some(app) = factors::find_code_app(tx, person).await? else {
            return Ok(None);
        };
        let Some(step) = codes::step_of(&app.secret, &letters, now) else {
            return Ok(None);
        };
        let is_taken = factors::use_step(tx, person, step).await?;
        return Ok(is_taken.then_some(Taken::Code));
    }
    let hash = recovery_hash(person, &letters);
    let is_taken = factors::use_recovery_code(tx, person, &hash, now).await?;
    Ok(is_taken.then_some(Taken::Recovery))
}

/// What is said of a code that was not taken: not whether it was ever one.
fn wrong_code() -> Error {
    Error::Field {
        field: "code",
        message: "This code is not right, or was used before; take the one your app shows now"
            .to_owned(),
    }
}

/// What is kept of a ceremony.
struct Begun<'a> {
    word: &'a str,
    purpose: &'a str,
    person: Option<PersonId>,
    state: &'a str,
}

async fn begin(tx: &mut Tx<'_>, begun: &Begun<'_>, now: Moment) -> Result<(), Error> {
    let ceremony = Ceremony {
        token: &hash(begun.word),
        purpose: begun.purpose,
        person: begun.person,
        state: begun.state,
        expires_at: now.plus_minutes(CEREMONY_MINUTES),
    };
    Ok(factors::begin(tx, &ceremony, now).await?)
}

impl App {
    /// What somebody has to sign in with.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when they are not signed in any more.
    pub async fn factors(&self, asked: &Session) -> Result<Factors, Error> {
        let (credential, now) = (asked.credential, self.now());
        self.db()
            .read(async |tx| {
                let session = auth::half_session(tx, credential, now).await?;
                let person = session.person.id;
                let held = factors::held(tx, person).await?;
                let app = factors::find_code_app(tx, person).await?;
                Ok(Factors {
                    passkeys: factors::passkeys(tx, person).await?,
                    codes_since: app.map(|app| app.made_at),
                    recovery_codes: held.recovery_codes,
                    has_password: session.person.password_hash.is_some(),
                    is_fresh: is_fresh(&session, now),
                })
            })
            .await
    }

    /// Makes new recovery codes; those from before are void.
    ///
    /// # Errors
    /// [`Error::ProofNeeded`]; [`Error::NotFound`] without a factor that they could stand in for.
    pub async fn new_recovery_codes(&self, asked: &Session) -> Result<Vec<String>, Error> {
        let (credential, now, codes) = (asked.credential, self.now(), self.recovery_codes());
        self.db()
            .write(async move |tx| {
                let (session, held) = changer(tx, credential, now).await?;
                if !held.any() {
                    return Err(Error::NotFound);
                }
                keep_recovery_codes(tx, session.person.id, &codes, now).await?;
                log::write(tx, now, recovery_line(&session, codes.len())).await?;
                Ok(codes)
            })
            .await
    }

    /// What only the ports can make for adding a factor.
    fn fresh_factor(&self) -> Fresh {
        Fresh {
            token: self.session_key().token,
            recovery_codes: self.recovery_codes(),
        }
    }

    fn recovery_codes(&self) -> Vec<String> {
        let code = |_| {
            let word = auth::secret_word(self.ids().secret());
            let letters: Vec<char> = word.chars().take(RECOVERY_LETTERS).collect();
            let groups: Vec<String> = letters.chunks(4).map(String::from_iter).collect();
            groups.join("-")
        };
        (0..RECOVERY_CODES).map(code).collect()
    }
}

/// Refuses to take the last factor from somebody of whom one is required; what is left afterwards
/// when it may go.
async fn may_remove(tx: &mut Tx<'_>, session: &Session, held: Held) -> Result<(), Error> {
    if !held.is_last() {
        return Ok(());
    }
    if is_required_of(tx, session).await? {
        return Err(Error::Field {
            field: "",
            message: "Your organisation asks for a second factor: add another one before you \
                      remove this one"
                .to_owned(),
        });
    }
    Ok(())
}

/// Whether a role of theirs needs a second factor.
async fn is_required_of(tx: &mut Tx<'_>, session: &Session) -> Result<bool, Error> {
    let mut required = factors::required(tx, session.organisation).await?;
    required.extend(factors::required(tx, mainstay_store::people::Organisation::Vendor).await?);
    let roles = &session.principal.roles;
    Ok(roles.iter().any(|role| required.contains(role)))
}

/// What follows when a factor was removed: recovery codes stand in for nothing any more when it was
/// the last, other sessions end, and the log says so.
async fn removed(
    tx: &mut Tx<'_>,
    (session, held): (&Session, Held),
    (act, subject): (Act, Subject),
    now: Moment,
) -> Result<(), Error> {
    let person = session.person.id;
    if held.is_last() {
        factors::replace_recovery_codes(tx, person, &[], now).await?;
    }
    sessions::delete_others(tx, person, &token_of(session)?).await?;
    Ok(log::write(tx, now, session.own_line(act).about(subject)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_written_and_another_for_everybody() {
        let of = |number| PersonId(Uuid::from_u128(number));
        let hash = recovery_hash(of(1), "abcd-efgh-jkmn-pqrs");
        assert_eq!(hash, recovery_hash(of(1), " ABCD efgh JKMN pqrs"));
        assert_ne!(hash, recovery_hash(of(2), "abcd-efgh-jkmn-pqrs"));
        assert_ne!(hash, recovery_hash(of(1), "abcd-efgh-jkmn-pqr2"));
    }
}
