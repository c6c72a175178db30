//! The matrix: role by action, per kind of help. Default is denied.

use serde::{Deserialize, Serialize};

use crate::edition::Kind;

/// A role somebody holds at the vendor, an account or a partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Works technical cases.
    Agent,
    /// Leads the technical desk.
    Lead,
    /// Works billing and subscription cases.
    BillingAgent,
    /// Works pre-sales enquiries.
    PreSalesAgent,
    /// Signed the promise: reads everything, changes no case.
    Manager,
    /// Runs the machine and reads no cases.
    SystemAdministrator,
    /// Administers everything of an account.
    GlobalAdmin,
    /// Administers an account's bills.
    BillingAdmin,
    /// Administers an account's service requests.
    ServiceSupportAdmin,
    /// Administers an account's people.
    UserManagementAdmin,
    /// Turns to their own administrators (S16).
    EndUser,
    /// Administers what an account delegated to a partner.
    PartnerAdmin,
    /// Works for a partner.
    PartnerAgent,
}

impl Role {
    /// All roles, in the matrix's order of columns.
    pub const ALL: [Self; 13] = [
        Self::Agent,
        Self::Lead,
        Self::BillingAgent,
        Self::PreSalesAgent,
        Self::Manager,
        Self::SystemAdministrator,
        Self::GlobalAdmin,
        Self::BillingAdmin,
        Self::ServiceSupportAdmin,
        Self::UserManagementAdmin,
        Self::EndUser,
        Self::PartnerAdmin,
        Self::PartnerAgent,
    ];

    /// The word used in the store and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Lead => "lead",
            Self::BillingAgent => "billing-agent",
            Self::PreSalesAgent => "pre-sales-agent",
            Self::Manager => "manager",
            Self::SystemAdministrator => "system-administrator",
            Self::GlobalAdmin => "global-admin",
            Self::BillingAdmin => "billing-admin",
            Self::ServiceSupportAdmin => "service-support-admin",
            Self::UserManagementAdmin => "user-management-admin",
            Self::EndUser => "end-user",
            Self::PartnerAdmin => "partner-admin",
            Self::PartnerAgent => "partner-agent",
        }
    }

    /// The role of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether it is a role at the vendor.
    #[must_use]
    pub const fn is_vendor(self) -> bool {
        (self as usize) <= Self::SystemAdministrator as usize
    }

    /// Whether it is a role at an account.
    #[must_use]
    pub const fn is_customer(self) -> bool {
        (self as usize) >= Self::GlobalAdmin as usize && (self as usize) <= Self::EndUser as usize
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Open a case.
    Open,
    /// Read cases and their public threads.
    Read,
    /// Reply publicly.
    Reply,
    /// Read and write internal notes.
    Note,
    /// Change the severity.
    ChangeSeverity,
    /// Close.
    Close,
    /// Reopen within the window.
    Reopen,
    /// Declare outside the boundary, with a referral.
    Refer,
    /// Assign.
    Assign,
    /// Ask for information, escalate, resolve.
    Work,
    /// Upload and download files.
    Attach,
    /// Read reports over customers.
    Report,
    /// See accounts with their people and subscriptions.
    ReadAccounts,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 13] = [
        Self::Open,
        Self::Read,
        Self::Reply,
        Self::Note,
        Self::ChangeSeverity,
        Self::Close,
        Self::Reopen,
        Self::Refer,
        Self::Assign,
        Self::Work,
        Self::Attach,
        Self::Report,
        Self::ReadAccounts,
    ];

    /// The action in words, after *may not*.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "open a request",
            Self::Read => "read requests",
            Self::Reply => "reply",
            Self::Note => "read or write internal notes",
            Self::ChangeSeverity => "change the severity",
            Self::Close => "close a request",
            Self::Reopen => "reopen a request",
            Self::Refer => "refer a request elsewhere",
            Self::Assign => "assign a case",
            Self::Work => "work on a case",
            Self::Attach => "attach files",
            Self::Report => "read reports",
            Self::ReadAccounts => "see customers",
        }
    }
}

/// How far a role reaches for an action on a kind of help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Not at all.
    None,
    /// Cases one takes part in by name.
    Own,
    /// All cases of the organisation or desk.
    All,
}

/// One line of the matrix, for one kind: the reach of every role in [`Role::ALL`]'s order.
///
/// `a` all, `o` own, `·` denied.
type Line = &'static str;

/// The line of an action and a kind. Preset *wide*: every administrator type may open every kind.
const fn line(action: Action, kind: Kind) -> Line {
    //                  AG LD BA PS MG SY GA BI SS UM EU PD PA
    match (action, kind) {
        (Action::Open, Kind::Technical) => "a a · · · · a a a a · a a",
        (Action::Open, Kind::PreSales) => "· · · a · · a a a a · a a",
        (Action::Open, Kind::Billing | Kind::Subscription) => "· · a · · · a a a a · a ·",

        (Action::Read, Kind::Technical) => "a a · · a · a o a o o a o",
        (Action::Read, Kind::PreSales) => "· · · a a · a a o o · a o",
        (Action::Read, Kind::Billing | Kind::Subscription) => "· · a · a · a a o o · a ·",

        (Action::Reply | Action::Attach, Kind::Technical) => "a a · · · · a o a o o a o",
        (Action::Reply | Action::Attach, Kind::PreSales) => "· · · a · · a a o o · a o",
        (Action::Reply | Action::Attach, Kind::Billing | Kind::Subscription) => {
            "· · a · · · a a o o · a ·"
        }

        (Action::Close | Action::Reopen, Kind::Technical) => "a a · · · · a o a o · a o",
        (Action::Close | Action::Reopen, Kind::PreSales) => "· · · a · · a a o o · a o",
        (Action::Close | Action::Reopen, Kind::Billing | Kind::Subscription) => {
            "· · a · · · a a o o · a ·"
        }

        (Action::Note, Kind::Technical) => "a a · · · · · · · · · · ·",
        (Action::ChangeSeverity, Kind::Technical) => "a a · · · · a · a · · · ·",
        (Action::Refer | Action::Assign | Action::Work, Kind::Technical) => {
            "a a · · · · · · · · · · ·"
        }
        (Action::Note | Action::Refer | Action::Assign | Action::Work, Kind::PreSales) => {
            "· · · a · · · · · · · · ·"
        }
        (
            Action::Note | Action::Refer | Action::Assign | Action::Work,
            Kind::Billing | Kind::Subscription,
        ) => "· · a · · · · · · · · · ·",
        (Action::ChangeSeverity, _) => "· · · · · · · · · · · · ·",

        (Action::Report, Kind::Technical) => "· a · · a · · · · · · · ·",
        (Action::Report, Kind::PreSales) => "· · · a a · · · · · · · ·",
        (Action::Report, Kind::Billing | Kind::Subscription) => "· · a · a · · · · · · · ·",

        (Action::ReadAccounts, _) => "a a a a a · · · · · · · ·",
    }
}

/// How far a role reaches.
pub(super) fn reach(role: Role, action: Action, kind: Kind) -> Reach {
    match line(action, kind).split(' ').nth(role as usize) {
        Some("a") => Reach::All,
        Some("o") => Reach::Own,
        _ => Reach::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_speaks_of_every_role() {
        for action in Action::ALL {
            for kind in Kind::ALL {
                let cells: Vec<_> = line(action, kind).split(' ').collect();
                assert_eq!(cells.len(), Role::ALL.len(), "{action:?} {kind:?}");
                assert!(cells.iter().all(|cell| ["a", "o", "·"].contains(cell)));
            }
        }
    }

    #[test]
    fn roles_stand_in_the_order_of_the_columns() {
        for (index, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, index);
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
    }
}
