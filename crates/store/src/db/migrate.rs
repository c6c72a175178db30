//! Which migrations a database still needs, and when it must be left alone.

use super::error::Error;

/// One step of the schema. Once released, it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// Its place: ascending, never used twice.
    pub number: i64,
    /// A few words, the file's name.
    pub name: &'static str,
    /// Its text, in the portable words of `db/dialect.rs`.
    pub sql: &'static str,
}

/// A migration that ran on this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Applied {
    pub number: i64,
    pub name: String,
    pub checksum: String,
}

impl Migration {
    /// FNV-1a of the portable text, the same on every engine; line endings do not count. It finds
    /// an edit, it is no defence against malice.
    pub(super) fn checksum(&self) -> String {
        let hash = self
            .sql
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

/// The migrations still to run, or why the database must be left alone.
pub(super) fn plan<'m>(
    applied: &[Applied],
    known: &'m [Migration],
) -> Result<&'m [Migration], Error> {
    if let Some(pair) = known
        .windows(2)
        .find(|pair| pair[0].number >= pair[1].number)
    {
        return Err(pair[1].changed("its number is not above the one before it"));
    }
    let newest = known.last().map_or(0, |migration| migration.number);
    if let Some(found) = applied
        .iter()
        .map(|ran| ran.number)
        .max()
        .filter(|found| *found > newest)
    {
        return Err(Error::Newer {
            found,
            known: newest,
        });
    }
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
    Ok(&known[applied.len()..])
}
