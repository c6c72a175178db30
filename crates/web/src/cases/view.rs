//! A case as both sides' pages draw it.

use axum::http::StatusCode;
use mainstay_app::files::Upload;
use mainstay_store::colleagues::Agent;
use mainstay_store::views::{CasePage, CaseRow, TimelineRow};

use super::confidential::{self, BOTH, Confidential, FileRow};
use crate::incoming::Incoming;
use crate::ui::{CONFIDENTIAL, Mistakes, Viewer};

/// A case's page before it is drawn.
pub struct CaseView {
    /// The case, its timeline and files.
    pub page: CasePage,
    /// The agents it can be assigned to; only for the vendor.
    pub agents: Vec<Agent>,
    /// The customer's latest other cases; only for the vendor.
    pub others: Vec<CaseRow>,
    /// The reader's unsent reply.
    pub reply_draft: Incoming,
    /// The reader's unsaved note.
    pub note_draft: Incoming,
    /// The reader's unsaved note for colleagues.
    pub colleagues_draft: Incoming,
    /// Files of the reader's reply that was refused; they need not be chosen again.
    pub kept_files: Vec<Upload>,
    /// What the reader gets of the confidential files.
    pub confidential: Confidential,
    /// What they tried and was refused.
    pub tried: Option<Tried>,
}

/// An act that was refused: the page shows it again with its mistakes.
pub struct Tried {
    /// Which form: `reply`, `note`, `closure`, `reopening`, `severity` and so on.
    pub form: &'static str,
    /// What was typed.
    pub fields: Incoming,
    /// What is wrong.
    pub mistakes: Mistakes,
    /// What the other side wrote since the page was drawn, and the revision now.
    pub stale: Option<(Vec<TimelineRow>, u32)>,
    /// The status of the answer.
    pub status: StatusCode,
}

static NO_MISTAKES: Mistakes = Mistakes::none();

impl CaseView {
    /// What was typed into a form that was refused.
    #[must_use]
    pub fn tried(&self, form: &str) -> Option<&Tried> {
        self.tried.as_ref().filter(|tried| tried.form == form)
    }

    /// The mistakes of a form.
    #[must_use]
    pub fn mistakes(&self, form: &str) -> &Mistakes {
        self.tried(form)
            .map_or(&NO_MISTAKES, |tried| &tried.mistakes)
    }

    /// The text to show in a form's field: what was tried, else the draft's, else nothing.
    #[must_use]
    pub fn typed(&self, form: &str, field: &str) -> &str {
        match (self.tried(form), form) {
            (Some(tried), _) => tried.fields.text(field),
            (None, "reply") => self.reply_draft.text(field),
            (None, "note") => self.note_draft.text(field),
            (None, "colleagues") => self.colleagues_draft.text(field),
            _ => "",
        }
    }

    /// The files that came with some of the entries; `mark` where they can be marked as
    /// confidential.
    pub fn files(
        &self,
        size: impl Fn(u64) -> String,
        mark: bool,
        came_with: impl Fn(u32) -> bool,
    ) -> Vec<FileRow<'_>> {
        let files = self.page.files.iter().filter(|file| came_with(file.seq));
        let case = &self.page.case;
        files
            .map(|file| self.confidential.row(case, file, size(file.size), mark))
            .collect()
    }

    /// Whether the box of a reply's files is ticked, and who gets them then.
    #[must_use]
    pub fn confidential_box(&self, v: &Viewer) -> (bool, String) {
        let is_ticked = self.typed("reply", CONFIDENTIAL) == "on";
        let hint = confidential::box_hint(v, self.page.case.kind, &BOTH);
        (is_ticked, hint)
    }

    /// The revision a reply is guarded by: after a stale one was shown, the one now.
    #[must_use]
    pub fn seen(&self) -> u32 {
        self.page.case.revision
    }
}
