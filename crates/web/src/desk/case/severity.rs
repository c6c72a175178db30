//! Changing the severity, with its effect on the clock shown before it is saved.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_description::promise_words;
use mainstay_domain::Moment;
use mainstay_domain::access::Action;
use mainstay_domain::case::{Case, Metric, Milestone, Refusal, Terms};
use mainstay_store::cases as kept;
use maud::{Markup, html};

use super::{Desk, acts};
use crate::cases::{self, Tried, number_of};
use crate::desk::{asked, desk_grant, words};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::words::absolute;
use crate::ui::{Button, Choice, Field, Mistakes, Tone, Viewer, blocks};

/// `GET /cases/{number}/severity/preview?severity=…`: the page with the effect of a severity.
///
/// # Errors
/// [`app::Error::NotFound`] when the case is not theirs.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let mut fields = Incoming::default();
    fields.set("severity", asked(&signed, "severity").unwrap_or_default());
    whole_page(&web, &signed, &number, fields).await
}

/// `POST /cases/{number}/severity/preview`: what a severity would do to the clock. The script asks
/// for the fragment, a form without script gets the page; nothing is changed.
///
/// # Errors
/// [`app::Error::NotFound`] when the case is not theirs.
pub async fn preview(
    State(web): State<Web>,
    signed: Signed,
    Path(number): Path<String>,
    headers: HeaderMap,
    fields: Incoming,
) -> Result<Response, Error> {
    if !headers.contains_key("x-fragment") {
        return whole_page(&web, &signed, &number, fields).await;
    }
    let grant = desk_grant(&signed, Action::ChangeSeverity)?;
    let number = number_of(&number)?;
    let case = web
        .app()
        .db()
        .read(async |tx| {
            let found = kept::find(tx, &grant, number).await?;
            found.ok_or(app::Error::NotFound)
        })
        .await?;
    let terms = web.app().catalogue().terms_of(&case.terms)?;
    let shown = effect(&signed.viewer, &case, &terms, fields.text("severity"))?;
    Ok(html! { div data-preview-into { (shown) } }.into_response())
}

async fn whole_page(
    web: &Web,
    signed: &Signed,
    number: &str,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(signed, Action::ChangeSeverity)?;
    let tried = Tried {
        form: "severity",
        fields,
        mistakes: Mistakes::none(),
        stale: None,
        status: StatusCode::OK,
    };
    cases::page(web, signed, number_of(number)?, Some(tried)).await
}

/// The form, with the effect of what is chosen in it.
pub(super) fn form(desk: &Desk<'_>) -> Result<Markup, Error> {
    let v = desk.v;
    let (action, preview) = (desk.to("severity"), desk.to("severity/preview"));
    let form = acts::form_of(desk, "severity", &action, "severity-").preview(&preview);
    let chosen = desk
        .view
        .tried("severity")
        .map_or("", |tried| tried.fields.text("severity"));
    let hints = promises(desk);
    let choices: Vec<Choice<'_>> = desk
        .terms
        .edition
        .severities
        .iter()
        .zip(&hints)
        .map(|(severity, (label, hint))| Choice::new(&severity.code, label).hint(hint))
        .collect();
    let shown = if chosen.is_empty() {
        html! {}
    } else {
        effect(v, desk.case, &desk.terms, chosen)?
    };
    Ok(form.render(html! {
        (form.radios(Field::new("severity", v.t("desk-severity")).value(chosen).required(), &choices))
        (acts::reason_of(desk, &form, "severity", v.t("desk-reason-public")))
        (form.preview_area(shown))
        (form.actions(Button::new(v.t("desk-change-severity")), html! {}))
    }))
}

/// Name and promise of each severity on this plan.
fn promises(desk: &Desk<'_>) -> Vec<(String, String)> {
    let (v, current) = (desk.v, desk.case.severity.as_deref());
    let severities = desk.terms.edition.severities.iter().enumerate();
    severities
        .map(|(rank, severity)| {
            let promise = desk.terms.promise(desk.case.kind, rank);
            let hint = promise.map(|promise| promise_words(promise.window, promise.target));
            let now = if current == Some(severity.code.as_str()) {
                format!(" ({})", v.t("desk-now"))
            } else {
                String::new()
            };
            let label = format!("{} · {}{now}", severity.code, severity.name);
            (label, hint.unwrap_or_default())
        })
        .collect()
}

/// What a severity would do to the clock, in words.
fn effect(v: &Viewer, case: &Case, terms: &Terms, code: &str) -> Result<Markup, Error> {
    let Some(severity) = terms.edition.find_severity(code) else {
        return Ok(html! { p.small { (v.t("desk-choose-severity")) } });
    };
    if case.severity.as_deref() == Some(severity.code.as_str()) {
        return Ok(html! { p.small { (v.t("desk-severity-unchanged")) } });
    }
    let before = case.next_due_at();
    let after = case
        .clocks
        .preview_severity(&severity.code, v.now, terms)
        .map_err(Refusal::from)?;
    let is_first = |m: &Milestone| m.metric == Metric::InitialResponse && m.is_pending();
    let what = if case.clocks.milestones().iter().any(is_first) {
        words::metric(v, Metric::InitialResponse)
    } else {
        v.t("desk-next-target")
    };
    Ok(blocks::notice(
        tone(v, before, after),
        "",
        html! { p { (moved(v, what, before, after)) } },
    ))
}

fn tone(v: &Viewer, before: Option<Moment>, after: Option<Moment>) -> Tone {
    match (before, after) {
        (_, Some(after)) if after <= v.now.plus_minutes(60) => Tone::Warn,
        (before, after) if before == after => Tone::Plain,
        _ => Tone::Info,
    }
}

fn moved(v: &Viewer, what: &str, before: Option<Moment>, after: Option<Moment>) -> String {
    let what = ("what", what.into());
    let at = |name: &'static str, at: Moment| (name, absolute(v, at).into());
    match (before, after) {
        (Some(from), Some(to)) if from == to => {
            v.t_args("desk-effect-stays", &[what, at("at", to)])
        }
        (Some(from), Some(to)) => {
            v.t_args("desk-effect-moves", &[what, at("from", from), at("to", to)])
        }
        (None, Some(to)) => v.t_args("desk-effect-begins", &[what, at("to", to)]),
        (Some(from), None) => v.t_args("desk-effect-ends", &[what, at("from", from)]),
        (None, None) => v.t("desk-effect-none").to_owned(),
    }
}
