//! Who calls: verified before anything is opened for them.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mainstay_app as app;
use mainstay_app::callers::Proof;
use mainstay_domain::access::{Action, Because, Obligation};
use mainstay_store::callers::How;
use maud::{Markup, html};

use super::{Caller, page, read_caller};
use crate::desk::desk_grant;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, Field, Form, Icon, Mistakes, Tone, Viewer, blocks, icon, words};

/// `POST /desk/new-case/caller`: verifies who calls; what was typed so far is kept.
///
/// # Errors
/// [`app::Error::Denied`] for those who take no calls.
pub async fn verify(
    State(web): State<Web>,
    signed: Signed,
    fields: Incoming,
) -> Result<Response, Error> {
    desk_grant(&signed, Action::LogCall)?;
    let caller = read_caller(&web, &signed, fields.text("account")).await?;
    let v = &signed.viewer;
    let mut mistakes = Mistakes::none();
    let person = fields.text("requester").parse().ok();
    if person.is_none() {
        mistakes.add("requester", v.t("caller-requester-missing"));
    }
    let proof = proof(&fields);
    if proof.is_none() {
        mistakes.add("pin", v.t("caller-proof-missing"));
    }
    let (Some(person), Some(proof)) = (person, proof) else {
        let page = page(&web, &signed, &caller, &fields, &mistakes, html! {});
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    };
    let account = caller.account.id;
    let verified = web
        .app()
        .verify_caller(&signed.session, account, person, &proof)
        .await;
    let (status, mistakes) = match verified {
        Ok(_) => (StatusCode::OK, Mistakes::none()),
        Err(error) if is_about_form(&error) => (status_of(&error), at_pin(&error)),
        Err(error) => return Err(error.into()),
    };
    let caller = read_caller(&web, &signed, fields.text("account")).await?;
    let page = page(&web, &signed, &caller, &fields, &mistakes, html! {});
    Ok((status, page).into_response())
}

/// A refusal's mistakes; having to wait is about the PIN.
fn at_pin(error: &app::Error) -> Mistakes {
    let mut mistakes = mistakes_of(error);
    for (field, _) in &mut mistakes.0 {
        if field.is_empty() {
            "pin".clone_into(field);
        }
    }
    mistakes
}

fn proof(fields: &Incoming) -> Option<Proof> {
    match fields.some("pin") {
        Some(pin) => Some(Proof::Pin(pin)),
        None => (fields.text("called_back") == "on").then_some(Proof::CalledBack),
    }
}

/// What to do when a case was refused because nobody knows who calls.
pub(super) fn unverified(v: &Viewer, error: &app::Error) -> Option<Mistakes> {
    let app::Error::Denied(denial) = error else {
        return None;
    };
    if denial.because != Because::Needs(Obligation::VerifiedCaller) {
        return None;
    }
    let mut mistakes = Mistakes::none();
    mistakes.add("pin", v.t("caller-first"));
    Some(mistakes)
}

/// Who was verified within this call, and how to verify somebody.
pub(super) fn fieldset(v: &Viewer, form: &Form<'_>, caller: &Caller) -> Markup {
    let name = |person| {
        let known = caller.people.iter().find(|one| one.id == person);
        known.map_or("", |one| one.name.as_str())
    };
    let numbers = caller.administrators.iter().filter(|one| one.is_active);
    let numbers: Vec<(&str, &str)> = numbers
        .filter(|one| one.verified.is_some())
        .filter_map(|one| Some((one.name.as_str(), one.telephone.as_deref()?)))
        .collect();
    html! {
        fieldset.field id="caller" {
            legend.label { (v.t("caller-title")) }
            p.hint { (v.t("caller-explained")) }
            @for verified in &caller.verified {
                @let args = [("name", name(verified.person).into()), ("at", words::short(v, verified.at).into())];
                (blocks::notice(Tone::Ok, "", html! { (icon(Icon::Check)) " " (match verified.how {
                    How::Pin => v.t_args("caller-verified-pin", &args),
                    How::CalledBack => v.t_args("caller-verified-back", &args),
                }) }))
            }
            (form.text(Field::new("pin", v.t("caller-pin")).width("w-10").autocomplete("off")))
            p.small {
                (v.t("caller-numbers")) ": "
                @if numbers.is_empty() { span.muted { (v.t("caller-numbers-none")) } }
                @for (n, (name, number)) in numbers.iter().enumerate() {
                    @if n > 0 { ", " }
                    bdi { (name) } " " a.nowrap href={ "tel:" (number) } { bdi { (number) } }
                }
            }
            (form.checkbox(Field::new("called_back", v.t("caller-called-back"))))
            (Button::new(v.t("caller-verify")).to("/desk/new-case/caller").unchecked().submit())
        }
    }
}
