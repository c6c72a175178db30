//! The people of a customer, and inviting more of them.

use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app as app;
use mainstay_app::contacts::{NewContact, sees_whole};
use mainstay_app::people::NewPerson;
use mainstay_domain::access::Role;
use mainstay_domain::access::{Action, Receiver, may_give, may_take_in};
use mainstay_domain::ids::PersonId;
use mainstay_store::contacts::{self, Contact, Wanted};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    FOR_VENDOR, account_of, facts, language_field, names, opens, role_choices, roles_words,
};
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::portal::telephone::language;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::blocks::notice;
use crate::ui::list::{Column, dotted, subject};
use crate::ui::{
    Button, Field, Form, Icon, List, Mistakes, Row, Tone, Viewer, dialog, empty, page_head, panel,
    tag, words,
};

/// People of one page.
const ROWS: usize = 50;

/// Who is looked for.
#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

/// An invitation that was tried or made.
#[derive(Default)]
struct Invitation {
    fields: Incoming,
    mistakes: Mistakes,
    /// The link, shown once.
    link: Option<String>,
}

/// What the page is drawn from.
struct Known {
    people: Vec<Contact>,
    administrators: Vec<Contact>,
    is_more: bool,
}

/// `GET /organisation/people?q=…&after=…`
///
/// # Errors
/// [`app::Error::Denied`] for those who see nobody.
pub async fn show(
    State(web): State<Web>,
    signed: Signed,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    let page = page(&web, &signed, &asked, &Invitation::default()).await?;
    Ok(page.into_response())
}

/// `POST /organisation/people`: invites somebody; their link is shown once.
///
/// # Errors
/// [`app::Error::Denied`] for those who may not.
pub async fn invite(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    if signed.is_vendor() {
        return Ok(Redirect::to(FOR_VENDOR).into_response());
    }
    signed.session.grant(Action::ManagePeople)?;
    let own = &signed.session.person;
    let new = NewContact {
        person: NewPerson {
            name: fields.text("name").to_owned(),
            email: fields.text("email").to_owned(),
            time_zone: fields
                .some("time_zone")
                .unwrap_or_else(|| own.time_zone.clone()),
        },
        language: fields
            .some("language")
            .unwrap_or_else(|| own.language.clone()),
        roles: super::chosen_roles(&fields),
    };
    let (status, invitation) = match web.app().invite_contact(&signed.session, &new).await {
        Ok(invited) => {
            let link = link(&web, &invited.word);
            let made = Invitation {
                link: Some(link),
                ..Invitation::default()
            };
            (StatusCode::CREATED, made)
        }
        Err(error) if is_about_form(&error) => {
            let tried = Invitation {
                mistakes: mistakes_of(&error),
                fields,
                link: None,
            };
            (status_of(&error), tried)
        }
        Err(error) => return Err(error.into()),
    };
    let page = page(&web, &signed, &Asked::default(), &invitation).await?;
    Ok((status, [(header::CACHE_CONTROL, "no-store")], page).into_response())
}

/// The address of an invitation.
pub(super) fn link(web: &Web, word: &str) -> String {
    format!("{}/invitation/{word}", web.config().origin)
}

/// The link of an invitation, to be handed on; it is shown once.
pub(super) fn link_notice(v: &Viewer, link: &str) -> Markup {
    notice(
        Tone::Ok,
        v.t("people-invited-done"),
        html! { p { (v.t("people-invited-once")) } p { code.mono { (link) } } },
    )
}

async fn read(web: &Web, signed: &Signed, asked: &Asked) -> Result<Known, Error> {
    let (credential, now) = (signed.session.credential, signed.now());
    let account = account_of(signed)?;
    let wanted = Wanted {
        text: asked.q.trim().chars().take(100).collect(),
        after: asked.after.parse::<PersonId>().ok(),
        limit: u32::try_from(ROWS + 1).unwrap_or(u32::MAX),
    };
    web.app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, credential, now).await?;
            let grant = session.grant(Action::ReadPeople)?;
            let mut people = contacts::list(tx, grant.scope(), account, &wanted).await?;
            let is_more = people.len() > ROWS;
            people.truncate(ROWS);
            let administrators = contacts::administrators(tx, account).await?;
            Ok::<_, Error>(Known {
                people,
                administrators,
                is_more,
            })
        })
        .await
}

async fn page(
    web: &Web,
    signed: &Signed,
    asked: &Asked,
    invitation: &Invitation,
) -> Result<Markup, Error> {
    let v = &signed.viewer;
    let known = read(web, signed, asked).await?;
    let may_invite = signed.session.grant(Action::ManagePeople).is_ok();
    let has_mistakes = !invitation.mistakes.is_empty();
    let is_alone = known.people.len() == 1 && asked.q.is_empty() && asked.after.is_empty();
    let form = invitation_form(web, signed, &known, invitation);
    let opener = Button::primary(v.t("people-invite")).icon(Icon::Plus);
    let under = v.t_args(
        "people-explained",
        &[("account", signed.account.as_str().into())],
    );
    let body = html! {
        (page_head(v.t("people-title"), html! { (under) }, html! {
            @if may_invite && !has_mistakes { (dialog(opener, "invite", form.clone())) }
        }))
        (super::parts(signed, "/organisation/people"))
        @if let Some(link) = &invitation.link { (link_notice(v, link)) }
        @if has_mistakes { (panel(v.t("people-invite"), form)) }
        @if is_alone && may_invite { (notice(Tone::Info, "", html! { (v.t("people-alone")) })) }
        @if !may_invite { p.muted { (v.t("people-only-names")) } }
        (finder(v, asked, &known))
        @if known.people.is_empty() { (empty(Icon::People, v.t("people-none-found"), html! {})) }
        @else { (list(web, signed, &known)) }
        (pager(v, asked, &known))
    };
    let page = Page {
        has_mistakes,
        ..Page::new(v.t("people-title"), Place::Organisation)
    };
    Ok(page.render(web, signed, body))
}

/// The search, where there is something to search in.
fn finder(v: &Viewer, asked: &Asked, known: &Known) -> Markup {
    let is_wanted = known.people.len() > 10 || !asked.q.is_empty() || !asked.after.is_empty();
    let form = Form::get(v, "/organisation/people").class("form-row");
    html! {
        @if is_wanted {
            div.section { (form.render(html! {
                (form.text(Field::new("q", v.t("people-find")).kind("search").value(&asked.q)))
                (form.actions(Button::new(v.t("people-find-do")).icon(Icon::Search), html! {}))
            })) }
        }
    }
}

fn list(web: &Web, signed: &Signed, known: &Known) -> Markup {
    let v = &signed.viewer;
    let is_whole = |one: &Contact| is_seen_whole(signed, one);
    let mut columns = vec![
        Column::with(v.t("people-column-person"), "main"),
        Column::new(v.t("people-column-role")),
    ];
    if known.people.iter().any(is_whole) {
        columns.push(Column::new(v.t("people-column-language")));
        columns.push(Column::new(v.t("people-column-telephone")));
        columns.push(Column::new(v.t("people-column-seen")));
    }
    columns.push(Column::with(v.t("people-column-state"), "end bare"));
    let width = columns.len();
    let hrefs: Vec<String> = known
        .people
        .iter()
        .map(|one| format!("/organisation/people/{}", one.id))
        .collect();
    let rows = known
        .people
        .iter()
        .zip(&hrefs)
        .map(|(one, href)| Row {
            href,
            cells: cells(web, signed, known, (one, href), width),
            ..Row::default()
        })
        .collect();
    List::plain("people", v.t("people-title"), &columns, rows).render(v)
}

/// Whether the reader sees all that is known of somebody.
fn is_seen_whole(signed: &Signed, one: &Contact) -> bool {
    let account = signed.session.principal.account();
    account.is_some_and(|account| sees_whole(&signed.session, account, one))
}

/// The cells of somebody's row; of those not seen whole the ones between are empty.
fn cells(
    web: &Web,
    signed: &Signed,
    known: &Known,
    (one, href): (&Contact, &str),
    width: usize,
) -> Vec<Markup> {
    let v = &signed.viewer;
    let role = may_words(web, signed, known, one);
    if !is_seen_whole(signed, one) {
        let name = html! { span dir="auto" { (one.name) } };
        let mut cells = vec![name, role];
        cells.resize_with(width - 1, || html! {});
        cells.push(state(v, one));
        return cells;
    }
    let under = dotted(&[html! { bdi { (one.email) } }]);
    vec![
        subject(href, &one.name, under),
        role,
        html! { span lang=(one.language) { (language(&one.language)) } },
        telephone(v, one),
        seen(v, one),
        state(v, one),
    ]
}

/// Somebody's roles, which requests they can send, and whether everything hangs on them.
fn may_words(web: &Web, signed: &Signed, known: &Known, one: &Contact) -> Markup {
    let v = &signed.viewer;
    let Some(account) = signed.session.principal.account() else {
        return html! {};
    };
    let catalogue = web.app().catalogue();
    let edition = catalogue.edition_at(signed.now()).map(AsRef::as_ref);
    let active = one.principal(account);
    let active = mainstay_domain::access::Principal {
        is_active: true,
        ..active
    };
    html! {
        (roles_words(v, &one.roles))
        div.under { (opens(v, edition, &active, &facts(web, signed))) }
        @if is_only_global(known, one) { div { (tag(Tone::Warn, v.t("people-only-global"))) } }
    }
}

/// Whether nobody else may do everything.
fn is_only_global(known: &Known, one: &Contact) -> bool {
    let others = known
        .administrators
        .iter()
        .filter(|other| other.id != one.id);
    one.is_global_admin() && !others.into_iter().any(Contact::is_global_admin)
}

/// Somebody's number, and whether it is verified.
pub(super) fn telephone(v: &Viewer, one: &Contact) -> Markup {
    html! {
        @match (&one.telephone, one.verified) {
            (Some(number), Some(_)) => { bdi { (number) } " " (tag(Tone::Ok, v.t("people-verified"))) }
            (Some(number), None) => { bdi { (number) } " " (tag(Tone::Plain, v.t("people-not-verified"))) }
            (None, _) => { span.muted { (v.t("people-no-telephone")) } }
        }
    }
}

/// When somebody was last seen.
pub(super) fn seen(v: &Viewer, one: &Contact) -> Markup {
    html! { @match one.seen_at {
        Some(at) => { (words::ago(v, at)) }
        None => { span.muted { (v.t("people-never")) } }
    } }
}

/// Whether somebody is active, invited or deactivated.
pub(super) fn state(v: &Viewer, one: &Contact) -> Markup {
    match (one.is_active, one.has_joined()) {
        (false, _) => tag(Tone::Plain, v.t("people-deactivated")),
        (true, false) => tag(Tone::Info, v.t("people-invited")),
        (true, true) => tag(Tone::Ok, v.t("people-active")),
    }
}

fn pager(v: &Viewer, asked: &Asked, known: &Known) -> Markup {
    let address = |after: &str| {
        let pairs = [("q", asked.q.as_str()), ("after", after)];
        let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
        format!("/organisation/people?{query}")
    };
    let last = known.people.last().filter(|_| known.is_more);
    html! {
        @if last.is_some() || !asked.after.is_empty() {
            nav.pager aria-label=(v.t("list-pages")) {
                span {}
                @if !asked.after.is_empty() { a.btn.btn-small href=(address("")) { (v.t("people-first")) } }
                @if let Some(last) = last {
                    a.btn.btn-small href=(address(&last.id.to_string())) rel="next" { (v.t("people-next")) }
                }
            }
        }
    }
}

fn invitation_form(web: &Web, signed: &Signed, known: &Known, invitation: &Invitation) -> Markup {
    let v = &signed.viewer;
    let fields = &invitation.fields;
    let form = Form::post(v, "/organisation/people")
        .prefix("invite-")
        .mistakes(&invitation.mistakes);
    let own = &signed.session.person;
    let or =
        |name: &str, otherwise: &str| fields.some(name).unwrap_or_else(|| otherwise.to_owned());
    form.render(html! {
        (form.text(Field::new("name", v.t("person-name")).value(fields.text("name")).required()))
        (form.text(Field::new("email", v.t("sign-in-email")).kind("email")
            .value(fields.text("email")).required()))
        (roles_field(web, signed, known, &form, fields))
        (language_field(web, v, &form, &or("language", &own.language)))
        (form.text(Field::new("time_zone", v.t("person-time-zone"))
            .hint(v.t("people-time-zone-hint")).value(&or("time_zone", &own.time_zone))))
        (form.actions(Button::new(v.t("people-invite-do")), html! {}))
    })
}

/// The roles somebody may give to a newcomer; who gives them, if they may not.
fn roles_field(
    web: &Web,
    signed: &Signed,
    known: &Known,
    form: &Form<'_>,
    fields: &Incoming,
) -> Markup {
    let v = &signed.viewer;
    let principal = &signed.session.principal;
    let newcomer = Receiver {
        person: PersonId(uuid::Uuid::nil()),
        holds: &[],
    };
    let choices = role_choices(v, |role| may_give(principal, role, newcomer).is_ok());
    let may_invite = may_take_in(principal, &[Role::EndUser], newcomer).is_ok();
    let checked: Vec<&str> = fields.all("roles").iter().map(String::as_str).collect();
    let field = Field::new("roles", v.t("people-roles-field")).hint(v.t("people-roles-hint"));
    html! {
        @if !choices.is_empty() { (form.checks(field, &choices, &checked)) }
        @else if may_invite {
            @let account = principal.account().unwrap_or(mainstay_domain::ids::AccountId(uuid::Uuid::nil()));
            @let givers = super::who_may(&known.administrators, account, Action::GiveRoles, &facts(web, signed));
            p.hint { (v.t_args("people-roles-may-not", &[("who", names(&givers).into())])) }
        }
    }
}
