//! Confidential files through the router: who gets one, what is owed for it, what the log says, and
//! what everybody else sees of it.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod portal_world;

use axum::http::StatusCode;
use mainstay_app::Credential;
use mainstay_app::intake::Submission;
use mainstay_domain::access::Role;
use mainstay_domain::case::Case;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PartnerId;
use mainstay_store::log::Kept;
use mainstay_store::people::Organisation;
use mainstay_testkit::{Persona, submission};
use portal_world::{Page, Pages, at};

const BYTES: &str = "the password of the connector";
const NAME: &str = "connector.key";
const WHY: (&str, &str) = ("reason", "The connector has to be set up anew");

/// Somebody of the customer in a role.
async fn at_contoso(pages: &Pages, name: &str, role: Role) -> Persona {
    let organisation = Organisation::Account(pages.account);
    pages.world.person(name, organisation, role).await
}

/// A request of Dana's, of a kind.
async fn opened(pages: &Pages, kind: Kind) -> Case {
    let new = Submission {
        kind,
        impact: submission('B').impact.filter(|_| kind == Kind::Technical),
        ..submission('B')
    };
    let app = &pages.world.app;
    app.submit(&pages.dana.session, new).await.unwrap()
}

/// Somebody replies with a file, confidential or not; its address.
async fn sent(pages: &Pages, who: &Persona, case: &Case, confidential: bool) -> String {
    let mut fields = vec![("body", "Here it is.")];
    if confidential {
        fields.push(("confidential", "on"));
    }
    let to = format!("{}/replies", at(case));
    let replied = pages.upload(who, &to, &fields, &[(NAME, BYTES)]).await;
    assert_eq!(replied.status, StatusCode::SEE_OTHER, "{}", replied.html);
    address(&pages.get(who, &at(case)).await, case)
}

/// The address of the file that was sent last.
fn address(page: &Page, case: &Case) -> String {
    let start = format!("{}/files/", at(case));
    let (_, rest) = page.html.rsplit_once(&start).unwrap();
    format!("{start}{}", &rest[..36])
}

#[track_caller]
fn is(page: &Page, status: u16) {
    assert_eq!(page.status.as_u16(), status, "{}", page.html);
    if status != 200 {
        page.lacks(&[BYTES]);
    }
}

/// The downloads in the customer's log, the latest first.
async fn downloads(pages: &Pages) -> Vec<Kept> {
    let mut lines = pages.world.log(Some(pages.account)).await;
    lines.retain(|line| line.act == "case.file-read");
    lines
}

#[tokio::test]
async fn administrators_get_it_at_once_and_an_engineer_says_why_first() {
    let pages = Pages::new().await;
    let case = opened(&pages, Kind::Technical).await;
    let file = sent(&pages, &pages.dana, &case, true).await;
    let sam = at_contoso(&pages, "Sam Support", Role::ServiceSupportAdmin).await;
    for who in [&pages.dana, &sam] {
        let page = pages.get(who, &at(&case)).await;
        page.has(&[&format!("class=\"is-confidential\" href=\"{file}\"")]);
        let got = pages.get(who, &file).await;
        assert_eq!(got.html, BYTES);
        let line = &downloads(&pages).await[0];
        assert_eq!(line.by.person, Some(who.session.person.id));
        assert_eq!(line.reason, None);
    }
    let lea = pages.world.colleague("Lea Sommer", Role::Lead).await;
    for who in [&pages.mara, &lea] {
        let before = downloads(&pages).await.len();
        let question = pages.get(who, &file).await;
        is(&question, 200);
        question
            .lacks(&[BYTES])
            .has(&["Why do you need it?", "in the log of Contoso", NAME]);
        let silent = pages.post(who, &file, &[("reason", "  ")]).await;
        is(&silent, 422);
        silent.has(&["Write why"]);
        assert_eq!(downloads(&pages).await.len(), before, "nothing was given");
        let got = pages.post(who, &file, &[WHY]).await;
        assert_eq!(got.html, BYTES);
        let lines = downloads(&pages).await;
        assert_eq!(lines.len(), before + 1);
        assert_eq!(lines[0].by.person, Some(who.session.person.id));
        assert_eq!(lines[0].reason.as_deref(), Some(WHY.1));
        assert!(lines[0].became.as_ref().unwrap().contains(NAME));
    }
    let number = case.number.to_string();
    pages.get(&pages.dana, "/log").await.has(&[
        "Downloaded a confidential file",
        WHY.1,
        NAME,
        "Mara Lindqvist",
        &number,
    ]);
}

#[tokio::test]
async fn everybody_else_who_reads_the_request_sees_a_lock_and_who_can() {
    let pages = Pages::new().await;
    let case = opened(&pages, Kind::Technical).await;
    let max = pages.world.colleague("Max Vogel", Role::Manager).await;
    let uma = pages.uma.session.person.id.to_string();
    let people = format!("{}/people", at(&case));
    let added = pages.post(&pages.dana, &people, &[("person", &uma)]).await;
    is(&added, 303);
    let file = sent(&pages, &pages.dana, &case, true).await;
    for (who, sentence) in [
        (&pages.uma, "only Dana Whitfield can download it"),
        (&max, "one of these roles to download it: Engineer, Lead"),
    ] {
        let page = pages.get(who, &at(&case)).await;
        page.has(&[NAME, sentence])
            .lacks(&[&format!("href=\"{file}\"")]);
        is(&pages.get(who, &file).await, 403);
        is(&pages.post(who, &file, &[WHY]).await, 403);
    }
    pages.get(&pages.uma, &file).await.has(&[
        "may not download a confidential file",
        "Dana Whitfield",
        "a service support administrator",
    ]);
    assert_eq!(downloads(&pages).await, []);
}

#[tokio::test]
async fn to_those_who_do_not_read_the_request_it_does_not_exist() {
    let pages = Pages::new().await;
    let case = opened(&pages, Kind::Technical).await;
    let file = sent(&pages, &pages.dana, &case, true).await;
    let fabrikam = pages.world.account("Fabrikam", "gb", "e3").await;
    let omar = pages.world.administrator("Omar Haddad", fabrikam).await;
    let bea = pages
        .world
        .colleague("Bea Biller", Role::BillingAgent)
        .await;
    let bill = at_contoso(&pages, "Bill Payer", Role::BillingAdmin).await;
    let ulla = at_contoso(&pages, "Ulla Users", Role::UserManagementAdmin).await;
    for who in [&omar, &bea, &bill, &ulla, &pages.uma] {
        is(&pages.get(who, &file).await, 404);
    }
    is(&pages.post(&omar, &file, &[WHY]).await, 404);
    for who in [&bea, &bill, &ulla, &pages.uma] {
        is(&pages.post(who, &file, &[WHY]).await, 403);
    }
    let root = pages
        .world
        .colleague("Rosa Root", Role::SystemAdministrator)
        .await;
    is(&pages.get(&root, &file).await, 403);
    // The file of another request, and of another customer, under one that is theirs.
    let other = opened(&pages, Kind::Technical).await;
    let (_, id) = file.rsplit_once('/').unwrap();
    let foreign = format!("{}/files/{id}", at(&other));
    for who in [&pages.dana, &pages.mara] {
        is(&pages.get(who, &foreign).await, 404);
        is(&pages.post(who, &foreign, &[WHY]).await, 404);
        let mark = format!("{foreign}/confidentiality");
        is(&pages.get(who, &mark).await, 404);
        is(&pages.post(who, &mark, &[]).await, 404);
    }
    let of_omar = pages.world.request(&omar, 'B').await;
    let stolen = format!("{}/files/{id}", at(&of_omar));
    is(&pages.get(&omar, &stolen).await, 404);
    assert_eq!(downloads(&pages).await, []);
}

#[tokio::test]
async fn at_another_desk_even_whoever_works_the_request_does_not_get_it() {
    let pages = Pages::new().await;
    let case = opened(&pages, Kind::Billing).await;
    let file = sent(&pages, &pages.dana, &case, true).await;
    let bea = pages
        .world
        .colleague("Bea Biller", Role::BillingAgent)
        .await;
    pages
        .get(&bea, &at(&case))
        .await
        .has(&["only administrators of the customer can download it", NAME]);
    is(&pages.get(&bea, &file).await, 403);
    is(&pages.post(&bea, &file, &[WHY]).await, 403);
    // An engineer who was added to it reads along and gets no further.
    is(&pages.get(&pages.mara, &file).await, 404);
    let mara = pages.mara.session.person.id.to_string();
    let people = format!("{}/people", at(&case));
    let added = pages.post(&bea, &people, &[("person", &mara)]).await;
    is(&added, 303);
    let later = sent(&pages, &pages.dana, &case, true).await;
    is(&pages.get(&pages.mara, &at(&case)).await, 200);
    is(&pages.get(&pages.mara, &later).await, 403);
    is(&pages.post(&pages.mara, &later, &[WHY]).await, 403);
    // What she uploaded herself she gets back.
    let own = sent(&pages, &bea, &case, true).await;
    assert_eq!(pages.get(&bea, &own).await.html, BYTES);
    assert_eq!(downloads(&pages).await.len(), 1);
}

#[tokio::test]
async fn whoever_uploaded_it_gets_it_back_and_that_is_logged_too() {
    let pages = Pages::new().await;
    let case = opened(&pages, Kind::Technical).await;
    let uma = pages.uma.session.person.id;
    let people = format!("{}/people", at(&case));
    let person = uma.to_string();
    pages
        .post(&pages.dana, &people, &[("person", &person)])
        .await;
    let own = sent(&pages, &pages.uma, &case, true).await;
    assert_eq!(pages.get(&pages.uma, &own).await.html, BYTES);
    let of_engineer = sent(&pages, &pages.mara, &case, true).await;
    assert_eq!(pages.get(&pages.mara, &of_engineer).await.html, BYTES);
    let by: Vec<_> = downloads(&pages).await;
    let by: Vec<_> = by.iter().map(|line| line.by.person).collect();
    assert_eq!(by, [Some(pages.mara.session.person.id), Some(uma)]);
    is(&pages.get(&pages.uma, &of_engineer).await, 403);
    // Out of the request, out of its files.
    let removal = format!("{}/people/removal", at(&case));
    let removed = pages
        .post(&pages.dana, &removal, &[("person", &person)])
        .await;
    is(&removed, 303);
    is(&pages.get(&pages.uma, &own).await, 404);
}

/// A partner that Contoso lets act, with somebody who runs it and somebody who works there.
async fn helpers(pages: &Pages) -> (PartnerId, Persona, Persona) {
    let world = &pages.world;
    let partner = world.partner("Helpers Ltd").await;
    let at = Organisation::Partner(partner);
    let pia = world.person("Pia Partner", at, Role::PartnerAdmin).await;
    let ana = world.person("Ana Lima", at, Role::PartnerAgent).await;
    world
        .delegate(&pages.dana, partner, &[Kind::Technical], (2, 300))
        .await;
    let both = [pia.session.person.id, ana.session.person.id];
    let named = world.app.name_people(&pia.session, pages.account, &both);
    named.await.unwrap();
    let (pia, ana) = (world.sign_in(both[0]).await, world.sign_in(both[1]).await);
    (partner, pia, ana)
}

#[tokio::test]
async fn a_partner_gets_none_but_its_people_s_own_and_stands_in_the_log_by_name() {
    let pages = Pages::new().await;
    let case = opened(&pages, Kind::Technical).await;
    let (partner, pia, ana) = helpers(&pages).await;
    let file = sent(&pages, &pages.dana, &case, true).await;
    is(&pages.get(&ana, &file).await, 404);
    let person = ana.session.person.id.to_string();
    let people = format!("{}/people", at(&case));
    let added = pages
        .post(&pages.dana, &people, &[("person", &person)])
        .await;
    is(&added, 303);
    let later = sent(&pages, &pages.dana, &case, true).await;
    for who in [&pia, &ana] {
        pages
            .get(who, &at(&case))
            .await
            .has(&["only administrators of Contoso and the engineers"])
            .lacks(&[&format!("href=\"{later}\"")]);
        is(&pages.get(who, &later).await, 403);
        is(&pages.post(who, &later, &[WHY]).await, 403);
    }
    let own = sent(&pages, &pia, &case, true).await;
    assert_eq!(pages.get(&pia, &own).await.html, BYTES);
    is(&pages.get(&ana, &own).await, 403);
    let lines = downloads(&pages).await;
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].by.partner, Some(partner));
    // Cut off, even their own is gone.
    let terms = format!("/organisation/partners/{partner}/removal");
    let removed = pages
        .post(&pages.dana, &terms, &[("reason", "It is done")])
        .await;
    is(&removed, 303);
    let after = pages.get(&pia, &own).await;
    assert_ne!(after.status, StatusCode::OK, "{}", after.html);
}

#[tokio::test]
async fn whoever_views_as_the_customer_and_programs_get_none() {
    let pages = Pages::new().await;
    let case = opened(&pages, Kind::Technical).await;
    let of_dana = sent(&pages, &pages.dana, &case, true).await;
    let of_mara = sent(&pages, &pages.mara, &case, true).await;
    let dana = pages.dana.session.person.id;
    let app = &pages.world.app;
    let begun = app
        .begin_view(
            &pages.mara.session,
            pages.account,
            dana,
            "They cannot find it",
        )
        .await
        .unwrap();
    let credential = Credential::session(&begun.token);
    let viewing = Persona {
        session: app.session(credential).await.unwrap(),
        cookie: begun.token,
    };
    pages
        .get(&viewing, &at(&case))
        .await
        .has(&[NAME, "only Dana Whitfield can download it"]);
    for file in [&of_dana, &of_mara] {
        is(&pages.get(&viewing, file).await, 403);
        is(&pages.post(&viewing, file, &[WHY]).await, 403);
        let mark = format!("{file}/confidentiality");
        is(&pages.post(&viewing, &mark, &[]).await, 403);
    }
    let token = app.create_token(&pages.dana.session, "walk").await.unwrap();
    let called = pages.call(&token, &of_dana).await;
    is(&called, 303);
    assert!(called.location.starts_with("/sign-in"));
    let read = pages
        .call(&token, &format!("/api/v1/cases/{}", case.number))
        .await;
    read.has(&["\"is_confidential\":true", NAME]);
    assert_eq!(downloads(&pages).await, []);
}

#[tokio::test]
async fn a_file_is_marked_later_by_whoever_gets_it_and_for_good() {
    let pages = Pages::new().await;
    let case = opened(&pages, Kind::Technical).await;
    let max = pages.world.colleague("Max Vogel", Role::Manager).await;
    let (_, pia, _) = helpers(&pages).await;
    let file = sent(&pages, &pages.dana, &case, false).await;
    for who in [&pages.dana, &pages.mara, &pia] {
        assert_eq!(pages.get(who, &file).await.html, BYTES);
        assert_eq!(downloads(&pages).await, [], "it is for all who have files");
    }
    is(&pages.get(&max, &file).await, 403);
    pages
        .get(&max, &at(&case))
        .await
        .has(&["reads requests without their files"])
        .lacks(&[&file]);
    let mark = format!("{file}/confidentiality");
    pages.get(&max, &at(&case)).await.lacks(&[&mark]);
    is(&pages.get(&max, &mark).await, 403);
    is(&pages.post(&max, &mark, &[]).await, 403);
    is(&pages.post(&pages.uma, &mark, &[]).await, 404);
    pages
        .get(&pages.dana, &mark)
        .await
        .has(&["cannot be taken back"])
        .lacks(&["You will not be able"]);
    pages.get(&pia, &at(&case)).await.has(&[&mark]);
    pages.get(&pia, &mark).await.has(&["You will not be able"]);
    let marked = pages.post(&pia, &mark, &[]).await;
    assert_eq!(marked.location, format!("{}?done=confidential", at(&case)));
    let lines = pages.world.log(Some(pages.account)).await;
    let marks = |lines: &[Kept]| {
        let marks = lines.iter().filter(|line| line.act == "case.file-marked");
        marks.map(|line| line.by.person).collect::<Vec<_>>()
    };
    assert_eq!(marks(&lines), [Some(pia.session.person.id)]);
    for who in [&max, &pia] {
        is(&pages.get(who, &file).await, 403);
    }
    // Once more changes nothing.
    is(&pages.post(&pages.dana, &mark, &[]).await, 303);
    let lines = pages.world.log(Some(pages.account)).await;
    assert_eq!(marks(&lines).len(), 1);
    pages
        .get(&pages.dana, &mark)
        .await
        .has(&["confidential already"]);
    pages.get(&pages.dana, &at(&case)).await.lacks(&[&mark]);
}

#[tokio::test]
async fn a_new_request_comes_with_files_of_which_some_are_confidential() {
    let pages = Pages::new().await;
    let first = pages.get(&pages.dana, "/cases/new").await;
    let token = first.hidden("token");
    let kind = [("token", token.as_str()), ("kind", "technical")];
    pages.post(&pages.dana, "/cases/new", &kind).await;
    let typed = [
        ("token", token.as_str()),
        ("kind", "technical"),
        ("subject", "Mail does not arrive"),
        ("body", "Since this morning."),
        ("affected", "several"),
        ("work", "impaired"),
        ("workaround", "no"),
    ];
    let details = "/cases/new/details";
    pages
        .get(&pages.dana, details)
        .await
        .has(&["These files are confidential", "Engineer, Lead"]);
    let marked = [&typed[..], &[("confidential", "on")]].concat();
    let files = [(NAME, BYTES), ("trace.txt", "0123")];
    let sent = pages.upload(&pages.dana, details, &marked, &files).await;
    assert_eq!(sent.location, "/cases/new/review");
    pages
        .get(&pages.dana, "/cases/new/review")
        .await
        .has(&[NAME, "trace.txt", "Confidential"]);
    // One of them is not confidential after all.
    let unmarked = [&typed[..], &[("mark", "1")]].concat();
    let unmarked = pages.upload(&pages.dana, details, &unmarked, &[]).await;
    assert_eq!(unmarked.location, "/cases/new/details#files");
    pages
        .get(&pages.dana, details)
        .await
        .has(&["Not confidential", "Mark as confidential"])
        .lacks(&["name=\"confidential\" value=\"on\" checked"]);
    let sent = pages.post(&pages.dana, "/cases/new/send", &typed).await;
    is(&sent, 303);
    let number = &sent.location[..sent.location.find('?').unwrap()];
    let page = pages.get(&pages.mara, number).await;
    let (_, rest) = page.html.split_once(NAME).unwrap();
    assert!(rest.contains("trace.txt"), "{}", page.html);
    let links = page.html.matches("class=\"is-confidential\" href").count();
    assert_eq!(links, 2, "once with the words and once in the list");
}

/// Uwe asks his administrators with a confidential file; the address of his request.
async fn asked(pages: &Pages) -> String {
    let question = [
        ("category", "connectivity"),
        ("subject", "The wiki does not load"),
        ("body", "Since this morning."),
        ("confidential", "on"),
    ];
    let sent = pages
        .upload(&pages.uma, "/ask", &question, &[(NAME, BYTES)])
        .await;
    is(&sent, 303);
    sent.location.trim_end_matches("?done=asked").to_owned()
}

#[tokio::test]
async fn what_people_ask_their_administrators_keeps_its_lock_when_it_is_escalated() {
    let pages = Pages::new().await;
    let ulla = at_contoso(&pages, "Ulla Users", Role::UserManagementAdmin).await;
    let here = asked(&pages).await;
    let served = here.replace("/asked/", "/inbox/");
    let page = pages.get(&ulla, &served).await;
    page.has(&[NAME, "only Dana Whitfield can download it"])
        .lacks(&[&format!("href=\"{served}/files/")]);
    let page = pages.get(&pages.dana, &served).await;
    let (_, rest) = page.html.split_once(&format!("{served}/files/")).unwrap();
    let id = &rest[..36];
    is(
        &pages.get(&ulla, &format!("{served}/files/{id}")).await,
        403,
    );
    let theirs = pages
        .get(&pages.dana, &format!("{served}/files/{id}"))
        .await;
    assert_eq!(theirs.html, BYTES);
    let own = pages.get(&pages.uma, &format!("{here}/files/{id}")).await;
    assert_eq!(own.html, BYTES);
    let mut lines = pages.world.log(Some(pages.account)).await;
    lines.retain(|line| line.act == "internal.file-read");
    let by: Vec<_> = lines.iter().map(|line| line.by.person).collect();
    let both = [&pages.uma, &pages.dana].map(|who| Some(who.session.person.id));
    assert_eq!(by, both);
    // Somebody brings it to support who does not get it, and gets it no more than before.
    let form = pages.get(&ulla, &format!("{served}/escalation")).await;
    form.has(&["Confidential"]);
    let key = form.hidden("idempotency_key");
    let fields = [
        ("kind", "technical"),
        ("subject", "The wiki does not load"),
        ("body", "Since this morning."),
        ("affected", "several"),
        ("work", "impaired"),
        ("informed", "every-reply"),
        ("idempotency_key", key.as_str()),
        ("carry", id),
    ];
    let sent = pages
        .post(&ulla, &format!("{served}/escalation/send"), &fields)
        .await;
    is(&sent, 303);
    let queue = pages.get(&pages.mara, "/queue?view=open").await;
    let (_, rest) = queue.html.split_once("href=\"/cases/").unwrap();
    let case = format!("/cases/{}", &rest[..7]);
    let page = pages.get(&ulla, &case).await;
    page.has(&[NAME, "only Dana Whitfield can download it"]);
    let page = pages.get(&pages.mara, &case).await;
    let (_, rest) = page.html.split_once(&format!("{case}/files/")).unwrap();
    let file = format!("{case}/files/{}", &rest[..36]);
    is(&pages.get(&ulla, &file).await, 403);
    pages
        .get(&pages.mara, &file)
        .await
        .has(&["Why do you need it?"]);
    assert_eq!(pages.post(&pages.mara, &file, &[WHY]).await.html, BYTES);
    // Uwe takes no part in what it became; his own request still has his file.
    is(&pages.get(&pages.uma, &file).await, 404);
    let own = pages.get(&pages.uma, &format!("{here}/files/{id}")).await;
    assert_eq!(own.html, BYTES);
}
