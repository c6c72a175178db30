//! The stream of *changed* signals: server-sent events without content.
//!
//! Whoever listens is asked for their rights again with everything they would hear, and when their
//! sessions end: one that is gone ends its stream.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, stream};
use mainstay_app::{Changed, Credential, Error, Session};
use mainstay_domain::access::Action;
use mainstay_domain::ids::{AccountId, PersonId};
use serde::Deserialize;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::signed::Signed;
use crate::state::Web;

/// After as long a silence a listener is looked at all the same: a signal may have been lost, and
/// a session ends by itself without one.
const LOOK: Duration = Duration::from_secs(60);

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
    /// Whether they read cases at all.
    reads_cases: bool,
}

impl Listener {
    fn of(session: &Session) -> Self {
        Self {
            person: session.person.id,
            account: session.principal.account(),
            is_vendor: session.principal.is_vendor(),
            reads_cases: session.grant(Action::Read).is_ok(),
        }
    }

    /// The wanted topics a signal touches, as far as they may know.
    fn hears(&self, changed: &Changed, wanted: &[String]) -> Option<String> {
        let touched: Vec<String> = match changed {
            Changed::Inbox { person } if *person == self.person => {
                vec!["notifications".to_owned()]
            }
            Changed::Case { .. } if !self.reads_cases => Vec::new(),
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
            Changed::Everything => wanted.to_vec(),
            _ => Vec::new(),
        };
        let heard: Vec<String> = touched
            .into_iter()
            .filter(|topic| wanted.contains(topic))
            .collect();
        (!heard.is_empty()).then(|| heard.join(" "))
    }
}

/// An open stream.
struct Ear {
    web: Web,
    credential: Credential,
    listener: Listener,
    wanted: Vec<String>,
    signals: broadcast::Receiver<Changed>,
}

impl Ear {
    /// The next thing to tell; nothing any more when the session is gone.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            let signal = match tokio::time::timeout(LOOK, self.signals.recv()).await {
                Ok(Ok(changed)) => Some(changed),
                // Fell behind: everything on the page may have changed.
                Ok(Err(RecvError::Lagged(_))) => Some(Changed::Everything),
                Ok(Err(RecvError::Closed)) => return None,
                Err(_) => None,
            };
            if !self.concerns(signal.as_ref()) {
                continue;
            }
            match self.web.app().session(self.credential).await {
                Ok(session) => self.listener = Listener::of(&session),
                Err(Error::SignedOut) => return None,
                // Nobody knows what they may hear: the next signal comes.
                Err(_) => continue,
            }
            let heard = signal.and_then(|changed| self.listener.hears(&changed, &self.wanted));
            if let Some(topics) = heard {
                let event = Event::default().event("changed").data(topics);
                return Some((Ok(event), self));
            }
        }
    }

    /// Whether a signal, or silence, is a reason to look who they are now.
    fn concerns(&self, signal: Option<&Changed>) -> bool {
        match signal {
            None => true,
            Some(Changed::Sessions { person }) => *person == self.listener.person,
            Some(changed) => self.listener.hears(changed, &self.wanted).is_some(),
        }
    }
}

/// `GET /live?topics=…`
pub async fn stream(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let ear = Ear {
        credential: signed.session.credential,
        listener: Listener::of(&signed.session),
        wanted: wanted
            .topics
            .split([' ', '+'])
            .take(20)
            .map(str::to_owned)
            .collect(),
        signals: web.app().live().listen(),
        web,
    };
    Sse::new(stream::unfold(ear, Ear::next))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}
