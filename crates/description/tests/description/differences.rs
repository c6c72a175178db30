//! What a customer gains and loses.

use mainstay_description::{Effect, diff, shipped};
use mainstay_domain::edition::Edition;

fn both() -> (Edition, Edition) {
    let editions = <[Edition; 2]>::try_from(shipped::editions());
    editions.expect("two editions are shipped").into()
}

#[test]
fn the_newer_edition_is_weighed_plan_by_plan() {
    let (old, new) = both();
    let found = diff(&old, &new);
    for (effect, sentence) in [
        (
            Effect::Loss,
            "Enterprise E1, severity B: 8 hours around the clock becomes the end of the next day.",
        ),
        (
            Effect::Loss,
            "Midsize Business (now Business Premium), severity B: the end of the next business day \
             becomes no commitment; handled in business hours.",
        ),
        (
            Effect::Gain,
            "Small Business (now Business Essentials), telephone, severities B and C: \
             not included becomes around the clock.",
        ),
        (
            Effect::Change,
            "Enterprise K1 leads on to Enterprise F1. Enterprise K1 was renamed Enterprise F1.",
        ),
        (
            Effect::Change,
            "Severity C: Medium becomes Non-critical (Medium in the response table).",
        ),
        (
            Effect::Loss,
            "SharePoint Online: the objectives now hold for paid subscriptions only.",
        ),
        (Effect::Loss, "The offer Cloud Vantage is no longer sold."),
        (Effect::Gain, "Business is a new plan."),
        (
            Effect::Gain,
            "Small Business (now Business Essentials): the offer Premier can now be bought.",
        ),
    ] {
        let is_there = found
            .iter()
            .any(|one| one.effect == effect && one.sentence == sentence);
        assert!(is_there, "{effect:?}: {sentence}\nis not in\n{found:#?}");
    }
    let outside = found
        .iter()
        .filter(|one| one.sentence.starts_with("Outside support from now on"));
    assert_eq!(outside.count(), 3);
}

#[test]
fn an_edition_does_not_differ_from_itself() {
    let (old, new) = both();
    for edition in [old, new] {
        assert_eq!(diff(&edition, &edition), []);
    }
}

#[test]
fn a_plan_nothing_follows_and_a_shorter_window_are_losses() {
    let (old, mut new) = both();
    let succession = new
        .successions
        .iter_mut()
        .find(|told| told.plan == "midsize")
        .unwrap();
    succession.becomes = None;
    succession.note = "Ask us.".to_owned();
    new.reopen_within_days = 7;
    let sentences: Vec<_> = diff(&old, &new)
        .into_iter()
        .filter(|one| one.effect == Effect::Loss)
        .map(|one| one.sentence)
        .collect();
    for sentence in [
        "Midsize Business ends, and no plan follows it. Ask us.",
        "Reopening a closed case: 14 days becomes 7 days.",
    ] {
        assert!(
            sentences.iter().any(|one| one == sentence),
            "{sentences:#?}"
        );
    }
}

#[test]
fn under_the_narrow_preset_the_kinds_of_a_type_are_weighed() {
    use mainstay_domain::edition::{AdministratorPreset, Kind};
    let (mut old, _) = both();
    let mut new = old.clone();
    new.administrator_types[1].kinds = vec![Kind::Technical, Kind::Billing, Kind::Subscription];
    assert_eq!(diff(&old, &new), [], "every type opens every kind");
    old.administrator_preset = AdministratorPreset::Narrow;
    new.administrator_preset = AdministratorPreset::Narrow;
    let told: Vec<_> = diff(&old, &new)
        .into_iter()
        .map(|one| (one.effect, one.sentence))
        .collect();
    let expected = [
        (
            Effect::Gain,
            "Billing administrator now opens technical requests.",
        ),
        (
            Effect::Loss,
            "Billing administrator no longer opens pre-sales requests.",
        ),
    ];
    assert_eq!(
        told,
        expected.map(|(effect, words)| (effect, words.to_owned()))
    );
}
