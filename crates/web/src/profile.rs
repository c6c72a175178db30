//! What somebody sets for themselves: theme, password, API tokens, where they are signed in and for
//! whom they act; and their notices.

pub mod organisation;
pub mod password;
pub mod sessions;
pub mod tokens;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::case::EffectKind;
use mainstay_domain::ids::AccountId;
use mainstay_store::inbox::{About, Notice};
use mainstay_store::people::Organisation;
use mainstay_store::{accounts, inbox, people};
use maud::{Markup, html};

use crate::error::Error;
use crate::incoming::Incoming;
use crate::internal::words as internal_words;
use crate::partner;
use crate::shell::{Page, Place};
use crate::signed::{MaybeSigned, Signed};
use crate::state::Web;
use crate::ui::{Button, Icon, Theme, Viewer, blocks, empty, page_head, words};

/// `POST /theme`: works signed in and not.
///
/// # Errors
/// When the store fails.
pub async fn save_theme(
    State(web): State<Web>,
    anybody: MaybeSigned,
    fields: Incoming,
) -> Result<Response, Error> {
    let theme = Theme::read(fields.text("theme")).as_str();
    let back = fields.text("back");
    let is_own = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    let mut response = Redirect::to(if is_own { back } else { "/" }).into_response();
    match anybody.signed {
        Some(signed) => web.app().save_theme(&signed.session, theme).await?,
        None => {
            let value = format!("theme={theme}; Path=/; SameSite=Lax; Max-Age=31536000");
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(header::SET_COOKIE, value);
            }
        }
    }
    Ok(response)
}

/// `GET /profile`
///
/// # Errors
/// When the store fails.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    let v = &signed.viewer;
    let (person, now) = (signed.session.person.id, signed.now());
    let partner = match signed.session.organisation {
        Organisation::Partner(partner) => Some(partner),
        _ => None,
    };
    let (organisations, customers, has_provider) = web
        .app()
        .db()
        .read(async |tx| {
            let organisations = people::organisations(tx, person).await?;
            let customers = match partner {
                Some(partner) => accounts::accounts_of_partner(tx, partner, person, now).await?,
                None => Vec::new(),
            };
            let has_provider = crate::identities::has_provider(tx, &signed).await?;
            Ok::<_, mainstay_store::Error>((organisations, customers, has_provider))
        })
        .await?;
    let body = html! {
        (page_head(v.t("profile-title"), html! { (signed.session.person.email) }, html! {}))
        (organisation::section(&web, &signed, &organisations))
        @if !customers.is_empty() {
            (blocks::section(v.t("profile-customers"), html! {}, html! {
                p.muted { (v.t("profile-customers-explained")) }
                ul.plain { @for customer in &customers {
                    li { form.inline method="post" action="/profile/customer" {
                        input type="hidden" name="account" value=(customer.id);
                        @let is_current = signed.session.principal.account() == Some(customer.id);
                        (Button::new(&customer.name).disabled(is_current).submit())
                    } }
                } }
            }))
        }
        (blocks::section(v.t("profile-about"), html! {}, html! {
            ul.plain { li { a href="/profile/particulars" { (v.t("particulars-link")) } } }
        }))
        (blocks::section(v.t("access-profile-sign-in"), html! {}, html! {
            ul.plain {
                li { a href="/profile/password" { (v.t("access-profile-password")) } }
                li { a href="/profile/security" { (v.t("security-open")) }
                    span.muted { (v.t("security-explained")) } }
                @if has_provider {
                    li { a href="/profile/identities" { (v.t("identities-title")) }
                        span.muted { (v.t("identities-explained")) } }
                }
                li { a href="/profile/sessions" { (v.t("access-profile-sessions")) } }
                li { a href="/profile/tokens" { (v.t("access-profile-tokens")) } }
            }
        }))
        @if looks_after(&signed) {
            (blocks::section(v.t("access-profile-organisation"), html! {}, looked_after(&signed)))
        }
    };
    let page = Page::new(v.t("profile-title"), Place::Elsewhere);
    Ok(page.render(&web, &signed, body))
}

/// Whether somebody looks after anything for their organisation.
fn looks_after(signed: &Signed) -> bool {
    app::services::decide(&signed.session).is_ok()
        || crate::resets::starts_others(&signed.session)
        || app::providers::holder_of(&signed.session).is_ok()
        || signed.session.grant(Action::RequireFactor).is_ok()
}

/// The pages on which somebody looks after how their organisation signs in, and its programs.
pub(crate) fn looked_after(signed: &Signed) -> Markup {
    let v = &signed.viewer;
    let (services, provider, provider_words) = if signed.is_vendor() {
        let words = v.t("identities-set-up-team");
        ("/team/services", "/team/sign-in", words)
    } else {
        let words = v.t("identities-set-up");
        ("/organisation/services", "/organisation/sign-in", words)
    };
    html! {
        ul.plain {
            @if crate::resets::starts_others(&signed.session) {
                li { a href="/resets" { (v.t("access-profile-resets")) } }
            }
            @if app::providers::holder_of(&signed.session).is_ok() {
                li { a href=(provider) { (provider_words) } }
            }
            @if signed.session.grant(Action::RequireFactor).is_ok() {
                li { a href="/factors" { (v.t("security-factors-link")) } }
            }
            @if app::services::decide(&signed.session).is_ok() {
                li { a href=(services) { (v.t("access-profile-services")) } }
            }
        }
    }
}

/// `POST /profile/customer`: the customer a partner's person acts for.
///
/// # Errors
/// [`app::Error::NotFound`] when that customer does not let them.
pub async fn choose_customer(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Redirect, Error> {
    let account: AccountId = fields
        .text("account")
        .parse()
        .map_err(|_| app::Error::NotFound)?;
    web.app().act_for(&signed.session, account).await?;
    Ok(Redirect::to(&partner::after_switch(fields.text("back"))))
}

/// `GET /notifications`
///
/// # Errors
/// When the store fails.
pub async fn notices(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    let v = &signed.viewer;
    let person = signed.session.person.id;
    let principal = &signed.session.principal;
    let (account, limited) = (principal.account(), principal.limited_partner());
    let notices = web
        .app()
        .db()
        .read(async |tx| inbox::list(tx, person, account, limited).await)
        .await?;
    let read = Button::new(v.t("notifications-mark-read")).icon(Icon::Check);
    let actions = html! { @if signed.unread > 0 { (read.post(v, "/notifications/read")) } };
    let body = html! {
        (page_head(v.t("notifications-label"), html! {}, actions))
        div id="notices" data-live-topic="notifications" {
            @if notices.is_empty() {
                (empty(Icon::Bell, v.t("notifications-empty"), html! {}))
            }
            ul.notices { @for notice in &notices { (line(v, notice)) } }
        }
    };
    Ok(Page::new(v.t("notifications-label"), Place::Elsewhere).render(&web, &signed, body))
}

fn line(v: &Viewer, notice: &Notice) -> Markup {
    let moved;
    let (sign, what) = match notice.kind {
        EffectKind::MovedAway { number } => {
            let number = number.to_string();
            moved = v.t_args("notice-moved-away", &[("number", number.into())]);
            (Icon::Outside, moved.as_str())
        }
        EffectKind::Acknowledge => (Icon::Check, v.t("notice-acknowledge")),
        EffectKind::TellAssignee => (Icon::Reply, v.t("notice-tell-assignee")),
        EffectKind::TellRequester => (Icon::Reply, v.t("notice-tell-requester")),
        EffectKind::TellAdded => (Icon::People, v.t("notice-tell-added")),
        EffectKind::TellParticipant => (Icon::Reply, v.t("notice-tell-participant")),
        EffectKind::TellColleague => (Icon::Lock, v.t("notice-tell-colleague")),
        EffectKind::Warn { .. } => (Icon::Clock, v.t("notice-warn")),
        EffectKind::Breach { .. } => (Icon::Bolt, v.t("notice-breach")),
        EffectKind::Internal { news } => internal_words::news(v, news),
        EffectKind::Partner { what, .. } => (Icon::People, partner::news(v, what)),
    };
    let due = match notice.kind {
        EffectKind::Warn { due_at, .. } | EffectKind::Breach { due_at, .. } => Some(due_at),
        EffectKind::Partner { what, at } => {
            return partner::news_line(v, notice, sign, (what, at));
        }
        _ => None,
    };
    let link = match notice.about {
        About::Case(number) => Some((format!("/cases/{number}"), number.to_string())),
        About::Internal { id, is_own: true } => Some((format!("/asked/{id}"), String::new())),
        About::Internal { id, .. } => Some((format!("/inbox/{id}"), String::new())),
        About::Account => None,
    };
    html! {
        li.notice-line.is-unread[notice.read_at.is_none()] {
            (crate::ui::icon(sign))
            div {
                p { (what) " "
                    @if let Some((href, number)) = link {
                        a href=(href) {
                            @if !number.is_empty() { (number) " · " }
                            bdi { (notice.subject) }
                        }
                    }
                    @if let Some(due) = due { " · " (v.t("notice-due")) " " (words::moment(v, due)) }
                }
                p.muted { bdi { (notice.account) } " · " (words::ago(v, notice.at)) }
            }
        }
    }
}

/// `POST /notifications/read`
///
/// # Errors
/// When the store fails.
pub async fn mark_read(State(web): State<Web>, signed: Signed) -> Result<Redirect, Error> {
    let (person, now) = (signed.session.person.id, signed.now());
    let account = signed.session.principal.account();
    let mark = async move |tx: &mut mainstay_store::Tx<'_>| {
        inbox::mark_read(tx, person, account, now).await
    };
    web.app().db().write(mark).await?;
    Ok(Redirect::to("/notifications"))
}
