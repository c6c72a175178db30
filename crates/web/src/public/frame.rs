//! The frame of a page that anybody reads: their own when they are signed in.

use jiff::civil::Date;
use mainstay_domain::Moment;
use maud::Markup;

use crate::shell::{Page, Place};
use crate::signed::MaybeSigned;
use crate::state::Web;
use crate::ui::{Crumb, Frame, Side, Viewer, words};

/// The page around `body`, for whoever reads it.
pub fn render(
    web: &Web,
    reader: &MaybeSigned,
    title: &str,
    place: Place,
    crumbs: &[Crumb<'_>],
    body: Markup,
) -> Markup {
    if let Some(signed) = &reader.signed {
        let page = Page {
            crumbs,
            ..Page::new(title, place)
        };
        return page.render(web, signed, body);
    }
    let vendor = web.vendor();
    let frame = Frame {
        crumbs,
        ..Frame::new(&vendor, Side::Public, title)
    };
    frame.render(&reader.viewer, body)
}

/// A date as the reader writes it: `Tue 7 May 2019`.
pub fn date(v: &Viewer, date: Date) -> String {
    let noon = date.at(12, 0, 0, 0).to_zoned(v.zone.clone());
    noon.map_or_else(
        |_| date.to_string(),
        |noon| words::date(v, Moment::from(noon.timestamp())),
    )
}
