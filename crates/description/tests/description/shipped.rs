//! The shipped files: no mistakes, and every cell as the two publications have it.

use mainstay_description::{
    check_files, parse_edition, parse_region, promise_words, shipped, show,
};
use mainstay_domain::calendar::Calendar;
use mainstay_domain::edition::{Edition, Impact, Kind, Medium, Target, WindowKind};

const OLD: &str = "2014-05-16";
const NEW: &str = "2019-05-07";

fn edition(id: &str) -> Edition {
    shipped::editions()
        .into_iter()
        .find(|edition| edition.id == id)
        .expect("it is shipped")
}

#[test]
fn nothing_shipped_has_a_mistake() {
    let files: Vec<_> = shipped::EDITIONS
        .iter()
        .chain(shipped::REGIONS)
        .copied()
        .collect();
    for ((name, mistakes), (_, text)) in check_files(&files).iter().zip(&files) {
        let rendered: Vec<_> = mistakes
            .iter()
            .map(|mistake| mistake.render(name, text))
            .collect();
        assert!(mistakes.is_empty(), "{}", rendered.join("\n"));
    }
    assert_eq!(shipped::editions().len(), shipped::EDITIONS.len());
    assert_eq!(shipped::regions().len(), shipped::REGIONS.len());
}

#[test]
fn every_file_of_the_folders_is_shipped() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (folder, files) in [
        ("editions", shipped::EDITIONS),
        ("regions", shipped::REGIONS),
    ] {
        let mut found: Vec<String> = std::fs::read_dir(root.join(folder))
            .unwrap()
            .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy()))
            .filter(|name| name.ends_with(".toml"))
            .collect();
        found.sort();
        assert_eq!(
            found,
            files.iter().map(|(name, _)| *name).collect::<Vec<_>>()
        );
    }
}

#[test]
fn every_region_can_be_counted_in() {
    for region in shipped::regions() {
        for revision in region.revisions {
            let counted = Calendar::compile(revision.calendar);
            assert!(
                counted.is_ok(),
                "{} revision {}",
                region.code,
                revision.number
            );
        }
    }
}

/// Edition, column heading, then for A, B and C: the promise in words, the published cell and the
/// marks of its footnotes.
type Row = (
    &'static str,
    &'static str,
    [(&'static str, &'static str, &'static str); 3],
);

const HOUR: (&str, &str, &str) = ("1 hour around the clock", "1 hour, Anytime", "2");
const NO_HURRY: &str = "no commitment; handled in business hours";
const AROUND: &str = "no commitment; handled around the clock";
const ENTERPRISE_2014: [(&str, &str, &str); 3] = [
    HOUR,
    ("8 hours around the clock", "8 hours, Anytime", "2"),
    (AROUND, "Anytime", "2"),
];
const HOUR_2019: (&str, &str, &str) = (
    "1 hour around the clock",
    "Available: 24/7 / Response time: one hour",
    "4",
);
const ENTERPRISE_2019: [(&str, &str, &str); 3] = [
    HOUR_2019,
    (
        "the end of the next day",
        "Available: 24/7 / Response time: next day",
        "4",
    ),
    (
        AROUND,
        "Available: 24/7 / Response time: no commitment",
        "4",
    ),
];
const BUSINESS_CELL: &str = "Available: business hours / Response time: no commitment";

const MATRICES: [Row; 11] = [
    (
        OLD,
        "Small Business, Small Business Premium",
        [
            HOUR,
            (NO_HURRY, "Business hours response", "3"),
            (NO_HURRY, "Business hours response", "3"),
        ],
    ),
    (
        OLD,
        "Midsize Business",
        [
            HOUR,
            ("the end of the next business day", "Next business day,", ""),
            (NO_HURRY, "Business hours response", ""),
        ],
    ),
    (
        OLD,
        "Enterprise E1, Education A2, Government G2",
        ENTERPRISE_2014,
    ),
    (
        OLD,
        "Enterprise E3, Education A3, Government G3",
        ENTERPRISE_2014,
    ),
    (
        OLD,
        "Enterprise E4, Education A4, Government G4",
        ENTERPRISE_2014,
    ),
    (OLD, "Enterprise K1, Government K1", ENTERPRISE_2014),
    (
        OLD,
        "Elevated Support Options",
        [
            HOUR,
            ("2 hours around the clock", "2 hours, Anytime", "2"),
            ("4 hours around the clock", "4 hours, Anytime", "2"),
        ],
    ),
    (
        NEW,
        "Business Essentials, Business, Business Premium, Education",
        [
            HOUR_2019,
            (NO_HURRY, BUSINESS_CELL, ""),
            (NO_HURRY, BUSINESS_CELL, ""),
        ],
    ),
    (
        NEW,
        "Enterprise E1, Enterprise E3, Government G2, US Government E3",
        ENTERPRISE_2019,
    ),
    (NEW, "Enterprise F1, US Government K1", ENTERPRISE_2019),
    (
        NEW,
        "Elevated Support Options",
        [
            HOUR_2019,
            (
                "2 hours around the clock",
                "Available: 24/7 / Response time: 2 hours",
                "4",
            ),
            (
                "4 hours around the clock",
                "Available: 24/7 / Response time: 4 hours",
                "4",
            ),
        ],
    ),
];

#[test]
fn every_cell_of_both_matrices_is_as_published() {
    for (id, heading, cells) in MATRICES {
        let edition = edition(id);
        let column = edition
            .columns
            .iter()
            .find(|column| column.heading == heading)
            .unwrap();
        for (severity, (words, cell, marks)) in ["A", "B", "C"].into_iter().zip(cells) {
            let objective = edition.find_objective(&column.id, severity).unwrap();
            let found: String = edition
                .footnote_texts(&objective.footnotes)
                .map(|note| note.mark.as_str())
                .collect();
            let promise = promise_words(objective.window, objective.target);
            assert_eq!(
                (promise.as_str(), objective.cell.as_str(), found.as_str()),
                (words, cell, marks),
                "{id}, {heading}, severity {severity}"
            );
        }
    }
    let columns: usize = shipped::editions()
        .iter()
        .map(|edition| edition.columns.len())
        .sum();
    assert_eq!(columns, MATRICES.len());
}

#[test]
fn targets_are_of_the_kind_the_deadlines_decide() {
    let next_day = Target::DayClose {
        days: 1,
        cutoff: mainstay_domain::edition::Cutoff::None,
    };
    let cells = [
        (OLD, "midsize", "B", WindowKind::BusinessHours, next_day),
        (
            OLD,
            "e1",
            "B",
            WindowKind::Anytime,
            Target::Elapsed { minutes: 480 },
        ),
        (OLD, "midsize", "C", WindowKind::BusinessHours, Target::None),
        (NEW, "enterprise", "B", WindowKind::Anytime, next_day),
        (NEW, "frontline", "C", WindowKind::Anytime, Target::None),
    ];
    for (id, column, severity, window, target) in cells {
        let edition = edition(id);
        let objective = edition.find_objective(column, severity).unwrap();
        assert_eq!(
            (objective.window, objective.target),
            (window, target),
            "{id} {column}"
        );
    }
}

#[test]
fn a_plan_stands_in_the_column_that_names_it() {
    for edition in shipped::editions() {
        for plan in edition.plans.iter().filter(|plan| !plan.is_standalone) {
            let column = edition.find_column(&plan.column).unwrap();
            let named = column.heading.split(", ").any(|name| name == plan.name);
            assert!(named, "{} in {}", plan.name, column.heading);
        }
        let standalone = edition.plans.iter().filter(|plan| plan.is_standalone);
        for plan in standalone {
            assert_eq!(plan.is_paid_only, edition.id == NEW, "{}", plan.name);
            assert_eq!(plan.column, edition.find_plan("e1").unwrap().column);
        }
    }
}

#[test]
fn the_telephone_is_for_whom_the_footnotes_say() {
    let window = |edition: &Edition, column: &str, severity: &str| {
        edition
            .find_channel_right(Medium::Telephone, column, severity)
            .unwrap()
            .window
    };
    let (old, new) = (edition(OLD), edition(NEW));
    assert_eq!(
        window(&old, "small-business", "A"),
        Some(WindowKind::Anytime)
    );
    assert_eq!(window(&old, "small-business", "B"), None);
    assert_eq!(window(&old, "small-business", "C"), None);
    for column in ["e1", "e3", "e4", "k1", "elevated"] {
        assert_eq!(window(&old, column, "C"), Some(WindowKind::Anytime));
    }
    for severity in ["A", "B", "C"] {
        assert_eq!(
            window(&new, "business", severity),
            Some(WindowKind::Anytime)
        );
        assert_eq!(
            window(&new, "enterprise", severity),
            Some(WindowKind::Anytime)
        );
    }
}

#[test]
fn the_assessment_follows_the_definitions() {
    use mainstay_domain::edition::{Affected, WorkState};
    for edition in shipped::editions() {
        for impact in Impact::all() {
            let (severity, _) = edition.propose_severity(impact).unwrap();
            let is_one = impact.affected == Affected::One;
            let expected = match (impact.work, impact.has_workaround) {
                (WorkState::Unhindered, _) => "C",
                (_, true) if is_one => "C",
                (WorkState::Stopped, false) if !is_one => "A",
                _ => "B",
            };
            assert_eq!(severity.code, expected, "{impact:?}");
        }
    }
}

#[test]
fn what_differs_between_the_editions_is_in_both() {
    let (old, new) = (edition(OLD), edition(NEW));
    let medium = old.find_severity("C").unwrap();
    assert_eq!(
        (medium.name.as_str(), medium.also_named.len()),
        ("Medium", 0)
    );
    let other = new.find_severity("C").unwrap();
    assert_eq!(
        (other.name.as_str(), other.also_named[0].name.as_str()),
        ("Non-critical", "Medium")
    );
    assert_eq!((old.boundaries.len(), new.boundaries.len()), (0, 3));
    assert_eq!(
        (old.additional_services.len(), new.additional_services.len()),
        (4, 0)
    );
    assert_eq!(old.features.len(), 5);
    for edition in [&old, &new] {
        assert_eq!(edition.reopen_within_days, 14);
        assert_eq!(edition.kinds.len(), Kind::ALL.len());
        assert!(edition.offers.iter().all(|offer| offer.may_set_severity));
        let direct = edition.find_offer("Professional Direct").unwrap();
        assert_eq!(direct.countries, ["US", "CA", "GB"]);
        assert!(direct.families.is_empty());
    }
    for plan in &old.plans {
        assert!(
            new.successions.iter().any(|told| told.plan == plan.id),
            "{}",
            plan.name
        );
    }
}

#[test]
fn a_promise_can_be_shown() {
    let old = edition(OLD);
    let text = show(&old, old.find_plan("Midsize Business"));
    for line in [
        "Support: Midsize Business, edition 2014-05-16",
        "  severity B, High: the end of the next business day  [Next business day,]",
        "  telephone: around the clock for severity A, in business hours for severities B and C",
        "  severity C, Medium: 4 hours around the clock  [4 hours, Anytime]",
    ] {
        assert!(
            text.lines().any(|shown| shown == line),
            "{line}\nis not in\n{text}"
        );
    }
    let whole = show(&old, None);
    assert!(
        old.columns
            .iter()
            .all(|column| whole.contains(&column.heading))
    );
}

#[test]
fn a_file_read_alone_reads_the_same() {
    for (_, text) in shipped::EDITIONS {
        assert!(parse_edition(text).is_ok());
    }
    for (_, text) in shipped::REGIONS {
        assert!(parse_region(text).is_ok());
        assert!(parse_edition(text).is_err());
    }
}
