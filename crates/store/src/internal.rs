//! Internal requests (S16): what people of an account ask their own administrators.
//!
//! A grant to ask reaches the person's own, a grant to serve those of the account; no other grant
//! reaches any. On PostgreSQL the vendor's desk does not reach these rows at all.

mod moving;

use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Grant, Role};
use mainstay_domain::case::{Case, EffectKind};
use mainstay_domain::ids::{AccountId, FileId, InternalId, PersonId};
use mainstay_domain::internal::{Entry, Fact, InternalRequest, Outcome, Party, Status, Telling};

use crate::codec::{Json, json};
use crate::db::{FromRow, Row, V};
use crate::{Error, Tx, outbox, reach, sql};

pub use self::moving::{insert_kept, is_of_request, tell_moved};

/// Requests with whoever asked come after those that wait for the administrators.
const WITH_REQUESTER: i64 = 1 << 40;
/// Those with the vendor come last.
const WITH_VENDOR: i64 = 1 << 41;

/// Whose requests a grant reaches.
struct Reached {
    account: AccountId,
    /// Only this person's; without one, everybody's of the account.
    requester: Option<PersonId>,
}

impl Reached {
    fn by(tx: &mut Tx<'_>, grant: &Grant) -> Option<Self> {
        let scope = grant.scope();
        reach::scope(tx, scope);
        let requester = match grant.action() {
            Action::ServeInternal => None,
            Action::AskAdministrator => Some(scope.person()),
            _ => return None,
        };
        Some(Self {
            account: scope.account()?,
            requester,
        })
    }

    /// The account and the person, followed by a statement's own values.
    fn with<'a>(&self, own: &[V<'a>]) -> Vec<V<'a>> {
        let mut values: Vec<V<'a>> = vec![self.account.into(), self.requester.into()];
        values.extend_from_slice(own);
        values
    }
}

/// A file of an internal request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalFile {
    /// Its identity.
    pub id: FileId,
    /// The entry it came with.
    pub seq: u32,
    /// Its name, as given.
    pub name: String,
    /// Its media type, as claimed; never trusted.
    pub media_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// Who uploaded it.
    pub uploaded_by: Option<PersonId>,
    /// Whether not everybody gets it who sees it.
    pub is_confidential: bool,
}

impl FromRow for InternalFile {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("id")?,
            seq: row.get("seq")?,
            name: row.get("name")?,
            media_type: row.get("media_type")?,
            size: row.get("size")?,
            sha256: row.get("sha256")?,
            uploaded_by: row.get("uploaded_by")?,
            is_confidential: row.get("is_confidential")?,
        })
    }
}

impl FromRow for Entry {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        let party: String = row.get("party")?;
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            person: row.get("person_id")?,
            party: Party::from_code(&party).ok_or_else(|| Error::Decode {
                column: "party".to_owned(),
                wanted: "a word this version knows",
                found: party,
            })?,
            fact: row.get::<Json<Fact>>("fact")?.0,
        })
    }
}

/// When an open request is worked on; closed ones have no place.
const fn queue_at(request: &InternalRequest) -> Option<i64> {
    let opened = request.opened_at.as_unix();
    match request.status {
        Status::WithAdministrators => Some(opened),
        Status::WithRequester { .. } => Some(WITH_REQUESTER + opened),
        Status::WithVendor { .. } => Some(WITH_VENDOR + opened),
        Status::Closed { .. } => None,
    }
}

const fn closed_at(request: &InternalRequest) -> Option<Moment> {
    match request.status {
        Status::Closed { at } => Some(at),
        _ => None,
    }
}

/// Keeps a request that was just made, with its timeline and what is to be told.
///
/// # Errors
/// Whatever the database says.
pub async fn insert(
    tx: &mut Tx<'_>,
    grant: &Grant,
    outcome: &Outcome,
    told: &[(PersonId, Telling)],
    now: Moment,
) -> Result<(), Error> {
    reach::scope(tx, grant.scope());
    put(tx, outcome, told, now).await
}

async fn put(
    tx: &mut Tx<'_>,
    outcome: &Outcome,
    told: &[(PersonId, Telling)],
    now: Moment,
) -> Result<(), Error> {
    let request = &outcome.request;
    let data = json(request);
    tx.send(
        sql!(
            "INSERT INTO internal_requests (account_id, id, requester_id, subject, status,
                 taken_by, case_id, opened_at, updated_at, closed_at, queue_at, revision, data)
             VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $7, $8, $9, $10, $11)"
        ),
        &[
            request.account.into(),
            request.id.into(),
            request.requester.into(),
            request.subject.as_str().into(),
            request.status.code().into(),
            request.taken_by.into(),
            request.opened_at.into(),
            closed_at(request).into(),
            queue_at(request).into(),
            request.revision.into(),
            data.as_str().into(),
        ],
    )
    .await?;
    keep_entries(tx, outcome, told, now).await
}

/// Keeps what was done to a request that [`find_to_change`] or [`find_of_case`] found.
///
/// # Errors
/// Whatever the database says.
pub async fn save(
    tx: &mut Tx<'_>,
    outcome: &Outcome,
    told: &[(PersonId, Telling)],
    now: Moment,
) -> Result<(), Error> {
    let request = &outcome.request;
    let case = request.escalation.as_ref().map(|it| it.case);
    let data = json(request);
    tx.send(
        sql!(
            "UPDATE internal_requests SET status = $1, taken_by = $2, case_id = $3,
                 updated_at = $4, closed_at = $5, queue_at = $6, revision = $7, data = $8
             WHERE account_id = $9 AND id = $10"
        ),
        &[
            request.status.code().into(),
            request.taken_by.into(),
            case.into(),
            now.into(),
            closed_at(request).into(),
            queue_at(request).into(),
            request.revision.into(),
            data.as_str().into(),
            request.account.into(),
            request.id.into(),
        ],
    )
    .await?;
    keep_entries(tx, outcome, told, now).await
}

async fn keep_entries(
    tx: &mut Tx<'_>,
    outcome: &Outcome,
    told: &[(PersonId, Telling)],
    now: Moment,
) -> Result<(), Error> {
    let request = &outcome.request;
    for entry in &outcome.entries {
        let fact = json(&entry.fact);
        tx.send(
            sql!(
                "INSERT INTO internal_entries (account_id, request_id, seq, at, person_id, party,
                     fact)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)"
            ),
            &[
                request.account.into(),
                request.id.into(),
                entry.seq.into(),
                entry.at.into(),
                entry.person.into(),
                entry.party.code().into(),
                fact.as_str().into(),
            ],
        )
        .await?;
    }
    for (person, telling) in told {
        let key = format!("entry-{}", telling.seq);
        let kind = EffectKind::Internal { news: telling.news };
        let about = (request.account, request.id.0);
        outbox::put(tx, about, &key, person.0, &kind, now).await?;
    }
    Ok(())
}

/// Keeps a file's row.
///
/// # Errors
/// Whatever the database says.
pub async fn insert_file(
    tx: &mut Tx<'_>,
    request: &InternalRequest,
    file: &InternalFile,
    now: Moment,
) -> Result<(), Error> {
    tx.send(
        sql!(
            "INSERT INTO internal_files (account_id, request_id, id, seq, name, media_type, size,
                 sha256, uploaded_by, uploaded_at, is_confidential)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
        ),
        &[
            request.account.into(),
            request.id.into(),
            file.id.into(),
            file.seq.into(),
            file.name.as_str().into(),
            file.media_type.as_str().into(),
            i64::try_from(file.size).unwrap_or(i64::MAX).into(),
            file.sha256.as_slice().into(),
            file.uploaded_by.into(),
            now.into(),
            file.is_confidential.into(),
        ],
    )
    .await
}

/// A request, if the grant reaches it, for whoever changes it in this transaction: others who
/// would wait until it ends.
///
/// # Errors
/// Whatever the database says.
pub async fn find_to_change(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: InternalId,
) -> Result<Option<InternalRequest>, Error> {
    let Some(reached) = Reached::by(tx, grant) else {
        return Ok(None);
    };
    let found: Option<Json<InternalRequest>> = tx
        .opt(
            sql!(
                "SELECT r.data FROM internal_requests r
                 WHERE r.account_id = $1 AND (r.requester_id = $2 OR $2 IS NULL) AND r.id = $3
                 FOR UPDATE"
            ),
            &reached.with(&[id.into()]),
        )
        .await?;
    Ok(found.map(|Json(request)| request))
}

/// A request, if the grant reaches it.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: InternalId,
) -> Result<Option<InternalRequest>, Error> {
    let Some(reached) = Reached::by(tx, grant) else {
        return Ok(None);
    };
    let found: Option<Json<InternalRequest>> = tx
        .opt(
            sql!(
                "SELECT r.data FROM internal_requests r
                 WHERE r.account_id = $1 AND (r.requester_id = $2 OR $2 IS NULL) AND r.id = $3"
            ),
            &reached.with(&[id.into()]),
        )
        .await?;
    Ok(found.map(|Json(request)| request))
}

/// Lets the transaction of an act on a case reach the case's own account, so that what the act
/// means to the request it came from can be kept with it.
pub fn reach_of_case(tx: &mut Tx<'_>, case: &Case) {
    reach::one_or_all(tx, Some(case.account));
}

/// The request a case came from, held until the end of the transaction.
///
/// The case was reached by whoever changes it; nothing of the request is shown to them.
///
/// # Errors
/// Whatever the database says.
pub async fn find_of_case(tx: &mut Tx<'_>, case: &Case) -> Result<Option<InternalRequest>, Error> {
    let found: Option<Json<InternalRequest>> = tx
        .opt(
            sql!(
                "SELECT data FROM internal_requests WHERE account_id = $1 AND case_id = $2
                 FOR UPDATE"
            ),
            &[case.account.into(), case.id.into()],
        )
        .await?;
    Ok(found.map(|Json(request)| request))
}

/// Who asked a request, for whoever works for all accounts.
///
/// # Errors
/// Whatever the database says.
pub async fn requester(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: InternalId,
) -> Result<Option<PersonId>, Error> {
    let find = sql!("SELECT requester_id FROM internal_requests WHERE account_id = $1 AND id = $2");
    tx.opt(find, &[account.into(), id.into()]).await
}

/// The people of an account who hold one of these roles and may sign in.
///
/// # Errors
/// Whatever the database says.
pub async fn people_in(
    tx: &mut Tx<'_>,
    account: AccountId,
    roles: &[Role],
) -> Result<Vec<PersonId>, Error> {
    let role = |at: usize| roles.get(at).map_or("-", |role| role.code());
    tx.all(
        sql!(
            "SELECT DISTINCT m.person_id FROM memberships m JOIN people p ON p.id = m.person_id
             WHERE m.organisation_id = $1 AND m.side = 'account' AND p.is_active
               AND NOT p.is_service AND m.deactivated_at IS NULL
               AND m.role IN ($2, $3, $4, $5)"
        ),
        &[
            account.into(),
            role(0).into(),
            role(1).into(),
            role(2).into(),
            role(3).into(),
        ],
    )
    .await
}

/// A request as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalRow {
    /// The request.
    pub request: InternalRequest,
    /// The name of whoever asked.
    pub requester: String,
    /// The name of the administrator who took it on.
    pub taken_by: Option<String>,
    /// When something happened to it last.
    pub updated_at: Moment,
}

impl FromRow for InternalRow {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            request: row.get::<Json<InternalRequest>>("data")?.0,
            requester: row.get("requester")?,
            taken_by: row.get("taken_name")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

macro_rules! rows {
    ($rest:literal) => {
        sql!(
            "SELECT r.data, r.updated_at, a.name AS requester, t.name AS taken_name
             FROM internal_requests r
             JOIN people a ON a.id = r.requester_id
             LEFT JOIN people t ON t.id = r.taken_by
             WHERE r.account_id = $1 AND (r.requester_id = $2 OR $2 IS NULL) ",
            $rest
        )
    };
}

/// Open requests in the order of work: what waits for the administrators first.
///
/// # Errors
/// Whatever the database says.
pub async fn open_requests(
    tx: &mut Tx<'_>,
    grant: &Grant,
    limit: u32,
) -> Result<Vec<InternalRow>, Error> {
    let Some(reached) = Reached::by(tx, grant) else {
        return Ok(Vec::new());
    };
    let list = rows!("AND r.queue_at IS NOT NULL ORDER BY r.queue_at, r.id LIMIT $3");
    tx.all(list, &reached.with(&[limit.into()])).await
}

/// Closed requests, the latest first, from a place on.
///
/// `before` is the closing and id of the last row seen.
///
/// # Errors
/// Whatever the database says.
pub async fn closed_requests(
    tx: &mut Tx<'_>,
    grant: &Grant,
    before: Option<(Moment, InternalId)>,
    limit: u32,
) -> Result<Vec<InternalRow>, Error> {
    let Some(reached) = Reached::by(tx, grant) else {
        return Ok(Vec::new());
    };
    let (at, id) = before.map_or((i64::MAX, uuid::Uuid::max()), |(at, id)| {
        (at.as_unix(), id.0)
    });
    let list = rows!(
        "AND r.closed_at IS NOT NULL AND (r.closed_at, r.id) < ($3, $4)
             ORDER BY r.closed_at DESC, r.id DESC LIMIT $5"
    );
    let own = [at.into(), id.into(), limit.into()];
    tx.all(list, &reached.with(&own)).await
}

/// A line of the timeline with the name it shows; the vendor has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalLine {
    /// The entry.
    pub entry: Entry,
    /// Who did it.
    pub person: Option<String>,
}

impl FromRow for InternalLine {
    fn from_row(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            entry: Entry::from_row(row)?,
            person: row.get("person")?,
        })
    }
}

/// A request's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InternalPage {
    /// The request with its names.
    pub row: InternalRow,
    /// Its timeline.
    pub timeline: Vec<InternalLine>,
    /// Its files.
    pub files: Vec<InternalFile>,
}

/// The page of a request, if the grant reaches it.
///
/// # Errors
/// Whatever the database says.
pub async fn page(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: InternalId,
) -> Result<Option<InternalPage>, Error> {
    let Some(reached) = Reached::by(tx, grant) else {
        return Ok(None);
    };
    let one = rows!("AND r.id = $3");
    let Some(row) = tx
        .opt::<InternalRow>(one, &reached.with(&[id.into()]))
        .await?
    else {
        return Ok(None);
    };
    let timeline = tx
        .all(
            sql!(
                "SELECT e.seq, e.at, e.person_id, e.party, e.fact, p.name AS person
                 FROM internal_entries e
                 LEFT JOIN people p ON p.id = e.person_id
                 WHERE e.account_id = $1 AND e.request_id = $2 ORDER BY e.seq"
            ),
            &[reached.account.into(), id.into()],
        )
        .await?;
    let files = files(tx, &row.request).await?;
    Ok(Some(InternalPage {
        row,
        timeline,
        files,
    }))
}

/// The files of a request somebody was let to.
///
/// # Errors
/// Whatever the database says.
pub async fn files(tx: &mut Tx<'_>, request: &InternalRequest) -> Result<Vec<InternalFile>, Error> {
    tx.all(
        sql!(
            "SELECT id, seq, name, media_type, size, sha256, uploaded_by, is_confidential
             FROM internal_files
             WHERE account_id = $1 AND request_id = $2 ORDER BY uploaded_at, id"
        ),
        &[request.account.into(), request.id.into()],
    )
    .await
}

/// A file of a request, if the grant reaches both.
///
/// # Errors
/// Whatever the database says.
pub async fn find_file(
    tx: &mut Tx<'_>,
    grant: &Grant,
    id: InternalId,
    file: FileId,
) -> Result<Option<InternalFile>, Error> {
    let Some(reached) = Reached::by(tx, grant) else {
        return Ok(None);
    };
    tx.opt(
        sql!(
            "SELECT f.id, f.seq, f.name, f.media_type, f.size, f.sha256, f.uploaded_by,
                 f.is_confidential
             FROM internal_requests r
             JOIN internal_files f ON f.account_id = r.account_id AND f.request_id = r.id
             WHERE r.account_id = $1 AND (r.requester_id = $2 OR $2 IS NULL) AND r.id = $3
               AND f.id = $4"
        ),
        &reached.with(&[id.into(), file.into()]),
    )
    .await
}
