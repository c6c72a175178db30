//! Seeing the portal as a customer does: where it begins, the bar over every page, where it ends.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::Credential;
use mainstay_app::auth::View;
use mainstay_domain::access::Action;
use mainstay_domain::ids::{AccountId, PersonId};
use mainstay_store::accounts::AccountPerson;
use maud::{Markup, html};

use crate::error::Error;
use crate::incoming::Incoming;
use crate::shell::role_word;
use crate::sign_in::enter;
use crate::signed::{COOKIE, Signed, cookie};
use crate::state::Web;
use crate::ui::blocks::narrow;
use crate::ui::words::time_of_day;
use crate::ui::{
    Button, Choice, Field, Form, Frame, Icon, Look, Mistakes, Side, Viewer, icon, page_head,
};

/// `POST /accounts/{id}/view`: begins to show the portal as one of its people sees it.
///
/// # Errors
/// [`app::Error::Denied`] for those who may not, [`app::Error::NotFound`] when there is no such
/// person.
pub async fn begin(
    State(web): State<Web>,
    signed: Signed,
    Path(id): Path<String>,
    fields: Incoming,
) -> Result<Response, Error> {
    super::desk_grant(&signed, Action::ViewAsCustomer)?;
    let account: AccountId = id.parse().map_err(|_| app::Error::NotFound)?;
    let begun = match fields.text("person").parse::<PersonId>() {
        Ok(person) => {
            let reason = fields.text("reason");
            web.app()
                .begin_view(&signed.session, account, person, reason)
                .await
        }
        Err(_) => Err(app::Error::Field {
            field: "person",
            message: signed.viewer.t("view-choose").to_owned(),
        }),
    };
    match begun {
        Ok(session) => Ok(enter(&web, &session, to_case(&fields).as_str())),
        Err(error) => super::account::again_with_view(&web, &signed, account, fields, error).await,
    }
}

/// The page a view begins with: the request it was asked for at, or the customer's start.
fn to_case(fields: &Incoming) -> String {
    let number = fields.text("case");
    let is_number = !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    if is_number {
        format!("/cases/{number}")
    } else {
        "/home".to_owned()
    }
}

/// `POST /view/end`: back to the desk.
///
/// # Errors
/// When the store fails.
pub async fn end(State(web): State<Web>, headers: HeaderMap) -> Result<Response, Error> {
    let Some(token) = cookie(&headers, COOKIE) else {
        return Ok(Redirect::to("/").into_response());
    };
    match web.app().end_view(Credential::session(token)).await {
        Ok((session, account)) => Ok(enter(&web, &session, &format!("/accounts/{account}"))),
        Err(app::Error::NotFound | app::Error::SignedOut) => Ok(Redirect::to("/").into_response()),
        Err(error) => Err(error.into()),
    }
}

/// `GET /view/over`: the time of a view is over; nothing else is shown before it is ended.
pub async fn over(State(web): State<Web>) -> Markup {
    let v = Viewer::new(web.app().now());
    let vendor = web.vendor();
    let title = v.t("view-over");
    let body = narrow(html! {
        (page_head(title, html! { (v.t("view-over-explained")) }, html! {}))
        (Button::primary(v.t("view-back")).post(&v, "/view/end"))
    });
    Frame::new(&vendor, Side::Public, title).render(&v, body)
}

/// The bar over every page of a view: as whom, why, until when, and its end.
pub(crate) fn bar(v: &Viewer, view: &View, account: &str) -> Markup {
    let args = [
        ("name", view.person.name.as_str().into()),
        ("account", account.into()),
        ("until", time_of_day(v, view.until).into()),
    ];
    html! {
        div.view-bar.notice.tone-warn role="status" {
            (icon(Icon::Lock))
            div {
                b { (v.t_args("view-bar", &args)) } " "
                span { (v.t("view-bar-read-only")) } " "
                span.muted dir="auto" { (v.t("view-bar-reason")) " " (view.reason) }
            }
            (Button::new(v.t("view-stop")).look(Look::Danger).small().post(v, "/view/end"))
        }
    }
}

/// Where a view is asked for, on the page of a customer.
pub(super) fn form(
    v: &Viewer,
    account: AccountId,
    people: &[AccountPerson],
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Markup {
    let action = format!("/accounts/{account}/view");
    let form = Form::post(v, &action).prefix("view-").mistakes(mistakes);
    let mut known: Vec<(String, String)> = Vec::new();
    for one in people {
        let role = mainstay_domain::access::Role::from_code(&one.role);
        let role = role.map_or(one.role.as_str(), |role| role_word(v, role));
        match known.last_mut().filter(|(id, _)| *id == one.id.to_string()) {
            Some((_, words)) => *words = format!("{words}, {role}"),
            None => known.push((one.id.to_string(), format!("{} · {role}", one.name))),
        }
    }
    let choices: Vec<Choice<'_>> = known
        .iter()
        .map(|(id, words)| Choice::new(id, words))
        .collect();
    html! {
        p.small.muted { (v.t("view-explained")) }
        (form.render(html! {
            (form.hidden("case", fields.text("case")))
            (form.select(Field::new("person", v.t("view-person")).value(fields.text("person"))
                .required(), &choices))
            (form.textarea(Field::new("reason", v.t("view-reason")).hint(v.t("view-reason-hint"))
                .value(fields.text("reason")).rows(2).count(500).required()))
            (form.actions(Button::new(v.t("view-begin")).icon(Icon::Lock), html! {}))
        }))
    }
}
