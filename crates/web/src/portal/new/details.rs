//! The second page: what happened, what it does to the customer's work, and files.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use mainstay_app::files::FILES_LIMIT;
use mainstay_domain::case::{SUBJECT_LIMIT, Terms};
use mainstay_domain::edition::{Affected, Kind, WorkState};
use maud::{Markup, html};

use super::fields::{self, OF_DETAILS};
use super::{DETAILS, DRAFT, KIND, REVIEW, Setting, draft};
use crate::cases::confidential::{self, BOTH};
use crate::cases::kept_files;
use crate::error::{Error, is_about_form, mistakes_of, status_of};
use crate::incoming::Incoming;
use crate::portal::words as say;
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::{Button, CONFIDENTIAL, Choice, Field, Form, Mistakes, Viewer, blocks};

/// The second page.
pub fn page(
    web: &Web,
    signed: &Signed,
    setting: &Setting,
    typed: &Incoming,
    mistakes: &Mistakes,
) -> Markup {
    let body = form(&signed.viewer, setting, typed, mistakes);
    super::page(web, signed, setting, 2, mistakes, body)
}

/// Takes the second page in: keeps it whatever it says, and goes where its button led.
pub async fn take(
    web: &Web,
    signed: &Signed,
    mut setting: Setting,
    typed: Result<Incoming, Error>,
) -> Result<Response, Error> {
    let v = &signed.viewer;
    let typed = match typed {
        Ok(typed) => typed,
        Err(Error::TooLarge(sentence)) => {
            // The rest of the form broke off with it: what the draft kept is shown again.
            let typed = fields::with_token(web, setting.draft.fields.clone());
            let mut mistakes = Mistakes::none();
            mistakes.add("files", sentence);
            let page = page(web, signed, &setting, &typed, &mistakes);
            return Ok((StatusCode::PAYLOAD_TOO_LARGE, page).into_response());
        }
        Err(error) => return Err(error),
    };
    let mut typed = fields::with_token(web, typed);
    let token = typed.text("token").to_owned();
    let fits = match keep(web, signed, &mut typed, &token).await {
        Ok(fits) => fits,
        Err(Error::App(error)) if is_about_form(&error) => {
            let page = page(web, signed, &setting, &typed, &mistakes_of(&error));
            return Ok((status_of(&error), page).into_response());
        }
        Err(error) => return Err(error),
    };
    if let Ok(index) = typed.text("remove").parse() {
        draft::change_files(web, signed, &token, draft::Change::Remove(index)).await?;
        return Ok(Redirect::to(&format!("{DETAILS}#files")).into_response());
    }
    if let Ok(index) = typed.text("mark").parse() {
        draft::change_files(web, signed, &token, draft::Change::Mark(index)).await?;
        return Ok(Redirect::to(&format!("{DETAILS}#files")).into_response());
    }
    if !typed.text("back").is_empty() {
        return Ok(Redirect::to(KIND).into_response());
    }
    let mut mistakes = fields::kind_mistakes(v, &setting, &typed);
    mistakes.0.extend(fields::detail_mistakes(v, &typed).0);
    if !fits {
        let most = [("n", FILES_LIMIT.into())];
        mistakes.add("files", v.t_args("portal-files-too-many", &most));
    }
    if mistakes.is_empty() {
        return Ok(Redirect::to(REVIEW).into_response());
    }
    let person = signed.session.person.id;
    let kept = web
        .app()
        .db()
        .read(async |tx| draft::Draft::load(tx, person).await);
    setting.draft = kept.await?;
    let page = page(web, signed, &setting, &typed, &mistakes);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Keeps what was typed and its files; whether they fit.
async fn keep(
    web: &Web,
    signed: &Signed,
    typed: &mut Incoming,
    token: &str,
) -> Result<bool, Error> {
    if let Some(unkept) = typed.unkept.take() {
        return Err(Error::App(unkept.into()));
    }
    let uploads = std::mem::take(&mut typed.uploads);
    // The box was about the files that came with it.
    typed.forget(CONFIDENTIAL);
    draft::save(web, signed, typed).await?;
    if uploads.is_empty() {
        return Ok(true);
    }
    draft::change_files(web, signed, token, draft::Change::Add(uploads)).await
}

fn form(v: &Viewer, setting: &Setting, typed: &Incoming, mistakes: &Mistakes) -> Markup {
    let form = Form::post(v, DETAILS)
        .mistakes(mistakes)
        .draft(DRAFT)
        .upload();
    let limit = u32::try_from(SUBJECT_LIMIT).unwrap_or(200);
    let is_technical = fields::kind(typed) == Some(Kind::Technical);
    let next = Button::primary(v.t("portal-continue")).key("mod+enter");
    let back = Button::new(v.t("portal-back"))
        .sends("back", "1")
        .unchecked();
    form.render(html! {
        // Enter goes on, whatever buttons come before the last row.
        button.sr type="submit" tabindex="-1" aria-hidden="true" {}
        (fields::carried(&form, setting, typed, &OF_DETAILS))
        (form.text(Field::new("subject", v.t("portal-subject")).hint(v.t("portal-subject-hint"))
            .value(typed.text("subject")).count(limit).dir_auto().required()))
        (form.textarea(Field::new("body", v.t("portal-body")).hint(v.t("portal-body-hint"))
            .value(typed.text("body")).rows(6).required()))
        @if is_technical { (impact(&form, v, typed)) (severity(&form, v, setting, typed)) }
        (files(&form, v, setting, typed))
        (form.actions(next, back.submit()))
    })
}

/// The three questions a severity is proposed from.
pub fn impact(form: &Form<'_>, v: &Viewer, typed: &Incoming) -> Markup {
    let affected = Affected::ALL
        .map(|answer| Choice::new(say::affected_code(answer), say::affected_words(v, answer)));
    let work = WorkState::ALL
        .map(|answer| Choice::new(say::work_code(answer), say::work_words(v, answer)));
    let workaround = [
        Choice::new("no", v.t("portal-workaround-no")),
        Choice::new("yes", v.t("portal-workaround-yes")),
    ];
    let has_workaround = match typed.text("workaround") {
        "yes" => "yes",
        _ => "no",
    };
    html! {
        div.choices-row {
            (form.radios(Field::new("affected", v.t("portal-affected")).value(typed.text("affected")).required(), &affected))
            (form.radios(Field::new("work", v.t("portal-work")).value(typed.text("work")).required(), &work))
            (form.radios(Field::new("workaround", v.t("portal-workaround")).value(has_workaround), &workaround))
        }
    }
}

/// Asked only of those whose offer lets them set it.
pub fn severity(form: &Form<'_>, v: &Viewer, setting: &Setting, typed: &Incoming) -> Markup {
    let terms = setting.held(typed).and_then(|held| held.terms.as_ref());
    let Some(terms) = terms.filter(|terms| terms.grants_severity()) else {
        return html! {};
    };
    let rows: Vec<(String, String)> = terms
        .edition
        .severities
        .iter()
        .map(|severity| {
            let label = format!("{} – {}", severity.code, severity.name);
            (
                label,
                say::severity_buys(v, terms, &severity.code, &severity.meaning),
            )
        })
        .collect();
    let codes = terms.edition.severities.iter().map(|one| one.code.as_str());
    let proposed =
        Choice::new("", v.t("portal-severity-proposed")).hint(v.t("portal-severity-proposed-hint"));
    let choices: Vec<Choice<'_>> = std::iter::once(proposed)
        .chain(
            codes
                .zip(&rows)
                .map(|(code, (label, hint))| Choice::new(code, label).hint(hint)),
        )
        .collect();
    let field = Field::new("severity", v.t("portal-severity"))
        .hint(v.t("portal-severity-hint"))
        .value(typed.text("severity"));
    form.radios(field, &choices)
}

/// The files kept so far, each with buttons, and the field for more.
fn files(form: &Form<'_>, v: &Viewer, setting: &Setting, typed: &Incoming) -> Markup {
    let kept = setting.draft.uploads(typed.text("token"));
    let kind = fields::kind(typed).unwrap_or(Kind::Technical);
    let who = confidential::box_hint(v, kind, &BOTH);
    html! {
        div id="files" {
            (form.files(Field::new("files", v.t("portal-files")).hint(v.t("portal-files-hint")).optional()))
            (form.confidential(typed.text(CONFIDENTIAL) == "on", &who))
            (kept_files::listed(v, kept))
        }
    }
}

/// The definitions of the other severities, folded: what would have to be different.
pub fn other_severities(v: &Viewer, terms: &Terms, shown: &str) -> Markup {
    blocks::fold(
        v.t("portal-other-severities"),
        false,
        html! {
            ul.stack-8 {
                @for severity in terms.edition.severities.iter().filter(|one| one.code != shown) {
                    li {
                        (say::severity_badge(v, &terms.edition, Some(&severity.code)))
                        p.muted { (say::severity_buys(v, terms, &severity.code, &severity.meaning)) }
                    }
                }
            }
        },
    )
}
