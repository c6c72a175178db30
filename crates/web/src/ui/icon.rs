//! Icons: one inline sprite per page, each icon a `<use>` of it. Always decorative; words stand
//! beside them.

use maud::{Markup, PreEscaped, html};

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $body:literal;)+) => {
        /// An icon of the sprite.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Icon { $($(#[$doc])* $name,)+ }

        impl Icon {
            /// The name in the sprite, without the `i-`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }
        }

        const SPRITE: &str = concat!(
            "<svg hidden>",
            $("<symbol id=\"i-", $id, "\" viewBox=\"0 0 16 16\">", $body, "</symbol>",)+
            "</svg>"
        );
        #[cfg(test)]
        const ALL: &[Icon] = &[$(Icon::$name),+];
    };
}

icons! {
    /// A running clock.
    Clock = "clock", r#"<circle cx="8" cy="8" r="6"/><path d="M8 4.5V8l2.3 1.5"/>"#;
    /// A clock nearly out: half filled.
    Risk = "risk", r#"<circle cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/>"#;
    /// Breached: a bolt.
    Bolt = "bolt", r#"<path d="M9 1.5 3.5 9H8l-1 5.5L12.5 7H8z" fill="currentColor"/>"#;
    /// Paused.
    Pause = "pause", r#"<path d="M5.5 3.500v9m5-9v9"/>"#;
    /// Done, met.
    Check = "check", r#"<path d="m3 8.5 3.5 3.500L13 4.5"/>"#;
    /// No commitment: a dash.
    Dash = "dash", r#"<path d="M4 8h8"/>"#;
    /// Close, remove.
    Cross = "cross", r#"<path d="m4 4 8 8m0-8-8 8"/>"#;
    /// Add, create.
    Plus = "plus", r#"<path d="M8 3v10M3 8h10"/>"#;
    /// Internal: a lock.
    Lock = "lock", r#"<path d="M3.5 7h9v6.500h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>"#;
    /// A reply.
    Reply = "reply", r#"<path d="M6.5 3 2.5 7l4 4M3 7h6a4.5 4.5 0 0 1 4.5 4.500V13"/>"#;
    /// The reader's or the customer's turn: a person.
    Person = "person", r#"<circle cx="8" cy="5" r="2.7"/><path d="M2.8 14c.4-3 2.5-4.5 5.2-4.500s4.8 1.5 5.2 4.5"/>"#;
    /// Several people.
    People = "people", r#"<circle cx="6" cy="5.5" r="2.3"/><path d="M1.5 13.500c.3-2.6 2-4 4.5-4s4.2 1.4 4.5 4M10.5 3.300a2.3 2.3 0 0 1 0 4.400m1.7 2c1.5.6 2.2 1.9 2.3 3.8"/>"#;
    /// The vendor's turn: a headset.
    Headset = "headset", r#"<path d="M2.5 9V8a5.5 5.5 0 0 1 11 0v1M2.5 8.500h2.300v4H4A1.5 1.5 0 0 1 2.5 11zm11 0h-2.300v4h.8a1.5 1.5 0 0 0 1.5-1.500z"/>"#;
    /// Somebody else's turn: an arrow out of a box.
    Outside = "outside", r#"<path d="M9.5 2.500h4v4m0-4L7.5 8.500M6.5 3.500h-4v10h10v-4"/>"#;
    /// Electronic mail.
    Mail = "mail", r#"<path d="M2 3.500h12v9H2zM2 4l6 5 6-5"/>"#;
    /// Telephone.
    Phone = "phone", r#"<path d="M3 2.500h3l1 3.5-1.7 1.200a8 8 0 0 0 3.5 3.500L10 9l3.5 1v3c-6 1-11.5-4.5-10.5-10.500z"/>"#;
    /// The portal.
    Globe = "globe", r#"<circle cx="8" cy="8" r="6"/><path d="M2 8h12M8 2c4.2 4 4.2 8 0 12-4.2-4-4.2-8 0-12z"/>"#;
    /// The programming interface.
    Code = "code", r#"<path d="M5.5 4 1.5 8l4 4m5-8 4 4-4 4"/>"#;
    /// Search.
    Search = "search", r#"<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>"#;
    /// Notifications.
    Bell = "bell", r#"<path d="M3 12c1.3-1.3 1.3-2.5 1.3-5a3.7 3.7 0 0 1 7.4 0c0 2.5 0 3.7 1.3 5zm3.5 0c0 2 3 2 3 0"/>"#;
    /// Help.
    Help = "help", r#"<circle cx="8" cy="8" r="6"/><path d="M6.2 6.200c.2-2.6 3.8-2.3 3.6 0C9.7 7.5 8 7.5 8 9m0 2v.2"/>"#;
    /// A warning triangle.
    Warn = "warn", r#"<path d="m8 2 6.5 11.500h-13zM8 6.500v3m0 2v.2"/>"#;
    /// Information.
    Info = "info", r#"<circle cx="8" cy="8" r="6"/><path d="M8 7.300V11m0-6v.2"/>"#;
    /// Home.
    Home = "home", r#"<path d="M2 8l6-5.500L14 8M3.5 7v6.500h9V7M6.5 13.500V10h3v3.5"/>"#;
    /// A queue of cases.
    Inbox = "inbox", r#"<path d="m3.5 3-1.5 6v4h12V9l-1.5-6zM2 9h3.500l1 2h3l1-2H14"/>"#;
    /// Reports.
    Chart = "chart", r#"<path d="M2 2.500v11h12M5 11V8m3.5 3V4.500M12 11V6.5"/>"#;
    /// Knowledge.
    Book = "book", r#"<path d="M8 4C6.5 2.8 4.5 2.5 2 2.500v10c2.5 0 4.5.3 6 1.5 1.5-1.2 3.5-1.5 6-1.500v-10c-2.5 0-4.5.3-6 1.500zm0 0v10"/>"#;
    /// A document: the service description.
    Page = "page", r#"<path d="M3.5 1.500h6l3 3v10h-9zM9 2v3h3M6 8h4m-4 3h4"/>"#;
    /// Settings.
    Gear = "gear", r#"<path d="M2 4.500h6m4 0h2m-12 7h2m4 0h6"/><circle cx="10" cy="4.5" r="1.8"/><circle cx="6" cy="11.5" r="1.8"/>"#;
    /// A file.
    Clip = "clip", r#"<path d="m13 7.5-5.5 5.500a3.3 3.3 0 0 1-4.6-4.600L8.5 2.800a2.2 2.2 0 0 1 3 3.100L6 11.500A1 1 0 0 1 4.5 10L9.5 5"/>"#;
    /// A menu; more.
    More = "more", r#"<path d="M3 8h.1M8 8h.1M13 8h.1"/>"#;
    /// Forward; opens.
    Next = "next", r#"<path d="m6 3.5 4.5 4.500L6 12.5"/>"#;
    /// Light theme.
    Sun = "sun", r#"<circle cx="8" cy="8" r="2.8"/><path d="M8 1.500v1.300m0 10.400v1.300M1.5 8h1.300m10.4 0h1.300M3.4 3.400l.9.9m7.4 7.4.9.9m0-9.2-.9.900m-7.4 7.4-.9.9"/>"#;
    /// Dark theme.
    Moon = "moon", r#"<path d="M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7z"/>"#;
    /// A keyboard; the list of keys.
    Keys = "keys", r#"<path d="M1.5 4h13v8.500h-13zM4 7h.1m2.6 0h.1m2.6 0h.1M12 7h.1M5 10h6"/>"#;
    /// A tag; a label; a plan.
    Tag = "tag", r#"<path d="M2.5 2.500h5.500l5.5 5.5-5.5 5.500L2.5 8zM5.5 5.500h.1"/>"#;
    /// A building: the account.
    Building = "building", r#"<path d="M3 14V2.500h7V14m0-7.500h3V14M1.5 14h13M5.5 5.500h2m-2 3h2m-2 3h2"/>"#;
}

/// An icon. Decorative: put the words beside it.
#[must_use]
pub fn icon(icon: Icon) -> Markup {
    html! { svg.i aria-hidden="true" { use href={ "#i-" (icon.id()) } {} } }
}

/// The sprite, once per page; [`super::Frame`] writes it.
#[must_use]
pub fn sprite() -> Markup {
    PreEscaped(SPRITE.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_drawn_once() {
        for icon in ALL {
            let id = format!("id=\"i-{}\"", icon.id());
            assert_eq!(SPRITE.matches(&id).count(), 1, "{id}");
        }
    }
}
