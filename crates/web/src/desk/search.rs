//! Search, for both sides: each finds what it may see.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::Catalogue;
use mainstay_domain::access::{Action, Grant};
use mainstay_domain::ids::CaseNumber;
use mainstay_store::accounts::{self, Account};
use mainstay_store::views::{self, CaseRow};
use mainstay_store::{Tx, cases, search};
use maud::{Markup, html};
use serde::Deserialize;

use super::words;
use crate::error::Error;
use crate::shell::{Page, Place, side_of};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::section;
use crate::ui::list::{Column, dotted, subject};
use crate::ui::words::ago;
use crate::ui::{
    Button, Field, Form, Icon, List, Row, Side, Tone, Turn, Viewer, chips, empty, icon, page_head,
    tag,
};

/// Longest query that is looked at.
const QUERY: usize = 200;

/// What is searched for.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
}

/// What was found.
#[derive(Default)]
struct Found {
    /// The case of a number.
    exact: Option<CaseNumber>,
    cases: Vec<CaseRow>,
    accounts: Vec<Account>,
}

/// `GET /search?q=…`
///
/// # Errors
/// [`mainstay_app::Error::Denied`] for those who read no cases.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let query: String = asked.q.trim().chars().take(QUERY).collect();
    let grant = signed.session.grant(Action::Read)?;
    let sees_accounts = signed.is_vendor() && signed.session.grant(Action::ReadAccounts).is_ok();
    let found = web
        .app()
        .db()
        .read(async |tx| find(tx, &grant, sees_accounts, &query).await)
        .await?;
    if let Some(number) = found.exact {
        return Ok(Redirect::to(&format!("/cases/{number}")).into_response());
    }
    let body = draw(&web.app().catalogue(), &signed, &query, &found);
    let v = &signed.viewer;
    let page = Page {
        search: &query,
        ..Page::new(v.t("desk-search"), Place::Elsewhere)
    };
    Ok(page.render(&web, &signed, body).into_response())
}

async fn find(
    tx: &mut Tx<'_>,
    grant: &Grant,
    sees_accounts: bool,
    query: &str,
) -> Result<Found, mainstay_store::Error> {
    if query.is_empty() {
        return Ok(Found::default());
    }
    if let Some(number) = number_in(query)
        && (cases::find(tx, grant, number).await?.is_some()
            || views::known_case(tx, grant, number).await?.is_some())
    {
        return Ok(Found {
            exact: Some(number),
            ..Found::default()
        });
    }
    let accounts = if sees_accounts {
        accounts::search(tx, query, None, 10).await?
    } else {
        Vec::new()
    };
    Ok(Found {
        exact: None,
        cases: search::find(tx, grant, query).await?,
        accounts,
    })
}

/// The case number a query is, however it is written: `#1000017`, `1000-017`.
fn number_in(query: &str) -> Option<CaseNumber> {
    let is_filler = |letter: char| matches!(letter, '#' | '-' | ' ' | '.');
    let digits: String = query.chars().filter(|&letter| !is_filler(letter)).collect();
    digits.parse().ok()
}

fn draw(catalogue: &Catalogue, signed: &Signed, query: &str, found: &Found) -> Markup {
    let v = &signed.viewer;
    let side = side_of(signed);
    html! {
        (page_head(v.t("desk-search"), html! {}, html! {}))
        div.section { (form(v, query)) }
        @if query.is_empty() {
            (empty(Icon::Search, scope_words(v, side), html! {}))
        } @else {
            (accounts_found(v, &found.accounts))
            @if found.cases.is_empty() {
                @let args = [("q", query.into())];
                (empty(Icon::Search, &v.t_args("desk-search-none", &args), html! {
                    p.small.muted { (scope_words(v, side)) }
                }))
            } @else { (cases_found(v, side, catalogue, &found.cases)) }
        }
    }
}

fn form(v: &Viewer, query: &str) -> Markup {
    let form = Form::get(v, "/search").class("form-row");
    let field = Field::new("q", v.t("desk-search-field"))
        .kind("search")
        .value(query);
    form.render(html! {
        (form.text(field))
        (form.actions(Button::primary(v.t("desk-search")).icon(Icon::Search), html! {}))
    })
}

/// What is searched, so that an empty answer can be judged.
fn scope_words(v: &Viewer, side: Side) -> &'static str {
    match side {
        Side::Vendor => v.t("desk-search-scope-vendor"),
        Side::Customer | Side::Public => v.t("desk-search-scope-customer"),
    }
}

fn accounts_found(v: &Viewer, accounts: &[Account]) -> Markup {
    html! {
        @if !accounts.is_empty() {
            (section(v.t("desk-search-accounts"), html! {}, html! {
                ul.stack-8 { @for account in accounts { li {
                    (icon(Icon::Building)) " "
                    a href={ "/accounts/" (account.id) } { bdi { (account.name) } }
                    " " span.muted { bdi { (account.customer_number) } }
                } } }
            }))
        }
    }
}

fn cases_found(v: &Viewer, side: Side, catalogue: &Catalogue, rows: &[CaseRow]) -> Markup {
    let columns = [
        Column::with(v.t("desk-column-severity"), "fit bare"),
        Column::with(v.t("desk-column-case"), "main"),
        Column::with(v.t("desk-column-turn"), "fit bare"),
        Column::with(v.t("desk-column-latest"), "end bare"),
    ];
    let hrefs: Vec<String> = rows
        .iter()
        .map(|row| format!("/cases/{}", row.number))
        .collect();
    let rows = rows
        .iter()
        .zip(&hrefs)
        .map(|(row, href)| Row {
            href,
            cells: vec![
                words::row_severity(v, catalogue, row),
                subject(href, &row.subject, dotted(&under(row, side))),
                turn(v, side, row),
                ago(v, row.last_public_at),
            ],
            ..Row::default()
        })
        .collect();
    let title = v.t_args("desk-search-cases", &[("n", hrefs.len().into())]);
    section(
        &title,
        html! {},
        List::plain("found", &title, &columns, rows).render(v),
    )
}

fn under(row: &CaseRow, side: Side) -> Vec<Markup> {
    let mut each = vec![html! { bdi { (row.number) } }];
    if side == Side::Vendor {
        each.push(html! { bdi { (row.account) } });
    }
    each.push(html! { bdi { (row.requester) } });
    each
}

fn turn(v: &Viewer, side: Side, row: &CaseRow) -> Markup {
    match row.status.as_str() {
        "with-vendor" => chips::turn(v, side, Turn::Vendor),
        "with-customer" => chips::turn(v, side, Turn::Customer),
        "closed" => tag(Tone::Plain, v.t("desk-closed")),
        _ => chips::turn(v, side, Turn::Nobody),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_however_it_is_written() {
        let number = CaseNumber::from_counter(100_001);
        for text in [
            format!("#{number}"),
            format!(" {number} "),
            number.to_string(),
        ] {
            assert_eq!(number_in(&text), Some(number), "{text}");
        }
        for text in ["", "mail", "12", "-"] {
            assert_eq!(number_in(text), None, "{text}");
        }
    }
}
