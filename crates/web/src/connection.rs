//! How an organisation's people sign in: its provider and its mail domains, set up by whoever may.
//! The vendor's own page is the same, with several providers and without domains.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::domains::place_of_proof;
use mainstay_app::providers::{Fate, NewProvider, holder_of, way_back};
use mainstay_domain::access::{Action, Denial};
use mainstay_domain::ids::AccountId;
use mainstay_store::domains::{self, Domain};
use mainstay_store::providers::{self, Holder, Provider};
use mainstay_store::reach;
use maud::{Markup, html};
use uuid::Uuid;

use crate::error::Error;
use crate::incoming::Incoming;
use crate::provider::{mistakes, named, on_the_way};
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::tag;
use crate::ui::facts::{Fact, facts};
use crate::ui::{
    Button, Field, Form, Icon, Look, Mistakes, Tone, Viewer, blocks, empty, page_head, words,
};

/// The right to the page of the team, or to that of an organisation.
fn check(signed: &Signed, is_team: bool) -> Result<Holder, Error> {
    let action = if is_team {
        Action::RunMachine
    } else {
        Action::ConnectOrganisation
    };
    signed.session.grant(action)?;
    if signed.is_vendor() != is_team {
        return Err(app::Error::Denied(Denial::of_role(action)).into());
    }
    Ok(holder_of(&signed.session)?)
}

const fn base(holder: Holder) -> &'static str {
    match holder {
        Holder::Vendor => "/team/sign-in",
        Holder::Account(_) => "/organisation/sign-in",
    }
}

/// The page.
///
/// # Errors
/// [`app::Error::Denied`] to whoever may not set sign-in up.
pub async fn show<const TEAM: bool>(
    State(web): State<Web>,
    signed: Signed,
) -> Result<Markup, Error> {
    let holder = check(&signed, TEAM)?;
    draw(
        &web,
        &signed,
        holder,
        &Incoming::default(),
        &Mistakes::none(),
    )
    .await
}

/// The same page after a verb: again with its mistakes, or afresh.
async fn after<T>(
    web: &Web,
    signed: &Signed,
    holder: Holder,
    fields: &Incoming,
    done: Result<T, app::Error>,
) -> Result<Response, Error> {
    let Err(error) = done else {
        return Ok(Redirect::to(base(holder)).into_response());
    };
    let (status, mistakes) = mistakes(error)?;
    let page = draw(web, signed, holder, fields, &mistakes).await?;
    Ok((status, page).into_response())
}

/// Sets a provider up, or changes it.
///
/// # Errors
/// [`app::Error::Denied`] to whoever may not.
pub async fn save<const TEAM: bool>(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let holder = check(&signed, TEAM)?;
    let new = NewProvider {
        id: fields.text("provider").parse().ok(),
        name: fields.text("name").to_owned(),
        issuer: fields.text("issuer").to_owned(),
        client_id: fields.text("client_id").to_owned(),
        client_secret: fields.text("client_secret").to_owned(),
        trusts_factors: fields.text("trusts_factors") == "on",
        is_only: fields.text("is_only") == "on",
    };
    let saved = web.app().save_provider(&signed.session, &new).await;
    after(&web, &signed, holder, &fields, saved).await
}

/// Leaves to see whether a provider works.
///
/// # Errors
/// [`app::Error::Denied`] to whoever may not.
pub async fn test<const TEAM: bool>(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let holder = check(&signed, TEAM)?;
    let origin = &web.config().origin;
    let app = web.app();
    let left = app
        .leave_to_test(&signed.session, named(&fields), origin)
        .await;
    match left {
        Ok(departure) => Ok(on_the_way(&web, &signed.viewer, &departure)),
        left => after(&web, &signed, holder, &Incoming::default(), left).await,
    }
}

/// Puts a provider to use, out of use, or away.
///
/// # Errors
/// [`app::Error::Denied`] to whoever may not.
pub async fn settle<const TEAM: bool>(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let holder = check(&signed, TEAM)?;
    let fate = match fields.text("to") {
        "enabled" => Fate::Enabled,
        "removed" => Fate::Removed,
        _ => Fate::Disabled,
    };
    let id = named(&fields);
    let settled = web.app().settle_provider(&signed.session, id, fate).await;
    after(&web, &signed, holder, &Incoming::default(), settled).await
}

/// Claims a mail domain.
///
/// # Errors
/// [`app::Error::Denied`] to whoever may not.
pub async fn claim_domain(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let holder = check(&signed, false)?;
    let domain = fields.text("domain");
    let claimed = web.app().claim_domain(&signed.session, domain).await;
    after(&web, &signed, holder, &fields, claimed).await
}

/// Looks whether a domain shows its proof.
///
/// # Errors
/// [`app::Error::Denied`] to whoever may not.
pub async fn check_domain(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let holder = check(&signed, false)?;
    let domain = fields.text("domain");
    let checked = web.app().verify_domain(&signed.session, domain).await;
    after(&web, &signed, holder, &Incoming::default(), checked).await
}

/// Gives a domain up.
///
/// # Errors
/// [`app::Error::Denied`] to whoever may not.
pub async fn remove_domain(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let holder = check(&signed, false)?;
    let domain = fields.text("domain");
    let removed = web.app().remove_domain(&signed.session, domain).await;
    after(&web, &signed, holder, &Incoming::default(), removed).await
}

/// What is drawn.
struct Shown<'a> {
    web: &'a Web,
    v: &'a Viewer,
    base: &'static str,
    holder: Holder,
    /// The form as it was sent, with its mistakes.
    fields: &'a Incoming,
    mistakes: &'a Mistakes,
}

async fn draw(
    web: &Web,
    signed: &Signed,
    holder: Holder,
    fields: &Incoming,
    mistakes: &Mistakes,
) -> Result<Markup, Error> {
    let read = async |tx: &mut mainstay_store::Tx<'_>| {
        reach::of(tx, &signed.session.principal);
        let found = providers::list(tx, holder).await?;
        let claimed = match holder.account() {
            Some(account) => domains::list(tx, account).await?,
            None => Vec::new(),
        };
        Ok::<_, mainstay_store::Error>((found, claimed))
    };
    let (found, claimed) = web.app().db().read(read).await?;
    let v = &signed.viewer;
    let base = base(holder);
    let shown = Shown {
        web,
        v,
        base,
        holder,
        fields,
        mistakes,
    };
    let title = match holder {
        Holder::Vendor => v.t("connection-title-team"),
        Holder::Account(_) => v.t("connection-title"),
    };
    let body = html! {
        (page_head(title, html! { (v.t("connection-explained")) }, html! {}))
        @if let Some(mistake) = mistakes.of("provider") {
            (blocks::notice(Tone::Bad, "", html! { (mistake) }))
        }
        @for provider in &found { (shown.provider(provider)) }
        @match holder {
            Holder::Vendor => {
                (blocks::fold(v.t("connection-add"), found.is_empty() || shown.is_of(None),
                    shown.form(None)))
            }
            Holder::Account(account) => {
                @if found.is_empty() { (shown.first(account)) }
                (shown.domains(&claimed))
            }
        }
    };
    let page = Page {
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, Place::Elsewhere)
    };
    Ok(page.render(web, signed, body))
}

/// The fields of a provider's form.
const FIELDS: [&str; 4] = ["name", "issuer", "client_id", "client_secret"];

impl Shown<'_> {
    /// Whether the form that was sent with mistakes is that of this provider.
    fn is_of(&self, provider: Option<&Provider>) -> bool {
        let sent: Option<Uuid> = self.fields.text("provider").parse().ok();
        let is_one = FIELDS.iter().any(|field| self.mistakes.of(field).is_some());
        is_one && (sent == provider.map(|one| one.id) || self.holder != Holder::Vendor)
    }

    fn way_back(&self, id: Uuid) -> Markup {
        html! {
            code.secret { (way_back(&self.web.config().origin, id)) }
            p.hint { (self.v.t("connection-way-back-hint")) }
        }
    }

    /// An account that has none yet.
    fn first(&self, account: AccountId) -> Markup {
        let way_back = [Fact::new(
            self.v.t("connection-way-back"),
            self.way_back(account.0),
        )];
        blocks::section(
            self.v.t("connection-provider"),
            html! {},
            html! { (facts(&way_back)) (self.form(None)) },
        )
    }

    fn provider(&self, provider: &Provider) -> Markup {
        let v = self.v;
        let state = match (provider.is_enabled, provider.tested_at) {
            (true, _) => tag(Tone::Ok, v.t("connection-in-use")),
            (false, Some(_)) => tag(Tone::Info, v.t("connection-ready")),
            (false, None) => tag(Tone::Warn, v.t("connection-not-tried")),
        };
        let state = html! {
            (state)
            @if let Some(at) = provider.tested_at {
                " " span.muted { (v.t("connection-tried-at")) " " (words::moment(v, at)) }
            }
        };
        let facts = facts(&[
            Fact::new(v.t("connection-state"), state),
            Fact::words(v.t("connection-issuer"), &provider.issuer),
            Fact::words(v.t("connection-client-id"), &provider.client_id),
            Fact::words(v.t("connection-secret"), v.t("connection-secret-is-kept")),
            Fact::new(v.t("connection-way-back"), self.way_back(provider.id)),
        ]);
        let change = self.form(Some(provider));
        blocks::section(
            &provider.name,
            html! {},
            html! {
                (facts)
                p.hint { (v.t("connection-try-hint")) }
                (self.buttons(provider))
                (blocks::fold(v.t("connection-change"), self.is_of(Some(provider)), change))
            },
        )
    }

    fn buttons(&self, provider: &Provider) -> Markup {
        let v = self.v;
        let test = Button::new(v.t("connection-try"));
        let enable = Button::primary(v.t("connection-enable"));
        let disable = Button::new(v.t("connection-disable"));
        let remove = Button::new(v.t("connection-remove")).look(Look::Danger);
        let explained = html! {
            p { (v.t("connection-remove-explained")) }
            (self.act("state", "provider", &provider.id.to_string(),
                remove.sends("to", "removed")))
        };
        let id = provider.id.to_string();
        html! {
            div.row {
                (self.act("test", "provider", &id, test))
                @if provider.is_enabled {
                    (self.act("state", "provider", &id, disable.sends("to", "disabled")))
                } @else if provider.tested_at.is_some() {
                    (self.act("state", "provider", &id, enable.sends("to", "enabled")))
                }
                (blocks::dialog(remove, &format!("remove-{id}"), explained))
            }
        }
    }

    /// A form of one button that says what it is about.
    fn act(&self, to: &str, name: &str, value: &str, button: Button<'_>) -> Markup {
        html! {
            form.one-button method="post" action={ (self.base) "/" (to) } {
                (crate::ui::form::csrf(self.v))
                input type="hidden" name=(name) value=(value);
                (button.submit())
            }
        }
    }

    fn form(&self, provider: Option<&Provider>) -> Markup {
        let (v, is_sent) = (self.v, self.is_of(provider));
        let none = Mistakes::none();
        let mistakes = if is_sent { self.mistakes } else { &none };
        let prefix = provider.map_or_else(|| "new-".to_owned(), |one| format!("{}-", one.id));
        let form = Form::post(v, self.base).mistakes(mistakes).prefix(&prefix);
        let value = |name: &str, kept: fn(&Provider) -> &str| {
            if is_sent {
                self.fields.text(name).to_owned()
            } else {
                provider.map_or_else(String::new, |one| kept(one).to_owned())
            }
        };
        let ticked = |name: &str, kept: fn(&Provider) -> bool| {
            let is_on = if is_sent {
                self.fields.text(name) == "on"
            } else {
                provider.is_some_and(kept)
            };
            if is_on { "on" } else { "" }
        };
        let secret = Field::new("client_secret", v.t("connection-client-secret"));
        let secret = match provider {
            Some(_) => secret.hint(v.t("connection-client-secret-kept")),
            None => secret.hint(v.t("connection-client-secret-hint")).required(),
        };
        form.render(html! {
            @if let Some(provider) = provider {
                (form.hidden("provider", &provider.id.to_string()))
            }
            (form.text(Field::new("name", v.t("connection-name"))
                .hint(v.t("connection-name-hint")).value(&value("name", |one| &one.name)).required()))
            (form.text(Field::new("issuer", v.t("connection-issuer")).kind("url")
                .hint(v.t("connection-issuer-hint"))
                .value(&value("issuer", |one| &one.issuer)).required()))
            (form.text(Field::new("client_id", v.t("connection-client-id")).autocomplete("off")
                .value(&value("client_id", |one| &one.client_id)).required()))
            (form.text(secret.kind("password").autocomplete("off")))
            (form.checkbox(Field::new("trusts_factors", v.t("connection-trusts"))
                .value(ticked("trusts_factors", |one| one.trusts_factors))))
            @if self.holder != Holder::Vendor {
                (form.checkbox(Field::new("is_only", v.t("connection-only"))
                    .hint(v.t("connection-only-hint"))
                    .value(ticked("is_only", |one| one.is_only))))
            }
            (form.actions(Button::primary(v.t("connection-save")), html! {}))
        })
    }

    fn domains(&self, claimed: &[Domain]) -> Markup {
        let v = self.v;
        let is_ours = self.mistakes.of("domain").is_some();
        let none = Mistakes::none();
        let mistakes = if is_ours { self.mistakes } else { &none };
        let form = Form::post(v, "/organisation/sign-in/domains");
        let form = form.mistakes(mistakes).prefix("domain-");
        let list = html! {
            p.muted { (v.t("connection-domains-explained")) }
            @if claimed.is_empty() {
                (empty(Icon::Globe, v.t("connection-domains-none"), html! {}))
            }
            ul.plain { @for domain in claimed { li { (self.domain(domain)) } } }
            (form.render(html! {
                (form.text(Field::new("domain", v.t("connection-domain"))
                    .value(self.fields.text("domain")).required()))
                (form.actions(Button::new(v.t("connection-domain-add")), html! {}))
            }))
        };
        blocks::section(v.t("connection-domains"), html! {}, list)
    }

    fn domain(&self, domain: &Domain) -> Markup {
        let v = self.v;
        let name = domain.domain.as_str();
        let check = Button::new(v.t("connection-domain-check")).small();
        let remove = Button::new(v.t("connection-domain-remove"));
        let remove = remove.look(Look::Danger).small();
        html! {
            b { bdi { (name) } }
            @if let Some(at) = domain.verified_at {
                (tag(Tone::Ok, v.t("connection-domain-verified")))
                span.muted { (words::moment(v, at)) }
            } @else {
                (tag(Tone::Warn, v.t("connection-domain-open")))
            }
            (self.act("domains/check", "domain", name, check))
            (self.act("domains/removal", "domain", name, remove))
            @if domain.verified_at.is_none() {
                div {
                    p.hint { (v.t("connection-domain-how")) }
                    p { code.secret { (place_of_proof(name)) } }
                    p { code.secret { (domain.proof) } }
                }
            }
        }
    }
}
