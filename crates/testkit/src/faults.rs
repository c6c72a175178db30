//! What must hold whatever has failed: calls that fail on demand, and a look at everything kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use mainstay_app::{App, Error};
use mainstay_domain::case::{Case, Clocks, EffectKind, Fact, Milestone, MilestoneState};
use mainstay_store::db::Guard;
use mainstay_store::system::inspect::{self, MilestoneRow};
use mainstay_store::{Tx, cases, system};
use sha2::{Digest, Sha256};
use tokio::io::AsyncReadExt;

/// A database whose calls fail when they are told to, once.
#[derive(Clone, Default)]
pub struct Failing {
    left: Arc<AtomicU64>,
}

impl Failing {
    /// What the database asks before each call; `error` makes the failure.
    #[must_use]
    pub fn guard(&self, error: fn() -> mainstay_store::Error) -> Guard {
        let left = Arc::clone(&self.left);
        Arc::new(move |_| {
            let count = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
            if count == Ok(1) { Err(error()) } else { Ok(()) }
        })
    }

    /// Lets the `nth` call from now on fail.
    pub fn at(&self, nth: u64) {
        self.left.store(nth, Ordering::SeqCst);
    }

    /// Whether it has failed; nothing fails any more.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.left.swap(0, Ordering::SeqCst) == 0
    }
}

/// A case with all that is kept about it.
struct Known {
    case: Case,
    entries: Vec<mainstay_domain::case::Entry>,
    milestones: Vec<MilestoneRow>,
    timer: Option<mainstay_domain::Moment>,
    effects: Vec<(EffectKind, bool)>,
    notices: Vec<(mainstay_domain::ids::PersonId, EffectKind)>,
    files: Vec<(u64, Vec<u8>)>,
}

/// Looks at everything that is kept; what is wrong with it, in sentences. Nothing, one hopes.
///
/// # Errors
/// Whatever the database says.
pub async fn damage(app: &App) -> Result<Vec<String>, Error> {
    let keys = app.db().read(async |tx| inspect::cases(tx).await).await?;
    let internal = async |tx: &mut Tx<'_>| inspect::internal_damage(tx).await;
    let mut wrong = app.db().read(internal).await?;
    for (account, id) in keys {
        let known = app
            .db()
            .read(async |tx| {
                system::reach(tx);
                let case = system::find_case(tx, account, id).await?;
                know(tx, case.ok_or(Error::NotFound)?).await
            })
            .await?;
        let number = known.case.number;
        let found = [
            clocks(app, &known)?,
            told(&known),
            files(app, &known).await?,
        ];
        wrong.extend(
            found
                .concat()
                .iter()
                .map(|what| format!("case {number}: {what}")),
        );
    }
    Ok(wrong)
}

async fn know(tx: &mut Tx<'_>, case: Case) -> Result<Known, Error> {
    Ok(Known {
        entries: cases::entries(tx, &case).await?,
        milestones: inspect::milestones(tx, case.account, case.id).await?,
        timer: inspect::next_timer_at(tx, &case).await?,
        effects: inspect::effects(tx, &case).await?,
        notices: inspect::notices(tx, &case).await?,
        files: inspect::files(tx, &case).await?,
        case,
    })
}

/// Timeline and clocks: entries without a gap, clocks that follow from them, rows that follow from
/// the clocks.
fn clocks(app: &App, known: &Known) -> Result<Vec<String>, Error> {
    let Known { case, entries, .. } = known;
    let mut wrong = Vec::new();
    let numbers: Vec<u32> = entries.iter().map(|entry| entry.seq).collect();
    if numbers != (1..=case.revision).collect::<Vec<_>>() {
        wrong.push(format!(
            "revision {} with entries {numbers:?}",
            case.revision
        ));
    }
    let terms = app.catalogue().terms_of(&case.terms)?;
    if Clocks::replay(case.kind, entries, &terms)? != case.clocks {
        wrong.push("its clocks do not follow from its timeline".to_owned());
    }
    let mut rows = known.milestones.clone();
    let mut expected: Vec<MilestoneRow> = case.clocks.milestones().iter().map(Into::into).collect();
    rows.sort();
    expected.sort();
    if rows != expected {
        wrong.push(format!("milestones {rows:?} are kept, not {expected:?}"));
    }
    if known.timer != case.next_timer_at(&terms) {
        wrong.push(format!("it is looked at again at {:?}", known.timer));
    }
    wrong.extend(late_breaches(known));
    Ok(wrong)
}

/// Each missed milestone has one entry, and its time is the due instant. A cycle that was missed
/// before and goes on is missed at the same instant again; judged together, one entry says so.
fn late_breaches(known: &Known) -> Vec<String> {
    let missed = |milestone: &Milestone| match milestone.state {
        MilestoneState::Breached { due_at, .. } => Some((milestone.metric, due_at)),
        _ => None,
    };
    let milestones = known.case.clocks.milestones();
    let is_move = |entry: &mainstay_domain::case::Entry| matches!(entry.fact, Fact::Moved { .. });
    // A case that was moved is judged anew: what was missed where it was before is that one's.
    let since = known.entries.iter().rposition(is_move).unwrap_or(0);
    let mut due: Vec<_> = milestones.iter().filter_map(missed).collect();
    let mut judged: Vec<_> = known.entries[since..]
        .iter()
        .filter_map(|entry| match entry.fact {
            Fact::Breached { metric } => Some((metric, entry.at)),
            _ => None,
        })
        .collect();
    due.sort_unstable();
    judged.sort_unstable();
    let is_too_often = judged.len() > due.len();
    due.dedup();
    judged.dedup();
    if due == judged && !is_too_often {
        return Vec::new();
    }
    vec![format!("missed {due:?}, judged {judged:?}")]
}

/// A breach or warning is written once, and reaches each person once.
fn told(known: &Known) -> Vec<String> {
    let is_of_clock =
        |kind: &EffectKind| matches!(kind, EffectKind::Breach { .. } | EffectKind::Warn { .. });
    let mut wrong = Vec::new();
    for (index, notice) in known.notices.iter().enumerate() {
        if is_of_clock(&notice.1) && known.notices[..index].contains(notice) {
            wrong.push(format!("{notice:?} was told twice"));
        }
    }
    for entry in &known.entries {
        let Fact::Breached { metric } = entry.fact else {
            continue;
        };
        let effect = EffectKind::Breach {
            metric,
            due_at: entry.at,
        };
        if !known.effects.iter().any(|(kind, _)| *kind == effect) {
            wrong.push(format!("nobody is to be told of {effect:?}"));
        }
    }
    wrong
}

/// The bytes every row names are there.
async fn files(app: &App, known: &Known) -> Result<Vec<String>, Error> {
    let mut wrong = Vec::new();
    for (size, sha256) in &known.files {
        let mut bytes = Vec::new();
        let read = match app.files().open(sha256).await {
            Ok(mut file) => file.read_to_end(&mut bytes).await.is_ok(),
            Err(_) => false,
        };
        let is_whole = bytes.len() as u64 == *size && Sha256::digest(&bytes).as_slice() == *sha256;
        if !read || !is_whole {
            wrong.push(format!("a file of {size} bytes is not what it was"));
        }
    }
    Ok(wrong)
}

/// Effects nobody has carried out yet.
///
/// # Errors
/// Whatever the database says.
pub async fn waiting_effects(app: &App) -> Result<usize, Error> {
    let keys = app.db().read(async |tx| inspect::cases(tx).await).await?;
    let mut waiting = 0;
    for (account, id) in keys {
        let effects = app
            .db()
            .read(async |tx| {
                system::reach(tx);
                let case = system::find_case(tx, account, id).await?;
                Ok::<_, Error>(inspect::effects(tx, &case.ok_or(Error::NotFound)?).await?)
            })
            .await?;
        waiting += effects.iter().filter(|(_, is_done)| !is_done).count();
    }
    Ok(waiting)
}
