//! How the instance is doing, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use mainstay_app::App;
use mainstay_store::system::{self, Gauges};

use crate::ports::stopwatch;

/// Upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 11] = [
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];
/// How long a count of open cases is good for: it reads an index entry for each of them.
const COUNTED: Duration = Duration::from_secs(60);

/// Requests counted, and what was found out at some cost.
#[derive(Default)]
pub struct Metrics {
    routes: Mutex<BTreeMap<(String, String), Route>>,
    open_cases: Mutex<Option<(Instant, i64)>>,
}

/// The requests of a route.
#[derive(Default, Clone)]
struct Route {
    /// By status class, from 1xx on.
    classes: [u64; 5],
    /// By duration; those above every bound stand in none.
    buckets: [u64; BOUNDS.len()],
    seconds: f64,
}

impl Metrics {
    /// Counts a request that was answered; its route as the router knows it, never its address.
    pub fn note(&self, method: &str, route: &str, status: u16, took: Duration) {
        let seconds = took.as_secs_f64();
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let route = routes
            .entry((route.to_owned(), method.to_owned()))
            .or_default();
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        route.classes[class] += 1;
        route.seconds += seconds;
        if let Some(place) = BOUNDS.iter().position(|bound| seconds <= *bound) {
            route.buckets[place] += 1;
        }
    }

    /// Everything, as Prometheus reads it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn text(&self, app: &App) -> Result<String, mainstay_store::Error> {
        let now = app.now();
        let gauges = app
            .db()
            .read(async |tx| system::gauges(tx, now).await)
            .await?;
        let open_cases = self.open_cases(app).await?;
        let mut text = String::new();
        self.write_requests(&mut text);
        let waiting = app.db().waiting_writes();
        write_gauge(
            &mut text,
            "writer_queue",
            "Writes that wait to be begun.",
            waiting,
        );
        write_gauge(
            &mut text,
            "open_cases",
            "Open cases, counted at most once a minute.",
            open_cases,
        );
        write_gauges(&mut text, &gauges, |at| now.seconds_since(at).max(0));
        Ok(text)
    }

    async fn open_cases(&self, app: &App) -> Result<i64, mainstay_store::Error> {
        let known = *self
            .open_cases
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((since, count)) = known
            && since.elapsed() < COUNTED
        {
            return Ok(count);
        }
        let count = app
            .db()
            .read(async |tx| system::open_cases(tx).await)
            .await?;
        let mut kept = self
            .open_cases
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *kept = Some((stopwatch(), count));
        Ok(count)
    }

    fn write_requests(&self, text: &mut String) {
        let routes = self
            .routes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        head(text, "requests_total", "counter", "Requests answered.");
        for ((route, method), counted) in &routes {
            for (class, count) in (1..).zip(counted.classes) {
                if count > 0 {
                    let _ = writeln!(
                        text,
                        "mainstay_requests_total{{route=\"{}\",method=\"{method}\",status=\"{class}xx\"}} {count}",
                        escaped(route)
                    );
                }
            }
        }
        let about = "How long requests took until their answer began.";
        head(text, "request_seconds", "histogram", about);
        for ((route, method), counted) in &routes {
            let labels = format!("route=\"{}\",method=\"{method}\"", escaped(route));
            write_histogram(text, &labels, counted);
        }
    }
}

fn write_histogram(text: &mut String, labels: &str, counted: &Route) {
    let name = "mainstay_request_seconds";
    let mut below = 0;
    for (bound, count) in BOUNDS.iter().zip(counted.buckets) {
        below += count;
        let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{bound}\"}} {below}");
    }
    let all: u64 = counted.classes.iter().sum();
    let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {all}");
    let _ = writeln!(text, "{name}_sum{{{labels}}} {}", counted.seconds);
    let _ = writeln!(text, "{name}_count{{{labels}}} {all}");
}

fn write_gauges(text: &mut String, gauges: &Gauges, age: impl Fn(mainstay_domain::Moment) -> i64) {
    let oldest = gauges.outbox.oldest_at.map_or(0, &age);
    let lag = gauges.overdue_since.map_or(0, &age);
    for (name, about, value) in [
        (
            "outbox_waiting",
            "Notices that wait to be delivered.",
            gauges.outbox.count,
        ),
        (
            "outbox_failed",
            "Of these, notices tried in vain.",
            gauges.outbox.tried,
        ),
        (
            "outbox_oldest_seconds",
            "Age of the oldest notice that waits.",
            oldest,
        ),
        (
            "outbox_held",
            "1 while notices are held after a restore.",
            gauges.is_held.into(),
        ),
        (
            "timers_overdue",
            "Cases whose clocks are due to be judged.",
            gauges.overdue,
        ),
        (
            "timers_lag_seconds",
            "How long the first of them has been due.",
            lag,
        ),
    ] {
        write_gauge(text, name, about, value);
    }
}

fn write_gauge(text: &mut String, name: &str, about: &str, value: impl std::fmt::Display) {
    head(text, name, "gauge", about);
    let _ = writeln!(text, "mainstay_{name} {value}");
}

fn head(text: &mut String, name: &str, kind: &str, about: &str) {
    let _ = writeln!(
        text,
        "# HELP mainstay_{name} {about}\n# TYPE mainstay_{name} {kind}"
    );
}

/// A label's value.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_class_and_duration() {
        let metrics = Metrics::default();
        for (status, millis) in [(200, 3), (204, 30), (404, 0), (503, 20_000)] {
            metrics.note(
                "GET",
                "/cases/{number}",
                status,
                Duration::from_millis(millis),
            );
        }
        metrics.note("POST", "a\"b", 303, Duration::ZERO);
        let mut text = String::new();
        metrics.write_requests(&mut text);
        let labels = "route=\"/cases/{number}\",method=\"GET\"";
        for line in [
            format!("mainstay_requests_total{{{labels},status=\"2xx\"}} 2"),
            format!("mainstay_requests_total{{{labels},status=\"5xx\"}} 1"),
            format!("mainstay_request_seconds_bucket{{{labels},le=\"0.005\"}} 2"),
            format!("mainstay_request_seconds_bucket{{{labels},le=\"10\"}} 3"),
            format!("mainstay_request_seconds_bucket{{{labels},le=\"+Inf\"}} 4"),
            format!("mainstay_request_seconds_count{{{labels}}} 4"),
            "mainstay_requests_total{route=\"a\\\"b\",method=\"POST\",status=\"3xx\"} 1".to_owned(),
        ] {
            assert!(text.lines().any(|one| one == line), "{line}\n{text}");
        }
    }
}
