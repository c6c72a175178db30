//! The log through the router: who reads whose, what a line says, and how it is taken away.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod desk_world;

use desk_world::Desk;
use mainstay_domain::access::Role;
use mainstay_domain::case::Command;
use mainstay_store::Tx;
use mainstay_store::log::{self, Act, By, Line, Subject};
use mainstay_store::people::Organisation;
use mainstay_testkit::Persona;
use serde_json::{Value, json};

/// Something was done that a page does not do yet.
async fn logged(desk: &Desk, line: Line) {
    let now = desk.world.app.now();
    let write = async move |tx: &mut Tx<'_>| log::write(tx, now, line).await;
    desk.world.app.db().write(write).await.unwrap();
}

async fn somebody(desk: &Desk, name: &str, role: Role) -> Persona {
    let organisation = Organisation::Account(desk.contoso);
    desk.world.person(name, organisation, role).await
}

fn by(who: &Persona) -> By {
    By {
        person: Some(who.session.person.id),
        partner: None,
        network: Some("192.0.2.7".to_owned()),
    }
}

#[tokio::test]
async fn a_customer_reads_its_own_log_and_nobody_elses() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let theirs = desk.open(&desk.omar, 'B', "Mailbox is full").await;
    let to = "A".to_owned();
    let reason = "The whole floor is waiting".to_owned();
    desk.act(&desk.agent, &case, Command::ChangeSeverity { to, reason })
        .await;
    let page = desk.get(&desk.dana, "/log").await;
    page.is(200)
        .says(&[
            "Opened the request",
            "Changed the severity",
            "severity: ",
            &case.number.to_string(),
            "Dana Whitfield",
            "seal",
        ])
        .hides(&[&theirs.number.to_string()]);
    for role in [Role::BillingAdmin, Role::ServiceSupportAdmin, Role::EndUser] {
        let other = somebody(&desk, role.code(), role).await;
        desk.get(&other, "/log").await.is(403);
        desk.get(&other, "/log/export").await.is(403);
    }
    let log = format!("/accounts/{}/log", desk.contoso);
    desk.get(&desk.dana, &log).await.is(403);
}

#[tokio::test]
async fn managers_read_every_log_and_agents_none() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let manager = desk.world.colleague("Maud Manager", Role::Manager).await;
    let act = Line::new(None, by(&manager), Act::EditionPublished);
    let edition = Subject::Thing("edition", "2019-05".to_owned());
    logged(&desk, act.about(edition)).await;
    let account = format!("/accounts/{}", desk.contoso);
    let log = format!("{account}/log");
    desk.get(&manager, &log).await.is(200).says(&[
        "Log of Contoso",
        "Opened the request",
        &case.number.to_string(),
    ]);
    desk.get(&manager, &account)
        .await
        .says(&[&format!("href=\"{log}\"")]);
    let own = desk.get(&manager, "/log").await;
    own.is(200)
        .says(&["Published an edition", "2019-05", "from 192.0.2.7"])
        .hides(&[&format!("/cases/{}", case.number)]);
    for role in [Role::Agent, Role::Lead, Role::SystemAdministrator] {
        let other = desk.world.colleague(role.code(), role).await;
        for path in ["/log", &log, "/log/export", &format!("{log}/export")] {
            desk.get(&other, path).await.is(403);
        }
    }
    desk.get(&desk.agent, &account).await.hides(&[&log]);
    let missing = "/accounts/00000000-0000-7000-8000-00000000ffff/log";
    desk.get(&manager, missing).await.is(404);
}

#[tokio::test]
async fn who_manages_people_sees_nothing_of_the_higher_administrators() {
    let desk = Desk::new().await;
    let uma = somebody(&desk, "Uma Users", Role::UserManagementAdmin).await;
    let eve = somebody(&desk, "Eve End", Role::EndUser).await;
    desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let account = Some(desk.contoso);
    let changed = |about: &Persona| {
        Line::new(account, by(&uma), Act::PersonChanged)
            .about(Subject::Person(about.session.person.id))
    };
    logged(&desk, changed(&eve)).await;
    logged(&desk, changed(&desk.dana)).await;
    let page = desk.get(&uma, "/log").await;
    page.is(200)
        .says(&["Changed particulars", "Eve End"])
        .hides(&["Dana Whitfield", "Calendar is slow"]);
    let export = desk.get(&uma, "/log/export?form=jsonl").await;
    export.is(200).says(&["Eve End"]).hides(&["Dana Whitfield"]);
}

#[tokio::test]
async fn what_each_side_has_among_itself_stays_there() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let body = "They may leave us".to_owned();
    desk.act(&desk.agent, &case, Command::Note { body }).await;
    let account = Some(desk.contoso);
    let colleague = Line::new(account, by(&desk.dana), Act::CaseCustomerNoted);
    logged(&desk, colleague.about(Subject::Case(case.id))).await;
    let internal = Line::new(account, by(&desk.dana), Act::InternalOpened);
    let request = Subject::Thing("internal-request", "My mouse".to_owned());
    logged(&desk, internal.about(request)).await;
    let theirs = desk.get(&desk.dana, "/log/export?form=jsonl").await;
    theirs
        .says(&["case.customer-noted", "My mouse"])
        .hides(&["case.noted"]);
    let path = format!("/accounts/{}/log/export?form=jsonl", desk.contoso);
    let seen = desk.get(&desk.manager, &path).await;
    seen.says(&["case.opened"])
        .hides(&["case.customer-noted", "My mouse", "case.noted"]);
    let vendors = desk.get(&desk.manager, "/log/export?form=jsonl").await;
    vendors.says(&["case.noted", &case.number.to_string()]);
}

#[tokio::test]
async fn a_log_is_filtered_and_turned_over() {
    let desk = Desk::new().await;
    let account = Some(desk.contoso);
    for number in 0..60 {
        let line = Line::new(account, by(&desk.dana), Act::TokenMade);
        let token = Subject::Thing("token", format!("nightly-{number:02}"));
        logged(&desk, line.about(token)).await;
    }
    let reason = "=cmd|' /C calc'!A0";
    let line = Line::new(account, by(&desk.agent), Act::ViewBegun).because(reason);
    logged(&desk, line).await;
    let first = desk.get(&desk.dana, "/log").await;
    first
        .says(&["nightly-59", "before=12"])
        .hides(&["nightly-09"]);
    desk.get(&desk.dana, "/log?before=12")
        .await
        .says(&["nightly-09", "Latest"])
        .hides(&["nightly-20"]);
    desk.get(&desk.dana, "/log?q=NIGHTLY-33")
        .await
        .says(&["nightly-33"])
        .hides(&["nightly-34", "calc"]);
    desk.get(&desk.dana, "/log?act=view.begun")
        .await
        .says(&["Began to view as the customer", "calc"])
        .hides(&["nightly-33"]);
    let person = desk.agent.session.person.id;
    desk.get(&desk.dana, &format!("/log?person={person}"))
        .await
        .hides(&["nightly-33"])
        .says(&["calc"]);
    desk.get(&desk.dana, "/log?q=%25&act=nonsense")
        .await
        .is(200)
        .says(&["No line fits", "Show all"]);
}

#[tokio::test]
async fn a_log_is_taken_away_whole_and_can_be_followed() {
    let desk = Desk::new().await;
    desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let line = Line::new(Some(desk.contoso), by(&desk.agent), Act::ViewBegun);
    let line = line.became(json!({ "as": "Dana" })).because("=1+1");
    logged(&desk, line).await;
    let sheet = desk.get(&desk.dana, "/log/export?form=csv").await;
    sheet.is(200).says(&[
        "line,at,person,",
        "case.opened",
        "view.begun",
        ",'=1+1,",
        "log.exported",
    ]);
    let export = desk.get(&desk.dana, "/log/export?form=jsonl").await;
    let lines = export.text.lines().map(serde_json::from_str);
    let lines: Vec<Value> = lines.collect::<Result<_, _>>().unwrap();
    let acts: Vec<_> = lines.iter().map(|line| &line["act"]).collect();
    let expected = ["log.exported", "log.exported", "view.begun", "case.opened"];
    assert_eq!(acts, expected);
    assert_eq!(lines[2]["reason"], "=1+1");
    assert_eq!(lines[0]["hash"].as_str().unwrap().len(), 64);
    desk.get(&desk.dana, "/log")
        .await
        .says(&["Exported the log", "form: "]);
    // A form nobody knows is no form.
    desk.get(&desk.dana, "/log/export?form=exe").await.is(400);
}
