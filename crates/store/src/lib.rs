//! All SQL of Mainstay: keeps and finds things, within a scope.
//!
//! [`db`] is the seam to the engine. A function here takes a transaction and, where it touches
//! what an account owns, a [`Scope`](mainstay_domain::access::Scope); unscoped access lives in
//! [`system`] alone. [`views`] holds the rows pages are drawn from.
//!
//! A bare number finds nothing, since a query takes the grant that a decision gave:
//!
//! ```compile_fail,E0061
//! use mainstay_domain::ids::CaseNumber;
//! use mainstay_store::{Tx, cases};
//!
//! async fn peek(tx: &mut Tx<'_>, number: CaseNumber) {
//!     let _ = cases::find(tx, number).await;
//! }
//! ```
//!
//! ```
//! use mainstay_domain::access::Grant;
//! use mainstay_domain::ids::CaseNumber;
//! use mainstay_store::{Tx, cases};
//!
//! async fn find(tx: &mut Tx<'_>, grant: &Grant, number: CaseNumber) {
//!     let _ = cases::find(tx, grant, number).await;
//! }
//! ```

pub mod accounts;
pub mod cases;
pub mod catalogue;
mod codec;
pub mod db;
pub mod delegations;
pub mod drafts;
pub mod files;
pub mod idempotency;
pub mod inbox;
pub mod log;
pub mod outbox;
pub mod partners;
pub mod people;
pub mod reach;
mod scope;
pub mod search;
pub mod sessions;
pub mod settings;
pub mod system;
pub mod views;

pub use db::{Db, Error, Tx};

/// The schema, oldest step first.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        number: 1,
        name: "spine",
        sql: include_str!("migrations/0001_spine.sql"),
    },
    db::Migration {
        number: 2,
        name: "nodes",
        sql: include_str!("migrations/0002_nodes.sql"),
    },
    db::Migration {
        number: 3,
        name: "walls",
        sql: include_str!("migrations/0003_walls.sql"),
    },
    db::Migration {
        number: 4,
        name: "fewer_pages",
        sql: include_str!("migrations/0004_fewer_pages.sql"),
    },
    db::Migration {
        number: 5,
        name: "log",
        sql: include_str!("migrations/0005_log.sql"),
    },
    db::Migration {
        number: 6,
        name: "sessions",
        sql: include_str!("migrations/0006_sessions.sql"),
    },
    db::Migration {
        number: 13,
        name: "partners",
        sql: include_str!("migrations/0013_partners.sql"),
    },
];
