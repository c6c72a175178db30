//! The instance is killed: at any write or sync, at any instant, while it starts; and asked to end
//! under load.

use std::sync::Mutex;
use std::time::Duration;

use anyhow::{anyhow, bail};

use super::instance::Injection;
use super::stage::Stage;
use super::story::{self, Ledger};
use super::wire::Request;
use super::{Round, Workshop};

/// Calls before which it is killed, and how many of each one of its threads makes in a story or two.
const CALLS: [(&str, u64); 6] = [
    ("pwrite64", 250),
    ("fsync,fdatasync", 24),
    ("pwrite64", 250),
    ("rename,renameat,renameat2,mkdir,mkdirat", 4),
    ("pwrite64", 250),
    ("write", 8),
];
/// The same of a first start.
const CALLS_OF_START: [(&str, usize); 2] = [("fsync,fdatasync", 1), ("pwrite64", 23)];
/// Rounds on one database: looking at all of it takes longer the more it holds.
const STAGE_RUNS: u64 = 24;
/// What is looked at after all rounds.
const AT_LAST: &str = "everybody is told at last, once";
/// Acts after which a round ends although nothing has happened.
const MOST_ACTS: usize = 18;

/// Killed before the n-th write, sync or rename of one of its threads.
pub fn at_writes(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let mut stage = workshop.stage("kill-writes")?;
    let mut ledger = Ledger::default();
    let mut rounds = Vec::new();
    let mut chance = workshop.chance(1);
    let (runs, mut killed) = (workshop.runs(48), 0);
    for run in 0..runs {
        if run > 0 && run % STAGE_RUNS == 0 {
            rounds.push(Round::of(AT_LAST, rest(&stage, &mut ledger)));
            stage = workshop.stage(&format!("kill-writes-{run}"))?;
            ledger = Ledger::default();
        }
        let (calls, most) = CALLS[usize::try_from(run).unwrap_or(0) % CALLS.len()];
        let nth = 1 + chance.below(most);
        let injection = Injection {
            what: format!("{calls}:signal=KILL:when={nth}"),
            path: None,
        };
        let round = one_round(&stage, &mut ledger, |stage, ledger| {
            let Some(mut instance) = stage.start_with(&injection)? else {
                killed += 1;
                return Ok(());
            };
            let mut acts = 0;
            while acts < MOST_ACTS && ledger.go_on(stage, instance.address)? {
                acts += 1;
            }
            if acts == MOST_ACTS && instance.runs()? {
                return instance.kill();
            }
            killed += 1;
            Ok(())
        });
        let is_broken = round.is_err();
        rounds.push(Round::of(format!("before call {nth} of {calls}"), round));
        if is_broken {
            return Ok(rounds);
        }
    }
    let midst = format!("{killed} of {runs} were killed in the midst of it");
    let enough = if killed * 2 >= runs {
        Ok(())
    } else {
        Err(anyhow!("too few of them"))
    };
    rounds.push(Round::of(midst, enough));
    rounds.push(Round::of(AT_LAST, rest(&stage, &mut ledger)));
    Ok(rounds)
}

/// Killed at a random instant, as a power button would.
pub fn at_instants(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let stage = workshop.stage("kill-instants")?;
    let mut ledger = Ledger::default();
    let mut rounds = Vec::new();
    let mut chance = workshop.chance(2);
    for _ in 0..workshop.runs(12) {
        let micros = 1 + chance.below(250_000);
        let round = one_round(&stage, &mut ledger, |stage, ledger| {
            let instance = stage.start()?;
            let address = instance.address;
            let killer = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_micros(micros));
                instance.kill()
            });
            let mut went = ledger.go_on(stage, address);
            while matches!(went, Ok(true)) {
                went = ledger.go_on(stage, address);
            }
            let killed = killer.join();
            killed.map_err(|_| anyhow!("the killer panicked"))??;
            went.map(drop)
        });
        let is_broken = round.is_err();
        rounds.push(Round::of(format!("after {micros} µs"), round));
        if is_broken {
            return Ok(rounds);
        }
    }
    rounds.push(Round::of(AT_LAST, rest(&stage, &mut ledger)));
    Ok(rounds)
}

/// After all the kills: clocks are judged, notices delivered, and it ends in order.
fn rest(stage: &Stage<'_>, ledger: &mut Ledger) -> anyhow::Result<()> {
    let instance = stage.start()?;
    ledger.go_on(stage, instance.address)?;
    // It falls due at once, which is missed a second later.
    std::thread::sleep(Duration::from_millis(2100));
    let found = stage.come_to_rest()?;
    if found.entries_with("breached") == 0 {
        bail!("nothing has fallen due");
    }
    let status = instance.end()?;
    if !status.success() {
        bail!("it ended with {status}");
    }
    Ok(())
}

/// A round: something happens; what is left is looked at; the next start finds what was
/// acknowledged, and what nobody knew of is sent again.
fn one_round(
    stage: &Stage<'_>,
    ledger: &mut Ledger,
    happens: impl FnOnce(&Stage<'_>, &mut Ledger) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    happens(stage, ledger)?;
    ledger.check(&stage.look()?)?;
    let instance = stage.start()?;
    ledger.read_back(stage, instance.address)?;
    ledger.settle(stage, instance.address)?;
    instance.kill()
}

/// Killed in each step of the first start: the schema, the descriptions, the set-up link.
pub fn at_start(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let made = workshop.stage("kill-start")?;
    let mut rounds = Vec::new();
    for (calls, step) in CALLS_OF_START {
        let step = if workshop.is_thorough() { 1 } else { step };
        for nth in (1..).step_by(step) {
            let round = kill_first_start(&made, calls, nth);
            let is_over = !matches!(round, Ok(false));
            let what = format!("before call {nth} of {calls} at the first start");
            rounds.push(Round::of(what, round));
            if is_over {
                break;
            }
        }
    }
    Ok(rounds)
}

/// Whether the start went through before the n-th of some calls.
fn kill_first_start(stage: &Stage<'_>, calls: &str, nth: usize) -> anyhow::Result<bool> {
    for end in ["", "-wal", "-shm", ".lock"] {
        let file = format!("{}{end}", stage.database.display());
        if std::fs::exists(&file)? {
            std::fs::remove_file(file)?;
        }
    }
    let injection = Injection {
        what: format!("{calls}:signal=KILL:when={nth}"),
        path: None,
    };
    let started = stage.start_with(&injection)?;
    let has_started = started.is_some();
    // The second start finds half a first one, and makes it whole.
    if let Some(instance) = started {
        instance.kill()?;
    }
    let mut instance = stage.start()?;
    instance.line()?;
    let link = instance.line()?;
    if !link.contains("/setup/") {
        bail!("the second start offers no set-up");
    }
    let page = Request::get("/description").send(instance.address)?;
    if page.status != 200 {
        bail!("the service description is answered {}", page.status);
    }
    let status = instance.end()?;
    if !status.success() {
        bail!("the second start ended with {status}");
    }
    stage.look()?;
    Ok(has_started)
}

/// Callers at once while it is asked to end.
const CALLERS: usize = 8;

/// Asked to end under load: everything answered is kept, and nothing fails but by its going.
pub fn asked_to_end(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let stage = workshop.stage("terminate")?;
    let mut chance = workshop.chance(3);
    let mut rounds = Vec::new();
    for run in 0..workshop.runs(3) {
        let after = Duration::from_millis(100 + chance.below(900));
        let round = end_under_load(&stage, run, after);
        rounds.push(Round::of(
            format!("after {} ms of load", after.as_millis()),
            round,
        ));
    }
    Ok(rounds)
}

fn end_under_load(stage: &Stage<'_>, run: u64, after: Duration) -> anyhow::Result<()> {
    let mut instance = stage.start()?;
    let address = instance.address;
    let kept = Mutex::new(Vec::new());
    let submit = |caller: usize| -> anyhow::Result<()> {
        for turn in 0.. {
            let mark = format!("run{run}by{caller}turn{turn}x");
            let request = Request::json("/api/v1/cases", &story::request(&mark));
            match request.bearer(&stage.token).key(&mark).send(address) {
                Ok(answer) if answer.status == 201 => {
                    kept.lock()
                        .map_err(|_| anyhow!("a caller panicked"))?
                        .push(mark);
                }
                Ok(answer) if answer.status == 503 => return Ok(()),
                Ok(answer) => bail!("a call was answered {}: {}", answer.status, answer.body),
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| scope.spawn(move || submit(caller)))
            .collect();
        std::thread::sleep(after);
        instance.ask_to_end();
        let joined = callers
            .into_iter()
            .map(|caller| caller.join().map_err(|_| anyhow!("a caller panicked"))?);
        joined.collect::<anyhow::Result<Vec<()>>>()
    })?;
    let status = instance.end()?;
    if !status.success() {
        bail!("it ended with {status}");
    }
    let found = stage.look()?;
    let kept = kept
        .into_inner()
        .map_err(|_| anyhow!("a caller panicked"))?;
    if kept.is_empty() {
        bail!("nothing was answered before it ended");
    }
    for mark in &kept {
        if found.entries_with(mark) != 1 {
            bail!("{mark} was answered and is not there");
        }
    }
    if std::fs::exists(stage.log())? {
        bail!("it has left its log behind");
    }
    instance = stage.start()?;
    instance.kill()
}
