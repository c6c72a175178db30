//! A customer's own people: invited, given roles, let go by whoever may, and by nobody else.

mod portal_world;

use mainstay_domain::access::Role;
use mainstay_store::people::Organisation;
use mainstay_testkit::Persona;
use portal_world::{Page, Pages};

const PEOPLE: &str = "/organisation/people";

fn of(who: &Persona) -> String {
    format!("{PEOPLE}/{}", who.session.person.id)
}

async fn at(pages: &Pages, name: &str, role: Role) -> Persona {
    let organisation = Organisation::Account(pages.account);
    pages.world.person(name, organisation, role).await
}

#[track_caller]
fn is(page: &Page, status: u16) -> &Page {
    assert_eq!(page.status.as_u16(), status, "{}", page.html);
    page
}

/// The word of the invitation a page shows.
#[track_caller]
fn invitation(page: &Page) -> String {
    let (_, rest) = page.html.split_once("/invitation/").expect("a link");
    rest.split('<').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_global_administrator_invites_a_colleague_who_signs_in() {
    let pages = Pages::new().await;
    let page = pages.get(&pages.dana, PEOPLE).await;
    is(&page, 200).has(&[
        "Dana Whitfield",
        "Uwe User",
        "can send requests of every kind",
        "turns to your administrators",
        "The only global administrator",
        "href=\"/organisation/people\"",
        "Service support administrator",
    ]);
    let wrong = [
        ("name", "Priya Shah"),
        ("email", "priya"),
        ("roles", "billing-admin"),
    ];
    let page = pages.post(&pages.dana, PEOPLE, &wrong).await;
    is(&page, 422).has(&[
        "value=\"Priya Shah\"",
        "invite-email-mistake",
        "value=\"billing-admin\" checked",
    ]);
    let right = [
        ("name", "Priya Shah"),
        ("email", "priya@contoso.example"),
        ("language", "de"),
        ("roles", "billing-admin"),
        ("roles", "service-support-admin"),
        // Nothing of the vendor's can be given here.
        ("roles", "agent"),
    ];
    let made = pages.post(&pages.dana, PEOPLE, &right).await;
    is(&made, 201).has(&[
        "Priya Shah",
        "Billing administrator, Service support administrator",
        "Invited",
    ]);
    let word = invitation(&made);
    let accepted = pages
        .world
        .app
        .accept_invitation(&word, "a sentence is fine", "192.0.2.7");
    accepted.await.unwrap();
    let page = pages.get(&pages.dana, &format!("{PEOPLE}?q=priya")).await;
    is(&page, 200)
        .has(&["Priya Shah", "Deutsch"])
        .lacks(&["Uwe User", ">Invited<"]);
}

#[tokio::test]
async fn an_invitation_is_made_again_and_voids_the_one_before() {
    let pages = Pages::new().await;
    let new = [("name", "Priya Shah"), ("email", "priya@contoso.example")];
    let first = pages.post(&pages.dana, PEOPLE, &new).await;
    let page = pages.get(&pages.dana, &format!("{PEOPLE}?q=priya")).await;
    let (_, id) = page
        .html
        .split_once("href=\"/organisation/people/")
        .unwrap();
    let again = format!("{PEOPLE}/{}/invitation", &id[..36]);
    let second = pages.post(&pages.dana, &again, &[]).await;
    is(&second, 201);
    let app = &pages.world.app;
    assert!(app.invitation(&invitation(&first)).await.is_err());
    let word = invitation(&second);
    let accepted = app.accept_invitation(&word, "a sentence is fine", "192.0.2.7");
    accepted.await.unwrap();
    is(&pages.post(&pages.dana, &again, &[]).await, 422).has(&["needs no invitation"]);
}

#[tokio::test]
async fn who_is_alone_is_told_to_add_a_second() {
    let pages = Pages::new().await;
    let shop = pages.world.account("Corner Shop", "gb", "e3").await;
    let pat = pages.world.administrator("Pat Corner", shop).await;
    let page = pages.get(&pat, PEOPLE).await;
    is(&page, 200)
        .has(&["You are the only contact; add a second"])
        .lacks(&["Dana"]);
    let page = pages
        .post(&pat, &format!("{}/deactivation", of(&pat)), &[])
        .await;
    is(&page, 422).has(&["Pat Corner is the only global administrator who is active"]);
    let page = pages.post(&pat, &format!("{}/roles", of(&pat)), &[]).await;
    is(&page, 422).has(&["Pat Corner is the only global administrator who is active"]);
    // Whoever was only invited does not yet count.
    let new = [
        ("name", "Quinn"),
        ("email", "quinn@shop.example"),
        ("roles", "global-admin"),
    ];
    is(&pages.post(&pat, PEOPLE, &new).await, 201);
    let page = pages
        .post(&pat, &format!("{}/deactivation", of(&pat)), &[])
        .await;
    is(&page, 422);
}

#[tokio::test]
async fn who_was_let_go_is_signed_out_and_their_requests_stay() {
    let pages = Pages::new().await;
    let priya = at(&pages, "Priya Shah", Role::ServiceSupportAdmin).await;
    let case = pages.world.request(&priya, 'B').await;
    let token = pages
        .world
        .app
        .create_token(&priya.session, "tool")
        .await
        .unwrap();
    let page = pages.get(&pages.dana, &of(&priya)).await;
    is(&page, 200).has(&["Mail does not arrive", "Deactivate", "Open requests"]);
    let gone = pages
        .post(&pages.dana, &format!("{}/deactivation", of(&priya)), &[])
        .await;
    is(&gone, 303);
    let page = pages.get(&priya, "/home").await;
    assert!(page.location.starts_with("/sign-in"), "{}", page.location);
    let credential = mainstay_app::Credential::token(&token);
    assert!(pages.world.app.session(credential).await.is_err());
    let page = pages.get(&pages.dana, &of(&priya)).await;
    is(&page, 200).has(&[
        "Deactivated",
        "These go on without them",
        "Mail does not arrive",
    ]);
    is(&pages.get(&pages.dana, &portal_world::at(&case)).await, 200);
    // Taken back, they sign in again; the token stays dead.
    let back = pages
        .post(&pages.dana, &format!("{}/activation", of(&priya)), &[])
        .await;
    is(&back, 303);
    let priya = pages.world.sign_in(priya.session.person.id).await;
    is(&pages.get(&priya, "/home").await, 200);
    assert!(pages.world.app.session(credential).await.is_err());
}

#[tokio::test]
async fn roles_change_at_once_and_who_lost_one_signs_in_again() {
    let pages = Pages::new().await;
    let priya = at(&pages, "Priya Shah", Role::BillingAdmin).await;
    let page = pages.get(&pages.dana, &of(&priya)).await;
    is(&page, 200).has(&[
        "value=\"billing-admin\" checked",
        "Invoices, the subscription",
    ]);
    let roles = format!("{}/roles", of(&priya));
    let wanted = [
        ("roles", "global-admin"),
        ("roles", "user-management-admin"),
    ];
    is(&pages.post(&pages.dana, &roles, &wanted).await, 303);
    let page = pages.get(&priya, PEOPLE).await;
    assert!(page.location.starts_with("/sign-in"), "{}", page.location);
    let priya = pages.world.sign_in(priya.session.person.id).await;
    let held = priya.session.principal.roles.clone();
    assert_eq!(held, [Role::GlobalAdmin, Role::UserManagementAdmin]);
    // Two global administrators: one may take the other's role, and their own after that no more.
    let dana = of(&pages.dana);
    is(
        &pages.post(&priya, &format!("{dana}/roles"), &[]).await,
        303,
    );
    let page = pages
        .post(&priya, &format!("{}/roles", of(&priya)), &[])
        .await;
    is(&page, 422).has(&["make somebody else one first"]);
}

#[tokio::test]
async fn nobody_gives_themselves_a_role() {
    let pages = Pages::new().await;
    let own = format!("{}/roles", of(&pages.dana));
    let wanted = [("roles", "global-admin"), ("roles", "billing-admin")];
    let page = pages.post(&pages.dana, &own, &wanted).await;
    is(&page, 403).has(&["Dana Whitfield may not give roles: nobody gives a role to themselves."]);
}

#[tokio::test]
async fn whoever_manages_people_reaches_no_administrator_and_gives_no_role() {
    let pages = Pages::new().await;
    let uma = at(&pages, "Uma Berg", Role::UserManagementAdmin).await;
    let sven = at(&pages, "Sven Holm", Role::ServiceSupportAdmin).await;
    let page = pages.get(&uma, PEOPLE).await;
    is(&page, 200)
        .has(&[
            "Dana Whitfield",
            "uwe.user@example.com",
            &format!("href=\"{}\"", of(&pages.uma)),
        ])
        .lacks(&[
            "sven.holm@example.com",
            &format!("href=\"{}\"", of(&sven)),
            "name=\"roles\"",
        ])
        .has(&["Roles are given by Dana Whitfield"]);
    for who in [&pages.dana, &sven] {
        let page = pages.get(&uma, &of(who)).await;
        is(&page, 403).has(&["whom this right does not reach"]);
        is(
            &pages
                .post(&uma, &format!("{}/deactivation", of(who)), &[])
                .await,
            403,
        );
    }
    let new = [("name", "Eve"), ("email", "eve@contoso.example")];
    is(&pages.post(&uma, PEOPLE, &new).await, 201);
    for role in ["global-admin", "billing-admin", "user-management-admin"] {
        let new = [
            ("name", "Eve"),
            ("email", "eva@contoso.example"),
            ("roles", role),
        ];
        is(&pages.post(&uma, PEOPLE, &new).await, 403);
    }
    let roles = format!("{}/roles", of(&pages.uma));
    let page = pages
        .post(&uma, &roles, &[("roles", "billing-admin")])
        .await;
    is(&page, 403).has(&[
        "Uma Berg may not give roles",
        "It takes a global administrator.",
        "Dana Whitfield can.",
    ]);
    is(
        &pages
            .post(&uma, &format!("{}/deactivation", of(&pages.uma)), &[])
            .await,
        303,
    );
    is(
        &pages
            .post(&uma, &format!("{}/activation", of(&pages.uma)), &[])
            .await,
        303,
    );
}

#[tokio::test]
async fn other_administrators_see_who_is_there_and_end_users_nothing() {
    let pages = Pages::new().await;
    for role in [Role::BillingAdmin, Role::ServiceSupportAdmin] {
        let who = at(&pages, role.code(), role).await;
        is(&pages.get(&who, PEOPLE).await, 200)
            .has(&["Dana Whitfield", "You see who is here"])
            .lacks(&[
                "dana.whitfield@example.com",
                "action=\"/organisation/people\"",
            ]);
        for path in [of(&pages.uma), "/organisation/telephone".to_owned()] {
            is(&pages.get(&who, &path).await, 403).has(&["Dana Whitfield can."]);
        }
    }
    let page = pages.get(&pages.uma, PEOPLE).await;
    is(&page, 403).has(&[
        "Uwe User may not list the organisation's people",
        "Dana Whitfield",
    ]);
    is(&pages.get(&pages.uma, "/home").await, 200).lacks(&["href=\"/organisation/people\""]);
    // Another account's people do not exist.
    let shop = pages.world.account("Corner Shop", "gb", "e3").await;
    let pat = pages.world.administrator("Pat Corner", shop).await;
    for path in [of(&pages.uma), of(&pages.dana)] {
        is(&pages.get(&pat, &path).await, 404);
        is(
            &pages.post(&pat, &format!("{path}/deactivation"), &[]).await,
            404,
        );
        is(
            &pages
                .post(&pat, &format!("{path}/roles"), &[("roles", "global-admin")])
                .await,
            404,
        );
        is(
            &pages.post(&pat, &format!("{path}/telephone"), &[]).await,
            404,
        );
    }
    let page = pages.get(&pages.mara, PEOPLE).await;
    assert_eq!(
        (page.status.as_u16(), page.location.as_str()),
        (303, "/accounts")
    );
}

#[tokio::test]
async fn the_page_of_a_person_explains_what_they_may_do() {
    let pages = Pages::new().await;
    let ask = format!("{}?action=open&kind=technical", of(&pages.uma));
    let page = pages.get(&pages.dana, &ask).await;
    is(&page, 200).has(&[
        "What may Uwe User do?",
        "Uwe User may not open a request: people ask an administrator of their own organisation",
        "Dana Whitfield can.",
    ]);
    let bea = at(&pages, "Bea", Role::BillingAdmin).await;
    let ask = format!("{}?action=read&kind=technical", of(&bea));
    let page = pages.get(&pages.dana, &ask).await;
    is(&page, 200)
        .has(&["Bea may read requests, where they take part by name, or only that it exists"]);
    let ask = format!("{}?action=open&kind=technical", of(&bea));
    is(&pages.get(&pages.dana, &ask).await, 200).has(&["Bea may open a request."]);
    let page = pages.get(&pages.dana, "/organisation/roles").await;
    is(&page, 200).has(&[
        "Give roles",
        "Start the reset of a password or factor",
        "only that it exists",
    ]);
}

#[tokio::test]
async fn everybody_keeps_their_own_particulars() {
    let pages = Pages::new().await;
    let path = "/profile/particulars";
    let wrong = [
        ("name", "Uwe U."),
        ("language", "de"),
        ("time_zone", "Berlin"),
    ];
    let page = pages.post(&pages.uma, path, &wrong).await;
    is(&page, 422).has(&["value=\"Uwe U.\"", "f-time_zone-mistake"]);
    let right = [
        ("name", "Uwe U."),
        ("language", "de"),
        ("time_zone", "Europe/Paris"),
    ];
    is(&pages.post(&pages.uma, path, &right).await, 303);
    is(&pages.get(&pages.uma, path).await, 200).has(&["value=\"Europe/Paris\""]);
    let page = pages
        .post(
            &pages.uma,
            "/profile/telephone",
            &[("telephone", "030 1234")],
        )
        .await;
    is(&page, 422).has(&["value=\"030 1234\"", "Write the number with its country"]);
    is(
        &pages
            .post(
                &pages.uma,
                "/profile/telephone",
                &[("telephone", "+49 30 901820")],
            )
            .await,
        303,
    );
    is(&pages.get(&pages.uma, path).await, 200)
        .has(&["+4930901820", "This number is not verified"]);
    // A colleague who manages people vouches, and nobody for themselves.
    let vouch = format!("{}/telephone", of(&pages.uma));
    is(&pages.post(&pages.dana, &vouch, &[]).await, 303);
    is(&pages.get(&pages.dana, &of(&pages.uma)).await, 200).has(&["vouched for by a colleague"]);
    is(&pages.get(&pages.uma, path).await, 200).has(&["This number is verified"]);
    // Another number is another matter.
    is(
        &pages
            .post(
                &pages.uma,
                "/profile/telephone",
                &[("telephone", "+49 30 901821")],
            )
            .await,
        303,
    );
    is(&pages.get(&pages.uma, path).await, 200).has(&["This number is not verified"]);
    is(
        &pages
            .post(
                &pages.dana,
                "/profile/telephone",
                &[("telephone", "+49 30 901822")],
            )
            .await,
        303,
    );
    let own = format!("{}/telephone", of(&pages.dana));
    is(&pages.post(&pages.dana, &own, &[]).await, 422).has(&["Somebody else vouches"]);
    // The vendor's people have none to keep here.
    is(
        &pages
            .post(
                &pages.mara,
                "/profile/telephone",
                &[("telephone", "+49 30 901823")],
            )
            .await,
        404,
    );
    is(&pages.get(&pages.mara, path).await, 200).lacks(&["name=\"telephone\""]);
}

#[tokio::test]
async fn the_pin_is_shown_once_and_made_by_whoever_gives_every_role() {
    let pages = Pages::new().await;
    let path = "/organisation/telephone";
    is(&pages.get(&pages.dana, "/telephone").await, 200)
        .has(&["There is no telephone PIN yet. Dana Whitfield can make one"]);
    is(&pages.get(&pages.dana, path).await, 200).has(&["There is none yet", "Make a PIN"]);
    let made = pages.post(&pages.dana, path, &[]).await;
    is(&made, 201).has(&["It is shown only now", "class=\"secret\""]);
    let pin = made.html.split("class=\"secret\">").nth(1).unwrap()[..6].to_owned();
    assert!(pin.bytes().all(|letter| letter.is_ascii_digit()), "{pin}");
    is(&pages.get(&pages.dana, path).await, 200)
        .has(&["Make another PIN"])
        .lacks(&[&format!(">{pin}<")]);
    is(&pages.get(&pages.dana, "/telephone").await, 200).has(&["Have your telephone PIN ready"]);
    let uma = at(&pages, "Uma Berg", Role::UserManagementAdmin).await;
    is(&pages.get(&uma, path).await, 200)
        .has(&["Dana Whitfield may make another"])
        .lacks(&["Make another PIN"]);
    is(&pages.post(&uma, path, &[]).await, 403);
    is(&pages.post(&pages.uma, path, &[]).await, 403);
}
