//! A sample queue of the vendor's desk.

use maud::{Markup, html};

use super::desk::{self, SEVERITIES};
use crate::ui::blocks::{page_head, updated};
use crate::ui::button::Button;
use crate::ui::chips::{self, Channel, ClockFace, Tone, Turn, clock, person, severity, tag, turn};
use crate::ui::field::{Choice, Field};
use crate::ui::form::Form;
use crate::ui::frame::Side;
use crate::ui::icon::Icon;
use crate::ui::list::{self, Column, Group, List, Row, ViewTab, dotted, subject};
use crate::ui::viewer::Viewer;
use crate::ui::words;

struct Sample {
    number: &'static str,
    words: &'static str,
    account: &'static str,
    plan: &'static str,
    severity: usize,
    turn: Turn,
    channel: Channel,
    agent: &'static str,
    due: Option<i64>,
}

const fn sample(
    number: &'static str,
    words: &'static str,
    account: (&'static str, &'static str),
    severity: usize,
    due: Option<i64>,
    agent: &'static str,
) -> Sample {
    let channel = match severity {
        0 => Channel::Phone,
        1 => Channel::Mail,
        _ => Channel::Portal,
    };
    let turn = if due.is_some() {
        Turn::Vendor
    } else {
        Turn::Customer
    };
    Sample {
        number,
        words,
        account: account.0,
        plan: account.1,
        severity,
        turn,
        channel,
        agent,
        due,
    }
}

const LATE: [Sample; 2] = [
    sample(
        "104-882",
        "Mail flow stopped for the whole tenant since this morning",
        ("Contoso", "Premier"),
        0,
        Some(-12),
        "Mara Lindqvist",
    ),
    sample(
        "104-871",
        "Administrators cannot sign in to the admin centre",
        ("Fabrikam", "E3"),
        0,
        Some(-3),
        "",
    ),
];
const SOON: [Sample; 3] = [
    sample(
        "104-890",
        "Shared calendar shows free although the room is booked",
        ("Wide World Importers", "E3"),
        1,
        Some(8),
        "Jonas Weber",
    ),
    sample(
        "104-868",
        "Directory synchronisation stuck at 14 312 objects",
        ("Tailspin Toys", "E1"),
        1,
        Some(24),
        "",
    ),
    sample(
        "104-893",
        "Große Postfächer: Suche findet nichts seit dem Umzug",
        ("Alpine Ski House", "E3"),
        1,
        Some(41),
        "Aiko Tanaka",
    ),
];
const REST: [Sample; 4] = [
    sample(
        "104-894",
        "Question about retention of deleted mailboxes after licences end",
        ("Litware", "E1"),
        2,
        Some(320),
        "",
    ),
    sample(
        "104-861",
        "Invoice lists 42 seats, we count 40",
        ("Proseware", "Business"),
        2,
        Some(1480),
        "Sofia Marino",
    ),
    sample(
        "104-820",
        "Printing from the browser drops umlauts",
        ("Adventure Works", "E3"),
        2,
        None,
        "Jonas Weber",
    ),
    sample(
        "104-815",
        "Add-in loads slowly on first start",
        ("Contoso", "Premier"),
        1,
        None,
        "Mara Lindqvist",
    ),
];

fn row<'a>(v: &Viewer, sample: &Sample, href: &'a str) -> Row<'a> {
    let face = match sample.due {
        Some(minutes) => ClockFace::Running {
            due: v.now.plus_minutes(minutes),
            warn_at: v.now.plus_minutes(minutes - 30),
        },
        None => ClockFace::Paused { why: "" },
    };
    let under = dotted(&[
        html! { bdi { (sample.number) } },
        html! { (sample.account) " " (tag(Tone::Plain, sample.plan)) },
        chips::channel(v, sample.channel),
    ]);
    Row {
        href,
        cells: vec![
            clock(v, "", face),
            severity(v, SEVERITIES[sample.severity]),
            subject(href, sample.words, under),
            turn(v, Side::Vendor, sample.turn),
            html! { @if !sample.agent.is_empty() { (person(sample.agent)) } },
            words::ago(v, v.now.plus_minutes(-95)),
        ],
        choose: Some(sample.number),
        class: if sample.due == Some(8) {
            "is-unread"
        } else {
            ""
        },
    }
}

pub(super) fn page(v: &Viewer, compact: bool) -> Markup {
    let columns = [
        Column::with("Promise", "fit bare"),
        Column::with("Sev.", "fit bare"),
        Column::with("Case", "main"),
        Column::with("Turn", "fit bare"),
        Column::with("Agent", "fit bare"),
        Column::with("Age", "end wide-only"),
    ];
    let hrefs: Vec<String> = LATE
        .iter()
        .chain(&SOON)
        .chain(&REST)
        .map(|sample| format!("/desk/cases/{}", sample.number))
        .collect();
    let mut hrefs = hrefs.iter();
    let mut group = |label, tone, samples: &[Sample]| {
        let rows = samples
            .iter()
            .zip(hrefs.by_ref())
            .map(|(sample, href)| row(v, sample, href))
            .collect();
        Group { label, tone, rows }
    };
    let groups = vec![
        group("Breached", Tone::Bad, &LATE[..]),
        group("Less than an hour left", Tone::Warn, &SOON[..]),
        group("Rest", Tone::Plain, &REST[..]),
    ];
    let list = List {
        id: "queue",
        caption: "Cases",
        columns: &columns,
        groups,
        live_topics: "queue:1",
        compact,
    };
    let tabs = [
        ("All open", 14, true),
        ("Unassigned", 4, false),
        ("Mine", 3, false),
        ("Waiting", 5, false),
    ]
    .map(|(label, count, current)| ViewTab {
        label,
        href: "/desk/queue",
        count: Some(count),
        current,
    });
    let filter = Form::get(v, "/desk/queue")
        .class("form-row")
        .prefix("filter-");
    let choices = [
        Choice::new("", "All"),
        Choice::new("e3", "E3"),
        Choice::new("premier", "Premier"),
    ];
    let nav = desk::nav("/desk/queue");
    desk::frame("Queue", &nav, &[]).render(v, html! {
        (page_head("Queue", updated(v), html! {
            (Button::new("New case").icon(Icon::Plus).key("c").link("/desk/cases/new"))
            (Button::primary("Take next").key(".").post(v, "/desk/queue/next"))
        }))
        (list::tabs(v, &tabs))
        (list::filters(v, filter.render(html! {
            (filter.text(Field::new("q", "Filter").kind("search")))
            (filter.select(Field::new("plan", "Plan"), &choices))
            (filter.select(Field::new("severity", "Severity"), &[Choice::new("", "All"), Choice::new("A", "A")]))
            (Button::new("Apply").submit())
        })))
        (list.render(v))
        (list::pager(v, (1, 9, 14), None, Some("/desk/queue?after=9")))
        (super::links())
    })
}
