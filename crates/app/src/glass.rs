//! Breaking the glass: whoever runs the machine reads what one customer wrote although everything
//! else failed, after a second person agreed, for an hour. Every look stands in the customer's log.

use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Grant, Second};
use mainstay_domain::ids::CaseNumber;
use mainstay_store::accounts::{self, Account};
use mainstay_store::approvals::{self, Approval, State};
use mainstay_store::log::{self, Act, Line, Subject};
use mainstay_store::system::{self, Gauges};
use mainstay_store::views::{self, CasePage, CaseRow};
use mainstay_store::{Tx, colleagues};
use serde_json::json;
use uuid::Uuid;

use crate::approvals::Proposal;
use crate::auth::{self, Session};
use crate::team::principal_of;
use crate::{App, Error};

/// For how long it stays broken.
pub(crate) const GLASS_MINUTES: i64 = 60;
/// As many requests are listed.
const LISTED: u32 = 200;

/// What was broken: which customer, until when, what for.
#[derive(Debug, Clone)]
pub struct Glass {
    /// The customer.
    pub account: Account,
    /// The first instant at which it is whole again.
    pub until: Moment,
    /// Why, in the words of whoever asked.
    pub reason: String,
}

impl App {
    /// The customer a number is of, for whoever runs the machine: its id and name to ask with.
    ///
    /// # Errors
    /// [`Error::Denied`] for everybody else, [`Error::Field`] when there is none.
    pub async fn glass_for(&self, asked: &Session, number: &str) -> Result<Proposal, Error> {
        asked.grant(Action::BreakGlass)?;
        let number = number.trim().to_owned();
        let found = self
            .db()
            .read(async |tx| accounts::find_by_number(tx, &number).await)
            .await?;
        let account = found.ok_or_else(|| Error::Field {
            field: "customer",
            message: "Write the customer number of a customer, as it stands on its page".to_owned(),
        })?;
        Ok(Proposal::BreakGlass {
            account: account.id,
            name: account.name,
        })
    }

    /// The requests of the customer whose glass was broken, the latest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody but whoever asked, and after its time.
    pub async fn glass_cases(
        &self,
        asked: &Session,
        id: Uuid,
    ) -> Result<(Glass, Vec<CaseRow>), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let (glass, grant) = broken(tx, &session, id, now).await?;
                let cases = views::account_cases(tx, &grant, glass.account.id, LISTED).await?;
                log::write(tx, now, looked(&session, &glass)).await?;
                Ok::<_, Error>((glass, cases))
            })
            .await
    }

    /// One request of that customer with its public thread.
    ///
    /// # Errors
    /// As [`App::glass_cases`]; for what is another customer's, too.
    pub async fn glass_case(
        &self,
        asked: &Session,
        id: Uuid,
        number: CaseNumber,
    ) -> Result<(Glass, CasePage), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let (glass, grant) = broken(tx, &session, id, now).await?;
                let page = views::case_page(tx, &grant, number).await?;
                let page = page.filter(|page| page.case.account == glass.account.id);
                let page = page.ok_or(Error::NotFound)?;
                let line = looked(&session, &glass).about(Subject::Case(page.case.id));
                log::write(tx, now, line).await?;
                Ok::<_, Error>((glass, page))
            })
            .await
    }

    /// How much the machine has to do, for whoever runs it.
    ///
    /// # Errors
    /// [`Error::Denied`] for everybody else.
    pub async fn gauges(&self, asked: &Session) -> Result<Gauges, Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.session(credential).await?.grant(Action::RunMachine)?;
        let read = async |tx: &mut Tx<'_>| system::gauges(tx, now).await;
        Ok(self.db().read(read).await?)
    }
}

/// What stays broken for a while, if it is theirs and both who agreed on it still may.
async fn broken(
    tx: &mut Tx<'_>,
    session: &Session,
    id: Uuid,
    now: Moment,
) -> Result<(Glass, Grant), Error> {
    let approval = approvals::find_to_change(tx, id).await?;
    let approval = approval.filter(|one| one.asked_by == session.person.id);
    let approval = approval.ok_or(Error::NotFound)?;
    let proposal = serde_json::from_str(&approval.what).map_err(|_| Error::NotFound)?;
    let Proposal::BreakGlass { account, .. } = &proposal else {
        return Err(Error::NotFound);
    };
    let until = until(&approval).filter(|until| now < *until);
    let until = until.ok_or(Error::NotFound)?;
    let second = approval.decided_by.ok_or(Error::NotFound)?;
    let team = colleagues::team(tx).await?;
    let second = team.iter().find(|one| one.person == second);
    let second = second.map(principal_of).ok_or(Error::NotFound)?;
    let facts = proposal.facts(&team, Second::Agreed(&second));
    let grant = session.grant_for(Action::BreakGlass, &facts)?;
    let account = accounts::find(tx, *account).await?.ok_or(Error::NotFound)?;
    let reason = approval.reason;
    let glass = Glass {
        account,
        until,
        reason,
    };
    Ok((glass, grant))
}

/// Until when something stays broken, once it was agreed to.
#[must_use]
pub fn until(approval: &Approval) -> Option<Moment> {
    let decided_at = approval
        .decided_at
        .filter(|_| approval.state == State::Done)?;
    Some(decided_at.plus_minutes(GLASS_MINUTES))
}

/// The line of one look.
fn looked(session: &Session, glass: &Glass) -> Line {
    session
        .line(Act::GlassBroken)
        .of(Some(glass.account.id))
        .became(json!({ "read": true }))
        .because(glass.reason.as_str())
}
