//! Search, customers, calls, reports and the team through the router, and who is kept out.

mod desk_world;

use desk_world::Desk;
use mainstay_domain::case::{Command, NextTurn};
use mainstay_testkit::Persona;

#[tokio::test]
async fn search_finds_what_one_may_see_and_a_number_leads_straight_there() {
    let desk = Desk::new().await;
    let ours = desk.open(&desk.dana, 'B', "Zebra calendar").await;
    let theirs = desk.open(&desk.omar, 'B', "Zebra mailbox").await;
    desk.get(&desk.agent, "/search?q=zebra").await.says(&[
        "Zebra calendar",
        "Zebra mailbox",
        "2 cases",
    ]);
    let own = desk.get(&desk.dana, "/search?q=zebra").await;
    own.is(200)
        .says(&["Zebra calendar"])
        .hides(&["Zebra mailbox"]);
    for query in [ours.number.to_string(), format!("%23{}", ours.number)] {
        let answer = desk.get(&desk.dana, &format!("/search?q={query}")).await;
        assert_eq!(answer.location, format!("/cases/{}", ours.number));
    }
    let hidden = desk
        .get(&desk.dana, &format!("/search?q={}", theirs.number))
        .await;
    hidden.is(200).says(&["Nothing found", "your organisation"]);
    desk.get(&desk.agent, "/search?q=fabr")
        .await
        .says(&["/accounts/", "Fabrikam"]);
    desk.get(&desk.dana, "/search?q=fabr")
        .await
        .hides(&["/accounts/"]);
    desk.get(&desk.agent, "/search?q=")
        .await
        .says(&["the last may be a beginning"]);
    desk.get(&desk.agent, "/search?q=%22%20OR%20*")
        .await
        .is(200);
}

#[tokio::test]
async fn a_customers_page_says_what_it_holds_and_is_promised() {
    let desk = Desk::new().await;
    desk.open(&desk.dana, 'B', "Calendar is slow").await;
    desk.get(&desk.agent, "/accounts?q=cont")
        .await
        .says(&["Contoso"])
        .hides(&["Fabrikam"]);
    let page = desk
        .get(&desk.agent, &format!("/accounts/{}", desk.contoso))
        .await;
    page.is(200).says(&[
        "Enterprise E3",
        "Mon – Fri",
        "17:30",
        "1 hour around the clock",
        "the end of the next day",
        "Dana Whitfield",
        "Global administrator",
        "Calendar is slow",
    ]);
    // Who of them is who is theirs to say.
    page.says(&["Their own administrators invite people"])
        .hides(&["/people\"", "Invite"]);
    let again = format!("/accounts/{}/invitation", desk.contoso);
    desk.post(&desk.agent, &again, &[])
        .await
        .is(422)
        .says(&["Somebody of this customer has signed in"])
        .hides(&["/invitation/a"]);
    let people = format!("/accounts/{}/people", desk.contoso);
    desk.post(&desk.agent, &people, &[("name", "Eva")])
        .await
        .is(404);
    desk.get(
        &desk.agent,
        "/accounts/00000000-0000-0000-0000-00000000abcd",
    )
    .await
    .is(404);
}

#[tokio::test]
async fn a_new_customers_administrator_signs_in_by_their_link() {
    let desk = Desk::new().await;
    let mut fields = vec![
        ("account", "Litware"),
        ("region", "gb"),
        ("plan", "e1"),
        ("seats", "many"),
        ("name", "Ada King"),
        ("email", "ada@litware.example"),
    ];
    desk.get(&desk.agent, "/accounts/new")
        .await
        .is(200)
        .says(&["United Kingdom", "Enterprise E1"]);
    let refused = desk.post(&desk.agent, "/accounts/new", &fields).await;
    refused.is(422).says(&[
        "Write how many seats",
        "value=\"Litware\"",
        "value=\"many\"",
        "value=\"Ada King\"",
    ]);
    fields[3].1 = "12";
    let made = desk.post(&desk.agent, "/accounts/new", &fields).await;
    made.is(201);
    let link = made.text.split("https://desk.example").nth(1).unwrap();
    let link = link.split('<').next().unwrap().to_owned();
    desk.get(&desk.agent, "/accounts")
        .await
        .says(&["Litware"])
        .hides(&[&link]);

    let accepted = desk
        .post(&desk.agent, &link, &[("password", "a sentence is fine")])
        .await;
    accepted.is(303);
    let session = desk
        .world
        .app
        .sign_in("ada@litware.example", "a sentence is fine", "here")
        .await;
    let cookie = session.unwrap().session().unwrap().token;
    let ada = Persona {
        session: desk
            .world
            .app
            .session(mainstay_app::Credential::session(&cookie))
            .await
            .unwrap(),
        cookie,
    };
    desk.open(&ada, 'C', "First question").await;
    desk.get(&desk.agent, "/queue")
        .await
        .says(&["First question", "Litware"]);
}

fn call<'a>(desk: &Desk, account: &'a str, requester: &'a str) -> Vec<(&'a str, &'a str)> {
    let _ = desk;
    vec![
        ("account", account),
        ("requester", requester),
        ("kind", "technical"),
        ("channel", "telephone"),
        ("severity", "B"),
        ("subject", "Phone does not ring"),
        ("body", "Says it stopped on Monday"),
    ]
}

#[tokio::test]
async fn a_call_becomes_a_case_once_the_verdict_was_seen() {
    let desk = Desk::new().await;
    desk.world.at("2015-03-27T10:00:00+00:00");
    // Small Business of 2014: no telephone for severity B.
    let shop = desk
        .world
        .account("Corner Shop", "gb", "small-business")
        .await;
    let pat = desk.world.administrator("Pat Corner", shop).await;
    let agent = desk.world.sign_in(desk.agent.session.person.id).await;
    let (account, requester) = (shop.to_string(), pat.session.person.id.to_string());
    desk.get(&agent, "/desk/new-case?q=corner")
        .await
        .says(&["Corner Shop"]);
    let form = desk
        .get(&agent, &format!("/desk/new-case?account={account}"))
        .await;
    form.is(200)
        .says(&["Pat Corner", "Time there now", "10:00"]);

    let fields = call(&desk, &account, &requester);
    let shown = desk
        .fragment(&agent, "/desk/new-case/verdict", &fields)
        .await;
    shown.is(200).says(&[
        "By telephone: not included.",
        "First response",
        "name=\"seen\"",
    ]);
    // Sent without having seen it: the verdict first, the text kept.
    let first = desk.post(&agent, "/desk/new-case", &fields).await;
    first
        .is(200)
        .says(&["not included", "Says it stopped on Monday</textarea>"]);
    let seen = first.text.split("name=\"seen\" value=\"").nth(1).unwrap();
    let seen = seen.split('"').next().unwrap().replace("&amp;", "&");
    let mut confirmed = fields.clone();
    confirmed.push(("seen", &seen));
    // Nobody knows yet who calls: the number shown proves nothing.
    let refused = desk.post(&agent, "/desk/new-case", &confirmed).await;
    refused.is(403).says(&[
        "Verify first who calls",
        "f-pin-mistake",
        "Says it stopped on Monday</textarea>",
    ]);
    desk.world.calls(&pat, shop, &agent).await;
    let opened = desk.post(&agent, "/desk/new-case", &confirmed).await;
    opened.is(303);
    let page = desk.get(&agent, &opened.location).await;
    page.is(200).says(&[
        "taken down by Kim Lindqvist",
        "not included in the plan",
        "Telephone",
    ]);
}

#[tokio::test]
async fn a_call_with_gaps_keeps_what_was_typed_and_names_every_gap() {
    let desk = Desk::new().await;
    let account = desk.contoso.to_string();
    let fields = [
        ("account", account.as_str()),
        ("body", "They shout"),
        ("channel", "email"),
    ];
    let refused = desk.post(&desk.agent, "/desk/new-case", &fields).await;
    refused.is(422).says(&[
        "Choose who called or wrote",
        "answer the three questions",
        "Write in one line",
        "They shout</textarea>",
    ]);
    let answered = [
        ("account", account.as_str()),
        ("requester", &desk.dana.session.person.id.to_string()),
        ("affected", "everyone"),
        ("work", "stopped"),
        ("workaround", "no"),
        ("subject", "Everything is down"),
        ("body", "They shout"),
    ];
    let shown = desk
        .post(&desk.agent, "/desk/new-case/verdict", &answered)
        .await;
    shown
        .is(200)
        .says(&["Critical", "by Fri 27 Mar 2026, 18:30 CET"]);
    let foreign = desk.omar.session.person.id.to_string();
    let fields = call(&desk, &account, &foreign);
    let refused = desk.post(&desk.agent, "/desk/new-case", &fields).await;
    refused.is(422).says(&["does not belong to that customer"]);
}

#[tokio::test]
async fn reports_count_kept_promises_and_say_what_is_apart() {
    let desk = Desk::new().await;
    for n in 0..6 {
        let case = desk.open(&desk.dana, 'A', &format!("Matter {n}")).await;
        if n == 0 {
            desk.world.pass(61);
            desk.world.settle().await;
        }
        let reply = Command::Reply {
            body: "Here".to_owned(),
            next: NextTurn::Vendor,
        };
        desk.act(&desk.agent, &case, reply).await;
    }
    desk.open(&desk.omar, 'B', "No commitment").await;
    desk.world.pass(1);
    let page = desk.get(&desk.lead, "/reports").await;
    page.is(200).says(&[
        "How often did we keep the promised first response?",
        "Severity A",
        "83.3 % (n = 6)",
        "1 request without commitment",
        "2026-03-27",
    ]);
    desk.get(&desk.manager, "/reports")
        .await
        .is(200)
        .says(&["83.3 %"]);
    desk.get(&desk.agent, "/reports")
        .await
        .is(403)
        .says(&["read reports"]);
    // What is refused is not offered either.
    desk.get(&desk.agent, "/queue")
        .await
        .hides(&["href=\"/reports\""]);
    desk.get(&desk.lead, "/queue")
        .await
        .says(&["href=\"/reports\""]);
}

#[tokio::test]
async fn the_desk_is_closed_to_customers_and_each_role_does_its_own() {
    let desk = Desk::new().await;
    let theirs = desk.open(&desk.omar, 'B', "Theirs").await;
    for path in [
        "/queue",
        "/accounts",
        "/team",
        "/reports",
        "/desk/new-case",
        "/accounts/new",
    ] {
        let answer = desk.get(&desk.dana, path).await;
        answer
            .is(403)
            .hides(&["Theirs", "Kim Lindqvist", "Fabrikam"]);
    }
    let account = format!("/accounts/{}", desk.contoso);
    desk.get(&desk.dana, &account).await.is(403);
    desk.post(&desk.dana, "/queue/next", &[]).await.is(403);
    desk.case(&desk.dana, &theirs).await.is(404);
    let preview = format!("/cases/{}/severity/preview", theirs.number);
    desk.post(&desk.dana, &preview, &[("severity", "A")])
        .await
        .is(403);
    desk.get(&desk.dana, "/cases/17").await.is(404);

    // The manager reads everything and changes nothing.
    let page = desk.case(&desk.manager, &theirs).await;
    page.is(200).hides(&[
        "id=\"composer-reply\"",
        "id=\"composer-note\"",
        "/assignment",
        "/closure",
    ]);
    desk.try_on(&desk.manager, &theirs, "notes", &[("note", "hm")])
        .await
        .is(403);
    desk.get(&desk.manager, "/queue")
        .await
        .is(200)
        .hides(&["/queue/next"]);
    // Who runs the machine reads no cases.
    assert_eq!(desk.get(&desk.admin, "/queue").await.location, "/machine");
    desk.get(&desk.admin, "/search?q=theirs").await.is(403);
    desk.case(&desk.admin, &theirs).await.is(403);
}
