//! The doctor on a healthy world, and on worlds somebody laid hands on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use mainstay_app::FileStore;
use mainstay_app::archive::{Form, Manifest, restore, take};
use mainstay_app::doctor::{Examined, Extent, Finding, examine};
use mainstay_app::files::hex;
use mainstay_domain::access::Role;
use mainstay_domain::calendar::time_zone_version;
use mainstay_domain::case::{Case, Command, House, NextTurn, Outcome};
use mainstay_store::db::Options;
use mainstay_store::system::tables::{self, Field};
use mainstay_store::{Db, MIGRATIONS, Tx, cases, outbox, system};
use mainstay_testkit::{World, submission};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A world with cases in every state.
async fn lively_world() -> (World, Vec<Case>) {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let mut receiving = world.app.files().receive(Uuid::from_u128(1)).await.unwrap();
    receiving.write(b"every byte").await.unwrap();
    let files = world.app.files();
    let upload = files.keep(receiving, "a.txt", "text/plain").await.unwrap();
    let mut kept = Vec::new();
    for severity in "AABBCCB".chars() {
        let mut form = submission(severity);
        form.uploads = vec![upload.clone()];
        kept.push(world.app.submit(&dana.session, form).await.unwrap());
        world.pass(7);
    }
    let reply = |next| Command::Reply {
        body: "We look into it.".to_owned(),
        next,
    };
    let act = async |who: &mainstay_testkit::Persona, at: usize, command: Command| {
        let number = kept[at].number;
        world.app.act(&who.session, number, command).await.unwrap();
    };
    act(&kim, 0, reply(NextTurn::Customer)).await;
    let to = "A".to_owned();
    let reason = "It spreads".to_owned();
    act(&kim, 6, Command::ChangeSeverity { to, reason }).await;
    world.pass(200);
    world.settle().await;
    act(&dana, 0, reply(NextTurn::Vendor)).await;
    act(&kim, 1, reply(NextTurn::Vendor)).await;
    world.buy_offer(fabrikam, Some("premier")).await;
    let rebased = world
        .app
        .rebase(&kim.session, kept[2].number, "Premier bought")
        .await;
    rebased.unwrap();
    let to = "A".to_owned();
    let reason = "Worse than it looked".to_owned();
    act(&kim, 4, Command::ChangeSeverity { to, reason }).await;
    let to = "C".to_owned();
    let reason = "Better than it looked".to_owned();
    act(&kim, 3, Command::ChangeSeverity { to, reason }).await;
    world.pass(2000);
    world.settle().await;
    (world, kept)
}

async fn examined(world: &World, extent: Extent) -> Examined {
    look(world.app.db(), world.app.files(), world, extent).await
}

/// What is found, but for the clock of the test, which stands in another time than the database's.
async fn look(db: &Db, files: &FileStore, world: &World, extent: Extent) -> Examined {
    let (house, now) = (House::default(), world.app.now());
    let found = examine(db, files, house, extent, now, &mut |_| {}).await;
    let mut found = found.unwrap();
    found.findings.retain(|finding| finding.about != "clock");
    found
}

fn said(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| finding.message.as_str());
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn nothing_is_wrong_with_what_the_rules_did() {
    let (world, kept) = lively_world().await;
    let all = examined(&world, Extent::All).await;
    assert_eq!(said(&all.findings), "");
    assert_eq!((all.cases, all.files), (kept.len() as u64, 1));
    let sample = examined(&world, Extent::Sample(2)).await;
    assert_eq!((said(&sample.findings).as_str(), sample.cases), ("", 2));
    world.finish().await;
}

#[tokio::test]
async fn rows_that_somebody_changed_are_named() {
    let (world, kept) = lively_world().await;
    let (postponed, raised) = (kept[1].clone(), kept[4].clone());
    let now = world.app.now();
    let catalogue = world.app.catalogue();
    let tamper = async move |tx: &mut Tx<'_>| {
        system::reach(tx);
        let late = system::find_case(tx, postponed.account, postponed.id).await?;
        let late = late.expect("a case");
        system::postpone(tx, late.account, late.id, now.plus_minutes(600)).await?;
        // A milestone nobody started.
        let table = tables::find("milestones").expect("a table");
        let row = tables::page(tx, table, None, 1).await?.remove(0);
        let mut stray = row.clone();
        stray[4] = Field::Whole(9);
        tables::insert(tx, table, &[stray]).await?;
        // A case whose state no entry leads to.
        let case = system::find_case(tx, raised.account, raised.id).await?;
        let case = case.expect("a case");
        let mut text = serde_json::to_value(&case).expect("JSON");
        for milestone in text["clocks"]["milestones"]
            .as_array_mut()
            .expect("milestones")
        {
            let at = serde_json::to_value(now).expect("JSON");
            milestone["state"] = serde_json::json!({"state": "met", "at": at, "due_at": at});
        }
        let false_case: Case = serde_json::from_value(text).expect("a case");
        let terms = catalogue.terms_of(&false_case.terms).expect("terms");
        let outcome = Outcome {
            case: false_case,
            entries: Vec::new(),
            effects: Vec::new(),
        };
        cases::save(tx, &case, &outcome, &terms, None, now).await
    };
    world.app.db().write(tamper).await.unwrap();
    let found = examined(&world, Extent::All).await;
    let all = said(&found.findings);
    assert!(!found.is_well());
    let postponed = format!("Case {}: next_timer_at is kept as", kept[1].number);
    assert!(all.contains(&postponed), "{all}");
    assert!(all.contains("9 is kept and should not be"), "{all}");
    let forged = format!("Case {}: what was promised is kept as", kept[4].number);
    assert!(all.contains(&forged), "{all}");
}

/// Changes the text of a table in an export, and its checksum with it.
fn forge(folder: &Path, table: &str, edit: impl Fn(&str) -> String) {
    let path = folder.join(format!("tables/{table}.jsonl"));
    let text = edit(&std::fs::read_to_string(&path).unwrap());
    std::fs::write(&path, &text).unwrap();
    let path = folder.join("manifest.json");
    let mut manifest: Manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let sum = manifest
        .tables
        .iter_mut()
        .find(|sum| sum.name == table)
        .unwrap();
    sum.bytes = text.len() as u64;
    sum.sha256 = hex(&Sha256::digest(&text));
    std::fs::write(&path, serde_json::to_string(&manifest).unwrap()).unwrap();
}

#[tokio::test]
async fn a_forged_export_is_found_out_by_computing_again() {
    let (world, kept) = lively_world().await;
    let away = tempfile::tempdir().unwrap();
    let folder = away.path().join("a");
    let (db, files, now) = (world.app.db(), world.app.files(), world.app.now());
    take(db, files, &folder, Form::Folder, now, &mut |_| {})
        .await
        .unwrap();
    // Somebody would rather have been asked an hour later.
    let opened = kept[1].opened_at.as_unix();
    let (before, after) = (
        format!("\"at\":{opened},"),
        format!("\"at\":{},", opened + 3600),
    );
    forge(&folder, "entries", |text| text.replacen(&before, &after, 1));
    forge(&folder, "milestones", |text| {
        text.replacen("\"breached\"", "\"met\"", 1)
    });
    let db = Db::open(away.path().join("b.sqlite"), Options::new(MIGRATIONS)).unwrap();
    let files = FileStore::new(away.path().join("files"));
    restore(&folder, &db, &files, now, &mut |_| {})
        .await
        .unwrap();
    let found = look(&db, &files, &world, Extent::All).await;
    let all = said(&found.findings);
    assert!(all.contains("computed from its entries it is"), "{all}");
    assert!(all.contains("is kept as met"), "{all}");
    assert!(all.contains("mainstay release"), "{all}");
}

#[tokio::test]
async fn cases_of_an_older_time_zone_database_are_worth_knowing_and_not_wrong() {
    let (world, kept) = lively_world().await;
    let away = tempfile::tempdir().unwrap();
    let folder = away.path().join("a");
    let (db, files, now) = (world.app.db(), world.app.files(), world.app.now());
    take(db, files, &folder, Form::Folder, now, &mut |_| {})
        .await
        .unwrap();
    let carried = time_zone_version();
    let of = |version: &str| format!(r#"\"time_zone_version\":\"{version}\""#);
    forge(&folder, "cases", |text| {
        text.replace(&of(carried), &of("2013a"))
    });
    let db = Db::open(away.path().join("b.sqlite"), Options::new(MIGRATIONS)).unwrap();
    let files = FileStore::new(away.path().join("files"));
    restore(&folder, &db, &files, now, &mut |_| {})
        .await
        .unwrap();
    let found = look(&db, &files, &world, Extent::All).await;
    let all = said(&found.findings);
    let open = kept.len();
    let expected =
        format!("{open} of the open cases looked at were opened under time-zone database 2013a");
    assert!(all.contains(&expected), "{all}");
    assert!(found.is_well(), "{all}");
}

#[tokio::test]
async fn files_and_notices_that_are_stuck_are_named() {
    let (world, _) = lively_world().await;
    let fabrikam = world.account("Contoso", "de", "e3").await;
    let dana = world.administrator("Ann", fabrikam).await;
    world.request(&dana, 'C').await;
    world.pass(20);
    let list = async |tx: &mut Tx<'_>| tables::file_hashes(tx).await;
    let hashes = world.app.db().read(list).await.unwrap();
    std::fs::remove_file(world.app.files().path(&hashes[0].0)).unwrap();
    for extent in [Extent::All, Extent::Sample(0)] {
        let found = examined(&world, extent).await;
        let all = said(&found.findings);
        assert!(all.contains("A file that was uploaded"), "{all}");
        assert!(all.contains("notices wait, the oldest since"), "{all}");
    }
    let now = world.app.now();
    let hold = async move |tx: &mut Tx<'_>| outbox::hold(tx, now).await;
    world.app.db().write(hold).await.unwrap();
    let held = examined(&world, Extent::All).await;
    let held: Vec<_> = held
        .findings
        .iter()
        .filter(|one| one.about == "effects")
        .collect();
    assert!(held.len() == 1 && !held[0].is_wrong, "{held:?}");
}

#[tokio::test]
async fn roles_that_never_meet_are_named_where_they_do() {
    let world = World::new().await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let person = kim.session.person.id;
    let both = async move |tx: &mut Tx<'_>| {
        let roles = [Role::Agent, Role::SystemAdministrator];
        mainstay_store::colleagues::set_roles(tx, person, &roles).await
    };
    world.app.db().write(both).await.unwrap();
    let found = examined(&world, Extent::All).await;
    let all = said(&found.findings);
    assert!(!found.is_well());
    assert!(all.contains("Kim holds two roles that never meet"), "{all}");
    assert!(all.contains("a system administrator and an agent"), "{all}");
}
