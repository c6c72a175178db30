//! Every visible text of the product, by key, in the reader's language.
//!
//! Texts live in `crates/web/locales/*.ftl` (Fluent). A page asks its viewer: `v.t("nav-queue")`,
//! or with values `v.t_args("case-files", &[("n", 3.into())])`. Plain messages are formatted once
//! at the first use of the catalogue, so `t` is a map look-up. A test scans the source for keys
//! that are missing here; write keys as literals inside `t("…")`, `t_args("…")` or [`text_key`]`("…")`.

use std::collections::HashMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use fluent_syntax::ast;
use unic_langid::{LanguageIdentifier, langid};

pub use fluent_bundle::FluentValue as Arg;

/// The English sources: one file per part of the product, so that writers don't collide.
const ENGLISH: &[&str] = &[
    include_str!("../locales/en.ftl"),
    include_str!("../locales/en.shell.ftl"),
    include_str!("../locales/en.portal.ftl"),
    include_str!("../locales/en.desk.ftl"),
    include_str!("../locales/en.public.ftl"),
    include_str!("../locales/en.api.ftl"),
    include_str!("../locales/en.access.ftl"),
    include_str!("../locales/en.internal.ftl"),
    include_str!("../locales/en.log.ftl"),
    include_str!("../locales/en.participants.ftl"),
    include_str!("../locales/en.people.ftl"),
    include_str!("../locales/en.vendor.ftl"),
    include_str!("../locales/en.security.ftl"),
    include_str!("../locales/en.providers.ftl"),
    include_str!("../locales/en.partners.ftl"),
    include_str!("../locales/en.confidential.ftl"),
    include_str!("../locales/en.publishing.ftl"),
    include_str!("../locales/en.moving.ftl"),
    include_str!("../locales/en.export.ftl"),
];

/// Marks a literal as a text key, so that the coverage test sees it. Returns it unchanged.
#[must_use]
pub const fn text_key(key: &'static str) -> &'static str {
    key
}

/// The texts of one language.
struct Catalogue {
    tag: &'static str,
    bundle: FluentBundle<FluentResource>,
    plain: HashMap<String, String>,
    /// Messages that only put values between words: most of those with values, and quicker to
    /// write out than to format.
    simple: HashMap<String, Vec<Piece>>,
    for_script: OnceLock<String>,
}

/// A part of a simple message.
enum Piece {
    Words(String),
    Value(String),
}

/// The parts of a message that only puts values between words.
fn pieces(pattern: &ast::Pattern<&str>) -> Option<Vec<Piece>> {
    let piece = |element: &ast::PatternElement<&str>| match element {
        ast::PatternElement::TextElement { value } => Some(Piece::Words((*value).to_owned())),
        ast::PatternElement::Placeable {
            expression: ast::Expression::Inline(ast::InlineExpression::VariableReference { id }),
        } => Some(Piece::Value(id.name.to_owned())),
        ast::PatternElement::Placeable { .. } => None,
    };
    pattern.elements.iter().map(piece).collect()
}

/// Writes a simple message out; `None` when a value was not given.
fn write_out(pieces: &[Piece], args: &[(&'static str, Arg<'_>)]) -> Option<String> {
    let mut text = String::with_capacity(64);
    for piece in pieces {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::Value(name) => match &args.iter().find(|(given, _)| given == name)?.1 {
                Arg::String(value) => text.push_str(value),
                Arg::Number(number) => text.push_str(&number.as_string()),
                _ => return None,
            },
        }
    }
    Some(text)
}

/// A handle on the texts in the language of one request. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Texts(&'static Catalogue);

impl Texts {
    /// The texts in the first of the wanted languages that we have; English when none.
    #[must_use]
    pub fn choose(_wanted: &[&str]) -> Self {
        Self::english()
    }

    /// The English texts.
    #[must_use]
    pub fn english() -> Self {
        static ENGLISH_TEXTS: OnceLock<Catalogue> = OnceLock::new();
        Self(ENGLISH_TEXTS.get_or_init(|| Catalogue::load("en", langid!("en"), ENGLISH)))
    }

    /// The language tag for `<html lang>`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        self.0.tag
    }

    /// A plain text. An unknown key reads as itself, and fails the coverage test.
    #[must_use]
    pub fn t(self, key: &'static str) -> &'static str {
        match self.0.plain.get(key) {
            Some(text) => text,
            None => {
                tracing::error!(key, "text key is missing or needs values");
                key
            }
        }
    }

    /// A text with values in it: `t_args("case-files", &[("n", 3.into())])`.
    #[must_use]
    pub fn t_args(self, key: &'static str, args: &[(&'static str, Arg<'_>)]) -> String {
        let simple = self.0.simple.get(key);
        if let Some(text) = simple.and_then(|pieces| write_out(pieces, args)) {
            return text;
        }
        let message = self
            .0
            .bundle
            .get_message(key)
            .and_then(|message| message.value());
        let Some(pattern) = message else {
            tracing::error!(key, "text key is missing");
            return key.to_owned();
        };
        let args: FluentArgs<'_> = args
            .iter()
            .map(|(name, value)| (*name, value.clone()))
            .collect();
        let mut errors = Vec::new();
        let text = self
            .0
            .bundle
            .format_pattern(pattern, Some(&args), &mut errors)
            .into_owned();
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "text has values that were not given");
        }
        text
    }

    /// Whether a key exists.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.0.bundle.has_message(key)
    }

    /// The few texts the script needs, as JSON for `<body data-words>`.
    #[must_use]
    pub fn for_script(self) -> &'static str {
        self.0
            .for_script
            .get_or_init(|| script_words(self).to_string())
    }
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Texts({})", self.0.tag)
    }
}

impl Catalogue {
    fn load(tag: &'static str, language: LanguageIdentifier, sources: &[&str]) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        bundle.set_use_isolating(false);
        let mut keys = Vec::new();
        let mut simple = HashMap::new();
        for source in sources {
            // A file with a mistake still yields its good messages; the tests refuse the mistake.
            let resource =
                FluentResource::try_new((*source).to_owned()).unwrap_or_else(|bad| bad.0);
            keys.extend(message_keys(source));
            for entry in resource.entries() {
                if let ast::Entry::Message(message) = entry
                    && let Some(pieces) = message.value.as_ref().and_then(pieces)
                {
                    simple.insert(message.id.name.to_owned(), pieces);
                }
            }
            bundle.add_resource_overriding(resource);
        }
        let mut plain = HashMap::with_capacity(keys.len());
        for key in keys {
            let mut errors = Vec::new();
            let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
                continue;
            };
            let text = bundle
                .format_pattern(pattern, None, &mut errors)
                .into_owned();
            if errors.is_empty() {
                plain.insert(key.to_owned(), text);
            }
        }
        Self {
            tag,
            bundle,
            plain,
            simple,
            for_script: OnceLock::new(),
        }
    }
}

/// The keys a Fluent source defines: words at the start of a line, before ` =`.
fn message_keys(source: &str) -> impl Iterator<Item = &str> {
    source.lines().filter_map(|line| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        let is_key = key.starts_with(|c: char| c.is_ascii_lowercase())
            && key
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        is_key.then_some(key)
    })
}

fn script_words(texts: Texts) -> serde_json::Value {
    let with = |key: &'static str, name: &'static str| {
        texts.t_args(key, &[(name, Arg::from(format!("{{{name}}}")))])
    };
    serde_json::json!({
        "d": texts.t("unit-day"),
        "h": texts.t("unit-hour"),
        "m": texts.t("unit-minute"),
        "s": texts.t("unit-second"),
        "in": with("time-in", "d"),
        "breached": with("time-breached-ago", "d"),
        "ok": texts.t("clock-on-track"),
        "risk": texts.t("clock-at-risk"),
        "late": texts.t("clock-breached"),
        "saved": with("draft-saved", "at"),
        "unsaved": texts.t("draft-not-saved"),
        "more": with("live-show-new", "n"),
        "offline": texts.t("live-offline"),
        "left": with("count-left", "n"),
        "over": with("count-over", "n"),
        "sending": texts.t("form-sending"),
        "failed": texts.t("form-send-failed"),
        "keys": texts.t("keys-title"),
        "keysOn": texts.t("keys-on"),
        "close": texts.t("action-close"),
        "then": texts.t("keys-then"),
        "search": texts.t("search-label"),
        "next": texts.t("keys-next"),
        "select": texts.t("keys-select"),
        "open": texts.t("keys-open"),
        "send": texts.t("keys-send"),
        "leave": texts.t("keys-leave"),
        "help": texts.t("keys-help"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    fn rust_sources(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                rust_sources(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                found.push((
                    path.display().to_string(),
                    fs::read_to_string(&path).unwrap(),
                ));
            }
        }
    }

    /// The literals inside `t("…")`, `t_args("…")` and `text_key("…")`.
    fn used_keys(source: &str) -> Vec<String> {
        let code = source
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let squeezed: String = code
            .flat_map(str::split_whitespace)
            .collect::<Vec<_>>()
            .join(" ");
        let squeezed = squeezed.replace("( \"", "(\"");
        ["t(\"", "t_args(\"", "text_key(\""]
            .iter()
            .flat_map(|call| squeezed.match_indices(call).collect::<Vec<_>>())
            .filter(|(at, _)| {
                !squeezed[..*at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
            })
            .filter_map(|(at, call)| {
                let rest = &squeezed[at + call.len()..];
                rest.split_once('"').map(|(key, _)| key.to_owned())
            })
            .collect()
    }

    #[test]
    fn every_key_in_the_source_has_a_text() {
        let mut sources = Vec::new();
        rust_sources(
            Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
            &mut sources,
        );
        let texts = Texts::english();
        let mut missing = Vec::new();
        for (path, source) in &sources {
            if path.ends_with("text_catalogue.rs") {
                continue;
            }
            for key in used_keys(source) {
                if !texts.has(&key) {
                    missing.push(format!("{path}: {key}"));
                }
            }
        }
        assert!(
            missing.is_empty(),
            "texts missing in locales/en*.ftl:\n{}",
            missing.join("\n")
        );
    }

    #[test]
    fn the_sources_are_well_formed_and_define_each_key_once() {
        let mut seen = std::collections::HashSet::new();
        for source in ENGLISH {
            if let Err((_, errors)) = FluentResource::try_new((*source).to_owned()) {
                panic!("{errors:?}");
            }
            for key in message_keys(source) {
                assert!(seen.insert(key), "{key} is defined twice");
            }
        }
    }

    #[test]
    fn plurals_and_values_read_as_people_say_them() {
        let texts = Texts::english();
        assert_eq!(
            texts.t_args("timeline-changes", &[("n", 1.into())]),
            "1 change"
        );
        assert_eq!(
            texts.t_args("timeline-changes", &[("n", 4.into())]),
            "4 changes"
        );
        assert_eq!(texts.t_args("time-in", &[("d", "2 h".into())]), "in 2 h");
        assert_eq!(texts.t("no-such-key"), "no-such-key");
        assert!(texts.for_script().contains("\"in\":\"in {d}\""));
    }
}
