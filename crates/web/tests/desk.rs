//! The queue and the case workspace through the router, on a real database with a settable clock.

mod desk_world;

use desk_world::Desk;
use mainstay_domain::case::{Command, NextTurn};

fn place(text: &str, words: &str) -> usize {
    text.find(words)
        .unwrap_or_else(|| panic!("no `{words}` in {text}"))
}

#[tokio::test]
async fn the_queue_is_sorted_by_what_is_due_and_says_what_was_missed() {
    let desk = Desk::new().await;
    desk.open(&desk.dana, 'B', "Calendar is slow").await;
    desk.open(&desk.dana, 'A', "Nobody gets mail").await;
    desk.world.pass(61);
    desk.world.settle().await;
    desk.open(&desk.dana, 'A', "Sign-in fails").await;
    let c = desk.open(&desk.dana, 'C', "A question").await;
    let ask = Command::Reply {
        body: "Which one?".to_owned(),
        next: NextTurn::Customer,
    };
    desk.act(&desk.agent, &c, ask).await;

    let page = desk.get(&desk.agent, "/queue").await;
    page.is(200).says(&[
        "Missed",
        "breached 1 min 00 s ago",
        "Due soon",
        "Waiting for others",
    ]);
    let order = [
        "Nobody gets mail",
        "Sign-in fails",
        "Calendar is slow",
        "A question",
    ]
    .map(|subject| place(&page.text, subject));
    assert!(order.is_sorted(), "{order:?}");
    assert!(page.text.len() < 80_000);

    let empty = desk.get(&desk.agent, "/queue?view=mine").await;
    empty.says(&["None of the open cases is yours. Next due", "Contoso"]);
}

#[tokio::test]
async fn a_page_of_the_queue_holds_fifty_and_is_small() {
    let desk = Desk::new().await;
    for n in 0..53 {
        desk.open(
            &desk.dana,
            'B',
            &format!("Matter {n:02} with a subject as long as they tend to be"),
        )
        .await;
    }
    let page = desk.get(&desk.agent, "/queue?view=unassigned").await;
    page.is(200)
        .says(&["Matter 00", "Matter 49", "Next page"])
        .hides(&["Matter 50"]);
    assert!(page.text.len() < 80_000, "{} bytes", page.text.len());
    let next = page
        .text
        .split("href=\"")
        .find(|rest| rest.contains("after="))
        .unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&");
    let page = desk.get(&desk.agent, &next).await;
    page.is(200)
        .says(&["Matter 50", "Matter 52", "First page"])
        .hides(&["Matter 49"]);
}

#[tokio::test]
async fn take_next_takes_what_is_due_first_and_opens_it_to_reply() {
    let desk = Desk::new().await;
    desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let first = desk.open(&desk.dana, 'A', "Nobody gets mail").await;
    let answer = desk.post(&desk.agent, "/queue/next", &[]).await;
    assert_eq!(
        answer.location,
        format!("/cases/{}?done=taken#reply-body", first.number)
    );
    let page = desk.get(&desk.agent, &answer.location).await;
    page.is(200).says(&[
        "It is yours now.",
        "id=\"reply-body\"",
        "Send to Dana Whitfield at Contoso",
        "Send and wait for customer",
        "took the case",
    ]);
    desk.post(&desk.agent, "/queue/next", &[]).await.is(303);
    let answer = desk.post(&desk.agent, "/queue/next", &[]).await;
    assert_eq!(answer.location, "/queue?view=unassigned&clear=1");
    desk.get(&desk.agent, &answer.location)
        .await
        .says(&["Everything is taken", "Queue clear."]);
}

#[tokio::test]
async fn a_reply_stops_the_clock_and_why_it_was_due_is_explained() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    desk.case(&desk.agent, &case).await.says(&[
        "In the words of the edition",
        "Europe/Berlin",
        "revision 1",
        "2019-05-07",
        "Day of receipt",
    ]);
    desk.world.pass(10);
    let fields = [
        ("body", "We look **into** it"),
        ("next", "customer"),
        ("last_seen", "1"),
    ];
    let answer = desk.try_on(&desk.agent, &case, "replies", &fields).await;
    answer.is(303);
    let page = desk.get(&desk.agent, &answer.location).await;
    page.says(&[
        "Sent to the customer.",
        "<strong>into</strong>",
        "early",
        "Waiting for customer",
    ]);
}

#[tokio::test]
async fn a_note_is_for_colleagues_and_takes_no_files() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    desk.try_on(&desk.agent, &case, "notes", &[("note", "their own fault")])
        .await
        .is(303);
    let page = desk.case(&desk.agent, &case).await;
    page.says(&["their own fault", "entry-note", "Internal note"]);
    let note_form = &page.text[place(&page.text, "id=\"composer-note\"")..];
    assert!(!note_form.contains("type=\"file\""));
    desk.case(&desk.dana, &case)
        .await
        .is(200)
        .hides(&["their own fault"]);
    desk.get(&desk.dana, "/search?q=fault")
        .await
        .hides(&["Calendar"]);
    desk.get(&desk.agent, "/search?q=fault")
        .await
        .says(&["Calendar is slow"]);
}

#[tokio::test]
async fn a_stale_reply_is_held_back_with_its_text_and_goes_out_the_second_time() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let wrote = Command::Reply {
        body: "Only since Sunday".to_owned(),
        next: NextTurn::Vendor,
    };
    desk.act(&desk.dana, &case, wrote).await;
    let fields = [("body", "Since when?"), ("last_seen", "1")];
    let held = desk.try_on(&desk.agent, &case, "replies", &fields).await;
    held.is(409).says(&[
        "Since when?</textarea>",
        "id=\"newer-2\"",
        "name=\"last_seen\" value=\"2\"",
    ]);
    let fields = [("body", "Since when?"), ("last_seen", "2")];
    desk.try_on(&desk.agent, &case, "replies", &fields)
        .await
        .is(303);
}

#[tokio::test]
async fn the_effect_of_a_severity_is_shown_before_it_is_changed() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let preview = format!("/cases/{}/severity/preview", case.number);
    let shown = desk
        .fragment(&desk.agent, &preview, &[("severity", "A")])
        .await;
    shown.is(200).says(&[
        "data-preview-into",
        "First response due moves from",
        "18:30",
    ]);
    // Without script: the whole page, with what was typed.
    let typed = [("severity", "A"), ("reason", "All are down")];
    let page = desk.post(&desk.agent, &preview, &typed).await;
    page.is(200)
        .says(&["First response due moves from", "All are down</textarea>"]);
    desk.case(&desk.agent, &case)
        .await
        .hides(&["changed the severity"]);

    desk.try_on(&desk.agent, &case, "severity", &typed)
        .await
        .is(303);
    desk.case(&desk.agent, &case).await.says(&[
        "changed the severity from B to A",
        "All are down",
        "Critical",
    ]);
    let again = desk.try_on(&desk.agent, &case, "severity", &typed).await;
    again
        .is(409)
        .says(&["The severity is A already", "All are down</textarea>"]);
}

#[tokio::test]
async fn what_is_outside_support_is_referred_with_the_editions_words() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Our script fails").await;
    desk.case(&desk.agent, &case)
        .await
        .says(&["Refer and close", "https://support.microsoft.com/"]);
    let wrong = [("boundary", "weather"), ("reason", "It rains")];
    let refused = desk.try_on(&desk.agent, &case, "referral", &wrong).await;
    refused.is(422).says(&["It rains</textarea>", "weather"]);
    let fields = [("boundary", "scripts"), ("reason", "It is your own script")];
    desk.try_on(&desk.agent, &case, "referral", &fields)
        .await
        .is(303);
    desk.case(&desk.agent, &case).await.says(&[
        "Outside support",
        "It is your own script",
        "Reopen",
    ]);
}

#[tokio::test]
async fn a_case_is_asked_about_ticked_off_closed_and_reopened_within_the_window() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let ask = [
        ("body", "Please tell"),
        ("items", "Which room\n\nSince when"),
        ("next", "ask"),
    ];
    desk.try_on(&desk.agent, &case, "replies", &ask)
        .await
        .is(303);
    desk.case(&desk.agent, &case)
        .await
        .says(&["0 of 2 answered", "Which room"]);
    desk.try_on(&desk.agent, &case, "answers", &[("items", "1")])
        .await
        .is(303);
    desk.case(&desk.agent, &case)
        .await
        .says(&["1 of 2 answered"]);
    let none = desk.try_on(&desk.agent, &case, "answers", &[]).await;
    none.is(422).says(&["There is no open question"]);
    let empty = [("body", "Please tell"), ("items", " "), ("next", "ask")];
    let refused = desk.try_on(&desk.agent, &case, "replies", &empty).await;
    refused
        .is(422)
        .says(&["Items is empty", "Please tell</textarea>"]);

    let refused = desk
        .try_on(&desk.agent, &case, "closure", &[("reason", "")])
        .await;
    refused.is(422).says(&["Reason is empty"]);
    desk.try_on(
        &desk.agent,
        &case,
        "closure",
        &[("reason", "Solved by itself")],
    )
    .await
    .is(303);
    let page = desk.case(&desk.agent, &case).await;
    page.says(&["Can be reopened until Sat 11 Apr 2026", "Internal note"])
        .hides(&["id=\"composer-reply\""]);
    desk.try_on(&desk.agent, &case, "reopening", &[("reason", "It is back")])
        .await
        .is(303);
    desk.case(&desk.agent, &case)
        .await
        .says(&["It is back", "id=\"composer-reply\""]);
    desk.try_on(&desk.agent, &case, "closure", &[("reason", "Done")])
        .await
        .is(303);
    desk.world.pass(15 * 1440);
    let agent = desk.world.sign_in(desk.agent.session.person.id).await;
    desk.case(&agent, &case)
        .await
        .says(&["Could be reopened until"]);
    desk.try_on(&agent, &case, "reopening", &[("reason", "Again")])
        .await
        .is(409);
}

#[tokio::test]
async fn every_form_of_a_case_keeps_what_was_typed_when_it_is_refused() {
    let desk = Desk::new().await;
    let case = desk.open(&desk.dana, 'B', "Calendar is slow").await;
    let long = "x".repeat(2_001);
    for act in ["closure", "escalation", "severity", "referral"] {
        let fields = [
            ("reason", long.as_str()),
            ("severity", "A"),
            ("boundary", "scripts"),
            ("to", "management"),
        ];
        let refused = desk.try_on(&desk.lead, &case, act, &fields).await;
        refused
            .is(422)
            .says(&["at most 2000 fit", &long, "<title>Error:"]);
    }
    let body = "y".repeat(50_001);
    let refused = desk
        .try_on(
            &desk.lead,
            &case,
            "replies",
            &[("body", &body), ("last_seen", "1")],
        )
        .await;
    refused.is(422).says(&["at most 50000 fit", &body]);
    let refused = desk
        .try_on(&desk.lead, &case, "notes", &[("note", &body)])
        .await;
    refused.is(422).says(&[&body]);
    let same = desk
        .try_on(&desk.lead, &case, "assignment", &[("agent", "nobody")])
        .await;
    same.is(409).says(&["assigned that way already"]);
}
