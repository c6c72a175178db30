//! Of which roles a second factor is required, and who has one.

use mainstay_domain::access::{Action, Role, Stand};
use mainstay_store::factors;
use mainstay_store::factors::Holder;
use mainstay_store::log::{self, Act};
use mainstay_store::people::Organisation;
use serde_json::json;

use crate::auth::{self, Session};
use crate::{App, Error};

/// Most rows of people that are shown; those without a factor come first.
const HOLDERS: u32 = 500;

/// What an organisation asks of its people, and what they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorRules {
    /// The roles there are to ask, each with whether a second factor is required of it.
    pub roles: Vec<(Role, bool)>,
    /// People in their roles, those without a factor first; of the vendor its own alone.
    pub holders: Vec<Holder>,
}

/// The roles an organisation may ask: its own, and the vendor its partners' too.
fn roles_of(organisation: Organisation) -> impl Iterator<Item = Role> {
    Role::ALL
        .into_iter()
        .filter(move |role| match organisation {
            Organisation::Vendor => matches!(role.stand(), Stand::Vendor | Stand::Partner),
            Organisation::Account(_) => role.is_customer(),
            Organisation::Partner(_) => false,
        })
}

impl App {
    /// What somebody's organisation asks of its people, and what they have.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is not theirs to say.
    pub async fn factor_rules(&self, asked: &Session) -> Result<FactorRules, Error> {
        let (credential, now) = (asked.credential, self.now());
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::RequireFactor)?;
                let required = factors::required(tx, session.organisation).await?;
                let roles = roles_of(session.organisation);
                Ok(FactorRules {
                    roles: roles.map(|role| (role, required.contains(&role))).collect(),
                    holders: factors::holders(tx, session.organisation, HOLDERS).await?,
                })
            })
            .await
    }

    /// Requires a second factor of these roles of somebody's organisation and of no other. Whoever
    /// is signed in without one does nothing more until they have shown or added it.
    ///
    /// # Errors
    /// [`Error::Denied`] when it is not theirs to say; [`Error::NotFound`] for a role of elsewhere.
    pub async fn require_factors(&self, asked: &Session, roles: Vec<Role>) -> Result<(), Error> {
        let (credential, now) = (asked.credential, self.now());
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::RequireFactor)?;
                let organisation = session.organisation;
                let is_theirs = |role: &Role| roles_of(organisation).any(|known| known == *role);
                if !roles.iter().all(is_theirs) {
                    return Err(Error::NotFound);
                }
                let asked = roles_of(organisation).filter(|role| roles.contains(role));
                let roles: Vec<Role> = asked.collect();
                let was = factors::required(tx, organisation).await?;
                factors::save_required(tx, organisation, &roles).await?;
                let words = |roles: &[Role]| json!({ "roles": codes(roles) });
                let line = session.line(Act::FactorRequired);
                let line = line.was(words(&was)).became(words(&roles));
                Ok(log::write(tx, now, line).await?)
            })
            .await
    }
}

/// The words of roles, in the matrix's order, each once.
fn codes(roles: &[Role]) -> Vec<&'static str> {
    let held = |role: &Role| roles.contains(role);
    let known = Role::ALL.into_iter().filter(held);
    known.map(Role::code).collect()
}
