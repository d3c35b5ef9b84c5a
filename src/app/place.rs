//! Which page is at which address, and where the app is cut in two: the list of leads, which it opens with, is in its first
//! part; all other pages are in the second, with the index and syncing. The build makes a file of its own of that, which comes
//! right behind the first page and is kept for working without a network like all others.
//!
//! Where a page of the second part is the first to be opened, its place is held until that part is there.

use futures::FutureExt;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_params_map;

use super::{badge, pull, reminders};
use crate::components::{Art, Button, EmptyState, Skeleton};
use crate::markup::{For, IntoMarkup, Markup, view};
use crate::pages::aside::PushAside;
use crate::pages::list;
use crate::pages::undo;
use crate::pages::{
    AccountPage, ArchivePage, CalendarPage, DealBoard, DeletedPage, ExportPage, ImportPage, LeadList, MenuPage,
    MergePage, NotFound, Of, Palette, PipelinesPage, ReportsPage, SettingsPage, SyncPage, TasksPage, TodayPage,
    TypePage, TypeSettingPage, TypesPage,
};
use crate::platform::{focus, links, notify, sleep, spawn};
use crate::state::{Desk, are_types_known, watch_looks, watch_merges, watch_types};
use crate::words;

/// The pause before the second part is asked for again, in milliseconds.
const AGAIN_MS: u32 = 3_000;

/// A page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Page {
    Account,
    Archive,
    Calendar,
    DealBoard,
    Deleted,
    Export,
    Home,
    Import,
    LeadList,
    Menu,
    Merge,
    NotFound,
    Pipelines,
    Settings,
    Types,
    TypeSetting,
    Sync,
    Tasks,
    Today,
    /// A page of the record type whose list is at this path. Which types there are, the second part knows.
    Type(String, Of),
}

impl Page {
    /// The page at an address: the first part of its path, the second, the third.
    fn at(list: Option<&str>, id: Option<&str>, act: Option<&str>) -> Self {
        let Some(list) = list else { return Self::Home };
        match (list, id, act) {
            ("account", None, None) => Self::Account,
            ("archive", None, None) => Self::Archive,
            ("menu", None, None) => Self::Menu,
            ("merge", _, None) => Self::Merge,
            ("settings", None, None) => Self::Settings,
            ("settings", Some("deleted"), None) => Self::Deleted,
            ("settings", Some("pipelines"), None) => Self::Pipelines,
            ("settings", Some("types"), None) => Self::Types,
            ("settings", Some("types"), Some(_)) => Self::TypeSetting,
            ("export", None, None) => Self::Export,
            ("import", None, None) => Self::Import,
            ("sync", None, None) => Self::Sync,
            ("leads", None, None) => Self::LeadList,
            ("deals", None, None) => Self::DealBoard,
            ("tasks", None, None) => Self::Tasks,
            ("today", _, None) => Self::Today,
            ("calendar", _, None) => Self::Calendar,
            _ => Self::of_type(list, id, act),
        }
    }

    /// A page of a record type.
    fn of_type(list: &str, id: Option<&str>, act: Option<&str>) -> Self {
        let of = match (id, act) {
            // What stands at the type's own address may be another view of the same.
            (None | Some("list"), None) => Of::List,
            (Some("new"), None) => Of::New,
            (Some(_), None) => Of::One,
            (Some(_), Some("edit")) => Of::Edit,
            _ => return Self::NotFound,
        };
        Self::Type(format!("/{list}"), of)
    }
}

fn show(page: Page) -> Markup {
    // A few milliseconds at most, once: a page of a type that people have made is none before.
    let known = move || match are_types_known() {
        true => untrack(|| show_known(page.clone())),
        false => view! { <Skeleton rows=6 /> },
    };
    known.into_markup()
}

fn show_known(page: Page) -> Markup {
    match page {
        Page::Account => view! { <AccountPage /> },
        Page::Archive => view! { <ArchivePage /> },
        Page::DealBoard => view! { <DealBoard /> },
        Page::Export => view! { <ExportPage /> },
        Page::Import => view! { <ImportPage /> },
        Page::Deleted => view! { <DeletedPage /> },
        Page::Menu => view! { <MenuPage /> },
        Page::Pipelines => view! { <PipelinesPage /> },
        Page::Types => view! { <TypesPage /> },
        Page::TypeSetting => view! { <TypeSettingPage /> },
        Page::Merge => view! { <MergePage /> },
        Page::Settings => view! { <SettingsPage /> },
        Page::Sync => view! { <SyncPage /> },
        Page::Tasks => view! { <TasksPage /> },
        Page::Today => view! { <TodayPage /> },
        Page::Calendar => view! { <CalendarPage /> },
        // The first part need not know it by name.
        Page::Type(path, Of::List) if path == "/reports" => view! { <ReportsPage /> },
        Page::Type(path, of) => view! { <TypePage path of /> },
        // Those are in the first part.
        Page::Home | Page::LeadList | Page::NotFound => Markup::Empty,
    }
}

/// Where the app is cut in two, in builds that are: what only this calls is in the second part.
#[cfg(not(debug_assertions))]
mod cut {
    use leptos::wasm_split::{SplitLoaderError, wasm_split};

    use super::{Desk, Markup, Page, run, show};

    #[wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible, preload(load))]
    pub(super) fn page(page: Page) -> Result<Markup, SplitLoaderError> {
        Ok(show(page))
    }

    #[wasm_split(later, wasm_split_path = ::leptos::wasm_split, fallible)]
    pub(super) fn begin(desk: Desk) -> Result<(), SplitLoaderError> {
        run(desk);
        Ok(())
    }
}

/// Builds for development and tests are one piece.
#[cfg(debug_assertions)]
mod cut {
    use std::convert::Infallible;

    use super::{Desk, Markup, Page, run, show};

    pub(super) async fn load() -> Result<(), Infallible> {
        Ok(())
    }

    pub(super) async fn page(page: Page) -> Result<Markup, Infallible> {
        Ok(show(page))
    }

    pub(super) async fn begin(desk: Desk) -> Result<(), Infallible> {
        run(desk);
        Ok(())
    }
}

/// Fetches the second part, so that it is there before it is asked for, and lets it begin its work: the index and syncing.
/// If it cannot be fetched, because the very first visit lost its connection half-way, tries until it can.
pub(super) fn fetch(desk: Desk) {
    spawn(async move {
        // Compiling it would hold up the first page, which needs none of it.
        desk.store().first_window().await;
        while let Err(error) = cut::begin(desk).await {
            leptos::logging::warn!("the app's second part is not here yet: {error}");
            sleep(AGAIN_MS).await;
        }
    });
}

fn run(desk: Desk) {
    watch_types(desk);
    words::say_sentences();
    desk.store().keep_index();
    desk.sync().run();
    reminders::watch(desk);
    notify::watch();
    badge::watch(desk);
    undo::offer_again(desk);
    focus::keep_focus();
    links::answer_at_once();
    list::offer(list::TOOLS);
    watch_looks(desk.store());
    watch_merges(desk.store(), desk.sync().role());
    mount_to_body(move || view! { <Palette desk /> });
    mount_to_body(move || view! { <pull::Pull desk /> });
    mount_to_body(move || view! { <PushAside desk /> });
}

/// The page that is at this address. Another page is made anew, another record on the same page is the
/// page's own business.
#[component]
pub(super) fn Place() -> Markup {
    let params = use_params_map();
    let page = Memo::new(move |_| {
        params.with(|params| {
            let part = |name| params.get_str(name);
            Page::at(part("list"), part("id"), part("act"))
        })
    });
    view! { <For each=move || [page.get()] key=Page::clone children=at /> }
}

/// A page, or what holds its place.
fn at(page: Page) -> Markup {
    match page {
        Page::Home => {
            view! { <Redirect path="/leads" /> };
            return Markup::Empty;
        }
        Page::LeadList => return view! { <LeadList /> },
        Page::NotFound => return view! { <NotFound /> },
        _ => {}
    }
    // Nearly always the second part is there.
    if let Some(Ok(shown)) = cut::page(page.clone()).now_or_never() {
        return shown;
    }
    let come = RwSignal::new(None::<bool>);
    let ask = move || {
        come.set(None);
        spawn(async move {
            come.try_set(Some(cut::load().await.is_ok()));
        });
    };
    ask();
    let place = move || match come.get() {
        None => view! { <Skeleton rows=6 /> },
        Some(true) => cut::page(page.clone()).now_or_never().and_then(Result::ok).unwrap_or(Markup::Empty),
        Some(false) => view! {
            <EmptyState
                art=Art::Storm
                title="This page is not on this device yet"
                text="It comes with the first visit that has a connection until the end. What you have written is safe."
            >
                <Button on_click=move |()| ask()>"Try again"</Button>
            </EmptyState>
        },
    };
    place.into_markup()
}

#[cfg(test)]
mod tests {
    use super::{Of, Page};

    #[wasm_bindgen_test::wasm_bindgen_test]
    fn addresses_lead_to_pages() {
        let id = Some("01a0c450-6c01-7c55-9d3c-2f1e8a6b4c01");
        assert_eq!(Page::at(None, None, None), Page::Home);
        assert_eq!(Page::at(Some("leads"), None, None), Page::LeadList);
        assert_eq!(Page::at(Some("deals"), None, None), Page::DealBoard);
        let of_type = |path: &str, of| Page::Type(path.to_owned(), of);
        assert_eq!(Page::at(Some("deals"), Some("list"), None), of_type("/deals", Of::List));
        assert_eq!(Page::at(Some("leads"), id, None), of_type("/leads", Of::One));
        assert_eq!(Page::at(Some("leads"), id, Some("edit")), of_type("/leads", Of::Edit));
        assert_eq!(Page::at(Some("tax-rates"), Some("new"), None), of_type("/tax-rates", Of::New));
        assert_eq!(Page::at(Some("leads"), id, Some("burn")), Page::NotFound);
    }
}
