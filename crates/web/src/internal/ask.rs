//! Asking the administrators of one's own organisation: what it is about, what to look at first,
//! and the request itself. What is typed is kept as a draft on the server, its files as well.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::files::{FILES_LIMIT, Upload};
use mainstay_app::internal::{Ask, checklist};
use mainstay_app::{self as app, auth};
use mainstay_domain::access::{Action, Stand};
use mainstay_domain::case::{BODY_LIMIT, SUBJECT_LIMIT};
use mainstay_domain::edition::Kind;
use mainstay_domain::internal::{Category, Check, TRIED_LIMIT};
use mainstay_store::accounts::AccountPerson;
use mainstay_store::drafts::{self, DraftFor};
use maud::{Markup, html};
use serde::Deserialize;

use super::{acts, keep, led_away};
use crate::cases::confidential::box_hint;
use crate::cases::kept_files;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::portal::customer;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Choice, Field, Form, Icon, Look, Mistakes, Tone, Viewer, blocks, icon};
use crate::ui::{CONFIDENTIAL, page_head, words};

/// Where it is asked.
const ASK: &str = "/ask";
/// Where the draft is kept while typing.
const DRAFT: &str = "/ask/draft";

/// What the page is drawn from.
struct Setting {
    /// What was typed so far.
    typed: Incoming,
    /// When that was kept; none when nothing is.
    saved_at: Option<mainstay_domain::Moment>,
    /// The files that came with it.
    files: Vec<Upload>,
    /// Who will read it.
    administrators: Vec<AccountPerson>,
}

async fn load(web: &Web, signed: &Signed) -> Result<Setting, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    web.app()
        .db()
        .read(async |tx| {
            let session = auth::session(tx, credential, now).await?;
            session.grant(Action::AskAdministrator)?;
            let person = session.person.id;
            let kept = drafts::find(tx, person, DraftFor::Ask).await?;
            let (typed, saved_at) = match kept {
                Some((json, at)) => (Incoming::from_json(&json), Some(at)),
                None => (Incoming::default(), None),
            };
            Ok::<_, Error>(Setting {
                typed,
                saved_at,
                files: keep::files(tx, person, None).await?,
                administrators: customer::administrators(tx, &session).await?,
            })
        })
        .await
}

/// Which category.
#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    category: String,
}

/// `GET /ask`
///
/// # Errors
/// When they ask nobody, or the store fails.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Error> {
    if let Some(led) = led_away(&signed) {
        return Ok(led);
    }
    let setting = load(&web, &signed).await?;
    let category = checklist().find(&wanted.category);
    let body = match category {
        Some(category) => {
            let typed = with_token(&web, setting.typed.clone(), category);
            form(
                &signed.viewer,
                &setting,
                category,
                &typed,
                &Mistakes::none(),
            )
        }
        None => categories(&signed.viewer, &setting),
    };
    Ok(page(&web, &signed, &Mistakes::none(), body).into_response())
}

/// With a token, which stands for one request however often it is sent.
fn with_token(web: &Web, mut typed: Incoming, category: &Category) -> Incoming {
    if typed.text("idempotency_key").is_empty() {
        typed.set("idempotency_key", web.app().ids().id().to_string());
    }
    typed.set("category", category.id.as_str());
    typed
}

fn page(web: &Web, signed: &Signed, mistakes: &Mistakes, body: Markup) -> Markup {
    let v = &signed.viewer;
    let title = v.t("internal-ask-title");
    let page = Page {
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::Ask)
    };
    let about = v.t_args(
        "internal-ask-about",
        &[("account", signed.account.as_str().into())],
    );
    page.render(
        web,
        signed,
        html! { (page_head(title, html! { (about) }, html! {})) (body) },
    )
}

/// What it may be about, each leading to what to check first.
fn categories(v: &Viewer, setting: &Setting) -> Markup {
    html! {
        (kept(v, setting))
        (blocks::section(v.t("internal-category-question"), html! {}, html! {
            ul.stack-8 {
                @for category in &checklist().categories {
                    li.panel {
                        p { b { a href={ (ASK) "?category=" (category.id) } { (category.name) } } }
                        p.muted { (category.about) }
                    }
                }
            }
        }))
        (readers(v, &setting.administrators))
    }
}

/// What is kept of an earlier attempt, with the ways to go on or start over.
fn kept(v: &Viewer, setting: &Setting) -> Markup {
    let typed = &setting.typed;
    let worth = !(typed.text("subject").is_empty() && typed.text("body").is_empty());
    let on = match typed.text("category") {
        "" => "other",
        category => category,
    };
    html! {
        @if let Some(at) = setting.saved_at.filter(|_| worth) {
            (blocks::notice(Tone::Info, v.t("internal-draft-kept"), html! {
                @if !typed.text("subject").is_empty() { "“" bdi { (typed.text("subject")) } "” " }
                span.muted { (words::ago(v, at)) } " "
                a href={ (ASK) "?category=" (on) } { (v.t("portal-draft-continue")) } " "
                (Button::new(v.t("portal-draft-discard")).small().post(v, "/ask/discard"))
            }))
        }
    }
}

fn readers(v: &Viewer, people: &[AccountPerson]) -> Markup {
    let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    html! {
        @if names.is_empty() {
            (blocks::notice(Tone::Warn, "", html! { (v.t("internal-nobody-reads")) }))
        } @else {
            p.muted { (v.t_args("internal-readers", &[("names", names.join(", ").into())])) }
        }
    }
}

fn form(
    v: &Viewer,
    setting: &Setting,
    category: &Category,
    typed: &Incoming,
    mistakes: &Mistakes,
) -> Markup {
    let form = Form::post(v, ASK).mistakes(mistakes).draft(DRAFT).upload();
    let limit = u32::try_from(SUBJECT_LIMIT).unwrap_or(200);
    let send = Button::primary(v.t("internal-send"))
        .icon(Icon::Check)
        .key("mod+enter");
    let back = Button::new(v.t("portal-back"))
        .sends("back", "1")
        .unchecked();
    let tried = Field::new("tried", v.t("internal-tried"))
        .hint(v.t("internal-tried-hint"))
        .value(typed.text("tried"))
        .rows(3)
        .optional();
    html! {
        h2 { (category.name) }
        p.muted { (category.about) }
        (help(v, category))
        (form.render(html! {
            // Enter sends, whatever buttons come before the last row.
            button.sr type="submit" tabindex="-1" aria-hidden="true" {}
            (form.hidden("idempotency_key", typed.text("idempotency_key")))
            (form.hidden("category", &category.id))
            (checks(v, &form, category, typed))
            (form.text(Field::new("subject", v.t("portal-subject")).hint(v.t("portal-subject-hint"))
                .value(typed.text("subject")).count(limit).dir_auto().required()))
            (form.textarea(Field::new("body", v.t("internal-ask-body")).hint(v.t("portal-body-hint"))
                .value(typed.text("body")).rows(6).required()))
            (form.textarea(tried))
            (files(v, &form, typed, &setting.files))
            (readers(v, &setting.administrators))
            (form.actions(send, back.submit()))
        }))
    }
}

/// Pages where one can help oneself.
fn help(v: &Viewer, category: &Category) -> Markup {
    let links: Vec<_> = category
        .checks
        .iter()
        .filter_map(|one| one.link.as_ref())
        .collect();
    html! {
        @if !links.is_empty() {
            p.row {
                (icon(Icon::Help)) span { (v.t("internal-help-yourself")) }
                @for link in links { a href=(link.href) { (link.label) } }
            }
        }
    }
}

fn checks(v: &Viewer, form: &Form<'_>, category: &Category, typed: &Incoming) -> Markup {
    let choice = |check: &'static Check| Choice::new(&check.id, &check.text);
    let list = checklist().find(&category.id);
    let choices: Vec<Choice<'_>> =
        list.map_or_else(Vec::new, |list| list.checks.iter().map(choice).collect());
    let checked: Vec<&str> = typed.all("checked").iter().map(String::as_str).collect();
    let field = Field::new("checked", v.t("internal-checks")).hint(v.t("internal-checks-hint"));
    html! { @if !choices.is_empty() { (form.checks(field, &choices, &checked)) } }
}

/// The files kept so far, and the field for more.
fn files(v: &Viewer, form: &Form<'_>, typed: &Incoming, kept: &[Upload]) -> Markup {
    let who = box_hint(v, Kind::Technical, &[Stand::Account]);
    html! {
        div id="files" {
            (form.files(Field::new("files", v.t("portal-files")).hint(v.t("portal-files-hint")).optional()))
            (form.confidential(typed.text(CONFIDENTIAL) == "on", &who))
            (kept_files::listed(v, kept))
        }
    }
}

/// `POST /ask`: keeps what was typed whatever it says, and sends it unless a button led elsewhere.
///
/// # Errors
/// When they ask nobody, or the store fails.
pub async fn take(
    State(web): State<Web>,
    signed: Signed,
    typed: Result<Incoming, Error>,
) -> Result<Response, Error> {
    if let Some(led) = led_away(&signed) {
        return Ok(led);
    }
    signed.session.grant(Action::AskAdministrator)?;
    let typed = match typed {
        Ok(typed) => typed,
        Err(Error::TooLarge(sentence)) => return too_large(&web, &signed, sentence).await,
        Err(error) => return Err(error),
    };
    let Some(category) = checklist().find(typed.text("category")) else {
        let setting = load(&web, &signed).await?;
        let mut mistakes = Mistakes::none();
        mistakes.add("", signed.viewer.t("internal-category-missing"));
        let v = &signed.viewer;
        let summary = Form::post(v, ASK).mistakes(&mistakes).summary();
        let body = html! { (summary) (categories(v, &setting)) };
        let page = page(&web, &signed, &mistakes, body);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let mut typed = with_token(&web, typed, category);
    let fits = match keep_all(&web, &signed, &mut typed).await {
        Ok(fits) => fits,
        Err(Error::App(error)) if is_about_form(&error) => {
            return again(&web, &signed, category, &typed, error).await;
        }
        Err(error) => return Err(error),
    };
    if let Ok(index) = typed.text("remove").parse() {
        keep::change_files(&web, &signed, None, keep::Change::Remove(index)).await?;
        let here = format!("{ASK}?category={}#files", category.id);
        return Ok(Redirect::to(&here).into_response());
    }
    if let Ok(index) = typed.text("mark").parse() {
        keep::change_files(&web, &signed, None, keep::Change::Mark(index)).await?;
        let here = format!("{ASK}?category={}#files", category.id);
        return Ok(Redirect::to(&here).into_response());
    }
    if !typed.text("back").is_empty() {
        return Ok(Redirect::to(ASK).into_response());
    }
    let mut mistakes = mistakes(&signed.viewer, &typed);
    if !fits {
        let most = [("n", FILES_LIMIT.into())];
        mistakes.add(
            "files",
            signed.viewer.t_args("portal-files-too-many", &most),
        );
    }
    if !mistakes.is_empty() {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return shown(&web, &signed, category, &typed, (status, mistakes)).await;
    }
    send(&web, &signed, category, &typed).await
}

/// The rest of the form broke off with its files: what the draft kept is shown again.
async fn too_large(web: &Web, signed: &Signed, sentence: String) -> Result<Response, Error> {
    let setting = load(web, signed).await?;
    let category = checklist().find(setting.typed.text("category"));
    let Some(category) = category else {
        return Err(Error::TooLarge(sentence));
    };
    let typed = with_token(web, setting.typed, category);
    let mut mistakes = Mistakes::none();
    mistakes.add("files", sentence);
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    shown(web, signed, category, &typed, (status, mistakes)).await
}

/// Keeps what was typed and its files; whether they fit.
async fn keep_all(web: &Web, signed: &Signed, typed: &mut Incoming) -> Result<bool, Error> {
    if let Some(unkept) = typed.unkept.take() {
        return Err(Error::App(unkept.into()));
    }
    let uploads = std::mem::take(&mut typed.uploads);
    // The box was about the files that came with it.
    typed.forget(CONFIDENTIAL);
    keep::save_ask(web, signed, typed).await?;
    if uploads.is_empty() {
        return Ok(true);
    }
    keep::change_files(web, signed, None, keep::Change::Add(uploads)).await
}

/// What is wrong with what was typed: every field at once.
fn mistakes(v: &Viewer, typed: &Incoming) -> Mistakes {
    let mut mistakes = Mistakes::none();
    let each = [
        ("subject", v.t("portal-subject-missing"), SUBJECT_LIMIT),
        ("body", v.t("portal-body-missing"), BODY_LIMIT),
        ("tried", "", TRIED_LIMIT),
    ];
    for (field, missing, limit) in each {
        let found = typed.text(field).chars().count();
        if typed.text(field).trim().is_empty() && !missing.is_empty() {
            mistakes.add(field, missing);
        } else if found > limit {
            let sizes = [("n", found.into()), ("limit", limit.into())];
            mistakes.add(field, v.t_args("portal-text-too-long", &sizes));
        }
    }
    mistakes
}

/// The form again, with everything that was typed and is kept.
async fn shown(
    web: &Web,
    signed: &Signed,
    category: &Category,
    typed: &Incoming,
    (status, mistakes): (StatusCode, Mistakes),
) -> Result<Response, Error> {
    let setting = load(web, signed).await?;
    let body = form(&signed.viewer, &setting, category, typed, &mistakes);
    Ok((status, page(web, signed, &mistakes, body)).into_response())
}

async fn again(
    web: &Web,
    signed: &Signed,
    category: &Category,
    typed: &Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    let wrong = (status_of(&error), mistakes_of(&error));
    shown(web, signed, category, typed, wrong).await
}

async fn send(
    web: &Web,
    signed: &Signed,
    category: &Category,
    typed: &Incoming,
) -> Result<Response, Error> {
    let says = format!(
        "{} {} {} {:?} {}",
        category.id,
        typed.text("subject"),
        typed.text("body"),
        typed.all("checked"),
        typed.text("tried")
    );
    let person = signed.session.person.id;
    let files = web.app().db();
    let uploads = files.read(async |tx| keep::files(tx, person, None).await);
    let known = |id: &&String| category.check(id).is_some();
    let ask = Ask {
        category: category.id.clone(),
        subject: typed.text("subject").to_owned(),
        body: typed.text("body").to_owned(),
        checked: typed.all("checked").iter().filter(known).cloned().collect(),
        tried: typed.text("tried").to_owned(),
        uploads: uploads.await?,
    };
    let key = acts::key_of("ask", typed, &says);
    match web.app().ask(&signed.session, ask, key).await {
        Ok(id) => Ok(Redirect::to(&format!("/asked/{id}?done=asked")).into_response()),
        Err(app::Error::KeyReused) => {
            // Sent before with other words: it may be another matter, so a fresh token asks again.
            let mut fresh = typed.clone();
            fresh.set("idempotency_key", "");
            let fresh = with_token(web, fresh, category);
            let mut mistakes = Mistakes::none();
            mistakes.add("", signed.viewer.t("portal-sent-before"));
            let wrong = (StatusCode::CONFLICT, mistakes);
            shown(web, signed, category, &fresh, wrong).await
        }
        Err(error) if is_about_form(&error) => again(web, signed, category, typed, error).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /ask/begin`: carries what was typed on a page that was not for them.
///
/// # Errors
/// When they ask nobody, or the store fails.
pub async fn begin(
    State(web): State<Web>,
    signed: Signed,
    typed: Incoming,
) -> Result<Response, Error> {
    if let Some(led) = led_away(&signed) {
        return Ok(led);
    }
    let mut draft = load(&web, &signed).await?.typed;
    if draft.text("subject").trim().is_empty() {
        draft.set("subject", typed.text("subject"));
    }
    // What was being asked already is not lost to what is carried here.
    let body = match (draft.text("body").trim(), typed.text("body").trim()) {
        (before, "") => before.to_owned(),
        ("", body) => body.to_owned(),
        (before, body) if before.contains(body) => before.to_owned(),
        (before, body) => format!("{before}\n\n{body}"),
    };
    draft.set("body", body);
    keep::save_ask(&web, &signed, &draft).await?;
    Ok(Redirect::to(ASK).into_response())
}

/// `POST /ask/discard`: forgets what was typed.
///
/// # Errors
/// When they ask nobody, or the store fails.
pub async fn discard(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    if let Some(led) = led_away(&signed) {
        return Ok(led);
    }
    signed.session.grant(Action::AskAdministrator)?;
    let person = signed.session.person.id;
    let forget = async move |tx: &mut mainstay_store::Tx<'_>| {
        drafts::delete(tx, person, DraftFor::Ask).await?;
        drafts::delete(tx, person, DraftFor::InternalFiles(None)).await
    };
    web.app().db().write(forget).await?;
    Ok(Redirect::to(ASK).into_response())
}

/// The way to ask, on pages that are not for them: it carries what was typed there.
pub(crate) fn ask_them(v: &Viewer, carried: &Incoming) -> Markup {
    let (subject, body) = (carried.text("subject"), carried.text("body"));
    let button = Button::primary(v.t("internal-ask-them")).icon(Icon::People);
    html! {
        @if subject.is_empty() && body.is_empty() {
            p { (button.link(ASK)) }
        } @else {
            p.muted { (v.t("internal-ask-them-carries")) }
            form method="post" action="/ask/begin" {
                (crate::ui::form::csrf(v))
                input type="hidden" name="subject" value=(subject);
                input type="hidden" name="body" value=(body);
                (button.look(Look::Primary).submit())
            }
        }
    }
}
