//! A sign-in provider for tests, honest until it is asked to play a trick.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use mainstay_app::ports::HttpError;
use mainstay_domain::Moment;
use openidconnect::core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::http::{Said, ScriptedHttp, said};

/// What this instance is known by there.
pub const CLIENT_ID: &str = "mainstay-at-the-provider";
/// By what it knows that this instance asks.
pub const CLIENT_SECRET: &str = "a secret: between + two/machines";

/// What a provider does that it should not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trick {
    /// Nothing.
    #[default]
    Honest,
    /// Answers another sign-in.
    WrongNonce,
    /// Leaves out which sign-in it answers.
    NoNonce,
    /// Gives what was made for somebody else.
    WrongAudience,
    /// Gives what was made for somebody else too.
    SharedAudience,
    /// Names another provider as the one that signed.
    OtherIssuer,
    /// Gives what was good once.
    Expired,
    /// Gives what will be made tomorrow.
    FromTheFuture,
    /// Signs with nothing.
    AlgorithmNone,
    /// Signs with what both sides know.
    SharedSecret,
    /// Signs with a key that is not the one it shows.
    ForeignKey,
    /// Changes what it has signed.
    Altered,
    /// Names nobody.
    Nobody,
    /// Gives no identity at all.
    NoToken,
    /// Does not take the code.
    Refuses,
}

impl Trick {
    /// All but honesty.
    pub const HOSTILE: [Self; 14] = [
        Self::WrongNonce,
        Self::NoNonce,
        Self::WrongAudience,
        Self::SharedAudience,
        Self::OtherIssuer,
        Self::Expired,
        Self::FromTheFuture,
        Self::AlgorithmNone,
        Self::SharedSecret,
        Self::ForeignKey,
        Self::Altered,
        Self::Nobody,
        Self::NoToken,
        Self::Refuses,
    ];
}

/// Somebody at the provider.
#[derive(Debug, Clone, Default)]
pub struct Who {
    /// Who they are there.
    pub subject: String,
    /// Their address, as they say.
    pub email: String,
    /// Whether the provider says that the address is theirs.
    pub email_verified: bool,
    /// What they have shown.
    pub methods: Vec<&'static str>,
}

impl Who {
    /// Somebody of a subject who has shown a password.
    #[must_use]
    pub fn new(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            email: format!("{subject}@provider.example"),
            email_verified: true,
            methods: vec!["pwd"],
        }
    }
}

/// A provider, which answers at its issuer's address.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    issuer: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    trick: Trick,
    /// Which key it signs with, and whether that is one of RSA.
    key: u8,
    is_rsa: bool,
    codes: HashMap<String, Visit>,
    last_code: u64,
}

/// A sign-in whose code was not redeemed yet.
struct Visit {
    who: Who,
    nonce: String,
    challenge: String,
    redirect: String,
    now: i64,
}

impl Provider {
    /// A provider that answers at `issuer`.
    #[must_use]
    pub fn new(http: &ScriptedHttp, issuer: &str) -> Self {
        let provider = Self(Arc::new(Inner {
            issuer: issuer.to_owned(),
            state: Mutex::default(),
        }));
        let machine = provider.clone();
        http.answer(issuer, move |request| machine.serve(request));
        provider
    }

    /// Plays a trick from now on.
    pub fn play(&self, trick: Trick) {
        self.state().trick = trick;
    }

    /// Signs with another key from now on, and shows that one alone.
    pub fn rotate(&self) {
        self.state().key += 1;
    }

    /// Signs with RSA from now on.
    pub fn use_rsa(&self) {
        self.state().is_rsa = true;
    }

    /// Somebody signs in there, sent by the address `url`; gives the address they are sent back to.
    ///
    /// # Panics
    /// When the address is not as OpenID Connect has it.
    #[must_use]
    pub fn sign_in(&self, url: &str, who: &Who, now: Moment) -> String {
        let url = Url::parse(url).expect("an address");
        assert!(
            url.as_str()
                .starts_with(&format!("{}/authorize?", self.0.issuer))
        );
        let asked: HashMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], CLIENT_ID);
        assert_eq!(asked["code_challenge_method"], "S256");
        assert!(asked["scope"].split(' ').any(|scope| scope == "openid"));
        let mut state = self.state();
        state.last_code += 1;
        let code = format!("code-{}", state.last_code);
        let visit = Visit {
            who: who.clone(),
            nonce: asked["nonce"].clone(),
            challenge: asked["code_challenge"].clone(),
            redirect: asked["redirect_uri"].clone(),
            now: now.as_unix(),
        };
        state.codes.insert(code.clone(), visit);
        let mut back = Url::parse(&asked["redirect_uri"]).expect("a way back");
        back.query_pairs_mut()
            .append_pair("code", &code)
            .append_pair("state", &asked["state"])
            .append_pair("iss", &self.0.issuer);
        back.into()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, request: &http::Request<Vec<u8>>) -> Said {
        let issuer = &self.0.issuer;
        let path = request.uri().to_string();
        let path = path.strip_prefix(issuer.as_str()).unwrap_or_default();
        match path {
            "/.well-known/openid-configuration" => document(&json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            })),
            "/keys" => document(&json!({ "keys": [self.public_key()] })),
            "/token" => self.redeem(request),
            _ => Err(HttpError::Failed(format!("nothing is at {path}"))),
        }
    }

    fn redeem(&self, request: &http::Request<Vec<u8>>) -> Said {
        let form: HashMap<String, String> =
            serde_urlencoded::from_bytes(request.body()).expect("a form");
        let refuse = |why: &str| {
            let body = json!({ "error": why, "error_description": "the provider says no" });
            said(400, "application/json", &body.to_string())
        };
        if !knows(request) {
            return refuse("invalid_client");
        }
        let visit = self.state().codes.remove(&form["code"]);
        let hash = BASE64.encode(Sha256::digest(form["code_verifier"].as_bytes()));
        let is_same =
            |visit: &Visit| visit.challenge == hash && visit.redirect == form["redirect_uri"];
        let Some(visit) = visit.filter(is_same) else {
            return refuse("invalid_grant");
        };
        let trick = self.state().trick;
        if trick == Trick::Refuses {
            return refuse("access_denied");
        }
        let mut answer = json!({ "access_token": "none", "token_type": "Bearer" });
        if trick != Trick::NoToken {
            answer["id_token"] = self.token(&visit, trick).into();
        }
        document(&answer)
    }

    fn token(&self, visit: &Visit, trick: Trick) -> String {
        let (who, now) = (&visit.who, visit.now);
        let mut claims = json!({
            "iss": self.0.issuer,
            "sub": who.subject,
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": visit.nonce,
            "email": who.email,
            "email_verified": who.email_verified,
            "amr": who.methods,
        });
        match trick {
            Trick::WrongNonce => claims["nonce"] = "another".into(),
            Trick::NoNonce => claims["nonce"] = Value::Null,
            Trick::WrongAudience => claims["aud"] = "somebody-else".into(),
            Trick::SharedAudience => claims["aud"] = json!([CLIENT_ID, "somebody-else"]),
            Trick::OtherIssuer => claims["iss"] = "https://other.example".into(),
            Trick::Expired => {
                claims["exp"] = (now - 600).into();
                claims["iat"] = (now - 1200).into();
            }
            Trick::FromTheFuture => {
                claims["exp"] = (now + 90_000).into();
                claims["iat"] = (now + 86_400).into();
            }
            Trick::Nobody => claims["sub"] = "".into(),
            _ => {}
        }
        self.sign(&claims, trick)
    }

    fn sign(&self, claims: &Value, trick: Trick) -> String {
        let (key, is_rsa) = {
            let state = self.state();
            (state.key, state.is_rsa)
        };
        let algorithm = match trick {
            Trick::AlgorithmNone => "none",
            Trick::SharedSecret => "HS256",
            _ if is_rsa => "RS256",
            _ => "ES256",
        };
        let head = json!({ "alg": algorithm, "typ": "JWT", "kid": key_id(key) });
        let part = |value: &Value| BASE64.encode(value.to_string());
        let signed = format!("{}.{}", part(&head), part(claims));
        let signature = match trick {
            Trick::AlgorithmNone => Vec::new(),
            Trick::SharedSecret => authenticate(CLIENT_SECRET.as_bytes(), signed.as_bytes()),
            Trick::ForeignKey => with_key(key + 100, &signed),
            _ if is_rsa => rsa(key)
                .sign(
                    &CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                    signed.as_bytes(),
                )
                .expect("a signature"),
            _ => with_key(key, &signed),
        };
        let signed = if trick == Trick::Altered {
            let mut claims = claims.clone();
            claims["sub"] = "somebody else".into();
            format!("{}.{}", part(&head), part(&claims))
        } else {
            signed
        };
        format!("{signed}.{}", BASE64.encode(signature))
    }

    fn public_key(&self) -> Value {
        let state = self.state();
        if state.is_rsa {
            let key = rsa(state.key).as_verification_key();
            return serde_json::to_value(key).expect("a key");
        }
        let point = signing_key(state.key).verifying_key().to_sec1_point(false);
        let bytes = point.as_bytes();
        json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "kid": key_id(state.key),
            "x": BASE64.encode(&bytes[1..33]), "y": BASE64.encode(&bytes[33..65]),
        })
    }
}

fn document(value: &Value) -> Said {
    said(200, "application/json", &value.to_string())
}

/// Whether a request comes from whom it should: the secret goes in the head, as OAuth has it.
fn knows(request: &http::Request<Vec<u8>>) -> bool {
    let encoded =
        |text: &str| -> String { url::form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let both = format!("{}:{}", encoded(CLIENT_ID), encoded(CLIENT_SECRET));
    let expected = format!("Basic {}", STANDARD.encode(both));
    let given = request.headers().get(http::header::AUTHORIZATION);
    given.is_some_and(|given| given.as_bytes() == expected.as_bytes())
}

fn key_id(key: u8) -> String {
    format!("key-{key}")
}

fn signing_key(key: u8) -> SigningKey {
    SigningKey::from_slice(&[key + 1; 32]).expect("a key")
}

fn with_key(key: u8, signed: &str) -> Vec<u8> {
    let signature: Signature = signing_key(key).sign(signed.as_bytes());
    signature.to_bytes().to_vec()
}

/// No secret: it signs for tests alone.
fn rsa(key: u8) -> CoreRsaPrivateSigningKey {
    let id = JsonWebKeyId::new(key_id(key));
    let pem = include_str!("provider_rsa.pem");
    CoreRsaPrivateSigningKey::from_pem(pem, Some(id)).expect("a key")
}

/// HMAC with SHA-256.
fn authenticate(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message);
    let outer = Sha256::new().chain_update(pad(0x5c));
    outer.chain_update(inner.finalize()).finalize().to_vec()
}
