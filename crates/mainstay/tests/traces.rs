//! Traces of the real binary, taken in by a collector on loopback.

mod instance;

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use instance::{Instance, folder};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// Takes in what is posted, and hands on each path and body.
fn collector() -> (SocketAddr, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the test can go on");
    let address = listener.local_addr().expect("the test can go on");
    let (send, posts) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = BufReader::new(stream);
            while let Some(post) = take_in(&mut stream) {
                let answered = stream
                    .get_mut()
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                if answered.is_err() || send.send(post).is_err() {
                    break;
                }
            }
        }
    });
    (address, posts)
}

fn take_in(stream: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let (mut first, mut length) = (String::new(), 0);
    stream.read_line(&mut first).ok().filter(|read| *read > 0)?;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some((first, body))
}

fn holds(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

/// Asks one thing as part of a trace, and ends the instance.
fn ask_and_end(collector: &str) {
    let (_folder, database) = folder();
    let mut instance = Instance::start_with(&database, &["--otlp-endpoint", collector]);
    let head = format!(
        "GET /sign-in?next=somebodys-secret HTTP/1.1\r\nX-Request-Id: asked-once\r\n\
         traceparent: 00-{TRACE}-00f067aa0ba902b7-01"
    );
    let answer = instance.ask(&head, "");
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    instance.signal("-TERM");
    assert!(instance.child.wait().expect("the test can go on").success());
}

#[test]
fn a_request_and_its_transactions_reach_the_collector() {
    let (address, posts) = collector();
    ask_and_end(&format!("http://{address}"));
    let posts: Vec<_> = posts.try_iter().collect();
    assert!(!posts.is_empty());
    assert!(
        posts
            .iter()
            .all(|(path, _)| path.starts_with("POST /v1/traces "))
    );
    let all: Vec<u8> = posts.into_iter().flat_map(|(_, body)| body).collect();
    let trace = u128::from_str_radix(TRACE, 16).expect("the test can go on");
    assert!(
        holds(&all, &trace.to_be_bytes()),
        "the caller's trace goes on"
    );
    for part in [
        "mainstay",
        "http.route",
        "http.response.status_code",
        "asked-once",
        "sqlite",
        "sweep",
    ] {
        assert!(holds(&all, part.as_bytes()), "{part}");
    }
    assert!(!holds(&all, b"somebodys-secret"));
}

#[test]
fn a_collector_that_is_gone_or_silent_costs_nobody_anything() {
    let gone = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
    ask_and_end(&format!("http://{}", gone.expect("the test can go on")));
    let silent = TcpListener::bind("127.0.0.1:0").expect("the test can go on");
    let address = silent.local_addr().expect("the test can go on");
    ask_and_end(&format!("http://{address}"));
}
