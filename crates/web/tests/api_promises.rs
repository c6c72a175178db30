//! Verdicts, deadlines and what customers are not shown.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod api_world;

use api_world::{ADMIN, AGENT, CASES, World, fields, new_case};
use mainstay_app::Credential;
use mainstay_domain::case::Command;
use serde_json::json;

#[tokio::test]
async fn a_verdict_keeps_nothing_and_refuses_what_opening_refuses() {
    let world = World::new().await;
    let verdict = world
        .post(ADMIN, "/api/v1/verdicts", &new_case("Dry"))
        .await
        .ok(200);
    assert_eq!(verdict["severity"], "B");
    assert_eq!(verdict["verdict"]["promise"]["target"]["kind"], "day-close");
    assert_eq!(
        verdict["verdict"]["promise"]["cell"],
        "Available: 24/7 / Response time: next day"
    );
    assert_eq!(
        verdict["verdict"]["first_response"]["at"],
        "2026-03-21T23:00:00Z"
    );
    assert_eq!(verdict["milestones"].as_array().unwrap().len(), 1);
    assert_eq!(world.count().await, 0);
    let empty = world.post(ADMIN, "/api/v1/verdicts", &new_case(" ")).await;
    assert_eq!(fields(&empty.problem("invalid", 422)), ["/subject"]);
    let opened = world.post(ADMIN, CASES, &new_case("Wet")).await.ok(201);
    assert_eq!(opened["verdict"], verdict["verdict"]);
    assert_eq!(opened["number"], "1000017", "the dry run took no number");
}

#[tokio::test]
async fn steps_follow_one_another_and_add_up() {
    let world = World::new().await;
    let case = format!("{CASES}/{}", world.open("Explain").await);
    let reply = json!({ "body": "We look at it.", "awaits_customer": true });
    world
        .post(AGENT, &format!("{case}/replies"), &reply)
        .await
        .ok(201);
    world.set_clock("2026-03-20T15:30:20Z");
    let answer = json!({ "body": "And?" });
    world
        .post(ADMIN, &format!("{case}/replies"), &answer)
        .await
        .ok(201);

    let seen = world.get(AGENT, &format!("{case}/deadlines")).await.ok(200);
    assert_eq!(seen["time_zone"], "Europe/Berlin");
    assert_eq!(seen["edition"], "2019-05-07");
    assert_eq!(seen["region"], "de");
    assert!(seen["calendar_revision"].is_u64() && seen["time_zone_version"].is_string());
    let deadlines = seen["deadlines"].as_array().unwrap();
    assert_eq!(deadlines.len(), 2);
    for deadline in deadlines {
        let steps = deadline["steps"].as_array().unwrap();
        assert_eq!(steps[0]["from"], deadline["started_at"]);
        assert_eq!(steps[steps.len() - 1]["to"], deadline["due_at"]);
        assert!(
            steps
                .windows(2)
                .all(|pair| pair[0]["to"] == pair[1]["from"])
        );
        let sum = |name| {
            steps
                .iter()
                .map(|step| step[name].as_i64().unwrap())
                .sum::<i64>()
        };
        assert_eq!(sum("seconds"), deadline["counted_seconds"]);
        assert_eq!(sum("days"), deadline["counted_days"]);
        let target = &deadline["target"];
        match target["kind"].as_str().unwrap() {
            "day-close" => assert_eq!(target["days"], sum("days")),
            _ => assert_eq!(target["minutes"], sum("minutes")),
        }
    }
    assert_eq!(deadlines[0]["metric"], "initial-response");
    assert_eq!(
        deadlines[0]["cell"],
        "Available: 24/7 / Response time: next day"
    );
    assert_eq!(deadlines[0]["source"], "cell");
    assert_eq!(deadlines[1]["source"], "house");
    let kinds: Vec<_> = deadlines[1]["steps"].as_array().unwrap().iter().collect();
    assert!(
        kinds.iter().any(|step| step["kind"] == "closed"),
        "a week-end lies between"
    );

    // Internal targets are promised to nobody, so customers do not see them.
    let own = world.get(ADMIN, &format!("{case}/deadlines")).await.ok(200);
    assert_eq!(own["deadlines"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn customers_see_nothing_internal() {
    let world = World::new().await;
    let number = world.open("Hidden").await;
    let case = format!("{CASES}/{number}");
    let agent = world.app.session(Credential::token(AGENT)).await.unwrap();
    let number = number.parse().unwrap();
    for command in [
        Command::Assign {
            to: Some(agent.person.id),
        },
        Command::Note {
            body: "SECRET-NOTE".to_owned(),
        },
    ] {
        world.app.act(&agent, number, command).await.unwrap();
    }
    let reply = json!({ "body": "We look at it." });
    world
        .post(AGENT, &format!("{case}/replies"), &reply)
        .await
        .ok(201);
    let answer = json!({ "body": "And?" });
    let written = world.post(ADMIN, &format!("{case}/replies"), &answer).await;
    let own = world.get(ADMIN, &case).await;
    let list = world.get(ADMIN, CASES).await;
    let deadlines = world.get(ADMIN, &format!("{case}/deadlines")).await;
    for seen in [&written, &own, &list, &deadlines] {
        for secret in ["SECRET-NOTE", "next-response", "assigned", "assignee"] {
            assert!(!seen.text.contains(secret), "{secret} in {}", seen.text);
        }
    }
    assert_eq!(own.json()["entries"].as_array().unwrap().len(), 3);
    let desk = world.get(AGENT, &case).await.ok(200);
    assert_eq!(desk["entries"].as_array().unwrap().len(), 5);
    assert_eq!(desk["names"]["assignee"], "Agnes");
    let metrics: Vec<_> = desk["milestones"].as_array().unwrap().iter().collect();
    assert!(metrics.iter().any(|one| one["metric"] == "next-response"));
}

#[tokio::test]
async fn a_missed_promise_reads_as_missed_whenever_a_sweep_ran() {
    let world = World::new().await;
    let case = format!("{CASES}/{}", world.open("Late").await);
    let state = async || world.get(ADMIN, &case).await.ok(200)["milestones"][0]["state"].clone();
    world.set_clock("2026-03-21T23:00:00Z");
    assert_eq!(
        state().await,
        "running",
        "the due instant itself is in time"
    );
    world.set_clock("2026-03-21T23:00:01Z");
    assert_eq!(state().await, "breached");
}
