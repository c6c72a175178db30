//! Lists of cases, page by page.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use mainstay_app as app;
use mainstay_domain::Moment;
use mainstay_domain::access::{Action, Grant};
use mainstay_domain::ids::CaseNumber;
use mainstay_store::views::{self, CaseRow, QueueFilter};
use mainstay_store::{Error as StoreError, Tx};
use utoipa::ToSchema;

use super::answer::json;
use super::body::{CaseList, CaseRowBody};
use super::caller::Caller;
use super::mistakes::nearest;
use super::problem::{FieldMistake, Problem};
use crate::state::Web;

/// Most cases on a page.
const MOST: u32 = 100;
/// Cases on a page when nothing is said.
const USUAL: u32 = 50;
/// The parameters there are.
const PARAMETERS: [&str; 3] = ["status", "limit", "cursor"];

/// Which cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "kebab-case")]
pub enum ListStatus {
    /// Those still going on.
    Open,
    /// Those that are over.
    Closed,
}

/// The last row of a page: the next one begins after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the order of submission, the newest first.
    Newest(CaseNumber),
    /// In the order of work.
    Queue(i64, CaseNumber),
    /// In the order of closing, the latest first.
    Closed(Moment, CaseNumber),
}

impl Place {
    fn write(self) -> String {
        URL_SAFE_NO_PAD.encode(match self {
            Self::Newest(number) => format!("n.0.{number}"),
            Self::Queue(at, number) => format!("q.{at}.{number}"),
            Self::Closed(at, number) => format!("c.{}.{number}", at.as_unix()),
        })
    }

    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let mut parts = text.split('.');
        let (order, at, number) = (parts.next()?, parts.next()?, parts.next()?);
        let (at, number): (i64, CaseNumber) = (at.parse().ok()?, number.parse().ok()?);
        match order {
            "n" => Some(Self::Newest(number)),
            "q" => Some(Self::Queue(at, number)),
            "c" => Some(Self::Closed(Moment::from_unix(at), number)),
            _ => None,
        }
    }
}

/// What a list is asked for.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    status: Option<ListStatus>,
    limit: u32,
    after: Option<Place>,
}

impl Wanted {
    fn read(query: &str) -> Result<Self, Problem> {
        let mut wanted = Self {
            status: None,
            limit: USUAL,
            after: None,
        };
        let mut mistakes = Vec::new();
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        for (name, value) in pairs {
            if let Err(message) = wanted.set(&name, &value) {
                let field = name;
                mistakes.push(FieldMistake { field, message });
            }
        }
        if mistakes.is_empty() {
            Ok(wanted)
        } else {
            Err(Problem::invalid(mistakes))
        }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "status" => {
                self.status = Some(match value {
                    "open" => ListStatus::Open,
                    "closed" => ListStatus::Closed,
                    _ => return Err("`status` is `open` or `closed`".to_owned()),
                });
            }
            "limit" => {
                let limit = value.parse().ok().filter(|n| (1..=MOST).contains(n));
                self.limit =
                    limit.ok_or_else(|| format!("`limit` is a number from 1 to {MOST}"))?;
            }
            "cursor" => {
                let place = Place::read(value);
                let wrong = || "Give `next_cursor` of the page before, unchanged".to_owned();
                self.after = Some(place.ok_or_else(wrong)?);
            }
            _ => {
                let known = || format!("known are `{}`", PARAMETERS.join("`, `"));
                let meant = |near: &str| format!("did you mean `{near}`?");
                let help = nearest(name, &PARAMETERS).map_or_else(known, meant);
                return Err(format!("There is no parameter `{name}`; {help}"));
            }
        }
        Ok(())
    }

    /// The rows, one more than the page has if there is a next page, and the row's own place.
    async fn find(
        self,
        tx: &mut Tx<'_>,
        grant: &Grant,
    ) -> Result<(Vec<CaseRow>, fn(&CaseRow) -> Option<Place>), app::Error> {
        let newest: fn(&CaseRow) -> Option<Place> = |row| Some(Place::Newest(row.number));
        let is_desk = grant.scope().account().is_none();
        let limit = self.limit + 1;
        let wrong = || app::Error::Field {
            field: "cursor",
            message: "This cursor belongs to another list; begin again without it".to_owned(),
        };
        match self.status {
            Some(ListStatus::Closed) => {
                let place: fn(&CaseRow) -> _ =
                    |row| Some(Place::Closed(row.closed_at?, row.number));
                let before = match self.after {
                    None => None,
                    Some(Place::Closed(at, number)) => Some((at, number)),
                    Some(_) => return Err(wrong()),
                };
                Ok((closed(tx, grant, is_desk, before, limit).await?, place))
            }
            Some(ListStatus::Open) if is_desk => {
                let place: fn(&CaseRow) -> _ = |row| Some(Place::Queue(row.queue_at?, row.number));
                let after = match self.after {
                    None => None,
                    Some(Place::Queue(at, number)) => Some((at, number)),
                    Some(_) => return Err(wrong()),
                };
                let rows = views::queue(tx, grant, QueueFilter::All, after, limit).await?;
                Ok((rows, place))
            }
            status => {
                let before = match self.after {
                    None => None,
                    Some(Place::Newest(number)) => Some(number),
                    Some(_) => return Err(wrong()),
                };
                let rows = if status.is_some() {
                    views::newest_open_cases(tx, grant, before, limit).await?
                } else {
                    views::newest_cases(tx, grant, before, limit).await?
                };
                Ok((rows, newest))
            }
        }
    }
}

async fn closed(
    tx: &mut Tx<'_>,
    grant: &Grant,
    is_desk: bool,
    before: Option<(Moment, CaseNumber)>,
    limit: u32,
) -> Result<Vec<CaseRow>, StoreError> {
    if is_desk {
        views::closed_desk_cases(tx, grant, before, limit).await
    } else {
        views::closed_cases(tx, grant, before, limit).await
    }
}

/// List cases
///
/// Customers see those of their account, agents those of their desk. Without `status` the newest
/// come first. Open cases: for customers the newest first, for agents in the order of work, in
/// which a case can move while you page. Closed cases: the latest closed first.
#[utoipa::path(
    get,
    path = "/api/v1/cases",
    operation_id = "listCases",
    tag = "cases",
    params(
        ("status" = inline(Option<ListStatus>), Query, description = "Which cases; all when left out"),
        (
            "limit" = Option<u32>, Query, description = "Cases on a page, 50 when left out",
            minimum = 1, maximum = 100, example = 50
        ),
        (
            "cursor" = Option<String>, Query,
            description = "`next_cursor` of the page before, with the same `status`"
        )
    ),
    responses((status = 200, description = "A page of cases", body = CaseList<'static>))
)]
pub async fn list(State(web): State<Web>, caller: Caller, uri: Uri) -> Result<Response, Problem> {
    let wanted = match Wanted::read(uri.query().unwrap_or("")) {
        Ok(wanted) => wanted,
        Err(problem) => {
            caller.check(&web).await?;
            return Err(problem);
        }
    };
    let now = caller.now;
    let (rows, place, side) = web
        .app()
        .db()
        .read(async |tx| {
            let session = app::auth::session(tx, caller.credential, now).await?;
            let grant = session.grant(Action::Read)?;
            let (rows, place) = wanted.find(tx, &grant).await?;
            Ok((rows, place, session.side()))
        })
        .await
        .map_err(|error| caller.problem(error))?;
    let page = &rows[..rows.len().min(wanted.limit as usize)];
    let last = page.last().filter(|_| rows.len() > page.len());
    let cases = page.iter().map(|row| CaseRowBody::of(row, side)).collect();
    let list = CaseList {
        cases,
        next_cursor: last.and_then(place).map(Place::write),
    };
    Ok(json(&list, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_as_it_was_written_and_rubbish_does_not() {
        let number = CaseNumber::from_counter(100_001);
        let at = Moment::from_unix(1_774_620_000);
        for place in [
            Place::Newest(number),
            Place::Queue(-5, number),
            Place::Closed(at, number),
        ] {
            assert_eq!(Place::read(&place.write()), Some(place));
        }
        for rubbish in [
            "",
            "xx",
            "bi4wLjE",
            "💣",
            &URL_SAFE_NO_PAD.encode("z.0.1000016"),
        ] {
            assert_eq!(Place::read(rubbish), None, "{rubbish}");
        }
    }
}
