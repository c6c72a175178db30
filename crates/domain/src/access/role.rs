//! The columns of the matrix: roles, the side each belongs to, and the desk it works at.

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
    /// Anybody, signed in or not. Nobody is given it: it is what is left without any other.
    Public,
}

/// Where somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stand {
    /// At the vendor.
    Vendor,
    /// At a customer.
    Account,
    /// At a partner of customers.
    Partner,
    /// Nowhere.
    Public,
}

impl Role {
    /// All roles, in the matrix's order of columns.
    pub const ALL: [Self; 14] = [
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
        Self::Public,
    ];

    /// The administrator types of a customer, in the matrix's order.
    pub const ADMINISTRATORS: [Self; 4] = [
        Self::GlobalAdmin,
        Self::BillingAdmin,
        Self::ServiceSupportAdmin,
        Self::UserManagementAdmin,
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
            Self::Public => "public",
        }
    }

    /// The role of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Somebody in this role, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Agent => "an agent",
            Self::Lead => "a lead",
            Self::BillingAgent => "a billing agent",
            Self::PreSalesAgent => "a pre-sales agent",
            Self::Manager => "a manager",
            Self::SystemAdministrator => "a system administrator",
            Self::GlobalAdmin => "a global administrator",
            Self::BillingAdmin => "a billing administrator",
            Self::ServiceSupportAdmin => "a service support administrator",
            Self::UserManagementAdmin => "a user management administrator",
            Self::EndUser => "an end user",
            Self::PartnerAdmin => "a partner's delegated administrator",
            Self::PartnerAgent => "a partner's agent",
            Self::Public => "somebody who is not signed in",
        }
    }

    /// On which side it is held.
    #[must_use]
    pub const fn stand(self) -> Stand {
        match self {
            Self::Agent
            | Self::Lead
            | Self::BillingAgent
            | Self::PreSalesAgent
            | Self::Manager
            | Self::SystemAdministrator => Stand::Vendor,
            Self::GlobalAdmin
            | Self::BillingAdmin
            | Self::ServiceSupportAdmin
            | Self::UserManagementAdmin
            | Self::EndUser => Stand::Account,
            Self::PartnerAdmin | Self::PartnerAgent => Stand::Partner,
            Self::Public => Stand::Public,
        }
    }

    /// Whether it is a role at the vendor.
    #[must_use]
    pub fn is_vendor(self) -> bool {
        self.stand() == Stand::Vendor
    }

    /// Whether it is a role at an account.
    #[must_use]
    pub fn is_customer(self) -> bool {
        self.stand() == Stand::Account
    }

    /// Whether it is a role at a partner.
    #[must_use]
    pub fn is_partner(self) -> bool {
        self.stand() == Stand::Partner
    }

    /// Whether it is one of the customer's administrator types (S15).
    #[must_use]
    pub fn is_administrator(self) -> bool {
        Self::ADMINISTRATORS.contains(&self)
    }

    /// The highest of a customer's roles: what somebody who manages people looks at. None without
    /// one.
    #[must_use]
    pub fn highest(roles: &[Self]) -> Option<Self> {
        let customers = roles.iter().copied().filter(|role| role.is_customer());
        customers.min()
    }

    /// The id editions give this administrator type; other roles have none.
    #[must_use]
    pub const fn administrator_type(self) -> Option<&'static str> {
        match self {
            Self::GlobalAdmin => Some("global"),
            Self::BillingAdmin => Some("billing"),
            Self::ServiceSupportAdmin => Some("service-support"),
            Self::UserManagementAdmin => Some("user-management"),
            _ => None,
        }
    }

    /// The kinds that lie at its desk. Roles without a desk have none.
    #[must_use]
    pub const fn desk(self) -> &'static [Kind] {
        match self {
            Self::Agent | Self::Lead => &[Kind::Technical],
            Self::BillingAgent => &[Kind::Billing, Kind::Subscription],
            Self::PreSalesAgent => &[Kind::PreSales],
            _ => &[],
        }
    }

    /// The separation pairs: roles that never meet in one person. Who runs the machine reads no
    /// customer's content. (Who asks and who agrees are two people by [`super::Facts::second`].)
    pub const APART: [(Self, Self); 5] = [
        (Self::SystemAdministrator, Self::Agent),
        (Self::SystemAdministrator, Self::Lead),
        (Self::SystemAdministrator, Self::BillingAgent),
        (Self::SystemAdministrator, Self::PreSalesAgent),
        (Self::SystemAdministrator, Self::Manager),
    ];

    /// Whether it and another must never meet in one person: [`Role::APART`].
    #[must_use]
    pub fn is_apart_from(self, other: Self) -> bool {
        Self::APART.contains(&(self, other)) || Self::APART.contains(&(other, self))
    }

    /// The first pair among roles that must never meet in one person, if there is one.
    #[must_use]
    pub fn apart_in(roles: &[Self]) -> Option<(Self, Self)> {
        let meet = |(one, other): &(Self, Self)| roles.contains(one) && roles.contains(other);
        Self::APART.into_iter().find(meet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_stand_in_the_order_of_the_columns() {
        for (index, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, index);
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
    }

    #[test]
    fn every_kind_lies_at_one_desk() {
        for kind in Kind::ALL {
            let desks = [Role::Agent, Role::BillingAgent, Role::PreSalesAgent];
            let here = desks.iter().filter(|role| role.desk().contains(&kind));
            assert_eq!(here.count(), 1, "{kind:?}");
        }
    }
}
