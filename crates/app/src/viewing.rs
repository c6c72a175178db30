//! Viewing the portal as a customer does: to read only, with a reason, for half an hour at most,
//! and with a line in the customer's own log when it begins and when it ends.

use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Facts, Target};
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::people::{self, Organisation};
use mainstay_store::sessions::{self, Viewing};
use mainstay_store::{Tx, accounts, system};
use serde_json::json;

use crate::auth::{self, Credential, NewSession, SESSION_SECONDS, Secret, Session, hash};
use crate::reasons::checked;
use crate::{App, Error};

/// How long a view lasts at most.
const VIEW_MINUTES: i64 = 30;
/// For how long after it somebody is shown that it is over, before they are signed out.
const OVER_MINUTES: i64 = 10;

impl App {
    /// Begins to show the portal as somebody of an account sees it; the session gets a new token.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who may not, [`Error::NotFound`] when there is nobody active of
    /// that name, [`Error::Field`] without a reason.
    pub async fn begin_view(
        &self,
        asked: &Session,
        account: AccountId,
        person: PersonId,
        reason: &str,
    ) -> Result<NewSession, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let reason = checked(reason);
        let key = self.session_key();
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let facts = Facts {
                    target: Some(Target {
                        account: Some(account),
                        ..Target::default()
                    }),
                    ..Facts::default()
                };
                let grant = session.grant_for(Action::ViewAsCustomer, &facts)?;
                let reason = reason?;
                let given = Facts {
                    has_reason: Some(true),
                    ..facts
                };
                session.grant_for(Action::ViewAsCustomer, &given)?;
                let Secret::Session(token) = credential.secret else {
                    return Err(Error::NotFound);
                };
                accounts::find(tx, account).await?.ok_or(Error::NotFound)?;
                let viewed = people::member(tx, Organisation::Account(account), person).await?;
                let viewed = viewed.filter(|(person, _)| person.is_active);
                viewed.ok_or(Error::NotFound)?;
                let viewing = Viewing {
                    person,
                    account,
                    until: now.plus_minutes(VIEW_MINUTES),
                    reason,
                };
                let token_word = &key.token;
                sessions::change_view(tx, &token, &hash(token_word), Some(&viewing)).await?;
                let kinds: Vec<_> = grant
                    .scope()
                    .kinds()
                    .iter()
                    .map(|kind| kind.code())
                    .collect();
                let line = line(session.by(), Act::ViewBegun, &viewing)
                    .became(json!({ "until": viewing.until.to_string(), "kinds": kinds }));
                log::write(tx, now, line).await?;
                Ok(NewSession {
                    token: token_word.to_owned(),
                    max_age: SESSION_SECONDS,
                    organisation: Organisation::Vendor,
                    device: None,
                })
            })
            .await
    }

    /// Ends a view; the session gets a new token again.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when the session is gone, [`Error::NotFound`] when it views nothing.
    pub async fn end_view(&self, credential: Credential) -> Result<(NewSession, AccountId), Error> {
        let now = self.now();
        let key = self.session_key();
        self.db()
            .write(async move |tx| {
                let (session, viewing) = auth::session_itself(tx, credential, now).await?;
                let viewing = viewing.ok_or(Error::NotFound)?;
                let Secret::Session(token) = credential.secret else {
                    return Err(Error::NotFound);
                };
                let token_word = &key.token;
                sessions::change_view(tx, &token, &hash(token_word), None).await?;
                let line = ended(session.by(), &viewing, now);
                log::write(tx, now, line).await?;
                let new = NewSession {
                    token: token_word.to_owned(),
                    max_age: SESSION_SECONDS,
                    organisation: Organisation::Vendor,
                    device: None,
                };
                Ok((new, viewing.account))
            })
            .await
    }

    /// Ends the views nobody has ended although their time was over some minutes ago, and signs
    /// those who had them out; says how many.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn end_views_over(&self) -> Result<usize, Error> {
        let now = self.now();
        let before = now.plus_minutes(-OVER_MINUTES);
        let is_any = async |tx: &mut Tx<'_>| sessions::is_any_view_over(tx, before).await;
        if !self.db().read(is_any).await? {
            return Ok(0);
        }
        self.db()
            .write(async move |tx| {
                let over = sessions::end_views(tx, before).await?;
                let count = over.len();
                if count > 0 {
                    system::reach(tx);
                }
                for (viewer, person, account, until) in over {
                    let by = By {
                        person: Some(viewer),
                        ..By::default()
                    };
                    let viewing = Viewing {
                        person,
                        account,
                        until,
                        reason: String::new(),
                    };
                    log::write(tx, now, ended(by, &viewing, now)).await?;
                }
                Ok::<_, Error>(count)
            })
            .await
    }
}

/// The line a session's end writes when it was in a view.
pub(crate) async fn ended_by(
    tx: &mut Tx<'_>,
    credential: Credential,
    now: Moment,
) -> Result<Option<Line>, Error> {
    match auth::session_itself(tx, credential, now).await {
        Ok((session, Some(viewing))) => Ok(Some(ended(session.by(), &viewing, now))),
        Ok((_, None)) | Err(Error::SignedOut) => Ok(None),
        Err(error) => Err(error),
    }
}

fn ended(by: By, viewing: &Viewing, at: Moment) -> Line {
    let at = at.min(viewing.until);
    line(by, Act::ViewEnded, viewing).became(json!({ "ended": at.to_string() }))
}

/// A line for the customer's own log.
fn line(by: By, act: Act, viewing: &Viewing) -> Line {
    let line = Line::new(Some(viewing.account), by, act).about(Subject::Person(viewing.person));
    if viewing.reason.is_empty() {
        line
    } else {
        line.because(viewing.reason.as_str())
    }
}
