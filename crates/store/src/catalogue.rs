//! Published editions and regional calendars: added to, never changed (S1, R14).

use mainstay_domain::Moment;
use mainstay_domain::edition::Edition;
use mainstay_domain::region::Region;

use crate::codec::{Json, json};
use crate::{Error, Tx, sql};

/// All editions, the oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn editions(tx: &mut Tx<'_>) -> Result<Vec<Edition>, Error> {
    let all: Vec<Json<Edition>> = tx
        .all(
            sql!("SELECT body FROM editions ORDER BY in_force_from, id"),
            &[],
        )
        .await?;
    Ok(all.into_iter().map(|Json(edition)| edition).collect())
}

/// All regions by code.
///
/// # Errors
/// Whatever the database says.
pub async fn regions(tx: &mut Tx<'_>) -> Result<Vec<Region>, Error> {
    let all: Vec<Json<Region>> = tx
        .all(sql!("SELECT body FROM regions ORDER BY code"), &[])
        .await?;
    Ok(all.into_iter().map(|Json(region)| region).collect())
}

/// Publishes an edition.
///
/// # Errors
/// A duplicate id; whatever the database says.
pub async fn insert_edition(tx: &mut Tx<'_>, edition: &Edition, now: Moment) -> Result<(), Error> {
    let (from, body) = (edition.in_force_from.to_string(), json(edition));
    let insert = sql!(
        "INSERT INTO editions (id, in_force_from, body, published_at) VALUES ($1, $2, $3, $4)"
    );
    let id = edition.id.as_str();
    tx.exec(
        insert,
        &[
            id.into(),
            from.as_str().into(),
            body.as_str().into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Publishes a region, or further revisions of one.
///
/// # Errors
/// Whatever the database says.
pub async fn save_region(tx: &mut Tx<'_>, region: &Region, now: Moment) -> Result<(), Error> {
    let body = json(region);
    let save = sql!(
        "INSERT INTO regions (code, body, published_at) VALUES ($1, $2, $3)
         ON CONFLICT (code) DO UPDATE SET body = excluded.body, published_at = excluded.published_at"
    );
    tx.send(
        save,
        &[
            region.code.as_str().into(),
            body.as_str().into(),
            now.into(),
        ],
    )
    .await
}
