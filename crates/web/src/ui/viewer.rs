//! Who looks at the page: what every component needs to know about its reader.

use jiff::tz::TimeZone;
use mainstay_domain::Moment;

use crate::text_catalogue::{Arg, Texts};

/// Light or dark, or as the reader's system has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Follow the system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The value in forms, cookies and `<html data-theme>`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads what [`Theme::as_str`] wrote; anything else follows the system.
    #[must_use]
    pub fn read(text: &str) -> Self {
        match text {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }
}

/// The reader of one request: language, time zone, the request's one `now`, and theme.
#[derive(Debug, Clone)]
pub struct Viewer {
    /// The texts in the reader's language.
    pub texts: Texts,
    /// The zone absolute times are written in.
    pub zone: TimeZone,
    /// The instant of this request; relative times are measured from it.
    pub now: Moment,
    /// Light, dark, or the system's.
    pub theme: Theme,
    /// The form token of the reader's session; empty when none is needed.
    pub csrf: String,
    /// The address of this page, to come back to after switching the theme.
    pub here: String,
}

impl Viewer {
    /// An English reader in UTC following the system's theme; set the rest with struct update.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        Self {
            texts: Texts::english(),
            zone: TimeZone::UTC,
            now,
            theme: Theme::System,
            csrf: String::new(),
            here: String::from("/"),
        }
    }

    /// A plain text of the catalogue.
    #[must_use]
    pub fn t(&self, key: &'static str) -> &'static str {
        self.texts.t(key)
    }

    /// A text of the catalogue with values: `v.t_args("case-files", &[("n", 3.into())])`.
    #[must_use]
    pub fn t_args(&self, key: &'static str, args: &[(&'static str, Arg<'_>)]) -> String {
        self.texts.t_args(key, args)
    }
}
