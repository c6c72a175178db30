//! How to reach us, how to use these pages, and where the promises are written.

use axum::extract::State;
use maud::{Markup, html};

use super::frame;
use crate::shell::Place;
use crate::signed::MaybeSigned;
use crate::state::Web;
use crate::ui::button::key_badge;
use crate::ui::{Icon, Viewer, icon, page_head, panel};

/// `GET /help`
pub async fn show(State(web): State<Web>, reader: MaybeSigned) -> Markup {
    let v = &reader.viewer;
    let title = v.t("public-help");
    let is_customer = reader
        .signed
        .as_ref()
        .is_some_and(|signed| !signed.is_vendor());
    let body = html! {
        (page_head(title, html! { (v.t("public-help-explained")) }, html! {}))
        (panel(v.t("public-help-reach"), reach(&web, v, is_customer)))
        (panel(v.t("public-help-promise"), html! {
            p { (v.t("public-help-promise-words")) }
            p.row { (icon(Icon::Book)) a href="/description" { (v.t("public-description")) } }
        }))
        (panel(v.t("keys-title"), keys(v)))
    };
    frame::render(&web, &reader, title, Place::Elsewhere, &[], body)
}

fn reach(web: &Web, v: &Viewer, is_customer: bool) -> Markup {
    let catalogue = web.app().catalogue();
    let numbers = catalogue
        .edition_at(v.now)
        .map_or(&[][..], |edition| edition.telephone_numbers.as_slice());
    html! {
        @if is_customer {
            p.row { (icon(Icon::Plus)) a href="/cases/new" { (v.t("public-help-new")) } span.muted { (v.t("public-help-new-words")) } }
            p.row { (icon(Icon::Phone)) a href="/telephone" { (v.t("public-help-call")) } span.muted { (v.t("public-help-call-words")) } }
        } @else {
            p { (v.t("public-help-sign-in")) " " a href="/sign-in" { (v.t("sign-in")) } }
            @if !numbers.is_empty() {
                ul.stack-8 {
                    @for number in numbers { li { (number.country_name) ": " (crate::portal::telephone::number(v, number)) } }
                }
            }
        }
        p.muted { (v.t("public-help-users")) }
    }
}

fn keys(v: &Viewer) -> Markup {
    let each = [
        ("?", v.t("keys-help")),
        ("/", v.t("search-label")),
        ("c", v.t("public-key-new")),
        ("j", v.t("keys-next")),
        ("r", v.t("composer-reply")),
        ("mod+enter", v.t("keys-send")),
        ("Esc", v.t("keys-leave")),
    ];
    html! {
        p { (v.t("public-keys-explained")) }
        ul.stack-8 { @for (key, words) in each { li.row { (key_badge(key)) span { (words) } } } }
    }
}
