//! What happens to a case of the demo, beat by beat.

use std::collections::VecDeque;

use mainstay_domain::Moment;
use mainstay_domain::case::{Channel, EscalationTarget};
use mainstay_domain::ids::{CaseNumber, PersonId};

use super::chance::Chance;
use super::stories::Story;

/// When a beat comes.
#[derive(Debug, Clone, Copy)]
pub enum When {
    /// This many minutes after the one before.
    After(i64, i64),
    /// When this share of the promised time is used up; a few hours later where none is promised.
    Share(i64),
    /// This many minutes after the promise was broken.
    Late(i64),
    /// This many minutes before the present.
    Ago(i64),
}

/// What somebody does.
#[derive(Debug, Clone)]
pub enum Act {
    /// The agent takes the case.
    Take,
    /// The agent notes something.
    Note,
    /// The agent asks for information.
    Ask,
    /// The customer answers.
    Answer,
    /// The customer ticks off what was asked: all of it, or the first only.
    Tick {
        /// Whether all of it.
        all: bool,
    },
    /// The agent replies.
    Progress,
    /// The customer asks how it stands.
    Chase,
    /// The agent changes the severity.
    Assess {
        /// The new one.
        to: String,
        /// Why.
        reason: String,
    },
    /// The customer changes the severity.
    Raise {
        /// The new one.
        to: String,
        /// Why.
        reason: String,
    },
    /// The agent escalates.
    Escalate {
        /// To whom.
        to: EscalationTarget,
        /// Why.
        reason: String,
    },
    /// The agent gives the solution.
    Resolve,
    /// The agent refers it elsewhere.
    Refer,
    /// The customer closes it.
    Thanks,
    /// The customer reopens it.
    Reopen,
    /// Somebody is let take part by name.
    Invite {
        /// Who.
        person: PersonId,
        /// Whether the customer does it.
        by_customer: bool,
    },
    /// The customer writes a note for colleagues.
    Remark {
        /// What.
        body: String,
    },
}

impl Act {
    /// Whether the customer does it.
    pub const fn is_customers(&self) -> bool {
        matches!(
            self,
            Self::Answer
                | Self::Tick { .. }
                | Self::Chase
                | Self::Raise { .. }
                | Self::Thanks
                | Self::Reopen
                | Self::Remark { .. }
                | Self::Invite {
                    by_customer: true,
                    ..
                }
        )
    }
}

/// Something that happens.
#[derive(Debug, Clone)]
pub struct Beat {
    /// When.
    pub when: When,
    /// What.
    pub act: Act,
}

/// Who submits a request.
#[derive(Debug, Clone, Copy)]
pub enum Submitter {
    /// One of the customer's people, by place.
    Person(usize),
    /// One of a partner's people acting for the customer: partner, person, which customer.
    Partner(usize, usize, usize),
}

/// A case of the demo: how it begins, and what is still to come.
#[derive(Debug, Clone)]
pub struct Plot {
    /// The place of the customer.
    pub customer: usize,
    /// Who submits it.
    pub submitter: Submitter,
    /// The place of the agent who works it.
    pub agent: usize,
    /// The place of its story.
    pub story: usize,
    /// How it comes in.
    pub channel: Channel,
    /// The severity asked for, where the customer may.
    pub severity: Option<String>,
    /// When it is submitted.
    pub opened_at: Moment,
    /// What is still to come.
    pub beats: VecDeque<Beat>,
    /// The place of the plot it follows up.
    pub follows: Option<usize>,
    /// Its number, once it is submitted.
    pub number: Option<CaseNumber>,
    /// When the first response is due, if it is promised.
    pub due_at: Option<Moment>,
    /// Whether it is open.
    pub is_open: bool,
    /// How many items were asked and not ticked off.
    pub unanswered: Vec<usize>,
}

/// Beats in order.
pub fn beats<const N: usize>(beats: [(When, Act); N]) -> VecDeque<Beat> {
    beats
        .into_iter()
        .map(|(when, act)| Beat { when, act })
        .collect()
}

/// How most stories go.
pub fn usual(chance: &mut Chance, story: &Story, is_late: bool) -> VecDeque<Beat> {
    let mut beats = VecDeque::new();
    let mut add = |when, act| beats.push_back(Beat { when, act });
    add(When::After(2, 15), Act::Take);
    if story.note.is_some() && chance.percent(60) {
        add(When::After(2, 12), Act::Note);
    }
    let promise = if is_late {
        When::Late(chance.between(4, 170))
    } else {
        When::Share(chance.between(14, 82))
    };
    let asks = story.ask.is_some() && chance.percent(70);
    if asks {
        add(promise, Act::Ask);
        add(When::After(25, 1500), Act::Answer);
        add(When::After(1, 2), Act::Tick { all: true });
        add(When::After(15, 150), Act::Progress);
    } else {
        add(promise, Act::Progress);
    }
    turns(chance, story, &mut add);
    if chance.percent(14) {
        add(When::After(300, 1500), Act::Chase);
        add(When::After(20, 160), Act::Progress);
    }
    if story.refer.is_some() {
        add(When::After(60, 500), Act::Refer);
        return beats;
    }
    add(When::After(60, 2200), Act::Resolve);
    ending(chance, story, &mut beats);
    beats
}

/// What may come between: another severity, an escalation.
fn turns(chance: &mut Chance, story: &Story, add: &mut impl FnMut(When, Act)) {
    if chance.percent(7) && !story.is_critical() && story.impact.is_some() {
        let to = "B".to_owned();
        let reason = "With the answer it is clear that several people are held up.".to_owned();
        add(When::After(5, 40), Act::Assess { to, reason });
    }
    if chance.percent(4) {
        let to = EscalationTarget::Expertise;
        let reason = "Needs somebody who knows the storage side.".to_owned();
        add(When::After(10, 60), Act::Escalate { to, reason });
    }
}

/// How it ends: the customer says thanks, says nothing, or comes back.
fn ending(chance: &mut Chance, story: &Story, beats: &mut VecDeque<Beat>) {
    let mut add = |when, act| beats.push_back(Beat { when, act });
    if !chance.percent(55) {
        return;
    }
    add(When::After(45, 2000), Act::Thanks);
    if story.again.is_some() && chance.percent(35) {
        add(When::After(1500, 13_000), Act::Reopen);
        add(When::After(15, 140), Act::Progress);
        add(When::After(120, 1400), Act::Resolve);
        if chance.percent(60) {
            add(When::After(60, 1800), Act::Thanks);
        }
    }
}
