//! Drafts of editions and calendars, and publishing them with a second person: what is agreed to
//! is what was seen, and what is published stays.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use mainstay_app::approvals::{Came, asked_for};
use mainstay_app::descriptions::{self, may_publish, text_of};
use mainstay_app::{Changed, Error};
use mainstay_description::{Sort, shipped};
use mainstay_domain::access::{Action, Because, Obligation, Role};
use mainstay_domain::ids::PersonId;
use mainstay_store::description_drafts::{self, DescriptionDraft};
use mainstay_store::{Tx, colleagues};
use mainstay_testkit::{Persona, World};
use uuid::Uuid;

const WHY: &str = "Signed by the board";

/// The newest shipped edition again, with a first day of its own.
fn edition(day: &str) -> String {
    shipped::EDITIONS[1].1.replace("2019-05-07", day)
}

/// Germany with one calendar more, from a day on.
fn germany(day: &str) -> String {
    let (_, text) = shipped::REGIONS
        .iter()
        .find(|(name, _)| *name == "regions/de.toml")
        .expect("Germany is shipped");
    format!(
        "{text}\n[[revision]]\nnumber = 2\npublished_on = {day}\nsource = \"The works council\"\n\
         weekly = [{{ days = [\"mon\", \"tue\"], from = \"08:00\", to = \"16:00\" }}]\n"
    )
}

async fn draft(world: &World, who: &Persona, text: &str) -> Uuid {
    let kept = world.app.draft_description(&who.session, text).await;
    kept.unwrap()
}

async fn kept(world: &World, id: Uuid) -> Option<DescriptionDraft> {
    let find = async |tx: &mut Tx<'_>| description_drafts::find(tx, id).await;
    world.app.db().read(find).await.unwrap()
}

fn because(error: Error) -> Because {
    match error {
        Error::Denied(denial) => denial.because,
        other => panic!("{other}"),
    }
}

fn settled<T: std::fmt::Debug>(came: Result<T, Error>) -> String {
    match came.unwrap_err() {
        Error::Settled(words) => words,
        other => panic!("{other}"),
    }
}

/// The latest lines of the vendor's log: what, who, why, who agreed.
async fn told(world: &World, most: usize) -> Vec<(String, Option<PersonId>, Option<String>)> {
    let lines = world.log(None).await.into_iter().take(most);
    lines
        .map(|line| (line.act, line.by.person, line.reason))
        .collect()
}

#[tokio::test]
async fn a_draft_is_kept_with_its_mistakes_and_changed_until_it_is_sound() {
    let world = World::new().await;
    let lena = world.colleague("Lena", Role::Lead).await;
    let max = world.colleague("Max", Role::Manager).await;
    let broken = edition("2027-01-01")
        .replacen("title = ", "titel = ", 1)
        .replacen("\"wide\"", "\"wid\"", 1);
    let id = draft(&world, &lena, &broken).await;
    let found = kept(&world, id).await.unwrap();
    assert_eq!(
        (found.content.as_str(), found.revision),
        (broken.as_str(), 1)
    );
    assert_eq!(found.sort.as_deref(), Some("edition"));
    assert_eq!(found.name, "2027-01-01");
    let catalogue = world.app.catalogue();
    assert_eq!(descriptions::check(&catalogue, &broken).mistakes.len(), 2);
    let mistaken = world.app.ask_to_publish(&max.session, id, 1, WHY).await;
    assert!(settled(mistaken).contains("has mistakes"));

    let sound = edition("2027-01-01");
    let app = &world.app;
    app.redraft_description(&max.session, id, 1, &sound)
        .await
        .unwrap();
    // The same text once more changes nothing.
    app.redraft_description(&max.session, id, 2, &sound)
        .await
        .unwrap();
    let found = kept(&world, id).await.unwrap();
    assert_eq!((found.revision, found.changer.as_str()), (2, "Max"));
    // Whoever saw the text before does not write over it.
    let late = app.redraft_description(&lena.session, id, 1, &broken).await;
    assert!(settled(late).contains("you saw revision 1"));
    assert_eq!(kept(&world, id).await.unwrap().content, sound);
    let late = app.discard_description(&lena.session, id, 1).await;
    assert!(settled(late).contains("was changed"));
    app.discard_description(&lena.session, id, 2).await.unwrap();
    assert_eq!(kept(&world, id).await, None);
    let told = told(&world, 3).await;
    let acts: Vec<&str> = told.iter().map(|(act, ..)| act.as_str()).collect();
    let expected = [
        "description.discarded",
        "description.drafted",
        "description.drafted",
    ];
    assert_eq!(acts, expected);
    for nothing in ["", " \n\n", "\u{feff}"] {
        let refused = world.app.draft_description(&lena.session, nothing).await;
        assert!(matches!(
            refused,
            Err(Error::Field {
                field: "content",
                ..
            })
        ));
    }
    let much = "#".repeat(descriptions::LONGEST + 1);
    let refused = world.app.draft_description(&lena.session, &much).await;
    assert!(refused.unwrap_err().to_string().contains("256 KB"));
    world.finish().await;
}

#[tokio::test]
async fn leads_draft_and_nobody_else_below_a_manager() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let lena = world.colleague("Lena", Role::Lead).await;
    let max = world.colleague("Max", Role::Manager).await;
    assert!(may_publish(&max.session) && !may_publish(&lena.session));
    let id = draft(&world, &max, &edition("2027-01-01")).await;
    for role in [
        Role::Agent,
        Role::BillingAgent,
        Role::PreSalesAgent,
        Role::SystemAdministrator,
    ] {
        let other = world.colleague(role.code(), role).await;
        let app = &world.app;
        let refused = app.draft_description(&other.session, "x").await;
        assert!(matches!(refused, Err(Error::Denied(_))), "{role:?}");
        let refused = app.redraft_description(&other.session, id, 1, "x").await;
        assert!(matches!(refused, Err(Error::Denied(_))), "{role:?}");
        let refused = app.discard_description(&other.session, id, 1).await;
        assert!(matches!(refused, Err(Error::Denied(_))), "{role:?}");
        let refused = app.ask_to_publish(&other.session, id, 1, WHY).await;
        assert!(matches!(refused, Err(Error::Denied(_))), "{role:?}");
    }
    let refused = world.app.draft_description(&dana.session, "x").await;
    assert!(matches!(refused, Err(Error::Denied(_))));
    let asked = world.app.ask_to_publish(&lena.session, id, 1, WHY).await;
    let drafts_only = Because::Needs(Obligation::DraftsOnly);
    assert_eq!(because(asked.unwrap_err()), drafts_only);
    assert!(world.app.catalogue().edition("2027-01-01").is_none());
}

#[tokio::test]
async fn one_manager_asks_another_agrees_and_then_it_is_published() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let lena = world.colleague("Lena", Role::Lead).await;
    let max = world.colleague("Max", Role::Manager).await;
    let mia = world.colleague("Mia", Role::Manager).await;
    let before = world.request(&dana, 'B').await;
    let mut heard = world.app.live().listen();
    let id = draft(&world, &lena, &edition("2026-03-01")).await;
    let asked = world.app.ask_to_publish(&max.session, id, 1, WHY).await;
    let Came::Waits(approval) = asked.unwrap() else {
        panic!("Mia could agree");
    };
    let (now, app) = (world.app.now(), &world.app);
    let waiting = app
        .db()
        .read(async |tx| asked_for(tx, &lena.session, now).await)
        .await
        .unwrap();
    assert_eq!((waiting[0].draft, waiting[0].asker.as_str()), (id, "Max"));
    assert!(world.app.catalogue().edition("2026-03-01").is_none());
    let own = app.agree(&max.session, approval).await.unwrap_err();
    assert_eq!(because(own), Because::SecondIsFirst);
    let lead = app.agree(&lena.session, approval).await;
    assert!(matches!(lead, Err(Error::NotFound)), "{lead:?}");
    app.agree(&mia.session, approval).await.unwrap();

    let catalogue = app.catalogue();
    assert_eq!(catalogue.edition_at(now).unwrap().id, "2026-03-01");
    let mut changes = Vec::new();
    while let Ok(changed) = heard.try_recv() {
        changes.push(changed);
    }
    assert!(changes.contains(&Changed::Catalogue), "{changes:?}");
    let because = Some(WHY.to_owned());
    let (max_id, mia_id) = (max.session.person.id, mia.session.person.id);
    assert_eq!(
        told(&world, 3).await,
        [
            ("approval.given".to_owned(), Some(mia_id), because.clone()),
            (
                "edition.published".to_owned(),
                Some(max_id),
                because.clone()
            ),
            ("approval.asked".to_owned(), Some(max_id), because),
        ]
    );
    let line = world.log(None).await.swap_remove(1);
    assert!(line.became.unwrap().contains(&mia_id.to_string()));
    // What is open keeps its promise, what comes is promised by the new edition.
    let after = world.request(&dana, 'B').await;
    assert_eq!(before.terms.edition, "2019-05-07");
    assert_eq!(after.terms.edition, "2026-03-01");
    let open = app
        .db()
        .read(async |tx| {
            let grant = dana.session.grant(Action::Read)?;
            Ok::<_, Error>(mainstay_store::cases::find(tx, &grant, before.number).await?)
        })
        .await
        .unwrap();
    assert_eq!(open.unwrap().terms, before.terms);
    // The draft stays as the text of what was published, and nothing is done to it any more.
    let changed = app.redraft_description(&lena.session, id, 1, "x").await;
    assert!(settled(changed).contains("was published"));
    let again = app.ask_to_publish(&max.session, id, 1, WHY).await;
    assert!(settled(again).contains("published already"));
    let text = app
        .db()
        .read(async |tx| text_of(tx, &catalogue, Sort::Edition, "2026-03-01").await)
        .await;
    assert_eq!(text.unwrap(), Some(edition("2026-03-01")));
    world.settle().await;
}

/// One manager asks for the first text of a draft to be published, and another agrees.
async fn published(world: &World, max: &Persona, id: Uuid) {
    let came = world.app.ask_to_publish(&max.session, id, 1, WHY);
    let mia = world.colleague("Mia", Role::Manager).await;
    match came.await {
        Ok(Came::Waits(approval)) => drop(world.app.agree(&mia.session, approval).await.unwrap()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn where_nobody_else_could_agree_nothing_is_published() {
    let world = World::new().await;
    let max = world.colleague("Max", Role::Manager).await;
    world.colleague("Lena", Role::Lead).await;
    let id = draft(&world, &max, &germany("2026-06-01")).await;
    let no_reason = world.app.ask_to_publish(&max.session, id, 1, " ").await;
    assert!(matches!(
        no_reason,
        Err(Error::Field {
            field: "reason",
            ..
        })
    ));
    let alone = world.app.ask_to_publish(&max.session, id, 1, WHY).await;
    assert!(
        matches!(&alone, Err(Error::Field { message, .. }) if message.contains("two persons")),
        "{alone:?}"
    );
    published(&world, &max, id).await;
    let catalogue = world.app.catalogue();
    let region = catalogue.region("de").unwrap();
    assert_eq!(region.revisions.len(), 2);
    let today = catalogue.local_date("de", world.app.now());
    assert_eq!(region.revision_on(today).unwrap().number, 1);
    let because = Some(WHY.to_owned());
    let by = Some(max.session.person.id);
    let published = ("calendar.published".to_owned(), by, because);
    assert_eq!(told(&world, 2).await[1], published);
    world.finish().await;
}

#[tokio::test]
async fn a_file_from_before_is_no_reason_not_to_start() {
    let world = World::new().await;
    let max = world.colleague("Max", Role::Manager).await;
    let id = draft(&world, &max, &germany("2026-06-01")).await;
    published(&world, &max, id).await;
    let (editions, regions) = (shipped::editions(), shipped::regions());
    let published = world.app.publish(editions, regions).await.unwrap();
    assert_eq!((published.editions.len(), published.regions.len()), (0, 0));
    let catalogue = world.app.catalogue();
    assert_eq!(catalogue.region("de").unwrap().revisions.len(), 2);
    // What differs from what is published is refused all the same.
    let mut other = shipped::regions();
    other.retain(|region| region.code == "de");
    other[0].revisions[0].source = "Another".to_owned();
    let refused = world.app.publish(Vec::new(), other).await;
    assert!(matches!(refused, Err(Error::Description(_))), "{refused:?}");
}

#[tokio::test]
async fn what_is_agreed_to_is_the_text_that_was_seen() {
    let world = World::new().await;
    let lena = world.colleague("Lena", Role::Lead).await;
    let max = world.colleague("Max", Role::Manager).await;
    let mia = world.colleague("Mia", Role::Manager).await;
    let app = &world.app;
    let id = draft(&world, &lena, &edition("2027-01-01")).await;
    let ask = async |revision| match app
        .ask_to_publish(&max.session, id, revision, WHY)
        .await
        .unwrap()
    {
        Came::Waits(approval) => approval,
        Came::Done(done) => panic!("{done:?}"),
    };
    let first = ask(1).await;
    let other = edition("2027-01-01").replace("reopen_within_days = 14", "reopen_within_days = 3");
    app.redraft_description(&lena.session, id, 1, &other)
        .await
        .unwrap();
    let stale = app.ask_to_publish(&max.session, id, 1, WHY).await;
    assert!(settled(stale).contains("has changed since"));
    assert!(settled(app.agree(&mia.session, first).await).contains("has changed since"));
    // Not even when somebody puts the old text back: another has looked at another since.
    app.redraft_description(&lena.session, id, 2, &edition("2027-01-01"))
        .await
        .unwrap();
    assert!(settled(app.agree(&mia.session, first).await).contains("has changed since"));
    let second = ask(3).await;
    app.discard_description(&lena.session, id, 3).await.unwrap();
    assert!(settled(app.agree(&mia.session, second).await).contains("was discarded"));
    assert!(app.catalogue().edition("2027-01-01").is_none());
    app.decline(&mia.session, first).await.unwrap();
}

#[tokio::test]
async fn what_is_published_by_then_counts_and_is_never_changed() {
    let world = World::new().await;
    let max = world.colleague("Max", Role::Manager).await;
    let mia = world.colleague("Mia", Role::Manager).await;
    let app = &world.app;
    // The same edition is published meanwhile, by whoever runs the program.
    let id = draft(&world, &max, &edition("2027-01-01")).await;
    let asked = app.ask_to_publish(&max.session, id, 1, WHY).await.unwrap();
    let Came::Waits(approval) = asked else {
        panic!("Mia could agree");
    };
    let mut meanwhile = shipped::editions().pop().unwrap();
    meanwhile.id = "2027-01-01".to_owned();
    meanwhile.in_force_from = jiff::civil::date(2027, 1, 1);
    meanwhile.reopen_within_days = 3;
    app.publish(vec![meanwhile.clone()], Vec::new())
        .await
        .unwrap();
    assert!(settled(app.agree(&mia.session, approval).await).contains("has mistakes"));
    let published = app.catalogue();
    assert_eq!(**published.edition("2027-01-01").unwrap(), meanwhile);
    // Two editions never begin on the same day.
    meanwhile.id = "other".to_owned();
    let twin = app.publish(vec![meanwhile], Vec::new()).await;
    assert!(matches!(twin, Err(Error::Description(_))), "{twin:?}");
    // Nor does a calendar change.
    let changed = germany("2026-06-01").replacen("to = \"17:00\"", "to = \"18:00\"", 1);
    let id = draft(&world, &max, &changed).await;
    let refused = app.ask_to_publish(&max.session, id, 1, WHY).await;
    assert!(settled(refused).contains("has mistakes"));
}

#[tokio::test]
async fn both_must_hold_the_right_when_it_is_done() {
    let world = World::new().await;
    let max = world.colleague("Max", Role::Manager).await;
    let mia = world.colleague("Mia", Role::Manager).await;
    let moe = world.colleague("Moe", Role::Manager).await;
    let app = &world.app;
    let id = draft(&world, &max, &edition("2027-01-01")).await;
    let asked = app.ask_to_publish(&max.session, id, 1, WHY).await.unwrap();
    let Came::Waits(approval) = asked else {
        panic!("Mia could agree");
    };
    let become_lead = |who: &Persona| {
        let person = who.session.person.id;
        async move |tx: &mut Tx<'_>| colleagues::set_roles(tx, person, &[Role::Lead]).await
    };
    let db = app.db();
    db.write(become_lead(&moe)).await.unwrap();
    let second = app.agree(&moe.session, approval).await;
    assert!(matches!(second, Err(Error::NotFound)), "{second:?}");
    // Whoever asked is a lead by now, who only drafts.
    db.write(become_lead(&max)).await.unwrap();
    let first = settled(app.agree(&mia.session, approval).await);
    assert!(first.contains("may no longer do it"), "{first}");
    assert!(app.catalogue().edition("2027-01-01").is_none());
}

#[tokio::test]
async fn two_who_agree_at_once_publish_once() {
    let world = World::new().await;
    let max = world.colleague("Max", Role::Manager).await;
    let mia = world.colleague("Mia", Role::Manager).await;
    let moe = world.colleague("Moe", Role::Manager).await;
    let id = draft(&world, &max, &edition("2027-01-01")).await;
    let asked = world.app.ask_to_publish(&max.session, id, 1, WHY).await;
    let Came::Waits(approval) = asked.unwrap() else {
        panic!("Mia could agree");
    };
    let node = world.another_node().await;
    let (one, other) = tokio::join!(
        world.app.agree(&mia.session, approval),
        node.agree(&moe.session, approval)
    );
    assert_eq!(one.is_ok(), other.is_err(), "{one:?} {other:?}");
    let lines = world.log(None).await;
    let published = lines
        .iter()
        .filter(|line| line.act == "edition.published" && line.by.person.is_some());
    assert_eq!(published.count(), 1);
}

#[tokio::test]
async fn a_draft_begins_from_the_text_of_what_is_published() {
    let world = World::new().await;
    let catalogue = world.app.catalogue();
    let text = async |sort, name: &'static str| {
        let read = world
            .app
            .db()
            .read(async |tx| text_of(tx, &catalogue, sort, name).await);
        read.await.unwrap()
    };
    let newest = text(Sort::Edition, "2019-05-07").await;
    assert_eq!(newest.as_deref(), Some(shipped::EDITIONS[1].1));
    assert!(text(Sort::Region, "de").await.is_some());
    assert_eq!(text(Sort::Region, "atlantis").await, None);
}
