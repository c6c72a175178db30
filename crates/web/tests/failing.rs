//! When the database fails: forms come back with what was typed, pages say that it is not the
//! reader's fault, and nobody reads what the disk has said.

mod desk_world;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use desk_world::Desk;
use mainstay_store::Error;
use mainstay_store::db::Guard;
use mainstay_testkit::World;

const TYPED: &str = "a letter that took half an hour";

/// Refuses calls that begin so, for the reason it is given.
#[derive(Clone, Default)]
struct Failing(Arc<Mutex<Option<(&'static str, Error)>>>);

impl Failing {
    fn set(&self, failing: Option<(&'static str, Error)>) {
        *self.0.lock().expect("nobody panicked") = failing;
    }

    fn guard(&self) -> Guard {
        let failing = Arc::clone(&self.0);
        Arc::new(
            move |sql| match &*failing.lock().expect("nobody panicked") {
                Some((call, error)) if sql.starts_with(call) => Err(error.clone()),
                _ => Ok(()),
            },
        )
    }
}

async fn failing_desk() -> (Desk, Failing) {
    let failing = Failing::default();
    let guard = failing.guard();
    let world = World::with(|options| options.guard = Some(guard)).await;
    (Desk::in_world(world).await, failing)
}

/// Failures that pass; after the last one nothing is written until the next start.
fn reasons() -> Vec<Error> {
    let reason = || "/srv/secret.sqlite: disk I/O error".to_owned();
    vec![
        Error::Full,
        Error::Busy,
        Error::ReadOnly,
        Error::Closed,
        Error::Unavailable { reason: reason() },
        Error::NotDurable { reason: reason() },
    ]
}

#[tokio::test]
async fn a_form_that_cannot_be_kept_comes_back_with_what_was_typed() {
    let (desk, failing) = failing_desk().await;
    let case = desk.world.request(&desk.dana, 'B').await;
    let at = |rest: &str| format!("/cases/{}/{rest}", case.number);
    let account = [
        ("account", TYPED),
        ("region", "de"),
        ("plan", "e3"),
        ("seats", "5"),
        ("name", "Chris"),
        ("email", "chris@example.com"),
    ];
    let request = [("kind", "technical"), ("subject", TYPED), ("body", TYPED)];
    for error in reasons() {
        let words = error.to_string();
        failing.set(Some(("BEGIN IMMEDIATE", error)));
        let answers = [
            desk.post(&desk.agent, &at("replies"), &[("body", TYPED)])
                .await,
            desk.post(&desk.dana, &at("replies"), &[("body", TYPED)])
                .await,
            desk.post(&desk.agent, &at("notes"), &[("note", TYPED)])
                .await,
            desk.post(&desk.dana, &at("closure"), &[("reason", TYPED)])
                .await,
            desk.post(&desk.dana, "/cases/new", &request).await,
            desk.post(&desk.dana, "/cases/new/details", &request).await,
            desk.post(&desk.lead, "/accounts/new", &account).await,
        ];
        for answer in &answers {
            answer.is(503).says(&[TYPED]).hides(&["secret", &words]);
        }
        failing.set(None);
        let path = format!("/cases/{}", case.number);
        desk.get(&desk.agent, &path).await.is(200).hides(&[TYPED]);
    }
}

#[tokio::test]
async fn once_the_database_is_back_the_same_form_is_taken() {
    let (desk, failing) = failing_desk().await;
    let case = desk.world.request(&desk.dana, 'B').await;
    let path = format!("/cases/{}/replies", case.number);
    failing.set(Some(("COMMIT", Error::Full)));
    let fields = [("body", TYPED)];
    desk.post(&desk.agent, &path, &fields).await.is(503);
    failing.set(None);
    desk.post(&desk.agent, &path, &fields).await.is(303);
}

#[tokio::test]
async fn a_page_that_cannot_be_read_says_nothing_of_the_disk() {
    let (desk, failing) = failing_desk().await;
    for error in reasons() {
        failing.set(Some(("BEGIN", error)));
        let page = desk.get(&desk.agent, "/queue").await;
        page.is(503)
            .says(&["Something failed on our side"])
            .hides(&["secret", "database"]);
    }
    failing.set(None);
    desk.get(&desk.agent, "/queue").await.is(200);
}

#[tokio::test]
async fn a_panic_behind_a_form_is_told_as_a_failure_of_ours() {
    let count = Arc::new(AtomicUsize::new(0));
    let left = Arc::clone(&count);
    let guard: Guard = Arc::new(move |sql| {
        let is_it = sql.starts_with("UPDATE cases");
        let left = |left: usize| left.checked_sub(1);
        let panics = is_it
            && count
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, left)
                .is_ok();
        assert!(!panics, "the secret of a panic");
        Ok(())
    });
    let world = World::with(|options| options.guard = Some(guard)).await;
    let desk = Desk::in_world(world).await;
    let case = desk.world.request(&desk.dana, 'B').await;
    left.store(1, Ordering::SeqCst);
    let path = format!("/cases/{}/replies", case.number);
    let broken = desk.post(&desk.agent, &path, &[("body", TYPED)]).await;
    broken.is(500).hides(&["secret"]);
    desk.post(&desk.agent, &path, &[("body", TYPED)])
        .await
        .is(303);
}
