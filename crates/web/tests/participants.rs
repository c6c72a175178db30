//! Who takes part in a case by name and what they see of it; notes for colleagues that the vendor
//! never sees; and what is shown of cases somebody only knows of.

#![allow(clippy::unwrap_used, reason = "tests")]

mod portal_world;

use axum::http::Method;
use mainstay_app::intake::Submission;
use mainstay_app::tokens::Wanted;
use mainstay_domain::access::Role;
use mainstay_domain::case::{Case, Command, NextTurn};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PartnerId;
use mainstay_store::accounts::{self, Delegation};
use mainstay_store::people::Organisation;
use mainstay_store::system;
use mainstay_testkit::{Persona, submission};
use mainstay_web::routes;
use portal_world::{Pages, at};
use uuid::Uuid;

const LATE: &str = "axolotl";
const NOTE: &str = "zebrafink";
const INTERNAL: &str = "quokka";

fn id(who: &Persona) -> String {
    who.session.person.id.to_string()
}

async fn add(pages: &Pages, by: &Persona, case: &Case, who: &Persona) {
    let people = format!("{}/people", at(case));
    let added = pages.post(by, &people, &[("person", &id(who))]).await;
    assert_eq!(added.status.as_u16(), 303, "{}", added.html);
}

async fn note(pages: &Pages, by: &Persona, case: &Case, words: &str) {
    let notes = format!("{}/colleague-notes", at(case));
    let noted = pages.post(by, &notes, &[("note", words)]).await;
    assert_eq!(noted.status.as_u16(), 303, "{}", noted.html);
}

async fn internal(pages: &Pages, case: &Case) -> Case {
    let body = format!("Between engineers: {INTERNAL}.");
    pages.act(&pages.mara, case, Command::Note { body }).await
}

/// Another person of Contoso.
async fn colleague(pages: &Pages, name: &str, role: Role) -> Persona {
    let at = Organisation::Account(pages.account);
    pages.world.person(name, at, role).await
}

/// A partner to which Contoso delegated technical requests, with one of its people.
async fn partner(pages: &Pages, role: Role) -> Persona {
    let (partner, account) = (PartnerId(Uuid::from_u128(77)), pages.account);
    let (granted_by, now) = (pages.dana.session.person.id, pages.world.app.now());
    let keep = async move |tx: &mut mainstay_store::Tx<'_>| {
        system::reach(tx);
        accounts::insert_partner(tx, partner, "Litware", now).await?;
        let delegation = Delegation {
            account,
            partner,
            kinds: vec![Kind::Technical],
            granted_by,
            ends_at: now.plus_minutes(60 * 24 * 30),
        };
        accounts::save_delegation(tx, &delegation, now).await
    };
    pages.world.app.db().write(keep).await.unwrap();
    let organisation = Organisation::Partner(partner);
    pages.world.person("Pia Partner", organisation, role).await
}

async fn billing_case(pages: &Pages) -> Case {
    let form = Submission {
        kind: Kind::Billing,
        impact: None,
        subject: "The invoice is wrong".to_owned(),
        ..submission('B')
    };
    pages
        .world
        .app
        .submit(&pages.dana.session, form)
        .await
        .unwrap()
}

/// Every page there is, and every call, as somebody sees them, with the case in their addresses;
/// and a search for the word.
async fn everything(pages: &Pages, who: &Persona, case: &Case, word: &str) -> String {
    let wanted = Wanted {
        customer: who.session.principal.account(),
        ..Wanted::from("walk")
    };
    let token = pages.world.app.create_token(&who.session, wanted).await;
    let token = token.unwrap();
    let mut seen = String::new();
    for route in routes::listed() {
        if route.method != Method::GET || route.path == "/live" {
            continue;
        }
        let path = route.path.replace("{number}", &case.number.to_string());
        let path = match path.starts_with("/accounts/") {
            true => path.replace("{id}", &pages.account.to_string()),
            false => path.replace("{id}", &Uuid::nil().to_string()),
        };
        let path = path
            .replace("{edition}", "2019-05-07")
            .replace("{word}", "none")
            .replace("{slug}", "not-found")
            .replace("{name}", "none");
        let page = match path.starts_with("/api/v1/") {
            true => pages.call(&token, &path).await,
            false => pages.get(who, &path).await,
        };
        assert!(!page.status.is_server_error(), "{path}: {}", page.status);
        seen.push_str(&page.html);
    }
    for path in ["/queue?view=part", "/queue?view=mine", "/cases?view=closed"] {
        seen.push_str(&pages.get(who, path).await.html);
    }
    for status in ["open", "closed"] {
        let list = format!("/api/v1/cases?status={status}");
        seen.push_str(&pages.call(&token, &list).await.html);
    }
    // The page repeats what was asked for; what was found is the case.
    let found = pages.get(who, &format!("/search?q={word}")).await;
    if found.html.contains(&format!("/cases/{}", case.number)) {
        seen.push_str(&format!("found by {word}"));
    }
    seen
}

#[tokio::test]
async fn a_colleague_who_is_added_sees_what_follows_and_nothing_before() {
    let pages = Pages::new().await;
    let (dana, uwe) = (&pages.dana, &pages.uma);
    let case = pages.world.request(dana, 'B').await;
    let asks = Command::AskInformation {
        body: "What does the log say?".to_owned(),
        items: vec!["The okapi log".to_owned()],
    };
    let case = pages.act(&pages.mara, &case, asks).await;
    assert_eq!(pages.get(uwe, &at(&case)).await.status.as_u16(), 404);
    let people = pages.get(dana, &format!("{}/people", at(&case))).await;
    people.has(&["Uwe User"]).lacks(&["Mara Lindqvist ·"]);
    add(&pages, dana, &case, uwe).await;
    pages
        .get(uwe, "/cases")
        .await
        .has(&["Mail does not arrive"]);
    let page = pages.get(uwe, &at(&case)).await;
    page.has(&[
        "Dana Whitfield added Uwe User",
        "from the moment you were added",
    ])
    .lacks(&["no</em> mail", "okapi", "What does the log say"]);
    let seen = everything(&pages, uwe, &case, "okapi").await;
    assert!(!seen.contains("okapi"), "{seen}");
    let said = format!("Try the {LATE} now.");
    let case = pages.answer(&case, &said, NextTurn::Customer).await;
    pages.get(uwe, &at(&case)).await.has(&[LATE]);
    let seen = everything(&pages, uwe, &case, LATE).await;
    assert!(seen.contains(&format!("found by {LATE}")));
    pages.world.settle().await;
    let told = pages.get(uwe, "/notifications").await;
    told.has(&["You were added to", "There is news on"]);
    assert_eq!(told.html.matches("There is news on").count(), 1);
    // What is ticked off, and a reply, are theirs to do; closing is not.
    pages.get(uwe, &at(&case)).await.lacks(&["/closure\""]);
    let reply = [("body", "It works."), ("last_seen", "99")];
    let replies = format!("{}/replies", at(&case));
    let replied = pages.post(uwe, &replies, &reply).await;
    assert_eq!(replied.status.as_u16(), 303);
    let closed = pages
        .post(uwe, &format!("{}/closure", at(&case)), &[])
        .await;
    assert!(closed.status.as_u16() / 100 == 4);
    // The customer and the vendor both see who was added.
    for who in [dana, &pages.mara] {
        let page = pages.get(who, &at(&case)).await;
        page.has(&["Dana Whitfield added Uwe User", "People of this request"]);
    }
}

#[tokio::test]
async fn whoever_is_removed_or_leaves_sees_and_hears_nothing_more() {
    let pages = Pages::new().await;
    let (dana, uwe) = (&pages.dana, &pages.uma);
    let case = pages.world.request(dana, 'B').await;
    add(&pages, dana, &case, uwe).await;
    pages.world.settle().await;
    let said = format!("A word on the {LATE}.");
    let case = pages.answer(&case, &said, NextTurn::Vendor).await;
    // Removed after it was said and before the notice is delivered.
    let removal = format!("{}/people/removal", at(&case));
    let removed = pages.post(dana, &removal, &[("person", &id(uwe))]).await;
    assert_eq!(removed.status.as_u16(), 303);
    pages.world.settle().await;
    let told = pages.get(uwe, "/notifications").await;
    told.has(&["You were added to"])
        .lacks(&["There is news on"]);
    assert_eq!(pages.get(uwe, &at(&case)).await.status.as_u16(), 404);
    let seen = everything(&pages, uwe, &case, LATE).await;
    assert!(!seen.contains(LATE));
    // Back again, from then on; and gone of their own accord.
    add(&pages, dana, &case, uwe).await;
    let page = pages.get(uwe, &at(&case)).await;
    page.has(&["added Uwe User"]).lacks(&[LATE]);
    let leaving = format!("{}/people/leaving", at(&case));
    let left = pages.post(uwe, &leaving, &[]).await;
    assert_eq!(left.location, "/cases?left=1");
    assert_eq!(pages.get(uwe, &at(&case)).await.status.as_u16(), 404);
    pages.get(dana, &at(&case)).await.has(&["Uwe User left"]);
    // Nobody removes others without the right to.
    let other = pages.post(uwe, &removal, &[("person", &id(dana))]).await;
    assert!(other.status.as_u16() / 100 == 4);
}

#[tokio::test]
async fn only_people_who_can_take_part_are_added() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    let people = format!("{}/people", at(&case));
    let elsewhere = pages.world.account("Fabrikam", "gb", "business").await;
    let stranger = pages.world.administrator("Omar Other", elsewhere).await;
    let nobody = Uuid::from_u128(1).to_string();
    for wrong in [id(&stranger), id(&pages.mara), nobody, "x".to_owned()] {
        let refused = pages
            .post(&pages.dana, &people, &[("person", &wrong)])
            .await;
        assert_eq!(refused.status.as_u16(), 422, "{wrong}");
        refused
            .has(&["Choose somebody from the list"])
            .lacks(&["Omar"]);
    }
    assert_eq!(pages.get(&stranger, &people).await.status.as_u16(), 404);
    let herself = id(&stranger);
    let foreign = pages
        .post(&stranger, &people, &[("person", &herself)])
        .await;
    assert_eq!(foreign.status.as_u16(), 404);
    // A person without an administrator role takes part in technical requests only.
    let billing = billing_case(&pages).await;
    let people = format!("{}/people", at(&billing));
    pages.get(&pages.dana, &people).await.lacks(&["Uwe User"]);
    let refused = pages
        .post(&pages.dana, &people, &[("person", &id(&pages.uma))])
        .await;
    assert_eq!(refused.status.as_u16(), 422);
    refused.has(&["Uwe User cannot take part in billing requests"]);
    // Whoever takes part adds nobody.
    let uwe = &pages.uma;
    add(&pages, &pages.dana, &case, uwe).await;
    let ute = colleague(&pages, "Ute User", Role::EndUser).await;
    let people = format!("{}/people", at(&case));
    pages
        .get(uwe, &people)
        .await
        .has(&["Leave this request"])
        .lacks(&["Ute User"]);
    let refused = pages.post(uwe, &people, &[("person", &id(&ute))]).await;
    assert_eq!(refused.status.as_u16(), 403);
}

#[tokio::test]
async fn a_colleague_of_another_desk_sees_the_public_thread_and_does_nothing() {
    let pages = Pages::new().await;
    let tara = pages
        .world
        .colleague("Tara Translator", Role::BillingAgent)
        .await;
    let case = pages.world.request(&pages.dana, 'B').await;
    let case = internal(&pages, &case).await;
    // Until then she knows that it exists, whose turn it is and its dates.
    let known = pages.get(&tara, &at(&case)).await;
    assert_eq!(known.status.as_u16(), 200);
    known
        .has(&["Your role shows that this request exists"])
        .lacks(&["Mail does not arrive"]);
    add(&pages, &pages.mara, &case, &tara).await;
    let case = internal(&pages, &case).await;
    let case = pages
        .answer(&case, &format!("The {LATE}."), NextTurn::Vendor)
        .await;
    let page = pages.get(&tara, &at(&case)).await;
    page.has(&[LATE, "Mail does not arrive"]).lacks(&[
        INTERNAL,
        "no</em> mail",
        "composer-reply",
        "composer-note",
    ]);
    pages
        .get(&tara, "/queue?view=part")
        .await
        .has(&["Mail does not arrive"]);
    pages
        .get(&tara, "/queue")
        .await
        .lacks(&["Mail does not arrive"]);
    let seen = everything(&pages, &tara, &case, INTERNAL).await;
    assert!(!seen.contains(INTERNAL));
    assert!(
        everything(&pages, &tara, &case, LATE)
            .await
            .contains("found by")
    );
    for (act, field) in [
        ("replies", "body"),
        ("notes", "note"),
        ("closure", "reason"),
    ] {
        let tried = pages
            .post(&tara, &format!("{}/{act}", at(&case)), &[(field, "x")])
            .await;
        assert!(tried.status.as_u16() / 100 == 4, "{act}: {}", tried.status);
    }
    let draft = format!("{}/drafts/note", at(&case));
    let kept = pages.post(&tara, &draft, &[("note", "x")]).await;
    assert_eq!(kept.status.as_u16(), 404);
    // The customer sees her, and does not remove her.
    let people = pages
        .get(&pages.dana, &format!("{}/people", at(&case)))
        .await;
    people.has(&["Tara Translator"]).lacks(&["/people/removal"]);
    let removal = format!("{}/people/removal", at(&case));
    let removed = pages
        .post(&pages.dana, &removal, &[("person", &id(&tara))])
        .await;
    assert_eq!(removed.status.as_u16(), 422);
}

#[tokio::test]
async fn a_partners_person_takes_part_while_the_customer_lets_them() {
    let pages = Pages::new().await;
    let pia = partner(&pages, Role::PartnerAgent).await;
    let case = pages.world.request(&pages.dana, 'B').await;
    assert_eq!(pages.get(&pia, &at(&case)).await.status.as_u16(), 404);
    let people = pages
        .get(&pages.dana, &format!("{}/people", at(&case)))
        .await;
    people.has(&["Pia Partner · Litware"]);
    add(&pages, &pages.dana, &case, &pia).await;
    note(
        &pages,
        &pages.dana,
        &case,
        &format!("Not for partners: {NOTE}."),
    )
    .await;
    let case = pages
        .answer(&case, &format!("The {LATE}."), NextTurn::Vendor)
        .await;
    pages
        .get(&pia, &at(&case))
        .await
        .has(&[LATE])
        .lacks(&[NOTE, "composer-colleagues"]);
    let seen = everything(&pages, &pia, &case, NOTE).await;
    assert!(!seen.contains(NOTE));
    let notes = format!("{}/colleague-notes", at(&case));
    let noted = pages.post(&pia, &notes, &[("note", "x")]).await;
    assert_eq!(noted.status.as_u16(), 403);
    pages.world.settle().await;
    let told = pages.get(&pia, "/notifications").await;
    told.has(&["There is news on"])
        .lacks(&["A colleague left a note"]);
}

#[tokio::test]
async fn a_note_for_colleagues_is_in_nothing_the_vendor_sees_and_the_reverse() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    add(&pages, &pages.dana, &case, &pages.uma).await;
    let listed = pages.get(&pages.mara, "/search?q=mail").await.html;
    pages.world.pass(5);
    note(&pages, &pages.dana, &case, &format!("Between us: {NOTE}.")).await;
    let case = internal(&pages, &case).await;
    pages.world.settle().await;
    assert!(listed.contains("Mail does not arrive"));
    let mut vendors = vec![pages.mara.clone()];
    for role in Role::ALL.into_iter().filter(|role| role.is_vendor()) {
        vendors.push(pages.world.colleague(role.code(), role).await);
    }
    for vendor in &vendors {
        let role = &vendor.session.principal.roles;
        let seen = everything(&pages, vendor, &case, NOTE).await;
        assert!(!seen.contains(NOTE), "{role:?}");
        assert!(!seen.contains("\"audience\":\"customer\""), "{role:?}");
        let draft = format!("{}/drafts/colleagues", at(&case));
        let kept = pages.post(vendor, &draft, &[("note", "x")]).await;
        assert!(kept.status.as_u16() / 100 == 4, "{role:?}");
        let notes = format!("{}/colleague-notes", at(&case));
        let noted = pages.post(vendor, &notes, &[("note", "x")]).await;
        assert!(noted.status.as_u16() / 100 == 4, "{role:?}");
    }
    assert!(
        everything(&pages, &pages.mara, &case, INTERNAL)
            .await
            .contains("found by")
    );
    // Colleagues who may see it do, and nobody of them sees the vendor's.
    for who in [&pages.dana, &pages.uma] {
        let page = pages.get(who, &at(&case)).await;
        page.has(&[NOTE, "entry-mates", "Save note for Contoso only"])
            .lacks(&[INTERNAL]);
        assert!(
            everything(&pages, who, &case, NOTE)
                .await
                .contains("found by")
        );
        assert!(
            !everything(&pages, who, &case, INTERNAL)
                .await
                .contains(INTERNAL)
        );
    }
    let told = pages.get(&pages.uma, "/notifications").await;
    told.has(&["A colleague left a note on"]);
    // A billing administrator knows that the request exists, and no more of it.
    let bill = colleague(&pages, "Bill Bills", Role::BillingAdmin).await;
    let seen = everything(&pages, &bill, &case, NOTE).await;
    assert!(!seen.contains(NOTE) && !seen.contains("Mail does not arrive"));
    let known = pages.get(&bill, &at(&case)).await;
    known.has(&["Dana Whitfield can read it"]);
}

#[tokio::test]
async fn a_note_takes_no_files_keeps_its_draft_and_names_its_mistake() {
    let pages = Pages::new().await;
    let case = pages.world.request(&pages.dana, 'B').await;
    let draft = format!("{}/drafts/colleagues", at(&case));
    let kept = pages
        .post(&pages.dana, &draft, &[("note", "half a thought")])
        .await;
    assert_eq!(kept.status.as_u16(), 204);
    pages
        .get(&pages.dana, &at(&case))
        .await
        .has(&["half a thought"]);
    let notes = format!("{}/colleague-notes", at(&case));
    let empty = pages.post(&pages.dana, &notes, &[("note", " ")]).await;
    assert_eq!(empty.status.as_u16(), 422);
    note(&pages, &pages.dana, &case, "a whole thought").await;
    let page = pages.get(&pages.dana, &at(&case)).await;
    page.has(&["a whole thought"]).lacks(&["half a thought"]);
    // No clock and no turn moved: the vendor owes its first response as before.
    pages
        .get(&pages.mara, "/queue")
        .await
        .has(&["Mail does not arrive"]);
}

#[tokio::test]
async fn what_a_role_sees_of_the_list_is_said_and_what_it_knows_of_is_shown() {
    let pages = Pages::new().await;
    let technical = pages.world.request(&pages.dana, 'B').await;
    let billing = billing_case(&pages).await;
    let priya = colleague(&pages, "Priya Prime", Role::GlobalAdmin).await;
    let sam = colleague(&pages, "Sam Support", Role::ServiceSupportAdmin).await;
    pages
        .get(&priya, "/cases")
        .await
        .has(&["You see every request of Contoso"]);
    pages.get(&sam, "/cases").await.has(&[
        "You see every technical request of Contoso",
        "Dana Whitfield and Priya Prime see all",
        &billing.number.to_string(),
    ]);
    pages.get(&pages.uma, "/cases").await.has(&[
        "You see the requests you asked for and those you take part in",
        "Dana Whitfield and Priya Prime see all",
    ]);
    // Closed, the billing request is known of all the same.
    let reason = "Paid".to_owned();
    let closed = pages
        .act(&pages.dana, &billing, Command::Close { reason })
        .await;
    let list = pages.get(&sam, "/cases?view=closed").await;
    list.has(&[&closed.number.to_string(), "Other closed requests"])
        .lacks(&["The invoice is wrong"]);
    // By its number, at both sides and through the API.
    for who in [&sam, &pages.mara] {
        let search = format!("/search?q={}", closed.number);
        assert_eq!(pages.get(who, &search).await.location, at(&closed));
        let page = pages.get(who, &at(&closed)).await;
        page.has(&["Your role shows"])
            .lacks(&["The invoice is wrong"]);
        let token = pages
            .world
            .app
            .create_token(&who.session, "one")
            .await
            .unwrap();
        let call = format!("/api/v1{}", at(&closed));
        let body = pages.call(&token, &call).await;
        body.has(&["\"is_metadata\":true", "\"status\":\"closed\""])
            .lacks(&["The invoice", "entries"]);
        let deadlines = pages.call(&token, &format!("{call}/deadlines")).await;
        assert_eq!(deadlines.status.as_u16(), 404);
    }
    let account = pages
        .get(&pages.mara, &format!("/accounts/{}", pages.account))
        .await;
    account
        .has(&["Cases of other desks", &closed.number.to_string()])
        .lacks(&["The invoice is wrong"]);
    // Of those without even that right, it reads as what does not exist.
    let page = pages.get(&pages.uma, &at(&closed)).await;
    assert_eq!(page.status.as_u16(), 404);
    assert_eq!(
        pages.get(&pages.uma, &at(&technical)).await.status.as_u16(),
        404
    );
}
