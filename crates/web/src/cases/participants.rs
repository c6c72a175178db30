//! The people of a case: who takes part by name, adding somebody, removing somebody, leaving.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::participants::{Candidate, candidates};
use mainstay_domain::access::Action;
use mainstay_domain::case::Side as Stands;
use mainstay_domain::ids::{CaseNumber, PersonId};
use mainstay_store::participants::Named;
use mainstay_store::views::{self, CasePage};
use maud::{Markup, html};

use super::number_of;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{
    Button, Choice, Crumb, Field, Flash, Form, Icon, Look, Mistakes, Tone, Viewer, chips,
    page_head, panel, section, words,
};

/// What the page is drawn from.
struct People {
    page: CasePage,
    /// Whom the reader can add; nothing, if they add nobody.
    candidates: Option<Vec<Candidate>>,
}

/// `GET /cases/{number}/people`
///
/// # Errors
/// When the case is not theirs.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let number = number_of(&number)?;
    Ok(page(&web, &signed, number, &Mistakes::none())
        .await?
        .into_response())
}

/// `POST /cases/{number}/people`: adds somebody.
///
/// # Errors
/// When the case is not theirs, or the store fails.
pub async fn add(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let number = number_of(&number)?;
    let person = person_in(&fields);
    let added = web
        .app()
        .add_participant(&signed.session, number, person)
        .await;
    match added {
        Ok(_) => Ok(Redirect::to(&format!("/cases/{number}/people?done=added")).into_response()),
        Err(error) => again(&web, &signed, number, error).await,
    }
}

/// `POST /cases/{number}/people/removal`: removes somebody.
///
/// # Errors
/// When the case is not theirs, or the store fails.
pub async fn remove(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let number = number_of(&number)?;
    let person = person_in(&fields);
    let removed = web
        .app()
        .remove_participant(&signed.session, number, person)
        .await;
    match removed {
        Ok(_) => Ok(Redirect::to(&format!("/cases/{number}/people?done=removed")).into_response()),
        Err(error) => again(&web, &signed, number, error).await,
    }
}

/// `POST /cases/{number}/people/leaving`: whoever takes part goes.
///
/// # Errors
/// When the case is not theirs, or the store fails.
pub async fn leave(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let number = number_of(&number)?;
    match web.app().leave_case(&signed.session, number).await {
        Ok(_) if signed.is_vendor() => Ok(Redirect::to("/queue").into_response()),
        Ok(_) => Ok(Redirect::to("/cases?left=1").into_response()),
        Err(error) => again(&web, &signed, number, error).await,
    }
}

/// The person a form names; what is no id names nobody.
fn person_in(fields: &Incoming) -> PersonId {
    let person = fields.text("person").parse();
    person.unwrap_or(PersonId(uuid::Uuid::nil()))
}

async fn again(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let drawn = page(web, signed, number, &mistakes_of(&error)).await?;
    Ok((status_of(&error), drawn).into_response())
}

async fn load(web: &Web, signed: &Signed, number: CaseNumber) -> Result<People, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    web.app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let page = views::case_page(tx, &grant, number).await?;
            let page = page.ok_or(app::Error::NotFound)?;
            let may_add = page.case.status.is_open()
                && session
                    .grant(Action::AddParticipant)
                    .is_ok_and(|grant| grant.scope().thread(&page.case).is_some());
            let candidates = if may_add {
                Some(candidates(tx, &session, &page.case, now).await?)
            } else {
                None
            };
            Ok::<_, Error>(People { page, candidates })
        })
        .await
}

async fn page(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
    mistakes: &Mistakes,
) -> Result<Markup, Error> {
    let people = load(web, signed, number).await?;
    let v = &signed.viewer;
    let (here, written) = (format!("/cases/{number}"), number.to_string());
    let (list, place) = if signed.is_vendor() {
        (("/queue", v.t("desk-queue")), Place::Queue)
    } else {
        (("/cases", v.t("portal-requests")), Place::Requests)
    };
    let crumbs = [
        (list.0, list.1),
        (&here, &written),
        ("", v.t("case-people-title")),
    ]
    .map(|(href, label)| Crumb { href, label });
    let topic = format!("case-{number}");
    let page = Page {
        crumbs: &crumbs,
        topics: &topic,
        flash: flash(v),
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(v.t("case-people-title"), place)
    };
    Ok(page.render(web, signed, draw(web, signed, &people, mistakes)))
}

fn flash(v: &Viewer) -> Option<Flash<'static>> {
    let (_, query) = v.here.split_once('?')?;
    let words = match query {
        "done=added" => v.t("people-done-added"),
        "done=removed" => v.t("people-done-removed"),
        _ => return None,
    };
    Some(Flash {
        tone: Tone::Ok,
        words,
        link: None,
    })
}

fn draw(web: &Web, signed: &Signed, people: &People, mistakes: &Mistakes) -> Markup {
    let (v, page) = (&signed.viewer, &people.page);
    html! {
        (page_head(v.t("case-people-title"), html! {
            a href={ "/cases/" (page.case.number) } { bdi { (page.case.subject) } }
        }, html! {}))
        p.muted { (v.t("people-lead")) }
        div id="people" data-live-topic={ "case-" (page.case.number) } {
            ul.stack-8 {
                li.row {
                    (chips::person(&page.requester)) " " span.muted { (v.t("people-requester")) }
                }
                @for one in &page.participants { (line(web, signed, people, one)) }
            }
        }
        @match &people.candidates {
            Some(candidates) => (section(v.t("people-add"), html! {}, add_form(v, page, candidates, mistakes))),
            None if !page.case.status.is_open() => p.muted { (v.t("people-closed")) },
            None => { (Form::post(v, "").mistakes(mistakes).summary()) },
        }
    }
}

/// Somebody who takes part, since when, and what can be done about it.
fn line(web: &Web, signed: &Signed, people: &People, one: &Named) -> Markup {
    let (v, case) = (&signed.viewer, &people.page.case);
    let is_me = one.person == signed.session.person.id;
    let may_remove =
        people.candidates.is_some() && (signed.is_vendor() || one.side == Stands::Customer);
    let since = case.find_participant(one.person).map(|one| one.added_at);
    let label = if is_me {
        v.t("people-leave")
    } else {
        v.t("people-remove")
    };
    let id = one.person.to_string();
    let act = if is_me { "leaving" } else { "removal" };
    let button = Button::new(label)
        .small()
        .look(Look::Quiet)
        .icon(Icon::Cross)
        .sends("person", &id);
    html! {
        li.row {
            (chips::person(&one.name))
            " " span.muted {
                @if is_me { (v.t("people-you")) " · " }
                @if one.side == Stands::Vendor { (web.vendor()) " · " }
                @if let Some(at) = since {
                    (v.t_args("people-since", &[("at", words::short(v, at).into())]))
                }
            }
            @if is_me || may_remove {
                (button.post(v, &format!("/cases/{}/people/{act}", case.number)))
            }
        }
    }
}

fn add_form(v: &Viewer, page: &CasePage, candidates: &[Candidate], mistakes: &Mistakes) -> Markup {
    if candidates.is_empty() && mistakes.is_empty() {
        return html! { p.muted { (v.t("people-nobody-left")) } };
    }
    let action = format!("/cases/{}/people", page.case.number);
    let form = Form::post(v, &action).prefix("people-").mistakes(mistakes);
    let named: Vec<(String, String)> = candidates
        .iter()
        .map(|one| {
            let place = match (&one.partner, one.side) {
                (Some(partner), _) => format!(" · {partner}"),
                (None, Stands::Vendor) => format!(" · {}", v.t("people-of-support")),
                (None, _) => String::new(),
            };
            (one.person.to_string(), format!("{}{place}", one.name))
        })
        .collect();
    let mut choices = vec![Choice::new("", v.t("people-choose"))];
    choices.extend(named.iter().map(|(id, name)| Choice::new(id, name)));
    let field = Field::new("person", v.t("people-add-to")).hint(v.t("people-add-hint"));
    form.render(html! {
        (form.summary())
        (form.select(field.required(), &choices))
        (form.actions(Button::primary(v.t("people-add-button")).icon(Icon::Plus), html! {}))
    })
}

/// The people of a case beside its story: who they are, and the way to change that.
#[must_use]
pub fn beside(v: &Viewer, page: &CasePage, may_change: bool) -> Markup {
    let label = if may_change && page.case.status.is_open() {
        v.t("people-change")
    } else {
        v.t("people-who")
    };
    panel(
        v.t("case-people-title"),
        html! {
            ul.stack-8 {
                li { (chips::person(&page.requester)) " " span.muted { (v.t("people-requester")) } }
                @for one in &page.participants { li {
                    (chips::person(&one.name))
                    @if one.side == Stands::Vendor { " " span.muted { (v.t("people-of-support")) } }
                } }
            }
            @if page.participants.is_empty() { p.small.muted { (v.t("people-none")) } }
            p.small { a href={ "/cases/" (page.case.number) "/people" } { (label) } }
        },
    )
}

/// That the reader sees a part of the story only; nothing for those who see all of it.
#[must_use]
pub fn from_here(v: &Viewer, page: &CasePage) -> Markup {
    use mainstay_domain::case::Audience::Public;
    let is_part = page.thread.from(Public).is_some_and(|from| from > 1);
    html! { @if is_part { p.muted { (v.t("people-from-here")) } } }
}

/// Who added or removed whom, in words; nothing for other entries.
#[must_use]
pub fn event_words(v: &Viewer, who: &str, entry: &mainstay_domain::case::Entry) -> Option<String> {
    use mainstay_domain::case::Fact;
    let args = |name: &str| {
        [
            ("who", who.to_owned().into()),
            ("name", name.to_owned().into()),
        ]
    };
    match &entry.fact {
        Fact::ParticipantAdded { name, .. } => Some(v.t_args("people-event-added", &args(name))),
        Fact::ParticipantRemoved { person, name } if entry.actor.person == Some(*person) => {
            Some(v.t_args("people-event-left", &args(name)))
        }
        Fact::ParticipantRemoved { name, .. } => {
            Some(v.t_args("people-event-removed", &args(name)))
        }
        _ => None,
    }
}
