//! Putting an open case under the terms that hold now (R13, R14): always somebody's explicit act.

use mainstay_domain::access::Action;
use mainstay_domain::case::{Case, Command, Ctx, Terms, act};
use mainstay_domain::ids::CaseNumber;
use mainstay_store::log::Act;
use mainstay_store::{Tx, accounts, cases};

use crate::auth::{self, Session};
use crate::live::Changed;
use crate::{App, Catalogue, Error};

impl App {
    /// Puts a case under what its subscription and region are promised now: a plan or an offer
    /// bought mid-case, a newer edition, a revised calendar. A due instant never moves later when
    /// the contract changes.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the case is not theirs; says why not otherwise.
    pub async fn rebase(
        &self,
        asked: &Session,
        number: CaseNumber,
        reason: &str,
    ) -> Result<Case, Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let reason = reason.to_owned();
        let case = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::Work)?;
                let case = cases::find_to_change(tx, &grant, number)
                    .await?
                    .ok_or(Error::NotFound)?;
                let before = catalogue.terms_of(&case.terms)?;
                let after = terms_today(tx, &case, &catalogue, now).await?;
                let ctx = Ctx {
                    actor: grant.actor().clone(),
                    now,
                };
                let to = Box::new(after.clone());
                let outcome = act(&case, Command::Rebase { to, reason }, &before, &ctx)?;
                let by = session.by();
                let logged = Some((&by, Act::CaseRebased));
                cases::save(tx, &case, &outcome, &after, logged, now).await?;
                Ok::<_, Error>(outcome.case)
            })
            .await?;
        self.announce(Changed::Case {
            account: case.account,
            number: case.number,
        });
        Ok(case)
    }
}

/// What the case's subscription and region are promised today.
///
/// # Errors
/// When the plan or region is not published any more.
pub async fn terms_today(
    tx: &mut Tx<'_>,
    case: &Case,
    catalogue: &Catalogue,
    now: mainstay_domain::Moment,
) -> Result<Terms, Error> {
    let account = accounts::find(tx, case.account)
        .await?
        .ok_or(Error::NotFound)?;
    let held = accounts::subscriptions(tx, case.account).await?;
    let holding = held
        .into_iter()
        .find(|subscription| Some(subscription.id) == case.subscription)
        .map_or_else(
            || case.terms.holding.clone(),
            |subscription| subscription.holding,
        );
    catalogue.terms_now(&account.region, &holding, now)
}
