//! How long something takes, and a sign of life while it does.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How often a long step says that it goes on.
const BEAT: Duration = Duration::from_secs(30);

/// A watch that runs.
pub struct Watch {
    started: Instant,
}

impl Watch {
    /// Starts a watch.
    #[expect(clippy::disallowed_methods, reason = "the workshop measures itself")]
    pub fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    /// What it shows.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Does something, and prints every half minute that it still goes on.
    pub fn beat<T>(&self, name: &str, work: impl FnOnce() -> T) -> T {
        let (done, waiting) = mpsc::channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                while waiting.recv_timeout(BEAT) == Err(mpsc::RecvTimeoutError::Timeout) {
                    println!("      {name}: {} s so far", self.elapsed().as_secs());
                }
            });
            let result = work();
            drop(done);
            result
        })
    }
}
