//! How somebody signs in: their passkeys, their app for codes, their recovery codes.

pub mod codes;
pub mod factor;
pub mod parts;
pub mod passkeys;
pub mod proof;
pub mod qr;
pub mod rules;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::factors::{Added, Factors};
use mainstay_domain::access::Action;
use mainstay_store::factors::Passkey;
use maud::{Markup, html};

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place, side_of};
use crate::sign_in::{safe, set_cookie};
use crate::signed::{COOKIE, Half, Signed};
use crate::state::Web;
use crate::ui::{
    Button, Crumb, Field, Form, Frame, Icon, Look, Mistakes, Tone, Viewer, blocks, page_head, words,
};

/// Where somebody's own factors are shown.
const HERE: &str = "/profile/security";

/// `GET /profile/security`
///
/// # Errors
/// When the store fails.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    draw(&web, &signed, &Incoming::default(), &Mistakes::none()).await
}

async fn draw(
    web: &Web,
    signed: &Signed,
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Result<Markup, Error> {
    let factors = web.app().factors(&signed.session).await?;
    let v = &signed.viewer;
    let form = Form::post(v, HERE).mistakes(mistakes);
    let body = html! {
        (page_head(v.t("security-title"), html! { (v.t("security-explained")) }, html! {}))
        @if factors.is_fresh { (form.summary()) } @else { (proof_first(web, v, &factors, mistakes)) }
        (passkeys_section(web, v, &factors, fields.text("name"), mistakes))
        (codes_section(v, &factors))
        (recovery_section(v, &factors))
        @if signed.session.grant(Action::RequireFactor).is_ok() {
            p { (Button::new(v.t("security-factors-link")).icon(Icon::People).link("/factors")) }
        }
    };
    let crumbs = [Crumb {
        href: "/profile",
        label: v.t("profile-title"),
    }];
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(v.t("security-title"), Place::Elsewhere)
    };
    Ok(page.render(web, signed, body))
}

fn proof_first(web: &Web, v: &Viewer, factors: &Factors, mistakes: &Mistakes) -> Markup {
    blocks::section(
        v.t("security-proof-title"),
        html! {},
        html! {
            p.muted { (v.t("security-proof-explained")) }
            (parts::prove(web, v, factors, (true, HERE), mistakes))
        },
    )
}

fn passkeys_section(
    web: &Web,
    v: &Viewer,
    factors: &Factors,
    name: &str,
    mistakes: &Mistakes,
) -> Markup {
    let body = html! {
        p.muted { (v.t("security-passkeys-explained")) }
        @if factors.passkeys.is_empty() {
            p { (v.t("security-passkeys-none")) }
        } @else {
            ul.plain { @for passkey in &factors.passkeys { (line(v, passkey, factors.is_fresh)) } }
        }
        @if web.party().is_none() { p.muted { (v.t("security-passkeys-no-name")) } }
        @else if factors.is_fresh { (parts::make_passkey(v, HERE, name, mistakes)) }
    };
    blocks::section(v.t("security-passkeys"), html! {}, body)
}

fn line(v: &Viewer, passkey: &Passkey, is_fresh: bool) -> Markup {
    let id = passkey.id.to_string();
    let prefix = format!("r-{id}-");
    let rename = Form::post(v, "/profile/security/passkeys/name").prefix(&prefix);
    let remove = Form::post(v, "/profile/security/passkeys/removal");
    html! {
        li {
            b dir="auto" { (passkey.name) }
            span.muted {
                (v.t("security-passkey-made")) " " (words::moment(v, passkey.made_at)) ", "
                @match passkey.used_at {
                    Some(at) => { (v.t("security-passkey-used")) " " (words::ago(v, at)) }
                    None => { (v.t("security-passkey-unused")) }
                }
            }
            (blocks::fold(v.t("security-passkey-rename"), false, rename.render(html! {
                (rename.hidden("id", &id))
                (rename.text(Field::new("name", v.t("security-passkey-name"))
                    .value(&passkey.name).required()))
                (rename.actions(Button::new(v.t("security-passkey-rename-do")), html! {}))
            })))
            @if is_fresh {
                (remove.render(html! {
                    (remove.hidden("id", &id))
                    (Button::new(v.t("security-passkey-remove")).look(Look::Danger).small().submit())
                }))
            }
        }
    }
}

fn codes_section(v: &Viewer, factors: &Factors) -> Markup {
    let remove = Button::new(v.t("security-codes-remove")).look(Look::Danger);
    let body = html! {
        p.muted { (v.t("security-codes-explained")) }
        @match factors.codes_since {
            Some(since) => p { (v.t("security-codes-since")) " " (words::moment(v, since)) },
            None => p { (v.t("security-codes-none")) },
        }
        @if factors.is_fresh {
            @if factors.codes_since.is_some() {
                (parts::begin_codes(v, v.t("security-codes-replace"), HERE))
                (remove.post(v, "/profile/security/codes/removal"))
            } @else {
                (parts::begin_codes(v, v.t("security-codes-add"), HERE))
            }
        }
    };
    blocks::section(v.t("security-codes"), html! {}, body)
}

fn recovery_section(v: &Viewer, factors: &Factors) -> Markup {
    let left = [("n", factors.recovery_codes.into())];
    let make = Button::new(v.t("security-recovery-make"));
    html! {
        @if factors.any() {
            (blocks::section(v.t("security-recovery"), html! {}, html! {
                p.muted { (v.t("security-recovery-explained")) }
                p { (v.t_args("security-recovery-left", &left)) }
                @if factors.is_fresh {
                    p.hint { (v.t("security-recovery-make-hint")) }
                    (make.post(v, "/profile/security/recovery-codes"))
                }
            }))
        }
    }
}

/// Where somebody goes on after they have changed something: where they wanted to go before they
/// were asked for a factor, else their own page.
fn onward<'a>(half: &Half, fields: &'a Incoming) -> &'a str {
    let back = fields.text("back");
    match back {
        "" if half.lacks_factor() => "/",
        "" => HERE,
        back => safe(back),
    }
}

/// The page a form was sent from once more, with what is wrong.
async fn again(
    web: &Web,
    half: &Half,
    fields: &Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let mistakes = mistakes_of(&error);
    let page = if half.lacks_factor() {
        factor::draw(web, half, fields, &mistakes).await?
    } else {
        draw(web, &half.0, fields, &mistakes).await?
    };
    Ok((status_of(&error), page).into_response())
}

/// Goes on after a factor was added: past the recovery codes, if new ones were made.
fn go_on(web: &Web, half: &Half, added: &Added, to: &str) -> Response {
    let mut response = if added.recovery_codes.is_empty() {
        Redirect::to(to).into_response()
    } else {
        show_codes(web, half, &added.recovery_codes, to).into_response()
    };
    if let Some(session) = &added.renewed {
        set_cookie(
            web,
            &mut response,
            (COOKIE, "/"),
            &session.token,
            session.max_age,
        );
    }
    response
}

/// Recovery codes, this once.
fn show_codes(web: &Web, half: &Half, codes: &[String], to: &str) -> Markup {
    let v = &half.0.viewer;
    let body = html! {
        (page_head(v.t("security-recovery-shown"), html! { (v.t("security-recovery-explained")) }, html! {}))
        (blocks::notice(Tone::Warn, v.t("security-recovery-shown-once"), html! {}))
        ol.recovery-codes { @for code in codes { li { code { (code) } } } }
        p { (Button::primary(v.t("security-recovery-continue")).link(to)) }
    };
    bare(web, half, v.t("security-recovery-shown"), body, false)
}

/// A page without a way elsewhere, for those who cannot go elsewhere yet.
fn bare(web: &Web, half: &Half, title: &str, body: Markup, has_mistakes: bool) -> Markup {
    let vendor = web.vendor();
    // Only the public side offers to sign in, which they have done.
    let side = side_of(&half.0);
    Frame {
        has_mistakes,
        ..Frame::new(&vendor, side, title)
    }
    .render(&half.0.viewer, blocks::narrow(body))
}
