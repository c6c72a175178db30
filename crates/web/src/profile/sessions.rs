//! Where somebody is signed in, and ending it.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::auth::Secret;
use mainstay_store::sessions::{self, How, Listed};
use maud::{Markup, html};

use super::password::crumbs;
use crate::error::Error;
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Look, Viewer, page_head, words};

/// `GET /profile/sessions`
///
/// # Errors
/// When the store fails.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    let (person, now) = (signed.session.person.id, signed.now());
    let Secret::Session(token) = signed.session.credential.secret else {
        return Err(app::Error::NotFound.into());
    };
    let all = web
        .app()
        .db()
        .read(async |tx| sessions::list(tx, person, &token, now).await)
        .await?;
    let v = &signed.viewer;
    let title = v.t("access-profile-sessions");
    let body = html! {
        (page_head(title, html! { (v.t("access-sessions-explained")) }, html! {}))
        ul.plain { @for one in &all { li { (line(v, one)) } } }
        @if all.len() < 2 { p.muted { (v.t("access-sessions-alone")) } }
        form.inline method="post" action="/profile/sessions/end" {
            @if all.len() > 1 {
                (Button::new(v.t("access-sessions-end-others")).sends("session", "others").submit())
                " "
            }
            (Button::new(v.t("access-sessions-end-all")).look(Look::Danger)
                .sends("session", "all").submit())
        }
    };
    let page = Page {
        crumbs: &crumbs(v, title),
        ..Page::new(title, Place::Elsewhere)
    };
    Ok(page.render(&web, &signed, body))
}

fn line(v: &Viewer, one: &Listed) -> Markup {
    let what = browser(v, one.agent.as_deref().unwrap_or_default());
    let how = match How::from_code(&one.how) {
        Some(How::Password) => v.t("access-how-password"),
        Some(How::Passkey) => v.t("access-how-passkey"),
        Some(How::Provider) => v.t("access-how-provider"),
        Some(How::Link) => v.t("access-how-link"),
        Some(How::Demo) => v.t("access-how-demo"),
        None => "",
    };
    html! {
        b { (what) }
        @if one.is_this { span { (v.t("access-session-this")) } }
        @if let Some(network) = &one.network {
            span.muted { (v.t_args("access-session-from", &[("network", network.as_str().into())])) }
        }
        span.muted { (v.t("access-session-began")) " " (how)
            @if one.is_strong { " " (v.t("access-how-strong")) }
            ", " (words::moment(v, one.created_at)) }
        span.muted { (v.t("access-session-seen")) " " (words::ago(v, one.seen_at)) }
        @if !one.is_this {
            form.inline method="post" action="/profile/sessions/end" {
                input type="hidden" name="session" value=(one.id);
                span.sr { (v.t_args("access-session-end-label", &[("what", what.as_str().into())])) }
                (Button::new(v.t("access-session-end")).look(Look::Danger).small().submit())
            }
        }
    }
}

/// `POST /profile/sessions/end`: one of them, all others, or all.
///
/// # Errors
/// [`app::Error::NotFound`] for a session that is not theirs.
pub async fn end(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let app = web.app();
    match fields.text("session") {
        "all" => {
            app.sign_out_everywhere(&signed.session).await?;
            return Ok(Redirect::to("/sign-in").into_response());
        }
        "others" => app.end_other_sessions(&signed.session).await?,
        id => {
            let id = id.parse().map_err(|_| app::Error::NotFound)?;
            app.end_session(&signed.session, id).await?;
        }
    }
    Ok(Redirect::to("/profile/sessions").into_response())
}

/// What a browser calls itself, in words people know. Each names those it wants to be taken for,
/// so the order matters.
fn browser(v: &Viewer, agent: &str) -> String {
    let named = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    let browser = named(&[
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = named(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    let Some(browser) = browser else {
        return v.t("access-session-browser-unknown").to_owned();
    };
    let system = system.unwrap_or(v.t("access-session-system-unknown"));
    v.t_args(
        "access-session-browser",
        &[("browser", browser.into()), ("system", system.into())],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_by_its_own_name_not_by_those_it_claims() {
        let v = Viewer::new(mainstay_domain::Moment::from_unix(0));
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(browser(&v, chrome), "Chrome on Linux");
        let edge = format!(
            "{} Edg/142.0",
            chrome.replace("X11; Linux x86_64", "Windows NT 10.0")
        );
        assert_eq!(browser(&v, &edge), "Edge on Windows");
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(browser(&v, safari), "Safari on iPhone");
        assert_eq!(browser(&v, ""), "A browser");
    }
}
