//! Scenarios: prose a support manager can read and dispute, with blocks that run.
//!
//! A block is fenced and begins with what the customer holds and where they are; each row after it
//! is a time there, what somebody does, and after each `|` what must be so then:
//!
//! ```text
//! edition  2014-05-16   plan E3   region de
//! Fri 27 Mar 2026 17:30  admin opens, severity B   | initial response due Sat 01:30
//! Fri 27 Mar 2026 21:00  agent replies             | met
//! ```
//!
//! The header may go on with `offer premier`, `service yammer`, `trial`, and
//! `exception "no night shift here"` for a region in which *anytime* does not hold.
//! `crates/domain/scenarios/README.md` lists what people can do and what can be expected.

mod action;
mod block;
mod expectation;
mod header;
mod stage;
mod when;

use std::fmt;

use mainstay_description::shipped;
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;

use self::block::blocks;
use self::stage::Stage;

/// The editions and regions scenarios speak of.
#[derive(Debug, Clone)]
pub struct Library {
    /// Editions.
    pub editions: Vec<Edition>,
    /// Regions.
    pub regions: Vec<Region>,
}

impl Library {
    /// The editions and regions that come with the program.
    #[must_use]
    pub fn shipped() -> Self {
        Self {
            editions: shipped::editions(),
            regions: shipped::regions(),
        }
    }
}

/// A place where the text and the rules say different things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What the text expects, or what could have stood there.
    pub expected: String,
    /// What was found.
    pub found: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            expected,
            found,
        } = self;
        write!(f, "{file}:{line}: expected {expected}; found {found}")
    }
}

/// A mismatch before anybody knows where it stands.
struct Trouble {
    expected: String,
    found: String,
}

impl Trouble {
    fn new(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            expected: expected.into(),
            found: found.into(),
        }
    }

    fn at(self, file: &str, line: usize) -> Mismatch {
        let Self { expected, found } = self;
        Mismatch {
            file: file.to_owned(),
            line,
            expected,
            found,
        }
    }
}

/// Plays every scenario of a text. Returns how many expectations held.
///
/// # Errors
/// Every mismatch, in the order of the text. After one a scenario goes on, unless its header or a
/// row cannot be read.
pub fn play(file: &str, text: &str, library: &Library) -> Result<usize, Vec<Mismatch>> {
    let mut held = 0;
    let mut mismatches = Vec::new();
    for block in blocks(text) {
        let mut note = |line, trouble: Trouble| mismatches.push(trouble.at(file, line));
        match block {
            Ok(block) => held += play_block(&block, library, &mut note),
            Err((line, trouble)) => note(line, trouble),
        }
    }
    if mismatches.is_empty() {
        Ok(held)
    } else {
        Err(mismatches)
    }
}

fn play_block(
    block: &block::Block<'_>,
    library: &Library,
    note: &mut impl FnMut(usize, Trouble),
) -> usize {
    let (line, header) = block.header;
    let mut stage = match header::read(header, library) {
        Ok(set) => Stage::new(set),
        Err(trouble) => {
            note(line, trouble);
            return 0;
        }
    };
    let mut held = 0;
    for &(line, row) in &block.rows {
        match stage.play(row) {
            Ok(row) => {
                held += row.held;
                row.troubles
                    .into_iter()
                    .for_each(|trouble| note(line, trouble));
            }
            Err(trouble) => {
                note(line, trouble);
                break;
            }
        }
    }
    held
}
