//! The frame around the pages of both sides: navigation, crumbs, the stream of changes.

use mainstay_app::descriptions::may_publish;
use mainstay_domain::access::Action;
use maud::Markup;

use crate::desk::view::bar;
use crate::partner;
use crate::signed::{Signed, is_partner};
use crate::state::Web;
use crate::text_catalogue::text_key;
use crate::ui::{Crumb, Flash, Frame, Icon, NavItem, Side, SignedIn};

/// Where a page stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The customer's home.
    Home,
    /// The customer's requests.
    Requests,
    /// A request to one's own administrators.
    Ask,
    /// What one asked them.
    Asked,
    /// What an administrator's people ask.
    Inbox,
    /// A new request.
    NewRequest,
    /// Telephone numbers.
    Telephone,
    /// The customer's own organisation.
    Organisation,
    /// The service description.
    Description,
    /// The desk's queue.
    Queue,
    /// The agent's own cases.
    Mine,
    /// Customers.
    Accounts,
    /// Figures.
    Reports,
    /// The vendor's people.
    Team,
    /// The log.
    Log,
    /// Drafts of editions and calendars, and what is published.
    Descriptions,
    /// What takes two persons.
    Approvals,
    /// The start of whoever runs the machine.
    Machine,
    /// The requests of all of a partner's customers.
    PartnerInbox,
    /// The customers a partner acts for.
    PartnerCustomers,
    /// A partner's people.
    PartnerPeople,
    /// The partners of a customer.
    Partners,
    /// None of the navigation.
    Elsewhere,
}

/// A page before it is drawn.
pub struct Page<'a> {
    /// The window's title.
    pub title: &'a str,
    /// Where it stands.
    pub place: Place,
    /// The way here, without the page itself.
    pub crumbs: &'a [Crumb<'a>],
    /// Topics it listens to: `queue case-100001`.
    pub topics: &'a str,
    /// What was just done.
    pub flash: Option<Flash<'a>>,
    /// Whether a sent form has mistakes.
    pub has_mistakes: bool,
    /// What is in the search box.
    pub search: &'a str,
    /// Classes for `<body>`.
    pub class: &'a str,
}

impl<'a> Page<'a> {
    /// A page with a title in a place.
    #[must_use]
    pub const fn new(title: &'a str, place: Place) -> Self {
        Self {
            title,
            place,
            crumbs: &[],
            topics: "",
            flash: None,
            has_mistakes: false,
            search: "",
            class: "",
        }
    }

    /// The page around `body`, for whoever is signed in.
    #[must_use]
    pub fn render(&self, web: &Web, signed: &Signed, body: Markup) -> Markup {
        let v = &signed.viewer;
        let vendor = web.vendor();
        let roles = role_words(signed);
        let organisation = if signed.is_vendor() {
            &vendor
        } else {
            &signed.account
        };
        let topics = format!(
            "/live?topics=notifications+{}",
            self.topics.replace(' ', "+")
        );
        let nav = self.navigation(web, signed);
        let view = signed.session.view.as_deref();
        let bar = view.map(|view| bar(v, view, &signed.account));
        Frame {
            bar: bar.as_ref(),
            signed_in: Some(SignedIn {
                name: &signed.reader().name,
                organisation,
                role: &roles,
            }),
            nav: &nav,
            crumbs: self.crumbs,
            unread: signed.unread,
            flash: self.flash.or_else(|| partner::switched(&signed.viewer)),
            live: Some(&topics),
            has_mistakes: self.has_mistakes,
            search: self.search,
            class: self.class,
            ..Frame::new(&vendor, side_of(signed), self.title)
        }
        .render(v, maud::html! { (partner::banner(signed)) (body) })
    }

    /// What they can go to; never a place their role would be refused at.
    fn navigation(&self, web: &Web, signed: &Signed) -> Vec<NavItem<'static>> {
        let items = if signed.is_vendor() {
            DESK
        } else if is_partner(&signed.session) {
            PARTNER
        } else {
            PORTAL
        };
        let shown = items
            .iter()
            .filter(|item| is_open_to(web, signed, item.place));
        let drawn = shown.map(|item| NavItem {
            href: item.href,
            label: signed.viewer.t(item.label),
            icon: item.icon,
            key: item.key,
            count: 0,
            current: self.place == item.place,
        });
        drawn.collect()
    }
}

/// An item of the navigation.
struct Item {
    place: Place,
    href: &'static str,
    label: &'static str,
    icon: Icon,
    key: &'static str,
}

const fn item(
    place: Place,
    href: &'static str,
    label: &'static str,
    icon: Icon,
    key: &'static str,
) -> Item {
    Item {
        place,
        href,
        label,
        icon,
        key,
    }
}

/// The vendor's navigation.
const DESK: &[Item] = &[
    item(
        Place::Machine,
        "/machine",
        text_key("nav-machine"),
        Icon::Home,
        "g h",
    ),
    item(
        Place::Queue,
        "/queue",
        text_key("nav-queue"),
        Icon::Inbox,
        "g q",
    ),
    item(
        Place::Mine,
        "/queue?view=mine",
        text_key("nav-mine"),
        Icon::Person,
        "g m",
    ),
    item(
        Place::NewRequest,
        "/desk/new-case",
        text_key("nav-new-case"),
        Icon::Plus,
        "c",
    ),
    item(
        Place::Accounts,
        "/accounts",
        text_key("nav-accounts"),
        Icon::People,
        "g a",
    ),
    item(
        Place::Reports,
        "/reports",
        text_key("nav-reports"),
        Icon::Chart,
        "g r",
    ),
    item(
        Place::Description,
        "/description",
        text_key("nav-description"),
        Icon::Book,
        "g d",
    ),
    item(
        Place::Descriptions,
        "/desk/descriptions",
        text_key("nav-descriptions"),
        Icon::Page,
        "g e",
    ),
    item(
        Place::Team,
        "/team",
        text_key("nav-team"),
        Icon::Headset,
        "g s",
    ),
    item(Place::Log, "/log", text_key("nav-log"), Icon::Page, "g l"),
    item(
        Place::Approvals,
        "/approvals",
        text_key("nav-approvals"),
        Icon::Check,
        "g p",
    ),
];

/// The customer's navigation.
const PORTAL: &[Item] = &[
    item(
        Place::Home,
        "/home",
        text_key("nav-home"),
        Icon::Home,
        "g h",
    ),
    item(
        Place::Requests,
        "/cases",
        text_key("nav-requests"),
        Icon::Inbox,
        "g q",
    ),
    item(
        Place::Inbox,
        "/inbox",
        text_key("nav-inbox"),
        Icon::People,
        "g i",
    ),
    item(
        Place::Asked,
        "/asked",
        text_key("nav-asked"),
        Icon::People,
        "g a",
    ),
    item(Place::Ask, "/ask", text_key("nav-ask"), Icon::Plus, "c"),
    item(
        Place::NewRequest,
        "/cases/new",
        text_key("nav-new-request"),
        Icon::Plus,
        "c",
    ),
    item(
        Place::Organisation,
        "/organisation/people",
        text_key("nav-organisation"),
        Icon::People,
        "g o",
    ),
    item(
        Place::Partners,
        "/organisation/partners",
        text_key("nav-partners"),
        Icon::People,
        "g p",
    ),
    item(
        Place::Telephone,
        "/telephone",
        text_key("nav-telephone"),
        Icon::Phone,
        "g t",
    ),
    item(
        Place::Description,
        "/description",
        text_key("nav-description"),
        Icon::Book,
        "g d",
    ),
    item(Place::Log, "/log", text_key("nav-log"), Icon::Page, "g l"),
];

/// The navigation of a partner's people.
const PARTNER: &[Item] = &[
    item(
        Place::PartnerInbox,
        "/partner",
        text_key("nav-partner-inbox"),
        Icon::Inbox,
        "g i",
    ),
    item(
        Place::Requests,
        "/cases",
        text_key("nav-requests"),
        Icon::Reply,
        "g q",
    ),
    item(
        Place::NewRequest,
        "/cases/new",
        text_key("nav-new-request"),
        Icon::Plus,
        "c",
    ),
    item(
        Place::PartnerCustomers,
        "/partner/customers",
        text_key("nav-partner-customers"),
        Icon::Building,
        "g c",
    ),
    item(
        Place::PartnerPeople,
        "/partner/people",
        text_key("nav-partner-people"),
        Icon::People,
        "g p",
    ),
    item(
        Place::Telephone,
        "/telephone",
        text_key("nav-telephone"),
        Icon::Phone,
        "g t",
    ),
    item(
        Place::Organisation,
        "/organisation/people",
        text_key("nav-organisation"),
        Icon::People,
        "g o",
    ),
    item(
        Place::Description,
        "/description",
        text_key("nav-description"),
        Icon::Book,
        "g d",
    ),
];

/// Whether somebody's role opens a place.
fn is_open_to(web: &Web, signed: &Signed, place: Place) -> bool {
    let needed = match place {
        Place::Queue | Place::Mine | Place::Requests => Action::Read,
        Place::NewRequest => Action::Open,
        Place::Accounts => Action::ReadAccounts,
        Place::Reports => Action::Report,
        Place::Log => Action::ReadLog,
        Place::Organisation => Action::ReadPeople,
        Place::Approvals if may_publish(&signed.session) => return true,
        Place::Approvals => {
            let takes_two = [Action::RunMachine, Action::MoveCase];
            let mut takes_two = takes_two.into_iter();
            return takes_two.any(|action| signed.session.grant(action).is_ok());
        }
        Place::Machine => Action::RunMachine,
        Place::Descriptions => Action::Publish,
        Place::Ask | Place::Asked if serves(web, signed) => return false,
        Place::Ask | Place::Asked => Action::AskAdministrator,
        Place::Inbox => return serves(web, signed),
        Place::Partners => Action::DelegateToPartner,
        _ => return true,
    };
    signed.session.grant(needed).is_ok()
}

/// Whether somebody answers the internal requests of their people: they need not ask there.
fn serves(web: &Web, signed: &Signed) -> bool {
    let catalogue = web.app().catalogue();
    let grant = signed.session.grant_to_serve(&catalogue, signed.now());
    grant.is_ok()
}

/// Which side somebody reads on.
#[must_use]
pub fn side_of(signed: &Signed) -> Side {
    if signed.is_vendor() {
        Side::Vendor
    } else {
        Side::Customer
    }
}

/// Somebody's roles in words.
fn role_words(signed: &Signed) -> String {
    let v = &signed.viewer;
    let words: Vec<&str> = signed
        .session
        .principal
        .roles
        .iter()
        .map(|role| role_word(v, *role))
        .collect();
    words.join(", ")
}

/// A role in words.
#[must_use]
pub fn role_word(v: &crate::ui::Viewer, role: mainstay_domain::access::Role) -> &'static str {
    use mainstay_domain::access::Role;
    match role {
        Role::Agent => v.t("role-agent"),
        Role::Lead => v.t("role-lead"),
        Role::BillingAgent => v.t("role-billing-agent"),
        Role::PreSalesAgent => v.t("role-pre-sales-agent"),
        Role::Manager => v.t("role-manager"),
        Role::SystemAdministrator => v.t("role-system-administrator"),
        Role::GlobalAdmin => v.t("role-global-admin"),
        Role::BillingAdmin => v.t("role-billing-admin"),
        Role::ServiceSupportAdmin => v.t("role-service-support-admin"),
        Role::UserManagementAdmin => v.t("role-user-management-admin"),
        Role::EndUser => v.t("role-end-user"),
        Role::PartnerAdmin => v.t("role-partner-admin"),
        Role::PartnerAgent => v.t("role-partner-agent"),
        Role::Public => v.t("role-public"),
    }
}
