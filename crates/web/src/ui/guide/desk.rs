//! Sample pages of the vendor's desk.

use maud::{Markup, html};

use crate::ui::blocks::{fold, page_head, panel};
use crate::ui::button::{Button, Look};
use crate::ui::chips::{
    Channel, ClockFace, Severity, Tone, Turn, clock, person, severity_named, tag, turn,
};
use crate::ui::facts::{Fact, facts};
use crate::ui::field::{Choice, Field};
use crate::ui::form::{Form, Mistakes};
use crate::ui::frame::{Crumb, Frame, NavItem, Side, SignedIn, split};
use crate::ui::icon::Icon;
use crate::ui::ledger::{Step, StepKind, ledger};
use crate::ui::text::markdown;
use crate::ui::timeline::{
    Composer, Delivery, Entry, EntryKind, Event, File, Lock, composers, events, note_composer,
    reply_composer, timeline,
};
use crate::ui::viewer::Viewer;
use crate::ui::words;

pub(super) const SEVERITIES: [Severity<'static>; 3] = [
    Severity {
        code: "A",
        name: "Critical",
        rank: 1,
    },
    Severity {
        code: "B",
        name: "Urgent",
        rank: 2,
    },
    Severity {
        code: "C",
        name: "Important",
        rank: 3,
    },
];

pub(super) fn nav(current: &str) -> [NavItem<'static>; 7] {
    let item = |href: &'static str, label, icon, key, count| NavItem {
        href,
        label,
        icon,
        key,
        count,
        current: href == current,
    };
    [
        item("/desk", "Home", Icon::Home, "g h", 0),
        item("/desk/queue", "Queue", Icon::Inbox, "g q", 14),
        item("/desk/mine", "Mine", Icon::Person, "g m", 3),
        item("/desk/calls", "Calls", Icon::Phone, "g c", 1),
        item("/desk/incidents", "Incidents", Icon::Warn, "g i", 0),
        item("/desk/reports", "Reports", Icon::Chart, "g r", 0),
        item("/desk/articles", "Knowledge", Icon::Book, "g k", 0),
    ]
}

pub(super) fn frame<'a>(
    title: &'a str,
    nav: &'a [NavItem<'a>],
    crumbs: &'a [Crumb<'a>],
) -> Frame<'a> {
    Frame {
        signed_in: Some(SignedIn {
            name: "Mara Lindqvist",
            organisation: "Northwind",
            role: "Engineer",
        }),
        nav,
        crumbs,
        unread: 3,
        ..Frame::new("Northwind Support", Side::Vendor, title)
    }
}

pub(super) fn case_entries(v: &Viewer, vendor: bool) -> Markup {
    let at = |minutes| v.now.plus_minutes(minutes);
    let event = |icon, words: &str, minutes| Event {
        icon,
        words: html! { (words) },
        at: at(minutes),
    };
    let files = [
        File::new("transport-rules.csv", "/files/1", "18 KB"),
        File {
            lock: Lock::Mine,
            ..File::new("connector.key", "/files/2", "2 KB")
        },
        File {
            lock: Lock::Others("Confidential: only Priya Raman can download it."),
            ..File::new("accounts.csv", "/files/3", "4 KB")
        },
    ];
    let body = markdown(
        "Since about 08:40 **no mail** arrives, inside or outside.\n\n- 1 200 people affected\n- work is stopped, no workaround\n\nHeaders of a test mail:\n\n```\nReceived: from mx1.contoso.example\nX-Delay: 4211\n```",
    );
    html! {
        (Entry { role: "Contoso", channel: Some(Channel::Phone), files: &files,
            ..Entry::new("entry-1", EntryKind::CustomerReply, "Dana Whitfield", at(-72), body) }.render(v))
        (events(v, &[
            event(Icon::Tag, "Severity set to A from the answers given", -72),
            event(Icon::Clock, "First response promised within 60 minutes, 24 × 7", -72),
            event(Icon::Inbox, "Placed in queue Mail flow", -72),
            event(Icon::Person, "Taken by Mara Lindqvist", -60),
        ]))
        (Entry { role: "Northwind", delivery: vendor.then_some(Delivery::Delivered),
            ..Entry::new("entry-2", EntryKind::VendorReply, "Mara Lindqvist", at(-58), markdown(
            "Good morning Dana,\n\nI see the queue on our side. A connector change at 08:37 looks suspicious; I am rolling it back **now** and will write again by 10:15.",
        )) }.render(v))
        @if vendor {
            (Entry::new("entry-3", EntryKind::Note, "Jonas Weber", at(-40), markdown(
                "Same change hit *Fabrikam*. Let us open an incident and link both. Rollback script: `connector-restore --tenant contoso`.",
            )).render(v))
        }
        (events(v, &[event(Icon::Warn, "Linked to incident INC-77 Mail flow, Europe", -31)]))
        (Entry { role: "Contoso", channel: Some(Channel::Mail), is_new: true,
            delivery: None,
            ..Entry::new("entry-4", EntryKind::CustomerReply, "Dana Whitfield", at(-4), markdown(
            "First mails are coming in. Is it safe to tell our people?",
        )) }.render(v))
    }
}

fn clocks(v: &Viewer) -> Markup {
    let from = v.now.plus_minutes(-72);
    let step = |kind, from: i64, to: Option<i64>, minutes, words| Step {
        kind,
        from: v.now.plus_minutes(from),
        to: to.map(|to| v.now.plus_minutes(to)),
        minutes,
        words,
    };
    html! {
        (facts(&[
            Fact::new("First response", clock(v, "", ClockFace::Met { at: from.plus_minutes(14), due: from.plus_minutes(60) })),
            Fact::new("Next update", clock(v, "", ClockFace::Running { due: v.now.plus_minutes(18), warn_at: v.now })),
            Fact::new("Resolution", clock(v, "", ClockFace::NoCommitment { handled_from: None })),
        ]))
        (fold("Why 15:40", true, ledger(v, "", &[
            step(StepKind::Start, -72, None, 0, "call accepted"),
            step(StepKind::Counted, -72, Some(-58), 14, "24 × 7"),
            step(StepKind::Paused, -58, Some(-4), 0, "waiting for customer"),
            step(StepKind::Counted, -4, Some(42), 46, "24 × 7"),
            step(StepKind::Due, 42, None, 0, ""),
        ])))
    }
}

fn case_rail(v: &Viewer) -> Markup {
    html! {
        (panel("Clocks", clocks(v)))
        (panel("Customer", facts(&[
            Fact::new("Account", html! { a href="/desk/accounts/contoso" { "Contoso" } }),
            Fact::new("Plan", html! { (tag(Tone::Info, "Premier")) " 1 450 seats" }),
            Fact::new("Requester", person("Dana Whitfield")),
            Fact::new("Phone", html! { a href="tel:+4930123456" { bdi { "+49 30 123456" } } }),
            Fact::words("Local time", "10:32, Berlin"),
            Fact::words("Language", "English"),
        ])))
        (panel("Linked", html! { ul.stack-8.small {
            li { (tag(Tone::Bad, "Incident")) " " a href="/desk/incidents/77" { "INC-77 Mail flow, Europe" } }
            li { (tag(Tone::Plain, "Article")) " " a href="/kb/connectors" { "Restore a connector" } }
        } }))
    }
}

pub(super) fn case(v: &Viewer) -> Markup {
    let none = Mistakes::none();
    let composer = Composer {
        action: "/desk/cases/104-882/replies",
        draft: "/desk/cases/104-882/drafts/reply",
        value: "",
        audience: "3 people at Contoso",
        idempotency_key: "k1",
        last_seen: "entry-4",
        mistakes: &none,
        files: true,
        confidential: Some((false, "For passwords, keys and personal data.")),
        alternative: Some(("Send and wait for customer", "next", "wait")),
    };
    let note = Composer {
        action: "/desk/cases/104-882/notes",
        draft: "/desk/cases/104-882/drafts/note",
        confidential: None,
        ..composer
    };
    let severity_form = Form::post(v, "/desk/cases/104-882/severity")
        .prefix("sev-")
        .preview("/desk/cases/104-882/severity/preview");
    let main = html! {
        (panel("Known facts", facts(&[
            Fact::words("Symptom", "No mail in or out since 08:40"),
            Fact::words("Impact", "1 200 people, work stopped, no workaround"),
            Fact::words("Environment", "Exchange hybrid, two connectors, Europe West"),
            Fact::words("Tried", "Restarted the connector; test mail with headers"),
        ])))
        (timeline(v, "case:104-882", case_entries(v, true)))
        (composers(html! {
            (reply_composer(v, true, &composer, html! {}))
            (note_composer(v, false, &note, html! {}))
        }))
        (fold("Change severity", true, severity_form.render(html! {
            (severity_form.radios(Field::new("severity", "Severity").value("B"), &[
                Choice::new("A", "A · Critical").hint("Work is stopped for everybody; 24 × 7"),
                Choice::new("B", "B · Urgent").hint("Work is hindered; business hours"),
            ]))
            (severity_form.text(Field::new("reason", "Reason").required()))
            (severity_form.preview_area(html! { p { "First response stays met. Next update moves to " (words::both(v, v.now.plus_minutes(300))) } }))
            (severity_form.actions(Button::primary("Change severity"), html! {}))
        })))
        (super::links())
    };
    let rail = case_rail(v);
    let nav = nav("/desk/queue");
    let crumbs = [
        Crumb {
            href: "/desk/queue",
            label: "Queue",
        },
        Crumb {
            href: "",
            label: "104-882",
        },
    ];
    let frame = Frame {
        live: Some("/live?topics=case:104-882"),
        ..frame("Mail flow stopped", &nav, &crumbs)
    };
    frame.render(v, html! {
        (page_head("Mail flow stopped for the whole tenant since this morning", html! {
            (severity_named(v, SEVERITIES[0]))
            (turn(v, Side::Vendor, Turn::Vendor))
            (clock(v, "Next update", ClockFace::Running { due: v.now.plus_minutes(18), warn_at: v.now }))
            span { bdi { "104-882" } } (person("Mara Lindqvist"))
        }, html! {
            (Button::new("Assign").key("a").link("#assign"))
            (Button::new("Status").key("s").link("#status"))
            (Button::new("Resolve").icon(Icon::Check).key("e").post(v, "/desk/cases/104-882/resolution"))
            (Button::new("More").look(Look::Quiet).icon(Icon::More).link("#more"))
        }))
        (split(v, main, rail))
    })
}
