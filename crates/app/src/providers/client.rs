//! What is said between this instance and a provider: OpenID Connect's discovery, the address to
//! go to, the exchange of a code, and whether the answer can be believed.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use mainstay_domain::Moment;
use mainstay_store::providers::Provider;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreIdTokenClaims,
    CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AsyncHttpClient, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    TokenResponse,
};

use crate::App;
use crate::ports::{Answered, Call, HttpClient, HttpError};

/// For how long what a provider says of itself, its keys among it, is not asked for again.
const FRESH_MINUTES: i64 = 60;
/// How many providers are remembered.
const REMEMBERED: usize = 500;
/// How far the clocks of a provider and of this machine may lie apart, in seconds.
const SKEW: i64 = 60;
/// Signatures that are believed: those of a key that only the provider has.
const SIGNATURES: [CoreJwsSigningAlgorithm; 8] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];
/// Words of `acr` by which providers say that two factors were shown.
const STRONG_CONTEXTS: [&str; 4] = [
    "phr",
    "phrh",
    "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    "https://refeds.org/profile/mfa",
];

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why a provider cannot be used, in words for whoever sets it up.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// It does not say what it is.
    #[error("{0}")]
    Discovery(String),
    /// It does not give an identity for a code.
    #[error("it did not say who signed in: {0}")]
    Exchange(String),
    /// It gives one that cannot be believed.
    #[error("what it says of who signed in cannot be believed: {0}")]
    Unbelievable(String),
}

/// What providers have said of themselves lately. Each node asks for itself.
#[derive(Default)]
pub struct Known(Mutex<HashMap<String, Seen>>);

struct Seen {
    metadata: Arc<CoreProviderMetadata>,
    at: Moment,
}

impl Known {
    fn find(&self, issuer: &str, now: Moment) -> Option<Arc<CoreProviderMetadata>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = known.get(issuer)?;
        let is_fresh = now < seen.at.plus_minutes(FRESH_MINUTES);
        is_fresh.then(|| Arc::clone(&seen.metadata))
    }

    fn keep(&self, issuer: &str, metadata: &Arc<CoreProviderMetadata>, at: Moment) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        let metadata = Arc::clone(metadata);
        known.insert(issuer.to_owned(), Seen { metadata, at });
    }
}

/// What goes with somebody to a provider and has to come back.
pub(super) struct Errand {
    /// Comes back in the address.
    pub state: String,
    /// Comes back in the signed answer.
    pub nonce: String,
    /// Is shown with the code; its hash goes along.
    pub verifier: String,
    /// Where to come back.
    pub redirect: String,
}

/// Who somebody is at a provider, as it has signed it.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    pub subject: String,
    /// What the provider calls them.
    pub name: String,
    /// Whether it says that they have shown two factors.
    pub is_strong: bool,
}

impl App {
    /// What a provider says of itself, its keys included; asked for again after an hour.
    pub(super) async fn discover(
        &self,
        issuer: &str,
        now: Moment,
    ) -> Result<Arc<CoreProviderMetadata>, Trouble> {
        match self.0.known_providers.find(issuer, now) {
            Some(metadata) => Ok(metadata),
            None => self.discover_again(issuer, now).await,
        }
    }

    /// Asks a provider what it is, whatever it said before.
    pub(super) async fn discover_again(
        &self,
        issuer: &str,
        now: Moment,
    ) -> Result<Arc<CoreProviderMetadata>, Trouble> {
        let url = IssuerUrl::new(issuer.to_owned())
            .map_err(|_| Trouble::Discovery("its issuer is no address".to_owned()))?;
        let metadata = discovered(self.line(), url).await?;
        let own = issuer.split("://").next();
        let scheme = metadata.authorization_endpoint().url().scheme();
        if scheme != "https" && own != Some(scheme) {
            let words = "the address it sends people to is not encrypted";
            return Err(Trouble::Discovery(words.to_owned()));
        }
        let metadata = Arc::new(metadata);
        self.0.known_providers.keep(issuer, &metadata, now);
        Ok(metadata)
    }

    /// Where somebody goes to sign in.
    pub(super) async fn address_of(
        &self,
        provider: &Provider,
        errand: &Errand,
        now: Moment,
    ) -> Result<String, Trouble> {
        let metadata = self.discover(&provider.issuer, now).await?;
        let client = client(&metadata, provider, &errand.redirect)?;
        let (state, nonce) = (errand.state.clone(), errand.nonce.clone());
        let verifier = PkceCodeVerifier::new(errand.verifier.clone());
        let (url, ..) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url.into())
    }

    /// Who has come back with a code.
    pub(super) async fn proof_of(
        &self,
        provider: &Provider,
        errand: &Errand,
        code: &str,
        now: Moment,
    ) -> Result<Proof, Trouble> {
        let metadata = self.discover(&provider.issuer, now).await?;
        let before = client(&metadata, provider, &errand.redirect)?;
        let (verifier, code) = (errand.verifier.clone(), code.to_owned());
        let token = exchanged(self.line(), before.clone(), verifier, code).await?;
        let nonce = Nonce::new(errand.nonce.clone());
        match check(&before, &token, &nonce, now) {
            // Its keys may have changed since they were read.
            Err(ClaimsVerificationError::SignatureVerification(_)) => {
                let metadata = self.discover_again(&provider.issuer, now).await?;
                let since = client(&metadata, provider, &errand.redirect)?;
                check(&since, &token, &nonce, now)
            }
            checked => checked,
        }
        .map_err(|error| Trouble::Unbelievable(error.to_string()))
    }

    fn line(&self) -> Line {
        Line(Arc::clone(&self.0.outside.http))
    }
}

/// The port, as the library asks for it.
struct Line(Arc<dyn HttpClient>);

impl<'c> AsyncHttpClient<'c> for Line {
    type Error = HttpError;
    type Future = Answered<'c>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.0.call(Call::new(request))
    }
}

/// What waits for a provider; boxed, since the compiler cannot see through the library's futures.
type Waiting<T> = Pin<Box<dyn Future<Output = Result<T, Trouble>> + Send>>;

fn discovered(line: Line, issuer: IssuerUrl) -> Waiting<CoreProviderMetadata> {
    Box::pin(async move {
        let found = CoreProviderMetadata::discover_async(issuer, &line).await;
        found.map_err(|error| Trouble::Discovery(words_of(error)))
    })
}

/// The identity a provider gives for a code.
fn exchanged(line: Line, client: Client, verifier: String, code: String) -> Waiting<CoreIdToken> {
    Box::pin(async move {
        let request = client.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|_| {
            Trouble::Discovery("its discovery document names no token endpoint".to_owned())
        })?;
        let response = request
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&line)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(said) => Trouble::Exchange(said.to_string()),
                RequestTokenError::Request(error) => Trouble::Exchange(error.to_string()),
                _ => Trouble::Exchange("its answer cannot be read".to_owned()),
            })?;
        let token = response.id_token().cloned();
        token.ok_or_else(|| Trouble::Exchange("its answer holds no identity".to_owned()))
    })
}

fn client(
    metadata: &CoreProviderMetadata,
    provider: &Provider,
    redirect: &str,
) -> Result<Client, Trouble> {
    let redirect = RedirectUrl::new(redirect.to_owned())
        .map_err(|_| Trouble::Discovery("the way back is no address".to_owned()))?;
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method: &CoreClientAuthMethod| methods.is_some_and(|all| all.contains(method));
    let in_body = takes(&CoreClientAuthMethod::ClientSecretPost)
        && !takes(&CoreClientAuthMethod::ClientSecretBasic);
    let client = CoreClient::from_provider_metadata(
        metadata.clone(),
        ClientId::new(provider.client_id.clone()),
        Some(ClientSecret::new(provider.client_secret.clone())),
    );
    let client = client.set_redirect_uri(redirect);
    Ok(if in_body {
        client.set_auth_type(AuthType::RequestBody)
    } else {
        client
    })
}

/// Whether a signed identity is this provider's, for this instance, for this sign-in, and still
/// good.
fn check(
    client: &Client,
    token: &CoreIdToken,
    nonce: &Nonce,
    now: Moment,
) -> Result<Proof, ClaimsVerificationError> {
    let at = |seconds: i64| DateTime::<Utc>::from_timestamp(seconds, 0).unwrap_or_default();
    let now = now.as_unix();
    let (earliest, latest) = (at(now - SKEW), at(now + SKEW));
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(SIGNATURES)
        .set_time_fn(move || earliest)
        .set_issue_time_verifier_fn(move |issued| {
            if issued <= latest {
                Ok(())
            } else {
                Err("it was issued in the future".to_owned())
            }
        });
    let claims = token.claims(&verifier, nonce)?;
    let subject = claims.subject().as_str().to_owned();
    if subject.is_empty() || subject.len() > 255 {
        return Err(ClaimsVerificationError::InvalidSubject(
            "it names nobody".to_owned(),
        ));
    }
    Ok(Proof {
        name: name_of(claims).unwrap_or_else(|| subject.clone()),
        is_strong: is_strong(claims),
        subject,
    })
}

/// What the provider calls somebody. It identifies nobody: an address there may be anybody's.
fn name_of(claims: &CoreIdTokenClaims) -> Option<String> {
    let called = claims.preferred_username().map(|name| name.as_str());
    let address = claims.email().map(|email| email.as_str());
    let name = called.or(address)?;
    let shown: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    (!shown.is_empty()).then_some(shown)
}

fn is_strong(claims: &CoreIdTokenClaims) -> bool {
    let methods = claims.auth_method_refs().into_iter().flatten();
    let context = claims.auth_context_ref().map(|context| context.as_str());
    methods.into_iter().any(|method| method.as_str() == "mfa")
        || context.is_some_and(|context| STRONG_CONTEXTS.contains(&context))
}

fn words_of(error: DiscoveryError<HttpError>) -> String {
    match error {
        DiscoveryError::Request(error) => error.to_string(),
        DiscoveryError::Response(_, _, said) => {
            format!("its discovery document cannot be read: {said}")
        }
        DiscoveryError::Validation(_) => "it calls itself by another address; write the issuer \
            exactly as its discovery document does, with or without a slash at its end"
            .to_owned(),
        other => format!("its discovery document cannot be read: {other}"),
    }
}
