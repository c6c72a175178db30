//! Taking in a customer, with its first administrator.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_app::people::{NewAccount, NewPerson};
use mainstay_domain::access::Action;
use mainstay_domain::ids::AccountId;
use maud::{Markup, html};

use super::account::{link, link_notice, person_fields, zone_of};
use super::desk_grant;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Choice, Crumb, Field, Form, Mistakes, Viewer, page_head, section};

/// `GET /accounts/new`
///
/// # Errors
/// [`app::Error::Denied`] for those who see no customers.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    desk_grant(&signed, Action::ReadAccounts)?;
    let mut fields = Incoming::default();
    fields.set("seats", "1");
    Ok(page(&web, &signed, &fields, &Mistakes::none()))
}

/// `POST /accounts/new`: the administrator's link is shown once.
///
/// # Errors
/// When the store fails.
pub async fn create(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::ReadAccounts)?;
    let created = match read(&web, &signed.viewer, &fields) {
        Ok(new) => web.app().create_account(&signed.session, &new).await,
        Err(error) => Err(error),
    };
    match created {
        Ok((account, invited)) => {
            let name = fields.text("account").trim();
            let page = created_page(&web, &signed, account, name, &link(&web, &invited.word));
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((StatusCode::CREATED, no_store, page).into_response())
        }
        Err(error) if is_about_form(&error) => {
            let page = page(&web, &signed, &fields, &mistakes_of(&error));
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn read(web: &Web, v: &Viewer, fields: &Incoming) -> Result<NewAccount, app::Error> {
    let seats = fields.text("seats").trim().parse();
    let seats = seats.ok().filter(|seats| (1..=1_000_000).contains(seats));
    let seats = seats.ok_or_else(|| app::Error::Field {
        field: "seats",
        message: v.t("desk-seats-wrong").to_owned(),
    })?;
    let region = fields.text("region").to_owned();
    let time_zone = fields
        .some("time_zone")
        .unwrap_or_else(|| zone_of(web, &region));
    Ok(NewAccount {
        name: fields.text("account").to_owned(),
        region,
        plan: fields.text("plan").to_owned(),
        is_trial: fields.text("trial") == "on",
        offer: fields.some("offer"),
        seats,
        administrator: NewPerson {
            name: fields.text("name").to_owned(),
            email: fields.text("email").to_owned(),
            time_zone,
        },
    })
}

fn page(web: &Web, signed: &Signed, fields: &Incoming, mistakes: &Mistakes) -> Markup {
    let v = &signed.viewer;
    let form = Form::post(v, "/accounts/new").mistakes(mistakes);
    let body = html! {
        (page_head(v.t("desk-account-new"), html! {}, html! {}))
        (form.render(html! {
            (holding_fields(web, v, &form, fields))
            (section(v.t("desk-first-administrator"), html! {}, html! {
                p.hint { (v.t("desk-first-administrator-hint")) }
                (person_fields(v, &form, fields, v.t("desk-time-zone-hint")))
            }))
            (form.actions(Button::primary(v.t("desk-account-create")).key("mod+enter"), html! {
                a href="/accounts" { (v.t("action-cancel")) }
            }))
        }))
    };
    let crumbs = crumbs(v, v.t("desk-account-new"));
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(v.t("desk-account-new"), Place::Accounts)
    };
    page.render(web, signed, body)
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

fn holding_fields(web: &Web, v: &Viewer, form: &Form<'_>, fields: &Incoming) -> Markup {
    let catalogue = web.app().catalogue();
    let regions: Vec<Choice<'_>> = catalogue
        .regions()
        .into_iter()
        .map(|region| Choice::new(&region.code, &region.name))
        .collect();
    let edition = catalogue.edition_at(v.now);
    let plans: Vec<Choice<'_>> = edition.map_or_else(Vec::new, |edition| {
        let plans = edition.plans.iter();
        plans
            .map(|plan| Choice::new(&plan.id, &plan.name))
            .collect()
    });
    let mut offers = vec![Choice::new("", v.t("desk-offer-none"))];
    if let Some(edition) = edition {
        offers.extend(
            edition
                .offers
                .iter()
                .map(|offer| Choice::new(&offer.id, &offer.name)),
        );
    }
    let value = |name: &str| fields.text(name);
    html! {
        (form.text(Field::new("account", v.t("desk-account-name")).value(value("account")).required()))
        (form.select(Field::new("region", v.t("desk-region")).value(value("region")).required(), &regions))
        (form.select(Field::new("plan", v.t("desk-plan")).value(value("plan")).required(), &plans))
        (form.checkbox(Field::new("trial", v.t("desk-is-trial")).value(value("trial"))))
        (form.select(Field::new("offer", v.t("desk-offer")).optional().value(value("offer")), &offers))
        (form.text(Field::new("seats", v.t("desk-seats-label")).kind("number").width("w-10")
            .value(value("seats"))))
    }
}

fn created_page(web: &Web, signed: &Signed, account: AccountId, name: &str, link: &str) -> Markup {
    let v = &signed.viewer;
    let body = html! {
        (page_head(name, html! {}, html! {}))
        (link_notice(v, link))
        p { (Button::primary(v.t("desk-account-show")).link(&format!("/accounts/{account}"))) }
    };
    let crumbs = crumbs(v, name);
    let page = Page {
        crumbs: &crumbs,
        ..Page::new(name, Place::Accounts)
    };
    page.render(web, signed, body)
}
