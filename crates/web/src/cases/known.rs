//! A case of which somebody sees that it exists, whose turn it is and its dates, and no more.

use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::edition::Kind;
use mainstay_domain::ids::CaseNumber;
use mainstay_store::views::{self, KnownCase};
use maud::{Markup, html};

use crate::error::Error;
use crate::portal::readers::{Readers, names};
use crate::shell::{Page, Place, side_of};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::chips::{self, Turn};
use crate::ui::{Crumb, Fact, Side, Tone, Viewer, blocks, facts, page_head, tag, words};

/// The page of such a case.
///
/// # Errors
/// [`app::Error::NotFound`] when not even that is theirs to know.
pub(crate) async fn page(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
) -> Result<Response, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    let (known, readers) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let known = views::known_case(tx, &grant, number).await?;
            let known = known.ok_or(app::Error::NotFound)?;
            let readers = Readers::of(tx, &session, &[known.kind]).await?;
            Ok::<_, Error>((known, readers))
        })
        .await?;
    let v = &signed.viewer;
    let written = number.to_string();
    let title = v.t_args("known-title", &[("number", written.as_str().into())]);
    let ((href, label), place) = if signed.is_vendor() {
        (("/queue", v.t("desk-queue")), Place::Queue)
    } else {
        (("/cases", v.t("portal-requests")), Place::Requests)
    };
    let crumbs = [
        Crumb { href, label },
        Crumb {
            href: "",
            label: &written,
        },
    ];
    let topics = format!("case-{number}");
    let body = html! {
        (page_head(&title, html! {}, html! {}))
        div id="known-case" data-live-topic=(topics) {
            (blocks::notice(Tone::Info, "", html! {
                (v.t("known-why")) " " (who(v, signed, &readers))
            }))
            (facts(&dates(v, signed, &known)))
        }
    };
    let page = Page {
        crumbs: &crumbs,
        topics: &topics,
        ..Page::new(&title, place)
    };
    Ok(page.render(web, signed, body).into_response())
}

/// Who can say more about it.
fn who(v: &Viewer, signed: &Signed, readers: &Readers) -> String {
    match signed.session.principal.is_vendor() {
        true => v.t("known-desk").to_owned(),
        false => names(v, &readers.names).map_or_else(String::new, |names| {
            v.t_args("known-who", &[("names", names.into())])
        }),
    }
}

fn dates<'a>(v: &'a Viewer, signed: &Signed, known: &KnownCase) -> Vec<Fact<'a>> {
    let mut lines = vec![
        Fact::words(v.t("known-kind"), kind(v, known.kind)),
        Fact::new(v.t("known-turn"), turn(v, side_of(signed), &known.status)),
        Fact::new(v.t("known-opened"), words::moment(v, known.opened_at)),
        Fact::new(v.t("known-last"), words::moment(v, known.last_public_at)),
    ];
    if let Some(at) = known.closed_at {
        lines.push(Fact::new(v.t("known-closed-at"), words::moment(v, at)));
    }
    lines
}

/// A kind of help in a word.
#[must_use]
pub fn kind(v: &Viewer, kind: Kind) -> &'static str {
    match kind {
        Kind::Technical => v.t("sees-kind-technical"),
        Kind::Billing => v.t("sees-kind-billing"),
        Kind::Subscription => v.t("sees-kind-subscription"),
        Kind::PreSales => v.t("sees-kind-pre-sales"),
    }
}

/// Whose turn it is, as a side reads it.
fn turn(v: &Viewer, side: Side, status: &str) -> Markup {
    match status {
        "with-vendor" => chips::turn(v, side, Turn::Vendor),
        "with-customer" => chips::turn(v, side, Turn::Customer),
        "closed" => tag(Tone::Plain, v.t("portal-closed")),
        _ => chips::turn(v, side, Turn::Nobody),
    }
}

/// Such cases as a list: of other people at a customer, of other desks at the vendor.
#[must_use]
pub fn list(v: &Viewer, side: Side, cases: &[KnownCase]) -> Markup {
    html! {
        ul.plain { @for case in cases {
            li {
                span {
                    a href={ "/cases/" (case.number) } { bdi { (case.number) } }
                    " · " (kind(v, case.kind))
                }
                (turn(v, side, &case.status))
                span.muted {
                    (v.t("known-opened")) " " (words::ago(v, case.opened_at)) " · "
                    (v.t("known-last")) " " (words::ago(v, case.last_public_at))
                }
            }
        } }
    }
}
