//! A line of the log, and the hash that chains it to the one before.

use mainstay_domain::Moment;
use mainstay_domain::ids::{AccountId, CaseId, InternalId, PartnerId, PersonId};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Act;
use crate::Error;
use crate::db::{FromRow, Row};

/// Who did it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct By {
    /// The person; nobody where time alone did it, or nobody was signed in.
    pub person: Option<PersonId>,
    /// The partner they acted as.
    pub partner: Option<PartnerId>,
    /// The network address they came from, as far as it is known.
    pub network: Option<String>,
}

/// What it was done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The organisation itself.
    Account,
    /// A case.
    Case(CaseId),
    /// An internal request.
    Internal(InternalId),
    /// A person.
    Person(PersonId),
    /// A partner.
    Partner(PartnerId),
    /// Something else, by the word for what it is (`token`, `passkey`, `domain`) and its name.
    Thing(&'static str, String),
    /// What this version knows no word for, as it was kept.
    Other(String, Option<Uuid>, Option<String>),
}

impl Subject {
    /// The word for what it is, its id, its name.
    #[must_use]
    pub fn columns(&self) -> (&str, Option<Uuid>, Option<&str>) {
        match self {
            Self::Account => ("account", None, None),
            Self::Case(id) => ("case", Some(id.0), None),
            Self::Internal(id) => ("internal-request", Some(id.0), None),
            Self::Person(id) => ("person", Some(id.0), None),
            Self::Partner(id) => ("partner", Some(id.0), None),
            Self::Thing(word, name) => (word, None, Some(name)),
            Self::Other(word, id, name) => (word, *id, name.as_deref()),
        }
    }

    fn read(word: String, id: Option<Uuid>, name: Option<String>) -> Self {
        match (word.as_str(), id, &name) {
            ("account", None, None) => Self::Account,
            ("case", Some(id), None) => Self::Case(CaseId(id)),
            ("internal-request", Some(id), None) => Self::Internal(InternalId(id)),
            ("person", Some(id), None) => Self::Person(PersonId(id)),
            ("partner", Some(id), None) => Self::Partner(PartnerId(id)),
            _ => Self::Other(word, id, name),
        }
    }
}

/// A line to be written. Secrets have no place in it: not in what was, nor in what became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose log it belongs in; the vendor's own without an account.
    pub account: Option<AccountId>,
    /// Who did it.
    pub by: By,
    /// What they did.
    pub act: Act,
    /// To what.
    pub subject: Subject,
    /// What it was before.
    pub was: Option<Value>,
    /// What it is since.
    pub became: Option<Value>,
    /// Why, in their own words.
    pub reason: Option<String>,
}

impl Line {
    /// A line about the organisation itself.
    #[must_use]
    pub const fn new(account: Option<AccountId>, by: By, act: Act) -> Self {
        Self {
            account,
            by,
            act,
            subject: Subject::Account,
            was: None,
            became: None,
            reason: None,
        }
    }

    /// About something else.
    #[must_use]
    pub fn about(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }

    /// In another log than the one it would stand in.
    #[must_use]
    pub fn of(self, account: Option<AccountId>) -> Self {
        Self { account, ..self }
    }

    /// With what it was before.
    #[must_use]
    pub fn was(self, was: impl Into<Value>) -> Self {
        let was = Some(was.into());
        Self { was, ..self }
    }

    /// With what it is since.
    #[must_use]
    pub fn became(self, became: impl Into<Value>) -> Self {
        let became = Some(became.into());
        Self { became, ..self }
    }

    /// With why.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        let reason = Some(reason.into());
        Self { reason, ..self }
    }
}

/// A line as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its place in the chain, from 1 without a gap.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who.
    pub by: By,
    /// The word of what was done; a later version may know more of them.
    pub act: String,
    /// To what.
    pub subject: Subject,
    /// Before, as JSON.
    pub was: Option<String>,
    /// After, as JSON.
    pub became: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The hash over the hash of the line before and all of the above; lines from before there
    /// were chains have none.
    pub hash: Option<[u8; 32]>,
}

impl Kept {
    pub(super) fn new(line: Line, seq: i64, at: Moment, previous: &[u8]) -> Self {
        let text = |value: Option<Value>| value.map(|value| value.to_string());
        let mut kept = Self {
            seq,
            at,
            by: line.by,
            act: line.act.code().to_owned(),
            subject: line.subject,
            was: text(line.was),
            became: text(line.became),
            reason: line.reason,
            hash: None,
        };
        let chain = line.account.map_or(Uuid::nil(), |account| account.0);
        kept.hash = Some(kept.hash_after(chain, previous));
        kept
    }

    /// The hash it must have in a chain, after the line of a hash.
    #[must_use]
    pub fn hash_after(&self, chain: Uuid, previous: &[u8]) -> [u8; 32] {
        let (word, id, name) = self.subject.columns();
        let all = serde_json::json!([
            chain,
            self.seq,
            self.at.as_unix(),
            self.by.person.map(|person| person.0),
            self.by.partner.map(|partner| partner.0),
            self.by.network,
            self.act,
            word,
            id,
            name,
            self.was,
            self.became,
            self.reason,
        ]);
        let mut hasher = Sha256::new();
        hasher.update(previous);
        hasher.update(all.to_string());
        hasher.finalize().into()
    }
}

impl FromRow for Kept {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let hash: Option<Vec<u8>> = row.get("hash")?;
        let hash = hash.map(|hash| {
            <[u8; 32]>::try_from(hash).map_err(|hash| Error::Decode {
                column: "hash".to_owned(),
                wanted: "32 bytes",
                found: format!("{} bytes", hash.len()),
            })
        });
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            by: By {
                person: row.get("person_id")?,
                partner: row.get("partner_id")?,
                network: row.get("network")?,
            },
            act: row.get("act")?,
            subject: Subject::read(
                row.get("subject")?,
                row.get("subject_id")?,
                row.get("subject_name")?,
            ),
            was: row.get("was")?,
            became: row.get("became")?,
            reason: row.get("reason")?,
            hash: hash.transpose()?,
        })
    }
}
