//! Signing in and staying so: sessions, organisations, invitations, resets, guessers.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod access_world;

use access_world::{Access, FIREFOX, IPHONE, PASSWORD};
use http_body_util::BodyExt;
use mainstay_domain::access::Role;
use mainstay_store::people::{self, Membership, Organisation};
use mainstay_store::{Tx, log::Subject};

const DANA: &str = "dana.whitfield@example.com";

#[tokio::test]
async fn somebody_sees_where_they_are_signed_in_and_ends_it() {
    let access = Access::new().await;
    let mut desk = access.browser("192.0.2.1", FIREFOX);
    let mut phone = access.browser("198.51.100.9", IPHONE);
    desk.sign_in(DANA, PASSWORD).await.is(303);
    phone.sign_in(DANA, PASSWORD).await.is(303);
    let page = desk.get("/profile/sessions").await.is(200).has(&[
        "Firefox on Linux",
        "Safari on iPhone",
        "192.0.2.1",
        "198.51.100.9",
        "with a password",
        "this one",
    ]);
    // The session of the test itself is there too: three, of which two can be ended from here.
    let mut others = page.hidden("session");
    others.retain(|value| value.len() == 36);
    assert_eq!(others.len(), 2, "{}", page.html);
    let mut stranger = access.of(&access.omar);
    let theirs = [("session", others[0].as_str())];
    stranger
        .post("/profile/sessions/end", &theirs)
        .await
        .is(404);
    for one in &others {
        let ended = desk
            .post("/profile/sessions/end", &[("session", one)])
            .await;
        assert_eq!(ended.location, "/profile/sessions");
    }
    phone.get("/home").await.is(303);
    desk.get("/profile/sessions")
        .await
        .is(200)
        .has(&["signed in nowhere else"]);
    phone.sign_in(DANA, PASSWORD).await.is(303);
    desk.post("/profile/sessions/end", &[("session", "others")])
        .await
        .is(303);
    phone.get("/home").await.is(303);
    desk.get("/home").await.is(200);
    desk.post("/profile/sessions/end", &[("session", "all")])
        .await
        .is(303);
    desk.get("/home").await.is(303);
    let log = access.log(Some(access.contoso)).await;
    let acts: Vec<&str> = log.iter().map(|line| line.act.as_str()).collect();
    assert_eq!(
        acts,
        [
            "sessions.ended",
            "sessions.ended",
            "sign-in.done",
            "session.ended",
            "session.ended",
            "sign-in.done",
            "sign-in.done"
        ]
    );
    assert_eq!(log[6].by.network.as_deref(), Some("192.0.2.1"));
}

#[tokio::test]
async fn the_last_use_is_noted_now_and_then_not_at_each_page() {
    let access = Access::new().await;
    let mut dana = access.of(&access.dana);
    let seen = async || {
        let id = access.dana.session.person.id;
        let now = access.world.app.now();
        let list =
            async |tx: &mut Tx<'_>| mainstay_store::sessions::list(tx, id, &[0; 32], now).await;
        let all = access.world.app.db().read(list).await.unwrap();
        all[0].seen_at
    };
    let first = seen().await;
    access.world.pass(9);
    dana.get("/home").await.is(200);
    assert_eq!(seen().await, first);
    access.world.pass(1);
    dana.get("/home").await.is(200);
    assert_eq!(seen().await, access.world.app.now());
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_hears_as_somebody_may_now() {
    let access = Access::new().await;
    let mut dana = access.of(&access.dana);
    let mut body = dana.stream("requests").await;
    access.world.request(&access.dana, 'C').await;
    let heard = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(String::from_utf8_lossy(&heard).contains("requests"));
    // Signed out elsewhere: the stream is over although nothing changed.
    access
        .world
        .app
        .sign_out_everywhere(&access.dana.session)
        .await
        .unwrap();
    assert!(body.frame().await.is_none());

    // A partner that was removed hears nothing of what happens after.
    let (partner, pia) = access.partner().await;
    let mut pia_s = access.of(&pia);
    let mut body = pia_s.stream("requests").await;
    let (contoso, now) = (access.contoso, access.world.app.now());
    let end = async move |tx: &mut Tx<'_>| {
        mainstay_store::system::reach(tx);
        let over = mainstay_store::accounts::Delegation {
            account: contoso,
            partner,
            kinds: Vec::new(),
            granted_by: access_world::NOBODY,
            ends_at: now,
        };
        mainstay_store::accounts::save_delegation(tx, &over, now).await
    };
    access.world.app.db().write(end).await.unwrap();
    let dana = access.world.sign_in(access.dana.session.person.id).await;
    access.world.request(&dana, 'C').await;
    access
        .world
        .app
        .sign_out_everywhere(&pia.session)
        .await
        .unwrap();
    assert!(body.frame().await.is_none(), "nothing before the end");
}

#[tokio::test]
async fn a_password_is_changed_with_the_one_somebody_has() {
    let access = Access::new().await;
    let mut desk = access.browser("192.0.2.1", FIREFOX);
    let mut phone = access.browser("198.51.100.9", IPHONE);
    desk.sign_in(DANA, PASSWORD).await.is(303);
    phone.sign_in(DANA, PASSWORD).await.is(303);
    desk.post(
        "/profile/password",
        &[("old", "not it"), ("password", "another sentence")],
    )
    .await
    .is(422)
    .has(&["f-old-mistake"]);
    desk.post(
        "/profile/password",
        &[("old", PASSWORD), ("password", "short")],
    )
    .await
    .is(422)
    .has(&["f-password-mistake"]);
    let before = desk.cookies["mainstay"].clone();
    let new = [("old", PASSWORD), ("password", "another sentence")];
    let changed = desk.post("/profile/password", &new).await.is(303);
    assert_ne!(before, desk.cookies["mainstay"], "the token is another one");
    desk.get(&changed.location)
        .await
        .is(200)
        .has(&["Your password was changed"]);
    phone.get("/home").await.is(303);
    phone.sign_in(DANA, PASSWORD).await.is(422);
    phone.sign_in(DANA, "another sentence").await.is(303);
}

#[tokio::test]
async fn a_stranger_s_failures_never_keep_the_holder_out_of_their_browser() {
    let access = Access::new().await;
    let mut desk = access.browser("192.0.2.1", FIREFOX);
    desk.sign_in(DANA, PASSWORD).await.is(303);
    desk.post("/sign-out", &[]).await.is(303);
    assert!(desk.cookies.contains_key("mainstay-device"));
    // From everywhere, and from the holder's own network too.
    for network in ["203.0.113.5", "192.0.2.1"] {
        let mut guesser = access.browser(network, IPHONE);
        for _ in 0..10 {
            guesser.sign_in(DANA, "a guess").await.is(422);
        }
        guesser.sign_in(DANA, PASSWORD).await.is(429);
        guesser
            .sign_in("omar.haddad@example.com", "a guess")
            .await
            .is(422);
    }
    desk.sign_in(DANA, PASSWORD).await.is(303);
    // From a network where nobody failed a new browser is let in as well.
    let mut elsewhere = access.browser("198.51.100.2", IPHONE);
    elsewhere.sign_in(DANA, PASSWORD).await.is(303);
    // A device that was known elsewhere is none at another address.
    let mut borrowed = access.browser("192.0.2.1", FIREFOX);
    borrowed.cookies = desk.cookies.clone();
    borrowed.cookies.remove("mainstay");
    borrowed
        .sign_in("omar.haddad@example.com", PASSWORD)
        .await
        .is(303);
    // The wait is over after a minute, and longer the next time.
    access.world.pass(1);
    let mut guesser = access.browser("203.0.113.5", IPHONE);
    guesser.sign_in(DANA, "a guess").await.is(422);
    access.world.pass(1);
    guesser
        .sign_in(DANA, "a guess")
        .await
        .is(429)
        .has(&["try again in 1 min"]);
    let log = access.log(Some(access.contoso)).await;
    let waits = log.iter().filter(|line| line.act == "sign-in.throttled");
    let waits: Vec<_> = waits.collect();
    assert_eq!(waits.len(), 2, "once for each network");
    assert_eq!(
        waits[0].subject,
        Subject::Person(access.dana.session.person.id)
    );
}

#[tokio::test]
async fn known_and_unknown_addresses_are_answered_alike() {
    let access = Access::new().await;
    let mut answers = Vec::new();
    for email in [DANA, "nobody@example.com"] {
        let mut guesser = access.browser("203.0.113.5", FIREFOX);
        let mut pages = Vec::new();
        for _ in 0..11 {
            pages.push(guesser.sign_in(email, "a guess").await);
        }
        pages.push(
            guesser
                .post("/sign-in/forgotten", &[("email", email)])
                .await,
        );
        let as_text = |page: &access_world::Page| {
            let html = page.html.replace(email, "…");
            format!("{} {} {html}", page.status, page.location)
        };
        answers.push(pages.iter().map(as_text).collect::<Vec<_>>());
    }
    assert_eq!(answers[0], answers[1]);
    let log = access.log(None).await;
    let unknown = log.iter().find(|line| line.act == "sign-in.throttled");
    let unknown = format!("{:?}", unknown.unwrap());
    assert!(
        !unknown.contains("nobody@"),
        "what was typed may be a secret"
    );
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_whoever_may_and_chosen_by_its_holder() {
    let access = Access::new().await;
    let uwe = access.contact("Uwe User", Role::EndUser).await;
    let ute = access.contact("Ute Users", Role::UserManagementAdmin).await;
    let sven = access.contact("Sven", Role::ServiceSupportAdmin).await;
    let email = "uwe.user@example.com";
    let mut anybody = access.browser("192.0.2.1", FIREFOX);
    anybody.get("/sign-in").await.has(&["/sign-in/forgotten"]);
    anybody
        .post("/sign-in/forgotten", &[("email", email)])
        .await
        .is(200)
        .has(&["You have asked"]);
    let mut dana = access.of(&access.dana);
    dana.get("/profile").await.has(&["/resets"]);
    dana.get("/resets")
        .await
        .is(200)
        .has(&["Uwe User", "asked", "from 192.0.2.1", "Ute Users"])
        .lacks(&["Omar"]);
    // Whoever manages people does so, but not of those above them; others start none.
    let mut ute_s = access.of(&ute);
    ute_s
        .get("/resets")
        .await
        .is(200)
        .has(&["Uwe User"])
        .lacks(&["Dana Whitfield", "Sven"]);
    let of = |who: &mainstay_testkit::Persona| who.session.person.id.to_string();
    let above = of(&access.dana);
    ute_s.post("/resets", &[("person", &above)]).await.is(403);
    access.of(&sven).get("/resets").await.is(403);
    let to_own = access.of(&uwe).get("/resets").await.is(303);
    assert_eq!(to_own.location, "/profile/password");
    // Another customer's people do not exist.
    let mut omar = access.of(&access.omar);
    omar.get("/resets").await.is(200).lacks(&["Uwe"]);
    let foreign = of(&uwe);
    omar.post("/resets", &[("person", &foreign)]).await.is(404);
    let nobody = access_world::NOBODY.to_string();
    omar.post("/resets", &[("person", &nobody)]).await.is(404);

    let void = ute_s.post("/resets", &[("person", &of(&uwe))]).await;
    let void = void.is(201).link("/reset/");
    let made = dana.post("/resets", &[("person", &of(&uwe))]).await;
    let link = made.is(201).link("/reset/");
    anybody.get(&void).await.is(404);
    anybody.get(&link).await.is(200).has(&[email]);
    anybody
        .post(&link, &[("password", "short")])
        .await
        .is(422)
        .has(&["f-password-mistake"]);
    access.of(&uwe).get("/home").await.is(200);
    anybody
        .post(&link, &[("password", "a new sentence")])
        .await
        .is(200)
        .has(&["Your password was changed"]);
    access.of(&uwe).get("/home").await.is(303);
    assert!(
        !anybody.cookies.contains_key("mainstay"),
        "a factor may be missing"
    );
    anybody
        .post(&link, &[("password", "once more now")])
        .await
        .is(404);
    anybody.sign_in(email, PASSWORD).await.is(422);
    anybody.sign_in(email, "a new sentence").await.is(303);
    // An hour is all a link has.
    let late = dana.post("/resets", &[("person", &of(&uwe))]).await;
    let late = late.is(201).link("/reset/");
    access.world.pass(60);
    anybody.get(&late).await.is(404);
    let log = access.log(Some(access.contoso)).await;
    let acts = |act: &str| log.iter().filter(|line| line.act == act).count();
    assert_eq!((acts("reset.started"), acts("reset.done")), (3, 1));
}

#[tokio::test]
async fn at_the_vendor_nobody_starts_a_reset_alone() {
    let access = Access::new().await;
    let kim = access.world.colleague("Kim", Role::Agent).await;
    access.give_password(&kim).await;
    let mut anybody = access.browser("192.0.2.1", FIREFOX);
    anybody
        .post("/sign-in/forgotten", &[("email", "kim@example.com")])
        .await
        .is(200);
    let mut sam = access.of(&access.sam);
    sam.get("/resets")
        .await
        .is(200)
        .has(&["Kim", "asked", "a second person"])
        .lacks(&["Dana", "Make a link</button>"]);
    let id = kim.session.person.id.to_string();
    sam.post("/resets", &[("person", &id)])
        .await
        .is(403)
        .has(&["second person"]);
    let dana = access.dana.session.person.id.to_string();
    sam.post("/resets", &[("person", &dana)]).await.is(404);
    access.of(&kim).get("/resets").await.is(403);
}

#[tokio::test]
async fn an_invitation_is_sent_again_and_withdrawn() {
    let access = Access::new().await;
    let mut sam = access.of(&access.sam);
    let fields = [
        ("name", "Nora New"),
        ("email", "nora@desk.example"),
        ("roles", "agent"),
        ("reason", "The desk grows"),
    ];
    let first = sam.post("/team", &fields).await.is(201);
    let first = first.link("/invitation/");
    let list = sam.get("/team").await.is(200);
    let list = list.has(&[
        "Invitations not yet accepted",
        "Nora New",
        "nora@desk.example",
    ]);
    let person = list.hidden("person").remove(0);
    let organisation = list.hidden("organisation").remove(0);
    let which = [
        ("side", "vendor"),
        ("organisation", organisation.as_str()),
        ("person", person.as_str()),
    ];
    for other in [&access.dana, &access.omar] {
        let mut other = access.of(other);
        other.post("/invitations/again", &which).await.is(404);
        other.post("/invitations/withdrawal", &which).await.is(404);
    }
    let second = sam.post("/invitations/again", &which).await.is(201);
    let second = second.link("/invitation/");
    let mut nora = access.browser("192.0.2.1", FIREFOX);
    nora.get(&first).await.is(404);
    nora.get(&second).await.is(200).has(&["Nora New"]);
    sam.post("/invitations/withdrawal", &which).await.is(200);
    nora.get(&second).await.is(404);
    nora.post(&second, &[("password", PASSWORD)]).await.is(404);
    sam.get("/team").await.lacks(&["Nora New"]);
    // The address is free to be invited again, and then comes.
    let third = sam.post("/team", &fields).await.is(201);
    let third = third.link("/invitation/");
    nora.post(&third, &[("password", PASSWORD)]).await.is(303);
    nora.get("/queue").await.is(200);
    sam.get("/team")
        .await
        .lacks(&["Invitations not yet accepted"]);
}

#[tokio::test]
async fn somebody_joins_a_second_organisation_signed_in_and_acts_in_one_at_a_time() {
    let access = Access::new().await;
    let case = access.world.request(&access.dana, 'C').await;
    let at = format!("/cases/{}", case.number);
    let omar_invites = mainstay_app::people::NewPerson {
        name: "D.".to_owned(),
        email: DANA.to_owned(),
        time_zone: "Europe/London".to_owned(),
    };
    let fabrikam = Organisation::Account(access.fabrikam);
    let membership = Membership {
        organisation: fabrikam,
        role: Role::ServiceSupportAdmin,
    };
    let app = &access.world.app;
    let invited = app
        .invite(&access.omar.session, &omar_invites, membership)
        .await
        .unwrap();
    assert_eq!(
        invited.person, access.dana.session.person.id,
        "no second row"
    );
    let link = format!("/invitation/{}", invited.word);
    // The link alone is not them, and tells no name.
    let mut holder = access.browser("203.0.113.5", FIREFOX);
    let page = holder.get(&link).await.is(200);
    page.has(&["Join Fabrikam", DANA, "/sign-in?back="])
        .lacks(&["Whitfield", "name=\"password\""]);
    let sent = holder.post(&link, &[("password", "a new sentence")]).await;
    assert!(sent.is(303).location.starts_with("/sign-in"));
    let mut omar = access.of(&access.omar);
    omar.get(&link).await.is(200).has(&["Sign out and sign in"]);
    omar.post(&link, &[]).await.is(404);
    let mut dana = access.of(&access.dana);
    dana.get(&link)
        .await
        .is(200)
        .has(&["Service support administrator"]);
    let before = dana.cookies["mainstay"].clone();
    dana.post(&link, &[]).await.is(303);
    assert_ne!(before, dana.cookies["mainstay"]);
    access.of(&access.dana).get("/home").await.is(303);
    dana.post(&link, &[]).await.is(404);
    // Rights count only where one acts.
    dana.get(&at).await.is(404);
    dana.get("/resets").await.is(403);
    let profile = dana.get("/profile").await.is(200);
    let profile = profile.has(&[
        "Organisations you belong to",
        "Act in Contoso",
        "You act here",
    ]);
    assert_eq!(profile.hidden("side"), ["account"]);
    let contoso = access.contoso.to_string();
    let back = [("side", "account"), ("organisation", contoso.as_str())];
    let before = dana.cookies["mainstay"].clone();
    dana.post("/profile/organisation", &back).await.is(303);
    assert_ne!(before, dana.cookies["mainstay"]);
    dana.get(&at).await.is(200);
    // The choice is remembered; a place one does not belong to is none.
    dana.post("/sign-out", &[]).await.is(303);
    dana.sign_in(DANA, PASSWORD).await.is(303);
    dana.get(&at).await.is(200);
    omar.post("/profile/organisation", &back).await.is(404);

    // Contoso answers for how Dana signs in; Fabrikam, who got her later, does not.
    let id = access.dana.session.person.id.to_string();
    omar.post("/resets", &[("person", &id)])
        .await
        .is(422)
        .has(&["they ask there"]);
    // Taken away there, the session of there is over.
    let fabrikam_id = access.fabrikam.to_string();
    let there = [("side", "account"), ("organisation", fabrikam_id.as_str())];
    dana.post("/profile/organisation", &there).await.is(303);
    let person = access.dana.session.person.id;
    let gone = access.fabrikam.0;
    let take = async move |tx: &mut Tx<'_>| people::delete_memberships(tx, person, gone).await;
    app.db().write(take).await.unwrap();
    dana.get("/home").await.is(303);
    dana.sign_in(DANA, PASSWORD).await.is(303);
    dana.get(&at).await.is(200);
}

#[tokio::test]
async fn one_organisation_s_link_opens_no_other_that_invited_the_same_address() {
    let access = Access::new().await;
    let new = mainstay_app::people::NewPerson {
        name: "Vera".to_owned(),
        email: "vera@example.com".to_owned(),
        time_zone: "UTC".to_owned(),
    };
    let app = &access.world.app;
    let to = |account, role| Membership {
        organisation: Organisation::Account(account),
        role,
    };
    let theirs = app
        .invite(
            &access.dana.session,
            &new,
            to(access.contoso, Role::GlobalAdmin),
        )
        .await
        .unwrap();
    let mine = app
        .invite(
            &access.omar.session,
            &new,
            to(access.fabrikam, Role::EndUser),
        )
        .await
        .unwrap();
    // Whoever holds Fabrikam's link gets into Fabrikam, and is nobody at Contoso.
    let mut vera = access.browser("203.0.113.5", FIREFOX);
    let link = format!("/invitation/{}", mine.word);
    vera.post(&link, &[("password", PASSWORD)]).await.is(303);
    vera.get("/profile")
        .await
        .is(200)
        .lacks(&["Contoso", "Organisations you belong to"]);
    // Contoso's own link still joins them, signed in.
    let link = format!("/invitation/{}", theirs.word);
    vera.post(&link, &[]).await.is(303);
    vera.get("/resets").await.is(200);
}
