//! Resetting how a colleague signs in. It is carried out by whoever asked, once somebody else has
//! agreed, since they alone see the link to be handed on.

#[allow(clippy::wildcard_imports, reason = "a part of its parent")]
use super::*;
use crate::resets;
use mainstay_store::factors;
use mainstay_store::resets::candidate;

/// For how long whoever asked can do it, once somebody agreed: a day.
const AGREED_MINUTES: i64 = 24 * 60;

/// A reset that is carried out.
pub(super) struct Reset<'a> {
    pub(super) person: PersonId,
    /// Whether their second factors go, too.
    pub(super) factors: bool,
    pub(super) second: Second<'a>,
    pub(super) reason: String,
}

/// Makes the link, takes the factors away where that was asked for, and writes it down.
pub(super) async fn carry_out(
    tx: &mut Tx<'_>,
    session: &Session,
    reset: Reset<'_>,
    word: String,
    now: Moment,
) -> Result<Done, Error> {
    let Reset { person, second, .. } = reset;
    resets::begin(tx, session, person, second, &word, now).await?;
    if reset.factors {
        factors::delete_all(tx, person).await?;
        auth::rights_changed(tx, person).await?;
    }
    let agreed_by = match second {
        Second::Agreed(second) => Some(second.person),
        _ => None,
    };
    let line = session
        .line(Act::ResetStarted)
        .about(Subject::Person(person))
        .because(reset.reason)
        .became(json!({ "factors_removed": reset.factors, "agreed_by": agreed_by }));
    log::write(tx, now, line).await?;
    Ok(Done {
        word: Some(word),
        ..Done::about(person)
    })
}

/// Whether there is something to reset.
pub(super) async fn check(
    tx: &mut Tx<'_>,
    asker: &Principal,
    person: PersonId,
    team: &[Colleague],
) -> Result<(), Error> {
    find(team, person)?;
    if asker.person == person {
        return Err(wrong(
            "reason",
            "Change your own password in your profile; it asks for the one you have",
        ));
    }
    match candidate(tx, Organisation::Vendor, person).await? {
        Some(_) => Ok(()),
        None => Err(wrong(
            "reason",
            "They have no password here that could be reset",
        )),
    }
}

/// Whether whoever asked can carry it out now that somebody agreed.
pub(crate) fn is_agreed(approval: &Approval, now: Moment) -> bool {
    let until = approval
        .decided_at
        .map(|at| at.plus_minutes(AGREED_MINUTES));
    approval.state == State::Agreed && until.is_some_and(|until| now < until)
}

impl App {
    /// Makes the link of a reset that somebody else agreed to: once, by whoever asked for it. What
    /// they and whoever agreed may do is decided as it is now.
    ///
    /// # Errors
    /// [`Error::NotFound`] for everybody else, [`Error::Settled`] when nobody agreed, it was done,
    /// its time is over, or one of the two may no longer do it; nothing is done then.
    pub async fn take_agreed(&self, asked: &Session, id: Uuid) -> Result<Done, Error> {
        let (now, credential, fresh) = (self.now(), asked.credential, self.fresh());
        let done = self
            .db()
            .write(async move |tx| {
                settings::hold(tx, TEAM).await?;
                let session = auth::session(tx, credential, now).await?;
                let team = colleagues::team(tx).await?;
                let approval = approvals::find_to_change(tx, id).await?;
                let own = approval.filter(|one| one.asked_by == session.person.id);
                let approval = own.ok_or(Error::NotFound)?;
                let proposal = serde_json::from_str(&approval.what);
                let Ok(Proposal::ResetSignIn { person, factors }) = proposal else {
                    return Err(Error::NotFound);
                };
                if !is_agreed(&approval, now) {
                    return Err(Error::Settled(
                        "There is no link to be made any more; ask again".to_owned(),
                    ));
                }
                let second = team
                    .iter()
                    .find(|one| Some(one.person) == approval.decided_by);
                let second = second.map(principal_of).ok_or_else(no_longer)?;
                let proposal = Proposal::ResetSignIn { person, factors };
                agreed(&session.principal, &second, &proposal, &team).map_err(|_| no_longer())?;
                check(tx, &session.principal, person, &team).await?;
                if !approvals::finish(tx, id).await? {
                    return Err(settled());
                }
                let reset = Reset {
                    person,
                    factors,
                    second: Second::Agreed(&second),
                    reason: approval.reason,
                };
                carry_out(tx, &session, reset, fresh.word, now).await
            })
            .await?;
        self.sessions_ended(done.person);
        Ok(done)
    }
}

fn no_longer() -> Error {
    Error::Settled("You or whoever agreed may no longer do this; ask again".to_owned())
}
