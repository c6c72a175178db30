//! Two nodes over one database, one of which stands still in the midst of its work: the other goes
//! on, takes over what it can, and the one that wakes does nothing a second time.

use std::time::Duration;

use anyhow::bail;

use super::instance::Instance;
use super::load::{Load, Plan, Told};
use super::site::{DATABASE, Site, end_in_order};
use super::{Round, Workshop};

/// Callers at once, over two nodes.
const CALLERS: usize = 8;
/// Tries to stop a node in the midst of a transaction.
const TRIES: usize = 200;
/// How often to look whether the other has taken over: PostgreSQL ends a transaction that stands
/// still after a minute.
const LOOKS: usize = 90;
/// Transactions that stand still in the midst, for a moment at least.
const STANDING: &str = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'mainstay'
    AND state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - interval '0.2 s'";
/// Cases that should have been judged a while ago.
const OVERDUE: &str =
    "SELECT count(*) FROM cases WHERE next_timer_at < extract(epoch FROM now()) - 3";

/// A node stands still for a moment, some times, and once until its transactions are gone.
pub fn paused(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let site = Site::new(workshop, "pg-pause")?;
    let (one, other) = (site.stage.start()?, site.stage.start()?);
    let (mut rounds, mut chance) = (Vec::new(), workshop.chance(6));
    for run in 0..workshop.runs(4) {
        let still = Duration::from_millis(1000 + chance.below(3000));
        let round = pause_one(&site, [&one, &other], &format!("short{run}"), || {
            std::thread::sleep(still);
            Ok(())
        });
        let what = format!("for {} ms", still.as_millis());
        rounds.push(Round::of(what, round));
    }
    let taken_over = pause_one(&site, [&one, &other], "long", || wait_for_heir(&site));
    let what = "until the other has taken over everything";
    rounds.push(Round::of(what, taken_over));
    let rest = site.come_to_rest();
    rounds.push(Round::of("all clocks are judged, the doctor content", rest));
    rounds.push(Round::of("one ends in order", end_in_order(one)));
    rounds.push(Round::of("the other ends in order", end_in_order(other)));
    Ok(rounds)
}

/// The first of two nodes stands still under load until something has happened.
fn pause_one(
    site: &Site<'_>,
    [one, other]: [&Instance; 2],
    name: &str,
    happens: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let plan = Plan {
        name: name.to_owned(),
        nodes: &[one.address, other.address],
        callers: CALLERS,
        case: None,
        pause: Duration::from_millis(100),
    };
    let (mut load, standing) = Load::during(&site.stage, &plan, || {
        std::thread::sleep(Duration::from_millis(500));
        let standing = stop_in_the_midst(site, one);
        let happened = standing.as_ref().map_or(Ok(()), |_| happens());
        one.resume();
        happened?;
        std::thread::sleep(Duration::from_secs(1));
        standing
    })?;
    println!(
        "    {name}: stopped in {standing} transactions; {}",
        load.words()
    );
    if load.count(Told::Kept) == 0 {
        bail!("nothing was kept");
    }
    load.check(&site.stage.look()?)?;
    load.settle(&site.stage, other.address)?;
    load.check(&site.stage.look()?)
}

/// Stops a node while it is in transactions; how many.
fn stop_in_the_midst(site: &Site<'_>, node: &Instance) -> anyhow::Result<String> {
    for _ in 0..TRIES {
        node.pause();
        std::thread::sleep(Duration::from_millis(300));
        let standing = site.cluster.ask(DATABASE, STANDING)?;
        if standing != "0" {
            return Ok(standing);
        }
        node.resume();
        std::thread::sleep(Duration::from_millis(37));
    }
    bail!("it never stood still in the midst of a transaction")
}

/// Waits until no transaction stands still any more and all clocks are judged.
fn wait_for_heir(site: &Site<'_>) -> anyhow::Result<()> {
    for _ in 0..LOOKS {
        std::thread::sleep(Duration::from_secs(1));
        let standing = site.cluster.ask(DATABASE, STANDING)?;
        if standing == "0" && site.cluster.ask(DATABASE, OVERDUE)? == "0" {
            return Ok(());
        }
    }
    bail!("clocks stand still with the node")
}
