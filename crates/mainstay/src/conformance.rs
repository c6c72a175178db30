//! `mainstay conformance FILE`: runs cases with expected results against the engine.
//!
//! The format is `sla-vectors/1`: calendars by name, one operation with its expected result per
//! vector, and cells of the shipped editions applied to a calendar.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use mainstay_domain::Moment;
use mainstay_domain::calendar::{
    Calendar, CalendarError, CalendarSpec, HolidayScope, Hours, Override, WeeklyHours,
};
use mainstay_domain::clock::{Due, Explanation, Hole, WindowHours, due};
use mainstay_domain::edition::{Cutoff, Edition, Target};
use mainstay_domain::entitlement::{RegionHours, promise_for_column};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The format this version reads.
const FORMAT: &str = "sla-vectors/1";

/// A file of cases.
#[derive(Deserialize)]
pub struct Cases {
    #[serde(default)]
    format: Option<String>,
    calendars: BTreeMap<String, Value>,
    #[serde(default)]
    vectors: Vec<Value>,
    #[serde(default)]
    cells: Vec<Value>,
}

impl Cases {
    /// Reads a file of cases; what is wrong with a single case is found when it is run.
    ///
    /// # Errors
    /// Why the file as a whole makes no sense.
    pub fn read(text: &str) -> anyhow::Result<Self> {
        let cases: Self = serde_json::from_str(text)?;
        if let Some(format) = cases.format.as_ref().filter(|format| *format != FORMAT) {
            anyhow::bail!("its format is `{format}`, this version reads `{FORMAT}`");
        }
        if cases.vectors.is_empty() && cases.cells.is_empty() {
            anyhow::bail!("it has neither `vectors` nor `cells`");
        }
        Ok(cases)
    }
}

#[derive(Deserialize)]
struct CalendarFile {
    tz: String,
    #[serde(default)]
    weekly: Vec<WeeklyHours>,
    #[serde(default)]
    holidays: Vec<Date>,
    #[serde(default)]
    holiday_scope: HolidayScope,
    #[serde(default)]
    overrides: BTreeMap<Date, Vec<(Time, Time)>>,
}

type Time = mainstay_domain::calendar::DayMinute;

#[derive(Deserialize)]
struct Vector {
    calendar: String,
    #[serde(flatten)]
    operation: Operation,
    expect: Value,
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Operation {
    Add {
        start: String,
        minutes: u64,
    },
    AddPaused {
        start: String,
        minutes: u64,
        pauses: Vec<(String, Option<String>)>,
    },
    Diff {
        from: String,
        to: String,
    },
    NextOpen {
        start: String,
    },
    DayOffset {
        start: String,
        days: u16,
        cutoff: String,
    },
}

#[derive(Deserialize)]
struct Cell {
    edition: String,
    severity: String,
    plans: String,
    calendar: String,
    opened: String,
    due: Option<String>,
    handled_from: Option<String>,
}

/// What came of a run.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Cases that gave the expected result.
    pub passed: usize,
    /// Cases that did not.
    pub failed: usize,
    /// One for each case that failed.
    pub mismatches: Vec<Mismatch>,
}

/// A case that did not give the expected result.
#[derive(Debug, Serialize)]
pub struct Mismatch {
    /// Which case.
    pub case: String,
    /// What the file expects.
    pub expected: String,
    /// What the engine found.
    pub found: String,
}

/// Each calendar, or the error that cases on it come to.
type Calendars = BTreeMap<String, Result<Arc<Calendar>, String>>;

fn compile(calendar: Value) -> Result<Arc<Calendar>, String> {
    let file: CalendarFile =
        serde_json::from_value(calendar).map_err(|error| format!("error:calendar: {error}"))?;
    let compiled = Calendar::compile(file.into()).map_err(|error| error_name(&error))?;
    Ok(Arc::new(compiled))
}

/// Runs every vector, and every cell against the editions.
pub fn run(cases: Cases, editions: &[Edition]) -> Report {
    let calendars: Calendars = cases
        .calendars
        .into_iter()
        .map(|(name, calendar)| (name, compile(calendar)))
        .collect();
    let mut report = Report::default();
    for (index, vector) in cases.vectors.into_iter().enumerate() {
        let name = name_of(&vector, || format!("vector {}", index + 1));
        let outcome = serde_json::from_value::<Vector>(vector)
            .map_err(|error| error.to_string())
            .map(|vector| (words(&vector.expect), vector.run(&calendars)));
        report.note(name, outcome);
    }
    for (index, cell) in cases.cells.into_iter().enumerate() {
        let outcome = serde_json::from_value::<Cell>(cell).map_err(|error| error.to_string());
        let name = match &outcome {
            Ok(cell) => format!(
                "cell {}: {}, severity {}, {}, opened {}",
                index + 1,
                cell.edition,
                cell.severity,
                cell.plans,
                cell.opened
            ),
            Err(_) => format!("cell {}", index + 1),
        };
        let outcome = outcome.map(|cell| (cell.expected(), cell.run(&calendars, editions)));
        report.note(name, outcome);
    }
    report
}

fn name_of(vector: &Value, otherwise: impl FnOnce() -> String) -> String {
    vector
        .get("id")
        .and_then(Value::as_str)
        .map_or_else(otherwise, str::to_owned)
}

/// A JSON value as a person would write it.
fn words(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

impl Report {
    /// `outcome` is the expected and the found result, or why the case cannot be read.
    fn note(&mut self, case: String, outcome: Result<(String, String), String>) {
        let (expected, found) =
            outcome.unwrap_or_else(|error| ("a case this version can read".to_owned(), error));
        if expected == found || is_same_instant(&expected, &found) || is_same(&expected, &found) {
            self.passed += 1;
        } else {
            self.failed += 1;
            self.mismatches.push(Mismatch {
                case,
                expected,
                found,
            });
        }
    }
}

/// Whether both are the same instant, however written.
fn is_same_instant(expected: &str, found: &str) -> bool {
    let [expected, found] = [expected, found].map(|text| text.parse::<Moment>().ok());
    expected.is_some() && expected == found
}

/// Whether both are the same number of minutes, to well within a second.
fn is_same(expected: &str, found: &str) -> bool {
    match (expected.parse::<f64>(), found.parse::<f64>()) {
        (Ok(expected), Ok(found)) => (expected - found).abs() < 0.001,
        _ => false,
    }
}

impl From<CalendarFile> for CalendarSpec {
    fn from(file: CalendarFile) -> Self {
        let own = |hours: Vec<(Time, Time)>| Override {
            name: String::new(),
            hours: hours
                .into_iter()
                .map(|(from, to)| Hours { from, to })
                .collect(),
        };
        Self {
            time_zone: file.tz,
            weekly: file.weekly,
            holidays: file
                .holidays
                .into_iter()
                .map(|date| (date, "holiday".to_owned()))
                .collect(),
            holiday_scope: file.holiday_scope,
            overrides: file
                .overrides
                .into_iter()
                .map(|(date, hours)| (date, own(hours)))
                .collect(),
        }
    }
}

/// A found result: text in the form the file expects, errors as `error:name`.
type Found = Result<String, String>;

fn error_name(error: &CalendarError) -> String {
    let name = match error {
        CalendarError::NeverOpens => "never_opens",
        CalendarError::UnknownZone(_) => "unknown_zone",
        CalendarError::EmptyHours(_) | CalendarError::OpensAtEnd => "invalid_hours",
        CalendarError::OutOfRange => "out_of_range",
    };
    format!("error:{name}")
}

fn calendar<'a>(calendars: &'a Calendars, name: &str) -> Result<&'a Arc<Calendar>, String> {
    match calendars.get(name) {
        None => Err(format!("error:no calendar is called `{name}`")),
        Some(compiled) => compiled.as_ref().map_err(Clone::clone),
    }
}

fn instant(text: &str) -> Result<Moment, String> {
    text.parse().map_err(|error| format!("error:{error}"))
}

impl Vector {
    fn run(self, calendars: &Calendars) -> String {
        self.found(calendars).unwrap_or_else(|error| error)
    }

    fn found(self, calendars: &Calendars) -> Found {
        let calendar = calendar(calendars, &self.calendar)?;
        let name = |error| error_name(&error);
        let at =
            |found: Result<Moment, CalendarError>| found.map(|at| at.to_string()).map_err(name);
        match self.operation {
            Operation::Add { start, minutes } => {
                let start = instant(&start)?;
                let due = calendar
                    .add_open(start, in_seconds(minutes))
                    .map_err(name)?;
                holds_together(calendar, start, minutes, &[], due).map(|()| due.to_string())
            }
            Operation::AddPaused {
                start,
                minutes,
                pauses,
            } => {
                let start = instant(&start)?;
                let holes = pauses.iter().map(hole).collect::<Result<Vec<_>, _>>()?;
                let goal = Target::Open {
                    minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
                };
                let hours = WindowHours {
                    calendar: Arc::clone(calendar),
                };
                match due(goal, &hours, start, &holes).map_err(name)? {
                    Due::At(at) => holds_together(calendar, start, minutes, &holes, at)
                        .map(|()| at.to_string()),
                    Due::Paused { .. } => Err("error:paused".to_owned()),
                    Due::Never => Err("error:no_target".to_owned()),
                }
            }
            Operation::Diff { from, to } => {
                let seconds = calendar.open_seconds(instant(&from)?, instant(&to)?);
                Ok(minutes_and_seconds(seconds))
            }
            Operation::NextOpen { start } => at(calendar.next_open(instant(&start)?)),
            Operation::DayOffset {
                start,
                days,
                cutoff,
            } => {
                let cutoff = match cutoff.as_str() {
                    "none" => Cutoff::None,
                    "close" => Cutoff::Close,
                    time => Cutoff::At(
                        time.parse::<Time>()
                            .map_err(|error| format!("error:{error}"))?
                            .minutes(),
                    ),
                };
                let close = calendar
                    .day_close(instant(&start)?, days, cutoff)
                    .map_err(name)?;
                Ok(close.close.to_string())
            }
        }
    }
}

/// Minutes as seconds, as many as a calendar can be asked for.
const fn in_seconds(minutes: u64) -> u64 {
    let seconds = minutes.saturating_mul(60);
    if seconds < i64::MAX as u64 {
        seconds
    } else {
        i64::MAX as u64
    }
}

/// Open minutes, with a fraction only when seconds are left over.
fn minutes_and_seconds(seconds: i64) -> String {
    if seconds % 60 == 0 {
        (seconds / 60).to_string()
    } else {
        format!("{}", seconds as f64 / 60.0)
    }
}

fn hole((from, to): &(String, Option<String>)) -> Result<Hole, String> {
    let to = to.as_deref().map(instant).transpose()?;
    Ok(Hole {
        from: instant(from)?,
        to,
    })
}

/// The laws of R6 and R20 on this very case: what was added is counted again, and the
/// explanation adds up without a hole.
fn holds_together(
    calendar: &Arc<Calendar>,
    start: Moment,
    minutes: u64,
    holes: &[Hole],
    due: Moment,
) -> Result<(), String> {
    let goal = in_seconds(minutes).cast_signed();
    if holes.is_empty() && calendar.open_seconds(start, due) != goal {
        return Err(format!("{due}, but counting back gives another amount"));
    }
    // Beyond a few years the ledger has thousands of lines and nobody reads it.
    if due.seconds_since(start) > 10 * 366 * 86_400 {
        return Ok(());
    }
    let target = Target::Open {
        minutes: u32::try_from(minutes).unwrap_or(u32::MAX),
    };
    let hours = WindowHours {
        calendar: Arc::clone(calendar),
    };
    let explanation = Explanation::of(target, &hours, start, holes, due);
    let is_contiguous = explanation
        .steps
        .windows(2)
        .all(|pair| pair[0].to == pair[1].from);
    let ends = (explanation.steps.first(), explanation.steps.last());
    let reaches = match ends {
        (Some(first), Some(last)) => first.from == start && last.to == due,
        _ => start == due,
    };
    if is_contiguous && reaches && explanation.counted_seconds() == goal {
        Ok(())
    } else {
        Err(format!("{due}, but its explanation does not add up"))
    }
}

impl Cell {
    fn expected(&self) -> String {
        match (&self.due, &self.handled_from) {
            (Some(due), _) => normal("due", due),
            (None, Some(from)) => normal("no commitment, handled from", from),
            (None, None) => "no commitment".to_owned(),
        }
    }

    fn run(&self, calendars: &Calendars, editions: &[Edition]) -> String {
        self.found(calendars, editions)
            .unwrap_or_else(|error| error)
    }

    fn found(&self, calendars: &Calendars, editions: &[Edition]) -> Found {
        let business = Arc::clone(calendar(calendars, &self.calendar)?);
        let always = CalendarSpec::always(&business.spec().time_zone);
        let anytime = Arc::new(Calendar::compile(always).map_err(|error| error_name(&error))?);
        let hours = RegionHours {
            anytime: WindowHours { calendar: anytime },
            business: WindowHours { calendar: business },
            exception: None,
        };
        let promise = editions
            .iter()
            .find(|edition| edition.id == self.edition)
            .and_then(|edition| {
                let column = edition
                    .columns
                    .iter()
                    .find(|column| column.heading == self.plans)?;
                promise_for_column(edition, &column.id, &self.severity)
            })
            .ok_or("error:no shipped edition has this cell")?;
        let opened = instant(&self.opened)?;
        match promise
            .due(&hours, opened)
            .map_err(|error| error_name(&error))?
        {
            Due::At(at) => Ok(format!("due {at}")),
            Due::Paused { .. } => Err("error:paused".to_owned()),
            Due::Never if self.handled_from.is_none() => Ok("no commitment".to_owned()),
            Due::Never => promise
                .handled_from(&hours, opened)
                .map(|from| format!("no commitment, handled from {from}"))
                .map_err(|error| error_name(&error)),
        }
    }
}

/// An expected instant in the one form results are written in.
fn normal(words: &str, text: &str) -> String {
    match text.parse::<Moment>() {
        Ok(at) => format!("{words} {at}"),
        Err(error) => format!("{words} ({error})"),
    }
}
