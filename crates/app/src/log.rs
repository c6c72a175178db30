//! What is done with the log itself.

use mainstay_domain::access::Action;
use mainstay_domain::ids::AccountId;
use mainstay_store::log::{self, Act};
use mainstay_store::{Tx, accounts};

use crate::auth::{self, Session};
use crate::{App, Error};

impl App {
    /// Notes that somebody takes a log away, before they get the first line of it; the name of
    /// whose log it is.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who read no log, [`Error::NotFound`] for another's.
    pub async fn begin_log_export(
        &self,
        asked: &Session,
        account: Option<AccountId>,
        form: &'static str,
    ) -> Result<Option<String>, Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx: &mut Tx<'_>| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::ReadLog)?;
                if grant.scope().account().is_some() && grant.scope().account() != account {
                    return Err(Error::NotFound);
                }
                let name = match account {
                    Some(id) => Some(accounts::find(tx, id).await?.ok_or(Error::NotFound)?.name),
                    None => None,
                };
                let line = session.line(Act::LogExported).of(account);
                log::write(tx, now, line.became(serde_json::json!({ "form": form }))).await?;
                Ok(name)
            })
            .await
    }
}
