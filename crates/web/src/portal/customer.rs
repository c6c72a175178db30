//! For whom somebody acts, what that customer holds, and what to say to people without rights.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mainstay_app::{self as app, Catalogue, Session};
use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Role};
use mainstay_domain::case::Terms;
use mainstay_store::Tx;
use mainstay_store::accounts::{self, Account, AccountPerson, Subscription};
use mainstay_store::drafts::{self, DraftFor};
use maud::{Markup, html};

use crate::error::Error;
use crate::incoming::Incoming;
use crate::shell::{Page, Place, role_word};
use crate::signed::{Signed, is_partner};
use crate::state::Web;
use crate::ui::{Button, Icon, Tone, blocks, empty, page_head};

/// The customer somebody acts for.
pub struct Customer {
    /// The account.
    pub account: Account,
    /// What it holds, the latest first: as far as it lets a partner act for it.
    pub held: Vec<Held>,
}

/// A subscription and what a request about it is decided under now.
pub struct Held {
    /// The subscription.
    pub subscription: Subscription,
    /// The terms; none when the edition in force does not know the plan.
    pub terms: Option<Terms>,
}

impl Held {
    /// A subscription of an account in a region, with what a request about it is decided under now.
    #[must_use]
    pub fn of(
        catalogue: &Catalogue,
        region: &str,
        subscription: Subscription,
        now: Moment,
    ) -> Self {
        let terms = catalogue.terms_now(region, &subscription.holding, now);
        Self {
            terms: terms.ok(),
            subscription,
        }
    }

    /// The plan's name under the edition in force, and the offer's.
    #[must_use]
    pub fn name(&self) -> String {
        let holding = &self.subscription.holding;
        let Some(terms) = &self.terms else {
            return holding.plan.clone();
        };
        let pinned = &terms.pinned.holding;
        let plan = terms.edition.find_plan(&pinned.plan);
        let plan = plan.map_or(pinned.plan.as_str(), |plan| plan.name.as_str());
        let offer = pinned.offer.as_deref();
        match offer.and_then(|offer| terms.edition.find_offer(offer)) {
            Some(offer) => format!("{plan} + {}", offer.name),
            None => plan.to_owned(),
        }
    }
}

impl Customer {
    /// The terms of the first subscription that has any.
    #[must_use]
    pub fn terms(&self) -> Option<&Terms> {
        self.held.iter().find_map(|held| held.terms.as_ref())
    }
}

/// The customer a session acts for; none for a partner's person nobody lets act.
///
/// # Errors
/// Whatever the database says.
pub async fn load(
    tx: &mut Tx<'_>,
    session: &Session,
    catalogue: &Catalogue,
    now: Moment,
) -> Result<Option<Customer>, app::Error> {
    let Some(id) = session.principal.account() else {
        return Ok(None);
    };
    let Some(account) = accounts::find(tx, id).await? else {
        return Ok(None);
    };
    let subscriptions = accounts::subscriptions(tx, id).await?;
    let covered = session.principal.covered();
    let held = subscriptions
        .into_iter()
        .filter(|own| covered.includes(Some(own.id)))
        .map(|own| Held::of(catalogue, &account.region, own, now))
        .collect();
    Ok(Some(Customer { account, held }))
}

/// The people of the customer who may open requests, with what they are.
///
/// # Errors
/// Whatever the database says.
pub async fn administrators(
    tx: &mut Tx<'_>,
    session: &Session,
) -> Result<Vec<AccountPerson>, app::Error> {
    let Some(account) = session.principal.account() else {
        return Ok(Vec::new());
    };
    let mut people = accounts::people(tx, account).await?;
    people.retain(|person| person.role != Role::EndUser.code());
    Ok(people)
}

/// The page for somebody who may not open requests: who may, in their organisation, and how to ask
/// them. What was typed, now or before, goes along.
///
/// # Errors
/// Whatever the database says.
pub async fn without_rights(
    web: &Web,
    signed: &Signed,
    place: Place,
    typed: Option<&Incoming>,
) -> Result<Response, Error> {
    let session = &signed.session;
    let (people, draft) = web
        .app()
        .db()
        .read(async |tx| {
            let draft = drafts::find(tx, session.person.id, DraftFor::NewCase).await?;
            Ok::<_, Error>((administrators(tx, session).await?, draft))
        })
        .await?;
    let draft = draft.map(|(json, _)| Incoming::from_json(&json));
    let carried = typed.cloned().or(draft).unwrap_or_default();
    let v = &signed.viewer;
    let title = v.t("portal-no-rights-title");
    let body = html! {
        (page_head(title, html! {}, html! {}))
        @if is_partner(session) && signed.account.is_empty() { (no_customer(signed)) }
        @else if is_partner(session) {
            p { (v.t("portal-no-rights-partner")) }
        } @else { (ask_administrators(signed, &people, &carried)) }
    };
    let page = Page::new(title, place).render(web, signed, body);
    Ok((StatusCode::FORBIDDEN, page).into_response())
}

/// What a partner's person sees whom no customer lets act.
#[must_use]
pub fn no_customer(signed: &Signed) -> Markup {
    let v = &signed.viewer;
    let switch = Button::new(v.t("portal-acting-choose")).link("/partner/customers");
    empty(Icon::Building, v.t("portal-no-customer"), switch)
}

/// Why an end user does not write here, to whom they turn, and the way to ask them.
#[must_use]
pub fn ask_administrators(signed: &Signed, people: &[AccountPerson], carried: &Incoming) -> Markup {
    let v = &signed.viewer;
    let account = signed.account.as_str();
    html! {
        (blocks::notice(Tone::Info, "", html! {
            (v.t_args("portal-no-rights-why", &[("account", account.into())]))
        }))
        @if signed.session.grant(Action::AskAdministrator).is_ok() {
            (crate::internal::ask::ask_them(v, carried))
        }
        (blocks::section(v.t("portal-no-rights-who"), html! {}, html! {
            @if people.is_empty() { p.muted { (v.t("portal-no-rights-nobody")) } }
            ul.stack-8 {
                @for person in people {
                    li.row {
                        (crate::ui::chips::person(&person.name))
                        @if let Some(role) = Role::from_code(&person.role) {
                            span.muted { (role_word(v, role)) }
                        }
                        a href={ "mailto:" (person.email) } { (person.email) }
                    }
                }
            }
        }))
        p.section.muted { (v.t("portal-no-rights-else")) " " a href="/description" { (v.t("portal-read-description")) } "." }
    }
}

/// The column whose objectives hold: the offer's, else the plan's.
#[must_use]
pub fn column(terms: &Terms) -> Option<&str> {
    let holding = &terms.pinned.holding;
    let offer = holding.offer.as_deref();
    match offer.and_then(|offer| terms.edition.find_offer(offer)) {
        Some(offer) => Some(&offer.column),
        None => terms
            .edition
            .find_plan(&holding.plan)
            .map(|plan| plan.column.as_str()),
    }
}
