//! The customer's requests: whose turn it is in the open ones, how long the closed can be reopened.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_domain::Moment;
use mainstay_domain::access::Action;
use mainstay_domain::edition::{Edition, Kind};
use mainstay_domain::ids::CaseNumber;
use mainstay_store::views::{self, CaseRow, OpenPlace};
use maud::{Markup, html};
use serde::Deserialize;

use super::customer;
use super::readers::{self, Readers};
use super::rows::{self, Naming, Open};
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::text_catalogue::text_key;
use crate::ui::list::{ViewTab, tabs};
use crate::ui::{Button, Flash, Icon, Tone, Viewer, empty, page_head};

/// Rows of a page of closed requests.
const PAGE: u32 = 25;
/// Rows of a page of open requests.
const OPEN: u32 = 50;

/// Which requests, from where on.
#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    view: String,
    /// The closing (Unix seconds) and number of the last row seen: `1774600200-100017`.
    #[serde(default)]
    before: String,
    /// Whose turn, place in the order of work, and number of the last open row seen.
    #[serde(default)]
    after: String,
    /// Set when they have just left a request.
    left: Option<String>,
}

impl Wanted {
    /// The place to go on from; none for the beginning and for anything unreadable.
    fn place(&self) -> Option<(Moment, CaseNumber)> {
        let (at, number) = self.before.rsplit_once('-')?;
        Some((Moment::from_unix(at.parse().ok()?), number.parse().ok()?))
    }

    /// The open row to go on after, as [`place`](Self::place).
    fn open_place(&self) -> Option<OpenPlace> {
        let mut parts = self.after.split('-');
        Some(OpenPlace {
            turn: parts.next()?.parse().ok()?,
            queue_at: parts.next()?.parse().ok()?,
            number: parts.next()?.parse().ok()?,
        })
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
        return Ok(page(&web, &signed, is_closed, false, nothing).into_response());
    };
    let list = if is_closed {
        closed(&web, &signed, edition, &wanted).await?
    } else {
        open(&web, &signed, edition, &wanted).await?
    };
    let has_left = wanted.left.is_some();
    Ok(page(&web, &signed, is_closed, has_left, list).into_response())
}

fn page(web: &Web, signed: &Signed, is_closed: bool, has_left: bool, list: Markup) -> Markup {
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
    let flash = has_left.then(|| Flash {
        tone: Tone::Ok,
        words: v.t("people-left"),
        link: None,
    });
    let page = Page {
        topics: "requests",
        flash,
        ..Page::new(title, Place::Requests)
    };
    page.render(web, signed, body)
}

async fn open(
    web: &Web,
    signed: &Signed,
    edition: &Edition,
    wanted: &Wanted,
) -> Result<Markup, Error> {
    let (credential, now, after) = (signed.session.credential, signed.now(), wanted.open_place());
    let missing = readers::missing(signed);
    let (mut cases, promises, known, readers) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let cases = views::open_cases(tx, &grant, after, OPEN + 1).await?;
            let promises = views::promises(tx, &grant, after, OPEN).await?;
            // They stand below the first page only.
            let known = match after {
                None => views::known_cases(tx, &grant, OPEN).await?,
                Some(_) => Vec::new(),
            };
            // Whoever sees everything need not be told who else does.
            let readers = match missing.is_empty() {
                true => Readers::default(),
                false => Readers::of(tx, &session, &Kind::ALL).await?,
            };
            Ok::<_, Error>((cases, promises, known, readers))
        })
        .await?;
    let v = &signed.viewer;
    let seen = readers::sentence(signed, &readers);
    if cases.is_empty() {
        let new = Button::new(v.t("portal-new-request")).link("/cases/new");
        let nothing = empty(Icon::Inbox, v.t("portal-nothing-open"), new);
        return Ok(html! {
            (seen)
            div id="open" data-live-topic="requests" { (nothing) }
            (rows::known(v, edition, v.t("portal-known"), &known))
        });
    }
    let has_more = cases.len() > OPEN as usize;
    cases.truncate(OPEN as usize);
    let older = cases.last().filter(|_| has_more).and_then(after_open);
    let rows: Vec<&CaseRow> = cases.iter().collect();
    let open = Open {
        edition,
        promises: &promises,
    };
    Ok(html! {
        (seen)
        (open.list(v, &naming("open", v.t("portal-tab-open")), &rows))
        (pager(v, &OPEN_PAGES, after.is_some(), older.as_deref()))
        (rows::known(v, edition, v.t("portal-known"), &known))
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
    let (mut cases, known) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let cases = views::closed_cases(tx, &grant, before, PAGE + 1).await?;
            // They stand below the first page only.
            let known = match before {
                None => views::known_closed_cases(tx, &grant, PAGE).await?,
                Some(_) => Vec::new(),
            };
            Ok::<_, Error>((cases, known))
        })
        .await?;
    let v = &signed.viewer;
    if cases.is_empty() {
        return Ok(html! {
            (empty(Icon::Inbox, v.t("portal-nothing-closed"), html! {}))
            (rows::known(v, edition, v.t("portal-known-closed"), &known))
        });
    }
    let has_more = cases.len() > PAGE as usize;
    cases.truncate(PAGE as usize);
    let older = cases.last().filter(|_| has_more).and_then(after);
    Ok(html! {
        (rows::closed(v, edition, &naming("closed", v.t("portal-tab-closed")), &cases))
        (pager(v, &CLOSED_PAGES, before.is_some(), older.as_deref()))
        (rows::known(v, edition, v.t("portal-known-closed"), &known))
    })
}

/// The address of the rows after this one.
fn after(last: &CaseRow) -> Option<String> {
    let at = last.closed_at?.as_unix();
    Some(format!("/cases?view=closed&before={at}-{}", last.number))
}

/// The address of the open rows after this one.
fn after_open(last: &CaseRow) -> Option<String> {
    let place = OpenPlace::of(last)?;
    let (turn, queue_at) = (place.turn, place.queue_at);
    Some(format!("/cases?after={turn}-{queue_at}-{}", place.number))
}

/// How one turns over: where the first page is, what it and the next are called.
struct Pages {
    first: &'static str,
    to_first: &'static str,
    to_next: &'static str,
}

const OPEN_PAGES: Pages = Pages {
    first: "/cases",
    to_first: text_key("portal-open-first"),
    to_next: text_key("portal-open-more"),
};

const CLOSED_PAGES: Pages = Pages {
    first: "/cases?view=closed",
    to_first: text_key("portal-first-page"),
    to_next: text_key("list-older"),
};

fn pager(v: &Viewer, pages: &Pages, is_later: bool, next: Option<&str>) -> Markup {
    html! {
        @if is_later || next.is_some() {
            nav.pager aria-label=(v.t("list-pages")) {
                @if is_later { (Button::new(v.t(pages.to_first)).small().link(pages.first)) }
                @if let Some(href) = next { (Button::new(v.t(pages.to_next)).small().link(href)) }
            }
        }
    }
}
