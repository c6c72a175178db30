//! Requests as rows of the customer's lists.

use std::collections::HashMap;

use mainstay_domain::edition::Edition;
use mainstay_domain::ids::CaseNumber;
use mainstay_store::views::{CaseRow, KnownCase, Promised};
use maud::{Markup, html};

use super::words as say;
use crate::ui::chips::{ClockFace, clock, severity};
use crate::ui::list::{Column, List, Row, dotted, subject};
use crate::ui::{Button, Viewer, words};

/// The open requests of an account, with the promises among them.
pub struct Open<'a> {
    /// The edition severities are named after.
    pub edition: &'a Edition,
    /// The promised first responses.
    pub promises: &'a HashMap<CaseNumber, Promised>,
}

/// What a list is called, and whether it follows changes by itself.
pub struct Naming<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it lists.
    pub caption: &'a str,
    /// Whether it follows changes; where the page around it does, it need not.
    pub is_live: bool,
}

/// The address of a case.
pub fn href(case: &CaseRow) -> String {
    format!("/cases/{}", case.number)
}

/// A list of requests; the columns of open and closed ones differ in the last.
fn list(v: &Viewer, whose: &Naming<'_>, last: &str, rows: Vec<Row<'_>>) -> Markup {
    let columns = [
        Column::with(v.t("portal-column-severity"), "fit bare"),
        Column::with(v.t("portal-column-request"), "main"),
        Column::with(v.t("portal-column-turn"), "fit bare"),
        Column::with(last, "fit bare"),
    ];
    List::plain(whose.id, whose.caption, &columns, rows)
        .live(if whose.is_live { "requests" } else { "" })
        .render(v)
}

impl Open<'_> {
    /// Open requests as a list.
    pub fn list(&self, v: &Viewer, whose: &Naming<'_>, cases: &[&CaseRow]) -> Markup {
        let addresses: Vec<String> = cases.iter().map(|case| href(case)).collect();
        let rows = cases
            .iter()
            .zip(&addresses)
            .map(|(case, href)| self.row(v, case, href))
            .collect();
        list(v, whose, v.t("portal-column-promise"), rows)
    }

    fn row<'a>(&self, v: &Viewer, case: &CaseRow, href: &'a str) -> Row<'a> {
        Row {
            href,
            cells: vec![
                severity_cell(v, self.edition, case),
                subject(href, &case.subject, under(v, self.edition, case)),
                say::turn_badge(v, &case.status),
                self.next(v, case),
            ],
            ..Row::default()
        }
    }

    /// The next promise. The vendor's own targets are promised to nobody and not shown.
    fn next(&self, v: &Viewer, case: &CaseRow) -> Markup {
        let label = v.t("portal-first-response");
        match self.promises.get(&case.number) {
            Some(Promised::Running(due)) => {
                let face = ClockFace::Running {
                    due: *due,
                    warn_at: *due,
                };
                clock(v, label, face)
            }
            Some(Promised::Missed(due)) if is_owed(case, due.as_unix()) => {
                clock(v, label, ClockFace::Breached { due: *due })
            }
            _ => html! { span.muted { (without_clock(v, &case.status)) } },
        }
    }
}

/// Whether a missed first response is still owed: what is owed leads the order of work.
fn is_owed(case: &CaseRow, due: i64) -> bool {
    case.queue_at.is_some_and(|at| at <= due)
}

/// What comes next where no promise runs.
pub fn without_clock(v: &Viewer, status: &str) -> &'static str {
    match status {
        "with-customer" => v.t("portal-next-yours"),
        "resolved" => v.t("portal-next-resolved"),
        _ => v.t("portal-next-ours"),
    }
}

fn severity_cell(v: &Viewer, edition: &Edition, case: &CaseRow) -> Markup {
    let code = case.severity.as_deref();
    let found = code.and_then(|code| say::severity_of(edition, code));
    html! { @if let Some(found) = found { (severity(v, found)) } }
}

fn under(v: &Viewer, edition: &Edition, case: &CaseRow) -> Markup {
    let last = html! { (v.t("portal-last-news")) " " (words::ago(v, case.last_public_at)) };
    dotted(&[
        html! { bdi { (case.number) } },
        html! { (say::kind_name(edition, case.kind)) },
        html! { bdi { (case.requester) } },
        last,
    ])
}

/// Closed requests as a list: how long each can be reopened, else how to follow it up.
pub fn closed(v: &Viewer, edition: &Edition, whose: &Naming<'_>, cases: &[CaseRow]) -> Markup {
    let addresses: Vec<String> = cases.iter().map(href).collect();
    let rows = cases
        .iter()
        .zip(&addresses)
        .map(|(case, href)| Row {
            href,
            cells: vec![
                severity_cell(v, edition, case),
                subject(href, &case.subject, under(v, edition, case)),
                say::turn_badge(v, &case.status),
                afterwards(v, case),
            ],
            ..Row::default()
        })
        .collect();
    list(v, whose, v.t("portal-column-afterwards"), rows)
}

/// Requests of colleagues that somebody knows of and does not read.
pub fn known(v: &Viewer, edition: &Edition, title: &str, cases: &[KnownCase]) -> Markup {
    html! {
        @if !cases.is_empty() {
            section id="known" data-live-topic="requests" {
                h2 id="known-title" { (title) }
                p.muted { (v.t("portal-known-why")) }
                ul.plain aria-labelledby="known-title" { @for case in cases {
                    li {
                        span { (dotted(&[
                            html! { a href={ "/cases/" (case.number) } { bdi { (case.number) } } },
                            html! { (say::kind_name(edition, case.kind)) },
                        ])) }
                        (say::turn_badge(v, &case.status))
                        span.muted { (dotted(&[
                            html! { (v.t("portal-submitted")) " " (words::ago(v, case.opened_at)) },
                            html! { (v.t("portal-last-news")) " " (words::ago(v, case.last_public_at)) },
                        ])) }
                    }
                } }
            }
        }
    }
}

/// What can still be done with a closed request.
fn afterwards(v: &Viewer, case: &CaseRow) -> Markup {
    let reopenable = case.reopen_until.filter(|&until| v.now < until);
    html! {
        @match reopenable {
            Some(until) => {
                (Button::new(v.t("portal-reopen")).small().link(&format!("{}#reopen", href(case))))
                " " span.muted { (say::reopen_until(v, until)) }
            },
            None => {
                (Button::new(v.t("portal-follow-up")).small()
                    .link(&format!("/cases/new?follows={}", case.number)))
            },
        }
    }
}
