//! Requests taken away through the router: by a customer's administrators their own, by the
//! vendor's people what a second one agreed to, and by nobody what they do not read.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod desk_world;

use desk_world::{Answer, Desk};
use mainstay_app::intake::Submission;
use mainstay_domain::access::Role;
use mainstay_domain::case::{Case, Command, NextTurn};
use mainstay_domain::edition::Kind;
use mainstay_store::people::Organisation;
use mainstay_testkit::{Persona, submission};
use serde_json::Value;

const OWN: &str = "/organisation/export";
const TABLE: &str = "/organisation/export/requests?form=csv";
const WHOLE: &str = "/organisation/export/requests?form=jsonl";
const WHY: (&str, &str) = ("reason", "Contoso moves to its own desk");

/// The requests in a file of JSON Lines.
fn lines(answer: &Answer) -> Vec<Value> {
    answer.is(200);
    let lines = answer.text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn subjects(all: &[Value]) -> Vec<&str> {
    all.iter()
        .map(|one| one["subject"].as_str().unwrap())
        .collect()
}

/// The bodies of a request's entries.
fn bodies(request: &Value) -> Vec<&str> {
    let entries = request["entries"].as_array().unwrap().iter();
    entries.filter_map(|entry| entry["body"].as_str()).collect()
}

async fn somebody(desk: &Desk, name: &str, role: Role) -> Persona {
    let organisation = Organisation::Account(desk.contoso);
    desk.world.person(name, organisation, role).await
}

async fn bill(desk: &Desk, who: &Persona, subject: &str) -> Case {
    let new = Submission {
        subject: subject.to_owned(),
        kind: Kind::Billing,
        category: None,
        impact: None,
        ..submission('B')
    };
    desk.world.app.submit(&who.session, new).await.unwrap()
}

/// A request with a reply, a note of each side, and what else there is.
async fn talked_about(desk: &Desk) -> Case {
    let case = desk.open(&desk.dana, 'B', "Calendars do not sync").await;
    let reply = Command::Reply {
        body: "We look into it.".to_owned(),
        next: NextTurn::Customer,
    };
    desk.act(&desk.agent, &case, reply).await;
    let body = "They may leave us".to_owned();
    desk.act(&desk.agent, &case, Command::Note { body }).await;
    let body = "Do we pay for this?".to_owned();
    desk.act(&desk.dana, &case, Command::CustomerNote { body })
        .await;
    case
}

/// The id of the one approval on a page.
fn approval_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("action=\"/approvals/").unwrap();
    rest[..36].to_owned()
}

#[tokio::test]
async fn an_administrator_takes_away_what_they_read_and_it_is_logged() {
    let desk = Desk::new().await;
    let case = talked_about(&desk).await;
    desk.open(&desk.omar, 'B', "Mailbox is full").await;
    desk.get(&desk.dana, OWN).await.is(200).says(&[
        "Download as CSV",
        "Download as JSON Lines",
        "What each line holds",
        &format!("href=\"{}\"", TABLE.replace('&', "&amp;")),
        "Each export stands in the log.",
    ]);
    desk.get(&desk.dana, "/organisation/people")
        .await
        .says(&[&format!("href=\"{OWN}\"")]);
    let whole = desk.get(&desk.dana, WHOLE).await;
    let all = lines(&whole);
    assert_eq!(subjects(&all), ["Calendars do not sync"]);
    let one = &all[0];
    assert_eq!(one["number"], case.number.to_string());
    assert_eq!(one["names"]["account"], "Contoso");
    assert_eq!(one["milestones"][0]["metric"], "initial-response");
    assert_eq!(one["milestones"][0]["state"], "met");
    let said = bodies(one);
    assert!(said.contains(&"We look into it."), "{said:?}");
    assert!(said.contains(&"Do we pay for this?"), "{said:?}");
    whole.hides(&["They may leave us"]);
    let table = desk.get(&desk.dana, TABLE).await;
    let rows: Vec<&str> = table.text.lines().collect();
    assert!(rows[0].starts_with("number,subject,kind,"), "{rows:?}");
    let number = case.number.to_string();
    assert!(rows[1].starts_with(&format!("{number},Calendars do not sync,technical,")));
    assert!(rows[1].contains(",met,"), "{rows:?}");
    assert_eq!(rows.len(), 2);
    desk.get(&desk.dana, "/log")
        .await
        .says(&["Exported requests", "form: ", "jsonl"]);
}

#[tokio::test]
async fn it_holds_what_one_reads_oneself() {
    let desk = Desk::new().await;
    talked_about(&desk).await;
    let bea = somebody(&desk, "Bea Bills", Role::BillingAdmin).await;
    bill(&desk, &desk.dana, "Invoice of May").await;
    desk.get(&bea, OWN)
        .await
        .is(200)
        .says(&[
            "It holds all requests of these kinds: ",
            "Each export stands in your organisation",
        ])
        .hides(&["Technical"]);
    // Others' notes for colleagues are no business of who reads bills, technical requests neither.
    let whole = desk.get(&bea, WHOLE).await;
    assert_eq!(subjects(&lines(&whole)), ["Invoice of May"]);
    whole.hides(&["Calendars do not sync", "Do we pay for this?"]);
    for role in [
        Role::ServiceSupportAdmin,
        Role::UserManagementAdmin,
        Role::EndUser,
    ] {
        let other = somebody(&desk, role.code(), role).await;
        for path in [OWN, TABLE, WHOLE] {
            desk.get(&other, path).await.is(403);
        }
        desk.get(&other, "/organisation/people")
            .await
            .hides(&[&format!("href=\"{OWN}\"")]);
    }
    for path in [OWN, WHOLE] {
        desk.get(&desk.agent, path).await.is(303);
    }
    desk.get(&desk.dana, &format!("{OWN}/requests?form=exe"))
        .await
        .is(400);
}

#[tokio::test]
async fn however_many_there_are_each_is_there_once() {
    let desk = Desk::new().await;
    for n in 0..120 {
        desk.open(&desk.dana, 'C', &format!("Request {n}")).await;
    }
    let all = lines(&desk.get(&desk.dana, WHOLE).await);
    let wanted: Vec<String> = (0..120).rev().map(|n| format!("Request {n}")).collect();
    assert_eq!(subjects(&all), wanted);
    for one in &all {
        assert_eq!(one["entries"].as_array().unwrap().len(), 1);
    }
    // What a spreadsheet would take for a formula is text.
    desk.open(&desk.dana, 'C', "=HYPERLINK(\"https://x\")")
        .await;
    let table = desk.get(&desk.dana, TABLE).await;
    table.says(&["'=HYPERLINK"]);
    assert_eq!(table.text.lines().count(), 122);
}

#[tokio::test]
async fn at_the_vendor_another_agrees_and_whoever_asked_has_a_day() {
    let desk = Desk::new().await;
    let case = talked_about(&desk).await;
    bill(&desk, &desk.dana, "Invoice of May").await;
    let account = format!("/accounts/{}", desk.contoso);
    let ask = format!("{account}/export");
    desk.get(&desk.agent, &account)
        .await
        .hides(&["Export its requests"]);
    desk.post(&desk.agent, &ask, &[WHY]).await.is(403);
    desk.get(&desk.lead, &account)
        .await
        .says(&["Export its requests", "Another person agrees first"]);
    let missing = "/accounts/00000000-0000-7000-8000-00000000ffff/export";
    desk.post(&desk.lead, missing, &[WHY]).await.is(404);
    desk.post(&desk.lead, &ask, &[("reason", " ")])
        .await
        .is(422)
        .says(&["Write why", "Export its requests"]);
    let asked = desk.post(&desk.lead, &ask, &[WHY]).await;
    assert_eq!(asked.location, "/approvals?asked=export");
    let own = desk.get(&desk.lead, &asked.location).await;
    own.says(&["You can download it here as soon as", "Max Vogel can agree"]);
    let id = approval_of(&own);
    let export = format!("/approvals/{id}/export");
    desk.get(&desk.lead, &export)
        .await
        .is(409)
        .says(&["ask again"]);

    let waiting = desk.get(&desk.manager, "/approvals").await;
    waiting.says(&["Export the requests of Contoso", WHY.1, ">Agree<"]);
    let agreement = format!("/approvals/{id}/agreement");
    desk.post(&desk.lead, &agreement, &[]).await.is(403);
    desk.post(&desk.manager, &agreement, &[]).await.is(303);
    for who in [&desk.manager, &desk.admin, &desk.agent, &desk.dana] {
        let answer = desk.get(who, &export).await;
        assert!(
            matches!(answer.status.as_u16(), 403 | 404),
            "{}",
            answer.text
        );
    }
    let ready = desk.get(&desk.lead, "/approvals").await;
    ready.says(&[
        "Agreed, and yours to do",
        &format!("href=\"{export}?form=jsonl\""),
    ]);
    // What lies at their desk, with its internal notes; nothing of the customer's own.
    for _ in 0..2 {
        let whole = desk.get(&desk.lead, &format!("{export}?form=jsonl")).await;
        let all = lines(&whole);
        assert_eq!(subjects(&all), ["Calendars do not sync"]);
        assert_eq!(all[0]["number"], case.number.to_string());
        assert!(bodies(&all[0]).contains(&"They may leave us"));
        whole.hides(&["Do we pay for this?", "Invoice of May"]);
    }
    let log = desk.get(&desk.dana, "/log").await;
    log.says(&["Exported requests", "Lea Sommer", WHY.1, "Max Vogel"]);

    desk.world.pass(24 * 60);
    desk.get(&desk.lead, &export)
        .await
        .is(409)
        .says(&["ask again"]);
    let over = desk.get(&desk.lead, "/approvals").await;
    over.hides(&["Agreed, and yours to do"]);
}

#[tokio::test]
async fn rights_that_went_meanwhile_are_gone() {
    let desk = Desk::new().await;
    talked_about(&desk).await;
    let ask = format!("/accounts/{}/export", desk.contoso);
    desk.post(&desk.lead, &ask, &[WHY]).await.is(303);
    let id = approval_of(&desk.get(&desk.manager, "/approvals").await);
    let agreement = format!("/approvals/{id}/agreement");
    desk.post(&desk.manager, &agreement, &[]).await.is(303);
    let export = format!("/approvals/{id}/export?form=jsonl");
    assert_eq!(lines(&desk.get(&desk.lead, &export).await).len(), 1);
    let manager = desk.manager.session.person.id;
    let leave = async move |tx: &mut mainstay_store::Tx<'_>| {
        mainstay_store::colleagues::set_active(tx, manager, false).await
    };
    desk.world.app.db().write(leave).await.unwrap();
    desk.get(&desk.lead, &export)
        .await
        .is(409)
        .says(&["You or whoever agreed may no longer do this"]);
}

#[tokio::test]
async fn whoever_is_alone_is_told_who_is_missing() {
    let desk = Desk::new().await;
    let manager = desk.manager.session.person.id;
    let leave = async move |tx: &mut mainstay_store::Tx<'_>| {
        mainstay_store::colleagues::set_active(tx, manager, false).await
    };
    desk.world.app.db().write(leave).await.unwrap();
    let ask = format!("/accounts/{}/export", desk.contoso);
    desk.post(&desk.lead, &ask, &[WHY])
        .await
        .is(422)
        .says(&["This takes two persons", WHY.1]);
}
