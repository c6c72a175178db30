//! The instance's own facts: the vendor's name, whether it was set up.

use crate::{Error, Tx, sql};

/// A setting's value.
///
/// # Errors
/// Whatever the database says.
pub async fn find(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, Error> {
    tx.opt(
        sql!("SELECT value FROM settings WHERE name = $1"),
        &[name.into()],
    )
    .await
}

/// Keeps a setting.
///
/// # Errors
/// Whatever the database says.
pub async fn save(tx: &mut Tx<'_>, name: &str, value: &str) -> Result<(), Error> {
    let save = sql!(
        "INSERT INTO settings (name, value) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    );
    tx.exec(save, &[name.into(), value.into()]).await?;
    Ok(())
}
