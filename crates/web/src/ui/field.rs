//! The fields of a [`Form`]: label, hint, mistake and control, tied together for screen readers.

use maud::{Markup, html};

use super::form::Form;
use super::icon::{Icon, icon};

/// The name of the box that marks the files sent with it as confidential.
pub const CONFIDENTIAL: &str = "confidential";

/// One field: its name, label and what is in it. Render with a method of [`Form`].
#[derive(Debug, Clone, Copy, Default)]
pub struct Field<'a> {
    pub(super) name: &'a str,
    label: &'a str,
    hint: &'a str,
    value: &'a str,
    kind: &'a str,
    autocomplete: &'a str,
    optional: bool,
    required: bool,
    rows: u8,
    count: u32,
    width: &'a str,
    hide_label: bool,
    dir_auto: bool,
}

/// One answer of a select, of radio cards or of checkboxes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choice<'a> {
    /// What is sent.
    pub value: &'a str,
    /// What is read.
    pub label: &'a str,
    /// More words under the label; may be empty. Selects don't show it.
    pub hint: &'a str,
}

impl<'a> Choice<'a> {
    /// An answer without further words.
    #[must_use]
    pub const fn new(value: &'a str, label: &'a str) -> Self {
        Self {
            value,
            label,
            hint: "",
        }
    }

    /// With words under the label.
    #[must_use]
    pub const fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }
}

impl<'a> Field<'a> {
    /// A field with a visible label.
    #[must_use]
    pub fn new(name: &'a str, label: &'a str) -> Self {
        Self {
            name,
            label,
            kind: "text",
            rows: 5,
            ..Self::default()
        }
    }

    /// With a hint between label and control.
    #[must_use]
    pub fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }

    /// With what was typed or is stored.
    #[must_use]
    pub fn value(self, value: &'a str) -> Self {
        Self { value, ..self }
    }

    /// Must be filled in.
    #[must_use]
    pub fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// Marked `(optional)`.
    #[must_use]
    pub fn optional(self) -> Self {
        Self {
            optional: true,
            ..self
        }
    }

    /// An `<input>` of another type: `email`, `tel`, `password`, `date`, `number`, `time`.
    #[must_use]
    pub fn kind(self, kind: &'a str) -> Self {
        Self { kind, ..self }
    }

    /// With an `autocomplete` value.
    #[must_use]
    pub fn autocomplete(self, autocomplete: &'a str) -> Self {
        Self {
            autocomplete,
            ..self
        }
    }

    /// A text area this many lines high.
    #[must_use]
    pub fn rows(self, rows: u8) -> Self {
        Self { rows, ..self }
    }

    /// With a limit and a counter of characters.
    #[must_use]
    pub fn count(self, count: u32) -> Self {
        Self { count, ..self }
    }

    /// Narrower: `w-5`, `w-10` or `w-20` characters.
    #[must_use]
    pub fn width(self, width: &'a str) -> Self {
        Self { width, ..self }
    }

    /// The label only for screen readers: for search boxes and composers.
    #[must_use]
    pub fn hide_label(self) -> Self {
        Self {
            hide_label: true,
            ..self
        }
    }

    /// The direction follows what is typed.
    #[must_use]
    pub fn dir_auto(self) -> Self {
        Self {
            dir_auto: true,
            ..self
        }
    }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

impl Form<'_> {
    /// A line of text, or another `<input>` by [`Field::kind`].
    #[must_use]
    pub fn text(&self, field: Field<'_>) -> Markup {
        let id = self.id(&field);
        self.wrap(
            &field,
            &html! {
                input.(field.width) id=(id) name=(field.name) type=(field.kind) value=(field.value)
                    required[field.required] autocomplete=[some(field.autocomplete)]
                    dir=[field.dir_auto.then_some("auto")] data-count=[self.limit(&field)]
                    aria-invalid=[self.wrong(&field)] aria-describedby=[self.described(&field)];
            },
        )
    }

    /// Several lines of text.
    #[must_use]
    pub fn textarea(&self, field: Field<'_>) -> Markup {
        let id = self.id(&field);
        self.wrap(&field, &html! {
            textarea id=(id) name=(field.name) rows=(field.rows) required[field.required] dir="auto"
                data-count=[self.limit(&field)] aria-invalid=[self.wrong(&field)]
                aria-describedby=[self.described(&field)] { (field.value) }
        })
    }

    /// One of many, in a list that folds out. Without a value it starts at `Choose …`.
    #[must_use]
    pub fn select(&self, field: Field<'_>, choices: &[Choice<'_>]) -> Markup {
        let id = self.id(&field);
        self.wrap(&field, &html! {
            select.(field.width) id=(id) name=(field.name) required[field.required]
                autocomplete=[some(field.autocomplete)] aria-invalid=[self.wrong(&field)]
                aria-describedby=[self.described(&field)] {
                @if field.value.is_empty() && choices.iter().all(|choice| !choice.value.is_empty()) {
                    option value="" { (self.v.t("form-choose")) }
                }
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == field.value] {
                        (choice.label)
                    }
                }
            }
        })
    }

    /// One of a few, each a card with words under it.
    #[must_use]
    pub fn radios(&self, field: Field<'_>, choices: &[Choice<'_>]) -> Markup {
        self.options(&field, choices, "radio", &[field.value])
    }

    /// Any of a few, each a card. `checked` lists the values that are on.
    #[must_use]
    pub fn checks(&self, field: Field<'_>, choices: &[Choice<'_>], checked: &[&str]) -> Markup {
        self.options(&field, choices, "checkbox", checked)
    }

    /// One box to tick. Sends `on`; the field's value `on` means ticked.
    #[must_use]
    pub fn checkbox(&self, field: Field<'_>) -> Markup {
        let id = self.id(&field);
        html! {
            div.field.field-wrong[self.mistakes.of(field.name).is_some()] {
                (self.mistake(&field))
                label.check for=(id) {
                    input id=(id) type="checkbox" name=(field.name) value="on"
                        checked[field.value == "on"] required[field.required]
                        aria-invalid=[self.wrong(&field)] aria-describedby=[self.described(&field)];
                    span { (field.label) }
                }
                @if !field.hint.is_empty() { p.hint id={ (id) "-hint" } { (field.hint) } }
            }
        }
    }

    /// Files to send. The form must be [`Form::upload`].
    #[must_use]
    pub fn files(&self, field: Field<'_>) -> Markup {
        let id = self.id(&field);
        self.wrap(
            &field,
            &html! {
                input.file id=(id) name=(field.name) type="file" multiple required[field.required]
                    aria-invalid=[self.wrong(&field)] aria-describedby=[self.described(&field)];
            },
        )
    }

    /// The box that marks the files sent with the form as confidential, and who gets them then.
    #[must_use]
    pub fn confidential(&self, is_ticked: bool, who: &str) -> Markup {
        let field = Field::new(CONFIDENTIAL, self.v.t("confidential-box"))
            .hint(who)
            .value(if is_ticked { "on" } else { "" });
        self.checkbox(field)
    }

    fn options(
        &self,
        field: &Field<'_>,
        choices: &[Choice<'_>],
        kind: &str,
        checked: &[&str],
    ) -> Markup {
        let id = self.id(field);
        html! {
            fieldset.field.field-wrong[self.mistakes.of(field.name).is_some()]
                aria-describedby=[self.described(field)] {
                legend.label { (field.label) (self.optional(field)) }
                @if !field.hint.is_empty() { p.hint id={ (id) "-hint" } { (field.hint) } }
                (self.mistake(field))
                div.choices {
                    @for (n, choice) in choices.iter().enumerate() {
                        label.choice {
                            // The summary links to the first one.
                            input id=[(n == 0).then_some(&id)] type=(kind) name=(field.name)
                                value=(choice.value) checked[checked.contains(&choice.value)]
                                required[field.required && kind == "radio"];
                            span.choice-words {
                                span { (choice.label) }
                                @if !choice.hint.is_empty() { span.hint { (choice.hint) } }
                            }
                        }
                    }
                }
            }
        }
    }

    fn wrap(&self, field: &Field<'_>, control: &Markup) -> Markup {
        let id = self.id(field);
        html! {
            div.field.field-wrong[self.mistakes.of(field.name).is_some()] {
                label.label.sr[field.hide_label] for=(id) { (field.label) (self.optional(field)) }
                @if !field.hint.is_empty() { p.hint id={ (id) "-hint" } { (field.hint) } }
                (self.mistake(field))
                (control)
                @if field.count > 0 { p.hint.count role="status" data-count-for=(id) {} }
            }
        }
    }

    fn optional(&self, field: &Field<'_>) -> Markup {
        html! { @if field.optional { " " span.muted { (self.v.t("form-optional")) } } }
    }

    fn mistake(&self, field: &Field<'_>) -> Markup {
        html! {
            @if let Some(message) = self.mistakes.of(field.name) {
                p.mistake id={ (self.id(field)) "-mistake" } {
                    (icon(Icon::Warn)) span.sr { (self.v.t("error-prefix")) " " } (message)
                }
            }
        }
    }

    fn wrong(&self, field: &Field<'_>) -> Option<&'static str> {
        self.mistakes.of(field.name).map(|_| "true")
    }

    fn limit(&self, field: &Field<'_>) -> Option<u32> {
        (field.count > 0).then_some(field.count)
    }

    fn described(&self, field: &Field<'_>) -> Option<String> {
        let id = self.id(field);
        let hint = (!field.hint.is_empty()).then(|| format!("{id}-hint"));
        let mistake = self
            .mistakes
            .of(field.name)
            .map(|_| format!("{id}-mistake"));
        match (hint, mistake) {
            (Some(hint), Some(mistake)) => Some(format!("{hint} {mistake}")),
            (hint, mistake) => hint.or(mistake),
        }
    }
}
