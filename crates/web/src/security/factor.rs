//! Where somebody is led of whom a second factor is asked: to show the one they have, or to add one.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::factors::Factors;
use maud::{Markup, html};

use super::{bare, parts};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::sign_in::{Back, safe};
use crate::signed::Half;
use crate::state::Web;
use crate::ui::{Button, Form, Look, Mistakes, Viewer, blocks, page_head};

/// `GET /sign-in/factor`
///
/// # Errors
/// When the store fails.
pub async fn show(
    State(web): State<Web>,
    half: Half,
    Query(Back { back }): Query<Back>,
) -> Result<Response, Error> {
    if !half.lacks_factor() {
        return Ok(Redirect::to(safe(&back)).into_response());
    }
    let mut fields = Incoming::default();
    fields.set("back", safe(&back));
    let page = draw(&web, &half, &fields, &Mistakes::none()).await?;
    Ok(page.into_response())
}

pub(super) async fn draw(
    web: &Web,
    half: &Half,
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Result<Markup, Error> {
    let v = &half.0.viewer;
    let factors = web.app().factors(&half.0.session).await?;
    let title = if factors.any() {
        v.t("factor-show-title")
    } else {
        v.t("factor-add-title")
    };
    let out = Button::new(v.t("sign-out")).look(Look::Quiet);
    let body = html! {
        (ways(web, v, &factors, fields, mistakes))
        (out.post(v, "/sign-out"))
    };
    Ok(bare(web, half, title, body, !mistakes.is_empty()))
}

fn ways(
    web: &Web,
    v: &Viewer,
    factors: &Factors,
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Markup {
    let back = safe(fields.text("back"));
    let head = |title: &str, under: &str| page_head(title, html! { (under) }, html! {});
    let form = Form::post(v, "").mistakes(mistakes);
    html! {
        @if factors.any() {
            (head(v.t("factor-show-title"), v.t("factor-show-explained")))
            (parts::prove(web, v, factors, (false, back), mistakes))
        } @else {
            (head(v.t("factor-add-title"), v.t("factor-add-explained")))
            @if factors.is_fresh {
                (form.summary())
                @if web.party().is_some() {
                    (blocks::section(v.t("security-passkeys"), html! {}, html! {
                        p.muted { (v.t("security-passkeys-explained")) }
                        (parts::make_passkey(v, back, fields.text("name"), mistakes))
                    }))
                }
                (blocks::section(v.t("security-codes"), html! {}, html! {
                    p.muted { (v.t("security-codes-explained")) }
                    (parts::begin_codes(v, v.t("security-codes-add"), back))
                }))
            } @else {
                p { (v.t("security-proof-explained")) }
                (parts::prove(web, v, factors, (true, &here(back)), mistakes))
            }
        }
    }
}

/// This page, on the way to another.
fn here(back: &str) -> String {
    let query = serde_urlencoded::to_string([("back", back)]).unwrap_or_default();
    format!("/sign-in/factor?{query}")
}
