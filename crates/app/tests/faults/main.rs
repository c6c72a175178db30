//! What is left when something fails: calls of the database, workers, and people in each other's
//! way. `cargo xtask faults` runs these too, with other seeds and more of them.

mod chance;
mod nth;
mod schedules;
mod workers;

use mainstay_app::App;
use mainstay_testkit::faults;

/// Fails the test when anything kept is not as it must be.
async fn assert_sound(app: &App) {
    let damage = faults::damage(app).await.expect("everything can be read");
    assert!(damage.is_empty(), "{damage:#?}");
}
