//! Two customers, the vendor, and a provider that answers through the scripted port; browsers that
//! keep cookies as browsers do.

#![allow(dead_code, reason = "each test binary uses its part of this world")]

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use http_body_util::BodyExt;
use mainstay_app::people::NewPerson;
use mainstay_domain::access::Role;
use mainstay_domain::ids::AccountId;
use mainstay_store::people::{Membership, Organisation};
use mainstay_store::system::inspect;
use mainstay_testkit::provider::{CLIENT_ID, CLIENT_SECRET, Provider, Who};
use mainstay_testkit::{Persona, World};
use mainstay_web::{Config, Web, router};
use tower::ServiceExt;

pub const ORIGIN: &str = "https://desk.example";
/// Contoso's provider.
pub const ISSUER: &str = "https://login.contoso.example";
pub const PASSWORD: &str = "a sentence to sign in with";

pub struct Place {
    pub world: World,
    router: Router,
    pub contoso: AccountId,
    pub fabrikam: AccountId,
    /// Global administrator of Contoso.
    pub dana: Browser,
    /// An end user of Contoso.
    pub eve: Browser,
    /// Global administrator of Fabrikam.
    pub omar: Browser,
    /// Contoso's provider.
    pub provider: Provider,
}

/// Somebody's browser, with its cookies.
#[derive(Clone, Default)]
pub struct Browser {
    pub persona: Option<Persona>,
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    pub fn of(persona: Persona) -> Self {
        let cookies = BTreeMap::from([("mainstay".to_owned(), persona.cookie.clone())]);
        Self {
            persona: Some(persona),
            cookies,
        }
    }

    pub fn persona(&self) -> &Persona {
        self.persona.as_ref().expect("somebody signed in")
    }

    pub fn is_signed_in(&self) -> bool {
        self.cookies.contains_key("mainstay")
    }
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    /// Where the page sends the browser by itself.
    pub refresh: String,
    pub text: String,
}

impl Answer {
    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{} {}", self.location, self.text);
        self
    }

    #[track_caller]
    pub fn says(&self, each: &[&str]) -> &Self {
        for words in each {
            assert!(self.text.contains(words), "no `{words}` in {}", self.text);
        }
        self
    }

    #[track_caller]
    pub fn hides(&self, each: &[&str]) -> &Self {
        for words in each {
            assert!(!self.text.contains(words), "`{words}` in {}", self.text);
        }
        self
    }

    #[track_caller]
    pub fn leads(&self, to: &str) -> &Self {
        assert_eq!(
            (self.status, self.location.as_str()),
            (303, to),
            "{}",
            self.text
        );
        self
    }

    /// Where the page on the way leads.
    #[track_caller]
    pub fn way(&self) -> String {
        self.is(200);
        self.refresh
            .strip_prefix("0;url=")
            .expect("a way")
            .to_owned()
    }
}

impl Place {
    pub async fn new() -> Self {
        let world = World::new().await;
        let contoso = world.account("Contoso", "de", "e3").await;
        let fabrikam = world.account("Fabrikam", "gb", "business").await;
        let config = Config {
            origin: ORIGIN.to_owned(),
            demo_people: Vec::new(),
        };
        let web = Web::new(world.app.clone(), config, "Northwind".to_owned());
        let at = Organisation::Account(contoso);
        let provider = Provider::new(&world.http, ISSUER);
        Self {
            dana: Browser::of(world.administrator("Dana", contoso).await),
            eve: Browser::of(world.person("Eve", at, Role::EndUser).await),
            omar: Browser::of(world.administrator("Omar", fabrikam).await),
            router: router(web),
            provider,
            contoso,
            fabrikam,
            world,
        }
    }

    pub async fn get(&self, browser: &mut Browser, path: &str) -> Answer {
        self.send(browser, Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = "application/x-www-form-urlencoded";
        let request = Request::post(path).header(header::CONTENT_TYPE, form);
        let body = serde_urlencoded::to_string(fields).expect("a form");
        self.send(browser, request, Body::from(body)).await
    }

    async fn send(
        &self,
        browser: &mut Browser,
        request: axum::http::request::Builder,
        body: Body,
    ) -> Answer {
        let cookies: Vec<String> = browser
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request.header(header::COOKIE, cookies.join("; "));
        let request = request.body(body).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("it is");
        for kept in answer.headers().get_all(header::SET_COOKIE) {
            let kept = kept.to_str().expect("a cookie");
            assert!(kept.contains("HttpOnly") && kept.contains("SameSite=Lax"));
            assert!(
                kept.contains("; Secure") || !kept.contains("Max-Age=6"),
                "{kept}"
            );
            let (name, value) = kept.split_once('=').expect("a name");
            let value = value.split(';').next().unwrap_or_default();
            if value.is_empty() {
                browser.cookies.remove(name);
            } else {
                browser.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let head = |name| {
            let value = answer.headers().get(name);
            value
                .map_or("", |value| value.to_str().expect("text"))
                .to_owned()
        };
        let (status, location) = (answer.status().as_u16(), head(header::LOCATION));
        let refresh = head(header::REFRESH);
        let bytes = answer.into_body().collect().await.expect("a body");
        let text = String::from_utf8(bytes.to_bytes().to_vec()).expect("text");
        Answer {
            status,
            location,
            refresh,
            text,
        }
    }

    /// Somebody signs in at the provider and is sent back.
    pub async fn visit(&self, browser: &mut Browser, way: &str, who: &Who) -> Answer {
        let back = self.provider.sign_in(way, who, self.world.app.now());
        self.get(browser, path(&back)).await
    }

    /// Contoso's provider as its form has it.
    pub fn form() -> Vec<(&'static str, &'static str)> {
        vec![
            ("name", "Contoso"),
            ("issuer", ISSUER),
            ("client_id", CLIENT_ID),
            ("client_secret", CLIENT_SECRET),
        ]
    }

    /// Dana sets Contoso's provider up, tries it, and puts it to use.
    pub async fn connect(&self, more: &[(&'static str, &'static str)]) {
        let mut dana = self.dana.clone();
        let fields = [&Self::form()[..], more].concat();
        self.post(&mut dana, "/organisation/sign-in", &fields)
            .await
            .leads("/organisation/sign-in");
        let way = self.act(&mut dana, "test", &[]).await.way();
        self.visit(&mut dana, &way, &Who::new("dana"))
            .await
            .leads("/organisation/sign-in");
        self.act(&mut dana, "state", &[("to", "enabled")])
            .await
            .leads("/organisation/sign-in");
        self.world.http.asked();
    }

    /// What is done to Contoso's provider.
    pub async fn act(&self, who: &mut Browser, what: &str, more: &[(&str, &str)]) -> Answer {
        let id = self.contoso.to_string();
        let fields = [&[("provider", id.as_str())], more].concat();
        self.post(who, &format!("/organisation/sign-in/{what}"), &fields)
            .await
    }

    /// Leaves the sign-in page for Contoso's provider; gives the way.
    pub async fn leave(&self, browser: &mut Browser) -> String {
        let id = self.contoso.to_string();
        let fields = [("provider", id.as_str()), ("back", "/cases")];
        self.post(browser, "/sign-in/provider", &fields).await.way()
    }

    /// Links somebody at Contoso from their profile.
    pub async fn link(&self, browser: &mut Browser, who: &Who) -> Answer {
        let id = self.contoso.to_string();
        let fields = [("provider", id.as_str())];
        let way = self
            .post(browser, "/profile/identities", &fields)
            .await
            .way();
        self.visit(browser, &way, who).await
    }

    /// An invitation of Contoso's; gives its word.
    pub async fn invite(&self, email: &str, role: Role) -> String {
        let new = NewPerson {
            name: "Nora New".to_owned(),
            email: email.to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
        };
        let organisation = Organisation::Account(self.contoso);
        let membership = Membership { organisation, role };
        let session = &self.dana.persona().session;
        let invited = self.world.app.invite(session, &new, membership).await;
        invited.expect("an invitation").word
    }

    /// Everything that is kept of a table, a line for each row.
    pub async fn kept(&self, table: &str) -> Vec<String> {
        let all = self.world.app.db().read(inspect::contents).await;
        let start = format!(" FROM {table}|");
        let mut all = all.expect("rows");
        all.retain(|line| line.contains(&start));
        all
    }
}

/// The path of an address of ours.
#[track_caller]
pub fn path(url: &str) -> &str {
    url.strip_prefix(ORIGIN).expect("an address of ours")
}
