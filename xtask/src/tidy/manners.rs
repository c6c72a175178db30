//! How a file is written: its head, its length, the length of its functions, loose ends.

use super::{Finding, Source};

/// Lines of a file, tests apart.
const FILE_LINES: usize = 600;
/// Lines of a function, tests apart. Only ever lowered.
const FUNCTION_LINES: usize = 80;

/// What a file's manners break.
pub fn findings(source: &Source) -> Vec<Finding> {
    if !source.is_rust() {
        return Vec::new();
    }
    let mut found = Vec::new();
    found.extend(head(source));
    found.extend(file_length(source));
    found.extend(function_lengths(source));
    found.extend(loose_ends(source));
    found.extend(unwraps(source));
    found
}

fn head(source: &Source) -> Option<Finding> {
    let why = "the first line of a file says in a sentence what it is for";
    (!source.text.starts_with("//! "))
        .then(|| Finding::new(&source.path, 1, "no `//!` line at its head", why))
}

fn file_length(source: &Source) -> Option<Finding> {
    let lines = source.rust.iter().filter(|line| !line.is_test).count();
    let why = "a file is one thought; take it apart where it has two";
    (lines > FILE_LINES).then(|| {
        let what = format!("{lines} lines, at most {FILE_LINES}");
        Finding::new(&source.path, 1, what, why)
    })
}

/// Relies on rustfmt: a function ends with a brace under its beginning.
fn function_lengths(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut running: Option<(usize, String)> = None;
    for (number, line) in source.numbered().filter(|(_, line)| !line.is_test) {
        let code = line.parts.code.trim_end();
        let indent = &code[..code.len() - code.trim_start().len()];
        if let Some((start, end)) = &running {
            let length = number - start + 1;
            let has_ended = code == end || (code.ends_with(';') && code.starts_with(end.as_str()));
            if code == end && length > FUNCTION_LINES {
                let what = format!("a function of {length} lines, at most {FUNCTION_LINES}");
                let why = "small functions with good names need no comments inside";
                found.push(Finding::new(&source.path, *start, what, why));
            }
            if has_ended {
                running = None;
            }
        } else if is_function(code) && !code.ends_with(['}', ';']) {
            running = Some((number, format!("{indent}}}")));
        }
    }
    found
}

/// Whether a line of code begins a function.
fn is_function(code: &str) -> bool {
    let mut words = code.trim_start().split(' ').skip_while(|word| {
        matches!(*word, "pub" | "const" | "async" | "unsafe") || word.starts_with("pub(")
    });
    words.next() == Some("fn")
}

/// Whether a test says that it is run with a cluster of its own.
fn is_left_to_ci(literal: &str) -> bool {
    literal.contains("needs PostgreSQL: `cargo xtask ci` starts one")
}

fn loose_ends(source: &Source) -> Vec<Finding> {
    let loose = [
        (concat!("todo", "!("), "what is not done is not merged"),
        (
            concat!("unimplemented", "!("),
            "what is not done is not merged",
        ),
        (
            concat!("#[", "ignore"),
            "a test that does not run tests nothing; those of PostgreSQL run in a step of `ci`",
        ),
    ];

    let mut found = Vec::new();
    for (number, line) in source.numbered() {
        for (sign, why) in loose
            .iter()
            .filter(|(sign, _)| line.parts.code.contains(sign))
            .filter(|(sign, _)| !(is_left_to_ci(&line.parts.literal) && sign.starts_with('#')))
        {
            found.push(Finding::new(&source.path, number, format!("`{sign}`"), why));
        }
    }
    found
}

fn unwraps(source: &Source) -> Vec<Finding> {
    let sign = concat!(".unwrap", "()");
    let why = "an error is a value; outside tests it is handled or passed on";
    let is_bad = |line: &super::tree::RustLine| !line.is_test && line.parts.code.contains(sign);
    let lines = source.numbered().filter(|(_, line)| is_bad(line));
    lines
        .map(|(number, _)| Finding::new(&source.path, number, format!("`{sign}`"), why))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(text: &str) -> Vec<String> {
        let source = Source::new("crates/a/src/lib.rs", text.to_owned());
        findings(&source)
            .into_iter()
            .map(|one| format!("{} {}", one.line, one.what))
            .collect()
    }

    fn function(lines: usize) -> String {
        let body = "    x();\n".repeat(lines - 2);
        format!("//! Head.\npub async fn a() {{\n{body}}}\n")
    }

    #[test]
    fn a_file_begins_with_what_it_is_for() {
        assert_eq!(whats("fn a() {}\n"), ["1 no `//!` line at its head"]);
        assert!(whats("//! Head.\nfn a() {}\n").is_empty());
    }

    #[test]
    fn functions_stay_short_outside_tests() {
        assert!(whats(&function(80)).is_empty());
        assert_eq!(
            whats(&function(81)),
            ["2 a function of 81 lines, at most 80"]
        );
        let test = format!(
            "//! Head.\n#[cfg(test)]\nmod tests {{\n{}}}\n",
            function(99)
        );
        assert!(whats(&test).is_empty());
    }

    #[test]
    fn files_stay_short() {
        let text = format!("//! Head.\n{}", "// x\n".repeat(600));
        assert_eq!(whats(&text), ["1 602 lines, at most 600"]);
    }

    #[test]
    fn loose_ends_are_found_in_code_only() {
        let text = format!("//! Head.\nfn a() {{ {}) }}\n", concat!("todo", "!("));
        assert_eq!(whats(&text), [format!("2 `{}`", concat!("todo", "!("))]);
        let text = format!("//! Head.\n// {})\n", concat!("todo", "!("));
        assert!(whats(&text).is_empty());
        let text = format!("//! Head.\nfn a() {{ b{}; }}\n", concat!(".unwrap", "()"));
        assert_eq!(whats(&text).len(), 1);
    }
}
