//! Every component in every state, with sample data: to look at, and to copy from.
//!
//! Sample words are written here in English and are no part of the text catalogue: only people who
//! build pages read them.

mod desk;
mod parts;
mod portal;
mod public;
mod queue;

use maud::{Markup, html};

use super::viewer::Viewer;

/// The names of the sample pages of [`sample`].
pub const SAMPLES: [&str; 9] = [
    "parts",
    "forms",
    "queue",
    "compact",
    "case",
    "home",
    "request",
    "description",
    "sign-in",
];

/// The style guide: every component in all states, and links to whole sample pages.
#[must_use]
pub fn page(v: &Viewer) -> Markup {
    parts::page(v)
}

/// A whole sample page by name; none for an unknown name.
#[must_use]
pub fn sample(v: &Viewer, name: &str) -> Option<Markup> {
    Some(match name {
        "parts" => parts::page(v),
        "forms" => portal::forms(v),
        "queue" => queue::page(v, false),
        "compact" => queue::page(v, true),
        "case" => desk::case(v),
        "home" => portal::home(v),
        "request" => portal::request(v),
        "description" => public::description(v),
        "sign-in" => public::sign_in(v),
        _ => return None,
    })
}

/// Links between the sample pages.
fn links() -> Markup {
    html! { p.row.small { @for name in SAMPLES { a href={ "/guide/" (name) } { (name) } } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_a_whole_page_with_unique_ids_and_no_inline_script_or_style() {
        let v = Viewer::new("2026-03-27T16:30:00Z".parse().unwrap());
        for name in SAMPLES {
            let html = sample(&v, name).unwrap().into_string();
            assert!(
                html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>"),
                "{name}"
            );
            assert_eq!(html.matches("<h1").count(), 1, "{name}");
            assert!(
                !html.contains(" style=") && !html.contains(" onclick="),
                "{name}"
            );
            let mut ids: Vec<&str> = html
                .split(" id=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .collect();
            ids.sort_unstable();
            let twice = ids.windows(2).find(|pair| pair[0] == pair[1]);
            assert_eq!(twice, None, "{name}");
        }
    }
}
