//! Reading a region: where it is, and the dated revisions of its calendar.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZoneDatabase;
use mainstay_domain::calendar::{
    CalendarSpec, DayMinute, HolidayScope, Hours, Override, WeeklyHours, weekdays,
};
use mainstay_domain::region::{CalendarRevision, Region};

use crate::edition::minute_of_day;
use crate::mistake::{Findings, Mistake, Span};
use crate::names::Named;
use crate::nearest::suggest;
use crate::reader::{Draft, Table, read_text};

const SCOPES: [(&str, HolidayScope); 2] = [
    ("calendar_day", HolidayScope::CalendarDay),
    ("shift_start", HolidayScope::ShiftStart),
];

/// Reads a region with its calendars.
///
/// # Errors
/// Every mistake in the text, in its order.
pub fn parse_region(text: &str) -> Result<Region, Vec<Mistake>> {
    read_region(text).into_result()
}

/// Reads a region as far as it can be read.
pub(crate) fn read_region(text: &str) -> Draft<'_, Region> {
    let mut spans = Vec::new();
    let mut draft = read_text(text, |root| {
        let (header, zone) = root
            .one("region", "[region]", read_header)
            .unwrap_or_default();
        let read = |table: &mut Table<'_, '_, '_>| read_revision(table, &zone);
        let placed = root.each_of_some("revision", "[[revision]]", read);
        let (revisions, places) = placed.into_iter().unzip();
        spans = places;
        header.region(revisions)
    });
    if draft.reading.findings.is_whole() {
        check_revisions(&draft.value.revisions, &spans, &mut draft.reading.findings);
    }
    draft.reading.revisions = spans.into_iter().map(|place| place.header).collect();
    draft
}

/// The table `[region]`, apart from its time zone.
#[derive(Default)]
struct Header {
    code: String,
    name: String,
    country: String,
    languages: Vec<String>,
}

impl Header {
    fn region(self, revisions: Vec<CalendarRevision>) -> Region {
        let Self {
            code,
            name,
            country,
            languages,
        } = self;
        Region {
            code,
            name,
            country,
            languages,
            revisions,
        }
    }
}

fn read_header(table: &mut Table<'_, '_, '_>) -> (Header, String) {
    table.mark("code");
    let header = Header {
        code: table.id("code").name,
        name: table.text("name"),
        country: table.country("country"),
        languages: table.languages("languages"),
    };
    (header, read_zone(table))
}

fn read_zone(table: &mut Table<'_, '_, '_>) -> String {
    let named = table.named("time_zone");
    table.parsed(&named, parse_zone).unwrap_or_default()
}

fn parse_zone(text: &str) -> Result<String, (String, String)> {
    let zones = TimeZoneDatabase::bundled();
    let known: Vec<String> = zones.available().map(|name| name.to_string()).collect();
    if known.iter().any(|name| name == text) {
        return Ok(text.to_owned());
    }
    let near = crate::nearest::nearest(text, known.iter().map(String::as_str));
    let hint = near.map_or_else(
        || "write a name of the IANA database, like Europe/Berlin".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err((format!("`{text}` is no time zone"), hint))
}

/// Where a revision's parts stand.
struct Places {
    header: Span,
    number: Span,
    published_on: Span,
}

/// One `[[revision]]`; its own `time_zone` wins over the region's.
fn read_revision(table: &mut Table<'_, '_, '_>, zone: &str) -> (CalendarRevision, Places) {
    let time_zone = if table.has("time_zone") {
        read_zone(table)
    } else {
        table
            .skip::<Option<_>>("time_zone")
            .unwrap_or_else(|| zone.to_owned())
    };
    let places = Places {
        header: table.place.span.clone(),
        number: table.span_of("number"),
        published_on: table.span_of("published_on"),
    };
    let revision = CalendarRevision {
        number: table.number("number", 1, 10_000),
        published_on: table.date("published_on"),
        source: table.text("source"),
        calendar: CalendarSpec {
            time_zone,
            weekly: table.each("weekly", "`weekly`", read_weekly),
            holidays: by_date(table, "holidays", |item| item.text("name")),
            holiday_scope: table
                .optional_choice("holiday_scope", &SCOPES)
                .unwrap_or_default(),
            overrides: by_date(table, "overrides", read_override),
        },
    };
    (revision, places)
}

fn read_weekly(table: &mut Table<'_, '_, '_>) -> WeeklyHours {
    let mut days: Vec<Weekday> = Vec::new();
    for named in table.listed_some("days") {
        let Some(day) = table.parsed(&named, parse_weekday) else {
            continue;
        };
        if days.contains(&day) {
            let message = format!("`{}` stands in `days` twice", named.name);
            table.complain(&named.span, message, "take one of them out".to_owned());
        }
        days.push(day);
    }
    let (from, to) = (table.named("from"), table.named("to"));
    WeeklyHours {
        days,
        hours: read_hours(table, &from, &to),
    }
}

fn parse_weekday(text: &str) -> Result<Weekday, (String, String)> {
    weekdays::parse(text).ok_or_else(|| {
        let hint = suggest(text, weekdays::NAMES).unwrap_or_default();
        (format!("`{text}` is no weekday"), hint)
    })
}

fn read_override(table: &mut Table<'_, '_, '_>) -> Override {
    let name = table.optional_text("name");
    let pairs = table.pairs("hours");
    let hours = pairs
        .iter()
        .map(|(from, to)| read_hours(table, from, to))
        .collect();
    Override { name, hours }
}

/// Opening and closing; the same minute says nothing, and no day opens at its end (R3).
fn read_hours(table: &mut Table<'_, '_, '_>, from: &Named, to: &Named) -> Hours {
    let opening = table.parsed(from, minute_of_day);
    let closing = table.parsed(to, minute_of_day);
    if opening.is_some() && opening == closing {
        let message = format!("opening and closing are both {}", from.name);
        let hint = "for the whole day write 00:00 to 24:00".to_owned();
        table.complain(&to.span, message, hint);
    } else if opening == Some(DayMinute::END) {
        let hint = "write 00:00 on the next day".to_owned();
        table.complain(&from.span, "no day opens at its end", hint);
    }
    Hours {
        from: opening.unwrap_or(DayMinute::END),
        to: closing.unwrap_or(DayMinute::END),
    }
}

/// Tables with a date each, every date once.
fn by_date<T>(
    table: &mut Table<'_, '_, '_>,
    key: &'static str,
    mut read: impl FnMut(&mut Table<'_, '_, '_>) -> T,
) -> BTreeMap<Date, T> {
    let name = if key == "holidays" {
        "`holidays`"
    } else {
        "`overrides`"
    };
    let mut dated = BTreeMap::new();
    let mut lines: BTreeMap<Date, usize> = BTreeMap::new();
    for (date, span, value) in table.each(key, name, |item| {
        (item.date("on"), item.span_of("on"), read(item))
    }) {
        if let Some(line) = lines.get(&date).filter(|_| date != Date::ZERO) {
            let hint = format!("the first is in line {line}");
            table.complain(&span, format!("{date} stands in `{key}` twice"), hint);
            continue;
        }
        lines.insert(date, table.reading.findings.line_of(&span));
        dated.insert(date, value);
    }
    dated
}

/// Revisions count from 1, each is published after the one before, and each opens some time.
fn check_revisions(revisions: &[CalendarRevision], places: &[Places], findings: &mut Findings<'_>) {
    let mut before: Option<Date> = None;
    for ((revision, place), number) in revisions.iter().zip(places).zip(1..) {
        if revision.number != number {
            let message = format!("revision {} stands at place {number}", revision.number);
            findings.add(&place.number, message, format!("write number = {number}"));
        }
        let published = Some(revision.published_on).filter(|date| *date != Date::ZERO);
        if published.is_some_and(|date| before.is_some_and(|before| date <= before)) {
            let hint = "put the revisions in the order of their dates, the oldest first".to_owned();
            let message = "this revision is not published after the one before it";
            findings.add(&place.published_on, message, hint);
        }
        before = published.or(before);
        let own = revision.calendar.overrides.values();
        if revision.calendar.weekly.is_empty() && own.into_iter().all(|own| own.hours.is_empty()) {
            let hint = "write weekly hours, or hours of a date in `overrides`".to_owned();
            findings.add(&place.header, "this calendar never opens", hint);
        }
    }
}
