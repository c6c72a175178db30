//! What a partner does: ask a customer, name who acts, give it up, manage its own people.

use mainstay_domain::access::delegation::MOST_PERSONS;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::PartnerNews;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, PartnerId, PersonId};
use mainstay_store::log::{Act, Subject};
use mainstay_store::partners::PartnerPerson;
use mainstay_store::people::{Membership, Organisation};
use mainstay_store::{Tx, accounts, delegations, log, partners, people, views};
use serde_json::json;

use super::{codes, grant_to_renounce, grants_to_read, key, partner_of, reason, tell, wrong};
use crate::auth::{self, Session};
use crate::live::Changed;
use crate::people::{Invited, NewPerson};
use crate::{App, Error};

/// What a partner asks a customer for.
#[derive(Debug, Clone, Default)]
pub struct NewAsk {
    /// The customer's number, as it stands on its home page.
    pub customer_number: String,
    /// The customer's name: whoever asks knows both.
    pub customer: String,
    /// For which kinds of requests.
    pub kinds: Vec<Kind>,
    /// Whether to manage the customer's people.
    pub names_people: bool,
    /// How many persons are to act.
    pub persons: u32,
    /// Why.
    pub reason: String,
}

impl NewAsk {
    fn check(&self) -> Result<(), Error> {
        if self.kinds.is_empty() && !self.names_people {
            return Err(wrong("kinds", "Choose at least one thing to ask for"));
        }
        if !(1..=MOST_PERSONS).contains(&self.persons) {
            let message = format!("Ask for 1 to {MOST_PERSONS} persons");
            return Err(wrong("persons", message));
        }
        match reason(&self.reason)? {
            Some(_) => Ok(()),
            None => Err(wrong("reason", "Say what you would do for this customer")),
        }
    }
}

/// Somebody of a partner, in one role.
///
/// # Errors
/// [`Error::NotFound`] when they do not belong to it.
pub async fn person_of_partner(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    person: PersonId,
) -> Result<PartnerPerson, Error> {
    let people = partners::people(tx, partner).await?;
    let found = people.into_iter().find(|one| one.id == person);
    found.ok_or(Error::NotFound)
}

impl App {
    /// Asks a customer to be let act for it. Whoever asks shows that they know the customer: a
    /// number alone does not say whose it is.
    ///
    /// # Errors
    /// [`Error::Denied`]; else names the field that is wrong.
    pub async fn ask_to_act(&self, asked: &Session, new: &NewAsk) -> Result<AccountId, Error> {
        let (now, credential, new) = (self.now(), asked.credential, new.clone());
        let (account, partner) = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::RunPartner)?;
                let partner = partner_of(&session)?;
                new.check()?;
                let number = new.customer_number.trim();
                let name = new.customer.trim().to_lowercase();
                let account = accounts::find_by_number(tx, number).await?;
                let account = account.filter(|account| account.name.to_lowercase() == name);
                let account = account.ok_or_else(|| {
                    let message = "No customer has this number and this name; check both";
                    wrong("number", message)
                })?;
                let asks = delegations::asks_of_partner(tx, partner).await?;
                let is_waiting =
                    |ask: &delegations::Ask| ask.account == account.id && ask.is_open(now);
                if asks.iter().any(is_waiting) {
                    let message = "You have asked this customer already; withdraw that first";
                    return Err(wrong("number", message));
                }
                let why = new.reason.trim().to_owned();
                let ask = delegations::NewAsk {
                    account: account.id,
                    partner,
                    asked_by: session.person.id,
                    kinds: new.kinds.clone(),
                    names_people: new.names_people,
                    persons: new.persons,
                    reason: why.clone(),
                };
                delegations::save_ask(tx, &ask, now).await?;
                let told = partners::administrators(tx, account.id.0).await?;
                let news = (PartnerNews::Asked, now);
                let key = key(partner, "asked", now);
                tell(tx, account.id, (&key, &told), news, now).await?;
                let line = session
                    .line(Act::DelegationAsked)
                    .of(Some(account.id))
                    .about(Subject::Partner(partner))
                    .became(json!({
                        "kinds": codes(&new.kinds),
                        "people": new.names_people,
                        "persons": new.persons,
                    }))
                    .because(why);
                log::write(tx, now, line).await?;
                Ok::<_, Error>((account.id, partner))
            })
            .await?;
        self.announce(Changed::Delegations { partner });
        Ok(account)
    }

    /// Withdraws what a partner asked a customer for.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it can no longer be.
    pub async fn withdraw_ask(&self, asked: &Session, account: AccountId) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::RunPartner)?;
                let partner = partner_of(&session)?;
                if !delegations::withdraw_ask(tx, account, partner, now).await? {
                    return Err(Error::NotFound);
                }
                let line = session
                    .line(Act::DelegationWithdrawn)
                    .of(Some(account))
                    .about(Subject::Partner(partner));
                log::write(tx, now, line).await?;
                Ok(())
            })
            .await
    }

    /// Names who of a partner acts for a customer, instead of whoever was named before.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the customer does not let the partner act; else names the field
    /// that is wrong.
    pub async fn name_people(
        &self,
        asked: &Session,
        account: AccountId,
        people: &[PersonId],
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let mut wanted = people.to_vec();
        wanted.sort_unstable();
        wanted.dedup();
        let partner = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::RunPartner)?;
                partners::hold(tx, partner_of(&session)?).await?;
                let (partner, grant) = grant_to_renounce(tx, &session, account, now).await?;
                let delegation = delegations::find(tx, &grant, partner).await?;
                let terms = delegation.ok_or(Error::NotFound)?.terms;
                let Some(most) = terms.persons else {
                    let message = "This customer lets everybody of yours act; nobody is named";
                    return Err(wrong("people", message));
                };
                if wanted.len() > most as usize {
                    let message = format!("The customer lets {most} of you act; name no more");
                    return Err(wrong("people", message));
                }
                let ours = partners::people(tx, partner).await?;
                let is_ours = |id: &PersonId| ours.iter().any(|one| one.id == *id && one.is_active);
                if !wanted.iter().all(is_ours) {
                    return Err(wrong("people", "Name people of your own organisation"));
                }
                let whose = (account, partner);
                let was = delegations::named_of_partner(tx, partner).await?;
                let was = was.into_iter().filter(|one| one.account == account);
                let was: Vec<PersonId> = was.map(|one| one.person).collect();
                let by = session.person.id;
                delegations::name_people(tx, whose, &wanted, by, now).await?;
                let line = session
                    .line(Act::DelegationNamed)
                    .of(Some(account))
                    .about(Subject::Partner(partner))
                    .was(json!({ "named": was }))
                    .became(json!({ "named": wanted }));
                log::write(tx, now, line).await?;
                Ok(partner)
            })
            .await?;
        self.announce(Changed::Delegations { partner });
        Ok(())
    }

    /// Gives up what a customer lets the partner do, at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it lets it do nothing.
    pub async fn renounce(
        &self,
        asked: &Session,
        account: AccountId,
        why: &str,
    ) -> Result<(), Error> {
        let (now, credential, why) = (self.now(), asked.credential, reason(why)?);
        let partner = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::RunPartner)?;
                partners::hold(tx, partner_of(&session)?).await?;
                let (partner, grant) = grant_to_renounce(tx, &session, account, now).await?;
                let was = delegations::find(tx, &grant, partner).await?;
                let was = was.ok_or(Error::NotFound)?;
                if !delegations::remove(tx, &grant, partner, now).await? {
                    return Err(Error::NotFound);
                }
                let told = partners::administrators(tx, account.0).await?;
                let news = (PartnerNews::Renounced, now);
                let key = key(partner, "renounced", now);
                tell(tx, account, (&key, &told), news, now).await?;
                let mut line = session
                    .line(Act::DelegationRenounced)
                    .of(Some(account))
                    .about(Subject::Partner(partner))
                    .was(super::logged(tx, account, &was.terms).await?);
                line.reason = why;
                log::write(tx, now, line).await?;
                Ok::<_, Error>(partner)
            })
            .await?;
        self.announce(Changed::Delegations { partner });
        Ok(())
    }

    /// Chooses the customer whose case somebody of a partner wants to open; which one that is.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no customer who lets them read it has such a case.
    pub async fn act_for_case(
        &self,
        asked: &Session,
        number: CaseNumber,
    ) -> Result<AccountId, Error> {
        let account = self.customer_of_case(asked, number).await?;
        let account = account.ok_or(Error::NotFound)?;
        self.act_for(asked, account).await?;
        Ok(account)
    }

    /// Whose a case is, if its customer lets somebody of a partner read it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn customer_of_case(
        &self,
        asked: &Session,
        number: CaseNumber,
    ) -> Result<Option<AccountId>, Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                let partner = partner_of(&session)?;
                let grants = grants_to_read(tx, &session, now).await?;
                Ok(views::account_of_case(tx, partner, &grants, number).await?)
            })
            .await
    }

    /// Invites somebody to the partner of whoever runs it.
    ///
    /// # Errors
    /// [`Error::Denied`]; else names the field that is wrong.
    pub async fn invite_to_partner(
        &self,
        asked: &Session,
        new: &NewPerson,
        role: Role,
    ) -> Result<Invited, Error> {
        asked.grant(Action::RunPartner)?;
        if !role.is_partner() {
            return Err(wrong("role", "Choose what they are to be"));
        }
        let organisation = Organisation::Partner(partner_of(asked)?);
        self.invite(asked, new, Membership { organisation, role })
            .await
    }

    /// Lets somebody of the partner sign in, or no longer: then they act for no customer any more,
    /// and their sessions are over. The last administrator cannot go.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they are not of the partner; else says why not.
    pub async fn set_partner_person(
        &self,
        asked: &Session,
        person: PersonId,
        is_active: bool,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let partner = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::RunPartner)?;
                let partner = partner_of(&session)?;
                partners::hold(tx, partner).await?;
                let before = person_of_partner(tx, partner, person).await?;
                if before.is_active == is_active {
                    return Ok(partner);
                }
                if !is_active {
                    refuse_last_administrator(tx, partner, person).await?;
                }
                refuse_shared(tx, partner, person).await?;
                partners::set_active(tx, person, is_active).await?;
                let act = if is_active {
                    Act::PersonActivated
                } else {
                    Act::PersonDeactivated
                };
                let about = |line: log::Line| line.about(Subject::Person(person));
                if !is_active {
                    for account in delegations::unname(tx, partner, person).await? {
                        let reached = grant_to_renounce(tx, &session, account, now).await;
                        if reached.is_ok() {
                            let line = about(session.line(act)).of(Some(account));
                            log::write(tx, now, line).await?;
                        }
                    }
                }
                let line = about(session.line(act)).of(None);
                let line = line.became(json!({ "partner": partner }));
                log::write(tx, now, line).await?;
                Ok::<_, Error>(partner)
            })
            .await?;
        self.announce(Changed::Delegations { partner });
        Ok(())
    }
}

/// Whoever belongs to another organisation as well is not one partner's to shut out.
async fn refuse_shared(tx: &mut Tx<'_>, partner: PartnerId, person: PersonId) -> Result<(), Error> {
    let memberships = people::memberships(tx, person).await?;
    let own = Organisation::Partner(partner);
    if memberships.iter().all(|one| one.organisation == own) {
        return Ok(());
    }
    let message = "They belong to another organisation as well; ask the vendor";
    Err(wrong("person", message))
}

/// Whoever runs the partner alone cannot go.
async fn refuse_last_administrator(
    tx: &mut Tx<'_>,
    partner: PartnerId,
    person: PersonId,
) -> Result<(), Error> {
    let people = partners::people(tx, partner).await?;
    let mut others = people
        .iter()
        .filter(|one| one.role == Role::PartnerAdmin && one.is_active && one.id != person);
    if others.next().is_some() {
        return Ok(());
    }
    let message = "The last administrator cannot go; invite another first";
    Err(wrong("person", message))
}
