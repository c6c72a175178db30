//! Every SQL text of this crate, found in its sources: none can be forgotten.
//!
//! Nothing but `sql!` makes a [`Sql`], and `sql!` takes nothing but literals, so reading the
//! sources finds them all. The statement test prepares each one on a migrated database.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::tokens::{Token, tokens};
use super::{Db, Engine, Error, Sql, statement};

/// A statement and where it stands.
#[derive(Debug)]
pub(crate) struct Found {
    /// `crates/store/src/cases.rs:42`.
    pub place: String,
    /// The statement.
    pub sql: Sql,
    /// The one engine it is for, `sqlite` or `postgres`, when it stands in a field of that name.
    pub only: Option<String>,
}

/// What one engine has and the other has not, or what only the lease clock may do.
const NOT_PORTABLE: &[&str] = &[
    "ILIKE",
    "ANY",
    "GREATEST",
    "LEAST",
    "GENERATE_SERIES",
    "MERGE",
    "NOW",
    "CURRENT_TIMESTAMP",
    "CURRENT_DATE",
    "UNIXEPOCH",
    "DATETIME",
    "STRFTIME",
    "JULIANDAY",
    "RANDOM",
    "IFNULL",
    "IIF",
    "GLOB",
    "ROWID",
    "IGNORE",
];

const BEGINNINGS: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES"];

/// All statements under `src`, but for those of the seam's own tests.
pub(crate) fn statements() -> Vec<Found> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.retain(|file| !file.starts_with(root.join("db")) && *file != root.join("db.rs"));
    files.sort();
    read(&files)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("a source").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// The statements of some files. Panics at a use of `sql!` that it cannot read.
pub(super) fn read(files: &[PathBuf]) -> Vec<Found> {
    let mut macros = Macros::new();
    let mut rest = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(file).expect("a source in UTF-8");
        rest.push((file, definitions(tokens(&source), &mut macros)));
    }
    let mut found = Vec::new();
    for (file, tokens) in rest {
        for at in 0..tokens.len() {
            let Some(name) = call(&tokens[at..]) else {
                continue;
            };
            let wraps = |arm: &Arm| arm.is_statement;
            if name != "sql" && !macros.get(name).is_some_and(|arms| arms.iter().any(wraps)) {
                continue;
            }
            let place = format!("{}:{}", file.display(), tokens[at].1);
            let text = expand(&tokens[at..], &macros, &HashMap::new())
                .unwrap_or_else(|| panic!("{place}: {name}! takes literals and fragments"));
            found.push(Found {
                place,
                sql: Sql::new(text.leak(), file!()),
                only: only_for(&tokens[..at]),
            });
        }
    }
    found
}

/// The engine of a statement that follows `sqlite:` or `postgres:`.
fn only_for(before: &Tokens) -> Option<String> {
    match before {
        [.., (Token::Word(engine), _), (Token::Mark(':'), _)]
            if matches!(engine.as_str(), "sqlite" | "postgres") =>
        {
            Some(engine.clone())
        }
        _ => None,
    }
}

type Tokens = [(Token, usize)];
type Macros = HashMap<String, Vec<Arm>>;

/// One arm of a macro: `($a:literal, …) => { … }`.
struct Arm {
    parameters: Vec<String>,
    body: Vec<(Token, usize)>,
    is_statement: bool,
}

/// Takes the `macro_rules!` out of a file.
fn definitions(tokens: Vec<(Token, usize)>, macros: &mut Macros) -> Vec<(Token, usize)> {
    let (mut rest, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        if let [
            (Token::Word(word), _),
            (Token::Mark('!'), _),
            (Token::Word(name), _),
            ..,
        ] = &tokens[at..]
            && word == "macro_rules"
        {
            let inside = group(&tokens[at + 3..]).expect("a body of macro_rules!");
            macros.insert(name.clone(), arms(inside));
            at += 3 + inside.len() + 2;
        } else {
            rest.push(tokens[at].clone());
            at += 1;
        }
    }
    rest
}

fn arms(mut inside: &Tokens) -> Vec<Arm> {
    let mut arms = Vec::new();
    while let Some(pattern) = group(inside) {
        inside = &inside[pattern.len() + 4..]; // with its brackets and `=>`
        let body = group(inside).expect("the body of an arm");
        inside = &inside[body.len() + 2..];
        if let [(Token::Mark(';'), _), rest @ ..] = inside {
            inside = rest;
        }
        let dollar = |pair: &&Tokens| pair[0].0 == Token::Mark('$');
        let name = |pair: &Tokens| match &pair[1].0 {
            Token::Word(name) => Some(name.clone()),
            _ => None,
        };
        arms.push(Arm {
            parameters: pattern.windows(2).filter(dollar).filter_map(name).collect(),
            body: body.to_vec(),
            is_statement: (0..body.len()).any(|at| call(&body[at..]) == Some("sql")),
        });
    }
    arms
}

/// The name in `name!(…`.
fn call(tokens: &Tokens) -> Option<&str> {
    match tokens {
        [
            (Token::Word(name), _),
            (Token::Mark('!'), _),
            (Token::Mark('(' | '[' | '{'), _),
            ..,
        ] => Some(name),
        _ => None,
    }
}

/// What stands between the bracket that begins here and its partner.
fn group(tokens: &Tokens) -> Option<&Tokens> {
    let mut depth = 0;
    for (at, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth -= 1,
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(&tokens[1..at]);
        }
    }
    None
}

/// The text a call makes: of `sql!`, `concat!`, a fragment, or a macro around them.
fn expand(tokens: &Tokens, macros: &Macros, given: &HashMap<String, String>) -> Option<String> {
    let arguments = pieces(group(&tokens[2..])?, macros, given)?;
    let name = call(tokens)?;
    if matches!(name, "sql" | "concat") {
        return Some(arguments.concat());
    }
    let arm = macros
        .get(name)?
        .iter()
        .find(|arm| arm.parameters.len() == arguments.len())?;
    let given = arm.parameters.iter().cloned().zip(arguments).collect();
    Some(pieces(&arm.body, macros, &given)?.concat())
}

/// The texts of a list of literals, parameters and calls.
fn pieces(
    mut tokens: &Tokens,
    macros: &Macros,
    given: &HashMap<String, String>,
) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    loop {
        tokens = match tokens {
            [] => return Some(texts),
            [(Token::Text(text), _), rest @ ..] => {
                texts.push(text.clone());
                rest
            }
            // `$crate::sql!`
            [(Token::Mark('$'), _), (Token::Word(name), _), rest @ ..] if name == "crate" => rest,
            [(Token::Mark('$'), _), (Token::Word(name), _), rest @ ..] => {
                texts.push(given.get(name)?.clone());
                rest
            }
            [(Token::Mark(',' | ':'), _), rest @ ..] => rest,
            // The second pair of braces in `=> {{ … }}`.
            [(Token::Mark('{'), _), ..] => {
                let inside = group(tokens)?;
                texts.extend(pieces(inside, macros, given)?);
                &tokens[inside.len() + 2..]
            }
            [(Token::Word(_), _), (Token::Mark(':'), _), rest @ ..] => rest,
            _ => {
                call(tokens)?;
                texts.push(expand(tokens, macros, given)?);
                &tokens[2 + group(&tokens[2..])?.len() + 2..]
            }
        };
    }
}

/// What is wrong with these statements on this database; nothing, one hopes.
pub(crate) async fn complaints(db: &Db, statements: &[Found]) -> Vec<String> {
    let engine = match &*db.0 {
        Engine::Lite(_) => "sqlite",
        Engine::Postgres(_) => "postgres",
    };
    let mut complaints = Vec::new();
    for Found { place, sql, only } in statements {
        if only.as_deref().is_some_and(|only| only != engine) {
            continue;
        }
        let unquoted: Vec<_> = sql.text().split('\'').step_by(2).collect();
        let upper = unquoted.join(" ").to_uppercase();
        let words = || upper.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        if !words()
            .find(|word| !word.is_empty())
            .is_some_and(|it| BEGINNINGS.contains(&it))
        {
            complaints.push(format!(
                "{place}: a statement begins with one of {BEGINNINGS:?}"
            ));
        }
        if only.is_none()
            && let Some(word) = words().find(|word| NOT_PORTABLE.contains(word))
        {
            complaints.push(format!(
                "{place}: {word} is not for both engines (db/dialect.rs)"
            ));
        }
        if let Err(mistake) = statement::check(sql.text()) {
            complaints.push(format!("{place}: {mistake}"));
        }
        let sql = *sql;
        if let Err(error) = db
            .read::<_, Error, _>(async |tx| tx.prepare(sql).await)
            .await
        {
            complaints.push(format!("{place}: {error}"));
        }
    }
    complaints
}
