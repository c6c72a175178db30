//! The stream of *changed* signals: server-sent events without content.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use mainstay_app::{self as app, Changed, Credential};
use mainstay_domain::access::Action;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, PersonId};
use mainstay_store::{cases, views};
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
    is_partner: bool,
    topics: Vec<String>,
}

impl Listener {
    /// The case whose change would be heard of, if it is theirs. A desk hears of its queue without
    /// a look at the case, since it hears of everybody's.
    fn about(&self, changed: &Changed, heard: &str) -> Option<CaseNumber> {
        let number = match changed {
            Changed::Case { number, .. } | Changed::Colleagues { number, .. } => *number,
            _ => return None,
        };
        let is_of_case = heard.split(' ').any(|topic| topic.starts_with("case-"));
        (is_of_case || !self.is_vendor).then_some(number)
    }

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
            // A note that nobody but the customer's own people sees.
            Changed::Colleagues { account, number }
                if self.account == Some(*account) && !self.is_partner =>
            {
                vec![format!("case-{number}")]
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

/// Whether somebody may hear that something changed, decided when it is told.
async fn may_hear(web: &Web, credential: Credential, about: Option<CaseNumber>) -> bool {
    let now = web.app().now();
    let heard = web.app().db().read(async |tx| {
        let session = app::auth::session(tx, credential, now).await?;
        let Some(number) = about else {
            return Ok::<_, app::Error>(true);
        };
        let grant = session.grant(Action::Read)?;
        if grant.scope().kinds().len() == Kind::ALL.len() {
            return Ok(true);
        }
        Ok(cases::find(tx, &grant, number).await?.is_some()
            || views::known_case(tx, &grant, number).await?.is_some())
    });
    heard.await.unwrap_or(false)
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
        is_partner: is_partner(&signed.session),
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
        let (heard, about) = match signal {
            Ok(changed) => {
                let heard = listener.hears(&changed);
                let about = heard
                    .as_deref()
                    .and_then(|heard| listener.about(&changed, heard));
                (heard, about)
            }
            // Fell behind: everything on the page may have changed.
            Err(_) => (Some(listener.topics.join(" ")), None),
        };
        let web = web.clone();
        async move {
            let topics = heard?;
            // A session that was revoked hears nothing any more, and nobody of a case that is not
            // theirs, or not any more.
            may_hear(&web, credential, about).await.then_some(())?;
            Some(Ok(Event::default().event("changed").data(topics)))
        }
    });
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_note_for_colleagues_nobody_else_hears() {
        let (account, other) = (
            AccountId(uuid::Uuid::from_u128(1)),
            AccountId(uuid::Uuid::from_u128(2)),
        );
        let number = CaseNumber::from_counter(100_001);
        let topic = format!("case-{number}");
        let listener = |account: Option<AccountId>, is_partner| Listener {
            person: PersonId(uuid::Uuid::from_u128(3)),
            account,
            is_vendor: account.is_none(),
            is_partner,
            topics: vec!["queue".to_owned(), "requests".to_owned(), topic.clone()],
        };
        let note = Changed::Colleagues { account, number };
        let mine = listener(Some(account), false);
        assert_eq!(mine.hears(&note), Some(topic.clone()));
        assert_eq!(mine.about(&note, &topic), Some(number));
        for deaf in [
            listener(None, false),
            listener(Some(account), true),
            listener(Some(other), false),
        ] {
            assert_eq!(deaf.hears(&note), None);
        }
        let said = Changed::Case { account, number };
        let desk = listener(None, false).hears(&said);
        assert_eq!(desk, Some(format!("queue {topic}")));
        assert_eq!(listener(None, false).about(&said, "queue"), None);
    }
}
