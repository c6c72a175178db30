//! Kinds of help, categories, administrator types, boundaries.

use mainstay_domain::access::Role;
use mainstay_domain::edition::{AdministratorType, Boundary, Category, Kind, KindTerms};

use super::{Blocks, MEDIA, WINDOWS, kinds};
use crate::mistake::Findings;
use crate::names::{Named, Noun};
use crate::nearest::suggest;
use crate::reader::Table;

/// The terms of a kind, and the kind itself if it could be read.
pub(super) fn read_kind(table: &mut Table<'_, '_, '_>) -> (KindTerms, Option<Kind>) {
    let kind = table.choice("kind", &kinds());
    if let Some(kind) = kind {
        let named = Named {
            name: kind.code().to_owned(),
            span: table.span_of("kind"),
        };
        table.reading.names.define(Noun::Kind, named);
        check_window(table, kind);
    }
    let terms = KindTerms {
        kind: kind.unwrap_or(Kind::Technical),
        name: table.text("name"),
        window: table.optional_choice("window", &WINDOWS),
        media: table.some_choices("media", &MEDIA),
        words: table.text("words"),
        examples: table.texts("examples"),
    };
    (terms, kind)
}

/// Technical help follows the response table; every other kind has a window of its own.
fn check_window(table: &mut Table<'_, '_, '_>, kind: Kind) {
    let span = table.span_of("window");
    match (kind, table.has("window")) {
        (Kind::Technical, true) => {
            let hint = "take it out: technical help follows the response table".to_owned();
            table.complain(&span, "technical help has no window of its own", hint);
        }
        (Kind::Billing | Kind::Subscription | Kind::PreSales, false) => {
            table.absent("window", "window = \"business hours\"");
        }
        _ => {}
    }
}

pub(super) fn read_category(table: &mut Table<'_, '_, '_>) -> Category {
    Category {
        id: table.define("id", Noun::Category).name,
        name: table.text("name"),
        kind: table.choice("kind", &kinds()).unwrap_or(Kind::Technical),
        product: table.text("product"),
        examples: table.texts("examples"),
    }
}

pub(super) fn read_administrator_type(table: &mut Table<'_, '_, '_>) -> AdministratorType {
    table.forbid_empty(
        "kinds",
        "name the kinds it may open under the preset `narrow`",
    );
    let id = table.define("id", Noun::AdministratorType);
    table.parsed(&id, check_administrator_type);
    AdministratorType {
        id: id.name,
        name: table.text("name"),
        kinds: table.choices("kinds", &kinds()),
    }
}

/// People are given roles, so a type that is none of them would be nobody's.
fn check_administrator_type(id: &str) -> Result<(), (String, String)> {
    let types = Role::ADMINISTRATORS.into_iter();
    let known: Vec<&str> = types.filter_map(Role::administrator_type).collect();
    if known.contains(&id) {
        return Ok(());
    }
    let hint = suggest(id, known).unwrap_or_default();
    Err((format!("there is no administrator type `{id}`"), hint))
}

pub(super) fn read_boundary(table: &mut Table<'_, '_, '_>) -> Boundary {
    Boundary {
        id: table.define("id", Noun::Boundary).name,
        name: table.text("name"),
        meaning: table.text("meaning"),
        referral: table.text("referral"),
    }
}

/// Every kind of help has its terms; one that could not be read may be any of them.
pub(super) fn check_kinds(blocks: &Blocks, findings: &mut Findings<'_>) {
    if blocks.kinds.is_empty() || blocks.kinds.contains(&None) {
        return;
    }
    for kind in Kind::ALL
        .into_iter()
        .filter(|kind| !blocks.kinds.contains(&Some(*kind)))
    {
        let message = format!("kind `{}` has no terms", kind.code());
        let hint = format!("add a [[kind]] with kind = \"{}\"", kind.code());
        findings.add(&blocks.header, message, hint);
    }
}
