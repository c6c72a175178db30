//! What the API answers with: the domain's values as JSON, instants as RFC 3339 in UTC.

mod case;
mod entry;
mod milestone;
mod row;
mod verdict;
pub mod words;

use mainstay_domain::Moment;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::{RefOr, schema::SchemaType};
use utoipa::{PartialSchema, ToSchema};

pub use case::{CaseBody, CaseDetail, CaseSeen, ImpactBody, KnownBody};
pub use entry::EntryBody;
pub use milestone::{DeadlinesBody, MilestoneBody};
pub use row::{CaseList, CaseRowBody};
pub use verdict::{TargetBody, VerdictBody};

/// An instant, RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instant(pub Moment);

impl From<Moment> for Instant {
    fn from(moment: Moment) -> Self {
        Self(moment)
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("An instant, RFC 3339 in UTC, whole seconds."))
            .examples(["2026-03-27T16:30:00Z"])
            .into()
    }
}

impl ToSchema for Instant {}
