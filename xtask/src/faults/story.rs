//! What people do while faults happen, and what they were told: every act has a mark of its own, so
//! that afterwards each can be found, or not.

use std::net::SocketAddr;

use anyhow::{Context, bail};
use serde_json::json;

use super::stage::{Found, Stage};
use super::wire::{Answer, Request};

/// What an act is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A request is submitted.
    Submit,
    /// The vendor replies with a file.
    Upload,
    /// The customer replies.
    Reply,
    /// The customer closes.
    Close,
    /// The customer reopens.
    Reopen,
    /// Somebody is invited in a role.
    Invite,
}

/// The acts of a story, in their order.
const ACTS: [Kind; 6] = [
    Kind::Submit,
    Kind::Upload,
    Kind::Reply,
    Kind::Close,
    Kind::Reopen,
    Kind::Invite,
];

/// An act that was tried.
pub struct Act {
    kind: Kind,
    /// Stands in what the act adds, and nowhere else.
    mark: String,
    /// The case it is done to.
    case: Option<String>,
    /// Whether it was acknowledged; otherwise nobody knows.
    is_acknowledged: bool,
    /// Whether it need not be sent again.
    is_over: bool,
}

/// A request for help in a program's words, with something said in it.
pub fn request(body: &str) -> serde_json::Value {
    json!({
        "subject": "Mail is late", "body": body, "kind": "technical",
        "impact": { "affected": "several", "work": "impaired", "has_workaround": false }
    })
}

/// Everything that was tried.
#[derive(Default)]
pub struct Ledger {
    acts: Vec<Act>,
    case: Option<String>,
    /// Which act is next.
    place: usize,
    turn: u64,
}

impl Ledger {
    /// Does the next act; false when there was no answer.
    ///
    /// # Errors
    /// When the answer is not that of an instance in order.
    pub fn go_on(&mut self, stage: &Stage<'_>, at: SocketAddr) -> anyhow::Result<bool> {
        let act = self.next();
        let answer = act.request(stage)?.send(at);
        let has_answered = answer.is_ok();
        if let Ok(answer) = answer {
            self.note(act, &answer)?;
        } else {
            self.acts.push(act);
        }
        Ok(has_answered)
    }

    /// Does the next act, whatever the answer, and gives the answer.
    ///
    /// # Errors
    /// When there is none.
    pub fn try_next(&mut self, stage: &Stage<'_>, at: SocketAddr) -> anyhow::Result<Answer> {
        let act = self.next();
        let answer = act.request(stage)?.send(at)?;
        if act.is_done(&answer) {
            self.note(act, &answer)?;
        } else {
            self.acts.push(act);
        }
        Ok(answer)
    }

    fn next(&mut self) -> Act {
        self.turn += 1;
        let kind = ACTS[self.place % ACTS.len()];
        Act {
            kind,
            mark: format!("mark{}x", self.turn),
            case: self.case.clone().filter(|_| kind != Kind::Submit),
            is_acknowledged: false,
            is_over: false,
        }
    }

    fn note(&mut self, mut act: Act, answer: &Answer) -> anyhow::Result<()> {
        if !act.is_done(answer) {
            bail!(
                "{:?} was answered {}: {}",
                act.kind,
                answer.status,
                answer.body
            );
        }
        if act.kind == Kind::Submit {
            let number = answer.json()?["number"].as_str().map(str::to_owned);
            self.case = Some(number.context("the case has no number")?);
        }
        act.is_acknowledged = true;
        act.is_over = true;
        self.acts.push(act);
        self.place += 1;
        Ok(())
    }

    /// Sends again, with its key, what nobody knew of; then it is known.
    ///
    /// # Errors
    /// When it is neither done now nor was done before.
    pub fn settle(&mut self, stage: &Stage<'_>, at: SocketAddr) -> anyhow::Result<()> {
        for act in self.acts.iter_mut().filter(|act| !act.is_over) {
            act.is_over = true;
            // An upload has no key: it is there whole, or not at all.
            if act.kind == Kind::Upload {
                continue;
            }
            let answer = act.request(stage)?.send(at)?;
            act.is_acknowledged = match (act.kind, answer.status) {
                (Kind::Submit | Kind::Reply | Kind::Invite, 201) => true,
                (Kind::Close | Kind::Reopen, 200) => true,
                // The address is taken: it was done before.
                (Kind::Invite, 422) => true,
                // Another try of the same was done before it.
                (Kind::Close | Kind::Reopen | Kind::Reply, 409) => false,
                (kind, status) => bail!("{kind:?} again was answered {status}: {}", answer.body),
            };
        }
        // The next story begins with a case of its own.
        self.place = 0;
        self.case = None;
        Ok(())
    }

    /// Looks for each act in what is kept.
    ///
    /// # Errors
    /// Names what is lost, and what is there twice.
    pub fn check(&self, found: &Found) -> anyhow::Result<()> {
        let mut wrong = Vec::new();
        for act in &self.acts {
            let count = match act.kind {
                Kind::Invite => found.people_with(&act.mark),
                // The reply, and the entry that names its file.
                Kind::Upload => match found.entries_with(&act.mark) {
                    0 => 0,
                    2 => 1,
                    _ => 2,
                },
                _ => found.entries_with(&act.mark),
            };
            let (kind, mark) = (act.kind, &act.mark);
            match (act.is_acknowledged, count) {
                (_, 1) | (false, 0) => {}
                (true, 0) => wrong.push(format!("{kind:?} {mark} was acknowledged and is lost")),
                (_, _) => wrong.push(format!("{kind:?} {mark} is there {count} times, or half")),
            }
        }
        if wrong.is_empty() {
            return Ok(());
        }
        bail!("{}", wrong.join("\n    "))
    }

    /// Asks the running instance for what was acknowledged.
    ///
    /// # Errors
    /// When it does not show it.
    pub fn read_back(&self, stage: &Stage<'_>, at: SocketAddr) -> anyhow::Result<()> {
        let case = self
            .acts
            .iter()
            .rev()
            .find(|act| act.is_acknowledged && act.case.is_some());
        let Some(number) = case.and_then(|act| act.case.clone()) else {
            return Ok(());
        };
        let shown = Request::get(&format!("/api/v1/cases/{number}"))
            .bearer(&stage.lead_token)
            .send(at)?;
        for act in &self.acts {
            let is_here = act.case.as_deref() == Some(number.as_str()) && act.is_acknowledged;
            if is_here && act.kind != Kind::Invite && !shown.body.contains(&act.mark) {
                bail!(
                    "{:?} {} was acknowledged and cannot be read",
                    act.kind,
                    act.mark
                );
            }
        }
        Ok(())
    }
}

impl Act {
    fn is_done(&self, answer: &Answer) -> bool {
        answer.status
            == match self.kind {
                Kind::Submit | Kind::Reply | Kind::Invite => 201,
                Kind::Upload => 303,
                Kind::Close | Kind::Reopen => 200,
            }
    }

    fn request(&self, stage: &Stage<'_>) -> anyhow::Result<Request> {
        let mark = &self.mark;
        let number = self.case.as_deref().unwrap_or_default();
        if self.case.is_none() && !matches!(self.kind, Kind::Submit | Kind::Invite) {
            bail!("there is no case yet");
        }
        let call = |rest: &str, body| {
            let path = format!("/api/v1/cases/{number}/{rest}");
            Request::json(&path, &body).bearer(&stage.token).key(mark)
        };
        Ok(match self.kind {
            Kind::Submit => {
                let body = request(&format!("An hour and more. {mark}"));
                Request::json("/api/v1/cases", &body)
                    .bearer(&stage.token)
                    .key(mark)
            }
            Kind::Upload => Request::upload(
                &format!("/cases/{number}/replies"),
                (&format!("{mark}.txt"), mark.repeat(1000).as_bytes()),
                &[("body", &format!("See the file. {mark}"))],
            )
            .cookie(&stage.lead),
            Kind::Reply => call("replies", json!({ "body": format!("Still late. {mark}") })),
            Kind::Close => call("closure", json!({ "reason": format!("Solved. {mark}") })),
            Kind::Reopen => call("reopening", json!({ "reason": format!("Back. {mark}") })),
            Kind::Invite => Request::form(
                "/organisation/people",
                &[
                    ("name", "Robin"),
                    ("email", &format!("{mark}@example.com")),
                    ("roles", "service-support-admin"),
                    ("time_zone", "Europe/Berlin"),
                ],
            )
            .cookie(&stage.customer),
        })
    }
}
