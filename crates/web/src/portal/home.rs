//! The customer's home: what waits for them, what is open, and how to get help.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::edition::WindowKind;
use mainstay_domain::ids::CaseNumber;
use mainstay_domain::internal::{Party, Status};
use mainstay_store::accounts::AccountPerson;
use mainstay_store::internal::{self as kept, InternalRow};
use mainstay_store::views::{self, CaseRow, CustomerHome, Promised};
use maud::{Markup, html};

use super::customer::{self, Customer};
use super::rows::{self, Naming, Open};
use super::{hours, telephone};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::internal::list;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::facts::{Fact, facts};
use crate::ui::{Button, Icon, Viewer, blocks, empty, page_head, panel, section};

/// What the home is drawn from.
struct Home {
    customer: Option<Customer>,
    cases: CustomerHome,
    promises: HashMap<CaseNumber, Promised>,
    /// Who may open requests, when the reader may not.
    administrators: Option<Vec<AccountPerson>>,
    /// Internal requests that the reader asked, or that wait for them as an administrator.
    internal: Option<(Party, Vec<InternalRow>)>,
}

/// `GET /home`
///
/// # Errors
/// When the store fails.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to("/queue").into_response());
    }
    let home = load(&web, &signed).await?;
    let v = &signed.viewer;
    let title = v.t("portal-home-title");
    let body = match &home.customer {
        None => html! { (page_head(title, html! {}, html! {})) (customer::no_customer(&signed)) },
        Some(customer) => draw(&web, &signed, &home, customer),
    };
    let page = Page {
        topics: "requests",
        ..Page::new(title, Place::Home)
    };
    Ok(page.render(&web, &signed, body).into_response())
}

async fn load(web: &Web, signed: &Signed) -> Result<Home, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    let catalogue = web.app().catalogue();
    web.app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let customer = customer::load(tx, &session, &catalogue, now).await?;
            let mut home = Home {
                customer,
                cases: CustomerHome {
                    open: Vec::new(),
                    reopenable: Vec::new(),
                },
                promises: HashMap::new(),
                administrators: None,
                internal: None,
            };
            for party in [Party::Administrator, Party::Requester] {
                if let Ok(grant) = session.grant_as(party, &catalogue, now) {
                    let found = kept::open_requests(tx, &grant, 10).await?;
                    home.internal = Some((party, found));
                    break;
                }
            }
            if let Ok(grant) = session.grant(Action::Read) {
                home.cases = views::customer_home(tx, &grant, now).await?;
                home.promises = views::promises(tx, &grant, None, views::HOME).await?;
            }
            if session.grant_to_open(&catalogue, now).is_err() {
                home.administrators = Some(customer::administrators(tx, &session).await?);
            }
            Ok::<_, Error>(home)
        })
        .await
}

fn draw(web: &Web, signed: &Signed, home: &Home, customer: &Customer) -> Markup {
    let v = &signed.viewer;
    let may_open = home.administrators.is_none();
    let new = Button::primary(v.t("portal-new-request"))
        .icon(Icon::Plus)
        .key("c");
    let name = signed.session.person.name.as_str();
    let first = name.split_whitespace().next().unwrap_or(name);
    let greeting = v.t_args("portal-greeting", &[("name", first.into())]);
    html! {
        (page_head(&greeting, html! { bdi { (customer.account.name) } }, html! {
            @if may_open { (new.link("/cases/new")) }
        }))
        @if let Some(people) = &home.administrators { (customer::ask_administrators(signed, people, &Incoming::default())) }
        div id="internal" data-live-topic="internal" { (internal(v, home)) }
        // As a whole: a section comes when there is something for it, and goes.
        div id="requests" data-live-topic="requests" { (requests(web, signed, home, may_open)) }
        @if may_open {
            div.columns { (telephone_panel(web, v, customer)) (plan_panel(web, v, customer)) }
        }
    }
}

/// What the reader's people ask of them, or what the reader asked.
fn internal(v: &Viewer, home: &Home) -> Markup {
    let Some((party, found)) = &home.internal else {
        return html! {};
    };
    let waits = |row: &&InternalRow| {
        *party == Party::Requester || row.request.status == Status::WithAdministrators
    };
    let rows: Vec<InternalRow> = found.iter().filter(waits).cloned().collect();
    let (title, all) = match party {
        Party::Requester => (v.t("nav-asked"), "/asked"),
        Party::Administrator | Party::Vendor => (v.t("internal-home-waiting"), "/inbox"),
    };
    let more = html! { a href=(all) { (v.t("portal-all-requests")) } };
    html! {
        @if !rows.is_empty() {
            (section(title, more, list::rows(v, *party, ("internal-rows", title), &rows, "")))
        }
    }
}

/// What waits for the reader, what is open, what was closed lately.
fn requests(web: &Web, signed: &Signed, home: &Home, may_open: bool) -> Markup {
    let v = &signed.viewer;
    let Some(edition) = web.app().catalogue().edition_at(signed.now()).cloned() else {
        return blocks::notice(
            crate::ui::Tone::Warn,
            "",
            html! { (v.t("portal-no-edition")) },
        );
    };
    let open = Open {
        edition: &edition,
        promises: &home.promises,
    };
    let (yours, others): (Vec<&CaseRow>, Vec<&CaseRow>) = home
        .cases
        .open
        .iter()
        .partition(|case| matches!(case.status.as_str(), "with-customer" | "resolved"));
    let new = Button::primary(v.t("portal-new-request")).icon(Icon::Plus);
    let all = html! { a href="/cases" { (v.t("portal-all-requests")) } };
    html! {
        @if !yours.is_empty() {
            @let title = v.t_args("portal-needs-you", &[("n", yours.len().into())]);
            (section(&title, html! {}, open.list(v, &naming("yours", &title), &yours)))
        }
        @if home.cases.open.is_empty() && may_open {
            (section(v.t("portal-open-requests"), all.clone(),
                empty(Icon::Check, v.t("portal-nothing-open"), new.link("/cases/new"))))
        } @else if !others.is_empty() {
            (section(v.t("portal-open-requests"), all.clone(),
                open.list(v, &naming("open", v.t("portal-open-requests")), &others)))
        }
        @if !home.cases.reopenable.is_empty() {
            (section(v.t("portal-closed-lately"), html! { a href="/cases?view=closed" { (v.t("portal-all-closed")) } },
                rows::closed(v, &edition, &naming("closed", v.t("portal-closed-lately")), &home.cases.reopenable)))
        }
    }
}

const fn naming<'a>(id: &'a str, caption: &'a str) -> Naming<'a> {
    Naming {
        id,
        caption,
        is_live: false,
    }
}

/// The number to call, and whether anybody answers now.
fn telephone_panel(web: &Web, v: &Viewer, customer: &Customer) -> Markup {
    let lines = telephone::Lines::of(web, v.now, &customer.account);
    let Some(lines) = lines else {
        return html! {};
    };
    let technical = telephone::included(customer);
    panel(
        v.t("portal-telephone"),
        html! {
            (facts(&[
                Fact::new(v.t("portal-telephone-number"), html! {
                    @match lines.own.first() {
                        Some(number) => (telephone::number(v, number)),
                        None => (v.t("portal-telephone-none")),
                    }
                }),
                Fact::new(v.t("portal-customer-number"), html! { bdi { (customer.account.customer_number) } }),
                Fact::new(v.t("portal-telephone-technical"), match technical {
                    Some(window) => hours::line(v, lines.hours.of(window)),
                    None => html! { (v.t("portal-not-included")) },
                }),
                Fact::new(v.t("portal-telephone-other"), hours::line(v, lines.hours.of(WindowKind::BusinessHours))),
            ]))
            p { a href="/telephone" { (v.t("portal-telephone-all")) } }
        },
    )
}

/// What the customer holds, and under which edition.
fn plan_panel(web: &Web, v: &Viewer, customer: &Customer) -> Markup {
    let catalogue = web.app().catalogue();
    let region = catalogue.region(&customer.account.region);
    let region = region.map_or(customer.account.region.as_str(), |region| {
        region.name.as_str()
    });
    let mut lines: Vec<Fact<'_>> = customer
        .held
        .iter()
        .map(|held| {
            Fact::new(v.t("portal-plan"), html! {
                a href="/description#objectives" { (held.name()) }
                @if held.subscription.holding.is_trial { " " (crate::ui::tag(crate::ui::Tone::Info, v.t("portal-trial"))) }
                " " span.muted { (v.t_args("portal-seats", &[("n", held.subscription.seats.into())])) }
                @if held.terms.is_none() { p.muted { (v.t("portal-plan-unknown")) } }
            })
        })
        .collect();
    if lines.is_empty() {
        lines.push(Fact::words(v.t("portal-plan"), v.t("portal-plan-none")));
    }
    lines.push(Fact::words(v.t("portal-region"), region));
    if let Some(edition) = catalogue.edition_at(v.now) {
        lines.push(Fact::new(v.t("portal-edition"), html! {
            a href="/description" { (v.t_args("portal-edition-of", &[("id", edition.id.as_str().into())])) }
        }));
    }
    panel(v.t("portal-your-plan"), facts(&lines))
}
