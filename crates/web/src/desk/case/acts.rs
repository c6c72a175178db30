//! The forms that act on a case besides writing.

use mainstay_domain::access::Action;
use mainstay_domain::case::Status;
use mainstay_store::colleagues::Agent;
use maud::{Markup, html};

use super::{Desk, severity};
use crate::error::Error;
use crate::ui::words::absolute;
use crate::ui::{Button, Choice, Field, Form, Icon, Look, Mistakes};

/// An act of the panel: its form's name, the button that opens it, and the form.
struct Act {
    name: &'static str,
    label: &'static str,
    icon: Icon,
    key: &'static str,
    body: Markup,
}

/// The panel of acts. One that was refused stands at the top of the page instead.
pub(super) fn panel(desk: &Desk<'_>) -> Result<Markup, Error> {
    let v = desk.v;
    let tried = desk.view.tried.as_ref().map(|tried| tried.form);
    let acts = acts(desk)?;
    let closed = closed_words(desk);
    Ok(html! {
        @if super::super::may(desk.signed, Action::ViewAsCustomer, desk.case.kind) {
            p.small { a href=(view_link(desk)) { (v.t("view-title")) } }
        }
        @if !acts.is_empty() || closed.is_some() || desk.rights.moving {
            (crate::ui::panel(v.t("desk-acts"), html! {
                @if let Some(words) = closed { p.small.muted { (words) } }
                @for act in acts.iter().filter(|act| tried != Some(act.name)) {
                    details.act id={ "act-" (act.name) } {
                        (Button::new(act.label).icon(act.icon).look(Look::Quiet).key(act.key).summary())
                        div.fold-body { (act.body) }
                    }
                }
                @if desk.rights.moving {
                    p { (Button::new(v.t("move-title")).icon(Icon::Building).look(Look::Quiet)
                        .link(&desk.to("move"))) }
                }
            }))
        }
    })
}

/// Where one asks to see this request as its requester sees it.
fn view_link(desk: &Desk<'_>) -> String {
    let case = desk.case;
    format!(
        "/accounts/{}?person={}&case={}#view",
        case.account, case.requester, case.number
    )
}

/// The act that was refused, with what was typed and what is wrong, where nobody overlooks it.
pub(super) fn refused(desk: &Desk<'_>) -> Result<Markup, Error> {
    let tried = desk.view.tried.as_ref().map(|tried| tried.form);
    let acts = acts(desk)?;
    Ok(html! {
        @for act in acts.iter().filter(|act| tried == Some(act.name)) {
            div data-live-keep { (crate::ui::panel(act.label, html! { (act.body) })) }
        }
        @if let Some(tried) = &desk.view.tried {
            @let is_here = acts.iter().any(|act| act.name == tried.form)
                || matches!(tried.form, "reply" | "note" | "answers");
            // The form is gone meanwhile, by somebody else's act: say at least why.
            @if !is_here { (Form::post(desk.v, "").mistakes(&tried.mistakes).summary()) }
        }
    })
}

/// The acts whoever looks may do, each drawn only then.
fn acts(desk: &Desk<'_>) -> Result<Vec<Act>, Error> {
    let (v, rights) = (desk.v, &desk.rights);
    let mut acts = Vec::new();
    let mut add = |name, label, icon, key, body| {
        acts.push(Act {
            name,
            label,
            icon,
            key,
            body,
        });
    };
    if rights.reopen {
        let label = v.t("desk-reopen");
        let body = reason(desk, "reopening", label);
        add("reopening", label, Icon::Reply, "e", body);
    }
    if rights.assign {
        let label = v.t("desk-assign");
        add("assignment", label, Icon::People, "a", assign(desk));
    }
    if rights.severity {
        let label = v.t("desk-change-severity");
        add("severity", label, Icon::Tag, "p", severity::form(desk)?);
    }
    if rights.work {
        let label = v.t("desk-escalate");
        add("escalation", label, Icon::Warn, "", escalate(desk));
    }
    if rights.refer {
        add(
            "referral",
            v.t("desk-refer"),
            Icon::Outside,
            "",
            refer(desk),
        );
    }
    if rights.work {
        add("terms", v.t("desk-terms"), Icon::Book, "", terms(desk));
    }
    if rights.close {
        let label = v.t("desk-close");
        let body = reason(desk, "closure", label);
        add("closure", label, Icon::Check, "e", body);
    }
    Ok(acts)
}

/// When it was closed, and until when it can be reopened.
fn closed_words(desk: &Desk<'_>) -> Option<String> {
    let Status::Closed { reopen_until, .. } = desk.case.status else {
        return None;
    };
    let args = [("until", absolute(desk.v, reopen_until).into())];
    Some(if desk.signed.now() < reopen_until {
        desk.v.t_args("desk-reopen-until", &args)
    } else {
        desk.v.t_args("desk-reopen-over", &args)
    })
}

/// A form of an act, with the mistakes and the prefix of its name.
pub(super) fn form_of<'a>(
    desk: &'a Desk<'_>,
    act: &'a str,
    action: &'a str,
    prefix: &'a str,
) -> Form<'a> {
    let mistakes: &Mistakes = desk.view.mistakes(act);
    Form::post(desk.v, action).prefix(prefix).mistakes(mistakes)
}

fn reason_field<'a>(desk: &'a Desk<'_>, act: &str, hint: &'a str) -> Field<'a> {
    let typed = desk
        .view
        .tried(act)
        .map_or("", |tried| tried.fields.text("reason"));
    Field::new("reason", desk.v.t("desk-reason"))
        .hint(hint)
        .value(typed)
        .rows(3)
        .count(2000)
        .required()
}

/// The reason of an act, as several lines.
pub(super) fn reason_of(desk: &Desk<'_>, form: &Form<'_>, act: &str, hint: &str) -> Markup {
    form.textarea(reason_field(desk, act, hint))
}

/// An act that takes nothing but a reason.
fn reason(desk: &Desk<'_>, act: &'static str, label: &str) -> Markup {
    let (action, prefix) = (desk.to(act), format!("{act}-"));
    let form = form_of(desk, act, &action, &prefix);
    let hint = desk.v.t("desk-reason-public");
    form.render(html! {
        (reason_of(desk, &form, act, hint))
        (form.actions(Button::new(label), html! {}))
    })
}

fn assign(desk: &Desk<'_>) -> Markup {
    let (v, action) = (desk.v, desk.to("assignment"));
    let form = form_of(desk, "assignment", &action, "assignment-");
    let agents = by_language(desk);
    let mut choices = vec![Choice::new("nobody", v.t("desk-nobody"))];
    choices.extend(agents.iter().map(|(id, words)| Choice::new(id, words)));
    let now = desk
        .case
        .assignee
        .map_or("nobody".to_owned(), |agent| agent.to_string());
    form.render(html! {
        (form.select(Field::new("agent", v.t("desk-agent")).value(&now), &choices))
        (form.actions(Button::new(v.t("desk-assign")), html! {}))
    })
}

/// The agents, those first who speak the customer's language, which is said of them.
fn by_language(desk: &Desk<'_>) -> Vec<(String, String)> {
    let v = desk.v;
    let catalogue = desk.web.app().catalogue();
    let region = catalogue.region(&desk.case.terms.region);
    let spoken_there = region.map_or(&[][..], |region| &region.languages);
    let speaks = |agent: &Agent, tag: &String| {
        let is_it = |own: &String| own == tag || own.starts_with(&format!("{tag}-"));
        agent.languages.iter().any(is_it)
    };
    let place = |agent: &&Agent| {
        let first = spoken_there.iter().position(|tag| speaks(agent, tag));
        first.unwrap_or(spoken_there.len())
    };
    let mut agents: Vec<&Agent> = desk.view.agents.iter().collect();
    agents.sort_by_key(place);
    let words = |agent: &Agent| {
        let tags = spoken_there.iter().filter(|tag| speaks(agent, tag));
        let languages: Vec<&str> = tags.map(String::as_str).collect();
        if languages.is_empty() {
            return agent.name.clone();
        }
        let args = [
            ("name", agent.name.as_str().into()),
            ("languages", languages.join(", ").into()),
        ];
        v.t_args("assign-speaks", &args)
    };
    let each = agents.into_iter();
    each.map(|agent| (agent.person.to_string(), words(agent)))
        .collect()
}

fn escalate(desk: &Desk<'_>) -> Markup {
    let (v, action) = (desk.v, desk.to("escalation"));
    let form = form_of(desk, "escalation", &action, "escalation-");
    let typed = desk
        .view
        .tried("escalation")
        .map_or("", |tried| tried.fields.text("to"));
    let to = if typed.is_empty() { "expertise" } else { typed };
    form.render(html! {
        (form.radios(Field::new("to", v.t("desk-escalate-to")).value(to), &[
            Choice::new("expertise", v.t("desk-escalate-expertise")),
            Choice::new("management", v.t("desk-escalate-management")),
        ]))
        (reason_of(desk, &form, "escalation", v.t("desk-reason-internal")))
        (form.actions(Button::new(v.t("desk-escalate")), html! {}))
    })
}

/// Puts the case under what the customer is promised today.
fn terms(desk: &Desk<'_>) -> Markup {
    let (v, action) = (desk.v, desk.to("terms"));
    let form = form_of(desk, "terms", &action, "terms-");
    let holding = &desk.case.terms.holding;
    let args = [
        ("edition", desk.case.terms.edition.as_str().into()),
        ("plan", holding.plan.as_str().into()),
    ];
    form.render(html! {
        p.small { (v.t_args("desk-terms-now", &args)) }
        (reason_of(desk, &form, "terms", v.t("desk-terms-hint")))
        (form.actions(Button::new(v.t("desk-terms")), html! {}))
    })
}

fn refer(desk: &Desk<'_>) -> Markup {
    let (v, boundaries) = (desk.v, &desk.terms.edition.boundaries);
    if boundaries.is_empty() {
        let args = [("edition", desk.terms.edition.id.as_str().into())];
        return html! { p.small { (v.t_args("desk-refer-none", &args)) } };
    }
    let action = desk.to("referral");
    let form = form_of(desk, "referral", &action, "referral-");
    let typed = desk
        .view
        .tried("referral")
        .map_or("", |tried| tried.fields.text("boundary"));
    let choices: Vec<Choice<'_>> = boundaries
        .iter()
        .map(|boundary| Choice::new(&boundary.id, &boundary.name).hint(&boundary.referral))
        .collect();
    form.render(html! {
        (form.radios(Field::new("boundary", v.t("desk-refer-what")).value(typed).required(), &choices))
        (reason_of(desk, &form, "referral", v.t("desk-refer-hint")))
        (form.actions(Button::new(v.t("desk-refer-do")), html! {}))
    })
}
