//! Temporary.
mod api_world;
#[tokio::test(flavor = "multi_thread")]
async fn shot() {
    let world = api_world::World::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let router = world.fresh_router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    for (name, path, size) in [("wide", "api", "1200,5200"), ("narrow", "api", "500,4000"), ("problem", "api/problems/stale", "1000,700")] {
        let status = tokio::process::Command::new("chromium")
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"])
            .arg(format!("--screenshot=/tmp/api-{name}.png"))
            .arg(format!("--window-size={size}"))
            .arg(format!("http://127.0.0.1:{port}/{path}"))
            .status().await.unwrap();
        assert!(status.success());
    }
    server.abort();
}
