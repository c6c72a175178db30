//! What a page answers when something is not as asked: the only place that knows status codes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use maud::html;

use crate::ui::{Frame, Mistakes, Side, Viewer, page_head};

/// Why a page cannot be shown, or a form not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody must sign in first.
    #[error("Please sign in")]
    SignIn {
        /// Where they wanted to go.
        back: String,
    },
    /// A form that cannot be read.
    #[error("{0}")]
    BadForm(String),
    /// More bytes than are taken.
    #[error("{0}")]
    TooLarge(String),
    /// The verb says no.
    #[error(transparent)]
    App(#[from] app::Error),
}

impl From<mainstay_store::Error> for Error {
    fn from(error: mainstay_store::Error) -> Self {
        Self::App(error.into())
    }
}

impl From<mainstay_domain::case::Refusal> for Error {
    fn from(refusal: mainstay_domain::case::Refusal) -> Self {
        Self::App(refusal.into())
    }
}

/// The status of a verb's refusal.
#[must_use]
pub fn status_of(error: &app::Error) -> StatusCode {
    use mainstay_domain::case::Refusal;
    match error {
        app::Error::Refused(
            Refusal::Closed
            | Refusal::NotClosed
            | Refusal::ReopeningOver { .. }
            | Refusal::AssignmentUnchanged
            | Refusal::SeverityUnchanged(_),
        )
        | app::Error::Stale { .. } => StatusCode::CONFLICT,
        app::Error::Refused(Refusal::VendorOnly) | app::Error::Denied(_) => StatusCode::FORBIDDEN,
        app::Error::Refused(_)
        | app::Error::Field { .. }
        | app::Error::KeyReused
        | app::Error::WrongPassword
        | app::Error::Description(_) => StatusCode::UNPROCESSABLE_ENTITY,
        app::Error::NotFound | app::Error::LinkUsed => StatusCode::NOT_FOUND,
        app::Error::SignedOut => StatusCode::UNAUTHORIZED,
        app::Error::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
        app::Error::File(_) => StatusCode::PAYLOAD_TOO_LARGE,
        app::Error::Store(error) => {
            use mainstay_store::db::Error as Db;
            match error {
                Db::Full | Db::Busy | Db::Unavailable { .. } | Db::ReadOnly => {
                    StatusCode::SERVICE_UNAVAILABLE
                }
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            }
        }
    }
}

/// A verb's refusal as mistakes of a form: at its field, or at the top.
#[must_use]
pub fn mistakes_of(error: &app::Error) -> Mistakes {
    let field = match error {
        app::Error::Refused(refusal) => refusal.field().map_or("", |field| field.name()),
        app::Error::Field { field, .. } => field,
        app::Error::WrongPassword => "password",
        app::Error::File(_) => "files",
        _ => "",
    };
    let mut mistakes = Mistakes::none();
    mistakes.add(field, error.to_string());
    mistakes
}

/// Whether a refusal is about what somebody typed, so that the form is shown again with it.
#[must_use]
pub const fn is_about_form(error: &app::Error) -> bool {
    matches!(
        error,
        app::Error::Refused(_)
            | app::Error::Field { .. }
            | app::Error::Stale { .. }
            | app::Error::File(_)
            | app::Error::WrongPassword
            | app::Error::TooManyAttempts { .. }
    )
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::SignIn { back } => {
                let query = serde_urlencoded::to_string([("back", back)]).unwrap_or_default();
                return Redirect::to(&format!("/sign-in?{query}")).into_response();
            }
            Self::BadForm(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::App(app::Error::SignedOut) => {
                return Redirect::to("/sign-in").into_response();
            }
            Self::App(error) => status_of(error),
        };
        if status.is_server_error() {
            tracing::error!(error = %self, "a page failed");
        }
        page(status, &self.to_string())
    }
}

/// A page that says what failed, without depending on anything that may have failed with it.
#[must_use]
pub fn page(status: StatusCode, sentence: &str) -> Response {
    let v = Viewer::new(mainstay_domain::Moment::from_unix(0));
    let (title, advice) = match status {
        StatusCode::NOT_FOUND => (v.t("failure-not-found"), v.t("failure-not-found-advice")),
        StatusCode::FORBIDDEN => (v.t("failure-forbidden"), v.t("failure-forbidden-advice")),
        status if status.is_server_error() => (v.t("failure-ours"), v.t("failure-ours-advice")),
        _ => (v.t("failure-yours"), v.t("failure-yours-advice")),
    };
    let body = html! {
        (page_head(title, html! {}, html! {}))
        p { (sentence) }
        p.muted { (advice) }
        p { a href="/" { (v.t("failure-home")) } }
    };
    let markup = Frame::new("Mainstay", Side::Public, title).render(&v, body);
    let mut response = (status, markup).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
    }
    response
}
