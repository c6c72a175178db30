//! Who calls: the bearer token of a request, and a bound on tokens that stand for nobody.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use mainstay_app as app;
use mainstay_app::Credential;
use mainstay_app::auth::Secret;
use mainstay_domain::Moment;

use super::problem::{Problem, ProblemKind};
use crate::state::Web;

/// Tokens that stand for nobody, from one network within a minute, before they are turned away.
const FAILURES_PER_MINUTE: u32 = 100;
/// Networks remembered within a minute.
const NETWORKS: usize = 10_000;
/// Tokens remembered within an hour.
const TOKENS: usize = 10_000;
/// How every token begins.
const PREFIX: &str = "mst_";
/// Letters of a token after that.
const LETTERS: usize = 32;

/// Failed calls by network, within the current minute.
#[derive(Debug, Default)]
pub struct Failures(Mutex<Window>);

#[derive(Debug, Default)]
struct Window {
    minute: i64,
    by_network: HashMap<String, u32>,
}

impl Failures {
    /// Notes a failure; how many there are now.
    fn note(&self, network: &str, now: Moment) -> u32 {
        let mut window = self.window(now);
        if window.by_network.len() >= NETWORKS {
            window.by_network.clear();
        }
        let count = window.by_network.entry(network.to_owned()).or_default();
        *count += 1;
        *count
    }

    /// Whether a network has failed too often.
    fn is_over(&self, network: &str, now: Moment) -> bool {
        let window = self.window(now);
        let count = window.by_network.get(network);
        count.is_some_and(|&count| count >= FAILURES_PER_MINUTE)
    }

    fn window(&self, now: Moment) -> std::sync::MutexGuard<'_, Window> {
        let minute = now.as_unix().div_euclid(60);
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if window.minute != minute {
            *window = Window {
                minute,
                by_network: HashMap::new(),
            };
        }
        window
    }
}

/// The tokens noted to be in use within the current hour, so that few calls write it down.
#[derive(Debug, Default)]
pub struct Uses(Mutex<(i64, HashSet<Secret>)>);

impl Uses {
    /// Whether a token was not seen here within this hour; it is from now on.
    fn is_first(&self, secret: Secret, now: Moment) -> bool {
        let hour = now.as_unix().div_euclid(3600);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0 != hour || seen.1.len() >= TOKENS {
            *seen = (hour, HashSet::new());
        }
        seen.1.insert(secret)
    }
}

/// Whoever calls. Cookies count for nothing here.
pub struct Caller {
    /// What the token stands for is read where it is needed.
    pub credential: Credential,
    /// The moment of the call.
    pub now: Moment,
    network: String,
    failures: Arc<Failures>,
}

impl From<&Caller> for Credential {
    fn from(caller: &Caller) -> Self {
        caller.credential
    }
}

impl Caller {
    /// The problem a verb's refusal is to this caller.
    #[must_use]
    pub fn problem(&self, error: app::Error) -> Problem {
        if !matches!(error, app::Error::SignedOut) {
            return error.into();
        }
        if self.failures.note(&self.network, self.now) <= FAILURES_PER_MINUTE {
            return error.into();
        }
        let seconds = 60 - self.now.as_unix().rem_euclid(60);
        let detail = "Too many tokens that stand for nobody came from your network";
        Problem::new(ProblemKind::TooManyFailures, detail)
            .retry_after(u16::try_from(seconds).unwrap_or(60))
    }

    /// Whether the token stands for somebody, asked of a reader.
    ///
    /// # Errors
    /// The problem it is if not.
    pub async fn check(&self, web: &Web) -> Result<(), Problem> {
        let session = web.app().session(self.credential).await;
        session.map(drop).map_err(|error| self.problem(error))
    }

    /// Notes that the token is in use, if it stands for somebody. That it could not be noted keeps
    /// nobody from their call.
    async fn note_use(&self, web: &Web) -> Result<(), Problem> {
        self.check(web).await?;
        if let Err(error) = web.app().note_token(self.credential).await {
            tracing::warn!(%error, "a token's last use could not be noted");
        }
        Ok(())
    }
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let token = bearer(parts)?.to_owned();
        let address = crate::signed::address(parts);
        let network = address.map_or_else(String::new, |address| address.to_string());
        let failures = parts.extensions.get::<Arc<Failures>>();
        let caller = Self {
            credential: Credential::token(&token).from_network(address),
            network,
            now: web.app().now(),
            failures: failures.map(Arc::clone).unwrap_or_default(),
        };
        if !is_token(&token) {
            return Err(caller.problem(app::Error::SignedOut));
        }
        // Whoever has guessed too often does not reach the writer; a good token still passes.
        if caller.failures.is_over(&caller.network, caller.now) {
            caller.check(web).await?;
        }
        let uses = parts.extensions.get::<Arc<Uses>>();
        if uses.is_some_and(|uses| uses.is_first(caller.credential.secret, caller.now)) {
            caller.note_use(web).await?;
        }
        Ok(caller)
    }
}

/// The token of the one `Authorization` header.
fn bearer(parts: &Parts) -> Result<&str, Problem> {
    let mut found = parts.headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (found.next(), found.next()) else {
        return Err(Problem::unauthorized(
            "Send your token as `Authorization: Bearer mst_…`; tokens are made on the profile page",
            None,
        ));
    };
    let scheme_and_token = value.to_str().ok().and_then(|text| text.split_once(' '));
    scheme_and_token
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Problem::unauthorized("Only bearer tokens are taken: `Bearer mst_…`", None))
}

/// Whether a word can be a token at all.
fn is_token(word: &str) -> bool {
    word.strip_prefix(PREFIX).is_some_and(|letters| {
        letters.len() == LETTERS && letters.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_count_by_network_within_a_minute() {
        let failures = Failures::default();
        let at = Moment::from_unix;
        for _ in 0..FAILURES_PER_MINUTE {
            assert!(!failures.is_over("one", at(0)));
            failures.note("one", at(59));
        }
        assert!(failures.is_over("one", at(59)));
        assert!(!failures.is_over("other", at(59)));
        assert!(!failures.is_over("one", at(60)));
    }

    #[test]
    fn a_word_of_another_form_is_no_token() {
        assert!(is_token(&format!("mst_{}", "a".repeat(32))));
        assert!(!is_token("mst_short"));
        assert!(!is_token(&"a".repeat(36)));
    }
}
