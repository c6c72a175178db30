//! Finding things in an edition.

use super::{
    ChannelRight, Column, Edition, Kind, KindTerms, Medium, Objective, Offer, Plan, Severity,
};

impl Edition {
    /// The plan of an id or a name, in any case: `e3`, `E3`.
    #[must_use]
    pub fn find_plan(&self, name: &str) -> Option<&Plan> {
        let is_named = |plan: &&Plan| {
            plan.id.eq_ignore_ascii_case(name) || plan.name.eq_ignore_ascii_case(name)
        };
        self.plans.iter().find(is_named)
    }

    /// The column of an id.
    #[must_use]
    pub fn find_column(&self, id: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.id == id)
    }

    /// The severity of a code, in any case.
    #[must_use]
    pub fn find_severity(&self, code: &str) -> Option<&Severity> {
        self.severities
            .iter()
            .find(|severity| severity.code.eq_ignore_ascii_case(code))
    }

    /// A severity's rank: 0 is the strictest.
    #[must_use]
    pub fn severity_rank(&self, code: &str) -> Option<usize> {
        self.severities
            .iter()
            .position(|severity| severity.code == code)
    }

    /// The offer of an id or a name, in any case.
    #[must_use]
    pub fn find_offer(&self, name: &str) -> Option<&Offer> {
        let is_named = |offer: &&Offer| {
            offer.id.eq_ignore_ascii_case(name) || offer.name.eq_ignore_ascii_case(name)
        };
        self.offers.iter().find(is_named)
    }

    /// The cell of a column and a severity (S10).
    #[must_use]
    pub fn find_objective(&self, column: &str, severity: &str) -> Option<&Objective> {
        let is_cell =
            |objective: &&Objective| objective.column == column && objective.severity == severity;
        self.objectives.iter().find(is_cell)
    }

    /// What the edition says of a medium for a column and a severity (S12).
    #[must_use]
    pub fn find_channel_right(
        &self,
        medium: Medium,
        column: &str,
        severity: &str,
    ) -> Option<&ChannelRight> {
        let is_right = |right: &&ChannelRight| {
            right.medium == medium && right.column == column && right.severity == severity
        };
        self.channel_rights.iter().find(is_right)
    }

    /// The terms of a kind of help.
    #[must_use]
    pub fn find_kind(&self, kind: Kind) -> Option<&KindTerms> {
        self.kinds.iter().find(|terms| terms.kind == kind)
    }

    /// The texts of footnotes, in the order asked for.
    pub fn footnote_texts<'a>(
        &'a self,
        ids: &'a [String],
    ) -> impl Iterator<Item = &'a super::Footnote> + 'a {
        ids.iter()
            .filter_map(|id| self.footnotes.iter().find(|note| note.id == *id))
    }
}
