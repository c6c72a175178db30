//! Knows whether this thread is inside a transaction, so that none opens another.

use std::cell::Cell;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Stands while a transaction is polled on this thread.
pub(super) struct Inside(());

impl Inside {
    pub(super) fn enter() -> Self {
        INSIDE.set(true);
        Self(())
    }

    /// Whether one stands.
    pub(super) fn stands() -> bool {
        INSIDE.get()
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}
