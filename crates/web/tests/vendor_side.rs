//! The vendor's own side through the router: the team, what takes two persons, seeing the portal
//! as a customer does.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod desk_world;

use desk_world::{Answer, Desk};
use mainstay_app::Credential;
use mainstay_domain::access::{Action, Because, Role};
use mainstay_domain::case::{Case, Command};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PersonId;
use mainstay_store::system::inspect;
use mainstay_store::{factors, people};
use mainstay_testkit::Persona;
use mainstay_web::routes::listed;

const NEW: [(&str, &str); 4] = [
    ("name", "New One"),
    ("email", "new@vendor.example"),
    ("roles", "agent"),
    ("reason", "The desk grows"),
];

/// Everything that is kept.
async fn contents(desk: &Desk) -> Vec<String> {
    let read = async |tx: &mut mainstay_store::Tx<'_>| inspect::contents(tx).await;
    desk.world.app.db().read(read).await.unwrap()
}

/// The acts in a log, the latest first, with their reasons.
async fn acts(
    desk: &Desk,
    who: &Persona,
    of: Option<mainstay_domain::ids::AccountId>,
) -> Vec<(String, Option<String>)> {
    who.session.grant(Action::ReadLog).unwrap();
    let lines = desk.world.log(of).await;
    lines
        .into_iter()
        .map(|line| (line.act, line.reason))
        .collect()
}

fn team_path(who: &Persona, act: &str) -> String {
    format!("/team/{}/{act}", who.session.person.id)
}

/// The id of the one approval on a page.
fn approval_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("action=\"/approvals/").unwrap();
    rest[..36].to_owned()
}

#[tokio::test]
async fn one_who_runs_the_machine_alone_keeps_the_team_and_others_are_told_who_can() {
    let desk = Desk::new().await;
    for who in [&desk.agent, &desk.lead, &desk.manager] {
        desk.post(who, "/team", &NEW).await.is(403);
        desk.get(who, "/team")
            .await
            .is(200)
            .says(&["Lea Sommer", "Sam Root can."])
            .hides(&["action=\"/team\""]);
        desk.get(who, team_path(&desk.lead, "").trim_end_matches('/'))
            .await
            .is(200)
            .says(&["Sam Root can."])
            .hides(&["/deactivation"]);
    }
    desk.get(&desk.dana, team_path(&desk.lead, "").trim_end_matches('/'))
        .await
        .is(403);
    desk.get(&desk.admin, "/team").await.says(&["done at once"]);
    let wrong = [("name", "New One"), ("email", "new@vendor.example")];
    desk.post(&desk.admin, "/team", &wrong)
        .await
        .is(422)
        .says(&["Choose one role at least", "value=\"New One\""]);
    desk.post(&desk.admin, "/team", &NEW[..3])
        .await
        .is(422)
        .says(&["Write why"]);
    desk.post(&desk.admin, "/team", &NEW).await.is(201).says(&[
        "https://desk.example/invitation/",
        "New One",
        "Invited",
    ]);
    desk.post(&desk.admin, "/team", &NEW)
        .await
        .is(422)
        .says(&["has this address already"]);
}

#[tokio::test]
async fn until_somebody_runs_the_machine_a_manager_keeps_the_team() {
    let desk = Desk::new().await;
    let admin = desk.admin.session.person.id;
    let leave = async move |tx: &mut mainstay_store::Tx<'_>| {
        mainstay_store::colleagues::set_active(tx, admin, false).await
    };
    desk.world.app.db().write(leave).await.unwrap();
    desk.post(&desk.agent, "/team", &NEW).await.is(403);
    let invited = desk.post(&desk.manager, "/team", &NEW).await;
    invited.is(201).says(&["https://desk.example/invitation/"]);
    let machine = [
        ("name", "Sam Root"),
        ("email", "root@vendor.example"),
        ("roles", "system-administrator"),
        ("reason", "Somebody must"),
    ];
    let link = desk.post(&desk.manager, "/team", &machine).await;
    let (_, word) = link
        .text
        .split_once("https://desk.example/invitation/")
        .unwrap();
    let word = &word[..32];
    // Invited is not here yet: the manager goes on until they are.
    let other = [NEW[0], ("email", "other@vendor.example"), NEW[2], NEW[3]];
    desk.post(&desk.manager, "/team", &other).await.is(201);
    let accepted = desk
        .world
        .app
        .accept_invitation(word, "a sentence is fine", "192.0.2.7")
        .await;
    accepted.unwrap();
    let third = [NEW[0], ("email", "third@vendor.example"), NEW[2], NEW[3]];
    desk.post(&desk.manager, "/team", &third).await.is(403);
}

#[tokio::test]
async fn two_who_run_the_machine_agree_on_who_is_on_the_team() {
    let desk = Desk::new().await;
    let una = desk
        .world
        .colleague("Una Keeper", Role::SystemAdministrator)
        .await;
    desk.get(&desk.admin, "/team")
        .await
        .says(&["Una Keeper can."]);
    let asked = desk.post(&desk.admin, "/team", &NEW).await;
    asked.is(303);
    assert_eq!(asked.location, "/approvals?asked=yes");
    let own = desk.get(&desk.admin, "/approvals").await;
    own.is(200)
        .says(&["Waits for another person: Una Keeper", "The desk grows"]);
    let id = approval_of(&own);
    // Whoever asked does not agree, and to the others it does not exist.
    let agreement = format!("/approvals/{id}/agreement");
    desk.post(&desk.admin, &agreement, &[])
        .await
        .is(403)
        .says(&["must be somebody else"]);
    for who in [&desk.agent, &desk.lead, &desk.manager] {
        desk.post(who, &agreement, &[]).await.is(404);
        desk.get(who, "/approvals")
            .await
            .is(200)
            .hides(&["New One"]);
    }
    desk.get(&desk.dana, "/approvals").await.is(403);
    desk.get(&desk.manager, "/team").await.hides(&["New One"]);
    let waiting = desk.get(&una, "/approvals").await;
    waiting.says(&[
        "Invite New One (new@vendor.example): Engineer",
        "Agree and do it",
    ]);
    let agreed = desk.post(&una, &agreement, &[]).await;
    agreed.is(201).says(&["https://desk.example/invitation/"]);
    desk.get(&desk.manager, "/team").await.says(&["New One"]);
    // Once more changes nothing.
    let before = contents(&desk).await;
    desk.post(&una, &agreement, &[])
        .await
        .is(409)
        .says(&["decided this already"]);
    assert_eq!(contents(&desk).await, before);
    let acts = acts(&desk, &desk.manager, None).await;
    let because = Some("The desk grows".to_owned());
    assert_eq!(
        acts[..3],
        [
            ("approval.given".to_owned(), because.clone()),
            ("person.invited".to_owned(), because.clone()),
            ("approval.asked".to_owned(), because),
        ]
    );
}

#[tokio::test]
async fn what_is_asked_for_can_be_declined_taken_back_and_lapses() {
    let desk = Desk::new().await;
    let una = desk
        .world
        .colleague("Una Keeper", Role::SystemAdministrator)
        .await;
    let out = team_path(&desk.agent, "deactivation");
    let reason = [("reason", "Gone")];
    for (decider, words) in [(&una, "Declined"), (&desk.admin, "Taken back")] {
        desk.post(&desk.admin, &out, &reason).await.is(303);
        let id = approval_of(&desk.get(&desk.admin, "/approvals").await);
        let refusal = format!("/approvals/{id}/refusal");
        assert_eq!(
            desk.post(decider, &refusal, &[]).await.location,
            "/approvals?done=declined"
        );
        desk.get(&una, "/approvals").await.says(&[words]);
        desk.post(&una, &format!("/approvals/{id}/agreement"), &[])
            .await
            .is(409);
    }
    desk.post(&desk.admin, &out, &reason).await.is(303);
    let id = approval_of(&desk.get(&desk.admin, "/approvals").await);
    desk.world.pass(7 * 24 * 60);
    // Their sessions have ended as well by then.
    let una = desk.world.sign_in(una.session.person.id).await;
    desk.post(&una, &format!("/approvals/{id}/agreement"), &[])
        .await
        .is(409)
        .says(&["is over; ask again"]);
    desk.get(&una, "/approvals").await.says(&["Lapsed"]);
    let agent = desk.world.sign_in(desk.agent.session.person.id).await;
    desk.get(&agent, "/queue").await.is(200);
}

#[tokio::test]
async fn a_second_person_counts_as_they_are_when_it_is_done() {
    let desk = Desk::new().await;
    let una = desk
        .world
        .colleague("Una Keeper", Role::SystemAdministrator)
        .await;
    let ivo = desk
        .world
        .colleague("Ivo Third", Role::SystemAdministrator)
        .await;
    desk.post(
        &desk.admin,
        &team_path(&desk.agent, "deactivation"),
        &[("reason", "Gone")],
    )
    .await
    .is(303);
    let id = approval_of(&desk.get(&una, "/approvals").await);
    // Whoever asked is taken off the team meanwhile, by the other two.
    desk.post(
        &una,
        &team_path(&desk.admin, "deactivation"),
        &[("reason", "Left")],
    )
    .await
    .is(303);
    let mine = desk.world.app.approvals(&una.session).await.unwrap();
    let theirs = mine.iter().find(|one| one.is_own).unwrap().approval.id;
    desk.post(&ivo, &format!("/approvals/{theirs}/agreement"), &[])
        .await
        .is(303);
    desk.post(&una, &format!("/approvals/{id}/agreement"), &[])
        .await
        .is(409)
        .says(&["may no longer do it"]);
    desk.get(&desk.agent, "/queue").await.is(200);
    assert_eq!(
        desk.get(&desk.admin, "/team").await.location,
        "/sign-in?back=%2Fteam"
    );
}

#[tokio::test]
async fn two_who_agree_at_once_have_one_effect() {
    let desk = Desk::new().await;
    let una = desk
        .world
        .colleague("Una Keeper", Role::SystemAdministrator)
        .await;
    let ivo = desk
        .world
        .colleague("Ivo Third", Role::SystemAdministrator)
        .await;
    desk.post(&desk.admin, "/team", &NEW).await.is(303);
    let id = approval_of(&desk.get(&una, "/approvals").await)
        .parse()
        .unwrap();
    let node = desk.world.another_node().await;
    let (one, other) = tokio::join!(
        desk.world.app.agree(&una.session, id),
        node.agree(&ivo.session, id)
    );
    assert_eq!(one.is_ok(), other.is_err(), "{one:?} {other:?}");
    let lines = acts(&desk, &desk.manager, None).await;
    let invited = lines.iter().filter(|(act, _)| act == "person.invited");
    assert_eq!(invited.count(), 1);
}

#[tokio::test]
async fn the_last_of_a_role_stays_and_two_at_once_do_not_take_both() {
    let desk = Desk::new().await;
    let reason = ("reason", "A change");
    desk.post(
        &desk.admin,
        &team_path(&desk.manager, "deactivation"),
        &[reason],
    )
    .await
    .is(422)
    .says(&["Nobody else here is a manager"]);
    desk.post(
        &desk.admin,
        &team_path(&desk.manager, "roles"),
        &[("roles", "agent"), reason],
    )
    .await
    .is(422)
    .says(&["Nobody else here is a manager"]);
    desk.post(
        &desk.admin,
        &team_path(&desk.admin, "deactivation"),
        &[reason],
    )
    .await
    .is(422)
    .says(&["Nobody deactivates themselves"]);
    let moira = desk.world.colleague("Moira Second", Role::Manager).await;
    let node = desk.world.another_node().await;
    let deactivate = |who: &Persona| mainstay_app::approvals::Proposal::Deactivate {
        person: who.session.person.id,
    };
    let (one, other) = tokio::join!(
        desk.world
            .app
            .propose(&desk.admin.session, deactivate(&desk.manager), "Out"),
        node.propose(&desk.admin.session, deactivate(&moira), "Out")
    );
    assert_eq!(one.is_ok(), other.is_err(), "{one:?} {other:?}");
}

#[tokio::test]
async fn roles_that_never_meet_are_refused_with_a_sentence() {
    let desk = Desk::new().await;
    let both = [
        ("roles", "agent"),
        ("roles", "system-administrator"),
        ("reason", "Both, please"),
    ];
    let refused = desk
        .post(&desk.admin, &team_path(&desk.agent, "roles"), &both)
        .await;
    refused.is(422).says(&[
        "Nobody is a system administrator and an agent at once",
        "reads no customer's content",
        "Both, please</textarea>",
    ]);
}

#[tokio::test]
async fn other_roles_count_at_once_and_only_after_signing_in_again() {
    let desk = Desk::new().await;
    let fields = [
        ("roles", "agent"),
        ("roles", "billing-agent"),
        ("leads", "billing"),
        ("reason", "Helps out"),
    ];
    let done = desk
        .post(&desk.admin, &team_path(&desk.agent, "roles"), &fields)
        .await;
    done.is(303);
    // The session from before is gone.
    assert!(
        desk.get(&desk.agent, "/queue")
            .await
            .location
            .starts_with("/sign-in")
    );
    let kim = desk.world.sign_in(desk.agent.session.person.id).await;
    assert!(kim.session.principal.roles.contains(&Role::BillingAgent));
    let page = desk.get(&desk.manager, &done.location).await;
    page.is(200)
        .says(&["Engineer, Billing", "Leads the desk of"]);
    let again = desk
        .post(&desk.admin, &team_path(&kim, "roles"), &fields)
        .await;
    again.is(422).says(&["their roles already"]);
    // Who leads a desk says what its people can; who does not, does not.
    let bea = desk.world.colleague("Bea Bills", Role::BillingAgent).await;
    let german = [("languages", "DE, en"), ("skills", "Invoices")];
    desk.post(&kim, &team_path(&bea, "skills"), &german)
        .await
        .is(303);
    desk.post(&bea, &team_path(&kim, "skills"), &german)
        .await
        .is(403);
    desk.post(&bea, &team_path(&bea, "skills"), &[("languages", "german")])
        .await
        .is(422)
        .says(&["`german` is no language code", "value=\"german\""]);
    desk.post(&desk.lead, &team_path(&kim, "skills"), &german)
        .await
        .is(303);
    desk.post(&desk.admin, &team_path(&kim, "skills"), &german)
        .await
        .is(403);
    desk.post(&desk.dana, &team_path(&kim, "skills"), &german)
        .await
        .is(404);
    desk.get(&bea, "/team").await.says(&["de, en", "invoices"]);
}

#[tokio::test]
async fn who_speaks_the_customer_s_language_is_offered_first() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Kalender").await;
    let zoe = desk.world.colleague("Zoe Last", Role::Agent).await;
    desk.post(&zoe, &team_path(&zoe, "skills"), &[("languages", "de")])
        .await
        .is(303);
    let page = desk.case(&desk.lead, &case).await;
    let place = |words: &str| page.text.find(words).unwrap();
    assert!(place("Zoe Last, speaks de") < place(">Kim Lindqvist</option>"));
}

/// Begins a view of Contoso as Dana.
async fn begin(desk: &Desk, who: &Persona) -> Persona {
    begin_as(desk, who, desk.dana.session.person.id).await
}

async fn begin_as(desk: &Desk, who: &Persona, person: PersonId) -> Persona {
    let begun = desk
        .world
        .app
        .begin_view(&who.session, desk.contoso, person, "They cannot find it")
        .await
        .unwrap();
    let credential = Credential::session(&begun.token);
    Persona {
        session: desk.world.app.session(credential).await.unwrap(),
        cookie: begun.token,
    }
}

#[tokio::test]
async fn a_view_shows_the_portal_with_a_bar_and_stands_in_the_customer_s_log() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let note = Command::Note {
        body: "Among us".to_owned(),
    };
    desk.act(&desk.agent, &case, note).await;
    let account = format!("/accounts/{}", desk.contoso);
    desk.case(&desk.agent, &case)
        .await
        .says(&["See what the customer sees", "#view"]);
    desk.get(&desk.agent, &account)
        .await
        .says(&["name=\"person\"", "/view\""]);
    let person = desk.dana.session.person.id.to_string();
    let path = format!("{account}/view");
    let (who, why) = (
        ("person", person.as_str()),
        ("reason", "They cannot find it"),
    );
    desk.post(&desk.agent, &path, &[who])
        .await
        .is(422)
        .says(&["Write why"]);
    desk.post(&desk.agent, &path, &[why])
        .await
        .is(422)
        .says(&["Choose one of", "cannot find it</textarea>"]);
    let stranger = desk.omar.session.person.id.to_string();
    desk.post(&desk.agent, &path, &[("person", &stranger), why])
        .await
        .is(404);
    for other in [&desk.manager, &desk.admin, &desk.dana] {
        desk.post(other, &path, &[who, why]).await.is(403);
    }
    let begun = desk
        .post(&desk.agent, &path, &[who, why, ("case", "17")])
        .await;
    begun.is(303);
    assert_eq!(begun.location, "/cases/17");
    // The session from before has another token now.
    assert!(
        desk.get(&desk.agent, "/queue")
            .await
            .location
            .starts_with("/sign-in")
    );

    let kim = desk.world.sign_in(desk.agent.session.person.id).await;
    let view = begin(&desk, &kim).await;
    for path in [
        "/home",
        "/cases",
        "/description",
        &format!("/cases/{}", case.number),
    ] {
        desk.get(&view, path).await.is(200).says(&[
            "You see the portal as Dana Whitfield of Contoso does, until 18:00",
            "They cannot find it",
            "/view/end",
        ]);
    }
    desk.case(&view, &case).await.hides(&["Among us"]);
    for own in [
        "/profile",
        "/notifications",
        "/queue",
        "/accounts",
        "/team",
        "/approvals",
    ] {
        desk.get(&view, own).await.is(403);
    }
    let ended = desk.post(&view, "/view/end", &[]).await;
    assert_eq!(ended.location, account);
    assert!(
        desk.get(&view, "/home")
            .await
            .location
            .starts_with("/sign-in")
    );
    let lines = acts(&desk, &desk.dana, Some(desk.contoso)).await;
    let because = Some("They cannot find it".to_owned());
    assert_eq!(lines[0], ("view.ended".to_owned(), because.clone()));
    assert_eq!(lines[1], ("view.begun".to_owned(), because));
}

#[tokio::test]
async fn a_view_holds_what_lies_at_the_viewer_s_desk_alone() {
    let desk = Desk::new().await;
    let technical = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let billing = open_billing(&desk).await;
    let view = begin(&desk, &desk.agent).await;
    desk.get(&view, "/cases")
        .await
        .says(&["Calendar is slow"])
        .hides(&["An invoice twice"]);
    desk.case(&view, &technical).await.is(200);
    desk.case(&view, &billing).await.is(404);
    desk.get(&view, "/search?q=invoice")
        .await
        .hides(&["An invoice twice"]);
    let denied = view.session.grant(Action::CustomerNote).unwrap_err();
    let mainstay_app::Error::Denied(denial) = denied else {
        panic!("{denied}")
    };
    assert_eq!(denial.because, Because::NotInView);
    let scope = view
        .session
        .grant(Action::Read)
        .unwrap()
        .scope()
        .kinds()
        .to_vec();
    assert_eq!(scope, [Kind::Technical]);
}

async fn open_billing(desk: &Desk) -> Case {
    let new = mainstay_app::intake::Submission {
        kind: Kind::Billing,
        impact: None,
        subject: "An invoice twice".to_owned(),
        ..mainstay_testkit::submission('C')
    };
    desk.world
        .app
        .submit(&desk.dana.session, new)
        .await
        .unwrap()
}

#[tokio::test]
async fn in_a_view_pages_answer_and_nothing_else_does() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let view = begin(&desk, &desk.agent).await;
    let before = contents(&desk).await;
    // What ends the session or begins another is no act of the view; the API takes no session.
    let leaves = [
        "/sign-out",
        "/view/end",
        "/demo/sign-in",
        "/sign-in/passkey/options",
    ];
    let routes = listed().into_iter();
    let routes = routes.filter(|one| !leaves.contains(&one.path.as_str()) && one.path != "/live");
    for route in routes {
        let path = route
            .path
            .replace("{number}", &case.number.to_string())
            .replace("{audience}", "reply")
            .replace("{edition}", "2019-05-07")
            .replace("{id}", &desk.contoso.to_string())
            .replace("{name}", "none")
            .replace("{slug}", "not-found")
            .replace("{word}", "none");
        let fields = [
            ("body", "As if I were Dana"),
            ("reason", "Because"),
            ("theme", "dark"),
            ("person", "nobody"),
        ];
        if route.method == axum::http::Method::GET {
            let answer = desk.get(&view, &path).await;
            let is_answer = answer.status.as_u16() < 500;
            assert!(is_answer, "{path}: {} {}", answer.status, answer.text);
        } else {
            let answer = desk.post(&view, &path, &fields).await;
            let refused = [401, 403, 404, 405].contains(&answer.status.as_u16());
            assert!(refused, "{path}: {} {}", answer.status, answer.location);
        }
    }
    assert_eq!(contents(&desk).await, before);
}

#[tokio::test]
async fn the_verbs_refuse_a_view_themselves() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let view = begin(&desk, &desk.agent).await;
    let app = &desk.world.app;
    let reply = Command::Reply {
        body: "As if I were Dana".to_owned(),
        next: mainstay_domain::case::NextTurn::Vendor,
    };
    let replied = app
        .act(&view.session, case.number, reply)
        .await
        .unwrap_err();
    assert!(matches!(replied, mainstay_app::Error::InView), "{replied}");
    let opened = app
        .submit(&view.session, mainstay_testkit::submission('C'))
        .await
        .unwrap_err();
    assert!(matches!(opened, mainstay_app::Error::InView), "{opened}");
    let token = app.create_token(&view.session, "mine").await.unwrap_err();
    assert!(matches!(token, mainstay_app::Error::InView), "{token}");
}

#[tokio::test]
async fn a_view_ends_after_half_an_hour_whoever_ends_it() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let view = begin(&desk, &desk.agent).await;
    desk.world.pass(29);
    desk.case(&view, &case).await.is(200);
    desk.world.pass(1);
    assert_eq!(desk.case(&view, &case).await.location, "/view/over");
    // A reply typed meanwhile does not go out as the vendor's.
    let late = desk
        .try_on(&view, &case, "replies", &[("body", "Late")])
        .await;
    assert_eq!(late.location, "/view/over");
    desk.get(&view, "/view/over")
        .await
        .is(200)
        .says(&["The view is over", "/view/end"]);
    assert_eq!(desk.world.app.end_views_over().await.unwrap(), 0);
    desk.world.pass(10);
    assert_eq!(desk.world.app.end_views_over().await.unwrap(), 1);
    assert!(
        desk.get(&view, "/home")
            .await
            .location
            .starts_with("/sign-in")
    );
    let lines = acts(&desk, &desk.dana, Some(desk.contoso)).await;
    assert_eq!(lines[0].0, "view.ended");
    // Signing out ends one as well.
    let kim = desk.world.sign_in(desk.agent.session.person.id).await;
    let view = begin(&desk, &kim).await;
    desk.post(&view, "/sign-out", &[]).await.is(303);
    let lines = acts(&desk, &desk.dana, Some(desk.contoso)).await;
    assert_eq!(
        (lines[0].0.as_str(), lines[1].0.as_str()),
        ("view.ended", "view.begun")
    );
}

#[tokio::test]
async fn who_loses_the_right_sees_nothing_more_of_a_view() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let view = begin(&desk, &desk.agent).await;
    let agent = desk.agent.session.person.id;
    let take = async move |tx: &mut mainstay_store::Tx<'_>| {
        mainstay_store::colleagues::set_roles(tx, agent, &[Role::Manager]).await
    };
    desk.world.app.db().write(take).await.unwrap();
    desk.case(&view, &case)
        .await
        .is(403)
        .hides(&["Calendar is slow"]);
}

#[tokio::test]
async fn an_engineer_s_change_of_severity_keeps_its_reason_in_the_customer_s_log() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let none = desk
        .try_on(&desk.agent, &case, "severity", &[("severity", "A")])
        .await;
    none.is(422);
    let fields = [("severity", "A"), ("reason", "Everybody is hit")];
    desk.try_on(&desk.agent, &case, "severity", &fields)
        .await
        .is(303);
    let lines = acts(&desk, &desk.dana, Some(desk.contoso)).await;
    let expected = (
        "case.severity-changed".to_owned(),
        Some("Everybody is hit".to_owned()),
    );
    assert_eq!(lines[0], expected);
}

#[tokio::test]
async fn who_runs_the_machine_starts_where_no_customer_is() {
    let desk = Desk::new().await;
    desk.open(&desk.dana, 'B', "Calendar is slow").await;
    assert_eq!(desk.get(&desk.admin, "/").await.location, "/queue");
    assert_eq!(desk.get(&desk.admin, "/queue").await.location, "/machine");
    let start = desk.get(&desk.admin, "/machine").await;
    start
        .is(200)
        .says(&[
            "You run the machine and read no cases",
            "Nothing waits for you",
            "2019-05-07",
        ])
        .hides(&[
            "Calendar is slow",
            "Contoso",
            "href=\"/queue\"",
            "href=\"/accounts\"",
        ]);
    for who in [&desk.agent, &desk.lead, &desk.manager, &desk.dana] {
        desk.get(who, "/machine").await.is(403);
    }
}

#[tokio::test]
async fn the_glass_is_broken_by_two_for_an_hour_and_every_look_is_logged() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let theirs = desk.open(&desk.omar, 'B', "Not this one").await;
    let note = Command::Note {
        body: "Among us".to_owned(),
    };
    desk.act(&desk.agent, &case, note).await;
    let number = customer_number(&desk).await;
    let fields = [("customer", number.as_str()), ("reason", "The court asks")];
    // Alone nobody breaks it.
    desk.post(&desk.admin, "/break-glass", &fields)
        .await
        .is(403);
    let una = desk
        .world
        .colleague("Una Keeper", Role::SystemAdministrator)
        .await;
    desk.post(
        &desk.admin,
        "/break-glass",
        &[("customer", "17"), fields[1]],
    )
    .await
    .is(422)
    .says(&["customer number of a customer"]);
    for who in [&desk.agent, &desk.lead, &desk.manager, &desk.dana] {
        desk.post(who, "/break-glass", &fields).await.is(403);
    }
    desk.post(&desk.admin, "/break-glass", &fields)
        .await
        .is(303);
    let id = approval_of(&desk.get(&desk.admin, "/approvals").await);
    let (list, page) = (
        format!("/break-glass/{id}"),
        format!("/break-glass/{id}/cases/{}", case.number),
    );
    desk.get(&desk.admin, &page).await.is(404);
    desk.get(&una, "/approvals")
        .await
        .says(&["Read the requests of Contoso"]);
    desk.post(&una, &format!("/approvals/{id}/agreement"), &[])
        .await
        .is(303);

    desk.get(&desk.admin, "/machine")
        .await
        .says(&["requests of Contoso until 18:30", &list]);
    desk.get(&desk.admin, &list)
        .await
        .is(200)
        .says(&["Calendar is slow"])
        .hides(&["Not this one"]);
    desk.get(&desk.admin, &page)
        .await
        .is(200)
        .says(&["Calendar is slow", "The court asks"])
        .hides(&["Among us"]);
    desk.get(
        &desk.admin,
        &format!("/break-glass/{id}/cases/{}", theirs.number),
    )
    .await
    .is(404);
    desk.case(&desk.admin, &case).await.is(403);
    desk.get(&una, &page).await.is(404);
    let lines = acts(&desk, &desk.dana, Some(desk.contoso)).await;
    let because = Some("The court asks".to_owned());
    for line in &lines[..3] {
        assert_eq!(*line, ("glass.broken".to_owned(), because.clone()));
    }
    // Whoever agreed must still hold the right, and the hour ends.
    desk.world.pass(60);
    desk.get(&desk.admin, &page).await.is(404);
}

async fn customer_number(desk: &Desk) -> String {
    let contoso = desk.contoso;
    let read =
        async |tx: &mut mainstay_store::Tx<'_>| mainstay_store::accounts::find(tx, contoso).await;
    desk.world
        .app
        .db()
        .read(read)
        .await
        .unwrap()
        .unwrap()
        .customer_number
}

/// Gives somebody a password, and a recovery code to sign in with beside it.
async fn signs_in_with(desk: &Desk, who: &Persona) {
    let (person, now) = (who.session.person.id, desk.world.app.now());
    let keep = async move |tx: &mut mainstay_store::Tx<'_>| {
        people::save_password(tx, person, "a hash nobody knows").await?;
        factors::replace_recovery_codes(tx, person, &[[7; 32]], now).await
    };
    desk.world.app.db().write(keep).await.unwrap();
}

async fn recovery_codes(desk: &Desk, who: &Persona) -> u32 {
    let person = who.session.person.id;
    let read = async |tx: &mut mainstay_store::Tx<'_>| factors::held(tx, person).await;
    desk.world.app.db().read(read).await.unwrap().recovery_codes
}

/// The word of the reset's link on a page.
#[track_caller]
fn reset_word(page: &Answer) -> String {
    let (_, rest) = page
        .text
        .split_once("https://desk.example/reset/")
        .expect("a link");
    rest.split('<').next().unwrap().to_owned()
}

const LOST: (&str, &str) = ("reason", "Lost the telephone, called from the office");

#[tokio::test]
async fn a_colleague_s_sign_in_is_reset_by_whoever_asked_once_another_agreed() {
    let desk = Desk::new().await;
    let una = desk
        .world
        .colleague("Una Keeper", Role::SystemAdministrator)
        .await;
    signs_in_with(&desk, &desk.agent).await;
    let path = team_path(&desk.agent, "reset");
    let page = team_path(&desk.agent, "");
    let page = desk.get(&desk.admin, page.trim_end_matches('/')).await;
    page.is(200)
        .says(&["Reset sign-in", &path, "Una Keeper can."]);
    let asked = desk.post(&desk.admin, &path, &[LOST]).await;
    assert_eq!(asked.location, "/approvals?asked=yes");
    let waiting = desk.get(&una, "/approvals").await;
    waiting.says(&["Reset the password of Kim Lindqvist", LOST.1]);
    let id = approval_of(&waiting);
    let link = format!("/approvals/{id}/link");
    desk.post(&desk.admin, &link, &[]).await.is(409);
    let agreement = format!("/approvals/{id}/agreement");
    desk.post(&desk.admin, &agreement, &[]).await.is(403);
    for who in [&desk.agent, &desk.lead, &desk.manager, &desk.dana] {
        desk.post(who, &agreement, &[]).await.is(404);
    }
    let agreed = desk.post(&una, &agreement, &[]).await;
    assert_eq!(agreed.location, "/approvals?done=agreed");
    assert!(!agreed.text.contains("/reset/"), "{}", agreed.text);
    for who in [&una, &desk.agent, &desk.manager, &desk.dana] {
        desk.post(who, &link, &[]).await.is(404);
    }
    desk.get(&una, "/approvals").await.hides(&[&link]);
    desk.get(&desk.admin, "/approvals")
        .await
        .says(&["yours to do", &link]);
    let made = desk.post(&desk.admin, &link, &[]).await;
    made.is(201).says(&["A link for Kim Lindqvist"]);
    let word = reset_word(&made);
    desk.post(&desk.admin, &link, &[]).await.is(409);
    // What they had beside the password stays, and so do they until they choose a new one.
    assert_eq!(recovery_codes(&desk, &desk.agent).await, 1);
    desk.get(&desk.agent, "/queue").await.is(200);
    let app = &desk.world.app;
    let network = "192.0.2.7";
    app.finish_reset(&word, "another sentence", network)
        .await
        .unwrap();
    assert_eq!(desk.get(&desk.agent, "/queue").await.status.as_u16(), 303);
    let acts = acts(&desk, &desk.manager, None).await;
    let because = Some(LOST.1.to_owned());
    assert_eq!(
        acts[..4],
        [
            ("reset.done".to_owned(), None),
            ("reset.started".to_owned(), because.clone()),
            ("approval.given".to_owned(), because.clone()),
            ("approval.asked".to_owned(), because),
        ]
    );
}

#[tokio::test]
async fn one_who_runs_the_machine_alone_resets_at_once_and_takes_factors_away() {
    let desk = Desk::new().await;
    signs_in_with(&desk, &desk.agent).await;
    let path = team_path(&desk.agent, "reset");
    let made = desk
        .post(&desk.admin, &path, &[LOST, ("factors", "on")])
        .await;
    made.is(201).says(&["A link for Kim Lindqvist"]);
    assert_eq!(recovery_codes(&desk, &desk.agent).await, 0);
    assert_eq!(desk.get(&desk.agent, "/queue").await.status.as_u16(), 303);
    let whose = desk.world.app.reset(&reset_word(&made)).await.unwrap();
    assert_eq!(whose.name, "Kim Lindqvist");
    let lines = desk.world.log(None).await;
    let started = lines.iter().find(|line| line.act == "reset.started");
    let started = started.unwrap();
    assert_eq!(started.reason.as_deref(), Some(LOST.1));
    assert!(
        started
            .became
            .as_ref()
            .unwrap()
            .contains("\"factors_removed\":true")
    );
}

#[tokio::test]
async fn nobody_else_resets_a_colleague_and_only_what_can_be_is() {
    let desk = Desk::new().await;
    signs_in_with(&desk, &desk.lead).await;
    let path = team_path(&desk.lead, "reset");
    let before = contents(&desk).await;
    for who in [&desk.agent, &desk.manager, &desk.dana] {
        desk.post(who, &path, &[LOST]).await.is(403);
    }
    desk.get(&desk.manager, path.trim_end_matches("/reset"))
        .await
        .hides(&[&path]);
    desk.post(&desk.admin, &path, &[("factors", "on")])
        .await
        .is(422)
        .says(&["Write why", "value=\"on\" checked"]);
    desk.post(&desk.admin, &team_path(&desk.admin, "reset"), &[LOST])
        .await
        .is(422)
        .says(&["in your profile"]);
    desk.post(&desk.admin, &team_path(&desk.agent, "reset"), &[LOST])
        .await
        .is(422)
        .says(&["no password here"]);
    desk.post(&desk.admin, &team_path(&desk.dana, "reset"), &[LOST])
        .await
        .is(404);
    // Customers start resets as well, but none of colleagues, and nothing of the vendor's papers.
    let proposal = mainstay_app::approvals::Proposal::ResetSignIn {
        person: desk.lead.session.person.id,
        factors: true,
    };
    let app = &desk.world.app;
    let asked = app.propose(&desk.dana.session, proposal, "Let me in").await;
    assert!(
        matches!(asked, Err(mainstay_app::Error::NotFound)),
        "{asked:?}"
    );
    assert_eq!(contents(&desk).await, before);
}

#[tokio::test]
async fn an_agreement_to_a_reset_lapses_and_counts_only_as_both_are_then() {
    let desk = Desk::new().await;
    let una = desk
        .world
        .colleague("Una Keeper", Role::SystemAdministrator)
        .await;
    let ivo = desk
        .world
        .colleague("Ivo Third", Role::SystemAdministrator)
        .await;
    signs_in_with(&desk, &desk.agent).await;
    let path = team_path(&desk.agent, "reset");
    let agreed = async || {
        desk.post(&desk.admin, &path, &[LOST]).await.is(303);
        let id = approval_of(&desk.get(&una, "/approvals").await);
        let agreement = format!("/approvals/{id}/agreement");
        desk.post(&una, &agreement, &[]).await.is(303);
        format!("/approvals/{id}/link")
    };
    let late = agreed().await;
    desk.world.pass(24 * 60);
    desk.post(&desk.admin, &late, &[])
        .await
        .is(409)
        .says(&["ask again"]);
    desk.get(&desk.admin, "/approvals").await.hides(&[&late]);
    let link = agreed().await;
    desk.post(
        &ivo,
        &team_path(&una, "deactivation"),
        &[("reason", "Left")],
    )
    .await
    .is(303);
    let mine = desk.world.app.approvals(&ivo.session).await.unwrap();
    let theirs = mine.iter().find(|one| one.is_own).unwrap().approval.id;
    desk.post(&desk.admin, &format!("/approvals/{theirs}/agreement"), &[])
        .await
        .is(303);
    desk.post(&desk.admin, &link, &[])
        .await
        .is(409)
        .says(&["may no longer do this"]);
    let resets = desk.world.log(None).await;
    assert!(resets.iter().all(|line| line.act != "reset.started"));
}
