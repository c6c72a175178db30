//! The desk through the router: a small world with its pages, and people who ask for them.

#![allow(dead_code, reason = "each test binary uses its part of this world")]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use mainstay_app::cases::Request as Act;
use mainstay_app::intake::Submission;
use mainstay_domain::access::Role;
use mainstay_domain::case::{Case, Command};
use mainstay_domain::ids::AccountId;
use mainstay_testkit::{Persona, World, submission};
use mainstay_web::{Config, Web, router};
use tower::ServiceExt;

/// A vendor with its desk, two customers and their administrators.
pub struct Desk {
    pub world: World,
    router: Router,
    pub contoso: AccountId,
    /// An administrator of Contoso (Germany, Enterprise E3).
    pub dana: Persona,
    /// An administrator of Fabrikam (United Kingdom, Business).
    pub omar: Persona,
    pub agent: Persona,
    pub lead: Persona,
    pub manager: Persona,
    pub admin: Persona,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub text: String,
}

impl Answer {
    /// Whether all of these stand in the page.
    #[track_caller]
    pub fn says(&self, each: &[&str]) -> &Self {
        for words in each {
            assert!(self.text.contains(words), "no `{words}` in {}", self.text);
        }
        self
    }

    /// Whether none of these stands in the page.
    #[track_caller]
    pub fn hides(&self, each: &[&str]) -> &Self {
        for words in each {
            assert!(!self.text.contains(words), "`{words}` in {}", self.text);
        }
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

impl Desk {
    pub async fn new() -> Self {
        Self::in_world(World::new().await).await
    }

    pub async fn in_world(world: World) -> Self {
        let contoso = world.account("Contoso", "de", "e3").await;
        let fabrikam = world.account("Fabrikam", "gb", "business").await;
        let config = Config {
            origin: "https://desk.example".to_owned(),
            demo_people: Vec::new(),
        };
        let web = Web::new(world.app.clone(), config, "Northwind Support".to_owned());
        Self {
            dana: world.administrator("Dana Whitfield", contoso).await,
            omar: world.administrator("Omar Haddad", fabrikam).await,
            agent: world.colleague("Kim Lindqvist", Role::Agent).await,
            lead: world.colleague("Lea Sommer", Role::Lead).await,
            manager: world.colleague("Max Vogel", Role::Manager).await,
            admin: world.colleague("Sam Root", Role::SystemAdministrator).await,
            router: router(web),
            world,
            contoso,
        }
    }

    pub async fn get(&self, who: &Persona, path: &str) -> Answer {
        if path.starts_with("/search") {
            self.world.app.take_in_words().await.expect("words");
        }
        self.ask(who, Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, who: &Persona, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.ask(who, form(path), body(fields)).await
    }

    /// Sends a form with a file in a field.
    pub async fn upload(
        &self,
        who: &Persona,
        path: &str,
        fields: &[(&str, &str)],
        (field, name, bytes): (&str, &str, &[u8]),
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!(
                "--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--cut--\r\n");
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        self.ask(who, request, Body::from(body)).await
    }

    /// As the script asks for a part of a page.
    pub async fn fragment(&self, who: &Persona, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = form(path).header("x-fragment", "preview");
        self.ask(who, request, body(fields)).await
    }

    async fn ask(
        &self,
        who: &Persona,
        request: axum::http::request::Builder,
        body: Body,
    ) -> Answer {
        let cookie = format!("mainstay={}", who.cookie);
        let request = request
            .header(header::COOKIE, cookie)
            .body(body)
            .expect("it is well-formed");
        let answer = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("it is well-formed");
        let location = answer.headers().get(header::LOCATION);
        let location = location
            .map_or("", |value| value.to_str().expect("it is well-formed"))
            .to_owned();
        let status = answer.status();
        let bytes = answer
            .into_body()
            .collect()
            .await
            .expect("it is well-formed")
            .to_bytes();
        Answer {
            status,
            location,
            text: String::from_utf8(bytes.to_vec()).expect("it is well-formed"),
        }
    }
}

impl Desk {
    pub async fn open(&self, who: &Persona, severity: char, subject: &str) -> Case {
        let new = Submission {
            subject: subject.to_owned(),
            ..submission(severity)
        };
        self.world
            .app
            .submit(&who.session, new)
            .await
            .expect("a case")
    }

    pub async fn act(&self, who: &Persona, case: &Case, command: Command) {
        let request = Act::from(command);
        self.world
            .app
            .act(&who.session, case.number, request)
            .await
            .expect("an act");
    }

    pub async fn case(&self, who: &Persona, case: &Case) -> Answer {
        self.get(who, &format!("/cases/{}", case.number)).await
    }

    pub async fn try_on(
        &self,
        who: &Persona,
        case: &Case,
        act: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        self.post(who, &format!("/cases/{}/{act}", case.number), fields)
            .await
    }
}

fn form(path: &str) -> axum::http::request::Builder {
    Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

fn body(fields: &[(&str, &str)]) -> Body {
    Body::from(serde_urlencoded::to_string(fields).expect("it is well-formed"))
}
