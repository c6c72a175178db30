//! What is known of an internal request, beside its story.

use mainstay_app::internal::checklist;
use mainstay_domain::access::Action;
use mainstay_domain::internal::{Escalation, Party};
use maud::{Markup, html};

use super::{View, words};
use crate::signed::Signed;
use crate::ui::facts::{Fact, facts};
use crate::ui::{Form, Viewer, panel};

pub(super) fn render(signed: &Signed, view: &View) -> Markup {
    let v = &signed.viewer;
    html! {
        (panel(v.t("internal-facts"), about(signed, view)))
        (list_of(v, view))
    }
}

fn about(signed: &Signed, view: &View) -> Markup {
    let (v, request) = (&signed.viewer, view.request());
    let nobody = v.t("internal-taken-by-nobody");
    let taken_by = view.page.row.taken_by.as_deref().unwrap_or(nobody);
    let mut lines = vec![
        Fact::words(v.t("internal-requester"), &view.page.row.requester),
        Fact::new(
            v.t("internal-asked-at"),
            crate::ui::words::moment(v, request.opened_at),
        ),
    ];
    // Notes that were kept are about nothing of the list.
    if !request.category.is_empty() {
        let category = words::category(&request.category);
        lines.push(Fact::words(v.t("internal-category"), category));
    }
    lines.push(Fact::words(v.t("internal-taken-by"), taken_by));
    if let Some(escalation) = &request.escalation {
        lines.push(Fact::new(
            v.t("internal-case"),
            number(signed, view.party, escalation),
        ));
        let told = match view.party {
            Party::Requester => v.t("internal-informed-you"),
            Party::Administrator | Party::Vendor => v.t("internal-informed"),
        };
        lines.push(Fact::words(told, words::informed(v, escalation.informed).0));
    }
    facts(&lines)
}

/// The case's number; a link for whoever reads that case.
fn number(signed: &Signed, party: Party, escalation: &Escalation) -> Markup {
    let grant = signed.session.grant(Action::Read);
    let reads = party == Party::Administrator
        && grant.is_ok_and(|grant| {
            let scope = grant.scope();
            let is_own = escalation.by == scope.person();
            scope.kinds().contains(&escalation.kind)
                || (is_own && scope.own_kinds().contains(&escalation.kind))
        });
    html! {
        @if reads { a href={ "/cases/" (escalation.number) } { bdi { (escalation.number) } } }
        @else { bdi { (escalation.number) } }
    }
}

/// What the list says of this category, to walk through together.
fn list_of(v: &Viewer, view: &View) -> Markup {
    let category = checklist().find(&view.request().category);
    html! {
        @if let Some(category) = category.filter(|one| !one.checks.is_empty()) {
            (panel(v.t("internal-checklist"), html! {
                ul.stack-8 {
                    @for check in &category.checks {
                        li {
                            (check.text)
                            @if let Some(link) = &check.link { " " a href=(link.href) { (link.label) } }
                        }
                    }
                }
            }))
        }
    }
}

/// The radio buttons for how far whoever asked is told.
pub(crate) fn informed_field(v: &Viewer, form: &Form<'_>, chosen: &str) -> Markup {
    use crate::ui::{Choice, Field};
    use mainstay_domain::internal::Informed;
    let choices = Informed::ALL.map(|one| {
        let (label, hint) = words::informed(v, one);
        Choice::new(one.code(), label).hint(hint)
    });
    let value = match chosen {
        "" => Informed::EveryReply.code(),
        chosen => chosen,
    };
    let field = Field::new("informed", v.t("internal-informed-question")).value(value);
    form.radios(field, &choices)
}
