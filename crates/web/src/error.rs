//! What a page answers when something is not as asked: the only place that knows status codes.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use maud::html;

use crate::text_catalogue::Texts;
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
    /// A second factor is asked of them first.
    #[error("Please show your second factor")]
    SecondFactor {
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
        | app::Error::Stale { .. }
        | app::Error::Settled(_) => StatusCode::CONFLICT,
        app::Error::Refused(Refusal::VendorOnly | Refusal::CustomerOnly)
        | app::Error::Denied(_)
        | app::Error::InView
        | app::Error::ViewOver
        | app::Error::FactorRequired
        | app::Error::ProofNeeded => StatusCode::FORBIDDEN,
        app::Error::Refused(_)
        | app::Error::Internal(_)
        | app::Error::Field { .. }
        | app::Error::KeyReused
        | app::Error::WrongPassword
        | app::Error::ProviderOnly
        | app::Error::VouchedElsewhere
        | app::Error::Description(_) => StatusCode::UNPROCESSABLE_ENTITY,
        app::Error::NotFound | app::Error::LinkUsed => StatusCode::NOT_FOUND,
        app::Error::ProviderRefused { .. } => StatusCode::BAD_REQUEST,
        app::Error::SignedOut => StatusCode::UNAUTHORIZED,
        app::Error::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
        app::Error::File(_) => StatusCode::PAYLOAD_TOO_LARGE,
        app::Error::Disk { .. } => StatusCode::SERVICE_UNAVAILABLE,
        app::Error::Store(error) if error.is_passing() => StatusCode::SERVICE_UNAVAILABLE,
        app::Error::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A verb's refusal as mistakes of a form: at its field, or at the top.
#[must_use]
pub fn mistakes_of(error: &app::Error) -> Mistakes {
    let field = match error {
        app::Error::Refused(refusal) => refusal.field().map_or("", |field| field.name()),
        app::Error::Internal(refusal) => refusal.field().unwrap_or(""),
        app::Error::Field { field, .. } => field,
        app::Error::WrongPassword => "password",
        app::Error::File(_) => "files",
        _ => "",
    };
    let mut mistakes = Mistakes::none();
    mistakes.add(field, words_of(error));
    mistakes
}

/// A refusal in words for whoever filled a form in. What the disk or the engine said is for whoever
/// runs this, and stands in the log.
#[must_use]
pub fn words_of(error: &app::Error) -> String {
    let texts = Texts::english();
    match error {
        app::Error::Store(error) if error.is_uncertain() => texts.t("failure-unknown").to_owned(),
        error if error.is_passing() => texts.t("failure-passing").to_owned(),
        error => error.to_string(),
    }
}

/// Whether the form is shown again with what somebody typed: the refusal is about that, or the same
/// form may well be taken another time. The failure of a disk is noted in the log here, since no
/// page of failures will do it.
#[must_use]
pub fn is_about_form(error: &app::Error) -> bool {
    if error.is_passing() {
        tracing::error!(%error, "a form could not be kept");
        return true;
    }
    matches!(
        error,
        app::Error::Refused(_)
            | app::Error::Internal(_)
            | app::Error::Field { .. }
            | app::Error::Stale { .. }
            | app::Error::File(_)
            | app::Error::WrongPassword
            | app::Error::ProviderOnly
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
            Self::SecondFactor { back } => {
                let query = serde_urlencoded::to_string([("back", back)]).unwrap_or_default();
                return Redirect::to(&format!("/sign-in/factor?{query}")).into_response();
            }
            Self::App(app::Error::FactorRequired) => {
                return Redirect::to("/sign-in/factor").into_response();
            }
            Self::App(app::Error::ProofNeeded) => {
                return Redirect::to("/profile/security").into_response();
            }
            Self::BadForm(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::App(app::Error::SignedOut) => {
                return Redirect::to("/sign-in").into_response();
            }
            Self::App(app::Error::ViewOver) => {
                return Redirect::to("/view/over").into_response();
            }
            Self::App(error) => status_of(error),
        };
        if status.is_server_error() {
            tracing::error!(error = %self, "a page failed");
        }
        match &self {
            Self::App(app::Error::Denied(denial)) => {
                let mut answer = page(status, &self.to_string());
                // Who may instead is said where it is known who asks.
                answer.extensions_mut().insert(*denial);
                answer
            }
            Self::App(app::Error::Store(error)) if error.is_uncertain() => uncertain_page(),
            _ if status.is_server_error() => page(status, ""),
            _ => page(status, &self.to_string()),
        }
    }
}

/// A page that says what failed, in a sentence of its own if there is one, without depending on anything that may have failed with it.
#[must_use]
pub fn page(status: StatusCode, sentence: &str) -> Response {
    let v = Viewer::new(mainstay_domain::Moment::from_unix(0));
    let (title, advice) = match status {
        StatusCode::NOT_FOUND => (v.t("failure-not-found"), v.t("failure-not-found-advice")),
        StatusCode::FORBIDDEN => (v.t("failure-forbidden"), v.t("failure-forbidden-advice")),
        status if status.is_server_error() => (v.t("failure-ours"), v.t("failure-ours-advice")),
        _ => (v.t("failure-yours"), v.t("failure-yours-advice")),
    };
    draw(&v, status, title, sentence, advice)
}

/// A page for whoever has sent something of which nobody knows whether it was kept.
#[must_use]
pub fn uncertain_page() -> Response {
    let v = Viewer::new(mainstay_domain::Moment::from_unix(0));
    let (title, advice) = (v.t("failure-ours"), v.t("failure-uncertain-advice"));
    draw(&v, StatusCode::SERVICE_UNAVAILABLE, title, "", advice)
}

fn draw(v: &Viewer, status: StatusCode, title: &str, sentence: &str, advice: &str) -> Response {
    let body = html! {
        (page_head(title, html! {}, html! {}))
        @if !sentence.is_empty() { p { (sentence) } }
        p.muted { (advice) }
        p { a href="/" { (v.t("failure-home")) } }
    };
    let markup = Frame::new("Mainstay", Side::Public, title).render(v, body);
    (status, markup).into_response()
}
