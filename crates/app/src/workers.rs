//! The workers: they sleep until something is due or somebody nudges them.

mod clocks;

use std::collections::BTreeSet;
use std::time::Duration;

use mainstay_domain::Moment;
use mainstay_domain::access::tries::FORGET_MINUTES;
use mainstay_domain::access::{ActingFor, Action, Facts, decide};
use mainstay_domain::case::EffectKind;
use mainstay_domain::ids::PersonId;
use mainstay_store::system::delegations::PartnerRecipient;
use mainstay_store::{
    Tx, idempotency, inbox, outbox, people, resets, search, services, sessions, system, tries,
};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::live::Changed;
use crate::{App, Catalogue, Error, internal, participants};

/// The longest sleep: a missed nudge costs no more than this.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);
/// How long a nudged worker waits for more to come: what gathers meanwhile is done in one
/// transaction, and nobody notices the moment.
const GATHER: Duration = Duration::from_millis(25);
/// After a failure, how long to wait before the next try.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// How long a case whose clocks cannot be judged, or a notice that cannot be read, is left alone.
const POSTPONE_MINUTES: i64 = 60;
/// How long answers to API calls are kept: a day.
const KEEP_ANSWERS_MINUTES: i64 = 24 * 60;
/// How long a browser is known that is not signed in with: a year.
const KEEP_DEVICES_MINUTES: i64 = 365 * 24 * 60;
/// How long somebody who forgot their password waits in the list: two weeks.
const KEEP_REQUESTS_MINUTES: i64 = 14 * 24 * 60;

impl App {
    /// Runs the workers for ever: clocks are judged as they fall due, effects carried out as they
    /// are written, and what is kept for a while only is forgotten. A worker that panics is started
    /// again. They end with the future.
    pub async fn run_workers(self) {
        let app = &self;
        tokio::join!(
            for_ever("clocks", || app.clone().run_timers()),
            for_ever("notices", || app.clone().run_outbox()),
            for_ever("words", || app.clone().run_words()),
            for_ever("housekeeping", || app.clone().run_housekeeping()),
            for_ever("views", || app.clone().run_views()),
            for_ever("signals", || app.clone().run_signals()),
        );
    }

    async fn run_timers(self) {
        loop {
            let span = tracing::trace_span!(target: "spans", "sweep");
            let swept = self.sweep().instrument(span).await;
            let next = match swept {
                Ok(0) => {
                    self.db()
                        .read(async |tx| {
                            system::reach(tx);
                            let cases = system::next_timer_at(tx).await?;
                            let delegations = system::delegations::next_timer_at(tx).await?;
                            Ok(cases.into_iter().chain(delegations).min())
                        })
                        .await
                }
                Ok(_) => continue,
                Err(error) => {
                    tracing::error!(%error, "clocks could not be judged");
                    tokio::time::sleep(AFTER_FAILURE).await;
                    continue;
                }
            };
            self.sleep_until(next, &self.0.timers).await;
        }
    }

    async fn run_outbox(self) {
        loop {
            let span = tracing::trace_span!(target: "spans", "deliver");
            let delivered = self.deliver().instrument(span).await;
            let next = match delivered {
                Ok(0) => {
                    self.db()
                        .read(async |tx| {
                            system::reach(tx);
                            outbox::next_run_at(tx).await
                        })
                        .await
                }
                Ok(_) => continue,
                Err(error) => {
                    tracing::error!(%error, "notices could not be delivered");
                    tokio::time::sleep(AFTER_FAILURE).await;
                    continue;
                }
            };
            self.sleep_until(next, &self.0.outbox).await;
        }
    }

    /// Has what was written found by the search, as soon as some has gathered.
    async fn run_words(self) {
        loop {
            match self.take_in_words().await {
                Ok(false) => return,
                Ok(true) => {
                    self.0.words.notified().await;
                    tokio::time::sleep(GATHER).await;
                }
                Err(error) => {
                    tracing::error!(%error, "words could not be taken in for the search");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        }
    }

    /// Takes in all words that wait to be found; whether any ever do: on PostgreSQL none.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn take_in_words(&self) -> Result<bool, Error> {
        let waits = async |tx: &mut Tx<'_>| Ok::<_, Error>(search::waits_to_be_taken_in(tx));
        if !self.db().read(waits).await? {
            return Ok(false);
        }
        let _alone = self.0.taking_in.lock().await;
        loop {
            let gathered = self.db().read(async |tx| search::gather(tx).await).await?;
            if gathered.is_empty() {
                return Ok(true);
            }
            let take_in = async move |tx: &mut Tx<'_>| search::take_in(tx, &gathered).await;
            self.db().write(take_in).await?;
        }
    }

    async fn run_housekeeping(self) {
        loop {
            let before = self.now().plus_minutes(-KEEP_ANSWERS_MINUTES);
            let forget = async move |tx: &mut Tx<'_>| idempotency::forget_before(tx, before).await;
            if let Err(error) = self.db().write(forget).await {
                tracing::error!(%error, "old answers could not be forgotten");
            }
            if let Err(error) = self.forget_sign_ins().await {
                tracing::error!(%error, "what sign-ins left behind could not be forgotten");
            }
            if let Err(error) = self.files().forget_incoming(before).await {
                tracing::error!(%error, "broken uploads could not be removed");
            }
            tokio::time::sleep(Duration::from_secs(3600)).await;
        }
    }

    /// Forgets sessions that have ended, failed tries, unused browsers and unanswered requests for
    /// a reset.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn forget_sign_ins(&self) -> Result<(), Error> {
        let now = self.now();
        self.db()
            .write(async move |tx| {
                sessions::forget_ended(tx, now).await?;
                let failures = now.plus_minutes(-FORGET_MINUTES);
                tries::forget_before(tx, failures, now.plus_minutes(-KEEP_DEVICES_MINUTES)).await?;
                Ok(resets::forget_before(tx, now.plus_minutes(-KEEP_REQUESTS_MINUTES)).await?)
            })
            .await
    }

    /// Ends views nobody has ended.
    async fn run_views(self) {
        loop {
            if let Err(error) = self.end_views_over().await {
                tracing::error!(%error, "views that are over could not be ended");
            }
            tokio::time::sleep(LONGEST_SLEEP).await;
        }
    }

    /// Sleeps until an instant; if it has come, for a moment only: another node is at it.
    async fn sleep_until(
        &self,
        next: Result<Option<Moment>, mainstay_store::Error>,
        nudge: &Notify,
    ) {
        let seconds = |next: Moment| u64::try_from(next.seconds_since(self.now())).unwrap_or(0);
        let sleep = match next {
            Ok(Some(next)) => Duration::from_secs(seconds(next)).clamp(GATHER, LONGEST_SLEEP),
            Ok(None) => LONGEST_SLEEP,
            Err(error) => {
                tracing::error!(%error, "what is due next could not be read");
                AFTER_FAILURE
            }
        };
        // A nudge that came while we worked is kept and ends the sleep at once.
        tokio::select! {
            () = tokio::time::sleep(sleep) => {}
            () = nudge.notified() => tokio::time::sleep(GATHER).await,
        }
    }

    /// Delivers the effects that wait, and says how many there were. The port is the in-app
    /// inbox, so an effect and its mark are one transaction: delivered once, always.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn deliver(&self) -> Result<usize, Error> {
        let (now, catalogue) = (self.now(), self.catalogue());
        let waiting = self
            .db()
            .read(async |tx| {
                system::reach(tx);
                outbox::next_run_at(tx).await
            })
            .await?;
        if waiting.is_none_or(|run_at| run_at > now) {
            return Ok(0);
        }
        let told = self
            .db()
            .write(async move |tx| {
                system::reach(tx);
                let mut told = BTreeSet::new();
                let taken = outbox::take(tx, now).await?;
                let leads = people::leads(tx).await?;
                let services = services::all(tx).await?;
                let partners = system::delegations::partner_people(tx).await?;
                for effect in &taken {
                    let is_partners = effect.recipient.is_some_and(|one| partners.contains(&one));
                    if is_partners && is_cut_off(tx, effect, now).await? {
                        outbox::done(tx, effect, now).await?;
                        continue;
                    }
                    told.extend(tell(tx, effect, (&leads, &services), &catalogue, now).await?);
                }
                Ok::<_, Error>((taken.len(), told))
            })
            .await?;
        for person in told.1 {
            self.0.live.announce(Changed::Inbox { person });
        }
        Ok(told.0)
    }
}

/// Keeps a worker at work: one that panics is started again after a while.
async fn for_ever<F>(name: &'static str, work: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        // A set, so that the worker ends with this future.
        let mut worker = JoinSet::new();
        worker.spawn(work());
        match worker.join_next().await {
            Some(Err(error)) if error.is_panic() => {
                tracing::error!(%error, worker = name, "a worker panicked and is started again");
            }
            _ => return,
        }
        tokio::time::sleep(AFTER_FAILURE).await;
    }
}

/// Whether an effect is for somebody of a partner whom the customer does not let read it any more:
/// rights are decided again when a notice leaves.
async fn is_cut_off(tx: &mut Tx<'_>, effect: &outbox::Taken, now: Moment) -> Result<bool, Error> {
    let theirs = system::delegations::partner_recipients(tx, effect.id, now).await?;
    let is_told = |one: &PartnerRecipient| may_be_told(effect.kind.as_ref(), one);
    Ok(!theirs.is_empty() && !theirs.iter().any(is_told))
}

fn may_be_told(kind: Option<&EffectKind>, one: &PartnerRecipient) -> bool {
    let facts = Facts {
        target: Some(one.target),
        ..Facts::default()
    };
    match (kind, &one.principal.acting_for) {
        // Whoever runs the partner is told of the delegation itself, named or not.
        // So is whoever of it had a part in a request that is not the customer's any more.
        (
            Some(EffectKind::Partner { .. } | EffectKind::MovedAway { .. }),
            ActingFor::Delegated { delegated, .. },
        ) => delegated.ended_at.is_none() && delegated.names_anything(),
        _ => decide(&one.principal, Action::Read, &facts).is_ok(),
    }
}

/// Tells what an effect tells, and says whom.
async fn tell(
    tx: &mut Tx<'_>,
    effect: &outbox::Taken,
    (leads, services): (&[PersonId], &[PersonId]),
    catalogue: &Catalogue,
    now: Moment,
) -> Result<Vec<PersonId>, Error> {
    let Some(kind) = &effect.kind else {
        tracing::error!(effect = effect.id, case = %effect.case, "a notice cannot be read");
        let until = now.plus_minutes(POSTPONE_MINUTES);
        let why = "this version does not know what it says";
        outbox::postpone(tx, effect, until, why).await?;
        return Ok(Vec::new());
    };
    let mut recipients = effect.recipient.map_or(leads.to_vec(), |one| vec![one]);
    if let Some(person) = effect.recipient
        && !(participants::may_be_told(tx, effect, kind, person, now).await?
            && internal::may_be_told(tx, effect, kind, person, catalogue, now).await?)
    {
        recipients.clear();
    }
    recipients.retain(|one| !services.contains(one));
    for &person in &recipients {
        inbox::insert(tx, person, effect, kind).await?;
    }
    outbox::done(tx, effect, now).await?;
    Ok(recipients)
}
