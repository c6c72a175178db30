//! What customers of the demo write about, and how it goes on: a corpus, read from files.

use anyhow::Context;
use mainstay_domain::edition::{Affected, Impact, Kind, WorkState};
use serde::Deserialize;

/// The files of the corpus.
const FILES: [&str; 6] = [
    include_str!("stories/mail.toml"),
    include_str!("stories/sites.toml"),
    include_str!("stories/meetings.toml"),
    include_str!("stories/sign_on.toml"),
    include_str!("stories/setup.toml"),
    include_str!("stories/business.toml"),
];

/// A story: what a customer writes, and what comes of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// What it is about, in a line.
    pub subject: String,
    /// The kind of help.
    #[serde(default = "technical")]
    pub kind: Kind,
    /// The support category's id.
    pub category: Option<String>,
    /// The three answers; technical stories have them.
    pub impact: Option<(Affected, WorkState, Workaround)>,
    /// The customer's words.
    pub body: String,
    /// What engineers tell one another.
    pub note: Option<String>,
    /// A question for information.
    pub ask: Option<String>,
    /// What is asked.
    #[serde(default)]
    pub items: Vec<String>,
    /// The customer's answer to it.
    pub answer: Option<String>,
    /// A reply on the way.
    pub progress: String,
    /// The solution, or why it is outside support.
    pub solution: String,
    /// What the customer says to the solution.
    pub thanks: String,
    /// Why it is reopened, if it can come back.
    pub again: Option<String>,
    /// The support boundary it turns out to be behind.
    pub refer: Option<String>,
}

/// Whether there is an acceptable way round it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Workaround {
    /// There is.
    Workaround,
    /// There is none.
    NoWorkaround,
}

const fn technical() -> Kind {
    Kind::Technical
}

impl Story {
    /// The three answers.
    pub fn impact(&self) -> Option<Impact> {
        let (affected, work, workaround) = self.impact?;
        Some(Impact {
            affected,
            work,
            has_workaround: workaround == Workaround::Workaround,
        })
    }

    /// Whether it stops several people's work: severity A.
    pub fn is_critical(&self) -> bool {
        self.impact().is_some_and(|impact| {
            impact.affected != Affected::One
                && impact.work == WorkState::Stopped
                && !impact.has_workaround
        })
    }

    /// Whether the editions before the present one know its category.
    pub fn is_timeless(&self) -> bool {
        self.category.as_deref() != Some("installation-skype")
    }
}

/// All stories.
///
/// # Errors
/// When a file cannot be read as one.
pub fn all() -> anyhow::Result<Vec<Story>> {
    #[derive(Deserialize)]
    struct File {
        story: Vec<Story>,
    }
    let mut stories = Vec::new();
    for text in FILES {
        let file: File = toml::from_str(text).context("a file of stories has a mistake")?;
        stories.extend(file.story);
    }
    Ok(stories)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_story_is_whole() {
        let stories = all().unwrap();
        assert!(stories.len() >= 55, "{}", stories.len());
        for story in &stories {
            let subject = &story.subject;
            assert_eq!(story.ask.is_some(), !story.items.is_empty(), "{subject}");
            assert_eq!(story.ask.is_some(), story.answer.is_some(), "{subject}");
            let is_technical = story.kind == Kind::Technical;
            assert_eq!(story.impact.is_some(), is_technical, "{subject}");
            assert_eq!(story.category.is_some(), is_technical, "{subject}");
        }
    }
}
