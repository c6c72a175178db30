//! Asking.

use super::refusal::{check_length, check_text};
use super::{
    Category, Checklist, Fact, InternalRequest, News, Outcome, Party, Refusal, Status, Told,
};
use crate::Moment;
use crate::case::{BODY_LIMIT, Field, SUBJECT_LIMIT};
use crate::ids::{AccountId, InternalId, PersonId};

/// Longest text about what was tried, in characters.
pub const TRIED_LIMIT: usize = 10_000;

/// What somebody asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// Its identity, made by the caller.
    pub id: InternalId,
    /// Whose person asks.
    pub account: AccountId,
    /// Who asks.
    pub requester: PersonId,
    /// The first-line category's id.
    pub category: String,
    /// What it is about, in a line.
    pub subject: String,
    /// Their own words, Markdown.
    pub body: String,
    /// The ids of what they have checked of the category's list.
    pub checked: Vec<String>,
    /// What else they tried; may be empty.
    pub tried: String,
}

/// Makes an internal request: the administrators' turn, and they are told.
///
/// # Errors
/// Names the field that is wrong and what would be right.
pub fn open(new: NewRequest, checklist: &Checklist, now: Moment) -> Result<Outcome, Refusal> {
    let category = checklist.find(&new.category);
    let checked = checked(category.ok_or(Refusal::UnknownCategory)?, &new.checked)?;
    check_text(Field::Subject, &new.subject, SUBJECT_LIMIT)?;
    check_text(Field::Body, &new.body, BODY_LIMIT)?;
    check_length(Field::Items, &new.tried, TRIED_LIMIT)?;
    let mut outcome = Outcome::of(&InternalRequest {
        id: new.id,
        account: new.account,
        requester: new.requester,
        category: new.category,
        subject: new.subject.trim().to_owned(),
        opened_at: now,
        status: Status::WithAdministrators,
        taken_by: None,
        escalation: None,
        revision: 0,
    });
    let fact = Fact::Opened {
        body: new.body,
        checked,
        tried: new.tried.trim().to_owned(),
    };
    outcome.add(now, Some(new.requester), Party::Requester, fact);
    outcome.tell(Told::Administrators, News::Asked);
    Ok(outcome)
}

/// What was checked, as the list reads now.
fn checked(category: &Category, ids: &[String]) -> Result<Vec<String>, Refusal> {
    let text = |id: &String| category.check(id).map(|check| check.text.clone());
    let texts: Option<Vec<String>> = ids.iter().map(text).collect();
    texts.ok_or(Refusal::UnknownStep)
}
