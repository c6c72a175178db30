//! The frame every page shares: header, navigation, breadcrumbs, flash, content, details rail.

use maud::{DOCTYPE, Markup, html};

use super::blocks::{Flash, flash};
use super::button::key_badge;
use super::chips::avatar;
use super::icon::{Icon, icon, sprite};
use super::viewer::{Theme, Viewer};
use crate::assets;

/// Which side of the desk reads the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A customer or partner.
    Customer,
    /// The vendor's people.
    Vendor,
    /// Anybody: sign-in, published pages.
    Public,
}

/// Who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'a> {
    /// The person's name.
    pub name: &'a str,
    /// The account, partner or vendor they act for.
    pub organisation: &'a str,
    /// Their role in words.
    pub role: &'a str,
}

/// One item of the navigation; at most seven.
#[derive(Debug, Clone, Copy)]
pub struct NavItem<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// One word.
    pub label: &'a str,
    /// Its icon.
    pub icon: Icon,
    /// The key sequence: `g q`. May be empty.
    pub key: &'a str,
    /// How many wait there; 0 shows nothing.
    pub count: u32,
    /// Whether the page lies under it.
    pub current: bool,
}

/// One step of the way here. The last one, the page itself, is not a link: leave its `href` empty.
#[derive(Debug, Clone, Copy)]
pub struct Crumb<'a> {
    /// Where it leads.
    pub href: &'a str,
    /// Its name.
    pub label: &'a str,
}

/// A whole page. Make it with [`Frame::new`] and struct update, then [`Frame::render`].
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The product's or vendor's name, from data.
    pub product: &'a str,
    /// Who reads it.
    pub side: Side,
    /// What the page is about; the window's title.
    pub title: &'a str,
    /// What stands over every page while something unusual is on.
    pub bar: Option<&'a Markup>,
    /// Who is signed in.
    pub signed_in: Option<SignedIn<'a>>,
    /// The navigation, at most seven.
    pub nav: &'a [NavItem<'a>],
    /// The way here.
    pub crumbs: &'a [Crumb<'a>],
    /// Unread notifications.
    pub unread: u32,
    /// What was just done.
    pub flash: Option<Flash<'a>>,
    /// The stream of changes: `/live?topics=…`.
    pub live: Option<&'a str>,
    /// Whether a sent form has mistakes: the title then starts with `Error:`.
    pub has_mistakes: bool,
    /// What is in the search box.
    pub search: &'a str,
    /// Where the help link leads.
    pub help: &'a str,
    /// Classes for `<body>`: `wide` drops the maximum width, `print` is for paper.
    pub class: &'a str,
}

impl<'a> Frame<'a> {
    /// A page with nothing in its frame but the product's name.
    #[must_use]
    pub const fn new(product: &'a str, side: Side, title: &'a str) -> Self {
        Self {
            product,
            side,
            title,
            bar: None,
            signed_in: None,
            nav: &[],
            crumbs: &[],
            unread: 0,
            flash: None,
            live: None,
            has_mistakes: false,
            search: "",
            help: "/help",
            class: "",
        }
    }

    /// The page around `body`. The body starts with [`super::page_head`], which holds the `h1`.
    #[must_use]
    pub fn render(&self, v: &Viewer, body: Markup) -> Markup {
        let side = match self.side {
            Side::Customer => "side-customer",
            Side::Vendor => "side-vendor",
            Side::Public => "side-public",
        };
        html! {
            (DOCTYPE)
            html lang=(v.texts.tag()) data-theme=[theme(v)] {
                head {
                    meta charset="utf-8";
                    title {
                        @if self.has_mistakes { (v.t("error-prefix")) " " }
                        (self.title) " · " (self.product)
                    }
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="color-scheme" content="light dark";
                    link rel="stylesheet" href=(assets::css_url());
                    link rel="modulepreload" href=(assets::idiomorph_url());
                    script type="module" src=(assets::js_url()) {}
                    link rel="icon" href=(assets::favicon_url()) type="image/svg+xml";
                }
                body.(side).has-nav[!self.nav.is_empty()].(self.class) data-live=[self.live]
                    data-now=(v.now.as_unix()) data-zone=[v.zone.iana_name()]
                    data-words=(v.texts.for_script()) {
                    (sprite())
                    a.skip href="#content" { (v.t("skip-to-content")) }
                    (self.header(v))
                    @if !self.nav.is_empty() { (self.navigation(v)) }
                    main.content id="content" tabindex="-1" {
                        @if let Some(bar) = self.bar { (bar) }
                        p.offline role="status" data-offline hidden { (icon(Icon::Warn)) span {} }
                        @if !self.crumbs.is_empty() { (self.breadcrumbs(v)) }
                        @if let Some(said) = self.flash { (flash(v, said)) }
                        (body)
                    }
                    div.sr aria-live="polite" data-announce {}
                }
            }
        }
    }

    fn header(&self, v: &Viewer) -> Markup {
        html! {
            header.top {
                a.brand href="/" { (mark()) span { (self.product) } }
                @if self.signed_in.is_some() {
                    form.search role="search" method="get" action="/search" {
                        label.sr for="search" { (v.t("search-label")) }
                        (icon(Icon::Search))
                        input id="search" type="search" name="q" value=(self.search)
                            placeholder=(self.search_hint(v)) autocomplete="off" data-search;
                        (key_badge("/"))
                    }
                    a.top-link.search-link href="/search" {
                        (icon(Icon::Search)) span.sr { (v.t("search-label")) }
                    }
                }
                div.top-end {
                    a.top-link href=(self.help) { (icon(Icon::Help)) span { (v.t("help-label")) } }
                    @if let Some(person) = self.signed_in {
                        (self.bell(v))
                        (account(v, person))
                    } @else if self.side == Side::Public {
                        a.top-link href="/sign-in" { (icon(Icon::Person)) span { (v.t("sign-in")) } }
                    }
                }
            }
        }
    }

    fn search_hint(&self, v: &Viewer) -> &'static str {
        match self.side {
            Side::Vendor => v.t("search-hint"),
            Side::Customer | Side::Public => v.t("search-hint-customer"),
        }
    }

    fn bell(&self, v: &Viewer) -> Markup {
        let unread = v.t_args("notifications-unread", &[("n", self.unread.into())]);
        html! {
            a.top-link.bell id="bell" href="/notifications" data-live-topic="notifications" {
                (icon(Icon::Bell))
                @if self.unread > 0 {
                    span.badge aria-hidden="true" { (capped(self.unread)) }
                    span.sr { (unread) }
                } @else { span.sr { (v.t("notifications-label")) } }
            }
        }
    }

    fn navigation(&self, v: &Viewer) -> Markup {
        // Small screens show four items in a bar and fold the rest; wide ones show all.
        let (shown, folded) = self.nav.split_at(if self.nav.len() > 5 {
            4
        } else {
            self.nav.len()
        });
        html! {
            nav.nav aria-label=(v.t("nav-main")) {
                ul { @for item in shown { li { (nav_link(item)) } } }
                @if !folded.is_empty() {
                    details.nav-more {
                        summary { (icon(Icon::More)) span { (v.t("nav-more")) } }
                        ul { @for item in folded { li { (nav_link(item)) } } }
                    }
                }
            }
        }
    }

    fn breadcrumbs(&self, v: &Viewer) -> Markup {
        html! {
            nav.crumbs aria-label=(v.t("crumbs-label")) {
                ol {
                    @for crumb in self.crumbs {
                        li {
                            @if crumb.href.is_empty() { span aria-current="page" { (crumb.label) } }
                            @else { a href=(crumb.href) { (crumb.label) } }
                        }
                    }
                }
            }
        }
    }
}

fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 16 16" aria-hidden="true" {
            rect width="16" height="16" rx="4" {}
            path d="M8 3v10M4 12.5 8 4l4 8.5" {}
        }
    }
}

fn theme(v: &Viewer) -> Option<&'static str> {
    (v.theme != Theme::System).then(|| v.theme.as_str())
}

pub(super) fn capped(n: u32) -> String {
    if n > 99 {
        "99+".to_owned()
    } else {
        n.to_string()
    }
}

fn nav_link(item: &NavItem<'_>) -> Markup {
    html! {
        a href=(item.href) aria-current=[item.current.then_some("page")]
            data-key=[(!item.key.is_empty()).then_some(item.key)] {
            (icon(item.icon)) span.nav-label { (item.label) }
            @if item.count > 0 { span.badge { (capped(item.count)) } }
            @if !item.key.is_empty() { (key_badge(item.key)) }
        }
    }
}

fn account(v: &Viewer, person: SignedIn<'_>) -> Markup {
    html! {
        details.menu.account {
            summary { (avatar(person.name)) span.sr { (v.t("account-menu")) ": " (person.name) } }
            div.menu-body {
                p.menu-head {
                    b { (person.name) }
                    span.muted { (person.role) " · " (person.organisation) }
                }
                a.menu-item href="/profile" { (icon(Icon::Gear)) (v.t("account-profile")) }
                button.menu-item.script-only type="button" data-open-keys {
                    (icon(Icon::Keys)) (v.t("keys-title")) (key_badge("?"))
                }
                (theme_switch(v))
                form method="post" action="/sign-out" {
                    (super::form::csrf(v))
                    button.menu-item type="submit" { (icon(Icon::Outside)) (v.t("sign-out")) }
                }
            }
        }
    }
}

/// Light, dark or the system's: posts `theme` and `back` to `/theme`.
#[must_use]
pub fn theme_switch(v: &Viewer) -> Markup {
    let one = |theme: Theme, sign: Icon, words: &'static str| {
        html! {
            button type="submit" name="theme" value=(theme.as_str())
                aria-pressed=(if v.theme == theme { "true" } else { "false" }) {
                (icon(sign)) (words)
            }
        }
    };
    html! {
        form.theme method="post" action="/theme" aria-label=(v.t("theme-label")) {
            (super::form::csrf(v))
            input type="hidden" name="back" value=(v.here);
            (one(Theme::System, Icon::Gear, v.t("theme-system")))
            (one(Theme::Light, Icon::Sun, v.t("theme-light")))
            (one(Theme::Dark, Icon::Moon, v.t("theme-dark")))
        }
    }
}

/// The content and, on its right, a rail of details that folds under it below 1024 px.
#[must_use]
pub fn split(v: &Viewer, main: Markup, rail: Markup) -> Markup {
    html! {
        div.split {
            div.split-main {
                a.to-rail href="#details" { (icon(Icon::Info)) (v.t("details-jump")) }
                (main)
            }
            aside.rail id="details" tabindex="0" aria-label=(v.t("details-label")) {
                details { summary { (v.t("details-label")) } div.rail-body { (rail) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_says_when_there_are_more() {
        assert_eq!([0, 99, 100].map(capped), ["0", "99", "99+"]);
    }
}
