//! Drafts of editions and calendars through the router, and publishing them: mistakes with their
//! lines, nothing lost, the second person, and what everybody else is refused.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod desk_world;

use desk_world::{Answer, Desk};
use mainstay_description::shipped;
use mainstay_domain::access::Role;
use mainstay_testkit::Persona;

const DRAFTS: &str = "/desk/descriptions";
const WHY: (&str, &str) = ("reason", "Signed by the board");

fn edition(day: &str) -> String {
    shipped::EDITIONS[1].1.replace("2019-05-07", day)
}

/// Germany with one calendar more.
fn germany() -> String {
    let mut regions = shipped::REGIONS.iter();
    let (_, text) = regions
        .find(|(name, _)| *name == "regions/de.toml")
        .unwrap();
    format!(
        "{text}\n[[revision]]\nnumber = 2\npublished_on = 2026-06-01\nsource = \"The council\"\n\
         weekly = [{{ days = [\"mon\"], from = \"08:00\", to = \"16:00\" }}]\n\
         holidays = [{{ on = 2029-05-01, name = \"Tag der Arbeit\" }}]\n"
    )
}

/// Somebody keeps a draft; its page.
async fn drafted(desk: &Desk, who: &Persona, text: &str) -> String {
    let kept = desk.post(who, DRAFTS, &[("content", text)]).await;
    kept.is(303);
    let (page, flash) = kept.location.split_once('?').unwrap();
    assert_eq!(flash, "done=kept");
    page.to_owned()
}

/// The agreement of the one approval on a page.
fn agreement_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("action=\"/approvals/").unwrap();
    format!("/approvals/{}/agreement", &rest[..36])
}

#[tokio::test]
async fn what_is_published_and_drafted_is_for_leads_and_managers() {
    let desk = Desk::new().await;
    let draft = drafted(&desk, &desk.lead, &edition("2027-01-01")).await;
    for who in [&desk.lead, &desk.manager] {
        let page = desk.get(who, DRAFTS).await;
        page.is(200).says(&[
            "In force now",
            "Was in force until Tue 7 May 2019",
            "href=\"/description/2019-05-07\"",
            "Germany",
            "Europe/Berlin",
            "Revision 1, from",
            &format!("href=\"{draft}\""),
            "Edition 2027-01-01",
            "No mistakes",
            "Lea Sommer",
        ]);
        desk.get(who, "/queue").await.says(&["Publishing"]);
        desk.get(who, &draft).await.is(200);
    }
    for who in [&desk.agent, &desk.admin, &desk.dana] {
        for path in [DRAFTS, "/desk/descriptions/new", &draft] {
            desk.get(who, path).await.is(403).hides(&["2027-01-01"]);
        }
        desk.post(who, DRAFTS, &[("content", "x")]).await.is(403);
        for act in ["", "/publication", "/discard"] {
            let path = format!("{draft}{act}");
            let fields = [("content", "x"), ("revision", "1"), WHY];
            desk.post(who, &path, &fields).await.is(403);
        }
    }
    desk.get(&desk.agent, "/queue").await.hides(&["Publishing"]);
    let gone = "/desk/descriptions/00000000-0000-0000-0000-00000000ffff";
    desk.get(&desk.lead, gone).await.is(404);
    desk.get(&desk.lead, "/desk/descriptions/x").await.is(404);
}

#[tokio::test]
async fn every_mistake_is_shown_with_its_line_and_the_text_stays() {
    let desk = Desk::new().await;
    let new = desk.get(&desk.lead, "/desk/descriptions/new").await;
    new.is(200).says(&["name=\"content\"", "type=\"file\""]);
    desk.post(&desk.lead, DRAFTS, &[("content", "  ")])
        .await
        .is(422)
        .says(&["or choose a file"]);
    let broken = edition("2027-01-01")
        .replacen("title = ", "titel = ", 1)
        .replacen("\"wide\"", "\"wid\"", 1);
    let line = broken.lines().position(|line| line.starts_with("titel"));
    let place = format!("Line {}, character 1:", line.unwrap() + 1);
    let draft = drafted(&desk, &desk.lead, &broken).await;
    desk.get(&desk.lead, &draft).await.is(200).says(&[
        "2 mistakes",
        &place,
        "has no key `titel`",
        "What to do:",
        "titel = &quot;Support&quot;",
        "Keep the draft and check it",
    ]);
    desk.get(&desk.lead, DRAFTS).await.says(&["2 mistakes"]);
    // A manager cannot ask for it either.
    desk.get(&desk.manager, &draft)
        .await
        .hides(&["Publish it", "/publication"]);
    let fields = [("content", broken.as_str()), ("revision", "1"), WHY];
    desk.post(&desk.manager, &format!("{draft}/publication"), &fields)
        .await
        .is(409)
        .says(&["has mistakes", "titel = "]);
    let sound = edition("2027-01-01");
    let fields = [("content", sound.as_str()), ("revision", "1")];
    desk.post(&desk.lead, &draft, &fields).await.is(303);
    desk.get(&desk.lead, &draft).await.is(200).says(&[
        "No mistakes.",
        "Fri 1 Jan 2027",
        "All 2 customers",
        "Instead of",
        "against edition 2019-05-07",
        "A manager has it published once it has no mistakes: Max Vogel can.",
    ]);
}

#[tokio::test]
async fn a_file_takes_the_place_of_what_was_typed_unless_it_cannot_be_taken() {
    let desk = Desk::new().await;
    let lead = &desk.lead;
    let text = edition("2027-01-01").replace('\n', "\r\n");
    let file = ("file", "mine.toml", text.as_bytes());
    let kept = desk.upload(lead, DRAFTS, &[("content", "typed")], file);
    let kept = kept.await;
    kept.is(303);
    let page = desk.get(lead, &kept.location).await;
    page.is(200).says(&["Kept.", "No mistakes."]);
    let nothing = ("file", "", &b""[..]);
    let kept = desk.upload(lead, DRAFTS, &[("content", "typed")], nothing);
    let kept = kept.await;
    kept.is(303);
    desk.get(lead, &kept.location)
        .await
        .says(&["One mistake", ">typed</textarea>"]);
    let much = "#".repeat(600 * 1024);
    for (bytes, words) in [
        (&b"\xff\xfe[\0"[..], "is no text in UTF-8"),
        (much.as_bytes(), "larger than 256 KB"),
    ] {
        for path in [DRAFTS, kept.location.split('?').next().unwrap()] {
            let fields = [("content", "what I typed"), ("revision", "1")];
            let file = ("file", "mine.toml", bytes);
            let refused = desk.upload(lead, path, &fields, file).await;
            refused.is(422).says(&[words, ">what I typed</textarea>"]);
        }
    }
}

#[tokio::test]
async fn two_who_write_at_once_lose_nothing() {
    let desk = Desk::new().await;
    let draft = drafted(&desk, &desk.lead, "# one").await;
    let theirs = [("content", "# theirs"), ("revision", "1")];
    desk.post(&desk.manager, &draft, &theirs).await.is(303);
    let mine = [("content", "# mine"), ("revision", "1")];
    let refused = desk.post(&desk.lead, &draft, &mine).await;
    refused.is(409).says(&[
        "changed since you opened it",
        "># mine</textarea>",
        "# theirs",
        "name=\"revision\" value=\"2\"",
        "What you wrote is not kept yet.",
    ]);
    let mine = [("content", "# mine"), ("revision", "2")];
    desk.post(&desk.lead, &draft, &mine).await.is(303);
    desk.get(&desk.manager, &draft)
        .await
        .says(&["># mine</textarea>"]);
    let discard = format!("{draft}/discard");
    desk.post(&desk.manager, &discard, &[("revision", "2")])
        .await
        .is(409)
        .says(&["># mine</textarea>"]);
    let gone = desk.post(&desk.lead, &discard, &[("revision", "3")]).await;
    assert_eq!(gone.location, "/desk/descriptions?done=discarded");
    desk.get(&desk.lead, &draft).await.is(404);
}

#[tokio::test]
async fn another_manager_sees_what_it_is_and_agrees() {
    let desk = Desk::new().await;
    let mia = desk.world.colleague("Mia Second", Role::Manager).await;
    let text = edition("2026-03-01");
    let draft = drafted(&desk, &desk.lead, &text).await;
    desk.get(&desk.manager, &draft).await.is(200).says(&[
        "has begun already. It is in force as soon as it is published",
        "Mia Second can. What is published stays as it is.",
        "Ask for it to be published",
    ]);
    let publication = format!("{draft}/publication");
    let lead = [("content", text.as_str()), ("revision", "1"), WHY];
    desk.post(&desk.lead, &publication, &lead).await.is(403);
    desk.post(&desk.manager, &publication, &lead[..2])
        .await
        .is(422)
        .says(&["Write why", "[edition]"]);
    // What was changed in the same form is kept and looked at before it is asked for.
    let changed = text.replace("reopen_within_days = 14", "reopen_within_days = 20");
    let fields = [("content", changed.as_str()), ("revision", "1"), WHY];
    desk.post(&desk.manager, &publication, &fields)
        .await
        .is(409)
        .says(&["look at it and ask once more", "Signed by the board"]);
    let fields = [("content", changed.as_str()), ("revision", "2"), WHY];
    let asked = desk.post(&desk.manager, &publication, &fields).await;
    assert_eq!(asked.location, format!("{draft}?done=asked"));
    desk.get(&desk.manager, &draft)
        .await
        .says(&[
            "Max Vogel asked for revision 2",
            "It waits for another manager",
        ])
        .hides(&["Ask for it to be published"]);
    desk.get(&desk.lead, DRAFTS)
        .await
        .says(&["Max Vogel asks to publish it"]);
    desk.get(&desk.lead, "/approvals")
        .await
        .hides(&["2026-03-01"]);
    let waiting = desk.get(&mia, "/approvals").await;
    waiting.is(200).says(&[
        "Publish edition 2026-03-01 of the service description",
        "Signed by the board",
        &format!("href=\"{draft}\""),
        "Agree and do it",
    ]);
    let agreement = agreement_of(&waiting);
    desk.post(&desk.lead, &agreement, &[]).await.is(404);
    desk.post(&desk.agent, &agreement, &[]).await.is(404);
    desk.post(&desk.manager, &agreement, &[]).await.is(403);
    desk.post(&mia, &agreement, &[]).await.is(303);
    desk.get(&desk.dana, "/description")
        .await
        .is(200)
        .says(&["2026-03-01"]);
    desk.get(&desk.lead, &draft).await.is(200).says(&[
        "This draft was published.",
        "href=\"/description/2026-03-01\"",
        "/desk/descriptions/new?edition=2026-03-01",
    ]);
    let page = desk.get(&desk.lead, DRAFTS).await;
    page.says(&["No draft is being written"]);
    let next = desk
        .get(&desk.lead, "/desk/descriptions/new?edition=2026-03-01")
        .await;
    next.is(200)
        .says(&["reopen_within_days = 20", "Give it an id"]);
    desk.get(&desk.manager, "/log").await.says(&[
        "Published an edition",
        "Signed by the board",
        "Mia Second",
    ]);
}

#[tokio::test]
async fn what_changed_since_it_was_asked_for_cannot_be_agreed_to() {
    let desk = Desk::new().await;
    let mia = desk.world.colleague("Mia Second", Role::Manager).await;
    let draft = drafted(&desk, &desk.manager, &germany()).await;
    let text = germany();
    let fields = [("content", text.as_str()), ("revision", "1"), WHY];
    desk.post(&desk.manager, &format!("{draft}/publication"), &fields)
        .await
        .is(303);
    let waiting = desk.get(&mia, "/approvals").await;
    waiting.says(&["Publish the calendars of region de", "Agree and do it"]);
    let agreement = agreement_of(&waiting);
    let other = text.replace("The council", "The other council");
    let fields = [("content", other.as_str()), ("revision", "1")];
    desk.post(&desk.lead, &draft, &fields).await.is(303);
    desk.get(&mia, "/approvals")
        .await
        .says(&["Changed since", "Decline"])
        .hides(&["Agree and do it"]);
    desk.post(&mia, &agreement, &[])
        .await
        .is(409)
        .says(&["has changed since"]);
    desk.get(&mia, &draft).await.says(&[
        "nobody can agree to that any more",
        "Ask for it to be published",
    ]);
}

#[tokio::test]
async fn two_managers_publish_a_calendar_and_one_is_told_that_it_takes_two() {
    let desk = Desk::new().await;
    let begun = desk
        .get(&desk.manager, "/desk/descriptions/new?region=de")
        .await;
    begun
        .is(200)
        .says(&["code = &quot;de&quot;", "add yours at the end"]);
    let text = germany();
    let draft = drafted(&desk, &desk.manager, &text).await;
    desk.get(&desk.manager, &draft).await.is(200).says(&[
        "Germany (de)",
        "One customer in this region",
        "Revision 2, from Mon 1 Jun 2026",
        "Other opening hours: Mon 08:00–16:00",
        "One holiday more: Tue 1 May 2029 Tag der Arbeit",
        "Requests that are open keep the calendar",
        "It takes two managers to publish",
    ]);
    let fields = [("content", text.as_str()), ("revision", "1"), WHY];
    let publication = format!("{draft}/publication");
    let alone = desk.post(&desk.manager, &publication, &fields).await;
    alone.is(422).says(&["nobody else here may agree"]);
    let mia = desk.world.colleague("Mia", Role::Manager).await;
    desk.post(&desk.manager, &publication, &fields)
        .await
        .is(303);
    let agreement = agreement_of(&desk.get(&mia, "/approvals").await);
    desk.post(&mia, &agreement, &[]).await.is(303);
    desk.get(&desk.lead, DRAFTS).await.is(200).says(&[
        "Revision 2, from Mon 1 Jun 2026",
        "Until then revision 1 holds.",
    ]);
    desk.get(&desk.manager, "/log")
        .await
        .says(&["Published the calendars of a region"]);
}

#[tokio::test]
async fn what_lies_before_or_behind_is_said_before_it_is_asked_for() {
    let desk = Desk::new().await;
    for (day, words) in [
        ("2027-01-01", "It is in force from Fri 1 Jan 2027 (UTC) on."),
        ("2026-03-01", "even those opened since that day"),
        (
            "2016-01-01",
            "that of the newer edition 2019-05-07, which stays in force",
        ),
    ] {
        let draft = drafted(&desk, &desk.lead, &edition(day)).await;
        desk.get(&desk.lead, &draft).await.is(200).says(&[words]);
    }
    let draft = drafted(&desk, &desk.lead, shipped::EDITIONS[1].1).await;
    desk.get(&desk.lead, &draft)
        .await
        .says(&["is published already, as it stands here"]);
}
