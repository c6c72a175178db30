//! Partners, as people: taking them in, letting them act, acting, and being cut off (S20, S6).

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod portal_world;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use mainstay_app::Error;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::{Case, Command, NextTurn};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, PartnerId};
use mainstay_store::log::Kept;
use mainstay_store::people::Organisation;
use mainstay_testkit::{Persona, World};
use portal_world::{Page, Pages, at};
use tower::ServiceExt;

/// A partner with somebody who runs it and somebody who works there, and a second customer.
struct Helpers {
    pages: Pages,
    partner: PartnerId,
    pia: Persona,
    ana: Persona,
    fabrikam: AccountId,
    omar: Persona,
}

impl std::ops::Deref for Helpers {
    type Target = Pages;

    fn deref(&self) -> &Pages {
        &self.pages
    }
}

impl Helpers {
    async fn new() -> Self {
        let pages = Pages::new().await;
        let world = &pages.world;
        let partner = world.partner("Helpers Ltd").await;
        let organisation = Organisation::Partner(partner);
        let pia = world
            .person("Pia Partner", organisation, Role::PartnerAdmin)
            .await;
        let ana = world
            .person("Ana Lima", organisation, Role::PartnerAgent)
            .await;
        let fabrikam = world.account("Fabrikam", "gb", "e3").await;
        let omar = world.administrator("Omar", fabrikam).await;
        Self {
            partner,
            pia,
            ana,
            fabrikam,
            omar,
            pages,
        }
    }

    /// Contoso lets Pia act, and she is signed in afresh.
    async fn delegated(&mut self, kinds: &[Kind], days: i64) {
        let (world, dana) = (&self.pages.world, &self.pages.dana);
        world.delegate(dana, self.partner, kinds, (2, days)).await;
        self.named(self.account, &self.pia.clone()).await;
    }

    /// Somebody is named for a customer, and signs in afresh.
    async fn named(&mut self, account: AccountId, who: &Persona) {
        let person = who.session.person.id;
        let app = &self.pages.world.app;
        app.name_people(&self.pia.session, account, &[person])
            .await
            .unwrap();
        self.pia = self.pages.world.sign_in(self.pia.session.person.id).await;
        self.ana = self.pages.world.sign_in(self.ana.session.person.id).await;
    }

    /// A token of Pia's for Contoso.
    async fn token(&self) -> String {
        let wanted = mainstay_app::tokens::Wanted {
            customer: Some(self.account),
            ..mainstay_app::tokens::Wanted::from("own")
        };
        let app = &self.world.app;
        app.create_token(&self.pia.session, wanted).await.unwrap()
    }

    fn one(&self) -> String {
        format!("/organisation/partners/{}", self.partner)
    }

    async fn remove(&self) {
        let removal = format!("{}/removal", self.one());
        let fields = [("reason", "It is done.")];
        let removed = self.post(&self.dana, &removal, &fields).await;
        assert_eq!(removed.location, "/organisation/partners?done=removed");
    }

    /// A technical request of Contoso that the engineer has answered.
    async fn answered(&self) -> Case {
        let case = self.world.request(&self.dana, 'B').await;
        self.answer(&case, "Have you tried it again?", NextTurn::Customer)
            .await
    }
}

async fn log_of(world: &World, who: &Persona) -> Vec<Kept> {
    world.log(who.session.principal.account()).await
}

fn acts(log: &[Kept]) -> Vec<&str> {
    log.iter().map(|line| line.act.as_str()).collect()
}

const PASSWORD: (&str, &str) = ("password", "a sentence to sign in with");

/// The path of an invitation on a page.
fn invitation(page: &Page) -> String {
    let (_, rest) = page.html.split_once("/invitation/").unwrap();
    format!("/invitation/{}", rest.split('<').next().unwrap())
}

#[tokio::test]
async fn the_vendor_takes_a_partner_in_and_its_administrator_runs_it() {
    let helpers = Helpers::new().await;
    let manager = helpers.world.colleague("Helen", Role::Manager).await;
    let lead = helpers.world.colleague("Ingrid", Role::Lead).await;
    let fields = [
        ("partner", "Northwind Partner"),
        ("name", "Nora"),
        ("email", "nora@partner.example"),
    ];
    for refused in [&lead, &helpers.mara, &helpers.dana, &helpers.pia] {
        let page = helpers.post(refused, "/desk/partners", &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
    let nameless = helpers
        .post(&manager, "/desk/partners", &[("name", "Nora")])
        .await;
    assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
    nameless.has(&["Write the partner", "value=\"Nora\""]);
    let made = helpers.post(&manager, "/desk/partners", &fields).await;
    assert_eq!(made.status, StatusCode::CREATED);
    helpers
        .get(&manager, "/desk/partners")
        .await
        .has(&["Northwind Partner"]);
    let accepted = helpers
        .post(&helpers.uma, &invitation(&made), &[PASSWORD])
        .await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER);

    // Pia runs hers: invites, and lets go; the last administrator cannot go.
    let new = [
        ("name", "Lee"),
        ("email", "lee@helpers.example"),
        ("role", "partner-agent"),
    ];
    let refused = helpers.post(&helpers.ana, "/partner/people", &new).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let higher = [new[0], new[1], ("role", "manager")];
    let higher = helpers.post(&helpers.pia, "/partner/people", &higher).await;
    assert_eq!(higher.status, StatusCode::UNPROCESSABLE_ENTITY);
    let invited = helpers.post(&helpers.pia, "/partner/people", &new).await;
    assert_eq!(invited.status, StatusCode::CREATED);
    invited.has(&["Lee", "/invitation/"]);
    let own = format!("/partner/people/{}", helpers.pia.session.person.id);
    let last = helpers
        .post(&helpers.pia, &own, &[("is", "inactive")])
        .await;
    assert_eq!(last.status, StatusCode::UNPROCESSABLE_ENTITY);
    last.has(&["The last administrator cannot go"]);
    let other = format!("/partner/people/{}", helpers.dana.session.person.id);
    let stranger = helpers
        .post(&helpers.pia, &other, &[("is", "inactive")])
        .await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    let ana = format!("/partner/people/{}", helpers.ana.session.person.id);
    helpers
        .post(&helpers.pia, &ana, &[("is", "inactive")])
        .await;
    let gone = helpers.get(&helpers.ana, "/partner").await;
    assert!(gone.location.starts_with("/sign-in"), "{}", gone.location);
}

#[tokio::test]
async fn a_customer_lets_a_partner_act_changes_that_and_takes_it_away() {
    let mut helpers = Helpers::new().await;
    let one = helpers.one();
    helpers
        .get(&helpers.dana, "/organisation/partners")
        .await
        .has(&["No partner acts for you", "/partners"]);
    // Too long, nobody, nothing: named at their fields, with what was typed.
    let wrong = [
        ("mode", "grant"),
        ("kinds", "technical"),
        ("persons", "2"),
        ("until", "2029-01-01"),
        ("reason", "They know our mail."),
        ("subscriptions", "all"),
    ];
    let long = helpers.post(&helpers.dana, &one, &wrong).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    long.has(&[
        "2 years at most",
        "They know our mail.",
        "value=\"2029-01-01\"",
    ]);
    let mut fields = wrong;
    fields[3].1 = "2027-05-03";
    let sven = Organisation::Account(helpers.account);
    let sven = helpers
        .world
        .person("Sven", sven, Role::ServiceSupportAdmin)
        .await;
    for refused in [&sven, &helpers.uma] {
        let page = helpers.post(refused, &one, &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
    }
    // Nobody of a partner lets a partner act.
    let led = helpers.post(&helpers.pia, &one, &fields).await;
    assert_eq!(led.location, "/partner/customers");
    let granted = helpers.post(&helpers.dana, &one, &fields).await;
    assert_eq!(granted.location, "/organisation/partners?done=granted");
    let again = helpers.post(&helpers.dana, &one, &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.has(&["acts for you already"]);

    // Nobody acts before the partner names them, and no more than were let.
    let case = helpers.world.request(&helpers.dana, 'C').await;
    assert_eq!(
        helpers.get(&helpers.pia, &at(&case)).await.status,
        StatusCode::FORBIDDEN
    );
    helpers.named(helpers.account, &helpers.pia.clone()).await;
    let page = helpers.get(&helpers.pia, &at(&case)).await;
    assert_eq!(page.status, StatusCode::OK);
    page.has(&["You act for Contoso, until Mon 3 May 2027."]);
    let everybody = [helpers.pia.session.person.id, helpers.ana.session.person.id];
    let two = helpers
        .world
        .app
        .name_people(&helpers.pia.session, helpers.account, &everybody);
    assert!(two.await.is_ok());
    let listed = helpers.get(&helpers.dana, "/organisation/partners").await;
    listed.has(&["Helpers Ltd", "Ana Lima", "Pia Partner", "3 May 2027"]);
    helpers
        .get(&helpers.omar, "/organisation/partners")
        .await
        .lacks(&["Helpers Ltd", "Ana Lima"]);

    // Narrowed to one person: whoever was named first stays.
    let narrow = [
        ("mode", "change"),
        ("kinds", "technical"),
        ("persons", "1"),
        ("until", "2027-05-03"),
        ("reason", "One is enough."),
        ("subscriptions", "all"),
    ];
    let changed = helpers.post(&helpers.dana, &one, &narrow).await;
    assert_eq!(changed.location, "/organisation/partners?done=changed");
    let now = helpers.get(&helpers.dana, &one).await;
    now.has(&["One is enough.", "Changed by", "They know our mail."]);
    let three = helpers
        .world
        .app
        .name_people(&helpers.pia.session, helpers.account, &everybody);
    let refused = three.await.unwrap_err().to_string();
    assert!(refused.contains("lets 1 of you act"), "{refused}");

    helpers.remove().await;
    assert_eq!(
        helpers.get(&helpers.pia, &at(&case)).await.status,
        StatusCode::FORBIDDEN
    );
    let over = helpers.get(&helpers.dana, &one).await;
    over.has(&["Removed by", "It is done.", "Let it act"]);
    let log = log_of(&helpers.world, &helpers.dana).await;
    let said = acts(&log);
    for act in [
        "delegation.granted",
        "delegation.named",
        "delegation.changed",
        "delegation.removed",
    ] {
        assert!(said.contains(&act), "{act}: {said:?}");
    }
    let named = log
        .iter()
        .find(|line| line.act == "delegation.named")
        .unwrap();
    assert_eq!(named.by.partner, Some(helpers.partner));
}

#[tokio::test]
async fn a_partner_asks_and_the_customer_gives_less_declines_or_does_not_answer() {
    let helpers = Helpers::new().await;
    let number = helpers
        .get(&helpers.dana, "/home")
        .await
        .html
        .split_once("Customer number</dt><dd><bdi>")
        .map(|(_, rest)| rest.split('<').next().unwrap().to_owned())
        .unwrap();
    let asks = |customer: &'static str, number: &str| {
        [
            ("number", number.to_owned()),
            ("customer", customer.to_owned()),
            ("kinds", "technical".to_owned()),
            ("kinds", "billing".to_owned()),
            ("persons", "2".to_owned()),
            ("reason", "We run your mail.".to_owned()),
        ]
    };
    let post = async |who: &Persona, fields: [(&'static str, String); 6]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        helpers.post(who, "/partner/asks", &fields).await
    };
    // A number alone does not say whose it is.
    let wrong = post(&helpers.pia, asks("Fabrikam", &number)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&[
        "No customer has this number and this name",
        "We run your mail.",
    ]);
    let agent = post(&helpers.ana, asks("Contoso", &number)).await;
    assert_eq!(agent.status, StatusCode::FORBIDDEN);
    let asked = post(&helpers.pia, asks("contoso ", &number)).await;
    assert_eq!(asked.location, "/partner/customers");
    post(&helpers.pia, asks("Contoso", &number))
        .await
        .has(&["asked this customer already"]);

    helpers.world.settle().await;
    helpers
        .get(&helpers.dana, "/notifications")
        .await
        .has(&["A partner asks to act for you"]);
    let waiting = helpers.get(&helpers.dana, "/organisation/partners").await;
    waiting.has(&["Awaiting your approval", "Helpers Ltd", "We run your mail."]);
    helpers
        .get(&helpers.omar, "/organisation/partners")
        .await
        .lacks(&["Awaiting your approval"]);
    // It gave nothing yet.
    helpers
        .get(&helpers.pia, "/partner")
        .await
        .lacks(&["Contoso"]);

    let approval = format!("{}/approval", helpers.one());
    let terms = |kind| {
        [
            ("kinds", kind),
            ("subscriptions", "all"),
            ("persons", "1"),
            ("until", "2026-12-31"),
        ]
    };
    let more = helpers
        .post(&helpers.dana, &approval, &terms("pre-sales"))
        .await;
    assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
    more.has(&["has not asked for this"]);
    let less = helpers
        .post(&helpers.dana, &approval, &terms("technical"))
        .await;
    assert_eq!(less.location, "/organisation/partners?done=granted");
    // Who asked is named first.
    let pia = helpers.world.sign_in(helpers.pia.session.person.id).await;
    assert!(pia.session.grant(Action::Read).is_ok());
    let scope = pia
        .session
        .grant(Action::Read)
        .unwrap()
        .scope()
        .kinds()
        .to_vec();
    assert_eq!(scope, [Kind::Technical]);
    let late = helpers
        .post(&helpers.dana, &approval, &terms("technical"))
        .await;
    assert_eq!(late.location, "/organisation/partners?done=gone");

    // Declined, then not answered at all.
    helpers.remove().await;
    post(&helpers.pia, asks("Contoso", &number)).await;
    let refusal = format!("{}/refusal", helpers.one());
    let declined = helpers
        .post(&helpers.dana, &refusal, &[("reason", "Not now.")])
        .await;
    assert_eq!(declined.location, "/organisation/partners?done=declined");
    helpers
        .get(&helpers.pia, "/partner/customers")
        .await
        .has(&["Declined"]);
    post(&helpers.pia, asks("Contoso", &number)).await;
    helpers.world.pass(90 * 24 * 60);
    helpers.world.settle().await;
    let pia = helpers.world.sign_in(helpers.pia.session.person.id).await;
    let dana = helpers.world.sign_in(helpers.dana.session.person.id).await;
    helpers
        .get(&pia, "/partner/customers")
        .await
        .has(&["Lapsed"]);
    let late = helpers.post(&dana, &approval, &terms("technical")).await;
    assert_eq!(late.location, "/organisation/partners?done=gone");
    assert!(acts(&log_of(&helpers.world, &dana).await).contains(&"delegation.lapsed"));
}

#[tokio::test]
async fn the_inbox_spans_customers_within_what_each_delegated() {
    let mut helpers = Helpers::new().await;
    helpers.delegated(&[Kind::Technical], 300).await;
    let ours = (1, 300);
    helpers
        .world
        .delegate(&helpers.omar, helpers.partner, &[Kind::Technical], ours)
        .await;
    helpers.named(helpers.fabrikam, &helpers.pia.clone()).await;
    let third = helpers.world.account("Tailspin", "de", "e3").await;
    let tess = helpers.world.administrator("Tess", third).await;
    let (contoso, fabrikam) = (
        helpers.answered().await,
        helpers.world.request(&helpers.omar, 'C').await,
    );
    helpers.world.request(&tess, 'A').await;
    let billing = mainstay_app::intake::Submission {
        kind: Kind::Billing,
        impact: None,
        subject: "An invoice twice".to_owned(),
        ..mainstay_testkit::submission('C')
    };
    helpers
        .world
        .app
        .submit(&helpers.omar.session, billing)
        .await
        .unwrap();

    let inbox = helpers.get(&helpers.pia, "/partner").await;
    inbox.has(&[
        "Contoso",
        "Fabrikam",
        &contoso.number.to_string(),
        &fabrikam.number.to_string(),
    ]);
    inbox.lacks(&["Tailspin", "An invoice twice"]);
    // What waits for an answer comes first.
    let first = inbox.html.find(&contoso.number.to_string()).unwrap();
    assert!(first < inbox.html.find(&fabrikam.number.to_string()).unwrap());
    // Who is not named for a customer has nothing of it; an agent reads what is their own.
    helpers
        .get(&helpers.ana, "/partner")
        .await
        .lacks(&["Contoso", "Fabrikam"]);
    let refused = helpers.get(&helpers.dana, "/partner").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);

    // Another customer's request is offered with a clear sign, and opened by a switch.
    let offered = helpers.get(&helpers.pia, &at(&fabrikam)).await;
    assert_eq!(offered.status, StatusCode::CONFLICT);
    offered.has(&["You act for Contoso just now", "Fabrikam", "/partner/open"]);
    offered.lacks(&["Mail does not arrive"]);
    let number = fabrikam.number.to_string();
    let opened = helpers
        .post(&helpers.pia, "/partner/open", &[("number", &number)])
        .await;
    assert_eq!(opened.location, format!("{}?switched=1", at(&fabrikam)));
    helpers.get(&helpers.pia, &opened.location).await.has(&[
        "You act for Fabrikam, until",
        "You act for another customer now",
    ]);
    // What is a third one's reads as what does not exist.
    let theirs = helpers.world.request(&tess, 'C').await.number.to_string();
    for number in [theirs.as_str(), "100-999"] {
        let page = helpers
            .post(&helpers.pia, "/partner/open", &[("number", number)])
            .await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{number}");
    }
    let page = helpers.get(&helpers.pia, &format!("/cases/{theirs}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    let act = [("account", third.to_string())];
    let act = [("account", act[0].1.as_str())];
    let page = helpers.post(&helpers.pia, "/profile/customer", &act).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_begun_for_one_customer_is_not_sent_for_another() {
    let mut helpers = Helpers::new().await;
    helpers.delegated(&[Kind::Technical], 300).await;
    helpers
        .world
        .delegate(&helpers.omar, helpers.partner, &[Kind::Technical], (1, 300))
        .await;
    helpers.named(helpers.fabrikam, &helpers.pia.clone()).await;
    let begun = helpers.get(&helpers.pia, "/cases/new").await;
    assert_eq!(begun.hidden("customer"), helpers.account.to_string());
    let typed = [
        ("customer", begun.hidden("customer")),
        ("token", begun.hidden("token")),
        ("kind", "technical".to_owned()),
        ("subject", "Contoso's mail".to_owned()),
        ("body", "It is down.".to_owned()),
        ("affected", "several".to_owned()),
        ("work", "impaired".to_owned()),
    ];
    let typed: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let fabrikam = helpers.fabrikam.to_string();
    helpers
        .post(&helpers.pia, "/profile/customer", &[("account", &fabrikam)])
        .await;
    let page = helpers.post(&helpers.pia, "/cases/new/send", &typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has(&["You began this for another customer", "It is down."]);
    helpers
        .get(&helpers.omar, "/cases")
        .await
        .lacks(&["Contoso"]);
    helpers
        .get(&helpers.dana, "/cases")
        .await
        .lacks(&["s mail"]);
}

#[tokio::test]
async fn what_a_partner_does_is_signed_and_stays_when_it_is_gone() {
    let mut helpers = Helpers::new().await;
    helpers.delegated(&[Kind::Technical], 300).await;
    let case = helpers.answered().await;
    let reply = [("body", "Yes, twice."), ("next", "vendor")];
    helpers
        .upload(&helpers.pia, &format!("{}/replies", at(&case)), &reply, &[])
        .await;
    let signature = "Helpers Ltd, for Contoso";
    helpers.remove().await;
    for who in [&helpers.dana, &helpers.mara] {
        let page = helpers.get(who, &at(&case)).await;
        page.has(&["Yes, twice.", "Pia Partner", signature]);
    }
    let log = log_of(&helpers.world, &helpers.dana).await;
    let line = log
        .iter()
        .find(|line| line.act == "case.replied" && line.by.partner.is_some());
    let line = line.unwrap();
    assert_eq!(line.by.partner, Some(helpers.partner));
    assert_eq!(line.by.person, Some(helpers.pia.session.person.id));
}

#[tokio::test]
async fn a_partner_cut_off_while_typing_keeps_the_text_and_has_nothing_else() {
    let mut helpers = Helpers::new().await;
    helpers.delegated(&[Kind::Technical], 300).await;
    let case = helpers.answered().await;
    let files = [("trace.txt", "a trace")];
    let first = [("body", "With a trace."), ("next", "vendor")];
    helpers
        .upload(
            &helpers.dana,
            &format!("{}/replies", at(&case)),
            &first,
            &files,
        )
        .await;
    let page = helpers.get(&helpers.pia, &at(&case)).await;
    let (_, file) = page
        .html
        .split_once(&format!("{}/files/", at(&case)))
        .unwrap();
    let file = format!("{}/files/{}", at(&case), &file[..36]);
    assert_eq!(
        helpers.get(&helpers.pia, &file).await.status,
        StatusCode::OK
    );
    let token = helpers.token().await;
    assert_eq!(call(&helpers, &token).await, StatusCode::OK);
    let draft = format!("{}/drafts/reply", at(&case));
    let half = [("body", "I was about to say"), ("next", "vendor")];
    assert_eq!(
        helpers.post(&helpers.pia, &draft, &half).await.status,
        StatusCode::NO_CONTENT
    );
    // A notice to Pia waits: she is the requester of another request.
    let own = helpers.world.request(&helpers.pia, 'C').await;
    helpers.world.settle().await;
    let before = unread(&helpers).await;
    helpers.answer(&own, "Done.", NextTurn::Customer).await;
    let mut stream = live(&helpers, "requests").await;

    helpers.remove().await;

    // In the middle of typing: refused, in words, with the text to copy.
    let replies = format!("{}/replies", at(&case));
    let typed = [("body", "I was about to say **this**."), ("next", "vendor")];
    let refused = helpers.upload(&helpers.pia, &replies, &typed, &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.has(&[
        "Contoso has removed your right to act for them.",
        "Your text was not sent; copy it here.",
        "I was about to say **this**.",
    ]);
    helpers
        .get(&helpers.dana, &at(&case))
        .await
        .lacks(&["I was about"]);
    // A request that was being written, too.
    let sent = helpers
        .post(
            &helpers.pia,
            "/cases/new/send",
            &[("subject", "New"), ("body", "All of this")],
        )
        .await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
    sent.has(&["Contoso has removed your right", "All of this"]);
    // Nothing else is left: pages, files, drafts, tokens, the stream, notices.
    for path in [at(&case).as_str(), file.as_str()] {
        let page = helpers.get(&helpers.pia, path).await;
        assert!(
            [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND].contains(&page.status),
            "{path}"
        );
        page.lacks(&["Mail does not arrive", "a trace"]);
    }
    for path in [
        "/partner",
        "/home",
        "/cases",
        "/notifications",
        "/search?q=mail",
    ] {
        helpers
            .get(&helpers.pia, path)
            .await
            .lacks(&["Contoso", "Mail does not arrive"]);
    }
    assert_eq!(
        helpers.post(&helpers.pia, &draft, &half).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(call(&helpers, &token).await, StatusCode::FORBIDDEN);
    assert!(ends(&mut stream).await, "the stream goes on");
    helpers.world.settle().await;
    assert_eq!(
        unread(&helpers).await,
        before,
        "a notice was delivered after the removal"
    );

    // The draft is hers still: let in again, she finds it.
    helpers.delegated(&[Kind::Technical], 300).await;
    helpers
        .get(&helpers.pia, &at(&case))
        .await
        .has(&["I was about to say"]);
}

/// The status of a call with a token.
async fn call(helpers: &Helpers, token: &str) -> StatusCode {
    let request = Request::get("/api/v1/cases")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty());
    helpers
        .router
        .clone()
        .oneshot(request.unwrap())
        .await
        .unwrap()
        .status()
}

/// How many notices Pia ever got, whoever she acts for.
async fn unread(helpers: &Helpers) -> i64 {
    let (person, account) = (helpers.pia.session.person.id, helpers.account);
    let read = async |tx: &mut mainstay_store::Tx<'_>| {
        mainstay_store::inbox::unread(tx, person, Some(account), None).await
    };
    helpers
        .world
        .app
        .db()
        .read::<_, mainstay_store::Error, _>(read)
        .await
        .unwrap()
}

/// Pia's stream of changes.
async fn live(helpers: &Helpers, topics: &str) -> Body {
    let request = Request::get(format!("/live?topics={topics}"))
        .header(header::COOKIE, format!("mainstay={}", helpers.pia.cookie))
        .body(Body::empty());
    let answer = helpers
        .router
        .clone()
        .oneshot(request.unwrap())
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.into_body()
}

/// Whether a stream ends without another word.
async fn ends(stream: &mut Body) -> bool {
    stream.frame().await.is_none()
}

#[tokio::test]
async fn a_delegation_ends_on_its_day_and_can_be_given_up_before() {
    let mut helpers = Helpers::new().await;
    helpers.delegated(&[Kind::Technical], 10).await;
    let case = helpers.answered().await;
    helpers.world.pass(10 * 24 * 60);
    let pia = helpers.world.sign_in(helpers.pia.session.person.id).await;
    helpers.pia = pia;
    helpers
        .get(&helpers.pia, "/partner")
        .await
        .lacks(&["Contoso"]);
    helpers
        .get(&helpers.pia, "/partner/customers")
        .await
        .has(&["Contoso", "No longer"]);
    let dana = helpers.world.sign_in(helpers.dana.session.person.id).await;
    helpers.pages.dana = dana;
    // Who acted for it when the page was drawn is told the day.
    helpers.delegated(&[Kind::Technical], 5).await;
    helpers.world.pass(5 * 24 * 60);
    let typed = [("body", "One more thing"), ("next", "vendor")];
    let late = helpers
        .upload(&helpers.pia, &format!("{}/replies", at(&case)), &typed, &[])
        .await;
    assert_eq!(late.status, StatusCode::FORBIDDEN);
    late.has(&["Your right to act for Contoso ended on", "One more thing"]);

    let dana = helpers.world.sign_in(helpers.dana.session.person.id).await;
    helpers.pages.dana = dana;
    helpers.delegated(&[Kind::Technical], 300).await;
    let leave = format!("/partner/customers/{}/renunciation", helpers.account);
    let agent = helpers.post(&helpers.ana, &leave, &[]).await;
    assert_eq!(agent.status, StatusCode::FORBIDDEN);
    let elsewhere = format!("/partner/customers/{}/renunciation", helpers.fabrikam);
    helpers.post(&helpers.pia, &elsewhere, &[]).await;
    assert_eq!(
        helpers.get(&helpers.pia, &at(&case)).await.status,
        StatusCode::OK
    );
    helpers
        .post(&helpers.pia, &leave, &[("reason", "We close.")])
        .await;
    assert_eq!(
        helpers.get(&helpers.pia, &at(&case)).await.status,
        StatusCode::FORBIDDEN
    );
    helpers.world.settle().await;
    helpers
        .get(&helpers.dana, "/notifications")
        .await
        .has(&["given up its right"]);
    helpers
        .get(&helpers.dana, &helpers.one())
        .await
        .has(&["Given up by", "We close."]);
    let log = log_of(&helpers.world, &helpers.dana).await;
    let line = log
        .iter()
        .find(|line| line.act == "delegation.renounced")
        .unwrap();
    assert_eq!(line.by.partner, Some(helpers.partner));
}

#[tokio::test]
async fn another_partner_and_whoever_is_not_named_have_nothing() {
    let mut helpers = Helpers::new().await;
    helpers.delegated(&[Kind::Technical], 300).await;
    let case = helpers.answered().await;
    let other = helpers.world.partner("Other Helpers").await;
    let role = Role::PartnerAdmin;
    let otto = helpers
        .world
        .person("Otto", Organisation::Partner(other), role)
        .await;
    let account = helpers.account.to_string();
    for who in [&otto, &helpers.ana] {
        helpers
            .get(who, "/partner")
            .await
            .lacks(&["Contoso", "Mail does not arrive"]);
        let page = helpers.get(who, &at(&case)).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        let act = helpers
            .post(who, "/profile/customer", &[("account", &account)])
            .await;
        assert_eq!(act.status, StatusCode::NOT_FOUND);
    }
    let app = &helpers.world.app;
    let ids = [otto.session.person.id];
    let theirs = app.name_people(&otto.session, helpers.account, &ids).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    let foreign = app
        .name_people(&helpers.pia.session, helpers.account, &ids)
        .await;
    assert!(
        matches!(
            foreign,
            Err(Error::Field {
                field: "people",
                ..
            })
        ),
        "{foreign:?}"
    );
    let entry = mainstay_store::partners::Entry::default();
    let entry = app.save_entry(&otto.session, helpers.partner, entry).await;
    assert!(matches!(entry, Err(Error::NotFound)), "{entry:?}");
    // An agent who is named opens requests and follows their own.
    helpers.named(helpers.account, &helpers.ana.clone()).await;
    let own = helpers.world.request(&helpers.ana, 'C').await;
    helpers
        .get(&helpers.ana, "/partner")
        .await
        .has(&["Contoso", &own.number.to_string()]);
    assert_eq!(
        helpers.get(&helpers.ana, &at(&own)).await.status,
        StatusCode::OK
    );
    let page = helpers.get(&helpers.ana, &at(&case)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    // Deactivated, she is no longer named, and the customer's log says so.
    let person = helpers.ana.session.person.id;
    let set = helpers
        .world
        .app
        .set_partner_person(&helpers.pia.session, person, false);
    set.await.unwrap();
    let log = log_of(&helpers.world, &helpers.dana).await;
    assert!(acts(&log).contains(&"person.deactivated"));
    let close = Command::Close {
        reason: String::new(),
    };
    let refused = helpers
        .world
        .app
        .act(&helpers.ana.session, own.number, close)
        .await;
    assert!(matches!(refused, Err(Error::SignedOut)), "{refused:?}");
}

#[tokio::test]
async fn a_partner_is_found_by_region_language_and_speciality() {
    let helpers = Helpers::new().await;
    let none = helpers.open("/partners").await;
    none.has(&["No partner is listed yet"]);
    let entry = [
        ("about", "We move mail."),
        ("contact", "hello@helpers.example"),
        ("regions", "de"),
        ("regions", "gb"),
        ("languages", "German\nEnglish"),
        ("specialities", "Migrations\n\nMigrations\nTraining"),
        ("listed", "on"),
    ];
    let refused = helpers.post(&helpers.ana, "/partner/entry", &entry).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let empty = helpers
        .post(&helpers.pia, "/partner/entry", &[("listed", "on")])
        .await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = helpers.post(&helpers.pia, "/partner/entry", &entry).await;
    assert_eq!(saved.location, "/partners");
    let all = helpers.open("/partners").await;
    all.has(&[
        "Helpers Ltd",
        "We move mail.",
        "Migrations, Training",
        "Germany",
    ]);
    all.lacks(&["/organisation/partners/"]);
    let query = "/partners?region=gb&language=German&speciality=Training";
    helpers.open(query).await.has(&["Helpers Ltd"]);
    let wrong = helpers.open("/partners?region=jp&language=German").await;
    wrong.lacks(&["We move mail."]).has(&["No partner fits"]);
    // Whoever may, lets it act from there.
    helpers
        .get(&helpers.dana, "/partners")
        .await
        .has(&[&helpers.one()]);
    helpers
        .get(&helpers.uma, "/partners")
        .await
        .lacks(&[&helpers.one()]);
    let form = helpers.get(&helpers.dana, &helpers.one()).await;
    form.has(&["We move mail.", "Let it act"]);
    // The vendor edits it as well.
    let manager = helpers.world.colleague("Helen", Role::Manager).await;
    let desk = format!("/desk/partners/{}", helpers.partner);
    helpers.get(&manager, &desk).await.has(&["We move mail."]);
    helpers.post(&manager, &desk, &[("about", "Gone")]).await;
    helpers.open("/partners").await.lacks(&["Helpers Ltd"]);
}

/// The form of a delegation with these boxes ticked.
async fn delegates(helpers: &Helpers, mode: &str, ticked: &[&str]) -> Page {
    let mut fields = vec![
        ("mode", mode),
        ("kinds", "technical"),
        ("persons", "2"),
        ("until", "2027-05-03"),
        ("reason", "They know our mail."),
    ];
    fields.extend(ticked.iter().map(|one| ("subscriptions", *one)));
    helpers.post(&helpers.dana, &helpers.one(), &fields).await
}

#[tokio::test]
async fn a_customer_ticks_all_subscriptions_or_some_of_its_own() {
    let helpers = Helpers::new().await;
    let world = &helpers.world;
    let one = world.held(helpers.account).await[0].to_string();
    world.subscribe(helpers.account, "e4", None, None).await;
    let theirs = world.held(helpers.fabrikam).await[0].to_string();
    let all = "All subscriptions, also later ones";
    let form = helpers.get(&helpers.dana, &helpers.one()).await;
    form.has(&[all, "value=\"all\" checked", &one, "25 seats, since"]);
    form.lacks(&[&theirs]);
    // Wrong ones are named at their field, and what was typed stays.
    for (ticked, words) in [
        (&[][..], "Choose at least one subscription"),
        (
            &["all", &one][..],
            "Tick either all subscriptions or single ones",
        ),
        (&[theirs.as_str()][..], "Choose among your subscriptions"),
        (&["e3"][..], "Choose among your subscriptions"),
    ] {
        let refused = delegates(&helpers, "grant", ticked).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        refused.has(&[words, "They know our mail."]);
        refused.lacks(&[&theirs]);
    }
    let granted = delegates(&helpers, "grant", &[&one]).await;
    assert_eq!(granted.location, "/organisation/partners?done=granted");
    // Both sides read which it is, and the form shows it ticked.
    for (who, path) in [
        (&helpers.dana, "/organisation/partners"),
        (&helpers.pia, "/partner/customers"),
    ] {
        let page = helpers.get(who, path).await;
        page.has(&["For which subscriptions", "(25 seats, since"]);
        page.lacks(&[all]);
    }
    let form = helpers.get(&helpers.dana, &helpers.one()).await;
    form.has(&[&format!("value=\"{one}\" checked")]);
    let widened = delegates(&helpers, "change", &["all"]).await;
    assert_eq!(widened.location, "/organisation/partners?done=changed");
    let page = helpers.get(&helpers.pia, "/partner/customers").await;
    page.has(&[all]);
    let log = log_of(world, &helpers.dana).await;
    let line = log.iter().find(|line| line.act == "delegation.changed");
    let was = line.unwrap().was.as_deref().unwrap();
    assert!(was.contains(&format!("e3 ({one})")), "{was}");
    let page = helpers.get(&helpers.dana, "/log").await;
    page.has(&[&format!("e3 ({one})")]);
}

#[tokio::test]
async fn a_partner_for_one_subscription_has_nothing_of_the_others() {
    let mut helpers = Helpers::new().await;
    let one = helpers.world.held(helpers.account).await[0];
    let account = helpers.account;
    let other = helpers.world.subscribe(account, "e4", None, None).await;
    let request = async |helpers: &Helpers, subject: &str, subscription| {
        let form = mainstay_app::intake::Submission {
            subject: subject.to_owned(),
            subscription: Some(subscription),
            ..mainstay_testkit::submission('B')
        };
        let app = &helpers.world.app;
        app.submit(&helpers.dana.session, form).await.unwrap()
    };
    let here = request(&helpers, "Mail of ours", one).await;
    let there = request(&helpers, "Mail of others", other).await;
    let trace = [("trace.txt", "a trace")];
    let first = [("body", "With a trace."), ("next", "vendor")];
    let replies = format!("{}/replies", at(&there));
    helpers
        .upload(&helpers.dana, &replies, &first, &trace)
        .await;
    let page = helpers.get(&helpers.dana, &at(&there)).await;
    let files = format!("{}/files/", at(&there));
    let (_, file) = page.html.split_once(&files).unwrap();
    let file = format!("{files}{}", &file[..36]);
    delegates(&helpers, "grant", &[&one.to_string()]).await;
    helpers.named(account, &helpers.pia.clone()).await;

    let page = helpers.get(&helpers.pia, &at(&here)).await;
    page.has(&["You act for Contoso under some of its subscriptions, until"]);
    for path in [at(&there).as_str(), file.as_str()] {
        let page = helpers.get(&helpers.pia, path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/home", "/cases", "/partner", "/search?q=mail"] {
        let page = helpers.get(&helpers.pia, path).await;
        page.has(&["Mail of ours"]).lacks(&["Mail of others"]);
    }
    let sees = helpers.get(&helpers.pia, "/cases").await;
    sees.has(&["Only those about the subscriptions it named"]);
    let token = helpers.token().await;
    let listed = helpers.call(&token, "/api/v1/cases").await;
    listed.has(&["Mail of ours"]).lacks(&["Mail of others"]);
    let theirs = format!("/api/v1/cases/{}", there.number);
    let theirs = helpers.call(&token, &theirs).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    // Nor is anything written there: a reply, a draft, what is begun in its name.
    let reply = [("body", "I was about to say"), ("next", "vendor")];
    let draft = format!("{}/drafts/reply", at(&there));
    for path in [replies.as_str(), draft.as_str()] {
        let refused = helpers.upload(&helpers.pia, path, &reply, &[]).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
    }
    helpers
        .get(&helpers.dana, &at(&there))
        .await
        .lacks(&["I was about"]);
    opens_under_its_own(&helpers, other.to_string()).await;
    hears_of_its_own(&helpers, &here, &there).await;

    // Narrowed to the other one, it is the other way round, from the next page on.
    delegates(&helpers, "change", &[&other.to_string()]).await;
    let page = helpers.get(&helpers.pia, &at(&there)).await;
    assert_eq!(page.status, StatusCode::OK);
    let replies = format!("{}/replies", at(&here));
    let late = helpers.upload(&helpers.pia, &replies, &reply, &[]).await;
    assert_eq!(late.status, StatusCode::NOT_FOUND);
    late.has(&["Contoso does not let you do this", "I was about to say"]);
    let number = here.number.to_string();
    let open = [("number", number.as_str())];
    let open = helpers.post(&helpers.pia, "/partner/open", &open).await;
    assert_eq!(open.status, StatusCode::NOT_FOUND);
}

/// The wizard offers Pia the one subscription there is for her, and takes no other.
async fn opens_under_its_own(helpers: &Helpers, other: String) {
    let begun = helpers.get(&helpers.pia, "/cases/new").await;
    begun.lacks(&[&other, "name=\"subscription\""]);
    let typed = [
        ("customer", begun.hidden("customer")),
        ("token", begun.hidden("token")),
        ("kind", "technical".to_owned()),
        ("subject", "Mail once more".to_owned()),
        ("body", "It is down.".to_owned()),
        ("affected", "several".to_owned()),
        ("work", "impaired".to_owned()),
        ("subscription", other),
    ];
    let mut typed: Vec<(&str, &str)> = typed
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let refused = helpers.post(&helpers.pia, "/cases/new/send", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["It is down."]);
    typed.pop();
    let sent = helpers.post(&helpers.pia, "/cases/new/send", &typed).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    helpers
        .get(&helpers.pia, "/cases")
        .await
        .has(&["Mail once more"]);
}

/// Of two requests that change, Pia's stream tells of hers.
async fn hears_of_its_own(helpers: &Helpers, here: &Case, there: &Case) {
    let (here_topic, there_topic) = (
        format!("case-{}", here.number),
        format!("case-{}", there.number),
    );
    let topics = format!("requests+partner+{here_topic}+{there_topic}");
    let mut stream = live(helpers, &topics).await;
    helpers.answer(there, "Done.", NextTurn::Customer).await;
    helpers.answer(here, "Done.", NextTurn::Customer).await;
    let frame = stream.frame().await.unwrap().unwrap();
    let said = String::from_utf8_lossy(frame.data_ref().unwrap()).into_owned();
    assert!(said.contains(&here_topic), "{said}");
    assert!(!said.contains(&there_topic), "{said}");
}
