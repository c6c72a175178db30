//! A case that was moved to another account: no row of any table stands under the old one, and it
//! is found and read where it is.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use mainstay_app::approvals::Came;
use mainstay_app::cases::Request;
use mainstay_app::files::Upload;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::{Audience, Case, Command, Fact, NextTurn, Side};
use mainstay_domain::ids::{AccountId, CaseId};
use mainstay_store::drafts::{self, DraftFor};
use mainstay_store::people::Organisation;
use mainstay_store::system::inspect;
use mainstay_store::{Error, Tx, cases, files, search};
use mainstay_testkit::faults::damage;
use mainstay_testkit::{Persona, World};

/// How many rows of each table are about a case of an account.
async fn rows(world: &World, account: AccountId, case: CaseId) -> Vec<(&'static str, i64)> {
    let read = async |tx: &mut Tx<'_>| inspect::rows_of_case(tx, account, case).await;
    world.app.db().read(read).await.unwrap()
}

fn count(rows: &[(&str, i64)], table: &str) -> i64 {
    let row = rows.iter().find(|(name, _)| *name == table);
    row.unwrap().1
}

async fn found(world: &World, who: &Persona, words: &str) -> usize {
    world.app.take_in_words().await.unwrap();
    let grant = who.session.grant(Action::Read).unwrap();
    let read = world
        .app
        .db()
        .read(async |tx| search::find(tx, &grant, words).await);
    read.await.unwrap().len()
}

async fn upload(world: &World) -> Upload {
    let store = world.app.files();
    let mut receiving = store.receive(world.app.ids().id()).await.unwrap();
    receiving.write(b"a log of theirs").await.unwrap();
    store
        .keep(receiving, "log.txt", "text/plain")
        .await
        .unwrap()
}

/// A case with a row in every table that may be about one, half of it told and half still to be.
async fn full_case(world: &World, dana: &Persona, pat: &Persona, kim: &Persona) -> Case {
    let case = world.request(dana, 'B').await;
    let (app, number) = (&world.app, case.number);
    let note = |body: &str| Command::CustomerNote {
        body: body.to_owned(),
    };
    let reply = |body: &str| Command::Reply {
        body: body.to_owned(),
        next: NextTurn::Customer,
    };
    let who = pat.session.person.id;
    app.add_participant(&dana.session, number, who)
        .await
        .unwrap();
    let translator = kim.session.person.id;
    app.add_participant(&kim.session, number, translator)
        .await
        .unwrap();
    app.act(&dana.session, number, note("Do we pay for this?"))
        .await
        .unwrap();
    world.settle().await;
    let answer = Request {
        uploads: vec![upload(world).await],
        ..reply("Here is our log.").into()
    };
    app.act(&dana.session, number, answer).await.unwrap();
    app.act(&kim.session, number, reply("Thank you."))
        .await
        .unwrap();
    let now = app.now();
    for (who, of) in [(dana, Side::Customer), (kim, Side::Vendor)] {
        let (person, id) = (who.session.person.id, case.id);
        let keep = async move |tx: &mut Tx<'_>| {
            drafts::save(tx, person, DraftFor::Reply(id), "{}", now).await?;
            let other = match of {
                Side::Customer => DraftFor::CustomerNote(id),
                _ => DraftFor::Note(id),
            };
            drafts::save(tx, person, other, "{}", now).await
        };
        app.db().write::<_, Error, _>(keep).await.unwrap();
    }
    case
}

#[tokio::test]
async fn of_a_case_that_was_moved_nothing_stands_under_the_old_account() {
    let world = World::new().await;
    let wrong = world.account("Fabrikam", "de", "e3").await;
    let right = world.account("Contoso", "us-east", "e1").await;
    let dana = world.administrator("Dana", wrong).await;
    let organisation = Organisation::Account(wrong);
    let pat = world
        .person("Pat", organisation, Role::ServiceSupportAdmin)
        .await;
    let omar = world.administrator("Omar", right).await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let lea = world.colleague("Lea", Role::Lead).await;
    let lou = world.colleague("Lou", Role::Lead).await;
    let case = full_case(&world, &dana, &pat, &kim).await;
    let other = world.request(&dana, 'A').await;
    let before = rows(&world, wrong, case.id).await;
    let empty: Vec<&str> = before
        .iter()
        .filter(|(_, count)| *count == 0)
        .map(|(table, _)| *table)
        .collect();
    assert_eq!(empty, ["internal_requests"], "each has rows to be moved");
    let untouched = rows(&world, wrong, other.id).await;
    assert_eq!(count(&before, "drafts"), 4);
    assert_eq!(found(&world, &dana, "Do we pay").await, 1);

    // What is not taken in yet is taken in for whom it is with then.
    let reply = Command::Reply {
        body: "A quagga stands on the line.".to_owned(),
        next: NextTurn::Customer,
    };
    let replied = world.app.act(&lea.session, case.number, reply).await;
    replied.unwrap();
    let before = rows(&world, wrong, case.id).await;
    let to = (right, None, omar.session.person.id);
    let came = world
        .app
        .ask_to_move(&lea.session, case.number, to, "The wrong one was chosen")
        .await;
    let Ok(Came::Waits(id)) = came else {
        panic!("{came:?}")
    };
    let agreed = world.app.agree(&lou.session, id).await;
    assert!(agreed.is_ok(), "{agreed:?}");

    let left = rows(&world, wrong, case.id).await;
    // Drafts have no account: two are of somebody at the vendor, who goes on writing.
    let is_left = |(table, count): &&(&str, i64)| *table != "drafts" && *count > 0;
    assert_eq!(left.iter().find(is_left), None, "{left:?}");
    assert_eq!(rows(&world, wrong, other.id).await, untouched);
    let there = rows(&world, right, case.id).await;
    let count =
        |rows: &[(&str, i64)], table: &str| rows.iter().find(|(name, _)| *name == table).unwrap().1;
    for table in ["cases", "files"] {
        assert_eq!(count(&there, table), count(&before, table), "{table}");
    }
    assert_eq!(count(&there, "participants"), 1, "the vendor's own");
    assert_eq!(count(&there, "drafts"), 2);
    assert_eq!(damage(&world.app).await.unwrap(), [""; 0]);

    // It is found where it is, by whoever it is with, and its notes for colleagues by nobody.
    assert_eq!(found(&world, &dana, "our log").await, 0);
    assert_eq!(found(&world, &omar, "our log").await, 1);
    assert_eq!(found(&world, &omar, "quagga").await, 1);
    assert_eq!(found(&world, &dana, "quagga").await, 0);
    assert_eq!(found(&world, &kim, "our log").await, 1);
    for who in [&dana, &omar, &kim] {
        assert_eq!(found(&world, who, "Do we pay").await, 0);
    }
    assert_eq!(found(&world, &kim, "wrong one").await, 1, "the reason");
    assert_eq!(found(&world, &omar, "wrong one").await, 0);
    let grant = omar.session.grant(Action::Read).unwrap();
    let (now, entries, kept) = world
        .app
        .db()
        .read::<_, Error, _>(async |tx| {
            let found = cases::find(tx, &grant, case.number).await?.unwrap();
            let thread = grant.scope().thread(&found).unwrap();
            let kept = files::list(tx, &found, &thread).await?;
            let entries = cases::entries(tx, &found).await?;
            Ok((found, entries, kept))
        })
        .await
        .unwrap();
    assert_eq!(now.number, case.number, "people quote it");
    assert_eq!(now.requester, omar.session.person.id);
    assert_eq!(kept.len(), 1);
    let notes = entries
        .iter()
        .filter(|entry| entry.audience == Audience::Customer);
    assert!(notes.clone().all(|entry| entry.fact == Fact::NoteKept));
    assert_eq!(notes.count(), 1);
    world.settle().await;
    world.finish().await;
}
