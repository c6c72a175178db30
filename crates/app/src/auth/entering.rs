//! Coming in: where, by which proof, and the session that begins.

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;

/// Starts a session of a person in the transaction that lets them in: in the organisation they
/// chose last, or else in their first.
pub(crate) async fn enter(
    tx: &mut Tx<'_>,
    person: PersonId,
    key: SessionKey,
    entrance: &Entrance,
    now: Moment,
) -> Result<NewSession, Error> {
    let way = way_in(tx, person, entrance.how).await?;
    come_in(tx, person, way, key, entrance, now).await
}

/// Where somebody comes in.
pub(crate) struct Way {
    organisation: Organisation,
    /// The organisation that answers for how they sign in from now on, if it is the only one they
    /// belong to.
    home: Option<Uuid>,
    /// Whether it is a proof that is good for changing how they sign in.
    is_proof: bool,
}

/// Where somebody comes in by their own proof: where they chose to be, or else in the first
/// organisation that takes it.
///
/// # Errors
/// [`Error::WrongPassword`] when they may come in nowhere; [`Error::ProviderOnly`].
pub(crate) async fn way_in(tx: &mut Tx<'_>, person: PersonId, how: How) -> Result<Way, Error> {
    let standing = people::standing(tx, person).await?;
    let standing = standing
        .filter(|standing| standing.may_enter)
        .ok_or(Error::WrongPassword)?;
    let memberships = people::memberships(tx, person).await?;
    let mut theirs: Vec<Organisation> = memberships.iter().map(|one| one.organisation).collect();
    theirs.dedup();
    let home = (theirs.len() == 1).then(|| theirs[0].columns().1);
    theirs.sort_by_key(|organisation| Some(organisation.columns().1) != standing.chosen);
    let mut refused = Error::WrongPassword;
    for organisation in theirs {
        match providers::admit(tx, person, organisation, &memberships, how).await {
            Ok(()) => {
                return Ok(Way {
                    organisation,
                    home,
                    is_proof: true,
                });
            }
            Err(only @ Error::ProviderOnly) => refused = only,
            Err(error) => return Err(error),
        }
    }
    Err(refused)
}

/// As [`way_in`], where an organisation has vouched for somebody: there and nowhere else. What it
/// says proves nothing for what they sign in with elsewhere.
///
/// # Errors
/// [`Error::WrongPassword`] when they may not come in there.
pub(crate) async fn way_at(
    tx: &mut Tx<'_>,
    person: PersonId,
    organisation: Organisation,
) -> Result<Way, Error> {
    let standing = people::standing(tx, person).await?;
    let standing = standing
        .filter(|standing| standing.may_enter)
        .ok_or(Error::WrongPassword)?;
    let memberships = people::memberships(tx, person).await?;
    let is_there = |one: &people::Membership| one.organisation == organisation;
    if !memberships.iter().any(is_there) {
        return Err(Error::WrongPassword);
    }
    let (_, here) = organisation.columns();
    let home = memberships.iter().all(is_there).then_some(here);
    Ok(Way {
        organisation,
        home,
        is_proof: home.is_some() && standing.home.is_none_or(|home| home == here),
    })
}

/// Starts a session of somebody who came a way in.
pub(crate) async fn come_in(
    tx: &mut Tx<'_>,
    person: PersonId,
    way: Way,
    key: SessionKey,
    entrance: &Entrance,
    now: Moment,
) -> Result<NewSession, Error> {
    let organisation = way.organisation;
    people::note_entry(tx, person, way.home, now).await?;
    let came = (entrance, way.is_proof.then_some(now));
    let entered = begin(tx, person, organisation, key, came, now).await?;
    reach::organisation(tx, organisation);
    // In a demo and in tests anybody is anybody: nobody has proved anything.
    if entrance.how != How::Demo {
        let line = line_of(person, organisation, entrance, Act::SignedIn);
        log::write(tx, now, line).await?;
    }
    Ok(entered)
}

/// Knows the browser again that somebody has come in with; what it is known by from now on, if it
/// is new to them.
pub(crate) async fn know(
    tx: &mut Tx<'_>,
    person: PersonId,
    brought: Option<&str>,
    fresh: String,
    now: Moment,
) -> Result<Option<Device>, Error> {
    if let Some(device) = brought.map(hash)
        && knows(tx, &device, person).await?
    {
        remember(tx, &device, person, now).await?;
        return Ok(None);
    }
    remember(tx, &hash(&fresh), person, now).await?;
    Ok(Some(Device {
        word: fresh,
        max_age: DEVICE_SECONDS,
    }))
}

/// The line of somebody who came in.
fn line_of(person: PersonId, organisation: Organisation, entrance: &Entrance, act: Act) -> Line {
    let by = By {
        person: Some(person),
        partner: match organisation {
            Organisation::Partner(partner) => Some(partner),
            Organisation::Vendor | Organisation::Account(_) => None,
        },
        network: entrance.network.clone(),
    };
    let how = json!({ "how": entrance.how.code(), "is-strong": entrance.is_strong });
    Line::new(account_of(organisation), by, act)
        .about(Subject::Person(person))
        .became(how)
}

/// Gives somebody signed in another token, in an organisation they belong to; the old one ends.
/// Whoever stays in a partner goes on to act for the customer they acted for.
pub(crate) async fn replace(
    tx: &mut Tx<'_>,
    asked: &Session,
    organisation: Organisation,
    key: SessionKey,
    now: Moment,
) -> Result<NewSession, Error> {
    let Secret::Session(old) = asked.credential.secret else {
        return Err(Error::NotFound);
    };
    let memberships = people::memberships(tx, asked.person.id).await?;
    if !memberships
        .iter()
        .any(|membership| membership.organisation == organisation)
    {
        return Err(Error::NotFound);
    }
    let entrance = sessions::entrance(tx, &old)
        .await?
        .ok_or(Error::SignedOut)?;
    if organisation != asked.organisation {
        may_leave_for(tx, asked, organisation, &memberships, entrance.how).await?;
    }
    sessions::delete(tx, &old).await?;
    people::choose(tx, asked.person.id, organisation).await?;
    // Another token proves nothing anew.
    let came = (&entrance, asked.standing.proved_at);
    let entered = begin(tx, asked.person.id, organisation, key, came, now).await?;
    let stays = asked
        .acts_as_partner_for()
        .filter(|_| organisation == asked.organisation);
    if let Some(account) = stays {
        sessions::act_for(tx, &hash(&entered.token), account).await?;
    }
    Ok(entered)
}

/// Refuses to take a session to another organisation that its proof does not hold for: that of a
/// provider holds in the organisation that vouched, and one may want no other.
async fn may_leave_for(
    tx: &mut Tx<'_>,
    asked: &Session,
    organisation: Organisation,
    memberships: &[people::Membership],
    how: How,
) -> Result<(), Error> {
    if how == How::Provider {
        return Err(Error::VouchedElsewhere);
    }
    providers::admit(tx, asked.person.id, organisation, memberships, how).await
}

/// Keeps a new session.
async fn begin(
    tx: &mut Tx<'_>,
    person: PersonId,
    organisation: Organisation,
    key: SessionKey,
    (entrance, proved_at): (&Entrance, Option<Moment>),
    now: Moment,
) -> Result<NewSession, Error> {
    let acting_for = match organisation {
        Organisation::Partner(partner) => {
            let customers = accounts::accounts_of_partner(tx, partner, person, now).await?;
            customers.first().map(|account| account.id)
        }
        _ => None,
    };
    let bearer = Bearer {
        person,
        organisation,
        acting_for,
    };
    let expires_at = now.plus_seconds(SESSION_SECONDS);
    let session = sessions::NewSession {
        token: &hash(&key.token),
        id: key.id,
        bearer: &bearer,
        entrance,
        proved_at,
        expires_at,
    };
    sessions::insert(tx, &session, now).await?;
    people::note_seen(tx, person, organisation, now).await?;
    Ok(NewSession {
        token: key.token,
        max_age: SESSION_SECONDS,
        organisation,
        device: None,
    })
}
