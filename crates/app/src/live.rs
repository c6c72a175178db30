//! Signals that something changed. They carry no content: whoever hears one fetches again, and is
//! asked for their rights again.
//!
//! Several nodes on one database tell each other what changed. A signal may get lost with the line
//! it is sent on; then everything may have changed.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use mainstay_domain::case::Outcome;
use mainstay_domain::ids::{AccountId, CaseNumber, InternalId, PartnerId, PersonId};
use mainstay_store::Db;
use mainstay_store::db::Signal;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use crate::App;

/// How many signals a slow listener may fall behind before it is told to fetch everything.
const BACKLOG: usize = 256;
/// How long signals to other nodes gather.
const GATHER: Duration = Duration::from_millis(25);

/// Something changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// A case, and with it the lists it stands in.
    Case {
        /// Whose.
        account: AccountId,
        /// Which.
        number: CaseNumber,
    },
    /// A case, for the customer's own people alone: a note that nobody else sees.
    Colleagues {
        /// Whose.
        account: AccountId,
        /// Which.
        number: CaseNumber,
    },
    /// An internal request, and with it the lists it stands in.
    Internal {
        /// Whose.
        account: AccountId,
        /// Which.
        id: InternalId,
    },
    /// Somebody's inbox.
    Inbox {
        /// Whose.
        person: PersonId,
    },
    /// Sessions of somebody ended, or their rights changed.
    Sessions {
        /// Whose.
        person: PersonId,
    },
    /// What customers let a partner do, or who of it does it.
    Delegations {
        /// Which partner.
        partner: PartnerId,
    },
    /// The published editions and regions.
    Catalogue,
    /// Signals were lost: anything may have changed.
    Everything,
}

impl fmt::Display for Changed {
    /// As nodes tell it each other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Case { account, number } => write!(f, "case {} {number}", account.0),
            Self::Colleagues { account, number } => write!(f, "colleagues {} {number}", account.0),
            Self::Internal { account, id } => write!(f, "internal {} {id}", account.0),
            Self::Inbox { person } => write!(f, "inbox {}", person.0),
            Self::Sessions { person } => write!(f, "sessions {}", person.0),
            Self::Delegations { partner } => write!(f, "delegations {}", partner.0),
            Self::Catalogue => f.write_str("catalogue"),
            Self::Everything => f.write_str("everything"),
        }
    }
}

impl FromStr for Changed {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut words = text.split(' ');
        let (what, first, second) = (words.next(), words.next(), words.next());
        let id = |word: Option<&str>| word.and_then(|word| word.parse().ok()).ok_or(());
        match what {
            Some("case") => Ok(Self::Case {
                account: AccountId(id(first)?),
                number: second.and_then(|word| word.parse().ok()).ok_or(())?,
            }),
            Some("colleagues") => Ok(Self::Colleagues {
                account: AccountId(id(first)?),
                number: second.and_then(|word| word.parse().ok()).ok_or(())?,
            }),
            Some("internal") => Ok(Self::Internal {
                account: AccountId(id(first)?),
                id: InternalId(id(second)?),
            }),
            Some("inbox") => Ok(Self::Inbox {
                person: PersonId(id(first)?),
            }),
            Some("sessions") => Ok(Self::Sessions {
                person: PersonId(id(first)?),
            }),
            Some("delegations") => Ok(Self::Delegations {
                partner: PartnerId(id(first)?),
            }),
            Some("catalogue") => Ok(Self::Catalogue),
            Some("everything") => Ok(Self::Everything),
            // A newer node may know more.
            _ => Err(()),
        }
    }
}

/// The signals of one node.
#[derive(Debug)]
pub struct Live {
    here: broadcast::Sender<Changed>,
    /// What other nodes are to hear.
    elsewhere: broadcast::Sender<Changed>,
}

impl Live {
    pub(crate) fn new() -> Self {
        Self {
            here: broadcast::Sender::new(BACKLOG),
            elsewhere: broadcast::Sender::new(BACKLOG),
        }
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Changed> {
        self.here.subscribe()
    }

    /// Tells whoever listens, here and on other nodes; nobody may.
    pub(crate) fn announce(&self, changed: Changed) {
        let _ = self.here.send(changed);
        let _ = self.elsewhere.send(changed);
    }
}

impl App {
    /// Tells other nodes what changed here, and hears what changed there, for ever; where there
    /// can be no others it ends at once.
    pub async fn run_signals(self) {
        let Some(mut ear) = self.db().listen() else {
            return;
        };
        let node = self.ids().id().simple().to_string();
        let mut mouth = self.live().elsewhere.subscribe();
        // What this node published at its start the others have not read.
        tell(self.db(), &node, &BTreeSet::from([Changed::Catalogue])).await;
        loop {
            tokio::select! {
                heard = ear.next() => match heard {
                    Some(signal) => self.hear(&node, &signal).await,
                    None => return,
                },
                said = mouth.recv() => match gathered(said, &mut mouth).await {
                    Some(changes) => tell(self.db(), &node, &changes).await,
                    None => return,
                },
            }
        }
    }

    async fn hear(&self, node: &str, signal: &Signal) {
        let Signal::Told(text) = signal else {
            self.heed(Changed::Everything).await;
            return;
        };
        let mut lines = text.lines();
        if lines.next() == Some(node) {
            return;
        }
        for changed in lines.filter_map(|line| line.parse().ok()) {
            self.heed(changed).await;
        }
    }

    async fn heed(&self, changed: Changed) {
        if matches!(changed, Changed::Catalogue | Changed::Everything)
            && let Err(error) = self.reload_catalogue().await
        {
            tracing::error!(%error, "what was published cannot be read again");
        }
        let _ = self.live().here.send(changed);
    }
}

/// What was said within a moment, each thing once; `None` when nothing will be said any more.
async fn gathered(
    first: Result<Changed, RecvError>,
    mouth: &mut broadcast::Receiver<Changed>,
) -> Option<BTreeSet<Changed>> {
    let mut changes = BTreeSet::new();
    match first {
        Ok(changed) => changes.insert(changed),
        Err(RecvError::Lagged(_)) => changes.insert(Changed::Everything),
        Err(RecvError::Closed) => return None,
    };
    tokio::time::sleep(GATHER).await;
    loop {
        match mouth.try_recv() {
            Ok(changed) => changes.insert(changed),
            Err(broadcast::error::TryRecvError::Lagged(_)) => changes.insert(Changed::Everything),
            Err(_) => return Some(changes),
        };
    }
}

/// Tells the other nodes in as many signals as it takes.
async fn tell(db: &Db, node: &str, changes: &BTreeSet<Changed>) {
    for text in texts(node, changes) {
        if let Err(error) = db.tell(&text).await {
            tracing::warn!(%error, "other nodes could not be told what changed");
            return;
        }
    }
}

/// The changes as texts that begin with who tells.
fn texts(node: &str, changes: &BTreeSet<Changed>) -> Vec<String> {
    let (mut texts, mut text) = (Vec::new(), node.to_owned());
    for changed in changes {
        let line = format!("\n{changed}");
        if text.len() + line.len() > Db::LONGEST_SIGNAL {
            texts.push(std::mem::replace(&mut text, node.to_owned()));
        }
        text.push_str(&line);
    }
    texts.push(text);
    texts
}

impl From<&Outcome> for Changed {
    fn from(outcome: &Outcome) -> Self {
        Self::Case {
            account: outcome.case.account,
            number: outcome.case.number,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nodes_tell_each_other_is_heard_as_it_was_said() {
        let account = AccountId(uuid::Uuid::from_u128(7));
        let changes: BTreeSet<Changed> = (100_001..100_501)
            .map(|counter| Changed::Case {
                account,
                number: CaseNumber::from_counter(counter),
            })
            .chain([
                Changed::Colleagues {
                    account,
                    number: CaseNumber::from_counter(100_001),
                },
                Changed::Inbox {
                    person: PersonId(uuid::Uuid::from_u128(9)),
                },
                Changed::Sessions {
                    person: PersonId(uuid::Uuid::from_u128(9)),
                },
                Changed::Internal {
                    account,
                    id: InternalId(uuid::Uuid::from_u128(11)),
                },
                Changed::Delegations {
                    partner: PartnerId(uuid::Uuid::from_u128(11)),
                },
                Changed::Catalogue,
                Changed::Everything,
            ])
            .collect();
        let texts = texts("node", &changes);
        assert!(texts.len() > 1);
        assert!(texts.iter().all(|text| text.len() <= Db::LONGEST_SIGNAL));
        let heard: BTreeSet<Changed> = texts
            .iter()
            .flat_map(|text| text.lines().skip(1))
            .map(|line| line.parse().unwrap())
            .collect();
        assert_eq!(heard, changes);
        assert!("tomorrow's word 7".parse::<Changed>().is_err());
    }
}
