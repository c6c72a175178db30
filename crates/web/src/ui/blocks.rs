//! Page heads, panels, notices, steps, empty states and dialogs.

use maud::{Markup, html};

use super::button::Button;
use super::chips::Tone;
use super::icon::{Icon, icon};
use super::viewer::Viewer;
use super::words;

/// What was just done, said once on the next page.
#[derive(Debug, Clone, Copy)]
pub struct Flash<'a> {
    /// Good, bad or informing.
    pub tone: Tone,
    /// One sentence.
    pub words: &'a str,
    /// A link to follow or undo: label and address.
    pub link: Option<(&'a str, &'a str)>,
}

/// A notice in the page's flow.
#[must_use]
pub fn flash(v: &Viewer, said: Flash<'_>) -> Markup {
    let _ = v;
    html! {
        div.notice.(said.tone.class()) role=(if said.tone == Tone::Bad { "alert" } else { "status" }) {
            (icon(said.tone.icon()))
            p { (said.words) @if let Some((label, href)) = said.link { " " a href=(href) { (label) } } }
        }
    }
}

/// A notice with markup in it: `lead` in bold, then the rest.
#[must_use]
pub fn notice(tone: Tone, lead: &str, rest: Markup) -> Markup {
    html! {
        div.notice.(tone.class()) {
            (icon(tone.icon()))
            div { @if !lead.is_empty() { b { (lead) } " " } (rest) }
        }
    }
}

/// The head of a page: its `h1`, a line of facts under it, and its actions.
#[must_use]
pub fn page_head(title: &str, under: Markup, actions: Markup) -> Markup {
    html! {
        div.page-head {
            div { h1 dir="auto" { (title) } div.page-under { (under) } }
            div.page-actions { (actions) }
        }
    }
}

/// The line that says how fresh a page is, with a link that refreshes it without script.
#[must_use]
pub fn updated(v: &Viewer) -> Markup {
    html! {
        p.updated {
            (v.t_args("updated-at", &[("at", words::short(v, v.now).into())]))
            span.no-script { " · " a href=(v.here) { (v.t("refresh")) } }
        }
    }
}

/// A part of a page under an `h2`, with something at the end of its heading line.
#[must_use]
pub fn section(title: &str, end: Markup, body: Markup) -> Markup {
    html! {
        section.section { div.section-head { h2 { (title) } div.section-end { (end) } } (body) }
    }
}

/// A card with an optional heading.
#[must_use]
pub fn panel(title: &str, body: Markup) -> Markup {
    html! {
        section.panel { @if !title.is_empty() { h2.panel-title { (title) } } (body) }
    }
}

/// The box that says what happens next, by when.
#[must_use]
pub fn next_box(title: &str, body: Markup) -> Markup {
    html! { section.next-box { (icon(Icon::Clock)) div { h2 { (title) } (body) } } }
}

/// Nothing here: one sentence of meaning and the primary action.
#[must_use]
pub fn empty(sign: Icon, sentence: &str, action: Markup) -> Markup {
    html! { div.empty { (icon(sign)) p { (sentence) } (action) } }
}

/// The steps of a wizard; `current` counts from 1. Done steps link back where they have an address.
#[must_use]
pub fn steps(v: &Viewer, steps: &[(&str, &str)], current: usize) -> Markup {
    let of = [("n", current.into()), ("all", steps.len().into())];
    html! {
        nav.steps aria-label=(v.t("steps-label")) {
            p.steps-of { (v.t_args("steps-of", &of)) }
            ol {
                @for (n, (label, href)) in steps.iter().enumerate().map(|(n, step)| (n + 1, step)) {
                    li.is-done[n < current].is-now[n == current]
                        aria-current=[(n == current).then_some("step")] {
                        span.step-mark aria-hidden="true" {
                            @if n < current { (icon(Icon::Check)) } @else { (n) }
                        }
                        @if n < current && !href.is_empty() { a href=(href) { (label) } }
                        @else { span { (label) } }
                        @if n < current { span.sr { " (" (v.t("step-done")) ")" } }
                    }
                }
            }
        }
    }
}

/// A button that folds out a small form or question; works without script.
#[must_use]
pub fn dialog(opener: Button<'_>, id: &str, body: Markup) -> Markup {
    html! {
        details.menu.pop id=(id) { (opener.summary()) div.menu-body { (body) } }
    }
}

/// A folded part: a summary line and what is under it.
#[must_use]
pub fn fold(summary: &str, open: bool, body: Markup) -> Markup {
    html! { details.fold open[open] { summary { (summary) } div.fold-body { (body) } } }
}

/// One number with its name, and words under it.
#[must_use]
pub fn stat(tone: Tone, label: &str, number: &str, under: Markup) -> Markup {
    html! {
        div.stat.(tone.class()) {
            p.stat-label { (label) } p.stat-number { (number) } div.stat-under { (under) }
        }
    }
}

/// Several [`stat`]s in a row.
#[must_use]
pub fn stats(each: Markup) -> Markup {
    html! { div.stats { (each) } }
}

/// How a service does.
#[derive(Debug, Clone, Copy)]
pub struct Health<'a> {
    /// The service.
    pub name: &'a str,
    /// Good, degraded, interrupted; [`Tone::Plain`] when unknown, never green then.
    pub tone: Tone,
    /// In words.
    pub words: &'a str,
    /// The incident or status page; may be empty.
    pub href: &'a str,
}

/// The strip of services at the top of the customer's home.
#[must_use]
pub fn health(each: &[Health<'_>]) -> Markup {
    html! {
        ul.health {
            @for service in each {
                li.(service.tone.class()) {
                    (icon(service.tone.icon()))
                    span {
                        b {
                            @if service.href.is_empty() { (service.name) }
                            @else { a href=(service.href) { (service.name) } }
                        }
                        " " span.muted { (service.words) }
                    }
                }
            }
        }
    }
}

/// A page without navigation: sign-in, errors. Centred, narrow.
#[must_use]
pub fn narrow(body: Markup) -> Markup {
    html! { div.narrow { (body) } }
}
