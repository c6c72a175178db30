//! A vendor's whole world carried away and back, and what a damaged archive is refused for.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use mainstay_app::archive::{Error, Form, Restored, Verified, restore, take, verify};
use mainstay_app::{App, FileStore};
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::{Command, NextTurn};
use mainstay_store::db::Options;
use mainstay_store::system::filling::{self, Found};
use mainstay_store::{Db, MIGRATIONS, Tx, outbox, search};
use mainstay_testkit::{Persona, World, submission};
use tempfile::TempDir;
use uuid::Uuid;

/// A world in which something has happened, with a file, and with effects that wait.
async fn busy_world() -> (World, Persona) {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana Größer", fabrikam).await;
    let kim = world.colleague("Kim", Role::Agent).await;
    let mut receiving = world.app.files().receive(Uuid::from_u128(1)).await.unwrap();
    receiving.write(b"every byte\0\xff").await.unwrap();
    let upload = world
        .app
        .files()
        .keep(receiving, "trace.bin", "text/plain")
        .await;
    let mut form = submission('B');
    form.uploads = vec![upload.unwrap()];
    let case = world.app.submit(&dana.session, form).await.unwrap();
    for _ in 0..300 {
        world.request(&dana, 'C').await;
    }
    world.settle().await;
    let answer = Command::Reply {
        body: "Please send the quokkaphone's log.".to_owned(),
        next: NextTurn::Customer,
    };
    world
        .app
        .act(&kim.session, case.number, answer)
        .await
        .unwrap();
    (world, kim)
}

async fn take_to(app: &App, target: &Path, form: Form) -> Result<(), Error> {
    let taken = take(app.db(), app.files(), target, form, app.now(), &mut |_| {}).await?;
    assert_eq!(taken.manifest.missing_files, []);
    Ok(())
}

/// An empty instance.
struct Empty {
    folder: TempDir,
    db: Db,
    files: FileStore,
}

impl Empty {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("b.sqlite");
        let db = Db::open(file, Options::new(MIGRATIONS)).expect("a database");
        let files = FileStore::new(folder.path().join("files"));
        Self { folder, db, files }
    }

    /// The same, whose engine refuses its calls from the n-th on.
    fn failing(self, n: usize) -> Self {
        let Self { folder, db, files } = self;
        drop(db);
        let (calls, mut options) = (AtomicUsize::new(0), Options::new(MIGRATIONS));
        options.guard = Some(Arc::new(move |_: &str| {
            if calls.fetch_add(1, Ordering::Relaxed) < n {
                Ok(())
            } else {
                Err(mainstay_store::Error::Full)
            }
        }));
        let db = Db::open(folder.path().join("b.sqlite"), options).expect("a database");
        Self { folder, db, files }
    }

    async fn fill(&self, world: &World, from: &Path) -> Result<Restored, Error> {
        restore(from, &self.db, &self.files, world.app.now(), &mut |_| {}).await
    }
}

/// The parts of a folder; of the manifest only what does not depend on the moment.
fn parts(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut parts = BTreeMap::new();
    for under in ["tables", "schemas", "files"] {
        for part in std::fs::read_dir(folder.join(under)).expect("a folder of parts") {
            let path = part.expect("a part").path();
            let name = path
                .strip_prefix(folder)
                .expect("a part")
                .display()
                .to_string();
            parts.insert(name, std::fs::read(path).expect("a part"));
        }
    }
    parts
}

#[tokio::test]
async fn everything_comes_back_byte_for_byte() {
    let (world, kim) = busy_world().await;
    let away = tempfile::tempdir().unwrap();
    let (file, folder) = (away.path().join("a.backup"), away.path().join("a"));
    take_to(&world.app, &file, Form::File).await.unwrap();
    take_to(&world.app, &folder, Form::Folder).await.unwrap();
    for archive in [&file, &folder] {
        let verified = verify(archive, &mut |_| {}).await.unwrap();
        assert_eq!(verified.findings, [""; 0]);
    }
    let expected = parts(&folder);
    for archive in [&file, &folder] {
        let empty = Empty::new();
        let restored = empty.fill(&world, archive).await.unwrap();
        assert_eq!(restored.sessions, 2, "everybody is signed out");
        let (grant, query) = (kim.session.grant(Action::Read).unwrap(), "quokkaphone");
        let find = async |tx: &mut mainstay_store::Tx<'_>| search::find(tx, &grant, query).await;
        assert_eq!(empty.db.read(find).await.unwrap().len(), 1);
        let again = empty.folder.path().join("again");
        let now = world.app.now();
        take(
            &empty.db,
            &empty.files,
            &again,
            Form::Folder,
            now,
            &mut |_| {},
        )
        .await
        .unwrap();
        let mut found = parts(&again);
        let held = found.insert("tables/settings.jsonl".to_owned(), Vec::new());
        let held = String::from_utf8(held.unwrap()).unwrap();
        assert!(held.contains("effects-held"), "{held}");
        assert_eq!(
            found.insert("tables/sessions.jsonl".to_owned(), Vec::new()),
            Some(Vec::new())
        );
        let mut expected = expected.clone();
        expected.insert("tables/settings.jsonl".to_owned(), Vec::new());
        expected.insert("tables/sessions.jsonl".to_owned(), Vec::new());
        let same: Vec<_> = expected
            .iter()
            .filter(|(name, part)| found.get(*name) != Some(part))
            .collect();
        assert!(
            same.is_empty(),
            "{:?}",
            same.iter().map(|(name, _)| name).collect::<Vec<_>>()
        );
        assert_eq!(found.len(), expected.len());
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn what_was_broken_off_goes_on_where_it_was() {
    let (world, _) = busy_world().await;
    let away = tempfile::tempdir().unwrap();
    let (file, folder) = (away.path().join("a.backup"), away.path().join("a"));
    take_to(&world.app, &file, Form::File).await.unwrap();
    take_to(&world.app, &folder, Form::Folder).await.unwrap();
    let mut empty = Empty::new();
    let (mut attempts, mut calls) = (0, 0);
    let restored = loop {
        (attempts, calls) = (attempts + 1, calls + 9);
        empty = empty.failing(calls);
        match empty.fill(&world, &file).await {
            Ok(restored) => break restored,
            Err(Error::Store(mainstay_store::Error::Full)) => {}
            Err(other) => panic!("{other}"),
        }
    };
    assert!(attempts > 10, "{attempts}");
    assert_eq!(restored.rows_before, restored.manifest.rows());
    empty = empty.failing(usize::MAX);
    let again = away.path().join("again");
    let (db, files, now) = (&empty.db, &empty.files, world.app.now());
    let taken = take(db, files, &again, Form::Folder, now, &mut |_| {}).await;
    taken.unwrap();
    let (mut expected, mut found) = (parts(&folder), parts(&again));
    for changed in ["tables/settings.jsonl", "tables/sessions.jsonl"] {
        assert!(expected.remove(changed).is_some() && found.remove(changed).is_some());
    }
    assert!(expected == found, "equal byte for byte");
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn another_archive_and_another_attempt_are_kept_out() {
    let (world, _) = busy_world().await;
    let away = tempfile::tempdir().unwrap();
    let (file, later) = (away.path().join("a"), away.path().join("b"));
    take_to(&world.app, &file, Form::Folder).await.unwrap();
    world.colleague("Lee", Role::Agent).await;
    take_to(&world.app, &later, Form::Folder).await.unwrap();
    let empty = Empty::new().failing(150);
    empty.fill(&world, &file).await.unwrap_err();
    let empty = empty.failing(usize::MAX);
    let refused = empty.fill(&world, &later).await;
    assert!(matches!(refused, Err(Error::OtherArchive)), "{refused:?}");
    let found = empty.db.read(async |tx| filling::look(tx).await).await;
    let Ok(Found::HalfFilled(first)) = found else {
        panic!("{found:?}");
    };
    let mark = first.clone();
    let begin = async move |tx: &mut Tx<'_>| filling::begin(tx, &mark.archive).await;
    let second = empty.db.write(begin).await.unwrap().unwrap();
    assert_eq!(second.attempt, first.attempt + 1);
    let ask = async move |tx: &mut Tx<'_>| {
        let first = filling::is_ours(tx, &first).await?;
        Ok::<_, mainstay_store::Error>((first, filling::is_ours(tx, &second).await?))
    };
    assert_eq!(empty.db.write(ask).await, Ok((false, true)));
    empty.fill(&world, &file).await.unwrap();
}

#[tokio::test]
async fn what_is_to_be_done_outside_waits_for_its_release() {
    let (world, _) = busy_world().await;
    world
        .app
        .db()
        .write(async |tx| outbox::hold(tx, mainstay_domain::Moment::from_unix(7)).await)
        .await
        .unwrap();
    assert_eq!(world.app.deliver().await.unwrap(), 0);
    let ask = async |tx: &mut mainstay_store::Tx<'_>| {
        let (next, since) = (
            outbox::next_run_at(tx).await?,
            outbox::held_since(tx).await?,
        );
        Ok::<_, mainstay_store::Error>((next, since, outbox::waiting(tx).await?))
    };
    let (next, since, waiting) = world.app.db().read(ask).await.unwrap();
    assert_eq!((next, since.map(|at| at.as_unix())), (None, Some(7)));
    assert!(
        waiting.count > 0 && waiting.oldest_at.is_some(),
        "{waiting:?}"
    );
    assert!(
        world
            .app
            .db()
            .write(async |tx| outbox::release(tx).await)
            .await
            .unwrap()
    );
    assert!(
        !world
            .app
            .db()
            .write(async |tx| outbox::release(tx).await)
            .await
            .unwrap()
    );
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_database_that_holds_something_is_left_alone() {
    let (world, _) = busy_world().await;
    let away = tempfile::tempdir().unwrap();
    let file = away.path().join("a.backup");
    take_to(&world.app, &file, Form::File).await.unwrap();
    let refused = take_to(&world.app, &file, Form::File).await;
    assert!(matches!(refused, Err(Error::Exists(_))), "{refused:?}");
    let empty = Empty::new();
    empty.fill(&world, &file).await.unwrap();
    let refused = empty.fill(&world, &file).await;
    assert!(matches!(refused, Err(Error::NotEmpty)), "{refused:?}");
    assert_eq!(
        std::fs::read_dir(away.path()).unwrap().count(),
        1,
        "nothing half done"
    );
}

#[tokio::test]
async fn a_file_whose_bytes_are_gone_is_named_and_stops_nothing() {
    let (world, _) = busy_world().await;
    let away = tempfile::tempdir().unwrap();
    let list = async |tx: &mut mainstay_store::Tx<'_>| {
        mainstay_store::system::tables::file_hashes(tx).await
    };
    let hashes = world.app.db().read(list).await.unwrap();
    std::fs::write(world.app.files().path(&hashes[0].0), "other bytes").unwrap();
    let target = away.path().join("a.backup");
    let (db, files, now) = (world.app.db(), world.app.files(), world.app.now());
    let taken = take(db, files, &target, Form::File, now, &mut |_| {})
        .await
        .unwrap();
    let reason = &taken.manifest.missing_files[0].reason;
    assert_eq!(reason, "its bytes are not those that were uploaded");
    let verified = verify(&target, &mut |_| {}).await.unwrap();
    assert_eq!(
        (
            verified.findings.len(),
            verified.manifest.missing_files.len()
        ),
        (0, 1)
    );
}

#[tokio::test]
async fn what_was_broken_off_makes_room_and_what_is_being_written_does_not() {
    let (world, _) = busy_world().await;
    let away = tempfile::tempdir().unwrap();
    for form in [Form::File, Form::Folder] {
        let target = away.path().join(format!("{form:?}"));
        let partial = away.path().join(format!("{form:?}.partial"));
        match form {
            Form::File => std::fs::write(&partial, "half").unwrap(),
            Form::Folder => std::fs::create_dir_all(partial.join("tables")).unwrap(),
        }
        let writing = std::fs::File::open(&partial).unwrap();
        writing.lock().unwrap();
        let refused = take_to(&world.app, &target, form).await;
        assert!(
            matches!(&refused, Err(Error::Exists(path)) if *path == partial),
            "{refused:?}"
        );
        assert!(partial.exists());
        drop(writing);
        take_to(&world.app, &target, form).await.unwrap();
        assert!(!partial.exists() && target.exists());
    }
}

/// An export to be damaged.
async fn export() -> (World, TempDir, PathBuf) {
    let (world, _) = busy_world().await;
    let away = tempfile::tempdir().unwrap();
    let folder = away.path().join("a");
    take_to(&world.app, &folder, Form::Folder).await.unwrap();
    (world, away, folder)
}

fn edit(path: &Path, edit: impl FnOnce(String) -> String) {
    let text = std::fs::read_to_string(path).unwrap();
    std::fs::write(path, edit(text)).unwrap();
}

async fn findings(archive: &Path) -> String {
    let verified: Verified = verify(archive, &mut |_| {}).await.unwrap();
    verified.findings.join("\n")
}

#[tokio::test]
async fn every_damage_to_an_export_is_named_and_nothing_is_read_in() {
    let (world, _away, folder) = export().await;
    let table = |name: &str| folder.join(format!("tables/{name}.jsonl"));
    edit(&table("people"), |text| {
        text.replacen("Größer", "Grösser", 1)
    });
    edit(&table("accounts"), |text| {
        text.replacen("\"name\"", "\"nome\"", 1)
    });
    edit(&table("entries"), |text| {
        text.lines()
            .skip(1)
            .fold(String::new(), |all, line| all + line + "\n")
    });
    edit(&folder.join("schemas/cases.json"), |text| {
        text.replacen("integer", "string", 1)
    });
    std::fs::remove_file(table("drafts")).unwrap();
    std::fs::write(folder.join("tables/strangers.jsonl"), "{}\n").unwrap();
    let kept = std::fs::read_dir(folder.join("files"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    std::fs::write(kept.path(), "every bite").unwrap();
    let said = findings(&folder).await;
    for part in [
        "the checksum of table people is wrong",
        "line 1 of table accounts is no row: it has no `name`",
        "table entries has 302 rows where there were 303",
        "the schema of table cases was changed",
        "table drafts is missing",
        "table strangers does not belong",
        "does not hold the bytes it is named after",
    ] {
        assert!(said.contains(part), "{part} is not in\n{said}");
    }
    let empty = Empty::new();
    let refused = empty.fill(&world, &folder).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Damaged(what) if what.contains("more")),
        "{refused}"
    );
    let is_empty =
        async |tx: &mut mainstay_store::Tx<'_>| mainstay_store::system::tables::are_empty(tx).await;
    assert!(empty.db.read(is_empty).await.unwrap());
}

#[tokio::test]
async fn another_version_and_another_program_are_told_apart() {
    let (world, away, folder) = export().await;
    let manifest = folder.join("manifest.json");
    edit(&manifest, |text| {
        text.replacen("\"schema\": ", "\"schema\": 99", 1)
    });
    let refused = Empty::new().fill(&world, &folder).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Schema { found: 990.., .. }),
        "{refused}"
    );
    edit(&manifest, |text| {
        text.replacen("mainstay-archive", "somebody's", 1)
    });
    let refused = verify(&folder, &mut |_| {}).await.unwrap_err();
    assert!(matches!(&refused, Error::Foreign { .. }), "{refused}");
    std::fs::remove_file(&manifest).unwrap();
    let refused = verify(&folder, &mut |_| {}).await.unwrap_err();
    assert!(
        refused.to_string().contains("has no manifest.json"),
        "{refused}"
    );
    let letter = away.path().join("letter");
    std::fs::write(&letter, "Dear Sir or Madam").unwrap();
    let refused = verify(&letter, &mut |_| {}).await.unwrap_err();
    assert!(
        refused.to_string().contains("not compressed with gzip"),
        "{refused}"
    );
    let refused = verify(&away.path().join("none"), &mut |_| {})
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::Missing(_)));
}

#[tokio::test]
async fn a_damaged_file_is_found_wherever_it_is_damaged() {
    let (world, _) = busy_world().await;
    let away = tempfile::tempdir().unwrap();
    let file = away.path().join("a.backup");
    take_to(&world.app, &file, Form::File).await.unwrap();
    let whole = std::fs::read(&file).unwrap();
    for place in (10..whole.len()).step_by(whole.len() / 40) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        std::fs::write(&file, &bytes).unwrap();
        // A bit of the packing that says nothing may be either.
        let is_harmless = unpacked(&bytes).is_ok_and(|found| found == unpacked(&whole).unwrap());
        assert!(is_refused(&file).await != is_harmless, "damaged at {place}");
        std::fs::write(&file, &whole[..place]).unwrap();
        assert!(is_refused(&file).await, "cut at {place}");
    }
    std::fs::write(&file, [whole.as_slice(), b"more"].concat()).unwrap();
    assert!(is_refused(&file).await, "something behind the end");
}

fn unpacked(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut tar = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut tar).map(|_| tar)
}

async fn is_refused(archive: &Path) -> bool {
    match verify(archive, &mut |_| {}).await {
        Ok(verified) => !verified.findings.is_empty(),
        Err(_) => true,
    }
}

#[tokio::test]
async fn a_packed_file_cannot_write_elsewhere_or_bring_strangers() {
    let (world, _) = busy_world().await;
    let away = tempfile::tempdir().unwrap();
    let file = away.path().join("a.backup");
    take_to(&world.app, &file, Form::File).await.unwrap();
    let mut tar = Vec::new();
    let mut packed = GzDecoder::new(std::fs::File::open(&file).unwrap());
    std::io::copy(&mut packed, &mut tar).unwrap();
    tar.truncate(tar.len() - 1024); // its end
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(4);
    header.set_entry_type(tar::EntryType::Regular);
    let name = b"../../evil";
    header.as_mut_bytes()[..name.len()].copy_from_slice(name);
    header.set_cksum();
    builder.append(&header, &b"evil"[..]).unwrap();
    tar.extend(builder.into_inner().unwrap());
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(&tar).unwrap();
    std::fs::write(&file, out.finish().unwrap()).unwrap();
    let said = findings(&file).await;
    assert_eq!(said, "`../../evil` does not belong into an archive");
    let refused = Empty::new().fill(&world, &file).await.unwrap_err();
    assert!(matches!(refused, Error::Damaged(_)));
}
