//! The stream of *changed* signals: server-sent events without content.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt, future};
use mainstay_app::{self as app, Changed, Session, partners};
use mainstay_domain::ids::{AccountId, PartnerId, PersonId};
use serde::Deserialize;
use tokio_stream::wrappers::BroadcastStream;

use crate::error::Error;
use crate::signed::Signed;
use crate::state::Web;

/// What a page listens to.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    topics: String,
}

/// Whose ears these are.
#[derive(Clone)]
struct Listener {
    person: PersonId,
    /// The one account they may hear of; the vendor's people hear of all.
    account: Option<AccountId>,
    is_vendor: bool,
    /// The partner they belong to.
    partner: Option<PartnerId>,
    /// The customers whose requests stand in a partner's inbox.
    customers: Vec<AccountId>,
    topics: Vec<String>,
}

impl Listener {
    /// The wanted topics a signal touches, as far as they may know.
    fn hears(&self, changed: &Changed) -> Option<String> {
        let touched: Vec<String> = match changed {
            Changed::Inbox { person } if *person == self.person => {
                vec!["notifications".to_owned()]
            }
            Changed::Case { account, number } if self.is_vendor => {
                vec![
                    "queue".to_owned(),
                    format!("case-{number}"),
                    format!("account-{account}"),
                ]
            }
            Changed::Case { account, number } if self.account == Some(*account) => {
                let own = ["requests".to_owned(), format!("case-{number}")];
                let inbox = self
                    .customers
                    .contains(account)
                    .then(|| "partner".to_owned());
                own.into_iter().chain(inbox).collect()
            }
            Changed::Case { account, .. } if self.customers.contains(account) => {
                vec!["partner".to_owned()]
            }
            Changed::Delegations { partner } if self.partner == Some(*partner) => {
                self.topics.clone()
            }
            Changed::Everything => self.topics.clone(),
            _ => Vec::new(),
        };
        let heard: Vec<String> = touched
            .into_iter()
            .filter(|topic| self.topics.contains(topic))
            .collect();
        (!heard.is_empty()).then(|| heard.join(" "))
    }

    /// Whether whoever began to listen still acts for the same, as far as they did.
    async fn still_may(&self, web: &Web, credential: app::Credential) -> bool {
        let Ok(session) = web.app().session(credential).await else {
            return false;
        };
        if session.principal.account() != self.account {
            return false;
        }
        match self.partner {
            None => true,
            Some(_) => {
                let customers = customers(web, &session).await;
                customers.is_ok_and(|customers| customers == self.customers)
            }
        }
    }
}

/// The customers whose requests stand in the inbox of a partner's person.
async fn customers(web: &Web, session: &Session) -> Result<Vec<AccountId>, app::Error> {
    if partners::partner_of(session).is_err() {
        return Ok(Vec::new());
    }
    let now = web.app().now();
    let grants = web
        .app()
        .db()
        .read(async |tx| partners::grants_to_read(tx, session, now).await);
    let grants = grants.await?;
    let mut customers: Vec<AccountId> = grants
        .iter()
        .filter_map(|grant| grant.scope().account())
        .collect();
    customers.sort_unstable();
    Ok(customers)
}

/// `GET /live?topics=…`: ends when whoever listens may no longer hear what they began to hear.
///
/// # Errors
/// When the store fails.
pub async fn stream(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Error> {
    // Listening begins before anything is read, so that nothing falls between.
    let signals = BroadcastStream::new(web.app().live().listen());
    let listener = Listener {
        person: signed.session.person.id,
        account: signed.session.principal.account(),
        is_vendor: signed.is_vendor(),
        partner: partners::partner_of(&signed.session).ok(),
        customers: customers(&web, &signed.session).await?,
        topics: wanted
            .topics
            .split([' ', '+'])
            .take(20)
            .map(str::to_owned)
            .collect(),
    };
    let credential = signed.session.credential;
    let heard = signals.filter_map({
        let listener = listener.clone();
        move |signal| {
            future::ready(match signal {
                Ok(changed) => listener.hears(&changed),
                // Fell behind: everything on the page may have changed.
                Err(_) => Some(listener.topics.join(" ")),
            })
        }
    });
    let events = heard
        .then(move |topics| {
            let (web, listener) = (web.clone(), listener.clone());
            async move {
                // A session that was revoked, or that acts for another, hears nothing any more.
                listener.still_may(&web, credential).await.then_some(topics)
            }
        })
        .take_while(|topics| future::ready(topics.is_some()))
        .filter_map(|topics| future::ready(topics))
        .map(|topics| Ok(Event::default().event("changed").data(topics)));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
}
