//! The demo's past: years with a case now and then, and a month of a desk at work.

use std::collections::HashSet;

use mainstay_domain::Moment;
use mainstay_domain::access::Role;
use mainstay_domain::case::Channel;
use mainstay_domain::edition::{Kind, WorkState};

use super::cast::{Customer, date_of, start_of};
use super::chance::Chance;
use super::civil::{at_work, is_working_day};
use super::plot::{Plot, Submitter, beats, usual};
use super::stage::Stage;
use super::stories::Story;

const DAY: i64 = 86_400;
/// The first case.
const FIRST: &str = "2018-01-10T00:00:00Z";
/// The first day of the present edition.
const NEW_EDITION: &str = "2019-05-07T00:00:00Z";

/// How many cases there are for one that is answered late.
const ONE_LATE_IN: usize = 24;

/// Stories in an order of chance, dealt so that the same one does not come up twice in a row.
pub struct Deck {
    cards: Vec<usize>,
    used: HashSet<(usize, usize)>,
    dealt: usize,
}

impl Deck {
    /// A deck of as many stories.
    pub fn new(stories: usize, chance: &mut Chance) -> Self {
        let mut cards: Vec<usize> = (0..stories).collect();
        for place in (1..cards.len()).rev() {
            cards.swap(place, chance.below(place + 1));
        }
        Self {
            cards,
            used: HashSet::new(),
            dealt: 0,
        }
    }

    /// The next story that fits, preferably one this customer has not had.
    pub fn deal(&mut self, customer: usize, fits: impl Fn(usize) -> bool) -> Option<usize> {
        let is_new = |card: &usize| fits(*card) && !self.used.contains(&(customer, *card));
        let place = self
            .cards
            .iter()
            .position(is_new)
            .or_else(|| self.cards.iter().position(|card| fits(*card)))?;
        let card = self.cards.remove(place);
        self.cards.push(card);
        self.used.insert((customer, card));
        self.dealt += 1;
        Some(card)
    }

    /// Whether the promise to the case dealt last will be broken: a desk at work breaks a few.
    const fn is_late(&self) -> bool {
        self.dealt % ONE_LATE_IN == ONE_LATE_IN / 2
    }
}

impl Stage {
    /// Thinks of the past up to the present.
    pub fn think_of_history(&mut self, present: Moment) -> anyhow::Result<()> {
        let (first, edition): (Moment, Moment) = (FIRST.parse()?, NEW_EDITION.parse()?);
        let mut deck = Deck::new(self.stories.len(), &mut self.chance);
        self.long_running(edition);
        self.everybody(&mut deck, first, edition.plus_seconds(-3 * DAY));
        self.sprinkle(&mut deck, first, edition.plus_seconds(-3 * DAY), 14);
        self.sprinkle(
            &mut deck,
            edition.plus_seconds(20 * DAY),
            present.plus_seconds(-75 * DAY),
            24,
        );
        self.sprinkle(
            &mut deck,
            present.plus_seconds(-75 * DAY),
            present.plus_seconds(-31 * DAY),
            26,
        );
        self.a_month(&mut deck, present);
        Ok(())
    }

    /// The last month: busy from Monday to Friday.
    fn a_month(&mut self, deck: &mut Deck, present: Moment) {
        for days in (0..=30).rev() {
            let day = start_of(date_of(present.plus_seconds(-days * DAY)));
            let is_working_day = is_working_day(day);
            let (least, most) = if is_working_day { (4, 6) } else { (0, 2) };
            for _ in 0..self.chance.between(least, most) {
                let at = day.plus_seconds(self.chance.between(0, DAY - 1));
                self.invent_somewhere(deck, at, present);
            }
        }
    }

    /// A case for every customer there was, so that every plan of an edition comes up.
    fn everybody(&mut self, deck: &mut Deck, from: Moment, to: Moment) {
        for customer in 0..self.cast.customers.len() {
            let since = self.cast.customers[customer].since().max(from);
            if since < to {
                let at = since.plus_seconds(self.chance.between(0, to.seconds_since(since) - DAY));
                self.invent(deck, customer, at, to);
            }
        }
    }

    /// A case of the old edition that was reopened under the new one: what it was opened under holds.
    fn long_running(&mut self, edition: Moment) {
        use super::plot::{Act, When};
        let Some(story) = self
            .stories
            .iter()
            .position(|story| story.again.is_some() && story.ask.is_some() && !story.is_critical())
        else {
            return;
        };
        let Some(customer) = self
            .cast
            .customers
            .iter()
            .position(|customer| customer.subscription.holding.plan == "e4")
        else {
            return;
        };
        let mut plot = self.plot(customer, story, edition.plus_seconds(-8 * DAY + 9 * 3600));
        plot.beats = beats([
            (When::After(4, 9), Act::Take),
            (When::Share(60), Act::Ask),
            (When::After(200, 400), Act::Answer),
            (When::After(1, 2), Act::Tick { all: true }),
            (When::After(20, 60), Act::Progress),
            (When::After(3000, 4000), Act::Resolve),
            (When::After(900, 1200), Act::Thanks),
            (When::After(9 * 1440, 10 * 1440), Act::Reopen),
            (When::After(30, 50), Act::Progress),
            (When::After(15_000, 20_000), Act::Resolve),
        ]);
        self.add(plot);
    }

    fn sprinkle(&mut self, deck: &mut Deck, from: Moment, to: Moment, cases: i64) {
        let span = to.seconds_since(from).max(1);
        for place in 0..cases {
            let at = from.plus_seconds(span * place / cases + self.chance.between(0, span / cases));
            self.invent_somewhere(deck, at, to);
        }
    }

    /// Thinks of one case about a moment, for whichever customer.
    fn invent_somewhere(&mut self, deck: &mut Deck, about: Moment, end: Moment) {
        if let Some(customer) = self.some_customer(about) {
            self.invent(deck, customer, about, end);
        }
    }

    /// Thinks of one case about a moment, if it does not come to lie after `end`.
    fn invent(&mut self, deck: &mut Deck, customer: usize, about: Moment, end: Moment) {
        let is_old = about < NEW_EDITION.parse().unwrap_or(about);
        let kind = some_kind(&mut self.chance);
        let stories = &self.stories;
        let fits = |card: usize| {
            let story = &stories[card];
            story.kind == kind && !(is_old && (!story.is_timeless() || story.refer.is_some()))
        };
        let Some(story) = deck.deal(customer, fits) else {
            return;
        };
        let is_critical = self.stories[story].is_critical();
        let at = if is_critical {
            about
        } else {
            at_work(about, &self.cast.customers[customer].zone)
        };
        if at >= end {
            return;
        }
        let mut plot = self.plot(customer, story, at);
        plot.beats = usual(&mut self.chance, &self.stories[story], deck.is_late());
        plot.channel = some_channel(&mut self.chance);
        self.add(plot);
    }

    /// A customer who was one at a moment; large ones come up more often.
    pub fn some_customer(&mut self, at: Moment) -> Option<usize> {
        let weight = |customer: &Customer| {
            if customer.since() > at {
                0
            } else {
                2 + i64::from(customer.subscription.seats).min(900) / 150
            }
        };
        let weights: Vec<i64> = self.cast.customers.iter().map(weight).collect();
        let total: i64 = weights.iter().sum();
        let mut left = self.chance.between(1, total.max(1));
        weights.iter().position(|weight| {
            left -= weight;
            *weight > 0 && left <= 0
        })
    }

    /// A plot without beats: who asks, who works it, which severity they may set.
    pub fn plot(&mut self, customer: usize, story: usize, opened_at: Moment) -> Plot {
        let (kind, severity) = (
            self.stories[story].kind,
            asked_severity(&self.stories[story]),
        );
        let may_set = self.cast.customers[customer]
            .subscription
            .holding
            .offer
            .is_some();
        Plot {
            customer,
            submitter: Submitter::Person(self.some_requester(customer, kind)),
            agent: self.some_agent(kind),
            story,
            channel: Channel::Portal,
            severity: severity.filter(|_| may_set).map(str::to_owned),
            opened_at,
            beats: [].into(),
            follows: None,
            number: None,
            due_at: None,
            is_open: true,
            unanswered: Vec::new(),
        }
    }

    fn some_requester(&mut self, customer: usize, kind: Kind) -> usize {
        let people = &self.cast.customers[customer].people;
        let suits = |role| match kind {
            Kind::Technical => matches!(
                role,
                Role::GlobalAdmin | Role::ServiceSupportAdmin | Role::UserManagementAdmin
            ),
            _ => matches!(role, Role::GlobalAdmin | Role::BillingAdmin),
        };
        let places: Vec<usize> = (0..people.len())
            .filter(|&place| suits(people[place].membership.role))
            .collect();
        self.chance.pick(&places).copied().unwrap_or(0)
    }

    /// Somebody of the desk a kind belongs to.
    pub fn some_agent(&mut self, kind: Kind) -> usize {
        match kind {
            Kind::Technical => {
                let is_agent =
                    |&place: &usize| self.cast.team[place].membership.role == Role::Agent;
                let agents: Vec<usize> = (0..self.cast.team.len()).filter(is_agent).collect();
                self.chance.pick(&agents).copied().unwrap_or(0)
            }
            Kind::Billing | Kind::Subscription => self.cast.team_with(Role::BillingAgent),
            Kind::PreSales => self.cast.team_with(Role::PreSalesAgent),
        }
    }
}

/// The severity a customer who may would set.
fn asked_severity(story: &Story) -> Option<&'static str> {
    let impact = story.impact()?;
    Some(match impact.work {
        _ if story.is_critical() => "A",
        WorkState::Unhindered => "C",
        _ => "B",
    })
}

fn some_kind(chance: &mut Chance) -> Kind {
    match chance.between(1, 100) {
        1..=78 => Kind::Technical,
        79..=87 => Kind::Billing,
        88..=93 => Kind::Subscription,
        _ => Kind::PreSales,
    }
}

fn some_channel(chance: &mut Chance) -> Channel {
    match chance.between(1, 100) {
        1..=76 => Channel::Portal,
        77..=88 => Channel::Email,
        89..=97 => Channel::Telephone,
        _ => Channel::Api,
    }
}
