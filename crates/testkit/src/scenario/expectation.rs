//! What must be so after a row.

use mainstay_domain::case::Metric;

use super::Trouble;
use super::when::{self, When};

const FORM: &str = "something that can be expected, like `initial response due Sat 01:30` or \
                    `met`; see crates/domain/scenarios/README.md";

/// What must be so.
pub enum Expectation {
    Due(Metric, When),
    NoCommitment(When),
    Met(Metric),
    Breached(Metric),
    FallenAway(Metric),
    Refused(String),
    Status(String),
    Severity(String),
    ChannelIncluded(bool),
    /// The answer about the channel names this instead.
    Instead(String),
    Referral(String),
    ReopenUntil(When),
}

const METRICS: [(&str, Metric); 4] = [
    ("initial response", Metric::InitialResponse),
    ("next response", Metric::NextResponse),
    ("periodic update", Metric::PeriodicUpdate),
    ("resolution", Metric::Resolution),
];

/// How a metric is called here.
pub fn metric_words(metric: Metric) -> &'static str {
    METRICS
        .iter()
        .find(|known| known.1 == metric)
        .map_or("", |known| known.0)
}

/// Reads an expectation; one that names no metric is about the initial response.
pub fn read(text: &str) -> Result<Expectation, Trouble> {
    if let Some(expectation) = of_words(text) {
        return Ok(expectation);
    }
    if let Some(time) = text.strip_prefix("no commitment, handled from ") {
        return when::read_all(time).map(Expectation::NoCommitment);
    }
    if let Some(time) = text.strip_prefix("reopen until ") {
        return when::read_all(time).map(Expectation::ReopenUntil);
    }
    let named = METRICS
        .iter()
        .find_map(|&(name, metric)| Some((metric, text.strip_prefix(name)?.trim_start())));
    let (metric, rest) = named.unwrap_or((Metric::InitialResponse, text));
    match (rest, rest.strip_prefix("due ")) {
        ("met", _) => Ok(Expectation::Met(metric)),
        ("breached", _) => Ok(Expectation::Breached(metric)),
        ("falls away", _) => Ok(Expectation::FallenAway(metric)),
        (_, Some(time)) => when::read_all(time).map(|when| Expectation::Due(metric, when)),
        _ => Err(Trouble::new(FORM, format!("`{text}`"))),
    }
}

fn of_words(text: &str) -> Option<Expectation> {
    match text {
        "channel included" => return Some(Expectation::ChannelIncluded(true)),
        "channel not included" => return Some(Expectation::ChannelIncluded(false)),
        _ => {}
    }
    let after = |prefix: &str| Some(text.strip_prefix(prefix)?.trim().to_owned());
    None.or_else(|| after("refused:").map(Expectation::Refused))
        .or_else(|| after("instead:").map(Expectation::Instead))
        .or_else(|| after("referral:").map(Expectation::Referral))
        .or_else(|| after("status ").map(Expectation::Status))
        .or_else(|| after("severity ").map(Expectation::Severity))
}
