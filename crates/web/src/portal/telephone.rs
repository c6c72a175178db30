//! Telephone numbers: the customer's own country first, when they are answered, in which language.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_description::window_words;
use mainstay_domain::Moment;
use mainstay_domain::access::Action;
use mainstay_domain::case::Terms;
use mainstay_domain::edition::{Edition, Medium, TelephoneNumber, WindowKind};
use mainstay_domain::entitlement::RegionHours;
use mainstay_domain::ids::AccountId;
use mainstay_store::Tx;
use mainstay_store::accounts::Account;
use mainstay_store::contacts::{self, Contact};
use mainstay_store::telephones;
use mainstay_store::views::{self, CaseRow};
use maud::{Markup, html};

use super::customer::{self, Customer};
use super::{hours, organisation, words as say};
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::facts::{Fact, facts};
use crate::ui::{Icon, Viewer, empty, icon, page_head, panel, section, words};

/// The numbers of the edition in force, as one customer calls them.
pub struct Lines {
    /// The edition.
    pub edition: Arc<Edition>,
    /// The numbers of the customer's own country.
    pub own: Vec<TelephoneNumber>,
    /// The hours of the customer's region.
    pub hours: RegionHours,
}

impl Lines {
    /// The lines of an account; none while nothing is published.
    #[must_use]
    pub fn of(web: &Web, now: Moment, account: &Account) -> Option<Self> {
        Self::of_region(web, now, &account.region)
    }

    /// The lines of a region.
    #[must_use]
    pub fn of_region(web: &Web, now: Moment, region: &str) -> Option<Self> {
        let catalogue = web.app().catalogue();
        let edition = Arc::clone(catalogue.edition_at(now)?);
        let hours = catalogue.region_hours(region, now)?;
        let country = &catalogue.region(region)?.country;
        let numbers = edition.telephone_numbers.iter();
        let own = numbers
            .filter(|number| number.country == *country)
            .cloned()
            .collect();
        Some(Self {
            edition,
            own,
            hours,
        })
    }
}

/// When the customer may telephone about something technical, at any severity at all.
#[must_use]
pub fn included(customer: &Customer) -> Option<WindowKind> {
    let terms = customer.terms()?;
    let rights = terms
        .edition
        .severities
        .iter()
        .filter_map(|severity| right(terms, &severity.code));
    rights.min()
}

/// When the telephone may be used at a severity.
fn right(terms: &Terms, severity: &str) -> Option<WindowKind> {
    let column = customer::column(terms)?;
    let right = terms
        .edition
        .find_channel_right(Medium::Telephone, column, severity)?;
    right.window
}

/// A number to tap.
#[must_use]
pub fn number(v: &Viewer, number: &TelephoneNumber) -> Markup {
    let digits: String = number
        .number
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    html! {
        a.nowrap href={ "tel:" (digits) } { bdi { (number.number) } }
        @if number.is_toll_free { " " span.muted { (v.t("portal-toll-free")) } }
    }
}

/// `GET /telephone`
///
/// # Errors
/// When the store fails.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to("/description").into_response());
    }
    let (credential, now) = (signed.session.credential, signed.now());
    let catalogue = web.app().catalogue();
    if signed.session.grant_to_open(&catalogue, now).is_err() {
        // Only those who speak for the customer call us (S16).
        return customer::without_rights(&web, &signed, Place::Telephone, None).await;
    }
    let (customer, cases, pin) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let customer = customer::load(tx, &session, &catalogue, now).await?;
            let cases = match session.grant(Action::Read) {
                Ok(grant) => views::open_cases(tx, &grant, None, 20).await?,
                Err(_) => Vec::new(),
            };
            let pin = match session.principal.account() {
                Some(account) => pin(tx, account).await?,
                None => AtHand::default(),
            };
            Ok::<_, Error>((customer, cases, pin))
        })
        .await?;
    let v = &signed.viewer;
    let lines = customer
        .as_ref()
        .and_then(|customer| Some((customer, Lines::of(&web, now, &customer.account)?)));
    let title = v.t("portal-telephone");
    let body = match &lines {
        Some((customer, lines)) => html! {
            (page_head(title, html! { (v.t("portal-telephone-explained")) }, html! {}))
            (own(&web, v, customer, lines))
            div.columns {
                (rights(v, customer))
                (before_calling(&web, &signed, customer, &cases, &pin))
            }
            (directory(&web, v, lines))
        },
        None => html! {
            (page_head(title, html! {}, html! {}))
            (empty(Icon::Phone, v.t("portal-telephone-nothing"), html! {}))
        },
    };
    let page = Page::new(title, Place::Telephone);
    Ok(page.render(&web, &signed, body).into_response())
}

/// The numbers of the customer's country, and whether somebody answers now.
fn own(web: &Web, v: &Viewer, customer: &Customer, lines: &Lines) -> Markup {
    let catalogue = web.app().catalogue();
    let region = catalogue.region(&customer.account.region);
    let name = region.map_or("", |region| region.name.as_str());
    let zone = v.zone.iana_name().unwrap_or("UTC");
    panel(
        name,
        html! {
            @if lines.own.is_empty() { p { (v.t("portal-telephone-none")) } }
            @for line in &lines.own {
                p.row { (icon(Icon::Phone)) b { (number(v, line)) } span.muted { (languages(v, &line.languages)) } }
            }
            (facts(&[
                Fact::new(v.t("portal-telephone-technical"), match included(customer) {
                    Some(window) => hours::line(v, lines.hours.of(window)),
                    None => html! { (v.t("portal-not-included")) },
                }),
                Fact::new(v.t("portal-telephone-other"), hours::line(v, lines.hours.of(WindowKind::BusinessHours))),
                Fact::new(v.t("portal-telephone-wait"), html! { span.muted { (v.t("portal-telephone-not-measured")) } }),
            ]))
            @if let Some(reason) = &lines.hours.exception { p.muted { (reason) } }
            (crate::ui::blocks::fold(
                &v.t_args("portal-telephone-hours", &[("zone", zone.into())]), false,
                hours::table(v, lines.hours.of(WindowKind::BusinessHours)),
            ))
        },
    )
}

/// The languages spoken, by their own names where they are known.
fn languages(v: &Viewer, tags: &[String]) -> String {
    let names: Vec<&str> = tags.iter().map(|tag| language(tag)).collect();
    v.t_args(
        "portal-telephone-languages",
        &[("languages", names.join(", ").into())],
    )
}

/// A language by its own name, which reads the same in every language.
#[must_use]
pub fn language(tag: &str) -> &str {
    match tag {
        "ar" => "العربية",
        "da" => "Dansk",
        "de" => "Deutsch",
        "en" => "English",
        "es" => "Español",
        "fr" => "Français",
        "hi" => "हिन्दी",
        "it" => "Italiano",
        "ja" => "日本語",
        "ne" => "नेपाली",
        "pt" => "Português",
        other => other,
    }
}

/// Whether the telephone is included, severity by severity.
fn rights(v: &Viewer, customer: &Customer) -> Markup {
    panel(
        v.t("portal-telephone-rights"),
        html! {
            @for held in &customer.held {
                @if let Some(terms) = &held.terms {
                    h3 { (held.name()) }
                    ul.stack-8 {
                        @for severity in &terms.edition.severities {
                            li.row {
                                (say::severity_badge(v, &terms.edition, Some(&severity.code)))
                                @match right(terms, &severity.code) {
                                    Some(window) => span { (v.t("portal-included")) ", " (window_words(window)) },
                                    None => span { (v.t("portal-not-included")) ". " (instead(terms, &severity.code)) },
                                }
                            }
                        }
                    }
                }
            }
            p.muted { (v.t("portal-telephone-rights-other")) }
        },
    )
}

fn instead<'a>(terms: &'a Terms, severity: &str) -> &'a str {
    let right = customer::column(terms).and_then(|column| {
        terms
            .edition
            .find_channel_right(Medium::Telephone, column, severity)
    });
    right.map_or("", |right| right.instead.as_str())
}

/// Whether there is a PIN to have at hand, and who could make one.
#[derive(Default)]
struct AtHand {
    has_pin: bool,
    administrators: Vec<Contact>,
}

async fn pin(tx: &mut Tx<'_>, account: AccountId) -> Result<AtHand, Error> {
    Ok(AtHand {
        has_pin: telephones::find_pin(tx, account).await?.is_some(),
        administrators: contacts::administrators(tx, account).await?,
    })
}

/// The PIN belongs to the customer number.
fn pin_line(web: &Web, signed: &Signed, customer: &Customer, pin: &AtHand) -> Markup {
    let v = &signed.viewer;
    let facts = organisation::facts(web, signed);
    let who = organisation::who_may(
        &pin.administrators,
        customer.account.id,
        Action::GiveRoles,
        &facts,
    );
    let is_managing = signed.session.grant(Action::ManagePeople).is_ok();
    html! {
        @if pin.has_pin { p { (v.t("pin-at-hand")) } }
        @else {
            p { (v.t_args("pin-at-hand-none", &[("who", organisation::names(&who).into())])) }
        }
        @if is_managing { p { a href="/organisation/telephone" { (v.t("organisation-telephone")) } } }
    }
}

/// What to have at hand: the customer number and its PIN, and what is open.
fn before_calling(
    web: &Web,
    signed: &Signed,
    customer: &Customer,
    cases: &[CaseRow],
    pin: &AtHand,
) -> Markup {
    let v = &signed.viewer;
    panel(
        v.t("portal-telephone-at-hand"),
        html! {
            (facts(&[Fact::new(v.t("portal-customer-number"), html! { b { bdi { (customer.account.customer_number) } } })]))
            (pin_line(web, signed, customer, pin))
            @if !cases.is_empty() {
                h3 { (v.t("portal-open-requests")) }
                ul.stack-8 {
                    @for case in cases {
                        li {
                            bdi { (case.number) } " "
                            a href={ "/cases/" (case.number) } dir="auto" { (case.subject) }
                        }
                    }
                }
            }
        },
    )
}

/// Every country's numbers, with the time there and whether its offices are open.
fn directory(web: &Web, v: &Viewer, lines: &Lines) -> Markup {
    section(
        v.t("portal-telephone-directory"),
        html! {},
        html! {
            div.matrix-box tabindex="0" role="region" aria-label=(v.t("portal-telephone-directory")) {
                table.matrix {
                    caption { (v.t("portal-telephone-directory")) }
                    thead { tr {
                        th scope="col" { (v.t("portal-telephone-country")) }
                        th scope="col" { (v.t("portal-telephone-number")) }
                        th scope="col" { (v.t("portal-telephone-language")) }
                        th scope="col" { (v.t("portal-telephone-office")) }
                    } }
                    tbody {
                        @for line in &lines.edition.telephone_numbers {
                            tr id={ "country-" (line.country) } {
                                th scope="row" { (line.country_name) }
                                td { (number(v, line)) }
                                td { @for (n, tag) in line.languages.iter().enumerate() {
                                    @if n > 0 { ", " } span lang=(tag) { (language(tag)) }
                                } }
                                td { (offices(web, v, &line.country)) }
                            }
                        }
                    }
                }
            }
            p.muted { (v.t_args("portal-telephone-zone", &[("zone", v.zone.iana_name().unwrap_or("UTC").into())])) }
        },
    )
}

/// The regions of a country: what time it is there, and whether business hours are on.
fn offices(web: &Web, v: &Viewer, country: &str) -> Markup {
    let catalogue = web.app().catalogue();
    let regions = catalogue.regions();
    let here: Vec<_> = regions
        .into_iter()
        .filter(|region| region.country == country)
        .collect();
    html! {
        @for region in &here {
            @if let Some(hours) = catalogue.region_hours(&region.code, v.now) {
                p.nowrap {
                    @if here.len() > 1 { (region.name) ": " }
                    (hours::line(v, &hours.business))
                    " " span.muted { (local_time(v, region.time_zone())) }
                }
            }
        }
    }
}

/// What the clock says in a zone.
fn local_time(v: &Viewer, zone: &str) -> String {
    let there = Viewer {
        zone: jiff::tz::TimeZone::get(zone).unwrap_or(jiff::tz::TimeZone::UTC),
        ..v.clone()
    };
    v.t_args(
        "portal-telephone-local",
        &[("at", words::time_of_day(&there, v.now).into())],
    )
}
