//! Who somebody is at their organisation's sign-in: linked, listed, taken away.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_store::providers::{self, Holder, Identity, Provider};
use mainstay_store::reach;
use maud::{Markup, html};
use uuid::Uuid;

use crate::error::Error;
use crate::incoming::Incoming;
use crate::provider::{gone, mistakes, named};
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{
    Button, Crumb, Icon, Look, Mistakes, Tone, Viewer, blocks, empty, page_head, words,
};

/// `GET /profile/identities`
///
/// # Errors
/// When the store fails.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    draw(&web, &signed, &Mistakes::none()).await
}

/// Whether somebody's organisation has a sign-in they can link themselves to.
///
/// # Errors
/// Whatever the database says.
pub async fn has_provider(
    tx: &mut mainstay_store::Tx<'_>,
    signed: &Signed,
) -> Result<bool, mainstay_store::Error> {
    let Some(holder) = Holder::of(signed.session.organisation) else {
        return Ok(false);
    };
    reach::of(tx, &signed.session.principal);
    let providers = providers::list(tx, holder).await?;
    Ok(providers.iter().any(|one| one.is_enabled))
}

async fn draw(web: &Web, signed: &Signed, mistakes: &Mistakes) -> Result<Markup, Error> {
    let v = &signed.viewer;
    let session = &signed.session;
    let (identities, usable) = match Holder::of(session.organisation) {
        Some(holder) => {
            let read = async |tx: &mut mainstay_store::Tx<'_>| {
                reach::of(tx, &session.principal);
                let identities = providers::identities(tx, holder, session.person.id).await?;
                let usable = providers::list(tx, holder).await?;
                Ok::<_, mainstay_store::Error>((identities, usable))
            };
            web.app().db().read(read).await?
        }
        None => (Vec::new(), Vec::new()),
    };
    let usable: Vec<Provider> = usable.into_iter().filter(|one| one.is_enabled).collect();
    let body = html! {
        (page_head(v.t("identities-title"), html! {}, html! {}))
        @if let Some(mistake) = mistakes.of("identity") {
            (blocks::notice(Tone::Bad, "", html! { (mistake) }))
        }
        @if !usable.is_empty() { p { (v.t("identities-explained")) } }
        @if !identities.is_empty() {
            (blocks::section(v.t("identities-linked"), html! {}, list(v, &identities)))
        } @else if !usable.is_empty() {
            p.muted { (v.t("identities-none")) }
        }
        @if usable.is_empty() {
            (empty(Icon::Lock, v.t("identities-no-provider"), html! {}))
        }
        div.row { @for provider in &usable { (link_button(v, provider)) } }
    };
    let crumbs = [Crumb {
        label: v.t("profile-title"),
        href: "/profile",
    }];
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(v.t("identities-title"), Place::Elsewhere)
    };
    Ok(page.render(web, signed, body))
}

fn link_button(v: &Viewer, provider: &Provider) -> Markup {
    let words = v.t_args(
        "identities-link",
        &[("name", provider.name.as_str().into())],
    );
    html! {
        form.one-button method="post" action="/profile/identities" {
            (crate::ui::form::csrf(v))
            input type="hidden" name="provider" value=(provider.id);
            (Button::new(&words).submit())
        }
    }
}

fn list(v: &Viewer, identities: &[Identity]) -> Markup {
    html! {
        ul.plain { @for one in identities {
            li {
                b { bdi { (one.name) } } " "
                span.muted {
                    bdi { (one.issuer) } " · "
                    (v.t("identities-linked-since")) " " (words::moment(v, one.linked_at))
                    @if let Some(at) = one.used_at {
                        " · " (v.t("identities-last-used")) " " (words::moment(v, at))
                    }
                }
                form.inline method="post" action="/profile/identities/removal" {
                    (crate::ui::form::csrf(v))
                    input type="hidden" name="identity" value=(one.id);
                    (Button::new(v.t("identities-remove")).look(Look::Danger).small().submit())
                }
            }
        } }
    }
}

/// `POST /profile/identities`: leaves to link one.
///
/// # Errors
/// When the store fails.
pub async fn link(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let origin = &web.config().origin;
    let app = web.app();
    let left = app
        .leave_to_link(&signed.session, named(&fields), origin)
        .await;
    gone(&web, &signed.viewer, left)
}

/// `POST /profile/identities/removal`
///
/// # Errors
/// When the store fails.
pub async fn remove(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let id = fields.text("identity").parse().unwrap_or(Uuid::nil());
    match web.app().remove_identity(&signed.session, id).await {
        Ok(()) => Ok(Redirect::to("/profile/identities").into_response()),
        Err(error) => {
            let (status, mistakes) = mistakes(error)?;
            let page = draw(&web, &signed, &mistakes).await?;
            Ok((status, page).into_response())
        }
    }
}
