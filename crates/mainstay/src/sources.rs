//! Where editions and regions come from: a shipped one by its name, else a file.

use std::path::Path;

use anyhow::{anyhow, bail};
use mainstay_description::{Mistake, parse_edition, parse_region, shipped};
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;

use crate::known::unknown;

/// The text of a file.
///
/// # Errors
/// A sentence that names the file and why it cannot be read.
pub fn read(path: &str) -> anyhow::Result<String> {
    if Path::new(path).is_dir() {
        bail!("`{path}` is a folder; name the files in it");
    }
    let bytes = std::fs::read(path).map_err(|error| anyhow!("`{path}` cannot be read: {error}"))?;
    String::from_utf8(bytes).map_err(|_| anyhow!("`{path}` cannot be read: it is not UTF-8 text"))
}

/// A shipped edition by its id, else the edition in a file.
///
/// # Errors
/// A name that is neither, and a file with mistakes.
pub fn edition(name: &str) -> anyhow::Result<Edition> {
    let mut editions = shipped::editions();
    match editions.iter().position(|edition| edition.id == name) {
        Some(index) => Ok(editions.swap_remove(index)),
        None => {
            let ids: Vec<_> = editions.iter().map(|edition| edition.id.as_str()).collect();
            from_file("edition", name, &ids, parse_edition)
        }
    }
}

/// A shipped region by its code, else the region in a file.
///
/// # Errors
/// A name that is neither, and a file with mistakes.
pub fn region(name: &str) -> anyhow::Result<Region> {
    let mut regions = shipped::regions();
    match regions
        .iter()
        .position(|region| region.code.eq_ignore_ascii_case(name))
    {
        Some(index) => Ok(regions.swap_remove(index)),
        None => {
            let codes: Vec<_> = regions.iter().map(|region| region.code.as_str()).collect();
            from_file("region", name, &codes, parse_region)
        }
    }
}

/// Reads a file with one of the language's readers; `shipped` is what else could have been meant.
fn from_file<T>(
    noun: &str,
    name: &str,
    shipped: &[&str],
    parse: impl FnOnce(&str) -> Result<T, Vec<Mistake>>,
) -> anyhow::Result<T> {
    if !Path::new(name).exists() {
        return Err(unknown(
            &format!("there is no file and no shipped {noun}"),
            name,
            shipped,
        ));
    }
    let text = read(name)?;
    parse(&text).map_err(|mistakes| {
        let all: Vec<_> = mistakes
            .iter()
            .map(|mistake| mistake.render(name, &text))
            .collect();
        anyhow!(
            "`{name}` cannot be used because of its mistakes:\n{}",
            all.join("\n")
        )
    })
}
