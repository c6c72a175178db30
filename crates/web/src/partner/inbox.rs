//! The open requests of all customers of a partner, with whose each is.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::{self as app, partners};
use mainstay_domain::case::Metric;
use mainstay_domain::edition::Edition;
use mainstay_domain::ids::AccountId;
use mainstay_store::views::{self, PartnerCase};
use maud::{Markup, html};

use super::{after_switch, own_partner, runs_partner};
use crate::cases::number_of;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::portal::rows::without_clock;
use crate::portal::words as say;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::{ClockFace, clock, severity};
use crate::ui::list::{Column, Row, dotted};
use crate::ui::{Button, Icon, List, Viewer, empty, form::csrf, page_head, words};

/// Most requests shown.
const MOST: u32 = 200;

/// `GET /partner`
///
/// # Errors
/// [`app::Error::Denied`] for everybody else.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    own_partner(&signed)?;
    let (credential, now) = (signed.session.credential, signed.now());
    let (has_customers, cases) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let partner = partners::partner_of(&session)?;
            let grants = partners::grants_to_read(tx, &session, now).await?;
            let cases = views::partner_cases(tx, partner, &grants, now, MOST).await?;
            Ok::<_, app::Error>((!grants.is_empty(), cases))
        })
        .await?;
    let v = &signed.viewer;
    let title = v.t("nav-partner-inbox");
    let body = html! {
        (page_head(title, html! { (v.t("partner-inbox-explained")) }, html! {}))
        div id="partner-inbox" data-live-topic="partner" {
            @if !has_customers { (no_customer(v, runs_partner(&signed))) }
            @else if cases.is_empty() { (empty(Icon::Check, v.t("partner-inbox-empty"), html! {})) }
            @else { (list(&web, &signed, &cases)) }
            @if cases.len() == MOST as usize {
                p.muted { (v.t_args("partner-more-open", &[("n", MOST.into())])) }
            }
        }
    };
    let page = Page {
        topics: "partner",
        ..Page::new(title, Place::PartnerInbox)
    };
    Ok(page.render(&web, &signed, body))
}

fn no_customer(v: &Viewer, runs: bool) -> Markup {
    let (words, label) = if runs {
        (v.t("partner-no-customer"), v.t("partner-ask"))
    } else {
        (
            v.t("partner-no-customer-agent"),
            v.t("nav-partner-customers"),
        )
    };
    empty(
        Icon::Building,
        words,
        Button::new(label).link("/partner/customers"),
    )
}

fn list(web: &Web, signed: &Signed, cases: &[PartnerCase]) -> Markup {
    let v = &signed.viewer;
    let catalogue = web.app().catalogue();
    let Some(edition) = catalogue.edition_at(v.now) else {
        return empty(Icon::Inbox, v.t("portal-no-edition"), html! {});
    };
    let columns = [
        Column::with(v.t("portal-column-severity"), "fit bare"),
        Column::with(v.t("portal-column-request"), "main"),
        Column::new(v.t("partner-customer")),
        Column::with(v.t("portal-column-turn"), "fit bare"),
        Column::with(v.t("portal-column-promise"), "fit bare"),
    ];
    let addresses: Vec<String> = cases
        .iter()
        .map(|row| format!("/cases/{}", row.case.number))
        .collect();
    let here = signed.session.acts_as_partner_for();
    let rows = cases.iter().zip(&addresses);
    let rows = rows
        .map(|(row, href)| draw(v, edition, row, href, here))
        .collect();
    List::plain("partner-cases", v.t("nav-partner-inbox"), &columns, rows).render(v)
}

fn draw<'a>(
    v: &Viewer,
    edition: &Edition,
    row: &PartnerCase,
    href: &'a str,
    here: Option<AccountId>,
) -> Row<'a> {
    let case = &row.case;
    let code = case.severity.as_deref();
    let found = code.and_then(|code| say::severity_of(edition, code));
    let under = dotted(&[
        html! { bdi { (case.number) } },
        html! { (say::kind_name(edition, case.kind)) },
        html! { bdi { (case.requester) } },
        html! { (v.t("portal-last-news")) " " (words::ago(v, case.last_public_at)) },
    ]);
    let subject = if here == Some(row.account) {
        crate::ui::list::subject(href, &case.subject, under)
    } else {
        switching(v, row, under)
    };
    Row {
        href,
        cells: vec![
            html! { @if let Some(found) = found { (severity(v, found)) } },
            subject,
            html! { bdi { (case.account) } },
            say::turn_badge(v, &case.status),
            promise(v, row),
        ],
        ..Row::default()
    }
}

/// A request of another customer than one acts for: to open it is to switch.
fn switching(v: &Viewer, row: &PartnerCase, under: Markup) -> Markup {
    let number = row.case.number.to_string();
    let args = [("account", row.case.account.as_str().into())];
    html! {
        form.inline method="post" action="/partner/open" {
            (csrf(v))
            button.subject.as-link type="submit" name="number" value=(number) dir="auto"
                title=(v.t_args("partner-switch-to", &args)) { (row.case.subject) }
        }
        div.under { (under) }
    }
}

/// The promised first response, while it runs; the vendor's own targets are promised to nobody.
fn promise(v: &Viewer, row: &PartnerCase) -> Markup {
    let case = &row.case;
    let is_promised = case.next_metric == Some(Metric::InitialResponse) && !case.next_is_internal;
    match case.next_due_at.filter(|_| is_promised) {
        Some(due) => clock(
            v,
            v.t("portal-first-response"),
            ClockFace::Running { due, warn_at: due },
        ),
        None => html! { span.muted { (without_clock(v, &case.status)) } },
    }
}

/// `POST /partner/open`: acts for the customer of a case from now on, and opens it.
///
/// # Errors
/// [`app::Error::NotFound`] when no customer who lets them read it has such a case.
pub async fn open(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    own_partner(&signed)?;
    let Some(number) = fields.some("number") else {
        return Ok(Redirect::to("/partner").into_response());
    };
    let number = number_of(&number)?;
    web.app().act_for_case(&signed.session, number).await?;
    let to = after_switch(&format!("/cases/{number}"));
    Ok(Redirect::to(&to).into_response())
}
