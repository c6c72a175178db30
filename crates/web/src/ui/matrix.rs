//! The published service description: what each plan promises, one column per plan.

use maud::{Markup, html};

use super::icon::{Icon, icon};
use super::viewer::Viewer;

/// One promise in a cell of the matrix.
#[derive(Debug, Clone, Copy, Default)]
pub struct Promise<'a> {
    /// The target: `1 hour`. Empty means that nothing is promised.
    pub target: &'a str,
    /// When it holds: `24 × 7`. May be empty.
    pub window: &'a str,
    /// The numbers of its notes.
    pub notes: &'a [u8],
}

/// A column: a plan.
#[derive(Debug, Clone, Copy)]
pub struct PlanColumn<'a> {
    /// The plan's name.
    pub name: &'a str,
    /// Whether the reader has it: it is highlighted.
    pub mine: bool,
}

/// A row: a severity or a feature, with one promise per plan.
#[derive(Debug, Clone)]
pub struct MatrixRow<'a> {
    /// What the row promises; put a severity badge here.
    pub head: Markup,
    /// An anchor that stays, for links to this promise.
    pub anchor: &'a str,
    /// One per plan.
    pub cells: Vec<Promise<'a>>,
}

/// The matrix. Its first column stays while the rest scrolls within its own box on small screens.
#[must_use]
pub fn matrix(
    v: &Viewer,
    caption: &str,
    corner: &str,
    plans: &[PlanColumn<'_>],
    rows: &[MatrixRow<'_>],
) -> Markup {
    html! {
        div.matrix-box tabindex="0" role="region" aria-label=(caption) {
            table.matrix {
                caption { (caption) }
                thead {
                    tr {
                        th scope="col" { (corner) }
                        @for plan in plans {
                            th.is-mine[plan.mine] scope="col" {
                                (plan.name)
                                @if plan.mine { " " span.mine { (v.t("matrix-my-plan")) } }
                            }
                        }
                    }
                }
                tbody {
                    @for row in rows {
                        tr id=(row.anchor) {
                            th scope="row" { a.anchor href={ "#" (row.anchor) } { (row.head) } }
                            @for (plan, promise) in plans.iter().zip(&row.cells) {
                                td.is-mine[plan.mine] { (cell(v, promise)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(v: &Viewer, promise: &Promise<'_>) -> Markup {
    html! {
        @if promise.target.is_empty() {
            span.promise-none { (v.t("matrix-no-commitment")) }
        } @else {
            b.promise { (promise.target) }
        }
        @for n in promise.notes {
            " " sup { a href={ "#note-" (n) } aria-label=(v.t_args("matrix-note", &[("n", (*n).into())])) { (n) } }
        }
        @if !promise.window.is_empty() { span.window { (icon(Icon::Clock)) (promise.window) } }
    }
}

/// The notes under a matrix; note 1 is the first.
#[must_use]
pub fn notes(v: &Viewer, each: &[&str]) -> Markup {
    html! {
        section.notes {
            h2 { (v.t("matrix-notes")) }
            ol { @for (n, note) in each.iter().enumerate() { li id={ "note-" (n + 1) } { (note) } } }
        }
    }
}
