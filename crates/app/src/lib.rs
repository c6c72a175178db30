//! The verbs of Mainstay: load, decide, save in one transaction, announce.
//!
//! Every verb takes the [`Session`] of whoever asks and reads their rights again in the
//! transaction of the act. What must happen outside is written with the change and carried out by
//! the [`workers`] after it.

pub mod approvals;
pub mod archive;
pub mod auth;
mod breached;
pub mod callers;
pub mod cases;
pub mod catalogue;
pub mod confidential;
pub mod contacts;
pub mod descriptions;
pub mod doctor;
pub mod domains;
pub mod error;
pub mod exports;
pub mod factors;
pub mod files;
pub mod glass;
pub mod intake;
pub mod internal;
pub mod invitations;
pub mod live;
pub mod log;
pub mod outside;
pub mod participants;
pub mod partners;
pub mod people;
pub mod ports;
pub mod providers;
pub mod publish;
mod reasons;
pub mod rebase;
pub mod resets;
pub mod services;
pub mod setup;
pub mod team;
pub mod telephones;
pub mod tokens;
mod tries;
pub mod viewing;
pub mod workers;

use std::sync::{Arc, RwLock};

use mainstay_domain::Moment;
use mainstay_domain::case::House;
use mainstay_store::Db;
use tokio::sync::{Mutex, Notify, Semaphore};

pub use auth::{Credential, Session};
pub use catalogue::Catalogue;
pub use error::Error;
pub use files::FileStore;
pub use live::{Changed, Live};
pub use outside::Outside;
pub use ports::{Clock, HttpClient, Ids};

/// Everything a verb needs. Clones are handles to the same one.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    catalogue: RwLock<Arc<Catalogue>>,
    /// Held while the catalogue is read again, so that a reading never gives way to an older one.
    reading_catalogue: Mutex<()>,
    house: Arc<House>,
    files: FileStore,
    live: Live,
    timers: Notify,
    outbox: Notify,
    words: Notify,
    /// Held by whoever takes words in.
    taking_in: Mutex<()>,
    /// Hashing a password takes much memory: two at a time are enough.
    hashing: Semaphore,
    outside: Outside,
    known_providers: providers::Known,
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The maker of random ids and secrets.
    pub ids: Arc<dyn Ids>,
    /// Where the bytes of files lie.
    pub files: FileStore,
    /// The vendor's own rules.
    pub house: House,
    /// Other machines that are asked something.
    pub outside: Outside,
}

impl App {
    /// Puts an app together and reads the published editions and regions.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn start(parts: Parts) -> Result<Self, Error> {
        let house = Arc::new(parts.house);
        let catalogue = Catalogue::load(&parts.db, Arc::clone(&house)).await?;
        Ok(Self(Arc::new(Inner {
            db: parts.db,
            clock: parts.clock,
            ids: parts.ids,
            catalogue: RwLock::new(Arc::new(catalogue)),
            reading_catalogue: Mutex::new(()),
            house,
            files: parts.files,
            live: Live::new(),
            timers: Notify::new(),
            outbox: Notify::new(),
            words: Notify::new(),
            taking_in: Mutex::new(()),
            hashing: Semaphore::new(2),
            outside: parts.outside,
            known_providers: providers::Known::default(),
        })))
    }

    /// The moment of this request or tick; asked once for each.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// The database, for pages that read.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The published editions and regions.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        let catalogue = self
            .0
            .catalogue
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(&catalogue)
    }

    /// Reads the published editions and regions again.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn reload_catalogue(&self) -> Result<(), Error> {
        let _reading = self.0.reading_catalogue.lock().await;
        let fresh = Catalogue::load(self.db(), Arc::clone(&self.0.house)).await?;
        let mut catalogue = self
            .0
            .catalogue
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *catalogue = Arc::new(fresh);
        Ok(())
    }

    /// Where the bytes of files lie.
    #[must_use]
    pub fn files(&self) -> &FileStore {
        &self.0.files
    }

    /// The signals live pages listen to.
    #[must_use]
    pub fn live(&self) -> &Live {
        &self.0.live
    }

    /// The maker of random ids and secrets.
    #[must_use]
    pub fn ids(&self) -> &dyn Ids {
        self.0.ids.as_ref()
    }

    /// A case changed: tells live pages, and wakes the workers.
    pub(crate) fn announce(&self, changed: Changed) {
        self.0.live.announce(changed);
        self.0.timers.notify_one();
        self.0.outbox.notify_one();
        self.0.words.notify_one();
    }
}
