//! The tables of an edition must be filled: every cell once.

use std::collections::BTreeMap;

use mainstay_domain::edition::{Edition, Medium};

use super::promises::{ObjectiveBlock, RightBlock};
use super::{Blocks, MEDIA};
use crate::mistake::{Findings, Span};
use crate::names::{Named, Names, Noun};
use crate::reader::Reading;

/// Reports the cells that are missing and those that are there twice.
pub(super) fn check(edition: &Edition, blocks: &Blocks, reading: &mut Reading<'_>) {
    let Reading {
        findings, names, ..
    } = reading;
    check_objectives(blocks, names, findings);
    for (word, medium) in MEDIA {
        check_rights(word, medium, blocks, names, findings);
    }
    check_features(edition, blocks, names, findings);
}

/// One cell: what it is called, where it stands, and whether its names are what they mean.
struct Cell {
    label: String,
    span: Span,
    is_sure: bool,
}

impl Cell {
    /// The cell of a column.
    fn of_column(names: &Names, column: &Named) -> Self {
        Self {
            label: format!("column `{}`", names.resolve(Noun::Column, &column.name)),
            span: column.span.clone(),
            is_sure: names.is_known(Noun::Column, &column.name),
        }
    }

    /// The cell of a column and a severity.
    fn of_severity(names: &Names, column: &Named, severity: &Named) -> Self {
        let Self {
            label,
            span,
            is_sure,
        } = Self::of_column(names, column);
        let code = names.resolve(Noun::Severity, &severity.name);
        Self {
            label: format!("{label}, severity `{code}`"),
            span,
            is_sure: is_sure && names.is_known(Noun::Severity, &severity.name),
        }
    }
}

/// The cells of one table that are filled.
struct Grid {
    title: String,
    filled: BTreeMap<String, Span>,
}

impl Grid {
    fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            filled: BTreeMap::new(),
        }
    }

    /// A cell is there; a second time is a mistake, unless a name in it only seems to mean this.
    fn fill(&mut self, cell: Cell, findings: &mut Findings<'_>) {
        let Some(first) = self.filled.get(&cell.label) else {
            self.filled.insert(cell.label, cell.span);
            return;
        };
        if cell.is_sure {
            let line = findings.line_of(first);
            let message = format!("{}: {} is there twice", self.title, cell.label);
            findings.add(&cell.span, message, format!("the first is in line {line}"));
        }
    }

    fn require(&self, cell: &Cell, hint: String, findings: &mut Findings<'_>) {
        if !self.filled.contains_key(&cell.label) {
            let message = format!("{}: {} is missing", self.title, cell.label);
            findings.add(&cell.span, message, hint);
        }
    }

    /// Every column must have a cell for every severity.
    fn require_all(
        &self,
        names: &Names,
        findings: &mut Findings<'_>,
        hint: impl Fn(&str, &str) -> String,
    ) {
        for column in names.defined(Noun::Column) {
            for severity in names.defined(Noun::Severity) {
                let cell = Cell::of_severity(names, column, severity);
                self.require(&cell, hint(&column.name, &severity.name), findings);
            }
        }
    }
}

/// Without blocks nothing is reported but that; one that names no column may fill any cell.
fn check_objectives(blocks: &Blocks, names: &Names, findings: &mut Findings<'_>) {
    let mut grid = Grid::new("response table");
    for block in &blocks.objectives {
        for column in &block.columns {
            grid.fill(Cell::of_severity(names, column, &block.severity), findings);
        }
    }
    if blocks.objectives.is_empty() || blocks.objectives.iter().any(ObjectiveBlock::is_open) {
        return;
    }
    grid.require_all(names, findings, |column, severity| {
        format!("add an [[objective]] with columns = [\"{column}\"], severity = \"{severity}\"")
    });
}

fn check_rights(
    word: &str,
    medium: Medium,
    blocks: &Blocks,
    names: &Names,
    findings: &mut Findings<'_>,
) {
    let mut grid = Grid::new(format!("channel rights, {word}"));
    for block in blocks
        .rights
        .iter()
        .filter(|block| block.medium == Some(medium))
    {
        for column in &block.columns {
            for severity in &block.severities {
                grid.fill(Cell::of_severity(names, column, severity), findings);
            }
        }
    }
    if blocks.rights.is_empty() || blocks.rights.iter().any(RightBlock::is_open) {
        return;
    }
    grid.require_all(names, findings, |column, severity| {
        format!(
            "add a [[channel_right]] with medium = \"{word}\", columns = [\"{column}\"], \
             severities = [\"{severity}\"]"
        )
    });
}

/// Options are listed for the columns of plans; elevated columns may have them.
fn check_features(edition: &Edition, blocks: &Blocks, names: &Names, findings: &mut Findings<'_>) {
    let plain = edition.columns.iter().filter(|column| !column.is_elevated);
    let plain: Vec<&str> = plain.map(|column| column.id.as_str()).collect();
    for block in blocks
        .features
        .iter()
        .filter(|block| !block.columns.is_empty())
    {
        let mut grid = Grid::new(format!("feature `{}`", block.id));
        for column in &block.columns {
            grid.fill(Cell::of_column(names, column), findings);
        }
        let wanted = names.defined(Noun::Column).iter();
        for column in wanted.filter(|column| plain.contains(&column.name.as_str())) {
            let cell = Cell {
                span: block.span.clone(),
                ..Cell::of_column(names, column)
            };
            let hint = format!("add a cell with columns = [\"{}\"]", column.name);
            grid.require(&cell, hint, findings);
        }
    }
}
