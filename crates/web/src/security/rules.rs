//! Of which roles an organisation requires a second factor, and who has one.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::factors::rules::FactorRules;
use mainstay_domain::access::Role;
use mainstay_store::factors::Holder;
use maud::{Markup, html};

use crate::error::Error;
use crate::incoming::Incoming;
use crate::shell::{Page, Place, role_word};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::person;
use crate::ui::{Button, Choice, Field, Form, Tone, Viewer, blocks, page_head, tag};

/// `GET /factors`
///
/// # Errors
/// [`app::Error::Denied`] when it is not theirs to say.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    let rules = web.app().factor_rules(&signed.session).await?;
    let v = &signed.viewer;
    let body = html! {
        (page_head(v.t("factors-title"), html! { (v.t("factors-explained")) }, html! {}))
        (form(v, &rules))
        (blocks::section(v.t("factors-people"), html! {}, html! {
            p.muted { (v.t("factors-people-explained")) }
            (people(v, &rules))
        }))
    };
    Ok(Page::new(v.t("factors-title"), Place::Elsewhere).render(&web, &signed, body))
}

fn form(v: &Viewer, rules: &FactorRules) -> Markup {
    let form = Form::post(v, "/factors");
    let choice = |(role, _): &(Role, bool)| Choice::new(role.code(), role_word(v, *role));
    let choices: Vec<_> = rules.roles.iter().map(choice).collect();
    let required = rules.roles.iter().filter(|(_, is_required)| *is_required);
    let required: Vec<_> = required.map(|(role, _)| role.code()).collect();
    form.render(html! {
        (form.checks(Field::new("role", v.t("factors-roles")), &choices, &required))
        (form.actions(Button::primary(v.t("factors-save")), html! {}))
    })
}

/// Somebody, with the words of all their roles.
struct One<'a> {
    holder: &'a Holder,
    roles: Vec<&'static str>,
    is_required: bool,
}

/// One line for each person, whatever their roles.
fn each<'a>(v: &Viewer, rules: &'a FactorRules) -> Vec<One<'a>> {
    let mut found: Vec<One<'a>> = Vec::new();
    for holder in &rules.holders {
        let word = role_word(v, holder.role);
        let is_required = rules.roles.contains(&(holder.role, true));
        match found.last_mut() {
            Some(last) if last.holder.person == holder.person => {
                last.roles.push(word);
                last.is_required |= is_required;
            }
            _ => found.push(One {
                holder,
                roles: vec![word],
                is_required,
            }),
        }
    }
    found
}

fn people(v: &Viewer, rules: &FactorRules) -> Markup {
    html! {
        table.plain.stacks {
            caption.sr { (v.t("factors-people")) }
            thead { tr {
                th scope="col" { (v.t("person-name")) }
                th scope="col" { (v.t("desk-role")) }
                th scope="col" { (v.t("factors-has")) }
            } }
            tbody { @for one in each(v, rules) {
                tr {
                    th scope="row" { (person(&one.holder.name)) }
                    td { (one.roles.join(", ")) }
                    td { (has(v, &one)) }
                }
            } }
        }
    }
}

fn has(v: &Viewer, one: &One<'_>) -> Markup {
    let words = match (one.holder.has_passkey, one.holder.has_codes) {
        (true, true) => v.t("factors-has-both"),
        (true, false) => v.t("factors-has-passkey"),
        (false, true) => v.t("factors-has-codes"),
        (false, false) => v.t("factors-has-none"),
    };
    let lacks = !one.holder.has_passkey && !one.holder.has_codes;
    html! {
        (words)
        @if lacks && one.is_required { " " (tag(Tone::Warn, v.t("factors-required"))) }
    }
}

/// `POST /factors`
///
/// # Errors
/// [`app::Error::Denied`] when it is not theirs to say.
pub async fn save(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let roles: Option<Vec<Role>> = fields
        .all("role")
        .iter()
        .map(|code| Role::from_code(code))
        .collect();
    let roles = roles.ok_or(app::Error::NotFound)?;
    web.app().require_factors(&signed.session, roles).await?;
    Ok(Redirect::to("/factors").into_response())
}
