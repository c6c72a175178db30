//! Writers in each other's way on PostgreSQL: on one case, behind a row that is held, in deadlocks,
//! under serialization failures. Each is acknowledged once, or refused clearly.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{anyhow, bail};
use serde_json::json;

use super::load::{Load, Plan, Told, told};
use super::site::{DATABASE, Site, end_in_order, open_case};
use super::wire::Request;
use super::{Round, Workshop, now};

/// Callers at once, over two nodes; each node has sixteen connections.
const CALLERS: usize = 48;
/// A lock is waited for five seconds, and before it a connection for as long.
const PATIENCE: Duration = Duration::from_secs(12);
/// Pages one person sees within six seconds although all cases are held, at least.
const FEWEST_PAGES: usize = 30;
/// Holds every case.
const HOLD: &str = "BEGIN; SELECT count(*) FROM (SELECT 1 FROM cases FOR UPDATE) held";
/// Lets some changes fail as they do among many writers: at once, and at their COMMIT.
const STORM: &str = "
    CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF random() < 0.15 THEN RAISE EXCEPTION 'clash' USING ERRCODE = TG_ARGV[0]; END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER clash_at_once AFTER INSERT ON entries
        FOR EACH ROW EXECUTE FUNCTION clash('40P01');
    CREATE CONSTRAINT TRIGGER clash_at_commit AFTER INSERT ON entries DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION clash('40001');";
const CALM: &str = "DROP FUNCTION clash() CASCADE";

/// All of it, on two nodes.
pub fn storms(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let site = Site::new(workshop, "pg-locks")?;
    let (one, other) = (site.stage.start()?, site.stage.start()?);
    let nodes = [one.address, other.address];
    let case = &open_case(&site, nodes[0])?;
    let mut rounds = Vec::new();
    let crowd = many(&site, &nodes, ("crowd", Some(case)), || {
        std::thread::sleep(Duration::from_secs(4));
        Ok(())
    });
    rounds.push(Round::of("many writers on one case", crowd));
    let held = many(&site, &nodes, ("held", Some(case)), || {
        hold(&site, nodes[0], case)
    });
    rounds.push(Round::of("a case is held by somebody else", held));
    for run in 0..workshop.runs(3) {
        let what = format!("a deadlock, {run}");
        rounds.push(Round::of(what, deadlock(&site, nodes[0], case, run)));
    }
    rounds.push(Round::of("PostgreSQL has seen a deadlock", has_seen(&site)));
    let storm = many(&site, &nodes, ("storm", None), || {
        site.cluster.ask(DATABASE, STORM)?;
        std::thread::sleep(Duration::from_secs(5));
        site.cluster.ask(DATABASE, CALM)
    });
    rounds.push(Round::of("every third change clashes", storm));
    let rest = site.come_to_rest();
    rounds.push(Round::of("all clocks are judged, the doctor content", rest));
    rounds.push(Round::of("one ends in order", end_in_order(one)));
    rounds.push(Round::of("the other ends in order", end_in_order(other)));
    Ok(rounds)
}

/// Calls while something happens; then each is there once.
fn many<T>(
    site: &Site<'_>,
    nodes: &[SocketAddr],
    (name, case): (&str, Option<&str>),
    happens: impl FnOnce() -> anyhow::Result<T>,
) -> anyhow::Result<()> {
    let plan = Plan {
        name: name.to_owned(),
        nodes,
        callers: CALLERS,
        case,
        pause: Duration::from_millis(100),
    };
    let (mut load, _) = Load::during(&site.stage, &plan, happens)?;
    println!("    {name}: {}", load.words());
    if load.count(Told::Kept) == 0 {
        bail!("nothing was kept");
    }
    if load.slowest > PATIENCE {
        bail!("somebody waited for {:.1} s", load.slowest.as_secs_f64());
    }
    load.check(&site.stage.look()?)?;
    load.settle(&site.stage, nodes[0])?;
    load.check(&site.stage.look()?)
}

/// Somebody else holds all cases for a while; whoever only reads goes on.
fn hold(site: &Site<'_>, at: SocketAddr, case: &str) -> anyhow::Result<()> {
    std::thread::sleep(Duration::from_secs(1));
    let mut guest = site.cluster.guest(DATABASE)?;
    guest.ask(HOLD)?;
    std::thread::sleep(Duration::from_secs(2));
    let (begun, mut reads) = (now(), 0);
    while begun.elapsed() < Duration::from_secs(6) {
        let page = Request::get(&format!("/cases/{case}"))
            .cookie(&site.stage.lead)
            .send(at)?;
        if page.status != 200 {
            bail!(
                "a page was answered {}, {reads} before it were shown",
                page.status
            );
        }
        reads += 1;
    }
    guest.ask("ROLLBACK")?;
    if reads < FEWEST_PAGES {
        bail!("only {reads} pages were shown meanwhile");
    }
    std::thread::sleep(Duration::from_secs(1));
    Ok(())
}

/// An act waits for a case while whoever holds it waits for the key of the act.
fn deadlock(site: &Site<'_>, at: SocketAddr, case: &str, run: u64) -> anyhow::Result<()> {
    let key = format!("deadlock{run}x");
    let body = json!({ "body": format!("In the way. {key}") });
    let reply = Request::json(&format!("/api/v1/cases/{case}/replies"), &body)
        .bearer(&site.stage.token)
        .key(&key);
    let mut guest = site.cluster.guest(DATABASE)?;
    // Whoever looks first gives way, and that is not to be the guest.
    guest.ask("SET deadlock_timeout = '20s'")?;
    guest.ask(HOLD)?;
    let answer = std::thread::scope(|scope| {
        let caller = scope.spawn(|| reply.send(at));
        wait_for_waiting(site)?;
        guest.ask(&format!(
            "INSERT INTO idempotency_keys SELECT id, '{key}', '', 0, '', 0 FROM people \
             WHERE email = 'dana@example.com'"
        ))?;
        guest.ask("ROLLBACK")?;
        caller.join().map_err(|_| anyhow!("the caller panicked"))?
    })?;
    if told(&answer)? != Told::Refused {
        bail!("it was answered {}: {}", answer.status, answer.body);
    }
    if site.stage.look()?.entries_with(&key) != 0 {
        bail!("it was refused and is there");
    }
    for _ in 0..2 {
        told(&reply.send(at)?)?;
    }
    if site.stage.look()?.entries_with(&key) != 1 {
        bail!("sent again twice, it is not there once");
    }
    Ok(())
}

/// Waits until the server tells of a deadlock; it counts them with a delay.
fn has_seen(site: &Site<'_>) -> anyhow::Result<()> {
    let seen = format!("SELECT deadlocks FROM pg_stat_database WHERE datname = '{DATABASE}'");
    for _ in 0..50 {
        if site.cluster.ask(DATABASE, &seen)? != "0" {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("it tells of none")
}

/// Waits until somebody waits for a lock.
fn wait_for_waiting(site: &Site<'_>) -> anyhow::Result<()> {
    for _ in 0..100 {
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        if site.cluster.ask(DATABASE, waiting)? != "0" {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    bail!("nobody waits for a lock")
}
