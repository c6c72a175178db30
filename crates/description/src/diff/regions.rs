//! What a region's calendars gain from one publication to the next: its further revisions.

use jiff::civil::Date;
use mainstay_domain::region::{CalendarRevision, Region};

/// A revision that is not published yet, and how it differs from the one before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition<'a> {
    /// The revision.
    pub revision: &'a CalendarRevision,
    /// Whether its week, its time zone or the reach of its holidays is another one.
    pub has_other_hours: bool,
    /// Holidays the one before does not have, or has by another name.
    pub holidays: Vec<(Date, &'a str)>,
    /// Holidays that only the one before has.
    pub ended_holidays: Vec<(Date, &'a str)>,
    /// Dates with hours of their own that the one before does not give them, and those that had
    /// hours of their own there.
    pub overrides: Vec<Date>,
}

/// The revisions a region has and the published one has not, the oldest first. The first of all
/// has nothing before it, so all of it is new.
#[must_use]
pub fn additions<'a>(published: Option<&'a Region>, region: &'a Region) -> Vec<Addition<'a>> {
    let is_published = |number: u32| {
        let known = published.map(|known| known.revisions.as_slice());
        known.is_some_and(|known| known.iter().any(|one| one.number == number))
    };
    let mut before = None;
    let mut found = Vec::new();
    for revision in &region.revisions {
        if !is_published(revision.number) {
            found.push(addition(before, revision));
        }
        before = Some(revision);
    }
    found
}

fn addition<'a>(
    before: Option<&'a CalendarRevision>,
    revision: &'a CalendarRevision,
) -> Addition<'a> {
    let (new, old) = (&revision.calendar, before.map(|before| &before.calendar));
    let old_holidays = || old.into_iter().flat_map(|old| &old.holidays);
    let old_overrides = || old.into_iter().flat_map(|old| &old.overrides);
    let is_new = |one: &(&Date, &String)| !old_holidays().any(|other| other == *one);
    let is_over = |(on, _): &(&Date, &String)| !new.holidays.contains_key(*on);
    let given = new
        .overrides
        .iter()
        .filter(|one| !old_overrides().any(|other| other == *one));
    let taken = old_overrides().filter(|(on, _)| !new.overrides.contains_key(*on));
    let mut overrides: Vec<Date> = given.chain(taken).map(|(on, _)| *on).collect();
    overrides.sort();
    Addition {
        revision,
        has_other_hours: old.is_none_or(|old| {
            old.time_zone != new.time_zone
                || old.weekly != new.weekly
                || old.holiday_scope != new.holiday_scope
        }),
        holidays: named(new.holidays.iter().filter(is_new)),
        ended_holidays: named(old_holidays().filter(is_over)),
        overrides,
    }
}

fn named<'a>(holidays: impl Iterator<Item = (&'a Date, &'a String)>) -> Vec<(Date, &'a str)> {
    holidays.map(|(on, name)| (*on, name.as_str())).collect()
}
