//! The workers: two at once, one that panics, a case nobody can judge.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mainstay_app::App;
use mainstay_domain::access::Role;
use mainstay_domain::case::EffectKind;
use mainstay_store::db::Guard;
use mainstay_store::system::tables::{self, Field};
use mainstay_store::{Tx, inbox, outbox};
use mainstay_testkit::{Persona, World};

use super::assert_sound;
use super::chance::number;

async fn sweep_and_deliver(app: App) -> usize {
    let mut looked_at = 0;
    loop {
        let swept = app.sweep().await.expect("a sweep");
        let delivered = app.deliver().await.expect("a delivery");
        looked_at += swept;
        if swept + delivered == 0 {
            return looked_at;
        }
    }
}

async fn breaches_told(world: &World, persona: &Persona) -> usize {
    let person = persona.session.person.id;
    let told = world
        .app
        .db()
        .read(async |tx| inbox::unread(tx, person, None, None).await)
        .await;
    let told = told.expect("an inbox");
    usize::try_from(told).expect("a count")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_over_a_thousand_due_instants() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    world.colleague("Lou", Role::Lead).await;
    for _ in 0..number("FAULT_DUE", 1000) {
        world.request(&dana, 'A').await;
    }
    world.settle().await;
    world.pass(24 * 60);
    let neighbour = world.another_node().await;
    let workers = [
        tokio::spawn(sweep_and_deliver(world.app.clone())),
        tokio::spawn(sweep_and_deliver(neighbour)),
    ];
    for worker in workers {
        worker.await.expect("a worker");
    }
    // One breach with its due instant as its time, one notice for each: looked for in all of it.
    assert_sound(&world.app).await;
    world.finish().await;
}

/// A guard that panics at the next statement with a word in it, once.
fn panics_at(word: &'static str) -> (Guard, Arc<AtomicBool>) {
    let is_armed = Arc::new(AtomicBool::new(false));
    let armed = Arc::clone(&is_armed);
    let guard: Guard = Arc::new(move |sql: &str| {
        assert!(
            !(sql.contains(word) && armed.swap(false, Ordering::SeqCst)),
            "made to panic"
        );
        Ok(())
    });
    (guard, is_armed)
}

/// Waits until a person was told of a breach; the workers run beside it.
async fn until_told(world: &World, persona: &Persona, count: usize) {
    let mut signals = world.app.live().listen();
    while breaches_told(world, persona).await < count {
        let _ = signals.recv().await;
    }
}

#[tokio::test]
async fn a_worker_that_panics_is_started_again() {
    let (guard, is_armed) = panics_at("FROM cases WHERE next_timer_at");
    let world = World::with(|options| options.guard = Some(guard)).await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let lou = world.colleague("Lou", Role::Lead).await;
    world.request(&dana, 'A').await;
    world.settle().await;
    let told = breaches_told(&world, &lou).await;
    world.pass(24 * 60);
    is_armed.store(true, Ordering::SeqCst);
    let workers = tokio::spawn(world.app.clone().run_workers());
    until_told(&world, &lou, told + 1).await;
    assert!(!is_armed.load(Ordering::SeqCst), "it has panicked");
    workers.abort();
    assert_sound(&world.app).await;
}

#[tokio::test]
async fn a_case_nobody_can_judge_keeps_no_other_waiting() {
    let (guard, is_armed) = panics_at("UPDATE cases");
    let world = World::with(|options| options.guard = Some(guard)).await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    for _ in 0..3 {
        world.request(&dana, 'A').await;
    }
    world.settle().await;
    world.pass(24 * 60);
    is_armed.store(true, Ordering::SeqCst);
    assert_eq!(world.app.sweep().await.expect("a sweep"), 3);
    world.settle().await;
    assert_sound(&world.app).await;
    let person = dana.session.person.id;
    let notices = world
        .app
        .db()
        .read(async |tx| inbox::list(tx, person, None, None).await)
        .await
        .expect("an inbox");
    assert!(
        notices
            .iter()
            .all(|notice| notice.kind == EffectKind::Acknowledge)
    );
}

/// Keeps a copy of a table's first row, changed.
async fn copy_changed(world: &World, table: &'static str, change: fn(&mut [Field])) {
    let copy = async move |tx: &mut Tx<'_>| {
        let table = tables::find(table).expect("a table");
        let mut row = tables::page(tx, table, None, 1).await?.remove(0);
        change(&mut row);
        tables::insert(tx, table, &[row]).await
    };
    world.app.db().write(copy).await.expect("a copy");
}

#[tokio::test]
async fn a_notice_nobody_can_read_keeps_no_other_waiting() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    world.request(&dana, 'A').await;
    copy_changed(&world, "outbox", |row| {
        row[0] = Field::Whole(0);
        row[3] = Field::Text("strange".to_owned());
        row[5] = Field::Text(r#"{"kind":"of-a-later-version"}"#.to_owned());
    })
    .await;
    assert_eq!(world.app.deliver().await.expect("a delivery"), 2);
    assert_eq!(breaches_told(&world, &dana).await, 1, "hers came");
    assert_eq!(world.app.deliver().await.expect("a delivery"), 0);
    world.pass(61);
    assert_eq!(world.app.deliver().await.expect("a delivery"), 1);
    let waiting = world.app.db().read(async |tx| outbox::waiting(tx).await);
    let waiting = waiting.await.expect("figures");
    assert_eq!((waiting.count, waiting.tried), (1, 1), "it is kept");
}

#[tokio::test]
async fn a_case_nobody_can_read_keeps_no_other_waiting() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let lou = world.colleague("Lou", Role::Lead).await;
    world.request(&dana, 'A').await;
    world.settle().await;
    copy_changed(&world, "cases", |row| {
        row[1] = Field::Uuid(uuid::Uuid::from_u128(1));
        row[2] = Field::Whole(1);
        row[21] = Field::Text(r#"{"of":"another shape"}"#.to_owned());
    })
    .await;
    world.pass(24 * 60);
    assert_eq!(world.app.sweep().await.expect("a sweep"), 2);
    assert_eq!(world.app.sweep().await.expect("a sweep"), 0, "set aside");
    world.app.deliver().await.expect("a delivery");
    assert_eq!(breaches_told(&world, &lou).await, 1, "the other was judged");
    world.pass(61);
    assert_eq!(world.app.sweep().await.expect("a sweep"), 1, "tried again");
}
