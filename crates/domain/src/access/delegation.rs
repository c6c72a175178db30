//! What a customer may let a partner do, for how long, and who is reminded when (S20).
//!
//! A delegation runs for two years at most. Before its end both sides are reminded, and what a
//! partner asked for and nobody answered lapses.

use serde::{Deserialize, Serialize};

use crate::Moment;
use crate::edition::Kind;
use crate::ids::SubscriptionId;

/// How many years a delegation runs at most.
pub const LONGEST_YEARS: i64 = 2;
/// How many days what a partner asked for can be answered.
pub const ASK_DAYS: i64 = 90;
/// How many days before the end both sides are reminded.
pub const REMINDER_DAYS: [u16; 3] = [90, 30, 7];
/// The most persons of a partner a delegation may name.
pub const MOST_PERSONS: u32 = 100;

const DAY: i64 = 86_400;

/// For which of a customer's subscriptions a delegation holds.
///
/// Whoever holds one subscription or several says at every request which it is about, whatever its
/// kind. Only a customer with none in force makes one about no subscription; that is about none of
/// the named ones, so a delegation for those does not reach it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Covered {
    /// For all of them, those bought later included.
    #[default]
    All,
    /// For these alone.
    Named(Vec<SubscriptionId>),
}

impl Covered {
    /// These alone, each once, in an order of their own.
    #[must_use]
    pub fn named(mut subscriptions: Vec<SubscriptionId>) -> Self {
        subscriptions.sort_unstable();
        subscriptions.dedup();
        Self::Named(subscriptions)
    }

    /// Whether it holds for what is about this subscription, or about none.
    #[must_use]
    pub fn includes(&self, subscription: Option<SubscriptionId>) -> bool {
        match self {
            Self::All => true,
            Self::Named(named) => subscription.is_some_and(|one| named.contains(&one)),
        }
    }

    /// Those it is limited to, if it is.
    #[must_use]
    pub fn limit(&self) -> Option<&[SubscriptionId]> {
        match self {
            Self::All => None,
            Self::Named(named) => Some(named),
        }
    }
}

/// What a customer lets a partner do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The kinds of requests it may make and follow; billing is one of them.
    pub kinds: Vec<Kind>,
    /// For which subscriptions.
    pub covered: Covered,
    /// Whether it may manage the customer's people.
    pub names_people: bool,
    /// How many persons of the partner may act, whom the partner names; without a number everybody
    /// of it may, as in delegations from before they were named.
    pub persons: Option<u32>,
    /// When it ends.
    pub ends_at: Moment,
}

/// What is wrong with terms, as a sentence for whoever wrote them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// It lets the partner do nothing.
    #[error("Choose at least one thing the partner may do")]
    Nothing,
    /// It is for named subscriptions, and names none.
    #[error("Choose at least one subscription, or all of them")]
    NoSubscription,
    /// Nobody or too many could act.
    #[error("Let 1 to {MOST_PERSONS} persons act for you")]
    Persons,
    /// It would end before it begins.
    #[error("Choose a day in the future")]
    Past,
    /// It would run too long.
    #[error("A partner acts for you for {LONGEST_YEARS} years at most; you can prolong it then")]
    TooLong,
    /// It gives more than the partner asked for.
    #[error("The partner has not asked for this; change what it may do afterwards")]
    BeyondAsk,
}

impl Mistake {
    /// The field it is about.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Nothing | Self::BeyondAsk => "kinds",
            Self::NoSubscription => "subscriptions",
            Self::Persons => "persons",
            Self::Past | Self::TooLong => "until",
        }
    }
}

/// The last moment a delegation made now may end.
#[must_use]
pub fn latest_end(now: Moment) -> Moment {
    let years = jiff::Span::new().years(LONGEST_YEARS);
    let zoned = now.timestamp().to_zoned(jiff::tz::TimeZone::UTC);
    let end = zoned.checked_add(years).map(|end| end.timestamp());
    end.map_or(now, Moment::from)
}

impl Terms {
    /// What is wrong with them; all of it.
    #[must_use]
    pub fn mistakes(&self, now: Moment) -> Vec<Mistake> {
        let mut wrong = Vec::new();
        if self.kinds.is_empty() && !self.names_people {
            wrong.push(Mistake::Nothing);
        }
        if self.covered.limit().is_some_and(<[_]>::is_empty) {
            wrong.push(Mistake::NoSubscription);
        }
        if self
            .persons
            .is_some_and(|persons| !(1..=MOST_PERSONS).contains(&persons))
        {
            wrong.push(Mistake::Persons);
        }
        if self.ends_at <= now {
            wrong.push(Mistake::Past);
        } else if self.ends_at > latest_end(now) {
            wrong.push(Mistake::TooLong);
        }
        wrong
    }

    /// Whether they let the partner do nothing that it did not ask for; for which subscriptions and
    /// for how long is the customer's to say.
    #[must_use]
    pub fn is_within(&self, kinds: &[Kind], names_people: bool) -> bool {
        self.kinds.iter().all(|kind| kinds.contains(kind)) && (names_people || !self.names_people)
    }
}

/// When what a partner asked for lapses.
#[must_use]
pub const fn ask_lapses_at(asked_at: Moment) -> Moment {
    asked_at.plus_seconds(ASK_DAYS * DAY)
}

/// What there is to say about a delegation that comes to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It ends within so many days.
    EndsWithin(u16),
    /// It has ended.
    Ended,
}

/// The instants at which something is to be said, the earliest first.
fn instants(ends_at: Moment) -> impl Iterator<Item = (Moment, Said)> {
    let reminders = REMINDER_DAYS.into_iter().map(move |days| {
        let at = ends_at.plus_seconds(-i64::from(days) * DAY);
        (at, Said::EndsWithin(days))
    });
    reminders.chain(std::iter::once((ends_at, Said::Ended)))
}

/// When something is next to be said of a delegation that ends so, after an instant.
#[must_use]
pub fn next_timer(ends_at: Moment, after: Moment) -> Option<Moment> {
    instants(ends_at).map(|(at, _)| at).find(|&at| at > after)
}

/// What is to be said now of what has been due since an instant: the nearest only, if several
/// instants passed unseen.
#[must_use]
pub fn say(ends_at: Moment, due_since: Moment, now: Moment) -> Option<Said> {
    instants(ends_at)
        .filter(|&(at, _)| due_since <= at && at <= now)
        .map(|(_, said)| said)
        .last()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        text.parse().unwrap()
    }

    fn terms(ends_at: &str) -> Terms {
        Terms {
            kinds: vec![Kind::Technical],
            covered: Covered::All,
            names_people: false,
            persons: Some(2),
            ends_at: moment(ends_at),
        }
    }

    #[test]
    fn two_years_are_the_most_also_from_a_leap_day() {
        let now = moment("2028-02-29T10:00:00Z");
        assert_eq!(latest_end(now), moment("2030-02-28T10:00:00Z"));
        assert_eq!(terms("2030-02-28T10:00:00Z").mistakes(now), []);
        let longer = terms("2030-02-28T10:00:01Z").mistakes(now);
        assert_eq!(longer, [Mistake::TooLong]);
        assert_eq!(terms("2028-02-29T10:00:00Z").mistakes(now), [Mistake::Past]);
    }

    #[test]
    fn every_mistake_is_named() {
        let now = moment("2026-03-27T10:00:00Z");
        let empty = Terms {
            kinds: Vec::new(),
            covered: Covered::named(Vec::new()),
            persons: Some(0),
            ..terms("2026-03-01T00:00:00Z")
        };
        let all = [
            Mistake::Nothing,
            Mistake::NoSubscription,
            Mistake::Persons,
            Mistake::Past,
        ];
        assert_eq!(empty.mistakes(now), all);
        let people_only = Terms {
            kinds: Vec::new(),
            names_people: true,
            persons: None,
            ..terms("2026-04-01T00:00:00Z")
        };
        assert_eq!(people_only.mistakes(now), []);
    }

    #[test]
    fn named_subscriptions_are_those_alone_and_all_are_the_later_ones_too() {
        let [one, other] = [1, 2].map(|id| SubscriptionId(uuid::Uuid::from_u128(id)));
        let named = Covered::named(vec![other, one, other]);
        assert_eq!(named.limit(), Some(&[one, other][..]));
        let one_alone = Covered::named(vec![one]);
        for (covered, subscription, expected) in [
            (&one_alone, Some(one), true),
            (&one_alone, Some(other), false),
            (&one_alone, None, false),
            (&Covered::All, Some(other), true),
            (&Covered::All, None, true),
        ] {
            assert_eq!(covered.includes(subscription), expected, "{covered:?}");
        }
        assert_eq!(Covered::All.limit(), None);
    }

    #[test]
    fn an_approval_gives_what_was_asked_or_less() {
        let terms = terms("2026-04-01T00:00:00Z");
        assert!(terms.is_within(&[Kind::Technical, Kind::Billing], false));
        assert!(!terms.is_within(&[Kind::Billing], true));
        let more = Terms {
            names_people: true,
            ..terms
        };
        assert!(!more.is_within(&[Kind::Technical], false));
        assert!(more.is_within(&[Kind::Technical], true));
    }

    #[test]
    fn reminders_come_ninety_thirty_and_seven_days_before_the_end_and_then_the_end() {
        let ends_at = moment("2027-01-01T00:00:00Z");
        let (mut now, mut said) = (moment("2026-01-01T00:00:00Z"), Vec::new());
        while let Some(next) = next_timer(ends_at, now) {
            said.push((next.to_string(), say(ends_at, next, next).unwrap()));
            now = next;
        }
        let expected = [
            ("2026-10-03T00:00:00Z", Said::EndsWithin(90)),
            ("2026-12-02T00:00:00Z", Said::EndsWithin(30)),
            ("2026-12-25T00:00:00Z", Said::EndsWithin(7)),
            ("2027-01-01T00:00:00Z", Said::Ended),
        ];
        assert_eq!(said, expected.map(|(at, said)| (at.to_owned(), said)));
    }

    #[test]
    fn of_reminders_that_nobody_was_awake_for_the_nearest_is_given() {
        let ends_at = moment("2027-01-01T00:00:00Z");
        let since = next_timer(ends_at, moment("2026-01-01T00:00:00Z")).unwrap();
        let late = moment("2026-12-28T00:00:00Z");
        assert_eq!(say(ends_at, since, late), Some(Said::EndsWithin(7)));
        assert_eq!(next_timer(ends_at, late), Some(ends_at));
        let short = next_timer(ends_at, moment("2026-12-20T00:00:00Z"));
        assert_eq!(short, Some(moment("2026-12-25T00:00:00Z")));
    }

    #[test]
    fn what_was_asked_can_be_answered_for_ninety_days() {
        let asked_at = moment("2026-01-01T12:00:00Z");
        assert_eq!(ask_lapses_at(asked_at), moment("2026-04-01T12:00:00Z"));
    }
}
