//! Every route of the pages and what it asks of its caller: the one table. A route that is not in
//! it does not exist. The calls of the API stand in `api.rs` in the same way.

use std::collections::HashSet;
use std::sync::LazyLock;

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{self, MethodRouter};
use mainstay_domain::access::Action::{
    self, AddParticipant, AskAdministrator, Assign, Attach, BreakGlass, ChangeSeverity, Close,
    ConnectOrganisation, CustomerNote, DelegateToPartner, DownloadSecret, ExportMuch, GiveRoles,
    LogCall, ManagePartners, ManagePeople, MoveCase, Note, Open, Publish, Read, ReadAccounts,
    ReadLog, ReadPeople, Refer, Reopen, Reply, Report, RunMachine, RunPartner, ServeInternal,
    StartReset, ViewAsCustomer, Work,
};

use crate::cases::{acts, drafts, files, participants};
use crate::desk::team::colleague;
use crate::desk::{
    self, account, accounts, approvals, case, descriptions, intake, machine, new_account, queue,
    reports, team, view,
};
use crate::export::requests;
use crate::internal::{self, ask};
use crate::portal::organisation::{self, people, person, roles, telephone as pin};
use crate::portal::{home, list, new, partners, telephone};
use crate::public::{changes, description, help, partners as directory};
use crate::security::{codes, factor, passkeys, proof, rules};
use crate::sign_in::{forgotten, invitation, reset, second};
use crate::state::Web;
use crate::{
    api, assets, cases, connection, identities, invitations, live, log, particulars, partner,
    profile, provider, resets, router, security, services, sign_in,
};

use Needs::{Desk, Either, Partner, Portal, Public, SignedIn, Vendor};

/// What a route asks of its caller before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it is there for anybody.
    Public,
    /// A session, or in the API a token, whoever's it is.
    SignedIn,
    /// Somebody at the vendor, whatever their role; the handler looks closer.
    Vendor,
    /// Somebody at the vendor whose role has the right.
    Desk(Action),
    /// Somebody at a customer whose role has the right; the vendor's people are led elsewhere.
    Portal(Action),
    /// Somebody on either side whose role has the right.
    Either(Action),
    /// Somebody of a partner, whatever their role.
    Partner,
}

/// A route as it can be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its method.
    pub method: Method,
    /// Its address, with `{names}` for what differs.
    pub path: String,
    /// What it asks of its caller.
    pub needs: Needs,
}

/// Every route of the product, pages and calls.
#[must_use]
pub fn listed() -> Vec<Listed> {
    let pages = all().into_iter().map(|route| Listed {
        method: route.method,
        path: route.path.to_owned(),
        needs: route.needs,
    });
    pages.chain(api::listed()).collect()
}

/// Whether a page is shown to somebody who views the portal as a customer does: what anybody or a
/// customer's role may ask for. What is a person's own, and the desk, are not.
pub(crate) fn is_shown_in_view(path: &str) -> bool {
    static SHOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        let is_shown = |route: &Route| {
            let is_customers = matches!(route.needs, Public | Portal(_) | Either(_));
            route.method == Method::GET && (is_customers || OF_ALL.contains(&route.path))
        };
        let shown = all().into_iter().filter(is_shown);
        shown.map(|route| route.path).collect()
    });
    SHOWN.contains(path)
}

/// Pages for whoever is signed in that show nothing of the person alone.
const OF_ALL: [&str; 2] = ["/home", "/live"];

/// The layers a route lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    /// Pages and small forms.
    Pages,
    /// Forms with files.
    Uploads,
    /// Answers that go on for long.
    Streams,
}

/// The routes of one room.
pub(crate) fn room(room: Room) -> Router<Web> {
    let routes = all().into_iter().filter(|route| route.room == room);
    routes.fold(Router::new(), |router, route| {
        router.route(route.path, route.handler)
    })
}

struct Route {
    method: Method,
    path: &'static str,
    needs: Needs,
    room: Room,
    handler: MethodRouter<Web>,
}

impl Route {
    fn within(self, room: Room) -> Self {
        Self { room, ..self }
    }
}

fn get<H: Handler<T, Web>, T: 'static>(path: &'static str, needs: Needs, handler: H) -> Route {
    Route {
        method: Method::GET,
        path,
        needs,
        room: Room::Pages,
        handler: routing::get(handler),
    }
}

fn post<H: Handler<T, Web>, T: 'static>(path: &'static str, needs: Needs, handler: H) -> Route {
    Route {
        method: Method::POST,
        path,
        needs,
        room: Room::Pages,
        handler: routing::post(handler),
    }
}

fn all() -> Vec<Route> {
    [
        doors(),
        everybodys(),
        own(),
        case_files(),
        customers(),
        first_line(),
        partners_own(),
        desks(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What people see to themselves: their own particulars, and their organisation's people.
#[rustfmt::skip] // A table is read line by line.
fn own() -> Vec<Route> {
    vec![
        get("/profile/particulars", SignedIn, particulars::show),
        post("/profile/particulars", SignedIn, particulars::save),
        post("/profile/telephone", SignedIn, particulars::save_telephone),
        post("/profile/telephone/code", SignedIn, particulars::show_code),

        get("/organisation/people", Portal(ReadPeople), people::show),
        post("/organisation/people", Portal(ManagePeople), people::invite),
        get("/organisation/people/{id}", Portal(ManagePeople), person::show),
        post("/organisation/people/{id}", Portal(ManagePeople), person::save),
        post("/organisation/people/{id}/roles", Portal(GiveRoles), person::save_roles),
        post("/organisation/people/{id}/telephone", Portal(ManagePeople), person::vouch),
        post("/organisation/people/{id}/invitation", Portal(ManagePeople), person::invite_again),
        post("/organisation/people/{id}/deactivation", Portal(ManagePeople), person::deactivate),
        post("/organisation/people/{id}/activation", Portal(ManagePeople), person::activate),
        get("/organisation/roles", Portal(ReadPeople), roles::show),
        get("/organisation/export", Portal(ExportMuch), organisation::export::show),
        get("/organisation/export/requests", Portal(ExportMuch), requests::of_own).within(Room::Streams),
        get("/organisation/telephone", Portal(ManagePeople), pin::show),
        post("/organisation/telephone", Portal(GiveRoles), pin::make),
    ]
}

#[rustfmt::skip] // A table is read line by line.
fn doors() -> Vec<Route> {
    vec![
        get("/", Public, router::start),
        get("/assets/{name}", Public, assets::serve),
        post("/theme", Public, profile::save_theme),
        get("/live", SignedIn, live::stream).within(Room::Streams),

        get("/sign-in", Public, sign_in::show),
        post("/sign-in", Public, sign_in::sign_in),
        post("/sign-out", Public, sign_in::sign_out),
        post("/sign-in/passkey", Public, second::sign_in_with_passkey),
        post("/sign-in/passkey/options", Public, second::passkey_options),
        get("/sign-in/code", Public, second::show),
        post("/sign-in/code", Public, second::pass),
        post("/sign-in/code/options", Public, second::step_options),
        get("/sign-in/factor", SignedIn, factor::show),
        post("/demo/sign-in", Public, sign_in::demo_sign_in),
        get("/setup/{word}", Public, sign_in::show_setup),
        post("/setup/{word}", Public, sign_in::set_up),
        get("/invitation/{word}", Public, invitation::show),
        post("/invitation/{word}", Public, invitation::accept),
        post("/invitations/again", SignedIn, invitations::again),
        post("/invitations/withdrawal", SignedIn, invitations::withdraw),
        get("/sign-in/forgotten", Public, forgotten::show),
        post("/sign-in/forgotten", Public, forgotten::ask),
        get("/reset/{word}", Public, reset::show),
        post("/reset/{word}", Public, reset::finish),
        get("/resets", Either(StartReset), resets::show),
        post("/resets", Either(StartReset), resets::start),
        post("/invitation/{word}/provider", Public, provider::leave_to_accept),
        post("/sign-in/organisation", Public, provider::leave_by_address),
        post("/sign-in/provider", Public, provider::leave),
        get("/sign-in/providers/{id}/callback", Public, provider::arrive),

        get("/description", Public, description::in_force),
        get("/description/{edition}", Public, description::show),
        get("/description/{edition}/changes", Public, changes::show),
        get("/help", Public, help::show),
        get("/api", Public, api::show),
        get("/api/problems/{slug}", Public, api::show_problem),
    ]
}

/// What everybody has who is signed in: their profile, and the cases they may read.
#[rustfmt::skip] // A table is read line by line.
fn everybodys() -> Vec<Route> {
    vec![
        get("/profile", SignedIn, profile::show),
        get("/profile/password", SignedIn, profile::password::show),
        post("/profile/password", SignedIn, profile::password::change),
        get("/profile/tokens", SignedIn, profile::tokens::show),
        post("/profile/tokens", SignedIn, profile::tokens::create),
        post("/profile/tokens/revocation", SignedIn, profile::tokens::revoke),
        get("/profile/sessions", SignedIn, profile::sessions::show),
        post("/profile/sessions/end", SignedIn, profile::sessions::end),
        post("/profile/organisation", SignedIn, profile::organisation::choose),
        post("/profile/customer", SignedIn, profile::choose_customer),
        get("/profile/security", SignedIn, security::show),
        post("/profile/security/proof", SignedIn, proof::prove),
        post("/profile/security/proof/options", SignedIn, proof::options),
        post("/profile/security/passkeys", SignedIn, passkeys::add),
        post("/profile/security/passkeys/options", SignedIn, passkeys::options),
        post("/profile/security/passkeys/name", SignedIn, passkeys::rename),
        post("/profile/security/passkeys/removal", SignedIn, passkeys::remove),
        post("/profile/security/codes", SignedIn, codes::begin),
        post("/profile/security/codes/confirmation", SignedIn, codes::confirm),
        post("/profile/security/codes/removal", SignedIn, codes::remove),
        post("/profile/security/recovery-codes", SignedIn, codes::new_recovery_codes),
        get("/factors", SignedIn, rules::show),
        post("/factors", SignedIn, rules::save),
        get("/profile/identities", SignedIn, identities::show),
        post("/profile/identities", SignedIn, identities::link),
        post("/profile/identities/removal", SignedIn, identities::remove),
        get("/notifications", SignedIn, profile::notices),
        post("/notifications/read", SignedIn, profile::mark_read),

        get("/cases/{number}", Either(Read), cases::show),
        post("/cases/{number}/drafts/{audience}", Either(Read), drafts::save),
        post("/cases/{number}/replies", Either(Reply), acts::reply).within(Room::Uploads),
        post("/cases/{number}/notes", Either(Note), acts::note).within(Room::Uploads),
        post("/cases/{number}/colleague-notes", Either(CustomerNote), acts::note_for_colleagues),
        get("/cases/{number}/people", Either(Read), participants::show),
        post("/cases/{number}/people", Either(AddParticipant), participants::add),
        post("/cases/{number}/people/removal", Either(AddParticipant), participants::remove),
        post("/cases/{number}/people/leaving", Either(Read), participants::leave),
        post("/cases/{number}/answers", Either(Reply), acts::tick),
        post("/cases/{number}/assignment", Either(Assign), acts::assign),
        post("/cases/{number}/severity", Either(ChangeSeverity), acts::change_severity),
        post("/cases/{number}/referral", Either(Refer), acts::refer),
        post("/cases/{number}/escalation", Either(Work), acts::escalate),
        post("/cases/{number}/terms", Either(Work), acts::rebase),
        post("/cases/{number}/closure", Either(Close), acts::close),
        post("/cases/{number}/reopening", Either(Reopen), acts::reopen),
    ]
}

/// The files of cases, confidential ones with them.
#[rustfmt::skip] // A table is read line by line.
fn case_files() -> Vec<Route> {
    vec![
        get("/cases/{number}/files/{id}", Either(Attach), files::download).within(Room::Streams),
        post("/cases/{number}/files/{id}", Either(DownloadSecret), files::download_with_reason).within(Room::Streams),
        get("/cases/{number}/files/{id}/confidentiality", Either(Attach), files::show_marking),
        post("/cases/{number}/files/{id}/confidentiality", Either(Attach), files::mark),
    ]
}

/// The customer's side.
#[rustfmt::skip] // A table is read line by line.
fn customers() -> Vec<Route> {
    vec![
        get("/organisation/services", Portal(ConnectOrganisation), services::show),
        post("/organisation/services", Portal(ConnectOrganisation), services::create),
        post("/organisation/services/tokens", Portal(ConnectOrganisation), services::create_token),
        post("/organisation/services/revocation", Portal(ConnectOrganisation), services::revoke),
        post("/organisation/services/deactivation", Portal(ConnectOrganisation), services::deactivate),
        get("/organisation/sign-in", Either(ConnectOrganisation), connection::show::<false>),
        post("/organisation/sign-in", Either(ConnectOrganisation), connection::save::<false>),
        post("/organisation/sign-in/test", Either(ConnectOrganisation), connection::test::<false>),
        post("/organisation/sign-in/state", Either(ConnectOrganisation), connection::settle::<false>),
        post("/organisation/sign-in/domains", Either(ConnectOrganisation), connection::claim_domain),
        post("/organisation/sign-in/domains/check", Either(ConnectOrganisation), connection::check_domain),
        post("/organisation/sign-in/domains/removal", Either(ConnectOrganisation), connection::remove_domain),

        get("/home", SignedIn, home::show),
        get("/cases", Portal(Read), list::show),
        get("/cases/new", Portal(Open), new::show_kind),
        post("/cases/new", Portal(Open), new::take_kind),
        post("/cases/new/draft", SignedIn, drafts::save_new),
        get("/cases/new/details", Portal(Open), new::show_details),
        post("/cases/new/details", Portal(Open), new::take_details).within(Room::Uploads),
        get("/cases/new/review", Portal(Open), new::show_review),
        post("/cases/new/send", Portal(Open), new::send),
        post("/cases/new/discard", SignedIn, new::discard),
        get("/telephone", Portal(Open), telephone::show),

        get("/partners", Public, directory::show),
        get("/organisation/partners", Portal(DelegateToPartner), partners::list::show),
        get("/organisation/partners/{partner}", Portal(DelegateToPartner), partners::one::show),
        post("/organisation/partners/{partner}", Portal(DelegateToPartner), partners::acts::save),
        post("/organisation/partners/{partner}/approval", Portal(DelegateToPartner), partners::acts::approve),
        post("/organisation/partners/{partner}/refusal", Portal(DelegateToPartner), partners::acts::decline),
        post("/organisation/partners/{partner}/removal", Portal(DelegateToPartner), partners::acts::remove),
    ]
}

/// What a partner's people have (S20).
#[rustfmt::skip] // A table is read line by line.
fn partners_own() -> Vec<Route> {
    vec![
        get("/partner", Partner, partner::inbox::show),
        post("/partner/open", Partner, partner::inbox::open),
        get("/partner/customers", Partner, partner::customers::show),
        post("/partner/asks", Either(RunPartner), partner::asks::ask),
        post("/partner/asks/{account}/withdrawal", Either(RunPartner), partner::asks::withdraw),
        post("/partner/customers/{account}/people", Either(RunPartner), partner::customers::name),
        post("/partner/customers/{account}/renunciation", Either(RunPartner), partner::customers::renounce),
        get("/partner/people", Partner, partner::people::show),
        post("/partner/people", Either(RunPartner), partner::people::invite),
        post("/partner/people/{person}", Either(RunPartner), partner::people::set_active),
        get("/partner/entry", Either(RunPartner), partner::entry::show),
        post("/partner/entry", Either(RunPartner), partner::entry::save),
    ]
}

/// The vendor's side.
#[rustfmt::skip] // A table is read line by line.
fn desks() -> Vec<Route> {
    vec![
        get("/desk/partners", Desk(ManagePartners), desk::partners::show),
        post("/desk/partners", Desk(ManagePartners), desk::partners::create),
        get("/desk/partners/{partner}", Desk(ManagePartners), desk::partners::show_entry),
        post("/desk/partners/{partner}", Desk(ManagePartners), desk::partners::save_entry),

        get("/queue", Desk(Read), queue::show),
        post("/queue/next", Desk(Assign), queue::take_next),
        get("/search", Either(Read), desk::search::show),
        get("/log", Either(ReadLog), log::show),
        get("/log/export", Either(ReadLog), log::export::of_own).within(Room::Streams),
        get("/accounts", Desk(ReadAccounts), accounts::show),
        get("/accounts/new", Desk(ReadAccounts), new_account::show),
        post("/accounts/new", Desk(ReadAccounts), new_account::create),
        get("/accounts/{id}", Desk(ReadAccounts), account::show),
        get("/accounts/{id}/log", Desk(ReadLog), log::of_account),
        get("/accounts/{id}/log/export", Desk(ReadLog), log::export::of_account).within(Room::Streams),
        post("/accounts/{id}/export", Desk(ExportMuch), account::export::ask),
        post("/accounts/{id}/invitation", Desk(ReadAccounts), account::people::invite_first),
        post("/accounts/{id}/telephones", Desk(LogCall), account::people::confirm_telephone),
        get("/team", Vendor, team::show),
        get("/team/services", Desk(RunMachine), services::show),
        post("/team/services", Desk(RunMachine), services::create),
        post("/team/services/tokens", Desk(RunMachine), services::create_token),
        post("/team/services/revocation", Desk(RunMachine), services::revoke),
        post("/team/services/deactivation", Desk(RunMachine), services::deactivate),
        post("/team", Desk(RunMachine), team::invite),
        get("/team/{id}", Vendor, colleague::show),
        post("/team/{id}/skills", Vendor, colleague::describe),
        post("/team/{id}/roles", Desk(RunMachine), colleague::set_roles),
        post("/team/{id}/deactivation", Desk(RunMachine), colleague::deactivate),
        post("/team/{id}/activation", Desk(RunMachine), colleague::activate),
        post("/team/{id}/reset", Desk(StartReset), colleague::reset),
        get("/machine", Desk(RunMachine), machine::show),
        post("/break-glass", Desk(BreakGlass), machine::ask),
        get("/break-glass/{id}", Desk(BreakGlass), machine::cases),
        get("/break-glass/{id}/cases/{number}", Desk(BreakGlass), machine::case),
        get("/approvals", Vendor, approvals::show),
        post("/approvals/{id}/agreement", Vendor, approvals::agree),
        post("/approvals/{id}/refusal", Vendor, approvals::decline),
        post("/approvals/{id}/link", Vendor, approvals::make_link),
        get("/approvals/{id}/export", Desk(ExportMuch), requests::of_agreed).within(Room::Streams),
        get("/desk/descriptions", Desk(Publish), descriptions::show),
        post("/desk/descriptions", Desk(Publish), descriptions::draft::create).within(Room::Uploads),
        get("/desk/descriptions/new", Desk(Publish), descriptions::draft::show_new),
        get("/desk/descriptions/{draft}", Desk(Publish), descriptions::draft::show),
        post("/desk/descriptions/{draft}", Desk(Publish), descriptions::draft::save).within(Room::Uploads),
        post("/desk/descriptions/{draft}/publication", Desk(Publish), descriptions::draft::ask).within(Room::Uploads),
        post("/desk/descriptions/{draft}/discard", Desk(Publish), descriptions::draft::discard),
        post("/accounts/{id}/view", Desk(ViewAsCustomer), view::begin),
        get("/view/over", Public, view::over),
        post("/view/end", Public, view::end),
        get("/team/sign-in", Desk(RunMachine), connection::show::<true>),
        post("/team/sign-in", Desk(RunMachine), connection::save::<true>),
        post("/team/sign-in/test", Desk(RunMachine), connection::test::<true>),
        post("/team/sign-in/state", Desk(RunMachine), connection::settle::<true>),
        get("/desk/new-case", Desk(Open), intake::show),
        post("/desk/new-case", Desk(Open), intake::submit),
        post("/desk/new-case/verdict", Desk(Open), intake::verdict),
        post("/desk/new-case/caller", Desk(LogCall), intake::caller::verify),
        get("/reports", Desk(Report), reports::show),
        get("/cases/{number}/severity/preview", Desk(ChangeSeverity), case::severity::show),
        post("/cases/{number}/severity/preview", Desk(ChangeSeverity), case::severity::preview),
        get("/cases/{number}/move", Desk(MoveCase), desk::moving::show),
        post("/cases/{number}/move", Desk(MoveCase), desk::moving::ask),
    ]
}

/// What people ask their own administrators (S16).
#[rustfmt::skip] // A table is read line by line.
fn first_line() -> Vec<Route> {
    vec![
        get("/ask", Portal(AskAdministrator), ask::show),
        post("/ask", Portal(AskAdministrator), ask::take).within(Room::Uploads),
        post("/ask/draft", Portal(AskAdministrator), internal::keep::save_new),
        post("/ask/begin", Portal(AskAdministrator), ask::begin),
        post("/ask/discard", Portal(AskAdministrator), ask::discard),
        get("/asked", Portal(AskAdministrator), internal::list::asked),
        get("/asked/{ask}", Portal(AskAdministrator), internal::page::show_asked),
        get("/asked/{ask}/files/{file}", Portal(AskAdministrator), internal::files::asked).within(Room::Streams),
        post("/asked/{ask}/drafts/{audience}", Portal(AskAdministrator), internal::keep::save_asked),
        post("/asked/{ask}/replies", Portal(AskAdministrator), internal::acts::reply_asked).within(Room::Uploads),
        post("/asked/{ask}/withdrawal", Portal(AskAdministrator), internal::acts::withdraw),
        post("/asked/{ask}/reopening", Portal(AskAdministrator), internal::acts::reopen_asked),
        get("/inbox", Portal(ServeInternal), internal::list::inbox),
        get("/inbox/{ask}", Portal(ServeInternal), internal::page::show_served),
        get("/inbox/{ask}/files/{file}", Portal(ServeInternal), internal::files::served).within(Room::Streams),
        post("/inbox/{ask}/drafts/{audience}", Portal(ServeInternal), internal::keep::save_served),
        post("/inbox/{ask}/replies", Portal(ServeInternal), internal::acts::reply_served).within(Room::Uploads),
        post("/inbox/{ask}/taking", Portal(ServeInternal), internal::acts::take_on),
        get("/inbox/{ask}/escalation", Portal(ServeInternal), new::escalation::show),
        post("/inbox/{ask}/escalation", Portal(ServeInternal), new::escalation::take),
        post("/inbox/{ask}/escalation/send", Portal(ServeInternal), new::escalation::send),
        post("/inbox/{ask}/informed", Portal(ServeInternal), internal::acts::inform),
        post("/inbox/{ask}/solution", Portal(ServeInternal), internal::acts::solve),
        post("/inbox/{ask}/closure", Portal(ServeInternal), internal::acts::close),
        post("/inbox/{ask}/reopening", Portal(ServeInternal), internal::acts::reopen_served),
    ]
}
