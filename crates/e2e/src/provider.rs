//! A small sign-in provider on loopback: OpenID Connect with one page, on which one is whoever one
//! says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use anyhow::Context;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// What the program is known by there.
pub const CLIENT_ID: &str = "mainstay";

/// The provider; ends with this value.
pub struct Provider {
    /// Its address: `http://127.0.0.1:…`.
    pub issuer: String,
    serving: JoinHandle<()>,
}

type Fields = HashMap<String, String>;

#[derive(Clone)]
struct Place {
    issuer: String,
    /// What was asked when a code was given, by the code, with who it is for.
    codes: Arc<Mutex<HashMap<String, Fields>>>,
}

impl Provider {
    /// Starts one on a free port of loopback.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let issuer = format!("http://{}", listener.local_addr()?);
        let place = Place {
            issuer: issuer.clone(),
            codes: Arc::default(),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(describe))
            .route("/keys", get(keys))
            .route("/authorize", get(ask))
            .route("/enter", get(enter))
            .route("/token", post(redeem))
            .with_state(place);
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { issuer, serving })
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn describe(State(place): State<Place>) -> Json<Value> {
    let at = |path: &str| format!("{}/{path}", place.issuer);
    Json(json!({
        "issuer": place.issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "jwks_uri": at("keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    }))
}

async fn keys() -> Json<Value> {
    let point = key().verifying_key().to_sec1_point(false);
    let bytes = point.as_bytes();
    Json(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "kid": "one",
        "x": BASE64.encode(&bytes[1..33]), "y": BASE64.encode(&bytes[33..65]),
    }] }))
}

/// The page on which one says who one is.
async fn ask(Query(asked): Query<Fields>) -> Html<String> {
    let escape = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;");
    let kept: String = asked
        .iter()
        .map(|(name, value)| {
            let (name, value) = (escape(name), escape(value));
            format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
        })
        .collect();
    Html(format!(
        "<!DOCTYPE html><title>Provider</title><h1>Who are you?</h1><form action=\"/enter\">{kept}\
         <input name=\"subject\"><button>That is me</button></form>"
    ))
}

/// Sends whoever said who they are back with a code.
async fn enter(
    State(place): State<Place>,
    Query(asked): Query<Fields>,
) -> Result<Redirect, StatusCode> {
    let field = |name: &str| asked.get(name).ok_or(StatusCode::BAD_REQUEST);
    let mut back = Url::parse(field("redirect_uri")?).map_err(|_| StatusCode::BAD_REQUEST)?;
    let mut codes = place.codes.lock().unwrap_or_else(PoisonError::into_inner);
    let code = format!("code-{}", codes.len() + 1);
    back.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("state", field("state")?)
        .append_pair("iss", &place.issuer);
    codes.insert(code, asked);
    Ok(Redirect::to(back.as_str()))
}

/// Gives a signed identity for a code.
async fn redeem(
    State(place): State<Place>,
    Form(form): Form<Fields>,
) -> Result<Json<Value>, StatusCode> {
    let wrong = StatusCode::BAD_REQUEST;
    let code = form.get("code").ok_or(wrong)?;
    let asked = place
        .codes
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(code)
        .ok_or(wrong)?;
    let verifier = form.get("code_verifier").ok_or(wrong)?;
    let hash = BASE64.encode(Sha256::digest(verifier.as_bytes()));
    let is_same = asked.get("code_challenge") == Some(&hash)
        && asked.get("redirect_uri") == form.get("redirect_uri");
    if !is_same {
        return Err(wrong);
    }
    let token = sign(&place.issuer, &asked).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({
        "access_token": "none", "token_type": "Bearer", "id_token": token,
    })))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a provider has a clock of its own"
)]
fn sign(issuer: &str, asked: &Fields) -> anyhow::Result<String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    let claims = json!({
        "iss": issuer,
        "sub": asked.get("subject").context("nobody")?,
        "aud": CLIENT_ID,
        "nonce": asked.get("nonce").context("no nonce")?,
        "iat": now.as_secs(),
        "exp": now.as_secs() + 300,
    });
    let head = json!({ "alg": "ES256", "typ": "JWT", "kid": "one" });
    let part = |value: &Value| BASE64.encode(value.to_string());
    let signed = format!("{}.{}", part(&head), part(&claims));
    let signature: Signature = key().sign(signed.as_bytes());
    Ok(format!("{signed}.{}", BASE64.encode(signature.to_bytes())))
}

/// # Panics
/// Never: the bytes are a key.
fn key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).expect("a key")
}
