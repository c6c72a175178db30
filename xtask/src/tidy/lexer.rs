//! Rust text taken apart: code, comments and literals of every line.

/// A line of a source file, its three parts apart.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Line {
    /// The code; a literal leaves its quotes.
    pub code: String,
    /// The comments, without their signs' meaning.
    pub comment: String,
    /// What stands in literals.
    pub literal: String,
}

/// Where the reader is.
#[derive(Clone, Copy)]
enum State {
    Code,
    LineComment,
    /// Block comments nest.
    BlockComment(usize),
    Text,
    /// How many hashes end it.
    RawText(usize),
}

/// Takes a Rust text apart.
pub fn lines(text: &str) -> Vec<Line> {
    let mut lexer = Lexer {
        rest: text,
        state: State::Code,
        lines: vec![Line::default()],
    };
    while let Some(next) = lexer.rest.chars().next() {
        lexer.step(next);
    }
    lexer.lines
}

struct Lexer<'t> {
    rest: &'t str,
    state: State,
    lines: Vec<Line>,
}

impl Lexer<'_> {
    /// Reads what begins with `next`.
    fn step(&mut self, next: char) {
        match self.state {
            State::Code => self.code(next),
            State::LineComment => {
                if next == '\n' {
                    self.state = State::Code;
                }
                self.take(1);
            }
            State::BlockComment(depth) => self.block_comment(depth),
            State::Text => match next {
                '\\' => self.take(2),
                '"' => self.close(1),
                _ => self.take(1),
            },
            State::RawText(hashes) => {
                let is_end = next == '"' && self.rest[1..].starts_with(&"#".repeat(hashes));
                if is_end {
                    self.close(1 + hashes)
                } else {
                    self.take(1)
                }
            }
        }
    }

    fn code(&mut self, next: char) {
        if self.rest.starts_with("//") {
            self.state = State::LineComment;
            self.take(2);
        } else if self.rest.starts_with("/*") {
            self.state = State::BlockComment(1);
            self.take(2);
        } else if next == '"' {
            self.take(1);
            self.state = State::Text;
        } else if let Some(hashes) = self.raw_text() {
            self.take(2 + hashes);
            self.state = State::RawText(hashes);
        } else if next == '\'' {
            let length = char_literal(self.rest);
            self.take(length);
        } else if next.is_alphanumeric() || next == '_' {
            let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
            self.take(
                self.rest
                    .chars()
                    .take_while(|&letter| is_word(letter))
                    .count(),
            );
        } else {
            self.take(1);
        }
    }

    /// The hashes of a raw text that begins here.
    fn raw_text(&self) -> Option<usize> {
        let after = self.rest.strip_prefix('r')?;
        let hashes = after.len() - after.trim_start_matches('#').len();
        after[hashes..].starts_with('"').then_some(hashes)
    }

    fn block_comment(&mut self, depth: usize) {
        if self.rest.starts_with("*/") {
            self.take(2);
            self.state = if depth == 1 {
                State::Code
            } else {
                State::BlockComment(depth - 1)
            };
        } else if self.rest.starts_with("/*") {
            self.take(2);
            self.state = State::BlockComment(depth + 1);
        } else {
            self.take(1);
        }
    }

    /// The closing signs of a literal, which are code.
    fn close(&mut self, count: usize) {
        self.state = State::Code;
        self.take(count);
    }

    /// Moves characters to the part they belong to.
    fn take(&mut self, count: usize) {
        for _ in 0..count {
            let Some(letter) = self.rest.chars().next() else {
                return;
            };
            self.rest = &self.rest[letter.len_utf8()..];
            if letter == '\n' {
                self.lines.push(Line::default());
                continue;
            }
            let Some(line) = self.lines.last_mut() else {
                return;
            };
            let part = match self.state {
                State::Code => &mut line.code,
                State::LineComment | State::BlockComment(_) => &mut line.comment,
                State::Text | State::RawText(_) => &mut line.literal,
            };
            part.push(letter);
        }
    }
}

/// The characters of a character literal, 1 when the sign begins a lifetime.
fn char_literal(text: &str) -> usize {
    let mut letters = text.chars().skip(1);
    match (letters.next(), letters.next()) {
        (Some('\\'), _) => {
            let end = text.chars().skip(3).position(|letter| letter == '\'');
            end.map_or(1, |end| end + 4)
        }
        (Some(_), Some('\'')) => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String, String) {
        let all = lines(text);
        let join = |part: fn(&Line) -> &str| all.iter().map(part).collect::<Vec<_>>().join("|");
        (
            join(|line| &line.code),
            join(|line| &line.comment),
            join(|line| &line.literal),
        )
    }

    #[test]
    fn code_comments_and_literals_are_told_apart() {
        let (code, comment, literal) = parts("let a = \"b // c\"; // d \"e\"\n/* f /* g */ h */ i");
        assert_eq!(code, "let a = \"\"; | i");
        assert_eq!(comment, "// d \"e\"|/* f /* g */ h */");
        assert_eq!(literal, "b // c|");
    }

    #[test]
    fn raw_texts_escapes_and_lifetimes_are_no_trap() {
        let (code, _, literal) = parts("r#\"a \"b\" c\"# 'x' '\"' '\\'' &'a str \"\\\"d\" e");
        assert_eq!(literal, "a \"b\" c\\\"d");
        assert_eq!(code, "r#\"\"# 'x' '\"' '\\'' &'a str \"\" e");
        assert_eq!(parts("for\"x\"").2, "x");
    }

    #[test]
    fn every_line_is_there() {
        assert_eq!(lines("a\n\"b\nc\"\n").len(), 4);
    }
}
