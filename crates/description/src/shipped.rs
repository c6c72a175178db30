//! The editions and regions that come with the program, and the first line's categories.

use std::sync::OnceLock;

use mainstay_domain::edition::Edition;
use mainstay_domain::internal::Checklist;
use mainstay_domain::region::Region;

use crate::{parse_edition, parse_first_line, parse_region};

macro_rules! files {
    ($folder:literal: $($name:literal),+ $(,)?) => {
        &[$((
            concat!($folder, "/", $name, ".toml"),
            include_str!(concat!("../../../", $folder, "/", $name, ".toml")),
        )),+]
    };
}

/// The shipped editions, the oldest first: file name and text.
pub const EDITIONS: &[(&str, &str)] = files!("editions": "2014-05-16", "2019-05-07");

/// The shipped regions: file name and text.
pub const REGIONS: &[(&str, &str)] = files!(
    "regions": "ae", "au-lord-howe", "au-sydney", "br", "ca", "de", "dk", "gb", "ie", "in", "it",
    "jp", "np", "nz", "us-east", "us-west",
);

/// What the first line deals with, and what to check first (S16): file name and text.
pub const FIRST_LINE: (&str, &str) = (
    "first-line/first-line.toml",
    include_str!("../../../first-line/first-line.toml"),
);

/// What the first line deals with, read once.
#[must_use]
pub fn first_line() -> &'static Checklist {
    static READ: OnceLock<Checklist> = OnceLock::new();
    READ.get_or_init(|| parse_first_line(FIRST_LINE.1).unwrap_or_default())
}

/// The shipped editions, the oldest first.
#[must_use]
pub fn editions() -> Vec<Edition> {
    EDITIONS
        .iter()
        .filter_map(|(_, text)| parse_edition(text).ok())
        .collect()
}

/// The shipped regions, by their codes.
#[must_use]
pub fn regions() -> Vec<Region> {
    REGIONS
        .iter()
        .filter_map(|(_, text)| parse_region(text).ok())
        .collect()
}
