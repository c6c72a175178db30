//! People in each other's way: the same submission many times at once, two agents on one case,
//! closing against a reply.

use std::collections::BTreeSet;
use std::sync::Arc;

use mainstay_app::cases::Request;
use mainstay_app::intake::{Answer, Once};
use mainstay_app::{App, Error, Session};
use mainstay_domain::access::Role;
use mainstay_domain::case::{Case, Command, Fact, NextTurn, Refusal, Status};
use mainstay_domain::ids::CaseNumber;
use mainstay_store::system::{self, inspect};
use mainstay_store::{cases, contacts};
use mainstay_testkit::{World, submission};
use tokio::sync::Barrier;

use super::assert_sound;
use super::chance::{Chance, number, seed};

/// How often the same thing is sent at once.
const AT_ONCE: usize = 20;

fn reply(body: &str, seen: Option<u32>) -> Request {
    let command = Command::Reply {
        body: body.to_owned(),
        next: NextTurn::Vendor,
    };
    Request {
        seen,
        ..command.into()
    }
}

/// Lets the others go first for a while.
async fn wait(turns: u64) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

async fn submit_at_once(
    world: &World,
    session: &Session,
    key: Option<&'static str>,
) -> Vec<Answer> {
    let barrier = Arc::new(Barrier::new(AT_ONCE));
    let sent = (0..AT_ONCE).map(|_| {
        let (app, session, barrier) = (world.app.clone(), session.clone(), Arc::clone(&barrier));
        tokio::spawn(async move {
            let once = key.map(|key| Once {
                key: key.to_owned(),
                request_hash: vec![7],
                respond: |case| (201, case.number.to_string()),
            });
            barrier.wait().await;
            app.submit_once(&session, submission('B'), once).await
        })
    });
    let mut answers = Vec::new();
    for one in sent.collect::<Vec<_>>() {
        answers.push(one.await.expect("a task").expect("an answer"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_submission_twenty_times_at_once() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;

    let answers = submit_at_once(&world, &dana.session, Some("one")).await;
    let fresh: Vec<_> = answers
        .iter()
        .filter_map(|answer| match answer {
            Answer::Fresh(case) => Some(case.number.to_string()),
            Answer::Kept(_) => None,
        })
        .collect();
    assert_eq!(fresh.len(), 1, "carried out once");
    for answer in &answers {
        if let Answer::Kept(kept) = answer {
            assert_eq!((kept.status, &kept.response), (201, &fresh[0]));
        }
    }
    let numbers: BTreeSet<_> = submit_at_once(&world, &dana.session, None)
        .await
        .into_iter()
        .filter_map(|answer| match answer {
            Answer::Fresh(case) => Some(case.number),
            Answer::Kept(_) => None,
        })
        .collect();
    assert_eq!(
        numbers.len(),
        AT_ONCE,
        "without a key each is a case of its own"
    );
    let keys = world
        .app
        .db()
        .read(async |tx| inspect::cases(tx).await)
        .await;
    assert_eq!(keys.expect("cases").len(), AT_ONCE + 1);
    assert_sound(&world.app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_agents_answer_the_same_case() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let agents = [
        world.colleague("Kim", Role::Agent).await,
        world.colleague("Noa", Role::Agent).await,
    ];
    let mut chance = Chance::of(seed());
    for _ in 0..50 {
        let case = world.request(&dana, 'B').await;
        let barrier = Arc::new(Barrier::new(2));
        let tasks = agents.clone().map(|agent| {
            let (app, barrier, turns) = (world.app.clone(), Arc::clone(&barrier), chance.below(4));
            let (number, seen) = (case.number, Some(case.revision));
            tokio::spawn(async move {
                barrier.wait().await;
                wait(turns).await;
                app.act(&agent.session, number, reply("I am on it.", seen))
                    .await
            })
        });
        let mut sent = 0;
        for task in tasks {
            match task.await.expect("a task") {
                Ok(_) => sent += 1,
                Err(Error::Stale { added, .. }) => assert_eq!(added.len(), 1),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(sent, 1, "the customer hears one of them");
    }
    assert_sound(&world.app).await;
}

/// What stands on a case's timeline, the opening left out.
async fn told(app: &App, case: &Case) -> Vec<&'static str> {
    let (account, id) = (case.account, case.id);
    let entries = app
        .db()
        .read(async |tx| {
            system::reach(tx);
            let case = system::find_case(tx, account, id).await?;
            Ok::<_, Error>(cases::entries(tx, &case.ok_or(Error::NotFound)?).await?)
        })
        .await;
    let entries = entries.expect("a timeline");
    let words = entries.iter().filter_map(|entry| match entry.fact {
        Fact::Reply { .. } => Some("reply"),
        Fact::Closed { .. } => Some("closed"),
        Fact::Reopened { .. } => Some("reopened"),
        _ => None,
    });
    words.collect()
}

/// Closing and replying at once, in an order nobody settles.
async fn close_against_reply(
    app: &App,
    agent: &Session,
    customer: &Session,
    case: CaseNumber,
    turns: [u64; 3],
) -> (Result<Case, Error>, Result<Case, Error>) {
    let close = Command::Close {
        reason: "Solved".to_owned(),
    };
    let (closes, answers, judges) = (app.clone(), app.clone(), app.clone());
    let (agent, customer) = (agent.clone(), customer.clone());
    let closing = tokio::spawn(async move {
        wait(turns[0]).await;
        closes.act(&agent, case, close).await
    });
    let replying = tokio::spawn(async move {
        wait(turns[1]).await;
        answers
            .act(&customer, case, reply("It is back.", None))
            .await
    });
    let judging = tokio::spawn(async move {
        wait(turns[2]).await;
        judges.sweep().await
    });
    judging.await.expect("a task").expect("a sweep");
    (
        closing.await.expect("a task"),
        replying.await.expect("a task"),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_against_the_customers_reply() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let mut chance = Chance::of(seed());
    let (mut before, mut after) = (0, 0);
    for schedule in 0..number("FAULT_SCHEDULES", 1000) {
        let case = world.request(&dana, 'B').await;
        let turns = [chance.below(6), chance.below(6), chance.below(12)];
        let (closed, replied) =
            close_against_reply(&world.app, &kim.session, &dana.session, case.number, turns).await;
        let closed = closed.expect("an agent may always close");
        match replied {
            Ok(_) => {
                before += 1;
                assert_eq!(
                    told(&world.app, &case).await,
                    ["reply", "closed"],
                    "{schedule}"
                );
            }
            Err(Error::Refused(Refusal::Closed)) => {
                after += 1;
                assert_eq!(told(&world.app, &case).await, ["closed"], "{schedule}");
            }
            Err(error) => panic!("schedule {schedule}: {error}"),
        }
        assert!(matches!(closed.status, Status::Closed { .. }), "{schedule}");
    }
    assert!(before > 0 && after > 0, "{before} before, {after} after");
    world.settle().await;
    assert_sound(&world.app).await;
    world.finish().await;
}

/// Two global administrators let each other go, or take each other's role, at once.
async fn against_each_other(round: usize) {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let sam = world.administrator("Sam", account).await;
    let barrier = Arc::new(Barrier::new(2));
    let acts = [(&dana, &sam), (&sam, &dana)].map(|(who, whom)| {
        let (app, session) = (world.app.clone(), who.session.clone());
        let (person, barrier) = (whom.session.person.id, Arc::clone(&barrier));
        tokio::spawn(async move {
            barrier.wait().await;
            if round.is_multiple_of(2) {
                app.deactivate(&session, person).await
            } else {
                app.change_roles(&session, person, &[Role::BillingAdmin])
                    .await
            }
        })
    });
    let mut done = Vec::new();
    for act in acts {
        done.push(act.await.expect("a task"));
    }
    let won = done.iter().filter(|one| one.is_ok()).count();
    assert_eq!(won, 1, "one wins: {done:?}");
    for lost in done.iter().filter_map(|one| one.as_ref().err()) {
        let is_told = matches!(
            lost,
            Error::SignedOut | Error::Denied(_) | Error::Field { .. }
        );
        assert!(is_told, "{lost}");
    }
    let left = world.app.db().read(async |tx| {
        system::reach(tx);
        contacts::administrators(tx, account).await
    });
    let left = left.await.expect("administrators");
    let global = left.iter().filter(|one| one.is_global_admin()).count();
    assert_eq!(global, 1, "somebody may do everything");
    assert_sound(&world.app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_last_global_administrators_do_not_let_each_other_go() {
    for round in 0..10 {
        against_each_other(round).await;
    }
}
