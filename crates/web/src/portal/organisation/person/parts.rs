//! The page of one person, drawn.

use mainstay_domain::access::{Receiver, Role, may_change_roles};
use mainstay_store::telephones::How;
use maud::{Markup, html};

use super::super::people::{link_notice, seen, state, telephone};
use super::super::{language_field, role_choices, roles_words};
use super::{Known, Question, Tried, may};
use crate::portal::telephone::language;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;
use crate::ui::list::{dotted, subject};
use crate::ui::{
    Button, Crumb, Fact, Field, Flash, Form, Look, Mistakes, Tone, Viewer, blocks, facts,
    page_head, panel, words,
};

/// The page; what was typed is kept.
pub(super) fn page(
    web: &Web,
    signed: &Signed,
    known: &Known,
    tried: &Tried,
    question: &Question,
) -> Markup {
    let v = &signed.viewer;
    let name = known.contact.name.as_str();
    let crumbs = [
        Crumb {
            href: "/organisation/people",
            label: v.t("people-title"),
        },
        Crumb {
            href: "",
            label: name,
        },
    ];
    let of_page = of_form(&tried.mistakes, &["", "telephone"]);
    let whole = Form::post(v, "").mistakes(&of_page);
    let body = html! {
        (page_head(name, html! { bdi { (known.contact.email) } (state(v, &known.contact)) }, html! {}))
        @if let Some(link) = &tried.link { (link_notice(v, link)) }
        (whole.summary())
        div.columns {
            (panel(v.t("person-particulars"), html! {
                (facts(&told(v, known)))
                (particulars(web, v, known, tried))
            }))
            (panel(v.t("person-roles"), roles(signed, known, tried)))
        }
        (telephone_section(signed, known))
        (cases(v, known))
        (access(v, known))
        (may::section(web, signed, known, question))
    };
    let page = Page {
        crumbs: &crumbs,
        has_mistakes: !tried.mistakes.is_empty(),
        flash: (question.done == "saved").then(|| Flash {
            tone: Tone::Ok,
            words: v.t("person-saved"),
            link: None,
        }),
        ..Page::new(name, Place::Organisation)
    };
    page.render(web, signed, body)
}

/// The mistakes of one of the forms on the page.
fn of_form(mistakes: &Mistakes, fields: &[&str]) -> Mistakes {
    let own = mistakes.0.iter();
    let own = own.filter(|(field, _)| fields.contains(&field.as_str()));
    Mistakes(own.cloned().collect())
}

fn told<'a>(v: &'a Viewer, known: &Known) -> Vec<Fact<'a>> {
    let contact = &known.contact;
    vec![
        Fact::words(v.t("people-column-role"), &roles_words(v, &contact.roles)),
        Fact::words(v.t("people-column-language"), language(&contact.language)),
        Fact::words(v.t("person-time-zone"), &contact.time_zone),
        Fact::new(v.t("people-column-seen"), seen(v, contact)),
    ]
}

fn particulars(web: &Web, v: &Viewer, known: &Known, tried: &Tried) -> Markup {
    if known.is_elsewhere {
        return html! { p.muted { (v.t("person-elsewhere")) } };
    }
    let contact = &known.contact;
    let address = format!("/organisation/people/{}", contact.id);
    let mistakes = of_form(&tried.mistakes, &["name", "language", "time_zone"]);
    let form = Form::post(v, &address).mistakes(&mistakes);
    let or = |name: &str, kept: &str| tried.fields.some(name).unwrap_or_else(|| kept.to_owned());
    form.render(html! {
        (form.text(Field::new("name", v.t("person-name")).value(&or("name", &contact.name)).required()))
        (language_field(web, v, &form, &or("language", &contact.language)))
        (form.text(Field::new("time_zone", v.t("person-time-zone")).hint(v.t("people-time-zone-hint"))
            .value(&or("time_zone", &contact.time_zone)).required()))
        (form.actions(Button::new(v.t("person-save")), html! {}))
    })
}

/// The roles, to be changed by whoever gives them.
fn roles(signed: &Signed, known: &Known, tried: &Tried) -> Markup {
    let v = &signed.viewer;
    let contact = &known.contact;
    let principal = &signed.session.principal;
    let receiver = Receiver {
        person: contact.id,
        holds: &contact.roles,
    };
    let may = |roles: &[Role]| may_change_roles(principal, roles, receiver).is_ok();
    if !may(&contact.roles) {
        return html! {
            p { (roles_words(v, &contact.roles)) }
            p { a href="/organisation/roles" { (v.t("organisation-roles")) } }
        };
    }
    let address = format!("/organisation/people/{}/roles", contact.id);
    let mistakes = of_form(&tried.mistakes, &["roles"]);
    let form = Form::post(v, &address).prefix("roles-").mistakes(&mistakes);
    let choices = role_choices(v, |role| contact.roles.contains(&role) || may(&[role]));
    let kept: Vec<&str> = contact.roles.iter().map(|role| role.code()).collect();
    let field = Field::new("roles", v.t("people-roles-field")).hint(v.t("people-roles-hint"));
    form.render(html! {
        (form.checks(field, &choices, &kept))
        p.hint { (v.t("person-roles-again")) " " a href="/organisation/roles" { (v.t("organisation-roles")) } }
        (form.actions(Button::new(v.t("person-roles-save")), html! {}))
    })
}

fn telephone_section(signed: &Signed, known: &Known) -> Markup {
    let v = &signed.viewer;
    let contact = &known.contact;
    let address = format!("/organisation/people/{}/telephone", contact.id);
    let is_own = contact.id == signed.session.person.id;
    let vouch = Button::new(v.t("person-telephone-vouch"));
    blocks::section(
        v.t("person-telephone"),
        html! {},
        html! {
            @match (&contact.telephone, contact.verified) {
                (None, _) => { p.muted { (v.t("person-telephone-none")) } }
                (Some(_), Some(verified)) => {
                    p { (telephone(v, contact)) " "
                        span.muted { (dotted(&[
                            html! { (match verified.how {
                                How::Vouched => v.t("person-telephone-vouched"),
                                How::Code => v.t("person-telephone-code"),
                            }) },
                            words::ago(v, verified.at),
                        ])) }
                    }
                }
                (Some(_), None) => {
                    p { (telephone(v, contact)) }
                    @if !is_own {
                        p.hint { (v.t("person-telephone-vouch-what")) }
                        (vouch.post(v, &address))
                    }
                }
            }
        },
    )
}

/// What is open of theirs: it goes on without them.
fn cases(v: &Viewer, known: &Known) -> Markup {
    blocks::section(
        v.t("person-cases"),
        html! {},
        html! {
            @if known.cases.is_empty() { p.muted { (v.t("person-cases-none")) } }
            @else {
                @if !known.contact.is_active { p { (v.t("person-cases-over")) } }
                ul.stack-8 { @for case in &known.cases { li {
                    (subject(&format!("/cases/{}", case.number), &case.subject, dotted(&[
                        html! { bdi { (case.number) } },
                        words::ago(v, case.last_public_at),
                    ])))
                } } }
            }
        },
    )
}

/// Inviting again, letting go, taking back.
fn access(v: &Viewer, known: &Known) -> Markup {
    let contact = &known.contact;
    let to = |what: &str| format!("/organisation/people/{}/{what}", contact.id);
    blocks::section(
        v.t("person-state-title"),
        html! {},
        html! {
            @if !contact.is_active {
                p { (v.t("person-activate-what")) }
                (Button::new(v.t("person-activate")).post(v, &to("activation")))
            } @else {
                @if !contact.has_joined() {
                    p { (v.t("person-invite-again-what")) }
                    (Button::new(v.t("person-invite-again")).post(v, &to("invitation")))
                }
                p { (v.t("person-deactivate-what")) }
                (Button::new(v.t("person-deactivate")).look(Look::Danger).post(v, &to("deactivation")))
            }
        },
    )
}
