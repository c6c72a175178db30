//! Signing in on several nodes at once: what they count together, and what happens only once.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use mainstay_app::auth::Visitor;
use mainstay_app::people::NewPerson;
use mainstay_app::{App, Changed, Error};
use mainstay_domain::access::Role;
use mainstay_domain::ids::AccountId;
use mainstay_store::people::{self, Membership, Organisation};
use mainstay_store::{Tx, links};
use mainstay_testkit::{Persona, World};
use tokio::task::JoinSet;

const PASSWORD: &str = "a sentence is fine";

/// Somebody of an account who chose a password by an invitation, and their address.
async fn invited(world: &World, by: &Persona, account: AccountId) -> String {
    let new = NewPerson {
        name: "Eve".to_owned(),
        email: "eve@example.com".to_owned(),
        time_zone: "UTC".to_owned(),
    };
    let membership = Membership {
        organisation: Organisation::Account(account),
        role: Role::EndUser,
    };
    let invited = world.app.invite(&by.session, &new, membership).await;
    let word = invited.unwrap().word;
    let accepted = world.app.accept_invitation(&word, PASSWORD, "192.0.2.1");
    accepted.await.unwrap();
    new.email
}

async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    nodes: &[App],
    times: usize,
    run: impl Fn(App) -> F,
) -> Vec<T> {
    let mut tasks = JoinSet::new();
    for index in 0..times {
        tasks.spawn(run(nodes[index % nodes.len()].clone()));
    }
    tasks.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_count_tries_together_and_before_they_are_judged() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let email = invited(&world, &dana, fabrikam).await;
    let nodes = [world.app.clone(), world.another_node().await];
    let tried = at_once(&nodes, 24, |node| {
        let email = email.clone();
        async move { node.sign_in(&email, "a guess", "203.0.113.5").await }
    });
    let tried = tried.await;
    let judged = |one: &&Result<_, Error>| matches!(one, Err(Error::WrongPassword));
    assert_eq!(tried.iter().filter(judged).count(), 10);
    // What one node has counted the other has too, and the right password helps nobody there.
    for node in &nodes {
        let refused = node.sign_in(&email, PASSWORD, "203.0.113.5").await;
        let refused = refused.unwrap_err();
        assert!(matches!(refused, Error::TooManyAttempts { minutes: 1 }));
    }
    let holder = nodes[1].sign_in(&email, PASSWORD, "192.0.2.1").await;
    let device = holder.unwrap().session().unwrap().device.unwrap().word;
    // A browser known by one node is known by the other.
    let known = Visitor {
        device: Some(device),
        ..Visitor::from("203.0.113.5")
    };
    let again = nodes[0].sign_in(&email, PASSWORD, known).await.unwrap();
    let again = again.session().unwrap();
    assert_eq!(again.device, None, "it is known already");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_two_nodes_are_given_at_once_is_used_once() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let email = invited(&world, &dana, fabrikam).await;
    let nodes = [world.app.clone(), world.another_node().await];
    let find = async |tx: &mut Tx<'_>| people::find_by_email(tx, &email).await;
    let eve = world.app.db().read(find).await.unwrap().unwrap().id;
    let word = world
        .app
        .start_reset(&dana.session, eve)
        .await
        .unwrap()
        .word;
    let used = at_once(&nodes, 6, |node| {
        let word = word.clone();
        async move {
            node.finish_reset(&word, "a new sentence", "192.0.2.1")
                .await
        }
    });
    let used = used.await;
    assert_eq!(used.iter().filter(|one| one.is_ok()).count(), 1);
    // Resets started at once leave one link that is good.
    let started = at_once(&nodes, 6, |node| {
        let session = dana.session.clone();
        async move { node.start_reset(&session, eve).await.unwrap().word }
    });
    let mut good = 0;
    for word in started.await {
        good += usize::from(world.app.reset(&word).await.is_ok());
    }
    assert!(good >= 1, "the last one stands");
    world.finish().await;
}

#[tokio::test]
async fn ended_sessions_are_told_to_live_pages() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let mut heard = world.app.live().listen();
    world.app.end_other_sessions(&dana.session).await.unwrap();
    let person = dana.session.person.id;
    assert_eq!(heard.recv().await.unwrap(), Changed::Sessions { person });
    world.finish().await;
}

#[tokio::test]
async fn what_sign_ins_leave_behind_is_forgotten() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let email = invited(&world, &dana, fabrikam).await;
    let guessed = world.app.sign_in(&email, "a guess", "203.0.113.5").await;
    assert!(guessed.is_err());
    let asked = world.app.ask_for_reset(&email, "203.0.113.5").await;
    asked.unwrap();
    world.app.forget_sign_ins().await.unwrap();
    let left = world.app.resets(&dana.session).await.unwrap();
    assert!(left[0].asked_at.is_some(), "not before its time");
    world.pass(15 * 24 * 60);
    world.app.forget_sign_ins().await.unwrap();
    let dana = world.sign_in(dana.session.person.id).await;
    let left = world.app.resets(&dana.session).await.unwrap();
    assert_eq!(left[0].asked_at, None);
    let open =
        async |tx: &mut Tx<'_>| links::invitations(tx, Organisation::Account(fabrikam)).await;
    assert_eq!(world.app.db().read(open).await.unwrap(), []);
    world.finish().await;
}
