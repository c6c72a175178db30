//! What changes for everyone: terms, severities, boundaries, offers.

use mainstay_domain::edition::{
    AdministratorPreset, AdministratorType, Edition, Kind, KindTerms, Medium, Offer, Severity,
};

use super::plans::Step;
use super::strength::effect_of_window;
use super::{Difference, Effect, match_by};
use crate::words::{counted, listed, medium_words, window_words};

/// Everything that does not hang on a plan or an offer.
pub(super) fn general(old: &Edition, new: &Edition) -> Vec<Difference> {
    let mut found: Vec<_> = reopening(old, new).into_iter().collect();
    found.extend(severities(old, new));
    found.extend(kinds(old, new));
    found.extend(boundaries(old, new));
    found.extend(anytime_exceptions(old, new));
    found.extend(additional_services(old, new));
    found.extend(administrators(old, new));
    found.extend(telephones(old, new));
    found.extend(features(old, new));
    found
}

fn reopening(old: &Edition, new: &Edition) -> Option<Difference> {
    let (before, after) = (old.reopen_within_days, new.reopen_within_days);
    let days = |count: u16| counted(count.into(), "day");
    let sentence = format!(
        "Reopening a closed case: {} becomes {}.",
        days(before),
        days(after)
    );
    match after.cmp(&before) {
        std::cmp::Ordering::Greater => Some(Difference::gain(sentence)),
        std::cmp::Ordering::Less => Some(Difference::loss(sentence)),
        std::cmp::Ordering::Equal => None,
    }
}

fn severities(old: &Edition, new: &Edition) -> Vec<Difference> {
    let matched = match_by(&old.severities, &new.severities, |severity| &severity.code);
    let renamed = matched
        .both
        .iter()
        .filter(|(old, new)| old.name != new.name);
    let renamed = renamed.map(|(old, new)| {
        let name = full_name(new);
        Difference::change(format!(
            "Severity {}: {} becomes {name}.",
            new.code,
            full_name(old)
        ))
    });
    let ended = matched.ended.iter().map(|severity| {
        Difference::change(format!(
            "Severity {}, {}, ends.",
            severity.code, severity.name
        ))
    });
    let added = matched.added.iter().map(|severity| {
        Difference::change(format!(
            "Severity {}, {}, is new.",
            severity.code, severity.name
        ))
    });
    renamed.chain(ended).chain(added).collect()
}

fn full_name(severity: &Severity) -> String {
    let others: Vec<_> = severity
        .also_named
        .iter()
        .map(|other| format!("{} in {}", other.name, other.place))
        .collect();
    if others.is_empty() {
        severity.name.clone()
    } else {
        format!("{} ({})", severity.name, listed(&others))
    }
}

fn kinds(old: &Edition, new: &Edition) -> Vec<Difference> {
    let terms = |edition: &Edition, kind| edition.find_kind(kind).cloned();
    Kind::ALL
        .into_iter()
        .filter_map(|kind| Some((terms(old, kind)?, terms(new, kind)?)))
        .flat_map(|(before, after)| kind_changes(&before, &after))
        .collect()
}

fn kind_changes(before: &KindTerms, after: &KindTerms) -> Vec<Difference> {
    let mut found = Vec::new();
    if let (Some(from), Some(to)) = (before.window, after.window)
        && from != to
    {
        let (words_from, words_to) = (window_words(from), window_words(to));
        found.push(Difference {
            effect: effect_of_window(from, to),
            sentence: format!("{}: handled {words_to}, not {words_from}.", after.name),
        });
    }
    let reached = |terms: &KindTerms, medium: Medium| terms.media.contains(&medium);
    for medium in [Medium::Online, Medium::Telephone] {
        let words = medium_words(medium);
        match (reached(before, medium), reached(after, medium)) {
            (false, true) => {
                found.push(Difference::gain(format!(
                    "{}: now also {words}.",
                    after.name
                )));
            }
            (true, false) => {
                found.push(Difference::loss(format!(
                    "{}: no longer {words}.",
                    after.name
                )));
            }
            _ => {}
        }
    }
    found
}

fn boundaries(old: &Edition, new: &Edition) -> Vec<Difference> {
    let matched = match_by(&old.boundaries, &new.boundaries, |boundary| &boundary.id);
    let added = matched.added.iter().map(|boundary| {
        Difference::loss(format!(
            "Outside support from now on: {}. {}",
            boundary.name, boundary.referral
        ))
    });
    let ended = matched.ended.iter().map(|boundary| {
        Difference::gain(format!(
            "No longer named as outside support: {}.",
            boundary.name
        ))
    });
    let moved = matched
        .both
        .iter()
        .filter(|(old, new)| (&old.meaning, &old.referral) != (&new.meaning, &new.referral));
    let moved = moved.map(|(_, new)| {
        Difference::change(format!(
            "Outside support, {}: {} {}",
            new.name, new.meaning, new.referral
        ))
    });
    added.chain(ended).chain(moved).collect()
}

fn anytime_exceptions(old: &Edition, new: &Edition) -> Vec<Difference> {
    let matched = match_by(
        &old.anytime_exceptions,
        &new.anytime_exceptions,
        |exception| &exception.region,
    );
    let added = matched.added.iter().map(|exception| {
        let region = &exception.region;
        Difference::loss(format!(
            "Region {region}: around the clock now means business hours."
        ))
    });
    let ended = matched.ended.iter().map(|exception| {
        let region = &exception.region;
        Difference::gain(format!(
            "Region {region}: around the clock is now meant as it says."
        ))
    });
    added.chain(ended).collect()
}

fn additional_services(old: &Edition, new: &Edition) -> Vec<Difference> {
    let matched = match_by(
        &old.additional_services,
        &new.additional_services,
        |service| &service.id,
    );
    let ended = matched.ended.iter().map(|service| {
        Difference::loss(format!(
            "{} is no longer named as an additional service.",
            service.name
        ))
    });
    let added = matched.added.iter().map(|service| {
        Difference::gain(format!(
            "{} is now named as an additional service.",
            service.name
        ))
    });
    ended.chain(added).collect()
}

fn administrators(old: &Edition, new: &Edition) -> Vec<Difference> {
    let mut found = Vec::new();
    if old.administrator_preset != new.administrator_preset {
        found.push(match new.administrator_preset {
            AdministratorPreset::Wide => {
                Difference::gain("Every administrator may now open every kind of request.")
            }
            AdministratorPreset::Narrow => {
                Difference::loss("Administrators now open only the kinds of their own type.")
            }
        });
    }
    let matched = match_by(&old.administrator_types, &new.administrator_types, |kind| {
        &kind.id
    });
    let ended = matched.ended.iter();
    found.extend(ended.map(|kind| Difference::loss(format!("{} ends as a type.", kind.name))));
    let added = matched.added.iter();
    found.extend(added.map(|kind| Difference::gain(format!("{} is a new type.", kind.name))));
    let is_narrow = |edition: &Edition| edition.administrator_preset == AdministratorPreset::Narrow;
    if is_narrow(old) && is_narrow(new) {
        let both = matched.both.iter();
        found.extend(both.flat_map(|(old, new)| opened_kinds(old, new)));
    }
    found
}

/// Under preset *narrow* the kinds a type may open are what it has.
fn opened_kinds(old: &AdministratorType, new: &AdministratorType) -> Vec<Difference> {
    let changed = |kind: Kind| {
        let (name, code) = (&new.name, kind.code());
        match (old.kinds.contains(&kind), new.kinds.contains(&kind)) {
            (true, false) => Some(Difference::loss(format!(
                "{name} no longer opens {code} requests."
            ))),
            (false, true) => Some(Difference::gain(format!(
                "{name} now opens {code} requests."
            ))),
            _ => None,
        }
    };
    Kind::ALL.into_iter().filter_map(changed).collect()
}

fn telephones(old: &Edition, new: &Edition) -> Vec<Difference> {
    let (before, after) = (&old.telephone_numbers, &new.telephone_numbers);
    let matched = match_by(before, after, |entry| (&entry.country, &entry.number));
    let (is_before, is_after) = (
        |country: &str| before.iter().any(|entry| entry.country == country),
        |country: &str| after.iter().any(|entry| entry.country == country),
    );
    let ended = matched.ended.iter().map(|entry| {
        let sentence = format!(
            "Telephone, {}: {} is gone.",
            entry.country_name, entry.number
        );
        if is_after(&entry.country) {
            Difference::change(sentence)
        } else {
            Difference::loss(sentence)
        }
    });
    let added = matched.added.iter().map(|entry| {
        let sentence = format!(
            "Telephone, {}: {} is new.",
            entry.country_name, entry.number
        );
        if is_before(&entry.country) {
            Difference::change(sentence)
        } else {
            Difference::gain(sentence)
        }
    });
    ended.chain(added).collect()
}

fn features(old: &Edition, new: &Edition) -> Vec<Difference> {
    let matched = match_by(&old.features, &new.features, |feature| &feature.id);
    let ended = matched.ended.iter().map(|feature| {
        Difference::change(format!(
            "The option \"{}\" is no longer listed.",
            feature.name
        ))
    });
    let added = matched.added.iter().map(|feature| {
        Difference::change(format!("The option \"{}\" is now listed.", feature.name))
    });
    ended.chain(added).collect()
}

/// Offers that end, begin or change.
pub(super) fn offers(old: &Edition, new: &Edition) -> Vec<Difference> {
    let matched = match_by(&old.offers, &new.offers, |offer| &offer.id);
    let ended = matched
        .ended
        .iter()
        .map(|offer| Difference::loss(format!("The offer {} is no longer sold.", offer.name)));
    let added = matched.added.iter().map(|offer| {
        Difference::gain(format!(
            "The offer {} is new: {}",
            offer.name, offer.audience
        ))
    });
    let changed = matched
        .both
        .iter()
        .flat_map(|(before, after)| offer(old, before, new, after));
    ended.chain(added).chain(changed).collect()
}

fn offer(old: &Edition, before: &Offer, new: &Edition, after: &Offer) -> Vec<Difference> {
    let subject = format!("Offer {}", after.name);
    let columns = (before.column.as_str(), after.column.as_str());
    let step = Step {
        subject: subject.clone(),
        old,
        new,
        columns,
    };
    let mut found = step.objectives();
    found.extend(step.rights());
    match (before.may_set_severity, after.may_set_severity) {
        (false, true) => {
            found.push(Difference::gain(format!(
                "{subject}: you now set the severity yourself."
            )));
        }
        (true, false) => {
            found.push(Difference::loss(format!(
                "{subject}: you no longer set the severity."
            )));
        }
        _ => {}
    }
    found.extend(services(&subject, before, after));
    found.extend(countries(&subject, before, after));
    found
}

fn services(subject: &str, before: &Offer, after: &Offer) -> Vec<Difference> {
    let matched = match_by(&before.services, &after.services, |service| service);
    let named = |services: &[&String]| {
        services
            .iter()
            .map(|service| service.as_str())
            .collect::<Vec<_>>()
            .join("; ")
    };
    let mut found = Vec::new();
    if !matched.added.is_empty() {
        let sentence = format!("{subject} now includes: {}.", named(&matched.added));
        found.push(Difference::gain(sentence));
    }
    if !matched.ended.is_empty() {
        let sentence = format!("{subject} no longer includes: {}.", named(&matched.ended));
        found.push(Difference::loss(sentence));
    }
    found
}

fn countries(subject: &str, before: &Offer, after: &Offer) -> Option<Difference> {
    let words = |offer: &Offer| {
        if offer.countries.is_empty() {
            "everywhere".to_owned()
        } else {
            listed(&offer.countries)
        }
    };
    let is_within = |inner: &Offer, outer: &Offer| {
        outer.countries.is_empty()
            || (!inner.countries.is_empty()
                && inner
                    .countries
                    .iter()
                    .all(|country| outer.countries.contains(country)))
    };
    let effect = match (is_within(before, after), is_within(after, before)) {
        (true, true) => return None,
        (true, false) => Effect::Gain,
        (false, true) => Effect::Loss,
        (false, false) => Effect::Change,
    };
    let sentence = format!(
        "{subject}: sold in {}, before in {}.",
        words(after),
        words(before)
    );
    Some(Difference { effect, sentence })
}
