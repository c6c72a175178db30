//! Reading an edition: its tables one by one, then what only the whole can show.

mod assessment;
mod catalogue;
mod grid;
mod page;
mod promises;
mod target;
mod terms;

use jiff::civil::Date;
use mainstay_domain::edition::{AdministratorPreset, Edition, Kind, Medium, WindowKind};

use self::promises::{ObjectiveBlock, RightBlock};
use crate::mistake::{Mistake, Span};
use crate::names::Named;
use crate::reader::{Draft, Reading, Table, read_text};

pub(crate) use target::minute_of_day;

/// The words for a window.
const WINDOWS: [(&str, WindowKind); 2] = [
    ("anytime", WindowKind::Anytime),
    ("business hours", WindowKind::BusinessHours),
];

/// The words for a medium.
const MEDIA: [(&str, Medium); 2] = [("online", Medium::Online), ("telephone", Medium::Telephone)];

/// The words for a kind of help.
fn kinds() -> [(&'static str, Kind); 4] {
    Kind::ALL.map(|kind| (kind.code(), kind))
}

/// The words for how far the administrator types reach.
const PRESETS: [(&str, AdministratorPreset); 2] = [
    ("wide", AdministratorPreset::Wide),
    ("narrow", AdministratorPreset::Narrow),
];

/// Reads an edition of the service description.
///
/// # Errors
/// Every mistake in the text, in its order.
pub fn parse_edition(text: &str) -> Result<Edition, Vec<Mistake>> {
    read_edition(text).into_result()
}

/// Reads an edition as far as it can be read.
pub(crate) fn read_edition(text: &str) -> Draft<'_, Edition> {
    let mut blocks = Blocks::default();
    let mut draft = read_text(text, |root| {
        let (mut edition, header) = root
            .one("edition", "[edition]", read_header)
            .unwrap_or_else(|| (nothing(), 0..0));
        blocks.header = header;
        read_catalogue(root, &mut edition, &mut blocks);
        read_promises(root, &mut edition, &mut blocks);
        read_page(root, &mut edition, &mut blocks);
        edition
    });
    if draft.reading.findings.is_whole() {
        check_whole(&draft.value, &blocks, &mut draft.reading);
    }
    draft
}

/// What the checks of the whole need besides the edition: where things stand.
#[derive(Default)]
struct Blocks {
    header: Span,
    assessment: Vec<assessment::Placed>,
    objectives: Vec<promises::ObjectiveBlock>,
    rights: Vec<promises::RightBlock>,
    features: Vec<page::FeatureBlock>,
    plan_columns: Vec<Named>,
    offer_columns: Vec<Named>,
    kinds: Vec<Option<Kind>>,
}

/// An edition that says nothing.
fn nothing() -> Edition {
    Edition {
        id: String::new(),
        title: String::new(),
        language: String::new(),
        source: String::new(),
        in_force_from: Date::ZERO,
        reopen_within_days: 0,
        administrator_preset: AdministratorPreset::Narrow,
        families: Vec::new(),
        columns: Vec::new(),
        plans: Vec::new(),
        additional_services: Vec::new(),
        successions: Vec::new(),
        severities: Vec::new(),
        assessment: Vec::new(),
        kinds: Vec::new(),
        categories: Vec::new(),
        objectives: Vec::new(),
        channel_rights: Vec::new(),
        offers: Vec::new(),
        administrator_types: Vec::new(),
        boundaries: Vec::new(),
        anytime_exceptions: Vec::new(),
        telephone_numbers: Vec::new(),
        features: Vec::new(),
        footnotes: Vec::new(),
        sections: Vec::new(),
    }
}

fn read_header(table: &mut Table<'_, '_, '_>) -> (Edition, Span) {
    table.mark("id");
    table.mark("in_force_from");
    let preset = table.choice("administrator_preset", &PRESETS);
    let edition = Edition {
        id: table.id("id").name,
        title: table.text("title"),
        language: table.language("language"),
        source: table.text("source"),
        in_force_from: table.date("in_force_from"),
        reopen_within_days: table.small_number("reopen_within_days", 0, 366),
        administrator_preset: preset.unwrap_or(AdministratorPreset::Narrow),
        ..nothing()
    };
    (edition, table.place.span.clone())
}

fn read_catalogue(root: &mut Table<'_, '_, '_>, edition: &mut Edition, blocks: &mut Blocks) {
    edition.families = root.each_of_some("family", "[[family]]", catalogue::read_family);
    edition.columns = root.each_of_some("column", "[[column]]", catalogue::read_column);
    let plans = root.each_of_some("plan", "[[plan]]", catalogue::read_plan);
    (edition.plans, blocks.plan_columns) = plans.into_iter().unzip();
    let offers = root.each("offer", "[[offer]]", catalogue::read_offer);
    (edition.offers, blocks.offer_columns) = offers.into_iter().unzip();
    edition.additional_services = root.each(
        "additional_service",
        "[[additional_service]]",
        catalogue::read_additional_service,
    );
    edition.successions = root.each("succession", "[[succession]]", catalogue::read_succession);
}

fn read_promises(root: &mut Table<'_, '_, '_>, edition: &mut Edition, blocks: &mut Blocks) {
    edition.severities = root.each_of_some("severity", "[[severity]]", assessment::read_severity);
    blocks.assessment = root.each_of_some("assessment", "[[assessment]]", assessment::read_rule);
    edition.assessment = blocks
        .assessment
        .iter()
        .map(|placed| placed.rule.clone())
        .collect();
    let kinds = root.each_of_some("kind", "[[kind]]", terms::read_kind);
    (edition.kinds, blocks.kinds) = kinds.into_iter().unzip();
    edition.categories = root.each("category", "[[category]]", terms::read_category);
    blocks.objectives = root.each_of_some("objective", "[[objective]]", promises::read_objective);
    edition.objectives = blocks
        .objectives
        .iter()
        .flat_map(ObjectiveBlock::cells)
        .collect();
    blocks.rights = root.each_of_some("channel_right", "[[channel_right]]", promises::read_right);
    edition.channel_rights = blocks.rights.iter().flat_map(RightBlock::cells).collect();
    edition.anytime_exceptions = root.each(
        "anytime_exception",
        "[[anytime_exception]]",
        promises::read_anytime_exception,
    );
}

fn read_page(root: &mut Table<'_, '_, '_>, edition: &mut Edition, blocks: &mut Blocks) {
    edition.administrator_types = root.each_of_some(
        "administrator_type",
        "[[administrator_type]]",
        terms::read_administrator_type,
    );
    edition.boundaries = root.each("boundary", "[[boundary]]", terms::read_boundary);
    edition.telephone_numbers = root.each("telephone", "[[telephone]]", page::read_telephone);
    blocks.features = root.each("feature", "[[feature]]", page::read_feature);
    edition.features = blocks
        .features
        .iter()
        .map(page::FeatureBlock::feature)
        .collect();
    edition.footnotes = root.each("footnote", "[[footnote]]", page::read_footnote);
    edition.sections = root.each("section", "[[section]]", page::read_section);
}

/// What only the whole can show.
fn check_whole(edition: &Edition, blocks: &Blocks, reading: &mut Reading<'_>) {
    reading.names.report(&mut reading.findings);
    assessment::check(&blocks.assessment, &mut reading.findings);
    grid::check(edition, blocks, reading);
    catalogue::check_successions(&edition.id, reading);
    catalogue::check_columns(edition, blocks, &mut reading.findings);
    terms::check_kinds(blocks, &mut reading.findings);
}
