//! Who may do what, through the verbs: presets of editions, kinds, delegations and their end.

use mainstay_app::Error;
use mainstay_app::intake::Submission;
use mainstay_description::shipped;
use mainstay_domain::access::{Action, Because, Role};
use mainstay_domain::case::{Command, NextTurn};
use mainstay_domain::edition::{AdministratorPreset, Edition, Kind};
use mainstay_domain::ids::PartnerId;
use mainstay_store::accounts::{self, Delegation};
use mainstay_store::people::Organisation;
use mainstay_store::{Tx, system, views};
use mainstay_testkit::{World, submission};

/// The newest shipped edition again, in force now, with each administrator type for its own kinds.
fn narrow() -> Edition {
    let mut edition = shipped::editions().pop().expect("an edition is shipped");
    edition.id = "2026-01-01".to_owned();
    edition.in_force_from = jiff::civil::date(2026, 1, 1);
    edition.administrator_preset = AdministratorPreset::Narrow;
    edition
}

fn billing() -> Submission {
    Submission {
        kind: Kind::Billing,
        impact: None,
        subject: "An invoice twice".to_owned(),
        ..submission('C')
    }
}

fn because(error: Error) -> Because {
    match error {
        Error::Denied(denial) => denial.because,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn the_edition_in_force_says_what_an_administrator_type_opens() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let organisation = Organisation::Account(account);
    let role = Role::ServiceSupportAdmin;
    let sven = world.person("Sven", organisation, role).await;
    let wide = world.app.submit(&sven.session, billing()).await.unwrap();
    world.app.publish(vec![narrow()], Vec::new()).await.unwrap();
    let denied = world
        .app
        .submit(&sven.session, billing())
        .await
        .unwrap_err();
    let expected = Because::OtherAdministratorType(Kind::Billing);
    assert_eq!(because(denied), expected);
    let technical = world.app.submit(&sven.session, submission('C')).await;
    assert!(technical.is_ok(), "{technical:?}");
    let catalogue = world.app.catalogue();
    let grant = sven.session.grant_to_open(&catalogue, world.app.now());
    let kinds = grant.unwrap().scope().kinds().to_vec();
    assert_eq!(kinds, [Kind::Technical, Kind::PreSales]);
    // What was opened while it was allowed is followed to its end.
    let reply = Command::Reply {
        body: "And once more".to_owned(),
        next: NextTurn::Vendor,
    };
    world
        .app
        .act(&sven.session, wide.number, reply)
        .await
        .unwrap();
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_case_of_another_kind_is_known_of_and_not_read() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let other = world.account("Contoso", "us-east", "e1").await;
    let dana = world.administrator("Dana", account).await;
    let omar = world.administrator("Omar", other).await;
    let organisation = Organisation::Account(account);
    let bill = world.person("Bill", organisation, Role::BillingAdmin).await;
    let kim = world.colleague("Kim", Role::BillingAgent).await;
    let case = world.request(&dana, 'B').await;
    let own = world.request(&bill, 'C').await;
    world.request(&omar, 'C').await;
    let grant = bill.session.grant(Action::Read).unwrap();
    let (known, read) = world
        .app
        .db()
        .read(async |tx| {
            let known = views::known_cases(tx, &grant, 50).await?;
            Ok::<_, mainstay_store::Error>((known, views::open_cases(tx, &grant, None, 50).await?))
        })
        .await
        .unwrap();
    let numbers: Vec<_> = known.iter().map(|case| case.number).collect();
    assert_eq!(
        numbers,
        [case.number],
        "neither one's own nor another account's"
    );
    let numbers: Vec<_> = read.iter().map(|case| case.number).collect();
    assert_eq!(numbers, [own.number]);
    for persona in [&bill, &kim] {
        let reply = Command::Reply {
            body: "Let me see".to_owned(),
            next: NextTurn::Vendor,
        };
        let refused = world.app.act(&persona.session, case.number, reply).await;
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    }
    world.settle().await;
    world.finish().await;
}

#[tokio::test]
async fn a_delegation_that_ended_says_when() {
    let world = World::new().await;
    let account = world.account("Fabrikam", "de", "e3").await;
    let dana = world.administrator("Dana", account).await;
    let partner = PartnerId(uuid::Uuid::from_u128(77));
    let now = world.app.now();
    let ends_at = now.plus_minutes(60);
    let delegation = Delegation {
        account,
        partner,
        kinds: vec![Kind::Technical],
        granted_by: dana.session.person.id,
        ends_at,
    };
    let save = async move |tx: &mut Tx<'_>| {
        system::reach(tx);
        accounts::insert_partner(tx, partner, "Helpers", now).await?;
        accounts::save_delegation(tx, &delegation, now).await
    };
    world.app.db().write(save).await.unwrap();
    let organisation = Organisation::Partner(partner);
    let pia = world.person("Pia", organisation, Role::PartnerAdmin).await;
    assert!(pia.session.grant(Action::Read).is_ok());
    let other = world.app.submit(&pia.session, billing()).await.unwrap_err();
    assert_eq!(because(other), Because::KindNotDelegated(Kind::Billing));
    world.at(&ends_at.to_string());
    let over = world.app.session((&pia.session).into()).await.unwrap();
    let denied = over.grant(Action::Read).unwrap_err();
    assert_eq!(because(denied), Because::DelegationEnded(ends_at));
    let reached = over.principal.account();
    assert_ne!(
        reached,
        Some(account),
        "nothing of the customer is in reach"
    );
    assert!(reached.is_some(), "nor is everything");
    world.finish().await;
}
