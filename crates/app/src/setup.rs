//! The first start: a one-time link makes the first administrator.

use mainstay_domain::access::Role;
use mainstay_domain::ids::PersonId;
use mainstay_store::people::{Membership, Organisation};
use mainstay_store::sessions::{Entrance, How};
use mainstay_store::{people, sessions, settings};

use crate::auth::{NewSession, enter, hash, secret_word};
use crate::people::NewPerson;
use crate::{App, Error};

/// How long the link can be used: a day. Starting again makes a new one.
const LINK_MINUTES: i64 = 24 * 60;
/// What the link is for.
const PURPOSE: &str = "setup";

impl App {
    /// The word of a fresh set-up link, while nobody works for the vendor yet.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn setup_link(&self) -> Result<Option<String>, Error> {
        let now = self.now();
        let word = secret_word(self.ids().secret());
        let token = hash(&word);
        let is_needed = self
            .db()
            .write(async move |tx| {
                if people::has_vendor_people(tx).await? {
                    return Ok::<_, Error>(false);
                }
                let expires_at = now.plus_minutes(LINK_MINUTES);
                sessions::insert_link(tx, &token, PURPOSE, None, now, expires_at).await?;
                Ok(true)
            })
            .await?;
        Ok(is_needed.then_some(word))
    }

    /// Whether a set-up link can still be used.
    ///
    /// # Errors
    /// [`Error::LinkUsed`].
    pub async fn check_setup_link(&self, word: &str) -> Result<(), Error> {
        let (now, token) = (self.now(), hash(word));
        self.db()
            .read(async |tx| {
                let is_open = sessions::find_link(tx, &token, PURPOSE, now)
                    .await?
                    .is_some();
                let is_open = is_open && !people::has_vendor_people(tx).await?;
                if is_open {
                    Ok(())
                } else {
                    Err(Error::LinkUsed)
                }
            })
            .await
    }

    /// Sets the instance up: the vendor's name and its first person, who leads and manages.
    ///
    /// # Errors
    /// [`Error::LinkUsed`], or the field that is wrong; the link stays good then.
    pub async fn set_up(
        &self,
        word: &str,
        vendor: &str,
        new: &NewPerson,
        password: &str,
    ) -> Result<NewSession, Error> {
        let vendor = vendor.trim().to_owned();
        if vendor.is_empty() || vendor.chars().count() > 100 {
            let message = "Write your organisation's name, up to 100 characters".to_owned();
            return Err(Error::Field {
                field: "vendor",
                message,
            });
        }
        let mut person = new.check(PersonId(self.ids().id()))?;
        person.password_hash = Some(self.hash_password(password).await?);
        let (now, token, id) = (self.now(), hash(word), person.id);
        let session = self.session_key();
        self.db()
            .write(async move |tx| {
                // Two links may be used at once, on two nodes.
                settings::hold(tx, "set-up").await?;
                if people::has_vendor_people(tx).await?
                    || !sessions::use_link(tx, &token, PURPOSE, now).await?
                {
                    return Err(Error::LinkUsed);
                }
                people::insert(tx, &person, now).await?;
                for role in [Role::Lead, Role::Manager] {
                    let membership = Membership {
                        organisation: Organisation::Vendor,
                        role,
                    };
                    people::insert_membership(tx, id, membership).await?;
                }
                settings::save(tx, "vendor", &vendor).await?;
                enter(tx, id, session, &Entrance::by(How::Link), now).await
            })
            .await
    }
}
