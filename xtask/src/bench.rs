//! `cargo xtask bench`: how fast a release build is with few and with many open cases.
//!
//! Every figure is measured from outside, over loopback, with the load generator on the same
//! machine. Nothing is asserted: machines differ, and the note states the figures.

mod instance;
mod load;
mod table;
mod wire;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::ci::tools::INITDB;
use crate::cluster::Cluster;
use crate::root;
use instance::{Credentials, Instance};
use load::{Figures, Load};
use table::{Facts, Line, Setting, Sweep};
use wire::Request;

/// What to measure.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many open cases; one database after the other.
    #[arg(long, value_delimiter = ',', default_value = "1000,100000")]
    cases: Vec<usize>,
    /// On which engines.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite")]
    engine: Vec<Engine>,
    /// How many nodes serve a PostgreSQL database at once; one number after the other.
    #[arg(long, value_delimiter = ',', default_value = "1")]
    nodes: Vec<usize>,
    /// How many cases are due at once, in sweeps over databases of their own.
    #[arg(long, value_delimiter = ',', value_name = "DUE")]
    sweeps: Vec<usize>,
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

/// What holds the cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
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
    let measured = Bench::new(arguments, binary, &folder).and_then(Bench::measure);
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

/// What is measured with, and what has been.
struct Bench<'a> {
    arguments: &'a Arguments,
    binary: PathBuf,
    folder: &'a Path,
    cluster: Option<Cluster>,
    facts: Vec<Facts>,
    lines: Vec<Line>,
    sweeps: Vec<Sweep>,
}

impl<'a> Bench<'a> {
    fn new(arguments: &'a Arguments, binary: PathBuf, folder: &'a Path) -> anyhow::Result<Self> {
        let cluster = if arguments.engine.contains(&Engine::Postgres) {
            Some(Cluster::start(&INITDB.path()?, true)?)
        } else {
            None
        };
        Ok(Self {
            arguments,
            binary,
            folder,
            cluster,
            facts: Vec::new(),
            lines: Vec::new(),
            sweeps: Vec::new(),
        })
    }

    fn measure(mut self) -> anyhow::Result<String> {
        for &engine in &self.arguments.engine {
            for &cases in &self.arguments.cases {
                self.measure_requests(engine, cases)?;
                for &due in &self.arguments.sweeps {
                    self.measure_sweep(engine, cases, due.min(cases))?;
                }
            }
        }
        let connections = self.arguments.clients;
        Ok(table::render(
            &self.facts,
            &self.lines,
            &self.sweeps,
            connections,
        ))
    }

    /// The address of a new database, or where its file will be.
    fn place(&self, engine: Engine, name: &str) -> anyhow::Result<String> {
        match (engine, &self.cluster) {
            (Engine::Postgres, Some(cluster)) => cluster.make_database(name),
            _ => {
                let file = self.folder.join(format!("{name}.sqlite"));
                Ok(file.to_string_lossy().into_owned())
            }
        }
    }

    fn disk_bytes(&self, engine: Engine, name: &str, place: &str) -> anyhow::Result<u64> {
        match (engine, &self.cluster) {
            (Engine::Postgres, Some(cluster)) => cluster.size(name),
            _ => Ok(std::fs::metadata(place)?.len()),
        }
    }

    fn measure_sweep(&mut self, engine: Engine, cases: usize, due: usize) -> anyhow::Result<()> {
        let setting = setting(engine, 1, cases);
        println!("{} {cases} cases, {due} due: seeding", setting.engine);
        let place = self.place(engine, &format!("due_{cases}_{due}"))?;
        instance::seed(&self.binary, self.folder, &place, cases, due)?;
        println!("  sweep");
        let swept = instance::sweep(&self.binary, &place)?;
        self.sweeps.push(Sweep { setting, swept });
        if engine == Engine::Sqlite {
            std::fs::remove_file(&place)?;
        }
        Ok(())
    }

    fn measure_requests(&mut self, engine: Engine, cases: usize) -> anyhow::Result<()> {
        println!("{engine:?} {cases} cases: seeding");
        let name = format!("cases_{cases}");
        let place = self.place(engine, &name)?;
        let seeded = instance::seed(&self.binary, self.folder, &place, cases, 0)?;
        println!("  {}", seeded.words);
        let disk_bytes = self.disk_bytes(engine, &name, &place)?;
        let one = [1];
        let nodes = match engine {
            Engine::Sqlite => &one[..],
            Engine::Postgres => &self.arguments.nodes,
        };
        for &nodes in nodes {
            let setting = setting(engine, nodes, cases);
            let running = (0..nodes.max(1))
                .map(|_| Instance::start(&self.binary, &seeded.database, self.folder))
                .collect::<anyhow::Result<Vec<_>>>()?;
            let (facts, lines) =
                measure_nodes(self.arguments, &running, &seeded.credentials, &setting)?;
            self.facts.push(Facts {
                disk_bytes,
                ..facts
            });
            self.lines.extend(lines);
            for node in running {
                node.stop()?;
            }
        }
        Ok(())
    }
}

fn setting(engine: Engine, nodes: usize, cases: usize) -> Setting {
    let engine = match engine {
        Engine::Sqlite => "sqlite".to_owned(),
        Engine::Postgres => format!("postgres ×{nodes}"),
    };
    Setting { engine, cases }
}

/// Everything one asks of nodes that run.
fn measure_nodes(
    arguments: &Arguments,
    nodes: &[Instance],
    credentials: &Credentials,
    setting: &Setting,
) -> anyhow::Result<(Facts, Vec<Line>)> {
    let mut facts = Facts {
        setting: setting.clone(),
        start_ms: nodes.iter().map(|node| node.start_ms).fold(0.0, f64::max),
        start_kib: most_memory(nodes)?,
        load_kib: 0,
        disk_bytes: 0,
    };
    let mut lines = Vec::new();
    let subjects = subjects(credentials);
    for subject in subjects
        .iter()
        .filter(|one| one.name.contains(&arguments.only))
    {
        println!("  {}: {}", setting.engine, subject.name);
        lines.push(measure_subject(arguments, nodes, subject, setting)?);
        facts.load_kib = facts.load_kib.max(most_memory(nodes)?);
    }
    Ok((facts, lines))
}

/// The memory of the node that takes most, KiB.
fn most_memory(nodes: &[Instance]) -> anyhow::Result<u64> {
    let each = nodes.iter().map(Instance::memory_kib);
    let each = each.collect::<anyhow::Result<Vec<_>>>()?;
    Ok(each.into_iter().max().unwrap_or(0))
}

/// The computing time all nodes have used, milliseconds.
fn cpu_ms(nodes: &[Instance]) -> anyhow::Result<f64> {
    nodes.iter().map(Instance::cpu_ms).sum()
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
    nodes: &[Instance],
    subject: &Subject,
    setting: &Setting,
) -> anyhow::Result<Line> {
    let addresses: Vec<SocketAddr> = nodes.iter().map(|node| node.address).collect();
    let load = Load {
        addresses: &addresses,
        request: &*subject.request,
        is_compressed: subject.is_compressed,
        seconds: arguments.seconds,
    };
    let bytes = load
        .bytes()
        .with_context(|| format!("{} is not answered", subject.name))?;
    let alone = load.run(1)?;
    let before = cpu_ms(nodes)?;
    let together: Figures = load.run(arguments.clients)?;
    let cpu_ms = cpu_ms(nodes)? - before;
    Ok(Line {
        setting: setting.clone(),
        name: subject.name,
        cpu_ms: cpu_ms / together.count.max(1) as f64,
        alone,
        together,
        bytes,
    })
}
