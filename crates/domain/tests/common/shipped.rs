//! Terms under the shipped editions and regions, and a case to act on.

use std::sync::Arc;

use mainstay_description::shipped;
use mainstay_domain::Moment;
use mainstay_domain::calendar::{Calendar, CalendarSpec, time_zone_version};
use mainstay_domain::case::{
    Actor, Case, Channel, Command, Ctx, Entry, House, NewCase, NextTurn, PinnedTerms, Refusal,
    Side, Terms, act, open,
};
use mainstay_domain::clock::WindowHours;
use mainstay_domain::edition::{Edition, Impact, Kind};
use mainstay_domain::entitlement::{Holding, RegionHours};
use mainstay_domain::ids::{AccountId, CaseId, CaseNumber, PersonId};

pub fn edition(id: &str) -> Edition {
    let found = shipped::editions()
        .into_iter()
        .find(|edition| edition.id == id);
    found.expect("a shipped edition")
}

/// The calendar of a region's newest revision.
pub fn calendar_of(region: &str) -> CalendarSpec {
    let found = shipped::regions()
        .into_iter()
        .find(|known| known.code == region);
    let revision = found.and_then(|region| region.revisions.last().cloned());
    revision.expect("a shipped region").calendar
}

pub fn window(spec: CalendarSpec) -> WindowHours {
    let calendar = Calendar::compile(spec).expect("a calendar that opens");
    WindowHours {
        calendar: calendar.into(),
    }
}

/// Terms of a plan under an edition in a region, with the vendor's usual own rules.
pub fn terms(edition_id: &str, plan: &str, region: &str) -> Terms {
    terms_with(edition(edition_id), plan, region, calendar_of(region))
}

pub fn terms_with(edition: Edition, plan: &str, region: &str, calendar: CalendarSpec) -> Terms {
    let pinned = PinnedTerms {
        edition: edition.id.clone(),
        region: region.to_owned(),
        calendar_revision: 1,
        time_zone_version: time_zone_version().to_owned(),
        holding: Holding {
            plan: plan.to_owned(),
            is_trial: false,
            offer: None,
            additional_service: None,
        },
    };
    let hours = RegionHours {
        anytime: window(CalendarSpec::always(&calendar.time_zone)),
        business: window(calendar),
        exception: edition.anytime_exception(region).map(str::to_owned),
    };
    Terms {
        edition: Arc::new(edition),
        hours,
        house: Arc::new(House::default()),
        pinned,
    }
}

impl Story {
    /// Opens a technical case at a severity the vendor assessed.
    pub fn open(terms: &Terms, severity: &str, at: &str) -> Self {
        Self::try_open(terms, new_case(Some(severity)), &vendor(moment(at)))
            .expect("a case that opens")
    }

    pub fn try_open(terms: &Terms, new: NewCase, ctx: &Ctx) -> Result<Self, Refusal> {
        let opened = open(new, terms, ctx)?;
        Ok(Self {
            terms: terms.clone(),
            case: opened.case,
            entries: opened.entries,
        })
    }

    /// Acts, and keeps the entries.
    pub fn act(&mut self, command: Command, ctx: &Ctx) -> Result<(), Refusal> {
        let outcome = act(&self.case, command, &self.terms, ctx)?;
        self.case = outcome.case;
        self.entries.extend(outcome.entries);
        Ok(())
    }

    pub fn tick(&mut self, now: Moment) {
        let outcome = mainstay_domain::case::tick(&self.case, &self.terms, now);
        let outcome = outcome.expect("a calendar that goes on");
        self.case = outcome.case;
        self.entries.extend(outcome.entries);
    }
}

/// A case with everything that happened to it.
#[derive(Clone)]
pub struct Story {
    pub terms: Terms,
    pub case: Case,
    pub entries: Vec<Entry>,
}

pub fn moment(text: &str) -> Moment {
    text.parse().expect("an instant")
}

/// A person on a side; ids are made up, nobody else uses them.
pub fn by(side: Side, now: Moment) -> Ctx {
    Ctx {
        actor: Actor::person(person(side), side),
        now,
    }
}

pub fn person(side: Side) -> PersonId {
    let id = match side {
        Side::Customer => 0xc0ff_ee01,
        Side::Vendor => 0xbeef_0002,
        Side::System => 0,
    };
    PersonId(uuid::Uuid::from_u128(id))
}

pub fn vendor(now: Moment) -> Ctx {
    by(Side::Vendor, now)
}

pub fn customer(now: Moment) -> Ctx {
    by(Side::Customer, now)
}

pub fn new_case(severity: Option<&str>) -> NewCase {
    NewCase {
        id: CaseId(uuid::Uuid::from_u128(1)),
        number: CaseNumber::from_counter(1),
        account: AccountId(uuid::Uuid::from_u128(2)),
        subscription: None,
        requester: person(Side::Customer),
        subject: "Mail does not arrive".to_owned(),
        body: "Since this morning nothing comes in.".to_owned(),
        kind: Kind::Technical,
        category: None,
        channel: Channel::Portal,
        impact: None,
        severity: severity.map(str::to_owned),
        follows: None,
    }
}

/// Answers from which the edition proposes a severity.
pub fn impact_for(edition: &Edition, severity: &str) -> Impact {
    let leads_there = |impact: &Impact| {
        edition
            .propose_severity(*impact)
            .is_some_and(|found| found.0.code == severity)
    };
    Impact::all()
        .find(leads_there)
        .expect("answers that lead to every severity")
}

pub fn reply(next: NextTurn) -> Command {
    Command::Reply {
        body: "We look into it.".to_owned(),
        next,
    }
}

pub fn severity(to: &str) -> Command {
    Command::ChangeSeverity {
        to: to.to_owned(),
        reason: "It turned out so.".to_owned(),
    }
}
