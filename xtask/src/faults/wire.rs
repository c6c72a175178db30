//! Requests one at a time, each on a connection of its own; an answer, or none.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail};

/// Longest wait for an answer; a database that is silent is waited for half a minute.
const PATIENCE: Duration = Duration::from_secs(100);
/// What stands between the parts of a form with files.
const BOUNDARY: &str = "----faults-7c1e";

/// A request.
pub struct Request {
    head: String,
    body: Vec<u8>,
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    head: String,
    /// Its body.
    pub body: String,
}

impl Request {
    fn new(method: &str, path: &str) -> Self {
        Self {
            head: format!("{method} {path} HTTP/1.1\r\n"),
            body: Vec::new(),
        }
    }

    /// Asks for a page.
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// Sends JSON.
    pub fn json(path: &str, body: &serde_json::Value) -> Self {
        let mut request = Self::new("POST", path).with("Content-Type", "application/json");
        request.body = body.to_string().into_bytes();
        request
    }

    /// Sends a form.
    pub fn form(path: &str, fields: &[(&str, &str)]) -> Self {
        let kind = "application/x-www-form-urlencoded";
        let mut request = Self::new("POST", path).with("Content-Type", kind);
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        request.body = pairs.join("&").into_bytes();
        request
    }

    /// Sends a form with a file before its fields.
    pub fn upload(path: &str, file: (&str, &[u8]), fields: &[(&str, &str)]) -> Self {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let mut request = Self::new("POST", path).with("Content-Type", &kind);
        let (name, bytes) = file;
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; \
             filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n"
        );
        request.body.extend_from_slice(head.as_bytes());
        request.body.extend_from_slice(bytes);
        for (name, value) in fields {
            let part = format!(
                "\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}"
            );
            request.body.extend_from_slice(part.as_bytes());
        }
        let end = format!("\r\n--{BOUNDARY}--\r\n");
        request.body.extend_from_slice(end.as_bytes());
        request
    }

    /// With a header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// Signed in as a browser.
    pub fn cookie(self, session: &str) -> Self {
        self.with("Cookie", &format!("mainstay={session}"))
    }

    /// Signed in as a program.
    pub fn bearer(self, token: &str) -> Self {
        self.with("Authorization", &format!("Bearer {token}"))
    }

    /// Carried out once.
    pub fn key(self, key: &str) -> Self {
        self.with("Idempotency-Key", key)
    }

    /// Sends it and waits for the whole answer.
    ///
    /// # Errors
    /// When there is none: nobody listens, or the connection breaks before its end.
    pub fn send(&self, address: SocketAddr) -> anyhow::Result<Answer> {
        let mut bytes = Vec::new();
        self.begin(address)?.read_to_end(&mut bytes)?;
        read(&bytes)
    }

    /// Sends it, to hear what comes as it comes.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn listen(&self, address: SocketAddr) -> anyhow::Result<Ear> {
        Ok(Ear(BufReader::new(self.begin(address)?)))
    }

    fn begin(&self, address: SocketAddr) -> anyhow::Result<TcpStream> {
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let length = self.body.len();
        let head = format!(
            "{}Host: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n",
            self.head
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(&self.body)?;
        Ok(stream)
    }
}

/// An answer that has no end.
pub struct Ear(BufReader<TcpStream>);

impl Ear {
    /// Waits for a line with these words.
    ///
    /// # Errors
    /// When none comes in time.
    pub fn hear(&mut self, words: &str, within: Duration) -> anyhow::Result<()> {
        let begun = super::now();
        while let Some(left) = within.checked_sub(begun.elapsed()) {
            let left = left.max(Duration::from_millis(1));
            self.0.get_ref().set_read_timeout(Some(left))?;
            let mut line = String::new();
            match self.0.read_line(&mut line) {
                Ok(0) => bail!("the answer has ended"),
                Ok(_) if line.contains(words) => return Ok(()),
                // Somebody else's, or the end of the time.
                _ => {}
            }
        }
        bail!("`{words}` was not heard within {} s", within.as_secs())
    }
}

fn read(bytes: &[u8]) -> anyhow::Result<Answer> {
    let end = find(bytes, b"\r\n\r\n").context("the answer broke off")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let rest = &bytes[end + 4..];
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let mut answer = Answer {
        status: status.context("the answer has no status")?,
        head,
        body: String::new(),
    };
    let body = if answer.header("transfer-encoding") == Some("chunked") {
        chunks(rest)?
    } else {
        let length = answer.header("content-length").unwrap_or("0").parse()?;
        rest.get(..length).context("the answer broke off")?.to_vec()
    };
    answer.body = String::from_utf8_lossy(&body).into_owned();
    Ok(answer)
}

fn chunks(mut rest: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = find(rest, b"\r\n").context("the answer broke off")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end])?.trim(), 16)?;
        if size == 0 {
            return Ok(body);
        }
        let chunk = rest.get(end + 2..end + 2 + size);
        body.extend_from_slice(chunk.context("the answer broke off")?);
        rest = rest.get(end + 4 + size..).context("the answer broke off")?;
    }
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines
            .into_iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// The session a sign-in began.
    ///
    /// # Errors
    /// When it did not.
    pub fn session(&self) -> anyhow::Result<String> {
        let cookie = self.header("set-cookie").unwrap_or_default();
        let value = cookie.strip_prefix("mainstay=").unwrap_or_default();
        match value.split(';').next() {
            Some(session) if !session.is_empty() => Ok(session.to_owned()),
            _ => bail!("no session began: {} {}", self.status, self.body),
        }
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none.
    pub fn json(&self) -> anyhow::Result<serde_json::Value> {
        Ok(serde_json::from_str(&self.body)?)
    }

    /// The word that follows `before`, made of letters and digits.
    ///
    /// # Errors
    /// When it is not there.
    pub fn word_after(&self, before: &str) -> anyhow::Result<String> {
        let (_, rest) = self
            .body
            .split_once(before)
            .with_context(|| format!("no `{before}` in the answer {}", self.status))?;
        Ok(rest
            .chars()
            .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-')
            .collect())
    }
}

fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}
