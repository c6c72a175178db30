//! Parts of the pages about signing in: forms that ask for passkeys, the proof that it is oneself.

use mainstay_app::factors::Factors;
use maud::{Markup, html};

use crate::assets;
use crate::state::Web;
use crate::ui::{Button, Field, Form, Icon, Mistakes, Viewer};

/// What a form does with a passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    /// Asks for one.
    Ask,
    /// Has one made.
    Make,
}

/// A form that asks for a passkey and sends its answer to `action`. It is hidden where there is no
/// script, or the browser knows no passkeys.
#[must_use]
pub fn ask_passkey(v: &Viewer, action: &str, label: &str, back: &str) -> Markup {
    form(v, Does::Ask, action, back, html! {}, label)
}

/// A form that has a passkey made, with a name.
#[must_use]
pub fn make_passkey(v: &Viewer, back: &str, name: &str, mistakes: &Mistakes) -> Markup {
    let action = "/profile/security/passkeys";
    let fields = Form::post(v, action).mistakes(mistakes).prefix("p-");
    let name = fields.text(
        Field::new("name", v.t("security-passkey-name"))
            .hint(v.t("security-passkey-name-hint"))
            .value(name)
            .required(),
    );
    form(
        v,
        Does::Make,
        action,
        back,
        name,
        v.t("security-passkey-add"),
    )
}

fn form(v: &Viewer, does: Does, action: &str, back: &str, fields: Markup, label: &str) -> Markup {
    let does = match does {
        Does::Ask => "ask",
        Does::Make => "make",
    };
    html! {
        form.form.passkey hidden method="post" action=(action) data-passkey=(does)
            data-options={ (action) "/options" } data-waiting=(v.t("security-passkey-waiting"))
            data-failed=(v.t("security-passkey-failed")) data-known=(v.t("security-passkey-known")) {
            (crate::ui::form::csrf(v))
            input type="hidden" name="back" value=(back);
            input type="hidden" name="ceremony" value="";
            input type="hidden" name="credential" value="";
            (fields)
            div.form-actions { (Button::new(label).icon(Icon::Lock).submit()) }
            p.hint role="status" data-passkey-state {}
        }
        script type="module" src=(assets::passkeys_url()) {}
    }
}

/// The field of a code: of the app, or a recovery code.
#[must_use]
pub fn code_field(v: &Viewer, form: &Form<'_>, has_codes: bool) -> Markup {
    let hint = if has_codes {
        v.t("security-code-hint")
    } else {
        v.t("security-code-recovery-hint")
    };
    form.text(
        Field::new("code", v.t("security-code"))
            .hint(hint)
            .width("w-20")
            .autocomplete("one-time-code")
            .required(),
    )
}

/// The ways somebody can show once more that it is them: without the password where a factor is
/// asked for.
#[must_use]
pub fn prove(
    web: &Web,
    v: &Viewer,
    factors: &Factors,
    (by_password, back): (bool, &str),
    mistakes: &Mistakes,
) -> Markup {
    let action = "/profile/security/proof";
    let has_passkey = !factors.passkeys.is_empty() && web.party().is_some();
    let by_password = by_password && factors.has_password;
    let by_code = factors.codes_since.is_some() || factors.recovery_codes > 0;
    let none = Mistakes::none();
    let is_of_code = !by_password || mistakes.of("code").is_some();
    let (of_password, of_code) = if is_of_code {
        (&none, mistakes)
    } else {
        (mistakes, &none)
    };
    let password = Form::post(v, action).mistakes(of_password);
    let code = Form::post(v, action).mistakes(of_code);
    html! {
        @if !by_password && !by_code { (code.summary()) }
        @if has_passkey {
            (ask_passkey(v, action, v.t("security-proof-passkey"), back))
        }
        @if by_password {
            (password.render(html! {
                (password.hidden("back", back))
                (password.text(Field::new("password", v.t("sign-in-password")).kind("password")
                    .autocomplete("current-password").required()))
                (password.actions(Button::new(v.t("security-proof-password")), html! {}))
            }))
        }
        @if by_code {
            (code.render(html! {
                (code.hidden("back", back))
                (code_field(v, &code, factors.codes_since.is_some()))
                (code.actions(Button::new(v.t("security-proof-code")), html! {}))
            }))
        }
        @if !has_passkey && !by_password && !by_code {
            p { (v.t("security-proof-none")) }
        }
    }
}

/// The button that begins to set up an app for codes.
#[must_use]
pub fn begin_codes(v: &Viewer, label: &str, back: &str) -> Markup {
    let form = Form::post(v, "/profile/security/codes");
    form.render(html! {
        (form.hidden("back", back))
        (form.actions(Button::new(label).icon(Icon::Phone), html! {}))
    })
}
