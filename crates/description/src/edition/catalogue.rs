//! What is sold: families, columns, plans, services, offers, and what became of earlier plans.

use mainstay_domain::edition::{
    AdditionalService, Column, Edition, Family, Offer, Plan, Succession,
};

use super::Blocks;
use crate::mistake::Findings;
use crate::names::{Named, Noun};
use crate::reader::{Outside, Reading, Table};

pub(super) fn read_family(table: &mut Table<'_, '_, '_>) -> Family {
    Family {
        id: table.define("id", Noun::Family).name,
        name: table.text("name"),
    }
}

pub(super) fn read_column(table: &mut Table<'_, '_, '_>) -> Column {
    Column {
        id: table.define("id", Noun::Column).name,
        heading: table.text("heading"),
        is_elevated: table.flag("elevated", false),
        footnotes: table.footnotes(),
    }
}

pub(super) fn read_plan(table: &mut Table<'_, '_, '_>) -> (Plan, Named) {
    let column = table.refer("column", Noun::Column);
    let plan = Plan {
        id: table.define("id", Noun::Plan).name,
        name: table.define("name", Noun::PlanName).name,
        family: table.refer("family", Noun::Family).name,
        column: column.name.clone(),
        is_standalone: table.flag("standalone", false),
        is_paid_only: table.flag("paid_only", false),
    };
    (plan, column)
}

pub(super) fn read_additional_service(table: &mut Table<'_, '_, '_>) -> AdditionalService {
    AdditionalService {
        id: table.define("id", Noun::AdditionalService).name,
        name: table.text("name"),
    }
}

pub(super) fn read_offer(table: &mut Table<'_, '_, '_>) -> (Offer, Named) {
    let column = table.refer("column", Noun::Column);
    let families = table.refer_to_any("families", Noun::Family);
    let offer = Offer {
        id: table.define("id", Noun::Offer).name,
        name: table.text("name"),
        audience: table.text("audience"),
        column: column.name.clone(),
        may_set_severity: table.flag("may_set_severity", false),
        services: table.texts("services"),
        countries: table.countries("countries"),
        families: families.into_iter().map(|named| named.name).collect(),
    };
    (offer, column)
}

pub(super) fn read_succession(table: &mut Table<'_, '_, '_>) -> Succession {
    let edition = table.named("edition");
    let plan = table.named("plan");
    let becomes = if table.has("becomes") {
        Some(table.refer("becomes", Noun::Plan).name)
    } else {
        table.skip("becomes")
    };
    let succession = Succession {
        edition: edition.name.clone(),
        plan: plan.name.clone(),
        becomes,
        note: table.text("note"),
    };
    table.reading.outside.push(Outside::Plan { edition, plan });
    succession
}

/// What became of a plan is said once, and of an earlier edition.
pub(super) fn check_successions(own: &str, reading: &mut Reading<'_>) {
    let Reading {
        findings, outside, ..
    } = reading;
    let told: Vec<_> = outside.iter().filter_map(Outside::plan).collect();
    for (index, (edition, plan)) in told.iter().enumerate() {
        if edition.name == own && !own.is_empty() {
            let hint = "name the edition before this one".to_owned();
            findings.add(&edition.span, "an edition cannot follow itself", hint);
        }
        let is_same = |other: &&(&Named, &Named)| {
            other.0.name == edition.name && other.1.name == plan.name && !plan.name.is_empty()
        };
        if let Some((_, first)) = told[..index].iter().find(is_same) {
            let hint = format!("the first is in line {}", findings.line_of(&first.span));
            let message = format!("what becomes of plan `{}` is said twice", plan.name);
            findings.add(&plan.span, message, hint);
        }
    }
}

/// Plans stand in ordinary columns, offers in elevated ones.
pub(super) fn check_columns(edition: &Edition, blocks: &Blocks, findings: &mut Findings<'_>) {
    let is_elevated = |named: &Named| {
        edition
            .find_column(&named.name)
            .map(|column| column.is_elevated)
    };
    for named in blocks
        .plan_columns
        .iter()
        .filter(|named| is_elevated(named) == Some(true))
    {
        let message = format!("a plan cannot have the elevated column `{}`", named.name);
        findings.add(
            &named.span,
            message,
            "elevated columns are for offers".to_owned(),
        );
    }
    for named in blocks
        .offer_columns
        .iter()
        .filter(|named| is_elevated(named) == Some(false))
    {
        let message = format!(
            "an offer needs an elevated column, which `{}` is not",
            named.name
        );
        let hint = "add `elevated = true` to that column".to_owned();
        findings.add(&named.span, message, hint);
    }
}
