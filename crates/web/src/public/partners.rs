//! Find a partner (S6): by region, language and speciality.

use std::collections::BTreeSet;

use axum::extract::{Query, State};
use mainstay_domain::access::Action;
use mainstay_store::partners::{self, Entry, Partner};
use maud::{Markup, html};
use serde::Deserialize;

use super::frame;
use crate::error::Error;
use crate::shell::Place;
use crate::signed::{MaybeSigned, is_partner};
use crate::state::Web;
use crate::ui::{Button, Choice, Fact, Field, Form, Icon, Viewer, empty, facts, page_head, panel};

/// What is looked for; empty for anything.
#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    region: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    speciality: String,
}

impl Wanted {
    fn fits(&self, entry: &Entry) -> bool {
        let has = |wanted: &str, words: &[String]| {
            wanted.is_empty() || words.iter().any(|word| word == wanted)
        };
        has(&self.region, &entry.regions)
            && has(&self.language, &entry.languages)
            && has(&self.speciality, &entry.specialities)
    }
}

/// `GET /partners?region=…&language=…&speciality=…`
///
/// # Errors
/// When the store fails.
pub async fn show(
    State(web): State<Web>,
    reader: MaybeSigned,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, Error> {
    // The filters offer what the entries hold, so that they are read whole.
    let read = web
        .app()
        .db()
        .read(async |tx| partners::directory(tx).await);
    let all = read.await?;
    let v = &reader.viewer;
    let found: Vec<&Partner> = all.iter().filter(|one| wanted.fits(&one.entry)).collect();
    let title = v.t("partner-directory");
    let may_delegate = reader.signed.as_ref().is_some_and(|signed| {
        let is_customers = !signed.is_vendor() && !is_partner(&signed.session);
        is_customers && signed.session.grant(Action::DelegateToPartner).is_ok()
    });
    let body = html! {
        (page_head(title, html! { (v.t("partner-directory-explained")) }, html! {}))
        @if all.is_empty() {
            (empty(Icon::People, v.t("partner-directory-none"), html! {}))
        } @else {
            div.section { (filters(&web, v, &all, &wanted)) }
            @if found.is_empty() {
                (empty(Icon::Search, v.t("partner-directory-unfound"),
                    Button::new(v.t("partner-directory-all")).link("/partners")))
            }
            div.columns { @for one in found { (card(&web, v, one, may_delegate)) } }
        }
    };
    Ok(frame::render(
        &web,
        &reader,
        title,
        Place::Elsewhere,
        &[],
        body,
    ))
}

fn filters(web: &Web, v: &Viewer, all: &[Partner], wanted: &Wanted) -> Markup {
    let words = |of: fn(&Entry) -> &[String]| {
        let each = all.iter().flat_map(move |one| of(&one.entry));
        each.map(String::as_str).collect::<BTreeSet<&str>>()
    };
    let catalogue = web.app().catalogue();
    let regions = words(|entry| &entry.regions);
    let mut region_choices = vec![Choice::new("", v.t("partner-any"))];
    region_choices.extend(regions.into_iter().map(|code| {
        let name = catalogue.region(code).map_or(code, |region| &region.name);
        Choice::new(code, name)
    }));
    let plain = |words: BTreeSet<&'_ str>| {
        let any = Choice::new("", v.t("partner-any"));
        let each = words
            .into_iter()
            .map(|word| (word.to_owned(), word.to_owned()));
        (any, each.collect::<Vec<_>>())
    };
    let (any, languages) = plain(words(|entry| &entry.languages));
    let (_, specialities) = plain(words(|entry| &entry.specialities));
    let choices = |words: &'_ [(String, String)]| {
        words
            .iter()
            .map(|(value, label)| (value.clone(), label.clone()))
            .collect::<Vec<_>>()
    };
    let (languages, specialities) = (choices(&languages), choices(&specialities));
    let select =
        |name: &'static str, label: &'static str, value: &str, own: &[(String, String)]| {
            let form = Form::get(v, "/partners");
            let mut all = vec![any];
            all.extend(own.iter().map(|(value, label)| Choice::new(value, label)));
            form.select(Field::new(name, label).value(value), &all)
        };
    let form = Form::get(v, "/partners").class("form-row");
    form.render(html! {
        (form.select(Field::new("region", v.t("partner-region")).value(&wanted.region), &region_choices))
        (select("language", v.t("partner-language"), &wanted.language, &languages))
        (select("speciality", v.t("partner-speciality"), &wanted.speciality, &specialities))
        (form.actions(Button::new(v.t("partner-find")).icon(Icon::Search), html! {}))
    })
}

/// What the directory says of a partner.
pub fn facts_of(web: &Web, v: &Viewer, entry: &Entry) -> Markup {
    let catalogue = web.app().catalogue();
    let regions: Vec<&str> = entry
        .regions
        .iter()
        .map(|code| {
            catalogue
                .region(code)
                .map_or(code.as_str(), |region| &region.name)
        })
        .collect();
    let mut lines = Vec::new();
    let lists = [
        (v.t("partner-specialities"), entry.specialities.join(", ")),
        (v.t("partner-languages"), entry.languages.join(", ")),
        (v.t("partner-regions"), regions.join(", ")),
        (v.t("partner-reached"), entry.contact.clone()),
    ];
    for (label, words) in &lists {
        if !words.is_empty() {
            lines.push(Fact::words(label, words));
        }
    }
    html! {
        @if !entry.about.is_empty() { p dir="auto" { (entry.about) } }
        (facts(&lines))
    }
}

fn card(web: &Web, v: &Viewer, one: &Partner, may_delegate: bool) -> Markup {
    panel(
        &one.name,
        html! {
            (facts_of(web, v, &one.entry))
            @if may_delegate {
                (Button::new(v.t("partner-let-act")).small()
                    .link(&format!("/organisation/partners/{}", one.id)))
            }
        },
    )
}
