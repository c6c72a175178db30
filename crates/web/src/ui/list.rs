//! Lists of things: a dense table where there is room, cards at 360 px, without script.

use maud::{Markup, html};

use super::chips::Tone;
use super::frame::capped;
use super::icon::{Icon, icon};
use super::viewer::Viewer;

/// A column of a [`List`].
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    /// Its heading, also written beside the value on a card.
    pub label: &'a str,
    /// `main` takes the room there is, `num` aligns numbers, `end` aligns at the end, `fit` never
    /// wraps, `wide-only` is left out on small screens, `bare` shows no heading on a card.
    pub class: &'a str,
}

impl<'a> Column<'a> {
    /// A column of short things.
    #[must_use]
    pub const fn new(label: &'a str) -> Self {
        Self {
            label,
            class: "fit",
        }
    }

    /// A column with classes.
    #[must_use]
    pub const fn with(label: &'a str, class: &'a str) -> Self {
        Self { label, class }
    }

    /// The heading a card shows beside the value, where it shows one.
    fn heading_on_cards(&self) -> Option<&'a str> {
        let mut classes = self.class.split(' ');
        (!classes.any(|class| matches!(class, "main" | "bare" | "wide-only"))).then_some(self.label)
    }
}

/// A row of a [`List`].
#[derive(Debug, Clone, Default)]
pub struct Row<'a> {
    /// What Enter opens; a cell must hold a link to it, see [`subject`].
    pub href: &'a str,
    /// The cells, one per column.
    pub cells: Vec<Markup>,
    /// What the row's checkbox sends as `chosen`, when the list lets choose.
    pub choose: Option<&'a str>,
    /// `is-unread`, `is-taken` (greyed), `is-selected`.
    pub class: &'a str,
}

/// Rows under a heading of their own; a list without groups has one with an empty label.
#[derive(Debug, Clone, Default)]
pub struct Group<'a> {
    /// The heading; empty for none.
    pub label: &'a str,
    /// How urgent the group is.
    pub tone: Tone,
    /// Its rows.
    pub rows: Vec<Row<'a>>,
}

/// A list. `j`/`k` move, Enter opens, `x` chooses.
#[derive(Debug, Clone, Default)]
pub struct List<'a> {
    /// Its id: also what is asked for when it changes.
    pub id: &'a str,
    /// What it lists, for screen readers.
    pub caption: &'a str,
    /// Its columns.
    pub columns: &'a [Column<'a>],
    /// Its rows.
    pub groups: Vec<Group<'a>>,
    /// The topics whose changes refresh it; empty for none.
    pub live_topics: &'a str,
    /// Rows 32 px high, each on one line: for engineers.
    pub compact: bool,
}

impl<'a> List<'a> {
    /// A list without groups.
    #[must_use]
    pub fn plain(
        id: &'a str,
        caption: &'a str,
        columns: &'a [Column<'a>],
        rows: Vec<Row<'a>>,
    ) -> Self {
        let groups = vec![Group {
            rows,
            ..Group::default()
        }];
        Self {
            id,
            caption,
            columns,
            groups,
            live_topics: "",
            compact: false,
        }
    }

    /// Refreshed when one of these topics changes.
    #[must_use]
    pub fn live(self, live_topics: &'a str) -> Self {
        Self {
            live_topics,
            ..self
        }
    }

    /// Each row on one line.
    #[must_use]
    pub fn compact(self, compact: bool) -> Self {
        Self { compact, ..self }
    }

    /// The list. Roles are spelled out because the small layout undoes the table's display.
    #[must_use]
    pub fn render(&self, v: &Viewer) -> Markup {
        let choosing = self
            .groups
            .iter()
            .flat_map(|group| &group.rows)
            .any(|row| row.choose.is_some());
        let live = (!self.live_topics.is_empty()).then_some(self.live_topics);
        html! {
            div.list-box id=(self.id) data-live-topic=[live] data-live-list[live.is_some()] {
                table.list.compact[self.compact] role="table" data-list {
                    caption.sr { (self.caption) }
                    thead role="rowgroup" {
                        tr role="row" {
                            @if choosing {
                                th.choose role="columnheader" scope="col" {
                                    label {
                                        input type="checkbox" data-choose-all
                                            aria-label=(v.t("list-select-all"));
                                    }
                                }
                            }
                            @for column in self.columns {
                                th.(column.class) role="columnheader" scope="col" { (column.label) }
                            }
                        }
                    }
                    @for group in &self.groups {
                        tbody role="rowgroup" {
                            @if !group.label.is_empty() {
                                tr.group.(group.tone.class()) role="row" {
                                    th role="rowheader" scope="rowgroup"
                                        colspan=(self.columns.len() + usize::from(choosing)) {
                                        (group.label) " " span.count { (group.rows.len()) }
                                    }
                                }
                            }
                            @for row in &group.rows { (self.row(v, row, choosing)) }
                        }
                    }
                }
            }
        }
    }

    fn row(&self, v: &Viewer, row: &Row<'_>, choosing: bool) -> Markup {
        html! {
            tr class=[(!row.class.is_empty()).then_some(row.class)] role="row"
                id={ (self.id) "-" (anchor(row.href)) } data-row {
                @if choosing {
                    td.choose role="cell" {
                        @if let Some(value) = row.choose {
                            label {
                                input type="checkbox" name="chosen" value=(value)
                                    aria-label=(v.t_args("list-select", &[("what", value.into())]));
                            }
                        }
                    }
                }
                @for (column, cell) in self.columns.iter().zip(&row.cells) {
                    td.(column.class) role="cell" data-th=[column.heading_on_cards()] { (cell) }
                }
            }
        }
    }
}

/// An address as part of an id, so that a refreshed row is recognised as the same one.
fn anchor(href: &str) -> String {
    href.chars()
        .filter(|c| c.is_alphanumeric() || *c == '-')
        .collect()
}

/// The main cell of a row: the subject as the row's link, and a line of facts under it.
#[must_use]
pub fn subject(href: &str, words: &str, under: Markup) -> Markup {
    html! { a.subject href=(href) dir="auto" { (words) } div.under { (under) } }
}

/// Facts of a line, with dots between them; empty ones are left out.
#[must_use]
pub fn dotted(each: &[Markup]) -> Markup {
    html! {
        @for (n, one) in each.iter().filter(|one| !one.0.is_empty()).enumerate() {
            @if n > 0 { span.dot aria-hidden="true" { " · " } }
            (one)
        }
    }
}

/// One of several ways to look at a list.
#[derive(Debug, Clone, Copy)]
pub struct ViewTab<'a> {
    /// Its name.
    pub label: &'a str,
    /// Its address.
    pub href: &'a str,
    /// How many it holds, shown up to 99; none when not counted.
    pub count: Option<u32>,
    /// Whether it is shown.
    pub current: bool,
}

/// The saved views over a list; keys 1 to 9.
#[must_use]
pub fn tabs(v: &Viewer, each: &[ViewTab<'_>]) -> Markup {
    html! {
        nav.tabs aria-label=(v.t("list-views")) {
            ul {
                @for (n, tab) in each.iter().enumerate() {
                    li {
                        a href=(tab.href) aria-current=[tab.current.then_some("page")]
                            data-key=[(n < 9).then_some(n + 1)] {
                            (tab.label)
                            @if let Some(count) = tab.count { " " span.count { (capped(count)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Links to the neighbouring pages, with what is shown of how many.
#[must_use]
pub fn pager(
    v: &Viewer,
    shown: (u64, u64, u64),
    newer: Option<&str>,
    older: Option<&str>,
) -> Markup {
    let (from, to, all) = shown;
    let args = [
        ("from", from.into()),
        ("to", to.into()),
        ("all", all.into()),
    ];
    html! {
        nav.pager aria-label=(v.t("list-pages")) {
            span.muted { (v.t_args("list-shown", &args)) }
            @if let Some(href) = newer { a.btn.btn-small href=(href) rel="prev" { (v.t("list-newer")) } }
            @if let Some(href) = older { a.btn.btn-small href=(href) rel="next" { (v.t("list-older")) } }
        }
    }
}

/// A bar of filters over a list, folded on small screens; give it a [`super::Form::get`] with class
/// `form-row`.
#[must_use]
pub fn filters(v: &Viewer, form: Markup) -> Markup {
    html! { details.filters { summary { (icon(Icon::Gear)) (v.t("list-filters")) } (form) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_keeps_its_id_across_refreshes_and_names_its_cells() {
        let v = Viewer::new("2026-03-27T16:30:00Z".parse().unwrap());
        let columns = [Column::with("Subject", "main"), Column::new("Age")];
        let cells = vec![
            subject("/cases/7", "Mail <slow>", html! {}),
            html! { "2 h" },
        ];
        let rows = vec![Row {
            href: "/cases/7",
            cells,
            ..Row::default()
        }];
        let html = List::plain("queue", "Cases", &columns, rows)
            .live("queue:1")
            .render(&v)
            .into_string();
        assert!(html.contains("id=\"queue-cases7\""), "{html}");
        assert!(html.contains("data-th=\"Age\""), "{html}");
        assert!(html.contains("data-live-topic=\"queue:1\""), "{html}");
        assert!(html.contains("Mail &lt;slow&gt;"), "{html}");
    }
}
