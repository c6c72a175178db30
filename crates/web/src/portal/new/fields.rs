//! The fields of the wizard: read, checked all at once, and made into a submission.

use mainstay_app::files::Upload;
use mainstay_app::intake::Submission;
use mainstay_domain::case::{BODY_LIMIT, Case, Channel, SUBJECT_LIMIT};
use mainstay_domain::edition::{Affected, Impact, Kind, WorkState};
use maud::{Markup, html};

use super::Setting;
use crate::incoming::Incoming;
use crate::portal::words::{affected_code, work_code};
use crate::state::Web;
use crate::ui::{Form, Mistakes, Viewer};

/// Everything the wizard asks, and what goes with it.
pub const ALL: [&str; 12] = [
    "token",
    "customer",
    "follows",
    "kind",
    "category",
    "subscription",
    "subject",
    "body",
    "affected",
    "work",
    "workaround",
    "severity",
];

/// The fields asked on the first page.
pub const OF_KIND: [&str; 3] = ["kind", "category", "subscription"];
/// The fields asked on the second page.
pub const OF_DETAILS: [&str; 6] = [
    "subject",
    "body",
    "affected",
    "work",
    "workaround",
    "severity",
];

/// What other pages asked, carried along as hidden fields.
pub fn carried(
    form: &Form<'_>,
    setting: &Setting,
    typed: &Incoming,
    asked_here: &[&str],
) -> Markup {
    let is_carried = |name: &&&str| **name != "customer" && !asked_here.contains(*name);
    html! {
        // Whoever acts for several customers sends what they began for one to no other.
        (form.hidden("customer", &setting.customer.account.id.to_string()))
        @for name in ALL.iter().filter(is_carried) {
            @if !typed.text(name).is_empty() { (form.hidden(name, typed.text(name))) }
        }
    }
}

/// With a token, which stands for one request however often it is sent.
pub fn with_token(web: &Web, mut typed: Incoming) -> Incoming {
    if typed.text("token").is_empty() {
        typed.set("token", web.app().ids().id().to_string());
    }
    typed
}

/// The fields of a request that follows a closed one up.
pub fn following(web: &Web, v: &Viewer, case: &Case) -> Incoming {
    let mut typed = Incoming::default();
    typed.set("follows", case.number.to_string());
    typed.set("kind", case.kind.code());
    typed.set("category", case.category.clone().unwrap_or_default());
    if let Some(subscription) = case.subscription {
        typed.set("subscription", subscription.to_string());
    }
    let subject = case.subject.as_str();
    let subject = v.t_args("portal-follow-up-subject", &[("subject", subject.into())]);
    typed.set(
        "subject",
        subject.chars().take(SUBJECT_LIMIT).collect::<String>(),
    );
    with_token(web, typed)
}

/// The kind of help chosen.
pub fn kind(typed: &Incoming) -> Option<Kind> {
    Kind::from_code(typed.text("kind"))
}

/// The answers about impact, when both questions are answered. No way round it unless said.
pub fn impact(typed: &Incoming) -> Option<Impact> {
    let (affected, work) = (typed.text("affected"), typed.text("work"));
    Some(Impact {
        affected: Affected::ALL
            .into_iter()
            .find(|answer| affected_code(*answer) == affected)?,
        work: WorkState::ALL
            .into_iter()
            .find(|answer| work_code(*answer) == work)?,
        has_workaround: typed.text("workaround") == "yes",
    })
}

/// What is wrong with the first page.
pub fn kind_mistakes(v: &Viewer, setting: &Setting, typed: &Incoming) -> Mistakes {
    let mut mistakes = Mistakes::none();
    if !kind(typed).is_some_and(|kind| setting.kinds.contains(&kind)) {
        mistakes.add("kind", v.t("portal-kind-missing"));
    }
    let (customer, account) = (typed.text("customer"), &setting.customer.account);
    if !customer.is_empty() && customer != account.id.to_string() {
        let now = [("account", account.name.as_str().into())];
        mistakes.add("", v.t_args("partner-other-customer", &now));
    }
    let subscription = typed.text("subscription");
    let mut held = setting.customer.held.iter();
    let is_held =
        subscription.is_empty() || held.any(|own| own.subscription.id.to_string() == subscription);
    if !is_held {
        mistakes.add("subscription", v.t("portal-subscription-missing"));
    }
    mistakes
}

/// What is wrong with the second page: every field at once.
pub fn detail_mistakes(v: &Viewer, typed: &Incoming) -> Mistakes {
    let mut mistakes = Mistakes::none();
    check_text(v, typed, "subject", SUBJECT_LIMIT, &mut mistakes);
    check_text(v, typed, "body", BODY_LIMIT, &mut mistakes);
    if kind(typed) == Some(Kind::Technical) {
        let known = |name: &str, codes: [&str; 3]| codes.contains(&typed.text(name));
        if !known("affected", Affected::ALL.map(affected_code)) {
            mistakes.add("affected", v.t("portal-affected-missing"));
        }
        if !known("work", WorkState::ALL.map(work_code)) {
            mistakes.add("work", v.t("portal-work-missing"));
        }
    }
    mistakes
}

fn check_text(
    v: &Viewer,
    typed: &Incoming,
    field: &'static str,
    limit: usize,
    mistakes: &mut Mistakes,
) {
    let found = typed.text(field).chars().count();
    if typed.text(field).trim().is_empty() {
        let missing = match field {
            "subject" => v.t("portal-subject-missing"),
            _ => v.t("portal-body-missing"),
        };
        mistakes.add(field, missing);
    } else if found > limit {
        let sizes = [("n", found.into()), ("limit", limit.into())];
        mistakes.add(field, v.t_args("portal-text-too-long", &sizes));
    }
}

/// What is submitted. Answers that don't belong to the kind are left out.
pub fn submission(setting: &Setting, typed: &Incoming, uploads: Vec<Upload>) -> Submission {
    let kind = kind(typed).unwrap_or(Kind::Technical);
    let is_technical = kind == Kind::Technical;
    let category = typed.some("category").filter(|id| {
        let mut categories = setting.edition.categories.iter();
        categories.any(|category| category.id == *id && category.kind == kind)
    });
    Submission {
        account: None,
        requester: None,
        subscription: setting.held(typed).map(|held| held.subscription.id),
        subject: typed.text("subject").to_owned(),
        body: typed.text("body").to_owned(),
        kind,
        category,
        channel: Channel::Portal,
        impact: impact(typed).filter(|_| is_technical),
        severity: typed.some("severity").filter(|_| is_technical),
        follows: typed.text("follows").parse().ok(),
        uploads,
    }
}
