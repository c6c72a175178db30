//! The stream of *changed* signals: server-sent events without content.
//!
//! Whoever listens is asked for their rights again with everything they would hear, and when their
//! sessions end: one that is gone ends its stream.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, stream};
use mainstay_app::{self as app, Changed, Credential, Session, partners};
use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Grant};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, InternalId, PartnerId, PersonId};
use mainstay_store::{Tx, cases, internal, views};
use serde::Deserialize;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::error::Error;
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
#[derive(Clone)]
struct Listener {
    person: PersonId,
    /// The one account they may hear of; the vendor's people hear of all.
    account: Option<AccountId>,
    is_vendor: bool,
    /// Whether they read cases there at all.
    reads_cases: bool,
    /// The partner they belong to.
    partner: Option<PartnerId>,
    /// What they may read of each customer, for a partner's inbox.
    customers: Vec<Grant>,
}

impl Listener {
    /// What somebody may hear of now.
    async fn of(tx: &mut Tx<'_>, session: &Session, now: Moment) -> Result<Self, app::Error> {
        let partner = partners::partner_of(session).ok();
        let customers = match partner {
            Some(_) => partners::grants_to_read(tx, session, now).await?,
            None => Vec::new(),
        };
        Ok(Self {
            person: session.person.id,
            account: session.principal.account(),
            is_vendor: session.principal.is_vendor(),
            reads_cases: session.grant(Action::Read).is_ok(),
            partner,
            customers,
        })
    }

    /// What they may read of a customer's requests, for a partner's inbox.
    fn of_customer(&self, account: AccountId) -> Option<&Grant> {
        let is_of = |grant: &&Grant| grant.scope().account() == Some(account);
        self.customers.iter().find(is_of)
    }

    /// The wanted topics a signal touches, as far as they may know.
    fn hears(&self, changed: &Changed, wanted: &[String]) -> Option<String> {
        let touched: Vec<String> = match changed {
            Changed::Inbox { person } if *person == self.person => {
                vec!["notifications".to_owned()]
            }
            Changed::Case { account, number } => self.of_case(*account, *number),
            Changed::Delegations { partner } if self.partner == Some(*partner) => wanted.to_vec(),
            // A note that nobody but the customer's own people sees.
            Changed::Colleagues { account, number }
                if self.account == Some(*account) && self.partner.is_none() =>
            {
                vec![format!("case-{number}")]
            }
            // What an account says within itself its partners do not hear of.
            Changed::Internal { account, id }
                if self.account == Some(*account) && !self.is_vendor && self.partner.is_none() =>
            {
                vec!["internal".to_owned(), format!("internal-{id}")]
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

    /// The topics of a case.
    fn of_case(&self, account: AccountId, number: CaseNumber) -> Vec<String> {
        let case = format!("case-{number}");
        let mut touched = Vec::new();
        if self.reads_cases && self.is_vendor {
            touched.extend(["queue".to_owned(), case, format!("account-{account}")]);
        } else if self.reads_cases && self.account == Some(account) {
            touched.extend(["requests".to_owned(), case]);
        }
        if self.of_customer(account).is_some() {
            touched.push("partner".to_owned());
        }
        touched
    }

    /// The request whose change would be heard of, if it is theirs. A desk hears of its queue
    /// without a look at the case, since it hears of everybody's.
    fn about(&self, changed: &Changed, wanted: &[String]) -> Option<About> {
        let (account, number) = match changed {
            Changed::Case { account, number } | Changed::Colleagues { account, number } => {
                (*account, *number)
            }
            Changed::Internal { id, .. } => {
                return self.hears(changed, wanted).map(|_| About::Internal(*id));
            }
            _ => return None,
        };
        let heard = self.hears(changed, wanted)?;
        let is_of_case = heard.split(' ').any(|topic| topic.starts_with("case-"));
        (is_of_case || !self.is_vendor).then_some(About::Case(account, number))
    }
}

/// What a signal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    Case(AccountId, CaseNumber),
    Internal(InternalId),
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
            let about = signal
                .as_ref()
                .and_then(|changed| self.listener.about(changed, &self.wanted));
            match self.look(about).await {
                // What they began to hear was another customer's: the page asks anew.
                Ok((now, _)) if now.account != self.listener.account => return None,
                Ok((now, true)) => self.listener = now,
                Err(app::Error::SignedOut | app::Error::FactorRequired) => return None,
                // It is not theirs, or nobody knows what they may hear: the next signal comes.
                Ok((_, false)) | Err(_) => continue,
            }
            let heard = signal.and_then(|changed| self.listener.hears(&changed, &self.wanted));
            if let Some(topics) = heard {
                let event = Event::default().event("changed").data(topics);
                return Some((Ok(event), self));
            }
        }
    }

    /// Who they are now, and whether what something is about is theirs: decided when it is told.
    async fn look(&self, about: Option<About>) -> Result<(Listener, bool), app::Error> {
        let (now, catalogue) = (self.web.app().now(), self.web.app().catalogue());
        self.web
            .app()
            .db()
            .read(async |tx| {
                let session = app::auth::session(tx, self.credential, now).await?;
                let listener = Listener::of(tx, &session, now).await?;
                let is_theirs = match about {
                    None => true,
                    Some(About::Case(account, number)) => {
                        reads_case(tx, &session, number).await?
                            || match listener.of_customer(account) {
                                Some(grant) => cases::find(tx, grant, number).await?.is_some(),
                                None => false,
                            }
                    }
                    Some(About::Internal(id)) => {
                        let serves = session.grant_to_serve(&catalogue, now);
                        serves.is_ok() || has_asked(tx, &session, id).await?
                    }
                };
                Ok((listener, is_theirs))
            })
            .await
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

async fn reads_case(
    tx: &mut Tx<'_>,
    session: &Session,
    number: CaseNumber,
) -> Result<bool, app::Error> {
    let Ok(grant) = session.grant(Action::Read) else {
        return Ok(false);
    };
    let scope = grant.scope();
    let reads_all = scope.kinds().len() == Kind::ALL.len() && scope.limited_partner().is_none();
    Ok(reads_all
        || cases::find(tx, &grant, number).await?.is_some()
        || views::known_case(tx, &grant, number).await?.is_some())
}

async fn has_asked(tx: &mut Tx<'_>, session: &Session, id: InternalId) -> Result<bool, app::Error> {
    let Ok(grant) = session.grant(Action::AskAdministrator) else {
        return Ok(false);
    };
    Ok(internal::find(tx, &grant, id).await?.is_some())
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
    let signals = web.app().live().listen();
    let now = signed.now();
    let listener = web
        .app()
        .db()
        .read(async |tx| Listener::of(tx, &signed.session, now).await)
        .await?;
    let ear = Ear {
        credential: signed.session.credential,
        listener,
        wanted: wanted
            .topics
            .split([' ', '+'])
            .take(20)
            .map(str::to_owned)
            .collect(),
        signals,
        web,
    };
    Ok(Sse::new(stream::unfold(ear, Ear::next))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(20))))
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
        let listener = |account: Option<AccountId>, is_partner: bool| Listener {
            person: PersonId(uuid::Uuid::from_u128(3)),
            account,
            is_vendor: account.is_none(),
            partner: is_partner.then_some(PartnerId(uuid::Uuid::from_u128(5))),
            reads_cases: true,
            customers: Vec::new(),
        };
        let wanted = ["queue".to_owned(), "requests".to_owned(), topic.clone()];
        let note = Changed::Colleagues { account, number };
        let mine = listener(Some(account), false);
        assert_eq!(mine.hears(&note, &wanted), Some(topic.clone()));
        assert_eq!(
            mine.about(&note, &wanted),
            Some(About::Case(account, number))
        );
        for deaf in [
            listener(None, false),
            listener(Some(account), true),
            listener(Some(other), false),
        ] {
            assert_eq!(deaf.hears(&note, &wanted), None);
        }
        let said = Changed::Case { account, number };
        let desk = listener(None, false).hears(&said, &wanted);
        assert_eq!(desk, Some(format!("queue {topic}")));
        assert_eq!(listener(None, false).about(&said, &wanted[..1]), None);
    }

    #[test]
    fn of_what_an_account_says_within_itself_nobody_else_hears() {
        let (account, other) = (
            AccountId(uuid::Uuid::from_u128(1)),
            AccountId(uuid::Uuid::from_u128(2)),
        );
        let id = InternalId(uuid::Uuid::from_u128(4));
        let listener = |account: Option<AccountId>, is_vendor, is_partner: bool| Listener {
            person: PersonId(uuid::Uuid::from_u128(3)),
            account,
            is_vendor,
            partner: is_partner.then_some(PartnerId(uuid::Uuid::from_u128(5))),
            reads_cases: true,
            customers: Vec::new(),
        };
        let wanted = ["internal".to_owned(), format!("internal-{id}")];
        let said = Changed::Internal { account, id };
        // Of their own people it is told to those whose it is: that is looked at each time.
        let mine = listener(Some(account), false, false);
        assert_eq!(mine.hears(&said, &wanted), Some(wanted.join(" ")));
        assert_eq!(mine.about(&said, &wanted), Some(About::Internal(id)));
        for deaf in [
            listener(None, true, false),
            listener(Some(account), true, false),
            listener(Some(account), false, true),
            listener(Some(other), false, false),
        ] {
            assert_eq!(deaf.hears(&said, &wanted), None);
        }
    }
}
