//! The people of an account and who calls for it, through the verbs.

use mainstay_app::Error;
use mainstay_app::callers::Proof;
use mainstay_app::contacts::NewContact;
use mainstay_app::people::NewPerson;
use mainstay_domain::access::Role;
use mainstay_domain::ids::AccountId;
use mainstay_store::people::{Membership, Organisation};
use mainstay_store::{Tx, accounts, contacts, partners, people, resets, system};
use mainstay_testkit::World;

fn new(name: &str, roles: &[Role]) -> NewContact {
    NewContact {
        person: NewPerson {
            name: name.to_owned(),
            email: format!("{name}@example.org"),
            time_zone: "Europe/Berlin".to_owned(),
        },
        language: "en".to_owned(),
        roles: roles.to_vec(),
    }
}

#[tokio::test]
async fn who_is_let_go_at_one_organisation_stays_at_another() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let contoso = world.account("Contoso", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let eva = world.administrator("Eva", fabrikam).await;
    let both = eva.session.person.id;
    let join = async move |tx: &mut Tx<'_>| {
        people::save_password(tx, both, "a hash").await?;
        let organisation = Organisation::Account(contoso);
        let role = Role::BillingAdmin;
        people::insert_membership(tx, both, Membership { organisation, role }).await
    };
    world.app.db().write(join).await.unwrap();
    world.app.deactivate(&dana.session, both).await.unwrap();
    // There she is not to be reset, nor offered as a place to go to.
    let left = Organisation::Account(fabrikam);
    let read = async move |tx: &mut Tx<'_>| {
        let theirs = people::organisations(tx, both).await?;
        let administrators = partners::administrators(tx, fabrikam.0).await?;
        Ok::<_, mainstay_store::Error>((
            theirs,
            resets::candidates(tx, left).await?,
            administrators,
        ))
    };
    let (theirs, to_reset, administrators) = world.app.db().read(read).await.unwrap();
    let contoso_alone = (Organisation::Account(contoso), Some("Contoso".to_owned()));
    assert_eq!(theirs, [contoso_alone]);
    assert!(to_reset.iter().all(|one| one.person != both));
    assert_eq!(administrators, [dana.session.person.id]);
    let there = world.sign_in(both).await;
    assert_eq!(there.session.organisation, Organisation::Account(contoso));
    assert_eq!(there.session.principal.roles, [Role::BillingAdmin]);
    // What they are called is theirs, not one organisation's.
    world.app.activate(&dana.session, both).await.unwrap();
    let wanted = mainstay_app::contacts::Particulars {
        name: "Another".to_owned(),
        language: "en".to_owned(),
        time_zone: "UTC".to_owned(),
    };
    let changed = world.app.change_contact(&dana.session, both, &wanted).await;
    assert!(
        matches!(changed, Err(Error::Field { field: "name", .. })),
        "{changed:?}"
    );
}

#[tokio::test]
async fn an_invitation_of_somebody_let_go_is_void() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let invited = world
        .app
        .invite_contact(&dana.session, &new("eve", &[]))
        .await
        .unwrap();
    world
        .app
        .deactivate(&dana.session, invited.person)
        .await
        .unwrap();
    let accepted = world
        .app
        .accept_invitation(&invited.word, "a sentence is fine", "192.0.2.7")
        .await;
    assert!(matches!(accepted, Err(Error::LinkUsed)), "{accepted:?}");
    // A second time changes nothing, and says so of nobody.
    world
        .app
        .deactivate(&dana.session, invited.person)
        .await
        .unwrap();
    let unknown = mainstay_domain::ids::PersonId(uuid::Uuid::from_u128(99));
    let missing = world.app.deactivate(&dana.session, unknown).await;
    assert!(matches!(missing, Err(Error::NotFound)), "{missing:?}");
}

#[tokio::test]
async fn every_change_to_people_is_in_the_account_s_log_without_a_secret() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let app = &world.app;
    let invited = app
        .invite_contact(&dana.session, &new("eve", &[Role::BillingAdmin]))
        .await
        .unwrap();
    let person = invited.person;
    let again = app
        .invite_contact_again(&dana.session, person)
        .await
        .unwrap();
    app.accept_invitation(&again.word, "a sentence is fine", "192.0.2.7")
        .await
        .unwrap();
    app.change_roles(&dana.session, person, &[]).await.unwrap();
    app.deactivate(&dana.session, person).await.unwrap();
    app.activate(&dana.session, person).await.unwrap();
    let pin = app.make_pin(&dana.session).await.unwrap();
    let kim = world.colleague("Kim", Role::Agent).await;
    let wrong = if pin == "918273" { "918274" } else { "918273" };
    let proof = Proof::Pin(wrong.to_owned());
    let dana_id = dana.session.person.id;
    app.verify_caller(&kim.session, account, dana_id, &proof)
        .await
        .unwrap_err();
    let proof = Proof::Pin(pin.clone());
    app.verify_caller(&kim.session, account, dana_id, &proof)
        .await
        .unwrap();
    let mut lines = world.log(Some(account)).await;
    lines.reverse();
    let acts: Vec<&str> = lines.iter().map(|line| line.act.as_str()).collect();
    assert_eq!(
        acts,
        [
            "person.invited",
            "person.invited",
            "invitation.accepted",
            "sign-in.done",
            "roles.changed",
            "person.deactivated",
            "person.activated",
            "pin.changed",
            "caller.refused",
            "caller.verified",
        ]
    );
    for secret in [
        pin.as_str(),
        wrong,
        &invited.word,
        &again.word,
        "a sentence is fine",
    ] {
        assert!(
            !format!("{lines:?}").contains(secret),
            "{secret} is in the log"
        );
    }
    assert_eq!(lines[4].became.as_deref(), Some("[\"end-user\"]"));
}

#[tokio::test]
async fn a_right_to_people_reaches_one_account() {
    let world = World::new().await;
    let fabrikam = world.account("Fabrikam", "de", "e3").await;
    let contoso = world.account("Contoso", "de", "e3").await;
    let dana = world.administrator("Dana", fabrikam).await;
    let omar = world.administrator("Omar", contoso).await;
    let grant = dana
        .session
        .grant(mainstay_domain::access::Action::ReadPeople)
        .unwrap();
    let wanted = contacts::Wanted {
        limit: 10,
        ..contacts::Wanted::default()
    };
    let theirs = omar.session.person.id;
    let seen = world.app.db().read(async |tx| {
        let own = contacts::list(tx, grant.scope(), fabrikam, &wanted).await?;
        let other = contacts::list(tx, grant.scope(), contoso, &wanted).await?;
        let one = contacts::find(tx, grant.scope(), contoso, theirs).await?;
        let here = contacts::find(tx, grant.scope(), fabrikam, theirs).await?;
        Ok::<_, mainstay_store::Error>((own.len(), other.len(), one, here))
    });
    assert_eq!(seen.await.unwrap(), (1, 0, None, None));
}

#[tokio::test]
async fn people_are_listed_page_by_page_with_all_their_roles() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    for name in ["anna", "bert", "carl"] {
        let roles = [Role::BillingAdmin, Role::ServiceSupportAdmin];
        world
            .app
            .invite_contact(&dana.session, &new(name, &roles))
            .await
            .unwrap();
    }
    let grant = dana
        .session
        .grant(mainstay_domain::access::Action::ReadPeople)
        .unwrap();
    let page = async |after, text: &str| {
        let wanted = contacts::Wanted {
            text: text.to_owned(),
            after,
            limit: 2,
        };
        let read = world.app.db().read(async |tx| {
            system::reach(tx);
            contacts::list(tx, grant.scope(), account, &wanted).await
        });
        read.await.unwrap()
    };
    let mut names = Vec::new();
    let mut after = None;
    loop {
        let some = page(after, "").await;
        let Some(last) = some.last() else { break };
        after = Some(last.id);
        names.extend(some.iter().map(|one| (one.name.clone(), one.roles.len())));
    }
    let expected = [("Dana", 1), ("anna", 2), ("bert", 2), ("carl", 2)];
    let expected = expected.map(|(name, roles)| (name.to_owned(), roles));
    assert_eq!(names.len(), 4);
    assert!(expected.iter().all(|one| names.contains(one)), "{names:?}");
    assert_eq!(page(None, "CARL@").await.len(), 1);
    assert_eq!(page(None, "%").await.len(), 0);
}

#[tokio::test]
async fn customers_of_one_name_all_stand_in_the_list() {
    let world = World::new().await;
    let mut expected = Vec::new();
    for name in ["Contoso", "Fabrikam", "fabrikam", "Fabrikam", "Northwind"] {
        expected.push(world.account(name, "de", "e3").await);
    }
    let page = async |letters: &str, after: Option<AccountId>| {
        let letters = letters.to_owned();
        let search = async move |tx: &mut Tx<'_>| accounts::search(tx, &letters, after, 1).await;
        let found = world.app.db().read::<_, mainstay_store::Error, _>(search);
        found.await.unwrap()
    };
    for (letters, listed) in [("", 5), ("FAB", 3), ("contoso", 1), ("q", 0)] {
        let (mut found, mut after) = (Vec::new(), None);
        while let [one, ..] = &page(letters, after).await[..] {
            after = Some(one.id);
            found.push(one.id);
        }
        assert_eq!(found.len(), listed, "{letters}");
        found.retain(|id| !expected.contains(id));
        assert!(found.is_empty(), "{letters}");
    }
    let of_number = page("", None).await.remove(0).customer_number;
    assert_eq!(
        page(&of_number, None).await.len(),
        1,
        "the one of the number"
    );
}
