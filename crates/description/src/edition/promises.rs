//! The promises: objectives and channel rights, several cells to a block, and their exceptions.

use mainstay_domain::edition::{
    AnytimeException, ChannelRight, Medium, Objective, Target, WindowKind,
};

use super::target::read_target;
use super::{MEDIA, WINDOWS};
use crate::names::{Named, Noun};
use crate::reader::{Outside, Table};

/// An `[[objective]]`: one promise for one severity in some columns.
pub(super) struct ObjectiveBlock {
    pub(super) columns: Vec<Named>,
    pub(super) severity: Named,
    template: Objective,
}

impl ObjectiveBlock {
    /// Whether it could not be read which cells it fills.
    pub(super) fn is_open(&self) -> bool {
        self.columns.is_empty() || self.severity.name.is_empty()
    }

    /// One objective for each column.
    pub(super) fn cells(&self) -> impl Iterator<Item = Objective> + '_ {
        self.columns.iter().map(|column| Objective {
            column: column.name.clone(),
            ..self.template.clone()
        })
    }
}

pub(super) fn read_objective(table: &mut Table<'_, '_, '_>) -> ObjectiveBlock {
    let columns = table.refer_to_some("columns", Noun::Column);
    let severity = table.refer("severity", Noun::Severity);
    let window = table
        .choice("window", &WINDOWS)
        .unwrap_or(WindowKind::BusinessHours);
    let template = Objective {
        column: String::new(),
        severity: severity.name.clone(),
        window,
        target: read_target(table, window).unwrap_or(Target::None),
        cell: table.text("cell"),
        reading: table.optional_text("reading"),
        footnotes: table.footnotes(),
    };
    ObjectiveBlock {
        columns,
        severity,
        template,
    }
}

/// A `[[channel_right]]`: what holds for one medium, in some columns, for some severities.
pub(super) struct RightBlock {
    pub(super) medium: Option<Medium>,
    pub(super) columns: Vec<Named>,
    pub(super) severities: Vec<Named>,
    template: ChannelRight,
}

impl RightBlock {
    /// Whether it could not be read which cells it fills.
    pub(super) fn is_open(&self) -> bool {
        self.medium.is_none() || self.columns.is_empty() || self.severities.is_empty()
    }

    /// One right for each column and severity.
    pub(super) fn cells(&self) -> impl Iterator<Item = ChannelRight> + '_ {
        self.columns.iter().flat_map(|column| {
            self.severities.iter().map(|severity| ChannelRight {
                column: column.name.clone(),
                severity: severity.name.clone(),
                ..self.template.clone()
            })
        })
    }
}

pub(super) fn read_right(table: &mut Table<'_, '_, '_>) -> RightBlock {
    let medium = table.choice("medium", &MEDIA);
    let columns = table.refer_to_some("columns", Noun::Column);
    let severities = table.refer_to_some("severities", Noun::Severity);
    let (window, instead) = read_inclusion(table);
    let template = ChannelRight {
        medium: medium.unwrap_or(Medium::Online),
        column: String::new(),
        severity: String::new(),
        window,
        instead,
        footnotes: table.footnotes(),
    };
    RightBlock {
        medium,
        columns,
        severities,
        template,
    }
}

/// Either `window`, or `included = false` and what to do `instead`.
fn read_inclusion(table: &mut Table<'_, '_, '_>) -> (Option<WindowKind>, String) {
    let window = table.optional_choice("window", &WINDOWS);
    let is_included = table.flag("included", true);
    if is_included {
        if !table.has("window") {
            table.absent(
                "window",
                "window = \"anytime\", or included = false and instead = \"…\"",
            );
        }
        refuse(
            table,
            "instead",
            "a medium that is included needs no way to use instead",
        );
        return (window, table.optional_text("instead"));
    }
    refuse(
        table,
        "window",
        "a medium that is not included has no window",
    );
    (None, table.text("instead"))
}

fn refuse(table: &mut Table<'_, '_, '_>, key: &'static str, message: &str) {
    if table.has(key) {
        let span = table.span_of(key);
        table.complain(
            &span,
            message,
            format!("take `{key}` out, or change `included`"),
        );
    }
}

pub(super) fn read_anytime_exception(table: &mut Table<'_, '_, '_>) -> AnytimeException {
    let region = table.named("region");
    let exception = AnytimeException {
        region: region.name.clone(),
        reason: table.text("reason"),
    };
    table.reading.outside.push(Outside::Region(region));
    exception
}
