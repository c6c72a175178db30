//! A small world behind the router: pages are asked for as a browser does.

#![allow(
    clippy::unwrap_used,
    dead_code,
    reason = "helpers of tests, each of which needs some"
)]

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use mainstay_app::cases::Request as Act;
use mainstay_domain::access::Role;
use mainstay_domain::case::{Case, Command, NextTurn};
use mainstay_domain::ids::AccountId;
use mainstay_store::people::Organisation;
use mainstay_testkit::{Persona, World};
use mainstay_web::{Config, Web, router};
use tower::ServiceExt;

/// The world and its pages: a customer on E3 in Germany, its people, and an engineer.
pub struct Pages {
    pub world: World,
    pub router: Router,
    pub account: AccountId,
    pub dana: Persona,
    pub uma: Persona,
    pub mara: Persona,
}

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub html: String,
    /// Where it leads to; empty when it is no redirect.
    pub location: String,
}

impl Page {
    /// Fails unless each of the words stands on the page.
    #[track_caller]
    pub fn has(&self, each: &[&str]) -> &Self {
        for words in each {
            assert!(
                self.html.contains(words),
                "{words} is missing in:\n{}",
                self.html
            );
        }
        self
    }

    /// Fails when one of the words stands on the page.
    #[track_caller]
    pub fn lacks(&self, each: &[&str]) -> &Self {
        for words in each {
            assert!(
                !self.html.contains(words),
                "{words} stands in:\n{}",
                self.html
            );
        }
        self
    }

    /// The value of a hidden field.
    #[track_caller]
    pub fn hidden(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.html.split_once(&start).expect("a hidden field");
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

impl Pages {
    pub async fn new() -> Self {
        Self::holding(None).await
    }

    /// With an elevated offer or without.
    pub async fn holding(offer: Option<&str>) -> Self {
        let world = World::new().await;
        let account = world.account_with("Contoso", "de", "e3", offer).await;
        let dana = world.administrator("Dana Whitfield", account).await;
        let organisation = Organisation::Account(account);
        let uma = world.person("Uwe User", organisation, Role::EndUser).await;
        let mara = world.colleague("Mara Lindqvist", Role::Agent).await;
        let config = Config {
            origin: "http://localhost".to_owned(),
            demo_people: Vec::new(),
        };
        let web = Web::new(world.app.clone(), config, "Northwind Support".to_owned());
        Self {
            router: router(web),
            world,
            account,
            dana,
            uma,
            mara,
        }
    }

    async fn ask(&self, request: Request<Body>) -> Page {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        let location = answer.headers().get(header::LOCATION);
        let location = location
            .map_or("", |value| value.to_str().unwrap())
            .to_owned();
        let bytes = answer.into_body().collect().await.unwrap().to_bytes();
        Page {
            status,
            html: String::from_utf8_lossy(&bytes).into_owned(),
            location,
        }
    }

    /// A page as somebody sees it.
    pub async fn get(&self, who: &Persona, path: &str) -> Page {
        if path.starts_with("/search") {
            self.world.app.take_in_words().await.expect("words");
        }
        let request = Request::get(path).header(header::COOKIE, cookie(who));
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// A page as anybody sees it.
    pub async fn open(&self, path: &str) -> Page {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// What a program gets.
    pub async fn call(&self, token: &str, path: &str) -> Page {
        let bearer = format!("Bearer {token}");
        let request = Request::get(path).header(header::AUTHORIZATION, bearer);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form.
    pub async fn post(&self, who: &Persona, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = Request::post(path)
            .header(header::COOKIE, cookie(who))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    /// Sends a form with files.
    pub async fn upload(
        &self,
        who: &Persona,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str)],
    ) -> Page {
        let mut body = String::new();
        for (name, value) in fields {
            body.push_str(&format!(
                "--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        for (name, bytes) in files {
            body.push_str(&format!(
                "--cut\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n{bytes}\r\n"
            ));
        }
        body.push_str("--cut--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, cookie(who))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }

    /// Somebody does something to a case.
    pub async fn act(&self, who: &Persona, case: &Case, command: Command) -> Case {
        self.world
            .app
            .act(&who.session, case.number, Act::from(command))
            .await
            .unwrap()
    }

    /// The engineer answers and waits for the customer or not.
    pub async fn answer(&self, case: &Case, body: &str, next: NextTurn) -> Case {
        let body = body.to_owned();
        self.act(&self.mara, case, Command::Reply { body, next })
            .await
    }
}

fn cookie(who: &Persona) -> String {
    format!("mainstay={}", who.cookie)
}

/// The address of a case.
pub fn at(case: &Case) -> String {
    format!("/cases/{}", case.number)
}
