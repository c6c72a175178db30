//! Full-text search over the words of timelines.
//!
//! Every document is marked, apart from its words, with its account and its audience, and every
//! query of a customer asks for both: a hit never depends on what others wrote. Hits are ordered
//! by date and by nothing the rest of the corpus could move, and the vocabulary is shown to nobody.
//!
//! What a word is, is decided here for both engines: FTS5 and `tsvector` are given words, never
//! text.

mod words;

use mainstay_domain::access::Grant;
use mainstay_domain::case::{Audience, Case, Entry};
use uuid::Uuid;

use crate::db::{Either, Sql};
use crate::scope::scoped;
use crate::views::{CaseRow, case_rows};
use crate::{Error, Tx, reach, sql};

/// Most hits shown.
const HITS: usize = 50;
/// Most words of a query that are looked at.
const WORDS: usize = 8;

/// The cases of the documents that a text of one engine finds.
macro_rules! found {
    ($documents:literal) => {
        sql!(
            case_rows!(),
            "WHERE (c.account_id = $1 OR $1 IS NULL)
               AND (c.kind IN ($2, $3, $4, $5)
                    OR (c.kind IN ($6, $7, $8, $9) AND c.requester_id = $10))
               AND (c.account_id, c.id) IN (
                   SELECT d.account_id, d.case_id FROM search_documents d WHERE d.id IN (",
            $documents,
            "))
             ORDER BY c.updated_at DESC, c.id DESC LIMIT $12"
        )
    };
}

/// Takes in the words of an entry; an opening carries the subject's and the number.
pub(crate) async fn add(tx: &mut Tx<'_>, case: &Case, entry: &Entry) -> Result<(), Error> {
    let Some(body) = entry.fact.body().filter(|body| !body.is_empty()) else {
        return Ok(());
    };
    let text = if entry.seq == 1 {
        format!("{} {} {body}", case.number, case.subject)
    } else {
        body.to_owned()
    };
    let words = words::of(&text).join(" ");
    let (account, audience) = (account_mark(case.account.0), audience_mark(entry.audience));
    let id: i64 = tx
        .one(
            sql!(
                "INSERT INTO search_documents (account_id, case_id, seq) VALUES ($1, $2, $3)
                 RETURNING id"
            ),
            &[case.account.into(), case.id.into(), entry.seq.into()],
        )
        .await?;
    let marks = format!("={account} ={audience}");
    tx.exec(
        tx.choose(INSERT),
        &[id.into(), marks.as_str().into(), words.as_str().into()],
    )
    .await?;
    Ok(())
}

/// A mark is a word that no text can hold, since it begins with `=`; FTS5 reads over that.
const INSERT: Either<Sql> = Either {
    sqlite: sql!("INSERT INTO search_words (rowid, marks, words) VALUES ($1, $2, $3)"),
    postgres: sql!(
        "INSERT INTO search_words (id, words) VALUES ($1, array_to_tsvector(array_remove(
             string_to_array(CAST($2 AS text) || ' ' || CAST($3 AS text), ' '), '')))"
    ),
};

const FIND: Either<Sql> = Either {
    sqlite: found!(
        "SELECT w.rowid FROM search_words w WHERE search_words MATCH $11
         ORDER BY w.rowid DESC LIMIT 500"
    ),
    postgres: found!(
        "SELECT w.id FROM search_words w WHERE w.words @@ CAST(CAST($11 AS text) AS tsquery)
         ORDER BY w.id DESC LIMIT 500"
    ),
};

/// The cases a grant reaches in which all words of a query stand in one entry, the latest first.
///
/// The last word may be a beginning. A query without words finds nothing.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, grant: &Grant, query: &str) -> Result<Vec<CaseRow>, Error> {
    reach::scope(tx, grant.scope()).await?;
    let scope = grant.scope();
    let words: Vec<String> = words::of(query).into_iter().take(WORDS).collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut marks = Vec::new();
    if !scope.sees_internal() {
        marks.push(audience_mark(Audience::Public).to_owned());
    }
    if let Some(account) = scope.account() {
        marks.push(account_mark(account.0));
    }
    let query = tx.choose(Either {
        sqlite: fts5_query(&marks, &words),
        postgres: tsquery(&marks, &words),
    });
    let limit = i64::try_from(HITS).unwrap_or(i64::MAX);
    let values = scoped(scope, &[query.as_str().into(), limit.into()]);
    tx.all(tx.choose(FIND), &values).await
}

/// Marks and words, the last one a beginning, as FTS5 asks for them.
fn fts5_query(marks: &[String], words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let marks: String = marks
        .iter()
        .map(|mark| format!("marks : {mark} AND "))
        .collect();
    format!("{marks}words : ({}*)", words.join(" AND "))
}

/// The same for PostgreSQL.
fn tsquery(marks: &[String], words: &[String]) -> String {
    let marks = marks.iter().map(|mark| format!("'={mark}'"));
    let words = words.iter().map(|word| format!("'{word}'"));
    let all: Vec<String> = marks.chain(words).collect();
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
    }
}
