//! Many requests at once, and how long each took.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};

use super::wire::{Connection, Request};

/// Most requests of one run, whatever the time.
const MOST: u64 = 2_000_000;
/// Requests before the measurement.
const WARM_UP: u64 = 50;

/// Requests of one kind.
pub struct Load<'a> {
    /// Where to: connections take them in turn.
    pub addresses: &'a [SocketAddr],
    /// The n-th request.
    pub request: &'a (dyn Fn(u64) -> Request + Sync),
    /// Whether compressed answers are asked for.
    pub is_compressed: bool,
    /// For how long.
    pub seconds: f64,
}

/// What came of it.
pub struct Figures {
    /// Requests answered.
    pub count: u64,
    /// Requests in a second.
    pub rate: f64,
    /// Half of them took no longer, in milliseconds.
    pub p50: f64,
    /// Of a hundred, 99 took no longer, in milliseconds.
    pub p99: f64,
}

/// The n-th request is never the same in two runs.
static TURN: AtomicU64 = AtomicU64::new(0);

#[expect(
    clippy::disallowed_methods,
    reason = "measuring is what the load generator is for"
)]
fn now() -> Instant {
    Instant::now()
}

impl Load<'_> {
    /// The bytes of an answer, plain and compressed.
    ///
    /// # Errors
    /// When it is not answered as it should be.
    pub fn bytes(&self) -> anyhow::Result<(usize, usize)> {
        let mut connection = self.connect(0)?;
        let mut one = |is_compressed| self.one(&mut connection, is_compressed);
        Ok((one(false)?, one(true)?))
    }

    fn one(&self, connection: &mut Connection, is_compressed: bool) -> anyhow::Result<usize> {
        let request = (self.request)(TURN.fetch_add(1, Ordering::Relaxed));
        let answer = connection.exchange(&request, is_compressed)?;
        match answer.status {
            200 | 201 => Ok(answer.bytes),
            status => bail!("the answer is {status}"),
        }
    }

    /// Sends requests over several connections until the time is up.
    ///
    /// # Errors
    /// When one is not answered as it should be.
    pub fn run(&self, connections: usize) -> anyhow::Result<Figures> {
        let barrier = Barrier::new(connections);
        let took = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..connections)
                .map(|place| {
                    let barrier = &barrier;
                    scope.spawn(move || self.work(place, barrier))
                })
                .collect();
            let joined = workers.into_iter().map(|worker| {
                worker
                    .join()
                    .map_err(|_| anyhow!("a connection's thread panicked"))?
            });
            joined.collect::<anyhow::Result<Vec<_>>>()
        })?;
        let span = took.iter().map(|(span, _)| *span).max().unwrap_or_default();
        let mut micros: Vec<u32> = took.into_iter().flat_map(|(_, micros)| micros).collect();
        micros.sort_unstable();
        let count = micros.len() as u64;
        Ok(Figures {
            count,
            rate: count as f64 / span.as_secs_f64().max(0.001),
            p50: share(&micros, 50),
            p99: share(&micros, 99),
        })
    }

    fn work(&self, place: usize, barrier: &Barrier) -> anyhow::Result<(Duration, Vec<u32>)> {
        let warmed_up = self.warm_up(place);
        // Whoever failed comes to the barrier too, or the others would wait for ever.
        barrier.wait();
        let mut connection = warmed_up?;
        let mut micros = Vec::new();
        let begun = now();
        while begun.elapsed().as_secs_f64() < self.seconds && (micros.len() as u64) < MOST {
            let sent = now();
            self.one(&mut connection, self.is_compressed)?;
            micros.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
        Ok((begun.elapsed(), micros))
    }

    fn connect(&self, place: usize) -> anyhow::Result<Connection> {
        let address = self.addresses.get(place % self.addresses.len().max(1));
        Connection::open(*address.context("no node runs")?)
    }

    fn warm_up(&self, place: usize) -> anyhow::Result<Connection> {
        let mut connection = self.connect(place)?;
        for _ in 0..WARM_UP {
            self.one(&mut connection, self.is_compressed)?;
        }
        Ok(connection)
    }
}

/// What this share of sorted durations is not longer than, in milliseconds.
fn share(micros: &[u32], percent: usize) -> f64 {
    let place = (micros.len() * percent / 100).min(micros.len().saturating_sub(1));
    micros
        .get(place)
        .map_or(0.0, |micros| f64::from(*micros) / 1000.0)
}
