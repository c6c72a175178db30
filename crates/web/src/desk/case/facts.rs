//! The known facts of a case, so that nobody asks them twice.

use mainstay_domain::case::{AskedItem, EscalationTarget, SeverityBasis};
use mainstay_domain::edition::{Affected, Impact, WorkState};
use maud::{Markup, html};

use super::Desk;
use crate::cases::confidential::{FileRow, drawn};
use crate::desk::words;
use crate::ui::timeline;
use crate::ui::words::{ago, brief};
use crate::ui::{Button, Choice, Fact, Field, Form, Icon, Tone, Viewer, facts, icon, panel, tag};

/// The card: who it is, what they hold, what is known.
pub(super) fn card(desk: &Desk<'_>) -> Markup {
    let v = desk.v;
    let (left, right) = (customer(desk), matter(desk));
    panel(
        v.t("desk-facts"),
        html! {
            div.columns { (facts(&left)) (facts(&right)) }
            @if desk.view.page.asked().next().is_some() { (asked(desk)) }
            @if let Some(referral) = &desk.case.referral {
                (crate::ui::blocks::notice(Tone::Info, v.t("desk-referred"), html! {
                    b { (referral.name) } ". " (referral.referral)
                }))
            }
        },
    )
}

fn customer<'a>(desk: &'a Desk<'_>) -> Vec<Fact<'a>> {
    let (v, page, case) = (desk.v, &desk.view.page, desk.case);
    let (edition, holding) = (&desk.terms.edition, &case.terms.holding);
    let plan = edition.find_plan(&holding.plan);
    let plan = plan.map_or(holding.plan.as_str(), |plan| plan.name.as_str());
    let offer = holding
        .offer
        .as_deref()
        .and_then(|id| edition.find_offer(id));
    let region = desk.web.app().catalogue();
    let region = region.region(&case.terms.region);
    let region = region.map_or_else(|| case.terms.region.clone(), |region| region.name.clone());
    let account = format!("/accounts/{}", case.account);
    let mut each = vec![
        Fact::new(
            v.t("desk-account"),
            html! {
                a href=(account) { bdi { (page.account) } }
                " " span.muted { (v.t("desk-customer-number")) " " bdi { (page.customer_number) } }
            },
        ),
        Fact::words(v.t("desk-requester"), &page.requester),
        Fact::new(
            v.t("desk-plan"),
            html! {
                (plan) @if holding.is_trial { " " (tag(Tone::Warn, v.t("desk-trial"))) }
            },
        ),
    ];
    if let Some(offer) = offer {
        each.push(Fact::new(v.t("desk-offer"), tag(Tone::Info, &offer.name)));
    }
    each.push(Fact::words(v.t("desk-region"), &region));
    each.push(Fact::new(
        v.t("desk-edition"),
        html! { a href={ "/description?edition=" (edition.id) } { (edition.id) } },
    ));
    each
}

fn matter<'a>(desk: &'a Desk<'_>) -> Vec<Fact<'a>> {
    let (v, case) = (desk.v, desk.case);
    let mut each = vec![
        Fact::words(v.t("desk-kind"), words::kind(v, case.kind)),
        Fact::new(
            v.t("desk-channel"),
            html! {
                (words::channel(case.channel).words(v)) " · " (brief(v, case.opened_at))
                @if !case.verdict.channel.is_included() {
                    " " (tag(Tone::Warn, v.t("desk-channel-not-included")))
                }
            },
        ),
    ];
    if let Some(category) = case.category.as_deref() {
        let known = desk.terms.edition.categories.iter();
        let named = known.into_iter().find(|known| known.id == category);
        let name = named.map_or(category, |category| category.name.as_str());
        each.push(Fact::words(v.t("desk-category"), name));
    }
    if let Some(impact) = case.impact {
        each.push(Fact::new(v.t("desk-impact"), impact_words(v, impact)));
    }
    if case.severity.is_some() {
        each.push(Fact::words(
            v.t("desk-severity-by"),
            basis(v, case.severity_basis),
        ));
    }
    if let Some(to) = case.escalated_to {
        each.push(Fact::new(
            v.t("desk-escalated"),
            tag(Tone::Warn, target(v, to)),
        ));
    }
    if let Some(number) = case.follows {
        let link = html! { a href={ "/cases/" (number) } { (number) } };
        each.push(Fact::new(v.t("desk-follows"), link));
    }
    each
}

fn basis(v: &Viewer, basis: SeverityBasis) -> &'static str {
    match basis {
        SeverityBasis::Proposed => v.t("desk-severity-proposed"),
        SeverityBasis::SetByCustomer => v.t("desk-severity-set-by-customer"),
        SeverityBasis::AssessedByVendor => v.t("desk-severity-assessed"),
    }
}

/// To whom a case is escalated, in words.
pub(super) fn target(v: &Viewer, to: EscalationTarget) -> &'static str {
    match to {
        EscalationTarget::Expertise => v.t("desk-escalate-expertise"),
        EscalationTarget::Management => v.t("desk-escalate-management"),
    }
}

fn impact_words(v: &Viewer, impact: Impact) -> Markup {
    let affected = match impact.affected {
        Affected::One => v.t("desk-affected-one"),
        Affected::Several => v.t("desk-affected-several"),
        Affected::Everyone => v.t("desk-affected-everyone"),
    };
    let work = match impact.work {
        WorkState::Stopped => v.t("desk-work-stopped"),
        WorkState::Impaired => v.t("desk-work-impaired"),
        WorkState::Unhindered => v.t("desk-work-unhindered"),
    };
    let workaround = if impact.has_workaround {
        v.t("desk-workaround-yes")
    } else {
        v.t("desk-workaround-no")
    };
    html! { (affected) " · " (work) " · " (workaround) }
}

/// What was asked: what is answered, and what can be ticked off.
fn asked(desk: &Desk<'_>) -> Markup {
    let v = desk.v;
    let (answered, open): (Vec<_>, Vec<_>) = desk
        .view
        .page
        .asked()
        .partition(|(_, item)| item.answered_at.is_some());
    let all = answered.len() + open.len();
    let args = [("n", answered.len().into()), ("all", all.into())];
    html! {
        h3.small { (v.t("desk-asked")) " " span.muted { (v.t_args("desk-asked-count", &args)) } }
        ul.small { @for (_, item) in answered { (answered_line(v, item)) } }
        @if desk.rights.reply && !open.is_empty() { (tick_form(desk, &open)) }
        @else { ul.small { @for (_, item) in open { li { "☐ " span dir="auto" { (item.text) } } } } }
    }
}

fn answered_line(v: &Viewer, item: &AskedItem) -> Markup {
    html! {
        li.row {
            (icon(Icon::Check)) span dir="auto" { (item.text) }
            @if let Some(at) = item.answered_at { span.muted { (brief(v, at)) } }
        }
    }
}

fn tick_form(desk: &Desk<'_>, open: &[(usize, &AskedItem)]) -> Markup {
    let (v, action) = (desk.v, desk.to("answers"));
    let form = Form::post(v, &action)
        .prefix("answers-")
        .mistakes(desk.view.mistakes("answers"));
    let values: Vec<String> = open.iter().map(|(index, _)| index.to_string()).collect();
    let choices: Vec<Choice<'_>> = open
        .iter()
        .zip(&values)
        .map(|((_, item), value)| Choice::new(value, &item.text))
        .collect();
    form.render(html! {
        (form.checks(Field::new("items", v.t("desk-asked-open")), &choices, &[]))
        (form.actions(Button::new(v.t("desk-tick-off")).icon(Icon::Check).small(), html! {}))
    })
}

/// The customer's other open cases.
pub(super) fn others(desk: &Desk<'_>) -> Markup {
    let v = desk.v;
    let open = desk.view.others.iter().filter(|row| row.status != "closed");
    let lines: Vec<_> = open.take(8).collect();
    let title = v.t_args(
        "desk-others",
        &[("account", desk.view.page.account.as_str().into())],
    );
    panel(
        &title,
        html! {
            @if lines.is_empty() { p.small.muted { (v.t("desk-others-none")) } }
            ul.stack-8.small { @for row in lines {
                li {
                    a href={ "/cases/" (row.number) } { bdi { (row.subject) } }
                    div.under { bdi { (row.number) } " · " (ago(v, row.last_public_at)) }
                }
            } }
        },
    )
}

/// All files of the case.
pub(super) fn files(desk: &Desk<'_>) -> Markup {
    let v = desk.v;
    html! {
        @if !desk.view.page.files.is_empty() {
            (panel(v.t("desk-files"), drawn_files(desk, true, |_| true)))
        }
    }
}

/// The files that came with some of the entries; `mark` where they can be marked as confidential.
pub(super) fn file_rows<'a>(
    desk: &Desk<'a>,
    mark: bool,
    came_with: impl Fn(u32) -> bool,
) -> Vec<FileRow<'a>> {
    let v = desk.v;
    desk.view
        .files(|size| words::size(v, size), mark, came_with)
}

/// The files that came with some of the entries, as links.
pub(super) fn list_files(desk: &Desk<'_>, came_with: impl Fn(u32) -> bool) -> Markup {
    drawn_files(desk, false, came_with)
}

fn drawn_files(desk: &Desk<'_>, mark: bool, came_with: impl Fn(u32) -> bool) -> Markup {
    let rows = file_rows(desk, mark, came_with);
    html! { @if !rows.is_empty() { (timeline::files(desk.v, &drawn(&rows))) } }
}
