//! A picture for authenticator apps, as an inline drawing: no other file knows the secret.

use maud::{Markup, html};
use qrcode::{Color, QrCode};

/// The light margin around the modules, as the standard wants it.
const MARGIN: usize = 4;

/// A text as a QR code; nothing when it is too long for one.
#[must_use]
pub fn draw(text: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::new(text.as_bytes()) else {
        return html! {};
    };
    let width = code.width();
    let whole = width + 2 * MARGIN;
    let dark = code.to_colors().into_iter().enumerate();
    let dark = dark.filter(|(_, color)| *color == Color::Dark);
    let path: String = dark
        .map(|(at, _)| {
            let (x, y) = (at % width + MARGIN, at / width + MARGIN);
            format!("M{x} {y}h1v1h-1z")
        })
        .collect();
    html! {
        svg.qr role="img" aria-label=(label) viewBox={ "0 0 " (whole) " " (whole) }
            shape-rendering="crispEdges" {
            rect width=(whole) height=(whole) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_has_its_corners_and_its_margin() {
        let drawn = draw("otpauth://totp/a?secret=b", "A picture").into_string();
        assert!(drawn.contains("M4 4h1v1h-1z"), "{drawn}");
        assert!(
            !drawn.contains("M3 ") && !drawn.contains("style="),
            "{drawn}"
        );
        assert!(drawn.contains("aria-label=\"A picture\""), "{drawn}");
    }
}
