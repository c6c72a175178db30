//! Many callers at once while something happens, and what each of them was told: kept, refused, or
//! nobody knows. A refusal is a promise too: what was refused is not there.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use serde_json::json;

use super::now;
use super::stage::{Found, Stage};
use super::story::request;
use super::wire::{Answer, Request};

/// Tries with one key before somebody gives up.
const TRIES: usize = 8;
/// The words by which a caller is told that nobody knows.
const UNCERTAIN: [&str; 2] = ["not certain", "may still be carried out"];

/// What a caller was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// It is kept.
    Kept,
    /// It is not, and may be sent again.
    Refused,
    /// It may be kept or not.
    Unknown,
}

/// Who calls, and where.
pub struct Plan<'a> {
    /// Begins the marks of this load; no other has it.
    pub name: String,
    /// Where to.
    pub nodes: &'a [SocketAddr],
    /// How many call at once; they take the nodes in turn.
    pub callers: usize,
    /// The case all of them reply to; without one, each opens cases and replies to its own.
    pub case: Option<&'a str>,
    /// How long each waits between two calls.
    pub pause: Duration,
}

/// Something that was sent.
struct Act {
    mark: String,
    /// The case it replies to; without one it opens one.
    case: Option<String>,
    told: Told,
}

/// Everything that was sent.
pub struct Load {
    acts: Vec<Act>,
    /// The longest anybody waited for an answer.
    pub slowest: Duration,
}

impl Load {
    /// Calls as planned while something happens, until it has.
    ///
    /// # Errors
    /// When it fails, or somebody is answered as nobody should be.
    pub fn during<T>(
        stage: &Stage<'_>,
        plan: &Plan<'_>,
        happens: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<(Self, T)> {
        let is_over = AtomicBool::new(false);
        let load = Mutex::new(Self {
            acts: Vec::new(),
            slowest: Duration::ZERO,
        });
        let (happened, called) = std::thread::scope(|scope| {
            let callers: Vec<_> = (0..plan.callers)
                .map(|caller| {
                    let (load, is_over) = (&load, &is_over);
                    scope.spawn(move || call(stage, plan, caller, load, is_over))
                })
                .collect();
            let happened = happens();
            is_over.store(true, Ordering::SeqCst);
            let called = callers
                .into_iter()
                .map(|caller| caller.join().map_err(|_| anyhow!("a caller panicked"))?)
                .collect::<anyhow::Result<Vec<()>>>();
            (happened, called)
        });
        let load = load
            .into_inner()
            .map_err(|_| anyhow!("a caller panicked"))?;
        called?;
        Ok((load, happened?))
    }

    /// How many were told so.
    pub fn count(&self, told: Told) -> usize {
        self.acts.iter().filter(|act| act.told == told).count()
    }

    /// The same in words.
    pub fn words(&self) -> String {
        format!(
            "{} kept, {} refused, {} unknown, longest wait {:.1} s",
            self.count(Told::Kept),
            self.count(Told::Refused),
            self.count(Told::Unknown),
            self.slowest.as_secs_f64(),
        )
    }

    /// Looks for everything in what is kept.
    ///
    /// # Errors
    /// Names what is lost, there twice, or there although it was refused.
    pub fn check(&self, found: &Found) -> anyhow::Result<()> {
        let mut wrong = Vec::new();
        for act in &self.acts {
            let count = found.entries_with(&act.mark);
            match (act.told, count) {
                (Told::Kept | Told::Unknown, 1) | (Told::Refused | Told::Unknown, 0) => {}
                (told, _) => wrong.push(format!("{} was {told:?}, is there {count}", act.mark)),
            }
        }
        if wrong.is_empty() {
            return Ok(());
        }
        bail!("{}", wrong.join("\n    "))
    }

    /// Sends again with its key what is not known to be kept; then all of it is.
    ///
    /// # Errors
    /// When something is not taken although everything is in order.
    pub fn settle(&mut self, stage: &Stage<'_>, at: SocketAddr) -> anyhow::Result<()> {
        for act in self.acts.iter_mut().filter(|act| act.told != Told::Kept) {
            for _ in 0..TRIES {
                act.told = told(&act.request(stage).send(at)?)?;
                if act.told == Told::Kept {
                    break;
                }
                std::thread::sleep(Duration::from_millis(250));
            }
            if act.told != Told::Kept {
                bail!("{} is not taken, {TRIES} times", act.mark);
            }
        }
        Ok(())
    }
}

/// Calls until it is over.
fn call(
    stage: &Stage<'_>,
    plan: &Plan<'_>,
    caller: usize,
    load: &Mutex<Load>,
    is_over: &AtomicBool,
) -> anyhow::Result<()> {
    let at = plan.nodes[caller % plan.nodes.len()];
    let mut own_case = None;
    for turn in 0.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        let case = plan.case.map(str::to_owned).or_else(|| own_case.take());
        let mut act = Act {
            mark: format!("{}by{caller}turn{turn}x", plan.name),
            case,
            told: Told::Unknown,
        };
        let begun = now();
        if let Ok(answer) = act.request(stage).send(at) {
            act.told = told(&answer).with_context(|| act.mark.clone())?;
            if act.told == Told::Kept && act.case.is_none() {
                own_case = answer.json()?["number"].as_str().map(str::to_owned);
            }
        }
        let waited = begun.elapsed();
        let is_kept = act.told == Told::Kept;
        {
            let mut load = load.lock().map_err(|_| anyhow!("a caller panicked"))?;
            load.slowest = load.slowest.max(waited);
            load.acts.push(act);
        }
        // Whoever was turned away waits a little; less than they were asked to.
        let pause = if is_kept { 0 } else { 200 };
        std::thread::sleep(plan.pause.max(Duration::from_millis(pause)));
    }
    Ok(())
}

/// What an answer says; any other than these is wrong.
pub fn told(answer: &Answer) -> anyhow::Result<Told> {
    match answer.status {
        201 => Ok(Told::Kept),
        503 => {
            is_problem(answer)?;
            Ok(if is_uncertain(answer) {
                Told::Unknown
            } else {
                Told::Refused
            })
        }
        status => bail!("a call was answered {status}: {}", answer.body),
    }
}

/// Whether an answer, a page or a call's, says that nobody knows.
pub fn is_uncertain(answer: &Answer) -> bool {
    UNCERTAIN.iter().any(|words| answer.body.contains(words))
}

/// Whether a refusal is clear: of the right kind, with a time to come again, without what is only
/// for whoever runs the instance.
pub fn is_problem(answer: &Answer) -> anyhow::Result<()> {
    let kind = answer.header("content-type").unwrap_or_default();
    let is_private = ["sqlite", "ostgre", "connect"];
    let is_clear = kind.starts_with("application/problem+json")
        && answer.header("retry-after").is_some()
        && !is_private.iter().any(|word| answer.body.contains(word));
    if is_clear {
        return Ok(());
    }
    bail!("a refusal is not clear: {kind} {}", answer.body)
}

impl Act {
    fn request(&self, stage: &Stage<'_>) -> Request {
        let mark = &self.mark;
        let (path, body) = match &self.case {
            Some(number) => (
                format!("/api/v1/cases/{number}/replies"),
                json!({ "body": format!("Still late. {mark}") }),
            ),
            None => ("/api/v1/cases".to_owned(), request(mark)),
        };
        Request::json(&path, &body).bearer(&stage.token).key(mark)
    }
}
