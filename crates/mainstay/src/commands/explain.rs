//! `mainstay explain`: the verdict on a request, its due instant and the ledger behind it.

mod notes;
mod question;
mod reckoning;
mod report;
mod text;
mod words;

use mainstay_domain::Moment;

use self::question::Question;
use super::{Answer, code, print};

/// A request, described.
#[derive(clap::Args)]
pub struct Arguments {
    /// The edition in force: the id of a shipped one, or a file.
    #[arg(long)]
    edition: String,
    /// The customer's plan, by id or name.
    #[arg(long)]
    plan: String,
    /// The severity on submission; only technical requests have one.
    #[arg(long)]
    severity: Option<String>,
    /// The customer's region: the code of a shipped one, or a file.
    #[arg(long)]
    region: String,
    /// When the request is submitted, as RFC 3339.
    #[arg(long, value_name = "INSTANT")]
    opened: Moment,
    /// The kind of help: technical, billing, subscription or pre-sales.
    #[arg(long, default_value = "technical")]
    kind: String,
    /// How the request comes in: portal, email, telephone or api.
    #[arg(long, default_value = "portal")]
    channel: String,
    /// An elevated offer the customer has, by id or name.
    #[arg(long)]
    offer: Option<String>,
    /// The subscription is a trial.
    #[arg(long)]
    trial: bool,
    /// A stretch that does not count, without TO if it goes on; may be given several times.
    #[arg(long, value_name = "FROM/TO", value_parser = question::pause)]
    paused: Vec<mainstay_domain::clock::Hole>,
    /// A later change of severity; may be given several times.
    #[arg(long, value_name = "INSTANT=S", value_parser = question::change)]
    severity_at: Vec<question::Change>,
    /// Print the explanation as one JSON object.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Explains the request.
    pub fn run(self) -> Answer {
        let is_json = self.json;
        let question = Question::of(self)?;
        let report = reckoning::report(&question)?;
        if is_json {
            print(&serde_json::to_string_pretty(&report)?)?;
        } else {
            print(&text::render(&report))?;
        }
        Ok(code(true))
    }
}
