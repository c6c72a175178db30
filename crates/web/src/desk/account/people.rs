//! The people who speak for a customer, and inviting more of them.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_app::people::NewPerson;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::region::Region;
use mainstay_store::accounts::{self, Account, AccountPerson};
use mainstay_store::people::{Membership, Organisation};
use maud::{Markup, html};

use super::{Known, id_of, page};
use crate::desk::desk_grant;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::role_word;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::{notice, section};
use crate::ui::chips::person;
use crate::ui::{Button, Choice, Field, Form, Icon, Mistakes, Tone, Viewer, dialog, panel};

/// The roles of a customer's people, the widest first.
const ROLES: [Role; 5] = [
    Role::GlobalAdmin,
    Role::ServiceSupportAdmin,
    Role::BillingAdmin,
    Role::UserManagementAdmin,
    Role::EndUser,
];

/// An invitation that was tried or made.
#[derive(Default)]
pub(super) struct Invitation {
    pub(super) fields: Incoming,
    pub(super) mistakes: Mistakes,
    /// The link, shown once.
    pub(super) link: Option<String>,
}

/// `POST /accounts/{id}/people`: invites somebody; their link is shown once.
///
/// # Errors
/// When the store fails.
pub async fn invite(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::ReadAccounts)?;
    let id = id_of(&id)?;
    let account = web
        .app()
        .db()
        .read(async |tx| accounts::find(tx, id).await)
        .await?
        .ok_or(app::Error::NotFound)?;
    let zone = zone_of(&web, &account.region);
    let invited = match Role::from_code(fields.text("role")).filter(|role| role.is_customer()) {
        Some(role) => {
            let new = NewPerson {
                name: fields.text("name").to_owned(),
                email: fields.text("email").to_owned(),
                time_zone: fields.some("time_zone").unwrap_or(zone),
            };
            let organisation = Organisation::Account(id);
            let membership = Membership { organisation, role };
            web.app().invite(&signed.session, &new, membership).await
        }
        None => Err(app::Error::Field {
            field: "role",
            message: signed.viewer.t("desk-role-missing").to_owned(),
        }),
    };
    let (status, invitation) = match invited {
        Ok(invited) => (
            StatusCode::CREATED,
            Invitation {
                link: Some(link(&web, &invited.word)),
                ..Invitation::default()
            },
        ),
        Err(error) if is_about_form(&error) => (
            status_of(&error),
            Invitation {
                fields,
                mistakes: mistakes_of(&error),
                link: None,
            },
        ),
        Err(error) => return Err(error.into()),
    };
    let page = page(&web, &signed, id, &invitation).await?;
    Ok((status, [(header::CACHE_CONTROL, "no-store")], page).into_response())
}

/// The address of an invitation.
pub(crate) fn link(web: &Web, word: &str) -> String {
    format!("{}/invitation/{word}", web.config().origin)
}

/// The link of an invitation, to be handed on; it is shown once.
pub(crate) fn link_notice(v: &Viewer, link: &str) -> Markup {
    notice(
        Tone::Ok,
        v.t("desk-invited"),
        html! { p { (v.t("desk-invited-once")) } p { code.mono { (link) } } },
    )
}

/// The time zone of a region.
pub(in crate::desk) fn zone_of(web: &Web, region: &str) -> String {
    let catalogue = web.app().catalogue();
    catalogue
        .region(region)
        .map_or("UTC", Region::time_zone)
        .to_owned()
}

/// The section of the customer's page.
pub(super) fn section_of(v: &Viewer, known: &Known, invitation: &Invitation) -> Markup {
    let opener = Button::new(v.t("desk-invite")).icon(Icon::Plus).small();
    let form = invitation_form(v, &known.account, invitation);
    let has_mistakes = !invitation.mistakes.is_empty();
    let end = html! { @if !has_mistakes { (dialog(opener, "invite", form.clone())) } };
    section(
        v.t("desk-people"),
        end,
        html! {
            @if has_mistakes { (panel(v.t("desk-invite"), form)) }
            @if known.people.is_empty() { p.muted { (v.t("desk-people-none")) } }
            @else { (people_list(v, &known.people)) }
        },
    )
}

fn people_list(v: &Viewer, people: &[AccountPerson]) -> Markup {
    html! {
        table.plain {
            caption.sr { (v.t("desk-people")) }
            thead { tr {
                th scope="col" { (v.t("person-name")) }
                th scope="col" { (v.t("desk-role")) }
                th scope="col" { (v.t("sign-in-email")) }
            } }
            tbody { @for one in people {
                tr {
                    th scope="row" { (person(&one.name)) }
                    td { @match Role::from_code(&one.role) {
                        Some(role) => { (role_word(v, role)) }
                        None => { (one.role) }
                    } }
                    td { a href={ "mailto:" (one.email) } { bdi { (one.email) } } }
                }
            } }
        }
    }
}

fn invitation_form(v: &Viewer, account: &Account, invitation: &Invitation) -> Markup {
    let action = format!("/accounts/{}/people", account.id);
    let form = Form::post(v, &action)
        .prefix("invite-")
        .mistakes(&invitation.mistakes);
    let choices = ROLES.map(|role| Choice::new(role.code(), role_word(v, role)));
    form.render(html! {
        (person_fields(v, &form, &invitation.fields, v.t("desk-time-zone-hint")))
        (form.select(Field::new("role", v.t("desk-role")).value(invitation.fields.text("role"))
            .required(), &choices))
        (form.actions(Button::new(v.t("desk-invite-do")), html! {}))
    })
}

/// Name, address and time zone of somebody to be invited.
pub(crate) fn person_fields(
    v: &Viewer,
    form: &Form<'_>,
    fields: &Incoming,
    zone_hint: &str,
) -> Markup {
    html! {
        (form.text(Field::new("name", v.t("person-name")).value(fields.text("name")).required()))
        (form.text(Field::new("email", v.t("sign-in-email")).kind("email")
            .value(fields.text("email")).required()))
        (form.text(Field::new("time_zone", v.t("person-time-zone")).optional()
            .hint(zone_hint).value(fields.text("time_zone"))))
    }
}
