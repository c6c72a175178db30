//! The cast as it stands in its file.

use mainstay_domain::access::Role;
use mainstay_domain::edition::Kind;
use serde::Deserialize;

/// The whole file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub vendor: Organisational,
    pub account: Vec<AccountEntry>,
    pub partner: Vec<PartnerEntry>,
}

/// The vendor.
#[derive(Deserialize)]
pub struct Organisational {
    pub name: String,
    pub domain: String,
    pub people: Vec<PersonEntry>,
}

/// Somebody.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonEntry {
    pub name: String,
    pub role: Role,
    pub zone: Option<String>,
    pub about: Option<String>,
    #[serde(default)]
    pub skills: Vec<String>,
    #[serde(default)]
    pub languages: Vec<String>,
}

/// A customer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountEntry {
    pub name: String,
    pub domain: String,
    pub region: String,
    pub zone: String,
    pub plan: String,
    pub offer: Option<String>,
    #[serde(default)]
    pub trial: bool,
    pub seats: u32,
    pub since: Option<toml::value::Datetime>,
    pub since_days_ago: Option<i64>,
    pub people: Vec<PersonEntry>,
}

/// A partner.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartnerEntry {
    pub name: String,
    pub domain: String,
    pub zone: String,
    pub acts_for: Vec<DelegationEntry>,
    /// Customers it asks to be let act for.
    #[serde(default)]
    pub asks: Vec<String>,
    pub directory: Option<DirectoryEntry>,
    pub people: Vec<PersonEntry>,
}

/// What the directory says of a partner.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectoryEntry {
    pub about: String,
    pub contact: String,
    pub regions: Vec<String>,
    pub languages: Vec<String>,
    pub specialities: Vec<String>,
}

/// What a customer lets a partner do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegationEntry {
    pub account: String,
    pub kinds: Vec<Kind>,
}
