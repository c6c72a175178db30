//! A new service request, page by page, through the router.

mod portal_world;

use axum::http::StatusCode;
use mainstay_domain::case::SeverityBasis;
use portal_world::{Page, Pages};

const TYPED: [(&str, &str); 6] = [
    ("kind", "technical"),
    ("subject", "No mail since eight"),
    ("body", "Nobody gets *any* mail."),
    ("affected", "everyone"),
    ("work", "stopped"),
    ("workaround", "no"),
];

/// The fields of a form with some of them changed.
fn with<'a>(token: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let is_same = |name: &str| more.iter().any(|(other, _)| *other == name);
    let kept = TYPED.into_iter().filter(|(name, _)| !is_same(name));
    kept.chain([("token", token)])
        .chain(more.iter().copied())
        .collect()
}

/// Goes to the review with the fields typed and a file.
async fn reviewed(pages: &Pages) -> Page {
    let first = pages.get(&pages.dana, "/cases/new").await;
    assert_eq!(first.status, StatusCode::OK);
    let token = first.hidden("token");
    let fields = [
        ("token", token.as_str()),
        ("kind", "technical"),
        ("category", ""),
    ];
    let next = pages.post(&pages.dana, "/cases/new", &fields).await;
    assert_eq!(next.location, "/cases/new/details");
    let details = pages.get(&pages.dana, &next.location).await;
    assert_eq!(details.hidden("token"), token);
    details.has(&[
        "Who is affected?",
        "Is work stopped?",
        "multipart/form-data",
    ]);
    let files = [("trace.txt", "0123456789")];
    let next = pages
        .upload(
            &pages.dana,
            "/cases/new/details",
            &with(&token, &[]),
            &files,
        )
        .await;
    assert_eq!(next.location, "/cases/new/review");
    pages.get(&pages.dana, &next.location).await
}

#[tokio::test]
async fn three_pages_lead_to_a_number_and_a_promise() {
    let pages = Pages::new().await;
    let review = reviewed(&pages).await;
    assert_eq!(review.status, StatusCode::OK);
    review.has(&[
        "Proposed severity",
        "Critical",
        "One or more services cannot be reached",
    ]);
    review.has(&[
        "First response by",
        "Fri 27 Mar 2026, 18:30 CET",
        "1 hour around the clock",
    ]);
    review.has(&[
        "Several people cannot work",
        "24/7 / Response time: one hour",
        "trace.txt",
    ]);
    review.has(&[
        "Your plan Enterprise E3",
        "<em>any</em>",
        "No mail since eight",
        "+49 30",
    ]);
    let token = review.hidden("token");
    let sent = pages
        .post(&pages.dana, "/cases/new/send", &with(&token, &[]))
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(sent.location.ends_with("?done=sent"), "{}", sent.location);
    let case = pages.get(&pages.dana, &sent.location).await;
    case.has(&[
        "Your request was sent.",
        "18:30 CET",
        "+49 30",
        "trace.txt",
        "10 B",
    ]);
    // A second click leads to the same request.
    let again = pages
        .post(&pages.dana, "/cases/new/send", &with(&token, &[]))
        .await;
    assert_eq!(again.location, sent.location);
    let list = pages.get(&pages.dana, "/cases").await;
    assert_eq!(list.html.matches("data-row").count(), 1);
    // The same form with other words is asked about, with nothing lost and nothing sent.
    let other = with(&token, &[("subject", "Something else")]);
    let other = pages.post(&pages.dana, "/cases/new/send", &other).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    other.has(&[
        "You have sent a request from this form already",
        "Something else",
    ]);
    assert_ne!(other.hidden("token"), token);
    // The draft is gone with the request.
    pages
        .get(&pages.dana, "/cases/new")
        .await
        .lacks(&["You have an unsent request"]);
}

#[tokio::test]
async fn every_mistake_is_named_and_nothing_typed_is_lost() {
    let pages = Pages::new().await;
    let fields = [
        ("kind", "technical"),
        ("token", "t1"),
        ("body", "Half of it"),
        ("work", "impaired"),
    ];
    let page = pages
        .upload(
            &pages.dana,
            "/cases/new/details",
            &fields,
            &[("a.txt", "a")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has(&[
        "<title>Error:",
        "#f-subject",
        "#f-affected",
        "Half of it",
        "a.txt",
    ]);
    page.has(&["value=\"impaired\" checked"]);
    page.lacks(&["#f-body", "#f-work\""]);
    let long = "x".repeat(201);
    let page = pages
        .upload(
            &pages.dana,
            "/cases/new/details",
            &with("t1", &[("subject", &long)]),
            &[],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.has(&["This has 201 characters; at most 200 fit", &long]);
    let sent = pages
        .post(
            &pages.dana,
            "/cases/new/send",
            &with("t1", &[("affected", "")]),
        )
        .await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    sent.has(&["#f-affected", "No mail since eight"]);
    let kind = pages
        .post(&pages.dana, "/cases/new", &[("kind", "gossip")])
        .await;
    assert_eq!(kind.status, StatusCode::UNPROCESSABLE_ENTITY);
    kind.has(&["#f-kind"]);
    pages
        .get(&pages.dana, "/cases")
        .await
        .has(&["Nothing open"]);
}

#[tokio::test]
async fn files_are_taken_away_again_and_never_claimed() {
    let pages = Pages::new().await;
    let files = [("one.txt", "1"), ("two.txt", "22")];
    pages
        .upload(&pages.dana, "/cases/new/details", &with("t1", &[]), &files)
        .await;
    let removed = with("t1", &[("remove", "0")]);
    let removed = pages
        .upload(&pages.dana, "/cases/new/details", &removed, &[])
        .await;
    assert_eq!(removed.location, "/cases/new/details#files");
    let details = pages.get(&pages.dana, "/cases/new/details").await;
    details
        .has(&["two.txt", "No mail since eight"])
        .lacks(&["one.txt"]);
    // What a browser says about files is not believed, not even through its drafts.
    let claim = [
        ("files", "[[\"t9\",[{\"name\":\"claimed.txt\"}]]]"),
        ("token", "t9"),
    ];
    pages
        .post(&pages.dana, "/cases/new/draft", &with("t9", &claim[..1]))
        .await;
    let claimed = pages.get(&pages.dana, "/cases/new/review").await;
    claimed.lacks(&["claimed.txt", "two.txt"]);
    // Another person's files are not in reach of their token.
    let other = pages.world.administrator("Otto Other", pages.account).await;
    let sent = pages
        .post(&other, "/cases/new/send", &with("t1", &[]))
        .await;
    pages.get(&other, &sent.location).await.lacks(&["two.txt"]);
}

#[tokio::test]
async fn an_unsent_request_waits_and_can_be_thrown_away() {
    let pages = Pages::new().await;
    let kept = pages
        .post(&pages.dana, "/cases/new/draft", &with("t1", &[]))
        .await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    let first = pages.get(&pages.dana, "/cases/new").await;
    first.has(&["You have an unsent request", "No mail since eight"]);
    assert_eq!(first.hidden("token"), "t1");
    pages
        .get(&pages.dana, "/cases/new/details")
        .await
        .has(&["Nobody gets *any* mail."]);
    pages.post(&pages.dana, "/cases/new/discard", &[]).await;
    pages
        .get(&pages.dana, "/cases/new")
        .await
        .lacks(&["You have an unsent request"]);
    // Without a draft the later pages lead to the first.
    assert_eq!(
        pages.get(&pages.dana, "/cases/new/review").await.location,
        "/cases/new"
    );
}

#[tokio::test]
async fn billing_asks_for_no_impact_and_promises_no_time() {
    let pages = Pages::new().await;
    let fields = [("token", "t1"), ("kind", "billing")];
    pages.post(&pages.dana, "/cases/new", &fields).await;
    pages
        .get(&pages.dana, "/cases/new/details")
        .await
        .lacks(&["Who is affected?"]);
    let typed = [
        ("token", "t1"),
        ("kind", "billing"),
        ("subject", "Two seats too many"),
        ("body", "See it"),
    ];
    let next = pages
        .upload(&pages.dana, "/cases/new/details", &typed, &[])
        .await;
    assert_eq!(next.location, "/cases/new/review");
    let review = pages.get(&pages.dana, &next.location).await;
    review.has(&[
        "No commitment",
        "handled from Mon 30 Mar 2026, 09:00 CEST",
        "has no severities",
    ]);
    let sent = pages.post(&pages.dana, "/cases/new/send", &typed).await;
    let case = pages.get(&pages.dana, &sent.location).await;
    case.has(&["No commitment", "Your plan promises no time", "Billing"]);
}

#[tokio::test]
async fn an_offer_lets_the_customer_set_the_severity() {
    let pages = Pages::holding(Some("premier")).await;
    pages
        .post(&pages.dana, "/cases/new", &with("t1", &[]))
        .await;
    let details = pages.get(&pages.dana, "/cases/new/details").await;
    details.has(&["As proposed", "First response: 4 hours around the clock"]);
    let asked = with("t1", &[("severity", "C")]);
    let next = pages
        .upload(&pages.dana, "/cases/new/details", &asked, &[])
        .await;
    let review = pages.get(&pages.dana, &next.location).await;
    review.has(&[
        "The severity you set",
        "4 hours around the clock",
        "Premier overrides",
    ]);
    let sent = pages.post(&pages.dana, "/cases/new/send", &asked).await;
    let case = pages.get(&pages.dana, &sent.location).await;
    case.has(&["You set this severity yourselves", "Change the severity"]);
    let path = sent.location.split('?').next().unwrap();
    let change = [("severity", "A"), ("reason", "Now everybody is stopped")];
    let changed = pages
        .post(&pages.dana, &format!("{path}/severity"), &change)
        .await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    let page = pages.get(&pages.dana, &changed.location).await;
    page.has(&["changed the severity from C to A", "Severity C became A"]);
    let number = path.rsplit('/').next().unwrap().parse().unwrap();
    let session = pages.mara.session.clone();
    let grant = session
        .grant(mainstay_domain::access::Action::Read)
        .unwrap();
    let case = pages
        .world
        .app
        .db()
        .read(async |tx| mainstay_store::cases::find(tx, &grant, number).await)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(case.severity_basis, SeverityBasis::SetByCustomer);
}

#[tokio::test]
async fn without_such_an_offer_a_severity_is_refused_at_its_field() {
    let pages = Pages::new().await;
    let asked = with("t1", &[("severity", "A")]);
    let sent = pages.post(&pages.dana, "/cases/new/send", &asked).await;
    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY);
    sent.has(&["Your plan leaves the severity to us", "No mail since eight"]);
}

#[tokio::test]
async fn the_vendor_opens_cases_at_its_own_desk() {
    let pages = Pages::new().await;
    let page = pages.get(&pages.mara, "/cases/new").await;
    assert_eq!(page.location, "/desk/new-case");
}
