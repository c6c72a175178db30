//! The verdict as it is read to a caller before the case is opened.

use mainstay_app::intake::{Judgement, Submission};
use mainstay_description::{medium_words, promise_words, window_words};
use mainstay_domain::entitlement::{FirstResponse, Reason, Verdict};
use maud::{Markup, html};

use crate::desk::words;
use crate::ui::blocks::notice;
use crate::ui::chips::severity_named;
use crate::ui::words::{absolute, relative};
use crate::ui::{Fact, Tone, Viewer, facts, panel as card};

/// What stands for a verdict in the form: whoever sends it back has seen this one.
pub(super) fn seen(judgement: &Judgement) -> String {
    let verdict = &judgement.opened_by.verdict;
    format!(
        "{} {} {} {} {}",
        verdict.edition,
        judgement.opened_by.severity.as_deref().unwrap_or("-"),
        verdict.channel.medium as u8,
        verdict.channel.is_included(),
        verdict.promise.cell
    )
}

/// The verdict, with the mark that it was seen.
pub(super) fn panel(v: &Viewer, new: &Submission, judgement: &Judgement) -> Markup {
    let (verdict, terms) = (&judgement.opened_by.verdict, &judgement.terms);
    let seen = seen(judgement);
    let proposed = new.impact.filter(|_| new.severity.is_none());
    let proposed = proposed.and_then(|impact| terms.edition.propose_severity(impact));
    let mut each = Vec::new();
    if let Some(code) = &judgement.opened_by.severity {
        each.push(Fact::new(
            v.t("desk-severity"),
            html! {
                (severity_named(v, words::severity_in(&terms.edition, code)))
                @if let Some((_, rule)) = proposed { p.small.muted { (rule.reason) } }
            },
        ));
    }
    each.push(Fact::new(
        v.t("desk-metric-initial-response"),
        first_response(v, judgement),
    ));
    let promise = promise_words(verdict.promise.window, verdict.promise.target);
    each.push(Fact::words(v.t("desk-why-promise"), &promise));
    each.push(Fact::words(
        v.t("desk-why-cell"),
        &format!("“{}”", verdict.promise.cell),
    ));
    if !verdict.promise.reading.is_empty() {
        each.push(Fact::words(
            v.t("desk-why-reading"),
            &verdict.promise.reading,
        ));
    }
    card(
        v.t("desk-verdict"),
        html! {
            input type="hidden" name="seen" value=(seen);
            (channel(v, verdict))
            (facts(&each))
            @for reason in exceptions(v, verdict) { p.small { (reason) } }
        },
    )
}

fn first_response(v: &Viewer, judgement: &Judgement) -> Markup {
    let zone = &judgement.terms.hours.business.calendar.spec().time_zone;
    let local = words::viewer_in(v, zone);
    match judgement.opened_by.verdict.first_response {
        FirstResponse::Due { at } => html! {
            b { (v.t_args("desk-verdict-by", &[("at", absolute(v, at).into())])) }
            " " span.muted { "· " (relative(v, at)) }
            p.small.muted { (v.t_args("desk-verdict-there", &[("at", absolute(&local, at).into())])) }
        },
        FirstResponse::NoCommitment { handled_from } => html! {
            b { (v.t("clock-no-commitment")) }
            p.small { (v.t_args("desk-verdict-from", &[("at", absolute(v, handled_from).into())])) }
        },
    }
}

/// Whether the medium may be used, and what to use instead.
fn channel(v: &Viewer, verdict: &Verdict) -> Markup {
    let medium = ("medium", medium_words(verdict.channel.medium).into());
    match verdict.channel.window {
        Some(window) => {
            let args = [medium, ("window", window_words(window).into())];
            notice(
                Tone::Ok,
                &v.t_args("desk-channel-included", &args),
                html! {},
            )
        }
        None => {
            let lead = v.t_args("desk-channel-excluded", &[medium]);
            notice(
                Tone::Warn,
                &lead,
                html! {
                    @if !verdict.channel.instead.is_empty() {
                        (v.t_args("desk-channel-instead", &[("instead", verdict.channel.instead.as_str().into())]))
                    }
                    " " (v.t("desk-channel-anyway"))
                },
            )
        }
    }
}

/// What makes this promise other than the plan's column alone.
fn exceptions(v: &Viewer, verdict: &Verdict) -> Vec<String> {
    let words = |reason: &Reason| match reason {
        Reason::ElevatedOffer { offer } => {
            Some(v.t_args("desk-because-offer", &[("offer", offer.into())]))
        }
        Reason::TrialOfPaidOnly { plan } => {
            Some(v.t_args("desk-because-trial", &[("plan", plan.into())]))
        }
        Reason::AnytimeException { reason } => Some(reason.clone()),
        Reason::AdditionalService { service, plan } => {
            let args = [("service", service.into()), ("plan", plan.into())];
            Some(v.t_args("desk-because-service", &args))
        }
        _ => None,
    };
    verdict.reasons.iter().filter_map(words).collect()
}
