//! The organisations somebody belongs to, and which of them they act in.

use axum::extract::State;
use axum::response::Response;
use mainstay_app as app;
use mainstay_store::people::Organisation;
use maud::{Markup, html};

use crate::error::Error;
use crate::incoming::Incoming;
use crate::sign_in::enter;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, blocks};

/// The part of the profile; nothing for whoever belongs to one.
pub(super) fn section(
    web: &Web,
    signed: &Signed,
    all: &[(Organisation, Option<String>)],
) -> Markup {
    let v = &signed.viewer;
    if all.len() < 2 {
        return html! {};
    }
    let vendor = web.vendor();
    blocks::section(
        v.t("access-organisations"),
        html! {},
        html! {
            p.muted { (v.t("access-organisations-explained")) }
            ul.plain { @for (organisation, name) in all {
                li {
                    @let name = name.as_deref().unwrap_or(&vendor);
                    @let (side, id) = organisation.columns();
                    @if *organisation == signed.session.organisation {
                        b { bdi { (name) } } span.muted { (v.t("access-organisation-here")) }
                    } @else {
                        form.inline method="post" action="/profile/organisation" {
                            input type="hidden" name="side" value=(side);
                            input type="hidden" name="organisation" value=(id);
                            @let label = v.t_args("access-organisation-choose",
                                &[("name", name.into())]);
                            (Button::new(&label).submit())
                        }
                    }
                }
            } }
        },
    )
}

/// `POST /profile/organisation`: their session is replaced by one there.
///
/// # Errors
/// [`app::Error::NotFound`] when they do not belong there.
pub async fn choose(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    let id = fields
        .text("organisation")
        .parse()
        .map_err(|_| app::Error::NotFound)?;
    let organisation = Organisation::from_columns(fields.text("side"), id);
    let organisation = organisation.ok_or(app::Error::NotFound)?;
    let session = web.app().act_in(&signed.session, organisation).await?;
    Ok(enter(&web, &session, "/"))
}
