//! What people write, made safe: Markdown and HTML mail to sanitised HTML.
//!
//! Everything a person or a mail sent goes through here before it reaches a page. The allow-list is
//! the defence, the Markdown options are not.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use ammonia::{Builder, UrlRelative};
use comrak::{Options, markdown_to_html};
use maud::{Markup, PreEscaped, html};

/// Markdown as people write replies in: tables, links found by themselves, strike-through, task
/// lists, and a line break where they broke the line.
#[must_use]
pub fn markdown(source: &str) -> Markup {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.render.hardbreaks = true;
    let dirty = markdown_to_html(source, &options);
    html! { div.prose dir="auto" { (PreEscaped(safe(&dirty))) } }
}

/// HTML from a mail, on its own light paper in the dark theme too.
#[must_use]
pub fn mail_html(source: &str) -> Markup {
    html! { div.prose.paper dir="auto" { (PreEscaped(safe(source))) } }
}

/// Plain text with its line breaks.
#[must_use]
pub fn plain(source: &str) -> Markup {
    html! { div.prose.pre dir="auto" { (source) } }
}

/// Sanitised; the boxes of task lists become characters, so that nothing in it can be focused but
/// links.
fn safe(dirty: &str) -> String {
    let clean = strict().clean(dirty).to_string();
    let mut parts = clean.split("<input");
    let mut html = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (attributes, rest) = part.split_once('>').unwrap_or((part, ""));
        html.push_str(if attributes.contains("checked=") {
            "☑"
        } else {
            "☐"
        });
        html.push_str(rest);
    }
    html
}

fn strict() -> &'static Builder<'static> {
    static STRICT: OnceLock<Builder<'static>> = OnceLock::new();
    STRICT.get_or_init(|| {
        let tags = [
            "a",
            "b",
            "blockquote",
            "br",
            "code",
            "del",
            "div",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "input",
            "kbd",
            "li",
            "ol",
            "p",
            "pre",
            "s",
            "span",
            "strong",
            "sub",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "tr",
            "u",
            "ul",
        ];
        let attributes: HashMap<&str, HashSet<&str>> = HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("ol", HashSet::from(["start"])),
            ("td", HashSet::from(["align", "colspan", "rowspan"])),
            (
                "th",
                HashSet::from(["align", "colspan", "rowspan", "scope"]),
            ),
        ]);
        // A task list's box, and only that; `safe` then writes it as a character.
        let box_values = HashMap::from([
            ("type", HashSet::from(["checkbox"])),
            ("checked", HashSet::from([""])),
        ]);
        let mut builder = Builder::empty();
        builder
            .tags(HashSet::from(tags))
            .clean_content_tags(HashSet::from([
                "script", "style", "title", "template", "noscript",
            ]))
            .tag_attributes(attributes)
            .tag_attribute_values(HashMap::from([("input", box_values)]))
            .generic_attributes(HashSet::from(["dir", "lang"]))
            .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
            .url_relative(UrlRelative::Deny)
            .link_rel(Some("noopener nofollow ugc"));
        builder
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str) -> String {
        markdown(source).into_string()
    }

    #[test]
    fn people_get_the_markdown_they_expect() {
        let html = shown(
            "**bold** ~~gone~~\nnext line\n\n- [x] done\n- [ ] open\n\n| a | b |\n|--:|---|\n| 1 | 2 |",
        );
        assert!(html.contains("<strong>bold</strong>"), "{html}");
        assert!(html.contains("<del>gone</del><br>"), "{html}");
        assert!(html.contains("☑ done") && html.contains("☐ open"), "{html}");
        assert!(html.contains("align=\"right\""), "{html}");
        let html = shown("see https://example.com/a?b=1&c=2 and <me@example.com>");
        assert!(
            html.contains("href=\"https://example.com/a?b=1&amp;c=2\""),
            "{html}"
        );
        assert!(html.contains("rel=\"noopener nofollow ugc\""), "{html}");
        assert!(html.contains("mailto:me@example.com"), "{html}");
    }

    #[test]
    fn there_is_nothing_to_type_into() {
        let dirty = "<input type=password name=p><input type=text autofocus onfocus=x()><textarea>";
        let html = mail_html(dirty).into_string();
        assert!(
            !html.contains("<input") && !html.contains("<textarea"),
            "{html}"
        );
        assert!(
            !html.contains("password") && !html.contains("onfocus"),
            "{html}"
        );
    }

    #[test]
    fn attempts_at_script_come_out_harmless() {
        let attempts = [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "![x](https://tracker.example/pixel.gif)",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java\nscript:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](vbscript:msgbox)",
            "<javascript:alert(1)>",
            "<a href=\"javascript:alert(1)\" onclick=\"alert(1)\">x</a>",
            "<svg><script>alert(1)</script></svg>",
            "<svg/onload=alert(1)>",
            "<math><mtext></mtext><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
            "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
            "<style>body{background:url(https://x.example)}</style>",
            "<p style=\"position:fixed;inset:0\">x</p>",
            "<form action=https://evil.example><button>x</button></form>",
            "<base href=https://evil.example>",
            "<meta http-equiv=refresh content=0;url=https://evil.example>",
            "<object data=x></object><embed src=x>",
            "<template><script>alert(1)</script></template>",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "<p id=content class=btn data-key=e data-live-topic=x>x</p>",
            "`<script>`\n\n```\n<img onerror=alert(1)>\n```",
        ];
        for source in attempts {
            for html in [
                markdown(source).into_string(),
                mail_html(source).into_string(),
            ] {
                let inside = html
                    .split_once('>')
                    .map_or("", |(_, rest)| rest)
                    .to_lowercase();
                for bad in [
                    "<script",
                    "<img",
                    "<svg",
                    "<iframe",
                    "<style",
                    "<form",
                    "<button",
                    "<base",
                    "<meta",
                    "<object",
                    "<embed",
                    "<template",
                    "<math",
                    "href=\"javascript",
                    "href=\"data",
                    "href=\"vbscript",
                    " style=",
                    " id=",
                    " class=",
                    "data-key",
                    "data-live",
                    "<noscript",
                    "<title",
                ] {
                    assert!(!inside.contains(bad), "{source:?} gave {html}");
                }
                let in_tags = inside
                    .split('<')
                    .skip(1)
                    .filter_map(|tag| tag.split('>').next());
                for tag in in_tags {
                    assert!(!tag.contains(" on"), "{source:?} gave {html}");
                }
            }
        }
    }

    #[test]
    fn links_into_our_own_pages_are_not_theirs_to_write() {
        assert!(!shown("[pay](/theme)").contains("href"));
        assert!(!shown("[pay](//evil.example)").contains("href"));
    }
}
