//! Stories of the API, told through the whole router on a real database.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod api_world;

use api_world::{
    ACCOUNT, ADMIN, ADMIN_ID, AGENT, CASES, FRIDAY_AFTERNOON, STRANGER, World, fields, new_case,
};
use serde_json::json;

#[tokio::test]
async fn a_case_is_opened_read_answered_closed_and_reopened() {
    let world = World::new().await;
    let opened = world.post(ADMIN, CASES, &new_case("No mail")).await;
    assert_eq!(opened.header("etag"), "\"1\"");
    let location = opened.header("location").to_owned();
    let case = opened.ok(201);
    assert_eq!(
        location,
        format!("{CASES}/{}", case["number"].as_str().unwrap())
    );
    assert_eq!(case["severity"], "B");
    assert_eq!(case["channel"], "api");
    assert_eq!(case["opened_at"], FRIDAY_AFTERNOON);
    assert_eq!(case["verdict"]["edition"], "2019-05-07");
    // The end of the next day in Berlin.
    assert_eq!(
        case["verdict"]["first_response"]["at"],
        "2026-03-21T23:00:00Z"
    );
    assert_eq!(case["milestones"][0]["due_at"], "2026-03-21T23:00:00Z");

    let read = world.get(ADMIN, &location).await;
    assert_eq!(read.header("etag"), "\"1\"");
    let read = read.ok(200);
    assert_eq!(read["names"]["requester"], "Anna");
    assert_eq!(read["entries"][0]["fact"], "opened");

    let answer = json!({ "body": "We look at it.", "awaits_customer": true });
    let replied = world
        .post(AGENT, &format!("{location}/replies"), &answer)
        .await;
    assert_eq!(replied.header("etag"), "\"2\"");
    let replied = replied.ok(201);
    assert_eq!(replied["status"], "with-customer");
    assert_eq!(replied["milestones"][0]["state"], "met");

    let closed = world
        .post(ADMIN, &format!("{location}/closure"), &json!({}))
        .await
        .ok(200);
    assert_eq!(closed["status"], "closed");
    assert_eq!(closed["reopen_until"], "2026-04-03T22:00:00Z");
    let late = json!({ "body": "One more thing" });
    let refused = world
        .post(ADMIN, &format!("{location}/replies"), &late)
        .await;
    refused.problem("conflict", 409);

    let reopening = json!({ "reason": "It is back" });
    let open = world
        .post(ADMIN, &format!("{location}/reopening"), &reopening)
        .await
        .ok(200);
    assert_eq!(open["status"], "with-vendor");
    let again = world
        .post(ADMIN, &format!("{location}/reopening"), &reopening)
        .await;
    again.problem("conflict", 409);
}

#[tokio::test]
async fn agents_open_a_case_for_a_customer() {
    let world = World::new().await;
    let mut new = new_case("He called");
    let refused = world.post(AGENT, CASES, &new).await.problem("invalid", 422);
    assert_eq!(fields(&refused), ["/account"]);
    new["account"] = json!(ACCOUNT);
    new["requester"] = json!(ADMIN_ID);
    new["channel"] = json!("telephone");
    let denied = world
        .post(AGENT, CASES, &new)
        .await
        .problem("forbidden", 403);
    let detail = denied["detail"].as_str().unwrap();
    assert!(detail.contains("verified"), "{detail}");
    world.admin_is_called_back().await;
    let case = world.post(AGENT, CASES, &new).await.ok(201);
    assert_eq!(case["channel"], "telephone");
    assert_eq!(case["verdict"]["channel"]["medium"], "telephone");
    // A customer names none of these.
    for (field, value) in [
        ("account", json!(ACCOUNT)),
        ("requester", json!(ADMIN_ID)),
        ("channel", json!("telephone")),
    ] {
        let mut new = new_case("Mine");
        new[field] = value;
        let refused = world.post(ADMIN, CASES, &new).await.problem("invalid", 422);
        assert_eq!(fields(&refused), [format!("/{field}")]);
    }
}

#[tokio::test]
async fn a_list_is_fetched_page_by_page() {
    let world = World::new().await;
    let mut numbers = Vec::new();
    for n in 0..7 {
        numbers.push(world.open(&format!("Case {n}")).await);
    }
    for number in &numbers[..5] {
        let closure = format!("{CASES}/{number}/closure");
        world.post(ADMIN, &closure, &json!({})).await.ok(200);
    }
    let newest: Vec<_> = numbers.iter().rev().cloned().collect();
    for (token, query, expected) in [
        (ADMIN, "limit=3", &newest[..]),
        (AGENT, "limit=3", &newest[..]),
        (ADMIN, "limit=2&status=closed", &newest[2..]),
        (AGENT, "limit=2&status=closed", &newest[2..]),
        (ADMIN, "limit=1&status=open", &newest[..2]),
    ] {
        let (found, pages) = fetch_all(&world, token, query).await;
        assert_eq!(found, expected, "{query}");
        assert!(pages >= 2, "{query}: {pages} pages");
    }
    let (queue, _) = fetch_all(&world, AGENT, "limit=1&status=open").await;
    assert_eq!(queue, numbers[5..], "agents see them in the order of work");
    let (strangers, _) = fetch_all(&world, STRANGER, "limit=3").await;
    assert!(strangers.is_empty());
}

async fn fetch_all(world: &World, token: &str, query: &str) -> (Vec<String>, usize) {
    let (mut found, mut pages, mut cursor) = (Vec::new(), 0, String::new());
    loop {
        let path = format!("{CASES}?{query}{cursor}");
        let page = world.get(token, &path).await.ok(200);
        let rows = page["cases"].as_array().unwrap();
        found.extend(
            rows.iter()
                .map(|row| row["number"].as_str().unwrap().to_owned()),
        );
        pages += 1;
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (found, pages),
        }
    }
}

#[tokio::test]
async fn a_key_stands_for_one_request() {
    let world = World::new().await;
    let key = [("idempotency-key", "one-and-only")];
    let first = world.post_with(ADMIN, CASES, &new_case("Once"), &key).await;
    assert_eq!(first.header("idempotency-replayed"), "");
    let again = world.post_with(ADMIN, CASES, &new_case("Once"), &key).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.status, first.status);
    assert_eq!(again.text, first.text);
    for name in ["etag", "location", "content-type"] {
        assert_eq!(again.header(name), first.header(name), "{name}");
    }
    assert_eq!(world.count().await, 1);
    let other = world
        .post_with(ADMIN, CASES, &new_case("Other"), &key)
        .await;
    assert_eq!(
        fields(&other.problem("key-reused", 422)),
        ["Idempotency-Key"]
    );
    assert_eq!(world.count().await, 1);
    // Keys are each person's own.
    let elsewhere = world
        .post_with(STRANGER, CASES, &new_case("Once"), &key)
        .await;
    assert_eq!(elsewhere.header("idempotency-replayed"), "");
    elsewhere.ok(201);

    let replies = format!("{}/replies", first.header("location"));
    let key = [("idempotency-key", "a-reply")];
    let reply = json!({ "body": "Still broken" });
    world.post_with(ADMIN, &replies, &reply, &key).await.ok(201);
    let again = world.post_with(ADMIN, &replies, &reply, &key).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.ok(201)["revision"], 2);
}

#[tokio::test]
async fn a_reply_that_crosses_another_is_held_back() {
    let world = World::new().await;
    let case = format!("{CASES}/{}", world.open("Crossing").await);
    let replies = format!("{case}/replies");
    let reply = json!({ "body": "From the desk" });
    world.post(AGENT, &replies, &reply).await.ok(201);
    let answer = json!({ "body": "Did you see this?" });
    let stale = world
        .post_with(ADMIN, &replies, &answer, &[("if-match", "\"1\"")])
        .await;
    let problem = stale.problem("stale", 412);
    assert_eq!(problem["revision"], 2);
    assert_eq!(problem["added"][0]["body"], "From the desk");
    assert_eq!(problem["added"][0]["actor"], "Agnes");
    for bad in ["1", "\"x\"", "\"1\", \"2\""] {
        let answer = world
            .post_with(ADMIN, &replies, &answer, &[("if-match", bad)])
            .await;
        assert_eq!(fields(&answer.problem("bad-header", 400)), ["If-Match"]);
    }
    for (n, good) in ["\"2\"", "*", "W/\"4\""].into_iter().enumerate() {
        let answer = world
            .post_with(ADMIN, &replies, &answer, &[("if-match", good)])
            .await;
        assert_eq!(answer.ok(201)["revision"], n + 3);
    }
}
