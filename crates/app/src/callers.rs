//! Who calls: an administrator who tells their organisation's PIN, or is called back at a verified
//! number (S15). The number a telephone shows is believed by nobody.

use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Facts, Grant, decide};
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_domain::pin::{is_six_digits, minutes_to_wait};
use mainstay_store::callers::{self, Caller, How};
use mainstay_store::contacts::{self, Contact};
use mainstay_store::log::{Act, Subject};
use mainstay_store::{Tx, log, telephones};
use serde_json::json;

use crate::auth::{self, Session};
use crate::contacts::wrong;
use crate::{App, Catalogue, Error};

/// How long a verified caller is one, in minutes: as long as a call may last.
pub const CALL_MINUTES: i64 = 60;

/// By what a caller is to be believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The telephone PIN they told.
    Pin(String),
    /// The agent called their verified number, and they answered.
    CalledBack,
}

/// What came of looking who calls, before a PIN is compared.
enum Looked {
    Verified(Caller),
    /// They are to be told something else than yes; it is in the log.
    Refused(Error),
    /// This hash, if the PIN fits it.
    Pin(String),
}

/// Somebody at the vendor with somebody on the line.
struct Line<'a> {
    session: &'a Session,
    grant: &'a Grant,
    account: AccountId,
    contact: &'a Contact,
    now: Moment,
}

impl App {
    /// Verifies who calls. Wrong PINs are counted for the account, and each waits longer.
    ///
    /// # Errors
    /// [`Error::Field`] says what to do instead, [`Error::TooManyAttempts`] how long to wait.
    pub async fn verify_caller(
        &self,
        asked: &Session,
        account: AccountId,
        person: PersonId,
        proof: &Proof,
    ) -> Result<Caller, Error> {
        let pin = match proof {
            Proof::Pin(pin) if !is_six_digits(pin.trim()) => {
                return Err(wrong("pin", "Type the six digits they told".to_owned()));
            }
            Proof::Pin(pin) => Some(pin.trim().to_owned()),
            Proof::CalledBack => None,
        };
        let (now, credential) = (self.now(), asked.credential);
        let (catalogue, id) = (self.catalogue(), self.ids().id());
        let is_pin = pin.is_some();
        let looked = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::LogCall)?;
                let contact = contact(tx, &session, account, person).await?;
                let line = Line {
                    session: &session,
                    grant: &grant,
                    account,
                    contact: &contact,
                    now,
                };
                if let Some(refusal) = line.refuse_non_administrator(tx, &catalogue).await? {
                    return Ok(Looked::Refused(refusal));
                }
                if is_pin {
                    return line.count_try(tx).await;
                }
                line.called_back(tx).await?;
                line.keep(tx, id, How::CalledBack)
                    .await
                    .map(Looked::Verified)
            })
            .await?;
        let hash = match looked {
            Looked::Verified(caller) => return Ok(caller),
            Looked::Refused(refusal) => return Err(refusal),
            Looked::Pin(hash) => hash,
        };
        let is_right = self.verify(Some(hash), &pin.unwrap_or_default()).await;
        let verified = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::LogCall)?;
                let contact = contact(tx, &session, account, person).await?;
                let line = Line {
                    session: &session,
                    grant: &grant,
                    account,
                    contact: &contact,
                    now,
                };
                if is_right {
                    telephones::save_tries(tx, account, 0, None).await?;
                    return line.keep(tx, id, How::Pin).await.map(Some);
                }
                line.log_refusal(tx, "wrong PIN").await?;
                Ok::<_, Error>(None)
            })
            .await?;
        verified.ok_or_else(|| {
            wrong(
                "pin",
                "This is not the PIN. Ask again, or call them back at a verified number".to_owned(),
            )
        })
    }
}

/// The person who is said to be calling.
async fn contact(
    tx: &mut Tx<'_>,
    session: &Session,
    account: AccountId,
    person: PersonId,
) -> Result<Contact, Error> {
    let people = session.grant(Action::ReadPeople)?;
    let found = contacts::find(tx, people.scope(), account, person).await?;
    found.filter(|contact| contact.is_active).ok_or_else(|| {
        wrong(
            "requester",
            "This person does not belong to that customer".to_owned(),
        )
    })
}

impl Line<'_> {
    /// Whoever may open nothing at their organisation turns to those who may (S16).
    async fn refuse_non_administrator(
        &self,
        tx: &mut Tx<'_>,
        catalogue: &Catalogue,
    ) -> Result<Option<Error>, Error> {
        let facts = Facts {
            administrators: auth::administrators(catalogue, self.now),
            ..Facts::default()
        };
        let may_open = |one: &Contact| decide(&one.principal(self.account), Action::Open, &facts);
        let Err(denial) = may_open(self.contact) else {
            return Ok(None);
        };
        let administrators = contacts::administrators(tx, self.account).await?;
        let names: Vec<&str> = administrators
            .iter()
            .filter(|one| may_open(one).is_ok())
            .map(|one| one.name.as_str())
            .collect();
        let said = denial.said_of(&self.contact.name);
        let message = match names.as_slice() {
            [] => said,
            names => format!("{said} They turn to {}.", names.join(", ")),
        };
        self.log_refusal(tx, denial.because.code()).await?;
        Ok(Some(wrong("requester", message)))
    }

    /// Counts a try before the PIN is compared, so that many at once are not worth more.
    async fn count_try(&self, tx: &mut Tx<'_>) -> Result<Looked, Error> {
        let pin = telephones::find_pin_to_change(tx, self.account).await?;
        let Some(pin) = pin else {
            let message = "This customer has no PIN yet: call back a verified number, or let \
                           their global administrator make one"
                .to_owned();
            return Err(wrong("pin", message));
        };
        if let Some(until) = pin.wait_until.filter(|until| self.now < *until) {
            let seconds = until.as_unix() - self.now.as_unix();
            let minutes = u32::try_from((seconds + 59) / 60).unwrap_or(u32::MAX);
            return Err(Error::TooManyAttempts { minutes });
        }
        let failures = pin.failures.saturating_add(1);
        let until = match minutes_to_wait(failures) {
            0 => None,
            minutes => Some(self.now.plus_minutes(i64::from(minutes))),
        };
        telephones::save_tries(tx, self.account, failures, until).await?;
        Ok(Looked::Pin(pin.hash))
    }

    /// Only a number that was verified before the call is worth calling.
    async fn called_back(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let kept = telephones::find(tx, self.account, self.contact.id).await?;
        if kept.is_some_and(|kept| kept.verified.is_some()) {
            return Ok(());
        }
        let message = format!(
            "{} has no verified number; ask for the PIN instead",
            self.contact.name
        );
        Err(wrong("called_back", message))
    }

    async fn keep(&self, tx: &mut Tx<'_>, id: uuid::Uuid, how: How) -> Result<Caller, Error> {
        let caller = Caller {
            person: self.contact.id,
            how,
            at: self.now,
        };
        callers::insert(tx, self.grant, self.account, id, &caller).await?;
        let line = self
            .session
            .line(Act::CallerVerified)
            .of(Some(self.account));
        let line = line.about(Subject::Person(self.contact.id));
        log::write(tx, self.now, line.became(json!({ "how": how.code() }))).await?;
        Ok(caller)
    }

    async fn log_refusal(&self, tx: &mut Tx<'_>, why: &str) -> Result<(), Error> {
        let line = self.session.line(Act::CallerRefused).of(Some(self.account));
        let line = line.about(Subject::Person(self.contact.id)).because(why);
        Ok(log::write(tx, self.now, line).await?)
    }
}

/// Whether somebody at the vendor verified within this call that a person calls.
pub(crate) async fn is_verified(
    tx: &mut Tx<'_>,
    session: &Session,
    account: AccountId,
    person: PersonId,
    now: Moment,
) -> Result<bool, Error> {
    let since = now.plus_minutes(-CALL_MINUTES);
    let verified = callers::verified_by(tx, account, session.person.id, since).await?;
    Ok(verified.iter().any(|caller| caller.person == person))
}
