//! Internal requests: people of an account ask their own administrators (S16).
//!
//! An administrator who brings one to support does it in one transaction with the case it becomes,
//! through [`intake`] like any other request: rights, verdict, promise and log are
//! the same. From then on it goes with that case, in the transactions of the case's own acts.

use mainstay_description::shipped;
use mainstay_domain::Moment;
use mainstay_domain::access::{
    Action, Administrators, Facts, Grant, Stand, decide, roles_that_may,
};
use mainstay_domain::case::{Case, EffectKind, Outcome as CaseOutcome};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{CaseId, CaseNumber, FileId, InternalId, PersonId};
use mainstay_domain::internal::{
    Checklist, Command, Ctx, Entry, Informed, InternalRequest, NewRequest, Outcome, Party, Refusal,
    Telling, Told, act, concerns, follow, open,
};
use mainstay_store::drafts::DraftFor;
use mainstay_store::internal::{self as kept, InternalFile};
use mainstay_store::log::{self, Act, Subject};
use mainstay_store::outbox::Taken;
use mainstay_store::{Tx, drafts, idempotency, people};
use serde_json::json;

use crate::auth::{self, Session};
use crate::files::Upload;
use crate::intake::{self, Submission};
use crate::live::Changed;
use crate::participants::principals;
use crate::{App, Catalogue, Error};

/// What somebody asks their administrators.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The first-line category's id.
    pub category: String,
    /// What it is about, in a line.
    pub subject: String,
    /// Their own words, Markdown.
    pub body: String,
    /// The ids of what they have checked of the category's list.
    pub checked: Vec<String>,
    /// What else they tried; may be empty.
    pub tried: String,
    /// Files, their bytes kept already.
    pub uploads: Vec<Upload>,
}

/// Guards a form against being carried out twice.
#[derive(Debug, Clone)]
pub struct Key {
    /// The form's own key.
    pub key: String,
    /// The SHA-256 of what it says.
    pub request_hash: Vec<u8>,
}

/// What an administrator brings to support.
#[derive(Debug, Clone)]
pub struct Escalate {
    /// The service request, without files.
    pub submission: Submission,
    /// The files of the internal request that go with it.
    pub files: Vec<FileId>,
    /// How far whoever asked is told of it.
    pub informed: Informed,
}

/// What the first line deals with, and what to check first.
#[must_use]
pub fn checklist() -> &'static Checklist {
    shipped::first_line()
}

/// What the log says of a command.
const fn act_of(command: &Command) -> Act {
    match command {
        Command::Reply { .. } => Act::InternalReplied,
        Command::TakeOn => Act::InternalTaken,
        Command::Solve { .. } => Act::InternalSolved,
        Command::Escalate { .. } => Act::InternalEscalated,
        Command::Inform { .. } => Act::InternalInformed,
        Command::Close { .. } => Act::InternalClosed,
        Command::Withdraw { .. } => Act::InternalWithdrawn,
        Command::Reopen { .. } => Act::InternalReopened,
    }
}

/// The draft a command finishes.
const fn draft_of(command: &Command, id: InternalId) -> Option<DraftFor> {
    match command {
        Command::Reply { .. } => Some(DraftFor::InternalReply(id)),
        Command::Solve { .. } => Some(DraftFor::InternalSolution(id)),
        _ => None,
    }
}

impl Session {
    /// Decides whether they answer the internal requests of their people under the edition in
    /// force (S16).
    ///
    /// # Errors
    /// [`Error::Denied`] when not.
    pub fn grant_to_serve(&self, catalogue: &Catalogue, now: Moment) -> Result<Grant, Error> {
        let facts = Facts {
            administrators: auth::administrators(catalogue, now),
            ..Facts::default()
        };
        self.grant_for(Action::ServeInternal, &facts)
    }

    /// The right to an internal request as one of its parties.
    ///
    /// # Errors
    /// [`Error::Denied`] when they are none.
    pub fn grant_as(
        &self,
        party: Party,
        catalogue: &Catalogue,
        now: Moment,
    ) -> Result<Grant, Error> {
        match party {
            Party::Requester => self.grant(Action::AskAdministrator),
            Party::Administrator | Party::Vendor => self.grant_to_serve(catalogue, now),
        }
    }
}

impl App {
    /// Asks the administrators of one's own organisation, at most once for a key.
    ///
    /// # Errors
    /// Names the field that is wrong; [`Error::KeyReused`] when the key stands for another request.
    pub async fn ask(
        &self,
        asked: &Session,
        form: Ask,
        key: Option<Key>,
    ) -> Result<InternalId, Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let id = InternalId(self.ids().id());
        let file_ids = self.file_ids(&form.uploads);
        let account = asked.principal.account();
        let (id, is_new) = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::AskAdministrator)?;
                if let Some(before) = answered(tx, &session, key.as_ref(), now).await? {
                    return Ok((before.parse().map_err(|_| Error::KeyReused)?, false));
                }
                let new = NewRequest {
                    id,
                    account: grant.scope().account().ok_or(Error::NotFound)?,
                    requester: grant.scope().person(),
                    category: form.category,
                    subject: form.subject,
                    body: form.body,
                    checked: form.checked,
                    tried: form.tried,
                };
                let outcome = open(new, checklist(), now)?;
                let me = Some(session.person.id);
                let told = recipients(tx, &outcome, &catalogue, me, now).await?;
                kept::insert(tx, &grant, &outcome, &told, now).await?;
                attach(tx, &outcome, form.uploads, file_ids, me, now).await?;
                drafts::delete(tx, session.person.id, DraftFor::Ask).await?;
                drafts::delete(tx, session.person.id, DraftFor::InternalFiles(None)).await?;
                answer(tx, &session, key.as_ref(), &id.to_string()).await?;
                let line = session.line(Act::InternalOpened);
                let line = line.about(Subject::Internal(id));
                let category = json!({ "category": outcome.request.category });
                log::write(tx, now, line.became(category)).await?;
                Ok::<_, Error>((id, true))
            })
            .await?;
        if let Some(account) = account.filter(|_| is_new) {
            self.announce(Changed::Internal { account, id });
        }
        Ok(id)
    }

    /// Acts on an internal request as one of its parties, at most once for a key. Escalating has
    /// a verb of its own.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not theirs; otherwise says why not.
    pub async fn act_internally(
        &self,
        asked: &Session,
        (id, party): (InternalId, Party),
        command: Command,
        uploads: Vec<Upload>,
        key: Option<Key>,
    ) -> Result<(), Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let file_ids = self.file_ids(&uploads);
        let account = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant_as(party, &catalogue, now)?;
                let found = kept::find_to_change(tx, &grant, id).await?;
                let request = found.ok_or(Error::NotFound)?;
                if answered(tx, &session, key.as_ref(), now).await?.is_some() {
                    return Ok(request.account);
                }
                let command = with_step(&request, command)?;
                let (draft, logged) = (draft_of(&command, id), act_of(&command));
                let me = session.person.id;
                let ctx = Ctx {
                    person: me,
                    party,
                    now,
                };
                let outcome = act(&request, command, &ctx)?;
                let told = recipients(tx, &outcome, &catalogue, Some(me), now).await?;
                kept::save(tx, &outcome, &told, now).await?;
                attach(tx, &outcome, uploads, file_ids, Some(me), now).await?;
                if let Some(draft) = draft {
                    drafts::delete(tx, me, draft).await?;
                }
                if matches!(draft, Some(DraftFor::InternalReply(_))) {
                    drafts::delete(tx, me, DraftFor::InternalFiles(Some(id))).await?;
                }
                answer(tx, &session, key.as_ref(), "").await?;
                write_line(tx, &session, logged, (&request, &outcome.request), now).await?;
                Ok::<_, Error>(request.account)
            })
            .await?;
        self.announce(Changed::Internal { account, id });
        Ok(())
    }

    /// Brings an internal request to support, at most once: the case and what it means to the
    /// request are one transaction. It needs the right to open that kind of case as well.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the request is not theirs to serve; whatever a submission is
    /// refused for. Nothing has happened then.
    pub async fn escalate(
        &self,
        asked: &Session,
        id: InternalId,
        form: Escalate,
        key: Option<Key>,
    ) -> Result<CaseNumber, Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let ids = intake::Ids {
            case_id: CaseId(self.ids().id()),
            file_ids: form.files.iter().map(|_| FileId(self.ids().id())).collect(),
        };
        let (account, number) = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant_to_serve(&catalogue, now)?;
                let found = kept::find_to_change(tx, &grant, id).await?;
                let request = found.ok_or(Error::NotFound)?;
                if let Some(before) = answered(tx, &session, key.as_ref(), now).await? {
                    let number = before.parse().map_err(|_| Error::KeyReused)?;
                    return Ok((request.account, number));
                }
                if let Some(before) = &request.escalation {
                    return Err(Refusal::EscalatedBefore(before.number).into());
                }
                let mut submission = form.submission;
                submission.uploads = carried(tx, &request, &form.files).await?;
                let case = intake::keep(tx, &session, submission, &catalogue, ids, now).await?;
                let outcome = escalated(&request, &case, &session, form.informed, now)?;
                let me = session.person.id;
                let told = recipients(tx, &outcome, &catalogue, Some(me), now).await?;
                kept::save(tx, &outcome, &told, now).await?;
                drafts::delete(tx, me, DraftFor::Escalation(id)).await?;
                answer(tx, &session, key.as_ref(), &case.number.to_string()).await?;
                let line = session.line(Act::InternalEscalated);
                let became = json!({ "status": "with-vendor", "case": case.number });
                let line = line.about(Subject::Internal(id)).became(became);
                log::write(tx, now, line).await?;
                Ok::<_, Error>((request.account, case.number))
            })
            .await?;
        self.announce(Changed::Case { account, number });
        self.announce(Changed::Internal { account, id });
        Ok(number)
    }

    fn file_ids(&self, uploads: &[Upload]) -> Vec<FileId> {
        uploads.iter().map(|_| FileId(self.ids().id())).collect()
    }
}

/// The request as it is once it became a case.
fn escalated(
    request: &InternalRequest,
    case: &Case,
    session: &Session,
    informed: Informed,
    now: Moment,
) -> Result<Outcome, Error> {
    let command = Command::Escalate {
        case: case.id,
        number: case.number,
        kind: case.kind,
        informed,
    };
    let ctx = Ctx {
        person: session.person.id,
        party: Party::Administrator,
        now,
    };
    Ok(act(request, command, &ctx)?)
}

/// What an act on a case means to the internal request it came from, kept in the transaction of
/// that act; which one changed, if one did. Call it before the case is saved: the log is last.
///
/// What works for all accounts reaches every row as it is; whoever acts on a case reaches the
/// case's account from here on.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn go_with(
    tx: &mut Tx<'_>,
    case: &CaseOutcome,
    catalogue: &Catalogue,
    actor: Option<PersonId>,
    now: Moment,
) -> Result<Option<Changed>, Error> {
    if !concerns(&case.entries) {
        return Ok(None);
    }
    if actor.is_some() {
        kept::reach_of_case(tx, &case.case);
    }
    let Some(request) = kept::find_of_case(tx, &case.case).await? else {
        return Ok(None);
    };
    let Some(outcome) = follow(&request, &case.entries) else {
        return Ok(None);
    };
    let told = recipients(tx, &outcome, catalogue, actor, now).await?;
    kept::save(tx, &outcome, &told, now).await?;
    Ok(Some(Changed::Internal {
        account: request.account,
        id: request.id,
    }))
}

/// Who is told what: never whoever did it. Until somebody has taken it on, and once they serve no
/// more, all who serve are told.
async fn recipients(
    tx: &mut Tx<'_>,
    outcome: &Outcome,
    catalogue: &Catalogue,
    actor: Option<PersonId>,
    now: Moment,
) -> Result<Vec<(PersonId, Telling)>, Error> {
    let request = &outcome.request;
    let mut told = Vec::new();
    for telling in &outcome.tellings {
        let people = match telling.to {
            Told::Requester => vec![request.requester],
            Told::Administrators => {
                let administrators = auth::administrators(catalogue, now);
                let serving = serving(tx, request, administrators).await?;
                match request.taken_by.filter(|taker| serving.contains(taker)) {
                    Some(taker) => vec![taker],
                    None => serving,
                }
            }
        };
        let others = people.into_iter().filter(|one| Some(*one) != actor);
        told.extend(others.map(|one| (one, *telling)));
    }
    Ok(told)
}

/// The people of the account who serve internal requests, as the matrix says.
async fn serving(
    tx: &mut Tx<'_>,
    request: &InternalRequest,
    administrators: Administrators,
) -> Result<Vec<PersonId>, Error> {
    let serve = Action::ServeInternal;
    let roles = roles_that_may(Stand::Account, serve, Kind::Technical, administrators);
    Ok(kept::people_in(tx, request.account, &roles).await?)
}

/// Whether a notice about an internal request may still be delivered: decided again when it is,
/// since they may have been let go, or serve no more, after it was written.
pub(crate) async fn may_be_told(
    tx: &mut Tx<'_>,
    effect: &Taken,
    kind: &EffectKind,
    person: PersonId,
    catalogue: &Catalogue,
    now: Moment,
) -> Result<bool, Error> {
    if !matches!(kind, EffectKind::Internal { .. }) {
        return Ok(true);
    }
    let (account, id) = (effect.account, InternalId(effect.case.0));
    let requester = kept::requester(tx, account, id).await?;
    let known = people::find(tx, person).await?;
    let (Some(requester), Some(known)) = (requester, known) else {
        return Ok(false);
    };
    let action = if person == requester {
        Action::AskAdministrator
    } else {
        Action::ServeInternal
    };
    let facts = Facts {
        administrators: auth::administrators(catalogue, now),
        ..Facts::default()
    };
    let every = principals(tx, person, known.is_active, account, now).await?;
    let mut every = every.iter();
    Ok(every.any(|one| decide(one, action, &facts).is_ok()))
}

/// The step that helped, named by its id, as it reads now.
fn with_step(request: &InternalRequest, command: Command) -> Result<Command, Error> {
    let Command::Solve {
        body,
        helped: Some(id),
    } = command
    else {
        return Ok(command);
    };
    let category = checklist().find(&request.category);
    let check = category.and_then(|category| category.check(&id));
    let helped = Some(check.ok_or(Refusal::UnknownStep)?.text.clone());
    Ok(Command::Solve { body, helped })
}

/// The files that go to support: of the request's own, those chosen.
async fn carried(
    tx: &mut Tx<'_>,
    request: &InternalRequest,
    chosen: &[FileId],
) -> Result<Vec<Upload>, Error> {
    let files = kept::files(tx, request).await?;
    let upload = |file: InternalFile| Upload {
        name: file.name,
        media_type: file.media_type,
        size: file.size,
        sha256: file.sha256,
        is_confidential: file.is_confidential,
        uploaded_by: file.uploaded_by,
    };
    let files = files.into_iter().filter(|file| chosen.contains(&file.id));
    Ok(files.map(upload).collect())
}

/// Keeps the rows of files that came with the entry added last.
async fn attach(
    tx: &mut Tx<'_>,
    outcome: &Outcome,
    uploads: Vec<Upload>,
    ids: Vec<FileId>,
    uploaded_by: Option<PersonId>,
    now: Moment,
) -> Result<(), Error> {
    let seq = outcome.entries.last().map_or(0, |entry: &Entry| entry.seq);
    for (upload, id) in uploads.into_iter().zip(ids) {
        let file = InternalFile {
            id,
            seq,
            name: upload.name,
            media_type: upload.media_type,
            size: upload.size,
            sha256: upload.sha256,
            uploaded_by: upload.uploaded_by.or(uploaded_by),
            is_confidential: upload.is_confidential,
        };
        kept::insert_file(tx, &outcome.request, &file, now).await?;
    }
    Ok(())
}

/// What was answered to the same form before; else its key is taken in this transaction.
async fn answered(
    tx: &mut Tx<'_>,
    session: &Session,
    key: Option<&Key>,
    now: Moment,
) -> Result<Option<String>, Error> {
    let Some(key) = key else { return Ok(None) };
    let kept = intake::answered(tx, session, &key.key, &key.request_hash, now).await?;
    Ok(kept.map(|kept| kept.response))
}

async fn answer(
    tx: &mut Tx<'_>,
    session: &Session,
    key: Option<&Key>,
    response: &str,
) -> Result<(), Error> {
    let Some(key) = key else { return Ok(()) };
    let person = session.person.id;
    Ok(idempotency::answer(tx, person, &key.key, 303, response).await?)
}

/// The line of the log: what the request says is the account's own and stays out of it.
async fn write_line(
    tx: &mut Tx<'_>,
    session: &Session,
    act: Act,
    (before, after): (&InternalRequest, &InternalRequest),
    now: Moment,
) -> Result<(), Error> {
    let mut line = session.line(act).about(Subject::Internal(before.id));
    let state = |request: &InternalRequest| {
        let informed = request.escalation.as_ref().map(|it| it.informed.code());
        json!({
            "status": request.status.code(),
            "taken_by": request.taken_by,
            "informed": informed,
        })
    };
    let (was, became) = (state(before), state(after));
    if was != became {
        line = line.was(was).became(became);
    }
    Ok(log::write(tx, now, line).await?)
}
