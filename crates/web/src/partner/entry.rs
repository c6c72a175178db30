//! What the directory says of a partner, written by whoever runs it or by the vendor.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_store::partners::{self, Entry};
use maud::{Markup, html};

use super::own_partner;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Choice, Crumb, Field, Form, Mistakes, Viewer, page_head};

/// The fields of an entry as a form holds them.
pub(crate) fn typed(entry: &Entry) -> Incoming {
    let mut typed = Incoming::default();
    typed.set("about", entry.about.as_str());
    typed.set("contact", entry.contact.as_str());
    typed.set("regions", entry.regions.join("\n"));
    typed.set("languages", entry.languages.join("\n"));
    typed.set("specialities", entry.specialities.join("\n"));
    typed.set("listed", if entry.is_listed { "on" } else { "" });
    typed
}

/// The entry a form holds.
pub(crate) fn entry_of(fields: &Incoming) -> Entry {
    let lines = |name| {
        let values = fields.all(name).iter();
        values
            .flat_map(|text| text.lines())
            .map(str::to_owned)
            .collect()
    };
    Entry {
        about: fields.text("about").to_owned(),
        contact: fields.text("contact").to_owned(),
        regions: lines("regions"),
        languages: lines("languages"),
        specialities: lines("specialities"),
        is_listed: fields.text("listed") == "on",
    }
}

/// The form of an entry.
pub(crate) fn form(
    web: &Web,
    v: &Viewer,
    action: &str,
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Markup {
    let form = Form::post(v, action).mistakes(mistakes);
    let catalogue = web.app().catalogue();
    let regions = catalogue.regions();
    let choices: Vec<Choice<'_>> = regions
        .iter()
        .map(|region| Choice::new(&region.code, &region.name))
        .collect();
    let entry = entry_of(fields);
    let checked: Vec<&str> = entry.regions.iter().map(String::as_str).collect();
    form.render(html! {
        (form.textarea(Field::new("about", v.t("partner-about")).hint(v.t("partner-about-hint"))
            .value(&entry.about).rows(4).count(1_000)))
        (form.text(Field::new("contact", v.t("partner-contact")).hint(v.t("partner-contact-hint"))
            .value(&entry.contact)))
        (form.textarea(Field::new("languages", v.t("partner-languages")).hint(v.t("partner-lines-hint"))
            .value(&entry.languages.join("\n")).rows(3)))
        (form.textarea(Field::new("specialities", v.t("partner-specialities"))
            .hint(v.t("partner-lines-hint")).value(&entry.specialities.join("\n")).rows(4)))
        (form.checks(Field::new("regions", v.t("partner-regions")), &choices, &checked))
        (form.checkbox(Field::new("listed", v.t("partner-listed")).value(fields.text("listed"))))
        (form.actions(Button::primary(v.t("partner-entry-save")), html! {
            a href="/partners" { (v.t("partner-directory")) }
        }))
    })
}

/// `GET /partner/entry`
///
/// # Errors
/// [`app::Error::Denied`] for those who do not run a partner.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    let partner = own_partner(&signed)?;
    signed
        .session
        .grant(mainstay_domain::access::Action::RunPartner)?;
    let read = web
        .app()
        .db()
        .read(async |tx| partners::find(tx, partner).await);
    let own = read.await?.ok_or(app::Error::NotFound)?;
    Ok(page(&web, &signed, &typed(&own.entry), &Mistakes::none()))
}

fn page(web: &Web, signed: &Signed, fields: &Incoming, mistakes: &Mistakes) -> Markup {
    let v = &signed.viewer;
    let title = v.t("partner-entry");
    let crumbs = [
        Crumb {
            href: "/partner/people",
            label: v.t("nav-partner-people"),
        },
        Crumb {
            href: "",
            label: title,
        },
    ];
    let body = html! {
        (page_head(title, html! { (v.t("partner-entry-explained")) }, html! {}))
        (form(web, v, "/partner/entry", fields, mistakes))
    };
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::PartnerPeople)
    };
    page.render(web, signed, body)
}

/// `POST /partner/entry`
///
/// # Errors
/// When the store fails.
pub async fn save(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let partner = own_partner(&signed)?;
    let entry = entry_of(&fields);
    match web.app().save_entry(&signed.session, partner, entry).await {
        Ok(()) => Ok(Redirect::to("/partners").into_response()),
        Err(error) if is_about_form(&error) => {
            let page = page(&web, &signed, &fields, &mistakes_of(&error));
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
