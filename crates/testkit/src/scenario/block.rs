//! Finding the blocks that run.

use super::Trouble;

/// A scenario: its header and rows, with their lines.
pub struct Block<'a> {
    pub header: (usize, &'a str),
    pub rows: Vec<(usize, &'a str)>,
}

/// The blocks of a text. A fence with a language, other than `scenario`, is somebody else's.
pub fn blocks(text: &str) -> Vec<Result<Block<'_>, (usize, Trouble)>> {
    let mut found = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, start)) = lines.next() {
        let Some(language) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        let is_ours = matches!(language.trim(), "" | "scenario");
        let mut rows = Vec::new();
        let mut is_closed = false;
        for (line, number) in lines.by_ref() {
            if line.trim_start().starts_with("```") {
                is_closed = true;
                break;
            }
            let row = line.trim();
            if !row.is_empty() && !row.starts_with('#') {
                rows.push((number, row));
            }
        }
        if !is_closed {
            found.push(Err((
                start,
                Trouble::new("a closing fence", "the end of the file"),
            )));
        } else if is_ours {
            found.push(block(start, rows));
        }
    }
    found
}

fn block(start: usize, mut rows: Vec<(usize, &str)>) -> Result<Block<'_>, (usize, Trouble)> {
    if rows.len() < 2 {
        let trouble = Trouble::new("a header and at least one row", "an empty scenario");
        return Err((start, trouble));
    }
    let header = rows.remove(0);
    Ok(Block { header, rows })
}
