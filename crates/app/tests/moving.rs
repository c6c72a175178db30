//! A case opened under the wrong customer is moved to the right one: who asks, who agrees, what
//! each of them reads then, and what cannot be moved.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use mainstay_app::Error;
use mainstay_app::approvals::moving::Choices;
use mainstay_app::approvals::{Came, Done};
use mainstay_app::internal::{Ask, Escalate};
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::{Case, Command, EffectKind, Fact, MilestoneState, NextTurn, Refusal};
use mainstay_domain::edition::Kind;
use mainstay_domain::entitlement::FirstResponse;
use mainstay_domain::ids::{AccountId, SubscriptionId};
use mainstay_domain::internal::Informed;
use mainstay_store::inbox::{self, About};
use mainstay_store::internal as kept;
use mainstay_store::log::{Kept, Subject};
use mainstay_store::people::Organisation;
use mainstay_store::views::{self, CasePage};
use mainstay_store::{Tx, colleagues};
use mainstay_testkit::faults::damage;
use mainstay_testkit::{Persona, World, submission};
use uuid::Uuid;

const WHY: &str = "Kim chose the wrong Contoso";

/// Two customers and the vendor's desk, with two leads.
struct Stage {
    world: World,
    wrong: AccountId,
    right: AccountId,
    dana: Persona,
    omar: Persona,
    kim: Persona,
    lea: Persona,
    lou: Persona,
}

impl Stage {
    async fn new() -> Self {
        let world = World::new().await;
        let wrong = world.account("Contoso Berlin", "de", "e3").await;
        let right = world.account("Contoso London", "gb", "business").await;
        Self {
            dana: world.administrator("Dana", wrong).await,
            omar: world.administrator("Omar", right).await,
            kim: world.colleague("Kim", Role::Agent).await,
            lea: world.colleague("Lea", Role::Lead).await,
            lou: world.colleague("Lou", Role::Lead).await,
            wrong,
            right,
            world,
        }
    }

    async fn ask_by(&self, who: &Persona, case: &Case) -> Result<Came, Error> {
        let to = (self.right, None, self.omar.session.person.id);
        let app = &self.world.app;
        app.ask_to_move(&who.session, case.number, to, WHY).await
    }

    /// Lea asks for it.
    async fn ask(&self, case: &Case) -> Uuid {
        match self.ask_by(&self.lea, case).await.unwrap() {
            Came::Waits(id) => id,
            Came::Done(done) => panic!("{done:?}"),
        }
    }

    /// Lea asks, Lou agrees.
    async fn moved(&self, case: &Case) -> Done {
        let id = self.ask(case).await;
        self.world.app.agree(&self.lou.session, id).await.unwrap()
    }

    async fn page(&self, who: &Persona, case: &Case) -> Option<CasePage> {
        let grant = who.session.grant(Action::Read).unwrap();
        let number = case.number;
        let read = async |tx: &mut Tx<'_>| views::case_page(tx, &grant, number).await;
        self.world.app.db().read(read).await.unwrap()
    }

    async fn act(&self, who: &Persona, case: &Case, command: Command) -> Result<Case, Error> {
        let app = &self.world.app;
        app.act(&who.session, case.number, command).await
    }

    async fn sound(&self) {
        assert_eq!(damage(&self.world.app).await.unwrap(), [""; 0]);
    }

    /// The lines about cases that were moved, in somebody's log.
    async fn lines(&self, of: Option<AccountId>) -> Vec<Kept> {
        let mut lines = self.world.log(of).await;
        lines.retain(|line| line.act == "case.moved");
        lines
    }
}

/// What somebody was told, the latest first: of what, and what.
async fn told(world: &World, who: &Persona) -> Vec<(About, EffectKind)> {
    let (person, account) = (who.session.person.id, who.session.principal.account());
    let read = async |tx: &mut Tx<'_>| inbox::list(tx, person, account, None).await;
    let notices = world.app.db().read(read).await.unwrap();
    let each = notices.into_iter();
    each.map(|notice| (notice.about, notice.kind)).collect()
}

fn reply(body: &str) -> Command {
    Command::Reply {
        body: body.to_owned(),
        next: NextTurn::Customer,
    }
}

fn codes(page: &CasePage) -> Vec<&'static str> {
    let rows = page.timeline.iter();
    rows.map(|row| row.entry.fact.code()).collect()
}

#[tokio::test]
async fn a_lead_asks_another_agrees_and_the_case_is_with_whom_it_belongs_to() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let organisation = Organisation::Account(stage.wrong);
    let pat = world.person("Pat", organisation, Role::EndUser).await;
    let bill = world.person("Bill", organisation, Role::BillingAdmin).await;
    let case = world.request(&stage.dana, 'B').await;
    let who = pat.session.person.id;
    let added = world
        .app
        .add_participant(&stage.dana.session, case.number, who);
    added.await.unwrap();
    stage
        .act(&stage.kim, &case, reply("We look into it."))
        .await
        .unwrap();
    world.settle().await;
    world.pass(30);
    // Nobody but leads asks; nobody agrees to what they asked for.
    for who in [&stage.kim, &stage.dana] {
        let denied = stage.ask_by(who, &case).await;
        assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
    }
    let id = stage.ask(&case).await;
    let own = world.app.agree(&stage.lea.session, id).await;
    assert!(matches!(own, Err(Error::Denied(_))), "{own:?}");
    let none = world.app.agree(&stage.kim.session, id).await;
    assert!(matches!(none, Err(Error::NotFound)), "{none:?}");
    assert!(stage.page(&stage.dana, &case).await.is_some(), "not yet");
    // What is written before somebody agrees goes along.
    stage
        .act(&stage.dana, &case, reply("Any news?"))
        .await
        .unwrap();
    let done = world.app.agree(&stage.lou.session, id).await.unwrap();
    let moved = done.moved.unwrap();
    assert_eq!((moved.from, moved.to), (stage.wrong, stage.right));
    stage.sound().await;
    // For those it was with it does not exist.
    for who in [&stage.dana, &pat] {
        assert!(stage.page(who, &case).await.is_none());
        let gone = stage.act(who, &case, reply("Hello?")).await;
        assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    }
    let page = stage.page(&stage.omar, &case).await.unwrap();
    let seen = ["opened", "participant-added", "reply", "reply", "moved"];
    assert_eq!(codes(&page), seen);
    assert!(page.participants.is_empty());
    assert!(page.is_of_another(&page.timeline[0].entry));
    assert!(!page.is_of_another(&page.timeline[4].entry));
    assert_eq!(page.timeline[0].actor.as_deref(), Some("Dana"));
    assert_eq!(page.timeline[4].actor.as_deref(), Some("Lea"), "who asked");
    let answered = stage.act(&stage.omar, &case, reply("It is ours.")).await;
    answered.unwrap();
    // Each is told once: those who read it, and not where it is.
    world.settle().await;
    let away = EffectKind::MovedAway {
        number: case.number,
    };
    for who in [&stage.dana, &pat] {
        assert_eq!(told(world, who).await, [(About::Account, away)]);
    }
    assert_eq!(
        told(world, &bill).await,
        [],
        "that it existed is no reading"
    );
    let news = (About::Case(case.number), EffectKind::TellRequester);
    assert_eq!(told(world, &stage.omar).await, [news]);
    let kims = told(world, &stage.kim).await;
    assert!(
        kims.iter()
            .all(|(about, _)| *about == About::Case(case.number))
    );
    stage.world.finish().await;
}

#[tokio::test]
async fn each_log_tells_what_its_readers_may_know() {
    let stage = Stage::new().await;
    let case = stage.world.request(&stage.dana, 'B').await;
    stage.moved(&case).await;
    let (lea, lou) = (stage.lea.session.person.id, stage.lou.session.person.id);
    let (out, into, own) = (
        stage.lines(Some(stage.wrong)).await,
        stage.lines(Some(stage.right)).await,
        stage.lines(None).await,
    );
    let names = ["Contoso Berlin", "Contoso London", WHY];
    for (lines, known) in [(&out, 0), (&into, 0), (&own, 3)] {
        let [line] = lines.as_slice() else {
            panic!("{lines:?}")
        };
        assert_eq!(line.by.person, Some(lea));
        let became = line.became.as_deref().unwrap();
        assert!(became.contains(&lou.to_string()), "{became}");
        let said = format!("{:?}{:?}{:?}", line.was, line.became, line.reason);
        let heard = names.iter().filter(|name| said.contains(**name)).count();
        assert_eq!(heard, known, "{said}");
    }
    let omar = stage.omar.session.person.id.to_string();
    assert!(!format!("{out:?}").contains(&omar), "{out:?}");
    let dana = stage.dana.session.person.id.to_string();
    assert!(!format!("{into:?}").contains(&dana), "{into:?}");
    let number = Some(case.number.to_string());
    assert_eq!(
        out[0].subject,
        Subject::Other("case".to_owned(), None, number)
    );
    assert_eq!(into[0].subject, Subject::Case(case.id));
    // What was done before stays in the log of those who did it.
    let before = stage.world.log(Some(stage.wrong)).await;
    assert!(before.iter().any(|line| line.act == "case.opened"));
    stage.world.settle().await;
    stage.world.finish().await;
}

#[tokio::test]
async fn what_is_promised_then_is_shown_before_and_is_what_comes() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let case = world.request(&stage.dana, 'B').await;
    world.pass(60);
    let choices: Choices = world
        .app
        .move_choices(&stage.lea.session, case.number, stage.right)
        .await
        .unwrap();
    assert_eq!(
        choices.people,
        [(stage.omar.session.person.id, "Omar".to_owned())]
    );
    // Enterprise: the next day. Business: no commitment at severity B.
    let FirstResponse::Due { at } = choices.now.case.verdict.first_response else {
        panic!("{:?}", choices.now.case.verdict)
    };
    let first = |case: &Case| {
        let milestones = case.clocks.milestones().iter();
        let mut promised = milestones.filter(|one| !one.is_internal);
        promised.next().map(|one| one.state)
    };
    assert_eq!(
        first(&choices.now.case),
        Some(MilestoneState::Running { due_at: at })
    );
    let [way] = choices.options.as_slice() else {
        panic!("{:?}", choices.options)
    };
    let shown = way.outlook.as_ref().unwrap();
    assert_eq!(first(&shown.case), None);
    stage.moved(&case).await;
    let page = stage.page(&stage.omar, &case).await.unwrap();
    assert_eq!(page.case.verdict, shown.case.verdict);
    assert_eq!(page.case.terms, shown.case.terms);
    assert_eq!(first(&page.case), None);
    assert_eq!(page.case.opened_at, case.opened_at);
    stage.sound().await;
    stage.world.settle().await;
    stage.sound().await;
    stage.world.finish().await;
}

#[tokio::test]
async fn where_there_is_one_lead_it_stays_where_it_is() {
    let stage = Stage::new().await;
    let lou = stage.lou.session.person.id;
    let leave = async move |tx: &mut Tx<'_>| colleagues::set_active(tx, lou, false).await;
    stage.world.app.db().write(leave).await.unwrap();
    let case = stage.world.request(&stage.dana, 'B').await;
    let alone = stage.ask_by(&stage.lea, &case).await;
    assert!(
        matches!(&alone, Err(Error::Field { message, .. }) if message.contains("two persons")),
        "{alone:?}"
    );
    assert!(stage.page(&stage.omar, &case).await.is_none());
    stage.world.settle().await;
    stage.world.finish().await;
}

#[tokio::test]
async fn notes_among_colleagues_stay_with_those_who_wrote_them() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let case = world.request(&stage.dana, 'B').await;
    let note = Command::CustomerNote {
        body: "Do we pay for this?".to_owned(),
    };
    stage.act(&stage.dana, &case, note).await.unwrap();
    stage.moved(&case).await;
    stage.sound().await;
    world.settle().await;
    let told = told(world, &stage.dana).await;
    let [(About::Internal { id, is_own: true }, EffectKind::MovedAway { .. })] = told[..] else {
        panic!("{told:?}")
    };
    let grant = stage
        .dana
        .session
        .grant_to_serve(&world.app.catalogue(), world.app.now())
        .unwrap();
    let read = async |tx: &mut Tx<'_>| kept::page(tx, &grant, id).await;
    let page = world.app.db().read(read).await.unwrap().unwrap();
    assert!(page.row.request.subject.contains(&case.number.to_string()));
    let bodies: Vec<&str> = page
        .timeline
        .iter()
        .filter_map(|line| line.entry.fact.body())
        .collect();
    assert_eq!(bodies, ["Do we pay for this?"]);
    // Neither the vendor nor the other organisation sees them, nor that they were.
    for who in [&stage.omar, &stage.kim, &stage.lea] {
        let page = stage.page(who, &case).await.unwrap();
        let shown = format!("{:?}", page.timeline);
        assert!(!shown.contains("Do we pay"), "{shown}");
        assert!(!codes(&page).iter().any(|code| code.contains("note-kept")));
        let serves = who
            .session
            .grant_to_serve(&world.app.catalogue(), world.app.now());
        if let Ok(grant) = serves {
            let read = async |tx: &mut Tx<'_>| kept::page(tx, &grant, id).await;
            assert_eq!(world.app.db().read(read).await.unwrap(), None);
        }
    }
    stage.world.finish().await;
}

#[tokio::test]
async fn a_partner_that_acted_for_the_other_customer_loses_sight_of_it() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let partner = world.partner("Helpers").await;
    let organisation = Organisation::Partner(partner);
    let admin = world.person("Pia", organisation, Role::PartnerAdmin).await;
    let ron = world.person("Ron", organisation, Role::PartnerAgent).await;
    world
        .delegate(&stage.dana, partner, &[Kind::Technical], (5, 90))
        .await;
    let ids = [admin.session.person.id, ron.session.person.id];
    let named = world.app.name_people(&admin.session, stage.wrong, &ids);
    named.await.unwrap();
    let ron = world.sign_in(ron.session.person.id).await;
    world.app.act_for(&ron.session, stage.wrong).await.unwrap();
    let ron = world.sign_in(ron.session.person.id).await;
    world.app.act_for(&ron.session, stage.wrong).await.unwrap();
    let ron = Persona {
        session: world
            .app
            .session(mainstay_app::Credential::session(&ron.cookie))
            .await
            .unwrap(),
        ..ron
    };
    let case = world.request(&ron, 'B').await;
    assert!(stage.page(&ron, &case).await.is_some());
    world.settle().await;
    stage.moved(&case).await;
    assert!(stage.page(&ron, &case).await.is_none());
    let page = stage.page(&stage.omar, &case).await.unwrap();
    let opened = &page.timeline[0];
    assert_eq!(opened.actor.as_deref(), Some("Ron"));
    assert_eq!(opened.partner, None, "whom they helped is not said");
    world.settle().await;
    let away = EffectKind::MovedAway {
        number: case.number,
    };
    let told = told(world, &ron).await;
    let of_case = told.iter().filter(|(_, kind)| *kind == away).count();
    assert_eq!(of_case, 1, "{told:?}");
    assert!(
        !told
            .iter()
            .any(|(about, _)| matches!(about, About::Case(_)))
    );
    stage.sound().await;
    stage.world.finish().await;
}

#[tokio::test]
async fn a_request_of_somebody_s_own_people_stays_with_them() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let organisation = Organisation::Account(stage.wrong);
    let pat = world.person("Pat", organisation, Role::EndUser).await;
    let ask = Ask {
        category: "account".to_owned(),
        subject: "I cannot sign in".to_owned(),
        body: "Since this morning.".to_owned(),
        checked: Vec::new(),
        tried: String::new(),
        uploads: Vec::new(),
    };
    let id = world.app.ask(&pat.session, ask, None).await.unwrap();
    let form = Escalate {
        submission: submission('B'),
        files: Vec::new(),
        informed: Informed::EveryReply,
    };
    let number = world
        .app
        .escalate(&stage.dana.session, id, form, None)
        .await
        .unwrap();
    let to = (stage.right, None, stage.omar.session.person.id);
    let lea = &stage.lea.session;
    let refused = world.app.ask_to_move(lea, number, to, WHY).await;
    let Err(Error::Field { field, message }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(field, "account");
    assert!(message.contains("stays with them"), "{message}");
    let choices = world.app.move_choices(lea, number, stage.right).await;
    assert!(matches!(choices, Err(Error::Field { .. })), "{choices:?}");
    stage.world.settle().await;
    stage.world.finish().await;
}

#[tokio::test]
async fn what_changed_meanwhile_is_judged_as_it_is() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let case = world.request(&stage.dana, 'B').await;
    let (first, second) = (stage.ask(&case).await, stage.ask(&case).await);
    let close = Command::Close {
        reason: "Solved on the telephone".to_owned(),
    };
    stage.act(&stage.kim, &case, close).await.unwrap();
    // It is closed by now, and moved all the same.
    world.app.agree(&stage.lou.session, first).await.unwrap();
    let page = stage.page(&stage.omar, &case).await.unwrap();
    assert!(!page.case.status.is_open());
    // It is with another organisation by now: that is to be asked for anew.
    let late = world.app.agree(&stage.lou.session, second).await;
    assert!(matches!(late, Err(Error::Settled(_))), "{late:?}");
    world.app.decline(&stage.lou.session, second).await.unwrap();
    stage.sound().await;
    // Whoever asked is no lead any more.
    let other = world.request(&stage.dana, 'B').await;
    let third = stage.ask(&other).await;
    let lea = stage.lea.session.person.id;
    let demote = async move |tx: &mut Tx<'_>| colleagues::set_roles(tx, lea, &[Role::Agent]).await;
    world.app.db().write(demote).await.unwrap();
    let gone = world.app.agree(&stage.lou.session, third).await;
    assert!(matches!(gone, Err(Error::Settled(_))), "{gone:?}");
    stage.world.settle().await;
    stage.world.finish().await;
}

#[tokio::test]
async fn a_case_goes_to_and_fro_without_a_trace_of_either_in_between() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let case = world.request(&stage.dana, 'A').await;
    world.pass(3 * 60);
    world.settle().await;
    stage.moved(&case).await;
    stage.sound().await;
    world.pass(60);
    let back = (stage.wrong, None, stage.dana.session.person.id);
    let app = &world.app;
    let asked = app.ask_to_move(
        &stage.lou.session,
        case.number,
        back,
        "It was theirs after all",
    );
    let Came::Waits(id) = asked.await.unwrap() else {
        panic!("Lea could agree")
    };
    app.agree(&stage.lea.session, id).await.unwrap();
    stage.sound().await;
    world.settle().await;
    stage.sound().await;
    assert!(stage.page(&stage.omar, &case).await.is_none());
    let page = stage.page(&stage.dana, &case).await.unwrap();
    // Of the first move the vendor alone reads on.
    let seen = page.timeline.iter();
    let moves = seen.filter(|row| matches!(row.entry.fact, Fact::Moved { .. }));
    assert_eq!(moves.count(), 1);
    let promised = |case: &Case| {
        let milestones = case.clocks.milestones().iter();
        let due = milestones.filter(|one| !one.is_internal);
        due.map(|one| one.state).collect::<Vec<_>>()
    };
    let [
        MilestoneState::Breached {
            due_at,
            met_at: None,
        },
    ] = promised(&page.case)[..]
    else {
        panic!("{:?}", page.case.clocks)
    };
    assert_eq!(due_at, case.opened_at.plus_minutes(60));
    stage.world.finish().await;
}

#[tokio::test]
async fn where_it_cannot_go_is_said_in_a_sentence() {
    let stage = Stage::new().await;
    let world = &stage.world;
    let case = world.request(&stage.dana, 'B').await;
    let (lea, app) = (&stage.lea.session, &world.app);
    let omar = stage.omar.session.person.id;
    let same = (stage.wrong, None, stage.dana.session.person.id);
    let refused = app.ask_to_move(lea, case.number, same, WHY).await;
    assert!(
        matches!(refused, Err(Error::Refused(Refusal::SameOrganisation))),
        "{refused:?}"
    );
    let without = app
        .ask_to_move(lea, case.number, (stage.right, None, omar), " ")
        .await;
    assert!(
        matches!(
            without,
            Err(Error::Field {
                field: "reason",
                ..
            })
        ),
        "{without:?}"
    );
    // One of theirs, who may open such requests.
    let organisation = Organisation::Account(stage.right);
    let eve = world.person("Eve", organisation, Role::EndUser).await;
    for nobody in [&eve, &stage.dana] {
        let to = (stage.right, None, nobody.session.person.id);
        let refused = app.ask_to_move(lea, case.number, to, WHY).await;
        assert!(
            matches!(
                refused,
                Err(Error::Field {
                    field: "requester",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    // Technical help needs a subscription; of several one is chosen.
    let bare = world.account_without_subscription("Newcomer", "de").await;
    let nina = world.administrator("Nina", bare).await;
    let to = |under: Option<SubscriptionId>| (bare, under, nina.session.person.id);
    let refused = app.ask_to_move(lea, case.number, to(None), WHY).await;
    let Err(Error::Field { field, message }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(field, "subscription");
    assert!(message.contains("needs a subscription"), "{message}");
    let choices = app.move_choices(lea, case.number, bare).await.unwrap();
    assert!(choices.options[0].outlook.is_err());
    let small = world.subscribe(bare, "business", None, None).await;
    let large = world.subscribe(bare, "e3", None, None).await;
    let refused = app.ask_to_move(lea, case.number, to(None), WHY).await;
    assert!(
        matches!(
            refused,
            Err(Error::Field {
                field: "subscription",
                ..
            })
        ),
        "{refused:?}"
    );
    let choices = app.move_choices(lea, case.number, bare).await.unwrap();
    let mut offered: Vec<_> = choices
        .options
        .iter()
        .map(|way| way.subscription.as_ref().unwrap().id)
        .collect();
    offered.sort_unstable();
    assert_eq!(offered, [small, large]);
    let asked = app
        .ask_to_move(lea, case.number, to(Some(large)), WHY)
        .await;
    assert!(matches!(asked, Ok(Came::Waits(_))), "{asked:?}");
    // What leads do not read they do not move.
    let billing = mainstay_app::intake::Submission {
        kind: Kind::Billing,
        impact: None,
        ..submission('C')
    };
    let billing = app.submit(&stage.dana.session, billing).await.unwrap();
    let refused = stage.ask_by(&stage.lea, &billing).await;
    assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    stage.world.settle().await;
    stage.world.finish().await;
}
