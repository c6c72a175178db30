//! Drafts of editions and regions: what is kept comes back, what is published or discarded is no
//! draft any more.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use mainstay_domain::access::Role;
use mainstay_store::description_drafts::{self as drafts, DescriptionDraft};
use mainstay_store::{Error, Tx, accounts};
use mainstay_testkit::World;
use uuid::Uuid;

#[tokio::test]
async fn a_draft_comes_back_as_it_was_kept_until_it_is_published() {
    let world = World::new().await;
    let lena = world.colleague("Lena", Role::Lead).await.session.person.id;
    let max = world
        .colleague("Max", Role::Manager)
        .await
        .session
        .person
        .id;
    let (db, now) = (world.app.db(), world.app.now());
    let draft = DescriptionDraft {
        id: Uuid::from_u128(7),
        sort: None,
        name: String::new(),
        content: "# Grüße\n[edition\n".to_owned(),
        revision: 1,
        made_by: lena,
        made_at: now,
        changed_by: lena,
        changer: String::new(),
        changed_at: now,
        published_at: None,
    };
    let new = draft.clone();
    db.write(async move |tx: &mut Tx<'_>| drafts::insert(tx, &new).await)
        .await
        .unwrap();
    let named = |draft: &DescriptionDraft, changer: &str| DescriptionDraft {
        changer: changer.to_owned(),
        ..draft.clone()
    };
    let found = async |id| db.read(async |tx| drafts::find(tx, id).await).await;
    assert_eq!(found(draft.id).await, Ok(Some(named(&draft, "Lena"))));
    let other = DescriptionDraft {
        sort: Some("region".to_owned()),
        name: "de".to_owned(),
        content: "[region]\n".to_owned(),
        revision: 2,
        changed_by: max,
        changed_at: now.plus_minutes(5),
        ..draft.clone()
    };
    let changed = other.clone();
    db.write(async move |tx: &mut Tx<'_>| drafts::save(tx, &changed).await)
        .await
        .unwrap();
    let listed = async || db.read(async |tx| drafts::list(tx, 10).await).await;
    assert_eq!(listed().await, Ok(vec![named(&other, "Max")]));
    let at = async |id| db.read(async |tx| drafts::revision(tx, id).await).await;
    assert_eq!(at(draft.id).await, Ok(Some(2)));
    let texts = async || {
        db.read(async |tx| drafts::published(tx, "region", "de").await)
            .await
    };
    assert_eq!(texts().await, Ok(Vec::new()));
    let published = DescriptionDraft {
        published_at: Some(now.plus_minutes(9)),
        ..other.clone()
    };
    db.write(async move |tx: &mut Tx<'_>| drafts::save(tx, &published).await)
        .await
        .unwrap();
    assert_eq!(listed().await, Ok(Vec::new()));
    assert_eq!(at(draft.id).await, Ok(None));
    assert_eq!(texts().await, Ok(vec![other.content]));
    let id = draft.id;
    db.write(async move |tx: &mut Tx<'_>| drafts::delete(tx, id).await)
        .await
        .unwrap();
    assert_eq!(found(id).await, Ok(None));
    world.finish().await;
}

#[tokio::test]
async fn customers_are_counted_by_their_region() {
    let world = World::new().await;
    for (name, region) in [("A", "de"), ("B", "de"), ("C", "gb")] {
        world.account(name, region, "e3").await;
    }
    let counts = world.app.db().read(async |tx| {
        let here = accounts::count_in(tx, "de").await?;
        let nowhere = accounts::count_in(tx, "atlantis").await?;
        Ok::<_, Error>((accounts::count(tx).await?, here, nowhere))
    });
    assert_eq!(counts.await, Ok((3, 2, 0)));
    world.finish().await;
}
