//! An explanation as values: what the JSON says and the text is made of.

use serde::Serialize;

/// The whole explanation.
#[derive(Serialize)]
pub struct Report {
    /// The edition's id.
    pub edition: String,
    /// Its title.
    pub title: String,
    /// The first day on which cases are opened under it.
    pub in_force_from: String,
    /// The plan's name.
    pub plan: String,
    /// Whether the subscription is a trial.
    pub is_trial: bool,
    /// The offer's name.
    pub offer: Option<String>,
    /// The kind of help.
    pub kind: &'static str,
    /// How the request comes in.
    pub channel: &'static str,
    /// The severity's code on submission.
    pub severity: Option<String>,
    /// The severity's name.
    pub severity_name: Option<String>,
    /// When the request is submitted.
    pub opened: Instant,
    /// Whose hours are local.
    pub region: Region,
    /// The entitlement verdict.
    pub verdict: Verdict,
    /// When the first response is due, RFC 3339, UTC; `None` when nothing is.
    pub due: Option<String>,
    /// When the first response comes, or why it is due at no instant.
    pub first_response: FirstResponse,
    /// The clocks that bear on it; one of them decides.
    pub clocks: Vec<Clock>,
    /// The rules that led to it.
    pub rules: Vec<Rule>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
}

/// An instant in both readings.
#[derive(Clone, Serialize)]
pub struct Instant {
    /// RFC 3339, UTC.
    pub utc: String,
    /// As the customer's wall clock reads it.
    pub local: String,
}

/// The region and the data behind its hours.
#[derive(Serialize)]
pub struct Region {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The IANA time zone.
    pub time_zone: String,
    /// The version of the time-zone database.
    pub time_zone_database: &'static str,
    /// The calendar's revision.
    pub calendar_revision: u32,
    /// The date it was published on.
    pub published_on: String,
    /// Where the holidays were taken from.
    pub source: String,
}

/// What the customer is entitled to.
#[derive(Serialize)]
pub struct Verdict {
    /// Whether the edition offers this kind of help.
    pub is_covered: bool,
    /// The heading of the column that applies, or the kind's own terms.
    pub column: String,
    /// The medium the channel counts as.
    pub medium: &'static str,
    /// Whether the channel may be used.
    pub is_channel_included: bool,
    /// When it may be used.
    pub channel_window: Option<&'static str>,
    /// What to use instead, when it is not included.
    pub instead: String,
    /// Whether the customer sets the severity.
    pub may_set_severity: bool,
    /// Why, in sentences.
    pub reasons: Vec<String>,
}

/// When the first response comes.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum FirstResponse {
    /// By this instant, itself included.
    Due {
        /// The instant.
        at: Instant,
    },
    /// Not now: a pause goes on.
    Paused {
        /// Seconds left of the goal.
        remaining_seconds: u64,
    },
    /// There is no commitment.
    NoCommitment {
        /// When the request comes into opening hours.
        handled_from: Instant,
    },
}

/// The clock of one severity.
#[derive(Serialize)]
pub struct Clock {
    /// The severity's code.
    pub severity: Option<String>,
    /// Whether it decides when the first response is due.
    pub decides: bool,
    /// When it started.
    pub started: Instant,
    /// The promise in words.
    pub promise: String,
    /// The window that holds in the region.
    pub window: &'static str,
    /// The cell as published.
    pub cell: String,
    /// How an unclear cell is read.
    pub reading: String,
    /// Texts of the footnotes.
    pub footnotes: Vec<String>,
    /// When it is due.
    pub response: FirstResponse,
    /// The ledger: contiguous steps.
    pub steps: Vec<Step>,
}

/// A line of the ledger.
#[derive(Serialize)]
pub struct Step {
    /// Its beginning.
    pub from: Instant,
    /// Its end; the next step begins there.
    pub to: Instant,
    /// What it did to the clock.
    pub kind: &'static str,
    /// What it is called or did, when there is more to say.
    pub detail: Option<String>,
    /// How long it took.
    pub lasts_seconds: i64,
    /// Seconds counted.
    pub counted_seconds: i64,
    /// Days counted.
    pub counted_days: u16,
    /// Seconds counted so far.
    pub sum_seconds: i64,
    /// Days counted so far.
    pub sum_days: u16,
}

/// A rule of time.
#[derive(Serialize)]
pub struct Rule {
    /// Its number.
    pub code: &'static str,
    /// What it says here.
    pub words: String,
}
