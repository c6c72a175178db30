//! A colleague: their roles, the desks they lead, what they can, and whether they may sign in.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::approvals::{Came, Proposal};
use mainstay_app::team::may_describe;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PersonId;
use mainstay_store::colleagues::Colleague;
use maud::{Markup, html};

use super::{
    can, flash, keeps_team, read, reason_field, role_choices, role_list, state, two_persons,
};
use crate::desk::approvals::reset_notice;
use crate::desk::desk_grant;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{
    Button, Choice, Crumb, Fact, Field, Form, Look, Mistakes, Viewer, facts, page_head, panel,
};

/// What was tried and refused: which form, what was typed, what is wrong.
#[derive(Default)]
struct Tried {
    form: &'static str,
    fields: Incoming,
    mistakes: Mistakes,
}

static NONE: Mistakes = Mistakes::none();

impl Tried {
    fn mistakes(&self, form: &str) -> &Mistakes {
        if self.form == form {
            &self.mistakes
        } else {
            &NONE
        }
    }

    fn fields(&self, form: &str) -> Option<&Incoming> {
        (self.form == form).then_some(&self.fields)
    }
}

fn id_of(text: &str) -> Result<PersonId, Error> {
    text.parse().map_err(|_| app::Error::NotFound.into())
}

/// `GET /team/{id}`
///
/// # Errors
/// [`app::Error::NotFound`] when they are not on the team.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Markup, Error> {
    page(&web, &signed, &id, &Tried::default(), html! {}).await
}

/// `POST /team/{id}/roles`
///
/// # Errors
/// [`app::Error::Denied`] for those who may not; when the store fails.
pub async fn set_roles(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let leads = fields.all("leads").iter().filter_map(|code| kind_of(code));
    let proposal = Proposal::SetRoles {
        person: id_of(&id)?,
        roles: super::roles_of(&fields),
        leads: leads.collect(),
    };
    propose(&web, &signed, &id, "roles", proposal, fields).await
}

/// `POST /team/{id}/deactivation`
///
/// # Errors
/// As [`set_roles`].
pub async fn deactivate(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let person = id_of(&id)?;
    let proposal = Proposal::Deactivate { person };
    propose(&web, &signed, &id, "deactivation", proposal, fields).await
}

/// `POST /team/{id}/activation`
///
/// # Errors
/// As [`set_roles`].
pub async fn activate(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let person = id_of(&id)?;
    let proposal = Proposal::Activate { person };
    propose(&web, &signed, &id, "activation", proposal, fields).await
}

/// `POST /team/{id}/reset`: a new password, perhaps without the second factors they had. The link
/// is shown once to whoever asked: here where nobody else could agree, else in what they asked for.
///
/// # Errors
/// As [`set_roles`].
pub async fn reset(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::StartReset)?;
    let (person, reason) = (id_of(&id)?, fields.text("reason").to_owned());
    let factors = fields.text("factors") == "on";
    let proposal = Proposal::ResetSignIn { person, factors };
    let came = web.app().propose(&signed.session, proposal, &reason).await;
    match came {
        Ok(Came::Waits(_)) => Ok(Redirect::to("/approvals?asked=yes").into_response()),
        Ok(Came::Done(done)) => {
            let word = done.word.unwrap_or_default();
            let link = reset_notice(&web, &signed, person, &word).await?;
            let page = page(&web, &signed, &id, &Tried::default(), link).await?;
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((StatusCode::CREATED, no_store, page).into_response())
        }
        Err(error) => again(&web, &signed, &id, "reset", fields, error).await,
    }
}

async fn propose(
    web: &Web,
    signed: &Signed,
    id: &str,
    form: &'static str,
    proposal: Proposal,
    fields: Incoming,
) -> Result<Response, Error> {
    let reason = fields.text("reason").to_owned();
    let came = web.app().propose(&signed.session, proposal, &reason).await;
    match came {
        Ok(Came::Waits(_)) => Ok(Redirect::to("/approvals?asked=yes").into_response()),
        Ok(Came::Done(_)) => Ok(Redirect::to(&format!("/team/{id}?done=yes")).into_response()),
        Err(error) => again(web, signed, id, form, fields, error).await,
    }
}

/// `POST /team/{id}/skills`: what they can, said by themselves or whoever sets up their desk.
///
/// # Errors
/// As [`set_roles`].
pub async fn describe(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let (skills, languages) = (fields.text("skills"), fields.text("languages"));
    let person = id_of(&id)?;
    let described = web
        .app()
        .describe_colleague(&signed.session, person, skills, languages)
        .await;
    match described {
        Ok(()) => Ok(Redirect::to(&format!("/team/{id}?done=yes")).into_response()),
        Err(error) => again(&web, &signed, &id, "skills", fields, error).await,
    }
}

async fn again(
    web: &Web,
    signed: &Signed,
    id: &str,
    form: &'static str,
    fields: Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let tried = Tried {
        form,
        fields,
        mistakes: mistakes_of(&error),
    };
    let page = page(web, signed, id, &tried, html! {}).await?;
    Ok((status_of(&error), page).into_response())
}

fn kind_of(code: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.code() == code)
}

async fn page(
    web: &Web,
    signed: &Signed,
    id: &str,
    tried: &Tried,
    link: Markup,
) -> Result<Markup, Error> {
    let id = id_of(id)?;
    let team = read(web, signed).await?;
    let one = team.iter().find(|one| one.person == id);
    let one = one.ok_or(app::Error::NotFound)?;
    let v = &signed.viewer;
    let crumbs = [
        Crumb {
            href: "/team",
            label: v.t("desk-team"),
        },
        Crumb {
            href: "",
            label: &one.name,
        },
    ];
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !tried.mistakes.is_empty(),
        flash: flash(signed),
        ..Page::new(&one.name, Place::Team)
    };
    let body = html! { (link) (draw(signed, &team, one, tried)) };
    Ok(page.render(web, signed, body))
}

fn draw(signed: &Signed, team: &[Colleague], one: &Colleague, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let is_own = one.person == signed.session.person.id;
    let keeps = keeps_team(signed, team);
    html! {
        (page_head(&one.name, html! { @if let Some(state) = state(v, one) { (state) } }, html! {}))
        div.columns {
            (panel("", facts(&facts_of(v, one))))
            @if may_describe(&signed.session, team, one) {
                (panel(v.t("team-can-what"), skills_form(v, one, tried)))
            }
        }
        @if keeps && !is_own {
            div.columns {
                (panel(v.t("team-change-roles"), html! {
                    (two_persons(v, signed, team, Action::RunMachine))
                    (roles_form(v, one, tried))
                }))
                (panel(standing_title(v, one), standing_form(v, one, tried)))
            }
            @if may_reset(signed) && one.is_here() {
                div id="reset" {
                    (panel(v.t("team-reset"), html! {
                        (two_persons(v, signed, team, Action::StartReset))
                        (reset_form(v, one, tried))
                    }))
                }
            }
        } @else if keeps {
            // The forms are not drawn here, so what was refused is said at least.
            @if matches!(tried.form, "roles" | "deactivation" | "activation" | "reset") {
                (Form::post(v, "").mistakes(&tried.mistakes).summary())
            }
            p.small.muted { (v.t("team-not-oneself")) }
        } @else {
            p.small.muted { (v.t("team-kept-by")) " " (can(v, team, Action::RunMachine)) }
        }
    }
}

fn facts_of<'a>(v: &'a Viewer, one: &Colleague) -> Vec<Fact<'a>> {
    let desks = |kinds: &[Kind]| {
        kinds
            .iter()
            .map(|kind| kind_word(v, *kind))
            .collect::<Vec<_>>()
    };
    let mut works = Vec::new();
    for kind in one.roles.iter().flat_map(|role| role.desk()) {
        if !works.contains(kind) {
            works.push(*kind);
        }
    }
    let led = if one.roles.contains(&Role::Lead) {
        Role::Lead.desk()
    } else {
        &[]
    };
    let mut leads = led.to_vec();
    leads.extend(
        one.abilities
            .leads
            .iter()
            .filter(|kind| !led.contains(kind)),
    );
    let none = || v.t("team-none").to_owned();
    let words = |list: Vec<&str>| {
        if list.is_empty() {
            none()
        } else {
            list.join(", ")
        }
    };
    vec![
        Fact::new(v.t("sign-in-email"), html! { bdi { (one.email) } }),
        Fact::words(v.t("team-roles"), &role_list(v, &one.roles)),
        Fact::words(v.t("team-desks"), &words(desks(&works))),
        Fact::words(v.t("team-leads"), &words(desks(&leads))),
        Fact::words(
            v.t("team-languages"),
            &words(one.abilities.languages.iter().map(String::as_str).collect()),
        ),
        Fact::words(
            v.t("team-skills"),
            &words(one.abilities.skills.iter().map(String::as_str).collect()),
        ),
    ]
}

/// A desk in words.
pub(crate) fn kind_word(v: &Viewer, kind: Kind) -> &'static str {
    match kind {
        Kind::Technical => v.t("desk-of-technical"),
        Kind::Billing => v.t("desk-of-billing"),
        Kind::Subscription => v.t("desk-of-subscription"),
        Kind::PreSales => v.t("desk-of-pre-sales"),
    }
}

fn skills_form(v: &Viewer, one: &Colleague, tried: &Tried) -> Markup {
    let action = format!("/team/{}/skills", one.person);
    let form = Form::post(v, &action)
        .prefix("skills-")
        .mistakes(tried.mistakes("skills"));
    let kept = (
        one.abilities.languages.join(", "),
        one.abilities.skills.join(", "),
    );
    let typed = tried.fields("skills");
    let languages = typed.map_or(kept.0.as_str(), |fields| fields.text("languages"));
    let skills = typed.map_or(kept.1.as_str(), |fields| fields.text("skills"));
    form.render(html! {
        (form.text(Field::new("languages", v.t("team-languages")).hint(v.t("team-languages-hint"))
            .value(languages).optional()))
        (form.text(Field::new("skills", v.t("team-skills")).hint(v.t("team-skills-hint"))
            .value(skills).optional()))
        (form.actions(Button::new(v.t("team-save")), html! {}))
    })
}

fn roles_form(v: &Viewer, one: &Colleague, tried: &Tried) -> Markup {
    let action = format!("/team/{}/roles", one.person);
    let form = Form::post(v, &action)
        .prefix("roles-")
        .mistakes(tried.mistakes("roles"));
    let empty = Incoming::default();
    let typed = tried.fields("roles");
    let roles: Vec<&str> = match typed {
        Some(fields) => fields.all("roles").iter().map(String::as_str).collect(),
        None => one.roles.iter().map(|role| role.code()).collect(),
    };
    let leads: Vec<&str> = match typed {
        Some(fields) => fields.all("leads").iter().map(String::as_str).collect(),
        None => one.abilities.leads.iter().map(|kind| kind.code()).collect(),
    };
    let desks: Vec<Choice<'_>> = Kind::ALL
        .into_iter()
        .filter(|kind| *kind != Kind::Technical)
        .map(|kind| Choice::new(kind.code(), kind_word(v, kind)))
        .collect();
    form.render(html! {
        (form.checks(Field::new("roles", v.t("team-roles")).required(), &role_choices(v), &roles))
        (form.checks(Field::new("leads", v.t("team-leads")).hint(v.t("team-leads-hint")).optional(),
            &desks, &leads))
        (reason_field(v, &form, typed.unwrap_or(&empty)))
        (form.actions(Button::new(v.t("team-change-roles")), html! {}))
    })
}

/// Whether somebody asks for resets of colleagues.
fn may_reset(signed: &Signed) -> bool {
    desk_grant(signed, Action::StartReset).is_ok()
}

/// Asks for a new password of theirs, and perhaps without the second factors they had.
fn reset_form(v: &Viewer, one: &Colleague, tried: &Tried) -> Markup {
    let action = format!("/team/{}/reset", one.person);
    let form = Form::post(v, &action)
        .prefix("reset-")
        .mistakes(tried.mistakes("reset"));
    let empty = Incoming::default();
    let typed = tried.fields("reset").unwrap_or(&empty);
    let factors = Field::new("factors", v.t("team-reset-factors"))
        .hint(v.t("team-reset-factors-hint"))
        .value(typed.text("factors"));
    form.render(html! {
        p.small.muted { (v.t("team-reset-hint")) }
        (form.checkbox(factors))
        (reason_field(v, &form, typed))
        (form.actions(Button::new(v.t("team-reset")), html! {}))
    })
}

fn standing_title(v: &Viewer, one: &Colleague) -> &'static str {
    if one.is_active {
        v.t("team-deactivate")
    } else {
        v.t("team-activate")
    }
}

/// Deactivates, or activates again.
fn standing_form(v: &Viewer, one: &Colleague, tried: &Tried) -> Markup {
    let act = if one.is_active {
        "deactivation"
    } else {
        "activation"
    };
    let action = format!("/team/{}/{act}", one.person);
    let form = Form::post(v, &action)
        .prefix("standing-")
        .mistakes(tried.mistakes(act));
    let empty = Incoming::default();
    let button = Button::new(standing_title(v, one));
    let button = if one.is_active {
        button.look(Look::Danger)
    } else {
        button
    };
    form.render(html! {
        p.small.muted { (if one.is_active { v.t("team-deactivate-hint") } else { v.t("team-activate-hint") }) }
        (reason_field(v, &form, tried.fields(act).unwrap_or(&empty)))
        (form.actions(button, html! {}))
    })
}
