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
pub mod approvals;
pub mod callers;
pub mod cases;
pub mod catalogue;
mod codec;
pub mod colleagues;
pub mod contacts;
pub mod db;
pub mod delegations;
pub mod description_drafts;
pub mod domains;
pub mod drafts;
pub mod factors;
pub mod files;
pub mod idempotency;
pub mod inbox;
pub mod internal;
pub mod links;
pub mod log;
pub mod outbox;
pub mod participants;
pub mod partners;
pub mod people;
pub mod providers;
pub mod reach;
pub mod resets;
mod scope;
pub mod search;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod system;
pub mod telephones;
pub mod tokens;
pub mod tries;
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
        number: 7,
        name: "factors",
        sql: include_str!("migrations/0007_factors.sql"),
    },
    db::Migration {
        number: 8,
        name: "providers",
        sql: include_str!("migrations/0008_providers.sql"),
    },
    db::Migration {
        number: 9,
        name: "access",
        sql: include_str!("migrations/0009_access.sql"),
    },
    db::Migration {
        number: 10,
        name: "people",
        sql: include_str!("migrations/0010_people.sql"),
    },
    db::Migration {
        number: 11,
        name: "internal_requests",
        sql: include_str!("migrations/0011_internal_requests.sql"),
    },
    db::Migration {
        number: 12,
        name: "participants",
        sql: include_str!("migrations/0012_participants.sql"),
    },
    db::Migration {
        number: 13,
        name: "partners",
        sql: include_str!("migrations/0013_partners.sql"),
    },
    db::Migration {
        number: 14,
        name: "vendor_side",
        sql: include_str!("migrations/0014_vendor_side.sql"),
    },
    db::Migration {
        number: 15,
        name: "customers_order",
        sql: include_str!("migrations/0015_customers_order.sql"),
    },
    db::Migration {
        number: 16,
        name: "confidential_files",
        sql: include_str!("migrations/0016_confidential_files.sql"),
    },
    db::Migration {
        number: 17,
        name: "description_drafts",
        sql: include_str!("migrations/0017_description_drafts.sql"),
    },
    db::Migration {
        number: 18,
        name: "log_in_order",
        sql: include_str!("migrations/0018_log_in_order.sql"),
    },
    db::Migration {
        number: 19,
        name: "accounts_by_name",
        sql: include_str!("migrations/0019_accounts_by_name.sql"),
    },
];
