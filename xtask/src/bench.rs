//! `cargo xtask bench`: how fast a release build is with few and with many open cases.
//!
//! Every figure is measured from outside, over loopback, with the load generator on the same
//! machine. Nothing is asserted: machines differ, and the note states the figures.

mod instance;
mod load;
mod table;
mod wire;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::root;
use instance::{Credentials, Instance};
use load::{Figures, Load};
use table::{Facts, Line};
use wire::Request;

/// What to measure.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many open cases; one instance after the other.
    #[arg(long, value_delimiter = ',', default_value = "1000,100000")]
    cases: Vec<usize>,
    /// Seconds for each measurement.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Connections at once.
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// Measure only what has this in its name.
    #[arg(long, default_value = "", value_name = "NAME")]
    only: String,
    /// Measure this binary instead of building one.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// One thing to measure.
struct Subject {
    name: &'static str,
    /// The request of the n-th try.
    request: Box<dyn Fn(u64) -> Request + Sync>,
    /// Whether pages are asked for as browsers do, compressed.
    is_compressed: bool,
}

/// Measures; never fails because of a figure.
pub fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let root = root()?;
    let binary = match &arguments.binary {
        Some(binary) => binary.clone(),
        None => build(&root)?,
    };
    let folder = root
        .join("target")
        .join(format!("bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).context("no folder for the databases can be made")?;
    let measured = measure_all(arguments, &binary, &folder);
    let removed = std::fs::remove_dir_all(&folder).context("the databases cannot be removed");
    print!("{}", measured?);
    removed.map(|()| true)
}

fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--locked", "--package", "mainstay"])
        .current_dir(root)
        .status()
        .context("cargo cannot be started")?;
    if !built.success() {
        bail!("the release build failed");
    }
    Ok(root.join("target/release/mainstay"))
}

fn measure_all(arguments: &Arguments, binary: &Path, folder: &Path) -> anyhow::Result<String> {
    let (mut facts, mut lines) = (Vec::new(), Vec::new());
    for &cases in &arguments.cases {
        let (fact, measured) = measure(arguments, binary, folder, cases)?;
        facts.push(fact);
        lines.extend(measured);
    }
    Ok(table::render(&facts, &lines, arguments.clients))
}

fn measure(
    arguments: &Arguments,
    binary: &Path,
    folder: &Path,
    cases: usize,
) -> anyhow::Result<(Facts, Vec<Line>)> {
    println!("{cases} cases: seeding");
    let seeded = instance::seed(binary, folder, cases)?;
    println!("  {}", seeded.words);
    let instance = Instance::start(binary, &seeded.database)?;
    let mut facts = Facts {
        cases,
        start_ms: instance.start_ms,
        start_kib: instance.memory_kib()?,
        load_kib: 0,
        disk_bytes: seeded.disk_bytes()?,
    };
    let mut lines = Vec::new();
    let subjects = subjects(&seeded.credentials);
    for subject in subjects
        .iter()
        .filter(|one| one.name.contains(&arguments.only))
    {
        println!("  {}", subject.name);
        lines.push(measure_subject(arguments, &instance, subject, cases)?);
        facts.load_kib = facts.load_kib.max(instance.memory_kib()?);
    }
    instance.stop()?;
    Ok((facts, lines))
}

/// Reads first: what is created would make the later ones slower.
fn subjects(credentials: &Credentials) -> Vec<Subject> {
    let page = |name, cookie: &str, path: String, is_compressed| {
        let cookie = cookie.to_owned();
        let get = move |_| Request::get(&path).cookie(&cookie);
        Subject {
            name,
            request: Box::new(get),
            is_compressed,
        }
    };
    let numbers = credentials.case_numbers.clone();
    let case_page = |name, is_compressed| {
        let (agent, numbers) = (credentials.agent_session.clone(), numbers.clone());
        let get = move |turn: u64| {
            let place = usize::try_from(turn).unwrap_or(0) % numbers.len();
            Request::get(&format!("/cases/{}", numbers[place])).cookie(&agent)
        };
        Subject {
            name,
            request: Box::new(get),
            is_compressed,
        }
    };
    let agent = &credentials.agent_session;
    let search = format!("/search?q={}", credentials.rare_word);
    vec![
        page("queue", agent, "/queue".to_owned(), false),
        page("queue, gzip", agent, "/queue".to_owned(), true),
        case_page("case page", false),
        case_page("case page, gzip", true),
        page(
            "customer's list",
            &credentials.customer_sessions[0],
            "/cases".to_owned(),
            false,
        ),
        page("search, rare word", agent, search, false),
        create(credentials),
    ]
}

fn create(credentials: &Credentials) -> Subject {
    let tokens = credentials.customer_tokens.clone();
    let post = move |turn: u64| {
        let token = &tokens[usize::try_from(turn).unwrap_or(0) % tokens.len()];
        let body = serde_json::json!({
            "subject": format!("Mail from outside is late ({turn})"),
            "body": format!("Since eight o'clock mail from outside arrives an hour late.\n\nRun {turn}."),
            "kind": "technical",
            "impact": { "affected": "several", "work": "impaired", "has_workaround": false }
        });
        Request::post("/api/v1/cases", &body.to_string()).bearer(token)
    };
    Subject {
        name: "create by API",
        request: Box::new(post),
        is_compressed: false,
    }
}

fn measure_subject(
    arguments: &Arguments,
    instance: &Instance,
    subject: &Subject,
    cases: usize,
) -> anyhow::Result<Line> {
    let load = Load {
        address: instance.address,
        request: &*subject.request,
        is_compressed: subject.is_compressed,
        seconds: arguments.seconds,
    };
    let bytes = load
        .bytes()
        .with_context(|| format!("{} is not answered", subject.name))?;
    let alone = load.run(1)?;
    let before = instance.cpu_ms()?;
    let together: Figures = load.run(arguments.clients)?;
    let cpu_ms = instance.cpu_ms()? - before;
    Ok(Line {
        cases,
        name: subject.name,
        cpu_ms: cpu_ms / together.count.max(1) as f64,
        alone,
        together,
        bytes,
    })
}
