//! The log is only ever added to, whoever asks the database.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use mainstay_domain::access::Action;
use mainstay_store::log::{self, Act, By, Line};
use mainstay_store::views::{self, WantedLines};
use mainstay_store::{Error, Tx, sql, system};
use mainstay_testkit::World;

#[tokio::test]
async fn a_line_cannot_be_changed_or_taken_out() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let (db, now) = (world.app.db(), world.app.now());
    let line = Line::new(Some(account), By::default(), Act::PinChanged);
    let write = async move |tx: &mut Tx<'_>| log::write(tx, now, line).await;
    db.write(write).await.unwrap();
    for spoil in [
        sql!("UPDATE log SET act = 'case.closed' WHERE account_id = $1"),
        sql!("DELETE FROM log WHERE account_id = $1"),
    ] {
        let spoil = async move |tx: &mut Tx<'_>| {
            system::reach(tx);
            tx.exec(spoil, &[account.into()]).await
        };
        let said = db.write(spoil).await.unwrap_err().to_string();
        assert!(said.contains("only ever added to"), "{said}");
    }
    let grant = dana.session.grant(Action::ReadLog).unwrap();
    let all = WantedLines {
        limit: 10,
        ..WantedLines::default()
    };
    let found = db
        .read::<_, Error, _>(async |tx| views::log_lines(tx, &grant, Some(account), &all).await)
        .await
        .unwrap();
    let acts: Vec<_> = found.iter().map(|row| row.line.act.as_str()).collect();
    assert_eq!(acts.last(), Some(&"pin.changed"));
    world.finish().await;
}
