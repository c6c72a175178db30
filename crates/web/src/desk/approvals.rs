//! What takes two persons: what waits for whoever looks, what they asked for, what was decided.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::approvals::{Listed, Proposal};
use mainstay_domain::ids::PersonId;
use mainstay_store::approvals::State as Standing;
use mainstay_store::colleagues::{self, Colleague};
use maud::{Markup, html};
use uuid::Uuid;

use super::account::export::downloads;
use super::account::{link, link_notice};
use super::descriptions::{self, Revisions};
use super::team::colleague::kind_word;
use super::team::role_list;
use crate::error::{Error, mistakes_of, status_of};
use crate::resets;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::{notice, section};
use crate::ui::words::{ago, moment};
use crate::ui::{Button, Flash, Icon, Look, Mistakes, Tone, Viewer, empty, page_head, panel, tag};

/// `GET /approvals`
///
/// # Errors
/// [`app::Error::Denied`] for customers.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    page(&web, &signed, &Mistakes::none(), html! {}).await
}

/// `POST /approvals/{id}/agreement`: agrees, and it is done.
///
/// # Errors
/// [`app::Error::NotFound`] for those it does not concern, [`app::Error::Denied`] for whoever
/// asked.
pub async fn agree(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    match web.app().agree(&signed.session, id_of(&id)?).await {
        Ok(done) => {
            if let Some(moved) = done.moved {
                let to = format!("/cases/{}?done=moved", moved.number);
                return Ok(Redirect::to(&to).into_response());
            }
            let Some(word) = done.word else {
                return Ok(Redirect::to("/approvals?done=agreed").into_response());
            };
            let link = link_notice(&signed.viewer, &link(&web, &word));
            made(&web, &signed, link).await
        }
        Err(error) => refused(&web, &signed, error).await,
    }
}

/// `POST /approvals/{id}/link`: the link of a reset that somebody else agreed to, shown once to
/// whoever asked for it.
///
/// # Errors
/// [`app::Error::NotFound`] for everybody else.
pub async fn make_link(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    match web.app().take_agreed(&signed.session, id_of(&id)?).await {
        Ok(done) => {
            let word = done.word.unwrap_or_default();
            let link = reset_notice(&web, &signed, done.person, &word).await?;
            made(&web, &signed, link).await
        }
        Err(error) => refused(&web, &signed, error).await,
    }
}

async fn made(web: &Web, signed: &Signed, link: Markup) -> Result<Response, Error> {
    let page = page(web, signed, &Mistakes::none(), link).await?;
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::CREATED, no_store, page).into_response())
}

/// The link of a colleague's reset, to be handed on.
pub(super) async fn reset_notice(
    web: &Web,
    signed: &Signed,
    person: PersonId,
    word: &str,
) -> Result<Markup, Error> {
    let db = web.app().db();
    let team = db.read(async |tx| colleagues::team(tx).await).await?;
    let name = team.iter().find(|one| one.person == person);
    let name = name.map_or(signed.viewer.t("desk-somebody"), |one| one.name.as_str());
    Ok(resets::link(web, &signed.viewer, name, word))
}

/// `POST /approvals/{id}/refusal`: declines; whoever asked takes it back.
///
/// # Errors
/// As [`agree`].
pub async fn decline(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    match web.app().decline(&signed.session, id_of(&id)?).await {
        Ok(()) => Ok(Redirect::to("/approvals?done=declined").into_response()),
        Err(error) => refused(&web, &signed, error).await,
    }
}

fn id_of(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| app::Error::NotFound.into())
}

/// What cannot be done any more, or as it was asked, is said on the page itself.
async fn refused(web: &Web, signed: &Signed, error: app::Error) -> Result<Response, Error> {
    let is_said_here = matches!(
        error,
        app::Error::Settled(_) | app::Error::Field { .. } | app::Error::Refused(_)
    );
    if !is_said_here {
        return Err(error.into());
    }
    let page = page(web, signed, &mistakes_of(&error), html! {}).await?;
    Ok((status_of(&error), page).into_response())
}

async fn page(
    web: &Web,
    signed: &Signed,
    mistakes: &Mistakes,
    link: Markup,
) -> Result<Markup, Error> {
    let all = web.app().approvals(&signed.session).await?;
    let team = web
        .app()
        .db()
        .read(async |tx| colleagues::team(tx).await)
        .await?;
    let drafts = descriptions::revisions(web, &all, signed.now()).await?;
    let v = &signed.viewer;
    let is_open = |one: &&Listed| one.approval.is_open(signed.now());
    let waiting: Vec<&Listed> = all
        .iter()
        .filter(is_open)
        .filter(|one| one.may_agree)
        .collect();
    let own: Vec<&Listed> = all
        .iter()
        .filter(is_open)
        .filter(|one| one.is_own)
        .collect();
    let agreed: Vec<&Listed> = all.iter().filter(|one| one.is_theirs_to_do).collect();
    let is_past = |one: &&Listed| !is_open(one) && !one.is_theirs_to_do;
    let past: Vec<&Listed> = all.iter().filter(is_past).collect();
    let body = html! {
        (page_head(v.t("approvals-title"), html! { (v.t("approvals-explained")) }, html! {}))
        (link)
        @for (_, mistake) in &mistakes.0 { (notice(Tone::Bad, mistake, html! {})) }
        @if !agreed.is_empty() {
            (section(v.t("approvals-yours-to-do"), html! {}, html! {
                @for one in &agreed { (to_do(v, &team, one)) }
            }))
        }
        (section(v.t("approvals-waiting"), html! {}, html! {
            @if waiting.is_empty() { (empty(Icon::Check, v.t("approvals-none"), html! {})) }
            @for one in &waiting { (open(v, &team, &drafts, one)) }
        }))
        @if !own.is_empty() {
            (section(v.t("approvals-own"), html! {}, html! {
                @for one in &own { (open(v, &team, &drafts, one)) }
            }))
        }
        @if !past.is_empty() {
            (section(v.t("approvals-past"), html! {}, history(v, &team, &past)))
        }
    };
    let page = Page {
        flash: flash(signed),
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(v.t("approvals-title"), Place::Approvals)
    };
    Ok(page.render(web, signed, body))
}

fn flash(signed: &Signed) -> Option<Flash<'static>> {
    let v = &signed.viewer;
    let done = super::asked(signed, "done").or_else(|| super::asked(signed, "asked"))?;
    let words = match done.as_str() {
        "agreed" => v.t("approvals-agreed"),
        "declined" => v.t("approvals-declined"),
        "yes" => v.t("approvals-asked"),
        "export" => v.t("export-asked"),
        _ => return None,
    };
    Some(Flash {
        tone: Tone::Ok,
        words,
        link: None,
    })
}

/// One that can still be decided.
fn open(v: &Viewer, team: &[Colleague], drafts: &Revisions, one: &Listed) -> Markup {
    let approval = &one.approval;
    let is_outdated = descriptions::is_outdated(drafts, one);
    let to = |act: &str| format!("/approvals/{}/{act}", approval.id);
    panel(
        &what(v, team, one),
        html! {
            p.small.muted {
                (v.t_args("approvals-asked-by", &[("name", approval.asker.as_str().into())])) " · "
                (ago(v, approval.asked_at)) " · "
                (v.t("approvals-until")) " " (moment(v, approval.expires_at))
            }
            blockquote { p dir="auto" { (approval.reason) } }
            (descriptions::reading(v, one, is_outdated))
            @if let Some(Proposal::MoveCase(moving)) = &one.proposal { (super::moving::links(v, moving)) }
            @if one.may_agree {
                div.page-actions {
                    @if !is_outdated { (Button::primary(agree_words(v, one)).post(v, &to("agreement"))) }
                    (Button::new(v.t("approvals-decline")).look(Look::Danger).post(v, &to("refusal")))
                }
            } @else {
                p.small { (waits_for(v, one)) }
                (Button::new(v.t("approvals-withdraw")).look(Look::Danger).small()
                    .post(v, &to("refusal")))
            }
        },
    )
}

/// One that somebody agreed to, for whoever asked and does it.
fn to_do(v: &Viewer, team: &[Colleague], one: &Listed) -> Markup {
    let id = one.approval.id.to_string();
    let is_export = matches!(one.proposal, Some(Proposal::Export { .. }));
    panel(
        &what(v, team, one),
        html! {
            blockquote { p dir="auto" { (one.approval.reason) } }
            p.small { (came(v, one)) }
            @if is_export {
                (downloads(v, &id))
            } @else {
                p.small.muted { (v.t("approvals-link-hint")) }
                (Button::primary(v.t("access-resets-start")).post(v, &format!("/approvals/{id}/link")))
            }
        },
    )
}

/// What somebody does who agrees: whether it is done then, or whoever asked does it.
fn agree_words<'a>(v: &'a Viewer, one: &Listed) -> &'a str {
    let is_askers = one.proposal.as_ref().is_some_and(Proposal::is_askers_to_do);
    if is_askers {
        v.t("approvals-agree-only")
    } else {
        v.t("approvals-agree")
    }
}

/// Who could agree: *Waits for Priya Raman, Sam Root.*
fn waits_for(v: &Viewer, one: &Listed) -> String {
    if one.others.is_empty() {
        return v.t("approvals-nobody").to_owned();
    }
    v.t_args(
        "approvals-waits-for",
        &[("names", one.others.join(", ").into())],
    )
}

/// What is to be done, in a sentence.
fn what(v: &Viewer, team: &[Colleague], one: &Listed) -> String {
    let name = |id: &PersonId| {
        let found = team.iter().find(|one| one.person == *id);
        found.map_or_else(|| v.t("desk-somebody").to_owned(), |one| one.name.clone())
    };
    match &one.proposal {
        None => v.t("approvals-unknown").to_owned(),
        Some(Proposal::Invite {
            name, email, roles, ..
        }) => v.t_args(
            "approvals-invite",
            &[
                ("name", name.as_str().into()),
                ("email", email.as_str().into()),
                ("roles", role_list(v, roles).into()),
            ],
        ),
        Some(Proposal::SetRoles {
            person,
            roles,
            leads,
        }) => {
            let led: Vec<&str> = leads.iter().map(|kind| kind_word(v, *kind)).collect();
            let args = [
                ("name", name(person).into()),
                ("roles", role_list(v, roles).into()),
                ("leads", led.join(", ").into()),
            ];
            if led.is_empty() {
                v.t_args("approvals-roles", &args)
            } else {
                v.t_args("approvals-roles-leads", &args)
            }
        }
        Some(Proposal::Deactivate { person }) => {
            v.t_args("approvals-deactivate", &[("name", name(person).into())])
        }
        Some(Proposal::Activate { person }) => {
            v.t_args("approvals-activate", &[("name", name(person).into())])
        }
        Some(Proposal::ResetSignIn { person, factors }) => {
            let args = [("name", name(person).into())];
            if *factors {
                v.t_args("approvals-reset-factors", &args)
            } else {
                v.t_args("approvals-reset", &args)
            }
        }
        Some(Proposal::BreakGlass { name, .. }) => {
            v.t_args("approvals-glass", &[("name", name.as_str().into())])
        }
        Some(Proposal::Export { name, .. }) => {
            v.t_args("approvals-export", &[("name", name.as_str().into())])
        }
        Some(Proposal::Publish { sort, name, .. }) => descriptions::proposed(v, sort, name),
        Some(Proposal::MoveCase(moving)) => super::moving::what(v, moving),
    }
}

fn history(v: &Viewer, team: &[Colleague], past: &[&Listed]) -> Markup {
    html! {
        div.scroll { table.plain.stacks {
            caption.sr { (v.t("approvals-past")) }
            thead { tr {
                th scope="col" { (v.t("approvals-what")) }
                th scope="col" { (v.t("approvals-who")) }
                th scope="col" { (v.t("approvals-came")) }
            } }
            tbody { @for one in past {
                tr {
                    th scope="row" { (what(v, team, one)) div.small.muted dir="auto" { (one.approval.reason) } }
                    td { (one.approval.asker) div.small.muted { (moment(v, one.approval.asked_at)) } }
                    td { (came(v, one)) }
                }
            } }
        } }
    }
}

/// What came of it, by whom and when.
fn came(v: &Viewer, one: &Listed) -> Markup {
    let (tone, words) = match one.approval.state {
        Standing::Agreed | Standing::Done => (Tone::Ok, v.t("approvals-state-done")),
        Standing::Declined => (Tone::Bad, v.t("approvals-state-declined")),
        Standing::Withdrawn => (Tone::Plain, v.t("approvals-state-withdrawn")),
        Standing::Open => (Tone::Plain, v.t("approvals-state-lapsed")),
    };
    html! {
        (tag(tone, words))
        @if let Some(name) = &one.approval.decider { " " (name) }
        @if let Some(at) = one.approval.decided_at { div.small.muted { (moment(v, at)) } }
    }
}
