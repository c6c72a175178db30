//! Files of a case: downloaded as attachments, never shown by the browser.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_domain::access::Action;
use mainstay_domain::ids::FileId;
use mainstay_store::files;
use tokio_util::io::ReaderStream;

use super::number_of;
use crate::error::Error;
use crate::signed::Signed;
use crate::state::Web;

/// `GET /cases/{number}/files/{id}`
///
/// # Errors
/// [`app::Error::NotFound`] when the case or the file is not theirs.
pub async fn download(
    State(web): State<Web>,
    signed: Signed,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let number = number_of(&number)?;
    let id: FileId = id.parse().map_err(|_| app::Error::NotFound)?;
    let (credential, now) = (signed.session.credential, signed.now());
    let file = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::Read)?;
            files::find(tx, &grant, number, id)
                .await?
                .ok_or(app::Error::NotFound)
        })
        .await?;
    let bytes = web.app().files().open(&file.sha256).await?;
    Ok(attachment(bytes, &file.name, file.size))
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
