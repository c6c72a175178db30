//! The tables as text files, read.

use mainstay_domain::access::{Relation, Role, Stand};

/// The cells of the rows of a text's tables, heads apart.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines()
        .filter(|line| line.starts_with('|') && !line.starts_with("|---"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .filter(|cells: &Vec<&str>| !matches!(cells[0], "Action" | "Side"))
}

/// The lines of the matrix: what is done, and a cell for every role.
pub fn matrix() -> Vec<(&'static str, Vec<&'static str>)> {
    rows(include_str!("matrix.txt"))
        .map(|cells| (cells[0], cells[1..].to_vec()))
        .inspect(|(line, cells)| assert_eq!(cells.len(), Role::ALL.len(), "{line}"))
        .collect()
}

/// What something comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comes {
    Denied,
    Metadata,
    Allowed,
}

/// How a letter reads for somebody of a side in a relation: the sign of `relations.txt`.
pub fn sign(stand: Stand, letter: &str, relation: Relation) -> &'static str {
    let side = match stand {
        Stand::Vendor => "vendor",
        Stand::Account => "account",
        Stand::Partner => "partner",
        Stand::Public => "public",
    };
    let column = Relation::ALL.iter().position(|one| *one == relation);
    let column = 2 + column.expect("a relation of the table");
    rows(include_str!("relations.txt"))
        .find(|cells| cells[..2] == [side, letter])
        .map(|cells| cells[column])
        .unwrap_or_else(|| panic!("no line for {letter} of the {side}"))
}

/// The letter of a cell, its conditions and footnotes apart; nothing where it is denied.
pub fn letter(cell: &str) -> Option<&'static str> {
    let bare: String = cell
        .chars()
        .filter(|sign| !"¹²³⁴⁵⁶⁷⁸`*".contains(*sign))
        .collect();
    Some(match bare.as_str() {
        "·" | "—" => return None,
        "d" | "d r" | "desk" | "desk lead" => "d",
        "a" | "all" | "draft" | "2" | "a/2" | "staff2" | "no, break-glass 2" => "a",
        "g" | "leave" => "g",
        "o" | "own upload" | "own tokens" => "o",
        "yes" | "public set" | "public page" => "yes",
        "t" => "t",
        "m" => "m",
        "r" => "r",
        _ => panic!("a cell without a meaning: {cell}"),
    })
}

/// Whether a cell holds only on conditions that can be missing.
pub fn is_conditional(cell: &str) -> bool {
    let bare = cell.replace("**no**", "");
    let has = |sign| bare.contains(sign);
    has('*') || has('¹') || has('⁶') || has('2') && !has('/') || cell == "desk lead"
}
