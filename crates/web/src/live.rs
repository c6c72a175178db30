//! The stream of *changed* signals: server-sent events without content.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use mainstay_app::Changed;
use mainstay_domain::ids::{AccountId, PersonId};
use serde::Deserialize;
use tokio_stream::wrappers::BroadcastStream;

use crate::signed::{Signed, is_partner};
use crate::state::Web;

/// What a page listens to.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    topics: String,
}

/// Whose ears these are.
struct Listener {
    person: PersonId,
    /// The one account they may hear of; the vendor's people hear of all.
    account: Option<AccountId>,
    is_vendor: bool,
    /// Whether they belong to that account, and no partner of it.
    is_of_account: bool,
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
                vec!["requests".to_owned(), format!("case-{number}")]
            }
            // What an account says within itself its partners do not hear of.
            Changed::Internal { account, id }
                if self.is_of_account && self.account == Some(*account) =>
            {
                vec!["internal".to_owned(), format!("internal-{id}")]
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
}

/// `GET /live?topics=…`
pub async fn stream(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let listener = Listener {
        person: signed.session.person.id,
        account: signed.session.principal.account(),
        is_vendor: signed.is_vendor(),
        is_of_account: !signed.is_vendor() && !is_partner(&signed.session),
        topics: wanted
            .topics
            .split([' ', '+'])
            .take(20)
            .map(str::to_owned)
            .collect(),
    };
    let credential = signed.session.credential;
    let signals = BroadcastStream::new(web.app().live().listen());
    let events = signals.filter_map(move |signal| {
        let heard = match signal {
            Ok(changed) => listener.hears(&changed),
            // Fell behind: everything on the page may have changed.
            Err(_) => Some(listener.topics.join(" ")),
        };
        let web = web.clone();
        async move {
            let topics = heard?;
            // A session that was revoked hears nothing any more.
            web.app().session(credential).await.ok()?;
            Some(Ok(Event::default().event("changed").data(topics)))
        }
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}
