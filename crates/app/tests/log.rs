//! The log: what is done leaves a line, lines cannot be changed, and a chain that was tampered
//! with is found out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use mainstay_app::doctor::{Examined, Extent, examine};
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::{Command, House, NextTurn};
use mainstay_store::db::Options;
use mainstay_store::log::{Act, Kept, Subject};
use mainstay_store::system::tables::{self, Field};
use mainstay_store::views::{self, WantedLines as Wanted};
use mainstay_store::{Db, Error, MIGRATIONS, Tx};
use mainstay_testkit::{Persona, World, submission};

/// A world in which two customers and an agent did something.
async fn busy() -> (World, Persona, Persona) {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let contoso = world.account("Contoso", "us-east", "e1").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let omar = world.administrator("Omar", contoso).await;
    let kim = world.colleague("Kim", Role::Agent).await;
    for _ in 0..3 {
        let case = world.app.submit(&dana.session, submission('A')).await;
        let reply = Command::Reply {
            body: "We look into it.".to_owned(),
            next: NextTurn::Customer,
        };
        world.pass(5);
        let number = case.unwrap().number;
        world.app.act(&kim.session, number, reply).await.unwrap();
    }
    let opened = world.app.submit(&omar.session, submission('B')).await;
    opened.unwrap();
    world.settle().await;
    (world, dana, omar)
}

async fn lines(world: &World, who: &Persona, wanted: Wanted) -> Vec<Kept> {
    let grant = who.session.grant(Action::ReadLog).unwrap();
    let account = who.session.principal.account();
    let read = world
        .app
        .db()
        .read(async |tx| views::log_lines(tx, &grant, account, &wanted).await)
        .await;
    let mut rows = read.unwrap();
    rows.reverse();
    rows.into_iter().map(|row| row.line).collect()
}

fn all() -> Wanted {
    Wanted {
        limit: 100,
        ..Wanted::default()
    }
}

#[tokio::test]
async fn what_is_done_to_a_case_leaves_a_line_with_what_it_changed() {
    let (world, dana, omar) = busy().await;
    let found = lines(&world, &dana, all()).await;
    let acts: Vec<&str> = found.iter().map(|line| line.act.as_str()).collect();
    assert_eq!(acts, ["case.opened", "case.replied"].repeat(3));
    let seqs: Vec<i64> = found.iter().map(|line| line.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4, 5, 6]);
    let (opened, replied) = (&found[0], &found[1]);
    assert_eq!(opened.by.person, Some(dana.session.person.id));
    assert_ne!(replied.by.person, opened.by.person);
    assert_eq!(opened.subject, replied.subject);
    assert!(matches!(opened.subject, Subject::Case(_)));
    let became = replied.became.as_deref().unwrap();
    assert!(became.contains("with-customer"), "{became}");
    // Each customer reads its own.
    assert_eq!(lines(&world, &omar, all()).await.len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_log_is_searched_and_paged() {
    let (world, dana, _) = busy().await;
    let latest = Wanted {
        limit: 2,
        ..Wanted::default()
    };
    let seqs = |lines: Vec<Kept>| lines.iter().map(|line| line.seq).collect::<Vec<_>>();
    assert_eq!(seqs(lines(&world, &dana, latest.clone()).await), [5, 6]);
    let before = Wanted {
        before: Some(5),
        ..latest
    };
    assert_eq!(seqs(lines(&world, &dana, before).await), [3, 4]);
    let opened = Wanted {
        act: Some(Act::CaseOpened),
        ..all()
    };
    assert_eq!(seqs(lines(&world, &dana, opened).await), [1, 3, 5]);
    for (text, found) in [("with-CUSTOMER", 3), ("%", 0), ("_", 0), ("", 6)] {
        let holding = Wanted {
            text: text.to_owned(),
            ..all()
        };
        assert_eq!(lines(&world, &dana, holding).await.len(), found, "{text}");
    }
    world.finish().await;
}

/// The log of a busy world in a database of its own, after somebody laid hands on its rows.
async fn tampered(name: &str, spoil: impl Fn(&mut Vec<Vec<Field>>)) -> Examined {
    let (world, ..) = busy().await;
    let table = tables::find(name).unwrap();
    let (mut heads, mut log) = (Vec::new(), Vec::new());
    for (rows, name) in [(&mut heads, "log_heads"), (&mut log, "log")] {
        let read = world.app.db().read::<_, Error, _>(async |tx| {
            tables::page(tx, tables::find(name).unwrap(), None, 1_000).await
        });
        *rows = read.await.unwrap();
    }
    spoil(if table.name == "log" {
        &mut log
    } else {
        &mut heads
    });
    let folder = tempfile::tempdir().unwrap();
    let other = Db::open(folder.path().join("a.sqlite"), Options::new(MIGRATIONS)).unwrap();
    let put = async move |tx: &mut Tx<'_>| {
        for (name, rows) in [("log_heads", heads), ("log", log)] {
            tables::insert(tx, tables::find(name).unwrap(), &rows).await?;
        }
        Ok::<_, Error>(())
    };
    other.write(put).await.unwrap();
    let (house, now) = (House::default(), world.app.now());
    let files = world.app.files();
    let found = examine(&other, files, house, Extent::All, now, &mut |_| {}).await;
    let mut found = found.unwrap();
    found.findings.retain(|finding| finding.about == "log");
    found
}

/// The last line there is.
fn last(rows: &[Vec<Field>]) -> usize {
    rows.len() - 1
}

#[tokio::test]
async fn a_chain_that_was_tampered_with_is_found_out() {
    let whole = tampered("log", |_| {}).await;
    assert_eq!(
        (whole.findings.as_slice(), whole.log_lines),
        ([].as_slice(), 25)
    );
    type Spoil = fn(&mut Vec<Vec<Field>>);
    let spoils: [(&str, Spoil, &str); 5] = [
        (
            "log",
            |rows| {
                let replied = Field::Text("case.replied".into());
                let row = rows.iter_mut().find(|row| row.contains(&replied)).unwrap();
                let at = row.iter().position(|field| *field == replied).unwrap();
                row[at] = Field::Text("case.noted".into());
            },
            "was changed",
        ),
        ("log", |rows| drop(rows.remove(3)), "missing"),
        ("log", |rows| drop(rows.remove(last(rows))), "should"),
        (
            "log",
            |rows| {
                let end = last(rows);
                *rows[end].last_mut().unwrap() = Field::Null;
            },
            "not the one it ended with",
        ),
        ("log_heads", |rows| rows.clear(), "its end was taken away"),
    ];
    for (name, spoil, words) in spoils {
        let found = tampered(name, spoil).await;
        let said: Vec<_> = found
            .findings
            .iter()
            .map(|finding| &finding.message)
            .collect();
        assert!(!found.is_well(), "{words}");
        assert!(
            said.iter().any(|said| said.contains(words)),
            "{words}: {said:?}"
        );
        assert!(said[0].contains("tampered with"), "{said:?}");
    }
}
