//! What the vendor promises and when it is open, as it is published, and the drafts of what will
//! be: leads and managers write them, managers have them published.

pub mod draft;
mod effect;
mod sent;

use std::collections::HashMap;

use axum::extract::State;
use mainstay_app::approvals::{AskedFor, Listed, Proposal, asked_for};
use mainstay_app::{self as app, Catalogue, Session, descriptions};
use mainstay_domain::Moment;
use mainstay_domain::access::Action;
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;
use mainstay_store::description_drafts::{self, DescriptionDraft};
use maud::{Markup, html};
use uuid::Uuid;

use super::desk_grant;
use crate::error::Error;
use crate::public::frame::date;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::words::ago;
use crate::ui::{Button, Flash, Icon, Tone, Viewer, empty, page_head, section, tag};

/// As many drafts are listed.
const LISTED: u32 = 100;

/// `GET /desk/descriptions`
///
/// # Errors
/// [`app::Error::Denied`] for those who draft none.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    desk_grant(&signed, Action::Publish)?;
    let (session, now) = (&signed.session, signed.now());
    let (drafts, waiting) = read(&web, session, now).await?;
    let (v, catalogue) = (&signed.viewer, web.app().catalogue());
    let body = html! {
        (page_head(v.t("publishing-title"), html! { (v.t("publishing-explained")) }, html! {
            (Button::primary(v.t("publishing-new")).icon(Icon::Plus).link("/desk/descriptions/new"))
        }))
        (section(v.t("publishing-drafts"), html! {}, html! {
            @if drafts.is_empty() { (empty(Icon::Page, v.t("publishing-no-drafts"), html! {})) }
            @else { (drafts_table(v, &catalogue, &drafts, &waiting)) }
        }))
        (section(v.t("publishing-editions"), html! {}, html! {
            @if catalogue.editions().is_empty() { (empty(Icon::Book, v.t("publishing-no-editions"), html! {})) }
            @else { (editions(v, &catalogue)) }
        }))
        (section(v.t("publishing-regions"), html! {}, html! {
            @if catalogue.regions().is_empty() { (empty(Icon::Clock, v.t("publishing-no-regions"), html! {})) }
            @else { (regions(v, &catalogue)) }
        }))
    };
    let page = Page {
        flash: flash(&signed),
        ..Page::new(v.t("publishing-title"), Place::Descriptions)
    };
    Ok(page.render(&web, &signed, body))
}

/// The drafts, and which of them wait for somebody who agrees.
async fn read(
    web: &Web,
    session: &Session,
    now: Moment,
) -> Result<(Vec<DescriptionDraft>, Vec<AskedFor>), Error> {
    let read = web.app().db().read(async |tx| {
        let drafts = description_drafts::list(tx, LISTED).await?;
        Ok::<_, app::Error>((drafts, asked_for(tx, session, now).await?))
    });
    Ok(read.await?)
}

fn flash(signed: &Signed) -> Option<Flash<'static>> {
    let done = super::asked(signed, "done")?;
    (done == "discarded").then_some(Flash {
        tone: Tone::Ok,
        words: signed.viewer.t("publishing-discarded"),
        link: None,
    })
}

/// What a draft is called: *Edition 2027-01-01*, *Region de*.
fn name_of(v: &Viewer, sort: Option<&str>, name: &str) -> String {
    let args = [("name", name.to_owned().into())];
    match sort {
        Some("edition") if !name.is_empty() => v.t_args("publishing-edition", &args),
        Some("region") if !name.is_empty() => v.t_args("publishing-region-of", &args),
        Some("edition") => v.t("publishing-some-edition").to_owned(),
        Some("region") => v.t("publishing-some-region").to_owned(),
        _ => v.t("publishing-no-name").to_owned(),
    }
}

fn drafts_table(
    v: &Viewer,
    catalogue: &Catalogue,
    drafts: &[DescriptionDraft],
    waiting: &[AskedFor],
) -> Markup {
    html! {
        div.scroll { table.plain.stacks {
            caption.sr { (v.t("publishing-drafts")) }
            thead { tr {
                th scope="col" { (v.t("publishing-draft")) }
                th scope="col" { (v.t("publishing-state")) }
                th scope="col" { (v.t("publishing-changed")) }
            } }
            tbody { @for draft in drafts {
                tr {
                    th scope="row" {
                        a href={ "/desk/descriptions/" (draft.id) } { (name_of(v, draft.sort.as_deref(), &draft.name)) }
                    }
                    td { (state_of_draft(v, catalogue, draft, waiting)) }
                    td { bdi { (draft.changer) } div.small.muted { (ago(v, draft.changed_at)) } }
                }
            } }
        } }
    }
}

/// Whether it waits for somebody, can be published, or has mistakes.
fn state_of_draft(
    v: &Viewer,
    catalogue: &Catalogue,
    draft: &DescriptionDraft,
    waiting: &[AskedFor],
) -> Markup {
    let is_it = |one: &&AskedFor| one.draft == draft.id && one.revision == draft.revision;
    if let Some(asked) = waiting.iter().find(is_it) {
        let args = [("name", asked.asker.as_str().into())];
        return tag(Tone::Warn, &v.t_args("publishing-asked-by", &args));
    }
    let mistakes = descriptions::check(catalogue, &draft.content)
        .mistakes
        .len();
    if mistakes == 0 {
        return tag(Tone::Ok, v.t("publishing-no-mistakes"));
    }
    let words = v.t_args("publishing-mistakes", &[("n", mistakes.into())]);
    tag(Tone::Bad, &words)
}

/// The published editions, the newest first.
fn editions(v: &Viewer, catalogue: &Catalogue) -> Markup {
    html! {
        div.scroll { table.plain.stacks {
            caption.sr { (v.t("publishing-editions")) }
            thead { tr {
                th scope="col" { (v.t("publishing-edition-heading")) }
                th scope="col" { (v.t("publishing-from")) }
                th scope="col" { (v.t("publishing-state")) }
                th scope="col" { span.sr { (v.t("publishing-next")) } }
            } }
            tbody { @for edition in catalogue.editions().iter().rev() {
                tr {
                    th scope="row" { a href={ "/description/" (edition.id) } { (edition.id) } }
                    td { (date(v, edition.in_force_from)) }
                    td { (state_of_edition(v, catalogue, edition)) }
                    td {
                        a href={ "/desk/descriptions/new?edition=" (edition.id) } {
                            (v.t("publishing-begin-from")) span.sr { " " (edition.id) }
                        }
                    }
                }
            } }
        } }
    }
}

fn state_of_edition(v: &Viewer, catalogue: &Catalogue, edition: &Edition) -> Markup {
    let is_now = |now: &std::sync::Arc<Edition>| now.id == edition.id;
    if catalogue.edition_at(v.now).is_some_and(is_now) {
        return tag(Tone::Ok, v.t("publishing-in-force"));
    }
    if !Catalogue::has_begun(edition, v.now) {
        let args = [("day", date(v, edition.in_force_from).into())];
        return tag(Tone::Info, &v.t_args("publishing-will-be-from", &args));
    }
    let (_, after) = catalogue.around(edition.in_force_from);
    let until = after.map_or(edition.in_force_from, |after| after.in_force_from);
    let args = [("day", date(v, until).into())];
    tag(Tone::Plain, &v.t_args("publishing-was-until", &args))
}

/// The published regions, by name.
fn regions(v: &Viewer, catalogue: &Catalogue) -> Markup {
    html! {
        div.scroll { table.plain.stacks {
            caption.sr { (v.t("publishing-regions")) }
            thead { tr {
                th scope="col" { (v.t("publishing-region")) }
                th scope="col" { (v.t("publishing-zone")) }
                th scope="col" { (v.t("publishing-newest")) }
                th scope="col" { span.sr { (v.t("publishing-next")) } }
            } }
            tbody { @for region in catalogue.regions() {
                tr {
                    th scope="row" { (region.name) " " span.small.muted { (region.code) } }
                    td { (region.time_zone()) }
                    td { (newest(v, catalogue, region)) }
                    td {
                        a href={ "/desk/descriptions/new?region=" (region.code) } {
                            (v.t("publishing-add-revision")) span.sr { " " (region.name) }
                        }
                    }
                }
            } }
        } }
    }
}

/// The newest revision of a region, and the one that holds until it does.
fn newest(v: &Viewer, catalogue: &Catalogue, region: &Region) -> Markup {
    let Some(newest) = region.revisions.last() else {
        return html! {};
    };
    let today = catalogue.local_date(&region.code, v.now);
    let now = region.revision_on(today).map(|revision| revision.number);
    let args = [
        ("n", newest.number.into()),
        ("day", date(v, newest.published_on).into()),
    ];
    html! {
        (v.t_args("publishing-revision", &args))
        @if let Some(now) = now.filter(|now| *now != newest.number) {
            div.small.muted { (v.t_args("publishing-revision-now", &[("n", now.into())])) }
        }
    }
}

/// The revisions the drafts are at that are not published yet.
pub(super) type Revisions = HashMap<Uuid, u32>;

/// Reads them, of the drafts that are asked about.
///
/// # Errors
/// When the store fails.
pub(super) async fn revisions(web: &Web, each: &[Listed], now: Moment) -> Result<Revisions, Error> {
    let open = each.iter().filter(|one| one.approval.is_open(now));
    let drafts = open.filter_map(|one| match &one.proposal {
        Some(Proposal::Publish { draft, .. }) => Some(*draft),
        _ => None,
    });
    let drafts: Vec<Uuid> = drafts.collect();
    let read = web.app().db().read(async |tx| {
        let mut found = Revisions::new();
        for draft in drafts {
            let revision = description_drafts::revision(tx, draft).await?;
            found.extend(revision.map(|revision| (draft, revision)));
        }
        Ok::<_, mainstay_store::Error>(found)
    });
    Ok(read.await?)
}

/// What is asked for when somebody asks for a draft to be published, in a sentence.
pub(super) fn proposed(v: &Viewer, sort: &str, name: &str) -> String {
    let args = [("name", name.to_owned().into())];
    if sort == "region" {
        v.t_args("approvals-publish-region", &args)
    } else {
        v.t_args("approvals-publish-edition", &args)
    }
}

/// Whether the draft of a publication says something else by now, or is gone.
pub(super) fn is_outdated(revisions: &Revisions, one: &Listed) -> bool {
    match &one.proposal {
        Some(Proposal::Publish {
            draft, revision, ..
        }) => revisions.get(draft) != Some(revision),
        _ => false,
    }
}

/// Where to read what is to be published, and whether that can still be agreed to.
pub(super) fn reading(v: &Viewer, one: &Listed, is_outdated: bool) -> Markup {
    let Some(Proposal::Publish { draft, .. }) = &one.proposal else {
        return html! {};
    };
    html! {
        @if is_outdated { p { (tag(Tone::Warn, v.t("approvals-outdated"))) " " (v.t("approvals-outdated-explained")) } }
        p { a href={ "/desk/descriptions/" (draft) } { (v.t("approvals-read-draft")) } }
    }
}
