//! Internal requests as lists: one's own, and those of one's people.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use mainstay_app::auth;
use mainstay_domain::Moment;
use mainstay_domain::ids::InternalId;
use mainstay_domain::internal::Party;
use mainstay_store::internal::{self as kept, InternalRow};
use maud::{Markup, html};
use serde::Deserialize;

use super::{base, led_away, words};
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::list::{Column, List, Row, ViewTab, dotted, subject, tabs};
use crate::ui::{Button, Icon, Viewer, empty, page_head};

/// Rows of a page of closed requests.
const PAGE: u32 = 25;
/// Most open requests shown.
const OPEN: u32 = 200;

/// Which requests, from where on.
#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    view: String,
    /// The closing (Unix seconds) and id of the last row seen.
    #[serde(default)]
    before: String,
}

impl Wanted {
    /// The place to go on from; none for the beginning and for anything unreadable.
    fn place(&self) -> Option<(Moment, InternalId)> {
        let (at, id) = self.before.split_once('-')?;
        Some((Moment::from_unix(at.parse().ok()?), id.parse().ok()?))
    }
}

/// `GET /asked`: what somebody asked.
///
/// # Errors
/// When they ask nobody, or the store fails.
pub async fn asked(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    show(&web, &signed, Party::Requester, &wanted).await
}

/// `GET /inbox`: what an administrator's people ask.
///
/// # Errors
/// When they serve nobody, or the store fails.
pub async fn inbox(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    show(&web, &signed, Party::Administrator, &wanted).await
}

async fn show(
    web: &Web,
    signed: &Signed,
    party: Party,
    wanted: &Wanted,
) -> Result<Response, Error> {
    if let Some(led) = led_away(signed) {
        return Ok(led);
    }
    let (credential, now) = (signed.session.credential, signed.now());
    let catalogue = web.app().catalogue();
    let (is_closed, before) = (wanted.view == "closed", wanted.place());
    let found = web
        .app()
        .db()
        .read(async |tx| {
            let session = auth::session(tx, credential, now).await?;
            let grant = session.grant_as(party, &catalogue, now)?;
            Ok::<_, Error>(if is_closed {
                kept::closed_requests(tx, &grant, before, PAGE + 1).await?
            } else {
                kept::open_requests(tx, &grant, OPEN).await?
            })
        })
        .await?;
    let v = &signed.viewer;
    let list = if is_closed {
        closed(v, party, found, before.is_some())
    } else if found.is_empty() {
        html! { div id="open" data-live-topic="internal" { (nothing(v, party)) } }
    } else {
        html! {
            (rows(v, party, ("open", v.t("internal-tab-open")), &found, "internal"))
            @if found.len() == OPEN as usize {
                p.muted { (v.t_args("internal-more-open", &[("n", OPEN.into())])) }
            }
        }
    };
    Ok(page(web, signed, party, is_closed, list).into_response())
}

fn page(web: &Web, signed: &Signed, party: Party, is_closed: bool, list: Markup) -> Markup {
    let v = &signed.viewer;
    let (title, about, place) = match party {
        Party::Requester => (v.t("nav-asked"), v.t("internal-asked-about"), Place::Asked),
        Party::Administrator | Party::Vendor => {
            (v.t("nav-inbox"), v.t("internal-inbox-about"), Place::Inbox)
        }
    };
    let here = base(party);
    let closed_here = format!("{here}?view=closed");
    let tab = |label, href, current| ViewTab {
        label,
        href,
        count: None,
        current,
    };
    let body = html! {
        (page_head(title, html! { (about) }, html! {
            @if party == Party::Requester { (ask_button(v).key("c").link("/ask")) }
        }))
        (tabs(v, &[
            tab(v.t("internal-tab-open"), here, !is_closed),
            tab(v.t("internal-tab-closed"), &closed_here, is_closed),
        ]))
        (list)
    };
    let page = Page {
        topics: "internal",
        ..Page::new(title, place)
    };
    page.render(web, signed, body)
}

fn ask_button(v: &Viewer) -> Button<'_> {
    Button::primary(v.t("internal-ask")).icon(Icon::Plus)
}

fn nothing(v: &Viewer, party: Party) -> Markup {
    match party {
        Party::Requester => empty(
            Icon::Check,
            v.t("internal-asked-nothing"),
            Button::new(v.t("internal-ask")).link("/ask"),
        ),
        Party::Administrator | Party::Vendor => {
            empty(Icon::Check, v.t("internal-inbox-nothing"), html! {})
        }
    }
}

fn closed(v: &Viewer, party: Party, mut found: Vec<InternalRow>, is_later: bool) -> Markup {
    if found.is_empty() {
        return empty(Icon::Inbox, v.t("internal-closed-nothing"), html! {});
    }
    let has_more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let first = format!("{}?view=closed", base(party));
    let older = found.last().filter(|_| has_more).and_then(|last| {
        let mainstay_domain::internal::Status::Closed { at } = last.request.status else {
            return None;
        };
        Some(format!(
            "{first}&before={}-{}",
            at.as_unix(),
            last.request.id
        ))
    });
    html! {
        (rows(v, party, ("closed", v.t("internal-tab-closed")), &found, ""))
        @if is_later || older.is_some() {
            nav.pager aria-label=(v.t("list-pages")) {
                @if is_later { (Button::new(v.t("portal-first-page")).small().link(&first)) }
                @if let Some(href) = &older { (Button::new(v.t("list-older")).small().link(href)) }
            }
        }
    }
}

/// Requests as a list.
pub(crate) fn rows(
    v: &Viewer,
    party: Party,
    (id, caption): (&str, &str),
    found: &[InternalRow],
    topic: &str,
) -> Markup {
    let addresses: Vec<String> = found
        .iter()
        .map(|row| format!("{}/{}", base(party), row.request.id))
        .collect();
    let columns = [
        Column::with(v.t("internal-column-request"), "main"),
        Column::with(v.t("internal-column-taken"), "fit"),
        Column::with(v.t("internal-column-turn"), "fit bare"),
    ];
    let rows = found
        .iter()
        .zip(&addresses)
        .map(|(row, href)| Row {
            href,
            cells: vec![
                subject(href, &row.request.subject, under(v, party, row)),
                taken(v, row),
                words::status_badge(v, party, row.request.status),
            ],
            ..Row::default()
        })
        .collect();
    List::plain(id, caption, &columns, rows)
        .live(topic)
        .render(v)
}

fn under(v: &Viewer, party: Party, row: &InternalRow) -> Markup {
    dotted(&[
        html! { @if party == Party::Administrator { bdi { (row.requester) } } },
        html! { (words::category(&row.request.category)) },
        html! { (v.t("internal-asked-at")) " " (crate::ui::words::ago(v, row.request.opened_at)) },
        html! { (v.t("portal-last-news")) " " (crate::ui::words::ago(v, row.updated_at)) },
    ])
}

fn taken(v: &Viewer, row: &InternalRow) -> Markup {
    html! {
        @match &row.taken_by {
            Some(name) => bdi { (name) },
            None => span.muted { (v.t("internal-taken-by-nobody")) },
        }
    }
}
