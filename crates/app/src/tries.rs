//! Keeps whoever guesses passwords waiting. Tries are counted in the database, so that all nodes
//! count together, and before the password is looked at, so that many at once are counted too.

use mainstay_domain::Moment;
use mainstay_domain::access::tries::{FORGET_MINUTES, Track};
use mainstay_domain::ids::PersonId;
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::tries::{self, Subject as Judged};
use mainstay_store::{Tx, people, reach};
use serde_json::json;

use crate::auth::{Visitor, account_of, hash};
use crate::{App, Error};

/// A try that was counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Try {
    /// By what it was counted.
    pub(crate) track: Track,
    subject: Judged,
    failed: u32,
}

/// Forgets what whoever was right has failed before; what others failed at the same address or
/// from the same network stays.
pub(crate) async fn forgive(tx: &mut Tx<'_>, counted: &[Try]) -> Result<(), Error> {
    for one in counted {
        match one.track {
            Track::KnownDevice | Track::AddressFromNetwork | Track::Factor | Track::Challenges => {
                tries::forget(tx, &one.subject).await?;
            }
            Track::Address | Track::Network => tries::take_back(tx, &one.subject).await?,
        }
    }
    Ok(())
}

/// What is judged together by one track.
fn judged_by(track: Track, of: &str) -> Judged {
    hash(&format!("{}\n{of}", track.code()))
}

/// What is judged together: by a known browser alone, or by all that strangers are judged by.
fn judged(email: &str, visitor: &Visitor, is_known: bool) -> Vec<(Track, Judged)> {
    let email = email.trim().to_lowercase();
    let network = visitor.network.as_deref().unwrap_or_default();
    let device = visitor.device.as_deref().unwrap_or_default();
    let subject = |track: Track| {
        let of = match track {
            Track::KnownDevice => format!("{device}\n{email}"),
            Track::AddressFromNetwork => format!("{network}\n{email}"),
            Track::Address => email.clone(),
            Track::Network => network.to_owned(),
            // What comes before or after a password is judged elsewhere.
            Track::Factor | Track::Challenges => String::new(),
        };
        (track, judged_by(track, &of))
    };
    if is_known {
        return vec![subject(Track::KnownDevice)];
    }
    // Always in this order, so that no two tries wait for each other.
    [Track::AddressFromNetwork, Track::Address, Track::Network]
        .map(subject)
        .to_vec()
}

/// Counts a try by one track, unless it comes too early: then nothing has happened.
async fn count(
    tx: &mut Tx<'_>,
    (track, subject): (Track, Judged),
    now: Moment,
) -> Result<Try, Error> {
    let forget_before = now.plus_minutes(-FORGET_MINUTES);
    let (failed, open_at) = tries::count(tx, &subject, now, forget_before).await?;
    if open_at > now {
        let minutes = open_at.seconds_since(now).unsigned_abs().div_ceil(60);
        return Err(Error::TooManyAttempts {
            minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
        });
    }
    let next = track.open_at(failed, now);
    if next > now {
        tries::wait_until(tx, &subject, next).await?;
    }
    Ok(Try {
        track,
        subject,
        failed,
    })
}

/// Counts a try by a network, as one of its strangers.
async fn count_network(
    tx: &mut Tx<'_>,
    track: Track,
    visitor: &Visitor,
    now: Moment,
) -> Result<Try, Error> {
    let network = visitor.network.as_deref().unwrap_or_default();
    count(tx, (track, judged_by(track, network)), now).await
}

/// Counts a try at somebody's second factor as wrong until it is forgiven: of the person, and, at
/// the door, of the network of a browser they have never signed in with.
///
/// # Errors
/// [`Error::TooManyAttempts`]; it is not counted when the transaction is undone then.
pub(crate) async fn count_factor(
    tx: &mut Tx<'_>,
    person: PersonId,
    at_the_door: Option<&Visitor>,
    now: Moment,
) -> Result<Vec<Try>, Error> {
    let subject = judged_by(Track::Factor, &person.to_string());
    let mut counted = vec![count(tx, (Track::Factor, subject), now).await?];
    if let Some(visitor) = at_the_door {
        let device = hash(visitor.device.as_deref().unwrap_or_default());
        if !tries::knows(tx, &device, person).await? {
            counted.push(count_network(tx, Track::Network, visitor, now).await?);
        }
    }
    Ok(counted)
}

/// Counts an answer that was no passkey's, which stays counted.
///
/// # Errors
/// [`Error::TooManyAttempts`].
pub(crate) async fn count_wrong_passkey(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    now: Moment,
) -> Result<Try, Error> {
    count_network(tx, Track::Network, visitor, now).await
}

/// Counts a challenge that is given to anybody of a network.
///
/// # Errors
/// [`Error::TooManyAttempts`].
pub(crate) async fn count_challenge(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    now: Moment,
) -> Result<Try, Error> {
    count_network(tx, Track::Challenges, visitor, now).await
}

/// A challenge of a network was answered rightly: those it was given before count no more.
pub(crate) async fn forgive_challenges(tx: &mut Tx<'_>, visitor: &Visitor) -> Result<(), Error> {
    let network = visitor.network.as_deref().unwrap_or_default();
    Ok(tries::forget(tx, &judged_by(Track::Challenges, network)).await?)
}

impl App {
    /// Counts a try of a visitor at an address as failed, until it is forgiven. Whether there is
    /// somebody of that address makes no difference.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`], and then it is not counted.
    pub(crate) async fn try_once(&self, email: &str, visitor: &Visitor) -> Result<Vec<Try>, Error> {
        let (now, email, visitor) = (self.now(), email.to_owned(), visitor.clone());
        self.db()
            .write(async move |tx| {
                let device = hash(visitor.device.as_deref().unwrap_or_default());
                let is_known = tries::is_known(tx, &device, &email).await?;
                let mut counted = Vec::new();
                for one in judged(&email, &visitor, is_known) {
                    counted.push(count(tx, one, now).await?);
                }
                Ok(counted)
            })
            .await
    }

    /// Counts a try of one thing alone, apart from signing in, as failed until it is forgiven.
    ///
    /// # Errors
    /// [`Error::TooManyAttempts`], and then it is not counted.
    pub(crate) async fn try_apart(&self, track: Track, what: &str) -> Result<Try, Error> {
        let (now, subject) = (self.now(), hash(&format!("apart\n{what}")));
        self.db()
            .write(async move |tx| count(tx, (track, subject), now).await)
            .await
    }

    /// Takes tries back that came to nothing through no fault of the visitor.
    pub(crate) async fn take_back(&self, counted: Vec<Try>) {
        let back = async move |tx: &mut Tx<'_>| {
            for one in &counted {
                tries::take_back(tx, &one.subject).await?;
            }
            Ok::<_, Error>(())
        };
        if let Err(error) = self.db().write(back).await {
            tracing::warn!(%error, "a try to sign in could not be taken back");
        }
    }

    /// Writes into the log that somebody has to wait, once each time that begins: in that of the
    /// person's organisation, or, when there is nobody of that address, in the vendor's. What was
    /// typed as an address may be a secret, and is not written.
    pub(crate) async fn note_wait(
        &self,
        person: Option<PersonId>,
        visitor: &Visitor,
        counted: &[Try],
    ) -> Result<(), Error> {
        let begins = counted
            .iter()
            .find(|one| one.track.begins_to_wait(one.failed));
        let Some(one) = begins.copied() else {
            return Ok(());
        };
        let (now, network) = (self.now(), visitor.network.clone());
        self.db()
            .write(async move |tx| {
                let organisation = match person {
                    Some(person) => people::memberships(tx, person).await?.into_iter().next(),
                    None => None,
                };
                let organisation = organisation.map(|membership| membership.organisation);
                if let Some(organisation) = organisation {
                    reach::organisation(tx, organisation);
                }
                let by = By {
                    network,
                    ..By::default()
                };
                let line = Line::new(organisation.and_then(account_of), by, Act::SignInThrottled)
                    .about(person.map_or_else(
                        || Subject::Thing("address", "unknown".to_owned()),
                        Subject::Person,
                    ))
                    .became(json!({ "failed": one.failed, "by": one.track.code() }));
                Ok(log::write(tx, now, line).await?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_browser_is_judged_by_nothing_that_strangers_can_fill() {
        let holder = Visitor {
            device: Some("known".to_owned()),
            ..Visitor::from("192.0.2.1")
        };
        let stranger = judged("Dana@Example.com", &holder, false);
        let known = judged("dana@example.com ", &holder, true);
        assert_eq!(known.len(), 1);
        assert!(stranger.iter().all(|(_, subject)| *subject != known[0].1));
        let again = judged(" dana@example.com", &holder, false);
        assert_eq!(stranger, again, "an address is one however it is written");
    }
}
