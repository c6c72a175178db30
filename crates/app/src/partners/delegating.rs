//! What a customer does: let a partner act, change that, take it away, answer what it asked for.

use mainstay_domain::access::delegation::{Mistake, Terms};
use mainstay_domain::access::{Action, Facts, Grant, may_delegate};
use mainstay_domain::case::PartnerNews;
use mainstay_domain::ids::{AccountId, PartnerId};
use mainstay_store::delegations::{self, Outcome};
use mainstay_store::log::{Act, Subject};
use mainstay_store::{Tx, log, partners};

use super::{check, check_covered, key, logged, reason, tell, wrong};
use crate::auth::{self, Session};
use crate::live::Changed;
use crate::{App, Catalogue, Error};

use mainstay_domain::Moment;

/// The right of a customer to let partners act for it. A partner's right to leave is none.
///
/// # Errors
/// [`Error::Denied`] when they have none.
pub(super) fn grant_to_delegate(session: &Session) -> Result<(AccountId, Grant), Error> {
    may_delegate(&session.principal, &[], &Facts::default())?;
    let grant = session.grant(Action::DelegateToPartner)?;
    let account = grant.scope().account().ok_or(Error::NotFound)?;
    Ok((account, grant))
}

/// As [`grant_to_delegate`], for terms that name nothing the giver has not.
fn grant_for_terms(
    session: &Session,
    catalogue: &Catalogue,
    terms: &Terms,
    now: Moment,
) -> Result<(AccountId, Grant), Error> {
    let facts = Facts {
        administrators: auth::administrators(catalogue, now),
        ..Facts::default()
    };
    may_delegate(&session.principal, &terms.kinds, &facts)?;
    grant_to_delegate(session)
}

/// Keeps terms and tells whoever runs the partner.
async fn keep(
    tx: &mut Tx<'_>,
    grant: &Grant,
    (account, partner): (AccountId, PartnerId),
    terms: &Terms,
    (what, now): (PartnerNews, Moment),
) -> Result<(), Error> {
    delegations::save(tx, grant, partner, terms, now).await?;
    if let Some(most) = terms.persons {
        delegations::keep_named(tx, grant, partner, most).await?;
    }
    let told = partners::administrators(tx, partner.0).await?;
    let key = key(partner, "terms", now);
    tell(tx, account, (&key, &told), (what, terms.ends_at), now).await
}

impl App {
    /// Lets a partner act for the customer. What it asked for is answered with it.
    ///
    /// # Errors
    /// [`Error::Denied`]; else names the field that is wrong.
    pub async fn delegate(
        &self,
        asked: &Session,
        partner: PartnerId,
        terms: &Terms,
        why: &str,
    ) -> Result<(), Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let (terms, why) = (terms.clone(), reason(why)?);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let (account, grant) = grant_for_terms(&session, &catalogue, &terms, now)?;
                check(&terms, now)?;
                check_covered(tx, account, &terms).await?;
                if !partners::hold(tx, partner).await? {
                    return Err(wrong("partner", "Choose a partner from the directory"));
                }
                let was = delegations::find(tx, &grant, partner).await?;
                if was.is_some_and(|was| was.ended_at(now).is_none()) {
                    let message = "This partner acts for you already; change what it may do";
                    return Err(wrong("partner", message));
                }
                // Persons named under one that ended are not let in again by themselves.
                delegations::remove(tx, &grant, partner, now).await?;
                delegations::settle_ask(tx, &grant, partner, Outcome::Approved, now).await?;
                let whose = (account, partner);
                keep(tx, &grant, whose, &terms, (PartnerNews::Granted, now)).await?;
                let mut line = session
                    .line(Act::DelegationGranted)
                    .about(Subject::Partner(partner))
                    .became(logged(tx, account, &terms).await?);
                line.reason = why;
                log::write(tx, now, line).await?;
                Ok(())
            })
            .await?;
        self.announce(Changed::Delegations { partner });
        Ok(())
    }

    /// Widens, narrows or prolongs what a partner may do.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it may do nothing now; else names the field that is wrong.
    pub async fn change_delegation(
        &self,
        asked: &Session,
        partner: PartnerId,
        terms: &Terms,
        why: &str,
    ) -> Result<(), Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let (terms, why) = (terms.clone(), reason(why)?);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let (account, grant) = grant_for_terms(&session, &catalogue, &terms, now)?;
                check(&terms, now)?;
                check_covered(tx, account, &terms).await?;
                partners::hold(tx, partner).await?;
                let was = delegations::find(tx, &grant, partner).await?;
                let was = was.filter(|was| was.ended_at(now).is_none());
                let was = was.ok_or(Error::NotFound)?;
                let whose = (account, partner);
                keep(tx, &grant, whose, &terms, (PartnerNews::Changed, now)).await?;
                let mut line = session
                    .line(Act::DelegationChanged)
                    .about(Subject::Partner(partner))
                    .was(logged(tx, account, &was.terms).await?)
                    .became(logged(tx, account, &terms).await?);
                line.reason = why;
                log::write(tx, now, line).await?;
                Ok::<_, Error>(())
            })
            .await?;
        self.announce(Changed::Delegations { partner });
        Ok(())
    }

    /// Takes away what a partner may do, at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it may do nothing now.
    pub async fn remove_delegation(
        &self,
        asked: &Session,
        partner: PartnerId,
        why: &str,
    ) -> Result<(), Error> {
        let (now, credential, why) = (self.now(), asked.credential, reason(why)?);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let (account, grant) = grant_to_delegate(&session)?;
                partners::hold(tx, partner).await?;
                let was = delegations::find(tx, &grant, partner).await?;
                let was = was.ok_or(Error::NotFound)?;
                if !delegations::remove(tx, &grant, partner, now).await? {
                    return Err(Error::NotFound);
                }
                let mut line = session
                    .line(Act::DelegationRemoved)
                    .about(Subject::Partner(partner))
                    .was(logged(tx, account, &was.terms).await?);
                line.reason = why;
                log::write(tx, now, line).await?;
                Ok(())
            })
            .await?;
        self.announce(Changed::Delegations { partner });
        Ok(())
    }

    /// Gives a partner what it asked for, or less, with whoever asked as the first who acts.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it asked for nothing that can still be answered; else names the
    /// field that is wrong.
    pub async fn approve_ask(
        &self,
        asked: &Session,
        partner: PartnerId,
        terms: &Terms,
    ) -> Result<(), Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let terms = terms.clone();
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let (account, grant) = grant_for_terms(&session, &catalogue, &terms, now)?;
                partners::hold(tx, partner).await?;
                let asks = delegations::asks_of_account(tx, &grant, now).await?;
                let ask = asks.into_iter().find(|ask| ask.partner == partner);
                let ask = ask.ok_or(Error::NotFound)?;
                check(&terms, now)?;
                check_covered(tx, account, &terms).await?;
                if !terms.is_within(&ask.kinds, ask.names_people) {
                    let mistake = Mistake::BeyondAsk;
                    return Err(wrong(mistake.field(), mistake.to_string()));
                }
                let was = delegations::find(tx, &grant, partner).await?;
                let was = was.filter(|was| was.ended_at(now).is_none());
                if !delegations::settle_ask(tx, &grant, partner, Outcome::Approved, now).await? {
                    return Err(Error::NotFound);
                }
                if was.is_none() {
                    // Persons named under one that ended are not let in again by themselves.
                    delegations::remove(tx, &grant, partner, now).await?;
                    let named = [ask.asked_by];
                    let by = session.person.id;
                    delegations::name_people(tx, (account, partner), &named, by, now).await?;
                }
                let whose = (account, partner);
                keep(tx, &grant, whose, &terms, (PartnerNews::Granted, now)).await?;
                let mut line = session
                    .line(Act::DelegationGranted)
                    .about(Subject::Partner(partner))
                    .became(logged(tx, account, &terms).await?);
                if let Some(was) = was {
                    line.was = Some(logged(tx, account, &was.terms).await?);
                }
                log::write(tx, now, line).await?;
                Ok(())
            })
            .await?;
        self.announce(Changed::Delegations { partner });
        Ok(())
    }

    /// Declines what a partner asked for.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it asked for nothing that can still be answered.
    pub async fn decline_ask(
        &self,
        asked: &Session,
        partner: PartnerId,
        why: &str,
    ) -> Result<(), Error> {
        let (now, credential, why) = (self.now(), asked.credential, reason(why)?);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let (_, grant) = grant_to_delegate(&session)?;
                if !delegations::settle_ask(tx, &grant, partner, Outcome::Declined, now).await? {
                    return Err(Error::NotFound);
                }
                let mut line = session
                    .line(Act::DelegationDeclined)
                    .about(Subject::Partner(partner));
                line.reason = why;
                log::write(tx, now, line).await?;
                Ok(())
            })
            .await?;
        self.announce(Changed::Delegations { partner });
        Ok(())
    }
}
