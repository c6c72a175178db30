//! What the first line deals with (S16), as data: categories, each with what to check first.

use serde::{Deserialize, Serialize};

/// The first-line categories, in the order they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// Each with what to check first.
    #[serde(rename = "category")]
    pub categories: Vec<Category>,
}

/// Something the first line deals with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its id, kept on requests for good.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What belongs to it, in a sentence.
    pub about: String,
    /// What to check first, the likeliest first.
    #[serde(rename = "check", default)]
    pub checks: Vec<Check>,
}

/// Something to check before asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its id within the category.
    pub id: String,
    /// What to look at, in a sentence.
    pub text: String,
    /// Where one can help oneself.
    #[serde(default)]
    pub link: Option<Link>,
}

/// A page of one's own that helps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its address: a page of this desk, or one elsewhere with `https`.
    pub href: String,
    /// What it is called.
    pub label: String,
}

impl Checklist {
    /// The category of an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.id == id)
    }

    /// What is wrong with it, a sentence for each mistake.
    #[must_use]
    pub fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.categories.is_empty() {
            mistakes.push("there is no category; write at least one".to_owned());
        }
        for (index, category) in self.categories.iter().enumerate() {
            let earlier = self.categories.iter().take(index);
            if earlier.clone().any(|other| other.id == category.id) {
                mistakes.push(format!("category `{}` stands there twice", category.id));
            }
            mistakes.extend(category.mistakes());
        }
        mistakes
    }
}

impl Category {
    /// The step of an id.
    #[must_use]
    pub fn check(&self, id: &str) -> Option<&Check> {
        self.checks.iter().find(|check| check.id == id)
    }

    fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let of = &self.id;
        for (name, text) in [("id", of), ("name", &self.name), ("about", &self.about)] {
            if text.trim().is_empty() {
                mistakes.push(format!("category `{of}` has no {name}"));
            }
        }
        for (index, check) in self.checks.iter().enumerate() {
            let mut earlier = self.checks.iter().take(index);
            if earlier.any(|other| other.id == check.id) {
                mistakes.push(format!("`{of}` checks `{}` twice", check.id));
            }
            if check.id.trim().is_empty() || check.text.trim().is_empty() {
                mistakes.push(format!("a check of `{of}` says nothing"));
            }
            let is_sound =
                |link: &Link| link.href.starts_with('/') || link.href.starts_with("https://");
            if check.link.as_ref().is_some_and(|link| !is_sound(link)) {
                mistakes.push(format!(
                    "the link of `{}` leads nowhere: begin it with `/` or `https://`",
                    check.id
                ));
            }
        }
        mistakes
    }
}
