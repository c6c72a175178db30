//! The doctor: looks at everything an instance keeps and promises, and changes nothing.
//!
//! Milestones are computed again from the entries of a case, and what is kept is compared with
//! them: the columns lists and timers look at, the rows reports count. The chains of the log are
//! followed line by line.

mod log;

use std::collections::BTreeMap;
use std::sync::Arc;

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::calendar::time_zone_version;
use mainstay_domain::case::{Case, Clocks, House, Milestone, Terms};
use mainstay_domain::ids::{AccountId, CaseId};
use mainstay_store::system::chains;
use mainstay_store::system::check::{self, Kept};
use mainstay_store::system::inspect;
use mainstay_store::system::tables;
use mainstay_store::{Db, Tx, cases, colleagues, outbox, people};
use serde::Serialize;
use uuid::Uuid;

use crate::approvals::pair_words;
use crate::files::hex;
use crate::{Catalogue, Error, FileStore};

/// Cases looked at in one transaction.
const PAGE: u32 = 100;
/// How far the clocks of the machine and of the database may lie apart, in seconds.
const SKEW: i64 = 2;
/// How long an effect may wait before somebody should look, in minutes.
const STUCK_MINUTES: i64 = 15;

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The open cases that are due first, so many of them, and as many files.
    Sample(u32),
    /// Every case, open or closed, and the bytes of every file.
    All,
}

/// Something the doctor has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is about.
    pub about: &'static str,
    /// Whether something is wrong; otherwise it is only worth knowing.
    pub is_wrong: bool,
    /// What it is, and what to do, in a sentence or two.
    pub message: String,
}

/// What the doctor found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// Cases whose milestones were computed again.
    pub cases: u64,
    /// Files whose bytes were read.
    pub files: u64,
    /// Lines of the log whose place in their chain was looked at.
    pub log_lines: u64,
    /// What there is to say.
    pub findings: Vec<Finding>,
}

impl Examined {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_well(&self) -> bool {
        !self.findings.iter().any(|finding| finding.is_wrong)
    }

    fn wrong(&mut self, about: &'static str, message: String) {
        self.say(about, true, message);
    }

    fn note(&mut self, about: &'static str, message: String) {
        self.say(about, false, message);
    }

    fn say(&mut self, about: &'static str, is_wrong: bool, message: String) {
        self.findings.push(Finding {
            about,
            is_wrong,
            message,
        });
    }
}

/// Examines an instance; `look` is told how many cases and files were looked at.
///
/// # Errors
/// When the database cannot be read at all.
pub async fn examine(
    db: &Db,
    files: &FileStore,
    house: House,
    extent: Extent,
    now: Moment,
    look: &mut dyn FnMut(u64),
) -> Result<Examined, Error> {
    let mut examined = Examined::default();
    for broken in db.broken_structures().await? {
        examined.wrong(
            "database",
            format!(
                "The database is damaged: {broken}. Stop Mainstay, keep a copy of the file, and \
                 restore the last backup."
            ),
        );
    }
    let catalogue = Catalogue::load(db, Arc::new(house)).await?;
    look_at_configuration(db, &catalogue, now, &mut examined).await?;
    look_at_team(db, &mut examined).await?;
    look_at_clocks(db, now, &mut examined).await?;
    look_at_effects(db, now, &mut examined).await?;
    log::look(db, extent, &mut examined).await?;
    look_at_files(db, files, extent, &mut examined, look).await?;
    look_at_cases(db, &catalogue, extent, &mut examined, look).await?;
    if extent == Extent::All {
        look_at_internal_requests(db, &mut examined).await?;
    }
    Ok(examined)
}

async fn look_at_configuration(
    db: &Db,
    catalogue: &Catalogue,
    now: Moment,
    examined: &mut Examined,
) -> Result<(), Error> {
    let (has_people, regions) = db
        .read(async |tx| {
            let regions = check::account_regions(tx).await?;
            Ok::<_, Error>((people::has_vendor_people(tx).await?, regions))
        })
        .await?;
    if !has_people {
        let message = "Nobody works for the vendor yet. Start `mainstay serve` and open the link \
            it prints.";
        examined.note("configuration", message.to_owned());
    }
    if catalogue.edition_at(now).is_none() {
        let message = "No edition of the service description is in force, so nobody can submit a \
            request. Publish one with `mainstay serve --description FILE`.";
        examined.wrong("configuration", message.to_owned());
    }
    for region in regions {
        if catalogue.region(&region).is_none() {
            examined.wrong(
                "configuration",
                format!(
                    "Accounts are in support region `{region}`, which is not published. Publish \
                     it with `mainstay serve --description FILE`."
                ),
            );
        }
    }
    Ok(())
}

/// Whether roles meet in one person that never may.
async fn look_at_team(db: &Db, examined: &mut Examined) -> Result<(), Error> {
    let team = db.read(async |tx| colleagues::team(tx).await).await?;
    for one in team.iter().filter(|one| one.is_active) {
        if let Some(pair) = Role::apart_in(&one.roles) {
            examined.wrong(
                "team",
                format!(
                    "{} holds two roles that never meet in one person. {}. Take one of them away \
                     on the page of the team; until then they do nothing but run the machine.",
                    one.name,
                    pair_words(pair)
                ),
            );
        }
    }
    Ok(())
}

async fn look_at_clocks(db: &Db, now: Moment, examined: &mut Examined) -> Result<(), Error> {
    let (database_now, last) = db
        .read(async |tx| {
            let last = chains::last_at(tx).await?;
            Ok::<_, Error>((check::database_now(tx).await?, last))
        })
        .await?;
    let skew = database_now.seconds_since(now);
    if skew.abs() > SKEW {
        examined.wrong(
            "clock",
            format!(
                "The clocks of this machine and of the database lie {} seconds apart. Let both \
                 follow the same time source.",
                skew.abs()
            ),
        );
    }
    if let Some(last) = last.filter(|last| last.seconds_since(now) > SKEW) {
        examined.wrong(
            "clock",
            format!(
                "The last act was noted at {last}, which is {} seconds ahead of this machine's \
                 clock. Set the clock right before promises are judged by it.",
                last.seconds_since(now)
            ),
        );
    }
    Ok(())
}

async fn look_at_effects(db: &Db, now: Moment, examined: &mut Examined) -> Result<(), Error> {
    let (since, waiting) = db
        .read(async |tx| {
            let since = outbox::held_since(tx).await?;
            Ok::<_, Error>((since, outbox::waiting(tx).await?))
        })
        .await?;
    let count = waiting.count;
    if let Some(since) = since {
        let message = format!(
            "Notices are held since the restore of {since}; {count} wait. Let them go with \
             `mainstay release`."
        );
        examined.note("effects", message);
        return Ok(());
    }
    let too_old = now.plus_minutes(-STUCK_MINUTES);
    if let Some(oldest) = waiting.oldest_at.filter(|oldest| *oldest < too_old) {
        examined.wrong(
            "effects",
            format!(
                "{count} notices wait, the oldest since {oldest}; {} were tried in vain. See that \
                 `mainstay serve` runs, and look into its log for *notices could not be \
                 delivered*.",
                waiting.tried
            ),
        );
    }
    Ok(())
}

async fn look_at_files(
    db: &Db,
    files: &FileStore,
    extent: Extent,
    examined: &mut Examined,
    look: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let hashes = db.read(async |tx| tables::file_hashes(tx).await).await?;
    let most = match extent {
        Extent::Sample(most) => usize::try_from(most).unwrap_or(usize::MAX),
        Extent::All => usize::MAX,
    };
    for (at, (sha256, size)) in hashes.iter().enumerate() {
        // Beyond the sample it is enough that the file is there in its length.
        let problem = if at < most {
            examined.files += 1;
            files.inspect(sha256).err()
        } else {
            let found = files.path(sha256).metadata().map(|about| about.len());
            (found.ok() != Some(*size)).then(|| "its bytes are not there in full".to_owned())
        };
        look(examined.files);
        if let Some(problem) = problem {
            examined.wrong(
                "files",
                format!(
                    "A file that was uploaded, {}, is not whole: {problem}. Put it back at {} \
                     from a backup.",
                    hex(sha256),
                    files.path(sha256).display()
                ),
            );
        }
    }
    Ok(())
}

/// Internal requests have timelines without a gap, and go with the case they became.
async fn look_at_internal_requests(db: &Db, examined: &mut Examined) -> Result<(), Error> {
    let wrong = db.read(async |tx| inspect::internal_damage(tx).await);
    for what in wrong.await? {
        let message = format!(
            "The {what}. Somebody changed the database by hand, or it is damaged; compare it with \
             a backup."
        );
        examined.wrong("internal requests", message);
    }
    Ok(())
}

async fn look_at_cases(
    db: &Db,
    catalogue: &Catalogue,
    extent: Extent,
    examined: &mut Examined,
    look: &mut dyn FnMut(u64),
) -> Result<(), Error> {
    let mut versions = BTreeMap::new();
    let mut after = (AccountId(Uuid::nil()), CaseId(Uuid::nil()));
    loop {
        let last = db
            .read(async |tx| {
                let page = match extent {
                    Extent::Sample(most) => check::first_due(tx, most).await?,
                    Extent::All => check::cases_after(tx, after, PAGE).await?,
                };
                for kept in &page {
                    look_at_case(tx, catalogue, kept, &mut versions, examined).await?;
                    examined.cases += 1;
                    look(examined.cases + examined.files);
                }
                Ok::<_, Error>(page.last().map(|kept| (kept.account, kept.id)))
            })
            .await?;
        match (extent, last) {
            (Extent::All, Some(last)) => after = last,
            _ => break,
        }
    }
    versions.remove(time_zone_version());
    for (version, count) in versions {
        examined.note(
            "time zones",
            format!(
                "{count} of the open cases looked at were opened under time-zone database \
                 {version}; this Mainstay carries {}. Their due instants stay as they were \
                 promised, unless somebody puts a case under today's terms.",
                time_zone_version()
            ),
        );
    }
    Ok(())
}

async fn look_at_case(
    tx: &mut Tx<'_>,
    catalogue: &Catalogue,
    kept: &Kept,
    versions: &mut BTreeMap<String, u64>,
    examined: &mut Examined,
) -> Result<(), Error> {
    let case = match &kept.case {
        Ok(case) => case,
        Err(error) => {
            let id = kept.id.0;
            let message = format!("Case {id} cannot be read: {error} Restore it from a backup.");
            examined.wrong("cases", message);
            return Ok(());
        }
    };
    let number = case.number;
    if case.status.is_open() {
        *versions
            .entry(case.terms.time_zone_version.clone())
            .or_default() += 1;
    }
    let terms = catalogue.terms_of(&case.terms);
    for difference in check::differences(tx, kept, case, terms.as_ref().ok()).await? {
        examined.wrong(
            "cases",
            format!(
                "Case {number}: {difference}. Somebody changed the database by hand, or it is \
                 damaged; compare the case with a backup."
            ),
        );
    }
    match terms {
        Ok(terms) => recompute(tx, case, &terms, examined).await,
        Err(error) => {
            let message = format!("Case {number} cannot be judged: {error}.");
            examined.wrong("cases", message);
            Ok(())
        }
    }
}

/// Computes the milestones of a case again from its entries.
async fn recompute(
    tx: &mut Tx<'_>,
    case: &Case,
    terms: &Terms,
    examined: &mut Examined,
) -> Result<(), Error> {
    let number = case.number;
    let entries = match cases::entries(tx, case).await {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("The entries of case {number} cannot be read: {error}");
            examined.wrong("milestones", message);
            return Ok(());
        }
    };
    let again = match Clocks::replay(case.kind, &entries, terms) {
        Ok(again) => again,
        Err(error) => {
            let message = format!("The milestones of case {number} cannot be computed: {error}.");
            examined.wrong("milestones", message);
            return Ok(());
        }
    };
    let promised = |clocks: &Clocks, is_internal: bool| -> Vec<Milestone> {
        let all = clocks.milestones().iter();
        all.filter(|milestone| milestone.is_internal == is_internal)
            .cloned()
            .collect()
    };
    for (kept, computed) in pairs(promised(&case.clocks, false), promised(&again, false)) {
        examined.wrong(
            "milestones",
            format!(
                "Case {number}: what was promised is kept as {kept}, and computed from its entries \
                 it is {computed}. Compare the case with a backup; an entry or the promise was \
                 changed."
            ),
        );
    }
    for (kept, computed) in pairs(promised(&case.clocks, true), promised(&again, true)) {
        examined.note(
            "milestones",
            format!(
                "Case {number}: an internal target is kept as {kept}, and computed under today's \
                 house rules it is {computed}. If the rules were changed since, nothing is wrong; \
                 name them with --house."
            ),
        );
    }
    Ok(())
}

/// Where two lists of milestones differ, in words.
fn pairs(kept: Vec<Milestone>, computed: Vec<Milestone>) -> Vec<(String, String)> {
    let length = kept.len().max(computed.len());
    let words = |milestone: Option<&Milestone>| {
        milestone.map_or_else(
            || "none".to_owned(),
            |it| {
                let state = serde_json::to_string(&it.state).unwrap_or_default();
                format!("{} {} {state}", it.metric.code(), it.cycle)
            },
        )
    };
    (0..length)
        .map(|at| (kept.get(at), computed.get(at)))
        .filter(|(kept, computed)| kept != computed)
        .map(|(kept, computed)| (words(kept), words(computed)))
        .collect()
}
