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

/// Lets nobody else who holds this name go on before this transaction ends, on whichever node:
/// for what is looked at first and then changed.
///
/// # Errors
/// Whatever the database says.
pub async fn hold(tx: &mut Tx<'_>, name: &str) -> Result<(), Error> {
    let hold = sql!(
        "INSERT INTO settings (name, value) VALUES ($1, '')
         ON CONFLICT (name) DO UPDATE SET value = settings.value"
    );
    tx.send(hold, &[name.into()]).await
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
    tx.send(save, &[name.into(), value.into()]).await
}
