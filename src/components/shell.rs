//! The shell around every page: a sidebar on a desktop, a rail of icons between, a bottom bar under the thumb on a phone.

use super::icon::{Glyph, Icon, Logo};
use super::nav_link::NavLink;
use super::words;
use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Where an item of the navigation is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NavPlace {
    /// In the sidebar and in the bottom bar.
    #[default]
    Everywhere,
    /// In the sidebar only, set apart from what comes before.
    Apart,
    /// In the sidebar only: a bottom bar has room for five.
    Desk,
}

/// One item of the navigation.
#[derive(Clone, Debug)]
pub struct NavItem {
    href: &'static str,
    label: &'static str,
    icon: Glyph,
    count: MaybeProp<String>,
    place: NavPlace,
}

impl NavItem {
    /// An item shown everywhere, without a count.
    pub fn new(href: &'static str, label: &'static str, icon: Glyph) -> Self {
        Self { href, label, icon, count: MaybeProp::default(), place: NavPlace::Everywhere }
    }

    /// The same with a number behind its name, as it is read.
    #[must_use]
    pub fn count(mut self, count: impl Into<MaybeProp<String>>) -> Self {
        self.count = count.into();
        self
    }

    /// The same elsewhere.
    #[must_use]
    pub fn place(mut self, place: NavPlace) -> Self {
        self.place = place;
        self
    }
}

/// Navigation, sync indicator and the page. Needs a router around it: that says which item is the current one.
#[component]
pub fn Shell(
    /// The navigation, at most five of it not for the desk only.
    nav: Vec<NavItem>,
    /// The sync indicator. It is made twice, for the sidebar and for the top of a phone, of which one is seen.
    #[prop(into)]
    sync: ViewFn,
    /// Banners above the page.
    #[prop(optional, into)]
    banners: ViewFn,
    /// The page.
    children: Children,
) -> Markup {
    let sync_side = sync.clone();
    let tabs = nav.iter().filter(|item| item.place == NavPlace::Everywhere).cloned().map(tab).collect::<Vec<_>>();
    let links = nav.into_iter().map(link).collect::<Vec<_>>();
    view! {
        <a class="skip" href="#main" on:click=skip>
            {words::SKIP}
        </a>
        <div class="app">
            <nav class="side" aria-label=words::NAVIGATION>
                <div class="brand">
                    <Logo />
                    <span>{words::PRODUCT}</span>
                </div>
                <button type="button" class="nav find" title=words::SEARCH>
                    <Icon glyph=Glyph::Search />
                    <span class="label">{words::SEARCH}</span>
                    <kbd class="count">"/"</kbd>
                </button>
                {links}
                <div class="side-foot">{sync_side.run()}</div>
            </nav>
            <header class="topbar">
                <div class="brand">
                    <Logo />
                    <span>{words::PRODUCT}</span>
                </div>
                <button type="button" class="btn quiet square find" aria-label=words::SEARCH>
                    <Icon glyph=Glyph::Search />
                </button>
                {sync.run()}
            </header>
            <main class="main" id="main" tabindex="-1">
                <div class="banners">{move || banners.run()}</div>
                {children()}
            </main>
            <nav class="bottom" aria-label=words::NAVIGATION>
                {tabs}
            </nav>
        </div>
    }
}

/// Moves the focus to the page. By hand: to the router `#main` would be an address to go to.
fn skip(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    let main = document().get_element_by_id("main").map(wasm_bindgen::JsCast::unchecked_into::<web_sys::HtmlElement>);
    if let Some(main) = main {
        main.focus().unwrap_or_default();
    }
}

/// An item of the sidebar.
fn link(item: NavItem) -> Markup {
    let gap = (item.place == NavPlace::Apart).then(|| view! { <div class="nav-gap"></div> });
    let count = item.count;
    view! {
        {gap}
        <NavLink href=item.href class="nav" title=item.label>
            <Icon glyph=item.icon />
            <span class="label">{item.label}</span>
            {move || count.get().map(|count| view! { <span class="count">{count}</span> })}
        </NavLink>
    }
}

/// An item of the bottom bar.
fn tab(item: NavItem) -> Markup {
    view! {
        <NavLink href=item.href class="tab">
            <span class="pip">
                <Icon glyph=item.icon />
            </span>
            <span class="ellipsis">{item.label}</span>
        </NavLink>
    }
}
