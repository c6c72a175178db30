//! A refusal as its reader can use it: why, which role it takes, and who of their own can.

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mainstay_domain::access::{Action, Denial, Facts, Role, Stand, roles_that_may};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::AccountId;
use mainstay_store::contacts::{self, Contact};
use maud::{Markup, html};

use crate::portal::organisation::{facts, names, who_may};
use crate::shell::{Page, Place};
use crate::signed::{Signed, is_partner};
use crate::state::Web;
use crate::ui::page_head;

/// Answers a refusal again for somebody at a customer: with who may instead. Nothing else is
/// touched, and nothing is read for it.
pub async fn explain(State(web): State<Web>, request: Request, next: Next) -> Response {
    let cookie = request.headers().get(header::COOKIE).cloned();
    let uri = request.uri().clone();
    let answer = next.run(request).await;
    let denial = answer.extensions().get::<Denial>().copied();
    let (Some(denial), Some(cookie)) = (denial, cookie) else {
        return answer;
    };
    let same = Request::builder().method(Method::GET).uri(uri);
    let Ok(same) = same.header(header::COOKIE, cookie).body(Body::empty()) else {
        return answer;
    };
    let (mut parts, _) = same.into_parts();
    let Ok(signed) = Signed::from_request_parts(&mut parts, &web).await else {
        return answer;
    };
    match page(&web, &signed, denial).await {
        Some(page) => (StatusCode::FORBIDDEN, page).into_response(),
        None => answer,
    }
}

/// The page for somebody at a customer; the vendor's people have their own.
async fn page(web: &Web, signed: &Signed, denial: Denial) -> Option<Markup> {
    let account = signed.session.principal.account()?;
    if signed.account.is_empty() {
        return None;
    }
    let read = web
        .app()
        .db()
        .read(async |tx| {
            mainstay_store::reach::of(tx, &signed.session.principal);
            contacts::administrators(tx, account).await
        })
        .await;
    let administrators = read.ok()?;
    let v = &signed.viewer;
    let facts = facts(web, signed);
    let title = v.t("failure-forbidden");
    let body = html! {
        (page_head(title, html! {}, html! {}))
        p { (denial.said_of(&signed.session.person.name)) }
        @if is_partner(&signed.session) {
            p { (v.t_args("refused-partner", &[("account", signed.account.as_str().into())])) }
        } @else {
            (who(signed, account, denial.action, &administrators, &facts))
        }
        p { a href="/" { (v.t("failure-home")) } }
    };
    Some(Page::new(title, Place::Elsewhere).render(web, signed, body))
}

/// Which role it takes, and who has it.
fn who(
    signed: &Signed,
    account: AccountId,
    action: Action,
    administrators: &[Contact],
    facts: &Facts<'_>,
) -> Markup {
    let v = &signed.viewer;
    let mut roles: Vec<Role> = Kind::ALL
        .into_iter()
        .flat_map(|kind| roles_that_may(Stand::Account, action, kind, facts.administrators))
        .collect();
    roles.sort();
    roles.dedup();
    let may = who_may(administrators, account, action, facts);
    let words: Vec<&str> = roles.iter().map(|role| role.words()).collect();
    html! {
        @if !words.is_empty() {
            p { (v.t_args("refused-needs", &[("roles", words.join(", ").into())])) " "
                @if may.is_empty() { (v.t_args("refused-nobody", &[("account", signed.account.as_str().into())])) }
                @else { b { (v.t_args("refused-who", &[("names", names(&may).into())])) } }
            }
            ul.stack-8 { @for one in &may { li.row {
                (crate::ui::chips::person(&one.name))
                a href={ "mailto:" (one.email) } { bdi { (one.email) } }
            } } }
        }
    }
}
