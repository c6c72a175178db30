//! The tables with a column a plan: objectives, channels, options.

use mainstay_description::{duration_words, promise_words, window_words};
use mainstay_domain::edition::{
    ChannelRight, Column, Edition, Feature, Medium, Objective, Severity, Target,
};
use maud::{Markup, html};

use crate::portal::words as say;
use crate::public::mine::Mine;
use crate::ui::{Icon, Viewer, icon};

/// A table being drawn: which columns, whose they are, and the notes its cells refer to.
struct Grid<'a> {
    v: &'a Viewer,
    edition: &'a Edition,
    /// Begins the ids of its notes, which another table may have as well.
    name: &'static str,
    columns: Vec<&'a Column>,
    mine: Option<&'a str>,
}

/// A row of a [`Grid`].
struct GridRow {
    anchor: String,
    head: Markup,
    under: Markup,
    cells: Vec<Markup>,
}

impl Grid<'_> {
    fn is_mine(&self, column: &Column) -> bool {
        self.mine == Some(column.id.as_str())
    }

    fn heading(&self, column: &Column) -> Markup {
        html! {
            th.is-mine[self.is_mine(column)] scope="col" {
                (column.heading) (marks_of(self, &column.footnotes))
                @if self.is_mine(column) { " " span.mine { (self.v.t("matrix-my-plan")) } }
            }
        }
    }

    /// The table with its rows.
    fn draw(&self, caption: &str, corner: &str, rows: &[GridRow]) -> Markup {
        html! {
            div.matrix-box tabindex="0" role="region" aria-label=(caption) {
                table.matrix {
                    caption { (caption) }
                    thead { tr {
                        th scope="col" { (corner) }
                        @for column in &self.columns { (self.heading(column)) }
                    } }
                    tbody {
                        @for row in rows {
                            tr id=(row.anchor) {
                                th scope="row" { a.anchor href={ "#" (row.anchor) } { (row.head) } (row.under) }
                                @for (column, cell) in self.columns.iter().zip(&row.cells) {
                                    td.is-mine[self.is_mine(column)] { (cell) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The texts of the notes used in the table, in the edition's order.
    fn notes(&self, used: &[&String]) -> Markup {
        let notes: Vec<_> = self
            .edition
            .footnotes
            .iter()
            .filter(|note| used.contains(&&note.id))
            .collect();
        html! {
            @if !notes.is_empty() {
                ul.notes {
                    @for note in notes {
                        li id={ (self.name) "-note-" (note.id) } { sup { (note.mark) } " " (note.text) }
                    }
                }
            }
        }
    }
}

/// The objectives: window and target apart, and the cell as it was published; then the channels.
pub fn objectives(v: &Viewer, edition: &Edition, mine: Option<&Mine>) -> Markup {
    let unknown = Mine::default();
    let grid = Grid {
        v,
        edition,
        name: "objectives",
        columns: mine.unwrap_or(&unknown).order(edition),
        mine: mine.map(Mine::effective),
    };
    let rows: Vec<_> = edition
        .severities
        .iter()
        .map(|severity| {
            let objective = |column: &&Column| edition.find_objective(&column.id, &severity.code);
            let cells = grid.columns.iter().map(objective);
            let cells = cells.map(|found| objective_cell(&grid, found)).collect();
            GridRow {
                anchor: format!("objective-{}", severity.code.to_lowercase()),
                head: say::severity_badge(v, edition, Some(&severity.code)),
                under: other_names(v, severity),
                cells,
            }
        })
        .collect();
    let in_cells = edition.objectives.iter().flat_map(|one| &one.footnotes);
    let in_heads = edition.columns.iter().flat_map(|one| &one.footnotes);
    let used: Vec<&String> = in_cells.chain(in_heads).collect();
    html! {
        (grid.draw(v.t("public-objectives"), v.t("public-severity"), &rows))
        (grid.notes(&used))
        (channels(v, edition, mine))
    }
}

/// Other names the edition itself gives a severity, with the place.
pub fn other_names(v: &Viewer, severity: &Severity) -> Markup {
    html! {
        @for other in &severity.also_named {
            p.small.muted { (v.t_args("public-also-named", &[
                ("name", other.name.as_str().into()), ("place", other.place.as_str().into()),
            ])) }
        }
    }
}

fn objective_cell(grid: &Grid<'_>, found: Option<&Objective>) -> Markup {
    let v = grid.v;
    let Some(objective) = found else {
        return html! { "–" };
    };
    html! {
        @match objective.target {
            Target::None => span.promise-none { (v.t("matrix-no-commitment")) },
            Target::Elapsed { minutes } | Target::Open { minutes } => b.promise { (duration_words(minutes)) },
            target @ Target::DayClose { .. } => b.promise { (promise_words(objective.window, target)) },
        }
        (marks_of(grid, &objective.footnotes))
        span.window { (icon(Icon::Clock)) (window_words(objective.window)) }
        p.small.muted { "“" (objective.cell) "”" }
        @if !objective.reading.is_empty() { p.small.muted { (objective.reading) } }
    }
}

/// The signs of footnotes, each a link to its text under the table.
fn marks_of(grid: &Grid<'_>, ids: &[String]) -> Markup {
    html! {
        @for note in grid.edition.footnote_texts(ids) {
            sup { a href={ "#" (grid.name) "-note-" (note.id) }
                aria-label=(grid.v.t_args("matrix-note", &[("n", note.mark.as_str().into())])) { (note.mark) } }
        }
    }
}

/// Which medium may be used, by column and severity.
fn channels(v: &Viewer, edition: &Edition, mine: Option<&Mine>) -> Markup {
    let unknown = Mine::default();
    let grid = Grid {
        v,
        edition,
        name: "channels",
        columns: mine.unwrap_or(&unknown).order(edition),
        mine: mine.map(Mine::effective),
    };
    let media = [Medium::Online, Medium::Telephone];
    let pairs = media
        .into_iter()
        .flat_map(|medium| edition.severities.iter().map(move |one| (medium, one)));
    let rows: Vec<_> = pairs
        .map(|(medium, severity)| {
            let right =
                |column: &&Column| edition.find_channel_right(medium, &column.id, &severity.code);
            let cells = grid.columns.iter().map(right);
            let cells = cells.map(|found| channel_cell(&grid, found)).collect();
            let anchor = format!(
                "channel-{}-{}",
                mainstay_description::medium_words(medium),
                severity.code.to_lowercase()
            );
            let name = say::severity_of(edition, &severity.code);
            GridRow {
                anchor,
                head: html! { span.row { (say::medium_name(v, medium)) @if let Some(name) = name { (crate::ui::severity(v, name)) } } },
                under: html! {},
                cells,
            }
        })
        .collect();
    let used: Vec<&String> = edition
        .channel_rights
        .iter()
        .flat_map(|one| &one.footnotes)
        .chain(edition.columns.iter().flat_map(|one| &one.footnotes))
        .collect();
    html! {
        h3 id="channels" { (v.t("public-channels")) }
        (grid.draw(v.t("public-channels"), v.t("public-channel"), &rows))
        (grid.notes(&used))
    }
}

fn channel_cell(grid: &Grid<'_>, found: Option<&ChannelRight>) -> Markup {
    let v = grid.v;
    let Some(right) = found else {
        return html! { "–" };
    };
    html! {
        @match right.window {
            Some(window) => { b.promise { (v.t("public-included")) } (marks_of(grid, &right.footnotes)) span.window { (icon(Icon::Clock)) (window_words(window)) } },
            None => { span.promise-none { (v.t("public-not-included")) } (marks_of(grid, &right.footnotes)) p.small.muted { (right.instead) } },
        }
    }
}

/// Options by plan.
pub fn features(v: &Viewer, edition: &Edition, mine: Option<&Mine>) -> Markup {
    let unknown = Mine::default();
    let columns = mine.unwrap_or(&unknown).order(edition);
    let has_values = |column: &&Column| {
        let mut values = edition.features.iter().flat_map(|feature| &feature.values);
        values.any(|value| value.column == column.id)
    };
    let grid = Grid {
        v,
        edition,
        name: "options",
        columns: columns.into_iter().filter(has_values).collect(),
        mine: mine.map(|mine| mine.column.as_str()),
    };
    let rows: Vec<_> = edition
        .features
        .iter()
        .map(|feature| {
            let cells = grid.columns.iter();
            let cells = cells
                .map(|column| feature_cell(&grid, feature, column))
                .collect();
            GridRow {
                anchor: format!("option-{}", feature.id),
                head: html! { (feature.name) },
                under: html! {},
                cells,
            }
        })
        .collect();
    let values = edition.features.iter().flat_map(|feature| &feature.values);
    let used: Vec<&String> = values
        .flat_map(|value| &value.footnotes)
        .chain(edition.columns.iter().flat_map(|one| &one.footnotes))
        .collect();
    html! {
        (grid.draw(v.t("public-options"), v.t("public-option"), &rows))
        (grid.notes(&used))
    }
}

fn feature_cell(grid: &Grid<'_>, feature: &Feature, column: &Column) -> Markup {
    let found = feature
        .values
        .iter()
        .find(|value| value.column == column.id);
    html! {
        @match found {
            Some(value) => { (value.value) (marks_of(grid, &value.footnotes)) },
            None => "–",
        }
    }
}
