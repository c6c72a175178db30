//! Reading forms: fields and files, bounded, with every refusal in words.

use std::collections::HashMap;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, RawForm, Request};
use axum::http::{StatusCode, header};
use mainstay_app as app;
use mainstay_app::files::{FILE_LIMIT, FILES_LIMIT, Upload};

use crate::error::Error;
use crate::state::Web;
use crate::ui::CONFIDENTIAL;

/// Longest single field of a form, in bytes; longer than any text that is taken.
const FIELD_LIMIT: usize = 400 * 1024;
/// Most fields of a form.
const FIELDS_LIMIT: usize = 200;

/// A form as it came in. Unknown fields are ignored, missing ones read as empty.
#[derive(Debug, Clone, Default)]
pub struct Incoming {
    fields: HashMap<String, Vec<String>>,
    /// Files, their bytes kept already.
    pub uploads: Vec<Upload>,
    /// Why a file could not be kept; what was typed is here all the same.
    pub unkept: Option<Unkept>,
}

/// Why the disk could not keep a file.
#[derive(Debug, Clone)]
pub struct Unkept {
    is_full: bool,
    reason: String,
}

impl From<Unkept> for app::Error {
    fn from(unkept: Unkept) -> Self {
        Self::Disk {
            is_full: unkept.is_full,
            reason: unkept.reason,
        }
    }
}

impl Incoming {
    /// A field's text; empty when it is not there.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.fields
            .get(name)
            .and_then(|values| values.first())
            .map_or("", String::as_str)
    }

    /// A field's text without surrounding blanks, if there is any.
    #[must_use]
    pub fn some(&self, name: &str) -> Option<String> {
        let text = self.text(name).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// All values of a field.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// Sets a field, as a draft does.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.fields.insert(name.to_owned(), vec![value.into()]);
    }

    /// Forgets a field that must not be kept, a secret.
    pub fn forget(&mut self, name: &str) {
        self.fields.remove(name);
    }

    /// Adds a value to a field, as a draft does.
    pub fn push(&mut self, name: &str, value: impl Into<String>) {
        let values = self.fields.entry(name.to_owned()).or_default();
        values.push(value.into());
    }

    /// Sets all values of a field.
    pub fn set_all(&mut self, name: &str, values: Vec<String>) {
        self.fields.insert(name.to_owned(), values);
    }

    /// The fields as JSON, for a draft.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(&self.fields).unwrap_or_default()
    }

    /// The fields of a draft's JSON.
    #[must_use]
    pub fn from_json(json: &str) -> Self {
        Self {
            fields: serde_json::from_str(json).unwrap_or_default(),
            uploads: Vec::new(),
            unkept: None,
        }
    }

    fn add(&mut self, name: String, value: String) -> Result<(), Error> {
        if value.len() > FIELD_LIMIT || self.fields.len() >= FIELDS_LIMIT {
            let sentence = format!("The field `{name}` is longer than this form takes");
            return Err(Error::TooLarge(sentence));
        }
        // Browsers send line ends as CR LF.
        self.fields
            .entry(name)
            .or_default()
            .push(value.replace("\r\n", "\n"));
        Ok(())
    }
}

impl FromRequest<Web> for Incoming {
    type Rejection = Error;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Error> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        if kind.starts_with("multipart/form-data") {
            let multipart = Multipart::from_request(request, web)
                .await
                .map_err(|error| Error::BadForm(error.body_text()))?;
            return read_multipart(multipart, web).await;
        }
        let RawForm(bytes) = RawForm::from_request(request, web)
            .await
            .map_err(|error| Error::BadForm(error.to_string()))?;
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(&bytes)
            .map_err(|_| Error::BadForm("This form could not be read; send it again".to_owned()))?;
        let mut incoming = Self::default();
        for (name, value) in pairs {
            incoming.add(name, value)?;
        }
        Ok(incoming)
    }
}

async fn read_multipart(mut multipart: Multipart, web: &Web) -> Result<Incoming, Error> {
    let mut incoming = Incoming::default();
    while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let Some(file_name) = field.file_name().map(str::to_owned) else {
            let value = field.text().await.map_err(broken)?;
            incoming.add(name, value)?;
            continue;
        };
        if incoming.uploads.len() >= FILES_LIMIT {
            let sentence = format!("At most {FILES_LIMIT} files fit in one message");
            return Err(Error::TooLarge(sentence));
        }
        let media_type = field
            .content_type()
            .unwrap_or("application/octet-stream")
            .to_owned();
        match receive(&mut field, web, &file_name, &media_type).await {
            Ok(upload) => incoming.uploads.extend(upload),
            // The disk's failure is no reason to lose what was typed behind the file.
            Err(Error::App(app::Error::Disk { is_full, reason })) => {
                incoming.unkept = Some(Unkept { is_full, reason });
                while field.chunk().await.map_err(broken)?.is_some() {}
            }
            Err(error) => return Err(error),
        }
    }
    // The box may stand before the files or behind them.
    let is_confidential = incoming.text(CONFIDENTIAL) == "on";
    for upload in &mut incoming.uploads {
        upload.is_confidential = is_confidential;
    }
    Ok(incoming)
}

/// Receives and keeps a file. A file field left empty comes as a file without name and bytes.
async fn receive(
    field: &mut Field<'_>,
    web: &Web,
    name: &str,
    media_type: &str,
) -> Result<Option<Upload>, Error> {
    let files = web.app().files();
    let mut receiving = files.receive(web.app().ids().id()).await?;
    while let Some(chunk) = field.chunk().await.map_err(broken)? {
        if receiving.size() + chunk.len() as u64 > FILE_LIMIT {
            let sentence = format!("`{name}` is larger than 100 MB");
            return Err(Error::TooLarge(sentence));
        }
        receiving.write(&chunk).await?;
    }
    if receiving.size() == 0 && name.is_empty() {
        return Ok(None);
    }
    Ok(Some(files.keep(receiving, name, media_type).await?))
}

fn broken(error: MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::TooLarge("This form is larger than is taken; send fewer files at once".to_owned())
    } else {
        Error::BadForm("The upload broke off; send it again".to_owned())
    }
}
