//! The tables of the service description, drawn from the edition's data.

mod lists;
mod matrix;

use mainstay_domain::edition::{Edition, Table};
use maud::Markup;

use super::mine::Mine;
use crate::ui::Viewer;

/// A table of the edition.
pub fn draw(v: &Viewer, edition: &Edition, table: Table, mine: Option<&Mine>) -> Markup {
    match table {
        Table::Objectives => matrix::objectives(v, edition, mine),
        Table::Features => matrix::features(v, edition, mine),
        Table::Categories => lists::categories(v, edition),
        Table::Severities => lists::severities(v, edition),
        Table::Offers => lists::offers(v, edition),
        Table::Boundaries => lists::boundaries(v, edition),
        Table::BillingExamples => lists::billing(edition),
    }
}
