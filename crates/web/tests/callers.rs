//! Who calls is verified before anything is opened for them: by the PIN, or called back.

mod desk_world;

use desk_world::{Answer, Desk};
use mainstay_domain::access::Role;
use mainstay_domain::ids::AccountId;
use mainstay_store::people::Organisation;
use mainstay_testkit::Persona;

const VERIFY: &str = "/desk/new-case/caller";

async fn verify(desk: &Desk, agent: &Persona, caller: &Persona, how: (&str, &str)) -> Answer {
    let (account, person) = (
        desk.contoso.to_string(),
        caller.session.person.id.to_string(),
    );
    let fields = [
        ("account", account.as_str()),
        ("requester", &person),
        ("subject", "Phone does not ring"),
        ("body", "Says it stopped on Monday"),
        how,
    ];
    desk.post(agent, VERIFY, &fields).await
}

async fn open(desk: &Desk, agent: &Persona, caller: &Persona) -> Answer {
    let (account, person) = (
        desk.contoso.to_string(),
        caller.session.person.id.to_string(),
    );
    let fields = [
        ("account", account.as_str()),
        ("requester", &person),
        ("kind", "technical"),
        ("channel", "telephone"),
        ("severity", "B"),
        ("subject", "Phone does not ring"),
        ("body", "Says it stopped on Monday"),
    ];
    let first = desk.post(agent, "/desk/new-case", &fields).await;
    let Some(seen) = first.text.split("name=\"seen\" value=\"").nth(1) else {
        return first;
    };
    let seen = seen
        .split('"')
        .next()
        .unwrap_or_default()
        .replace("&amp;", "&");
    let fields = [&fields[..], &[("seen", seen.as_str())]].concat();
    desk.post(agent, "/desk/new-case", &fields).await
}

/// The acts in an account's log, the latest first.
async fn acts(desk: &Desk, account: AccountId) -> Vec<String> {
    let lines = desk.world.log(Some(account)).await;
    lines.iter().map(|line| line.act.clone()).collect()
}

#[tokio::test]
async fn a_caller_who_tells_the_pin_is_believed_for_this_call() {
    let desk = Desk::new().await;
    let (dana, agent) = (&desk.dana, &desk.agent);
    open(&desk, agent, dana).await.is(403).says(&[
        "Verify first who calls",
        "f-pin-mistake",
        "Says it stopped on Monday</textarea>",
    ]);
    verify(&desk, agent, dana, ("pin", "123456"))
        .await
        .is(422)
        .says(&["has no PIN yet"]);
    let pin = desk.world.app.make_pin(&dana.session).await.expect("a PIN");
    let wrong = if pin == "123456" { "654321" } else { "123456" };
    verify(&desk, agent, dana, ("pin", wrong))
        .await
        .is(422)
        .says(&["This is not the PIN", "value=\"Phone does not ring\""])
        .hides(&[wrong]);
    verify(&desk, agent, dana, ("pin", "12"))
        .await
        .is(422)
        .says(&["Type the six digits"]);
    verify(&desk, agent, dana, ("pin", &pin))
        .await
        .is(200)
        .says(&[
            "Dana Whitfield told the PIN",
            "Says it stopped on Monday</textarea>",
        ])
        .hides(&[&pin]);
    open(&desk, agent, dana).await.is(303);
    assert_eq!(
        acts(&desk, desk.contoso).await,
        [
            "case.opened",
            "caller.verified",
            "caller.refused",
            "pin.changed"
        ]
    );
    // Neither for a colleague at the desk, nor for somebody else of the customer, nor for ever.
    let other = desk.world.colleague("Tom Falk", Role::Agent).await;
    open(&desk, &other, dana).await.is(403);
    let priya = desk.world.administrator("Priya Shah", desk.contoso).await;
    open(&desk, agent, &priya).await.is(403);
    desk.world.pass(61);
    let agent = desk.world.sign_in(agent.session.person.id).await;
    open(&desk, &agent, dana).await.is(403);
}

#[tokio::test]
async fn wrong_pins_wait_longer_each_time_whoever_types_them() {
    let desk = Desk::new().await;
    let pin = desk
        .world
        .app
        .make_pin(&desk.dana.session)
        .await
        .expect("a PIN");
    let wrong = if pin == "111111" { "222222" } else { "111111" };
    let other = desk.world.colleague("Tom Falk", Role::Agent).await;
    for who in [&desk.agent, &other, &desk.agent] {
        verify(&desk, who, &desk.dana, ("pin", wrong)).await.is(422);
    }
    // Not even the right one is listened to now.
    verify(&desk, &other, &desk.dana, ("pin", &pin))
        .await
        .is(429)
        .says(&["try again in 1 min", "pin-mistake"]);
    desk.get(&desk.dana, "/organisation/telephone")
        .await
        .is(200)
        .says(&["Wrong PINs were told"]);
    desk.world.pass(1);
    verify(&desk, &other, &desk.dana, ("pin", wrong))
        .await
        .is(422);
    desk.world.pass(1);
    verify(&desk, &other, &desk.dana, ("pin", &pin))
        .await
        .is(429);
    desk.world.pass(1);
    verify(&desk, &other, &desk.dana, ("pin", &pin))
        .await
        .is(200);
    // Called back, one is believed meanwhile; and a new PIN begins anew.
    for _ in 0..3 {
        verify(&desk, &other, &desk.dana, ("pin", wrong))
            .await
            .is(422);
    }
    desk.world
        .telephone(desk.contoso, &desk.dana, "+4930901820")
        .await;
    verify(&desk, &other, &desk.dana, ("called_back", "on"))
        .await
        .is(200)
        .says(&["Dana Whitfield was called back", "+4930901820"]);
    let fresh = desk
        .world
        .app
        .make_pin(&desk.dana.session)
        .await
        .expect("a PIN");
    verify(&desk, &other, &desk.dana, ("pin", &fresh))
        .await
        .is(200);
    verify(&desk, &other, &desk.dana, ("pin", &pin))
        .await
        .is(422);
}

#[tokio::test]
async fn who_is_no_administrator_is_told_to_turn_to_their_own() {
    let desk = Desk::new().await;
    let organisation = Organisation::Account(desk.contoso);
    let uwe = desk
        .world
        .person("Uwe User", organisation, Role::EndUser)
        .await;
    let pin = desk
        .world
        .app
        .make_pin(&desk.dana.session)
        .await
        .expect("a PIN");
    verify(&desk, &desk.agent, &uwe, ("pin", &pin))
        .await
        .is(422)
        .says(&[
            "Uwe User may not open a request",
            "They turn to Dana Whitfield",
        ]);
    open(&desk, &desk.agent, &uwe).await.is(403);
    // An unverified number is worth nothing, and so is somebody of another customer.
    verify(&desk, &desk.agent, &desk.dana, ("called_back", "on"))
        .await
        .is(422)
        .says(&["Dana Whitfield has no verified number"]);
    verify(&desk, &desk.agent, &desk.omar, ("pin", &pin))
        .await
        .is(422)
        .says(&["does not belong to that customer"]);
    // Who was let go is nobody there.
    let priya = desk.world.administrator("Priya Shah", desk.contoso).await;
    let app = &desk.world.app;
    let gone = app.deactivate(&desk.dana.session, priya.session.person.id);
    gone.await.expect("let go");
    verify(&desk, &desk.agent, &priya, ("pin", &pin))
        .await
        .is(422);
    // Nothing said at all, and those who take no calls.
    verify(&desk, &desk.agent, &desk.dana, ("pin", ""))
        .await
        .is(422)
        .says(&["Type the PIN they tell"]);
    for who in [&desk.manager, &desk.admin, &desk.dana] {
        verify(&desk, who, &desk.dana, ("pin", &pin)).await.is(403);
    }
}

#[tokio::test]
async fn a_number_is_verified_by_a_code_that_is_read_out() {
    let desk = Desk::new().await;
    desk.post(
        &desk.dana,
        "/profile/telephone",
        &[("telephone", "+49 30 901820")],
    )
    .await
    .is(303);
    let shown = desk.post(&desk.dana, "/profile/telephone/code", &[]).await;
    shown
        .is(201)
        .says(&["Read this out when we call you at +4930901820"]);
    let code = shown
        .text
        .split("class=\"secret\">")
        .nth(1)
        .expect("a code")[..6]
        .to_owned();
    let account = format!("/accounts/{}", desk.contoso);
    desk.get(&desk.agent, &account).await.is(200).says(&[
        "+4930901820",
        "not verified",
        "Code they read out",
    ]);
    desk.get(&desk.manager, &account)
        .await
        .is(200)
        .hides(&["Code they read out"]);
    let person = desk.dana.session.person.id.to_string();
    let confirm = format!("{account}/telephones");
    let wrong = if code == "111111" { "222222" } else { "111111" };
    let typed = |code| [("person", person.as_str()), ("code", code)];
    desk.post(&desk.agent, &confirm, &typed(wrong))
        .await
        .is(422)
        .says(&["This is not the code"]);
    desk.post(&desk.manager, &confirm, &typed(&code))
        .await
        .is(403);
    desk.post(&desk.agent, &confirm, &typed(&code))
        .await
        .is(200)
        .says(&["The number is verified"]);
    // Once.
    desk.post(&desk.agent, &confirm, &typed(&code))
        .await
        .is(422)
        .says(&["No code waits for this number"]);
    desk.get(&desk.dana, &format!("/organisation/people/{person}"))
        .await
        .is(200)
        .says(&["confirmed by our call"]);
    // A code is worth five tries and half an hour.
    desk.post(
        &desk.dana,
        "/profile/telephone",
        &[("telephone", "+49 30 901821")],
    )
    .await
    .is(303);
    let shown = desk.post(&desk.dana, "/profile/telephone/code", &[]).await;
    let code = shown
        .text
        .split("class=\"secret\">")
        .nth(1)
        .expect("a code")[..6]
        .to_owned();
    for _ in 0..5 {
        desk.post(&desk.agent, &confirm, &typed("999998"))
            .await
            .is(422);
    }
    desk.post(&desk.agent, &confirm, &typed(&code))
        .await
        .is(422)
        .says(&["No code waits for this number"]);
    let shown = desk.post(&desk.dana, "/profile/telephone/code", &[]).await;
    let code = shown
        .text
        .split("class=\"secret\">")
        .nth(1)
        .expect("a code")[..6]
        .to_owned();
    desk.world.pass(31);
    desk.post(&desk.agent, &confirm, &typed(&code))
        .await
        .is(422);
}

#[tokio::test]
async fn the_first_administrator_is_invited_again_until_somebody_signs_in() {
    let desk = Desk::new().await;
    let new = [
        ("account", "Litware"),
        ("region", "gb"),
        ("plan", "business"),
        ("seats", "5"),
        ("name", "Ina Roth"),
        ("email", "ina@litware.example"),
    ];
    let word = |answer: &Answer| {
        let (_, rest) = answer.text.split_once("/invitation/").expect("a link");
        rest.split('<').next().unwrap_or_default().to_owned()
    };
    let made = desk.post(&desk.agent, "/accounts/new", &new).await;
    let first = word(made.is(201));
    let (_, account) = made.text.split_once("/accounts/").expect("its page");
    let account = match account.starts_with("new") {
        true => made
            .text
            .split("href=\"/accounts/")
            .find(|part| part.len() > 36 && !part.starts_with("new")),
        false => Some(account),
    };
    let account = format!("/accounts/{}", &account.expect("its page")[..36]);
    desk.get(&desk.agent, &account)
        .await
        .is(200)
        .says(&["Invite the first administrator again"]);
    let again = desk
        .post(&desk.agent, &format!("{account}/invitation"), &[])
        .await;
    let second = word(again.is(201));
    let app = &desk.world.app;
    assert!(app.invitation(&first).await.is_err());
    app.accept_invitation(&second, "a sentence is fine", "192.0.2.7")
        .await
        .expect("signed in");
    desk.post(&desk.agent, &format!("{account}/invitation"), &[])
        .await
        .is(422)
        .says(&["its own administrators invite people from now on"]);
}
