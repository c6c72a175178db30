//! Opening a case for somebody who called or wrote: the verdict first, then the case.

pub mod caller;
mod form;
mod verdict;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::callers::CALL_MINUTES;
use mainstay_app::intake::{Judgement, Submission};
use mainstay_domain::access::Action;
use mainstay_domain::case::Channel;
use mainstay_domain::edition::{Affected, Impact, Kind, WorkState};
use mainstay_domain::ids::AccountId;
use mainstay_store::accounts::{self, Account, AccountPerson, Subscription};
use mainstay_store::callers;
use mainstay_store::contacts::{self, Contact};
use mainstay_store::drafts::{self, DraftFor};
use mainstay_store::reach;
use mainstay_store::views::{self, CaseRow};
use maud::{Markup, html};
use serde::Deserialize;

use super::desk_grant;
use crate::error::{Error, is_about_form, mistakes_of, status_of, words_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Icon, Mistakes, Viewer, empty, icon, page_head, split};

/// Who calls.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    account: String,
}

/// What is known of whoever calls.
struct Caller {
    account: Account,
    people: Vec<AccountPerson>,
    subscriptions: Vec<Subscription>,
    cases: Vec<CaseRow>,
    administrators: Vec<Contact>,
    /// Whom this agent has verified within this call.
    verified: Vec<callers::Caller>,
    draft: Option<Incoming>,
}

/// `GET /desk/new-case?account=…`: the form; without a customer, the search for one.
///
/// # Errors
/// [`app::Error::Denied`] for those who open no cases.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Markup, Error> {
    desk_grant(&signed, Action::Open)?;
    if asked.account.is_empty() {
        return choose(&web, &signed, &asked.q).await;
    }
    let caller = read_caller(&web, &signed, &asked.account).await?;
    let fields = caller.draft.clone().unwrap_or_default();
    Ok(page(
        &web,
        &signed,
        &caller,
        &fields,
        &Mistakes::none(),
        html! {},
    ))
}

/// `POST /desk/new-case`: opens the case; whoever has not seen the verdict sees it first.
///
/// # Errors
/// When the store fails.
pub async fn submit(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::Open)?;
    let caller = read_caller(&web, &signed, fields.text("account")).await?;
    let (new, mistakes) = read(&signed.viewer, &caller, &fields);
    if !mistakes.is_empty() {
        let page = page(&web, &signed, &caller, &fields, &mistakes, html! {});
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let opened = match judged(&web, &signed, &new, &fields).await {
        Ok(Some(shown)) => {
            let none = Mistakes::none();
            return Ok(page(&web, &signed, &caller, &fields, &none, shown).into_response());
        }
        Ok(None) => web.app().submit(&signed.session, new).await,
        Err(error) => Err(error),
    };
    match opened {
        Ok(case) => {
            Ok(Redirect::to(&format!("/cases/{}?done=opened", case.number)).into_response())
        }
        Err(error) if is_about_form(&error) => {
            let page = page(&web, &signed, &caller, &fields, &named(&error), html! {});
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => match caller::unverified(&signed.viewer, &error) {
            Some(mistakes) => {
                let page = page(&web, &signed, &caller, &fields, &mistakes, html! {});
                Ok((status_of(&error), page).into_response())
            }
            None => Err(error.into()),
        },
    }
}

/// `POST /desk/new-case/verdict`: what would be promised, nothing kept.
///
/// # Errors
/// When the store fails.
pub async fn verdict(
    State(web): State<Web>,
    signed: Signed,
    headers: HeaderMap,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::Open)?;
    let caller = read_caller(&web, &signed, fields.text("account")).await?;
    let (new, _) = read(&signed.viewer, &caller, &fields);
    let shown = match web.app().judge(&signed.session, &new).await {
        Ok(judgement) => verdict::panel(&signed.viewer, &new, &judgement),
        Err(error) if is_about_form(&error) => html! { p.small.muted { (words_of(&error)) } },
        Err(error) => return Err(error.into()),
    };
    if headers.contains_key("x-fragment") {
        return Ok(html! { div data-preview-into { (shown) } }.into_response());
    }
    let none = Mistakes::none();
    Ok(page(&web, &signed, &caller, &fields, &none, shown).into_response())
}

/// The verdict, unless it has been seen as it is now.
async fn judged(
    web: &Web,
    signed: &Signed,
    new: &Submission,
    fields: &Incoming,
) -> Result<Option<Markup>, app::Error> {
    let judgement: Judgement = web.app().judge(&signed.session, new).await?;
    let is_seen = fields.text("seen") == verdict::seen(&judgement);
    Ok((!is_seen).then(|| verdict::panel(&signed.viewer, new, &judgement)))
}

/// A refusal's mistakes; the three answers have their first question as their place.
fn named(error: &app::Error) -> Mistakes {
    let mut mistakes = mistakes_of(error);
    for (field, _) in &mut mistakes.0 {
        if field == "impact" {
            "affected".clone_into(field);
        }
    }
    mistakes
}

async fn read_caller(web: &Web, signed: &Signed, account: &str) -> Result<Caller, Error> {
    let id: AccountId = account.parse().map_err(|_| app::Error::NotFound)?;
    let grant = desk_grant(signed, Action::Read)?;
    let person = signed.session.person.id;
    let since = signed.now().plus_minutes(-CALL_MINUTES);
    web.app()
        .db()
        .read(async |tx| {
            reach::of(tx, &signed.session.principal);
            let account = accounts::find(tx, id).await?.ok_or(app::Error::NotFound)?;
            let draft = drafts::find(tx, person, DraftFor::NewCase).await?;
            let draft = draft.map(|(json, _)| Incoming::from_json(&json));
            let mut cases = views::account_cases(tx, &grant, id, 20).await?;
            cases.retain(|row| row.status != "closed");
            Ok::<_, Error>(Caller {
                people: accounts::people(tx, id).await?,
                subscriptions: accounts::subscriptions(tx, id).await?,
                administrators: contacts::administrators(tx, id).await?,
                verified: callers::verified_by(tx, id, person, since).await?,
                draft: draft.filter(|draft| draft.text("account") == account.id.to_string()),
                cases,
                account,
            })
        })
        .await
}

async fn choose(web: &Web, signed: &Signed, wanted: &str) -> Result<Markup, Error> {
    desk_grant(signed, Action::ReadAccounts)?;
    let wanted: String = wanted.trim().chars().take(100).collect();
    let found = web
        .app()
        .db()
        .read(async |tx| accounts::search(tx, &wanted, None, 30).await)
        .await?;
    let v = &signed.viewer;
    let body = html! {
        (page_head(v.t("desk-intake"), html! { (v.t("desk-intake-who")) }, html! {}))
        div.section { (super::accounts::form(v, "/desk/new-case", &wanted)) }
        @if found.is_empty() { (empty(Icon::Building, v.t("desk-accounts-none"), html! {})) }
        ul.stack-8 { @for account in &found { li {
            (icon(Icon::Building)) " "
            a href={ "/desk/new-case?account=" (account.id) } { bdi { (account.name) } }
            " " span.muted { bdi { (account.customer_number) } }
        } } }
    };
    Ok(Page::new(v.t("desk-intake"), Place::NewRequest).render(web, signed, body))
}

fn page(
    web: &Web,
    signed: &Signed,
    caller: &Caller,
    fields: &Incoming,
    mistakes: &Mistakes,
    shown: Markup,
) -> Markup {
    let v = &signed.viewer;
    let under = html! {
        a href={ "/accounts/" (caller.account.id) } { bdi { (caller.account.name) } }
        span.muted { (v.t("desk-customer-number")) " " bdi { (caller.account.customer_number) } }
        a href="/desk/new-case" { (v.t("desk-intake-other")) }
    };
    let body = html! {
        (page_head(v.t("desk-intake"), under, html! {}))
        (split(v, form::form(web, signed, caller, fields, mistakes, shown), form::rail(web, v, caller)))
    };
    let page = Page {
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(v.t("desk-intake"), Place::NewRequest)
    };
    page.render(web, signed, body)
}

/// What the form says, and everything in it that is missing.
fn read(v: &Viewer, caller: &Caller, fields: &Incoming) -> (Submission, Mistakes) {
    let kind = Kind::from_code(fields.text("kind")).unwrap_or(Kind::Technical);
    let is_technical = kind == Kind::Technical;
    let new = Submission {
        account: Some(caller.account.id),
        requester: fields.text("requester").parse().ok(),
        subscription: fields.text("subscription").parse().ok(),
        subject: fields.text("subject").to_owned(),
        body: fields.text("body").to_owned(),
        kind,
        category: fields.some("category"),
        channel: match fields.text("channel") {
            "email" => Channel::Email,
            _ => Channel::Telephone,
        },
        impact: impact(fields).filter(|_| is_technical),
        severity: fields.some("severity").filter(|_| is_technical),
        follows: None,
        uploads: Vec::new(),
    };
    let mut mistakes = Mistakes::none();
    if new.requester.is_none() {
        mistakes.add("requester", v.t("desk-intake-requester-missing"));
    }
    if is_technical && new.severity.is_none() && new.impact.is_none() {
        mistakes.add("affected", v.t("desk-intake-impact-missing"));
    }
    if new.subject.trim().is_empty() {
        mistakes.add("subject", v.t("desk-intake-subject-missing"));
    }
    if new.body.trim().is_empty() {
        mistakes.add("body", v.t("desk-intake-body-missing"));
    }
    (new, mistakes)
}

/// The three answers, when all are given.
fn impact(fields: &Incoming) -> Option<Impact> {
    Some(Impact {
        affected: match fields.text("affected") {
            "one" => Affected::One,
            "several" => Affected::Several,
            "everyone" => Affected::Everyone,
            _ => return None,
        },
        work: match fields.text("work") {
            "stopped" => WorkState::Stopped,
            "impaired" => WorkState::Impaired,
            "unhindered" => WorkState::Unhindered,
            _ => return None,
        },
        has_workaround: match fields.text("workaround") {
            "yes" => true,
            "no" => false,
            _ => return None,
        },
    })
}
