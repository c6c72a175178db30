//! Judging clocks: the cases whose time has come, many in one transaction.

use std::sync::Arc;

use mainstay_domain::Moment;
use mainstay_domain::case::{Case, tick};
use mainstay_domain::ids::{AccountId, CaseId};
use mainstay_store::system::Due;
use mainstay_store::{Tx, cases, system};

use super::POSTPONE_MINUTES;
use crate::live::Changed;
use crate::{App, Catalogue, Error, internal};

/// Cases judged in one transaction: the more there are the more pages they share, and others wait
/// no longer than a moment.
const SWEEP: usize = 2_000;
/// Cases found at once when more are due than fit one transaction.
const BACKLOG: usize = 25 * SWEEP;

/// Which of the cases that are due.
#[derive(Clone)]
enum Which {
    /// Those that have been for longest.
    Earliest,
    /// Those of these keys that still are.
    Of(Arc<[(AccountId, CaseId)]>),
}

impl Which {
    async fn find(&self, tx: &mut Tx<'_>, now: Moment) -> Result<Vec<Due>, Error> {
        system::reach(tx);
        Ok(match self {
            Self::Earliest => system::due_cases(tx, now, SWEEP as u32).await?,
            Self::Of(keys) => system::due_of(tx, keys, now).await?,
        })
    }
}

impl App {
    /// Judges the clocks that are due now, and says how many cases were looked at.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn sweep(&self) -> Result<usize, Error> {
        let (now, catalogue) = (self.now(), self.catalogue());
        self.sweep_delegations(now).await?;
        let is_any_due = self
            .db()
            .read(async |tx| {
                system::reach(tx);
                system::is_any_due(tx, now).await
            })
            .await?;
        if !is_any_due {
            return Ok(0);
        }
        let backlog = self.backlog(now).await?;
        if backlog.len() <= SWEEP {
            return self.judge_due(Which::Earliest, &catalogue).await;
        }
        let mut looked_at = 0;
        for keys in backlog.chunks(SWEEP) {
            looked_at += self.judge_due(Which::Of(keys.into()), &catalogue).await?;
        }
        Ok(looked_at)
    }

    /// What is due, in an order in which cases that are judged together lie together: what belongs
    /// to an account shares pages, and what was due at the same moment does not.
    async fn backlog(&self, now: Moment) -> Result<Vec<(AccountId, CaseId)>, Error> {
        let find = async |tx: &mut Tx<'_>| {
            system::reach(tx);
            system::backlog(tx, now, BACKLOG).await
        };
        let mut keys = self.db().read(find).await?;
        keys.sort_unstable();
        Ok(keys)
    }

    /// Judges some of what is due, tells of it, and says how many cases were looked at.
    async fn judge_due(&self, which: Which, catalogue: &Arc<Catalogue>) -> Result<usize, Error> {
        // A backlog takes a while, in which people go on.
        let now = self.now();
        let (looked_at, changed) = match self.judge_together(which.clone(), catalogue, now).await {
            Ok(judged) => judged,
            Err(error) if error.is_passing() => return Err(error),
            Err(error) => {
                tracing::error!(%error, "cases could not be judged together; now one by one");
                self.judge_one_by_one(which, catalogue, now).await?
            }
        };
        changed
            .into_iter()
            .for_each(|changed| self.announce(changed));
        Ok(looked_at)
    }

    /// Judges many cases in one transaction: how many, and what changed.
    async fn judge_together(
        &self,
        which: Which,
        catalogue: &Arc<Catalogue>,
        now: Moment,
    ) -> Result<(usize, Vec<Changed>), Error> {
        let catalogue = Arc::clone(catalogue);
        let judge_all = async move |tx: &mut Tx<'_>| {
            let mut due = which.find(tx, now).await?;
            // What belongs to one account lies together, and is read and written together.
            due.sort_unstable_by_key(|due| (due.account, due.id));
            let (looked_at, mut changed) = (due.len(), Vec::new());
            for due in due {
                match due.case() {
                    Ok(case) => changed.extend(judge(tx, &case, &catalogue, now).await?),
                    Err(error) => set_aside(tx, due.account, due.id, now, &error.into()).await?,
                }
            }
            Ok::<_, Error>((looked_at, changed))
        };
        self.db().write(judge_all).await
    }

    /// One case that cannot even be read must not keep the others' clocks from being judged.
    async fn judge_one_by_one(
        &self,
        which: Which,
        catalogue: &Arc<Catalogue>,
        now: Moment,
    ) -> Result<(usize, Vec<Changed>), Error> {
        let find = async move |tx: &mut Tx<'_>| which.find(tx, now).await;
        let due = self.db().write(find).await?;
        let (looked_at, mut changed) = (due.len(), Vec::new());
        for Due { account, id, .. } in due {
            let catalogue = Arc::clone(catalogue);
            let judge_one = async move |tx: &mut Tx<'_>| {
                system::reach(tx);
                match system::hold_case(tx, account, id).await? {
                    Some(case) => judge(tx, &case, &catalogue, now).await,
                    None => Ok(Vec::new()),
                }
            };
            match self.db().write(judge_one).await {
                Ok(one) => changed.extend(one),
                Err(error) if error.is_passing() => return Err(error),
                Err(error) => {
                    let postpone = async move |tx: &mut Tx<'_>| {
                        system::reach(tx);
                        set_aside(tx, account, id, now, &error).await
                    };
                    self.db().write(postpone).await?;
                }
            }
        }
        Ok((looked_at, changed))
    }
}

/// Judges one case whose time has come.
async fn judge(
    tx: &mut Tx<'_>,
    case: &Case,
    catalogue: &Catalogue,
    now: Moment,
) -> Result<Vec<Changed>, Error> {
    let judged = catalogue
        .terms_of(&case.terms)
        .and_then(|terms| Ok((tick(case, &terms, now)?, terms)));
    match judged {
        Ok((outcome, terms)) => {
            let internal = internal::go_with(tx, &outcome, catalogue, None, now).await?;
            cases::save(tx, case, &outcome, &terms, None, now).await?;
            Ok(internal
                .into_iter()
                .chain([Changed::from(&outcome)])
                .collect())
        }
        Err(error) => {
            set_aside(tx, case.account, case.id, now, &error).await?;
            Ok(Vec::new())
        }
    }
}

/// Leaves a case that cannot be judged alone for a while, so that it keeps no other waiting.
async fn set_aside(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
    now: Moment,
    error: &Error,
) -> Result<(), Error> {
    tracing::error!(%error, %case, "a case's clocks cannot be judged");
    let until = now.plus_minutes(POSTPONE_MINUTES);
    Ok(system::postpone(tx, account, case, until).await?)
}
