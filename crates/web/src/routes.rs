//! Every route of the pages and what it asks of its caller: the one table. A route that is not in
//! it does not exist. The calls of the API stand in `api.rs` in the same way.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{self, MethodRouter};
use mainstay_domain::access::Action::{
    self, Assign, ChangeSeverity, Close, DelegateToPartner, ManagePartners, Note, Open, Read,
    ReadAccounts, Refer, Reopen, Reply, Report, RunPartner, Work,
};

use crate::cases::{acts, drafts, files};
use crate::desk::{self, account, accounts, case, intake, new_account, queue, reports, team};
use crate::portal::{home, list, new, partners, telephone};
use crate::public::{changes, description, help, partners as directory};
use crate::state::Web;
use crate::{api, assets, cases, live, partner, profile, router, sign_in};

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

#[rustfmt::skip] // A table is read line by line.
fn all() -> Vec<Route> {
    vec![
        get("/", Public, router::start),
        get("/assets/{name}", Public, assets::serve),
        post("/theme", Public, profile::save_theme),
        get("/live", SignedIn, live::stream).within(Room::Streams),

        get("/sign-in", Public, sign_in::show),
        post("/sign-in", Public, sign_in::sign_in),
        post("/sign-out", Public, sign_in::sign_out),
        post("/demo/sign-in", Public, sign_in::demo_sign_in),
        get("/setup/{word}", Public, sign_in::show_setup),
        post("/setup/{word}", Public, sign_in::set_up),
        get("/invitation/{word}", Public, sign_in::show_invitation),
        post("/invitation/{word}", Public, sign_in::accept_invitation),

        get("/description", Public, description::in_force),
        get("/description/{edition}", Public, description::show),
        get("/description/{edition}/changes", Public, changes::show),
        get("/help", Public, help::show),
        get("/api", Public, api::show),
        get("/api/problems/{slug}", Public, api::show_problem),

        get("/profile", SignedIn, profile::show),
        post("/profile/tokens", SignedIn, profile::create_token),
        post("/profile/tokens/revocation", SignedIn, profile::revoke_token),
        post("/profile/sessions/end", SignedIn, profile::end_sessions),
        post("/profile/customer", SignedIn, profile::choose_customer),
        get("/notifications", SignedIn, profile::notices),
        post("/notifications/read", SignedIn, profile::mark_read),

        get("/cases/{number}", Either(Read), cases::show),
        get("/cases/{number}/files/{id}", Either(Read), files::download).within(Room::Streams),
        post("/cases/{number}/drafts/{audience}", Either(Read), drafts::save),
        post("/cases/{number}/replies", Either(Reply), acts::reply).within(Room::Uploads),
        post("/cases/{number}/notes", Either(Note), acts::note).within(Room::Uploads),
        post("/cases/{number}/answers", Either(Reply), acts::tick),
        post("/cases/{number}/assignment", Either(Assign), acts::assign),
        post("/cases/{number}/severity", Either(ChangeSeverity), acts::change_severity),
        post("/cases/{number}/referral", Either(Refer), acts::refer),
        post("/cases/{number}/escalation", Either(Work), acts::escalate),
        post("/cases/{number}/terms", Either(Work), acts::rebase),
        post("/cases/{number}/closure", Either(Close), acts::close),
        post("/cases/{number}/reopening", Either(Reopen), acts::reopen),

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

        get("/desk/partners", Desk(ManagePartners), desk::partners::show),
        post("/desk/partners", Desk(ManagePartners), desk::partners::create),
        get("/desk/partners/{partner}", Desk(ManagePartners), desk::partners::show_entry),
        post("/desk/partners/{partner}", Desk(ManagePartners), desk::partners::save_entry),

        get("/queue", Desk(Read), queue::show),
        post("/queue/next", Desk(Assign), queue::take_next),
        get("/search", Either(Read), desk::search::show),
        get("/accounts", Desk(ReadAccounts), accounts::show),
        get("/accounts/new", Desk(ReadAccounts), new_account::show),
        post("/accounts/new", Desk(ReadAccounts), new_account::create),
        get("/accounts/{id}", Desk(ReadAccounts), account::show),
        post("/accounts/{id}/people", Desk(ReadAccounts), account::people::invite),
        get("/team", Vendor, team::show),
        post("/team", Vendor, team::invite),
        get("/desk/new-case", Desk(Open), intake::show),
        post("/desk/new-case", Desk(Open), intake::submit),
        post("/desk/new-case/verdict", Desk(Open), intake::verdict),
        get("/reports", Desk(Report), reports::show),
        get("/cases/{number}/severity/preview", Desk(ChangeSeverity), case::severity::show),
        post("/cases/{number}/severity/preview", Desk(ChangeSeverity), case::severity::preview),
    ]
}
