//! Drafts: what somebody has typed and not sent, one per person, case and audience.

use mainstay_domain::Moment;
use mainstay_domain::ids::{CaseId, InternalId, PersonId};

use crate::scope::NOBODY;
use crate::{Error, Tx, sql};

/// What a draft is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftFor {
    /// A public reply on a case.
    Reply(CaseId),
    /// The files of a reply that was not sent, their bytes kept already.
    ReplyFiles(CaseId),
    /// An internal note on a case.
    Note(CaseId),
    /// A note for colleagues at the customer on a case.
    CustomerNote(CaseId),
    /// A request not yet sent.
    NewCase,
    /// The files of requests not yet sent; written by the server alone.
    NewCaseFiles,
    /// A request to one's own administrators, not yet sent.
    Ask,
    /// A reply on an internal request.
    InternalReply(InternalId),
    /// A solution of an internal request.
    InternalSolution(InternalId),
    /// An internal request about to be brought to support.
    Escalation(InternalId),
    /// The files of one of these that was not sent: of a request not yet sent, or of a reply.
    InternalFiles(Option<InternalId>),
}

impl DraftFor {
    fn columns(self) -> (uuid::Uuid, &'static str) {
        match self {
            Self::Reply(case) => (case.0, "reply"),
            Self::ReplyFiles(case) => (case.0, "reply-files"),
            Self::Note(case) => (case.0, "note"),
            Self::CustomerNote(case) => (case.0, "colleagues"),
            Self::NewCase => (NOBODY, "new"),
            Self::NewCaseFiles => (NOBODY, "new-files"),
            Self::Ask => (NOBODY, "ask"),
            Self::InternalReply(request) => (request.0, "internal-reply"),
            Self::InternalSolution(request) => (request.0, "internal-solution"),
            Self::Escalation(request) => (request.0, "escalation"),
            Self::InternalFiles(request) => (
                request.map_or(NOBODY, |request| request.0),
                "internal-files",
            ),
        }
    }
}

/// Keeps a draft: its form fields as JSON.
///
/// # Errors
/// Whatever the database says.
pub async fn save(
    tx: &mut Tx<'_>,
    person: PersonId,
    draft_for: DraftFor,
    fields: &str,
    now: Moment,
) -> Result<(), Error> {
    let (case, audience) = draft_for.columns();
    tx.send(
        sql!(
            "INSERT INTO drafts (person_id, case_id, audience, fields, saved_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person_id, case_id, audience)
             DO UPDATE SET fields = excluded.fields, saved_at = excluded.saved_at"
        ),
        &[
            person.into(),
            case.into(),
            audience.into(),
            fields.into(),
            now.into(),
        ],
    )
    .await
}

/// Lets nobody else change a draft before this transaction ends; an empty one stands there until
/// it is saved.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(
    tx: &mut Tx<'_>,
    person: PersonId,
    draft_for: DraftFor,
    now: Moment,
) -> Result<(), Error> {
    let (case, audience) = draft_for.columns();
    tx.send(
        sql!(
            "INSERT INTO drafts (person_id, case_id, audience, fields, saved_at)
             VALUES ($1, $2, $3, '', $4)
             ON CONFLICT (person_id, case_id, audience) DO UPDATE SET saved_at = drafts.saved_at"
        ),
        &[person.into(), case.into(), audience.into(), now.into()],
    )
    .await
}

/// A draft's fields and when it was saved.
///
/// # Errors
/// Whatever the database says.
pub async fn find(
    tx: &mut Tx<'_>,
    person: PersonId,
    draft_for: DraftFor,
) -> Result<Option<(String, Moment)>, Error> {
    let (case, audience) = draft_for.columns();
    tx.opt(
        sql!(
            "SELECT fields, saved_at FROM drafts
             WHERE person_id = $1 AND case_id = $2 AND audience = $3"
        ),
        &[person.into(), case.into(), audience.into()],
    )
    .await
}

/// Forgets a draft that was sent or thrown away.
///
/// # Errors
/// Whatever the database says.
pub async fn delete(tx: &mut Tx<'_>, person: PersonId, draft_for: DraftFor) -> Result<(), Error> {
    let (case, audience) = draft_for.columns();
    let delete = sql!("DELETE FROM drafts WHERE person_id = $1 AND case_id = $2 AND audience = $3");
    tx.send(delete, &[person.into(), case.into(), audience.into()])
        .await
}
