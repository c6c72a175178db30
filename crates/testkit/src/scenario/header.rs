//! The first line of a scenario: what the customer holds, where they are.

use std::sync::Arc;

use mainstay_domain::calendar::{Calendar, CalendarSpec, time_zone_version};
use mainstay_domain::case::{House, PinnedTerms, Terms};
use mainstay_domain::clock::WindowHours;
use mainstay_domain::edition::Edition;
use mainstay_domain::entitlement::{Holding, RegionHours};
use mainstay_domain::region::Region;

use super::{Library, Trouble};

const FORM: &str = "a header like `edition 2014-05-16  plan E3  region de`, perhaps with `offer premier`, \
     `service yammer`, `trial` or `exception \"why\"`";

/// The words of a header, quotes taken off.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest.trim_start();
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        self.rest = after;
        (!word.is_empty()).then_some(word)
    }
}

/// What a header says.
#[derive(Default)]
struct Header<'a> {
    edition: &'a str,
    plan: &'a str,
    region: &'a str,
    offer: Option<&'a str>,
    service: Option<&'a str>,
    is_trial: bool,
    exception: Option<&'a str>,
}

/// Reads a header into the terms its scenario is decided under.
pub fn read(line: &str, library: &Library) -> Result<Terms, Trouble> {
    let header = words(line)?;
    let edition = find("an edition", header.edition, &library.editions, |edition| {
        &edition.id
    })?;
    let region = find("a region", header.region, &library.regions, |region| {
        &region.code
    })?;
    if edition.find_plan(header.plan).is_none() {
        let known: Vec<&str> = edition.plans.iter().map(|plan| plan.id.as_str()).collect();
        return Err(unknown("a plan", header.plan, &known));
    }
    terms(&header, edition, region)
}

fn words(line: &str) -> Result<Header<'_>, Trouble> {
    let mut header = Header::default();
    let mut words = Words { rest: line };
    while let Some(word) = words.next() {
        if word == "trial" {
            header.is_trial = true;
            continue;
        }
        let value = words.next().ok_or_else(|| Trouble::new(FORM, line))?;
        match word {
            "edition" => header.edition = value,
            "plan" => header.plan = value,
            "region" => header.region = value,
            "offer" => header.offer = Some(value),
            "service" => header.service = Some(value),
            "exception" => header.exception = Some(value),
            other => return Err(Trouble::new(FORM, format!("`{other}`"))),
        }
    }
    Ok(header)
}

fn find<'a, T>(
    what: &str,
    name: &str,
    among: &'a [T],
    name_of: impl Fn(&T) -> &String,
) -> Result<&'a T, Trouble> {
    let known: Vec<&str> = among.iter().map(|one| name_of(one).as_str()).collect();
    let found = among.iter().find(|one| name_of(one) == name);
    found.ok_or_else(|| unknown(what, name, &known))
}

fn unknown(what: &str, name: &str, known: &[&str]) -> Trouble {
    Trouble::new(
        format!("{what}: one of {}", known.join(", ")),
        format!("`{name}`"),
    )
}

fn terms(header: &Header<'_>, edition: &Edition, region: &Region) -> Result<Terms, Trouble> {
    let revision = region.revisions.last();
    let revision = revision.ok_or_else(|| Trouble::new("a calendar", "a region without one"))?;
    let always = CalendarSpec::always(&revision.calendar.time_zone);
    let own = header
        .exception
        .or_else(|| edition.anytime_exception(&region.code));
    let hours = RegionHours {
        anytime: window(always)?,
        business: window(revision.calendar.clone())?,
        exception: own.map(str::to_owned),
    };
    let pinned = PinnedTerms {
        edition: edition.id.clone(),
        region: region.code.clone(),
        calendar_revision: revision.number,
        time_zone_version: time_zone_version().to_owned(),
        holding: Holding {
            plan: header.plan.to_owned(),
            is_trial: header.is_trial,
            offer: header.offer.map(str::to_owned),
            additional_service: header.service.map(str::to_owned),
        },
    };
    let (edition, house) = (Arc::new(edition.clone()), Arc::new(House::default()));
    Ok(Terms {
        edition,
        hours,
        house,
        pinned,
    })
}

fn window(spec: CalendarSpec) -> Result<WindowHours, Trouble> {
    let calendar = Calendar::compile(spec)
        .map_err(|error| Trouble::new("a calendar that opens", error.to_string()))?;
    Ok(WindowHours {
        calendar: calendar.into(),
    })
}
