//! HTTP and HTML: the portal, the desk, the API and the public pages.

pub mod assets;
pub mod text_catalogue;
pub mod ui;
pub mod uploads;
