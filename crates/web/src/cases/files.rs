//! Files of a case: downloaded as attachments, never shown by the browser; confidential ones by
//! those who may, and marking them.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::confidential::{Came, Held, Wanted};
use mainstay_domain::access::Action;
use mainstay_domain::case::Case;
use mainstay_domain::ids::{CaseNumber, FileId};
use maud::{Markup, html};
use tokio_util::io::ReaderStream;

use super::confidential::{self, BOTH};
use super::number_of;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Crumb, Field, Form, Icon, Mistakes, Viewer, page_head};

type Of = (CaseNumber, FileId);

fn file_of((number, id): &(String, String)) -> Result<Of, Error> {
    let id = id.parse().map_err(|_| app::Error::NotFound)?;
    Ok((number_of(number)?, id))
}

/// `GET /cases/{number}/files/{id}`: the file; or, where it is confidential and a reason is owed, the
/// question why.
///
/// # Errors
/// [`app::Error::NotFound`] when the case or the file is not theirs, [`app::Error::Denied`] when it
/// is confidential and not for them.
pub async fn download(
    State(web): State<Web>,
    signed: Signed,
    Path(of): Path<(String, String)>,
) -> Result<Response, Error> {
    answer(&web, &signed, file_of(&of)?, None).await
}

/// `POST /cases/{number}/files/{id}`: the file, with the reason it is needed for.
///
/// # Errors
/// As [`download`].
pub async fn download_with_reason(
    State(web): State<Web>,
    signed: Signed,
    Path(of): Path<(String, String)>,
    fields: Incoming,
) -> Result<Response, Error> {
    signed.session.grant(Action::DownloadSecret)?;
    let of = file_of(&of)?;
    let reason = fields.text("reason");
    match answer(&web, &signed, of, Some(reason)).await {
        Err(Error::App(error)) if is_about_form(&error) => {
            // Without the reason it is asked for again, with what was wrong with it.
            match web.app().download(&signed.session, of, None).await? {
                Came::WantsReason(wanted) => {
                    let mistakes = mistakes_of(&error);
                    let page = why(&web, &signed, &wanted, reason, &mistakes);
                    Ok((status_of(&error), page).into_response())
                }
                Came::Granted(_) => Err(error.into()),
            }
        }
        answer => answer,
    }
}

async fn answer(
    web: &Web,
    signed: &Signed,
    of: Of,
    reason: Option<&str>,
) -> Result<Response, Error> {
    match web.app().download(&signed.session, of, reason).await? {
        Came::Granted(file) => {
            let bytes = web.app().files().open(&file.sha256).await?;
            Ok(attachment(bytes, &file.name, file.size))
        }
        Came::WantsReason(wanted) => {
            let page = why(web, signed, &wanted, "", &Mistakes::none());
            Ok(page.into_response())
        }
    }
}

/// The question why, before the download.
fn why(web: &Web, signed: &Signed, wanted: &Wanted, typed: &str, mistakes: &Mistakes) -> Markup {
    let (v, case, file) = (&signed.viewer, &wanted.case, &wanted.file);
    let whose = [("account", wanted.account.as_str().into())];
    let action = format!("/cases/{}/files/{}", case.number, file.id);
    let form = Form::post(v, &action).mistakes(mistakes);
    let reason = Field::new("reason", v.t("confidential-why"))
        .hint(v.t("confidential-why-hint"))
        .value(typed)
        .rows(3)
        .count(500)
        .required();
    let body = html! {
        p { (v.t_args("confidential-why-explained", &whose)) }
        (form.render(html! {
            (form.textarea(reason))
            (form.actions(
                Button::primary(v.t("confidential-download")).icon(Icon::Lock),
                back(v, case),
            ))
        }))
    };
    let title = v.t_args(
        "confidential-why-title",
        &[("name", file.name.as_str().into())],
    );
    about(web, signed, (case, &title), mistakes, body)
}

fn back(v: &Viewer, case: &Case) -> Markup {
    Button::new(v.t("confidential-back")).link(&format!("/cases/{}", case.number))
}

/// A page about a file.
fn about(
    web: &Web,
    signed: &Signed,
    (case, title): (&Case, &str),
    mistakes: &Mistakes,
    body: Markup,
) -> Markup {
    let v = &signed.viewer;
    let (place, list, label) = if signed.is_vendor() {
        (Place::Queue, "/queue", v.t("desk-queue"))
    } else {
        (Place::Requests, "/cases", v.t("portal-requests"))
    };
    let (here, number) = (format!("/cases/{}", case.number), case.number.to_string());
    let crumbs = [
        Crumb { href: list, label },
        Crumb {
            href: &here,
            label: &number,
        },
        Crumb {
            href: "",
            label: title,
        },
    ];
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !mistakes.is_empty(),
        ..Page::new(title, place)
    };
    let body = html! { (page_head(title, html! { bdi { (case.subject) } }, html! {})) (body) };
    page.render(web, signed, body)
}

/// `GET /cases/{number}/files/{id}/confidentiality`: what marking it would mean.
///
/// # Errors
/// [`app::Error::NotFound`] when the case or the file is not theirs to mark.
pub async fn show_marking(
    State(web): State<Web>,
    signed: Signed,
    Path(of): Path<(String, String)>,
) -> Result<Markup, Error> {
    signed.session.grant(Action::Attach)?;
    let of = file_of(&of)?;
    let (case, file) = web.app().markable(&signed.session, of).await?;
    let v = &signed.viewer;
    let action = format!("/cases/{}/files/{}/confidentiality", case.number, file.id);
    let form = Form::post(v, &action);
    let roles = confidential::roles(v, case.kind, &BOTH);
    let loses = Held::by(&signed.session)?.opening(&case, &file).is_err();
    let body = html! {
        @if file.is_confidential {
            p { (v.t("confidential-marked-already")) }
            p { (back(v, &case)) }
        } @else {
            p { (v.t_args("confidential-mark-explained", &[("roles", roles.into())])) }
            @if loses { p { b { (v.t("confidential-mark-loses")) } } }
            (form.render(form.actions(
                Button::primary(v.t("confidential-mark")).icon(Icon::Lock),
                back(v, &case),
            )))
        }
    };
    let title = v.t_args(
        "confidential-mark-title",
        &[("name", file.name.as_str().into())],
    );
    Ok(about(
        &web,
        &signed,
        (&case, &title),
        &Mistakes::none(),
        body,
    ))
}

/// `POST /cases/{number}/files/{id}/confidentiality`: marks it, for good.
///
/// # Errors
/// As [`show_marking`].
pub async fn mark(
    State(web): State<Web>,
    signed: Signed,
    Path(of): Path<(String, String)>,
) -> Result<Redirect, Error> {
    signed.session.grant(Action::Attach)?;
    let of = file_of(&of)?;
    web.app().mark_confidential(&signed.session, of).await?;
    Ok(Redirect::to(&format!("/cases/{}?done=confidential", of.0)))
}

/// A file as an answer: bytes to be saved under its own name, whatever it claims to be.
pub(crate) fn attachment(bytes: tokio::fs::File, name: &str, size: u64) -> Response {
    let mut response = Body::from_stream(ReaderStream::new(bytes)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    if let Ok(value) = HeaderValue::from_str(&disposition(name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// `attachment` with the name in both forms of RFC 6266.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|letter| match letter {
            '"' | '\\' => '_',
            letter if letter.is_ascii_graphic() || letter == ' ' => letter,
            _ => '_',
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("a\"b\r\n.txt"),
            "attachment; filename=\"a_b__.txt\"; filename*=UTF-8''a%22b%0D%0A.txt"
        );
    }
}
