//! The log: who did what to what, when, from where, acting for whom. A customer reads its own, the
//! vendor's managers all of them and the vendor's.

pub mod export;
mod line;
mod words;

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::log::Act;
use mainstay_store::views::{self, LogRow, WantedLines};
use mainstay_store::{accounts, people};
use maud::{Markup, html};
use serde::Deserialize;

use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::list::filters;
use crate::ui::{Button, Choice, Crumb, Field, Form, Icon, Viewer, empty, page_head};

/// Lines on a page.
const PAGE: u32 = 50;

/// Which lines somebody asks for.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    before: String,
}

impl Asked {
    fn wanted(&self) -> WantedLines {
        WantedLines {
            before: self.before.parse().ok(),
            act: Act::from_code(&self.act),
            person: self.person.parse().ok(),
            text: self.q.chars().take(100).collect(),
            limit: PAGE + 1,
        }
    }

    fn is_narrow(&self) -> bool {
        !(self.q.trim().is_empty() && self.act.is_empty() && self.person.is_empty())
    }

    /// The address of the lines before one of them.
    fn older(&self, path: &str, before: i64) -> String {
        let before = before.to_string();
        let pairs = [
            ("q", self.q.as_str()),
            ("act", &self.act),
            ("person", &self.person),
            ("before", &before),
        ];
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        format!("{path}?{query}")
    }
}

/// What the page is drawn from.
struct Found {
    rows: Vec<LogRow>,
    names: HashMap<PersonId, String>,
    /// The name of the customer whose log it is.
    account: Option<String>,
}

/// `GET /log`: the organisation's own log.
///
/// # Errors
/// [`app::Error::Denied`] for those who read no log.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Markup, Error> {
    let account = signed.session.principal.account();
    page(&web, &signed, account, "/log", &asked).await
}

/// `GET /accounts/{id}/log`: a customer's log, for the vendor's managers.
///
/// # Errors
/// [`app::Error::NotFound`] when there is no such customer, [`app::Error::Denied`] for those who
/// read no log.
pub async fn of_account(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Markup, Error> {
    crate::desk::desk_grant(&signed, Action::ReadLog)?;
    let account: AccountId = id.parse().map_err(|_| app::Error::NotFound)?;
    let path = format!("/accounts/{account}/log");
    page(&web, &signed, Some(account), &path, &asked).await
}

async fn page(
    web: &Web,
    signed: &Signed,
    account: Option<AccountId>,
    path: &str,
    asked: &Asked,
) -> Result<Markup, Error> {
    let found = read(web, signed, account, asked).await?;
    let v = &signed.viewer;
    let title = v.t("log-title");
    let name = found.account.as_deref().filter(|_| signed.is_vendor());
    let to_account = account.map_or_else(String::new, |id| format!("/accounts/{id}"));
    let crumbs = [
        (v.t("desk-accounts"), "/accounts"),
        (name.unwrap_or_default(), to_account.as_str()),
        (title, ""),
    ];
    let crumbs = crumbs.map(|(label, href)| Crumb { href, label });
    let page = Page {
        crumbs: if name.is_some() { &crumbs } else { &[] },
        ..Page::new(
            title,
            if name.is_some() {
                Place::Accounts
            } else {
                Place::Log
            },
        )
    };
    Ok(page.render(web, signed, draw(v, &found, path, asked)))
}

async fn read(
    web: &Web,
    signed: &Signed,
    account: Option<AccountId>,
    asked: &Asked,
) -> Result<Found, Error> {
    let (credential, now, wanted) = (signed.session.credential, signed.now(), asked.wanted());
    web.app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::ReadLog)?;
            let account_name = match account {
                Some(id) => {
                    let account = accounts::find(tx, id).await?;
                    Some(account.ok_or(app::Error::NotFound)?.name)
                }
                None => None,
            };
            let rows = views::log_lines(tx, &grant, account, &wanted).await?;
            let named = line::people_in(&rows);
            Ok::<_, Error>(Found {
                names: people::names(tx, &named).await?,
                rows,
                account: account_name,
            })
        })
        .await
}

fn draw(v: &Viewer, found: &Found, path: &str, asked: &Asked) -> Markup {
    let is_vendors = found.account.is_none();
    let explained = if is_vendors {
        v.t("log-vendor-explained")
    } else {
        v.t("log-explained")
    };
    let title = match &found.account {
        Some(account) => v.t_args("log-of", &[("account", account.as_str().into())]),
        None => v.t("log-title").to_owned(),
    };
    let shown = found.rows.len().min(PAGE as usize);
    let rows = &found.rows[..shown];
    let older = found.rows.get(PAGE as usize).and(rows.last());
    html! {
        (page_head(&title, html! { (explained) }, exports(v, path)))
        div.section { (filters(v, form(v, path, asked))) }
        @if rows.is_empty() {
            (empty(Icon::Search, nothing(v, asked), html! {
                @if asked.is_narrow() { (Button::new(v.t("log-reset")).link(path)) }
            }))
        } @else {
            (line::list(v, path, rows, &found.names))
            (pager(v, path, asked, older))
            @if !asked.is_narrow() && asked.before.is_empty() { (seal(v, rows)) }
        }
    }
}

fn nothing(v: &Viewer, asked: &Asked) -> &'static str {
    if asked.is_narrow() {
        v.t("log-empty")
    } else {
        v.t("log-nothing")
    }
}

fn exports(v: &Viewer, path: &str) -> Markup {
    html! {
        (Button::new(v.t("log-export-csv")).link(&format!("{path}/export?form=csv"))) " "
        (Button::new(v.t("log-export-jsonl")).link(&format!("{path}/export?form=jsonl")))
    }
}

fn form(v: &Viewer, path: &str, asked: &Asked) -> Markup {
    let form = Form::get(v, path).class("form-row");
    let any = [Choice::new("", v.t("log-any-act"))];
    let acts = Act::ALL.iter();
    let acts = acts.map(|act| Choice::new(act.code(), v.t(words::key(*act))));
    let acts: Vec<Choice<'_>> = any.into_iter().chain(acts).collect();
    form.render(html! {
        (form.text(Field::new("q", v.t("log-field-text")).kind("search").value(&asked.q)
            .hint(v.t("log-field-text-hint"))))
        (form.select(Field::new("act", v.t("log-field-act")).value(&asked.act), &acts))
        @if !asked.person.is_empty() { (form.hidden("person", &asked.person)) }
        (form.actions(Button::new(v.t("log-filter")).icon(Icon::Search), html! {
            @if asked.is_narrow() { " " (Button::new(v.t("log-reset")).link(path)) }
        }))
    })
}

fn pager(v: &Viewer, path: &str, asked: &Asked, older: Option<&LogRow>) -> Markup {
    html! {
        @if older.is_some() || !asked.before.is_empty() {
            nav.pager aria-label=(v.t("list-pages")) {
                @if !asked.before.is_empty() {
                    (Button::new(v.t("log-latest")).small().link(path))
                }
                @if let Some(row) = older {
                    (Button::new(v.t("list-older")).small().link(&asked.older(path, row.line.seq)))
                }
            }
        }
    }
}

/// What to write down elsewhere, so that a log made anew from its beginning is found out too.
fn seal(v: &Viewer, rows: &[LogRow]) -> Markup {
    let latest = rows
        .first()
        .and_then(|row| Some((row.line.seq, row.line.hash?)));
    html! {
        @if let Some((seq, hash)) = latest {
            @let args = [("line", seq.to_string().into()), ("seal", line::hex(&hash[..8]).into())];
            p.small.muted { (v.t_args("log-seal", &args)) }
        }
    }
}
