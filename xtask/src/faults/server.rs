//! PostgreSQL fails an instance: it crashes, loses what was said, has no room, or says nothing. The
//! instance is never started again: it heals by itself.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail};

use super::load::{Load, Plan, Told, is_uncertain, told};
use super::proxy::Strike;
use super::site::{
    DATABASE, Site, end_in_order, is_alive_and_not_ready, open_case, reads_are_refused,
    wait_until_ready,
};
use super::story::Ledger;
use super::wire::Request;
use super::{Round, Workshop, now, story};

/// Callers at once.
const CALLERS: usize = 8;
/// Acts within which a COMMIT is struck.
const MOST_ACTS: usize = 18;
/// A connection is waited for five seconds, a statement twelve on the server and five on the way.
const SILENCE: Duration = Duration::from_secs(22);
/// What a busy machine may add to that; then calls are broken off.
const SLACK: Duration = Duration::from_secs(3);
/// A line on which nothing is heard is asked every twenty seconds, and may take ten to answer.
const DEAF: Duration = Duration::from_secs(32);
/// Whoever is refused is told so within this.
const PROMPTLY: Duration = Duration::from_secs(12);
/// What is looked at after all rounds.
const AT_REST: &str = "all clocks are judged, everybody told once, the doctor content";
const AT_LAST: &str = "it is the same process, and ends in order";

fn pause() {
    std::thread::sleep(Duration::from_secs(1));
}

/// Everything acknowledged is there, nothing refused is; the rest is sent again, and there once.
fn settle(site: &Site<'_>, load: &mut Load, at: SocketAddr) -> anyhow::Result<()> {
    load.check(&site.stage.look()?)?;
    load.settle(&site.stage, at)?;
    load.check(&site.stage.look()?)
}

/// Calls while the server is away, and looks what is left.
fn outage(
    site: &Site<'_>,
    at: SocketAddr,
    name: String,
    happens: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<Load> {
    let plan = Plan {
        name,
        nodes: &[at],
        callers: CALLERS,
        case: None,
        pause: Duration::from_millis(25),
    };
    let (mut load, ()) = Load::during(&site.stage, &plan, happens)?;
    println!("    {}", load.words());
    if load.count(Told::Kept) == 0 || load.count(Told::Refused) == 0 {
        bail!("it has not happened in the midst of anything");
    }
    settle(site, &mut load, at)?;
    Ok(load)
}

/// The server crashes under load and is started again.
pub fn crashed(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let site = Site::new(workshop, "pg-crash")?;
    let node = site.stage.start()?;
    let at = node.address;
    let (mut rounds, mut chance) = (Vec::new(), workshop.chance(4));
    for run in 0..workshop.runs(3) {
        let after = Duration::from_millis(500 + chance.below(1500));
        let round = outage(&site, at, format!("crash{run}"), || {
            std::thread::sleep(after);
            site.cluster.crash()?;
            pause();
            let looked = is_alive_and_not_ready(at);
            let looked = looked.and_then(|()| reads_are_refused(&site.stage, at));
            site.cluster.run()?;
            looked?;
            wait_until_ready(at)?;
            pause();
            Ok(())
        });
        let what = format!("after {} ms of load", after.as_millis());
        rounds.push(Round::of(what, round));
    }
    rounds.push(Round::of(AT_REST, site.come_to_rest()));
    rounds.push(Round::of(AT_LAST, end_in_order(node)));
    Ok(rounds)
}

/// A COMMIT does not arrive, or its answer does not.
pub fn commits_lost(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let site = Site::new(workshop, "pg-commit")?;
    let node = site.start_behind()?;
    let (mut rounds, mut chance) = (Vec::new(), workshop.chance(5));
    let (mut ledger, mut unknown) = (Ledger::default(), 0);
    for run in 0..workshop.runs(24) {
        let strike = if run % 2 == 0 {
            Strike::BeforeClient
        } else {
            Strike::BeforeServer
        };
        let passing = chance.below(10);
        site.proxy.strike_after(passing, strike);
        let round = lose_commit(&site, node.address, &mut ledger);
        unknown += usize::from(matches!(round, Ok(true)));
        let what = format!("{strike:?}, after {passing} others");
        rounds.push(Round::of(what, round));
    }
    let told = match unknown {
        0 => Err(anyhow::anyhow!("nobody was")),
        _ => Ok(()),
    };
    rounds.push(Round::of(
        format!("{unknown} were told that nobody knows"),
        told,
    ));
    rounds.push(Round::of(AT_REST, site.come_to_rest()));
    rounds.push(Round::of(AT_LAST, end_in_order(node)));
    Ok(rounds)
}

/// People act until a COMMIT was struck; whether it was one of theirs. It may be a worker's.
fn lose_commit(site: &Site<'_>, at: SocketAddr, ledger: &mut Ledger) -> anyhow::Result<bool> {
    let before = site.proxy.strikes();
    let mut is_unknown = false;
    for _ in 0..MOST_ACTS {
        let answer = ledger.try_next(&site.stage, at)?;
        if answer.status >= 400 {
            let is_told = answer.status == 503 && is_uncertain(&answer);
            if !is_told || site.proxy.strikes() == before {
                bail!("an act was answered {}: {}", answer.status, answer.body);
            }
            is_unknown = true;
        }
        if site.proxy.strikes() > before {
            break;
        }
    }
    if site.proxy.strikes() == before {
        bail!("no COMMIT was struck");
    }
    ledger.check(&site.stage.look()?)?;
    ledger.settle(&site.stage, at)?;
    ledger.read_back(&site.stage, at)?;
    ledger.check(&site.stage.look()?)?;
    Ok(is_unknown)
}

/// Others have all connections; or nobody listens.
pub fn full(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let site = Site::new(workshop, "pg-full")?;
    site.cluster
        .ask(DATABASE, "ALTER SYSTEM SET max_connections = 40")?;
    site.cluster.crash()?;
    site.cluster.run()?;
    let node = site.start_behind()?;
    let at = node.address;
    let mut rounds = Vec::new();
    let taken = outage(&site, at, "full".to_owned(), || {
        pause();
        site.proxy.shut();
        let mut guests = Vec::new();
        while let Ok(guest) = site.cluster.guest(DATABASE) {
            guests.push(guest);
        }
        site.proxy.open();
        pause();
        is_alive_and_not_ready(at)?;
        reads_are_refused(&site.stage, at)?;
        drop(guests);
        wait_until_ready(at)?;
        pause();
        Ok(())
    });
    rounds.push(Round::of(
        "others have all connections",
        taken.and_then(is_prompt),
    ));
    let refused = outage(&site, at, "refused".to_owned(), || {
        pause();
        site.proxy.shut();
        pause();
        is_alive_and_not_ready(at)?;
        reads_are_refused(&site.stage, at)?;
        site.proxy.open();
        wait_until_ready(at)?;
        pause();
        Ok(())
    });
    rounds.push(Round::of("nobody listens", refused.and_then(is_prompt)));
    rounds.push(Round::of(AT_REST, site.come_to_rest()));
    rounds.push(Round::of(AT_LAST, end_in_order(node)));
    Ok(rounds)
}

fn is_prompt(load: Load) -> anyhow::Result<()> {
    if load.slowest > PROMPTLY {
        bail!("somebody waited for {:.1} s", load.slowest.as_secs_f64());
    }
    Ok(())
}

/// Everything is swallowed and nobody hangs up, as when a machine on the way goes dark.
pub fn silent(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let site = Site::new(workshop, "pg-silence")?;
    let (node, other) = (site.start_behind()?, site.stage.start()?);
    let at = node.address;
    let number = open_case(&site, at)?;
    let mut rounds = Vec::new();
    let calls = outage(&site, at, "silence".to_owned(), || {
        pause();
        site.proxy.swallow();
        is_alive_and_not_ready(at)?;
        reads_are_refused(&site.stage, at)?;
        std::thread::sleep(SILENCE);
        site.proxy.open();
        wait_until_ready(at)?;
        pause();
        Ok(())
    });
    let calls = calls.and_then(|load| {
        if load.slowest <= SILENCE + SLACK {
            return Ok(());
        }
        bail!("somebody waited for {:.1} s", load.slowest.as_secs_f64())
    });
    rounds.push(Round::of("every call ends in time, and in words", calls));
    rounds.push(Round::of("no dead line is used again", heals(&site, at)));
    let heard = hears(&site, at, other.address, &number);
    rounds.push(Round::of("it hears the other node again", heard));
    rounds.push(Round::of(AT_REST, site.come_to_rest()));
    rounds.push(Round::of(AT_LAST, end_in_order(node)));
    rounds.push(Round::of("the other ends in order", end_in_order(other)));
    Ok(rounds)
}

/// A live page on one node is told what is done on another. Nothing is due on the case, so that
/// nobody but the other node has anything to say of it.
fn hears(site: &Site<'_>, here: SocketAddr, there: SocketAddr, number: &str) -> anyhow::Result<()> {
    site.come_to_rest()?;
    let mut ear = Request::get(&format!("/live?topics=case-{number}"))
        .cookie(&site.stage.lead)
        .listen(here)?;
    for (turn, patience) in [DEAF, PROMPTLY].into_iter().enumerate() {
        let body = serde_json::json!({ "body": "Do you hear me?" });
        let path = format!("/api/v1/cases/{number}/replies");
        let reply = Request::json(&path, &body).bearer(&site.stage.token);
        let answer = reply.send(there)?;
        if told(&answer)? != Told::Kept {
            bail!("reply {turn} was refused: {}", answer.body);
        }
        ear.hear(&format!("case-{number}"), patience)?;
    }
    Ok(())
}

/// Once one line was found dead, none of the others is waited for.
fn heals(site: &Site<'_>, at: SocketAddr) -> anyhow::Result<()> {
    wait_until_ready(at)?;
    let begun = now();
    for run in 0..40 {
        let call = Request::json("/api/v1/cases", &story::request("After all that"))
            .bearer(&site.stage.token)
            .key(&format!("healed{run}"));
        let answer = call.send(at)?;
        if told(&answer).context("a call")? != Told::Kept {
            bail!("call {run} was refused: {}", answer.body);
        }
    }
    if begun.elapsed() > PROMPTLY {
        bail!("forty calls took {:.1} s", begun.elapsed().as_secs_f64());
    }
    Ok(())
}
