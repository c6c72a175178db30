//! Taking requests away: a customer's administrators their own; at the vendor whoever asked for
//! those of a customer, for a day after a second person agreed. Nobody takes away what they do not
//! read on the page of the request, and each time stands in the customer's log.

use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Grant, Second};
use mainstay_domain::ids::{AccountId, CaseId, PersonId};
use mainstay_store::accounts::{self, Account};
use mainstay_store::log::{self, Act};
use mainstay_store::views::{self, CasePage};
use mainstay_store::{Tx, approvals, colleagues};
use serde_json::json;
use uuid::Uuid;

use crate::approvals::{Proposal, is_agreed};
use crate::auth::{self, Session};
use crate::team::principal_of;
use crate::{App, Error};

/// Whose requests are taken away, by what right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// One's own organisation's.
    Own,
    /// Those of the customer that this approval is about.
    Agreed(Uuid),
}

/// What somebody may take away just now.
struct Allowed {
    account: Account,
    /// The right to read, as far as they may take away.
    grant: Grant,
    /// Who agreed, and why it was asked for.
    agreed: Option<(PersonId, String)>,
}

impl App {
    /// What to ask for when the requests of a customer are to be taken away.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who may not, [`Error::NotFound`] when there is no such customer.
    pub async fn export_of(&self, asked: &Session, account: AccountId) -> Result<Proposal, Error> {
        asked.grant(Action::ExportMuch)?;
        let find = async |tx: &mut Tx<'_>| accounts::find(tx, account).await;
        let found = self.db().read(find).await?.ok_or(Error::NotFound)?;
        Ok(Proposal::Export {
            account,
            name: found.name,
        })
    }

    /// Notes that somebody takes requests away, before they get the first of them; whose they are.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who may not, [`Error::NotFound`] for what others asked for,
    /// [`Error::Settled`] when nobody agreed, its time is over, or one of the two may no longer.
    pub async fn begin_export(
        &self,
        asked: &Session,
        export: Export,
        form: &'static str,
    ) -> Result<Account, Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let allowed = allowed(tx, &session, export, now).await?;
                let mut became = json!({ "form": form });
                let mut line = session.line(Act::CasesExported);
                if let Some((second, reason)) = allowed.agreed {
                    became["agreed_by"] = json!(second);
                    line = line.because(reason);
                }
                let line = line.of(Some(allowed.account.id)).became(became);
                log::write(tx, now, line).await?;
                Ok::<_, Error>(allowed.account)
            })
            .await
    }

    /// The requests that come before one in an export, those opened last first. Rights are decided
    /// each time, so that an export ends when a right does.
    ///
    /// # Errors
    /// As [`App::begin_export`].
    pub async fn export_page(
        &self,
        asked: &Session,
        export: Export,
        before: Option<CaseId>,
        limit: u32,
    ) -> Result<Vec<CasePage>, Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                let Allowed { account, grant, .. } = allowed(tx, &session, export, now).await?;
                Ok(views::case_pages(tx, &grant, account.id, before, limit).await?)
            })
            .await
    }
}

/// Which requests of their own organisation somebody may take away.
///
/// # Errors
/// [`Error::Denied`] when none.
pub fn own(session: &Session) -> Result<Grant, Error> {
    let export = session.grant(Action::ExportMuch)?;
    readable(session, &export)
}

/// The right to read, as far as another one reaches.
fn readable(session: &Session, export: &Grant) -> Result<Grant, Error> {
    let read = session.grant(Action::Read)?;
    read.within(export).ok_or(Error::NotFound)
}

async fn allowed(
    tx: &mut Tx<'_>,
    session: &Session,
    export: Export,
    now: Moment,
) -> Result<Allowed, Error> {
    match export {
        Export::Own => {
            let grant = own(session)?;
            let account = grant.scope().account().ok_or(Error::NotFound)?;
            Ok(Allowed {
                account: found(tx, account).await?,
                grant,
                agreed: None,
            })
        }
        Export::Agreed(id) => of_approval(tx, session, id, now).await,
    }
}

async fn of_approval(
    tx: &mut Tx<'_>,
    session: &Session,
    id: Uuid,
    now: Moment,
) -> Result<Allowed, Error> {
    let approval = approvals::find(tx, id).await?;
    let approval = approval.filter(|one| one.asked_by == session.person.id);
    let approval = approval.ok_or(Error::NotFound)?;
    let Ok(proposal) = serde_json::from_str(&approval.what) else {
        return Err(Error::NotFound);
    };
    let Proposal::Export { account, .. } = &proposal else {
        return Err(Error::NotFound);
    };
    let second = approval.decided_by.filter(|_| is_agreed(&approval, now));
    let second = second.ok_or_else(|| settled("There is nothing to take away any more"))?;
    let team = colleagues::team(tx).await?;
    let principal = team
        .iter()
        .find(|one| one.person == second)
        .map(principal_of);
    let no_longer = || settled("You or whoever agreed may no longer do this");
    let principal = principal.ok_or_else(no_longer)?;
    let facts = proposal.facts(&team, Second::Agreed(&principal));
    let export = session.grant_for(Action::ExportMuch, &facts);
    let export = export.map_err(|_| no_longer())?;
    Ok(Allowed {
        account: found(tx, *account).await?,
        grant: readable(session, &export)?,
        agreed: Some((second, approval.reason)),
    })
}

fn settled(what: &str) -> Error {
    Error::Settled(format!("{what}; ask again"))
}

async fn found(tx: &mut Tx<'_>, account: AccountId) -> Result<Account, Error> {
    accounts::find(tx, account).await?.ok_or(Error::NotFound)
}
