//! The second wall, on PostgreSQL: what a statement that forgot its account would find.

use mainstay_domain::access::Role;
use mainstay_store::db::Constraint;
use mainstay_store::{Error, Tx, reach, sql, system};
use mainstay_testkit::{Persona, World};

/// Every account-owned table, counted without its account.
async fn everything(tx: &mut Tx<'_>) -> Result<Vec<i64>, Error> {
    let counts = [
        sql!("SELECT count(*) FROM cases"),
        sql!("SELECT count(*) FROM entries"),
        sql!("SELECT count(*) FROM milestones"),
        sql!("SELECT count(*) FROM subscriptions"),
        sql!("SELECT count(*) FROM outbox"),
        sql!("SELECT count(*) FROM log"),
        sql!("SELECT count(*) FROM search_documents"),
        sql!("SELECT count(*) FROM files"),
        sql!("SELECT count(*) FROM inbox"),
        sql!("SELECT count(*) FROM delegations"),
        sql!("SELECT count(*) FROM participants"),
        sql!("SELECT count(*) FROM telephones"),
        sql!("SELECT count(*) FROM telephone_pins"),
        sql!("SELECT count(*) FROM callers"),
        sql!("SELECT count(*) FROM delegation_people"),
        sql!("SELECT count(*) FROM delegation_asks"),
        sql!("SELECT count(*) FROM delegation_subscriptions"),
    ];
    let mut found = Vec::new();
    for count in counts {
        found.push(tx.one(count, &[]).await?);
    }
    Ok(found)
}

/// Two customers with one case each.
async fn two() -> (World, Persona, Persona) {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let contoso = world.account("Contoso", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let omar = world.administrator("Omar", contoso).await;
    world.request(&dana, 'B').await;
    world.request(&omar, 'B').await;
    (world, dana, omar)
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn without_a_reach_there_is_nothing() {
    let (world, ..) = two().await;
    let db = world.app.db();
    assert_eq!(db.read(everything).await, Ok(vec![0; 17]));
    let all = db.read::<_, Error, _>(async |tx| {
        system::reach(tx);
        everything(tx).await
    });
    assert_eq!(all.await.unwrap()[..2], [2, 2]);
    // A reach ends with its transaction, on every connection of the pool.
    for _ in 0..20 {
        assert_eq!(db.read(everything).await, Ok(vec![0; 17]));
    }
    let grab = db.write::<_, Error, _>(async |tx| {
        tx.exec(sql!("UPDATE cases SET subject = 'mine'"), &[])
            .await
    });
    assert_eq!(grab.await, Ok(0));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn one_account_never_sees_or_writes_what_is_another_s() {
    let (world, dana, omar) = two().await;
    let dana = dana.session.principal;
    let theirs = omar.session.principal.account().unwrap().0;
    let db = world.app.db();
    let seen = db.read::<_, Error, _>(async |tx| {
        reach::of(tx, &dana);
        everything(tx).await
    });
    assert_eq!(seen.await.unwrap()[..4], [1, 1, 1, 1]);
    let who = dana.clone();
    let changed = db.write::<_, Error, _>(async move |tx| {
        reach::of(tx, &who);
        let update = sql!("UPDATE cases SET subject = 'mine' WHERE account_id = $1");
        let delete = sql!("DELETE FROM milestones WHERE account_id = $1");
        Ok((
            tx.exec(update, &[theirs.into()]).await?,
            tx.exec(delete, &[theirs.into()]).await?,
        ))
    });
    assert_eq!(changed.await.unwrap(), (0, 0));
    let moves = sql!("UPDATE subscriptions SET account_id = $1");
    let repeats = sql!(
        "INSERT INTO subscriptions (account_id, id, plan, is_trial, seats, starts_on)
         VALUES ($1, $1, 'e3', false, 1, '2026-01-01')"
    );
    let adds = sql!(
        "INSERT INTO subscriptions (account_id, id, plan, is_trial, seats, starts_on)
         VALUES ($1, gen_random_uuid(), 'e3', false, 1, '2026-01-01')"
    );
    let keep = db.write::<_, Error, _>(async move |tx| {
        system::reach(tx);
        tx.exec(repeats, &[theirs.into()]).await
    });
    assert_eq!(keep.await, Ok(1));
    // What would be a duplicate over there is refused in the same words as what would not.
    let mut refused = Vec::new();
    for sql in [moves, repeats, adds] {
        let who = dana.clone();
        let put = db.write::<_, Error, _>(async move |tx| {
            reach::of(tx, &who);
            tx.exec(sql, &[theirs.into()]).await
        });
        let error = put.await.unwrap_err();
        let is_constraint = matches!(
            error,
            Error::Constraint {
                kind: Constraint::Unique | Constraint::ForeignKey,
                ..
            }
        );
        assert!(!is_constraint, "{error}");
        refused.push(error.to_string());
    }
    assert!(refused.iter().all(|one| *one == refused[0]), "{refused:?}");
    assert!(refused[0].contains("row-level security"), "{}", refused[0]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn the_vendor_s_people_reach_every_account() {
    let (world, ..) = two().await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let kim = kim.session.principal;
    let seen = world.app.db().read::<_, Error, _>(async |tx| {
        reach::of(tx, &kim);
        everything(tx).await
    });
    assert_eq!(seen.await.unwrap()[..4], [2, 2, 2, 2]);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn what_an_account_says_within_itself_is_out_of_the_vendor_s_reach() {
    let (world, dana, omar) = two().await;
    let account = dana.session.principal.account().unwrap().0;
    let asked = sql!(
        "INSERT INTO internal_requests (account_id, id, requester_id, subject, status, opened_at,
             updated_at, revision, data)
         VALUES ($1, $1, $1, 'Between us', 'with-administrators', 0, 0, 1, '{}')"
    );
    let said = sql!(
        "INSERT INTO internal_entries (account_id, request_id, seq, at, party, fact)
         VALUES ($1, $1, 1, 0, 'requester', '{}')"
    );
    let ask = world.app.db().write::<_, Error, _>(async move |tx| {
        system::reach(tx);
        tx.exec(asked, &[account.into()]).await?;
        tx.exec(said, &[account.into()]).await
    });
    assert_eq!(ask.await, Ok(1));
    let kim = world.colleague("Kim", Role::Manager).await;
    for (who, expected) in [(&dana, (1, 1)), (&omar, (0, 0)), (&kim, (0, 0))] {
        let who = &who.session.principal;
        let seen = world.app.db().read::<(i64, i64), Error, _>(async |tx| {
            reach::of(tx, who);
            let requests = sql!("SELECT count(*) FROM internal_requests");
            let entries = sql!("SELECT count(*) FROM internal_entries");
            Ok((tx.one(requests, &[]).await?, tx.one(entries, &[]).await?))
        });
        assert_eq!(seen.await, Ok(expected));
    }
}
