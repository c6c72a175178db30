//! What somebody may do, in the sentence of the decision itself.

use mainstay_domain::access::{Action, Facts, Role, Target, decide, grants_of_role};
use mainstay_domain::edition::Kind;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::{facts, names, who_may};
use super::Known;
use crate::portal::words as say;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Choice, Field, Form, blocks};

/// What is asked of somebody.
#[derive(Debug, Deserialize, Default)]
pub struct Question {
    #[serde(default)]
    action: String,
    #[serde(default)]
    kind: String,
    /// What was done on the page just before.
    #[serde(default)]
    pub(super) done: String,
}

/// What can be asked: whatever any role of a customer may do.
fn actions() -> Vec<Action> {
    let customers = Role::ALL.into_iter().filter(|role| role.is_customer());
    let mut actions: Vec<Action> = customers
        .flat_map(|role| grants_of_role(role, mainstay_domain::access::Administrators::WIDE))
        .map(|grant| grant.action())
        .collect();
    actions.sort_unstable();
    actions.dedup();
    actions
}

/// The question and, once it is asked, its answer.
pub(super) fn section(web: &Web, signed: &Signed, known: &Known, asked: &Question) -> Markup {
    let v = &signed.viewer;
    let name = known.contact.name.as_str();
    let title = v.t_args("person-may-title", &[("name", name.into())]);
    let address = format!("/organisation/people/{}", known.contact.id);
    let form = Form::get(v, &address).prefix("may-").class("form-row");
    let actions = actions();
    let choices: Vec<Choice<'_>> = actions
        .iter()
        .map(|action| Choice::new(action.code(), action.words()))
        .collect();
    let catalogue = web.app().catalogue();
    let edition = catalogue.edition_at(signed.now());
    let mut kinds = vec![Choice::new("", v.t("person-may-any"))];
    kinds.extend(Kind::ALL.map(|kind| {
        let name = edition.map_or(kind.code(), |edition| say::kind_name(edition, kind));
        Choice::new(kind.code(), name)
    }));
    blocks::section(
        &title,
        html! {},
        html! {
            (form.render(html! {
                (form.select(Field::new("action", v.t("person-may-action")).value(&asked.action), &choices))
                (form.select(Field::new("kind", v.t("person-may-kind")).value(&asked.kind), &kinds))
                (form.actions(Button::new(v.t("person-may-ask")), html! {}))
            }))
            @if let Some(action) = Action::from_code(&asked.action) {
                (answer(web, signed, known, action, Kind::from_code(&asked.kind)))
            }
        },
    )
}

/// The sentence, and who can if they can't.
fn answer(web: &Web, signed: &Signed, known: &Known, action: Action, kind: Option<Kind>) -> Markup {
    let v = &signed.viewer;
    // Without a kind the decision is about everything in reach, and their own is part of that.
    let facts = Facts {
        target: kind.map(|kind| Target {
            kind: Some(kind),
            is_own: true,
            ..Target::default()
        }),
        ..facts(web, signed)
    };
    let name = &known.contact.name;
    let decided = decide(&known.contact.principal(known.account), action, &facts);
    let (is_allowed, sentence) = match decided {
        Ok(grant) => (true, grant.said_of(name)),
        Err(denial) => (false, denial.said_of(name)),
    };
    let who = who_may(&known.administrators, known.account, action, &facts);
    let others = names(&who);
    html! {
        p role="status" {
            b { (sentence) }
            @if !is_allowed {
                " "
                @if who.is_empty() { (v.t("person-may-nobody")) }
                @else { (v.t_args("person-may-who", &[("names", others.into())])) }
            }
        }
    }
}
