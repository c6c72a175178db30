//! The main job without a page: through the verbs, on a real database.

use mainstay_app::Error;
use mainstay_app::cases::Request;
use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::{
    Clocks, Command, EffectKind, Fact, Metric, MilestoneState, NextTurn, Refusal, Status,
};
use mainstay_domain::edition::Kind;
use mainstay_domain::entitlement::FirstResponse;
use mainstay_store::people::Organisation;
use mainstay_store::views::{self, QueueFilter};
use mainstay_store::{cases, inbox, search};
use mainstay_testkit::{Persona, World, submission};

fn instant(text: &str) -> Moment {
    text.parse().expect("an instant")
}

fn reply(body: &str) -> Command {
    Command::Reply {
        body: body.to_owned(),
        next: NextTurn::Customer,
    }
}

/// What somebody was told, the latest first.
async fn told(world: &World, persona: &Persona) -> Vec<EffectKind> {
    let (person, account) = (
        persona.session.person.id,
        persona.session.principal.account(),
    );
    let notices = world
        .app
        .db()
        .read(async |tx| inbox::list(tx, person, account, None).await)
        .await
        .expect("an inbox");
    notices.into_iter().map(|notice| notice.kind).collect()
}

#[tokio::test]
async fn the_main_job_from_promise_to_reopening() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let kim = world.colleague("Kim", Role::Agent).await;

    // Friday 17:30, severity B under the edition in force: by the end of Saturday.
    let judged = world
        .app
        .judge(&dana.session, &submission('B'))
        .await
        .unwrap();
    let promised = FirstResponse::Due {
        at: instant("2026-03-29T00:00:00+01:00"),
    };
    assert_eq!(judged.opened_by.verdict.first_response, promised);
    let case = world.request(&dana, 'B').await;
    assert_eq!(
        case.verdict, judged.opened_by.verdict,
        "stored as it was shown"
    );
    assert_eq!(case.terms.edition, "2019-05-07");

    // The engineer finds it in the queue and takes it.
    let grant = kim.session.grant(Action::Read).unwrap();
    let queue = world
        .app
        .db()
        .read(async |tx| views::queue(tx, &grant, QueueFilter::Unassigned, None, 50).await)
        .await
        .unwrap();
    assert_eq!(queue[0].number, case.number);
    assert_eq!(
        queue[0].next_due_at,
        Some(instant("2026-03-29T00:00:00+01:00"))
    );
    assert_eq!(
        world.app.take_next(&kim.session).await.unwrap(),
        Some(case.number)
    );
    assert_eq!(world.app.take_next(&kim.session).await.unwrap(), None);

    // She answers in time, solves it, and closes it.
    world.at("2026-03-28T09:00:00+01:00");
    let case = world
        .app
        .act(&kim.session, case.number, reply("We are on it."))
        .await
        .unwrap();
    let first = case.clocks.milestone(Metric::InitialResponse).unwrap();
    let met = MilestoneState::Met {
        at: instant("2026-03-28T09:00:00+01:00"),
        due_at: instant("2026-03-29T00:00:00+01:00"),
    };
    assert_eq!(first.state, met);
    let close = Command::Close {
        reason: "Solved on the telephone".to_owned(),
    };
    let case = world
        .app
        .act(&kim.session, case.number, close)
        .await
        .unwrap();
    // Two weeks later the clocks have changed: still until the end of the 14th day.
    let until = instant("2026-04-12T00:00:00+02:00");
    let closed = Status::Closed {
        at: world.app.now(),
        reopen_until: until,
    };
    assert_eq!(case.status, closed);

    // The customer reopens it on the 14th day.
    world.at("2026-04-11T23:59:59+02:00");
    let dana = world.sign_in(dana.session.person.id).await;
    let again = Command::Reopen {
        reason: "It is back".to_owned(),
    };
    let case = world
        .app
        .act(&dana.session, case.number, again)
        .await
        .unwrap();
    assert_eq!(case.status, Status::WithVendor);
    assert_eq!(
        case.clocks
            .milestone(Metric::InitialResponse)
            .unwrap()
            .state,
        met
    );

    world.settle().await;
    assert!(told(&world, &dana).await.contains(&EffectKind::Acknowledge));
    assert!(told(&world, &kim).await.contains(&EffectKind::TellAssignee));
    world.finish().await;
}

#[tokio::test]
async fn reopening_ends_with_the_fourteenth_day() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let case = world.request(&dana, 'C').await;
    let close = Command::Close {
        reason: String::new(),
    };
    world
        .app
        .act(&dana.session, case.number, close)
        .await
        .unwrap();
    world.at("2026-04-11T00:00:00+02:00");
    let dana = world.sign_in(dana.session.person.id).await;
    let again = Command::Reopen {
        reason: "It is back".to_owned(),
    };
    let refused = world
        .app
        .act(&dana.session, case.number, again)
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Error::Refused(Refusal::ReopeningOver { .. })),
        "{refused}"
    );
    // A follow-up is a new case with new objectives that names the old one.
    let mut follow_up = submission('A');
    follow_up.follows = Some(case.number);
    let follow_up = world.app.submit(&dana.session, follow_up).await.unwrap();
    assert_eq!(follow_up.follows, Some(case.number));
    assert!(follow_up.next_due_at().is_some());
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_missed_promise_is_judged_with_its_due_instant_and_told_once() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let lena = world.colleague("Lena", Role::Lead).await;
    let case = world.request(&dana, 'A').await;
    let due = instant("2026-03-27T18:30:00+01:00");
    assert_eq!(case.next_due_at(), Some(due));

    // The warning at three quarters, then nothing at the due instant itself, then the breach.
    world.pass(45);
    world.settle().await;
    assert!(matches!(
        told(&world, &lena).await[..],
        [EffectKind::Warn { .. }]
    ));
    world.at("2026-03-27T18:30:00+01:00");
    world.settle().await;
    assert_eq!(told(&world, &lena).await.len(), 1);
    world.at("2026-03-28T07:00:00+01:00");
    world.settle().await;
    world.settle().await;
    let breach = EffectKind::Breach {
        metric: Metric::InitialResponse,
        due_at: due,
    };
    assert_eq!(told(&world, &lena).await[0], breach);
    assert_eq!(told(&world, &lena).await.len(), 2);

    let grant = lena.session.grant(Action::Read).unwrap();
    let number = case.number;
    let (case, entries) = world
        .app
        .db()
        .read(async |tx| {
            let case = cases::find(tx, &grant, number).await?.unwrap();
            let entries = cases::entries(tx, &case).await?;
            Ok::<_, mainstay_store::Error>((case, entries))
        })
        .await
        .unwrap();
    let breached = entries
        .iter()
        .find(|entry| matches!(entry.fact, Fact::Breached { .. }));
    assert_eq!(breached.unwrap().at, due);
    // What is stored can be computed again from nothing.
    let terms = world.app.catalogue().terms_of(&case.terms).unwrap();
    assert_eq!(
        Clocks::replay(case.kind, &entries, &terms).unwrap(),
        case.clocks
    );
    world.finish().await;
}

#[tokio::test]
async fn a_case_keeps_the_edition_it_was_opened_under() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    world.at("2019-05-06T12:00:00Z");
    let dana_then = world.sign_in(dana.session.person.id).await;
    let old = world.request(&dana_then, 'B').await;
    world.at("2019-05-07T00:00:00Z");
    let new = world.request(&dana_then, 'B').await;
    assert_eq!(old.terms.edition, "2014-05-16");
    assert_eq!(
        old.next_due_at(),
        Some(instant("2019-05-06T20:00:00Z")),
        "8 hours, anytime"
    );
    assert_eq!(new.terms.edition, "2019-05-07");
    assert_eq!(
        new.next_due_at(),
        Some(instant("2019-05-09T00:00:00+02:00")),
        "next day"
    );
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_plan_that_ended_leads_to_its_successor() {
    let world = World::new().await;
    let account = world.account("Litware", "gb", "midsize").await;
    let priya = world.administrator("Priya", account).await;
    let case = world.request(&priya, 'A').await;
    assert_eq!(case.terms.holding.plan, "business-premium");
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn only_an_elevated_offer_sets_the_severity() {
    let world = World::new().await;
    let plain = world.account("Fabrikam", "de", "e3").await;
    let elevated = world
        .account_with("Contoso", "us-east", "e3", Some("premier"))
        .await;
    let dana = world.administrator("Dana", plain).await;
    let omar = world.administrator("Omar", elevated).await;
    let mut wish = submission('C');
    wish.severity = Some("A".to_owned());
    let refused = world
        .app
        .submit(&dana.session, wish.clone())
        .await
        .unwrap_err();
    assert!(
        matches!(refused, Error::Refused(Refusal::SeverityNotYours)),
        "{refused}"
    );
    let case = world.app.submit(&omar.session, wish).await.unwrap();
    assert_eq!(case.severity.as_deref(), Some("A"));
    assert_eq!(case.next_due_at(), Some(world.app.now().plus_minutes(60)));
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn nobody_sees_what_is_not_theirs() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let contoso = world.account("Contoso", "us-east", "e1").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let omar = world.administrator("Omar", contoso).await;
    let uma = world
        .person("Uma", Organisation::Account(fabrikam), Role::EndUser)
        .await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let case = world.request(&dana, 'B').await;
    let note = Command::Note {
        body: "zebrafish secret".to_owned(),
    };
    world
        .app
        .act(&kim.session, case.number, note)
        .await
        .unwrap();

    let foreign = world
        .app
        .act(&omar.session, case.number, reply("me too"))
        .await
        .unwrap_err();
    assert!(matches!(foreign, Error::NotFound), "{foreign}");
    let denied = world
        .app
        .submit(&uma.session, submission('B'))
        .await
        .unwrap_err();
    assert!(matches!(denied, Error::Denied(_)), "{denied}");
    let vendor_only = Command::Note {
        body: "hello".to_owned(),
    };
    let denied = world
        .app
        .act(&dana.session, case.number, vendor_only)
        .await
        .unwrap_err();
    assert!(matches!(denied, Error::Denied(_)), "{denied}");

    world.app.take_in_words().await.unwrap();
    let find = async |persona: &Persona, words: &str| {
        let grant = persona.session.grant(Action::Read).unwrap();
        let found = world
            .app
            .db()
            .read(async |tx| search::find(tx, &grant, words).await)
            .await;
        found.unwrap().len()
    };
    assert_eq!(find(&kim, "zebrafish").await, 1);
    assert_eq!(
        find(&dana, "zebrafish").await,
        0,
        "a note betrays nothing to the customer"
    );
    assert_eq!(find(&dana, "mail arrives").await, 1);
    assert_eq!(
        find(&dana, "arriv").await,
        1,
        "the last word may be a beginning"
    );
    assert_eq!(find(&omar, "mail arrives").await, 0);
    assert_eq!(
        find(&kim, "\" OR marks : *").await,
        0,
        "nothing typed is an operator"
    );
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_reply_does_not_cross_what_the_customer_just_wrote() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let case = world.request(&dana, 'B').await;
    let seen = Some(case.revision);
    world
        .app
        .act(&dana.session, case.number, reply("One more thing"))
        .await
        .unwrap();
    let request = Request {
        seen,
        ..reply("Try this").into()
    };
    let stale = world
        .app
        .act(&kim.session, case.number, request)
        .await
        .unwrap_err();
    let Error::Stale { added, revision } = stale else {
        panic!("{stale}")
    };
    assert_eq!(added.len(), 1);
    let request = Request {
        seen: Some(revision),
        ..reply("Try this").into()
    };
    world
        .app
        .act(&kim.session, case.number, request)
        .await
        .unwrap();
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_revoked_session_acts_no_more() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    world.app.sign_out_everywhere(&dana.session).await.unwrap();
    let refused = world
        .app
        .submit(&dana.session, submission('B'))
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::SignedOut), "{refused}");
    world.finish().await;
}

#[tokio::test]
async fn signing_in_throttles_and_tells_nobody_who_exists() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    world.administrator("Dana", account).await;
    for email in ["dana@example.com", "nobody@example.com"] {
        for _ in 0..10 {
            let refused = world
                .app
                .sign_in(email, "wrong", "10.0.0.1")
                .await
                .unwrap_err();
            assert!(matches!(refused, Error::WrongPassword), "{refused}");
            world.at(&world.app.now().plus_seconds(1).to_string());
        }
        let refused = world
            .app
            .sign_in(email, "wrong", "10.0.0.1")
            .await
            .unwrap_err();
        assert!(
            matches!(refused, Error::TooManyAttempts { .. }),
            "{refused}"
        );
    }
    world.finish().await;
}

#[tokio::test]
async fn before_buying_one_may_ask_but_technical_help_needs_a_subscription() {
    let world = World::new().await;
    let account = world
        .account_without_subscription("Tailspin", "us-west")
        .await;
    let pat = world.administrator("Pat", account).await;
    let refused = world
        .app
        .submit(&pat.session, submission('A'))
        .await
        .unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Field {
                field: "subscription",
                ..
            }
        ),
        "{refused}"
    );
    let mut enquiry = submission('A');
    (enquiry.kind, enquiry.impact) = (Kind::PreSales, None);
    let case = world.app.submit(&pat.session, enquiry).await.unwrap();
    assert_eq!((case.severity.as_deref(), case.next_due_at()), (None, None));
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn an_offer_bought_mid_case_counts_by_an_explicit_act_and_never_moves_a_promise_later() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let case = world.request(&dana, 'B').await;
    let next_day = instant("2026-03-29T00:00:00+01:00");
    assert_eq!(case.next_due_at(), Some(next_day));
    let number = case.number;

    // Nothing moves by itself, and nothing moves while nothing was bought.
    let same = world
        .app
        .rebase(&kim.session, number, "Bought?")
        .await
        .unwrap_err();
    assert!(
        matches!(same, Error::Refused(Refusal::TermsUnchanged)),
        "{same}"
    );
    world.pass(60);
    world.buy_offer(account, Some("premier")).await;
    world.settle().await;
    let case = world
        .app
        .rebase(&kim.session, number, "Premier bought")
        .await
        .unwrap();
    let two_hours = world.app.now().plus_minutes(120);
    assert_eq!(
        case.next_due_at(),
        Some(two_hours),
        "2 hours from now, not from the opening"
    );

    // When the offer ends again, what was promised stays.
    world.pass(30);
    world.buy_offer(account, None).await;
    let case = world
        .app
        .rebase(&kim.session, number, "Premier ended")
        .await
        .unwrap();
    assert_eq!(case.next_due_at(), Some(two_hours));

    // And what is stored can still be computed again from nothing.
    let grant = kim.session.grant(Action::Read).unwrap();
    let entries = world
        .app
        .db()
        .read(async |tx| {
            let case = cases::find(tx, &grant, number).await?.unwrap();
            cases::entries(tx, &case).await
        })
        .await
        .unwrap();
    let terms = world.app.catalogue().terms_of(&case.terms).unwrap();
    let replayed = Clocks::replay(case.kind, &entries, &terms).unwrap();
    assert_eq!(replayed, case.clocks);
    world.settle().await;
    world.finish().await;
}
