//! Cases and their timelines.

mod moving;

use mainstay_domain::Moment;
use mainstay_domain::access::{Grant, Thread};
use mainstay_domain::case::{
    Actor, Audience, Case, Entry, Fact, Metric, Milestone, MilestoneState, Outcome, Side, Status,
    Terms,
};
use mainstay_domain::ids::{AccountId, CaseId, CaseNumber, PersonId};

use crate::codec::{Json, json};
use crate::db::{self, Either, FromRow, Row, V};
use crate::log::{Act, By, Line, Subject};
use crate::scope::{is_covered, of_scope, scoped};
use crate::{Error, Tx, log, outbox, participants, reach, search, sql};

pub use self::moving::relocate;

/// Cases whose clock runs come first; those that wait for us without one follow.
const WITHOUT_CLOCK: i64 = 1 << 40;
/// Cases that wait for somebody else come last.
const WITH_OTHERS: i64 = 1 << 41;

/// On PostgreSQL a counter's row would be held until the commit, and every creator wait for it.
const NEXT_NUMBER: Either<db::Sql> = Either {
    sqlite: sql!(
        "INSERT INTO counters (name, value) VALUES ('case', 100001)
         ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
    ),
    postgres: sql!("SELECT nextval('case_numbers')"),
};

/// Takes the next case number; one that is taken and not used stays a gap on PostgreSQL.
///
/// # Errors
/// Whatever the database says.
pub async fn next_number(tx: &mut Tx<'_>) -> Result<CaseNumber, Error> {
    let counter: i64 = tx.one(tx.choose(NEXT_NUMBER), &[]).await?;
    Ok(CaseNumber::from_counter(counter.unsigned_abs()))
}

/// The case of a number, if the grant reaches it.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    grant: &Grant,
    number: CaseNumber,
) -> Result<Option<Case>, Error> {
    reach::scope(tx, grant.scope());
    let found: Option<Json<Case>> = tx
        .opt(
            sql!(
                "SELECT c.data FROM cases c
                 WHERE (c.account_id = $1 OR $1 IS NULL)
                   AND ",
                of_scope!(),
                "
                   AND c.number = $12"
            ),
            &scoped(grant.scope(), &[number.into()]),
        )
        .await?;
    Ok(found.map(|Json(case)| case))
}

/// The case of a number, if the grant reaches it, for whoever changes it in this transaction:
/// others who would wait until it ends, and then see the change.
///
/// # Errors
/// Whatever the database says.
pub async fn find_to_change(
    tx: &mut Tx<'_>,
    grant: &Grant,
    number: CaseNumber,
) -> Result<Option<Case>, Error> {
    reach::scope(tx, grant.scope());
    let found: Option<Json<Case>> = tx
        .opt(
            sql!(
                "SELECT c.data FROM cases c
                 WHERE (c.account_id = $1 OR $1 IS NULL)
                   AND ",
                of_scope!(),
                "
                   AND c.number = $12 FOR UPDATE"
            ),
            &scoped(grant.scope(), &[number.into()]),
        )
        .await?;
    Ok(found.map(|Json(case)| case))
}

/// Whether a number is that of a case of an account, under a subscription the grant reaches.
///
/// # Errors
/// Whatever the database says.
pub async fn is_of_account(
    tx: &mut Tx<'_>,
    grant: &Grant,
    account: AccountId,
    number: CaseNumber,
) -> Result<bool, Error> {
    let found: Option<i64> = tx
        .opt(
            sql!(
                "SELECT 1 FROM cases c WHERE c.account_id = $1 AND c.number = $2 AND ",
                is_covered!("$3")
            ),
            &[
                account.into(),
                number.into(),
                grant.scope().limited_partner().into(),
            ],
        )
        .await?;
    Ok(found.is_some())
}

/// The timeline of a case somebody was let to.
///
/// # Errors
/// Whatever the database says.
pub async fn entries(tx: &mut Tx<'_>, case: &Case) -> Result<Vec<Entry>, Error> {
    tx.all(
        sql!(
            "SELECT seq, at, actor_id, side, partner_id, audience, fact FROM entries
             WHERE account_id = $1 AND case_id = $2 ORDER BY seq"
        ),
        &[case.account.into(), case.id.into()],
    )
    .await
}

impl FromRow for Entry {
    fn from_row(row: &Row<'_>) -> Result<Self, db::Error> {
        let side: String = row.get("side")?;
        let audience: String = row.get("audience")?;
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor: Actor {
                person: row.get("actor_id")?,
                side: match side.as_str() {
                    "customer" => Side::Customer,
                    "vendor" => Side::Vendor,
                    _ => Side::System,
                },
                partner: row.get("partner_id")?,
            },
            audience: audience_of(&audience)?,
            fact: row.get::<Json<Fact>>("fact")?.0,
        })
    }
}

/// The words an entry's side and audience are stored as.
pub(crate) const fn side_word(side: Side) -> &'static str {
    match side {
        Side::Customer => "customer",
        Side::Vendor => "vendor",
        Side::System => "system",
    }
}

pub(crate) const fn audience_word(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "public",
        Audience::Vendor => "vendor",
        Audience::Customer => "customer",
    }
}

/// The audience of a word; what this version does not know is shown to nobody.
pub(crate) fn audience_of(word: &str) -> Result<Audience, db::Error> {
    match word {
        "public" => Ok(Audience::Public),
        "vendor" => Ok(Audience::Vendor),
        "customer" => Ok(Audience::Customer),
        found => Err(db::Error::Decode {
            column: "audience".to_owned(),
            wanted: "a word this version knows",
            found: found.to_owned(),
        }),
    }
}

/// The first entry a thread shows of each audience: public, the vendor's, the customer's.
pub(crate) fn shown_from<'a>(thread: &Thread) -> [V<'a>; 3] {
    let of = |audience| thread.from(audience).map_or(i64::MAX, i64::from).into();
    [
        of(Audience::Public),
        of(Audience::Vendor),
        of(Audience::Customer),
    ]
}

/// The columns of a case that lists and timers look at.
pub(crate) struct Columns {
    pub closed_at: Option<Moment>,
    pub reopen_until: Option<Moment>,
    pub next_due_at: Option<Moment>,
    pub next_metric: Option<&'static str>,
    pub next_is_internal: bool,
    pub queue_at: Option<i64>,
    pub next_timer_at: Option<Moment>,
}

impl Columns {
    /// Without terms nothing is known of the next timer.
    pub(crate) fn of(case: &Case, terms: Option<&Terms>) -> Self {
        let next_due_at = case.next_due_at();
        let next =
            case.clocks.milestones().iter().find(|milestone| {
                next_due_at.is_some() && milestone.running_due_at() == next_due_at
            });
        let (closed_at, reopen_until) = match case.status {
            Status::Closed { at, reopen_until } => (Some(at), Some(reopen_until)),
            _ => (None, None),
        };
        Self {
            closed_at,
            reopen_until,
            next_due_at,
            next_metric: next.map(|milestone| milestone.metric.code()),
            next_is_internal: next.is_some_and(|milestone| milestone.is_internal),
            queue_at: queue_at(case, next_due_at),
            next_timer_at: terms.and_then(|terms| case.next_timer_at(terms)),
        }
    }
}

/// The order of work (never promised): missed promises, then what is due first, then what waits
/// for us without a clock, then what waits for somebody else.
fn queue_at(case: &Case, next_due_at: Option<Moment>) -> Option<i64> {
    if !case.status.is_open() {
        return None;
    }
    let owed = case
        .clocks
        .milestones()
        .iter()
        .filter_map(|milestone| match milestone.state {
            MilestoneState::Breached {
                due_at,
                met_at: None,
            } => Some(due_at),
            _ => None,
        });
    let due = owed.chain(next_due_at).min().map(Moment::as_unix);
    Some(due.unwrap_or(match case.status {
        Status::WithVendor => WITHOUT_CLOCK + case.opened_at.as_unix(),
        _ => WITH_OTHERS + case.opened_at.as_unix(),
    }))
}

/// Keeps a case that was just opened, with its timeline, milestones, effects and line of the log.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &mut Tx<'_>,
    outcome: &Outcome,
    terms: &Terms,
    grant: &Grant,
    by: &By,
    now: Moment,
) -> Result<(), Error> {
    reach::scope(tx, grant.scope());
    let case = &outcome.case;
    let columns = Columns::of(case, Some(terms));
    let data = json(case);
    tx.send(
        sql!(
            "INSERT INTO cases (account_id, id, number, subject, kind, severity, status, channel,
                 requester_id, assignee_id, opened_at, updated_at, last_public_at, closed_at,
                 reopen_until, next_due_at, next_metric, next_is_internal, queue_at, next_timer_at,
                 revision, data, subscription_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $11, $12, $13, $14, $15,
                 $16, $17, $18, $19, $20, $21)"
        ),
        &[
            case.account.into(),
            case.id.into(),
            case.number.into(),
            case.subject.as_str().into(),
            case.kind.code().into(),
            case.severity.as_deref().into(),
            case.status.code().into(),
            case.channel.code().into(),
            case.requester.into(),
            case.assignee.into(),
            case.opened_at.into(),
            columns.closed_at.into(),
            columns.reopen_until.into(),
            columns.next_due_at.into(),
            columns.next_metric.into(),
            columns.next_is_internal.into(),
            columns.queue_at.into(),
            columns.next_timer_at.into(),
            case.revision.into(),
            data.as_str().into(),
            case.subscription.into(),
        ],
    )
    .await?;
    keep_entries(tx, outcome).await?;
    for milestone in case.clocks.milestones() {
        save_milestone(tx, case.account, case.id, milestone).await?;
    }
    participants::save(tx, &[], case, now).await?;
    keep_effects(tx, outcome, now).await?;
    let line = line(case, by, Act::CaseOpened);
    log::write(tx, now, line).await
}

/// An update of a case. Every index over a column that is set is written anew, changed or not, so
/// where a case stands in the lists is set only when it moves.
macro_rules! update_case {
    ($moved:literal, $key:literal) => {
        sql!(
            "UPDATE cases SET severity = $1, status = $2, updated_at = coalesce($3, updated_at),
                 last_public_at = coalesce($4, last_public_at), reopen_until = $5,
                 next_due_at = $6, next_metric = $7, next_is_internal = $8, next_timer_at = $9,
                 revision = $10, data = $11",
            $moved,
            " WHERE ",
            $key
        )
    };
}

/// Keeps what an act did to a case, and logs whose act it was; what the clocks do by themselves
/// stands on the timeline, and the log is of people.
///
/// # Errors
/// Whatever the database says.
pub async fn save(
    tx: &mut Tx<'_>,
    before: &Case,
    outcome: &Outcome,
    terms: &Terms,
    logged: Option<(&By, Act)>,
    now: Moment,
) -> Result<(), Error> {
    update(tx, before, outcome, terms, now).await?;
    let case = &outcome.case;
    keep_entries(tx, outcome).await?;
    let known = before.clocks.milestones();
    for milestone in case.clocks.milestones() {
        if !known.contains(milestone) {
            save_milestone(tx, case.account, case.id, milestone).await?;
        }
    }
    forget_dropped_promise(tx, before, case).await?;
    participants::save(tx, &before.participants, case, now).await?;
    keep_effects(tx, outcome, now).await?;
    match logged {
        Some((by, act)) if !outcome.entries.is_empty() => {
            let line = with_changes(line(case, by, act), before, case);
            let reason = outcome.entries.iter().find_map(|entry| entry.fact.reason());
            let line = match reason {
                Some(reason) => line.because(reason),
                None => line,
            };
            log::write(tx, now, line).await
        }
        _ => Ok(()),
    }
}

/// A line of the log about a case.
fn line(case: &Case, by: &By, act: Act) -> Line {
    if act == Act::CaseNoted {
        // That the vendor wrote among themselves is not for the customer's log.
        let number = Subject::Thing("case", case.number.to_string());
        return Line::new(None, by.clone(), act).about(number);
    }
    Line::new(Some(case.account), by.clone(), act).about(Subject::Case(case.id))
}

/// With what the act changed that others look at: whose turn it is, the severity, whose it is.
fn with_changes(line: Line, before: &Case, after: &Case) -> Line {
    let fields = |case: &Case| {
        [
            ("status", serde_json::json!(case.status.code())),
            ("severity", serde_json::json!(case.severity)),
            ("assignee", serde_json::json!(case.assignee)),
            ("participants", serde_json::json!(people(case))),
        ]
    };
    let (mut was, mut became) = (serde_json::Map::new(), serde_json::Map::new());
    for ((name, old), (_, new)) in fields(before).into_iter().zip(fields(after)) {
        if old != new {
            was.insert(name.to_owned(), old);
            became.insert(name.to_owned(), new);
        }
    }
    if became.is_empty() {
        line
    } else {
        line.was(was).became(became)
    }
}

/// Who takes part in a case by name.
fn people(case: &Case) -> Vec<PersonId> {
    case.participants.iter().map(|one| one.person).collect()
}

async fn update(
    tx: &mut Tx<'_>,
    before: &Case,
    outcome: &Outcome,
    terms: &Terms,
    now: Moment,
) -> Result<(), Error> {
    let case = &outcome.case;
    let (was, is) = (Columns::of(before, None), Columns::of(case, Some(terms)));
    let is_public = |entry: &&Entry| entry.audience == Audience::Public;
    // The order of what was changed last would tell the vendor of a note it never sees.
    let of_customer = |entry: &Entry| entry.audience == Audience::Customer;
    let is_quiet = !outcome.entries.is_empty() && outcome.entries.iter().all(of_customer);
    let last_public = outcome.entries.iter().rev().find(is_public);
    let data = json(case);
    let mut values = vec![
        case.severity.as_deref().into(),
        case.status.code().into(),
        (!is_quiet).then_some(now).into(),
        last_public.map(|entry| entry.at).into(),
        is.reopen_until.into(),
        is.next_due_at.into(),
        is.next_metric.into(),
        is.next_is_internal.into(),
        is.next_timer_at.into(),
        case.revision.into(),
        data.as_str().into(),
    ];
    let key: [V<'_>; 2] = [case.account.into(), case.id.into()];
    let place =
        |case: &Case, columns: &Columns| (columns.queue_at, case.assignee, columns.closed_at);
    if place(before, &was) == place(case, &is) {
        values.extend(key);
        let stays = update_case!("", "account_id = $12 AND id = $13");
        return tx.send(stays, &values).await;
    }
    values.extend::<[V<'_>; 3]>([
        is.queue_at.into(),
        case.assignee.into(),
        is.closed_at.into(),
    ]);
    values.extend(key);
    let moves = update_case!(
        ", queue_at = $12, assignee_id = $13, closed_at = $14",
        "account_id = $15 AND id = $16"
    );
    tx.send(moves, &values).await
}

/// The timeline and the words to be found by.
async fn keep_entries(tx: &mut Tx<'_>, outcome: &Outcome) -> Result<(), Error> {
    for entry in &outcome.entries {
        insert_entry(tx, &outcome.case, entry).await?;
        search::add(tx, &outcome.case, entry).await?;
    }
    Ok(())
}

async fn keep_effects(tx: &mut Tx<'_>, outcome: &Outcome, now: Moment) -> Result<(), Error> {
    for effect in &outcome.effects {
        outbox::insert(tx, &outcome.case, effect, now).await?;
    }
    Ok(())
}

async fn insert_entry(tx: &mut Tx<'_>, case: &Case, entry: &Entry) -> Result<(), Error> {
    let fact = json(&entry.fact);
    tx.send(
        sql!(
            "INSERT INTO entries (account_id, case_id, seq, at, actor_id, side, partner_id,
                 audience, fact)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        &[
            case.account.into(),
            case.id.into(),
            entry.seq.into(),
            entry.at.into(),
            entry.actor.person.into(),
            side_word(entry.actor.side).into(),
            entry.actor.partner.into(),
            audience_word(entry.audience).into(),
            fact.as_str().into(),
        ],
    )
    .await
}

/// A severity or terms that promise nothing drop the promise that ran until then.
async fn forget_dropped_promise(tx: &mut Tx<'_>, before: &Case, case: &Case) -> Result<(), Error> {
    let promises = |case: &Case| case.clocks.milestones().iter().any(|it| !it.is_internal);
    if promises(case) || !promises(before) {
        return Ok(());
    }
    let forget =
        sql!("DELETE FROM milestones WHERE account_id = $1 AND case_id = $2 AND is_internal = $3");
    let key = [case.account.into(), case.id.into(), false.into()];
    tx.send(forget, &key).await
}

async fn save_milestone(
    tx: &mut Tx<'_>,
    account: AccountId,
    case: CaseId,
    milestone: &Milestone,
) -> Result<(), Error> {
    let (state, due_at, settled_at) = state_columns(&milestone.state);
    tx.send(
        sql!(
            "INSERT INTO milestones (account_id, case_id, metric, is_internal, cycle, severity,
                 state, started_at, due_at, settled_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (account_id, case_id, metric, is_internal, cycle) DO UPDATE
             SET severity = excluded.severity, state = excluded.state,
                 started_at = excluded.started_at, due_at = excluded.due_at,
                 settled_at = excluded.settled_at"
        ),
        &[
            account.into(),
            case.into(),
            Metric::code(milestone.metric).into(),
            milestone.is_internal.into(),
            milestone.cycle.into(),
            milestone.severity.as_deref().into(),
            state.into(),
            milestone.started_at.into(),
            due_at.into(),
            settled_at.into(),
        ],
    )
    .await
}

/// The word of a state, its due instant, and when it was settled: a breach at its due instant.
pub(crate) const fn state_columns(
    state: &MilestoneState,
) -> (&'static str, Option<Moment>, Option<Moment>) {
    match *state {
        MilestoneState::Running { due_at } => ("running", Some(due_at), None),
        MilestoneState::Paused { .. } => ("paused", None, None),
        MilestoneState::Met { at, due_at } => ("met", Some(due_at), Some(at)),
        MilestoneState::Breached { due_at, .. } => ("breached", Some(due_at), Some(due_at)),
        MilestoneState::Cancelled { at } => ("cancelled", None, Some(at)),
    }
}
