//! The customers, by name.

use axum::extract::{Query, State};
use mainstay_domain::access::Action;
use mainstay_domain::ids::AccountId;
use mainstay_store::accounts::{self, Account};
use maud::{Markup, html};
use serde::Deserialize;

use super::desk_grant;
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::list::{Column, subject};
use crate::ui::{Button, Field, Form, Icon, List, Row, Viewer, empty, page_head};

/// Rows of a page.
const ROWS: usize = 50;

/// Which customers are asked for.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

/// `GET /accounts?q=…&after=…`
///
/// # Errors
/// [`mainstay_app::Error::Denied`] for those who see no customers.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Markup, Error> {
    desk_grant(&signed, Action::ReadAccounts)?;
    let wanted: String = asked.q.trim().chars().take(100).collect();
    let limit = u32::try_from(ROWS + 1).unwrap_or(u32::MAX);
    let after = asked.after.parse().ok().map(AccountId);
    let found = web
        .app()
        .db()
        .read(async |tx| accounts::search(tx, &wanted, after, limit).await)
        .await?;
    let v = &signed.viewer;
    let body = html! {
        (page_head(v.t("desk-accounts"), html! {}, html! {
            (Button::primary(v.t("desk-account-new")).icon(Icon::Plus).link("/accounts/new"))
            @if signed.session.grant(Action::ManagePartners).is_ok() {
                " " (Button::new(v.t("desk-partners")).icon(Icon::People).link("/desk/partners"))
            }
        }))
        div.section { (form(v, "/accounts", &wanted)) }
        @if found.is_empty() {
            (empty(Icon::Building, v.t("desk-accounts-none"), html! {}))
        } @else { (list(&web, v, &found[..found.len().min(ROWS)])) }
        (pager(v, &wanted, &asked.after, &found))
    };
    Ok(Page::new(v.t("desk-accounts"), Place::Accounts).render(&web, &signed, body))
}

/// The field customers are looked up with.
pub(super) fn form(v: &Viewer, action: &str, wanted: &str) -> Markup {
    let form = Form::get(v, action).class("form-row");
    let field = Field::new("q", v.t("desk-accounts-field"))
        .kind("search")
        .value(wanted);
    form.render(html! {
        (form.text(field))
        (form.actions(Button::new(v.t("desk-search")).icon(Icon::Search), html! {}))
    })
}

fn list(web: &Web, v: &Viewer, found: &[Account]) -> Markup {
    let catalogue = web.app().catalogue();
    let columns = [
        Column::with(v.t("desk-account"), "main"),
        Column::new(v.t("desk-customer-number-long")),
        Column::new(v.t("desk-region")),
    ];
    let hrefs: Vec<String> = found
        .iter()
        .map(|account| format!("/accounts/{}", account.id))
        .collect();
    let rows = found
        .iter()
        .zip(&hrefs)
        .map(|(account, href)| {
            let region = catalogue.region(&account.region);
            let region = region.map_or(account.region.as_str(), |region| region.name.as_str());
            Row {
                href,
                cells: vec![
                    subject(href, &account.name, html! {}),
                    html! { bdi { (account.customer_number) } },
                    html! { (region) },
                ],
                ..Row::default()
            }
        })
        .collect();
    List::plain("accounts", v.t("desk-accounts"), &columns, rows).render(v)
}

fn pager(v: &Viewer, wanted: &str, after: &str, found: &[Account]) -> Markup {
    let address = |after: &str| {
        let pairs = [("q", wanted), ("after", after)];
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        format!("/accounts?{query}")
    };
    let next = found.get(ROWS).and(found.get(ROWS - 1));
    html! {
        @if next.is_some() || !after.is_empty() {
            nav.pager aria-label=(v.t("list-pages")) {
                span {}
                @if !after.is_empty() { a.btn.btn-small href=(address("")) { (v.t("desk-first-page")) } }
                @if let Some(last) = next {
                    a.btn.btn-small href=(address(&last.id.to_string())) rel="next" { (v.t("desk-next-page")) }
                }
            }
        }
    }
}
