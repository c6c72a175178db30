//! Charts as inline SVG, each with its numbers as a table in a fold.

use maud::{Markup, html};

use super::chips::Tone;
use super::viewer::Viewer;

/// One bar.
#[derive(Debug, Clone, Copy)]
pub struct Bar<'a> {
    /// What it counts.
    pub label: &'a str,
    /// How long it is.
    pub value: f64,
    /// The value in words: `92 %`.
    pub words: &'a str,
    /// Its colour.
    pub tone: Tone,
}

/// Horizontal bars, one under the other, all on the scale of `full` (or of the longest).
#[must_use]
pub fn bars(v: &Viewer, title: &str, full: Option<f64>, bars: &[Bar<'_>]) -> Markup {
    let longest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
    let full = full.unwrap_or(longest).max(f64::MIN_POSITIVE);
    html! {
        figure.chart {
            figcaption { (title) }
            div.bars aria-hidden="true" {
                @for bar in bars {
                    span.bar-label { (bar.label) }
                    svg.bar.(bar.tone.class()) viewBox="0 0 100 8" preserveAspectRatio="none" {
                        rect.bar-ground width="100" height="8" {}
                        rect.bar-fill width=(share(bar.value, full)) height="8" {}
                    }
                    span.bar-value { (bar.words) }
                }
            }
            (numbers(v, title, bars.iter().map(|bar| (bar.label, bar.words))))
        }
    }
}

/// One bar made of parts, with a legend: open cases by severity, say.
#[must_use]
pub fn stacked(v: &Viewer, title: &str, parts: &[Bar<'_>]) -> Markup {
    let all = parts
        .iter()
        .map(|part| part.value)
        .sum::<f64>()
        .max(f64::MIN_POSITIVE);
    let mut at = 0.0;
    let placed: Vec<_> = parts
        .iter()
        .map(|part| {
            let start = at;
            at += part.value;
            (part, start)
        })
        .collect();
    html! {
        figure.chart {
            figcaption { (title) }
            svg.stack viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label=(title) {
                @for (part, start) in &placed {
                    rect.(part.tone.class()) x=(share(*start, all)) width=(share(part.value, all))
                        height="8" { title { (part.label) ": " (part.words) } }
                }
            }
            ul.legend {
                @for part in parts {
                    li.(part.tone.class()) { span.swatch aria-hidden="true" {} (part.label) " " b { (part.words) } }
                }
            }
            (numbers(v, title, parts.iter().map(|part| (part.label, part.words))))
        }
    }
}

/// A line without axes, for beside a number. `says` puts it in words for screen readers.
#[must_use]
pub fn sparkline(says: &str, values: &[f64]) -> Markup {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = (high - low).max(f64::MIN_POSITIVE);
    let step = 100.0 / (values.len().max(2) - 1) as f64;
    let points: Vec<String> = values
        .iter()
        .enumerate()
        .map(|(n, value)| {
            format!(
                "{:.1},{:.1}",
                n as f64 * step,
                22.0 - (value - low) / span * 20.0
            )
        })
        .collect();
    html! {
        svg.spark viewBox="0 0 100 24" preserveAspectRatio="none" role="img" aria-label=(says) {
            title { (says) }
            polyline points=(points.join(" ")) {}
        }
    }
}

/// Two numbers of one day, or of whatever the label says.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// What they belong to.
    pub label: &'a str,
    /// The first number.
    pub one: i64,
    /// The second number.
    pub other: i64,
}

/// Two columns side by side for each of many labels, with a legend; `names` says which is which.
#[must_use]
pub fn pairs(v: &Viewer, title: &str, names: (&str, &str), each: &[Pair<'_>]) -> Markup {
    let all = each.iter().flat_map(|pair| [pair.one, pair.other]);
    let full = all.max().unwrap_or(0).max(1);
    let width = each.len().max(1) * 10;
    html! {
        figure.chart {
            figcaption { (title) }
            svg.pairs viewBox={ "0 0 " (width) " 100" } preserveAspectRatio="none" role="img"
                aria-label=(title) {
                @for (n, pair) in each.iter().enumerate() {
                    (column(n * 10 + 1, Tone::Info, pair.one, full, pair.label))
                    (column(n * 10 + 5, Tone::Plain, pair.other, full, pair.label))
                }
            }
            @if let [first, .., last] = each {
                div.pairs-ends aria-hidden="true" {
                    span { (first.label) } span { (v.t_args("chart-peak", &[("n", full.into())])) } span { (last.label) }
                }
            }
            ul.legend {
                li.tone-info { span.swatch aria-hidden="true" {} (names.0) }
                li.tone-plain { span.swatch aria-hidden="true" {} (names.1) }
            }
            (pair_numbers(v, title, names, each))
        }
    }
}

fn column(x: usize, tone: Tone, value: i64, full: i64, label: &str) -> Markup {
    let height = value * 100 / full.max(1);
    html! {
        rect.(tone.class()) x=(x) y=(100 - height) width="4" height=(height) {
            title { (label) ": " (value) }
        }
    }
}

fn pair_numbers(v: &Viewer, title: &str, names: (&str, &str), each: &[Pair<'_>]) -> Markup {
    html! {
        details.fold.chart-numbers {
            summary { (v.t("chart-table")) }
            table.plain {
                caption.sr { (title) }
                thead { tr {
                    th scope="col" { (v.t("chart-what")) }
                    th.num scope="col" { (names.0) }
                    th.num scope="col" { (names.1) }
                } }
                tbody { @for pair in each {
                    tr {
                        th scope="row" { (pair.label) }
                        td.num { (pair.one) }
                        td.num { (pair.other) }
                    }
                } }
            }
        }
    }
}

fn share(value: f64, full: f64) -> String {
    format!("{:.2}", (value / full * 100.0).clamp(0.0, 100.0))
}

fn numbers<'a>(v: &Viewer, title: &str, rows: impl Iterator<Item = (&'a str, &'a str)>) -> Markup {
    html! {
        details.fold.chart-numbers {
            summary { (v.t("chart-table")) }
            table.plain {
                caption.sr { (title) }
                thead {
                    tr { th scope="col" { (v.t("chart-what")) } th.num scope="col" { (v.t("chart-value")) } }
                }
                tbody {
                    @for (label, value) in rows {
                        tr { th scope="row" { (label) } td.num { (value) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_one_value_draw_without_dividing_by_zero() {
        let v = Viewer::new("2026-03-27T16:30:00Z".parse().unwrap());
        let bar = Bar {
            label: "A",
            value: 0.0,
            words: "0",
            tone: Tone::Bad,
        };
        let html =
            bars(&v, "t", None, &[bar]).into_string() + &stacked(&v, "t", &[bar]).into_string();
        let html =
            html + &sparkline("s", &[]).into_string() + &sparkline("s", &[3.0]).into_string();
        assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
    }
}
