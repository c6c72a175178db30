//! Where a customer's administrators take their organisation's requests away.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::exports;
use mainstay_domain::access::Action;
use mainstay_domain::edition::Kind;
use maud::{Markup, html};

use super::{FOR_VENDOR, kind_names};
use crate::error::Error;
use crate::export::Form;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Icon, Viewer, page_head, panel};

/// Where the page stands.
pub(super) const HERE: &str = "/organisation/export";

/// `GET /organisation/export`
///
/// # Errors
/// [`mainstay_app::Error::Denied`] for those who may not.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let grant = exports::own(&signed.session)?;
    let v = &signed.viewer;
    let catalogue = web.app().catalogue();
    let edition = catalogue.edition_at(signed.now()).map(AsRef::as_ref);
    let kinds = grant.scope().kinds();
    let title = v.t("export-title");
    let body = html! {
        (page_head(title, html! {
            (v.t("export-explained")) " "
            @if kinds.len() < Kind::ALL.len() {
                (v.t_args("export-kinds", &[("kinds", kind_names(edition, kinds).into())]))
            }
        }, html! {}))
        (super::parts(&signed, HERE))
        div.columns {
            (panel(v.t("export-table"), choice(v, "export-table-holds", Form::Csv)))
            (panel(v.t("export-whole"), choice(v, "export-whole-holds", Form::Jsonl)))
        }
        p.small.muted {
            (v.t("export-notes")) " "
            @if signed.session.grant(Action::ReadLog).is_ok() {
                (v.t("export-logged")) " " a href="/log" { (v.t("log-title")) }
            } @else {
                (v.t("export-logged-elsewhere"))
            }
        }
    };
    let page = Page::new(title, Place::Organisation);
    Ok(page.render(&web, &signed, body).into_response())
}

fn choice(v: &Viewer, holds: &'static str, form: Form) -> Markup {
    let href = format!("{HERE}/requests?form={}", form.code());
    html! {
        p { (v.t(holds)) }
        @if form == Form::Jsonl { p.small { a href="/api" { (v.t("export-described")) } } }
        (download(v, form, &href))
    }
}

/// The button that begins a download.
pub(crate) fn download(v: &Viewer, form: Form, href: &str) -> Markup {
    let label = match form {
        Form::Csv => v.t("export-csv"),
        Form::Jsonl => v.t("export-jsonl"),
    };
    html! { (Button::new(label).icon(Icon::Page).link(href)) }
}
