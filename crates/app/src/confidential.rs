//! Downloading files: those everybody gets who sees them, and confidential ones, each download of
//! which is a line of the account's log, written in the transaction that grants it.

use mainstay_domain::access::confidential::{Confidential, Opening, opening, opening_within};
use mainstay_domain::access::{Action, Denial, Facts, Grant, Target};
use mainstay_domain::case::Case;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, FileId, InternalId, PersonId};
use mainstay_domain::internal::{InternalRequest, Party};
use mainstay_store::accounts;
use mainstay_store::files::{self, StoredFile};
use mainstay_store::internal::{self as kept, InternalFile};
use mainstay_store::log::{self, Act, Line, Subject};
use serde_json::json;

use crate::auth::{self, Session};
use crate::live::Changed;
use crate::reasons::checked;
use crate::{App, Error};

/// What came of asking for a file of a case.
#[derive(Debug, Clone)]
pub enum Came {
    /// It is theirs; what is logged is logged.
    Granted(StoredFile),
    /// They say why first.
    WantsReason(Box<Wanted>),
}

/// A confidential file somebody could get who says why.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Its case.
    pub case: Case,
    /// The name of the account, in whose log the reason is written.
    pub account: String,
    /// The file.
    pub file: StoredFile,
}

/// What somebody gets of the confidential files of a case, or of an internal request.
#[derive(Debug, Clone)]
pub struct Held {
    granted: Result<Grant, Denial>,
    me: Option<PersonId>,
}

impl Held {
    /// By somebody, now; that they have no right is kept, too.
    ///
    /// # Errors
    /// Whatever else keeps them from being decided about.
    pub fn by(session: &Session) -> Result<Self, Error> {
        let granted = match session.grant(Action::DownloadSecret) {
            Ok(grant) => Ok(grant),
            Err(Error::Denied(denial)) => Err(denial),
            Err(other) => return Err(other),
        };
        Ok(Self {
            granted,
            me: session.view.is_none().then_some(session.person.id),
        })
    }

    /// How they get a confidential file of a case they read.
    ///
    /// # Errors
    /// Why not.
    pub fn opening(&self, case: &Case, file: &StoredFile) -> Result<Opening, Denial> {
        let file = Confidential {
            seq: file.seq,
            audience: file.audience,
            uploaded_by: file.uploaded_by,
        };
        opening(&self.granted, case, file, self.me)
    }

    /// How they get a confidential file of an internal request they read.
    ///
    /// # Errors
    /// Why not.
    pub fn opening_within(
        &self,
        request: &InternalRequest,
        file: &InternalFile,
    ) -> Result<Opening, Denial> {
        opening_within(&self.granted, kind_of(request), file.uploaded_by, self.me)
    }
}

/// The kind of request an internal one became, or would become: people ask for technical help.
#[must_use]
pub fn kind_of(request: &InternalRequest) -> Kind {
    let became = request.escalation.as_ref();
    became.map_or(Kind::Technical, |escalation| escalation.kind)
}

/// What is known of a confidential file of an account before somebody asks for it.
#[must_use]
pub fn facts_of(account: AccountId, kind: Kind) -> Facts<'static> {
    Facts {
        target: Some(Target {
            account: Some(account),
            kind: Some(kind),
            ..Target::default()
        }),
        ..Facts::default()
    }
}

/// Refuses those who have no files: a manager reads every case, and no file of any. In a view it is
/// the person viewed who has them.
fn check_files(session: &Session) -> Result<(), Error> {
    match session.view {
        Some(_) => Ok(()),
        None => session.grant(Action::Attach).map(|_| ()),
    }
}

impl App {
    /// Asks for a file of a case: without a reason a confidential one is granted to those who owe
    /// none.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the case or the file is not theirs, [`Error::Denied`] when they have
    /// no files, or it is confidential and not for them, [`Error::Field`] for a reason that is none.
    pub async fn download(
        &self,
        asked: &Session,
        (number, id): (CaseNumber, FileId),
        reason: Option<&str>,
    ) -> Result<Came, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let look = self.db().read(async |tx| {
            let session = auth::session(tx, credential, now).await?;
            check_files(&session)?;
            let grant = session.grant(Action::Read)?;
            let found = files::find(tx, &grant, number, id).await?;
            let (case, file) = found.ok_or(Error::NotFound)?;
            if !file.is_confidential {
                return Ok(Some(Came::Granted(file)));
            }
            let opening = Held::by(&session)?.opening(&case, &file)?;
            if opening == Opening::Freely || reason.is_some() {
                return Ok(None);
            }
            let account = accounts::find(tx, case.account).await?;
            let wanted = Wanted {
                account: account.map(|one| one.name).unwrap_or_default(),
                case,
                file,
            };
            Ok::<_, Error>(Some(Came::WantsReason(Box::new(wanted))))
        });
        if let Some(came) = look.await? {
            return Ok(came);
        }
        let reason = reason.map(checked);
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                check_files(&session)?;
                let grant = session.grant(Action::Read)?;
                let found = files::find(tx, &grant, number, id).await?;
                let (case, file) = found.ok_or(Error::NotFound)?;
                let line = session
                    .line(Act::CaseFileRead)
                    .of(Some(case.account))
                    .about(Subject::Case(case.id))
                    .became(json!({ "file": file.name }));
                let line = match Held::by(&session)?.opening(&case, &file)? {
                    Opening::Freely => line,
                    Opening::WithReason => {
                        let reason = reason.unwrap_or_else(|| checked(""))?;
                        let given = Facts {
                            has_reason: Some(true),
                            ..facts_of(case.account, case.kind)
                        };
                        session.grant_for(Action::DownloadSecret, &given)?;
                        line.because(reason)
                    }
                };
                log::write(tx, now, line).await?;
                Ok::<_, Error>(Came::Granted(file))
            })
            .await
    }

    /// A file of a case that somebody could mark as confidential.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not theirs to mark, [`Error::Denied`] when they mark none.
    pub async fn markable(
        &self,
        asked: &Session,
        (number, id): (CaseNumber, FileId),
    ) -> Result<(Case, StoredFile), Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::Attach)?;
                let found = files::find(tx, &grant, number, id).await?;
                found.ok_or(Error::NotFound)
            })
            .await
    }

    /// Marks a file of a case as confidential, for good. Whoever may is who could download it.
    ///
    /// # Errors
    /// As [`App::markable`].
    pub async fn mark_confidential(
        &self,
        asked: &Session,
        (number, id): (CaseNumber, FileId),
    ) -> Result<(), Error> {
        let (now, credential) = (self.now(), asked.credential);
        let case = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::Attach)?;
                let found = files::find(tx, &grant, number, id).await?;
                let (case, file) = found.ok_or(Error::NotFound)?;
                if !files::mark_confidential(tx, &case, id).await? {
                    return Ok(None);
                }
                let line = session
                    .line(Act::CaseFileMarked)
                    .of(Some(case.account))
                    .about(Subject::Case(case.id))
                    .became(json!({ "file": file.name }));
                log::write(tx, now, line).await?;
                Ok::<_, Error>(Some(case))
            })
            .await?;
        if let Some(Case {
            account, number, ..
        }) = case
        {
            self.announce(Changed::Case { account, number });
        }
        Ok(())
    }

    /// Asks for a file of an internal request as one of its parties.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the request or the file is not theirs, [`Error::Denied`] when it is
    /// confidential and not for them.
    pub async fn download_within(
        &self,
        asked: &Session,
        (id, party): (InternalId, Party),
        file: FileId,
    ) -> Result<InternalFile, Error> {
        let (now, credential, catalogue) = (self.now(), asked.credential, self.catalogue());
        let plain = self.db().read(async |tx| {
            let session = auth::session(tx, credential, now).await?;
            let grant = session.grant_as(party, &catalogue, now)?;
            let found = kept::find_file(tx, &grant, id, file).await?;
            let found = found.ok_or(Error::NotFound)?;
            if !found.is_confidential {
                return Ok(Some(found));
            }
            let request = kept::find(tx, &grant, id).await?.ok_or(Error::NotFound)?;
            Held::by(&session)?.opening_within(&request, &found)?;
            Ok::<_, Error>(None)
        });
        if let Some(plain) = plain.await? {
            return Ok(plain);
        }
        self.db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant_as(party, &catalogue, now)?;
                let request = kept::find(tx, &grant, id).await?.ok_or(Error::NotFound)?;
                let found = kept::find_file(tx, &grant, id, file).await?;
                let found = found.ok_or(Error::NotFound)?;
                // Nobody who reads internal requests owes a reason for their files.
                Held::by(&session)?.opening_within(&request, &found)?;
                let line: Line = session
                    .line(Act::InternalFileRead)
                    .about(Subject::Internal(id))
                    .became(json!({ "file": found.name }));
                log::write(tx, now, line).await?;
                Ok::<_, Error>(found)
            })
            .await
    }
}
