//! The figures as a table.

use std::fmt::Write as _;

use super::instance::Swept;
use super::load::Figures;

/// What is measured on.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// The engine, and how many nodes: `sqlite`, `postgres ×2`.
    pub engine: String,
    /// How many cases.
    pub cases: usize,
}

/// What is known of an instance.
pub struct Facts {
    /// What it runs on.
    pub setting: Setting,
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
    /// What it was measured on.
    pub setting: Setting,
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

/// A sweep.
pub struct Sweep {
    /// What it was measured on.
    pub setting: Setting,
    /// How long it took.
    pub swept: Swept,
}

/// Everything measured, as tables; ratios compare with the first number of cases on an engine.
pub fn render(facts: &[Facts], lines: &[Line], sweeps: &[Sweep], connections: usize) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_facts(&mut text, facts);
    let _ = write_lines(&mut text, lines, connections);
    let _ = write_sweeps(&mut text, sweeps);
    text
}

fn write_sweeps(text: &mut String, sweeps: &[Sweep]) -> std::fmt::Result {
    if sweeps.is_empty() {
        return Ok(());
    }
    writeln!(text)?;
    writeln!(
        text,
        "{:<12} {:>8}  {:>8}  {:>9}  {:>9}  {:>12}",
        "sweep", "cases", "due", "seconds", "µs a case", "nothing due"
    )?;
    for Sweep { setting, swept } in sweeps {
        let each = swept.seconds * 1e6 / swept.due.max(1) as f64;
        let (engine, cases) = (&setting.engine, setting.cases);
        let (due, seconds, idle) = (swept.due, swept.seconds, swept.idle_ms);
        writeln!(
            text,
            "{engine:<12} {cases:>8}  {due:>8}  {seconds:>9.3}  {each:>9.1}  {idle:>9.3} ms"
        )?;
    }
    Ok(())
}

fn write_facts(text: &mut String, facts: &[Facts]) -> std::fmt::Result {
    writeln!(text)?;
    writeln!(
        text,
        "{:<12} {:>8}  {:>14}  {:>16}  {:>16}  {:>10}  {:>12}",
        "engine",
        "cases",
        "first answer",
        "memory at start",
        "memory at most",
        "disk",
        "disk / case"
    )?;
    for fact in facts {
        let disk = fact.disk_bytes as f64;
        writeln!(
            text,
            "{:<12} {:>8}  {:>11.1} ms  {:>12.1} MiB  {:>12.1} MiB  {:>6.1} MB  {:>9.2} KB",
            fact.setting.engine,
            fact.setting.cases,
            fact.start_ms,
            fact.start_kib as f64 / 1024.0,
            fact.load_kib as f64 / 1024.0,
            disk / 1e6,
            disk / 1e3 / fact.setting.cases.max(1) as f64,
        )?;
    }
    Ok(())
}

fn write_lines(text: &mut String, lines: &[Line], connections: usize) -> std::fmt::Result {
    writeln!(text)?;
    writeln!(
        text,
        "{:<18} {:<12} {:>8}  {:>9}  {:>8}  {:>8}  {:>8}  {:>9}  {:>9}  {:>8}  {:>8}  {:>6}  {:>6}",
        "",
        "engine",
        "cases",
        format!("req/s ×{connections}"),
        "p50 ms",
        "p99 ms",
        "CPU ms",
        "alone p50",
        "alone p99",
        "bytes",
        "gzip",
        "rate",
        "alone"
    )?;
    for line in lines {
        let same =
            |other: &&Line| other.name == line.name && other.setting.engine == line.setting.engine;
        let first = lines.iter().find(same).unwrap_or(line);
        writeln!(
            text,
            "{:<18} {:<12} {:>8}  {:>9.0}  {:>8.2}  {:>8.2}  {:>8.3}  {:>9.2}  {:>9.2}  {:>8}  {:>8}  {:>6.2}  {:>6.2}",
            line.name,
            line.setting.engine,
            line.setting.cases,
            line.together.rate,
            line.together.p50,
            line.together.p99,
            line.cpu_ms,
            line.alone.p50,
            line.alone.p99,
            line.bytes.0,
            line.bytes.1,
            line.together.rate / first.together.rate,
            line.alone.p50 / first.alone.p50,
        )?;
    }
    Ok(())
}
