//! Full-text search over the words of timelines.
//!
//! Every document is marked, apart from its words, with its account and its audience, and every
//! query of a customer asks for both: a hit never depends on what others wrote. Notes of the
//! customer's side are looked for by themselves, and the vendor's queries leave them out. Hits are ordered
//! by date and by nothing the rest of the corpus could move, and the vocabulary is shown to nobody.
//!
//! What a word is, is decided here for both engines: FTS5 and `tsvector` are given words, never
//! text.

mod words;

use mainstay_domain::access::{Grant, Scope};
use mainstay_domain::case::{Audience, Case, Entry};
use mainstay_domain::ids::{AccountId, CaseNumber};
use uuid::Uuid;

use crate::db::{Either, FromRow, Row, Sql, V};
use crate::scope::{is_covered, kinds};
use crate::views::{CaseRow, case_rows};
use crate::{Error, Tx, participants, reach, sql, system};

/// Most hits shown.
const HITS: usize = 50;
/// Documents whose words are taken in at once.
const GATHERED: u32 = 500;
/// Most words of a query that are looked at.
const WORDS: usize = 8;

/// The documents of one search, found by the texts of one engine: for whole kinds, for the cases
/// one takes part in from a certain entry on, and the notes of the customer's side.
///
/// They are gathered first: SQLite looks cases up by what comes from one SELECT, and would walk
/// through all of them for what comes from three.
macro_rules! found {
    ($from:literal, $of_kinds:literal, $of_own:literal, $of_colleagues:literal, $to:literal) => {
        sql!(
            case_rows!(),
            "WHERE (c.account_id = $1 OR $1 IS NULL)
               AND (c.account_id, c.id) IN (SELECT DISTINCT h.account_id, h.id FROM (
                   SELECT k.account_id, k.id FROM search_documents d
                   JOIN cases k ON k.account_id = d.account_id AND k.id = d.case_id
                   WHERE (k.account_id = $1 OR $1 IS NULL) AND k.kind IN ($2, $3, $4, $5)
                     AND d.id IN (",
            $from,
            $of_kinds,
            $to,
            ")
                   UNION ALL
                   SELECT k.account_id, k.id FROM search_documents d
                   JOIN cases k ON k.account_id = d.account_id AND k.id = d.case_id
                   LEFT JOIN participants n ON n.account_id = k.account_id AND n.case_id = k.id
                       AND n.person_id = $7 AND n.removed_at IS NULL
                   WHERE (k.account_id = $1 OR $1 IS NULL) AND k.kind IN ($8, $9, $10, $11)
                     AND (k.requester_id = $7 OR d.seq >= n.from_seq)
                     AND d.id IN (",
            $from,
            $of_own,
            $to,
            ")
                   UNION ALL
                   SELECT k.account_id, k.id FROM search_documents d
                   JOIN cases k ON k.account_id = d.account_id AND k.id = d.case_id
                   LEFT JOIN participants n ON n.account_id = k.account_id AND n.case_id = k.id
                       AND n.person_id = $7 AND n.removed_at IS NULL
                   WHERE (k.account_id = $1 OR $1 IS NULL)
                     AND (k.kind IN ($13, $14, $15, $16)
                          OR (k.kind IN ($17, $18, $19, $20)
                              AND (k.requester_id = $7 OR d.seq >= n.from_seq)))
                     AND d.id IN (",
            $from,
            $of_colleagues,
            $to,
            ")) AS h)
             AND ",
            is_covered!("$22"),
            " ORDER BY c.updated_at DESC, c.id DESC LIMIT $23"
        )
    };
}

/// Has the words of an entry found; an opening carries the subject's and the number. On SQLite
/// they are taken in a moment later, those of many entries at once.
pub(crate) async fn add(tx: &mut Tx<'_>, case: &Case, entry: &Entry) -> Result<(), Error> {
    if !has_words(entry) {
        return Ok(());
    }
    let mut values: Vec<V<'_>> = vec![case.account.into(), case.id.into(), entry.seq.into()];
    let document;
    if !waits_to_be_taken_in(tx) {
        document = Document::of(case.account, case.number, &case.subject, entry);
        values.extend::<[V<'_>; 2]>([
            document.marks.as_str().into(),
            document.words.as_str().into(),
        ]);
    }
    tx.send(tx.choose(ADD), &values).await
}

/// Whether there is anything in an entry to be found by.
fn has_words(entry: &Entry) -> bool {
    entry.fact.body().is_some_and(|body| !body.is_empty())
}

/// Lets the words of a case that is moved to another account be found there, and there alone; of
/// what stays with the old one, nowhere.
pub(crate) async fn carry(
    tx: &mut Tx<'_>,
    before: &Case,
    case: &Case,
    moved: &[Entry],
) -> Result<(), Error> {
    let list = sql!(
        "SELECT id, seq FROM search_documents WHERE account_id = $1 AND case_id = $2 ORDER BY id"
    );
    let documents: Vec<(i64, u32)> = tx
        .all(list, &[before.account.into(), before.id.into()])
        .await?;
    let taken_in = last_taken_in(tx).await?;
    for (id, seq) in documents {
        tx.send_last(tx.choose(FORGET), &[id.into()]).await?;
        let is_it = |entry: &&Entry| entry.seq == seq && has_words(entry);
        match moved.iter().find(is_it) {
            Some(entry) => {
                let carry = sql!(
                    "UPDATE search_documents SET account_id = $1 WHERE account_id = $2 AND id = $3"
                );
                let values = [case.account.into(), before.account.into(), id.into()];
                tx.send(carry, &values).await?;
                // What comes after has no words yet, and is taken in as what it is now.
                if id <= taken_in {
                    let (account, number) = (case.account, case.number);
                    let document = Document::of(account, number, &case.subject, entry);
                    insert(tx, id, &document).await?;
                }
            }
            None => {
                let forget = sql!("DELETE FROM search_documents WHERE account_id = $1 AND id = $2");
                let values = [before.account.into(), id.into()];
                tx.send(forget, &values).await?;
            }
        }
    }
    Ok(())
}

/// What an entry is found by.
#[derive(Debug)]
struct Document {
    marks: String,
    words: String,
}

impl Document {
    fn of(account: AccountId, number: CaseNumber, subject: &str, entry: &Entry) -> Self {
        let body = entry.fact.body().unwrap_or_default();
        let words = if entry.seq == 1 {
            words::of(&format!("{number} {subject} {body}")).join(" ")
        } else {
            words::of(body).join(" ")
        };
        let (account, audience) = (account_mark(account.0), audience_mark(entry.audience));
        let marks = format!("={account} ={audience}");
        Self { marks, words }
    }
}

/// A document without its words, and the entry they come from.
struct Bare {
    id: i64,
    account: AccountId,
    number: CaseNumber,
    subject: String,
    entry: Entry,
}

impl FromRow for Bare {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            account: row.get("account_id")?,
            number: row.get("number")?,
            subject: row.get("subject")?,
            entry: Entry::from_row(row)?,
        })
    }
}

/// Whether words are found only after somebody took them in. FTS5 writes a segment of its index at
/// each commit, and puts small ones together again and again: what gathers for a moment is cheaper.
#[must_use]
pub fn waits_to_be_taken_in(tx: &Tx<'_>) -> bool {
    tx.choose(Either {
        sqlite: true,
        postgres: false,
    })
}

/// Documents whose words are not taken in yet, with their words.
#[derive(Debug)]
pub struct Gathered(Vec<(i64, Document)>);

impl Gathered {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The last document that has its words; those after it have none.
async fn last_taken_in(tx: &mut Tx<'_>) -> Result<i64, Error> {
    if waits_to_be_taken_in(tx) {
        Ok(tx.opt(tx.choose(LAST), &[]).await?.unwrap_or(0))
    } else {
        Ok(i64::MAX)
    }
}

/// The oldest documents that have no words yet, some hundred of them.
///
/// # Errors
/// Whatever the database says.
pub async fn gather(tx: &mut Tx<'_>) -> Result<Gathered, Error> {
    system::reach(tx);
    let last: i64 = tx.opt(tx.choose(LAST), &[]).await?.unwrap_or(0);
    let bare: Vec<Bare> = tx
        .all(
            sql!(
                "SELECT d.id, d.account_id, c.number, c.subject, e.seq, e.at, e.actor_id, e.side,
                     e.partner_id, e.audience, e.fact
                 FROM search_documents d
                 JOIN cases c ON c.account_id = d.account_id AND c.id = d.case_id
                 JOIN entries e ON e.account_id = d.account_id AND e.case_id = d.case_id
                     AND e.seq = d.seq
                 WHERE d.id > $1 ORDER BY d.id LIMIT $2"
            ),
            &[last.into(), GATHERED.into()],
        )
        .await?;
    let of = |one: &Bare| Document::of(one.account, one.number, &one.subject, &one.entry);
    Ok(Gathered(bare.iter().map(|one| (one.id, of(one))).collect()))
}

/// Takes in the words of what was gathered. Whoever gathers takes in before somebody else gathers,
/// or the same would be taken in twice.
///
/// # Errors
/// Whatever the database says.
pub async fn take_in(tx: &mut Tx<'_>, gathered: &Gathered) -> Result<(), Error> {
    system::reach(tx);
    for (id, document) in &gathered.0 {
        insert(tx, *id, document).await?;
    }
    Ok(())
}

async fn insert(tx: &mut Tx<'_>, id: i64, document: &Document) -> Result<(), Error> {
    let (marks, words) = (document.marks.as_str(), document.words.as_str());
    tx.send_last(tx.choose(INSERT), &[id.into(), marks.into(), words.into()])
        .await
}

/// A document, on PostgreSQL with its words: there ids are not in the order of their commits.
const ADD: Either<Sql> = Either {
    sqlite: sql!("INSERT INTO search_documents (account_id, case_id, seq) VALUES ($1, $2, $3)"),
    postgres: sql!(
        "WITH document AS (INSERT INTO search_documents (account_id, case_id, seq)
                           VALUES ($1, $2, $3) RETURNING id)
         INSERT INTO search_words (id, words)
         SELECT id, array_to_tsvector(array_remove(
             string_to_array(CAST($4 AS text) || ' ' || CAST($5 AS text), ' '), ''))
         FROM document"
    ),
};

const LAST: Either<Sql> = Either {
    sqlite: sql!("SELECT rowid FROM search_words ORDER BY rowid DESC LIMIT 1"),
    postgres: sql!("SELECT id FROM search_words ORDER BY id DESC LIMIT 1"),
};

/// A mark is a word that no text can hold, since it begins with `=`; FTS5 reads over that. Its rows
/// come last, since at a savepoint, too, it writes a segment.
const INSERT: Either<Sql> = Either {
    sqlite: sql!("INSERT INTO search_words (rowid, marks, words) VALUES ($1, $2, $3)"),
    postgres: sql!(
        "INSERT INTO search_words (id, words) VALUES ($1, array_to_tsvector(array_remove(
             string_to_array(CAST($2 AS text) || ' ' || CAST($3 AS text), ' '), '')))"
    ),
};

const FORGET: Either<Sql> = Either {
    sqlite: sql!("DELETE FROM search_words WHERE rowid = $1"),
    postgres: sql!("DELETE FROM search_words WHERE id = $1"),
};

const FIND: Either<Sql> = Either {
    sqlite: found!(
        "SELECT w.rowid FROM search_words w WHERE search_words MATCH ",
        "$6",
        "$12",
        "$21",
        " ORDER BY w.rowid DESC LIMIT 500"
    ),
    postgres: found!(
        "SELECT w.id FROM search_words w WHERE w.words @@ CAST(CAST(",
        "$6",
        "$12",
        "$21",
        " AS text) AS tsquery) ORDER BY w.id DESC LIMIT 500"
    ),
};

/// A mark no document has: a part of the search that finds nothing.
const NOTHING: &str = "nothing";

/// What the documents looked for are marked with.
#[derive(Debug, Clone, Default)]
struct Marked {
    with: Vec<String>,
    without: Option<&'static str>,
}

impl Marked {
    fn with(mark: impl Into<String>) -> Self {
        Self {
            with: vec![mark.into()],
            without: None,
        }
    }

    fn of_account(mut self, account: Option<AccountId>) -> Self {
        self.with
            .extend(account.map(|account| account_mark(account.0)));
        self
    }
}

/// The cases a grant reaches in which all words of a query stand in one entry that its holder
/// sees, the latest first.
///
/// The last word may be a beginning. A query without words finds nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, grant: &Grant, query: &str) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope());
    let scope = grant.scope();
    let words: Vec<String> = words::of(query).into_iter().take(WORDS).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let account = scope.account();
    let of_kinds = if scope.sees_internal() {
        Marked {
            with: Vec::new(),
            without: Some(audience_mark(Audience::Customer)),
        }
    } else {
        Marked::with(audience_mark(Audience::Public))
    };
    let of_own = if has_own(tx, scope).await? {
        Marked::with(audience_mark(Audience::Public))
    } else {
        Marked::with(NOTHING)
    };
    let has_colleagues =
        !scope.colleague_kinds().is_empty() || !scope.own_colleague_kinds().is_empty();
    let of_colleagues = Marked::with(if has_colleagues {
        audience_mark(Audience::Customer)
    } else {
        NOTHING
    });
    let queries = [of_kinds, of_own, of_colleagues].map(|marked| {
        let marked = marked.of_account(account);
        tx.choose(Either {
            sqlite: fts5_query(&marked, &words),
            postgres: tsquery(&marked, &words),
        })
    });
    let limit = i64::try_from(HITS).unwrap_or(i64::MAX);
    let [of_kinds, of_own, of_colleagues] = &queries;
    let mut values: Vec<V<'_>> = vec![account.map(|account| account.0).into()];
    values.extend(kinds(scope.kinds()));
    values.push(of_kinds.as_str().into());
    values.push(scope.person().into());
    values.extend(kinds(scope.own_kinds()));
    values.push(of_own.as_str().into());
    values.extend(kinds(scope.colleague_kinds()));
    values.extend(kinds(scope.own_colleague_kinds()));
    values.push(of_colleagues.as_str().into());
    values.push(scope.limited_partner().into());
    values.push(limit.into());
    tx.all(tx.choose(FIND), &values).await
}

/// Whether there may be cases in reach that are one's own only. Few of the vendor's people take
/// part in cases of other desks, and a second look into the index is spared the others.
async fn has_own(tx: &mut Tx<'_>, scope: &Scope) -> Result<bool, Error> {
    if scope.own_kinds().is_empty() {
        return Ok(false);
    }
    match scope.account() {
        Some(_) => Ok(true),
        None => participants::takes_part_anywhere(tx, scope.person(), None).await,
    }
}

/// Marks and words, the last one a beginning, as FTS5 asks for them.
fn fts5_query(marked: &Marked, words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let with: String = marked
        .with
        .iter()
        .map(|mark| format!("marks : {mark} AND "))
        .collect();
    let without = marked
        .without
        .map_or_else(String::new, |mark| format!(" NOT marks : {mark}"));
    format!("{with}words : ({}*){without}", words.join(" AND "))
}

/// The same for PostgreSQL.
fn tsquery(marked: &Marked, words: &[String]) -> String {
    let without = marked.without.iter().map(|mark| format!("!'={mark}'"));
    let with = marked.with.iter().map(|mark| format!("'={mark}'"));
    let words = words.iter().map(|word| format!("'{word}'"));
    let all: Vec<String> = without.chain(with).chain(words).collect();
    format!("{}:*", all.join(" & "))
}

/// What only documents of this account are marked with.
fn account_mark(account: Uuid) -> String {
    format!("account{}", account.simple())
}

const fn audience_mark(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Vendor => "internal",
        Audience::Customer => "colleagues",
    }
}
