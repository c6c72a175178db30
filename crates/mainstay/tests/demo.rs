//! The demo as somebody starts it: people to be, and a desk at work.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use mainstay_testkit::postgres::Fresh;

/// The running demo; it ends with the value.
struct Demo {
    child: Child,
    address: String,
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Demo {
    fn ask(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        let request = format!(
            "{head}\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Becomes somebody offered on the sign-in page, and returns the cookie.
    fn be(&self, name: &str) -> String {
        let page = self.ask("GET /sign-in HTTP/1.1", "");
        let before = page.split(name).next().unwrap();
        let id = before
            .rsplit("value=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let entered = self.ask("POST /demo/sign-in HTTP/1.1", &format!("person={id}"));
        let cookie = entered.split("mainstay=").nth(1).expect("a cookie");
        cookie.split(';').next().unwrap().to_owned()
    }

    fn page(&self, cookie: &str, path: &str) -> String {
        self.ask(
            &format!("GET {path} HTTP/1.1\r\nCookie: mainstay={cookie}"),
            "",
        )
    }
}

/// Starts a demo and waits until one can look at it.
fn start(folder: &Path, more: &[&str]) -> Demo {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mainstay"))
        .args(["demo", "--still", "--listen", "127.0.0.1:0"])
        .args(more)
        .env("TMPDIR", folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("Ctrl-C") {
        assert!(out.read_line(&mut said).unwrap() > 0, "{said}");
    }
    assert!(
        !said.contains(" 0 cases") && said.contains(" cases, "),
        "{said}"
    );
    let address = said.split("http://").nth(1).unwrap();
    let address = address.split(' ').next().unwrap().to_owned();
    Demo { child, address }
}

/// Sees somebody's page say all of this.
fn sees(demo: &Demo, name: &str, path: &str, words: &[&str]) {
    let page = demo.page(&demo.be(name), path);
    for words in words {
        assert!(
            page.contains(words),
            "{name} does not see {words:?}:\n{page}"
        );
    }
}

/// Looks at it as people of every kind: each finds what is there for them.
fn everybody_is_there(demo: &Demo) {
    for (name, path, words) in [
        (
            "Udo Kranich",
            "/asked",
            &[
                "With your administrators",
                "Your answer needed",
                "With support",
            ][..],
        ),
        (
            "Udo Kranich",
            "/cases",
            &["Directory synchronisation stopped"],
        ),
        (
            "Jens Ottweiler",
            "/inbox",
            &["The drawings of press 7", "Your turn"],
        ),
        (
            "Jens Ottweiler",
            "/inbox?view=closed",
            &["in the warehouse"],
        ),
        ("Giulia Merani", "/inbox", &["the folder of the trade fair"]),
        ("Stuart Ames", "/cases", &["Invoice shows 12 seats"]),
        ("Noor Haddad", "/queue", &["Large drawings break off"]),
        ("Ruth Okonedo", "/factors", &["Felix Marrow", "required"]),
        (
            "Katharina Brehme",
            "/organisation/services",
            &["Monitoring of the plant"],
        ),
        (
            "Callum Reeve",
            "/partner/customers",
            &["Ends soon", "Not answered yet"],
        ),
        (
            "Sadie Whitcombe",
            "/partner",
            &["wrong logo", "sign in again every hour"],
        ),
        (
            "Oskar Lindgren",
            "/approvals",
            &["Noor Haddad", "Agree and do it"],
        ),
        ("Oskar Lindgren", "/team/services", &["Status page"]),
        (
            "Wanjiru Mwangi",
            "/approvals",
            &["Invite Inês Carvalhal", "Agree and do it"],
        ),
        (
            "Ingrid Solberg",
            "/desk/descriptions",
            &["Region de", "Helen Achterberg asks to publish it"],
        ),
        (
            "Samuel Adeyemi",
            "/approvals",
            &["Publish the calendars of region de", "Agree and do it"],
        ),
        ("Ingrid Solberg", "/team", &["ar, de, en", "mail, security"]),
    ] {
        sees(demo, name, path, words);
    }
    let people = demo.page(&demo.be("Katharina Brehme"), "/organisation/people");
    assert!(!people.contains("Monitoring of the plant"), "{people}");
}

/// Looks at it, ends it, and sees that it leaves nothing.
fn is_alive(mut demo: Demo, folder: &Path) {
    everybody_is_there(&demo);
    let queue = demo.page(&demo.be("Priya Raman"), "/queue");
    assert!(queue.starts_with("HTTP/1.1 200"), "{queue}");
    assert!(
        queue.contains("Single sign-on fails for everybody"),
        "{queue}"
    );
    let reports = demo.page(&demo.be("Ingrid Solberg"), "/reports");
    assert!(reports.starts_with("HTTP/1.1 200"), "{reports}");
    let home = demo.page(&demo.be("Katharina Brehme"), "/home");
    assert!(home.contains("Directory synchronisation stopped"), "{home}");
    let inbox = demo.page(&demo.be("Callum Reeve"), "/partner");
    for customer in ["Brackenford Borough Council", "Oughterbeg Dairy"] {
        assert!(inbox.contains(customer), "{inbox}");
    }
    let partners = demo.page(&demo.be("Katharina Brehme"), "/organisation/partners");
    assert!(partners.contains("Awaiting your approval"), "{partners}");
    let id = demo.child.id().to_string();
    let ended = Command::new("kill").args(["-INT", &id]).status();
    assert!(ended.unwrap().success());
    assert!(demo.child.wait().unwrap().success());
    let left = std::fs::read_dir(folder).unwrap().count();
    assert_eq!(left, 0, "a throw-away demo leaves nothing");
}

#[test]
fn everybody_finds_something_to_do() {
    let folder = tempfile::tempdir().unwrap();
    is_alive(start(folder.path(), &[]), folder.path());
}

#[test]
#[ignore = "needs PostgreSQL: `cargo xtask ci` starts one"]
fn a_demo_lives_in_an_empty_database_of_postgresql_and_in_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let database = runtime.block_on(Fresh::empty());
    let on = ["--database", &database.url()];
    is_alive(start(folder.path(), &on), folder.path());
    let again = Command::new(env!("CARGO_BIN_EXE_mainstay"))
        .args(["demo", "--still", "--listen", "127.0.0.1:0"])
        .args(on)
        .output()
        .unwrap();
    let said = String::from_utf8(again.stderr).unwrap();
    assert_eq!(again.status.code(), Some(2), "{said}");
    assert!(said.contains("holds data already"), "{said}");
}
