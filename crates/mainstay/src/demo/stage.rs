//! Where the plots are played: the real verbs, at the moments of the past.
//!
//! Beats whose moments lie close together are begun one after the other, each with the clock at its
//! own moment, and committed together, where the engine commits in groups. Within a case everything
//! stays in order.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use anyhow::{Context, bail};
use mainstay_app::callers::Proof;
use mainstay_app::intake::Submission;
use mainstay_app::{App, Error, Session};
use mainstay_domain::Moment;
use mainstay_domain::case::{Case, Channel, Command, NextTurn, Refusal};
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::PersonId;
use mainstay_store::inbox;

use super::asides::Deed;
use super::cast::{Cast, Customer, Player};
use super::chance::Chance;
use super::civil::at_work;
use super::clock::DemoClock;
use super::first_line::Question;
use super::plot::{Act, Plot, Submitter, When};
use super::stories::Story;

/// How far apart beats played together may be, in seconds: long ago, and lately.
const WAVE_LONG_AGO: i64 = 12 * 3600;
const WAVE_LATELY: i64 = 600;
/// From when on it is lately, in seconds before the present.
const LATELY: i64 = 2 * 86_400;
/// Notices older than this were read, in seconds before the present.
const READ_BEFORE: i64 = 5 * 3600;

/// What customers write when they wait.
const CHASES: [&str; 8] = [
    "Is there any news? People here keep asking me.",
    "We have tried it once more after a restart, no change.",
    "One more thing that may matter: it is worse in the mornings.",
    "May I ask when we can expect an answer? I would like to plan the afternoon.",
    "It happened again a few minutes ago, at the same place.",
    "A colleague in another office sees the same now, so it isn't just our building.",
    "Thank you for looking into it. Just so that you know, we are at our desks until six.",
    "I have added what I found so far: it began after the last update, and only for some of us.",
];

/// The future of a verb.
type Playing = Pin<Box<dyn Future<Output = Result<Case, Error>> + Send>>;

/// The stage.
pub struct Stage {
    /// The verbs.
    pub app: App,
    /// Everybody.
    pub cast: Cast,
    /// What can be written about.
    pub stories: Vec<Story>,
    /// Chance.
    pub chance: Chance,
    /// Every case, in the order in which they were thought of.
    pub plots: Vec<Plot>,
    /// What is asked within the customers.
    pub questions: Vec<Question>,
    /// What happens beside the cases, in order; deeds of one moment as they were thought of.
    asides: BTreeMap<(Moment, usize), Deed>,
    clock: Arc<DemoClock>,
    present: Moment,
    waiting: BinaryHeap<Reverse<(Moment, usize)>>,
    is_read: bool,
    /// Whether beats are begun before those ahead of them are kept.
    is_crowded: bool,
}

impl Stage {
    /// An empty stage.
    pub fn new(
        app: App,
        clock: Arc<DemoClock>,
        cast: Cast,
        stories: Vec<Story>,
        present: Moment,
        is_crowded: bool,
    ) -> Self {
        Self {
            app,
            cast,
            stories,
            chance: Chance::new(0x0064_656d_6f20_3420),
            plots: Vec::new(),
            questions: Vec::new(),
            asides: BTreeMap::new(),
            clock,
            present,
            waiting: BinaryHeap::new(),
            is_read: false,
            is_crowded,
        }
    }

    /// Adds a plot and returns its place.
    pub fn add(&mut self, plot: Plot) -> usize {
        let index = self.plots.len();
        self.waiting.push(Reverse((plot.opened_at, index)));
        self.plots.push(plot);
        index
    }

    /// Adds something that happens beside the cases.
    pub fn aside(&mut self, at: Moment, deed: Deed) {
        self.asides.insert((at, self.asides.len()), deed);
    }

    /// Plays everything up to the present, and lets the clock go on by itself from there.
    ///
    /// # Errors
    /// When a verb fails otherwise than by refusing.
    pub async fn play(&mut self) -> anyhow::Result<()> {
        while let Some(low) = self.next_moment() {
            if low > self.present {
                break;
            }
            self.settle(low).await?;
            if let Some(aside) = self.asides.first_entry().filter(|one| one.key().0 <= low) {
                let deed = aside.remove();
                self.do_aside(deed).await?;
                continue;
            }
            let wave = self.take_wave(low);
            for (at, index, played) in self.play_wave(wave).await? {
                self.take_in(at, index, played)?;
            }
        }
        self.settle(self.present).await?;
        self.clock.release();
        Ok(())
    }

    /// When something happens next.
    fn next_moment(&self) -> Option<Moment> {
        let plot = self.waiting.peek().map(|next| next.0.0);
        let aside = self.asides.keys().next().map(|next| next.0);
        plot.into_iter().chain(aside).min()
    }

    /// Lets time alone do its work up to a moment.
    async fn settle(&mut self, at: Moment) -> anyhow::Result<()> {
        self.clock.set(at);
        while self.app.sweep().await? > 0 {}
        while self.app.deliver().await? > 0 {}
        if !self.is_read && self.present.seconds_since(at) < READ_BEFORE {
            self.is_read = true;
            let people: Vec<PersonId> =
                self.cast.players().map(|player| player.person.id).collect();
            let mark = self.app.db().write(async move |tx| {
                for person in people {
                    inbox::mark_read(tx, person, None, at).await?;
                }
                Ok::<_, mainstay_store::Error>(())
            });
            mark.await?;
        }
        Ok(())
    }

    /// The beats from `low` on that are played together, in order.
    fn take_wave(&mut self, low: Moment) -> Vec<(Moment, usize)> {
        let is_lately = self.present.seconds_since(low) < LATELY;
        let span = if is_lately {
            WAVE_LATELY
        } else {
            WAVE_LONG_AGO
        };
        let mut end = low.plus_seconds(span).min(self.present);
        if let Some((aside, _)) = self.asides.keys().next() {
            end = end.min(*aside);
        }
        let mut wave = Vec::new();
        while let Some(&Reverse((at, index))) = self.waiting.peek() {
            if at > end {
                break;
            }
            self.waiting.pop();
            wave.push((at, index));
        }
        wave
    }

    /// Begins every beat at its own moment, then waits until all are kept; or waits for each.
    async fn play_wave(
        &self,
        wave: Vec<(Moment, usize)>,
    ) -> anyhow::Result<Vec<(Moment, usize, Result<Case, Error>)>> {
        // Calls come first, one by one: what waits begun must not be waited for.
        for (at, index) in &wave {
            self.clock.set(*at);
            self.take_call(*index).await?;
        }
        let mut begun = Vec::with_capacity(wave.len());
        for (at, index) in wave {
            self.clock.set(at);
            let mut playing = self.next_beat(index)?;
            let first = if self.is_crowded {
                futures::poll!(playing.as_mut())
            } else {
                Poll::Ready(playing.as_mut().await)
            };
            begun.push((at, index, playing, first));
        }
        let mut done = Vec::with_capacity(begun.len());
        for (at, index, playing, first) in begun {
            let played = match first {
                Poll::Ready(played) => played,
                Poll::Pending => playing.await,
            };
            done.push((at, index, played));
        }
        Ok(done)
    }

    /// The verb of a plot's next beat.
    fn next_beat(&self, index: usize) -> anyhow::Result<Playing> {
        let plot = &self.plots[index];
        match (plot.number, plot.beats.front()) {
            (Some(_), Some(beat)) => self.act(index, &beat.act),
            _ => self.submit(index),
        }
    }

    /// What came of a beat, and when the next one comes.
    fn take_in(
        &mut self,
        at: Moment,
        index: usize,
        played: Result<Case, Error>,
    ) -> anyhow::Result<()> {
        let is_submission = self.plots[index].number.is_none();
        if !is_submission {
            self.plots[index].beats.pop_front();
        }
        match played {
            Ok(case) => self.remember(index, &case, is_submission),
            Err(Error::Refused(
                Refusal::Closed | Refusal::NotClosed | Refusal::ReopeningOver { .. },
            )) => {
                self.plots[index].beats.clear();
            }
            Err(Error::Refused(_)) if !is_submission => {}
            Err(error) => {
                let subject = &self.stories[self.plots[index].story].subject;
                return Err(error).with_context(|| format!("the demo's case \"{subject}\" failed"));
            }
        }
        if let Some(next) = self.time_of_next(index, at) {
            self.waiting.push(Reverse((next, index)));
        }
        Ok(())
    }

    /// Keeps what later beats need to know of a case.
    pub fn remember(&mut self, index: usize, case: &Case, is_submission: bool) {
        let plot = &mut self.plots[index];
        plot.number = Some(case.number);
        plot.is_open = case.status.is_open();
        if is_submission {
            plot.due_at = case.next_due_at();
        }
        let open = case
            .asked
            .iter()
            .enumerate()
            .filter(|(_, item)| item.answered_at.is_none());
        plot.unanswered = open.map(|(place, _)| place).collect();
    }

    /// When a plot's next beat comes.
    fn time_of_next(&mut self, index: usize, last: Moment) -> Option<Moment> {
        let plot = &self.plots[index];
        let beat = plot.beats.front()?;
        let (when, is_customers, opened_at, due_at) = (
            beat.when,
            beat.act.is_customers(),
            plot.opened_at,
            plot.due_at,
        );
        let story = &self.stories[plot.story];
        let (is_critical, is_technical) = (story.is_critical(), story.kind == Kind::Technical);
        let keeps_hours = !is_critical && (is_customers || !is_technical);
        let zone = &self.cast.customers[plot.customer].zone;
        let chance = &mut self.chance;
        let mut after = |low, high| {
            let minutes = chance.between(low, high);
            let minutes = if is_critical {
                minutes / 5 + 1
            } else {
                minutes
            };
            let at = last.plus_seconds(minutes * 60 + chance.between(5, 55));
            if keeps_hours { at_work(at, zone) } else { at }
        };
        let at = match (when, due_at) {
            (When::Ago(minutes), _) => self.present.plus_minutes(-minutes),
            (When::After(low, high), _) => after(low, high),
            (When::Share(percent), Some(due_at)) => {
                opened_at.plus_seconds(due_at.seconds_since(opened_at) * percent / 100)
            }
            (When::Late(minutes), Some(due_at)) => due_at.plus_minutes(minutes),
            (When::Share(_) | When::Late(_), None) => after(30, 280),
        };
        Some(at.max(last.plus_seconds(20)))
    }

    fn customer(&self, plot: &Plot) -> &Customer {
        &self.cast.customers[plot.customer]
    }

    /// The person who asks, and the session they do it with.
    fn requester(&self, plot: &Plot) -> anyhow::Result<(&Player, &Session)> {
        match plot.submitter {
            Submitter::Person(place) => {
                let player = self
                    .customer(plot)
                    .people
                    .get(place)
                    .context("no such person")?;
                Ok((player, player.session()?))
            }
            Submitter::Partner(partner, place, customer) => {
                let partner = self.cast.partners.get(partner).context("no such partner")?;
                let player = partner.people.get(place).context("no such person")?;
                Ok((
                    player,
                    player.sessions.get(customer).context("no such customer")?,
                ))
            }
        }
    }

    /// Whoever telephones about a plot is called back first: nobody is believed by the number
    /// their telephone shows.
    ///
    /// # Errors
    /// When they are not believed.
    pub async fn take_call(&self, index: usize) -> anyhow::Result<()> {
        let plot = &self.plots[index];
        if plot.number.is_some() || plot.channel != Channel::Telephone {
            return Ok(());
        }
        let agent = self.cast.team[plot.agent].session()?;
        let (account, person) = (
            self.customer(plot).account.id,
            self.requester(plot)?.0.person.id,
        );
        let proof = Proof::CalledBack;
        self.app
            .verify_caller(agent, account, person, &proof)
            .await?;
        Ok(())
    }

    /// The verb that submits a plot's request.
    ///
    /// # Errors
    /// When the plot names somebody who is not there.
    pub fn submit(&self, index: usize) -> anyhow::Result<Playing> {
        let plot = &self.plots[index];
        let story = &self.stories[plot.story];
        let (player, own) = self.requester(plot)?;
        let is_call = plot.channel == Channel::Telephone;
        let session = if is_call {
            self.cast.team[plot.agent].session()?
        } else {
            own
        };
        let form = Submission {
            account: is_call.then_some(self.customer(plot).account.id),
            requester: is_call.then_some(player.person.id),
            subscription: None,
            subject: self.fill(&story.subject, plot)?,
            body: self.fill(&story.body, plot)?,
            kind: story.kind,
            category: story.category.clone(),
            channel: plot.channel,
            impact: story.impact(),
            severity: plot.severity.clone(),
            follows: plot
                .follows
                .and_then(|followed| self.plots[followed].number),
            uploads: Vec::new(),
        };
        let (app, session) = (self.app.clone(), session.clone());
        Ok(Box::pin(async move { app.submit(&session, form).await }))
    }

    /// The verb of an act.
    ///
    /// # Errors
    /// When the plot names somebody who is not there.
    pub fn act(&self, index: usize, act: &Act) -> anyhow::Result<Playing> {
        let plot = &self.plots[index];
        let session = if act.is_customers() {
            self.requester(plot)?.1
        } else {
            self.cast.team[plot.agent].session()?
        };
        let number = plot.number.context("the case is not submitted yet")?;
        if let Act::Invite { person, .. } = act {
            let (app, session, person) = (self.app.clone(), session.clone(), *person);
            return Ok(Box::pin(async move {
                app.add_participant(&session, number, person).await
            }));
        }
        let command = self.command(plot, act)?;
        let (app, session) = (self.app.clone(), session.clone());
        Ok(Box::pin(
            async move { app.act(&session, number, command).await },
        ))
    }

    fn command(&self, plot: &Plot, act: &Act) -> anyhow::Result<Command> {
        let story = &self.stories[plot.story];
        let text =
            |text: &Option<String>| self.fill(text.as_deref().unwrap_or(&story.progress), plot);
        Ok(match act {
            Act::Take => Command::Assign {
                to: Some(self.cast.team[plot.agent].person.id),
            },
            Act::Invite { .. } => bail!("nobody is let take part by a command"),
            Act::Remark { body } => Command::CustomerNote { body: body.clone() },
            Act::Note => Command::Note {
                body: text(&story.note)?,
            },
            Act::Ask => Command::AskInformation {
                body: text(&story.ask)?,
                items: story.items.clone(),
            },
            Act::Answer => Command::Reply {
                body: text(&story.answer)?,
                next: NextTurn::Vendor,
            },
            Act::Tick { all } => {
                let items = plot.unanswered.iter().copied();
                Command::TickInformation {
                    items: items.take(if *all { usize::MAX } else { 1 }).collect(),
                }
            }
            Act::Progress => {
                let body = self.greeting(plot, self.fill(&story.progress, plot)?)?;
                let next = if body.contains('?') || body.contains("lease ") {
                    NextTurn::Customer
                } else {
                    NextTurn::Vendor
                };
                Command::Reply { body, next }
            }
            Act::Chase => {
                let place =
                    plot.number.map_or(0, |number| number.as_u64()) + plot.beats.len() as u64;
                let body = CHASES[usize::try_from(place % CHASES.len() as u64)?];
                Command::Reply {
                    body: body.to_owned(),
                    next: NextTurn::Vendor,
                }
            }
            Act::Assess { to, reason } | Act::Raise { to, reason } => Command::ChangeSeverity {
                to: to.clone(),
                reason: reason.clone(),
            },
            Act::Escalate { to, reason } => Command::Escalate {
                to: *to,
                reason: reason.clone(),
            },
            Act::Resolve => Command::Resolve {
                body: self.greeting(plot, self.fill(&story.solution, plot)?)?,
            },
            Act::Refer => Command::Refer {
                boundary: story
                    .refer
                    .clone()
                    .context("the story stays inside support")?,
                reason: self.fill(&story.solution, plot)?,
            },
            Act::Thanks => Command::Close {
                reason: self.fill(&story.thanks, plot)?,
            },
            Act::Reopen => Command::Reopen {
                reason: text(&story.again)?,
            },
        })
    }

    /// A reply that begins with the customer's name.
    fn greeting(&self, plot: &Plot, text: String) -> anyhow::Result<String> {
        let first = self.requester(plot)?.0.first_name();
        let has_name = text.contains(first);
        Ok(if has_name {
            text
        } else {
            format!("Hello {first},\n\n{text}")
        })
    }

    /// A text with its names filled in.
    fn fill(&self, text: &str, plot: &Plot) -> anyhow::Result<String> {
        let customer = self.customer(plot);
        Ok(text
            .trim()
            .replace("{domain}", &customer.domain)
            .replace("{company}", &customer.account.name)
            .replace("{first}", self.requester(plot)?.0.first_name()))
    }
}
