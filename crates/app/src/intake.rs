//! Submitting a service request, and the verdict before it is submitted.

mod rehearsal;

use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Because, Denial, Facts, Grant, Target, Under};
use mainstay_domain::case::{
    Case, Channel, Command, Ctx, Field, NewCase, OpenedBy, Refusal, Side, Terms, act, open,
};
use mainstay_domain::edition::{Impact, Kind};
use mainstay_domain::entitlement::Holding;
use mainstay_domain::ids::{AccountId, CaseId, CaseNumber, FileId, PersonId, SubscriptionId};
use mainstay_store::accounts::{Account, Subscription};
use mainstay_store::drafts::DraftFor;
use mainstay_store::files::StoredFile;
use mainstay_store::idempotency::{self, Kept};
use mainstay_store::{Tx, accounts, cases, drafts, files};

use crate::auth::{self, Credential, Secret, Session};
use crate::files::Upload;
use crate::live::Changed;
use crate::{App, Catalogue, Error, callers};

/// What somebody submits, from whichever channel.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The account; only the vendor names one, everybody else's is the one they act for.
    pub account: Option<AccountId>,
    /// The customer's person it is for; only the vendor names one.
    pub requester: Option<PersonId>,
    /// The subscription it is about.
    pub subscription: Option<SubscriptionId>,
    /// What it is about, in a line.
    pub subject: String,
    /// The customer's words, Markdown.
    pub body: String,
    /// The kind of help.
    pub kind: Kind,
    /// The support category's id.
    pub category: Option<String>,
    /// How it came in.
    pub channel: Channel,
    /// The three answers.
    pub impact: Option<Impact>,
    /// The severity asked for, where somebody may ask for one.
    pub severity: Option<String>,
    /// The case it follows up.
    pub follows: Option<CaseNumber>,
    /// Files, their bytes kept already.
    pub uploads: Vec<Upload>,
}

/// The verdict before submitting.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Severity, who settled it, and the verdict.
    pub opened_by: OpenedBy,
    /// What it was decided under.
    pub terms: Terms,
    /// The account.
    pub account: Account,
    /// The subscription, if one was named or there is only one.
    pub subscription: Option<Subscription>,
}

/// Guards an API call against being carried out twice.
pub struct Once {
    /// The caller's key.
    pub key: String,
    /// The SHA-256 of the request.
    pub request_hash: Vec<u8>,
    /// Writes the answer to keep: status and JSON.
    pub respond: fn(&Case) -> (u16, String),
}

/// What came of a guarded call.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It was carried out now.
    Fresh(Box<Case>),
    /// It was carried out before: the answer given then.
    Kept(Kept),
}

impl App {
    /// The verdict on a submission, nothing kept (a dry run).
    ///
    /// # Errors
    /// Names the field that is wrong and what would be right.
    pub async fn judge(&self, asked: &Session, form: &Submission) -> Result<Judgement, Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = open_grant(&session, form, &catalogue, None, now)?;
                let held = Held::find(tx, &grant, form, &catalogue, now).await?;
                let new =
                    held.new_case(form, CaseId(uuid::Uuid::nil()), CaseNumber::from_counter(1));
                let ctx = Ctx {
                    actor: grant.actor().clone(),
                    now,
                };
                let opened_by = new.judge(&held.terms, &ctx)?;
                let Held {
                    terms,
                    account,
                    subscription,
                    ..
                } = held;
                Ok(Judgement {
                    opened_by,
                    terms,
                    account,
                    subscription,
                })
            })
            .await
    }

    /// Submits a service request.
    ///
    /// # Errors
    /// Names the field that is wrong and what would be right; nothing has happened then.
    pub async fn submit(&self, asked: &Session, form: Submission) -> Result<Case, Error> {
        match self.submit_once(asked, form, None).await? {
            Answer::Fresh(case) => Ok(*case),
            Answer::Kept(_) => Err(Error::KeyReused),
        }
    }

    /// Submits a service request, at most once for a key.
    ///
    /// # Errors
    /// As [`App::submit`]; [`Error::KeyReused`] when the key stands for another request.
    pub async fn submit_once(
        &self,
        asked: impl Into<Credential>,
        form: Submission,
        once: Option<Once>,
    ) -> Result<Answer, Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.into());
        let case_id = CaseId(self.ids().id());
        let file_ids = form
            .uploads
            .iter()
            .map(|_| FileId(self.ids().id()))
            .collect();
        let answer = self
            .db()
            .write(async move |tx| {
                let session = auth::session(tx, credential, now).await?;
                if let Some(kept) = kept_answer(tx, &session, once.as_ref(), now).await? {
                    return Ok(Answer::Kept(kept));
                }
                let case = keep(
                    tx,
                    &session,
                    form,
                    &catalogue,
                    Ids { case_id, file_ids },
                    now,
                )
                .await?;
                // A program writes no drafts; its person may be writing one.
                if !session.credential.is_token() {
                    drafts::delete(tx, session.person.id, DraftFor::NewCase).await?;
                }
                if let Some(once) = once {
                    keep_answer(tx, &session, once, &case).await?;
                }
                Ok::<_, Error>(Answer::Fresh(Box::new(case)))
            })
            .await?;
        if let Answer::Fresh(case) = &answer {
            self.announce(Changed::Case {
                account: case.account,
                number: case.number,
            });
        }
        Ok(answer)
    }
}

/// Ids made before the transaction.
pub(crate) struct Ids {
    pub(crate) case_id: CaseId,
    pub(crate) file_ids: Vec<FileId>,
}

/// Judges a submission and keeps the case it makes, in the transaction of whoever submits.
pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    session: &Session,
    form: Submission,
    catalogue: &Catalogue,
    ids: Ids,
    now: Moment,
) -> Result<Case, Error> {
    refuse_foreign_names(session, &form)?;
    let is_verified = is_caller_verified(tx, session, &form, now).await?;
    let grant = open_grant(session, &form, catalogue, is_verified, now)?;
    let held = Held::find(tx, &grant, &form, catalogue, now).await?;
    let number = cases::next_number(tx).await?;
    let new = held.new_case(&form, ids.case_id, number);
    let ctx = Ctx {
        actor: grant.actor().clone(),
        now,
    };
    let mut outcome = open(new, &held.terms, &ctx)?;
    if !form.uploads.is_empty() {
        let names = form
            .uploads
            .iter()
            .map(|upload| upload.name.clone())
            .collect();
        let added = act(
            &outcome.case,
            Command::AddFiles { names },
            &held.terms,
            &ctx,
        )?;
        outcome.case = added.case;
        outcome.entries.extend(added.entries);
        outcome.effects.extend(added.effects);
    }
    cases::insert(tx, &outcome, &held.terms, &grant, &session.by(), now).await?;
    attach(
        tx,
        &outcome.case,
        form.uploads,
        ids.file_ids,
        grant.actor().person,
        now,
    )
    .await?;
    Ok(outcome.case)
}

/// Keeps the rows of files that came with the case's last public entry.
pub(crate) async fn attach(
    tx: &mut Tx<'_>,
    case: &Case,
    uploads: Vec<Upload>,
    ids: Vec<FileId>,
    uploaded_by: Option<PersonId>,
    now: Moment,
) -> Result<(), Error> {
    for (upload, id) in uploads.into_iter().zip(ids) {
        let file = StoredFile {
            id,
            seq: case.revision,
            audience: mainstay_domain::case::Audience::Public,
            name: upload.name,
            media_type: upload.media_type,
            size: upload.size,
            sha256: upload.sha256,
            uploaded_by: upload.uploaded_by.or(uploaded_by),
            is_confidential: upload.is_confidential,
        };
        files::insert(tx, case, &file, now).await?;
    }
    Ok(())
}

/// The answer a key was given before; without one the key is taken for this request, and whoever
/// comes with it meanwhile waits.
pub(crate) async fn kept_answer(
    tx: &mut Tx<'_>,
    session: &Session,
    once: Option<&Once>,
    now: Moment,
) -> Result<Option<Kept>, Error> {
    let Some(once) = once else { return Ok(None) };
    answered(tx, session, &once.key, &once.request_hash, now).await
}

/// The answer a key was given before; else it is taken.
pub(crate) async fn answered(
    tx: &mut Tx<'_>,
    session: &Session,
    key: &str,
    request_hash: &[u8],
    now: Moment,
) -> Result<Option<Kept>, Error> {
    let person = session.person.id;
    if idempotency::take(tx, person, key, request_hash, now).await? {
        return Ok(None);
    }
    match idempotency::find(tx, person, key).await? {
        Some(kept) if kept.request_hash == request_hash => Ok(Some(kept)),
        Some(_) => Err(Error::KeyReused),
        // It was forgotten just now, after a day.
        None => Err(mainstay_store::Error::Busy.into()),
    }
}

/// Keeps the answer to a key, with the change itself.
pub(crate) async fn keep_answer(
    tx: &mut Tx<'_>,
    session: &Session,
    once: Once,
    case: &Case,
) -> Result<(), Error> {
    let (status, response) = (once.respond)(case);
    Ok(idempotency::answer(tx, session.person.id, &once.key, status, &response).await?)
}

/// The right to open a case of this kind.
fn open_grant(
    session: &Session,
    form: &Submission,
    catalogue: &Catalogue,
    is_caller_verified: Option<bool>,
    now: Moment,
) -> Result<Grant, Error> {
    let facts = Facts {
        target: Some(Target {
            kind: Some(form.kind),
            // Without a name it is the only one there is: what that is shows when it is looked for.
            under: form
                .subscription
                .map_or(Under::NotKnown, Under::Subscription),
            ..Target::default()
        }),
        administrators: auth::administrators(catalogue, now),
        is_caller_verified,
        ..Facts::default()
    };
    session.grant_for(Action::Open, &facts)
}

/// Whether the vendor's agent knows who calls; nobody asks where nobody calls, or where it is not
/// said yet who.
async fn is_caller_verified(
    tx: &mut Tx<'_>,
    session: &Session,
    form: &Submission,
    now: Moment,
) -> Result<Option<bool>, Error> {
    let is_call = session.principal.is_vendor() && form.channel == Channel::Telephone;
    if !is_call || form.account.is_none() || form.requester.is_none() {
        return Ok(None);
    }
    let (account, requester) = on_behalf(tx, form).await?;
    let is_verified = callers::is_verified(tx, session, account, requester, now).await?;
    Ok(Some(is_verified))
}

/// Refuses a customer's API call that names what only the vendor names.
fn refuse_foreign_names(session: &Session, form: &Submission) -> Result<(), Error> {
    let is_customers_call = !session.principal.is_vendor() && session.credential.is_token();
    let field = match form {
        _ if !is_customers_call => return Ok(()),
        form if form.account.is_some() => "account",
        form if form.requester.is_some() => "requester",
        form if form.channel != Channel::Api => "channel",
        _ => return Ok(()),
    };
    let message = format!("Only the support team names the {field}; leave it out");
    Err(Error::Field { field, message })
}

/// What the account holds, and what the request is decided under.
struct Held {
    account: Account,
    subscription: Option<Subscription>,
    requester: PersonId,
    terms: Terms,
}

impl Held {
    async fn find(
        tx: &mut Tx<'_>,
        grant: &Grant,
        form: &Submission,
        catalogue: &Catalogue,
        now: Moment,
    ) -> Result<Self, Error> {
        let (account, requester) = match grant.actor().side {
            Side::Vendor => on_behalf(tx, form).await?,
            _ => (
                grant.scope().account().ok_or(Error::NotFound)?,
                grant.scope().person(),
            ),
        };
        let account = accounts::find(tx, account).await?.ok_or(Error::NotFound)?;
        if let Some(followed) = form.follows
            && !cases::is_of_account(tx, grant, account.id, followed).await?
        {
            return Err(Error::Field {
                field: "follows",
                message: format!("There is no request {followed} to follow up"),
            });
        }
        let today = catalogue.local_date(&account.region, now);
        let mut subscriptions = accounts::subscriptions(tx, account.id).await?;
        let covers = |own: &Subscription| grant.scope().covers(Some(own.id));
        subscriptions.retain(|own| own.is_in_force(today) && covers(own));
        let subscription = choose(subscriptions, form.subscription)?;
        if subscription.is_none() && form.kind == Kind::Technical {
            return Err(Error::Field {
                field: "subscription",
                message: "Technical help needs a subscription in force; ask about buying or \
                          renewing one instead"
                    .to_owned(),
            });
        }
        if !grant
            .scope()
            .covers(subscription.as_ref().map(|own| own.id))
        {
            return Err(Error::Denied(Denial {
                action: Action::Open,
                because: Because::SubscriptionNotDelegated,
            }));
        }
        let holding = subscription
            .as_ref()
            .map_or_else(no_subscription, |own| own.holding.clone());
        let terms = catalogue.terms_now(&account.region, &holding, now)?;
        Ok(Self {
            account,
            subscription,
            requester,
            terms,
        })
    }

    fn new_case(&self, form: &Submission, id: CaseId, number: CaseNumber) -> NewCase {
        NewCase {
            id,
            number,
            account: self.account.id,
            subscription: self
                .subscription
                .as_ref()
                .map(|subscription| subscription.id),
            requester: self.requester,
            subject: form.subject.clone(),
            body: form.body.clone(),
            kind: form.kind,
            category: form.category.clone(),
            channel: form.channel,
            impact: form.impact,
            severity: form.severity.clone(),
            follows: form.follows,
        }
    }
}

/// The account and person the vendor opens a case for.
async fn on_behalf(tx: &mut Tx<'_>, form: &Submission) -> Result<(AccountId, PersonId), Error> {
    let missing = |field, what: &str| Error::Field {
        field,
        message: what.to_owned(),
    };
    let account = form
        .account
        .ok_or_else(|| missing("account", "Choose the customer"))?;
    let requester = form
        .requester
        .ok_or_else(|| missing("requester", "Choose who called"))?;
    let people = accounts::people(tx, account).await?;
    if people.iter().any(|person| person.id == requester) {
        Ok((account, requester))
    } else {
        Err(missing(
            "requester",
            "This person does not belong to that customer",
        ))
    }
}

/// The subscription named, or the only one.
fn choose(
    mut subscriptions: Vec<Subscription>,
    named: Option<SubscriptionId>,
) -> Result<Option<Subscription>, Error> {
    match named {
        None if subscriptions.len() > 1 => Err(Error::Field {
            field: "subscription",
            message: "Choose the subscription this is about".to_owned(),
        }),
        None => Ok(subscriptions.pop()),
        Some(id) => {
            let found = subscriptions
                .into_iter()
                .find(|subscription| subscription.id == id);
            let value = id.to_string();
            let unknown = Refusal::Unknown {
                field: Field::Subscription,
                value,
            };
            found.map(Some).ok_or(Error::Refused(unknown))
        }
    }
}

/// What an account without any subscription holds: it may still ask before buying.
pub(crate) fn no_subscription() -> Holding {
    Holding {
        plan: String::new(),
        is_trial: true,
        offer: None,
        additional_service: None,
    }
}

/// Whether a credential is an API token, for the channel of what it submits.
#[must_use]
pub const fn channel_of(credential: Credential) -> Channel {
    match credential.secret {
        Secret::Session(_) => Channel::Portal,
        Secret::Token(_) => Channel::Api,
    }
}
