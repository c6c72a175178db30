//! Who asks: the session behind a request, and how its reader wants pages.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use jiff::tz::TimeZone;
use mainstay_app::{Credential, Session, auth};
use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Because, Denial};
use mainstay_domain::ids::AccountId;
use mainstay_store::people::{Organisation, Person};
use mainstay_store::{accounts, inbox};

use crate::error::Error;
use crate::routes::is_shown_in_view;
use crate::state::Web;
use crate::text_catalogue::Texts;
use crate::ui::{Theme, Viewer};

/// The session cookie.
pub const COOKIE: &str = "mainstay";
/// The cookie of a browser somebody has signed in with: it opens nothing, and lets failures of
/// strangers keep nobody out.
pub const DEVICE: &str = "mainstay-device";

/// Somebody signed in, reading a page.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who, as what.
    pub session: Session,
    /// How they read.
    pub viewer: Viewer,
    /// Notices they have not read.
    pub unread: u32,
    /// The name of the account they act for; empty for the vendor's people.
    pub account: String,
}

impl Signed {
    /// The moment of this request.
    #[must_use]
    pub const fn now(&self) -> Moment {
        self.viewer.now
    }

    /// Whose page it is: in a view, that of the person viewed.
    #[must_use]
    pub fn reader(&self) -> &Person {
        let view = self.session.view.as_deref();
        view.map_or(&self.session.person, |view| &view.person)
    }

    /// Whether they work for the vendor.
    #[must_use]
    pub fn is_vendor(&self) -> bool {
        self.session.principal.is_vendor()
    }
}

/// Somebody signed in who perhaps still has to show or add a second factor: only for the pages that
/// lead them to it, and for what they send.
pub struct Half(pub Signed);

impl Half {
    /// Whether they can do nothing else before they have.
    #[must_use]
    pub const fn lacks_factor(&self) -> bool {
        self.0.session.standing.lacks_factor
    }
}

/// Anybody: signed in or not.
pub struct MaybeSigned {
    /// Whoever is signed in.
    pub signed: Option<Signed>,
    /// Whether somebody is who still has to show or add a second factor.
    pub lacks_factor: bool,
    /// How they read.
    pub viewer: Viewer,
}

/// The value of a cookie.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The network address a request came from, as far as the server knows it.
#[must_use]
pub fn address(parts: &Parts) -> Option<IpAddr> {
    let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    from.map(|from| from.0.ip())
}

/// The page to come back to: the one asked for, or the one a form was sent from.
fn here(parts: &Parts) -> String {
    if parts.method == Method::GET {
        return parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string);
    }
    let referer = parts.headers.get(header::REFERER);
    let page = referer
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<Uri>().ok())
        .and_then(|uri| uri.path_and_query().map(ToString::to_string));
    page.unwrap_or_else(|| "/".to_owned())
}

impl FromRequestParts<Web> for Signed {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        let Half(signed) = Half::from_request_parts(parts, web).await?;
        if signed.session.standing.lacks_factor {
            let back = signed.viewer.here;
            return Err(Error::SecondFactor { back });
        }
        Ok(signed)
    }
}

impl FromRequestParts<Web> for Half {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        let back = here(parts);
        let signed_out = || Error::SignIn { back: back.clone() };
        let token = cookie(&parts.headers, COOKIE).ok_or_else(signed_out)?;
        let credential = Credential::session(token).from_network(address(parts));
        let now = web.app().now();
        let read = web
            .app()
            .db()
            .read(async |tx| {
                let session = auth::half_session(tx, credential, now).await?;
                let unread = match session.view {
                    Some(_) => 0,
                    None => {
                        let (id, who) = (session.person.id, &session.principal);
                        inbox::unread(tx, id, who.account(), who.limited_partner()).await?
                    }
                };
                let account = match session.principal.account() {
                    Some(id) => account_name(tx, id).await?,
                    None => String::new(),
                };
                Ok::<_, mainstay_app::Error>((session, unread, account))
            })
            .await;
        let (session, unread, account) = match read {
            Err(mainstay_app::Error::SignedOut) => return Err(signed_out()),
            other => other?,
        };
        web.app().note_seen(&session).await;
        check_view(parts, &session)?;
        let view = session.view.as_deref();
        let reader = view.map_or(&session.person, |view| &view.person);
        let viewer = Viewer {
            texts: Texts::choose(&[&reader.language]),
            zone: TimeZone::get(&reader.time_zone).unwrap_or(TimeZone::UTC),
            now,
            theme: Theme::read(&session.person.theme),
            csrf: String::new(),
            here: back,
        };
        let unread = u32::try_from(unread).unwrap_or(0);
        Ok(Self(Signed {
            session,
            viewer,
            unread,
            account,
        }))
    }
}

/// Whoever views the portal as a customer does changes nothing, and sees nothing that is a
/// person's own.
fn check_view(parts: &Parts, session: &Session) -> Result<(), Error> {
    if session.view.is_none() {
        return Ok(());
    }
    if parts.method != Method::GET && parts.method != Method::HEAD {
        return Err(mainstay_app::Error::InView.into());
    }
    let path = parts.extensions.get::<MatchedPath>();
    if path.is_some_and(|path| is_shown_in_view(path.as_str())) {
        return Ok(());
    }
    let denial = Denial {
        action: Action::ViewAsCustomer,
        because: Because::NotInView,
    };
    Err(mainstay_app::Error::Denied(denial).into())
}

async fn account_name(
    tx: &mut mainstay_store::Tx<'_>,
    id: AccountId,
) -> Result<String, mainstay_store::Error> {
    let account = accounts::find(tx, id).await?;
    Ok(account.map(|account| account.name).unwrap_or_default())
}

impl FromRequestParts<Web> for MaybeSigned {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Error> {
        match Signed::from_request_parts(parts, web).await {
            Ok(signed) => Ok(Self {
                viewer: signed.viewer.clone(),
                signed: Some(signed),
                lacks_factor: false,
            }),
            Err(error @ (Error::SignIn { .. } | Error::SecondFactor { .. })) => {
                let theme = cookie(&parts.headers, "theme").map_or(Theme::System, Theme::read);
                let viewer = Viewer::new(web.app().now());
                Ok(Self {
                    signed: None,
                    lacks_factor: matches!(error, Error::SecondFactor { .. }),
                    viewer: Viewer {
                        theme,
                        here: here(parts),
                        ..viewer
                    },
                })
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether a session belongs to a partner.
#[must_use]
pub const fn is_partner(session: &Session) -> bool {
    matches!(session.organisation, Organisation::Partner(_))
}
