//! The edge cases the rules list as "not in the vectors": one test each, in the words of the law.

mod common;

use common::shipped::{
    Story, by, calendar_of, customer, edition, impact_for, moment, new_case, reply, severity,
    terms, terms_with, vendor,
};
use mainstay_domain::Moment;
use mainstay_domain::case::{
    Channel, Command, Metric, Milestone, MilestoneState, NextTurn, Refusal, Side, Status, Terms,
};
use mainstay_domain::edition::{AnytimeException, Medium};
use mainstay_domain::entitlement::{FirstResponse, Reason};

/// Friday 27 March 2026, 17:30 in Berlin, half an hour after closing.
const FRIDAY_EVENING: &str = "2026-03-27T17:30:00+01:00";

fn first_response(story: &Story) -> Option<MilestoneState> {
    let promised = |m: &&Milestone| m.metric == Metric::InitialResponse && !m.is_internal;
    let found = story.case.clocks.milestones().iter().find(promised);
    found.map(|milestone| milestone.state)
}

fn running(due_at: &str) -> Option<MilestoneState> {
    Some(MilestoneState::Running {
        due_at: moment(due_at),
    })
}

fn change(story: &mut Story, to: &str, at: &str) {
    story
        .act(severity(to), &vendor(moment(at)))
        .expect("a change of severity");
}

#[test]
fn a_response_exactly_at_the_due_second_is_met() {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY_EVENING);
    let due_at = moment("2026-03-28T01:30:00+01:00");
    assert_eq!(
        first_response(&story),
        Some(MilestoneState::Running { due_at })
    );
    story.tick(due_at);
    story.act(reply(NextTurn::Vendor), &vendor(due_at)).unwrap();
    assert_eq!(
        first_response(&story),
        Some(MilestoneState::Met { at: due_at, due_at })
    );
}

#[test]
fn a_response_one_second_later_is_a_breach() {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY_EVENING);
    let due_at = moment("2026-03-28T01:30:00+01:00");
    let late = due_at.plus_seconds(1);
    story.act(reply(NextTurn::Vendor), &vendor(late)).unwrap();
    let breached = MilestoneState::Breached {
        due_at,
        met_at: Some(late),
    };
    assert_eq!(first_response(&story), Some(breached));
}

#[test]
fn a_recorded_breach_stays_when_the_severity_is_lowered() {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "A", FRIDAY_EVENING);
    let breached = MilestoneState::Breached {
        due_at: moment("2026-03-27T18:30:00+01:00"),
        met_at: None,
    };
    change(&mut story, "B", "2026-03-27T18:30:01+01:00");
    assert_eq!(first_response(&story), Some(breached));
    change(&mut story, "C", "2026-03-27T19:00:00+01:00");
    assert_eq!(first_response(&story), Some(breached));
}

#[test]
fn a_severity_toggled_a_b_a_resumes_with_what_was_left() {
    let mut story = Story::open(
        &terms("2014-05-16", "e3", "de"),
        "A",
        "2026-03-02T09:00:00Z",
    );
    assert_eq!(first_response(&story), running("2026-03-02T10:00:00Z"));
    // 40 minutes of A's hour are used; B's clock has run all along.
    change(&mut story, "B", "2026-03-02T09:40:00Z");
    assert_eq!(first_response(&story), running("2026-03-02T17:00:00Z"));
    change(&mut story, "A", "2026-03-02T12:00:00Z");
    assert_eq!(first_response(&story), running("2026-03-02T12:20:00Z"));
}

#[test]
fn a_rise_in_severity_never_gives_more_time_than_the_looser_promise() {
    let mut story = Story::open(
        &terms("2014-05-16", "e3", "de"),
        "B",
        "2026-03-02T09:00:00Z",
    );
    change(&mut story, "A", "2026-03-02T16:30:00Z");
    assert_eq!(first_response(&story), running("2026-03-02T17:00:00Z"));
}

#[test]
fn a_case_opened_under_2014_keeps_its_terms_when_the_subscription_is_renewed_to_2019() {
    let old = terms("2014-05-16", "e3", "de");
    let new = terms("2019-05-07", "e3", "de");
    let mut story = Story::open(&old, "C", FRIDAY_EVENING);
    assert_eq!(story.case.terms.edition, "2014-05-16");
    // Renewed over the weekend; the case goes on under what was in force when it was opened.
    change(&mut story, "B", "2026-03-30T10:00:00+02:00");
    assert_eq!(first_response(&story), running("2026-03-30T18:00:00+02:00"));
    let next = Story::open(&new, "B", "2026-03-30T10:00:00+02:00");
    assert_eq!(first_response(&next), running("2026-04-01T00:00:00+02:00"));
}

/// Midsize in Germany under a calendar with one more holiday.
fn with_holiday(on: &str) -> Terms {
    let mut calendar = calendar_of("de");
    calendar
        .holidays
        .insert(on.parse().expect("a date"), "added".to_owned());
    let mut terms = terms_with(edition("2014-05-16"), "midsize", "de", calendar);
    terms.pinned.calendar_revision = 2;
    terms
}

#[test]
fn a_holiday_added_for_yesterday_moves_nothing() {
    let story = Story::open(&terms("2014-05-16", "midsize", "de"), "B", FRIDAY_EVENING);
    assert_eq!(first_response(&story), running("2026-03-30T17:00:00+02:00"));
    assert_eq!(story.case.terms.calendar_revision, 1);
    let later = Story::open(&with_holiday("2026-03-26"), "B", FRIDAY_EVENING);
    assert_eq!(first_response(&later), first_response(&story));
}

#[test]
fn a_holiday_added_for_tomorrow_holds_for_new_cases_and_not_for_open_ones() {
    let mut story = Story::open(&terms("2014-05-16", "midsize", "de"), "B", FRIDAY_EVENING);
    let revised = with_holiday("2026-03-30");
    let later = Story::open(&revised, "B", FRIDAY_EVENING);
    assert_eq!(first_response(&later), running("2026-03-31T17:00:00+02:00"));
    // The open case is looked at, written to and reassessed, and keeps its calendar.
    story.tick(moment("2026-03-28T12:00:00+01:00"));
    let words = Command::Note {
        body: "A holiday was declared.".to_owned(),
    };
    story
        .act(words, &vendor(moment("2026-03-28T12:00:00+01:00")))
        .unwrap();
    assert_eq!(first_response(&story), running("2026-03-30T17:00:00+02:00"));
    assert_eq!(story.case.terms.calendar_revision, 1);
}

#[test]
fn a_region_without_around_the_clock_falls_back_to_its_business_hours() {
    let mut edition = edition("2019-05-07");
    let reason = "Support in this country keeps business hours.".to_owned();
    let exception = AnytimeException {
        region: "de".to_owned(),
        reason: reason.clone(),
    };
    edition.anytime_exceptions.push(exception);
    let terms = terms_with(edition, "e3", "de", calendar_of("de"));
    // Next day, 24/7, is the close of the next business day here.
    let story = Story::open(&terms, "B", FRIDAY_EVENING);
    assert_eq!(first_response(&story), running("2026-03-30T17:00:00+02:00"));
    assert!(
        story
            .case
            .verdict
            .reasons
            .contains(&Reason::AnytimeException { reason })
    );
    let story = Story::open(&terms, "C", FRIDAY_EVENING);
    let handled_from = moment("2026-03-30T09:00:00+02:00");
    assert_eq!(
        story.case.verdict.first_response,
        FirstResponse::NoCommitment { handled_from }
    );
}

#[test]
fn a_call_on_a_plan_without_telephone_is_told_what_to_use_instead() {
    let terms = terms("2014-05-16", "small-business", "de");
    let by_phone = |code: &str| {
        let mut new = new_case(None);
        new.channel = Channel::Telephone;
        new.impact = Some(impact_for(&terms.edition, code));
        Story::try_open(&terms, new, &customer(moment(FRIDAY_EVENING)))
            .unwrap()
            .case
    };
    let verdict = by_phone("B").verdict;
    assert_eq!(verdict.channel.medium, Medium::Telephone);
    assert!(!verdict.channel.is_included());
    assert!(!verdict.channel.instead.is_empty());
    // It is an answer about the channel; the promise is what it would be online.
    let handled_from = moment("2026-03-30T09:00:00+02:00");
    assert_eq!(
        verdict.first_response,
        FirstResponse::NoCommitment { handled_from }
    );
    assert!(by_phone("A").verdict.channel.is_included());
}

/// A case closed on Friday 16 October 2026, 15:00 in Berlin; clocks go back on the 25th.
fn closed() -> Story {
    let terms = terms("2014-05-16", "e3", "de");
    let mut story = Story::open(&terms, "B", "2026-10-16T10:00:00+02:00");
    let closing = by(Side::Customer, moment("2026-10-16T15:00:00+02:00"));
    story
        .act(
            Command::Close {
                reason: String::new(),
            },
            &closing,
        )
        .expect("closing");
    story
}

fn reopen(story: &mut Story, at: Moment) -> Result<(), Refusal> {
    let reason = "It is back.".to_owned();
    story.act(Command::Reopen { reason }, &customer(at))
}

#[test]
fn reopening_is_allowed_until_the_end_of_the_fourteenth_day() {
    let until = moment("2026-10-31T00:00:00+01:00");
    let mut story = closed();
    let Status::Closed { reopen_until, .. } = story.case.status else {
        panic!("{:?}", story.case.status)
    };
    assert_eq!(reopen_until, until);
    reopen(&mut story, until.plus_seconds(-1)).unwrap();
    assert_eq!(story.case.status, Status::WithVendor);
}

#[test]
fn reopening_on_the_fifteenth_day_is_refused() {
    let until = moment("2026-10-31T00:00:00+01:00");
    let mut story = closed();
    assert_eq!(
        reopen(&mut story, until),
        Err(Refusal::ReopeningOver { until })
    );
    assert_eq!(story.entries.len(), 2);
}

#[test]
fn reopening_does_not_arm_the_initial_response_again() {
    let mut story = closed();
    let cancelled = MilestoneState::Cancelled {
        at: moment("2026-10-16T15:00:00+02:00"),
    };
    assert_eq!(first_response(&story), Some(cancelled));
    reopen(&mut story, moment("2026-10-20T10:00:00+02:00")).unwrap();
    assert_eq!(first_response(&story), Some(cancelled));
    let next = story.case.clocks.milestone(Metric::NextResponse).unwrap();
    assert_eq!(
        next.running_due_at(),
        Some(moment("2026-10-20T14:00:00+02:00"))
    );
    assert!(next.is_internal);
}

/// A case answered, with a customer's message a second before or at the due instant.
#[test]
fn messages_around_the_due_second_are_judged_by_their_own_second() {
    let due_at = moment("2026-03-28T01:30:00+01:00");
    for (written, expected) in [
        (due_at, MilestoneState::Met { at: due_at, due_at }),
        (
            due_at.plus_seconds(1),
            MilestoneState::Breached {
                due_at,
                met_at: Some(due_at.plus_seconds(1)),
            },
        ),
    ] {
        let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY_EVENING);
        // The customer writes in the very second, first: that answers nothing.
        story
            .act(reply(NextTurn::Vendor), &customer(written))
            .unwrap();
        story
            .act(reply(NextTurn::Vendor), &vendor(written))
            .unwrap();
        assert_eq!(first_response(&story), Some(expected));
        // And in the same second again, after the answer: a new cycle, of the same second.
        story
            .act(reply(NextTurn::Vendor), &customer(written))
            .unwrap();
        let next = story.case.clocks.milestone(Metric::NextResponse).unwrap();
        assert_eq!((next.started_at, next.cycle), (written, 1));
    }
}

#[test]
fn the_oldest_unanswered_message_starts_the_next_response() {
    let mut story = Story::open(
        &terms("2014-05-16", "e3", "de"),
        "B",
        "2026-03-02T09:00:00Z",
    );
    let at = |time: &str| moment(&format!("2026-03-02T{time}Z"));
    story
        .act(reply(NextTurn::Customer), &vendor(at("09:30:00")))
        .unwrap();
    story
        .act(reply(NextTurn::Vendor), &customer(at("10:00:00")))
        .unwrap();
    story
        .act(reply(NextTurn::Vendor), &customer(at("11:00:00")))
        .unwrap();
    let next = story.case.clocks.milestone(Metric::NextResponse).unwrap();
    assert_eq!(next.running_due_at(), Some(at("14:00:00")));
    story
        .act(reply(NextTurn::Vendor), &vendor(at("14:00:00")))
        .unwrap();
    let next = story.case.clocks.milestone(Metric::NextResponse).unwrap();
    assert!(matches!(next.state, MilestoneState::Met { .. }));
}

#[test]
fn a_breach_is_explained_by_what_decided_it() {
    // Next business day, lowered before it, raised again after it: the day is anchored at the
    // first moment of its severity and is over.
    let mut story = Story::open(&terms("2014-05-16", "midsize", "de"), "B", FRIDAY_EVENING);
    change(&mut story, "C", "2026-03-30T10:00:00+02:00");
    assert_eq!(first_response(&story), None);
    change(&mut story, "B", "2026-03-31T10:00:00+02:00");
    let due_at = moment("2026-03-30T17:00:00+02:00");
    assert_eq!(
        first_response(&story),
        Some(MilestoneState::Running { due_at })
    );
    story.tick(moment("2026-03-31T10:00:01+02:00"));
    let breached = MilestoneState::Breached {
        due_at,
        met_at: None,
    };
    assert_eq!(first_response(&story), Some(breached));
    let clocks = &story.case.clocks;
    let milestone = clocks.milestone(Metric::InitialResponse).unwrap();
    let (decider, why) = clocks.explain(milestone, &story.terms).unwrap().unwrap();
    assert_eq!(decider.severity.as_deref(), Some("B"));
    assert_eq!(why.steps.last().unwrap().to, due_at);
}

#[test]
fn an_explanation_is_not_moved_by_a_change_in_the_second_of_the_answer() {
    let mut story = Story::open(&terms("2014-05-16", "e3", "de"), "B", FRIDAY_EVENING);
    let now = "2026-03-27T18:00:00+01:00";
    story
        .act(reply(NextTurn::Vendor), &vendor(moment(now)))
        .unwrap();
    change(&mut story, "A", now);
    let clocks = &story.case.clocks;
    let milestone = clocks.milestone(Metric::InitialResponse).unwrap();
    let (decider, why) = clocks.explain(milestone, &story.terms).unwrap().unwrap();
    assert_eq!(decider.severity.as_deref(), Some("B"));
    assert_eq!(
        why.steps.last().unwrap().to,
        moment("2026-03-28T01:30:00+01:00")
    );
}

#[test]
fn a_leap_second_is_refused() {
    for text in [
        "2016-12-31T23:59:60Z",
        "2017-01-01T00:59:60+01:00",
        "2016-12-31 23:59:60Z",
    ] {
        assert!(text.parse::<Moment>().is_err(), "{text}");
    }
    assert!("2016-12-31T23:59:59Z".parse::<Moment>().is_ok());
}
