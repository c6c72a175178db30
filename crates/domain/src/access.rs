//! Who may do what (S15): one table, one decision, and scopes as values.
//!
//! [`decide`] turns a principal, an action and facts into a [`Grant`], the only way to a
//! [`Scope`]; a store function takes a scope, never a bare id, so there is no query without a
//! decision. *Not yours* then reads the same as *does not exist*.
//!
//! The table stands in `matrix.rs`, one line for each thing one can do, one cell for each role;
//! `cell.rs` says what its symbols mean. The rules over it: rights are a union of roles; whoever
//! runs the machine reads no cases, whatever else they are; a partner's right is what the customer
//! granted, of what their own role has; who takes part in a case by name sees its public thread
//! from the moment of adding, no more ([`Thread`]); nobody gives what they do not hold. Of confidential files
//! [`confidential`] says who gets one.

mod action;
mod administrators;
mod cell;
pub mod confidential;
mod decide;
pub mod delegation;
mod denial;
mod facts;
mod giving;
mod grant;
mod matrix;
mod principal;
mod role;
mod situation;
mod thread;
pub mod tries;
mod viewing;

pub use action::Action;
pub use administrators::Administrators;
pub use decide::decide;
pub use denial::{Because, Denial};
pub use facts::{Facts, Second, Target, Under};
pub use giving::{
    Receiver, may_change_roles, may_delegate, may_give, may_set_team_roles, may_take_in, may_wholly,
};
pub use grant::{Breadth, Grant, Obligation, Right, Scope};
pub use principal::{ActingFor, Delegated, Principal};
pub use role::{Role, Stand};
pub use situation::{Relation, grants_of_role, roles_that_may, situation};
pub use thread::Thread;
pub use viewing::decide_in_view;
