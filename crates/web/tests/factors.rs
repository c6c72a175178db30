//! Signing in with a second step, adding what it needs, and being made to: through the router, as
//! people do it.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt;
use mainstay_app::people::NewPerson;
use mainstay_domain::access::Role;
use mainstay_domain::ids::AccountId;
use mainstay_store::people::{Membership, Organisation};
use mainstay_testkit::authenticator::{Authenticator, code};
use mainstay_testkit::{Persona, World};
use mainstay_web::routes::{Needs, listed};
use mainstay_web::{Config, Web, router};
use serde_json::Value;
use tower::ServiceExt;

const PASSWORD: &str = "a sentence to sign in with";
const ORIGIN: &str = "https://desk.example";

/// A customer, its administrator, and the pages.
struct Site {
    world: World,
    router: Router,
    account: AccountId,
    dana: Persona,
}

/// What came back.
struct Answer {
    status: u16,
    location: String,
    text: String,
}

/// Somebody's browser: it keeps cookies and shows them where they belong.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, (String, String)>,
}

impl Browser {
    fn of(who: &Persona) -> Self {
        let mut browser = Self::default();
        browser.keep(&format!("mainstay={}; Path=/", who.cookie));
        browser
    }

    fn keep(&mut self, set: &str) {
        let (pair, rest) = set.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let (_, path) = rest.split_once("Path=").unwrap();
        let path = path.split(';').next().unwrap().to_owned();
        if rest.contains("Max-Age=0;") || rest.ends_with("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies
                .insert(name.to_owned(), (path, value.to_owned()));
        }
    }

    fn shown_to(&self, path: &str) -> String {
        let shown = self
            .cookies
            .iter()
            .filter(|(_, (under, _))| path.starts_with(under.as_str()));
        let shown: Vec<_> = shown
            .map(|(name, (_, value))| format!("{name}={value}"))
            .collect();
        shown.join("; ")
    }
}

impl Answer {
    #[track_caller]
    fn says(&self, each: &[&str]) -> &Self {
        for words in each {
            assert!(self.text.contains(words), "no `{words}` in {}", self.text);
        }
        self
    }

    #[track_caller]
    fn hides(&self, each: &[&str]) -> &Self {
        for words in each {
            assert!(!self.text.contains(words), "`{words}` in {}", self.text);
        }
        self
    }

    #[track_caller]
    fn leads(&self, to: &str) -> &Self {
        assert_eq!(
            (self.status, self.location.as_str()),
            (303, to),
            "{}",
            self.text
        );
        self
    }

    #[track_caller]
    fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{} {}", self.location, self.text);
        self
    }

    /// What stands between two pieces of the page.
    #[track_caller]
    fn between(&self, start: &str, end: &str) -> String {
        let (_, rest) = self.text.split_once(start).expect("the start");
        rest.split_once(end).expect("the end").0.to_owned()
    }

    fn ceremony(&self) -> (String, Value) {
        let json: Value = serde_json::from_str(&self.text).unwrap();
        let word = json["ceremony"].as_str().unwrap().to_owned();
        (word, json["options"].clone())
    }
}

impl Site {
    async fn new() -> Self {
        Self::at(ORIGIN).await
    }

    async fn at(origin: &str) -> Self {
        let world = World::new().await;
        let account = world.account("Contoso", "de", "e3").await;
        let dana = world.administrator("Dana", account).await;
        let config = Config {
            origin: origin.to_owned(),
            demo_people: Vec::new(),
        };
        let web = Web::new(world.app.clone(), config, "Northwind".to_owned());
        Self {
            router: router(web),
            world,
            account,
            dana,
        }
    }

    async fn send(
        &self,
        browser: &mut Browser,
        method: Method,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(&method).uri(path);
        request = request.header(header::COOKIE, browser.shown_to(path));
        let body = if method == Method::GET {
            Body::empty()
        } else {
            let form = "application/x-www-form-urlencoded";
            request = request.header(header::CONTENT_TYPE, form);
            Body::from(serde_urlencoded::to_string(fields).unwrap())
        };
        let answer = self
            .router
            .clone()
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        for set in answer.headers().get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            assert!(
                set.contains("HttpOnly; SameSite=Lax") && set.contains("Secure"),
                "{set}"
            );
            browser.keep(set);
        }
        let location = answer.headers().get(header::LOCATION);
        let location = location
            .map_or("", |value| value.to_str().unwrap())
            .to_owned();
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            location,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    async fn get(&self, browser: &mut Browser, path: &str) -> Answer {
        self.send(browser, Method::GET, path, &[]).await
    }

    async fn post(&self, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(browser, Method::POST, path, fields).await
    }

    /// Robin accepts an invitation, in a browser of their own.
    async fn robin(&self) -> Browser {
        let new = NewPerson {
            name: "Robin".to_owned(),
            email: "robin@contoso.example".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
        };
        let membership = Membership {
            organisation: Organisation::Account(self.account),
            role: Role::ServiceSupportAdmin,
        };
        let invited = self
            .world
            .app
            .invite(&self.dana.session, &new, membership)
            .await;
        let mut browser = Browser::default();
        let path = format!("/invitation/{}", invited.unwrap().word);
        let accepted = self
            .post(&mut browser, &path, &[("password", PASSWORD)])
            .await;
        accepted.leads("/");
        browser
    }

    async fn sign_in(&self, browser: &mut Browser, back: &str) -> Answer {
        let fields = [
            ("email", "robin@contoso.example"),
            ("password", PASSWORD),
            ("back", back),
        ];
        self.post(browser, "/sign-in", &fields).await
    }

    /// Adds an app for codes; its secret and the page that follows.
    async fn add_codes(&self, browser: &mut Browser, back: &str) -> (String, Answer) {
        let begun = self
            .post(browser, "/profile/security/codes", &[("back", back)])
            .await;
        begun
            .is(200)
            .says(&["<svg class=\"qr\"", "Scan the picture"]);
        let secret = begun.between("<code class=\"secret\">", "</code>");
        let ceremony = begun.between("name=\"ceremony\" value=\"", "\"");
        let shown = code(&secret, self.world.app.now());
        let back = begun.between("name=\"back\" value=\"", "\"");
        let path = "/profile/security/codes/confirmation";
        let mut fields = vec![("ceremony", ceremony.as_str()), ("back", &back)];
        fields.push(("code", "12"));
        let wrong = self.post(browser, path, &fields).await;
        wrong.is(422).says(&[&secret, "This code is not right"]);
        fields.pop();
        fields.push(("code", &shown));
        let confirmed = self.post(browser, path, &fields).await;
        (secret, confirmed)
    }

    async fn add_passkey(&self, browser: &mut Browser, device: &mut Authenticator) -> Answer {
        let path = "/profile/security/passkeys/options";
        let (ceremony, options) = self.post(browser, path, &[]).await.ceremony();
        let made = device.make(&options);
        let fields = [
            ("ceremony", ceremony.as_str()),
            ("credential", &made),
            ("name", "Work laptop"),
        ];
        self.post(browser, "/profile/security/passkeys", &fields)
            .await
    }
}

#[tokio::test]
async fn codes_are_set_up_and_asked_for_at_the_next_sign_in() {
    let site = Site::new().await;
    let mut robin = site.robin().await;
    let page = site.get(&mut robin, "/profile/security").await;
    page.is(200).says(&[
        "No app is set up",
        "You have no passkey yet",
        "hidden method=\"post\"",
    ]);
    page.hides(&["Recovery codes", "Second factors of your organisation"]);
    let (secret, codes) = site.add_codes(&mut robin, "").await;
    codes
        .is(200)
        .says(&["Your recovery codes", "href=\"/profile/security\""]);
    let recovery = codes.between("<ol class=\"recovery-codes\"><li><code>", "</code>");
    let page = site.get(&mut robin, "/profile/security").await;
    page.is(200).says(&["10 are left", "Remove the app"]);
    page.hides(&[&recovery, &secret]);

    // Elsewhere: the password leads to one step more, and nowhere else.
    let mut other = Browser::default();
    let step = site.sign_in(&mut other, "/cases").await;
    step.leads("/sign-in/code?back=%2Fcases");
    assert_eq!(other.cookies.keys().collect::<Vec<_>>(), ["mainstay_step"]);
    site.get(&mut other, "/cases")
        .await
        .leads("/sign-in?back=%2Fcases");
    let asked = site.get(&mut other, "/sign-in/code?back=%2Fcases").await;
    asked
        .is(200)
        .says(&["One step more", "one of your recovery codes"]);
    asked.hides(&["data-passkey", "Robin", "robin@"]);
    let wrong = [("code", "000000"), ("back", "/cases")];
    let wrong = site.post(&mut other, "/sign-in/code", &wrong).await;
    wrong
        .is(422)
        .says(&["This code is not right", "value=\"/cases\""]);
    site.world.pass(1);
    let right = code(&secret, site.world.app.now());
    let right = [("code", right.as_str()), ("back", "/cases")];
    site.post(&mut other, "/sign-in/code", &right)
        .await
        .leads("/cases");
    let kept: Vec<_> = other.cookies.keys().collect();
    assert_eq!(kept, ["mainstay", "mainstay-device"]);
    site.get(&mut other, "/cases").await.is(200);

    // Nobody waits there any more, and back leads nowhere else.
    site.get(&mut other, "/sign-in/code")
        .await
        .leads("/sign-in");
    let mut third = Browser::default();
    let step = site.sign_in(&mut third, "//evil.example").await;
    step.leads("/sign-in/code?back=%2F");
    let late = [
        ("code", recovery.as_str()),
        ("back", "https://evil.example"),
    ];
    site.world.pass(10);
    let late = site.post(&mut third, "/sign-in/code", &late).await;
    late.is(422).says(&["Sign in once more"]);
    site.sign_in(&mut third, "").await;
    let late = [
        ("code", recovery.as_str()),
        ("back", "https://evil.example"),
    ];
    site.post(&mut third, "/sign-in/code", &late)
        .await
        .leads("/");
}

#[tokio::test]
async fn a_passkey_is_added_named_used_and_removed() {
    let site = Site::new().await;
    let mut robin = site.robin().await;
    let mut device = Authenticator::new(ORIGIN.to_owned(), 1);
    let shown = site.add_passkey(&mut robin, &mut device).await;
    shown.is(200).says(&["Your recovery codes"]);
    let page = site.get(&mut robin, "/profile/security").await;
    page.says(&["Work laptop", "not used yet"]);
    let id = page.between("name=\"id\" value=\"", "\"");
    let renamed = [("id", id.as_str()), ("name", "Old laptop")];
    let to = "/profile/security";
    site.post(&mut robin, "/profile/security/passkeys/name", &renamed)
        .await
        .leads(to);
    let nameless = [("id", id.as_str()), ("name", " ")];
    let nameless = site
        .post(&mut robin, "/profile/security/passkeys/name", &nameless)
        .await;
    nameless.is(422).says(&["Name the passkey"]);

    // By it alone, from the sign-in page.
    let mut other = Browser::default();
    site.get(&mut other, "/sign-in").await.says(&[
        "action=\"/sign-in/passkey\"",
        "data-options=\"/sign-in/passkey/options\"",
        "/assets/passkeys.",
    ]);
    let (ceremony, options) = site
        .post(&mut other, "/sign-in/passkey/options", &[])
        .await
        .ceremony();
    assert_eq!(options["publicKey"]["rpId"], "desk.example");
    let answer = device.answer(&options);
    let fields = [
        ("ceremony", ceremony.as_str()),
        ("credential", &answer),
        ("back", "/cases"),
    ];
    site.post(&mut other, "/sign-in/passkey", &fields)
        .await
        .leads("/cases");
    site.get(&mut other, "/home").await.is(200);
    let twice = site
        .post(&mut Browser::default(), "/sign-in/passkey", &fields)
        .await;
    twice
        .is(422)
        .says(&["This passkey was not accepted", "name=\"password\""]);
    let junk = [("ceremony", "x"), ("credential", "{}")];
    site.post(&mut Browser::default(), "/sign-in/passkey", &junk)
        .await
        .is(422);

    // As the second step.
    let mut third = Browser::default();
    site.sign_in(&mut third, "")
        .await
        .leads("/sign-in/code?back=%2F");
    let asked = site.get(&mut third, "/sign-in/code").await;
    asked.says(&["Use a passkey", "sixteen letters and digits"]);
    let (ceremony, options) = site
        .post(&mut third, "/sign-in/code/options", &[])
        .await
        .ceremony();
    let answer = device.answer(&options);
    let fields = [("ceremony", ceremony.as_str()), ("credential", &answer)];
    site.post(&mut third, "/sign-in/code", &fields)
        .await
        .leads("/");

    // Somebody else's id is no id.
    let mut dana = Browser::of(&site.dana);
    let foreign = [("id", id.as_str()), ("name", "Mine")];
    site.post(&mut dana, "/profile/security/passkeys/name", &foreign)
        .await
        .is(404);
    site.post(&mut dana, "/profile/security/passkeys/removal", &foreign)
        .await
        .is(404);

    // Removing asks for a proof of the last minutes.
    site.world.pass(11);
    let remove = [("id", id.as_str())];
    let removal = "/profile/security/passkeys/removal";
    site.post(&mut third, removal, &remove)
        .await
        .leads("/profile/security");
    let page = site.get(&mut third, "/profile/security").await;
    page.says(&["First, show that it is you", "Old laptop"])
        .hides(&["Add a passkey", removal]);
    let proof = [("password", "wrong"), ("back", "/profile/security")];
    let proof = site
        .post(&mut third, "/profile/security/proof", &proof)
        .await;
    proof.is(422).says(&["This is not your password"]);
    let proof = [("password", PASSWORD), ("back", "/profile/security")];
    site.post(&mut third, "/profile/security/proof", &proof)
        .await
        .leads("/profile/security");
    site.post(&mut third, removal, &remove)
        .await
        .leads("/profile/security");
    site.get(&mut robin, "/home")
        .await
        .leads("/sign-in?back=%2Fhome");
    site.sign_in(&mut robin, "").await.leads("/");
}

#[tokio::test]
async fn a_proof_by_passkey_is_as_good() {
    let site = Site::new().await;
    let mut robin = site.robin().await;
    let mut device = Authenticator::new(ORIGIN.to_owned(), 1);
    site.add_passkey(&mut robin, &mut device).await.is(200);
    site.world.pass(11);
    let path = "/profile/security/proof/options";
    let (ceremony, options) = site.post(&mut robin, path, &[]).await.ceremony();
    let mut other = Authenticator::new(ORIGIN.to_owned(), 2);
    let mut dana = Browser::of(&site.dana);
    site.world.pass(-11);
    site.add_passkey(&mut dana, &mut other).await.is(200);
    site.world.pass(11);
    let foreign = other.answer(&options);
    let fields = [("ceremony", ceremony.as_str()), ("credential", &foreign)];
    let refused = site
        .post(&mut robin, "/profile/security/proof", &fields)
        .await;
    refused.is(422).says(&["This passkey was not accepted"]);
    let (ceremony, options) = site.post(&mut robin, path, &[]).await.ceremony();
    let answer = device.answer(&options);
    let fields = [("ceremony", ceremony.as_str()), ("credential", &answer)];
    let proved = site
        .post(&mut robin, "/profile/security/proof", &fields)
        .await;
    proved.leads("/profile/security");
    site.get(&mut robin, "/profile/security")
        .await
        .says(&["Add a passkey"]);
}

#[tokio::test]
async fn an_administrator_asks_for_it_and_sees_who_has_one() {
    let site = Site::new().await;
    let (mut dana, mut robin) = (Browser::of(&site.dana), site.robin().await);
    let page = site.get(&mut dana, "/factors").await;
    page.is(200).says(&[
        "Robin",
        "Dana",
        "None yet",
        "value=\"service-support-admin\"",
    ]);
    page.hides(&["checked", "value=\"agent\"", "value=\"lead\""]);
    site.get(&mut robin, "/factors").await.is(403);
    let asked = [("role", "service-support-admin")];
    site.post(&mut robin, "/factors", &asked).await.is(403);
    site.get(&mut robin, "/home").await.is(200);
    site.post(&mut dana, "/factors", &[("role", "lead")])
        .await
        .is(404);
    site.post(&mut dana, "/factors", &asked)
        .await
        .leads("/factors");
    let page = site.get(&mut dana, "/factors").await;
    page.says(&["checked", "required"]);
    site.get(&mut dana, "/home").await.is(200);
    let mut none = Browser::of(&site.world.colleague("Mara", Role::Agent).await);
    site.get(&mut none, "/factors").await.is(403);
    for role in [Role::Manager, Role::SystemAdministrator] {
        let mut who = Browser::of(&site.world.colleague(role.code(), role).await);
        let page = site.get(&mut who, "/factors").await;
        page.is(200)
            .says(&["value=\"partner-agent\"", "Mara"])
            .hides(&["Robin", "global-admin"]);
        site.post(&mut who, "/factors", &[("role", "global-admin")])
            .await
            .is(404);
    }
}

#[tokio::test]
async fn whoever_must_have_one_is_led_to_it_and_can_do_nothing_else() {
    let site = Site::new().await;
    let (mut dana, mut robin) = (Browser::of(&site.dana), site.robin().await);
    let made = site
        .post(&mut robin, "/profile/tokens", &[("name", "script")])
        .await;
    let token = made.between("<code class=\"secret\">", "</code>");
    let asked = [("role", "service-support-admin")];
    site.post(&mut dana, "/factors", &asked)
        .await
        .leads("/factors");

    // What leads to it, and what is there for anybody.
    let ways = [
        "/sign-in/factor",
        "/profile/security/proof",
        "/profile/security/proof/options",
        "/profile/security/passkeys",
        "/profile/security/passkeys/options",
        "/profile/security/codes",
        "/profile/security/codes/confirmation",
    ];
    for route in listed() {
        let is_open = route.needs == Needs::Public || ways.contains(&route.path.as_str());
        if is_open || route.path.starts_with("/api/") {
            continue;
        }
        let path = route
            .path
            .replace("{number}", "100-001")
            .replace("{id}", "x");
        let answer = site
            .send(&mut robin, route.method.clone(), &path, &[])
            .await;
        let is_led = answer.location.starts_with("/sign-in/factor?back=");
        assert!(
            answer.status == 303 && is_led,
            "{route:?}: {} {}",
            answer.status,
            answer.location
        );
    }
    site.get(&mut robin, "/").await.leads("/sign-in/factor");
    site.get(&mut robin, "/sign-in")
        .await
        .leads("/sign-in/factor?back=");
    let request =
        Request::get("/api/v1/cases").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.body(Body::empty()).unwrap();
    let call = site.router.clone().oneshot(request).await.unwrap();
    assert_eq!(call.status(), 403);
    // Signing in once more changes nothing.
    let mut other = Browser::default();
    site.sign_in(&mut other, "/cases").await.leads("/cases");
    site.get(&mut other, "/cases")
        .await
        .leads("/sign-in/factor?back=%2Fcases");

    let page = site.get(&mut other, "/sign-in/factor?back=%2Fcases").await;
    page.is(200).says(&[
        "Add a second factor",
        "Set up an app",
        "Sign out",
        "value=\"/cases\"",
    ]);
    let (_, codes) = site.add_codes(&mut other, "/cases").await;
    codes
        .is(200)
        .says(&["Your recovery codes", "href=\"/cases\""]);
    site.get(&mut other, "/cases").await.is(200);
    site.get(&mut robin, "/cases")
        .await
        .leads("/sign-in?back=%2Fcases");
    let removal = "/profile/security/codes/removal";
    let refused = site.post(&mut other, removal, &[]).await;
    refused
        .is(422)
        .says(&["add another one before you remove this one"]);
    site.get(&mut dana, "/factors").await.says(&["Codes"]);
}

#[tokio::test]
async fn where_there_is_no_name_codes_are_offered_and_passkeys_are_not() {
    let site = Site::at("https://192.0.2.7").await;
    let mut robin = site.robin().await;
    site.get(&mut Browser::default(), "/sign-in")
        .await
        .hides(&["passkey"]);
    let page = site.get(&mut robin, "/profile/security").await;
    page.says(&["Passkeys are not possible at this address", "Set up an app"]);
    page.hides(&["data-passkey"]);
    site.post(&mut robin, "/sign-in/passkey/options", &[])
        .await
        .is(404);
}
