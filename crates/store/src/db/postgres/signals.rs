//! Signals between nodes over LISTEN and NOTIFY, on a connection of their own.

use std::time::Duration;

use futures::{TryStreamExt as _, future, stream};
use tokio::sync::mpsc;
use tokio_postgres::AsyncMessage;

use super::address::Address;
use super::{Postgres, failure};
use crate::db::error::Error;
use crate::db::signals::{Signal, Signals};

/// The channel all nodes on one database share.
const CHANNEL: &str = "mainstay";
/// The longest text of one notice, bytes: PostgreSQL takes less than 8,000.
pub(in crate::db) const LONGEST: usize = 7_900;
/// Signals that may wait to be heard.
const BACKLOG: usize = 1024;
/// How long to wait before the line is tried again.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// How often a line on which nothing is heard is asked whether it is still there.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long it may take to answer, or to be made.
const PATIENCE: Duration = Duration::from_secs(10);

impl Postgres {
    /// Tells every node that listens.
    pub(in crate::db) async fn tell(&self, what: &str) -> Result<(), Error> {
        let lease = self.lease().await?;
        let client = lease.client()?;
        let told = async {
            let tell = "SELECT pg_notify($1, $2)";
            let tell = client.prepare_cached(tell).await?;
            client.execute(&tell, &[&CHANNEL, &what]).await
        };
        let told = self.in_time(told).await;
        self.give_back(lease, told.is_ok());
        told.map(drop)
    }

    /// Listens from now on, for as long as somebody wants to hear.
    pub(in crate::db) fn listen(&self) -> Signals {
        let (ear, inbox) = mpsc::channel(BACKLOG);
        tokio::spawn(listen_for_ever(self.address.clone(), ear));
        Signals::new(inbox)
    }
}

async fn listen_for_ever(address: Address, ear: mpsc::Sender<Signal>) {
    loop {
        if let Err(error) = listen_once(&address, &ear).await {
            tracing::debug!(%error, "the line on which nodes hear each other was cut");
        }
        // Before and between two lines nothing was heard.
        if ear.send(Signal::Missed).await.is_err() {
            return;
        }
        tokio::select! {
            () = ear.closed() => return,
            () = tokio::time::sleep(AFTER_FAILURE) => {}
        }
    }
}

/// Listens until the line is cut or silent, or nobody wants to hear any more.
async fn listen_once(address: &Address, ear: &mpsc::Sender<Signal>) -> Result<(), Error> {
    let (client, mut connection) = in_time(address.dial()).await?;
    let messages = stream::poll_fn(|context| connection.poll_message(context));
    let heard = messages.try_for_each(|message| async {
        if let AsyncMessage::Notification(notice) = message {
            let _ = ear.send(Signal::Told(notice.payload().to_owned())).await;
        }
        Ok(())
    });
    let listen = async {
        in_time(client.batch_execute(&format!("LISTEN {CHANNEL}"))).await?;
        // What was told before LISTEN took hold was told to nobody here.
        let _ = ear.send(Signal::Missed).await;
        // A line that has died without a word sounds like one on which nobody speaks.
        while !ear.is_closed() {
            tokio::select! {
                () = ear.closed() => {}
                () = tokio::time::sleep(HEARTBEAT) => in_time(client.batch_execute("")).await?,
            }
        }
        Ok(())
    };
    let (heard, listen) = (std::pin::pin!(heard), std::pin::pin!(listen));
    match future::select(heard, listen).await {
        future::Either::Left((ended, _)) => ended.map_err(|error| failure::unreachable(&error)),
        future::Either::Right((ended, _)) => ended,
    }
}

async fn in_time<T>(
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Error> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(answer) => answer.map_err(|error| failure::unreachable(&error)),
        Err(_) => Err(failure::silent()),
    }
}
