//! What nodes on one database tell each other: that something changed, never what it holds.

use tokio::sync::mpsc;

/// Something another node told, or may have told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signal {
    /// A text of [`Db::tell`](super::Db::tell), from whichever node, this one included.
    Told(String),
    /// The line to the database was cut for a while: whatever was told meanwhile is lost.
    Missed,
}

/// The ear of a node; see [`Db::listen`](super::Db::listen).
#[derive(Debug)]
pub struct Signals(mpsc::Receiver<Signal>);

impl Signals {
    pub(super) const fn new(inbox: mpsc::Receiver<Signal>) -> Self {
        Self(inbox)
    }

    /// The next signal; `None` when there will be none any more.
    pub async fn next(&mut self) -> Option<Signal> {
        self.0.recv().await
    }
}
