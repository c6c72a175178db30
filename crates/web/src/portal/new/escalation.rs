//! Bringing an internal request to support: the same questions, the same verdict and promise as
//! any new request, and one act that makes the case (S16).

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::intake::Judgement;
use mainstay_app::internal::{Escalate, Key};
use mainstay_domain::case::SUBJECT_LIMIT;
use mainstay_domain::ids::{FileId, InternalId};
use mainstay_domain::internal::{Fact, Informed, Party};
use mainstay_store::drafts::{self, DraftFor};
use mainstay_store::internal::{self as kept, InternalFile, InternalPage};
use maud::{Markup, html};
use sha2::{Digest, Sha256};

use super::{Setting, details, draft, fields, kind, review};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::internal::{id_of, keep, led_away, words};
use crate::portal::{customer, words as say};
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::facts::{Fact as Line, facts};
use crate::ui::{
    Button, Choice, Crumb, Field, Form, Icon, Mistakes, Tone, Viewer, blocks, markdown, page_head,
    panel,
};

/// Fields of this page beside those of every new request.
const OWN: [&str; 2] = ["informed", "idempotency_key"];

/// What the page is drawn from.
struct Escalation {
    setting: Setting,
    page: InternalPage,
}

impl Escalation {
    fn id(&self) -> InternalId {
        self.page.row.request.id
    }

    fn at(&self, rest: &str) -> String {
        format!("/inbox/{}/{rest}", self.id())
    }

    async fn load(web: &Web, signed: &Signed, id: &str) -> Result<Self, Error> {
        let (credential, now) = (signed.session.credential, signed.now());
        let catalogue = web.app().catalogue();
        let party = Party::Administrator;
        web.app()
            .db()
            .read(async |tx| {
                let session = app::auth::session(tx, credential, now).await?;
                let grant = session.grant_as(party, &catalogue, now)?;
                let opens = session.grant_to_open(&catalogue, now)?;
                let found = kept::page(tx, &grant, id_of(id)?).await?;
                let page = found.ok_or(app::Error::NotFound)?;
                let id = page.row.request.id;
                let saved = drafts::find(tx, session.person.id, DraftFor::Escalation(id)).await?;
                let customer = customer::load(tx, &session, &catalogue, now).await?;
                let edition = catalogue.edition_at(now).cloned();
                let message = signed.viewer.t("portal-no-edition").to_owned();
                let field = "edition";
                let (fields, saved_at) = match saved {
                    Some((json, at)) => (Incoming::from_json(&json), Some(at)),
                    None => (prefilled(&signed.viewer, &page), None),
                };
                Ok::<_, Error>(Self {
                    setting: Setting {
                        customer: customer.ok_or(app::Error::NotFound)?,
                        edition: edition.ok_or(app::Error::Field { field, message })?,
                        kinds: opens.scope().kinds().to_vec(),
                        draft: draft::Draft::of(fields, saved_at),
                    },
                    page,
                })
            })
            .await
    }
}

/// What whoever asked has said, as the request to support begins.
fn prefilled(v: &Viewer, page: &InternalPage) -> Incoming {
    let request = &page.row.request;
    let mut body = Vec::new();
    for line in &page.timeline {
        match &line.entry.fact {
            Fact::Opened {
                body: said,
                checked,
                tried,
            } => {
                body.push(said.clone());
                if !checked.is_empty() {
                    let list: String = checked.iter().map(|one| format!("\n- {one}")).collect();
                    body.push(format!("**{}**\n{list}", v.t("internal-entry-checked")));
                }
                if !tried.is_empty() {
                    body.push(format!("**{}**\n\n{tried}", v.t("internal-entry-tried")));
                }
            }
            Fact::Reply { body: said } if line.entry.party == Party::Requester => {
                body.push(format!("**{}**\n\n{said}", v.t("internal-added-later")));
            }
            _ => {}
        }
    }
    let mut typed = Incoming::default();
    let subject: String = request.subject.chars().take(SUBJECT_LIMIT).collect();
    typed.set("subject", subject);
    typed.set("body", body.join("\n\n"));
    for file in &page.files {
        typed.push("carry", file.id.to_string());
    }
    typed
}

/// With a token, which stands for one escalation however often it is sent.
fn with_token(web: &Web, mut typed: Incoming) -> Incoming {
    if typed.text("idempotency_key").is_empty() {
        typed.set("idempotency_key", web.app().ids().id().to_string());
    }
    typed
}

/// One that was brought to support is not brought there again: its own page says so.
fn done_before(escalation: &Escalation) -> Option<Response> {
    let request = &escalation.page.row.request;
    let is_over = request.escalation.is_some() || !request.status.is_open();
    is_over.then(|| Redirect::to(&format!("/inbox/{}", request.id)).into_response())
}

/// `GET /inbox/{ask}/escalation`
///
/// # Errors
/// When the request is not theirs to serve, or they may open no requests.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    if let Some(led) = led_away(&signed) {
        return Ok(led);
    }
    let escalation = Escalation::load(&web, &signed, &id).await?;
    if let Some(elsewhere) = done_before(&escalation) {
        return Ok(elsewhere);
    }
    let typed = with_token(&web, escalation.setting.draft.fields.clone());
    let none = Mistakes::none();
    Ok(drawn(&web, &signed, &escalation, &typed, &none).into_response())
}

/// `POST /inbox/{ask}/escalation`: keeps what was typed, and shows the verdict and the promise.
///
/// # Errors
/// When the request is not theirs to serve, or they may open no requests.
pub async fn take(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    typed: Incoming,
) -> Result<Response, Error> {
    if let Some(led) = led_away(&signed) {
        return Ok(led);
    }
    let escalation = Escalation::load(&web, &signed, &id).await?;
    if let Some(elsewhere) = done_before(&escalation) {
        return Ok(elsewhere);
    }
    let typed = with_token(&web, typed);
    let mistakes = mistakes_in(&signed.viewer, &escalation, &typed);
    match keep::save_escalation(&web, &signed, escalation.id(), &typed).await {
        Err(Error::App(error)) if is_about_form(&error) => {
            return refused(&web, &signed, &escalation, &typed, error);
        }
        other => other?,
    }
    if !mistakes.is_empty() {
        let page = drawn(&web, &signed, &escalation, &typed, &mistakes);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    reviewed(&web, &signed, &escalation, &typed, None).await
}

/// What is wrong: every field at once.
fn mistakes_in(v: &Viewer, escalation: &Escalation, typed: &Incoming) -> Mistakes {
    let mut mistakes = fields::kind_mistakes(v, &escalation.setting, typed);
    mistakes.0.extend(fields::detail_mistakes(v, typed).0);
    mistakes
}

async fn reviewed(
    web: &Web,
    signed: &Signed,
    escalation: &Escalation,
    typed: &Incoming,
    warning: Option<&str>,
) -> Result<Response, Error> {
    let submission = fields::submission(&escalation.setting, typed, Vec::new());
    match web.app().judge(&signed.session, &submission).await {
        Ok(judged) => {
            let v = &signed.viewer;
            let body = html! {
                @if let Some(warning) = warning { (blocks::notice(Tone::Warn, "", html! { (warning) })) }
                (review::verdict(web, v, &judged, typed))
                (summary(v, escalation, typed, &judged))
                (send_form(v, escalation, typed))
            };
            let page = page(web, signed, escalation, &Mistakes::none(), body);
            let status = warning.map_or(StatusCode::OK, |_| StatusCode::CONFLICT);
            Ok((status, page).into_response())
        }
        Err(error) => refused(web, signed, escalation, typed, error),
    }
}

/// The form again, with everything typed.
fn refused(
    web: &Web,
    signed: &Signed,
    escalation: &Escalation,
    typed: &Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let (status, mistakes) = (status_of(&error), mistakes_of(&error));
    let page = drawn(web, signed, escalation, typed, &mistakes);
    Ok((status, page).into_response())
}

/// `POST /inbox/{ask}/escalation/send`: the one act.
///
/// # Errors
/// When the request is not theirs to serve, or they may open no requests.
pub async fn send(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    typed: Incoming,
) -> Result<Response, Error> {
    if let Some(led) = led_away(&signed) {
        return Ok(led);
    }
    let escalation = Escalation::load(&web, &signed, &id).await?;
    let typed = with_token(&web, typed);
    let mistakes = mistakes_in(&signed.viewer, &escalation, &typed);
    if !mistakes.is_empty() {
        let page = drawn(&web, &signed, &escalation, &typed, &mistakes);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let form = Escalate {
        submission: fields::submission(&escalation.setting, &typed, Vec::new()),
        files: carried(&escalation, &typed),
        informed: informed(&typed),
    };
    let says = format!("{id} {form:?}");
    let key = Key {
        key: format!("internal-escalation {}", typed.text("idempotency_key")),
        request_hash: Sha256::digest(says.as_bytes()).to_vec(),
    };
    let of = escalation.id();
    let verb = web.app().escalate(&signed.session, of, form, Some(key));
    match verb.await {
        Ok(_) => Ok(Redirect::to(&format!("/inbox/{of}?done=escalation")).into_response()),
        Err(app::Error::KeyReused) => {
            let mut again = typed.clone();
            again.set("idempotency_key", "");
            let again = with_token(&web, again);
            let warning = signed.viewer.t("portal-sent-before");
            reviewed(&web, &signed, &escalation, &again, Some(warning)).await
        }
        Err(error) => refused(&web, &signed, &escalation, &typed, error),
    }
}

/// The files that go along: of the request's own, those ticked.
fn carried(escalation: &Escalation, typed: &Incoming) -> Vec<FileId> {
    let ticked = typed.all("carry");
    let files = escalation.page.files.iter().map(|file| file.id);
    files
        .filter(|id| ticked.contains(&id.to_string()))
        .collect()
}

fn informed(typed: &Incoming) -> Informed {
    Informed::from_code(typed.text("informed")).unwrap_or(Informed::EveryReply)
}

fn page(
    web: &Web,
    signed: &Signed,
    escalation: &Escalation,
    mistakes: &Mistakes,
    body: Markup,
) -> Markup {
    let v = &signed.viewer;
    let title = v.t("internal-escalate");
    let request = &escalation.page.row.request;
    let (here, of) = (format!("/inbox/{}", request.id), request.subject.as_str());
    let crumbs = [
        Crumb {
            href: "/inbox",
            label: v.t("nav-inbox"),
        },
        Crumb {
            href: &here,
            label: of,
        },
        Crumb {
            href: "",
            label: title,
        },
    ];
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::Inbox)
    };
    let about = v.t("internal-escalate-about");
    page.render(
        web,
        signed,
        html! { (page_head(title, html! { (about) }, html! {})) (body) },
    )
}

/// The form: what any new request asks, and how far whoever asked is told.
fn drawn(
    web: &Web,
    signed: &Signed,
    escalation: &Escalation,
    typed: &Incoming,
    mistakes: &Mistakes,
) -> Markup {
    let (v, setting) = (&signed.viewer, &escalation.setting);
    let (action, draft) = (
        escalation.at("escalation"),
        escalation.at("drafts/escalation"),
    );
    let form = Form::post(v, &action).mistakes(mistakes).draft(&draft);
    let limit = u32::try_from(SUBJECT_LIMIT).unwrap_or(200);
    // Questions about impact are asked of technical requests only: the server says what is missing.
    let next = Button::primary(v.t("portal-continue"))
        .key("mod+enter")
        .unchecked();
    let back = Button::new(v.t("portal-back"));
    let here = format!("/inbox/{}", escalation.id());
    let body = form.render(html! {
        (form.hidden("idempotency_key", typed.text("idempotency_key")))
        (kind::questions(&form, v, setting, typed))
        (form.text(Field::new("subject", v.t("portal-subject")).hint(v.t("portal-subject-hint"))
            .value(typed.text("subject")).count(limit).dir_auto().required()))
        (form.textarea(Field::new("body", v.t("portal-body")).hint(v.t("internal-escalate-body-hint"))
            .value(typed.text("body")).rows(12).required()))
        p.muted { (v.t("internal-escalate-impact")) }
        (details::impact(&form, v, typed))
        (details::severity(&form, v, setting, typed))
        (files(v, &form, escalation, typed))
        (crate::internal::informed_field(v, &form, typed.text("informed")))
        (form.actions(next, back.link(&here)))
    });
    page(web, signed, escalation, mistakes, body)
}

/// The files of the request; each goes along unless it is unticked.
fn files(v: &Viewer, form: &Form<'_>, escalation: &Escalation, typed: &Incoming) -> Markup {
    let hint = |file: &InternalFile| {
        let size = say::size(file.size);
        if file.is_confidential {
            format!("{size} · {}", v.t("confidential"))
        } else {
            size
        }
    };
    let all = escalation.page.files.iter();
    let rows: Vec<(String, &str, String)> = all
        .map(|file| (file.id.to_string(), file.name.as_str(), hint(file)))
        .collect();
    let choices: Vec<Choice<'_>> = rows
        .iter()
        .map(|(id, name, size)| Choice::new(id, name).hint(size))
        .collect();
    let ticked: Vec<&str> = typed.all("carry").iter().map(String::as_str).collect();
    let field = Field::new("carry", v.t("internal-carry")).hint(v.t("internal-carry-hint"));
    html! { @if !choices.is_empty() { (form.checks(field, &choices, &ticked)) } }
}

/// What is sent, read once more.
fn summary(v: &Viewer, escalation: &Escalation, typed: &Incoming, judged: &Judgement) -> Markup {
    let edition = &judged.terms.edition;
    let chosen = judged.opened_by.verdict.question.kind;
    let chosen_files = carried(escalation, typed);
    let files = escalation.page.files.iter();
    let names: Vec<&str> = files
        .filter(|file| chosen_files.contains(&file.id))
        .map(|file| file.name.as_str())
        .collect();
    let mut each = vec![Line::words(
        v.t("portal-kind-short"),
        say::kind_name(edition, chosen),
    )];
    if let Some(held) = escalation.setting.held(typed) {
        each.push(Line::words(v.t("portal-subscription"), &held.name()));
    }
    each.push(Line::words(
        v.t("portal-subject-short"),
        typed.text("subject"),
    ));
    each.push(Line::new(
        v.t("portal-body-short"),
        markdown(typed.text("body")),
    ));
    if !names.is_empty() {
        each.push(Line::new(
            v.t("portal-files"),
            html! { ul { @for name in names { li { span dir="auto" { (name) } } } } },
        ));
    }
    each.push(Line::words(
        v.t("internal-informed"),
        words::informed(v, informed(typed)).0,
    ));
    panel(v.t("portal-you-send"), facts(&each))
}

fn send_form(v: &Viewer, escalation: &Escalation, typed: &Incoming) -> Markup {
    let action = escalation.at("escalation/send");
    let form = Form::post(v, &action);
    let send = Button::primary(v.t("internal-escalate-send"))
        .icon(Icon::Headset)
        .key("mod+enter");
    let back = Button::new(v.t("portal-back"));
    form.render(html! {
        @for name in fields::ALL.iter().chain(&OWN) {
            @if !typed.text(name).is_empty() { (form.hidden(name, typed.text(name))) }
        }
        @for id in typed.all("carry") { (form.hidden("carry", id)) }
        (form.actions(send, back.link(&escalation.at("escalation"))))
    })
}
