//! How far a long command has come, on the error stream: a line that is written over on a
//! terminal, else a line now and then.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use mainstay_app::archive::Progress;

use crate::ports::stopwatch;

/// How often a line is written over.
const OFTEN: Duration = Duration::from_millis(100);
/// How often a line of its own is written.
const SELDOM: Duration = Duration::from_secs(10);

/// Tells how far a command has come.
pub struct Teller {
    doing: &'static str,
    watch: Instant,
    told: Duration,
    is_terminal: bool,
    has_told: bool,
}

impl Teller {
    /// Begins to watch; `doing` is the first word of every line.
    pub fn new(doing: &'static str) -> Self {
        Self {
            doing,
            watch: stopwatch(),
            told: Duration::ZERO,
            is_terminal: std::io::stderr().is_terminal(),
            has_told: false,
        }
    }

    /// Tells, if it is time to.
    pub fn tell(&mut self, progress: &Progress) {
        let (now, pause) = (
            self.watch.elapsed(),
            if self.is_terminal { OFTEN } else { SELDOM },
        );
        if now < self.told + pause {
            return;
        }
        self.told = now;
        let (doing, part, rows) = (self.doing, &progress.part, progress.rows);
        let line = format!("{doing} {part}: {rows} rows, {}", size(progress.bytes));
        if self.is_terminal {
            self.has_told = true;
            eprint!("\r\x1b[K{line}");
            let _ = std::io::stderr().flush();
        } else {
            eprintln!("{line}");
        }
    }

    /// Ends; how long it took, in seconds.
    pub fn end(self) -> f64 {
        self.watch.elapsed().as_secs_f64()
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        if self.has_told {
            eprint!("\r\x1b[K");
        }
    }
}

/// A number of bytes, for people.
pub fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "for people")]
    let bytes = bytes as f64;
    let mut units = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")].into_iter();
    match units.find(|(unit, _)| bytes >= *unit) {
        Some((unit, name)) => format!("{:.1} {name}", bytes / unit),
        None => format!("{bytes:.0} bytes"),
    }
}
