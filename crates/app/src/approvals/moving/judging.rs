//! What moving a case would come to: for whom it can be there, and what is promised then.

use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Facts, Grant, Target, decide};
use mainstay_domain::case::{
    Actor, Case, Command, Ctx, Entry, Outcome, Refusal, Relocation, Side, Terms, act,
};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::{AccountId, CaseNumber, InternalId, PersonId, SubscriptionId};
use mainstay_store::accounts::{Account, Subscription};
use mainstay_store::{Tx, accounts, cases, colleagues, internal as kept, reach};
use uuid::Uuid;

use super::{Came, Move, Proposal, Setting, members, wrong};
use crate::auth::{self, Session};
use crate::intake::no_subscription;
use crate::team::who_can;
use crate::{App, Catalogue, Error};

/// What moving a case comes to.
pub(super) struct Judged {
    /// The case as it is.
    pub(super) case: Case,
    pub(super) timeline: Vec<Entry>,
    pub(super) outcome: Outcome,
    /// What it is decided under then.
    pub(super) terms: Terms,
}

/// What is promised of a case, and under what.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// The case.
    pub case: Case,
    /// What it is decided under.
    pub terms: Terms,
}

/// One way to move a case: under this subscription.
#[derive(Debug, Clone)]
pub struct Way {
    /// Which; without one there is none.
    pub subscription: Option<Subscription>,
    /// How it would be; or why it cannot be, in a sentence.
    pub outlook: Result<Box<Outlook>, String>,
}

/// What somebody chooses from who moves a case to an organisation.
#[derive(Debug, Clone)]
pub struct Choices {
    /// The organisation.
    pub account: Account,
    /// Its people who may open such requests, by name.
    pub people: Vec<(PersonId, String)>,
    /// How the case is now.
    pub now: Outlook,
    /// The subscriptions it could be moved under.
    pub options: Vec<Way>,
}

impl App {
    /// What a case could be moved under to an organisation, and what would be promised then;
    /// nothing is kept.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who move none, [`Error::NotFound`] when the case or the
    /// organisation is not there; says why it cannot be moved at all.
    pub async fn move_choices(
        &self,
        asked: &Session,
        number: CaseNumber,
        to: AccountId,
    ) -> Result<Choices, Error> {
        let (now, catalogue, credential) = (self.now(), self.catalogue(), asked.credential);
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::MoveCase)?;
                let case = find(tx, &grant, number).await?.ok_or(Error::NotFound)?;
                let account = accounts::find(tx, to).await?.ok_or(Error::NotFound)?;
                let setting = Setting {
                    catalogue: &catalogue,
                    notes: InternalId(Uuid::nil()),
                    now,
                };
                let place = Place::of(tx, &session, (&case, account), &setting).await?;
                let timeline = cases::entries(tx, &case).await?;
                let actor = Actor::person(session.person.id, Side::Vendor);
                let terms = catalogue.terms_of(&case.terms)?;
                let options = place.options(&Attempt {
                    case: &case,
                    terms: &terms,
                    timeline: &timeline,
                    actor: (actor, ""),
                    setting: &setting,
                })?;
                Ok(Choices {
                    account: place.account,
                    people: place.people,
                    now: Outlook { case, terms },
                    options,
                })
            })
            .await
    }

    /// Whether nobody else could agree when somebody asks to move a case.
    ///
    /// # Errors
    /// [`Error::Denied`] for those who move none.
    pub async fn moves_alone(&self, asked: &Session) -> Result<bool, Error> {
        let (now, credential) = (self.now(), asked.credential);
        self.db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                session.grant(Action::MoveCase)?;
                let team = colleagues::team(tx).await?;
                let can = who_can(&team, Action::MoveCase);
                let mut can = can.iter();
                Ok(!can.any(|one| one.person != session.person.id))
            })
            .await
    }

    /// Asks to move a case to another organisation, for one of its people; a second person agrees.
    ///
    /// # Errors
    /// As [`App::propose`]; [`Error::NotFound`] when the case is not theirs.
    pub async fn ask_to_move(
        &self,
        asked: &Session,
        number: CaseNumber,
        (to, subscription, requester): (AccountId, Option<SubscriptionId>, PersonId),
        reason: &str,
    ) -> Result<Came, Error> {
        let (now, credential) = (self.now(), asked.credential);
        let moving = self
            .db()
            .read(async |tx| {
                let session = auth::session(tx, credential, now).await?;
                let grant = session.grant(Action::MoveCase)?;
                let case = find(tx, &grant, number).await?.ok_or(Error::NotFound)?;
                let from = accounts::find(tx, case.account).await?;
                let to = accounts::find(tx, to).await?.ok_or(Error::NotFound)?;
                let people = accounts::people(tx, to.id).await?;
                let person = people.into_iter().find(|one| one.id == requester);
                Ok::<_, Error>(Move {
                    number,
                    kind: case.kind,
                    from: case.account,
                    from_name: from.ok_or(Error::NotFound)?.name,
                    to: to.id,
                    to_name: to.name,
                    subscription,
                    requester,
                    requester_name: person.ok_or_else(no_requester)?.name,
                })
            })
            .await?;
        self.propose(asked, Proposal::MoveCase(moving), reason)
            .await
    }
}

fn no_requester() -> Error {
    wrong("requester", "Choose one of the people of this customer")
}

/// Held where something is to change.
async fn find(tx: &mut Tx<'_>, grant: &Grant, number: CaseNumber) -> Result<Option<Case>, Error> {
    if tx.may_write() {
        return Ok(cases::find_to_change(tx, grant, number).await?);
    }
    Ok(cases::find(tx, grant, number).await?)
}

/// The organisation a case is to be moved to, as it is now.
struct Place {
    account: Account,
    people: Vec<(PersonId, String)>,
    subscriptions: Vec<Subscription>,
}

impl Place {
    /// Refuses what cannot be moved anywhere; afterwards the transaction reaches what the desk does.
    async fn of(
        tx: &mut Tx<'_>,
        session: &Session,
        (case, account): (&Case, Account),
        setting: &Setting<'_>,
    ) -> Result<Self, Error> {
        if case.account == account.id {
            return Err(Refusal::SameOrganisation.into());
        }
        let is_theirs = kept::is_of_request(tx, case).await?;
        reach::of(tx, &session.principal);
        if is_theirs {
            return Err(wrong(
                "account",
                "This request came from one that people of its organisation asked their own \
                 administrators, so it stays with them; close it, and open another one for the \
                 customer it belongs to",
            ));
        }
        let administrators = auth::administrators(setting.catalogue, setting.now);
        let facts = Facts {
            target: Some(Target {
                account: Some(account.id),
                kind: Some(case.kind),
                ..Target::default()
            }),
            administrators,
            ..Facts::default()
        };
        let people = members(accounts::people(tx, account.id).await?, account.id);
        let may_open = people
            .into_iter()
            .filter(|(principal, _)| decide(principal, Action::Open, &facts).is_ok());
        let people = may_open.map(|(one, name)| (one.person, name)).collect();
        let held = accounts::subscriptions(tx, account.id).await?;
        let subscriptions = in_force(held, &account, case.opened_at, setting);
        Ok(Self {
            account,
            people,
            subscriptions,
        })
    }

    /// Every subscription as one way to move the case; without any, kinds that need none.
    fn options(&self, attempt: &Attempt<'_>) -> Result<Vec<Way>, Error> {
        let each = self.subscriptions.iter().map(Some);
        let none = self.subscriptions.is_empty().then_some(None);
        let mut options = Vec::new();
        for subscription in each.chain(none) {
            let person = PersonId(Uuid::nil());
            let outlook = match attempt.judge(&self.account, subscription, person) {
                Ok((outcome, terms)) => Ok(Box::new(Outlook {
                    case: outcome.case,
                    terms,
                })),
                Err(error @ (Error::Field { .. } | Error::Refused(_))) => Err(error.to_string()),
                Err(error) => return Err(error),
            };
            options.push(Way {
                subscription: subscription.cloned(),
                outlook,
            });
        }
        Ok(options)
    }

    /// The subscription named, or the only one.
    fn choose(&self, named: Option<SubscriptionId>) -> Result<Option<&Subscription>, Error> {
        match (named, self.subscriptions.as_slice()) {
            (None, []) => Ok(None),
            (None, [only]) => Ok(Some(only)),
            (None, _) => Err(wrong(
                "subscription",
                "Choose the subscription this is about",
            )),
            (Some(id), all) => all
                .iter()
                .find(|own| own.id == id)
                .map(Some)
                .ok_or_else(|| {
                    let message = "This subscription was not in force when the request was opened; \
                               choose another one";
                    wrong("subscription", message)
                }),
        }
    }
}

/// What an account held when a case was opened; where that is nothing, what it holds now.
fn in_force(
    held: Vec<Subscription>,
    account: &Account,
    opened_at: Moment,
    setting: &Setting<'_>,
) -> Vec<Subscription> {
    let on = |at| {
        let date = setting.catalogue.local_date(&account.region, at);
        let held = held.iter().filter(move |own| own.is_in_force(date));
        held.cloned().collect::<Vec<_>>()
    };
    let then = on(opened_at);
    if then.is_empty() {
        on(setting.now)
    } else {
        then
    }
}

/// A case that is tried to be moved.
struct Attempt<'a> {
    case: &'a Case,
    /// What it is decided under now.
    terms: &'a Terms,
    timeline: &'a [Entry],
    actor: (Actor, &'a str),
    setting: &'a Setting<'a>,
}

impl Attempt<'_> {
    fn judge(
        &self,
        account: &Account,
        subscription: Option<&Subscription>,
        requester: PersonId,
    ) -> Result<(Outcome, Terms), Error> {
        let (case, setting) = (self.case, self.setting);
        if subscription.is_none() && case.kind == Kind::Technical {
            return Err(wrong(
                "subscription",
                "Technical help needs a subscription, and this customer had none in force when the \
                 request was opened, nor has it now",
            ));
        }
        let terms = terms_then(setting.catalogue, account, subscription, case.opened_at)?;
        let to = Relocation {
            account: account.id,
            subscription: subscription.map(|own| own.id),
            requester,
            terms: terms.clone(),
            timeline: self.timeline.to_vec(),
        };
        let (actor, reason) = &self.actor;
        let command = Command::Move {
            to: Box::new(to),
            reason: (*reason).to_owned(),
        };
        let ctx = Ctx {
            actor: actor.clone(),
            now: setting.now,
        };
        Ok((act(case, command, self.terms, &ctx)?, terms))
    }
}

/// What a request would have been decided under, had the account opened it then (S1).
fn terms_then(
    catalogue: &Catalogue,
    account: &Account,
    subscription: Option<&Subscription>,
    opened_at: Moment,
) -> Result<Terms, Error> {
    let holding = subscription.map_or_else(no_subscription, |own| own.holding.clone());
    catalogue.terms_now(&account.region, &holding, opened_at)
}

/// Judges a move as things are now.
///
/// # Errors
/// [`Error::Settled`] when the case is not where it was, [`Error::Field`] and [`Error::Refused`] for
/// what cannot be.
pub(super) async fn judge(
    tx: &mut Tx<'_>,
    session: &Session,
    moving: &Move,
    actor: (Actor, &str),
    setting: &Setting<'_>,
) -> Result<Judged, Error> {
    let grant = session.grant(Action::MoveCase)?;
    let case = find(tx, &grant, moving.number).await?;
    let case = case.filter(|case| case.account == moving.from);
    let case = case.ok_or_else(|| {
        Error::Settled(
            "This request is with another organisation meanwhile; decline this, and ask anew"
                .to_owned(),
        )
    })?;
    let account = accounts::find(tx, moving.to).await?;
    let account = account.ok_or(Error::NotFound)?;
    let place = Place::of(tx, session, (&case, account), setting).await?;
    if !place.people.iter().any(|(id, _)| *id == moving.requester) {
        return Err(wrong(
            "requester",
            "Choose one of this customer's people who may open such requests",
        ));
    }
    let timeline = cases::entries(tx, &case).await?;
    let terms = setting.catalogue.terms_of(&case.terms)?;
    let attempt = Attempt {
        case: &case,
        terms: &terms,
        timeline: &timeline,
        actor,
        setting,
    };
    let subscription = place.choose(moving.subscription)?;
    let (outcome, terms) = attempt.judge(&place.account, subscription, moving.requester)?;
    Ok(Judged {
        outcome,
        terms,
        timeline,
        case,
    })
}
