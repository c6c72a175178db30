//! A service request as the customer sees it.

use maud::{Markup, html};

use crate::cases::CaseView;
use crate::error::Error;
use crate::shell::{Page, Place};
use crate::signed::Signed;
use crate::state::Web;

/// The page of a service request.
///
/// # Errors
/// When what it was opened under is not published here.
pub fn render(web: &Web, signed: &Signed, view: &CaseView) -> Result<Markup, Error> {
    let page = Page::new(&view.page.case.subject, Place::Requests);
    Ok(page.render(web, signed, html! {}))
}
