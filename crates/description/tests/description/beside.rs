//! A text beside what is published: what is published stays, and what is new is added.

use mainstay_description::{
    Checked, Described, Sort, check_beside, parse_edition, parse_region, shipped,
};

const EDITION: &str = include_str!("small.toml");
const REGION: &str = include_str!("small-region.toml");

/// A text beside the two small files, as they are published.
fn check(text: &str) -> Checked {
    let edition = parse_edition(EDITION).expect("it is sound");
    let region = parse_region(REGION).expect("it is sound");
    check_beside(text, &[&edition], &[&region])
}

fn told(checked: &Checked) -> Vec<(usize, &str)> {
    let each = checked.mistakes.iter();
    each.map(|one| (one.line, one.message.as_str())).collect()
}

/// The next edition, one year later.
fn next() -> String {
    EDITION.replace("2030-01-01", "2031-01-01")
}

#[test]
fn a_new_edition_and_a_further_revision_are_sound() {
    let checked = check(&next());
    assert_eq!(told(&checked), []);
    assert_eq!(checked.sort, Some(Sort::Edition));
    assert_eq!(checked.name, "2031-01-01");
    assert!(matches!(checked.described, Some(Described::Edition(_))));
    let further = "\n[[revision]]\nnumber = 3\npublished_on = 2032-01-01\nsource = \"Plato\"\n\
                   weekly = [{ days = [\"tue\"], from = \"09:00\", to = \"17:00\" }]\n";
    let checked = check(&format!("{REGION}{further}"));
    assert_eq!(told(&checked), []);
    assert_eq!(
        (checked.sort, &*checked.name),
        (Some(Sort::Region), "atlantis")
    );
    assert!(matches!(checked.described, Some(Described::Region(_))));
    let other = check(&REGION.replace("atlantis", "lemuria"));
    assert_eq!(told(&other), []);
}

#[test]
fn a_published_edition_is_not_published_again_and_not_changed() {
    let same = check(EDITION);
    let words = "edition 2030-01-01 is published already, as it stands here";
    assert_eq!(told(&same), [(2, words)]);
    assert_eq!(same.described, None);
    let changed = check(&EDITION.replace("reopen_within_days = 7", "reopen_within_days = 8"));
    let words = "edition 2030-01-01 is published already, and promises were made under it";
    assert_eq!(told(&changed), [(2, words)]);
    let day = check(&EDITION.replacen("2030-01-01", "second", 1));
    let words = "edition 2030-01-01 is in force from 2030-01-01 on already";
    assert_eq!(told(&day), [(6, words)]);
}

#[test]
fn a_published_revision_stays_as_it_is() {
    let words = "region atlantis is published already, as it stands here";
    assert_eq!(told(&check(REGION)), [(2, words)]);
    let changed = check(&REGION.replace("to = \"17:00\"", "to = \"18:00\""));
    assert_eq!(
        told(&changed),
        [(8, "revision 1 is published and differs here")]
    );
    // Every revision is in its time zone.
    let moved = check(&REGION.replace("Europe/Athens", "Europe/Berlin"));
    let both = [
        (8, "revision 1 is published and differs here"),
        (22, "revision 2 is published and differs here"),
    ];
    assert_eq!(told(&moved), both);
    let (first, _) = REGION.split_once("\n[[revision]]\nnumber = 2").unwrap();
    let words = "revision 2 of region atlantis is published and missing here";
    assert_eq!(told(&check(first)), [(2, words)]);
}

#[test]
fn what_an_edition_refers_to_is_looked_for_among_what_is_published() {
    let elsewhere = check(&next().replace("region = \"atlantis\"", "region = \"atlantic\""));
    assert_eq!(told(&elsewhere), [(116, "there is no region `atlantic`")]);
    let left = format!(
        "{}\n[[succession]]\nedition = \"2030-01-01\"\nplan = \"two\"\nbecomes = \"one\"\n\
         note = \"It follows.\"\n",
        next()
    );
    let left = check(&left);
    let messages: Vec<&str> = told(&left).into_iter().map(|(_, words)| words).collect();
    assert!(
        messages.contains(&"edition 2030-01-01 has no plan `two`"),
        "{messages:?}"
    );
}

#[test]
fn a_text_with_mistakes_is_told_by_what_can_be_read_of_it() {
    let checked = check(&next().replace("title = \"Support\"", "title = 3"));
    assert_eq!(checked.sort, Some(Sort::Edition));
    assert_eq!(checked.name, "2031-01-01");
    assert_eq!(told(&checked), [(3, "`title` is a number")]);
    assert_eq!(checked.described, None);
    let nothing = check("");
    assert_eq!((nothing.sort, nothing.name.as_str()), (None, ""));
    assert_eq!(nothing.mistakes.len(), 1);
}

#[test]
fn what_is_shipped_stands_beside_what_is_shipped_before_it() {
    let (editions, regions) = (shipped::editions(), shipped::regions());
    let regions: Vec<_> = regions.iter().collect();
    let checked = check_beside(shipped::EDITIONS[1].1, &[&editions[0]], &regions);
    assert_eq!(told(&checked), []);
}
