//! SQL texts, checked while they compile.

use std::borrow::Cow;

use super::dialect::{LOCK, for_sqlite};

/// The text of one statement. Made only by [`sql!`](crate::sql), so that a test can find every
/// text of the crate in its sources and prepare it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sql {
    text: &'static str,
    parameters: usize,
    place: &'static str,
    /// Whether it locks rows, which SQLite does not understand.
    locks: bool,
}

/// One SQL statement, for both engines.
///
/// Parameters are `$1`, `$2`, … Their numbers must first appear in ascending order (SQLite takes
/// `$1` for a name). `?`, `:name`, `::cast`, `@` and a second statement do not compile.
///
/// The text is a literal, or literals and fragments one after the other. A fragment is a macro
/// without arguments that is one literal; a macro may also wrap `sql!(concat!(…))` around its
/// literal arguments. The register (`db/registry.rs`) reads all of these in the sources.
///
/// ```
/// macro_rules! note { () => { "id, what" } }
/// let list = mainstay_store::sql!("SELECT ", note!(), " FROM journal ORDER BY id");
/// assert_eq!(list.text(), "SELECT id, what FROM journal ORDER BY id");
/// ```
///
/// ```compile_fail
/// mainstay_store::sql!("SELECT a FROM t WHERE b = $2 AND c = $1");
/// ```
/// ```
/// let two = mainstay_store::sql!("SELECT a FROM t WHERE b = $1 AND c = $2 AND d = $1");
/// assert_eq!(two.parameters(), 2);
/// ```
#[macro_export]
macro_rules! sql {
    ($($piece:tt)+) => {{
        const STATEMENT: $crate::db::Sql = $crate::db::Sql::new(concat!($($piece)+), file!());
        STATEMENT
    }};
}

impl Sql {
    /// Use [`sql!`](crate::sql).
    #[doc(hidden)]
    #[must_use]
    pub const fn new(text: &'static str, place: &'static str) -> Self {
        match parameters(text) {
            Ok(parameters) => Self {
                text,
                parameters,
                place,
                locks: contains(text, LOCK),
            },
            Err(mistake) => panic!("{}", mistake),
        }
    }

    /// The text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.text
    }

    /// The source it stands in; what is executed is judged by it (`db/whose.rs`).
    #[must_use]
    pub const fn place(self) -> &'static str {
        self.place
    }

    /// The text as SQLite understands it. Nearly all stand there as they are, and are not looked
    /// through each time.
    pub(super) fn for_sqlite(self) -> Cow<'static, str> {
        if self.locks {
            for_sqlite(self.text)
        } else {
            Cow::Borrowed(self.text)
        }
    }

    /// How many parameters it takes.
    #[must_use]
    pub const fn parameters(self) -> usize {
        self.parameters
    }
}

/// Whether a text contains another.
const fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let mut start = 0;
    while start + part.len() <= text.len() {
        let mut at = 0;
        while at < part.len() && text[start + at] == part[at] {
            at += 1;
        }
        if at == part.len() {
            return true;
        }
        start += 1;
    }
    false
}

/// How many parameters a text takes, or what is wrong with it.
const fn parameters(text: &str) -> Result<usize, &'static str> {
    let bytes = text.as_bytes();
    let (mut at, mut highest) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'\'' | b'"') => {
                at += 1;
                while at < bytes.len() && bytes[at] != quote {
                    at += 1;
                }
                if at == bytes.len() {
                    return Err("a quotation in this statement does not end");
                }
            }
            b'$' => {
                let (mut number, first) = (0, at + 1);
                while at + 1 < bytes.len() && bytes[at + 1].is_ascii_digit() {
                    at += 1;
                    number = number * 10 + (bytes[at] - b'0') as usize;
                }
                if at < first || number == 0 {
                    return Err("write parameters as $1, $2, …");
                }
                if number > highest + 1 {
                    return Err("parameters must first appear in ascending order without gaps");
                }
                if number > highest {
                    highest = number;
                }
            }
            // PostgreSQL's match of a text search; a single one is SQLite's parameter.
            b'@' if at + 1 < bytes.len() && bytes[at + 1] == b'@' => at += 1,
            b'?' | b':' | b'@' => {
                return Err("write parameters as $1, $2, … and casts as CAST(… AS …)");
            }
            b';' => return Err("one statement at a time, without a semicolon"),
            b'-' if at + 1 < bytes.len() && bytes[at + 1] == b'-' => {
                return Err("write comments outside the statement");
            }
            b'/' if at + 1 < bytes.len() && bytes[at + 1] == b'*' => {
                return Err("write comments outside the statement");
            }
            _ => {}
        }
        at += 1;
    }
    Ok(highest)
}

#[cfg(test)]
pub(super) fn check(text: &str) -> Result<usize, &'static str> {
    parameters(text)
}
