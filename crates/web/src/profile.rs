//! What somebody sets for themselves: theme, API tokens, where they are signed in; and their
//! notices.

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_domain::case::EffectKind;
use mainstay_domain::ids::AccountId;
use mainstay_store::inbox::Notice;
use mainstay_store::people::Organisation;
use mainstay_store::{accounts, inbox, sessions};
use maud::{Markup, html};

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::partner;
use crate::shell::{Page, Place};
use crate::signed::{MaybeSigned, Signed};
use crate::state::Web;
use crate::ui::{
    Button, Field, Form, Icon, Look, Mistakes, Theme, Viewer, blocks, empty, page_head, words,
};

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
    draw(&web, &signed, &Mistakes::none(), None).await
}

async fn draw(
    web: &Web,
    signed: &Signed,
    mistakes: &Mistakes,
    fresh_token: Option<&str>,
) -> Result<Markup, Error> {
    let v = &signed.viewer;
    let person = signed.session.person.id;
    let now = signed.now();
    let partner = match signed.session.organisation {
        Organisation::Partner(partner) => Some(partner),
        _ => None,
    };
    let (tokens, customers) = web
        .app()
        .db()
        .read(async |tx| {
            let tokens = sessions::tokens(tx, person).await?;
            let customers = match partner {
                Some(partner) => accounts::accounts_of_partner(tx, partner, person, now).await?,
                None => Vec::new(),
            };
            Ok::<_, mainstay_store::Error>((tokens, customers))
        })
        .await?;
    let form = Form::post(v, "/profile/tokens").mistakes(mistakes);
    let body = html! {
        (page_head(v.t("profile-title"), html! { (signed.session.person.email) }, html! {}))
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
        (blocks::section(v.t("profile-tokens"), html! {}, html! {
            p.muted { (v.t("profile-tokens-explained")) " " a href="/api" { (v.t("profile-api")) } }
            @if let Some(token) = fresh_token {
                (blocks::notice(crate::ui::Tone::Ok, v.t("profile-token-shown-once"), html! {
                    code.secret { (token) }
                }))
            }
            @if !tokens.is_empty() {
                ul.plain { @for (name, made, revoked) in &tokens {
                    li {
                        b { (name) } " " span.muted { (words::moment(v, *made)) }
                        @match revoked {
                            Some(at) => { " " span.muted { (v.t("profile-token-revoked")) " " (words::moment(v, *at)) } }
                            None => { " " form.inline method="post" action="/profile/tokens/revocation" {
                                input type="hidden" name="name" value=(name);
                                (Button::new(v.t("profile-token-revoke")).look(Look::Danger).small().submit())
                            } }
                        }
                    }
                } }
            }
            (form.render(html! {
                (form.text(Field::new("name", v.t("profile-token-name")).required()))
                (form.actions(Button::new(v.t("profile-token-create")), html! {}))
            }))
        }))
        (blocks::section(v.t("profile-sessions"), html! {}, html! {
            form method="post" action="/profile/sessions/end" {
                (Button::new(v.t("profile-sign-out-everywhere")).look(Look::Danger).submit())
            }
        }))
    };
    let page = Page {
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(v.t("profile-title"), Place::Elsewhere)
    };
    Ok(page.render(web, signed, body))
}

/// `POST /profile/tokens`
///
/// # Errors
/// When the store fails.
pub async fn create_token(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    match web
        .app()
        .create_token(&signed.session, fields.text("name"))
        .await
    {
        Ok(token) => {
            let page = draw(&web, &signed, &Mistakes::none(), Some(&token)).await?;
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((StatusCode::CREATED, no_store, page).into_response())
        }
        Err(error) if is_about_form(&error) => {
            let page = draw(&web, &signed, &mistakes_of(&error), None).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /profile/tokens/revocation`
///
/// # Errors
/// When the store fails.
pub async fn revoke_token(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Redirect, Error> {
    web.app()
        .revoke_token(&signed.session, fields.text("name"))
        .await?;
    Ok(Redirect::to("/profile"))
}

/// `POST /profile/sessions/end`
///
/// # Errors
/// When the store fails.
pub async fn end_sessions(State(web): State<Web>, signed: Signed) -> Result<Redirect, Error> {
    web.app().sign_out_everywhere(&signed.session).await?;
    Ok(Redirect::to("/sign-in"))
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
    let account = signed.session.principal.account();
    let notices = web
        .app()
        .db()
        .read(async |tx| inbox::list(tx, person, account).await)
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
    let (sign, what) = match notice.kind {
        EffectKind::Acknowledge => (Icon::Check, v.t("notice-acknowledge")),
        EffectKind::TellAssignee => (Icon::Reply, v.t("notice-tell-assignee")),
        EffectKind::TellRequester => (Icon::Reply, v.t("notice-tell-requester")),
        EffectKind::Warn { .. } => (Icon::Clock, v.t("notice-warn")),
        EffectKind::Breach { .. } => (Icon::Bolt, v.t("notice-breach")),
        EffectKind::Partner { what, .. } => (Icon::People, partner::news(v, what)),
    };
    let due = match notice.kind {
        EffectKind::Warn { due_at, .. } | EffectKind::Breach { due_at, .. } => Some(due_at),
        EffectKind::Partner { what, at } => {
            return partner::news_line(v, notice, sign, (what, at));
        }
        _ => None,
    };
    html! {
        li.notice-line.is-unread[notice.read_at.is_none()] {
            (crate::ui::icon(sign))
            div {
                p { (what) " "
                    @if let (Some(number), Some(subject)) = (notice.number, &notice.subject) {
                        a href={ "/cases/" (number) } { (number) " · " bdi { (subject) } }
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
