//! Traces for OpenTelemetry: spans of requests, transactions and sweeps, sent to a collector.
//!
//! What is sent are the spans of the target `spans`. They hold routes, methods, states and ids of
//! requests, nothing that people wrote and nobody's name. A thread of its own sends them; when the
//! collector is away they are thrown away, and nobody waits.

use std::time::Duration;

use anyhow::Context;
use axum::http::HeaderMap;
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_http::HeaderExtractor;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::{Layer, Registry};

/// The target of the spans that are sent.
const TARGET: &str = "spans";
/// How long one sending may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the last of them may take at the end.
const FAREWELL: Duration = Duration::from_secs(2);
/// The variables by which OpenTelemetry names a collector.
const STANDARD: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
];

/// Takes in spans.
type Spans = Box<dyn Layer<Registry> + Send + Sync>;

/// What sends spans, if there is a collector.
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Sends to the collector at an address, or at that of OpenTelemetry's own variables; without
    /// either, nothing is sent and no span is made.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn start(collector: Option<&str>) -> anyhow::Result<(Self, Option<Spans>)> {
        let is_named = |name: &&str| std::env::var(name).is_ok_and(|url| !url.is_empty());
        if collector.is_none() && !STANDARD.iter().any(is_named) {
            return Ok((Self(None), None));
        }
        // An error says that somebody else has chosen, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut exporter = SpanExporter::builder().with_http().with_timeout(PATIENCE);
        if let Some(collector) = collector {
            exporter = exporter.with_endpoint(traces_at(collector));
        }
        let exporter = exporter.build().with_context(|| {
            "the address of the collector cannot be used; write it like \
             --otlp-endpoint http://127.0.0.1:4318"
        })?;
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource())
            .build();
        let spans = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("mainstay"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(Targets::new().with_target(TARGET, tracing::Level::TRACE));
        Ok((Self(Some(provider)), Some(spans.boxed())))
    }

    /// Sends what is left, for a moment at most.
    pub fn end(self) {
        if let Some(Err(error)) = self.0.map(|it| it.shutdown_with_timeout(FAREWELL)) {
            tracing::debug!(%error, "the last traces were not sent");
        }
    }
}

/// The address traces are sent to at a collector.
fn traces_at(collector: &str) -> String {
    format!("{}/v1/traces", collector.trim_end_matches('/'))
}

/// Who sends them.
fn resource() -> Resource {
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let about = Resource::builder().with_attribute(version);
    match std::env::var("OTEL_SERVICE_NAME") {
        Ok(_) => about.build(),
        Err(_) => about.with_service_name("mainstay").build(),
    }
}

/// Makes a request's span part of the trace its caller named in `traceparent`.
pub fn follow(span: &tracing::Span, headers: &HeaderMap) {
    if span.is_disabled() {
        return;
    }
    let caller = TraceContextPropagator::new()
        .extract_with_context(&opentelemetry::Context::new(), &HeaderExtractor(headers));
    if caller.span().span_context().is_valid() {
        // A span that is new has no parent yet, which is all that could be refused.
        let _ = span.set_parent(caller);
    }
}
