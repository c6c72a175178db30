//! The people of an account: taken in, given roles, let go, by those of the account who may (S15).
//!
//! Whoever changes people holds the account's row first and reads their own rights again behind it:
//! of two global administrators who let each other go at once, one is let go.

use mainstay_domain::Moment;
use mainstay_domain::access::{
    Action, Facts, Receiver, Role, Target, may_change_roles, may_take_in, may_wholly,
};
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::contacts::{self, Contact};
use mainstay_store::links::{self, NewLink, Purpose};
use mainstay_store::log::{Act, Subject};
use mainstay_store::people::{self, Organisation, Person};
use mainstay_store::{Tx, accounts, log};
use serde_json::json;

use crate::auth::{self, Credential, Session, hash, secret_word};
use crate::invitations::{INVITATION_MINUTES, invite};
use crate::people::{Invited, NewPerson, check_name, check_time_zone};
use crate::{App, Error};

/// Somebody to be taken in.
#[derive(Debug, Clone, Default)]
pub struct NewContact {
    /// Name, address and time zone.
    pub person: NewPerson,
    /// BCP 47 tag of their language.
    pub language: String,
    /// The administrator types they are to be; none for an end user.
    pub roles: Vec<Role>,
}

/// What can be changed of somebody.
#[derive(Debug, Clone, Default)]
pub struct Particulars {
    /// Their name.
    pub name: String,
    /// BCP 47 tag of their language.
    pub language: String,
    /// IANA name of their time zone.
    pub time_zone: String,
}

impl Particulars {
    /// The person with these particulars, checked.
    fn of(&self, person: Person) -> Result<Person, Error> {
        check_time_zone(&self.time_zone)?;
        check_language(&self.language)?;
        Ok(Person {
            name: check_name(&self.name)?,
            language: self.language.clone(),
            time_zone: self.time_zone.clone(),
            ..person
        })
    }
}

/// Whether a text is a language's tag: letters, digits and dashes.
fn check_language(tag: &str) -> Result<(), Error> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if (2..=20).contains(&tag.len()) && tag.chars().all(is_letter) {
        return Ok(());
    }
    Err(wrong("language", "Choose a language".to_owned()))
}

pub(crate) const fn wrong(field: &'static str, message: String) -> Error {
    Error::Field { field, message }
}

/// The roles somebody is to have: administrator types, or end user without any.
fn roles_of(chosen: &[Role]) -> Result<Vec<Role>, Error> {
    let mut roles: Vec<Role> = chosen.to_vec();
    roles.sort();
    roles.dedup();
    if !roles.iter().all(|role| role.is_customer()) {
        return Err(wrong(
            "roles",
            "Choose among the roles of an account".to_owned(),
        ));
    }
    roles.retain(|role| role.is_administrator());
    if roles.is_empty() {
        roles.push(Role::EndUser);
    }
    Ok(roles)
}

/// What is known of one person, for a decision about them.
#[must_use]
pub fn about(account: AccountId, roles: &[Role]) -> Facts<'static> {
    Facts {
        target: Some(Target {
            account: Some(account),
            about: Role::highest(roles),
            ..Target::default()
        }),
        ..Facts::default()
    }
}

/// Somebody who may do something to a person, in a transaction that holds the account.
struct Steward {
    session: Session,
    account: AccountId,
}

impl Steward {
    /// Holds the account of whoever asks, then reads who they are: they may have been let go while
    /// this waited.
    async fn hold(tx: &mut Tx<'_>, credential: Credential, now: Moment) -> Result<Self, Error> {
        let before = auth::session(tx, credential, now).await?;
        let account = before.principal.account().ok_or(Error::NotFound)?;
        accounts::hold(tx, account).await?;
        let session = auth::session(tx, credential, now).await?;
        if session.principal.account() != Some(account) {
            return Err(Error::NotFound);
        }
        Ok(Self { session, account })
    }

    /// A person of the account to whom the steward may do something.
    async fn find(
        &self,
        tx: &mut Tx<'_>,
        action: Action,
        person: PersonId,
    ) -> Result<Contact, Error> {
        let grant = self.session.grant(action)?;
        let found = contacts::find(tx, grant.scope(), self.account, person).await?;
        let contact = found.ok_or(Error::NotFound)?;
        let facts = about(self.account, &contact.roles);
        self.session.grant_for(action, &facts)?;
        Ok(contact)
    }

    fn receiver<'a>(&self, contact: &'a Contact) -> Receiver<'a> {
        Receiver {
            person: contact.id,
            holds: &contact.roles,
        }
    }

    /// Refuses to leave an account without anybody who may do everything there.
    async fn spare_last(&self, tx: &mut Tx<'_>, contact: &Contact) -> Result<(), Error> {
        if !contact.roles.contains(&Role::GlobalAdmin) {
            return Ok(());
        }
        let administrators = contacts::administrators(tx, self.account).await?;
        let is_left = |one: &Contact| one.id != contact.id && one.is_global_admin();
        if administrators.iter().any(is_left) {
            return Ok(());
        }
        let message = format!(
            "{} is the only global administrator who is active; make somebody else one first",
            contact.name
        );
        Err(wrong("roles", message))
    }
}

impl App {
    /// Takes somebody in at the account of whoever asks; they are invited by a link.
    ///
    /// # Errors
    /// Names the field that is wrong; [`Error::Denied`] says who may not give what.
    pub async fn invite_contact(
        &self,
        asked: &Session,
        new: &NewContact,
    ) -> Result<Invited, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let mut person = new.person.check(PersonId(self.ids().id()))?;
        check_language(&new.language)?;
        person.language.clone_from(&new.language);
        let roles = roles_of(&new.roles)?;
        let word = secret_word(self.ids().secret());
        let kept = word.clone();
        let person = self
            .db()
            .write(async move |tx| {
                let steward = Steward::hold(tx, credential, now).await?;
                let newcomer = Receiver {
                    person: person.id,
                    holds: &[],
                };
                may_take_in(&steward.session.principal, &roles, newcomer)?;
                let organisation = Organisation::Account(steward.account);
                let joins = (organisation, &roles[..]);
                invite(tx, &steward.session, &person, joins, &kept, now).await
            })
            .await?;
        Ok(Invited { person, word })
    }

    /// Invites somebody again who has not signed in yet; the link they had is void.
    ///
    /// # Errors
    /// [`Error::Field`] when they have joined.
    pub async fn invite_contact_again(
        &self,
        asked: &Session,
        person: PersonId,
    ) -> Result<Invited, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let word = secret_word(self.ids().secret());
        let invited = Invited {
            person,
            word: word.clone(),
        };
        self.db()
            .write(async move |tx| {
                let steward = Steward::hold(tx, credential, now).await?;
                let contact = steward.find(tx, Action::ManagePeople, person).await?;
                if contact.has_joined() || !contact.is_active {
                    let message = format!("{} needs no invitation", contact.name);
                    return Err(wrong("", message));
                }
                link_again(tx, &steward.session, steward.account, &contact, &word, now).await?;
                let line = steward.session.line(Act::PersonInvited);
                let line = line.about(Subject::Person(person));
                Ok(log::write(tx, now, line.became(json!({ "again": true }))).await?)
            })
            .await?;
        Ok(invited)
    }

    /// Invites the first administrator of a customer again, for the vendor: as long as nobody of
    /// that customer has ever signed in. From then on its own administrators do.
    ///
    /// # Errors
    /// [`Error::Field`] when somebody has, or there is no administrator to invite.
    pub async fn invite_first_again(
        &self,
        asked: &Session,
        account: AccountId,
    ) -> Result<Invited, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let word = secret_word(self.ids().secret());
        let kept = word.clone();
        let person = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::ReadAccounts)?;
                accounts::find(tx, account).await?.ok_or(Error::NotFound)?;
                accounts::hold(tx, account).await?;
                if contacts::has_anybody_joined(tx, account).await? {
                    let message = "Somebody of this customer has signed in: its own \
                                   administrators invite people from now on"
                        .to_owned();
                    return Err(wrong("", message));
                }
                let administrators = contacts::administrators(tx, account).await?;
                let is_first =
                    |one: &&Contact| one.is_active && one.roles.contains(&Role::GlobalAdmin);
                let first = administrators
                    .iter()
                    .find(is_first)
                    .ok_or(Error::NotFound)?;
                link_again(tx, &session, account, first, &kept, now).await?;
                let line = session.line(Act::PersonInvited).of(Some(account));
                let line = line.about(Subject::Person(first.id));
                log::write(tx, now, line.became(json!({ "again": true }))).await?;
                Ok(first.id)
            })
            .await?;
        Ok(Invited { person, word })
    }

    /// Changes somebody's name, language and time zone.
    ///
    /// # Errors
    /// Names the field that is wrong; nothing has happened then.
    pub async fn change_contact(
        &self,
        asked: &Session,
        person: PersonId,
        wanted: &Particulars,
    ) -> Result<(), Error> {
        let (now, credential, wanted) = (self.now(), asked.credential, wanted.clone());
        self.db()
            .write(async move |tx| {
                let steward = Steward::hold(tx, credential, now).await?;
                let contact = steward.find(tx, Action::ManagePeople, person).await?;
                if contacts::is_elsewhere(tx, steward.account, person).await? {
                    let message = format!(
                        "{} belongs to another organisation as well and changes this themselves",
                        contact.name
                    );
                    return Err(wrong("name", message));
                }
                change(tx, &steward.session, person, &wanted, now).await
            })
            .await
    }

    /// Changes one's own name, language and time zone.
    ///
    /// # Errors
    /// Names the field that is wrong; nothing has happened then.
    pub async fn change_own_particulars(
        &self,
        asked: &Session,
        wanted: &Particulars,
    ) -> Result<(), Error> {
        let (now, credential, wanted) = (self.now(), asked.credential, wanted.clone());
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                change(tx, &session, session.person.id, &wanted, now).await
            })
            .await
    }

    /// Makes somebody's roles these administrator types; without any they are an end user. They
    /// sign in again, with what they may do then.
    ///
    /// # Errors
    /// [`Error::Denied`] when a role is not theirs to give, [`Error::Field`] when nobody would be
    /// left who may do everything.
    pub async fn change_roles(
        &self,
        asked: &Session,
        person: PersonId,
        wanted: &[Role],
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let wanted = roles_of(wanted)?;
        self.db()
            .write(async move |tx| {
                let steward = Steward::hold(tx, credential, now).await?;
                let contact = steward.find(tx, Action::GiveRoles, person).await?;
                let receiver = steward.receiver(&contact);
                may_change_roles(&steward.session.principal, &wanted, receiver)?;
                if wanted == contact.roles {
                    return Ok(());
                }
                if !wanted.contains(&Role::GlobalAdmin) {
                    steward.spare_last(tx, &contact).await?;
                }
                contacts::save_roles(tx, steward.account, &contact, &wanted).await?;
                contacts::end_sessions(tx, steward.account, person).await?;
                let codes =
                    |roles: &[Role]| json!(roles.iter().map(|one| one.code()).collect::<Vec<_>>());
                let line = steward.session.line(Act::RolesChanged);
                let line = line.about(Subject::Person(person));
                let line = line.was(codes(&contact.roles)).became(codes(&wanted));
                Ok::<_, Error>(log::write(tx, now, line).await?)
            })
            .await?;
        self.sessions_ended(person);
        Ok(())
    }

    /// Lets somebody go: their sessions end, their API tokens and invitations stop, their open
    /// requests stay.
    ///
    /// # Errors
    /// [`Error::Field`] when nobody would be left who may do everything.
    pub async fn deactivate(&self, asked: &Session, person: PersonId) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let steward = Steward::hold(tx, credential, now).await?;
                let contact = steward.find(tx, Action::ManagePeople, person).await?;
                if !contact.is_active {
                    return Ok(());
                }
                steward.spare_last(tx, &contact).await?;
                let account = steward.account;
                contacts::save_deactivated(tx, account, person, Some(now)).await?;
                contacts::end_sessions(tx, account, person).await?;
                contacts::revoke_tokens(tx, account, person, now).await?;
                let organisation = Organisation::Account(account);
                links::void(tx, Purpose::Invitation, organisation, person).await?;
                let line = steward.session.line(Act::PersonDeactivated);
                Ok::<_, Error>(log::write(tx, now, line.about(Subject::Person(person))).await?)
            })
            .await?;
        self.sessions_ended(person);
        Ok(())
    }

    /// Lets somebody sign in again who was let go. Whoever gives them their roles back must hold
    /// them.
    ///
    /// # Errors
    /// [`Error::Denied`] when one of the roles they had is not to be given by whoever asks.
    pub async fn activate(&self, asked: &Session, person: PersonId) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let steward = Steward::hold(tx, credential, now).await?;
                let contact = steward.find(tx, Action::ManagePeople, person).await?;
                if contact.is_active {
                    return Ok(());
                }
                let newcomer = Receiver { person, holds: &[] };
                may_take_in(&steward.session.principal, &contact.roles, newcomer)?;
                contacts::save_deactivated(tx, steward.account, person, None).await?;
                let line = steward.session.line(Act::PersonActivated);
                Ok(log::write(tx, now, line.about(Subject::Person(person))).await?)
            })
            .await
    }
}

/// Makes a new link for somebody who is invited; the one they had is void.
async fn link_again(
    tx: &mut Tx<'_>,
    session: &Session,
    account: AccountId,
    contact: &Contact,
    word: &str,
    now: Moment,
) -> Result<(), Error> {
    let link = NewLink {
        token: &hash(word),
        purpose: Purpose::Invitation,
        person: contact.id,
        organisation: Organisation::Account(account),
        roles: &contact.roles,
        made_by: session.person.id,
        expires_at: now.plus_minutes(INVITATION_MINUTES),
    };
    Ok(links::insert(tx, &link, now).await?)
}

async fn change(
    tx: &mut Tx<'_>,
    session: &Session,
    person: PersonId,
    wanted: &Particulars,
    now: Moment,
) -> Result<(), Error> {
    let before = people::find(tx, person).await?.ok_or(Error::NotFound)?;
    let after = wanted.of(before.clone())?;
    if after == before {
        return Ok(());
    }
    people::save_particulars(tx, &after).await?;
    let told = |person: &Person| {
        json!({
            "name": person.name, "language": person.language, "time_zone": person.time_zone,
        })
    };
    let line = session
        .line(Act::PersonChanged)
        .about(Subject::Person(person));
    Ok(log::write(tx, now, line.was(told(&before)).became(told(&after))).await?)
}

/// How much somebody sees of a person: everything, or that they are there.
#[must_use]
pub fn sees_whole(session: &Session, account: AccountId, contact: &Contact) -> bool {
    let facts = about(account, &contact.roles);
    may_wholly(&session.principal, Action::ReadPeople, &facts)
}
