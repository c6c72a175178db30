//! The partners, taking one in, and what the directory says of each.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::partners::NewPartner;
use mainstay_app::people::NewPerson;
use mainstay_domain::access::Action;
use mainstay_domain::ids::PartnerId;
use mainstay_store::partners::{self, Partner};
use maud::{Markup, html};

use super::account::{link, link_notice, person_fields};
use super::desk_grant;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::partner::entry::{entry_of, form as entry_form, typed};
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::list::{Column, subject};
use crate::ui::{
    Button, Crumb, Field, Form, Icon, List, Mistakes, Row, Tone, Viewer, empty, page_head, panel,
    section, tag,
};

/// `GET /desk/partners`
///
/// # Errors
/// [`app::Error::Denied`] for those who take none in.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    page(&web, &signed, &Incoming::default(), &Mistakes::none(), None).await
}

async fn page(
    web: &Web,
    signed: &Signed,
    fields: &Incoming,
    mistakes: &Mistakes,
    link: Option<&str>,
) -> Result<Markup, Error> {
    desk_grant(signed, Action::ManagePartners)?;
    let read = web.app().db().read(async |tx| partners::list(tx).await);
    let found = read.await?;
    let v = &signed.viewer;
    let title = v.t("desk-partners");
    let body = html! {
        (page_head(title, html! { (v.t("desk-partners-explained")) }, html! {}))
        @if let Some(link) = link { (link_notice(v, link)) }
        @if found.is_empty() { (empty(Icon::People, v.t("desk-partners-none"), html! {})) }
        @else { (section("", html! {}, list(v, &found))) }
        (panel(v.t("desk-partner-new"), form(v, fields, mistakes)))
    };
    let crumbs = crumbs(v, title);
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::Accounts)
    };
    Ok(page.render(web, signed, body))
}

fn crumbs<'a>(v: &Viewer, label: &'a str) -> [Crumb<'a>; 2] {
    [
        Crumb {
            href: "/accounts",
            label: v.t("desk-accounts"),
        },
        Crumb { href: "", label },
    ]
}

fn list(v: &Viewer, found: &[Partner]) -> Markup {
    let columns = [
        Column::with(v.t("desk-partner"), "main"),
        Column::new(v.t("desk-partner-directory")),
    ];
    let hrefs: Vec<String> = found
        .iter()
        .map(|partner| format!("/desk/partners/{}", partner.id))
        .collect();
    let rows = found
        .iter()
        .zip(&hrefs)
        .map(|(partner, href)| Row {
            href,
            cells: vec![
                subject(
                    href,
                    &partner.name,
                    html! { (partner.entry.specialities.join(", ")) },
                ),
                if partner.entry.is_listed {
                    tag(Tone::Ok, v.t("desk-partner-listed"))
                } else {
                    tag(Tone::Plain, v.t("desk-partner-unlisted"))
                },
            ],
            ..Row::default()
        })
        .collect();
    List::plain("partners", v.t("desk-partners"), &columns, rows).render(v)
}

fn form(v: &Viewer, fields: &Incoming, mistakes: &Mistakes) -> Markup {
    let form = Form::post(v, "/desk/partners").mistakes(mistakes);
    form.render(html! {
        (form.text(Field::new("partner", v.t("desk-partner-name")).value(fields.text("partner"))
            .required()))
        p.hint { (v.t("desk-partner-first")) }
        (person_fields(v, &form, fields, v.t("desk-time-zone-hint-own")))
        (form.actions(Button::primary(v.t("desk-partner-create")), html! {}))
    })
}

/// `POST /desk/partners`: takes a partner in; its administrator's link is shown once.
///
/// # Errors
/// When the store fails.
pub async fn create(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::ManagePartners)?;
    let zone = signed.session.person.time_zone.clone();
    let new = NewPartner {
        name: fields.text("partner").to_owned(),
        administrator: NewPerson {
            name: fields.text("name").to_owned(),
            email: fields.text("email").to_owned(),
            time_zone: fields.some("time_zone").unwrap_or(zone),
        },
    };
    match web.app().create_partner(&signed.session, &new).await {
        Ok((_, invited)) => {
            let link = link(&web, &invited.word);
            let (fields, none) = (Incoming::default(), Mistakes::none());
            let page = page(&web, &signed, &fields, &none, Some(&link)).await?;
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((StatusCode::CREATED, no_store, page).into_response())
        }
        Err(error) if is_about_form(&error) => {
            let page = page(&web, &signed, &fields, &mistakes_of(&error), None).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// The partner an address names.
fn id_of(text: &str) -> Result<PartnerId, Error> {
    text.parse().map_err(|_| app::Error::NotFound.into())
}

/// `GET /desk/partners/{partner}`: what the directory says of it.
///
/// # Errors
/// [`app::Error::NotFound`] when there is none.
pub async fn show_entry(
    State(web): State<Web>,
    signed: Signed,
    Path(partner): Path<String>,
) -> Result<Markup, Error> {
    entry_page(&web, &signed, &partner, None).await
}

async fn entry_page(
    web: &Web,
    signed: &Signed,
    partner: &str,
    tried: Option<(&Incoming, &Mistakes)>,
) -> Result<Markup, Error> {
    desk_grant(signed, Action::ManagePartners)?;
    let id = id_of(partner)?;
    let read = web.app().db().read(async |tx| partners::find(tx, id).await);
    let found = read.await?.ok_or(app::Error::NotFound)?;
    let v = &signed.viewer;
    let (kept, none) = (typed(&found.entry), Mistakes::none());
    let (fields, mistakes) = tried.unwrap_or((&kept, &none));
    let action = format!("/desk/partners/{id}");
    let body = html! {
        (page_head(&found.name, html! { (v.t("partner-entry")) }, html! {}))
        (entry_form(web, v, &action, fields, mistakes))
    };
    let crumbs = [
        Crumb {
            href: "/desk/partners",
            label: v.t("desk-partners"),
        },
        Crumb {
            href: "",
            label: &found.name,
        },
    ];
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(&found.name, Place::Accounts)
    };
    Ok(page.render(web, signed, body))
}

/// `POST /desk/partners/{partner}`
///
/// # Errors
/// When the store fails.
pub async fn save_entry(
    State(web): State<Web>,
    signed: Signed,
    Path(partner): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::ManagePartners)?;
    let (id, entry) = (id_of(&partner)?, entry_of(&fields));
    match web.app().save_entry(&signed.session, id, entry).await {
        Ok(()) => Ok(Redirect::to("/desk/partners").into_response()),
        Err(error) if is_about_form(&error) => {
            let mistakes = mistakes_of(&error);
            let tried = Some((&fields, &mistakes));
            let page = entry_page(&web, &signed, &partner, tried).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
