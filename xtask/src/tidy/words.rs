//! One noun per thing: words the glossary gives up, and names that say nothing.

use super::{Finding, Source};

/// Words that mean something else or nothing here, and the noun to use.
///
/// They are looked for in the code and comments of the crates, not in texts that people read on
/// screens. Each stands in the *not* column of GLOSSARY.md.
const GIVEN_UP: [(&str, &str); 13] = [
    ("tenant", "Vendor"),
    ("company", "Account"),
    ("client", "Account"),
    ("reseller", "Partner"),
    ("user", "Person"),
    ("operator", "Agent"),
    ("staff", "Agent"),
    ("sla", "Edition or Objective"),
    ("ticket", "Case"),
    ("conversation", "Case"),
    ("owner", "Assignment"),
    ("article", "Entry"),
    ("notification", "Effect"),
];

/// Where a word given up may stand all the same: the word, the place, and why.
const EXCEPTIONS: [(&str, &str, &str); 15] = [
    ("article", "crates/web/", "the element of HTML"),
    ("client", "crates/e2e/", "the driver's own noun"),
    (
        "client",
        "crates/store/src/db/postgres",
        "the driver's own noun",
    ),
    (
        "client",
        "crates/testkit/src/postgres.rs",
        "the driver's own noun",
    ),
    (
        "client",
        "crates/app/src/providers",
        "OpenID Connect's noun for who relies on a provider",
    ),
    (
        "client",
        "crates/testkit/src/provider.rs",
        "OpenID Connect's noun for who relies on a provider",
    ),
    (
        "client",
        "crates/mainstay/src/http.rs",
        "the library's own noun",
    ),
    (
        "user",
        "crates/testkit/src/authenticator.rs",
        "WebAuthn's noun for who holds a passkey",
    ),
    (
        "owner",
        "crates/store/src/db/postgres",
        "PostgreSQL's noun for whose a table is",
    ),
    (
        "owner",
        "crates/store/src/migrations/",
        "PostgreSQL's noun for whose a table is",
    ),
    (
        "user",
        "crates/store/src/db/postgres/address.rs",
        "the driver's own noun",
    ),
    (
        "notification",
        "crates/store/src/db/postgres/signals.rs",
        "the driver's own noun",
    ),
    (
        "notification",
        "crates/web/",
        "what screens call the bell's page",
    ),
    (
        "operator",
        "crates/store/src/search",
        "a sign in a search expression",
    ),
    (
        "sla",
        "crates/mainstay/",
        "the format of the vectors is called so",
    ),
];

/// Words that are one name together: the published names of roles, and the nouns of OAuth, OpenID
/// Connect, WebAuthn and HTTP.
const COMPOUNDS: [(&str, &str); 10] = [
    ("end", "user"),
    ("user", "management"),
    ("client", "id"),
    ("client", "secret"),
    ("client", "data"),
    ("http", "client"),
    ("user", "verification"),
    ("user", "handle"),
    ("user", "unique"),
    ("user", "agent"),
];

/// Endings of names that say nothing of what the thing is.
const HOLLOW: [&str; 5] = ["Manager", "Helper", "Util", "Utils", "Handler"];

/// Words and names that a file should not have.
pub fn findings(source: &Source) -> Vec<Finding> {
    if !source.is_in("crates") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in source.numbered() {
        found.extend(given_up(source, number, &line.parts.code));
        found.extend(given_up(source, number, &line.parts.comment));
        found.extend(hollow(source, number, &line.parts.code));
    }
    if source.path.ends_with(".sql") {
        for (number, line) in (1..).zip(source.text.lines()) {
            found.extend(given_up(source, number, line));
        }
    }
    found
}

/// The words of a text in small letters; `camelCase` and `snake_case` are several.
fn split(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !letter.is_alphanumeric())
        .flat_map(|name| {
            let mut words = vec![String::new()];
            let mut was_small = false;
            for letter in name.chars() {
                if letter.is_uppercase() && was_small {
                    words.push(String::new());
                }
                was_small = letter.is_lowercase();
                if let Some(word) = words.last_mut() {
                    word.extend(letter.to_lowercase());
                }
            }
            words
        })
}

/// The words given up in a text, apart from those that are part of a name.
fn given_up(source: &Source, number: usize, text: &str) -> Vec<Finding> {
    let words: Vec<_> = split(text).filter(|word| !word.is_empty()).collect();
    let is_compound = |index: usize| {
        let pairs = [
            index.checked_sub(1).map(|before| (before, index)),
            Some((index, index + 1)),
        ];
        pairs.into_iter().flatten().any(|(one, other)| {
            let (Some(one), Some(other)) = (words.get(one), words.get(other)) else {
                return false;
            };
            COMPOUNDS.contains(&(one.as_str(), other.trim_end_matches('s')))
        })
    };
    let free = words
        .iter()
        .enumerate()
        .filter(|(index, _)| !is_compound(*index));
    free.filter_map(|(_, word)| stranger(source, number, word))
        .collect()
}

/// A word given up that is no exception here.
fn stranger(source: &Source, number: usize, word: &str) -> Option<Finding> {
    let is_it = |known: &str| {
        word.strip_prefix(known)
            .is_some_and(|rest| matches!(rest, "" | "s"))
    };
    let (known, noun) = GIVEN_UP.iter().find(|(known, _)| is_it(known))?;
    let is_excepted = EXCEPTIONS
        .iter()
        .any(|(word, place, _)| word == known && source.path.starts_with(place));
    if is_excepted {
        return None;
    }
    let why = "one noun per thing, and it stands in GLOSSARY.md";
    Some(Finding::new(
        &source.path,
        number,
        format!("\"{word}\", say {noun}"),
        why,
    ))
}

fn hollow(source: &Source, number: usize, code: &str) -> Option<Finding> {
    let mut words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    words.find(|word| matches!(*word, "struct" | "enum" | "trait" | "type"))?;
    let name = words.next()?;
    let ending = HOLLOW.iter().find(|ending| name.ends_with(**ending))?;
    let why = "name a thing after what it is or does";
    Some(Finding::new(
        &source.path,
        number,
        format!("`{name}`, a {ending}"),
        why,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(text: &str) -> Vec<String> {
        let source = Source::new("crates/a/src/lib.rs", text.to_owned());
        findings(&source).into_iter().map(|one| one.what).collect()
    }

    #[test]
    fn words_given_up_are_found_in_names_and_comments() {
        assert_eq!(whats("let open_tickets = 1;"), ["\"tickets\", say Case"]);
        assert_eq!(whats("struct TicketList;"), ["\"ticket\", say Case"]);
        assert_eq!(whats("// the tenant"), ["\"tenant\", say Vendor"]);
        assert!(whats("let a = \"Ticket\"; let island = 1;").is_empty());
    }

    #[test]
    fn names_of_roles_are_left_alone() {
        assert!(whats("Role::EndUser; Role::UserManagementAdmin; // end users").is_empty());
        assert_eq!(whats("let user = 1;"), ["\"user\", say Person"]);
    }

    #[test]
    fn hollow_names_are_found() {
        assert_eq!(
            whats("pub struct CaseManager;"),
            ["`CaseManager`, a Manager"]
        );
        assert!(whats("pub struct Case;").is_empty());
    }

    #[test]
    fn the_glossary_gives_up_the_same_words() {
        let glossary = include_str!("../../../GLOSSARY.md").to_lowercase();
        for (word, _) in GIVEN_UP {
            assert!(glossary.contains(word), "{word} is not in the glossary");
        }
    }
}
