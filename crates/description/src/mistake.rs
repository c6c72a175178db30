//! A mistake in a file: where it is, what it is, what to do about it.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// Bytes of the text something was read from.
pub(crate) type Span = Range<usize>;

/// Characters of a source line that a rendered mistake shows at most.
const SHOWN_WIDTH: usize = 100;

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// The character of the line, from 1.
    pub column: usize,
    /// How many characters of the line it concerns, at least 1.
    pub width: usize,
    /// What is wrong, as a sentence without its full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

impl Mistake {
    /// The mistake as people read it: the place, the source line with a caret, and the help.
    #[must_use]
    pub fn render(&self, path: &str, text: &str) -> String {
        let mut lines = vec![format!("{path}:{self}")];
        lines.extend(self.source_lines(text));
        lines.extend(self.hint.iter().map(|hint| format!("    help: {hint}")));
        lines.join("\n")
    }

    /// The source line and the carets under it; a long line is cut around the place.
    #[must_use]
    pub fn source_lines(&self, text: &str) -> Vec<String> {
        let Some(line) = text.lines().nth(self.line.saturating_sub(1)) else {
            return Vec::new();
        };
        let before = self.column.saturating_sub(1);
        let cut = if before + 20 > SHOWN_WIDTH {
            before.saturating_sub(SHOWN_WIDTH / 2)
        } else {
            0
        };
        let shown: String = line.chars().skip(cut).take(SHOWN_WIDTH).collect();
        if shown.trim().is_empty() {
            return Vec::new();
        }
        let blank = |sign: char| if sign == '\t' { '\t' } else { ' ' };
        let indent: String = shown.chars().take(before - cut).map(blank).collect();
        let room = shown.chars().count().saturating_sub(before - cut);
        let carets = "^".repeat(self.width.min(room).max(1));
        vec![format!("    {shown}"), format!("    {indent}{carets}")]
    }
}

/// The mistakes found so far in one text.
#[derive(Debug)]
pub(crate) struct Findings<'t> {
    text: &'t str,
    mistakes: Vec<Mistake>,
    broken_lines: BTreeSet<usize>,
}

impl<'t> Findings<'t> {
    /// Nothing found yet.
    pub(crate) const fn new(text: &'t str) -> Self {
        Self {
            text,
            mistakes: Vec::new(),
            broken_lines: BTreeSet::new(),
        }
    }

    /// Whether the text could be read as TOML throughout.
    pub(crate) fn is_whole(&self) -> bool {
        self.broken_lines.is_empty()
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// Notes a place that is no TOML.
    pub(crate) fn add_syntax(&mut self, span: &Span, message: String) {
        let mistake = self.locate(span, message, None);
        self.broken_lines.insert(mistake.line);
        self.mistakes.push(mistake);
    }

    /// Notes a mistake; on a line that is no TOML anyway it would only repeat that.
    pub(crate) fn add(
        &mut self,
        span: &Span,
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        let mistake = self.locate(span, message.into(), hint.into());
        if !self.broken_lines.contains(&mistake.line) {
            self.mistakes.push(mistake);
        }
    }

    /// The line a place is in, from 1.
    pub(crate) fn line_of(&self, span: &Span) -> usize {
        self.head(span.start).matches('\n').count() + 1
    }

    /// All mistakes in the order of the text.
    pub(crate) fn into_mistakes(mut self) -> Vec<Mistake> {
        self.mistakes.sort();
        self.mistakes.dedup();
        self.mistakes
    }

    fn head(&self, end: usize) -> &'t str {
        &self.text[..self.text.floor_char_boundary(end)]
    }

    fn locate(&self, span: &Span, message: String, hint: Option<String>) -> Mistake {
        let head = self.head(span.start);
        let line_start = head.rfind('\n').map_or(0, |index| index + 1);
        let end = self.text.floor_char_boundary(span.end).max(head.len());
        let first_line = self.text[head.len()..end]
            .lines()
            .next()
            .unwrap_or_default();
        Mistake {
            line: self.line_of(span),
            column: head[line_start..].chars().count() + 1,
            width: first_line.chars().count().max(1),
            message,
            hint,
        }
    }
}
