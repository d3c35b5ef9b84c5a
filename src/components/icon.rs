//! The one set of icons: 24 units square, drawn with a round pen, coloured by the text around them.

use crate::markup::{Markup, view};
use leptos::prelude::*;

/// Which icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say what is drawn")]
pub enum Glyph {
    ArrowDown,
    ArrowLeft,
    ArrowRight,
    ArrowUp,
    Building,
    Calendar,
    Chart,
    Check,
    ChevronDown,
    ChevronRight,
    Clock,
    Close,
    Cloud,
    CloudOff,
    Copy,
    Deals,
    Device,
    DragHandle,
    Edit,
    Error,
    Export,
    Eye,
    Filter,
    Import,
    Info,
    Invoices,
    Leads,
    Link,
    Lock,
    Mail,
    MapPin,
    Money,
    Moon,
    More,
    Note,
    Phone,
    Plus,
    Print,
    Product,
    Refresh,
    Search,
    Send,
    Settings,
    Share,
    SignOut,
    Sort,
    Storage,
    Sun,
    Today,
    Trash,
    Undo,
    User,
    Warning,
}

impl Glyph {
    /// The outline, as the `d` of one SVG path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::ArrowDown => "M12 5v14M6 13l6 6 6-6",
            Self::ArrowLeft => "M19 12H5M11 6l-6 6 6 6",
            Self::ArrowRight => "M5 12h14M13 6l6 6-6 6",
            Self::ArrowUp => "M12 19V5M6 11l6-6 6 6",
            Self::Building => "M4 21V6l8-3v18M12 9h8v12M3 21h18M7 9h2M7 13h2M7 17h2M15 13h2M15 17h2",
            Self::Calendar => "M4 6h16v14H4zM4 10.5h16M8 3v4.5M16 3v4.5",
            Self::Chart => "M4 20h16M7 16v-5M12 16V6M17 16V9",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::ChevronDown => "M6 9.5l6 6 6-6",
            Self::ChevronRight => "M9.5 6l6 6-6 6",
            Self::Clock => "M12 21a9 9 0 1 0 0-18a9 9 0 0 0 0 18M12 7v5l3.2 2",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Cloud => "M7 19a4.5 4.5 0 0 1-.6-9A6 6 0 0 1 18 9.5a4.75 4.75 0 0 1-.5 9.5z",
            Self::CloudOff => {
                "M6.4 10A4.5 4.5 0 0 0 7 19h10.5q.9 0 1.6-.3M9.8 6A6 6 0 0 1 18 9.5a4.75 4.75 0 0 1 3.7 7.1M4 4l16 16"
            }
            Self::Copy => "M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4",
            Self::Deals => "M4 5h4v14H4zM10 5h4v9h-4zM16 5h4v11h-4z",
            Self::Device => "M7 3.5a1 1 0 0 1 1-1h8a1 1 0 0 1 1 1v17a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1zM11 18.5h2",
            Self::DragHandle => "M9 6.5v-1M15 6.5v-1M9 12.5v-1M15 12.5v-1M9 18.5v-1M15 18.5v-1",
            Self::Edit => "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19zM14 6.5l3.5 3.5",
            Self::Error => "M12 21a9 9 0 1 0 0-18a9 9 0 0 0 0 18M12 7.5v5.5M12 16.3v.1",
            Self::Export => "M12 4v11M7.5 10.5L12 15l4.5-4.5M4.5 19.5h15",
            Self::Eye => {
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6a3 3 0 0 0 0 6"
            }
            Self::Filter => "M4 6.5h16M7 12h10M10 17.5h4",
            Self::Import => "M12 15V4M7.5 8.5L12 4l4.5 4.5M4.5 19.5h15",
            Self::Info => "M12 21a9 9 0 1 0 0-18a9 9 0 0 0 0 18M12 11v5.5M12 7.7v.1",
            Self::Invoices => "M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6",
            Self::Leads => {
                "M16.5 19.5a4.5 4.5 0 0 0-9 0M12 12a3.3 3.3 0 1 0 0-6.6a3.3 3.3 0 0 0 0 6.6M21 18a3.5 3.5 0 0 0-3.2-3.5M3 18a3.5 3.5 0 0 1 3.2-3.5"
            }
            Self::Link => {
                "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17"
            }
            Self::Lock => "M5.5 11h13v9.5h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Self::Mail => "M3.5 5.5h17v13h-17zM3.5 7l8.5 6.5L20.5 7",
            Self::MapPin => {
                "M12 21.5s7-6 7-11.5a7 7 0 1 0-14 0c0 5.5 7 11.5 7 11.5zM12 12.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5"
            }
            Self::Money => "M3 6.5h18v11H3zM12 14.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5M6.3 12h.1M17.6 12h.1",
            Self::Moon => "M20 14.5A8.5 8.5 0 1 1 9.5 4 7 7 0 0 0 20 14.5z",
            Self::More => {
                "M5.5 12.6a.6.6 0 1 0 0-1.2a.6.6 0 0 0 0 1.2M12 12.6a.6.6 0 1 0 0-1.2a.6.6 0 0 0 0 1.2M18.5 12.6a.6.6 0 1 0 0-1.2a.6.6 0 0 0 0 1.2"
            }
            Self::Note => "M5 4h14v11l-5 5H5zM19 15h-5v5M8.5 9h7M8.5 13h3",
            Self::Phone => {
                "M5 4h3.8l1.9 4.7-2.3 1.5a12 12 0 0 0 5.4 5.4l1.5-2.3L20 15.2V19a1.5 1.5 0 0 1-1.6 1.5A15.8 15.8 0 0 1 3.5 5.6 1.5 1.5 0 0 1 5 4z"
            }
            Self::Plus => "M12 5v14M5 12h14",
            Self::Print => "M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7z",
            Self::Product => "M12 3l8 4v10l-8 4-8-4V7zM4 7l8 4 8-4M12 11v10",
            Self::Refresh => "M20 10.5a8 8 0 0 0-14.5-3L4 9M4 4.5V9h4.5M4 13.5a8 8 0 0 0 14.5 3L20 15M20 19.5V15h-4.5",
            Self::Search => "M11 18a7 7 0 1 0 0-14a7 7 0 0 0 0 14M20.5 20.5L16 16",
            Self::Send => "M21 3L10 14M21 3l-6.5 18-4.5-7-7-4.5z",
            Self::Share => "M12 15V3.5M7.5 8 12 3.5 16.5 8M6 12H4.5v8.5h15V12H18",
            Self::Settings => {
                "M4 7h8.5M17.5 7H20M15 9.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5M4 17h2.5M11.5 17H20M9 19.5a2.5 2.5 0 1 0 0-5a2.5 2.5 0 0 0 0 5"
            }
            Self::SignOut => "M10 4H5v16h5M10 12h10.5M16.5 8l4 4-4 4",
            Self::Sort => "M7.5 4.5v15M7.5 19.5l-3-3M7.5 19.5l3-3M16.5 19.5v-15M16.5 4.5l-3 3M16.5 4.5l3 3",
            Self::Storage => {
                "M4.5 6c0-1.7 3.4-3 7.5-3s7.5 1.3 7.5 3-3.4 3-7.5 3-7.5-1.3-7.5-3zM4.5 6v12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3V6M4.5 12c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3"
            }
            Self::Sun => {
                "M12 16a4 4 0 1 0 0-8a4 4 0 0 0 0 8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
            }
            Self::Today => "M12 3v2M12 19v2M3 12h2M19 12h2M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8",
            Self::Trash => "M4 7h16M9.5 7V4h5v3M6.5 7l.8 13h9.4l.8-13M10.2 11v5.5M13.8 11v5.5",
            Self::Undo => "M8.5 13.5L4 9l4.5-4.5M4 9h10.5a5.5 5.5 0 0 1 0 11H10",
            Self::User => "M12 12a4 4 0 1 0 0-8a4 4 0 0 0 0 8M4.5 20.5a7.5 7.5 0 0 1 15 0",
            Self::Warning => "M12 4L3 19.5h18zM12 10v4.5M12 16.9v.1",
        }
    }

    /// Whether it points along the line of text and so turns round where text runs from right to left.
    const fn turns(self) -> bool {
        matches!(
            self,
            Self::ArrowLeft | Self::ArrowRight | Self::ChevronRight | Self::Undo | Self::Send | Self::SignOut
        )
    }
}

/// An icon beside words, or inside a control that has a name of its own: it is never read aloud.
#[component]
pub fn Icon(
    /// Which one.
    glyph: Glyph,
) -> Markup {
    let class = if glyph.turns() { "icon flip" } else { "icon" };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=glyph.path()></path>
        </svg>
    }
}

/// Outpost's mark: a tent under an amber sun.
#[component]
pub fn Logo() -> Markup {
    view! {
        <svg class="logo" viewBox="0 0 32 32" fill="none" aria-hidden="true">
            <rect width="32" height="32" rx="9" fill="currentColor"></rect>
            <path
                d="M7 23l9-13 9 13M12.5 23l3.5-5 3.5 5"
                stroke="#fff"
                stroke-width="2.4"
                stroke-linecap="round"
                stroke-linejoin="round"
            ></path>
            <circle cx="23.5" cy="9" r="2.3" fill="#f5b54a"></circle>
        </svg>
    }
}
