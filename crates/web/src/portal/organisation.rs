//! What a customer's administrators see to themselves: their people, what roles may do, the
//! customer number and its PIN.

pub mod export;
pub mod people;
pub mod person;
pub mod roles;
pub mod telephone;

use mainstay_app as app;
use mainstay_domain::access::{Action, Administrators, Facts, Principal, Role, decide};
use mainstay_domain::edition::{Edition, Kind};
use mainstay_domain::ids::AccountId;
use mainstay_store::contacts::Contact;
use maud::Markup;

use super::telephone::language;
use super::words as say;
use crate::error::Error;
use crate::shell::role_word;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::list::{ViewTab, tabs};
use crate::ui::{Choice, Field, Form, Viewer};

/// Where the vendor's people are led who ask for a customer's own pages.
pub(crate) const FOR_VENDOR: &str = "/accounts";

/// The account somebody acts for.
fn account_of(signed: &Signed) -> Result<AccountId, Error> {
    let account = signed.session.principal.account();
    account.ok_or_else(|| app::Error::NotFound.into())
}

/// The parts of the area, as far as somebody may see them.
fn parts(signed: &Signed, current: &str) -> Markup {
    let v = &signed.viewer;
    let tab = |label, href: &'static str| ViewTab {
        label,
        href,
        count: None,
        current: href == current,
    };
    let mut shown = vec![
        tab(v.t("organisation-people"), "/organisation/people"),
        tab(v.t("organisation-roles"), "/organisation/roles"),
    ];
    if signed.session.grant(Action::ManagePeople).is_ok() {
        shown.push(tab(
            v.t("organisation-telephone"),
            "/organisation/telephone",
        ));
    }
    if signed.session.grant(Action::ExportMuch).is_ok() {
        shown.push(tab(v.t("export-title"), export::HERE));
    }
    tabs(v, &shown)
}

/// Which kinds the administrator types may open now.
fn administrators(web: &Web, signed: &Signed) -> Administrators {
    let catalogue = web.app().catalogue();
    let edition = catalogue.edition_at(signed.now());
    edition.map_or_else(Administrators::default, |edition| {
        Administrators::of(edition)
    })
}

/// What is decided under, without a particular thing.
#[must_use]
pub fn facts(web: &Web, signed: &Signed) -> Facts<'static> {
    Facts {
        administrators: administrators(web, signed),
        ..Facts::default()
    }
}

/// Which requests somebody can send, in words.
fn opens(v: &Viewer, edition: Option<&Edition>, who: &Principal, facts: &Facts<'_>) -> String {
    let grant = decide(who, Action::Open, facts);
    let kinds = grant.map(|grant| grant.scope().kinds().to_vec());
    match kinds.unwrap_or_default().as_slice() {
        [] => v.t("people-opens-none").to_owned(),
        kinds if kinds.len() == Kind::ALL.len() => v.t("people-opens-all").to_owned(),
        kinds => {
            let names = kind_names(edition, kinds);
            v.t_args("people-opens-some", &[("kinds", names.into())])
        }
    }
}

/// Kinds by the names the edition gives them.
fn kind_names(edition: Option<&Edition>, kinds: &[Kind]) -> String {
    let name = |kind: &Kind| match edition {
        Some(edition) => say::kind_name(edition, *kind).to_owned(),
        None => kind.code().to_owned(),
    };
    let names: Vec<String> = kinds.iter().map(name).collect();
    names.join(", ")
}

/// Somebody's roles in words.
fn roles_words(v: &Viewer, roles: &[Role]) -> String {
    let words: Vec<&str> = roles.iter().map(|role| role_word(v, *role)).collect();
    words.join(", ")
}

/// Those of the account who may do something to every thing of a kind at least, by name.
#[must_use]
pub fn who_may<'a>(
    contacts: &'a [Contact],
    account: AccountId,
    action: Action,
    facts: &Facts<'_>,
) -> Vec<&'a Contact> {
    let may = |one: &&Contact| {
        let principal = one.principal(account);
        one.has_joined() && mainstay_domain::access::may_wholly(&principal, action, facts)
    };
    contacts.iter().filter(may).collect()
}

/// Names as one says them: *Priya*, *Priya and Sam*, *Priya, Sam and Tom*.
#[must_use]
pub fn names(contacts: &[&Contact]) -> String {
    let names: Vec<&str> = contacts.iter().map(|one| one.name.as_str()).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [several @ .., last] => format!("{} and {last}", several.join(", ")),
    }
}

/// The field for a language: those of the regions that are published.
pub(crate) fn language_field(web: &Web, v: &Viewer, form: &Form<'_>, value: &str) -> Markup {
    let catalogue = web.app().catalogue();
    let regions = catalogue.regions();
    let spoken = regions.iter().flat_map(|region| &region.languages);
    let mut tags: Vec<&str> = spoken.map(String::as_str).chain(["en"]).collect();
    if !value.is_empty() {
        tags.push(value);
    }
    tags.sort_unstable();
    tags.dedup();
    let choices: Vec<Choice<'_>> = tags
        .iter()
        .map(|tag| Choice::new(tag, language(tag)))
        .collect();
    let value = if value.is_empty() { "en" } else { value };
    form.select(
        Field::new("language", v.t("people-language"))
            .value(value)
            .required(),
        &choices,
    )
}

/// The roles that a form names; what is no role of an account is left out.
fn chosen_roles(fields: &crate::incoming::Incoming) -> Vec<Role> {
    let roles = fields.all("roles").iter();
    roles
        .filter_map(|code| Role::from_code(code))
        .filter(|role| role.is_administrator())
        .collect()
}

/// The boxes for administrator types, as far as somebody may give them.
fn role_choices(v: &Viewer, may_give: impl Fn(Role) -> bool) -> Vec<Choice<'static>> {
    let hint = |role| match role {
        Role::GlobalAdmin => v.t("people-role-global-admin"),
        Role::BillingAdmin => v.t("people-role-billing-admin"),
        Role::ServiceSupportAdmin => v.t("people-role-service-support-admin"),
        _ => v.t("people-role-user-management-admin"),
    };
    let roles = Role::ADMINISTRATORS.into_iter();
    roles
        .filter(|role| may_give(*role))
        .map(|role| Choice::new(role.code(), role_word(v, role)).hint(hint(role)))
        .collect()
}
