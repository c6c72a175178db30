//! Rust sources as words, marks and string literals: as much as the register needs.

/// A token of Rust. Comments, numbers and single-quoted characters are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Mark(char),
    Text(String),
}

/// The tokens of a source, each with its line.
pub(super) fn tokens(source: &str) -> Vec<(Token, usize)> {
    let (mut found, mut rest) = (Vec::new(), source);
    while let Some(first) = rest.chars().next() {
        let line = source[..source.len() - rest.len()].matches('\n').count() + 1;
        let (token, length) = token(rest, first);
        found.extend(token.map(|token| (token, line)));
        rest = &rest[length..];
    }
    found
}

fn token(rest: &str, first: char) -> (Option<Token>, usize) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if rest.starts_with("//") {
        return (None, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (None, rest.find("*/").map_or(rest.len(), |end| end + 2));
    }
    if let Some(raw) = rest
        .strip_prefix('r')
        .filter(|raw| raw.starts_with(['"', '#']))
    {
        let hashes = &raw[..raw.find('"').unwrap_or(0)];
        if hashes.bytes().all(|byte| byte == b'#') {
            let body = &raw[hashes.len() + 1..];
            let end = body.find(&format!("\"{hashes}")).unwrap_or(body.len());
            let length = 1 + hashes.len() + 1 + end + 1 + hashes.len();
            return (Some(Token::Text(body[..end].into())), length);
        }
    }
    match first {
        '"' => quoted(rest),
        '\'' => (None, character(rest)),
        _ if is_word(first) => {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            (Some(Token::Word(rest[..length].into())), length)
        }
        _ if first.is_whitespace() => (None, first.len_utf8()),
        _ => (Some(Token::Mark(first)), first.len_utf8()),
    }
}

/// The length of `'x'` or `'\n'`; of the mark alone where it begins a lifetime.
fn character(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, _))) => rest[at + 1..].find('\'').map_or(1, |end| at + end + 2),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

fn quoted(rest: &str) -> (Option<Token>, usize) {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, next)) = chars.next() {
        match next {
            '"' => return (Some(Token::Text(text)), at + 1),
            '\\' => match chars.next().map(|(_, escaped)| escaped) {
                Some('n') => text.push('\n'),
                Some('t') => text.push('\t'),
                Some('\n') => while chars.next_if(|(_, next)| next.is_whitespace()).is_some() {},
                Some(same) => text.push(same), // \" and \\; others do not stand in SQL
                None => break,
            },
            other => text.push(other),
        }
    }
    (None, rest.len())
}
