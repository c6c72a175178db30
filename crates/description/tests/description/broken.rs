//! Broken files and the mistakes they must have: all of them, each at its line.

use mainstay_description::{Mistake, check_files, parse_edition, parse_region};

const EDITION: &str = include_str!("small.toml");
const REGION: &str = include_str!("small-region.toml");

/// A sound file with something replaced, and every mistake it then has: line, message, hint.
struct Case {
    what: &'static str,
    changes: &'static [(&'static str, &'static str)],
    mistakes: &'static [(usize, &'static str, &'static str)],
}

fn replaced(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    })
}

fn tell(mistake: &Mistake) -> (usize, &str, &str) {
    (
        mistake.line,
        &mistake.message,
        mistake.hint.as_deref().unwrap_or_default(),
    )
}

fn told(mistakes: &[Mistake]) -> Vec<(usize, &str, &str)> {
    mistakes.iter().map(tell).collect()
}

fn check(cases: &[Case], text: &str, parse: impl Fn(&str) -> Vec<Mistake>) {
    assert_eq!(parse(text), []);
    for case in cases {
        let broken = replaced(text, case.changes);
        assert_eq!(told(&parse(&broken)), case.mistakes, "{}", case.what);
    }
}

#[test]
fn a_broken_edition_has_all_its_mistakes_named() {
    let cases = [
        Case {
            what: "unknown keys and wrong types, several at once",
            changes: &[
                (
                    "columns = [\"plain\", \"gold\"]\nseverity = \"A\"",
                    "colums = [\"plain\", \"gold\"]\nseverity = \"A\"",
                ),
                ("reopen_within_days = 7", "reopen_within_days = \"7\""),
                ("title = \"Support\"", "title = 3"),
                ("reason = \"Work goes on.\"", "reason = \"\""),
                ("name = \"Basic\"", "nam = \"Basic\""),
            ],
            mistakes: &[
                (3, "`title` is a number", "it must be a text in quotes"),
                (
                    7,
                    "`reopen_within_days` is a text",
                    "it must be a whole number",
                ),
                (12, "[[family]] has no key `nam`", "did you mean `name`?"),
                (47, "`reason` is empty", ""),
                (
                    77,
                    "[[objective]] has no key `colums`",
                    "did you mean `columns`?",
                ),
            ],
        },
        Case {
            what: "presets and administrator types there are not",
            changes: &[
                (
                    "administrator_preset = \"narrow\"",
                    "administrator_preset = \"wild\"",
                ),
                ("id = \"global\"", "id = \"Globel\""),
            ],
            mistakes: &[
                (
                    8,
                    "`administrator_preset` cannot be `wild`",
                    "write one of `wide` or `narrow`",
                ),
                (
                    111,
                    "there is no administrator type `Globel`",
                    "did you mean `global`?",
                ),
            ],
        },
        Case {
            what: "references with the nearest",
            changes: &[
                ("family = \"basic\"", "family = \"basik\""),
                ("column = \"plain\"", "column = \"plane\""),
                (
                    "columns = [\"plain\", \"gold\"]\nseverity = \"B\"",
                    "columns = [\"plain\", \"golt\"]\nseverity = \"b\"",
                ),
                ("footnotes = [\"note\"]", "footnotes = [\"nte\"]"),
                (
                    "kinds = [\"technical\", \"billing\"",
                    "kinds = [\"technicl\", \"billing\"",
                ),
                ("kind = \"billing\"", "kind = \"bill\""),
            ],
            mistakes: &[
                (22, "there is no footnote `nte`", "did you mean `note`?"),
                (27, "there is no family `basik`", "did you mean `basic`?"),
                (28, "there is no column `plane`", "did you mean `plain`?"),
                (
                    56,
                    "`kind` cannot be `bill`",
                    "write one of `technical`, `billing`, `subscription` or `pre-sales`",
                ),
                (84, "there is no column `golt`", "did you mean `gold`?"),
                (85, "there is no severity `b`", "did you mean `B`?"),
                (
                    113,
                    "`kinds` cannot be `technicl`",
                    "did you mean `technical`?",
                ),
            ],
        },
        Case {
            what: "missing cells",
            changes: &[
                (
                    "columns = [\"plain\", \"gold\"]\nseverity = \"B\"",
                    "columns = [\"plain\"]\nseverity = \"B\"",
                ),
                (
                    "columns = [\"plain\", \"gold\"]\nseverities = [\"A\", \"B\"]\nwindow",
                    "columns = [\"plain\", \"gold\"]\nseverities = [\"A\"]\nwindow",
                ),
                (
                    "cells = [{ columns = [\"plain\"], value = \"Yes\" }]",
                    "cells = [{ columns = [\"gold\"], value = \"Yes\" }]",
                ),
            ],
            mistakes: &[
                (
                    15,
                    "channel rights, online: column `plain`, severity `B` is missing",
                    "add a [[channel_right]] with medium = \"online\", columns = [\"plain\"], severities = [\"B\"]",
                ),
                (
                    19,
                    "channel rights, online: column `gold`, severity `B` is missing",
                    "add a [[channel_right]] with medium = \"online\", columns = [\"gold\"], severities = [\"B\"]",
                ),
                (
                    19,
                    "response table: column `gold`, severity `B` is missing",
                    "add an [[objective]] with columns = [\"gold\"], severity = \"B\"",
                ),
                (
                    120,
                    "feature `call`: column `plain` is missing",
                    "add a cell with columns = [\"plain\"]",
                ),
            ],
        },
        Case {
            what: "cells twice",
            changes: &[
                (
                    "columns = [\"plain\", \"gold\"]\nseverity = \"B\"",
                    "columns = [\"plain\", \"gold\", \"plain\"]\nseverity = \"B\"",
                ),
                (
                    "severities = [\"A\", \"B\"]\nincluded",
                    "severities = [\"A\", \"B\", \"A\"]\nincluded",
                ),
                (
                    "[{ columns = [\"plain\"], value = \"Yes\" }]",
                    "[{ columns = [\"plain\"], value = \"Yes\" }, { columns = [\"plain\"], value = \"No\" }]",
                ),
            ],
            mistakes: &[
                (
                    84,
                    "response table: column `plain`, severity `B` is there twice",
                    "the first is in line 84",
                ),
                (
                    99,
                    "channel rights, telephone: column `plain`, severity `A` is there twice",
                    "the first is in line 99",
                ),
                (
                    99,
                    "channel rights, telephone: column `gold`, severity `A` is there twice",
                    "the first is in line 99",
                ),
                (
                    122,
                    "feature `call`: column `plain` is there twice",
                    "the first is in line 122",
                ),
            ],
        },
        Case {
            what: "assessment leaves out",
            changes: &[
                (
                    "[[assessment]]\nseverity = \"B\"",
                    "[[assessment]]\nworkaround = true\nseverity = \"B\"",
                ),
                (
                    "work = [\"stopped\"]",
                    "affected = [\"several\", \"everyone\"]",
                ),
            ],
            mistakes: &[
                (
                    45,
                    "no rule answers: affected one, work impaired, workaround false",
                    "add an [[assessment]] for it, or one without conditions at the end",
                ),
                (
                    45,
                    "no rule answers: affected one, work stopped, workaround false",
                    "add an [[assessment]] for it, or one without conditions at the end",
                ),
                (
                    45,
                    "no rule answers: affected one, work unhindered, workaround false",
                    "add an [[assessment]] for it, or one without conditions at the end",
                ),
            ],
        },
        Case {
            what: "assessment unreachable",
            changes: &[("work = [\"stopped\"]\n", "")],
            mistakes: &[(
                44,
                "this rule is never reached",
                "move it up or take it out: the rules before it answer all it speaks of",
            )],
        },
        Case {
            what: "assessment answers",
            changes: &[(
                "work = [\"stopped\"]",
                "work = [\"stoped\", \"impaired\", \"impaired\"]\naffected = []",
            )],
            mistakes: &[
                (41, "`work` cannot be `stoped`", "did you mean `stopped`?"),
                (
                    41,
                    "`impaired` stands in `work` twice",
                    "take one of them out",
                ),
                (
                    42,
                    "the list `affected` is empty",
                    "leave it out to match every answer",
                ),
            ],
        },
        Case {
            what: "targets",
            changes: &[
                ("target = \"1 hour\"", "target = \"soon\""),
                ("cutoff = \"15:00\"", "cutoff = \"24:00\""),
            ],
            mistakes: &[
                (
                    80,
                    "`soon` is no target",
                    "write it like \"8 hours\", \"90 minutes\", \"close of day 1\" or \"none\"",
                ),
                (
                    88,
                    "the cutoff `24:00` is out of range",
                    "a cutoff lies between 00:01 and 23:59; without one the whole day counts",
                ),
            ],
        },
        Case {
            what: "cutoff on hours; window",
            changes: &[
                ("target = \"close of day 1\"", "target = \"4 hours\""),
                (
                    "window = \"anytime\"\ntarget",
                    "window = \"any time\"\ntarget",
                ),
            ],
            mistakes: &[
                (
                    79,
                    "`window` cannot be `any time`",
                    "did you mean `anytime`?",
                ),
                (
                    88,
                    "only a `close of day` has a cutoff",
                    "take it out, or write target = \"close of day 1\"",
                ),
            ],
        },
        Case {
            what: "cutoff text, days",
            changes: &[
                ("cutoff = \"15:00\"", "cutoff = \"3 pm\""),
                ("target = \"1 hour\"", "target = \"close of day 0\""),
            ],
            mistakes: &[
                (
                    80,
                    "`close of day 0` is no target",
                    "write it like \"8 hours\", \"90 minutes\", \"close of day 1\" or \"none\"",
                ),
                (
                    88,
                    "`3 pm` is not a time of day",
                    "write \"close\", or a time like \"15:00\"",
                ),
            ],
        },
        Case {
            what: "kinds",
            changes: &[
                (
                    "name = \"Technical\"",
                    "name = \"Technical\"\nwindow = \"anytime\"",
                ),
                (
                    "name = \"Billing\"\nwindow = \"business hours\"",
                    "name = \"Billing\"",
                ),
                ("kind = \"subscription\"", "kind = \"billing\""),
            ],
            mistakes: &[
                (
                    1,
                    "kind `subscription` has no terms",
                    "add a [[kind]] with kind = \"subscription\"",
                ),
                (
                    52,
                    "technical help has no window of its own",
                    "take it out: technical help follows the response table",
                ),
                (
                    56,
                    "[[kind]] has no `window`",
                    "add window = \"business hours\"",
                ),
                (
                    63,
                    "kind `billing` is there twice",
                    "the first is in line 57",
                ),
            ],
        },
        Case {
            what: "rights",
            changes: &[
                (
                    "severities = [\"A\", \"B\"]\nwindow = \"anytime\"",
                    "severities = [\"A\", \"B\"]",
                ),
                (
                    "included = false\ninstead = \"Write to us.\"",
                    "included = false\nwindow = \"anytime\"",
                ),
            ],
            mistakes: &[
                (
                    91,
                    "[[channel_right]] has no `window`",
                    "add window = \"anytime\", or included = false and instead = \"…\"",
                ),
                (
                    96,
                    "[[channel_right]] has no `instead`",
                    "add instead = \"…\"",
                ),
                (
                    101,
                    "a medium that is not included has no window",
                    "take `window` out, or change `included`",
                ),
            ],
        },
        Case {
            what: "columns for plans and offers",
            changes: &[
                ("column = \"plain\"", "column = \"gold\""),
                (
                    "audience = \"Everyone\"\ncolumn = \"gold\"",
                    "audience = \"Everyone\"\ncolumn = \"plain\"",
                ),
            ],
            mistakes: &[
                (
                    28,
                    "a plan cannot have the elevated column `gold`",
                    "elevated columns are for offers",
                ),
                (
                    108,
                    "an offer needs an elevated column, which `plain` is not",
                    "add `elevated = true` to that column",
                ),
            ],
        },
        Case {
            what: "dates and codes",
            changes: &[
                (
                    "in_force_from = 2030-01-01",
                    "in_force_from = \"2030-01-01\"",
                ),
                ("language = \"en\"", "language = \"English\""),
                (
                    "column = \"gold\"\n",
                    "column = \"gold\"\ncountries = [\"Germany\"]\n",
                ),
                ("reopen_within_days = 7", "reopen_within_days = 1000"),
            ],
            mistakes: &[
                (
                    4,
                    "`English` is no language tag",
                    "write a language tag like \"en\", \"de\" or \"pt-BR\"",
                ),
                (
                    6,
                    "`in_force_from` is not a date",
                    "write it without quotes: 2030-01-01",
                ),
                (
                    7,
                    "`reopen_within_days` is out of range",
                    "write a whole number from 0 to 366",
                ),
                (
                    109,
                    "`Germany` is no country code",
                    "write two capital letters like \"DE\" or \"US\"",
                ),
            ],
        },
        Case {
            what: "empty lists",
            changes: &[
                ("media = [\"online\"]", "media = []"),
                (
                    "columns = [\"plain\", \"gold\"]\nseverity = \"A\"",
                    "columns = []\nseverity = \"A\"",
                ),
            ],
            mistakes: &[
                (52, "the list `media` is empty", "put one in at least"),
                (77, "the list `columns` is empty", "put one in at least"),
            ],
        },
        Case {
            what: "telephone",
            changes: &[(
                "[[footnote]]",
                "[[telephone]]\ncountry = \"de\"\ncountry_name = \"Germany\"\nnumber = \"030 23125014\"\nlanguages = [\"de\"]\n\n[[footnote]]",
            )],
            mistakes: &[
                (
                    125,
                    "`de` is no country code",
                    "write two capital letters like \"DE\" or \"US\"",
                ),
                (
                    127,
                    "`030 23125014` is no telephone number",
                    "write it in international form, digits and spaces only: +44 20 7946 0123",
                ),
            ],
        },
        Case {
            what: "succession",
            changes: &[(
                "[[severity]]",
                "[[succession]]\nedition = \"2030-01-01\"\nplan = \"x\"\nbecomes = \"on\"\nnote = \"n\"\n\n[[severity]]",
            )],
            mistakes: &[
                (
                    31,
                    "an edition cannot follow itself",
                    "name the edition before this one",
                ),
                (33, "there is no plan `on`", "did you mean `one`?"),
            ],
        },
        Case {
            what: "syntax, and what is wrong elsewhere",
            changes: &[
                ("title = \"Support\"", "title = \"Support"),
                (
                    "window = \"anytime\"\ntarget",
                    "window = \"any time\"\ntarget",
                ),
                ("heading = \"Gold\"", "heading = "),
            ],
            mistakes: &[
                (
                    3,
                    "this is not TOML: invalid basic string, expected `\"`",
                    "",
                ),
                (
                    20,
                    "this is not TOML: string values must be quoted, expected literal string",
                    "",
                ),
                (
                    79,
                    "`window` cannot be `any time`",
                    "did you mean `anytime`?",
                ),
            ],
        },
        Case {
            what: "table missing",
            changes: &[
                ("[[assessment]]\nwork", "[[assesment]]\nwork"),
                ("[[assessment]]", "[[assesment]]"),
                ("[[family]]", "[family]"),
            ],
            mistakes: &[
                (
                    10,
                    "`family` is a table",
                    "it must be a list of tables, each written [[family]]",
                ),
                (
                    40,
                    "the file has no key `assesment`",
                    "did you mean `assessment`?",
                ),
            ],
        },
        Case {
            what: "ids twice and ill formed",
            changes: &[
                (
                    "id = \"golden\"\nname = \"Golden\"\naudience = \"Everyone\"\ncolumn = \"gold\"",
                    "id = \"Golden One\"\nname = \"Golden\"\naudience = \"Everyone\"\ncolumn = \"gold\"",
                ),
                (
                    "[[severity]]\ncode = \"A\"",
                    "[[plan]]\nid = \"one\"\nname = \"Plan One\"\nfamily = \"basic\"\ncolumn = \"plain\"\n\n[[severity]]\ncode = \"A\"",
                ),
            ],
            mistakes: &[
                (31, "plan `one` is there twice", "the first is in line 25"),
                (
                    32,
                    "plan name `Plan One` is there twice",
                    "the first is in line 26",
                ),
                (
                    111,
                    "`Golden One` is no id",
                    "an id has lower-case letters a to z, digits and hyphens only",
                ),
            ],
        },
    ];
    check(&cases, EDITION, |text| {
        parse_edition(text).err().unwrap_or_default()
    });
}

#[test]
fn a_broken_region_has_all_its_mistakes_named() {
    let cases = [
        Case {
            what: "hours",
            changes: &[
                (
                    "from = \"09:00\", to = \"17:00\"",
                    "from = \"09:00\", to = \"09:00\"",
                ),
                (
                    "days = [\"mon\", \"tue\"]",
                    "days = [\"mon\", \"tues\", \"mon\"]",
                ),
                ("[[\"09:00\", \"12:00\"]]", "[[\"9:00\", \"12:00\"]]"),
                ("from = \"22:00\"", "from = \"24:00\""),
            ],
            mistakes: &[
                (13, "`tues` is no weekday", "did you mean `tue`?"),
                (13, "`mon` stands in `days` twice", "take one of them out"),
                (
                    13,
                    "opening and closing are both 09:00",
                    "for the whole day write 00:00 to 24:00",
                ),
                (
                    16,
                    "`9:00` is not a time of day",
                    "write it with two digits each, like 09:00, and at most 24:00",
                ),
                (28, "no day opens at its end", "write 00:00 on the next day"),
            ],
        },
        Case {
            what: "zone and keys",
            changes: &[
                (
                    "time_zone = \"Europe/Athens\"",
                    "time_zone = \"Europe/Athen\"",
                ),
                (
                    "holiday_scope = \"shift_start\"",
                    "holiday_scope = \"shift\"",
                ),
                ("source = \"Plato\"", "src = \"Plato\""),
                ("country = \"GR\"", "country = \"Greece\""),
            ],
            mistakes: &[
                (
                    4,
                    "`Greece` is no country code",
                    "write two capital letters like \"DE\" or \"US\"",
                ),
                (
                    5,
                    "`Europe/Athen` is no time zone",
                    "did you mean `Europe/Athens`?",
                ),
                (8, "[[revision]] has no `source`", "add source = \"…\""),
                (
                    11,
                    "[[revision]] has no key `src`",
                    "write one of `time_zone`, `number`, `published_on`, `source`, `weekly`, `holidays`, `holiday_scope` or `overrides`",
                ),
                (
                    26,
                    "`holiday_scope` cannot be `shift`",
                    "write one of `calendar_day` or `shift_start`",
                ),
            ],
        },
        Case {
            what: "dates",
            changes: &[
                (
                    "holidays = [\n",
                    "holidays = [\n  { on = 2030-12-25, name = \"Again\" },\n",
                ),
                ("on = 2030-12-24", "on = \"24.12.2030\""),
                ("published_on = 2031-01-01", "published_on = 2030-01-01"),
                ("number = 2", "number = 3"),
            ],
            mistakes: &[
                (
                    16,
                    "`on` is not a date",
                    "write it like 2026-12-24, without quotes or a time",
                ),
                (
                    20,
                    "2030-12-25 stands in `holidays` twice",
                    "the first is in line 19",
                ),
                (24, "revision 3 stands at place 2", "write number = 2"),
                (
                    25,
                    "this revision is not published after the one before it",
                    "put the revisions in the order of their dates, the oldest first",
                ),
            ],
        },
        Case {
            what: "never",
            changes: &[
                (
                    "weekly = [\n  { days = [\"mon\"], from = \"22:00\", to = \"06:00\" },\n]",
                    "weekly = []",
                ),
                ("languages = [\"el\"]", "languages = []"),
            ],
            mistakes: &[
                (6, "the list `languages` is empty", "put one in at least"),
                (
                    22,
                    "this calendar never opens",
                    "write weekly hours, or hours of a date in `overrides`",
                ),
            ],
        },
        Case {
            what: "pairs",
            changes: &[
                ("[[\"09:00\", \"12:00\"]]", "[[\"09:00\"]]"),
                (
                    "published_on = 2031-01-01",
                    "published_on = 2031-01-01T00:00:00Z",
                ),
            ],
            mistakes: &[
                (
                    16,
                    "`hours` needs pairs",
                    "write two texts: [\"09:00\", \"12:00\"]",
                ),
                (
                    24,
                    "`published_on` is not a date",
                    "write it like 2026-12-24, without quotes or a time",
                ),
            ],
        },
    ];
    check(&cases, REGION, |text| {
        parse_region(text).err().unwrap_or_default()
    });
}

#[test]
fn an_empty_file_lacks_every_table() {
    let mistakes = parse_edition("").unwrap_err();
    let missing: Vec<_> = mistakes
        .iter()
        .filter_map(|one| one.hint.as_deref())
        .collect();
    for table in [
        "[edition]",
        "[[plan]]",
        "[[objective]]",
        "[[severity]]",
        "[[channel_right]]",
    ] {
        assert!(
            missing.contains(&format!("add {table}").as_str()),
            "{missing:?}"
        );
    }
    assert_eq!(parse_region("").unwrap_err().len(), 2);
}

/// The mistakes of each of several files: line, message, hint.
fn told_of(checked: &[(String, Vec<Mistake>)]) -> Vec<Vec<(usize, &str, &str)>> {
    checked.iter().map(|(_, mistakes)| told(mistakes)).collect()
}

#[test]
fn files_are_checked_against_each_other() {
    let next = replaced(
        EDITION,
        &[
            ("id = \"2030-01-01\"", "id = \"2031-01-01\""),
            (
                "[[severity]]",
                "[[succession]]\nedition = \"2030-01-01\"\nplan = \"onne\"\nbecomes = \"one\"\nnote = \"n\"\n\n[[severity]]",
            ),
            ("region = \"atlantis\"", "region = \"atlants\""),
        ],
    );
    let checked = check_files(&[("a.toml", EDITION), ("b.toml", &next), ("r.toml", REGION)]);
    assert_eq!(
        told_of(&checked),
        [
            vec![],
            vec![
                (
                    6,
                    "the date in force 2030-01-01 is also that of a.toml",
                    "each may be used by one file only"
                ),
                (
                    32,
                    "edition 2030-01-01 has no plan `onne`",
                    "did you mean `one`?"
                ),
                (
                    122,
                    "there is no region `atlants`",
                    "did you mean `atlantis`?"
                ),
            ],
            vec![],
        ]
    );
}

#[test]
fn twins_and_strangers_among_files_are_named() {
    let stranger = "[editon]\nid = \"x\"\n";
    let checked = check_files(&[
        ("r.toml", REGION),
        ("s.toml", REGION),
        ("t.toml", stranger),
        ("u.toml", ""),
    ]);
    let neither = "this file is neither an edition nor a region";
    assert_eq!(
        told_of(&checked),
        [
            vec![],
            vec![(
                2,
                "the code atlantis is also that of r.toml",
                "each may be used by one file only"
            )],
            vec![(1, neither, "did you mean [edition]?")],
            vec![(
                1,
                neither,
                "an edition begins with [edition], a region with [region]"
            )],
        ]
    );
}

#[test]
fn a_plan_left_out_of_the_successions_is_named() {
    let old = replaced(
        EDITION,
        &[(
            "[[severity]]",
            "[[plan]]\nid = \"two\"\nname = \"Plan Two\"\nfamily = \"basic\"\ncolumn = \"plain\"\n\n[[severity]]",
        )],
    );
    let new = replaced(
        EDITION,
        &[
            ("id = \"2030-01-01\"", "id = \"2031-01-01\""),
            ("in_force_from = 2030-01-01", "in_force_from = 2031-01-01"),
            (
                "[[severity]]",
                "[[succession]]\nedition = \"2030-01-01\"\nplan = \"one\"\nnote = \"n\"\n\n[[severity]]",
            ),
        ],
    );
    let checked = check_files(&[("old", &old), ("new", &new)]);
    assert_eq!(
        told_of(&checked),
        [
            vec![],
            vec![(
                31,
                "nothing says what becomes of plan `two` of edition 2030-01-01",
                "add a [[succession]] for it; without `becomes` nothing follows it"
            )],
        ]
    );
}

#[test]
fn a_mistake_is_rendered_with_its_line() {
    let broken = replaced(
        EDITION,
        &[(
            "[\"plain\", \"gold\"]\nseverity = \"B\"",
            "[\"plain\", \"golt\"]\nseverity = \"B\"",
        )],
    );
    let mistakes = parse_edition(&broken).unwrap_err();
    assert_eq!(
        mistakes[0].render("editions/small.toml", &broken),
        "editions/small.toml:84:21: there is no column `golt`\n\
         \x20   columns = [\"plain\", \"golt\"]\n\
         \x20                       ^^^^^^\n\
         \x20   help: did you mean `gold`?"
    );
}

#[test]
fn a_place_far_in_a_long_line_is_shown_around_it() {
    let long = format!("title = \"{}\" x\n", "é".repeat(500));
    let mistakes = parse_edition(&long).unwrap_err();
    let rendered = mistakes[0].render("f", &long);
    assert!(
        rendered.lines().all(|line| line.chars().count() < 130),
        "{rendered}"
    );
    assert!(rendered.contains('^'), "{rendered}");
}
