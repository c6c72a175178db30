//! Figures that answer questions, each with its definition.

use axum::extract::State;
use mainstay_domain::Moment;
use mainstay_domain::access::Action;
use mainstay_store::views::{self, DayCount, KeptPromises};
use maud::{Markup, html};

use super::desk_grant;
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::{stat, stats, updated};
use crate::ui::chart::{Bar, Pair, bars, pairs};
use crate::ui::{Icon, Tone, Viewer, empty, page_head, panel};

/// The days the figures look back on.
const DAYS: i64 = 30;
/// Fewer than this many promises have no share worth naming.
const FEWEST: i64 = 5;

/// What the page is drawn from.
struct Figures {
    kept: Vec<KeptPromises>,
    days: Vec<DayCount>,
    without: i64,
    now: Moment,
}

/// `GET /reports`
///
/// # Errors
/// [`mainstay_app::Error::Denied`] for those who read no reports.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    let grant = desk_grant(&signed, Action::Report)?;
    let to = signed.now();
    let from = to.plus_minutes(-DAYS * 1440);
    let figures = web
        .app()
        .db()
        .read(async |tx| {
            Ok::<_, mainstay_store::Error>(Figures {
                kept: views::kept_promises(tx, &grant, from, to).await?,
                days: views::opened_and_closed(tx, &grant, from, to).await?,
                without: views::without_commitment(tx, &grant, from, to).await?,
                now: to,
            })
        })
        .await?;
    let v = &signed.viewer;
    let body = html! {
        (page_head(v.t("desk-reports"), html! {
            (v.t_args("desk-reports-under", &[("n", DAYS.into())]))
        }, html! {}))
        (numbers(v, &figures))
        div.columns {
            (kept_panel(v, &figures))
            (flow_panel(v, &figures))
        }
        (updated(v))
    };
    Ok(Page::new(v.t("desk-reports"), Place::Reports).render(&web, &signed, body))
}

/// A share as a number by itself.
fn bare_share(v: &Viewer, met: i64, all: i64) -> String {
    if all == 0 {
        return "–".to_owned();
    }
    if all < FEWEST {
        return share(v, met, all);
    }
    let tenths = met * 1000 / all;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// A share in words with the number it is a share of; too few to name one say so.
fn share(v: &Viewer, met: i64, all: i64) -> String {
    if all < FEWEST {
        let args = [("met", met.into()), ("n", all.into())];
        return v.t_args("desk-share-few", &args);
    }
    let tenths = met * 1000 / all;
    let percent = format!("{}.{}", tenths / 10, tenths % 10);
    let args = [("percent", percent.into()), ("n", all.into())];
    v.t_args("desk-share", &args)
}

fn numbers(v: &Viewer, figures: &Figures) -> Markup {
    let met: i64 = figures.kept.iter().map(|kept| kept.met).sum();
    let late: i64 = figures.kept.iter().map(|kept| kept.breached).sum();
    let opened: i64 = figures.days.iter().map(|day| day.opened).sum();
    let closed: i64 = figures.days.iter().map(|day| day.closed).sum();
    let all = met + late;
    let kept = bare_share(v, met, all);
    let of = v.t_args("desk-of", &[("n", all.into())]);
    let tone = if late > 0 { Tone::Warn } else { Tone::Plain };
    let under = |words: &str| html! { (words) };
    stats(html! {
        (stat(Tone::Plain, v.t("desk-kept-all"), &kept, html! {
            b { (of) } " " (v.t("desk-kept-definition"))
        }))
        (stat(tone, v.t("desk-late"), &late.to_string(), under(v.t("desk-late-definition"))))
        (stat(Tone::Plain, v.t("desk-without"), &figures.without.to_string(),
            under(v.t("desk-without-definition"))))
        (stat(Tone::Plain, v.t("desk-opened"), &opened.to_string(), under(v.t("desk-opened-definition"))))
        (stat(Tone::Plain, v.t("desk-closed-count"), &closed.to_string(),
            under(v.t("desk-closed-definition"))))
    })
}

fn kept_panel(v: &Viewer, figures: &Figures) -> Markup {
    let rows: Vec<(String, f64, String, Tone)> = figures
        .kept
        .iter()
        .map(|kept| {
            let label = match &kept.severity {
                Some(code) => v.t_args("desk-severity-of", &[("code", code.into())]),
                None => v.t("desk-severity-none").to_owned(),
            };
            let all = kept.met + kept.breached;
            let tone = if kept.breached == 0 {
                Tone::Ok
            } else {
                Tone::Info
            };
            (label, percent(kept.met, all), share(v, kept.met, all), tone)
        })
        .collect();
    let each: Vec<Bar<'_>> = rows
        .iter()
        .map(|(label, value, words, tone)| Bar {
            label,
            value: *value,
            words,
            tone: *tone,
        })
        .collect();
    let args = [("n", figures.without.into())];
    panel(
        v.t("desk-kept-question"),
        html! {
            @if each.is_empty() { (empty(Icon::Chart, v.t("desk-kept-none"), html! {})) }
            @else { (bars(v, v.t("desk-kept-title"), Some(100.0), &each)) }
            p.small.muted { (v.t("desk-kept-definition")) " " (v.t_args("desk-kept-apart", &args)) }
        },
    )
}

fn flow_panel(v: &Viewer, figures: &Figures) -> Markup {
    let last = figures.now.as_unix().div_euclid(86_400);
    let days: Vec<(String, i64, i64)> = (last - DAYS + 1..=last)
        .map(|day| {
            let counted = figures.days.iter().find(|count| count.day == day);
            let (opened, closed) = counted.map_or((0, 0), |count| (count.opened, count.closed));
            (date_of(day), opened, closed)
        })
        .collect();
    let each: Vec<Pair<'_>> = days
        .iter()
        .map(|(label, one, other)| Pair {
            label,
            one: *one,
            other: *other,
        })
        .collect();
    let names = (v.t("desk-opened"), v.t("desk-closed-count"));
    panel(
        v.t("desk-flow-question"),
        html! {
            (pairs(v, v.t("desk-flow-title"), names, &each))
            p.small.muted { (v.t("desk-flow-definition")) }
        },
    )
}

#[allow(clippy::cast_precision_loss, reason = "for the length of a bar")]
fn percent(met: i64, all: i64) -> f64 {
    met as f64 * 100.0 / all.max(1) as f64
}

/// The date of a day counted from 1970-01-01.
fn date_of(day: i64) -> String {
    let noon = Moment::from_unix(day * 86_400 + 43_200);
    jiff::tz::Offset::UTC
        .to_datetime(noon.timestamp())
        .date()
        .to_string()
}
