//! The API's document and pages: as accepted, complete, and true.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod api_world;

use api_world::{ADMIN, AGENT, CASES, World, new_case};
use axum::body::Body;
use axum::http::{Method, Request, header};
use mainstay_domain::case::{Command, EscalationTarget};
use serde_json::{Value, json};
use tower::ServiceExt;

#[tokio::test]
async fn the_document_is_as_it_was_accepted() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let world = World::new().await;
    let served = world.send(
        Request::get("/api/v1/openapi.json")
            .body(Body::empty())
            .unwrap(),
    );
    let served = served.await.ok(200);
    let now = serde_json::to_string_pretty(&served).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let accepted = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        accepted == now,
        "the API differs from docs/openapi.json; run UPDATE=1 cargo test -p mainstay-web --test \
         api_document the_document to accept"
    );
}

#[tokio::test]
async fn every_operation_of_the_document_is_there() {
    let world = World::new().await;
    let number = world.open("Here").await;
    let document = serde_json::to_value(mainstay_web::api::document()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let body = &operation["requestBody"]["content"]["application/json"]["example"];
            let request = Request::builder()
                .method(method.clone())
                .uri(path.replace("{number}", &number))
                .header(header::AUTHORIZATION, format!("Bearer {ADMIN}"))
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.to_string()))
                .unwrap();
            let answer = world.fresh_router().oneshot(request).await.unwrap();
            let status = answer.status();
            // The examples are good ones: what they meet is success, or the state of the case.
            assert!(
                status.is_success() || status.as_u16() == 409,
                "{method} {path}: {status}"
            );
            let listed = &operation["responses"][status.as_str()];
            assert!(
                listed.is_object(),
                "{method} {path}: {status} is not in the document"
            );
            operations += 1;
        }
    }
    assert_eq!(operations, 9);
}

#[tokio::test]
async fn every_reference_of_the_document_leads_somewhere() {
    fn walk(value: &Value, root: &Value) {
        if let Some(target) = value["$ref"].as_str() {
            let pointer = target.strip_prefix('#').unwrap();
            assert!(root.pointer(pointer).is_some(), "{target}");
        }
        match value {
            Value::Object(fields) => fields.values().for_each(|field| walk(field, root)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, root)),
            _ => {}
        }
    }
    let document = serde_json::to_value(mainstay_web::api::document()).unwrap();
    walk(&document, &document);
}

#[tokio::test]
async fn the_pages_explain_every_call_and_problem() {
    let world = World::new().await;
    let show = async |path: &str| {
        world
            .send(Request::get(path).body(Body::empty()).unwrap())
            .await
    };
    let page = show("/api").await;
    assert_eq!(page.status, 200);
    assert!(
        page.text
            .contains("curl http://localhost:8080/api/v1/cases")
    );
    let document = serde_json::to_value(mainstay_web::api::document()).unwrap();
    for path in document["paths"].as_object().unwrap().keys() {
        assert!(page.text.contains(path.as_str()), "{path}");
    }
    for kind in mainstay_web::api::problem::ProblemKind::ALL {
        assert!(page.text.contains(&kind.address()), "{kind:?}");
        assert_eq!(show(&kind.address()).await.status, 200, "{kind:?}");
    }
    assert_eq!(show("/api/problems/nothing").await.status, 404);
}

/// The members an object of the document lists, those of its parts included.
fn members<'a>(schema: &'a Value, root: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
    let schema = resolved(schema, root);
    for part in schema["allOf"].as_array().into_iter().flatten() {
        members(part, root, found);
    }
    let own = schema["properties"].as_object().into_iter().flatten();
    found.extend(own.map(|(name, member)| (name.as_str(), member)));
}

fn resolved<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(target) => root.pointer(&target[1..]).unwrap(),
        None if schema["oneOf"].is_array() => resolved(&schema["oneOf"][0], root),
        None => schema,
    }
}

/// Every member of a value is listed, every word is one of those listed.
fn check(value: &Value, schema: &Value, root: &Value, at: &str) {
    let plain = resolved(schema, root);
    match value {
        Value::Object(fields) => {
            let mut listed = Vec::new();
            members(plain, root, &mut listed);
            for (name, field) in fields {
                let known = listed.iter().find(|(known, _)| known == name);
                let (_, member) = known.unwrap_or_else(|| panic!("{at}/{name} is not listed"));
                check(field, member, root, &format!("{at}/{name}"));
            }
            let required = plain["required"].as_array().into_iter().flatten();
            for name in required {
                assert!(
                    fields.contains_key(name.as_str().unwrap()),
                    "{at}: no {name}"
                );
            }
        }
        Value::Array(items) => {
            for item in items {
                check(item, &plain["items"], root, &format!("{at}/-"));
            }
        }
        Value::String(word) => {
            if let Some(words) = plain["enum"].as_array() {
                assert!(
                    words.iter().any(|one| one == word),
                    "{at}: {word} is not listed"
                );
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn answers_are_as_the_document_says() {
    let world = World::new().await;
    let root = serde_json::to_value(mainstay_web::api::document()).unwrap();
    let case = format!("{CASES}/{}", world.open("Described").await);
    let agent = world
        .app
        .session(mainstay_app::Credential::token(AGENT))
        .await
        .unwrap();
    for command in commands(agent.person.id) {
        let number = case.rsplit('/').next().unwrap().parse().unwrap();
        world.app.act(&agent, number, command).await.unwrap();
    }
    let verdict = world.post(ADMIN, "/api/v1/verdicts", &new_case("x")).await;
    let billing = json!({ "subject": "Bill", "body": "Twice", "kind": "billing" });
    let created = world.post(ADMIN, CASES, &billing).await;
    for (answer, name) in [
        (world.get(AGENT, &case).await, "CaseDetail"),
        (world.get(ADMIN, &case).await, "CaseDetail"),
        (
            world.get(AGENT, &format!("{case}/deadlines")).await,
            "Deadlines",
        ),
        (world.get(AGENT, CASES).await, "CaseList"),
        (verdict, "Judgement"),
        (created, "Case"),
        (world.post(ADMIN, CASES, &json!({})).await, "Problem"),
    ] {
        let schema = &root["components"]["schemas"][name];
        assert!(schema.is_object(), "{name}");
        check(&answer.json(), schema, &root, name);
    }
}

/// Commands that leave an entry of almost every kind.
fn commands(agent: mainstay_domain::ids::PersonId) -> Vec<Command> {
    let text = || "because".to_owned();
    vec![
        Command::Assign { to: Some(agent) },
        Command::Note { body: text() },
        Command::AskInformation {
            body: text(),
            items: vec![text()],
        },
        Command::TickInformation { items: vec![0] },
        Command::ChangeSeverity {
            to: "A".to_owned(),
            reason: text(),
        },
        Command::Escalate {
            to: EscalationTarget::Management,
            reason: text(),
        },
        Command::AddFiles {
            names: vec![text()],
        },
        Command::Resolve { body: text() },
        Command::Refer {
            boundary: "third-party".to_owned(),
            reason: text(),
        },
    ]
}
