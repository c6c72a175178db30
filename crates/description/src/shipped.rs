//! The editions and regions that come with the program.

use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;

use crate::{parse_edition, parse_region};

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
