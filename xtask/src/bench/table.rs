//! The figures as a table.

use std::fmt::Write as _;

use super::load::Figures;

/// What is known of an instance.
pub struct Facts {
    /// Its cases.
    pub cases: usize,
    /// From its start to its first answer.
    pub start_ms: f64,
    /// Memory after the start.
    pub start_kib: u64,
    /// Most memory after a measurement.
    pub load_kib: u64,
    /// The database on disk before the measurements.
    pub disk_bytes: u64,
}

/// What was measured of one kind of request.
pub struct Line {
    /// The instance's cases.
    pub cases: usize,
    /// The kind.
    pub name: &'static str,
    /// Over one connection.
    pub alone: Figures,
    /// Over several.
    pub together: Figures,
    /// Computing time of a request among several.
    pub cpu_ms: f64,
    /// Bytes of an answer, plain and compressed.
    pub bytes: (usize, usize),
}

/// Both tables; ratios compare with the first number of cases.
pub fn render(facts: &[Facts], lines: &[Line], connections: usize) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_facts(&mut text, facts);
    let _ = write_lines(&mut text, lines, connections);
    text
}

fn write_facts(text: &mut String, facts: &[Facts]) -> std::fmt::Result {
    writeln!(text)?;
    writeln!(
        text,
        "{:>8}  {:>14}  {:>16}  {:>16}  {:>10}  {:>12}",
        "cases", "first answer", "memory at start", "memory at most", "disk", "disk / case"
    )?;
    for fact in facts {
        let disk = fact.disk_bytes as f64;
        writeln!(
            text,
            "{:>8}  {:>11.1} ms  {:>12.1} MiB  {:>12.1} MiB  {:>6.1} MB  {:>9.2} KB",
            fact.cases,
            fact.start_ms,
            fact.start_kib as f64 / 1024.0,
            fact.load_kib as f64 / 1024.0,
            disk / 1e6,
            disk / 1e3 / fact.cases.max(1) as f64,
        )?;
    }
    Ok(())
}

fn write_lines(text: &mut String, lines: &[Line], connections: usize) -> std::fmt::Result {
    writeln!(text)?;
    writeln!(
        text,
        "{:<18} {:>8}  {:>9}  {:>8}  {:>8}  {:>8}  {:>9}  {:>9}  {:>8}  {:>8}  {:>6}",
        "",
        "cases",
        format!("req/s ×{connections}"),
        "p50 ms",
        "p99 ms",
        "CPU ms",
        "alone p50",
        "alone p99",
        "bytes",
        "gzip",
        "ratio"
    )?;
    for line in lines {
        let first = lines.iter().find(|other| other.name == line.name);
        let ratio = first.map_or(1.0, |first| line.together.rate / first.together.rate);
        writeln!(
            text,
            "{:<18} {:>8}  {:>9.0}  {:>8.2}  {:>8.2}  {:>8.3}  {:>9.2}  {:>9.2}  {:>8}  {:>8}  {:>6.2}",
            line.name,
            line.cases,
            line.together.rate,
            line.together.p50,
            line.together.p99,
            line.cpu_ms,
            line.alone.p50,
            line.alone.p99,
            line.bytes.0,
            line.bytes.1,
            ratio,
        )?;
    }
    Ok(())
}
