//! What the customer's pages say of cases: turns, severities, answers, reasons.

use mainstay_description::{medium_words, promise_words, window_words};
use mainstay_domain::Moment;
use mainstay_domain::case::{SeverityBasis, Status, Terms};
use mainstay_domain::edition::{Affected, Edition, Impact, Kind, Medium, WorkState};
use mainstay_domain::entitlement::{FirstResponse, Reason, Verdict, promise_of};
use maud::{Markup, html};

use crate::ui::chips::{Severity, Tone, Turn, severity_named, tag};
use crate::ui::frame::Side;
use crate::ui::{Viewer, chips, words};

/// Whose turn it is, by the word of a status.
#[must_use]
pub fn turn_badge(v: &Viewer, status: &str) -> Markup {
    match status {
        "with-customer" => chips::turn(v, Side::Customer, Turn::Customer),
        "resolved" => chips::turn(v, Side::Customer, Turn::Nobody),
        "closed" => tag(Tone::Plain, v.t("portal-closed")),
        _ => chips::turn(v, Side::Customer, Turn::Vendor),
    }
}

/// Whose turn it is.
#[must_use]
pub fn status_badge(v: &Viewer, status: Status) -> Markup {
    turn_badge(v, status.code())
}

/// A severity as an edition names it, for a badge.
#[must_use]
pub fn severity_of<'a>(edition: &'a Edition, code: &str) -> Option<Severity<'a>> {
    let rank = edition.severity_rank(code)?;
    let severity = edition.severities.get(rank)?;
    Some(Severity {
        code: &severity.code,
        name: &severity.name,
        rank: u8::try_from(rank + 1).unwrap_or(u8::MAX),
    })
}

/// A severity's badge with its name; nothing for kinds without severities.
#[must_use]
pub fn severity_badge(v: &Viewer, edition: &Edition, code: Option<&str>) -> Markup {
    let severity = code.and_then(|code| severity_of(edition, code));
    html! { @if let Some(severity) = severity { (severity_named(v, severity)) } }
}

/// The name of a kind of help.
#[must_use]
pub fn kind_name(edition: &Edition, kind: Kind) -> &str {
    edition
        .find_kind(kind)
        .map_or(kind.code(), |terms| terms.name.as_str())
}

/// The name of a category: the product first.
#[must_use]
pub fn category_name(edition: &Edition, id: &str) -> String {
    let found = edition.categories.iter().find(|category| category.id == id);
    found.map_or_else(
        || id.to_owned(),
        |category| format!("{} – {}", category.product, category.name),
    )
}

/// The word of an answer in forms.
#[must_use]
pub const fn affected_code(affected: Affected) -> &'static str {
    match affected {
        Affected::One => "one",
        Affected::Several => "several",
        Affected::Everyone => "everyone",
    }
}

/// The word of an answer in forms.
#[must_use]
pub const fn work_code(work: WorkState) -> &'static str {
    match work {
        WorkState::Stopped => "stopped",
        WorkState::Impaired => "impaired",
        WorkState::Unhindered => "unhindered",
    }
}

/// Who is affected.
#[must_use]
pub fn affected_words(v: &Viewer, affected: Affected) -> &'static str {
    match affected {
        Affected::One => v.t("portal-affected-one"),
        Affected::Several => v.t("portal-affected-several"),
        Affected::Everyone => v.t("portal-affected-everyone"),
    }
}

/// Whether work is stopped.
#[must_use]
pub fn work_words(v: &Viewer, work: WorkState) -> &'static str {
    match work {
        WorkState::Stopped => v.t("portal-work-stopped"),
        WorkState::Impaired => v.t("portal-work-impaired"),
        WorkState::Unhindered => v.t("portal-work-unhindered"),
    }
}

/// Whether there is a way round it.
#[must_use]
pub fn workaround_words(v: &Viewer, impact: Impact) -> &'static str {
    if impact.has_workaround {
        v.t("portal-workaround-yes")
    } else {
        v.t("portal-workaround-no")
    }
}

/// Why the severity is what it is: who settled it, and from what.
#[must_use]
pub fn basis_words(
    v: &Viewer,
    edition: &Edition,
    basis: SeverityBasis,
    impact: Option<Impact>,
) -> String {
    match basis {
        SeverityBasis::SetByCustomer => v.t("portal-basis-set").to_owned(),
        SeverityBasis::AssessedByVendor => v.t("portal-basis-assessed").to_owned(),
        SeverityBasis::Proposed => {
            let rule = impact.and_then(|impact| edition.propose_severity(impact));
            let reason = rule.map_or("", |(_, rule)| rule.reason.as_str());
            v.t_args("portal-basis-proposed", &[("reason", reason.into())])
        }
    }
}

/// A reason of a verdict as a sentence.
#[must_use]
pub fn reason_words(v: &Viewer, edition: &Edition, reason: &Reason) -> String {
    match reason {
        Reason::PlanColumn { plan, column } => v.t_args(
            "portal-reason-plan",
            &[("plan", plan.into()), ("column", column.into())],
        ),
        Reason::StandalonePlan { plan, column } => v.t_args(
            "portal-reason-standalone",
            &[("plan", plan.into()), ("column", column.into())],
        ),
        Reason::AdditionalService { service, plan } => v.t_args(
            "portal-reason-additional",
            &[("service", service.into()), ("plan", plan.into())],
        ),
        Reason::ElevatedOffer { offer } => {
            v.t_args("portal-reason-offer", &[("offer", offer.into())])
        }
        Reason::KindWindow { kind } => {
            let name = kind_name(edition, *kind);
            v.t_args("portal-reason-kind", &[("kind", name.into())])
        }
        Reason::TrialOfPaidOnly { plan } => {
            v.t_args("portal-reason-trial", &[("plan", plan.into())])
        }
        Reason::AnytimeException { reason } => {
            v.t_args("portal-reason-exception", &[("reason", reason.into())])
        }
        Reason::ChannelNotIncluded { medium, instead } => v.t_args(
            "portal-reason-channel",
            &[
                ("medium", medium_name(v, *medium).into()),
                ("instead", instead.into()),
            ],
        ),
    }
}

/// A medium with a capital letter.
#[must_use]
pub fn medium_name(v: &Viewer, medium: Medium) -> &'static str {
    match medium {
        Medium::Online => v.t("portal-medium-online"),
        Medium::Telephone => v.t("portal-medium-telephone"),
    }
}

/// By when the first response comes, in a line, with the promise beside it.
#[must_use]
pub fn first_response(v: &Viewer, verdict: &Verdict) -> Markup {
    let promise = &verdict.promise;
    html! {
        @match verdict.first_response {
            FirstResponse::Due { at } => {
                b { (v.t("portal-first-response-by")) " " (words::moment(v, at)) }
                " – " (promise_words(promise.window, promise.target))
            },
            FirstResponse::NoCommitment { handled_from } => {
                b { (v.t("portal-no-commitment")) }
                "; " (handled_from_words(v, handled_from)) ", " (window_words(promise.window))
            },
        }
    }
}

/// From when on a request without commitment is handled.
#[must_use]
pub fn handled_from_words(v: &Viewer, from: Moment) -> String {
    if from <= v.now {
        v.t("portal-handled-now").to_owned()
    } else {
        v.t_args(
            "portal-handled-from",
            &[("at", words::absolute(v, from).into())],
        )
    }
}

/// Until when a closed request can be reopened; the instant itself is too late.
#[must_use]
pub fn reopen_until(v: &Viewer, until: Moment) -> String {
    if words::time_of_day(v, until) == "00:00" {
        let last = words::date(v, until.plus_seconds(-1));
        v.t_args("portal-reopen-through", &[("day", last.into())])
    } else {
        v.t_args(
            "portal-reopen-until",
            &[("at", words::absolute(v, until).into())],
        )
    }
}

/// What a severity means and what it buys under these terms.
#[must_use]
pub fn severity_buys(v: &Viewer, terms: &Terms, severity: &str, meaning: &str) -> String {
    let holding = &terms.pinned.holding;
    let promise = promise_of(&terms.edition, holding, Kind::Technical, Some(severity)).ok();
    let words = promise.map(|promise| promise_words(promise.window, promise.target));
    let promise = words.unwrap_or_default();
    v.t_args(
        "portal-severity-buys",
        &[("meaning", meaning.into()), ("promise", promise.into())],
    )
}

/// Whether a medium is included, in words.
#[must_use]
pub fn channel_words(v: &Viewer, verdict: &Verdict) -> String {
    let channel = &verdict.channel;
    let medium = medium_words(channel.medium);
    match channel.window {
        Some(window) => v.t_args(
            "portal-channel-included",
            &[
                ("medium", medium.into()),
                ("window", window_words(window).into()),
            ],
        ),
        None => v.t_args(
            "portal-channel-not-included",
            &[
                ("medium", medium.into()),
                ("instead", channel.instead.as_str().into()),
            ],
        ),
    }
}

/// A size in bytes as one reads it.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "only shown")]
pub fn size(bytes: u64) -> String {
    const UNIT: f64 = 1000.0;
    let size = bytes as f64;
    if bytes < 1000 {
        format!("{bytes} B")
    } else if size < UNIT * UNIT {
        format!("{:.0} kB", size / UNIT)
    } else {
        format!("{:.1} MB", size / UNIT / UNIT)
    }
}
