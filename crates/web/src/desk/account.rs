//! A customer: what it holds and is promised, who speaks for it, and its cases.

pub mod export;
pub mod people;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_description::{medium_words, promise_words, window_words};
use mainstay_domain::access::Action;
use mainstay_domain::case::Terms;
use mainstay_domain::edition::{Kind, Medium};
use mainstay_domain::ids::AccountId;
use mainstay_store::accounts::{self, Account, AccountPerson, Subscription};
use mainstay_store::contacts::{self, Contact};
use mainstay_store::reach;
use mainstay_store::views::{self, CaseRow, KnownCase};
use maud::{Markup, html};

use self::people::Tried;
pub(super) use self::people::zone_of;
pub(crate) use self::people::{link, link_notice, person_fields};
use super::{desk_grant, view, words};
use crate::cases::known::list;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::{fold, section};
use crate::ui::list::{Column, dotted, subject};
use crate::ui::words::{ago, short};
use crate::ui::{
    Button, Crumb, Fact, Icon, List, Row, Side, Tone, Viewer, facts, page_head, panel, tag,
};

/// What the page is drawn from.
struct Known {
    account: Account,
    subscriptions: Vec<Subscription>,
    people: Vec<AccountPerson>,
    administrators: Vec<Contact>,
    has_anybody_joined: bool,
    /// None for those who read no cases.
    cases: Option<Vec<CaseRow>>,
    /// Whether they may read its log.
    has_log: bool,
    /// Cases of other desks, of which they know that they exist.
    known: Vec<KnownCase>,
}

/// `GET /accounts/{id}`
///
/// # Errors
/// [`app::Error::NotFound`] when there is none.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Markup, Error> {
    page(&web, &signed, id_of(&id)?, &Tried::default()).await
}

/// The page again after a view was refused.
pub(super) async fn again_with_view(
    web: &Web,
    signed: &Signed,
    id: AccountId,
    fields: Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let tried = Tried {
        view: fields,
        view_mistakes: mistakes_of(&error),
        ..Tried::default()
    };
    let page = page(web, signed, id, &tried).await?;
    Ok((status_of(&error), page).into_response())
}

fn id_of(text: &str) -> Result<AccountId, Error> {
    text.parse().map_err(|_| app::Error::NotFound.into())
}

async fn read(web: &Web, id: AccountId, signed: &Signed) -> Result<Known, Error> {
    let cases = signed.session.grant(Action::Read).ok();
    let has_log = signed.session.grant(Action::ReadLog).is_ok();
    web.app()
        .db()
        .read(async |tx| {
            reach::of(tx, &signed.session.principal);
            let account = accounts::find(tx, id).await?.ok_or(app::Error::NotFound)?;
            let known = match &cases {
                Some(grant) => views::known_account_cases(tx, grant, id, 30).await?,
                None => Vec::new(),
            };
            let cases = match &cases {
                Some(grant) => Some(views::account_cases(tx, grant, id, 30).await?),
                None => None,
            };
            Ok::<_, Error>(Known {
                account,
                subscriptions: accounts::subscriptions(tx, id).await?,
                people: accounts::people(tx, id).await?,
                administrators: contacts::administrators(tx, id).await?,
                has_anybody_joined: contacts::has_anybody_joined(tx, id).await?,
                cases,
                has_log,
                known,
            })
        })
        .await
}

async fn page(web: &Web, signed: &Signed, id: AccountId, tried: &Tried) -> Result<Markup, Error> {
    desk_grant(signed, Action::ReadAccounts)?;
    let known = read(web, id, signed).await?;
    let v = &signed.viewer;
    let name = known.account.name.as_str();
    let crumbs = [
        Crumb {
            href: "/accounts",
            label: v.t("desk-accounts"),
        },
        Crumb {
            href: "",
            label: name,
        },
    ];
    let topics = format!("account-{id}");
    let page = Page {
        crumbs: &crumbs,
        topics: &topics,
        has_mistakes: tried.has_mistakes(),
        ..Page::new(name, Place::Accounts)
    };
    Ok(page.render(web, signed, draw(web, signed, &known, tried)))
}

fn draw(web: &Web, signed: &Signed, known: &Known, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let account = &known.account;
    let new_case = Button::new(v.t("desk-open-for")).icon(Icon::Plus);
    let new_case = new_case.link(&format!("/desk/new-case?account={}", account.id));
    let under =
        html! { span { (v.t("desk-customer-number")) " " bdi { (account.customer_number) } } };
    html! {
        (page_head(&account.name, under, html! {
            (new_case)
            @if known.has_log {
                " " (Button::new(v.t("log-title")).icon(Icon::Page)
                    .link(&format!("/accounts/{}/log", account.id)))
            }
        }))
        @if let Some(link) = &tried.link { (link_notice(v, link)) }
        div.columns {
            (panel(v.t("desk-region"), facts(&region_facts(web, v, account))))
            @for subscription in &known.subscriptions { (subscription_panel(web, v, account, subscription)) }
            @if known.subscriptions.is_empty() {
                (panel(v.t("desk-subscription"), html! { p.muted { (v.t("desk-no-subscription")) } }))
            }
        }
        (people::section_of(signed, known, tried))
        @if signed.session.grant(Action::ViewAsCustomer).is_ok() && !known.people.is_empty() {
            (view_section(signed, known, tried))
        }
        @if signed.session.grant(Action::ExportMuch).is_ok() {
            (fold(v.t("export-ask-title"), !tried.export_mistakes.is_empty(),
                export::form(v, account.id, tried)))
        }
        @if let Some(cases) = &known.cases { (cases_section(web, v, account, cases)) }
        @if !known.known.is_empty() {
            (section(v.t("desk-known"), html! { span.muted { (v.t("desk-known-why")) } },
                list(v, Side::Vendor, &known.known)))
        }
    }
}

/// Where somebody asks to see what the customer sees; a case leads here with whom and itself.
fn view_section(signed: &Signed, known: &Known, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let mut fields = tried.view.clone();
    for name in ["person", "case"] {
        if fields.text(name).is_empty()
            && let Some(value) = super::asked(signed, name)
        {
            fields.set(name, value);
        }
    }
    let form = view::form(
        v,
        known.account.id,
        &known.people,
        &fields,
        &tried.view_mistakes,
    );
    let is_open = !tried.view_mistakes.is_empty() || !fields.text("case").is_empty();
    html! { div id="view" { (fold(v.t("view-title"), is_open, form)) } }
}

fn region_facts<'a>(web: &Web, v: &'a Viewer, account: &Account) -> Vec<Fact<'a>> {
    let catalogue = web.app().catalogue();
    let Some(region) = catalogue.region(&account.region) else {
        return vec![Fact::words(v.t("desk-region"), &account.region)];
    };
    let local = words::viewer_in(v, region.time_zone());
    let revision = region.revisions.last();
    let hours = revision.map_or_else(Vec::new, |own| words::hours(v, &own.calendar));
    let languages = region.languages.join(", ");
    vec![
        Fact::words(v.t("desk-region"), &region.name),
        Fact::new(
            v.t("desk-time-there"),
            html! { b { (short(&local, v.now)) } " " span.muted { (region.time_zone()) } },
        ),
        Fact::new(
            v.t("desk-business-hours"),
            html! { @for line in &hours { div { (line) } } },
        ),
        Fact::words(v.t("desk-languages"), &languages),
    ]
}

fn subscription_panel(
    web: &Web,
    v: &Viewer,
    account: &Account,
    subscription: &Subscription,
) -> Markup {
    let holding = &subscription.holding;
    let terms = web
        .app()
        .catalogue()
        .terms_now(&account.region, holding, v.now);
    let until = subscription
        .ends_on
        .map_or_else(String::new, |date| format!(" – {date}"));
    let term = format!("{}{until}", subscription.starts_on);
    let (plan, offer) = match &terms {
        Ok(terms) => names(terms),
        Err(_) => (holding.plan.clone(), holding.offer.clone()),
    };
    panel(
        v.t("desk-subscription"),
        html! {
            p {
                b { (plan) }
                @if holding.is_trial { " " (tag(Tone::Warn, v.t("desk-trial"))) }
                @if let Some(offer) = offer { " " (tag(Tone::Info, &offer)) }
            }
            p.small.muted {
                (v.t_args("desk-seats", &[("n", subscription.seats.into())])) " · " (term)
            }
            @match &terms {
                Ok(terms) => { (promises(v, terms)) }
                Err(error) => { p.mistake { (error) } }
            }
        },
    )
}

/// The names of a holding's plan and offer under the edition in force.
pub(super) fn names(terms: &Terms) -> (String, Option<String>) {
    let (edition, holding) = (&terms.edition, &terms.pinned.holding);
    let plan = edition.find_plan(&holding.plan);
    let plan = plan.map_or_else(|| holding.plan.clone(), |plan| plan.name.clone());
    let offer = holding
        .offer
        .as_deref()
        .and_then(|id| edition.find_offer(id));
    (plan, offer.map(|offer| offer.name.clone()))
}

/// What this holding is promised for each severity, and which media it may use.
fn promises(v: &Viewer, terms: &Terms) -> Markup {
    let args = [("edition", terms.edition.id.as_str().into())];
    html! {
        table.plain {
            caption.small.muted { (v.t_args("desk-promised-under", &args)) }
            thead { tr {
                th scope="col" { (v.t("desk-severity")) }
                th scope="col" { (v.t("desk-metric-initial-response")) }
                th scope="col" { (v.t("desk-media")) }
            } }
            tbody {
                @for (rank, severity) in terms.edition.severities.iter().enumerate() {
                    tr {
                        th scope="row" { (severity.code) " · " (severity.name) }
                        td { @if let Some(promise) = terms.promise(Kind::Technical, rank) {
                            (promise_words(promise.window, promise.target))
                        } }
                        td { (media(v, terms, &severity.code)) }
                    }
                }
            }
        }
    }
}

fn media(v: &Viewer, terms: &Terms, severity: &str) -> Markup {
    let (edition, holding) = (&terms.edition, &terms.pinned.holding);
    let offer = holding
        .offer
        .as_deref()
        .and_then(|id| edition.find_offer(id));
    let plan = edition.find_plan(&holding.plan);
    let column = offer
        .map(|offer| &offer.column)
        .or(plan.map(|plan| &plan.column));
    let of = |medium: Medium| {
        let column = column?;
        edition.find_channel_right(medium, column, severity)?.window
    };
    html! {
        @for medium in [Medium::Online, Medium::Telephone] {
            div {
                (medium_words(medium)) ": "
                @match of(medium) {
                    Some(window) => { (window_words(window)) }
                    None => { span.muted { (v.t("desk-not-included")) } }
                }
            }
        }
    }
}

fn cases_section(web: &Web, v: &Viewer, account: &Account, cases: &[CaseRow]) -> Markup {
    let catalogue = web.app().catalogue();
    let columns = [
        Column::with(v.t("desk-column-clock"), "fit bare"),
        Column::with(v.t("desk-column-severity"), "fit bare"),
        Column::with(v.t("desk-column-case"), "main"),
        Column::with(v.t("desk-column-turn"), "fit bare"),
        Column::with(v.t("desk-column-latest"), "end bare"),
    ];
    let hrefs: Vec<String> = cases
        .iter()
        .map(|row| format!("/cases/{}", row.number))
        .collect();
    let line = |(row, href): (&CaseRow, &'_ String)| {
        let under = dotted(&[
            html! { bdi { (row.number) } },
            html! { bdi { (row.requester) } },
        ]);
        vec![
            words::row_clock(v, row),
            words::row_severity(v, &catalogue, row),
            subject(href, &row.subject, under),
            words::turn(v, row),
            ago(v, row.last_public_at),
        ]
    };
    let rows = cases
        .iter()
        .zip(&hrefs)
        .map(|(row, href)| Row {
            href,
            cells: line((row, href)),
            ..Row::default()
        })
        .collect();
    let topic = format!("account-{}", account.id);
    section(
        v.t("desk-cases"),
        html! {},
        html! {
            @if cases.is_empty() { p.muted { (v.t("desk-cases-none")) } }
            @else {
                (List::plain("cases", v.t("desk-cases"), &columns, rows).live(&topic).render(v))
            }
        },
    )
}
