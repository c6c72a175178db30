//! What changes for those who have a plan.

use mainstay_domain::edition::{
    ChannelRight, Edition, Medium, Offer, Plan, Succession, WindowKind,
};

use super::strength::{effect_of, effect_of_window};
use super::{Difference, Effect, match_by};
use crate::words::{listed, medium_words, promise_words, window_words};

/// Plan by plan in the older edition's order, then the new plans.
pub(super) fn all(old: &Edition, new: &Edition) -> Vec<Difference> {
    let mut found: Vec<_> = old
        .plans
        .iter()
        .flat_map(|plan| of_plan(old, plan, new))
        .collect();
    let is_led_to = |plan: &Plan| {
        old.plans
            .iter()
            .any(|before| heir(old, before, new).0.is_some_and(|heir| heir == plan))
    };
    let added = new.plans.iter().filter(|plan| !is_led_to(plan));
    found.extend(added.map(|plan| Difference::gain(format!("{} is a new plan.", plan.name))));
    found
}

/// The plan a renewal leads to, and what the new edition says of it.
fn heir<'n>(
    old: &Edition,
    plan: &Plan,
    new: &'n Edition,
) -> (Option<&'n Plan>, Option<&'n Succession>) {
    let told = new
        .successions
        .iter()
        .find(|told| told.edition == old.id && told.plan == plan.id);
    let id = told.map_or(Some(&plan.id), |told| told.becomes.as_ref());
    (
        id.and_then(|id| new.plans.iter().find(|heir| heir.id == *id)),
        told,
    )
}

fn of_plan(old: &Edition, plan: &Plan, new: &Edition) -> Vec<Difference> {
    let (heir, told) = heir(old, plan, new);
    let note = told.map_or(String::new(), |told| format!(" {}", told.note));
    let Some(heir) = heir else {
        let reason = if told.is_some() { note } else { String::new() };
        return vec![Difference::loss(format!(
            "{} ends, and no plan follows it.{reason}",
            plan.name
        ))];
    };
    let mut found = Vec::new();
    let subject = if heir.name == plan.name {
        plan.name.clone()
    } else {
        let sentence = format!("{} leads on to {}.{note}", plan.name, heir.name);
        found.push(Difference::change(sentence));
        format!("{} (now {})", plan.name, heir.name)
    };
    let step = Step {
        subject,
        old,
        new,
        columns: (&plan.column, &heir.column),
    };
    found.extend(step.objectives());
    found.extend(step.rights());
    found.extend(step.options());
    found.extend(paid_only(&step.subject, plan, heir));
    found.extend(offers_on(&step, plan, heir));
    found
}

/// One column becoming another, for those the subject names.
pub(super) struct Step<'a> {
    pub(super) subject: String,
    pub(super) old: &'a Edition,
    pub(super) new: &'a Edition,
    pub(super) columns: (&'a str, &'a str),
}

impl Step<'_> {
    /// What becomes of the response times.
    pub(super) fn objectives(&self) -> Vec<Difference> {
        self.severities()
            .filter_map(|severity| self.objective(severity))
            .collect()
    }

    fn objective(&self, severity: &str) -> Option<Difference> {
        let before = self.old.find_objective(self.columns.0, severity)?;
        let after = self.new.find_objective(self.columns.1, severity)?;
        let (before, after) = ((before.window, before.target), (after.window, after.target));
        (before != after).then(|| Difference {
            effect: effect_of(before, after),
            sentence: format!(
                "{}, severity {severity}: {} becomes {}.",
                self.subject,
                promise_words(before.0, before.1),
                promise_words(after.0, after.1)
            ),
        })
    }

    /// What becomes of the channel rights; severities that change alike share a sentence.
    pub(super) fn rights(&self) -> Vec<Difference> {
        [Medium::Online, Medium::Telephone]
            .into_iter()
            .flat_map(|medium| self.rights_of(medium))
            .collect()
    }

    fn rights_of(&self, medium: Medium) -> Vec<Difference> {
        let mut alike: Vec<(WindowChange, Vec<&str>)> = Vec::new();
        for severity in self.severities() {
            let Some(change) = self.right(medium, severity) else {
                continue;
            };
            match alike.iter_mut().find(|(known, _)| *known == change) {
                Some((_, severities)) => severities.push(severity),
                None => alike.push((change, vec![severity])),
            }
        }
        alike
            .iter()
            .map(|(change, severities)| Difference {
                effect: change.effect(),
                sentence: format!(
                    "{}, {}, {} {}: {} becomes {}.",
                    self.subject,
                    medium_words(medium),
                    if severities.len() == 1 {
                        "severity"
                    } else {
                        "severities"
                    },
                    listed(severities),
                    right_words(change.before),
                    right_words(change.after)
                ),
            })
            .collect()
    }

    fn right(&self, medium: Medium, severity: &str) -> Option<WindowChange> {
        let window = |right: &ChannelRight| right.window;
        let before = self
            .old
            .find_channel_right(medium, self.columns.0, severity)
            .map(window)?;
        let after = self
            .new
            .find_channel_right(medium, self.columns.1, severity)
            .map(window)?;
        (before != after).then_some(WindowChange { before, after })
    }

    /// What becomes of the options by plan.
    fn options(&self) -> Vec<Difference> {
        let features = match_by(&self.old.features, &self.new.features, |feature| {
            &feature.id
        });
        let value_in = |feature: &mainstay_domain::edition::Feature, column: &str| {
            let mut values = feature.values.iter();
            values
                .find(|value| value.column == column)
                .map(|value| value.value.clone())
        };
        let changed = features.both.iter().filter_map(|(before, after)| {
            let (from, to) = (
                value_in(before, self.columns.0)?,
                value_in(after, self.columns.1)?,
            );
            let sentence = format!("{}, {}: {from} becomes {to}.", self.subject, after.name);
            (from != to).then(|| Difference::change(sentence))
        });
        changed.collect()
    }

    /// The severities both editions have.
    fn severities(&self) -> impl Iterator<Item = &str> {
        let codes = self
            .old
            .severities
            .iter()
            .map(|severity| severity.code.as_str());
        codes.filter(|code| {
            self.new
                .severities
                .iter()
                .any(|severity| severity.code == *code)
        })
    }
}

/// A medium at other hours than before, or in or out of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WindowChange {
    before: Option<WindowKind>,
    after: Option<WindowKind>,
}

impl WindowChange {
    fn effect(self) -> Effect {
        match (self.before, self.after) {
            (Some(before), Some(after)) => effect_of_window(before, after),
            (None, _) => Effect::Gain,
            (Some(_), None) => Effect::Loss,
        }
    }
}

fn right_words(window: Option<WindowKind>) -> &'static str {
    window.map_or("not included", window_words)
}

fn paid_only(subject: &str, before: &Plan, after: &Plan) -> Option<Difference> {
    match (before.is_paid_only, after.is_paid_only) {
        (false, true) => Some(Difference::loss(format!(
            "{subject}: the objectives now hold for paid subscriptions only."
        ))),
        (true, false) => Some(Difference::gain(format!(
            "{subject}: the objectives now hold for trials too."
        ))),
        _ => None,
    }
}

/// Offers both editions have that can be bought on the plan before or after, but not both.
fn offers_on(step: &Step<'_>, before: &Plan, after: &Plan) -> Vec<Difference> {
    let is_sold_on = |offer: &Offer, plan: &Plan| {
        offer.families.is_empty() || offer.families.contains(&plan.family)
    };
    let offers = match_by(&step.old.offers, &step.new.offers, |offer| &offer.id);
    let changed = offers.both.iter().filter_map(|(old, new)| {
        match (is_sold_on(old, before), is_sold_on(new, after)) {
            (false, true) => Some(Difference::gain(format!(
                "{}: the offer {} can now be bought.",
                step.subject, new.name
            ))),
            (true, false) => Some(Difference::loss(format!(
                "{}: the offer {} can no longer be bought.",
                step.subject, old.name
            ))),
            _ => None,
        }
    });
    changed.collect()
}
