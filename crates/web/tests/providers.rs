//! Signing in with an organisation's own provider: set up, linked, used; and everything a hostile
//! one, or somebody on the way, can try.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod providers_world;

use mainstay_app::Credential;
use mainstay_app::factors::passkeys::RelyingParty;
use mainstay_domain::access::Role;
use mainstay_domain::ids::AccountId;
use mainstay_store::people::{Membership, Organisation};
use mainstay_store::sessions::{Entrance, How};
use mainstay_testkit::BREACHED_PASSWORDS;
use mainstay_testkit::authenticator::{Authenticator, code};
use mainstay_testkit::provider::{CLIENT_SECRET, Provider, Trick, Who};
use providers_world::{Answer, Browser, ISSUER, ORIGIN, PASSWORD, Place, path};

const REFUSED: &str = "This sign-in did not work";

#[tokio::test]
async fn a_provider_is_set_up_tried_put_to_use_and_signed_in_with() {
    let place = Place::new().await;
    let (mut dana, base) = (place.dana.clone(), "/organisation/sign-in");
    let way_back = format!("{ORIGIN}/sign-in/providers/{}/callback", place.contoso);
    let page = place.get(&mut dana, base).await;
    page.is(200).says(&[&way_back, "Mail domains"]);
    place
        .post(&mut dana, base, &Place::form())
        .await
        .leads(base);
    let page = place.get(&mut dana, base).await;
    page.says(&["Not tried yet", ISSUER])
        .hides(&[CLIENT_SECRET]);
    let early = place.act(&mut dana, "state", &[("to", "enabled")]).await;
    early.is(422).says(&["Try it first"]);
    let mut stranger = Browser::default();
    let id = [("provider", place.contoso.to_string())];
    let id: Vec<(&str, &str)> = id.iter().map(|(name, id)| (*name, id.as_str())).collect();
    let early = place.post(&mut stranger, "/sign-in/provider", &id).await;
    early.is(400).says(&[REFUSED]);

    let way = place.act(&mut dana, "test", &[]).await.way();
    place
        .visit(&mut dana, &way, &Who::new("dana"))
        .await
        .leads(base);
    place
        .get(&mut dana, base)
        .await
        .says(&["Tried, not in use"]);
    place
        .act(&mut dana, "state", &[("to", "enabled")])
        .await
        .leads(base);
    place.get(&mut dana, base).await.says(&["In use"]);

    // Trying it has linked her: another browser of hers comes in, to where it wanted to go.
    let mut other = Browser::default();
    let way = place.leave(&mut other).await;
    place
        .visit(&mut other, &way, &Who::new("dana"))
        .await
        .leads("/cases");
    place.get(&mut other, "/home").await.is(200).says(&["Dana"]);
    let page = place.get(&mut other, "/profile/identities").await;
    page.says(&["dana@provider.example", ISSUER, "last used"]);
    for line in place.kept("log").await {
        assert!(!line.contains(CLIENT_SECRET), "{line}");
    }
    assert_eq!(place.kept("provider_attempts").await, [""; 0]);
    place.world.settle().await;
}

#[tokio::test]
async fn what_a_form_or_a_provider_gets_wrong_is_said_and_nothing_typed_is_lost() {
    let place = Place::new().await;
    let (mut dana, base) = (place.dana.clone(), "/organisation/sign-in");
    let with = |name: &'static str, value: &'static str| {
        let mut form = Place::form();
        form.retain(|(one, _)| *one != name);
        form.push((name, value));
        form
    };
    place
        .world
        .http
        .say("https://notes.example", 404, "nothing");
    let elsewhere = Provider::new(&place.world.http, "https://id.example/tenant");
    drop(elsewhere);
    for (form, words) in [
        (with("name", " "), "Name it"),
        (with("issuer", "login.contoso.example"), "Write its issuer"),
        (with("issuer", "https://u:p@x.example"), "Write its issuer"),
        (
            with("issuer", "https://nowhere.example"),
            "cannot be reached",
        ),
        (with("issuer", "https://notes.example"), "cannot be read"),
        (
            with("issuer", "https://id.example/tenant/"),
            "another address",
        ),
        (with("client_id", ""), "client id"),
        (with("client_secret", ""), "client secret"),
    ] {
        let answer = place.post(&mut dana, base, &form).await;
        answer.is(422).says(&[words]);
        let typed = form.iter().find(|(name, _)| *name == "issuer").unwrap().1;
        answer
            .says(&[&format!("value=\"{typed}\"")])
            .hides(&[CLIENT_SECRET]);
    }
    assert_eq!(place.kept("providers").await, [""; 0]);

    // A secret that is wrong is found by trying; only who tries is told.
    let wrong = with("client_secret", "wrong");
    place.post(&mut dana, base, &wrong).await.leads(base);
    let way = place.act(&mut dana, "test", &[]).await.way();
    let answer = place.visit(&mut dana, &way, &Who::new("dana")).await;
    answer.is(400).says(&[REFUSED, "invalid_client"]);
    place.get(&mut dana, base).await.says(&["Not tried yet"]);
}

#[tokio::test]
async fn every_trick_of_a_provider_ends_on_the_same_calm_page() {
    let place = Place::new().await;
    place.connect(&[]).await;
    let mut pages = Vec::new();
    for trick in Trick::HOSTILE {
        place.provider.play(trick);
        let mut browser = Browser::default();
        let way = place.leave(&mut browser).await;
        let answer = place.visit(&mut browser, &way, &Who::new("dana")).await;
        assert_eq!(answer.status, 400, "{trick:?}");
        assert!(!browser.is_signed_in(), "{trick:?}");
        pages.push((trick, answer.text));
    }
    // Only who tries it reads what was not as it should be.
    for (trick, why) in reasons() {
        place.provider.play(trick);
        let mut dana = place.dana.clone();
        let way = place.act(&mut dana, "test", &[]).await.way();
        let answer = place.visit(&mut dana, &way, &Who::new("dana")).await;
        answer.is(400).says(&[REFUSED, why]);
    }
    place.provider.play(Trick::Honest);
    // Somebody nobody has linked, with a colleague's address, which the provider says is theirs.
    for email_verified in [false, true] {
        let mallory = Who {
            email: "dana@example.com".to_owned(),
            email_verified,
            ..Who::new("mallory")
        };
        let mut browser = Browser::default();
        let way = place.leave(&mut browser).await;
        let answer = place.visit(&mut browser, &way, &mallory).await;
        assert!(!browser.is_signed_in());
        pages.push((Trick::Honest, answer.text));
    }
    for (trick, page) in &pages {
        assert!(page.contains(REFUSED), "{trick:?}: {page}");
        assert_eq!(*page, pages[0].1, "{trick:?}");
    }
    assert_eq!(place.kept("identities").await.len(), 1, "Dana's");
    let mut browser = Browser::default();
    let way = place.leave(&mut browser).await;
    place
        .visit(&mut browser, &way, &Who::new("dana"))
        .await
        .leads("/cases");
}

/// What is wrong with each of a provider's tricks.
fn reasons() -> [(Trick, &'static str); 14] {
    [
        (Trick::WrongNonce, "Invalid nonce: nonce mismatch"),
        (Trick::NoNonce, "Invalid nonce: missing nonce claim"),
        (Trick::WrongAudience, "Invalid audiences: must contain"),
        (Trick::SharedAudience, "is not a trusted audience"),
        (Trick::OtherIssuer, "Invalid issuer: expected"),
        (Trick::Expired, "Expired: ID token expired"),
        (Trick::FromTheFuture, "it was issued in the future"),
        (Trick::AlgorithmNone, "Signature verification failed"),
        (Trick::SharedSecret, "Signature verification failed"),
        (Trick::ForeignKey, "Signature verification failed"),
        (Trick::Altered, "Signature verification failed"),
        (Trick::Nobody, "it names nobody"),
        (Trick::NoToken, "its answer holds no identity"),
        (Trick::Refuses, "access_denied: the provider says no"),
    ]
}

#[tokio::test]
async fn a_sign_in_comes_back_once_in_time_and_to_the_browser_it_left_from() {
    let place = Place::new().await;
    place.connect(&[]).await;
    let who = Who::new("dana");
    let back = |way: &str| place.provider.sign_in(way, &who, place.world.app.now());
    let refused = |answer: Answer| {
        answer.is(400).says(&[REFUSED]);
    };

    let mut browser = Browser::default();
    let way = place.leave(&mut browser).await;
    let address = back(&way);
    refused(place.get(&mut Browser::default(), path(&address)).await);
    let mut other = Browser::default();
    place.leave(&mut other).await;
    refused(place.get(&mut other, path(&address)).await);
    assert!(!other.is_signed_in());
    let before = browser.clone();
    place
        .get(&mut browser, path(&address))
        .await
        .leads("/cases");
    refused(place.get(&mut before.clone(), path(&address)).await);

    let mut late = Browser::default();
    let way = place.leave(&mut late).await;
    place.world.pass(11);
    refused(place.get(&mut late, path(&back(&way))).await);

    // Another provider's answer, and another provider's address.
    for (from, to) in [
        ("iss=https%3A%2F%2Flogin.contoso", "iss=https%3A%2F%2Fevil"),
        ("state=", "state=x"),
        ("code=code", "code=other"),
        ("code=", "error=access_denied&none="),
        (&place.contoso.to_string(), &place.fabrikam.to_string()),
    ] {
        let mut browser = Browser::default();
        let way = place.leave(&mut browser).await;
        let address = back(&way);
        let changed = address.replace(from, to);
        assert_ne!(address, changed, "{from}");
        refused(place.get(&mut browser, path(&changed)).await);
        assert!(!browser.is_signed_in(), "{from}");
    }
    // What can be read in an address is refused too when it cannot be read.
    let twice = format!(
        "/sign-in/providers/{}/callback?state=a&state=b",
        place.contoso
    );
    refused(place.get(&mut Browser::default(), &twice).await);
}

#[tokio::test]
async fn keys_are_read_once_an_hour_and_again_when_they_were_changed() {
    let place = Place::new().await;
    place.connect(&[]).await;
    let mut asked = Vec::new();
    let again = async |note: &mut Vec<usize>| {
        let mut browser = Browser::default();
        let way = place.leave(&mut browser).await;
        place
            .visit(&mut browser, &way, &Who::new("dana"))
            .await
            .leads("/cases");
        let asked = place.world.http.asked();
        note.push(asked.iter().filter(|one| one.ends_with("/keys")).count());
    };
    again(&mut asked).await;
    place.provider.rotate();
    again(&mut asked).await;
    again(&mut asked).await;
    place.world.pass(61);
    again(&mut asked).await;
    place.provider.use_rsa();
    again(&mut asked).await;
    assert_eq!(asked, [0, 1, 0, 1, 1]);
}

#[tokio::test]
async fn somebody_links_who_they_are_from_their_own_session_alone() {
    let place = Place::new().await;
    place.connect(&[]).await;
    let mut eve = place.eve.clone();
    let page = place.get(&mut eve, "/profile/identities").await;
    page.is(200).says(&["Link my Contoso identity"]);

    // Dana's browser cannot come back for Eve, nor one that was signed out meanwhile.
    let id = place.contoso.to_string();
    let fields = [("provider", id.as_str())];
    let way = place
        .post(&mut eve, "/profile/identities", &fields)
        .await
        .way();
    let mut mixed = eve.clone();
    mixed.cookies.extend(place.dana.cookies.clone());
    place
        .visit(&mut mixed, &way, &Who::new("eve"))
        .await
        .is(400);
    let way = place
        .post(&mut eve, "/profile/identities", &fields)
        .await
        .way();
    let mut out = eve.clone();
    out.cookies.remove("mainstay");
    place.visit(&mut out, &way, &Who::new("eve")).await.is(400);
    // Who is linked to Dana is not linked to Eve.
    place
        .link(&mut eve, &Who::new("dana"))
        .await
        .is(400)
        .says(&[REFUSED]);
    assert_eq!(place.kept("identities").await.len(), 1);

    let profile = "/profile/identities";
    place.link(&mut eve, &Who::new("eve")).await.leads(profile);
    place.link(&mut eve, &Who::new("eve")).await.leads(profile);
    assert_eq!(place.kept("identities").await.len(), 2);
    let mut other = Browser::default();
    let way = place.leave(&mut other).await;
    place
        .visit(&mut other, &way, &Who::new("eve"))
        .await
        .leads("/cases");

    // Her only way to sign in stays; with a second one it can go, and with it what it let in.
    let page = place.get(&mut eve, profile).await.text;
    let (_, rest) = page.split_once("name=\"identity\" value=\"").unwrap();
    let identity = [("identity", &rest[..36])];
    let removal = "/profile/identities/removal";
    let answer = place.post(&mut eve, removal, &identity).await;
    answer.is(422).says(&["only way to sign in"]);
    place
        .link(&mut eve, &Who::new("eve-2"))
        .await
        .leads(profile);
    let foreign = place
        .post(&mut place.dana.clone(), removal, &identity)
        .await;
    foreign.is(422).says(&["removed already"]);
    place
        .post(&mut eve, removal, &identity)
        .await
        .leads(profile);
    place.get(&mut other, "/home").await.is(303);
    place.get(&mut eve, "/home").await.is(200);
    let log = place.kept("log").await.join("\n");
    assert!(log.contains("identity.linked") && log.contains("identity.removed"));
}

#[tokio::test]
async fn whoever_has_a_passkey_can_let_the_last_identity_go() {
    let place = Place::new().await;
    place.connect(&[]).await;
    let profile = "/profile/identities";
    let mut eve = place.eve.clone();
    place.link(&mut eve, &Who::new("eve")).await.leads(profile);
    let page = place.get(&mut eve, profile).await.text;
    let (_, rest) = page.split_once("name=\"identity\" value=\"").unwrap();
    let (removal, identity) = ("/profile/identities/removal", [("identity", &rest[..36])]);
    let answer = place.post(&mut eve, removal, &identity).await;
    answer.is(422).says(&["only way to sign in"]);

    let (app, party) = (&place.world.app, RelyingParty::new(ORIGIN).unwrap());
    let credential = Credential::session(&eve.cookies["mainstay"]);
    let session = app.session(credential).await.unwrap();
    let begun = app.begin_passkey(&session, &party, "Northwind").await;
    let begun = begun.unwrap();
    let answer = Authenticator::new(ORIGIN.to_owned(), 1).make(&begun.options);
    let added = app
        .add_passkey(&session, &party, (&begun.ceremony, &answer), "Laptop")
        .await
        .unwrap();
    let token = added.renewed.expect("another token").token;
    eve.cookies.insert("mainstay".to_owned(), token);
    let answer = place.post(&mut eve, removal, &identity).await;
    answer.leads(profile);
    assert_eq!(place.kept("identities").await.len(), 1, "Dana's");
}

#[tokio::test]
async fn an_invitation_is_accepted_by_who_somebody_is_at_the_provider() {
    let place = Place::new().await;
    place.connect(&[]).await;
    let word = place.invite("nora@contoso.example", Role::EndUser).await;
    let invitation = format!("/invitation/{word}");
    let mut nora = Browser::default();
    let page = place.get(&mut nora, &invitation).await;
    page.says(&["Continue with Contoso", "Welcome, Nora New"]);
    let id = place.contoso.to_string();
    let fields = [("provider", id.as_str())];
    let leave = format!("{invitation}/provider");
    // Somebody who is linked already is not Nora, whoever has the link.
    let mut thief = Browser::default();
    let way = place.post(&mut thief, &leave, &fields).await.way();
    place
        .visit(&mut thief, &way, &Who::new("dana"))
        .await
        .is(400);
    let way = place.post(&mut nora, &leave, &fields).await.way();
    let second = place.post(&mut thief, &leave, &fields).await.way();
    place
        .visit(&mut nora, &way, &Who::new("nora"))
        .await
        .leads("/");
    place
        .get(&mut nora, "/home")
        .await
        .is(200)
        .says(&["Nora New"]);
    // The link works once.
    place
        .visit(&mut thief, &second, &Who::new("thief"))
        .await
        .is(400);
    place.get(&mut thief, &invitation).await.is(404);
    place.post(&mut thief, &leave, &fields).await.is(404);
    assert!(!thief.is_signed_in());
    let log = place.kept("log").await.join("\n");
    assert!(log.contains("invitation.accepted"));
}

#[tokio::test]
async fn who_signs_in_with_the_provider_alone_is_not_let_in_otherwise_and_nobody_is_locked_out() {
    let place = Place::new().await;
    let passwords = [
        (
            place.invite("nora@contoso.example", Role::EndUser).await,
            "nora",
        ),
        (
            place.invite("gil@contoso.example", Role::GlobalAdmin).await,
            "gil",
        ),
    ];
    for (word, _) in &passwords {
        let fields = [("password", PASSWORD)];
        let path = format!("/invitation/{word}");
        place
            .post(&mut Browser::default(), &path, &fields)
            .await
            .leads("/");
    }
    let late = place.invite("lou@contoso.example", Role::EndUser).await;
    place.connect(&[("is_only", "on")]).await;
    let sign_in = async |name: &str, password: &str| {
        let email = format!("{name}@contoso.example");
        let fields = [("email", email.as_str()), ("password", password)];
        place
            .post(&mut Browser::default(), "/sign-in", &fields)
            .await
    };
    let refused = sign_in("nora", PASSWORD).await;
    refused
        .is(422)
        .says(&["Your organisation has its own sign-in"]);
    let wrong = sign_in("nora", "another sentence").await;
    wrong
        .is(422)
        .hides(&["Your organisation has its own sign-in"]);
    sign_in("gil", PASSWORD).await.leads("/");
    let path = format!("/invitation/{late}");
    let fields = [("password", PASSWORD)];
    let refused = place.post(&mut Browser::default(), &path, &fields).await;
    refused
        .is(422)
        .says(&["Your organisation has its own sign-in"]);
    place.get(&mut Browser::default(), &path).await.is(200);
    // Out of use, everybody signs in as before.
    place
        .act(&mut place.dana.clone(), "state", &[("to", "disabled")])
        .await;
    sign_in("nora", PASSWORD).await.leads("/");
}

#[tokio::test]
async fn an_account_s_provider_vouches_for_its_own_people_there_and_nowhere_else() {
    let place = Place::new().await;
    place.connect(&[]).await;
    // Fabrikam uses the same provider, where `dana` is somebody of its own.
    let (mut omar, base) = (place.omar.clone(), "/organisation/sign-in");
    place
        .post(&mut omar, base, &Place::form())
        .await
        .leads(base);
    let id = place.fabrikam.to_string();
    let fields = [("provider", id.as_str())];
    let test = format!("{base}/test");
    let way = place.post(&mut omar, &test, &fields).await.way();
    place
        .visit(&mut omar, &way, &Who::new("dana"))
        .await
        .leads(base);
    let enable = [("provider", id.as_str()), ("to", "enabled")];
    place
        .post(&mut omar, &format!("{base}/state"), &enable)
        .await
        .leads(base);
    for (account, name) in [(place.contoso, "Dana"), (place.fabrikam, "Omar")] {
        let mut browser = Browser::default();
        let id = account.to_string();
        let fields = [("provider", id.as_str())];
        let way = place
            .post(&mut browser, "/sign-in/provider", &fields)
            .await
            .way();
        place
            .visit(&mut browser, &way, &Who::new("dana"))
            .await
            .leads("/");
        place.get(&mut browser, "/home").await.says(&[name]);
    }
    // Nobody links at, tries or settles what is another organisation's.
    let contoso = place.contoso.to_string();
    let theirs = [("provider", contoso.as_str()), ("to", "removed")];
    place
        .post(&mut omar, "/profile/identities", &theirs)
        .await
        .is(400);
    place
        .post(&mut omar, &test, &theirs)
        .await
        .is(422)
        .says(&["Set a provider up"]);
    let settled = place
        .post(&mut omar, &format!("{base}/state"), &theirs)
        .await;
    settled.is(422).says(&["Set a provider up"]);
    assert_eq!(place.kept("providers").await.len(), 2);

    // Who was deactivated or has left is not let in, and what was removed lets nobody in.
    let mut session = Browser::default();
    let way = place.leave(&mut session).await;
    place
        .visit(&mut session, &way, &Who::new("dana"))
        .await
        .leads("/cases");
    let mut between = Browser::default();
    let way = place.leave(&mut between).await;
    place
        .act(&mut place.dana.clone(), "state", &[("to", "removed")])
        .await
        .is(303);
    place
        .visit(&mut between, &way, &Who::new("dana"))
        .await
        .is(400);
    place.get(&mut session, "/home").await.is(303);
    assert_eq!(place.kept("identities").await.len(), 1, "Omar's");
}

#[tokio::test]
async fn an_address_of_a_domain_that_was_proved_leads_to_its_provider() {
    let place = Place::new().await;
    place.connect(&[]).await;
    let (mut dana, base) = (place.dana.clone(), "/organisation/sign-in");
    let at = |what: &str| format!("{base}/domains{what}");
    let by = async |email: &str| {
        let fields = [("email", email), ("back", "/telephone")];
        place
            .post(&mut Browser::default(), "/sign-in/organisation", &fields)
            .await
    };
    let none = "No organisation has its own sign-in";
    by("dana@contoso.example")
        .await
        .is(422)
        .says(&[none, "dana@contoso.example"]);
    by("dana").await.is(422).says(&["Write your address"]);

    let contoso = [("domain", "contoso.example")];
    place
        .post(&mut dana, &at(""), &[("domain", "10.0.0.1")])
        .await
        .is(422);
    place.post(&mut dana, &at("/check"), &contoso).await.is(422);
    place.post(&mut dana, &at(""), &contoso).await.leads(base);
    let page = place.get(&mut dana, base).await;
    let file = "https://contoso.example/.well-known/mainstay-verification";
    page.says(&["Not verified yet", file]);
    let proof = proof_in(&page.text);
    let check = at("/check");
    let checked = place.post(&mut dana, &check, &contoso).await;
    checked.is(422).says(&["cannot be read"]);
    place.world.http.say(file, 404, "nothing");
    place
        .post(&mut dana, &check, &contoso)
        .await
        .is(422)
        .says(&["answered 404"]);
    place
        .world
        .http
        .say(file, 200, "mainstay-verification=another");
    place
        .post(&mut dana, &check, &contoso)
        .await
        .is(422)
        .says(&["something else"]);
    by("dana@contoso.example").await.is(422);
    place
        .world
        .http
        .say(file, 200, &format!("other\r\n {proof} \r\n"));
    place.post(&mut dana, &check, &contoso).await.leads(base);
    place.get(&mut dana, base).await.says(&["Verified"]);

    // Known or unknown: the same way, and the same page but for what is random.
    for email in ["dana@contoso.example", "nobody@CONTOSO.example"] {
        let answer = by(email).await;
        assert!(answer.way().starts_with(&format!("{ISSUER}/authorize?")));
        answer.says(&["Continue with Contoso"]).hides(&[email]);
    }
    by("dana@mail.contoso.example").await.is(422).says(&[none]);

    // It is nobody else's as long as it is theirs.
    let mut omar = place.omar.clone();
    place.post(&mut omar, &at(""), &contoso).await.leads(base);
    let other = proof_in(&place.get(&mut omar, base).await.text);
    assert_ne!(other, proof);
    place
        .world
        .http
        .say(file, 200, &format!("{proof}\n{other}"));
    let theirs = place.post(&mut omar, &check, &contoso).await;
    theirs.is(422).says(&["belongs to another organisation"]);
    place
        .post(&mut dana, &at("/removal"), &contoso)
        .await
        .leads(base);
    by("dana@contoso.example").await.is(422);
    place.post(&mut omar, &check, &contoso).await.leads(base);
}

#[tokio::test]
async fn who_has_a_second_factor_is_asked_for_it_after_the_provider_too() {
    let place = Place::new().await;
    place.connect(&[]).await;
    let mut eve = place.eve.clone();
    let profile = "/profile/identities";
    place.link(&mut eve, &Who::new("eve")).await.leads(profile);
    let (app, session) = (&place.world.app, place.eve.persona().session.clone());
    let begun = app.begin_codes(&session, "Northwind").await.unwrap();
    let shown = code(&begun.secret, app.now());
    let added = app.confirm_codes(&session, &begun.ceremony, &shown).await;
    added.unwrap();
    place.world.pass(1);

    let mut browser = Browser::default();
    let way = place.leave(&mut browser).await;
    let step = place.visit(&mut browser, &way, &Who::new("eve")).await;
    step.leads("/sign-in/code?back=%2Fcases");
    assert!(!browser.is_signed_in());
    place.get(&mut browser, "/home").await.is(303);
    let wrong = [("code", "000000"), ("back", "/cases")];
    place
        .post(&mut browser, "/sign-in/code", &wrong)
        .await
        .is(422);
    let shown = code(&begun.secret, app.now());
    let right = [("code", shown.as_str()), ("back", "/cases")];
    place
        .post(&mut browser, "/sign-in/code", &right)
        .await
        .leads("/cases");
    place
        .get(&mut browser, "/home")
        .await
        .is(200)
        .says(&["Eve"]);
    place.world.settle().await;
}

#[tokio::test]
async fn a_provider_s_word_is_good_nowhere_else_and_for_no_other_way_to_sign_in() {
    let place = Place::new().await;
    place.connect(&[]).await;
    let mut eve = place.eve.clone();
    let profile = "/profile/identities";
    place.link(&mut eve, &Who::new("eve")).await.leads(profile);
    let (contoso, fabrikam) = (place.contoso, place.fabrikam);
    let person = place.eve.persona().session.person.id;
    let join = async move |tx: &mut mainstay_store::Tx<'_>| {
        let membership = Membership {
            organisation: Organisation::Account(fabrikam),
            role: Role::EndUser,
        };
        mainstay_store::people::insert_membership(tx, person, membership).await
    };
    let app = &place.world.app;
    app.db().write(join).await.unwrap();

    let mut vouched = Browser::default();
    let way = place.leave(&mut vouched).await;
    place
        .visit(&mut vouched, &way, &Who::new("eve"))
        .await
        .leads("/cases");
    let there = |account: AccountId| {
        [
            ("side", "account".to_owned()),
            ("organisation", account.to_string()),
        ]
    };
    let choose = async |browser: &mut Browser, account| {
        let fields = there(account);
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, id)| (*name, id.as_str()))
            .collect();
        place.post(browser, "/profile/organisation", &fields).await
    };
    choose(&mut vouched, fabrikam)
        .await
        .is(422)
        .says(&["vouches for you there alone"]);
    place.get(&mut vouched, "/home").await.is(200);
    // Nor does it add a way to sign in that would be good there.
    let added = place
        .post(&mut vouched, "/profile/security/codes", &[])
        .await;
    added.leads("/profile/security");
    let linked = [("provider", contoso.to_string())];
    let linked: Vec<(&str, &str)> = linked
        .iter()
        .map(|(name, id)| (*name, id.as_str()))
        .collect();
    place
        .post(&mut vouched, profile, &linked)
        .await
        .leads("/profile/security");

    // And where an organisation wants its provider alone, another proof is not carried there.
    let start = app.start_session(person, Entrance::by(How::Password));
    let mut own = Browser::default();
    let token = start.await.unwrap().token;
    own.cookies.insert("mainstay".to_owned(), token);
    choose(&mut own, fabrikam).await.leads("/");
    let fields = [&Place::form()[..], &[("is_only", "on")]].concat();
    let mut dana = place.dana.clone();
    place
        .post(&mut dana, "/organisation/sign-in", &fields)
        .await
        .leads("/organisation/sign-in");
    choose(&mut own, contoso)
        .await
        .is(422)
        .says(&["Your organisation has its own sign-in"]);
    let start = app.start_session(person, Entrance::by(How::Password));
    let elsewhere = start.await.unwrap().organisation;
    assert_eq!(elsewhere, Organisation::Account(fabrikam));
}

/// The proof a page shows.
fn proof_in(page: &str) -> String {
    let (_, rest) = page.split_once("mainstay-verification=").unwrap();
    let end = rest.find('<').unwrap();
    format!("mainstay-verification={}", &rest[..end])
}

#[tokio::test]
async fn a_domain_is_asked_again_after_a_month() {
    const DAY: i64 = 24 * 60;
    let place = Place::new().await;
    place.connect(&[]).await;
    let mut dana = place.dana.clone();
    let contoso = [("domain", "contoso.example")];
    let file = "https://contoso.example/.well-known/mainstay-verification";
    place
        .post(&mut dana, "/organisation/sign-in/domains", &contoso)
        .await;
    let proof = proof_in(&place.get(&mut dana, "/organisation/sign-in").await.text);
    place.world.http.say(file, 200, &proof);
    place
        .post(&mut dana, "/organisation/sign-in/domains/check", &contoso)
        .await
        .is(303);
    let leads = async || {
        place.world.http.asked();
        let fields = [("email", "dana@contoso.example")];
        let mut browser = Browser::default();
        let answer = place
            .post(&mut browser, "/sign-in/organisation", &fields)
            .await;
        let asked = place.world.http.asked();
        let asked = asked
            .iter()
            .any(|one| one.contains("mainstay-verification"));
        (answer.status == 200, asked)
    };
    assert_eq!(leads().await, (true, false));
    place.world.pass(31 * DAY);
    assert_eq!(leads().await, (true, true));
    assert_eq!(leads().await, (true, false), "it was seen just now");
    // Away, it is believed for another month, and asked once an hour at most.
    place.world.http.take_away(file);
    place.world.pass(31 * DAY);
    assert_eq!(leads().await, (true, true));
    assert_eq!(leads().await, (true, false));
    place.world.pass(61);
    assert_eq!(leads().await, (true, true));
    place.world.pass(30 * DAY);
    assert_eq!(leads().await, (false, true));
    assert_eq!(leads().await, (false, false), "it leads nowhere any more");
    let log = place.kept("log").await.join("\n");
    assert!(log.contains("its proof is gone"));
}

#[tokio::test]
async fn the_team_signs_in_with_a_provider_of_the_vendor_s() {
    let place = Place::new().await;
    let admin = place
        .world
        .colleague("Sam", Role::SystemAdministrator)
        .await;
    let mut admin = Browser::of(admin);
    let mut kim = Browser::of(place.world.colleague("Kim", Role::Agent).await);
    let base = "/team/sign-in";
    place.get(&mut kim, base).await.is(403);
    place.get(&mut place.dana.clone(), base).await.is(403);
    place.get(&mut admin, "/organisation/sign-in").await.is(403);
    let fields = [&Place::form()[..], &[("trusts_factors", "on")]].concat();
    place.post(&mut admin, base, &fields).await.leads(base);
    let page = place.get(&mut admin, base).await;
    page.hides(&["Mail domains", "sign in with it alone"]);
    let (_, rest) = page.text.split_once("name=\"provider\" value=\"").unwrap();
    let id = rest[..36].to_owned();
    let one = [("provider", id.as_str())];
    let way = place
        .post(&mut admin, "/team/sign-in/test", &one)
        .await
        .way();
    place
        .visit(&mut admin, &way, &Who::new("sam"))
        .await
        .leads(base);
    let page = place.get(&mut Browser::default(), "/sign-in").await;
    page.hides(&["Continue with"]);
    let enable = [("provider", id.as_str()), ("to", "enabled")];
    place
        .post(&mut admin, "/team/sign-in/state", &enable)
        .await
        .leads(base);
    let page = place.get(&mut Browser::default(), "/sign-in").await;
    page.says(&["Continue with Contoso", "For the team at Northwind"]);

    let profile = "/profile/identities";
    let way = place.post(&mut kim, profile, &one).await.way();
    place
        .visit(&mut kim, &way, &Who::new("kim"))
        .await
        .leads(profile);
    // Two factors count where the provider is believed, and only then.
    for (methods, is_strong) in [(vec!["pwd"], false), (vec!["pwd", "mfa"], true)] {
        let mut browser = Browser::default();
        let fields = [("provider", id.as_str()), ("back", "//evil.example")];
        let way = place
            .post(&mut browser, "/sign-in/provider", &fields)
            .await
            .way();
        let who = Who {
            methods,
            ..Who::new("kim")
        };
        place.visit(&mut browser, &way, &who).await.leads("/");
        place.get(&mut browser, "/queue").await.is(200);
        assert_eq!(strong(&place).await, is_strong);
    }
    place
        .post(&mut admin, base, &[&fields[..4], &one].concat())
        .await
        .leads(base);
    let mut browser = Browser::default();
    let way = place
        .post(&mut browser, "/sign-in/provider", &one)
        .await
        .way();
    let who = Who {
        methods: vec!["mfa"],
        ..Who::new("kim")
    };
    place.visit(&mut browser, &way, &who).await.leads("/");
    let strong = place.kept("sessions").await;
    let strong = strong.iter().filter(|line| is_strong(line)).count();
    assert_eq!(strong, 1, "the one from before");
}

/// Whether a session was made by a provider and two factors.
fn is_strong(line: &str) -> bool {
    ["Int(1)", "Bool(true)"]
        .iter()
        .any(|yes| line.contains(&format!("|provider|{yes}|")))
}

async fn strong(place: &Place) -> bool {
    place
        .kept("sessions")
        .await
        .iter()
        .any(|line| is_strong(line))
}

#[tokio::test]
async fn a_partner_s_administrator_sets_up_no_sign_in_of_a_customer() {
    let place = Place::new().await;
    let partner = mainstay_domain::ids::PartnerId(uuid::Uuid::from_u128(77));
    let delegation = mainstay_store::accounts::Delegation {
        account: place.contoso,
        partner,
        kinds: mainstay_domain::edition::Kind::ALL.to_vec(),
        granted_by: place.dana.persona().session.person.id,
        ends_at: place.world.app.now().plus_minutes(60 * 24),
    };
    let now = place.world.app.now();
    let save = async move |tx: &mut mainstay_store::Tx<'_>| {
        mainstay_store::system::reach(tx);
        mainstay_store::accounts::insert_partner(tx, partner, "Helpers", now).await?;
        mainstay_store::accounts::save_delegation(tx, &delegation, now).await
    };
    place.world.app.db().write(save).await.unwrap();
    let at = Organisation::Partner(partner);
    let pia = place.world.person("Pia", at, Role::PartnerAdmin).await;
    assert_eq!(pia.session.principal.account(), Some(place.contoso));
    let mut pia = Browser::of(pia);
    for path in ["/organisation/sign-in", "/organisation/sign-in/domains"] {
        place.post(&mut pia, path, &Place::form()).await.is(403);
    }
    let page = place.get(&mut pia, "/profile").await;
    page.hides(&["/organisation/sign-in"]);
    place.get(&mut pia, "/profile/identities").await.is(200);
    assert_eq!(place.kept("providers").await, [""; 0]);
}

#[tokio::test]
async fn a_password_that_is_known_from_a_breach_is_not_taken() {
    let place = Place::new().await;
    let word = place.invite("nora@contoso.example", Role::EndUser).await;
    let path = format!("/invitation/{word}");
    let accept = async |password: &str| {
        let fields = [("password", password)];
        place.post(&mut Browser::default(), &path, &fields).await
    };
    // SHA-1 of `correct horse battery`: five digits leave, the rest is looked for in the answer.
    let rest = "36D76C5B2C4E62B0F8C29F95B7A1F4B90C0:4\r\n";
    let machine = move |request: &http::Request<Vec<u8>>| {
        assert_eq!(request.headers()["add-padding"], "true");
        let asked = request.uri().path().rsplit('/').next().unwrap().len();
        assert_eq!(asked, 5, "no more than five digits leave");
        let list = format!(
            "{rest}{}:0\r\n{}:9",
            suffix(PASSWORD),
            suffix("password123")
        );
        mainstay_testkit::http::said(200, "text/plain", &list)
    };
    place.world.http.answer(BREACHED_PASSWORDS, machine);
    accept("password123")
        .await
        .is(422)
        .says(&["known from a breach"]);
    place.world.http.take_away(BREACHED_PASSWORDS);
    // Padding is no find, and a service that is away keeps nobody out.
    accept("password123").await.leads("/");
    let word = place.invite("lou@contoso.example", Role::EndUser).await;
    let path = format!("/invitation/{word}");
    place.world.http.answer(BREACHED_PASSWORDS, machine);
    let fields = [("password", PASSWORD)];
    place
        .post(&mut Browser::default(), &path, &fields)
        .await
        .leads("/");
}

/// What of a password's SHA-1 stays here.
fn suffix(password: &str) -> String {
    use sha1::{Digest, Sha1};
    let hash = Sha1::digest(password.as_bytes());
    let hash: String = hash.iter().map(|byte| format!("{byte:02X}")).collect();
    hash[5..].to_owned()
}
