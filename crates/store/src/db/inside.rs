//! Knows whether this thread is inside a transaction, so that none opens another.

use std::cell::Cell;

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Stands while a transaction is polled on this thread.
pub(super) struct Inside(());

impl Inside {
    pub(super) fn enter() -> Self {
        INSIDE.set(true);
        ASKED.set(false);
        Self(())
    }

    /// Notes that the transaction waits for its database.
    pub(super) fn ask() {
        ASKED.set(true);
    }

    /// Whether it does, since it was entered; anything else it may not wait for.
    pub(super) fn has_asked() -> bool {
        ASKED.get()
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
