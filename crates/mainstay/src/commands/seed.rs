//! `mainstay seed`: a database full of open cases, for measuring.
//!
//! Cases are decided by the rules like any other, and kept by the store many at a time. What would
//! have been told to whom is left out: it would have been told long ago.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use futures::{StreamExt, stream};
use mainstay_app::{App, Catalogue, Clock, Credential, Ids};
use mainstay_description::shipped;
use mainstay_domain::Moment;
use mainstay_domain::access::{ActingFor, Action, Facts, Grant, Principal, Role, decide};
use mainstay_domain::case::{
    Actor, Channel, Command, Ctx, House, NewCase, NextTurn, Outcome, Refusal, Side, Terms, act,
    open,
};
use mainstay_domain::edition::Kind;
use mainstay_domain::entitlement::Holding;
use mainstay_domain::ids::{AccountId, CaseId, CaseNumber, PersonId, SubscriptionId};
use mainstay_store::accounts::{Account, Subscription};
use mainstay_store::db::Options;
use mainstay_store::log::By;
use mainstay_store::people::{Membership, Organisation, Person};
use mainstay_store::sessions::{Entrance, How};
use mainstay_store::{MIGRATIONS, Tx, accounts, cases, people, settings, system};
use serde::Serialize;

use super::{Answer, print, serve};
use crate::demo::chance::Chance;
use crate::demo::stories::{self, Story};
use crate::place::Place;
use crate::ports::{SystemClock, SystemIds, stopwatch};
use crate::server;

/// Cases kept in one transaction.
const BATCH: usize = 1000;
/// Transactions prepared at once.
const AHEAD: usize = 2;
/// Page cache of the writer, KiB: pages many cases share are written once.
const CACHE_KIB: u32 = 256 * 1024;
/// Cases of one account, so that a customer's list is as long in a small database as in a large.
const CASES_OF_ACCOUNT: usize = 50;
/// Customers that get credentials.
const CALLERS: usize = 8;
/// Over how many seconds before now the cases come in.
const SPAN: i64 = 50 * 60;
/// How much earlier, in seconds, those came in that are due: their promise is two hours.
const LONG_AGO: i64 = 3 * 60 * 60;
/// A word that stands in three cases.
const RARE: &str = "quokkaphone";
/// Regions accounts are in.
const REGIONS: [&str; 6] = ["us-east", "us-west", "de", "gb", "in", "jp"];

/// What to fill.
#[derive(clap::Args)]
pub struct Arguments {
    /// The database, a SQLite file or postgres://…; it must be new.
    #[arg(long, value_name = "FILE|URL")]
    database: PathBuf,
    /// How many cases.
    #[arg(long, default_value_t = 1000)]
    cases: usize,
    /// How many accounts at most; each has about fifty cases.
    #[arg(long, default_value_t = 2000)]
    accounts: usize,
    /// How many of them missed their promise and wait to be judged.
    #[arg(long, default_value_t = 0)]
    due: usize,
    /// Where to write what a load generator needs to sign in.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// What a load generator needs.
#[derive(Serialize)]
struct Credentials {
    /// Cookie values of customers' administrators.
    customer_sessions: Vec<String>,
    /// Bearer tokens of the same.
    customer_tokens: Vec<String>,
    /// The cookie value of an agent.
    agent_session: String,
    /// The bearer token of the same.
    agent_token: String,
    /// Numbers of cases spread over all of them.
    case_numbers: Vec<String>,
    /// A word that stands in three cases.
    rare_word: &'static str,
}

/// An account to fill, with its administrator.
struct Filled {
    account: Account,
    subscription: Subscription,
    administrator: Person,
}

/// What cases are made of.
struct Mould {
    accounts: Vec<Filled>,
    agent: PersonId,
    stories: Vec<Story>,
    catalogue: Arc<Catalogue>,
    cases: usize,
    due: usize,
    now: Moment,
}

impl Arguments {
    /// Fills the database.
    pub fn run(self) -> Answer {
        server::run(self.fill())
    }

    async fn fill(self) -> Answer {
        let watch = stopwatch();
        let mut options = Options::new(MIGRATIONS);
        options.writer_cache_kib = CACHE_KIB;
        // A long job is not to stand behind another in its transaction: it would need a savepoint.
        options.batch = 1;
        let files = std::env::temp_dir(); // no case has any
        let place = Place::new(&self.database, Some(&files))?;
        let app = serve::start(&place, options, House::default()).await?;
        let is_new = app
            .db()
            .read(async |tx| system::case_counts(tx).await)
            .await?
            == (0, 0);
        if !is_new {
            bail!("the database holds cases already; name a new one");
        }
        app.publish(shipped::editions(), shipped::regions()).await?;
        let most = self.accounts.max(1);
        let accounts = (self.cases / CASES_OF_ACCOUNT).clamp(CALLERS.min(most), most);
        let mould = Arc::new(Mould::new(&app, accounts, self.cases, self.due)?);
        let agent = agent(mould.agent);
        mould.move_in(&app, &agent).await?;
        let numbers = pour(&app, &mould).await?;
        app.take_in_words().await?;
        let seconds = watch.elapsed().as_secs_f64();
        write_credentials(&app, &mould, &agent, &numbers, &self.out).await?;
        app.db().optimize().await?;
        app.db().close().await?;
        let rate = numbers.len() as f64 / seconds.max(0.001);
        let (cases, accounts) = (numbers.len(), mould.accounts.len());
        print(&format!(
            "{cases} cases of {accounts} accounts in {seconds:.1} s ({rate:.0}/s)"
        ))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Mould {
    fn new(app: &App, accounts: usize, cases: usize, due: usize) -> anyhow::Result<Self> {
        let mut chance = Chance::new(7);
        let stories = stories::all()?
            .into_iter()
            .filter(|story| story.kind == Kind::Technical);
        Ok(Self {
            accounts: (0..accounts)
                .map(|place| Filled::new(place, &mut chance))
                .collect(),
            agent: PersonId(chance.uuid()),
            stories: stories.collect(),
            catalogue: app.catalogue(),
            cases,
            due,
            now: SystemClock.now(),
        })
    }

    async fn move_in(self: &Arc<Self>, app: &App, agent: &Person) -> anyhow::Result<()> {
        let (mould, agent) = (Arc::clone(self), agent.clone());
        let move_in = async move |tx: &mut Tx<'_>| {
            system::reach(tx);
            settings::save(tx, "vendor", "A measured vendor").await?;
            people::insert(tx, &agent, mould.now).await?;
            let at_vendor = Membership {
                organisation: Organisation::Vendor,
                role: Role::Agent,
            };
            people::insert_membership(tx, agent.id, at_vendor).await?;
            for one in &mould.accounts {
                accounts::insert(tx, &one.account, mould.now).await?;
                accounts::insert_subscription(tx, &one.subscription).await?;
                people::insert(tx, &one.administrator, mould.now).await?;
                let organisation = Organisation::Account(one.account.id);
                let membership = Membership {
                    organisation,
                    role: Role::GlobalAdmin,
                };
                people::insert_membership(tx, one.administrator.id, membership).await?;
            }
            Ok::<_, mainstay_store::Error>(())
        };
        app.db().write(move_in).await?;
        Ok(())
    }

    /// One case with three entries, decided by the rules.
    fn cast(&self, place: usize) -> anyhow::Result<(Outcome, Terms, Grant)> {
        let one = &self.accounts[place % self.accounts.len()];
        let mut ago = SPAN - SPAN * i64::try_from(place)? / i64::try_from(self.cases.max(1))?;
        if place < self.due {
            ago += LONG_AGO;
        }
        let at = self.now.plus_seconds(-ago);
        let terms = self
            .catalogue
            .terms_now(&one.account.region, &one.subscription.holding, at)?;
        let grant = one.grant()?;
        let story = &self.stories[place % self.stories.len()];
        let asks = Ctx {
            actor: grant.actor().clone(),
            now: at,
        };
        let works = Ctx {
            actor: Actor::person(self.agent, Side::Vendor),
            now: at.plus_seconds(1),
        };
        let mut outcome = open(self.new_case(one, story, place), &terms, &asks)?;
        for (command, is_agents) in self.commands(story, place) {
            grow(
                &mut outcome,
                command,
                &terms,
                if is_agents { &works } else { &asks },
            )?;
        }
        outcome.effects.clear();
        Ok((outcome, terms, grant))
    }

    fn new_case(&self, one: &Filled, story: &Story, place: usize) -> NewCase {
        let is_rare = [7, self.cases / 2, self.cases.saturating_sub(3)].contains(&place);
        let rare = if is_rare { RARE } else { "as usual" };
        let body = format!("{}\n\nReference ref{place}x, {rare}.", story.body.trim());
        NewCase {
            id: CaseId(SystemIds.id()),
            number: CaseNumber::from_counter(1),
            account: one.account.id,
            subscription: Some(one.subscription.id),
            requester: one.administrator.id,
            subject: format!("{} ({place})", story.subject),
            body,
            kind: Kind::Technical,
            category: story.category.clone(),
            channel: Channel::Portal,
            impact: None,
            // Nothing of it falls due while somebody measures.
            severity: Some("B".to_owned()),
            follows: None,
        }
    }

    /// What happens to a case after it was opened, and whether the agent does it.
    fn commands(&self, story: &Story, place: usize) -> [(Command, bool); 2] {
        let take = (
            Command::Assign {
                to: Some(self.agent),
            },
            true,
        );
        let note = Command::Note {
            body: story.note.clone().unwrap_or_else(|| story.thanks.clone()),
        };
        let reply = |body: &str, next| Command::Reply {
            body: body.to_owned(),
            next,
        };
        match place % 10 {
            _ if place < self.due => [take, (note, true)],
            0..=3 => [take, (note, true)],
            4..=6 => [
                (reply(&story.progress, NextTurn::Vendor), true),
                (reply(&story.thanks, NextTurn::Vendor), false),
            ],
            7..=8 => [take, (reply(&story.progress, NextTurn::Customer), true)],
            _ => [take, (reply(&story.solution, NextTurn::Vendor), true)],
        }
    }
}

impl Filled {
    fn new(place: usize, chance: &mut Chance) -> Self {
        let id = AccountId(chance.uuid());
        let person = PersonId(chance.uuid());
        Self {
            account: Account {
                id,
                name: format!("Measured account {place:05}"),
                region: REGIONS[place % REGIONS.len()].to_owned(),
                customer_number: format!("{:08}", 10_000_000 + place),
            },
            subscription: Subscription {
                id: SubscriptionId(chance.uuid()),
                account: id,
                holding: Holding {
                    plan: "e3".to_owned(),
                    is_trial: false,
                    // So that severities are the customer's to set.
                    offer: Some("premier".to_owned()),
                    additional_service: None,
                },
                seats: 100,
                starts_on: jiff::civil::date(2020, 1, 1),
                ends_on: None,
            },
            administrator: person_of(
                person,
                &format!("Administrator {place:05}"),
                &format!("admin{place}@measured.example"),
            ),
        }
    }

    fn grant(&self) -> anyhow::Result<Grant> {
        let principal = Principal {
            person: self.administrator.id,
            is_active: true,
            acting_for: ActingFor::Account {
                account: self.account.id,
            },
            roles: vec![Role::GlobalAdmin],
        };
        Ok(decide(&principal, Action::Open, &Facts::default())?)
    }
}

fn agent(id: PersonId) -> Person {
    person_of(id, "Measured Agent", "agent@measured.example")
}

fn person_of(id: PersonId, name: &str, email: &str) -> Person {
    Person {
        id,
        email: email.to_owned(),
        name: name.to_owned(),
        language: "en".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        theme: "system".to_owned(),
        password_hash: None,
        is_active: true,
    }
}

/// Adds what a command does to what has happened.
fn grow(outcome: &mut Outcome, command: Command, terms: &Terms, ctx: &Ctx) -> Result<(), Refusal> {
    let more = act(&outcome.case, command, terms, ctx)?;
    outcome.case = more.case;
    outcome.entries.extend(more.entries);
    Ok(())
}

/// Makes all cases and keeps them, many at a time; returns their numbers.
async fn pour(app: &App, mould: &Arc<Mould>) -> anyhow::Result<Vec<CaseNumber>> {
    let starts = (0..mould.cases).step_by(BATCH);
    let batches = starts.map(|start| pour_batch(app.clone(), Arc::clone(mould), start));
    let mut kept = stream::iter(batches).buffered(AHEAD);
    let mut numbers = Vec::with_capacity(mould.cases);
    while let Some(batch) = kept.next().await {
        numbers.extend(batch?);
    }
    Ok(numbers)
}

async fn pour_batch(app: App, mould: Arc<Mould>, start: usize) -> anyhow::Result<Vec<CaseNumber>> {
    let end = (start + BATCH).min(mould.cases);
    let made = tokio::task::spawn_blocking(move || {
        (start..end)
            .map(|place| mould.cast(place))
            .collect::<anyhow::Result<Vec<_>>>()
    });
    let mut made = made.await.context("a batch was not made")??;
    // Batches are kept side by side, and each holds the logs of its accounts until it is done: all
    // take them in the same order, or two would wait for each other.
    made.sort_by_key(|(outcome, ..)| outcome.case.account);
    let keep = async move |tx: &mut Tx<'_>| {
        let mut numbers = Vec::with_capacity(made.len());
        for (mut outcome, terms, grant) in made {
            outcome.case.number = cases::next_number(tx).await?;
            let opened_at = outcome.case.opened_at;
            let by = By {
                person: grant.actor().person,
                ..By::default()
            };
            cases::insert(tx, &outcome, &terms, &grant, &by, opened_at).await?;
            numbers.push(outcome.case.number);
        }
        Ok::<_, mainstay_store::Error>(numbers)
    };
    Ok(app.db().write(keep).await?)
}

async fn write_credentials(
    app: &App,
    mould: &Mould,
    agent: &Person,
    numbers: &[CaseNumber],
    out: &Path,
) -> anyhow::Result<()> {
    let (agent_session, agent_token) = sign_in(app, agent.id).await?;
    let mut credentials = Credentials {
        customer_sessions: Vec::new(),
        customer_tokens: Vec::new(),
        agent_session,
        agent_token,
        case_numbers: numbers
            .iter()
            .step_by((numbers.len() / 64).max(1))
            .map(ToString::to_string)
            .collect(),
        rare_word: RARE,
    };
    for one in mould.accounts.iter().take(CALLERS) {
        let (session, token) = sign_in(app, one.administrator.id).await?;
        credentials.customer_sessions.push(session);
        credentials.customer_tokens.push(token);
    }
    std::fs::write(out, serde_json::to_string_pretty(&credentials)?)
        .with_context(|| format!("{} cannot be written", out.display()))
}

/// A session and a token of a person.
async fn sign_in(app: &App, person: PersonId) -> anyhow::Result<(String, String)> {
    let session = app
        .start_session(person, Entrance::by(How::Demo))
        .await?
        .token;
    let signed = app.session(Credential::session(&session)).await?;
    let token = app.create_token(&signed, "measuring").await?;
    Ok((session, token))
}
