//! A form with a text in it, or with a file that holds the text.

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use mainstay_app::descriptions::LONGEST;

use crate::error::Error;
use crate::incoming::Incoming;
use crate::state::Web;

/// The field of the text.
pub const CONTENT: &str = "content";
/// The field of the file.
pub const FILE: &str = "file";

/// The form as it came in. The text of a file that was chosen stands in place of what was typed.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// Its fields.
    pub fields: Incoming,
    /// Why the file could not be taken; what was typed is here all the same.
    pub refused: Option<String>,
}

impl FromRequest<Web> for Sent {
    type Rejection = Error;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Error> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok());
        if !kind.is_some_and(|kind| kind.starts_with("multipart/form-data")) {
            let fields = Incoming::from_request(request, web).await?;
            return Ok(Self {
                fields,
                refused: None,
            });
        }
        let multipart = Multipart::from_request(request, web)
            .await
            .map_err(|error| Error::BadForm(error.body_text()))?;
        read(multipart).await
    }
}

async fn read(mut multipart: Multipart) -> Result<Sent, Error> {
    let (mut sent, mut file) = (Sent::default(), None);
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let bytes = bytes_of(field).await?;
        let text = bytes.as_deref().map(str::from_utf8);
        match (file_name, text) {
            // A file field left empty comes as a file without name and bytes.
            (Some(file_name), Some(Ok(""))) if file_name.is_empty() => {}
            (Some(_), Some(Ok(text))) => file = Some(text.to_owned()),
            (Some(file_name), Some(Err(_))) => {
                sent.refused = Some(format!(
                    "`{file_name}` is no text in UTF-8; choose a TOML file"
                ));
            }
            (Some(file_name), None) => {
                sent.refused = Some(format!(
                    "`{file_name}` is larger than {} KB; choose a smaller file",
                    LONGEST / 1024
                ));
            }
            (None, Some(Ok(text))) => sent.fields.set(&name, text.replace("\r\n", "\n")),
            (None, _) => {
                let sentence = format!("The field `{name}` is longer than this form takes");
                return Err(Error::TooLarge(sentence));
            }
        }
    }
    if let Some(text) = file {
        sent.fields.set(CONTENT, text);
    }
    Ok(sent)
}

/// The bytes of a field; `None` when they are too many. They are all received, so that the form
/// can be answered. Browsers send line ends as CR LF, so a text may be twice as long on its way.
async fn bytes_of(mut field: Field<'_>) -> Result<Option<Vec<u8>>, Error> {
    let (mut bytes, mut is_whole) = (Vec::new(), true);
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        is_whole &= bytes.len() + chunk.len() <= 2 * LONGEST;
        if is_whole {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(is_whole.then_some(bytes))
}

fn broken(_: MultipartError) -> Error {
    Error::BadForm("The upload broke off; send it again".to_owned())
}
