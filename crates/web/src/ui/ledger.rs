//! The explanation of a deadline as a ledger: which stretches counted, which didn't, and the sum.

use mainstay_domain::Moment;
use maud::{Markup, html};

use super::icon::{Icon, icon};
use super::viewer::Viewer;
use super::words;

/// What a stretch of the explanation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// The clock starts.
    Start,
    /// Time that counts.
    Counted,
    /// Outside the window or a holiday: doesn't count.
    Closed,
    /// Stopped: doesn't count.
    Paused,
    /// A rule was applied.
    Rule,
    /// The promise falls due.
    Due,
}

/// One step of an explanation.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// What it is.
    pub kind: StepKind,
    /// When it begins.
    pub from: Moment,
    /// When it ends; none for an instant.
    pub to: Option<Moment>,
    /// The minutes that counted.
    pub minutes: i64,
    /// Why: `outside business hours`, `holiday: Karfreitag`.
    pub words: &'a str,
}

/// The ledger of one deadline. The first column says what, the last one the minutes that counted.
#[must_use]
pub fn ledger(v: &Viewer, caption: &str, steps: &[Step<'_>]) -> Markup {
    let counted: Vec<String> = steps
        .iter()
        .map(|step| words::duration(v, step.minutes * 60))
        .collect();
    let sum = steps.iter().map(|step| step.minutes).sum::<i64>();
    ledger_in(v, caption, steps, &counted, &words::duration(v, sum * 60))
}

/// The ledger of a deadline that counts something else than minutes, days for example: what each
/// step counted, in words, and the sum.
#[must_use]
pub fn ledger_in(
    v: &Viewer,
    caption: &str,
    steps: &[Step<'_>],
    counted: &[String],
    sum: &str,
) -> Markup {
    html! {
        div.ledger-box { table.ledger {
            caption { (if caption.is_empty() { v.t("ledger-label") } else { caption }) }
            thead {
                tr {
                    th scope="col" { (v.t("ledger-what")) }
                    th scope="col" { (v.t("ledger-from")) }
                    th scope="col" { (v.t("ledger-to")) }
                    th.num scope="col" { (v.t("ledger-minutes")) }
                }
            }
            tbody {
                @for (step, counted) in steps.iter().zip(counted) {
                    @let (class, sign, name) = look(v, step.kind);
                    tr.(class) {
                        th scope="row" {
                            (icon(sign))
                            span { b { (name) } @if !step.words.is_empty() { " " span { (step.words) } } }
                        }
                        td { (words::brief(v, step.from)) }
                        td { @if let Some(to) = step.to { (words::brief(v, to)) } }
                        td.num {
                            @if step.kind == StepKind::Counted { (counted) }
                        }
                    }
                }
            }
            tfoot {
                tr {
                    th scope="row" colspan="3" { (v.t("ledger-sum")) }
                    td.num { (sum) }
                }
            }
        } }
    }
}

fn look(v: &Viewer, kind: StepKind) -> (&'static str, Icon, &'static str) {
    match kind {
        StepKind::Start => ("is-start", Icon::Next, v.t("ledger-start")),
        StepKind::Counted => ("is-counted", Icon::Plus, v.t("ledger-counted")),
        StepKind::Closed => ("is-closed", Icon::Dash, v.t("ledger-closed")),
        StepKind::Paused => ("is-paused", Icon::Pause, v.t("ledger-paused")),
        StepKind::Rule => ("is-rule", Icon::Info, v.t("ledger-rule")),
        StepKind::Due => ("is-due", Icon::Clock, v.t("ledger-due")),
    }
}
