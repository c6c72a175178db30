//! The start of whoever runs the machine: what waits, who is on the team, how the service does;
//! and reading a customer's requests although everything else failed. They read no cases else.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::approvals::{Came, Listed, Proposal};
use mainstay_app::glass::{self, Glass};
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::Audience;
use mainstay_store::colleagues::{self, Colleague};
use mainstay_store::system::Gauges;
use mainstay_store::views::{CasePage, CaseRow};
use maud::{Markup, html};
use uuid::Uuid;

use super::desk_grant;
use crate::cases::number_of;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::profile::looked_after;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::{notice, section};
use crate::ui::words::{absolute, ago, moment, time_of_day};
use crate::ui::{
    Button, Crumb, Fact, Field, Form, Look, Mistakes, Tone, Viewer, facts, markdown, page_head,
    panel,
};

/// `GET /machine`
///
/// # Errors
/// [`app::Error::Denied`] for those who do not run the machine.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    page(&web, &signed, &Incoming::default(), &Mistakes::none()).await
}

/// `POST /break-glass`: asks for a second person who agrees.
///
/// # Errors
/// [`app::Error::Denied`] for those who may not, and when nobody else could agree.
pub async fn ask(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::BreakGlass)?;
    let proposal = web
        .app()
        .glass_for(&signed.session, fields.text("customer"))
        .await;
    let came = match proposal {
        Ok(proposal) => {
            let reason = fields.text("reason");
            web.app().propose(&signed.session, proposal, reason).await
        }
        Err(error) => Err(error),
    };
    match came {
        Ok(Came::Waits(_) | Came::Done(_)) => {
            Ok(Redirect::to("/approvals?asked=yes").into_response())
        }
        Err(error) if is_about_form(&error) => {
            let page = page(&web, &signed, &fields, &mistakes_of(&error)).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

async fn page(
    web: &Web,
    signed: &Signed,
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Result<Markup, Error> {
    desk_grant(signed, Action::RunMachine)?;
    let gauges = web.app().gauges(&signed.session).await?;
    let approvals = web.app().approvals(&signed.session).await?;
    let team = web
        .app()
        .db()
        .read(async |tx| colleagues::team(tx).await)
        .await?;
    let v = &signed.viewer;
    let body = html! {
        (page_head(v.t("machine-title"), html! { (v.t("machine-explained")) }, html! {}))
        div.columns {
            (panel(v.t("approvals-title"), waiting(v, signed, &approvals)))
            (panel(v.t("desk-team"), team_facts(v, &team)))
            (panel(v.t("access-profile-organisation"), looked_after(signed)))
            (panel(v.t("machine-service"), facts(&service_facts(web, v, &gauges))))
        }
        (section(v.t("glass-title"), html! {}, html! {
            @for one in approvals.iter().filter(|one| is_broken(signed, one)) { (broken(v, one)) }
            (glass_form(v, fields, mistakes))
        }))
    };
    let page = Page {
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(v.t("machine-title"), Place::Machine)
    };
    Ok(page.render(web, signed, body))
}

fn waiting(v: &Viewer, signed: &Signed, approvals: &[Listed]) -> Markup {
    let is_waiting = |one: &&Listed| one.may_agree && one.approval.is_open(signed.now());
    let count = approvals.iter().filter(is_waiting).count();
    html! {
        p { (v.t_args("machine-waiting", &[("n", count.into())])) }
        (Button::new(v.t("machine-approvals")).link("/approvals"))
    }
}

fn team_facts(v: &Viewer, team: &[Colleague]) -> Markup {
    let here = team.iter().filter(|one| one.is_here());
    let (count, invited) = (
        here.clone().count(),
        team.iter()
            .filter(|one| one.is_active && one.is_invited)
            .count(),
    );
    let machine = here.filter(|one| one.roles.contains(&Role::SystemAdministrator));
    let names: Vec<&str> = machine.map(|one| one.name.as_str()).collect();
    html! {
        p { (v.t_args("machine-team", &[("n", count.into()), ("invited", invited.into())])) }
        p.small.muted { (v.t("machine-run-by")) " " (names.join(", ")) }
        (Button::new(v.t("machine-to-team")).link("/team"))
    }
}

fn service_facts<'a>(web: &Web, v: &'a Viewer, gauges: &Gauges) -> Vec<Fact<'a>> {
    let edition = web
        .app()
        .catalogue()
        .edition_at(v.now)
        .map(|edition| edition.id.clone());
    let edition = edition.unwrap_or_else(|| v.t("machine-no-edition").to_owned());
    let notices = v.t_args("machine-notices", &[("n", gauges.outbox.count.into())]);
    let clocks = v.t_args("machine-clocks", &[("n", gauges.overdue.into())]);
    let since = |at: Option<mainstay_domain::Moment>| {
        html! {
            @if let Some(at) = at { " · " (ago(v, at)) }
        }
    };
    vec![
        Fact::words(v.t("machine-edition"), &edition),
        Fact::new(
            v.t("machine-outbox"),
            html! { (notices) (since(gauges.outbox.oldest_at)) },
        ),
        Fact::new(
            v.t("machine-timers"),
            html! { (clocks) (since(gauges.overdue_since)) },
        ),
    ]
}

/// Whether it was agreed to, is theirs, and its hour is not over.
fn is_broken(signed: &Signed, one: &Listed) -> bool {
    let is_glass = matches!(one.proposal, Some(Proposal::BreakGlass { .. }));
    let until = glass::until(&one.approval);
    is_glass && one.is_own && until.is_some_and(|until| signed.now() < until)
}

fn broken(v: &Viewer, one: &Listed) -> Markup {
    let Some(Proposal::BreakGlass { name, .. }) = &one.proposal else {
        return html! {};
    };
    let until = glass::until(&one.approval).unwrap_or(v.now);
    let args = [
        ("name", name.as_str().into()),
        ("until", time_of_day(v, until).into()),
    ];
    let href = format!("/break-glass/{}", one.approval.id);
    notice(
        Tone::Warn,
        &v.t_args("glass-broken", &args),
        html! { a href=(href) { (v.t("glass-read")) } },
    )
}

fn glass_form(v: &Viewer, fields: &Incoming, mistakes: &Mistakes) -> Markup {
    let form = Form::post(v, "/break-glass")
        .prefix("glass-")
        .mistakes(mistakes);
    html! {
        p.small.muted { (v.t("glass-explained")) }
        (form.render(html! {
            (form.text(Field::new("customer", v.t("desk-customer-number-long"))
                .value(fields.text("customer")).required()))
            (form.textarea(Field::new("reason", v.t("team-reason")).hint(v.t("view-reason-hint"))
                .value(fields.text("reason")).rows(2).count(500).required()))
            (form.actions(Button::new(v.t("glass-ask")).look(Look::Danger), html! {}))
        }))
    }
}

fn id_of(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| app::Error::NotFound.into())
}

/// `GET /break-glass/{id}`: the customer's requests.
///
/// # Errors
/// [`app::Error::NotFound`] for everybody but whoever asked, and after its hour.
pub async fn cases(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Markup, Error> {
    desk_grant(&signed, Action::BreakGlass)?;
    let (glass, cases) = web.app().glass_cases(&signed.session, id_of(&id)?).await?;
    let v = &signed.viewer;
    let body = html! {
        (page_head(&glass.account.name, html! { (glass.account.customer_number) }, html! {}))
        (over(v, &glass))
        @if cases.is_empty() { p.muted { (v.t("glass-no-cases")) } }
        @else { (list(v, &id, &cases)) }
    };
    Ok(framed(&web, &signed, &glass.account.name, &[], body))
}

fn list(v: &Viewer, id: &str, cases: &[CaseRow]) -> Markup {
    html! {
        ul.plain { @for case in cases {
            li {
                a href={ "/break-glass/" (id) "/cases/" (case.number) } {
                    (case.number) " · " bdi { (case.subject) }
                }
                " " span.muted { (moment(v, case.opened_at)) }
            }
        } }
    }
}

/// `GET /break-glass/{id}/cases/{number}`: one request with its public thread, to read only.
///
/// # Errors
/// As [`cases`].
pub async fn case(
    State(web): State<Web>,
    signed: Signed,
    Path((id, number)): Path<(String, String)>,
) -> Result<Markup, Error> {
    desk_grant(&signed, Action::BreakGlass)?;
    let number = number_of(&number)?;
    let (glass, page) = web
        .app()
        .glass_case(&signed.session, id_of(&id)?, number)
        .await?;
    let v = &signed.viewer;
    let to_list = format!("/break-glass/{id}");
    let crumbs = [Crumb {
        href: &to_list,
        label: &glass.account.name,
    }];
    let subject = page.case.subject.clone();
    let body = html! {
        (page_head(&subject, html! { (page.case.number) " · " (page.requester) }, html! {}))
        (over(v, &glass))
        (thread(v, &page))
    };
    Ok(framed(&web, &signed, &subject, &crumbs, body))
}

fn thread(v: &Viewer, page: &CasePage) -> Markup {
    let public = page
        .timeline
        .iter()
        .filter(|row| row.entry.audience == Audience::Public);
    html! {
        @for row in public {
            @if let Some(text) = row.entry.fact.body() {
                (panel(row.actor.as_deref().unwrap_or(""), html! {
                    p.small.muted { (absolute(v, row.entry.at)) }
                    (markdown(text))
                }))
            }
        }
    }
}

/// What stands over each of these pages: why they are open, and until when.
fn over(v: &Viewer, glass: &Glass) -> Markup {
    let args = [
        ("name", glass.account.name.as_str().into()),
        ("until", time_of_day(v, glass.until).into()),
    ];
    let words = v.t_args("glass-broken", &args);
    notice(
        Tone::Warn,
        &words,
        html! { (v.t("glass-logged")) " " span.muted dir="auto" { (glass.reason) } },
    )
}

fn framed(web: &Web, signed: &Signed, title: &str, crumbs: &[Crumb<'_>], body: Markup) -> Markup {
    let page = Page {
        crumbs,
        ..Page::new(title, Place::Machine)
    };
    page.render(web, signed, body)
}
