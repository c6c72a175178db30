//! What the API refuses, and how it says so.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod api_world;

use api_world::{ADMIN, Answer, CASES, END_USER, STRANGER, World, fields, new_case};
use axum::body::Body;
use axum::http::{Method, Request, header};
use mainstay_app::Credential;
use serde_json::json;

#[tokio::test]
async fn a_list_s_parameters_are_checked() {
    let world = World::new().await;
    world.open("One").await;
    world.open("Two").await;
    let page = world.get(ADMIN, &format!("{CASES}?limit=1")).await.ok(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    for (query, named) in [
        ("limit=0", vec!["limit"]),
        ("limit=101", vec!["limit"]),
        ("status=done&limit=x", vec!["status", "limit"]),
        ("cursor=x", vec!["cursor"]),
        (&format!("status=closed&cursor={cursor}"), vec!["cursor"]),
        ("limt=3", vec!["limt"]),
    ] {
        let answer = world.get(ADMIN, &format!("{CASES}?{query}")).await;
        assert_eq!(fields(&answer.problem("invalid", 422)), named, "{query}");
    }
    let answer = world.get(ADMIN, &format!("{CASES}?limt=3")).await;
    assert!(
        answer.text.contains("did you mean `limit`?"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn a_key_has_a_form() {
    let world = World::new().await;
    let long = "k".repeat(256);
    for bad in ["", "two words", long.as_str()] {
        let key = [("idempotency-key", bad)];
        let answer = world.post_with(ADMIN, CASES, &new_case("x"), &key).await;
        assert_eq!(
            fields(&answer.problem("bad-header", 400)),
            ["Idempotency-Key"]
        );
    }
    assert_eq!(world.count().await, 0);
}

#[tokio::test]
async fn every_mistake_of_a_body_is_named() {
    let world = World::new().await;
    let body = json!({
        "sbject": "typo",
        "body": 5,
        "kind": "technicl",
        "impact": { "affected": "several", "work": "stopped", "has_workround": true }
    });
    let answer = world.post(ADMIN, CASES, &body).await;
    let problem = answer.problem("invalid", 422);
    let mut named = fields(&problem);
    named.sort_unstable();
    let expected = [
        "/body",
        "/impact/has_workaround",
        "/impact/has_workround",
        "/kind",
        "/sbject",
        "/subject",
    ];
    assert_eq!(named, expected);
    assert!(answer.text.contains("did you mean `subject`?"));
    assert!(answer.text.contains("did you mean `has_workaround`?"));
    assert!(answer.text.contains("`technical`"));
    let missing = world
        .post(ADMIN, CASES, &json!({}))
        .await
        .problem("invalid", 422);
    assert_eq!(fields(&missing), ["/subject", "/body", "/kind"]);
    let list = world
        .post(ADMIN, CASES, &json!([]))
        .await
        .problem("invalid", 422);
    assert_eq!(fields(&list), [""]);
    let twice = r#"{"reason": "a", "reason": "b"}"#;
    let path = format!("{CASES}/1000017/closure");
    world
        .post_text(ADMIN, &path, twice, &[])
        .await
        .problem("invalid", 422);
    assert_eq!(world.count().await, 0);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_says_why() {
    let world = World::new().await;
    let broken = world
        .post_text(ADMIN, CASES, "{\n  \"subject\": \n}", &[])
        .await;
    let problem = broken.problem("malformed-json", 400);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("line 3, column 1"),
        "{problem}"
    );
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
    ] {
        let headers = [("content-type", content_type)];
        let answer = world.post_text(ADMIN, CASES, "{}", &headers).await;
        answer.problem("unsupported-media-type", 415);
        assert_eq!(answer.header("accept"), "application/json");
    }
    let charset = [("content-type", "application/json; charset=utf-8")];
    let fine = new_case("fine").to_string();
    world.post_text(ADMIN, CASES, &fine, &charset).await.ok(201);
    let packed = [("content-encoding", "gzip")];
    let answer = world.post_text(ADMIN, CASES, &fine, &packed).await;
    answer.problem("unsupported-media-type", 415);
    let mut large = new_case("large");
    large["body"] = json!("x".repeat(1024 * 1024));
    world
        .post(ADMIN, CASES, &large)
        .await
        .problem("too-large", 413);
    let mut long = new_case("long");
    long["body"] = json!("x".repeat(50_001));
    let problem = world
        .post(ADMIN, CASES, &long)
        .await
        .problem("invalid", 422);
    assert_eq!(fields(&problem), ["/body"]);
    let mut without = new_case("without impact");
    without.as_object_mut().unwrap().remove("impact");
    let problem = world
        .post(ADMIN, CASES, &without)
        .await
        .problem("invalid", 422);
    assert_eq!(fields(&problem), ["/impact"]);
}

#[tokio::test]
async fn another_account_s_case_is_not_there() {
    let world = World::new().await;
    let case = format!("{CASES}/{}", world.open("Secret").await);
    let nowhere = format!("{CASES}/9999999999");
    for path in [case.as_str(), nowhere.as_str(), "/api/v1/cases/abc"] {
        let missing = world.get(STRANGER, path).await;
        missing.problem("not-found", 404);
        let hidden = world.get(STRANGER, &case).await;
        assert_eq!(missing.text, hidden.text, "the two read the same");
        world
            .get(STRANGER, &format!("{path}/deadlines"))
            .await
            .problem("not-found", 404);
        for (act, body) in [
            ("replies", json!({ "body": "x" })),
            ("closure", json!({})),
            ("reopening", json!({ "reason": "x" })),
        ] {
            let answer = world.post(STRANGER, &format!("{path}/{act}"), &body).await;
            answer.problem("not-found", 404);
        }
    }
}

#[tokio::test]
async fn tokens_can_do_what_their_bearer_may_do_now() {
    let world = World::new().await;
    world
        .post(END_USER, CASES, &new_case("x"))
        .await
        .problem("forbidden", 403);
    world
        .post(END_USER, "/api/v1/verdicts", &new_case("x"))
        .await
        .problem("forbidden", 403);
    // They read their own cases, and have none.
    let list = world.get(END_USER, CASES).await.ok(200);
    assert_eq!(list["cases"], json!([]));

    let session = world.app.session(Credential::token(ADMIN)).await.unwrap();
    let number = world.open("Before").await;
    let token = world.app.tokens(&session).await.unwrap().remove(0).id;
    world.app.revoke_token(&session, token).await.unwrap();
    let path = format!("{CASES}/{number}");
    for answer in [
        world.get(ADMIN, &path).await,
        world.get(ADMIN, CASES).await,
        world.get(ADMIN, &format!("{CASES}?limit=x")).await,
        world.post(ADMIN, CASES, &new_case("After")).await,
        // A stranger is told that first, and nothing of what is wrong with the body.
        world.post(ADMIN, CASES, &json!({ "sbject": 1 })).await,
        world
            .post(ADMIN, &format!("{path}/closure"), &json!({}))
            .await,
    ] {
        answer.problem("unauthorized", 401);
        let challenge = answer.header("www-authenticate");
        assert_eq!(
            challenge,
            "Bearer realm=\"mainstay\", error=\"invalid_token\""
        );
    }
    assert_eq!(world.count().await, 1);
}

#[tokio::test]
async fn without_a_bearer_token_nothing_is_told() {
    let world = World::new().await;
    let ask = async |name: &str, value: &str| {
        let request = Request::get(CASES).header(name, value);
        world.send(request.body(Body::empty()).unwrap()).await
    };
    for (name, value) in [
        ("x-nothing", "1"),
        ("cookie", "mainstay=abc"),
        ("authorization", "Basic YTpi"),
        ("authorization", ADMIN),
    ] {
        let answer = ask(name, value).await;
        answer.problem("unauthorized", 401);
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer realm=\"mainstay\""
        );
    }
    let answer = ask("authorization", &format!("bearer {ADMIN}")).await;
    answer.ok(200);
}

#[tokio::test]
async fn whoever_guesses_is_turned_away_and_good_tokens_still_pass() {
    let world = World::new().await;
    let guess = "mst_guessguessguessguessguessguessaa";
    for _ in 0..100 {
        world.get(guess, CASES).await.problem("unauthorized", 401);
    }
    let turned_away = world.get(guess, CASES).await;
    turned_away.problem("too-many-failures", 429);
    assert_eq!(turned_away.header("retry-after"), "60");
    let answer = world.post(guess, CASES, &new_case("x")).await;
    answer.problem("too-many-failures", 429);
    world.get(ADMIN, CASES).await.ok(200);
    world.post(ADMIN, CASES, &new_case("x")).await.ok(201);
    world.set_clock("2026-03-20T14:31:00Z");
    world.get(guess, CASES).await.problem("unauthorized", 401);
}

/// Sends a request to an address that is not there, or with a method that it does not know.
async fn ask(world: &World, method: Method, path: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {ADMIN}"));
    world.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn addresses_and_methods_that_are_not_there_are_problems_too() {
    let world = World::new().await;
    for path in [
        "/api/v1",
        "/api/v1/tickets",
        "/api/v2/cases",
        "/api/v1/cases/1000017/x",
    ] {
        ask(&world, Method::GET, path)
            .await
            .problem("not-found", 404);
    }
    let answer = ask(&world, Method::DELETE, CASES).await;
    answer.problem("method-not-allowed", 405);
    let mut allowed: Vec<_> = answer.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_so() {
    let world = World::new().await;
    world.app.db().close().await.unwrap();
    for answer in [
        world.get(ADMIN, CASES).await,
        world.post(ADMIN, CASES, &new_case("x")).await,
    ] {
        answer.problem("unavailable", 503);
        assert_eq!(answer.header("retry-after"), "10");
    }
}
