//! Style sheet and script: compiled in, under addresses that change with their content.

use std::sync::OnceLock;

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};

const CSS: &str = include_str!("../assets/mainstay.css");
const JS: &str = include_str!("../assets/mainstay.js");
const PASSKEYS: &str = include_str!("../assets/passkeys.js");
/// The published file exports nothing; the line that makes it a module is ours.
const IDIOMORPH: &str = concat!(
    "/* idiomorph 0.8.0, Zero-Clause BSD, github.com/bigskysoftware/idiomorph */\n",
    include_str!("../assets/vendor/idiomorph.min.js"),
    "\nexport { Idiomorph };\n"
);
const FAVICON: &str = include_str!("../assets/favicon.svg");

struct Asset {
    url: String,
    etag: String,
    kind: &'static str,
    body: Bytes,
}

impl Asset {
    fn new(name: &str, extension: &str, kind: &'static str, body: String) -> Self {
        let digest = Sha256::digest(body.as_bytes());
        let hash: String = digest
            .iter()
            .take(6)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            url: format!("/assets/{name}.{hash}.{extension}"),
            etag: format!("\"{hash}\""),
            kind,
            body: Bytes::from(body),
        }
    }
}

struct Assets {
    css: Asset,
    js: Asset,
    passkeys: Asset,
    idiomorph: Asset,
    favicon: Asset,
}

fn assets() -> &'static Assets {
    static ASSETS: OnceLock<Assets> = OnceLock::new();
    ASSETS.get_or_init(|| {
        const SCRIPT: &str = "text/javascript; charset=utf-8";
        let idiomorph = Asset::new("idiomorph", "js", SCRIPT, IDIOMORPH.to_owned());
        let js = JS.replace("./vendor/idiomorph.js", &idiomorph.url);
        Assets {
            css: Asset::new("mainstay", "css", "text/css; charset=utf-8", CSS.to_owned()),
            js: Asset::new("mainstay", "js", SCRIPT, js),
            passkeys: Asset::new("passkeys", "js", SCRIPT, PASSKEYS.to_owned()),
            idiomorph,
            favicon: Asset::new("favicon", "svg", "image/svg+xml", FAVICON.to_owned()),
        }
    })
}

/// The address of the style sheet.
#[must_use]
pub fn css_url() -> &'static str {
    &assets().css.url
}

/// The address of the script.
#[must_use]
pub fn js_url() -> &'static str {
    &assets().js.url
}

/// The address of the script that asks for passkeys, on the pages where one can be used.
#[must_use]
pub fn passkeys_url() -> &'static str {
    &assets().passkeys.url
}

/// The address of the morphing library, which the script imports.
#[must_use]
pub fn idiomorph_url() -> &'static str {
    &assets().idiomorph.url
}

/// The address of the window's icon.
#[must_use]
pub fn favicon_url() -> &'static str {
    &assets().favicon.url
}

/// Every asset: address and content, for writing pages to a folder.
#[must_use]
pub fn all() -> Vec<(&'static str, Bytes)> {
    let all = assets();
    let Assets {
        css,
        js,
        passkeys,
        idiomorph,
        favicon,
    } = all;
    [css, js, passkeys, idiomorph, favicon]
        .map(|asset| (asset.url.as_str(), asset.body.clone()))
        .to_vec()
}

/// `GET /assets/{name}`. Compression is the outer layer's work.
pub(crate) async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let all = assets();
    let Assets {
        css,
        js,
        passkeys,
        idiomorph,
        favicon,
    } = all;
    let found = [css, js, passkeys, idiomorph, favicon]
        .into_iter()
        .find(|asset| asset.url.strip_prefix("/assets/") == Some(name.as_str()));
    let Some(asset) = found else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut answer = HeaderMap::new();
    let cache = HeaderValue::from_static("public, max-age=31536000, immutable");
    answer.insert(header::CACHE_CONTROL, cache);
    if let Ok(etag) = HeaderValue::from_str(&asset.etag) {
        answer.insert(header::ETAG, etag);
    }
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.contains(&asset.etag)) {
        return (StatusCode::NOT_MODIFIED, answer).into_response();
    }
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    (answer, asset.body.clone()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt;

    async fn ask(url: &str, known: Option<&str>) -> Response {
        let mut request = Request::get(url);
        if let Some(known) = known {
            request = request.header(header::IF_NONE_MATCH, known);
        }
        Router::new()
            .route("/assets/{name}", get(serve))
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn assets_are_immutable_and_revalidate() {
        let all = [
            css_url(),
            js_url(),
            passkeys_url(),
            idiomorph_url(),
            favicon_url(),
        ];
        for url in all {
            let answer = ask(url, None).await;
            assert_eq!(answer.status(), StatusCode::OK, "{url}");
            let cache = answer.headers()[header::CACHE_CONTROL].to_str().unwrap();
            assert!(cache.contains("immutable"));
            let etag = answer.headers()[header::ETAG].to_str().unwrap().to_owned();
            assert_eq!(
                ask(url, Some(&etag)).await.status(),
                StatusCode::NOT_MODIFIED
            );
        }
        assert_eq!(
            ask("/assets/mainstay.000000000000.css", None)
                .await
                .status(),
            404
        );
    }

    #[test]
    fn the_script_imports_the_library_by_its_hashed_address() {
        let script = std::str::from_utf8(&assets().js.body).unwrap();
        assert!(script.contains(idiomorph_url()) && !script.contains("./vendor/"));
    }

    #[test]
    fn nothing_in_the_scripts_needs_eval() {
        for script in [JS, PASSKEYS, IDIOMORPH] {
            assert!(!script.contains("eval(") && !script.contains("new Function"));
        }
    }
}
