//! What each role of a customer may do, straight from the matrix.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_domain::access::{Action, Breadth, Grant, Role, grants_of_role};
use mainstay_domain::edition::{Edition, Kind};
use maud::{Markup, html};

use super::{FOR_VENDOR, administrators, kind_names};
use crate::error::Error;
use crate::shell::{Page, Place, role_word};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Viewer, page_head, panel};

/// `GET /organisation/roles`
///
/// # Errors
/// [`mainstay_app::Error::Denied`] for those who see nobody.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    signed.session.grant(Action::ReadPeople)?;
    let v = &signed.viewer;
    let administrators = administrators(&web, &signed);
    let catalogue = web.app().catalogue();
    let edition = catalogue.edition_at(signed.now()).map(AsRef::as_ref);
    let roles = Role::ALL.into_iter().filter(|role| role.is_customer());
    let body = html! {
        (page_head(v.t("organisation-roles"), html! { (v.t("roles-explained")) }, html! {}))
        (super::parts(&signed, "/organisation/roles"))
        div.columns {
            @for role in roles {
                (panel(role_word(v, role), html! {
                    ul.stack-8 { @for grant in &grants_of_role(role, administrators) {
                        li { (line(v, edition, grant)) }
                    } }
                }))
            }
        }
    };
    let page = Page::new(v.t("organisation-roles"), Place::Organisation);
    Ok(page.render(&web, &signed, body).into_response())
}

/// What may be done, of which kinds, how far.
fn line(v: &Viewer, edition: Option<&Edition>, grant: &Grant) -> Markup {
    let of = |breadth: Breadth| -> Vec<Kind> {
        let has = |kind: &Kind| {
            let broadest = grant.rights_for(*kind).next();
            broadest.is_some_and(|right| right.breadth() == breadth)
        };
        Kind::ALL.into_iter().filter(has).collect()
    };
    let how_far = [
        (Breadth::Whole, ""),
        (Breadth::Own, v.t("roles-own")),
        (Breadth::Metadata, v.t("roles-known")),
    ];
    let mut limits: Vec<String> = Vec::new();
    for (breadth, words) in how_far {
        let kinds = of(breadth);
        let names = kind_names(edition, &kinds);
        match kinds.len() {
            0 => {}
            all if all == Kind::ALL.len() => limits.push(words.to_owned()),
            _ if words.is_empty() => {
                limits.push(v.t_args("roles-only-kinds", &[("kinds", names.into())]));
            }
            _ => limits.push(format!("{names}: {words}")),
        }
    }
    limits.retain(|limit| !limit.is_empty());
    html! {
        (capitalised(grant.action().words()))
        @if !limits.is_empty() { " " span.muted { "(" (limits.join("; ")) ")" } }
    }
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), letters.as_str())
    })
}
