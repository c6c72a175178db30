//! Which migrations a database still needs, and when it must be left alone.
//!
//! The first line of a migration says what it is to programs that know only the schema before:
//!
//! | first line | it | it runs |
//! |---|---|---|
//! | `-- expand` | adds what they need not know of | at a start, beside them |
//! | `-- contract since 7` | takes away what nobody who knows schema 7 looks at any more | when asked for |
//! | `-- alone`, or nothing | changes what they rely on | at a start, when they have ended |

use super::error::Error;

/// What a migration is to programs that know only the schema before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It adds what they need not know of.
    Expand,
    /// It takes away what no program that knows schema `since` looks at any more.
    Contract {
        /// The number of a migration.
        since: i64,
    },
    /// It changes what they rely on.
    Alone,
}

impl Kind {
    /// What a line says, if it is one that says it.
    fn read(line: &str) -> Option<Self> {
        match line.trim_end() {
            "-- expand" => Some(Self::Expand),
            "-- alone" => Some(Self::Alone),
            line => {
                let since = line.strip_prefix("-- contract since ")?.parse().ok()?;
                Some(Self::Contract { since })
            }
        }
    }
}

/// One step of the schema. Once released, it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its place: ascending, never used twice.
    pub number: i64,
    /// A few words, the file's name.
    pub name: &'static str,
    /// Its text, in the portable words of `db/dialect.rs`; the first line says its [`Kind`].
    pub sql: &'static str,
}

/// A migration that ran on this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applied {
    pub number: i64,
    pub name: String,
    pub checksum: String,
    /// What [`Migration::needs`] said; nothing is known of those that ran before it was noted.
    pub needs: Option<i64>,
}

impl Migration {
    /// What it is to programs that know only the schema before it.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.marked().0
    }

    /// The number of the schema a program must know to work once this has run.
    #[must_use]
    pub fn needs(&self) -> i64 {
        match self.kind() {
            Kind::Expand => 0,
            Kind::Contract { since } => since,
            Kind::Alone => self.number,
        }
    }

    fn is_contract(&self) -> bool {
        matches!(self.kind(), Kind::Contract { .. })
    }

    /// What its first line says it is, and the text without that line.
    fn marked(&self) -> (Kind, &'static str) {
        let (first, rest) = self.sql.split_once('\n').unwrap_or((self.sql, ""));
        Kind::read(first).map_or((Kind::Alone, self.sql), |kind| (kind, rest))
    }

    /// FNV-1a of the portable text, the same on every engine; line endings and the line that says
    /// what it is do not count. It finds an edit, it is no defence against malice.
    pub(super) fn checksum(&self) -> String {
        let (_, text) = self.marked();
        let hash = text
            .bytes()
            .filter(|byte| *byte != b'\r')
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
        format!("{hash:016x}")
    }

    fn changed(&self, reason: &str) -> Error {
        Error::Changed {
            number: self.number,
            name: self.name.into(),
            reason: reason.into(),
        }
    }
}

/// The migrations still to run, or why the database must be left alone. A program that stands
/// `beside_newer` ones works on what they have added to.
pub(super) fn plan<'m>(
    applied: &[Applied],
    known: &'m [Migration],
    beside_newer: bool,
) -> Result<&'m [Migration], Error> {
    if let Some(pair) = known
        .windows(2)
        .find(|pair| pair[0].number >= pair[1].number)
    {
        return Err(pair[1].changed("its number is not above the one before it"));
    }
    let newest = known.last().map_or(0, |migration| migration.number);
    let (ours, ahead): (Vec<_>, Vec<_>) = applied.iter().partition(|ran| ran.number <= newest);
    let is_fit = |ran: &&Applied| beside_newer && ran.needs.is_some_and(|needs| needs <= newest);
    if !ahead.iter().all(is_fit) {
        return Err(Error::Newer {
            found: ahead.last().map_or(newest, |ran| ran.number),
            known: newest,
        });
    }
    compare(&ours, known)?;
    match (&known[ours.len()..], ahead.first()) {
        ([missing, ..], Some(_)) => {
            Err(missing.changed("it was put in before ones that already ran"))
        }
        (pending, _) => Ok(pending),
    }
}

/// Whether what ran is what this program knows.
fn compare(applied: &[&Applied], known: &[Migration]) -> Result<(), Error> {
    for (at, ran) in applied.iter().enumerate() {
        match known.get(at) {
            Some(migration) if migration.number == ran.number => {
                if migration.checksum() != ran.checksum {
                    return Err(migration.changed("its text was changed afterwards"));
                }
            }
            Some(migration) if migration.number < ran.number => {
                return Err(migration.changed("it was put in before ones that already ran"));
            }
            _ => {
                return Err(Error::Changed {
                    number: ran.number,
                    name: ran.name.clone(),
                    reason: "it ran here and is missing from this program".into(),
                });
            }
        }
    }
    Ok(())
}

/// What a program needs before it can work, and the contracts after it, which may wait.
pub(super) fn split(pending: &[Migration]) -> (&[Migration], &[Migration]) {
    let last = pending.iter().rposition(|step| !step.is_contract());
    pending.split_at(last.map_or(0, |last| last + 1))
}
