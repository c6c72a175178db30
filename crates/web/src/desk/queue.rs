//! The queue: open cases in the order of what is due, and taking the next one.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::Catalogue;
use mainstay_domain::access::{Action, Grant};
use mainstay_domain::ids::CaseNumber;
use mainstay_store::Tx;
use mainstay_store::views::{self, CaseRow, QueueCounts, QueueFilter};
use maud::{Markup, html};
use serde::Deserialize;

use super::{desk_grant, words};
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::updated;
use crate::ui::chips::{self, person};
use crate::ui::list::{self, Column, Group, ViewTab, subject};
use crate::ui::words::{ago, short};
use crate::ui::{Button, Flash, Icon, List, Row, Tone, Viewer, empty, page_head};

/// Rows of a page.
const ROWS: u32 = 50;

/// Which part of the queue is asked for.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    view: String,
    #[serde(default)]
    after: String,
    /// Set when *take next* found nothing.
    clear: Option<String>,
}

/// The ways to look at the queue.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    All,
    Mine,
    Unassigned,
    Part,
}

impl View {
    fn read(word: &str) -> Self {
        match word {
            "mine" => Self::Mine,
            "unassigned" => Self::Unassigned,
            "part" => Self::Part,
            _ => Self::All,
        }
    }

    const fn href(self) -> &'static str {
        match self {
            Self::All => "/queue",
            Self::Mine => "/queue?view=mine",
            Self::Unassigned => "/queue?view=unassigned",
            Self::Part => "/queue?view=part",
        }
    }

    fn title(self, v: &Viewer) -> &'static str {
        match self {
            Self::All => v.t("desk-queue-all"),
            Self::Mine => v.t("desk-queue-mine"),
            Self::Unassigned => v.t("desk-queue-unassigned"),
            Self::Part => v.t("desk-queue-part"),
        }
    }
}

/// Whether somebody reads no cases and runs the machine: their start is another page.
fn runs_machine_only(signed: &Signed) -> bool {
    let may = |action| signed.session.grant(action).is_ok();
    may(Action::RunMachine) && !may(Action::Read)
}

/// What a page of the queue is drawn from.
struct Queue {
    rows: Vec<CaseRow>,
    counts: QueueCounts,
    /// The case due first of all, read when the view shows none.
    first: Option<CaseRow>,
}

/// `GET /queue`
///
/// # Errors
/// [`mainstay_app::Error::Denied`] for customers.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    if signed.is_vendor() && runs_machine_only(&signed) {
        return Ok(Redirect::to("/machine").into_response());
    }
    let grant = desk_grant(&signed, Action::Read)?;
    let view = View::read(&asked.view);
    let filter = match view {
        View::All => QueueFilter::All,
        View::Mine => QueueFilter::Of(signed.session.person.id),
        View::Unassigned => QueueFilter::Unassigned,
        View::Part => return taking_part(&web, &signed, &grant).await,
    };
    let after = place_of(&asked.after);
    let queue = web
        .app()
        .db()
        .read(async |tx| read(tx, &grant, filter, after).await)
        .await?;
    let body = draw(&web, &signed, view, after.is_some(), &queue);
    let v = &signed.viewer;
    let flash = asked.clear.map(|_| Flash {
        tone: Tone::Ok,
        words: v.t("desk-nothing-to-take"),
        link: None,
    });
    let place = if view == View::Mine {
        Place::Mine
    } else {
        Place::Queue
    };
    let page = Page {
        topics: "queue",
        flash,
        ..Page::new(view.title(v), place)
    };
    Ok(page.render(&web, &signed, body).into_response())
}

/// The open cases of any desk in which the reader takes part by name.
async fn taking_part(web: &Web, signed: &Signed, grant: &Grant) -> Result<Response, Error> {
    let queue = web
        .app()
        .db()
        .read(async |tx| {
            Ok::<_, Error>(Queue {
                rows: views::taken_part(tx, grant, ROWS).await?,
                counts: views::queue_counts(tx, grant).await?,
                first: None,
            })
        })
        .await?;
    let page = Page {
        topics: "queue",
        ..Page::new(View::Part.title(&signed.viewer), Place::Queue)
    };
    let body = draw(web, signed, View::Part, false, &queue);
    Ok(page.render(web, signed, body).into_response())
}

/// `POST /queue/next`: takes the unassigned case that is due first, and opens it to reply.
///
/// # Errors
/// [`mainstay_app::Error::Denied`] for those who take no cases.
pub async fn take_next(State(web): State<Web>, signed: Signed) -> Result<Redirect, Error> {
    let to = match web.app().take_next(&signed.session).await? {
        Some(number) => format!("/cases/{number}?done=taken#reply-body"),
        None => "/queue?view=unassigned&clear=1".to_owned(),
    };
    Ok(Redirect::to(&to))
}

async fn read(
    tx: &mut Tx<'_>,
    grant: &Grant,
    filter: QueueFilter,
    after: Option<(i64, CaseNumber)>,
) -> Result<Queue, mainstay_store::Error> {
    // One more than is shown tells whether there is a next page.
    let rows = views::queue(tx, grant, filter, after, ROWS + 1).await?;
    let counts = views::queue_counts(tx, grant).await?;
    let first = if rows.is_empty() && filter != QueueFilter::All {
        let first = views::queue(tx, grant, QueueFilter::All, None, 1).await?;
        first.into_iter().next()
    } else {
        None
    };
    Ok(Queue {
        rows,
        counts,
        first,
    })
}

/// The place in the queue a page begins after: `1774600200-1000017`.
fn place_of(text: &str) -> Option<(i64, CaseNumber)> {
    let (at, number) = text.split_once('-')?;
    Some((at.parse().ok()?, number.parse().ok()?))
}

fn draw(web: &Web, signed: &Signed, view: View, is_later_page: bool, queue: &Queue) -> Markup {
    let v = &signed.viewer;
    let take = Button::primary(v.t("desk-take-next"))
        .icon(Icon::Next)
        .key(".");
    let may_take = signed.session.grant(Action::Assign).is_ok();
    let actions = html! { @if may_take { (take.post(v, "/queue/next")) } };
    let shown = queue.rows.len().min(ROWS as usize);
    html! {
        (page_head(v.t("desk-queue"), updated(v), actions))
        (tabs(v, view, queue.counts))
        @if shown == 0 {
            div.list-box id="queue" data-live-topic="queue" {
                (nothing(v, view, queue.first.as_ref()))
            }
        } @else { (list(v, &web.app().catalogue(), &queue.rows[..shown])) }
        nav.pager aria-label=(v.t("list-pages")) {
            span.muted { (v.t_args("desk-shown", &[("n", shown.into())])) }
            @if is_later_page { a.btn.btn-small href=(view.href()) { (v.t("desk-first-page")) } }
            @if let Some(href) = next_page(view, &queue.rows) {
                a.btn.btn-small href=(href) rel="next" { (v.t("desk-next-page")) }
            }
        }
    }
}

fn tabs(v: &Viewer, current: View, counts: QueueCounts) -> Markup {
    let count = |n: i64| u32::try_from(n).ok();
    let tab = |view: View, count| ViewTab {
        label: view.title(v),
        href: view.href(),
        count,
        current: view == current,
    };
    list::tabs(
        v,
        &[
            tab(View::All, None),
            tab(View::Mine, count(counts.mine)),
            tab(View::Unassigned, count(counts.unassigned)),
            tab(View::Part, None),
        ],
    )
}

fn nothing(v: &Viewer, view: View, first: Option<&CaseRow>) -> Markup {
    let due = first.and_then(|row| Some((row, row.missed_at().or(row.next_due_at)?)));
    let lead = match view {
        View::All | View::Unassigned => v.t("desk-queue-clear"),
        View::Mine => v.t("desk-queue-clear-mine"),
        View::Part => v.t("desk-nothing-part"),
    };
    let words = match due {
        Some((row, due)) => {
            let args = [
                ("at", short(v, due).into()),
                ("account", row.account.as_str().into()),
            ];
            format!("{lead} {}", v.t_args("desk-next-due", &args))
        }
        None => lead.to_owned(),
    };
    let action = match first {
        Some(row) => Button::new(v.t("desk-open-next")).link(&format!("/cases/{}", row.number)),
        None => html! {},
    };
    empty(Icon::Check, &words, action)
}

/// Where the next page begins, when there is one.
fn next_page(view: View, rows: &[CaseRow]) -> Option<String> {
    let last = rows.get(ROWS as usize - 1)?;
    rows.get(ROWS as usize)?;
    let mark = if view == View::All { '?' } else { '&' };
    let (href, at) = (view.href(), last.queue_at?);
    Some(format!("{href}{mark}after={at}-{}", last.number))
}

/// How urgent a row is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Urgency {
    Missed,
    Soon,
    Later,
    Waiting,
}

fn urgency(v: &Viewer, row: &CaseRow) -> Urgency {
    match (row.missed_at(), row.next_due_at) {
        (Some(_), _) => Urgency::Missed,
        (None, Some(due)) if due < v.now => Urgency::Missed,
        (None, Some(due)) if words::warn_at(words::start_of(row), due) <= v.now => Urgency::Soon,
        (None, Some(_)) => Urgency::Later,
        (None, None) if row.status == "with-vendor" => Urgency::Later,
        (None, None) => Urgency::Waiting,
    }
}

fn list(v: &Viewer, catalogue: &Catalogue, rows: &[CaseRow]) -> Markup {
    let columns = [
        Column::with(v.t("desk-column-clock"), "fit bare"),
        Column::with(v.t("desk-column-severity"), "fit bare"),
        Column::with(v.t("desk-column-case"), "main"),
        Column::with(v.t("desk-column-turn"), "fit bare"),
        Column::with(v.t("desk-column-agent"), "fit bare"),
        Column::with(v.t("desk-column-age"), "end wide-only"),
    ];
    let hrefs: Vec<String> = rows
        .iter()
        .map(|row| format!("/cases/{}", row.number))
        .collect();
    let group = |urgency_of: Urgency, label, tone| {
        let rows = rows
            .iter()
            .zip(&hrefs)
            .filter(|(row, _)| urgency(v, row) == urgency_of)
            .map(|(row, href)| line(v, catalogue, row, href))
            .collect();
        Group { label, tone, rows }
    };
    let mut groups = vec![
        group(Urgency::Missed, v.t("desk-group-missed"), Tone::Bad),
        group(Urgency::Soon, v.t("desk-group-soon"), Tone::Warn),
        group(Urgency::Later, v.t("desk-group-later"), Tone::Plain),
        group(Urgency::Waiting, v.t("desk-group-waiting"), Tone::Plain),
    ];
    groups.retain(|group| !group.rows.is_empty());
    List {
        groups,
        ..List::plain("queue", v.t("desk-queue"), &columns, Vec::new())
    }
    .live("queue")
    .render(v)
}

fn line<'a>(v: &Viewer, catalogue: &Catalogue, row: &CaseRow, href: &'a str) -> Row<'a> {
    // Fifty of these make the page: plain dots, and no more facts than choosing needs.
    let under = html! {
        bdi { (row.number) } " · " bdi { (row.account) } " · "
        (chips::channel(v, words::channel(row.channel)))
    };
    Row {
        href,
        cells: vec![
            words::row_clock(v, row),
            words::row_severity(v, catalogue, row),
            subject(href, &row.subject, under),
            words::turn(v, row),
            match &row.assignee {
                Some(name) => person(name),
                None => html! { span.muted { (v.t("desk-nobody")) } },
            },
            ago(v, row.opened_at),
        ],
        ..Row::default()
    }
}
