//! Checking several files at once: each by itself, and what they say of each other.

mod beside;

use std::collections::BTreeMap;

use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;

use crate::edition::read_edition;
use crate::mistake::{Findings, Mistake};
use crate::names::Named;
use crate::nearest::{nearest, suggest};
use crate::reader::{Draft, Outside, Reading};
use crate::region::read_region;

pub use beside::{Checked, Described, Sort, check_beside};

/// The mistakes of each file, in the order given; a file without mistakes has an empty list.
///
/// A file with `[edition]` is an edition, one with `[region]` a region. References between them
/// are checked among the files given.
#[must_use]
pub fn check_files<N: AsRef<str>, T: AsRef<str>>(files: &[(N, T)]) -> Vec<(String, Vec<Mistake>)> {
    let mut sheets: Vec<_> = files
        .iter()
        .map(|(name, text)| Sheet::read(name.as_ref(), text.as_ref()))
        .collect();
    check_twins(&mut sheets);
    let known = Known::of(
        sheets.iter().filter_map(Sheet::edition),
        sheets.iter().filter_map(Sheet::region),
    );
    for sheet in &mut sheets {
        check_references(sheet, &known);
    }
    sheets.into_iter().map(Sheet::into_mistakes).collect()
}

/// A file, read.
struct Sheet<'t> {
    name: &'t str,
    content: Content,
    reading: Reading<'t>,
}

/// What a file is.
enum Content {
    Edition(Box<Edition>),
    Region(Box<Region>),
    Unknown,
}

impl<'t> Sheet<'t> {
    fn read(name: &'t str, text: &'t str) -> Self {
        let (content, reading) = match first_table(text).as_deref() {
            Some("edition") => {
                let Draft { value, reading } = read_edition(text);
                (Content::Edition(Box::new(value)), reading)
            }
            Some("region") => {
                let Draft { value, reading } = read_region(text);
                (Content::Region(Box::new(value)), reading)
            }
            other => (Content::Unknown, read_stranger(text, other)),
        };
        Self {
            name,
            content,
            reading,
        }
    }

    fn edition(&self) -> Option<&Edition> {
        if let Content::Edition(edition) = &self.content {
            Some(edition)
        } else {
            None
        }
    }

    fn region(&self) -> Option<&Region> {
        if let Content::Region(region) = &self.content {
            Some(region)
        } else {
            None
        }
    }

    fn into_mistakes(self) -> (String, Vec<Mistake>) {
        (self.name.to_owned(), self.reading.findings.into_mistakes())
    }

    /// What no two files may share: a word for it, its value, and the key it stands under.
    fn identities(&self) -> Vec<(&'static str, String, &'static str)> {
        match &self.content {
            Content::Edition(edition) => vec![
                ("the id", edition.id.clone(), "id"),
                (
                    "the date in force",
                    edition.in_force_from.to_string(),
                    "in_force_from",
                ),
            ],
            Content::Region(region) => vec![("the code", region.code.clone(), "code")],
            Content::Unknown => Vec::new(),
        }
    }
}

/// The first of the tables that tell what a file is, else the first table.
fn first_table(text: &str) -> Option<String> {
    let (document, _) = toml::de::DeTable::parse_recoverable(text);
    let mut keys: Vec<_> = document
        .get_ref()
        .keys()
        .map(|key| (key.span().start, key.get_ref().to_string()))
        .collect();
    keys.sort();
    let is_telling = |name: &str| name == "edition" || name == "region";
    let telling = keys
        .iter()
        .position(|(_, name)| is_telling(name))
        .unwrap_or(0);
    keys.into_iter().nth(telling).map(|(_, name)| name)
}

/// A file that is neither an edition nor a region.
fn read_stranger<'t>(text: &'t str, first: Option<&str>) -> Reading<'t> {
    let (_, mut reading) = Reading::open(text);
    if reading.findings.is_whole() {
        let near = first.and_then(|first| nearest(first, ["edition", "region"]));
        let hint = near.map_or_else(
            || "an edition begins with [edition], a region with [region]".to_owned(),
            |near| format!("did you mean [{near}]?"),
        );
        reading.findings.add(
            &(0..0),
            "this file is neither an edition nor a region",
            hint,
        );
    }
    reading
}

/// Two files must not be the same edition or region, nor two editions begin on the same day.
fn check_twins(sheets: &mut [Sheet<'_>]) {
    let mut seen: BTreeMap<(&'static str, String, bool), String> = BTreeMap::new();
    for sheet in sheets {
        for (word, value, key) in sheet.identities() {
            if value.is_empty() {
                continue;
            }
            let identity = (word, value.clone(), sheet.edition().is_some());
            let Some(first) = seen.get(&identity) else {
                seen.insert(identity, sheet.name.to_owned());
                continue;
            };
            let span = sheet.reading.marks.get(key).cloned().unwrap_or_default();
            let message = format!("{word} {value} is also that of {first}");
            let hint = "each may be used by one file only".to_owned();
            sheet.reading.findings.add(&span, message, hint);
        }
    }
}

/// What there is to refer to: the regions by code, and the plans of each edition.
struct Known {
    regions: Vec<String>,
    plans: BTreeMap<String, Vec<String>>,
}

impl Known {
    fn of<'a>(
        editions: impl Iterator<Item = &'a Edition>,
        regions: impl Iterator<Item = &'a Region>,
    ) -> Self {
        let plans = |edition: &Edition| edition.plans.iter().map(|plan| plan.id.clone()).collect();
        Self {
            regions: regions.map(|region| region.code.clone()).collect(),
            plans: editions
                .map(|edition| (edition.id.clone(), plans(edition)))
                .collect(),
        }
    }
}

/// Regions and earlier plans that a file speaks of must be there.
fn check_references(sheet: &mut Sheet<'_>, known: &Known) {
    let Reading {
        findings, outside, ..
    } = &mut sheet.reading;
    for reference in outside.iter() {
        match reference {
            Outside::Region(region) => check_region(region, &known.regions, findings),
            Outside::Plan { edition, plan } => check_former(edition, plan, &known.plans, findings),
        }
    }
    check_left_out(outside, &known.plans, findings);
}

fn check_region(region: &Named, regions: &[String], findings: &mut Findings<'_>) {
    if regions.is_empty() || region.name.is_empty() || regions.contains(&region.name) {
        return;
    }
    let message = format!("there is no region `{}`", region.name);
    findings.add(
        &region.span,
        message,
        suggest(&region.name, regions.iter().map(String::as_str)),
    );
}

fn check_former(
    edition: &Named,
    plan: &Named,
    plans: &BTreeMap<String, Vec<String>>,
    findings: &mut Findings<'_>,
) {
    let Some(known) = plans.get(&edition.name) else {
        return;
    };
    if plan.name.is_empty() || known.contains(&plan.name) {
        return;
    }
    let message = format!("edition {} has no plan `{}`", edition.name, plan.name);
    findings.add(
        &plan.span,
        message,
        suggest(&plan.name, known.iter().map(String::as_str)),
    );
}

/// An edition that says what became of some plans of another must say it of all, each once.
fn check_left_out(
    outside: &[Outside],
    plans: &BTreeMap<String, Vec<String>>,
    findings: &mut Findings<'_>,
) {
    for (former, known) in plans {
        let told: Vec<_> = outside
            .iter()
            .filter_map(Outside::plan)
            .filter(|(edition, _)| edition.name == *former)
            .collect();
        let Some((last, _)) = told.last() else {
            continue;
        };
        let meant: Vec<&str> = told
            .iter()
            .map(|(_, plan)| meant_by(&plan.name, known))
            .collect();
        for left in known.iter().filter(|plan| !meant.contains(&plan.as_str())) {
            let message = format!("nothing says what becomes of plan `{left}` of edition {former}");
            let hint = "add a [[succession]] for it; without `becomes` nothing follows it";
            findings.add(&last.span, message, hint.to_owned());
        }
    }
}

/// The plan of that name, else the one that is meant by it.
fn meant_by<'a>(name: &'a str, known: &'a [String]) -> &'a str {
    if known.iter().any(|plan| plan == name) {
        return name;
    }
    nearest(name, known.iter().map(String::as_str)).unwrap_or(name)
}
