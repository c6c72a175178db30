//! An authenticator for tests, and an app for codes: it makes passkeys and answers challenges as a browser and its device
//! do, with ES256 and without attestation. What it sends is built here byte by byte, so that a test
//! can send what an honest one would not.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use mainstay_domain::Moment;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The code an app shows at a moment for a secret, as it was typed in.
///
/// # Panics
/// When the secret is none.
#[must_use]
pub fn code(secret: &str, at: Moment) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).expect("a secret");
    let totp = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_secret(secret)
        .with_account_name("test");
    let at = u64::try_from(at.as_unix()).expect("a time after 1970");
    totp.build().expect("an app").generate(at).to_string()
}

/// The user was there.
const PRESENT: u8 = 0x01;
/// The user was verified.
const VERIFIED: u8 = 0x04;
/// A new key follows.
const HAS_KEY: u8 = 0x40;

/// A device with its passkeys, in a browser that shows a page of `origin`.
#[derive(Debug)]
pub struct Authenticator {
    /// The origin of the page, as the browser says it.
    pub origin: String,
    /// Whether it verifies its user.
    pub verifies: bool,
    keys: Vec<Key>,
    seed: u8,
}

/// One passkey.
#[derive(Debug, Clone)]
struct Key {
    id: Vec<u8>,
    user: String,
    secret: SigningKey,
    counter: u32,
}

impl Authenticator {
    /// A device without passkeys; another seed makes other keys.
    #[must_use]
    pub const fn new(origin: String, seed: u8) -> Self {
        Self {
            origin,
            verifies: true,
            keys: Vec::new(),
            seed,
        }
    }

    /// The same device once more, as somebody might have copied it.
    #[must_use]
    pub fn copied(&self) -> Self {
        Self {
            origin: self.origin.clone(),
            keys: self.keys.clone(),
            ..*self
        }
    }

    /// Makes a passkey and answers as `navigator.credentials.create` does, as JSON.
    ///
    /// # Panics
    /// When the options are none.
    pub fn make(&mut self, options: &Value) -> String {
        let asked = &options["publicKey"];
        let number = u8::try_from(self.keys.len()).expect("few keys") + 1;
        let secret = SigningKey::from_slice(&[self.seed.wrapping_mul(16) + number; 32]);
        let key = Key {
            id: vec![self.seed, number, 0xcd, 0xef],
            user: text(&asked["user"]["id"]).to_owned(),
            secret: secret.expect("a key"),
            counter: 0,
        };
        let mut data = self.data(text(&asked["rp"]["id"]), HAS_KEY, 0);
        data.extend([0; 16]);
        data.extend(
            u16::try_from(key.id.len())
                .expect("a short id")
                .to_be_bytes(),
        );
        data.extend(&key.id);
        data.extend(cose(&key.secret));
        let mut object = vec![0xa3];
        object.extend(cbor_text("fmt"));
        object.extend(cbor_text("none"));
        object.extend(cbor_text("attStmt"));
        object.push(0xa0);
        object.extend(cbor_text("authData"));
        object.extend(cbor_bytes(&data));
        let answer = json!({
            "id": BASE64.encode(&key.id),
            "rawId": BASE64.encode(&key.id),
            "type": "public-key",
            "response": {
                "attestationObject": BASE64.encode(&object),
                "clientDataJSON": BASE64.encode(self.client_data("webauthn.create", asked)),
                "transports": ["internal"],
            },
            "extensions": {},
        });
        self.keys.push(key);
        answer.to_string()
    }

    /// Answers a challenge as `navigator.credentials.get` does, as JSON, by the first passkey that
    /// may, else by the first there is.
    ///
    /// # Panics
    /// When the options are none, or the device has no passkey.
    pub fn answer(&mut self, options: &Value) -> String {
        let asked = &options["publicKey"];
        let allowed = asked["allowCredentials"].as_array();
        let may = |key: &Key| {
            let id = BASE64.encode(&key.id);
            allowed.is_some_and(|allowed| allowed.iter().any(|one| one["id"] == id.as_str()))
        };
        let at = self.keys.iter().position(may).unwrap_or(0);
        self.keys[at].counter += 1;
        let key = &self.keys[at];
        let data = self.data(text(&asked["rpId"]), 0, key.counter);
        let client_data = self.client_data("webauthn.get", asked);
        let signed = [data.as_slice(), Sha256::digest(&client_data).as_slice()].concat();
        let signature: Signature = key.secret.sign(&signed);
        json!({
            "id": BASE64.encode(&key.id),
            "rawId": BASE64.encode(&key.id),
            "type": "public-key",
            "response": {
                "authenticatorData": BASE64.encode(&data),
                "clientDataJSON": BASE64.encode(&client_data),
                "signature": BASE64.encode(signature.to_der().as_bytes()),
                "userHandle": key.user,
            },
            "extensions": {},
        })
        .to_string()
    }

    fn data(&self, party: &str, flags: u8, counter: u32) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let mut data = Sha256::digest(party.as_bytes()).to_vec();
        data.push(PRESENT | verified | flags);
        data.extend(counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, asked: &Value) -> Vec<u8> {
        let client_data = json!({
            "type": kind,
            "challenge": asked["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        client_data.to_string().into_bytes()
    }
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text of the options")
}

/// A public key as COSE writes it: EC2, ES256, P-256, x, y.
fn cose(secret: &SigningKey) -> Vec<u8> {
    let point = secret.verifying_key().to_sec1_point(false);
    let point = point.as_bytes();
    let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21];
    key.extend(cbor_bytes(&point[1..33]));
    key.push(0x22);
    key.extend(cbor_bytes(&point[33..65]));
    key
}

fn cbor_text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).expect("a short word");
    let mut cbor = vec![0x60 + length];
    cbor.extend(text.as_bytes());
    cbor
}

fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("few bytes");
    let mut cbor = vec![0x58, length];
    cbor.extend(bytes);
    cbor
}
