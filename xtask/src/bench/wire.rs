//! Just enough HTTP/1.1 for a load generator: keep-alive, lengths and chunks.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, bail};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request, but for the headers every one has.
pub struct Request {
    head: String,
    body: String,
}

impl Request {
    /// Asks for a page.
    pub fn get(path: &str) -> Self {
        Self {
            head: format!("GET {path} HTTP/1.1\r\n"),
            body: String::new(),
        }
    }

    /// Sends JSON.
    pub fn post(path: &str, body: &str) -> Self {
        let length = body.len();
        Self {
            head: format!(
                "POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n"
            ),
            body: body.to_owned(),
        }
    }

    /// Signed in as a browser.
    pub fn cookie(mut self, session: &str) -> Self {
        self.head
            .push_str(&format!("Cookie: mainstay={session}\r\n"));
        self
    }

    /// Signed in as a program.
    pub fn bearer(mut self, token: &str) -> Self {
        self.head
            .push_str(&format!("Authorization: Bearer {token}\r\n"));
        self
    }
}

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    buffer: Vec<u8>,
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Bytes of its body as they came over the wire, without the frames of chunks.
    pub bytes: usize,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            address,
            buffer: Vec::with_capacity(128 * 1024),
        })
    }

    /// Asks and waits for the whole answer.
    ///
    /// # Errors
    /// When the connection breaks or the answer cannot be read.
    pub fn exchange(&mut self, request: &Request, is_compressed: bool) -> anyhow::Result<Answer> {
        let encoding = if is_compressed { "gzip" } else { "identity" };
        let address = self.address;
        let message = format!(
            "{}Host: {address}\r\nAccept-Encoding: {encoding}\r\n\r\n{}",
            request.head, request.body
        );
        self.stream.write_all(message.as_bytes())?;
        self.buffer.clear();
        let end = self.read_head()?;
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_lowercase();
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.context("the answer has no status")?;
        let header = |name: &str| {
            let lines = head.lines().filter_map(|line| line.split_once(':'));
            lines
                .into_iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.trim().to_owned())
        };
        let bytes = if header("transfer-encoding").as_deref() == Some("chunked") {
            self.read_chunks(end)?
        } else {
            let length: usize = header("content-length").map_or(Ok(0), |length| length.parse())?;
            self.fill(end + length)?;
            length
        };
        Ok(Answer { status, bytes })
    }

    /// Reads up to the end of the headers, and says where it is.
    fn read_head(&mut self) -> anyhow::Result<usize> {
        loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                return Ok(at + 4);
            }
            self.more()?;
        }
    }

    /// Reads chunks from `at` on, and says how much they carried.
    fn read_chunks(&mut self, mut at: usize) -> anyhow::Result<usize> {
        let mut bytes = 0;
        loop {
            let line = loop {
                if let Some(length) = find(&self.buffer[at..], b"\r\n") {
                    break length;
                }
                self.more()?;
            };
            let size = std::str::from_utf8(&self.buffer[at..at + line])?;
            let size = usize::from_str_radix(size.trim(), 16).context("a chunk has no length")?;
            at += line + 2 + size + 2;
            self.fill(at)?;
            bytes += size;
            if size == 0 {
                return Ok(bytes);
            }
        }
    }

    fn fill(&mut self, end: usize) -> anyhow::Result<()> {
        while self.buffer.len() < end {
            self.more()?;
        }
        Ok(())
    }

    fn more(&mut self) -> anyhow::Result<()> {
        let mut part = [0; 64 * 1024];
        match self.stream.read(&mut part)? {
            0 => bail!("the connection was closed"),
            read => self.buffer.extend_from_slice(&part[..read]),
        }
        Ok(())
    }
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}
