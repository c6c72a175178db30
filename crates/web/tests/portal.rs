//! The customer's pages through the router, on a real database.

mod portal_world;

use axum::http::StatusCode;
use mainstay_domain::access::Role;
use mainstay_domain::case::{Command, NextTurn};
use mainstay_store::people::Organisation;
use portal_world::{Pages, at};

#[tokio::test]
async fn home_shows_what_waits_what_is_promised_and_how_to_get_help() {
    let pages = Pages::new().await;
    let empty = pages.get(&pages.dana, "/home").await;
    assert_eq!(empty.status, StatusCode::OK);
    empty.has(&[
        "Hello, Dana",
        "Nothing open",
        "Enterprise E3",
        "+49 30",
        "Edition 2019-05-07",
    ]);
    let urgent = pages.world.request(&pages.dana, 'A').await;
    let asked = pages.world.request(&pages.dana, 'C').await;
    pages
        .answer(&asked, "Which version?", NextTurn::Customer)
        .await;
    let home = pages.get(&pages.dana, "/home").await;
    home.has(&[
        "Needs your answer (1)",
        "Your answer needed",
        "First response",
        "in 1 h",
    ]);
    home.has(&[
        &urgent.number.to_string(),
        &asked.number.to_string(),
        "Germany",
    ]);
    // The vendor's own target after that answer is promised to nobody.
    pages
        .answer(&asked, "Thank you, we go on.", NextTurn::Vendor)
        .await;
    pages.act(&pages.dana, &asked, reply("It is 3.2")).await;
    let home = pages.get(&pages.dana, "/home").await;
    home.has(&["no commitment; with us"]);
    let to_queue = pages.get(&pages.mara, "/home").await;
    assert_eq!(to_queue.location, "/queue");
}

fn reply(body: &str) -> Command {
    Command::Reply {
        body: body.to_owned(),
        next: NextTurn::Vendor,
    }
}

fn close() -> Command {
    let reason = String::new();
    Command::Close { reason }
}

#[tokio::test]
async fn an_end_user_is_told_who_speaks_for_them() {
    let pages = Pages::new().await;
    let home = pages.get(&pages.uma, "/home").await;
    assert_eq!(home.status, StatusCode::OK);
    home.has(&[
        "Dana Whitfield",
        "dana.whitfield@example.com",
        "Global administrator",
    ]);
    home.has(&["href=\"/ask\"", "Ask them"]);
    home.lacks(&["New request", "Customer number", "Nothing open"]);
    assert_eq!(
        pages.get(&pages.uma, "/telephone").await.status,
        StatusCode::FORBIDDEN
    );
    let form = pages.get(&pages.uma, "/cases/new").await;
    assert_eq!(form.status, StatusCode::FORBIDDEN);
    form.has(&["Dana Whitfield"]);
    let sent = pages
        .post(&pages.uma, "/cases/new/send", &[("kind", "technical")])
        .await;
    assert_eq!(sent.status, StatusCode::FORBIDDEN);
    let others = pages.world.request(&pages.dana, 'B').await;
    assert_eq!(
        pages.get(&pages.uma, &at(&others)).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn another_accounts_case_does_not_exist() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    let other = pages.world.account("Fabrikam", "us-east", "e1").await;
    let stranger = pages.world.administrator("Sam Stranger", other).await;
    let page = pages.get(&stranger, &at(&case)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.lacks(&["Mail does not arrive"]);
    let reply = pages
        .post(
            &stranger,
            &format!("{}/replies", at(&case)),
            &[("body", "x")],
        )
        .await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let follow = format!("/cases/new?follows={}", case.number);
    assert_eq!(
        pages.get(&stranger, &follow).await.status,
        StatusCode::NOT_FOUND
    );
    pages
        .get(&stranger, "/cases")
        .await
        .lacks(&["Mail does not arrive"]);
}

#[tokio::test]
async fn a_case_shows_its_turn_promise_and_why_and_never_a_note() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    let note = Command::Note {
        body: "Their admin is slow".to_owned(),
    };
    pages.act(&pages.mara, &case, note).await;
    let page = pages.get(&pages.dana, &at(&case)).await;
    assert_eq!(page.status, StatusCode::OK);
    page.has(&[
        "What happens next",
        "An engineer answers by",
        "Sun 29 Mar 2026, 00:00 CET",
        "With us",
    ]);
    page.has(&[
        "Available: 24/7 / Response time: next day",
        "Not 24 hours",
        "In most countries",
    ]);
    page.has(&[
        "the rest of the day you submitted it does not count",
        "1 day",
        "Proposed from your answers",
    ]);
    page.has(&[
        "data-live-topic=\"case-",
        "id=\"composer-reply\"",
        "name=\"last_seen\"",
    ]);
    page.lacks(&["Their admin is slow", "composer-note"]);
    let agent = pages.get(&pages.mara, &at(&case)).await;
    assert_eq!(agent.status, StatusCode::OK);
}

#[tokio::test]
async fn a_missed_promise_is_said_plainly() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'A').await;
    pages.world.pass(90);
    pages.world.settle().await;
    let page = pages.get(&pages.dana, &at(&case)).await;
    page.has(&[
        "We missed our promise.",
        "is still owed",
        "breached 30 min ago",
    ]);
    pages
        .get(&pages.dana, "/cases")
        .await
        .has(&["breached 30 min ago"]);
    pages.answer(&case, "Here we are.", NextTurn::Vendor).await;
    let page = pages.get(&pages.dana, &at(&case)).await;
    page.has(&["We missed our promise.", "30 min late"]);
    pages.get(&pages.dana, "/cases").await.lacks(&["is-late"]);
}

#[tokio::test]
async fn what_is_asked_for_is_ticked_off_and_a_reply_goes_out() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    let ask = Command::AskInformation {
        body: "We need two things.".to_owned(),
        items: vec!["The trace".to_owned(), "The time".to_owned()],
    };
    pages.act(&pages.mara, &case, ask).await;
    let page = pages.get(&pages.dana, &at(&case)).await;
    page.has(&[
        "Your answer needed",
        "2 things we asked for are open",
        "The trace",
    ]);
    let ticked = pages
        .post(
            &pages.dana,
            &format!("{}/answers", at(&case)),
            &[("items", "1")],
        )
        .await;
    assert_eq!(ticked.status, StatusCode::SEE_OTHER);
    let page = pages.get(&pages.dana, &ticked.location).await;
    page.has(&["One thing we asked for is open", "Ticked off"]);
    let nothing = pages
        .post(&pages.dana, &format!("{}/answers", at(&case)), &[])
        .await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let files = [("trace.txt", "0123456789")];
    let fields = [("body", "Here it *is*"), ("last_seen", "99")];
    let sent = pages
        .upload(
            &pages.dana,
            &format!("{}/replies", at(&case)),
            &fields,
            &files,
        )
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let page = pages.get(&pages.dana, &sent.location).await;
    page.has(&[
        "Your reply was sent.",
        "<em>is</em>",
        "trace.txt",
        "10 B",
        "With us",
    ]);
}

#[tokio::test]
async fn a_reply_that_crosses_another_shows_it_and_keeps_the_text() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    pages
        .answer(&case, "Please restart it.", NextTurn::Customer)
        .await;
    let replies = format!("{}/replies", at(&case));
    let stale = pages
        .post(
            &pages.dana,
            &replies,
            &[("body", "Any news?"), ("last_seen", "1")],
        )
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    stale.has(&[
        "Something new was said",
        "Any news?",
        "Please restart it.",
        "id=\"newer-2\"",
    ]);
    assert_eq!(stale.hidden("last_seen"), "2");
    let again = pages
        .post(
            &pages.dana,
            &replies,
            &[("body", "Any news?"), ("last_seen", "2")],
        )
        .await;
    assert_eq!(again.status, StatusCode::SEE_OTHER);
    let empty = pages.post(&pages.dana, &replies, &[("body", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    empty.has(&["href=\"#reply-body\"", "Error:"]);
}

#[tokio::test]
async fn files_of_a_refused_reply_need_not_be_chosen_again() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    pages
        .answer(&case, "Please restart it.", NextTurn::Customer)
        .await;
    let replies = format!("{}/replies", at(&case));
    let fields = [("body", "Here it is"), ("last_seen", "1")];
    let stale = pages
        .upload(&pages.dana, &replies, &fields, &[("trace.txt", "0123")])
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    stale.has(&["trace.txt", "name=\"kept_files\""]);
    let fields = [
        ("body", "Here it is"),
        ("last_seen", "2"),
        ("kept_files", "on"),
    ];
    let sent = pages.post(&pages.dana, &replies, &fields).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let page = pages.get(&pages.dana, &at(&case)).await;
    page.has(&["Here it is", "trace.txt"])
        .lacks(&["name=\"kept_files\""]);
}

#[tokio::test]
async fn a_draft_of_a_reply_is_shown_again() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    let drafts = format!("{}/drafts/reply", at(&case));
    let kept = pages
        .post(&pages.dana, &drafts, &[("body", "Half a thou")])
        .await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    pages
        .get(&pages.dana, &at(&case))
        .await
        .has(&["Half a thou</textarea>"]);
}

#[tokio::test]
async fn closed_reopens_on_the_14th_day_and_afterwards_is_followed_up() {
    let mut pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    let closed = pages
        .post(&pages.dana, &format!("{}/closure", at(&case)), &[])
        .await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER);
    pages
        .get(&pages.dana, &closed.location)
        .await
        .has(&["Closed. Thank you"]);
    pages.world.at("2026-04-10T23:59:59+02:00");
    pages.dana = pages.world.sign_in(pages.dana.session.person.id).await;
    let list = pages.get(&pages.dana, "/cases?view=closed").await;
    list.has(&[
        "Can be reopened until the end of Fri 10 Apr 2026",
        "#reopen",
    ]);
    let page = pages.get(&pages.dana, &at(&case)).await;
    page.has(&["id=\"reopen\"", "/reopening"])
        .lacks(&["/cases/new?follows="]);
    let reopening = format!("{}/reopening", at(&case));
    let wordless = pages.post(&pages.dana, &reopening, &[("reason", "")]).await;
    assert_eq!(wordless.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reopened = pages
        .post(&pages.dana, &reopening, &[("reason", "It is back")])
        .await;
    assert_eq!(reopened.status, StatusCode::SEE_OTHER);
    pages
        .get(&pages.dana, &reopened.location)
        .await
        .has(&["It is back", "With us"]);
}

#[tokio::test]
async fn on_the_15th_day_a_follow_up_is_offered() {
    let mut pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    pages.act(&pages.dana, &case, close()).await;
    pages.world.at("2026-04-11T00:00:00+02:00");
    pages.dana = pages.world.sign_in(pages.dana.session.person.id).await;
    let page = pages.get(&pages.dana, &at(&case)).await;
    page.has(&["Open a follow-up request"])
        .lacks(&["id=\"reopen\""]);
    let late = pages
        .post(
            &pages.dana,
            &format!("{}/reopening", at(&case)),
            &[("reason", "Back")],
        )
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    pages
        .get(&pages.dana, "/cases?view=closed")
        .await
        .has(&["Follow up"]);
    let follow = pages
        .get(&pages.dana, &format!("/cases/new?follows={}", case.number))
        .await;
    follow.has(&[
        "Follow-up: Mail does not arrive",
        "can no longer be reopened",
    ]);
    assert_eq!(follow.hidden("follows"), case.number.to_string());
}

#[tokio::test]
async fn what_people_write_is_shown_and_does_nothing() {
    let pages = Pages::new().await;
    let mut evil = mainstay_testkit::submission('B');
    evil.subject = "<script>alert(1)</script>".to_owned();
    evil.body = "<img src=x onerror=alert(2)> [x](javascript:alert(3))".to_owned();
    let case = pages
        .world
        .app
        .submit(&pages.dana.session, evil)
        .await
        .unwrap();
    for path in [
        at(&case),
        "/home".to_owned(),
        "/cases".to_owned(),
        "/telephone".to_owned(),
    ] {
        let page = pages.get(&pages.dana, &path).await;
        page.has(&["&lt;script&gt;alert(1)"]);
        page.lacks(&[
            "<script>alert",
            "<img src=x",
            "javascript:alert",
            " style=",
            " onclick=",
        ]);
    }
    let typed = [
        ("subject", "<b>\"x"),
        ("kind", "technical"),
        ("body", "</textarea><script>"),
    ];
    let refused = pages
        .upload(&pages.dana, "/cases/new/details", &typed, &[])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.has(&["&lt;b&gt;&quot;x", "&lt;/textarea&gt;&lt;script&gt;"]);
}

#[tokio::test]
async fn closed_requests_come_page_by_page() {
    let pages = Pages::new().await;
    for _ in 0..27 {
        let case = pages.world.request(&pages.dana, 'C').await;
        pages.world.pass(1);
        pages.act(&pages.dana, &case, close()).await;
    }
    let first = pages.get(&pages.dana, "/cases?view=closed").await;
    assert_eq!(first.html.matches("data-row").count(), 25);
    let (_, rest) = first.html.split_once("before=").unwrap();
    let before = rest.split('"').next().unwrap();
    let second = pages
        .get(&pages.dana, &format!("/cases?view=closed&before={before}"))
        .await;
    assert_eq!(second.html.matches("data-row").count(), 2);
    let nonsense = pages
        .get(&pages.dana, "/cases?view=closed&before=x-1")
        .await;
    assert_eq!(nonsense.status, StatusCode::OK);
}

#[tokio::test]
async fn open_requests_come_page_by_page_those_that_wait_for_the_customer_first() {
    let pages = Pages::new().await;
    let mut all = Vec::new();
    for _ in 0..53 {
        all.push(pages.world.request(&pages.dana, 'C').await);
        pages.world.pass(1);
    }
    let last = all.last().unwrap();
    pages
        .answer(last, "Which version?", NextTurn::Customer)
        .await;
    let rows = |html: &str| {
        let shown = all.iter().map(|case| case.number.to_string());
        shown
            .filter(|number| html.contains(&format!("href=\"/cases/{number}\"")))
            .collect::<Vec<_>>()
    };
    let first = pages.get(&pages.dana, "/cases").await;
    first.has(&["Further requests"]);
    let shown = rows(&first.html);
    assert_eq!(shown.len(), 50);
    assert!(shown.contains(&last.number.to_string()));
    let (_, rest) = first.html.split_once("after=").unwrap();
    let after = rest.split('"').next().unwrap();
    let second = pages
        .get(&pages.dana, &format!("/cases?after={after}"))
        .await;
    second.has(&["First page"]).lacks(&["Further requests"]);
    let others = rows(&second.html);
    assert_eq!(others.len(), 3);
    assert!(others.iter().all(|number| !shown.contains(number)));
    let nonsense = pages.get(&pages.dana, "/cases?after=1-x").await;
    assert_eq!(rows(&nonsense.html).len(), 50);
}

#[tokio::test]
async fn the_telephone_page_puts_the_own_country_first() {
    let pages = Pages::new().await;
    pages.world.at("2026-03-27T16:30:00+01:00");
    let page = pages.get(&pages.dana, "/telephone").await;
    assert_eq!(page.status, StatusCode::OK);
    page.has(&[
        "tel:+493023125014",
        "Deutsch, English",
        "until 17:00",
        "Open around the clock",
    ]);
    page.has(&[
        "Nepal",
        "Business hours there",
        "included",
        "Europe/Berlin",
        "Have this at hand",
    ]);
    let own = page.html.find("tel:+493023125014").unwrap();
    assert!(own < page.html.find("United States").unwrap());
}

#[tokio::test]
async fn the_description_is_for_anybody_and_puts_the_own_plan_first() {
    let pages = Pages::new().await;
    let public = pages.open("/description").await;
    assert_eq!(public.status, StatusCode::OK);
    public.has(&[
        "In force",
        "Tue 7 May 2019",
        "Enterprise E1, Enterprise E3",
        "1 hour",
    ]);
    public.has(&[
        "No commitment",
        "Response time: no commitment",
        "Premier",
        "Scripts",
        "/sign-in",
    ]);
    public.lacks(&["class=\"mine\""]);
    let own = pages.get(&pages.dana, "/description").await;
    own.has(&["class=\"mine\"", "Your plan"]);
    let columns = own.html.split_once("id=\"objectives\"").unwrap().1;
    assert!(columns.find("Enterprise E1").unwrap() < columns.find("Business Essentials").unwrap());
    let older = pages.get(&pages.dana, "/description/2014-05-16").await;
    older.has(&[
        "Not in force",
        "Next business day,",
        "class=\"mine\"",
        "Enterprise E3, Education A3",
    ]);
    let changes = pages
        .open("/description/2019-05-07/changes?from=2014-05-16")
        .await;
    changes.has(&["Gains", "Losses", "8 hours around the clock becomes"]);
    assert_eq!(
        pages.open("/description/2030-01-01").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(pages.open("/help").await.status, StatusCode::OK);
    pages
        .get(&pages.dana, "/help")
        .await
        .has(&["/cases/new", "/telephone"]);
}

#[tokio::test]
async fn a_partner_says_for_whom_it_acts_or_that_nobody_lets_it() {
    let pages = Pages::new().await;
    let partner = mainstay_domain::ids::PartnerId(uuid::Uuid::from_u128(77));
    let now = pages.world.app.now();
    let insert = async move |tx: &mut mainstay_store::Tx<'_>| {
        mainstay_store::accounts::insert_partner(tx, partner, "Helpers Ltd", now).await
    };
    pages.world.app.db().write(insert).await.unwrap();
    let organisation = Organisation::Partner(partner);
    let pia = pages
        .world
        .person("Pia Partner", organisation, Role::PartnerAdmin)
        .await;
    let alone = pages.get(&pia, "/home").await;
    assert_eq!(alone.status, StatusCode::OK);
    alone.has(&["You act for no customer just now"]);
    let delegation = mainstay_store::accounts::Delegation {
        account: pages.account,
        partner,
        kinds: vec![mainstay_domain::edition::Kind::Technical],
        granted_by: pages.dana.session.person.id,
        ends_at: now.plus_minutes(60 * 24),
    };
    let save = async move |tx: &mut mainstay_store::Tx<'_>| {
        mainstay_store::system::reach(tx);
        mainstay_store::accounts::save_delegation(tx, &delegation, now).await
    };
    pages.world.app.db().write(save).await.unwrap();
    let pia = pages.world.sign_in(pia.session.person.id).await;
    pages
        .get(&pia, "/home")
        .await
        .has(&["You act for Contoso, until "]);
    let form = pages.get(&pia, "/cases/new").await;
    assert_eq!(form.status, StatusCode::OK);
    form.lacks(&["value=\"billing\""]);
    // It ends while they are signed in.
    pages.world.pass(60 * 24);
    for path in ["/home", "/cases", "/telephone", "/profile"] {
        pages.get(&pia, path).await.lacks(&["Contoso", "Dana"]);
    }
}

#[tokio::test]
async fn a_billing_administrator_knows_of_a_technical_request_and_does_not_read_it() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    let organisation = Organisation::Account(pages.account);
    let bill = pages
        .world
        .person("Bill Payer", organisation, Role::BillingAdmin)
        .await;
    let number = case.number.to_string();
    let list = pages.get(&bill, "/cases").await;
    assert_eq!(list.status, StatusCode::OK);
    list.has(&["Other open requests of your organisation", &number])
        .lacks(&[&case.subject]);
    let foreign = pages.get(&bill, &format!("/cases/{number}")).await;
    assert_eq!(foreign.status, StatusCode::OK);
    foreign
        .has(&["Your role shows that this request exists"])
        .lacks(&[&case.subject, "morning"]);
    pages
        .get(&pages.dana, "/cases")
        .await
        .has(&[&case.subject])
        .lacks(&["Other open requests of your organisation"]);
    pages
        .get(&pages.uma, "/cases")
        .await
        .lacks(&[&number, "Other open requests of your organisation"]);
}
