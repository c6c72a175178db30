//! Encrypted connections, to a server that lets in no others.

use mainstay_testkit::postgres::Fresh;
use mainstay_testkit::secure::Secure;

use super::*;
use crate::db::Signal;

/// Connects, and says on which cipher a statement of the pool arrives.
async fn cipher(url: &str) -> Result<String, String> {
    let db = Db::connect(url, Options::new(SCHEMA)).await;
    let db = db.map_err(|error| error.to_string())?;
    let ask = sql!("SELECT version || ' ' || cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    // Only the role that signed in may see how.
    let become_it = sql!("SELECT set_config('role', 'none', true)");
    let cipher = db.read::<_, Error, _>(async |tx| {
        tx.one::<String>(become_it, &[]).await?;
        tx.one::<String>(ask, &[]).await
    });
    let cipher = cipher.await.map_err(|error| error.to_string());
    db.close().await.unwrap();
    cipher
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn whoever_answers_is_looked_at_as_far_as_the_address_says() {
    let cluster = Secure::start().await;
    let authority = format!("sslrootcert={}", cluster.authority().display());
    for (host, settings) in [
        ("localhost", format!("sslmode=verify-full&{authority}")),
        (
            "localhost",
            format!("sslmode=verify-full&channel_binding=require&{authority}"),
        ),
        ("127.0.0.1", format!("sslmode=verify-ca&{authority}")),
        ("127.0.0.1", format!("sslmode=require&{authority}")),
        ("127.0.0.1", "sslmode=require".to_owned()),
        ("127.0.0.1", "sslmode=prefer".to_owned()),
        ("127.0.0.1", String::new()),
    ] {
        let cipher = cipher(&cluster.url(host, &settings)).await;
        let is_new = cipher
            .as_ref()
            .is_ok_and(|cipher| cipher.starts_with("TLSv1.3 "));
        assert!(is_new, "{settings}: {cipher:?}");
    }
    let other = format!("sslrootcert={}", cluster.stranger().display());
    for (host, settings, said) in [
        (
            "127.0.0.1",
            format!("sslmode=verify-full&{authority}"),
            "not valid for name \"127.0.0.1\"",
        ),
        (
            "localhost",
            "sslmode=verify-full".to_owned(),
            "not trusted. Name the file",
        ),
        (
            "localhost",
            format!("sslmode=verify-full&{other}"),
            "not trusted. Name the file",
        ),
        (
            "localhost",
            format!("sslmode=require&{other}"),
            "not trusted. Name the file",
        ),
        (
            "localhost",
            "sslmode=verify-full&sslrootcert=/none.pem".to_owned(),
            "/none.pem cannot be read",
        ),
        ("localhost", "sslmode=disable".to_owned(), "pg_hba.conf"),
    ] {
        let refused = cipher(&cluster.url(host, &settings)).await.unwrap_err();
        assert!(refused.contains(said), "{settings}: {refused}");
        assert!(!refused.contains("secret"), "{refused}");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn signals_between_nodes_are_encrypted_too() {
    let cluster = Secure::start().await;
    let settings = format!(
        "sslmode=verify-full&sslrootcert={}",
        cluster.authority().display()
    );
    let url = cluster.url("localhost", &settings);
    let db = Db::connect(&url, Options::new(SCHEMA)).await;
    let db = db.unwrap_or_else(|error| panic!("{error}"));
    let mut heard = db.listen().unwrap();
    assert_eq!(heard.next().await, Some(Signal::Missed));
    db.tell("one").await.unwrap();
    assert_eq!(heard.next().await, Some(Signal::Told("one".into())));
    let reader = Db::connect_to_read(&url, Options::new(SCHEMA)).await;
    reader.unwrap_or_else(|error| panic!("{error}"));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
async fn a_server_without_tls_is_named() {
    let fresh = Fresh::empty().await;
    let mark = if fresh.url().contains('?') { '&' } else { '?' };
    let url = |mode| format!("{}{mark}sslmode={mode}", fresh.url());
    let refused = cipher(&url("require")).await.unwrap_err();
    assert!(
        refused.contains("does not encrypt connections. Switch that on"),
        "{refused}"
    );
    cipher(&url("prefer"))
        .await
        .expect_err("there is no cipher");
    Db::connect(&url("prefer"), Options::new(SCHEMA))
        .await
        .unwrap();
}
