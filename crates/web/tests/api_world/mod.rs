//! A small world for the API's stories: a real database in a folder of its own, a clock that is
//! set, and people with tokens.

#![allow(dead_code, reason = "each file of stories uses a part of it")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::civil::date;
use mainstay_app::auth::Secret;
use mainstay_app::callers::Proof;
use mainstay_app::{App, Clock, Credential, FileStore, Ids, Outside, Parts};
use mainstay_description::shipped;
use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::case::House;
use mainstay_domain::entitlement::Holding;
use mainstay_domain::ids::{AccountId, PersonId, SubscriptionId};
use mainstay_store::accounts::{Account, Subscription};
use mainstay_store::db::Options;
use mainstay_store::people::{Membership, Organisation, Person};
use mainstay_store::sessions::Bearer;
use mainstay_store::telephones::Verified;
use mainstay_store::tokens::{self, NewToken};
use mainstay_store::{MIGRATIONS, accounts, people, system, telephones};
use mainstay_testkit::postgres;
use mainstay_web::{Config, Web, router};
use serde_json::Value;
use tower::ServiceExt;
use uuid::Uuid;

struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Moment {
        Moment::from_unix(self.0.load(Ordering::SeqCst))
    }
}

struct CountedIds(AtomicU64);

impl Ids for CountedIds {
    fn id(&self) -> Uuid {
        Uuid::from_u128((1 << 100) + u128::from(self.0.fetch_add(1, Ordering::SeqCst)))
    }

    fn secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        secret[..8].copy_from_slice(&self.0.fetch_add(1, Ordering::SeqCst).to_le_bytes());
        secret
    }
}

/// The world.
pub struct World {
    pub app: App,
    web: Web,
    router: axum::Router,
    clock: Arc<SetClock>,
    _database: Option<postgres::Fresh>,
    _folder: tempfile::TempDir,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The problem, checked to be of a kind and a status.
    pub fn problem(&self, slug: &str, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/api/problems/{slug}"));
        assert_eq!(problem["status"], status);
        problem
    }

    pub fn ok(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/json");
        self.json()
    }
}

pub const FRIDAY_AFTERNOON: &str = "2026-03-20T14:30:00Z";

/// The tokens of the people there are.
pub const ADMIN: &str = "mst_adminadminadminadminadminadminaa";
pub const END_USER: &str = "mst_enduserenduserenduserenduserendu";
pub const STRANGER: &str = "mst_strangerstrangerstrangerstranger";
pub const AGENT: &str = "mst_agentagentagentagentagentagentaa";

pub const ACCOUNT: Uuid = Uuid::from_u128(1);
pub const ADMIN_ID: Uuid = Uuid::from_u128(11);

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (db, database) = postgres::database(folder.path(), Options::new(MIGRATIONS)).await;
        let clock = Arc::new(SetClock(AtomicI64::new(0)));
        let app = App::start(Parts {
            db,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(CountedIds(AtomicU64::new(1))),
            files: FileStore::new(folder.path().join("files")),
            house: House::default(),
            outside: Outside::nowhere(),
        })
        .await
        .unwrap();
        let config = Config {
            origin: "http://localhost:8080".to_owned(),
            demo_people: Vec::new(),
        };
        let web = Web::new(app.clone(), config, "Fabrikam".to_owned());
        let world = Self {
            router: router(web.clone()),
            web,
            app,
            clock,
            _database: database,
            _folder: folder,
        };
        world.set_clock(FRIDAY_AFTERNOON);
        world.settle().await;
        world
    }

    pub fn set_clock(&self, at: &str) {
        let at: Moment = at.parse().unwrap();
        self.clock.0.store(at.as_unix(), Ordering::SeqCst);
    }

    /// The same world behind a router of its own.
    pub fn fresh_router(&self) -> axum::Router {
        router(self.web.clone())
    }

    async fn settle(&self) {
        self.app
            .publish(shipped::editions(), shipped::regions())
            .await
            .unwrap();
        for (id, name) in [(ACCOUNT, "Contoso"), (Uuid::from_u128(2), "Tailspin")] {
            self.add_account(id, name).await;
        }
        let own = Organisation::Account(AccountId(ACCOUNT));
        let other = Organisation::Account(AccountId(Uuid::from_u128(2)));
        self.add_person(11, "Anna", own, Role::GlobalAdmin, ADMIN)
            .await;
        self.add_person(12, "Emil", own, Role::EndUser, END_USER)
            .await;
        self.add_person(21, "Stine", other, Role::GlobalAdmin, STRANGER)
            .await;
        self.add_person(31, "Agnes", Organisation::Vendor, Role::Agent, AGENT)
            .await;
    }

    async fn add_account(&self, id: Uuid, name: &str) {
        let (now, name) = (self.app.now(), name.to_owned());
        let account = Account {
            id: AccountId(id),
            customer_number: format!("{:08}", id.as_u128()),
            region: "de".to_owned(),
            name,
        };
        let subscription = Subscription {
            id: SubscriptionId(Uuid::from_u128(100 + id.as_u128())),
            account: account.id,
            holding: Holding {
                plan: "e3".to_owned(),
                is_trial: false,
                offer: None,
                additional_service: None,
            },
            seats: 40,
            starts_on: date(2025, 1, 1),
            ends_on: None,
        };
        self.app
            .db()
            .write(async move |tx| {
                system::reach(tx);
                accounts::insert(tx, &account, now).await?;
                accounts::insert_subscription(tx, &subscription).await
            })
            .await
            .unwrap();
    }

    /// The administrator calls, and the agent calls back at their verified number.
    pub async fn admin_is_called_back(&self) {
        let (account, person) = (AccountId(ACCOUNT), PersonId(ADMIN_ID));
        let now = self.app.now();
        let verified = Verified {
            at: now,
            how: telephones::How::Vouched,
            by: person,
        };
        let keep = async move |tx: &mut mainstay_store::Tx<'_>| {
            system::reach(tx);
            telephones::save(tx, account, person, "+4930901820", now).await?;
            telephones::save_verified(tx, account, person, &verified).await
        };
        self.app.db().write(keep).await.unwrap();
        let agent = self.app.session(Credential::token(AGENT)).await.unwrap();
        let called = self
            .app
            .verify_caller(&agent, account, person, &Proof::CalledBack)
            .await;
        called.unwrap();
    }

    async fn add_person(
        &self,
        id: u128,
        name: &str,
        organisation: Organisation,
        role: Role,
        token: &str,
    ) {
        let now = self.app.now();
        let Secret::Token(hash) = Credential::token(token).secret else {
            unreachable!()
        };
        let person = Person {
            id: PersonId(Uuid::from_u128(id)),
            email: format!("{}@example.com", name.to_lowercase()),
            name: name.to_owned(),
            language: "en".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            theme: "system".to_owned(),
            password_hash: None,
            is_active: true,
        };
        let bearer = Bearer {
            person: person.id,
            organisation,
            acting_for: None,
        };
        self.app
            .db()
            .write(async move |tx| {
                people::insert(tx, &person, now).await?;
                people::insert_membership(tx, person.id, Membership { organisation, role }).await?;
                let token = NewToken {
                    token: &hash,
                    id: Uuid::from_u128(id << 64),
                    bearer: &bearer,
                    name: "test",
                    made_by: person.id,
                    expires_at: now.plus_minutes(365 * 24 * 60),
                };
                tokens::insert(tx, &token, now).await
            })
            .await
            .unwrap();
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Answer {
        self.post_with(token, path, body, &[]).await
    }

    pub async fn post_with(
        &self,
        token: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.post_text(token, path, &body.to_string(), headers)
            .await
    }

    pub async fn post_text(
        &self,
        token: &str,
        path: &str,
        body: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request.headers_mut().unwrap().insert(
                axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                value.parse().unwrap(),
            );
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    /// Opens a case as the administrator and returns its number.
    pub async fn open(&self, subject: &str) -> String {
        let new = new_case(subject);
        let case = self.post(ADMIN, "/api/v1/cases", &new).await.ok(201);
        case["number"].as_str().unwrap().to_owned()
    }

    /// How many cases the agent sees.
    pub async fn count(&self) -> usize {
        let list = self.get(AGENT, "/api/v1/cases?limit=100").await.ok(200);
        list["cases"].as_array().unwrap().len()
    }
}

/// A request of severity B.
pub fn new_case(subject: &str) -> Value {
    serde_json::json!({
        "subject": subject,
        "body": "Since this morning nobody in Aarhus receives mail.",
        "kind": "technical",
        "impact": { "affected": "several", "work": "impaired", "has_workaround": false }
    })
}

/// The fields a problem names.
pub fn fields(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors
        .map(|error| error["field"].as_str().unwrap())
        .collect()
}

pub const CASES: &str = "/api/v1/cases";
