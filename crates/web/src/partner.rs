//! The pages of a partner's people, and the signs by which everybody knows for whom one acts (S20).

pub mod asks;
pub mod customers;
pub mod cut_off;
pub mod entry;
pub mod inbox;
pub mod people;

use mainstay_app::partners::partner_of;
use mainstay_app::{self as app};
use mainstay_domain::Moment;
use mainstay_domain::access::{ActingFor, Action, Denial};
use mainstay_domain::case::PartnerNews;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PartnerId;
use mainstay_store::inbox::Notice;
use mainstay_store::views::TimelineRow;
use maud::{Markup, html};

use crate::error::Error;
use crate::sign_in::safe;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Choice, Flash, Icon, Tone, Viewer, blocks, words};

/// The partner of whoever reads; everybody else is refused, as their role would be.
fn own_partner(signed: &Signed) -> Result<PartnerId, Error> {
    partner_of(&signed.session)
        .map_err(|_| app::Error::Denied(Denial::of_role(Action::RunPartner)).into())
}

/// The day something ends, of which it is the first moment after.
#[must_use]
pub fn last_day(v: &Viewer, ends_at: Moment) -> String {
    words::date(v, ends_at.plus_seconds(-1))
}

/// For whom somebody of a partner acts, until when; on every page they read.
#[must_use]
pub fn banner(signed: &Signed) -> Markup {
    let v = &signed.viewer;
    let ActingFor::Delegated { delegated, .. } = &signed.session.principal.acting_for else {
        return html! {};
    };
    let ends_at = delegated.ends_at.filter(|_| !signed.account.is_empty());
    let Some(ends_at) = ends_at else {
        return html! {};
    };
    let day = last_day(v, ends_at);
    let args = [
        ("account", signed.account.as_str().into()),
        ("day", day.as_str().into()),
    ];
    let said = match delegated.covered.limit() {
        None => v.t_args("partner-acting", &args),
        Some(_) => v.t_args("partner-acting-some", &args),
    };
    blocks::notice(
        Tone::Info,
        "",
        html! {
            span.acting { (said) } " "
            a href="/partner/customers" { (v.t("partner-switch")) }
        },
    )
}

/// Where a switch leads back to, with a sign that it happened.
#[must_use]
pub fn after_switch(back: &str) -> String {
    let back = safe(back);
    let back = if back == "/" { "/cases" } else { back };
    format!("{back}?switched=1")
}

/// That somebody acts for another customer since the last page.
#[must_use]
pub fn switched(v: &Viewer) -> Option<Flash<'static>> {
    let (_, query) = v.here.split_once('?')?;
    query.contains("switched=1").then(|| Flash {
        tone: Tone::Ok,
        words: v.t("partner-switched"),
        link: None,
    })
}

/// How an act on the timeline is signed beside the name: the partner, and for whom it acted.
#[must_use]
pub fn signature(v: &Viewer, row: &TimelineRow, account: &str) -> String {
    row.partner.as_deref().map_or_else(String::new, |partner| {
        let args = [("partner", partner.into()), ("account", account.into())];
        v.t_args("partner-signature", &args)
    })
}

/// What became of what a customer lets a partner do, as a notice.
#[must_use]
pub fn news(v: &Viewer, what: PartnerNews) -> &'static str {
    match what {
        PartnerNews::Asked => v.t("partner-news-asked"),
        PartnerNews::Granted => v.t("partner-news-granted"),
        PartnerNews::Changed => v.t("partner-news-changed"),
        PartnerNews::Declined => v.t("partner-news-declined"),
        PartnerNews::EndsSoon => v.t("partner-news-ends-soon"),
        PartnerNews::Ended => v.t("partner-news-ended"),
        PartnerNews::Renounced => v.t("partner-news-renounced"),
    }
}

/// A notice that is about no case.
#[must_use]
pub fn news_line(
    v: &Viewer,
    notice: &Notice,
    sign: Icon,
    (what, at): (PartnerNews, Moment),
) -> Markup {
    let says_when = matches!(
        what,
        PartnerNews::Granted | PartnerNews::Changed | PartnerNews::EndsSoon
    );
    html! {
        li.notice-line.is-unread[notice.read_at.is_none()] {
            (crate::ui::icon(sign))
            div {
                p {
                    (news(v, what))
                    @if says_when {
                        " " (v.t_args("partner-until", &[("day", last_day(v, at).into())]))
                    }
                    " " a href="/organisation/partners" { (v.t("partner-news-look")) }
                }
                p.muted { bdi { (notice.account) } " · " (words::ago(v, notice.at)) }
            }
        }
    }
}

/// The kinds of requests in words of the edition in force.
#[must_use]
pub fn kind_words(web: &Web, v: &Viewer) -> Vec<(Kind, String)> {
    let catalogue = web.app().catalogue();
    let edition = catalogue.edition_at(v.now);
    let name = |kind: Kind| {
        edition.map_or_else(
            || kind.code().to_owned(),
            |edition| crate::portal::words::kind_name(edition, kind).to_owned(),
        )
    };
    Kind::ALL
        .into_iter()
        .map(|kind| (kind, name(kind)))
        .collect()
}

/// What may be delegated, in words: kinds, and the customer's people.
#[must_use]
pub fn scope_words(web: &Web, v: &Viewer, kinds: &[Kind], names_people: bool) -> String {
    let all = kind_words(web, v);
    let named = all.iter().filter(|(kind, _)| kinds.contains(kind));
    let mut words: Vec<&str> = named.map(|(_, name)| name.as_str()).collect();
    if names_people {
        words.push(v.t("partner-people-short"));
    }
    words.join(", ")
}

/// The kinds as answers of a form.
#[must_use]
pub fn kind_choices<'a>(words: &'a [(Kind, String)]) -> Vec<Choice<'a>> {
    words
        .iter()
        .map(|(kind, name)| Choice::new(kind.code(), name))
        .collect()
}

/// Whether whoever reads runs the partner.
fn runs_partner(signed: &Signed) -> bool {
    signed.session.grant(Action::RunPartner).is_ok()
}
