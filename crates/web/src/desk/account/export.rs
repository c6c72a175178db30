//! Asking for a customer's requests to be taken away; another person agrees first.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_domain::access::Action;
use mainstay_domain::ids::AccountId;
use maud::{Markup, html};

use super::people::Tried;
use super::{id_of, page};
use crate::desk::desk_grant;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::export::Form as Written;
use crate::incoming::Incoming;
use crate::portal::organisation::export::download;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Field, Form, Viewer};

/// `POST /accounts/{id}/export`: asks for a second person who agrees.
///
/// # Errors
/// [`mainstay_app::Error::Denied`] for those who may not, [`mainstay_app::Error::NotFound`] when
/// there is no such customer.
pub async fn ask(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::ExportMuch)?;
    let id = id_of(&id)?;
    let proposal = web.app().export_of(&signed.session, id).await?;
    let reason = fields.text("reason");
    let Err(error) = web.app().propose(&signed.session, proposal, reason).await else {
        return Ok(Redirect::to("/approvals?asked=export").into_response());
    };
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let tried = Tried {
        export_mistakes: mistakes_of(&error),
        export: fields,
        ..Tried::default()
    };
    let page = page(&web, &signed, id, &tried).await?;
    Ok((status_of(&error), page).into_response())
}

/// Where it is asked for, on the page of the customer.
pub(super) fn form(v: &Viewer, account: AccountId, tried: &Tried) -> Markup {
    let action = format!("/accounts/{account}/export");
    let form = Form::post(v, &action)
        .prefix("export-")
        .mistakes(&tried.export_mistakes);
    html! {
        p.small.muted { (v.t("export-ask-explained")) }
        (form.render(html! {
            (form.textarea(Field::new("reason", v.t("export-reason")).hint(v.t("export-reason-hint"))
                .value(tried.export.text("reason")).rows(2).count(500).required()))
            (form.actions(Button::new(v.t("export-ask")), html! {}))
        }))
    }
}

/// What whoever asked does once somebody agreed.
pub(in crate::desk) fn downloads(v: &Viewer, approval: &str) -> Markup {
    let href = |form: Written| format!("/approvals/{approval}/export?form={}", form.code());
    html! {
        p.small.muted { (v.t("export-agreed-hint")) }
        div.page-actions {
            @for form in [Written::Csv, Written::Jsonl] { (download(v, form, &href(form))) }
        }
    }
}
