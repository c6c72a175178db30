//! What a draft is: its mistakes with their places, or what it would change once it is published.

use jiff::civil::{Date, Weekday};
use mainstay_app::Catalogue;
use mainstay_description::{Addition, Checked, Described, Mistake, additions, diff};
use mainstay_domain::calendar::CalendarSpec;
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;
use maud::{Markup, html};

use crate::public::changes;
use crate::public::frame::date;
use crate::ui::blocks::notice;
use crate::ui::{Fact, Icon, Tone, Viewer, empty, facts, section};

/// As many mistakes are shown; who has more begins with these.
const SHOWN: usize = 100;

/// How many customers something concerns: all there are, and those in one region.
#[derive(Debug, Clone, Copy, Default)]
pub struct Concerned {
    /// All.
    pub all: u64,
    /// Those in the region of the draft.
    pub in_region: u64,
}

/// The mistakes of a text, or what it changes.
pub fn render(
    v: &Viewer,
    catalogue: &Catalogue,
    text: &str,
    checked: &Checked,
    concerned: Concerned,
) -> Markup {
    match &checked.described {
        None => mistakes(v, text, &checked.mistakes),
        Some(Described::Edition(edition)) => of_edition(v, catalogue, edition, concerned),
        Some(Described::Region(region)) => of_region(v, catalogue, region, concerned),
    }
}

fn mistakes(v: &Viewer, text: &str, each: &[Mistake]) -> Markup {
    let title = v.t_args("publishing-mistakes", &[("n", each.len().into())]);
    section(
        &title,
        html! {},
        html! {
            p.muted { (v.t("publishing-mistakes-explained")) }
            ol.mistakes {
                @for mistake in each.iter().take(SHOWN) { (one_mistake(v, text, mistake)) }
            }
            @if each.len() > SHOWN {
                p.muted { (v.t_args("publishing-mistakes-more", &[("n", (each.len() - SHOWN).into())])) }
            }
        },
    )
}

fn one_mistake(v: &Viewer, text: &str, mistake: &Mistake) -> Markup {
    let args = [
        ("line", mistake.line.into()),
        ("column", mistake.column.into()),
    ];
    let source: Vec<String> = mistake.source_lines(text);
    let source: Vec<&str> = source
        .iter()
        .map(|line| &line[4.min(line.len())..])
        .collect();
    html! {
        li {
            p { b { (v.t_args("publishing-place", &args)) } " " (mistake.message) }
            @if !source.is_empty() { pre tabindex="0" { code { (source.join("\n")) } } }
            @if let Some(hint) = &mistake.hint { p.small { (v.t("publishing-hint")) " " (hint) } }
        }
    }
}

fn no_mistakes(v: &Viewer) -> Markup {
    notice(Tone::Ok, v.t("publishing-clean"), html! {})
}

fn of_edition(
    v: &Viewer,
    catalogue: &Catalogue,
    edition: &Edition,
    concerned: Concerned,
) -> Markup {
    let (before, after) = catalogue.around(edition.in_force_from);
    let link = |one: &Edition| {
        html! { a href={ "/description/" (one.id) } { (v.t_args("publishing-edition", &[("name", one.id.as_str().into())])) } }
    };
    let mut each = vec![
        Fact::words(v.t("publishing-from"), &date(v, edition.in_force_from)),
        Fact::words(
            v.t("publishing-concerns"),
            &v.t_args("publishing-customers", &[("n", concerned.all.into())]),
        ),
    ];
    if let Some(before) = before {
        each.push(Fact::new(v.t("publishing-instead-of"), link(before)));
    }
    if let Some(after) = after {
        let until = html! { (date(v, after.in_force_from)) ", " (link(after)) };
        each.push(Fact::new(v.t("publishing-until"), until));
    }
    html! {
        (no_mistakes(v))
        (section(v.t("publishing-what-changes"), html! {}, html! { div.stack-16 {
            (facts(&each))
            (when(v, catalogue, edition))
            @match before {
                Some(before) => {
                    p { (v.t_args("publishing-against", &[("name", before.id.as_str().into())])) }
                    (changes::differences(v, &diff(before, edition), None))
                }
                None => (empty(Icon::Book, v.t("publishing-first"), html! {})),
            }
        } }))
    }
}

/// What the first day means to requests that are open and to those to come.
fn when(v: &Viewer, catalogue: &Catalogue, edition: &Edition) -> Markup {
    let (_, after) = catalogue.around(edition.in_force_from);
    let day = date(v, edition.in_force_from);
    if !Catalogue::has_begun(edition, v.now) {
        let words = v.t_args("publishing-future", &[("day", day.into())]);
        return notice(Tone::Info, "", html! { (words) });
    }
    match after.filter(|after| Catalogue::has_begun(after, v.now)) {
        Some(after) => {
            let args = [("name", after.id.as_str().into()), ("day", day.into())];
            notice(
                Tone::Warn,
                "",
                html! { (v.t_args("publishing-overtaken", &args)) },
            )
        }
        None => notice(
            Tone::Warn,
            "",
            html! { (v.t_args("publishing-begun", &[("day", day.into())])) },
        ),
    }
}

fn of_region(v: &Viewer, catalogue: &Catalogue, region: &Region, concerned: Concerned) -> Markup {
    let published = catalogue.region(&region.code);
    let added = additions(published, region);
    let today = catalogue.local_date(&region.code, v.now);
    let each = [
        Fact::words(
            v.t("publishing-region"),
            &format!("{} ({})", region.name, region.code),
        ),
        Fact::words(v.t("publishing-zone"), region.time_zone()),
        Fact::words(
            v.t("publishing-concerns"),
            &v.t_args(
                "publishing-customers-there",
                &[("n", concerned.in_region.into())],
            ),
        ),
    ];
    let is_known = published.is_some();
    html! {
        (no_mistakes(v))
        (section(v.t("publishing-what-changes"), html! {}, html! { div.stack-16 {
            (facts(&each))
            @if !is_known { p { (v.t("publishing-new-region")) } }
            @if added.is_empty() { p { (v.t("publishing-particulars")) } }
            @for one in &added { (addition(v, one, today)) }
            (notice(Tone::Info, "", html! { (v.t("publishing-open-stay")) }))
        } }))
    }
}

fn addition(v: &Viewer, one: &Addition<'_>, today: Date) -> Markup {
    let revision = one.revision;
    let args = [
        ("n", revision.number.into()),
        ("day", date(v, revision.published_on).into()),
    ];
    let title = if revision.published_on <= today {
        v.t_args("publishing-revision-begun", &args)
    } else {
        v.t_args("publishing-revision", &args)
    };
    html! {
        div.stack-8 {
            h3 { (title) }
            p.small.muted dir="auto" { (revision.source) }
            ul.bullets {
                @if one.has_other_hours { li { (v.t("publishing-hours")) " " (week(&revision.calendar)) } }
                (holidays(v, v.t_args("publishing-holidays", &[("n", one.holidays.len().into())]), &one.holidays))
                (holidays(v, v.t_args("publishing-holidays-ended", &[("n", one.ended_holidays.len().into())]), &one.ended_holidays))
                @if !one.overrides.is_empty() {
                    li {
                        (v.t_args("publishing-overrides", &[("n", one.overrides.len().into())])) " "
                        (one.overrides.iter().map(|on| date(v, *on)).collect::<Vec<_>>().join(" · "))
                    }
                }
            }
        }
    }
}

/// The opening hours of a week: *Mon, Tue, Wed 09:00–17:00*.
fn week(calendar: &CalendarSpec) -> String {
    let monday = jiff::civil::date(2024, 1, 1);
    let day = |day: &Weekday| {
        let offset = i32::from(day.to_monday_zero_offset());
        let on = monday.saturating_add(jiff::Span::new().days(offset));
        on.strftime("%a").to_string()
    };
    let each = calendar.weekly.iter().map(|own| {
        let days: Vec<String> = own.days.iter().map(day).collect();
        format!("{} {}–{}", days.join(", "), own.hours.from, own.hours.to)
    });
    each.collect::<Vec<_>>().join(" · ")
}

fn holidays(v: &Viewer, words: String, each: &[(Date, &str)]) -> Markup {
    let named = |(on, name): &(Date, &str)| format!("{} {name}", date(v, *on));
    html! {
        @if !each.is_empty() {
            li { (words) " " (each.iter().map(named).collect::<Vec<_>>().join(" · ")) }
        }
    }
}
