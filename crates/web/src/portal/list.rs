//! The customer's requests: whose turn it is in the open ones, how long the closed can be reopened.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_domain::Moment;
use mainstay_domain::access::Action;
use mainstay_domain::edition::Edition;
use mainstay_domain::ids::CaseNumber;
use mainstay_store::views::{self, CaseRow};
use maud::{Markup, html};
use serde::Deserialize;

use super::customer;
use super::rows::{self, Naming, Open};
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::list::{ViewTab, tabs};
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
    /// The closing (Unix seconds) and number of the last row seen: `1774600200-100017`.
    #[serde(default)]
    before: String,
}

impl Wanted {
    /// The place to go on from; none for the beginning and for anything unreadable.
    fn place(&self) -> Option<(Moment, CaseNumber)> {
        let (at, number) = self.before.rsplit_once('-')?;
        Some((Moment::from_unix(at.parse().ok()?), number.parse().ok()?))
    }
}

/// `GET /cases`
///
/// # Errors
/// When the store fails.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to("/queue").into_response());
    }
    if signed.session.grant(Action::Read).is_err() {
        return customer::without_rights(&web, &signed, Place::Requests, None).await;
    }
    let v = &signed.viewer;
    let is_closed = wanted.view == "closed";
    let catalogue = web.app().catalogue();
    let Some(edition) = catalogue.edition_at(signed.now()) else {
        let nothing = empty(Icon::Inbox, v.t("portal-no-edition"), html! {});
        return Ok(page(&web, &signed, is_closed, nothing).into_response());
    };
    let list = if is_closed {
        closed(&web, &signed, edition, &wanted).await?
    } else {
        open(&web, &signed, edition).await?
    };
    Ok(page(&web, &signed, is_closed, list).into_response())
}

fn page(web: &Web, signed: &Signed, is_closed: bool, list: Markup) -> Markup {
    let v = &signed.viewer;
    let title = v.t("portal-requests");
    let tab = |label, href, current| ViewTab {
        label,
        href,
        count: None,
        current,
    };
    let opens = signed
        .session
        .grant_to_open(&web.app().catalogue(), signed.now());
    let may_open = opens.is_ok();
    let body = html! {
        (page_head(title, html! { bdi { (signed.account) } }, html! {
            @if may_open {
                (Button::primary(v.t("portal-new-request")).icon(Icon::Plus).key("c").link("/cases/new"))
            }
        }))
        (tabs(v, &[
            tab(v.t("portal-tab-open"), "/cases", !is_closed),
            tab(v.t("portal-tab-closed"), "/cases?view=closed", is_closed),
        ]))
        (list)
    };
    let page = Page {
        topics: "requests",
        ..Page::new(title, Place::Requests)
    };
    page.render(web, signed, body)
}

async fn open(web: &Web, signed: &Signed, edition: &Edition) -> Result<Markup, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    let (cases, promises, known) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let cases = views::open_cases(tx, &grant, OPEN).await?;
            let known = views::known_cases(tx, &grant, OPEN).await?;
            Ok::<_, Error>((cases, views::promises(tx, &grant).await?, known))
        })
        .await?;
    let v = &signed.viewer;
    if cases.is_empty() {
        let new = Button::new(v.t("portal-new-request")).link("/cases/new");
        let nothing = empty(Icon::Inbox, v.t("portal-nothing-open"), new);
        return Ok(html! {
            div id="open" data-live-topic="requests" { (nothing) }
            (rows::known(v, edition, &known))
        });
    }
    let rows: Vec<&CaseRow> = cases.iter().collect();
    let open = Open {
        edition,
        promises: &promises,
    };
    Ok(html! {
        (open.list(v, &naming("open", v.t("portal-tab-open")), &rows))
        @if rows.len() == OPEN as usize {
            p.muted { (v.t_args("portal-more-open", &[("n", OPEN.into())])) }
        }
        (rows::known(v, edition, &known))
    })
}

const fn naming<'a>(id: &'a str, caption: &'a str) -> Naming<'a> {
    Naming {
        id,
        caption,
        is_live: true,
    }
}

async fn closed(
    web: &Web,
    signed: &Signed,
    edition: &Edition,
    wanted: &Wanted,
) -> Result<Markup, Error> {
    let (credential, now, before) = (signed.session.credential, signed.now(), wanted.place());
    let mut cases = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            Ok::<_, Error>(views::closed_cases(tx, &grant, before, PAGE + 1).await?)
        })
        .await?;
    let v = &signed.viewer;
    if cases.is_empty() {
        return Ok(empty(Icon::Inbox, v.t("portal-nothing-closed"), html! {}));
    }
    let has_more = cases.len() > PAGE as usize;
    cases.truncate(PAGE as usize);
    let older = cases.last().filter(|_| has_more).and_then(after);
    Ok(html! {
        (rows::closed(v, edition, &naming("closed", v.t("portal-tab-closed")), &cases))
        (pager(v, before.is_some(), older.as_deref()))
    })
}

/// The address of the rows after this one.
fn after(last: &CaseRow) -> Option<String> {
    let at = last.closed_at?.as_unix();
    Some(format!("/cases?view=closed&before={at}-{}", last.number))
}

fn pager(v: &Viewer, is_later: bool, older: Option<&str>) -> Markup {
    html! {
        @if is_later || older.is_some() {
            nav.pager aria-label=(v.t("list-pages")) {
                @if is_later {
                    (Button::new(v.t("portal-first-page")).small().link("/cases?view=closed"))
                }
                @if let Some(href) = older { (Button::new(v.t("list-older")).small().link(href)) }
            }
        }
    }
}
