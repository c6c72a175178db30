//! The running instance: requests answered, workers beside them, an orderly end.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header};
use axum::middleware::{self, Next};
use axum::serve::ListenerExt;
use futures::StreamExt;
use mainstay_app::Ids;
use mainstay_web::Web;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::Instrument;
use tracing::field::Empty;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::metrics::Metrics;
use crate::ports::{SystemIds, stopwatch};
use crate::probes::{self, Probes};
use crate::traces::{self, Traces};

/// Carries the id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long requests that were begun may take to finish once the end was asked for.
const DRAIN: Duration = Duration::from_secs(10);
/// Fewest worker threads: a page that waits for the disk must not hold the others up.
const THREADS: usize = 4;

/// How log lines are written.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Log {
    /// For people.
    Human,
    /// One JSON object for each line.
    Json,
}

/// Sends log lines to the error stream, and spans to a collector where there is one; `level` is a
/// filter as `tracing` reads it.
///
/// # Errors
/// When the filter or the collector's address cannot be read.
pub fn start_log(log: Log, level: &str, collector: Option<&str>) -> anyhow::Result<Traces> {
    let filter = EnvFilter::try_new(level)
        .with_context(|| format!("`{level}` is not a log level; write for example `info`"))?;
    let is_coloured = std::io::stderr().is_terminal();
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(is_coloured);
    let lines = match log {
        Log::Human => lines.with_filter(filter).boxed(),
        Log::Json => lines.json().with_filter(filter).boxed(),
    };
    let (traces, spans) = Traces::start(collector)?;
    let layers: Vec<_> = [Some(lines), spans].into_iter().flatten().collect();
    // A second log in one process is no reason to stop.
    let _ = tracing_subscriber::registry().with(layers).try_init();
    Ok(traces)
}

/// Runs a future on a runtime of several threads.
///
/// # Errors
/// The future's own, or that no threads are to be had.
pub fn run<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.max(THREADS))
        .enable_all()
        .build()
        .context("no threads can be started")?
        .block_on(future)
}

/// Takes an address to listen at, which was given with an option.
///
/// # Errors
/// A sentence that says what stands in the way.
pub async fn listen(at: SocketAddr, option: &str) -> anyhow::Result<TcpListener> {
    use std::io::ErrorKind;
    TcpListener::bind(at)
        .await
        .map_err(|error| match error.kind() {
            ErrorKind::AddrInUse => anyhow!(
                "{at} is in use: another program listens there. Stop it, or give another \
                 address with {option} (port 0 takes any free one)"
            ),
            ErrorKind::AddrNotAvailable => anyhow!(
                "{at} is not an address of this machine. Give another one with {option}, for \
                 example 127.0.0.1:8080"
            ),
            ErrorKind::PermissionDenied => anyhow!(
                "{at} may not be used: ports below 1024 need a privilege. Give another one with \
                 {option}, for example 127.0.0.1:8080"
            ),
            _ => anyhow!("{at} cannot be listened at: {error}"),
        })
}

/// Answers requests until the end is asked for, then closes the database. Who has a second listener
/// is told there how the instance is doing.
///
/// # Errors
/// When the listener or the database fails.
pub async fn serve(
    listener: TcpListener,
    own: Option<TcpListener>,
    web: &Web,
    router: Router,
) -> anyhow::Result<()> {
    let app = web.app().clone();
    let mut workers = JoinSet::new();
    workers.spawn(app.clone().run_workers());
    let (stop, stopping) = watch::channel(false);
    let probes = Probes {
        app: app.clone(),
        metrics: Arc::default(),
        stopping: stopping.clone(),
    };
    let router = router
        .merge(probes::router(probes.clone()))
        .layer(middleware::from_fn_with_state(
            stopping.clone(),
            end_streams,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&probes.metrics),
            watch_request,
        ));
    if let Some(own) = own {
        let counted = middleware::from_fn_with_state(Arc::clone(&probes.metrics), watch_request);
        let own_router = probes::own_router(probes).layer(counted);
        workers.spawn(async move {
            if let Err(error) = axum::serve(own, own_router).await {
                tracing::error!(%error, "metrics are not served any more");
            }
        });
    }
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(wait_for(stopping));
    // Whoever is answered may ask for the end at once.
    let end = end_asked_for()?;
    let mut server = tokio::spawn(server.into_future());
    let ended = tokio::select! {
        ended = &mut server => Some(ended),
        asked = end => { asked?; None }
    };
    let outcome = match ended {
        Some(ended) => ended
            .context("the server failed")?
            .context("the server failed"),
        None => {
            tracing::info!("ending: requests that were begun are finished");
            stop.send_replace(true);
            drain(&mut server).await;
            Ok(())
        }
    };
    workers.shutdown().await;
    app.db().close().await?;
    outcome
}

/// Waits for what was begun; not for ever, and no longer at all when asked again.
async fn drain(server: &mut tokio::task::JoinHandle<std::io::Result<()>>) {
    tokio::select! {
        _ = &mut *server => return,
        () = tokio::time::sleep(DRAIN) => tracing::warn!("requests were still open and are cut off"),
        _ = async { end_asked_for()?.await } => tracing::warn!("asked twice: open requests are cut off"),
    }
    server.abort();
}

async fn wait_for(mut stopping: watch::Receiver<bool>) {
    // The sender is gone only when everything is.
    let _ = stopping.wait_for(|&is_stopping| is_stopping).await;
}

/// Listens from now on for an interrupt or a request to terminate; the future ends with the first.
fn end_asked_for() -> anyhow::Result<impl Future<Output = anyhow::Result<()>>> {
    const REFUSED: &str = "the system sends no signals";
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut interrupt = signal(SignalKind::interrupt()).context(REFUSED)?;
        let mut terminate = signal(SignalKind::terminate()).context(REFUSED)?;
        Ok(async move {
            tokio::select! {
                _ = interrupt.recv() => Ok(()),
                _ = terminate.recv() => Ok(()),
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async { tokio::signal::ctrl_c().await.context(REFUSED) })
}

/// Ends streams of signals when the server stops; browsers come back by themselves.
async fn end_streams(
    State(stopping): State<watch::Receiver<bool>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let response = next.run(request).await;
    let is_stream = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
    if !is_stream {
        return response;
    }
    response.map(|body| {
        let signals = body.into_data_stream();
        Body::from_stream(signals.take_until(Box::pin(wait_for(stopping))))
    })
}

/// Gives each request its id, counts it, and writes a line for it when somebody wants to see them.
/// The id stands in every log line written for the request, and in the answer.
async fn watch_request(
    State(metrics): State<Arc<Metrics>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let watch = stopwatch();
    let id = request_id(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let traced = traced(&method, route.as_ref(), &id, request.headers());
    let span = tracing::info_span!(parent: &traced, "request", id = %id);
    let answered = next.run(request).instrument(span.clone());
    let mut response = answered.instrument(traced.clone()).await;
    let (status, took) = (response.status().as_u16(), watch.elapsed());
    let route = route.as_ref().map_or("other", MatchedPath::as_str);
    metrics.note(method.as_str(), route, status, took);
    traced.record("http.response.status_code", status);
    if status >= 500 {
        traced.record("otel.status_code", "ERROR");
    }
    let (_entered, micros) = (span.enter(), took.as_micros());
    if status >= 500 {
        tracing::warn!(%method, path, status, micros, "request");
    } else {
        tracing::debug!(%method, path, status, micros, "request");
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// The span of a request for the collector; it names the route, never what stood in its place.
fn traced(
    method: &Method,
    route: Option<&MatchedPath>,
    id: &str,
    headers: &HeaderMap,
) -> tracing::Span {
    let route = route.map_or("other", MatchedPath::as_str);
    let span = tracing::trace_span!(
        target: "spans",
        "request",
        otel.name = format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = %method,
        http.route = route,
        http.response.status_code = Empty,
        request.id = id,
    );
    traces::follow(&span, headers);
    span
}

/// The id a proxy before us gave, if it is one; else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| (1..=64).contains(&id.len()))
        .filter(|id| {
            id.bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it))
        });
    given.map_or_else(|| SystemIds.id().simple().to_string(), str::to_owned)
}
