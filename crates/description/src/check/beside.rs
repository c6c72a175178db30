//! Checking one text beside what is published, which is added to and never changed (S1, R14).

use jiff::civil::Date;
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;

use super::{Content, Known, Sheet, check_references};
use crate::mistake::Mistake;

/// What a text can describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sort {
    /// An edition of the service description.
    Edition,
    /// A region with its calendars.
    Region,
}

impl Sort {
    /// The word it is kept as.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Edition => "edition",
            Self::Region => "region",
        }
    }

    /// The sort of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let all = [Self::Edition, Self::Region];
        all.into_iter().find(|sort| sort.code() == code)
    }
}

/// What a text without mistakes describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Described {
    /// An edition.
    Edition(Box<Edition>),
    /// A region.
    Region(Box<Region>),
}

/// A text as it reads beside what is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What it is, as far as that can be told.
    pub sort: Option<Sort>,
    /// The id of the edition or the code of the region; empty where it says none.
    pub name: String,
    /// What is wrong with it, in the order of the text.
    pub mistakes: Vec<Mistake>,
    /// What it describes, where nothing is wrong.
    pub described: Option<Described>,
}

/// Checks a text that is to be published beside these editions and regions: by itself, in what it
/// refers to, and in what it would change of them.
#[must_use]
pub fn check_beside(text: &str, editions: &[&Edition], regions: &[&Region]) -> Checked {
    let mut sheet = Sheet::read("", text);
    let known = Known::of(editions.iter().copied(), regions.iter().copied());
    check_references(&mut sheet, &known);
    check_edition(&mut sheet, editions);
    check_region(&mut sheet, regions);
    let (sort, name) = match &sheet.content {
        Content::Edition(edition) => (Some(Sort::Edition), edition.id.clone()),
        Content::Region(region) => (Some(Sort::Region), region.code.clone()),
        Content::Unknown => (None, String::new()),
    };
    let described = match &sheet.content {
        Content::Edition(edition) => Some(Described::Edition(edition.clone())),
        Content::Region(region) => Some(Described::Region(region.clone())),
        Content::Unknown => None,
    };
    let (_, mistakes) = sheet.into_mistakes();
    Checked {
        sort,
        name,
        described: described.filter(|_| mistakes.is_empty()),
        mistakes,
    }
}

/// An edition is published once, and its first day is its own.
fn check_edition(sheet: &mut Sheet<'_>, editions: &[&Edition]) {
    let Some(edition) = sheet.edition() else {
        return;
    };
    let same_id = editions.iter().find(|known| known.id == edition.id);
    let same_day = editions
        .iter()
        .find(|known| known.in_force_from == edition.in_force_from);
    let (key, message, hint) = if let Some(known) = same_id {
        let what = if *known == edition {
            format!(
                "edition {} is published already, as it stands here",
                known.id
            )
        } else {
            format!(
                "edition {} is published already, and promises were made under it",
                known.id
            )
        };
        let hint = "write the change as a new edition: give it an id and a first day of its own";
        ("id", what, hint)
    } else if let Some(known) = same_day.filter(|known| known.in_force_from != Date::ZERO) {
        let what = format!(
            "edition {} is in force from {} on already",
            known.id, known.in_force_from
        );
        (
            "in_force_from",
            what,
            "give this edition a first day of its own",
        )
    } else {
        return;
    };
    let span = sheet.reading.marks.get(key).cloned().unwrap_or_default();
    sheet.reading.findings.add(&span, message, hint.to_owned());
}

/// A region keeps every revision that is published, and is published for what it adds.
///
/// What cannot be read differs in any case, so this is said of a text that can.
fn check_region(sheet: &mut Sheet<'_>, regions: &[&Region]) {
    let is_read = sheet.reading.findings.is_empty();
    let Some(region) = sheet.region().filter(|_| is_read) else {
        return;
    };
    let Some(known) = regions.iter().find(|known| known.code == region.code) else {
        return;
    };
    let code = sheet.reading.marks.get("code").cloned().unwrap_or_default();
    let mut found = Vec::new();
    for kept in &known.revisions {
        let own = region
            .revisions
            .iter()
            .zip(&sheet.reading.revisions)
            .find(|(own, _)| own.number == kept.number);
        match own {
            Some((own, _)) if own == kept => {}
            Some((_, place)) => found.push((
                place.clone(),
                format!("revision {} is published and differs here", kept.number),
                "leave it as it was, and add the change as a new [[revision]] with the date from \
                 which it holds",
            )),
            None => found.push((
                code.clone(),
                format!(
                    "revision {} of region {} is published and missing here",
                    kept.number, known.code
                ),
                "keep every published [[revision]], and add yours after them",
            )),
        }
    }
    if *known == region {
        found.push((
            code,
            format!(
                "region {} is published already, as it stands here",
                known.code
            ),
            "add what is new as a [[revision]] with the date from which it holds",
        ));
    }
    for (place, message, hint) in found {
        sheet.reading.findings.add(&place, message, hint.to_owned());
    }
}
