//! Sample pages that anybody may see.

use maud::{Markup, html};

use super::desk::SEVERITIES;
use crate::ui::blocks::{Flash, narrow, page_head, panel, section};
use crate::ui::button::Button;
use crate::ui::chips::{Tone, severity_named};
use crate::ui::field::Field;
use crate::ui::form::Form;
use crate::ui::frame::{Frame, Side};
use crate::ui::matrix::{MatrixRow, PlanColumn, Promise, matrix, notes};
use crate::ui::viewer::Viewer;

pub(super) fn description(v: &Viewer) -> Markup {
    let plans = [
        ("E3", true),
        ("Business", false),
        ("E1", false),
        ("Professional Direct", false),
        ("Premier", false),
    ]
    .map(|(name, mine)| PlanColumn { name, mine });
    let promise = |target, window| Promise {
        target,
        window,
        notes: &[],
    };
    let none = Promise::default();
    let rows = [
        MatrixRow {
            head: severity_named(v, SEVERITIES[0]),
            anchor: "severity-a",
            cells: vec![
                promise("1 hour", "24 × 7"),
                promise("1 hour", "24 × 7"),
                Promise {
                    notes: &[1],
                    ..promise("1 hour", "24 × 7")
                },
                promise("1 hour", "24 × 7"),
                promise("15 minutes", "24 × 7"),
            ],
        },
        MatrixRow {
            head: severity_named(v, SEVERITIES[1]),
            anchor: "severity-b",
            cells: vec![
                promise("Next day", "24 × 7"),
                promise("Next day", "Business hours"),
                none,
                promise("4 hours", "24 × 7"),
                promise("2 hours", "24 × 7"),
            ],
        },
        MatrixRow {
            head: severity_named(v, SEVERITIES[2]),
            anchor: "severity-c",
            cells: vec![
                Promise {
                    notes: &[2],
                    ..none
                },
                none,
                none,
                promise("8 hours", "Business hours"),
                promise("4 hours", "Business hours"),
            ],
        },
    ];
    let frame = Frame::new("Northwind Support", Side::Public, "Service description");
    frame.render(v, html! {
        (page_head("Service description", html! {
            span { "In force since 1 July 2019" } a href="/description/2014-05-16" { "Edition of 16 May 2014" }
            a href="/description/compare" { "What changed" }
        }, html! { (Button::primary("Ask pre-sales").link("/pre-sales")) }))
        (section("First response", html! {}, matrix(v, "First response by severity and plan", "Severity", &plans, &rows)))
        (notes(v, &["By telephone only.", "Handled from the next business day on; no time is promised."]))
        (super::links())
    })
}

pub(super) fn sign_in(v: &Viewer) -> Markup {
    let form = Form::post(v, "/sign-in");
    let said = Flash {
        tone: Tone::Info,
        words: "Sign in to continue. Your draft is kept.",
        link: None,
    };
    let frame = Frame {
        flash: Some(said),
        ..Frame::new("Northwind Support", Side::Public, "Sign in")
    };
    frame.render(v, narrow(html! {
        h1 { "Sign in" }
        (panel("", form.render(html! {
            (form.text(Field::new("email", "E-mail address").kind("email").autocomplete("username").required()))
            (form.text(Field::new("password", "Password").kind("password").autocomplete("current-password").required()))
            (form.actions(Button::primary("Sign in"), html! { a href="/sign-in/link" { "Send me a link instead" } }))
        })))
        (super::links())
    }))
}
