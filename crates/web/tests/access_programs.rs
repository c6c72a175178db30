//! Programs: API tokens, partners' tokens, service accounts.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod access_world;

use access_world::{Access, FIREFOX, token_of};
use axum::http::Method;
use mainstay_domain::access::Role;
use mainstay_store::people::{self, Organisation};
use mainstay_store::{Tx, services, system};

const CASES: &str = "/api/v1/cases";
const CASE: &str = r#"{"subject":"No mail","body":"Nothing arrives.","kind":"technical",
    "impact":{"affected":"several","work":"impaired","has_workaround":false}}"#;

#[tokio::test]
async fn a_token_is_shown_once_ends_and_is_revoked_by_what_it_is() {
    let access = Access::new().await;
    let mut dana = access.of(&access.dana);
    dana.get("/profile/tokens")
        .await
        .is(200)
        .has(&["You have no tokens", "One year"]);
    dana.post("/profile/tokens", &[("name", " "), ("lasts", "30")])
        .await
        .is(422)
        .has(&["f-name-mistake", "value=\"30\" selected"]);
    dana.post("/profile/tokens", &[("name", "x"), ("lasts", "9999")])
        .await
        .is(422)
        .has(&["f-lasts-mistake", "value=\"x\""]);
    let short = [("name", "watcher"), ("lasts", "30")];
    let short = token_of(&dana.post("/profile/tokens", &short).await.is(201));
    let long = token_of(&dana.post("/profile/tokens", &[("name", "watcher")]).await);
    let page = dana.get("/profile/tokens").await.is(200);
    let page = page.has(&["never used"]).lacks(&["mst_"]);
    let ids = page.hidden("token");
    assert_eq!(ids.len(), 2, "two of one name are two");
    let mut program = access.browser("192.0.2.9", FIREFOX);
    program.call(&long, Method::GET, CASES, "").await.is(200);
    dana.get("/profile/tokens").await.has(&["last used"]);
    access.world.pass(30 * 24 * 60);
    program.call(&short, Method::GET, CASES, "").await.is(401);
    program.call(&long, Method::GET, CASES, "").await.is(200);
    let dana = access.world.sign_in(access.dana.session.person.id).await;
    let mut dana = access.of(&dana);
    let page = dana.get("/profile/tokens").await.has(&["ended"]);
    let stands = page.hidden("token");
    assert_eq!(stands.len(), 1);
    let omar = access.world.sign_in(access.omar.session.person.id).await;
    let mut omar = access.of(&omar);
    let which = [("token", stands[0].as_str())];
    omar.post("/profile/tokens/revocation", &which)
        .await
        .is(404);
    dana.post("/profile/tokens/revocation", &which)
        .await
        .is(303);
    program.call(&long, Method::GET, CASES, "").await.is(401);
    let log = access.log(Some(access.contoso)).await;
    let text = format!("{log:?}");
    assert!(text.contains("token.made") && text.contains("token.revoked"));
    assert!(!text.contains("mst_"), "no secrets in the log");
}

#[tokio::test]
async fn a_token_does_no_more_than_its_holder_may_now() {
    let access = Access::new().await;
    let sven = access.contact("Sven", Role::ServiceSupportAdmin).await;
    let app = &access.world.app;
    let token = app.create_token(&sven.session, "tool").await.unwrap();
    let mut program = access.browser("192.0.2.9", FIREFOX);
    program
        .call(&token, Method::POST, CASES, CASE)
        .await
        .is(201);
    // Another role is left of theirs, then none.
    let (person, contoso) = (sven.session.person.id, access.contoso);
    let organisation = Organisation::Account(contoso);
    let demote = async move |tx: &mut Tx<'_>| {
        people::delete_memberships(tx, person, contoso.0).await?;
        let role = Role::EndUser;
        people::insert_membership(tx, person, people::Membership { organisation, role }).await
    };
    app.db().write(demote).await.unwrap();
    program
        .call(&token, Method::POST, CASES, CASE)
        .await
        .is(403);
    program.call(&token, Method::GET, CASES, "").await.is(200);
    let leave =
        async move |tx: &mut Tx<'_>| people::delete_memberships(tx, person, contoso.0).await;
    app.db().write(leave).await.unwrap();
    program.call(&token, Method::GET, CASES, "").await.is(401);
}

#[tokio::test]
async fn a_partner_s_token_is_for_one_customer_as_long_as_that_lets_it() {
    let access = Access::new().await;
    let (partner, pia) = access.partner().await;
    let mut browser = access.of(&pia);
    browser.get("/profile/tokens").await.is(200).has(&[
        "For which customer",
        "Contoso",
        "Fabrikam",
    ]);
    browser
        .post("/profile/tokens", &[("name", "sync")])
        .await
        .is(422)
        .has(&["f-customer-mistake"]);
    let contoso = access.contoso.to_string();
    let fields = [("name", "sync"), ("customer", contoso.as_str())];
    let made = browser.post("/profile/tokens", &fields).await.is(201);
    let token = token_of(&made.has(&["for Contoso"]));
    let mut program = access.browser("192.0.2.9", FIREFOX);
    program
        .call(&token, Method::POST, CASES, CASE)
        .await
        .is(201);
    let seen = program.call(&token, Method::GET, CASES, "").await.is(200);
    seen.has(&["No mail"]);
    // Whom they act for in the browser makes no difference to it.
    let fabrikam = access.fabrikam.to_string();
    browser
        .post("/profile/customer", &[("account", &fabrikam)])
        .await
        .is(303);
    let seen = program.call(&token, Method::GET, CASES, "").await.is(200);
    seen.has(&["No mail"]);
    let (account, now) = (access.contoso, access.world.app.now());
    let remove = async move |tx: &mut Tx<'_>| {
        system::reach(tx);
        let over = mainstay_store::accounts::Delegation {
            account,
            partner,
            kinds: Vec::new(),
            granted_by: access_world::NOBODY,
            ends_at: now,
        };
        mainstay_store::accounts::save_delegation(tx, &over, now).await
    };
    access.world.app.db().write(remove).await.unwrap();
    program.call(&token, Method::GET, CASES, "").await.is(403);
    program
        .call(&token, Method::POST, CASES, CASE)
        .await
        .is(403);
    browser
        .post("/profile/tokens", &fields)
        .await
        .is(422)
        .has(&["f-customer-mistake"]);
}

#[tokio::test]
async fn a_service_account_acts_under_its_own_name_until_it_is_deactivated() {
    let access = Access::new().await;
    let mut dana = access.of(&access.dana);
    let base = "/organisation/services";
    dana.get("/profile").await.has(&[base]);
    dana.get(base)
        .await
        .is(200)
        .has(&["There is none", "Service support administrator"])
        .lacks(&["System administrator", "Engineer"]);
    dana.post(base, &[("name", "Monitoring"), ("role", "lead")])
        .await
        .is(403);
    dana.post(base, &[("name", "Monitoring")])
        .await
        .is(422)
        .has(&["f-role-mistake", "value=\"Monitoring\""]);
    let fields = [("name", "Monitoring"), ("role", "service-support-admin")];
    dana.post(base, &fields).await.is(303);
    let page = dana.get(base).await.is(200);
    let page = page.has(&["Monitoring", "no tokens"]);
    let service = page.hidden("service").remove(0);
    let wanted = [("service", service.as_str()), ("name", "probe")];
    let made = dana.post(&format!("{base}/tokens"), &wanted).await.is(201);
    let token = token_of(&made);
    let mut program = access.browser("192.0.2.9", FIREFOX);
    let opened = program.call(&token, Method::POST, CASES, CASE).await;
    let number = opened.is(201).html;
    let (_, number) = number.split_once("\"number\":\"").unwrap();
    let case = format!("/cases/{}", number.split('"').next().unwrap());
    dana.get(&case)
        .await
        .is(200)
        .has(&["Monitoring", "Service account"]);
    let kim = access.world.colleague("Kim", Role::Agent).await;
    let mut kim = access.of(&kim);
    kim.get(&case).await.has(&["Monitoring", "Service account"]);
    // Nobody signs in as it: it has no password, and no reset.
    let email = format!("{}@service.invalid", service.replace('-', ""));
    program.sign_in(&email, "").await.is(422);
    program
        .post("/sign-in/forgotten", &[("email", &email)])
        .await
        .is(200);
    dana.get("/resets").await.lacks(&["Monitoring"]);
    let id = service.parse().unwrap();
    let start = access.world.app.start_session(
        id,
        mainstay_store::sessions::Entrance::by(mainstay_store::sessions::How::Provider),
    );
    assert!(start.await.is_err());
    // It is told nothing.
    access.world.settle().await;
    let told = access
        .world
        .app
        .db()
        .read(async |tx| {
            system::reach(tx);
            mainstay_store::inbox::unread(tx, id, None, None).await
        })
        .await;
    assert_eq!(told.unwrap(), 0);
    // Others do not look after it, and another customer's do not know it.
    let sven = access.contact("Sven", Role::ServiceSupportAdmin).await;
    access.of(&sven).get(base).await.is(403);
    access.of(&sven).post(base, &fields).await.is(403);
    let mut omar = access.of(&access.omar);
    omar.get(base).await.is(200).lacks(&["Monitoring"]);
    for act in ["tokens", "deactivation"] {
        let path = format!("{base}/{act}");
        omar.post(&path, &wanted).await.is(404);
    }
    let (_, pia) = access.partner().await;
    access.of(&pia).get(base).await.is(403);
    let path = format!("{base}/deactivation");
    dana.post(&path, &wanted).await.is(303);
    program.call(&token, Method::GET, CASES, "").await.is(401);
    dana.get(base).await.has(&["deactivated"]);
    dana.post(&format!("{base}/tokens"), &wanted).await.is(404);
    dana.get(&case).await.has(&["Monitoring"]);
    let log = access.log(Some(access.contoso)).await;
    let text = format!("{log:?}");
    for act in ["service-account.made", "person.deactivated", "token.made"] {
        assert!(text.contains(act), "{act}");
    }
}

#[tokio::test]
async fn the_vendor_s_service_accounts_are_looked_after_by_whoever_runs_the_machine() {
    let access = Access::new().await;
    let mut sam = access.of(&access.sam);
    let base = "/team/services";
    sam.get(base).await.is(200).has(&["There is none"]);
    let fields = [("name", "Router"), ("role", "agent")];
    sam.post(base, &fields).await.is(303);
    let page = sam.get(base).await.has(&["Router"]);
    let service = page.hidden("service").remove(0);
    let wanted = [("service", service.as_str()), ("name", "route")];
    let made = sam.post(&format!("{base}/tokens"), &wanted).await.is(201);
    let token = token_of(&made);
    let case = access.world.request(&access.dana, 'C').await;
    let mut program = access.browser("192.0.2.9", FIREFOX);
    let seen = program.call(&token, Method::GET, CASES, "").await.is(200);
    seen.has(&[&case.number.to_string()]);
    let token_id = sam.get(base).await.hidden("token").remove(0);
    let which = [("service", service.as_str()), ("token", token_id.as_str())];
    sam.post(&format!("{base}/revocation"), &which)
        .await
        .is(303);
    program.call(&token, Method::GET, CASES, "").await.is(401);
    // It is no colleague to assign to, and none of the team's list.
    sam.get("/team").await.lacks(&["Router"]);
    let agents = access
        .world
        .app
        .db()
        .read(async |tx| mainstay_store::colleagues::agents(tx).await)
        .await;
    assert_eq!(agents.unwrap(), []);
    let kim = access.world.colleague("Kim", Role::Agent).await;
    access.of(&kim).get(base).await.is(403);
    access.of(&access.dana).get(base).await.is(403);
    let led = access.of(&access.sam).get("/organisation/services").await;
    assert_eq!(led.is(303).location, base);
    let here = Organisation::Vendor;
    let all = async |tx: &mut Tx<'_>| services::list(tx, here).await;
    assert_eq!(access.world.app.db().read(all).await.unwrap().len(), 1);
}
