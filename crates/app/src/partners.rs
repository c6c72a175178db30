//! Partners (S20): taking them in, what customers let them do, who of them does it.
//!
//! Every change is noted in the customer's log; what concerns the partner alone in the vendor's.

mod delegating;
mod running;
mod taking_in;
mod timers;

use mainstay_domain::Moment;
use mainstay_domain::access::delegation::Terms;
use mainstay_domain::access::{ActingFor, Action, Facts, Grant, Principal, decide};
use mainstay_domain::case::{EffectKind, PartnerNews};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId, SubscriptionId};
use mainstay_store::people::Organisation;
use mainstay_store::{Tx, accounts, outbox};
use serde_json::{Value, json};

pub use running::{NewAsk, person_of_partner};
pub use taking_in::NewPartner;

use crate::Error;
use crate::auth::Session;
use crate::invitations::invite;

/// Longest text somebody writes about a delegation, in characters.
const LONGEST_REASON: usize = 1_000;

/// A mistake at a field.
fn wrong(field: &'static str, message: impl Into<String>) -> Error {
    Error::Field {
        field,
        message: message.into(),
    }
}

/// A reason, within bounds.
fn reason(text: &str) -> Result<Option<String>, Error> {
    let text = text.trim();
    if text.chars().count() > LONGEST_REASON {
        let message = format!("Write up to {LONGEST_REASON} characters");
        return Err(wrong("reason", message));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Refuses terms with mistakes: the first is told at its field.
fn check(terms: &Terms, now: Moment) -> Result<(), Error> {
    match terms.mistakes(now).first() {
        Some(mistake) => Err(wrong(mistake.field(), mistake.to_string())),
        None => Ok(()),
    }
}

/// Refuses terms for a subscription that is not the customer's, in the words for one that does not
/// exist.
async fn check_covered(tx: &mut Tx<'_>, account: AccountId, terms: &Terms) -> Result<(), Error> {
    let Some(named) = terms.covered.limit() else {
        return Ok(());
    };
    let held = accounts::subscriptions(tx, account).await?;
    let is_held = |id: &SubscriptionId| held.iter().any(|own| own.id == *id);
    if named.iter().all(is_held) {
        return Ok(());
    }
    let message = "Choose among your subscriptions; this one is not there, or not any more";
    Err(wrong("subscriptions", message))
}

/// The words of kinds.
fn codes(kinds: &[Kind]) -> Vec<&'static str> {
    kinds.iter().map(|kind| kind.code()).collect()
}

/// Terms of an account as the log keeps them: subscriptions with their plans, so that somebody who
/// reads it years later knows which were meant.
async fn logged(tx: &mut Tx<'_>, account: AccountId, terms: &Terms) -> Result<Value, Error> {
    let subscriptions = match terms.covered.limit() {
        None => json!("all"),
        Some(named) => {
            let held = accounts::subscriptions(tx, account).await?;
            let said = named.iter().map(|id| {
                let own = held.iter().find(|own| own.id == *id);
                let plan = own.map_or("?", |own| own.holding.plan.as_str());
                format!("{plan} ({id})")
            });
            said.collect()
        }
    };
    Ok(json!({
        "kinds": codes(&terms.kinds),
        "subscriptions": subscriptions,
        "people": terms.names_people,
        "persons": terms.persons,
        "until": terms.ends_at.to_string(),
    }))
}

/// The partner somebody belongs to.
///
/// # Errors
/// [`Error::NotFound`] for everybody else.
pub fn partner_of(session: &Session) -> Result<PartnerId, Error> {
    match session.organisation {
        Organisation::Partner(partner) => Ok(partner),
        Organisation::Vendor | Organisation::Account(_) => Err(Error::NotFound),
    }
}

/// What somebody of a partner is to one of its customers, the one they act for or another.
fn principal_for(
    session: &Session,
    partner: PartnerId,
    account: AccountId,
    delegated: mainstay_domain::access::Delegated,
) -> Principal {
    Principal {
        acting_for: ActingFor::Delegated {
            account,
            partner,
            delegated,
        },
        ..session.principal.clone()
    }
}

/// The grants of one of a partner's persons to read, customer by customer.
///
/// # Errors
/// Whatever the database says.
pub async fn grants_to_read(
    tx: &mut Tx<'_>,
    session: &Session,
    now: Moment,
) -> Result<Vec<Grant>, Error> {
    let partner = partner_of(session)?;
    let person = session.person.id;
    let delegated = mainstay_store::delegations::delegated_to(tx, partner, person, now).await?;
    let grant = |(account, delegated)| {
        let principal = principal_for(session, partner, account, delegated);
        decide(&principal, Action::Read, &Facts::default()).ok()
    };
    Ok(delegated.into_iter().filter_map(grant).collect())
}

/// The right of whoever runs a partner to give up what a customer lets it do.
async fn grant_to_renounce(
    tx: &mut Tx<'_>,
    session: &Session,
    account: AccountId,
    now: Moment,
) -> Result<(PartnerId, Grant), Error> {
    session.grant(Action::RunPartner)?;
    let partner = partner_of(session)?;
    let delegated = accounts::delegated(tx, account, partner, session.person.id, now).await?;
    let delegated = delegated.filter(|delegated| delegated.ended_at.is_none());
    let delegated = delegated.ok_or(Error::NotFound)?;
    let principal = principal_for(session, partner, account, {
        mainstay_domain::access::Delegated {
            // Whoever runs the partner need not be named to give it up.
            leaves_out: false,
            ..delegated
        }
    });
    let grant = decide(&principal, Action::DelegateToPartner, &Facts::default())?;
    mainstay_store::reach::of(tx, &principal);
    Ok((partner, grant))
}

/// What is told at a moment, by a key of its own: told again at another, it is another thing.
fn key(partner: PartnerId, what: &str, now: Moment) -> String {
    format!("partner-{partner}-{what}-{}", now.as_unix())
}

/// Writes news for people, once each for a key.
async fn tell(
    tx: &mut Tx<'_>,
    account: AccountId,
    (key, recipients): (&str, &[PersonId]),
    (what, at): (PartnerNews, Moment),
    now: Moment,
) -> Result<(), Error> {
    let kind = EffectKind::Partner { what, at };
    for person in recipients {
        outbox::insert_notice(tx, account, key, *person, kind, now).await?;
    }
    Ok(())
}
