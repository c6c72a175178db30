//! Signals that something changed. They carry no content: whoever hears one fetches again, and is
//! asked for their rights again.

use mainstay_domain::case::Outcome;
use mainstay_domain::ids::{AccountId, CaseNumber, PersonId};
use tokio::sync::broadcast;

/// How many signals a slow listener may fall behind before it is told to fetch everything.
const BACKLOG: usize = 256;

/// Something changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// A case, and with it the lists it stands in.
    Case {
        /// Whose.
        account: AccountId,
        /// Which.
        number: CaseNumber,
    },
    /// Somebody's inbox.
    Inbox {
        /// Whose.
        person: PersonId,
    },
}

/// The signals of one node.
#[derive(Debug)]
pub struct Live(broadcast::Sender<Changed>);

impl Live {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Changed> {
        self.0.subscribe()
    }

    /// Tells whoever listens; nobody may.
    pub(crate) fn announce(&self, changed: Changed) {
        let _ = self.0.send(changed);
    }
}

impl From<&Outcome> for Changed {
    fn from(outcome: &Outcome) -> Self {
        Self::Case {
            account: outcome.case.account,
            number: outcome.case.number,
        }
    }
}
