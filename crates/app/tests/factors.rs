//! Second factors, as people and those who would be them use them.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use mainstay_app::auth::{NewSession, Visitor};
use mainstay_app::factors::Added;
use mainstay_app::factors::passkeys::RelyingParty;
use mainstay_app::factors::step::Admission;
use mainstay_app::people::NewPerson;
use mainstay_app::{Credential, Error, Session};
use mainstay_domain::access::Role;
use mainstay_domain::ids::AccountId;
use mainstay_store::people::{Membership, Organisation};
use mainstay_testkit::authenticator::{Authenticator, code};
use mainstay_testkit::{Persona, World};

const PASSWORD: &str = "a sentence to sign in with";
const NETWORK: &str = "192.0.2.7";
const ORIGIN: &str = "https://desk.example";

/// A customer, its administrator, and one of its people with a password.
struct Story {
    world: World,
    account: AccountId,
    dana: Persona,
    robin: Session,
    party: RelyingParty,
}

impl Story {
    async fn new() -> Self {
        let world = World::new().await;
        let account = world.account("Contoso", "de", "e3").await;
        let dana = world.administrator("Dana", account).await;
        let mut story = Self {
            robin: dana.session.clone(),
            world,
            account,
            dana,
            party: RelyingParty::new(ORIGIN).unwrap(),
        };
        story.robin = story.newcomer("Robin").await;
        story
    }

    /// Somebody who was invited and chose a password.
    async fn newcomer(&self, name: &str) -> Session {
        let new = NewPerson {
            name: name.to_owned(),
            email: format!("{name}@contoso.example"),
            time_zone: "Europe/Berlin".to_owned(),
        };
        let membership = Membership {
            organisation: Organisation::Account(self.account),
            role: Role::ServiceSupportAdmin,
        };
        let app = &self.world.app;
        let invited = app.invite(&self.dana.session, &new, membership).await;
        let word = invited.unwrap().word;
        let entered = app
            .accept_invitation(&word, PASSWORD, NETWORK)
            .await
            .unwrap();
        self.seen(&entered).await.unwrap()
    }

    async fn seen(&self, session: &NewSession) -> Result<Session, Error> {
        let credential = Credential::session(&session.token);
        self.world.app.session(credential).await
    }

    /// Adds an app for codes and gives its secret.
    async fn add_codes(&self, who: &Session) -> (String, Added) {
        let app = &self.world.app;
        let begun = app.begin_codes(who, "Northwind").await.unwrap();
        let shown = code(&begun.secret, app.now());
        let added = app.confirm_codes(who, &begun.ceremony, &shown).await;
        (begun.secret, added.unwrap())
    }

    /// Adds a passkey to a device.
    async fn add_passkey(&self, who: &Session, device: &mut Authenticator) -> Result<Added, Error> {
        let app = &self.world.app;
        let begun = app.begin_passkey(who, &self.party, "Northwind").await?;
        let answer = device.make(&begun.options);
        app.add_passkey(who, &self.party, (&begun.ceremony, &answer), "Laptop")
            .await
    }

    /// Signs in by a passkey alone.
    async fn by_passkey(&self, device: &mut Authenticator) -> Result<NewSession, Error> {
        let app = &self.world.app;
        let begun = app.begin_passkey_sign_in(&self.party, NETWORK).await?;
        let answer = device.answer(&begun.options);
        app.sign_in_with_passkey(&self.party, (&begun.ceremony, &answer), NETWORK)
            .await
    }

    /// The right password; the word of the second step.
    async fn first_step(&self) -> String {
        let signed = self
            .world
            .app
            .sign_in("robin@contoso.example", PASSWORD, NETWORK);
        match signed.await.unwrap() {
            Admission::SecondStep(step) => step.token,
            Admission::Session(_) => panic!("the password alone was enough"),
        }
    }

    async fn pass(&self, step: &str, code: &str) -> Result<NewSession, Error> {
        self.world.app.pass_with_code(step, code, NETWORK).await
    }

    /// What the customer's log says was done, the latest first.
    async fn acts(&self) -> Vec<String> {
        let lines = self.world.log(Some(self.account)).await;
        lines.into_iter().map(|line| line.act).collect()
    }
}

fn field(error: Result<impl Sized, Error>) -> &'static str {
    match error {
        Err(Error::Field { field, .. }) => field,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was taken"),
    }
}

#[tokio::test]
async fn a_password_and_a_code_let_in_once() {
    let story = Story::new().await;
    let (secret, _) = story.add_codes(&story.robin).await;
    let app = &story.world.app;

    // The code that confirmed the app was taken.
    let step = story.first_step().await;
    let used = code(&secret, app.now());
    assert_eq!(field(story.pass(&step, &used).await), "code");
    assert_eq!(field(story.pass(&step, "000000").await), "code");

    story.world.pass(1);
    let next = code(&secret, app.now());
    let entered = story.pass(&step, &next).await.unwrap();
    let session = story.seen(&entered).await.unwrap();
    assert!(session.standing.is_strong && !session.standing.lacks_factor);

    // Neither the step nor the code is good twice.
    let again = story.pass(&step, &next).await;
    assert!(matches!(again, Err(Error::LinkUsed)), "{again:?}");
    let step = story.first_step().await;
    assert_eq!(field(story.pass(&step, &next).await), "code");
}

#[tokio::test]
async fn a_second_step_is_over_after_ten_minutes() {
    let story = Story::new().await;
    let (secret, _) = story.add_codes(&story.robin).await;
    let step = story.first_step().await;
    story.world.pass(9);
    assert!(story.world.app.second_step(&step).await.unwrap().has_codes);
    story.world.pass(1);
    let late = story
        .pass(&step, &code(&secret, story.world.app.now()))
        .await;
    assert!(matches!(late, Err(Error::LinkUsed)), "{late:?}");
}

#[tokio::test]
async fn a_recovery_code_lets_in_once_and_new_ones_void_the_old() {
    let story = Story::new().await;
    let (_, added) = story.add_codes(&story.robin).await;
    let codes = added.recovery_codes;
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| code.len() == 19), "{codes:?}");

    let step = story.first_step().await;
    let entered = story.pass(&step, &codes[3].to_uppercase()).await.unwrap();
    let robin = story.seen(&entered).await.unwrap();
    assert_eq!(story.acts().await[0], "recovery-codes.used");
    let step = story.first_step().await;
    assert_eq!(field(story.pass(&step, &codes[3]).await), "code");
    let app = &story.world.app;
    assert_eq!(app.factors(&robin).await.unwrap().recovery_codes, 9);

    let fresh = app.new_recovery_codes(&robin).await.unwrap();
    assert_eq!(field(story.pass(&step, &codes[4]).await), "code");
    story.pass(&step, &fresh[0]).await.unwrap();
}

#[tokio::test]
async fn whoever_guesses_codes_waits_longer_and_longer_and_the_holder_never_for_long() {
    let story = Story::new().await;
    let (_, added) = story.add_codes(&story.robin).await;
    let robin = story.seen(&added.renewed.unwrap()).await.unwrap();
    let mut device = Authenticator::new(ORIGIN.to_owned(), 1);
    story.add_passkey(&robin, &mut device).await.unwrap();
    let step = story.first_step().await;
    for _ in 0..5 {
        assert_eq!(field(story.pass(&step, "123456").await), "code");
    }
    let wait = story.pass(&step, "123456").await;
    assert!(
        matches!(wait, Err(Error::TooManyAttempts { minutes: 1 })),
        "{wait:?}"
    );
    story.world.pass(1);
    assert_eq!(field(story.pass(&step, "123456").await), "code");
    for _ in 0..12 {
        story.world.pass(15);
        let step = story.first_step().await;
        assert_eq!(field(story.pass(&step, "123456").await), "code");
    }
    // The longest wait is a quarter of an hour, and a passkey waits for nothing.
    let wait = story.pass(&story.first_step().await, "123456").await;
    assert!(
        matches!(wait, Err(Error::TooManyAttempts { minutes: 1..=15 })),
        "{wait:?}"
    );
    story.by_passkey(&mut device).await.unwrap();
}

#[tokio::test]
async fn a_passkey_alone_is_two_factors() {
    let story = Story::new().await;
    let mut device = Authenticator::new(ORIGIN.to_owned(), 1);
    let added = story.add_passkey(&story.robin, &mut device).await.unwrap();
    assert_eq!(added.recovery_codes.len(), 10);
    assert!(story.seen(added.renewed.as_ref().unwrap()).await.is_ok());
    let old = story.world.app.session(story.robin.credential).await;
    assert!(matches!(old, Err(Error::SignedOut)), "{old:?}");

    let entered = story.by_passkey(&mut device).await.unwrap();
    let session = story.seen(&entered).await.unwrap();
    assert_eq!(session.person.name, "Robin");
    assert!(session.standing.is_strong);
    let factors = story.world.app.factors(&session).await.unwrap();
    assert_eq!(factors.passkeys[0].name, "Laptop");
    assert!(factors.passkeys[0].used_at.is_some());

    // The password alone is not enough any more, with it the passkey is.
    let step = story.first_step().await;
    let begun = story
        .world
        .app
        .begin_step_passkey(&step, &story.party)
        .await;
    let begun = begun.unwrap();
    let answer = device.answer(&begun.options);
    let passed = story
        .world
        .app
        .pass_with_passkey(&step, &story.party, (&begun.ceremony, &answer), NETWORK)
        .await;
    assert!(
        story
            .seen(&passed.unwrap())
            .await
            .unwrap()
            .standing
            .is_strong
    );
    let acts = story.acts().await;
    assert_eq!(acts[..2], ["sign-in.done", "sign-in.done"]);
    assert_eq!(acts[2..4], ["recovery-codes.made", "passkey.added"]);
}

#[tokio::test]
async fn a_passkey_s_answer_from_elsewhere_or_from_before_is_refused() {
    let story = Story::new().await;
    let mut device = Authenticator::new(ORIGIN.to_owned(), 1);
    story.add_passkey(&story.robin, &mut device).await.unwrap();
    let app = &story.world.app;

    // A page that only looks like ours.
    let mut elsewhere = device.copied();
    elsewhere.origin = "https://desk.example.evil".to_owned();
    assert_eq!(field(story.by_passkey(&mut elsewhere).await), "");
    // A holder nobody has verified.
    let mut careless = device.copied();
    careless.verifies = false;
    assert_eq!(field(story.by_passkey(&mut careless).await), "");

    // The answer to a challenge that was answered, and to another one.
    let begun = app
        .begin_passkey_sign_in(&story.party, NETWORK)
        .await
        .unwrap();
    let answer = device.answer(&begun.options);
    let once = (begun.ceremony.as_str(), answer.as_str());
    app.sign_in_with_passkey(&story.party, once, NETWORK)
        .await
        .unwrap();
    let twice = app.sign_in_with_passkey(&story.party, once, NETWORK).await;
    assert_eq!(field(twice), "");
    let other = app
        .begin_passkey_sign_in(&story.party, NETWORK)
        .await
        .unwrap();
    let replayed = (other.ceremony.as_str(), answer.as_str());
    let replayed = app
        .sign_in_with_passkey(&story.party, replayed, NETWORK)
        .await;
    assert_eq!(field(replayed), "");
    // And a challenge that was answered wrongly takes no second answer.
    let right = device.answer(&other.options);
    let late = (other.ceremony.as_str(), right.as_str());
    let late = app.sign_in_with_passkey(&story.party, late, NETWORK).await;
    assert_eq!(field(late), "");

    // A challenge that was left lying.
    let begun = app
        .begin_passkey_sign_in(&story.party, NETWORK)
        .await
        .unwrap();
    let answer = device.answer(&begun.options);
    story.world.pass(10);
    let stale = (begun.ceremony.as_str(), answer.as_str());
    let stale = app.sign_in_with_passkey(&story.party, stale, NETWORK).await;
    assert_eq!(field(stale), "");
    story.by_passkey(&mut device).await.unwrap();
}

#[tokio::test]
async fn a_copy_of_a_passkey_is_noticed_by_its_counter() {
    let story = Story::new().await;
    let mut device = Authenticator::new(ORIGIN.to_owned(), 1);
    story.add_passkey(&story.robin, &mut device).await.unwrap();
    let mut copy = device.copied();
    story.by_passkey(&mut device).await.unwrap();
    story.by_passkey(&mut device).await.unwrap();
    assert_eq!(field(story.by_passkey(&mut copy).await), "");
    story.by_passkey(&mut device).await.unwrap();
}

#[tokio::test]
async fn another_s_passkey_passes_no_step_and_cannot_be_added_twice() {
    let story = Story::new().await;
    let mut theirs = Authenticator::new(ORIGIN.to_owned(), 1);
    let sam = story.newcomer("Sam").await;
    story.add_passkey(&sam, &mut theirs).await.unwrap();
    story.add_codes(&story.robin).await;
    let app = &story.world.app;

    let step = story.first_step().await;
    let begun = app.begin_step_passkey(&step, &story.party).await.unwrap();
    let answer = theirs.answer(&begun.options);
    let foreign = (begun.ceremony.as_str(), answer.as_str());
    let foreign = app
        .pass_with_passkey(&step, &story.party, foreign, NETWORK)
        .await;
    assert_eq!(field(foreign), "");
    // A challenge of signing in ends no second step, nor the other way round.
    let begun = app
        .begin_passkey_sign_in(&story.party, NETWORK)
        .await
        .unwrap();
    let answer = theirs.answer(&begun.options);
    let mixed = (begun.ceremony.as_str(), answer.as_str());
    let mixed = app
        .pass_with_passkey(&step, &story.party, mixed, NETWORK)
        .await;
    assert_eq!(field(mixed), "");

    // The same key under another name: its id is somebody's already.
    let mut same = Authenticator::new(ORIGIN.to_owned(), 1);
    let kim = story.newcomer("Kim").await;
    assert_eq!(field(story.add_passkey(&kim, &mut same).await), "");
    // What one has begun another does not end.
    let begun = app.begin_passkey(&kim, &story.party, "N").await.unwrap();
    let mut own = Authenticator::new(ORIGIN.to_owned(), 2);
    let answer = own.make(&begun.options);
    let taken = (begun.ceremony.as_str(), answer.as_str());
    let lee = story.newcomer("Lee").await;
    assert_eq!(
        field(app.add_passkey(&lee, &story.party, taken, "Mine").await),
        ""
    );
}

#[tokio::test]
async fn changing_factors_asks_for_a_fresh_proof_and_ends_other_sessions() {
    let story = Story::new().await;
    let app = &story.world.app;
    let (secret, added) = story.add_codes(&story.robin).await;
    let robin = story.seen(&added.renewed.unwrap()).await.unwrap();
    story.world.pass(11);
    for refused in [
        app.remove_codes(&robin).await.err(),
        app.begin_codes(&robin, "N").await.err(),
        app.new_recovery_codes(&robin).await.err(),
        app.begin_passkey(&robin, &story.party, "N").await.err(),
    ] {
        assert!(matches!(refused, Some(Error::ProofNeeded)), "{refused:?}");
    }
    assert_eq!(
        field(app.prove_by_password(&robin, "something else").await),
        "password"
    );
    assert!(app.remove_codes(&robin).await.is_err());
    app.prove_by_password(&robin, PASSWORD).await.unwrap();

    let step = story.first_step().await;
    let shown = code(&secret, app.now());
    let other = story.pass(&step, &shown).await.unwrap();
    assert!(story.seen(&other).await.is_ok());
    app.remove_codes(&robin).await.unwrap();
    let gone = story.seen(&other).await;
    assert!(matches!(gone, Err(Error::SignedOut)), "{gone:?}");
    assert!(app.session(robin.credential).await.is_ok());
    assert_eq!(story.acts().await[0], "codes.removed");
    let signed = app
        .sign_in("robin@contoso.example", PASSWORD, NETWORK)
        .await;
    assert!(signed.unwrap().session().is_some(), "nothing more is asked");
}

#[tokio::test]
async fn a_required_factor_stops_everything_until_it_is_there_and_then_stays() {
    let story = Story::new().await;
    let (app, robin) = (&story.world.app, &story.robin);
    let token = app.create_token(robin, "script").await.unwrap();
    let by_token = async || app.session(Credential::token(&token)).await;
    assert!(by_token().await.is_ok());

    let denied = app.require_factors(robin, vec![Role::EndUser]).await;
    assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
    let asked = vec![Role::ServiceSupportAdmin, Role::ServiceSupportAdmin];
    app.require_factors(&story.dana.session, asked)
        .await
        .unwrap();
    assert_eq!(story.acts().await[0], "factor.required");
    let elsewhere = app
        .require_factors(&story.dana.session, vec![Role::Agent])
        .await;
    assert!(matches!(elsewhere, Err(Error::NotFound)), "{elsewhere:?}");

    let stopped = app.session(robin.credential).await;
    assert!(matches!(stopped, Err(Error::FactorRequired)), "{stopped:?}");
    let stopped = app.submit(robin, mainstay_testkit::submission('B')).await;
    assert!(matches!(stopped, Err(Error::FactorRequired)), "{stopped:?}");
    assert!(matches!(by_token().await, Err(Error::FactorRequired)));
    assert!(app.session(story.dana.session.credential).await.is_ok());

    let (_, added) = story.add_codes(robin).await;
    let robin = story.seen(&added.renewed.unwrap()).await.unwrap();
    assert!(by_token().await.is_ok());
    assert_eq!(field(app.remove_codes(&robin).await), "");
    let mut device = Authenticator::new(ORIGIN.to_owned(), 1);
    story.add_passkey(&robin, &mut device).await.unwrap();
    app.remove_codes(&robin).await.unwrap();
    let passkey = app.factors(&robin).await.unwrap().passkeys[0].id;
    assert_eq!(field(app.remove_passkey(&robin, passkey).await), "");
    app.require_factors(&story.dana.session, Vec::new())
        .await
        .unwrap();
    app.remove_passkey(&robin, passkey).await.unwrap();
}

#[tokio::test]
async fn programs_known_browsers_and_old_proofs_are_what_they_were_beside_factors() {
    let story = Story::new().await;
    let (app, dana) = (&story.world.app, &story.dana.session);
    let role = Role::ServiceSupportAdmin;
    let service = app.create_service(dana, "Monitor", role).await.unwrap();
    let token = app.create_service_token(dana, service, "watch").await;
    let token = token.unwrap();
    app.require_factors(dana, vec![role]).await.unwrap();
    let program = app.session(Credential::token(&token)).await.unwrap();
    assert_eq!(program.person.id, service);
    let rules = app.factor_rules(dana).await.unwrap();
    assert!(rules.holders.iter().all(|one| one.person != service));

    // The second step makes a browser known, and the first alone does not.
    let (secret, added) = story.add_codes(&story.robin).await;
    let step = story.first_step().await;
    story.world.pass(1);
    let entered = story.pass(&step, &code(&secret, app.now())).await.unwrap();
    let visitor = Visitor {
        device: Some(entered.device.unwrap().word),
        ..Visitor::from(NETWORK)
    };
    let signed = app
        .sign_in("robin@contoso.example", PASSWORD, visitor.clone())
        .await;
    let Ok(Admission::SecondStep(step)) = signed else {
        panic!("{signed:?}");
    };
    story.world.pass(1);
    let shown = code(&secret, app.now());
    let again = app.pass_with_code(&step.token, &shown, visitor).await;
    assert_eq!(again.unwrap().device, None, "it is known");

    // Another token proves nothing anew, and whoever has shown no factor may still go.
    let robin = story.seen(&added.renewed.unwrap()).await.unwrap();
    story.world.pass(11);
    let here = Organisation::Account(story.account);
    let renewed = app.act_in(&robin, here).await.unwrap();
    let robin = story.seen(&renewed).await.unwrap();
    let refused = app.begin_codes(&robin, "N").await;
    assert!(matches!(refused, Err(Error::ProofNeeded)), "{refused:?}");
    let entrance = mainstay_store::sessions::Entrance::by(mainstay_store::sessions::How::Link);
    let person = robin.person.id;
    let half = app.start_session(person, entrance).await.unwrap();
    let half = Credential::session(&half.token);
    app.sign_out(half).await.unwrap();
    let gone = app.session(half).await;
    assert!(matches!(gone, Err(Error::SignedOut)), "{gone:?}");
}

#[tokio::test]
async fn a_session_begun_without_the_factor_adds_none_before_it_has_shown_it() {
    let story = Story::new().await;
    let app = &story.world.app;
    let (secret, _) = story.add_codes(&story.robin).await;
    // A link lets somebody in, and knows nothing of second factors.
    let person = story.robin.person.id;
    let entrance = mainstay_store::sessions::Entrance::by(mainstay_store::sessions::How::Link);
    let entered = app.start_session(person, entrance).await.unwrap();
    let stopped = story.seen(&entered).await;
    assert!(matches!(stopped, Err(Error::FactorRequired)), "{stopped:?}");
    let half = Session {
        credential: Credential::session(&entered.token),
        ..story.robin.clone()
    };
    let refused = app.begin_passkey(&half, &story.party, "N").await.err();
    assert!(
        matches!(refused, Some(Error::FactorRequired)),
        "{refused:?}"
    );
    app.prove_by_password(&half, PASSWORD).await.unwrap();
    assert!(
        story.seen(&entered).await.is_err(),
        "a password is one factor"
    );

    story.world.pass(1);
    let renewed = app.prove_by_code(&half, &code(&secret, app.now())).await;
    let renewed = renewed.unwrap().unwrap();
    assert!(story.seen(&renewed).await.unwrap().standing.is_strong);
    let old = story.seen(&entered).await;
    assert!(matches!(old, Err(Error::SignedOut)), "{old:?}");
}

#[tokio::test]
async fn of_two_who_remove_the_last_factors_at_once_one_is_refused() {
    let story = Story::new().await;
    let app = &story.world.app;
    let (_, added) = story.add_codes(&story.robin).await;
    let robin = story.seen(&added.renewed.unwrap()).await.unwrap();
    let mut device = Authenticator::new(ORIGIN.to_owned(), 1);
    story.add_passkey(&robin, &mut device).await.unwrap();
    let asked = vec![Role::ServiceSupportAdmin];
    app.require_factors(&story.dana.session, asked)
        .await
        .unwrap();
    let passkey = app.factors(&robin).await.unwrap().passkeys[0].id;
    let (codes, passkey) = tokio::join!(
        app.remove_codes(&robin),
        app.remove_passkey(&robin, passkey)
    );
    assert!(codes.is_ok() != passkey.is_ok(), "{codes:?} {passkey:?}");
    assert!(app.session(robin.credential).await.is_ok());
}

#[test]
fn passkeys_are_made_for_a_name_and_for_nothing_else() {
    for (origin, is_one) in [
        ("https://support.example.com", true),
        ("http://localhost:8080", true),
        ("http://127.0.0.1:8080", false),
        ("https://[::1]", false),
        ("nonsense", false),
    ] {
        assert_eq!(RelyingParty::new(origin).is_some(), is_one, "{origin}");
    }
}
