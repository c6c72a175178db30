//! Where the server is, and what may be said of it.

use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig};
use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{Client, Config, Connection, Socket, Transaction};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::failure::reason;
use super::tls::{self, Wish};
use crate::db::Options;
use crate::db::error::Error;

/// A server that says nothing for so long is looked for again.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// What a connection runs over when it is encrypted.
type Encrypted = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// The address of a database.
#[derive(Clone)]
pub(super) struct Address {
    config: Config,
    connector: MakeRustlsConnect,
    /// Without the password.
    shown: String,
}

impl Address {
    /// Reads `postgres://role:password@host:port/database`.
    pub(super) fn parse(url: &str, options: &Options) -> Result<Self, Error> {
        let (url, wish) = Wish::take(url);
        let mut config: Config = url.parse().map_err(|_| Error::Refused {
            address: "postgres://…".into(),
            reason: "its address cannot be read".into(),
            advice: "Write it like postgres://role:password@host:5432/database, special \
                     characters of the password as %40 and the like."
                .into(),
        })?;
        if config.get_application_name().is_none() {
            config.application_name("mainstay");
        }
        config.connect_timeout(options.connect_timeout);
        config.keepalives_idle(KEEP_ALIVE);
        config.tcp_user_timeout(options.statement_timeout);
        let shown = shown(&config);
        let encryption = wish
            .settle(is_socket(&config))
            .map_err(|(reason, advice)| Error::Refused {
                address: shown.clone(),
                reason,
                advice: advice.into(),
            })?;
        config.ssl_mode(encryption.mode);
        Ok(Self {
            config,
            connector: encryption.connector,
            shown,
        })
    }

    /// Makes connections for a pool.
    pub(super) fn manager(&self, settings: ManagerConfig) -> Manager {
        Manager::from_config(self.config.clone(), self.connector.clone(), settings)
    }

    /// As one may show it.
    pub(super) fn shown(&self) -> &str {
        &self.shown
    }

    /// The database cannot be used.
    pub(super) fn refused(&self, reason: String, advice: &str) -> Error {
        Error::Refused {
            address: self.shown.clone(),
            reason,
            advice: advice.into(),
        }
    }

    /// A connection outside the pool.
    pub(super) async fn connect(&self) -> Result<Client, Error> {
        let dialled = self.dial().await;
        let (client, connection) = dialled.map_err(|error| self.explain(&error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the database ended");
            }
        });
        Ok(client)
    }

    /// A connection outside the pool, which its caller drives.
    pub(super) async fn dial(
        &self,
    ) -> Result<(Client, Connection<Socket, Encrypted>), tokio_postgres::Error> {
        self.config.connect(self.connector.clone()).await
    }

    /// Asks the server to break off what a transaction does just now; it may be done already.
    pub(super) async fn cancel(&self, transaction: &Transaction<'_>) {
        let token = transaction.cancel_token();
        if let Err(error) = token.cancel_query(self.connector.clone()).await {
            tracing::debug!(%error, "a statement could not be broken off");
        }
    }

    /// What somebody who set it up can do about a connection that fails.
    pub(super) fn explain(&self, error: &tokio_postgres::Error) -> Error {
        if let Some((reason, advice)) = tls::fault(error) {
            return self.refused(reason, advice);
        }
        let advice = match error.code() {
            Some(&SqlState::INVALID_PASSWORD) => "Check the role and its password.",
            Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
                "Check the role, and that pg_hba.conf lets it in from here."
            }
            Some(&SqlState::INVALID_CATALOG_NAME) => {
                "Make it with CREATE DATABASE, or check its name."
            }
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => {
                "Give the role of the address the right it lacks, or make it the owner of the \
                 database."
            }
            Some(_) => "Check what the server's log says.",
            None => "Check the address, that PostgreSQL runs there, and the network between.",
        };
        self.refused(reason(error), advice)
    }
}

/// Whether it leads to sockets of this machine alone.
fn is_socket(config: &Config) -> bool {
    let hosts = config.get_hosts();
    !hosts.is_empty() && hosts.iter().all(|host| !matches!(host, Host::Tcp(_)))
}

/// The address without its password.
fn shown(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => String::new(),
    };
    let role = config.get_user().map(|role| format!("{role}@"));
    let port = config.get_ports().first().map(|port| format!(":{port}"));
    format!(
        "postgres://{}{host}{}/{}",
        role.unwrap_or_default(),
        port.unwrap_or_default(),
        config.get_dbname().unwrap_or_default()
    )
}
