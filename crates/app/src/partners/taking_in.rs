//! The vendor takes a partner in; its entry in the directory.

use mainstay_domain::access::{Action, Role};
use mainstay_domain::ids::{PartnerId, PersonId};
use mainstay_store::log;
use mainstay_store::log::{Act, Subject};
use mainstay_store::partners::{self, Entry};
use mainstay_store::people::Organisation;
use serde_json::json;

use super::{invite, partner_of, wrong};
use crate::auth::{self, Session, secret_word};
use crate::people::{Invited, NewPerson};
use crate::{App, Error};

/// Longest name of a partner, in characters.
const LONGEST_NAME: usize = 100;
/// Longest text about a partner.
const LONGEST_ABOUT: usize = 1_000;
/// Longest line of an entry.
const LONGEST_LINE: usize = 100;
/// Most regions, languages or specialities of an entry.
const MOST_WORDS: usize = 40;

/// A partner to be taken in.
#[derive(Debug, Clone, Default)]
pub struct NewPartner {
    /// Its name.
    pub name: String,
    /// Its first administrator.
    pub administrator: NewPerson,
}

/// An entry within bounds, without blanks around and doubles.
fn checked(entry: Entry) -> Result<Entry, Error> {
    let tidy = |words: Vec<String>| {
        let mut kept: Vec<String> = Vec::new();
        for word in words.iter().map(|word| word.trim()) {
            if !word.is_empty() && !kept.iter().any(|one| one == word) {
                kept.push(word.to_owned());
            }
        }
        kept
    };
    let entry = Entry {
        about: entry.about.trim().to_owned(),
        contact: entry.contact.trim().to_owned(),
        regions: tidy(entry.regions),
        languages: tidy(entry.languages),
        specialities: tidy(entry.specialities),
        is_listed: entry.is_listed,
    };
    let is_long = |text: &str, most| text.chars().count() > most;
    if is_long(&entry.about, LONGEST_ABOUT) {
        let message = format!("Write up to {LONGEST_ABOUT} characters");
        return Err(wrong("about", message));
    }
    if is_long(&entry.contact, LONGEST_LINE) {
        let message = format!("Write up to {LONGEST_LINE} characters");
        return Err(wrong("contact", message));
    }
    let lists = [
        ("regions", &entry.regions),
        ("languages", &entry.languages),
        ("specialities", &entry.specialities),
    ];
    for (field, words) in lists {
        let is_off = |word: &String| is_long(word, LONGEST_LINE);
        if words.len() > MOST_WORDS || words.iter().any(is_off) {
            let message =
                format!("Name up to {MOST_WORDS}, each in up to {LONGEST_LINE} characters");
            return Err(wrong(field, message));
        }
    }
    if entry.is_listed && entry.about.is_empty() {
        return Err(wrong(
            "about",
            "Say what the partner does, so that it can be found",
        ));
    }
    Ok(entry)
}

impl App {
    /// Takes a partner in with its first administrator, who is invited.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who take none in; else names the field that is wrong.
    pub async fn create_partner(
        &self,
        asked: &Session,
        new: &NewPartner,
    ) -> Result<(PartnerId, Invited), Error> {
        let (now, credential) = (self.now(), asked.credential);
        asked.grant(Action::ManagePartners)?;
        let name = new.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            let message = format!("Write the partner's name, up to {LONGEST_NAME} characters");
            return Err(wrong("partner", message));
        }
        let partner = PartnerId(self.ids().id());
        let administrator = new.administrator.check(PersonId(self.ids().id()))?;
        let word = secret_word(self.ids().secret());
        let kept = word.clone();
        let person = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::ManagePartners)?;
                partners::insert(tx, partner, &name, now).await?;
                let line = session
                    .line(Act::PartnerAdded)
                    .of(None)
                    .about(Subject::Partner(partner))
                    .became(json!({ "name": name }));
                log::write(tx, now, line).await?;
                let joins = (Organisation::Partner(partner), &[Role::PartnerAdmin][..]);
                invite(tx, &session, &administrator, joins, &kept, now).await
            })
            .await?;
        Ok((partner, Invited { person, word }))
    }

    /// Keeps what the directory says of a partner: its administrator's own, or any for who takes
    /// partners in.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not theirs; else names the field that is wrong.
    pub async fn save_entry(
        &self,
        asked: &Session,
        partner: PartnerId,
        entry: Entry,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let entry = checked(entry)?;
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                if session.grant(Action::ManagePartners).is_err() {
                    session.grant(Action::RunPartner)?;
                    if partner_of(&session)? != partner {
                        return Err(Error::NotFound);
                    }
                }
                let was = partners::hold(tx, partner).await?;
                let was = if was {
                    partners::find(tx, partner).await?
                } else {
                    None
                };
                let was = was.ok_or(Error::NotFound)?.entry;
                partners::save_entry(tx, partner, &entry).await?;
                let said = |entry: &Entry| {
                    json!({
                        "about": entry.about,
                        "contact": entry.contact,
                        "regions": entry.regions,
                        "languages": entry.languages,
                        "specialities": entry.specialities,
                        "listed": entry.is_listed,
                    })
                };
                let line = session
                    .line(Act::DirectoryChanged)
                    .of(None)
                    .about(Subject::Partner(partner))
                    .was(said(&was))
                    .became(said(&entry));
                log::write(tx, now, line).await?;
                Ok(())
            })
            .await
    }
}
