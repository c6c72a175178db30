//! Browsers before the router: each with its cookies, its network and its name.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "helpers of tests, each of which needs some"
)]

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, Response, header};
use http_body_util::BodyExt;
use mainstay_domain::access::Role;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId, PersonId};
use mainstay_store::accounts::{self, Delegation};
use mainstay_store::log::Kept;
use mainstay_store::people::{self, Organisation};
use mainstay_store::{Tx, system};
use mainstay_testkit::{Persona, World};
use mainstay_web::{Config, Web, router};
use tower::ServiceExt;

pub const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
pub const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) \
    AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
pub const PASSWORD: &str = "a sentence is fine";
pub const ORIGIN: &str = "https://desk.example";

/// The world: two customers, their people, and the vendor's.
pub struct Access {
    pub world: World,
    router: Router,
    pub contoso: AccountId,
    pub fabrikam: AccountId,
    pub dana: Persona,
    pub omar: Persona,
    pub sam: Persona,
}

/// A browser.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    network: IpAddr,
    agent: &'static str,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub html: String,
    pub location: String,
}

impl Page {
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{} {}", self.location, self.html);
        self
    }

    #[track_caller]
    pub fn has(self, each: &[&str]) -> Self {
        for words in each {
            let html = &self.html;
            assert!(html.contains(words), "{words} is missing in:\n{html}");
        }
        self
    }

    #[track_caller]
    pub fn lacks(self, each: &[&str]) -> Self {
        for words in each {
            let html = &self.html;
            assert!(!html.contains(words), "{words} stands in:\n{html}");
        }
        self
    }

    /// The first link of this instance that is shown, as a path.
    #[track_caller]
    pub fn link(&self, to: &str) -> String {
        let start = format!("{ORIGIN}{to}");
        let (_, rest) = self.html.split_once(&start).expect("a link");
        format!("{to}{}", rest.split('<').next().unwrap())
    }

    /// The values of the hidden fields of a name.
    pub fn hidden(&self, name: &str) -> Vec<String> {
        let start = format!("name=\"{name}\" value=\"");
        let after = self.html.split(&start).skip(1);
        after
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    }
}

impl Access {
    pub async fn new() -> Self {
        let world = World::new().await;
        let contoso = world.account("Contoso", "de", "e3").await;
        let fabrikam = world.account("Fabrikam", "gb", "business").await;
        let config = Config {
            origin: ORIGIN.to_owned(),
            demo_people: Vec::new(),
        };
        let web = Web::new(world.app.clone(), config, "Northwind Support".to_owned());
        let admin = Role::SystemAdministrator;
        let access = Self {
            dana: world.administrator("Dana Whitfield", contoso).await,
            omar: world.administrator("Omar Haddad", fabrikam).await,
            sam: world.colleague("Sam Root", admin).await,
            router: router(web),
            world,
            contoso,
            fabrikam,
        };
        for who in [&access.dana, &access.omar, &access.sam] {
            access.give_password(who).await;
        }
        access
    }

    /// Somebody of Contoso, with a password.
    pub async fn contact(&self, name: &str, role: Role) -> Persona {
        let at = Organisation::Account(self.contoso);
        let persona = self.world.person(name, at, role).await;
        self.give_password(&persona).await;
        persona
    }

    pub async fn give_password(&self, who: &Persona) {
        // Argon2 of `PASSWORD`, made cheap, since many people are given it.
        let hash = cheap_hash();
        let person = who.session.person.id;
        let save = async move |tx: &mut Tx<'_>| people::save_password(tx, person, &hash).await;
        self.world.app.db().write(save).await.unwrap();
    }

    /// A browser of a network that nobody has used yet.
    pub fn browser(&self, network: &str, agent: &'static str) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            network: network.parse().unwrap(),
            agent,
        }
    }

    /// A browser somebody is signed in with.
    pub fn of(&self, who: &Persona) -> Browser {
        let mut browser = self.browser("192.0.2.77", FIREFOX);
        let cookie = ("mainstay".to_owned(), who.cookie.clone());
        browser.cookies.extend([cookie]);
        browser
    }

    /// A partner with somebody, who may act for both customers for a day.
    pub async fn partner(&self) -> (PartnerId, Persona) {
        let partner = PartnerId(uuid::Uuid::from_u128(77));
        let (now, granted_by) = (self.world.app.now(), self.dana.session.person.id);
        for (index, account) in [self.contoso, self.fabrikam].into_iter().enumerate() {
            let delegation = Delegation {
                account,
                partner,
                kinds: vec![Kind::Technical],
                granted_by,
                ends_at: now.plus_minutes(60 * 24),
            };
            let save = async move |tx: &mut Tx<'_>| {
                system::reach(tx);
                if index == 0 {
                    accounts::insert_partner(tx, partner, "Helpers", now).await?;
                }
                accounts::save_delegation(tx, &delegation, now).await
            };
            self.world.app.db().write(save).await.unwrap();
        }
        let at = Organisation::Partner(partner);
        let pia = self.world.person("Pia", at, Role::PartnerAdmin).await;
        (partner, pia)
    }

    /// The words of what stands in the log of an account, or of the vendor, the latest first.
    pub async fn log(&self, account: Option<AccountId>) -> Vec<Kept> {
        self.world.log(account).await
    }
}

/// A hash of [`PASSWORD`] with little memory.
fn cheap_hash() -> String {
    use argon2::password_hash::PasswordHasher;
    let few = argon2::Params::new(64, 1, 1, None).unwrap();
    let cheap = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, few);
    let hash: argon2::password_hash::phc::PasswordHash =
        cheap.hash_password(PASSWORD.as_bytes()).unwrap();
    hash.to_string()
}

impl Browser {
    fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, cookies.join("; "))
            .header("user-agent", self.agent)
            .extension(ConnectInfo(SocketAddr::new(self.network, 4000)))
    }

    pub async fn send(&mut self, request: Request<Body>) -> Response<Body> {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }

    async fn page(&mut self, request: Request<Body>) -> Page {
        let answer = self.send(request).await;
        let location = answer.headers().get(header::LOCATION);
        let location = location.map_or("", |value| value.to_str().unwrap());
        let (location, status) = (location.to_owned(), answer.status().as_u16());
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Page {
            status,
            location,
            html: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        let request = self.request(Method::GET, path);
        self.page(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let form = "application/x-www-form-urlencoded";
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, form);
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.page(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn sign_in(&mut self, email: &str, password: &str) -> Page {
        let fields = [("email", email), ("password", password)];
        self.post("/sign-in", &fields).await
    }

    /// A stream of changes, opened.
    pub async fn stream(&mut self, topics: &str) -> Body {
        let request = self.request(Method::GET, &format!("/live?topics={topics}"));
        let answer = self.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status().as_u16(), 200);
        answer.into_body()
    }

    /// A call of the API.
    pub async fn call(&mut self, token: &str, method: Method, path: &str, body: &str) -> Page {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json");
        self.page(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }
}

/// The token a page shows once.
#[track_caller]
pub fn token_of(page: &Page) -> String {
    let (_, rest) = page.html.split_once("mst_").expect("a token");
    format!("mst_{}", &rest[..32])
}

/// Nobody in particular, for what names somebody who does not exist.
pub const NOBODY: PersonId = PersonId(uuid::Uuid::from_u128(0xdead));
