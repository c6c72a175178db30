//! Facts: terms and what they are, as a card of the details rail or of a review page.

use maud::{Markup, html};

/// One fact.
#[derive(Debug, Clone)]
pub struct Fact<'a> {
    /// What it is about.
    pub term: &'a str,
    /// What it is.
    pub value: Markup,
    /// Where to change it: label and address.
    pub change: Option<(&'a str, &'a str)>,
}

impl<'a> Fact<'a> {
    /// A fact that can't be changed here.
    #[must_use]
    pub const fn new(term: &'a str, value: Markup) -> Self {
        Self {
            term,
            value,
            change: None,
        }
    }

    /// A fact of plain words.
    #[must_use]
    pub fn words(term: &'a str, words: &str) -> Self {
        Self::new(term, html! { span dir="auto" { (words) } })
    }

    /// With a link to change it, for review pages.
    #[must_use]
    pub fn change(self, label: &'a str, href: &'a str) -> Self {
        Self {
            change: Some((label, href)),
            ..self
        }
    }
}

/// Facts one under the other, terms beside values where there is room.
#[must_use]
pub fn facts(each: &[Fact<'_>]) -> Markup {
    html! {
        dl.facts {
            @for fact in each {
                div {
                    dt { (fact.term) }
                    dd {
                        (fact.value)
                        @if let Some((label, href)) = fact.change {
                            a.fact-change href=(href) {
                                (label) span.sr { " " (fact.term) }
                            }
                        }
                    }
                }
            }
        }
    }
}
