//! Delegations over time: reminders, the end, asks that lapse, and what is told to whom.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use mainstay_app::Credential;
use mainstay_domain::access::Role;
use mainstay_domain::access::delegation::{Covered, Terms};
use mainstay_domain::case::{EffectKind, PartnerNews};
use mainstay_domain::edition::Kind;
use mainstay_store::people::Organisation;
use mainstay_store::{Tx, inbox};
use mainstay_testkit::{Persona, World};

/// What somebody was told of delegations, the first first.
async fn news(world: &World, who: &Persona) -> Vec<PartnerNews> {
    let (person, account) = (who.session.person.id, who.session.principal.account());
    let read = async |tx: &mut Tx<'_>| inbox::list(tx, person, account, None).await;
    let notices = world
        .app
        .db()
        .read::<_, mainstay_store::Error, _>(read)
        .await
        .unwrap();
    let each = notices.into_iter().rev();
    each.filter_map(|notice| match notice.kind {
        EffectKind::Partner { what, .. } => Some(what),
        _ => None,
    })
    .collect()
}

#[tokio::test]
async fn both_sides_are_reminded_once_each_before_the_end_and_then_it_ends() {
    use PartnerNews::{Ended, EndsSoon, Granted};
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let partner = world.partner("Helpers").await;
    let organisation = Organisation::Partner(partner);
    let pia = world.person("Pia", organisation, Role::PartnerAdmin).await;
    world
        .delegate(&dana, partner, &[Kind::Technical], (1, 100))
        .await;
    let ids = [pia.session.person.id];
    world
        .app
        .name_people(&pia.session, account, &ids)
        .await
        .unwrap();
    let pia = world.sign_in(pia.session.person.id).await;
    let day = 24 * 60;
    for (days, told) in [(9, 0), (1, 1), (59, 1), (1, 2), (23, 3), (0, 3)] {
        world.pass(days * day);
        world.settle().await;
        world.settle().await;
        assert_eq!(
            news(&world, &dana).await.len(),
            told,
            "after {days} days more"
        );
    }
    assert_eq!(
        news(&world, &pia).await,
        [Granted, EndsSoon, EndsSoon, EndsSoon]
    );
    world.pass(7 * day);
    world.settle().await;
    let dana = world.sign_in(dana.session.person.id).await;
    assert_eq!(
        news(&world, &dana).await,
        [EndsSoon, EndsSoon, EndsSoon, Ended]
    );
    // Of what ended nobody of the partner is told any more, and the timer rests.
    let pia = world.sign_in(pia.session.person.id).await;
    assert_ne!(pia.session.principal.account(), Some(account));
    world.pass(100 * day);
    world.settle().await;
    let dana = world.sign_in(dana.session.person.id).await;
    assert_eq!(news(&world, &dana).await.len(), 4);
    world.finish().await;
}

#[tokio::test]
async fn whoever_prolongs_is_reminded_of_the_new_end_only() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let partner = world.partner("Helpers").await;
    world
        .delegate(&dana, partner, &[Kind::Technical], (1, 40))
        .await;
    let terms = Terms {
        kinds: vec![Kind::Technical],
        covered: Covered::All,
        names_people: false,
        persons: Some(1),
        ends_at: world.app.now().plus_minutes(400 * 24 * 60),
    };
    let changed = world
        .app
        .change_delegation(&dana.session, partner, &terms, "");
    changed.await.unwrap();
    world.pass(41 * 24 * 60);
    world.settle().await;
    let dana = world.sign_in(dana.session.person.id).await;
    assert_eq!(news(&world, &dana).await, []);
    world.finish().await;
}

#[tokio::test]
async fn whoever_gets_another_token_goes_on_to_act_for_the_same_customer() {
    let world = World::new().await;
    let partner = world.partner("Helpers").await;
    let organisation = Organisation::Partner(partner);
    let pia = world.person("Pia", organisation, Role::PartnerAdmin).await;
    let ids = [pia.session.person.id];
    let mut accounts = Vec::new();
    for name in ["Contoso", "Fabrikam"] {
        let account = world.account(name, "de", "e3").await;
        let administrator = world.administrator(name, account).await;
        world
            .delegate(&administrator, partner, &[Kind::Technical], (1, 100))
            .await;
        let named = world.app.name_people(&pia.session, account, &ids).await;
        named.unwrap();
        accounts.push(account);
    }
    let app = &world.app;
    let mut pia = world.sign_in(ids[0]).await.session;
    for account in accounts {
        app.act_for(&pia, account).await.unwrap();
        let entered = app.act_in(&pia, organisation).await.unwrap();
        let credential = Credential::session(&entered.token);
        pia = app.session(credential).await.unwrap();
        assert_eq!(pia.acts_as_partner_for(), Some(account));
    }
}
