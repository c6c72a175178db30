//! Other machines that are asked something, and how they are reached.

use std::sync::Arc;

use crate::ports::{Answered, Call, HttpClient, HttpError};

/// How other machines are reached, and which are asked beside those an organisation has set up.
#[derive(Clone)]
pub struct Outside {
    /// Speaks HTTP.
    pub http: Arc<dyn HttpClient>,
    /// Where passwords that are known from breaches are asked for: the first five digits of a
    /// SHA-1 are put after it. Without it nobody is asked.
    pub breached_passwords: Option<String>,
}

impl Outside {
    /// An instance that reaches nobody, as in a demo or while commands work on a database.
    #[must_use]
    pub fn nowhere() -> Self {
        Self {
            http: Arc::new(Nobody),
            breached_passwords: None,
        }
    }
}

/// Reaches nobody.
struct Nobody;

impl HttpClient for Nobody {
    fn call(&self, _: Call) -> Answered<'_> {
        let refused = HttpError::NotAllowed("this instance asks no other machine".to_owned());
        Box::pin(std::future::ready(Err(refused)))
    }
}
