//! A time zone as a few stretches of constant offset.

use jiff::tz::TimeZone;

use crate::Moment;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// A stretch of constant offset, from `from` to the next piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    from: i64,
    offset: i64,
}

/// The offsets a zone uses around a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offsets {
    pieces: Vec<Piece>,
}

/// A change of the zone's offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transition {
    pub at: i64,
    /// Seconds the wall clock jumps: positive skips wall time (gap), negative repeats it (fold).
    pub jump: i64,
}

impl Offsets {
    /// The offsets in use from `from` to `to`, seconds since the epoch.
    pub fn between(zone: &TimeZone, from: i64, to: i64) -> Self {
        let start = Moment::from_unix(from).timestamp();
        let mut pieces = vec![Piece {
            from: i64::MIN,
            offset: zone.to_offset(start).seconds().into(),
        }];
        for transition in zone.following(start) {
            let at = transition.timestamp().as_second();
            if at >= to {
                break;
            }
            let offset = transition.offset().seconds().into();
            if pieces.last().is_some_and(|last| last.offset != offset) {
                pieces.push(Piece { from: at, offset });
            }
        }
        Self { pieces }
    }

    /// The earliest instant at which the local clock reads `wall` or later (R2).
    ///
    /// `wall` is the local reading as if it were UTC. In a gap this is the transition, in a fold
    /// the first reading; the map is monotone, so disjoint wall intervals stay disjoint.
    pub fn first_reach(&self, wall: i64) -> i64 {
        let mut reached = wall - self.pieces[0].offset;
        for (index, piece) in self.pieces.iter().enumerate() {
            reached = (wall - piece.offset).max(piece.from);
            if self
                .pieces
                .get(index + 1)
                .is_none_or(|next| reached < next.from)
            {
                break;
            }
        }
        reached
    }

    /// What the local clock reads at an instant, as if it were UTC.
    pub fn wall(&self, at: i64) -> i64 {
        let index = self.pieces.partition_point(|piece| piece.from <= at);
        at + self.pieces[index.saturating_sub(1)].offset
    }

    /// Changes of offset in `(from, to)`.
    pub fn transitions(&self, from: i64, to: i64) -> impl Iterator<Item = Transition> + '_ {
        self.pieces
            .windows(2)
            .map(|pair| Transition {
                at: pair[1].from,
                jump: pair[1].offset - pair[0].offset,
            })
            .filter(move |transition| transition.at > from && transition.at < to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(zone: &str, year: i16) -> Offsets {
        let zone = TimeZone::get(zone).unwrap();
        let start = jiff::civil::date(year, 1, 1)
            .to_zoned(TimeZone::UTC)
            .unwrap();
        let from = start.timestamp().as_second();
        Offsets::between(&zone, from - 3 * DAY, from + 369 * DAY)
    }

    fn wall(text: &str) -> i64 {
        let local: jiff::civil::DateTime = text.parse().unwrap();
        local
            .to_zoned(TimeZone::UTC)
            .unwrap()
            .timestamp()
            .as_second()
    }

    fn reach(zone: &str, text: &str) -> String {
        let year = text[..4].parse().unwrap();
        Moment::from_unix(offsets(zone, year).first_reach(wall(text))).to_string()
    }

    #[test]
    fn a_gap_is_reached_at_the_transition() {
        assert_eq!(
            reach("America/New_York", "2026-03-08T02:30"),
            "2026-03-08T07:00:00Z"
        );
        assert_eq!(
            reach("Pacific/Apia", "2011-12-30T09:00"),
            "2011-12-30T10:00:00Z"
        );
    }

    #[test]
    fn a_fold_is_reached_at_the_first_reading() {
        assert_eq!(
            reach("America/New_York", "2026-11-01T01:30"),
            "2026-11-01T05:30:00Z"
        );
    }

    #[test]
    fn a_fixed_zone_has_no_transitions() {
        assert_eq!(
            offsets("Asia/Kathmandu", 2026)
                .transitions(i64::MIN, i64::MAX)
                .count(),
            0
        );
        assert_eq!(
            reach("Asia/Kathmandu", "2026-11-01T12:00"),
            "2026-11-01T06:15:00Z"
        );
    }
}
