//! One edition of the service description: everything a vendor promises from one date on (S1).
//!
//! Plans, severities, hours, offers and referral texts are data; only what behaviour hangs on is
//! an enum ([`Kind`], [`Medium`], [`WindowKind`], [`Target`]). An `Edition` is valid by
//! construction: the `description` crate reads files and names every mistake before one exists.

mod assessment;
mod lookup;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use assessment::{Affected, AssessmentRule, Impact, WorkState};

/// A whole edition of the service description (S1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// Its identity, used in files, URLs and on cases: `2014-05-16`.
    pub id: String,
    /// The page's title.
    pub title: String,
    /// BCP 47 tag of the language its texts are written in.
    pub language: String,
    /// Where the facts were taken from, in words.
    pub source: String,
    /// The first day (UTC) on which cases are opened under it.
    pub in_force_from: Date,
    /// Days after closing during which a case can be reopened, that day included (S3, R12).
    pub reopen_within_days: u16,
    /// How far the administrator types reach (access matrix, note 2).
    pub administrator_preset: AdministratorPreset,
    /// Plan families.
    pub families: Vec<Family>,
    /// Columns of the objectives matrix.
    pub columns: Vec<Column>,
    /// Every plan on sale under this edition, standalone plans included.
    pub plans: Vec<Plan>,
    /// Services sold beside a plan, served like the subscription they are used with (S13).
    pub additional_services: Vec<AdditionalService>,
    /// What became of each plan of the edition before this one (S1).
    pub successions: Vec<Succession>,
    /// Severities, the strictest first (S9).
    pub severities: Vec<Severity>,
    /// Rules that propose a severity from the customer's answers, first match wins (S9).
    pub assessment: Vec<AssessmentRule>,
    /// The kinds of help, each with its window (S2, S6, S7).
    pub kinds: Vec<KindTerms>,
    /// Support categories (S8).
    pub categories: Vec<Category>,
    /// The matrix: one objective for every column and severity (S10).
    pub objectives: Vec<Objective>,
    /// Which medium may be used, by column and severity (S12).
    pub channel_rights: Vec<ChannelRight>,
    /// Elevated offers (S19).
    pub offers: Vec<Offer>,
    /// Administrator types of a customer and the kinds each may open (S15).
    pub administrator_types: Vec<AdministratorType>,
    /// What is outside support, and where to go instead (S4).
    pub boundaries: Vec<Boundary>,
    /// Regions in which "around the clock" falls back to business hours (S11).
    pub anytime_exceptions: Vec<AnytimeException>,
    /// Telephone numbers (S3).
    pub telephone_numbers: Vec<TelephoneNumber>,
    /// Options by plan column (S18).
    pub features: Vec<Feature>,
    /// Footnotes, in their order.
    pub footnotes: Vec<Footnote>,
    /// The prose of the published page, in order (S24).
    pub sections: Vec<Section>,
}

/// How far the administrator types reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdministratorPreset {
    /// Every administrator type may open every kind.
    Wide,
    /// Each type opens only its own kinds.
    Narrow,
}

/// A group of plans with the same promises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Family {
    /// Identity inside the edition.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A column of the objectives matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Identity inside the edition.
    pub id: String,
    /// The heading as published, plan names joined by commas.
    pub heading: String,
    /// Whether this is the column of elevated offers, which overrides a plan's own (S19).
    pub is_elevated: bool,
    /// Footnotes of the heading.
    pub footnotes: Vec<String>,
}

/// A plan on sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Identity inside the edition: `e3`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The family it belongs to.
    pub family: String,
    /// The column whose objectives it has.
    pub column: String,
    /// A standalone plan, served with another family's objectives (S13).
    pub is_standalone: bool,
    /// Its objectives hold for paid subscriptions only; a trial has support without commitment.
    pub is_paid_only: bool,
}

/// A service sold beside a plan (S13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdditionalService {
    /// Identity inside the edition.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// What became of a plan of an earlier edition (S1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Succession {
    /// The earlier edition.
    pub edition: String,
    /// The plan there.
    pub plan: String,
    /// The plan here that a renewal leads to; `None` when nothing follows it.
    pub becomes: Option<String>,
    /// Why, in a sentence.
    pub note: String,
}

/// A level of severity (S9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severity {
    /// The contractual code: `A`.
    pub code: String,
    /// Its name in the definitions.
    pub name: String,
    /// Other names the same edition gives it elsewhere, with the place.
    pub also_named: Vec<OtherName>,
    /// What it means.
    pub meaning: String,
    /// Examples.
    pub examples: Vec<String>,
}

/// A second name the edition itself uses, kept because both stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherName {
    /// The other name.
    pub name: String,
    /// Where it is used.
    pub place: String,
}

/// The four kinds of help (S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Something does not work or needs guidance.
    Technical,
    /// Invoices and payments.
    Billing,
    /// Subscriptions: trial, renewal, licences, cancellation.
    Subscription,
    /// Before buying.
    PreSales,
}

impl Kind {
    /// All kinds, in the order screens list them.
    pub const ALL: [Self; 4] = [
        Self::Technical,
        Self::Billing,
        Self::Subscription,
        Self::PreSales,
    ];

    /// The word used in files, URLs and the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Billing => "billing",
            Self::Subscription => "subscription",
            Self::PreSales => "pre-sales",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What an edition says of one kind of help.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindTerms {
    /// The kind.
    pub kind: Kind,
    /// Its name on screens.
    pub name: String,
    /// When it is handled; technical cases follow the matrix instead and have `None` here.
    pub window: Option<WindowKind>,
    /// Media it is reached by.
    pub media: Vec<Medium>,
    /// What the edition says, in its own column of the promise ("Verbatim cell" for a kind).
    pub words: String,
    /// Named issues of this kind (S6, S7).
    pub examples: Vec<String>,
}

/// A support category (S8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Identity inside the edition.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The kind of help it belongs to.
    pub kind: Kind,
    /// The product or group inside the category.
    pub product: String,
    /// Examples.
    pub examples: Vec<String>,
}

/// A medium as editions speak of it: everything in writing is *online* (S2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Medium {
    /// The portal, e-mail and the API.
    Online,
    /// The telephone.
    Telephone,
}

/// Availability promised (S11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowKind {
    /// All day, every day, in most regions.
    Anytime,
    /// The customer's local business hours.
    BusinessHours,
}

/// What is promised within a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Real elapsed time, no calendar involved.
    Elapsed {
        /// Minutes from the start.
        minutes: u32,
    },
    /// Open time of the window.
    Open {
        /// Open minutes from the start.
        minutes: u32,
    },
    /// The close of the n-th open day after the day of receipt.
    DayClose {
        /// Open days after the day of receipt.
        days: u16,
        /// From when on a request counts as received on the next open day.
        cutoff: Cutoff,
    },
    /// No commitment: there is no clock, only availability.
    None,
}

/// When a request still counts as received today, for [`Target::DayClose`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cutoff {
    /// The day of receipt is the local date, open or not.
    None,
    /// The day of receipt is the first open day whose close is still to come.
    Close,
    /// The local date if it is an open day and the wall clock is before this minute of the day.
    At(u16),
}

/// One cell of the matrix: the initial response promised (S10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// The column.
    pub column: String,
    /// The severity's code.
    pub severity: String,
    /// When it is handled.
    pub window: WindowKind,
    /// By when.
    pub target: Target,
    /// The cell exactly as published.
    pub cell: String,
    /// How an unclear cell is read, and why; empty when it is clear.
    pub reading: String,
    /// Footnotes of the cell.
    pub footnotes: Vec<String>,
}

/// Whether a medium may be used (S12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelRight {
    /// The medium.
    pub medium: Medium,
    /// The column.
    pub column: String,
    /// The severity's code.
    pub severity: String,
    /// When it may be used; `None` when it is not included.
    pub window: Option<WindowKind>,
    /// What to use instead, when it is not included.
    pub instead: String,
    /// Footnotes.
    pub footnotes: Vec<String>,
}

/// An elevated offer: a paid contract on top of a plan (S19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Identity inside the edition.
    pub id: String,
    /// Its name.
    pub name: String,
    /// For whom it is.
    pub audience: String,
    /// The column that overrides the plan's.
    pub column: String,
    /// Whether its holders set the severity themselves (S9).
    pub may_set_severity: bool,
    /// Services it includes.
    pub services: Vec<String>,
    /// Countries it is sold in; empty means everywhere.
    pub countries: Vec<String>,
    /// Families it can be bought on; empty means all.
    pub families: Vec<String>,
}

/// A type of administrator (S15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdministratorType {
    /// Identity inside the edition: `global`, `billing`, `service-support`, `user-management`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The kinds it may open under the narrow preset.
    pub kinds: Vec<Kind>,
}

/// Something outside support, and where to go instead (S4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boundary {
    /// Identity inside the edition.
    pub id: String,
    /// What is outside, in a few words.
    pub name: String,
    /// What the edition says.
    pub meaning: String,
    /// Where to go instead.
    pub referral: String,
}

/// A region in which "around the clock" does not hold (S11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnytimeException {
    /// The region's code.
    pub region: String,
    /// The footnote or sentence that says so.
    pub reason: String,
}

/// A telephone number of the directory (S3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TelephoneNumber {
    /// ISO 3166-1 alpha-2 country.
    pub country: String,
    /// Its name.
    pub country_name: String,
    /// The number in international form.
    pub number: String,
    /// Whether calling it is free.
    pub is_toll_free: bool,
    /// BCP 47 tags of the languages spoken.
    pub languages: Vec<String>,
}

/// An option and which columns have it (S18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Identity inside the edition.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What each column has.
    pub values: Vec<FeatureValue>,
}

/// One cell of the options table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureValue {
    /// The column.
    pub column: String,
    /// The cell's words: `Yes`.
    pub value: String,
    /// Footnotes of the cell.
    pub footnotes: Vec<String>,
}

/// A footnote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Footnote {
    /// What cells refer to it by.
    pub id: String,
    /// Its sign on the page.
    pub mark: String,
    /// Its text.
    pub text: String,
}

/// A section of the published page (S24).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its anchor.
    pub id: String,
    /// Its heading.
    pub heading: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// A table drawn from the edition's data after the paragraphs.
    pub table: Option<Table>,
}

/// The tables a section can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Table {
    /// Support categories (S8).
    Categories,
    /// Severities (S9).
    Severities,
    /// The objectives matrix (S10).
    Objectives,
    /// Options by plan (S18).
    Features,
    /// Elevated offers (S19).
    Offers,
    /// Support boundaries (S4).
    Boundaries,
    /// Billing and subscription examples (S7).
    BillingExamples,
}
