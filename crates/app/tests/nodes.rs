//! Several nodes at once on one database: what each of them may do only once. On SQLite there is
//! one node, and what is asked at once is done in turn.

use std::collections::BTreeSet;
use std::time::Duration;

use mainstay_app::approvals::Came;
use mainstay_app::intake::{Answer, Once};
use mainstay_app::people::NewPerson;
use mainstay_app::{App, Changed, Error};
use mainstay_description::shipped;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::{Case, Command, EffectKind, Fact, NextTurn};
use mainstay_store::inbox::About;
use mainstay_store::{cases, inbox};
use mainstay_testkit::{Persona, World, submission};
use tokio::task::JoinSet;

/// Runs something on several nodes at once, `times` over, and gives what came of each.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    nodes: Vec<App>,
    times: usize,
    run: impl Fn(App, usize) -> F,
) -> Vec<T> {
    let mut tasks = JoinSet::new();
    for index in 0..times {
        tasks.spawn(run(nodes[index % nodes.len()].clone(), index));
    }
    tasks.join_all().await
}

async fn nodes(world: &World) -> Vec<App> {
    vec![world.app.clone(), world.another_node().await]
}

fn respond(case: &Case) -> (u16, String) {
    (201, case.number.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_twenty_times_at_once_is_one_case() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let credential = dana.session.credential;
    let answers = at_once(nodes(&world).await, 20, |node, _| async move {
        let once = Once {
            key: "once".to_owned(),
            request_hash: vec![7],
            respond,
        };
        let form = submission('B');
        node.submit_once(credential, form, Some(once)).await
    });
    let (mut fresh, mut kept) = (Vec::new(), Vec::new());
    for answer in answers.await {
        match answer.unwrap() {
            Answer::Fresh(case) => fresh.push(case.number.to_string()),
            Answer::Kept(answer) => kept.push((answer.status, answer.response)),
        }
    }
    assert_eq!((fresh.len(), kept.len()), (1, 19));
    assert!(kept.iter().all(|answer| *answer == (201, fresh[0].clone())));
    let other = Once {
        key: "once".to_owned(),
        request_hash: vec![8],
        respond,
    };
    let other = world
        .app
        .submit_once(credential, submission('B'), Some(other));
    assert!(matches!(other.await, Err(Error::KeyReused)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_two_nodes_see_is_missed_and_told_once() {
    const CASES: usize = 25;
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let lena = world.colleague("Lena", Role::Lead).await;
    let mut numbers = Vec::new();
    for _ in 0..CASES {
        numbers.push(world.request(&dana, 'A').await.number);
    }
    world.settle().await;
    world.pass(60 * 24 * 7);
    let nodes = nodes(&world).await;
    let worked = at_once(nodes, 6, |node, _| async move {
        while node.sweep().await.unwrap() > 0 {}
        while node.deliver().await.unwrap() > 0 {}
    });
    worked.await;
    world.settle().await;
    let grant = lena.session.grant(Action::Read).unwrap();
    for number in numbers {
        let grant = grant.clone();
        let entries = world.app.db().read(async |tx| {
            let case = cases::find(tx, &grant, number).await?.unwrap();
            cases::entries(tx, &case).await
        });
        let is_breach = |fact: &Fact| matches!(fact, Fact::Breached { .. });
        let entries = entries.await.unwrap();
        let breaches = entries.iter().filter(|entry| is_breach(&entry.fact));
        assert_eq!(breaches.count(), 1, "{number}");
    }
    let person = lena.session.person.id;
    let told = world
        .app
        .db()
        .read(async |tx| inbox::list(tx, person, None, None).await);
    let told = told.await.unwrap();
    let breaches: Vec<_> = told
        .iter()
        .filter(|notice| matches!(notice.kind, EffectKind::Breach { .. }))
        .filter_map(|notice| match notice.about {
            About::Case(number) => Some(number),
            About::Internal { .. } | About::Account => None,
        })
        .collect();
    assert_eq!(breaches.len(), CASES);
    assert_eq!(breaches.iter().collect::<BTreeSet<_>>().len(), CASES);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_who_take_at_once_take_different_cases() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    for _ in 0..8 {
        world.request(&dana, 'B').await;
    }
    let mut agents: Vec<Persona> = Vec::new();
    for index in 0..8 {
        let name = format!("Agent {index}");
        agents.push(world.colleague(&name, Role::Agent).await);
    }
    let taken = at_once(nodes(&world).await, 8, |node, index| {
        let session = agents[index].session.clone();
        async move { node.take_next(&session).await.unwrap() }
    });
    let taken = taken.await;
    let different: BTreeSet<_> = taken.iter().flatten().collect();
    assert_eq!((taken.len(), different.len()), (8, 8));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_at_once_on_one_case_all_stands_in_its_timeline() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let case = world.request(&dana, 'B').await;
    let number = case.number;
    let answers = at_once(nodes(&world).await, 12, |node, index| {
        let session = if index % 3 == 0 { &dana } else { &kim }.session.clone();
        async move {
            let reply = Command::Reply {
                body: format!("reply {index}"),
                next: NextTurn::Customer,
            };
            node.act(&session, number, reply).await.map(drop)
        }
    });
    for answer in answers.await {
        answer.unwrap();
    }
    let grant = kim.session.grant(Action::Read).unwrap();
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
    let bodies: BTreeSet<_> = entries
        .iter()
        .filter_map(|entry| entry.fact.body())
        .collect();
    assert!((0..12).all(|index| bodies.contains(format!("reply {index}").as_str())));
    let numbers: Vec<u32> = entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(numbers, (1..=case.revision).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_links_at_once_make_one_first_administrator() {
    let world = World::new().await;
    let nodes = nodes(&world).await;
    let mut links = Vec::new();
    for node in &nodes {
        links.push(node.setup_link().await.unwrap().unwrap());
    }
    let made = at_once(nodes, 2, |node, index| {
        let word = links[index].clone();
        async move {
            let person = NewPerson {
                name: format!("First {index}"),
                email: format!("first{index}@example.com"),
                time_zone: "Europe/Berlin".to_owned(),
            };
            let made = node.set_up(&word, "Vendor", &person, "long enough for once");
            made.await.map(drop)
        }
    });
    let made = made.await;
    assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 1);
    assert!(made.iter().any(|made| matches!(made, Err(Error::LinkUsed))));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_invited_twice_at_once_is_one_person() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let organisation = mainstay_store::people::Organisation::Account(fabrikam);
    let invited = at_once(nodes(&world).await, 6, |node, _| {
        let session = dana.session.clone();
        async move {
            let person = NewPerson {
                name: "Eve".to_owned(),
                email: "Eve@Example.com".to_owned(),
                time_zone: "Europe/Berlin".to_owned(),
            };
            let membership = mainstay_store::people::Membership {
                organisation,
                role: Role::EndUser,
            };
            node.invite(&session, &person, membership).await.map(drop)
        }
    });
    let invited = invited.await;
    assert_eq!(invited.iter().filter(|one| one.is_ok()).count(), 1);
    let refused = invited.iter().filter_map(|one| one.as_ref().err());
    for error in refused {
        assert!(
            matches!(error, Error::Field { field: "email", .. }),
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn postgres_what_changes_on_one_node_is_heard_on_another() {
    let world = World::new().await;
    let other = world.another_node().await;
    let mut heard = other.live().listen();
    let mut workers = JoinSet::new();
    workers.spawn(world.app.clone().run_signals());
    workers.spawn(other.clone().run_signals());
    // Until the line stands, nodes are told that they may have missed something; on it, that
    // another one has published.
    while heard.recv().await.unwrap() != Changed::Everything {}
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let case = world.request(&dana, 'B').await;
    let opened = Changed::Case {
        account: case.account,
        number: case.number,
    };
    let hears = async { while heard.recv().await.unwrap() != opened {} };
    let patience = Duration::from_secs(30);
    tokio::time::timeout(patience, hears).await.expect("heard");
    workers.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn postgres_what_is_published_on_one_node_holds_on_every_other() {
    let world = World::new().await;
    let (other, late) = (world.another_node().await, world.another_node().await);
    let mut workers = JoinSet::new();
    let mut heard = other.live().listen();
    workers.spawn(world.app.clone().run_signals());
    workers.spawn(other.clone().run_signals());
    while heard.recv().await.unwrap() != Changed::Everything {}
    let max = world.colleague("Max", Role::Manager).await.session;
    let mia = world.colleague("Mia", Role::Manager).await.session;
    let edition = shipped::EDITIONS[1].1.replace("2019-05-07", "2026-03-01");
    let draft = world.app.draft_description(&max, &edition).await.unwrap();
    let why = "Signed by the board";
    let came = world.app.ask_to_publish(&max, draft, 1, why).await;
    let Came::Waits(approval) = came.unwrap() else {
        panic!("Mia could agree");
    };
    world.app.agree(&mia, approval).await.unwrap();
    let patience = Duration::from_secs(30);
    let now = world.app.now();
    let in_force = |node: &App| node.catalogue().edition_at(now).unwrap().id.clone();
    assert_eq!(in_force(&world.app), "2026-03-01");
    // A node tells its own listeners after it has read what was published; what others published
    // at their start may be told before.
    let hears = async {
        while in_force(&other) != "2026-03-01" {
            heard.recv().await.unwrap();
        }
    };
    tokio::time::timeout(patience, hears).await.expect("heard");
    // Who did not hear of it reads it as soon as it hears again.
    assert_eq!(in_force(&late), "2019-05-07");
    let mut heard = late.live().listen();
    workers.spawn(late.clone().run_signals());
    let hears = async { while heard.recv().await.unwrap() != Changed::Everything {} };
    tokio::time::timeout(patience, hears).await.expect("heard");
    assert_eq!(in_force(&late), "2026-03-01");
    workers.shutdown().await;
}
