//! What an edition promises, in readable text.

use mainstay_domain::edition::{
    AdministratorPreset, Edition, Medium, Objective, Offer, Plan, WindowKind,
};

use crate::words::{counted, listed, medium_words, promise_words, window_words};

/// The promise of an edition, of one plan when it is given.
#[must_use]
pub fn show(edition: &Edition, plan: Option<&Plan>) -> String {
    let mut lines = heading(edition, plan);
    match plan {
        Some(plan) => lines.extend(plan_lines(edition, plan)),
        None => lines.extend(edition.columns.iter().flat_map(|column| {
            let mut block = vec![String::new(), column.heading.clone()];
            block.extend(column_lines(edition, &column.id));
            block
        })),
    }
    lines.extend(offer_lines(edition, plan));
    lines.extend(kind_lines(edition));
    lines.extend(closing_lines(edition));
    lines.push(String::new());
    lines.join("\n")
}

fn heading(edition: &Edition, plan: Option<&Plan>) -> Vec<String> {
    let title = match plan {
        Some(plan) => format!("{}: {}, edition {}", edition.title, plan.name, edition.id),
        None => format!("{}, edition {}", edition.title, edition.id),
    };
    vec![
        title,
        format!(
            "In force from {}. {}.",
            edition.in_force_from, edition.source
        ),
    ]
}

fn plan_lines(edition: &Edition, plan: &Plan) -> Vec<String> {
    let mut lines = vec![String::new(), "Initial response".to_owned()];
    lines.extend(column_lines(edition, &plan.column));
    lines.extend(reading_lines(edition, &plan.column));
    if plan.is_standalone {
        let heading = edition
            .find_column(&plan.column)
            .map_or("", |column| column.heading.as_str());
        lines.push(format!("  A standalone plan, served like {heading}."));
    }
    if plan.is_paid_only {
        lines.push("  For paid subscriptions; a trial has no commitment.".to_owned());
    }
    for column in edition.columns.iter().filter(|column| column.is_elevated) {
        lines.extend([String::new(), column.heading.clone()]);
        lines.extend(column_lines(edition, &column.id));
    }
    lines
}

/// How unclear cells of a column are read.
fn reading_lines(edition: &Edition, column: &str) -> Vec<String> {
    let unclear = edition
        .objectives
        .iter()
        .filter(|objective| objective.column == column && !objective.reading.is_empty());
    unclear
        .map(|objective| {
            format!(
                "  on severity {}: {}",
                objective.severity, objective.reading
            )
        })
        .collect()
}

/// The objectives of a column, then by which way it is reached.
fn column_lines(edition: &Edition, column: &str) -> Vec<String> {
    let mut lines: Vec<_> = edition
        .severities
        .iter()
        .filter_map(|severity| {
            let objective = edition.find_objective(column, &severity.code)?;
            Some(objective_line(&severity.code, &severity.name, objective))
        })
        .collect();
    for medium in [Medium::Online, Medium::Telephone] {
        lines.push(format!(
            "  {}: {}",
            medium_words(medium),
            right_words(edition, medium, column)
        ));
    }
    lines
}

fn objective_line(code: &str, name: &str, objective: &Objective) -> String {
    let promise = promise_words(objective.window, objective.target);
    format!("  severity {code}, {name}: {promise}  [{}]", objective.cell)
}

/// The severities a medium is open to, those with the same hours together.
fn right_words(edition: &Edition, medium: Medium, column: &str) -> String {
    let window_of = |severity: &str| {
        edition
            .find_channel_right(medium, column, severity)
            .and_then(|right| right.window)
    };
    let codes_with = |window: Option<WindowKind>| -> Vec<&str> {
        let codes = edition
            .severities
            .iter()
            .map(|severity| severity.code.as_str());
        codes.filter(|code| window_of(code) == window).collect()
    };
    let windows = [
        Some(WindowKind::Anytime),
        Some(WindowKind::BusinessHours),
        None,
    ];
    let groups: Vec<_> = windows
        .into_iter()
        .map(|window| (window, codes_with(window)))
        .filter(|(_, codes)| !codes.is_empty())
        .collect();
    let words = |window: Option<WindowKind>| window.map_or("not included", window_words);
    if let [(window, _)] = groups.as_slice() {
        return words(*window).to_owned();
    }
    let parts: Vec<_> = groups
        .iter()
        .map(|(window, codes)| {
            let noun = if codes.len() == 1 {
                "severity"
            } else {
                "severities"
            };
            format!("{} for {noun} {}", words(*window), listed(codes))
        })
        .collect();
    parts.join(", ")
}

fn offer_lines(edition: &Edition, plan: Option<&Plan>) -> Vec<String> {
    let is_sold = |offer: &&Offer| {
        plan.is_none_or(|plan| offer.families.is_empty() || offer.families.contains(&plan.family))
    };
    let offers: Vec<_> = edition
        .offers
        .iter()
        .filter(is_sold)
        .map(offer_line)
        .collect();
    if offers.is_empty() {
        return Vec::new();
    }
    [String::new(), "Offers".to_owned()]
        .into_iter()
        .chain(offers)
        .collect()
}

fn offer_line(offer: &Offer) -> String {
    let mut line = format!("  {}: {}", offer.name, offer.audience);
    if offer.may_set_severity {
        line.push_str(" Sets the severity.");
    }
    if !offer.countries.is_empty() {
        line.push_str(&format!(" Sold in {}.", listed(&offer.countries)));
    }
    line
}

fn kind_lines(edition: &Edition) -> Vec<String> {
    let kinds = edition
        .kinds
        .iter()
        .map(|terms| format!("  {}: {}", terms.name, terms.words));
    [String::new(), "Kinds of help".to_owned()]
        .into_iter()
        .chain(kinds)
        .collect()
}

fn closing_lines(edition: &Edition) -> Vec<String> {
    let days = counted(edition.reopen_within_days.into(), "day");
    let administrators = match edition.administrator_preset {
        AdministratorPreset::Wide => "Every administrator may open every kind.",
        AdministratorPreset::Narrow => "Each administrator type opens its own kinds.",
    };
    let mut lines = vec![
        String::new(),
        format!("A closed case can be reopened for {days}. {administrators}"),
    ];
    if !edition.boundaries.is_empty() {
        lines.extend([String::new(), "Outside support".to_owned()]);
    }
    lines.extend(
        edition
            .boundaries
            .iter()
            .map(|boundary| format!("  {}: {}", boundary.name, boundary.referral)),
    );
    lines
}
