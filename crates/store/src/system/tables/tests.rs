//! The list against the schema, rows there and back, lines there and back.

use std::collections::BTreeMap;

use super::*;
use crate::db::{Db, Options};
use crate::{MIGRATIONS, search};

fn fresh() -> (tempfile::TempDir, Db) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(folder.path().join("a.sqlite"), Options::new(MIGRATIONS)).unwrap();
    (folder, db)
}

/// The tables of the migrations with the words of their columns; what only one engine has is left
/// out.
fn written() -> BTreeMap<String, BTreeMap<String, String>> {
    let mut tables = BTreeMap::<String, BTreeMap<String, String>>::new();
    let (mut table, mut is_common) = (None, true);
    for line in MIGRATIONS.iter().flat_map(|step| step.sql.lines()) {
        let line = line.trim().trim_end_matches([',', ';']);
        if let Some(mark) = line.strip_prefix("--@") {
            is_common = mark.trim() == "both";
        }
        let words: Vec<_> = line.split_whitespace().collect();
        let name = |word: &str| word.trim_matches('"').to_owned();
        match words.as_slice() {
            _ if !is_common => {}
            ["CREATE", "TABLE", one, ..] => table = Some(name(one)),
            ["DROP", "TABLE", one] => drop(tables.remove(*one)),
            ["ALTER", "TABLE", one, "ADD", "COLUMN", column, kind, ..] => {
                let columns = tables.entry(name(one)).or_default();
                columns.insert(name(column), (*kind).to_owned());
            }
            [")", ..] => table = None,
            [column, kind, ..] if !matches!(*column, "PRIMARY" | "FOREIGN" | "UNIQUE" | "--") => {
                if let Some(table) = &table {
                    let columns = tables.entry(table.clone()).or_default();
                    columns.insert(name(column), (*kind).to_owned());
                }
            }
            _ => {}
        }
    }
    tables
}

#[test]
fn every_table_of_the_schema_is_carried_with_every_column() {
    let listed: BTreeMap<_, BTreeMap<_, _>> = TABLES
        .iter()
        .map(|table| {
            let columns = table.columns.iter();
            let columns =
                columns.map(|column| (column.name.to_owned(), column.kind.code().to_owned()));
            (table.name.to_owned(), columns.collect())
        })
        .collect();
    assert_eq!(
        listed,
        written(),
        "a migration changed the schema: change system/tables/list.rs in the same way"
    );
}

/// Name, whether it must be given, and its place in the key, as the database tells them.
async fn told_columns(db: &Db, table: &str) -> Vec<(String, bool, i64)> {
    let told = async |tx: &mut Tx<'_>| {
        let sql = "SELECT name, \"notnull\", pk FROM pragma_table_info(?1)";
        let mut statement = tx.connection().prepare(sql).unwrap();
        let column = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let columns = statement.query_map([table], column).unwrap();
        Ok::<_, Error>(columns.collect::<Result<_, _>>().unwrap())
    };
    db.read(told).await.unwrap()
}

#[tokio::test]
async fn nulls_and_keys_are_those_of_the_database() {
    let (_folder, db) = fresh();
    for table in TABLES {
        let told = told_columns(&db, table.name).await;
        let mut key: Vec<_> = told.iter().filter(|(_, _, place)| *place > 0).collect();
        key.sort_by_key(|(_, _, place)| *place);
        let key: Vec<_> = key.iter().map(|(name, _, _)| name.as_str()).collect();
        assert_eq!(key, table.key, "{}", table.name);
        for column in table.columns {
            let (_, is_required, place) = told
                .iter()
                .find(|(name, _, _)| name == column.name)
                .expect("a column of the database");
            let may_be_null = !is_required && *place == 0;
            assert_eq!(
                may_be_null, column.may_be_null,
                "{} {}",
                table.name, column.name
            );
        }
    }
}

#[tokio::test]
async fn every_statement_is_understood() {
    let (_folder, db) = fresh();
    for table in TABLES {
        let of = statements(table).unwrap().sqlite;
        let inserts = of.inserts.map(|(_, insert)| insert);
        for sql in [of.first_page, of.next_page, of.count]
            .into_iter()
            .chain(inserts)
        {
            db.read::<_, Error, _>(async |tx| tx.prepare(sql).await)
                .await
                .unwrap();
        }
    }
}

/// A row that differs from others of its table by a number.
fn row(table: &Table, number: u8) -> Vec<Field> {
    let field = |column: &Column| match column.kind {
        Kind::Uuid => Field::Uuid(Uuid::from_u128(number.into())),
        Kind::Whole | Kind::Running => Field::Whole(number.into()),
        Kind::Truth => Field::Truth(number % 2 == 1),
        _ if column.may_be_null => Field::Null,
        Kind::Text => Field::Text(format!("\"Grüße\"\n\u{1} {number:02}")),
        Kind::Bytes => Field::Bytes(vec![0, 255, number]),
    };
    table.columns.iter().map(field).collect()
}

#[tokio::test]
async fn rows_come_back_in_the_order_of_their_keys_page_by_page() {
    let (_folder, db) = fresh();
    assert!(
        db.read::<_, Error, _>(async |tx| are_empty(tx).await)
            .await
            .unwrap()
    );
    for table in TABLES {
        let rows: Vec<_> = (1..=75).map(|number| row(table, number)).collect();
        let backwards: Vec<_> = rows.iter().rev().cloned().collect();
        db.write::<_, Error, _>(async move |tx| insert(tx, table, &backwards).await)
            .await
            .unwrap();
        let first = async |tx: &mut Tx<'_>| page(tx, table, None, 2).await;
        let first = db.read::<_, Error, _>(first).await.unwrap();
        assert_eq!(first, rows[..2], "{}", table.name);
        let rest = async |tx: &mut Tx<'_>| page(tx, table, Some(&rows[1]), 99).await;
        let rest = db.read::<_, Error, _>(rest).await.unwrap();
        assert_eq!(rest, rows[2..], "{}", table.name);
    }
    assert!(
        !db.read::<_, Error, _>(async |tx| are_empty(tx).await)
            .await
            .unwrap()
    );
}

#[test]
fn lines_are_read_as_they_were_written() {
    for table in TABLES {
        let row = row(table, 7);
        let line = table.line(&row);
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        assert_eq!(table.parse(line.as_bytes()), Ok(row));
        let schema: serde_json::Value = serde_json::from_str(&table.json_schema()).unwrap();
        assert_eq!(
            schema["required"].as_array().unwrap().len(),
            table.columns.len()
        );
    }
}

#[test]
fn a_line_of_something_else_is_named() {
    let settings = find("settings").unwrap();
    let said = |line: &str| settings.parse(line.as_bytes()).unwrap_err().to_string();
    assert_eq!(said(r#"{"name":"a"}"#), "it has no `value`");
    assert_eq!(said(r#"{"name":"a","value":7}"#), "`value` is no text");
    assert_eq!(said(r#"{"name":"a","value":null}"#), "`value` is no text");
    assert_eq!(
        said(r#"{"name":"a","value":"b","x":1}"#),
        "the table has no column `x`"
    );
    assert!(
        said("[1").starts_with("it is no JSON object"),
        "{}",
        said("[1")
    );
}

#[tokio::test]
async fn from_nothing_no_words_are_gathered() {
    let (_folder, db) = fresh();
    let gathered = db.read::<_, Error, _>(async |tx| search::gather(tx).await);
    assert!(gathered.await.unwrap().is_empty());
}
