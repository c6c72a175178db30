//! Files of a reply that was refused: their bytes are here, so nobody chooses them again.
//!
//! They are kept on the server, by person and case. A form that could name bytes by their hash
//! would let anybody read files that are not theirs.

use mainstay_app::files::Upload;
use mainstay_app::{self as app, auth};
use mainstay_domain::access::Action;
use mainstay_domain::ids::CaseNumber;
use mainstay_store::Tx;
use mainstay_store::cases;
use mainstay_store::drafts::{self, DraftFor};
use maud::{Markup, html};

use super::CaseView;
use crate::error::Error;
use crate::portal::words as say;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Icon, Tone, Viewer, icon, tag};

/// The field that sends the kept files along.
pub(super) const FIELD: &str = "kept_files";

/// Keeps the files of a reply that was refused.
pub(super) async fn keep(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
    uploads: &[Upload],
) -> Result<(), Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    let json = serde_json::to_string(uploads).unwrap_or_default();
    web.app()
        .db()
        .write(async move |tx| {
            let session = auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Attach)?;
            let case = cases::find(tx, &grant, number).await?;
            let case = case.ok_or(app::Error::NotFound)?;
            let files = DraftFor::ReplyFiles(case.id);
            drafts::save(tx, session.person.id, files, &json, now).await?;
            Ok::<_, Error>(())
        })
        .await
}

/// The files kept for a reply somebody sends again.
pub(super) async fn take(
    web: &Web,
    signed: &Signed,
    number: CaseNumber,
) -> Result<Vec<Upload>, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    web.app()
        .db()
        .read(async |tx| {
            let session = auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Attach)?;
            let case = cases::find(tx, &grant, number).await?;
            let case = case.ok_or(app::Error::NotFound)?;
            Ok(of_case(tx, &session, case.id).await?)
        })
        .await
}

/// The files kept for somebody's reply on a case.
pub(super) async fn of_case(
    tx: &mut Tx<'_>,
    session: &app::Session,
    case: mainstay_domain::ids::CaseId,
) -> Result<Vec<Upload>, mainstay_store::Error> {
    let files = DraftFor::ReplyFiles(case);
    let kept = drafts::find(tx, session.person.id, files).await?;
    Ok(kept.map_or_else(Vec::new, |(json, _)| {
        serde_json::from_str(&json).unwrap_or_default()
    }))
}

/// The kept files in the reply form: they go along unless somebody unticks them.
#[must_use]
pub fn field(v: &Viewer, view: &CaseView) -> Markup {
    html! {
        @if !view.kept_files.is_empty() {
            label.check {
                input type="checkbox" name=(FIELD) value="on" checked;
                span {
                    (v.t("kept-files")) " "
                    @for (index, file) in view.kept_files.iter().enumerate() {
                        @if index > 0 { ", " }
                        bdi { (file.name) }
                        @if file.is_confidential { " (" (v.t("confidential")) ")" }
                    }
                }
            }
        }
    }
}

/// Files kept with an unsent request, each with a button that takes it away and one that marks it.
#[must_use]
pub fn listed(v: &Viewer, kept: &[Upload]) -> Markup {
    html! {
        @if !kept.is_empty() {
            div.field {
                p.label { (v.t("portal-files-kept")) }
                ul.stack-8 { @for (n, file) in kept.iter().enumerate() { (kept_file(v, n, file)) } }
            }
        }
    }
}

fn kept_file(v: &Viewer, index: usize, file: &Upload) -> Markup {
    let (sign, mark) = if file.is_confidential {
        (Icon::Lock, v.t("confidential-unmark"))
    } else {
        (Icon::Clip, v.t("confidential-mark"))
    };
    let named = html! { span.sr { " " (file.name) } };
    html! {
        li.row {
            (icon(sign)) span dir="auto" { (file.name) }
            span.muted { (say::size(file.size)) }
            @if file.is_confidential { (tag(Tone::Plain, v.t("confidential"))) }
            button.btn.btn-quiet.btn-small type="submit" name="mark" value=(index) formnovalidate {
                span { (mark) (named) }
            }
            button.btn.btn-quiet.btn-small type="submit" name="remove" value=(index) formnovalidate {
                (icon(Icon::Cross)) span { (v.t("portal-file-remove")) (named) }
            }
        }
    }
}
