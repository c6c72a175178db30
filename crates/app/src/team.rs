//! The vendor's team: who is on it, what they can, and who of them can do a thing.

use mainstay_domain::access::{ActingFor, Action, Facts, Principal, Role, Target, decide};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PersonId;
use mainstay_store::colleagues::{self, Abilities, Colleague};
use mainstay_store::log::{self, Act, Subject};
use mainstay_store::people::Organisation;
use serde_json::json;

use crate::auth::{self, Session};
use crate::{App, Error};

/// Most skills or languages of one person.
const MOST: usize = 20;
/// The longest name of a skill.
const LONGEST_SKILL: usize = 40;

/// Somebody of the team as decisions are made about them.
#[must_use]
pub fn principal_of(colleague: &Colleague) -> Principal {
    Principal {
        person: colleague.person,
        is_active: colleague.is_here(),
        acting_for: ActingFor::Vendor,
        roles: colleague.roles.clone(),
    }
}

/// Whether nobody of the team runs the machine, so that managers keep its accounts.
#[must_use]
pub fn lacks_system_administrator(team: &[Colleague]) -> bool {
    let runs = |one: &Colleague| one.is_here() && one.roles.contains(&Role::SystemAdministrator);
    !team.iter().any(runs)
}

/// Those of the team who can do something, whoever must agree to it.
#[must_use]
pub fn who_can(team: &[Colleague], action: Action) -> Vec<&Colleague> {
    let facts = Facts {
        lacks_system_administrator: lacks_system_administrator(team),
        ..Facts::default()
    };
    let can = |one: &&Colleague| decide(&principal_of(one), action, &facts).is_ok();
    team.iter().filter(can).collect()
}

/// Those of the team who can publish editions and calendars, or agree that somebody else does.
#[must_use]
pub fn who_publishes(team: &[Colleague]) -> Vec<&Colleague> {
    let facts = Facts {
        takes_effect: true,
        ..Facts::default()
    };
    let can = |one: &&Colleague| decide(&principal_of(one), Action::Publish, &facts).is_ok();
    team.iter().filter(can).collect()
}

/// Whether somebody may say what a colleague can: about oneself anybody, and about the people of a
/// desk whoever sets that desk up.
#[must_use]
pub fn may_describe(asked: &Session, team: &[Colleague], about: &Colleague) -> bool {
    let me = asked.person.id;
    if !asked.principal.is_vendor() {
        return false;
    }
    if me == about.person {
        return true;
    }
    let own = team.iter().find(|one| one.person == me);
    let sets_up = |kind: &Kind| {
        let facts = Facts {
            target: Some(Target {
                kind: Some(*kind),
                ..Target::default()
            }),
            leads_desk: Some(own.is_some_and(|own| own.abilities.leads.contains(kind))),
            ..Facts::default()
        };
        asked.grant_for(Action::SetUpDesk, &facts).is_ok()
    };
    let desks = about.roles.iter().flat_map(|role| role.desk());
    let mut desks = desks.peekable();
    if desks.peek().is_none() {
        return Kind::ALL.iter().all(sets_up);
    }
    desks.into_iter().any(sets_up)
}

impl App {
    /// Keeps the skills and languages of somebody on the team.
    ///
    /// # Errors
    /// [`Error::NotFound`] when they are not on it, [`Error::Denied`] for those who may not say
    /// it, [`Error::Field`] for what is no skill or language.
    pub async fn describe_colleague(
        &self,
        asked: &Session,
        person: PersonId,
        skills: &str,
        languages: &str,
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let (skills, languages) = (read_skills(skills), read_languages(languages));
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                if session.organisation != Organisation::Vendor {
                    return Err(Error::NotFound);
                }
                let team = colleagues::team(tx).await?;
                let about = team.iter().find(|one| one.person == person);
                let about = about.ok_or(Error::NotFound)?;
                if !may_describe(&session, &team, about) {
                    session.grant(Action::SetUpDesk)?;
                    return Err(Error::Denied(mainstay_domain::access::Denial::of_role(
                        Action::SetUpDesk,
                    )));
                }
                let abilities = Abilities {
                    leads: about.abilities.leads.clone(),
                    skills: skills?,
                    languages: languages?,
                };
                if abilities == about.abilities {
                    return Ok(());
                }
                colleagues::save_abilities(tx, person, &abilities).await?;
                let line = session
                    .line(Act::SkillsChanged)
                    .about(Subject::Person(person))
                    .was(words_of(&about.abilities))
                    .became(words_of(&abilities));
                log::write(tx, now, line).await?;
                Ok::<_, Error>(())
            })
            .await
    }
}

/// What somebody can, for the log.
pub(crate) fn words_of(abilities: &Abilities) -> serde_json::Value {
    json!({
        "leads": abilities.leads,
        "skills": abilities.skills,
        "languages": abilities.languages,
    })
}

/// The parts of a list that somebody typed.
fn parts(typed: &str) -> Vec<String> {
    let parts = typed
        .split([',', ';', '\n'])
        .map(|part| part.trim().to_lowercase());
    let mut found: Vec<String> = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        if !found.contains(&part) {
            found.push(part);
        }
    }
    found
}

fn read_skills(typed: &str) -> Result<Vec<String>, Error> {
    let skills = parts(typed);
    let is_long = |skill: &String| skill.chars().count() > LONGEST_SKILL;
    if skills.len() > MOST || skills.iter().any(is_long) {
        return Err(Error::Field {
            field: "skills",
            message: format!(
                "Write up to {MOST} skills with commas between them, each up to {LONGEST_SKILL} \
                 characters"
            ),
        });
    }
    Ok(skills)
}

fn read_languages(typed: &str) -> Result<Vec<String>, Error> {
    let languages = parts(typed);
    match languages.iter().find(|tag| !is_language(tag)) {
        _ if languages.len() > MOST => Err(Error::Field {
            field: "languages",
            message: format!("Write up to {MOST} languages"),
        }),
        Some(wrong) => Err(Error::Field {
            field: "languages",
            message: format!(
                "`{wrong}` is no language code; write codes like `de`, `en` or `pt-br` with commas \
                 between them"
            ),
        }),
        None => Ok(languages),
    }
}

/// Whether a word reads as a BCP 47 tag: two or three letters, and perhaps further parts.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let is_first = |part: &str| {
        (2..=3).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_alphabetic())
    };
    let is_further = |part: &str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|letter| letter.is_ascii_alphanumeric())
    };
    parts.next().is_some_and(is_first) && parts.all(is_further)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_codes() {
        for tag in ["de", "en", "pt-br", "zh-hant-tw", "gsw"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["german", "d", "de-", "d3", ""] {
            assert!(!is_language(tag), "{tag}");
        }
    }

    #[test]
    fn a_typed_list_has_each_part_once() {
        assert_eq!(parts(" DE, en\nde;; "), ["de", "en"]);
    }
}
