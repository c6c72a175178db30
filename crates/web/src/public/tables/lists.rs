//! The tables that are lists: categories, severities, offers, boundaries, examples.

use mainstay_domain::edition::{Edition, Kind};
use maud::{Markup, html};

use crate::portal::words as say;
use crate::ui::Viewer;
use crate::ui::facts::{Fact, facts};

/// Support categories, with examples.
pub fn categories(v: &Viewer, edition: &Edition) -> Markup {
    html! {
        div.matrix-box tabindex="0" role="region" aria-label=(v.t("public-categories")) { table.matrix {
            caption { (v.t("public-categories")) }
            thead { tr {
                th scope="col" { (v.t("public-product")) }
                th scope="col" { (v.t("public-category")) }
                th scope="col" { (v.t("public-examples")) }
            } }
            tbody {
                @for category in &edition.categories {
                    tr id={ "category-" (category.id) } {
                        th scope="row" { (category.product) }
                        td { (category.name) }
                        td { (category.examples.join("; ")) }
                    }
                }
            }
        } }
    }
}

/// Severities: what each means, and examples.
pub fn severities(v: &Viewer, edition: &Edition) -> Markup {
    html! {
        @for severity in &edition.severities {
            section.article id={ "severity-" (severity.code.to_lowercase()) } {
                h3 { (say::severity_badge(v, edition, Some(&severity.code))) }
                (super::matrix::other_names(v, severity))
                p { (severity.meaning) }
                ul { @for example in &severity.examples { li { (example) } } }
            }
        }
    }
}

/// Elevated offers: for whom, what they include, where they are sold.
pub fn offers(v: &Viewer, edition: &Edition) -> Markup {
    html! {
        @for offer in &edition.offers {
            section.article id={ "offer-" (offer.id) } {
                h3 { (offer.name) }
                p { (offer.audience) }
                ul { @for service in &offer.services { li { (service) } } }
                (facts(&[
                    Fact::words(v.t("public-offer-severity"),
                        if offer.may_set_severity { v.t("public-offer-sets") } else { v.t("public-offer-does-not-set") }),
                    Fact::words(v.t("public-offer-countries"), &listed(v, &offer.countries)),
                    Fact::words(v.t("public-offer-families"), &families(v, edition, &offer.families)),
                ]))
            }
        }
    }
}

fn listed(v: &Viewer, codes: &[String]) -> String {
    if codes.is_empty() {
        v.t("public-everywhere").to_owned()
    } else {
        codes.join(", ")
    }
}

fn families(v: &Viewer, edition: &Edition, ids: &[String]) -> String {
    if ids.is_empty() {
        return v.t("public-all-plans").to_owned();
    }
    let names = edition
        .families
        .iter()
        .filter(|family| ids.contains(&family.id));
    let names: Vec<&str> = names.map(|family| family.name.as_str()).collect();
    names.join(", ")
}

/// What is outside support, and where to go instead.
pub fn boundaries(v: &Viewer, edition: &Edition) -> Markup {
    html! {
        div.matrix-box tabindex="0" role="region" aria-label=(v.t("public-boundaries")) { table.matrix {
            caption { (v.t("public-boundaries")) }
            thead { tr {
                th scope="col" { (v.t("public-boundary")) }
                th scope="col" { (v.t("public-boundary-meaning")) }
                th scope="col" { (v.t("public-boundary-referral")) }
            } }
            tbody {
                @for boundary in &edition.boundaries {
                    tr id={ "boundary-" (boundary.id) } {
                        th scope="row" { (boundary.name) }
                        td { (boundary.meaning) }
                        td { (boundary.referral) }
                    }
                }
            }
        } }
    }
}

/// Named issues of billing and subscriptions.
pub fn billing(edition: &Edition) -> Markup {
    let kinds = [Kind::Billing, Kind::Subscription];
    let terms = kinds.iter().filter_map(|kind| edition.find_kind(*kind));
    html! {
        @for terms in terms { section.article {
            h3 { (terms.name) }
            p { (terms.words) }
            ul { @for example in &terms.examples { li { (example) } } }
        } }
    }
}
