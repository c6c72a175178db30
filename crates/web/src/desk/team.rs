//! The vendor's people: who they are, what they can, and inviting more of them.

pub mod colleague;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::approvals::{Came, Proposal};
use mainstay_app::team::{lacks_system_administrator, who_can};
use mainstay_domain::access::{Action, Denial, Facts, Role};
use mainstay_store::colleagues::{self, Colleague};
use mainstay_store::links;
use mainstay_store::people::Organisation;
use maud::{Markup, html};

use super::account::{link, link_notice, person_fields};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::invitations;
use crate::shell::{Page, Place, role_word};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::person;
use crate::ui::{
    Button, Choice, Field, Flash, Form, Mistakes, Tone, Viewer, page_head, panel, tag,
};

/// `GET /team`
///
/// # Errors
/// [`app::Error::Denied`] for customers.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    page(&web, &signed, &Incoming::default(), &Mistakes::none(), None).await
}

/// `POST /team`: invites a colleague, or asks for a second person who agrees. The link is shown
/// once.
///
/// # Errors
/// [`app::Error::Denied`] for those who may not; when the store fails.
pub async fn invite(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let zone = signed.session.person.time_zone.clone();
    let proposal = Proposal::Invite {
        name: fields.text("name").to_owned(),
        email: fields.text("email").to_owned(),
        time_zone: fields.some("time_zone").unwrap_or(zone),
        roles: roles_of(&fields),
    };
    let reason = fields.text("reason");
    match web.app().propose(&signed.session, proposal, reason).await {
        Ok(came) => invited(&web, &signed, came).await,
        Err(error) if is_about_form(&error) => {
            let page = page(&web, &signed, &fields, &mistakes_of(&error), None).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn invited(web: &Web, signed: &Signed, came: Came) -> Result<Response, Error> {
    let Came::Done(done) = came else {
        return Ok(Redirect::to("/approvals?asked=yes").into_response());
    };
    let link = done.word.map(|word| link(web, &word));
    let (fields, none) = (Incoming::default(), Mistakes::none());
    let page = page(web, signed, &fields, &none, link.as_deref()).await?;
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, no_store, page).into_response())
}

/// The vendor's roles that were ticked, in the matrix's order.
fn roles_of(fields: &Incoming) -> Vec<Role> {
    let ticked = fields.all("roles");
    let is_ticked = |role: &Role| role.is_vendor() && ticked.iter().any(|it| it == role.code());
    Role::ALL.into_iter().filter(is_ticked).collect()
}

/// Whether somebody keeps the team's accounts, perhaps with a second person.
fn keeps_team(signed: &Signed, team: &[Colleague]) -> bool {
    let facts = Facts {
        lacks_system_administrator: lacks_system_administrator(team),
        ..Facts::default()
    };
    signed.is_vendor() && signed.session.grant_for(Action::RunMachine, &facts).is_ok()
}

/// The team, for the vendor's people alone.
async fn read(web: &Web, signed: &Signed) -> Result<Vec<Colleague>, Error> {
    if !signed.is_vendor() {
        return Err(app::Error::Denied(Denial::of_role(Action::ReadAccounts)).into());
    }
    let team = web
        .app()
        .db()
        .read(async |tx| colleagues::team(tx).await)
        .await;
    Ok(team?)
}

async fn page(
    web: &Web,
    signed: &Signed,
    fields: &Incoming,
    mistakes: &Mistakes,
    link: Option<&str>,
) -> Result<Markup, Error> {
    let team = read(web, signed).await?;
    let open = web
        .app()
        .db()
        .read(async |tx| links::invitations(tx, Organisation::Vendor).await)
        .await?;
    let v = &signed.viewer;
    let keeps = keeps_team(signed, &team);
    let body = html! {
        (page_head(v.t("desk-team"), html! {}, html! {
            @if keeps { (Button::new(v.t("approvals-title")).link("/approvals")) }
        }))
        @if let Some(link) = link { (link_notice(v, link)) }
        div.columns {
            (panel("", list(v, &team)))
            @if keeps {
                (panel(v.t("desk-invite-colleague"), html! {
                    (two_persons(v, signed, &team, Action::RunMachine))
                    (form(v, fields, mistakes))
                }))
            }
        }
        @if keeps && !open.is_empty() { (invitations::section(v, Organisation::Vendor, &open)) }
        @if !keeps { p.small.muted { (v.t("team-kept-by")) " " (can(v, &team, Action::RunMachine)) } }
    };
    let page = Page {
        has_mistakes: !mistakes.is_empty(),
        flash: flash(signed),
        ..Page::new(v.t("desk-team"), Place::Team)
    };
    Ok(page.render(web, signed, body))
}

fn flash(signed: &Signed) -> Option<Flash<'static>> {
    let done = super::asked(signed, "done")?;
    (done == "yes").then_some(Flash {
        tone: Tone::Ok,
        words: signed.viewer.t("team-done"),
        link: None,
    })
}

/// Who of the team can do something: *Priya Raman, Sam Root can.*
pub(super) fn can(v: &Viewer, team: &[Colleague], action: Action) -> String {
    let names: Vec<&str> = who_can(team, action)
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    if names.is_empty() {
        return v.t("team-nobody-can").to_owned();
    }
    v.t_args("team-can", &[("names", names.join(", ").into())])
}

/// Whether somebody else must agree, and who could.
fn two_persons(v: &Viewer, signed: &Signed, team: &[Colleague], action: Action) -> Markup {
    let me = signed.session.person.id;
    let others = who_can(team, action).into_iter();
    let others: Vec<&str> = others
        .filter(|one| one.person != me)
        .map(|one| one.name.as_str())
        .collect();
    let words = if others.is_empty() {
        v.t("team-alone").to_owned()
    } else {
        v.t_args("team-two", &[("names", others.join(", ").into())])
    };
    html! { p.small.muted { (words) } }
}

fn list(v: &Viewer, team: &[Colleague]) -> Markup {
    html! {
        div.scroll { table.plain.stacks {
            caption.sr { (v.t("desk-team")) }
            thead { tr {
                th scope="col" { (v.t("person-name")) }
                th scope="col" { (v.t("desk-role")) }
                th scope="col" { (v.t("team-languages")) }
                th scope="col" { (v.t("team-skills")) }
            } }
            tbody { @for one in team {
                tr {
                    th scope="row" {
                        a href={ "/team/" (one.person) } { (person(&one.name)) }
                        @if let Some(state) = state(v, one) { " " (state) }
                    }
                    td { (role_list(v, &one.roles)) }
                    td { (one.abilities.languages.join(", ")) }
                    td { (one.abilities.skills.join(", ")) }
                }
            } }
        } }
    }
}

/// What keeps a colleague from being here, if anything.
fn state(v: &Viewer, one: &Colleague) -> Option<Markup> {
    if !one.is_active {
        Some(tag(Tone::Plain, v.t("team-deactivated")))
    } else if one.is_invited {
        Some(tag(Tone::Info, v.t("team-invited")))
    } else {
        None
    }
}

/// Roles in words.
pub(super) fn role_list(v: &Viewer, roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role_word(v, *role)).collect();
    words.join(", ")
}

/// The vendor's roles as boxes to tick.
fn role_choices(v: &Viewer) -> Vec<Choice<'static>> {
    let vendors = Role::ALL.into_iter().filter(|role| role.is_vendor());
    vendors
        .map(|role| Choice::new(role.code(), role_word(v, role)))
        .collect()
}

/// Why, for the log and for whoever is to agree.
fn reason_field(v: &Viewer, form: &Form<'_>, fields: &Incoming) -> Markup {
    form.textarea(
        Field::new("reason", v.t("team-reason"))
            .hint(v.t("team-reason-hint"))
            .value(fields.text("reason"))
            .rows(2)
            .count(500)
            .required(),
    )
}

fn form(v: &Viewer, fields: &Incoming, mistakes: &Mistakes) -> Markup {
    let form = Form::post(v, "/team").mistakes(mistakes);
    let ticked: Vec<&str> = fields.all("roles").iter().map(String::as_str).collect();
    form.render(html! {
        (person_fields(v, &form, fields, v.t("desk-time-zone-hint-own")))
        (form.checks(Field::new("roles", v.t("team-roles")).required(), &role_choices(v), &ticked))
        (reason_field(v, &form, fields))
        (form.actions(Button::primary(v.t("desk-invite-do")), html! {}))
    })
}
