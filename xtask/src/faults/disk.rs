//! The disk fails: it is full, may not be written, or cannot make anything durable.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};

use super::instance::Injection;
use super::load::is_problem;
use super::stage::Stage;
use super::story::Ledger;
use super::wire::{Answer, Request};
use super::{Round, Workshop};

/// What nobody may lose by a form that cannot be kept.
const TYPED: &str = "a long letter that took half an hour";
/// Writes within which a full disk is noticed.
const PATIENCE: usize = 300;

/// A small disk of memory; it is unmounted with the value.
struct Volume(PathBuf);

impl Volume {
    fn new(folder: &Path, mebibytes: u32) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let size = format!("size={mebibytes}m");
        run(Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder))?;
        Ok(Self(folder.to_owned()))
    }

    fn remount(&self, how: &str) -> anyhow::Result<()> {
        let options = format!("remount,{how}");
        run(Command::new("mount").args(["-o", &options]).arg(&self.0))
    }

    /// Takes all the room that is left.
    fn fill(&self) -> anyhow::Result<PathBuf> {
        let file = self.0.join("filler");
        let mut size = 1 << 20;
        let mut bytes = Vec::new();
        while size >= 1024 {
            bytes.resize(bytes.len() + size, 0_u8);
            if std::fs::write(&file, &bytes).is_err() {
                bytes.truncate(bytes.len() - size);
                size /= 2;
            }
        }
        Ok(file)
    }
}

impl Drop for Volume {
    fn drop(&mut self) {
        let unmounted = run(Command::new("umount").arg("-l").arg(&self.0));
        if let Err(error) = unmounted {
            eprintln!("{}: {error:#}", self.0.display());
        }
    }
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    bail!("{}", String::from_utf8_lossy(&output.stderr).trim())
}

/// Expects a status.
fn expect(answer: &Answer, status: u16, what: &str) -> anyhow::Result<()> {
    if answer.status == status {
        return Ok(());
    }
    bail!("{what} was answered {}: {}", answer.status, answer.body)
}

/// The disk is full: reads go on, writes are refused in words, and all heals by itself.
pub fn full(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let volume = Volume::new(&workshop.folder("disk-full"), 24)?;
    let stage = workshop.stage_in(&volume.0.join("data"))?;
    let mut instance = stage.start()?;
    let at = instance.address;
    let mut ledger = Ledger::default();
    let number = first_case(&stage, at)?;
    for _ in 0..12 {
        ledger.try_next(&stage, at)?;
    }
    let filler = volume.fill()?;
    let mut rounds = vec![Round::of(
        "writes are refused",
        refused(&stage, at, &mut ledger),
    )];
    rounds.push(Round::of("reads go on", reads(&stage, at, &number)));
    rounds.push(Round::of(
        "nothing typed is lost",
        typed(&stage, at, &number),
    ));
    std::fs::remove_file(filler)?;
    rounds.push(Round::of(
        "it heals by itself",
        heals(&stage, at, &mut ledger),
    ));
    rounds.push(Round::of("it is the same process", runs(instance.runs()?)));
    let status = instance.end()?;
    rounds.push(Round::of("it ends in order", runs(status.success())));
    let kept = stage.look().and_then(|found| ledger.check(&found));
    rounds.push(Round::of("everything acknowledged is there", kept));
    Ok(rounds)
}

fn runs(is_so: bool) -> anyhow::Result<()> {
    if is_so { Ok(()) } else { bail!("it is not so") }
}

/// A case that stays as it is.
fn first_case(stage: &Stage<'_>, at: SocketAddr) -> anyhow::Result<String> {
    let body = serde_json::json!({
        "subject": "Read me whatever happens", "body": "First.", "kind": "technical",
        "impact": { "affected": "one", "work": "impaired", "has_workaround": false }
    });
    let made = Request::json("/api/v1/cases", &body)
        .bearer(&stage.token)
        .send(at)?;
    expect(&made, 201, "the first case")?;
    let number = made.json()?["number"].as_str().map(str::to_owned);
    number.context("the case has no number")
}

/// Writes until one is refused, and looks how.
fn refused(stage: &Stage<'_>, at: SocketAddr, ledger: &mut Ledger) -> anyhow::Result<()> {
    let body = serde_json::json!({
        "subject": "Too much", "body": "x".repeat(40_000), "kind": "technical",
        "impact": { "affected": "one", "work": "impaired", "has_workaround": false }
    });
    for _ in 0..PATIENCE {
        let answer = Request::json("/api/v1/cases", &body)
            .bearer(&stage.token)
            .send(at)?;
        if answer.status == 201 {
            continue;
        }
        expect(&answer, 503, "a call on a full disk")?;
        is_problem(&answer)?;
        let answer = ledger.try_next(stage, at)?;
        return expect(&answer, 503, "the next call");
    }
    bail!("{PATIENCE} writes went through on a full disk")
}

fn reads(stage: &Stage<'_>, at: SocketAddr, number: &str) -> anyhow::Result<()> {
    let path = format!("/cases/{number}");
    for session in [&stage.lead, &stage.customer] {
        let page = Request::get(&path).cookie(session).send(at)?;
        expect(&page, 200, "the page of a case")?;
        if !page.body.contains("Read me whatever happens") {
            bail!("the page does not show the case");
        }
    }
    for path in ["/queue", "/search?q=whatever"] {
        expect(&Request::get(path).cookie(&stage.lead).send(at)?, 200, path)?;
    }
    let call = Request::get("/api/v1/cases")
        .bearer(&stage.token)
        .send(at)?;
    expect(&call, 200, "the list of the API")
}

/// Forms that cannot be kept show what was typed, with files and without.
fn typed(stage: &Stage<'_>, at: SocketAddr, number: &str) -> anyhow::Result<()> {
    let replies = format!("/cases/{number}/replies");
    let fields = [("body", TYPED)];
    let bytes = vec![b'x'; 300_000];
    let kind_page = [
        ("kind", "technical"),
        ("subject", TYPED),
        ("body", TYPED),
        ("affected", "one"),
        ("work", "impaired"),
        ("workaround", "no"),
    ];
    let forms = [
        (
            "a reply",
            Request::form(&replies, &fields).cookie(&stage.lead),
        ),
        (
            "a customer's reply",
            Request::form(&replies, &fields).cookie(&stage.customer),
        ),
        (
            "a reply with a file",
            Request::upload(&replies, ("big.txt", &bytes), &fields).cookie(&stage.customer),
        ),
        (
            "a note",
            Request::form(&format!("/cases/{number}/notes"), &[("note", TYPED)])
                .cookie(&stage.lead),
        ),
        (
            "the second page of a request",
            Request::form("/cases/new/details", &kind_page).cookie(&stage.customer),
        ),
        (
            "a customer's closing words",
            Request::form(&format!("/cases/{number}/closure"), &[("reason", TYPED)])
                .cookie(&stage.customer),
        ),
    ];
    for (what, form) in forms {
        let page = form.send(at)?;
        expect(&page, 503, what)?;
        if !page.body.contains(TYPED) {
            bail!("{what} has lost what was typed");
        }
        if page.header("retry-after").is_none() {
            bail!("{what} does not say when to try again");
        }
    }
    Ok(())
}

/// With room again writes go through, without a restart, and clocks are judged.
fn heals(stage: &Stage<'_>, at: SocketAddr, ledger: &mut Ledger) -> anyhow::Result<()> {
    let mut answer = ledger.try_next(stage, at)?;
    for _ in 0..20 {
        if answer.status < 400 {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
        answer = ledger.try_next(stage, at)?;
    }
    if answer.status >= 400 {
        bail!(
            "with room again a write was answered {}: {}",
            answer.status,
            answer.body
        );
    }
    std::thread::sleep(Duration::from_millis(2100));
    // Every open case here has missed the house's own target a second after it was opened.
    if stage.come_to_rest()?.entries_with("breached") == 0 {
        bail!("nothing has fallen due");
    }
    Ok(())
}

/// A volume that may only be read: it does not start, says why, and changes nothing.
pub fn read_only(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let volume = Volume::new(&workshop.folder("read-only"), 24)?;
    let stage = workshop.stage_in(&volume.0.join("data"))?;
    let before = std::fs::read(&stage.database)?;
    volume.remount("ro")?;
    let refused = stage.how().refused().and_then(|(code, words)| {
        if code == Some(2) && words.contains("may write") {
            return Ok(());
        }
        bail!("it ended with {code:?} and said: {words}")
    });
    let mut rounds = vec![Round::of("it does not start, and says why", refused)];
    volume.remount("rw")?;
    rounds.push(Round::of(
        "nothing was changed",
        runs(std::fs::read(&stage.database)? == before),
    ));
    let starts = stage.start().and_then(|instance| instance.end());
    rounds.push(Round::of(
        "it starts when it may write again",
        starts.map(drop),
    ));

    let injection = Injection {
        what: "pwrite64:error=EROFS:when=40+".to_owned(),
        path: Some(stage.log()),
    };
    let mut ledger = Ledger::default();
    let broken = refusing_instance(&stage, &injection, &mut ledger, false);
    rounds.push(Round::of("taken away while it runs: reads go on", broken));
    let kept = recovered(&stage, &mut ledger);
    rounds.push(Round::of("everything acknowledged is there", kept));
    Ok(rounds)
}

/// The disk cannot make a change durable: no more writes, reads go on, a restart recovers.
pub fn unsynced(workshop: &Workshop<'_>) -> anyhow::Result<Vec<Round>> {
    let stage = workshop.stage("sync-error")?;
    let mut ledger = Ledger::default();
    let mut rounds = Vec::new();
    for nth in 1..=workshop.runs(3) {
        // Once only: a second sync would be called a success, and must not be trusted.
        let injection = Injection {
            what: format!("fsync,fdatasync:error=EIO:when={}", nth * 3),
            path: Some(stage.log()),
        };
        let broken = refusing_instance(&stage, &injection, &mut ledger, true);
        rounds.push(Round::of(
            format!("sync {} fails: no more writes", nth * 3),
            broken,
        ));
        let kept = recovered(&stage, &mut ledger);
        rounds.push(Round::of("the next start recovers", kept));
    }
    let injection = Injection {
        what: "fsync,fdatasync:error=EIO:when=1+".to_owned(),
        path: Some(stage.database.clone()),
    };
    let ended = stage.start_with(&injection).and_then(|instance| {
        let instance = instance.context("it did not start")?;
        for _ in 0..6 {
            ledger.go_on(&stage, instance.address)?;
        }
        let status = instance.end()?;
        if status.success() {
            bail!("it called its end a success");
        }
        runs(std::fs::exists(stage.log())?).context("the log is gone")
    });
    rounds.push(Round::of(
        "the file cannot be synced at the end: the log stays",
        ended,
    ));
    let kept = recovered(&stage, &mut ledger);
    rounds.push(Round::of("the next start recovers", kept));
    Ok(rounds)
}

/// Acts until one is refused; then no write goes through any more, and reads do.
fn refusing_instance(
    stage: &Stage<'_>,
    injection: &Injection,
    ledger: &mut Ledger,
    is_final: bool,
) -> anyhow::Result<()> {
    let instance = stage.start_with(injection)?.context("it did not start")?;
    let at = instance.address;
    let mut refused = 0;
    for _ in 0..60 {
        let answer = ledger.try_next(stage, at)?;
        match answer.status {
            503 => refused += 1,
            200..400 if refused == 0 || !is_final => {}
            status => bail!("a write was answered {status}: {}", answer.body),
        }
        if refused == 5 {
            break;
        }
    }
    if refused < 5 {
        bail!("writes went through");
    }
    let list = Request::get("/api/v1/cases")
        .bearer(&stage.token)
        .send(at)?;
    expect(&list, 200, "the list")?;
    instance.end().map(drop)
}

/// A new start has everything that was acknowledged, takes again what was not, and is sound.
fn recovered(stage: &Stage<'_>, ledger: &mut Ledger) -> anyhow::Result<()> {
    ledger.check(&stage.look()?)?;
    let instance = stage.start()?;
    ledger.read_back(stage, instance.address)?;
    ledger.settle(stage, instance.address)?;
    for _ in 0..6 {
        ledger.go_on(stage, instance.address)?;
    }
    ledger.settle(stage, instance.address)?;
    instance.end()?;
    ledger.check(&stage.look()?)
}
