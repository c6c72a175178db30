//! One's API tokens.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::tokens::{Lasts, Wanted};
use mainstay_store::accounts::{self, Account};
use mainstay_store::people::Organisation;
use mainstay_store::tokens::Token;
use maud::{Markup, html};

use super::password::crumbs;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{
    Button, Choice, Field, Form, Look, Mistakes, Tone, Viewer, blocks, page_head, words,
};

/// `GET /profile/tokens`
///
/// # Errors
/// When the store fails.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Markup, Error> {
    draw(&web, &signed, &Incoming::default(), &Mistakes::none(), None).await
}

/// `POST /profile/tokens`: the token is shown once.
///
/// # Errors
/// When the store fails.
pub async fn create(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let made = match wanted(&fields) {
        Ok(wanted) => web.app().create_token(&signed.session, wanted).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(token) => {
            let (none, fields) = (Mistakes::none(), Incoming::default());
            let page = draw(&web, &signed, &fields, &none, Some(&token)).await?;
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((StatusCode::CREATED, no_store, page).into_response())
        }
        Err(error) if is_about_form(&error) => {
            let page = draw(&web, &signed, &fields, &mistakes_of(&error), None).await?;
            Ok((status_of(&error), page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// A token as a form asks for it.
pub(crate) fn wanted(fields: &Incoming) -> Result<Wanted, app::Error> {
    Ok(Wanted {
        name: fields.text("name").to_owned(),
        lasts: Lasts::read(fields.text("lasts"))?,
        customer: fields.text("customer").parse().ok(),
    })
}

/// `POST /profile/tokens/revocation`
///
/// # Errors
/// [`app::Error::NotFound`] when there is none that stands.
pub async fn revoke(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Redirect, Error> {
    let id = fields.text("token").parse();
    let id = id.map_err(|_| app::Error::NotFound)?;
    web.app().revoke_token(&signed.session, id).await?;
    Ok(Redirect::to("/profile/tokens"))
}

async fn draw(
    web: &Web,
    signed: &Signed,
    fields: &Incoming,
    mistakes: &Mistakes,
    fresh: Option<&str>,
) -> Result<Markup, Error> {
    let v = &signed.viewer;
    let tokens = web.app().tokens(&signed.session).await?;
    let customers = customers(web, signed).await?;
    let title = v.t("access-tokens-title");
    let form = Form::post(v, "/profile/tokens").mistakes(mistakes);
    let body = html! {
        (page_head(title, html! {
            (v.t("access-tokens-explained")) " " a href="/api" { (v.t("profile-api")) }
        }, html! {}))
        @if let Some(token) = fresh { (shown_once(v, token)) }
        @if tokens.is_empty() { p.muted { (v.t("access-tokens-none")) } }
        (list(v, &tokens, "/profile/tokens/revocation"))
        (form.render(html! {
            (form.text(Field::new("name", v.t("profile-token-name")).value(fields.text("name"))
                .required()))
            @if let Some(customers) = &customers { (customer_field(v, &form, fields, customers)) }
            (lasts_field(v, &form, fields))
            (form.actions(Button::primary(v.t("profile-token-create")), html! {}))
        }))
    };
    let page = Page {
        crumbs: &crumbs(v, title),
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::Elsewhere)
    };
    Ok(page.render(web, signed, body))
}

/// The customers a partner's token can be for; others choose none.
async fn customers(web: &Web, signed: &Signed) -> Result<Option<Vec<Account>>, Error> {
    let Organisation::Partner(partner) = signed.session.organisation else {
        return Ok(None);
    };
    let (person, now) = (signed.session.person.id, signed.now());
    let find = async |tx: &mut mainstay_store::Tx<'_>| {
        accounts::accounts_of_partner(tx, partner, person, now).await
    };
    Ok(Some(web.app().db().read(find).await?))
}

fn customer_field(v: &Viewer, form: &Form<'_>, fields: &Incoming, customers: &[Account]) -> Markup {
    let ids: Vec<String> = customers.iter().map(|one| one.id.to_string()).collect();
    let choices: Vec<Choice<'_>> = ids
        .iter()
        .zip(customers)
        .map(|(id, customer)| Choice::new(id, &customer.name))
        .collect();
    let field = Field::new("customer", v.t("access-token-customer"));
    form.select(field.value(fields.text("customer")).required(), &choices)
}

/// How long a token lasts; a year unless something else is chosen.
pub(crate) fn lasts_field(v: &Viewer, form: &Form<'_>, fields: &Incoming) -> Markup {
    let all = Lasts::ALL.map(|lasts| {
        let words = v.t_args("access-token-days", &[("n", lasts.days().into())]);
        (lasts.days().to_string(), words)
    });
    let choices: Vec<Choice<'_>> = all
        .iter()
        .map(|(days, words)| Choice::new(days, words))
        .collect();
    let usual = Lasts::default().days().to_string();
    let chosen = fields.some("lasts").unwrap_or(usual);
    form.select(
        Field::new("lasts", v.t("access-token-lasts")).value(&chosen),
        &choices,
    )
}

/// A token that was just made.
pub(crate) fn shown_once(v: &Viewer, token: &str) -> Markup {
    blocks::notice(
        Tone::Ok,
        v.t("profile-token-shown-once"),
        html! { code.secret { (token) } },
    )
}

/// Tokens, each with what can be done about it.
pub(crate) fn list(v: &Viewer, tokens: &[Token], revocation: &str) -> Markup {
    html! { ul.plain { @for token in tokens { li { (line(v, token, revocation)) } } } }
}

fn line(v: &Viewer, token: &Token, revocation: &str) -> Markup {
    let ended = token.expires_at.filter(|at| *at <= v.now);
    let stands = token.revoked_at.is_none() && ended.is_none();
    let name = [("name", token.name.as_str().into())];
    html! {
        b { bdi { (token.name) } }
        @if let Some(customer) = &token.customer {
            span { (v.t_args("access-token-for", &[("customer", customer.as_str().into())])) }
        }
        @match (token.revoked_at, token.expires_at) {
            (Some(at), _) => span.muted { (v.t("profile-token-revoked")) " " (words::moment(v, at)) },
            (None, Some(at)) => span.muted {
                @if stands { (v.t("access-token-until")) } @else { (v.t("access-token-ended")) }
                " " (words::moment(v, at))
            },
            (None, None) => span.muted { (v.t("access-token-no-end")) },
        }
        span.muted {
            @match token.used_at {
                Some(at) => { (v.t("access-token-used")) " " (words::ago(v, at)) },
                None => (v.t("access-token-unused")),
            }
        }
        @if stands {
            form.inline method="post" action=(revocation) {
                input type="hidden" name="token" value=(token.id);
                input type="hidden" name="service" value=(token.person);
                span.sr { (v.t_args("access-token-revoke-label", &name)) }
                (Button::new(v.t("profile-token-revoke")).look(Look::Danger).small().submit())
            }
        }
    }
}
