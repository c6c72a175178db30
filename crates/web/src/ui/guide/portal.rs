//! Sample pages of the customer's portal.

use maud::{Markup, html};

use super::desk::{SEVERITIES, case_entries};
use crate::ui::blocks::{Flash, Health, empty, health, next_box, page_head, panel, section, steps};
use crate::ui::button::{Button, Look};
use crate::ui::chips::{ClockFace, Tone, Turn, clock, severity, severity_named, tag, turn};
use crate::ui::facts::{Fact, facts};
use crate::ui::field::{Choice, Field};
use crate::ui::form::{Form, Mistakes};
use crate::ui::frame::{Crumb, Frame, NavItem, Side, SignedIn, split};
use crate::ui::icon::Icon;
use crate::ui::list::{Column, List, Row, dotted, subject};
use crate::ui::timeline::{Composer, composers, reply_composer, timeline};
use crate::ui::viewer::Viewer;
use crate::ui::words;

fn nav(current: &str) -> [NavItem<'static>; 5] {
    let item = |href: &'static str, label, icon, count| NavItem {
        href,
        label,
        icon,
        key: "",
        count,
        current: href == current,
    };
    [
        item("/", "Home", Icon::Home, 0),
        item("/requests", "Requests", Icon::Inbox, 2),
        item("/phone", "Telephone", Icon::Phone, 0),
        item("/plan", "Plan", Icon::Page, 0),
        item("/people", "People", Icon::People, 0),
    ]
}

fn frame<'a>(title: &'a str, nav: &'a [NavItem<'a>], crumbs: &'a [Crumb<'a>]) -> Frame<'a> {
    Frame {
        signed_in: Some(SignedIn {
            name: "Dana Whitfield",
            organisation: "Contoso",
            role: "Administrator",
        }),
        nav,
        crumbs,
        unread: 1,
        ..Frame::new("Northwind Support", Side::Customer, title)
    }
}

const SERVICES: [Health<'static>; 3] = [
    Health {
        name: "Exchange",
        tone: Tone::Bad,
        words: "interrupted since 08:37, next update 10:15",
        href: "/incidents/77",
    },
    Health {
        name: "SharePoint",
        tone: Tone::Ok,
        words: "healthy",
        href: "",
    },
    Health {
        name: "Telephony",
        tone: Tone::Plain,
        words: "cannot read the status since 09:58",
        href: "",
    },
];

fn request_row<'a>(
    v: &Viewer,
    (href, words, number): (&'a str, &'a str, &'a str),
    s: usize,
    whose: Turn,
    face: ClockFace<'_>,
) -> Row<'a> {
    Row {
        href,
        cells: vec![
            severity(v, SEVERITIES[s]),
            subject(
                href,
                words,
                dotted(&[
                    html! { bdi { (number) } },
                    html! { "Exchange" },
                    html! { "Mara answered " (words::ago(v, v.now.plus_minutes(-58))) },
                ]),
            ),
            turn(v, Side::Customer, whose),
            clock(v, "", face),
        ],
        ..Row::default()
    }
}

fn your_rows(v: &Viewer) -> Vec<Row<'static>> {
    let slow = (
        "/requests/104-815",
        "Add-in loads slowly on first start",
        "104-815",
    );
    vec![request_row(
        v,
        slow,
        1,
        Turn::Customer,
        ClockFace::Paused { why: "" },
    )]
}

fn open_rows(v: &Viewer) -> Vec<Row<'static>> {
    let running = |minutes| ClockFace::Running {
        due: v.now.plus_minutes(minutes),
        warn_at: v.now.plus_minutes(30),
    };
    let met = ClockFace::Met {
        at: v.now,
        due: v.now.plus_minutes(44),
    };
    let mail = (
        "/requests/104-882",
        "Mail flow stopped for the whole organisation since this morning",
        "104-882",
    );
    let invoice = (
        "/requests/104-861",
        "Invoice lists 42 seats, we count 40",
        "104-861",
    );
    let umlauts = (
        "/requests/104-820",
        "Printing from the browser drops umlauts",
        "104-820",
    );
    vec![
        request_row(v, mail, 0, Turn::Vendor, running(18)),
        request_row(v, invoice, 2, Turn::Vendor, running(1480)),
        request_row(v, umlauts, 2, Turn::Nobody, met),
    ]
}

pub(super) fn home(v: &Viewer) -> Markup {
    let columns = [
        Column::with("Severity", "fit bare"),
        Column::with("Request", "main"),
        Column::with("Turn", "fit bare"),
        Column::with("Next promise", "fit bare"),
    ];
    let (yours, open) = (your_rows(v), open_rows(v));
    let ask = Form::get(v, "/requests/new")
        .class("form-row")
        .prefix("ask-");
    let nav = nav("/");
    let said = Flash {
        tone: Tone::Ok,
        words: "Your request 104-861 was sent.",
        link: Some(("Open it", "/requests/104-861")),
    };
    let frame = Frame {
        flash: Some(said),
        ..frame("Home", &nav, &[])
    };
    frame.render(v, html! {
        (page_head("Good morning, Dana", html! {}, html! {
            (Button::primary("New request").icon(Icon::Plus).key("c").link("/requests/new"))
        }))
        (health(&SERVICES))
        (panel("What’s wrong?", ask.render(html! {
            (ask.text(Field::new("q", "In one sentence").kind("search").hide_label()))
            (Button::new("Find an answer").submit())
        })))
        (section("Needs your answer", html! {}, List::plain("yours", "Needs your answer", &columns, yours).render(v)))
        (section("Open requests", html! { a href="/requests" { "All requests" } }, List::plain("open", "Open requests", &columns, open).live("account:contoso").render(v)))
        div.columns {
            (panel("Telephone", facts(&[
                Fact::new("Now", html! { (tag(Tone::Ok, "Open")) " until 18:00" }),
                Fact::words("Expected wait", "4 minutes"),
                Fact::new("Number", html! { a href="tel:+4930123456" { bdi { "+49 30 123456" } } }),
            ])))
            (panel("Your plan", facts(&[
                Fact::new("Plan", html! { a href="/plan" { "Premier" } }),
                Fact::words("Seats", "1 450 of 1 500"),
                Fact::words("Renews on", "1 September 2026"),
            ])))
        }
        (super::links())
    })
}

pub(super) fn request(v: &Viewer) -> Markup {
    let none = Mistakes::none();
    let composer = Composer {
        action: "/requests/104-882/replies",
        draft: "/requests/104-882/draft",
        value: "",
        audience: "Northwind Support",
        idempotency_key: "k2",
        last_seen: "entry-4",
        mistakes: &none,
        files: true,
        confidential: Some((false, "For passwords, keys and personal data.")),
        alternative: None,
    };
    let main = html! {
        (next_box("What happens next", html! { p { "Mara rolls the connector back and writes again by " (words::both(v, v.now.plus_minutes(18))) "." } }))
        (timeline(v, "case:104-882", case_entries(v, false)))
        (composers(reply_composer(v, true, &composer, html! {})))
        (super::links())
    };
    let rail = html! {
        (panel("This request", facts(&[
            Fact::new("Severity", severity_named(v, SEVERITIES[0])),
            Fact::words("Why", "Work is stopped for everybody, no workaround"),
            Fact::words("Engineer", "Mara Lindqvist"),
            Fact::new("Opened", words::moment(v, v.now.plus_minutes(-72))),
        ])))
        (panel("Promises", facts(&[
            Fact::new("First response", clock(v, "", ClockFace::Met { at: v.now.plus_minutes(-58), due: v.now.plus_minutes(-12) })),
            Fact::new("Next update", clock(v, "", ClockFace::Running { due: v.now.plus_minutes(18), warn_at: v.now.plus_minutes(30) })),
        ])))
    };
    let nav = nav("/requests");
    let crumbs = [
        Crumb {
            href: "/requests",
            label: "Requests",
        },
        Crumb {
            href: "",
            label: "104-882",
        },
    ];
    frame("Mail flow stopped", &nav, &crumbs).render(v, html! {
        (page_head("Mail flow stopped for the whole tenant since this morning", html! {
            (severity_named(v, SEVERITIES[0])) (turn(v, Side::Customer, Turn::Vendor))
            span { bdi { "104-882" } }
        }, html! {
            (Button::new("Ask for a call").icon(Icon::Phone).link("#call"))
            (Button::new("Mark solved").icon(Icon::Check).key("e").post(v, "/requests/104-882/closure"))
        }))
        (split(v, main, rail))
    })
}

pub(super) fn forms(v: &Viewer) -> Markup {
    let mut mistakes = Mistakes::none();
    mistakes.add("subject", "Say in one sentence what is wrong");
    mistakes.add("impact", "Choose who is affected");
    let form = Form::post(v, "/requests")
        .mistakes(&mistakes)
        .draft("/requests/draft")
        .upload();
    let nav = nav("/requests");
    let frame = Frame {
        has_mistakes: true,
        ..frame("New request", &nav, &[])
    };
    let languages = [Choice::new("en", "English"), Choice::new("de", "Deutsch")];
    frame.render(v, html! {
        (page_head("New request", html! {}, html! {}))
        (steps(v, &[("Question", "/requests/new/1"), ("Impact", "/requests/new/2"), ("Details", ""), ("Review", "")], 3))
        (form.render(html! {
            (form.text(Field::new("subject", "What is wrong?").hint("One sentence is enough.").count(120).dir_auto().required()))
            (form.radios(Field::new("impact", "Who is affected?"), &[
                Choice::new("all", "Everybody").hint("Or so many that work stands still"),
                Choice::new("some", "Some people").hint("A team, a site, a department"),
                Choice::new("one", "Just me"),
            ]))
            (form.select(Field::new("language", "Language").value("en").width("w-20"), &languages))
            (form.text(Field::new("phone", "Telephone").kind("tel").autocomplete("tel").optional().width("w-20")))
            (form.textarea(Field::new("details", "What happens, and since when?").value("Since 08:40 no mail arrives.").count(4000)))
            (form.files(Field::new("files", "Files").hint("Several files are fine, 100 MB each at most.").optional()))
            (form.checks(Field::new("copy", "Colleagues to copy"), &[Choice::new("1", "Ben Okafor"), Choice::new("2", "Lena Roth").hint("Administrator")], &["2"]))
            (form.checkbox(Field::new("consent", "Support may look at our diagnostics").value("on").hint("For 14 days, and only for this request.")))
            (form.actions(Button::primary("Continue").key("mod+enter"), html! { (Button::new("Back").unchecked().to("/requests/new/2").submit()) (Button::new("Cancel").look(Look::Quiet).link("/requests")) }))
        }))
        (section("Nothing to show", html! {}, empty(Icon::Inbox, "No open requests. All services are healthy.", Button::primary("New request").link("/requests/new"))))
        (super::links())
    })
}
