//! The vendor's people, and inviting more of them.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_app::people::NewPerson;
use mainstay_domain::access::{Action, Denial, Role};
use mainstay_store::links;
use mainstay_store::people::{self, Membership, Organisation};
use maud::{Markup, html};

use super::account::{link, link_notice, person_fields};
use crate::error::{self, Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::invitations;
use crate::shell::{Page, Place, role_word};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::person;
use crate::ui::{Button, Choice, Field, Form, Mistakes, Viewer, page_head, panel};

/// Somebody at the vendor: name, address, roles.
struct Colleague {
    name: String,
    email: String,
    roles: Vec<String>,
}

/// The team's page.
///
/// # Errors
/// [`app::Error::Denied`] for customers.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    page(&web, &signed, &Incoming::default(), &Mistakes::none(), None).await
}

/// Invites a colleague; their link is shown once.
///
/// # Errors
/// When the store fails.
pub async fn invite(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    if !may_invite(&signed) {
        let sentence = signed.viewer.t("desk-team-denied");
        return Ok(error::page(StatusCode::FORBIDDEN, sentence));
    }
    let zone = signed.session.person.time_zone.clone();
    let invited = match Role::from_code(fields.text("role")).filter(|role| role.is_vendor()) {
        Some(role) => {
            let new = NewPerson {
                name: fields.text("name").to_owned(),
                email: fields.text("email").to_owned(),
                time_zone: fields.some("time_zone").unwrap_or(zone),
            };
            let organisation = Organisation::Vendor;
            let membership = Membership { organisation, role };
            web.app().invite(&signed.session, &new, membership).await
        }
        None => Err(app::Error::Field {
            field: "role",
            message: signed.viewer.t("desk-role-missing").to_owned(),
        }),
    };
    match invited {
        Ok(invited) => {
            let link = link(&web, &invited.word);
            let none = Mistakes::none();
            let page = page(&web, &signed, &Incoming::default(), &none, Some(&link)).await?;
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((StatusCode::CREATED, no_store, page).into_response())
        }
        Err(error) if is_about_form(&error) => {
            let page = page(&web, &signed, &fields, &mistakes_of(&error), None).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn may_invite(signed: &Signed) -> bool {
    let roles = &signed.session.principal.roles;
    let is_high = |role: &Role| matches!(role, Role::Manager | Role::SystemAdministrator);
    signed.is_vendor() && roles.iter().any(is_high)
}

async fn page(
    web: &Web,
    signed: &Signed,
    fields: &Incoming,
    mistakes: &Mistakes,
    link: Option<&str>,
) -> Result<Markup, Error> {
    if !signed.is_vendor() {
        return Err(app::Error::Denied(Denial::of_role(Action::ReadAccounts)).into());
    }
    let (rows, open) = web
        .app()
        .db()
        .read(async |tx| {
            let open = links::invitations(tx, Organisation::Vendor).await?;
            Ok::<_, mainstay_store::Error>((people::team(tx).await?, open))
        })
        .await?;
    let v = &signed.viewer;
    let body = html! {
        (page_head(v.t("desk-team"), html! {}, html! {}))
        @if let Some(link) = link { (link_notice(v, link)) }
        div.columns {
            (panel("", list(v, &colleagues(rows))))
            @if may_invite(signed) { (panel(v.t("desk-invite-colleague"), form(v, fields, mistakes))) }
        }
        @if may_invite(signed) && !open.is_empty() {
            (invitations::section(v, Organisation::Vendor, &open))
        }
        @if !may_invite(signed) { p.small.muted { (v.t("desk-team-denied")) } }
    };
    let page = Page {
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(v.t("desk-team"), Place::Team)
    };
    Ok(page.render(web, signed, body))
}

/// One line for each person, whatever their roles.
fn colleagues(rows: Vec<(String, String, String)>) -> Vec<Colleague> {
    let mut found: Vec<Colleague> = Vec::new();
    for (name, email, role) in rows {
        match found.last_mut().filter(|last| last.email == email) {
            Some(last) => last.roles.push(role),
            None => found.push(Colleague {
                name,
                email,
                roles: vec![role],
            }),
        }
    }
    found
}

fn list(v: &Viewer, colleagues: &[Colleague]) -> Markup {
    let words = |code: &String| match Role::from_code(code) {
        Some(role) => role_word(v, role).to_owned(),
        None => code.clone(),
    };
    html! {
        table.plain {
            caption.sr { (v.t("desk-team")) }
            thead { tr {
                th scope="col" { (v.t("person-name")) }
                th scope="col" { (v.t("desk-role")) }
                th scope="col" { (v.t("sign-in-email")) }
            } }
            tbody { @for one in colleagues {
                tr {
                    th scope="row" { (person(&one.name)) }
                    td { (one.roles.iter().map(words).collect::<Vec<_>>().join(", ")) }
                    td { bdi { (one.email) } }
                }
            } }
        }
    }
}

fn form(v: &Viewer, fields: &Incoming, mistakes: &Mistakes) -> Markup {
    let form = Form::post(v, "/team").mistakes(mistakes);
    let roles: Vec<Role> = Role::ALL
        .into_iter()
        .filter(|role| role.is_vendor())
        .collect();
    let choices: Vec<Choice<'_>> = roles
        .iter()
        .map(|role| Choice::new(role.code(), role_word(v, *role)))
        .collect();
    form.render(html! {
        (person_fields(v, &form, fields, v.t("desk-time-zone-hint-own")))
        (form.select(Field::new("role", v.t("desk-role")).value(fields.text("role")).required(), &choices))
        (form.actions(Button::primary(v.t("desk-invite-do")), html! {}))
    })
}
