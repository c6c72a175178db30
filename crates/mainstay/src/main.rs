//! Mainstay: the support desk that keeps its word.
mod conformance;
fn main() -> anyhow::Result<()> {
    let file = std::env::args().nth(2).unwrap_or_default();
    let cases = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let r = conformance::run(cases, &[]);
    for m in &r.mismatches { println!("{}: expected {}, found {}", m.case, m.expected, m.found); }
    println!("{} passed, {} failed", r.passed, r.failed);
    Ok(())
}
