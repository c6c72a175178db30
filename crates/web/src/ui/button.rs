//! Buttons and links that look like them. A key badge names the key that clicks it.

use maud::{Markup, html};

use super::icon::{Icon, icon};
use super::viewer::Viewer;

/// How loud a button is. One [`Look::Primary`] per page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// The one thing to do here.
    Primary,
    /// Anything else.
    #[default]
    Plain,
    /// Without a border until pointed at.
    Quiet,
    /// Destroys or cancels something.
    Danger,
    /// Saves something internal.
    Note,
    /// Saves something for colleagues at the customer.
    Mates,
}

/// A button or a link that looks like one.
///
/// `Button::new("Take").icon(Icon::Plus).key("m").post(v, "/cases/7/assignment")`
#[derive(Debug, Clone, Copy, Default)]
pub struct Button<'a> {
    label: &'a str,
    look: Look,
    icon: Option<Icon>,
    key: &'a str,
    name: &'a str,
    value: &'a str,
    action: &'a str,
    small: bool,
    alt: bool,
    disabled: bool,
    unchecked: bool,
}

impl<'a> Button<'a> {
    /// A plain button saying `label`.
    #[must_use]
    pub fn new(label: &'a str) -> Self {
        Self {
            label,
            ..Self::default()
        }
    }

    /// The one thing to do here: solid.
    #[must_use]
    pub fn primary(label: &'a str) -> Self {
        Self {
            label,
            look: Look::Primary,
            ..Self::default()
        }
    }

    /// With another look.
    #[must_use]
    pub fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// With an icon before the label.
    #[must_use]
    pub fn icon(self, icon: Icon) -> Self {
        Self {
            icon: Some(icon),
            ..self
        }
    }

    /// Clicked by this key; shown on the button. A sequence has a blank: `g q`. `mod+enter` is shown
    /// as `Ctrl ↵` and works inside the form.
    #[must_use]
    pub fn key(self, key: &'a str) -> Self {
        Self { key, ..self }
    }

    /// A submit button that sends this name and value too.
    #[must_use]
    pub fn sends(self, name: &'a str, value: &'a str) -> Self {
        Self {
            name,
            value,
            ..self
        }
    }

    /// A submit button that sends its form somewhere else.
    #[must_use]
    pub fn to(self, action: &'a str) -> Self {
        Self { action, ..self }
    }

    /// Lower and narrower, for lists and cards.
    #[must_use]
    pub fn small(self) -> Self {
        Self {
            small: true,
            ..self
        }
    }

    /// The form's second way to send: Ctrl/⌘+Shift+Enter clicks it.
    #[must_use]
    pub fn alt(self) -> Self {
        Self {
            alt: true,
            key: "mod+shift+enter",
            ..self
        }
    }

    /// Not available now.
    #[must_use]
    pub fn disabled(self, disabled: bool) -> Self {
        Self { disabled, ..self }
    }

    /// Sends the form without the browser's own checks: for previews and `Back`.
    #[must_use]
    pub fn unchecked(self) -> Self {
        Self {
            unchecked: true,
            ..self
        }
    }

    fn class(&self) -> String {
        let look = match self.look {
            Look::Primary => " btn-primary",
            Look::Plain => "",
            Look::Quiet => " btn-quiet",
            Look::Danger => " btn-danger",
            Look::Note => " btn-note",
            Look::Mates => " btn-mates",
        };
        format!("btn{look}{}", if self.small { " btn-small" } else { "" })
    }

    fn inside(&self) -> Markup {
        html! {
            @if let Some(sign) = self.icon { (icon(sign)) }
            span { (self.label) }
            @if !self.key.is_empty() { " " (key_badge(self.key)) }
        }
    }

    fn bound_key(&self) -> Option<&'a str> {
        (!self.key.is_empty() && !self.key.starts_with("mod+")).then_some(self.key)
    }

    /// A link.
    #[must_use]
    pub fn link(&self, href: &str) -> Markup {
        html! { a class=(self.class()) href=(href) data-key=[self.bound_key()] { (self.inside()) } }
    }

    /// A submit button, inside a form.
    #[must_use]
    pub fn submit(&self) -> Markup {
        let some = |text: &'a str| (!text.is_empty()).then_some(text);
        html! {
            button type="submit" class=(self.class()) name=[some(self.name)]
                value=[(!self.name.is_empty()).then_some(self.value)]
                formaction=[some(self.action)] formnovalidate[self.unchecked]
                data-key=[self.bound_key()] data-submit-alt[self.alt] disabled[self.disabled] {
                (self.inside())
            }
        }
    }

    /// The summary of a `<details>`: see [`super::dialog`].
    #[must_use]
    pub fn summary(&self) -> Markup {
        html! { summary class=(self.class()) data-key=[self.bound_key()] { (self.inside()) } }
    }

    /// A form of its own with this one button, for a change of state.
    #[must_use]
    pub fn post(&self, v: &Viewer, action: &str) -> Markup {
        html! {
            form.one-button method="post" action=(action) { (super::form::csrf(v)) (self.submit()) }
        }
    }
}

/// A key as it is printed: `r`, `g q`, `Ctrl ↵`.
#[must_use]
pub fn key_badge(key: &str) -> Markup {
    html! {
        kbd aria-hidden="true" {
            @match key {
                "mod+enter" => "Ctrl ↵",
                "mod+shift+enter" => "Ctrl ⇧ ↵",
                _ => (key),
            }
        }
    }
}
