//! The page of single components.

use maud::{Markup, html};

use super::desk::{SEVERITIES, frame};
use crate::ui::blocks::{
    Flash, dialog, flash, fold, notice, page_head, panel, section, stat, stats,
};
use crate::ui::button::{Button, Look};
use crate::ui::chart::{Bar, bars, sparkline, stacked};
use crate::ui::chips::{
    Channel, ClockFace, Tone, Turn, channel, clock, person, severity, severity_named, tag, turn,
};
use crate::ui::field::Field;
use crate::ui::form::Form;
use crate::ui::frame::Side;
use crate::ui::icon::Icon;
use crate::ui::text::{mail_html, markdown};
use crate::ui::viewer::Viewer;
use crate::ui::words;

pub(super) fn page(v: &Viewer) -> Markup {
    frame("Style guide", &[], &[]).render(v, html! {
        (page_head("Style guide", html! { "Every component in every state" }, html! {}))
        (super::links())
        (section("Clocks", html! {}, html! { div.stack-8 { (clocks(v)) } }))
        (section("Severity, turn, channel, tags, people", html! {}, html! { div.stack-8 { (badges(v)) } }))
        (section("Buttons", html! {}, buttons(v)))
        (section("Notices", html! {}, html! {
            (flash(v, Flash { tone: Tone::Ok, words: "The reply was sent.", link: Some(("Undo", "#undo")) }))
            (notice(Tone::Info, "Planned work.", html! { "On Sunday from 02:00 to 04:00." }))
            (notice(Tone::Warn, "Not in your language.", html! { "Shown in English." }))
            (notice(Tone::Bad, "The mailbox does not answer.", html! { "Since 09:58; mail is queued." }))
            (notice(Tone::Note, "Internal.", html! { "The customer does not see this." }))
        }))
        (section("Times", html! {}, html! {
            p { (words::ago(v, v.now.plus_minutes(-12))) " · " (words::brief(v, v.now.plus_minutes(480))) " · " (words::both(v, v.now.plus_minutes(125))) }
        }))
        (section("Numbers", html! {}, numbers(v)))
        (section("What people write", html! {}, html! { div.columns { (panel("Markdown", markdown(MARKDOWN))) (panel("HTML mail", mail_html(MAIL))) } }))
    })
}

const MARKDOWN: &str = "A **bold** word, `code`, ~~gone~~ and https://example.com.\n\n1. one\n2. two\n\n- [x] done\n- [ ] open\n\n> quoted\n\n| Plan | Seats |\n|------|------:|\n| E3 | 1450 |\n";
const MAIL: &str = "<p>Dear team,</p><p style='color:red'>please <b>see</b> <a href='https://example.com'>this</a>.</p><ul><li>one</li></ul><img src='https://tracker.example/x.gif'><script>alert(1)</script>";

fn clocks(v: &Viewer) -> Markup {
    let running = |minutes| ClockFace::Running {
        due: v.now.plus_minutes(minutes),
        warn_at: v.now.plus_minutes(minutes.saturating_sub(30)),
    };
    let soon = ClockFace::Running {
        due: v.now.plus_seconds(20),
        warn_at: v.now.plus_seconds(10),
    };
    let met = |late: i64| ClockFace::Met {
        at: v.now.plus_minutes(late),
        due: v.now,
    };
    let none = |from| ClockFace::NoCommitment { handled_from: from };
    html! {
        div.row {
            (clock(v, "First response", running(125))) (clock(v, "First response", running(12)))
            (clock(v, "First response", running(-12)))
            (clock(v, "First response", ClockFace::Paused { why: "waiting for customer" }))
            (clock(v, "First response", met(-14))) (clock(v, "First response", met(9)))
            (clock(v, "First response", none(None)))
            (clock(v, "First response", none(Some(v.now.plus_minutes(900)))))
        }
        div.row {
            (clock(v, "", soon)) (clock(v, "", running(4000))) (clock(v, "", running(12)))
            (clock(v, "", running(-700))) (clock(v, "", ClockFace::Paused { why: "" }))
            (clock(v, "", met(0))) (clock(v, "", none(None)))
        }
    }
}

fn badges(v: &Viewer) -> Markup {
    html! {
        div.row {
            @for each in SEVERITIES { (severity(v, each)) }
            @for each in SEVERITIES { (severity_named(v, each)) }
        }
        div.row {
            @for each in [Turn::Customer, Turn::Vendor, Turn::ThirdParty, Turn::Nobody] {
                (turn(v, Side::Customer, each))
            }
            @for each in [Turn::Customer, Turn::Vendor] { (turn(v, Side::Vendor, each)) }
        }
        div.row {
            @for each in [Channel::Portal, Channel::Mail, Channel::Phone, Channel::Api] { (channel(v, each)) }
            (tag(Tone::Plain, "E3")) (tag(Tone::Info, "Premier")) (tag(Tone::Ok, "Open"))
            (tag(Tone::Warn, "Expires")) (tag(Tone::Bad, "Failed")) (tag(Tone::Note, "Internal"))
            @for name in ["Mara Lindqvist", "Jonas Weber", "Aiko Tanaka", "Ømer Yıldız"] { (person(name)) }
        }
    }
}

fn buttons(v: &Viewer) -> Markup {
    let form = Form::post(v, "/desk/cases/7/snooze").prefix("snooze-");
    html! {
        div.row {
            (Button::primary("Reply").icon(Icon::Reply).key("r").link("#"))
            (Button::new("Take").key("m").link("#")) (Button::new("Assign").icon(Icon::Person).link("#"))
            (Button::new("Cancel").look(Look::Quiet).link("#"))
            (Button::new("Withdraw").look(Look::Danger).post(v, "#"))
            (Button::new("Save internal note").look(Look::Note).icon(Icon::Lock).link("#"))
            (Button::new("Small").small().link("#"))
            (Button::primary("Unavailable").disabled(true).submit())
            (dialog(Button::new("Snooze").icon(Icon::Clock).key("z"), "snooze", form.render(html! {
                (form.text(Field::new("until", "Until").kind("datetime-local")))
                (form.actions(Button::primary("Snooze"), html! {}))
            })))
        }
    }
}

fn numbers(v: &Viewer) -> Markup {
    let bar = |label, value, words, tone| Bar {
        label,
        value,
        words,
        tone,
    };
    html! {
        (stats(html! {
            (stat(Tone::Bad, "Breached now", "2", html! { "oldest 12 min" }))
            (stat(Tone::Warn, "Due within 30 min", "3", html! {}))
            (stat(Tone::Plain, "Open", "14", sparkline("Open cases, last seven days", &[9.0, 12.0, 11.0, 15.0, 17.0, 13.0, 14.0])))
            (stat(Tone::Plain, "Promises kept today", "96.4 %", html! { "n = 56" }))
        }))
        div.columns {
            (panel("", bars(v, "First response kept", Some(100.0), &[
                bar("Severity A", 92.0, "92 %", Tone::Bad), bar("Severity B", 97.5, "97.5 %", Tone::Info), bar("Severity C", 100.0, "100 %", Tone::Ok),
            ])))
            (panel("", stacked(v, "Open by severity", &[
                bar("A", 2.0, "2", Tone::Bad), bar("B", 5.0, "5", Tone::Warn), bar("C", 7.0, "7", Tone::Info),
            ])))
        }
        (fold("A fold", false, html! { p { "What is under it." } }))
    }
}
