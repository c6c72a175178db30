//! Codes by time (TOTP, RFC 6238): SHA-1, six digits, thirty seconds, as the apps expect them.

use mainstay_domain::Moment;
use mainstay_store::factors;
use mainstay_store::factors::CodeApp;
use mainstay_store::log::{Act, Subject};
use totp_rs::{Algorithm, Builder, Secret as Shared, Totp};

use super::{Added, Begun, added, begin, changer, letters, may_remove, removed, wrong_code};
use crate::auth::{Session, hash, secret_word};
use crate::{App, Error};

/// Digits of a code.
pub(super) const DIGITS: usize = 6;
/// Seconds of a step.
const STEP_SECONDS: u64 = 30;
/// Bytes of a secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// What an enrolment is begun for.
const PURPOSE: &str = "codes";

/// An app that is to make codes, before it was confirmed by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The word it is confirmed with, once.
    pub ceremony: String,
    /// The secret in Base32, in groups of four, for typing.
    pub secret: String,
    /// The address apps read from a picture: `otpauth://totp/…`.
    pub address: String,
}

/// The reckoning of a secret's codes.
fn totp(secret: &[u8], issuer: &str, account: &str) -> Result<Totp, Error> {
    // A colon would end the name in the address.
    let (issuer, account) = (issuer.replace(':', " "), account.replace(':', " "));
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(STEP_SECONDS)
        .with_secret(Shared::new(secret.into()))
        .with_account_name(account)
        .with_issuer(Some(issuer))
        .build()
        .map_err(|_| Error::NotFound)
}

/// The step of a code at a moment, one step before or after; nothing when it is none of them.
pub(super) fn step_of(secret: &[u8], code: &str, now: Moment) -> Option<i64> {
    let now = u64::try_from(now.as_unix()).ok()?;
    let step = totp(secret, "", "").ok()?.check(code, now)?;
    i64::try_from(step).ok()
}

fn enrolment(
    ceremony: &str,
    secret: &[u8],
    issuer: &str,
    account: &str,
) -> Result<Enrolment, Error> {
    let totp = totp(secret, issuer, account)?;
    let text = totp.secret().to_base32();
    let letters: Vec<char> = text.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(String::from_iter).collect();
    Ok(Enrolment {
        ceremony: ceremony.to_owned(),
        secret: groups.join(" "),
        address: totp.to_url().map_err(|_| Error::NotFound)?,
    })
}

fn secret_of(state: &str) -> Result<Vec<u8>, Error> {
    let secret = Shared::try_from_base32(state).map_err(|_| Error::LinkUsed)?;
    Ok(secret.as_bytes().to_vec())
}

impl App {
    /// Begins to add an app that makes codes; `issuer` is what the app shows beside the code.
    ///
    /// # Errors
    /// [`Error::ProofNeeded`], [`Error::FactorRequired`].
    pub async fn begin_codes(&self, asked: &Session, issuer: &str) -> Result<Enrolment, Error> {
        let (credential, now) = (asked.credential, self.now());
        let word = secret_word(self.ids().secret());
        let secret = self.ids().secret()[..SECRET_BYTES].to_vec();
        let enrolment = enrolment(&word, &secret, issuer, &asked.person.email)?;
        let state = enrolment.secret.replace(' ', "");
        self.db()
            .write(async move |tx| {
                let (session, _) = changer(tx, credential, now).await?;
                let begun = Begun {
                    word: &word,
                    purpose: PURPOSE,
                    person: Some(session.person.id),
                    state: &state,
                };
                begin(tx, &begun, now).await
            })
            .await?;
        Ok(enrolment)
    }

    /// An app that was begun and not confirmed, to be shown once more.
    ///
    /// # Errors
    /// [`Error::LinkUsed`] when that took too long, or it is somebody else's.
    pub async fn begun_codes(
        &self,
        asked: &Session,
        ceremony: &str,
        issuer: &str,
    ) -> Result<Enrolment, Error> {
        let (now, token) = (self.now(), hash(ceremony));
        let found = self
            .db()
            .read(async |tx| factors::find(tx, &token, PURPOSE, now).await)
            .await?;
        let (_, state) = found
            .filter(|(person, _)| *person == Some(asked.person.id))
            .ok_or(Error::LinkUsed)?;
        enrolment(ceremony, &secret_of(&state)?, issuer, &asked.person.email)
    }

    /// Confirms an app by one of its codes; it takes the place of the one before.
    ///
    /// # Errors
    /// [`Error::Field`] for a wrong code, the enrolment stays good then; [`Error::LinkUsed`] when it
    /// took too long; [`Error::ProofNeeded`], [`Error::FactorRequired`].
    pub async fn confirm_codes(
        &self,
        asked: &Session,
        ceremony: &str,
        code: &str,
    ) -> Result<Added, Error> {
        let (credential, now, fresh) = (asked.credential, self.now(), self.fresh_factor());
        let (token, code) = (hash(ceremony), letters(code));
        let added = self
            .db()
            .write(async move |tx| {
                let (session, held) = changer(tx, credential, now).await?;
                let person = session.person.id;
                let (_, state) = factors::end(tx, &token, PURPOSE, now)
                    .await?
                    .filter(|(whose, _)| *whose == Some(person))
                    .ok_or(Error::LinkUsed)?;
                let secret = secret_of(&state)?;
                let last_step = step_of(&secret, &code, now).ok_or_else(wrong_code)?;
                let app = CodeApp {
                    secret,
                    last_step,
                    made_at: now,
                };
                factors::save_code_app(tx, person, &app).await?;
                let what = (Act::CodesAdded, Subject::Person(person));
                added(tx, (&session, held), fresh, what, now).await
            })
            .await?;
        self.sessions_ended(asked.person.id);
        Ok(added)
    }

    /// Removes the app that makes codes.
    ///
    /// # Errors
    /// [`Error::Field`] when it is the last factor and one is required; [`Error::ProofNeeded`],
    /// [`Error::FactorRequired`]; [`Error::NotFound`] when there is none.
    pub async fn remove_codes(&self, asked: &Session) -> Result<(), Error> {
        let (credential, now) = (asked.credential, self.now());
        self.db()
            .write(async move |tx| {
                let (session, held) = changer(tx, credential, now).await?;
                if !held.has_codes {
                    return Err(Error::NotFound);
                }
                may_remove(tx, &session, held).await?;
                let person = session.person.id;
                factors::delete_code_app(tx, person).await?;
                let what = (Act::CodesRemoved, Subject::Person(person));
                removed(tx, (&session, held), what, now).await
            })
            .await?;
        self.sessions_ended(asked.person.id);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of RFC 6238, appendix B, SHA-1; six digits are the last six of its eight.
    #[test]
    fn codes_are_those_of_the_standard() {
        const SECRET: &[u8] = b"12345678901234567890";
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let now = Moment::from_unix(at);
            assert_eq!(step_of(SECRET, code, now), Some(at / 30), "{at}");
            let step = |seconds| step_of(SECRET, code, Moment::from_unix(at + seconds));
            assert_eq!(step(30), Some(at / 30), "{at}: a step late");
            assert_eq!(step(-30), Some(at / 30), "{at}: a step early");
            assert_eq!(step(60), None, "{at}: two steps late");
            assert_eq!(step(-60), None, "{at}: two steps early");
        }
        assert_eq!(step_of(SECRET, "94287082", Moment::from_unix(59)), None);
        assert_eq!(step_of(SECRET, "", Moment::from_unix(59)), None);
    }

    #[test]
    fn an_enrolment_says_all_an_app_needs() {
        let made = enrolment(
            "word",
            b"12345678901234567890",
            "North: wind",
            "d@x.example",
        )
        .unwrap();
        assert_eq!(made.secret, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = made.address;
        assert!(address.starts_with("otpauth://totp/North"), "{address}");
        assert!(
            address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            "{address}"
        );
        assert!(!address.contains("North:"), "{address}");
        assert_eq!(
            secret_of("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap().len(),
            20
        );
    }
}
