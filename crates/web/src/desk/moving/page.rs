//! The two pages of moving a request: the search for the customer, and the form with the promises
//! side by side.

use mainstay_app::approvals::moving::{Choices, Outlook, Way};
use mainstay_description::promise_words;
use mainstay_domain::case::{Metric, Milestone};
use mainstay_store::accounts::Account;
use maud::{Markup, html};

use super::Subject;
use crate::desk::{accounts, words};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::{notice, section};
use crate::ui::chips::clock;
use crate::ui::words::absolute;
use crate::ui::{
    Button, Choice, Crumb, Field, Form, Icon, Mistakes, Tone, Viewer, empty, page_head, panel,
};

fn here(subject: &Subject) -> String {
    format!("/cases/{}/move", subject.case.number)
}

/// The page around either.
pub(super) fn framed(
    web: &Web,
    signed: &Signed,
    subject: &Subject,
    body: Markup,
    has_mistakes: bool,
) -> Markup {
    let v = &signed.viewer;
    let number = subject.case.number.to_string();
    let case = format!("/cases/{number}");
    let crumbs = [
        Crumb {
            href: "/queue",
            label: v.t("desk-queue"),
        },
        Crumb {
            href: &case,
            label: &number,
        },
        Crumb {
            href: "",
            label: v.t("move-title"),
        },
    ];
    let page = Page {
        crumbs: &crumbs,
        has_mistakes,
        ..Page::new(v.t("move-title"), Place::Queue)
    };
    page.render(web, signed, body)
}

fn head(v: &Viewer, subject: &Subject) -> Markup {
    let number = subject.case.number.to_string();
    let args = [
        ("number", number.into()),
        ("account", subject.account.name.as_str().into()),
    ];
    let explained = if subject.is_alone {
        v.t("move-explained-alone")
    } else {
        v.t("move-explained")
    };
    html! {
        (page_head(v.t("move-title"), html! { bdi { (subject.case.subject) } }, html! {}))
        p { (v.t_args("move-from", &args)) " " (explained) }
    }
}

/// The search for the customer it belongs to.
pub(super) fn search(
    signed: &Signed,
    subject: &Subject,
    (wanted, found): (&str, &[Account]),
    mistakes: &Mistakes,
) -> Markup {
    let v = &signed.viewer;
    let here = here(subject);
    html! {
        (head(v, subject))
        @for (_, mistake) in &mistakes.0 { (notice(Tone::Bad, mistake, html! {})) }
        div.section { (accounts::form(v, &here, wanted)) }
        @if found.is_empty() { (empty(Icon::Building, v.t("move-none-found"), html! {})) }
        ul.stack-8 { @for account in found { li {
            a href={ (here) "?account=" (account.id) } { bdi { (account.name) } }
            " " span.muted { bdi { (account.customer_number) } }
        } } }
    }
}

/// The form, with what is promised now and then, and what goes along.
pub(super) fn chosen(
    web: &Web,
    signed: &Signed,
    (subject, choices): (&Subject, &Choices),
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Markup {
    let v = &signed.viewer;
    let account = choices.account.name.as_str();
    let opened = absolute(v, subject.case.opened_at);
    let args = [("account", account.into()), ("at", opened.into())];
    html! {
        (head(v, subject))
        p {
            (v.t("move-to")) " "
            a href={ "/accounts/" (choices.account.id) } { bdi { (account) } }
            " " span.muted { bdi { (choices.account.customer_number) } }
            " · " a href=(here(subject)) { (v.t("move-other")) }
        }
        (section(v.t("move-promise"), html! {}, html! {
            p.small { (v.t_args("move-promise-explained", &args)) }
            (promises(web, v, subject, choices))
        }))
        (section(v.t("move-what"), html! {}, html! { div.columns { (goes(v)) (stays(v)) } }))
        (form(web, v, (subject, choices), fields, mistakes))
    }
}

/// A row for what is promised now, and one for each way to move it.
fn promises(web: &Web, v: &Viewer, subject: &Subject, choices: &Choices) -> Markup {
    html! {
        div.scroll { table.plain.stacks {
            caption.sr { (v.t("move-promise")) }
            thead { tr {
                th scope="col" { (v.t("move-under")) }
                th scope="col" { (v.t("move-response")) }
                th scope="col" { (v.t("move-state")) }
            } }
            tbody {
                tr {
                    th scope="row" {
                        span.small.muted { (v.t("move-now")) } br;
                        bdi { (subject.account.name) } " · " (plan(web, v, &choices.now))
                    }
                    td { (promised(&choices.now)) }
                    td { (stands(v, &choices.now)) }
                }
                @for way in &choices.options { (then(web, v, choices, way)) }
            }
        } }
    }
}

fn then(web: &Web, v: &Viewer, choices: &Choices, way: &Way) -> Markup {
    let plan = match (&way.outlook, &way.subscription) {
        (Ok(outlook), Some(_)) => plan(web, v, outlook),
        (Err(_), Some(own)) => words::plan_name(&web.app().catalogue(), &own.holding.plan),
        (_, None) => v.t("move-no-plan").to_owned(),
    };
    html! {
        tr {
            th scope="row" {
                span.small.muted { (v.t("move-then")) } br;
                bdi { (choices.account.name) } " · " (plan)
            }
            @match &way.outlook {
                Ok(outlook) => { td { (promised(outlook)) } td { (stands(v, outlook)) } }
                Err(why) => {
                    td { (v.t("move-impossible")) }
                    td { (why) }
                }
            }
        }
    }
}

fn plan(web: &Web, v: &Viewer, outlook: &Outlook) -> String {
    let plan = &outlook.terms.pinned.holding.plan;
    if plan.is_empty() {
        return v.t("move-no-plan").to_owned();
    }
    words::plan_name(&web.app().catalogue(), plan)
}

/// What the plan says of the first response, in words and in its own.
fn promised(outlook: &Outlook) -> Markup {
    let promise = &outlook.case.verdict.promise;
    html! {
        (promise_words(promise.window, promise.target))
        div.small.muted { "“" (promise.cell) "”" }
    }
}

/// How the first response stands, and what is due next beside it.
fn stands(v: &Viewer, outlook: &Outlook) -> Markup {
    let milestones = outlook.case.clocks.milestones();
    let is_promised = |m: &&Milestone| m.metric == Metric::InitialResponse && !m.is_internal;
    let first = milestones.iter().find(is_promised);
    let next = outlook.case.next_due_at();
    let is_next = |m: &&Milestone| next.is_some() && m.running_due_at() == next;
    let next = milestones.iter().find(is_next);
    let next = next.filter(|next| first.is_none_or(|first| first != *next));
    html! {
        @match first.and_then(|first| words::face(v, first)) {
            Some(face) => { (clock(v, v.t("desk-metric-initial-response"), face))
                @if let Some(due) = first.and_then(due_of) { div.small.muted { (absolute(v, due)) } } }
            None => (v.t("move-no-commitment")),
        }
        @if let Some(next) = next {
            @if let Some(face) = words::face(v, next) {
                div { (clock(v, words::metric(v, next.metric), face)) (words::internal(v, next.is_internal)) }
            }
        }
    }
}

/// When a clock is or was due.
fn due_of(milestone: &Milestone) -> Option<mainstay_domain::Moment> {
    use mainstay_domain::case::MilestoneState::{Breached, Cancelled, Met, Paused, Running};
    match milestone.state {
        Running { due_at } | Met { due_at, .. } | Breached { due_at, .. } => Some(due_at),
        Paused { .. } | Cancelled { .. } => None,
    }
}

fn form(
    web: &Web,
    v: &Viewer,
    (subject, choices): (&Subject, &Choices),
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Markup {
    let possible: Vec<&Way> = choices
        .options
        .iter()
        .filter(|way| way.outlook.is_ok())
        .collect();
    let here = here(subject);
    let form = Form::post(v, &here).mistakes(mistakes);
    if possible.is_empty() || subject.is_alone {
        return html! {
            @for (_, mistake) in &mistakes.0 { (notice(Tone::Bad, mistake, html! {})) }
        };
    }
    if choices.people.is_empty() {
        let args = [("account", choices.account.name.as_str().into())];
        return notice(Tone::Warn, &v.t_args("move-nobody", &args), html! {});
    }
    let people: Vec<(String, &str)> = choices
        .people
        .iter()
        .map(|(id, name)| (id.to_string(), name.as_str()))
        .collect();
    let mut each = vec![Choice::new("", v.t("move-choose"))];
    each.extend(people.iter().map(|(id, name)| Choice::new(id, name)));
    form.render(html! {
        (form.hidden("account", &choices.account.id.to_string()))
        (form.select(Field::new("requester", v.t("move-requester")).hint(v.t("move-requester-hint"))
            .value(fields.text("requester")).required(), &each))
        (subscription(web, v, &form, &possible, fields))
        (form.textarea(Field::new("reason", v.t("desk-reason")).hint(v.t("move-reason-hint"))
            .value(fields.text("reason")).rows(3).count(500).required()))
        (form.actions(Button::primary(v.t("move-ask")), html! {}))
    })
}

/// The subscriptions it could be moved under, where there are several.
fn subscription(
    web: &Web,
    v: &Viewer,
    form: &Form<'_>,
    possible: &[&Way],
    fields: &Incoming,
) -> Markup {
    let catalogue = web.app().catalogue();
    let held: Vec<(String, String)> = possible
        .iter()
        .filter_map(|way| way.subscription.as_ref())
        .map(|own| {
            let seats = v.t_args("desk-seats", &[("n", own.seats.into())]);
            let plan = words::plan_name(&catalogue, &own.holding.plan);
            (own.id.to_string(), format!("{plan} · {seats}"))
        })
        .collect();
    let choices: Vec<Choice<'_>> = held
        .iter()
        .map(|(id, label)| Choice::new(id, label))
        .collect();
    match held.as_slice() {
        [] => html! {},
        [(only, _)] => form.hidden("subscription", only),
        _ => {
            let field = Field::new("subscription", v.t("move-subscription"))
                .value(fields.text("subscription"))
                .required();
            form.radios(field, &choices)
        }
    }
}

fn goes(v: &Viewer) -> Markup {
    panel(
        v.t("move-goes"),
        listed(&[
            v.t("move-goes-number"),
            v.t("move-goes-story"),
            v.t("move-goes-files"),
            v.t("move-goes-notes"),
        ]),
    )
}

fn stays(v: &Viewer) -> Markup {
    panel(
        v.t("move-stays"),
        listed(&[
            v.t("move-stays-people"),
            v.t("move-stays-drafts"),
            v.t("move-stays-notes"),
            v.t("move-stays-told"),
        ]),
    )
}

fn listed(each: &[&'static str]) -> Markup {
    html! { div.prose { ul { @for words in each { li { (words) } } } } }
}
