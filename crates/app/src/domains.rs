//! Mail domains of accounts: claimed, proved by a file on the domain's own site, and where an
//! address leads before anybody has signed in.

use mainstay_domain::Moment;
use mainstay_domain::ids::AccountId;
use mainstay_store::domains::{self, Domain};
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::providers::{self, Holder, Provider};
use mainstay_store::{Tx, reach};
use url::{Host, Url};

use crate::auth::{self, Session, secret_word};
use crate::ports::{Call, HttpError};
use crate::{App, Error};

/// Most domains of an account.
const DOMAINS: usize = 20;
/// After how long a proof is looked for again when the domain is used.
const PROOF_MINUTES: i64 = 30 * 24 * 60;
/// After how long a domain that cannot be asked is not believed any more.
const PATIENCE_MINUTES: i64 = 2 * PROOF_MINUTES;
/// How often a domain that cannot be asked is asked.
const AGAIN_MINUTES: i64 = 60;
/// Most bytes of a proof's file.
const FILE_LIMIT: usize = 4096;

/// What looking for a proof came to.
enum Seen {
    /// It is there.
    Shown,
    /// It is not.
    Missing(String),
    /// The domain could not be asked.
    Silent(String),
}

/// Where a domain shows its proof.
#[must_use]
pub fn place_of_proof(domain: &str) -> String {
    format!("https://{domain}/.well-known/mainstay-verification")
}

/// A domain as it is kept, if the text is one that mail could go to.
fn domain_of(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('@').trim_end_matches('.');
    let url = Url::parse(&format!("https://{text}/")).ok()?;
    let Some(Host::Domain(domain)) = url.host() else {
        return None;
    };
    let is_alone = url.path() == "/" && url.port().is_none() && url.username().is_empty();
    let is_name = |part: &str| {
        let letters = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !part.is_empty() && part.len() <= 63 && part.chars().all(letters)
    };
    let is_domain = domain.contains('.') && domain.len() <= 253 && domain.split('.').all(is_name);
    let bare = url.query().is_none() && url.fragment().is_none();
    (is_alone && is_domain && bare).then(|| domain.to_owned())
}

fn wrong(message: impl Into<String>) -> Error {
    Error::Field {
        field: "domain",
        message: message.into(),
    }
}

/// The account whose domains somebody may set up.
fn account_of(session: &Session) -> Result<AccountId, Error> {
    let holder = crate::providers::holder_of(session)?;
    holder.account().ok_or(Error::NotFound)
}

fn about(domain: &str) -> Subject {
    Subject::Thing("domain", domain.to_owned())
}

impl App {
    /// Claims a mail domain: it has to be proved then.
    ///
    /// # Errors
    /// [`Error::Field`] when it is no domain or claimed already.
    pub async fn claim_domain(&self, asked: &Session, domain: &str) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let domain = domain_of(domain)
            .ok_or_else(|| wrong("Write what stands after the @, like example.com"))?;
        let proof = secret_word(self.ids().secret());
        let proof = format!("mainstay-verification={proof}");
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let account = account_of(&session)?;
                if domains::list(tx, account).await?.len() >= DOMAINS {
                    return Err(wrong("Remove one first; twenty are enough"));
                }
                if !domains::claim(tx, account, &domain, &proof, now).await? {
                    return Err(wrong("This domain is in the list already"));
                }
                let line = session.line(Act::DomainClaimed).about(about(&domain));
                log::write(tx, now, line).await?;
                Ok(())
            })
            .await
    }

    /// Looks whether a claimed domain shows its proof.
    ///
    /// # Errors
    /// [`Error::Field`] says what was found instead, or that it belongs to somebody else.
    pub async fn verify_domain(&self, asked: &Session, domain: &str) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let account = account_of(asked)?;
        let domain = domain.trim().to_lowercase();
        let find = async |tx: &mut Tx<'_>| {
            reach::of(tx, &asked.principal);
            domains::find(tx, account, &domain).await
        };
        let claimed = self.db().read(find).await?;
        let claimed = claimed.ok_or_else(|| wrong("Add this domain to the list first"))?;
        let seen = self.look_for(&claimed).await;
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                if account_of(&session)? != account {
                    return Err(Error::NotFound);
                }
                if let Seen::Missing(why) | Seen::Silent(why) = seen {
                    return Err(wrong(why));
                }
                if !domains::verify(tx, account, &claimed.domain, now).await? {
                    return Err(wrong(
                        "This domain belongs to another organisation here; tell us if it is \
                         yours now",
                    ));
                }
                let line = session
                    .line(Act::DomainVerified)
                    .about(about(&claimed.domain));
                log::write(tx, now, line).await?;
                Ok(())
            })
            .await
    }

    /// Gives a domain up.
    ///
    /// # Errors
    /// [`Error::Denied`] to whoever may not set sign-in up.
    pub async fn remove_domain(&self, asked: &Session, domain: &str) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let domain = domain.trim().to_lowercase();
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let account = account_of(&session)?;
                if domains::find(tx, account, &domain).await?.is_none() {
                    return Ok(());
                }
                domains::delete(tx, account, &domain).await?;
                let line = session.line(Act::DomainRemoved).about(about(&domain));
                log::write(tx, now, line).await?;
                Ok(())
            })
            .await
    }

    /// The provider an address leads to: that of the account its domain belongs to. Whether
    /// anybody has the address makes no difference.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn provider_of_address(&self, email: &str) -> Result<Option<Provider>, Error> {
        let now = self.now();
        let Some(domain) = email.rsplit_once('@').and_then(|(_, it)| domain_of(it)) else {
            return Ok(None);
        };
        let find = async |tx: &mut Tx<'_>| {
            let Some(account) = domains::holder(tx, &domain).await? else {
                return Ok(None);
            };
            reach::signing_in(tx, Some(account));
            let known = domains::find(tx, account, &domain).await?;
            let provider = providers::find(tx, Holder::Account(account), account.0).await?;
            let provider = provider.filter(|one| one.is_enabled);
            Ok::<_, Error>(provider.zip(known).map(|both| (account, both)))
        };
        let Some((account, (provider, known))) = self.db().read(find).await? else {
            return Ok(None);
        };
        let is_proved = self.prove_again(account, known, now).await?;
        Ok(is_proved.then_some(provider))
    }

    /// Whether a domain still belongs to its account. After a month it is asked; one that shows
    /// its proof no more leads nowhere, one that cannot be asked has another month.
    async fn prove_again(
        &self,
        account: AccountId,
        known: Domain,
        now: Moment,
    ) -> Result<bool, Error> {
        let Some(verified_at) = known.verified_at else {
            return Ok(false);
        };
        if now < verified_at.plus_minutes(PROOF_MINUTES) {
            return Ok(true);
        }
        let is_believed = now < verified_at.plus_minutes(PATIENCE_MINUTES);
        let again = known.looked_at.map(|at| at.plus_minutes(AGAIN_MINUTES));
        if is_believed && again.is_some_and(|again| now < again) {
            return Ok(true);
        }
        let seen = match self.look_for(&known).await {
            Seen::Silent(why) if !is_believed => Seen::Missing(why),
            seen => seen,
        };
        let domain = known.domain;
        self.db()
            .write(async move |tx| {
                reach::signing_in(tx, Some(account));
                match seen {
                    Seen::Shown => return Ok(domains::verify(tx, account, &domain, now).await?),
                    Seen::Silent(_) => {
                        domains::looked(tx, account, &domain, now).await?;
                        return Ok(true);
                    }
                    Seen::Missing(_) => domains::lapse(tx, account, &domain, now).await?,
                }
                let line = Line::new(Some(account), By::default(), Act::DomainRemoved);
                let line = line.about(about(&domain)).because("its proof is gone");
                log::write(tx, now, line).await?;
                Ok(false)
            })
            .await
    }

    async fn look_for(&self, domain: &Domain) -> Seen {
        let place = place_of_proof(&domain.domain);
        let Ok(request) = http::Request::get(&place).body(Vec::new()) else {
            return Seen::Missing("Write what stands after the @, like example.com".to_owned());
        };
        let call = Call {
            limit: FILE_LIMIT,
            ..Call::new(request)
        };
        let proof = domain.proof.as_bytes();
        let missing = |found: String| {
            Seen::Missing(format!(
                "At {place} there is {found}; put a file there with the line `{}`",
                domain.proof
            ))
        };
        match self.0.outside.http.call(call).await {
            Ok(answer) if answer.status().is_server_error() => Seen::Silent(format!(
                "{place} cannot be read just now: it answered {}; try again later",
                answer.status()
            )),
            Ok(answer) if answer.status() != http::StatusCode::OK => {
                missing(format!("nothing (it answered {})", answer.status()))
            }
            Ok(answer) => {
                let mut lines = answer.body().split(|byte| *byte == b'\n');
                if lines.any(|line| line.trim_ascii() == proof) {
                    Seen::Shown
                } else {
                    missing("something else".to_owned())
                }
            }
            Err(error @ HttpError::TooLarge(_)) => missing(format!("something else ({error})")),
            Err(error) => Seen::Silent(format!("{place} cannot be read: {error}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::domain_of;

    #[test]
    fn a_domain_is_what_stands_after_the_at() {
        for (text, expected) in [
            (" @Example.COM. ", Some("example.com")),
            ("mail.example.co.uk", Some("mail.example.co.uk")),
            ("bücher.example", Some("xn--bcher-kva.example")),
            ("localhost", None),
            ("192.0.2.1", None),
            ("[::1]", None),
            ("example.com/path", None),
            ("example.com:8080", None),
            ("user@example.com", None),
            ("exa_mple.com", None),
            ("", None),
        ] {
            assert_eq!(domain_of(text).as_deref(), expected, "{text}");
        }
    }
}
