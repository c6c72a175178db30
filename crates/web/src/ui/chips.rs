//! Small marks that carry state: clocks, severity, whose turn, channel, tags.
//!
//! Fill encodes rank (solid, tint with border, outline), an icon encodes kind, and words stand
//! beside both: nothing is said by hue alone.

use mainstay_domain::Moment;
use maud::{Markup, html};

use super::frame::Side;
use super::icon::{Icon, icon};
use super::viewer::Viewer;
use super::words;

/// What a promise's clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockFace<'a> {
    /// It runs towards `due`; from `warn_at` on it is at risk. Past `due` it reads as breached.
    Running {
        /// When the promise must be met.
        due: Moment,
        /// When it becomes urgent.
        warn_at: Moment,
    },
    /// It was due and nothing was done.
    Breached {
        /// When the promise should have been met.
        due: Moment,
    },
    /// It stands still, so has no due time.
    Paused {
        /// Why, in a few words: `waiting for customer`. May be empty.
        why: &'a str,
    },
    /// It was met; late when `at` is after `due`.
    Met {
        /// When it was met.
        at: Moment,
        /// When it was due.
        due: Moment,
    },
    /// Nothing is promised.
    NoCommitment {
        /// From when on it will be handled, where that is known.
        handled_from: Option<Moment>,
    },
}

/// A clock chip: `label` says which promise (`First response`). May be empty.
#[must_use]
pub fn clock(v: &Viewer, label: &str, face: ClockFace<'_>) -> Markup {
    let what = html! { @if !label.is_empty() { span.what { (label) } " " } };
    match face {
        ClockFace::Running { due, .. } | ClockFace::Breached { due } if v.now > due => html! {
            span.chip.clock.is-late title=(due_title(v, due)) data-chip {
                (icon(Icon::Bolt)) (what)
                (ticking(due, due, &words::breached(v, due), ""))
            }
        },
        ClockFace::Running { due, warn_at } => {
            let risk = v.now >= warn_at;
            let state = if risk {
                v.t("clock-at-risk")
            } else {
                v.t("clock-on-track")
            };
            html! {
                span.chip.clock.is-risk[risk].is-ok[!risk] title=(due_title(v, due)) data-chip {
                    (icon(if risk { Icon::Risk } else { Icon::Clock })) (what)
                    (ticking(due, warn_at, &words::left(v, due), state))
                }
            }
        }
        ClockFace::Breached { due } => html! {
            span.chip.clock.is-late title=(due_title(v, due)) {
                (icon(Icon::Bolt)) (what) time datetime=(due) { (v.t("clock-breached")) }
            }
        },
        ClockFace::Paused { why } => html! {
            span.chip.clock.is-paused {
                (icon(Icon::Pause)) (what)
                @if why.is_empty() { (v.t("clock-paused")) }
                @else { (v.t_args("clock-paused-for", &[("why", why.into())])) }
            }
        },
        ClockFace::Met { at, due } => {
            let title = v.t_args("clock-met-title", &[("at", words::absolute(v, at).into())]);
            let over = at.seconds_since(due);
            let length = words::duration(v, over);
            let detail = match over {
                0 => v.t("clock-met").to_owned(),
                1.. => v.t_args("clock-met-over", &[("d", length.into())]),
                _ => v.t_args("clock-met-early", &[("d", length.into())]),
            };
            html! {
                span.chip.clock.is-met.is-met-late[over > 0] title=(title) {
                    (icon(if over > 0 { Icon::Bolt } else { Icon::Check })) (what)
                    time datetime=(at) { (detail) }
                }
            }
        }
        ClockFace::NoCommitment { handled_from } => html! {
            span.chip.clock.is-none {
                (icon(Icon::Dash)) (what)
                @if let Some(from) = handled_from {
                    (v.t_args("clock-no-commitment-from", &[("at", words::short(v, from).into())]))
                } @else { (v.t("clock-no-commitment")) }
            }
        },
    }
}

fn due_title(v: &Viewer, due: Moment) -> String {
    v.t_args("clock-due-title", &[("at", words::absolute(v, due).into())])
}

/// The part of a clock chip that the script words again as time passes: due at `datetime`, at risk
/// from `data-clock` on.
fn ticking(due: Moment, warn: Moment, says: &str, state: &str) -> Markup {
    html! {
        time datetime=(due) data-clock=(warn.as_unix()) { (says) }
        span.sr data-clock-state { @if !state.is_empty() { ", " (state) } }
    }
}

/// A severity as the edition names it. `rank` 1 is the gravest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Severity<'a> {
    /// The letter or number: `A`.
    pub code: &'a str,
    /// The name: `Critical`.
    pub name: &'a str,
    /// 1 for the gravest, then 2, 3 …; decides the fill.
    pub rank: u8,
}

/// A severity badge: the letter in a shape whose fill says the rank.
#[must_use]
pub fn severity(v: &Viewer, severity: Severity<'_>) -> Markup {
    let words = severity_words(v, severity);
    html! {
        span.sev.{ "sev-" (severity.rank.clamp(1, 3)) } role="img" aria-label=(words) title=(words) {
            (severity.code)
        }
    }
}

/// A severity badge with its name written out, for heads and facts.
#[must_use]
pub fn severity_named(v: &Viewer, severity: Severity<'_>) -> Markup {
    html! {
        span.sev-named title=(severity_words(v, severity)) {
            span.sev.{ "sev-" (severity.rank.clamp(1, 3)) } { (severity.code) } " " (severity.name)
        }
    }
}

fn severity_words(v: &Viewer, severity: Severity<'_>) -> String {
    let args = [
        ("code", severity.code.into()),
        ("name", severity.name.into()),
    ];
    v.t_args("severity-words", &args)
}

/// Who must act next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The customer.
    Customer,
    /// The vendor.
    Vendor,
    /// Somebody else.
    ThirdParty,
    /// Nobody: it is resolved or closed.
    Nobody,
}

/// Whose turn it is, worded for the side that reads it.
#[must_use]
pub fn turn(v: &Viewer, side: Side, turn: Turn) -> Markup {
    let vendor = side == Side::Vendor;
    let (class, sign, words) = match turn {
        Turn::Customer if vendor => ("is-wait", Icon::Person, v.t("turn-customer-there")),
        Turn::Customer => ("is-you", Icon::Person, v.t("turn-customer-here")),
        Turn::Vendor if vendor => ("is-us", Icon::Headset, v.t("turn-vendor-here")),
        Turn::Vendor => ("is-us", Icon::Headset, v.t("turn-vendor-there")),
        Turn::ThirdParty => ("is-wait", Icon::Outside, v.t("turn-third-party")),
        Turn::Nobody => ("is-done", Icon::Check, v.t("turn-nobody")),
    };
    html! { span.chip.turn.(class) { (icon(sign)) (words) } }
}

/// The way something came in or goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The web pages.
    Portal,
    /// Electronic mail.
    Mail,
    /// Telephone.
    Phone,
    /// The programming interface.
    Api,
}

impl Channel {
    /// Its icon.
    #[must_use]
    pub const fn icon(self) -> Icon {
        match self {
            Self::Portal => Icon::Globe,
            Self::Mail => Icon::Mail,
            Self::Phone => Icon::Phone,
            Self::Api => Icon::Code,
        }
    }

    /// Its name.
    #[must_use]
    pub fn words(self, v: &Viewer) -> &'static str {
        match self {
            Self::Portal => v.t("channel-portal"),
            Self::Mail => v.t("channel-mail"),
            Self::Phone => v.t("channel-phone"),
            Self::Api => v.t("channel-api"),
        }
    }
}

/// A channel as an icon, its name for screen readers and on hover.
#[must_use]
pub fn channel(v: &Viewer, channel: Channel) -> Markup {
    let words = channel.words(v);
    html! { span.channel title=(words) { (icon(channel.icon())) span.sr { (words) } } }
}

/// How something stands, without being a clock or a severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Neither good nor bad.
    #[default]
    Plain,
    /// Good.
    Ok,
    /// Deserves attention.
    Warn,
    /// Bad.
    Bad,
    /// Informing.
    Info,
    /// Internal.
    Note,
}

impl Tone {
    /// The class that colours it.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "tone-plain",
            Self::Ok => "tone-ok",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
            Self::Info => "tone-info",
            Self::Note => "tone-note",
        }
    }

    /// The icon that says the same as the colour.
    #[must_use]
    pub const fn icon(self) -> Icon {
        match self {
            Self::Plain | Self::Info => Icon::Info,
            Self::Ok => Icon::Check,
            Self::Warn => Icon::Warn,
            Self::Bad => Icon::Bolt,
            Self::Note => Icon::Lock,
        }
    }
}

/// A word with a tint: a plan, a role, a status of something other than a case.
#[must_use]
pub fn tag(tone: Tone, words: &str) -> Markup {
    html! { span.tag.(tone.class()) { (words) } }
}

/// A person as initials in a disc and their name.
#[must_use]
pub fn person(name: &str) -> Markup {
    html! { span.person { (avatar(name)) (name) } }
}

/// A person's initials in a disc. Decorative: put the name beside it.
#[must_use]
pub fn avatar(name: &str) -> Markup {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    let shade = name
        .bytes()
        .fold(0_u32, |sum, byte| sum.wrapping_mul(31) + u32::from(byte))
        % 6;
    html! {
        span.avatar.{ "av-" (shade) } aria-hidden="true" {
            @if let Some(first) = first { (first) }
            @if let Some(last) = last { (last) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer() -> Viewer {
        Viewer::new("2026-03-27T16:30:00Z".parse().unwrap())
    }

    #[test]
    fn a_clock_is_breached_only_after_its_due_second() {
        let v = viewer();
        let face = |due| ClockFace::Running { due, warn_at: due };
        let html = clock(&v, "First response", face(v.now)).into_string();
        assert!(html.contains("is-risk"), "{html}");
        let html = clock(&v, "First response", face(v.now.plus_seconds(-1))).into_string();
        assert!(
            html.contains("is-late") && html.contains("breached 1 s ago"),
            "{html}"
        );
        let html = clock(&v, "", face(v.now.plus_minutes(125))).into_string();
        assert!(
            html.contains("is-ok") && html.contains("in 2 h 05 min"),
            "{html}"
        );
    }

    #[test]
    fn a_late_answer_reads_as_met_late() {
        let v = viewer();
        let face = ClockFace::Met {
            at: v.now,
            due: v.now.plus_minutes(-12),
        };
        assert!(
            clock(&v, "", face)
                .into_string()
                .contains("met 12 min late")
        );
        let face = ClockFace::Met {
            at: v.now,
            due: v.now,
        };
        assert!(clock(&v, "", face).into_string().contains("is-met"));
    }
}
