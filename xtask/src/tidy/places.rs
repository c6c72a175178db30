//! What may stand only in certain places: the clock, SQL, a vendor's names, addresses.

use super::{Finding, Source};

/// Where the clock may be read and random ids be made.
const CLOCK: [&str; 3] = ["crates/mainstay", "crates/e2e", "xtask"];
/// Where the database's clock may be named: the dialect, whose leases are judged on it, and the
/// list of what is not portable.
const DATABASE_CLOCK: [&str; 2] = [
    "crates/store/src/db/dialect.rs",
    "crates/store/src/db/registry.rs",
];
/// Where routes may be registered.
const ROUTES: [&str; 2] = ["crates/web/src/routes.rs", "crates/web/src/api.rs"];
/// Where SQL may stand: the store, what makes databases for tests, the workshop.
const SQL: [&str; 3] = ["crates/store", "crates/testkit/src/postgres.rs", "xtask"];

/// What stands in the wrong place.
pub fn findings(source: &Source) -> Vec<Finding> {
    let mut found = addresses(source);
    found.extend(lock_file(source));
    if source.is_rust() {
        found.extend(clock(source));
        found.extend(sql(source));
        found.extend(vendor_names(source));
        found.extend(domain_is_pure(source));
        found.extend(routes(source));
    } else if source.path.ends_with(".sql") {
        found.extend(clock_in_sql(source));
    }
    found
}

fn is_in_any(source: &Source, folders: &[&str]) -> bool {
    folders.iter().any(|folder| source.is_in(folder))
}

fn clock(source: &Source) -> Vec<Finding> {
    if is_in_any(source, &CLOCK) {
        return Vec::new();
    }
    let signs = [
        "Timestamp::now",
        "Zoned::now",
        "SystemTime::now",
        "Instant::now",
        "now_v7",
        "new_v4",
        "OsRng",
    ];
    let why = "only the binary reads the clock and makes random ids; take them as values";
    let mut found = Vec::new();
    for (number, line) in source.numbered() {
        let signs = signs.iter().filter(|sign| line.parts.code.contains(**sign));
        found
            .extend(signs.map(|sign| Finding::new(&source.path, number, format!("`{sign}`"), why)));
        let is_allowed = is_in_any(source, &DATABASE_CLOCK);
        if !is_allowed && is_clock_in_sql(&line.parts.literal) {
            found.push(Finding::new(
                &source.path,
                number,
                "the database's clock",
                why,
            ));
        }
    }
    found
}

fn clock_in_sql(source: &Source) -> Vec<Finding> {
    let why = "instants come from the binary, or two clocks judge one promise";
    let lines = (1..)
        .zip(source.text.lines())
        .filter(|(_, line)| is_clock_in_sql(line));
    lines
        .map(|(number, _)| Finding::new(&source.path, number, "the database's clock", why))
        .collect()
}

fn is_clock_in_sql(text: &str) -> bool {
    let text = text.to_uppercase();
    let signs = [
        concat!("NO", "W()"),
        concat!("CURRENT_", "TIMESTAMP"),
        concat!("DATETIME('", "NOW"),
    ];
    signs.iter().any(|sign| text.contains(sign))
}

fn sql(source: &Source) -> Vec<Finding> {
    if is_in_any(source, &SQL) {
        return Vec::new();
    }
    let why = "all SQL is in crates/store; ask it for a function instead";
    let lines = source
        .numbered()
        .filter(|(_, line)| is_sql(&line.parts.literal));
    lines
        .map(|(number, _)| Finding::new(&source.path, number, "SQL", why))
        .collect()
}

fn is_sql(text: &str) -> bool {
    let pairs = [
        ("SELECT ", " FROM "),
        ("INSERT INTO ", ""),
        ("DELETE FROM ", ""),
        ("UPDATE ", " SET "),
        ("CREATE TABLE ", ""),
    ];
    pairs.iter().any(|(first, then)| {
        text.split_once(first)
            .is_some_and(|(_, rest)| format!(" {rest}").contains(then))
    })
}

fn vendor_names(source: &Source) -> Vec<Finding> {
    if !source.is_in("crates/domain/src") {
        return Vec::new();
    }
    let names = [
        "Office 365",
        "Microsoft",
        "Enterprise E",
        "Small Business",
        "Midsize",
        "Premier",
    ];
    let why = "the rules name no vendor, plan or offer: those are data";
    let mut found = Vec::new();
    for (number, line) in source.numbered().filter(|(_, line)| !line.is_test) {
        let texts = [&line.parts.code, &line.parts.comment, &line.parts.literal];
        for name in names
            .iter()
            .filter(|name| texts.iter().any(|text| text.contains(**name)))
        {
            found.push(Finding::new(
                &source.path,
                number,
                format!("\"{name}\""),
                why,
            ));
        }
    }
    found
}

fn domain_is_pure(source: &Source) -> Vec<Finding> {
    if !source.is_in("crates/domain/src") {
        return Vec::new();
    }
    let signs = [
        "async fn",
        ".await",
        "std::fs",
        "std::net",
        "std::env",
        "println!",
        "eprintln!",
    ];
    let why = "the rules are values in, values out";
    let mut found = Vec::new();
    for (number, line) in source.numbered() {
        let signs = signs.iter().filter(|sign| line.parts.code.contains(**sign));
        found
            .extend(signs.map(|sign| Finding::new(&source.path, number, format!("`{sign}`"), why)));
    }
    found
}

/// A route that is not in the table has no declared right, and no test walks it.
fn routes(source: &Source) -> Vec<Finding> {
    if !source.is_in("crates/web/src") || is_in_any(source, &ROUTES) {
        return Vec::new();
    }
    let why = "a route stands in the table of routes.rs with what it asks of its caller";
    let is_route = |code: &str| code.contains(".route(") || code.contains(".route_service(");
    let lines = source
        .numbered()
        .filter(|(_, line)| !line.is_test && is_route(&line.parts.code));
    lines
        .map(|(number, _)| Finding::new(&source.path, number, "a route", why))
        .collect()
}

fn addresses(source: &Source) -> Vec<Finding> {
    let machine = [
        concat!("/", "work/"),
        concat!("/", "root/"),
        concat!("/", "home/"),
    ];
    let registry = [
        concat!("index.crates", ".io"),
        concat!("static.crates", ".io"),
        concat!("registry.", "npmjs.org"),
    ];
    let mut found = Vec::new();
    for (number, line) in (1..).zip(source.text.lines()) {
        for path in machine.iter().filter(|path| has_path(line, path)) {
            let why = "the repository works wherever it is put";
            found.push(Finding::new(&source.path, number, format!("`{path}`"), why));
        }
        for address in registry.iter().filter(|address| line.contains(**address)) {
            let why = "where packages are downloaded from is the machine's affair";
            found.push(Finding::new(
                &source.path,
                number,
                format!("`{address}`"),
                why,
            ));
        }
    }
    found
}

/// Whether a line has an absolute path that begins so, not one that goes on so.
fn has_path(line: &str, path: &str) -> bool {
    let is_part = |before: char| before.is_alphanumeric() || "._-}/~".contains(before);
    line.match_indices(path)
        .any(|(index, _)| !line[..index].ends_with(is_part))
}

fn lock_file(source: &Source) -> Vec<Finding> {
    if source.path != "Cargo.lock" {
        return Vec::new();
    }
    let usual = concat!(
        "source = \"registry+https://github.com/rust-lang/crates",
        ".io-index\""
    );
    let why = "packages come from the one public registry, pinned by checksum";
    let is_odd = |line: &str| line.starts_with("source = ") && line != usual;
    let lines = (1..)
        .zip(source.text.lines())
        .filter(|(_, line)| is_odd(line));
    lines
        .map(|(number, line)| Finding::new(&source.path, number, line, why))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(path: &str, text: &str) -> Vec<String> {
        let source = Source::new(path, text.to_owned());
        findings(&source).into_iter().map(|one| one.what).collect()
    }

    #[test]
    fn the_clock_belongs_to_the_binary() {
        let text = "let now = Instant::now();";
        assert_eq!(whats("crates/app/src/lib.rs", text), ["`Instant::now`"]);
        assert!(whats("crates/mainstay/src/main.rs", text).is_empty());
        assert!(whats("crates/app/src/lib.rs", "// no Instant::now here").is_empty());
        let sql = concat!("UPDATE a SET b = no", "w()");
        assert_eq!(
            whats("crates/store/src/migrations/1.sql", sql),
            ["the database's clock"]
        );
    }

    #[test]
    fn sql_belongs_to_the_store() {
        for text in [
            "\"SELECT a FROM b\"",
            "\"INSERT INTO b\"",
            "\"UPDATE a SET b = 1\"",
        ] {
            assert_eq!(whats("crates/web/src/lib.rs", text), ["SQL"], "{text}");
            assert!(whats("crates/store/src/lib.rs", text).is_empty());
        }
        assert!(whats("crates/web/src/lib.rs", "\"UPDATE your bookmarks\"").is_empty());
    }

    #[test]
    fn routes_stand_in_their_table() {
        let text = "Router::new().route(\"/a\", get(show))";
        assert_eq!(whats("crates/web/src/desk.rs", text), ["a route"]);
        assert!(whats("crates/web/src/routes.rs", text).is_empty());
        assert!(whats("crates/mainstay/src/probes.rs", text).is_empty());
    }

    #[test]
    fn the_domain_names_no_vendor_and_does_nothing_outside() {
        let path = "crates/domain/src/lib.rs";
        assert_eq!(whats(path, "// like Enterprise E3"), ["\"Enterprise E\""]);
        assert_eq!(whats(path, "async fn a() {}"), ["`async fn`"]);
        assert!(whats("crates/web/src/lib.rs", "// like Enterprise E3").is_empty());
    }

    #[test]
    fn no_path_of_a_machine_and_no_download_address() {
        let text = concat!("see /", "home/me and a/", "home/b");
        assert_eq!(whats("README.md", text).len(), 1);
        assert!(whats("README.md", concat!("crates/", "work/x")).is_empty());
        assert_eq!(
            whats(
                "package-lock.json",
                concat!("https://registry.", "npmjs.org/x")
            )
            .len(),
            1
        );
        assert_eq!(
            whats("Cargo.lock", "source = \"git+https://example.org\"").len(),
            1
        );
    }
}
