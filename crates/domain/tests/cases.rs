//! Cases with random histories: what was stored is what the timeline says, verdicts do not depend
//! on when ticks ran, and the first response agrees with a stop-watch.

mod common;

use std::sync::Arc;

use common::chance::{Chance, with_seeds};
use common::oracle::{Oracle, Walk};
use common::shipped::{
    Story, by, calendar_of, edition, new_case, person, reply, severity, terms_with, vendor,
};
use mainstay_domain::Moment;
use mainstay_domain::calendar::CalendarSpec;
use mainstay_domain::case::{
    Clocks, Command, Entry, EscalationTarget, Fact, HouseObjective, Metric, Milestone,
    MilestoneState, NewCase, NextTurn, Refusal, Relocation, Side, Status, Terms,
};
use mainstay_domain::clock::WarningRule;
use mainstay_domain::edition::{Edition, Kind, Target, WindowKind};
use mainstay_domain::ids::AccountId;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A region in weeks with a change of offset or holidays, as the oracle sees it.
struct Place {
    region: &'static str,
    calendar: CalendarSpec,
    from: Moment,
    anytime: Oracle,
    business: Oracle,
}

impl Place {
    fn new(region: &'static str, from: &str) -> Self {
        let calendar = calendar_of(region);
        let from: Moment = from.parse().expect("an instant");
        let walk = Walk::through(&calendar.time_zone, from.plus_seconds(-8 * DAY), 60);
        let always = CalendarSpec::always(&calendar.time_zone);
        Self {
            region,
            anytime: Oracle::new(&always, &walk),
            business: Oracle::new(&calendar, &walk),
            calendar,
            from,
        }
    }

    fn oracle(&self, window: WindowKind) -> &Oracle {
        match window {
            WindowKind::Anytime => &self.anytime,
            WindowKind::BusinessHours => &self.business,
        }
    }
}

/// What random cases are opened under.
struct World {
    editions: [Edition; 2],
    places: [Place; 3],
}

/// Plans of both editions, some with an elevated offer: between them every kind of target.
const HOLDINGS: [(usize, &str, Option<&str>); 7] = [
    (0, "small-business", None),
    (0, "midsize", None),
    (0, "e3", None),
    (0, "k1", Some("premier")),
    (1, "business-premium", None),
    (1, "e3", None),
    (1, "e1", Some("premier")),
];

impl World {
    fn new() -> Self {
        Self {
            editions: [edition("2014-05-16"), edition("2019-05-07")],
            places: [
                Place::new("de", "2026-03-20T00:00:00Z"),
                Place::new("us-east", "2026-10-25T00:00:00Z"),
                Place::new("np", "2025-12-24T00:00:00Z"),
            ],
        }
    }

    fn terms(&self, chance: &mut Chance, place: &Place) -> Terms {
        let &(edition, plan, offer) = chance.pick(&HOLDINGS);
        let edition = self.editions[edition].clone();
        let mut terms = terms_with(edition, plan, place.region, place.calendar.clone());
        terms.pinned.holding.offer = offer.map(str::to_owned);
        random_house(chance, &mut terms);
        terms
    }
}

/// Internal targets for some metrics, or the usual ones.
fn random_house(chance: &mut Chance, terms: &mut Terms) {
    let mut house = (*terms.house).clone();
    if chance.percent(80) {
        house.objectives = Vec::new();
        for metric in Metric::ALL {
            if chance.percent(70) {
                house.objectives.push(objective(chance, metric));
            }
        }
    }
    if chance.percent(50) {
        house.warnings = vec![WarningRule::Percent(50), WarningRule::LeadMinutes(15)];
    }
    house.close_resolved_after_days = *chance.pick(&[1, 7]);
    terms.house = Arc::new(house);
}

fn objective(chance: &mut Chance, metric: Metric) -> HouseObjective {
    let minutes = *chance.pick(&[30, 90, 600]);
    let targets = [Target::Open { minutes }, Target::Elapsed { minutes }];
    let is_for_critical = chance.percent(30);
    HouseObjective {
        metric,
        severities: is_for_critical
            .then(|| "A".to_owned())
            .into_iter()
            .collect(),
        window: *chance.pick(&[WindowKind::Anytime, WindowKind::BusinessHours]),
        target: *chance.pick(&targets),
        pauses_for_customer: chance.percent(50),
    }
}

/// One thing somebody tries to do.
#[derive(Debug, Clone)]
struct Attempt {
    at: Moment,
    side: Side,
    command: Command,
}

impl Attempt {
    fn carry_out(&self, story: &mut Story) -> Result<(), Refusal> {
        story.act(self.command.clone(), &by(self.side, self.at))
    }
}

fn command(chance: &mut Chance, story: &Story) -> (Side, Command) {
    let words = || "Because it is so.".to_owned();
    let side = *chance.pick(&[Side::Customer, Side::Vendor, Side::Vendor]);
    let of_severity = *chance.pick(&["A", "B", "C"]);
    let next = *chance.pick(&[NextTurn::Vendor, NextTurn::Customer]);
    let boundary = story.terms.edition.boundaries.first();
    let boundary = boundary.map_or_else(|| "nowhere".to_owned(), |known| known.id.clone());
    let agent = (!chance.percent(30)).then(|| person(Side::Vendor));
    let command = match chance.within(0..20) {
        0..4 => reply(next),
        4..9 => severity(of_severity),
        9 if side == Side::Customer => Command::CustomerNote { body: words() },
        9 => Command::Note { body: words() },
        10..12 => Command::AskInformation {
            body: words(),
            items: vec![words()],
        },
        12 => Command::TickInformation { items: vec![0] },
        13..15 => Command::Resolve { body: words() },
        15 => Command::Close { reason: words() },
        16..18 => Command::Reopen { reason: words() },
        18 => Command::Assign { to: agent },
        _ if chance.percent(30) => Command::Refer {
            boundary,
            reason: words(),
        },
        _ => Command::Escalate {
            to: EscalationTarget::Management,
            reason: words(),
        },
    };
    (side, command)
}

/// Soon, later, much later, in the same second, or around the instant something is due.
fn next_moment(chance: &mut Chance, story: &Story, now: Moment) -> Moment {
    let timer = story.case.next_timer_at(&story.terms);
    if let Some(timer) = timer.filter(|_| chance.percent(40)) {
        return timer.plus_seconds(chance.within(-2..3)).max(now);
    }
    let most = *chance.pick(&[1, 60, HOUR, 8 * HOUR, 3 * DAY]);
    now.plus_seconds(chance.within(0..most))
}

/// Opens a random case; `None` where the sides may not do it that way.
fn open(chance: &mut Chance, world: &World) -> (usize, Story) {
    let index = usize::try_from(chance.within(0..3)).expect("a place");
    let place = &world.places[index];
    let terms = world.terms(chance, place);
    let now = place.from.plus_seconds(chance.within(0..12 * DAY));
    let new = if chance.percent(90) {
        new_case(Some(*chance.pick(&["A", "B", "B", "C"])))
    } else {
        let kind = *chance.pick(&[Kind::Billing, Kind::PreSales]);
        mainstay_domain::case::NewCase {
            kind,
            ..new_case(None)
        }
    };
    (
        index,
        Story::try_open(&terms, new, &vendor(now)).expect("a case that opens"),
    )
}

/// A history, found out by living through it without a single tick.
fn history(chance: &mut Chance, opened: &Story) -> Vec<Attempt> {
    let mut story = opened.clone();
    let mut now = story.case.opened_at;
    let mut attempts = Vec::new();
    for _ in 0..chance.within(1..14) {
        now = next_moment(chance, &story, now);
        if now > opened.case.opened_at.plus_seconds(25 * DAY) {
            break;
        }
        let (side, command) = command(chance, &story);
        let attempt = Attempt {
            at: now,
            side,
            command,
        };
        let _ = attempt.carry_out(&mut story);
        attempts.push(attempt);
    }
    attempts
}

/// When the sweep comes by.
#[derive(Debug, Clone, Copy)]
enum Ticks {
    Never,
    OnTime,
    AtRandom,
}

/// Lives through a history, checking after each step what must always hold.
fn live(opened: &Story, attempts: &[Attempt], ticks: Ticks, chance: &mut Chance) -> Lived {
    let mut story = opened.clone();
    let mut now = opened.case.opened_at;
    let mut refusals = Vec::new();
    check(&story);
    for attempt in attempts {
        sweep(&mut story, now, attempt.at, ticks, chance);
        let before = story.clone();
        refusals.push(attempt.carry_out(&mut story).err());
        now = attempt.at;
        check(&story);
        check_progress(&before, &story);
        check_preview(&before, &story, attempt);
    }
    let end = now.plus_seconds(3 * DAY);
    sweep(&mut story, now, end, ticks, chance);
    let before = story.clone();
    story.tick(end);
    check(&story);
    check_progress(&before, &story);
    Lived {
        story,
        refusals,
        end,
    }
}

struct Lived {
    story: Story,
    refusals: Vec<Option<Refusal>>,
    end: Moment,
}

/// Ticks between `from` and `to`.
fn sweep(story: &mut Story, from: Moment, to: Moment, ticks: Ticks, chance: &mut Chance) {
    match ticks {
        Ticks::Never => {}
        Ticks::OnTime => {
            let mut rounds = 0;
            while let Some(at) = story
                .case
                .next_timer_at(&story.terms)
                .filter(|&at| at <= to)
            {
                story.tick(at.max(from));
                rounds += 1;
                assert!(
                    rounds < 100,
                    "a tick must settle what it was called for: {at}"
                );
            }
        }
        Ticks::AtRandom => {
            let width = to.seconds_since(from) + 1;
            let mut moments: Vec<i64> = Vec::new();
            for _ in 0..chance.within(0..4) {
                moments.push(chance.within(0..width));
            }
            moments.sort_unstable();
            for seconds in moments {
                story.tick(from.plus_seconds(seconds));
            }
        }
    }
}

/// What holds for every case at every moment.
fn check(story: &Story) {
    let Story {
        terms,
        case,
        entries,
    } = story;
    let replayed = Clocks::replay(case.kind, entries, terms).expect("a replay");
    assert_eq!(
        replayed, case.clocks,
        "the timeline gives the stored clocks again"
    );
    assert_eq!(
        usize::try_from(case.revision).ok(),
        Some(entries.len()),
        "revision = entries"
    );
    assert!(
        entries.iter().zip(1..).all(|(entry, seq)| entry.seq == seq),
        "entries are counted"
    );
    for milestone in case.clocks.milestones() {
        let is_live = matches!(
            milestone.state,
            MilestoneState::Running { .. } | MilestoneState::Paused { .. }
        );
        assert!(
            case.status.is_open() || !is_live,
            "closed, yet running: {milestone:?}"
        );
        match milestone.state {
            MilestoneState::Running { due_at } => check_explanation(story, milestone, due_at),
            MilestoneState::Met { due_at, .. } | MilestoneState::Breached { due_at, .. }
                if !milestone.is_internal =>
            {
                check_explanation(story, milestone, due_at);
            }
            _ => {}
        }
    }
    if !case.status.is_open() {
        assert_eq!(case.next_due_at(), None);
        assert_eq!(case.next_timer_at(terms), None);
    }
}

/// R20, for a clock that runs.
fn check_explanation(story: &Story, milestone: &Milestone, due_at: Moment) {
    let clocks = &story.case.clocks;
    let Some((decider, why)) = clocks.explain(milestone, &story.terms).expect("hours") else {
        // The one clock without an explanation: the house has no target at the severity any more.
        let severity = story.case.severity.as_deref();
        assert!(milestone.is_internal, "{milestone:?}");
        assert_eq!(
            story.terms.house.objective(milestone.metric, severity),
            None
        );
        return;
    };
    assert!(
        why.steps.windows(2).all(|pair| pair[0].to == pair[1].from),
        "{why:#?}"
    );
    assert_eq!(
        why.steps.first().map_or(due_at, |step| step.from),
        decider.start
    );
    assert_eq!(
        why.steps.last().map_or(decider.start, |step| step.to),
        due_at,
        "{milestone:?}"
    );
    match decider.target {
        Target::Elapsed { minutes } | Target::Open { minutes } => {
            assert_eq!(why.counted_seconds(), i64::from(minutes) * 60, "{why:#?}");
        }
        Target::DayClose { days, .. } => assert_eq!(why.counted_days(), days, "{why:#?}"),
        Target::None => panic!("a milestone without a target"),
    }
}

/// What is settled stays settled; a breach only ever learns when it was met after all (R11).
fn check_progress(before: &Story, after: &Story) {
    let key = |m: &Milestone| (m.metric, m.cycle, m.is_internal);
    for old in before.case.clocks.milestones() {
        let mut now = after
            .case
            .clocks
            .milestones()
            .iter()
            .filter(|new| key(new) == key(old));
        let new = now.next().map(|new| new.state);
        match old.state {
            MilestoneState::Met { .. }
            | MilestoneState::Cancelled { .. }
            | MilestoneState::Breached {
                met_at: Some(_), ..
            } => {
                assert_eq!(new, Some(old.state), "{old:?}");
            }
            MilestoneState::Breached {
                due_at,
                met_at: None,
            } => {
                let is_kept = matches!(
                    new,
                    Some(MilestoneState::Breached { due_at: still, .. }) if still == due_at
                );
                assert!(is_kept, "{old:?} became {new:?}");
            }
            MilestoneState::Running { .. } | MilestoneState::Paused { .. } => {}
        }
    }
}

/// What a change of severity was said to bring is what it brought.
fn check_preview(before: &Story, after: &Story, attempt: &Attempt) {
    let Command::ChangeSeverity { to, .. } = &attempt.command else {
        return;
    };
    let added = &after.entries[before.entries.len()..];
    if let [
        Entry {
            fact: Fact::SeverityChanged { .. },
            ..
        },
    ] = added
    {
        let said = before
            .case
            .clocks
            .preview_severity(to, attempt.at, &before.terms);
        assert_eq!(said, Ok(after.case.next_due_at()));
    }
}

#[test]
fn verdicts_do_not_depend_on_when_ticks_ran() {
    let world = World::new();
    with_seeds(|chance| {
        for _ in 0..250 {
            let (_, opened) = open(chance, &world);
            let attempts = history(chance, &opened);
            let quiet = live(&opened, &attempts, Ticks::Never, chance);
            for ticks in [Ticks::OnTime, Ticks::AtRandom] {
                let ticked = live(&opened, &attempts, ticks, chance);
                let what = format!("{ticks:?}\n{attempts:#?}");
                assert_eq!(ticked.refusals, quiet.refusals, "{what}");
                let (one, other) = (&ticked.story, &quiet.story);
                assert_eq!(one.case.clocks, other.case.clocks, "{what}");
                assert_eq!(one.case.status, other.case.status, "{what}");
                assert_eq!(one.entries, other.entries, "{what}");
            }
        }
    });
}

/// Moves a case at an instant to somebody whose terms are these, and reads on as they do.
fn relocate(story: &mut Story, terms: &Terms, account: u128, now: Moment) {
    let to = Relocation {
        account: AccountId(uuid::Uuid::from_u128(account)),
        subscription: None,
        requester: person(Side::Customer),
        terms: terms.clone(),
        timeline: story.entries.clone(),
    };
    let command = Command::Move {
        to: Box::new(to),
        reason: "It was theirs all along.".to_owned(),
    };
    story.act(command, &vendor(now)).expect("a case that moves");
    story.terms = terms.clone();
    story.entries = story.entries.iter().map(Entry::moved).collect();
}

/// The same case, had it been opened there, at the same instants and by the same people.
fn twin(opened: &Story, terms: &Terms, attempts: &[Attempt], now: Moment) -> Story {
    let new = NewCase {
        kind: opened.case.kind,
        ..new_case(opened.case.severity.as_deref())
    };
    let ctx = vendor(opened.case.opened_at);
    let mut story = Story::try_open(terms, new, &ctx).expect("a case that opens");
    for attempt in attempts {
        let _ = attempt.carry_out(&mut story);
    }
    story.tick(now);
    story
}

/// What people did, and when; what time brought about and the move itself aside.
fn done(story: &Story) -> Vec<(Moment, &'static str)> {
    let is_of_people = |entry: &&Entry| {
        !matches!(entry.fact, Fact::Breached { .. } | Fact::Moved { .. })
            && entry.fact.body() != Some("It was theirs all along.")
    };
    let each = story.entries.iter().filter(is_of_people);
    each.map(|entry| match entry.fact.code() {
        "customer-note" => (entry.at, "note-kept"),
        code => (entry.at, code),
    })
    .collect()
}

#[test]
fn a_case_that_was_moved_is_judged_as_if_it_had_been_opened_there() {
    let world = World::new();
    let compared = std::cell::Cell::new(0);
    with_seeds(|chance| {
        for _ in 0..150 {
            let (_, opened) = open(chance, &world);
            let attempts = history(chance, &opened);
            let Lived { mut story, end, .. } = live(&opened, &attempts, Ticks::AtRandom, chance);
            let index = usize::try_from(chance.within(0..3)).expect("a place");
            let mut there = world.terms(chance, &world.places[index]);
            there.house = Arc::clone(&opened.terms.house);
            let mut now = end.plus_seconds(chance.within(0..2 * DAY));
            relocate(&mut story, &there, 77, now);
            check(&story);
            let twin = twin(&opened, &there, &attempts, now);
            // Where days end elsewhere, a solved case may have closed by itself elsewhen.
            if done(&twin) == done(&story) {
                assert_eq!(twin.case.clocks, story.case.clocks, "{attempts:#?}");
                compared.set(compared.get() + 1);
            }
            for _ in 0..chance.within(1..6) {
                now = next_moment(chance, &story, now);
                let (side, command) = command(chance, &story);
                let before = story.clone();
                let _ = story.act(command, &by(side, now));
                check(&story);
                check_progress(&before, &story);
            }
            let elsewhere = world.terms(chance, &world.places[0]);
            relocate(&mut story, &elsewhere, 78, now.plus_seconds(HOUR));
            check(&story);
        }
    });
    assert!(compared.get() > 100, "{compared:?}");
}

/// What the stop-watch says of the first response.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    NoPromise,
    State(MilestoneState),
}

/// The first response as R7-R11 tell it, from the entries alone: one watch per severity, started
/// when the case first comes to it or a stricter one, stopped while the case is at a looser one.
struct StopWatch<'a> {
    terms: &'a Terms,
    place: &'a Place,
    kind: Kind,
    /// (from when on, rank).
    ranks: Vec<(Moment, usize)>,
    seen: Seen,
    is_contacted: bool,
}

impl StopWatch<'_> {
    /// The earliest due instant of the watches of the current severity and all looser ones.
    fn due(&self) -> Option<Moment> {
        let (_, current) = *self.ranks.last()?;
        let watches = current..self.terms.edition.severities.len().max(1);
        watches.filter_map(|rank| self.due_of(rank)).min()
    }

    fn due_of(&self, rank: usize) -> Option<Moment> {
        let promise = self.terms.promise(self.kind, rank)?;
        let (start, _) = *self.ranks.iter().find(|stretch| stretch.1 <= rank)?;
        match promise.target {
            Target::Elapsed { minutes } => Some(self.used_up(rank, i64::from(minutes) * 60)),
            Target::DayClose { days, cutoff } => {
                let oracle = self.place.oracle(promise.window);
                oracle.day_close(start, days.into(), cutoff)
            }
            Target::Open { .. } => panic!("no shipped edition counts opening hours"),
            Target::None => None,
        }
    }

    /// When a watch has run for so many seconds, if the severity stays as it is now.
    fn used_up(&self, rank: usize, goal: i64) -> Moment {
        let mut left = goal;
        for (index, &(from, at_rank)) in self.ranks.iter().enumerate() {
            if at_rank > rank {
                continue;
            }
            let until = self.ranks.get(index + 1).map_or(Moment::MAX, |next| next.0);
            let runs = until.seconds_since(from);
            if runs >= left {
                return from.plus_seconds(left);
            }
            left -= runs;
        }
        panic!("the last stretch has no end")
    }

    /// Time passes until `now`: what is due before is missed.
    fn pass(&mut self, now: Moment) {
        if let Seen::State(MilestoneState::Running { due_at }) = self.seen
            && due_at < now
        {
            self.seen = Seen::State(MilestoneState::Breached {
                due_at,
                met_at: None,
            });
        }
    }

    fn see(&mut self, entry: &Entry) {
        if matches!(entry.fact, Fact::Breached { .. }) {
            return;
        }
        let at = entry.at;
        self.pass(at);
        let rank_of = |code: &Option<String>| {
            let code = code.as_deref()?;
            self.terms.edition.severity_rank(code)
        };
        match &entry.fact {
            Fact::Opened { severity, .. } => {
                self.ranks.push((at, rank_of(severity).unwrap_or(0)));
                self.arm();
            }
            Fact::SeverityChanged { to, .. } => {
                self.ranks
                    .push((at, rank_of(&Some(to.clone())).unwrap_or(0)));
                self.arm();
            }
            Fact::Reply { .. }
            | Fact::InformationAsked { .. }
            | Fact::Resolved { .. }
            | Fact::Referred { .. }
                if entry.actor.side == Side::Vendor =>
            {
                self.contact(at);
            }
            Fact::Closed { .. } => {
                if let Seen::State(MilestoneState::Running { .. }) = self.seen {
                    self.seen = Seen::State(MilestoneState::Cancelled { at });
                }
            }
            _ => {}
        }
    }

    fn arm(&mut self) {
        let is_unsettled = matches!(
            self.seen,
            Seen::NoPromise | Seen::State(MilestoneState::Running { .. })
        );
        if is_unsettled && !self.is_contacted {
            let state = |due_at| Seen::State(MilestoneState::Running { due_at });
            self.seen = self.due().map_or(Seen::NoPromise, state);
        }
    }

    fn contact(&mut self, at: Moment) {
        self.is_contacted = true;
        self.seen = match self.seen {
            Seen::State(MilestoneState::Running { due_at }) => {
                Seen::State(MilestoneState::Met { at, due_at })
            }
            Seen::State(MilestoneState::Breached {
                due_at,
                met_at: None,
            }) => Seen::State(MilestoneState::Breached {
                due_at,
                met_at: Some(at),
            }),
            Seen::State(settled) => Seen::State(settled),
            Seen::NoPromise => Seen::NoPromise,
        };
    }
}

#[test]
fn the_first_response_agrees_with_a_stop_watch() {
    let world = World::new();
    with_seeds(|chance| {
        for _ in 0..250 {
            let (place, opened) = open(chance, &world);
            let attempts = history(chance, &opened);
            let lived = live(&opened, &attempts, Ticks::AtRandom, chance);
            let mut watch = StopWatch {
                terms: &opened.terms,
                place: &world.places[place],
                kind: opened.case.kind,
                ranks: Vec::new(),
                seen: Seen::NoPromise,
                is_contacted: false,
            };
            lived
                .story
                .entries
                .iter()
                .for_each(|entry| watch.see(entry));
            watch.pass(lived.end);
            let milestones = lived.story.case.clocks.milestones();
            let promised = |m: &&Milestone| m.metric == Metric::InitialResponse && !m.is_internal;
            let found = milestones
                .iter()
                .find(promised)
                .map_or(Seen::NoPromise, |milestone| Seen::State(milestone.state));
            assert_eq!(found, watch.seen, "{:#?}", lived.story.entries);
        }
    });
}

#[test]
fn a_case_resolved_long_ago_is_closed_whoever_comes_first() {
    let world = World::new();
    let terms = terms_with(world.editions[0].clone(), "e3", "de", calendar_of("de"));
    let mut story = Story::open(&terms, "B", "2026-03-27T16:30:00Z");
    let resolve = Command::Resolve {
        body: "Restart it.".to_owned(),
    };
    let resolved_at: Moment = "2026-03-27T17:00:00Z".parse().unwrap();
    story.act(resolve, &vendor(resolved_at)).unwrap();
    let Status::Resolved { closes_at, .. } = story.case.status else {
        panic!("{:?}", story.case.status)
    };
    let mut in_time = story.clone();
    let customer = by(Side::Customer, closes_at.plus_seconds(-1));
    in_time.act(reply(NextTurn::Vendor), &customer).unwrap();
    assert_eq!(in_time.case.status, Status::WithVendor);
    // The sweep is late; the request is closed all the same.
    let customer = by(Side::Customer, closes_at);
    assert_eq!(
        story.act(reply(NextTurn::Vendor), &customer),
        Err(Refusal::Closed)
    );
    let reopen = Command::Reopen {
        reason: "It is back.".to_owned(),
    };
    story.act(reopen, &customer).unwrap();
    let facts: Vec<_> = story
        .entries
        .iter()
        .map(|entry| entry.fact.code())
        .collect();
    assert_eq!(facts, ["opened", "resolved", "closed", "reopened"]);
}
