//! Whatever is done to a file, reading it ends with a value or with mistakes, never with a panic.

use mainstay_description::{Mistake, check_files, parse_edition, parse_region, shipped};
use proptest::prelude::*;

fn files() -> impl Strategy<Value = &'static str> {
    let texts: Vec<_> = shipped::EDITIONS
        .iter()
        .chain(&shipped::REGIONS[..3])
        .map(|(_, text)| *text)
        .collect();
    prop::sample::select(texts)
}

/// One thing done to a text, at a place between its start (0) and its end (1).
#[derive(Debug, Clone)]
enum Mangling {
    Truncate(f64),
    Remove(f64, usize),
    Insert(f64, String),
    Swap(f64, f64),
}

fn manglings() -> impl Strategy<Value = Vec<Mangling>> {
    let place = 0.0..1.0f64;
    let piece = prop::sample::select(vec![
        "\"",
        "[",
        "]",
        "[[",
        "{",
        "}",
        "=",
        ",",
        "\n",
        "\0",
        "#",
        "'''",
        "\"\"\"",
        "é",
        "\t",
        "\r",
        "true",
        "-1",
        "9999999999999999999",
        "1979-05-27T07:32:00Z",
        "id = 3\n",
        "[edition]\n",
        "[[plan]]\n",
        "a.b.c = 1\n",
        "target = \"close of day 99999\"\n",
        "\u{202e}",
        "0x",
        "1e400",
    ])
    .prop_map(str::to_owned);
    let one = prop_oneof![
        1 => place.clone().prop_map(Mangling::Truncate),
        4 => (place.clone(), 1..40usize).prop_map(|(at, count)| Mangling::Remove(at, count)),
        6 => (place.clone(), prop_oneof![piece, ".{1,4}"]).prop_map(|(at, text)| Mangling::Insert(at, text)),
        2 => (place.clone(), place).prop_map(|(from, to)| Mangling::Swap(from, to)),
    ];
    prop::collection::vec(one, 1..6)
}

fn at(text: &str, place: f64) -> usize {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    let index = (text.len() as f64 * place) as usize;
    text.floor_char_boundary(index)
}

fn mangle(text: &str, mangling: &Mangling) -> String {
    match mangling {
        Mangling::Truncate(place) => text[..at(text, *place)].to_owned(),
        Mangling::Remove(place, count) => {
            let start = at(text, *place);
            let end = text.ceil_char_boundary(start + count);
            format!("{}{}", &text[..start], &text[end..])
        }
        Mangling::Insert(place, piece) => {
            let (head, tail) = text.split_at(at(text, *place));
            format!("{head}{piece}{tail}")
        }
        Mangling::Swap(from, to) => {
            let mut lines: Vec<_> = text.lines().collect();
            let line = |place: &f64| text[..at(text, *place)].matches('\n').count();
            let (from, to) = (line(from), line(to));
            if from.max(to) < lines.len() {
                lines.swap(from, to);
            }
            lines.join("\n")
        }
    }
}

fn check_places(text: &str, mistakes: &[Mistake]) {
    for mistake in mistakes {
        assert!(mistake.line >= 1 && mistake.line <= text.matches('\n').count() + 1);
        assert!(mistake.column >= 1 && mistake.width >= 1);
        assert!(!mistake.message.is_empty());
        assert!(!mistake.render("file.toml", text).is_empty());
    }
    assert!(
        mistakes.windows(2).all(|pair| pair[0] < pair[1]),
        "sorted, each once"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reading_never_panics(text in files(), manglings in manglings()) {
        let mangled = manglings.iter().fold(text.to_owned(), |text, one| mangle(&text, one));
        for found in [parse_edition(&mangled).err(), parse_region(&mangled).err()] {
            check_places(&mangled, &found.unwrap_or_default());
        }
        for (_, mistakes) in check_files(&[("a", mangled.as_str()), ("b", text)]) {
            prop_assert!(mistakes.len() < 100_000);
        }
    }

    #[test]
    fn any_text_can_be_read(text in "\\PC{0,200}") {
        check_places(&text, &parse_edition(&text).err().unwrap_or_default());
        check_places(&text, &parse_region(&text).err().unwrap_or_default());
    }
}
