//! The way between an instance and its PostgreSQL, and what may happen on it: it is cut, nobody is
//! let in, everything is swallowed, a COMMIT or its answer is lost.

use std::io::{BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often it looks whether somebody comes, or what is to happen now.
const TICK: Duration = Duration::from_millis(5);
/// Longer messages are none of Mainstay's.
const LONGEST: usize = 64 << 20;
/// A request for encryption with TLS, and one with GSSAPI.
const ENCRYPTION: [u32; 2] = [80_877_103, 80_877_104];
/// The message that asks to commit, and the one that says it was done.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

/// What happens to one COMMIT: its line is cut
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strike {
    /// before it has reached the server;
    BeforeServer,
    /// after the server has carried it out, before the client is told.
    BeforeClient,
}

/// What becomes of whoever comes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    /// Nobody listens.
    Shut,
    /// Everything is taken and nothing passed on.
    Hole,
}

/// A way to a server; it ends with the value.
pub struct Proxy {
    shared: Arc<Shared>,
    /// Where it listens, on loopback.
    pub port: u16,
}

struct Shared {
    server: SocketAddr,
    state: Mutex<State>,
}

struct State {
    way: Way,
    /// Whether somebody listens.
    is_listening: bool,
    /// What happens to which of the next COMMITs.
    strike: Option<(u64, Strike)>,
    strikes: u64,
    lines: Vec<Arc<Line>>,
    is_over: bool,
}

/// A connection of a client, and ours to the server.
struct Line {
    client: TcpStream,
    server: TcpStream,
    /// What was swallowed is missing for good, so nothing passes any more.
    is_lost: AtomicBool,
    /// The next answer says that something was committed, and is not to arrive.
    is_struck: AtomicBool,
}

impl Proxy {
    /// A way to a server on loopback.
    ///
    /// # Errors
    /// When no port is free.
    pub fn to(port: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let own = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            server: (Ipv4Addr::LOCALHOST, port).into(),
            state: Mutex::new(State {
                way: Way::Open,
                is_listening: true,
                strike: None,
                strikes: 0,
                lines: Vec::new(),
                is_over: false,
            }),
        });
        let keeper = Arc::clone(&shared);
        std::thread::spawn(move || keeper.listen(listener, own));
        Ok(Self { shared, port: own })
    }

    /// Cuts all lines; whoever comes again is let in.
    pub fn cut(&self) {
        let lines = std::mem::take(&mut self.shared.state().lines);
        for line in lines {
            line.cut();
        }
    }

    /// Cuts all lines and listens no more.
    pub fn shut(&self) {
        self.shared.state().way = Way::Shut;
        self.wait_until_listening(false);
        self.cut();
    }

    /// Swallows everything, of those who are here and of those who come; nobody hears a word.
    pub fn swallow(&self) {
        let mut state = self.shared.state();
        state.way = Way::Hole;
        for line in &state.lines {
            line.is_lost.store(true, Ordering::SeqCst);
        }
    }

    /// Lets whoever comes through again. Lines that were swallowed stay dead, and nobody says so.
    pub fn open(&self) {
        self.shared.state().way = Way::Open;
        self.wait_until_listening(true);
    }

    /// Lets so many COMMITs pass, and strikes the next one.
    pub fn strike_after(&self, passing: u64, strike: Strike) {
        self.shared.state().strike = Some((passing, strike));
    }

    /// How many COMMITs were struck.
    pub fn strikes(&self) -> u64 {
        self.shared.state().strikes
    }

    fn wait_until_listening(&self, is_so: bool) {
        while self.shared.state().is_listening != is_so {
            std::thread::sleep(TICK);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
        self.cut();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets clients in for as long as the way is there.
    fn listen(self: Arc<Self>, listener: TcpListener, port: u16) {
        let mut listener = Some(listener);
        loop {
            let way = {
                let state = self.state();
                if state.is_over {
                    return;
                }
                state.way
            };
            if way == Way::Shut {
                listener = None;
            } else if listener.is_none() {
                listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
            }
            self.state().is_listening = listener.is_some();
            let client = listener.as_ref().and_then(|listener| {
                listener.set_nonblocking(true).ok()?;
                Some(listener.accept().ok()?.0)
            });
            match client {
                // A server that is not there hangs up on whoever asks for it.
                Some(client) => drop(self.carry(client)),
                None => std::thread::sleep(TICK),
            }
        }
    }

    fn carry(self: &Arc<Self>, client: TcpStream) -> std::io::Result<()> {
        let server = TcpStream::connect(self.server)?;
        client.set_nonblocking(false)?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let line = Arc::new(Line {
            client,
            server,
            is_lost: AtomicBool::new(false),
            is_struck: AtomicBool::new(false),
        });
        {
            let mut state = self.state();
            line.is_lost.store(state.way == Way::Hole, Ordering::SeqCst);
            state.lines.push(Arc::clone(&line));
        }
        let (up, down) = (Arc::clone(self), Arc::clone(self));
        let other = Arc::clone(&line);
        std::thread::spawn(move || {
            // Whoever ends, ends both.
            drop(up.carry_up(&line));
            line.cut();
        });
        std::thread::spawn(move || {
            drop(down.carry_down(&other));
            other.cut();
        });
        Ok(())
    }

    /// From the client to the server.
    fn carry_up(&self, line: &Line) -> std::io::Result<()> {
        let mut from = BufReader::new(&line.client);
        let greeting = loop {
            let greeting = message(&mut from, 0)?;
            let asked = greeting.get(4..8).and_then(|code| code.try_into().ok());
            if !ENCRYPTION.contains(&asked.map_or(0, u32::from_be_bytes)) {
                break greeting;
            }
            // What is encrypted cannot be read here.
            (&line.client).write_all(b"N")?;
        };
        line.pass(&line.server, &greeting)?;
        loop {
            let message = message(&mut from, 1)?;
            if message == COMMIT {
                match self.next_strike() {
                    None => {}
                    Some(Strike::BeforeClient) => line.is_struck.store(true, Ordering::SeqCst),
                    Some(Strike::BeforeServer) => {
                        self.state().strikes += 1;
                        return Ok(());
                    }
                }
            }
            line.pass(&line.server, &message)?;
        }
    }

    /// From the server to the client.
    fn carry_down(&self, line: &Line) -> std::io::Result<()> {
        let mut from = BufReader::new(&line.server);
        loop {
            let message = message(&mut from, 1)?;
            if !line.is_struck.load(Ordering::SeqCst) {
                line.pass(&line.client, &message)?;
            } else if matches!(message.first(), Some(b'C' | b'E')) {
                // It is done, or cannot be done.
                self.state().strikes += 1;
                return Ok(());
            }
        }
    }

    /// What happens to the COMMIT that has just come by.
    fn next_strike(&self) -> Option<Strike> {
        let mut state = self.state();
        let (passing, strike) = state.strike.take()?;
        if passing == 0 {
            return Some(strike);
        }
        state.strike = Some((passing - 1, strike));
        None
    }
}

impl Line {
    fn pass(&self, mut to: &TcpStream, message: &[u8]) -> std::io::Result<()> {
        if self.is_lost.load(Ordering::SeqCst) {
            return Ok(());
        }
        to.write_all(message)
    }

    fn cut(&self) {
        for end in [&self.client, &self.server] {
            // It may have been cut from the other side.
            drop(end.shutdown(Shutdown::Both));
        }
    }
}

/// Reads a message whole: its kind in so many bytes, its length, which counts itself, and the rest.
fn message(from: &mut impl Read, kind: usize) -> std::io::Result<Vec<u8>> {
    let mut message = vec![0; kind + 4];
    from.read_exact(&mut message)?;
    let length = message[kind..].iter();
    let length = length.fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
    if !(4..=LONGEST).contains(&length) {
        return Err(std::io::ErrorKind::InvalidData.into());
    }
    message.resize(kind + length, 0);
    from.read_exact(&mut message[kind + 4..])?;
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_taken_apart() {
        let mut bytes: &[u8] =
            b"\0\0\0\x08\x04\xd2\x16\x2fQ\0\0\0\x0bCOMMIT\0S\0\0\0\x04Q\0\0\0\x63";
        let greeting = message(&mut bytes, 0).unwrap();
        let code = u32::from_be_bytes(greeting[4..].try_into().unwrap());
        assert!(ENCRYPTION.contains(&code));
        assert_eq!(message(&mut bytes, 1).unwrap(), COMMIT);
        assert_eq!(message(&mut bytes, 1).unwrap(), b"S\0\0\0\x04");
        let broken_off = message(&mut bytes, 1).unwrap_err();
        assert_eq!(broken_off.kind(), std::io::ErrorKind::UnexpectedEof);
        let absurd = message(&mut &b"Q\xff\0\0\0"[..], 1).unwrap_err();
        assert_eq!(absurd.kind(), std::io::ErrorKind::InvalidData);
    }
}
