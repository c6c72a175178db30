//! What a file names and what it refers to.

use std::collections::BTreeMap;

use crate::mistake::{Findings, Span};
use crate::nearest::{nearest, suggest};

/// What a name can stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Noun {
    Family,
    Column,
    Plan,
    PlanName,
    AdditionalService,
    Severity,
    Kind,
    Category,
    Offer,
    AdministratorType,
    Boundary,
    Feature,
    Footnote,
    Section,
}

impl Noun {
    /// Whether the name is an id, which stands in URLs too and may be any.
    pub(crate) const fn is_id(self) -> bool {
        !matches!(
            self,
            Self::PlanName | Self::Severity | Self::AdministratorType
        )
    }

    /// The word for one of them.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Family => "family",
            Self::Column => "column",
            Self::Plan => "plan",
            Self::PlanName => "plan name",
            Self::AdditionalService => "additional service",
            Self::Severity => "severity",
            Self::Kind => "kind",
            Self::Category => "category",
            Self::Offer => "offer",
            Self::AdministratorType => "administrator type",
            Self::Boundary => "boundary",
            Self::Feature => "feature",
            Self::Footnote => "footnote",
            Self::Section => "section",
        }
    }
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// The names of one file.
#[derive(Debug, Default)]
pub(crate) struct Names {
    defined: BTreeMap<Noun, Vec<Named>>,
    used: Vec<(Noun, Named)>,
}

impl Names {
    /// The file gives something this name.
    pub(crate) fn define(&mut self, noun: Noun, named: Named) {
        self.defined.entry(noun).or_default().push(named);
    }

    /// The file refers to something by this name.
    pub(crate) fn refer(&mut self, noun: Noun, named: Named) {
        self.used.push((noun, named));
    }

    /// Everything of a kind that has a name, in the file's order.
    pub(crate) fn defined(&self, noun: Noun) -> &[Named] {
        self.defined.get(&noun).map_or(&[], Vec::as_slice)
    }

    /// What a name means: itself if it is defined, else the nearest that is.
    ///
    /// So a misspelt name still fills the cell it was meant for, and is one mistake, not two.
    pub(crate) fn resolve<'a>(&'a self, noun: Noun, name: &'a str) -> &'a str {
        if self.is_known(noun, name) {
            return name;
        }
        nearest(name, self.known(noun)).unwrap_or(name)
    }

    /// Whether something of a kind has exactly this name.
    pub(crate) fn is_known(&self, noun: Noun, name: &str) -> bool {
        self.known(noun).any(|known| known == name)
    }

    /// Reports names given twice and names that nothing has.
    pub(crate) fn report(&self, findings: &mut Findings<'_>) {
        self.report_twins(findings);
        self.report_strangers(findings);
    }

    fn known(&self, noun: Noun) -> impl Iterator<Item = &str> + Clone {
        self.defined(noun).iter().map(|named| named.name.as_str())
    }

    fn report_twins(&self, findings: &mut Findings<'_>) {
        for (noun, all) in &self.defined {
            let mut seen: BTreeMap<&str, &Named> = BTreeMap::new();
            for named in all {
                if let Some(first) = seen.get(named.name.as_str()) {
                    let line = findings.line_of(&first.span);
                    let message = format!("{} `{}` is there twice", noun.word(), named.name);
                    findings.add(&named.span, message, format!("the first is in line {line}"));
                } else {
                    seen.insert(&named.name, named);
                }
            }
        }
    }

    fn report_strangers(&self, findings: &mut Findings<'_>) {
        for (noun, named) in &self.used {
            if self.is_known(*noun, &named.name) {
                continue;
            }
            let message = format!("there is no {} `{}`", noun.word(), named.name);
            findings.add(
                &named.span,
                message,
                suggest(&named.name, self.known(*noun)),
            );
        }
    }
}
