//! The page of an internal request: whose turn it is, the story, what the reader can do.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use mainstay_app::internal::checklist;
use mainstay_domain::access::Stand;
use mainstay_domain::edition::Kind;
use mainstay_domain::internal::{Party, Status};
use maud::{Markup, html};

use super::acts::KEPT;
use super::rail::{self, informed_field};
use super::{View, base, id_of, led_away, load, story, words};
use crate::cases::confidential::box_hint;
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::frame::split;
use crate::ui::timeline::{Composer, composers, reply_composer};
use crate::ui::{
    Button, CONFIDENTIAL, Choice, Crumb, Field, Flash, Form, Icon, Tone, Viewer, blocks, page_head,
};

async fn show(web: &Web, signed: &Signed, id: &str, party: Party) -> Result<Response, Error> {
    if let Some(led) = led_away(signed) {
        return Ok(led);
    }
    signed
        .session
        .grant_as(party, &web.app().catalogue(), signed.now())?;
    let view = load(web, signed, (id_of(id)?, party), None).await?;
    Ok(render(web, signed, &view).into_response())
}

/// `GET /asked/{ask}`
///
/// # Errors
/// [`mainstay_app::Error::NotFound`] when it is not theirs.
pub async fn show_asked(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    show(&web, &signed, &id, Party::Requester).await
}

/// `GET /inbox/{ask}`
///
/// # Errors
/// [`mainstay_app::Error::NotFound`] when it is not theirs to serve.
pub async fn show_served(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    show(&web, &signed, &id, Party::Administrator).await
}

/// The page of a request.
pub(crate) fn render(web: &Web, signed: &Signed, view: &View) -> Markup {
    let (v, request) = (&signed.viewer, view.request());
    let topic = format!("internal-{}", request.id);
    let (place, label) = match view.party {
        Party::Requester => (Place::Asked, v.t("nav-asked")),
        Party::Administrator | Party::Vendor => (Place::Inbox, v.t("nav-inbox")),
    };
    let crumbs = [
        Crumb {
            href: base(view.party),
            label,
        },
        Crumb {
            href: "",
            label: &request.subject,
        },
    ];
    let main = html! {
        div id="internal-next" data-live-topic=(topic) { (next(v, view)) }
        (story::render(v, view, &topic))
        (forms(web, v, view))
    };
    let body = html! {
        div id="internal-head" data-live-topic=(topic) { (head(signed, view)) }
        (split(v, main, rail::render(signed, view)))
    };
    let page = Page {
        crumbs: &crumbs,
        topics: &topic,
        flash: flash(v),
        has_mistakes: view.tried.is_some(),
        ..Page::new(&request.subject, place)
    };
    page.render(web, signed, body)
}

/// What was just done, from the address the act led back to.
fn flash(v: &Viewer) -> Option<Flash<'static>> {
    let query = v.here.split_once('?').map_or("", |(_, query)| query);
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let done = pairs.find_map(|(name, value)| (name == "done").then_some(value))?;
    let words = match done {
        "asked" => v.t("internal-done-asked"),
        "reply" => v.t("internal-done-reply"),
        "taking" => v.t("internal-done-taking"),
        "solution" => v.t("internal-done-solution"),
        "informed" => v.t("internal-done-informed"),
        "closure" => v.t("internal-done-closure"),
        "withdrawal" => v.t("internal-done-withdrawal"),
        "reopening" => v.t("internal-done-reopening"),
        "escalation" => v.t("internal-done-escalation"),
        _ => return None,
    };
    Some(Flash {
        tone: Tone::Ok,
        words,
        link: None,
    })
}

fn head(signed: &Signed, view: &View) -> Markup {
    let (v, request) = (&signed.viewer, view.request());
    let is_serving = view.party == Party::Administrator;
    let is_mine = request.taken_by == Some(signed.session.person.id);
    let under = html! {
        (words::status_badge(v, view.party, request.status))
        span { (words::category(&request.category)) }
        @if is_serving { span { bdi { (view.page.row.requester) } } }
        @if let Some(name) = &view.page.row.taken_by {
            span { (v.t("internal-taken-by")) " " bdi { (name) } }
        }
    };
    let actions = html! {
        @if is_serving && request.status.is_open() {
            @if !is_mine {
                (Button::new(v.t("internal-take-on")).icon(Icon::Person).key("m").post(v, &view.at("taking")))
            }
            @if request.escalation.is_none() {
                (Button::new(v.t("internal-escalate")).icon(Icon::Headset).key("e").link(&view.at("escalation")))
            }
        }
    };
    page_head(&request.subject, under, actions)
}

/// What happens next.
fn next(v: &Viewer, view: &View) -> Markup {
    let request = view.request();
    let is_theirs = view.party == Party::Requester;
    let who = view.page.row.taken_by.as_deref();
    let words = match (request.status, who) {
        (Status::WithAdministrators, Some(who)) if is_theirs => {
            v.t_args("internal-next-taken", &[("who", who.into())])
        }
        (Status::WithAdministrators, None) if is_theirs => {
            v.t("internal-next-administrators").to_owned()
        }
        (Status::WithAdministrators, _) => v.t("internal-next-ours").to_owned(),
        (Status::WithRequester { .. }, _) if is_theirs => v.t("internal-next-yours").to_owned(),
        (Status::WithRequester { .. }, _) => {
            let who = view.page.row.requester.as_str();
            v.t_args("internal-next-requester", &[("who", who.into())])
        }
        (Status::WithVendor { .. }, _) if is_theirs => v.t("internal-next-vendor").to_owned(),
        (Status::WithVendor { .. }, _) => v.t("internal-next-vendor-ours").to_owned(),
        (Status::Closed { .. }, _) => v.t("internal-next-closed").to_owned(),
    };
    blocks::next_box(v.t("internal-next"), html! { p { (words) } })
}

fn forms(web: &Web, v: &Viewer, view: &View) -> Markup {
    let request = view.request();
    if !request.status.is_open() {
        return reopen(v, view);
    }
    let is_with_vendor = matches!(request.status, Status::WithVendor { .. });
    html! {
        (reply(web, v, view))
        @match view.party {
            Party::Requester => { @if !is_with_vendor { (withdraw(v, view)) } },
            Party::Administrator | Party::Vendor => {
                @if request.escalation.is_some() { (inform(v, view)) }
                @if !is_with_vendor { (solve(v, view)) (close(v, view)) }
            },
        }
    }
}

fn reply(web: &Web, v: &Viewer, view: &View) -> Markup {
    let audience = match view.party {
        Party::Requester => v.t("internal-to-administrators"),
        Party::Administrator | Party::Vendor => &view.page.row.requester,
    };
    let token = web.app().ids().id().to_string();
    let who = box_hint(v, Kind::Technical, &[Stand::Account]);
    let is_ticked = view.typed("reply", CONFIDENTIAL) == "on";
    // What an administrator sends, whoever asked must be able to read.
    let is_theirs = view.party == Party::Requester;
    let composer = Composer {
        action: &view.at("replies"),
        draft: &view.at("drafts/reply"),
        value: view.typed("reply", "body"),
        audience,
        idempotency_key: &token,
        last_seen: "",
        mistakes: view.mistakes("reply"),
        files: true,
        confidential: is_theirs.then_some((is_ticked, &who)),
        alternative: None,
    };
    let kept = html! {
        @if !view.kept_files.is_empty() {
            label.check {
                input type="checkbox" name=(KEPT) value="on" checked;
                span {
                    (v.t("kept-files")) " "
                    @for (index, file) in view.kept_files.iter().enumerate() {
                        @if index > 0 { ", " }
                        bdi { (file.name) }
                    }
                }
            }
        }
    };
    composers(reply_composer(v, true, &composer, kept))
}

/// A form that folds out, with a reason.
fn with_reason(
    v: &Viewer,
    view: &View,
    name: &'static str,
    (title, question): (&str, &str),
) -> Markup {
    let action = view.at(name);
    let prefix = format!("{name}-");
    let form = Form::post(v, &action)
        .prefix(&prefix)
        .mistakes(view.mistakes(name));
    let field = Field::new("reason", question)
        .value(view.typed(name, "reason"))
        .rows(3)
        .optional();
    blocks::fold(
        title,
        view.was_tried(name),
        form.render(html! {
            (form.textarea(field))
            (form.actions(Button::new(title).icon(Icon::Check), html! {}))
        }),
    )
}

fn withdraw(v: &Viewer, view: &View) -> Markup {
    let words = (v.t("internal-withdraw"), v.t("internal-withdraw-reason"));
    with_reason(v, view, "withdrawal", words)
}

fn close(v: &Viewer, view: &View) -> Markup {
    let words = (v.t("internal-close"), v.t("internal-close-reason"));
    with_reason(v, view, "closure", words)
}

/// Solving it with what the organisation has itself: which step helped, and what was done.
fn solve(v: &Viewer, view: &View) -> Markup {
    let (action, draft) = (view.at("solution"), view.at("drafts/solution"));
    let form = Form::post(v, &action)
        .prefix("solution-")
        .mistakes(view.mistakes("solution"))
        .draft(&draft);
    let category = checklist().find(&view.request().category);
    let checks = category.map_or(&[][..], |category| &category.checks);
    let none = Choice::new("", v.t("internal-helped-other"));
    let steps = checks.iter().map(|one| Choice::new(&one.id, &one.text));
    let choices: Vec<Choice<'_>> = std::iter::once(none).chain(steps).collect();
    let helped =
        Field::new("helped", v.t("internal-helped")).value(view.typed("solution", "helped"));
    let body = Field::new("body", v.t("internal-solution"))
        .hint(v.t("internal-solution-hint"))
        .value(view.typed("solution", "body"))
        .rows(4);
    let is_open = view.was_tried("solution") || !view.solution_draft.text("body").is_empty();
    blocks::fold(
        v.t("internal-solve"),
        is_open,
        form.render(html! {
            @if !checks.is_empty() { (form.radios(helped, &choices)) }
            (form.textarea(body))
            (form.actions(Button::new(v.t("internal-solve")).icon(Icon::Check), html! {}))
        }),
    )
}

/// How far whoever asked is told from now on.
fn inform(v: &Viewer, view: &View) -> Markup {
    let chosen = view.request().escalation.as_ref();
    let chosen = chosen.map_or("", |escalation| escalation.informed.code());
    let action = view.at("informed");
    let form = Form::post(v, &action)
        .prefix("informed-")
        .mistakes(view.mistakes("informed"));
    blocks::fold(
        v.t("internal-inform"),
        view.was_tried("informed"),
        form.render(html! {
            (informed_field(v, &form, chosen))
            (form.actions(Button::new(v.t("internal-inform-save")).icon(Icon::Bell), html! {}))
        }),
    )
}

/// Taking it up again. A reply that came too late is offered as the reason.
fn reopen(v: &Viewer, view: &View) -> Markup {
    let action = view.at("reopening");
    let form = Form::post(v, &action)
        .prefix("reopen-")
        .mistakes(view.mistakes("reopening"));
    let value = match view.typed("reopening", "reason") {
        "" => view.typed("reply", "body"),
        reason => reason,
    };
    html! {
        div id="reopen" {
            @if view.was_tried("reply") {
                (Form::post(v, "").mistakes(view.mistakes("reply")).summary())
            }
            (blocks::section(v.t("internal-reopen"), html! {}, form.render(html! {
                (form.textarea(Field::new("reason", v.t("internal-reopen-reason")).value(value).rows(4).required()))
                (form.actions(Button::primary(v.t("internal-reopen")).key("mod+enter"), html! {}))
            })))
        }
    }
}
