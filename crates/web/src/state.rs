//! What every handler is given.

use std::sync::{Arc, RwLock};

use mainstay_app::App;
use mainstay_app::factors::passkeys::RelyingParty;
use mainstay_domain::ids::PersonId;

/// How this instance is reached and shown.
#[derive(Debug, Clone)]
pub struct Config {
    /// The one address links are made from, without a slash at its end.
    pub origin: String,
    /// The people a demo lets anybody be; empty outside a demo.
    pub demo_people: Vec<DemoPerson>,
}

/// Somebody a demo lets anybody be, by one click.
#[derive(Debug, Clone)]
pub struct DemoPerson {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// Where they belong.
    pub organisation: String,
    /// What they are there, and what is worth seeing as them.
    pub about: String,
    /// Whose people they belong to.
    pub stand: DemoStand,
}

/// Whose people somebody of a demo belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoStand {
    /// The vendor's.
    Vendor,
    /// A customer's.
    Customer,
    /// A partner's.
    Partner,
}

/// The state of the web layer. Clones are handles to the same one.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    app: App,
    config: Config,
    party: Option<RelyingParty>,
    vendor: RwLock<String>,
}

impl Web {
    /// Puts the web layer together; `vendor` is the name on every page.
    #[must_use]
    pub fn new(app: App, config: Config, vendor: String) -> Self {
        let party = RelyingParty::new(&config.origin);
        Self(Arc::new(Inner {
            app,
            config,
            party,
            vendor: RwLock::new(vendor),
        }))
    }

    /// The verbs.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.0.app
    }

    /// How this instance is reached and shown.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Whom passkeys are made for; nobody where the origin is a bare address.
    #[must_use]
    pub fn party(&self) -> Option<&RelyingParty> {
        self.0.party.as_ref()
    }

    /// Whether anybody may be anybody.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        !self.0.config.demo_people.is_empty()
    }

    /// The vendor's name.
    #[must_use]
    pub fn vendor(&self) -> String {
        self.0
            .vendor
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// The vendor chose its name.
    pub fn rename_vendor(&self, name: &str) {
        name.clone_into(
            &mut self
                .0
                .vendor
                .write()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
    }
}
