//! `mainstay doctor`: looks at what an instance keeps and promises, also while it runs.

use mainstay_app::Clock;
use mainstay_app::archive::Progress;
use mainstay_app::doctor::{Examined, Extent, examine};
use mainstay_domain::case::House;

use super::database::Database;
use super::progress::Teller;
use super::serve::read_house;
use super::{Answer, code, counted, print};
use crate::ports::SystemClock;
use crate::server;

/// How much to look at.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    database: Database,
    /// Look at every case, open or closed, and at the bytes of every file.
    #[arg(long, conflicts_with = "sample")]
    all: bool,
    /// Look at so many open cases, those that are due first, and as many files.
    #[arg(long, value_name = "COUNT", default_value_t = 200)]
    sample: u32,
    /// The vendor's own rules, as given to `serve`.
    #[arg(long, env = "MAINSTAY_HOUSE", value_name = "FILE")]
    house: Option<String>,
    /// Print what was found as one JSON object.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Examines it; the answer is no when something is wrong.
    pub fn run(self) -> Answer {
        server::run(self.examine())
    }

    async fn examine(self) -> Answer {
        let house = match &self.house {
            Some(file) => read_house(file)?,
            None => House::default(),
        };
        let place = self.database.place()?;
        let db = place.open_to_read().await?;
        let extent = if self.all {
            Extent::All
        } else {
            Extent::Sample(self.sample)
        };
        let mut teller = Teller::new("looking at");
        let mut look = |rows| {
            teller.tell(&Progress {
                part: "files and cases".to_owned(),
                rows,
                bytes: 0,
            });
        };
        let (files, now) = (place.file_store(), SystemClock.now());
        let examined = examine(&db, &files, house, extent, now, &mut look).await?;
        drop(teller);
        db.close().await?;
        if self.json {
            print(&serde_json::to_string_pretty(&examined)?)?;
        } else {
            print(&lines(&examined).join("\n"))?;
        }
        Ok(code(examined.is_well()))
    }
}

fn lines(examined: &Examined) -> Vec<String> {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let line = |finding: &mainstay_app::doctor::Finding| {
        let weight = if finding.is_wrong { "wrong" } else { "note " };
        format!("{weight}  {}: {}", finding.about, finding.message)
    };
    let wrong = examined.findings.iter().filter(|finding| finding.is_wrong);
    let closing = format!(
        "{}, {} and {} looked at, {} wrong",
        counted(count(examined.cases), "case"),
        counted(count(examined.files), "file"),
        counted(count(examined.log_lines), "log line"),
        counted(wrong.count(), "thing"),
    );
    let findings = examined.findings.iter();
    findings.map(line).chain([closing]).collect()
}
