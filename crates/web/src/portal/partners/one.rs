//! One partner: what it may do, who of it acts, what became of it, and every way to change that.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::access::delegation::{Covered, Terms};
use mainstay_domain::edition::Kind;
use mainstay_store::delegations::{self, Ask, Delegation, Named, Past};
use mainstay_store::log::Act;
use mainstay_store::partners::{self, Partner};
use maud::{Markup, html};

use super::list::names_of;
use super::{elsewhere, grant, in_a_year, partner_of, terms_fields, typed};
use crate::error::Error;
use crate::incoming::Incoming;
use crate::partner::{last_day, scope_words};
use crate::portal::customer::{self, Held};
use crate::public::partners::facts_of;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{
    Button, Crumb, Field, Form, Look, Mistakes, Tone, Viewer, blocks, page_head, panel, section,
    words,
};

/// A form of the page that was sent and refused.
#[derive(Default)]
pub(super) struct Tried {
    /// Which: `terms`, `refusal`, `removal`.
    pub form: &'static str,
    pub fields: Incoming,
    pub mistakes: Mistakes,
}

/// What the page is drawn from.
struct Known {
    partner: Partner,
    held: Vec<Held>,
    delegation: Option<Delegation>,
    named: Vec<Named>,
    ask: Option<Ask>,
    history: Vec<Past>,
}

/// `GET /organisation/partners/{partner}`
///
/// # Errors
/// [`app::Error::NotFound`] when there is no such partner.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Path(partner): Path<String>,
) -> Result<Response, Error> {
    if let Some(elsewhere) = elsewhere(&signed) {
        return Ok(elsewhere);
    }
    let page = page(&web, &signed, &partner, &Tried::default()).await?;
    Ok(page.into_response())
}

pub(super) async fn page(
    web: &Web,
    signed: &Signed,
    partner: &str,
    tried: &Tried,
) -> Result<Markup, Error> {
    grant(signed)?;
    let partner = partner_of(partner)?;
    let (credential, now) = (signed.session.credential, signed.now());
    let catalogue = web.app().catalogue();
    let known = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::DelegateToPartner)?;
            let found = partners::find(tx, partner).await?;
            let delegation = delegations::find(tx, &grant, partner).await?;
            let asks = delegations::asks_of_account(tx, &grant, now).await?;
            let customer = customer::load(tx, &session, &catalogue, now).await?;
            Ok::<_, app::Error>(Known {
                partner: found.ok_or(app::Error::NotFound)?,
                held: customer.map_or_else(Vec::new, |customer| customer.held),
                delegation,
                named: delegations::named_of_account(tx, &grant).await?,
                ask: asks.into_iter().find(|ask| ask.partner == partner),
                history: delegations::history(tx, &grant, partner).await?,
            })
        })
        .await?;
    let v = &signed.viewer;
    let name = known.partner.name.as_str();
    let crumbs = [
        Crumb {
            href: "/organisation/partners",
            label: v.t("nav-partners"),
        },
        Crumb {
            href: "",
            label: name,
        },
    ];
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !tried.mistakes.is_empty(),
        ..Page::new(name, Place::Partners)
    };
    Ok(page.render(web, signed, draw(web, v, &known, tried)))
}

fn draw(web: &Web, v: &Viewer, known: &Known, tried: &Tried) -> Markup {
    let running = known.delegation.as_ref();
    let running = running.filter(|one| one.ended_at(v.now).is_none());
    let entry = &known.partner.entry;
    html! {
        (page_head(&known.partner.name, html! {}, html! {}))
        @if let Some(ask) = &known.ask { (asked(web, v, known, ask, tried)) }
        @else { (terms(web, v, known, running, tried)) }
        @if let Some(one) = running { (acting(v, known, one, tried)) }
        @if entry.is_listed { (panel(v.t("partner-about-title"), facts_of(web, v, entry))) }
        @if !known.history.is_empty() {
            (section(v.t("partner-history"), html! {}, history(v, &known.history)))
        }
    }
}

/// What it asks for, with the ways to answer.
fn asked(web: &Web, v: &Viewer, known: &Known, ask: &Ask, tried: &Tried) -> Markup {
    let scope = scope_words(web, v, &ask.kinds, ask.names_people);
    let args = [
        ("who", ask.asked_by_name.as_str().into()),
        ("what", scope.as_str().into()),
        ("n", ask.persons.into()),
    ];
    let proposed = Terms {
        kinds: ask.kinds.clone(),
        covered: Covered::All,
        names_people: ask.names_people,
        persons: Some(ask.persons),
        ends_at: in_a_year(v),
    };
    let action = format!("/organisation/partners/{}/approval", known.partner.id);
    let (fields, mistakes) = of_form(v, "terms", &proposed, tried);
    let form = Form::post(v, &action).mistakes(&mistakes);
    let refusal = format!("/organisation/partners/{}/refusal", known.partner.id);
    let declining = Form::post(v, &refusal).prefix("refuse-");
    html! {
        (blocks::notice(Tone::Info, "", html! {
            (v.t_args("partner-asks-sentence", &args)) " “" span dir="auto" { (ask.reason) } "” "
            span.muted { (v.t_args("partner-lapses-on", &[("day", words::date(v, ask.lapses_at).into())])) }
        }))
        (panel(v.t("partner-approve-title"), html! {
            p.hint { (v.t("partner-approve-hint")) }
            (form.render(html! {
                (terms_fields(web, v, &form, &known.held, &fields))
                (form.actions(Button::primary(v.t("partner-approve")), html! {}))
            }))
            (blocks::fold(v.t("partner-decline"), tried.form == "refusal", declining.render(html! {
                (declining.textarea(Field::new("reason", v.t("partner-reason")).rows(2).optional()))
                (declining.actions(Button::new(v.t("partner-decline-do")), html! {}))
            })))
        }))
    }
}

/// What was typed and is wrong with it, or what is proposed.
fn of_form(v: &Viewer, form: &str, proposed: &Terms, tried: &Tried) -> (Incoming, Mistakes) {
    if tried.form == form {
        (tried.fields.clone(), tried.mistakes.clone())
    } else {
        (typed(v, proposed), Mistakes::none())
    }
}

/// The form that lets it act, or changes what it may do.
fn terms(
    web: &Web,
    v: &Viewer,
    known: &Known,
    running: Option<&Delegation>,
    tried: &Tried,
) -> Markup {
    let proposed = running.map_or_else(
        || Terms {
            kinds: vec![Kind::Technical],
            covered: Covered::All,
            names_people: false,
            persons: Some(2),
            ends_at: in_a_year(v),
        },
        |one| one.terms.clone(),
    );
    let action = format!("/organisation/partners/{}", known.partner.id);
    let (fields, mistakes) = of_form(v, "terms", &proposed, tried);
    let form = Form::post(v, &action).mistakes(&mistakes);
    let (title, label, mode) = match running {
        Some(_) => (v.t("partner-change"), v.t("partner-change-do"), "change"),
        None => (v.t("partner-grant"), v.t("partner-grant-do"), "grant"),
    };
    panel(
        title,
        html! {
            @if running.is_none() { p.hint { (v.t("partner-grant-explained")) } }
            (form.render(html! {
                (form.hidden("mode", mode))
                (terms_fields(web, v, &form, &known.held, &fields))
                (form.textarea(Field::new("reason", v.t("partner-reason")).rows(2)
                    .value(fields.text("reason")).optional()))
                (form.actions(Button::primary(label), html! {
                    a href="/organisation/partners" { (v.t("action-cancel")) }
                }))
            }))
        },
    )
}

/// Who of it acts, and the way to end it.
fn acting(v: &Viewer, known: &Known, one: &Delegation, tried: &Tried) -> Markup {
    let who = names_of(&known.named, one.partner);
    let action = format!("/organisation/partners/{}/removal", one.partner);
    let none = Mistakes::none();
    let is_tried = tried.form == "removal";
    let mistakes = if is_tried { &tried.mistakes } else { &none };
    let form = Form::post(v, &action).prefix("remove-").mistakes(mistakes);
    let args = [
        ("who", one.granted_by.as_str().into()),
        ("day", last_day(v, one.terms.ends_at).into()),
    ];
    html! {
        (panel(v.t("partner-who-acts"), html! {
            p { @if who.is_empty() { (v.t("partner-nobody-named")) } @else { bdi { (who) } } }
            p.muted { (v.t_args("partner-granted-by", &args)) }
            @if one.terms.persons.is_none() { p.muted { (v.t("partner-everybody")) } }
        }))
        (panel(v.t("partner-remove"), html! {
            p { (v.t("partner-remove-explained")) }
            (form.render(html! {
                (form.textarea(Field::new("reason", v.t("partner-reason")).rows(2)
                    .value(if is_tried { tried.fields.text("reason") } else { "" }).optional()))
                (form.actions(Button::new(v.t("partner-remove-do")).look(Look::Danger), html! {}))
            }))
        }))
    }
}

/// What became of it, from the customer's own log.
fn history(v: &Viewer, history: &[Past]) -> Markup {
    html! {
        ul.plain { @for past in history { li {
            span { (what_happened(v, past)) }
            @if let Some(person) = &past.person { " " bdi { (person) } }
            " " span.muted { (words::moment(v, past.at)) }
            @if let Some(reason) = &past.reason { " " span { "“" bdi { (reason) } "”" } }
        } } }
    }
}

fn what_happened(v: &Viewer, past: &Past) -> &'static str {
    match past.act {
        Some(Act::DelegationAsked) => v.t("partner-past-asked"),
        Some(Act::DelegationGranted) => v.t("partner-past-granted"),
        Some(Act::DelegationChanged) => v.t("partner-past-changed"),
        Some(Act::DelegationDeclined) => v.t("partner-past-declined"),
        Some(Act::DelegationWithdrawn) => v.t("partner-past-withdrawn"),
        Some(Act::DelegationNamed) => v.t("partner-past-named"),
        Some(Act::DelegationRemoved) => v.t("partner-past-removed"),
        Some(Act::DelegationRenounced) => v.t("partner-past-renounced"),
        Some(Act::DelegationLapsed) => v.t("partner-past-lapsed"),
        _ => v.t("partner-past-other"),
    }
}
