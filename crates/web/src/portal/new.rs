//! A new service request in three pages: what kind, what it is about, and the verdict before it is
//! sent. Each page carries what the others asked in hidden fields and keeps it as a draft on the
//! server, so nothing typed is lost; files live on the server alone.

mod details;
mod draft;
pub mod escalation;
mod fields;
mod kind;
mod review;
mod send;

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::case::{Case, Status};
use mainstay_domain::edition::{Edition, Kind};
use mainstay_domain::ids::CaseNumber;
use mainstay_store::cases;
use maud::{Markup, html};
use serde::Deserialize;

use super::customer::{self, Customer, Held};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Mistakes, Viewer, page_head};

pub use send::send;

/// Where the pages of the wizard stand.
const KIND: &str = "/cases/new";
const DETAILS: &str = "/cases/new/details";
const REVIEW: &str = "/cases/new/review";
const SEND: &str = "/cases/new/send";
/// Where drafts are kept while typing.
const DRAFT: &str = "/cases/new/draft";

/// What the wizard is drawn from.
struct Setting {
    customer: Customer,
    edition: Arc<Edition>,
    /// The kinds this person may open.
    kinds: Vec<Kind>,
    /// What was typed so far, and the files that came with it.
    draft: draft::Draft,
}

/// Why there is no wizard.
enum Instead {
    Vendor,
    NoRights,
    Failed(Error),
}

impl From<Error> for Instead {
    fn from(error: Error) -> Self {
        match error {
            Error::App(app::Error::Denied(_)) => Self::NoRights,
            error => Self::Failed(error),
        }
    }
}

impl Instead {
    async fn answer(self, web: &Web, signed: &Signed) -> Result<Response, Error> {
        self.answer_to(web, signed, None).await
    }

    /// As to a form: what was typed goes along to whom they can turn. Whom a customer has cut off
    /// meanwhile keeps it, too.
    async fn answer_to(
        self,
        web: &Web,
        signed: &Signed,
        typed: Option<&Incoming>,
    ) -> Result<Response, Error> {
        if let Some(typed) = typed
            && let Some(page) = crate::partner::cut_off::page(web, signed, None, typed).await?
        {
            return Ok(page);
        }
        match self {
            Self::Vendor => Ok(Redirect::to("/desk/new-case").into_response()),
            Self::NoRights => customer::without_rights(web, signed, Place::NewRequest, typed).await,
            Self::Failed(error) => Err(error),
        }
    }
}

impl Setting {
    async fn load(web: &Web, signed: &Signed) -> Result<Self, Instead> {
        if signed.is_vendor() {
            return Err(Instead::Vendor);
        }
        let (credential, now) = (signed.session.credential, signed.now());
        let catalogue = web.app().catalogue();
        let loaded = web
            .app()
            .db()
            .read(async |tx| {
                let session = app::auth::session(tx, credential, now).await?;
                let grant = session.grant_to_open(&catalogue, now)?;
                let customer = customer::load(tx, &session, &catalogue, now).await?;
                let draft = draft::Draft::load(tx, session.person.id).await?;
                let kinds = grant.scope().kinds().to_vec();
                Ok::<_, Error>((customer, draft, kinds))
            })
            .await?;
        let (customer, draft, kinds) = loaded;
        let nothing = || {
            let message = signed.viewer.t("portal-no-edition").to_owned();
            let field = "edition";
            Error::App(app::Error::Field { field, message })
        };
        Ok(Self {
            customer: customer.ok_or(Instead::NoRights)?,
            edition: catalogue.edition_at(now).cloned().ok_or_else(nothing)?,
            kinds,
            draft,
        })
    }

    /// The subscription the request is about: the one chosen, else the latest.
    fn held(&self, fields: &Incoming) -> Option<&Held> {
        let chosen = fields.text("subscription");
        let named = self
            .customer
            .held
            .iter()
            .find(|held| held.subscription.id.to_string() == chosen);
        named.or_else(|| self.customer.held.first())
    }
}

/// A page of the wizard around its form.
fn page(
    web: &Web,
    signed: &Signed,
    setting: &Setting,
    step: usize,
    mistakes: &Mistakes,
    body: Markup,
) -> Markup {
    let v = &signed.viewer;
    let title = v.t("portal-new-title");
    let page = Page {
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::NewRequest)
    };
    page.render(
        web,
        signed,
        html! {
            (page_head(title, html! { bdi { (setting.customer.account.name) } }, html! {}))
            (steps(v, step))
            (body)
        },
    )
}

fn steps(v: &Viewer, current: usize) -> Markup {
    let each = [
        (v.t("portal-step-kind"), KIND),
        (v.t("portal-step-details"), DETAILS),
        (v.t("portal-step-review"), REVIEW),
    ];
    crate::ui::steps(v, &each, current)
}

/// What a new request follows up.
#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    follows: String,
}

/// `GET /cases/new`: what kind of help. The vendor opens cases for callers at its own desk.
///
/// # Errors
/// When the store fails.
pub async fn show_kind(
    State(web): State<Web>,
    signed: Signed,
    Query(Wanted { follows }): Query<Wanted>,
) -> Result<Response, Error> {
    let setting = match Setting::load(&web, &signed).await {
        Ok(setting) => setting,
        Err(instead) => return instead.answer(&web, &signed).await,
    };
    let earlier = match follows.parse::<CaseNumber>() {
        Ok(number) => Some(earlier(&web, &signed, number).await?),
        Err(_) => None,
    };
    let typed = match &earlier {
        Some(case) => fields::following(&web, &signed.viewer, case),
        None => fields::with_token(&web, setting.draft.fields.clone()),
    };
    // Only that it was begun for another customer is said before anything is sent.
    let mut mistakes = fields::kind_mistakes(&signed.viewer, &setting, &typed);
    mistakes.0.retain(|(field, _)| field.is_empty());
    let body = kind::form(&signed.viewer, &setting, &typed, &mistakes);
    Ok(page(&web, &signed, &setting, 1, &mistakes, body).into_response())
}

/// The closed case that is followed up, if it is theirs.
async fn earlier(web: &Web, signed: &Signed, number: CaseNumber) -> Result<Case, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    web.app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let found = cases::find(tx, &grant, number).await?;
            let closed = found.filter(|case| matches!(case.status, Status::Closed { .. }));
            Ok(closed.ok_or(app::Error::NotFound)?)
        })
        .await
}

/// `POST /cases/new`: keeps the first page and goes on.
///
/// # Errors
/// When the store fails.
pub async fn take_kind(
    State(web): State<Web>,
    signed: Signed,
    typed: Incoming,
) -> Result<Response, Error> {
    let setting = match Setting::load(&web, &signed).await {
        Ok(setting) => setting,
        Err(instead) => return instead.answer_to(&web, &signed, Some(&typed)).await,
    };
    let v = &signed.viewer;
    let mistakes = fields::kind_mistakes(v, &setting, &typed);
    if !mistakes.is_empty() {
        let body = kind::form(v, &setting, &typed, &mistakes);
        let page = page(&web, &signed, &setting, 1, &mistakes, body);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    match draft::save(&web, &signed, &typed).await {
        Ok(()) => Ok(Redirect::to(DETAILS).into_response()),
        Err(Error::App(error)) if is_about_form(&error) => {
            let mistakes = mistakes_of(&error);
            let body = kind::form(v, &setting, &typed, &mistakes);
            let page = page(&web, &signed, &setting, 1, &mistakes, body);
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error),
    }
}

/// `GET /cases/new/details`
///
/// # Errors
/// When the store fails.
pub async fn show_details(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    let setting = match Setting::load(&web, &signed).await {
        Ok(setting) => setting,
        Err(instead) => return instead.answer(&web, &signed).await,
    };
    let typed = setting.draft.fields.clone();
    if !fields::kind_mistakes(&signed.viewer, &setting, &typed).is_empty() {
        return Ok(Redirect::to(KIND).into_response());
    }
    let typed = fields::with_token(&web, typed);
    let shown = details::page(&web, &signed, &setting, &typed, &Mistakes::none());
    Ok(shown.into_response())
}

/// `POST /cases/new/details`: keeps the second page with its files, and goes on.
///
/// # Errors
/// When the store fails.
pub async fn take_details(
    State(web): State<Web>,
    signed: Signed,
    typed: Result<Incoming, Error>,
) -> Result<Response, Error> {
    let setting = match Setting::load(&web, &signed).await {
        Ok(setting) => setting,
        Err(instead) => {
            return instead.answer_to(&web, &signed, typed.as_ref().ok()).await;
        }
    };
    details::take(&web, &signed, setting, typed).await
}

/// `GET /cases/new/review`: the verdict before anything is sent.
///
/// # Errors
/// When the store fails.
pub async fn show_review(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    let setting = match Setting::load(&web, &signed).await {
        Ok(setting) => setting,
        Err(instead) => return instead.answer(&web, &signed).await,
    };
    let v = &signed.viewer;
    let typed = fields::with_token(&web, setting.draft.fields.clone());
    if !fields::kind_mistakes(v, &setting, &typed).is_empty() {
        return Ok(Redirect::to(KIND).into_response());
    }
    let mistakes = fields::detail_mistakes(v, &typed);
    if !mistakes.is_empty() {
        let page = details::page(&web, &signed, &setting, &typed, &mistakes);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    review::answer(&web, &signed, &setting, &typed, None).await
}

/// `POST /cases/new/discard`: forgets what was typed.
///
/// # Errors
/// When the store fails.
pub async fn discard(State(web): State<Web>, signed: Signed) -> Result<Redirect, Error> {
    draft::forget(&web, &signed).await?;
    Ok(Redirect::to(KIND))
}
