//! The document of the API: OpenAPI 3.1, made from the calls themselves.

use std::sync::OnceLock;

use axum::http::{Method, header};
use axum::response::IntoResponse;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::response::Response;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    Components, ContactBuilder, Content, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder,
    PathItem, Ref, RefOr, ServerBuilder,
};
use utoipa::{PartialSchema, ToSchema};

use super::problem::{self, ProblemBody, ProblemKind};
use crate::text_catalogue::Texts;

/// The version of the API; a change that breaks callers gets another address.
const VERSION: &str = "1.0.0";
/// The name of the security scheme.
const BEARER: &str = "bearer";

/// What the document says of the API as a whole.
#[must_use]
pub(super) fn head() -> OpenApi {
    let texts = Texts::english();
    let mut licence = LicenseBuilder::new().name("Apache License 2.0").build();
    licence.identifier = Some("Apache-2.0".to_owned());
    let info = InfoBuilder::new()
        .title("Mainstay API")
        .version(VERSION)
        .description(Some(texts.t("api-about")))
        .contact(Some(
            ContactBuilder::new()
                .name(Some("The people who run this instance"))
                .build(),
        ))
        .license(Some(licence))
        .build();
    let tag = |name, about| {
        TagBuilder::new()
            .name(name)
            .description(Some(about))
            .build()
    };
    OpenApiBuilder::new()
        .info(info)
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .tags(Some([
            tag("cases", texts.t("api-tag-cases")),
            tag("verdicts", texts.t("api-tag-verdicts")),
            tag("document", texts.t("api-tag-document")),
        ]))
        .security(Some([SecurityRequirement::new(BEARER, [""; 0])]))
        .build()
}

/// The whole document.
#[must_use]
pub fn document() -> &'static OpenApi {
    static DOCUMENT: OnceLock<OpenApi> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        let (_, mut document) = super::documented().split_for_parts();
        add_components(document.components.get_or_insert_default());
        for item in document.paths.paths.values_mut() {
            operations(item).for_each(add_problems);
        }
        document
    })
}

/// The document as it is served.
fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| document().to_json().unwrap_or_default())
}

/// This document
///
/// OpenAPI 3.1; the only call that needs no token.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    operation_id = "getDocument",
    tag = "document",
    security(()),
    responses((status = 200, description = "The document", body = serde_json::Value))
)]
pub(super) async fn serve() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, text())
}

/// The methods an address is documented for.
pub(super) fn methods(item: &PathItem) -> impl Iterator<Item = Method> {
    let each = [(&item.get, Method::GET), (&item.post, Method::POST)];
    each.into_iter()
        .filter_map(|(operation, method)| operation.as_ref().map(|_| method))
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post].into_iter().flatten()
}

/// The token, problems, and an answer for every status problems have.
fn add_components(components: &mut Components) {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("mst_…")
        .description(Some(Texts::english().t("api-about-tokens")))
        .build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(scheme));
    components
        .schemas
        .insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    let mut nested = Vec::new();
    ProblemBody::schemas(&mut nested);
    components.schemas.extend(nested);
    for kind in ProblemKind::ALL {
        let name = response_name(kind.status().as_u16());
        let response = problem_response(kind.status().as_u16());
        components.responses.insert(name, response.into());
    }
}

fn response_name(status: u16) -> String {
    format!("problem-{status}")
}

/// The answer of a status: its kinds of problems, each in a sentence.
fn problem_response(status: u16) -> Response {
    let texts = Texts::english();
    let kinds = ProblemKind::ALL
        .into_iter()
        .filter(|kind| kind.status().as_u16() == status);
    let words: Vec<String> = kinds
        .map(|kind| {
            let (address, title) = (kind.address(), kind.title(texts));
            format!("[{title}]({address}): {}", kind.advice(texts))
        })
        .collect();
    let mut response = Response::new(words.join(" "));
    let schema = Ref::from_schema_name(ProblemBody::name());
    response.content.insert(
        problem::MEDIA_TYPE.to_owned(),
        RefOr::T(Content::new(Some(schema))),
    );
    response
}

/// The problems an operation can meet, by what it takes.
fn add_problems(operation: &mut Operation) {
    let mut statuses = vec![500, 503];
    if operation.security.is_none() {
        statuses.extend([401, 403, 429]);
    }
    let parameters = operation.parameters.iter().flatten();
    let parameters: Vec<_> = parameters.filter_map(plain).collect();
    let is_of_case = parameters
        .iter()
        .any(|it| it.parameter_in == ParameterIn::Path);
    if is_of_case {
        statuses.push(404);
    }
    if parameters
        .iter()
        .any(|it| it.parameter_in == ParameterIn::Query)
    {
        statuses.push(422);
    }
    if parameters.iter().any(|it| it.name == "If-Match") {
        statuses.push(412);
    }
    if operation.request_body.is_some() {
        // The vendor names an account, which may not be there.
        statuses.extend([400, 404, 413, 415, 422]);
        statuses.extend(is_of_case.then_some(409));
    }
    for status in statuses {
        let answer = RefOr::Ref(Ref::from_response_name(response_name(status)));
        operation
            .responses
            .responses
            .insert(status.to_string(), answer);
    }
}

fn plain(parameter: &RefOr<Parameter>) -> Option<&Parameter> {
    match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    }
}
