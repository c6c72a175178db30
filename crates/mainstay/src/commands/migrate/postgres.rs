//! Migrating a database on PostgreSQL, beside nodes that may be running.

use mainstay_store::MIGRATIONS;
use mainstay_store::db::{Effect, Migration, Options, Upgrade};
use mainstay_store::system::tables;

use super::super::{Answer, code, print};
use crate::ports::stopwatch;

/// Migrates, or rehearses it; `contract` takes away what older versions needed.
///
/// # Errors
/// A sentence that says what is wrong with the database, or who stands in the way.
pub async fn migrate(address: &str, rehearse: bool, contract: bool) -> Answer {
    let options = Options {
        contract,
        ..Options::new(MIGRATIONS)
    };
    let upgrade = Upgrade::look(address, options).await?;
    if upgrade.steps().is_empty() {
        let number = tables::schema_number();
        print(&match upgrade.left().first() {
            None => {
                format!("The database has schema {number}, the newest; there is nothing to do.")
            }
            Some(_) => "The database has everything this version needs.".to_owned(),
        })?;
    } else if rehearse {
        let effect = upgrade.rehearse(timed()).await?;
        print(&told(&effect))?;
    } else {
        upgrade.run(timed()).await?;
    }
    for left in upgrade.left() {
        print(&format!(
            "Migration {} ({}) waits: it takes away what older versions need. When every node is \
             of this version, run `mainstay migrate --contract`.",
            left.number, left.name
        ))?;
    }
    Ok(code(true))
}

/// Prints a line for each migration that was run.
fn timed() -> impl FnMut(&Migration) + Send {
    let (watch, mut before) = (stopwatch(), 0.0);
    move |migration| {
        let now = watch.elapsed().as_secs_f64();
        let (number, name, seconds) = (migration.number, migration.name, now - before);
        before = now;
        // What is being done goes on, whether somebody reads of it or not.
        let _ = print(&format!("Migration {number} ({name}): {seconds:.1} s."));
    }
}

/// What a rehearsal showed.
fn told(effect: &Effect) -> String {
    let list = |verb, names: &[String]| {
        (!names.is_empty()).then(|| format!("{verb} {}.", names.join(", ")))
    };
    let lines = [
        list("It adds", &effect.added),
        list("It takes away", &effect.removed),
    ];
    let mut lines: Vec<_> = lines.into_iter().flatten().collect();
    if lines.is_empty() {
        lines.push("It changes no table.".to_owned());
    }
    lines.push(
        "All of it was undone, nothing was changed. While it ran, the tables it changes were held."
            .to_owned(),
    );
    lines.join("\n")
}
