//! Who acts for the customer, and who asks to.

use std::collections::HashMap;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::Moment;
use mainstay_domain::access::Action;
use mainstay_domain::ids::PartnerId;
use mainstay_store::delegations::{self, Ask, Delegation, Named};
use maud::{Markup, html};

use super::{covered, elsewhere, grant};
use crate::error::Error;
use crate::partner::{last_day, scope_words};
use crate::portal::customer::{self, Held};
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{
    Button, Fact, Flash, Icon, Tone, Viewer, empty, facts, page_head, panel, section, tag, words,
};

/// What the page is drawn from.
struct Known {
    held: Vec<Held>,
    delegations: Vec<Delegation>,
    named: Vec<Named>,
    asks: Vec<Ask>,
    last: HashMap<PartnerId, (Moment, Option<String>)>,
}

/// `GET /organisation/partners`
///
/// # Errors
/// [`app::Error::Denied`] for those who let no partner act.
pub async fn show(State(web): State<Web>, signed: Signed) -> Result<Response, Error> {
    if let Some(elsewhere) = elsewhere(&signed) {
        return Ok(elsewhere);
    }
    grant(&signed)?;
    let (credential, now) = (signed.session.credential, signed.now());
    let catalogue = web.app().catalogue();
    let known = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::DelegateToPartner)?;
            let customer = customer::load(tx, &session, &catalogue, now).await?;
            let last = delegations::last_acts(tx, &grant).await?.into_iter();
            Ok::<_, app::Error>(Known {
                held: customer.map_or_else(Vec::new, |customer| customer.held),
                delegations: delegations::list_of_account(tx, &grant).await?,
                named: delegations::named_of_account(tx, &grant).await?,
                asks: delegations::asks_of_account(tx, &grant, now).await?,
                last: last
                    .map(|(partner, at, who)| (partner, (at, who)))
                    .collect(),
            })
        })
        .await?;
    let v = &signed.viewer;
    let title = v.t("nav-partners");
    let page = Page {
        flash: flash(v),
        ..Page::new(title, Place::Partners)
    };
    let body = draw(&web, v, &known);
    Ok(page.render(&web, &signed, body).into_response())
}

/// What was just done, from the address it led back to.
fn flash(v: &Viewer) -> Option<Flash<'static>> {
    let (_, query) = v.here.split_once("?done=")?;
    let words = match query {
        "granted" => v.t("partner-done-granted"),
        "changed" => v.t("partner-done-changed"),
        "declined" => v.t("partner-done-declined"),
        "removed" => v.t("partner-done-removed"),
        "gone" => v.t("partner-done-gone"),
        _ => return None,
    };
    Some(Flash {
        tone: Tone::Ok,
        words,
        link: None,
    })
}

fn draw(web: &Web, v: &Viewer, known: &Known) -> Markup {
    let is_over = |one: &&Delegation| one.ended_at(v.now).is_some();
    let (over, running): (Vec<_>, Vec<_>) = known.delegations.iter().partition(is_over);
    let find = Button::primary(v.t("partner-find-one")).icon(Icon::Search);
    html! {
        (page_head(v.t("nav-partners"), html! { (v.t("partner-yours-explained")) }, html! {
            (find.link("/partners"))
        }))
        @if !known.asks.is_empty() {
            @let title = v.t_args("partner-asks-waiting", &[("n", known.asks.len().into())]);
            (section(&title, html! {}, html! {
                @for ask in &known.asks { (ask_panel(web, v, ask)) }
            }))
        }
        (section(v.t("partner-current-ones"), html! {}, html! {
            @if running.is_empty() {
                (empty(Icon::People, v.t("partner-none"), Button::new(v.t("partner-find-one")).link("/partners")))
            }
            div.columns { @for one in running { (current(web, v, known, one)) } }
        }))
        @if !over.is_empty() {
            (section(v.t("partner-over"), html! {}, html! {
                ul.plain { @for one in over { li {
                    a href={ "/organisation/partners/" (one.partner) } { bdi { (one.partner_name) } } " "
                    @if let Some(at) = one.ended_at(v.now) {
                        span.muted { (v.t_args("partner-ended-on", &[("day", words::date(v, at).into())])) }
                    }
                } } }
            }))
        }
    }
}

fn ask_panel(web: &Web, v: &Viewer, ask: &Ask) -> Markup {
    let lines = [
        Fact::words(
            v.t("partner-asks-for"),
            &scope_words(web, v, &ask.kinds, ask.names_people),
        ),
        Fact::words(v.t("partner-persons"), &ask.persons.to_string()),
        Fact::words(v.t("partner-asked-by"), &ask.asked_by_name),
        Fact::words(v.t("partner-ask-reason-given"), &ask.reason),
        Fact::words(v.t("partner-ask-until"), &words::date(v, ask.lapses_at)),
    ];
    panel(
        &ask.partner_name,
        html! {
            (facts(&lines))
            (Button::new(v.t("partner-answer")).icon(Icon::Reply)
                .link(&format!("/organisation/partners/{}", ask.partner)))
        },
    )
}

/// The names of those who act, for a partner.
pub(super) fn names_of(named: &[Named], partner: PartnerId) -> String {
    let own = named.iter().filter(|one| one.partner == partner);
    own.map(|one| one.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn current(web: &Web, v: &Viewer, known: &Known, one: &Delegation) -> Markup {
    let terms = &one.terms;
    let who = names_of(&known.named, one.partner);
    let is_near = terms.ends_at < v.now.plus_minutes(90 * 24 * 60);
    let lines = [
        Fact::words(
            v.t("partner-may"),
            &scope_words(web, v, &terms.kinds, terms.names_people),
        ),
        Fact::words(
            v.t("partner-subscriptions"),
            &covered::said(v, &terms.covered, &known.held),
        ),
        Fact::new(
            v.t("partner-until-label"),
            html! {
                (last_day(v, terms.ends_at))
                @if is_near { " " (tag(Tone::Warn, v.t("partner-ends-soon"))) }
            },
        ),
        Fact::new(
            v.t("partner-who-acts"),
            html! {
                @if who.is_empty() { (v.t("partner-nobody-named")) } @else { bdi { (who) } }
            },
        ),
        Fact::new(
            v.t("partner-last-act"),
            html! {
                @match known.last.get(&one.partner) {
                    Some((at, who)) => {
                        (words::ago(v, *at)) @if let Some(who) = who { " · " bdi { (who) } }
                    }
                    None => { (v.t("partner-last-none")) }
                }
            },
        ),
    ];
    panel(
        &one.partner_name,
        html! {
            (facts(&lines))
            (Button::new(v.t("partner-change-or-remove")).small()
                .link(&format!("/organisation/partners/{}", one.partner)))
        },
    )
}
