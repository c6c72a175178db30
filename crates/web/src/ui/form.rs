//! Forms: the error summary, the hidden token, drafts, previews and uploads.

use maud::{Markup, html};

use super::button::Button;
use super::field::Field;
use super::viewer::Viewer;

/// What is wrong with a form that was sent, by field name. An empty name concerns the whole form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes(pub Vec<(String, String)>);

impl Mistakes {
    /// Nothing wrong.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Adds a mistake: say what to do, not what is forbidden.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.push((field.to_owned(), message.into()));
    }

    /// Whether the form is fine.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first mistake of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(name, _)| name == field)
            .map(|(_, message)| message.as_str())
    }
}

static NO_MISTAKES: Mistakes = Mistakes::none();

/// A form that posts. Holds what its fields need, so that they take only their own [`Field`].
///
/// ```ignore
/// let form = Form::post(v, "/cases").mistakes(&mistakes).draft("/drafts/new");
/// form.render(html! {
///     (form.text(Field::new("subject", v.t("portal-subject")).required()))
///     (form.actions(Button::primary(v.t("portal-send")).key("mod+enter"), html! {}))
/// })
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    pub(super) v: &'a Viewer,
    pub(super) mistakes: &'a Mistakes,
    /// Makes the ids of two forms with the same field names differ.
    pub(super) prefix: &'a str,
    action: &'a str,
    draft: &'a str,
    preview: &'a str,
    upload: bool,
    get: bool,
    class: &'a str,
}

impl<'a> Form<'a> {
    /// A form posting to `action`.
    #[must_use]
    pub fn post(v: &'a Viewer, action: &'a str) -> Self {
        Self {
            v,
            mistakes: &NO_MISTAKES,
            prefix: "f-",
            action,
            draft: "",
            preview: "",
            upload: false,
            get: false,
            class: "",
        }
    }

    /// A form that only asks: filters and searches, whose state is the address.
    #[must_use]
    pub fn get(v: &'a Viewer, action: &'a str) -> Self {
        Self {
            get: true,
            ..Self::post(v, action)
        }
    }

    /// With the mistakes of the last attempt.
    #[must_use]
    pub fn mistakes(self, mistakes: &'a Mistakes) -> Self {
        Self { mistakes, ..self }
    }

    /// With another prefix for ids (default `f-`): needed when a page has two forms.
    #[must_use]
    pub fn prefix(self, prefix: &'a str) -> Self {
        Self { prefix, ..self }
    }

    /// With its fields posted to `url` as a draft while typing.
    #[must_use]
    pub fn draft(self, url: &'a str) -> Self {
        Self { draft: url, ..self }
    }

    /// With a fragment of `url` fetched into `[data-preview-into]` on change.
    #[must_use]
    pub fn preview(self, url: &'a str) -> Self {
        Self {
            preview: url,
            ..self
        }
    }

    /// With files: multipart and a progress bar.
    #[must_use]
    pub fn upload(self) -> Self {
        Self {
            upload: true,
            ..self
        }
    }

    /// With classes: `form-row` puts fields side by side, `form-wide` drops the reading measure.
    #[must_use]
    pub fn class(self, class: &'a str) -> Self {
        Self { class, ..self }
    }

    /// The form around its fields, the error summary first.
    #[must_use]
    pub fn render(&self, body: Markup) -> Markup {
        let some = |text: &'a str| (!text.is_empty()).then_some(text);
        html! {
            (self.summary())
            form.form.(self.class) method=(if self.get { "get" } else { "post" }) action=(self.action)
                enctype=[self.upload.then_some("multipart/form-data")] data-upload[self.upload]
                data-draft=[some(self.draft)] data-preview=[some(self.preview)] {
                @if !self.get { (csrf(self.v)) }
                (body)
                @if self.upload { progress.upload-progress max="1" value="0" hidden {} }
            }
        }
    }

    /// The error summary: every mistake, each linking to its field. Empty when nothing is wrong.
    #[must_use]
    pub fn summary(&self) -> Markup {
        html! {
            @if !self.mistakes.is_empty() {
                div.error-summary role="alert" tabindex="-1" autofocus data-autofocus {
                    h2 { (self.v.t("form-mistakes-title")) }
                    ul {
                        @for (field, message) in &self.mistakes.0 {
                            li {
                                @if field.is_empty() { (message) }
                                @else { a href={ "#" (self.prefix) (field) } { (message) } }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The row of buttons that ends a form: the main one, then others.
    #[must_use]
    pub fn actions(&self, main: Button<'_>, others: Markup) -> Markup {
        html! {
            div.form-actions {
                (main.submit()) (others)
                @if !self.draft.is_empty() {
                    span.draft-state role="status" data-draft-state {}
                }
            }
        }
    }

    /// A hidden value.
    #[must_use]
    pub fn hidden(&self, name: &str, value: &str) -> Markup {
        html! { input type="hidden" name=(name) value=(value); }
    }

    /// Where the preview of [`Form::preview`] appears, and the button that shows it without script.
    #[must_use]
    pub fn preview_area(&self, shown: Markup) -> Markup {
        html! {
            div.preview data-preview-into aria-live="polite" { (shown) }
            div.no-script {
                (Button::new(self.v.t("form-show-effect")).to(self.preview).unchecked().submit())
            }
        }
    }

    /// The id of a field's control.
    pub(super) fn id(&self, field: &Field<'_>) -> String {
        format!("{}{}", self.prefix, field.name)
    }
}

/// The hidden form token; nothing when the session has none.
#[must_use]
pub fn csrf(v: &Viewer) -> Markup {
    html! { @if !v.csrf.is_empty() { input type="hidden" name="_csrf" value=(v.csrf); } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer() -> Viewer {
        let v = Viewer::new("2026-03-27T16:30:00Z".parse().unwrap());
        Viewer {
            csrf: "token".into(),
            ..v
        }
    }

    #[test]
    fn a_mistake_shows_in_the_summary_and_at_its_field_and_keeps_the_input() {
        let v = viewer();
        let mut mistakes = Mistakes::none();
        mistakes.add("subject", "Say in one sentence what is wrong");
        let form = Form::post(&v, "/cases").mistakes(&mistakes);
        let html = form
            .render(form.text(Field::new("subject", "Subject").value("<b>")))
            .into_string();
        assert!(html.contains("href=\"#f-subject\""), "{html}");
        assert!(html.contains("aria-invalid=\"true\""), "{html}");
        assert!(
            html.contains("aria-describedby=\"f-subject-mistake\""),
            "{html}"
        );
        assert!(html.contains("value=\"&lt;b&gt;\""), "{html}");
        assert!(html.contains("name=\"_csrf\" value=\"token\""), "{html}");
    }

    #[test]
    fn a_form_that_asks_carries_no_token() {
        let v = viewer();
        let html = Form::get(&v, "/search").render(html! {}).into_string();
        assert!(
            !html.contains("_csrf") && html.contains("method=\"get\""),
            "{html}"
        );
    }
}
