//! The domain's types as columns.

use mainstay_domain::ids::{
    AccountId, CaseId, CaseNumber, FileId, InternalId, PartnerId, PersonId, SubscriptionId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::db::{Cell, Decode, V};

/// A value as JSON; the domain's types always can be.
pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// A column that holds JSON.
pub(crate) struct Json<T>(pub T);

impl<T: DeserializeOwned> Decode for Json<T> {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        let Cell::Text(text) = cell else {
            return Err("JSON");
        };
        serde_json::from_str(text)
            .map(Self)
            .map_err(|_| "JSON of another shape")
    }
}

macro_rules! id_columns {
    ($($id:ident)*) => {$(
        impl Decode for $id {
            fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
                Uuid::decode(cell).map(Self)
            }
        }

        impl From<$id> for V<'_> {
            fn from(id: $id) -> Self {
                Self::Uuid(id.0)
            }
        }
    )*};
}

id_columns!(AccountId CaseId FileId InternalId PartnerId PersonId SubscriptionId);

impl Decode for CaseNumber {
    fn decode(cell: Cell<'_>) -> Result<Self, &'static str> {
        u64::decode(cell)
            .ok()
            .and_then(Self::from_u64)
            .ok_or("a case number")
    }
}

impl From<CaseNumber> for V<'_> {
    fn from(number: CaseNumber) -> Self {
        // Counters are taken one by one and stay far below the limit.
        Self::Int(i64::try_from(number.as_u64()).unwrap_or(i64::MAX))
    }
}
