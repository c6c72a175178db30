//! Accounts and people: made by the vendor, invited by a link; see [`crate::invitations`].

use jiff::civil::Date;
use jiff::tz::TimeZone;
use mainstay_domain::access::{Action, Receiver, Role, may_take_in};
use mainstay_domain::entitlement::Holding;
use mainstay_domain::ids::{AccountId, PersonId, SubscriptionId};
use mainstay_store::accounts::{Account, Subscription};
use mainstay_store::people::{Membership, Organisation, Person};
use mainstay_store::{Tx, accounts, people};

use crate::auth::{self, Session, secret_word};
use crate::invitations::invite;
use crate::{App, Error};

/// Somebody to be invited.
#[derive(Debug, Clone, Default)]
pub struct NewPerson {
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// IANA name of their time zone.
    pub time_zone: String,
}

/// A customer to be taken in.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// Its name.
    pub name: String,
    /// The code of its support region.
    pub region: String,
    /// The plan's id.
    pub plan: String,
    /// Whether it is a trial.
    pub is_trial: bool,
    /// The elevated offer's id, if any.
    pub offer: Option<String>,
    /// Seats bought.
    pub seats: u32,
    /// Its first global administrator.
    pub administrator: NewPerson,
}

/// What came of an invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The person.
    pub person: PersonId,
    /// The word in the link `/invitation/{word}`.
    pub word: String,
}

/// A person's name without surrounding blanks, if it is one.
pub(crate) fn check_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        let message = "Write the person's name, up to 100 characters".to_owned();
        return Err(Error::Field {
            field: "name",
            message,
        });
    }
    Ok(name.to_owned())
}

/// Whether a name is that of a time zone.
pub(crate) fn check_time_zone(name: &str) -> Result<(), Error> {
    if TimeZone::get(name).is_err() {
        let message = "Choose a time zone like Europe/Berlin".to_owned();
        return Err(Error::Field {
            field: "time_zone",
            message,
        });
    }
    Ok(())
}

impl NewPerson {
    /// The person, checked.
    pub(crate) fn check(&self, id: PersonId) -> Result<Person, Error> {
        let wrong = |field, message: &str| Error::Field {
            field,
            message: message.to_owned(),
        };
        let (name, email) = (check_name(&self.name)?, self.email.trim().to_lowercase());
        let is_address = email.len() <= 254
            && email.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !domain.starts_with('.')
            })
            && !email.contains(|letter: char| letter.is_whitespace() || letter.is_control());
        if !is_address {
            return Err(wrong("email", "Write an address like name@example.com"));
        }
        check_time_zone(&self.time_zone)?;
        Ok(Person {
            id,
            email,
            name,
            language: "en".to_owned(),
            time_zone: self.time_zone.clone(),
            theme: "system".to_owned(),
            password_hash: None,
            is_active: true,
        })
    }
}

impl App {
    /// Takes in a customer with its first administrator, who is invited.
    ///
    /// # Errors
    /// Names the field that is wrong; nothing has happened then.
    pub async fn create_account(
        &self,
        asked: &Session,
        new: &NewAccount,
    ) -> Result<(AccountId, Invited), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let account_id = AccountId(self.ids().id());
        let administrator = new.administrator.check(PersonId(self.ids().id()))?;
        let (account, subscription) = self.check_account(new, account_id)?;
        let word = secret_word(self.ids().secret());
        let kept = word.clone();
        let person = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::ReadAccounts)?;
                accounts::insert(tx, &account, now).await?;
                accounts::insert_subscription(tx, &subscription).await?;
                let membership = Membership {
                    organisation: Organisation::Account(account_id),
                    role: Role::GlobalAdmin,
                };
                let first = (membership.organisation, &[membership.role][..]);
                invite(tx, &session, &administrator, first, &kept, now).await
            })
            .await?;
        Ok((account_id, Invited { person, word }))
    }

    fn check_account(
        &self,
        new: &NewAccount,
        id: AccountId,
    ) -> Result<(Account, Subscription), Error> {
        let wrong = |field, message: &str| Error::Field {
            field,
            message: message.to_owned(),
        };
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > 100 {
            return Err(wrong(
                "account",
                "Write the customer's name, up to 100 characters",
            ));
        }
        let (catalogue, now) = (self.catalogue(), self.now());
        if catalogue.region(&new.region).is_none() {
            return Err(wrong("region", "Choose a published support region"));
        }
        let edition = catalogue
            .edition_at(now)
            .ok_or_else(|| wrong("plan", "Publish a service description first"))?;
        let plan = edition
            .find_plan(&new.plan)
            .ok_or_else(|| wrong("plan", "Choose a plan of the edition in force"))?;
        if new
            .offer
            .as_deref()
            .is_some_and(|offer| edition.find_offer(offer).is_none())
        {
            return Err(wrong(
                "offer",
                "Choose an elevated offer of the edition in force",
            ));
        }
        let holding = Holding {
            plan: plan.id.clone(),
            is_trial: new.is_trial,
            offer: new.offer.clone(),
            additional_service: None,
        };
        let today: Date = jiff::tz::Offset::UTC.to_datetime(now.timestamp()).date();
        let id_word = id.0.as_u128();
        let account = Account {
            id,
            name: name.to_owned(),
            region: new.region.clone(),
            customer_number: format!("{:08}", id_word % 100_000_000),
        };
        let subscription = Subscription {
            id: SubscriptionId(self.ids().id()),
            account: id,
            holding,
            seats: new.seats.max(1),
            starts_on: today,
            ends_on: None,
        };
        Ok((account, subscription))
    }

    /// Invites somebody to an organisation in a role.
    ///
    /// # Errors
    /// Names the field that is wrong; nothing has happened then.
    pub async fn invite(
        &self,
        asked: &Session,
        new: &NewPerson,
        membership: Membership,
    ) -> Result<Invited, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let person = new.check(PersonId(self.ids().id()))?;
        let word = secret_word(self.ids().secret());
        let kept = word.clone();
        let person = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                if !may_invite(&session, membership, person.id) {
                    return Err(Error::NotFound);
                }
                let joins = (membership.organisation, &[membership.role][..]);
                invite(tx, &session, &person, joins, &kept, now).await
            })
            .await?;
        Ok(Invited { person, word })
    }

    /// Keeps somebody's theme.
    ///
    /// # Errors
    /// [`Error::Field`] for a theme there is not.
    pub async fn save_theme(&self, asked: &Session, theme: &str) -> Result<(), Error> {
        let Some(theme) = ["system", "light", "dark"]
            .into_iter()
            .find(|known| *known == theme)
        else {
            let message = "Choose system, light or dark".to_owned();
            return Err(Error::Field {
                field: "theme",
                message,
            });
        };
        let person = asked.person.id;
        let save = async move |tx: &mut Tx<'_>| people::save_theme(tx, person, theme).await;
        Ok(self.db().write(save).await?)
    }
}

/// Whether somebody may invite others in this role: nobody gives what is not theirs to give.
pub(crate) fn may_invite(session: &Session, membership: Membership, person: PersonId) -> bool {
    let newcomer = Receiver { person, holds: &[] };
    match membership.organisation {
        // The team's own accounts take two persons: `approvals`.
        Organisation::Vendor => false,
        Organisation::Account(account) => {
            membership.role.is_customer()
                && session.principal.account() == Some(account)
                && may_take_in(&session.principal, &[membership.role], newcomer).is_ok()
        }
        Organisation::Partner(_) => {
            membership.role.is_partner()
                && session.organisation == membership.organisation
                && session.grant(Action::RunPartner).is_ok()
        }
    }
}
