//! Reading tables: every key that is asked for is known, every other is a mistake.
//!
//! A [`Table`] always answers: what is missing or wrong is noted and read as an empty text, a
//! zero or nothing, so that the rest of the file is looked at too. A value read in this way never
//! leaves the crate, because the mistakes leave instead.

mod forms;
mod table;

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeTable;

use crate::mistake::{Findings, Mistake, Span};
use crate::names::{Named, Names};

pub(crate) use table::Table;

/// A reference into another file.
#[derive(Debug)]
pub(crate) enum Outside {
    /// A plan of an earlier edition.
    Plan {
        /// The edition.
        edition: Named,
        /// The plan.
        plan: Named,
    },
    /// A region.
    Region(Named),
}

impl Outside {
    /// The edition and the plan, if it is a plan.
    pub(crate) fn plan(&self) -> Option<(&Named, &Named)> {
        match self {
            Self::Plan { edition, plan } => Some((edition, plan)),
            Self::Region(_) => None,
        }
    }
}

/// One text being read.
#[derive(Debug)]
pub(crate) struct Reading<'t> {
    pub(crate) findings: Findings<'t>,
    pub(crate) names: Names,
    pub(crate) outside: Vec<Outside>,
    /// Where the keys stand by which files are told apart.
    pub(crate) marks: BTreeMap<&'static str, Span>,
    /// Where the revisions of a region begin, in their order.
    pub(crate) revisions: Vec<Span>,
}

impl<'t> Reading<'t> {
    /// Parses a text as TOML; what is none of it is noted.
    pub(crate) fn open(text: &'t str) -> (Spanned<DeTable<'t>>, Self) {
        let mut findings = Findings::new(text);
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in errors {
            let span = error.span().unwrap_or(text.len()..text.len());
            findings.add_syntax(&span, format!("this is not TOML: {}", error.message()));
        }
        let reading = Self {
            findings,
            names: Names::default(),
            outside: Vec::new(),
            marks: BTreeMap::new(),
            revisions: Vec::new(),
        };
        (document, reading)
    }
}

/// What a text says, as far as it could be read, with its mistakes still open to more.
#[derive(Debug)]
pub(crate) struct Draft<'t, T> {
    pub(crate) value: T,
    pub(crate) reading: Reading<'t>,
}

impl<T> Draft<'_, T> {
    /// The value, if there is no mistake.
    pub(crate) fn into_result(self) -> Result<T, Vec<Mistake>> {
        let mistakes = self.reading.findings.into_mistakes();
        if mistakes.is_empty() {
            Ok(self.value)
        } else {
            Err(mistakes)
        }
    }
}

/// Parses a text as TOML and hands its root to `read`.
pub(crate) fn read_text<'t, T>(
    text: &'t str,
    read: impl FnOnce(&mut Table<'_, '_, 't>) -> T,
) -> Draft<'t, T> {
    let (document, mut reading) = Reading::open(text);
    let place = Place {
        name: "the file",
        span: 0..0,
    };
    let mut root = Table::new(&mut reading, document.get_ref(), place);
    let value = read(&mut root);
    root.finish();
    Draft { value, reading }
}

/// Where a table stands, and what it is called in messages.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// `[[plan]]`, for instance.
    pub(crate) name: &'static str,
    /// Its header.
    pub(crate) span: Span,
}
