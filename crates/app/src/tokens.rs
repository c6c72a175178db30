//! API tokens: they do what their holder may do when they are used, in one organisation, until they
//! end.

use mainstay_domain::Moment;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::log::{self, Act, Subject};
use mainstay_store::people::Organisation;
use mainstay_store::sessions::Bearer;
use mainstay_store::tokens::{self, NewToken, Token};
use mainstay_store::{Tx, accounts};
use serde_json::json;
use uuid::Uuid;

use crate::auth::{self, Secret, Session, hash, secret_word};
use crate::{App, Credential, Error};

/// A token's use is noted to the hour.
const USED_SECONDS: i64 = 3600;

/// How long a token lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lasts {
    /// Thirty days.
    Month,
    /// Ninety days.
    Quarter,
    /// A year.
    #[default]
    Year,
    /// Two years.
    TwoYears,
}

impl Lasts {
    /// All of them, the shortest first.
    pub const ALL: [Self; 4] = [Self::Month, Self::Quarter, Self::Year, Self::TwoYears];

    /// The days of it.
    #[must_use]
    pub const fn days(self) -> i64 {
        match self {
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
            Self::TwoYears => 730,
        }
    }

    /// That of so many days, as a form sends them; a year when it says nothing.
    ///
    /// # Errors
    /// [`Error::Field`] for another number.
    pub fn read(days: &str) -> Result<Self, Error> {
        if days.is_empty() {
            return Ok(Self::default());
        }
        let found = Self::ALL
            .into_iter()
            .find(|lasts| lasts.days().to_string() == days);
        found.ok_or_else(|| Error::Field {
            field: "lasts",
            message: "Choose how long the token lasts".to_owned(),
        })
    }

    fn until(self, now: Moment) -> Moment {
        now.plus_minutes(self.days() * 24 * 60)
    }
}

/// A token to be made.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// What it is for.
    pub name: String,
    /// How long it lasts.
    pub lasts: Lasts,
    /// The customer a partner's is for.
    pub customer: Option<AccountId>,
}

impl From<&str> for Wanted {
    /// For a year.
    fn from(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }
}

/// A name of a token or a service account, checked.
pub(crate) fn name_of(name: &str) -> Result<String, Error> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 60 {
        let message = "Name the token in up to 60 characters".to_owned();
        return Err(Error::Field {
            field: "name",
            message,
        });
    }
    Ok(name.to_owned())
}

/// Keeps a token of somebody in the organisation of whoever makes it.
pub(crate) async fn make(
    tx: &mut Tx<'_>,
    session: &Session,
    bearer: &Bearer,
    (id, token): (Uuid, &str),
    (name, lasts): (&str, Lasts),
    now: Moment,
) -> Result<(), Error> {
    let new = NewToken {
        token: &hash(token),
        id,
        bearer,
        name,
        made_by: session.person.id,
        expires_at: lasts.until(now),
    };
    tokens::insert(tx, &new, now).await?;
    let line = session.own_line(Act::TokenMade);
    let line = line
        .about(Subject::Thing("token", name.to_owned()))
        .became(json!({ "id": id, "person": bearer.person, "customer": bearer.acting_for }));
    Ok(log::write(tx, now, line).await?)
}

impl App {
    /// A word for a new token, with the id it is known by.
    pub(crate) fn token_key(&self) -> (Uuid, String) {
        let token = format!("mst_{}", secret_word(self.ids().secret()));
        (self.ids().id(), token)
    }

    /// Makes an API token for whoever asks; it is shown once. A partner's is for one customer.
    ///
    /// # Errors
    /// [`Error::Field`] when the name is empty or too long, or no customer is chosen that lets
    /// them.
    pub async fn create_token(
        &self,
        asked: &Session,
        wanted: impl Into<Wanted>,
    ) -> Result<String, Error> {
        let wanted = wanted.into();
        let name = name_of(&wanted.name)?;
        let (now, credential) = (self.now(), asked.credential);
        let (id, token) = self.token_key();
        let kept = token.clone();
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let bearer = Bearer {
                    person: session.person.id,
                    organisation: session.organisation,
                    acting_for: customer(tx, &session, wanted.customer, now).await?,
                };
                let made = (name.as_str(), wanted.lasts);
                make(tx, &session, &bearer, (id, &kept), made, now).await
            })
            .await?;
        Ok(token)
    }

    /// Revokes one of one's own tokens at once.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none that stands.
    pub async fn revoke_token(&self, asked: &Session, id: Uuid) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                revoke(tx, &session, session.person.id, id, now).await
            })
            .await
    }

    /// The tokens of whoever asks.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn tokens(&self, asked: &Session) -> Result<Vec<Token>, Error> {
        let person = asked.person.id;
        Ok(self
            .db()
            .read(async |tx| tokens::of(tx, person).await)
            .await?)
    }

    /// Notes that a token is in use, to the hour.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn note_token(&self, credential: Credential) -> Result<(), Error> {
        let (now, Secret::Token(token)) = (self.now(), credential.secret) else {
            return Ok(());
        };
        let since = now.plus_seconds(-USED_SECONDS);
        let note = async move |tx: &mut Tx<'_>| tokens::note_use(tx, &token, now, since).await;
        Ok(self.db().write(note).await?)
    }
}

/// Revokes a token of a person and writes it down.
pub(crate) async fn revoke(
    tx: &mut Tx<'_>,
    session: &Session,
    person: PersonId,
    id: Uuid,
    now: Moment,
) -> Result<(), Error> {
    let name = tokens::revoke(tx, person, id, now).await?;
    let name = name.ok_or(Error::NotFound)?;
    let line = session.own_line(Act::TokenRevoked);
    let line = line
        .about(Subject::Thing("token", name))
        .was(json!({ "id": id, "person": person }));
    Ok(log::write(tx, now, line).await?)
}

/// The customer a partner's token is for, who lets the partner act; others act for their own.
async fn customer(
    tx: &mut Tx<'_>,
    session: &Session,
    wanted: Option<AccountId>,
    now: Moment,
) -> Result<Option<AccountId>, Error> {
    let Organisation::Partner(partner) = session.organisation else {
        return Ok(None);
    };
    let missing = || Error::Field {
        field: "customer",
        message: "Choose the customer this token acts for".to_owned(),
    };
    let wanted = wanted.ok_or_else(missing)?;
    let delegated = accounts::delegated(tx, wanted, partner, session.person.id, now).await?;
    delegated
        .filter(mainstay_domain::access::Delegated::is_running)
        .ok_or_else(missing)?;
    Ok(Some(wanted))
}
