//! Service accounts of one's organisation: a customer's, or the vendor's own.

use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::services::{Service, decide, roles_to_give};
use mainstay_domain::access::{Action, Denial, Role};
use mainstay_domain::ids::PersonId;
use maud::{Markup, html};

use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::profile::tokens::{lasts_field, list, shown_once, wanted};
use crate::shell::{Page, Place, role_word};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::tag;
use crate::ui::{
    Button, Choice, Field, Form, Icon, Look, Mistakes, Tone, Viewer, blocks, empty, page_head,
};

/// What a form was about that is shown again.
#[derive(Default)]
struct Tried {
    fields: Incoming,
    mistakes: Mistakes,
    /// The service account a token was wanted for; without one, a new account was.
    service: Option<PersonId>,
    /// A token, shown once.
    token: Option<String>,
}

/// Where the pages of one's own side lie.
fn base(signed: &Signed) -> &'static str {
    if signed.is_vendor() {
        "/team/services"
    } else {
        "/organisation/services"
    }
}

/// Leads the vendor's people from the customers' address to their own, and refuses whoever looks
/// after none.
fn admit(signed: &Signed, uri: &Uri) -> Result<Option<Redirect>, Error> {
    if signed.is_vendor() && uri.path().starts_with("/organisation/") {
        return Ok(Some(Redirect::to(base(signed))));
    }
    if !signed.is_vendor() && uri.path().starts_with("/team/") {
        return Err(app::Error::Denied(Denial::of_role(Action::RunMachine)).into());
    }
    decide(&signed.session)?;
    Ok(None)
}

/// `GET /organisation/services`, `GET /team/services`
///
/// # Errors
/// [`app::Error::Denied`] when they do not look after them.
pub async fn show(State(web): State<Web>, signed: Signed, uri: Uri) -> Result<Response, Error> {
    if let Some(elsewhere) = admit(&signed, &uri)? {
        return Ok(elsewhere.into_response());
    }
    Ok(draw(&web, &signed, &Tried::default())
        .await?
        .into_response())
}

/// `POST …/services`: makes one.
///
/// # Errors
/// [`app::Error::Denied`] when they do not look after them, or the role is not theirs to give.
pub async fn create(
    State(web): State<Web>,
    signed: Signed,
    uri: Uri,
    fields: Incoming,
) -> Result<Response, Error> {
    if let Some(elsewhere) = admit(&signed, &uri)? {
        return Ok(elsewhere.into_response());
    }
    let role = Role::from_code(fields.text("role"));
    let made = match role {
        Some(role) => {
            let name = fields.text("name");
            web.app().create_service(&signed.session, name, role).await
        }
        None => Err(app::Error::Field {
            field: "role",
            message: signed.viewer.t("desk-role-missing").to_owned(),
        }),
    };
    match made {
        Ok(_) => Ok(Redirect::to(base(&signed)).into_response()),
        Err(error) => again(&web, &signed, error, fields, None).await,
    }
}

/// The service account a form names.
fn named(fields: &Incoming) -> Result<PersonId, app::Error> {
    fields
        .text("service")
        .parse()
        .map_err(|_| app::Error::Field {
            field: "service",
            message: "Choose a service account from the list".to_owned(),
        })
}

/// `POST …/services/tokens`: a token of one, shown once.
///
/// # Errors
/// [`app::Error::NotFound`] when they have no such service account.
pub async fn create_token(
    State(web): State<Web>,
    signed: Signed,
    uri: Uri,
    fields: Incoming,
) -> Result<Response, Error> {
    if let Some(elsewhere) = admit(&signed, &uri)? {
        return Ok(elsewhere.into_response());
    }
    let asked = named(&fields).and_then(|service| Ok((service, wanted(&fields)?)));
    let (service, made) = match asked {
        Ok((service, wanted)) => {
            let app = web.app();
            let made = app.create_service_token(&signed.session, service, wanted);
            (Some(service), made.await)
        }
        Err(error) => (named(&fields).ok(), Err(error)),
    };
    match made {
        Ok(token) => {
            let tried = Tried {
                token: Some(token),
                ..Tried::default()
            };
            let page = draw(&web, &signed, &tried).await?;
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((StatusCode::CREATED, no_store, page).into_response())
        }
        Err(error) => again(&web, &signed, error, fields, service).await,
    }
}

/// `POST …/services/revocation`: revokes a token of one.
///
/// # Errors
/// [`app::Error::NotFound`] when there is none that stands.
pub async fn revoke(
    State(web): State<Web>,
    signed: Signed,
    uri: Uri,
    fields: Incoming,
) -> Result<Response, Error> {
    if let Some(elsewhere) = admit(&signed, &uri)? {
        return Ok(elsewhere.into_response());
    }
    let service = named(&fields)?;
    let id = fields.text("token").parse();
    let id = id.map_err(|_| app::Error::NotFound)?;
    web.app()
        .revoke_service_token(&signed.session, service, id)
        .await?;
    Ok(Redirect::to(base(&signed)).into_response())
}

/// `POST …/services/deactivation`
///
/// # Errors
/// [`app::Error::NotFound`] when they have no such service account.
pub async fn deactivate(
    State(web): State<Web>,
    signed: Signed,
    uri: Uri,
    fields: Incoming,
) -> Result<Response, Error> {
    if let Some(elsewhere) = admit(&signed, &uri)? {
        return Ok(elsewhere.into_response());
    }
    let service = named(&fields)?;
    web.app()
        .deactivate_service(&signed.session, service)
        .await?;
    Ok(Redirect::to(base(&signed)).into_response())
}

/// The page again with what was typed and what is wrong with it.
async fn again(
    web: &Web,
    signed: &Signed,
    error: app::Error,
    fields: Incoming,
    service: Option<PersonId>,
) -> Result<Response, Error> {
    if !is_about_form(&error) {
        return Err(error.into());
    }
    let tried = Tried {
        mistakes: mistakes_of(&error),
        fields,
        service,
        token: None,
    };
    let page = draw(web, signed, &tried).await?;
    Ok((status_of(&error), page).into_response())
}

async fn draw(web: &Web, signed: &Signed, tried: &Tried) -> Result<Markup, Error> {
    let v = &signed.viewer;
    let all = web.app().services(&signed.session).await?;
    let title = v.t("access-services-title");
    let base = base(signed);
    let body = html! {
        (page_head(title, html! { (v.t("access-services-explained")) }, html! {}))
        @if let Some(token) = &tried.token { (shown_once(v, token)) }
        @if all.is_empty() { (empty(Icon::Gear, v.t("access-services-none"), html! {})) }
        @for service in &all { (one(v, base, service, tried)) }
        (blocks::section(v.t("access-service-create"), html! {}, new_form(signed, base, tried)))
    };
    let place = if signed.is_vendor() {
        Place::Team
    } else {
        Place::Elsewhere
    };
    let page = Page {
        has_mistakes: !tried.mistakes.is_empty(),
        ..Page::new(title, place)
    };
    Ok(page.render(web, signed, body))
}

fn one(v: &Viewer, base: &str, service: &Service, tried: &Tried) -> Markup {
    let roles: Vec<&str> = service
        .roles
        .iter()
        .map(|role| role_word(v, *role))
        .collect();
    let end = html! {
        span.muted { (roles.join(", ")) } " "
        @if !service.is_active { (tag(Tone::Plain, v.t("access-service-deactivated"))) }
    };
    blocks::section(
        &service.name,
        end,
        html! {
            @if service.tokens.is_empty() { p.muted { (v.t("access-service-tokens-none")) } }
            (list(v, &service.tokens, &format!("{base}/revocation")))
            @if service.is_active {
                (token_form(v, base, service, tried))
                (deactivation(v, base, service))
            }
        },
    )
}

fn token_form(v: &Viewer, base: &str, service: &Service, tried: &Tried) -> Markup {
    let (action, prefix) = (format!("{base}/tokens"), format!("token-{}-", service.id));
    let (none, nothing) = (Mistakes::none(), Incoming::default());
    let is_tried = tried.service == Some(service.id);
    let (mistakes, fields) = if is_tried {
        (&tried.mistakes, &tried.fields)
    } else {
        (&none, &nothing)
    };
    let form = Form::post(v, &action).prefix(&prefix).mistakes(mistakes);
    let name = [("name", service.name.as_str().into())];
    let label = v.t_args("access-service-token-for", &name);
    let form = form.render(html! {
        (form.hidden("service", &service.id.to_string()))
        (form.text(Field::new("name", v.t("profile-token-name")).value(fields.text("name"))
            .required()))
        (lasts_field(v, &form, fields))
        (form.actions(Button::new(v.t("profile-token-create")), html! {}))
    });
    blocks::fold(&label, is_tried || service.tokens.is_empty(), form)
}

fn deactivation(v: &Viewer, base: &str, service: &Service) -> Markup {
    let name = [("name", service.name.as_str().into())];
    html! {
        form.inline method="post" action={ (base) "/deactivation" } {
            input type="hidden" name="service" value=(service.id);
            span.sr { (v.t_args("access-service-deactivate-label", &name)) }
            (Button::new(v.t("access-service-deactivate")).look(Look::Danger).small().submit())
        }
    }
}

fn new_form(signed: &Signed, base: &str, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let (none, nothing) = (Mistakes::none(), Incoming::default());
    let (mistakes, fields) = match tried.service {
        None => (&tried.mistakes, &tried.fields),
        Some(_) => (&none, &nothing),
    };
    let roles = roles_to_give(&signed.session);
    if roles.is_empty() {
        return html! { p.muted { (v.t("access-service-roles-none")) } };
    }
    let choices: Vec<Choice<'_>> = roles
        .iter()
        .map(|role| Choice::new(role.code(), role_word(v, *role)))
        .collect();
    let form = Form::post(v, base).mistakes(mistakes);
    form.render(html! {
        (form.text(Field::new("name", v.t("access-service-name")).value(fields.text("name"))
            .required()))
        (form.select(Field::new("role", v.t("access-service-role")).value(fields.text("role"))
            .required(), &choices))
        (form.actions(Button::primary(v.t("access-service-create")), html! {}))
    })
}
