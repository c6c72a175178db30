//! Everybody there is, before the router: colleagues of every role, people of two customers, and
//! one case with a file.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt;
use mainstay_app::internal::Ask;
use mainstay_app::tokens::Wanted;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::Case;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, PartnerId};
use mainstay_store::internal;
use mainstay_store::people::Organisation;
use mainstay_testkit::{Persona, World, submission};
use mainstay_web::routes::Listed;
use mainstay_web::{Config, Web, router};
use serde_json::json;
use tower::ServiceExt;
use uuid::Uuid;

/// The world.
pub struct Everybody {
    world: World,
    router: Router,
    /// Dana's technical case, at Contoso.
    pub case: Target,
    /// One that does not exist.
    pub missing: Target,
    contoso: AccountId,
    fabrikam: AccountId,
    partner: PartnerId,
    other_partner: PartnerId,
    dana: Persona,
    /// An end user at Contoso, who asked something.
    uwe: Persona,
    /// Somebody on the team.
    colleague: String,
    /// Another end user there, to whom things are done.
    pia: Persona,
}

/// Which case is asked for.
#[derive(Clone)]
pub struct Target {
    number: String,
    file: String,
    /// Somebody of the same account, an end user.
    person: String,
    /// An internal request of an end user at Contoso, and its file.
    ask: String,
    ask_file: String,
    /// Words that stand in it alone.
    pub subject: String,
}

/// Somebody who asks.
pub struct Somebody {
    pub persona: Persona,
    /// None where no customer lets a partner act: a partner's token is for one.
    pub token: Option<String>,
    pub is_at_contoso: bool,
    /// Whether the case is theirs.
    pub is_requester: bool,
    /// Whether the internal request is theirs.
    pub has_asked: bool,
}

impl Somebody {
    pub fn is_partner(&self) -> bool {
        matches!(self.persona.session.organisation, Organisation::Partner(_))
    }

    pub fn is_vendor(&self) -> bool {
        self.persona.session.principal.is_vendor()
    }
}

/// What came back; equal but for which case was asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub text: String,
}

const SUBJECT: &str = "Nobody else may read of the quokkaphone";
/// More cases than there will be.
const FAR: u64 = 7_992_739_871;

impl Everybody {
    pub async fn new() -> Self {
        let world = World::new().await;
        let contoso = world.account("Contoso", "de", "e3").await;
        let fabrikam = world.account("Fabrikam", "gb", "business").await;
        let dana = world.administrator("Dana", contoso).await;
        let colleague = world.colleague("Una", Role::Manager).await;
        let case = open(&world, &dana).await;
        let at = Organisation::Account(contoso);
        let uwe = world.person("Uwe", at, Role::EndUser).await;
        let pia = world.person("Pia", at, Role::EndUser).await;
        let (ask, ask_file) = ask(&world, &uwe).await;
        let partner = world.partner("Helpers Ltd").await;
        let other_partner = world.partner("Other Helpers").await;
        let config = Config {
            origin: "https://desk.example".to_owned(),
            demo_people: Vec::new(),
        };
        let web = Web::new(world.app.clone(), config, "Northwind".to_owned());
        let missing = Target {
            number: CaseNumber::from_counter(FAR).to_string(),
            file: Uuid::from_u128(0xffff).to_string(),
            person: Uuid::from_u128(0xffff).to_string(),
            ask: Uuid::from_u128(0xfffe).to_string(),
            ask_file: Uuid::from_u128(0xfffd).to_string(),
            subject: "nothing".to_owned(),
        };
        let mut everybody = Self {
            router: router(web),
            world,
            case: missing.clone(),
            missing,
            contoso,
            fabrikam,
            partner,
            other_partner,
            dana,
            uwe,
            colleague: colleague.session.person.id.to_string(),
            pia,
        };
        let case = everybody.target(&case).await;
        everybody.case = Target {
            ask,
            ask_file,
            ..case
        };
        everybody
    }

    /// How a case is asked for; its file stands on its page.
    async fn target(&self, case: &Case) -> Target {
        let number = case.number.to_string();
        let page = Request::get(format!("/cases/{number}"))
            .header(header::COOKIE, format!("mainstay={}", self.dana.cookie));
        let page = self.send(page.body(Body::empty()).unwrap()).await;
        let (_, file) = page
            .text
            .split_once(&format!("/cases/{number}/files/"))
            .unwrap();
        Target {
            file: file[..36].to_owned(),
            subject: SUBJECT.to_owned(),
            person: self.pia.session.person.id.to_string(),
            number,
            ..self.missing.clone()
        }
    }

    /// Somebody of every role at the vendor.
    pub async fn colleagues(&self) -> Vec<Somebody> {
        self.people(Organisation::Vendor, Role::is_vendor).await
    }

    /// Somebody of every role at Contoso, and Dana.
    pub async fn customers(&self) -> Vec<Somebody> {
        let at = Organisation::Account(self.contoso);
        let mut people = self.people(at, Role::is_customer).await;
        people.push(self.somebody(self.dana.clone()).await);
        people.push(self.somebody(self.uwe.clone()).await);
        people
    }

    /// Somebody of every role at Fabrikam.
    pub async fn strangers(&self) -> Vec<Somebody> {
        let at = Organisation::Account(self.fabrikam);
        self.people(at, Role::is_customer).await
    }

    /// Somebody of every role at a partner that Contoso lets act.
    pub async fn helpers(&self) -> Vec<Somebody> {
        let at = Organisation::Partner(self.partner);
        let people = self.people(at, Role::is_partner).await;
        let (world, most) = (&self.world, u32::try_from(people.len()).unwrap());
        let terms = (most, 300);
        let kinds = [Kind::Technical, Kind::PreSales];
        world
            .delegate(&self.dana, self.partner, &kinds, terms)
            .await;
        let admin = people
            .iter()
            .find(|one| one.persona.session.principal.roles == [Role::PartnerAdmin]);
        let ids: Vec<_> = people
            .iter()
            .map(|one| one.persona.session.person.id)
            .collect();
        let named = &admin.unwrap().persona.session;
        world
            .app
            .name_people(named, self.contoso, &ids)
            .await
            .unwrap();
        let mut helpers = Vec::new();
        for id in ids {
            let persona = world.sign_in(id).await;
            helpers.push(self.somebody(persona).await);
        }
        helpers
    }

    /// Somebody of every role at a partner that nobody lets act.
    pub async fn idle_helpers(&self) -> Vec<Somebody> {
        let at = Organisation::Partner(self.other_partner);
        self.people(at, Role::is_partner).await
    }

    async fn people(&self, at: Organisation, are: fn(Role) -> bool) -> Vec<Somebody> {
        let mut people = Vec::new();
        for role in Role::ALL.into_iter().filter(|role| are(*role)) {
            let persona = self.world.person(role.code(), at, role).await;
            people.push(self.somebody(persona).await);
        }
        people
    }

    async fn somebody(&self, persona: Persona) -> Somebody {
        let wanted = Wanted {
            customer: persona.session.acts_as_partner_for(),
            ..Wanted::from("walk")
        };
        let token = self.world.app.create_token(&persona.session, wanted).await;
        Somebody {
            token: token.ok(),
            is_at_contoso: persona.session.principal.account() == Some(self.contoso),
            is_requester: persona.session.person.id == self.dana.session.person.id,
            has_asked: persona.session.person.id == self.uwe.session.person.id,
            persona,
        }
    }

    /// Asks for a route as somebody, or as nobody.
    pub async fn ask(&self, who: Option<&Somebody>, route: &Listed, of: &Target) -> Answer {
        let path = self.address(route, of);
        let mut request = Request::builder().method(route.method.clone()).uri(path);
        let is_call = route.path.starts_with("/api/v1/");
        if let Some(who) = who {
            request = match &who.token {
                Some(token) if is_call => {
                    request.header(header::AUTHORIZATION, format!("Bearer {token}"))
                }
                None if is_call => request,
                _ => request.header(header::COOKIE, format!("mainstay={}", who.persona.cookie)),
            };
        }
        let body = if route.method == Method::GET {
            Body::empty()
        } else if is_call {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(self.call(&route.path, who))
        } else {
            let form = "application/x-www-form-urlencoded";
            request = request.header(header::CONTENT_TYPE, form);
            let requester = self.dana.session.person.id;
            Body::from(format!("account={}&requester={requester}", self.contoso))
        };
        let mut answer = self.send(request.body(body).unwrap()).await;
        for own in [&of.number, &of.file, &of.person, &of.ask, &of.ask_file] {
            answer.text = answer.text.replace(own.as_str(), "…");
            answer.location = answer.location.replace(own.as_str(), "…");
        }
        answer
    }

    /// An address with its names filled in.
    fn address(&self, route: &Listed, of: &Target) -> String {
        let path = match route.path.as_str() {
            path if path.starts_with("/team/") => path.replace("{id}", &self.colleague),
            path if path.starts_with("/accounts/") => {
                path.replace("{id}", &self.contoso.to_string())
            }
            path if path.starts_with("/organisation/people/") => path.replace("{id}", &of.person),
            path => path.replace("{id}", &of.file),
        };
        let path = path
            .replace("{partner}", &self.partner.to_string())
            .replace("{account}", &self.contoso.to_string())
            .replace("{person}", &self.dana.session.person.id.to_string());
        path.replace("{ask}", &of.ask)
            .replace("{file}", &of.ask_file)
            .replace("{number}", &of.number)
            .replace("{audience}", "reply")
            .replace("{edition}", "2019-05-07")
            .replace("{word}", "none")
            .replace("{slug}", "not-found")
            .replace("{name}", "none")
    }

    /// A body a call reads without complaint, so that its rights decide.
    fn call(&self, path: &str, who: Option<&Somebody>) -> String {
        let body = match path.rsplit('/').next() {
            Some("replies") => json!({ "body": "A word." }),
            Some("closure") => json!({ "reason": "It works." }),
            Some("reopening") => json!({ "reason": "It is back." }),
            _ if who.is_some_and(Somebody::is_vendor) => json!({
                "subject": "By telephone", "body": "They called.", "kind": "technical",
                "severity": "C", "account": self.contoso, "requester": self.dana.session.person.id,
                "channel": "email",
            }),
            _ => json!({
                "subject": "One more", "body": "Nothing arrives.", "kind": "technical",
                "impact": { "affected": "several", "work": "impaired", "has_workaround": false },
            }),
        };
        body.to_string()
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let location = answer.headers().get(header::LOCATION);
        let location = location.map_or("", |value| value.to_str().unwrap());
        let location = location.to_owned();
        let status = answer.status().as_u16();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Answer {
            status,
            location,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }
}

/// Somebody asks their administrators, with a file: the request and the file.
async fn ask(world: &World, who: &Persona) -> (String, String) {
    let files = world.app.files();
    let mut receiving = files.receive(Uuid::from_u128(2)).await.unwrap();
    receiving.write(b"a picture").await.unwrap();
    let upload = files.keep(receiving, "screen.png", "image/png").await;
    let form = Ask {
        category: "connectivity".to_owned(),
        subject: SUBJECT.to_owned(),
        body: "It does not load.".to_owned(),
        checked: Vec::new(),
        tried: String::new(),
        uploads: vec![upload.unwrap()],
    };
    let id = world.app.ask(&who.session, form, None).await.unwrap();
    let grant = who.session.grant(Action::AskAdministrator).unwrap();
    let page = world.app.db();
    let page = page.read(async |tx| internal::page(tx, &grant, id).await);
    let page = page.await.unwrap().unwrap();
    (id.to_string(), page.files[0].id.to_string())
}

/// Opens the case, with a file.
async fn open(world: &World, who: &Persona) -> Case {
    let files = world.app.files();
    let mut receiving = files.receive(Uuid::from_u128(1)).await.unwrap();
    receiving.write(b"every byte").await.unwrap();
    let upload = files.keep(receiving, "trace.txt", "text/plain").await;
    let mut form = submission('C');
    form.subject = SUBJECT.to_owned();
    form.uploads = vec![upload.unwrap()];
    world.app.submit(&who.session, form).await.unwrap()
}
