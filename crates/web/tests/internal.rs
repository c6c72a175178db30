//! The first line through the router: people ask their administrators, who answer, solve, or bring
//! it to support; and everybody else finds nothing.

mod portal_world;

use axum::http::StatusCode;
use mainstay_domain::access::Role;
use mainstay_domain::case::{Case, Command, NextTurn};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{PartnerId, PersonId};
use mainstay_store::accounts::{self, Delegation};
use mainstay_store::people::Organisation;
use mainstay_store::{cases, inbox, system};
use mainstay_testkit::Persona;
use mainstay_testkit::faults::damage;
use portal_world::{Page, Pages};

const QUESTION: [(&str, &str); 6] = [
    ("category", "connectivity"),
    ("checked", "vpn"),
    ("checked", "restart"),
    ("subject", "The wiki does not load"),
    ("body", "Since *this morning* on the third floor."),
    ("tried", "Another browser"),
];

/// Uwe asks; the address of his request.
async fn asked(pages: &Pages) -> String {
    let sent = pages.upload(
        &pages.uma,
        "/ask",
        &QUESTION,
        &[("screen.txt", "what I saw")],
    );
    let sent = sent.await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    sent.location.trim_end_matches("?done=asked").to_owned()
}

/// The same request as its administrators find it.
fn served(asked: &str) -> String {
    asked.replace("/asked/", "/inbox/")
}

/// What Dana fills in to bring it to support, beside what the page holds already.
fn answers<'a>(form: &'a Page, informed: &'a str) -> Vec<(&'a str, String)> {
    let carry = form.html.split_once("name=\"carry\" value=\"");
    let carry = carry.map_or("", |(_, rest)| rest.split('"').next().unwrap_or(""));
    let mut all = vec![
        ("kind", "technical".to_owned()),
        ("subject", "The wiki does not load".to_owned()),
        ("body", "Since this morning. Looked at: VPN.".to_owned()),
        ("affected", "several".to_owned()),
        ("work", "impaired".to_owned()),
        ("informed", informed.to_owned()),
        ("idempotency_key", form.hidden("idempotency_key")),
    ];
    if !carry.is_empty() {
        all.push(("carry", carry.to_owned()));
    }
    all
}

fn borrowed<'a>(fields: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

/// Dana brings it to support; the case it became.
async fn escalated(pages: &Pages, here: &str, informed: &str) -> Case {
    let form = pages.get(&pages.dana, &format!("{here}/escalation")).await;
    let fields = answers(&form, informed);
    let to = format!("{here}/escalation/send");
    let sent = pages.post(&pages.dana, &to, &borrowed(&fields)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    the_case(pages).await
}

/// The only case there is.
async fn the_case(pages: &Pages) -> Case {
    let db = pages.world.app.db();
    let found = db.read(async |tx| {
        system::reach(tx);
        let keys = system::inspect::cases(tx).await?;
        assert_eq!(keys.len(), 1);
        system::find_case(tx, keys[0].0, keys[0].1).await
    });
    let found = found.await.expect("what is kept");
    found.expect("a case")
}

async fn notices(pages: &Pages, who: &Persona) -> Page {
    pages.world.settle().await;
    pages.get(who, "/notifications").await
}

fn close(reason: &str) -> Command {
    let reason = reason.to_owned();
    Command::Close { reason }
}

#[tokio::test]
async fn somebody_asks_and_an_administrator_solves_it() {
    let pages = Pages::new().await;
    let start = pages.get(&pages.uma, "/ask").await;
    start.has(&[
        "Programs and mobile devices",
        "Something is not available",
        "Dana Whitfield",
    ]);
    let form = pages.get(&pages.uma, "/ask?category=account").await;
    form.has(&["What to look at first", "Caps Lock", "href=\"/profile\""]);
    let here = asked(&pages).await;
    let own = pages.get(&pages.uma, &here).await;
    own.has(&[
        "With your administrators",
        "Leave the VPN",
        "Another browser",
        "screen.txt",
    ]);
    own.lacks(&["Bring to support", "Take on", "Solve it"]);
    pages
        .get(&pages.uma, "/asked")
        .await
        .has(&["The wiki does not load", "Nobody yet"]);
    let told = notices(&pages, &pages.dana).await;
    told.has(&["One of your people asks:", &served(&here)]);
    pages
        .get(&pages.dana, "/home")
        .await
        .has(&["Your people wait for you", &served(&here)]);
    let queue = pages.get(&pages.dana, "/inbox").await;
    queue.has(&["The wiki does not load", "Uwe User", "Your turn"]);
    let theirs = pages.get(&pages.dana, &served(&here)).await;
    theirs.has(&[
        "Bring to support",
        "Take on",
        "Solve it",
        "on the third floor",
    ]);
    let taken = pages
        .post(&pages.dana, &format!("{}/taking", served(&here)), &[])
        .await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER);
    pages
        .get(&pages.uma, &here)
        .await
        .has(&["Dana Whitfield has taken it on"]);
    let silent = pages
        .post(&pages.dana, &format!("{}/solution", served(&here)), &[])
        .await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = [("helped", "moon"), ("body", "It was the moon")];
    let wrong = pages
        .post(&pages.dana, &format!("{}/solution", served(&here)), &wrong)
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&["It was the moon", "Choose a step of the list"]);
    let solved = [("helped", "vpn"), ("body", "")];
    let solved = pages
        .post(&pages.dana, &format!("{}/solution", served(&here)), &solved)
        .await;
    assert_eq!(solved.status, StatusCode::SEE_OTHER, "{}", solved.html);
    pages
        .get(&pages.uma, &here)
        .await
        .has(&["What helped:", "Closed", "What is still wrong?"]);
    notices(&pages, &pages.uma).await.has(&["Solved:", &here]);
    let again = [("reason", "It is back")];
    pages
        .post(&pages.uma, &format!("{here}/reopening"), &again)
        .await;
    pages
        .get(&pages.dana, &served(&here))
        .await
        .has(&["It is back", "Your turn"]);
    assert_eq!(damage(&pages.world.app).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn nothing_typed_is_lost_and_sent_twice_it_is_there_once() {
    let pages = Pages::new().await;
    let mistaken = [
        ("category", "account"),
        ("body", "I cannot sign in"),
        ("checked", "browser"),
    ];
    let files = [("screen.txt", "what I saw")];
    let wrong = pages.upload(&pages.uma, "/ask", &mistaken, &files).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&[
        "I cannot sign in",
        "screen.txt",
        "value=\"browser\" checked",
        "href=\"#f-subject\"",
    ]);
    // What is kept is there on another day.
    let kept = pages.get(&pages.uma, "/ask?category=account").await;
    kept.has(&["I cannot sign in", "screen.txt"]);
    let token = wrong.hidden("idempotency_key");
    let whole = [
        ("category", "account"),
        ("subject", "Sign in"),
        ("body", "I cannot sign in"),
        ("idempotency_key", token.as_str()),
    ];
    let first = pages.post(&pages.uma, "/ask", &whole).await;
    let second = pages.post(&pages.uma, "/ask", &whole).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.html);
    assert_eq!(first.location, second.location);
    let here = first.location.trim_end_matches("?done=asked");
    pages.get(&pages.uma, here).await.has(&["screen.txt"]);
    let changed = [whole[0], whole[1], ("body", "Another matter"), whole[3]];
    let other = pages.post(&pages.uma, "/ask", &changed).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    other.has(&["Another matter"]);
    let reply = [("body", "It works now"), ("idempotency_key", "one")];
    for _ in 0..2 {
        let sent = pages
            .post(&pages.uma, &format!("{here}/replies"), &reply)
            .await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    }
    let page = pages.get(&pages.uma, here).await;
    assert_eq!(page.html.matches("It works now").count(), 1);
    pages
        .post(&pages.uma, &format!("{here}/withdrawal"), &[])
        .await;
    let late = pages
        .post(
            &pages.uma,
            &format!("{here}/replies"),
            &[("body", "too late")],
        )
        .await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    late.has(&["This request is closed", "too late"]);
}

#[tokio::test]
async fn one_act_brings_it_to_support_and_it_closes_and_opens_with_the_case() {
    let pages = Pages::new().await;
    let here = asked(&pages).await;
    let form = pages
        .get(&pages.dana, &format!("{}/escalation", served(&here)))
        .await;
    form.has(&[
        "on the third floor",
        "Leave the VPN",
        "Another browser",
        "screen.txt",
        "checked",
    ]);
    let incomplete = [
        ("kind", "technical"),
        ("subject", "x"),
        ("body", "kept words"),
    ];
    let to = format!("{}/escalation", served(&here));
    let wrong = pages.post(&pages.dana, &to, &incomplete).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has(&["kept words", "href=\"#f-affected\""]);
    let fields = answers(&form, "every-reply");
    let promise = pages.post(&pages.dana, &to, &borrowed(&fields)).await;
    assert_eq!(promise.status, StatusCode::OK, "{}", promise.html);
    promise.has(&["end of the next day", "Send to support", "screen.txt"]);
    let case = escalated(&pages, &served(&here), "every-reply").await;
    assert_eq!(case.requester, pages.dana.session.person.id);
    let page = pages
        .get(&pages.mara, &format!("/cases/{}", case.number))
        .await;
    page.has(&["Looked at: VPN", "screen.txt"]);
    // Once: another try leads back to what came of it.
    let again = pages.get(&pages.dana, &to).await;
    assert_eq!(again.location, served(&here));
    let own = pages.get(&pages.uma, &here).await;
    own.has(&["With support", &case.number.to_string()]);
    own.lacks(&[&format!("href=\"/cases/{}\"", case.number)]);
    let theirs = pages.get(&pages.dana, &served(&here)).await;
    theirs.has(&[&format!("href=\"/cases/{}\"", case.number)]);
    theirs.lacks(&["Close without a solution"]);
    let close_within = pages
        .post(&pages.dana, &format!("{}/closure", served(&here)), &[])
        .await;
    assert_eq!(close_within.status, StatusCode::UNPROCESSABLE_ENTITY);
    pages
        .answer(&case, "A switch is broken.", NextTurn::Vendor)
        .await;
    let note = "They never cable well".to_owned();
    pages
        .act(&pages.mara, &case, Command::Note { body: note })
        .await;
    let words = "From Dana to support".to_owned();
    let next = NextTurn::Vendor;
    pages
        .act(&pages.dana, &case, Command::Reply { body: words, next })
        .await;
    let own = pages.get(&pages.uma, &here).await;
    own.has(&["A switch is broken."]);
    own.lacks(&["cable well", "From Dana to support"]);
    notices(&pages, &pages.uma)
        .await
        .has(&["Support has replied on"]);
    pages
        .act(&pages.mara, &case, close("The switch was changed."))
        .await;
    pages
        .get(&pages.uma, &here)
        .await
        .has(&["and this with it", "Closed"]);
    let reason = "It is back".to_owned();
    pages
        .act(&pages.dana, &case, Command::Reopen { reason })
        .await;
    pages
        .get(&pages.uma, &here)
        .await
        .has(&["With support", "reopened, and this with it"]);
    assert_eq!(damage(&pages.world.app).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn whoever_asked_is_told_as_their_administrator_wishes() {
    let pages = Pages::new().await;
    let here = asked(&pages).await;
    let case = escalated(&pages, &served(&here), "nothing").await;
    pages
        .answer(&case, "The first answer.", NextTurn::Vendor)
        .await;
    let own = pages.get(&pages.uma, &here).await;
    own.has(&["With support"]).lacks(&["The first answer."]);
    let more = [("informed", "solution")];
    pages
        .post(&pages.dana, &format!("{}/informed", served(&here)), &more)
        .await;
    pages
        .answer(&case, "The second answer.", NextTurn::Vendor)
        .await;
    let body = "A new switch.".to_owned();
    pages
        .act(&pages.mara, &case, Command::Resolve { body })
        .await;
    // Nobody objects, so the clocks close it; the request goes with it all the same.
    pages.world.pass(60 * 24 * 60);
    pages.world.settle().await;
    let uma = pages.world.sign_in(pages.uma.session.person.id).await;
    let own = pages.get(&uma, &here).await;
    own.has(&["A new switch.", "and this with it"]);
    own.lacks(&["The first answer.", "The second answer."]);
    let told = notices(&pages, &uma).await;
    assert_eq!(told.html.matches("Solved:").count(), 1);
    assert_eq!(told.html.matches("Closed:").count(), 1);
    assert_eq!(damage(&pages.world.app).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn colleagues_other_accounts_partners_and_the_vendor_find_nothing() {
    let pages = Pages::new().await;
    let here = asked(&pages).await;
    let at_home = Organisation::Account(pages.account);
    let colleague = pages.world.person("Cora", at_home, Role::EndUser).await;
    let elsewhere = pages.world.account("Fabrikam", "us-east", "e1").await;
    let stranger = pages.world.administrator("Sam Stranger", elsewhere).await;
    let missing = format!("/inbox/{}", uuid::Uuid::from_u128(77));
    for (who, address) in [(&colleague, here.clone()), (&stranger, served(&here))] {
        let page = pages.get(who, &address).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        page.lacks(&["wiki"]);
        let reply = format!("{address}/replies");
        let reply = pages.post(who, &reply, &[("body", "x")]).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
    }
    let theirs = pages.get(&stranger, &served(&here)).await;
    let nobodys = pages.get(&stranger, &missing).await;
    assert_eq!(theirs.html, nobodys.html, "not theirs reads as not there");
    pages
        .get(&stranger, "/inbox")
        .await
        .has(&["Nobody waits for you"])
        .lacks(&["wiki"]);
    assert_eq!(
        pages.get(&pages.uma, "/inbox").await.status,
        StatusCode::FORBIDDEN
    );
    // A partner with every right the customer can give.
    let partner = PartnerId(pages.world.app.ids().id());
    let (account, now) = (pages.account, pages.world.app.now());
    let granted_by = pages.dana.session.person.id;
    let let_them = async move |tx: &mut mainstay_store::Tx<'_>| {
        system::reach(tx);
        accounts::insert_partner(tx, partner, "Helpers", now).await?;
        let delegation = Delegation {
            account,
            partner,
            kinds: Kind::ALL.to_vec(),
            granted_by,
            ends_at: now.plus_minutes(60 * 24 * 60),
        };
        accounts::save_delegation(tx, &delegation, now).await
    };
    pages.world.app.db().write(let_them).await.unwrap();
    let helpers = Organisation::Partner(partner);
    let pia = pages.world.person("Pia", helpers, Role::PartnerAdmin).await;
    for address in [
        "/inbox".to_owned(),
        "/asked".to_owned(),
        served(&here),
        here.clone(),
    ] {
        assert_eq!(
            pages.get(&pia, &address).await.status,
            StatusCode::FORBIDDEN,
            "{address}"
        );
    }
    // The vendor is led away, and finds nothing on its own pages.
    for role in [Role::Agent, Role::Lead, Role::Manager] {
        let kim = pages.world.colleague(role.code(), role).await;
        assert_eq!(pages.get(&kim, &served(&here)).await.location, "/queue");
        for address in ["/queue", "/search?q=wiki", &format!("/accounts/{account}")] {
            pages
                .get(&kim, address)
                .await
                .lacks(&["The wiki does not load"]);
        }
    }
}

#[tokio::test]
async fn what_was_typed_for_support_goes_along_to_the_administrators() {
    let pages = Pages::new().await;
    for address in ["/cases/new", "/telephone"] {
        let page = pages.get(&pages.uma, address).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        page.has(&["Dana Whitfield", "Ask them", "href=\"/ask\""]);
    }
    let typed = [("subject", "Mail is lost"), ("body", "Nothing arrives")];
    let refused = pages.post(&pages.uma, "/cases/new/send", &typed).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.has(&[
        "value=\"Mail is lost\"",
        "value=\"Nothing arrives\"",
        "/ask/begin",
    ]);
    let carried = pages.post(&pages.uma, "/ask/begin", &typed).await;
    assert_eq!(carried.location, "/ask");
    pages
        .get(&pages.uma, "/ask")
        .await
        .has(&["You began to ask something", "Mail is lost"]);
    let form = pages.get(&pages.uma, "/ask?category=availability").await;
    form.has(&["Mail is lost", "Nothing arrives"]);
    let more = [("subject", "Other"), ("body", "And the calendar")];
    pages.post(&pages.uma, "/ask/begin", &more).await;
    let form = pages.get(&pages.uma, "/ask?category=availability").await;
    form.has(&["Mail is lost", "Nothing arrives", "And the calendar"]);
}

#[tokio::test]
async fn sent_to_support_twice_it_is_one_case_and_the_draft_of_another_stays() {
    let pages = Pages::new().await;
    let here = asked(&pages).await;
    let draft = [("subject", "My own unsent request"), ("body", "words")];
    pages.post(&pages.dana, "/cases/new/draft", &draft).await;
    let form = pages
        .get(&pages.dana, &format!("{}/escalation", served(&here)))
        .await;
    let fields = answers(&form, "every-reply");
    let to = format!("{}/escalation/send", served(&here));
    for _ in 0..2 {
        let sent = pages.post(&pages.dana, &to, &borrowed(&fields)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.html);
    }
    let case = the_case(&pages).await;
    let wizard = pages.get(&pages.dana, "/cases/new").await;
    wizard.has(&["My own unsent request"]);
    let fresh = answers(&form, "solution");
    let other = pages.post(&pages.dana, &to, &borrowed(&fresh)).await;
    assert_ne!(other.status, StatusCode::SEE_OTHER);
    assert_eq!(the_case(&pages).await.number, case.number);
    let entries = pages.world.app.db().read(async |tx| {
        system::reach(tx);
        cases::entries(tx, &case).await
    });
    assert_eq!(entries.await.unwrap().len(), 2, "opened, with a file");
}

#[tokio::test]
async fn nobody_who_was_let_go_and_no_program_is_asked_or_told() {
    let pages = Pages::new().await;
    let (app, at) = (&pages.world.app, Organisation::Account(pages.account));
    let serves = Role::ServiceSupportAdmin;
    let gus = pages.world.person("Gus", at, serves).await;
    let ines = pages.world.person("Ines", at, serves).await;
    let ken = pages.world.person("Ken", at, serves).await;
    let (gus, ines, ken) = (
        gus.session.person.id,
        ines.session.person.id,
        ken.session.person.id,
    );
    let robot = app.create_service(&pages.dana.session, "Robot", serves);
    let robot = robot.await.expect("a service account");
    let dana = pages.dana.session.person.id;
    let told = async |who: PersonId| {
        let list = app
            .db()
            .read(async |tx| inbox::list(tx, who, Some(pages.account), None).await);
        list.await.expect("what they were told").len()
    };
    let gone = app.deactivate(&pages.dana.session, gus);
    gone.await.expect("Gus is let go");
    asked(&pages).await;
    // Before what is written down is told, Ines is let go, and Ken serves no more.
    let gone = app.deactivate(&pages.dana.session, ines);
    gone.await.expect("Ines is let go");
    let changed = app.change_roles(&pages.dana.session, ken, &[]);
    changed.await.expect("Ken has no role any more");
    pages.world.settle().await;
    assert_eq!(told(dana).await, 1);
    for (name, nobody) in [("Gus", gus), ("Ines", ines), ("Ken", ken), ("Robot", robot)] {
        assert_eq!(told(nobody).await, 0, "{name}");
    }
    assert_eq!(damage(app).await.expect("a look"), Vec::<String>::new());
}
