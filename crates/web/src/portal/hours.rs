//! Opening hours as somebody reads them: open now or not, until when, and the days ahead.

use mainstay_domain::Moment;
use mainstay_domain::calendar::Calendar;
use mainstay_domain::clock::WindowHours;
use maud::{Markup, html};

use crate::ui::{Tone, Viewer, tag, words};

/// A day and a little: no stretch that ends is longer.
const LONGEST_SECONDS: i64 = 26 * 3600;

/// What a calendar says of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// Open, and for at least a day to come.
    Always,
    /// Open until then.
    Until(Moment),
    /// Closed until then.
    From(Moment),
    /// Never open again.
    Never,
}

/// Whether it is open, and when that changes.
#[must_use]
pub fn now(hours: &WindowHours, at: Moment) -> Now {
    let calendar = &hours.calendar;
    match calendar.next_open(at) {
        Ok(open) if open == at => closes_at(calendar, at).map_or(Now::Always, Now::Until),
        Ok(open) => Now::From(open),
        Err(_) => Now::Never,
    }
}

/// When a calendar that is open at `at` closes: up to there every second counts.
fn closes_at(calendar: &Calendar, at: Moment) -> Option<Moment> {
    let is_open_all_the_way =
        |seconds: i64| calendar.open_seconds(at, at.plus_seconds(seconds)) == seconds;
    if is_open_all_the_way(LONGEST_SECONDS) {
        return None;
    }
    let (mut open, mut closed) = (0, LONGEST_SECONDS);
    while closed - open > 1 {
        let middle = open + (closed - open) / 2;
        if is_open_all_the_way(middle) {
            open = middle;
        } else {
            closed = middle;
        }
    }
    Some(at.plus_seconds(open))
}

/// Open or closed now, with when that changes, in the reader's zone.
#[must_use]
pub fn line(v: &Viewer, hours: &WindowHours) -> Markup {
    html! {
        @match now(hours, v.now) {
            Now::Always => (tag(Tone::Ok, v.t("portal-open-always"))),
            Now::Until(at) => {
                (tag(Tone::Ok, v.t("portal-open-now")))
                " " (v.t_args("portal-open-until", &[("at", words::short(v, at).into())]))
            },
            Now::From(at) => {
                (tag(Tone::Plain, v.t("portal-closed-now")))
                " " (v.t_args("portal-opens-at", &[("at", words::short(v, at).into())]))
            },
            Now::Never => (tag(Tone::Plain, v.t("portal-closed-now"))),
        }
    }
}

/// The stretches it is open in the days ahead: from when to when.
#[must_use]
pub fn ahead(hours: &WindowHours, from: Moment, days: i64) -> Vec<(Moment, Moment)> {
    let end = from.plus_minutes(days * 24 * 60);
    let mut stretches = Vec::new();
    let mut at = from;
    while at < end {
        let Ok(open) = hours.calendar.next_open(at) else {
            break;
        };
        let Some(close) = closes_at(&hours.calendar, open).filter(|_| open < end) else {
            break;
        };
        stretches.push((open, close));
        at = close;
    }
    stretches
}

/// The next opening hours as a small table, in the reader's zone.
#[must_use]
pub fn table(v: &Viewer, hours: &WindowHours) -> Markup {
    html! {
        ul.stack-8 {
            @for (from, to) in ahead(hours, v.now, 7) {
                li { (words::date(v, from)) ", " (words::time_of_day(v, from)) "–" (words::time_of_day(v, to)) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mainstay_domain::calendar::CalendarSpec;
    use std::sync::Arc;

    fn hours(spec: CalendarSpec) -> WindowHours {
        let calendar = Arc::new(Calendar::compile(spec).unwrap());
        WindowHours { calendar }
    }

    #[test]
    fn business_hours_close_and_open_and_around_the_clock_never_closes() {
        let regions = mainstay_description::shipped::regions();
        let germany = regions.iter().find(|region| region.code == "de").unwrap();
        let own = hours(germany.revisions[0].calendar.clone());
        let at = |text: &str| text.parse::<Moment>().unwrap();
        let friday = at("2026-03-27T15:30:00+01:00");
        assert_eq!(
            now(&own, friday),
            Now::Until(at("2026-03-27T17:00:00+01:00"))
        );
        let evening = at("2026-03-27T17:00:00+01:00");
        assert_eq!(
            now(&own, evening),
            Now::From(at("2026-03-30T09:00:00+02:00"))
        );
        assert_eq!(ahead(&own, evening, 7).len(), 4, "Good Friday is a holiday");
        let always = hours(CalendarSpec::always("Europe/Berlin"));
        assert_eq!(now(&always, friday), Now::Always);
    }
}
