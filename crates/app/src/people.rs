//! Accounts and people: made by the vendor, invited by a link that can be used once.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use mainstay_domain::access::{Action, Receiver, Role, may_give};
use mainstay_domain::entitlement::Holding;
use mainstay_domain::ids::{AccountId, PersonId, SubscriptionId};
use mainstay_store::accounts::{Account, Subscription};
use mainstay_store::people::{Membership, Organisation, Person};
use mainstay_store::sessions::{Entrance, How};
use mainstay_store::{Tx, accounts, people, sessions};

use crate::auth::{self, NewSession, Session, hash, secret_word};
use crate::{App, Error};

/// How long an invitation can be used: a week.
const INVITATION_MINUTES: i64 = 7 * 24 * 60;

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

impl NewPerson {
    /// The person, checked.
    pub(crate) fn check(&self, id: PersonId) -> Result<Person, Error> {
        let wrong = |field, message: &str| Error::Field {
            field,
            message: message.to_owned(),
        };
        let (name, email) = (self.name.trim(), self.email.trim().to_lowercase());
        if name.is_empty() || name.chars().count() > 100 {
            return Err(wrong(
                "name",
                "Write the person's name, up to 100 characters",
            ));
        }
        let is_address = email.len() <= 254
            && email.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !domain.starts_with('.')
            })
            && !email.contains(|letter: char| letter.is_whitespace() || letter.is_control());
        if !is_address {
            return Err(wrong("email", "Write an address like name@example.com"));
        }
        if TimeZone::get(&self.time_zone).is_err() {
            return Err(wrong("time_zone", "Choose a time zone like Europe/Berlin"));
        }
        Ok(Person {
            id,
            email,
            name: name.to_owned(),
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
        let invited = Invited {
            person: administrator.id,
            word: word.clone(),
        };
        self.db()
            .write(async move |tx| {
                auth::session(tx, credential, now)
                    .await?
                    .grant(Action::ReadAccounts)?;
                accounts::insert(tx, &account, now).await?;
                accounts::insert_subscription(tx, &subscription).await?;
                let membership = Membership {
                    organisation: Organisation::Account(account_id),
                    role: Role::GlobalAdmin,
                };
                invite(tx, &administrator, membership, &word, now).await
            })
            .await?;
        Ok((account_id, invited))
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
        let invited = Invited {
            person: person.id,
            word: word.clone(),
        };
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                if !may_invite(&session, membership, person.id) {
                    return Err(Error::NotFound);
                }
                invite(tx, &person, membership, &word, now).await
            })
            .await?;
        Ok(invited)
    }

    /// Whose invitation a link is, if it can still be used.
    ///
    /// # Errors
    /// [`Error::LinkUsed`].
    pub async fn invitation(&self, word: &str) -> Result<Person, Error> {
        let (now, token) = (self.now(), hash(word));
        self.db()
            .read(async |tx| {
                let person = sessions::find_link(tx, &token, "invitation", now).await?;
                let person = person.flatten().ok_or(Error::LinkUsed)?;
                people::find(tx, person).await?.ok_or(Error::LinkUsed)
            })
            .await
    }

    /// Accepts an invitation: chooses a password and signs in.
    ///
    /// # Errors
    /// [`Error::LinkUsed`], or the password's mistake; the link stays good then.
    pub async fn accept_invitation(&self, word: &str, password: &str) -> Result<NewSession, Error> {
        let person = self.invitation(word).await?.id;
        let hashed = self.hash_password(password).await?;
        let (now, token) = (self.now(), hash(word));
        let session = self.session_key();
        self.db()
            .write(async move |tx| {
                if !sessions::use_link(tx, &token, "invitation", now).await? {
                    return Err(Error::LinkUsed);
                }
                people::save_password(tx, person, &hashed).await?;
                auth::enter(tx, person, session, &Entrance::by(How::Link), now).await
            })
            .await
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
fn may_invite(session: &Session, membership: Membership, person: PersonId) -> bool {
    let holds = |role| session.principal.roles.contains(&role);
    let newcomer = Receiver { person, holds: &[] };
    match membership.organisation {
        Organisation::Vendor => {
            membership.role.is_vendor()
                && (holds(Role::Manager) || holds(Role::SystemAdministrator))
        }
        Organisation::Account(account) => {
            membership.role.is_customer()
                && (session.grant(Action::ReadAccounts).is_ok()
                    || (session.organisation == Organisation::Account(account)
                        && may_give(&session.principal, membership.role, newcomer).is_ok()))
        }
        Organisation::Partner(_) => false,
    }
}

pub(crate) async fn invite(
    tx: &mut Tx<'_>,
    person: &Person,
    membership: Membership,
    word: &str,
    now: mainstay_domain::Moment,
) -> Result<(), Error> {
    let insert = people::insert(tx, person, now).await;
    insert.map_err(|error| {
        if error.is_duplicate_of("people.email") {
            let message = "Somebody has this address already; take another".to_owned();
            return Error::Field {
                field: "email",
                message,
            };
        }
        Error::Store(error)
    })?;
    people::insert_membership(tx, person.id, membership).await?;
    let expires_at = now.plus_minutes(INVITATION_MINUTES);
    sessions::insert_link(
        tx,
        &hash(word),
        "invitation",
        Some(person.id),
        now,
        expires_at,
    )
    .await?;
    Ok(())
}
