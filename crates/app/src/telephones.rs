//! Telephone numbers that are verified before anybody is believed by them, and the telephone PIN.

use mainstay_domain::access::{Action, Role};
use mainstay_domain::e164::E164;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_domain::pin::{is_six_digits, six_digits};
use mainstay_store::contacts;
use mainstay_store::log::{Act, Subject};
use mainstay_store::people::Organisation;
use mainstay_store::telephones::{self, How, Verified};
use mainstay_store::{accounts, log};
use serde_json::json;

use crate::auth::{self, Session};
use crate::contacts::{about, wrong};
use crate::{App, Error};

/// How long a code waits to be read out, in minutes.
const CODE_MINUTES: i64 = 30;
/// How often a code may be wrong before another is needed.
const CODE_TRIES: u32 = 5;

/// The account somebody belongs to; a number is kept for people of accounts only.
const fn own_account(session: &Session) -> Result<AccountId, Error> {
    match session.organisation {
        Organisation::Account(account) => Ok(account),
        Organisation::Vendor | Organisation::Partner(_) => Err(Error::NotFound),
    }
}

impl App {
    /// Keeps one's own number, not verified yet; none when it is left empty.
    ///
    /// # Errors
    /// [`Error::Field`] when it is no number.
    pub async fn save_telephone(&self, asked: &Session, number: &str) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let number = match number.trim() {
            "" => None,
            text => Some(
                text.parse::<E164>()
                    .map_err(|error| wrong("telephone", error.to_string()))?,
            ),
        };
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let (account, person) = (own_account(&session)?, session.person.id);
                let before = telephones::find_to_change(tx, account, person).await?;
                let before = before.map(|kept| kept.number);
                let after = number.as_ref().map(|number| number.as_str().to_owned());
                if before == after {
                    return Ok(());
                }
                match &after {
                    Some(number) => telephones::save(tx, account, person, number, now).await?,
                    None => telephones::delete(tx, account, person).await?,
                }
                let line = session
                    .line(Act::PersonChanged)
                    .about(Subject::Person(person));
                let line = line.was(json!({ "telephone": before }));
                Ok(log::write(tx, now, line.became(json!({ "telephone": after }))).await?)
            })
            .await
    }

    /// A code for one's own number: shown once, and read out to the vendor's agent who calls that
    /// number. It waits for half an hour.
    ///
    /// # Errors
    /// [`Error::Field`] without a number.
    pub async fn telephone_code(&self, asked: &Session) -> Result<String, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let code = six_digits(self.ids().secret());
        let hashed = self.hash_secret(&code).await?;
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let (account, person) = (own_account(&session)?, session.person.id);
                if telephones::find_to_change(tx, account, person)
                    .await?
                    .is_none()
                {
                    let message = "Save your number first".to_owned();
                    return Err(wrong("telephone", message));
                }
                let until = now.plus_minutes(CODE_MINUTES);
                Ok(telephones::save_code(tx, account, person, &hashed, until).await?)
            })
            .await?;
        Ok(code)
    }

    /// Vouches for somebody's number: an administrator knows their colleague. Nobody vouches for
    /// their own.
    ///
    /// # Errors
    /// [`Error::Field`] without a number, or for one's own.
    pub async fn vouch_for_telephone(
        &self,
        asked: &Session,
        person: PersonId,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let account = session.principal.account().ok_or(Error::NotFound)?;
                let grant = session.grant(Action::ManagePeople)?;
                let contact = contacts::find(tx, grant.scope(), account, person).await?;
                let contact = contact.ok_or(Error::NotFound)?;
                session.grant_for(Action::ManagePeople, &about(account, &contact.roles))?;
                if person == session.person.id {
                    let message = "Somebody else vouches for your number".to_owned();
                    return Err(wrong("telephone", message));
                }
                let Some(kept) = telephones::find_to_change(tx, account, person).await? else {
                    let message = format!("{} has to save a number first", contact.name);
                    return Err(wrong("telephone", message));
                };
                let verified = Verified {
                    at: now,
                    how: How::Vouched,
                    by: session.person.id,
                };
                telephones::save_verified(tx, account, person, &verified).await?;
                let line = session.line(Act::TelephoneVerified);
                let line = line.about(Subject::Person(person));
                let told = json!({ "telephone": kept.number, "how": How::Vouched.code() });
                Ok(log::write(tx, now, line.became(told)).await?)
            })
            .await
    }

    /// Takes the code that somebody read out who was called at their number, for the vendor.
    ///
    /// # Errors
    /// [`Error::Field`] when it is wrong, or none waits.
    pub async fn confirm_telephone(
        &self,
        asked: &Session,
        account: AccountId,
        person: PersonId,
        code: &str,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let code = code.trim().to_owned();
        if !is_six_digits(&code) {
            return Err(wrong(
                "code",
                "Type the six digits that were read out".to_owned(),
            ));
        }
        // The try counts before the code is looked at, so that many at once are not worth more.
        let kept = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::LogCall)?;
                let kept = telephones::find_to_change(tx, account, person).await?;
                let kept = kept.ok_or(Error::NotFound)?;
                telephones::count_code_try(tx, account, person).await?;
                Ok::<_, Error>(kept)
            })
            .await?;
        let waiting = kept.code.filter(|(_, until)| now < *until);
        let Some((hash, _)) = waiting.filter(|_| kept.code_tries < CODE_TRIES) else {
            let message = "No code waits for this number; ask them to show a new one in their \
                           profile"
                .to_owned();
            return Err(wrong("code", message));
        };
        if !self.verify(Some(hash.clone()), &code).await {
            return Err(wrong(
                "code",
                "This is not the code in their profile".to_owned(),
            ));
        }
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::LogCall)?;
                let still = telephones::find_to_change(tx, account, person).await?;
                let is_same = still.as_ref().is_some_and(|still| {
                    still.code.as_ref().is_some_and(|(kept, _)| *kept == hash)
                });
                let Some(still) = still.filter(|_| is_same) else {
                    let message = "The number was changed just now".to_owned();
                    return Err(wrong("code", message));
                };
                let verified = Verified {
                    at: now,
                    how: How::Code,
                    by: session.person.id,
                };
                telephones::save_verified(tx, account, person, &verified).await?;
                let line = session.line(Act::TelephoneVerified).of(Some(account));
                let line = line.about(Subject::Person(person));
                let told = json!({ "telephone": still.number, "how": How::Code.code() });
                Ok(log::write(tx, now, line.became(told)).await?)
            })
            .await
    }

    /// Makes another telephone PIN of one's account; it is shown once.
    ///
    /// It lets whoever tells it speak as any administrator of the account, so it is made by those
    /// who may give every role there.
    ///
    /// # Errors
    /// [`Error::Denied`] when they may not.
    pub async fn make_pin(&self, asked: &Session) -> Result<String, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let pin = six_digits(self.ids().secret());
        let hashed = self.hash_secret(&pin).await?;
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let account = session.principal.account().ok_or(Error::NotFound)?;
                session.grant_for(Action::GiveRoles, &about(account, &[Role::GlobalAdmin]))?;
                accounts::hold(tx, account).await?;
                telephones::save_pin(tx, account, &hashed, session.person.id, now).await?;
                let line = session.line(Act::PinChanged).about(Subject::Account);
                Ok::<_, Error>(log::write(tx, now, line).await?)
            })
            .await?;
        Ok(pin)
    }
}
