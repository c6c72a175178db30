//! One draft: its text, what is wrong with it or what it would change, and having it published.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::approvals::{AskedFor, Came, asked_for};
use mainstay_app::descriptions::{self, may_publish};
use mainstay_app::team::who_publishes;
use mainstay_description::{Checked, Sort};
use mainstay_domain::access::Action;
use mainstay_store::colleagues::{self, Colleague};
use mainstay_store::description_drafts::{self, DescriptionDraft};
use mainstay_store::{Tx, accounts};
use maud::{Markup, html};
use serde::Deserialize;
use uuid::Uuid;

use super::effect::{self, Concerned};
use super::name_of;
use super::sent::{CONTENT, FILE, Sent};
use crate::desk::{asked, desk_grant};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::{fold, notice};
use crate::ui::words::ago;
use crate::ui::{
    Button, Crumb, Field, Flash, Form, Look, Mistakes, Tone, Viewer, dialog, page_head, section,
};

/// What a new draft begins with.
#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    edition: String,
    #[serde(default)]
    region: String,
}

/// `GET /desk/descriptions/new?edition=…`: an empty text, or that of something published.
///
/// # Errors
/// [`app::Error::Denied`] for those who draft none.
pub async fn show_new(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, Error> {
    desk_grant(&signed, Action::Publish)?;
    let (sort, name) = match &wanted {
        Wanted { edition, .. } if !edition.is_empty() => (Some(Sort::Edition), edition),
        Wanted { region, .. } => (Some(Sort::Region).filter(|_| !region.is_empty()), region),
    };
    let mut fields = Incoming::default();
    let Some(sort) = sort else {
        return Ok(new_page(
            &web,
            &signed,
            &fields,
            &Mistakes::none(),
            html! {},
        ));
    };
    let v = &signed.viewer;
    let catalogue = web.app().catalogue();
    let find = async |tx: &mut Tx<'_>| descriptions::text_of(tx, &catalogue, sort, name).await;
    let text: Option<String> = web.app().db().read(find).await?;
    let begun = match text {
        Some(text) => {
            fields.set(CONTENT, text);
            let words = match sort {
                Sort::Edition => v.t("publishing-begun-edition"),
                Sort::Region => v.t("publishing-begun-region"),
            };
            notice(Tone::Info, "", html! { (words) })
        }
        None => notice(Tone::Warn, "", html! { (v.t("publishing-no-text")) }),
    };
    Ok(new_page(&web, &signed, &fields, &Mistakes::none(), begun))
}

/// `POST /desk/descriptions`: keeps a new draft, with whatever mistakes it has.
///
/// # Errors
/// [`app::Error::Denied`] for those who draft none.
pub async fn create(State(web): State<Web>, signed: Signed, sent: Sent) -> Result<Response, Error> {
    desk_grant(&signed, Action::Publish)?;
    if let Some(mistakes) = refused(&sent) {
        let page = new_page(&web, &signed, &sent.fields, &mistakes, html! {});
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let text = sent.fields.text(CONTENT);
    match web.app().draft_description(&signed.session, text).await {
        Ok(id) => Ok(Redirect::to(&format!("/desk/descriptions/{id}?done=kept")).into_response()),
        Err(error) if is_about_form(&error) => {
            let mistakes = mistakes_of(&error);
            let page = new_page(&web, &signed, &sent.fields, &mistakes, html! {});
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is wrong with the file that was chosen.
fn refused(sent: &Sent) -> Option<Mistakes> {
    let why = sent.refused.as_ref()?;
    let mut mistakes = Mistakes::none();
    mistakes.add(FILE, why.clone());
    Some(mistakes)
}

fn new_page(
    web: &Web,
    signed: &Signed,
    fields: &Incoming,
    mistakes: &Mistakes,
    begun: Markup,
) -> Markup {
    let v = &signed.viewer;
    let title = v.t("publishing-new");
    let form = Form::post(v, "/desk/descriptions")
        .upload()
        .class("form-wide form-code")
        .mistakes(mistakes);
    let body = html! {
        (page_head(title, html! { (v.t("publishing-new-explained")) }, html! {}))
        (begun)
        (form.render(html! {
            (text_fields(v, &form, fields))
            (form.actions(Button::primary(v.t("publishing-keep")), html! {}))
        }))
    };
    let crumbs = crumbs(v, title);
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::Descriptions)
    };
    page.render(web, signed, body)
}

fn crumbs<'a>(v: &Viewer, label: &'a str) -> [Crumb<'a>; 2] {
    [
        Crumb {
            href: "/desk/descriptions",
            label: v.t("publishing-title"),
        },
        Crumb { href: "", label },
    ]
}

/// The text, and the file that takes its place.
fn text_fields(v: &Viewer, form: &Form<'_>, fields: &Incoming) -> Markup {
    html! {
        (form.textarea(Field::new(CONTENT, v.t("publishing-text")).hint(v.t("publishing-text-hint"))
            .value(fields.text(CONTENT)).rows(24)))
        (form.text(Field::new(FILE, v.t("publishing-file")).hint(v.t("publishing-file-hint"))
            .kind("file").optional()))
    }
}

/// A draft as a page shows it.
struct Shown {
    draft: DescriptionDraft,
    checked: Checked,
    concerned: Concerned,
    /// Those who asked for it to be published, whatever revision they saw.
    asked: Vec<AskedFor>,
    team: Vec<Colleague>,
}

impl Shown {
    async fn read(web: &Web, signed: &Signed, id: &str) -> Result<Self, Error> {
        desk_grant(signed, Action::Publish)?;
        let id: Uuid = id.parse().map_err(|_| app::Error::NotFound)?;
        let catalogue = web.app().catalogue();
        let (session, now) = (&signed.session, signed.now());
        let read = web.app().db().read(async |tx| {
            let found = description_drafts::find(tx, id).await?;
            let draft = found.ok_or(app::Error::NotFound)?;
            let checked = descriptions::check(&catalogue, &draft.content);
            let concerned = match checked.sort {
                Some(Sort::Edition) => Concerned {
                    all: accounts::count(tx).await?,
                    ..Concerned::default()
                },
                Some(Sort::Region) => Concerned {
                    in_region: accounts::count_in(tx, &checked.name).await?,
                    ..Concerned::default()
                },
                None => Concerned::default(),
            };
            let mut asked = asked_for(tx, session, now).await?;
            asked.retain(|one| one.draft == id);
            Ok::<_, app::Error>(Self {
                draft,
                checked,
                concerned,
                asked,
                team: colleagues::team(tx).await?,
            })
        });
        Ok(read.await?)
    }

    fn path(&self, act: &str) -> String {
        format!("/desk/descriptions/{}{act}", self.draft.id)
    }

    /// Whether somebody asked for the text as it is now.
    fn is_asked_for(&self) -> bool {
        let mut asked = self.asked.iter();
        asked.any(|one| one.revision == self.draft.revision)
    }
}

/// `GET /desk/descriptions/{draft}`
///
/// # Errors
/// [`app::Error::Denied`] for those who draft none, [`app::Error::NotFound`] when it is gone.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(draft): Path<String>,
) -> Result<Markup, Error> {
    let shown = Shown::read(&web, &signed, &draft).await?;
    Ok(page(&web, &signed, &shown, None))
}

/// `POST /desk/descriptions/{draft}`: keeps its text. Who writes over what somebody else has
/// changed meanwhile sees that first.
///
/// # Errors
/// As [`show`].
pub async fn save(
    State(web): State<Web>,
    signed: Signed,
    Path(draft): Path<String>,
    sent: Sent,
) -> Result<Response, Error> {
    let shown = Shown::read(&web, &signed, &draft).await?;
    if let Some(mistakes) = refused(&sent) {
        let page = page(&web, &signed, &shown, Some((&sent.fields, &mistakes)));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    match keep(&web, &signed, &shown, &sent.fields).await {
        Ok(()) => Ok(Redirect::to(&shown.path("?done=kept")).into_response()),
        Err(error) => again(&web, &signed, &draft, &sent.fields, error).await,
    }
}

/// The revision somebody had before them.
fn revision_of(fields: &Incoming) -> u32 {
    fields.text("revision").parse().unwrap_or_default()
}

async fn keep(
    web: &Web,
    signed: &Signed,
    shown: &Shown,
    fields: &Incoming,
) -> Result<(), app::Error> {
    let (id, revision) = (shown.draft.id, revision_of(fields));
    let text = fields.text(CONTENT);
    let app = web.app();
    app.redraft_description(&signed.session, id, revision, text)
        .await
}

/// The page again with what was typed, and why it could not be done.
async fn again(
    web: &Web,
    signed: &Signed,
    draft: &str,
    fields: &Incoming,
    error: app::Error,
) -> Result<Response, Error> {
    if !is_about_form(&error) && !matches!(error, app::Error::Settled(_)) {
        return Err(error.into());
    }
    let shown = Shown::read(web, signed, draft).await?;
    let page = page(web, signed, &shown, Some((fields, &mistakes_of(&error))));
    Ok((status_of(&error), page).into_response())
}

/// `POST /desk/descriptions/{draft}/discard`
///
/// # Errors
/// As [`show`].
pub async fn discard(
    State(web): State<Web>,
    signed: Signed,
    Path(draft): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    let shown = Shown::read(&web, &signed, &draft).await?;
    let (id, revision) = (shown.draft.id, revision_of(&fields));
    let discarded = web.app().discard_description(&signed.session, id, revision);
    match discarded.await {
        Ok(()) => Ok(Redirect::to("/desk/descriptions?done=discarded").into_response()),
        Err(error) => {
            let mut fields = fields;
            fields.set(CONTENT, shown.draft.content);
            again(&web, &signed, &draft, &fields, error).await
        }
    }
}

/// `POST /desk/descriptions/{draft}/publication`: asks for it to be published. A text that was
/// changed in the same form is kept first and looked at again: what is asked for was seen.
///
/// # Errors
/// As [`show`]; [`app::Error::Denied`] for those who only draft.
pub async fn ask(
    State(web): State<Web>,
    signed: Signed,
    Path(draft): Path<String>,
    sent: Sent,
) -> Result<Response, Error> {
    let shown = Shown::read(&web, &signed, &draft).await?;
    let fields = &sent.fields;
    if let Some(mistakes) = refused(&sent) {
        let page = page(&web, &signed, &shown, Some((fields, &mistakes)));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let has_text = fields.some(CONTENT).is_some();
    if has_text && fields.text(CONTENT) != shown.draft.content {
        return match keep(&web, &signed, &shown, fields).await {
            Ok(()) => look_first(&web, &signed, &draft, fields).await,
            Err(error) => again(&web, &signed, &draft, fields, error).await,
        };
    }
    let (id, reason) = (shown.draft.id, fields.text("reason"));
    let asked = web
        .app()
        .ask_to_publish(&signed.session, id, revision_of(fields), reason);
    match asked.await {
        Ok(Came::Waits(_) | Came::Done(_)) => {
            Ok(Redirect::to(&shown.path("?done=asked")).into_response())
        }
        Err(error) => again(&web, &signed, &draft, fields, error).await,
    }
}

/// The page of a text that was kept just now, before it is asked for.
async fn look_first(
    web: &Web,
    signed: &Signed,
    draft: &str,
    fields: &Incoming,
) -> Result<Response, Error> {
    let shown = Shown::read(web, signed, draft).await?;
    let (mut fields, mut mistakes) = (fields.clone(), Mistakes::none());
    fields.set(CONTENT, shown.draft.content.clone());
    mistakes.add("", signed.viewer.t("publishing-look-first"));
    let page = page(web, signed, &shown, Some((&fields, &mistakes)));
    Ok((StatusCode::CONFLICT, page).into_response())
}

fn page(
    web: &Web,
    signed: &Signed,
    shown: &Shown,
    tried: Option<(&Incoming, &Mistakes)>,
) -> Markup {
    let v = &signed.viewer;
    let draft = &shown.draft;
    let title = name_of(v, draft.sort.as_deref(), &draft.name);
    let under = html! {
        (v.t_args("publishing-changed-by", &[
            ("n", draft.revision.into()), ("name", draft.changer.as_str().into()),
        ])) " " (ago(v, draft.changed_at))
    };
    let body = html! {
        (page_head(&title, under, html! {
            @if draft.published_at.is_none() { (discard_dialog(v, shown)) }
        }))
        @match draft.published_at {
            Some(at) => {
                (notice(Tone::Ok, v.t("publishing-was-published"), html! {
                    (ago(v, at)) " " (where_published(v, draft))
                }))
                (fold(v.t("publishing-text"), false, text(&draft.content)))
            }
            None => { (unpublished(web, signed, shown, tried)) }
        }
    };
    let crumbs = crumbs(v, &title);
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: tried.is_some_and(|(_, mistakes)| !mistakes.is_empty()),
        flash: flash(signed, shown),
        ..Page::new(&title, Place::Descriptions)
    };
    page.render(web, signed, body)
}

fn flash(signed: &Signed, shown: &Shown) -> Option<Flash<'static>> {
    let v = &signed.viewer;
    let (tone, words) = match asked(signed, "done")?.as_str() {
        "kept" if shown.checked.mistakes.is_empty() => (Tone::Ok, v.t("publishing-kept")),
        "kept" => (Tone::Info, v.t("publishing-kept-mistakes")),
        "asked" => (Tone::Ok, v.t("publishing-asked")),
        _ => return None,
    };
    Some(Flash {
        tone,
        words,
        link: None,
    })
}

fn text(content: &str) -> Markup {
    html! { pre.scroll tabindex="0" { code { (content) } } }
}

/// Where what was published from a draft is read, and how to go on from it.
fn where_published(v: &Viewer, draft: &DescriptionDraft) -> Markup {
    let is_edition = draft.sort.as_deref() == Some(Sort::Edition.code());
    let begin = if is_edition { "edition" } else { "region" };
    html! {
        @if is_edition { a href={ "/description/" (draft.name) } { (v.t("publishing-read")) } " · " }
        a href={ "/desk/descriptions/new?" (begin) "=" (draft.name) } { (v.t("publishing-begin-from")) }
    }
}

fn unpublished(
    web: &Web,
    signed: &Signed,
    shown: &Shown,
    tried: Option<(&Incoming, &Mistakes)>,
) -> Markup {
    let (v, draft) = (&signed.viewer, &shown.draft);
    let mut kept = Incoming::default();
    kept.set(CONTENT, draft.content.clone());
    let none = Mistakes::none();
    let (fields, mistakes) = tried.unwrap_or((&kept, &none));
    let is_other_text = fields.text(CONTENT) != draft.content;
    let effect = effect::render(
        v,
        &web.app().catalogue(),
        &draft.content,
        &shown.checked,
        shown.concerned,
    );
    let action = shown.path("");
    let form = Form::post(v, &action)
        .upload()
        .class("form-wide form-code")
        .mistakes(mistakes);
    html! {
        @for one in &shown.asked { (waits(v, shown, one)) }
        @if is_other_text {
            (notice(Tone::Warn, v.t("publishing-other-text"), html! { (v.t("publishing-other-text-explained")) }))
            (fold(v.t("publishing-kept-text"), false, text(&draft.content)))
        } @else {
            (effect)
        }
        (section(v.t("publishing-text-title"), html! {}, form.render(html! {
            (form.hidden("revision", &draft.revision.to_string()))
            (text_fields(v, &form, fields))
            (form.actions(save_button(v, shown), html! {}))
            (publication(v, signed, shown, &form, fields))
        })))
    }
}

/// Saving is the main thing to do until the draft can be published.
fn save_button<'a>(v: &'a Viewer, shown: &Shown) -> Button<'a> {
    if shown.checked.mistakes.is_empty() {
        Button::new(v.t("publishing-keep"))
    } else {
        Button::primary(v.t("publishing-keep"))
    }
}

/// That somebody asked for it to be published.
fn waits(v: &Viewer, shown: &Shown, one: &AskedFor) -> Markup {
    let args = [
        ("name", one.asker.as_str().into()),
        ("n", one.revision.into()),
    ];
    let is_now = one.revision == shown.draft.revision;
    let (tone, words) = if is_now {
        (Tone::Info, v.t("publishing-waits"))
    } else {
        (Tone::Warn, v.t("publishing-outdated"))
    };
    let lead = v.t_args("publishing-asked-revision", &args);
    notice(
        tone,
        &lead,
        html! { (ago(v, one.asked_at)) ". " (words) " " a href="/approvals" { (v.t("approvals-title")) } },
    )
}

/// Having it published, for those who may; who does it, for the others.
fn publication(
    v: &Viewer,
    signed: &Signed,
    shown: &Shown,
    form: &Form<'_>,
    fields: &Incoming,
) -> Markup {
    let me = signed.session.person.id;
    let publish = who_publishes(&shown.team).into_iter();
    let others = publish.filter(|one| one.person != me);
    let names: Vec<&str> = others.map(|one| one.name.as_str()).collect();
    let args = [("names", names.join(", ").into())];
    if !may_publish(&signed.session) {
        let words = if names.is_empty() {
            v.t("publishing-nobody-publishes").to_owned()
        } else {
            v.t_args("publishing-others-publish", &args)
        };
        return html! { p.muted.section { (words) } };
    }
    if shown.checked.described.is_none() || shown.is_asked_for() {
        return html! {};
    }
    if names.is_empty() {
        return html! { p.muted.section { (v.t("publishing-alone")) } };
    }
    let to = shown.path("/publication");
    html! {
        section.section.stack-16 {
            h3 { (v.t("publishing-publish-title")) }
            p.muted { (v.t_args("publishing-two", &args)) }
            (form.textarea(Field::new("reason", v.t("team-reason")).hint(v.t("team-reason-hint"))
                .value(fields.text("reason")).rows(2).count(500)))
            div.form-actions { (Button::primary(v.t("publishing-ask")).to(&to).submit()) }
        }
    }
}

fn discard_dialog(v: &Viewer, shown: &Shown) -> Markup {
    let action = shown.path("/discard");
    let form = Form::post(v, &action).prefix("discard-");
    let opener = Button::new(v.t("publishing-discard"));
    let body = form.render(html! {
        p { (v.t("publishing-discard-explained")) }
        (form.hidden("revision", &shown.draft.revision.to_string()))
        (form.actions(Button::new(v.t("publishing-discard-do")).look(Look::Danger), html! {}))
    });
    dialog(opener, "discard", body)
}
