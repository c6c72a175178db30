//! The third page: the verdict, and everything that was typed, before it is sent.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_app::intake::Judgement;
use mainstay_description::window_words;
use mainstay_domain::case::SeverityBasis;
use mainstay_domain::edition::{Kind, Medium};
use maud::{Markup, html};

use super::fields::{self, ALL};
use super::{DETAILS, KIND, SEND, Setting, details};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::portal::customer::column;
use crate::portal::telephone::{self, Lines};
use crate::portal::words as say;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::facts::{Fact, facts};
use crate::ui::{Button, Form, Icon, Mistakes, Tone, Viewer, blocks, icon, markdown, panel, tag};

/// The review, or the page that asked what the verdict stumbles over.
pub async fn answer(
    web: &Web,
    signed: &Signed,
    setting: &Setting,
    typed: &Incoming,
    warning: Option<&str>,
) -> Result<Response, Error> {
    let submission = fields::submission(setting, typed, Vec::new());
    match web.app().judge(&signed.session, &submission).await {
        Ok(judged) => {
            let body = body(web, signed, setting, typed, &judged, warning);
            let page = super::page(web, signed, setting, 3, &Mistakes::none(), body);
            let status = warning.map_or(StatusCode::OK, |_| StatusCode::CONFLICT);
            Ok((status, page).into_response())
        }
        Err(error) => refused(web, signed, setting, typed, error),
    }
}

/// The page whose field was refused, with everything typed.
pub fn refused(
    web: &Web,
    signed: &Signed,
    setting: &Setting,
    typed: &Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let (status, mistakes) = (status_of(&error), mistakes_of(&error));
    let is_of_kind = fields::OF_KIND
        .iter()
        .any(|name| mistakes.of(name).is_some());
    let page = if is_of_kind {
        let body = super::kind::form(&signed.viewer, setting, typed, &mistakes);
        super::page(web, signed, setting, 1, &mistakes, body)
    } else {
        details::page(web, signed, setting, typed, &mistakes)
    };
    Ok((status, page).into_response())
}

fn body(
    web: &Web,
    signed: &Signed,
    setting: &Setting,
    typed: &Incoming,
    judged: &Judgement,
    warning: Option<&str>,
) -> Markup {
    let v = &signed.viewer;
    let form = Form::post(v, SEND);
    let send = Button::primary(v.t("portal-send"))
        .icon(Icon::Check)
        .key("mod+enter");
    html! {
        @if let Some(warning) = warning { (blocks::notice(Tone::Warn, "", html! { (warning) })) }
        (verdict(web, v, judged, typed))
        (summary(v, setting, typed, judged))
        (form.render(html! {
            @for name in ALL {
                @if !typed.text(name).is_empty() { (form.hidden(name, typed.text(name))) }
            }
            (form.actions(send, html! { (Button::new(v.t("portal-back")).link(DETAILS)) }))
        }))
    }
}

/// The severity with its definition, and what it buys on this plan.
pub fn verdict(web: &Web, v: &Viewer, judged: &Judgement, typed: &Incoming) -> Markup {
    let (opened_by, terms) = (&judged.opened_by, &judged.terms);
    let (edition, promise) = (&terms.edition, &opened_by.verdict.promise);
    let severity = opened_by.severity.as_deref();
    let definition = severity.and_then(|code| edition.find_severity(code));
    let title = match (definition, opened_by.basis) {
        (None, _) => v.t("portal-verdict"),
        (_, SeverityBasis::SetByCustomer) => v.t("portal-verdict-set"),
        _ => v.t("portal-verdict-proposed"),
    };
    blocks::next_box(
        title,
        html! {
            div.stack-8 {
                @if let Some(severity) = definition {
                    p { (say::severity_badge(v, edition, Some(&severity.code))) }
                    p { (severity.meaning) }
                    p.muted { (say::basis_words(v, edition, opened_by.basis, fields::impact(typed))) }
                }
                p { (say::first_response(v, &opened_by.verdict)) }
                p.muted {
                    (v.t_args("portal-cell", &[("cell", promise.cell.as_str().into())]))
                    @if !promise.reading.is_empty() { " " (promise.reading) }
                }
                ul.stack-8 {
                    @for reason in &opened_by.verdict.reasons {
                        li { (icon_line(&say::reason_words(v, edition, reason))) }
                    }
                    @for note in &promise.footnotes { li { (icon_line(note)) } }
                    li { (icon_line(&say::channel_words(v, &opened_by.verdict))) }
                li { (by_telephone(web, v, judged)) }
                }
                @if let Some(severity) = definition {
                    @if opened_by.basis == SeverityBasis::Proposed { p.muted { (v.t("portal-verdict-may-correct")) } }
                    (details::other_severities(v, terms, &severity.code))
                }
            }
        },
    )
}

fn icon_line(words: &str) -> Markup {
    html! { span.hung { (icon(Icon::Info)) span { (words) } } }
}

/// Whether this may be said by telephone too, and on which number.
fn by_telephone(web: &Web, v: &Viewer, judged: &Judgement) -> Markup {
    let terms = &judged.terms;
    let severity = judged.opened_by.severity.as_deref();
    let right = severity.zip(column(terms)).and_then(|(code, column)| {
        terms
            .edition
            .find_channel_right(Medium::Telephone, column, code)
    });
    let kind = judged.opened_by.verdict.question.kind;
    let window = match kind {
        Kind::Technical => right.and_then(|right| right.window),
        kind => terms.edition.find_kind(kind).and_then(|terms| terms.window),
    };
    let lines = Lines::of(web, v.now, &judged.account);
    let number = lines.as_ref().and_then(|lines| lines.own.first());
    html! {
        span.hung {
            (icon(Icon::Phone))
            @match (window, number) {
                (Some(window), Some(number)) => span {
                    (v.t("portal-or-call")) " " (telephone::number(v, number)) " " (window_words(window)) "."
                },
                (Some(_), None) => span { (v.t("portal-or-call-none")) },
                (None, _) => span {
                    (v.t("portal-no-telephone")) " "
                    @if let Some(right) = right { (right.instead) }
                },
            }
        }
    }
}

/// Everything typed, each with the page to change it on.
fn summary(v: &Viewer, setting: &Setting, typed: &Incoming, judged: &Judgement) -> Markup {
    let edition = &judged.terms.edition;
    let kind = judged.opened_by.verdict.question.kind;
    let change = v.t("portal-change");
    let mut each = vec![
        Fact::words(v.t("portal-kind-short"), say::kind_name(edition, kind)).change(change, KIND),
    ];
    let category = fields::submission(setting, typed, Vec::new()).category;
    if let Some(id) = category {
        let name = say::category_name(edition, &id);
        each.push(Fact::words(v.t("portal-category"), &name).change(change, KIND));
    }
    if let Some(held) = setting.held(typed) {
        each.push(Fact::words(v.t("portal-subscription"), &held.name()));
    }
    if let Some(number) = typed.some("follows") {
        each.push(Fact::new(
            v.t("portal-follows-label"),
            html! { bdi { (number) } },
        ));
    }
    each.push(
        Fact::words(v.t("portal-subject-short"), typed.text("subject")).change(change, DETAILS),
    );
    each.push(
        Fact::new(v.t("portal-body-short"), markdown(typed.text("body"))).change(change, DETAILS),
    );
    if let Some(impact) = fields::impact(typed).filter(|_| kind == Kind::Technical) {
        let words = [
            (
                v.t("portal-affected-short"),
                say::affected_words(v, impact.affected),
            ),
            (v.t("portal-work-short"), say::work_words(v, impact.work)),
            (
                v.t("portal-workaround-short"),
                say::workaround_words(v, impact),
            ),
        ];
        for (term, words) in words {
            each.push(Fact::words(term, words).change(change, DETAILS));
        }
    }
    let uploads = setting.draft.uploads(typed.text("token"));
    if !uploads.is_empty() {
        let names = html! {
            ul { @for file in uploads { li {
                span dir="auto" { (file.name) } " " span.muted { (say::size(file.size)) }
                @if file.is_confidential { " " (tag(Tone::Plain, v.t("confidential"))) }
            } } }
        };
        each.push(Fact::new(v.t("portal-files"), names).change(change, DETAILS));
    }
    panel(v.t("portal-you-send"), facts(&each))
}
