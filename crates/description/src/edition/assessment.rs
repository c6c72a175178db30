//! Severities, and the table that proposes one.

use mainstay_domain::edition::{Affected, AssessmentRule, Impact, OtherName, Severity, WorkState};

use crate::mistake::{Findings, Span};
use crate::names::Noun;
use crate::reader::Table;

const AFFECTED: [(&str, Affected); 3] = [
    ("one", Affected::One),
    ("several", Affected::Several),
    ("everyone", Affected::Everyone),
];

const WORK: [(&str, WorkState); 3] = [
    ("stopped", WorkState::Stopped),
    ("impaired", WorkState::Impaired),
    ("unhindered", WorkState::Unhindered),
];

/// A rule and where it stands.
pub(super) struct Placed {
    pub(super) rule: AssessmentRule,
    span: Span,
}

pub(super) fn read_severity(table: &mut Table<'_, '_, '_>) -> Severity {
    Severity {
        code: table.define("code", Noun::Severity).name,
        name: table.text("name"),
        also_named: table.each("also_named", "`also_named`", read_other_name),
        meaning: table.text("meaning"),
        examples: table.texts("examples"),
    }
}

fn read_other_name(table: &mut Table<'_, '_, '_>) -> OtherName {
    OtherName {
        name: table.text("name"),
        place: table.text("place"),
    }
}

pub(super) fn read_rule(table: &mut Table<'_, '_, '_>) -> Placed {
    for key in ["affected", "work"] {
        table.forbid_empty(key, "leave it out to match every answer");
    }
    let rule = AssessmentRule {
        affected: table.choices("affected", &AFFECTED),
        work: table.choices("work", &WORK),
        has_workaround: table.optional_flag("workaround"),
        severity: table.refer("severity", Noun::Severity).name,
        reason: table.text("reason"),
    };
    Placed {
        rule,
        span: table.place.span.clone(),
    }
}

/// The rules must answer every combination, and each must answer one at least.
pub(super) fn check(rules: &[Placed], findings: &mut Findings<'_>) {
    let first_match = |impact| rules.iter().position(|placed| placed.rule.matches(impact));
    let answered: Vec<_> = Impact::all()
        .map(|impact| (impact, first_match(impact)))
        .collect();
    for (index, placed) in rules.iter().enumerate() {
        if !answered.iter().any(|(_, found)| *found == Some(index)) {
            let hint = "move it up or take it out: the rules before it answer all it speaks of";
            findings.add(&placed.span, "this rule is never reached", hint.to_owned());
        }
    }
    let Some(last) = rules.last() else { return };
    for (impact, _) in answered.iter().filter(|(_, found)| found.is_none()) {
        let message = format!("no rule answers: {}", impact_words(*impact));
        let hint = "add an [[assessment]] for it, or one without conditions at the end";
        findings.add(&last.span, message, hint.to_owned());
    }
}

fn impact_words(impact: Impact) -> String {
    let word_of = |found: Option<&'static str>| found.unwrap_or_default();
    let affected = AFFECTED.iter().find(|(_, value)| *value == impact.affected);
    let work = WORK.iter().find(|(_, value)| *value == impact.work);
    format!(
        "affected {}, work {}, workaround {}",
        word_of(affected.map(|(word, _)| *word)),
        word_of(work.map(|(word, _)| *word)),
        impact.has_workaround
    )
}
