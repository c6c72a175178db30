//! What internal requests are called and how they stand, in the reader's words.

use mainstay_app::internal::checklist;
use mainstay_domain::internal::{Informed, News, Party, Status};
use maud::Markup;

use crate::ui::{Icon, Tone, Viewer, tag};

/// Whose turn it is, to whoever reads.
#[must_use]
pub fn status_badge(v: &Viewer, party: Party, status: Status) -> Markup {
    let is_theirs = party == Party::Requester;
    let (tone, words) = match status {
        Status::WithAdministrators if is_theirs => {
            (Tone::Info, v.t("internal-turn-administrators"))
        }
        Status::WithAdministrators => (Tone::Warn, v.t("internal-turn-ours")),
        Status::WithRequester { .. } if is_theirs => (Tone::Warn, v.t("internal-turn-yours")),
        Status::WithRequester { .. } => (Tone::Plain, v.t("internal-turn-requester")),
        Status::WithVendor { .. } => (Tone::Info, v.t("internal-turn-vendor")),
        Status::Closed { .. } => (Tone::Ok, v.t("internal-turn-closed")),
    };
    tag(tone, words)
}

/// A category's name; of one that is gone, its id.
#[must_use]
pub fn category(id: &str) -> &str {
    checklist()
        .find(id)
        .map_or(id, |category| category.name.as_str())
}

/// How far whoever asked is told, as a choice: label and hint.
#[must_use]
pub fn informed(v: &Viewer, informed: Informed) -> (&'static str, &'static str) {
    match informed {
        Informed::EveryReply => (
            v.t("internal-informed-every-reply"),
            v.t("internal-informed-every-reply-hint"),
        ),
        Informed::Solution => (
            v.t("internal-informed-solution"),
            v.t("internal-informed-solution-hint"),
        ),
        Informed::Nothing => (
            v.t("internal-informed-nothing"),
            v.t("internal-informed-nothing-hint"),
        ),
    }
}

/// What a notice says, before the request's subject.
#[must_use]
pub fn news(v: &Viewer, news: News) -> (Icon, &'static str) {
    match news {
        News::Asked => (Icon::People, v.t("internal-news-asked")),
        News::Replied => (Icon::Reply, v.t("internal-news-replied")),
        News::Solved => (Icon::Check, v.t("internal-news-solved")),
        News::Escalated => (Icon::Headset, v.t("internal-news-escalated")),
        News::VendorReplied => (Icon::Headset, v.t("internal-news-vendor-replied")),
        News::Closed => (Icon::Check, v.t("internal-news-closed")),
        News::Withdrawn => (Icon::Cross, v.t("internal-news-withdrawn")),
        News::Reopened => (Icon::Reply, v.t("internal-news-reopened")),
    }
}
