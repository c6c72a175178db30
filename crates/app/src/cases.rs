//! Acting on cases.

use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Facts, Grant, Second, Target};
use mainstay_domain::case::{Audience, Case, Command, Ctx, Milestone, Outcome, act};
use mainstay_domain::clock::Explanation;
use mainstay_domain::ids::{CaseNumber, FileId};
use mainstay_store::drafts::DraftFor;
use mainstay_store::log::Act;
use mainstay_store::views::{self, TimelineRow};
use mainstay_store::{Tx, cases, drafts};

use crate::auth::{self, Credential, Session};
use crate::files::Upload;
use crate::intake::{Answer, Once, attach, keep_answer, kept_answer};
use crate::live::Changed;
use crate::{App, Error, internal};

/// What somebody wants to do to a case, and what they knew when they asked.
pub struct Request {
    /// The command.
    pub command: Command,
    /// Files that come with it, their bytes kept already.
    pub uploads: Vec<Upload>,
    /// The revision their page was drawn from; a reply is held back when the other side has
    /// written since.
    pub seen: Option<u32>,
    /// Guards an API call against being carried out twice.
    pub once: Option<Once>,
}

impl From<Command> for Request {
    fn from(command: Command) -> Self {
        Self {
            command,
            uploads: Vec::new(),
            seen: None,
            once: None,
        }
    }
}

/// The right a command needs.
const fn action_of(command: &Command) -> Action {
    match command {
        Command::Reply { .. } | Command::TickInformation { .. } => Action::Reply,
        Command::Note { .. } => Action::Note,
        Command::CustomerNote { .. } => Action::CustomerNote,
        Command::AddParticipant { .. } | Command::RemoveParticipant { .. } => {
            Action::AddParticipant
        }
        Command::AskInformation { .. }
        | Command::Escalate { .. }
        | Command::Resolve { .. }
        | Command::Rebase { .. } => Action::Work,
        Command::Assign { .. } => Action::Assign,
        Command::ChangeSeverity { .. } => Action::ChangeSeverity,
        Command::Refer { .. } => Action::Refer,
        Command::Close { .. } => Action::Close,
        Command::Reopen { .. } => Action::Reopen,
        Command::AddFiles { .. } => Action::Attach,
        Command::Move { .. } => Action::MoveCase,
    }
}

/// What the log says of a command.
const fn act_of(command: &Command) -> Act {
    match command {
        Command::Reply { .. } => Act::CaseReplied,
        Command::Note { .. } => Act::CaseNoted,
        Command::CustomerNote { .. } => Act::CaseCustomerNoted,
        Command::AddParticipant { .. } => Act::CaseParticipantAdded,
        Command::RemoveParticipant { .. } => Act::CaseParticipantRemoved,
        Command::AskInformation { .. } => Act::CaseInformationAsked,
        Command::TickInformation { .. } => Act::CaseInformationGiven,
        Command::Assign { .. } => Act::CaseAssigned,
        Command::ChangeSeverity { .. } => Act::CaseSeverityChanged,
        Command::Refer { .. } => Act::CaseReferred,
        Command::Escalate { .. } => Act::CaseEscalated,
        Command::Resolve { .. } => Act::CaseResolved,
        Command::Close { .. } => Act::CaseClosed,
        Command::Reopen { .. } => Act::CaseReopened,
        Command::Rebase { .. } => Act::CaseRebased,
        Command::AddFiles { .. } => Act::CaseFilesAdded,
        Command::Move { .. } => Act::CaseMoved,
    }
}

/// The draft a command finishes.
const fn draft_of(command: &Command, case: &Case) -> Option<DraftFor> {
    match command {
        Command::Reply { .. } | Command::AskInformation { .. } | Command::Resolve { .. } => {
            Some(DraftFor::Reply(case.id))
        }
        Command::Note { .. } => Some(DraftFor::Note(case.id)),
        Command::CustomerNote { .. } => Some(DraftFor::CustomerNote(case.id)),
        _ => None,
    }
}

/// Whether a command speaks to the other side and should not cross what they just wrote.
const fn speaks_outward(command: &Command) -> bool {
    matches!(
        command,
        Command::Reply { .. } | Command::AskInformation { .. } | Command::Resolve { .. }
    )
}

impl App {
    /// Acts on a case.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not theirs, [`Error::Stale`] when the other side has written
    /// since their page was drawn; otherwise says why not. Nothing has happened then.
    pub async fn act(
        &self,
        asked: &Session,
        number: CaseNumber,
        request: impl Into<Request>,
    ) -> Result<Case, Error> {
        match self.act_once(asked, number, request.into()).await? {
            Answer::Fresh(case) => Ok(*case),
            Answer::Kept(_) => Err(Error::KeyReused),
        }
    }

    /// Acts on a case, at most once for a key.
    ///
    /// # Errors
    /// As [`App::act`]; [`Error::KeyReused`] when the key stands for another request.
    pub async fn act_once(
        &self,
        asked: impl Into<Credential>,
        number: CaseNumber,
        request: Request,
    ) -> Result<Answer, Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.into());
        let file_ids: Vec<FileId> = request
            .uploads
            .iter()
            .map(|_| FileId(self.ids().id()))
            .collect();
        let is_quiet = matches!(request.command, Command::CustomerNote { .. });
        let (answer, internal) = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                if let Some(kept) = kept_answer(tx, &session, request.once.as_ref(), now).await? {
                    return Ok((Answer::Kept(kept), None));
                }
                let grant = session.grant(action_of(&request.command))?;
                let case = cases::find_to_change(tx, &grant, number)
                    .await?
                    .ok_or(Error::NotFound)?;
                refuse_files_on_notes(&request)?;
                if speaks_outward(&request.command) {
                    refuse_stale(tx, &grant, &case, request.seen).await?;
                }
                let terms = catalogue.terms_of(&case.terms)?;
                let ctx = Ctx {
                    actor: grant.actor().clone(),
                    now,
                };
                let (draft, logged) = (draft_of(&request.command, &case), act_of(&request.command));
                let mut outcome = act(&case, request.command, &terms, &ctx)?;
                session.grant_for(grant.action(), &facts_of(&case, &outcome))?;
                if !request.uploads.is_empty() {
                    outcome = with_files(outcome, &request.uploads, &terms, &ctx)?;
                }
                let by = session.by();
                let me = Some(session.person.id);
                let internal = internal::go_with(tx, &outcome, &catalogue, me, now).await?;
                cases::save(tx, &case, &outcome, &terms, Some((&by, logged)), now).await?;
                let person = grant.actor().person;
                attach(tx, &outcome.case, request.uploads, file_ids, person, now).await?;
                if let Some(draft) = draft {
                    drafts::delete(tx, session.person.id, draft).await?;
                }
                if let Some(DraftFor::Reply(case)) = draft {
                    let files = DraftFor::ReplyFiles(case);
                    drafts::delete(tx, session.person.id, files).await?;
                }
                let shown = as_shown(outcome.case, &grant);
                if let Some(once) = request.once {
                    keep_answer(tx, &session, once, &shown).await?;
                }
                let fresh = Answer::Fresh(Box::new(shown));
                Ok::<_, Error>((fresh, internal))
            })
            .await?;
        if let Some(changed) = internal {
            self.announce(changed);
        }
        if let Answer::Fresh(case) = &answer {
            let (account, number) = (case.account, case.number);
            self.announce(if is_quiet {
                Changed::Colleagues { account, number }
            } else {
                Changed::Case { account, number }
            });
        }
        Ok(answer)
    }

    /// Takes the unassigned case that is due first; `None` when the queue is clear.
    ///
    /// # Errors
    /// [`Error::Denied`] when they take no cases.
    pub async fn take_next(&self, asked: &Session) -> Result<Option<CaseNumber>, Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let taken = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::Assign)?;
                let Some(number) = views::next_unassigned(tx, &grant).await? else {
                    return Ok::<_, Error>(None);
                };
                let case = cases::find_to_change(tx, &grant, number)
                    .await?
                    .ok_or(Error::NotFound)?;
                let terms = catalogue.terms_of(&case.terms)?;
                let ctx = Ctx {
                    actor: grant.actor().clone(),
                    now,
                };
                let to = Some(session.person.id);
                let outcome = act(&case, Command::Assign { to }, &terms, &ctx)?;
                let by = session.by();
                let logged = Some((&by, Act::CaseAssigned));
                cases::save(tx, &case, &outcome, &terms, logged, now).await?;
                Ok(Some(outcome.case))
            })
            .await?;
        if let Some(case) = &taken {
            self.announce(Changed::Case {
                account: case.account,
                number: case.number,
            });
        }
        Ok(taken.map(|case| case.number))
    }

    /// What a change of severity would do to the clock, nothing kept: the next due instant now
    /// and after it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the case is not theirs.
    pub async fn preview_severity(
        &self,
        asked: &Session,
        number: CaseNumber,
        code: &str,
    ) -> Result<(Option<Moment>, Option<Moment>), Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        let case = self
            .db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::ChangeSeverity)?;
                cases::find(tx, &grant, number)
                    .await?
                    .ok_or(Error::NotFound)
            })
            .await?;
        let terms = catalogue.terms_of(&case.terms)?;
        let after = case.clocks.preview_severity(code, now, &terms)?;
        Ok((case.next_due_at(), after))
    }

    /// Why a case's milestone is due when it is (R20); `None` when it has no due instant.
    ///
    /// # Errors
    /// When what the case was opened under is not published here.
    pub fn explain(&self, case: &Case, milestone: &Milestone) -> Result<Option<Explained>, Error> {
        let terms = self.catalogue().terms_of(&case.terms)?;
        let explained = case.clocks.explain(milestone, &terms)?;
        Ok(explained.map(|(decider, explanation)| Explained {
            decider,
            explanation,
            terms,
        }))
    }
}

/// What is known of an act once it is decided: what it is done to, and whether it says why.
fn facts_of(case: &Case, outcome: &Outcome) -> Facts<'static> {
    let reasons = outcome
        .entries
        .iter()
        .filter_map(|entry| entry.fact.reason());
    let has_reason = reasons.map(str::trim).any(|reason| !reason.is_empty());
    Facts {
        target: Some(Target {
            account: Some(case.account),
            kind: Some(case.kind),
            under: case.subscription.into(),
            is_own: true,
            about: None,
        }),
        has_reason: Some(has_reason),
        // What takes two is done by `approvals`.
        second: Second::Nobody,
        ..Facts::default()
    }
}

/// A milestone explained.
pub struct Explained {
    /// Target, window, severity, start, holes and due.
    pub decider: mainstay_domain::case::Decider,
    /// The steps from start to due.
    pub explanation: Explanation,
    /// What it was decided under.
    pub terms: mainstay_domain::case::Terms,
}

/// Adds the entry that names the files which came with an act.
fn with_files(
    outcome: Outcome,
    uploads: &[Upload],
    terms: &mainstay_domain::case::Terms,
    ctx: &Ctx,
) -> Result<Outcome, Error> {
    let names = uploads.iter().map(|upload| upload.name.clone()).collect();
    let mut added = act(&outcome.case, Command::AddFiles { names }, terms, ctx)?;
    let mut entries = outcome.entries;
    entries.append(&mut added.entries);
    let mut effects = outcome.effects;
    effects.append(&mut added.effects);
    Ok(Outcome {
        case: added.case,
        entries,
        effects,
    })
}

/// The case as the holder of a grant sees it: without what was asked before they were added.
fn as_shown(case: Case, grant: &Grant) -> Case {
    let thread = grant.scope().thread(&case);
    let from = thread.and_then(|thread| thread.from(Audience::Public));
    case.asked_from(from.unwrap_or(u32::MAX))
}

/// Files are read by both sides, so a note takes none.
fn refuse_files_on_notes(request: &Request) -> Result<(), Error> {
    match request.command {
        Command::Note { .. } if !request.uploads.is_empty() => Err(Error::Field {
            field: "files",
            message: "A note takes no files: files on a case are read by the customer, too"
                .to_owned(),
        }),
        Command::CustomerNote { .. } if !request.uploads.is_empty() => Err(Error::Field {
            field: "files",
            message: "A note takes no files: files on a request are read by the support team, too"
                .to_owned(),
        }),
        _ => Ok(()),
    }
}

/// Holds a reply back when somebody else has written since the page was drawn.
async fn refuse_stale(
    tx: &mut Tx<'_>,
    grant: &Grant,
    case: &Case,
    seen: Option<u32>,
) -> Result<(), Error> {
    let Some(seen) = seen.filter(|&seen| seen < case.revision) else {
        return Ok(());
    };
    let me = grant.actor().person;
    let is_news = |row: &TimelineRow| {
        row.entry.seq > seen && row.entry.actor.person != me && row.entry.fact.body().is_some()
    };
    let page = views::case_page(tx, grant, case.number)
        .await?
        .ok_or(Error::NotFound)?;
    let added: Vec<TimelineRow> = page.timeline.into_iter().filter(is_news).collect();
    if added.is_empty() {
        return Ok(());
    }
    Err(Error::Stale {
        added,
        revision: case.revision,
    })
}
